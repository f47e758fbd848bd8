//! Where something stands in what was received: sheet, row and column, as Excel shows them.
//!
//! Goes in: zero-based indexes. Comes out: `Blad!F12`.
//! Guaranteed: printing never fails; a place without row or column prints what it knows.

use std::fmt;

/// A spot in a workbook. Indexes are zero-based; everything printed is one-based as in Excel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize)]
pub struct Place {
    /// Index into the workbook's sheets; `None` is the file as a whole.
    pub sheet: Option<u16>,
    pub row: Option<u32>,
    pub col: Option<u16>,
}

impl Place {
    pub const FILE: Place = Place { sheet: None, row: None, col: None };

    pub fn sheet(sheet: u16) -> Self {
        Self { sheet: Some(sheet), row: None, col: None }
    }

    pub fn row(sheet: u16, row: u32) -> Self {
        Self { sheet: Some(sheet), row: Some(row), col: None }
    }

    pub fn cell(sheet: u16, row: u32, col: u16) -> Self {
        Self { sheet: Some(sheet), row: Some(row), col: Some(col) }
    }

    pub fn column(sheet: u16, col: u16) -> Self {
        Self { sheet: Some(sheet), row: None, col: Some(col) }
    }

    /// `F12`, or `None` unless both row and column are known.
    pub fn address(&self) -> Option<String> {
        Some(format!("{}{}", column_letters(self.col?), self.row?.saturating_add(1)))
    }

    /// `Blad!F12`, `Blad, rad 12`, `Blad, kolumn F`, `Blad`, or nothing for the file as a whole.
    pub fn in_words(&self, sheet_name: &str) -> String {
        match (self.sheet, self.row, self.col) {
            (None, ..) => String::new(),
            (Some(_), Some(row), Some(col)) => format!("{sheet_name}!{}{}", column_letters(col), row.saturating_add(1)),
            (Some(_), Some(row), None) => format!("{sheet_name}, rad {}", row.saturating_add(1)),
            (Some(_), None, Some(col)) => format!("{sheet_name}, kolumn {}", column_letters(col)),
            (Some(_), None, None) => sheet_name.to_owned(),
        }
    }
}

/// `0` → `A`, `26` → `AA`, `16383` → `XFD`.
pub fn column_letters(col: u16) -> ColumnLetters {
    ColumnLetters(col)
}

#[derive(Debug, Clone, Copy)]
pub struct ColumnLetters(u16);

impl fmt::Display for ColumnLetters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut letters = [0u8; 4];
        let mut at = letters.len();
        let mut rest = u32::from(self.0) + 1;
        while rest > 0 {
            at -= 1;
            letters[at] = b'A' + u8::try_from((rest - 1) % 26).unwrap_or(0);
            rest = (rest - 1) / 26;
        }
        f.write_str(std::str::from_utf8(&letters[at..]).unwrap_or(""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_read_as_in_excel() {
        assert_eq!(Place::cell(0, 11, 5).in_words("Beslut"), "Beslut!F12");
        assert_eq!(Place::row(0, 11).in_words("Beslut"), "Beslut, rad 12");
        assert_eq!(Place::cell(0, 1_048_575, 16_383).address().as_deref(), Some("XFD1048576"));
        assert_eq!(Place::cell(0, 0, 26).address().as_deref(), Some("AA1"));
        assert_eq!(Place::cell(0, 0, u16::MAX).address().as_deref(), Some("CRXP1"));
    }
}
