//! A file that seems to be about something else: its sender says what it is.
//!
//! Goes in: a stopped version. Comes out: a page that asks, then the version read all the same, moved or taken back.
//! Guaranteed: the file is not sent again; it moves only between the sender's own filings.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::{Met, answer, met};
use crate::access::role::Role;
use crate::desk::DeskError;
use crate::desk::intake::window;
use crate::http::App;
use crate::http::error::PageError;
use crate::http::filing::upload::{PATIENCE, answered};
use crate::http::frame::{Frame, Layout, in_words};
use crate::http::who::Who;
use crate::http::words::{file_name, uppdrag_in_words};
use crate::model::Window;

#[derive(Template)]
#[template(path = "pages/stopped.html")]
struct StoppedPage {
    layout: Layout,
    crumbs: Vec<(String, String)>,
    id: String,
    nr: i64,
    own: bool,
    file: String,
    time: String,
    /// What the file says: ”Filen säger kvartal 3 2023, men …”
    says: Vec<String>,
    /// Other filings of the sender that take files: id, label, nothing more, chosen.
    others: Vec<(String, String, String, bool)>,
    closed: bool,
    error: String,
    errors: Vec<(String, String)>,
}

pub(super) async fn page(app: &App, frame: &Frame, who: &Who, it: &Met, error: &str) -> Result<Response, PageError> {
    let contents = &it.context.contents;
    let stop = it.attempt.why_stopped();
    let mut says = Vec::new();
    let mut wanted = None;
    if let Some(kvartal) = stop.as_ref().and_then(|it| it.kvartal.as_deref()) {
        let here = in_words(&contents.round.kvartal).to_lowercase();
        says.push(format!("Filen säger {}, men den lämnades in för {here}.", in_words(kvartal).to_lowercase()));
        wanted = Some(kvartal.to_owned());
    }
    if let Some(key) = stop.as_ref().and_then(|it| it.utforare.as_deref()) {
        // The name of another utförare is public; its cases are not.
        let name = contents.utforare.iter().find(|it| it.nyckel == key).map_or(key, |it| it.namn.as_str());
        says.push(format!("Filen säger att den kommer från {name}, men den lämnades in för {}.", it.utforare()));
    }
    let others =
        if who.role == Role::Utforare { others(app, frame, who, it, wanted.as_deref()).await? } else { Vec::new() };
    let page = StoppedPage {
        layout: frame.layout(format!("Version {}", it.attempt.nr)),
        crumbs: it.crumbs(who),
        id: it.attempt.id.clone(),
        nr: it.attempt.nr,
        own: who.role == Role::Utforare,
        file: contents.original_of(&it.attempt).map(|it| file_name(&it.name)).unwrap_or_default(),
        time: answer::came(it).1,
        says,
        others,
        closed: contents.round.is_fixed(),
        error: error.to_owned(),
        errors: if error.is_empty() { Vec::new() } else { vec![("till".to_owned(), error.to_owned())] },
    };
    let status = if error.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok((status, frame.show(&page)).into_response())
}

/// Where the file could go instead: the quarter it names first, with the same uppdrag chosen.
async fn others(
    app: &App,
    frame: &Frame,
    who: &Who,
    it: &Met,
    wanted: Option<&str>,
) -> Result<Vec<(String, String, String, bool)>, PageError> {
    let mut found = Vec::new();
    for round in frame.rounds() {
        let context = app.desk.context(&round.id).await?;
        for filing in super::super::filing::own(who, &context).filter(|own| own.id != it.filing.id) {
            if !matches!(window(round, filing, app.today()), Window::Open | Window::Late) {
                continue;
            }
            let chosen = wanted == Some(round.kvartal.as_str()) && filing.uppdrag_id == it.filing.uppdrag_id;
            let label = format!("{}, {}", in_words(&round.kvartal), uppdrag_in_words(&context, filing).to_lowercase());
            found.push((filing.id.clone(), label, String::new(), chosen));
        }
    }
    found.sort_by_key(|it| !it.3);
    Ok(found)
}

pub(super) async fn confirm(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    met(&app, &who, &id).await?;
    match app.desk.confirm(&id, &who.actor(), app.now()).await {
        Ok(()) => {
            app.desk.wait_for(&id, PATIENCE).await?;
            Ok(frame.go(&format!("/version/{id}"), "ok", "Tack. Filen läses som den är."))
        }
        Err(DeskError::Refused(it)) => Ok(frame.go(&format!("/version/{id}"), "varning", it.message)),
        Err(error) => Err(error.into()),
    }
}

#[derive(Deserialize)]
pub(super) struct To {
    #[serde(default)]
    till: String,
}

pub(super) async fn redirect(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(id): Path<String>,
    axum::Form(to): axum::Form<To>,
) -> Result<Response, PageError> {
    let it = met(&app, &who, &id).await?;
    if to.till.is_empty() {
        return page(&app, &frame, &who, &it, "Välj vart filen ska flyttas.").await;
    }
    who.filing(&app, &to.till).await?;
    match app.desk.redirect(&id, &to.till, &who.actor(), app.now()).await {
        Ok(received) => answered(&app, &frame, &received).await,
        Err(DeskError::Refused(why)) => page(&app, &frame, &who, &it, &why.message).await,
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn withdraw(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let it = met(&app, &who, &id).await?;
    match app.desk.withdraw(&id, &who.actor(), app.now()).await {
        Ok(()) => {
            let to = format!("/inlamning/{}", it.filing.id);
            Ok(frame.go(&to, "ok", format!("Version {} är tillbakatagen och räknas inte.", it.attempt.nr)))
        }
        Err(DeskError::Refused(why)) => Ok(frame.go(&format!("/version/{id}"), "varning", why.message)),
        Err(error) => Err(error.into()),
    }
}
