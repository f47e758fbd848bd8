//! The answer to a version: what was read, what counts, what to mend and how.
//!
//! Goes in: a version, perhaps a filter. Comes out: its answer; while it is being read, a page that renews itself; when it was
//! stopped, the question why.
//! Guaranteed: the sums on top are of everything, whatever the filter shows; nothing is cut off without saying so.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::cards::{Choice, Parts, parts};
use super::{Met, met, stopped};
use crate::desk::answer::Answer;
use crate::http::App;
use crate::http::error::PageError;
use crate::http::frame::{Frame, Layout};
use crate::http::when::{iso, moment};
use crate::http::who::Who;
use crate::http::words::{counts_in_words, file_name};
use crate::merge::report::Source;
use crate::model::{AttemptState, Outcome, Severity};
use crate::render::answer::{Summary, summary};
use crate::render::difference::Changes;
use crate::render::print::{clean_line, counted};

/// Rows shown on one page of a long answer.
const ROWS: usize = 100;
/// Up to this many faults are quickest to mend in the browser.
const FEW: usize = 15;

#[derive(Deserialize, Default)]
pub(super) struct Shown {
    #[serde(default)]
    visa: String,
    #[serde(default)]
    sida: usize,
}

/// What was typed in a reply that was not taken.
#[derive(Debug, Clone, Default)]
pub(super) struct Typed {
    pub rule: String,
    pub sheet: String,
    pub row: String,
    pub text: String,
    pub error: String,
}

/// A sheet and its columns: letter, heading, and what it was read as.
type ReadSheet = (String, Vec<(String, String, String)>);

#[derive(Template)]
#[template(path = "pages/reading.html")]
struct ReadingPage {
    layout: Layout,
    crumbs: Vec<(String, String)>,
    file: String,
    nr: i64,
}

