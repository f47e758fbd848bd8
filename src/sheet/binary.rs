//! What the two binary Excel formats have in common: reading numbers out of records, error codes, which formats are dates.
//!
//! Goes in: bytes of a record. Comes out: numbers and words, or nothing when the record is too short.
//! Guaranteed: no offset can lead outside of a record.

use crate::sheet::grid::Cell;
use crate::sheet::texts::Met;

/// `N` bytes at an offset.
pub(super) fn bytes<const N: usize>(data: &[u8], at: usize) -> Option<[u8; N]> {
    data.get(at..at.checked_add(N)?)?.try_into().ok()
}

pub(super) fn u16_at(data: &[u8], at: usize) -> Option<u16> {
    bytes(data, at).map(u16::from_le_bytes)
}

pub(super) fn u32_at(data: &[u8], at: usize) -> Option<u32> {
    bytes(data, at).map(u32::from_le_bytes)
}

pub(super) fn f64_at(data: &[u8], at: usize) -> Option<f64> {
    bytes(data, at).map(f64::from_le_bytes)
}

/// A number packed into four bytes: a shortened double or an integer, perhaps in hundredths.
pub(super) fn rk(packed: u32) -> f64 {
    let number = if packed & 2 == 0 {
        f64::from_bits(u64::from(packed & !3) << 32)
    } else {
        f64::from(packed.cast_signed() >> 2)
    };
    if packed & 1 == 0 { number } else { number / 100.0 }
}

/// The name of an error as Excel shows it.
pub(super) fn error_name(code: u8) -> &'static str {
    match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0F => "#VALUE!",
        0x17 => "#REF!",
        0x1D => "#NAME?",
        0x24 => "#NUM!",
        0x2A => "#N/A",
        0x2B => "#GETTING_DATA",
        _ => "#FEL!",
    }
}

/// UTF-16 as the formats store it; what is no character becomes a question mark in a box.
pub(super) fn utf16(data: &[u8]) -> String {
    let units = data.as_chunks::<2>().0.iter().map(|it| u16::from_le_bytes(*it));
    char::decode_utf16(units).map(|it| it.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// Cell formats of a workbook: which show a date, and which are struck through.
#[derive(Debug, Default)]
pub(super) struct Formats {
    own: rustc_hash::FxHashMap<u16, bool>,
    struck_fonts: Vec<bool>,
    cells: Vec<CellFormat>,
}

#[derive(Debug, Clone, Copy)]
struct CellFormat {
    is_date: bool,
    struck: bool,
}

impl Formats {
    /// A number format the workbook defines.
    pub(super) fn define(&mut self, id: u16, code: &str) {
        self.own.insert(id, shows_date(code));
    }

    /// The next font.
    pub(super) fn add_font(&mut self, struck: bool) {
        self.struck_fonts.push(struck);
    }

    /// The next cell format uses number format `id` and a font.
    pub(super) fn add_cell_format(&mut self, id: u16, font: usize) {
        let is_date = self.own.get(&id).copied().unwrap_or(matches!(id, 14..=22 | 27..=36 | 45 | 47 | 50..=58));
        let struck = self.struck_fonts.get(font).copied().unwrap_or(false);
        self.cells.push(CellFormat { is_date, struck });
    }

    /// A number in a cell with that format.
    pub(super) fn number(&self, format: usize, number: f64) -> Met<'static> {
        if self.cells.get(format).is_some_and(|it| it.is_date) { Met::DateSerial(number) } else { Met::Number(number) }
    }

    /// The flag of a cell with that format.
    pub(super) fn flags(&self, format: usize) -> u8 {
        if self.cells.get(format).is_some_and(|it| it.struck) { Cell::STRUCK } else { 0 }
    }
}

/// Whether the first section of a format code shows a date or a time of day. A length of time, `[h]:mm`, is no date.
fn shows_date(code: &str) -> bool {
    let mut letters = code.chars();
    let mut found = false;
    while let Some(letter) = letters.next() {
        match letter {
            // The next character is shown as it is, skipped or repeated.
            '\\' | '_' | '*' => drop(letters.next()),
            '"' => drop(letters.by_ref().find(|it| *it == '"')),
            '[' => {
                let inside: String = letters.by_ref().take_while(|it| *it != ']').collect();
                let inside = inside.to_ascii_lowercase();
                if !inside.is_empty()
                    && ["h", "m", "s"].iter().any(|it| inside.trim_matches(|c| it.contains(c)).is_empty())
                {
                    return false;
                }
            }
            ';' => return found,
            'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' => found = true,
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_that_show_dates_are_known() {
        for (code, expected) in [
            ("yyyy-mm-dd", true),
            ("[$-41D]d mmmm yyyy;@", true),
            ("\"den\" d/m", true),
            ("yymmdd", true),
            ("h:mm", true),
            ("[h]:mm", false),
            ("[ss]", false),
            ("General", false),
            ("0\" dagar\"", false),
            ("0.00\\ \"m\"\\å\\n", false),
            ("# ##0,00 kr", false),
            ("[Red]0", false),
            ("0.00E+00", false),
            ("@", false),
        ] {
            assert_eq!(shows_date(code), expected, "{code}");
        }
    }

    #[test]
    fn packed_numbers_unfold() {
        assert_eq!(rk((45_200 << 2) | 2), 45_200.0);
        assert_eq!(rk((1_250 << 2) | 3), 12.5);
        assert_eq!(rk(0x3FF0_0000), 1.0);
    }
}
