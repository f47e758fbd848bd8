//! The file as it was received, for those who review it.
//!
//! Goes in: a filing and the number of a version. Comes out: the bytes, to be saved and never shown.
//! Guaranteed: the log says who fetched it before a byte has left.

use axum::extract::{Path, State};
use axum::response::Response;

use crate::access::role::Act;
use crate::http::App;
use crate::http::download::{ANYTHING, Leaving, send};
use crate::http::error::PageError;
use crate::http::routes::{Route, get};
use crate::http::who::Who;

pub fn routes() -> Vec<Route> {
    vec![get("/granska/{filing}/original/{nr}", Act::SeeOriginal, original)]
}

async fn original(
    State(app): State<App>,
    who: Who,
    Path((filing, nr)): Path<(String, i64)>,
) -> Result<Response, PageError> {
    let filing = who.filing(&app, &filing).await?;
    let attempts = app.desk.store.attempts_of_filing(&filing.id).await?;
    let attempt = attempts.iter().find(|it| it.nr == nr).ok_or(PageError::NotFound)?;
    let id = attempt.original_id.as_deref().ok_or(PageError::NotFound)?;
    let original = app.desk.store.original(id).await?.ok_or(PageError::NotFound)?;
    let bytes = app.desk.store.original_bytes(id).await?;
    let leaving =
        Leaving { name: &original.name, kind: ANYTHING, what: "original", filing: &filing.id, version: Some(nr) };
    send(&app, &who, leaving, bytes).await
}
