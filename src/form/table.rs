//! The rows of one table: which are cases, which are sums, notes or headings of a group.
//!
//! Goes in: a block of a sheet. Comes out: rows and observations, added to the [`Reading`].
//! Guaranteed: blank rows never end a table; a row with anything of a case in it is read, wherever it stands.

use rustc_hash::FxHashMap;

use super::Fields;
use super::around::Titles;
use super::heading::Block;
use super::row_reader::{Frame, RowRead, RowReader};
use super::sums::Sums;
use super::{Reading, Row, Table, surroundings};
use crate::model::spelling::fold;
use crate::model::{Field, Observation, Place, Seen};
use crate::sheet::{Cell, CellKind, Sheet};

/// A lone cell this many rows or columns away from the table does not belong to it.
const FAR_ROWS: u32 = 100;
const FAR_COLS: u16 = 5;

/// A table being read; it may go on under a repeated heading.
pub(super) struct Open {
    frame: Frame,
    table: usize,
    sums: Sums,
    /// First row and number of rows read after the last row of sums.
    after_sum: Option<(u32, u32)>,
    /// Column without a field: cells with content and the first one's row.
    unmapped: FxHashMap<u16, (u32, u32)>,
    headings: Vec<(u16, String)>,
    last_col: u16,
    last_row: u32,
    hidden: Option<(u32, u32, u32)>,
    assumed: u32,
    /// Words under the table or between its rows that may be a note or a group's name.
    notes: Vec<(u32, u16, String)>,
    merged: Vec<surroundings::Merged>,
}

impl Open {
    /// Opens a table: decides what each column is and says what the heading lacks.
    pub(super) fn new(
        reader: &RowReader<'_>,
        reading: &mut Reading,
        sheet: &Sheet,
        index: u16,
        block: &Block,
        titles: &Titles,
    ) -> Self {
        let slots = surroundings::slots(reading, sheet, index, block);
        let law = block.law.or(titles.law);
        let has = |field: Field| slots.iter().flatten().any(|it| *it == field);
        let causes = [Field::Orsak, Field::OrsakBostad, Field::OrsakPersonal, Field::OrsakTackatNej, Field::OrsakAnnat];
        let assumed = if has(Field::Insats) { None } else { titles.insats(reader, law) };
        let mut near = Fields::default();
        for column in &block.columns {
            let mapped = matches!(slots.get(usize::from(column.col)), Some(Some(_)));
            if mapped {
                continue;
            }
            if let Some(field) = reader.columns.near(&column.heading).filter(|it| !has(*it)) {
                near.insert(field);
            }
        }
        let has_causes = causes.into_iter().any(has) || causes.into_iter().any(|it| near.contains(it));
        let frame = Frame { sheet: index, law, assumed, has_causes, near, slots };
        surroundings::missing(reader, reading, block, &frame);
        let columns = block.columns.iter().filter_map(|it| {
            let field = frame.slots.get(usize::from(it.col)).copied().flatten()?;
            Some((it.col, field, it.heading.clone()))
        });
        reading.tables.push(Table { sheet: index, heading: block.heading, columns: columns.collect(), rows: 0 });
        let merged = surroundings::Merged::of(sheet, &frame.slots, block.heading.1);
        Self {
            table: reading.tables.len() - 1,
            sums: Sums::default(),
            after_sum: None,
            unmapped: FxHashMap::default(),
            headings: block.columns.iter().map(|it| (it.col, it.heading.clone())).collect(),
            last_col: block.second_table.map_or(u16::MAX, |it| it - 1),
            last_row: block.heading.1,
            hidden: None,
            assumed: 0,
            notes: Vec::new(),
            merged,
            frame,
        }
    }

