//! Which cells are marked, what their notes say, and the keys of the rows.
//!
//! Goes in: a [`Correction`]. Comes out: marks, notes and keys by place. Guaranteed: every finding with a place is on a
//! cell; several on one cell share a note, the heaviest first; a comment the utförare had there is kept under ours.

use std::collections::BTreeMap;

use rust_xlsxwriter::Note;

use crate::merge::version::Version;
use crate::model::{Finding, Severity};
use crate::render::answer::{Item, item};
use crate::render::print::fitted;
use crate::render::rewrite::comments::{self, NOTE_TEXT, NOTES_MOST};
use crate::render::rewrite::{Overlay, is_inside};
use crate::sheet::correction_copy::{NOTE_MARK, OWN_COMMENT};

use super::Correction;

/// Sheet, row and column.
pub(super) type Spot = (u16, u32, u16);

/// What goes on top of the cells.
pub(super) struct Marks {
    pub overlay: Overlay,
    pub notes: BTreeMap<Spot, Note>,
    /// Cells that are marked but have no note, because there are too many.
    pub without_note: usize,
}

pub(super) fn of(correction: &Correction<'_>) -> Marks {
    let version = correction.version;
    let mut overlay = Overlay::default();
    let mut said: BTreeMap<Spot, Vec<usize>> = BTreeMap::new();
    for at in version.heaviest_first() {
        let finding = &version.review.findings[at];
        let Some(spot) = spot(version, finding).filter(|it| is_inside(it.1, it.2)) else { continue };
        let severity = overlay.cells.entry(spot).or_insert(finding.severity);
        *severity = finding.severity.max(*severity);
        said.entry(spot).or_default().push(at);
    }
    for case in &version.review.cases {
        overlay.keys.insert((case.sheet, case.row), correction.of.key(case.sheet, case.row));
    }
    let mut own: BTreeMap<Spot, String> = BTreeMap::new();
    for (sheet, content) in (0u16..).zip(&version.workbook.sheets) {
        own.extend(comments::of(content).into_iter().map(|(row, col, text)| ((sheet, row, col), text)));
    }
    let mut notes = BTreeMap::new();
    let mut without_note = 0;
    // Faults get their notes first, should there be more cells than notes.
    let mut order: Vec<(Severity, Spot)> = overlay.cells.iter().map(|(spot, severity)| (*severity, *spot)).collect();
    order.sort_by_key(|(severity, spot)| (std::cmp::Reverse(*severity), *spot));
    for (severity, spot) in order {
        if notes.len() >= NOTES_MOST {
            without_note += 1;
            continue;
        }
        let its = said.remove(&spot).unwrap_or_default();
        let parts: Vec<String> = its.iter().map(|at| words(&item(version, correction.voice, *at))).collect();
        notes.insert(spot, note(severity, &parts, own.remove(&spot).as_deref()));
    }
    Marks { overlay, notes, without_note }
}

/// The cell a finding is shown on: its own; for a row the first cell of its table; for a column or table its heading.
pub(super) fn spot(version: Version<'_>, finding: &Finding) -> Option<Spot> {
    let place = finding.place;
    let sheet = place.sheet?;
    let tables = || version.review.tables.iter().filter(move |it| it.sheet == sheet);
    match (place.row, place.col) {
        (Some(row), Some(col)) => Some((sheet, row, col)),
        (Some(row), None) => {
            let table = version.table(sheet, row).or_else(|| tables().find(|it| it.heading.1 >= row));
            let columns = table.map_or(&[][..], |it| it.columns.as_slice());
            let own = columns.iter().find(|it| Some(it.1) == finding.field && finding.field.is_some());
            Some((sheet, row, own.or(columns.first()).map_or(0, |it| it.0)))
        }
        (None, Some(col)) => Some((sheet, tables().next().map_or(0, |it| it.heading.1), col)),
        (None, None) => None,
    }
}

/// What a finding says on its cell.
fn words(it: &Item) -> String {
    let mut out = format!("{}: {}", it.severity.swedish(), it.message);
    if !it.shown.is_empty() {
        out.push_str(&format!("\nDet står: {}", it.shown));
    }
    if let Some(expected) = &it.expected {
        out.push_str(&format!("\nVäntat: {expected}"));
    }
    out.push_str(&format!("\nGör så här: {} ({})", it.remedy, it.rule));
    out
}

fn note(severity: Severity, parts: &[String], own: Option<&str>) -> Note {
    let head = match (severity, parts.len()) {
        (Severity::Fel, _) => "rätta",
        (Severity::Fraga, _) => "svara eller rätta",
        (Severity::Notis, _) => "bra att veta",
    };
    let mut text = format!("{NOTE_MARK}{head}\n\n{}", parts.join("\n\n"));
    text = fitted(text.into(), NOTE_TEXT).into_owned();
    if let Some(own) = own {
        text.push_str(&format!("\n\n{OWN_COMMENT}{own}"));
    }
    comments::note(text)
}
