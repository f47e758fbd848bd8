//! The correction copy: the utförare's own workbook back, with the faulty cells marked and a list of what to mend.
//!
//! Goes in: [`Correction`]: a version, the words of its findings, and whose copy it is. Comes out: the bytes of an .xlsx.
//! Guaranteed: same sheets, rows, columns and kinds of values; nothing from a cell becomes a formula; when it comes
//! back, `sheet` takes off what is ours and the hidden keys tell which row is which; the same input gives the same bytes.

mod list;
mod marks;

#[cfg(test)]
mod tests;

use std::io::Write;

use rust_xlsxwriter::{DocProperties, Workbook as Written};

use crate::merge::version::Version;
use crate::sheet::CopyOf;
use crate::sheet::correction_copy::{FINDINGS_TAB, MARKS_TAB};

use super::print::clean_line;
use super::rewrite::{self, names};
use super::xlsx::{Looks, Paper};
use super::{RenderError, Voice};

/// Everything a correction copy is made from.
#[derive(Clone, Copy)]
pub struct Correction<'a> {
    pub of: &'a CopyOf,
    pub version: Version<'a>,
    pub voice: Voice<'a>,
    /// Name of the utförare, for the list's heading.
    pub utforare: &'a str,
}

/// Writes the workbook.
pub fn write<W: Write>(mut out: W, correction: &Correction<'_>) -> Result<(), RenderError> {
    let Correction { of, version, .. } = correction;
    let mut written = Written::new();
    written.set_properties(&properties(correction));
    let names = names::of(version.workbook, &[FINDINGS_TAB, MARKS_TAB]);
    let marks = marks::of(correction);
    let looks = Looks::new();
    let mut paper = Paper::new(written.add_worksheet(), &looks)?;
    list::fill(&mut paper, correction, &names, &marks)?;
    paper.sheet.set_active(true);
    rewrite::sheets(&mut written, *version, &marks.overlay, &names)?;
    for ((sheet, row, col), note) in &marks.notes {
        written.worksheet_from_index(usize::from(*sheet) + 1)?.insert_note(*row, *col, note)?;
    }
    let hidden = written.add_worksheet();
    hidden.set_name(MARKS_TAB)?.set_very_hidden(true);
    for (row, (name, value)) in (0u32..).zip(of.marks()) {
        hidden.write_string(row, 0, name)?.write_string(row, 1, value)?;
    }
    out.write_all(&written.save_to_buffer()?)?;
    out.flush()?;
    Ok(())
}

fn properties(correction: &Correction<'_>) -> DocProperties {
    let of = correction.of;
    let title = format!("Rättningskopia, version {}, {}", of.version, of.quarter.in_words());
    let mut properties = DocProperties::new()
        .set_title(title)
        .set_subject(clean_line(correction.utforare))
        .set_author("Kvartal")
        .set_creation_datetime(&of.quarter.last_day())
        .set_custom_property("Språk", "sv-SE");
    for (name, value) in of.marks() {
        properties = properties.set_custom_property(name, value);
    }
    properties
}
