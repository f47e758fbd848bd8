//! People, what they are in which nämnd, and what they sign in with.
//!
//! Goes in: hashes and keys that `access` has made. Comes out: rows as they stand.
//! Guaranteed: a code, a link and a step of the second factor are used once even when two tries meet; an address is
//! folded to small letters and belongs to one person.

use chrono::{DateTime, Utc};

use super::{Store, StoreError, Tx, all, clean, maybe, maybe_tx, new_id, run, stored};
use crate::access::role::Role;

/// Somebody who can sign in, or is invited to.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Person {
    pub id: String,
    /// In small letters.
    pub mail: String,
    pub name: String,
    /// None until the invitation has been used.
    pub password_hash: Option<String>,
    /// None until the second factor has been set up.
    pub totp_key: Option<String>,
    pub totp_step: i64,
    /// Issuer and subject at an identity provider.
    pub oidc_subject: Option<String>,
    pub failed_tries: i64,
    pub locked_until: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub last_in_at: Option<DateTime<Utc>>,
    pub closed_at: Option<DateTime<Utc>>,
}

impl Person {
    /// Whether tries are answered at all just now.
    pub fn is_locked(&self, now: DateTime<Utc>) -> bool {
        self.locked_until.is_some_and(|it| now < it)
    }

    /// Whether the invitation has been used, in one way or another.
    pub fn has_come(&self) -> bool {
        self.password_hash.is_some() || self.oidc_subject.is_some()
    }
}

/// What a person is in a nämnd.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Membership {
    pub id: String,
    pub person_id: String,
    pub namnd_id: String,
    pub kommun: String,
    pub namnd: String,
    pub role: String,
    /// Set when and only when the role is utförare.
    pub utforare_id: Option<String>,
    pub utforare: Option<String>,
    pub source: String,
    pub created_at: DateTime<Utc>,
}

impl Membership {
    /// A stored word that is no role gives the role that may least.
    pub fn role(&self) -> Role {
        Role::from_key(&self.role).unwrap_or(Role::Utforare)
    }

    /// Given by a group of the identity provider, which takes it away again.
    pub fn is_from_provider(&self) -> bool {
        self.source == Source::Oidc.key()
    }

    /// ”Handläggare”, ”Utförare, Almvik Omvårdnad AB”.
    pub fn in_words(&self) -> String {
        match &self.utforare {
            Some(utforare) => format!("{}, {utforare}", self.role().swedish()),
            None => self.role().swedish().to_owned(),
        }
    }
}

/// Who gave a membership.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    Kvartal,
    Oidc,
}

impl Source {
    const fn key(self) -> &'static str {
        match self {
            Source::Kvartal => "kvartal",
            Source::Oidc => "oidc",
        }
    }
}

const PERSON: &str = "SELECT id, mail, name, password_hash, totp_key, totp_step, oidc_subject, failed_tries,
    locked_until, created_at, last_in_at, closed_at FROM person WHERE id = $1";
const WITH_MAIL: &str = "SELECT id, mail, name, password_hash, totp_key, totp_step, oidc_subject, failed_tries,
    locked_until, created_at, last_in_at, closed_at FROM person WHERE mail = $1";
const WITH_SUBJECT: &str = "SELECT id, mail, name, password_hash, totp_key, totp_step, oidc_subject, failed_tries,
    locked_until, created_at, last_in_at, closed_at FROM person WHERE oidc_subject = $1";
const PEOPLE: &str = "SELECT id, mail, name, password_hash, totp_key, totp_step, oidc_subject, failed_tries,
    locked_until, created_at, last_in_at, closed_at FROM person
    WHERE id IN (SELECT person_id FROM membership WHERE namnd_id = $1 AND ended_at IS NULL) ORDER BY name, id";
const ADD_PERSON: &str = "INSERT INTO person (id, mail, name, created_at) VALUES ($1, $2, $3, $4)";
const RENAME: &str = "UPDATE person SET name = $2 WHERE id = $1";
const MEMBERSHIP: &str = "SELECT m.id, m.person_id, m.namnd_id, n.kommun, n.namn AS namnd, m.role, m.utforare_id,
    u.namn AS utforare, m.source, m.created_at FROM membership m JOIN namnd n ON n.id = m.namnd_id
    LEFT JOIN utforare u ON u.id = m.utforare_id
    WHERE m.ended_at IS NULL AND u.closed_at IS NULL AND m.id = $1";
const OF_PERSON: &str = "SELECT m.id, m.person_id, m.namnd_id, n.kommun, n.namn AS namnd, m.role, m.utforare_id,
    u.namn AS utforare, m.source, m.created_at FROM membership m JOIN namnd n ON n.id = m.namnd_id
    LEFT JOIN utforare u ON u.id = m.utforare_id
    WHERE m.ended_at IS NULL AND u.closed_at IS NULL AND m.person_id = $1 ORDER BY m.id";
