//! Questions that an answer asks its sender, and the replies.
//!
//! Goes in: the stored answer of an attempt, and what people write. Comes out: which questions stand open.
//! Guaranteed: a reply is kept with the version it was given on, and answers that place or all of the kind.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::json;

use super::transitions::{Step, next};
use super::{Desk, DeskError, Refusal};
use crate::store::Actor;
use crate::store::event::{EventKind, Record};
use crate::store::review::{Reply, RowPlace};

/// A question of an attempt's answer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Question {
    pub rule: String,
    pub severity: String,
    pub sheet: Option<String>,
    pub row: Option<i64>,
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    findings: Vec<Question>,
}

/// The questions in an answer (`report.json` of one attempt).
pub fn questions(answer: &str) -> Vec<Question> {
    let answer: Answer = serde_json::from_str(answer).unwrap_or(Answer { findings: Vec::new() });
    answer.findings.into_iter().filter(|it| it.severity == crate::model::Severity::Fraga.key()).collect()
}

/// Whether a question has been answered, at its place or with all of its kind.
pub fn is_answered(question: &Question, replies: &[Reply]) -> bool {
    replies.iter().any(|it| {
        it.rule == question.rule && (it.sheet.is_none() || (it.sheet == question.sheet && it.row == question.row))
    })
}

impl Desk {
    /// Answers a question about the newest attempt, at its place or for all of its kind.
    ///
    /// # Errors
    ///
    /// A refusal when the text is empty or the quarter is fixed.
    pub async fn reply(
        &self,
        attempt: &str,
        (rule, place): (&str, Option<&RowPlace>),
        text: &str,
        by: &Actor,
        now: DateTime<Utc>,
    ) -> Result<(), DeskError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Refusal::new("Skriv ett svar, eller bekräfta att uppgiften stämmer.").into());
        }
        let found = self.store.attempt(attempt).await?.ok_or(DeskError::NotFound)?;
        let (filing, round) = self.filing_and_round(&found.filing_id).await?;
        next(filing.state(), Step::Reply, &self.facts(&filing, round.is_fixed()).await?)?;
        let mut tx = self.store.begin().await?;
        tx.hold_round(&round.id).await?;
        tx.add_reply(attempt, (rule, place), text, by, now).await?;
        tx.touch_round(&round.id).await?;
        tx.log(Record {
            chain: &round.namnd_id,
            at: now,
            actor: by,
            kind: EventKind::Replied,
            about: &filing.id,
            data: json!({ "version": found.nr, "regel": rule, "rad": place.map(|it| it.row) }),
        })
        .await?;
        tx.commit().await?;
        self.follow(&filing.id, now).await
    }
}
