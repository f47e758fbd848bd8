//! The cases behind a figure.
//!
//! Goes in: a figure, perhaps an insats. Comes out: the lines it counts, each with the way to its row in the file.
//! Guaranteed: as many lines as the figure says.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::file::{Figure, Line};
use super::lineage;
use super::shown::{Shown, Sources, place};
use super::view;
use crate::http::App;
use crate::http::error::PageError;
use crate::http::frame::{Frame, Layout, in_words};
use crate::judge::KnownCase;
use crate::model::StartKind;
use crate::render::print::counted;

/// Cases on a page.
const PAGE: usize = 200;

#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    figur: String,
    #[serde(default)]
    insats: String,
    #[serde(default)]
    visa: String,
    #[serde(default)]
    sida: usize,
}

/// A case as it is listed.
pub struct CaseRow {
    pub nr: String,
    pub utforare: String,
    pub nyckel: String,
    pub insats: String,
    pub kon: &'static str,
    pub decided: String,
    pub interrupted: String,
    pub ended: String,
    pub cause: &'static str,
    pub days: String,
    /// Where the days are explained.
    pub explained: String,
    pub file: String,
    pub place: String,
    pub href: String,
}

#[derive(Template)]
#[template(path = "pages/report-cases.html")]
struct CasesPage {
    layout: Layout,
    back: Vec<(String, String)>,
    title: String,
    lead: String,
    /// Where the figure is explained; empty when report.json has no such figure.
    explained: String,
    received: bool,
    figures: Vec<(&'static str, &'static str, bool)>,
    insatser: Vec<(String, String, bool)>,
    rows: Vec<CaseRow>,
    first: usize,
    last: usize,
    total: usize,
    before: String,
    after: String,
}

pub async fn page(
    State(app): State<App>,
    frame: Frame,
    Path(kvartal): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let round = frame.round(&kvartal)?.id.clone();
    let figure = if asked.figur.is_empty() {
        Figure::Reported
    } else {
        Figure::from_key(&asked.figur).ok_or(PageError::NotFound)?
    };
    let shown = Shown::of(&app, &round, asked.visa == "mottaget").await?;
    let insats = Some(asked.insats.as_str()).filter(|it| !it.is_empty());
    let known = opening(&shown, figure, insats);
    let rows: Vec<CaseRow> = match known {
        Some(rows) => rows,
        None => {
            let sources = Sources::of(&shown.context);
            shown.file.cases(figure, insats).into_iter().map(|it| case_row(&shown, &sources, it)).collect()
        }
    };
    let total = rows.len();
    let start = asked.sida.saturating_sub(1) * PAGE;
    let rows: Vec<CaseRow> = rows.into_iter().skip(start).take(PAGE).collect();
    let last = start + rows.len();
    let name = insats.map(|key| name_of(&shown, key));
    let title = name
        .as_ref()
        .map_or_else(|| figure.swedish().to_owned(), |it| format!("{}, {}", figure.swedish(), it.to_lowercase()));
    let quarter = in_words(&kvartal);
    let switch = if shown.received { "?visa=mottaget" } else { "" };
    let page_href = |nr: usize| format!("{}&sida={nr}", view::cases_href(&shown, figure, insats));
    let nr = start / PAGE + 1;
    let page = CasesPage {
        layout: frame.layout(format!("{title}, {}", quarter.to_lowercase())),
        back: vec![(
            format!("/kvartal/{kvartal}/rapport{switch}"),
            format!("Rapporten för {}", quarter.to_lowercase()),
        )],
        lead: lead(&shown, total),
        explained: shown
            .file
            .path(figure, insats)
            .map_or_else(String::new, |it| lineage::href(&kvartal, &it, shown.received)),
        received: shown.received,
        figures: Figure::ALL.iter().map(|it| (it.key(), it.swedish(), *it == figure)).collect(),
        insatser: view::insatser(&shown)
            .into_iter()
            .map(|(key, name)| (key.clone(), name, insats == Some(&key)))
            .collect(),
        first: if total == 0 { 0 } else { start + 1 },
        last,
        total,
        before: if nr > 1 { page_href(nr - 1) } else { String::new() },
        after: if last < total { page_href(nr + 1) } else { String::new() },
        rows,
        title,
    };
    Ok(frame.show(&page))
}

