//! The shape of a rule file.
//!
//! Goes in: the text of one file. Comes out: a [`RuleFile`] or a [`ChangeFile`] with every value in its place, nothing
//! checked yet against the vocabulary.
//! Guaranteed: every fault of shape is found in one reading; unknown keys are faults, never ignored.

use std::ops::Range;

use chrono::NaiveDate;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Scope;
use super::error::Faults;
use super::fault::FaultKind;
use super::quoted::Quoted;
use super::section::{self, Section};
use crate::model::Quarter;
use crate::model::Severity;
use crate::model::words::words;

words! {
    /// What a rule can answer.
    Outcome {
        Fynd = "fynd", "fynd";
        Godkand = "godkand", "godkänd";
        EjTillamplig = "ej_tillamplig", "ej tillämplig";
        KanInteAvgoras = "kan_inte_avgoras", "kan inte avgöras";
    }
}

/// Quarters, both ends included; an open end is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Period {
    pub from: Option<Quarter>,
    pub until: Option<Quarter>,
}

impl Period {
    pub fn contains(&self, quarter: Quarter) -> bool {
        self.from.is_none_or(|it| it <= quarter) && self.until.is_none_or(|it| quarter <= it)
    }

    fn read(section: &Section<'_>, faults: &mut Faults<'_>) -> Self {
        let period = Self { from: section.quarter("fran", faults), until: section.quarter("till", faults) };
        if period.from.zip(period.until).is_some_and(|(from, until)| until < from) {
            faults.push(FaultKind::BackwardsPeriod, section.at());
        }
        period
    }
}

/// Where a rule comes from, in law or routine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    pub text: String,
    /// The day someone last read it.
    pub read: NaiveDate,
    /// The quarters for which this is the law.
    pub period: Period,
}

/// A value an example tells.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Fact {
    Date(NaiveDate),
    Number(f64),
    Bool(bool),
    Text(String),
    Other,
}

/// One `[[exempel]]`, as written.
#[derive(Debug, Clone)]
pub(super) struct ExampleFile {
    pub name: Quoted,
    pub quarter: Quarter,
    pub facts: Vec<(Quoted, Fact, Range<usize>)>,
    /// Names whose cell holds something that cannot be read.
    pub unreadable: Vec<Quoted>,
    pub answer: Outcome,
    pub message: Option<Quoted>,
}

/// A whole rule, as written.
#[derive(Debug, Clone)]
pub(super) struct RuleFile {
    pub id: Quoted,
    pub name: Quoted,
    pub title: Quoted,
    pub scope: Scope,
    pub severity: Severity,
    pub period: Period,
    pub sources: Vec<Source>,
    pub lat: Vec<(Quoted, Quoted)>,
    pub nar: Option<Quoted>,
    pub krav: Quoted,
    pub message: Quoted,
    pub expected: Option<Quoted>,
    pub remedy: Quoted,
    pub marks: Vec<Quoted>,
    pub examples: Vec<ExampleFile>,
}

/// A nämnd's change of a built-in rule.
#[derive(Debug, Clone)]
pub(super) struct ChangeFile {
    pub id: Quoted,
    pub severity: Option<Severity>,
    pub off: bool,
    pub reason: String,
}

#[derive(Debug, Clone)]
pub(super) enum Parsed {
    Rule(Box<RuleFile>),
    Change(ChangeFile),
}

const RULE_KEYS: &[&str] =
    &["id", "namn", "rubrik", "galler", "allvar", "period", "kalla", "lat", "villkor", "text", "exempel"];
const CHANGE_KEYS: &[&str] = &["andrar", "allvar", "avstangd", "skal"];

