//! The papers as files, and the open data.
//!
//! Goes in: a quarter and the name of a file. Comes out: bytes to save, or a page to read, noted in the log.
//! Guaranteed: the name that is saved says the quarter and whether it is a draft.

use axum::extract::{Path, State};
use axum::response::Response;

use super::papers_of;
use crate::desk::papers::Papers;
use crate::http::App;
use crate::http::download::{Leaving, send, show};
use crate::http::error::PageError;
use crate::http::frame::Frame;
use crate::http::report::lineage;
use crate::http::who::Who;
use crate::render::document::Format;
use crate::render::document::page::CSS;

pub async fn paper(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path((kvartal, name)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let round = frame.round(&kvartal)?.id.clone();
    let (stem, format) = name
        .rsplit_once('.')
        .and_then(|(stem, ending)| Some((stem, Format::from_key(ending)?)))
        .ok_or(PageError::NotFound)?;
    let papers = papers_of(&app, &frame, &kvartal).await?;
    let bytes = app.desk.written(&papers, (stem, format), &lineage::address(&kvartal)).await?;
    let saved = format!("{kvartal}-{}-{name}", state(&papers));
    let it = Leaving { name: &saved, kind: format.media_type(), what: &name, filing: &round, version: None };
    match format {
        Format::Html => show(&app, &who, it, CSS, bytes).await,
        _ => send(&app, &who, it, bytes).await,
    }
}

pub async fn open_data(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path((kvartal, name)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let round = frame.round(&kvartal)?.id.clone();
    let papers = papers_of(&app, &frame, &kvartal).await?;
    let all = app.desk.open_data(&papers).await?;
    let found = all.into_iter().find(|it| it.name == name).ok_or(PageError::NotFound)?;
    let saved = match papers.fixed {
        Some(_) => name.clone(),
        None => format!("utkast-{name}"),
    };
    let it = Leaving { name: &saved, kind: found.media_type, what: &name, filing: &round, version: None };
    send(&app, &who, it, found.bytes).await
}

fn state(papers: &Papers) -> String {
    papers.fixed.as_ref().map_or_else(|| "utkast".to_owned(), |it| format!("faststalld-{}", it.nr))
}
