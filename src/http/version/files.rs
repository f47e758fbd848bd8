//! Files of a version: the original, the correction copy, the list of what was found.
//!
//! Goes in: a version. Comes out: the bytes as received, or workbooks made of what was read.
//! Guaranteed: the original leaves as it came, to be saved and never shown; each download stands in the log.

use axum::extract::{Path, State};
use axum::response::Response;

use super::{Met, met};
use crate::http::App;
use crate::http::download::{ANYTHING, Leaving, WORKBOOK, send, slug};
use crate::http::error::PageError;
use crate::http::who::Who;
use crate::render::correction::{self, Correction};
use crate::render::findings_xlsx::{self, About};
use crate::sheet::CopyOf;

pub(super) async fn original(State(app): State<App>, who: Who, Path(id): Path<String>) -> Result<Response, PageError> {
    let it = met(&app, &who, &id).await?;
    let original = it.context.contents.original_of(&it.attempt).ok_or(PageError::NotFound)?;
    let bytes = app.desk.store.original_bytes(&original.id).await?;
    let leaving = Leaving {
        name: &original.name,
        kind: ANYTHING,
        what: "original",
        filing: &it.filing.id,
        version: Some(it.attempt.nr),
    };
    send(&app, &who, leaving, bytes).await
}

fn name(it: &Met, what: &str) -> String {
    let (kvartal, nr) = (&it.context.contents.round.kvartal, it.attempt.nr);
    format!("{what}-{kvartal}-{}-version-{nr}.xlsx", slug(&it.utforare()))
}

fn number(it: &Met) -> u32 {
    u32::try_from(it.attempt.nr).unwrap_or_default()
}

pub(super) async fn copy(State(app): State<App>, who: Who, Path(id): Path<String>) -> Result<Response, PageError> {
    let it = met(&app, &who, &id).await?;
    if it.is_being_read() {
        return Err(PageError::NotFound);
    }
    let answer = app.desk.answer_to(&it.context, &it.attempt).await?;
    if !answer.has_workbook() {
        return Err(PageError::NotFound);
    }
    let of = CopyOf {
        attempt: it.attempt.id.clone(),
        filing: it.filing.id.clone(),
        version: number(&it),
        quarter: it.context.quarter,
    };
    let utforare = it.utforare();
    let mut bytes = Vec::new();
    {
        let correction = Correction { of: &of, version: answer.version(), voice: answer.voice(), utforare: &utforare };
        correction::write(&mut bytes, &correction).map_err(|it| PageError::Failed(it.to_string()))?;
    }
    let name = name(&it, "rattningskopia");
    send(
        &app,
        &who,
        Leaving {
            name: &name,
            kind: WORKBOOK,
            what: "rattningskopia",
            filing: &it.filing.id,
            version: Some(it.attempt.nr),
        },
        bytes,
    )
    .await
}

pub(super) async fn list(State(app): State<App>, who: Who, Path(id): Path<String>) -> Result<Response, PageError> {
    let it = met(&app, &who, &id).await?;
    if it.is_being_read() || it.attempt.nil {
        return Err(PageError::NotFound);
    }
    let answer = app.desk.answer_to(&it.context, &it.attempt).await?;
    let utforare = it.utforare();
    let about = About { utforare: &utforare, quarter: it.context.quarter, version: number(&it) };
    let mut bytes = Vec::new();
    findings_xlsx::write(&mut bytes, answer.version(), answer.voice(), about)
        .map_err(|it| PageError::Failed(it.to_string()))?;
    let name = name(&it, "avvikelser");
    send(
        &app,
        &who,
        Leaving { name: &name, kind: WORKBOOK, what: "fyndlista", filing: &it.filing.id, version: Some(it.attempt.nr) },
        bytes,
    )
    .await
}
