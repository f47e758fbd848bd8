//! Bytes → a sparse, cell-addressed grid with everything a person saw or could not see.
//!
//! Goes in: the bytes of one file and its name. Comes out: [`Opened`]: the grid when there is one, and what was noticed.
//! Guaranteed: format is decided from content; limits are enforced before memory is spent; never an `Err` for bad data.
//! Runs in the cage (a child process), because a crafted file can make any reader abort.

mod code_page;
pub mod csv;
mod delimiter;
pub mod encoding;
mod fill;
pub mod grid;
pub mod html;
mod html_blocks;
pub mod limits;
pub mod mojibake;
mod records;
mod xml;
pub mod xml2003;

pub use grid::{Cell, CellKind, Sheet, TextId, Visibility, Workbook};

use crate::model::Observation;
use crate::model::words::words;

words! {
    /// What a file turned out to be.
    Format {
        Xlsx = "xlsx", "Excel-arbetsbok (.xlsx)";
        Xlsb = "xlsb", "binär Excel-arbetsbok (.xlsb)";
        Xls = "xls", "Excel 97–2003 (.xls)";
        Ods = "ods", "OpenDocument-kalkylblad (.ods)";
        Csv = "csv", "textfil (CSV)";
        Html = "html", "webbtabell";
        Xml2003 = "xml2003", "Excel 2003-XML";
    }
}

/// What opening a file gave.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Opened {
    pub format: Option<Format>,
    /// `None` when the file cannot be used; then an observation says why.
    pub workbook: Option<Workbook>,
    pub observations: Vec<Observation>,
}
