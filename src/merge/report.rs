//! The quarter's report as a value: what every renderer reads.
//!
//! Goes in: accepted reviews, by way of [`super`]. Comes out: counts, lines with their source, everything left out and why.
//! Guaranteed: every figure is counted from `lines`, `excluded`, `missing` and `corrections`, which name the cells
//! they came from; nothing here is text made for one format.

use chrono::{DateTime, FixedOffset, NaiveDate};

pub use crate::model::words::DaysTo;
use crate::model::words::words;
use crate::model::{Finding, InsatsId, Kon, Lagrum, Orsak, Quarter, StartKind, Utforare, Wait};
use crate::rating::Rating;
use crate::sheet::Format;

/// The consolidated report of one nämnd and quarter.
#[derive(Debug, Clone, Default)]
pub struct QuarterReport {
    pub head: Head,
    pub utforare: Vec<Utforare>,
    pub files: Vec<InputFile>,
    pub totals: Counts,
    /// In the order of the catalogue; last, one entry for each insats text that was not recognised.
    pub by_insats: Vec<InsatsCounts>,
    /// Cases that count, numbered in print order.
    pub lines: Vec<Line>,
    pub excluded: Vec<Excluded>,
    pub missing: Vec<MissingAnswer>,
    pub corrections: Vec<Correction>,
    pub quality: Vec<Quality>,
    pub findings: Vec<PlacedFinding>,
    /// One per insats, then the total last.
    pub reconciliation: Vec<Flow>,
    /// Sums that must agree with each other; a failed one is shown, never hidden.
    pub checks: Vec<Check>,
    /// Earlier quarters, oldest first, this quarter last.
    pub history: Vec<PastQuarter>,
}

#[derive(Debug, Clone, Default)]
pub struct Head {
    pub quarter: Option<Quarter>,
    pub kommun: String,
    pub namnd: String,
    /// Last day for the utförare, inclusive.
    pub last_day: Option<NaiveDate>,
    /// What is known on this day may be shown.
    pub report_day: Option<NaiveDate>,
    pub rule_set_version: String,
    pub rule_set_sha256: String,
}

/// A file that was received.
#[derive(Debug, Clone)]
pub struct InputFile {
    pub name: String,
    /// Lower-case hex.
    pub sha256: String,
    pub format: Option<Format>,
    pub readable: bool,
    pub sheets: Vec<String>,
    /// Index into `utforare`.
    pub utforare: Option<usize>,
    pub received: Option<DateTime<FixedOffset>>,
    /// A newer valid attempt covers everything this one did, so its rows do not count.
    pub superseded: bool,
    pub rows: u32,
}

/// Counts of cases. `open*` are as of the quarter's last day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub reported: u32,
    pub executed: u32,
    pub closed: u32,
    pub open: u32,
    /// Men and boys.
    pub open_men: u32,
    /// Women and girls.
    pub open_women: u32,
    pub open_children: u32,
    pub open_adults: u32,
    /// Open cases whose kön is not known; they are in `open` but in none of the four above.
    pub open_kon_missing: u32,
    pub open_interruptions: u32,
    /// Open cases that are executed in part.
    pub open_partial: u32,
    /// Open cases per cause, in the order of [`Orsak::ALL`].
    pub causes: [u32; 4],
    /// Open cases without exactly one cause.
    pub cause_missing: u32,
    /// Open cases per class of waiting time on the quarter's last day, in the order of [`Wait::ALL`].
    pub ages: [u32; 7],
    /// Of the reported cases: interruptions, whether they are still open or not.
    pub reported_interruptions: u32,
}

#[derive(Debug, Clone, Default)]
pub struct InsatsCounts {
    /// `None` for an insats that was not recognised; `name` is then as written.
    pub insats: Option<InsatsId>,
    pub key: Option<String>,
    pub name: String,
    /// `9 § 3 LSS`
    pub lagrum: String,
    pub counts: Counts,
    /// Ongoing decisions on the quarter's last day (D50); `None` when nobody said.
    pub ongoing_men: Option<u32>,
    pub ongoing_women: Option<u32>,
}

impl Counts {
    /// Open cases of a class of waiting time.
    pub fn age(&self, wait: Wait) -> u32 {
        let at = Wait::ALL.iter().position(|it| *it == wait);
        at.and_then(|it| self.ages.get(it)).copied().unwrap_or_default()
    }
}

impl InsatsCounts {
    /// Open cases of men and boys as a share of ongoing decisions, 0–1.
    pub fn share_men(&self) -> Option<f64> {
        share(self.counts.open_men, self.ongoing_men)
    }

