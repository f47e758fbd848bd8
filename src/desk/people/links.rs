//! Invitations and new passwords, by one-time links in letters.
//!
//! Goes in: an address, or the key of a link. Comes out: a letter in the outbox, or a password chosen.
//! Guaranteed: a link works once, and only until its time; asking for a new password is answered alike whether the
//! address has an account or not; a new password ends every session there was.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use crate::access::choice;
use crate::access::key::Key;
use crate::mail::letter::{Invitation, NewRole, PasswordChanged, Reset};
use crate::mail::outbox::post;
use crate::store::event::{EventKind, SYSTEM};
use crate::store::namnd::Namnd;
use crate::store::person::Person;
use crate::store::session::{Method, Purpose, Step};
use crate::store::{Actor, Tx};

use super::{Entered, People, Visitor, begin, log, refused, stranger, time_in_words};
use crate::desk::DeskError;

const INVITED_FOR: TimeDelta = TimeDelta::days(7);
const RESET_FOR: TimeDelta = TimeDelta::hours(1);
/// Letters with a new password that one person can be made to get within an hour.
const RESETS_AN_HOUR: i64 = 3;

const WORN_OUT: &str = "Länken har redan använts eller har slutat gälla. Be om en ny.";

/// Whose link it is, for the page where the password is chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linked {
    pub mail: String,
    pub name: String,
    pub purpose: Purpose,
}

impl People {
    /// Somebody has forgotten their password. The answer is the same whoever it is.
    ///
    /// # Errors
    ///
    /// Too many tries from the address, or the database failed.
    pub async fn ask_reset(&self, mail: &str, visitor: &Visitor, now: DateTime<Utc>) -> Result<(), DeskError> {
        self.count_try(visitor, now)?;
        let known = self.store.person_with_mail(mail).await?.filter(|it| it.closed_at.is_none());
        let mut tx = self.store.begin().await?;
        let Some(person) = known else {
            // The same work for the database, so that the time tells nothing.
            log(&mut tx, (SYSTEM, now), &stranger(), EventKind::LinkSent, "", json!({ "okand": true })).await?;
            return Ok(tx.commit().await?);
        };
        let lately = self.store.links_since(&person.id, Purpose::Reset, now - TimeDelta::hours(1)).await?;
        if lately < RESETS_AN_HOUR {
            let (link, until) = self.new_link(&mut tx, &person.id, Purpose::Reset, now).await?;
            let letter = Reset { link: &link, until: &time_in_words(until) }.to(&person.mail)?;
            post(&mut tx, &letter, None, now).await?;
        }
        let data = json!({ "for": Purpose::Reset.key(), "skickad": lately < RESETS_AN_HOUR });
        log(&mut tx, (SYSTEM, now), &stranger(), EventKind::LinkSent, &person.id, data).await?;
        Ok(tx.commit().await?)
    }

    /// A link to choose a password by, as part of a transaction. Gives the address and until when it works.
    pub(super) async fn new_link(
        &self,
        tx: &mut Tx,
        person: &str,
        purpose: Purpose,
        now: DateTime<Utc>,
    ) -> Result<(String, DateTime<Utc>), DeskError> {
        let key = Key::new()?;
        let until = now + if purpose == Purpose::Invitation { INVITED_FOR } else { RESET_FOR };
        tx.add_link(&key.hash(), person, purpose, now, until).await?;
        Ok((self.link(&format!("/valj-losenord/{}", key.text())), until))
    }

    /// Lays the letter to somebody invited in the outbox: with a link, or, when they have an account, without.
    pub(super) async fn invite(
        &self,
        tx: &mut Tx,
        person: &Person,
        namnd: &Namnd,
        by: &Actor,
        now: DateTime<Utc>,
    ) -> Result<(), DeskError> {
        let (name, kommun) = (namnd.namn.as_str(), namnd.kommun.as_str());
        let letter = if person.has_come() {
            NewRole { namnd: name, kommun, link: &self.link("/logga-in") }.to(&person.mail)?
        } else {
            // Only the newest invitation works.
            tx.end_links_of(&person.id, now).await?;
            let (link, until) = self.new_link(tx, &person.id, Purpose::Invitation, now).await?;
            Invitation { namnd: name, kommun, link: &link, until: &time_in_words(until) }.to(&person.mail)?
        };
        post(tx, &letter, Some(&namnd.id), now).await?;
        let data = json!({ "for": letter.kind.key() });
        Ok(log(tx, (&namnd.id, now), by, EventKind::LinkSent, &person.id, data).await?)
    }

    /// Whose link this is, while it works. Looking does not use it up: mail filters look too.
    ///
    /// # Errors
    ///
    /// Refused when it does not work, or the database failed.
    pub async fn linked(&self, key: &str, now: DateTime<Utc>) -> Result<Linked, DeskError> {
        let Some(key) = Key::from_outside(key) else { return refused(WORN_OUT) };
        let Some(link) = self.store.link(&key.hash(), now).await? else { return refused(WORN_OUT) };
        let person = self.known(&link.person_id).await?;
        Ok(Linked { mail: person.mail, name: person.name, purpose: link.purpose() })
    }

    /// Chooses a password by a link, and goes on to the second factor.
    ///
    /// # Errors
    ///
    /// Refused when the link does not work or the password may not be chosen, or the database failed.
    pub async fn choose_password(
        &self,
        key: &str,
        password: &str,
        visitor: &Visitor,
        now: DateTime<Utc>,
    ) -> Result<Entered, DeskError> {
        self.count_try(visitor, now)?;
        let linked = self.linked(key, now).await?;
        if let Err(refusal) = choice::judge(password, &linked.name, &linked.mail) {
            return refused(refusal.swedish());
        }
        let hash = self.inner.passwords.hash(password.to_owned()).await?;
        let key_hash = Key::from_outside(key).map(|it| it.hash()).unwrap_or_default();
        let mut tx = self.store.begin().await?;
        let Some(link) = tx.use_link(&key_hash, now).await? else { return refused(WORN_OUT) };
        let person = self.known(&link.person_id).await?;
        let actor = Actor::new(&person.id, &person.name);
        tx.set_password(&person.id, &hash).await?;
        tx.end_links_of(&person.id, now).await?;
        // Whoever reads the mail and the code may come in, however many have guessed in the meantime.
        tx.open_lock(&person.id).await?;
        tx.end_sessions_of(&person.id, now).await?;
        if link.purpose() == Purpose::Reset {
            self.tell_password_changed(&mut tx, &person, now).await?;
        }
        let step = if person.totp_key.is_some() { Step::SecondFactor } else { Step::SetUp };
        let entered = begin(&mut tx, &person.id, (step, None), Method::Password, visitor, now).await?;
        let data = json!({ "genom": link.purpose().key() });
        log(&mut tx, (SYSTEM, now), &actor, EventKind::PasswordChanged, &person.id, data).await?;
        tx.commit().await?;
        Ok(entered)
    }

    pub(super) async fn tell_password_changed(
        &self,
        tx: &mut Tx,
        person: &Person,
        now: DateTime<Utc>,
    ) -> Result<(), DeskError> {
        let letter = PasswordChanged { when: &time_in_words(now), link: &self.link("/glomt-losenord") };
        post(tx, &letter.to(&person.mail)?, None, now).await?;
        Ok(())
    }
}
