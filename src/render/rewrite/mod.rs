//! A workbook that was read, written again as xlsx: the same sheets, rows, columns, values and kinds of values.
//!
//! Goes in: the grid, its tables, and what is to be put on top of the cells. Comes out: worksheets in a workbook being
//! written. Guaranteed: read again, it gives the rows it had; no formula of a cell is written, and a text is always a
//! text; personal data is hidden; what is ours in the grid is left out; row numbers and column letters stay.

mod cells;
pub(super) mod comments;
mod looks;
pub(super) mod names;
mod widths;

use std::collections::BTreeMap;

use rust_xlsxwriter::{Workbook as Written, Worksheet};

use crate::form::Table;
use crate::merge::version::Version;
use crate::model::{Field, Severity};
use crate::sheet::correction_copy::KEY_HEADING;
use crate::sheet::grid::{Area, Sheet};
use crate::sheet::{RowKey, Visibility, Workbook};

use super::RenderError;

pub(super) use looks::{Looks, sample};

/// Whether a place is on a sheet of Excel's; a file can name others.
pub(super) fn is_inside(row: u32, col: u16) -> bool {
    row < 1_048_576 && col < 16_384
}

/// Merging more cells than this would only cost memory; nobody reads such an area.
const MERGED_MOST: u64 = 10_000;

/// What is put on top of the cells.
#[derive(Default)]
pub(super) struct Overlay {
    /// Sheet, row and column of a marked cell.
    pub cells: BTreeMap<(u16, u32, u16), Severity>,
    /// Keys of rows; none when the workbook is not a correction copy.
    pub keys: BTreeMap<(u16, u32), RowKey>,
}

/// A sheet with all that is asked about it while it is written.
struct Writing<'a> {
    version: Version<'a>,
    workbook: &'a Workbook,
    sheet: &'a Sheet,
    index: u16,
    tables: Vec<&'a Table>,
    overlay: &'a Overlay,
    /// Where the keys go; a column of keys of another version is left out and used again.
    key_col: u16,
    /// Last row and column with content.
    last: (u32, u16),
}

/// Adds every sheet. The workbook opens on the first of them that can be seen, unless it already has a sheet.
pub(super) fn sheets(
    into: &mut Written,
    version: Version<'_>,
    overlay: &Overlay,
    names: &[String],
) -> Result<(), RenderError> {
    let Version { workbook, review } = version;
    let mut looks = Looks::new();
    let before = into.worksheets().len();
    let opened = before > 0;
    for ((index, sheet), name) in (0u16..).zip(&workbook.sheets).zip(names) {
        let its: Vec<&Table> = review.tables.iter().filter(|it| it.sheet == index).collect();
        let last = extent(sheet);
        let writing =
            Writing { version, workbook, sheet, index, overlay, key_col: key_column(sheet, &its), tables: its, last };
        let worksheet = into.add_worksheet();
        worksheet.set_name(name)?.set_default_note_author(comments::AUTHOR);
        writing.fill(worksheet, &mut looks)?;
    }
    // Programs refuse a workbook that opens on a hidden sheet.
    let active = workbook.sheets.iter().position(|it| it.visibility == Visibility::Visible);
    if let Some(at) = active.filter(|_| !opened) {
        into.worksheet_from_index(before + at)?.set_active(true);
    }
    Ok(())
}

