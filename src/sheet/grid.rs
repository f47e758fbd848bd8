//! The grid: every cell with content, where it stands, and what surrounds it.
//!
//! Goes in: cells from a reader in row order. Comes out: a compact, sparse workbook, 16 bytes a cell, texts stored once.
//! Guaranteed: cells of a sheet are ordered by row and column; an index is never a row number.

use serde::{Deserialize, Serialize};

use crate::model::Place;

/// A text of the workbook, stored once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TextId(pub u32);

impl TextId {
    pub const NONE: TextId = TextId(u32::MAX);
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum CellKind {
    /// `text` holds it.
    Text,
    /// `number` holds it.
    Number,
    /// A number the file formats as a date; `number` is the serial in the workbook's own epoch.
    DateSerial,
    /// `text` holds an ISO date or date-time, as ods and strict xlsx store them.
    DateIso,
    /// `number` is 0 or 1.
    Bool,
    /// `text` holds the error as shown, `#REF!`.
    Error,
    /// Nothing stands here but a formula without a saved value, or a mark such as a strike-through.
    Empty,
}

/// One cell with content.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    pub col: u16,
    pub kind: CellKind,
    /// Bits of [`Cell::FORMULA`] and [`Cell::STRUCK`].
    pub flags: u8,
    pub text: TextId,
    pub number: f64,
}

impl Cell {
    pub const FORMULA: u8 = 1;
    pub const STRUCK: u8 = 2;

    pub fn text(col: u16, text: TextId) -> Self {
        Self { col, kind: CellKind::Text, flags: 0, text, number: 0.0 }
    }

    pub fn number(col: u16, number: f64) -> Self {
        Self { col, kind: CellKind::Number, flags: 0, text: TextId::NONE, number }
    }

    pub fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
pub enum Visibility {
    #[default]
    Visible,
    Hidden,
    /// Hidden so that the program's own menu does not show it.
    VeryHidden,
}

/// A rectangle of cells, both corners included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Area {
    pub first_row: u32,
    pub first_col: u16,
    pub last_row: u32,
    pub last_col: u16,
}

/// A note or comment on a cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comment {
    pub row: u32,
    pub col: u16,
    pub text: String,
}

/// One row's number and where its cells begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct RowStart {
    row: u32,
    first: u32,
}

/// One sheet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct Sheet {
    pub name: String,
    pub visibility: Visibility,
    rows: Vec<RowStart>,
    cells: Vec<Cell>,
    pub merged: Vec<Area>,
    /// Hidden rows as inclusive ranges.
    pub hidden_rows: Vec<(u32, u32)>,
    /// Hidden columns as inclusive ranges.
    pub hidden_cols: Vec<(u16, u16)>,
    /// The sheet has an active filter, so hidden rows are probably hidden by it.
    pub filtered: bool,
    pub comments: Vec<Comment>,
}

impl Sheet {
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// Adds a cell. Cells come in reading order; one that does not is put where it belongs, the last of two on one spot wins.
    pub fn push(&mut self, row: u32, cell: Cell) {
        let first = u32::try_from(self.cells.len()).unwrap_or(u32::MAX);
        match self.rows.last() {
            Some(last) if last.row == row => {
                if self.cells.last().is_some_and(|it| it.col < cell.col) {
                    self.cells.push(cell);
                } else {
                    self.insert(row, cell);
                }
            }
            Some(last) if last.row > row => self.insert(row, cell),
            _ => {
                self.rows.push(RowStart { row, first });
                self.cells.push(cell);
            }
        }
    }

    fn insert(&mut self, row: u32, cell: Cell) {
        let at = match self.rows.binary_search_by_key(&row, |it| it.row) {
            Ok(at) => at,
            Err(at) => {
                let first = self.rows.get(at).map_or(self.cells.len(), |it| it.first as usize);
                self.rows.insert(at, RowStart { row, first: u32::try_from(first).unwrap_or(u32::MAX) });
                at
            }
        };
        let first = self.rows[at].first as usize;
        let last = self.rows.get(at + 1).map_or(self.cells.len(), |it| it.first as usize);
        // A row that was just inserted shares its start with the next one and has no cells yet.
        match self.cells[first..last].binary_search_by_key(&cell.col, |it| it.col) {
            Ok(found) => self.cells[first + found] = cell,
            Err(gap) => {
                self.cells.insert(first + gap, cell);
                for later in &mut self.rows[at + 1..] {
                    later.first += 1;
                }
            }
        }
    }

    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    pub fn cell_count(&self) -> usize {
        self.cells.len()
    }

