//! The utförare's own pages about its uppdrag: the start page, earlier quarters, one filing, uploads, nil returns, templates.
//!
//! Goes in: who asks, and the filing an address names. Comes out: pages and files.
//! Guaranteed: a filing is met only through [`Who::filing`]; what is not one's own does not exist.

mod assign;
mod earlier;
mod grade;
mod nil;
mod page;
mod start;
mod template;
pub(super) mod upload;

use std::sync::Arc;

use super::App;
use super::error::PageError;
use super::frame::in_words;
use super::routes::{Route, get, post, upload as takes_files};
use super::when::{iso, moment};
use super::who::Who;
use super::words::{countdown, counts_in_words, uppdrag_in_words, who_must_act};
use crate::access::role::Act;
use crate::desk::figures::Context;
use crate::desk::intake::{last_day, what_happens_next, window};
use crate::model::{FilingState, Window};
use crate::render::print::date_in_words;
use crate::store::filing::Filing;

pub fn routes() -> Vec<Route> {
    vec![
        get("/uppdrag", Act::HandIn, start::page),
        get("/tidigare", Act::HandIn, earlier::page),
        takes_files("/uppdrag/filer", Act::HandIn, assign::receive),
        get("/uppdrag/fordela", Act::HandIn, assign::page),
        post("/uppdrag/fordela", Act::HandIn, assign::assign),
        post("/uppdrag/slang/{id}", Act::HandIn, assign::discard),
        get("/inlamning/{id}", Act::SeeFiling, page::page),
        takes_files("/inlamning/{id}/fil", Act::HandIn, upload::receive),
        get("/inlamning/{id}/inget", Act::HandIn, nil::page),
        post("/inlamning/{id}/inget", Act::HandIn, nil::answer),
        get("/inlamning/{id}/mall", Act::SeeOriginal, template::download),
        post("/inlamning/{id}/kommentar", Act::CommentGrade, grade::comment),
    ]
}

/// How one filing stands, in words. Shared by the start page and the filing's own.
#[derive(Debug, Clone)]
pub(super) struct Standing {
    pub id: String,
    pub uppdrag: String,
    pub quarter: String,
    pub state_key: &'static str,
    pub state: &'static str,
    pub turn: &'static str,
    pub next: &'static str,
    pub last_day: String,
    pub left: String,
    pub tone: &'static str,
    /// The countdown says something: nothing valid has come, and the quarter is not fixed.
    pub counts_down: bool,
    pub extended: String,
    /// The window takes files.
    pub open: bool,
    pub waiting: bool,
    /// The newest answer that has been read, if any.
    pub newest: Option<Newest>,
    pub completions: Vec<OpenThread>,
    /// Cases of the last report that must be answered.
    pub carried_over: usize,
}

/// The newest version in short.
#[derive(Debug, Clone)]
pub(super) struct Newest {
    pub id: String,
    pub nr: i64,
    pub time: String,
    pub iso: String,
    pub nil: bool,
    pub outcome_key: &'static str,
    pub outcome: &'static str,
    /// ”19 rader: 3 fel och 6 frågor”
    pub said: String,
}

/// A completion that waits for an answer.
#[derive(Debug, Clone)]
pub(super) struct OpenThread {
    pub id: String,
    pub title: String,
    pub due: String,
    pub left: String,
    pub answered: bool,
}

pub(super) fn standing(app: &App, context: &Arc<Context>, filing: &Filing) -> Standing {
    let contents = &context.contents;
    let today = app.today();
    let window = window(&contents.round, filing, today);
    let last = last_day(&contents.round, filing);
    let (left, tone) = countdown(last, today);
    let valid = contents.attempts_of(filing).any(|it| it.is_valid());
    let keys = contents.uppdrag_of(filing).map(|it| it.keys()).unwrap_or_default();
    let ids: Vec<_> = keys.iter().filter_map(|it| context.library.insatser.by_key(it)).collect();
    let nyckel = contents.utforare_of(filing).map_or("", |it| it.nyckel.as_str());
    let state = filing.state();
    Standing {
        id: filing.id.clone(),
        uppdrag: uppdrag_in_words(context, filing),
        quarter: in_words(&contents.round.kvartal),
        state_key: state.key(),
        state: state.swedish(),
        turn: who_must_act(state, window),
        next: what_happens_next(state, window),
        last_day: date_in_words(last),
        left: if window == Window::NotOpen { format!("Öppnar {}", date_in_words(contents.round.opens)) } else { left },
        tone: if window == Window::NotOpen { "" } else { tone },
        counts_down: window != Window::Closed && (!valid || state == FilingState::ToMend),
        extended: match (&filing.extended_to, &filing.extended_why) {
            (Some(_), Some(why)) => format!("Du har fått längre tid: {why}"),
            (Some(_), None) => "Du har fått längre tid.".to_owned(),
            _ => String::new(),
        },
        open: matches!(window, Window::Open | Window::Late),
        waiting: state == FilingState::Waiting,
        newest: newest(context, filing),
        completions: threads(app, context, filing),
        carried_over: context.open_before(nyckel, &ids).len(),
    }
}

fn newest(context: &Context, filing: &Filing) -> Option<Newest> {
    use crate::model::AttemptState::{Reading, Received, Withdrawn};
    let attempt = context.contents.attempts_of(filing).rev().find(|it| it.state() != Withdrawn)?;
    let reading = matches!(attempt.state(), Received | Reading);
    let (outcome_key, outcome) =
        attempt.outcome().filter(|_| !reading).map_or(("lases", "Läses"), |it| (it.key(), it.swedish()));
    let said = match context.contents.counts_of(attempt).filter(|_| !reading) {
        Some(it) => {
            let rows = crate::render::print::counted(usize::try_from(it.rows).unwrap_or_default(), "rad", "rader");
            let counts = counts_in_words(it.fel, it.fraga, it.notis);
            if counts.is_empty() { format!("{rows}, ingenting att anmärka på") } else { format!("{rows}: {counts}") }
        }
        None => String::new(),
    };
    Some(Newest {
        id: attempt.id.clone(),
        nr: attempt.nr,
        time: moment(attempt.received_at),
        iso: iso(attempt.received_at),
        nil: attempt.nil,
        outcome_key,
        outcome,
        said,
    })
}

fn threads(app: &App, context: &Context, filing: &Filing) -> Vec<OpenThread> {
    let open = context.contents.completions.iter().filter(|it| it.filing_id == filing.id && it.closed_at.is_none());
    open.map(|it| OpenThread {
        id: it.id.clone(),
        title: super::completion::title(&context.contents, it),
        due: date_in_words(it.due),
        left: countdown(it.due, app.today()).0,
        answered: it.answered_at.is_some(),
    })
    .collect()
}

/// A filing of somebody's own, with its round.
pub(super) async fn met(app: &App, who: &Who, id: &str) -> Result<(Filing, Arc<Context>), PageError> {
    let filing = who.filing(app, id).await?;
    let context = app.desk.context(&filing.round_id).await?;
    Ok((filing, context))
}

/// The filings of the utförare who asks, in a round.
pub(super) fn own<'a>(who: &'a Who, context: &'a Context) -> impl Iterator<Item = &'a Filing> {
    let own = who.utforare.as_ref().map(|it| it.0.as_str());
    context
        .contents
        .filings
        .iter()
        .filter(move |it| own.is_some() && context.contents.uppdrag_of(it).map(|it| it.utforare_id.as_str()) == own)
}
