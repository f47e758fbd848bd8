//! What ties a browser to a person: sessions, one-time links, tries at an identity provider, and what was typed.
//!
//! Goes in: hashes of keys; the keys themselves are with the browser. Comes out: the session with its person, rows as they stand.
//! Guaranteed: a link and a try are used once, even when two requests meet; an ended session never comes back.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Actor, Store, StoreError, Tx, all, clean, maybe, maybe_tx, run, stored};
use crate::model::words::words;

words! {
    /// How far a sign-in has come.
    Step {
        SecondFactor = "second_factor", "Koden återstår";
        SetUp = "set_up", "Tvåstegsinloggning ska sättas upp";
        Choose = "choose", "Uppdrag ska väljas";
        In = "in", "Inloggad";
    }
}

words! {
    /// How somebody signed in.
    Method {
        Password = "losenord", "Lösenord och kod";
        Oidc = "oidc", "Extern inloggning";
        Demo = "demo", "Provkörning";
    }
}

words! {
    /// What a one-time link is for.
    Purpose {
        Invitation = "inbjudan", "Inbjudan";
        Reset = "aterstallning", "Nytt lösenord";
    }
}

/// A session that has not been ended, with whom it belongs to. Whether it has run out is for `http` to say.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Session {
    pub key_hash: String,
    pub person_id: String,
    pub membership_id: Option<String>,
    /// See [`Step`].
    pub step: String,
    /// See [`Method`].
    pub method: String,
    /// ”Firefox på Windows”.
    pub agent: String,
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

impl Session {
    /// A stored word that is no step is the first one.
    pub fn step(&self) -> Step {
        Step::from_key(&self.step).unwrap_or(Step::SecondFactor)
    }

    pub fn method(&self) -> Method {
        Method::from_key(&self.method).unwrap_or(Method::Password)
    }

    /// The person, as the log names them.
    pub fn actor(&self) -> Actor {
        Actor::new(&self.person_id, &self.name)
    }
}

/// A session about to begin.
#[derive(Debug, Clone, Copy)]
pub struct NewSession<'a> {
    pub key_hash: &'a str,
    pub person: &'a str,
    pub membership: Option<&'a str>,
    /// The key of a [`Step`].
    pub step: &'a str,
    /// The key of a [`Method`].
    pub method: &'a str,
    pub agent: &'a str,
    /// When the person signed in; earlier than now when a session goes on under a new key.
    pub since: DateTime<Utc>,
}

/// A one-time link that can still be used.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct LinkRow {
    pub person_id: String,
    purpose: String,
    pub expires_at: DateTime<Utc>,
}

impl LinkRow {
    pub fn purpose(&self) -> Purpose {
        Purpose::from_key(&self.purpose).unwrap_or(Purpose::Reset)
    }
}

/// A sign-in on its way through an identity provider.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct OidcTry {
    pub state: String,
    pub nonce: String,
    pub verifier: String,
    pub created_at: DateTime<Utc>,
}

/// What somebody had typed.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Draft {
    pub person_id: String,
    pub path: String,
    pub body: String,
    pub created_at: DateTime<Utc>,
}

const FIND: &str =
    "SELECT s.key_hash, s.person_id, s.membership_id, s.step, s.method, s.agent, s.created_at, s.seen_at,
        p.name, p.mail, m.role, m.namnd_id, m.utforare_id, n.kommun, n.namn AS namnd, u.namn AS utforare,
        (SELECT COUNT(*) FROM membership a WHERE a.person_id = p.id AND a.ended_at IS NULL) AS memberships
    FROM session s JOIN person p ON p.id = s.person_id
    LEFT JOIN membership m ON m.id = s.membership_id AND m.ended_at IS NULL
    LEFT JOIN namnd n ON n.id = m.namnd_id LEFT JOIN utforare u ON u.id = m.utforare_id
    WHERE s.ended_at IS NULL AND p.closed_at IS NULL
        AND s.key_hash = $1";
const OF_PERSON: &str =
    "SELECT s.key_hash, s.person_id, s.membership_id, s.step, s.method, s.agent, s.created_at, s.seen_at,
        p.name, p.mail, m.role, m.namnd_id, m.utforare_id, n.kommun, n.namn AS namnd, u.namn AS utforare,
        (SELECT COUNT(*) FROM membership a WHERE a.person_id = p.id AND a.ended_at IS NULL) AS memberships
    FROM session s JOIN person p ON p.id = s.person_id
    LEFT JOIN membership m ON m.id = s.membership_id AND m.ended_at IS NULL
    LEFT JOIN namnd n ON n.id = m.namnd_id LEFT JOIN utforare u ON u.id = m.utforare_id
    WHERE s.ended_at IS NULL AND p.closed_at IS NULL
        AND s.person_id = $1 ORDER BY s.seen_at DESC";
