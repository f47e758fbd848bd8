//! The sheet as it was received: its cells as a person saw them, with the found columns and the wrong cells marked.
//!
//! Goes in: a version's workbook and what was said about it. Comes out: [`SheetView`], one page of one sheet.
//! Guaranteed: pure; every cell is masked; what is not shown is said.

use std::collections::HashMap;

use crate::desk::figures::Reviewed;
use crate::form::{Table, shown_cell};
use crate::model::place::column_letters;
use crate::render::print::{clean_line, fitted};
use crate::sheet::{Sheet, Visibility, Workbook};

use super::rows::Rows;

/// Rows of a page.
pub const ROWS: usize = 100;
/// Columns that are shown; the rest is in the original.
const COLUMNS: u16 = 60;
/// A longer text is cut, and says so.
const LONGEST: usize = 300;

/// One page of a sheet.
#[derive(Debug, Clone, Default)]
pub struct SheetView {
    /// (name, its number, current)
    pub tabs: Vec<(String, u16, bool)>,
    pub name: String,
    pub heads: Vec<Head>,
    pub rows: Vec<SheetRow>,
    pub first: usize,
    pub last: usize,
    pub total: usize,
    /// Which page, from 1, and how many there are.
    pub page: usize,
    pub pages: usize,
    /// What is hidden or left out, in words.
    pub notes: Vec<String>,
}

/// A column: its letter and what it was read as.
#[derive(Debug, Clone)]
pub struct Head {
    pub letter: String,
    pub field: &'static str,
}

#[derive(Debug, Clone)]
pub struct SheetRow {
    pub nr: u32,
    /// Key of the row's card; empty when it is no case.
    pub key: String,
    pub class: &'static str,
    pub cells: Vec<SheetCell>,
}

#[derive(Debug, Clone, Default)]
pub struct SheetCell {
    /// `c-0-12-5`; only for cells that something is said about.
    pub id: String,
    pub text: String,
    pub class: &'static str,
    /// The finding about the cell.
    pub href: String,
}

/// Which sheet and which part of it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted {
    pub sheet: Option<u16>,
    /// From 1; 0 is the one with `row`, or the first.
    pub page: usize,
    /// From 1.
    pub row: Option<u32>,
}

/// The page of the sheet that was asked for; `None` when the file has no workbook.
pub fn sheet_view(reviewed: &Reviewed, rows: &Rows, wanted: Wanted) -> Option<SheetView> {
    let workbook = reviewed.opened.workbook.as_ref()?;
    let with_table = reviewed.review.tables.first().map(|it| it.sheet);
    let at = wanted.sheet.filter(|it| usize::from(*it) < workbook.sheets.len()).or(with_table).unwrap_or(0);
    let sheet = workbook.sheets.get(usize::from(at))?;
    let tables: Vec<&Table> = reviewed.review.tables.iter().filter(|it| it.sheet == at).collect();
    let total = sheet.row_count();
    let pages = total.div_ceil(ROWS).max(1);
    let page = match (wanted.page, wanted.row) {
        (0, Some(row)) => sheet.rows().position(|it| it.0 + 1 >= row).map_or(1, |it| it / ROWS + 1),
        (it, _) => it,
    };
    let page = page.clamp(1, pages);
    let first = (page - 1) * ROWS;
    let width = sheet.rows().filter_map(|it| it.1.last().map(|it| it.col)).max().map_or(0, |it| it.saturating_add(1));
    let marks = marks(rows);
    let left_out: HashMap<(u16, u32), &str> =
        rows.rows.iter().map(|it| ((it.sheet_at, it.row), it.standing_key)).collect();
    let shown = (first..total.min(first + ROWS)).filter_map(|it| sheet.row_at(it));
    let shown: Vec<SheetRow> = shown
        .map(|(row, _)| {
            let nr = row + 1;
            let heading = tables.iter().any(|it| (it.heading.0..=it.heading.1).contains(&row));
            let standing = left_out.get(&(at, nr)).copied();
            SheetRow {
                nr,
                key: standing.map_or_else(String::new, |_| format!("{at}-{nr}")),
                class: match standing {
                    _ if heading => "heading-row",
                    Some("undanta") => "aside",
                    _ => "",
                },
                cells: (0..width.min(COLUMNS)).map(|col| cell(workbook, sheet, (at, row, col), &marks)).collect(),
            }
        })
        .collect();
    Some(SheetView {
        tabs: (0u16..)
            .zip(&workbook.sheets)
            .map(|(nr, it)| (clean_line(&it.name).into_owned(), nr, nr == at))
            .collect(),
        name: clean_line(&sheet.name).into_owned(),
        heads: (0..width.min(COLUMNS)).map(|col| head(&tables, col)).collect(),
        first: if total == 0 { 0 } else { first + 1 },
        last: total.min(first + ROWS),
        total,
        page,
        pages,
        notes: notes(sheet, width),
        rows: shown,
    })
}

fn head(tables: &[&Table], col: u16) -> Head {
    let field = tables.iter().find_map(|it| it.columns.iter().find(|it| it.0 == col)).map_or("", |it| it.1.swedish());
    Head { letter: column_letters(col).to_string(), field }
}

/// The worst that is said about each cell, and which finding says it.
fn marks(rows: &Rows) -> HashMap<String, (&'static str, String)> {
    let weight = |key: &str| match key {
        "fel" => 2,
        "fraga" => 1,
        _ => 0,
    };
    let mut marks: HashMap<String, (&'static str, String)> = HashMap::new();
    for it in rows.rows.iter().flat_map(|it| &it.findings).chain(&rows.whole) {
        let Some(id) = it.href.strip_prefix('#') else { continue };
        let worse = marks.get(id).is_none_or(|known| weight(known.0) < weight(it.severity_key));
        if worse {
            marks.insert(id.to_owned(), (it.severity_key, it.id.clone()));
        }
    }
    marks
}

fn cell(
    workbook: &Workbook,
    sheet: &Sheet,
    (at, row, col): (u16, u32, u16),
    marks: &HashMap<String, (&'static str, String)>,
) -> SheetCell {
    let text = sheet.cell(row, col).map(|it| shown_cell(workbook, it)).unwrap_or_default();
    let text = fitted(clean_line(text.trim()), LONGEST).into_owned();
    let id = format!("c-{at}-{}-{col}", row + 1);
    match marks.get(&id) {
        Some((class, finding)) => SheetCell { href: format!("#{finding}"), class, text, id },
        None => SheetCell { text, ..SheetCell::default() },
    }
}

fn notes(sheet: &Sheet, width: u16) -> Vec<String> {
    let mut notes = Vec::new();
    if sheet.visibility != Visibility::Visible {
        notes.push("Bladet är dolt i filen och räknas inte.".to_owned());
    }
    if !sheet.hidden_rows.is_empty() {
        notes.push("Bladet har dolda rader. De visas här.".to_owned());
    }
    if !sheet.hidden_cols.is_empty() {
        notes.push("Bladet har dolda kolumner. De visas här.".to_owned());
    }
    if width > COLUMNS {
        let last = column_letters(COLUMNS - 1);
        notes.push(format!("Kolumnerna efter {last} får inte plats här. Hämta originalet för att se dem."));
    }
    if !sheet.comments.is_empty() {
        notes.push("Bladet har kommentarer på celler. De står i originalet.".to_owned());
    }
    notes
}
