//! One rule, checked: what it is, when it is in force, what it asks and what it says.
//!
//! Goes in: a [`RuleFile`] and the catalogue of insatser. Comes out: a [`Rule`], or every fault of its contents.
//! Guaranteed: a rule that exists can be judged, explained and documented without failing.

use std::sync::Arc;

use super::check::{Checker, Local, names_of, other_scope};
use super::codes::words_of;
use super::error::Faults;
use super::facts::{Facts, Value};
use super::fault::{FaultKind, Hint};
use super::file::{ExampleFile, Fact, Outcome, Period, RuleFile, Source};
use super::functions;
use super::message::Template;
use super::parse::{Expr, parse};
use super::quoted::Quoted;
use super::tree::{BoolExpr, Typed};
use super::vocabulary::Type;
use super::{RuleSource, Scope, Slot};
use crate::model::Family;
use crate::model::Field;
use crate::model::Insatser;
use crate::model::Quarter;
use crate::model::Severity;

/// A rule of the catalogue.
#[derive(Debug, Clone)]
pub struct Rule {
    /// `SI002`; never changes meaning.
    pub id: String,
    /// The problem: `avslutat-inom-tre-manader`.
    pub name: String,
    pub title: String,
    pub family: Family,
    /// As it is in force, a nämnd's change included.
    pub severity: Severity,
    pub scope: Scope,
    pub period: Period,
    pub sources: Vec<Source>,
    /// Fields whose cells are marked; the first that has a cell is the finding's cell.
    pub marks: Vec<Field>,
    /// What its condition reads, in the order of [`Slot::ALL`].
    pub reads: Vec<Slot>,
    /// From the nämnd's folder, not built in.
    pub own: bool,
    pub change: Option<Change>,
    pub(super) condition: Condition,
    pub(super) texts: RuleTexts,
    pub(super) written: Written,
    /// The examples its file carries.
    pub examples: Vec<Example>,
    pub(super) source: RuleSource,
}

/// What a nämnd has decided about a built-in rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The severity the rule was written with, when it was changed.
    pub severity_was: Option<Severity>,
    pub off: bool,
    pub reason: String,
    pub path: String,
}

/// When the rule applies and what must hold.
#[derive(Debug, Clone)]
pub(super) struct Condition {
    pub nar: Option<BoolExpr>,
    pub krav: BoolExpr,
    krav_first: bool,
}

impl Condition {
    /// Whether the outcome is a finding. The order of asking does not matter to the answer, so where only `nar` reads
    /// text with patterns, the far cheaper `krav` is asked first.
    #[inline]
    pub(super) fn finds(&self, facts: &Facts<'_>) -> bool {
        let fails = || self.krav.eval(facts) == Some(false);
        if self.krav_first && !fails() {
            return false;
        }
        self.nar.as_ref().is_none_or(|it| it.eval(facts) == Some(true)) && (self.krav_first || fails())
    }

    pub(super) fn new(nar: Option<BoolExpr>, krav: BoolExpr) -> Self {
        let krav_first = nar.as_ref().is_some_and(BoolExpr::matches_patterns) && !krav.matches_patterns();
        Self { nar, krav, krav_first }
    }

    pub(super) fn outcome(&self, facts: &Facts<'_>) -> Outcome {
        match self.nar.as_ref().map_or(Some(true), |it| it.eval(facts)) {
            Some(false) => Outcome::EjTillamplig,
            None => Outcome::KanInteAvgoras,
            Some(true) => match self.krav.eval(facts) {
                Some(true) => Outcome::Godkand,
                Some(false) => Outcome::Fynd,
                None => Outcome::KanInteAvgoras,
            },
        }
    }
}

/// The condition as its author wrote it.
#[derive(Debug, Clone, Default)]
pub(super) struct Written {
    pub lat: Vec<(String, String, Typed)>,
    pub nar: Option<String>,
    pub krav: String,
    pub message: String,
    pub expected: Option<String>,
    pub remedy: String,
}

#[derive(Debug, Clone, Default)]
pub(super) struct RuleTexts {
    /// The slots the texts name, in the order they first name them.
    pub names: Vec<Slot>,
    pub message: Template,
    pub expected: Option<Template>,
    pub remedy: Template,
}

/// One embedded example, checked.
#[derive(Debug, Clone)]
pub struct Example {
    pub name: Quoted,
    pub quarter: Quarter,
    pub facts: Vec<(Slot, Value<'static>)>,
    pub answer: Outcome,
    pub message: Option<Quoted>,
}

impl Example {
    /// The facts as `judge` would have them.
    pub fn facts<'a>(&self, insatser: &'a Insatser) -> Facts<'a> {
        let mut facts = Facts::of(self.quarter);
        for (slot, value) in &self.facts {
            facts.set(*slot, value.clone());
        }
        facts.derive(insatser);
        facts
    }
}

/// What a rule's author wrote, for the page that explains it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told<'a> {
    pub message: &'a str,
    pub expected: Option<&'a str>,
    pub remedy: &'a str,
    pub nar: Option<&'a str>,
    pub krav: &'a str,
}

