//! The report as files: `report.json`, `rapport.xlsx`, `rapport.html`.
//!
//! Goes in: a quarter and a name. Comes out: bytes to save, noted in the log.
//! Guaranteed: a fixed `report.json` is the original; the other two of a fixed quarter are made only while they come out of
//! the same figures to the byte.

use axum::extract::{Path, Query, State};
use axum::response::Response;

use super::Asked;
use super::shown::Shown;
use crate::desk::figures::Made;
use crate::http::App;
use crate::http::download::{Leaving, WORKBOOK, send};
use crate::http::error::PageError;
use crate::http::frame::Frame;
use crate::http::who::Who;
use crate::render::{html, xlsx};

const JSON: &str = "application/json";
const PAGE: &str = "text/html; charset=utf-8";

/// What can be saved, as the log names it, and its kind.
const FILES: &[(&str, &str)] = &[("report.json", JSON), ("rapport.xlsx", WORKBOOK), ("rapport.html", PAGE)];

pub async fn current(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path((kvartal, name)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let round = frame.round(&kvartal)?.id.clone();
    let (name, kind) = FILES.iter().find(|it| it.0 == name).copied().ok_or(PageError::NotFound)?;
    let shown = Shown::of(&app, &round, asked.received()).await?;
    let bytes = match name {
        "report.json" => shown.json.clone(),
        name => {
            let made = match &shown.made {
                Some(made) => made.clone(),
                None => {
                    let fixed = shown.fixed.as_ref().ok_or(PageError::NotFound)?;
                    app.desk.fixed_again(&shown.context, fixed).await?
                }
            };
            let name = name.to_owned();
            tokio::task::spawn_blocking(move || rendered(&made, &name))
                .await
                .map_err(|it| PageError::Failed(it.to_string()))??
        }
    };
    let saved = format!("{}-{name}", file_stem(&shown));
    send(&app, &who, Leaving { name: &saved, kind, what: name, filing: &round, version: None }, bytes).await
}

/// A version that was fixed once, whatever came after.
pub async fn fixed(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path((kvartal, nr)): Path<(String, i64)>,
) -> Result<Response, PageError> {
    let round = frame.round(&kvartal)?.id.clone();
    let all = app.desk.store.fixed_reports(&round).await?;
    let found = all.into_iter().find(|it| it.nr == nr).ok_or(PageError::NotFound)?;
    let bytes = app.desk.store.original_bytes(&found.original_id).await?;
    let name = format!("{kvartal}-faststalld-{nr}-report.json");
    let leaving = Leaving { name: &name, kind: JSON, what: "report.json, fastställd", filing: &round, version: None };
    send(&app, &who, leaving, bytes).await
}

fn rendered(made: &Made, name: &str) -> Result<Vec<u8>, PageError> {
    let mut out = Vec::new();
    let done = match name {
        "rapport.xlsx" => xlsx::write(std::io::Cursor::new(&mut out), &made.view()),
        _ => html::write(&mut out, &made.view()),
    };
    done.map_err(|it| PageError::Failed(it.to_string()))?;
    Ok(out)
}

/// `2023-Q4`, and for a report that is not fixed what it is.
fn file_stem(shown: &Shown) -> String {
    let what = match (&shown.fixed, shown.received) {
        (Some(it), _) => format!("faststalld-{}", it.nr),
        (None, true) => "allt-mottaget".to_owned(),
        (None, false) => "ej-faststalld".to_owned(),
    };
    format!("{}-{what}", shown.kvartal())
}
