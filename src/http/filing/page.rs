//! One filing: where it stands, its versions, what was asked, how it was graded, and a place to hand in.
//!
//! Goes in: a filing. Comes out: its page, for the utförare with forms, for the nämnd's people to read.
//! Guaranteed: versions that were taken back or stopped are listed with the rest; nothing is hidden but drafts.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use super::grade::{Graded, graded, is_said, which};
use super::{Standing, met, standing};
use crate::access::role::Role;
use crate::desk::figures::Context;
use crate::http::App;
use crate::http::error::PageError;
use crate::http::frame::{Frame, Layout};
use crate::http::when::{iso, moment};
use crate::http::who::Who;
use crate::http::words::{counts_in_words, file_name};
use crate::model::AttemptState;
use crate::store::filing::Filing;

#[derive(Template)]
#[template(path = "pages/filing.html")]
pub(super) struct FilingPage {
    layout: Layout,
    crumbs: Vec<(String, String)>,
    utforare: String,
    /// The utförare reads, and may do things here.
    own: bool,
    it: Standing,
    versions: Vec<Version>,
    steps: Vec<(&'static str, String, String)>,
    graded: Graded,
    /// What was typed in the comment, and what was wrong.
    commented: String,
    comment_error: String,
    file_error: String,
    errors: Vec<(String, String)>,
}

struct Version {
    id: String,
    nr: i64,
    iso: String,
    time: String,
    by: String,
    file: String,
    outcome_key: &'static str,
    outcome: &'static str,
    said: String,
    accepted: bool,
}

/// What a form that failed held, and what was wrong with it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Typed<'a> {
    pub file: &'a str,
    pub comment: &'a str,
    pub commented: &'a str,
}

pub(super) async fn page(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    Ok(frame.show(&made(&app, &frame, &who, &id, Typed::default()).await?))
}

pub(super) async fn made(
    app: &App,
    frame: &Frame,
    who: &Who,
    id: &str,
    typed: Typed<'_>,
) -> Result<FilingPage, PageError> {
    let (filing, context) = met(app, who, id).await?;
    let own = who.role == Role::Utforare;
    let it = standing(app, &context, &filing);
    let contents = &context.contents;
    let utforare = contents.utforare_of(&filing).map(|it| it.namn.clone()).unwrap_or_default();
    let graded = if is_said(contents, &filing) {
        graded(&*app.desk.report_of(&context, which(contents)).await?, &filing)
    } else {
        Graded::default()
    };
    let mut errors = Vec::new();
    for (field, error) in [("fil", typed.file), ("text", typed.comment)] {
        if !error.is_empty() {
            errors.push((field.to_owned(), error.to_owned()));
        }
    }
    Ok(FilingPage {
        layout: frame.layout(it.uppdrag.clone()),
        crumbs: crumbs(own, &context, &utforare),
        versions: versions(&context, &filing),
        steps: steps(&it, &graded, contents.round.is_fixed()),
        utforare,
        own,
        it,
        graded,
        commented: typed.commented.to_owned(),
        comment_error: typed.comment.to_owned(),
        file_error: typed.file.to_owned(),
        errors,
    })
}

fn crumbs(own: bool, context: &Context, utforare: &str) -> Vec<(String, String)> {
    if own {
        return vec![("/uppdrag".to_owned(), "Era uppdrag".to_owned())];
    }
    let kvartal = &context.contents.round.kvartal;
    vec![(format!("/kvartal/{kvartal}"), super::in_words(kvartal)), (String::from("/utforare"), utforare.to_owned())]
}

fn versions(context: &Context, filing: &Filing) -> Vec<Version> {
    let contents = &context.contents;
    contents
        .attempts_of(filing)
        .rev()
        .map(|it| {
            let (outcome_key, outcome) = match (it.state(), it.outcome()) {
                (AttemptState::Received | AttemptState::Reading, _) => ("lases", "Läses"),
                (AttemptState::Withdrawn, _) => ("", "Återtagen"),
                (_, Some(outcome)) => (outcome.key(), outcome.swedish()),
                (state, None) => ("", state.swedish()),
            };
            let counts = contents.counts_of(it).map(|it| counts_in_words(it.fel, it.fraga, it.notis));
            Version {
                id: it.id.clone(),
                nr: it.nr,
                iso: iso(it.received_at),
                time: moment(it.received_at),
                by: it.sender_name.clone(),
                file: contents.original_of(it).map(|it| file_name(&it.name)).unwrap_or_default(),
                outcome_key,
                outcome,
                said: counts.unwrap_or_default(),
                accepted: filing.accepted_id.as_ref() == Some(&it.id),
            }
        })
        .collect()
}

/// The way a filing goes, with where it is now.
fn steps(it: &Standing, graded: &Graded, fixed: bool) -> Vec<(&'static str, String, String)> {
    let came = it.newest.as_ref().filter(|_| it.state_key != "vantar");
    let mut stage = match it.state_key {
        "vantar" => 0,
        "lases" | "att_ratta" => 1,
        "att_granska" | "fragad" => 2,
        _ => 3,
    };
    if graded.shown || fixed {
        stage = 4;
    }
    let at = |own: usize| match own.cmp(&stage) {
        std::cmp::Ordering::Less => "done",
        std::cmp::Ordering::Equal => "now",
        std::cmp::Ordering::Greater => "",
    };
    let handed_in = came.map_or_else(String::new, |it| it.time.clone());
    let mend = if it.state_key == "lases" { "Filen läses" } else { "Rätta och svara på frågor" };
    let review =
        if it.state_key == "fragad" { "Svara på biståndsenhetens fråga" } else { "Biståndsenheten granskar" };
    vec![
        (
            at(0),
            "Lämna in, eller svara att inget finns".to_owned(),
            if stage == 0 { "Du".to_owned() } else { handed_in },
        ),
        (at(1), mend.to_owned(), if stage == 1 { "Du".to_owned() } else { String::new() }),
        (at(2), review.to_owned(), if it.state_key == "fragad" { "Du" } else { "Biståndsenheten" }.to_owned()),
        (at(3), "Betyg och återkoppling".to_owned(), "Biståndsenheten".to_owned()),
    ]
}
