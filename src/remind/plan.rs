//! The planner: a day and how a round stands → what each filing and each thread gets, with the reason.
//!
//! Goes in: a day, the ladder, a [`Situation`]. Comes out: one [`Planned`] for every filing and every open thread.
//! Guaranteed: pure; a valid answer stops everything about it; nobody gets two letters of the same kind on one day; nothing
//! goes on a day when offices are closed; whoever cannot be reached becomes work for somebody and is never just passed over.

use chrono::NaiveDate;

use crate::model::working_day::{is_working_day, working_day_from, working_days_after, working_days_before};
use crate::model::{Ladder, Step};

use super::letters::date_in_words;

/// A rung that was sent or skipped, as the planner needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    pub step: Step,
    pub counted_from: NaiveDate,
    pub on: NaiveDate,
    pub skipped: bool,
}

/// A completion that waits for its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thread {
    pub id: String,
    pub due: NaiveDate,
    pub done: Vec<Done>,
}

/// One filing as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    pub filing: String,
    /// Id of the utförare.
    pub utforare: String,
    pub name: String,
    /// The insatser in words.
    pub uppdrag: String,
    /// With the extension, if there is one.
    pub last_day: NaiveDate,
    pub extended: bool,
    /// Day of the first valid answer.
    pub answered: Option<NaiveDate>,
    /// A file has come and has not been read yet.
    pub reading: bool,
    /// No letters to and including that day, and why.
    pub paused: Option<(NaiveDate, String)>,
    pub done: Vec<Done>,
    /// Days of all reminders, also those given by telephone.
    pub reminded: Vec<NaiveDate>,
    pub threads: Vec<Thread>,
    /// Nobody to write to.
    pub unreachable: bool,
}

/// A round as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Situation {
    pub opens: NaiveDate,
    /// After it nobody is chased for an answer.
    pub report_day: NaiveDate,
    pub fixed: bool,
    pub tasks: Vec<Task>,
}

/// What one filing, or one thread of it, comes to on the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// Index into the tasks.
    pub task: usize,
    /// Index into the threads of the task; none for the answer itself.
    pub thread: Option<usize>,
    /// The rung that goes today.
    pub sends: Option<Step>,
    /// The day the rung is counted from.
    pub counted_from: NaiveDate,
    /// The rung that goes next when nothing changes, and its day.
    pub next: Option<(Step, NaiveDate)>,
    /// Why, in Swedish.
    pub why: String,
    /// Somebody has to do something by hand.
    pub work: Option<Work>,
}

/// Why somebody has to do something by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    NoContact,
    LadderUsedUp,
    ThreadUsedUp,
}

impl Work {
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::NoContact => "Saknar kontakt: inga påminnelser når fram",
            Self::LadderUsedUp => "Har inte svarat, och påminnelserna är slut",
            Self::ThreadUsedUp => "Har inte svarat på en komplettering, och påminnelserna är slut",
        }
    }
}

/// What everybody gets today, in the order of the tasks.
pub fn plan(today: NaiveDate, ladder: &Ladder, situation: &Situation) -> Vec<Planned> {
    let mut all = Vec::new();
    for (at, task) in situation.tasks.iter().enumerate() {
        all.push(answer(today, ladder, situation, (at, task)));
        for thread in 0..task.threads.len() {
            all.extend(completion(today, ladder, situation, (at, task), thread));
        }
    }
    all
}

