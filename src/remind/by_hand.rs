//! What people do with the ladder: send now, skip, pause.
//!
//! Goes in: a filing, a reason, who and when. Comes out: nothing, or a refusal.
//! Guaranteed: one transaction each, with its event; a letter sent by hand is one of the ladder's, noted as such, so the run
//! does not send it again; whoever has answered is reminded by nobody.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;

use crate::desk::{Desk, DeskError, Refusal};
use crate::model::Step;
use crate::model::calendar::swedish_day;
use crate::store::event::{EventKind, Record};
use crate::store::notice::NewNotice;
use crate::store::{Actor, StoreError, Tx};

use super::letters::{date_in_words, drafts};
use super::plan::{Planned, Task, plan};
use super::run::{Stand, lay, stand, with_voice};

/// A filing's round, held, with everything known about it.
async fn held(desk: &Desk, filing: &str) -> Result<(Tx, Stand, usize), DeskError> {
    let round = desk.store.filing(filing).await?.ok_or(DeskError::NotFound)?.round_id;
    let mut tx = desk.store.begin().await?;
    if tx.hold_round(&round).await? {
        return Err(Refusal::new("Kvartalets rapport är fastställd. Inga fler påminnelser går.").into());
    }
    let stand = stand(desk, &round).await?;
    let at = stand.situation.tasks.iter().position(|it| it.filing == filing).ok_or(DeskError::NotFound)?;
    Ok((tx, stand, at))
}

fn needed(text: &str, what: &str) -> Result<String, DeskError> {
    let text = text.trim();
    if text.is_empty() { Err(Refusal::new(what).into()) } else { Ok(text.to_owned()) }
}

/// The rung that is next for a missing answer, or why there is none.
fn next(stand: &Stand, at: usize, today: NaiveDate) -> Result<(Planned, Step), DeskError> {
    let plan = plan(today, &stand.library.ladder, &stand.situation);
    let own = plan.into_iter().find(|it| it.task == at && it.thread.is_none()).ok_or(DeskError::NotFound)?;
    match own.next {
        Some((step, _)) => Ok((own, step)),
        None => Err(Refusal::new(own.why).into()),
    }
}

/// What sending by hand came to.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Sent {
    pub steps: Vec<Step>,
    /// Who got nothing, and why.
    pub refused: Vec<(String, String)>,
}

/// The rung that may go today by hand, or why none may.
fn by_hand(stand: &Stand, at: usize, today: NaiveDate) -> Result<Planned, DeskError> {
    let task: &Task = stand.situation.tasks.get(at).ok_or(DeskError::NotFound)?;
    if task.unreachable && task.answered.is_none() {
        return Err(Refusal::new("Utföraren har ingen adress. Lägg till en kontakt först.").into());
    }
    let (own, step) = next(stand, at, today)?;
    if task.reading {
        return Err(Refusal::new("En fil har kommit och läses just nu. Försök igen om en stund.").into());
    }
    if today < stand.situation.opens {
        return Err(Refusal::new("Insamlingen har inte öppnat än.").into());
    }
    if task.reminded.contains(&today) || task.done.iter().any(|it| it.on == today && !it.skipped) {
        return Err(Refusal::new("Utföraren har redan påmints i dag. Vänta till i morgon.").into());
    }
    // Before the last day a reminder is one of the last day, also while the information has not gone.
    let step = if step == Step::Opens { Step::Before } else { step };
    if step == Step::Escalation {
        return Err(Refusal::new("Alla påminnelser är skickade. Ta kontakt på annat sätt.").into());
    }
    if matches!(step, Step::Overdue(_)) && today <= task.last_day {
        let last = date_in_words(task.last_day);
        return Err(Refusal::new(format!("Brevet före sista dagen har redan gått. Sista dagen är den {last}.")).into());
    }
    Ok(Planned { sends: Some(step), counted_from: task.last_day, ..own })
}

