//! The review of a filing: the sheet as received beside what was read, and what is decided about it.
//!
//! Goes in: a filing, which version and which part of it. Comes out: the page; decisions, questions, acceptance.
//! Guaranteed: what a form refuses comes back with everything that was typed; a decision a colleague made meanwhile is named
//! and never overwritten unseen.

mod ask;
mod decide;
mod original;
mod rows;
mod sheet;
mod versions;

use std::collections::HashMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::App;
use super::board::lateness;
use super::error::PageError;
use super::frame::{Frame, Layout, in_words};
use super::routes::{Route, get};
use super::when::moment;
use super::who::Who;
use super::words::uppdrag_in_words;
use crate::access::role::{Act, allows};
use crate::desk::Which;
use crate::desk::figures::Context;
use crate::model::{AttemptState, FilingState};
use crate::render::print::clean_line;
use crate::store::attempt::Attempt;
use crate::store::filing::Filing;

use rows::{Card, RowCard, Shown, place_of};
use sheet::{SheetView, Wanted, sheet_view};
use versions::{ChangesView, VersionRow};

pub use decide::Typed;
pub use rows::decided_in_words;

/// Rows to decide about on a page.
const ROWS: usize = 25;

pub fn routes() -> Vec<Route> {
    let mut all = vec![get("/granska/{filing}", Act::SeeReview, review)];
    all.extend(decide::routes());
    all.extend(ask::routes());
    all.extend(original::routes());
    all
}

/// Which version and which part of it; kept in the address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Number of the version; 0 is the one to review.
    #[serde(skip_serializing_if = "is_zero")]
    pub version: i64,
    /// `alla` rows, or only those that need a look.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub visa: String,
    #[serde(skip_serializing_if = "is_zero")]
    pub sida: i64,
    /// The sheet by its place from 0, or by name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub blad: String,
    #[serde(skip_serializing_if = "is_zero")]
    pub bladsida: i64,
    /// A row to find, wherever it stands: `0-12`, or its number when `blad` names the sheet.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub rad: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_zero(it: &i64) -> bool {
    *it == 0
}

impl Asked {
    pub fn from_query(query: &str) -> Self {
        serde_html_form::from_str(query).unwrap_or_default()
    }

    pub fn query(&self) -> String {
        serde_html_form::to_string(self).unwrap_or_default()
    }

    pub fn href(&self, filing: &str) -> String {
        let query = self.query();
        if query.is_empty() { format!("/granska/{filing}") } else { format!("/granska/{filing}?{query}") }
    }
}

/// Names of those who said or decided something.
#[derive(Debug, Default)]
pub struct Names(HashMap<String, String>);

impl Names {
    /// Looks up everybody who has said something about the filing.
    pub async fn of_filing(app: &App, context: &Context, filing: &Filing) -> Result<Self, PageError> {
        let contents = &context.contents;
        let own: Vec<&str> = contents.attempts_of(filing).map(|it| it.id.as_str()).collect();
        let mut names = HashMap::new();
        let replies =
            contents.replies.iter().filter(|it| own.contains(&it.attempt_id.as_str())).map(|it| &it.person_id);
        let decisions =
            contents.decisions.iter().filter(|it| own.contains(&it.attempt_id.as_str())).map(|it| &it.person_id);
        let grades = contents.grades.iter().filter(|it| it.filing_id == filing.id).map(|it| &it.person_id);
        let comments = contents.grade_comments.iter().filter(|it| it.filing_id == filing.id).map(|it| &it.person_id);
        let feedback = contents.feedback.iter().filter(|it| it.filing_id == filing.id).map(|it| &it.person_id);
        for id in replies.chain(decisions).chain(grades).chain(comments).chain(feedback) {
            if !names.contains_key(id) {
                let name = app.desk.store.person(id).await?.map_or_else(|| "Import".to_owned(), |it| it.name);
                names.insert(id.clone(), name);
            }
        }
        Ok(Self(names))
    }

    pub fn of(&self, id: &str) -> String {
        self.0.get(id).cloned().unwrap_or_else(|| "Import".to_owned())
    }
}

#[derive(Template)]
#[template(path = "pages/review.html")]
struct ReviewPage {
    layout: Layout,
    crumbs: Vec<(String, String)>,
    filing: String,
    name: String,
    lead: String,
    state_key: &'static str,
    state: &'static str,
    reading: bool,
    /// The version shown; `None` when nothing has come.
    version: Option<VersionRow>,
    /// A file with rows: what came beside what was read.
    sheet: Option<SheetView>,
    nil: bool,
    rows: Vec<RowCard>,
    whole: Vec<Card>,
    /// Of all rows: how many there are, and how many need a look.
    all: usize,
    wanting: usize,
    shows_all: bool,
    pager: Pager,
    asked: Asked,
    typed: Typed,
    versions: Vec<VersionRow>,
    changes: Option<ChangesView>,
    /// (href, title, state key, state)
    completions: Vec<(String, String, &'static str, &'static str)>,
    events: Vec<(String, String, String, String)>,
    late_key: &'static str,
    late: String,
    reminders: usize,
    register: bool,
    last_quarter: String,
    may: May,
}

