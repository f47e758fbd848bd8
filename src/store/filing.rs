//! Filings: one utförare's uppdrag in one quarter, with the state of the work.
//!
//! Goes in: states that `desk` has found lawful. Comes out: rows as they stand.
//! Guaranteed: a state is changed only by whoever saw the newest one ([`StoreError::Conflict`] otherwise).

use chrono::{DateTime, NaiveDate, Utc};

use super::{Store, StoreError, Tx, all, clean, maybe, maybe_tx, new_id, run, stored};
use crate::model::FilingState;

/// utförare × uppdrag × quarter.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Filing {
    pub id: String,
    pub round_id: String,
    pub uppdrag_id: String,
    pub state: String,
    /// The attempt that stands.
    pub accepted_id: Option<String>,
    pub extended_to: Option<NaiveDate>,
    pub extended_why: Option<String>,
    /// No reminders to and including that day.
    pub paused_until: Option<NaiveDate>,
    pub paused_why: Option<String>,
    pub version: i64,
    pub changed_at: DateTime<Utc>,
}

impl Filing {
    pub fn state(&self) -> FilingState {
        FilingState::from_key(&self.state).unwrap_or(FilingState::Waiting)
    }
}

const INSERT: &str = "INSERT INTO filing (id, round_id, uppdrag_id, state, changed_at) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (round_id, uppdrag_id) DO NOTHING";
const ID_OF: &str = "SELECT id FROM filing WHERE round_id = $1 AND uppdrag_id = $2";
pub(super) const OF_ROUND: &str = "SELECT * FROM filing WHERE round_id = $1 ORDER BY id";
const ONE: &str = "SELECT * FROM filing WHERE id = $1";
const OF_UPPDRAG: &str = "SELECT f.* FROM filing f JOIN round r ON r.id = f.round_id
    WHERE f.uppdrag_id = $1 AND r.kvartal = $2";
const OF_UTFORARE: &str = "SELECT f.* FROM filing f JOIN uppdrag p ON p.id = f.uppdrag_id
    JOIN round r ON r.id = f.round_id WHERE p.utforare_id = $1 ORDER BY r.kvartal DESC, f.id";
const OWNER: &str = "SELECT p.utforare_id, r.namnd_id, r.kvartal FROM filing f JOIN uppdrag p ON p.id = f.uppdrag_id
    JOIN round r ON r.id = f.round_id WHERE f.id = $1";
const MOVE: &str = "UPDATE filing SET state = $3, accepted_id = $4, version = version + 1, changed_at = $5
    WHERE id = $1 AND version = $2";
const EXTEND: &str = "UPDATE filing SET extended_to = $2, extended_why = $3, version = version + 1 WHERE id = $1";
const REMOVE_UNUSED: &str = "DELETE FROM filing WHERE id = $1
    AND NOT EXISTS (SELECT 1 FROM attempt WHERE filing_id = $1)
    AND NOT EXISTS (SELECT 1 FROM completion WHERE filing_id = $1)
    AND NOT EXISTS (SELECT 1 FROM reminder WHERE filing_id = $1)
    AND NOT EXISTS (SELECT 1 FROM grade WHERE filing_id = $1)
    AND NOT EXISTS (SELECT 1 FROM grade_comment WHERE filing_id = $1)
    AND NOT EXISTS (SELECT 1 FROM feedback WHERE filing_id = $1)";

/// Whose filing it is: for the check that an utförare sees only its own.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Owner {
    pub utforare_id: String,
    pub namnd_id: String,
    pub kvartal: String,
}

impl Store {
    pub async fn filings_of_round(&self, round: &str) -> Result<Vec<Filing>, StoreError> {
        all!(self, OF_ROUND, round)
    }

    pub async fn filing(&self, id: &str) -> Result<Option<Filing>, StoreError> {
        maybe!(self, ONE, id)
    }

    /// All filings of an utförare, newest quarter first.
    pub async fn filings_of_utforare(&self, utforare: &str) -> Result<Vec<Filing>, StoreError> {
        all!(self, OF_UTFORARE, utforare)
    }

    pub async fn filing_of_uppdrag(&self, uppdrag: &str, kvartal: &str) -> Result<Option<Filing>, StoreError> {
        maybe!(self, OF_UPPDRAG, uppdrag, kvartal)
    }

    pub async fn owner_of_filing(&self, id: &str) -> Result<Option<Owner>, StoreError> {
        maybe!(self, OWNER, id)
    }
}

impl Tx {
    /// Adds a filing unless the uppdrag has one in the round; gives its id.
    pub async fn add_filing(&mut self, round: &str, uppdrag: &str, now: DateTime<Utc>) -> Result<String, StoreError> {
        self.hold_round(round).await?;
        run!(self, INSERT, new_id(), round, uppdrag, FilingState::Waiting.key(), stored(now))?;
        let found: Option<(String,)> = maybe_tx!(self, ID_OF, round, uppdrag)?;
        found.map(|it| it.0).ok_or_else(|| StoreError::Unexpected("inlämningen lades inte till".into()))
    }

    /// A filing that is about to change: its round is held, so it stays as it is read.
    pub async fn filing(&mut self, id: &str) -> Result<Filing, StoreError> {
        self.hold_filing(id).await?;
        let found: Option<Filing> = maybe_tx!(self, ONE, id)?;
        found.ok_or_else(|| StoreError::Unexpected(format!("inlämningen {id} finns inte")))
    }

    /// Writes a filing's new state.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] when somebody changed it after `filing` was read.
    pub async fn move_filing(
        &mut self,
        filing: &Filing,
        state: FilingState,
        accepted: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.hold_filing(&filing.id).await?;
        if run!(self, MOVE, &filing.id, filing.version, state.key(), accepted, stored(now))? == 0 {
            return Err(StoreError::Conflict);
        }
        Ok(())
    }

    pub async fn extend_filing(&mut self, id: &str, to: Option<NaiveDate>, why: &str) -> Result<(), StoreError> {
        self.hold_filing(id).await?;
        run!(self, EXTEND, id, to, clean(why))?;
        Ok(())
    }

    /// Takes away a filing nothing was ever done with (its contract was moved); leaves any other.
    pub async fn remove_unused_filing(&mut self, id: &str) -> Result<bool, StoreError> {
        self.hold_filing(id).await?;
        Ok(run!(self, REMOVE_UNUSED, id)? > 0)
    }
}
