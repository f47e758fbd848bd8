//! The calendar: quarters with their days, one click for a new one, changes, extensions.
//!
//! Goes in: days as text. Comes out: the page, again with what was typed when something is wrong.
//! Guaranteed: nothing typed is lost; how long it is open is said in words.

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use chrono::NaiveDate;

use super::App;
use super::error::PageError;
use super::frame::{Frame, Layout, in_words};
use super::routes::{Route, get, post};
use super::when::{from_now, typed_day};
use super::who::Who;
use crate::access::role::Act;
use crate::desk::DeskError;
use crate::desk::calendar::{faults, ivo_of, proposed, remarks};
use crate::model::agenda::{ivo_window, weekday};
use crate::model::{Counting, Meetings, Quarter, Window};
use crate::render::print::date_in_words;
use crate::store::round::{Days, RoundRow};

pub fn routes() -> Vec<Route> {
    vec![
        get("/kalender", Act::ManageCalendar, page),
        post("/kalender", Act::ManageCalendar, add),
        post("/kalender/{kvartal}", Act::ManageCalendar, change),
    ]
}

/// The days of a form: what each is sent as, and what it is called.
const FIELDS: [(&str, &str); 7] = [
    ("namnd", "Nämndens sammanträde"),
    ("fullmaktige", "Fullmäktiges sammanträde"),
    ("opens", "Öppnar"),
    ("last_day", "Sista dagen"),
    ("report_day", "Rapportdag"),
    ("ivo_from", "IVO öppnar"),
    ("ivo_to", "IVO stänger"),
];

