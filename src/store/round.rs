//! Rounds: a nämnd's quarter with its calendar, its basis, and the report once it is fixed.
//!
//! Goes in: what samordnare decide. Comes out: rows as they stand.
//! Guaranteed: a fixed report is an original like any other and is never changed; unlocking adds, it does not remove.

use chrono::{DateTime, NaiveDate, Utc};

use super::{Store, StoreError, Tx, all, all_tx, clean, maybe, maybe_tx, new_id, run, stored};
use crate::model::Meetings;

/// A nämnd's quarter.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct RoundRow {
    pub id: String,
    pub namnd_id: String,
    /// `2023-Q4`
    pub kvartal: String,
    pub opens: NaiveDate,
    /// Inclusive, Europe/Stockholm.
    pub last_day: NaiveDate,
    pub report_day: NaiveDate,
    pub namnd_meets: Option<NaiveDate>,
    pub fullmaktige_meets: Option<NaiveDate>,
    /// When IVO takes the report; by rule when nobody has said otherwise.
    pub ivo_from: Option<NaiveDate>,
    pub ivo_to: Option<NaiveDate>,
    /// Rises with every change that can move a figure.
    pub version: i64,
    /// `open` or `fixed`.
    pub state: String,
    /// JSON: figures of quarters from before Kvartal.
    pub history: String,
}

impl RoundRow {
    pub fn is_fixed(&self) -> bool {
        self.state == "fixed"
    }

    pub fn days(&self) -> Days {
        Days {
            opens: self.opens,
            last_day: self.last_day,
            report_day: self.report_day,
            meetings: self.meetings(),
            ivo: self.ivo_from.zip(self.ivo_to),
        }
    }

    pub fn meetings(&self) -> Meetings {
        Meetings { namnd: self.namnd_meets, fullmaktige: self.fullmaktige_meets }
    }
}

/// What a round is judged and merged with: the last report, the register, ongoing decisions.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Basis {
    /// `foregaende`, `register` or `pagaende`.
    pub kind: String,
    pub original_id: String,
    pub name: String,
    pub sha256: String,
    pub loaded_by: String,
    pub loaded_at: DateTime<Utc>,
}

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct FixedReport {
    pub id: String,
    pub nr: i64,
    pub original_id: String,
    pub rules: String,
    pub fixed_by: String,
    pub fixed_at: DateTime<Utc>,
    pub unlocked_by: Option<String>,
    pub unlocked_at: Option<DateTime<Utc>>,
    pub unlock_reason: Option<String>,
}

/// A recorded correction of a fixed quarter.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct CorrectionRow {
    pub id: String,
    pub text: String,
    pub made_by: String,
    pub made_at: DateTime<Utc>,
}

const COLUMNS: &str = "SELECT id, namnd_id, kvartal, opens, last_day, report_day, namnd_meets, fullmaktige_meets,
    ivo_from, ivo_to, version, state, history FROM round";
const ROUNDS: &str = "SELECT id, namnd_id, kvartal, opens, last_day, report_day, namnd_meets, fullmaktige_meets,
    ivo_from, ivo_to, version, state, history FROM round
    WHERE namnd_id = $1 ORDER BY kvartal DESC";
pub(super) const ROUND: &str =
    "SELECT id, namnd_id, kvartal, opens, last_day, report_day, namnd_meets, fullmaktige_meets,
    ivo_from, ivo_to, version, state, history FROM round
    WHERE id = $1";
const ROUND_OF: &str = "SELECT id, namnd_id, kvartal, opens, last_day, report_day, namnd_meets, fullmaktige_meets,
    ivo_from, ivo_to, version, state, history FROM round
    WHERE namnd_id = $1 AND kvartal = $2";
const INSERT: &str = "INSERT INTO round (id, namnd_id, kvartal, opens, last_day, report_day, namnd_meets,
    fullmaktige_meets, ivo_from, ivo_to, history, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
const CALENDAR: &str = "UPDATE round SET opens = $2, last_day = $3, report_day = $4, namnd_meets = $5,
    fullmaktige_meets = $6, ivo_from = $7, ivo_to = $8 WHERE id = $1";