const WHOSE: &str = "SELECT person_id FROM session WHERE key_hash = $1 AND step = 'in'";
const ADD_SESSION: &str =
    "INSERT INTO session (key_hash, person_id, membership_id, step, method, agent, created_at, seen_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const SEEN: &str = "UPDATE session SET seen_at = $2 WHERE key_hash = $1 AND seen_at < $2";
const END: &str = "UPDATE session SET ended_at = $2 WHERE key_hash = $1 AND ended_at IS NULL";
const END_ALL: &str = "UPDATE session SET ended_at = $3 WHERE person_id = $1 AND key_hash <> $2 AND ended_at IS NULL";
const END_OF_MEMBERSHIP: &str = "UPDATE session SET ended_at = $2 WHERE membership_id = $1 AND ended_at IS NULL";
const ADD_LINK: &str = "INSERT INTO one_time_link (key_hash, person_id, purpose, created_at, expires_at)
    VALUES ($1, $2, $3, $4, $5)";
const LINK: &str = "SELECT person_id, purpose, expires_at FROM one_time_link
    WHERE key_hash = $1 AND used_at IS NULL AND expires_at > $2";
const USE_LINK: &str = "UPDATE one_time_link SET used_at = $2
    WHERE key_hash = $1 AND used_at IS NULL AND expires_at > $2 RETURNING person_id, purpose, expires_at";
const END_LINKS: &str = "UPDATE one_time_link SET used_at = $2 WHERE person_id = $1 AND used_at IS NULL";
const LINKS_SINCE: &str =
    "SELECT COUNT(*) FROM one_time_link WHERE person_id = $1 AND purpose = $2 AND created_at > $3";
const ADD_TRY: &str = "INSERT INTO oidc_try (key_hash, state, nonce, verifier, created_at) VALUES ($1, $2, $3, $4, $5)";
const TAKE_TRY: &str = "DELETE FROM oidc_try WHERE key_hash = $1 RETURNING state, nonce, verifier, created_at";
const ADD_DRAFT: &str = "INSERT INTO draft (key_hash, person_id, path, body, created_at) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (key_hash) DO UPDATE SET person_id = excluded.person_id, path = excluded.path, body = excluded.body,
        created_at = excluded.created_at";
const DRAFT: &str = "SELECT person_id, path, body, created_at FROM draft WHERE key_hash = $1 AND person_id = $2";
const REMOVE_DRAFT: &str = "DELETE FROM draft WHERE key_hash = $1";
const OLD_SESSIONS: &str = "DELETE FROM session WHERE seen_at < $1";
const OLD_LINKS: &str = "DELETE FROM one_time_link WHERE expires_at < $1";
const OLD_TRIES: &str = "DELETE FROM oidc_try WHERE created_at < $1";
const OLD_DRAFTS: &str = "DELETE FROM draft WHERE created_at < $1";

/// How long ended sessions and used links are kept, so that a question about them can be answered.
const KEPT: TimeDelta = TimeDelta::days(30);
/// How long something typed waits for its person.
const DRAFT_KEPT: TimeDelta = TimeDelta::days(1);
/// How long a person may stay with the identity provider.
pub const TRY_KEPT: TimeDelta = TimeDelta::minutes(15);

impl Store {
    /// The session that has not been ended, if there is one.
    pub async fn session(&self, key_hash: &str) -> Result<Option<Session>, StoreError> {
        maybe!(self, FIND, key_hash)
    }

    pub async fn sessions_of(&self, person: &str) -> Result<Vec<Session>, StoreError> {
        all!(self, OF_PERSON, person)
    }

    /// Whose session this was, ended or not, if the person was in.
    pub async fn whose_session(&self, key_hash: &str) -> Result<Option<String>, StoreError> {
        let row: Option<(String,)> = maybe!(self, WHOSE, key_hash)?;
        Ok(row.map(|it| it.0))
    }

    /// A link that can still be used.
    pub async fn link(&self, key_hash: &str, now: DateTime<Utc>) -> Result<Option<LinkRow>, StoreError> {
        maybe!(self, LINK, key_hash, stored(now))
    }