/// The letter about a missing answer.
fn answer(today: NaiveDate, ladder: &Ladder, situation: &Situation, (at, task): (usize, &Task)) -> Planned {
    let nothing = |why: String| Planned {
        task: at,
        thread: None,
        sends: None,
        counted_from: task.last_day,
        next: None,
        why,
        work: None,
    };
    if situation.fixed {
        return nothing("Rapporten är fastställd.".to_owned());
    }
    if let Some(day) = task.answered {
        return nothing(format!("Svaret kom den {}.", date_in_words(day)));
    }
    if today > situation.report_day {
        let work = (today > task.last_day).then_some(Work::LadderUsedUp);
        return Planned { work, ..nothing("Rapportdagen har passerat. Inga fler brev går.".to_owned()) };
    }
    let Some((step, day)) = next_about_answer(today, ladder, situation.opens, task) else {
        let told = task.done.iter().any(|it| it.step == Step::Escalation && it.counted_from == task.last_day);
        let work = (today > task.last_day).then_some(Work::LadderUsedUp);
        let why =
            if told { "Påminnelserna är slut, och handläggaren vet om det." } else { "Påminnelserna är slut." };
        return Planned { work, ..nothing(why.to_owned()) };
    };
    let counted_from = if step == Step::Opens { situation.opens } else { task.last_day };
    let (sends, why, day) = match due(today, task, step, day) {
        (Some(_), _, day) if task.reading => (None, "En fil har kommit och läses just nu.".to_owned(), day),
        other => other,
    };
    let used_up = step == Step::Escalation && day <= today && today > task.last_day;
    let work = match task.unreachable && today >= situation.opens {
        true => Some(Work::NoContact),
        false => used_up.then_some(Work::LadderUsedUp),
    };
    let planned = Planned { sends, counted_from, next: Some((step, day)), work, ..nothing(why) };
    if task.unreachable && step != Step::Escalation { unreached(ladder, task, planned) } else { planned }
}

/// What becomes of a letter when there is nobody to write to: the handläggare is told, once.
fn unreached(ladder: &Ladder, task: &Task, planned: Planned) -> Planned {
    let (sends, why) = match task.done.iter().find(|it| it.step == Step::NoContact) {
        Some(told) => {
            let why = format!("Utföraren har ingen adress. Handläggaren fick veta det den {}.", date_in_words(told.on));
            (None, why)
        }
        None if planned.sends.is_none() => return planned,
        None => {
            let sends = ladder.no_contact.as_ref().map(|it| it.step);
            (sends, "Utföraren har ingen adress. Handläggaren får veta det i stället.".to_owned())
        }
    };
    Planned { sends, counted_from: task.last_day, next: None, why, ..planned }
}

/// The next rung about a missing answer and the day it falls due; none when the ladder has been used up.
fn next_about_answer(today: NaiveDate, ladder: &Ladder, opens: NaiveDate, task: &Task) -> Option<(Step, NaiveDate)> {
    let noted = |step: Step| task.done.iter().any(|it| it.step == step && it.counted_from == task.last_day);
    let after_pause = |day: NaiveDate| match &task.paused {
        Some((until, _)) if day <= *until => working_days_after(*until, 1),
        _ => day,
    };
    let first = working_day_from(opens);
    let before = ladder.before.as_ref().map(|it| working_days_before(task.last_day, it.days).max(first));
    if let Some(rung) = &ladder.opens {
        let day = after_pause(working_days_after(first, rung.days));
        let told = task.done.iter().any(|it| !it.step.is_internal());
        // Whoever has not been told of the window by then is told of its end instead.
        let lapses = before.map_or(task.last_day, |it| it.pred_opt().unwrap_or(it));
        if !told && today <= lapses && day <= lapses {
            return Some((Step::Opens, day));
        }
    }
    if let Some(day) = before.map(after_pause).filter(|it| *it <= task.last_day)
        && today <= task.last_day
        && !noted(Step::Before)
    {
        return Some((Step::Before, day));
    }
    // Reminders count whichever way they were given; those before a later last day was set do not.
    let mut taken: Vec<NaiveDate> = task.reminded.iter().copied().filter(|it| *it > task.last_day).collect();
    let skipped = task
        .done
        .iter()
        .filter(|it| it.skipped && matches!(it.step, Step::Overdue(_)) && it.counted_from == task.last_day);
    let skipped: Vec<NaiveDate> = skipped.map(|it| it.on).collect();
    let steps = taken.len() + skipped.len();
    taken.extend(skipped);
    let spaced = |day: NaiveDate| match taken.iter().max() {
        Some(last) => day.max(working_days_after(*last, ladder.between)),
        None => day,
    };
    let rung = ladder.overdue.get(steps);
    if let Some(rung) = rung.filter(|_| !task.unreachable) {
        return Some((rung.step, after_pause(spaced(working_days_after(task.last_day, rung.days)))));
    }
    // Without anybody to write to the rungs pass by on their days; the handläggare is told when they begin and when they end.
    let told = task.done.iter().any(|it| it.step == Step::NoContact);
    let end = ladder.escalation.as_ref().map(|it| (it.step, working_days_after(task.last_day, it.days)));
    if let Some(first) = ladder.overdue.first().filter(|_| task.unreachable && !told)
        && end.is_none_or(|it| today < it.1)
    {
        return Some((first.step, after_pause(working_days_after(task.last_day, first.days))));
    }
    let (step, day) = end.filter(|it| !noted(it.0))?;
    Some((step, after_pause(spaced(day))))
}