fn lead(shown: &Shown, total: usize) -> String {
    let said = counted(total, "ärende", "ärenden");
    match (&shown.fixed, shown.received) {
        (Some(_), _) => format!("{said} i den fastställda rapporten."),
        (None, true) => format!("{said} i allt som har kommit in."),
        (None, false) => format!("{said} i de godkända svaren."),
    }
}

fn name_of(shown: &Shown, key: &str) -> String {
    if view::is_no_insats(key) {
        return "insats saknas".to_owned();
    }
    shown.insats(Some(key)).to_owned()
}

/// With a last report, the opening cases are those that stood open there.
fn opening(shown: &Shown, figure: Figure, insats: Option<&str>) -> Option<Vec<CaseRow>> {
    let previous = shown.context.basis.previous.as_ref().filter(|_| figure == Figure::Opening)?;
    let insatser = &shown.context.library.insatser;
    let report = &previous.report;
    let key = |it: &KnownCase| it.insats.map(|id| insatser.get(id).key.clone());
    let wanted = |it: &&KnownCase| insats.is_none_or(|insats| key(it).as_deref() == Some(insats));
    let cases = report.open_cases().map(|at| report.known.get(at)).filter(wanted);
    let day = |it: Option<chrono::NaiveDate>| it.map(|it| it.to_string()).unwrap_or_default();
    let rows = cases.map(|it| CaseRow {
        nr: String::new(),
        utforare: it.utforare.as_deref().map_or("–", |key| shown.utforare(key)).to_owned(),
        nyckel: it.utforare.clone().unwrap_or_default(),
        insats: it.insats.map_or_else(|| "–".to_owned(), |id| insatser.get(id).name.clone()),
        kon: it.kon.map_or("–", crate::model::Kon::swedish),
        decided: day(it.beslutsdatum.or(it.startdatum.filter(|_| it.start_typ == StartKind::Beslut))),
        interrupted: day(it.startdatum.filter(|_| it.start_typ == StartKind::Avbrott)),
        ended: String::new(),
        cause: it.orsak.map_or("", crate::model::Orsak::swedish),
        days: String::new(),
        explained: String::new(),
        file: format!("Rapporten för {}", report.quarter.in_words()),
        place: it.origin.clone(),
        href: format!("/kvartal/{}/rapport/arenden?figur=oppna", report.quarter),
    });
    Some(rows.collect())
}

fn case_row(shown: &Shown, sources: &Sources<'_>, it: &Line) -> CaseRow {
    let ended = match (&it.verkstalld, &it.avslutad, it.delvis) {
        (Some(day), None, true) => format!("Delvis {day}"),
        (Some(_), Some(day), true) => format!("Avslutat {day}"),
        (None, None, true) => "Delvis".to_owned(),
        (Some(day), _, false) => format!("Verkställt {day}"),
        (None, Some(day), _) => format!("Avslutat {day}"),
        (None, None, false) => String::new(),
    };
    CaseRow {
        nr: it.nr.to_string(),
        utforare: shown.utforare(&it.utforare).to_owned(),
        nyckel: it.utforare.clone(),
        insats: shown.line_insats(it).to_owned(),
        kon: it.kon.map_or("–", crate::model::Kon::swedish),
        decided: it.beslutsdatum.clone().unwrap_or_default(),
        interrupted: it.avbrottsdatum.clone().unwrap_or_default(),
        ended,
        cause: it.orsak.map_or("", crate::model::Orsak::swedish),
        days: it.days.map(crate::render::print::number).unwrap_or_default(),
        explained: lineage::href(shown.kvartal(), &format!("lines.{}.days", it.nr), shown.received),
        file: it.source.file.clone(),
        place: place(&it.source),
        href: sources.href(&it.utforare, &it.source, it.insats.as_deref()),
    }
}
