//! Who may sign in to a nämnd, and as what.
//!
//! Goes in: what an administratör, or a samordnare for utförare, decides. Comes out: people and their memberships.
//! Guaranteed: a samordnare gives and takes only what utförare are; a nämnd always has an administratör; whoever loses a
//! membership is out at once.

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::access::role::{Act, Role, allows};
use crate::mail::letter::SecondFactorRemoved;
use crate::mail::outbox::post;
use crate::model::mail::is_address;
use crate::store::event::{EventKind, SYSTEM};
use crate::store::namnd::Namnd;
use crate::store::person::{Membership, Person, Source};
use crate::store::session::Purpose;
use crate::store::{Actor, StoreError, Tx};

use super::{People, log, refused, time_in_words};
use crate::desk::DeskError;

/// Whoever decides: in a nämnd, with a role.
#[derive(Debug, Clone)]
pub struct By {
    pub actor: Actor,
    pub role: Role,
    pub namnd: String,
}

impl By {
    /// Whether this one may give, take and mend what has that role.
    pub fn manages(&self, role: Role) -> bool {
        allows(self.role, if role.is_of_namnd() { Act::ManageUsers } else { Act::ManageUtforareUsers })
    }
}

/// Somebody of the nämnd.
#[derive(Debug, Clone)]
pub struct User {
    pub person: Person,
    pub memberships: Vec<Membership>,
}

/// Whom to invite, as it was typed.
#[derive(Debug, Clone, Copy)]
pub struct Guest<'a> {
    pub mail: &'a str,
    pub name: &'a str,
    pub role: Role,
    /// Id, when and only when the role is utförare.
    pub utforare: Option<&'a str>,
}

