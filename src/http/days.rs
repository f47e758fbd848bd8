//! Days as calendar files: a quarter's for the nämnd's people, and an utförare's own last days.
//!
//! Goes in: who asks. Comes out: an iCalendar file that their calendar opens or reads again.
//! Guaranteed: an utförare finds only its own; a day that is moved keeps its UID, so that it is moved there too.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::App;
use super::completion::title;
use super::error::PageError;
use super::filing::own;
use super::frame::{Frame, in_words};
use super::routes::{Route, get};
use super::who::Who;
use super::words::uppdrag_in_words;
use crate::access::role::Act;
use crate::desk::calendar::ivo_of;
use crate::desk::figures::Context;
use crate::desk::intake::last_day;
use crate::model::Quarter;
use crate::render::ical::{self, Entry};
use crate::render::print::date_in_words;
use crate::store::round::RoundRow;

pub fn routes() -> Vec<Route> {
    vec![
        get("/kvartal/{kvartal}/kalender.ics", Act::SeeBoard, of_quarter),
        get("/uppdrag/kalender.ics", Act::HandIn, of_utforare),
    ]
}

/// The days of a quarter, for people's own calendars.
fn entries(round: &RoundRow) -> Vec<Entry> {
    let quarter: Option<Quarter> = round.kvartal.parse().ok();
    let words = quarter.map_or_else(|| round.kvartal.clone(), Quarter::in_words);
    let entry = |what: &str, (first, last), title: String, text: String| Entry {
        key: format!("{}-{what}", round.id),
        first,
        last,
        title,
        text,
    };
    let one = |day| (day, day);
    let text = format!("Sista dagen att svara är {}.", date_in_words(round.last_day));
    let mut all = vec![
        entry("oppnar", one(round.opens), format!("Insamlingen för {words} öppnar"), text),
        entry(
            "sista-dag",
            one(round.last_day),
            format!("Sista dagen för {words}"),
            "Räknas till och med midnatt, svensk tid.".to_owned(),
        ),
        entry("rapportdag", one(round.report_day), format!("Rapportdag för {words}"), String::new()),
    ];
    let meetings = round.meetings();
    for (key, whose, day) in
        [("namnd", "Nämndens", meetings.namnd), ("fullmaktige", "Fullmäktiges", meetings.fullmaktige)]
    {
        let text = format!("Rapporten om ej verkställda beslut för {words} behandlas.");
        all.extend(day.map(|it| entry(key, one(it), format!("{whose} sammanträde: {words}"), text)));
    }
    if let Some(quarter) = quarter {
        let (first, last) = ivo_of(quarter, &round.days());
        let text = format!("Rapporteringen till IVO är öppen till och med {}.", date_in_words(last));
        all.push(entry("ivo", (first, last), format!("IVO: rapportera {words}"), text));
    }
    all
}

/// What an utförare has to do in a quarter, and until when: each uppdrag, and each completion that waits.
fn own_entries(who: &Who, context: &Context, public_url: &str) -> Vec<Entry> {
    let contents = &context.contents;
    let words =
        contents.round.kvartal.parse::<Quarter>().map_or_else(|_| contents.round.kvartal.clone(), Quarter::in_words);
    let one = |key: String, day, title: String, path: String| Entry {
        key,
        first: day,
        last: day,
        title,
        text: format!("{public_url}{path}"),
    };
    let mut all = Vec::new();
    for it in own(who, context) {
        let about = uppdrag_in_words(context, it);
        let (day, path) = (last_day(&contents.round, it), format!("/inlamning/{}", it.id));
        all.push(one(format!("{}-sista-dag", it.id), day, format!("Sista dagen för {words}: {about}"), path));
        let waits = contents.completions.iter().filter(|own| own.filing_id == it.id);
        for own in waits.filter(|own| own.answered_at.is_none() && own.closed_at.is_none()) {
            let path = format!("/komplettering/{}", own.id);
            all.push(one(format!("{}-svara", own.id), own.due, format!("Svara: {}", title(contents, own)), path));
        }
    }
    all
}

fn file(app: &App, name: &str, file: &str, entries: &[Entry]) -> Response {
    let host = app.settings.public_url.rsplit("://").next().unwrap_or_default();
    let text = ical::write(name, host, entries, app.now());
    let saved = format!("attachment; filename=\"{file}.ics\"");
    let kind = "text/calendar; charset=utf-8".to_owned();
    ([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, saved)], text).into_response()
}

async fn of_quarter(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(kvartal): Path<String>,
) -> Result<Response, PageError> {
    let round = frame.round(&kvartal)?;
    let name = format!("{}, {}", who.namnd, in_words(&kvartal).to_lowercase());
    Ok(file(&app, &name, &format!("kvartal-{kvartal}"), &entries(round)))
}

async fn of_utforare(State(app): State<App>, frame: Frame, who: Who) -> Result<Response, PageError> {
    let mut all = Vec::new();
    for round in frame.rounds().iter().filter(|it| !it.is_fixed()) {
        let context = app.desk.context(&round.id).await?;
        all.extend(own_entries(&who, &context, &app.settings.public_url));
    }
    let name = who.utforare.as_ref().map_or_else(String::new, |it| format!("{}, {}", it.1, who.namnd));
    Ok(file(&app, &name, "kvartal", &all))
}
