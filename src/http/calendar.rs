//! The calendar: quarters with their days, one click for a new one, changes, extensions.
//!
//! Goes in: days as text. Comes out: the page, again with what was typed when something is wrong.
//! Guaranteed: nothing typed is lost; how long it is open is said in words.

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use chrono::NaiveDate;
use serde::Deserialize;

use super::App;
use super::error::PageError;
use super::frame::{Frame, Layout, in_words};
use super::routes::{Route, get, post};
use super::when::{from_now, typed_day};
use super::who::Who;
use crate::access::role::Act;
use crate::desk::DeskError;
use crate::desk::calendar::{counted_back, days_of, faults, ivo_window, proposed};
use crate::model::{Quarter, Window};
use crate::store::round::{Days, RoundRow};

pub fn routes() -> Vec<Route> {
    vec![
        get("/kalender", Act::ManageCalendar, page),
        post("/kalender", Act::ManageCalendar, add),
        post("/kalender/{kvartal}", Act::ManageCalendar, change),
    ]
}

/// A new quarter or changed days, as sent. The fields of a change carry their quarter, since several forms stand on the page.
#[derive(Default)]
struct Typed {
    kvartal: String,
    opens: String,
    last_day: String,
    report_day: String,
    /// The days the page showed.
    seen: String,
}

impl Typed {
    fn of(fields: &[(String, String)]) -> Self {
        let field = |name: &str| {
            let found = fields.iter().find(|it| it.0.split('-').next() == Some(name));
            found.map(|it| it.1.clone()).unwrap_or_default()
        };
        Self {
            kvartal: field("kvartal"),
            opens: field("opens"),
            last_day: field("last_day"),
            report_day: field("report_day"),
            seen: field("seen"),
        }
    }

    /// The three days, or the fields that hold none.
    fn days(&self) -> Result<Days, Vec<(&'static str, String)>> {
        let mut wrong = Vec::new();
        let mut day = |text: &str, field| match typed_day(text) {
            Some(it) => it,
            None => {
                let said = if text.trim().is_empty() {
                    "Skriv en dag.".to_owned()
                } else {
                    format!("”{}” är ingen dag.", text.trim())
                };
                wrong.push((field, format!("{said} Skriv så här: 2024-01-31.")));
                NaiveDate::MIN
            }
        };
        let days = Days {
            opens: day(&self.opens, "opens"),
            last_day: day(&self.last_day, "last_day"),
            report_day: day(&self.report_day, "report_day"),
        };
        if wrong.is_empty() { Ok(days) } else { Err(wrong) }
    }
}

/// The three fields of one form.
struct Fields {
    names: [String; 3],
    values: [String; 3],
    errors: [String; 3],
}

