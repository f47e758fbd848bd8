//! What the ladder of reminders has done: one row per filing and rung, and which letters are about which filings.
//!
//! Goes in: what was sent or skipped, in the transaction that lays the letter in the outbox. Comes out: rows as they stand.
//! Guaranteed: a rung is noted once for each last day it is counted from, however many nodes run ([`StoreError::Conflict`]
//! for whoever comes second).

use chrono::{DateTime, NaiveDate, Utc};

use super::{Actor, Store, StoreError, Tx, all, all_tx, clean, new_id, run, stored};

/// A rung that was sent or skipped.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct NoticeRow {
    pub id: String,
    pub filing_id: String,
    /// The thread it is about; empty for a missing answer.
    pub completion_id: String,
    /// Key of a [`crate::model::Step`].
    pub step: String,
    pub counted_from: NaiveDate,
    /// `brev` or `overhoppad`.
    pub how: String,
    pub why: Option<String>,
    pub on_day: NaiveDate,
    pub at: DateTime<Utc>,
    pub by_id: String,
    pub by_name: String,
}

impl NoticeRow {
    pub fn is_skipped(&self) -> bool {
        self.how == "overhoppad"
    }
}

/// A rung to be noted.
#[derive(Debug, Clone, Copy)]
pub struct NewNotice<'a> {
    pub filing: &'a str,
    pub completion: &'a str,
    pub step: &'a str,
    pub counted_from: NaiveDate,
    /// Why it was skipped; none when it was sent.
    pub skipped: Option<&'a str>,
    pub on_day: NaiveDate,
}

/// A letter about a filing, without its text.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct LetterAbout {
    pub filing_id: String,
    pub letter_id: String,
    pub kind: String,
    pub recipient: String,
    pub subject: String,
    pub created_at: DateTime<Utc>,
    pub tries: i64,
    pub sent_at: Option<DateTime<Utc>>,
    pub failed_at: Option<DateTime<Utc>>,
    pub fault: Option<String>,
}

const OF_ROUND: &str = "SELECT n.* FROM notice n JOIN filing f ON f.id = n.filing_id
    WHERE f.round_id = $1 ORDER BY n.filing_id, n.id";
const ADD: &str = "INSERT INTO notice
    (id, filing_id, completion_id, step, counted_from, how, why, on_day, at, by_id, by_name)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
const ABOUT: &str = "INSERT INTO letter_about (letter_id, filing_id) VALUES ($1, $2)";
const LETTERS_OF: &str = "SELECT a.filing_id, l.id AS letter_id, l.kind, l.recipient, l.subject, l.created_at, l.tries,
    l.sent_at, l.failed_at, l.fault FROM letter_about a JOIN letter l ON l.id = a.letter_id
    WHERE a.filing_id = $1 ORDER BY l.id";
const FAILED_OF: &str = "SELECT a.filing_id, l.id AS letter_id, l.kind, l.recipient, l.subject, l.created_at, l.tries,
    l.sent_at, l.failed_at, l.fault FROM letter_about a JOIN letter l ON l.id = a.letter_id
    JOIN filing f ON f.id = a.filing_id WHERE f.round_id = $1 AND l.failed_at IS NOT NULL ORDER BY l.id";
const FILINGS_OF: &str = "SELECT filing_id FROM letter_about WHERE letter_id = $1 ORDER BY filing_id";
/// All letters that were written with the reminder have failed: those have the time it was written at.
const UNDELIVERED: &str = "UPDATE reminder SET undelivered_at = $2 WHERE filing_id = $1 AND laid_at = $3
    AND NOT EXISTS (SELECT 1 FROM letter_about a JOIN letter l ON l.id = a.letter_id
        WHERE a.filing_id = $1 AND l.created_at = $3 AND l.failed_at IS NULL)";
const PAUSE: &str = "UPDATE filing SET paused_until = $2, paused_why = $3 WHERE id = $1";

impl Store {
    /// Everything the ladder has done in a round.
    pub async fn notices(&self, round: &str) -> Result<Vec<NoticeRow>, StoreError> {
        all!(self, OF_ROUND, round)
    }

    /// Letters about a filing, of every kind, oldest first.
    pub async fn letters_about(&self, filing: &str) -> Result<Vec<LetterAbout>, StoreError> {
        all!(self, LETTERS_OF, filing)
    }

    /// Letters about filings of a round that will never leave: somebody's address is wrong.
    pub async fn letters_bounced(&self, round: &str) -> Result<Vec<LetterAbout>, StoreError> {
        all!(self, FAILED_OF, round)
    }
}

impl Tx {
    /// Notes a rung.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] when it has been noted already.
    pub async fn add_notice(&mut self, it: NewNotice<'_>, by: &Actor, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.hold_filing(it.filing).await?;
        run!(
            self,
            ADD,
            new_id(),
            it.filing,
            it.completion,
            it.step,
            it.counted_from,
            if it.skipped.is_some() { "overhoppad" } else { "brev" },
            it.skipped.map(clean),
            it.on_day,
            stored(now),
            &by.id,
            clean(&by.name)
        )?;
        Ok(())
    }

    /// Notes what a letter in the outbox is about.
    pub async fn letter_is_about(&mut self, letter: &str, filing: &str) -> Result<(), StoreError> {
        run!(self, ABOUT, letter, filing).map(|_| ())
    }

    /// A letter will never leave. Where it was the last that could, the reminders it stood for do not count; what has been
    /// fixed stays as it is.
    pub async fn reminders_undelivered(
        &mut self,
        (letter, laid_at): (&str, DateTime<Utc>),
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let filings: Vec<(String,)> = all_tx!(self, FILINGS_OF, letter)?;
        for (filing,) in filings {
            if !self.hold_filing(&filing).await? {
                run!(self, UNDELIVERED, &filing, stored(now), stored(laid_at))?;
            }
        }
        Ok(())
    }

    /// No reminders to and including that day; `None` takes the pause away.
    pub async fn pause_reminders(
        &mut self,
        filing: &str,
        until: Option<NaiveDate>,
        why: &str,
    ) -> Result<(), StoreError> {
        self.hold_filing(filing).await?;
        run!(self, PAUSE, filing, until, clean(why)).map(|_| ())
    }
}
