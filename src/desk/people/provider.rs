//! Signing in through the kommun's identity provider, or a broker of e-legitimationer.
//!
//! Goes in: the provider's answer. Comes out: a session for the person it speaks of.
//! Guaranteed: a person is known by issuer and subject; the first time, by an address the provider has verified and
//! somebody here has invited; groups give and take only what groups have given; nobody else gets in.

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::access::key::Key;
use crate::access::oidc::{Callback, Identity, Kept, MappedRole, Provider};
use crate::store::event::{EventKind, SYSTEM};
use crate::store::person::Person;
use crate::store::session::{Method, NewSession, OidcTry, Step, TRY_KEPT};
use crate::store::{Actor, Tx};

use super::users::BY_PROVIDER;
use super::{Entered, People, Visitor, log, refused, stranger};
use crate::desk::DeskError;

const NOBODY: &str = "Du är inloggad hos din organisation, men har inget konto i Kvartal. Be kommunen om en inbjudan till \
                      den e-postadress som din organisation har för dig.";
const TOO_LATE: &str =
    "Inloggningen tog för lång tid eller påbörjades i ett annat fönster. Börja om från inloggningssidan.";

impl People {
    fn provider(&self) -> Result<&Provider, DeskError> {
        self.inner.provider.as_ref().ok_or(DeskError::NotFound)
    }

    /// Where to send the person, and the key that ties the answer to this browser.
    ///
    /// # Errors
    ///
    /// Refused when the provider is away, or the database failed.
    pub async fn go_to_provider(&self, visitor: &Visitor, now: DateTime<Utc>) -> Result<(String, Key), DeskError> {
        self.count_try(visitor, now)?;
        let (url, kept) = self.provider()?.start(now).await?;
        let key = Key::new()?;
        let Kept { state, nonce, verifier } = kept;
        let mut tx = self.store.begin().await?;
        tx.add_oidc_try(&key.hash(), &OidcTry { state, nonce, verifier, created_at: now }).await?;
        tx.commit().await?;
        Ok((url, key))
    }

    /// The person is back.
    ///
    /// # Errors
    ///
    /// Refused, or the database failed.
    pub async fn back_from_provider(
        &self,
        key: Option<&Key>,
        callback: Callback,
        visitor: &Visitor,
        now: DateTime<Utc>,
    ) -> Result<Entered, DeskError> {
        self.count_try(visitor, now)?;
        let provider = self.provider()?;
        let Some(key) = key else { return refused(TOO_LATE) };
        let mut tx = self.store.begin().await?;
        let found = tx.take_oidc_try(&key.hash()).await?;
        tx.commit().await?;
        let Some(found) = found.filter(|it| now - it.created_at < TRY_KEPT) else { return refused(TOO_LATE) };
        let OidcTry { state, nonce, verifier, .. } = found;
        let identity = match provider.finish(callback, &Kept { state, nonce, verifier }, now).await {
            Ok(identity) => identity,
            Err(fault) => {
                self.failed_outside("svar", now).await?;
                return Err(fault.into());
            }
        };
        self.admit(identity, visitor, now).await
    }

