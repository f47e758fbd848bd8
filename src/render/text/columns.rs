//! Columns of text: as wide as their content needs, the last one broken over several lines; and places listed briefly.
//!
//! Goes in: cells. Comes out: lines. Guaranteed: all content is shown; a word is broken only when it alone is too wide.

use std::fmt::Write;

use crate::model::Place;
use crate::model::place::column_letters;
use crate::render::print::wrapped;

/// Which side a column's cells lean to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Lean {
    Left,
    Right,
}

/// Lines of a table: heading, rule, rows. The column `flexible` gets the room that is left and is broken over lines.
pub(super) fn table(heads: &[(&str, Lean)], rows: &[Vec<String>], flexible: usize, width: usize) -> Vec<String> {
    const GAP: usize = 2;
    let widest =
        |col: usize| rows.iter().filter_map(|row| row.get(col)).map(|it| it.chars().count()).max().unwrap_or(0);
    let mut widths: Vec<usize> =
        heads.iter().enumerate().map(|(col, (name, _))| name.chars().count().max(widest(col))).collect();
    let others: usize = widths.iter().enumerate().filter(|(col, _)| *col != flexible).map(|(_, it)| it + GAP).sum();
    if let Some(it) = widths.get_mut(flexible) {
        *it = (*it).min(width.saturating_sub(others)).max(16.min(*it));
    }
    let names: Vec<String> = heads.iter().map(|(name, _)| (*name).to_owned()).collect();
    let mut out = laid(&names, heads, &widths);
    out.push(widths.iter().map(|it| "─".repeat(*it)).collect::<Vec<_>>().join("  "));
    for row in rows {
        out.extend(laid(row, heads, &widths));
    }
    out
}

fn laid(row: &[String], heads: &[(&str, Lean)], widths: &[usize]) -> Vec<String> {
    let cells: Vec<Vec<String>> = row.iter().zip(widths).map(|(cell, width)| wrapped(cell, *width)).collect();
    let height = cells.iter().map(Vec::len).max().unwrap_or(0);
    (0..height)
        .map(|at| {
            let mut line = String::new();
            for ((cell, (_, lean)), width) in cells.iter().zip(heads).zip(widths) {
                let text = cell.get(at).map_or("", String::as_str);
                let _ = match lean {
                    Lean::Left => write!(line, "{text:<width$}  "),
                    Lean::Right => write!(line, "{text:>width$}  "),
                };
            }
            line.trim_end().to_owned()
        })
        .collect()
}

/// `Blad1!F12, F14, rad 20; Bilaga!A3`: places sheet by sheet, the sheet named once.
pub(super) fn places(all: &[(&str, Place)]) -> String {
    let mut out = String::new();
    let mut sheet = None;
    for (name, place) in all {
        let same = sheet == Some((*name, place.sheet));
        if !out.is_empty() {
            out.push_str(if same { ", " } else { "; " });
        }
        if !same {
            sheet = Some((*name, place.sheet));
        }
        let _ = match (place.sheet, place.row, place.col) {
            (None, ..) => write!(out, "filen"),
            (_, Some(row), Some(col)) if same => write!(out, "{}{}", column_letters(col), row.saturating_add(1)),
            (_, Some(row), None) if same => write!(out, "rad {}", row.saturating_add(1)),
            (_, None, Some(col)) if same => write!(out, "kolumn {}", column_letters(col)),
            _ => write!(out, "{}", place.in_words(name)),
        };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_keeps_to_its_width() {
        let rows = vec![vec!["Solsidan".to_owned(), "12".to_owned(), "en lång text som inte får plats".to_owned()]];
        let heads = [("Utförare", Lean::Left), ("Antal", Lean::Right), ("Text", Lean::Left)];
        let lines = table(&heads, &rows, 2, 40);
        assert!(lines.iter().all(|it| it.chars().count() <= 40), "{lines:#?}");
        assert_eq!(lines[0], "Utförare  Antal  Text");
        assert_eq!(lines[2], "Solsidan     12  en lång text som inte");
    }

    #[test]
    fn places_name_their_sheet_once() {
        let all = [
            ("Blad1", Place::cell(0, 11, 5)),
            ("Blad1", Place::cell(0, 13, 5)),
            ("Blad1", Place::row(0, 19)),
            ("Bilaga", Place::cell(1, 2, 0)),
            ("", Place::FILE),
        ];
        assert_eq!(places(&all), "Blad1!F12, F14, rad 20; Bilaga!A3; filen");
    }
}
