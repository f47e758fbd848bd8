//! One filing's time: what was sent to whom, what is next and why, and a later last day.
//!
//! Goes in: a filing, a new day and why, what to do with the next reminder. Comes out: the page, or the same page with what was typed and what is wrong.
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
use crate::http::when::{iso, moment, typed_day};
use crate::http::who::Who;
use crate::remind::by_hand;
use crate::remind::run::outlook;
use crate::render::print::{clean_line, date_in_words};
use crate::store::filing::Filing;
use crate::store::notice::LetterAbout;

pub fn routes() -> Vec<Route> {
    vec![
        get("/granska/{filing}/tid", Act::SeeReview, time),
        post("/granska/{filing}/tid", Act::ExtendTime, extend),
        post("/granska/{filing}/paminn", Act::Remind, remind),
        post("/granska/{filing}/skicka", Act::Remind, send_now),
        post("/granska/{filing}/hoppa-over", Act::Remind, skip),
        post("/granska/{filing}/pausa", Act::Remind, pause),
        post("/granska/{filing}/fortsatt", Act::Remind, go_on),
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
    letters: Vec<AboutIt>,
    /// The next letter with its day, and its key; empty when there is none.
    next: String,
    next_key: String,
    next_why: String,
    addresses: String,
    /// Until when reminders are paused and why, or empty.
    paused: String,
    paus: String,
    paus_skal: String,
    hoppa: String,
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
    paus: String,
    paus_skal: String,
    hoppa: String,
    /// The rung that the page showed as the next.
    steg: String,
}

/// A letter about the filing: when, what and to whom.
struct AboutIt {
    id: String,
    iso: String,
    at: String,
    subject: String,
    to: String,
}

fn letter(it: &LetterAbout) -> AboutIt {
    let state = match (it.sent_at, it.failed_at) {
        (Some(at), _) => format!("skickat {}", moment(at)),
        (None, Some(_)) => format!("kom inte fram: {}", it.fault.as_deref().unwrap_or_default()),
        (None, None) => "väntar på att skickas".to_owned(),
    };
    AboutIt {
        id: it.letter_id.clone(),
        iso: iso(it.created_at),
        at: moment(it.created_at),
        subject: it.subject.clone(),
        to: format!("till {}, {state}", it.recipient),
    }
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
        let what = if it.counts() { "" } else { " kom inte fram och räknas inte" };
        reminders.push((it.sent_on.to_string(), date_in_words(it.sent_on), format!("Påminnelse {}{what}", it.nr), by));
    }
    let outlook = outlook(&app.desk, &filing.round_id, &filing.id, app.today()).await?;
    let letters = app.desk.store.letters_about(&filing.id).await?;
    let paused = filing.paused_until.filter(|it| *it >= app.today());
    let next_key = outlook.planned.next.map(|it| it.0).filter(|it| !it.is_internal());
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
        letters: letters.iter().map(letter).collect(),
        next: outlook.planned.next.map_or_else(String::new, |it| format!("{}, {}", it.0, date_in_words(it.1))),
        next_key: next_key.map(|it| it.key()).unwrap_or_default(),
        next_why: outlook.planned.why,
        addresses: outlook.addresses.join(", "),
        paused: paused.map_or_else(String::new, |it| {
            let why = filing.paused_why.as_deref().unwrap_or_default();
            format!("Inga brev går till och med den {}. Skäl: {why}", date_in_words(it))
        }),
        paus: typed.paus,
        paus_skal: typed.paus_skal,
        hoppa: typed.hoppa,
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

/// Back to the page with a message, or the page again with what was refused.
async fn told(
    app: &App,
    (frame, who): (&Frame, &Who),
    filing: &Filing,
    (typed, field): (Typed, &str),
    done: Result<String, DeskError>,
) -> Result<Response, PageError> {
    match done {
        Ok(text) => Ok(frame.go(&format!("/granska/{}/tid", filing.id), "ok", text)),
        Err(DeskError::Refused(it)) if field.is_empty() => {
            Ok(frame.go(&format!("/granska/{}/tid", filing.id), "fel", it.message))
        }
        Err(DeskError::Refused(it)) => {
            page(app, frame, who, filing, (typed, vec![(field.to_owned(), it.message)])).await
        }
        Err(other) => Err(other.into()),
    }
}

async fn send_now(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(filing): Path<String>,
) -> Result<Response, PageError> {
    let filing = who.filing(&app, &filing).await?;
    let done = by_hand::send_now(&app.desk, &filing.id, &who.actor(), app.now()).await;
    let done = done.map(|it| format!("{it} ligger i utkorgen och går inom någon minut."));
    told(&app, (&frame, &who), &filing, (Typed::default(), ""), done).await
}

async fn skip(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(filing): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, PageError> {
    let filing = who.filing(&app, &filing).await?;
    let how = (typed.steg.as_str(), typed.hoppa.as_str());
    let done = by_hand::skip(&app.desk, &filing.id, how, &who.actor(), app.now()).await;
    let done = done.map(|it| format!("{it} hoppas över."));
    told(&app, (&frame, &who), &filing, (typed, "hoppa"), done).await
}

async fn pause(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(filing): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, PageError> {
    let filing = who.filing(&app, &filing).await?;
    let Some(until) = typed_day(&typed.paus) else {
        let wrong = vec![("paus".to_owned(), "Skriv dagen så här: 2024-01-31.".to_owned())];
        return page(&app, &frame, &who, &filing, (typed, wrong)).await;
    };
    let how = (Some(until), typed.paus_skal.as_str());
    let done = by_hand::pause(&app.desk, &filing.id, how, &who.actor(), app.now()).await;
    let done = done.map(|()| format!("Inga påminnelser går till och med den {}.", date_in_words(until)));
    let field = if typed.paus_skal.trim().is_empty() { "paus_skal" } else { "paus" };
    told(&app, (&frame, &who), &filing, (typed, field), done).await
}

async fn go_on(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(filing): Path<String>,
) -> Result<Response, PageError> {
    let filing = who.filing(&app, &filing).await?;
    let done = by_hand::pause(&app.desk, &filing.id, (None, ""), &who.actor(), app.now()).await;
    let done = done.map(|()| "Påminnelserna går igen.".to_owned());
    told(&app, (&frame, &who), &filing, (Typed::default(), ""), done).await
}
