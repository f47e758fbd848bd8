//! Fixing the report, unlocking it, and recording a correction.
//!
//! Goes in: forms of the report page. Comes out: the page again, with a message or with what was wrong and what was typed.
//! Guaranteed: what is fixed is the version the page showed.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;

use super::shown::Shown;
use crate::desk::{DeskError, Refusal};
use crate::http::App;
use crate::http::error::PageError;
use crate::http::frame::Frame;
use crate::http::who::Who;

#[derive(Deserialize)]
pub struct Fix {
    version: i64,
}

#[derive(Deserialize)]
pub struct Unlock {
    #[serde(default)]
    skal: String,
}

#[derive(Deserialize)]
pub struct Correct {
    #[serde(default)]
    rattelse: String,
}

pub async fn fix(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(kvartal): Path<String>,
    Form(form): Form<Fix>,
) -> Result<Response, PageError> {
    let round = frame.round(&kvartal)?.id.clone();
    let done = app.desk.fix(&round, form.version, &who.actor(), app.now()).await;
    match refused(done)? {
        Ok(sha256) => {
            let text = format!("Rapporten är fastställd. Kontrollsumman börjar {}.", &sha256[..8.min(sha256.len())]);
            Ok(frame.go(&format!("/kvartal/{kvartal}/rapport"), "ok", text))
        }
        Err(refusal) => again(&app, &frame, &who, &round, ("faststall", refusal), |_| ()).await,
    }
}

pub async fn unlock(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(kvartal): Path<String>,
    Form(form): Form<Unlock>,
) -> Result<Response, PageError> {
    let round = frame.round(&kvartal)?.id.clone();
    let done = app.desk.unlock(&round, &form.skal, &who.actor(), app.now()).await;
    match refused(done)? {
        Ok(()) => {
            let text = "Rapporten är upplåst. Den fastställda versionen finns kvar i listan.";
            Ok(frame.go(&format!("/kvartal/{kvartal}/rapport"), "ok", text))
        }
        Err(refusal) => again(&app, &frame, &who, &round, ("skal", refusal), |page| page.reason = form.skal).await,
    }
}

pub async fn correct(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(kvartal): Path<String>,
    Form(form): Form<Correct>,
) -> Result<Response, PageError> {
    let round = frame.round(&kvartal)?.id.clone();
    let done = app.desk.record_correction(&round, &form.rattelse, &who.actor(), app.now()).await;
    match refused(done)? {
        Ok(()) => Ok(frame.go(&format!("/kvartal/{kvartal}/rapport#rattelser"), "ok", "Rättelsen är antecknad.")),
        Err(refusal) => {
            again(&app, &frame, &who, &round, ("rattelse", refusal), |page| page.correction = form.rattelse).await
        }
    }
}

/// A refusal is shown where it was typed; anything else is an error page.
fn refused<T>(done: Result<T, DeskError>) -> Result<Result<T, Refusal>, PageError> {
    match done {
        Ok(it) => Ok(Ok(it)),
        Err(DeskError::Refused(it)) => Ok(Err(it)),
        Err(error) => Err(error.into()),
    }
}

async fn again(
    app: &App,
    frame: &Frame,
    who: &Who,
    round: &str,
    (field, refusal): (&'static str, Refusal),
    keep: impl FnOnce(&mut super::ReportPage),
) -> Result<Response, PageError> {
    let shown = Shown::of(app, round, false).await?;
    let mut page = super::made(app, frame, who, &shown).await?;
    page.errors.push((field, refusal.message));
    keep(&mut page);
    Ok(frame.show(&page))
}
