//! A round (omgång) as values: who was expected, what came in when, what was asked and decided.
//!
//! Goes in: the round file or the store. Comes out: what the merge needs.
//! Guaranteed: every reference (utförare, insats) has been looked up already; times are instants.

use chrono::{DateTime, FixedOffset, NaiveDate};

use crate::model::{Grade, InsatsId, Quarter, Utforare};

use super::report::PastQuarter;

/// One quarter's collection for one nämnd.
#[derive(Debug, Clone)]
pub struct Round {
    pub quarter: Quarter,
    pub kommun: String,
    pub namnd: String,
    /// Last day for the utförare, inclusive, Europe/Stockholm.
    pub last_day: NaiveDate,
    /// What is known on this day may be shown.
    pub report_day: NaiveDate,
    pub utforare: Vec<Expected>,
    /// Utförare who were given a later last day.
    pub extensions: Vec<Extension>,
    pub filings: Vec<Attempt>,
    pub reminders: Vec<Reminder>,
    pub completions: Vec<Completion>,
    pub decisions: Vec<Decision>,
    pub grades: Vec<OwnGrade>,
    /// Figures of earlier quarters from before the last report, typed in by hand.
    pub history: Vec<PastQuarter>,
}

/// An utförare and whether its reporting is rated in the quality table.
#[derive(Debug, Clone)]
pub struct Expected {
    pub utforare: Utforare,
    /// False for the unit's own list, which nobody hands in.
    pub rated: bool,
}

/// A later last day for some of an utförare's insatser.
#[derive(Debug, Clone)]
pub struct Extension {
    pub utforare: usize,
    pub insatser: Option<Vec<InsatsId>>,
    pub last_day: NaiveDate,
}

/// One attempt to answer (`[[inlamning]]`).
#[derive(Debug, Clone)]
pub struct Attempt {
    /// Index into [`Round::utforare`].
    pub utforare: usize,
    /// Which insatser it answers for; `None` means all of the utförare's.
    pub insatser: Option<Vec<InsatsId>>,
    pub content: Content,
    pub received: DateTime<FixedOffset>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// File name within the round folder.
    File(String),
    /// "Inget att rapportera", said by somebody.
    Nil,
}

/// A reminder that was sent.
#[derive(Debug, Clone)]
pub struct Reminder {
    pub utforare: usize,
    pub insatser: Option<Vec<InsatsId>>,
    pub sent: NaiveDate,
}

/// A completion that was asked for.
#[derive(Debug, Clone)]
pub struct Completion {
    pub utforare: usize,
    pub insatser: Option<Vec<InsatsId>>,
    pub asked: NaiveDate,
    pub answered: Option<NaiveDate>,
    pub text: String,
    /// Cases the handläggare found missing, when the completion is about that (D36).
    pub missing_cases: u32,
    /// Last day to answer, when one was set.
    pub due: Option<NaiveDate>,
}

/// What the handläggare decided about a row.
#[derive(Debug, Clone)]
pub struct Decision {
    pub utforare: usize,
    pub file: String,
    pub sheet: Option<String>,
    /// As Excel shows it, from 1.
    pub row: u32,
    pub count: bool,
    pub reason: String,
}

/// The handläggare's own label.
#[derive(Debug, Clone)]
pub struct OwnGrade {
    pub utforare: usize,
    pub insatser: Option<Vec<InsatsId>>,
    pub grade: Grade,
    pub reason: String,
}

impl Round {
    /// The last day for an uppdrag, its own extension counted.
    pub fn last_day_of(&self, utforare: usize, insatser: &[InsatsId]) -> NaiveDate {
        let own = self.extensions.iter().filter(|it| it.utforare == utforare);
        let own = own.filter(|it| concerns(it.insatser.as_deref(), insatser)).map(|it| it.last_day);
        own.max().unwrap_or(self.last_day)
    }
}

/// Whether something said about `own` insatser (all, when `None`) concerns an uppdrag with `insatser`.
pub fn concerns(own: Option<&[InsatsId]>, insatser: &[InsatsId]) -> bool {
    own.is_none_or(|own| own.iter().any(|it| insatser.contains(it)))
}
