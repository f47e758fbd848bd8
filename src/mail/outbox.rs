//! Sends what lies in the outbox, again and again until it has left or cannot leave.
//!
//! Goes in: letters that are due. Comes out: sent, put off, or given up with what the mail server said.
//! Guaranteed: one bad address or one dead server keeps no other letter back; a sender that dies gives its letters back
//! when the lease has run out; nothing is given up before three days of trying unless the receiver says no for good.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::store::letter::{LetterRow, NewLetter};
use crate::store::{Store, StoreError, Tx};

use super::letter::{Letter, LetterKind};
use super::send::{Carrier, SendError};

/// How many letters one round of sending takes on.
const AT_ONCE: i64 = 5;
/// Nothing waits longer for one letter; five of them fit into a lease.
const PATIENCE: Duration = Duration::from_secs(40);
const LEASE: TimeDelta = TimeDelta::minutes(5);
/// How often the outbox is looked at.
const LOOK: Duration = Duration::from_secs(5);
/// After this nobody waits for the letter any more.
const GIVE_UP: TimeDelta = TimeDelta::days(3);
/// How long to wait after the first, second … failed try; the last goes on.
const WAITS: [TimeDelta; 5] =
    [TimeDelta::minutes(1), TimeDelta::minutes(5), TimeDelta::minutes(15), TimeDelta::hours(1), TimeDelta::hours(3)];

/// What one round of sending came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Round {
    pub sent: usize,
    pub put_off: usize,
    pub given_up: usize,
}

impl Round {
    /// Whether there may be more to send at once.
    pub fn was_full(self) -> bool {
        i64::try_from(self.sent + self.put_off + self.given_up).unwrap_or(i64::MAX) >= AT_ONCE
    }
}

/// Lays a letter in the outbox as part of a transaction; gives its id.
///
/// # Errors
///
/// The database failed.
pub async fn post(tx: &mut Tx, letter: &Letter, namnd: Option<&str>, now: DateTime<Utc>) -> Result<String, StoreError> {
    let Letter { kind, to, subject, text, html } = letter;
    tx.post(NewLetter { namnd, kind: kind.key(), recipient: to, subject, text, html }, now).await
}

/// Sends the letters that are due, a few at a time.
///
/// # Errors
///
/// The database failed; the lease of what was taken runs out, and it is tried again.
pub async fn send_due(store: &Store, carrier: &Carrier, now: DateTime<Utc>) -> Result<Round, StoreError> {
    let mut tx = store.begin().await?;
    let leased = tx.lease_letters(now, now + LEASE, AT_ONCE).await?;
    tx.commit().await?;
    let mut round = Round::default();
    for row in leased {
        let letter = letter_of(&row);
        let (text, html) = Letter::as_kept(LetterKind::from_key(&row.kind), &row.text_body, &row.html_body);
        let kept = (text.as_str(), html.as_str());
        let tried = tokio::time::timeout(PATIENCE, carrier.send(&letter, &row.id, now)).await;
        let outcome = tried.unwrap_or_else(|_| Err(SendError::Temporary("Mejlservern svarade inte i tid.".to_owned())));
        // Each on its own: what has left is known to have left, whatever happens to the next.
        let mut tx = store.begin().await?;
        match outcome {
            Ok(()) => {
                tx.letter_sent(&row.id, kept, now).await?;
                round.sent += 1;
            }
            Err(SendError::Temporary(fault)) if now - row.created_at < GIVE_UP => {
                tracing::warn!(letter = %row.id, tries = row.tries, "a letter did not leave and will be tried again");
                tx.letter_put_off(&row.id, now + wait(row.tries), &fault).await?;
                round.put_off += 1;
            }
            Err(SendError::Temporary(fault) | SendError::Permanent(fault)) => {
                tracing::error!(letter = %row.id, kind = %row.kind, "a letter will never leave");
                tx.letter_given_up(&row.id, kept, (now, &fault)).await?;
                tx.reminders_undelivered((&row.id, row.created_at), now).await?;
                round.given_up += 1;
            }
        }
        tx.commit().await?;
    }
    metrics::counter!("kvartal_letters_total", "outcome" => "sent").increment(round.sent as u64);
    metrics::counter!("kvartal_letters_total", "outcome" => "put_off").increment(round.put_off as u64);
    metrics::counter!("kvartal_letters_total", "outcome" => "given_up").increment(round.given_up as u64);
    Ok(round)
}

/// Sends until `stop` says otherwise. One on each node is enough, and several do no harm.
pub async fn work(
    store: Store,
    carrier: Carrier,
    clock: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    mut stop: tokio::sync::watch::Receiver<bool>,
) {
    while !*stop.borrow() {
        match send_due(&store, &carrier, clock()).await {
            Ok(round) if round.was_full() => continue,
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "the outbox could not be read"),
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            _ = stop.changed() => {}
        }
    }
}

fn wait(tries: i64) -> TimeDelta {
    let failed_before = usize::try_from(tries - 1).unwrap_or_default();
    WAITS.get(failed_before).copied().unwrap_or(WAITS[WAITS.len() - 1])
}

fn letter_of(row: &LetterRow) -> Letter {
    Letter {
        kind: LetterKind::from_key(&row.kind).unwrap_or(LetterKind::Reminder),
        to: row.recipient.clone(),
        subject: row.subject.clone(),
        text: row.text_body.clone(),
        html: row.html_body.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_grows_and_then_stays() {
        let minutes: Vec<i64> = (1..=7).map(|tries| wait(tries).num_minutes()).collect();
        assert_eq!(minutes, [1, 5, 15, 60, 180, 180, 180]);
    }
}