    /// Rows with content, in order: row number and its cells in column order.
    pub fn rows(&self) -> impl Iterator<Item = (u32, &[Cell])> {
        self.rows.iter().enumerate().map(|(at, it)| (it.row, self.cells_at(at)))
    }

    /// The number of rows with content.
    pub fn row_count(&self) -> usize {
        self.rows.len()
    }

    /// The `at`-th row with content.
    pub fn row_at(&self, at: usize) -> Option<(u32, &[Cell])> {
        self.rows.get(at).map(|it| (it.row, self.cells_at(at)))
    }

    /// The cells of row number `row`; empty when it has none.
    pub fn row(&self, row: u32) -> &[Cell] {
        match self.rows.binary_search_by_key(&row, |it| it.row) {
            Ok(at) => self.cells_at(at),
            Err(_) => &[],
        }
    }

    pub fn cell(&self, row: u32, col: u16) -> Option<&Cell> {
        let cells = self.row(row);
        cells.binary_search_by_key(&col, |it| it.col).ok().map(|at| &cells[at])
    }

    fn cells_at(&self, at: usize) -> &[Cell] {
        let first = self.rows[at].first as usize;
        let last = self.rows.get(at + 1).map_or(self.cells.len(), |it| it.first as usize);
        &self.cells[first..last]
    }

    pub fn row_is_hidden(&self, row: u32) -> bool {
        self.hidden_rows.iter().any(|(first, last)| (*first..=*last).contains(&row))
    }

    pub fn col_is_hidden(&self, col: u16) -> bool {
        self.hidden_cols.iter().any(|(first, last)| (*first..=*last).contains(&col))
    }
}

/// Everything read from one file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct Workbook {
    pub sheets: Vec<Sheet>,
    /// Serial dates count from 1904-01-01 (old Mac) instead of 1899-12-30.
    pub epoch_1904: bool,
    /// File properties, standard and custom: name and value.
    pub properties: Vec<(String, String)>,
    buffer: String,
    texts: Vec<(u32, u32)>,
}

impl Workbook {
    /// Stores a text and gives its id. The caller remembers ids of texts it meets again.
    pub fn add_text(&mut self, text: &str) -> TextId {
        let start = u32::try_from(self.buffer.len()).unwrap_or(u32::MAX);
        self.buffer.push_str(text);
        let id = TextId(u32::try_from(self.texts.len()).unwrap_or(u32::MAX));
        self.texts.push((start, u32::try_from(text.len()).unwrap_or(0)));
        id
    }

    /// The text with that id; empty for [`TextId::NONE`] and for an id of another workbook.
    pub fn text(&self, id: TextId) -> &str {
        let Some(&(start, len)) = self.texts.get(id.0 as usize) else { return "" };
        self.buffer.get(start as usize..start as usize + len as usize).unwrap_or("")
    }

    pub fn text_count(&self) -> usize {
        self.texts.len()
    }

    pub fn sheet_name(&self, place: Place) -> &str {
        place.sheet.and_then(|it| self.sheets.get(usize::from(it))).map_or("", |it| it.name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_out_of_order_find_their_place() {
        let mut sheet = Sheet::named("Blad1");
        for (row, col, value) in
            [(3, 1, 1.0), (3, 4, 2.0), (1, 2, 3.0), (3, 2, 4.0), (7, 0, 5.0), (1, 0, 6.0), (3, 4, 7.0)]
        {
            sheet.push(row, Cell::number(col, value));
        }
        let all: Vec<_> = sheet
            .rows()
            .map(|(row, cells)| (row, cells.iter().map(|it| (it.col, it.number)).collect::<Vec<_>>()))
            .collect();
        assert_eq!(
            all,
            vec![(1, vec![(0, 6.0), (2, 3.0)]), (3, vec![(1, 1.0), (2, 4.0), (4, 7.0)]), (7, vec![(0, 5.0)])]
        );
        assert_eq!(sheet.cell(3, 2).map(|it| it.number), Some(4.0));
        assert_eq!(sheet.cell(2, 2), None);
    }

    #[test]
    fn a_cell_is_sixteen_bytes() {
        assert_eq!(size_of::<Cell>(), 16);
    }
}
