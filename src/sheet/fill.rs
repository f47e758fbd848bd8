//! Cells into a workbook, within the limits.
//!
//! Goes in: cells, one after another, from the readers of text-like formats. Comes out: a [`Workbook`].
//! Guaranteed: the limits are kept before memory is spent; equal texts are stored once; blank text makes no cell.

use rustc_hash::FxHashMap;

use crate::model::Observation;
use crate::model::Place;
use crate::model::Seen;

use super::grid::{Area, Cell, CellKind, Comment, Sheet, TextId, Workbook};
use super::limits::Limits;

/// A file that goes past a limit, and which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLarge {
    place: Place,
    limit: usize,
    what: &'static str,
}

impl TooLarge {
    /// The file as a whole is too large.
    pub fn whole(limit: usize, what: &'static str) -> Self {
        Self { place: Place::FILE, limit, what }
    }

    /// What the person who sent the file is told.
    pub fn observation(self) -> Observation {
        Observation::new(Seen::FilForStor, self.place).read(format!("fler än {} {}", self.limit, self.what))
    }
}

/// Texts longer than this are seldom met twice; looking for them costs more than it saves.
const REMEMBERED: usize = 200;

/// A workbook being filled.
pub struct Fill<'a> {
    limits: &'a Limits,
    workbook: Workbook,
    sheet: Option<Sheet>,
    texts: FxHashMap<Box<str>, TextId>,
    text_bytes: usize,
    cells: usize,
}

impl<'a> Fill<'a> {
    pub fn new(limits: &'a Limits) -> Self {
        let workbook = Workbook::default();
        Self { limits, workbook, sheet: None, texts: FxHashMap::default(), text_bytes: 0, cells: 0 }
    }

    /// Ends the sheet before and starts one with that name.
    pub fn sheet(&mut self, name: &str) -> Result<(), TooLarge> {
        self.end_sheet();
        self.within(self.workbook.sheets.len(), self.limits.fil.blad, "blad", Place::FILE)?;
        self.within(name.len(), self.limits.fil.cell_tecken, "tecken i bladets namn", Place::FILE)?;
        self.sheet = Some(Sheet::named(name));
        Ok(())
    }

    fn end_sheet(&mut self) {
        self.workbook.sheets.extend(self.sheet.take());
    }

    /// The workbook itself, for what is not cells.
    pub fn workbook(&mut self) -> &mut Workbook {
        &mut self.workbook
    }

    /// The sheet being filled, for what is not cells.
    pub fn current(&mut self) -> &mut Sheet {
        self.sheet.get_or_insert_default()
    }

    fn place(&self, row: u32, col: u32) -> Place {
        let sheet = u16::try_from(self.workbook.sheets.len()).unwrap_or(u16::MAX);
        Place::cell(sheet, row, u16::try_from(col).unwrap_or(u16::MAX))
    }

    fn within(&self, count: usize, limit: usize, what: &'static str, place: Place) -> Result<(), TooLarge> {
        if count < limit { Ok(()) } else { Err(TooLarge { place, limit, what }) }
    }

    /// Refuses a spot outside the sheet. Gives the column as the grid counts it.
    fn spot(&self, row: u32, col: u32) -> Result<u16, TooLarge> {
        let place = self.place(row, col);
        self.within(row as usize, self.limits.fil.rader as usize, "rader", place)?;
        self.within(col as usize, self.limits.fil.kolumner as usize, "kolumner", place)?;
        u16::try_from(col).map_err(|_| TooLarge { place, limit: usize::from(u16::MAX), what: "kolumner" })
    }

    /// A cell with text. Blank text leaves the spot empty.
    pub fn text(&mut self, row: u32, col: u32, text: &str) -> Result<(), TooLarge> {
        if text.trim().is_empty() { Ok(()) } else { self.cell(row, col, CellKind::Text, text, 0.0, 0) }
    }

