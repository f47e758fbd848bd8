//! Sessions: who is signed in, in which role, since when.
//!
//! Goes in: hashes of cookies; the cookie itself is nowhere in the database. Comes out: the session with its person.
//! Guaranteed: one query per request; an ended session never comes back.

use chrono::{DateTime, Utc};

use super::{Store, StoreError, Tx, maybe, run, stored};

/// A session with whom it belongs to.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Session {
    pub key_hash: String,
    pub person_id: String,
    pub membership_id: Option<String>,
    /// `second_factor`, `set_up`, `choose` or `in`.
    pub step: String,
    /// `losenord`, `oidc` or `demo`.
    pub method: String,
    pub created_at: DateTime<Utc>,
    pub seen_at: DateTime<Utc>,
    pub name: String,
    pub mail: String,
    pub role: Option<String>,
    pub namnd_id: Option<String>,
    pub utforare_id: Option<String>,
    pub kommun: Option<String>,
    pub namnd: Option<String>,
    pub utforare: Option<String>,
    /// How many memberships the person has to choose from.
    pub memberships: i64,
}

const FIND: &str = "SELECT s.key_hash, s.person_id, s.membership_id, s.step, s.method, s.created_at, s.seen_at,
        p.name, p.mail, m.role, m.namnd_id, m.utforare_id, n.kommun, n.namn AS namnd, u.namn AS utforare,
        (SELECT COUNT(*) FROM membership a WHERE a.person_id = p.id AND a.ended_at IS NULL) AS memberships
    FROM session s JOIN person p ON p.id = s.person_id
    LEFT JOIN membership m ON m.id = s.membership_id AND m.ended_at IS NULL
    LEFT JOIN namnd n ON n.id = m.namnd_id LEFT JOIN utforare u ON u.id = m.utforare_id
    WHERE s.key_hash = $1 AND s.ended_at IS NULL AND p.closed_at IS NULL";
const INSERT: &str = "INSERT INTO session (key_hash, person_id, membership_id, step, method, created_at, seen_at)
    VALUES ($1, $2, $3, $4, $5, $6, $6)";
const SEEN: &str = "UPDATE session SET seen_at = $2 WHERE key_hash = $1";
const END: &str = "UPDATE session SET ended_at = $2 WHERE key_hash = $1 AND ended_at IS NULL";
const END_ALL: &str = "UPDATE session SET ended_at = $2 WHERE person_id = $1 AND ended_at IS NULL";

/// A session about to begin.
#[derive(Debug, Clone, Copy)]
pub struct NewSession<'a> {
    pub key_hash: &'a str,
    pub person: &'a str,
    pub membership: Option<&'a str>,
    pub step: &'a str,
    pub method: &'a str,
}

impl Store {
    pub async fn session(&self, key_hash: &str) -> Result<Option<Session>, StoreError> {
        maybe!(self, FIND, key_hash)
    }
}

impl Tx {
    pub async fn add_session(&mut self, it: NewSession<'_>, now: DateTime<Utc>) -> Result<(), StoreError> {
        run!(self, INSERT, it.key_hash, it.person, it.membership, it.step, it.method, stored(now))?;
        Ok(())
    }

    pub async fn session_seen(&mut self, key_hash: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        run!(self, SEEN, key_hash, stored(now))?;
        Ok(())
    }

    pub async fn end_session(&mut self, key_hash: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        run!(self, END, key_hash, stored(now))?;
        Ok(())
    }

    /// Ends every session of a person; gives how many there were.
    pub async fn end_sessions_of(&mut self, person: &str, now: DateTime<Utc>) -> Result<u64, StoreError> {
        run!(self, END_ALL, person, stored(now))
    }
}
