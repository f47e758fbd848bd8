//! ”Inget att rapportera”, said by a named person.
//!
//! Goes in: a filing and a confirmation. Comes out: the receipt, or the list of cases that are still open.
//! Guaranteed: nothing is said without the tick of the person who says it.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::{Standing, met, standing};
use crate::desk::DeskError;
use crate::http::App;
use crate::http::error::PageError;
use crate::http::frame::{Frame, Layout};
use crate::http::who::Who;

#[derive(Template)]
#[template(path = "pages/nil.html")]
struct NilPage {
    layout: Layout,
    it: Standing,
    person: String,
    /// Cases of the last report that stand in the way.
    open: Vec<String>,
    /// Something valid has come already and would be replaced.
    replaces: String,
    errors: Vec<(String, String)>,
    error: String,
}

#[derive(Deserialize)]
pub(super) struct Said {
    intyg: Option<String>,
}

async fn shown(app: &App, frame: &Frame, who: &Who, id: &str, error: &str) -> Result<NilPage, PageError> {
    let (filing, context) = met(app, who, id).await?;
    let it = standing(app, &context, &filing);
    let replaces = context.contents.attempts_of(&filing).rev().find(|it| it.is_valid());
    let errors = if error.is_empty() { Vec::new() } else { vec![("intyg".to_owned(), error.to_owned())] };
    Ok(NilPage {
        layout: frame.layout("Inget att rapportera"),
        person: who.name.clone(),
        open: app.desk.open_before(id).await?,
        replaces: replaces.map(|it| format!("version {}", it.nr)).unwrap_or_default(),
        it,
        errors,
        error: error.to_owned(),
    })
}

pub(super) async fn page(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    Ok(frame.show(&shown(&app, &frame, &who, &id, "").await?))
}

pub(super) async fn answer(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(id): Path<String>,
    axum::Form(said): axum::Form<Said>,
) -> Result<Response, PageError> {
    who.filing(&app, &id).await?;
    let refused = |why: String| {
        let (app, frame, who, id) = (&app, &frame, &who, &id);
        async move {
            let page = shown(app, frame, who, id, &why).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, frame.show(&page)).into_response())
        }
    };
    if said.intyg.is_none() {
        return refused("Kryssa i rutan om du har kontrollerat att inget ska rapporteras.".to_owned()).await;
    }
    match app.desk.nil(&id, &who.actor(), app.now()).await {
        Ok(attempt) => {
            let text = "Ditt svar ”Inget att rapportera” är mottaget. Här är kvittensen.";
            Ok(frame.go(&format!("/version/{attempt}/kvittens"), "ok", text))
        }
        Err(DeskError::Refused(it)) => refused(it.message).await,
        Err(error) => Err(error.into()),
    }
}