/// Reads one file. `None` leaves at least one fault behind.
pub(super) fn read(faults: &mut Faults<'_>, changes_allowed: bool) -> Option<Parsed> {
    let source = faults.source;
    let (root, wrong) = DeTable::parse_recoverable(&source.text);
    // What the TOML reader finds after its first fault is mostly a consequence of it.
    if let Some(error) = wrong.iter().min_by_key(|it| it.span().map_or(0, |it| it.start)) {
        let at = error.span().unwrap_or(0..0);
        let marked = source.text.get(at.clone()).unwrap_or_default();
        faults.push(FaultKind::Toml { what: toml_in_swedish(error.message(), marked) }, at);
        return None;
    }
    // Everything that is missing at the top is pointed out on the first line.
    let first_line = 0..source.text.lines().next().map_or(0, str::len);
    let table = root.get_ref();
    if table.contains_key("andrar") && changes_allowed {
        let section = Section::of(table, "ändringen", first_line, CHANGE_KEYS, faults);
        change(&section, faults).map(Parsed::Change)
    } else {
        let section = Section::of(table, "regeln", first_line, RULE_KEYS, faults);
        rule(&section, faults).map(|it| Parsed::Rule(Box::new(it)))
    }
}

fn change(file: &Section<'_>, faults: &mut Faults<'_>) -> Option<ChangeFile> {
    let id = file.need("andrar", faults);
    let severity = severity(file, faults);
    let off = file.bool("avstangd", faults).unwrap_or(false);
    let reason = file.need("skal", faults);
    if !off && !file.has("allvar") {
        faults.push(FaultKind::EmptyChange, file.at());
    }
    Some(ChangeFile { id: id?, severity, off, reason: reason?.text })
}

fn severity(file: &Section<'_>, faults: &mut Faults<'_>) -> Option<Severity> {
    file.word("allvar", "ett allvar", Severity::ALL, Severity::key, faults)
}

fn rule(file: &Section<'_>, faults: &mut Faults<'_>) -> Option<RuleFile> {
    let id = file.need("id", faults);
    let name = file.need("namn", faults);
    let title = file.need("rubrik", faults);
    for key in ["galler", "allvar", "kalla", "villkor", "text"] {
        if !file.has(key) {
            file.missing(key, faults);
        }
    }
    let scope = file.word("galler", "något en regel kan gälla", Scope::ALL, Scope::key, faults);
    let severity = severity(file, faults);
    let period = file.section("period", "[period]", &["fran", "till"], faults);
    let period = period.map(|it| Period::read(&it, faults)).unwrap_or_default();
    let sources = sources(file, faults);
    let lat = lat(file, faults);
    let villkor = file.section("villkor", "[villkor]", &["nar", "krav"], faults);
    let nar = villkor.as_ref().and_then(|it| it.text("nar", faults));
    let krav = villkor.as_ref().and_then(|it| it.need("krav", faults));
    let known = ["meddelande", "vantat", "atgard", "markera"];
    let text = file.section("text", "[text]", &known, faults);
    let message = text.as_ref().and_then(|it| it.need("meddelande", faults));
    let expected = text.as_ref().and_then(|it| it.text("vantat", faults));
    let remedy = text.as_ref().and_then(|it| it.need("atgard", faults));
    let marks = text.as_ref().map(|it| it.list("markera", faults)).unwrap_or_default();
    let examples = examples(file, faults);
    Some(RuleFile {
        id: id?,
        name: name?,
        title: title?,
        scope: scope?,
        severity: severity?,
        period,
        sources,
        lat,
        nar,
        krav: krav?,
        message: message?,
        expected,
        remedy: remedy?,
        marks,
        examples,
    })
}

fn sources(file: &Section<'_>, faults: &mut Faults<'_>) -> Vec<Source> {
    let sections = file.sections("kalla", "[[kalla]]", &["text", "last", "fran", "till"], faults);
    let mut sources = Vec::new();
    if sections.is_empty() && file.has("kalla") {
        file.missing("kalla", faults);
    }
    for section in &sections {
        let text = section.need("text", faults);
        if !section.has("last") {
            section.missing("last", faults);
        }
        let read = section.date("last", faults);
        let period = Period::read(section, faults);
        if let (Some(text), Some(read)) = (text, read) {
            sources.push(Source { text: text.text, read, period });
        }
    }
    sources
}

