//! Cells on the wire: as few bytes as they need, since there may be millions.
//!
//! Goes in: rows of cells. Comes out: a block of bytes, and the same rows again. Guaranteed: a block that is not what the
//! writer makes is refused; nothing is kept of a block beyond what it holds.

use crate::sheet::grid::{Cell, CellKind, TextId};

/// Writes a row after those before it.
pub(super) fn write(row: u32, cells: &[Cell], into: &mut Vec<u8>) {
    number(u64::from(row), into);
    number(cells.len() as u64, into);
    for cell in cells {
        into.push(kind_number(cell.kind) | cell.flags << 4);
        number(u64::from(cell.col), into);
        match has_text(cell.kind) {
            Some(true) => number(u64::from(cell.text.0), into),
            Some(false) => into.extend(cell.number.to_le_bytes()),
            None => {}
        }
    }
}

/// Reads the rows of a block, giving each cell with its row; `None` from here or from `each` ends it.
pub(super) fn read(block: &[u8], mut each: impl FnMut(u32, Cell) -> Option<()>) -> Option<()> {
    let mut rest = block;
    while !rest.is_empty() {
        let row = u32::try_from(take_number(&mut rest)?).ok()?;
        for _ in 0..take_number(&mut rest)? {
            let (&head, after) = rest.split_first()?;
            rest = after;
            let kind = kind_of(head & 0x0F)?;
            let col = u16::try_from(take_number(&mut rest)?).ok()?;
            let mut cell = Cell { col, kind, flags: head >> 4, text: TextId::NONE, number: 0.0 };
            match has_text(kind) {
                Some(true) => cell.text = TextId(u32::try_from(take_number(&mut rest)?).ok()?),
                Some(false) => {
                    let (bytes, after) = rest.split_first_chunk::<8>()?;
                    rest = after;
                    cell.number = f64::from_le_bytes(*bytes);
                }
                None => {}
            }
            each(row, cell)?;
        }
    }
    Some(())
}

/// Seven bits to a byte, the lowest first.
fn number(mut it: u64, into: &mut Vec<u8>) {
    while it >= 0x80 {
        into.push((it & 0x7F) as u8 | 0x80);
        it >>= 7;
    }
    into.push((it & 0x7F) as u8);
}

fn take_number(rest: &mut &[u8]) -> Option<u64> {
    let mut it = 0;
    for shift in [0, 7, 14, 21, 28] {
        let (&byte, after) = rest.split_first()?;
        *rest = after;
        it |= u64::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            return Some(it);
        }
    }
    None
}

/// Whether a cell's value is a text, a number, or nothing.
const fn has_text(kind: CellKind) -> Option<bool> {
    match kind {
        CellKind::Text | CellKind::DateIso | CellKind::Error => Some(true),
        CellKind::Number | CellKind::DateSerial | CellKind::Bool => Some(false),
        CellKind::Empty => None,
    }
}

const fn kind_number(kind: CellKind) -> u8 {
    match kind {
        CellKind::Text => 0,
        CellKind::Number => 1,
        CellKind::DateSerial => 2,
        CellKind::DateIso => 3,
        CellKind::Bool => 4,
        CellKind::Error => 5,
        CellKind::Empty => 6,
    }
}

const fn kind_of(number: u8) -> Option<CellKind> {
    Some(match number {
        0 => CellKind::Text,
        1 => CellKind::Number,
        2 => CellKind::DateSerial,
        3 => CellKind::DateIso,
        4 => CellKind::Bool,
        5 => CellKind::Error,
        6 => CellKind::Empty,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_no_piece_of_it() {
        let cells = [
            Cell::number(0, 45_200.5),
            Cell::text(3, TextId(70_000)),
            Cell { col: 16_383, kind: CellKind::Empty, flags: 1, text: TextId::NONE, number: 0.0 },
            Cell { col: 16_384, kind: CellKind::Error, flags: 3, text: TextId(0), number: 0.0 },
        ];
        let mut block = Vec::new();
        write(1_048_575, &cells, &mut block);
        let first_row = block.len();
        write(1_048_576, &cells[..1], &mut block);
        let mut all = Vec::new();
        let mut keep = |row, cell| {
            all.push((row, cell));
            Some(())
        };
        assert_eq!(read(&block, &mut keep), Some(()));
        let mut expected: Vec<(u32, Cell)> = cells.iter().map(|it| (1_048_575, *it)).collect();
        expected.push((1_048_576, cells[0]));
        assert_eq!(all, expected);
        for length in (1..block.len()).filter(|it| *it != first_row) {
            assert_eq!(read(&block[..length], |_, _| Some(())), None, "{length} of {} bytes", block.len());
        }
        assert_eq!(read(&[0, 1, 0x07, 0], |_, _| Some(())), None, "an unknown kind");
    }
}