    /// Reads the rows below one heading.
    pub(super) fn rows(&mut self, reader: &mut RowReader<'_>, reading: &mut Reading, sheet: &Sheet, block: &Block) {
        let hidden = surroundings::HiddenRows::of(sheet);
        let mut filled_down: Vec<Cell> = Vec::new();
        reading.rows.reserve(block.rows.2 - block.rows.1);
        for at in block.rows.1..block.rows.2 {
            let Some((number, cells)) = sheet.row_at(at) else { continue };
            self.count_unmapped(number, cells);
            filled_down.clear();
            for merged in &mut self.merged {
                merged.reach(sheet, number, cells, &mut filled_down);
            }
            if !self.has_mapped(cells) {
                continue;
            }
            let mut read = reader.read(&self.frame, number, cells, &filled_down);
            if is_example(reader, &read) {
                continue;
            }
            if read.filled == 0 {
                // A number alone waits to be filled in; words in the number's column are words to read.
                if cells.iter().any(|it| it.kind == CellKind::Text && !self.is_key(it) && is_words(&reader.text(it))) {
                    self.note(reader, reading, number, cells, false);
                }
                continue;
            }
            let case = read.row.kon.is_some() && read.row.start().is_some();
            if !case && self.is_sum(reader, cells) {
                self.sums.compare(reader, reading, &self.frame, number, cells);
                self.after_sum = Some((0, 0));
                self.notes.clear();
                continue;
            }
            let far = number - self.last_row > FAR_ROWS && read.filled == 1 && self.last_row > block.heading.1;
            if read.keys == 0 && read.filled <= 2 || far {
                self.note(reader, reading, number, cells, far);
                continue;
            }
            self.flush_notes(reader, reading);
            read.row.hidden = hidden.has(number);
            self.take(reader, reading, sheet, read);
        }
    }

    fn take(&mut self, reader: &mut RowReader<'_>, reading: &mut Reading, sheet: &Sheet, mut read: RowRead) {
        let number = read.row.row;
        self.last_row = number;
        read.row.table = u16::try_from(self.table).unwrap_or(u16::MAX);
        surroundings::mark_missing(reader, &self.frame, &mut read.row);
        if let Some((first, count)) = &mut self.after_sum {
            *first = if *count == 0 { number } else { *first };
            *count += 1;
        }
        if read.row.hidden {
            let (count, _, last) = self.hidden.get_or_insert((0, number, number));
            *count += 1;
            *last = number;
        }
        self.assumed += u32::from(read.assumed);
        self.sums.add(&read);
        if read.struck {
            reading.observations.push(Observation::new(Seen::OverstrukenRad, Place::row(read.row.sheet, number)));
        }
        let shifted =
            !reader.noticed.is_empty() && surroundings::is_shifted(reader, &self.frame, &read.row, &reader.noticed);
        if shifted {
            // Every cell is wrong for the same reason, so only the reason is told.
            reading.observations.push(Observation::new(Seen::ForskjutenRad, Place::row(read.row.sheet, number)));
            // Values read out of the wrong columns must not be counted either.
            read.row = Row::unreadable(&read.row);
            self.forget_unmapped(sheet, number);
            reader.noticed.clear();
        }
        reading.observations.append(&mut reader.noticed);
        if let Some(table) = reading.tables.get_mut(self.table) {
            table.rows += 1;
        }
        for merged in &mut self.merged {
            merged.counted(number);
        }
        reading.rows.push(read.row);
    }

    fn has_mapped(&self, cells: &[Cell]) -> bool {
        cells.iter().any(|it| matches!(self.frame.slots.get(usize::from(it.col)), Some(Some(_))) && !self.is_key(it))
    }

    /// A cell of a hidden column of ours. It stays when somebody empties the row, and says nothing by itself.
    fn is_key(&self, cell: &Cell) -> bool {
        let field = self.frame.slots.get(usize::from(cell.col)).copied().flatten();
        matches!(field, Some(Field::Nyckel | Field::Kopia))
    }

    fn count_unmapped(&mut self, number: u32, cells: &[Cell]) {
        for cell in cells {
            let mapped = matches!(self.frame.slots.get(usize::from(cell.col)), Some(Some(_)));
            if !mapped && cell.kind != CellKind::Empty && cell.col <= self.last_col {
                self.unmapped.entry(cell.col).or_insert((0, number)).0 += 1;
            }
        }
    }

    /// The cells of a shifted row say nothing about the columns they have slid into.
    fn forget_unmapped(&mut self, sheet: &Sheet, number: u32) {
        for cell in sheet.row(number) {
            if let Some(it) = self.unmapped.get_mut(&cell.col) {
                it.0 = it.0.saturating_sub(1);
            }
        }
        self.unmapped.retain(|_, it| it.0 > 0);
    }

