//! Gathers what happened with each uppdrag, lets the rules judge the answer, and rates it.
//!
//! Goes in: the round's tasks, their reviews and what is missing. Comes out: the quality table and the findings about answers.
//! Guaranteed: findings are shared out by the insats of their row, so one file for two uppdrag is not blamed twice; rows that a
//! handläggare counts after all are still wrong reports; no bonus or penalty for many or few cases (D45).

use rustc_hash::FxHashMap;

use crate::judge::{Filing, Review, Setting, judge_filing};
use crate::model::calendar::{elapsed_days, swedish_day};
use crate::model::{Finding, InsatsId};
use crate::rating::{Events, RuleCount, Scale};

use super::known::AboutCase;
use super::report::Quality;
use super::round::{Round, concerns};
use super::select::Outcome;
use super::{Opened, Task};

/// A finding about an answer: utförare, insatser, whether an answer came, and the finding.
pub type AboutFiling = (usize, Vec<InsatsId>, bool, Finding);

/// What is known when the rating begins.
pub struct Gathered<'g, 'a> {
    pub round: &'g Round,
    pub tasks: &'g [Task<'a>],
    pub opened: &'g Opened,
    pub about_cases: &'g [AboutCase],
}

/// Judges and rates every uppdrag. `open_before`: for each task the known cases it should answer, in words.
pub fn quality<'a>(
    setting: &dyn Fn(Option<usize>) -> Setting<'a>,
    scale: &Scale,
    gathered: &Gathered<'_, '_>,
    open_before: Vec<Vec<String>>,
) -> (Vec<Quality>, Vec<AboutFiling>) {
    let round = gathered.round;
    let mut table = Vec::new();
    let mut about_filings = Vec::new();
    for (task, open_before) in gathered.tasks.iter().zip(open_before) {
        let setting = setting(Some(task.utforare));
        let filing = filing(round, task, open_before);
        let findings = judge_filing(&setting, &filing);
        if round.utforare[task.utforare].rated {
            let own = round
                .grades
                .iter()
                .rev()
                .find(|it| it.utforare == task.utforare && concerns(it.insatser.as_deref(), task.insatser))
                .map(|it| (it.grade, it.reason.clone()));
            let events = events(&setting, gathered, task, &filing, &findings);
            table.push(Quality {
                utforare: task.utforare,
                insatser: task.insatser.to_vec(),
                reported: filing.received,
                file: task.answer.and_then(|it| gathered.opened.file_of_attempt[it.attempt]),
                rating: scale.rate(&events, own),
            });
        }
        about_filings
            .extend(findings.into_iter().map(|it| (task.utforare, task.insatser.to_vec(), filing.received, it)));
    }
    (table, about_filings)
}

fn filing(round: &Round, task: &Task<'_>, open_before: Vec<String>) -> Filing {
    let received_on = task.answer.map(|it| swedish_day(it.first_received));
    // A reminder on the very day of the answer went out before it: the run is in the morning.
    let reminders = round
        .reminders
        .iter()
        .filter(|it| task.is_meant(it.utforare, it.insatser.as_deref()) && received_on.is_none_or(|day| it.sent <= day))
        .count();
    let completions = || round.completions.iter().filter(|it| task.is_meant(it.utforare, it.insatser.as_deref()));
    Filing {
        insatser: task.insatser.to_vec(),
        received: task.answer.is_some(),
        nil: task.answer.is_some_and(|it| it.outcome == Outcome::Nil),
        received_on,
        last_day: Some(round.last_day_of(task.utforare, task.insatser)),
        reminders: count(reminders),
        open_before,
        completions: count(completions().count()),
        unanswered_completions: count(completions().filter(|it| it.answered.is_none()).count()),
    }
}

