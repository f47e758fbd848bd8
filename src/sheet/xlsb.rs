//! Binary Excel workbooks (.xlsb), read with our own pass over their records.
//!
//! Goes in: the looked-over package. Comes out: the workbook with hidden rows and columns, filters, merged areas and
//! comments. Guaranteed: a record that is too short is skipped; no record can make more memory be reserved than it has.
//!
//! Why not calamine: damaged files made it panic at fifteen places and abort, it skips formulas that show an error, and
//! it tells neither formulas, hidden rows, merged areas nor comments, so the same records would be walked twice.

use crate::model::{Observation, Place, Seen};
use crate::sheet::binary::{Formats, error_name, f64_at, rk, u16_at, u32_at, utf16};
use crate::sheet::extras::{self, Listed, Relation};
use crate::sheet::grid::{Area, Cell, Comment, Sheet, Visibility, Workbook};
use crate::sheet::limits::Limits;
use crate::sheet::package::Package;
use crate::sheet::texts::{Filling, Met};

const RANGES_MOST: usize = 50_000;

/// The records of a part, cut off at the first that is not whole.
struct Records<'a> {
    rest: &'a [u8],
    whole: bool,
}

impl<'a> Records<'a> {
    fn of(part: &'a [u8]) -> Self {
        Self { rest: part, whole: true }
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn record(&mut self) -> Option<(u16, &'a [u8])> {
        let first = self.byte()?;
        let mut kind = u16::from(first);
        if first & 0x80 != 0 {
            kind = u16::from(first & 0x7F) | (u16::from(self.byte()? & 0x7F) << 7);
        }
        let mut length = 0usize;
        for shift in [0, 7, 14, 21] {
            let byte = self.byte()?;
            length |= usize::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        let (data, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some((kind, data))
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let record = self.record();
        if record.is_none() {
            (self.rest, self.whole) = (&[], false);
        }
        record
    }
}

/// A text with its length before it, and where it ends.
fn text_at(data: &[u8], at: usize) -> Option<(String, usize)> {
    let length = u32_at(data, at)? as usize;
    if length == 0xFFFF_FFFF {
        return Some((String::new(), at + 4));
    }
    let end = at.checked_add(4)?.checked_add(length.checked_mul(2)?)?;
    Some((utf16(data.get(at + 4..end)?), end))
}

/// Reads the workbook.
pub(super) fn read(
    package: &Package<'_>,
    limits: &Limits,
    observations: &mut Vec<Observation>,
) -> Result<Workbook, Seen> {
    let main = extras::relations(package, "")
        .into_iter()
        .find(|it| it.kind == "officeDocument" && package.part(&it.target).is_some())
        .map_or_else(|| "xl/workbook.bin".to_owned(), |it| it.target);
    let part = package.read(&main, extras::SMALL).ok_or(Seen::FilTrasig)?;
    let relations = extras::relations(package, &main);
    let (listed, epoch_1904) = sheets(&part);
    if listed.is_empty() {
        return Err(Seen::FilTrasig);
    }
    if listed.len() > limits.fil.blad {
        return Err(Seen::FilUppackadForStor);
    }
    let by_kind = |kind: &str| {
        let target = relations.iter().find(|it| it.kind == kind)?;
        package.read(&target.target, limits.part_bytes())
    };
    let formats = by_kind("styles").map(|it| formats(&it)).unwrap_or_default();
    let strings = by_kind("sharedStrings").map(|it| strings(&it, limits)).transpose()?.unwrap_or_default();

    let mut filling = Filling::new(limits);
    filling.workbook.epoch_1904 = epoch_1904;
    filling.workbook.properties = extras::properties(package);
    for (index, listed) in listed.into_iter().enumerate() {
        let mut sheet = Sheet::named(listed.name);
        sheet.visibility = listed.visibility;
        let relation = relations.iter().find(|it| it.id == listed.relation && it.kind == "worksheet");
        if let Some(relation) = relation {
            let place = u16::try_from(index).map_or(Place::FILE, Place::sheet);
            match package.read(&relation.target, limits.part_bytes()) {
                Some(part) => {
                    let whole = cells(&part, &strings, &formats, &mut sheet, &mut filling, observations)?;
                    if !whole {
                        observations.push(Observation::new(Seen::FilTrasig, place));
                    }
                }
                None => observations.push(Observation::new(Seen::FilTrasig, place)),
            }
            sheet.comments = comments(package, &extras::relations(package, &relation.target), limits);
        }
        filling.close(sheet);
    }
    Ok(filling.finish(observations))
}

/// BrtWbProp and BrtBundleSh of the workbook part.
fn sheets(part: &[u8]) -> (Vec<Listed>, bool) {
    let mut all = Vec::new();
    let mut epoch_1904 = false;
    for (kind, data) in Records::of(part) {
        match kind {
            153 => epoch_1904 = u32_at(data, 0).is_some_and(|it| it & 1 != 0),
            156 => {
                let listed = (|| {
                    let visibility = match u32_at(data, 0)? {
                        1 => Visibility::Hidden,
                        2 => Visibility::VeryHidden,
                        _ => Visibility::Visible,
                    };
                    let (relation, after) = text_at(data, 8)?;
                    let (name, _) = text_at(data, after)?;
                    Some(Listed { name, relation, visibility })
                })();
                all.extend(listed);
            }
            _ => {}
        }
    }
    (all, epoch_1904)
}

/// BrtFmt, BrtFont, and BrtXF between BrtBeginCellXFs and its end; style formats come in the same records elsewhere.
fn formats(part: &[u8]) -> Formats {
    let mut formats = Formats::default();
    let mut in_cells = false;
    for (kind, data) in Records::of(part) {
        match kind {
            44 => {
                if let (Some(id), Some((code, _))) = (u16_at(data, 0), text_at(data, 2)) {
                    formats.define(id, &code);
                }
            }
            43 => formats.add_font(u16_at(data, 2).is_some_and(|it| it & 8 != 0)),
            617 => in_cells = true,
            618 => in_cells = false,
            47 if in_cells => {
                let font = usize::from(u16_at(data, 4).unwrap_or(0));
                formats.add_cell_format(u16_at(data, 2).unwrap_or(0), font);
            }
            _ => {}
        }
    }
    formats
}

/// BrtSSTItem.
fn strings(part: &[u8], limits: &Limits) -> Result<Vec<String>, Seen> {
    let mut all = Vec::new();
    for (_, data) in Records::of(part).filter(|(kind, _)| *kind == 19) {
        if all.len() >= limits.fil.delade_texter {
            return Err(Seen::FilUppackadForStor);
        }
        all.push(text_at(data, 1).map(|it| it.0).unwrap_or_default());
    }
    Ok(all)
}

/// Reads one sheet; false when its part is cut off.
fn cells(
    part: &[u8],
    strings: &[String],
    formats: &Formats,
    sheet: &mut Sheet,
    filling: &mut Filling<'_>,
    observations: &mut Vec<Observation>,
) -> Result<bool, Seen> {
    let mut records = Records::of(part);
    let mut row = 0;
    let mut ended = false;
    for (kind, data) in records.by_ref() {
        let text;
        let met = match kind {
            0 => {
                row = u32_at(data, 0).unwrap_or(row);
                if data.get(11).is_some_and(|it| it & 0x10 != 0) && sheet.hidden_rows.len() < RANGES_MOST {
                    hide(&mut sheet.hidden_rows, row);
                }
                continue;
            }
            2 => u32_at(data, 8).map(|it| formats.number(style(data), rk(it))),
            3 | 11 => data.get(8).map(|it| Met::Error(error_name(*it))),
            4 | 10 => data.get(8).map(|it| Met::Bool(*it != 0)),
            5 | 9 => f64_at(data, 8).map(|it| formats.number(style(data), it)),
            6 | 8 => {
                text = text_at(data, 8).map(|it| it.0);
                text.as_deref().map(Met::Text)
            }
            7 => u32_at(data, 8).and_then(|it| strings.get(it as usize)).map(|it| Met::Shared(it)),
            60 => {
                hide_columns(data, sheet);
                continue;
            }
            163 => {
                sheet.filtered = true;
                continue;
            }
            176 => {
                if sheet.merged.len() < RANGES_MOST {
                    sheet.merged.extend(area(data));
                }
                continue;
            }
            130 => {
                ended = true;
                continue;
            }
            _ => continue,
        };
        let formula = if (8..=11).contains(&kind) { Cell::FORMULA } else { 0 };
        let flags = formula | formats.flags(style(data));
        if let (Some(met), Some(col)) = (met, u32_at(data, 0)) {
            filling.put(sheet, row, col, met, flags, observations)?;
        }
    }
    Ok(records.whole && ended)
}

/// The cell format in the head of a cell record.
fn style(data: &[u8]) -> usize {
    u32_at(data, 4).map_or(0, |it| (it & 0x00FF_FFFF) as usize)
}

fn hide(rows: &mut Vec<(u32, u32)>, row: u32) {
    match rows.last_mut() {
        Some((_, last)) if last.checked_add(1) == Some(row) => *last = row,
        _ => rows.push((row, row)),
    }
}

fn hide_columns(data: &[u8], sheet: &mut Sheet) {
    let hidden = u16_at(data, 16).is_some_and(|it| it & 1 != 0);
    if let (true, Some(first), Some(last)) = (hidden, u32_at(data, 0), u32_at(data, 4))
        && let (Ok(first), Ok(last)) = (u16::try_from(first), u16::try_from(last))
        && first <= last
        && sheet.hidden_cols.len() < RANGES_MOST
    {
        sheet.hidden_cols.push((first, last));
    }
}

fn area(data: &[u8]) -> Option<Area> {
    let (first_row, last_row) = (u32_at(data, 0)?, u32_at(data, 4)?);
    let (first_col, last_col) = (u16::try_from(u32_at(data, 8)?).ok()?, u16::try_from(u32_at(data, 12)?).ok()?);
    (first_row <= last_row && first_col <= last_col).then_some(Area { first_row, first_col, last_row, last_col })
}

/// BrtBeginComment with the cell, BrtCommentText with what it says.
fn comments(package: &Package<'_>, relations: &[Relation], limits: &Limits) -> Vec<Comment> {
    // Threads are stored as XML in this format too; they replace the note that stands in for them.
    let mut all = extras::comments(package, relations, limits);
    let threads = all.len();
    for relation in relations.iter().filter(|it| it.kind == "comments") {
        let Some(part) = package.read(&relation.target, extras::SMALL) else { continue };
        let mut at = None;
        for (kind, data) in Records::of(&part) {
            match kind {
                635 => at = area(data.get(4..).unwrap_or(&[])).map(|it| (it.first_row, it.first_col)),
                637 => {
                    if let (Some((row, col)), Some((text, _))) = (at.take(), text_at(data, 1)) {
                        let threaded = all.iter().take(threads).any(|it| (it.row, it.col) == (row, col));
                        if !threaded && all.len() < limits.fil.kommentarer && !text.trim().is_empty() {
                            let text = text.trim().chars().take(limits.fil.cell_tecken).collect();
                            all.push(Comment { row, col, text });
                        }
                    }
                }
                _ => {}
            }
        }
    }
    all.sort_by_key(|it| (it.row, it.col));
    all
}