fn lat(file: &Section<'_>, faults: &mut Faults<'_>) -> Vec<(Quoted, Quoted)> {
    let mut lat = Vec::new();
    for (name, value) in file.entries("lat", faults) {
        if let Some(text) = value.get_ref().as_str() {
            lat.push((name, Quoted { text: text.to_owned(), at: value.span() }));
        } else {
            faults.push(FaultKind::WrongShape { key: name.text, wanted: "ett uttryck inom citattecken" }, value.span());
        }
    }
    lat
}

fn examples(file: &Section<'_>, faults: &mut Faults<'_>) -> Vec<ExampleFile> {
    let known = ["namn", "kvartal", "fakta", "olasliga", "svar", "meddelande"];
    let sections = file.sections("exempel", "[[exempel]]", &known, faults);
    let mut examples = Vec::new();
    for section in &sections {
        let name = section.need("namn", faults);
        for key in ["kvartal", "svar"] {
            if !section.has(key) {
                section.missing(key, faults);
            }
        }
        let quarter = section.quarter("kvartal", faults);
        let answer = section.word("svar", "ett svar", Outcome::ALL, Outcome::key, faults);
        let facts = section.entries("fakta", faults);
        let facts = facts.into_iter().map(|(name, value)| (name, fact(value), value.span())).collect();
        let unreadable = section.list("olasliga", faults);
        let message = section.text("meddelande", faults);
        if let (Some(name), Some(quarter), Some(answer)) = (name, quarter, answer) {
            examples.push(ExampleFile { name, quarter, facts, unreadable, answer, message });
        }
    }
    examples
}

fn fact(value: &Spanned<DeValue<'_>>) -> Fact {
    let value = value.get_ref();
    if let Some(text) = value.as_str() {
        Fact::Text(text.to_owned())
    } else if let Some(yes) = value.as_bool() {
        Fact::Bool(yes)
    } else if let Some(day) = section::date(value) {
        Fact::Date(day)
    } else {
        section::number(value).map_or(Fact::Other, Fact::Number)
    }
}

/// The TOML reader speaks English; its sentences are few enough to be told in Swedish.
fn toml_in_swedish(message: &str, marked: &str) -> &'static str {
    let message = message.lines().next().unwrap_or_default();
    if marked.is_empty() && message.contains("string values must be quoted") {
        return "värdet saknas";
    }
    for (part, swedish) in [
        ("duplicate key", "nyckeln står redan i samma tabell"),
        ("string values must be quoted", "text ska stå inom citattecken"),
        ("missing escaped value", "efter \\ står inget känt tecken (skriv \\\\ eller använd enkla citattecken)"),
        ("escape", "efter \\ står inget känt tecken (skriv \\\\ eller använd enkla citattecken)"),
        ("quote", "ett citattecken saknas"),
        ("string", "texten avslutas inte eller har otillåtna tecken"),
        ("unclosed array", "listan eller tabellens hakar avslutas inte"),
        ("comma", "ett kommatecken eller en avslutande hake saknas"),
        ("inline table", "tabellen inom klamrar avslutas inte"),
        ("unclosed table", "tabellens hakar avslutas inte"),
        ("unquoted key", "nyckeln har tecken som inte är tillåtna (a–z, siffror, - och _)"),
        ("assignment", "ett likhetstecken saknas eller står för mycket"),
        ("`=`", "ett likhetstecken saknas eller står för mycket"),
        ("key with no value", "nyckeln saknar värde"),
        ("missing value", "värdet saknas"),
        ("datetime", "datumet finns inte"),
        ("date", "datumet finns inte"),
        ("number", "talet går inte att läsa"),
        ("integer", "talet går inte att läsa"),
        ("float", "talet går inte att läsa"),
        ("zero", "talet börjar med en nolla"),
        ("recurse", "tabellerna ligger för djupt i varandra"),
    ] {
        if message.contains(part) {
            return swedish;
        }
    }
    match marked.chars().next() {
        Some(c) if c.is_alphabetic() => "text ska stå inom citattecken",
        Some(c) if c.is_ascii_digit() => "datumet eller talet går inte att läsa",
        _ => "något står på fel plats",
    }
}