    fn is_sum(&self, reader: &RowReader<'_>, cells: &[Cell]) -> bool {
        let Some(first) = cells.iter().find(|it| it.kind == CellKind::Text) else { return false };
        let text = reader.workbook.text(first.text);
        if text.len() > 60 || !text.trim_start().starts_with(['s', 'S', 't', 'T', 'd', 'D', 'a', 'A']) {
            return false;
        }
        let key = fold(text);
        let bare =
            key.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, ' ' | ':' | '=')).trim_end_matches(" st");
        reader.columns.words.sum.contains(bare.trim_end_matches([':', ' ']))
    }

    /// A row with hardly anything in it: the name of a group, a note, or a cell that strayed.
    fn note(&mut self, reader: &mut RowReader<'_>, reading: &mut Reading, number: u32, cells: &[Cell], far: bool) {
        let cells: Vec<&Cell> = cells.iter().filter(|it| !self.is_key(it)).collect();
        let Some(cell) = cells.iter().find(|it| it.kind != CellKind::Empty) else { return };
        let text = reader.text(cell).into_owned();
        if far || number - self.last_row > FAR_ROWS {
            let place = Place::cell(self.frame.sheet, number, cell.col);
            reading.observations.push(Observation::new(Seen::AvlagsenCell, place).shown(&text));
            return;
        }
        if !self.has(Field::Insats)
            && cells.len() == 1
            && let Some(id) = reader.insatser.mentioned(&text, self.frame.law)
        {
            // The insats stands as the heading of a group of rows.
            self.frame.assumed = Some(id);
            return;
        }
        let words: Vec<String> =
            cells.iter().map(|it| reader.text(it).trim().to_owned()).filter(|it| !it.is_empty()).collect();
        self.notes.push((number, cell.col, words.join(" · ")));
    }

    fn has(&self, field: Field) -> bool {
        self.frame.slots.contains(&Some(field))
    }

    /// Words between two rows carry on the row above them.
    fn flush_notes(&mut self, reader: &RowReader<'_>, reading: &mut Reading) {
        let rows = reading.tables.get(self.table).map_or(0, |it| it.rows);
        for (_, _, text) in self.notes.drain(..) {
            let Some(last) = reading.rows.last_mut().filter(|_| rows > 0) else { continue };
            let joined = match &last.fritext {
                Some(before) => format!("{before} · {text}"),
                None => text,
            };
            last.orsak_forslag = reader.columns.words.cause_in(&joined);
            last.fritext = Some(crate::model::mask::masked(&joined).into());
        }
    }

    /// Closes the table: what could only be told when all rows had been seen. Gives the words that stood under it.
    pub(super) fn close(
        mut self,
        reader: &mut RowReader<'_>,
        reading: &mut Reading,
        sheet: &Sheet,
    ) -> Vec<(u32, u16, String)> {
        let index = self.frame.sheet;
        for odd in reader.odd_dates.drain(..) {
            reading.observations.push(odd.first.count(odd.count));
        }
        for formula in reader.uncomputed.drain(..) {
            reading.observations.push(formula.first.count(formula.count));
        }
        if let Some((first, count @ 1..)) = self.after_sum {
            reading.observations.push(Observation::new(Seen::RaderEfterSumma, Place::row(index, first)).count(count));
        }
        if let Some((count, first, last)) = self.hidden {
            let seen = if sheet.filtered { Seen::FiltreradeRader } else { Seen::DoldaRader };
            let rows = format!("rad {}–{}", first + 1, last + 1);
            reading.observations.push(Observation::new(seen, Place::row(index, first)).count(count).read(rows));
        }
        if let (Some(id), 1..) = (self.frame.assumed, self.assumed) {
            let heading = reading.tables.get(self.table).map_or(0, |it| it.heading.0);
            let seen = Observation::new(Seen::InsatsAntagen, Place::row(index, heading)).field(Field::Insats);
            reading.observations.push(seen.read(reader.insatser.get(id).name.clone()).count(self.assumed));
        }
        for merged in self.merged.drain(..) {
            merged.tell(reader, reading, sheet, index);
        }
        self.tell_unmapped(reader, reading, sheet);
        surroundings::hidden_columns(reading, sheet, &self.frame, self.table);
        self.notes
    }

    fn tell_unmapped(&self, reader: &RowReader<'_>, reading: &mut Reading, sheet: &Sheet) {
        let last = self.headings.iter().map(|it| it.0).max().unwrap_or(0);
        let mut columns: Vec<(u16, (u32, u32))> = self.unmapped.iter().map(|(col, it)| (*col, *it)).collect();
        columns.sort_unstable();
        for (col, (count, first)) in columns {
            let heading = self.headings.iter().find(|it| it.0 == col).map(|it| it.1.as_str());
            let doubled = heading.is_some_and(|it| reader.columns.field(it).is_some());
            if doubled {
                continue; // Told as `kolumn_dubbel`.
            }
            let place = Place::cell(self.frame.sheet, first, col);
            if count <= 2 && heading.is_none() && col > last + FAR_COLS {
                let shown = sheet.cell(first, col).map(|it| reader.text(it).into_owned()).unwrap_or_default();
                reading.observations.push(Observation::new(Seen::AvlagsenCell, place).shown(&shown));
                continue;
            }
            if let (Some(heading), Some(near)) = (heading, heading.and_then(|it| reader.columns.near(it)))
                && !self.has(near)
            {
                let place = Place::cell(self.frame.sheet, self.heading_row(reading), col);
                let seen =
                    Observation::new(Seen::KolumnLiknar, place).field(near).shown(heading).proposal(near.swedish());
                reading.observations.push(seen.count(count));
                continue;
            }
            let place = heading.map_or(place, |_| Place::cell(self.frame.sheet, self.heading_row(reading), col));
            let letters = format!("kolumn {}", crate::model::place::column_letters(col));
            let shown = heading.map_or(letters, str::to_owned);
            reading.observations.push(Observation::new(Seen::KolumnOlast, place).shown(&shown).count(count));
        }
    }

    fn heading_row(&self, reading: &Reading) -> u32 {
        reading.tables.get(self.table).map_or(0, |it| it.heading.1)
    }
}

