//! What biståndsenheten does with what has come in: accept, decide about rows, grade, give feedback.
//!
//! Goes in: a filing or an attempt, what was decided and by whom. Comes out: nothing, or a refusal.
//! Guaranteed: one transaction each, with its event; whoever decides on something that has changed is told instead of
//! overwriting it.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;

use crate::mail::letter::{Extended, Feedback};
use crate::model::{FilingState, Grade};
use crate::render::print::date_in_words;
use crate::store::event::{EventKind, Record};
use crate::store::filing::Filing;
use crate::store::review::{NewDecision, RowPlace};
use crate::store::round::RoundRow;
use crate::store::{Actor, StoreError, Tx};

use super::assemble::day;
use super::completions::{Ask, askable};
use super::transitions::{Step, next};
use super::{Desk, DeskError, Refusal};

/// What is decided about a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowDecision {
    /// It counts, whatever the rules say.
    Count,
    /// It does not count.
    LeaveOut,
    /// The rules decide again.
    Undo,
}

impl RowDecision {
    pub const fn key(self) -> &'static str {
        match self {
            Self::Count => "medrakna",
            Self::LeaveOut => "undanta",
            Self::Undo => "upphavd",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        [Self::Count, Self::LeaveOut, Self::Undo].into_iter().find(|it| it.key() == key)
    }
}

/// A row to decide about, with the number of the decision that the page showed (0 for none).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowSeen {
    pub place: RowPlace,
    pub seen: i64,
}

/// What one row comes to, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    pub row: RowSeen,
    pub decision: RowDecision,
    pub reason: String,
}

pub(super) fn needed(text: &str, what: &str) -> Result<String, DeskError> {
    let text = text.trim();
    if text.is_empty() { Err(Refusal::new(what).into()) } else { Ok(text.to_owned()) }
}

impl Desk {
    /// The filing, its round, and the state that a step leads to.
    pub(super) async fn stepped(&self, filing: &str, step: Step) -> Result<(Filing, RoundRow, FilingState), DeskError> {
        let (filing, round) = self.filing_and_round(filing).await?;
        let facts = self.facts(&filing, round.is_fixed()).await?;
        let state = next(filing.state(), step, &facts)?;
        Ok((filing, round, state))
    }

    /// A transaction on a round that is not fixed.
    pub(super) async fn on_round(&self, round: &RoundRow) -> Result<Tx, DeskError> {
        let mut tx = self.store.begin().await?;
        if tx.hold_round(&round.id).await? {
            return Err(StoreError::Conflict.into());
        }
        tx.touch_round(&round.id).await?;
        Ok(tx)
    }