const STATE: &str = "UPDATE round SET state = $2 WHERE id = $1";
/// On PostgreSQL this makes others wait until this transaction has ended; on SQLite they wait already.
const HOLD: &str = "UPDATE round SET version = version + 1 WHERE id = $1 RETURNING state";
const OF_FILING: &str = "SELECT round_id FROM filing WHERE id = $1";
const OF_ATTEMPT: &str = "SELECT f.round_id FROM attempt a JOIN filing f ON f.id = a.filing_id WHERE a.id = $1";
const OF_COMPLETION: &str = "SELECT f.round_id FROM completion c JOIN filing f ON f.id = c.filing_id WHERE c.id = $1";
const HELD: &str = "UPDATE namnd SET rules_version = rules_version WHERE id = $1";
const OF_NAMND: &str = "SELECT id FROM round WHERE namnd_id = $1 ORDER BY id";
const VERSION_NOW: &str = "SELECT version FROM round WHERE id = $1";
const SET_BASIS: &str =
    "INSERT INTO basis (round_id, kind, original_id, loaded_by, loaded_at) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (round_id, kind) DO UPDATE SET original_id = excluded.original_id, loaded_by = excluded.loaded_by,
        loaded_at = excluded.loaded_at";
pub(super) const BASES: &str = "SELECT b.kind, b.original_id, o.name, o.sha256, b.loaded_by, b.loaded_at FROM basis b
    JOIN original o ON o.id = b.original_id WHERE b.round_id = $1 ORDER BY b.kind";
const FIX: &str = "INSERT INTO fixed_report (id, round_id, nr, original_id, rules, fixed_by, fixed_at)
    VALUES ($1, $2, (SELECT COALESCE(MAX(nr), 0) + 1 FROM fixed_report WHERE round_id = $2), $3, $4, $5, $6)";
pub(super) const FIXED: &str =
    "SELECT id, nr, original_id, rules, fixed_by, fixed_at, unlocked_by, unlocked_at, unlock_reason
    FROM fixed_report WHERE round_id = $1 ORDER BY nr";
const UNLOCK: &str = "UPDATE fixed_report SET unlocked_by = $2, unlocked_at = $3, unlock_reason = $4
    WHERE round_id = $1 AND unlocked_at IS NULL";
const ADD_CORRECTION: &str =
    "INSERT INTO correction (id, round_id, text, made_by, made_at) VALUES ($1, $2, $3, $4, $5)";
pub(super) const CORRECTIONS: &str =
    "SELECT id, text, made_by, made_at FROM correction WHERE round_id = $1 ORDER BY id";

/// The days of a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    pub opens: NaiveDate,
    pub last_day: NaiveDate,
    pub report_day: NaiveDate,
    pub meetings: Meetings,
    /// IVO's window, where it is another than the rule says.
    pub ivo: Option<(NaiveDate, NaiveDate)>,
}

impl Store {
    /// Newest quarter first.
    pub async fn rounds(&self, namnd: &str) -> Result<Vec<RoundRow>, StoreError> {
        all!(self, ROUNDS, namnd)
    }

    /// The rounds of every nämnd, for the clock and the rebuild.
    pub async fn all_rounds(&self) -> Result<Vec<RoundRow>, StoreError> {
        all!(self, COLUMNS)
    }

    pub async fn round(&self, id: &str) -> Result<Option<RoundRow>, StoreError> {
        maybe!(self, ROUND, id)
    }

    pub async fn round_of(&self, namnd: &str, kvartal: &str) -> Result<Option<RoundRow>, StoreError> {
        maybe!(self, ROUND_OF, namnd, kvartal)
    }

    pub async fn bases(&self, round: &str) -> Result<Vec<Basis>, StoreError> {
        all!(self, BASES, round)
    }

    /// All fixed versions of the report, oldest first; the last one counts unless it was unlocked.
    pub async fn fixed_reports(&self, round: &str) -> Result<Vec<FixedReport>, StoreError> {
        all!(self, FIXED, round)
    }

    pub async fn corrections(&self, round: &str) -> Result<Vec<CorrectionRow>, StoreError> {
        all!(self, CORRECTIONS, round)
    }
}

impl Tx {
    /// Adds a round; gives its id.
    pub async fn add_round(
        &mut self,
        namnd: &str,
        kvartal: &str,
        days: Days,
        history: &str,
        now: DateTime<Utc>,
    ) -> Result<String, StoreError> {
        let id = new_id();
        let Days { opens, last_day, report_day, meetings, ivo } = days;
        let (from, to) = ivo.unzip();
        run!(
            self,
            INSERT,
            &id,
            namnd,
            kvartal,
            opens,
            last_day,
            report_day,
            meetings.namnd,
            meetings.fullmaktige,
            from,
            to,
            history,
            stored(now)
        )?;
        Ok(id)
    }

    /// Takes the round for this transaction, raises its version, and says whether it is fixed. Others who change something
    /// in the round wait until this transaction has ended, so what is read from here on stays so.
    ///
    /// Every verb that changes something in a round does this by itself. Call it first where the answer matters.
    pub async fn hold_round(&mut self, round: &str) -> Result<bool, StoreError> {
        if let Some((_, fixed)) = self.held.iter().find(|it| it.0 == round) {
            return Ok(*fixed);
        }
        let state: Option<(String,)> = maybe_tx!(self, HOLD, round)?;
        let fixed = state.ok_or_else(|| StoreError::Unexpected(format!("omgången {round} finns inte")))?.0 == "fixed";
        self.held.push((round.to_owned(), fixed));
        Ok(fixed)
    }

