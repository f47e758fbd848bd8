//! Sorts every row of the files that count: a line, left out, or a correction of an earlier quarter.
//!
//! Goes in: the round's tasks and reviews. Comes out: [`Classified`].
//! Guaranteed: a handläggare's decision goes before every rule; each row of a file that counts ends in exactly one place,
//! except rows of an uppdrag that a newer attempt answers.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::judge::{Case, LastReport, Setting, end_point, judge_twin};
use crate::model::calendar::{elapsed_days, slutdag};
use crate::model::{Family, Finding, InsatsId, Quarter, Severity};

use super::count::{Before, Group};
use super::report::{Correction, DaysTo, Excluded, Line, PlacedFinding, QuarterReport, Source, Status};
use super::round::Round;
use super::{Opened, Task};

pub struct Classified {
    pub lines: Vec<Line>,
    pub excluded: Vec<Excluded>,
    pub corrections: Vec<Correction>,
    /// Findings about twins at two utförare.
    pub twins: Vec<PlacedFinding>,
    pub answered: Answered,
    /// Decisions that name a row that was not read.
    pub decisions_without_row: Vec<String>,
}

/// Which cases of the last report and of the register were answered, and how.
#[derive(Debug, Clone, Default)]
pub struct Answered {
    /// Cases of the last report answered by a row; true when the row counts.
    pub last: FxHashMap<u32, bool>,
    pub register: FxHashSet<u32>,
}

impl Answered {
    /// What the flow of each group starts from.
    pub fn before(&self, last: &LastReport) -> BTreeMap<Group, Before> {
        let mut groups: BTreeMap<Group, Before> = BTreeMap::new();
        for at in last.open_cases() {
            let case = last.known.get(at);
            let group = groups.entry(Group::of(case.insats, case.insats_text.as_deref())).or_default();
            group.opening += 1;
            match self.last.get(&at) {
                Some(true) => {}
                Some(false) => group.corrections += 1,
                None => group.unanswered += 1,
            }
        }
        groups
    }
}

/// A row of a file that counts.
struct Candidate<'a> {
    utforare: usize,
    source: Source,
    case: &'a Case,
    excluded_by: Vec<u16>,
}

pub fn classify<'a>(
    setting: &dyn Fn(Option<usize>) -> Setting<'a>,
    round: &Round,
    tasks: &[Task<'_>],
    opened: &Opened,
    report: &mut QuarterReport,
) -> Classified {
    let mut candidates = candidates(tasks, opened);
    let mut done = Classified {
        lines: Vec::new(),
        excluded: Vec::new(),
        corrections: Vec::new(),
        twins: Vec::new(),
        answered: Answered::default(),
        decisions_without_row: Vec::new(),
    };
    find_twins(setting, round, &mut candidates, &mut done.twins);
    let decisions = decisions(round, report, &candidates, &mut done.decisions_without_row);
    let last = settle_last(&candidates, setting(None).last_report);
    let reasons = reasons(&setting(None), opened, &done.twins);
    for (candidate, last) in candidates.iter().zip(last) {
        let case = candidate.case;
        if let Some(hit) = case.registered {
            done.answered.register.insert(hit.case);
        }
        let was_open = last.is_some_and(|at| setting(None).last_report.is_some_and(|it| it.was_open(at)));
        let decision = decisions.get(&candidate.source).copied();
        let counts = match decision {
            Some(at) => round.decisions[at as usize].count,
            None => candidate.excluded_by.is_empty() && !(was_open && ended_before(round, case)),
        };
        if let Some(at) = last {
            done.answered.last.insert(at, counts);
        }
        if counts {
            let new = setting(None).last_report.map(|_| !was_open);
            let mut line = line(round.quarter, candidate.utforare, candidate.source, case, decision, new);
            if let (None, Some(at), Some(report)) = (&line.nyckel, last, setting(None).last_report) {
                line.nyckel = report.known.get(at).nyckel.as_deref().map(Into::into);
            }
            done.lines.push(line);
            continue;
        }
        let excluded = decision.is_some() || !candidate.excluded_by.is_empty();
        if excluded {
            done.excluded.push(left_out(&setting(None), round, candidate, decision, &reasons));
        }
        if was_open {
            let ended = case.end().map_or_else(String::new, |day| format!("Slutade {day}. "));
            let what = if excluded {
                format!("{ended}Ärendet stod öppet i förra rapporten och räknas inte nu.")
            } else {
                format!("{ended}Ärendet stod öppet i förra rapporten.")
            };
            done.corrections.push(Correction {
                utforare: candidate.utforare,
                insats: case.insats,
                source: candidate.source,
                what,
            });
        }
    }
    super::number(&mut done.lines, &round.utforare);
    done
}