#[derive(Template)]
#[template(path = "pages/answer.html")]
pub(super) struct AnswerPage {
    layout: Layout,
    crumbs: Vec<(String, String)>,
    id: String,
    nr: i64,
    title: String,
    lead: String,
    outcome_key: &'static str,
    outcome: &'static str,
    /// A newer version: id and number.
    newer: Option<(String, i64)>,
    withdrawn: bool,
    in_hand: bool,
    filing: String,
    file: String,
    nil: bool,
    usable: bool,
    counts: [usize; 3],
    figures: Vec<(String, &'static str)>,
    counted: String,
    columns: Vec<ColumnRow>,
    sheets: Vec<ReadSheet>,
    left_out: Vec<(String, String)>,
    corrected: Vec<(String, String)>,
    missing: Vec<String>,
    parts: Parts,
    filters: Vec<(String, String, bool)>,
    /// Notices that are not shown unasked.
    quiet: usize,
    /// First and last row shown, all of them, the pages before and after.
    pages: Option<(usize, usize, usize, String, String)>,
    ways: Vec<Way>,
    changes: Option<(i64, Changes)>,
    typed: Typed,
    errors: Vec<(String, String)>,
}

struct ColumnRow {
    heading: String,
    fel: usize,
    fraga: usize,
    notis: usize,
}

/// A way to mend: heading, text, link and what the link says.
pub(super) struct Way {
    pub title: String,
    pub text: String,
    pub href: String,
    pub link: &'static str,
    pub best: bool,
    /// How its button looks.
    pub kind: &'static str,
}

pub(super) async fn page(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(id): Path<String>,
    Query(shown): Query<Shown>,
) -> Result<Response, PageError> {
    let it = met(&app, &who, &id).await?;
    if it.is_being_read() {
        let file = it.context.contents.original_of(&it.attempt).map(|it| file_name(&it.name)).unwrap_or_default();
        let layout = frame.layout(format!("Version {}", it.attempt.nr));
        return Ok(frame.show(&ReadingPage { layout, crumbs: it.crumbs(&who), file, nr: it.attempt.nr }));
    }
    if it.attempt.state() == AttemptState::Stopped {
        return stopped::page(&app, &frame, &who, &it, "").await;
    }
    Ok(frame.show(&made(&app, &frame, &who, &it, &shown, Typed::default()).await?))
}

pub(super) async fn made(
    app: &App,
    frame: &Frame,
    who: &Who,
    it: &Met,
    shown: &Shown,
    typed: Typed,
) -> Result<AnswerPage, PageError> {
    let answer = app.desk.answer_to(&it.context, &it.attempt).await?;
    let summary = summary(answer.version(), answer.voice());
    let replies = app.desk.store.replies(&it.attempt.id).await?;
    let choice = Choice::of(&shown.visa);
    let mut parts = parts(&summary, &replies, choice);
    let pages = paged(&mut parts, &it.attempt.id, shown);
    let contents = &it.context.contents;
    let newest = contents.attempts_of(&it.filing).rev().find(|it| it.state() != AttemptState::Withdrawn);
    let in_hand = it.is_in_hand(who);
    let counts = [summary.counts.fel, summary.counts.fraga, summary.counts.notis];
    let outcome = it.attempt.outcome();
    let file = contents.original_of(&it.attempt).map(|it| file_name(&it.name)).unwrap_or_default();
    let errors = match (typed.error.is_empty(), typed.row.is_empty()) {
        (true, _) => Vec::new(),
        _ => vec![(reply_field(&typed.rule, &typed.sheet, &typed.row), typed.error.clone())],
    };
    Ok(AnswerPage {
        layout: frame.layout(format!("Version {}", it.attempt.nr)),
        crumbs: it.crumbs(who),
        id: it.attempt.id.clone(),
        nr: it.attempt.nr,
        title: title(outcome, counts, parts.open_questions),
        lead: lead(it, &file),
        outcome_key: outcome.map_or("", Outcome::key),
        outcome: outcome.map_or("Återtagen", Outcome::swedish),
        newer: newest.filter(|own| own.nr > it.attempt.nr).map(|it| (it.id.clone(), it.nr)),
        withdrawn: it.attempt.state() == AttemptState::Withdrawn,
        in_hand,
        filing: it.filing.id.clone(),
        file,
        nil: summary.nil,
        usable: summary.usable,
        counts,
        figures: figures(&summary),
        counted: what_counts(&answer),
        columns: columns(&summary),
        sheets: sheets(&answer),
        left_out: left_out(&answer),
        corrected: corrected(&answer),
        missing: missing(&answer),
        filters: filters(&it.attempt.id, counts, choice),
        quiet: if choice == Choice::ToDo && counts[0] + counts[1] > 0 { counts[2] } else { 0 },
        ways: if in_hand { ways(it, &answer, counts) } else { Vec::new() },
        changes: app.desk.changes_since(&it.context, &it.attempt, &answer).await?,
        parts,
        pages,
        typed,
        errors,
    })
}

/// The id of a reply's field: its rule and place.
pub(super) fn reply_field(rule: &str, sheet: &str, row: &str) -> String {
    let sheet: String = sheet.chars().filter(|it| it.is_alphanumeric()).collect();
    format!("svar-{rule}-{sheet}-{row}")
}

impl AnswerPage {
    fn field(&self, rule: &str, sheet: &str, row: &str) -> String {
        reply_field(rule, sheet, row)
    }

    fn typed_in(&self, rule: &str, sheet: &str, row: &str) -> &str {
        let here = self.typed.rule == rule && self.typed.sheet == sheet && self.typed.row == row;
        if here { &self.typed.text } else { "" }
    }

