//! A program that knows one person and reads everything published: can it work out the cause, the wait or what began it?
//!
//! Goes in: published versions, and of a person insats, kön, age and in which quarters they stood open. Comes out:
//! which values are left. Guaranteed: shares no code with the protection: it sets up every published figure as an
//! equation over unknown counts (insatser × kön × value, and who came and left between quarters) and asks whether a
//! solution exists in which the person has the value.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::joint;
use super::simplex::System;
use crate::render::document::public::{Attribute, Group, Public, Row, Table};

/// What the attacker knows of somebody.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Known {
    pub insats: String,
    /// `kvinnor` or `man`
    pub kon: &'static str,
    /// `barn` or `vuxna`
    pub age: &'static str,
    /// In which of the versions the person stood open: from, to (both included).
    pub from: usize,
    pub to: usize,
}

/// Months waited at the end of the class of that name: first and last.
fn months(value: &str) -> Option<(i32, i32)> {
    Some(match value {
        "3-6" => (3, 6),
        "7-9" => (7, 9),
        "10-12" => (10, 12),
        "13-17" => (13, 17),
        "18-" => (18, 999),
        _ => return None,
    })
}

/// Values that a person can have had in version `at` and in version `then`, so many quarters apart.
fn follows(attribute: Attribute, a: &str, b: &str, quarters: usize) -> bool {
    match (attribute, months(a), months(b)) {
        (Attribute::Tid | Attribute::TidBeslut, Some(a), Some(b)) => {
            let more = 3 * i32::try_from(quarters).unwrap();
            a.0 + more <= b.1 && b.0 <= a.1 + more
        }
        _ => a == b,
    }
}

pub struct Attacker<'a> {
    pub versions: &'a [Public],
    /// Which insatser can lack a home, as anybody can read in the catalogue.
    pub housing: &'a dyn Fn(&str) -> bool,
    /// Whether those who come are taken to come in time: then they have waited 3–6 months.
    pub in_time: bool,
    pub answers: &'a Answers,
}

/// What has been asked of the equations already: most people of a round meet the same ones.
#[derive(Default)]
pub struct Answers(RefCell<BTreeMap<Question, bool>>);

/// All that the equations are made of, besides the versions.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Question {
    attribute: Attribute,
    value: String,
    /// Only waiting time knows it.
    in_time: bool,
    /// First quarter of the stay, last one; only the last for one quarter by itself.
    from: Option<usize>,
    to: usize,
    /// Key of the person's group in the last quarter, and kön, where they are asked for.
    group: Option<String>,
    kon: Option<&'static str>,
}

