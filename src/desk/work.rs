//! Reads what has come in: a queue in the database, worked on by every node until it is empty.
//!
//! Goes in: attempts in the state received. Comes out: readings, outcomes, and filings that have followed.
//! Guaranteed: an attempt is read by one reader at a time; a reader that dies gives its place back; a file that seems to
//! be about something else is stopped before it replaces anything.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use crate::mail::letter::FileStopped;
use crate::merge::lines_of;
use crate::merge::report::PlacedFinding;
use crate::model::{AttemptState, Family, Finding, Outcome, Severity};
use crate::render::Checked;
use crate::store::attempt::{Attempt, ReadingRow};
use crate::store::event::{EventKind, Record};
use crate::store::{Actor, StoreError, stored};

use super::assemble::Which;
use super::figures::{Context, Made, Reviewed};
use super::intake::Stop;
use super::{Desk, DeskError};

/// How long a reader may hold an attempt before another takes it over.
const LEASE: TimeDelta = TimeDelta::seconds(90);
/// How often the queue is looked at when nobody has called.
const LOOK: Duration = Duration::from_secs(5);

/// Tells the time; the only clock of the service, handed down from the command line.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

impl Desk {
    /// Works until `stop` says otherwise; one of these per core.
    pub async fn work(&self, clock: Clock, mut stop: tokio::sync::watch::Receiver<bool>) {
        while !*stop.borrow() {
            match self.work_once(clock()).await {
                Ok(true) => continue,
                Ok(false) => {}
                // The lease runs out, and the attempt is tried again; the board shows what has waited long.
                Err(error) => tracing::warn!(%error, "an attempt could not be read"),
            }
            tokio::select! {
                () = self.inner.waiting.notified() => {}
                () = tokio::time::sleep(LOOK) => {}
                _ = stop.changed() => {}
            }
        }
    }

    /// Reads one waiting attempt. False when none waits.
    ///
    /// # Errors
    ///
    /// The database failed or the caged reader could not be started; the attempt will be tried again.
    pub async fn work_once(&self, now: DateTime<Utc>) -> Result<bool, DeskError> {
        let Some(attempt) = self.store.claim_attempt(now, now + LEASE).await? else { return Ok(false) };
        let started = std::time::Instant::now();
        for _ in 0..8 {
            match self.read_attempt(&attempt, now).await {
                Err(DeskError::Store(StoreError::Conflict)) => {}
                done => {
                    metrics::histogram!("kvartal_reading_seconds").record(started.elapsed().as_secs_f64());
                    self.inner.settled.send_modify(|it| *it += 1);
                    return done.map(|()| true);
                }
            }
        }
        Err(StoreError::Busy.into())
    }

    /// Waits until an attempt has been read, at most for `patience`. Gives the attempt as it then is.
    ///
    /// # Errors
    ///
    /// The database failed, or there is no such attempt.
    pub async fn wait_for(&self, attempt: &str, patience: Duration) -> Result<Attempt, DeskError> {
        let deadline = tokio::time::Instant::now() + patience;
        let mut settled = self.inner.settled.subscribe();
        loop {
            let found = self.store.attempt(attempt).await?.ok_or(DeskError::NotFound)?;
            let waiting = matches!(found.state(), AttemptState::Received | AttemptState::Reading);
            if !waiting || tokio::time::Instant::now() >= deadline {
                return Ok(found);
            }
            // Another node may be the one that reads it: look now and then even if nobody tells.
            let next_look = (tokio::time::Instant::now() + Duration::from_millis(500)).min(deadline);
            let _ = tokio::time::timeout_at(next_look, settled.changed()).await;
        }
    }

