//! The outbox: letters that wait, have left, or will never leave.
//!
//! Goes in: letters, in the transaction of what they tell about. Comes out: letters that are due, leased to one sender.
//! Guaranteed: no change without its letter and no letter without its change; a sender that dies gives its letters back;
//! a letter that has left keeps of its text what whoever sends it says may be read again.

use chrono::{DateTime, Utc};

use super::{Conn, Store, StoreError, Tx, all, all_tx, clean, maybe, new_id, run, stored};

/// A letter in the outbox.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct LetterRow {
    pub id: String,
    pub namnd_id: Option<String>,
    pub kind: String,
    pub recipient: String,
    pub subject: String,
    pub text_body: String,
    pub html_body: String,
    pub created_at: DateTime<Utc>,
    pub tries: i64,
    pub sent_at: Option<DateTime<Utc>>,
    pub failed_at: Option<DateTime<Utc>>,
    /// What the mail server said last.
    pub fault: Option<String>,
}

/// A letter to be laid in the outbox.
#[derive(Debug, Clone, Copy)]
pub struct NewLetter<'a> {
    pub namnd: Option<&'a str>,
    pub kind: &'a str,
    pub recipient: &'a str,
    pub subject: &'a str,
    pub text: &'a str,
    pub html: &'a str,
}

const POST: &str = "INSERT INTO letter (id, namnd_id, kind, recipient, subject, text_body, html_body, created_at,
    next_try_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)";
const LEASE: &str = "UPDATE letter SET lease_until = $2, tries = tries + 1
    WHERE id IN (SELECT id FROM letter WHERE sent_at IS NULL AND failed_at IS NULL AND next_try_at <= $1
    AND (lease_until IS NULL OR lease_until < $1)
        ORDER BY next_try_at, id LIMIT $3)
    RETURNING id, namnd_id, kind, recipient, subject, text_body, html_body, created_at, tries, sent_at,
    failed_at, fault";
const LEASE_PG: &str = "UPDATE letter SET lease_until = $2, tries = tries + 1
    WHERE id IN (SELECT id FROM letter WHERE sent_at IS NULL AND failed_at IS NULL AND next_try_at <= $1
    AND (lease_until IS NULL OR lease_until < $1)
        ORDER BY next_try_at, id LIMIT $3 FOR UPDATE SKIP LOCKED)
    RETURNING id, namnd_id, kind, recipient, subject, text_body, html_body, created_at, tries, sent_at,
    failed_at, fault";
const GIVEN_UP_OF: &str =
    "SELECT id, namnd_id, kind, recipient, subject, text_body, html_body, created_at, tries, sent_at,
    failed_at, fault FROM letter
    WHERE failed_at IS NOT NULL AND COALESCE(namnd_id, '') = $1 ORDER BY id DESC";
const OF_NAMND: &str =
    "SELECT id, namnd_id, kind, recipient, subject, text_body, html_body, created_at, tries, sent_at,
    failed_at, fault FROM letter WHERE namnd_id = $1 ORDER BY id DESC";
const WAITING_SINCE: &str =
    "SELECT id, namnd_id, kind, recipient, subject, text_body, html_body, created_at, tries, sent_at,
    failed_at, fault FROM letter
    WHERE sent_at IS NULL AND failed_at IS NULL AND created_at < $1 ORDER BY id";
const ALL: &str = "SELECT id, namnd_id, kind, recipient, subject, text_body, html_body, created_at, tries, sent_at,
    failed_at, fault FROM letter ORDER BY id";
const ONE: &str = "SELECT id, namnd_id, kind, recipient, subject, text_body, html_body, created_at, tries, sent_at,
    failed_at, fault FROM letter WHERE id = $1";
const SENT: &str = "UPDATE letter SET sent_at = $2, lease_until = NULL, text_body = $3, html_body = $4 WHERE id = $1";
const PUT_OFF: &str = "UPDATE letter SET next_try_at = $2, fault = $3, lease_until = NULL WHERE id = $1";
const GIVEN_UP: &str =
    "UPDATE letter SET failed_at = $2, fault = $3, lease_until = NULL, text_body = $4, html_body = $5
    WHERE id = $1";

impl Store {
    /// Letters that will never leave, newest first; of one nämnd, or of none.
    pub async fn letters_given_up(&self, namnd: Option<&str>) -> Result<Vec<LetterRow>, StoreError> {
        all!(self, GIVEN_UP_OF, namnd.unwrap_or_default())
    }

    pub async fn letter(&self, id: &str) -> Result<Option<LetterRow>, StoreError> {
        maybe!(self, ONE, id)
    }

    /// All letters of a nämnd, newest first.
    pub async fn letters_of_namnd(&self, namnd: &str) -> Result<Vec<LetterRow>, StoreError> {
        all!(self, OF_NAMND, namnd)
    }

    /// Letters that wait and were written before then: the way out is blocked.
    pub async fn letters_waiting_since(&self, before: DateTime<Utc>) -> Result<Vec<LetterRow>, StoreError> {
        all!(self, WAITING_SINCE, stored(before))
    }

    /// All letters, oldest first; for tests and the demo.
    pub async fn letters(&self) -> Result<Vec<LetterRow>, StoreError> {
        all!(self, ALL)
    }
}

impl Tx {
    /// Lays a letter in the outbox; gives its id.
    pub async fn post(&mut self, it: NewLetter<'_>, now: DateTime<Utc>) -> Result<String, StoreError> {
        let id = new_id();
        let NewLetter { namnd, kind, recipient, subject, text, html } = it;
        let (subject, text, html) = (clean(subject), clean(text), clean(html));
        run!(self, POST, &id, namnd, kind, clean(recipient), subject, text, html, stored(now))?;
        Ok(id)
    }

    /// Leases letters that are due, oldest first. Another sender does not get them until the lease has run out.
    pub async fn lease_letters(
        &mut self,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
        at_most: i64,
    ) -> Result<Vec<LetterRow>, StoreError> {
        let sql = match self.conn() {
            Conn::Lite(_) => LEASE,
            Conn::Pg(_) => LEASE_PG,
        };
        let mut leased: Vec<LetterRow> = all_tx!(self, sql, stored(now), stored(until), at_most)?;
        leased.sort_by(|one, other| one.id.cmp(&other.id));
        Ok(leased)
    }

    /// It has left; `kept` is what may be read again, as text and as a page.
    pub async fn letter_sent(&mut self, id: &str, kept: (&str, &str), now: DateTime<Utc>) -> Result<(), StoreError> {
        run!(self, SENT, id, stored(now), kept.0, kept.1).map(|_| ())
    }

    /// To be tried again then.
    pub async fn letter_put_off(&mut self, id: &str, until: DateTime<Utc>, fault: &str) -> Result<(), StoreError> {
        run!(self, PUT_OFF, id, stored(until), clean(fault)).map(|_| ())
    }

    /// It will never leave, since then and why.
    pub async fn letter_given_up(
        &mut self,
        id: &str,
        kept: (&str, &str),
        (now, fault): (DateTime<Utc>, &str),
    ) -> Result<(), StoreError> {
        run!(self, GIVEN_UP, id, stored(now), clean(fault), kept.0, kept.1).map(|_| ())
    }
}