impl Fields {
    fn of(suffix: &str, typed: &Typed, wrong: &[(&'static str, String)]) -> Self {
        let each = ["opens", "last_day", "report_day"];
        let said =
            |name: &str| wrong.iter().filter(|it| it.0 == name).map(|it| it.1.as_str()).collect::<Vec<_>>().join(" ");
        Self {
            names: each.map(|it| format!("{it}{suffix}")),
            values: [typed.opens.clone(), typed.last_day.clone(), typed.report_day.clone()],
            errors: each.map(said),
        }
    }
}

/// A quarter in the calendar.
struct RoundPart {
    kvartal: String,
    quarter: String,
    months: String,
    opens: String,
    last_day: String,
    report_day: String,
    /// When IVO takes it.
    ivo: String,
    window_key: &'static str,
    window: &'static str,
    meaning: String,
    fixed: bool,
    filings: usize,
    extensions: Vec<(String, String, String, String)>,
    seen: String,
    fields: Fields,
    open: bool,
}

#[derive(Template)]
#[template(path = "pages/calendar.html")]
struct CalendarPage {
    layout: Layout,
    errors: Vec<(String, String)>,
    rounds: Vec<RoundPart>,
    new_kvartal: String,
    new_quarter: String,
    new_error: String,
    new_fields: Fields,
    /// The meeting that somebody wants the days counted back from.
    meeting: String,
    meeting_error: String,
}

fn as_typed(kvartal: &str, days: Days) -> Typed {
    Typed {
        kvartal: kvartal.to_owned(),
        opens: days.opens.to_string(),
        last_day: days.last_day.to_string(),
        report_day: days.report_day.to_string(),
        seen: seen(days),
    }
}

fn seen(days: Days) -> String {
    format!("{} {} {}", days.opens, days.last_day, days.report_day)
}

/// One of the four states in which a quarter can be, and what it means today.
fn window(round: &RoundRow, today: NaiveDate) -> (Window, String) {
    if round.is_fixed() {
        return (Window::Closed, "Rapporten är fastställd. Ingen kan lämna in eller ändra.".to_owned());
    }
    if today < round.opens {
        return (
            Window::NotOpen,
            format!("Öppnar {}. Utförarna ser kvartalet men kan inte lämna in än.", from_now(round.opens, today)),
        );
    }
    if today <= round.last_day {
        return (Window::Open, format!("Utförarna kan lämna in. Sista dagen är {}.", from_now(round.last_day, today)));
    }
    (
        Window::Late,
        format!(
            "Sista dagen var {}. Utförarna kan fortfarande lämna in, men svaret blir sent.",
            from_now(round.last_day, today)
        ),
    )
}

async fn made(app: &App, frame: &Frame, who: &Who) -> Result<CalendarPage, PageError> {
    let today = app.today();
    let mut rounds = Vec::new();
    for round in frame.rounds() {
        let context = app.desk.context(&round.id).await?;
        let contents = &context.contents;
        let extended = contents.filings.iter().filter_map(|it| Some((it, it.extended_to?)));
        let extensions = extended.map(|(it, to)| {
            let why = it.extended_why.clone().unwrap_or_default();
            (crate::desk::fix::in_words(&context, it), to.to_string(), why, format!("/granska/{}", it.id))
        });
        let (window, meaning) = window(round, today);
        let days = days_of(round);
        let quarter: Option<Quarter> = round.kvartal.parse().ok();
        rounds.push(RoundPart {
            quarter: in_words(&round.kvartal),
            months: quarter.map(Quarter::in_months).unwrap_or_default(),
            opens: days.opens.to_string(),
            last_day: days.last_day.to_string(),
            report_day: days.report_day.to_string(),
            ivo: quarter.map_or_else(String::new, |it| {
                let (first, last) = ivo_window(it);
                format!("{first} – {last}")
            }),
            window_key: window_tag(window),
            window: window.swedish(),
            meaning,
            fixed: round.is_fixed(),
            filings: contents.filings.len(),
            extensions: extensions.collect(),
            seen: seen(days),
            fields: Fields::of(&format!("-{}", round.kvartal), &as_typed(&round.kvartal, days), &[]),
            open: false,
            kvartal: round.kvartal.clone(),
        });
    }
    let next = app.desk.next_quarter(&who.namnd_id, today).await?;
    let typed = as_typed(&next.to_string(), proposed(next));
    Ok(CalendarPage {
        layout: frame.layout("Kalender"),
        errors: Vec::new(),
        rounds,
        new_quarter: in_words(&typed.kvartal),
        new_error: String::new(),
        new_fields: Fields::of("", &typed, &[]),
        new_kvartal: typed.kvartal,
        meeting: String::new(),
        meeting_error: String::new(),
    })
}

fn window_tag(window: Window) -> &'static str {
    match window {
        Window::NotOpen => "vantar",
        Window::Open => "i-tid",
        Window::Late => "forsenad",
        Window::Closed => "klar",
    }
}

/// The meeting that the days are to be counted back from.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wanted {
    mote: String,
}

