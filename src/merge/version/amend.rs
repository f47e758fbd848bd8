//! Mending in the browser: typed changes put into the cells of what was received.
//!
//! Goes in: a version and a list of [`Change`]. Comes out: a workbook to be handed in as the next version, so that what is
//! received is always a file. Guaranteed: only the named cells change; a value is written so that it is read as what was
//! chosen; a change that fits no cell is refused, and then nothing is changed.

use chrono::NaiveDate;

use crate::form::{read_text, shown_cell};
use crate::model::insats::Match;
use crate::model::mask::masked;
use crate::model::{Field, InsatsId, Insatser, Kon, Lagrum, Orsak, personal};
use crate::sheet::{Cell, CellKind, Workbook};

use super::Version;

/// What is put into a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewValue {
    Day(NaiveDate),
    Cause(Orsak),
    Kon(Kon),
    Insats(InsatsId),
    Lagrum(Lagrum),
    /// ”Ja” or ”Nej”.
    Answer(bool),
    Text(String),
    /// Nothing is to stand there.
    Empty,
}

/// One change. Rows are zero-based and those of the version it is made to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A field of a row gets another value; for causes that have four columns, the four together.
    Field { sheet: u16, row: u32, field: Field, value: NewValue },
    /// The row is emptied: it should not have been reported. Rows below stay where they are.
    Remove { sheet: u16, row: u32 },
    /// Personal data in a cell is replaced by dots.
    Hide { sheet: u16, row: u32, col: u16 },
}

/// Why a change could not be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AmendError {
    #[error("Raden finns inte i filen.")]
    NoRow,
    #[error("Tabellen har ingen kolumn för uppgiften.")]
    NoColumn,
    #[error("Värdet kan inte stå i den kolumnen.")]
    WrongValue,
}

/// The workbook with the changes made.
pub fn amend(version: Version<'_>, insatser: &Insatser, changes: &[Change]) -> Result<Workbook, AmendError> {
    let mut workbook = version.workbook.clone();
    for change in changes {
        match change {
            Change::Field { sheet, row, field, value } => {
                for (col, text) in cells(version, insatser, (*sheet, *row), *field, value)? {
                    put(&mut workbook, (*sheet, *row, col), text)?;
                }
            }
            Change::Remove { sheet, row } => {
                version.case_at(*sheet, *row).ok_or(AmendError::NoRow)?;
                let columns: Vec<u16> =
                    workbook.sheets[usize::from(*sheet)].row(*row).iter().map(|it| it.col).collect();
                for col in columns {
                    put(&mut workbook, (*sheet, *row, col), Written::Nothing)?;
                }
                workbook.sheets[usize::from(*sheet)].comments.retain(|it| it.row != *row);
            }
            Change::Hide { sheet, row, col } => {
                let text = hidden(&workbook, *sheet, *row, *col).ok_or(AmendError::NoRow)?;
                put(&mut workbook, (*sheet, *row, *col), Written::Text(text))?;
            }
        }
    }
    Ok(workbook)
}

/// What stands in a cell, with personal data hidden; a number that is personal data is hidden as a whole.
fn hidden(workbook: &Workbook, sheet: u16, row: u32, col: u16) -> Option<String> {
    let cell = workbook.sheets.get(usize::from(sheet))?.cell(row, col)?;
    let text = shown_cell(workbook, cell);
    let number = if cell.kind == CellKind::Text { None } else { personal::find_in_number(cell.number) };
    Some(number.map_or_else(|| masked(&text).into_owned(), |it| it.mask().to_owned()))
}

/// What a cell is made to hold.
#[derive(Debug, Clone, PartialEq)]
enum Written {
    Day(NaiveDate),
    Text(String),
    Nothing,
}

fn put(workbook: &mut Workbook, (sheet, row, col): (u16, u32, u16), written: Written) -> Result<(), AmendError> {
    let cell = match written {
        Written::Nothing => Cell { kind: CellKind::Empty, ..Cell::number(col, 0.0) },
        Written::Text(text) => Cell::text(col, workbook.add_text(&text)),
        // As ISO text in the grid, whatever epoch the workbook counts from; the writer makes it a real date.
        Written::Day(day) => Cell { kind: CellKind::DateIso, ..Cell::text(col, workbook.add_text(&day.to_string())) },
    };
    workbook.sheets.get_mut(usize::from(sheet)).ok_or(AmendError::NoRow)?.push(row, cell);
    Ok(())
}

/// The four columns of causes, in the order of [`Orsak::ALL`].
pub(super) const MARKS: [Field; 4] =
    [Field::OrsakBostad, Field::OrsakPersonal, Field::OrsakTackatNej, Field::OrsakAnnat];

