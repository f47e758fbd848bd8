//! Attempts (versions) of a filing, the originals they rest on, and what was read from them.
//!
//! Goes in: bytes as received, in the transaction that acknowledges them. Comes out: attempts, bytes, readings.
//! Guaranteed: the bytes are stored before anybody is told that they have come; one reader at a time works on an attempt,
//! and a reader that died gives its place back when its lease has run out.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use super::event::hex;
use super::{Conn, Store, StoreError, Tx, all, clean, maybe, maybe_tx, new_id, run, stored};
use crate::model::{AttemptState, Outcome};

/// Bytes lie in pieces of this size, so that no row becomes too large for a message.
const PIECE: usize = 1 << 20;

/// One numbered answer.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Attempt {
    pub id: String,
    pub filing_id: String,
    pub nr: i64,
    /// ”Inget att rapportera”.
    pub nil: bool,
    pub original_id: Option<String>,
    pub sender: String,
    pub sender_name: String,
    pub received_at: DateTime<Utc>,
    pub state: String,
    pub outcome: Option<String>,
    /// JSON: why it was stopped.
    pub stop: Option<String>,
    pub lease_until: Option<DateTime<Utc>>,
    pub tries: i64,
}

impl Attempt {
    pub fn state(&self) -> AttemptState {
        AttemptState::from_key(&self.state).unwrap_or(AttemptState::Received)
    }

    pub fn outcome(&self) -> Option<Outcome> {
        self.outcome.as_deref().and_then(Outcome::from_key)
    }

    /// A valid answer: read, and not stopped or taken back.
    pub fn is_valid(&self) -> bool {
        self.state() == AttemptState::Read && self.outcome().is_some_and(Outcome::is_valid)
    }
}

/// A file as it was received, without its bytes.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Original {
    pub id: String,
    pub sha256: String,
    pub name: String,
    pub size: i64,
    pub sender: String,
    pub received_at: DateTime<Utc>,
}

/// What was read from an attempt. Derived; can be made again.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct ReadingRow {
    pub attempt_id: String,
    pub rows: i64,
    pub fel: i64,
    pub fraga: i64,
    pub notis: i64,
    pub rules: String,
    /// JSON, as `kvartal check --json`.
    pub answer: String,
    pub made_at: DateTime<Utc>,
}

/// The counts of a reading, for lists.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ReadingCounts {
    pub attempt_id: String,
    pub rows: i64,
    pub fel: i64,
    pub fraga: i64,
    pub notis: i64,
    pub rules: String,
}

const INSERT_ORIGINAL: &str =
    "INSERT INTO original (id, sha256, name, size, sender, received_at) VALUES ($1, $2, $3, $4, $5, $6)";
const INSERT_PART: &str = "INSERT INTO original_part (original_id, nr, bytes) VALUES ($1, $2, $3)";
const ORIGINAL: &str = "SELECT * FROM original WHERE id = $1";
const PARTS: &str = "SELECT bytes FROM original_part WHERE original_id = $1 ORDER BY nr";
const INSERT: &str = "INSERT INTO attempt
        (id, filing_id, nr, nil, original_id, sender, sender_name, received_at, state, outcome)
    VALUES ($1, $2, (SELECT COALESCE(MAX(nr), 0) + 1 FROM attempt WHERE filing_id = $2), $3, $4, $5, $6, $7, $8, $9)";
const ONE: &str = "SELECT * FROM attempt WHERE id = $1";
const OF_FILING: &str = "SELECT * FROM attempt WHERE filing_id = $1 ORDER BY nr";
pub(super) const OF_ROUND: &str = "SELECT a.* FROM attempt a JOIN filing f ON f.id = a.filing_id
    WHERE f.round_id = $1 ORDER BY a.filing_id, a.nr";
pub(super) const ORIGINALS_OF_ROUND: &str = "SELECT DISTINCT o.* FROM original o JOIN attempt a ON a.original_id = o.id
    JOIN filing f ON f.id = a.filing_id WHERE f.round_id = $1 ORDER BY o.id";
pub(super) const COUNTS_OF_ROUND: &str = "SELECT r.attempt_id, r.rows, r.fel, r.fraga, r.notis, r.rules FROM reading r
    JOIN attempt a ON a.id = r.attempt_id JOIN filing f ON f.id = a.filing_id WHERE f.round_id = $1
    ORDER BY r.attempt_id";
const SAME_BYTES: &str = "SELECT a.* FROM attempt a JOIN original o ON o.id = a.original_id
    WHERE a.filing_id = $1 AND o.sha256 = $2 AND a.state <> 'atertagen' ORDER BY a.nr DESC LIMIT 1";