    /// Finds the person, ties them to the identity, brings their groups up to date, and lets them in.
    async fn admit(&self, identity: Identity, visitor: &Visitor, now: DateTime<Utc>) -> Result<Entered, DeskError> {
        let by_subject = self.store.person_by_subject(&identity.subject).await?;
        let by_mail = match (&by_subject, &identity.mail, identity.mail_verified) {
            (None, Some(mail), true) => self.store.person_with_mail(mail).await?,
            _ => None,
        };
        // An address that already belongs to another account at the provider is not taken over.
        let by_mail = by_mail.filter(|it| it.oidc_subject.is_none());
        let known = by_subject.or(by_mail);
        let mut tx = self.store.begin().await?;
        let person = match known {
            Some(it) if it.closed_at.is_some() => None,
            Some(it) => Some(it),
            None => self.newcomer(&mut tx, &identity, now).await?,
        };
        let Some(person) = person else {
            drop(tx);
            self.failed_outside("okand", now).await?;
            return refused(NOBODY);
        };
        if person.oidc_subject.is_none() {
            tx.set_subject(&person.id, &identity.subject).await?;
        }
        self.follow_groups(&mut tx, &person, &identity, now).await?;
        // What the groups gave must be seen by the next step.
        let key = Key::new()?;
        let new = NewSession {
            key_hash: &key.hash(),
            person: &person.id,
            membership: None,
            step: Step::Choose.key(),
            method: Method::Oidc.key(),
            agent: &visitor.agent,
            since: now,
        };
        tx.add_session(new, now).await?;
        tx.commit().await?;
        let session = self.store.session(&key.hash()).await?.ok_or(DeskError::NotFound)?;
        let mut tx = self.store.begin().await?;
        match self.enter(&mut tx, &session, &person, now).await {
            Ok(entered) => {
                tx.commit().await?;
                Ok(entered)
            }
            Err(refusal) => {
                drop(tx);
                let mut tx = self.store.begin().await?;
                tx.end_session(&session.key_hash, now).await?;
                tx.commit().await?;
                Err(refusal)
            }
        }
    }

    /// Somebody new whom a group of the provider lets in.
    async fn newcomer(
        &self,
        tx: &mut Tx,
        identity: &Identity,
        now: DateTime<Utc>,
    ) -> Result<Option<Person>, DeskError> {
        let Some(mail) = identity.mail.as_deref().filter(|_| identity.mail_verified && !identity.roles.is_empty())
        else {
            return Ok(None);
        };
        // Taken by somebody who is tied to another account.
        if self.store.person_with_mail(mail).await?.is_some() {
            return Ok(None);
        }
        let name = identity.name.as_deref().unwrap_or(mail);
        let id = tx.add_person(mail, name, now).await?;
        Ok(Some(super::users::newcomer(&id, mail, name, now)))
    }

    /// Memberships that come from groups are made to be those of the groups.
    async fn follow_groups(
        &self,
        tx: &mut Tx,
        person: &Person,
        identity: &Identity,
        now: DateTime<Utc>,
    ) -> Result<(), DeskError> {
        let namnder = self.store.namnder().await?;
        let mut wanted: Vec<(String, &MappedRole)> = Vec::new();
        for role in &identity.roles {
            let namnd = match (&role.namnd, namnder.as_slice()) {
                (Some(id), all) => all.iter().find(|it| it.id == *id),
                (None, [only]) => Some(only),
                (None, _) => None,
            };
            match namnd {
                Some(namnd) => wanted.push((namnd.id.clone(), role)),
                None => tracing::warn!(group = %role.value, "a group gives a role, but it is not clear in which nämnd"),
            }
        }
        let held = self.store.memberships(&person.id).await?;
        let actor = Actor::new(&person.id, &person.name);
        for (namnd, role) in &wanted {
            if held.iter().any(|it| it.namnd_id == *namnd && it.role() == role.role) {
                continue;
            }
            tx.add_membership_from(BY_PROVIDER, &person.id, (namnd, role.role.key(), None), now).await?;
            let data = json!({ "roll": role.role.key(), "grupp": role.value });
            log(tx, (namnd, now), &actor, EventKind::RoleChanged, &person.id, data).await?;
        }
        for it in held.iter().filter(|it| it.is_from_provider()) {
            if wanted.iter().any(|(namnd, role)| *namnd == it.namnd_id && role.role == it.role()) {
                continue;
            }
            tx.end_membership(&it.id, now).await?;
            tx.end_sessions_as(&it.id, now).await?;
            let data = json!({ "roll": it.role, "upphord": true });
            log(tx, (&it.namnd_id, now), &actor, EventKind::RoleChanged, &person.id, data).await?;
        }
        Ok(())
    }

    async fn failed_outside(&self, why: &str, now: DateTime<Utc>) -> Result<(), DeskError> {
        let mut tx = self.store.begin().await?;
        let data = json!({ "steg": "extern", "varfor": why });
        log(&mut tx, (SYSTEM, now), &stranger(), EventKind::SignInFailed, "", data).await?;
        Ok(tx.commit().await?)
    }
}
