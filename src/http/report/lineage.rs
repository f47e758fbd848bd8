//! One figure, how it was counted, and every case behind it down to the cells that came.
//!
//! Goes in: a path of report.json, as the papers link it. Comes out: what `kvartal explain` says, with cells and decisions.
//! Guaranteed: `render::explain` counts and nothing here does; every text from a cell is masked; an unknown path is a page that
//! names the nearest.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::Value;

use super::file::Source;
use super::name_of;
use super::shown::{Shown, Sources};
use crate::desk::behind::{Behind, RowAt, Said, What};
use crate::http::App;
use crate::http::error::PageError;
use crate::http::frame::{Frame, Layout, in_words};
use crate::http::review::decided_in_words;
use crate::http::when;
use crate::model::Severity;
use crate::render::explain::{Case, Explained, all_paths, explain};
use crate::render::print::{clean_line, counted, percent_encoded};

/// Cases on a page; with more than the second number their cells are folded.
const PAGE: usize = 50;
const UNFOLDED: usize = 3;
/// No path is longer.
const LONGEST: usize = 500;

#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    vag: String,
    #[serde(default)]
    visa: String,
    #[serde(default)]
    sida: usize,
}

/// The address that explains a figure.
pub fn href(kvartal: &str, path: &str, received: bool) -> String {
    let switch = if received { "&visa=mottaget" } else { "" };
    format!("{}?vag={}{switch}", address(kvartal), percent_encoded(path))
}

/// The same without a path: what papers put theirs after.
pub fn address(kvartal: &str) -> String {
    format!("/kvartal/{kvartal}/rapport/siffra")
}

/// A cell, and what it was read as.
struct CellRow {
    cell: String,
    heading: String,
    received: String,
    read: String,
}

/// A rule that spoke.
struct SpokeRow {
    severity_key: &'static str,
    severity: String,
    cell: String,
    message: String,
    rule: String,
}

/// Who, when, what, and in which words.
struct SaidRow {
    iso: String,
    at: String,
    who: String,
    what: &'static str,
    text: String,
}

/// A case behind the figure.
struct CaseCard {
    /// Of its heading and of its table.
    id: String,
    cells_id: String,
    cells_caption: String,
    title: String,
    utforare: String,
    place: String,
    file: String,
    href: String,
    /// Version and when it came; empty when the file is not of this service.
    version: String,
    cells: Vec<CellRow>,
    /// What follows from the cells, or what there is of a case that no row tells.
    values: Vec<(String, String)>,
    spoke: Vec<SpokeRow>,
    said: Vec<SaidRow>,
    /// What the report itself says of a decision.
    decision: String,
}

/// The figure that was asked for.
struct FigureView {
    path: String,
    value: String,
    note: String,
    check: String,
    agrees: bool,
}

#[derive(Template)]
#[template(path = "pages/report-figure.html")]
struct FigurePage {
    layout: Layout,
    back: Vec<(String, String)>,
    title: String,
    lead: String,
    address: String,
    received: bool,
    /// What was asked for and is not there, and the nearest with its address.
    unknown: String,
    near: Option<(String, String)>,
    asked: String,
    figure: Option<FigureView>,
    cases: Vec<CaseCard>,
    unfolded: bool,
    first: usize,
    last: usize,
    total: usize,
    counted: String,
    before: String,
    after: String,
    corrections: Vec<(String, String, String, String)>,
    /// Name, value and address of figures to begin with.
    others: Vec<(String, String, String)>,
}

pub async fn page(
    State(app): State<App>,
    frame: Frame,
    Path(kvartal): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let round = frame.round(&kvartal)?.id.clone();
    let shown = Shown::of(&app, &round, asked.visa == "mottaget").await?;
    let report: Value = serde_json::from_slice(&shown.json).map_err(|it| PageError::Failed(it.to_string()))?;
    let path: String = asked.vag.trim().chars().take(LONGEST).collect();
    let mut page = empty(&frame, &shown);
    let mut status = StatusCode::OK;
    if path.is_empty() {
        page.others = others(&report, &shown);
        return Ok(frame.show(&page));
    }
    match explain(&report, &path) {
        Ok(it) => filled(&app, &shown, &mut page, &it, asked.sida).await?,
        Err(unknown) => {
            status = StatusCode::NOT_FOUND;
            "Siffran finns inte".clone_into(&mut page.title);
            page.unknown = clean_line(&unknown.to_string()).into_owned();
            page.near = unknown.nearest.map(|it| (it.clone(), href(&kvartal, &it, shown.received)));
            page.others = others(&report, &shown);
        }
    }
    page.layout.title = format!("{}, {}", page.title, in_words(&kvartal).to_lowercase());
    page.asked = path;
    let mut response = frame.show(&page);
    *response.status_mut() = status;
    Ok(response)
}

