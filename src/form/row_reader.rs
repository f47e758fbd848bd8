//! Reads the cells of one row, each as what its column holds.
//!
//! Goes in: the cells of a row and which column is which. Comes out: a [`Row`] and what was noticed in it.
//! Guaranteed: blank and unreadable are kept apart; one fault gives one observation; a text met before is not read again.

use std::borrow::Cow;

use chrono::NaiveDate;
use rustc_hash::FxHashMap;

use super::Fields;
use super::cells::{Mark, Status};
use super::columns::Columns;
use super::dates::{Dated, How};
use super::{Hints, Row};
use crate::model::insats::Match;
use crate::model::mask::masked;
use crate::model::spelling::fold;
use crate::model::{Field, InsatsId, Insatser, Kon, Lag, Lagrum, Observation, Orsak, Seen};
use crate::sheet::{Cell, CellKind, TextId, Workbook};

mod dates;
mod noticed;
mod words;

/// What is known about the table a row stands in.
#[derive(Debug, Clone, Default)]
pub(super) struct Frame {
    pub sheet: u16,
    /// The field of each column.
    pub slots: Vec<Option<Field>>,
    /// What heading, sheet name and title say about the law.
    pub law: Option<Lag>,
    /// The insats of rows that have none of their own, when the table has no column for it.
    pub assumed: Option<InsatsId>,
    /// The table has a column or four for causes.
    pub has_causes: bool,
    /// Fields whose column has a heading that only resembles ours: what stands there is not read, so nothing is known.
    pub near: Fields,
}

/// A row as read, and how sure it is that it is one.
#[derive(Debug, Default)]
pub(super) struct RowRead {
    pub row: Row,
    /// Cells with content in columns that say something about a case.
    pub filled: u32,
    /// How many of them could be read as what a case must have.
    pub keys: u32,
    /// Which of the four columns of causes are marked.
    pub marked: [bool; 4],
    pub assumed: bool,
    pub struck: bool,
}

/// A date written in an unusual way, counted per column and notation.
#[derive(Debug)]
pub(super) struct OddDate {
    pub col: u16,
    pub how: How,
    pub first: Observation,
    pub count: u32,
}

/// Cells of one column whose formula has no saved value.
#[derive(Debug)]
pub(super) struct Uncomputed {
    pub col: u16,
    pub first: Observation,
    pub count: u32,
}

/// The texts of a row's lagrum and insats, and the law its heading told.
type Pair = (TextId, TextId, Option<Lag>);

pub(super) struct RowReader<'a> {
    pub columns: &'a Columns,
    pub insatser: &'a Insatser,
    pub workbook: &'a Workbook,
    pub hints: &'a Hints,
    /// What was noticed in the row being read.
    pub noticed: Vec<Observation>,
    pub odd_dates: Vec<OddDate>,
    pub uncomputed: Vec<Uncomputed>,
    kon: FxHashMap<TextId, Result<Option<Kon>, bool>>,
    dates: FxHashMap<TextId, Dated>,
    statuses: FxHashMap<(TextId, bool), Status>,
    lagrum: FxHashMap<TextId, (Lagrum, Box<str>)>,
    insats: FxHashMap<(TextId, Option<Lag>), Match>,
    causes: FxHashMap<TextId, Option<Causes>>,
    /// Lagrum and insats of two cells that were read without fault; nearly every row is a pair met before.
    pairs: FxHashMap<Pair, (InsatsId, Option<Lagrum>)>,
    marks: FxHashMap<TextId, Mark>,
    free: String,
}

