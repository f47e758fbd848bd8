//! Stored rows → the situation that the planner reads.
//!
//! Goes in: the round's contents, what the ladder has done, who can be reached. Comes out: [`Situation`], a task for each
//! filing in the order of the database.
//! Guaranteed: pure; the first valid answer is found as the rating finds it.

use std::collections::BTreeMap;

use crate::desk::Library;
use crate::model::calendar::{in_sweden, swedish_day};
use crate::model::{AttemptState, Step};
use crate::render::print::clean_line;
use crate::render::view::insatser_in_words;
use crate::store::contents::Contents;
use crate::store::filing::Filing;
use crate::store::notice::NoticeRow;

use super::plan::{Done, Situation, Task, Thread};

/// Where each utförare gets its letters, by its id.
pub type Addresses = BTreeMap<String, Vec<String>>;

/// The round as the planner sees it.
pub fn situation(contents: &Contents, notices: &[NoticeRow], addresses: &Addresses, library: &Library) -> Situation {
    Situation {
        opens: contents.round.opens,
        report_day: contents.round.report_day,
        fixed: contents.round.is_fixed(),
        tasks: contents.filings.iter().map(|it| task(contents, notices, addresses, library, it)).collect(),
    }
}

fn task(contents: &Contents, notices: &[NoticeRow], addresses: &Addresses, library: &Library, filing: &Filing) -> Task {
    let uppdrag = contents.uppdrag_of(filing);
    let utforare = uppdrag.map(|it| it.utforare_id.clone()).unwrap_or_default();
    let keys = uppdrag.map(|it| it.keys()).unwrap_or_default();
    let insatser: Vec<&str> = keys
        .iter()
        .filter_map(|it| library.insatser.by_key(it))
        .map(|it| library.insatser.get(it).name.as_str())
        .collect();
    let first = contents.attempts_of(filing).filter(|it| it.is_valid()).map(|it| it.received_at).min();
    let waits = |it: AttemptState| matches!(it, AttemptState::Received | AttemptState::Reading);
    let done = |completion: &str| -> Vec<Done> {
        let own = notices.iter().filter(|it| it.filing_id == filing.id && it.completion_id == completion);
        own.filter_map(as_done).collect()
    };
    let threads = contents.completions.iter().filter(|it| it.filing_id == filing.id);
    let threads = threads.filter(|it| it.answered_at.is_none() && it.closed_at.is_none());
    Task {
        filing: filing.id.clone(),
        name: contents.utforare_of(filing).map_or_else(String::new, |it| clean_line(&it.namn).into_owned()),
        uppdrag: insatser_in_words(&insatser),
        last_day: filing.extended_to.unwrap_or(contents.round.last_day),
        extended: filing.extended_to.is_some(),
        answered: first.map(|it| swedish_day(in_sweden(it))),
        reading: contents.attempts_of(filing).any(|it| waits(it.state())),
        paused: filing.paused_until.map(|it| (it, filing.paused_why.clone().unwrap_or_default())),
        done: done(""),
        reminded: contents.reminders.iter().filter(|it| it.filing_id == filing.id).map(|it| it.sent_on).collect(),
        threads: threads.map(|it| Thread { id: it.id.clone(), due: it.due, done: done(&it.id) }).collect(),
        unreachable: !addresses.contains_key(&utforare),
        utforare,
    }
}

fn as_done(row: &NoticeRow) -> Option<Done> {
    Some(Done {
        step: Step::from_key(&row.step)?,
        counted_from: row.counted_from,
        on: row.on_day,
        skipped: row.is_skipped(),
    })
}
