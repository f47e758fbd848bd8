//! Stored rows → the round that merge reads: the same value that `omgang.toml` gives on the command line.
//!
//! Goes in: [`Contents`] and the catalogue of insatser. Comes out: [`Assembled`]: a round, and which row each part came from.
//! Guaranteed: pure; the order is that of the database, which is the order in which things were added.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};

use crate::merge::report::PastQuarter;
use crate::merge::round::{
    Attempt as RoundAttempt, Completion, Content, Decision, Expected, Extension, OwnGrade, Reminder, Round,
};
use crate::model::calendar::{in_sweden, swedish_day};
use crate::model::{Grade, InsatsId, Insatser, Quarter, Uppdrag, Utforare};
use crate::store::attempt::Attempt;
use crate::store::contents::Contents;
use crate::store::filing::Filing;

use super::DeskError;

/// Which answers a report is made from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Which {
    /// Every valid answer that has come.
    Received,
    /// For each filing the attempts up to the accepted one.
    Accepted,
    /// One attempt alone: what its sender is answered.
    Only(String),
}

/// A round made from the database.
#[derive(Debug, Clone)]
pub struct Assembled {
    pub round: Round,
    /// For each attempt of the round: the id of the stored one.
    pub attempts: Vec<String>,
    /// For each filing: utförare (index into the round) and insatser.
    pub filings: HashMap<String, (usize, Vec<InsatsId>)>,
}

/// The Swedish calendar day of a stored instant.
pub fn day(at: DateTime<Utc>) -> NaiveDate {
    swedish_day(at.fixed_offset())
}

/// The insatser that keys name; unknown keys are passed over (a nämnd may have removed its own).
pub fn insats_ids(keys: &[String], insatser: &Insatser) -> Vec<InsatsId> {
    keys.iter().filter_map(|it| insatser.by_key(it)).collect()
}

/// Makes the round.
pub fn assemble(contents: &Contents, insatser: &Insatser, which: &Which) -> Result<Assembled, DeskError> {
    let quarter: Quarter = contents.round.kvartal.parse().map_err(|_| {
        DeskError::System(format!("Kvartalet {} i databasen går inte att läsa.", contents.round.kvartal))
    })?;
    let history: Vec<PastQuarter> = super::load::history_from_json(&contents.round.history);
    let mut round = Round {
        quarter,
        kommun: contents.namnd.kommun.clone(),
        namnd: contents.namnd.namn.clone(),
        last_day: contents.round.last_day,
        report_day: contents.round.report_day,
        utforare: Vec::new(),
        extensions: Vec::new(),
        filings: Vec::new(),
        reminders: Vec::new(),
        completions: Vec::new(),
        decisions: Vec::new(),
        grades: Vec::new(),
        history,
    };
    let mut filings = HashMap::new();
    for row in &contents.utforare {
        let own: Vec<&Filing> = contents
            .filings
            .iter()
            .filter(|it| contents.uppdrag_of(it).is_some_and(|it| it.utforare_id == row.id))
            .collect();
        if own.is_empty() {
            continue;
        }
        let at = round.utforare.len();
        let mut uppdrag = Vec::new();
        for filing in own {
            let keys = contents.uppdrag_of(filing).map(|it| it.keys()).unwrap_or_default();
            let ids = insats_ids(&keys, insatser);
            filings.insert(filing.id.clone(), (at, ids.clone()));
            if let Some(last_day) = filing.extended_to {
                round.extensions.push(Extension { utforare: at, insatser: Some(ids.clone()), last_day });
            }
            uppdrag.push(Uppdrag { insatser: ids });
        }
        round.utforare.push(Expected {
            utforare: Utforare {
                id: row.nyckel.clone(),
                name: row.namn.clone(),
                orgnr: row.orgnr.clone(),
                aliases: row.aliases(),
                mail: contents
                    .kontakter
                    .iter()
                    .filter(|it| it.utforare_id == row.id)
                    .map(|it| it.epost.clone())
                    .collect(),
                uppdrag,
            },
            rated: row.rated,
        });
    }
    let attempts = add_attempts(&mut round, contents, &filings, which);
    add_what_was_said(&mut round, contents, &filings);
    Ok(Assembled { round, attempts, filings })
}

