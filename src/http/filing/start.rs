//! The utförare's first page: each uppdrag of the quarter, how it stands and what happens next.
//!
//! Goes in: who asks. Comes out: one card per uppdrag, what waits for an answer, and a place to leave files.
//! Guaranteed: only own uppdrag; whose turn it is stands in words.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::assign::held_of;
use super::{Standing, own, standing};
use crate::http::App;
use crate::http::error::PageError;
use crate::http::frame::{Frame, Layout, in_words};
use crate::http::who::Who;

#[derive(Template)]
#[template(path = "pages/assignments.html")]
pub(super) struct StartPage {
    layout: Layout,
    quarter: String,
    quarter_end: String,
    /// When the nämnd has the report on its table; empty when nobody has said.
    meeting: String,
    utforare: String,
    cards: Vec<Standing>,
    /// Some uppdrag takes files now.
    open: bool,
    /// Files that wait for their sender to say where they belong.
    held: Vec<(String, String)>,
    /// Why nothing was received, and the field it is about.
    errors: Vec<(String, String)>,
    error: String,
    /// What the field for files says, and the button under it.
    drop_hint: &'static str,
    drop_button: &'static str,
}

pub(super) async fn page(State(app): State<App>, frame: Frame, who: Who) -> Result<Response, PageError> {
    Ok(frame.show(&made(&app, &frame, &who, "").await?))
}

/// The page, with what was wrong with the files that were left.
pub(super) async fn made(app: &App, frame: &Frame, who: &Who, error: &str) -> Result<StartPage, PageError> {
    let mut page = StartPage {
        layout: frame.layout("Era uppdrag"),
        quarter: String::new(),
        quarter_end: String::new(),
        meeting: String::new(),
        utforare: who.utforare.as_ref().map(|it| it.1.clone()).unwrap_or_default(),
        cards: Vec::new(),
        open: false,
        held: held_of(app, who)
            .await?
            .into_iter()
            .map(|it| (it.id.clone(), super::super::words::file_name(&it.name)))
            .collect(),
        errors: Vec::new(),
        error: error.to_owned(),
        drop_hint: "Excel, LibreOffice eller textfil. Du får svar direkt.",
        drop_button: "Lämna in",
    };
    if !error.is_empty() {
        page.errors.push(("fil".to_owned(), error.to_owned()));
    }
    let Some(round) = frame.quarter_now() else { return Ok(page) };
    let context = app.desk.context(&round.id).await?;
    page.quarter = in_words(&round.kvartal);
    page.quarter_end = crate::render::print::date_in_words(context.quarter.last_day());
    page.meeting =
        round.namnd_meets.filter(|it| *it >= app.today()).map(crate::render::print::date_in_words).unwrap_or_default();
    page.cards = own(who, &context).map(|it| standing(app, &context, it)).collect();
    if page.cards.len() > 1 {
        page.drop_hint = "Excel, LibreOffice eller textfil, en fil för varje uppdrag. Du får välja uppdrag för varje fil innan den lämnas in.";
        page.drop_button = "Gå vidare";
    }
    page.open = page.cards.iter().any(|it| it.open);
    Ok(page)
}
