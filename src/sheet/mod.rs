//! Bytes → a sparse, cell-addressed grid with everything a person saw or could not see.
//!
//! Goes in: the bytes of one file and its name. Comes out: [`Opened`]: the grid when there is one, and what was noticed.
//! Guaranteed: format is decided from content; limits are enforced before memory is spent; never an `Err` for bad data.
//! Runs in the cage (a child process), because a crafted file can make any reader abort.

mod biff;
mod binary;
mod code_page;
pub mod correction_copy;
mod csv;
mod delimiter;
mod encoding;
mod extras;
mod fill;
pub mod grid;
mod html;
mod html_blocks;
pub mod limits;
mod mend;
mod mojibake;
mod ods;
mod ods_cell;
mod olprops;
mod package;
mod records;
mod sniff;
mod stored;
mod tap;
mod texts;
mod xls;
mod xlsb;
mod xlsx;
mod xml;
mod xml2003;

pub use correction_copy::{CopyOf, RowKey};
pub use grid::{Cell, CellKind, Sheet, TextId, Visibility, Workbook};
pub use limits::Limits;

use crate::model::words::words;
use crate::model::{Observation, Place, Seen};
use crate::sheet::sniff::Sniffed;

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

impl Format {
    /// Name endings that promise this format.
    const fn endings(self) -> &'static [&'static str] {
        match self {
            Format::Xlsx => &["xlsx", "xlsm", "xltx", "xltm"],
            Format::Xlsb => &["xlsb"],
            Format::Xls => &["xls", "xlt"],
            Format::Ods => &["ods", "ots"],
            Format::Csv => &["csv", "txt", "tsv", "tab", "skv"],
            Format::Html => &["html", "htm"],
            Format::Xml2003 => &["xml"],
        }
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

impl Opened {
    /// A file that cannot be used, and why.
    pub fn refused(format: Option<Format>, seen: Seen) -> Self {
        Self { format, workbook: None, observations: vec![Observation::new(seen, Place::FILE)] }
    }
}

/// Opens a file. Meant to run in the cage.
pub fn open(name: &str, bytes: &[u8], limits: &Limits) -> Opened {
    let mut observations = Vec::new();
    let (format, read) = match sniff::sniff(name, bytes, limits) {
        Sniffed::Refused(seen) => return Opened::refused(None, seen),
        Sniffed::Foreign(what) => {
            let observation = Observation::new(Seen::FilFrammandeTyp, Place::FILE).read(what);
            return Opened { format: None, workbook: None, observations: vec![observation] };
        }
        Sniffed::Package(format, package) => {
            package.observe(&mut observations);
            let read = match format {
                Format::Xlsb => xlsb::read(&package, limits, &mut observations),
                Format::Ods => ods::read(&package, limits, &mut observations),
                _ => xlsx::read(&package, limits, &mut observations),
            };
            (format, read)
        }
        Sniffed::Xls => (Format::Xls, xls::read(bytes, limits, &mut observations)),
        Sniffed::Text(format) => {
            let read = match format {
                Format::Html => html::read(bytes, limits, &mut observations),
                Format::Xml2003 => xml2003::read(bytes, limits, &mut observations),
                _ => csv::read(bytes, limits, &mut observations),
            };
            let explained = !observations.is_empty();
            match read {
                // The reader has said why itself.
                None if explained => return Opened { format: Some(format), workbook: None, observations },
                read => (format, read.ok_or(Seen::FilTrasig)),
            }
        }
    };
    if let Some(ending) = other_ending(name, format) {
        let observation = Observation::new(Seen::FilAndelse, Place::FILE).shown(&ending).read(format.swedish());
        observations.push(observation);
    }
    match read {
        Ok(mut workbook) => {
            correction_copy::take_off(&mut workbook, &mut observations);
            Opened { format: Some(format), workbook: Some(workbook), observations }
        }
        Err(seen) => {
            observations.push(Observation::new(seen, Place::FILE));
            Opened { format: Some(format), workbook: None, observations }
        }
    }
}

/// The ending of the name when it promises something else than the content is.
fn other_ending(name: &str, format: Format) -> Option<String> {
    let (_, ending) = name.rsplit_once('.')?;
    let ending = ending.to_lowercase();
    let is_ending = (1..=5).contains(&ending.len()) && ending.bytes().all(|it| it.is_ascii_alphanumeric());
    (is_ending && !format.endings().contains(&ending.as_str())).then(|| format!(".{ending}"))
}
