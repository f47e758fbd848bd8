//! How accessible the service is, and help.
//!
//! Goes in: – . Comes out: two pages that anybody may read. Guaranteed: they say what is true of this version.

use askama::Template;
use axum::response::Response;

use super::error::PageError;
use super::frame::{Frame, Layout};
use super::routes::{Route, get};
use crate::access::role::Act;

pub fn routes() -> Vec<Route> {
    vec![get("/tillganglighet", Act::Public, accessibility), get("/hjalp", Act::Public, help)]
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

async fn accessibility(frame: Frame) -> Result<Response, PageError> {
    let owner = frame.who.as_ref().map_or_else(|| "kommunen".to_owned(), |it| format!("{}, {}", it.namnd, it.kommun));
    Ok(frame.show(&AccessibilityPage { layout: frame.layout("Tillgänglighet"), owner }))
}

async fn help(frame: Frame) -> Result<Response, PageError> {
    Ok(frame.show(&HelpPage { layout: frame.layout("Hjälp") }))
}