impl Rule {
    /// The texts and the condition as written.
    pub fn told(&self) -> Told<'_> {
        let it = &self.written;
        Told {
            message: &it.message,
            expected: it.expected.as_deref(),
            remedy: &it.remedy,
            nar: it.nar.as_deref(),
            krav: &it.krav,
        }
    }

    /// Named parts of the condition: name and expression.
    pub fn parts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.written.lat.iter().map(|(name, text, _)| (name.as_str(), text.trim()))
    }

    /// Whether the nämnd has switched it off.
    pub fn is_off(&self) -> bool {
        self.change.as_ref().is_some_and(|it| it.off)
    }

    /// The law or routine behind the rule, as it stood in a quarter.
    pub fn sources_in(&self, quarter: Quarter) -> impl Iterator<Item = &Source> {
        self.sources.iter().filter(move |it| it.period.contains(quarter))
    }

    /// What the rule answers, whether or not its quarter is right.
    pub fn outcome(&self, facts: &Facts<'_>) -> Outcome {
        self.condition.outcome(facts)
    }

    /// Path of the file it was read from.
    pub fn path(&self) -> &str {
        &self.source.path
    }
}

/// `[lat]` names are copied where they are used; beyond this a rule is not something a person can follow.
const MAX_NODES: usize = 600;

/// Checks the contents of a rule file.
pub(super) fn build(
    file: RuleFile,
    family: Family,
    own: bool,
    insatser: &Insatser,
    faults: &mut Faults<'_>,
) -> Option<Rule> {
    let before = faults.list.len();
    let (condition, lat) = condition(&file, insatser, faults);
    let texts = texts(&file, faults);
    let marks = marks(&file, faults);
    let examples = examples(&file, insatser, faults);
    let (condition, texts) = condition.zip(texts).filter(|_| faults.list.len() == before)?;
    let mut reads = Vec::new();
    let mut note = |slot: Option<Slot>| reads.extend(slot);
    condition.nar.iter().for_each(|it| it.visit(&mut note));
    condition.krav.visit(&mut note);
    reads.sort_unstable();
    reads.dedup();
    let written = Written {
        lat,
        nar: file.nar.map(|it| it.text),
        krav: file.krav.text,
        message: file.message.text,
        expected: file.expected.map(|it| it.text),
        remedy: file.remedy.text,
    };
    Some(Rule {
        id: file.id.text,
        name: file.name.text,
        title: file.title.text,
        family,
        severity: file.severity,
        scope: file.scope,
        period: file.period,
        sources: file.sources,
        marks,
        reads,
        own,
        change: None,
        condition,
        texts,
        written,
        examples,
        source: RuleSource { path: faults.source.path.clone(), text: Arc::clone(&faults.source.text) },
    })
}

fn condition(
    file: &RuleFile,
    insatser: &Insatser,
    faults: &mut Faults<'_>,
) -> (Option<Condition>, Vec<(String, String, Typed)>) {
    let mut checker = Checker::new(file.scope, insatser);
    let mut lat = Vec::new();
    for (name, text) in &file.lat {
        let value = typed(text, &mut checker, faults, Checker::expr);
        if let Some(kind) = name_fault(&name.text) {
            faults.push(kind, name.at.clone());
        }
        if let Some(value) = value.clone() {
            lat.push((name.text.clone(), text.text.clone(), value));
        }
        checker.locals.push(Local { name: name.text.clone(), value, used: false });
    }
    let nar = file.nar.as_ref().map(|it| typed(it, &mut checker, faults, Checker::bool));
    let krav = typed(&file.krav, &mut checker, faults, Checker::bool);
    for (local, (name, _)) in checker.locals.iter().zip(&file.lat) {
        if !local.used && local.value.is_some() && krav.is_some() && !matches!(nar, Some(None)) {
            faults.push(FaultKind::LatUnused { name: name.text.clone() }, name.at.clone());
        }
    }
    let condition = match (nar, krav) {
        (Some(None), _) | (_, None) => None,
        (nar, Some(krav)) => Some(Condition::new(nar.flatten(), krav)),
    };
    (condition, lat)
}

fn name_fault(name: &str) -> Option<FaultKind> {
    let plain = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if !plain || matches!(name, "true" | "false" | "in") {
        return Some(FaultKind::LatName { name: name.to_owned() });
    }
    let taken = Slot::from_name(name).is_some() || functions::by_name(name).is_some();
    taken.then(|| FaultKind::LatTaken { name: name.to_owned() })
}

/// Parses and checks one expression, moving its faults to their place in the file.
fn typed<'a, T: Clone + Into<Typed>>(
    text: &Quoted,
    checker: &mut Checker<'a>,
    faults: &mut Faults<'_>,
    check: impl FnOnce(&mut Checker<'a>, &Expr) -> Option<T>,
) -> Option<T> {
    let found = match parse(&text.text) {
        Ok(expr) => check(checker, &expr),
        Err(found) => {
            faults.push_in(text, found);
            None
        }
    };
    for fault in checker.faults.drain(..) {
        faults.push_in(text, fault);
    }
    let large = found.clone().is_some_and(|it| it.into().size() > MAX_NODES);
    if large {
        faults.push(FaultKind::TooDeep, text.at.clone());
    }
    found.filter(|_| !large)
}

