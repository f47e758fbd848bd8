//! What was sent to IVO and when, and what IVO answered, case by case.
//!
//! Goes in: notes about cases of the checklist. Comes out: the checklist with them.
//! Guaranteed: a note follows its case, whatever number the case has in the list; what was noted before is kept.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::Papers;
use crate::desk::{Desk, DeskError, Refusal};
use crate::model::mask::masked;
use crate::render::View;
use crate::render::document::ivo::Sent;
use crate::store::Actor;
use crate::store::event::{EventKind, Record, hex};
use crate::store::paper::{IvoNotice, NewNotice};

/// A note as somebody makes it, over the number the page showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    pub key: String,
    pub seen: i64,
    pub sent_on: Option<NaiveDate>,
    pub answer: String,
}

/// Number in the list → what the case is known by: who, what and which days. Cases that are alike in all that are told apart
/// by their order.
pub fn keys(view: &View<'_>) -> Vec<(u32, String)> {
    let mut alike: HashMap<String, u32> = HashMap::new();
    let each = view.report.lines.iter().map(|it| {
        let facts = format!(
            "{}|{:?}|{}|{:?}|{:?}|{:?}",
            view.utforare_id(it.utforare),
            it.nyckel,
            view.line_insats(it),
            it.kon,
            it.beslutsdatum,
            it.avbrottsdatum,
        );
        let nr = alike.entry(facts.clone()).or_default();
        *nr += 1;
        let hash = hex(&Sha256::digest(format!("{facts}|{nr}")));
        (it.nr, hash.chars().take(24).collect())
    });
    each.collect()
}

/// The notes as the paper shows them.
pub fn sent(view: &View<'_>, notices: &[IvoNotice]) -> Vec<Sent> {
    let known: HashMap<&str, &IvoNotice> = notices.iter().map(|it| (it.line_key.as_str(), it)).collect();
    let each = keys(view).into_iter().filter_map(|(nr, key)| {
        let it = known.get(key.as_str())?;
        Some(Sent { nr, day: it.sent_on?, answer: it.answer.clone() })
    });
    each.collect()
}

impl Desk {
    /// Notes what was sent and answered; only notes that say something new are stored.
    ///
    /// # Errors
    ///
    /// A refusal when a day is not yet come, an answer stands without a day, or a text holds personal data;
    /// [`StoreError::Conflict`](crate::store::StoreError::Conflict) when somebody else noted something meanwhile.
    pub async fn note_ivo(
        &self,
        papers: &Papers,
        notes: &[Note],
        by: &Actor,
        (now, today): (DateTime<Utc>, NaiveDate),
    ) -> Result<usize, DeskError> {
        let row = &papers.made.context.contents.round;
        let known: HashSet<String> = keys(&papers.made.view()).into_iter().map(|it| it.1).collect();
        let before = self.store.ivo_notices(&row.id).await?;
        let mut new = Vec::new();
        for it in notes.iter().filter(|it| known.contains(&it.key)) {
            let old = before.iter().find(|old| old.line_key == it.key);
            let (day, answer) = old.map_or((None, ""), |it| (it.sent_on, it.answer.as_str()));
            if (day, answer) == (it.sent_on, it.answer.trim()) {
                continue;
            }
            if it.sent_on.is_some_and(|it| it > today) {
                return Err(Refusal::new("En dag ligger framåt i tiden. Skriv den dag då rapporten skickades.").into());
            }
            if it.sent_on.is_none() && !it.answer.trim().is_empty() {
                return Err(Refusal::new("Ett svar saknar dag. Skriv vilken dag rapporten skickades.").into());
            }
            if masked(&it.answer) != it.answer.as_str() {
                let why = "Ett svar innehåller något som ser ut som ett personnummer, ett telefonnummer eller en e-postadress. Ta bort det.";
                return Err(Refusal::new(why).into());
            }
            new.push(it);
        }
        if new.is_empty() {
            return Ok(0);
        }
        let mut tx = self.store.begin().await?;
        // After the quarter has been fixed too: that is when most is sent.
        tx.hold_round(&row.id).await?;
        for it in &new {
            let (round, line_key) = (row.id.as_str(), it.key.as_str());
            let notice = NewNotice { round, line_key, seen: it.seen, sent_on: it.sent_on, answer: it.answer.trim() };
            tx.add_ivo_notice(notice, &by.id, now).await?;
        }
        let (chain, kind, data) = (&row.namnd_id, EventKind::IvoNoted, json!({ "antal": new.len() }));
        tx.log(Record { chain, at: now, actor: by, kind, about: &row.id, data }).await?;
        tx.commit().await?;
        Ok(new.len())
    }
}
