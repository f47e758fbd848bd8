//! A finding: wrong or doubtful data, said about a place. Never an error of the system.
//!
//! Goes in: a rule's index and the values its texts need. Comes out: a value small enough to keep by the hundred thousand.
//! Guaranteed: what is shown of a cell has passed [`super::mask::masked`]; the Swedish text is made from the
//! catalogue when somebody reads it, so a text can be mended without judging again.

use chrono::NaiveDate;

use super::{Field, Place, Severity};

/// A value a rule's text may name.
#[derive(Debug, Clone, PartialEq)]
pub enum Param {
    Missing,
    Date(NaiveDate),
    Number(f64),
    Bool(bool),
    Text(Box<str>),
}

/// What one rule says about one place.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// Index of the rule in the catalogue that judged.
    pub rule: u16,
    pub severity: Severity,
    pub place: Place,
    pub field: Option<Field>,
    /// What stands in the cell, masked; `None` when no cell is meant.
    pub shown: Option<Box<str>>,
    /// The values of the placeholders of the rule's texts, in the order the rule names them.
    pub params: Box<[Param]>,
}
