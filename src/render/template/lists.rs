//! The very hidden sheet: what the drop-downs offer, and what the workbook is.
//!
//! Goes in: a [`Blank`]. Comes out: one sheet nobody sees. Guaranteed: the marks in its first rows are the same as the
//! workbook's custom properties, because some programs drop properties when they save.

use rust_xlsxwriter::{Formula, Worksheet};

use crate::model::words::CLOSING_REASONS;
use crate::model::{Kon, Orsak};
use crate::render::RenderError;
use crate::render::print::clean_line;

use super::{Blank, VERSION};

const TAB: &str = "Listor";
/// First row of the lists (zero-based); above it stand the marks.
const FIRST: u32 = 5;

/// One drop-down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum List {
    Kon,
    Insats,
    YesNo,
    Cause,
    Closed,
    Lag,
}

impl List {
    const ALL: [List; 6] = [List::Kon, List::Insats, List::YesNo, List::Cause, List::Closed, List::Lag];

    fn values(self, blank: &Blank<'_>) -> Vec<String> {
        let owned = |all: &[&str]| all.iter().map(|it| (*it).to_owned()).collect();
        match self {
            List::Kon => Kon::ALL.iter().map(|it| it.swedish().to_owned()).collect(),
            List::Insats => owned(&blank.names()),
            List::YesNo => owned(&["Ja", "Nej"]),
            List::Cause => blank.causes().into_iter().map(|it: Orsak| it.swedish().to_owned()).collect(),
            List::Closed => owned(&CLOSING_REASONS),
            List::Lag => owned(&["LSS", "SoL"]),
        }
    }

    /// `=Listor!$A$6:$A$9`
    pub(super) fn range(self, blank: &Blank<'_>) -> Formula {
        let at = List::ALL.iter().position(|it| *it == self).and_then(|it| u16::try_from(it).ok()).unwrap_or(0);
        let letter = crate::model::place::column_letters(at);
        let count = u32::try_from(self.values(blank).len()).unwrap_or(1).max(1);
        Formula::new(format!("={TAB}!${letter}${}:${letter}${}", FIRST + 1, FIRST + count))
    }
}

pub(super) fn fill(sheet: &mut Worksheet, blank: &Blank<'_>) -> Result<(), RenderError> {
    sheet.set_name(TAB)?.set_very_hidden(true);
    let marks = [
        ("mall_version", VERSION.to_owned()),
        ("utforare", blank.utforare.id.clone()),
        ("kvartal", blank.quarter.to_string()),
    ];
    for (row, (name, value)) in (0u32..).zip(marks) {
        sheet.write_string(row, 0, name)?;
        sheet.write_string(row, 1, clean_line(&value))?;
    }
    for (col, list) in (0u16..).zip(List::ALL) {
        for (row, value) in (FIRST..).zip(list.values(blank)) {
            sheet.write_string(row, col, clean_line(&value))?;
        }
    }
    sheet.protect();
    Ok(())
}