/// Files somebody has sent that nothing refers to yet: they wait for their sender to say where they belong.
const HELD: &str = "SELECT o.* FROM original o WHERE o.sender = $1
    AND NOT EXISTS (SELECT 1 FROM attempt a WHERE a.original_id = o.id)
    AND NOT EXISTS (SELECT 1 FROM basis b WHERE b.original_id = o.id)
    AND NOT EXISTS (SELECT 1 FROM fixed_report f WHERE f.original_id = o.id) ORDER BY o.id";
const REMOVE_PARTS: &str = "DELETE FROM original_part WHERE original_id = $1";
const REMOVE_ORIGINAL: &str = "DELETE FROM original WHERE id = $1";
const CLAIM: &str = "UPDATE attempt SET state = 'lases', lease_until = $2, tries = tries + 1
    WHERE id = (SELECT id FROM attempt
        WHERE state = 'mottagen' OR (state = 'lases' AND lease_until < $1)
        ORDER BY received_at, id LIMIT 1)
    RETURNING *";
const CLAIM_PG: &str = "UPDATE attempt SET state = 'lases', lease_until = $2, tries = tries + 1
    WHERE id = (SELECT id FROM attempt
        WHERE state = 'mottagen' OR (state = 'lases' AND lease_until < $1)
        ORDER BY received_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING *";
const STUCK: &str = "SELECT * FROM attempt WHERE state IN ('mottagen', 'lases') AND received_at < $1
    ORDER BY received_at, id";
const STILL_MINE: &str = "SELECT id FROM attempt WHERE id = $1 AND state = 'lases' AND tries = $2";
const SETTLE: &str = "UPDATE attempt SET state = $2, outcome = $3, stop = $4, lease_until = NULL WHERE id = $1";
const SAVE_READING: &str = "INSERT INTO reading (attempt_id, rows, fel, fraga, notis, rules, answer, made_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    ON CONFLICT (attempt_id) DO UPDATE SET rows = excluded.rows, fel = excluded.fel,
        fraga = excluded.fraga, notis = excluded.notis, rules = excluded.rules, answer = excluded.answer,
        made_at = excluded.made_at";
const READING: &str = "SELECT * FROM reading WHERE attempt_id = $1";
const REMOVE_READING: &str = "DELETE FROM reading WHERE attempt_id = $1";
const WITH_READING: &str = "SELECT attempt_id FROM reading ORDER BY attempt_id";

/// A file that has come in.
#[derive(Debug, Clone, Copy)]
pub struct Incoming<'a> {
    pub name: &'a str,
    pub bytes: &'a [u8],
    pub sender: &'a str,
    pub received_at: DateTime<Utc>,
}

/// A new attempt.
#[derive(Debug, Clone, Copy)]
pub struct NewAttempt<'a> {
    pub filing: &'a str,
    /// `None` for a nil return.
    pub original: Option<&'a str>,
    pub sender: &'a str,
    pub sender_name: &'a str,
    pub received_at: DateTime<Utc>,
}

impl Store {
    pub async fn attempt(&self, id: &str) -> Result<Option<Attempt>, StoreError> {
        maybe!(self, ONE, id)
    }

    /// Oldest first.
    pub async fn attempts_of_filing(&self, filing: &str) -> Result<Vec<Attempt>, StoreError> {
        all!(self, OF_FILING, filing)
    }

    /// By filing, oldest first.
    pub async fn attempts_of_round(&self, round: &str) -> Result<Vec<Attempt>, StoreError> {
        all!(self, OF_ROUND, round)
    }

    pub async fn originals_of_round(&self, round: &str) -> Result<Vec<Original>, StoreError> {
        all!(self, ORIGINALS_OF_ROUND, round)
    }

    pub async fn counts_of_round(&self, round: &str) -> Result<Vec<ReadingCounts>, StoreError> {
        all!(self, COUNTS_OF_ROUND, round)
    }

    pub async fn original(&self, id: &str) -> Result<Option<Original>, StoreError> {
        maybe!(self, ORIGINAL, id)
    }

    /// Files of a sender that wait for it to say where they belong, oldest first.
    pub async fn held_originals(&self, sender: &str) -> Result<Vec<Original>, StoreError> {
        all!(self, HELD, sender)
    }

    /// The bytes as received.
    pub async fn original_bytes(&self, id: &str) -> Result<Vec<u8>, StoreError> {
        let parts: Vec<(Vec<u8>,)> = all!(self, PARTS, id)?;
        Ok(parts.into_iter().flat_map(|it| it.0).collect())
    }

    pub async fn reading(&self, attempt: &str) -> Result<Option<ReadingRow>, StoreError> {
        maybe!(self, READING, attempt)
    }

    /// Attempts that have a reading.
    pub async fn attempts_with_reading(&self) -> Result<Vec<String>, StoreError> {
        let found: Vec<(String,)> = all!(self, WITH_READING)?;
        Ok(found.into_iter().map(|it| it.0).collect())
    }

