//! Ärendelista: every case that counts, with where it was reported.
//!
//! Goes in: the report's lines. Comes out: one sheet with filter. Guaranteed: one row per line, in print order; the
//! first eight columns are those of the list reports have always had.

use crate::model::Lag;
use crate::render::{RenderError, View};

use super::Paper;
use super::paper::Side::{Left, Right};
use super::paper::{Heading, rows_from};

const COLUMNS: &[Heading<'_>] = &[
    ("Löpnr", 8.0, Right),
    ("Kön", 9.0, Left),
    ("Beslutsdatum", 15.0, Left),
    ("Datum för avbrott", 12.0, Left),
    ("Lag", 7.0, Left),
    ("Typ av insats", 26.0, Left),
    ("Beslutet verkställt", 12.0, Left),
    ("Beslutet avslutat", 12.0, Left),
    ("Läge", 13.0, Left),
    ("Orsak till ej verkställt beslut", 20.0, Left),
    ("Dagar", 8.0, Right),
    ("Räknat till", 14.0, Left),
    ("Nytt ärende", 9.0, Left),
    ("Anmärkning", 24.0, Left),
    ("Utförare", 20.0, Left),
    ("Källa", 24.0, Left),
];

pub(super) fn fill(paper: &mut Paper<'_>, view: &View<'_>) -> Result<(), RenderError> {
    let lines = &view.report.lines;
    paper.head(
        "Ärendelista",
        "Ärendelista",
        &format!(
            "Läget per {}. Dagar räknas från beslutet eller avbrottet, startdagen oräknad, till det som står under Räknat till.",
            view.quarter_end()
        ),
    )?;
    paper.columns(3, COLUMNS, 1)?;
    for (row, line) in rows_from(4).zip(lines) {
        let (lag, lagrum) = view.lagrum(line);
        let insats = match lagrum {
            Some(lagrum) => format!("{lagrum} {}", view.line_insats(line)),
            None => view.line_insats(line),
        };
        paper.number(row, 0, line.nr)?;
        paper.text(row, 1, line.kon.map_or("", |it| it.swedish()))?;
        paper.date(row, 2, line.beslutsdatum)?;
        paper.date(row, 3, line.avbrottsdatum)?;
        paper.text(row, 4, lag.map_or("", Lag::key))?;
        paper.wrap(row, 5, &insats)?;
        paper.date(row, 6, line.verkstalld)?;
        paper.date(row, 7, line.avslutad)?;
        paper.text(row, 8, line.status.swedish())?;
        paper.wrap(row, 9, line.orsak.map_or("", |it| it.swedish()))?;
        paper.number_if(row, 10, line.days)?;
        paper.wrap(row, 11, if line.days.is_some() { line.days_to.swedish() } else { "" })?;
        paper.text(row, 12, line.new.map_or("", |it| if it { "Ja" } else { "Nej" }))?;
        paper.wrap(row, 13, &view.remarks(line))?;
        paper.wrap(row, 14, view.utforare_name(line.utforare))?;
        paper.wrap(row, 15, &view.source_in_words(line.source))?;
        paper.end_row(row)?;
    }
    paper.filter(3, lines.len(), COLUMNS.len())
}