const OF_NAMND: &str = "SELECT m.id, m.person_id, m.namnd_id, n.kommun, n.namn AS namnd, m.role, m.utforare_id,
    u.namn AS utforare, m.source, m.created_at FROM membership m JOIN namnd n ON n.id = m.namnd_id
    LEFT JOIN utforare u ON u.id = m.utforare_id
    WHERE m.ended_at IS NULL AND u.closed_at IS NULL AND m.namnd_id = $1 ORDER BY m.id";
const ADD_MEMBERSHIP: &str = "INSERT INTO membership (id, person_id, namnd_id, role, utforare_id, source, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
const SAME_MEMBERSHIP: &str = "SELECT id FROM membership WHERE person_id = $1 AND namnd_id = $2 AND role = $3
    AND COALESCE(utforare_id, '') = $4 AND ended_at IS NULL";
const END_MEMBERSHIP: &str = "UPDATE membership SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL";
const MEMBERS: &str = "SELECT COUNT(*) FROM membership WHERE namnd_id = $1 AND role = $2 AND ended_at IS NULL";
/// Changes nothing, but makes others wait who count the members of the same nämnd.
const HOLD_NAMND: &str = "UPDATE namnd SET namn = namn WHERE id = $1";
const SET_PASSWORD: &str = "UPDATE person SET password_hash = $2 WHERE id = $1";
const SET_SUBJECT: &str = "UPDATE person SET oidc_subject = $2 WHERE id = $1";
const SET_TOTP: &str = "UPDATE person SET totp_key = $2, totp_step = $3 WHERE id = $1";
const USE_STEP: &str = "UPDATE person SET totp_step = $2 WHERE id = $1 AND totp_step < $2";
const FAILED: &str = "UPDATE person SET failed_tries = failed_tries + 1 WHERE id = $1 RETURNING failed_tries";
const LOCK: &str = "UPDATE person SET locked_until = $2 WHERE id = $1";
const CAME_IN: &str = "UPDATE person SET failed_tries = 0, locked_until = NULL, last_in_at = $2 WHERE id = $1";
const OPEN_LOCK: &str = "UPDATE person SET failed_tries = 0, locked_until = NULL WHERE id = $1";
const CLEAR_CODES: &str = "DELETE FROM recovery_code WHERE person_id = $1";
const ADD_CODE: &str = "INSERT INTO recovery_code (person_id, code_hash) VALUES ($1, $2)";
const CODES: &str = "SELECT code_hash FROM recovery_code WHERE person_id = $1 AND used_at IS NULL ORDER BY code_hash";
const USE_CODE: &str =
    "UPDATE recovery_code SET used_at = $3 WHERE person_id = $1 AND code_hash = $2 AND used_at IS NULL";

/// Addresses are compared in small letters and without blanks around.
pub fn folded(mail: &str) -> String {
    clean(mail).trim().to_lowercase()
}

impl Store {
    pub async fn person(&self, id: &str) -> Result<Option<Person>, StoreError> {
        maybe!(self, PERSON, id)
    }

    pub async fn person_with_mail(&self, mail: &str) -> Result<Option<Person>, StoreError> {
        maybe!(self, WITH_MAIL, folded(mail))
    }

    pub async fn person_by_subject(&self, subject: &str) -> Result<Option<Person>, StoreError> {
        maybe!(self, WITH_SUBJECT, subject)
    }

    /// Everybody with a membership in the nämnd, by name.
    pub async fn people_of(&self, namnd: &str) -> Result<Vec<Person>, StoreError> {
        all!(self, PEOPLE, namnd)
    }

    /// What a person is, in every nämnd.
    pub async fn memberships(&self, person: &str) -> Result<Vec<Membership>, StoreError> {
        all!(self, OF_PERSON, person)
    }

    /// What everybody is in one nämnd.
    pub async fn memberships_of_namnd(&self, namnd: &str) -> Result<Vec<Membership>, StoreError> {
        all!(self, OF_NAMND, namnd)
    }

    pub async fn membership(&self, id: &str) -> Result<Option<Membership>, StoreError> {
        maybe!(self, MEMBERSHIP, id)
    }

    /// Hashes of the recovery codes that have not been used.
    pub async fn recovery_codes(&self, person: &str) -> Result<Vec<String>, StoreError> {
        let rows: Vec<(String,)> = all!(self, CODES, person)?;
        Ok(rows.into_iter().map(|it| it.0).collect())
    }
}