/// What is wrong, each with its field.
type Wrong = Vec<(&'static str, String)>;

/// A new quarter or changed days, as sent. The fields of a change carry their quarter, since several forms stand on the page.
#[derive(Default)]
struct Typed {
    kvartal: String,
    /// In the order of [`FIELDS`].
    days: [String; 7],
    /// The days the page showed.
    seen: String,
    /// The days are to be counted, not saved.
    counts: bool,
}

impl Typed {
    fn of(fields: &[(String, String)]) -> Self {
        let field = |name: &str| {
            let found = fields.iter().find(|it| it.0.split('-').next() == Some(name));
            found.map(|it| it.1.clone()).unwrap_or_default()
        };
        Self {
            kvartal: field("kvartal"),
            days: FIELDS.map(|it| field(it.0)),
            seen: field("seen"),
            counts: field("gor") == "rakna",
        }
    }

    /// Days as fields show them.
    fn from(kvartal: &str, quarter: Option<Quarter>, days: Days) -> Self {
        let Days { opens, last_day, report_day, meetings, .. } = days;
        let ivo = quarter.map(|it| ivo_of(it, &days));
        let shown = [
            meetings.namnd,
            meetings.fullmaktige,
            Some(opens),
            Some(last_day),
            Some(report_day),
            ivo.map(|it| it.0),
            ivo.map(|it| it.1),
        ];
        let days_shown = shown.map(|it| it.map_or_else(String::new, |it| it.to_string()));
        Self { kvartal: kvartal.to_owned(), days: days_shown, seen: seen(days), counts: false }
    }

    /// The days, or the fields that hold none. A meeting may be unknown; IVO's window is by rule unless it says otherwise.
    fn days(&self, quarter: Quarter) -> Result<Days, Wrong> {
        let mut wrong = Vec::new();
        let mut day = |at: usize, needed: bool| {
            let (field, text) = (FIELDS[at].0, self.days[at].trim());
            let found = typed_day(text);
            if found.is_none() && (needed || !text.is_empty()) {
                let said =
                    if text.is_empty() { "Skriv en dag.".to_owned() } else { format!("”{text}” är ingen dag.") };
                wrong.push((field, format!("{said} Skriv så här: 2024-01-31.")));
            }
            found
        };
        let meetings = Meetings { namnd: day(0, false), fullmaktige: day(1, false) };
        let (opens, last_day, report_day) = (day(2, true), day(3, true), day(4, true));
        let some = self.days[5..].iter().any(|it| !it.trim().is_empty());
        let ivo = day(5, some).zip(day(6, some)).filter(|it| *it != ivo_window(quarter));
        match (opens, last_day, report_day) {
            (Some(opens), Some(last_day), Some(report_day)) if wrong.is_empty() => {
                Ok(Days { opens, last_day, report_day, meetings, ivo })
            }
            _ => Err(wrong),
        }
    }

    /// The days counted from the meeting that is typed, or from the quarter's end; what else is typed stays.
    fn counted(&self, quarter: Quarter, counting: Counting) -> Result<Self, Wrong> {
        let (namnd, fullmaktige) = (typed_day(&self.days[0]), typed_day(&self.days[1]));
        if namnd.is_none() && !self.days[0].trim().is_empty() {
            let said = format!("”{}” är ingen dag. Skriv så här: 2024-01-31.", self.days[0].trim());
            return Err(vec![("namnd", said)]);
        }
        let days = proposed(quarter, counting, Meetings { namnd, fullmaktige });
        let made = Self::from(&self.kvartal, Some(quarter), days);
        let mut shown = self.days.clone();
        shown[2..5].clone_from_slice(&made.days[2..5]);
        if self.days[5..].iter().all(|it| it.trim().is_empty()) {
            shown[5..].clone_from_slice(&made.days[5..]);
        }
        Ok(Self { days: shown, kvartal: self.kvartal.clone(), seen: self.seen.clone(), counts: false })
    }
}

/// A field of a form.
struct Field {
    name: String,
    label: &'static str,
    value: String,
    error: String,
}

/// The fields of one form, in the order of [`FIELDS`].
struct Fields {
    all: Vec<Field>,
    /// The days were counted on demand and are not saved: says from what.
    counted: String,
    /// What fits badly together among those days.
    remarks: Vec<String>,
}

impl Fields {
    fn of(suffix: &str, typed: &Typed, wrong: &[(&'static str, String)]) -> Self {
        let said =
            |name: &str| wrong.iter().filter(|it| it.0 == name).map(|it| it.1.as_str()).collect::<Vec<_>>().join(" ");
        let all = FIELDS.iter().zip(&typed.days).map(|((name, label), value)| Field {
            name: format!("{name}{suffix}"),
            label,
            value: value.clone(),
            error: said(name),
        });
        Self { all: all.collect(), counted: String::new(), remarks: Vec::new() }
    }

    /// The same, just counted.
    fn counted(suffix: &str, typed: &Typed) -> Self {
        let from = match typed_day(&typed.days[0]) {
            Some(day) => format!("Dagarna är räknade bakåt från nämndens sammanträde den {}", date_in_words(day)),
            None => "Dagarna är räknade från kvartalets slut".to_owned(),
        };
        let days = typed.kvartal.parse().ok().and_then(|it: Quarter| Some((it, typed.days(it).ok()?)));
        Self {
            counted: format!("{from}. De är inte sparade än."),
            remarks: days.map(|(quarter, days)| remarks(quarter, &days)).unwrap_or_default(),
            ..Self::of(suffix, typed, &[])
        }
    }

    fn meetings(&self) -> &[Field] {
        self.all.get(..2).unwrap_or_default()
    }

    fn asked(&self) -> &[Field] {
        self.all.get(2..5).unwrap_or_default()
    }

    fn ivo(&self) -> &[Field] {
        self.all.get(5..).unwrap_or_default()
    }
}

/// A quarter in the calendar.
struct RoundPart {
    kvartal: String,
    quarter: String,
    months: String,
    /// What each day is, and the day.
    days: Vec<(&'static str, String)>,
    window_key: &'static str,
    window: &'static str,
    meaning: String,
    /// What fits badly together.
    remarks: Vec<String>,
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
    counting: Counting,
}

/// As they are sent back, so that a change by somebody else in between is noticed.
fn seen(days: Days) -> String {
    let Days { opens, last_day, report_day, meetings, ivo } = days;
    let rest = [meetings.namnd, meetings.fullmaktige, ivo.map(|it| it.0), ivo.map(|it| it.1)];
    let rest = rest.map(|it| it.map_or_else(|| "-".to_owned(), |it| it.to_string()));
    format!("{opens} {last_day} {report_day} {}", rest.join(" "))
}

fn unseen(text: &str) -> Option<Days> {
    let all: Vec<Option<NaiveDate>> = text.split(' ').map(typed_day).collect();
    let &[Some(opens), Some(last_day), Some(report_day), namnd, fullmaktige, from, to] = all.as_slice() else {
        return None;
    };
    Some(Days { opens, last_day, report_day, meetings: Meetings { namnd, fullmaktige }, ivo: from.zip(to) })
}

/// ”2024-01-10, onsdag”
fn with_weekday(day: NaiveDate) -> String {
    format!("{day}, {}", weekday(day))
}

/// The days of a quarter in the order of the year.
fn listed(quarter: Option<Quarter>, days: &Days) -> Vec<(&'static str, String)> {
    let mut all = vec![
        ("Öppnar", with_weekday(days.opens)),
        ("Sista dagen", with_weekday(days.last_day)),
        ("Rapportdag", with_weekday(days.report_day)),
    ];
    all.extend(
        quarter.map(|it| ivo_of(it, days)).map(|(first, last)| ("IVO:s inrapportering", format!("{first} – {last}"))),
    );
    let unknown = || "Inte bestämt".to_owned();
    all.push(("Nämndens sammanträde", days.meetings.namnd.map_or_else(unknown, with_weekday)));
    all.push(("Fullmäktiges sammanträde", days.meetings.fullmaktige.map_or_else(unknown, with_weekday)));
    all
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

/// How the nämnd counts its days; as built in while its own file is faulty.
async fn counting(app: &App, who: &Who) -> Result<Counting, PageError> {
    let namnd = app.desk.store.namnd(&who.namnd_id).await?.ok_or(PageError::NotFound)?;
    let own = app.desk.library(&namnd).await;
    Ok(own.map_or_else(|_| app.desk.builtin().ladder.counting, |it| it.ladder.counting))
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
        let days = round.days();
        let quarter: Option<Quarter> = round.kvartal.parse().ok();
        let typed = Typed::from(&round.kvartal, quarter, days);
        rounds.push(RoundPart {
            quarter: in_words(&round.kvartal),
            months: quarter.map(Quarter::in_months).unwrap_or_default(),
            days: listed(quarter, &days),
            remarks: quarter.filter(|_| !round.is_fixed()).map(|it| remarks(it, &days)).unwrap_or_default(),
            window_key: window_tag(window),
            window: window.swedish(),
            meaning,
            fixed: round.is_fixed(),
            filings: contents.filings.len(),
            extensions: extensions.collect(),
            fields: Fields::of(&format!("-{}", round.kvartal), &typed, &[]),
            seen: typed.seen,
            open: false,
            kvartal: round.kvartal.clone(),
        });
    }
    let (next, counting) = (app.desk.next_quarter(&who.namnd_id, today).await?, counting(app, who).await?);
    let typed = Typed::from(&next.to_string(), Some(next), proposed(next, counting, Meetings::default()));
    Ok(CalendarPage {
        layout: frame.layout("Kalender"),
        errors: Vec::new(),
        rounds,
        new_quarter: in_words(&typed.kvartal),
        new_error: String::new(),
        new_fields: Fields::of("", &typed, &[]),
        new_kvartal: typed.kvartal,
        counting,
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

async fn page(State(app): State<App>, frame: Frame, who: Who) -> Result<Response, PageError> {
    Ok(frame.show(&made(&app, &frame, &who).await?))
}

async fn add(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let mut typed = Typed::of(&fields);
    let (mut wrong, mut counted) = (Vec::new(), false);
    match typed.kvartal.parse::<Quarter>() {
        Err(fault) => {
            wrong.push(("kvartal", fault));
            // What is wrong with the days is said at once; the window of no quarter is nobody's.
            let any = Quarter::containing(app.today());
            wrong.extend(typed.days(any).err().unwrap_or_default());
        }
        Ok(quarter) if typed.counts => {
            // The window that stands there may be that of the quarter the page proposed.
            typed.days[5..].fill(String::new());
            match typed.counted(quarter, counting(&app, &who).await?) {
                Ok(it) => (typed, counted) = (it, true),
                Err(faults) => wrong = faults,
            }
        }
        Ok(quarter) => match typed.days(quarter).and_then(|days| checked(quarter, days, None, &app)) {
            Err(faults) => wrong = faults,
            Ok(days) => match app.desk.add_round(&who.namnd_id, (quarter, days), &who.actor(), app.now()).await {
                Ok(filings) => {
                    let count = crate::render::print::counted(filings, "inlämning", "inlämningar");
                    let text = format!("{} är upplagt med {count}.", in_words(&quarter.to_string()));
                    return Ok(frame.go("/kalender", "ok", text));
                }
                Err(DeskError::Refused(it)) => wrong.push(("kvartal", it.message)),
                Err(error) => return Err(error.into()),
            },
        },
    }
    let mut page = made(&app, &frame, &who).await?;
    page.errors = wrong.iter().map(|it| (it.0.to_owned(), it.1.clone())).collect();
    page.new_error = wrong.iter().find(|it| it.0 == "kvartal").map(|it| it.1.clone()).unwrap_or_default();
    page.new_fields = if counted { Fields::counted("", &typed) } else { Fields::of("", &typed, &wrong) };
    page.new_kvartal = typed.kvartal;
    Ok(frame.show(&page))
}

/// Days that stand in order, or what does not.
fn checked(quarter: Quarter, days: Days, before: Option<Days>, app: &App) -> Result<Days, Wrong> {
    let wrong = faults(quarter, days, before, app.today());
    if wrong.is_empty() { Ok(days) } else { Err(wrong) }
}

async fn change(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(kvartal): Path<String>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let round = frame.round(&kvartal)?;
    let mut typed = Typed { kvartal: kvartal.clone(), ..Typed::of(&fields) };
    let quarter: Quarter = kvartal.parse().map_err(|_| PageError::NotFound)?;
    let before = unseen(&typed.seen)
        .ok_or_else(|| PageError::Bad("Formuläret kunde inte läsas. Ladda om sidan och försök igen.".to_owned()))?;
    let (mut wrong, mut counted) = (Vec::new(), false);
    if typed.counts {
        match typed.counted(quarter, counting(&app, &who).await?) {
            Ok(it) => (typed, counted) = (it, true),
            Err(faults) => wrong = faults,
        }
    } else {
        match typed.days(quarter).and_then(|days| checked(quarter, days, Some(before), &app)) {
            Err(faults) => wrong = faults,
            Ok(days) => match app.desk.change_days(&round.id, (before, days), &who.actor(), app.now()).await {
                Ok(()) => {
                    let text = format!("Dagarna för {} är sparade.", in_words(&kvartal).to_lowercase());
                    return Ok(frame.go("/kalender", "ok", text));
                }
                Err(DeskError::Refused(it)) => wrong.push(("last_day", it.message)),
                Err(error) => return Err(error.into()),
            },
        }
    }
    let mut page = made(&app, &frame, &who).await?;
    let suffix = format!("-{kvartal}");
    page.errors = wrong.iter().map(|it| (format!("{}{suffix}", it.0), it.1.clone())).collect();
    if let Some(it) = page.rounds.iter_mut().find(|it| it.kvartal == kvartal) {
        it.fields = if counted { Fields::counted(&suffix, &typed) } else { Fields::of(&suffix, &typed, &wrong) };
        it.open = true;
        it.seen = typed.seen;
    }
    Ok(frame.show(&page))
}
