//! Excel 95–2003 workbooks (.xls), read with our own pass over the records of their Workbook stream.
//!
//! Goes in: the bytes of the file, an OLE container. Comes out: the workbook with hidden rows and columns, filters, merged
//! areas and notes. Guaranteed: one stray cell far away costs one cell; an offset that leads nowhere costs its sheet.
//!
//! Why not calamine: it makes every sheet a dense rectangle while it opens the file (a stray cell in IV65536 took 1 GB, a
//! damaged container asked for 8 GB), fails the file for one odd record, and tells neither hidden rows nor notes.

use std::io::{Cursor, Read};

use rustc_hash::FxHashMap;

use crate::model::{Observation, Place, Seen};
use crate::sheet::biff::{Across, Record, Records, Texts};
use crate::sheet::binary::{Formats, error_name, f64_at, rk, u16_at, u32_at};
use crate::sheet::grid::{Area, Cell, Comment, Sheet, Visibility, Workbook};
use crate::sheet::limits::Limits;
use crate::sheet::olprops;
use crate::sheet::texts::{Filling, Met};

const BOF: u16 = 0x0809;
const EOF: u16 = 0x000A;
const RANGES_MOST: usize = 50_000;
const PROPERTIES_BYTES: u64 = 1_000_000;

/// A sheet as the globals list it.
struct Listed {
    name: String,
    visibility: Visibility,
    /// Where its records begin; a chart or macro sheet has none that are read.
    at: Option<usize>,
}

/// What the globals say.
struct Globals {
    texts: Texts,
    formats: Formats,
    strings: Vec<String>,
    sheets: Vec<Listed>,
    epoch_1904: bool,
}

/// Reads the workbook.
pub(super) fn read(bytes: &[u8], limits: &Limits, observations: &mut Vec<Observation>) -> Result<Workbook, Seen> {
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(|_| Seen::FilTrasig)?;
    if file.exists("/_VBA_PROJECT_CUR") {
        observations.push(Observation::new(Seen::FilMakro, Place::FILE));
    }
    let embedded = file.read_root_storage().filter(|it| it.is_storage() && it.name().starts_with("MBD")).count();
    if embedded > 0 {
        let count = u32::try_from(embedded).unwrap_or(u32::MAX);
        observations.push(Observation::new(Seen::FilLankar, Place::FILE).count(count));
    }
    let name = if file.exists("/Workbook") { "/Workbook" } else { "/Book" };
    let mut stream = Vec::new();
    let mut whole = match file.open_stream(name) {
        // No stream is longer than the file it lies in, whatever its entry says.
        Ok(open) => open.take(bytes.len() as u64).read_to_end(&mut stream).is_ok(),
        Err(_) => return Err(Seen::FilTrasig),
    };
    let mut properties = Vec::new();
    for name in ["/\u{5}SummaryInformation", "/\u{5}DocumentSummaryInformation"] {
        let mut set = Vec::new();
        if let Ok(open) = file.open_stream(name)
            && open.take(PROPERTIES_BYTES).read_to_end(&mut set).is_ok()
        {
            olprops::read(&set, &mut properties);
        }
    }
    drop(file);

    let globals = globals(&stream, limits)?;
    if globals.sheets.is_empty() {
        return Err(Seen::FilTrasig);
    }
    let mut filling = Filling::new(limits);
    filling.workbook.epoch_1904 = globals.epoch_1904;
    filling.workbook.properties = properties;
    for listed in &globals.sheets {
        let mut sheet = Sheet::named(listed.name.clone());
        sheet.visibility = listed.visibility;
        if let Some(at) = listed.at {
            let mut reading = Reading {
                globals: &globals,
                limits,
                sheet,
                waiting: None,
                objects: FxHashMap::default(),
                object: None,
            };
            let records = stream.get(at..).unwrap_or(&[]);
            whole &= reading.read(records, &mut filling, observations)?;
            sheet = reading.sheet;
        }
        filling.close(sheet);
    }
    if !whole {
        observations.push(Observation::new(Seen::FilTrasig, Place::FILE));
    }
    Ok(filling.finish(observations))
}