impl Writing<'_> {
    fn fill(&self, worksheet: &mut Worksheet, looks: &mut Looks) -> Result<(), RenderError> {
        let widths = widths::of(self);
        for (col, width) in (0u16..).zip(&widths) {
            worksheet.set_column_width(col, *width)?;
        }
        self.merge(worksheet, looks)?;
        cells::write(self, worksheet, looks, &widths)?;
        for (row, col, text) in comments::of(self.sheet) {
            worksheet.insert_note(row, col, &comments::note(text))?;
        }
        self.keys(worksheet)?;
        self.hide(worksheet)?;
        if let Some(table) = self.tables.first().filter(|it| it.heading.1 < 30) {
            worksheet.set_freeze_panes(table.heading.1 + 1, 0)?;
            worksheet.set_repeat_rows(table.heading.0, table.heading.1)?;
        }
        worksheet.set_paper_size(9).set_landscape().set_print_fit_to_pages(1, 0);
        match self.sheet.visibility {
            Visibility::Visible => {}
            Visibility::Hidden => {
                worksheet.set_hidden(true);
            }
            Visibility::VeryHidden => {
                worksheet.set_very_hidden(true);
            }
        }
        Ok(())
    }

    /// Merged areas that are whole: inside the sheet, not too large, not over another.
    fn merge(&self, worksheet: &mut Worksheet, looks: &Looks) -> Result<(), RenderError> {
        let mut kept: Vec<Area> = Vec::new();
        let overlap = |a: &Area, b: &Area| {
            a.first_row <= b.last_row
                && b.first_row <= a.last_row
                && a.first_col <= b.last_col
                && b.first_col <= a.last_col
        };
        for area in &self.sheet.merged {
            let rows = u64::from(area.last_row.saturating_sub(area.first_row)) + 1;
            let cols = u64::from(area.last_col.saturating_sub(area.first_col)) + 1;
            let holds_keys = (area.first_col..=area.last_col).contains(&self.key_col);
            let far = area.first_row > self.last.0
                || area.first_col > self.last.1
                || !is_inside(area.last_row, area.last_col);
            if rows * cols < 2
                || rows * cols > MERGED_MOST
                || far
                || holds_keys
                || kept.iter().any(|it| overlap(it, area))
            {
                continue;
            }
            worksheet.merge_range(area.first_row, area.first_col, area.last_row, area.last_col, "", &looks.plain)?;
            kept.push(*area);
        }
        Ok(())
    }

    fn keys(&self, worksheet: &mut Worksheet) -> Result<(), RenderError> {
        let its = self.overlay.keys.range((self.index, 0)..=(self.index, u32::MAX));
        let mut any = false;
        for ((_, row), key) in its {
            worksheet.write_string(*row, self.key_col, key.to_string())?;
            any = true;
        }
        if any {
            for table in &self.tables {
                worksheet.write_string(table.heading.1, self.key_col, KEY_HEADING)?;
            }
            worksheet.set_column_hidden(self.key_col)?;
        }
        Ok(())
    }

    /// Hidden rows and columns stay hidden: whether they count is a question to the utförare. A filter is only a way of
    /// looking, and is not kept.
    fn hide(&self, worksheet: &mut Worksheet) -> Result<(), RenderError> {
        if !self.sheet.filtered {
            for (first, last) in &self.sheet.hidden_rows {
                for row in *first..=(*last).min(self.last.0) {
                    worksheet.set_row_hidden(row)?;
                }
            }
        }
        for (first, last) in &self.sheet.hidden_cols {
            for col in *first..=(*last).min(self.last.1) {
                worksheet.set_column_hidden(col)?;
            }
        }
        Ok(())
    }

    /// The field a column holds on a row below a heading.
    fn field(&self, row: u32, col: u16) -> Option<Field> {
        let after = self.tables.partition_point(|it| it.heading.1 < row);
        let table = self.tables.get(after.checked_sub(1)?)?;
        table.columns.iter().find(|it| it.0 == col).map(|it| it.1)
    }

    fn is_heading(&self, row: u32) -> bool {
        let after = self.tables.partition_point(|it| it.heading.0 <= row);
        after.checked_sub(1).and_then(|it| self.tables.get(it)).is_some_and(|it| row <= it.heading.1)
    }
}

fn extent(sheet: &Sheet) -> (u32, u16) {
    let last_row = sheet.row_count().checked_sub(1).and_then(|it| sheet.row_at(it)).map_or(0, |it| it.0);
    let last_col = sheet.rows().filter_map(|(_, cells)| cells.last()).map(|it| it.col).max().unwrap_or(0);
    (last_row, last_col)
}

/// The column of keys: that of an earlier copy, else the first empty one after the tables. Next to the table, so that a
/// program that sorts the table takes it along.
fn key_column(sheet: &Sheet, tables: &[&Table]) -> u16 {
    if let Some(col) = tables.iter().find_map(|it| it.column(Field::Kopia)) {
        return col;
    }
    let used: std::collections::BTreeSet<u16> = sheet.rows().flat_map(|(_, cells)| cells).map(|it| it.col).collect();
    let after = tables.iter().flat_map(|it| &it.columns).map(|it| it.0 + 1).max().unwrap_or(0);
    // Excel has columns up to XFD.
    (after..16_384).find(|it| !used.contains(it)).unwrap_or(16_383)
}
