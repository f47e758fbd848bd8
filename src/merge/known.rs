//! Known cases that nobody answered: open in the last report, or in the register for over three months, and absent now.
//!
//! Goes in: what was answered. Comes out: findings, and the list of what is missing.
//! Guaranteed: a case known from both the last report and the register is asked for once (D29: never silently dropped).

use chrono::NaiveDate;
use rustc_hash::FxHashMap;

use crate::judge::{ArendeFacts, KnownCase, Setting, judge_case};
use crate::model::calendar::slutdag;
use crate::model::{Finding, InsatsId, Kon, Quarter};

use super::Task;
use super::classify::Answered;
use super::report::MissingAnswer;
use super::round::Round;
use super::select::Outcome;

/// A finding about a known case: its utförare, its insats, and the finding.
pub type AboutCase = (Option<usize>, Option<InsatsId>, Finding);

pub struct Unanswered {
    pub missing: Vec<MissingAnswer>,
    /// Utförare, insats and finding.
    pub findings: Vec<AboutCase>,
}

/// Whether a registered decision is one to report for the quarter (D12).
pub fn is_reportable(case: &KnownCase, quarter: Quarter) -> bool {
    let Some(start) = case.startdatum else { return false };
    let limit = slutdag(start);
    limit <= quarter.last_day() && case.slutdatum.is_none_or(|end| end > limit && end >= quarter.first_day())
}

/// Cases by insats, start and kön, to see whether two sources mean the same one.
#[derive(Default)]
struct Seen<'a>(FxHashMap<Identity, Vec<Option<&'a str>>>);

/// Insats, start, and whether a man or a boy.
type Identity = (Option<InsatsId>, Option<NaiveDate>, Option<bool>);

impl<'a> Seen<'a> {
    fn key(case: &KnownCase) -> Identity {
        (case.insats, case.startdatum, case.kon.map(Kon::is_male))
    }

    fn add(&mut self, case: &'a KnownCase) {
        self.0.entry(Self::key(case)).or_default().push(case.utforare.as_deref());
    }

    fn has(&self, case: &KnownCase) -> bool {
        let own = case.utforare.as_deref();
        let same = |it: &Option<&str>| it.is_none() || own.is_none() || *it == own;
        self.0.get(&Self::key(case)).is_some_and(|all| all.iter().any(same))
    }
}

/// The uppdrag of every utförare, by its id.
pub struct Owners<'a>(FxHashMap<&'a str, Vec<(usize, &'a [InsatsId])>>);

impl<'a> Owners<'a> {
    pub fn new(round: &'a Round, tasks: &[Task<'a>]) -> Self {
        let mut owners: FxHashMap<&str, Vec<(usize, &[InsatsId])>> = FxHashMap::default();
        for (at, task) in tasks.iter().enumerate() {
            owners.entry(round.utforare[task.utforare].utforare.id.as_str()).or_default().push((at, task.insatser));
        }
        Self(owners)
    }

    /// The uppdrag a known case belongs to, if its utförare is expected to report.
    fn task_of(&self, case: &KnownCase) -> Option<usize> {
        let own = self.0.get(case.utforare.as_deref()?)?;
        let covers = |it: &&(usize, &[InsatsId])| case.insats.is_none_or(|insats| it.1.contains(&insats));
        own.iter().find(covers).or_else(|| own.first()).map(|it| it.0)
    }
}

/// For every uppdrag the known cases that should be answered this quarter, in words.
pub fn open_before(setting: &Setting<'_>, owners: &Owners<'_>, tasks: usize) -> Vec<Vec<String>> {
    let mut open = vec![Vec::new(); tasks];
    let mut seen = Seen::default();
    let mut add = |case: &KnownCase| {
        if let Some(task) = owners.task_of(case) {
            open[task].push(in_words(setting, case));
        }
    };
    if let Some(last) = setting.last_report {
        for case in last.open_cases().map(|at| last.known.get(at)) {
            add(case);
            seen.add(case);
        }
    }
    if let Some(register) = setting.register {
        register.cases().iter().filter(|it| is_reportable(it, setting.quarter) && !seen.has(it)).for_each(add);
    }
    open
}

fn in_words(setting: &Setting<'_>, case: &KnownCase) -> String {
    let insats = case.insats.map_or("okänd insats", |it| setting.insatser.get(it).name.as_str());
    let kon = case.kon.map_or("kön saknas", |it| it.swedish()).to_lowercase();
    let start = case.startdatum.map_or_else(|| "utan datum".to_owned(), |it| it.to_string());
    format!("{insats}, {kon}, {} {start}", case.start_typ.swedish().to_lowercase())
}

pub fn unanswered<'a>(
    setting: &dyn Fn(Option<usize>) -> Setting<'a>,
    owners: &Owners<'_>,
    tasks: &[Task<'_>],
    answered: &Answered,
) -> Unanswered {
    let base = setting(None);
    let mut absent: Vec<(&KnownCase, &'static str)> = Vec::new();
    let mut seen = Seen::default();
    if let Some(last) = base.last_report {
        for at in last.open_cases().filter(|at| !answered.last.contains_key(at)) {
            absent.push((last.known.get(at), "forra_rapporten"));
            seen.add(last.known.get(at));
        }
    }
    if let Some(register) = base.register {
        for (at, case) in (0u32..).zip(register.cases()) {
            if !answered.register.contains(&at) && is_reportable(case, base.quarter) && !seen.has(case) {
                absent.push((case, "registret"));
            }
        }
    }
    let mut done = Unanswered { missing: Vec::new(), findings: Vec::new() };
    for (case, source) in absent {
        let task = owners.task_of(case).map(|at| &tasks[at]);
        // A case whose utförare is no longer expected would vanish unless it is asked for here.
        let received = task.is_none_or(|it| it.answer.is_some());
        let nil = task.is_some_and(|it| it.answer.is_some_and(|it| it.outcome == Outcome::Nil));
        let utforare = task.map(|it| it.utforare);
        let setting = setting(utforare);
        for finding in judge_case(&setting, &ArendeFacts { case, source, received, nil }) {
            done.missing.push(MissingAnswer {
                utforare,
                insats: case.insats,
                rule: setting.catalogue.rules()[usize::from(finding.rule)].id.clone(),
                reason: setting.catalogue.texts(&finding).message,
            });
            done.findings.push((utforare, case.insats, finding));
        }
    }
    done
}
