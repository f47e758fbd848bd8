//! What must have been sent, computed without the planner: days off typed by hand, one list of days for each uppdrag.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, Weekday};
use kvartal::store::round::Days;

use super::day;

/// Day, address, kind.
pub(super) type Letter = (NaiveDate, String, &'static str);

/// In the order of how hard they are.
const KINDS: [(&str, &str); 7] = [
    ("information", "Dags att rapportera"),
    ("fore", "Sista dagen för"),
    ("ett", "Påminnelse: svaret"),
    ("tva", "Påminnelse 2 av 3"),
    ("tre", "Sista påminnelsen"),
    ("handlaggare", "Svar saknas trots"),
    ("utan_kontakt", "Utförare utan kontakt"),
];

pub(super) fn kind_of(subject: &str) -> &'static str {
    KINDS.iter().find(|it| subject.starts_with(it.1)).map_or("?", |it| it.0)
}

const OFF: [&str; 15] = [
    "2024-01-01",
    "2024-03-29",
    "2024-04-01",
    "2024-05-01",
    "2024-05-09",
    "2024-06-06",
    "2024-06-21",
    "2024-12-24",
    "2024-12-25",
    "2024-12-26",
    "2024-12-31",
    "2023-12-25",
    "2023-12-26",
    "2024-01-06",
    "2024-06-22",
];

fn works(at: NaiveDate) -> bool {
    !matches!(at.weekday(), Weekday::Sat | Weekday::Sun) && !OFF.iter().any(|it| day(it) == at)
}

