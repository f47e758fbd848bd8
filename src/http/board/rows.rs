//! Filings → the rows of the board.
//!
//! Goes in: the round with its report as received, and today. Comes out: [`BoardRow`]s in the order of their names.
//! Guaranteed: pure; a row says whose turn it is; lateness counts from the first valid answer, so a correction is never late.

use chrono::NaiveDate;

use crate::desk::figures::Made;
use crate::http::when::{day, iso, moment};
use crate::merge::report::Quality;
use crate::model::calendar::{in_sweden, swedish_day};
use crate::model::spelling::fold_name;
use crate::model::{FilingState, Grade, Turn};
use crate::render::print::{clean_line, counted};
use crate::store::contents::Contents;
use crate::store::filing::Filing;

/// One filing on the board.
#[derive(Debug, Clone)]
pub struct BoardRow {
    pub filing: String,
    pub name: String,
    pub uppdrag: String,
    /// Keys of the insatser, for the filter.
    pub insatser: Vec<String>,
    pub state: FilingState,
    pub state_key: &'static str,
    /// Its place among the states, for sorting.
    pub state_order: usize,
    pub state_words: &'static str,
    pub turn_key: &'static str,
    pub turn: &'static str,
    /// Day of the first valid answer; empty when none has come.
    pub came: String,
    /// `sen`, `tid`, or empty while the last day has not come.
    pub late_key: &'static str,
    pub late: String,
    pub late_days: i64,
    pub reminders: usize,
    /// ”2 av 3”; empty when nothing has come.
    pub version: String,
    pub version_nr: i64,
    /// `None` for a nil return and when nothing can be read.
    pub rader: Option<i64>,
    pub nil: bool,
    pub fel: i64,
    pub fragor: i64,
    pub notiser: i64,
    /// Open completions.
    pub open: usize,
    pub grade_key: &'static str,
    pub grade: &'static str,
    /// The suggested one, when a handläggare chose another.
    pub suggested: &'static str,
    pub changed_iso: String,
    pub changed: String,
    pub changed_day: String,
    /// What a search looks in.
    pub sought: String,
    pub hidden: bool,
}

/// A grade without the word that all of them share.
pub fn short(grade: Grade) -> &'static str {
    match grade {
        Grade::TydligOchBra => "Tydlig och bra",
        Grade::Bra => "Bra",
        Grade::Ok => "OK",
        Grade::Bristande => "Bristande",
        Grade::IngetAttRapportera | Grade::EjInkommen => grade.swedish(),
    }
}

/// The rating of a filing; none for a unit that is counted but not rated.
pub fn graded_of<'a>(made: &'a Made, filing: &Filing) -> Option<&'a Quality> {
    let (utforare, insatser) = made.assembled.filings.get(&filing.id)?;
    made.report.quality.iter().find(|it| it.utforare == *utforare && it.insatser == *insatser)
}

/// How late the answer is, or how late it is getting: words, key and days.
pub fn lateness(
    contents: &Contents,
    filing: &Filing,
    today: NaiveDate,
) -> (Option<NaiveDate>, String, &'static str, i64) {
    let last_day = filing.extended_to.unwrap_or(contents.round.last_day);
    let first = contents.attempts_of(filing).filter(|it| it.is_valid()).map(|it| it.received_at).min();
    let first = first.map(|it| swedish_day(in_sweden(it)));
    let days = (first.unwrap_or(today) - last_day).num_days();
    let count = counted(usize::try_from(days.max(0)).unwrap_or(0), "dag", "dagar");
    match first {
        Some(_) if days > 0 => (first, format!("{count} sen"), "sen", days),
        Some(_) => (first, "I tid".to_owned(), "tid", 0),
        None if days > 0 => (None, format!("{count} försenad"), "sen", days),
        None => (None, String::new(), "", 0),
    }
}

/// The rows, by name and uppdrag.
pub fn rows(made: &Made, today: NaiveDate) -> Vec<BoardRow> {
    let contents = &made.context.contents;
    let mut rows: Vec<BoardRow> = contents.filings.iter().map(|it| row(made, contents, it, today)).collect();
    rows.sort_by_cached_key(|it| (fold_name(&it.name), it.uppdrag.clone()));
    rows
}

fn row(made: &Made, contents: &Contents, filing: &Filing, today: NaiveDate) -> BoardRow {
    let utforare = contents.utforare_of(filing);
    let uppdrag = contents.uppdrag_of(filing);
    let name = utforare.map_or_else(String::new, |it| clean_line(&it.namn).into_owned());
    let ids = made.assembled.filings.get(&filing.id).map(|it| it.1.clone()).unwrap_or_default();
    let uppdrag_in_words = made.view().insatser_in_words(&ids);
    let newest = contents.attempts_of(filing).next_back();
    let versions = contents.attempts_of(filing).count();
    let counts = newest.and_then(|it| contents.counts_of(it));
    let state = filing.state();
    let (first, late, late_key, late_days) = lateness(contents, filing, today);
    let rating = graded_of(made, filing).map(|it| &it.rating);
    let aliases = utforare.map(|it| it.aliases().join(" ")).unwrap_or_default();
    BoardRow {
        filing: filing.id.clone(),
        sought: format!("{name} {uppdrag_in_words} {aliases}").to_lowercase(),
        insatser: uppdrag.map(|it| it.keys()).unwrap_or_default(),
        state,
        state_key: state.key(),
        state_order: FilingState::ALL.iter().position(|it| *it == state).unwrap_or(0),
        state_words: state.swedish(),
        turn_key: state.turn().key(),
        turn: turn_in_words(state.turn()),
        came: first.map(|it| it.to_string()).unwrap_or_default(),
        late_key,
        late,
        late_days,
        reminders: contents.reminders.iter().filter(|it| it.filing_id == filing.id && it.counts()).count(),
        version: newest.map_or_else(String::new, |it| {
            if versions > 1 { format!("{} av {versions}", it.nr) } else { it.nr.to_string() }
        }),
        version_nr: newest.map_or(0, |it| it.nr),
        nil: newest.is_some_and(|it| it.nil),
        rader: counts.map(|it| it.rows),
        fel: counts.map_or(0, |it| it.fel),
        fragor: counts.map_or(0, |it| it.fraga),
        notiser: counts.map_or(0, |it| it.notis),
        open: contents.completions.iter().filter(|it| it.filing_id == filing.id && it.closed_at.is_none()).count(),
        grade_key: rating.map_or("", |it| it.grade.key()),
        grade: rating.map_or("", |it| short(it.grade)),
        suggested: rating.filter(|it| it.grade != it.suggested).map_or("", |it| short(it.suggested)),
        changed_iso: iso(filing.changed_at),
        changed: moment(filing.changed_at),
        changed_day: day(filing.changed_at),
        name,
        uppdrag: uppdrag_in_words,
        hidden: false,
    }
}

/// Whose turn it is, as it stands at the beginning of a cell.
pub const fn turn_in_words(turn: Turn) -> &'static str {
    match turn {
        Turn::Utforare => "Utföraren",
        Turn::Namnd => "Biståndsenheten",
        Turn::Kvartal => "Kvartal",
        Turn::Nobody => "Klart",
    }
}
