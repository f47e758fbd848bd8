//! The answer to one version as its sender reads it, and what can be mended in it.
//!
//! Goes in: an attempt. Comes out: [`Answer`]: the file as it was read with everything told about it, also what only the whole
//! round shows; then a workbook with what was mended, handed in as the next version.
//! Guaranteed: what is told here is what the attempt's stored counts were made from; mending takes only what was offered.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::judge::Review;
use crate::merge::version::Version;
use crate::merge::version::amend::{Change, amend};
use crate::merge::version::choices::{Mend, MendChoice, choice, choices};
use crate::merge::version::difference::difference;
use crate::model::{AttemptState, Field};
use crate::render::difference::{Changes, changes};
use crate::render::{Voice, amended};
use crate::sheet::Workbook;
use crate::store::Actor;
use crate::store::attempt::Attempt;
use crate::store::event::{EventKind, Record};

use super::assemble::{Which, assemble, day};
use super::figures::{Context, Made, Reviewed};
use super::intake::{Received, Upload};
use super::work::told;
use super::{Desk, DeskError, Refusal};

/// What one version is answered.
pub struct Answer {
    pub made: Arc<Made>,
    /// As [`Reviewed::review`], but with everything told about the filing: also what the round as a whole shows.
    pub review: Review,
    /// None for a nil return.
    reviewed: Option<Arc<Reviewed>>,
    nothing: Workbook,
}

impl Answer {
    pub fn version(&self) -> Version<'_> {
        let read = self.reviewed.as_ref().and_then(|it| it.opened.workbook.as_ref());
        Version { workbook: read.unwrap_or(&self.nothing), review: &self.review }
    }

    pub fn voice(&self) -> Voice<'_> {
        self.made.voice()
    }

    /// Whether there is a workbook to mark, mend and give back.
    pub fn has_workbook(&self) -> bool {
        self.reviewed.as_ref().is_some_and(|it| it.opened.workbook.is_some())
    }

    fn with_setting<T>(&self, attempt: &Attempt, then: impl FnOnce(&crate::judge::Setting<'_>) -> T) -> T {
        let round = &self.made.assembled.round;
        let at = self.made.assembled.filings.get(&attempt.filing_id).map(|it| it.0);
        let utforare = at.and_then(|it| round.utforare.get(it)).map(|it| &it.utforare);
        then(&self.made.context.setting(utforare))
    }

    /// What of it can be mended in the browser.
    pub fn mends(&self, attempt: &Attempt) -> Vec<Mend> {
        self.with_setting(attempt, |setting| choices(self.version(), setting))
    }

    /// One more field of a row, beside those a finding marks.
    pub fn choice(&self, attempt: &Attempt, case: usize, field: Field) -> Option<MendChoice> {
        let case = self.review.cases.get(case)?;
        self.with_setting(attempt, |setting| choice(self.version(), setting, case, field))
    }

    /// What was chosen for a field, as a change; none when it was not among what is offered.
    pub fn chosen(&self, attempt: &Attempt, offered: &MendChoice, text: &str) -> Option<Change> {
        self.with_setting(attempt, |setting| offered.chosen(text, setting))
    }
}

impl Desk {
    /// What an attempt that has been read is answered.
    ///
    /// # Errors
    ///
    /// The database failed, or the caged reader could not be started.
    pub async fn answer_to(&self, context: &Arc<Context>, attempt: &Attempt) -> Result<Answer, DeskError> {
        let reviewed = if attempt.nil { None } else { Some(self.reviewed(context, attempt).await?) };
        let made = self.report_of(context, Which::Only(attempt.id.clone())).await?;
        let findings = told(&made).map(|it| it.finding.clone()).collect();
        let review = match &reviewed {
            Some(it) => Review { findings, ..it.review.clone() },
            None => Review { findings, nil: true, usable: true, ..Review::default() },
        };
        Ok(Answer { made, review, reviewed, nothing: Workbook::default() })
    }

    /// What changed against the version before it that could be read; none when there is none.
    ///
    /// # Errors
    ///
    /// As [`Desk::answer_to`].
    pub async fn changes_since(
        &self,
        context: &Arc<Context>,
        attempt: &Attempt,
        answer: &Answer,
    ) -> Result<Option<(i64, Changes)>, DeskError> {
        let filing = context.contents.filing(&attempt.filing_id).ok_or(DeskError::NotFound)?;
        let mut earlier = context.contents.attempts_of(filing).rev();
        let before = earlier.find(|it| it.nr < attempt.nr && !it.nil && it.state() == AttemptState::Read);
        let Some(before) = before.filter(|_| answer.has_workbook()) else { return Ok(None) };
        let old = self.answer_to(context, before).await?;
        if !old.has_workbook() {
            return Ok(None);
        }
        let found = difference(Some(&before.id), old.version(), answer.version());
        Ok(Some((before.nr, changes(&found, old.version(), answer.version(), answer.voice()))))
    }

    /// Hands in a version again with some of it mended.
    ///
    /// # Errors
    ///
    /// A refusal when nothing was changed, when a change fits no cell, or when the quarter takes no more.
    pub async fn mend(
        &self,
        attempt: &Attempt,
        changed: &[Change],
        by: &Actor,
        now: DateTime<Utc>,
    ) -> Result<Received, DeskError> {
        if changed.is_empty() {
            return Err(Refusal::new("Ändra minst en uppgift. Du har inte ändrat något än.").into());
        }
        let (filing, round) = self.filing_and_round(&attempt.filing_id).await?;
        let context = self.context(&round.id).await?;
        let answer = self.answer_to(&context, attempt).await?;
        let workbook = amend(answer.version(), &context.library.insatser, changed)
            .map_err(|it| Refusal::new(format!("{it} Rätta i din egen fil i stället.")))?;
        let mut bytes = Vec::new();
        amended::write(&mut bytes, &workbook, &answer.review, day(now))
            .map_err(|it| DeskError::System(it.to_string()))?;
        let name = context.contents.original_of(attempt).map_or("rapport", |it| it.name.as_str());
        let stem = name.rsplit_once('.').map_or(name, |it| it.0);
        let stem = stem.rsplit_once(" – rättad efter version ").map_or(stem, |it| it.0);
        let upload = Upload { name: format!("{stem} – rättad efter version {}.xlsx", attempt.nr), bytes };
        let received = self.receive(&filing.id, upload, by, now).await?;
        let data = json!({ "version": attempt.nr, "andringar": changed.len() });
        let (kind, about) = (EventKind::Mended, filing.id.as_str());
        self.store.log(Record { chain: &round.namnd_id, at: now, actor: by, kind, about, data }).await?;
        Ok(received)
    }

    /// Which of its insatser a filing answers for.
    pub fn insatser_of(&self, context: &Context, filing: &str) -> Vec<crate::model::InsatsId> {
        let assembled = assemble(&context.contents, &context.library.insatser, &Which::Accepted);
        assembled.ok().and_then(|mut it| it.filings.remove(filing)).map(|it| it.1).unwrap_or_default()
    }
}
