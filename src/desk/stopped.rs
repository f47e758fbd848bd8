//! What a sender says about a version that has come: it is right all the same, it belongs elsewhere, it is taken back.
//!
//! Goes in: an attempt, and what its sender says. Comes out: the attempt read again, moved or withdrawn.
//! Guaranteed: nothing is removed; what has been confirmed once is not asked again.

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::model::{AttemptState, Outcome};
use crate::store::attempt::Attempt;
use crate::store::event::{EventKind, Record};
use crate::store::{Actor, Tx};

use super::intake::{Received, Stop};
use super::transitions::{Facts, Step, next};
use super::{Desk, DeskError, Refusal};

/// The rule that asks about a file that names another quarter. Whoever confirms the file has answered it.
const OTHER_QUARTER: &str = "UP020";

impl Desk {
    /// The sender says that a stopped file is right where it is.
    ///
    /// # Errors
    ///
    /// A refusal when it is not stopped.
    pub async fn confirm(&self, attempt: &str, by: &Actor, now: DateTime<Utc>) -> Result<(), DeskError> {
        let found = self.store.attempt(attempt).await?.ok_or(DeskError::NotFound)?;
        let Some(stop) = found.why_stopped().filter(|_| found.state() == AttemptState::Stopped) else {
            return Err(Refusal::new("Filen är inte stoppad; den är redan läst.").into());
        };
        let said = serde_json::to_string(&Stop { bekraftad: true, ..stop.clone() }).unwrap_or_default();
        let mut tx = self.store.begin().await?;
        self.settle(&mut tx, &found, (AttemptState::Received, None, Some(&said)), (EventKind::Confirmed, by), now)
            .await?;
        if stop.kvartal.is_some() {
            tx.add_reply(attempt, (OTHER_QUARTER, None), "Filen är avsedd för det här kvartalet.", by, now).await?;
        }
        tx.commit().await?;
        self.follow(&found.filing_id, now).await?;
        self.inner.waiting.notify_one();
        Ok(())
    }

    /// The sender says where a stopped file belongs: the same bytes go to that filing, and the stopped attempt is withdrawn.
    ///
    /// # Errors
    ///
    /// A refusal when that filing's quarter is not open.
    pub async fn redirect(
        &self,
        attempt: &str,
        to: &str,
        by: &Actor,
        now: DateTime<Utc>,
    ) -> Result<Received, DeskError> {
        let found = self.store.attempt(attempt).await?.ok_or(DeskError::NotFound)?;
        let original = found.original_id.as_deref().ok_or(DeskError::NotFound)?;
        let received = self.receive_stored(to, original, by, now).await?;
        self.take_back(&found, EventKind::Redirected, by, now).await?;
        Ok(received)
    }

    /// Takes an attempt back: it counts for nothing, but stays in the log and in the list.
    ///
    /// # Errors
    ///
    /// A refusal when it has been accepted or is being read.
    pub async fn withdraw(&self, attempt: &str, by: &Actor, now: DateTime<Utc>) -> Result<(), DeskError> {
        let found = self.store.attempt(attempt).await?.ok_or(DeskError::NotFound)?;
        let (filing, _) = self.filing_and_round(&found.filing_id).await?;
        if filing.accepted_id.as_deref() == Some(attempt) {
            return Err(Refusal::new(
                "Den godkända versionen kan inte tas tillbaka. Lämna in en ny version i stället.",
            )
            .into());
        }
        if matches!(found.state(), AttemptState::Received | AttemptState::Reading) {
            return Err(Refusal::new("Filen läses just nu. Vänta tills svaret har kommit.").into());
        }
        self.take_back(&found, EventKind::Withdrawn, by, now).await
    }

    /// An attempt counts for nothing from here on.
    async fn take_back(
        &self,
        attempt: &Attempt,
        kind: EventKind,
        by: &Actor,
        now: DateTime<Utc>,
    ) -> Result<(), DeskError> {
        let mut tx = self.store.begin().await?;
        self.settle(&mut tx, attempt, (AttemptState::Withdrawn, None, None), (kind, by), now).await?;
        tx.commit().await?;
        self.follow(&attempt.filing_id, now).await
    }

    /// Changes the state of one attempt as part of a transaction.
    async fn settle(
        &self,
        tx: &mut Tx,
        attempt: &Attempt,
        (state, outcome, stop): (AttemptState, Option<Outcome>, Option<&str>),
        (kind, by): (EventKind, &Actor),
        now: DateTime<Utc>,
    ) -> Result<(), DeskError> {
        let (filing, round) = self.filing_and_round(&attempt.filing_id).await?;
        if tx.hold_round(&round.id).await? {
            return Err(next(filing.state(), Step::Withdraw, &Facts { fixed: true, ..Facts::default() })
                .err()
                .map_or(DeskError::NotFound, Into::into));
        }
        tx.settle_attempt(&attempt.id, state, outcome, stop).await?;
        let data = json!({ "version": attempt.nr });
        let about = &filing.id;
        tx.log(Record { chain: &round.namnd_id, at: now, actor: by, kind, about, data }).await?;
        tx.touch_round(&round.id).await?;
        Ok(())
    }
}
