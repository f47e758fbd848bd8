//! What is noticed in a row: one observation for one fault.
//!
//! Goes in: a cell that could not be read as it should. Comes out: an observation, and the field marked as unreadable.
//! Guaranteed: notations and formulas that come again in a column are counted, not repeated.

use std::borrow::Cow;

use chrono::NaiveDate;

use super::super::dates::{Dated, How};
use super::{OddDate, RowRead, RowReader, Uncomputed};
use crate::model::spelling::fold;
use crate::model::{Field, Observation, Place, Seen};
use crate::sheet::Cell;

impl RowReader<'_> {
    pub(super) fn add_text(&mut self, text: &str) {
        let text = text.trim();
        if text.is_empty() || self.columns.words.no.contains(fold_short(text).as_ref()) {
            return;
        }
        if !self.free.is_empty() {
            self.free.push_str(" · ");
        }
        self.free.push_str(text);
    }

    pub(super) fn noticed(&self, seen: Seen, read: &RowRead, field: Field, cell: &Cell) -> Observation {
        let noticed = Observation::new(seen, Place::cell(read.row.sheet, read.row.row, cell.col)).field(field);
        if seen == Seen::DatumOfullstandigt { noticed.shown(&self.text(cell)) } else { noticed }
    }

    pub(super) fn fault(&mut self, read: &mut RowRead, field: Field, seen: Observation) {
        read.row.unreadable.insert(field);
        self.noticed.push(seen);
    }

    pub(super) fn unknown(&mut self, read: &mut RowRead, field: Field, cell: &Cell) {
        let seen = self.noticed(Seen::VardeOkant, read, field, cell).shown(self.text(cell).trim());
        self.fault(read, field, seen);
    }

    pub(super) fn unreadable_number(&mut self, read: &mut RowRead, field: Field, cell: &Cell) {
        let seen = self.noticed(Seen::TalOlasligt, read, field, cell).shown(self.text(cell).trim());
        self.fault(read, field, seen);
    }

    /// Two persons in the cells of one row are one fault, however many cells show it.
    pub(super) fn several(&mut self, read: &mut RowRead, field: Field, cell: &Cell) {
        read.row.unreadable.insert(field);
        if !self.noticed.iter().any(|it| it.seen == Seen::FleraVarden) {
            let seen = self.noticed(Seen::FleraVarden, read, field, cell).shown(&self.text(cell));
            self.noticed.push(seen);
        }
    }

    pub(super) fn no_value(&mut self, read: &mut RowRead, field: Field, cell: &Cell) {
        read.row.unreadable.insert(field);
        match self.uncomputed.iter_mut().find(|it| it.col == cell.col) {
            Some(it) => it.count += 1,
            None => {
                let first = self.noticed(Seen::FormelUtanVarde, read, field, cell);
                self.uncomputed.push(Uncomputed { col: cell.col, first, count: 1 });
            }
        }
    }

    pub(super) fn odd(&mut self, read: &RowRead, field: Field, cell: &Cell, how: How, date: NaiveDate) {
        if how == How::Plain {
            return;
        }
        match self.odd_dates.iter_mut().find(|it| it.col == cell.col && it.how == how) {
            Some(it) => it.count += 1,
            None => {
                let first = self.noticed(Seen::DatumTolkat, read, field, cell);
                let first = first.shown(self.text(cell).trim()).read(date.to_string());
                self.odd_dates.push(OddDate { col: cell.col, how, first, count: 1 });
            }
        }
    }

    pub(super) fn with_text(&mut self, read: &RowRead, field: Field, cell: &Cell, date: NaiveDate, rest: &str) {
        let shown = self.text(cell);
        let seen = self.noticed(Seen::DatumMedText, read, field, cell).shown(shown.trim()).read(date.to_string());
        self.noticed.push(seen);
        self.add_text(rest);
    }

    pub(super) fn date_fault(&mut self, read: &mut RowRead, field: Field, cell: &Cell, fault: &Dated) {
        let text = self.text(cell);
        let shown = text.trim();
        if shown.contains('\n') && matches!(fault, Dated::Ambiguous(..)) {
            return self.several(read, field, cell);
        }
        let seen = match fault {
            Dated::Ambiguous(..) => Seen::DatumTvetydigt,
            Dated::Impossible => Seen::DatumOmojligt,
            Dated::Incomplete(_) => Seen::DatumOfullstandigt,
            Dated::Words => Seen::TextIDatumcell,
            Dated::Unreadable | Dated::Blank | Dated::Read(_) => Seen::DatumOlasligt,
        };
        let mut noticed = self.noticed(seen, read, field, cell).shown(shown);
        match fault {
            Dated::Ambiguous(first, second) => {
                noticed = noticed.read(first.to_string()).proposal(second.to_string());
            }
            Dated::Incomplete(Some(date)) => noticed = noticed.proposal(date.to_string()),
            _ => {}
        }
        self.fault(read, field, noticed);
    }
}

/// Only a short text can be a word for no; a long one is not worth folding.
fn fold_short(text: &str) -> Cow<'_, str> {
    if text.len() <= 20 { Cow::Owned(fold(text)) } else { Cow::Borrowed(text) }
}
