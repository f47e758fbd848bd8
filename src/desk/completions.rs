//! Completions: what is asked of an utförare, what is said in the thread, and its end.
//!
//! Goes in: a filing or a thread, and what somebody writes. Comes out: the thread as it then is.
//! Guaranteed: one transaction each, with its event and the letters that tell the utförare; a closed thread takes nothing more.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;

use crate::mail::letter::{CompletionAsked, CompletionMessage};
use crate::model::working_day::working_days_after;
use crate::render::print::date_in_words;
use crate::store::event::{EventKind, Record};
use crate::store::review::{NewCompletion, RowPlace};
use crate::store::round::RoundRow;
use crate::store::{Actor, Tx};

use super::assemble::day;
use super::decide::needed;
use super::tell::Told;
use super::transitions::Step;
use super::{Desk, DeskError, Refusal};

/// A completion to ask for.
#[derive(Debug, Clone)]
pub struct Ask {
    pub text: String,
    pub due: NaiveDate,
    /// The row it is about, and its attempt.
    pub about: Option<(String, RowPlace)>,
    /// Cases the handläggare found missing.
    pub missing_cases: i64,
}

/// A question with nothing to object to.
pub(super) struct Askable<'a> {
    ask: &'a Ask,
    text: String,
}

/// Whether it can be asked now.
pub(super) fn askable(ask: &Ask, now: DateTime<Utc>) -> Result<Askable<'_>, DeskError> {
    let text = needed(&ask.text, "Skriv vad du behöver veta.")?;
    if ask.due < day(now) {
        return Err(Refusal::new("Sista dagen att svara har redan passerat. Välj en senare dag.").into());
    }
    Ok(Askable { ask, text })
}

/// Which side writes in a thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Utforare,
    Namnd,
}

impl Side {
    pub const fn key(self) -> &'static str {
        match self {
            Self::Utforare => "utforare",
            Self::Namnd => "namnd",
        }
    }
}

/// Working days an utförare gets to answer, unless the handläggare says otherwise.
const DAYS_TO_ANSWER: u32 = 5;

/// The last day to answer that is proposed.
pub fn proposed_due(today: NaiveDate) -> NaiveDate {
    working_days_after(today, DAYS_TO_ANSWER)
}

impl Desk {
    /// Asks the utförare for a completion; gives its id.
    ///
    /// # Errors
    ///
    /// A refusal without a text, or with a last day that has passed.
    pub async fn ask(&self, filing: &str, ask: &Ask, by: &Actor, now: DateTime<Utc>) -> Result<String, DeskError> {
        let questions = [askable(ask, now)?];
        let (row, round, _) = self.stepped(filing, Step::Ask).await?;
        let told = self.told(&row.uppdrag_id, &round, by).await?;
        let mut tx = self.on_round(&round).await?;
        let ids = self.ask_within(&mut tx, (filing, &round, &told), &questions, by, now).await?;
        tx.commit().await?;
        self.follow(filing, now).await?;
        ids.into_iter().next().ok_or(DeskError::NotFound)
    }

    /// Asks as part of a transaction; gives the ids. What is asked at once is told in one letter.
    pub(super) async fn ask_within(
        &self,
        tx: &mut Tx,
        (filing, round, told): (&str, &RoundRow, &Told),
        questions: &[Askable<'_>],
        by: &Actor,
        now: DateTime<Utc>,
    ) -> Result<Vec<String>, DeskError> {
        let mut ids = Vec::with_capacity(questions.len());
        for it in questions {
            let new = NewCompletion {
                filing,
                attempt: it.ask.about.as_ref().map(|it| it.0.as_str()),
                place: it.ask.about.as_ref().map(|it| &it.1),
                missing_cases: it.ask.missing_cases,
                due: it.ask.due,
            };
            let id = tx.add_completion(new, now).await?;
            tx.add_message(&id, Side::Namnd.key(), &it.text, by, now).await?;
            let data = json!({ "komplettering": id, "senast": it.ask.due });
            let kind = EventKind::CompletionAsked;
            tx.log(Record { chain: &round.namnd_id, at: now, actor: by, kind, about: filing, data }).await?;
            ids.push(id);
        }
        let Some(due) = questions.iter().map(|it| it.ask.due).min() else { return Ok(ids) };
        let link = match ids.as_slice() {
            [only] => self.link(&format!("/komplettering/{only}")),
            _ => self.filing_link(filing),
        };
        let due = date_in_words(due);
        let letter = CompletionAsked { namnd: &told.namnd, quarter: &told.quarter, due: &due, link: &link };
        told.post(tx, |to| letter.to(to), now).await?;
        Ok(ids)
    }

    /// Writes in a completion's thread. The utförare's first message is its answer.
    ///
    /// # Errors
    ///
    /// A refusal when the thread is closed or the text is empty.
    pub async fn answer(
        &self,
        completion: &str,
        side: Side,
        text: &str,
        by: &Actor,
        now: DateTime<Utc>,
    ) -> Result<(), DeskError> {
        let text = needed(text, "Skriv ett svar.")?;
        let thread = self.store.completion(completion).await?.ok_or(DeskError::NotFound)?;
        if thread.closed_at.is_some() {
            return Err(
                Refusal::new("Tråden är avslutad. Hör av dig till biståndsenheten om du har mer att säga.").into()
            );
        }
        let (row, round, _) = self.stepped(&thread.filing_id, Step::Answer).await?;
        let told = self.told(&row.uppdrag_id, &round, by).await?;
        let mut tx = self.on_round(&round).await?;
        tx.add_message(completion, side.key(), &text, by, now).await?;
        match side {
            // No letter: the board says what has been answered, and a handläggare may wait for a hundred answers.
            Side::Utforare => tx.completion_answered(completion, now).await?,
            Side::Namnd => {
                let link = self.link(&format!("/komplettering/{completion}"));
                let letter = CompletionMessage { namnd: &told.namnd, quarter: &told.quarter, link: &link };
                told.post(&mut tx, |to| letter.to(to), now).await?;
            }
        }
        let data = json!({ "komplettering": completion, "sida": side.key() });
        let (kind, about) = (EventKind::CompletionAnswered, thread.filing_id.as_str());
        tx.log(Record { chain: &round.namnd_id, at: now, actor: by, kind, about, data }).await?;
        tx.commit().await?;
        self.follow(&thread.filing_id, now).await
    }

    /// Closes a completion, answered or not. An unanswered one counts in the grade.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] when it was closed already.
    pub async fn close_completion(&self, completion: &str, by: &Actor, now: DateTime<Utc>) -> Result<(), DeskError> {
        let thread = self.store.completion(completion).await?.ok_or(DeskError::NotFound)?;
        let (_, round, _) = self.stepped(&thread.filing_id, Step::CloseCompletion).await?;
        let mut tx = self.on_round(&round).await?;
        tx.close_completion(completion, now).await?;
        let data = json!({ "komplettering": completion, "besvarad": thread.answered_at.is_some() });
        let (kind, about) = (EventKind::CompletionClosed, thread.filing_id.as_str());
        tx.log(Record { chain: &round.namnd_id, at: now, actor: by, kind, about, data }).await?;
        tx.commit().await?;
        self.follow(&thread.filing_id, now).await
    }
}
