//! What a table's columns and rows are hidden behind, merged into or lack.
//!
//! Goes in: a sheet's hidden ranges, merged areas and headings. Comes out: the field of each column, and observations.
//! Guaranteed: a cell merged over several rows counts for each of them only in columns that say what kind of case it is.

use super::columns::heading_key;
use super::dates;
use super::heading::{Block, Column};
use super::row_reader::{Frame, RowReader};
use super::{Reading, Row, cells};
use crate::model::{Field, Observation, Place, Seen};
use crate::sheet::{Cell, CellKind, Sheet};

/// The field of each column; of two columns for one field the first with data.
pub(super) fn slots(reading: &mut Reading, sheet: &Sheet, index: u16, block: &Block) -> Vec<Option<Field>> {
    let width = block.columns.iter().map(|it| usize::from(it.col) + 1).max().unwrap_or(0);
    let mut slots: Vec<Option<Field>> = vec![None; width];
    for (at, column) in block.columns.iter().enumerate() {
        let Some(field) = column.field else { continue };
        let earlier = block.columns[..at]
            .iter()
            .find(|it| it.field == Some(field) && slots.get(usize::from(it.col)).copied().flatten() == Some(field));
        if let Some(earlier) = earlier
            && !may_repeat(field, earlier, column)
        {
            let data = |column: &Column| has_data(sheet, block, column.col);
            match (data(earlier), data(column)) {
                (false, true) => set(&mut slots, earlier.col, None),
                (true, true) => {
                    let place = Place::cell(index, block.heading.1, column.col);
                    let seen = Observation::new(Seen::KolumnDubbel, place).field(field).shown(&column.heading);
                    reading.observations.push(seen);
                    continue;
                }
                _ => continue,
            }
        }
        set(&mut slots, column.col, Some(field));
    }
    if let Some(col) = block.second_table {
        reading.observations.push(Observation::new(Seen::TvaTabeller, Place::cell(index, block.heading.1, col)));
    }
    slots
}

fn set(slots: &mut [Option<Field>], col: u16, field: Option<Field>) {
    if let Some(slot) = slots.get_mut(usize::from(col)) {
        *slot = field;
    }
}

/// Free text may stand in several columns, and a yes or no beside its date.
fn may_repeat(field: Field, first: &Column, second: &Column) -> bool {
    let dated = |it: &Column| heading_key(&it.heading).contains("datum") || heading_key(&it.heading).contains("när");
    match field {
        Field::Skal | Field::Atgarder | Field::Kommentar => true,
        Field::Verkstalld | Field::Avslutad | Field::Delvis => dated(first) != dated(second),
        _ => false,
    }
}

fn has_data(sheet: &Sheet, block: &Block, col: u16) -> bool {
    (block.rows.1..block.rows.2).any(|at| {
        sheet.row_at(at).is_some_and(|(_, cells)| cells.iter().any(|it| it.col == col && it.kind != CellKind::Empty))
    })
}

/// Says which columns a table must have and lacks.
pub(super) fn missing(reader: &RowReader<'_>, reading: &mut Reading, block: &Block, frame: &Frame) {
    for group in lacking(reader, frame) {
        let place = Place::row(frame.sheet, block.heading.1);
        reading.observations.extend(group.first().map(|it| Observation::new(Seen::KolumnSaknas, place).field(*it)));
    }
}

/// A column that is missing makes its field unreadable on every row: one fault, told once.
pub(super) fn mark_missing(reader: &RowReader<'_>, frame: &Frame, row: &mut Row) {
    for field in lacking(reader, frame).flatten() {
        row.unreadable.insert(*field);
    }
    row.unreadable.add(frame.near);
}

fn lacking<'a>(reader: &RowReader<'a>, frame: &Frame) -> impl Iterator<Item = &'a Vec<Field>> {
    let has = |field: &Field| frame.slots.contains(&Some(*field));
    let known = |group: &[Field]| group.contains(&Field::Insats) && frame.assumed.is_some();
    reader.columns.required(reader.hints.purpose).iter().filter(move |it| !it.iter().any(has) && !known(it))
}

/// The values of a row stand one column off when kön is wrong in its own column and right in the next.
pub(super) fn is_shifted(reader: &RowReader<'_>, frame: &Frame, row: &Row, noticed: &[Observation]) -> bool {
    let Some(col) = frame.slots.iter().position(|it| *it == Some(Field::Kon)) else { return false };
    if row.kon.is_some() || noticed.len() < 2 {
        return false;
    }
    let Some(sheet) = reader.workbook.sheets.get(usize::from(frame.sheet)) else { return false };
    [col.checked_sub(1), Some(col + 1)].into_iter().flatten().filter_map(|it| u16::try_from(it).ok()).any(|it| {
        let neighbour = sheet.cell(row.row, it).filter(|it| it.kind == CellKind::Text);
        neighbour.is_some_and(|it| matches!(cells::kon(&reader.text(it), &reader.columns.words), Ok(Some(_))))
    })
}

