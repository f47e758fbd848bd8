//! The run: every open round is planned, and what goes today is laid in the outbox.
//!
//! Goes in: a desk, the day, the time. Comes out: the plans, and how many letters were laid.
//! Guaranteed: one transaction a round – letters, what is noted, the log – so a run that dies has sent a round's letters or
//! none, and the next run sends the rest; two at once wait for each other on the round; a round that fails holds no other up.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Timelike, Utc};
use serde_json::json;

use crate::access::role::Role;
use crate::desk::figures::Context;
use crate::desk::work::Clock;
use crate::desk::{Desk, DeskError, Library};
use crate::mail::Letter;
use crate::mail::outbox::post;
use crate::model::calendar::{in_sweden, swedish_day};
use crate::model::{Quarter, Step};
use crate::store::contents::Contents;
use crate::store::event::{EventKind, Record};
use crate::store::notice::NewNotice;
use crate::store::round::RoundRow;
use crate::store::{Actor, StoreError, Tx};

use super::letters::{Draft, Voice, drafts, preview};
use super::plan::{Planned, Situation, plan};
use super::situation::{Addresses, situation};

/// How often the service looks whether something is to be sent. A look that finds nothing costs a few queries.
const LOOK: Duration = Duration::from_secs(15 * 60);

/// A round as it stands, and what becomes of it today.
pub struct RoundPlan {
    pub namnd: String,
    pub kvartal: String,
    pub situation: Situation,
    pub plan: Vec<Planned>,
    pub drafts: Vec<Draft>,
}

/// What a run came to.
#[derive(Default)]
pub struct Outcome {
    pub rounds: Vec<RoundPlan>,
    /// Letters laid in the outbox; in a dry run, those that would be.
    pub letters: usize,
    /// Rounds that could not be handled, and why.
    pub failed: Vec<(String, DeskError)>,
}

/// When, and whether anything is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    pub today: NaiveDate,
    pub now: DateTime<Utc>,
    pub dry: bool,
    /// Only where the nämnd's hour has come.
    pub by_the_clock: bool,
}

/// Everything the plan of a round is made from.
pub(super) struct Stand {
    pub contents: Contents,
    pub library: Arc<Library>,
    pub addresses: Addresses,
    pub handlaggare: Vec<String>,
    pub situation: Situation,
}

/// Runs the reminders of every nämnd.
///
/// # Errors
///
/// The list of rounds could not be read. What fails within one round stands in the outcome.
pub async fn remind(desk: &Desk, run: Run) -> Result<Outcome, DeskError> {
    let mut outcome = Outcome::default();
    for round in desk.store.all_rounds().await? {
        if round.is_fixed() || run.today < round.opens {
            continue;
        }
        match remind_round(desk, &round, run).await {
            Ok(Some(done)) => {
                outcome.letters += done.drafts.iter().map(|it| it.letters.len()).sum::<usize>();
                outcome.rounds.push(done);
            }
            Ok(None) => {}
            Err(error) => outcome.failed.push((round.kvartal.clone(), error)),
        }
    }
    metrics::counter!("kvartal_reminders_total").increment(outcome.letters as u64);
    Ok(outcome)
}

/// One round; `None` when the nämnd's hour has not come.
async fn remind_round(desk: &Desk, round: &RoundRow, run: Run) -> Result<Option<RoundPlan>, DeskError> {
    let stand = stand(desk, &round.id).await?;
    if run.by_the_clock && in_sweden(run.now).hour() < stand.library.ladder.hour {
        return Ok(None);
    }
    let made = planned(desk, &stand, run.today)?;
    if run.dry || made.plan.iter().all(|it| it.sends.is_none()) {
        return Ok(Some(made));
    }
    // What was read before the round was held may have changed: it is read again, and nobody changes it from here on.
    let mut tx = desk.store.begin().await?;
    if tx.hold_round(&round.id).await? {
        return Ok(None);
    }
    let stand = self::stand(desk, &round.id).await?;
    let made = planned(desk, &stand, run.today)?;
    let by = Actor::system();
    for draft in &made.drafts {
        lay(&mut tx, &stand, &made.plan, draft, (&by, run.today, run.now)).await?;
    }
    tx.touch_round(&round.id).await?;
    tx.commit().await?;
    Ok(Some(made))
}