/// What the reader may do now.
#[derive(Debug, Clone, Copy, Default)]
struct May {
    decide: bool,
    accept: bool,
    undo: bool,
    ask: bool,
    time: bool,
    original: bool,
}

#[derive(Debug, Clone, Default)]
struct Pager {
    first: usize,
    last: usize,
    total: usize,
    before: String,
    after: String,
}

impl ReviewPage {
    /// The same part of the version with another choice.
    fn with(&self, field: &str, value: &str) -> String {
        let mut asked = Asked { rad: String::new(), ..self.asked.clone() };
        match field {
            "visa" => (asked.visa, asked.sida) = (value.to_owned(), 0),
            "blad" => (asked.blad, asked.bladsida) = (value.to_owned(), 0),
            "bladsida" => asked.bladsida = value.parse().unwrap_or(0),
            _ => {}
        }
        asked.href(&self.filing)
    }

    fn sheet_page(&self, page: usize) -> String {
        self.with("bladsida", &page.to_string())
    }

    fn sheet_tab(&self, nr: &u16) -> String {
        self.with("blad", &nr.to_string())
    }

    /// To a row's card, wherever it stands.
    fn row_href(&self, key: &str) -> String {
        if self.rows.iter().any(|it| it.key == key) {
            return format!("#rad-{key}");
        }
        let asked = Asked { version: self.asked.version, rad: key.to_owned(), ..Asked::default() };
        format!("{}#rad-{key}", asked.href(&self.filing))
    }

    fn finding_href(&self, cell: &str, finding: &str) -> String {
        let here =
            self.rows.iter().flat_map(|it| &it.findings).chain(&self.whole).any(|it| finding == format!("#{}", it.id));
        if here {
            return finding.to_owned();
        }
        let key: Vec<&str> = cell.split('-').skip(1).take(2).collect();
        self.row_href(&key.join("-"))
    }
}

/// The version to review: the newest valid one, else the newest that was not taken back.
fn to_review<'a>(context: &'a Context, filing: &Filing, nr: i64) -> Result<Option<&'a Attempt>, PageError> {
    let mut all = context.contents.attempts_of(filing);
    if nr > 0 {
        return all.find(|it| it.nr == nr).map(Some).ok_or(PageError::NotFound);
    }
    let newest = |fits: &dyn Fn(&&Attempt) -> bool| context.contents.attempts_of(filing).rev().find(|it| fits(it));
    Ok(newest(&|it| it.is_valid()).or_else(|| newest(&|it| it.state() != AttemptState::Withdrawn)))
}

