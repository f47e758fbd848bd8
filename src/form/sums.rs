//! Rows of sums: used as a control of what was read, never as cases.
//!
//! Goes in: the rows read, and the cells of a row of sums. Comes out: an observation for each sum that differs.
//! Guaranteed: a sum may be for all rows or for those since the sum before; only one that is neither is told.

use super::Reading;
use super::cells;
use super::row_reader::{Frame, RowRead, RowReader};
use crate::model::{Field, Observation, Place, Seen};
use crate::sheet::{Cell, CellKind};

/// What the rows add up to.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    rows: i64,
    beslut: i64,
    avbrott: i64,
    executed: i64,
    closed: i64,
    causes: [i64; 4],
    antal: [i64; 3],
}

/// All rows of a table so far, and those since the last row of sums.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sums {
    all: Count,
    part: Count,
}

impl Sums {
    pub(super) fn add(&mut self, read: &RowRead) {
        for count in [&mut self.all, &mut self.part] {
            let row = &read.row;
            count.rows += 1;
            count.beslut += i64::from(row.beslutsdatum.is_some());
            count.avbrott += i64::from(row.avbrottsdatum.is_some());
            count.executed += i64::from(row.verkstalld.is_some());
            count.closed += i64::from(row.avslutad.is_some());
            for (sum, marked) in count.causes.iter_mut().zip(read.marked) {
                *sum += i64::from(marked);
            }
            for (sum, antal) in count.antal.iter_mut().zip([row.antal, row.antal_man, row.antal_kvinnor]) {
                *sum += i64::from(antal.unwrap_or(0));
            }
        }
    }

    /// Compares a row of sums with the rows above it.
    pub(super) fn compare(
        &mut self,
        reader: &RowReader<'_>,
        reading: &mut Reading,
        frame: &Frame,
        number: u32,
        cells: &[Cell],
    ) {
        for cell in cells {
            let stated = match cell.kind {
                CellKind::Number => cells::rounded(cell.number),
                CellKind::Text => after_word(reader.workbook.text(cell.text)),
                _ => None,
            };
            let field = frame.slots.get(usize::from(cell.col)).copied().flatten();
            let (Some(stated), Some(all), Some(part)) = (stated, self.all.of(field), self.part.of(field)) else {
                continue;
            };
            let stated = i64::from(stated);
            if stated != all && stated != part {
                let mut seen = Observation::new(Seen::SummaAvviker, Place::cell(frame.sheet, number, cell.col));
                seen.field = field;
                reading.observations.push(seen.shown(&stated.to_string()).read(all.to_string()));
            }
        }
        self.part = Count::default();
    }
}

impl Count {
    /// What a sum in the column of a field should be; `None` when a sum there says nothing about the rows.
    fn of(&self, field: Option<Field>) -> Option<i64> {
        Some(match field? {
            Field::Lopnr | Field::Kon | Field::Insats | Field::Lagrum | Field::Startdatum | Field::Utforare => {
                self.rows
            }
            Field::Beslutsdatum => self.beslut,
            Field::Avbrottsdatum => self.avbrott,
            Field::Verkstalld => self.executed,
            Field::Avslutad => self.closed,
            Field::OrsakBostad => self.causes[0],
            Field::OrsakPersonal => self.causes[1],
            Field::OrsakTackatNej => self.causes[2],
            Field::OrsakAnnat => self.causes[3],
            Field::Antal => self.antal[0],
            Field::AntalMan => self.antal[1],
            Field::AntalKvinnor => self.antal[2],
            _ => return None,
        })
    }
}

/// "Summa: 57" and "57 st" hold the sum itself.
fn after_word(text: &str) -> Option<i32> {
    let digits = text.trim().trim_end_matches(" st").rsplit(|c: char| !c.is_ascii_digit()).next()?;
    if digits.is_empty() { None } else { digits.parse().ok() }
}
