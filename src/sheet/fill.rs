//! Cells of text-like formats into a workbook.
//!
//! Goes in: cells, one after another, from the readers of csv, html and Excel 2003-XML. Comes out: a [`Workbook`].
//! Guaranteed: the limits are kept (see [`super::texts`]), for merges and comments too; blank text makes no cell.

use crate::model::Observation;
use crate::model::Place;
use crate::model::Seen;

use super::grid::{Area, Comment, Sheet, Workbook};
use super::limits::Limits;
use super::texts::{Filling, Met};

/// A workbook being filled, one sheet at a time.
pub struct Fill<'a> {
    limits: &'a Limits,
    filling: Filling<'a>,
    sheet: Option<Sheet>,
    sheets: usize,
    observations: Vec<Observation>,
}

impl<'a> Fill<'a> {
    pub fn new(limits: &'a Limits) -> Self {
        Self { limits, filling: Filling::new(limits), sheet: None, sheets: 0, observations: Vec::new() }
    }

    /// Ends the sheet before and starts one with that name. `Err` says which limit was reached.
    pub fn sheet(&mut self, name: &str) -> Result<(), Seen> {
        self.end_sheet();
        self.sheets += 1;
        if self.sheets > self.limits.fil.blad {
            return Err(Seen::FilUppackadForStor);
        }
        // Excel allows 31 characters; a name that is a text of its own is cut where nobody misses it.
        self.sheet = Some(Sheet::named(name.chars().take(200).collect::<String>()));
        Ok(())
    }

    fn end_sheet(&mut self) {
        if let Some(sheet) = self.sheet.take() {
            self.filling.close(sheet);
        }
    }

    /// The workbook itself, for what is not cells.
    pub fn workbook(&mut self) -> &mut Workbook {
        &mut self.filling.workbook
    }

    /// The sheet being filled, for what is not cells.
    pub fn current(&mut self) -> &mut Sheet {
        self.sheet.get_or_insert_default()
    }

    /// A cell with text. Blank text leaves the spot empty.
    pub fn text(&mut self, row: u32, col: u32, text: &str) -> Result<(), Seen> {
        if text.trim().is_empty() { Ok(()) } else { self.cell(row, col, Met::Text(text), 0) }
    }

    /// A cell of any kind.
    pub fn cell(&mut self, row: u32, col: u32, met: Met<'_>, flags: u8) -> Result<(), Seen> {
        let sheet = self.sheet.get_or_insert_default();
        self.filling.put(sheet, row, col, met, flags, &mut self.observations)
    }

    /// A merged area; one spot alone is none. Cut at the sheet's edge.
    pub fn merged(&mut self, row: u32, col: u32, down: u32, across: u32) {
        let edge = |at: u32, by: u32, limit: u32| at.saturating_add(by).min(limit.saturating_sub(1));
        let last_row = edge(row, down, self.limits.fil.rader);
        let last_col = edge(col, across, self.limits.fil.kolumner);
        if let (Ok(first_col), Ok(last_col)) = (u16::try_from(col), u16::try_from(last_col))
            && (row..).contains(&last_row)
            && (first_col..).contains(&last_col)
            && (last_row, last_col) != (row, first_col)
        {
            self.current().merged.push(Area { first_row: row, first_col, last_row, last_col });
        }
    }

    /// A comment on a cell.
    pub fn comment(&mut self, row: u32, col: u32, text: &str) -> Result<(), Seen> {
        if self.current().comments.len() >= self.limits.fil.kommentarer {
            return Err(Seen::FilUppackadForStor);
        }
        if let Ok(col) = u16::try_from(col) {
            let text = text.trim().chars().take(self.limits.fil.cell_tecken).collect();
            self.current().comments.push(Comment { row, col, text });
        }
        Ok(())
    }

    /// The workbook, with the last sheet in it, and what was noticed on the way.
    pub fn finish(mut self, observations: &mut Vec<Observation>) -> Workbook {
        self.end_sheet();
        observations.append(&mut self.observations);
        self.filling.finish(observations)
    }
}

/// Tells that the file cannot be used and why; for readers that give no workbook.
pub fn refused(seen: Seen, observations: &mut Vec<Observation>) -> Option<Workbook> {
    observations.push(Observation::new(seen, Place::FILE));
    None
}

/// Tells that the file is something else than a spreadsheet, and what.
pub fn foreign(what: &str, observations: &mut Vec<Observation>) -> Option<Workbook> {
    observations.push(Observation::new(Seen::FilFrammandeTyp, Place::FILE).read(what));
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_is_kept() {
        let mut limits = Limits::built_in().unwrap();
        limits.fil.celler = 3;
        limits.fil.rader = 10;
        limits.fil.kolumner = 4;
        limits.fil.blad = 1;
        limits.fil.kommentarer = 1;
        let mut fill = Fill::new(&limits);
        fill.sheet("A").unwrap();
        for (row, col) in [(0, 0), (9, 3), (10, 0), (0, 4), (0, 70_000), (1, 1)] {
            assert_eq!(fill.text(row, col, "a"), Ok(()), "{row} {col}");
        }
        assert_eq!(fill.text(2, 2, "a"), Err(Seen::FilUppackadForStor));
        assert_eq!(fill.comment(0, 0, "a"), Ok(()));
        assert_eq!(fill.comment(0, 1, "a"), Err(Seen::FilUppackadForStor));
        for (row, col, down, across) in [(0, 0, 0, 0), (3, 1, u32::MAX, u32::MAX), (20, 0, 1, 1), (0, 9, 0, 1)] {
            fill.merged(row, col, down, across);
        }
        assert_eq!(fill.sheet("B"), Err(Seen::FilUppackadForStor));
        let mut seen = Vec::new();
        let book = fill.finish(&mut seen);
        assert_eq!(book.sheets[0].merged, [Area { first_row: 3, first_col: 1, last_row: 9, last_col: 3 }]);
        assert_eq!(seen.iter().map(|it| (it.seen, it.count)).collect::<Vec<_>>(), [(Seen::FilTrasig, 3)]);
    }

    #[test]
    fn blank_text_makes_no_cell() {
        let limits = Limits::built_in().unwrap();
        let mut fill = Fill::new(&limits);
        for (col, text) in [(0, "Man"), (1, " \u{a0}\t"), (2, "Man"), (3, "")] {
            fill.text(2, col, text).unwrap();
        }
        let book = fill.finish(&mut Vec::new());
        assert_eq!((book.text_count(), book.sheets[0].cell_count()), (1, 2));
    }
}