/// The so many-th working day after (or before) a day.
fn counted(from: NaiveDate, count: i32) -> NaiveDate {
    let (mut at, mut left) = (from, count);
    while left != 0 {
        at = if count > 0 { at.succ_opt() } else { at.pred_opt() }.expect("a day");
        if works(at) {
            left -= count.signum();
        }
    }
    at
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Behaviour {
    Prompt,
    LastDay,
    AfterOne,
    AfterThree,
    Never,
    NilLate,
    Unreachable,
    ReachedLater,
    TwoOneLate,
    TwoOneExtended,
    TwoNever,
    Paused,
}

impl Behaviour {
    pub(super) const ALL: [Self; 12] = [
        Self::Prompt,
        Self::LastDay,
        Self::AfterOne,
        Self::AfterThree,
        Self::Never,
        Self::NilLate,
        Self::Unreachable,
        Self::ReachedLater,
        Self::TwoOneLate,
        Self::TwoOneExtended,
        Self::TwoNever,
        Self::Paused,
    ];

    pub(super) fn starts_reachable(self) -> bool {
        !matches!(self, Self::Unreachable | Self::ReachedLater)
    }

    pub(super) fn sends_files(self) -> bool {
        matches!(self, Self::AfterThree)
    }

    pub(super) fn uppdrag(self) -> &'static [&'static [&'static str]] {
        match self {
            Self::TwoOneLate | Self::TwoOneExtended | Self::TwoNever => &[&["ledsagarservice"], &["kontaktperson"]],
            _ => &[&["ledsagarservice"]],
        }
    }

    /// What happens with each uppdrag in a quarter.
    pub(super) fn scripts(self, days: &Days) -> Vec<Script> {
        let last = days.last_day;
        let opens = if works(days.opens) { days.opens } else { counted(days.opens, 1) };
        let base = Script {
            opens,
            last_day: last,
            answers: None,
            extended_on: None,
            paused_on: None,
            paused_until: None,
            reached_on: None,
            reachable: self.starts_reachable(),
            ends: Some(days.report_day),
        };
        let answers = |count: i32| Script { answers: Some(counted(last, count)), ..base };
        match self {
            Self::Prompt => vec![answers(-2)],
            Self::LastDay => vec![Script { answers: Some(last), ..base }],
            Self::AfterOne => vec![answers(2)],
            Self::AfterThree => vec![answers(10)],
            Self::Never | Self::Unreachable => vec![base],
            Self::NilLate => vec![answers(5)],
            Self::ReachedLater => vec![Script { reached_on: Some(opens), ..answers(2) }],
            Self::TwoOneLate => vec![answers(-1), answers(2)],
            Self::TwoOneExtended => {
                let later = counted(last, 7);
                let own = Script { last_day: later, extended_on: Some(counted(last, -5)), ..base };
                vec![base, Script { answers: Some(counted(later, 2)), ..own }]
            }
            Self::TwoNever => vec![base, base],
            Self::Paused => {
                vec![Script { paused_on: Some(last), paused_until: Some(counted(last, 3)), ..answers(8) }]
            }
        }
    }
}

/// One uppdrag in one quarter.
#[derive(Debug, Clone, Copy)]
pub(super) struct Script {
    /// First working day of the window.
    pub(super) opens: NaiveDate,
    pub(super) last_day: NaiveDate,
    pub(super) answers: Option<NaiveDate>,
    pub(super) extended_on: Option<NaiveDate>,
    pub(super) paused_on: Option<NaiveDate>,
    pub(super) paused_until: Option<NaiveDate>,
    pub(super) reached_on: Option<NaiveDate>,
    pub(super) reachable: bool,
    pub(super) ends: Option<NaiveDate>,
}

impl Script {
    /// The days of its letters, until it is answered or the quarter is over. People act at noon, letters go in the morning.
    fn letters(&self) -> Vec<(NaiveDate, &'static str)> {
        let last = self.last_day;
        let mut all = vec![
            (self.opens, "information"),
            (counted(last, -3), "fore"),
            (counted(last, 1), "ett"),
            (counted(last, 4), "tva"),
            (counted(last, 9), "tre"),
            (counted(last, 11), "handlaggare"),
        ];
        if let Some(until) = self.paused_until {
            // The first one waits for the end of the pause, and the next for two working days after it.
            all[2].0 = counted(until, 1);
            all[3].0 = all[3].0.max(counted(all[2].0, 2));
        }
        if !self.reachable {
            all[0].1 = "utan_kontakt";
            match self.reached_on {
                Some(on) => all.insert(1, (counted(on, 1), "information")),
                None => all = vec![all[0], all[5]],
            }
        }
        let end = self.answers.into_iter().chain(self.ends).min().expect("an end");
        all.retain(|it| it.0 <= end);
        all
    }

    pub(super) fn reminders(&self) -> u32 {
        let all = self.letters().into_iter().filter(|it| ["ett", "tva", "tre"].contains(&it.1));
        u32::try_from(all.count()).expect("few")
    }

    pub(super) fn is_late(&self) -> bool {
        self.answers.is_some_and(|it| it > self.last_day)
    }
}

/// All letters of a quarter.
pub(super) fn letters(
    all: impl Iterator<Item = (Vec<String>, Vec<Script>)>,
    _: &Days,
    handlaggare: &[&str],
) -> Vec<Letter> {
    let mut found: Vec<Letter> = Vec::new();
    for (mails, scripts) in all {
        let mut per_day: BTreeMap<NaiveDate, &'static str> = BTreeMap::new();
        for (on, kind) in scripts.iter().flat_map(Script::letters) {
            if ["handlaggare", "utan_kontakt"].contains(&kind) {
                found.extend(handlaggare.iter().map(|it| (on, (*it).to_owned(), kind)));
                continue;
            }
            let hard = |kind: &str| KINDS.iter().position(|it| it.0 == kind);
            let known = per_day.entry(on).or_insert(kind);
            if hard(kind) > hard(known) {
                *known = kind;
            }
        }
        for (on, kind) in per_day {
            found.extend(mails.iter().map(|it| (on, it.clone(), kind)));
        }
    }
    // The handläggare gets one letter a day about all of them.
    found.sort();
    found.dedup();
    found
}

/// What the first has and the second lacks, counted.
pub(super) fn missing(of: &[Letter], from: &[Letter]) -> Vec<Letter> {
    let mut left = from.to_vec();
    let mut missing = Vec::new();
    for it in of {
        match left.iter().position(|known| known == it) {
            Some(at) => {
                left.swap_remove(at);
            }
            None => missing.push(it.clone()),
        }
    }
    missing
}