fn ended_before(round: &Round, case: &Case) -> bool {
    case.end().is_some_and(|it| it < round.quarter.first_day())
}

/// Rows of the attempts that count. A row belongs to the attempt that answers its insats; a row whose insats is unknown
/// or nobody's uppdrag belongs to any attempt that counts.
fn candidates<'a>(tasks: &[Task<'_>], opened: &'a Opened) -> Vec<Candidate<'a>> {
    let mut all = Vec::new();
    for (attempt, review) in opened.reviews.iter().enumerate() {
        let (Some(review), Some(file)) = (review, opened.file_of_attempt[attempt]) else { continue };
        let mine = || tasks.iter().filter(|it| it.answer.is_some_and(|it| it.attempt == attempt));
        let Some(utforare) = mine().next().map(|it| it.utforare) else { continue };
        let own: Vec<InsatsId> = mine().flat_map(|it| it.insatser.iter().copied()).collect();
        let others: Vec<InsatsId> = tasks
            .iter()
            .filter(|it| it.utforare == utforare && it.answer.is_some_and(|it| it.attempt != attempt))
            .flat_map(|it| it.insatser.iter().copied())
            .collect();
        for case in &review.cases {
            let elsewhere = case.insats.is_some_and(|it| !own.contains(&it) && others.contains(&it));
            if !elsewhere {
                let source = Source { file, sheet: case.sheet, row: case.row };
                all.push(Candidate { utforare, source, case, excluded_by: case.excluded_by.clone() });
            }
        }
    }
    all
}

/// The register or the last report knows the case as this utförare's.
fn is_own(case: &Case) -> bool {
    [case.last, case.registered].into_iter().flatten().any(|it| !it.other_utforare)
}

/// Rows at different utförare that say the same about insats, kön, start and end. The one whom the register or the last
/// report names as the utförare is not asked; when neither names one of them, or both do, all are.
fn find_twins<'a>(
    setting: &dyn Fn(Option<usize>) -> Setting<'a>,
    round: &Round,
    candidates: &mut [Candidate<'_>],
    findings: &mut Vec<PlacedFinding>,
) {
    let mut groups: FxHashMap<_, Vec<usize>> = FxHashMap::default();
    for (at, it) in candidates.iter().enumerate() {
        if let (Some(insats), Some(kon), Some((_, start))) = (it.case.insats, it.case.kon, it.case.start) {
            groups.entry((insats, kon.is_male(), start, it.case.end())).or_default().push(at);
        }
    }
    let mut pairs = Vec::new();
    for group in groups.into_values().filter(|it| it.len() > 1) {
        for &at in &group {
            let here = &candidates[at];
            let other = group.iter().map(|at| &candidates[*at]).find(|it| {
                let texts = (it.case.text_hash, here.case.text_hash);
                it.utforare != here.utforare && (texts.0 == 0 || texts.1 == 0 || texts.0 == texts.1)
            });
            let other = other.filter(|it| !is_own(here.case) || is_own(it.case));
            if let Some(other) = other {
                pairs.push((at, other.utforare));
            }
        }
    }
    pairs.sort_unstable();
    for (at, other) in pairs {
        let candidate = &mut candidates[at];
        let setting = setting(Some(candidate.utforare));
        for finding in judge_twin(&setting, candidate.case, &round.utforare[other].utforare.name) {
            let rule = &setting.catalogue.rules()[usize::from(finding.rule)];
            if finding.severity == Severity::Fel && rule.family == Family::SkaInteRapporteras {
                candidate.excluded_by.push(finding.rule);
            }
            findings.push(PlacedFinding {
                utforare: Some(candidate.utforare),
                file: Some(candidate.source.file),
                insatser: Vec::new(),
                finding,
            });
        }
    }
}

