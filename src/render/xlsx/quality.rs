//! Kvalitet på rapportering: one row per utförare and uppdrag.
//!
//! Goes in: the quality rows. Comes out: one sheet. Guaranteed: the first four columns are those of the nämnd's table;
//! the label that stands and, when a handläggare chose another, why.

use crate::rating::Mark;
use crate::render::tables::{marked, override_in_words};
use crate::render::{RenderError, View};

use super::Paper;
use super::paper::Side::{Left, Right};
use super::paper::{Heading, rows_from};

const COLUMNS: &[Heading<'_>] = &[
    ("Utförare", 26.0, Left),
    ("Insats", 26.0, Left),
    ("Rapporterat", 13.0, Left),
    ("Kvalitet på rapport", 46.0, Left),
    ("Betyg", 18.0, Left),
    ("I tid", 13.0, Left),
    ("Fullständighet", 15.0, Left),
    ("Riktighet", 13.0, Left),
    ("Struktur", 13.0, Left),
    ("Svar på frågor", 13.0, Left),
    ("Påminnelser", 14.0, Right),
    ("Ändrat betyg", 32.0, Left),
];

pub(super) fn fill(paper: &mut Paper<'_>, view: &View<'_>) -> Result<(), RenderError> {
    let rows = &view.report.quality;
    paper.head(
        "Kvalitet på rapportering",
        "Kvalitet på rapportering",
        "Bedömningen gäller rapporteringen, inte insatserna. De fem delarna bedöms var för sig.",
    )?;
    paper.columns(3, COLUMNS, 1)?;
    for (row, it) in rows_from(4).zip(rows) {
        paper.wrap(row, 0, view.utforare_name(it.utforare))?;
        paper.wrap(row, 1, &view.insatser_in_words(&it.insatser))?;
        paper.text(row, 2, if it.reported { "Ja" } else { "Nej" })?;
        paper.wrap(row, 3, &it.rating.text)?;
        paper.wrap(row, 4, it.rating.grade.swedish())?;
        for (col, (_, level)) in (5u16..).zip(Mark::ALL.iter().zip(it.rating.marks)) {
            paper.text(row, col, if marked(it) { level.swedish() } else { "–" })?;
        }
        paper.number(row, 10, it.rating.reminders)?;
        paper.wrap(row, 11, &override_in_words(it))?;
        paper.end_row(row)?;
    }
    paper.filter(3, rows.len(), COLUMNS.len())
}
