//! The cells that hold days: starts, ends, and the number of days between them.
//!
//! Goes in: a cell and the row read so far. Comes out: the row with its days, or an observation.
//! Guaranteed: a plan, an offer or a part is never an execution (D21, D25).

use chrono::NaiveDate;

use super::super::cells::{self, Status};
use super::super::dates::{self, DateReading, Dated};
use super::{RowRead, RowReader, Waiting};
use crate::model::mask::masked;
use crate::model::spelling::fold;
use crate::model::{Field, Seen};
use crate::sheet::{Cell, CellKind};

impl RowReader<'_> {
    pub(super) fn start(&mut self, read: &mut RowRead, field: Field, cell: &Cell) {
        let dated = self.dated(cell);
        let date = match dated {
            Dated::Read(DateReading { date, how, rest: None }) => {
                self.odd(read, field, cell, how, date);
                date
            }
            Dated::Read(DateReading { date, rest: Some(rest), .. }) => {
                match self.columns.words.start.get(&fold(&rest)) {
                    Some(kind) if field == Field::Startdatum => read.row.start_typ = Some(*kind),
                    // "Beslut 2023-05-01" under Beslutsdatum says nothing more.
                    Some(_) => {}
                    None => self.with_text(read, field, cell, date, &rest),
                }
                date
            }
            Dated::Blank => return,
            Dated::Words if self.columns.words.no.contains(&fold(&self.text(cell))) => return,
            fault => return self.date_fault(read, field, cell, &fault),
        };
        read.keys += 1;
        let row = &mut read.row;
        *match field {
            Field::Beslutsdatum => &mut row.beslutsdatum,
            Field::Avbrottsdatum => &mut row.avbrottsdatum,
            _ => &mut row.startdatum,
        } = Some(date);
    }

    pub(super) fn status<'c>(&mut self, read: &mut RowRead, waiting: &mut Waiting<'c>, field: Field, cell: &'c Cell) {
        let executed = field == Field::Verkstalld;
        match self.status_of(cell, executed) {
            Status::Blank | Status::No => {}
            Status::Yes => waiting.yes[usize::from(!executed)] = Some(cell),
            Status::Done(date, how) => {
                self.odd(read, field, cell, how, date);
                Self::ended(read, executed, date);
            }
            Status::DoneWith(date, rest) => {
                self.with_text(read, field, cell, date, if executed { &rest } else { "" });
                Self::ended(read, executed, date);
                if !executed && read.row.avslutsorsak.is_none() {
                    read.row.avslutsorsak = Some(masked(&rest).into());
                }
            }
            Status::Partial(date) => {
                read.keys += 1;
                read.row.delvis = true;
                read.row.delvis_datum = date;
                let text = self.text(cell).into_owned();
                match date {
                    Some(date) => self.with_text(read, field, cell, date, &text),
                    None => self.add_text(&text),
                }
            }
            Status::NotYet => {
                let text = self.text(cell).into_owned();
                let key = fold(&text);
                if !["nej", "ej", "inte"].iter().any(|it| key.starts_with(it)) {
                    let seen = self.noticed(Seen::TextIDatumcell, read, field, cell).shown(&text);
                    self.noticed.push(seen);
                }
                self.add_text(&text);
            }
            Status::Words => self.date_fault(read, field, cell, &Dated::Words),
            Status::Fault(fault) => self.date_fault(read, field, cell, &fault),
        }
    }

    pub(super) fn ended(read: &mut RowRead, executed: bool, date: NaiveDate) {
        read.keys += 1;
        let slot = if executed { &mut read.row.verkstalld } else { &mut read.row.avslutad };
        slot.get_or_insert(date);
    }

    pub(super) fn partly(&mut self, read: &mut RowRead, cell: &Cell) {
        match self.status_of(cell, false) {
            Status::Blank | Status::No => {}
            Status::Yes => read.row.delvis = true,
            Status::Done(date, _) | Status::DoneWith(date, _) => {
                read.row.delvis = true;
                read.row.delvis_datum = Some(date);
            }
            // "2 av 5 timmar": the part itself.
            _ => {
                read.row.delvis = true;
                let text = self.text(cell).into_owned();
                self.add_text(&text);
            }
        }
    }

    pub(super) fn days<'c>(&mut self, read: &mut RowRead, waiting: &mut Waiting<'c>, cell: &'c Cell) {
        let number = match cell.kind {
            CellKind::Text => {
                let text = self.text(cell);
                if self.columns.words.no.contains(&fold(&text)) {
                    return;
                }
                let number = cells::whole_number(&text);
                if number.is_some()
                    && let Dated::Read(end) = self.dated(cell)
                {
                    waiting.days_to = Some((end.date, cell));
                }
                number
            }
            CellKind::DateIso => None,
            _ => cells::rounded(cell.number),
        };
        match number {
            Some(number) => read.row.angivna_dagar = Some(number),
            None => self.unreadable_number(read, Field::Dagar, cell),
        }
    }

    /// A number of days that names its own last day is compared here; rules compare the others.
    pub(super) fn days_agree(&mut self, read: &mut RowRead, end: NaiveDate, cell: &Cell) {
        let Some((_, start)) = read.row.start() else { return };
        let days = (end - start).num_days();
        let stated = read.row.angivna_dagar.map(i64::from);
        if stated == Some(days) {
            let asked = self.hints.quarter.map(|it| it.last_day());
            if asked.is_some_and(|it| it != end) && read.row.end() != Some(end) && read.row.delvis_datum != Some(end) {
                read.row.angivna_dagar = None;
            }
        } else {
            read.row.angivna_dagar = None;
            let shown = self.text(cell).into_owned();
            let seen = self.noticed(Seen::DagarAvviker, read, Field::Dagar, cell).shown(&shown).read(days.to_string());
            self.noticed.push(seen);
        }
    }

    pub(super) fn status_of(&mut self, cell: &Cell, executed: bool) -> Status {
        let words = &self.columns.words;
        match cell.kind {
            CellKind::Text => {
                if let Some(known) = self.statuses.get(&(cell.text, executed)) {
                    return known.clone();
                }
                let dated = self.dated(cell);
                let status = cells::status(self.workbook.text(cell.text), &dated, words, executed);
                self.statuses.insert((cell.text, executed), status.clone());
                status
            }
            CellKind::Bool => {
                if cell.number == 0.0 {
                    Status::No
                } else {
                    Status::Yes
                }
            }
            CellKind::Number if cell.number == 1.0 => Status::Yes,
            _ => match self.dated(cell) {
                Dated::Blank => Status::No,
                Dated::Read(it) => Status::Done(it.date, it.how),
                fault => Status::Fault(fault),
            },
        }
    }

    pub(super) fn dated(&mut self, cell: &Cell) -> Dated {
        let epoch = self.workbook.epoch_1904;
        let around = self.hints.quarter;
        match cell.kind {
            CellKind::DateSerial => dates::read_date_cell(cell.number, epoch, around),
            CellKind::Number => dates::read_number(cell.number, epoch, around),
            CellKind::Text | CellKind::DateIso => {
                let read = || dates::read_text(self.workbook.text(cell.text), epoch, around);
                self.dates.entry(cell.text).or_insert_with(read).clone()
            }
            _ => Dated::Words,
        }
    }
}