/// The column of a row's table that holds a field; of several the one whose heading speaks of a date, else the first.
fn column(version: Version<'_>, (sheet, row): (u16, u32), field: Field) -> Option<u16> {
    let columns = &version.table(sheet, row)?.columns;
    let mut its = columns.iter().filter(|it| it.1 == field);
    let dated = its.clone().find(|it| it.2.to_lowercase().contains("datum"));
    dated.or_else(|| its.next()).map(|it| it.0)
}

/// Whether a cause can be written in that row's table.
pub(super) fn has_cause(version: Version<'_>, at: (u16, u32), cause: Orsak) -> bool {
    column(version, at, Field::Orsak).is_some() || column(version, at, MARKS[cause as usize]).is_some()
}

/// The cells a change is made in, and what they get.
fn cells(
    version: Version<'_>,
    insatser: &Insatser,
    at: (u16, u32),
    field: Field,
    value: &NewValue,
) -> Result<Vec<(u16, Written)>, AmendError> {
    version.case_at(at.0, at.1).ok_or(AmendError::NoRow)?;
    if field == Field::Orsak || MARKS.contains(&field) {
        return causes(version, at, value);
    }
    let Some(col) = column(version, at, field) else { return Err(AmendError::NoColumn) };
    let text = |text: &str| Ok(vec![(col, Written::Text(text.to_owned()))]);
    match (value, field) {
        (NewValue::Empty, Field::Verkstalld | Field::Avslutad | Field::Delvis) => {
            // A yes beside an empty date would still say that it happened.
            let table = version.table(at.0, at.1).ok_or(AmendError::NoRow)?;
            Ok(table.columns.iter().filter(|it| it.1 == field).map(|it| (it.0, Written::Nothing)).collect())
        }
        (NewValue::Empty, _) => Ok(vec![(col, Written::Nothing)]),
        (
            NewValue::Day(day),
            Field::Beslutsdatum
            | Field::Avbrottsdatum
            | Field::Startdatum
            | Field::Verkstalld
            | Field::Avslutad
            | Field::Delvis,
        ) => Ok(vec![(col, Written::Day(*day))]),
        (NewValue::Kon(kon), Field::Kon) => text(kon.swedish()),
        (NewValue::Insats(id), Field::Insats) => text(&spelling(insatser, *id)),
        (NewValue::Lagrum(lagrum), Field::Lagrum) => text(&in_words(*lagrum)),
        (NewValue::Answer(yes), Field::Delvis) => text(if *yes { "Ja" } else { "Nej" }),
        (
            NewValue::Text(words),
            Field::Avslutsorsak | Field::Beviljat | Field::Utfort | Field::Skal | Field::Atgarder | Field::Kommentar,
        ) => text(words.trim()),
        _ => Err(AmendError::WrongValue),
    }
}

fn causes(version: Version<'_>, at: (u16, u32), value: &NewValue) -> Result<Vec<(u16, Written)>, AmendError> {
    let chosen = match value {
        NewValue::Cause(cause) => Some(*cause),
        NewValue::Empty => None,
        _ => return Err(AmendError::WrongValue),
    };
    let own = column(version, at, Field::Orsak);
    if chosen.is_some_and(|it| !has_cause(version, at, it)) {
        return Err(AmendError::NoColumn);
    }
    let mut out = Vec::new();
    if let Some(col) = own {
        out.push((col, chosen.map_or(Written::Nothing, |it| Written::Text(it.swedish().to_owned()))));
    }
    for (cause, field) in Orsak::ALL.iter().zip(MARKS) {
        if let Some(col) = column(version, at, field) {
            let marked = own.is_none() && chosen == Some(*cause);
            out.push((col, if marked { Written::Text("x".to_owned()) } else { Written::Nothing }));
        }
    }
    if out.is_empty() { Err(AmendError::NoColumn) } else { Ok(out) }
}

/// The shortest way to write an insats that leads back to it and to no other.
pub(super) fn spelling(insatser: &Insatser, id: InsatsId) -> String {
    let insats = insatser.get(id);
    let ways =
        [insats.name.clone(), format!("{} {}", insats.name, insats.lag), format!("{} {}", insats.lagrum, insats.name)];
    let leads_back = |text: &String| insatser.find(text, None) == Match::One(id);
    ways.iter().find(|it| leads_back(it)).unwrap_or(&ways[1]).clone()
}

/// `9 § 3 LSS`
pub(super) fn in_words(lagrum: Lagrum) -> String {
    let law = lagrum.lag.map_or("", |it| it.key());
    format!("{lagrum} {law}").trim().to_owned()
}

/// A day as people may type it in a form, or nothing.
pub fn typed_day(text: &str) -> Option<NaiveDate> {
    use crate::form::{DateReading, Dated};
    match read_text(text.trim(), false, None) {
        Dated::Read(DateReading { date, rest: None, .. }) => Some(date),
        _ => None,
    }
}
