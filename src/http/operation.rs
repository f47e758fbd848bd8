//! For those who run the service: what is stuck, letters that did not leave, which database, version and rules.
//!
//! Goes in: the state of the database. Comes out: one page. Guaranteed: only what belongs to the reader's nämnd or to nobody's.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use chrono::TimeDelta;

use super::App;
use super::error::PageError;
use super::frame::{Frame, Layout};
use super::routes::{Route, get};
use super::when;
use super::who::Who;
use crate::access::role::{Act, allows};
use crate::store::letter::LetterRow;

/// A reading takes seconds; a letter leaves within a minute.
const STUCK: TimeDelta = TimeDelta::minutes(5);

pub fn routes() -> Vec<Route> {
    vec![get("/drift", Act::SeeHealth, page)]
}

struct Stuck {
    utforare: String,
    quarter: String,
    version: i64,
    age: String,
    tries: i64,
    href: String,
}

struct Letter {
    at: String,
    subject: String,
    recipient: String,
    tries: i64,
    fault: String,
}

#[derive(Template)]
#[template(path = "pages/operation.html")]
struct OperationPage {
    layout: Layout,
    stuck: Vec<Stuck>,
    waiting: Vec<Letter>,
    given_up: Vec<Letter>,
    facts: Vec<(&'static str, String)>,
}

async fn page(State(app): State<App>, frame: Frame, who: Who) -> Result<Response, PageError> {
    let store = &app.desk.store;
    let now = app.now();
    let mut stuck = Vec::new();
    let utforare = store.utforare(&who.namnd_id).await?;
    for it in store.stuck_attempts(now - STUCK).await? {
        let Some(owner) = store.owner_of_filing(&it.filing_id).await?.filter(|it| it.namnd_id == who.namnd_id) else {
            continue;
        };
        stuck.push(Stuck {
            utforare: utforare
                .iter()
                .find(|own| own.id == owner.utforare_id)
                .map(|it| it.namn.clone())
                .unwrap_or_default(),
            quarter: super::frame::in_words(&owner.kvartal),
            version: it.nr,
            age: when::age(it.received_at, now),
            tries: it.tries,
            href: if allows(who.role, Act::SeeReview) { format!("/granska/{}", it.filing_id) } else { String::new() },
        });
    }
    let own = |it: &LetterRow| it.namnd_id.as_ref().is_none_or(|it| *it == who.namnd_id);
    let waiting = store.letters_waiting_since(now - STUCK).await?;
    let given_up = store.letters_given_up(Some(&who.namnd_id)).await?;
    let namnd = store.namnd(&who.namnd_id).await?.ok_or(PageError::NotFound)?;
    let library = app.desk.library(&namnd).await?;
    let database = match store.kind() {
        "postgres" => "PostgreSQL",
        _ => "SQLite, en fil",
    };
    let page = OperationPage {
        layout: frame.layout("Drift"),
        stuck,
        waiting: waiting.iter().filter(|it| own(it)).map(letter).collect(),
        given_up: given_up.iter().map(letter).collect(),
        facts: vec![
            ("Kvartal", env!("CARGO_PKG_VERSION").to_owned()),
            ("Databas", database.to_owned()),
            ("Regelverk", library.catalogue.version().to_owned()),
            ("Regelverkets kontrollsumma", library.catalogue.sha256().to_owned()),
            ("Nämndens egna regelfiler", store.own_rules(&who.namnd_id).await?.len().to_string()),
            ("Adress", app.settings.public_url.clone()),
            ("Största fil", format!("{} MB", app.settings.largest_file / 1_000_000)),
            ("Klockan i tjänsten", when::moment(now)),
        ],
    };
    Ok(frame.show(&page))
}

fn letter(it: &LetterRow) -> Letter {
    Letter {
        at: when::moment(it.created_at),
        subject: it.subject.clone(),
        recipient: it.recipient.clone(),
        tries: it.tries,
        fault: it.fault.clone().unwrap_or_default(),
    }
}
