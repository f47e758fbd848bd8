//! What a path picks out of a report: the figure, the rows behind it, and how the two must fit together.
//!
//! Goes in: nothing; a value that the lookup builds. Comes out: the same value to whoever lists the cases.
//! Guaranteed: a figure that is no count of rows never claims to agree with any.

use serde_json::Value;

/// One row of the report's lists.
#[derive(Debug, Clone, Copy)]
pub(super) enum Picked<'a> {
    Line(&'a Value),
    Excluded(&'a Value),
    Correction(&'a Value),
    Missing(&'a Value),
    Uppdrag(&'a Value),
    Finding(&'a Value),
}

/// How rows and figure fit together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Fit {
    /// As many rows as the figure says.
    Count,
    /// The figure is minus the number of rows: a correction takes away.
    Minus,
    /// The figure is the number of rows divided by this.
    Part(f64),
    /// The rows are where the figure was read, not what it counts.
    None,
}

/// A figure found in the report.
#[derive(Debug, Clone)]
pub(super) struct Found<'a> {
    pub what: String,
    pub value: Value,
    pub rows: Vec<Picked<'a>>,
    pub fit: Fit,
    pub note: Option<String>,
}

impl<'a> Found<'a> {
    /// A count of rows.
    pub fn count(what: impl Into<String>, value: &Value, rows: Vec<Picked<'a>>) -> Self {
        Self { what: what.into(), value: value.clone(), rows, fit: Fit::Count, note: None }
    }

    /// A value that stands in the rows.
    pub fn stands(what: impl Into<String>, value: &Value, rows: Vec<Picked<'a>>) -> Self {
        Self { fit: Fit::None, ..Self::count(what, value, rows) }
    }

    pub fn note(self, note: impl Into<String>) -> Self {
        Self { note: Some(note.into()), ..self }
    }

    /// What the rows amount to.
    pub fn counted(&self) -> Option<i64> {
        let rows = i64::try_from(self.rows.len()).ok()?;
        match self.fit {
            Fit::Count | Fit::Part(_) => Some(rows),
            Fit::Minus => Some(-rows),
            Fit::None => None,
        }
    }

    /// Whether what the rows amount to is the figure.
    pub fn is(&self, counted: i64) -> bool {
        match self.fit {
            #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
            Fit::Part(of) => self.value.as_f64().is_some_and(|it| (it * of - counted as f64).abs() < 1e-6),
            Fit::Count | Fit::Minus | Fit::None => self.value.as_i64() == Some(counted),
        }
    }
}