    async fn read_attempt(&self, attempt: &Attempt, now: DateTime<Utc>) -> Result<(), DeskError> {
        let filing = self.store.filing(&attempt.filing_id).await?.ok_or(DeskError::NotFound)?;
        let context = self.context(&filing.round_id).await?;
        let (reading, made, reviewed) = self.reading_of(&context, attempt, now).await?;
        let confirmed = attempt.why_stopped().is_some_and(|it| it.bekraftad);
        let stop = if confirmed { None } else { wrong_place(&context, &made, &reviewed) };
        let outcome = if stop.is_some() { Outcome::WrongPlace } else { outcome_of(&made, &reviewed) };
        let state = if stop.is_some() { AttemptState::Stopped } else { AttemptState::Read };
        let kind = if stop.is_some() { EventKind::Stopped } else { EventKind::Read };
        let kept = match &stop {
            Some(it) => serde_json::to_string(it).ok(),
            None => attempt.stop.clone(),
        };
        let told = match &stop {
            Some(_) => {
                let round = &context.contents.round;
                Some(self.told_sender(&attempt.sender, &filing.uppdrag_id, round).await?)
            }
            None => None,
        };
        let earlier = match &stop {
            Some(_) => Vec::new(),
            None => self.earlier_rows(&context, attempt, &reviewed).await?,
        };
        let mut tx = self.store.begin().await?;
        tx.still_reading(attempt).await?;
        tx.save_reading(&reading).await?;
        tx.settle_attempt(&attempt.id, state, Some(outcome), kept.as_deref()).await?;
        tx.touch_round(&filing.round_id).await?;
        // Nothing is decided in a quarter that has been fixed meanwhile, not even again.
        if !tx.hold_round(&filing.round_id).await? {
            self.let_follow(&mut tx, (&context, attempt, &reviewed), &earlier, now).await?;
        }
        if let Some(told) = told {
            let link = self.link(&format!("/version/{}", attempt.id));
            let letter = FileStopped { namnd: &told.namnd, quarter: &told.quarter, link: &link };
            told.post(&mut tx, |to| letter.to(to), now).await?;
        }
        let data = json!({
            "version": attempt.nr,
            "utfall": outcome.key(),
            "rader": reading.rows,
            "fel": reading.fel,
            "fragor": reading.fraga,
            "regler": reading.rules,
        });
        tx.log(Record {
            chain: &context.contents.namnd.id,
            at: now,
            actor: &Actor::system(),
            kind,
            about: &filing.id,
            data,
        })
        .await?;
        tx.commit().await?;
        self.follow(&filing.id, now).await
    }

    /// What an attempt says, as it is stored: made when it is read, and made again by a rebuild.
    pub(super) async fn reading_of(
        &self,
        context: &Arc<Context>,
        attempt: &Attempt,
        now: DateTime<Utc>,
    ) -> Result<(ReadingRow, Arc<Made>, Arc<Reviewed>), DeskError> {
        let reviewed = self.reviewed(context, attempt).await?;
        let made = self.report_of(context, Which::Only(attempt.id.clone())).await?;
        let told: Vec<Finding> = told(&made).map(|it| it.finding.clone()).collect();
        let count =
            |severity| i64::try_from(told.iter().filter(|it| it.severity == severity).count()).unwrap_or(i64::MAX);
        let (fel, fraga, notis) = (count(Severity::Fel), count(Severity::Fraga), count(Severity::Notis));
        let checked = Checked {
            file: reviewed.info.clone(),
            quarter: Some(context.quarter),
            lines: lines_of(context.quarter, &reviewed.review.cases),
            findings: told,
        };
        let mut answer = Vec::new();
        crate::render::check::write_json(&mut answer, std::slice::from_ref(&checked), made.voice())
            .map_err(|it| DeskError::System(it.to_string()))?;
        let catalogue = &context.library.catalogue;
        let reading = ReadingRow {
            attempt_id: attempt.id.clone(),
            rows: i64::from(reviewed.info.rows),
            fel,
            fraga,
            notis,
            rules: format!("{} {}", catalogue.version(), catalogue.sha256()),
            answer: String::from_utf8_lossy(&answer).into_owned(),
            made_at: stored(now),
        };
        Ok((reading, made, reviewed))
    }
}

/// What an answer says about the file itself. Lateness is said elsewhere: it changes with the days, and cannot be mended.
pub fn told(made: &Made) -> impl Iterator<Item = &PlacedFinding> {
    let rules = made.context.library.catalogue.rules();
    let family = |it: &PlacedFinding| rules.get(usize::from(it.finding.rule)).map(|it| it.family);
    made.report.findings.iter().filter(move |it| family(it) != Some(Family::ForSent))
}

/// What an attempt came to.
fn outcome_of(made: &Made, reviewed: &Reviewed) -> Outcome {
    let has = |severity| told(made).any(|it| it.finding.severity == severity);
    if !reviewed.review.usable {
        Outcome::Unreadable
    } else if has(Severity::Fel) {
        Outcome::Faults
    } else if has(Severity::Fraga) {
        Outcome::Questions
    } else if reviewed.review.nil {
        Outcome::Nil
    } else {
        Outcome::Clean
    }
}

/// The quarter or utförare that the file itself names, when it is another than the filing's.
fn wrong_place(context: &Context, made: &Made, reviewed: &Reviewed) -> Option<Stop> {
    let kvartal = match reviewed.stated_quarters.as_slice() {
        [] => None,
        all if all.contains(&context.quarter) => None,
        [first, ..] => Some(first.to_string()),
    };
    let own = made.assembled.round.filings.first().map(|it| it.utforare);
    let own = own.and_then(|at| made.assembled.round.utforare.get(at)).map(|it| it.utforare.id.clone());
    let utforare = reviewed.stated_utforare.clone().filter(|it| Some(it) != own.as_ref());
    (kvartal.is_some() || utforare.is_some()).then_some(Stop { kvartal, utforare, bekraftad: false })
}