    /// The newest attempt with exactly these bytes.
    pub async fn same_bytes(&self, filing: &str, sha256: &str) -> Result<Option<Attempt>, StoreError> {
        maybe!(self, SAME_BYTES, filing, sha256)
    }

    /// Takes an attempt that waits to be read, or whose reader has died.
    pub async fn claim_attempt(&self, now: DateTime<Utc>, until: DateTime<Utc>) -> Result<Option<Attempt>, StoreError> {
        let mut tx = self.begin().await?;
        let sql = match tx.conn() {
            Conn::Lite(_) => CLAIM,
            Conn::Pg(_) => CLAIM_PG,
        };
        let claimed: Option<Attempt> = maybe_tx!(&mut tx, sql, stored(now), stored(until))?;
        tx.commit().await?;
        Ok(claimed)
    }

    /// Attempts that came before `since` and still are not read.
    pub async fn stuck_attempts(&self, since: DateTime<Utc>) -> Result<Vec<Attempt>, StoreError> {
        all!(self, STUCK, stored(since))
    }
}

impl Tx {
    /// Stores a file as received; gives its id.
    pub async fn add_original(&mut self, file: Incoming<'_>) -> Result<String, StoreError> {
        let id = new_id();
        let sha256 = hex(&Sha256::digest(file.bytes));
        let size = i64::try_from(file.bytes.len()).unwrap_or(i64::MAX);
        run!(self, INSERT_ORIGINAL, &id, sha256, clean(file.name), size, file.sender, stored(file.received_at))?;
        for (nr, piece) in (0i64..).zip(file.bytes.chunks(PIECE)) {
            run!(self, INSERT_PART, &id, nr, piece)?;
        }
        Ok(id)
    }

    /// Takes away a file that never became an answer; the database refuses when something refers to it.
    pub async fn remove_held_original(&mut self, id: &str) -> Result<(), StoreError> {
        run!(self, REMOVE_PARTS, id)?;
        run!(self, REMOVE_ORIGINAL, id)?;
        Ok(())
    }

    /// Adds the next attempt of a filing: waiting to be read, or read already when it is nil. Gives its id.
    pub async fn add_attempt(&mut self, new: NewAttempt<'_>) -> Result<String, StoreError> {
        let id = new_id();
        let nil = new.original.is_none();
        let state = if nil { AttemptState::Read } else { AttemptState::Received };
        let outcome = nil.then_some(Outcome::Nil.key());
        self.hold_filing(new.filing).await?;
        run!(
            self,
            INSERT,
            &id,
            new.filing,
            nil,
            new.original,
            new.sender,
            clean(new.sender_name),
            stored(new.received_at),
            state.key(),
            outcome
        )?;
        Ok(id)
    }

    /// An attempt that is about to change: its round is held, so it stays as it is read.
    pub async fn attempt(&mut self, id: &str) -> Result<Attempt, StoreError> {
        self.hold_attempt(id).await?;
        let found: Option<Attempt> = maybe_tx!(self, ONE, id)?;
        found.ok_or_else(|| StoreError::Unexpected(format!("versionen {id} finns inte")))
    }

    /// For whoever has read an attempt and comes back with the result.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] when the lease ran out and another reader has taken over, or something else has become of it.
    pub async fn still_reading(&mut self, claimed: &Attempt) -> Result<(), StoreError> {
        self.hold_attempt(&claimed.id).await?;
        let found: Option<(String,)> = maybe_tx!(self, STILL_MINE, &claimed.id, claimed.tries)?;
        found.map(|_| ()).ok_or(StoreError::Conflict)
    }

    /// [`Store::same_bytes`] as this transaction sees it.
    pub async fn same_bytes(&mut self, filing: &str, sha256: &str) -> Result<Option<Attempt>, StoreError> {
        maybe_tx!(self, SAME_BYTES, filing, sha256)
    }

    /// Ends the reading of an attempt.
    pub async fn settle_attempt(
        &mut self,
        id: &str,
        state: AttemptState,
        outcome: Option<Outcome>,
        stop: Option<&str>,
    ) -> Result<(), StoreError> {
        self.hold_attempt(id).await?;
        run!(self, SETTLE, id, state.key(), outcome.map(Outcome::key), stop)?;
        Ok(())
    }

    pub async fn save_reading(&mut self, it: &ReadingRow) -> Result<(), StoreError> {
        let made_at = stored(it.made_at);
        self.hold_attempt(&it.attempt_id).await?;
        run!(self, SAVE_READING, &it.attempt_id, it.rows, it.fel, it.fraga, it.notis, &it.rules, &it.answer, made_at)?;
        Ok(())
    }

    pub async fn remove_reading(&mut self, attempt: &str) -> Result<(), StoreError> {
        self.hold_attempt(attempt).await?;
        run!(self, REMOVE_READING, attempt)?;
        Ok(())
    }
}
