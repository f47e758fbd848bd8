//! Watches a sheet part stream past on its way to calamine, for what calamine does not tell: hidden rows and columns,
//! the filter, merged areas.
//!
//! Goes in: the part in pieces. Comes out: [`Tap`] with what was seen. Guaranteed: a sheet without anything hidden costs
//! two substring searches per piece; memory is bounded however long the part is.

use std::sync::OnceLock;

use memchr::memmem::Finder;
use memchr::{memchr, memrchr};

use crate::sheet::grid::Area;
use crate::sheet::xml::{self, Go, Node};

/// What stands before the rows is small: views, formats, columns.
const HEAD_MOST: usize = 1 << 18;
/// What stands after the rows: merges, validations, conditional formats, links.
const TAIL_MOST: usize = 1 << 23;
/// A start tag of a row is never longer.
const TAG_MOST: usize = 1 << 12;
/// Merged areas and hidden stretches of one sheet.
const AREAS_MOST: usize = 100_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Stage {
    #[default]
    Head,
    Rows,
    Tail,
}

/// What was seen of a sheet beside its cells.
#[derive(Debug, Default)]
pub(super) struct Tap {
    pub hidden_rows: Vec<(u32, u32)>,
    pub hidden_cols: Vec<(u16, u16)>,
    pub filtered: bool,
    pub merged: Vec<Area>,
    stage: Stage,
    held: Vec<u8>,
}

fn finder(cell: &'static OnceLock<Finder<'static>>, what: &'static str) -> &'static Finder<'static> {
    cell.get_or_init(|| Finder::new(what))
}

fn hidden() -> &'static Finder<'static> {
    static FINDER: OnceLock<Finder<'static>> = OnceLock::new();
    finder(&FINDER, "hidden")
}

fn sheet_data() -> &'static Finder<'static> {
    static FINDER: OnceLock<Finder<'static>> = OnceLock::new();
    finder(&FINDER, "sheetData")
}

impl Tap {
    /// Sees the next piece of the part.
    pub(super) fn see(&mut self, piece: &[u8]) {
        match self.stage {
            Stage::Head => self.see_head(piece),
            Stage::Rows => self.see_rows(piece),
            Stage::Tail => {
                let room = TAIL_MOST.saturating_sub(self.held.len()).min(piece.len());
                self.held.extend_from_slice(piece.get(..room).unwrap_or(&[]));
            }
        }
    }

    /// The part has ended.
    pub(super) fn end(&mut self) {
        let held = std::mem::take(&mut self.held);
        if self.stage == Stage::Tail {
            self.read_tail(&held);
        }
        self.hidden_rows.sort_unstable();
    }

    fn see_head(&mut self, piece: &[u8]) {
        let seen = self.held.len().saturating_sub(16);
        self.held.extend_from_slice(piece);
        let Some(found) = self.held.get(seen..).and_then(|it| sheet_data().find(it)) else {
            if self.held.len() > HEAD_MOST {
                self.held.clear();
            }
            return;
        };
        let held = std::mem::take(&mut self.held);
        self.read_head(held.get(..seen + found).unwrap_or(&[]));
        self.stage = Stage::Rows;
        // From after the name, so that the start tag is not taken for the end.
        self.see_rows(held.get(seen + found + 9..).unwrap_or(&[]));
    }

    fn see_rows(&mut self, piece: &[u8]) {
        let mut rest = piece;
        if !self.held.is_empty() {
            // A tag was cut by the end of the last piece: complete it.
            let Some(end) = memchr(b'>', rest) else {
                self.hold(rest);
                return;
            };
            let (first, after) = rest.split_at(end + 1);
            self.hold(first);
            rest = after;
            let tag = std::mem::take(&mut self.held);
            if self.search(&tag) {
                self.see(rest);
                return;
            }
        }
        if self.search(rest) {
            return;
        }
        if let Some(open) = memrchr(b'<', rest) {
            let tag = rest.get(open..).unwrap_or(&[]);
            if memchr(b'>', tag).is_none() {
                self.hold(tag);
            }
        }
    }

    fn hold(&mut self, bytes: &[u8]) {
        self.held.extend_from_slice(bytes);
        if self.held.len() > TAG_MOST {
            self.held.clear();
        }
    }

    /// Searches whole tags for hidden rows and the end of the rows; true when the end was found and the rest taken.
    fn search(&mut self, bytes: &[u8]) -> bool {
        let end = sheet_data()
            .find_iter(bytes)
            .find(|at| tag_at(bytes, *at).is_some_and(|tag| tag.starts_with(b"</")))
            .unwrap_or(bytes.len());
        let rows = bytes.get(..end).unwrap_or(bytes);
        for at in hidden().find_iter(rows) {
            if let Some(row) = tag_at(rows, at).and_then(hidden_row) {
                self.hide_row(row);
            }
        }
        if end == bytes.len() {
            return false;
        }
        self.stage = Stage::Tail;
        let rest = bytes.get(end..).unwrap_or(&[]);
        let after = memchr(b'>', rest).map_or(rest.len(), |it| it + 1);
        self.held.clear();
        self.see(rest.get(after..).unwrap_or(&[]));
        true
    }

