//! The thread of a completion: what was asked, what was answered. Both sides read the same page.
//!
//! Goes in: a completion. Comes out: its thread, with the form of whoever reads: the utförare answers here
//! (`POST /komplettering/{id}/svar`, [`Act::AnswerCompletion`]).
//! Guaranteed: a thread is met only through its filing; what was typed and not taken stands in the form again.
//!
//! The nämnd's side – asking again, and closing – is shown by `namnd_writes` in the template when `who.role` may
//! [`Act::AskCompletion`]; its posts go to `/komplettering/{id}/fraga` and `/komplettering/{id}/avsluta`, and belong to the
//! pages of biståndsenheten, since a route has one act.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::App;
use super::error::PageError;
use super::frame::{Frame, Layout, in_words};
use super::routes::{Route, get, post};
use super::who::Who;
use super::words::{countdown, iso, time_in_words, uppdrag_in_words};
use crate::access::role::{Act, Role, allows};
use crate::desk::DeskError;
use crate::desk::decide::Side;
use crate::render::print::{clean, clean_line, date_in_words, fitted};
use crate::store::contents::Contents;
use crate::store::review::CompletionRow;

pub fn routes() -> Vec<Route> {
    vec![
        get("/komplettering/{id}", Act::SeeFiling, page),
        post("/komplettering/{id}/svar", Act::AnswerCompletion, answer),
    ]
}

#[derive(Template)]
#[template(path = "pages/completion.html")]
struct CompletionPage {
    layout: Layout,
    crumbs: Vec<(String, String)>,
    id: String,
    title: String,
    utforare: String,
    uppdrag: String,
    state_key: &'static str,
    state: &'static str,
    due: String,
    left: String,
    tone: &'static str,
    /// Nobody has answered, so that the last day matters.
    waits: bool,
    /// Mine, name, side, ISO time, time, text.
    messages: Vec<(bool, String, String, String, String, String)>,
    /// The row it is about: version id, place.
    about: Option<(String, String)>,
    utforare_writes: bool,
    namnd_writes: bool,
    typed: String,
    error: String,
    errors: Vec<(String, String)>,
}

/// What a completion is about, in a line: the row, or the beginning of the question.
pub fn title(contents: &Contents, it: &CompletionRow) -> String {
    let first = contents.messages.iter().find(|message| message.completion_id == it.id);
    let text = first.map(|it| fitted(clean_line(&it.text), 70).into_owned()).unwrap_or_default();
    match it.row {
        Some(row) => format!("Rad {row}: {text}"),
        None if text.is_empty() => "Fråga från biståndsenheten".to_owned(),
        None => text,
    }
}

async fn shown(
    app: &App,
    frame: &Frame,
    who: &Who,
    id: &str,
    (typed, error): (&str, &str),
) -> Result<CompletionPage, PageError> {
    let thread = app.desk.store.completion(id).await?.ok_or(PageError::NotFound)?;
    let filing = who.filing(app, &thread.filing_id).await?;
    let context = app.desk.context(&filing.round_id).await?;
    let contents = &context.contents;
    let utforare = contents.utforare_of(&filing).map(|it| it.namn.clone()).unwrap_or_default();
    let own_side = if who.role == Role::Utforare { Side::Utforare } else { Side::Namnd };
    let messages = contents.messages.iter().filter(|it| it.completion_id == id);
    let messages = messages
        .map(|it| {
            let side = if it.side == Side::Namnd.key() { "biståndsenheten" } else { utforare.as_str() };
            let text = clean(&it.text).into_owned();
            (it.side == own_side.key(), it.person_name.clone(), side.to_owned(), iso(it.at), time_in_words(it.at), text)
        })
        .collect();
    let (state_key, state) = match (thread.closed_at, thread.answered_at) {
        (Some(_), Some(_)) => ("klar", "Avslutad"),
        (Some(_), None) => ("obesvarad", "Avslutad utan svar"),
        (None, Some(_)) => ("besvarad", "Besvarad"),
        (None, None) => ("obesvarad", "Väntar på svar"),
    };
    let (left, tone) = countdown(thread.due, app.today());
    let uppdrag = uppdrag_in_words(&context, &filing);
    let open = thread.closed_at.is_none() && !contents.round.is_fixed();
    let crumbs = if who.role == Role::Utforare {
        vec![("/uppdrag".to_owned(), "Era uppdrag".to_owned()), (format!("/inlamning/{}", filing.id), uppdrag.clone())]
    } else {
        let kvartal = &contents.round.kvartal;
        vec![
            (format!("/kvartal/{kvartal}"), in_words(kvartal)),
            (format!("/inlamning/{}", filing.id), utforare.clone()),
        ]
    };
    let place =
        thread.sheet.clone().zip(thread.row).map(|(sheet, row)| format!("bladet {}, rad {row}", clean_line(&sheet)));
    Ok(CompletionPage {
        layout: frame.layout("Komplettering"),
        crumbs,
        id: id.to_owned(),
        title: title(contents, &thread),
        utforare,
        uppdrag,
        state_key,
        state,
        due: date_in_words(thread.due),
        left,
        tone,
        waits: thread.answered_at.is_none() && thread.closed_at.is_none(),
        messages,
        about: thread.attempt_id.clone().zip(place),
        utforare_writes: open && allows(who.role, Act::AnswerCompletion),
        namnd_writes: open && allows(who.role, Act::AskCompletion),
        typed: typed.to_owned(),
        error: error.to_owned(),
        errors: if error.is_empty() { Vec::new() } else { vec![("text".to_owned(), error.to_owned())] },
    })
}

async fn page(State(app): State<App>, frame: Frame, who: Who, Path(id): Path<String>) -> Result<Response, PageError> {
    Ok(frame.show(&shown(&app, &frame, &who, &id, ("", "")).await?))
}

#[derive(Deserialize)]
struct Written {
    #[serde(default)]
    text: String,
}

async fn answer(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(id): Path<String>,
    axum::Form(written): axum::Form<Written>,
) -> Result<Response, PageError> {
    let thread = app.desk.store.completion(&id).await?.ok_or(PageError::NotFound)?;
    who.filing(&app, &thread.filing_id).await?;
    match app.desk.answer(&id, Side::Utforare, &written.text, &who.actor(), app.now()).await {
        Ok(()) => Ok(frame.go(&format!("/komplettering/{id}"), "ok", "Svaret är skickat till biståndsenheten.")),
        Err(DeskError::Refused(it)) => {
            let page = shown(&app, &frame, &who, &id, (&written.text, &it.message)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, frame.show(&page)).into_response())
        }
        Err(error) => Err(error.into()),
    }
}