/// Finds the row each decision is about. Several decisions on one row: the last one stands.
fn decisions(
    round: &Round,
    report: &QuarterReport,
    candidates: &[Candidate<'_>],
    without_row: &mut Vec<String>,
) -> FxHashMap<Source, u32> {
    let mut found = FxHashMap::default();
    for (at, decision) in (0u32..).zip(&round.decisions) {
        let row = decision.row.saturating_sub(1);
        let mut hits = candidates.iter().filter(|it| {
            let file = &report.files[it.source.file as usize];
            it.utforare == decision.utforare
                && it.source.row == row
                && file.name == decision.file
                && decision
                    .sheet
                    .as_ref()
                    .is_none_or(|name| file.sheets.get(usize::from(it.source.sheet)) == Some(name))
        });
        match (hits.next(), hits.next()) {
            (Some(hit), None) => {
                found.insert(hit.source, at);
            }
            (Some(_), Some(_)) => {
                without_row.push(format!("{} rad {} finns på flera blad; ange blad", decision.file, decision.row))
            }
            (None, _) => {
                without_row.push(format!("{} rad {} är ingen ärenderad som räknas", decision.file, decision.row))
            }
        }
    }
    found
}

/// Each case of the last report goes to one row: the utförare's own row first, then a row at another utförare.
fn settle_last(candidates: &[Candidate<'_>], last: Option<&LastReport>) -> Vec<Option<u32>> {
    let mut settled = vec![None; candidates.len()];
    if last.is_none() {
        return settled;
    }
    let mut taken = FxHashSet::default();
    for moved in [false, true] {
        for (candidate, slot) in candidates.iter().zip(&mut settled) {
            if let Some(hit) = candidate.case.last.filter(|it| it.other_utforare == moved)
                && taken.insert(hit.case)
            {
                *slot = Some(hit.case);
            }
        }
    }
    settled
}

/// A case as a line of the report; its number comes later, with the order.
pub fn line(
    quarter: Quarter,
    utforare: usize,
    source: Source,
    case: &Case,
    decision: Option<u32>,
    new: Option<bool>,
) -> Line {
    let quarter_end = quarter.last_day();
    let (until, days_to) = end_point(quarter_end, case.verkstalld, case.avslutad, case.delvis_datum);
    let status = match days_to {
        DaysTo::Execution if until <= quarter_end => Status::Executed,
        DaysTo::Closing if until <= quarter_end => Status::Closed,
        _ => Status::Open,
    };
    let start = case.start.map(|it| it.1);
    let days = start.and_then(|it| i32::try_from(elapsed_days(it, until)).ok());
    let late = new != Some(false) && start.is_some_and(|it| slutdag(it) < quarter.first_day());
    Line {
        nr: 0,
        source,
        utforare,
        kon: case.kon,
        beslutsdatum: case.beslutsdatum,
        avbrottsdatum: case.avbrottsdatum,
        start_typ: case.start.map(|it| it.0),
        startdatum: start,
        lagrum: case.lagrum,
        insats: case.insats,
        insats_text: case.insats_text.clone(),
        verkstalld: case.verkstalld,
        delvis: case.delvis,
        delvis_datum: case.delvis_datum,
        avslutad: case.avslutad,
        orsak: case.orsak,
        status,
        days,
        days_to,
        new,
        late,
        decision,
        nyckel: case.nyckel.clone(),
    }
}

/// Findings that leave rows out, by file and row, so that each row finds its reasons without looking through all.
type Reasons<'f> = FxHashMap<Source, Vec<&'f Finding>>;

fn reasons<'f>(setting: &Setting<'_>, opened: &'f Opened, twins: &'f [PlacedFinding]) -> Reasons<'f> {
    let mut reasons: Reasons<'f> = FxHashMap::default();
    let own = opened.reviews.iter().zip(&opened.file_of_attempt).flat_map(|(review, file)| {
        let findings = review.iter().flat_map(|it| &it.findings);
        findings.map(move |it| (*file, it))
    });
    for (file, finding) in own.chain(twins.iter().map(|it| (it.file, &it.finding))) {
        let leaves_out = finding.severity == Severity::Fel
            && setting.catalogue.rule(finding.rule).is_some_and(|it| it.family == Family::SkaInteRapporteras);
        if let (true, Some(file), Some(sheet), Some(row)) = (leaves_out, file, finding.place.sheet, finding.place.row) {
            reasons.entry(Source { file, sheet, row }).or_default().push(finding);
        }
    }
    reasons
}

fn left_out(
    setting: &Setting<'_>,
    round: &Round,
    candidate: &Candidate<'_>,
    decision: Option<u32>,
    reasons: &Reasons<'_>,
) -> Excluded {
    let catalogue = setting.catalogue;
    let (rules, reason) = match decision {
        Some(at) => (Vec::new(), round.decisions[at as usize].reason.clone()),
        None => {
            let here = reasons.get(&candidate.source).into_iter().flatten();
            let reasons: Vec<String> = here.map(|it| catalogue.texts(it).message).collect();
            let rules = candidate.excluded_by.iter().map(|it| catalogue.rules()[usize::from(*it)].id.clone()).collect();
            (rules, reasons.join(" "))
        }
    };
    Excluded { utforare: candidate.utforare, source: candidate.source, insats: candidate.case.insats, rules, reason }
}
