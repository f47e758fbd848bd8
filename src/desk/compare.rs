//! Two reports of the same round under different rules → whom the change would hit.
//!
//! Goes in: the reports and the catalogues they were judged by. Comes out: [`Difference`].
//! Guaranteed: pure; what is the same is not mentioned; the order is that of names and ids.

use std::collections::BTreeMap;

use crate::merge::QuarterReport;
use crate::rule::Catalogue;

/// How often one rule speaks about one utförare, before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    pub utforare: String,
    /// `SI002 (fel) Ärendet avslutades …`
    pub rule: String,
    pub was: i64,
    pub is: i64,
}

/// A figure of the report, before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    pub what: &'static str,
    pub was: u32,
    pub is: u32,
}

/// A grade, before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Regraded {
    pub utforare: String,
    pub was: &'static str,
    pub is: &'static str,
}

/// Everything that differs between two reports.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// By utförare, then rule.
    pub hits: Vec<Hit>,
    pub figures: Vec<Moved>,
    pub grades: Vec<Regraded>,
}

impl Difference {
    pub fn is_empty(&self) -> bool {
        self.hits.is_empty() && self.figures.is_empty() && self.grades.is_empty()
    }

    /// Names of the utförare that would notice, each once.
    pub fn utforare(&self) -> Vec<&str> {
        let mut all: Vec<&str> = self.hits.iter().map(|it| it.utforare.as_str()).collect();
        all.extend(self.grades.iter().map(|it| it.utforare.as_str()));
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// What differs.
pub fn difference(old: (&QuarterReport, &Catalogue), new: (&QuarterReport, &Catalogue)) -> Difference {
    let (before, after) = (hits(old.0, old.1), hits(new.0, new.1));
    let mut keys: Vec<_> = before.keys().chain(after.keys()).collect();
    keys.sort();
    keys.dedup();
    let hits = keys.into_iter().filter_map(|key| {
        let (was, is) = (before.get(key).copied().unwrap_or(0), after.get(key).copied().unwrap_or(0));
        (was != is).then(|| Hit { utforare: key.0.clone(), rule: key.1.clone(), was, is })
    });
    let (old, new) = (old.0, new.0);
    let figures = [
        ("rapporterade", old.totals.reported, new.totals.reported),
        ("öppna", old.totals.open, new.totals.open),
        ("uteslutna rader", count(&old.excluded), count(&new.excluded)),
    ];
    let figures = figures.into_iter().filter(|it| it.1 != it.2).map(|(what, was, is)| Moved { what, was, is });
    Difference { hits: hits.collect(), figures: figures.collect(), grades: regraded(old, new) }
}

type Hits = BTreeMap<(String, String), i64>;

/// Findings per utförare and rule, with their severity.
fn hits(report: &QuarterReport, catalogue: &Catalogue) -> Hits {
    let mut hits = Hits::new();
    for it in &report.findings {
        let utforare = it.utforare.and_then(|at| report.utforare.get(at));
        let utforare = utforare.map_or("(okänd utförare)", |it| it.name.as_str());
        let Some(rule) = catalogue.rule(it.finding.rule) else { continue };
        let rule = format!("{} ({}) {}", rule.id, rule.severity.key(), rule.title);
        *hits.entry((utforare.to_owned(), rule)).or_default() += 1;
    }
    hits
}

/// Both reports have the same rows in their quality tables, since they are made from the same round.
fn regraded(old: &QuarterReport, new: &QuarterReport) -> Vec<Regraded> {
    let pairs = old.quality.iter().zip(&new.quality);
    let changed = pairs.filter(|(was, is)| was.rating.grade != is.rating.grade);
    changed
        .map(|(was, is)| Regraded {
            utforare: old.utforare.get(was.utforare).map_or_else(String::new, |it| it.name.clone()),
            was: was.rating.grade.swedish(),
            is: is.rating.grade.swedish(),
        })
        .collect()
}

fn count<T>(list: &[T]) -> u32 {
    u32::try_from(list.len()).unwrap_or(u32::MAX)
}
