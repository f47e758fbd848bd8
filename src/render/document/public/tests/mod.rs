//! The public version on random rounds: nobody is found out, and it is not simply all hidden.

use std::collections::BTreeMap;

use super::facts::Facts;
use super::shape::{Group, Member, Public, Row, Table, Totals};
use super::{Attribute, Settings, whole};
use crate::merge::QuarterReport;
use crate::merge::report::{Line, Status};
use crate::model::{Insatser, Orsak};
use crate::render::fixture::Sentences;
use crate::render::{View, Voice};

mod attacker;
mod joint;
mod paper;
mod rounds;
mod simplex;

use attacker::{Answers, Attacker, Known};

const SECRETS: [Attribute; 4] = [Attribute::Orsak, Attribute::Tid, Attribute::TidBeslut, Attribute::Start];

fn with_view<T>(report: &QuarterReport, insatser: &Insatser, then: impl FnOnce(&View<'_>) -> T) -> T {
    then(&View::new(report, Voice { insatser, rules: &Sentences }))
}

/// Publishes quarter after quarter, each with those before as they were read back from their files.
fn published(reports: &[QuarterReport], insatser: &Insatser) -> Vec<Public> {
    let mut out: Vec<Public> = Vec::new();
    for report in reports {
        let it = with_view(report, insatser, |view| Public::of(view, Settings::default(), &out)).unwrap();
        let json = String::from_utf8(it.json().unwrap()).unwrap();
        out.push(Public::read(&json).unwrap());
        assert_eq!(out.last(), Some(&it));
    }
    out
}

/// Everything as it is, each insats for itself and all values apart: what must not be published.
fn naked(reports: &[QuarterReport], insatser: &Insatser) -> Vec<Public> {
    let one = |report: &QuarterReport| {
        let facts = with_view(report, insatser, |view| Facts::of(view, None)).unwrap();
        let open: u32 = facts.kinds.iter().map(|it| it.open).sum();
        let groups: Vec<Group> = facts
            .kinds
            .iter()
            .map(|it| Group {
                key: it.key.clone(),
                name: it.name.clone(),
                lag: None,
                insatser: vec![Member { key: it.key.clone(), name: it.name.clone() }],
                open: it.open,
            })
            .collect();
        let table = |attribute: Attribute, per_group: bool| {
            let values = attribute.values().len();
            let grouping: Vec<_> = (0..values).map(|it| it..it + 1).collect();
            let count = |kind: Option<usize>, fine: usize| {
                let mine = facts.open().filter(|it| it.value(attribute) == fine && kind.is_none_or(|k| k == it.kind));
                Some(u32::try_from(mine.count()).unwrap())
            };
            let row = |kind: Option<usize>| Row {
                group: kind.map(|it| facts.kinds[it].key.clone()),
                cells: (0..values).map(|fine| count(kind, fine)).collect(),
            };
            let rows =
                if per_group { (0..facts.kinds.len()).map(|it| row(Some(it))).collect() } else { vec![row(None)] };
            Table { attribute, per_group, categories: whole::categories(attribute, &grouping), rows }
        };
        let tables = [Attribute::Kon, Attribute::Orsak, Attribute::Tid, Attribute::TidBeslut, Attribute::Start]
            .into_iter()
            .flat_map(|it| [table(it, false), table(it, true)])
            .collect();
        let reported = u32::try_from(facts.cases.len()).unwrap();
        Public {
            schema: super::SCHEMA,
            kommun: facts.kommun.clone(),
            namnd: facts.namnd.clone(),
            kvartal: facts.quarter,
            lagar: Vec::new(),
            totals: Totals { reported, open, ended: reported - open, executed: None, closed: None },
            groups,
            tables,
            history: Vec::new(),
            protection: super::Protection::default(),
        }
    };
    reports.iter().map(one).collect()
}

/// Everybody who stood open in one of the last two quarters, by what an attacker knows of them, with the true values.
fn people(reports: &[QuarterReport], insatser: &Insatser) -> BTreeMap<Known, Vec<[&'static str; 4]>> {
    let mut out: BTreeMap<Known, Vec<[&'static str; 4]>> = BTreeMap::new();
    let open =
        |at: usize, of: &Line| reports[at].lines.iter().any(|it| it.nyckel == of.nyckel && it.status == Status::Open);
    let last = reports.len() - 1;
    for (to, report) in reports.iter().enumerate().skip(last.saturating_sub(1)) {
        let quarter = report.head.quarter.unwrap();
        for line in report.lines.iter().filter(|it| it.status == Status::Open) {
            let stays = to < last && open(to + 1, line);
            if stays {
                continue;
            }
            let from = (0..=to).rev().take_while(|at| open(*at, line)).last().unwrap();
            let kon = line.kon.unwrap();
            let known = Known {
                insats: insatser.get(line.insats.unwrap()).key.clone(),
                kon: if kon.is_male() { "man" } else { "kvinnor" },
                age: if kon.is_child() { "barn" } else { "vuxna" },
                from,
                to,
            };
            out.entry(known).or_default().push(SECRETS.map(|it| it.values()[it.of(line, quarter)].0));
        }
    }
    out
}

/// How many of those asked about were found out.
fn found_out(versions: &[Public], reports: &[QuarterReport], insatser: &Insatser) -> (usize, Vec<String>) {
    let housing =
        |key: &str| insatser.by_key(key).is_none_or(|it| insatser.get(it).orsaker.contains(&Orsak::ResursbristBostad));
    let mut asked = 0;
    let mut found = Vec::new();
    let answers = Answers::default();
    for in_time in [false, true] {
        let attacker = Attacker { versions, housing: &housing, in_time, answers: &answers };
        for (who, truths) in people(reports, insatser) {
            for (at, attribute) in SECRETS.into_iter().enumerate() {
                // Two who cannot be told apart and differ: both values are left.
                if truths.iter().any(|it| it[at] != truths[0][at]) || attacker.thinkable(attribute, &who).len() < 2 {
                    continue;
                }
                asked += 1;
                if attacker.left(attribute, &who, truths[0][at]).len() < 2 {
                    found.push(format!("{attribute:?} {who:?}"));
                }
            }
        }
    }
    (asked, found)
}

#[test]
fn nobody_is_found_out_in_four_published_quarters() {
    let insatser = rounds::insatser();
    let mut asked = 0;
    for (size, seeds) in [(6, 0..12), (20, 0..16), (45, 0..12), (88, 0..6)] {
        for seed in seeds {
            let reports = rounds::rounds(seed, size, 4);
            let versions = published(&reports, &insatser);
            let (people, found) = found_out(&versions, &reports, &insatser);
            asked += people;
            let tables = || {
                let table = |it: &Table| {
                    format!(
                        "{} {:?} {:?}",
                        it.key(),
                        it.categories.iter().map(|it| &it.key).collect::<Vec<_>>(),
                        it.rows
                    )
                };
                versions.iter().flat_map(|it| it.tables.iter().map(table)).collect::<Vec<_>>().join("\n")
            };
            assert!(found.is_empty(), "{size} rader, frö {seed}: {found:#?}\n{}", tables());
        }
    }
    assert!(asked > 500, "{asked}");
}

#[test]
fn the_same_attacker_finds_people_in_unprotected_tables() {
    let insatser = rounds::insatser();
    for (size, seed) in [(20, 1), (88, 1)] {
        let reports = rounds::rounds(seed, size, 4);
        let (asked, found) = found_out(&naked(&reports, &insatser), &reports, &insatser);
        assert!(found.len() * 4 > asked, "{size} rader: {} av {asked}", found.len());
    }
}

#[test]
fn sums_are_true_and_most_is_shown_in_large_rounds() {
    let insatser = rounds::insatser();
    for (size, most) in [(20, 1.0), (88, 0.60), (500, 0.40), (2000, 0.25)] {
        let mut shares = Vec::new();
        for seed in 0..4 {
            let reports = rounds::rounds(seed, size, 4);
            for (it, report) in published(&reports, &insatser).iter().zip(&reports) {
                let open = report.lines.iter().filter(|it| it.status == Status::Open).count();
                assert_eq!(usize::try_from(it.totals.open).unwrap(), open);
                assert_eq!(it.groups.iter().map(|it| it.open).sum::<u32>(), it.totals.open);
                shares.extend(it.protection.share());
            }
        }
        let mean = shares.iter().sum::<f64>() / f64::from(u32::try_from(shares.len()).unwrap());
        assert!(mean <= most, "{size} rader: {:.0} procent skyddat", mean * 100.0);
    }
}
