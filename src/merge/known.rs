//! Known cases that nobody answered: open in the last report, or in the register for over three months, and absent now.
//!
//! Goes in: what was answered. Comes out: findings, and the list of what is missing.
//! Guaranteed: a case known from both the last report and the register is asked for once (D29: never silently dropped).

use crate::judge::{ArendeFacts, KnownCase, Setting, judge_case};
use crate::model::calendar::slutdag;
use crate::model::{Finding, InsatsId, Quarter};

use super::Task;
use super::classify::Answered;
use super::report::MissingAnswer;
use super::round::Round;
use super::select::Outcome;

pub struct Unanswered {
    pub missing: Vec<MissingAnswer>,
    pub findings: Vec<(Option<usize>, Finding)>,
}

/// Whether a registered decision is one to report for the quarter (D12).
pub fn is_reportable(case: &KnownCase, quarter: Quarter) -> bool {
    let Some(start) = case.startdatum else { return false };
    let limit = slutdag(start);
    limit <= quarter.last_day() && case.slutdatum.is_none_or(|end| end > limit && end >= quarter.first_day())
}

/// Whether both mean the same case.
fn same(a: &KnownCase, b: &KnownCase) -> bool {
    a.insats == b.insats
        && a.startdatum == b.startdatum
        && a.kon.map(crate::model::Kon::is_male) == b.kon.map(crate::model::Kon::is_male)
        && (a.utforare.is_none() || b.utforare.is_none() || a.utforare == b.utforare)
}

/// The uppdrag a known case belongs to, if its utförare is expected to report.
fn task_of<'t, 'a>(round: &Round, tasks: &'t [Task<'a>], case: &KnownCase) -> Option<&'t Task<'a>> {
    let id = case.utforare.as_deref()?;
    let utforare = round.utforare.iter().position(|it| it.utforare.id == id)?;
    let covers = |it: &&Task<'_>| it.utforare == utforare && case.insats.is_none_or(|insats| it.insatser.contains(&insats));
    tasks.iter().find(covers).or_else(|| tasks.iter().find(|it| it.utforare == utforare))
}

/// The known cases of one uppdrag that should be answered this quarter, in words.
pub fn open_before(setting: &Setting<'_>, round: &Round, tasks: &[Task<'_>], task: &Task<'_>) -> Vec<String> {
    let is_mine = |case: &KnownCase| task_of(round, tasks, case).is_some_and(|it| std::ptr::eq(it, task));
    let mut found: Vec<&KnownCase> = Vec::new();
    if let Some(last) = setting.last_report {
        found.extend(last.open_cases().map(|at| last.known.get(at)).filter(|it| is_mine(it)));
    }
    if let Some(register) = setting.register {
        for case in register.cases().iter().filter(|it| is_reportable(it, setting.quarter) && is_mine(it)) {
            if !found.iter().any(|it| same(it, case)) {
                found.push(case);
            }
        }
    }
    found.iter().map(|it| in_words(setting, it)).collect()
}

fn in_words(setting: &Setting<'_>, case: &KnownCase) -> String {
    let insats = case.insats.map_or("okänd insats", |it| setting.insatser.get(it).name.as_str());
    let kon = case.kon.map_or("kön saknas", |it| it.swedish()).to_lowercase();
    let start = case.startdatum.map_or_else(|| "utan datum".to_owned(), |it| it.to_string());
    format!("{insats}, {kon}, {} {start}", case.start_typ.swedish().to_lowercase())
}

pub fn unanswered<'a>(
    setting: &dyn Fn(Option<usize>) -> Setting<'a>,
    round: &Round,
    tasks: &[Task<'_>],
    answered: &Answered,
) -> Unanswered {
    let base = setting(None);
    let mut absent: Vec<(&KnownCase, &'static str)> = Vec::new();
    if let Some(last) = base.last_report {
        let open = last.open_cases().filter(|at| !answered.last.contains_key(at));
        absent.extend(open.map(|at| (last.known.get(at), "forra_rapporten")));
    }
    if let Some(register) = base.register {
        for (at, case) in (0u32..).zip(register.cases()) {
            let known = || absent.iter().any(|(it, _)| same(it, case));
            if !answered.register.contains(&at) && is_reportable(case, base.quarter) && !known() {
                absent.push((case, "registret"));
            }
        }
    }
    let mut done = Unanswered { missing: Vec::new(), findings: Vec::new() };
    for (case, source) in absent {
        let task = task_of(round, tasks, case);
        // A case whose utförare is no longer expected would vanish unless it is asked for here.
        let received = task.is_none_or(|it| it.answer.is_some());
        let nil = task.is_some_and(|it| it.answer.is_some_and(|it| it.outcome == Outcome::Nil));
        let utforare = task.map(|it| it.utforare);
        let setting = setting(utforare);
        let insats: Option<InsatsId> = case.insats;
        for finding in judge_case(&setting, &ArendeFacts { case, source, received, nil }) {
            done.missing.push(MissingAnswer {
                utforare,
                insats,
                rule: setting.catalogue.rules()[usize::from(finding.rule)].id.clone(),
                reason: setting.catalogue.texts(&finding).message,
            });
            done.findings.push((utforare, finding));
        }
    }
    done
}
