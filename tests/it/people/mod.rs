//! Signing in and who manages whom, without pages: the same verbs that pages and the command line use.
//!
//! Guaranteed: both databases do the same; nothing is sent and nobody waits; the time is what the test says it is.

mod account;
mod links;
mod mail_server;
mod outbox;
mod provider;
mod sign_in;
mod users;

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use kvartal::access::role::Role;
use kvartal::access::totp::TotpKey;
use kvartal::desk::people::users::{By, Guest};
use kvartal::desk::people::{Entered, People, Visitor};
use kvartal::store::event::{Event, SYSTEM};
use kvartal::store::namnd::UtforareRow;
use kvartal::store::session::Session;
use kvartal::store::{Actor, new_id};

use crate::databases::Database;

pub(crate) const PASSWORD: &str = "korrekt häst batteri";

/// One nämnd and one utförare, on whichever database.
pub(crate) struct Town {
    pub(crate) people: People,
    pub(crate) namnd: String,
    pub(crate) utforare: String,
}

pub(crate) fn at(minutes: i64) -> DateTime<Utc> {
    let start: DateTime<Utc> = "2024-01-10T09:12:00Z".parse().expect("a time");
    start + TimeDelta::minutes(minutes)
}

/// Somebody at an address of their own, so that tests of one thing do not meet the limit of another.
pub(crate) fn visitor(number: u8) -> Visitor {
    Visitor { address: IpAddr::from([192, 0, 2, number]), agent: "Firefox på Linux".to_owned() }
}

impl Town {
    pub(crate) async fn new(db: &Database) -> Self {
        Self::with(db, None).await
    }

    pub(crate) async fn with(db: &Database, provider: Option<kvartal::access::oidc::Provider>) -> Self {
        let store = db.store.clone();
        let mut tx = store.begin().await.expect("a transaction");
        let namnd = tx.add_namnd("Exempelstad", "Omsorgsnämnden", at(0)).await.expect("a nämnd");
        let row = UtforareRow {
            id: new_id(),
            namnd_id: namnd.clone(),
            nyckel: "solsidan".to_owned(),
            namn: "Solsidan Omsorg AB".to_owned(),
            orgnr: None,
            alias: "[]".to_owned(),
            rated: true,
            closed_at: None,
        };
        let utforare = tx.save_utforare(&row, at(0)).await.expect("an utförare");
        tx.commit().await.expect("committed");
        Self { people: People::new(store, "https://kvartal.example", provider), namnd, utforare }
    }

    pub(crate) fn by(&self, role: Role) -> By {
        By { actor: Actor::new("p0", "Adam Sand"), role, namnd: self.namnd.clone() }
    }

    /// Invites somebody as an administratör does; gives the person's id.
    pub(crate) async fn invite(&self, mail: &str, role: Role) -> String {
        let utforare = (role == Role::Utforare).then_some(self.utforare.as_str());
        let guest = Guest { mail, name: "Karin Ek", role, utforare };
        self.people.add_user(&self.by(Role::Administrator), guest, at(0)).await.expect("invited")
    }

    /// The key of the newest link that a letter to this address holds.
    pub(crate) async fn link_to(&self, mail: &str) -> String {
        let letters = self.people.store.letters().await.expect("letters");
        let newest = letters.iter().rev().find(|it| it.recipient == mail && it.text_body.contains("/valj-losenord/"));
        let text = &newest.expect("a letter with a link").text_body;
        let line = text.lines().find(|it| it.starts_with("https://")).expect("the link on a line of its own");
        line.strip_prefix("https://kvartal.example/valj-losenord/").expect("a link of ours").to_owned()
    }

    /// Somebody who has been invited, has chosen a password and set up the second factor. Gives the key of the app.
    pub(crate) async fn member(&self, mail: &str, role: Role) -> (String, TotpKey) {
        let person = self.invite(mail, role).await;
        let link = self.link_to(mail).await;
        let entered = self.people.choose_password(&link, PASSWORD, &visitor(250), at(0)).await.expect("chosen");
        let session = self.session(&entered).await;
        let key = TotpKey::new().expect("a key");
        // Set up well before the test begins, so that the codes of its first minutes are unused.
        let (then, code) = (at(-60), key.code(at(-60)).expect("a code"));
        let done = self.people.set_up(&session, &key.base32(), &code, &visitor(251), then).await.expect("set up");
        self.people.sign_out(&self.session(&done.entered).await, at(0)).await.expect("signed out");
        (person, key)
    }

    /// The session behind a key.
    pub(crate) async fn session(&self, entered: &Entered) -> Session {
        let found = self.people.store.session(&entered.key.hash()).await.expect("the database answers");
        found.expect("the session is there")
    }

    /// Signed in all the way.
    pub(crate) async fn signed_in(&self, mail: &str, key: &TotpKey, now: DateTime<Utc>, from: u8) -> Session {
        let entered = self.people.sign_in(mail, PASSWORD, &visitor(from), now).await.expect("the password is right");
        let session = self.session(&entered).await;
        let code = key.code(now).expect("a code");
        let entered = self.people.give_code(&session, &code, &visitor(from), now).await.expect("the code is right");
        self.session(&entered).await
    }

    /// The kinds of the newest events of the nämnd and of the system, oldest first.
    pub(crate) async fn events(&self) -> (Vec<String>, Vec<String>) {
        let kinds = |events: Vec<Event>| events.into_iter().rev().map(|it| it.kind).collect();
        let store = &self.people.store;
        let of_namnd = store.events(&self.namnd, None, 100).await.expect("events");
        let of_system = store.events(SYSTEM, None, 100).await.expect("events");
        (kinds(of_namnd), kinds(of_system))
    }
}

/// What was refused, in words.
pub(crate) fn refusal<T: std::fmt::Debug>(outcome: Result<T, kvartal::desk::DeskError>) -> String {
    match outcome {
        Err(kvartal::desk::DeskError::Refused(it)) => it.message,
        other => panic!("not refused: {other:?}"),
    }
}