    fn hide_row(&mut self, row: u32) {
        let room = self.hidden_rows.len() < AREAS_MOST;
        match self.hidden_rows.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(row) => *last = row,
            _ if room => self.hidden_rows.push((row, row)),
            _ => {}
        }
    }

    fn read_head(&mut self, head: &[u8]) {
        xml::walk(head, |node| {
            if let Node::Start(element) = node {
                match element.local_name().as_ref() {
                    "sheetPr" => self.filtered |= xml::truth(element, "filterMode").unwrap_or(false),
                    "col" => {
                        let closed = xml::number::<f64>(element, "width").is_some_and(|it| it == 0.0);
                        if closed || xml::truth(element, "hidden").unwrap_or(false) {
                            let first: u16 = xml::number(element, "min").unwrap_or(1);
                            let last: u16 = xml::number(element, "max").unwrap_or(first);
                            if self.hidden_cols.len() < AREAS_MOST {
                                self.hidden_cols.push((first.saturating_sub(1), last.saturating_sub(1)));
                            }
                        }
                    }
                    _ => {}
                }
            }
            Go::On
        });
    }

    fn read_tail(&mut self, tail: &[u8]) {
        xml::walk(tail, |node| {
            if let Node::Start(element) = node {
                match element.local_name().as_ref() {
                    "mergeCell" if self.merged.len() < AREAS_MOST => {
                        self.merged.extend(xml::raw(element, "ref").and_then(|it| area(&it)));
                    }
                    "filterColumn" => self.filtered = true,
                    _ => {}
                }
            }
            Go::On
        });
    }
}

/// The tag that the byte at `at` stands in, from its `<` to its `>`.
fn tag_at(bytes: &[u8], at: usize) -> Option<&[u8]> {
    let before = bytes.get(..at)?;
    let open = memrchr(b'<', before)?;
    if memrchr(b'>', before).is_some_and(|close| close > open) {
        return None;
    }
    let close = at + memchr(b'>', bytes.get(at..)?)?;
    bytes.get(open..=close)
}

/// The zero-based number of a row whose start tag says that it is hidden.
fn hidden_row(tag: &[u8]) -> Option<u32> {
    let tag = std::str::from_utf8(tag).ok()?;
    let name = tag.strip_prefix('<')?.split([' ', '\t', '\r', '\n', '>', '/']).next()?;
    if name.rsplit(':').next()? != "row" {
        return None;
    }
    if !matches!(attribute(tag, "hidden")?, "1" | "true" | "on") {
        return None;
    }
    attribute(tag, "r")?.parse::<u32>().ok()?.checked_sub(1)
}

/// An attribute of a tag that is known to be whole.
fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = tag;
    loop {
        let at = rest.find(name)?;
        let (before, after) = (rest.get(..at)?, rest.get(at + name.len()..)?);
        if before.ends_with([' ', '\t', '\r', '\n'])
            && let Some(value) = after.trim_start().strip_prefix('=').map(str::trim_start)
        {
            let quote = value.chars().next().filter(|it| matches!(it, '"' | '\''))?;
            return value.get(1..)?.split(quote).next();
        }
        rest = after;
    }
}

/// `B2:D9` or `B2` as an area.
pub(super) fn area(text: &str) -> Option<Area> {
    let mut corners = text.split(':');
    let (first_row, first_col) = corner(corners.next()?)?;
    let (last_row, last_col) = corners.next().map_or(Some((first_row, first_col)), corner)?;
    (first_row <= last_row && first_col <= last_col).then_some(Area { first_row, first_col, last_row, last_col })
}

/// `$B$2` as zero-based row and column; `None` outside of what a sheet can hold.
pub(super) fn corner(text: &str) -> Option<(u32, u16)> {
    let text = text.trim();
    let mut col = 0u32;
    let mut row = 0u32;
    for letter in text.bytes().filter(|it| *it != b'$') {
        match letter {
            b'A'..=b'Z' if row == 0 => col = col.checked_mul(26)?.checked_add(u32::from(letter - b'A') + 1)?,
            b'a'..=b'z' if row == 0 => col = col.checked_mul(26)?.checked_add(u32::from(letter - b'a') + 1)?,
            b'0'..=b'9' => row = row.checked_mul(10)?.checked_add(u32::from(letter - b'0'))?,
            _ => return None,
        }
    }
    let (row, col) = (row.checked_sub(1)?, col.checked_sub(1)?);
    (row < 1_048_576 && col < 16_384).then_some((row, u16::try_from(col).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHEET: &str = concat!(
        r#"<?xml version="1.0"?><worksheet><sheetPr/><cols><col min="3" max="4" hidden="1"/><col min="6" max="6" width="9"/></cols>"#,
        r#"<sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="2" hidden="1"/><row hidden="true" r="3"><c r="A3" t="str">"#,
        r#"<v>hidden="1" r="9"</v></c></row><row r="4" hidden="0"/><row r="8" hidden = '1' /></sheetData>"#,
        r#"<autoFilter ref="A1:C9"><filterColumn colId="0"/></autoFilter><mergeCells><mergeCell ref="B2:C5"/></mergeCells></worksheet>"#
    );

    #[test]
    fn however_the_part_is_cut_the_same_is_seen() {
        for size in 1..SHEET.len() {
            let mut tap = Tap::default();
            SHEET.as_bytes().chunks(size).for_each(|it| tap.see(it));
            tap.end();
            assert_eq!(tap.hidden_rows, vec![(1, 2), (7, 7)], "in pieces of {size}");
            assert_eq!(tap.hidden_cols, vec![(2, 3)]);
            assert!(tap.filtered);
            assert_eq!(tap.merged, vec![Area { first_row: 1, first_col: 1, last_row: 4, last_col: 2 }]);
        }
    }

    #[test]
    fn corners_stay_within_a_sheet() {
        for (text, expected) in [
            ("A1", Some((0, 0))),
            ("$XFD$1048576", Some((1_048_575, 16_383))),
            ("XFE1", None),
            ("A0", None),
            ("A99999999999", None),
            ("1A", None),
            ("", None),
        ] {
            assert_eq!(corner(text), expected, "{text}");
        }
    }
}