fn empty(frame: &Frame, shown: &Shown) -> FigurePage {
    let kvartal = shown.kvartal();
    let quarter = in_words(kvartal).to_lowercase();
    let switch = if shown.received { "?visa=mottaget" } else { "" };
    FigurePage {
        layout: frame.layout(format!("Så är siffrorna räknade, {quarter}")),
        back: vec![(format!("/kvartal/{kvartal}/rapport{switch}"), format!("Rapporten för {quarter}"))],
        title: "Så är siffrorna räknade".to_owned(),
        lead: match (&shown.fixed, shown.received) {
            (Some(it), _) => format!("I den fastställda rapporten, version {}.", it.nr),
            (None, true) => "I allt som har kommit in.".to_owned(),
            (None, false) => "I de godkända svaren.".to_owned(),
        },
        address: address(kvartal),
        received: shown.received,
        unknown: String::new(),
        near: None,
        asked: String::new(),
        figure: None,
        cases: Vec::new(),
        unfolded: false,
        first: 0,
        last: 0,
        total: 0,
        counted: String::new(),
        before: String::new(),
        after: String::new(),
        corrections: Vec::new(),
        others: Vec::new(),
    }
}

/// The figures of the whole quarter, to begin with.
fn others(report: &Value, shown: &Shown) -> Vec<(String, String, String)> {
    let whole = |it: &String| ["totals.", "causes.", "ages."].iter().any(|part| it.starts_with(part));
    let each = all_paths(report).into_iter().filter(whole).filter_map(|it| explain(report, &it).ok());
    each.map(|it| (it.what.clone(), it.value_in_words(), href(shown.kvartal(), &it.path, shown.received))).collect()
}

async fn filled(
    app: &App,
    shown: &Shown,
    page: &mut FigurePage,
    it: &Explained,
    asked_page: usize,
) -> Result<(), PageError> {
    page.title.clone_from(&it.what);
    page.figure = Some(FigureView {
        path: clean_line(&it.path).into_owned(),
        value: it.value_in_words(),
        note: it.note.clone().unwrap_or_default(),
        check: it.check_in_words().unwrap_or_default(),
        agrees: it.agrees == Some(true),
    });
    page.total = it.cases.len();
    page.counted = counted_in_words(&it.cases);
    let start = asked_page.saturating_sub(1).saturating_mul(PAGE);
    let sources = Sources::of(&shown.context);
    for case in it.cases.iter().skip(start).take(PAGE) {
        let card = card(app, shown, &sources, case).await?;
        let nr = page.cases.len() + 1;
        page.cases.push(CaseCard { id: format!("fall-{nr}"), cells_id: format!("celler-{nr}"), ..card });
    }
    page.last = start.min(page.total) + page.cases.len();
    page.first = if page.cases.is_empty() { 0 } else { start + 1 };
    page.unfolded = page.total <= UNFOLDED;
    let nr = start / PAGE + 1;
    let turned = |nr: usize| format!("{}&sida={nr}", href(shown.kvartal(), &it.path, shown.received));
    page.before = if nr > 1 { turned(nr - 1) } else { String::new() };
    page.after = if page.last < page.total { turned(nr + 1) } else { String::new() };
    for it in shown.context.contents.corrections.iter().rev() {
        let by = name_of(app, &it.made_by).await?;
        page.corrections.push((when::iso(it.made_at), when::moment(it.made_at), it.text.clone(), by));
    }
    Ok(())
}

