//! Letters about a filing: who is told, and where the letter leads.
//!
//! Goes in: a filing that something happened to. Comes out: letters in the outbox, in the transaction of what they tell.
//! Guaranteed: nobody is told twice of the same thing; what an import brings in is told to nobody; a letter names the nämnd,
//! the quarter and a day, and never a case.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::mail::Letter;
use crate::mail::letter::LetterError;
use crate::mail::outbox::post;
use crate::model::Quarter;
use crate::store::person::folded;
use crate::store::round::RoundRow;
use crate::store::{Actor, Tx};

use super::{Desk, DeskError};

/// Those who are told about one filing, and what their letters say of it.
pub(super) struct Told {
    pub namnd: String,
    /// `kvartal 4 2023`
    pub quarter: String,
    namnd_id: String,
    mails: Vec<String>,
    /// What the letters are about.
    filing: Option<String>,
}

impl Told {
    /// Lays one letter to each in the outbox.
    pub async fn post(
        &self,
        tx: &mut Tx,
        letter: impl Fn(&str) -> Result<Letter, LetterError>,
        now: DateTime<Utc>,
    ) -> Result<(), DeskError> {
        for mail in &self.mails {
            let id = post(tx, &letter(mail)?, Some(&self.namnd_id), now).await?;
            if let Some(filing) = &self.filing {
                tx.letter_is_about(&id, filing).await?;
            }
        }
        Ok(())
    }
}

impl Desk {
    /// The same desk, for people who reach it there; links in letters begin with it.
    #[must_use]
    pub fn reached_at(self, public_url: &str) -> Self {
        Self { public_url: public_url.trim_end_matches('/').into(), ..self }
    }

    /// As people reach the service, without a slash at the end.
    pub fn public_url(&self) -> &str {
        &self.public_url
    }

    /// An address of ours, for a letter.
    pub(super) fn link(&self, path: &str) -> String {
        format!("{}{path}", self.public_url)
    }

    /// Where the utförare reads about a filing.
    pub(super) fn filing_link(&self, filing: &str) -> String {
        self.link(&format!("/inlamning/{filing}"))
    }

    /// Where each utförare of a nämnd gets its letters: its contacts, or those who may sign in for it when it has none.
    /// One without any of them is not there.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn addresses(&self, namnd: &str) -> Result<BTreeMap<String, Vec<String>>, DeskError> {
        let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for it in self.store.kontakter(namnd).await? {
            all.entry(it.utforare_id).or_default().push(it.epost);
        }
        let people = self.store.people_of(namnd).await?;
        let mut members: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for it in self.store.memberships_of_namnd(namnd).await? {
            let Some(utforare) = it.utforare_id.filter(|it| !all.contains_key(it)) else { continue };
            let person = people.iter().find(|known| known.id == it.person_id && known.closed_at.is_none());
            members.entry(utforare).or_default().extend(person.map(|it| it.mail.clone()));
        }
        all.extend(members.into_iter().filter(|it| !it.1.is_empty()));
        let once = |(utforare, mut mails): (String, Vec<String>)| {
            once_each(&mut mails);
            (utforare, mails)
        };
        Ok(all.into_iter().map(once).collect())
    }

    /// The contacts of the filing's utförare; those who may sign in for it when it has none.
    pub(super) async fn told(&self, uppdrag: &str, round: &RoundRow, by: &Actor) -> Result<Told, DeskError> {
        let namnd = self.store.namnd(&round.namnd_id).await?.ok_or(DeskError::NotFound)?;
        let all = self.store.uppdrag(&namnd.id).await?;
        let own = all.into_iter().find(|it| it.id == uppdrag).ok_or(DeskError::NotFound)?.utforare_id;
        let mails = match *by == Actor::import() {
            true => Vec::new(),
            false => self.addresses(&namnd.id).await?.remove(&own).unwrap_or_default(),
        };
        let filing = self.store.filing_of_uppdrag(uppdrag, &round.kvartal).await?.map(|it| it.id);
        Ok(Told { filing, ..told(namnd.namn, namnd.id, &round.kvartal, mails) })
    }

    /// Whoever sent a version: the person, or, for a program, as [`Desk::told`].
    pub(super) async fn told_sender(&self, sender: &str, uppdrag: &str, round: &RoundRow) -> Result<Told, DeskError> {
        let by = if sender == Actor::import().id { Actor::import() } else { Actor::system() };
        match self.store.person(sender).await?.filter(|it| it.closed_at.is_none()) {
            Some(person) => {
                let namnd = self.store.namnd(&round.namnd_id).await?.ok_or(DeskError::NotFound)?;
                let filing = self.store.filing_of_uppdrag(uppdrag, &round.kvartal).await?.map(|it| it.id);
                Ok(Told { filing, ..told(namnd.namn, namnd.id, &round.kvartal, vec![person.mail]) })
            }
            None => self.told(uppdrag, round, &by).await,
        }
    }
}

fn once_each(mails: &mut Vec<String>) {
    let mut seen = Vec::new();
    mails.retain(|it| {
        let mail = folded(it);
        let new = !seen.contains(&mail);
        seen.push(mail);
        new
    });
}

fn told(namnd: String, namnd_id: String, kvartal: &str, mut mails: Vec<String>) -> Told {
    once_each(&mut mails);
    let quarter = kvartal.parse::<Quarter>().map_or_else(|_| kvartal.to_owned(), Quarter::in_words);
    Told { namnd, quarter, namnd_id, mails, filing: None }
}
