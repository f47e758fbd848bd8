//! A quarter's reminders: who gets what next and why, what needs a hand, how the letters look.
//!
//! Goes in: a quarter. Comes out: pages.
//! Guaranteed: the page shows the same plan as the run follows.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use super::App;
use super::error::PageError;
use super::frame::{Frame, Layout, in_words};
use super::post::as_in_a_mail_program;
use super::routes::{Route, get};
use super::who::Who;
use crate::access::role::Act;
use crate::desk::DeskError;
use crate::mail::letter::example;
use crate::mail::{Letter, LetterKind};
use crate::model::{Quarter, Step};
use crate::remind::run::{look, preview_of};

pub fn routes() -> Vec<Route> {
    vec![
        get("/kvartal/{kvartal}/paminnelser", Act::SeeBoard, page),
        get("/kvartal/{kvartal}/paminnelser/{steg}", Act::SeeBoard, letter),
        get("/kvartal/{kvartal}/paminnelser/{steg}/brev", Act::SeeBoard, html),
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
    /// Letters that go when something happens: key and words.
    others: Vec<(&'static str, &'static str)>,
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
        others: LetterKind::ALL.iter().filter(|it| !of_the_ladder(**it)).map(|it| (it.key(), it.swedish())).collect(),
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

const fn of_the_ladder(kind: LetterKind) -> bool {
    matches!(kind, LetterKind::Reminder | LetterKind::Information | LetterKind::HandedOver)
}

/// A rung of the ladder, or a letter of another kind, as it would read; and what it is called.
async fn previewed(
    app: &App,
    frame: &Frame,
    who: &Who,
    (kvartal, steg): (&str, &str),
) -> Result<(String, Letter), PageError> {
    let round = frame.round(kvartal)?;
    if round.namnd_id != who.namnd_id {
        return Err(PageError::NotFound);
    }
    if let Some(step) = Step::from_key(steg) {
        let found = preview_of(&app.desk, &round.id, step).await?;
        return found.map(|it| (step.to_string(), it)).ok_or(PageError::NotFound);
    }
    let kind = LetterKind::from_key(steg).ok_or(PageError::NotFound)?;
    let quarter = kvartal.parse::<Quarter>().map_or_else(|_| kvartal.to_owned(), Quarter::in_words);
    let made = example(kind, (&who.namnd, &who.kommun, &quarter), &app.settings.public_url);
    let made = made.map_err(|it| DeskError::System(it.to_string()))?;
    made.map(|it| (kind.swedish().to_owned(), it)).ok_or(PageError::NotFound)
}

async fn letter(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path((kvartal, steg)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let (name, letter) = previewed(&app, &frame, &who, (&kvartal, &steg)).await?;
    let list = format!("/kvartal/{kvartal}/paminnelser");
    let page = LetterPage {
        layout: frame.layout(name.clone()),
        href: format!("{list}/{steg}/brev"),
        crumbs: vec![(format!("/kvartal/{kvartal}"), in_words(&kvartal)), (list, "Påminnelser".to_owned())],
        name,
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
