//! The quarter's report: growing while answers are accepted, then fixed; every figure leads to its cases.
//!
//! Goes in: a quarter. Comes out: the page with figures, reconciliation, what is left out, quality, and what stands in the way.
//! Guaranteed: what is shown stands in `report.json`; a fixed quarter shows its fixed version alone.

mod basis;
mod cases;
mod downloads;
pub mod file;
mod fixing;
pub mod lineage;
pub mod shown;
mod view;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::App;
use super::error::PageError;
use super::frame::{Frame, Layout, in_words};
use super::routes::{Route, get, post, upload};
use super::when;
use super::who::Who;
use crate::access::role::{Act, allows};
use crate::desk::fix::{Mended, unmet};
use crate::model::FilingState;
use crate::render::print::counted;

use shown::{Shown, Sources};
use view::{Aside, CAUSES, COLUMNS, Equation, Linked, QualityRow, Row};

pub fn routes() -> Vec<Route> {
    vec![
        get("/kvartal/{kvartal}/rapport", Act::SeeReport, page),
        get("/kvartal/{kvartal}/rapport/arenden", Act::SeeReport, cases::page),
        get("/kvartal/{kvartal}/rapport/siffra", Act::SeeReport, lineage::page),
        get("/kvartal/{kvartal}/rapport/{fil}", Act::SeeReport, downloads::current),
        get("/kvartal/{kvartal}/rapport/version/{nr}/report.json", Act::SeeReport, downloads::fixed),
        post("/kvartal/{kvartal}/rapport/faststall", Act::FixReport, fixing::fix),
        post("/kvartal/{kvartal}/rapport/las-upp", Act::UnlockReport, fixing::unlock),
        post("/kvartal/{kvartal}/rapport/rattelse", Act::RecordCorrection, fixing::correct),
        get("/kvartal/{kvartal}/underlag", Act::SeeReport, basis::page),
        upload("/kvartal/{kvartal}/underlag", Act::LoadBasis, basis::load),
    ]
}

/// What is shown: `mottaget` for everything received.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    visa: String,
}

impl Asked {
    pub fn received(&self) -> bool {
        self.visa == "mottaget"
    }
}

/// A fixed version in the list of them.
pub struct FixedRow {
    pub nr: i64,
    pub at: String,
    pub by: String,
    pub rules: String,
    pub href: String,
    /// When, by whom and why it was unlocked; empty when it was not.
    pub unlocked: String,
}

/// Something that must be done before the report can be fixed.
pub struct Obstacle {
    pub text: String,
    pub href: String,
}

/// A filing whose answer does not count yet.
pub struct NotYet {
    pub name: String,
    pub state_key: &'static str,
    pub state: &'static str,
    pub href: String,
}

#[derive(Template)]
#[template(path = "pages/report.html")]
pub struct ReportPage {
    layout: Layout,
    errors: Vec<(&'static str, String)>,
    kvartal: String,
    quarter: String,
    version: i64,
    received: bool,
    /// How far the accepting has come, in words.
    lead: String,
    fixed: Option<FixedRow>,
    sha256: String,
    rules: String,
    figures: Vec<(Linked, &'static str, String)>,
    total: Option<Equation>,
    flows: Vec<Equation>,
    checks: Vec<file::Check>,
    history: Vec<(String, String, u32)>,
    causes: Vec<(String, String, u32)>,
    columns: &'static [(file::Figure, &'static str)],
    rows: Vec<Row>,
    sum: Vec<Linked>,
    cause_columns: &'static [(file::Figure, &'static str)],
    cause_rows: Vec<Row>,
    cause_sum: Vec<Linked>,
    /// Ongoing decisions are known for some insats.
    has_shares: bool,
    excluded: Vec<Aside>,
    corrections: Vec<Aside>,
    missing: Vec<Aside>,
    quality: Vec<QualityRow>,
    not_yet: Vec<NotYet>,
    obstacles: Vec<Obstacle>,
    may_fix: bool,
    may_unlock: bool,
    may_correct: bool,
    versions: Vec<FixedRow>,
    noted: Vec<(String, String, String, String)>,
    /// What was typed into a form that was refused.
    reason: String,
    correction: String,
}

async fn page(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(kvartal): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let round = frame.round(&kvartal)?.id.clone();
    let shown = Shown::of(&app, &round, asked.received()).await?;
    Ok(frame.show(&made(&app, &frame, &who, &shown).await?))
}

