//! Reads the cells of one row, each as what its column holds.
//!
//! Goes in: the cells of a row and which column is which. Comes out: a [`Row`] and what was noticed in it.
//! Guaranteed: blank and unreadable are kept apart; one fault gives one observation; a text met before is not read again.

use std::borrow::Cow;

use chrono::NaiveDate;
use rustc_hash::FxHashMap;

use super::cells::{self, Mark, Status, shown_number};
use super::columns::Columns;
use super::dates::{self, DateReading, Dated, How};
use super::{Hints, Row};
use crate::model::insats::Match;
use crate::model::spelling::fold;
use crate::model::{Field, InsatsId, Insatser, Kon, Lag, Lagrum, Observation, Orsak, Place, Seen};
use crate::sheet::{Cell, CellKind, TextId, Workbook};

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
    causes: FxHashMap<TextId, Option<Vec<Orsak>>>,
    marks: FxHashMap<TextId, Mark>,
    free: String,
}

/// What has to wait until all cells of a row have been seen.
#[derive(Default)]
struct Waiting<'c> {
    insats: Option<&'c Cell>,
    lagrum: Option<&'c Cell>,
    causes: Vec<Orsak>,
    /// Executed or closed with a yes but no day.
    yes: [Option<&'c Cell>; 2],
    /// The end date that stands beside the number of days.
    days_to: Option<(NaiveDate, &'c Cell)>,
}

impl<'a> RowReader<'a> {
    pub fn new(columns: &'a Columns, insatser: &'a Insatser, workbook: &'a Workbook, hints: &'a Hints) -> Self {
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
            marks: FxHashMap::default(),
            free: String::new(),
        }
    }

    /// Reads a row; `filled_down` holds cells of merged areas that reach into it.
    pub fn read(&mut self, frame: &Frame, number: u32, cells: &[Cell], filled_down: &[Cell]) -> RowRead {
        self.noticed.clear();
        self.free.clear();
        let mut read = RowRead { struck: !cells.is_empty(), ..RowRead::default() };
        read.row.sheet = frame.sheet;
        read.row.row = number;
        let mut waiting = Waiting::default();
        for cell in cells.iter().chain(filled_down) {
            read.struck &= cell.has(Cell::STRUCK);
            if let Some(Some(field)) = frame.slots.get(usize::from(cell.col)) {
                self.cell(&mut read, &mut waiting, frame, *field, cell);
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
        if !matches!(field, Field::Lopnr | Field::Nyckel) {
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
                if field == Field::Skal && !frame.has_causes && waiting.causes.is_empty() {
                    // Without a column of choices a cause written out in full is the choice.
                    let exact =
                        text.chars().any(char::is_alphabetic).then(|| self.columns.words.orsak.get(&fold(&text)));
                    waiting.causes.extend(exact.flatten());
                }
                self.add_text(&text);
            }
            Field::Beviljat => read.row.beviljat = Some(self.text(cell).trim().into()),
            Field::Utfort => read.row.utfort = Some(self.text(cell).trim().into()),
            Field::Avslutsorsak => {
                if !self.columns.words.no.contains(&fold(&self.text(cell))) {
                    read.row.avslutsorsak = Some(self.text(cell).trim().into());
                }
            }
            Field::Dagar => self.days(read, waiting, cell),
            Field::Alder | Field::Antal | Field::AntalMan | Field::AntalKvinnor => self.count(read, field, cell),
            Field::Lopnr => read.row.lopnr = Some(self.text(cell).trim().into()),
            Field::Nyckel => read.row.nyckel = Some(self.text(cell).trim().into()),
            Field::Utforare => read.row.utforare = Some(self.text(cell).trim().into()),
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
        read.row.orsaker = u8::try_from(waiting.causes.len()).unwrap_or(u8::MAX);
        if let [cause] = waiting.causes.as_slice() {
            read.row.orsak = Some(*cause);
        }
        if let Some((end, cell)) = waiting.days_to {
            self.days_agree(read, end, cell);
        }
        if !self.free.is_empty() {
            read.row.orsak_forslag = self.columns.words.cause_in(&self.free);
            read.row.fritext = Some(self.free.as_str().into());
        }
    }

    fn kon(&mut self, read: &mut RowRead, cell: &Cell) {
        let words = &self.columns.words;
        let kon = match cell.kind {
            CellKind::Text => {
                *self.kon.entry(cell.text).or_insert_with(|| cells::kon(self.workbook.text(cell.text), words))
            }
            _ => cells::kon(&self.text(cell), words),
        };
        match kon {
            Ok(kon) => {
                read.row.kon = kon;
                read.keys += u32::from(kon.is_some());
            }
            Err(true) => self.several(read, Field::Kon, cell),
            Err(false) => self.unknown(read, Field::Kon, cell),
        }
    }

    fn start(&mut self, read: &mut RowRead, field: Field, cell: &Cell) {
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

    fn status<'c>(&mut self, read: &mut RowRead, waiting: &mut Waiting<'c>, field: Field, cell: &'c Cell) {
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
                    read.row.avslutsorsak = Some(rest.into());
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

    fn ended(read: &mut RowRead, executed: bool, date: NaiveDate) {
        read.keys += 1;
        let slot = if executed { &mut read.row.verkstalld } else { &mut read.row.avslutad };
        slot.get_or_insert(date);
    }

    fn partly(&mut self, read: &mut RowRead, cell: &Cell) {
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

    fn cause(&mut self, read: &mut RowRead, waiting: &mut Waiting<'_>, cell: &Cell) {
        let words = &self.columns.words;
        let causes = match cell.kind {
            CellKind::Text => {
                let read = || cells::causes(self.workbook.text(cell.text), words);
                self.causes.entry(cell.text).or_insert_with(read).clone()
            }
            _ => cells::causes(&self.text(cell), words),
        };
        match causes {
            Some(causes) => {
                read.keys += 1;
                for cause in causes {
                    if !waiting.causes.contains(&cause) {
                        waiting.causes.push(cause);
                    }
                }
            }
            None if words.no.contains(&fold(&self.text(cell))) => {}
            None => {
                self.unknown(read, Field::Orsak, cell);
                let text = self.text(cell).into_owned();
                self.add_text(&text);
            }
        }
    }

    fn mark(&mut self, read: &mut RowRead, waiting: &mut Waiting<'_>, field: Field, at: usize, cell: &Cell) {
        let words = &self.columns.words;
        let mark = match cell.kind {
            CellKind::Text => {
                *self.marks.entry(cell.text).or_insert_with(|| cells::mark(self.workbook.text(cell.text), words))
            }
            _ => cells::mark(&self.text(cell), words),
        };
        match mark {
            Mark::No => {
                // A row with only zeros in these columns is not thereby a case.
                read.filled = read.filled.saturating_sub(1);
                return;
            }
            Mark::Yes => {}
            Mark::Words => {
                let text = self.text(cell).into_owned();
                if !text.chars().any(char::is_alphabetic) && !matches!(self.dated(cell), Dated::Read(_)) {
                    return self.unknown(read, field, cell);
                }
                self.add_text(&text);
            }
        }
        if let Some(slot) = read.marked.get_mut(at) {
            *slot = true;
        }
        waiting.causes.extend(Orsak::ALL.get(at).filter(|it| !waiting.causes.contains(it)));
    }

    fn days<'c>(&mut self, read: &mut RowRead, waiting: &mut Waiting<'c>, cell: &'c Cell) {
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
            _ => cells::rounded(cell.number),
        };
        match number {
            Some(number) => read.row.angivna_dagar = Some(number),
            None => self.unreadable_number(read, Field::Dagar, cell),
        }
    }

    /// A number of days that names its own last day is compared here; rules compare the others.
    fn days_agree(&mut self, read: &mut RowRead, end: NaiveDate, cell: &Cell) {
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

    fn count(&mut self, read: &mut RowRead, field: Field, cell: &Cell) {
        let number = match cell.kind {
            CellKind::Text if self.columns.words.no.contains(&fold(self.workbook.text(cell.text))) => Some(0),
            CellKind::Text => {
                let text = self.workbook.text(cell.text);
                cells::whole_number(text.trim_end_matches(['.', ' ']).trim_end_matches("år").trim_end_matches("st"))
            }
            _ => cells::rounded(cell.number),
        };
        let Some(number) = number.and_then(|it| u32::try_from(it).ok()) else {
            return self.unreadable_number(read, field, cell);
        };
        match field {
            // A year of birth, or any other number no one lives to.
            Field::Alder if number > 130 => self.unreadable_number(read, field, cell),
            Field::Alder => read.row.alder = u16::try_from(number).ok(),
            Field::AntalMan => read.row.antal_man = Some(number),
            Field::AntalKvinnor => read.row.antal_kvinnor = Some(number),
            _ => read.row.antal = Some(number),
        }
    }

    /// Law first: the same word means different insatser under LSS and SoL.
    fn lagrum_and_insats(&mut self, read: &mut RowRead, waiting: &Waiting<'_>, frame: &Frame) {
        let mut lagrum = Lagrum::default();
        let mut named: Option<(Lagrum, Box<str>)> = None;
        if let Some(cell) = waiting.lagrum {
            let (own, rest) = self.split(cell);
            if own == Lagrum::default() && rest.is_empty() {
                // "-" and the like.
            } else if own == Lagrum::default() && !self.names_insats(&rest, frame.law) {
                let shown = self.text(cell).into_owned();
                let seen = self.noticed(Seen::LagrumOkant, read, Field::Lagrum, cell).shown(&shown);
                self.fault(read, Field::Lagrum, seen);
            } else {
                lagrum = own;
                named = Some((own, rest));
            }
        }
        let law = lagrum.law();
        let found = match waiting.insats {
            Some(cell) => {
                let (own, rest) = self.split(cell);
                lagrum = lagrum.with(own);
                let law = law.or(frame.law);
                let found = match cell.kind {
                    CellKind::Text => {
                        let key = (cell.text, law);
                        self.insats.entry(key).or_insert_with(|| self.insatser.find_split(&own, &rest, law)).clone()
                    }
                    _ => self.insatser.find_split(&own, &rest, law),
                };
                self.insats_found(read, cell, found)
            }
            None => {
                // A lagrum with a point names the insats by itself.
                let found = named.map(|(own, rest)| self.insatser.find_split(&own, &rest, law.or(frame.law)));
                match found {
                    Some(Match::One(id)) => Some(id),
                    _ => {
                        read.assumed = frame.assumed.is_some();
                        frame.assumed
                    }
                }
            }
        };
        read.keys += u32::from(found.is_some() && waiting.insats.is_some());
        read.row.insats = found;
        let lagrum = lagrum.with(Lagrum::default());
        read.row.lagrum = (lagrum != Lagrum::default()).then_some(lagrum);
    }

    fn names_insats(&self, name: &str, law: Option<Lag>) -> bool {
        !matches!(self.insatser.find_split(&Lagrum::default(), name, law), Match::None { .. })
    }

    fn insats_found(&mut self, read: &mut RowRead, cell: &Cell, found: Match) -> Option<InsatsId> {
        let name = |id: InsatsId| {
            let insats = self.insatser.get(id);
            format!("{} ({})", insats.name.trim_end_matches(" (SoL)"), insats.lag)
        };
        let proposal = match found {
            Match::One(id) => return Some(id),
            Match::Several(ids) => {
                if let Some(assumed) = self.hints.assumed_insats.filter(|it| ids.contains(it)) {
                    return Some(assumed);
                }
                Some(ids.into_iter().map(name).collect::<Vec<_>>().join(" eller "))
            }
            Match::None { suggestion } => suggestion.map(|id| self.insatser.get(id).name.clone()),
        };
        let shown = self.text(cell).trim().to_owned();
        if shown.contains('\n') && shown.lines().all(|it| matches!(self.insatser.find(it, None), Match::One(_))) {
            self.several(read, Field::Insats, cell);
            return None;
        }
        let mut seen = self.noticed(Seen::InsatsOkand, read, Field::Insats, cell).shown(&shown);
        seen.proposal = proposal;
        self.fault(read, Field::Insats, seen);
        read.row.insats_text = Some(crate::model::mask::masked(&shown).into());
        None
    }

    fn split(&mut self, cell: &Cell) -> (Lagrum, Box<str>) {
        match cell.kind {
            CellKind::Text => {
                let read = || {
                    let (lagrum, rest) = Lagrum::split(self.workbook.text(cell.text));
                    (lagrum, rest.into())
                };
                self.lagrum.entry(cell.text).or_insert_with(read).clone()
            }
            _ => {
                // "9:3" typed into a spreadsheet becomes a time of day, and is shown as one.
                let (lagrum, rest) = Lagrum::split(&self.text(cell));
                (lagrum, rest.into())
            }
        }
    }

    fn status_of(&mut self, cell: &Cell, executed: bool) -> Status {
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

    fn dated(&mut self, cell: &Cell) -> Dated {
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

    /// What stands in a cell, as a person sees it.
    pub fn text(&self, cell: &Cell) -> Cow<'a, str> {
        match cell.kind {
            CellKind::Text | CellKind::DateIso | CellKind::Error => Cow::Borrowed(self.workbook.text(cell.text)),
            CellKind::Number => Cow::Owned(shown_number(cell.number)),
            CellKind::DateSerial => Cow::Owned(super::shown_date(cell.number, self.workbook.epoch_1904)),
            CellKind::Bool => Cow::Borrowed(if cell.number == 0.0 { "FALSKT" } else { "SANT" }),
            CellKind::Empty => Cow::Borrowed(""),
        }
    }

    fn add_text(&mut self, text: &str) {
        let text = text.trim();
        if text.is_empty() || self.columns.words.no.contains(fold_short(text).as_ref()) {
            return;
        }
        if !self.free.is_empty() {
            self.free.push_str(" · ");
        }
        self.free.push_str(text);
    }

    // ---- what is noticed

    fn noticed(&self, seen: Seen, read: &RowRead, field: Field, cell: &Cell) -> Observation {
        let noticed = Observation::new(seen, Place::cell(read.row.sheet, read.row.row, cell.col)).field(field);
        if seen == Seen::DatumOfullstandigt { noticed.shown(&self.text(cell)) } else { noticed }
    }

    fn fault(&mut self, read: &mut RowRead, field: Field, seen: Observation) {
        read.row.unreadable.insert(field);
        self.noticed.push(seen);
    }

    fn unknown(&mut self, read: &mut RowRead, field: Field, cell: &Cell) {
        let seen = self.noticed(Seen::VardeOkant, read, field, cell).shown(self.text(cell).trim());
        self.fault(read, field, seen);
    }

    fn unreadable_number(&mut self, read: &mut RowRead, field: Field, cell: &Cell) {
        let seen = self.noticed(Seen::TalOlasligt, read, field, cell).shown(self.text(cell).trim());
        self.fault(read, field, seen);
    }

    /// Two persons in the cells of one row are one fault, however many cells show it.
    fn several(&mut self, read: &mut RowRead, field: Field, cell: &Cell) {
        read.row.unreadable.insert(field);
        if !self.noticed.iter().any(|it| it.seen == Seen::FleraVarden) {
            let seen = self.noticed(Seen::FleraVarden, read, field, cell).shown(&self.text(cell));
            self.noticed.push(seen);
        }
    }

    fn no_value(&mut self, read: &mut RowRead, field: Field, cell: &Cell) {
        read.row.unreadable.insert(field);
        match self.uncomputed.iter_mut().find(|it| it.col == cell.col) {
            Some(it) => it.count += 1,
            None => {
                let first = self.noticed(Seen::FormelUtanVarde, read, field, cell);
                self.uncomputed.push(Uncomputed { col: cell.col, first, count: 1 });
            }
        }
    }

    fn odd(&mut self, read: &RowRead, field: Field, cell: &Cell, how: How, date: NaiveDate) {
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

    fn with_text(&mut self, read: &RowRead, field: Field, cell: &Cell, date: NaiveDate, rest: &str) {
        let shown = self.text(cell);
        let seen = self.noticed(Seen::DatumMedText, read, field, cell).shown(shown.trim()).read(date.to_string());
        self.noticed.push(seen);
        self.add_text(rest);
    }

    fn date_fault(&mut self, read: &mut RowRead, field: Field, cell: &Cell, fault: &Dated) {
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
