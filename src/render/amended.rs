//! The workbook that mending in the browser makes: what was received, with the changed cells, to be handed in again.
//!
//! Goes in: a workbook with its changes made, and the review of what it was before. Comes out: the bytes of an .xlsx. Guaranteed:
//! read again it gives the rows it had before but for the changes; nothing in it is marked; the same input gives the same
//! bytes; personal data that stood in it is hidden.

use std::io::Write;

use chrono::NaiveDate;
use rust_xlsxwriter::{DocProperties, Workbook as Written};

use crate::judge::Review;
use crate::merge::version::Version;
use crate::sheet::Workbook;

use super::RenderError;
use super::print::clean_line;
use super::rewrite::{self, Overlay, names};

/// File properties that say what the workbook is about; all others are about who made it and with what.
const KEPT: &[&str] = &["mall_version", "utforare", "kvartal"];

/// Writes the workbook. `made` is the day that stands in its properties.
pub fn write<W: Write>(mut out: W, workbook: &Workbook, review: &Review, made: NaiveDate) -> Result<(), RenderError> {
    let mut written = Written::new();
    written.set_properties(&properties(workbook, made));
    let names = names::of(workbook, &[]);
    rewrite::sheets(&mut written, Version { workbook, review }, &Overlay::default(), &names)?;
    out.write_all(&written.save_to_buffer()?)?;
    out.flush()?;
    Ok(())
}

fn properties(workbook: &Workbook, made: NaiveDate) -> DocProperties {
    let mut properties = DocProperties::new().set_author("Kvartal").set_creation_datetime(&made);
    for (name, value) in &workbook.properties {
        // A title may name the quarter, and a wrong quarter must go on being told.
        if name == "title" {
            properties = properties.set_title(clean_line(value));
        } else if KEPT.contains(&name.as_str()) {
            properties = properties.set_custom_property(name, clean_line(value).as_ref());
        }
    }
    properties
}

#[cfg(test)]
#[path = "amended_tests.rs"]
mod tests;