fn events(
    setting: &Setting<'_>,
    gathered: &Gathered<'_, '_>,
    task: &Task<'_>,
    filing: &Filing,
    findings: &[Finding],
) -> Events {
    let (round, catalogue) = (gathered.round, setting.catalogue);
    let mut per_rule: FxHashMap<u16, u32> = FxHashMap::default();
    let mut add = |finding: &Finding| *per_rule.entry(finding.rule).or_default() += 1;
    findings.iter().for_each(&mut add);
    let (mut rows, mut wrong, mut flawed) = (0, 0, 0);
    let unreadable = !filing.received && attempts_of(gathered, task).next().is_some();
    for review in attempts_of(gathered, task) {
        let share = Share::new(review, gathered, task);
        review.findings.iter().filter(|it| share.has(it)).for_each(&mut add);
        for case in review.cases.iter().filter(|it| share.has_insats(it.insats)) {
            rows += 1;
            wrong += u32::from(!case.excluded_by.is_empty());
            flawed += u32::from(case.flawed && case.excluded_by.is_empty());
        }
    }
    let mine =
        |it: &&AboutCase| it.0 == Some(task.utforare) && it.1.is_none_or(|insats| task.insatser.contains(&insats));
    let absent: Vec<&AboutCase> = gathered.about_cases.iter().filter(mine).collect();
    absent.iter().for_each(|it| add(&it.2));
    let told = |it: &&super::round::Completion| task.is_meant(it.utforare, it.insatser.as_deref());
    let found_missing: u32 = round.completions.iter().filter(told).map(|it| it.missing_cases).sum();
    let denied = if filing.nil { count(filing.open_before.len()) } else { 0 };
    let last_day = filing.last_day.unwrap_or(round.last_day);
    let days_late = filing.received_on.map_or(0, |day| elapsed_days(last_day, day).max(0));
    let late = |it: &&super::round::Completion| it.answered.zip(it.due).is_some_and(|(answered, due)| answered > due);
    let late_answers = count(round.completions.iter().filter(told).filter(late).count());
    let mut rules: Vec<RuleCount> = per_rule
        .into_iter()
        .map(|(index, count)| {
            let rule = &catalogue.rules()[usize::from(index)];
            RuleCount { rule: rule.id.clone(), family: rule.family, severity: rule.severity, count }
        })
        .collect();
    rules.sort_by(|a, b| a.rule.cmp(&b.rule));
    Events {
        received: filing.received,
        nil: filing.nil,
        unreadable,
        days_late: u32::try_from(days_late).unwrap_or(u32::MAX),
        reminders: filing.reminders,
        rows,
        wrong_rows: wrong,
        missing_cases: count(absent.len()) + found_missing + denied,
        faulty_rows: flawed,
        completions: filing.completions,
        unanswered: filing.unanswered_completions,
        late_answers,
        rules,
    }
}

/// The reviews an uppdrag is rated by: the attempt that counts, or those that could not be used when none did.
fn attempts_of<'g>(gathered: &'g Gathered<'_, '_>, task: &'g Task<'_>) -> impl Iterator<Item = &'g Review> {
    gathered.round.filings.iter().zip(&gathered.opened.reviews).enumerate().filter_map(
        move |(at, (attempt, review))| {
            let counts = match task.answer {
                Some(answer) => answer.attempt == at,
                None => task.is_meant(attempt.utforare, attempt.insatser.as_deref()),
            };
            review.as_ref().filter(|_| counts)
        },
    )
}

/// Which findings of a file concern one uppdrag: those on rows of its insatser, on rows of no known uppdrag, and those about
/// the file as a whole.
struct Share<'g> {
    task: &'g Task<'g>,
    all: &'g [Task<'g>],
    insats_of_row: FxHashMap<(u16, u32), Option<InsatsId>>,
}

impl<'g> Share<'g> {
    fn new(review: &Review, gathered: &'g Gathered<'_, 'g>, task: &'g Task<'g>) -> Self {
        let single = gathered.tasks.iter().filter(|it| it.utforare == task.utforare).nth(1).is_none();
        let rows = if single { &[][..] } else { &review.cases[..] };
        let insats_of_row = rows.iter().map(|it| ((it.sheet, it.row), it.insats)).collect();
        Self { task, all: gathered.tasks, insats_of_row }
    }

    fn has(&self, finding: &Finding) -> bool {
        let row = finding.place.sheet.zip(finding.place.row);
        row.and_then(|it| self.insats_of_row.get(&it)).is_none_or(|it| self.has_insats(*it))
    }

    fn has_insats(&self, insats: Option<InsatsId>) -> bool {
        let Some(insats) = insats else { return true };
        self.task.insatser.contains(&insats)
            || !self.all.iter().any(|it| it.utforare == self.task.utforare && it.insatser.contains(&insats))
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