    /// The version as this transaction sees it.
    pub async fn round_version(&mut self, round: &str) -> Result<i64, StoreError> {
        let found: Option<(i64,)> = maybe_tx!(self, VERSION_NOW, round)?;
        found.map(|it| it.0).ok_or_else(|| StoreError::Unexpected(format!("omgången {round} finns inte")))
    }

    /// [`Tx::hold_round`] for the round of a filing.
    pub async fn hold_filing(&mut self, filing: &str) -> Result<bool, StoreError> {
        let found: Option<(String,)> = maybe_tx!(self, OF_FILING, filing)?;
        let round = found.ok_or_else(|| StoreError::Unexpected(format!("inlämningen {filing} finns inte")))?.0;
        self.hold_round(&round).await
    }

    /// [`Tx::hold_round`] for the round of an attempt.
    pub async fn hold_attempt(&mut self, attempt: &str) -> Result<bool, StoreError> {
        let found: Option<(String,)> = maybe_tx!(self, OF_ATTEMPT, attempt)?;
        let round = found.ok_or_else(|| StoreError::Unexpected(format!("versionen {attempt} finns inte")))?.0;
        self.hold_round(&round).await
    }

    /// [`Tx::hold_round`] for the round of a completion.
    pub async fn hold_completion(&mut self, completion: &str) -> Result<bool, StoreError> {
        let found: Option<(String,)> = maybe_tx!(self, OF_COMPLETION, completion)?;
        let round = found.ok_or_else(|| StoreError::Unexpected(format!("kompletteringen {completion} finns inte")))?.0;
        self.hold_round(&round).await
    }

    /// [`Tx::hold_round`] for all rounds of a nämnd, always in the same order.
    pub(super) async fn hold_namnd(&mut self, namnd: &str) -> Result<(), StoreError> {
        // The nämnd before its rounds, as in `hold_rules`: two who take them in different orders wait for each other in a ring.
        run!(self, HELD, namnd)?;
        let rounds: Vec<(String,)> = all_tx!(self, OF_NAMND, namnd)?;
        for (round,) in rounds {
            self.hold_round(&round).await?;
        }
        Ok(())
    }

    /// Something changed that can move a figure and that no verb knows of.
    pub async fn touch_round(&mut self, round: &str) -> Result<(), StoreError> {
        self.hold_round(round).await.map(|_| ())
    }

    async fn set_state(&mut self, round: &str, fixed: bool) -> Result<(), StoreError> {
        if self.hold_round(round).await? == fixed {
            return Err(StoreError::Conflict);
        }
        run!(self, STATE, round, if fixed { "fixed" } else { "open" })?;
        self.held.iter_mut().filter(|it| it.0 == round).for_each(|it| it.1 = fixed);
        Ok(())
    }

    pub async fn set_calendar(&mut self, round: &str, days: Days) -> Result<(), StoreError> {
        self.hold_round(round).await?;
        let Days { opens, last_day, report_day, meetings, ivo } = days;
        let (namnd, fullmaktige) = (meetings.namnd, meetings.fullmaktige);
        let (from, to) = ivo.unzip();
        run!(self, CALENDAR, round, opens, last_day, report_day, namnd, fullmaktige, from, to)?;
        Ok(())
    }

    pub async fn set_basis(
        &mut self,
        round: &str,
        kind: &str,
        original: &str,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.hold_round(round).await?;
        run!(self, SET_BASIS, round, kind, original, by, stored(now))?;
        Ok(())
    }

    /// Fixes the report that `original` holds.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] when it was fixed already.
    pub async fn fix(
        &mut self,
        round: &str,
        original: &str,
        rules: &str,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.set_state(round, true).await?;
        run!(self, FIX, new_id(), round, original, rules, by, stored(now))?;
        Ok(())
    }

    /// # Errors
    ///
    /// [`StoreError::Conflict`] when it was not fixed.
    pub async fn unlock(&mut self, round: &str, reason: &str, by: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.set_state(round, false).await?;
        run!(self, UNLOCK, round, by, stored(now), clean(reason))?;
        Ok(())
    }

    pub async fn add_correction(
        &mut self,
        round: &str,
        text: &str,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.hold_round(round).await?;
        run!(self, ADD_CORRECTION, new_id(), round, clean(text), by, stored(now))?;
        Ok(())
    }
}
