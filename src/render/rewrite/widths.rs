//! Column widths fitted to what stands in the tables.
//!
//! Goes in: a sheet being written. Comes out: a width for each column with content. Guaranteed: a title above a table
//! never makes a column wide; long text gets a readable width and is wrapped.

use crate::form::shown_cell;

use super::Writing;

const LEAST: usize = 6;
const MOST: usize = 44;
/// Far columns hold strays; giving each a width would only cost.
const COLUMNS_MOST: u16 = 400;

pub(super) fn of(writing: &Writing<'_>) -> Vec<f64> {
    let count = writing.last.1.min(COLUMNS_MOST);
    let mut widest: Vec<usize> = vec![0; usize::from(count) + 1];
    let first = writing.tables.first().map_or(0, |it| it.heading.0);
    for (row, cells) in writing.sheet.rows().filter(|it| it.0 >= first) {
        for cell in cells {
            let Some(width) = widest.get_mut(usize::from(cell.col)) else { continue };
            let text = shown_cell(writing.workbook, cell);
            let longest = if writing.is_heading(row) {
                // A heading is wrapped: its longest word decides, with room for the bold letters.
                text.split_whitespace().map(|it| it.chars().count()).max().unwrap_or(0) + 2
            } else {
                text.lines().map(|it| it.chars().take(MOST).count()).max().unwrap_or(0) + 1
            };
            *width = (*width).max(longest.min(MOST));
        }
    }
    widest.into_iter().map(|it| f64::from(u32::try_from(it.max(LEAST)).unwrap_or(8)) + 1.0).collect()
}
