//! One cell of an ods table: its attributes, and what they and the shown text amount to.
//!
//! Goes in: the start of a `table:table-cell`, and later its text. Comes out: a value for the grid.
//! Guaranteed: a value that cannot be read as its type is what the cell shows.

use quick_xml::events::BytesStart;

use crate::sheet::grid::Cell;
use crate::sheet::texts::Met;
use crate::sheet::xml;

/// What a cell says it holds.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) enum Typed {
    /// The text that is shown.
    #[default]
    Shown,
    Number(f64),
    Date(String),
    Bool(bool),
    /// A text given as an attribute.
    Text(String),
    Error,
}

/// A cell being read.
#[derive(Debug, Default)]
pub(super) struct OpenCell {
    pub typed: Typed,
    pub flags: u8,
    pub shown: String,
    pub paragraphs: usize,
    pub repeated: u32,
}

impl OpenCell {
    /// The cell as its attributes tell it, and how many columns and rows it spans.
    pub(super) fn read(element: &BytesStart<'_>) -> (Self, u32, u32) {
        let mut cell = OpenCell { repeated: repeat(element, "number-columns-repeated"), ..OpenCell::default() };
        let mut kind = String::new();
        let mut is_error = false;
        let (mut across, mut down) = (1u32, 1u32);
        let (mut number, mut date, mut truth, mut text) = (None, None, None, None);
        for attribute in element.attributes().with_checks(false).filter_map(Result::ok) {
            let value =
                || attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok().map(|it| it.into_owned());
            match (attribute.key.as_ref(), attribute.key.local_name().as_ref()) {
                // LibreOffice's own word for errors, beside the standard's "string".
                ("calcext:value-type", _) => is_error |= attribute.value == "error",
                (_, "value-type") => kind = attribute.value.into_owned(),
                (_, "value") => number = attribute.value.trim().parse::<f64>().ok().filter(|it| it.is_finite()),
                (_, "date-value") => date = value(),
                (_, "boolean-value") => truth = Some(attribute.value == "true"),
                (_, "string-value") => text = value(),
                (_, "formula") => cell.flags |= Cell::FORMULA,
                (_, "number-columns-spanned") => across = attribute.value.parse().unwrap_or(1),
                (_, "number-rows-spanned") => down = attribute.value.parse().unwrap_or(1),
                _ => {}
            }
        }
        cell.typed = match kind.as_str() {
            _ if is_error => Typed::Error,
            "float" | "percentage" | "currency" => number.map_or(Typed::Shown, Typed::Number),
            "date" => date.map_or(Typed::Shown, Typed::Date),
            "boolean" => truth.map_or(Typed::Shown, Typed::Bool),
            "string" => text.filter(|it| !it.is_empty()).map_or(Typed::Shown, Typed::Text),
            _ => Typed::Shown,
        };
        (cell, across, down)
    }

    /// Nothing stands here that anybody could see or that was worked out.
    pub(super) fn is_blank(&self) -> bool {
        self.typed == Typed::Shown && self.shown.is_empty() && self.flags == 0
    }

    /// The value for the grid.
    pub(super) fn met(&self) -> Met<'_> {
        match &self.typed {
            Typed::Number(it) => Met::Number(*it),
            Typed::Date(it) => Met::DateIso(it),
            Typed::Bool(it) => Met::Bool(*it),
            Typed::Text(it) => Met::Text(it),
            Typed::Error => Met::Error(&self.shown),
            Typed::Shown if self.flags & Cell::FORMULA != 0 && is_error_name(&self.shown) => Met::Error(&self.shown),
            Typed::Shown if self.paragraphs == 0 => Met::Nothing,
            Typed::Shown => Met::Text(&self.shown),
        }
    }
}

/// A number of repeats; at least one.
pub(super) fn repeat(element: &BytesStart<'_>, name: &str) -> u32 {
    xml::number(element, name).unwrap_or(1).max(1)
}

/// Errors as older versions write them, as a shown text only.
fn is_error_name(text: &str) -> bool {
    text.strip_prefix("Err:").is_some_and(|it| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit()))
        || matches!(
            text,
            "#DIV/0!" | "#REF!" | "#NAME?" | "#NAMN?" | "#VALUE!" | "#VÄRDE!" | "#N/A" | "#SAKNAS!" | "#NUM!"
        )
}
