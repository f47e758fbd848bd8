//! The event log: everything that changed, by whom and when.
//!
//! Goes in: what to look for. Comes out: entries, newest first, fifty at a time; and whether the chain is whole.
//! Guaranteed: only the log of the reader's own nämnd; nothing about the persons whose decisions are reported.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::App;
use super::error::PageError;
use super::frame::{Frame, Layout, in_words};
use super::routes::{Route, get, post};
use super::when;
use super::who::Who;
use crate::access::role::{Act, allows};
use crate::model::calendar::swedish_time;
use crate::render::print::number;
use crate::store::event::{Event, EventKind, Wanted};

const PAGE: i64 = 50;

pub fn routes() -> Vec<Route> {
    vec![get("/handelser", Act::SeeEvents, page), post("/handelser/kontrollera", Act::SeeEvents, verify)]
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    sort: String,
    vem: String,
    dag: String,
    /// Entries before this number.
    fore: Option<i64>,
}

struct Entry {
    nr: String,
    iso: String,
    at: String,
    who: String,
    what: String,
    about: String,
    href: String,
    /// Name and value.
    data: Vec<(String, String)>,
    hash: String,
}

#[derive(Template)]
#[template(path = "pages/events.html")]
struct EventsPage {
    layout: Layout,
    errors: Vec<(&'static str, String)>,
    kinds: Vec<(&'static str, &'static str, bool)>,
    actors: Vec<(String, String, bool)>,
    day: String,
    entries: Vec<Entry>,
    total: String,
    newest: String,
    older: String,
}

async fn page(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let store = &app.desk.store;
    let chain = who.namnd_id.as_str();
    let mut errors = Vec::new();
    let mut wanted = Wanted { kind: asked.sort.clone(), actor: asked.vem.clone(), ..Wanted::default() };
    if !asked.dag.trim().is_empty() {
        match when::typed_day(&asked.dag) {
            None => errors.push(("dag", format!("”{}” är ingen dag. Skriv så här: 2024-01-31.", asked.dag.trim()))),
            Some(day) => {
                let midnight = |it: chrono::NaiveDate| swedish_time(it.and_time(chrono::NaiveTime::MIN)).to_utc();
                wanted.from = Some(midnight(day));
                wanted.until = day.succ_opt().map(midnight);
            }
        }
    }
    let found = store.events_wanted(chain, &wanted, asked.fore, PAGE + 1).await?;
    let more = found.len() > usize::try_from(PAGE).unwrap_or_default();
    let mut names = Names { app: &app, frame: &frame, who: &who, known: HashMap::new() };
    let mut entries = Vec::new();
    for it in found.iter().take(usize::try_from(PAGE).unwrap_or_default()) {
        entries.push(entry(&mut names, it).await?);
    }
    let link = |fore: Option<i64>| {
        let fore = fore.map(|it| it.to_string()).unwrap_or_default();
        let fields = [("sort", asked.sort.as_str()), ("vem", &asked.vem), ("dag", &asked.dag), ("fore", &fore)];
        let fields: Vec<_> = fields.into_iter().filter(|it| !it.1.is_empty()).collect();
        format!("/handelser?{}", serde_html_form::to_string(fields).unwrap_or_default())
    };
    let last = found.get(usize::try_from(PAGE - 1).unwrap_or_default()).map(|it| it.nr);
    let page = EventsPage {
        layout: frame.layout("Händelselogg"),
        errors,
        kinds: std::iter::once(("", "Alla", asked.sort.is_empty()))
            .chain(EventKind::ALL.iter().map(|it| (it.key(), it.swedish(), it.key() == asked.sort)))
            .collect(),
        actors: actors(&app, chain, &asked.vem).await?,
        total: number(store.events_count(chain, &wanted).await?),
        newest: if asked.fore.is_some() { link(None) } else { String::new() },
        older: if more { link(last) } else { String::new() },
        day: asked.dag,
        entries,
    };
    Ok(frame.show(&page))
}

async fn actors(app: &App, chain: &str, chosen: &str) -> Result<Vec<(String, String, bool)>, PageError> {
    let mut all: Vec<(String, String, bool)> = app
        .desk
        .store
        .event_actors(chain)
        .await?
        .into_iter()
        .map(|(id, name)| {
            let is_chosen = id == chosen;
            (id, name, is_chosen)
        })
        .collect();
    all.sort_by_key(|it| crate::model::spelling::fold(&it.1));
    // Somebody who changed name stands there once, with one of the names.
    all.dedup_by(|a, b| a.0 == b.0);
    all.insert(0, (String::new(), "Alla".to_owned(), chosen.is_empty()));
    Ok(all)
}

/// What ids in the log stand for.
struct Names<'a> {
    app: &'a App,
    frame: &'a Frame,
    who: &'a Who,
    known: HashMap<String, (String, String)>,
}

