//! One filing's time: reminders that were sent, and a later last day.
//!
//! Goes in: a filing, a new day and why. Comes out: the page, or the same page with what was typed and what is wrong.
//! Guaranteed: nothing typed is lost when it is refused.

use askama::Template;
use axum::extract::{Form, Path, State};
use axum::response::Response;
use serde::Deserialize;

use super::rows::lateness;
use crate::access::role::{Act, allows};
use crate::desk::DeskError;
use crate::http::App;
use crate::http::error::PageError;
use crate::http::frame::{Frame, Layout, in_words};
use crate::http::routes::{Route, get, post};
use crate::http::when::typed_day;
use crate::http::who::Who;
use crate::render::print::{clean_line, date_in_words};
use crate::store::filing::Filing;

pub fn routes() -> Vec<Route> {
    vec![
        get("/granska/{filing}/tid", Act::SeeReview, time),
        post("/granska/{filing}/tid", Act::ExtendTime, extend),
        post("/granska/{filing}/paminn", Act::Remind, remind),
    ]
}

#[derive(Template)]
#[template(path = "pages/filing-time.html")]
struct TimePage {
    layout: Layout,
    crumbs: Vec<(String, String)>,
    filing: String,
    name: String,
    last_day: String,
    why: String,
    late: String,
    late_key: &'static str,
    came: String,
    /// (iso, day in words, what, who)
    reminders: Vec<(String, String, String, String)>,
    errors: Vec<(String, String)>,
    till: String,
    skal: String,
    may_extend: bool,
    may_remind: bool,
}

/// What was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Typed {
    till: String,
    skal: String,
}

async fn page(
    app: &App,
    frame: &Frame,
    who: &Who,
    filing: &Filing,
    (typed, errors): (Typed, Vec<(String, String)>),
) -> Result<Response, PageError> {
    let context = app.desk.context(&filing.round_id).await?;
    let contents = &context.contents;
    let name = contents.utforare_of(filing).map_or_else(String::new, |it| clean_line(&it.namn).into_owned());
    let kvartal = &contents.round.kvartal;
    let (first, late, late_key, _) = lateness(contents, filing, app.today());
    let mut reminders = Vec::new();
    for it in contents.reminders.iter().filter(|it| it.filing_id == filing.id) {
        let by = app.desk.store.person(&it.sent_by).await?.map_or_else(|| "Kvartal".to_owned(), |it| it.name);
        reminders.push((it.sent_on.to_string(), date_in_words(it.sent_on), format!("Påminnelse {}", it.nr), by));
    }
    let last_day = filing.extended_to.unwrap_or(contents.round.last_day);
    let refused = !errors.is_empty();
    let page = TimePage {
        layout: frame.layout(format!("Tid för {name}")),
        crumbs: vec![
            (format!("/kvartal/{kvartal}"), in_words(kvartal)),
            (format!("/granska/{}", filing.id), name.clone()),
        ],
        filing: filing.id.clone(),
        last_day: date_in_words(last_day),
        why: filing.extended_why.clone().filter(|_| filing.extended_to.is_some()).unwrap_or_default(),
        late,
        late_key,
        came: first.map(date_in_words).unwrap_or_default(),
        reminders,
        errors,
        till: typed.till,
        skal: typed.skal,
        may_extend: allows(who.role, Act::ExtendTime) && !contents.round.is_fixed(),
        may_remind: allows(who.role, Act::Remind) && !contents.round.is_fixed(),
        name,
    };
    Ok(frame.show_form(&page, refused))
}

async fn time(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(filing): Path<String>,
) -> Result<Response, PageError> {
    let filing = who.filing(&app, &filing).await?;
    page(&app, &frame, &who, &filing, Default::default()).await
}

async fn extend(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(filing): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, PageError> {
    let filing = who.filing(&app, &filing).await?;
    let day = typed_day(&typed.till);
    let mut errors = Vec::new();
    if day.is_none() {
        errors.push(("till".to_owned(), "Skriv den nya sista dagen så här: 2024-01-31.".to_owned()));
    }
    if typed.skal.trim().is_empty() {
        errors.push(("skal".to_owned(), "Skriv varför sista dagen flyttas.".to_owned()));
    }
    if errors.is_empty() {
        match app.desk.extend(&filing.id, (day, &typed.skal), &who.actor(), app.now()).await {
            Ok(()) => {
                let told = format!("Sista dagen är flyttad till {}.", day.map(date_in_words).unwrap_or_default());
                return Ok(frame.go(&format!("/granska/{}/tid", filing.id), "ok", told));
            }
            Err(DeskError::Refused(it)) => errors.push(("till".to_owned(), it.message)),
            Err(other) => return Err(other.into()),
        }
    }
    page(&app, &frame, &who, &filing, (typed, errors)).await
}

async fn remind(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(filing): Path<String>,
) -> Result<Response, PageError> {
    let filing = who.filing(&app, &filing).await?;
    app.desk.remind(&filing.id, &who.actor(), app.now()).await?;
    Ok(frame.go(&format!("/granska/{}/tid", filing.id), "ok", "Påminnelsen är antecknad."))
}