async fn review(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(filing): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, PageError> {
    let filing = who.filing(&app, &filing).await?;
    let asked = Asked::from_query(query.as_deref().unwrap_or_default());
    show(&app, &frame, &who, &filing, (asked, Typed::default())).await
}

/// The page, with what was typed when a form comes back.
async fn show(
    app: &App,
    frame: &Frame,
    who: &Who,
    filing: &Filing,
    (asked, typed): (Asked, Typed),
) -> Result<Response, PageError> {
    let context = app.desk.context(&filing.round_id).await?;
    let contents = &context.contents;
    let names = Names::of_filing(app, &context, filing).await?;
    let attempt = to_review(&context, filing, asked.version)?;
    let has_file = attempt.is_some_and(|it| it.original_id.is_some() && it.outcome().is_some());
    let mut read = Read::default();
    if let Some(attempt) = attempt.filter(|_| has_file) {
        read = reads(app, &context, attempt, &names, (&asked, &typed)).await?;
    }
    let versions = versions::versions(&context, filing);
    let changes = match attempt.filter(|_| has_file) {
        Some(it) => versions::changes(app, &context, filing, it).await?,
        None => None,
    };
    let status = typed.status();
    let name = contents.utforare_of(filing).map_or_else(String::new, |it| clean_line(&it.namn).into_owned());
    let kvartal = &contents.round.kvartal;
    let state = filing.state();
    let (_, late, late_key, _) = lateness(contents, filing, app.today());
    let open = !contents.round.is_fixed();
    let may = |act| allows(who.role, act) && open;
    let newest_valid = contents.attempts_of(filing).rev().find(|it| it.is_valid());
    let page = ReviewPage {
        layout: frame.layout(format!("Granska {name}")),
        crumbs: vec![(format!("/kvartal/{kvartal}"), in_words(kvartal))],
        filing: filing.id.clone(),
        lead: format!("{}, {}", uppdrag_in_words(&context, filing), in_words(kvartal).to_lowercase()),
        state_key: state.key(),
        state: state.swedish(),
        reading: state == FilingState::Reading,
        version: attempt.and_then(|it| versions.iter().find(|row| row.nr == it.nr).cloned()),
        nil: attempt.is_some_and(|it| it.nil),
        completions: contents
            .completions
            .iter()
            .filter(|it| it.filing_id == filing.id)
            .map(|it| {
                let (key, words) = super::completion::standing(it);
                (format!("/komplettering/{}", it.id), super::completion::title(contents, it), key, words)
            })
            .collect(),
        events: versions::events(app, filing).await?,
        late_key,
        late,
        reminders: contents.reminders.iter().filter(|it| it.filing_id == filing.id).count(),
        register: context.basis.register.is_some(),
        last_quarter: context.basis.previous.as_ref().map_or_else(String::new, |it| it.report.quarter.in_words()),
        may: May {
            decide: may(Act::Decide) && has_file && state != FilingState::Reading,
            accept: may(Act::Decide)
                && newest_valid.is_some_and(|it| Some(&it.id) == attempt.map(|it| &it.id))
                && !matches!(state, FilingState::Accepted | FilingState::Reading),
            undo: may(Act::Decide) && state == FilingState::Accepted,
            ask: may(Act::AskCompletion),
            time: allows(who.role, Act::SeeReview),
            original: allows(who.role, Act::SeeOriginal),
        },
        sheet: read.sheet,
        rows: read.rows,
        whole: read.whole,
        all: read.all,
        wanting: read.wanting,
        shows_all: read.shows_all,
        pager: read.pager,
        versions,
        changes,
        asked,
        typed,
        name,
    };
    let mut response = frame.show(&page);
    if let Some(status) = status {
        *response.status_mut() = status;
    }
    Ok(response)
}

/// What was read from a version, one page of it.
#[derive(Default)]
struct Read {
    sheet: Option<SheetView>,
    rows: Vec<RowCard>,
    whole: Vec<Card>,
    all: usize,
    wanting: usize,
    shows_all: bool,
    pager: Pager,
}

async fn reads(
    app: &App,
    context: &Arc<Context>,
    attempt: &Attempt,
    names: &Names,
    (asked, typed): (&Asked, &Typed),
) -> Result<Read, PageError> {
    let reviewed = app.desk.reviewed(context, attempt).await?;
    let made = app.desk.report_of(context, Which::Only(attempt.id.clone())).await?;
    let earlier = app.desk.earlier_rows(context, attempt, &reviewed).await?;
    let found = Shown { made: &made, reviewed: &reviewed, attempt, names, earlier: &earlier }.rows();
    let sheet_named =
        reviewed.info.sheets.iter().position(|it| *it == asked.blad).and_then(|it| u16::try_from(it).ok());
    let sheet_at: Option<u16> = asked.blad.parse().ok().or(sheet_named);
    let target = place_of(&asked.rad).or_else(|| Some((sheet_at?, asked.rad.parse().ok()?)));
    let wanted = Wanted {
        sheet: target.map(|it| it.0).or(sheet_at),
        page: usize::try_from(asked.bladsida).unwrap_or(0),
        row: target.map(|it| it.1),
    };
    let sheet = sheet_view(&reviewed, &found, wanted);
    let (all, wanting) = (found.rows.len(), found.rows.iter().filter(|it| it.wants).count());
    let is_target = |it: &RowCard| target == Some((it.sheet_at, it.row));
    let hidden_target = found.rows.iter().any(|it| is_target(it) && !it.wants);
    let shows_all = asked.visa == "alla" || wanting == 0 || hidden_target;
    let mut rows: Vec<RowCard> = found.rows.into_iter().filter(|it| shows_all || it.wants).collect();
    let pages = rows.len().div_ceil(ROWS).max(1);
    let page = match rows.iter().position(is_target) {
        Some(at) => at / ROWS + 1,
        None => usize::try_from(asked.sida).unwrap_or(1).clamp(1, pages),
    };
    let total = rows.len();
    let first = (page - 1) * ROWS;
    rows = rows.into_iter().skip(first).take(ROWS).collect();
    for row in &mut rows {
        typed.fill(row);
    }
    let to = |page: usize| {
        let visa = if shows_all { "alla".to_owned() } else { asked.visa.clone() };
        let asked = Asked { sida: i64::try_from(page).unwrap_or(1), rad: String::new(), visa, ..asked.clone() };
        asked.href(&attempt.filing_id)
    };
    let pager = Pager {
        first: if total == 0 { 0 } else { first + 1 },
        last: total.min(first + ROWS),
        total,
        before: if page > 1 { to(page - 1) } else { String::new() },
        after: if page < pages { to(page + 1) } else { String::new() },
    };
    Ok(Read { sheet, rows, whole: found.whole, all, wanting, shows_all, pager })
}

impl Typed {
    /// The status of a page that shows what was refused.
    fn status(&self) -> Option<StatusCode> {
        match (self.conflicts.is_empty(), self.errors.is_empty()) {
            (false, _) => Some(StatusCode::CONFLICT),
            (true, false) => Some(StatusCode::UNPROCESSABLE_ENTITY),
            (true, true) => None,
        }
    }
}

/// ”Anna Lind 8 januari 2024 kl. 10.12”
fn by_and_when(name: &str, at: chrono::DateTime<chrono::Utc>) -> String {
    format!("{name} {}", moment(at))
}
