//! One finding in words, and what a row is about.
//!
//! Goes in: a version, the rules' words and an index. Comes out: [`Item`]. Guaranteed: the same words wherever a finding
//! is shown; what stood in the cell is masked.

use serde::Serialize;

use crate::judge::Case;
use crate::merge::version::Version;
use crate::model::{Family, Field, Place, Severity};
use crate::render::print::{clean, clean_line};
use crate::render::{Texts, Voice};

/// One finding, ready to be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item {
    /// Index into the review's findings.
    pub index: usize,
    pub rule: String,
    pub family: Family,
    pub headline: String,
    pub severity: Severity,
    /// `Beslut!F12`; empty when it is about the whole file.
    pub place: String,
    pub sheet: Option<String>,
    /// As Excel shows it.
    pub row: Option<u32>,
    /// `F12`
    pub cell: Option<String>,
    pub field: Option<Field>,
    /// The heading as the utförare wrote it.
    pub heading: String,
    /// The utförare's own number of the case.
    pub number: String,
    /// What stands there.
    pub shown: String,
    pub message: String,
    pub expected: Option<String>,
    pub remedy: String,
}

/// One finding in words.
pub fn item(version: Version<'_>, voice: Voice<'_>, at: usize) -> Item {
    let finding = &version.review.findings[at];
    let Place { sheet, row, col } = finding.place;
    let Texts { message, expected, remedy } = voice.rules.texts(finding);
    let shown = match (&finding.shown, sheet, row, col) {
        (Some(shown), ..) => clean_line(shown).into_owned(),
        (None, Some(sheet), Some(row), Some(col)) => clean_line(&version.shown(sheet, row, col)).into_owned(),
        _ => String::new(),
    };
    Item {
        index: at,
        rule: voice.rules.rule_id(finding.rule).to_owned(),
        family: voice.rules.family(finding.rule),
        headline: clean_line(voice.rules.headline(finding.rule)).into_owned(),
        severity: finding.severity,
        place: place(version, finding.place),
        sheet: sheet.map(|it| sheet_name(version, it)),
        row: row.map(|it| it.saturating_add(1)),
        cell: finding.place.address(),
        field: finding.field,
        heading: clean_line(&version.heading(finding)).into_owned(),
        number: version.case_of(finding).map(|it| version.own_number(&version.review.cases[it])).unwrap_or_default(),
        shown,
        message: clean(&message).into_owned(),
        expected: expected.map(|it| clean(&it).into_owned()),
        remedy: clean(&remedy).into_owned(),
    }
}

pub(super) fn sheet_name(version: Version<'_>, sheet: u16) -> String {
    clean_line(version.workbook.sheet_name(Place::sheet(sheet))).into_owned()
}

pub(super) fn place(version: Version<'_>, place: Place) -> String {
    place.in_words(&place.sheet.map(|it| sheet_name(version, it)).unwrap_or_default())
}

/// `Ledsagarservice, kvinna, avbrott 2023-06-19`, as much of it as was understood.
pub(super) fn about(voice: Voice<'_>, case: &Case) -> String {
    let insats = match (case.insats, &case.insats_text) {
        (Some(id), _) => Some(voice.insatser.get(id).name.clone()),
        (None, Some(text)) => Some(format!("”{}”", clean_line(text))),
        (None, None) => None,
    };
    let start = case.start.map(|(kind, day)| format!("{} {day}", kind.swedish().to_lowercase()));
    let kon = case.kon.map(|it| it.swedish().to_lowercase());
    let parts: Vec<String> = [insats, kon, start].into_iter().flatten().collect();
    parts.join(", ")
}
