//! The answer to a version as plain values: what the page shows, the API sends and the workbooks list.
//!
//! Goes in: a version and the rules' words. Comes out: [`Summary`]. Guaranteed: pure; every finding is in exactly one of
//! the file's own, the often repeated and the cards; a column that fails often is said once; texts are cleaned and masked.

mod words;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::merge::version::Version;
use crate::model::{Field, Severity};

use super::Voice;

pub use words::{Item, item};

/// More than this many of one rule in one column are said together.
pub const ALONE: usize = 5;
/// So many of them are shown as examples.
const EXAMPLES: usize = 3;

/// Columns that say what kind of case a row is and how it stands; they come first.
const KEY_FIELDS: [Field; 8] = [
    Field::Insats,
    Field::Kon,
    Field::Beslutsdatum,
    Field::Avbrottsdatum,
    Field::Startdatum,
    Field::Verkstalld,
    Field::Avslutad,
    Field::Orsak,
];

/// How many findings of each severity.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    pub fel: usize,
    pub fraga: usize,
    pub notis: usize,
}

impl Counts {
    fn add(&mut self, severity: Severity) {
        *match severity {
            Severity::Fel => &mut self.fel,
            Severity::Fraga => &mut self.fraga,
            Severity::Notis => &mut self.notis,
        } += 1;
    }

    pub fn all(&self) -> usize {
        self.fel + self.fraga + self.notis
    }
}

/// One column and how often something is said about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ColumnCounts {
    /// The heading as the utförare wrote it.
    pub heading: String,
    pub field: Option<Field>,
    #[serde(flatten)]
    pub counts: Counts,
}

/// One rule that says the same about many rows of a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Repeated {
    pub rule: String,
    pub headline: String,
    pub severity: Severity,
    pub heading: String,
    pub count: usize,
    /// The first of them.
    pub examples: Vec<Item>,
    /// Every cell or row, in order.
    pub places: Vec<String>,
}

/// One row and everything said about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Card {
    pub sheet: String,
    /// As Excel shows it.
    pub row: u32,
    /// The utförare's own number of the case.
    pub number: String,
    /// What the row is about: insats, kön and start.
    pub about: String,
    pub severity: Severity,
    pub items: Vec<Item>,
}

/// A kind of question or notice, so that all of a kind can be confirmed at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SoftKind {
    pub rule: String,
    pub headline: String,
    pub severity: Severity,
    pub count: usize,
}

/// The answer to a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Rows that were read as cases.
    pub rows: usize,
    /// Rows nothing is said about.
    pub clean_rows: usize,
    /// The file says that there is nothing to report.
    pub nil: bool,
    /// Something in the file could be read as a table.
    pub usable: bool,
    pub counts: Counts,
    pub columns: Vec<ColumnCounts>,
    /// About the file, a sheet, a heading or a row that is no case.
    pub whole: Vec<Item>,
    pub repeated: Vec<Repeated>,
    /// One card per row, in the order of the sheet.
    pub cards: Vec<Card>,
    pub soft: Vec<SoftKind>,
}

/// Sums a version up.
pub fn summary(version: Version<'_>, voice: Voice<'_>) -> Summary {
    let review = version.review;
    let mut counts = Counts::default();
    let mut groups: BTreeMap<(u16, String), Vec<usize>> = BTreeMap::new();
    let mut said_about = vec![false; review.cases.len()];
    let mut whole = Vec::new();
    for at in in_place_order(version) {
        let finding = &review.findings[at];
        counts.add(finding.severity);
        match version.case_of(finding) {
            Some(case) => {
                said_about[case] = true;
                groups.entry((finding.rule, version.heading(finding))).or_default().push(at);
            }
            None => whole.push(item(version, voice, at)),
        }
    }
    whole.sort_by_key(|it| std::cmp::Reverse(it.severity));
    let (many, few): (Vec<_>, Vec<_>) = groups.into_iter().partition(|(_, its)| its.len() > ALONE);
    let mut repeated: Vec<Repeated> =
        many.into_iter().map(|((_, heading), its)| together(version, voice, heading, &its)).collect();
    repeated.sort_by_key(|it| (std::cmp::Reverse(it.severity), std::cmp::Reverse(it.count)));
    let mut alone: Vec<usize> = few.into_iter().flat_map(|it| it.1).collect();
    alone.sort_by_key(|at| place_key(version, *at));
    Summary {
        rows: review.cases.len(),
        clean_rows: said_about.iter().filter(|it| !**it).count(),
        nil: review.nil,
        usable: review.usable,
        counts,
        columns: columns(version),
        whole,
        repeated,
        cards: cards(version, voice, &alone),
        soft: soft(version, voice),
    }
}

