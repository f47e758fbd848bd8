//! `kvartal explain REPORT.json PATH`: from a figure of the report back to the rows it was counted from.
//!
//! Goes in: report.json and a path, as the papers print it. Comes out: the figure and its cases on stdout.
//! Guaranteed: exit 1 when the listed cases do not amount to the figure; 2 for a path that the report does not have.

use std::path::Path;

use serde_json::Value;

use crate::render::explain;

use super::arguments::Explain;
use super::failure::{Failure, Outcome, io_text};
use super::say;

/// Runs the command.
///
/// # Errors
///
/// The report cannot be read, or has no such figure.
pub fn run(arguments: &Explain) -> Result<Outcome, Failure> {
    let report = read(&arguments.report)?;
    let it = explain::explain(&report, &arguments.path).map_err(|it| Failure::Usage(it.to_string()))?;
    if arguments.json {
        let text = serde_json::to_string_pretty(&it).map_err(|it| Failure::System(it.to_string()))?;
        say(&format!("{text}\n"))?;
    } else {
        say(&explain::write(&it))?;
    }
    Ok(if it.agrees == Some(false) { Outcome::Findings } else { Outcome::Clean })
}

/// Reads a report.json.
///
/// # Errors
///
/// It cannot be read, or is no report.
pub fn read(path: &Path) -> Result<Value, Failure> {
    let bytes =
        std::fs::read(path).map_err(|it| Failure::File(io_text("Det går inte att läsa rapporten", path, &it)))?;
    let no_report = || Failure::File(format!("{} är ingen rapport från Kvartal (report.json).", path.display()));
    let report: Value = serde_json::from_slice(&bytes).map_err(|_| no_report())?;
    if report.get("lines").is_some_and(Value::is_array) && report.get("totals").is_some_and(Value::is_object) {
        Ok(report)
    } else {
        Err(no_report())
    }
}