/// Sends the next reminder of one filing today instead of on its day.
///
/// # Errors
///
/// A refusal when there is nothing to remind of, nobody to write to, or when one has gone today.
pub async fn send_now(desk: &Desk, filing: &str, by: &Actor, now: DateTime<Utc>) -> Result<Step, DeskError> {
    let sent = send_all(desk, &[filing.to_owned()], by, now).await?;
    match (sent.steps.first(), sent.refused.into_iter().next()) {
        (Some(step), _) => Ok(*step),
        (None, Some((_, why))) => Err(Refusal::new(why).into()),
        (None, None) => Err(DeskError::NotFound),
    }
}

/// Sends the next reminder of several filings of one round; an utförare with several of them gets one letter.
///
/// # Errors
///
/// The quarter is fixed, or a filing is not of the round of the first.
pub async fn send_all(desk: &Desk, filings: &[String], by: &Actor, now: DateTime<Utc>) -> Result<Sent, DeskError> {
    let today = swedish_day(now.fixed_offset());
    let Some(first) = filings.first() else { return Ok(Sent::default()) };
    let (mut tx, stand, _) = held(desk, first).await?;
    let (mut plan, mut sent) = (Vec::new(), Sent::default());
    for filing in filings {
        let at = stand.situation.tasks.iter().position(|it| it.filing == *filing).ok_or(DeskError::NotFound)?;
        match by_hand(&stand, at, today) {
            Ok(it) => {
                sent.steps.extend(it.sends);
                plan.push(it);
            }
            Err(DeskError::Refused(it)) => {
                let name = stand.situation.tasks.get(at).map(|it| it.name.clone()).unwrap_or_default();
                sent.refused.push((name, it.message));
            }
            Err(other) => return Err(other),
        }
    }
    if plan.is_empty() {
        return Ok(sent);
    }
    let ladder = &stand.library.ladder;
    let drafts = with_voice(desk, &stand, |voice| drafts(&plan, &stand.situation, (ladder, &stand.addresses), voice))?;
    for draft in &drafts {
        lay(&mut tx, &stand, &plan, draft, (by, today, now)).await?;
    }
    tx.touch_round(&stand.contents.round.id).await?;
    tx.commit().await?;
    Ok(sent)
}

/// Lets the next reminder pass; those after it go on their days.
///
/// # Errors
///
/// A refusal without a reason, or when nothing is planned.
pub async fn skip(
    desk: &Desk,
    filing: &str,
    (seen, why): (&str, &str),
    by: &Actor,
    now: DateTime<Utc>,
) -> Result<Step, DeskError> {
    let why = needed(why, "Skriv varför påminnelsen hoppas över.")?;
    let today = swedish_day(now.fixed_offset());
    let (mut tx, stand, at) = held(desk, filing).await?;
    let (own, step) = next(&stand, at, today)?;
    let key = step.key();
    if key != seen {
        return Err(StoreError::Conflict.into());
    }
    let notice = NewNotice {
        filing,
        completion: "",
        step: &key,
        counted_from: own.counted_from,
        skipped: Some(&why),
        on_day: today,
    };
    tx.add_notice(notice, by, now).await?;
    let (kind, data) = (EventKind::ReminderSkipped, json!({ "steg": key, "skal": why }));
    tx.log(Record { chain: &stand.contents.namnd.id, at: now, actor: by, kind, about: filing, data }).await?;
    tx.commit().await?;
    Ok(step)
}

/// No reminders to and including that day; `None` starts them again.
///
/// # Errors
///
/// A refusal without a reason, or with a day that has passed.
pub async fn pause(
    desk: &Desk,
    filing: &str,
    (until, why): (Option<NaiveDate>, &str),
    by: &Actor,
    now: DateTime<Utc>,
) -> Result<(), DeskError> {
    let why = match until {
        Some(_) => needed(why, "Skriv varför påminnelserna pausas.")?,
        None => String::new(),
    };
    if until.is_some_and(|it| it < swedish_day(now.fixed_offset())) {
        return Err(Refusal::new("Dagen har redan passerat. Välj en senare dag.").into());
    }
    let (mut tx, stand, _) = held(desk, filing).await?;
    tx.pause_reminders(filing, until, &why).await?;
    let (kind, data) = (EventKind::RemindersPaused, json!({ "till": until, "skal": why }));
    tx.log(Record { chain: &stand.contents.namnd.id, at: now, actor: by, kind, about: filing, data }).await?;
    tx.commit().await?;
    Ok(())
}