/// Whether an attempt goes into the report.
fn included(contents: &Contents, filing: &Filing, attempt: &Attempt, which: &Which) -> bool {
    match which {
        Which::Only(id) => attempt.id == *id,
        Which::Received => attempt.state() == crate::model::AttemptState::Read,
        Which::Accepted => {
            let accepted = filing.accepted_id.as_deref().and_then(|it| contents.attempt(it));
            attempt.state() == crate::model::AttemptState::Read && accepted.is_some_and(|it| attempt.nr <= it.nr)
        }
    }
}

type Places = HashMap<String, (usize, Vec<InsatsId>)>;

/// Adds the attempts that go in, oldest first, each file under a name that is its own within the utförare.
fn add_attempts(round: &mut Round, contents: &Contents, filings: &Places, which: &Which) -> Vec<String> {
    let mut chosen: Vec<(&Filing, &Attempt)> = Vec::new();
    for filing in &contents.filings {
        chosen.extend(
            contents.attempts_of(filing).filter(|it| included(contents, filing, it, which)).map(|it| (filing, it)),
        );
    }
    // Keys sort by when they were made.
    chosen.sort_by(|a, b| a.1.id.cmp(&b.1.id));
    let mut names: HashMap<(usize, String), u32> = HashMap::new();
    let mut ids = Vec::with_capacity(chosen.len());
    for (filing, attempt) in chosen {
        let Some((utforare, insatser)) = filings.get(&filing.id).cloned() else { continue };
        let content = if attempt.nil {
            Content::Nil
        } else {
            let name = contents.original_of(attempt).map_or_else(String::new, |it| it.name.clone());
            let seen = names.entry((utforare, name.clone())).or_default();
            *seen += 1;
            Content::File(if *seen == 1 { name } else { format!("{name} ({seen})") })
        };
        if let Content::File(name) = &content {
            for it in contents.decisions_of(&attempt.id) {
                round.decisions.push(Decision {
                    utforare,
                    file: name.clone(),
                    sheet: Some(it.sheet.clone()),
                    row: u32::try_from(it.row).unwrap_or_default(),
                    count: it.decision == "medrakna",
                    reason: it.reason.clone(),
                });
            }
        }
        round.filings.push(RoundAttempt {
            utforare,
            insatser: Some(insatser),
            content,
            received: in_sweden(attempt.received_at),
        });
        ids.push(attempt.id.clone());
    }
    ids
}

fn add_what_was_said(round: &mut Round, contents: &Contents, filings: &Places) {
    for it in contents.reminders.iter().filter(|it| it.counts()) {
        if let Some((utforare, insatser)) = filings.get(&it.filing_id).cloned() {
            round.reminders.push(Reminder { utforare, insatser: Some(insatser), sent: it.sent_on });
        }
    }
    for it in &contents.completions {
        if let Some((utforare, insatser)) = filings.get(&it.filing_id).cloned() {
            let first = contents.messages.iter().find(|message| message.completion_id == it.id);
            round.completions.push(Completion {
                utforare,
                insatser: Some(insatser),
                asked: day(it.asked_at),
                answered: it.answered_at.map(day),
                text: first.map_or_else(String::new, |it| it.text.clone()),
                missing_cases: u32::try_from(it.missing_cases).unwrap_or_default(),
                due: Some(it.due),
            });
        }
    }
    for filing in &contents.filings {
        let Some(row) = contents.grade_of(filing) else { continue };
        let grade = row.grade.as_deref().and_then(Grade::from_key);
        if let (Some(grade), Some((utforare, insatser))) = (grade, filings.get(&filing.id).cloned()) {
            round.grades.push(OwnGrade { utforare, insatser: Some(insatser), grade, reason: row.reason.clone() });
        }
    }
}
