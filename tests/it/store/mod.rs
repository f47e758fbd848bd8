//! One suite for both databases: every verb of the store does what it says, and says no when it should.

mod beside;
mod commands;
mod copies;
mod filings;
mod letters;
mod log;
mod notices;
mod papers;
mod people;
mod registers;
mod reviews;
mod rounds;
mod sessions;
mod tables;
mod together;
mod troubles;

use chrono::{DateTime, NaiveDate, Utc};
use kvartal::model::Meetings;
use kvartal::store::attempt::{Incoming, NewAttempt};
use kvartal::store::event::{EventKind, Record};
use kvartal::store::namnd::UtforareRow;
use kvartal::store::round::Days;
use kvartal::store::{Actor, Store, new_id};

/// What most tests begin with: one utförare with one uppdrag, expected in one quarter.
struct Start {
    namnd: String,
    utforare: String,
    uppdrag: String,
    round: String,
    filing: String,
}

impl Start {
    async fn new(store: &Store) -> Self {
        Self::of(store, "Nämnden för personer med funktionsnedsättning").await
    }

    async fn of(store: &Store, namn: &str) -> Self {
        let mut tx = store.begin().await.unwrap();
        let namnd = tx.add_namnd("Exempelstad", namn, noon()).await.unwrap();
        let utforare = tx.save_utforare(&utforare(&namnd, "solsidan"), noon()).await.unwrap();
        let insatser = ["ledsagarservice".to_owned(), "avlosarservice".to_owned()];
        let uppdrag = tx.add_uppdrag(&utforare, &insatser, (None, None)).await.unwrap();
        let round = tx.add_round(&namnd, "2023-Q4", days(), "[]", noon()).await.unwrap();
        tx.add_filing(&round, &uppdrag, noon()).await.unwrap();
        tx.log(record(&namnd, EventKind::NamndCreated, &namnd)).await.unwrap();
        tx.commit().await.unwrap();
        let filing = store.filings_of_round(&round).await.unwrap()[0].id.clone();
        Self { namnd, utforare, uppdrag, round, filing }
    }

    /// A file that has come in and waits to be read.
    async fn attempt(&self, store: &Store, bytes: &[u8]) -> String {
        let mut tx = store.begin().await.unwrap();
        let original = tx.add_original(file(bytes)).await.unwrap();
        let attempt = tx.add_attempt(self.new_attempt(Some(&original))).await.unwrap();
        tx.commit().await.unwrap();
        attempt
    }

    fn new_attempt<'a>(&'a self, original: Option<&'a str>) -> NewAttempt<'a> {
        let (sender, sender_name) = ("p1", "Åsa Öberg");
        NewAttempt { filing: &self.filing, original, sender, sender_name, received_at: noon() }
    }
}

fn utforare(namnd: &str, nyckel: &str) -> UtforareRow {
    UtforareRow {
        id: new_id(),
        namnd_id: namnd.to_owned(),
        nyckel: nyckel.to_owned(),
        namn: "Solsidan Omsorg AB".to_owned(),
        orgnr: Some("556000-0000".to_owned()),
        alias: r#"["Solsidan"]"#.to_owned(),
        rated: true,
        closed_at: None,
    }
}

fn file(bytes: &[u8]) -> Incoming<'_> {
    Incoming { name: "Rapport åäö 📊.xlsx", bytes, sender: "p1", received_at: noon() }
}

fn record<'a>(chain: &'a str, kind: EventKind, about: &'a str) -> Record<'a> {
    static SYSTEM: std::sync::LazyLock<Actor> = std::sync::LazyLock::new(Actor::system);
    Record { chain, at: noon(), actor: &SYSTEM, kind, about, data: serde_json::json!({}) }
}

fn asa() -> Actor {
    Actor::new("p1", "Åsa Öberg")
}

/// With microseconds, which both databases keep.
fn noon() -> DateTime<Utc> {
    at("2024-01-08T12:00:00.123456Z")
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn days() -> Days {
    Days {
        opens: day("2024-01-01"),
        last_day: day("2024-01-10"),
        report_day: day("2024-01-31"),
        meetings: Meetings::default(),
        ivo: None,
    }
}