impl People {
    /// Those whom this one may manage, by name.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn users(&self, by: &By) -> Result<Vec<User>, DeskError> {
        let mut memberships = self.store.memberships_of_namnd(&by.namnd).await?;
        memberships.retain(|it| by.manages(it.role()));
        let people = self.store.people_of(&by.namnd).await?;
        let users = people.into_iter().map(|person| {
            let own = memberships.iter().filter(|it| it.person_id == person.id).cloned().collect();
            User { person, memberships: own }
        });
        Ok(users.filter(|it| !it.memberships.is_empty()).collect())
    }

    /// Invites somebody, or gives somebody who is here already one more role.
    ///
    /// # Errors
    ///
    /// Refused, or the database failed.
    pub async fn add_user(&self, by: &By, guest: Guest<'_>, now: DateTime<Utc>) -> Result<String, DeskError> {
        let (mail, name) = (guest.mail.trim(), guest.name.trim());
        if !is_address(mail) {
            return refused("E-postadressen är inte fullständig. Den ska se ut som namn@exempel.se.");
        }
        if name.is_empty() || name.chars().count() > 200 {
            return refused("Skriv personens namn, högst 200 tecken.");
        }
        if !by.manages(guest.role) {
            return refused("Din roll får bara bjuda in utförare. Be administratören bjuda in andra.");
        }
        let namnd = self.store.namnd(&by.namnd).await?.ok_or(DeskError::NotFound)?;
        if guest.role.is_of_namnd() == guest.utforare.is_some() {
            return refused("Välj vilken utförare personen rapporterar för.");
        }
        if let Some(utforare) = guest.utforare {
            let all = self.store.utforare(&namnd.id).await?;
            if !all.iter().any(|it| it.id == utforare && it.closed_at.is_none()) {
                return refused("Utföraren finns inte längre. Välj en annan.");
            }
        }
        let known = self.store.person_with_mail(mail).await?;
        if let Some(known) = &known
            && self.store.memberships(&known.id).await?.iter().any(|it| {
                it.namnd_id == namnd.id && it.role() == guest.role && it.utforare_id.as_deref() == guest.utforare
            })
        {
            return refused("Personen har redan den behörigheten.");
        }
        let mut tx = self.store.begin().await?;
        let id = match &known {
            Some(known) => known.id.clone(),
            None => match tx.add_person(mail, name, now).await {
                Err(StoreError::Conflict) => {
                    return refused("Någon annan bjöd in samma person just nu. Ladda om sidan.");
                }
                added => added?,
            },
        };
        let role = (namnd.id.as_str(), guest.role.key(), guest.utforare);
        let membership = tx.add_membership(&id, role, now).await?;
        let person = match known {
            Some(known) => known,
            None => newcomer(&id, mail, name, now),
        };
        self.invite(&mut tx, &person, &namnd, &by.actor, now).await?;
        let data = json!({ "roll": guest.role.key(), "utforare": guest.utforare, "behorighet": membership });
        log(&mut tx, (&namnd.id, now), &by.actor, EventKind::PersonInvited, &id, data).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Sends the invitation once more; the earlier link is good no more.
    ///
    /// # Errors
    ///
    /// Refused when the person has come already, or the database failed.
    pub async fn invite_again(&self, by: &By, person: &str, now: DateTime<Utc>) -> Result<(), DeskError> {
        let user = self.user(by, person).await?;
        if user.person.has_come() {
            return refused("Personen har redan skapat sitt konto.");
        }
        let namnd = self.store.namnd(&by.namnd).await?.ok_or(DeskError::NotFound)?;
        let mut tx = self.store.begin().await?;
        self.invite(&mut tx, &user.person, &namnd, &by.actor, now).await?;
        Ok(tx.commit().await?)
    }

    /// Takes a membership away; whoever used it is out at once.
    ///
    /// # Errors
    ///
    /// Refused when the nämnd would be without an administratör, or the database failed.
    pub async fn end_membership(&self, by: &By, membership: &str, now: DateTime<Utc>) -> Result<(), DeskError> {
        let found = self.store.membership(membership).await?;
        let found = found.filter(|it| it.namnd_id == by.namnd && by.manages(it.role())).ok_or(DeskError::NotFound)?;
        if found.is_from_provider() {
            return refused(
                "Behörigheten kommer från en grupp i er inloggningstjänst. Ta bort personen ur gruppen där.",
            );
        }
        let mut tx = self.store.begin().await?;
        // Counted inside the transaction, so that two administratörer cannot take each other away.
        if found.role() == Role::Administrator && tx.count_members(&by.namnd, Role::Administrator.key()).await? <= 1 {
            return refused("Nämnden behöver minst en administratör. Ge någon annan den rollen först.");
        }
        if !tx.end_membership(&found.id, now).await? {
            return Err(DeskError::NotFound);
        }
        tx.end_sessions_as(&found.id, now).await?;
        let data = json!({ "roll": found.role, "utforare": found.utforare_id, "upphord": true });
        log(&mut tx, (&by.namnd, now), &by.actor, EventKind::RoleChanged, &found.person_id, data).await?;
        Ok(tx.commit().await?)
    }

    /// Takes the second factor away from somebody who has lost both telephone and codes. The person is told by letter.
    ///
    /// # Errors
    ///
    /// Refused for the own account, or the database failed.
    pub async fn reset_second_factor(&self, by: &By, person: &str, now: DateTime<Utc>) -> Result<(), DeskError> {
        let user = self.user(by, person).await?;
        if user.person.id == by.actor.id {
            return refused("Din egen tvåstegsinloggning byter du under Ditt konto.");
        }
        let mut tx = self.store.begin().await?;
        self.take_second_factor(&mut tx, &user.person, Some(&by.namnd), now).await?;
        let data = json!({ "borttagen": true });
        log(&mut tx, (&by.namnd, now), &by.actor, EventKind::SecondFactorSet, &user.person.id, data).await?;
        Ok(tx.commit().await?)
    }

    /// Somebody whom this one may manage in all they are in the nämnd.
    ///
    /// # Errors
    ///
    /// There is no such person, or the database failed.
    pub async fn user(&self, by: &By, person: &str) -> Result<User, DeskError> {
        let person = self.known(person).await?;
        let mut memberships = self.store.memberships(&person.id).await?;
        memberships.retain(|it| it.namnd_id == by.namnd);
        // A samordnare does not mend the account of an administratör who also reports for an utförare.
        if memberships.is_empty() || !memberships.iter().all(|it| by.manages(it.role())) {
            return Err(DeskError::NotFound);
        }
        Ok(User { person, memberships })
    }

    /// Makes somebody administratör from the command line: whoever can start the program can reach the database anyway.
    /// Gives the link of the invitation, for when no mail is set up.
    ///
    /// # Errors
    ///
    /// Refused, or the database failed.
    pub async fn add_from_outside(
        &self,
        namnd: &Namnd,
        guest: Guest<'_>,
        now: DateTime<Utc>,
    ) -> Result<String, DeskError> {
        let by = By { actor: Actor::system(), role: Role::Administrator, namnd: namnd.id.clone() };
        let id = self.add_user(&by, guest, now).await?;
        self.fresh_link(&id, now).await
    }

    /// Lays up a nämnd, from the command line.
    ///
    /// # Errors
    ///
    /// There is one of that name, or the database failed.
    pub async fn found_namnd(&self, kommun: &str, namn: &str, now: DateTime<Utc>) -> Result<Namnd, DeskError> {
        let mut tx = self.store.begin().await?;
        let id = tx.add_namnd(kommun, namn, now).await?;
        let data = json!({ "kommun": kommun, "namn": namn });
        log(&mut tx, (&id, now), &Actor::system(), EventKind::NamndCreated, &id, data).await?;
        tx.commit().await?;
        self.store.namnd(&id).await?.ok_or(DeskError::NotFound)
    }

    /// Takes the second factor away from the command line, when nobody else can.
    ///
    /// # Errors
    ///
    /// There is no such person, or the database failed.
    pub async fn reset_from_outside(&self, person: &str, now: DateTime<Utc>) -> Result<(), DeskError> {
        let person = self.known(person).await?;
        let mut tx = self.store.begin().await?;
        self.take_second_factor(&mut tx, &person, None, now).await?;
        let data = json!({ "borttagen": true, "genom": "kommandoraden" });
        log(&mut tx, (SYSTEM, now), &Actor::system(), EventKind::SecondFactorSet, &person.id, data).await?;
        Ok(tx.commit().await?)
    }

    /// The second factor and its codes are gone, sessions end, and the person is told.
    async fn take_second_factor(
        &self,
        tx: &mut Tx,
        person: &Person,
        namnd: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<(), DeskError> {
        tx.set_totp(&person.id, None, 0).await?;
        tx.set_recovery_codes(&person.id, &[]).await?;
        tx.end_sessions_of(&person.id, now).await?;
        let (when, link) = (time_in_words(now), self.link("/glomt-losenord"));
        let letter = SecondFactorRemoved { when: &when, link: &link }.to(&person.mail)?;
        post(tx, &letter, namnd, now).await?;
        Ok(())
    }

    /// A new link to choose a password by, for whoever stands at the command line.
    ///
    /// # Errors
    ///
    /// There is no such person, or the database failed.
    pub async fn fresh_link(&self, person: &str, now: DateTime<Utc>) -> Result<String, DeskError> {
        let person = self.known(person).await?;
        let purpose = if person.has_come() { Purpose::Reset } else { Purpose::Invitation };
        let mut tx = self.store.begin().await?;
        let (link, _) = self.new_link(&mut tx, &person.id, purpose, now).await?;
        let data = json!({ "for": purpose.key(), "genom": "kommandoraden" });
        log(&mut tx, (SYSTEM, now), &Actor::system(), EventKind::LinkSent, &person.id, data).await?;
        tx.commit().await?;
        Ok(link)
    }
}

/// A person as just added.
pub(super) fn newcomer(id: &str, mail: &str, name: &str, now: DateTime<Utc>) -> Person {
    Person {
        id: id.to_owned(),
        mail: crate::store::person::folded(mail),
        name: name.to_owned(),
        password_hash: None,
        totp_key: None,
        totp_step: 0,
        oidc_subject: None,
        failed_tries: 0,
        locked_until: None,
        created_at: now,
        last_in_at: None,
        closed_at: None,
    }
}

/// How a membership came to be, for those who give it.
pub(super) const BY_PROVIDER: Source = Source::Oidc;
