//! Personal data wherever it stands: cells, comments, sheet names, file properties, seen or hidden.
//!
//! Goes in: a workbook. Comes out: one observation for each place and kind.
//! Guaranteed: every text of the workbook is searched once, however many cells show it; what is found is masked.

use super::{Reading, cells};
use crate::model::personal::{self, Kind};
use crate::model::{Observation, Place};
use crate::sheet::{CellKind, Workbook};

/// Not yet searched, or the kinds found, one bit each.
const UNSEARCHED: u8 = u8::MAX;

const KINDS: [Kind; 5] = [Kind::Personnummer, Kind::Samordningsnummer, Kind::TNummer, Kind::Epost, Kind::Telefon];

pub(super) fn scan(reading: &mut Reading, workbook: &Workbook) {
    let mut searched = vec![UNSEARCHED; workbook.text_count()];
    for (_, value) in &workbook.properties {
        tell(reading, kinds(value), value, Place::FILE);
    }
    for (index, sheet) in workbook.sheets.iter().enumerate() {
        let Ok(index) = u16::try_from(index) else { return };
        tell(reading, kinds(&sheet.name), &sheet.name, Place::sheet(index));
        for comment in &sheet.comments {
            tell(reading, kinds(&comment.text), &comment.text, Place::cell(index, comment.row, comment.col));
        }
        for (row, row_cells) in sheet.rows() {
            for cell in row_cells {
                match cell.kind {
                    CellKind::Text | CellKind::DateIso => {
                        let Some(known) = usize::try_from(cell.text.0).ok().and_then(|it| searched.get_mut(it)) else {
                            continue;
                        };
                        if *known == UNSEARCHED {
                            *known = kinds(workbook.text(cell.text));
                        }
                        if *known != 0 {
                            tell(reading, *known, workbook.text(cell.text), Place::cell(index, row, cell.col));
                        }
                    }
                    CellKind::Number | CellKind::DateSerial => {
                        if let Some(kind) = personal::find_in_number(cell.number) {
                            let shown = cells::shown_number(cell.number);
                            tell(reading, bit(kind), &shown, Place::cell(index, row, cell.col));
                        }
                    }
                    _ => {}
                }
            }
        }
    }
}

fn bit(kind: Kind) -> u8 {
    KINDS.iter().position(|it| *it == kind).map_or(0, |it| 1 << it)
}

fn kinds(text: &str) -> u8 {
    personal::found(text).iter().fold(0, |bits, it| bits | bit(it.kind))
}

fn tell(reading: &mut Reading, bits: u8, text: &str, place: Place) {
    for kind in KINDS.into_iter().filter(|it| bits & bit(*it) != 0) {
        // A number without its leading zero is not found again as text, so it is hidden as a whole.
        let masked = crate::model::mask::masked(text);
        let shown = if masked == text { kind.mask() } else { masked.as_ref() };
        reading.observations.push(Observation::new(kind.seen(), place).shown(shown));
    }
}
