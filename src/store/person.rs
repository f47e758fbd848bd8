//! People and their memberships: who may sign in, and as what.
//!
//! Goes in: what administrators decide and what people set themselves. Comes out: rows as they stand.
//! Guaranteed: a mail address belongs to one person, however it is spelled; a membership is ended, never removed.

use chrono::{DateTime, Utc};

use super::{Store, StoreError, Tx, all, maybe, new_id, run, stored};

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Person {
    pub id: String,
    pub mail: String,
    pub name: String,
    pub password_hash: Option<String>,
    pub totp_key: Option<String>,
    pub totp_step: i64,
    pub oidc_subject: Option<String>,
    pub failed_tries: i64,
    pub locked_until: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub closed_at: Option<DateTime<Utc>>,
}

/// What a person is in a nämnd.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Membership {
    pub id: String,
    pub person_id: String,
    pub namnd_id: String,
    pub role: String,
    pub utforare_id: Option<String>,
    pub created_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
}

const BY_ID: &str = "SELECT * FROM person WHERE id = $1";
const BY_MAIL: &str = "SELECT * FROM person WHERE mail = $1";
const INSERT: &str = "INSERT INTO person (id, mail, name, created_at) VALUES ($1, $2, $3, $4)";
const MEMBERSHIPS: &str = "SELECT * FROM membership WHERE person_id = $1 AND ended_at IS NULL ORDER BY id";
const MEMBERSHIP: &str = "SELECT * FROM membership WHERE id = $1 AND ended_at IS NULL";
const OF_NAMND: &str = "SELECT * FROM membership WHERE namnd_id = $1 AND ended_at IS NULL ORDER BY id";
const ADD_MEMBERSHIP: &str = "INSERT INTO membership (id, person_id, namnd_id, role, utforare_id, created_at)
    VALUES ($1, $2, $3, $4, $5, $6)";
const END_MEMBERSHIP: &str = "UPDATE membership SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL";

/// A mail address as it is compared.
pub fn folded(mail: &str) -> String {
    mail.trim().to_lowercase()
}

impl Store {
    pub async fn person(&self, id: &str) -> Result<Option<Person>, StoreError> {
        maybe!(self, BY_ID, id)
    }

    pub async fn person_with_mail(&self, mail: &str) -> Result<Option<Person>, StoreError> {
        maybe!(self, BY_MAIL, folded(mail))
    }

    /// Those in force.
    pub async fn memberships(&self, person: &str) -> Result<Vec<Membership>, StoreError> {
        all!(self, MEMBERSHIPS, person)
    }

    pub async fn membership(&self, id: &str) -> Result<Option<Membership>, StoreError> {
        maybe!(self, MEMBERSHIP, id)
    }

    pub async fn memberships_of_namnd(&self, namnd: &str) -> Result<Vec<Membership>, StoreError> {
        all!(self, OF_NAMND, namnd)
    }
}

impl Tx {
    /// Adds a person; gives the id.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] when the address is taken.
    pub async fn add_person(&mut self, mail: &str, name: &str, now: DateTime<Utc>) -> Result<String, StoreError> {
        let id = new_id();
        run!(self, INSERT, &id, folded(mail), name, stored(now))?;
        Ok(id)
    }

    /// Gives the id.
    pub async fn add_membership(
        &mut self,
        person: &str,
        (namnd, role, utforare): (&str, &str, Option<&str>),
        now: DateTime<Utc>,
    ) -> Result<String, StoreError> {
        let id = new_id();
        run!(self, ADD_MEMBERSHIP, &id, person, namnd, role, utforare, stored(now))?;
        Ok(id)
    }

    pub async fn end_membership(&mut self, id: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        run!(self, END_MEMBERSHIP, id, stored(now))?;
        Ok(())
    }
}