/// The hidden rows of a sheet, asked row by row.
pub(super) struct HiddenRows {
    ranges: Vec<(u32, u32)>,
}

impl HiddenRows {
    pub(super) fn of(sheet: &Sheet) -> Self {
        let mut ranges = sheet.hidden_rows.clone();
        ranges.sort_unstable();
        Self { ranges }
    }

    pub(super) fn has(&self, row: u32) -> bool {
        let after = self.ranges.partition_point(|it| it.0 <= row);
        after.checked_sub(1).and_then(|it| self.ranges.get(it)).is_some_and(|it| row <= it.1)
    }
}

/// Hidden columns of a table that have content.
pub(super) fn hidden_columns(reading: &mut Reading, sheet: &Sheet, frame: &Frame, table: usize) {
    let Some(table) = reading.tables.get(table).filter(|it| it.rows > 0) else { return };
    let mut seen = Vec::new();
    for (col, field, heading) in &table.columns {
        // Our own template and correction copy keep their row keys in hidden columns.
        if !matches!(field, Field::Nyckel | Field::Kopia) && sheet.col_is_hidden(*col) {
            let place = Place::cell(frame.sheet, table.heading.1, *col);
            seen.push(Observation::new(Seen::DoldKolumn, place).field(*field).shown(heading));
        }
    }
    reading.observations.append(&mut seen);
}

/// An area merged over several rows of one column.
pub(super) struct Merged {
    col: u16,
    first: u32,
    last: u32,
    /// The column tells what kind of case a row is, so the value counts for every row.
    fills: bool,
    field: Field,
    rows: u32,
}

impl Merged {
    pub(super) fn of(sheet: &Sheet, slots: &[Option<Field>], heading: u32) -> Vec<Self> {
        let mut out = Vec::new();
        for area in sheet.merged.iter().filter(|it| it.last_row > it.first_row && it.first_row > heading) {
            let Some(field) = slots.get(usize::from(area.first_col)).copied().flatten() else { continue };
            let fills = matches!(field, Field::Insats | Field::Lagrum | Field::Utforare | Field::StartTyp | Field::Kon);
            out.push(Self { col: area.first_col, first: area.first_row, last: area.last_row, fills, field, rows: 0 });
        }
        out
    }

    /// Adds the area's cell to a row below its first.
    pub(super) fn reach(&mut self, sheet: &Sheet, row: u32, cells: &[Cell], filled: &mut Vec<Cell>) {
        if !self.fills || row <= self.first || row > self.last {
            return;
        }
        if cells.iter().any(|it| it.col == self.col && it.kind != CellKind::Empty) {
            return;
        }
        filled.extend(sheet.cell(self.first, self.col));
    }

    pub(super) fn counted(&mut self, row: u32) {
        self.rows += u32::from((self.first..=self.last).contains(&row));
    }

    pub(super) fn tell(&self, reader: &RowReader<'_>, reading: &mut Reading, sheet: &Sheet, index: u16) {
        if self.rows < 2 {
            return;
        }
        let shown = sheet.cell(self.first, self.col).map(|it| reader.text(it).into_owned()).unwrap_or_default();
        let place = Place::cell(index, self.first, self.col);
        let seen = Observation::new(Seen::SammanfogadeCeller, place).field(self.field).shown(&shown).count(self.rows);
        reading.observations.push(seen);
    }
}

/// A date cell as the program shows it: `2023-10-01`, or a time of day.
pub fn shown_date(serial: f64, epoch_1904: bool) -> String {
    if (0.0..1.0).contains(&serial) && serial > 0.0 {
        let minutes = (serial * 1440.0).round();
        return format!("{}:{:02}", (minutes / 60.0).floor(), minutes % 60.0);
    }
    match dates::from_serial(serial, epoch_1904) {
        Some(date) => date.to_string(),
        None => cells::shown_number(serial),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn date_cells_are_shown_as_the_program_shows_them() {
        assert_eq!(shown_date(45200.0, false), "2023-10-01");
        assert_eq!(shown_date(231_010.0, false), "2532-06-24");
        assert_eq!(shown_date(9.05 / 24.0, false), "9:03");
    }

    #[test]
    fn hidden_rows_are_found_in_any_order_of_ranges() {
        let mut sheet = Sheet::named("Blad1");
        sheet.hidden_rows = vec![(9, 12), (2, 3)];
        let hidden = HiddenRows::of(&sheet);
        let rows: Vec<u32> = (0..14).filter(|it| hidden.has(*it)).collect();
        assert_eq!(rows, [2, 3, 9, 10, 11, 12]);
    }
}
