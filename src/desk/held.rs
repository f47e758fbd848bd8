//! Files that came several at once: they are kept until their sender has said which filing each belongs to.
//!
//! Goes in: files, and the filings of their sender. Comes out: a proposal for each, then attempts.
//! Guaranteed: a file that waits is durably stored, seen by its sender alone, and counts for nothing; it becomes an answer or
//! is taken away, never both.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::form::{Hints, Purpose};
use crate::model::InsatsId;
use crate::sheet::CopyOf;
use crate::store::Actor;
use crate::store::attempt::{Incoming, Original};
use crate::store::event::{EventKind, Record};

use super::figures::Context;
use super::intake::{Received, Upload};
use super::reading::read_bytes;
use super::{Desk, DeskError, Refusal};

/// So many files may wait for one sender.
const MOST_HELD: usize = 20;

/// Where a file seems to belong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    pub filing: Option<String>,
    /// Why, in Swedish.
    pub why: String,
}

impl Desk {
    /// Keeps a file until its sender has chosen a filing; gives its id.
    ///
    /// # Errors
    ///
    /// A refusal when the file is empty or too many wait already.
    pub async fn hold(
        &self,
        chain: &str,
        upload: &Upload,
        by: &Actor,
        now: DateTime<Utc>,
    ) -> Result<String, DeskError> {
        if upload.bytes.is_empty() {
            return Err(Refusal::new(format!(
                "Filen {} är tom. Spara den på nytt och lämna in den sedan.",
                upload.name
            ))
            .into());
        }
        if self.store.held_originals(&by.id).await?.len() >= MOST_HELD {
            return Err(Refusal::new(format!(
                "{MOST_HELD} filer väntar redan på att få ett uppdrag. Välj uppdrag för dem, eller ta bort dem."
            ))
            .into());
        }
        let file = Incoming { name: &upload.name, bytes: &upload.bytes, sender: &by.id, received_at: now };
        let mut tx = self.store.begin().await?;
        let id = tx.add_original(file).await?;
        tx.log(Record { chain, at: now, actor: by, kind: EventKind::Held, about: &id, data: json!({}) }).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// A file that waits for this sender.
    async fn held(&self, original: &str, by: &Actor) -> Result<Original, DeskError> {
        let all = self.store.held_originals(&by.id).await?;
        all.into_iter().find(|it| it.id == original).ok_or(DeskError::NotFound)
    }

    /// Makes an answer of a file that waits.
    ///
    /// # Errors
    ///
    /// A refusal when the filing takes nothing now; the file then waits on.
    pub async fn assign(
        &self,
        original: &str,
        filing: &str,
        by: &Actor,
        now: DateTime<Utc>,
    ) -> Result<Received, DeskError> {
        self.held(original, by).await?;
        let received = self.receive_stored(filing, original, by, now).await?;
        if let Received::Same { .. } = received {
            let mut tx = self.store.begin().await?;
            tx.remove_held_original(original).await?;
            tx.commit().await?;
        }
        Ok(received)
    }

    /// Takes away a file that waits.
    ///
    /// # Errors
    ///
    /// Not found when it does not wait for this sender.
    pub async fn discard(&self, chain: &str, original: &str, by: &Actor, now: DateTime<Utc>) -> Result<(), DeskError> {
        let found = self.held(original, by).await?;
        let mut tx = self.store.begin().await?;
        tx.remove_held_original(original).await?;
        let data = json!({ "sha256": found.sha256 });
        tx.log(Record { chain, at: now, actor: by, kind: EventKind::Discarded, about: original, data }).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Which of the sender's filings a file seems to belong to.
    ///
    /// # Errors
    ///
    /// The database failed, or the caged reader could not be started.
    pub async fn proposal(
        &self,
        context: &Arc<Context>,
        filings: &[(String, Vec<InsatsId>)],
        original: &Original,
    ) -> Result<Proposal, DeskError> {
        let bytes = self.store.original_bytes(&original.id).await?;
        let (desk, shared, name) = (self.clone(), context.clone(), original.name.clone());
        let read = self
            .away(move || {
                let hints = Hints { quarter: Some(shared.quarter), assumed_insats: None, purpose: Purpose::Report };
                read_bytes(&shared.library, &desk.inner.cage, &name, &bytes, &hints).map(|file| {
                    let copy = file.workbook().and_then(CopyOf::of).map(|it| it.filing);
                    let found: Vec<InsatsId> = file.reading.rows.iter().filter_map(|it| it.insats).collect();
                    (copy, found, file.workbook().is_some())
                })
            })
            .await?
            .map_err(|it| DeskError::System(format!("Läsaren kunde inte startas: {}.", it.kind())))?;
        Ok(proposed(read, filings, context))
    }
}

fn proposed(
    (copy, found, readable): (Option<String>, Vec<InsatsId>, bool),
    filings: &[(String, Vec<InsatsId>)],
    context: &Context,
) -> Proposal {
    let of = |filing: Option<&String>, why: String| Proposal { filing: filing.cloned(), why };
    if let Some(own) = filings.iter().find(|it| Some(&it.0) == copy.as_ref()) {
        return of(Some(&own.0), "Filen är en rättningskopia av en tidigare version.".to_owned());
    }
    if let [only] = filings {
        return of(Some(&only.0), "Du har bara ett uppdrag.".to_owned());
    }
    if !readable {
        return of(None, "Filen gick inte att läsa, så välj själv.".to_owned());
    }
    let covers = |own: &[InsatsId]| found.iter().filter(|it| own.contains(it)).count();
    let mut ranked: Vec<_> = filings.iter().map(|it| (covers(&it.1), it)).collect();
    ranked.sort_by_key(|it| std::cmp::Reverse(it.0));
    match ranked.as_slice() {
        [(first, own), (second, _), ..] if first > second => {
            let insats = found.iter().find(|it| own.1.contains(it)).map(|it| context.library.insatser.get(*it));
            let name = insats.map_or("uppdraget", |it| it.name.as_str()).to_lowercase();
            let rows = crate::render::print::counted(*first, "rad", "rader");
            of(Some(&own.0), format!("{rows} gäller {name} eller en annan insats i uppdraget."))
        }
        _ => of(None, "Filen säger inte vilket uppdrag den gäller, så välj själv.".to_owned()),
    }
}