impl Attacker<'_> {
    /// Values left for the person at the last version they stood in; `truth` is taken as possible, to save time.
    pub fn left(&self, attribute: Attribute, who: &Known, truth: &str) -> Vec<String> {
        let mut out = vec![truth.to_owned()];
        for value in self.thinkable(attribute, who).into_iter().filter(|it| it != truth) {
            if self.fits(attribute, who, &value) {
                out.push(value);
                break;
            }
        }
        out
    }

    /// Values that are possible for somebody who stood open so long, if nothing were published.
    pub fn thinkable(&self, attribute: Attribute, who: &Known) -> Vec<String> {
        let values = attribute.values();
        let named = &values[..values.len() - 1];
        let stood = who.to - who.from;
        let can = |value: &&str| {
            let began = |before: &str| attribute != Attribute::Tid || who.from == 0 || !self.in_time || before == "3-6";
            let old = named.iter().any(|it| {
                began(it.0) && (stood == 0 && it.0 == *value || stood > 0 && follows(attribute, it.0, value, stood))
            });
            let home = *value != "resursbrist_bostad" || (self.housing)(&who.insats);
            old && home
        };
        named.iter().map(|it| it.0).filter(|it| can(it)).map(str::to_owned).collect()
    }

    fn fits(&self, attribute: Attribute, who: &Known, value: &str) -> bool {
        let groups = &self.versions[who.to].groups;
        let group = groups.iter().find(|it| it.insatser.iter().any(|it| it.key == who.insats)).map(|it| it.key.clone());
        let in_time = self.in_time && attribute == Attribute::Tid;
        let all = Question {
            attribute,
            value: value.to_owned(),
            in_time,
            from: Some(who.from),
            to: who.to,
            group: None,
            kon: None,
        };
        let of_group = Question { group: group.clone(), ..all.clone() };
        let one = Question { from: None, in_time: false, group: group.clone(), kon: Some(who.kon), ..all.clone() };
        let together = Question { from: None, in_time: false, group, ..all.clone() };
        self.asked(one, || self.cross_section(attribute, who, value))
            && self.asked(together, || joint::fits(&self.versions[who.to], attribute, &who.insats, value))
            && self.asked(all, || self.chain(attribute, who, value, None))
            && self.asked(of_group, || self.chain(attribute, who, value, Some(&who.insats)))
    }

    fn asked(&self, question: Question, answer: impl Fn() -> bool) -> bool {
        if let Some(known) = self.answers.0.borrow().get(&question) {
            return *known;
        }
        let answer = answer();
        self.answers.0.borrow_mut().insert(question, answer);
        answer
    }

    /// One quarter: every group × kön × value, with all tables of that quarter.
    fn cross_section(&self, attribute: Attribute, who: &Known, value: &str) -> bool {
        let version = &self.versions[who.to];
        let values: Vec<&str> = attribute.values().iter().map(|it| it.0).collect();
        let sexes: Vec<&str> = Attribute::Kon.values().iter().map(|it| it.0).collect();
        let mut system = System::default();
        let mut cell = |_: &Group, _: &str, _: &str| system.unknown();
        let cells: Vec<Vec<Vec<usize>>> = version
            .groups
            .iter()
            .map(|g| sexes.iter().map(|s| values.iter().map(|v| cell(g, s, v)).collect()).collect())
            .collect();
        let all = |wanted: &dyn Fn(usize, usize, usize) -> bool| -> Vec<(usize, f64)> {
            let mut out = Vec::new();
            for (g, of_group) in cells.iter().enumerate() {
                for (s, of_sex) in of_group.iter().enumerate() {
                    out.extend(of_sex.iter().enumerate().filter(|(v, _)| wanted(g, s, *v)).map(|it| (*it.1, 1.0)));
                }
            }
            out
        };
        for (at, group) in version.groups.iter().enumerate() {
            system.equal(all(&|g, _, _| g == at), f64::from(group.open));
            if !group.insatser.iter().any(|it| (self.housing)(&it.key)) {
                system.equal(all(&|g, _, v| g == at && values[v] == "resursbrist_bostad"), 0.0);
            }
        }
        for table in &version.tables {
            let by_sex = table.attribute == Attribute::Kon;
            if !by_sex && table.attribute != attribute {
                continue;
            }
            for row in &table.rows {
                let at = row.group.as_ref().and_then(|key| version.groups.iter().position(|it| it.key == *key));
                for (category, shown) in table.categories.iter().zip(&row.cells) {
                    let Some(shown) = shown else { continue };
                    let holds = |name: &str| category.values.iter().any(|it| it == name);
                    let wanted = |g: usize, s: usize, v: usize| {
                        at.is_none_or(|it| it == g) && holds(if by_sex { sexes[s] } else { values[v] })
                    };
                    system.equal(all(&wanted), f64::from(*shown));
                }
            }
        }
        let mine = version.groups.iter().position(|it| it.insatser.iter().any(|it| it.key == who.insats)).unwrap();
        system.at_least(all(&|g, s, v| g == mine && sexes[s] == who.kon && values[v] == value), 1.0);
        system.has_solution()
    }

    /// All quarters: how many of each value stood open, stayed, came and left, with the person among them. Of all
    /// together, or of the group of an insats where it holds the same insatser all the time.
    fn chain(&self, attribute: Attribute, who: &Known, value: &str, insats: Option<&str>) -> bool {
        let values: Vec<&str> = attribute.values().iter().map(|it| it.0).collect();
        let group = |version: &Public| -> Option<Group> {
            let key = insats?;
            version.groups.iter().find(|it| it.insatser.iter().any(|it| it.key == key)).cloned()
        };
        let last = self.versions.len() - 1;
        let newest = group(&self.versions[who.to]);
        // The quarter after a person has left says something about those who were there.
        let until = (who.to + 1).min(last);
        let same = |it: &Group| newest.as_ref().is_some_and(|newest| newest.insatser == it.insatser);
        let first = (0..=who.to)
            .rev()
            .take_while(|at| insats.is_none() || group(&self.versions[*at]).is_some_and(|it| same(&it)));
        let first = first.min().unwrap_or(who.to);
        let until =
            if insats.is_none() || group(&self.versions[until]).is_some_and(|it| same(&it)) { until } else { who.to };

        let mut system = System::default();
        let mut before: Option<(Vec<usize>, u32)> = None;
        // Where the person is in each quarter: one unknown per value, of which one is 1.
        let mut person: Option<Vec<usize>> = None;
        for at in first..=until {
            let version = &self.versions[at];
            let group = group(version);
            let open = group.as_ref().map_or(version.totals.open, |it| it.open);
            let counts: Vec<usize> = values.iter().map(|_| system.unknown()).collect();
            system.equal(counts.iter().map(|it| (*it, 1.0)), f64::from(open));
            let key = group.as_ref().map(|it| it.key.clone());
            let table = version.table(attribute, insats.is_some());
            if let Some((table, row)) = table.and_then(|it| Some((it, row_of(it, key.as_deref())?))) {
                for (category, shown) in table.categories.iter().zip(&row.cells) {
                    let Some(shown) = shown else { continue };
                    let held = (0..values.len()).filter(|it| category.values.iter().any(|name| name == values[*it]));
                    system.equal(held.map(|it| (counts[it], 1.0)), f64::from(*shown));
                }
            }
            let ended = match &key {
                None => Some(version.totals.ended),
                Some(key) => version.table(Attribute::Avslut, true).and_then(|it| row_of(it, Some(key))?.cells[0]),
            };
            let here = (who.from..=who.to).contains(&at).then(|| {
                let mine: Vec<usize> = values.iter().map(|_| system.unknown()).collect();
                system.equal(mine.iter().map(|it| (*it, 1.0)), 1.0);
                if at == who.to {
                    let that = values.iter().position(|it| *it == value).unwrap();
                    system.equal([(mine[that], 1.0)], 1.0);
                }
                for (mine, all) in mine.iter().zip(&counts) {
                    system.at_most([(*mine, 1.0), (*all, -1.0)], 0.0);
                }
                mine
            });
            if let Some((earlier, open_before)) = &before {
                let came: Vec<usize> = values.iter().map(|_| system.unknown()).collect();
                let left: Vec<usize> = values.iter().map(|_| system.unknown()).collect();
                for (came, _) in came
                    .iter()
                    .zip(&values)
                    .filter(|it| self.in_time && attribute == Attribute::Tid && months(it.1).is_some_and(|it| it.0 > 3))
                {
                    system.equal([(*came, 1.0)], 0.0);
                }
                let mut out: Vec<Vec<(usize, f64)>> = left.iter().map(|it| vec![(*it, 1.0)]).collect();
                let mut into: Vec<Vec<(usize, f64)>> = came.iter().map(|it| vec![(*it, 1.0)]).collect();
                for (a, from) in values.iter().enumerate() {
                    for (b, to) in values.iter().enumerate() {
                        if !follows(attribute, from, to, 1) {
                            continue;
                        }
                        let stay = system.unknown();
                        out[a].push((stay, 1.0));
                        into[b].push((stay, 1.0));
                        if let (Some(was), Some(is)) = (&person, &here)
                            && !attribute.is_time()
                        {
                            system.equal([(was[a], 1.0), (is[b], -1.0)], 0.0);
                            system.at_most([(is[b], 1.0), (stay, -1.0)], 0.0);
                        }
                    }
                }
                for (a, terms) in out.into_iter().enumerate() {
                    system.equal(terms.into_iter().chain([(earlier[a], -1.0)]), 0.0);
                }
                for (b, terms) in into.into_iter().enumerate() {
                    system.equal(terms.into_iter().chain([(counts[b], -1.0)]), 0.0);
                }
                if let Some(ended) = ended {
                    let new = (f64::from(open) - f64::from(*open_before) + f64::from(ended)).max(0.0);
                    system.at_most(left.iter().map(|it| (*it, 1.0)), f64::from(ended));
                    system.at_most(came.iter().map(|it| (*it, 1.0)), new);
                }
                match (&person, &here) {
                    (None, Some(mine)) => mine.iter().zip(&came).for_each(|(mine, all)| {
                        // New now: among those who came.
                        system.at_most([(*mine, 1.0), (*all, -1.0)], 0.0);
                    }),
                    (Some(mine), None) => mine.iter().zip(&left).for_each(|(mine, all)| {
                        system.at_most([(*mine, 1.0), (*all, -1.0)], 0.0);
                    }),
                    (Some(was), Some(is)) if attribute.is_time() => {
                        // Whoever was in a class is now in one that follows it.
                        for (b, to) in values.iter().enumerate() {
                            let from = (0..values.len()).filter(|a| follows(attribute, values[*a], to, 1));
                            let terms: Vec<(usize, f64)> = from.map(|a| (was[a], -1.0)).collect();
                            system.at_most(terms.into_iter().chain([(is[b], 1.0)]), 0.0);
                        }
                    }
                    _ => {}
                }
            }
            person = here;
            before = Some((counts, open));
        }
        system.has_solution()
    }
}

fn row_of<'a>(table: &'a Table, group: Option<&str>) -> Option<&'a Row> {
    table.rows.iter().find(|it| it.group.as_deref() == group)
}
