//! Fixes a quarter's report, unlocks it, records corrections; and makes readings again from the originals.
//!
//! Goes in: a round and who asks. Comes out: the fixed report, or every unmet condition at once.
//! Guaranteed: what is fixed is what the page showed; afterwards nothing of it changes but by an unlocking with a reason or a
//! recorded correction, and both are in the log.

use chrono::{DateTime, Utc};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::model::FilingState;
use crate::store::attempt::Incoming;
use crate::store::event::{EventKind, Record, hex};
use crate::store::{Actor, StoreError};

use super::assemble::Which;
use super::figures::{Context, Made};
use super::{Desk, DeskError, Refusal};

/// Something that stands in the way of fixing a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmet {
    pub text: String,
    pub mended: Mended,
}

/// Where it is mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mended {
    /// In the review of this filing.
    Filing(String),
    /// In this completion.
    Completion(String),
    /// By loading another basis.
    Basis,
    /// Among the report's own figures.
    Report,
}

/// What stands in the way of fixing the report; empty when nothing does.
pub fn unmet(made: &Made) -> Vec<Unmet> {
    let contents = &made.context.contents;
    let mut all: Vec<Unmet> =
        made.context.basis.faults.iter().map(|it| Unmet { text: it.clone(), mended: Mended::Basis }).collect();
    for filing in &contents.filings {
        let who = in_words(&made.context, filing);
        let said = match filing.state() {
            FilingState::Reading => "en fil läses fortfarande",
            FilingState::ToReview => "den senaste versionen är inte granskad",
            FilingState::Asked => "en komplettering är begärd och inte avslutad",
            FilingState::ToMend if contents.attempts_of(filing).any(crate::store::attempt::Attempt::is_valid) => {
                "den senaste versionen ska rättas, eller godkännas som den är"
            }
            _ => "",
        };
        if !said.is_empty() {
            all.push(Unmet { text: format!("{who}: {said}."), mended: Mended::Filing(filing.id.clone()) });
        }
        let open = contents
            .completions
            .iter()
            .find(|it| it.filing_id == filing.id && it.closed_at.is_none() && it.answered_at.is_some());
        if let Some(open) = open {
            let text = format!("{who}: en besvarad komplettering är inte avslutad.");
            all.push(Unmet { text, mended: Mended::Completion(open.id.clone()) });
        }
    }
    for check in made.report.checks.iter().filter(|it| !it.holds) {
        all.push(Unmet { text: format!("{}: {}.", check.what, check.detail), mended: Mended::Report });
    }
    all
}

/// `Solsidan Omsorg AB, ledsagarservice och avlösarservice`
pub fn in_words(context: &Context, filing: &crate::store::filing::Filing) -> String {
    let name = context.contents.utforare_of(filing).map_or("–", |it| it.namn.as_str());
    let keys = context.contents.uppdrag_of(filing).map(|it| it.keys()).unwrap_or_default();
    let insatser: Vec<String> = super::assemble::insats_ids(&keys, &context.library.insatser)
        .into_iter()
        .map(|id| context.library.insatser.get(id).name.to_lowercase())
        .collect();
    let insatser: Vec<&str> = insatser.iter().map(String::as_str).collect();
    format!("{name}, {}", crate::render::print::list(&insatser))
}

impl Desk {
    /// Fixes the report of a round as the page showed it (`version`).
    ///
    /// # Errors
    ///
    /// A refusal with every unmet condition; [`StoreError::Conflict`] when something changed meanwhile.
    pub async fn fix(&self, round: &str, version: i64, by: &Actor, now: DateTime<Utc>) -> Result<String, DeskError> {
        let made = self.report(round, Which::Accepted).await?;
        let row = &made.context.contents.round;
        if row.is_fixed() {
            return Err(Refusal::new("Rapporten är redan fastställd.").into());
        }
        if row.version != version {
            return Err(StoreError::Conflict.into());
        }
        let unmet = unmet(&made);
        if !unmet.is_empty() {
            let details = unmet.into_iter().map(|it| it.text).collect();
            return Err(Refusal::with("Rapporten kan inte fastställas än.", details).into());
        }
        let mut json_text = Vec::new();
        crate::render::json::write(&mut json_text, &made.view()).map_err(|it| DeskError::System(it.to_string()))?;
        let sha256 = hex(&Sha256::digest(&json_text));
        let catalogue = &made.context.library.catalogue;
        let rules = format!("{} {}", catalogue.version(), catalogue.sha256());
        let keep = self.to_keep(&made).await?;
        let mut tx = self.store.begin().await?;
        // Holding the round raises its version by one.
        if tx.hold_round(round).await? || tx.round_version(round).await? != version + 1 {
            return Err(StoreError::Conflict.into());
        }
        let name = format!("report-{}.json", row.kvartal);
        let file = Incoming { name: &name, bytes: &json_text, sender: &by.id, received_at: now };
        let original = tx.add_original(file).await?;
        tx.fix(round, &original, &rules, &by.id, now).await?;
        if let Some(json) = &keep.published {
            tx.add_published(round, json, now).await?;
        }
        let name = format!("handlingar-{}.json", row.kvartal);
        let file = Incoming { name: &name, bytes: &keep.papers, sender: &by.id, received_at: now };
        let papers = tx.add_original(file).await?;
        tx.keep_papers(round, &papers).await?;
        let data = json!({ "sha256": sha256, "regler": rules, "oppna": made.report.totals.open });
        let kind = EventKind::Fixed;
        tx.log(Record { chain: &row.namnd_id, at: now, actor: by, kind, about: round, data }).await?;
        tx.commit().await?;
        Ok(sha256)
    }

