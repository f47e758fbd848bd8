//! One completion: the thread between biståndsenheten and an utförare, the same page for both.
//!
//! Goes in: a completion and what somebody writes. Comes out: the thread, or the same page with what was typed and what is
//! wrong. Guaranteed: only the utförare it was asked of and its nämnd meet it; a closed thread takes nothing more.

use askama::Template;
use axum::extract::{Form, Path, State};
use axum::response::Response;
use chrono::NaiveDate;
use serde::Deserialize;

use super::App;
use super::error::PageError;
use super::frame::{Frame, Layout, in_words};
use super::routes::{Route, get, post};
use super::when::{from_now, iso, moment};
use super::who::Who;
use crate::access::role::{Act, allows};
use crate::desk::DeskError;
use crate::desk::completions::Side;
use crate::render::print::{clean, clean_line, counted, date_in_words, fitted};
use crate::store::contents::Contents;
use crate::store::filing::Filing;
use crate::store::review::CompletionRow;

pub fn routes() -> Vec<Route> {
    vec![
        get("/komplettering/{id}", Act::SeeFiling, thread),
        post("/komplettering/{id}/svara", Act::AnswerCompletion, answer),
        post("/komplettering/{id}/skriv", Act::AskCompletion, write),
        post("/komplettering/{id}/avsluta", Act::AskCompletion, close),
    ]
}

#[derive(Template)]
#[template(path = "pages/completion.html")]
struct ThreadPage {
    layout: Layout,
    id: String,
    crumbs: Vec<(String, String)>,
    title: String,
    lead: String,
    state_key: &'static str,
    state_words: &'static str,
    /// Empty when nothing more is waited for.
    last_day: String,
    left: String,
    tone: &'static str,
    /// (mine, name, side, iso, time, text)
    messages: Vec<(bool, String, String, String, String, String)>,
    /// Where the row it is about stands; empty when it is about no row.
    place: String,
    place_href: String,
    missing: String,
    error: String,
    text: String,
    /// The reader belongs to the utförare.
    own: bool,
    may_write: bool,
    closed: String,
}

/// What was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Typed {
    text: String,
}

/// What a completion is about, as a heading: ”Rad 9 i bladet Led o avl”, ”Två ärenden saknas”.
pub fn title(contents: &Contents, it: &CompletionRow) -> String {
    if let (Some(sheet), Some(row)) = (&it.sheet, it.row) {
        let version = it.attempt_id.as_deref().and_then(|id| contents.attempt(id)).map(|it| it.nr);
        let of = version.map_or_else(String::new, |nr| format!(", version {nr}"));
        return format!("Rad {row} i bladet {}{of}", clean_line(sheet));
    }
    match it.missing_cases {
        0 => {
            // The question itself says more than any heading of ours.
            let first = contents.messages.iter().find(|message| message.completion_id == it.id);
            first.map_or_else(|| "Komplettering".to_owned(), |it| fitted(clean_line(&it.text), 70).into_owned())
        }
        count => {
            let count = usize::try_from(count).unwrap_or_default();
            counted(count, "ärende verkar saknas", "ärenden verkar saknas")
        }
    }
}

/// How a completion stands: key and words.
pub fn standing(it: &CompletionRow) -> (&'static str, &'static str) {
    match (it.closed_at.is_some(), it.answered_at.is_some()) {
        (true, true) => ("klar", "Avslutad"),
        (true, false) => ("obesvarad", "Avslutad utan svar"),
        (false, true) => ("besvarad", "Besvarad"),
        (false, false) => ("obesvarad", "Väntar på svar"),
    }
}

/// The completion and its filing, when the person may meet them.
async fn meet(app: &App, who: &Who, id: &str) -> Result<(CompletionRow, Filing), PageError> {
    let row = app.desk.store.completion(id).await?.ok_or(PageError::NotFound)?;
    let filing = who.filing(app, &row.filing_id).await?;
    Ok((row, filing))
}

fn left(due: NaiveDate, today: NaiveDate) -> (String, &'static str) {
    let days = (due - today).num_days();
    let tone = match days {
        ..0 => "over",
        0..=3 => "near",
        _ => "",
    };
    let words =
        if days < 0 { "Svaret är försenat.".to_owned() } else { format!("Svara senast {}.", from_now(due, today)) };
    (words, tone)
}

