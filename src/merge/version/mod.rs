//! One version of what an utförare handed in, and what can be said of it beside another: what changed, what can be mended.
//!
//! Goes in: the workbook as it was read and its review. Comes out: what stands in a row, field by field.
//! Guaranteed: pure; what is shown of a cell is masked; a place that is not there gives an empty text.

pub mod amend;
pub mod choices;
pub mod difference;
pub mod kept;
pub mod pairs;

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
pub(crate) mod invented;

use crate::form::{Table, shown_cell};
use crate::judge::{Case, Review};
use crate::model::mask::masked;
use crate::model::{Field, Finding, Place};
use crate::sheet::Workbook;

/// A version: as it was read, and what the rules said of it.
#[derive(Debug, Clone, Copy)]
pub struct Version<'a> {
    pub workbook: &'a Workbook,
    pub review: &'a Review,
}

impl<'a> Version<'a> {
    /// The table a row belongs to: the last one on the sheet whose heading stands above it.
    pub fn table(&self, sheet: u16, row: u32) -> Option<&'a Table> {
        // Tables stand in reading order, and a hostile sheet may have a great many.
        let after = self.review.tables.partition_point(|it| (it.sheet, it.heading.1) < (sheet, row));
        self.review.tables.get(after.checked_sub(1)?).filter(|it| it.sheet == sheet)
    }

    /// The case a row became, by its index.
    pub fn case_at(&self, sheet: u16, row: u32) -> Option<usize> {
        self.review.cases.binary_search_by_key(&(sheet, row), |it| (it.sheet, it.row)).ok()
    }

    /// The case a finding is about.
    pub fn case_of(&self, finding: &Finding) -> Option<usize> {
        self.case_at(finding.place.sheet?, finding.place.row?)
    }

    /// What stands in a cell, masked.
    pub fn shown(&self, sheet: u16, row: u32, col: u16) -> String {
        let sheet = self.workbook.sheets.get(usize::from(sheet));
        let Some(cell) = sheet.and_then(|it| it.cell(row, col)) else { return String::new() };
        masked(shown_cell(self.workbook, cell).trim()).into_owned()
    }

    /// What a row says in the columns of a field, as it is written there, masked.
    pub fn said(&self, case: &Case, field: Field) -> String {
        masked(&self.written(case, field)).into_owned()
    }

    /// The same without hiding anything, for comparing only.
    fn written(&self, case: &Case, field: Field) -> String {
        let Some(table) = self.table(case.sheet, case.row) else { return String::new() };
        let Some(sheet) = self.workbook.sheets.get(usize::from(case.sheet)) else { return String::new() };
        let mut out = String::new();
        for (col, _, _) in table.columns.iter().filter(|it| it.1 == field) {
            let Some(cell) = sheet.cell(case.row, *col) else { continue };
            let text = shown_cell(self.workbook, cell);
            if !text.trim().is_empty() {
                out.push_str(if out.is_empty() { "" } else { " · " });
                out.push_str(text.trim());
            }
        }
        out
    }

    /// The heading a finding stands under, as the utförare wrote it; else our own name of the field.
    pub fn heading(&self, finding: &Finding) -> String {
        let Place { sheet, row, col } = finding.place;
        let table = sheet.zip(row).and_then(|(sheet, row)| self.table(sheet, row));
        let columns = table.map_or(&[][..], |it| it.columns.as_slice());
        let own = columns.iter().find(|it| match col {
            Some(col) => it.0 == col,
            None => Some(it.1) == finding.field,
        });
        match (own, finding.field) {
            (Some((_, _, heading)), _) => masked(heading).into_owned(),
            (None, Some(field)) => field.swedish().to_owned(),
            (None, None) => String::new(),
        }
    }

    /// The utförare's own number of a case, else the row key of our template.
    pub fn own_number(&self, case: &Case) -> String {
        match self.said(case, Field::Lopnr) {
            own if own.is_empty() => case.nyckel.as_deref().unwrap_or_default().to_owned(),
            own => own,
        }
    }

    /// Indexes of the findings, the heaviest first and then as they stand in the workbook.
    pub fn heaviest_first(&self) -> Vec<usize> {
        let findings = &self.review.findings;
        let mut order: Vec<usize> = (0..findings.len()).collect();
        order.sort_by_key(|at| {
            let it = &findings[*at];
            (std::cmp::Reverse(it.severity), it.place, it.rule)
        });
        order
    }
}
