//! The utförare's own comments on cells, and what a note looks like.
//!
//! Goes in: a sheet. Comes out: its comments by cell, and notes. Guaranteed: personal data is hidden; a note is large
//! enough to be read without pulling at its corner.

use std::collections::BTreeMap;

use rust_xlsxwriter::Note;

use crate::render::print::{clean, fitted, wrapped};
use crate::sheet::Sheet;

use super::is_inside;

/// Who is said to have written the notes.
pub(super) const AUTHOR: &str = "Kvartal";
/// Excel's own limit is 32 767; nobody reads a note this long.
pub(in crate::render) const NOTE_TEXT: usize = 4_000;
/// Width of a note in pixels, and characters that fit on its line.
const WIDTH: u32 = 360;
const LINE: usize = 52;
/// A program that opens a workbook with more notes than this on a sheet is slow to open it.
pub(in crate::render) const NOTES_MOST: usize = 5_000;

/// Row, column and text of each comment; several on one cell are one.
pub(in crate::render) fn of(sheet: &Sheet) -> Vec<(u32, u16, String)> {
    let mut all: BTreeMap<(u32, u16), String> = BTreeMap::new();
    for it in sheet.comments.iter().filter(|it| is_inside(it.row, it.col)) {
        let known = all.entry((it.row, it.col)).or_default();
        if !known.is_empty() {
            known.push('\n');
        }
        known.push_str(&clean(&it.text));
    }
    let fitted = |text: String| fitted(text.into(), NOTE_TEXT).into_owned();
    all.into_iter().take(NOTES_MOST).map(|((row, col), text)| (row, col, fitted(text))).collect()
}

pub(in crate::render) fn note(text: String) -> Note {
    let lines: usize = text.lines().map(|it| wrapped(it, LINE).len()).sum();
    let height = u32::try_from(lines.clamp(3, 26)).unwrap_or(26) * 17 + 12;
    Note::new(text).set_author(AUTHOR).add_author_prefix(false).set_font_size(9).set_width(WIDTH).set_height(height)
}