    pub fn share_women(&self) -> Option<f64> {
        share(self.counts.open_women, self.ongoing_women)
    }
}

fn share(open: u32, ongoing: Option<u32>) -> Option<f64> {
    ongoing.filter(|it| *it > 0).map(|it| f64::from(open) / f64::from(it))
}

words! {
    /// How a period stood on the quarter's last day (D12, D17).
    Status {
        Open = "open", "Ej verkställt";
        Executed = "executed", "Verkställt";
        Closed = "closed", "Avslutat";
    }
}

/// The cell a line came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Source {
    /// Index into [`QuarterReport::files`].
    pub file: u32,
    pub sheet: u16,
    /// Zero-based.
    pub row: u32,
}

/// One case that counts.
#[derive(Debug, Clone)]
pub struct Line {
    pub nr: u32,
    pub source: Source,
    /// Index into [`QuarterReport::utforare`].
    pub utforare: usize,
    pub kon: Option<Kon>,
    pub beslutsdatum: Option<NaiveDate>,
    pub avbrottsdatum: Option<NaiveDate>,
    pub start_typ: Option<StartKind>,
    pub startdatum: Option<NaiveDate>,
    pub lagrum: Option<Lagrum>,
    pub insats: Option<InsatsId>,
    /// As written, when not recognised.
    pub insats_text: Option<Box<str>>,
    pub verkstalld: Option<NaiveDate>,
    pub delvis: bool,
    pub delvis_datum: Option<NaiveDate>,
    pub avslutad: Option<NaiveDate>,
    pub orsak: Option<Orsak>,
    pub status: Status,
    pub days: Option<i32>,
    pub days_to: DaysTo,
    /// Not open in the last report. `None` when there is no last report.
    pub new: Option<bool>,
    /// New, but its slutdag lay in an earlier quarter.
    pub late: bool,
    /// Counted because a handläggare said so; index into the round's decisions.
    pub decision: Option<u32>,
    pub nyckel: Option<Box<str>>,
}

#[derive(Debug, Clone)]
pub struct Excluded {
    pub utforare: usize,
    pub source: Source,
    pub insats: Option<InsatsId>,
    /// Ids of the rules that left it out; empty when a handläggare did.
    pub rules: Vec<String>,
    pub reason: String,
}

#[derive(Debug, Clone)]
pub struct MissingAnswer {
    /// `None` when the register does not say whose decision it is.
    pub utforare: Option<usize>,
    pub insats: Option<InsatsId>,
    pub rule: String,
    pub reason: String,
}

#[derive(Debug, Clone)]
pub struct Correction {
    pub utforare: usize,
    pub insats: Option<InsatsId>,
    pub source: Source,
    pub what: String,
}

/// One row of the quality table: utförare × uppdrag.
#[derive(Debug, Clone)]
pub struct Quality {
    pub utforare: usize,
    pub insatser: Vec<InsatsId>,
    pub reported: bool,
    /// The file that answers for it, as index into [`QuarterReport::files`]; none for a nil return and for no answer.
    pub file: Option<u32>,
    pub rating: Rating,
}

/// A finding and whose file it is about.
#[derive(Debug, Clone)]
pub struct PlacedFinding {
    pub utforare: Option<usize>,
    /// Index into [`QuarterReport::files`].
    pub file: Option<u32>,
    /// The insatser of the uppdrag it is about, when it is about an answer or a known case and not about a file.
    pub insatser: Vec<InsatsId>,
    pub finding: Finding,
}

/// `opening + corrections + new − executed − closed = closing`
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flow {
    /// Key of the insats, `total`, or the text of an insats that was not recognised.
    pub insats: String,
    pub name: String,
    pub opening: i64,
    /// Negative: cases that stood open in the last report and should not have.
    pub corrections: i64,
    pub new: i64,
    /// `None` without a last report.
    pub of_which_late: Option<i64>,
    pub executed: i64,
    pub closed: i64,
    pub closing: i64,
    /// Open in the last report and answered by no row.
    pub unanswered: i64,
    pub holds: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What must agree, in Swedish.
    pub what: String,
    pub holds: bool,
    /// The two sides in figures.
    pub detail: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PastQuarter {
    pub kvartal: String,
    pub reported: u32,
    pub ended: u32,
    pub open: u32,
    /// Key of insats and open cases; only what is known.
    pub by_insats: Vec<(String, u32)>,
}