async fn page(
    app: &App,
    frame: &Frame,
    who: &Who,
    (row, filing): (CompletionRow, Filing),
    (text, error): (String, String),
) -> Result<Response, PageError> {
    let contents = app.desk.store.contents(&filing.round_id).await?;
    let name = contents.utforare_of(&filing).map_or_else(String::new, |it| clean_line(&it.namn).into_owned());
    let own = who.utforare.is_some();
    let messages = contents.messages.iter().filter(|it| it.completion_id == row.id).map(|it| {
        let theirs = it.side == Side::Utforare.key();
        let side = if theirs { name.clone() } else { "biståndsenheten".to_owned() };
        (theirs == own, it.person_name.clone(), side, iso(it.at), moment(it.at), clean(&it.text).into_owned())
    });
    let messages = messages.collect();
    let kvartal = &contents.round.kvartal;
    let crumbs = if own {
        vec![("/".to_owned(), "Era uppdrag".to_owned()), (format!("/inlamning/{}", filing.id), in_words(kvartal))]
    } else {
        let review = (format!("/granska/{}", filing.id), name.clone());
        vec![(format!("/kvartal/{kvartal}"), in_words(kvartal)), review]
    };
    let (state_key, state_words) = standing(&row);
    let (left, tone) = left(row.due, app.today());
    let waits = row.answered_at.is_none() && row.closed_at.is_none();
    let nr = row.attempt_id.as_deref().and_then(|it| contents.attempt(it)).map_or(0, |it| it.nr);
    let place = row.sheet.as_ref().zip(row.row);
    let act = if own { Act::AnswerCompletion } else { Act::AskCompletion };
    let refused = !error.is_empty();
    let heading = title(&contents, &row);
    let page = ThreadPage {
        layout: frame.layout(heading.clone()),
        id: row.id.clone(),
        crumbs,
        title: heading,
        lead: format!("{name}, {}", in_words(kvartal).to_lowercase()),
        state_key,
        state_words,
        last_day: if waits { date_in_words(row.due) } else { String::new() },
        left,
        tone,
        messages,
        place: place.map(|(sheet, row)| format!("Rad {row} i bladet {}", clean_line(sheet))).unwrap_or_default(),
        place_href: match place {
            Some((sheet, at)) if !own => {
                let query = serde_html_form::to_string([("version", nr.to_string()), ("blad", sheet.clone())]);
                format!("/granska/{}?{}&rad={at}#rad", filing.id, query.unwrap_or_default())
            }
            _ => row.attempt_id.as_ref().map(|it| format!("/version/{it}")).unwrap_or_default(),
        },
        missing: match usize::try_from(row.missing_cases) {
            Ok(0) | Err(_) => String::new(),
            Ok(count) => counted(count, "ärende", "ärenden"),
        },
        error,
        text,
        own,
        may_write: allows(who.role, act) && row.closed_at.is_none() && !contents.round.is_fixed(),
        closed: row.closed_at.map(moment).unwrap_or_default(),
    };
    Ok(frame.show_form(&page, refused))
}

async fn thread(State(app): State<App>, frame: Frame, who: Who, Path(id): Path<String>) -> Result<Response, PageError> {
    let met = meet(&app, &who, &id).await?;
    page(&app, &frame, &who, met, (String::new(), String::new())).await
}

async fn say(
    app: &App,
    frame: &Frame,
    who: &Who,
    (id, side): (&str, Side),
    typed: Typed,
) -> Result<Response, PageError> {
    let met = meet(app, who, id).await?;
    match app.desk.answer(id, side, &typed.text, &who.actor(), app.now()).await {
        Ok(()) => {
            let told = if side == Side::Utforare { "Svaret är skickat." } else { "Meddelandet är skickat." };
            Ok(frame.go(&format!("/komplettering/{id}"), "ok", told))
        }
        Err(DeskError::Refused(it)) => page(app, frame, who, met, (typed.text, it.message)).await,
        Err(other) => Err(other.into()),
    }
}

async fn answer(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(id): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, PageError> {
    say(&app, &frame, &who, (&id, Side::Utforare), typed).await
}

async fn write(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(id): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, PageError> {
    say(&app, &frame, &who, (&id, Side::Namnd), typed).await
}

async fn close(State(app): State<App>, frame: Frame, who: Who, Path(id): Path<String>) -> Result<Response, PageError> {
    let (row, filing) = meet(&app, &who, &id).await?;
    app.desk.close_completion(&row.id, &who.actor(), app.now()).await?;
    Ok(frame.go(&format!("/granska/{}", filing.id), "ok", "Kompletteringen är avslutad."))
}
