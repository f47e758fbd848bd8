//! Versions over the API: how far the reading has come, the answer, the receipt.
//!
//! Goes in: the id of a version. Comes out: JSON; the answer is that of `kvartal check --json`.
//! Guaranteed: a version of somebody else does not exist.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::Caller;
use super::shapes::{Counts, Receipt, Version};
use crate::desk::Refusal;
use crate::http::App;
use crate::http::error::PageError;
use crate::model::calendar::in_sweden;
use crate::store::attempt::{Attempt, Original};

async fn own(app: &App, caller: &Caller, id: &str) -> Result<(Attempt, Option<Original>), PageError> {
    let attempt = app.desk.store.attempt(id).await?.ok_or(PageError::NotFound)?;
    caller.filing(app, &attempt.filing_id).await?;
    let original = match &attempt.original_id {
        Some(id) => app.desk.store.original(id).await?,
        None => None,
    };
    Ok((attempt, original))
}

/// A version as the API shows it. The caller must have been found to own it.
pub(super) async fn shape(app: &App, id: &str) -> Result<Version, PageError> {
    let attempt = app.desk.store.attempt(id).await?.ok_or(PageError::NotFound)?;
    let original = match &attempt.original_id {
        Some(id) => app.desk.store.original(id).await?,
        None => None,
    };
    let counts = app.desk.store.reading(id).await?.as_ref().map(Counts::from);
    Ok(Version::of(&attempt, original.as_ref(), counts))
}

/// Visar en version
#[utoipa::path(get, path = "/api/v1/versioner/{id}", params(("id" = String, Path)), tag = "Versioner",
    responses((status = 200, body = Version), (status = 404, body = super::shapes::Problem)))]
pub async fn one(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Result<Json<Version>, PageError> {
    own(&app, &caller, &id).await?;
    Ok(Json(shape(&app, &id).await?))
}

/// Visar svaret på en version: rader och fynd, cell för cell
#[utoipa::path(get, path = "/api/v1/versioner/{id}/svar", params(("id" = String, Path)), tag = "Versioner",
    responses((status = 200, content_type = "application/json", description = "Som kvartal check --json"),
        (status = 422, body = super::shapes::Problem, description = "Filen läses fortfarande")))]
pub async fn answer(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Result<Response, PageError> {
    let (attempt, _) = own(&app, &caller, &id).await?;
    match app.desk.store.reading(&attempt.id).await? {
        Some(it) => Ok(([(header::CONTENT_TYPE, "application/json")], it.answer).into_response()),
        None if attempt.nil => Err(Refusal::new("Svaret var att det inte finns något att rapportera.").into()),
        None => Err(Refusal::new("Filen läses fortfarande. Fråga igen om en stund.").into()),
    }
}

/// Visar kvittensen på en version
#[utoipa::path(get, path = "/api/v1/versioner/{id}/kvittens", params(("id" = String, Path)), tag = "Versioner",
    responses((status = 200, body = Receipt), (status = 404, body = super::shapes::Problem)))]
pub async fn receipt(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Receipt>, PageError> {
    let (attempt, original) = own(&app, &caller, &id).await?;
    let reading = app.desk.store.reading(&attempt.id).await?;
    Ok(Json(Receipt {
        version: attempt.id,
        nr: attempt.nr,
        received_at: in_sweden(attempt.received_at),
        sender: attempt.sender_name,
        file: original.as_ref().map(|it| it.name.clone()),
        sha256: original.map(|it| it.sha256),
        rules: reading.as_ref().map(|it| it.rules.clone()),
        rows: reading.map(|it| it.rows),
    }))
}