async fn page(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Query(wanted): Query<Wanted>,
) -> Result<Response, PageError> {
    let mut page = made(&app, &frame, &who).await?;
    page.meeting = wanted.mote.trim().to_owned();
    if let (Some(meeting), Ok(quarter)) = (typed_day(&wanted.mote), page.new_kvartal.parse::<Quarter>()) {
        let typed = as_typed(&page.new_kvartal, counted_back(quarter, meeting));
        page.new_fields = Fields::of("", &typed, &[]);
    } else if !page.meeting.is_empty() {
        page.meeting_error = "Skriv dagen så här: 2024-01-31.".to_owned();
    }
    Ok(frame.show(&page))
}

async fn add(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let typed = Typed::of(&fields);
    let mut wrong = Vec::new();
    let quarter: Option<Quarter> = match typed.kvartal.parse() {
        Ok(it) => Some(it),
        Err(fault) => {
            wrong.push(("kvartal", fault));
            None
        }
    };
    let days = typed.days().unwrap_or_else(|faults| {
        wrong.extend(faults);
        Days { opens: NaiveDate::MIN, last_day: NaiveDate::MIN, report_day: NaiveDate::MIN }
    });
    if let Some(quarter) = quarter.filter(|_| wrong.is_empty()) {
        wrong = faults(quarter, days, None, app.today());
        if wrong.is_empty() {
            match app.desk.add_round(&who.namnd_id, (quarter, days), &who.actor(), app.now()).await {
                Ok(filings) => {
                    let count = crate::render::print::counted(filings, "inlämning", "inlämningar");
                    let text = format!("{} är upplagt med {count}.", in_words(&quarter.to_string()));
                    return Ok(frame.go("/kalender", "ok", text));
                }
                Err(DeskError::Refused(it)) => wrong.push(("kvartal", it.message)),
                Err(error) => return Err(error.into()),
            }
        }
    }
    let mut page = made(&app, &frame, &who).await?;
    page.errors = wrong.iter().map(|it| (it.0.to_owned(), it.1.clone())).collect();
    page.new_error = wrong.iter().find(|it| it.0 == "kvartal").map(|it| it.1.clone()).unwrap_or_default();
    page.new_fields = Fields::of("", &typed, &wrong);
    page.new_kvartal = typed.kvartal;
    Ok(frame.show(&page))
}

async fn change(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(kvartal): Path<String>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let round = frame.round(&kvartal)?;
    let typed = Typed::of(&fields);
    let quarter: Quarter = kvartal.parse().map_err(|_| PageError::NotFound)?;
    let shown: Vec<Option<NaiveDate>> = typed.seen.split(' ').map(typed_day).collect();
    let &[Some(opens), Some(last_day), Some(report_day)] = shown.as_slice() else {
        return Err(PageError::Bad("Formuläret kunde inte läsas. Ladda om sidan och försök igen.".to_owned()));
    };
    let before = Days { opens, last_day, report_day };
    let wrong = match typed.days() {
        Err(wrong) => wrong,
        Ok(days) => {
            let wrong = faults(quarter, days, Some(before), app.today());
            if wrong.is_empty() {
                match app.desk.change_days(&round.id, (before, days), &who.actor(), app.now()).await {
                    Ok(()) => {
                        return Ok(frame.go(
                            "/kalender",
                            "ok",
                            format!("Dagarna för {} är sparade.", in_words(&kvartal).to_lowercase()),
                        ));
                    }
                    Err(DeskError::Refused(it)) => vec![("last_day", it.message)],
                    Err(error) => return Err(error.into()),
                }
            } else {
                wrong
            }
        }
    };
    let mut page = made(&app, &frame, &who).await?;
    page.errors = wrong.iter().map(|it| (format!("{}-{kvartal}", it.0), it.1.clone())).collect();
    if let Some(it) = page.rounds.iter_mut().find(|it| it.kvartal == kvartal) {
        it.fields = Fields::of(&format!("-{kvartal}"), &typed, &wrong);
        it.open = true;
        it.seen = typed.seen;
    }
    Ok(frame.show(&page))
}