impl Tx {
    /// Adds a person who has not come yet; gives the id. [`StoreError::Conflict`] when the address is taken.
    pub async fn add_person(&mut self, mail: &str, name: &str, now: DateTime<Utc>) -> Result<String, StoreError> {
        let id = new_id();
        run!(self, ADD_PERSON, &id, folded(mail), clean(name), stored(now))?;
        Ok(id)
    }

    pub async fn rename_person(&mut self, person: &str, name: &str) -> Result<(), StoreError> {
        run!(self, RENAME, person, clean(name)).map(|_| ())
    }

    /// Gives a membership of a nämnd, in a role, and for an utförare when that is the role. Gives its id, that of the one
    /// the person already has if it is just the same.
    pub async fn add_membership(
        &mut self,
        person: &str,
        (namnd, role, utforare): (&str, &str, Option<&str>),
        now: DateTime<Utc>,
    ) -> Result<String, StoreError> {
        self.add_membership_from(Source::Kvartal, person, (namnd, role, utforare), now).await
    }

    /// The same, saying who gave it.
    pub async fn add_membership_from(
        &mut self,
        source: Source,
        person: &str,
        (namnd, role, utforare): (&str, &str, Option<&str>),
        now: DateTime<Utc>,
    ) -> Result<String, StoreError> {
        let same: Option<(String,)> =
            maybe_tx!(self, SAME_MEMBERSHIP, person, namnd, role, utforare.unwrap_or_default())?;
        if let Some((id,)) = same {
            return Ok(id);
        }
        let id = new_id();
        run!(self, ADD_MEMBERSHIP, &id, person, namnd, role, utforare, source.key(), stored(now))?;
        Ok(id)
    }

    /// False when it had already ended.
    pub async fn end_membership(&mut self, id: &str, now: DateTime<Utc>) -> Result<bool, StoreError> {
        Ok(run!(self, END_MEMBERSHIP, id, stored(now))? == 1)
    }

    /// How many have this role in the nämnd. Nobody else changes that before this transaction ends, if all who take
    /// roles away ask here first.
    pub async fn count_members(&mut self, namnd: &str, role: &str) -> Result<i64, StoreError> {
        run!(self, HOLD_NAMND, namnd)?;
        let row: Option<(i64,)> = maybe_tx!(self, MEMBERS, namnd, role)?;
        Ok(row.map_or(0, |it| it.0))
    }

    pub async fn set_password(&mut self, person: &str, hash: &str) -> Result<(), StoreError> {
        run!(self, SET_PASSWORD, person, hash).map(|_| ())
    }

    /// Ties a person to an account at the identity provider. [`StoreError::Conflict`] when another person has it.
    pub async fn set_subject(&mut self, person: &str, subject: &str) -> Result<(), StoreError> {
        run!(self, SET_SUBJECT, person, subject).map(|_| ())
    }

    /// The second factor, with the step of the code that proved it. None takes it away.
    pub async fn set_totp(&mut self, person: &str, key: Option<&str>, step: i64) -> Result<(), StoreError> {
        run!(self, SET_TOTP, person, key, step).map(|_| ())
    }

    /// False when this step, or a later one, has been used.
    pub async fn use_step(&mut self, person: &str, step: i64) -> Result<bool, StoreError> {
        Ok(run!(self, USE_STEP, person, step)? == 1)
    }

    /// Counts a failed try; gives how many there have been in a row.
    pub async fn count_failure(&mut self, person: &str) -> Result<i64, StoreError> {
        let row: Option<(i64,)> = maybe_tx!(self, FAILED, person)?;
        Ok(row.map_or(0, |it| it.0))
    }

    pub async fn lock_person(&mut self, person: &str, until: DateTime<Utc>) -> Result<(), StoreError> {
        run!(self, LOCK, person, stored(until)).map(|_| ())
    }

    /// Failed tries are forgotten.
    pub async fn open_lock(&mut self, person: &str) -> Result<(), StoreError> {
        run!(self, OPEN_LOCK, person).map(|_| ())
    }

    /// The person is in: failed tries are forgotten, and the time is kept.
    pub async fn came_in(&mut self, person: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        run!(self, CAME_IN, person, stored(now)).map(|_| ())
    }

    /// New recovery codes; the old ones are gone.
    pub async fn set_recovery_codes(&mut self, person: &str, hashes: &[String]) -> Result<(), StoreError> {
        run!(self, CLEAR_CODES, person)?;
        for hash in hashes {
            run!(self, ADD_CODE, person, hash)?;
        }
        Ok(())
    }

    /// False when the code has been used.
    pub async fn use_recovery_code(
        &mut self,
        person: &str,
        hash: &str,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        Ok(run!(self, USE_CODE, person, hash, stored(now))? == 1)
    }
}