    fn wrong_in(&self, rule: &str, sheet: &str, row: &str) -> &str {
        let here = self.typed.rule == rule && self.typed.sheet == sheet && self.typed.row == row;
        if here { &self.typed.error } else { "" }
    }
}

fn title(outcome: Option<Outcome>, counts: [usize; 3], open: usize) -> String {
    let of = |it: usize| i64::try_from(it).unwrap_or(i64::MAX);
    match outcome {
        Some(Outcome::Nil) => "Inget att rapportera".to_owned(),
        Some(Outcome::Unreadable) => "Filen går inte att läsa".to_owned(),
        Some(Outcome::Questions) if open == 0 => "Alla frågor är besvarade".to_owned(),
        _ if counts[0] + counts[1] == 0 => "Ingenting att anmärka på".to_owned(),
        _ => counts_in_words(of(counts[0]), of(counts[1]), 0),
    }
}

fn lead(it: &Met, file: &str) -> String {
    let time = moment(it.attempt.received_at);
    let quarter = crate::http::frame::in_words(&it.context.contents.round.kvartal).to_lowercase();
    let what = if file.is_empty() { String::new() } else { format!(" · {file}") };
    format!("Version {} av {}, {quarter} · kom in {time}{what}", it.attempt.nr, it.uppdrag().to_lowercase())
}

fn figures(summary: &Summary) -> Vec<(String, &'static str)> {
    let rows = |count: usize, one, many| (count.to_string(), if count == 1 { one } else { many });
    vec![
        rows(summary.rows, "rad läst", "rader lästa"),
        rows(summary.clean_rows, "rad utan anmärkning", "rader utan anmärkning"),
    ]
}

/// ”19 ärenden räknas: 5 verkställda, 2 avslutade och 12 öppna.”
fn what_counts(answer: &Answer) -> String {
    let it = &answer.made.report.totals;
    if it.reported == 0 {
        return String::new();
    }
    let words = counted(it.reported as usize, "ärende räknas", "ärenden räknas");
    format!("{words}: {} verkställda, {} avslutade och {} öppna vid kvartalets slut.", it.executed, it.closed, it.open)
}

fn columns(summary: &Summary) -> Vec<ColumnRow> {
    let row = |it: &crate::render::answer::ColumnCounts| ColumnRow {
        heading: clean_line(&it.heading).into_owned(),
        fel: it.counts.fel,
        fraga: it.counts.fraga,
        notis: it.counts.notis,
    };
    summary.columns.iter().map(row).collect()
}

/// How the headings of each sheet were understood: what it is, column, heading.
fn sheets(answer: &Answer) -> Vec<ReadSheet> {
    let version = answer.version();
    let table = |it: &crate::form::Table| {
        let place = crate::model::Place::sheet(it.sheet);
        let name = clean_line(version.workbook.sheet_name(place)).into_owned();
        let rows = counted(it.rows as usize, "rad", "rader");
        let columns = it.columns.iter().map(|(col, field, heading)| {
            let heading = crate::model::mask::masked(heading);
            let letters = crate::model::place::column_letters(*col).to_string();
            (field.swedish().to_owned(), letters, clean_line(&heading).into_owned())
        });
        (format!("{name}, {rows}"), columns.collect())
    };
    answer.review.tables.iter().map(table).collect()
}

fn place(answer: &Answer, source: Source) -> String {
    let name = answer.version().workbook.sheet_name(crate::model::Place::sheet(source.sheet));
    crate::model::Place::row(source.sheet, source.row).in_words(&clean_line(name))
}

fn left_out(answer: &Answer) -> Vec<(String, String)> {
    let all = answer.made.report.excluded.iter();
    all.map(|it| (place(answer, it.source), clean_line(&it.reason).into_owned())).collect()
}

fn corrected(answer: &Answer) -> Vec<(String, String)> {
    let all = answer.made.report.corrections.iter();
    all.map(|it| (place(answer, it.source), clean_line(&it.what).into_owned())).collect()
}

fn missing(answer: &Answer) -> Vec<String> {
    answer.made.report.missing.iter().map(|it| clean_line(&it.reason).into_owned()).collect()
}

fn filters(id: &str, counts: [usize; 3], choice: Choice) -> Vec<(String, String, bool)> {
    let mut all = vec![(format!("/version/{id}#anmarkningar"), "Att göra".to_owned(), choice == Choice::ToDo)];
    for (severity, name, count) in [
        (Severity::Fel, "Fel", counts[0]),
        (Severity::Fraga, "Frågor", counts[1]),
        (Severity::Notis, "Notiser", counts[2]),
    ] {
        let href = format!("/version/{id}?visa={}#anmarkningar", severity.key());
        all.push((href, format!("{name} ({count})"), choice == Choice::One(severity)));
    }
    all.push((format!("/version/{id}?visa=alla#anmarkningar"), "Alla".to_owned(), choice == Choice::All));
    all
}

/// Leaves the rows of one page.
fn paged(parts: &mut Parts, id: &str, shown: &Shown) -> Option<(usize, usize, usize, String, String)> {
    let all = parts.cards.len();
    if all <= ROWS {
        return None;
    }
    let last_page = all.div_ceil(ROWS);
    let page = shown.sida.clamp(1, last_page);
    let (first, last) = ((page - 1) * ROWS, (page * ROWS).min(all));
    parts.cards = parts.cards[first..last].to_vec();
    let visa = Choice::of(&shown.visa).key();
    let to = |page: usize| format!("/version/{id}?sida={page}&visa={visa}#anmarkningar");
    let before = if page > 1 { to(page - 1) } else { String::new() };
    let after = if page < last_page { to(page + 1) } else { String::new() };
    Some((first + 1, last, all, before, after))
}

/// Three ways to mend, the best one for these faults first.
fn ways(it: &Met, answer: &Answer, [fel, fraga, notis]: [usize; 3]) -> Vec<Way> {
    if fel + fraga + notis == 0 || !answer.has_workbook() {
        return Vec::new();
    }
    let id = &it.attempt.id;
    let mends = answer.mends(&it.attempt);
    let severity = |at: usize| answer.review.findings.get(at).map(|it| it.severity);
    let mendable = mends.iter().filter(|it| severity(it.finding) == Some(Severity::Fel)).count();
    let browser_best = !mends.is_empty() && fel <= FEW && mendable == fel;
    let mut ways = Vec::new();
    if !mends.is_empty() {
        let text = match (browser_best, fel) {
            (true, 0) => "Bäst här: det är bara små saker att ändra.".to_owned(),
            (true, _) => format!("Bäst här: {} går att rätta direkt.", counted(fel, "fel", "fel")),
            (false, _) => format!("{mendable} av {fel} fel går att rätta så."),
        };
        let (href, link) = (format!("/version/{id}/ratta"), "Rätta här");
        let title = "I webbläsaren".to_owned();
        ways.push(Way { title, text, href, link, best: browser_best, kind: "secondary" });
    }
    let copy = "Du får tillbaka din fil med de felaktiga cellerna färgade och kommenterade. Rätta i den och lämna in den igen.";
    ways.push(Way {
        title: "I din egen fil".to_owned(),
        text: if browser_best { copy.to_owned() } else { format!("Bäst här: {}", lower_first(copy)) },
        href: format!("/version/{id}/rattningskopia"),
        link: "Hämta rättningskopian",
        best: !browser_best,
        kind: "secondary",
    });
    ways.push(Way {
        title: "Med en lista".to_owned(),
        text: "Allt som är fel i ett kalkylblad, att sortera, skriva ut eller skicka vidare.".to_owned(),
        href: format!("/version/{id}/fynd.xlsx"),
        link: "Hämta listan",
        best: false,
        kind: "secondary",
    });
    ways.sort_by_key(|it| !it.best);
    if let Some(first) = ways.first_mut() {
        first.kind = "";
    }
    ways
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// The time a version came, for the receipt and the stopped page.
pub(super) fn came(it: &Met) -> (String, String) {
    (iso(it.attempt.received_at), moment(it.attempt.received_at))
}
