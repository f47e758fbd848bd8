//! Grid → rows: finds the tables, decides which column is which, and reads each cell as what its column holds.
//!
//! Goes in: a workbook, the column definitions and the catalogue of insatser. Comes out: [`Reading`].
//! Guaranteed: recognition cannot fail; only declared headings match, a near miss is an observation; no row is dropped
//! silently; pure.

use chrono::NaiveDate;

use crate::model::{Field, InsatsId, Kon, Lagrum, Observation, Orsak, Place, Quarter, StartKind};

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
    /// Name of an utförare in the row (register, or a list for several).
    pub utforare: Option<Box<str>>,
    pub lopnr: Option<Box<str>>,
    /// Counts of `pagaende`.
    pub antal: Option<u32>,
    pub antal_man: Option<u32>,
    pub antal_kvinnor: Option<u32>,
}

impl Row {
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
        match (self.verkstalld, self.avslutad) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }
}

pub struct Columns;
impl Columns { pub fn from_toml(_: &str) -> Result<Self, crate::model::data::DataError> { Ok(Columns) } }
#[derive(Clone, Copy)] pub enum Purpose { Report, Register, Ongoing }
#[derive(Clone, Copy)] pub struct Hints { pub quarter: Option<Quarter>, pub assumed_insats: Option<InsatsId>, pub purpose: Purpose }
pub fn read(_: &Columns, _: &crate::model::Insatser, _: &crate::sheet::Workbook, _: &Hints) -> Reading { Reading::default() }
pub fn shown_date(n: f64, _: bool) -> String { n.to_string() }
pub fn shown_number(n: f64) -> String { n.to_string() }
