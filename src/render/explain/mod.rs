//! From a figure back to its cases: a path in report.json → the figure, and the rows that it counts.
//!
//! Goes in: report.json as read, and a path such as `by_insats.ledsagarservice.open_women`. Comes out: [`Explained`], or
//! [`Unknown`] with the nearest path there is. Guaranteed: the rows are counted anew from the report's own lists and compared
//! with the figure; texts are masked; nothing outside the report is consulted.

mod case;
mod lookup;
mod paths;
mod picked;
mod text;

use serde::Serialize;
use serde_json::Value;

pub use case::{Case, Spoke};
pub use paths::all as all_paths;
pub use text::write;

use crate::model::spelling::nearest;

/// A figure and what it is made of.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explained {
    pub path: String,
    /// What the figure says, in Swedish.
    pub what: String,
    pub value: Value,
    pub cases: Vec<Case>,
    /// What the listed cases amount to; `None` for a figure that is no count of rows in this report.
    pub counted: Option<i64>,
    /// Whether that is the figure.
    pub agrees: Option<bool>,
    /// Why there are no cases, or what else a reader must know.
    pub note: Option<String>,
}

/// A path that leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    pub path: String,
    pub nearest: Option<String>,
}

impl std::fmt::Display for Unknown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Rapporten har ingen siffra som heter ”{}”.", self.path)?;
        match &self.nearest {
            Some(near) => write!(f, " Menade du {near}?"),
            None => write!(f, " Skriv till exempel totals.open eller lines.12.days."),
        }
    }
}

/// Leads a figure back to its rows.
///
/// # Errors
///
/// [`Unknown`] when the report has no such figure.
pub fn explain(report: &Value, path: &str) -> Result<Explained, Unknown> {
    let Some(picked) = lookup::find(report, path) else {
        let known = paths::all(report);
        let near = nearest(path, known.iter().map(String::as_str)).map(str::to_owned);
        return Err(Unknown { path: path.to_owned(), nearest: near });
    };
    let counted = picked.counted();
    let agrees = counted.map(|it| picked.is(it));
    Ok(Explained {
        path: path.to_owned(),
        cases: case::all(report, &picked.rows),
        what: picked.what,
        value: picked.value,
        counted,
        agrees,
        note: picked.note,
    })
}

#[cfg(test)]
mod tests;
