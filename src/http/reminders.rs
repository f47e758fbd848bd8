//! A quarter's reminders: who gets what next and why, what needs a hand, how the letters look.
//!
//! Goes in: a quarter. Comes out: pages, and the quarter's days as a calendar file.
//! Guaranteed: the page shows the same plan as the run follows.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::App;
use super::error::PageError;
use super::frame::{Frame, Layout, in_words};
use super::post::as_in_a_mail_program;
use super::routes::{Route, get};
use super::who::Who;
use crate::access::role::Act;
use crate::desk::calendar::ivo_of;
use crate::model::{Quarter, Step};
use crate::remind::run::{look, preview_of};
use crate::render::ical::{self, Entry};
use crate::render::print::date_in_words;
use crate::store::round::RoundRow;

pub fn routes() -> Vec<Route> {
    vec![
        get("/kvartal/{kvartal}/paminnelser", Act::SeeBoard, page),
        get("/kvartal/{kvartal}/paminnelser/{steg}", Act::SeeBoard, letter),
        get("/kvartal/{kvartal}/paminnelser/{steg}/brev", Act::SeeBoard, html),
        get("/kvartal/{kvartal}/kalender.ics", Act::SeeBoard, calendar),
    ]
}

/// What needs a hand.
struct Todo {
    href: String,
    name: String,
    what: String,
}

/// One filing or thread of the plan.
struct Row {
    href: String,
    name: String,
    uppdrag: String,
    sent: String,
    next: String,
    day: String,
    why: String,
}

#[derive(Template)]
#[template(path = "pages/reminders.html")]
struct RemindersPage {
    layout: Layout,
    crumbs: Vec<(String, String)>,
    kvartal: String,
    hour: u32,
    todo: Vec<Todo>,
    rows: Vec<Row>,
    /// (key, words, when it goes)
    steps: Vec<(String, String, String)>,
}

async fn page(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(kvartal): Path<String>,
) -> Result<Response, PageError> {
    let round = frame.round(&kvartal)?.clone();
    let made = look(&app.desk, &round.id, app.today()).await?;
    let namnd = app.desk.store.namnd(&who.namnd_id).await?.ok_or(PageError::NotFound)?;
    let library = app.desk.library(&namnd).await?;
    let (mut todo, mut rows) = (Vec::new(), Vec::new());
    for it in &made.plan {
        let Some(task) = made.situation.tasks.get(it.task) else { continue };
        let href = format!("/granska/{}/tid", task.filing);
        if let Some(work) = it.work {
            let what = format!("{}. {}", task.uppdrag, work.in_words());
            todo.push(Todo { href: href.clone(), name: task.name.clone(), what });
        }
        let thread = it.thread.and_then(|at| task.threads.get(at));
        let done = thread.map_or(&task.done, |it| &it.done);
        let sent = done.iter().max_by_key(|it| it.on);
        rows.push(Row {
            href: thread.map_or(href, |it| format!("/komplettering/{}", it.id)),
            name: task.name.clone(),
            uppdrag: task.uppdrag.clone(),
            sent: sent.map_or_else(String::new, |it| {
                format!("{}{} {}", it.step, if it.skipped { " (överhoppad)" } else { "" }, it.on)
            }),
            next: it.next.map_or_else(String::new, |it| it.0.to_string()),
            day: it.next.map_or_else(String::new, |it| it.1.to_string()),
            why: it.why.clone(),
        });
    }
    for it in app.desk.store.letters_bounced(&round.id).await? {
        let name = made.situation.tasks.iter().find(|task| task.filing == it.filing_id);
        let fault = it.fault.unwrap_or_default();
        todo.push(Todo {
            href: format!("/granska/{}/tid", it.filing_id),
            name: name.map_or_else(String::new, |it| it.name.clone()),
            what: format!("”{}” kom inte fram till {}. Kontrollera adressen. {fault}", it.subject, it.recipient),
        });
    }
    let steps = library.ladder.rungs().map(|it| (it.step.key(), it.step.to_string(), when_in_words(it.step, it.days)));
    let page = RemindersPage {
        layout: frame.layout("Påminnelser"),
        crumbs: vec![(format!("/kvartal/{kvartal}"), in_words(&kvartal))],
        hour: library.ladder.hour,
        todo,
        rows,
        steps: steps.collect(),
        kvartal,
    };
    Ok(frame.show(&page))
}

fn when_in_words(step: Step, days: u32) -> String {
    let count = crate::render::print::counted(usize::try_from(days).unwrap_or(0), "arbetsdag", "arbetsdagar");
    match step {
        Step::Opens if days == 0 => "Den dag insamlingen öppnar".to_owned(),
        Step::Opens => format!("{count} efter att insamlingen öppnar"),
        Step::Before => format!("{count} före sista dagen"),
        Step::Overdue(_) | Step::Escalation => format!("{count} efter sista dagen"),
        Step::Thread(_) | Step::ThreadEscalation => format!("{count} efter sista dagen att svara"),
        Step::NoContact => "I stället för ett brev, när adress saknas".to_owned(),
    }
}

#[derive(Template)]
#[template(path = "pages/reminder-letter.html")]
struct LetterPage {
    layout: Layout,
    crumbs: Vec<(String, String)>,
    href: String,
    name: String,
    subject: String,
    text: String,
}

async fn previewed(
    app: &App,
    frame: &Frame,
    who: &Who,
    (kvartal, steg): (&str, &str),
) -> Result<(Step, crate::mail::Letter), PageError> {
    let round = frame.round(kvartal)?;
    let step = Step::from_key(steg).ok_or(PageError::NotFound)?;
    let found = preview_of(&app.desk, &round.id, step).await?.filter(|_| round.namnd_id == who.namnd_id);
    found.map(|it| (step, it)).ok_or(PageError::NotFound)
}

async fn letter(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path((kvartal, steg)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let (step, letter) = previewed(&app, &frame, &who, (&kvartal, &steg)).await?;
    let list = format!("/kvartal/{kvartal}/paminnelser");
    let page = LetterPage {
        layout: frame.layout(step.to_string()),
        href: format!("{list}/{steg}/brev"),
        crumbs: vec![(format!("/kvartal/{kvartal}"), in_words(&kvartal)), (list, "Påminnelser".to_owned())],
        name: step.to_string(),
        subject: letter.subject,
        text: letter.text,
    };
    Ok(frame.show(&page))
}

/// The letter itself, as a mail program shows it.
async fn html(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path((kvartal, steg)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let (_, letter) = previewed(&app, &frame, &who, (&kvartal, &steg)).await?;
    Ok(as_in_a_mail_program(letter.html))
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

async fn calendar(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(kvartal): Path<String>,
) -> Result<Response, PageError> {
    let round = frame.round(&kvartal)?;
    let host = app.settings.public_url.rsplit("://").next().unwrap_or_default().to_owned();
    let name = format!("{}, {}", who.namnd, in_words(&kvartal).to_lowercase());
    let text = ical::write(&name, &host, &entries(round), app.now());
    let saved = format!("attachment; filename=\"kvartal-{kvartal}.ics\"");
    let kind = "text/calendar; charset=utf-8".to_owned();
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, saved)], text).into_response())
}