fn globals(stream: &[u8], limits: &Limits) -> Result<Globals, Seen> {
    let mut globals = Globals {
        texts: Texts { self_describing: true, code_page: encoding_rs::WINDOWS_1252 },
        formats: Formats::default(),
        strings: Vec::new(),
        sheets: Vec::new(),
        epoch_1904: false,
    };
    for record in Records::of(stream) {
        let data = record.data;
        match record.kind {
            BOF => globals.texts.self_describing = u16_at(data, 0).is_none_or(|it| it >= 0x0600),
            // Encrypted, if only with the password every Excel knows.
            0x002F => return Err(Seen::FilLosenord),
            0x0042 => globals.texts.code_page = Texts::code_page(u16_at(data, 0).unwrap_or(0)),
            0x0022 => globals.epoch_1904 = u16_at(data, 0) == Some(1),
            0x041E => {
                let mut bytes = Across::new(data, &record.more);
                let length_bytes = if globals.texts.self_describing { 2 } else { 1 };
                if let Some(id) = bytes.u16()
                    && let Some(code) = globals.texts.read(&mut bytes, length_bytes)
                {
                    globals.formats.define(id, &code);
                }
            }
            0x0031 => globals.formats.add_font(u16_at(data, 2).is_some_and(|it| it & 8 != 0)),
            0x00E0 => {
                let font = usize::from(u16_at(data, 0).unwrap_or(0));
                // There is no font number 4; the list goes on with 5.
                let font = if font > 4 { font - 1 } else { font };
                globals.formats.add_cell_format(u16_at(data, 2).unwrap_or(0), font);
            }
            0x0085 => globals.sheets.extend(listed(&record, globals.texts)),
            0x00FC => globals.strings = strings(&record, globals.texts, limits)?,
            EOF => break,
            _ => {}
        }
    }
    if globals.sheets.len() > limits.fil.blad {
        return Err(Seen::FilUppackadForStor);
    }
    Ok(globals)
}

fn listed(record: &Record<'_>, texts: Texts) -> Option<Listed> {
    let at = u32_at(record.data, 0)? as usize;
    let (state, kind) = (*record.data.get(4)?, *record.data.get(5)?);
    let visibility = match state & 3 {
        1 => Visibility::Hidden,
        2 => Visibility::VeryHidden,
        _ => Visibility::Visible,
    };
    let name = texts.read(&mut Across::new(record.data.get(6..)?, &record.more), 1)?;
    Some(Listed { name, visibility, at: (kind == 0).then_some(at) })
}

fn strings(record: &Record<'_>, texts: Texts, limits: &Limits) -> Result<Vec<String>, Seen> {
    let mut bytes = Across::new(record.data.get(8..).unwrap_or(&[]), &record.more);
    let claimed = u32_at(record.data, 4).unwrap_or(0) as usize;
    let mut all = Vec::new();
    while all.len() < claimed {
        if all.len() >= limits.fil.delade_texter {
            return Err(Seen::FilUppackadForStor);
        }
        let Some(text) = texts.read(&mut bytes, 2) else { break };
        all.push(text);
    }
    Ok(all)
}

/// One sheet being read.
struct Reading<'g> {
    globals: &'g Globals,
    limits: &'g Limits,
    sheet: Sheet,
    /// Place and flags of a formula whose text comes in the next record.
    waiting: Option<(u32, u32, u8)>,
    /// Texts of notes by the number of their drawn object.
    objects: FxHashMap<u16, String>,
    object: Option<u16>,
}