/// What has to wait until all cells of a row have been seen.
#[derive(Default)]
struct Waiting<'c> {
    insats: Option<&'c Cell>,
    lagrum: Option<&'c Cell>,
    causes: Causes,
    /// Executed or closed with a yes but no day.
    yes: [Option<&'c Cell>; 2],
    /// The end date that stands beside the number of days.
    days_to: Option<(NaiveDate, &'c Cell)>,
}

/// The causes a row names, one bit each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Causes(u8);

impl Causes {
    fn of(causes: &[Orsak]) -> Self {
        Self(causes.iter().fold(0, |bits, it| bits | 1 << *it as u8))
    }

    fn add(&mut self, other: Self) {
        self.0 |= other.0;
    }

    fn count(self) -> u8 {
        u8::try_from(self.0.count_ones()).unwrap_or(u8::MAX)
    }

    /// The cause, when there is exactly one.
    fn only(self) -> Option<Orsak> {
        Orsak::ALL.iter().copied().find(|it| self == Self::of(&[*it]))
    }
}

impl<'a> RowReader<'a> {
    pub(super) fn new(columns: &'a Columns, insatser: &'a Insatser, workbook: &'a Workbook, hints: &'a Hints) -> Self {
        Self {
            columns,
            insatser,
            workbook,
            hints,
            noticed: Vec::new(),
            odd_dates: Vec::new(),
            uncomputed: Vec::new(),
            kon: FxHashMap::default(),
            dates: FxHashMap::default(),
            statuses: FxHashMap::default(),
            lagrum: FxHashMap::default(),
            insats: FxHashMap::default(),
            causes: FxHashMap::default(),
            pairs: FxHashMap::default(),
            marks: FxHashMap::default(),
            free: String::new(),
        }
    }

    /// Reads a row; `filled_down` holds cells of merged areas that reach into it.
    pub(super) fn read(&mut self, frame: &Frame, number: u32, cells: &[Cell], filled_down: &[Cell]) -> RowRead {
        self.noticed.clear();
        self.free.clear();
        let mut read = RowRead { struck: !cells.is_empty(), ..RowRead::default() };
        read.row.sheet = frame.sheet;
        read.row.row = number;
        let mut waiting = Waiting::default();
        for cell in cells.iter().chain(filled_down) {
            let field = frame.slots.get(usize::from(cell.col)).copied().flatten();
            // Our own key is never struck through.
            read.struck &= cell.has(Cell::STRUCK) || field == Some(Field::Kopia);
            if let Some(field) = field {
                self.cell(&mut read, &mut waiting, frame, field, cell);
            }
        }
        self.finish(&mut read, &waiting, frame);
        read
    }

    fn cell<'c>(&mut self, read: &mut RowRead, waiting: &mut Waiting<'c>, frame: &Frame, field: Field, cell: &'c Cell) {
        match cell.kind {
            CellKind::Error => {
                let shown = self.workbook.text(cell.text);
                let seen = self.noticed(Seen::FormelFel, read, field, cell).shown(shown);
                self.fault(read, field, seen);
                read.filled += 1;
                return;
            }
            CellKind::Empty => {
                if cell.has(Cell::FORMULA) {
                    self.no_value(read, field, cell);
                }
                return;
            }
            CellKind::Text if self.workbook.text(cell.text).trim().is_empty() => return,
            _ => {}
        }
        if !matches!(field, Field::Lopnr | Field::Nyckel | Field::Kopia) {
            read.filled += 1;
        }
        match field {
            Field::Kon => self.kon(read, cell),
            Field::Beslutsdatum | Field::Avbrottsdatum | Field::Startdatum => self.start(read, field, cell),
            Field::StartTyp => {
                match self.columns.words.start.get(&fold(&self.text(cell))) {
                    Some(kind) => read.row.start_typ = Some(*kind),
                    None => self.unknown(read, field, cell),
                };
            }
            Field::Insats => waiting.insats = Some(cell),
            Field::Lagrum => waiting.lagrum = Some(cell),
            Field::Verkstalld | Field::Avslutad => self.status(read, waiting, field, cell),
            Field::Delvis => self.partly(read, cell),
            Field::Orsak => self.cause(read, waiting, cell),
            Field::OrsakBostad => self.mark(read, waiting, field, 0, cell),
            Field::OrsakPersonal => self.mark(read, waiting, field, 1, cell),
            Field::OrsakTackatNej => self.mark(read, waiting, field, 2, cell),
            Field::OrsakAnnat => self.mark(read, waiting, field, 3, cell),
            Field::Skal | Field::Atgarder | Field::Kommentar => {
                let text = self.text(cell);
                // Without a column of choices a cause written out in full is the choice.
                if field == Field::Skal && !frame.has_causes && text.chars().any(char::is_alphabetic) {
                    let exact = self.columns.words.orsak.get(&fold(&text));
                    waiting.causes.add(Causes::of(exact.copied().as_slice()));
                }
                self.add_text(&text);
            }
            Field::Beviljat => read.row.beviljat = Some(self.kept(cell)),
            Field::Utfort => read.row.utfort = Some(self.kept(cell)),
            Field::Avslutsorsak => {
                if !self.columns.words.no.contains(&fold(&self.text(cell))) {
                    read.row.avslutsorsak = Some(self.kept(cell));
                }
            }
            Field::Dagar => self.days(read, waiting, cell),
            Field::Alder | Field::Antal | Field::AntalMan | Field::AntalKvinnor => self.count(read, field, cell),
            Field::Lopnr => read.row.lopnr = Some(self.kept(cell)),
            Field::Nyckel => read.row.nyckel = Some(self.kept(cell)),
            Field::Kopia => read.row.kopia = self.text(cell).trim().parse().ok(),
            Field::Utforare => read.row.utforare = Some(self.kept(cell)),
        }
    }

    fn finish(&mut self, read: &mut RowRead, waiting: &Waiting<'_>, frame: &Frame) {
        self.lagrum_and_insats(read, waiting, frame);
        for (at, field) in [Field::Verkstalld, Field::Avslutad].into_iter().enumerate() {
            let told =
                if at == 0 { read.row.verkstalld.is_some() || read.row.delvis } else { read.row.avslutad.is_some() };
            if let (Some(cell), false) = (waiting.yes[at], told) {
                let seen = self.noticed(Seen::DatumOfullstandigt, read, field, cell);
                self.fault(read, field, seen);
            }
        }
        read.row.orsaker = waiting.causes.count();
        read.row.orsak = waiting.causes.only();
        if let Some((end, cell)) = waiting.days_to {
            self.days_agree(read, end, cell);
        }
        if !self.free.is_empty() {
            read.row.orsak_forslag = self.columns.words.cause_in(&self.free);
            read.row.fritext = Some(masked(&self.free).into());
        }
    }

    /// A text that the row keeps, without personal data.
    fn kept(&self, cell: &Cell) -> Box<str> {
        masked(self.text(cell).trim()).into()
    }

    /// What stands in a cell, as a person sees it.
    pub(super) fn text(&self, cell: &Cell) -> Cow<'a, str> {
        super::shown_cell(self.workbook, cell)
    }
}
