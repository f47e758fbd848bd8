//! The quarter's board: one row per utförare and uppdrag, and what can be done with many at once.
//!
//! Goes in: a quarter and what the reader wants to see of it. Comes out: the board; reminders noted.
//! Guaranteed: the numbers on the choices count every row of the quarter, so they always add up to the total; rows that
//! do not match are hidden and not left out, so that the script can show them again.

mod choice;
mod rows;
mod time;

use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use chrono::TimeDelta;

use super::App;
use super::error::PageError;
use super::frame::{Frame, Layout, in_words};
use super::routes::{Route, get, post};
use super::when::{age, from_now};
use super::who::Who;
use crate::access::role::{Act, allows};
use crate::desk::Which;
use crate::model::FilingState;
use crate::remind::by_hand;
use crate::render::print::{counted, date_in_words};
use crate::store::round::RoundRow;

use choice::{Choice, Choices};
use rows::{BoardRow, rows};

pub use rows::{graded_of, lateness};

/// A reading that has waited longer than this is shown as stuck.
const STUCK: TimeDelta = TimeDelta::minutes(2);

pub fn routes() -> Vec<Route> {
    let mut all = vec![
        get("/kvartal/{kvartal}", Act::SeeBoard, board),
        post("/kvartal/{kvartal}/paminn", Act::Remind, remind_many),
        post("/kvartal/{kvartal}/skicka", Act::Remind, send_many),
    ];
    all.extend(time::routes());
    all
}

#[derive(Template)]
#[template(path = "pages/board.html")]
struct BoardPage {
    layout: Layout,
    kvartal: String,
    title: String,
    lead: String,
    /// Why nothing can be decided any more, or empty.
    fixed: bool,
    rows: Vec<BoardRow>,
    states: Vec<Part>,
    turns: Vec<Chip>,
    choices: Choices,
    /// Readings that have waited too long, in words.
    stuck: Vec<String>,
    sums: Sums,
    shown: usize,
    may_remind: bool,
    /// What the reminders need a hand with.
    by_hand: String,
    /// Basis files that could not be used.
    faults: Vec<String>,
}

/// A part of the bar that shows where the filings stand; its name leads to them.
struct Part {
    label: String,
    count: usize,
    start: usize,
    share: usize,
    pattern: &'static str,
    chip: Chip,
}

/// A choice with its number.
struct Chip {
    label: String,
    count: usize,
    href: String,
    current: bool,
}

/// What stands under the columns.
#[derive(Default)]
struct Sums {
    accepted: usize,
    late: usize,
    reminders: usize,
    rader: i64,
    fel: i64,
    fragor: i64,
    notiser: i64,
    open: usize,
}