impl From<BoolExpr> for Typed {
    fn from(it: BoolExpr) -> Self {
        Typed::Bool(it)
    }
}

fn texts(file: &RuleFile, faults: &mut Faults<'_>) -> Option<RuleTexts> {
    let mut names = Vec::new();
    let mut template = |text: &Quoted| match Template::parse(&text.text, file.scope, &mut names) {
        Ok(template) => Some(template),
        Err(found) => {
            found.into_iter().for_each(|it| faults.push_in(text, it));
            None
        }
    };
    let message = template(&file.message);
    let expected = file.expected.as_ref().map(&mut template);
    let remedy = template(&file.remedy);
    let expected = match expected {
        Some(None) => return None,
        other => other.flatten(),
    };
    Some(RuleTexts { message: message?, expected, remedy: remedy?, names })
}

fn marks(file: &RuleFile, faults: &mut Faults<'_>) -> Vec<Field> {
    let mut marks = Vec::new();
    for mark in &file.marks {
        if let Some(field) = Field::from_key(&mark.text) {
            marks.push(field);
        } else {
            let hint = Hint::of(&mark.text, Field::ALL.iter().map(|it| it.key()));
            let kind = FaultKind::UnknownWord { what: "ett fält som kan markeras", word: mark.text.clone(), hint };
            faults.push(kind, mark.at.clone());
        }
    }
    marks
}

fn examples(file: &RuleFile, insatser: &Insatser, faults: &mut Faults<'_>) -> Vec<Example> {
    let count = file.examples.len();
    let findings = file.examples.iter().filter(|it| it.answer == Outcome::Fynd).count();
    let kind = if count < 3 {
        Some(FaultKind::FewExamples { count })
    } else if findings == 0 {
        Some(FaultKind::NoFindingExample)
    } else if findings == count {
        Some(FaultKind::OnlyFindingExamples)
    } else {
        None
    };
    if let Some(kind) = kind {
        faults.push(kind, file.id.at.clone());
    }
    for (i, it) in file.examples.iter().enumerate() {
        if file.examples.iter().take(i).any(|other| other.name.text == it.name.text) {
            faults.push(FaultKind::SameExample { name: it.name.text.clone() }, it.name.at.clone());
        }
    }
    file.examples.iter().map(|it| example(it, file.scope, insatser, faults)).collect()
}

fn example(file: &ExampleFile, scope: Scope, insatser: &Insatser, faults: &mut Faults<'_>) -> Example {
    let mut facts: Vec<(Slot, Value<'static>)> = Vec::new();
    for (name, fact, at) in &file.facts {
        let Some(slot) = slot(name, scope, faults) else { continue };
        let wrong = |wanted| FaultKind::FactType { name: name.text.clone(), wanted };
        let value = match (slot.ty(), fact) {
            (Type::Date, Fact::Date(day)) => Value::Date(*day),
            (Type::Number, Fact::Number(number)) => Value::Number(*number),
            (Type::Bool, Fact::Bool(yes)) => Value::Bool(*yes),
            (Type::Text, Fact::Text(text)) => Value::from(text.clone()),
            (Type::Code(codes), Fact::Text(word)) => {
                let words = words_of(codes, insatser);
                if !words.contains(&word.as_str()) {
                    let kind = FaultKind::UnknownCode { word: word.clone(), hint: Hint::of(word, words) };
                    faults.push(kind, at.clone());
                    continue;
                }
                Value::from(word.clone())
            }
            (wanted, _) => {
                let wanted = match wanted {
                    Type::Date => "ett datum",
                    Type::Number => "ett tal",
                    Type::Bool => "true eller false",
                    Type::Text | Type::Code(_) => "en text",
                };
                faults.push(wrong(wanted), at.clone());
                continue;
            }
        };
        facts.push((slot, value));
    }
    for name in &file.unreadable {
        let Some(slot) = slot(name, scope, faults) else { continue };
        if facts.iter().any(|it| it.0 == slot) {
            faults.push(FaultKind::TwiceGiven { name: name.text.clone() }, name.at.clone());
        }
        facts.push((slot, Value::Unreadable));
    }
    Example {
        name: file.name.clone(),
        quarter: file.quarter,
        facts,
        answer: file.answer,
        message: file.message.clone(),
    }
}

fn slot(name: &Quoted, scope: Scope, faults: &mut Faults<'_>) -> Option<Slot> {
    let kind = match Slot::from_name(&name.text) {
        Some(slot) if slot.scopes().contains(&scope) => return Some(slot),
        Some(slot) => other_scope(slot, scope),
        None => {
            let hint = Hint::of(&name.text, names_of(scope));
            FaultKind::UnknownName { name: name.text.clone(), scope: scope.swedish(), hint }
        }
    };
    faults.push(kind, name.at.clone());
    None
}
