//! How accessible the service is, help, and why people get letters.
//!
//! Goes in: – . Comes out: three pages that anybody may read. Guaranteed: they say what is true of this version.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::App;
use super::error::PageError;
use super::frame::{Frame, Layout};
use super::routes::{Route, get};
use crate::access::role::Act;

pub fn routes() -> Vec<Route> {
    vec![
        get("/tillganglighet", Act::Public, accessibility),
        get("/hjalp", Act::Public, help),
        get("/om-breven", Act::Public, letters),
    ]
}

#[derive(Template)]
#[template(path = "pages/accessibility.html")]
struct AccessibilityPage {
    layout: Layout,
    owner: String,
}

#[derive(Template)]
#[template(path = "pages/help.html")]
struct HelpPage {
    layout: Layout,
}

/// Where a mail program leads whoever wants no more letters.
#[derive(Template)]
#[template(path = "pages/about-letters.html")]
struct LettersPage {
    layout: Layout,
    address: String,
}

async fn letters(State(app): State<App>, frame: Frame) -> Result<Response, PageError> {
    let address = app.settings.public_url.clone();
    Ok(frame.show(&LettersPage { layout: frame.layout("Om breven"), address }))
}

async fn accessibility(frame: Frame) -> Result<Response, PageError> {
    let owner = frame.who.as_ref().map_or_else(|| "kommunen".to_owned(), |it| format!("{}, {}", it.namnd, it.kommun));
    Ok(frame.show(&AccessibilityPage { layout: frame.layout("Tillgänglighet"), owner }))
}

async fn help(frame: Frame) -> Result<Response, PageError> {
    Ok(frame.show(&HelpPage { layout: frame.layout("Hjälp") }))
}