/// Several letters in a row, not a running number such as ”12” or ”A12”.
fn is_words(text: &str) -> bool {
    text.chars().filter(|it| it.is_alphabetic()).count() > 2
}

/// The example row of a template.
fn is_example(reader: &RowReader<'_>, read: &RowRead) -> bool {
    let row = &read.row;
    [&row.nyckel, &row.lopnr].into_iter().flatten().any(|it| {
        // Nearly every row begins with a number, and a number is no example.
        if it.starts_with(|c: char| c.is_ascii_digit()) {
            return false;
        }
        let key = fold(it);
        reader.columns.words.example.contains(&key) || key.starts_with("exempel")
    })
}

/// Reads one visible sheet.
pub(super) fn read_sheet(
    reader: &mut RowReader<'_>,
    reading: &mut Reading,
    sheet: &Sheet,
    index: u16,
    blocks: &[Block],
) {
    let mut titles = Titles::new(reading, sheet, index);
    let first = blocks.first().map_or(sheet.row_count(), |it| it.rows.0);
    titles.read_rows(reader, reading, sheet, 0..first);
    let mut open: Option<Open> = None;
    for block in blocks {
        match block.kind {
            super::heading::BlockKind::Repeated => {}
            super::heading::BlockKind::Summary | super::heading::BlockKind::List => {
                if let Some(done) = open.take() {
                    let notes = done.close(reader, reading, sheet);
                    titles.next(reader, reading, &notes);
                }
            }
        }
        if block.kind == super::heading::BlockKind::Summary {
            continue;
        }
        if block.kind == super::heading::BlockKind::List {
            open = Some(Open::new(reader, reading, sheet, index, block, &titles));
        }
        if let Some(open) = &mut open {
            open.rows(reader, reading, sheet, block);
        }
    }
    if let Some(done) = open {
        let notes = done.close(reader, reading, sheet);
        titles.next(reader, reading, &notes);
    }
}