    /// Unlocks a fixed report, with a reason. The fixed version is kept.
    ///
    /// # Errors
    ///
    /// A refusal without a reason or when the report is not fixed.
    pub async fn unlock(&self, round: &str, reason: &str, by: &Actor, now: DateTime<Utc>) -> Result<(), DeskError> {
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(Refusal::new("Skriv varför rapporten låses upp.").into());
        }
        let row = self.store.round(round).await?.ok_or(DeskError::NotFound)?;
        if !row.is_fixed() {
            return Err(Refusal::new("Rapporten är inte fastställd.").into());
        }
        let mut tx = self.store.begin().await?;
        tx.hold_round(round).await?;
        tx.unlock(round, reason, &by.id, now).await?;
        let data = json!({ "skal": reason });
        tx.log(Record { chain: &row.namnd_id, at: now, actor: by, kind: EventKind::Unlocked, about: round, data })
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Records a correction of a fixed report; the next report shows it.
    ///
    /// # Errors
    ///
    /// A refusal without a text, or when the report is not fixed.
    pub async fn record_correction(
        &self,
        round: &str,
        text: &str,
        by: &Actor,
        now: DateTime<Utc>,
    ) -> Result<(), DeskError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Refusal::new("Skriv vad som var fel och vad som är rätt.").into());
        }
        let row = self.store.round(round).await?.ok_or(DeskError::NotFound)?;
        if !row.is_fixed() {
            return Err(Refusal::new("Rapporten är inte fastställd, så felet kan rättas direkt i granskningen.").into());
        }
        let mut tx = self.store.begin().await?;
        tx.add_correction(round, text, &by.id, now).await?;
        let kind = EventKind::CorrectionRecorded;
        let data = json!({ "text": text });
        tx.log(Record { chain: &row.namnd_id, at: now, actor: by, kind, about: round, data }).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Makes every reading again from its original and compares. With `write`, what differs is replaced.
    ///
    /// Gives the number of readings and, for each that differs, which and how.
    ///
    /// # Errors
    ///
    /// The database failed or the caged reader could not be started.
    pub async fn rebuild(&self, write: bool, now: DateTime<Utc>) -> Result<(usize, Vec<String>), DeskError> {
        let mut seen = 0;
        let mut different = Vec::new();
        for round in self.store.all_rounds().await? {
            let context = self.context(&round.id).await?;
            for attempt in &context.contents.attempts {
                let state = attempt.state();
                let read = matches!(state, crate::model::AttemptState::Read | crate::model::AttemptState::Stopped);
                if attempt.original_id.is_none() || !read {
                    continue;
                }
                seen += 1;
                let (new, _, _) = self.reading_of(&context, attempt, now).await?;
                let old = self.store.reading(&attempt.id).await?;
                let what = match &old {
                    None => "saknades",
                    Some(old) if old.rules != new.rules => "var gjord med andra regler",
                    Some(old) if old.answer != new.answer => "hade ett annat svar",
                    Some(old)
                        if (old.rows, old.fel, old.fraga, old.notis) != (new.rows, new.fel, new.fraga, new.notis) =>
                    {
                        "hade andra antal"
                    }
                    Some(_) => continue,
                };
                let filing = context.contents.filing(&attempt.filing_id);
                let who = filing.map_or_else(String::new, |it| in_words(&context, it));
                different.push(format!("{} · {who} · version {}: läsningen {what}.", round.kvartal, attempt.nr));
                if write {
                    let mut tx = self.store.begin().await?;
                    tx.save_reading(&new).await?;
                    let data = json!({ "version": attempt.nr });
                    let (kind, actor) = (EventKind::Rebuilt, &Actor::system());
                    let (chain, about) = (&round.namnd_id, attempt.filing_id.as_str());
                    tx.log(Record { chain, at: now, actor, kind, about, data }).await?;
                    tx.commit().await?;
                }
            }
        }
        Ok((seen, different))
    }
}