fn place_key(version: Version<'_>, at: usize) -> (crate::model::Place, std::cmp::Reverse<Severity>, u16) {
    let finding = &version.review.findings[at];
    (finding.place, std::cmp::Reverse(finding.severity), finding.rule)
}

/// Indexes of the findings as they stand in the workbook; those about the whole file first.
fn in_place_order(version: Version<'_>) -> Vec<usize> {
    let mut order: Vec<usize> = (0..version.review.findings.len()).collect();
    order.sort_by_key(|at| place_key(version, *at));
    order
}

fn together(version: Version<'_>, voice: Voice<'_>, heading: String, its: &[usize]) -> Repeated {
    let examples: Vec<Item> = its.iter().take(EXAMPLES).map(|at| item(version, voice, *at)).collect();
    let rule = its.first().map_or(0, |at| version.review.findings[*at].rule);
    let severities = its.iter().map(|at| version.review.findings[*at].severity);
    Repeated {
        rule: voice.rules.rule_id(rule).to_owned(),
        headline: super::print::clean_line(voice.rules.headline(rule)).into_owned(),
        severity: severities.max().unwrap_or(Severity::Notis),
        heading,
        count: its.len(),
        examples,
        places: its.iter().map(|at| words::place(version, version.review.findings[*at].place)).collect(),
    }
}

/// Every column something is said about: key columns first, then in the order of the fields.
fn columns(version: Version<'_>) -> Vec<ColumnCounts> {
    let mut all: BTreeMap<(usize, Option<Field>, String), Counts> = BTreeMap::new();
    for finding in &version.review.findings {
        let heading = version.heading(finding);
        if heading.is_empty() {
            continue;
        }
        let rank = KEY_FIELDS.iter().position(|it| Some(*it) == finding.field).unwrap_or(KEY_FIELDS.len());
        all.entry((rank, finding.field, heading)).or_default().add(finding.severity);
    }
    all.into_iter().map(|((_, field, heading), counts)| ColumnCounts { heading, field, counts }).collect()
}

fn cards(version: Version<'_>, voice: Voice<'_>, findings: &[usize]) -> Vec<Card> {
    let mut by_case: BTreeMap<usize, Vec<Item>> = BTreeMap::new();
    for at in findings {
        if let Some(case) = version.case_of(&version.review.findings[*at]) {
            by_case.entry(case).or_default().push(item(version, voice, *at));
        }
    }
    let card = |(at, mut items): (usize, Vec<Item>)| {
        let case = &version.review.cases[at];
        items.sort_by_key(|it| std::cmp::Reverse(it.severity));
        Card {
            sheet: words::sheet_name(version, case.sheet),
            row: case.row.saturating_add(1),
            number: version.own_number(case),
            about: words::about(voice, case),
            severity: items.iter().map(|it| it.severity).max().unwrap_or(Severity::Notis),
            items,
        }
    };
    by_case.into_iter().map(card).collect()
}

/// Questions and notices by kind, the commonest first.
fn soft(version: Version<'_>, voice: Voice<'_>) -> Vec<SoftKind> {
    let mut all: BTreeMap<(u16, Severity), usize> = BTreeMap::new();
    for it in version.review.findings.iter().filter(|it| it.severity != Severity::Fel) {
        *all.entry((it.rule, it.severity)).or_default() += 1;
    }
    let mut kinds: Vec<SoftKind> = all
        .into_iter()
        .map(|((rule, severity), count)| SoftKind {
            rule: voice.rules.rule_id(rule).to_owned(),
            headline: super::print::clean_line(voice.rules.headline(rule)).into_owned(),
            severity,
            count,
        })
        .collect();
    kinds.sort_by_key(|it| (std::cmp::Reverse(it.severity), std::cmp::Reverse(it.count)));
    kinds
}