/// Lays one draft in the outbox with everything that is noted about it.
pub(super) async fn lay(
    tx: &mut Tx,
    stand: &Stand,
    plan: &[Planned],
    draft: &Draft,
    (by, today, now): (&Actor, NaiveDate, DateTime<Utc>),
) -> Result<(), DeskError> {
    let namnd = &stand.contents.namnd.id;
    let own = || draft.planned.iter().filter_map(|at| plan.get(*at));
    let mut filings: Vec<&str> = Vec::new();
    for it in own() {
        let Some(task) = stand.situation.tasks.get(it.task) else { continue };
        if !filings.contains(&task.filing.as_str()) {
            filings.push(&task.filing);
        }
    }
    for letter in &draft.letters {
        let id = post(tx, letter, Some(namnd), now).await?;
        for filing in &filings {
            tx.letter_is_about(&id, filing).await?;
        }
    }
    for it in own() {
        let (Some(step), Some(task)) = (it.sends, stand.situation.tasks.get(it.task)) else { continue };
        let thread = it.thread.and_then(|at| task.threads.get(at)).map_or("", |it| it.id.as_str());
        let key = step.key();
        let counted_from = it.counted_from;
        let notice = NewNotice {
            filing: &task.filing,
            completion: thread,
            step: &key,
            counted_from,
            skipped: None,
            on_day: today,
        };
        tx.add_notice(notice, by, now).await?;
        if matches!(step, Step::Overdue(_)) {
            tx.add_reminder_by_letter(&task.filing, (today, now), by).await?;
        }
        let kind = match step {
            Step::Escalation | Step::ThreadEscalation => EventKind::HandedOver,
            Step::NoContact => EventKind::Unreachable,
            _ => EventKind::Reminded,
        };
        let data = json!({ "steg": key, "brev": draft.letters.len() });
        tx.log(Record { chain: namnd, at: now, actor: by, kind, about: &task.filing, data }).await?;
    }
    Ok(())
}

/// Reads a round with everything its plan is made from.
pub(super) async fn stand(desk: &Desk, round: &str) -> Result<Stand, DeskError> {
    let contents = desk.store.contents(round).await?;
    let library = desk.library(&contents.namnd).await?;
    let addresses = desk.addresses(&contents.namnd.id).await?;
    let notices = desk.store.notices(round).await?;
    let situation = situation(&contents, &notices, &addresses, &library);
    let handlaggare = handlaggare(desk, &contents.namnd.id).await?;
    Ok(Stand { contents, library, addresses, handlaggare, situation })
}

/// The mails of those who review for the nämnd; the samordnare where nobody does.
async fn handlaggare(desk: &Desk, namnd: &str) -> Result<Vec<String>, DeskError> {
    let people = desk.store.people_of(namnd).await?;
    let members = desk.store.memberships_of_namnd(namnd).await?;
    let of = |role: Role| -> Vec<String> {
        let own = people.iter().filter(|it| it.closed_at.is_none());
        let own = own.filter(|it| members.iter().any(|m| m.person_id == it.id && m.role == role.key()));
        own.map(|it| it.mail.clone()).collect()
    };
    let all = of(Role::Handlaggare);
    Ok(if all.is_empty() { of(Role::Samordnare) } else { all })
}

/// The plan of a round and its letters.
pub(super) fn planned(desk: &Desk, stand: &Stand, today: NaiveDate) -> Result<RoundPlan, DeskError> {
    let ladder = &stand.library.ladder;
    let plan = plan(today, ladder, &stand.situation);
    let drafts = with_voice(desk, stand, |voice| drafts(&plan, &stand.situation, (ladder, &stand.addresses), voice))?;
    Ok(RoundPlan {
        namnd: stand.contents.namnd.namn.clone(),
        kvartal: stand.contents.round.kvartal.clone(),
        situation: stand.situation.clone(),
        plan,
        drafts,
    })
}