    /// A cell of any kind.
    pub fn cell(
        &mut self,
        row: u32,
        col: u32,
        kind: CellKind,
        text: &str,
        number: f64,
        flags: u8,
    ) -> Result<(), TooLarge> {
        let place = self.place(row, col);
        let col = self.spot(row, col)?;
        self.within(self.cells, self.limits.fil.celler, "celler", place)?;
        let text = if text.is_empty() { TextId::NONE } else { self.stored(text, place)? };
        self.cells += 1;
        self.current().push(row, Cell { col, kind, flags, text, number });
        Ok(())
    }

    fn stored(&mut self, text: &str, place: Place) -> Result<TextId, TooLarge> {
        if let Some(known) = self.texts.get(text) {
            return Ok(*known);
        }
        let longest = self.limits.fil.cell_tecken;
        if text.len() > longest && text.chars().nth(longest).is_some() {
            return Err(TooLarge { place, limit: longest, what: "tecken i en cell" });
        }
        self.within(self.workbook.text_count(), self.limits.fil.delade_texter, "olika texter", place)?;
        self.text_bytes += text.len();
        self.within(self.text_bytes, self.limits.text_bytes(), "tecken text", place)?;
        let id = self.workbook.add_text(text);
        if text.len() <= REMEMBERED {
            self.texts.insert(text.into(), id);
        }
        Ok(id)
    }

    /// A merged area; one spot alone is none. Cut at the sheet's edge.
    pub fn merged(&mut self, row: u32, col: u32, down: u32, across: u32) {
        let edge = |at: u32, by: u32, limit: u32| at.saturating_add(by).min(limit.saturating_sub(1));
        let (last_row, last_col) =
            (edge(row, down, self.limits.fil.rader), edge(col, across, self.limits.fil.kolumner));
        let cols = (u16::try_from(col), u16::try_from(last_col));
        if let (Ok(first_col), Ok(last_col)) = cols
            && (last_row, last_col) > (row, first_col)
            && self.current().merged.len() < self.limits.fil.celler
        {
            self.current().merged.push(Area { first_row: row, first_col, last_row, last_col });
        }
    }

    /// A comment on a cell.
    pub fn comment(&mut self, row: u32, col: u32, text: &str) -> Result<(), TooLarge> {
        let place = self.place(row, col);
        let col = self.spot(row, col)?;
        let count = self.current().comments.len();
        self.within(count, self.limits.fil.kommentarer, "kommentarer", place)?;
        let text: String = text.trim().chars().take(self.limits.fil.cell_tecken).collect();
        self.current().comments.push(Comment { row, col, text });
        Ok(())
    }

    /// The workbook, with the last sheet in it.
    pub fn finish(mut self) -> Workbook {
        self.end_sheet();
        self.workbook
    }
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
        limits.fil.cell_tecken = 5;
        limits.fil.blad = 1;
        let mut fill = Fill::new(&limits);
        fill.sheet("A").unwrap();
        assert!(fill.text(0, 0, "åäöåä").is_ok());
        let text = |what: TooLarge| what.observation().read.unwrap();
        assert_eq!(text(fill.text(0, 1, "åäöåäö").unwrap_err()), "fler än 5 tecken i en cell");
        assert_eq!(text(fill.text(10, 1, "a").unwrap_err()), "fler än 10 rader");
        assert_eq!(text(fill.text(1, 4, "a").unwrap_err()), "fler än 4 kolumner");
        assert!(fill.text(0, 1, "b").is_ok());
        assert!(fill.text(9, 3, "åäöåä").is_ok());
        assert_eq!(text(fill.text(9, 3, "c").unwrap_err()), "fler än 3 celler");
        assert_eq!(text(fill.sheet("B").unwrap_err()), "fler än 1 blad");
    }

    #[test]
    fn equal_texts_are_stored_once_and_blank_ones_not_at_all() {
        let limits = Limits::built_in().unwrap();
        let mut fill = Fill::new(&limits);
        for (col, text) in ["Man", " \u{a0}\t", "Man", ""].into_iter().enumerate() {
            fill.text(2, u32::try_from(col).unwrap(), text).unwrap();
        }
        let book = fill.finish();
        assert_eq!((book.text_count(), book.sheets[0].cell_count()), (1, 2));
    }
}
