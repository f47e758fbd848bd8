//! What can only be judged when the whole round is known: an uppdrag's answer, a known case nobody answered, twins
//! at two utförare.
//!
//! Goes in: facts the merge has gathered. Comes out: findings.
//! Guaranteed: pure; the rules decide, this module only hands them the facts.

use chrono::NaiveDate;

use crate::model::{Finding, InsatsId, Insatser, Place, StartKind};
use crate::rule::{Facts, Scope, Slot, Value};

use super::known::KnownCase;
use super::rows::{Case, Setting};
use super::values::set_round;

/// One uppdrag's answer for the quarter, sent or not.
#[derive(Debug, Clone, Default)]
pub struct Filing {
    pub insatser: Vec<InsatsId>,
    /// A valid answer has come.
    pub received: bool,
    pub nil: bool,
    /// Swedish calendar day of the first valid answer.
    pub received_on: Option<NaiveDate>,
    pub last_day: Option<NaiveDate>,
    /// Reminders sent before the first valid answer; all of them when none came.
    pub reminders: u32,
    /// Known cases of this uppdrag that were open, in words.
    pub open_before: Vec<String>,
    pub completions: u32,
    pub unanswered_completions: u32,
}

/// A known case that no row answers.
#[derive(Debug, Clone, Copy)]
pub struct ArendeFacts<'a> {
    pub case: &'a KnownCase,
    /// `forra_rapporten` or `registret`.
    pub source: &'static str,
    pub received: bool,
    pub nil: bool,
}

fn in_words(insatser: &Insatser, list: &[InsatsId]) -> String {
    let names: Vec<_> = list.iter().map(|it| insatser.get(*it).name.to_lowercase()).collect();
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} och {last}", rest.join(", ")),
        _ => names.concat(),
    }
}

fn number(count: usize) -> Value<'static> {
    Value::Number(f64::from(u32::try_from(count).unwrap_or(u32::MAX)))
}

fn start<'a>(setting: &Setting<'a>) -> Facts<'a> {
    let mut facts = Facts::new();
    set_round(&mut facts, setting.quarter, setting.report_day);
    if let Some(utforare) = setting.utforare {
        facts.set(Slot::UtforareNamn, Value::from(&*utforare.name));
    }
    facts
}

fn found(setting: &Setting<'_>, scope: Scope, round_phase: bool, facts: &Facts<'_>, place: Place) -> Vec<Finding> {
    let mut findings = Vec::new();
    setting.in_force.judge(setting.catalogue, scope, round_phase, facts, |rule| {
        let about = &setting.catalogue.rules()[usize::from(rule)];
        findings.push(Finding {
            rule,
            severity: about.severity,
            place,
            field: about.marks.first().copied(),
            shown: None,
            params: setting.catalogue.params(rule, facts),
        });
    });
    findings
}

/// Judges one uppdrag's answer: is it in, in time, and may it be nil?
pub fn judge_filing(setting: &Setting<'_>, filing: &Filing) -> Vec<Finding> {
    let mut facts = start(setting);
    facts.set(Slot::Insatser, Value::from(in_words(setting.insatser, &filing.insatser)));
    facts.set(Slot::Inkommen, filing.received);
    facts.set(Slot::Noll, filing.nil);
    if let Some(day) = filing.received_on {
        facts.set(Slot::Mottagen, day);
    }
    if let Some(last_day) = filing.last_day {
        facts.set(Slot::SistaDag, last_day);
        if let Some(day) = filing.received_on {
            let days = crate::model::calendar::elapsed_days(last_day, day).max(0);
            facts.set(Slot::DagarSen, f64::from(i32::try_from(days).unwrap_or(i32::MAX)));
        }
    }
    facts.set(Slot::Paminnelser, f64::from(filing.reminders));
    facts.set(Slot::OppnaIForra, number(filing.open_before.len()));
    facts.set(Slot::Antal, number(filing.open_before.len()));
    if !filing.open_before.is_empty() {
        facts.set(Slot::OppnaLista, Value::from(filing.open_before.join("; ")));
    }
    facts.set(Slot::Kompletteringar, f64::from(filing.completions));
    facts.set(Slot::Obesvarade, f64::from(filing.unanswered_completions));
    facts.derive(setting.insatser);
    found(setting, Scope::Inlamning, false, &facts, Place::FILE)
}

/// Judges a known case that no row answers.
pub fn judge_case(setting: &Setting<'_>, about: &ArendeFacts<'_>) -> Vec<Finding> {
    let mut facts = start(setting);
    let case = about.case;
    facts.set(Slot::Kalla, Value::from(about.source));
    facts.set(Slot::Inkommen, about.received);
    facts.set(Slot::Noll, about.nil);
    if let Some(kon) = case.kon {
        facts.set(Slot::Kon, Value::from(kon.key()));
    }
    if let Some(insats) = case.insats {
        facts.set_insats(insats, setting.insatser);
        facts.set(Slot::Insatser, Value::from(&*setting.insatser.get(insats).name));
    }
    facts.set(Slot::StartTyp, Value::from(case.start_typ.key()));
    for (slot, day) in [
        (Slot::Startdatum, case.startdatum),
        (Slot::Slutdatum, case.slutdatum),
        (Slot::Beslutsdatum, case.beslutsdatum),
        (Slot::Avbrottsdatum, case.startdatum.filter(|_| case.start_typ == StartKind::Avbrott)),
    ] {
        if let Some(day) = day {
            facts.set(slot, Value::Date(day));
        }
    }
    facts.derive(setting.insatser);
    found(setting, Scope::Arende, false, &facts, Place::FILE)
}

/// Judges a row whose case another utförare reports too.
pub fn judge_twin(setting: &Setting<'_>, case: &Case, other: &str) -> Vec<Finding> {
    let mut facts = start(setting);
    facts.set(Slot::DubblettHos, Value::from(other));
    if let Some(kon) = case.kon {
        facts.set(Slot::Kon, Value::from(kon.key()));
    }
    if let Some(insats) = case.insats {
        facts.set_insats(insats, setting.insatser);
    }
    if let Some((kind, day)) = case.start {
        facts.set(Slot::StartTyp, Value::from(kind.key()));
        facts.set(Slot::Startdatum, day);
    }
    if let Some(day) = case.end() {
        facts.set(Slot::Slutdatum, day);
    }
    facts.derive(setting.insatser);
    found(setting, Scope::Rad, true, &facts, Place::row(case.sheet, case.row))
}
