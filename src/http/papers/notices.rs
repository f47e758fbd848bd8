//! What is sent to IVO, case by case: the day, and the answer.
//!
//! Goes in: a form with a row a case. Comes out: the checklist, or what was wrong and what was typed.
//! Guaranteed: a day that cannot be read is said and nothing is stored; cases that nobody touched stay as they were.

use std::collections::BTreeMap;

use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use chrono::NaiveDate;

use super::{back_to_papers, back_to_report, papers_of};
use crate::access::role::{Act, allows};
use crate::desk::DeskError;
use crate::desk::papers::Papers;
use crate::desk::papers::notices::{Note, keys};
use crate::http::App;
use crate::http::error::PageError;
use crate::http::frame::{Frame, Layout, in_words};
use crate::http::who::Who;
use crate::render::document::ivo::Notice;
use crate::render::print::{clean_line, counted};
use crate::store::StoreError;

/// A case of the checklist.
struct NoticeRow {
    key: String,
    nr: u32,
    what: &'static str,
    insats: String,
    utforare: String,
    case: String,
    seen: i64,
    sent_on: String,
    answer: String,
    error: String,
}

#[derive(Template)]
#[template(path = "pages/papers-ivo.html")]
struct NoticesPage {
    layout: Layout,
    back: Vec<(String, String)>,
    errors: Vec<(String, String)>,
    kvartal: String,
    may_write: bool,
    sent: usize,
    rows: Vec<NoticeRow>,
}

pub async fn page(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(kvartal): Path<String>,
) -> Result<Response, PageError> {
    let papers = papers_of(&app, &frame, &kvartal).await?;
    Ok(frame.show(&made(&app, &frame, &who, &papers).await?))
}

async fn made(app: &App, frame: &Frame, who: &Who, papers: &Papers) -> Result<NoticesPage, PageError> {
    let round = &papers.made.context.contents.round;
    let known = app.desk.store.ivo_notices(&round.id).await?;
    let view = papers.made.view();
    let rows: Vec<NoticeRow> = keys(&view)
        .into_iter()
        .zip(&view.report.lines)
        .map(|((nr, key), line)| {
            let noted = known.iter().find(|it| it.line_key == key);
            NoticeRow {
                nr,
                what: Notice::of(line).swedish(),
                insats: view.line_insats(line),
                utforare: view.utforare_name(line.utforare).to_owned(),
                case: line.nyckel.as_deref().map(|it| clean_line(it).into_owned()).unwrap_or_default(),
                seen: noted.map_or(0, |it| it.nr),
                sent_on: noted.and_then(|it| it.sent_on).map(|it| it.to_string()).unwrap_or_default(),
                answer: noted.map(|it| it.answer.clone()).unwrap_or_default(),
                error: String::new(),
                key,
            }
        })
        .collect();
    let kvartal = round.kvartal.clone();
    Ok(NoticesPage {
        layout: frame.layout(format!("Skickat till IVO, {}", in_words(&kvartal).to_lowercase())),
        back: vec![back_to_report(&kvartal), back_to_papers(&kvartal)],
        errors: Vec::new(),
        may_write: allows(who.role, Act::WritePapers),
        sent: rows.iter().filter(|it| !it.sent_on.is_empty()).count(),
        kvartal,
        rows,
    })
}

/// What was typed about a case, as it stood in the fields.
#[derive(Default)]
struct Typed {
    seen: i64,
    day: String,
    answer: String,
}

fn typed(body: &[u8]) -> Result<BTreeMap<String, Typed>, PageError> {
    let fields: Vec<(String, String)> = serde_html_form::from_bytes(body)
        .map_err(|_| PageError::Bad("Formuläret kom inte fram helt. Försök igen.".to_owned()))?;
    let mut out: BTreeMap<String, Typed> = BTreeMap::new();
    for (name, value) in fields {
        let Some((field, key)) = name.split_once('-') else { continue };
        let it = out.entry(key.to_owned()).or_default();
        match field {
            "sett" => it.seen = value.parse().unwrap_or_default(),
            "skickad" => it.day = value.trim().to_owned(),
            "svar" => it.answer = value,
            _ => {}
        }
    }
    Ok(out)
}

pub async fn note(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(kvartal): Path<String>,
    body: Bytes,
) -> Result<Response, PageError> {
    let papers = papers_of(&app, &frame, &kvartal).await?;
    let typed = typed(&body)?;
    let here = format!("/kvartal/{kvartal}/handlingar/ivo/skickat");
    let (mut notes, mut faults) = (Vec::new(), Vec::new());
    for (key, it) in &typed {
        let sent_on: Option<NaiveDate> = it.day.parse().ok();
        if sent_on.is_none() && !it.day.is_empty() {
            faults.push(key.as_str());
        }
        notes.push(Note { key: key.clone(), seen: it.seen, sent_on, answer: it.answer.clone() });
    }
    let refused = if faults.is_empty() {
        match app.desk.note_ivo(&papers, &notes, &who.actor(), (app.now(), app.today())).await {
            Ok(0) => {
                return Ok(frame.go(&here, "info", "Inget var ändrat."));
            }
            Ok(count) => {
                let text = format!("Sparat: {}.", counted(count, "anteckning", "anteckningar"));
                return Ok(frame.go(&here, "ok", text));
            }
            Err(DeskError::Refused(it)) => it.message,
            Err(DeskError::Store(StoreError::Conflict)) => {
                "En kollega har ändrat i listan sedan sidan visades. Läs det som står nu och spara igen.".to_owned()
            }
            Err(error) => return Err(error.into()),
        }
    } else {
        String::new()
    };
    let mut page = made(&app, &frame, &who, &papers).await?;
    for row in &mut page.rows {
        let Some(it) = typed.get(&row.key) else { continue };
        row.sent_on.clone_from(&it.day);
        row.answer.clone_from(&it.answer);
        if faults.contains(&row.key.as_str()) {
            row.error = "Skriv dagen så här: 2024-01-31.".to_owned();
            page.errors.push((format!("skickad-{}", row.key), format!("Rapport {}: dagen går inte att läsa.", row.nr)));
        }
    }
    if !refused.is_empty() {
        page.errors.push(("checklista".to_owned(), refused));
    }
    Ok(frame.show_form(&page, true))
}
