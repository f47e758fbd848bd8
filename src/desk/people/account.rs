//! The own account: password, second factor, recovery codes, sessions.
//!
//! Goes in: what somebody who is in wants changed, with the password or a code once more. Comes out: it is so.
//! Guaranteed: a session left open is not enough to take the account over; a new password ends all other sessions.

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::access::choice;
use crate::access::password::Verdict;
use crate::access::recovery::RecoveryCode;
use crate::store::event::{EventKind, SYSTEM};
use crate::store::person::Person;
use crate::store::session::{Method, Session, Step};

use super::sign_in::{first_code, keep_second_factor};
use super::{Entered, People, Visitor, go_on, log, refused, time_in_words};
use crate::desk::DeskError;

const WRONG_PASSWORD: &str = "Lösenordet du har nu stämmer inte. Skriv det igen.";

/// What the page of the own account shows.
#[derive(Debug, Clone)]
pub struct Account {
    pub mail: String,
    pub name: String,
    /// Signs in with a password of ours; otherwise only through the identity provider.
    pub has_password: bool,
    pub has_second_factor: bool,
    pub codes_left: usize,
    /// This one first, then the newest.
    pub sessions: Vec<Session>,
}

impl People {
    /// The own account.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn account(&self, session: &Session) -> Result<Account, DeskError> {
        let person = self.known(&session.person_id).await?;
        let mut sessions = self.store.sessions_of(&person.id).await?;
        sessions.retain(|it| it.step() == Step::In);
        sessions.sort_by_key(|it| it.key_hash != session.key_hash);
        Ok(Account {
            has_password: person.password_hash.is_some(),
            has_second_factor: person.totp_key.is_some(),
            codes_left: self.store.recovery_codes(&person.id).await?.len(),
            mail: person.mail,
            name: person.name,
            sessions,
        })
    }

    /// Changes the password; all other sessions end and this one goes on under a new key.
    ///
    /// # Errors
    ///
    /// Refused, too many tries, or the database failed.
    pub async fn change_password(
        &self,
        session: &Session,
        (old, new): (&str, &str),
        visitor: &Visitor,
        now: DateTime<Utc>,
    ) -> Result<Entered, DeskError> {
        let person = self.proved(session, old, visitor, now).await?;
        if let Err(refusal) = choice::judge(new, &person.name, &person.mail) {
            return refused(refusal.swedish());
        }
        let hash = self.inner.passwords.hash(new.to_owned()).await?;
        let mut tx = self.store.begin().await?;
        tx.set_password(&person.id, &hash).await?;
        tx.end_links_of(&person.id, now).await?;
        tx.end_other_sessions(&person.id, &session.key_hash, now).await?;
        let place = (Step::In, session.membership_id.as_deref());
        let entered = go_on(&mut tx, session, place, session.created_at, now).await?;
        self.tell_password_changed(&mut tx, &person, now).await?;
        let (actor, data) = (session.actor(), json!({ "genom": "konto" }));
        log(&mut tx, (SYSTEM, now), &actor, EventKind::PasswordChanged, &person.id, data).await?;
        tx.commit().await?;
        Ok(entered)
    }

    /// A new telephone: another key for the app, and new recovery codes.
    ///
    /// # Errors
    ///
    /// Refused, too many tries, or the database failed.
    pub async fn replace_second_factor(
        &self,
        session: &Session,
        password: &str,
        (key, typed): (&str, &str),
        visitor: &Visitor,
        now: DateTime<Utc>,
    ) -> Result<Vec<RecoveryCode>, DeskError> {
        let person = self.proved(session, password, visitor, now).await?;
        let (step, key) = first_code(key, typed, now)?;
        let codes = RecoveryCode::ten()?;
        let mut tx = self.store.begin().await?;
        keep_second_factor(&mut tx, &person.id, &key, step, &codes).await?;
        tx.end_other_sessions(&person.id, &session.key_hash, now).await?;
        let (actor, data) = (session.actor(), json!({ "ersatt": true }));
        log(&mut tx, (SYSTEM, now), &actor, EventKind::SecondFactorSet, &person.id, data).await?;
        tx.commit().await?;
        Ok(codes)
    }

    /// New recovery codes, for the password and a code of the app; the old ones are good no more.
    ///
    /// # Errors
    ///
    /// Refused, too many tries, or the database failed.
    pub async fn new_recovery_codes(
        &self,
        session: &Session,
        password: &str,
        visitor: &Visitor,
        now: DateTime<Utc>,
    ) -> Result<Vec<RecoveryCode>, DeskError> {
        let person = self.proved(session, password, visitor, now).await?;
        if person.totp_key.is_none() {
            return refused("Sätt upp tvåstegsinloggningen först.");
        }
        let codes = RecoveryCode::ten()?;
        let hashes: Vec<String> = codes.iter().map(RecoveryCode::hash).collect();
        let mut tx = self.store.begin().await?;
        tx.set_recovery_codes(&person.id, &hashes).await?;
        let (actor, data) = (session.actor(), json!({ "reservkoder": true }));
        log(&mut tx, (SYSTEM, now), &actor, EventKind::SecondFactorSet, &person.id, data).await?;
        tx.commit().await?;
        Ok(codes)
    }

    /// Ends one of the own sessions, by its hash.
    ///
    /// # Errors
    ///
    /// Not one of the own, or the database failed.
    pub async fn end_session(&self, session: &Session, which: &str, now: DateTime<Utc>) -> Result<(), DeskError> {
        let own = self.store.sessions_of(&session.person_id).await?;
        let found = own.iter().find(|it| it.key_hash == which).ok_or(DeskError::NotFound)?;
        let mut tx = self.store.begin().await?;
        tx.end_session(&found.key_hash, now).await?;
        let data = json!({ "antal": 1 });
        log(&mut tx, (SYSTEM, now), &session.actor(), EventKind::SessionsEnded, &session.person_id, data).await?;
        Ok(tx.commit().await?)
    }

    /// Ends all own sessions but this one.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn end_other_sessions(&self, session: &Session, now: DateTime<Utc>) -> Result<u64, DeskError> {
        let mut tx = self.store.begin().await?;
        let ended = tx.end_other_sessions(&session.person_id, &session.key_hash, now).await?;
        let data = json!({ "antal": ended });
        log(&mut tx, (SYSTEM, now), &session.actor(), EventKind::SessionsEnded, &session.person_id, data).await?;
        tx.commit().await?;
        Ok(ended)
    }

    /// The person, who has typed their password once more.
    async fn proved(
        &self,
        session: &Session,
        password: &str,
        visitor: &Visitor,
        now: DateTime<Utc>,
    ) -> Result<Person, DeskError> {
        self.count_try(visitor, now)?;
        let person = self.known(&session.person_id).await?;
        if person.password_hash.is_none() || session.method() == Method::Oidc {
            return refused("Du loggar in genom din organisation. Lösenord och koder ändrar du där.");
        }
        if let Some(until) = person.locked_until.filter(|it| now < *it) {
            return refused(format!("Kontot är låst efter för många försök, till {}.", time_in_words(until)));
        }
        let verdict = self.inner.passwords.verify(password.to_owned(), person.password_hash.clone()).await?;
        if verdict == Verdict::Wrong {
            self.failed(&person, "konto", now).await?;
            return refused(WRONG_PASSWORD);
        }
        Ok(person)
    }
}