async fn card(app: &App, shown: &Shown, sources: &Sources<'_>, case: &Case) -> Result<CaseCard, PageError> {
    let nyckel = case.utforare.as_deref().unwrap_or_default();
    let row = case.row.and_then(|it| u32::try_from(it).ok());
    let text = |it: &Option<String>| it.clone().unwrap_or_default();
    let source =
        Source { file: text(&case.file), sha256: text(&case.sha256), sheet: text(&case.sheet), row: row.unwrap_or(0) };
    let insats = case.insats.as_deref();
    let behind = match sources.version(nyckel, &source, insats).filter(|_| row.is_some()) {
        Some(found) => behind(app, shown, found, &source).await?,
        None => None,
    };
    let (cells, used) = behind.as_ref().map(|it| cells(case, it, shown)).unwrap_or_default();
    let values = case.values.iter().filter(|it| !used.contains(&it.0.as_str()));
    let mut said = Vec::new();
    for it in behind.iter().flat_map(|it| &it.said) {
        said.push(said_row(app, it).await?);
    }
    let spoke = case.findings.iter().map(|it| SpokeRow {
        severity_key: Severity::ALL.iter().find(|own| own.swedish() == it.severity).map_or("plain", |it| it.key()),
        severity: it.severity.clone(),
        cell: it.cell.clone().unwrap_or_default(),
        message: it.message.clone(),
        rule: it.rule.clone(),
    });
    let title = case.nr.map_or_else(|| case.kind.to_owned(), |nr| format!("{} {nr}", case.kind));
    Ok(CaseCard {
        id: String::new(),
        cells_id: String::new(),
        cells_caption: format!("Cell för cell, {}", title.to_lowercase()),
        title,
        utforare: if nyckel.is_empty() { "–".to_owned() } else { shown.utforare(nyckel).to_owned() },
        place: if row.is_some() { super::shown::place(&source) } else { String::new() },
        href: if row.is_some() { sources.href(nyckel, &source, insats) } else { String::new() },
        version: behind.as_ref().map_or_else(String::new, |it| {
            format!("Version {}, kom {} från {}", it.version, when::moment(it.received_at), it.sender)
        }),
        cells,
        values: values.map(|(name, value)| (name.clone(), named(shown, name, value))).collect(),
        spoke: spoke.collect(),
        // The same decision with who made it says more.
        decision: if said.is_empty() { text(&case.decision) } else { String::new() },
        said,
        file: source.file,
    })
}

async fn behind(
    app: &App,
    shown: &Shown,
    (filing, nr): (&str, i64),
    source: &Source,
) -> Result<Option<Behind>, PageError> {
    let contents = &shown.context.contents;
    let attempt = contents.filing(filing).and_then(|it| contents.attempts_of(it).find(|it| it.nr == nr));
    let Some(attempt) = attempt else { return Ok(None) };
    let at = RowAt { sheet: &source.sheet, row: source.row };
    Ok(Some(app.desk.behind(&shown.context, attempt, at).await?))
}

/// Cell by cell what came and what it was read as, and the headings that were told so.
fn cells<'a>(case: &'a Case, behind: &Behind, shown: &Shown) -> (Vec<CellRow>, Vec<&'a str>) {
    let mut used = Vec::new();
    let rows = behind.cells.iter().map(|it| {
        let mut read = Vec::new();
        // A blank cell was read as nothing, whatever another column says.
        for (name, value) in case.read(it.field).filter(|_| !it.text.is_empty()) {
            used.push(name.as_str());
            read.push(named(shown, name, value));
        }
        CellRow { cell: it.cell.clone(), heading: it.heading.clone(), received: it.text.clone(), read: read.join(", ") }
    });
    (rows.collect(), used)
}

/// Insatser have keys in report.json and names for people.
fn named(shown: &Shown, name: &str, value: &str) -> String {
    if name != "Insats" {
        return value.to_owned();
    }
    value.split(", ").map(|key| shown.insats(Some(key))).collect::<Vec<_>>().join(", ")
}

async fn said_row(app: &App, it: &Said) -> Result<SaidRow, PageError> {
    let what = match &it.what {
        What::Decided(key) => decided_in_words(key),
        What::Replied => "Utföraren svarade",
        What::Asked => "Biståndsenheten frågade",
    };
    Ok(SaidRow {
        iso: when::iso(it.at),
        at: when::moment(it.at),
        who: name_of(app, &it.person).await?,
        what,
        text: it.text.clone(),
    })
}

/// `57 ärenden`, `20 uppdrag`, `12 rader` when they are of several kinds.
fn counted_in_words(cases: &[Case]) -> String {
    let all = |kind| cases.iter().all(|it| it.kind == kind);
    match cases.len() {
        many if all("Ärende") => counted(many, "ärende", "ärenden"),
        many if all("Uppdrag") => counted(many, "uppdrag", "uppdrag"),
        many => counted(many, "rad", "rader"),
    }
}

impl FigurePage {
    /// Some case has the cells it came from.
    fn has_cells(&self) -> bool {
        self.cases.iter().any(|it| !it.cells.is_empty())
    }
}
