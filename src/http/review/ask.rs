//! Asking the utförare for a completion: about a row, about cases that seem to be missing, or in general.
//!
//! Goes in: a filing, the text, a last day, and what it is about. Comes out: a thread, or the same form with what was typed.
//! Guaranteed: nothing typed is lost when it is refused.

use askama::Template;
use axum::extract::{Form, Path, RawQuery, State};
use axum::response::Response;
use serde::Deserialize;

use super::rows::place_of;
use super::to_review;
use crate::access::role::Act;
use crate::desk::DeskError;
use crate::desk::completions::{Ask, proposed_due};
use crate::http::App;
use crate::http::error::PageError;
use crate::http::frame::{Frame, Layout, in_words};
use crate::http::routes::{Route, get, post};
use crate::http::when::typed_day;
use crate::http::who::Who;
use crate::render::print::{clean_line, date_in_words};
use crate::store::filing::Filing;
use crate::store::review::RowPlace;

pub fn routes() -> Vec<Route> {
    vec![
        get("/granska/{filing}/fraga", Act::AskCompletion, form),
        post("/granska/{filing}/fraga", Act::AskCompletion, ask),
    ]
}

#[derive(Template)]
#[template(path = "pages/ask.html")]
struct AskPage {
    layout: Layout,
    crumbs: Vec<(String, String)>,
    filing: String,
    name: String,
    about: String,
    typed: Typed,
    errors: Vec<(String, String)>,
}

/// What was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Typed {
    text: String,
    senast: String,
    /// `0-12`, or empty.
    rad: String,
    /// Number of the version the row stands in.
    version: i64,
    saknas: String,
}

impl AskPage {
    fn error(&self, field: &str) -> String {
        self.errors.iter().find(|it| it.0 == field).map(|it| it.1.clone()).unwrap_or_default()
    }
}

/// The row a question is about, with its version's id and number.
async fn about(app: &App, filing: &Filing, typed: &Typed) -> Result<Option<(String, i64, RowPlace)>, PageError> {
    let Some((sheet, row)) = place_of(&typed.rad) else { return Ok(None) };
    let context = app.desk.context(&filing.round_id).await?;
    let attempt = to_review(&context, filing, typed.version)?.ok_or(PageError::NotFound)?;
    let reviewed = app.desk.reviewed(&context, attempt).await?;
    let name = reviewed.info.sheets.get(usize::from(sheet)).ok_or(PageError::NotFound)?;
    Ok(Some((attempt.id.clone(), attempt.nr, RowPlace { sheet: name.clone(), row: i64::from(row) })))
}

async fn page(
    app: &App,
    frame: &Frame,
    filing: &Filing,
    (typed, errors): (Typed, Vec<(String, String)>),
) -> Result<Response, PageError> {
    let contents = app.desk.store.contents(&filing.round_id).await?;
    let name = contents.utforare_of(filing).map_or_else(String::new, |it| clean_line(&it.namn).into_owned());
    let about = about(app, filing, &typed).await?;
    let kvartal = &contents.round.kvartal;
    let refused = !errors.is_empty();
    let page = AskPage {
        layout: frame.layout("Begär komplettering"),
        crumbs: vec![
            (format!("/kvartal/{kvartal}"), in_words(kvartal)),
            (format!("/granska/{}", filing.id), name.clone()),
        ],
        filing: filing.id.clone(),
        about: about.map_or_else(String::new, |(_, nr, place)| {
            format!("Rad {} i bladet {}, version {nr}", place.row, clean_line(&place.sheet))
        }),
        name,
        typed,
        errors,
    };
    Ok(frame.show_form(&page, refused))
}

async fn form(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(filing): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, PageError> {
    let filing = who.filing(&app, &filing).await?;
    let mut typed: Typed = serde_html_form::from_str(query.as_deref().unwrap_or_default()).unwrap_or_default();
    if typed.senast.is_empty() {
        typed.senast = proposed_due(app.today()).to_string();
    }
    page(&app, &frame, &filing, (typed, Vec::new())).await
}

async fn ask(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(filing): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, PageError> {
    let filing = who.filing(&app, &filing).await?;
    let mut errors = Vec::new();
    if typed.text.trim().is_empty() {
        errors.push(("text".to_owned(), "Skriv vad du behöver veta.".to_owned()));
    }
    let day = typed_day(&typed.senast);
    if day.is_none() {
        errors.push(("senast".to_owned(), "Skriv sista dagen att svara så här: 2024-01-31.".to_owned()));
    } else if day.is_some_and(|it| it < app.today()) {
        errors.push(("senast".to_owned(), "Dagen har redan passerat. Välj en senare dag.".to_owned()));
    }
    let missing = match typed.saknas.trim() {
        "" => Some(0),
        number => number.parse::<i64>().ok().filter(|it| (0..=10_000).contains(it)),
    };
    if missing.is_none() {
        errors.push(("saknas".to_owned(), "Skriv antalet ärenden med siffror, till exempel 2.".to_owned()));
    }
    if errors.is_empty() {
        let about = about(&app, &filing, &typed).await?.map(|(id, _, place)| (id, place));
        let due = day.unwrap_or_else(|| proposed_due(app.today()));
        let ask = Ask { text: typed.text.clone(), due, about, missing_cases: missing.unwrap_or(0) };
        match app.desk.ask(&filing.id, &ask, &who.actor(), app.now()).await {
            Ok(id) => {
                let told = format!("Kompletteringen är begärd. Utföraren ska svara senast den {}.", date_in_words(due));
                return Ok(frame.go(&format!("/komplettering/{id}"), "ok", told));
            }
            Err(DeskError::Refused(it)) => errors.push(("text".to_owned(), it.message)),
            Err(other) => return Err(other.into()),
        }
    }
    page(&app, &frame, &filing, (typed, errors)).await
}
