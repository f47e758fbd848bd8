//! Cells on their way into the grid: texts stored once, limits kept.
//!
//! Goes in: values as a reader met them, with row and column. Comes out: cells in a sheet of the workbook.
//! Guaranteed: a text that comes again is not stored again; rows, columns, cells and text stay within the limits.

use std::hash::{BuildHasher, BuildHasherDefault};

use rustc_hash::{FxHashMap, FxHasher};

use crate::model::{Observation, Place, Seen};
use crate::sheet::grid::{Cell, CellKind, Sheet, TextId, Workbook};
use crate::sheet::limits::Limits;

/// A value as a reader met it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Met<'a> {
    Text(&'a str),
    /// A text that lies at the same address every time it is met.
    Shared(&'a str),
    Number(f64),
    DateSerial(f64),
    DateIso(&'a str),
    Bool(bool),
    Error(&'a str),
    Nothing,
}

/// Fills a workbook.
pub(super) struct Filling<'l> {
    pub workbook: Workbook,
    limits: &'l Limits,
    shared: FxHashMap<usize, TextId>,
    known: FxHashMap<u64, TextId>,
    cells: usize,
    text_bytes: usize,
    outside: u32,
}

impl<'l> Filling<'l> {
    pub(super) fn new(limits: &'l Limits) -> Self {
        Self {
            workbook: Workbook::default(),
            limits,
            shared: FxHashMap::default(),
            known: FxHashMap::default(),
            cells: 0,
            text_bytes: 0,
            outside: 0,
        }
    }

    /// Puts a value in its place. `Err` says which limit was reached.
    pub(super) fn put(
        &mut self,
        sheet: &mut Sheet,
        row: u32,
        col: u32,
        met: Met<'_>,
        flags: u8,
        observations: &mut Vec<Observation>,
    ) -> Result<(), Seen> {
        let Ok(col) = u16::try_from(col) else {
            self.outside = self.outside.saturating_add(1);
            return Ok(());
        };
        if row >= self.limits.fil.rader || u32::from(col) >= self.limits.fil.kolumner {
            self.outside = self.outside.saturating_add(1);
            return Ok(());
        }
        let (kind, number, text) = match met {
            // An empty text is what a formula such as IF(A1="";"";A1) gives: it has a value, and the value is blank.
            Met::Text("") | Met::Shared("") => return Ok(()),
            Met::Nothing if flags == 0 => return Ok(()),
            Met::Nothing => (CellKind::Empty, 0.0, TextId::NONE),
            Met::Shared(text) => (CellKind::Text, 0.0, self.shared(text, (sheet, row, col), observations)?),
            Met::Text(text) => (CellKind::Text, 0.0, self.text(text, (sheet, row, col), observations)?),
            Met::DateIso(text) => (CellKind::DateIso, 0.0, self.text(text, (sheet, row, col), observations)?),
            Met::Error(text) => (CellKind::Error, 0.0, self.text(text, (sheet, row, col), observations)?),
            // A number no program can show or calculate with.
            Met::Number(it) | Met::DateSerial(it) if !it.is_finite() => {
                (CellKind::Error, 0.0, self.text("#NUM!", (sheet, row, col), observations)?)
            }
            Met::Number(number) => (CellKind::Number, number, TextId::NONE),
            Met::DateSerial(number) => (CellKind::DateSerial, number, TextId::NONE),
            Met::Bool(it) => (CellKind::Bool, f64::from(u8::from(it)), TextId::NONE),
        };
        self.cells += 1;
        if self.cells > self.limits.fil.celler {
            return Err(Seen::FilUppackadForStor);
        }
        sheet.push(row, Cell { col, kind, flags, text, number });
        Ok(())
    }

    /// The sheet is read; the next one follows.
    pub(super) fn close(&mut self, sheet: Sheet) {
        self.workbook.sheets.push(sheet);
    }

    /// Hands over the workbook, and notes what could not have a place in it.
    pub(super) fn finish(self, observations: &mut Vec<Observation>) -> Workbook {
        if self.outside > 0 {
            // No program can have shown these cells, so the file is not what a program wrote.
            observations.push(Observation::new(Seen::FilTrasig, Place::FILE).count(self.outside));
        }
        self.workbook
    }

    #[inline]
    fn shared(
        &mut self,
        text: &str,
        at: (&Sheet, u32, u16),
        observations: &mut Vec<Observation>,
    ) -> Result<TextId, Seen> {
        let address = text.as_ptr().addr();
        if let Some(id) = self.shared.get(&address) {
            return Ok(*id);
        }
        let text = self.cut(text, at, observations);
        let id = self.store(text)?;
        self.shared.insert(address, id);
        Ok(id)
    }

    fn text(
        &mut self,
        text: &str,
        at: (&Sheet, u32, u16),
        observations: &mut Vec<Observation>,
    ) -> Result<TextId, Seen> {
        let text = self.cut(text, at, observations);
        let hash = BuildHasherDefault::<FxHasher>::default().hash_one(text);
        if let Some(id) = self.known.get(&hash)
            && self.workbook.text(*id) == text
        {
            return Ok(*id);
        }
        let id = self.store(text)?;
        self.known.insert(hash, id);
        Ok(id)
    }

    fn store(&mut self, text: &str) -> Result<TextId, Seen> {
        self.text_bytes += text.len();
        if self.text_bytes > self.limits.text_bytes() || self.workbook.text_count() >= self.limits.fil.delade_texter {
            return Err(Seen::FilUppackadForStor);
        }
        Ok(self.workbook.add_text(text))
    }

    /// No spreadsheet program lets more be written in a cell; what is cut is said.
    fn cut<'a>(&self, text: &'a str, at: (&Sheet, u32, u16), observations: &mut Vec<Observation>) -> &'a str {
        let most = self.limits.fil.cell_tecken;
        if text.len() <= most {
            return text;
        }
        let Some((end, _)) = text.char_indices().nth(most) else { return text };
        let sheet = u16::try_from(self.workbook.sheets.len()).unwrap_or(u16::MAX);
        if observations.len() < OBSERVATIONS_MOST {
            observations.push(
                Observation::new(Seen::FilTrasig, Place::cell(sheet, at.1, at.2))
                    .read(format!("bara de första {most} tecknen i cellen lästes")),
            );
        }
        text.get(..end).unwrap_or(text)
    }
}

/// Observations a reader makes of one file; more of the same would help nobody.
pub(super) const OBSERVATIONS_MOST: usize = 1_000;