    /// Accepts the newest valid attempt, which the page must have shown.
    ///
    /// # Errors
    ///
    /// A refusal when there is nothing to accept; [`StoreError::Conflict`] when a newer attempt has come.
    pub async fn accept(&self, filing: &str, seen: &str, by: &Actor, now: DateTime<Utc>) -> Result<(), DeskError> {
        let (row, round, state) = self.stepped(filing, Step::Accept).await?;
        let attempts = self.store.attempts_of_filing(filing).await?;
        let newest = attempts.iter().rev().find(|it| it.is_valid()).ok_or(DeskError::NotFound)?;
        if newest.id != seen {
            return Err(
                Refusal::new("En nyare version har kommit sedan sidan visades. Läs den och godkänn sedan.").into()
            );
        }
        let mut tx = self.on_round(&round).await?;
        tx.move_filing(&row, state, Some(&newest.id), now).await?;
        let data = json!({ "version": newest.nr });
        tx.log(Record { chain: &round.namnd_id, at: now, actor: by, kind: EventKind::Accepted, about: filing, data })
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Takes an acceptance back: the answer waits for review again.
    ///
    /// # Errors
    ///
    /// A refusal when nothing is accepted.
    pub async fn undo_accept(&self, filing: &str, by: &Actor, now: DateTime<Utc>) -> Result<(), DeskError> {
        let (row, round, _) = self.stepped(filing, Step::UndoAccept).await?;
        let mut tx = self.on_round(&round).await?;
        tx.move_filing(&row, FilingState::ToReview, None, now).await?;
        let (kind, data) = (EventKind::AcceptedUndone, json!({}));
        tx.log(Record { chain: &round.namnd_id, at: now, actor: by, kind, about: filing, data }).await?;
        tx.commit().await?;
        self.follow(filing, now).await
    }

    /// Decides about rows of an attempt, one or many, with one reason.
    ///
    /// # Errors
    ///
    /// As [`Desk::decide_each`].
    pub async fn decide_rows(
        &self,
        attempt: &str,
        rows: &[RowSeen],
        (decision, reason): (RowDecision, &str),
        by: &Actor,
        now: DateTime<Utc>,
    ) -> Result<(), DeskError> {
        let verdict = |row: &RowSeen| Verdict { row: row.clone(), decision, reason: reason.to_owned() };
        let verdicts: Vec<Verdict> = rows.iter().map(verdict).collect();
        self.decide_each(attempt, &verdicts, &[], by, now).await
    }

    /// Decides about rows of an attempt, each with its own decision and reason, and asks about others: all or none.
    ///
    /// # Errors
    ///
    /// A refusal when a reason is missing or a question cannot be asked; [`StoreError::Conflict`] when somebody decided one of the rows meanwhile. Then
    /// none is changed.
    pub async fn decide_each(
        &self,
        attempt: &str,
        verdicts: &[Verdict],
        questions: &[Ask],
        by: &Actor,
        now: DateTime<Utc>,
    ) -> Result<(), DeskError> {
        if verdicts.is_empty() && questions.is_empty() {
            return Err(Refusal::new("Välj minst en rad.").into());
        }
        // What is said in the same words about many rows is one entry in the log.
        let mut said: Vec<(RowDecision, String, Vec<serde_json::Value>)> = Vec::new();
        for it in verdicts {
            let reason = needed(&it.reason, "Skriv ett skäl. Det visas i rapporten och för utföraren.")?;
            let place = json!({ "blad": it.row.place.sheet, "rad": it.row.place.row });
            match said.iter_mut().find(|known| known.0 == it.decision && known.1 == reason) {
                Some(known) => known.2.push(place),
                None => said.push((it.decision, reason, vec![place])),
            }
        }
        let questions = questions.iter().map(|it| askable(it, now)).collect::<Result<Vec<_>, _>>()?;
        let found = self.store.attempt(attempt).await?.ok_or(DeskError::NotFound)?;
        let filing = found.filing_id.as_str();
        let step = if verdicts.is_empty() { Step::Ask } else { Step::Decide };
        let (row, round, _) = self.stepped(filing, step).await?;
        let told = self.told(&row.uppdrag_id, &round, by).await?;
        let mut tx = self.on_round(&round).await?;
        for it in verdicts {
            let (place, seen, reason) = (&it.row.place, it.row.seen, it.reason.trim());
            let new = NewDecision { attempt, place, seen, decision: it.decision.key(), reason };
            tx.add_decision(new, by, now).await?;
        }
        for (decision, reason, places) in said {
            let data = json!({ "version": found.nr, "beslut": decision.key(), "rader": places, "skal": reason });
            let kind = EventKind::Decided;
            tx.log(Record { chain: &round.namnd_id, at: now, actor: by, kind, about: filing, data }).await?;
        }
        self.ask_within(&mut tx, (filing, &round, &told), &questions, by, now).await?;
        tx.commit().await?;
        self.follow(filing, now).await
    }

    /// Sets the handläggare's own grade; `None` goes back to the suggested one.
    ///
    /// # Errors
    ///
    /// A refusal without a motivation.
    pub async fn grade(
        &self,
        filing: &str,
        (grade, reason): (Option<Grade>, &str),
        by: &Actor,
        now: DateTime<Utc>,
    ) -> Result<(), DeskError> {
        let reason = needed(reason, "Skriv en motivering. Utföraren ser den, och den står i rapporten.")?;
        let (_, round, _) = self.stepped(filing, Step::Grade).await?;
        let mut tx = self.on_round(&round).await?;
        tx.add_grade(filing, grade.map(Grade::key), &reason, by, now).await?;
        let data = json!({ "betyg": grade.map(Grade::key), "skal": reason });
        tx.log(Record { chain: &round.namnd_id, at: now, actor: by, kind: EventKind::Graded, about: filing, data })
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// The utförare's comment on its grade, before the report is public.
    ///
    /// # Errors
    ///
    /// A refusal when the quarter is fixed or the text is empty.
    pub async fn comment_grade(
        &self,
        filing: &str,
        text: &str,
        by: &Actor,
        now: DateTime<Utc>,
    ) -> Result<(), DeskError> {
        let text = needed(text, "Skriv din kommentar.")?;
        let (_, round, _) = self.stepped(filing, Step::Grade).await?;
        let mut tx = self.on_round(&round).await?;
        tx.add_grade_comment(filing, &text, by, now).await?;
        let (kind, data) = (EventKind::GradeCommented, json!({}));
        tx.log(Record { chain: &round.namnd_id, at: now, actor: by, kind, about: filing, data }).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Keeps the feedback as a draft, or sends it.
    ///
    /// # Errors
    ///
    /// A refusal when the text is empty.
    pub async fn save_feedback(
        &self,
        filing: &str,
        (text, send): (&str, bool),
        by: &Actor,
        now: DateTime<Utc>,
    ) -> Result<(), DeskError> {
        let text = needed(text, "Skriv återkopplingen.")?;
        let (row, round) = self.filing_and_round(filing).await?;
        let told = self.told(&row.uppdrag_id, &round, by).await?;
        let mut tx = self.store.begin().await?;
        tx.save_feedback(filing, &text, send, by, now).await?;
        if send {
            let link = self.filing_link(filing);
            let letter = Feedback { namnd: &told.namnd, quarter: &told.quarter, link: &link };
            told.post(&mut tx, |to| letter.to(to), now).await?;
            let (kind, data) = (EventKind::FeedbackSent, json!({}));
            tx.log(Record { chain: &round.namnd_id, at: now, actor: by, kind, about: filing, data }).await?;
        }
        tx.touch_round(&round.id).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Notes that a reminder was sent today.
    ///
    /// # Errors
    ///
    /// A refusal when the quarter is fixed.
    pub async fn remind(&self, filing: &str, by: &Actor, now: DateTime<Utc>) -> Result<(), DeskError> {
        let (_, round, _) = self.stepped(filing, Step::Grade).await?;
        let mut tx = self.on_round(&round).await?;
        tx.add_reminder(filing, day(now), by).await?;
        let (kind, data) = (EventKind::Reminded, json!({}));
        tx.log(Record { chain: &round.namnd_id, at: now, actor: by, kind, about: filing, data }).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Gives one utförare a later last day.
    ///
    /// # Errors
    ///
    /// A refusal without a reason.
    pub async fn extend(
        &self,
        filing: &str,
        (to, why): (Option<NaiveDate>, &str),
        by: &Actor,
        now: DateTime<Utc>,
    ) -> Result<(), DeskError> {
        let why = needed(why, "Skriv varför sista dagen flyttas.")?;
        let (row, round, _) = self.stepped(filing, Step::Grade).await?;
        if to.is_some_and(|it| it < round.last_day) {
            return Err(
                Refusal::new(format!("Den nya sista dagen måste vara den {} eller senare.", round.last_day)).into()
            );
        }
        let told = self.told(&row.uppdrag_id, &round, by).await?;
        let mut tx = self.on_round(&round).await?;
        tx.extend_filing(filing, to, &why).await?;
        if to != row.extended_to {
            let (due, link) = (date_in_words(to.unwrap_or(round.last_day)), self.filing_link(filing));
            let letter = Extended { namnd: &told.namnd, quarter: &told.quarter, due: &due, link: &link };
            told.post(&mut tx, |to| letter.to(to), now).await?;
        }
        let (kind, data) = (EventKind::Extended, json!({ "till": to, "skal": why }));
        tx.log(Record { chain: &round.namnd_id, at: now, actor: by, kind, about: filing, data }).await?;
        tx.commit().await?;
        Ok(())
    }
}