    /// How many links of this kind the person has got since then.
    pub async fn links_since(&self, person: &str, of: Purpose, since: DateTime<Utc>) -> Result<i64, StoreError> {
        let row: Option<(i64,)> = maybe!(self, LINKS_SINCE, person, of.key(), stored(since))?;
        Ok(row.map_or(0, |it| it.0))
    }

    /// What this person had typed in this browser.
    pub async fn draft(&self, key_hash: &str, person: &str) -> Result<Option<Draft>, StoreError> {
        maybe!(self, DRAFT, key_hash, person)
    }
}

impl Tx {
    pub async fn add_session(&mut self, it: NewSession<'_>, now: DateTime<Utc>) -> Result<(), StoreError> {
        let NewSession { key_hash, person, membership, step, method, agent, since } = it;
        run!(self, ADD_SESSION, key_hash, person, membership, step, method, clean(agent), stored(since), stored(now))?;
        Ok(())
    }

    pub async fn session_seen(&mut self, key_hash: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        run!(self, SEEN, key_hash, stored(now)).map(|_| ())
    }

    /// False when it had already ended.
    pub async fn end_session(&mut self, key_hash: &str, now: DateTime<Utc>) -> Result<bool, StoreError> {
        Ok(run!(self, END, key_hash, stored(now))? == 1)
    }

    /// Ends every session of a person; gives how many there were.
    pub async fn end_sessions_of(&mut self, person: &str, now: DateTime<Utc>) -> Result<u64, StoreError> {
        self.end_other_sessions(person, "", now).await
    }

    /// Ends every session of a person but the one with that hash; gives how many there were.
    pub async fn end_other_sessions(&mut self, person: &str, but: &str, now: DateTime<Utc>) -> Result<u64, StoreError> {
        run!(self, END_ALL, person, but, stored(now))
    }

    /// Ends the sessions in which this membership is used.
    pub async fn end_sessions_as(&mut self, membership: &str, now: DateTime<Utc>) -> Result<u64, StoreError> {
        run!(self, END_OF_MEMBERSHIP, membership, stored(now))
    }

    pub async fn add_link(
        &mut self,
        key_hash: &str,
        person: &str,
        purpose: Purpose,
        now: DateTime<Utc>,
        expires_at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        run!(self, ADD_LINK, key_hash, person, purpose.key(), stored(now), stored(expires_at)).map(|_| ())
    }

    /// Uses a link. None when it has been used, has run out, or never was.
    pub async fn use_link(&mut self, key_hash: &str, now: DateTime<Utc>) -> Result<Option<LinkRow>, StoreError> {
        maybe_tx!(self, USE_LINK, key_hash, stored(now))
    }

    /// Links of the person that have not been used are good no more.
    pub async fn end_links_of(&mut self, person: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        run!(self, END_LINKS, person, stored(now)).map(|_| ())
    }

    pub async fn add_oidc_try(&mut self, key_hash: &str, it: &OidcTry) -> Result<(), StoreError> {
        run!(self, ADD_TRY, key_hash, &it.state, &it.nonce, &it.verifier, stored(it.created_at)).map(|_| ())
    }

    /// Takes a try out; it can be taken once.
    pub async fn take_oidc_try(&mut self, key_hash: &str) -> Result<Option<OidcTry>, StoreError> {
        maybe_tx!(self, TAKE_TRY, key_hash)
    }

    pub async fn keep_draft(&mut self, key_hash: &str, it: &Draft) -> Result<(), StoreError> {
        let (path, body) = (clean(&it.path), clean(&it.body));
        run!(self, ADD_DRAFT, key_hash, &it.person_id, path, body, stored(it.created_at)).map(|_| ())
    }

    pub async fn remove_draft(&mut self, key_hash: &str) -> Result<(), StoreError> {
        run!(self, REMOVE_DRAFT, key_hash).map(|_| ())
    }

    /// Removes what nobody can use any more.
    pub async fn sweep(&mut self, now: DateTime<Utc>) -> Result<(), StoreError> {
        run!(self, OLD_SESSIONS, stored(now - KEPT))?;
        run!(self, OLD_LINKS, stored(now - KEPT))?;
        run!(self, OLD_TRIES, stored(now - TRY_KEPT))?;
        run!(self, OLD_DRAFTS, stored(now - DRAFT_KEPT))?;
        Ok(())
    }
}
