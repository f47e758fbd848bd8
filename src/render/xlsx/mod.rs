//! The report → an Excel workbook that a nämndsekreterare can use as it stands.
//!
//! Goes in: a [`View`]. Comes out: the bytes of an .xlsx. Guaranteed: the same bytes for the same report (times are the
//! rapportdag); sums are real formulas with their value stored; no text from outside is written as a formula.
//! The whole workbook is built in memory: the library's low-memory mode writes to temporary files, which this side of
//! the program never does.

mod cases;
mod flow;
mod history;
mod paper;
mod quality;
mod remarks;
mod summary;

use std::io::Write;

use rust_xlsxwriter::{DocProperties, Workbook};

use crate::model::Quarter;

use super::print::clean_line;
use super::{RenderError, View};

pub(super) use paper::{ACCENT, Heading, LINE, Looks, Paper, Side};

/// Writes `rapport.xlsx`.
pub fn write<W: Write>(mut out: W, view: &View<'_>) -> Result<(), RenderError> {
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties(view));
    let looks = Looks::new();
    for fill in [
        summary::fill as fn(&mut Paper<'_>, &View<'_>) -> Result<(), RenderError>,
        cases::fill,
        quality::fill,
        remarks::fill,
        remarks::fill_left_out,
        flow::fill,
        history::fill,
    ] {
        let mut paper = Paper::new(workbook.add_worksheet(), &looks)?;
        fill(&mut paper, view)?;
    }
    out.write_all(&workbook.save_to_buffer()?)?;
    out.flush()?;
    Ok(())
}

fn properties(view: &View<'_>) -> DocProperties {
    let head = &view.report.head;
    let quarter = head.quarter.map(Quarter::in_words).unwrap_or_default();
    let day = head.report_day.or(head.quarter.map(Quarter::last_day)).unwrap_or_default();
    DocProperties::new()
        .set_title(format!("Ej verkställda beslut, {quarter}"))
        .set_subject(clean_line(&head.namnd))
        .set_company(clean_line(&head.kommun))
        .set_author("Kvartal")
        .set_comment(format!("Regelverk {}. Uppgifterna avser {}.", head.rule_set_version, view.quarter_end()))
        .set_creation_datetime(&day)
        .set_custom_property("Språk", "sv-SE")
        .set_custom_property("Kvartal", head.quarter.map(|it| it.to_string()).unwrap_or_default())
}