/// Whether a rung of that day goes today; the reason; and the day it goes.
fn due(today: NaiveDate, task: &Task, step: Step, day: NaiveDate) -> (Option<Step>, String, NaiveDate) {
    let is_thread = matches!(step, Step::Thread(_) | Step::ThreadEscalation);
    if let Some((until, why)) = task.paused.as_ref().filter(|it| today <= it.0) {
        let why = format!("Pausad till och med den {}: {why}", date_in_words(*until));
        return (None, why, day.max(working_days_after(*until, 1)));
    }
    if day > today {
        return (None, format!("{step} skickas den {}.", date_in_words(day)), day);
    }
    if !is_working_day(today) {
        let day = working_day_from(today);
        return (None, format!("Helg eller röd dag. {step} skickas den {}.", date_in_words(day)), day);
    }
    let had = task.done.iter().any(|it| it.on == today && !it.skipped) || task.reminded.contains(&today);
    if !is_thread && had {
        let day = working_days_after(today, 1);
        return (None, format!("Har redan påmints i dag. {step} skickas den {}.", date_in_words(day)), day);
    }
    let why = match step {
        Step::Opens => "Insamlingen har öppnat.".to_owned(),
        Step::Before => format!("Har inte svarat, och sista dagen är den {}.", date_in_words(task.last_day)),
        Step::Overdue(_) => format!("Har inte svarat. Sista dagen var den {}.", date_in_words(task.last_day)),
        Step::Escalation => "Har inte svarat, och påminnelserna är slut.".to_owned(),
        Step::NoContact => "Utföraren har ingen adress.".to_owned(),
        Step::Thread(_) => "Kompletteringen är inte besvarad.".to_owned(),
        Step::ThreadEscalation => "Kompletteringen är inte besvarad, och påminnelserna är slut.".to_owned(),
    };
    let why = if task.extended { format!("{why} Utföraren har fått längre tid.") } else { why };
    (Some(step), why, today)
}

/// The letter about a completion; none before its last day has come.
fn completion(
    today: NaiveDate,
    ladder: &Ladder,
    situation: &Situation,
    (at, task): (usize, &Task),
    nr: usize,
) -> Option<Planned> {
    let thread = task.threads.get(nr)?;
    let base = |why: &str| Planned {
        task: at,
        thread: Some(nr),
        sends: None,
        counted_from: thread.due,
        next: None,
        why: why.to_owned(),
        work: None,
    };
    if situation.fixed {
        return None;
    }
    let own: Vec<&Done> = thread.done.iter().filter(|it| it.counted_from == thread.due).collect();
    let taken: Vec<NaiveDate> = own.iter().filter(|it| matches!(it.step, Step::Thread(_))).map(|it| it.on).collect();
    let spaced = |day: NaiveDate| taken.iter().max().map_or(day, |it| day.max(working_days_after(*it, ladder.between)));
    let rung = ladder.threads.get(taken.len()).filter(|_| !task.unreachable);
    let told = own.iter().any(|it| it.step == Step::ThreadEscalation);
    let rung = rung.or(ladder.thread_escalation.as_ref().filter(|_| !told));
    let Some(rung) = rung else {
        return Some(Planned { work: Some(Work::ThreadUsedUp), ..base("Påminnelserna om kompletteringen är slut.") });
    };
    let (sends, why, day) = due(today, task, rung.step, spaced(working_days_after(thread.due, rung.days)));
    Some(Planned { sends, next: Some((rung.step, day)), why, ..base("") })
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