pub(super) fn with_voice<T>(desk: &Desk, stand: &Stand, say: impl FnOnce(&Voice<'_>) -> T) -> T {
    let kvartal = &stand.contents.round.kvartal;
    let quarter = kvartal.parse::<Quarter>().map_or_else(|_| kvartal.clone(), Quarter::in_words);
    say(&Voice {
        namnd: &stand.contents.namnd.namn,
        quarter: &quarter,
        kvartal,
        url: desk.public_url(),
        handlaggare: &stand.handlaggare,
        meetings: stand.contents.round.meetings(),
    })
}

/// How one round stands today, for its pages.
///
/// # Errors
///
/// The database failed, or there is no such round.
pub async fn look(desk: &Desk, round: &str, today: NaiveDate) -> Result<RoundPlan, DeskError> {
    planned(desk, &stand(desk, round).await?, today)
}

/// What comes next for one filing, and to whom.
pub struct Outlook {
    pub planned: Planned,
    pub addresses: Vec<String>,
}

/// How one filing stands with its letters today.
///
/// # Errors
///
/// The database failed, or there is no such filing.
pub async fn outlook(desk: &Desk, round: &str, filing: &str, today: NaiveDate) -> Result<Outlook, DeskError> {
    let mut stand = stand(desk, round).await?;
    let at = stand.situation.tasks.iter().position(|it| it.filing == filing).ok_or(DeskError::NotFound)?;
    let all = plan(today, &stand.library.ladder, &stand.situation);
    let planned = all.into_iter().find(|it| it.task == at && it.thread.is_none()).ok_or(DeskError::NotFound)?;
    let utforare = stand.situation.tasks.get(at).map(|it| it.utforare.clone()).unwrap_or_default();
    Ok(Outlook { planned, addresses: stand.addresses.remove(&utforare).unwrap_or_default() })
}

/// How the letter of a rung reads for a round, to nobody; `None` when the nämnd has no such rung.
///
/// # Errors
///
/// The database failed, or there is no such round.
pub async fn preview_of(desk: &Desk, round: &str, step: Step) -> Result<Option<Letter>, DeskError> {
    let stand = stand(desk, round).await?;
    let days = (stand.contents.round.opens, stand.contents.round.last_day);
    with_voice(desk, &stand, |voice| preview(&stand.library.ladder, step, days, voice))
}

/// How many filings and threads of a round need a hand.
///
/// # Errors
///
/// The database failed.
pub async fn to_do(desk: &Desk, context: &Context, today: NaiveDate) -> Result<usize, DeskError> {
    let contents = &context.contents;
    if contents.round.is_fixed() {
        return Ok(0);
    }
    let addresses = desk.addresses(&contents.namnd.id).await?;
    let notices = desk.store.notices(&contents.round.id).await?;
    let situation = situation(contents, &notices, &addresses, &context.library);
    let planned = plan(today, &context.library.ladder, &situation).iter().filter(|it| it.work.is_some()).count();
    Ok(planned + desk.store.letters_bounced(&contents.round.id).await?.len())
}

/// Runs by itself until `stop` says otherwise. Several nodes do no harm.
pub async fn work(desk: Desk, clock: Clock, mut stop: tokio::sync::watch::Receiver<bool>) {
    while !*stop.borrow() {
        let now = clock();
        let run = Run { today: swedish_day(now.fixed_offset()), now, dry: false, by_the_clock: true };
        match remind(&desk, run).await {
            Ok(outcome) => {
                if outcome.letters > 0 {
                    tracing::info!(letters = outcome.letters, "reminders were laid in the outbox");
                }
                for (kvartal, error) in outcome.failed {
                    match error {
                        // Another node was first; what it left is found at the next look.
                        DeskError::Store(StoreError::Conflict | StoreError::Busy) => {}
                        error => tracing::warn!(kvartal, %error, "the reminders of a quarter failed"),
                    }
                }
            }
            Err(error) => tracing::warn!(%error, "the reminders could not be run"),
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            _ = stop.changed() => {}
        }
    }
}