async fn board(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(kvartal): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, PageError> {
    let round = frame.round(&kvartal)?.clone();
    let made = app.desk.report(&round.id, Which::Received).await?;
    let mut rows = rows(&made, app.today());
    let choice = Choice::from_query(query.as_deref().unwrap_or_default());
    choice.arrange(&mut rows);
    let stuck = stuck(&app, &rows).await?;
    let shown = rows.iter().filter(|it| !it.hidden).count();
    let by_hand = match crate::remind::run::to_do(&app.desk, &made.context, app.today()).await? {
        0 => String::new(),
        count => counted(count, "sak", "saker"),
    };
    let page = BoardPage {
        by_hand,
        layout: frame.layout(in_words(&round.kvartal)),
        title: in_words(&round.kvartal),
        lead: lead(&round, app.today()),
        fixed: round.is_fixed(),
        states: states(&rows, &choice, &kvartal),
        turns: choice::turns(&rows, &choice, &kvartal),
        choices: Choices::of(&rows, &choice, |key| {
            let insatser = &made.context.library.insatser;
            insatser.by_key(key).map_or_else(|| key.to_owned(), |it| insatser.get(it).name.clone())
        }),
        sums: sums(&rows),
        may_remind: allows(who.role, Act::Remind) && !round.is_fixed(),
        faults: made.context.basis.faults.clone(),
        kvartal,
        stuck,
        shown,
        rows,
    };
    Ok(frame.show(&page))
}

fn lead(round: &RoundRow, today: chrono::NaiveDate) -> String {
    let (last, report) = (round.last_day, round.report_day);
    let was = if last < today { "var" } else { "är" };
    let opens =
        if round.opens > today { format!("Öppnar den {}. ", date_in_words(round.opens)) } else { String::new() };
    format!(
        "{opens}Sista dag {was} den {}, {}. Rapportdag är den {}, {}.{}",
        date_in_words(last),
        from_now(last, today),
        date_in_words(report),
        from_now(report, today),
        meetings_in_words(round)
    )
}

/// Who has the report after that day, and when; empty as long as no meeting is known.
fn meetings_in_words(round: &RoundRow) -> String {
    let meetings = round.meetings();
    let said = [("Nämnden", meetings.namnd), ("Fullmäktige", meetings.fullmaktige)];
    let said = said.into_iter().filter_map(|(who, day)| Some(format!(" {who} möts den {}.", date_in_words(day?))));
    said.collect()
}

/// Readings that have waited so long that somebody should look at it, the oldest first.
async fn stuck(app: &App, rows: &[BoardRow]) -> Result<Vec<String>, PageError> {
    let now = app.now();
    let waiting = app.desk.store.stuck_attempts(now - STUCK).await?;
    let told = waiting.iter().filter_map(|it| {
        let row = rows.iter().find(|row| row.filing == it.filing_id)?;
        Some(format!("{}, {}: version {} har väntat {}.", row.name, row.uppdrag, it.nr, age(it.received_at, now)))
    });
    Ok(told.collect())
}

/// Where the filings stand, as parts of a bar of 100; the parts are rounded so that they fill it exactly.
fn states(rows: &[BoardRow], choice: &Choice, kvartal: &str) -> Vec<Part> {
    let order = [
        (FilingState::Accepted, "solid"),
        (FilingState::ToReview, "striped"),
        (FilingState::Asked, "dotted"),
        (FilingState::ToMend, "pale"),
        (FilingState::Reading, "hollow"),
        (FilingState::Waiting, "hollow"),
    ];
    let total = rows.len();
    let mut before = 0;
    let mut parts = Vec::new();
    for (state, pattern) in order {
        let count = rows.iter().filter(|it| it.state == state).count();
        let at = |sum: usize| (sum * 100).checked_div(total).unwrap_or(0);
        let chip = Chip {
            label: state.swedish().to_owned(),
            count,
            href: choice.with("lage", state.key()).href(kvartal),
            current: choice.lage == state.key(),
        };
        let (start, end) = (at(before), at(before + count));
        parts.push(Part { label: chip.label.clone(), count, start, share: end - start, pattern, chip });
        before += count;
    }
    parts
}

fn sums(rows: &[BoardRow]) -> Sums {
    let mut sums = Sums::default();
    for it in rows {
        sums.accepted += usize::from(it.state == FilingState::Accepted);
        sums.late += usize::from(it.late_key == "sen");
        sums.reminders += it.reminders;
        sums.rader += it.rader.unwrap_or(0);
        sums.fel += it.fel;
        sums.fragor += it.fragor;
        sums.notiser += it.notiser;
        sums.open += it.open;
    }
    sums
}

/// The filings somebody chose, each of that round.
async fn chosen(app: &App, who: &Who, round: &str, body: &Bytes) -> Result<Vec<String>, PageError> {
    let fields: Vec<(String, String)> = serde_html_form::from_bytes(body).unwrap_or_default();
    let mut all = Vec::new();
    for (_, id) in fields.into_iter().filter(|it| it.0 == "inlamning") {
        let filing = who.filing(app, &id).await?;
        if filing.round_id != round {
            return Err(PageError::NotFound);
        }
        if !all.contains(&filing.id) {
            all.push(filing.id);
        }
    }
    Ok(all)
}

/// Sends a reminder to each chosen filing that may have one, and says who got none and why.
async fn send_many(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(kvartal): Path<String>,
    body: Bytes,
) -> Result<Response, PageError> {
    let round = frame.round(&kvartal)?;
    let back = format!("/kvartal/{kvartal}");
    let filings = chosen(&app, &who, &round.id, &body).await?;
    if filings.is_empty() {
        return Ok(frame.go(&back, "fel", "Välj minst en rad i tabellen och försök igen."));
    }
    let sent = by_hand::send_all(&app.desk, &filings, &who.actor(), app.now()).await?;
    let told = counted(sent.steps.len(), "påminnelse ligger", "påminnelser ligger");
    let mut text = format!("{told} i utkorgen.");
    // A message rides in a cookie: three reasons are enough, and the list of reminders has them all.
    for (name, why) in sent.refused.iter().take(3) {
        text.push_str(&format!(" {name}: {why}"));
    }
    if sent.refused.len() > 3 {
        text.push_str(&format!(" Och {} till fick inget; se Påminnelser.", sent.refused.len() - 3));
    }
    Ok(frame.go(&back, if sent.steps.is_empty() { "fel" } else { "ok" }, text))
}

/// Notes a reminder for each chosen filing that somebody has given in another way.
async fn remind_many(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(kvartal): Path<String>,
    body: Bytes,
) -> Result<Response, PageError> {
    let round = frame.round(&kvartal)?;
    let back = format!("/kvartal/{kvartal}");
    let filings = chosen(&app, &who, &round.id, &body).await?;
    for filing in &filings {
        app.desk.remind(filing, &who.actor(), app.now()).await?;
    }
    let noted = filings.len();
    if noted == 0 {
        return Ok(frame.go(&back, "fel", "Välj minst en rad i tabellen och försök igen."));
    }
    let told = counted(noted, "påminnelse är antecknad", "påminnelser är antecknade");
    Ok(frame.go(&back, "ok", format!("{told}. De räknas i betyget om svaret inte redan har kommit.")))
}