impl Reading<'_> {
    /// Reads the sheet's records; false when they do not end as they should.
    fn read(
        &mut self,
        stream: &[u8],
        filling: &mut Filling<'_>,
        observations: &mut Vec<Observation>,
    ) -> Result<bool, Seen> {
        let mut depth = 0u32;
        for record in Records::of(stream) {
            match record.kind {
                // Charts lie within the sheet, with cells of their own.
                BOF => depth += 1,
                EOF if depth <= 1 => return Ok(true),
                EOF => depth -= 1,
                _ if depth > 1 => {}
                _ if depth == 0 => return Ok(false),
                _ => self.record(&record, filling, observations)?,
            }
        }
        Ok(false)
    }

    fn record(
        &mut self,
        record: &Record<'_>,
        filling: &mut Filling<'_>,
        observations: &mut Vec<Observation>,
    ) -> Result<(), Seen> {
        let data = record.data;
        let format = usize::from(u16_at(data, 4).unwrap_or(0));
        let number = |it: f64| self.globals.formats.number(format, it);
        let text;
        let mut flags = self.globals.formats.flags(format);
        let mut place = None;
        let met = match record.kind {
            0x0203 => f64_at(data, 6).map(number),
            0x027E => u32_at(data, 6).map(|it| number(rk(it))),
            0x0204 | 0x00D6 => {
                let mut bytes = Across::new(data.get(6..).unwrap_or(&[]), &record.more);
                text = self.globals.texts.read(&mut bytes, 2);
                text.as_deref().map(Met::Text)
            }
            0x00FD => u32_at(data, 6).and_then(|it| self.globals.strings.get(it as usize)).map(|it| Met::Shared(it)),
            0x0205 => match (data.get(6), data.get(7)) {
                (Some(value), Some(0)) => Some(Met::Bool(*value != 0)),
                (Some(code), Some(_)) => Some(Met::Error(error_name(*code))),
                _ => None,
            },
            0x0006 => {
                flags |= Cell::FORMULA;
                self.formula(data, format)
            }
            0x0207 => {
                // This record has no format of its own; the formula before it had.
                let waiting = self.waiting.take();
                flags = Cell::FORMULA | waiting.map_or(0, |it| it.2);
                place = waiting.map(|it| (it.0, it.1));
                let mut bytes = Across::new(data, &record.more);
                text = self.globals.texts.read(&mut bytes, 2).filter(|_| place.is_some());
                text.as_deref().map(Met::Text)
            }
            0x00BD => return self.packed(data, filling, observations),
            _ => {
                self.beside(record);
                return Ok(());
            }
        };
        let place = place.or_else(|| Some((u32::from(u16_at(data, 0)?), u32::from(u16_at(data, 2)?))));
        match (met, place) {
            (Some(met), Some((row, col))) => filling.put(&mut self.sheet, row, col, met, flags, observations),
            _ => Ok(()),
        }
    }

    /// The saved value of a formula; a text follows in a record of its own.
    fn formula(&mut self, data: &[u8], format: usize) -> Option<Met<'static>> {
        if u16_at(data, 12)? != 0xFFFF {
            return f64_at(data, 6).map(|it| self.globals.formats.number(format, it));
        }
        match data.get(6)? {
            0 => {
                let flags = self.globals.formats.flags(format);
                self.waiting = Some((u32::from(u16_at(data, 0)?), u32::from(u16_at(data, 2)?), flags));
                None
            }
            1 => data.get(8).map(|it| Met::Bool(*it != 0)),
            2 => data.get(8).map(|it| Met::Error(error_name(*it))),
            _ => None,
        }
    }

    /// Several packed numbers of one row.
    fn packed(
        &mut self,
        data: &[u8],
        filling: &mut Filling<'_>,
        observations: &mut Vec<Observation>,
    ) -> Result<(), Seen> {
        let (Some(row), Some(first)) = (u16_at(data, 0), u16_at(data, 2)) else { return Ok(()) };
        let all = data.get(4..data.len().saturating_sub(2)).unwrap_or(&[]);
        for (col, one) in (u32::from(first)..).zip(all.as_chunks::<6>().0) {
            let (Some(format), Some(number)) = (u16_at(one, 0), u32_at(one, 2)) else { break };
            let met = self.globals.formats.number(usize::from(format), rk(number));
            let flags = self.globals.formats.flags(usize::from(format));
            filling.put(&mut self.sheet, u32::from(row), col, met, flags, observations)?;
        }
        Ok(())
    }

    /// What is not a cell: hidden rows and columns, the filter, merged areas, notes.
    fn beside(&mut self, record: &Record<'_>) {
        let data = record.data;
        match record.kind {
            0x0208 => {
                if let (Some(row), Some(flags)) = (u16_at(data, 0), u16_at(data, 12))
                    && flags & 0x20 != 0
                {
                    let row = u32::from(row);
                    match self.sheet.hidden_rows.last_mut() {
                        Some((_, last)) if last.checked_add(1) == Some(row) => *last = row,
                        _ => self.sheet.hidden_rows.push((row, row)),
                    }
                }
            }
            0x007D => {
                if let (Some(first), Some(last), Some(flags)) = (u16_at(data, 0), u16_at(data, 2), u16_at(data, 8))
                    && flags & 1 != 0
                    && first <= last
                    && self.sheet.hidden_cols.len() < RANGES_MOST
                {
                    self.sheet.hidden_cols.push((first, last));
                }
            }
            0x009B => self.sheet.filtered = true,
            0x00E5 => {
                for one in data.get(2..).unwrap_or(&[]).as_chunks::<8>().0 {
                    if let (Some(first_row), Some(last_row), Some(first_col), Some(last_col)) =
                        (u16_at(one, 0), u16_at(one, 2), u16_at(one, 4), u16_at(one, 6))
                        && self.sheet.merged.len() < RANGES_MOST
                    {
                        let (first_row, last_row) = (u32::from(first_row), u32::from(last_row));
                        self.sheet.merged.push(Area { first_row, first_col, last_row, last_col });
                    }
                }
            }
            // An object: the first part of its data says which kind and number.
            0x005D => self.object = (u16_at(data, 0) == Some(0x15)).then(|| u16_at(data, 6)).flatten(),
            // Its text: the length here, the letters in the continuation.
            0x01B6 => {
                if let (Some(object), Some(length), Some((first, rest))) =
                    (self.object.take(), u16_at(data, 10), record.more.split_first())
                    && let Some((flags, letters)) = first.split_first()
                {
                    let text = Across::new(letters, rest).letters(usize::from(length), flags & 1 != 0);
                    self.objects.insert(object, text);
                }
            }
            0x001C => self.note(record),
            _ => {}
        }
    }

    fn note(&mut self, record: &Record<'_>) {
        let data = record.data;
        let (Some(row), Some(col), Some(third)) = (u16_at(data, 0), u16_at(data, 2), u16_at(data, 6)) else { return };
        let text = if self.globals.texts.self_describing {
            self.objects.get(&third).cloned()
        } else {
            self.globals.texts.read(&mut Across::new(data.get(4..).unwrap_or(&[]), &record.more), 2)
        };
        let text = text.as_deref().map(str::trim).filter(|it| !it.is_empty());
        if let Some(text) = text
            && self.sheet.comments.len() < self.limits.fil.kommentarer
        {
            let text = text.chars().take(self.limits.fil.cell_tecken).collect();
            self.sheet.comments.push(Comment { row: u32::from(row), col, text });
        }
    }
}
