//! The row behind a line of the report: its cells as they came, and what people have said and decided about it.
//!
//! Goes in: a version and a place in it, as report.json names them. Comes out: [`Behind`], without
//! cells when the file holds no such row. Guaranteed: every text is masked; decisions stand with who made them and when, also those taken back.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::form::{Table, shown_cell};
use crate::model::Field;
use crate::model::place::column_letters;
use crate::render::print::{clean, clean_line, fitted};
use crate::store::attempt::Attempt;

use super::figures::{Context, Reviewed};
use super::{Desk, DeskError};

/// A longer text is cut, and says so.
const LONGEST: usize = 300;

/// A cell as it came, and which column it stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// `F12`
    pub cell: String,
    pub field: Field,
    /// The heading as it stands in the file.
    pub heading: String,
    pub text: String,
}

/// What somebody has said or decided about the row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub at: DateTime<Utc>,
    pub person: String,
    pub what: What,
    pub text: String,
}

/// `Decided` holds the key of the decision: `medrakna`, `undanta`, `upphavd`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    Decided(String),
    Replied,
    Asked,
}

/// A row and all there is behind it.
#[derive(Debug, Clone)]
pub struct Behind {
    pub version: i64,
    pub sender: String,
    pub received_at: DateTime<Utc>,
    pub cells: Vec<Received>,
    /// Oldest first.
    pub said: Vec<Said>,
}

/// Where a row stands: the sheet as the report writes its name, and the row as Excel shows it.
#[derive(Debug, Clone, Copy)]
pub struct RowAt<'a> {
    pub sheet: &'a str,
    pub row: u32,
}

impl Desk {
    /// What is behind a row of a version.
    ///
    /// # Errors
    ///
    /// The database failed, or the caged reader could not be started.
    pub async fn behind(&self, context: &Arc<Context>, attempt: &Attempt, at: RowAt<'_>) -> Result<Behind, DeskError> {
        let reviewed = self.reviewed(context, attempt).await?;
        Ok(Behind {
            version: attempt.nr,
            sender: attempt.sender_name.clone(),
            received_at: attempt.received_at,
            cells: cells(&reviewed, at).unwrap_or_default(),
            said: said(context, attempt, at),
        })
    }
}

/// The cells of a row under the headings that were found, from left to right.
fn cells(reviewed: &Reviewed, at: RowAt<'_>) -> Option<Vec<Received>> {
    let workbook = reviewed.opened.workbook.as_ref()?;
    let (nr, sheet) = (0u16..).zip(&workbook.sheets).find(|it| clean_line(&it.1.name) == at.sheet)?;
    let row = at.row.checked_sub(1)?;
    let above = |it: &&Table| it.sheet == nr && it.heading.1 < row;
    let table = reviewed.review.tables.iter().filter(above).max_by_key(|it| it.heading.1)?;
    let one = |(col, field, heading): &(u16, Field, String)| {
        let text = sheet.cell(row, *col).map(|it| shown_cell(workbook, it)).unwrap_or_default();
        Received {
            cell: format!("{}{}", column_letters(*col), at.row),
            field: *field,
            heading: clean_line(heading).into_owned(),
            text: fitted(clean_line(text.trim()), LONGEST).into_owned(),
        }
    };
    // Keys of our own tell a reader nothing.
    let ours = |it: &&(u16, Field, String)| matches!(it.1, Field::Nyckel | Field::Kopia);
    Some(table.columns.iter().filter(|it| !ours(it)).map(one).collect())
}

fn said(context: &Context, attempt: &Attempt, at: RowAt<'_>) -> Vec<Said> {
    let contents = &context.contents;
    let here = |sheet: &str, row: i64| clean_line(sheet) == at.sheet && row == i64::from(at.row);
    let decided = contents.decisions.iter().filter(|it| it.attempt_id == attempt.id && here(&it.sheet, it.row));
    let mut all: Vec<Said> = decided
        .map(|it| Said {
            at: it.at,
            person: it.person_id.clone(),
            what: What::Decided(it.decision.clone()),
            text: clean(&it.reason).into_owned(),
        })
        .collect();
    let placed = |sheet: &Option<String>, row: Option<i64>| {
        sheet.as_deref().zip(row).is_some_and(|(sheet, row)| here(sheet, row))
    };
    all.extend(contents.replies.iter().filter(|it| it.attempt_id == attempt.id && placed(&it.sheet, it.row)).map(
        |it| Said { at: it.at, person: it.person_id.clone(), what: What::Replied, text: clean(&it.text).into_owned() },
    ));
    let asked = contents.completions.iter().filter(|it| it.attempt_id.as_ref() == Some(&attempt.id));
    for it in asked.filter(|it| placed(&it.sheet, it.row)) {
        let messages = contents.messages.iter().filter(|message| message.completion_id == it.id);
        all.extend(messages.map(|it| Said {
            at: it.at,
            person: it.person_id.clone(),
            what: if it.side == "namnd" { What::Asked } else { What::Replied },
            text: clean(&it.text).into_owned(),
        }));
    }
    all.sort_by_key(|it| it.at);
    all
}
