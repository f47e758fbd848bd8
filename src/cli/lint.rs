//! `kvartal lint REPORT.json TEXT.txt`: what a text says that the report does not bear out.
//!
//! Goes in: report.json and a text. Comes out: remarks on stdout, each with its sentence.
//! Guaranteed: exit 1 when there are remarks; neither file is changed.

use crate::render::document::lint::{Known, text};
use crate::render::print::clean_line;

use super::arguments::Lint;
use super::failure::{Failure, Outcome, io_text};
use super::{explain, say};

/// Runs the command.
///
/// # Errors
///
/// The report or the text cannot be read.
pub fn run(arguments: &Lint) -> Result<Outcome, Failure> {
    let report = explain::read(&arguments.report)?;
    let path = &arguments.text;
    let bytes = std::fs::read(path).map_err(|it| Failure::File(io_text("Det går inte att läsa texten", path, &it)))?;
    let words = String::from_utf8(bytes).map_err(|_| {
        Failure::File(format!("{} är ingen text i UTF-8. Spara den så och försök igen.", path.display()))
    })?;
    let remarks = text(&words, &Known::of(&report));
    if arguments.json {
        let json = serde_json::to_string_pretty(&remarks).map_err(|it| Failure::System(it.to_string()))?;
        say(&format!("{json}\n"))?;
    } else if remarks.is_empty() {
        say("Inga anmärkningar.\n")?;
    } else {
        for it in &remarks {
            say(&format!("”{}”\n  {}\n", clean_line(&it.sentence), it.message))?;
        }
    }
    Ok(if remarks.is_empty() { Outcome::Clean } else { Outcome::Findings })
}
