//! What was decided and asked about rows of earlier versions, beside the version that came instead.
//!
//! Goes in: a version that has been read. Comes out: for each of its rows the earlier row it is, with what was said of that.
//! Guaranteed: a decision follows a row that still reads as it did, with its reason, its time and who made it; about a row
//! that changed it is only shown, to be decided again; one taken back does not come back.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::merge::version::Version;
use crate::merge::version::kept::kept;
use crate::model::AttemptState;
use crate::store::attempt::Attempt;
use crate::store::event::{EventKind, Record};
use crate::store::review::{CompletionRow, DecisionRow, NewDecision, RowPlace};
use crate::store::{Actor, Tx};

use super::figures::{Context, Reviewed};
use super::{Desk, DeskError};

/// A row of an earlier version that is a row of this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarlierRow {
    /// Number and id of the earlier version.
    pub nr: i64,
    pub attempt: String,
    /// Where it stood there.
    pub place: RowPlace,
    /// Which case of this version it is.
    pub case: usize,
    /// It reads as it did.
    pub same: bool,
}

impl EarlierRow {
    /// The newest decision on the earlier row, one taken back too.
    pub fn decision<'a>(&self, context: &'a Context) -> Option<&'a DecisionRow> {
        let all = &context.contents.decisions;
        all.iter().rfind(|it| it.attempt_id == self.attempt && it.sheet == self.place.sheet && it.row == self.place.row)
    }

    /// Whether a completion was asked for about the earlier row.
    pub fn is_asked_in(&self, it: &CompletionRow) -> bool {
        it.attempt_id.as_ref() == Some(&self.attempt)
            && it.sheet.as_ref() == Some(&self.place.sheet)
            && it.row == Some(self.place.row)
    }
}

/// For each case the newest earlier row that somebody decided about.
pub fn decided<'a>(rows: &'a [EarlierRow], context: &'a Context) -> Vec<(&'a EarlierRow, &'a DecisionRow)> {
    let mut seen = HashSet::new();
    let known = rows.iter().filter_map(|it| Some((it, it.decision(context)?)));
    known.filter(|it| seen.insert(it.0.case)).filter(|it| it.1.decision != "upphavd").collect()
}

impl Desk {
    /// The rows of earlier versions that somebody said something about, the newest version first.
    ///
    /// # Errors
    ///
    /// The database failed, or the caged reader could not be started.
    pub async fn earlier_rows(
        &self,
        context: &Arc<Context>,
        attempt: &Attempt,
        reviewed: &Reviewed,
    ) -> Result<Vec<EarlierRow>, DeskError> {
        let contents = &context.contents;
        let (Some(filing), Some(workbook)) = (contents.filing(&attempt.filing_id), &reviewed.opened.workbook) else {
            return Ok(Vec::new());
        };
        let new = Version { workbook, review: &reviewed.review };
        let said: HashSet<&str> = contents
            .decisions
            .iter()
            .map(|it| it.attempt_id.as_str())
            .chain(contents.completions.iter().filter_map(|it| it.attempt_id.as_deref()))
            .collect();
        let earlier = contents.attempts_of(filing).rev().filter(|it| {
            it.nr < attempt.nr && !it.nil && it.state() == AttemptState::Read && said.contains(it.id.as_str())
        });
        let mut rows = Vec::new();
        for before in earlier {
            let old = self.reviewed(context, before).await?;
            let Some(workbook) = &old.opened.workbook else { continue };
            for it in kept(&before.id, Version { workbook, review: &old.review }, new) {
                let case = &old.review.cases[it.old];
                let Some(sheet) = old.info.sheets.get(usize::from(case.sheet)).cloned() else { continue };
                rows.push(EarlierRow {
                    nr: before.nr,
                    attempt: before.id.clone(),
                    place: RowPlace { sheet, row: i64::from(case.row) + 1 },
                    case: it.new,
                    same: it.same,
                });
            }
        }
        Ok(rows)
    }

    /// Lets decisions follow to a version that has just been read, as part of the transaction that says so.
    pub(super) async fn let_follow(
        &self,
        tx: &mut Tx,
        (context, attempt, reviewed): (&Context, &Attempt, &Reviewed),
        rows: &[EarlierRow],
        now: DateTime<Utc>,
    ) -> Result<(), DeskError> {
        let mut followed = Vec::new();
        for (row, decision) in decided(rows, context).into_iter().filter(|it| it.0.same) {
            let case = &reviewed.review.cases[row.case];
            let Some(sheet) = reviewed.info.sheets.get(usize::from(case.sheet)).cloned() else { continue };
            let place = RowPlace { sheet, row: i64::from(case.row) + 1 };
            let (by, at) = (Actor::new(&decision.person_id, ""), decision.at);
            let (decision, reason) = (decision.decision.as_str(), decision.reason.as_str());
            let new = NewDecision { attempt: &attempt.id, place: &place, seen: 0, decision, reason };
            tx.add_decision(new, &by, at).await?;
            followed.push(json!({ "blad": place.sheet, "rad": place.row, "beslut": decision, "fran": row.nr }));
        }
        if !followed.is_empty() {
            let data = json!({ "version": attempt.nr, "rader": followed });
            let (chain, actor, about) = (&context.contents.namnd.id, Actor::system(), &attempt.filing_id);
            let kind = EventKind::DecisionsFollowed;
            tx.log(Record { chain, at: now, actor: &actor, kind, about, data }).await?;
        }
        Ok(())
    }
}
