//! Grid → rows: finds the tables, decides which column is which, and reads each cell as what its column holds.
//!
//! Goes in: a workbook, the column definitions and the catalogue of insatser. Comes out: [`Reading`].
//! Guaranteed: recognition cannot fail; only declared headings match, a near miss is an observation; no row is dropped
//! silently; pure.

use std::borrow::Cow;

use chrono::NaiveDate;

use crate::model::{Field, InsatsId, Insatser, Kon, Lagrum, Observation, Orsak, Place, Quarter, Seen, StartKind};
use crate::sheet::{Cell, CellKind, RowKey, Sheet, Visibility, Workbook};

mod around;
mod cells;
mod columns;
mod date_text;
mod dates;
mod heading;
mod personal;
mod row_reader;
mod sums;
mod surroundings;
mod table;

#[cfg(test)]
mod tests;

pub use cells::shown_number;
pub use columns::Columns;
pub use dates::{DateReading, Dated, How, read_date_cell, read_number, read_text};
pub use surroundings::shown_date;

/// What stands in a cell, as a person sees it. Not masked.
pub fn shown_cell<'a>(workbook: &'a Workbook, cell: &Cell) -> Cow<'a, str> {
    match cell.kind {
        CellKind::Text | CellKind::Error => Cow::Borrowed(workbook.text(cell.text)),
        // Nobody sees the midnight that some programs store with a day.
        CellKind::DateIso => {
            let text = workbook.text(cell.text);
            Cow::Borrowed(text.split_once("T00:00:00").map_or(text, |it| it.0))
        }
        CellKind::Number => Cow::Owned(shown_number(cell.number)),
        CellKind::DateSerial => Cow::Owned(shown_date(cell.number, workbook.epoch_1904)),
        CellKind::Bool => Cow::Borrowed(if cell.number == 0.0 { "FALSKT" } else { "SANT" }),
        CellKind::Empty => Cow::Borrowed(""),
    }
}

/// What a workbook is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Purpose {
    /// What an utförare sent.
    #[default]
    Report,
    /// The nämnd's own list of decisions.
    Register,
    /// Ongoing decisions per insats and kön.
    Ongoing,
}

/// What is known before the workbook is read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Hints {
    /// The quarter asked for.
    pub quarter: Option<Quarter>,
    /// The insats of an uppdrag that has only one.
    pub assumed_insats: Option<InsatsId>,
    pub purpose: Purpose,
}

/// Reads a workbook.
pub fn read(columns: &Columns, insatser: &Insatser, workbook: &Workbook, hints: &Hints) -> Reading {
    let mut reading = Reading::default();
    let mut finder = heading::Finder::new(columns, workbook, hints.purpose);
    let mut reader = row_reader::RowReader::new(columns, insatser, workbook, hints);
    around::properties(&mut reading, workbook);
    let mut fullest: Option<(u16, usize)> = None;
    for (index, sheet) in workbook.sheets.iter().enumerate() {
        let Ok(index) = u16::try_from(index) else { break };
        let blocks = finder.blocks(sheet);
        let lists = blocks.iter().any(|it| it.kind == heading::BlockKind::List);
        if sheet.visibility != Visibility::Visible {
            hidden_sheet(&mut reading, sheet, index, lists);
            continue;
        }
        if sheet.cell_count() > fullest.map_or(0, |it| it.1) {
            fullest = Some((index, sheet.cell_count()));
        }
        table::read_sheet(&mut reader, &mut reading, sheet, index, &blocks);
        for comment in &sheet.comments {
            let place = Place::cell(index, comment.row, comment.col);
            reading.observations.push(Observation::new(Seen::CellKommentar, place).shown(&comment.text));
        }
    }
    whole_workbook(&mut reading, hints, fullest.map(|it| it.0));
    personal::scan(&mut reading, workbook);
    reading
}

/// A hidden sheet is never counted. The lists behind a template's drop-downs are not worth a word.
fn hidden_sheet(reading: &mut Reading, sheet: &Sheet, index: u16, lists: bool) {
    let template = sheet.visibility == Visibility::VeryHidden || sheet.name.starts_with('_') || sheet.name == "Listor";
    if !sheet.is_empty() && (lists || !template) {
        let rows = u32::try_from(sheet.row_count()).unwrap_or(u32::MAX);
        reading.observations.push(Observation::new(Seen::DoltBlad, Place::sheet(index)).shown(&sheet.name).count(rows));
    }
}

/// What can only be said when all sheets have been read.
fn whole_workbook(reading: &mut Reading, hints: &Hints, fullest: Option<u16>) {
    if let (Some(place), Some(text)) = (reading.nothing_to_report, reading.nil_text.clone()) {
        reading.observations.push(Observation::new(Seen::NollText, place).shown(&text));
    } else if reading.tables.is_empty() {
        let place = fullest.map_or(Place::FILE, Place::sheet);
        reading.observations.push(Observation::new(Seen::IngenRubrik, place));
    } else if reading.rows.is_empty() {
        let place = reading.tables.first().map_or(Place::FILE, |it| Place::row(it.sheet, it.heading.1));
        reading.observations.push(Observation::new(Seen::TomMall, place));
    }
    let mut told: Vec<Quarter> = Vec::new();
    for &(stated, place) in &reading.stated_quarters {
        if hints.quarter.is_some_and(|it| it != stated) && !told.contains(&stated) && hints.purpose == Purpose::Report {
            told.push(stated);
            let seen = Observation::new(Seen::FelKvartal, place).shown(&stated.in_words());
            reading.observations.push(seen.read(stated.to_string()));
        }
    }
}

