//! The cells of one sheet, each as the kind of value it was.
//!
//! Goes in: a sheet being written. Comes out: cells in the worksheet. Guaranteed: a text is written as a text whatever
//! it begins with; a date stays a date and counts from 1900; what a formula could not tell stays told as an error, so
//! that unreadable never becomes blank.

use chrono::NaiveDate;
use rust_xlsxwriter::{Formula, Worksheet};

use crate::form::{DateReading, Dated, How, read_date_cell, read_number, read_text, shown_cell};
use crate::model::Field;
use crate::model::mask::masked;
use crate::model::personal::find_in_number;
use crate::render::RenderError;
use crate::render::print::{clean, fitted, wrapped};
use crate::sheet::correction_copy::KEY_HEADING;
use crate::sheet::{Cell, CellKind, RowKey};

use super::Writing;
use super::looks::{Kind, Look, Looks};

/// Excel itself stops at 32 767.
const CELL_TEXT: usize = 32_000;
/// Dates of a workbook that counts from 1904 are so many days later in one that counts from 1900.
const EPOCH_1904: f64 = 1462.0;

/// What is written.
enum Value {
    Text(String),
    Number(f64),
    Bool(bool),
    /// One of the errors a spreadsheet knows, as a formula of our own.
    Error(&'static str),
    Blank,
}

pub(super) fn write(
    writing: &Writing<'_>,
    worksheet: &mut Worksheet,
    looks: &mut Looks,
    widths: &[f64],
) -> Result<(), RenderError> {
    for (row, cells) in writing.sheet.rows() {
        let mut lines = 1;
        for cell in cells.iter().filter(|it| !is_key(writing, it)) {
            let (value, kind) = value(writing, row, cell);
            let mark = writing.overlay.cells.get(&(writing.index, row, cell.col)).copied();
            let heading = writing.is_heading(row);
            let in_table = writing.tables.first().is_some_and(|it| it.heading.1 < row);
            let wrap = in_table && matches!(&value, Value::Text(it) if needs_lines(it, cell.col, widths));
            let ruled = writing.field(row, cell.col).is_some() && mark.is_none();
            let look = Look { kind, mark, struck: cell.has(Cell::STRUCK), heading, ruled, wrap };
            if let (Value::Text(text), true) = (&value, wrap || heading) {
                lines = lines.max(lines_of(text, cell.col, heading, widths));
            }
            if matches!(value, Value::Blank) && mark.is_none() {
                continue;
            }
            put(worksheet, row, cell.col, value, look, looks)?;
        }
        if lines > 1 {
            // Not every program makes room for wrapped text by itself; Excel's highest row is 409 points.
            worksheet.set_row_height(row, f64::from(u32::try_from(lines.min(27)).unwrap_or(27)) * 15.0)?;
        }
    }
    // A cell can be marked because nothing stands in it.
    let marks = writing.overlay.cells.range((writing.index, 0, 0)..=(writing.index, u32::MAX, u16::MAX));
    for ((_, row, col), severity) in marks {
        if writing.sheet.cell(*row, *col).is_none_or(|it| is_key(writing, it)) {
            let kind = empty_kind(writing.field(*row, *col));
            put(worksheet, *row, *col, Value::Blank, Look { kind, mark: Some(*severity), ..Look::default() }, looks)?;
        }
    }
    Ok(())
}

fn put(
    worksheet: &mut Worksheet,
    row: u32,
    col: u16,
    value: Value,
    look: Look,
    looks: &mut Looks,
) -> Result<(), RenderError> {
    let format = looks.format(look);
    let plain = look == Look::default();
    match value {
        Value::Text(text) if plain => worksheet.write_string(row, col, text)?,
        Value::Text(text) => worksheet.write_string_with_format(row, col, text, format)?,
        Value::Number(number) if plain => worksheet.write_number(row, col, number)?,
        Value::Number(number) => worksheet.write_number_with_format(row, col, number, format)?,
        Value::Bool(it) => worksheet.write_boolean_with_format(row, col, it, format)?,
        Value::Error(error) => {
            let formula = Formula::new(format!("={error}")).set_result(error);
            worksheet.write_formula_with_format(row, col, formula, format)?
        }
        Value::Blank => worksheet.write_blank(row, col, format)?,
    };
    Ok(())
}

/// A key of an earlier correction copy.
fn is_key(writing: &Writing<'_>, cell: &Cell) -> bool {
    cell.kind == CellKind::Text && cell.col == writing.key_col && {
        let text = writing.workbook.text(cell.text);
        text == KEY_HEADING || text.parse::<RowKey>().is_ok()
    }
}

/// An empty cell of a date column takes dates.
fn empty_kind(field: Option<Field>) -> Kind {
    match field {
        Some(it) if holds_dates(it) => Kind::Date,
        _ => Kind::Plain,
    }
}

fn holds_dates(field: Field) -> bool {
    matches!(
        field,
        Field::Beslutsdatum
            | Field::Avbrottsdatum
            | Field::Startdatum
            | Field::Verkstalld
            | Field::Avslutad
            | Field::Delvis
    )
}

/// A number of days or years is that number, also when a program has made it look like a date.
fn counts(field: Field) -> bool {
    matches!(field, Field::Dagar | Field::Alder | Field::Antal | Field::AntalMan | Field::AntalKvinnor)
}

fn value(writing: &Writing<'_>, row: u32, cell: &Cell) -> (Value, Kind) {
    let epoch_1904 = writing.workbook.epoch_1904;
    let field = writing.field(row, cell.col);
    let dates = field.is_some_and(holds_dates);
    let serials = epoch_1904 && dates;
    let hidden = || match find_in_number(cell.number) {
        Some(found) => (Value::Text(found.mask().to_owned()), Kind::Plain),
        None => (Value::Number(cell.number), if cell.number.abs() >= 1e11 { Kind::Digits } else { Kind::Plain }),
    };
    match cell.kind {
        CellKind::Text => {
            let text = writing.workbook.text(cell.text);
            // Five digits in a date column are a day counted from the workbook's own epoch.
            if serials && let Some(serial) = serial_in_text(text) {
                return (Value::Text(format!("{serial:.0}")), Kind::Plain);
            }
            let keep = !dates && text.len() > 1 && text.trim().bytes().all(|it| it.is_ascii_digit());
            (written(text), if keep { Kind::Text } else { Kind::Plain })
        }
        CellKind::DateIso => match read_text(writing.workbook.text(cell.text), false, None) {
            Dated::Read(DateReading { date, how: How::Plain, rest: None })
                if serial_of(date).is_some() && (dates || field.is_none()) =>
            {
                (Value::Number(serial_of(date).unwrap_or(0.0)), Kind::Date)
            }
            _ => (written(&shown_cell(writing.workbook, cell)), Kind::Plain),
        },
        CellKind::Number if serials => match read_number(cell.number, true, None) {
            Dated::Read(DateReading { how: How::Serial, .. }) => (Value::Number(cell.number + EPOCH_1904), Kind::Plain),
            _ => hidden(),
        },
        CellKind::Number => hidden(),
        CellKind::DateSerial => {
            let kind = if cell.number > 0.0 && cell.number < 1.0 { Kind::Time } else { Kind::Date };
            let plain =
                matches!(read_date_cell(cell.number, true, None), Dated::Read(DateReading { how: How::Plain, .. }));
            let shift =
                if epoch_1904 && plain && kind == Kind::Date && !field.is_some_and(counts) { EPOCH_1904 } else { 0.0 };
            match find_in_number(cell.number) {
                Some(found) => (Value::Text(found.mask().to_owned()), Kind::Plain),
                None => (Value::Number(cell.number + shift), kind),
            }
        }
        CellKind::Bool => (Value::Bool(cell.number != 0.0), Kind::Plain),
        CellKind::Error => (Value::Error(error(&shown_cell(writing.workbook, cell))), Kind::Plain),
        // The formula is not ours to write, but the cell of a case must not look as if it were left empty.
        CellKind::Empty if cell.has(Cell::FORMULA) && writing.version.case_at(writing.index, row).is_some() => {
            (Value::Error("#N/A"), Kind::Plain)
        }
        CellKind::Empty => (Value::Blank, Kind::Plain),
    }
}

fn written(text: &str) -> Value {
    Value::Text(fitted(clean(&masked(text)), CELL_TEXT).into_owned())
}

fn serial_in_text(text: &str) -> Option<f64> {
    let text = text.trim();
    if text.len() != 5 || !text.bytes().all(|it| it.is_ascii_digit()) {
        return None;
    }
    match read_text(text, true, None) {
        Dated::Read(DateReading { date, how: How::Serial, rest: None }) => serial_of(date),
        _ => None,
    }
}

/// The serial number of a day that Excel knows and shows as we do.
fn serial_of(day: NaiveDate) -> Option<f64> {
    let first = NaiveDate::from_ymd_opt(1900, 3, 1)?;
    let base = NaiveDate::from_ymd_opt(1899, 12, 30)?;
    let days = i32::try_from((day - base).num_days()).ok()?;
    (day >= first && days < 2_958_466).then(|| f64::from(days))
}

/// The error a spreadsheet writes for what was shown, in whatever language it was shown.
fn error(shown: &str) -> &'static str {
    match shown.trim() {
        "#DIV/0!" | "#DIVISION/0!" => "#DIV/0!",
        "#N/A" | "#SAKNAS!" => "#N/A",
        "#NAME?" | "#NAMN?" => "#NAME?",
        "#NULL!" | "#SKÄRNING!" => "#NULL!",
        "#NUM!" | "#OGILTIGT!" => "#NUM!",
        "#REF!" | "#REFERENS!" => "#REF!",
        _ => "#VALUE!",
    }
}

/// How many lines a wrapped text takes in its column. Bold letters are wider.
fn lines_of(text: &str, col: u16, heading: bool, widths: &[f64]) -> usize {
    let width = widths.get(usize::from(col)).copied().unwrap_or(8.0) - if heading { 2.0 } else { 0.0 };
    text.lines().map(|it| wrapped(it, width.max(4.0) as usize).len()).sum()
}

/// Whether a text needs more than one line in its column.
fn needs_lines(text: &str, col: u16, widths: &[f64]) -> bool {
    let width = widths.get(usize::from(col)).copied().unwrap_or(8.0);
    text.contains('\n') || text.chars().count() as f64 > width
}