impl Names<'_> {
    /// Name and address of what an entry is about; both may be empty.
    async fn of(&mut self, id: &str) -> Result<(String, String), PageError> {
        if let Some(found) = self.known.get(id) {
            return Ok(found.clone());
        }
        let found = self.look_up(id).await?;
        self.known.insert(id.to_owned(), found.clone());
        Ok(found)
    }

    async fn look_up(&self, id: &str) -> Result<(String, String), PageError> {
        let store = &self.app.desk.store;
        let sees_board = allows(self.who.role, Act::SeeBoard);
        let link = |href: String| if sees_board { href } else { String::new() };
        if let Some(round) = self.frame.rounds().iter().find(|it| it.id == id) {
            return Ok((in_words(&round.kvartal), link(format!("/kvartal/{}", round.kvartal))));
        }
        let utforare = store.utforare(&self.who.namnd_id).await?;
        if let Some(it) = utforare.iter().find(|it| it.id == id) {
            return Ok((it.namn.clone(), link(format!("/utforare/{}", it.nyckel))));
        }
        if let Some(owner) = store.owner_of_filing(id).await?.filter(|it| it.namnd_id == self.who.namnd_id) {
            let name = utforare.iter().find(|it| it.id == owner.utforare_id).map_or("–", |it| it.namn.as_str());
            return Ok((
                format!("{name}, {}", in_words(&owner.kvartal).to_lowercase()),
                link(format!("/granska/{id}")),
            ));
        }
        if id == self.who.namnd_id {
            return Ok((self.who.namnd.clone(), String::new()));
        }
        let person = store.person(id).await?;
        Ok((person.map(|it| it.name).unwrap_or_default(), String::new()))
    }
}

async fn entry(names: &mut Names<'_>, it: &Event) -> Result<Entry, PageError> {
    let (about, href) = names.of(&it.about).await?;
    let at = it.at();
    let data: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&it.data).unwrap_or_default();
    Ok(Entry {
        nr: number(it.nr),
        iso: at.map(when::iso).unwrap_or_default(),
        at: at
            .map(|at| crate::model::calendar::in_sweden(at).format("%Y-%m-%d %H.%M.%S").to_string())
            .unwrap_or_default(),
        who: it.actor_name.clone(),
        what: it.kind().map_or_else(|| it.kind.clone(), |it| it.swedish().to_owned()),
        about,
        href,
        data: data.iter().map(|(key, value)| (label(key), shown(value))).collect(),
        hash: it.hash.chars().take(12).collect(),
    })
}

/// The log's keys have no å, ä or ö; people read words.
fn label(key: &str) -> String {
    let word = match key {
        "fil" => "fil",
        "skal" => "skäl",
        "oppnar" => "öppnar",
        "oppna" => "öppna ärenden",
        "sista_dag" => "sista dag",
        "inlamningar" => "inlämningar",
        "forut" => "förut",
        "fragor" => "frågor",
        "fran" => "från",
        "kraver" => "kräver",
        "sha256" => "kontrollsumma",
        "losen" => "lösenord",
        "utforare" => "utförare",
        "atgard" => "åtgärd",
        other => return other.replace('_', " "),
    };
    word.to_owned()
}

fn shown(value: &serde_json::Value) -> String {
    let text = match value {
        serde_json::Value::Null => "–".to_owned(),
        serde_json::Value::Bool(yes) => if *yes { "ja" } else { "nej" }.to_owned(),
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Array(all) => all.iter().map(shown).collect::<Vec<_>>().join(", "),
        serde_json::Value::Object(all) => {
            all.iter().map(|(key, value)| format!("{} {}", label(key), shown(value))).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    };
    crate::render::print::fitted(crate::render::print::clean(&text), 2000).into_owned()
}

async fn verify(State(app): State<App>, frame: Frame, who: Who) -> Result<Response, PageError> {
    let (kind, text) = match app.desk.store.verify_chain(&who.namnd_id).await? {
        Ok(whole) => (
            "ok",
            format!(
                "Loggen är hel. {} händelser är kontrollerade, från den första till den senaste.",
                number(whole.entries)
            ),
        ),
        Err(broken) => ("fel", format!("Loggen är inte hel. {broken} Säg till den som driver tjänsten.")),
    };
    Ok(frame.go("/handelser", kind, text))
}