/// The page before anything went wrong on it.
pub async fn made(app: &App, frame: &Frame, who: &Who, shown: &Shown) -> Result<ReportPage, PageError> {
    let contents = &shown.context.contents;
    let (kvartal, quarter) = (contents.round.kvartal.clone(), in_words(&contents.round.kvartal));
    let sources = Sources::of(&shown.context);
    let mut versions = Vec::new();
    for it in contents.fixed.iter().rev() {
        versions.push(fixed_row(app, &kvartal, it).await?);
    }
    let mut noted = Vec::new();
    for it in contents.corrections.iter().rev() {
        let by = name_of(app, &it.made_by).await?;
        noted.push((when::iso(it.made_at), when::moment(it.made_at), it.text.clone(), by));
    }
    let (rows, sum) = view::rows(shown, COLUMNS);
    let (cause_rows, cause_sum) = view::rows(shown, CAUSES);
    let flows: Vec<&file::Flow> = shown.file.reconciliation.iter().collect();
    let fixed = shown.fixed.is_some();
    Ok(ReportPage {
        layout: frame.layout(format!("Rapporten för {}", quarter.to_lowercase())),
        errors: Vec::new(),
        version: contents.round.version,
        received: shown.received,
        lead: lead(shown),
        fixed: versions.iter().position(|_| fixed).map(|_| versions.remove(0)),
        sha256: shown::sha256(&shown.json),
        rules: shown.file.rule_set.version.clone(),
        figures: view::figures(shown),
        total: flows.iter().find(|it| it.is_total()).map(|it| view::equation(shown, it)),
        flows: flows.iter().filter(|it| !it.is_total()).map(|it| view::equation(shown, it)).collect(),
        checks: shown.file.checks.clone(),
        history: view::history(shown),
        causes: view::causes(shown),
        columns: COLUMNS,
        rows,
        sum,
        cause_columns: CAUSES,
        cause_rows,
        cause_sum,
        has_shares: shown.file.by_insats.iter().any(|it| it.share_men.or(it.share_women).is_some()),
        excluded: view::excluded(shown, &sources),
        corrections: view::corrections(shown, &sources),
        missing: view::missing(shown),
        quality: view::quality(shown),
        not_yet: if fixed { Vec::new() } else { not_yet(shown) },
        obstacles: obstacles(app, shown, &kvartal).await?,
        may_fix: allows(who.role, Act::FixReport),
        may_unlock: allows(who.role, Act::UnlockReport),
        may_correct: allows(who.role, Act::RecordCorrection),
        versions,
        noted,
        reason: String::new(),
        correction: String::new(),
        kvartal,
        quarter,
    })
}

fn lead(shown: &Shown) -> String {
    if shown.fixed.is_some() {
        return "Rapporten är fastställd. Här visas den fastställda versionen.".to_owned();
    }
    let filings = &shown.context.contents.filings;
    let accepted = filings.iter().filter(|it| it.accepted_id.is_some()).count();
    let of = counted(filings.len(), "uppdrag", "uppdrag");
    match shown.received {
        true => {
            format!("Allt som har kommit in räknas, också det som inte är godkänt. {accepted} av {of} är godkända.")
        }
        false => format!("Rapporten växer när svar godkänns. {accepted} av {of} är godkända."),
    }
}

/// Filings whose answer is not accepted, with where they stand.
fn not_yet(shown: &Shown) -> Vec<NotYet> {
    let filings = shown.context.contents.filings.iter().filter(|it| it.accepted_id.is_none());
    let each = filings.map(|it| NotYet {
        name: crate::desk::fix::in_words(&shown.context, it),
        state_key: it.state().key(),
        state: it.state().swedish(),
        href: if it.state() == FilingState::Waiting {
            format!("/inlamning/{}", it.id)
        } else {
            format!("/granska/{}", it.id)
        },
    });
    each.collect()
}

/// What stands in the way of fixing, whatever version is shown: it is the accepted answers that are fixed.
async fn obstacles(app: &App, shown: &Shown, kvartal: &str) -> Result<Vec<Obstacle>, PageError> {
    let accepted = match &shown.made {
        None => return Ok(Vec::new()),
        Some(made) if !shown.received => made.clone(),
        Some(_) => app.desk.report_of(&shown.context, crate::desk::Which::Accepted).await?,
    };
    let each = unmet(&accepted).into_iter().map(|it| Obstacle {
        href: match it.mended {
            Mended::Filing(id) => format!("/granska/{id}"),
            Mended::Completion(id) => format!("/komplettering/{id}"),
            Mended::Basis => format!("/kvartal/{kvartal}/underlag"),
            Mended::Report => "#avstamning".to_owned(),
        },
        text: it.text,
    });
    Ok(each.collect())
}

async fn fixed_row(app: &App, kvartal: &str, it: &crate::store::round::FixedReport) -> Result<FixedRow, PageError> {
    let unlocked = match (&it.unlocked_by, it.unlocked_at) {
        (Some(by), Some(at)) => format!(
            "Upplåst {} av {}: {}",
            when::moment(at),
            name_of(app, by).await?,
            it.unlock_reason.as_deref().unwrap_or("–")
        ),
        _ => String::new(),
    };
    Ok(FixedRow {
        nr: it.nr,
        at: when::moment(it.fixed_at),
        by: name_of(app, &it.fixed_by).await?,
        rules: it.rules.split(' ').next().unwrap_or_default().to_owned(),
        href: format!("/kvartal/{kvartal}/rapport/version/{}/report.json", it.nr),
        unlocked,
    })
}

/// The name behind an actor's id.
pub async fn name_of(app: &App, id: &str) -> Result<String, PageError> {
    Ok(match id {
        "import" => "import".to_owned(),
        "system" => "Kvartal".to_owned(),
        id => app.desk.store.person(id).await?.map_or_else(|| "en tidigare användare".to_owned(), |it| it.name),
    })
}

impl ReportPage {
    fn download(&self, name: &str) -> String {
        let switch = if self.received { "?visa=mottaget" } else { "" };
        format!("/kvartal/{}/rapport/{name}{switch}", self.kvartal)
    }

    fn checks_in_words(&self) -> String {
        format!("Kontroller ({} av {} stämmer)", self.holding(), self.checks.len())
    }

    fn holding(&self) -> usize {
        self.checks.iter().filter(|it| it.holds).count()
    }

    fn has(&self, field: &str) -> bool {
        self.errors.iter().any(|it| it.0 == field)
    }

    fn error(&self, field: &str) -> &str {
        self.errors.iter().find(|it| it.0 == field).map_or("", |it| it.1.as_str())
    }
}