/// What was understood of one workbook.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    pub rows: Vec<Row>,
    pub observations: Vec<Observation>,
    pub tables: Vec<Table>,
    /// Every quarter a title, sheet name or template property names, and where.
    pub stated_quarters: Vec<(Quarter, Place)>,
    /// Where the workbook says that there is nothing to report.
    pub nothing_to_report: Option<Place>,
    /// How it says so.
    nil_text: Option<String>,
}

/// One table that was found: where its heading stands and what its columns were taken for.
#[derive(Debug, Clone)]
pub struct Table {
    pub sheet: u16,
    /// First and last heading row (zero-based); two-level headings have two.
    pub heading: (u32, u32),
    /// Column, what it was read as, and the heading as it stands.
    pub columns: Vec<(u16, Field, String)>,
    /// Number of data rows read.
    pub rows: u32,
}

impl Table {
    /// The column a field was read from.
    pub fn column(&self, field: Field) -> Option<u16> {
        self.columns.iter().find(|it| it.1 == field).map(|it| it.0)
    }
}

/// Set of fields, one bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Fields(u64);

impl Fields {
    pub fn insert(&mut self, field: Field) {
        self.0 |= 1 << field as u64;
    }

    /// Everything in `other` too.
    pub fn add(&mut self, other: Self) {
        self.0 |= other.0;
    }

    pub fn contains(self, field: Field) -> bool {
        self.0 & (1 << field as u64) != 0
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// One row of a list, as understood. A field that is `None` was blank, or unreadable when `unreadable` has it.
#[derive(Debug, Clone, Default)]
pub struct Row {
    pub sheet: u16,
    /// Zero-based row number in the sheet.
    pub row: u32,
    /// Index into [`Reading::tables`].
    pub table: u16,
    /// Fields whose cell had content that could not be understood.
    pub unreadable: Fields,
    /// Hidden by hand or by a filter.
    pub hidden: bool,
    pub kon: Option<Kon>,
    pub beslutsdatum: Option<NaiveDate>,
    pub avbrottsdatum: Option<NaiveDate>,
    /// From a column that holds both kinds without saying which.
    pub startdatum: Option<NaiveDate>,
    /// Kind of start when a column or cell says it.
    pub start_typ: Option<StartKind>,
    pub insats: Option<InsatsId>,
    /// The insats as written, kept when it was not recognised.
    pub insats_text: Option<Box<str>>,
    /// Lagrum as far as any cell of the row told it.
    pub lagrum: Option<Lagrum>,
    /// Day of full execution.
    pub verkstalld: Option<NaiveDate>,
    /// Executed only in part: stays open (D21).
    pub delvis: bool,
    pub delvis_datum: Option<NaiveDate>,
    pub avslutad: Option<NaiveDate>,
    /// The cause, when exactly one was chosen.
    pub orsak: Option<Orsak>,
    /// How many causes were chosen.
    pub orsaker: u8,
    /// The cause a free text seems to name; only ever proposed.
    pub orsak_forslag: Option<Orsak>,
    /// Granted and delivered amount as written.
    pub beviljat: Option<Box<str>>,
    pub utfort: Option<Box<str>>,
    pub avslutsorsak: Option<Box<str>>,
    /// All free text of the row, cells joined with " · ", with what stood beside dates.
    pub fritext: Option<Box<str>>,
    /// Elapsed days as the utförare wrote them.
    pub angivna_dagar: Option<i32>,
    pub alder: Option<u16>,
    /// The row key of our template.
    pub nyckel: Option<Box<str>>,
    /// The row of the version before, when the workbook is a correction copy that came back.
    pub kopia: Option<RowKey>,
    /// Name of an utförare in the row (register, or a list for several).
    pub utforare: Option<Box<str>>,
    pub lopnr: Option<Box<str>>,
    /// Counts of `pagaende`.
    pub antal: Option<u32>,
    pub antal_man: Option<u32>,
    pub antal_kvinnor: Option<u32>,
}

impl Row {
    /// A row of which nothing but its place can be told.
    fn unreadable(row: &Self) -> Self {
        let mut all = Fields::default();
        for field in Field::ALL {
            all.insert(*field);
        }
        Self {
            sheet: row.sheet,
            row: row.row,
            table: row.table,
            hidden: row.hidden,
            kopia: row.kopia,
            unreadable: all,
            ..Self::default()
        }
    }

    /// What the period starts with, and when: the interruption if there is one, else the decision (D1–D2).
    pub fn start(&self) -> Option<(StartKind, NaiveDate)> {
        if let Some(day) = self.avbrottsdatum {
            return Some((StartKind::Avbrott, day));
        }
        if let Some(day) = self.beslutsdatum {
            return Some((StartKind::Beslut, day));
        }
        self.startdatum.map(|day| (self.start_typ.unwrap_or(StartKind::Oklart), day))
    }

    /// The first day the period was executed in full or closed.
    pub fn end(&self) -> Option<NaiveDate> {
        crate::model::calendar::ended_on(self.verkstalld, self.avslutad)
    }
}
