//! Runs the examples inside the rule files: every rule carries its own tests.
//!
//! Goes in: a loaded [`Catalogue`]. Comes out: [`ExampleFailure`]s that underline the example and tell the value of
//! everything the rule read, so that nobody has to debug.
//! Guaranteed: an example is judged exactly as a row is, derived values and period included.

use std::fmt;
use std::sync::Arc;

use miette::{Diagnostic, GraphicalTheme, LabeledSpan, NamedSource, SourceCode, SourceSpan};

use super::Slot;
use super::catalogue::Catalogue;
use super::compiled::{Condition, Example, Rule};
use super::error::render;
use super::facts::{Facts, Value};
use super::file::Outcome;
use super::message::swedish;
use super::tree::Typed;
use crate::model::Insatser;
use crate::model::Param;

/// An example that does not behave as it says it does.
#[derive(Debug, Clone, thiserror::Error)]
#[error("Exemplet ”{example}” i {rule} gav {got} i stället för {wanted}.")]
pub struct ExampleFailure {
    pub rule: String,
    pub example: String,
    /// In words: an outcome, or the message.
    pub got: String,
    pub wanted: String,
    /// What the rule read, one line each.
    pub trace: String,
    file: NamedSource<Arc<str>>,
    at: SourceSpan,
}

impl ExampleFailure {
    pub fn path(&self) -> &str {
        self.file.name()
    }

    /// With the example underlined.
    pub fn in_words(&self, theme: GraphicalTheme) -> String {
        let mut out = String::new();
        render(self, theme, &mut out);
        out
    }
}

impl Diagnostic for ExampleFailure {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new("regel::exempel"))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(format!("Regeln läste:\n{}", self.trace)))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.file)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label = LabeledSpan::new_with_span(Some("det här exemplet".to_owned()), self.at);
        Some(Box::new(std::iter::once(label)))
    }
}

/// All examples that fail, as one diagnostic.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{}", match .0.len() { 1 => "Ett exempel svarar inte som filen säger".to_owned(), many => format!("{many} exempel svarar inte som filen säger") })]
pub struct ExampleFailures(pub Vec<ExampleFailure>);

impl Diagnostic for ExampleFailures {
    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        Some(Box::new(self.0.iter().map(|it| it as &dyn Diagnostic)))
    }
}

/// The failures as an error, for a command that must end with one.
pub fn as_errors(failures: Vec<ExampleFailure>) -> Box<ExampleFailures> {
    Box::new(ExampleFailures(failures))
}

impl Catalogue {
    /// Every example that fails, in the order of the catalogue.
    pub fn run_examples(&self) -> Vec<ExampleFailure> {
        let mut failures = Vec::new();
        for rule in self.rules() {
            failures.extend(rule.examples.iter().filter_map(|it| run(rule, it, self.insatser())));
        }
        failures
    }
}

/// The answer of a condition to an example.
pub(super) fn answer(rule: &Rule, condition: &Condition, example: &Example, facts: &Facts<'_>) -> Outcome {
    if rule.period.contains(example.quarter) { condition.outcome(facts) } else { Outcome::EjTillamplig }
}

fn run(rule: &Rule, example: &Example, insatser: &Insatser) -> Option<ExampleFailure> {
    let facts = example.facts(insatser);
    let got = answer(rule, &rule.condition, example, &facts);
    let fail = |got: String, wanted: String, at: &std::ops::Range<usize>| {
        Some(ExampleFailure {
            rule: rule.id.clone(),
            example: example.name.text.clone(),
            got,
            wanted,
            trace: trace(rule, example, &facts),
            file: NamedSource::new(rule.path(), Arc::clone(&rule.source.text)),
            at: at.clone().into(),
        })
    };
    if got != example.answer {
        return fail(format!("svaret {}", got.key()), example.answer.key().to_owned(), &example.name.at);
    }
    let wanted = example.message.as_ref()?;
    let params: Vec<Param> = rule.texts.names.iter().map(|it| facts.param(*it)).collect();
    let message = rule.texts.message.fill(&params);
    if message == wanted.text {
        return None;
    }
    fail(format!("meddelandet ”{message}”"), format!("”{}”", wanted.text), &wanted.at)
}

/// Every value the rule read, then the named parts, then the two conditions.
fn trace(rule: &Rule, example: &Example, facts: &Facts<'_>) -> String {
    let mut lines: Vec<String> = rule.reads.iter().map(|it| format!("{} = {}", it.name(), shown(facts, *it))).collect();
    if !rule.period.contains(example.quarter) {
        lines.push(format!("{} ligger utanför regelns period", example.quarter));
    }
    for (name, _, value) in &rule.written.lat {
        lines.push(format!("{name} = {}", value_of(value, facts)));
    }
    if let Some(nar) = &rule.condition.nar {
        lines.push(format!("nar: {}", truth(nar.eval(facts))));
    }
    lines.push(format!("krav: {}", truth(rule.condition.krav.eval(facts))));
    lines.join("\n")
}

fn shown(facts: &Facts<'_>, slot: Slot) -> String {
    match facts.get(slot) {
        Value::Missing => "saknas".to_owned(),
        Value::Unreadable => "oläslig".to_owned(),
        Value::Date(day) => day.to_string(),
        Value::Number(number) => swedish(*number),
        Value::Bool(yes) => truth(Some(*yes)).to_owned(),
        Value::Text(text) => format!("'{text}'"),
    }
}

fn value_of(value: &Typed, facts: &Facts<'_>) -> String {
    let unknown = || truth(None).to_owned();
    match value {
        Typed::Bool(it) => truth(it.eval(facts)).to_owned(),
        Typed::Date(it) => it.eval(facts).map_or_else(unknown, |it| it.to_string()),
        Typed::Number(it) => it.eval(facts).map_or_else(unknown, swedish),
        Typed::Text(it, _) => it.eval(facts).map_or_else(unknown, |it| format!("'{it}'")),
    }
}

const fn truth(value: Option<bool>) -> &'static str {
    match value {
        Some(true) => "sant",
        Some(false) => "falskt",
        None => "kan inte avgöras",
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{ENDED_IN_TIME, catalogue, insatser};
    use super::super::{Catalogue, RuleSource};
    use miette::GraphicalTheme;

    #[test]
    fn the_examples_of_the_fixtures_hold() {
        let failures = catalogue().run_examples();
        for it in &failures {
            eprintln!("{}", it.in_words(GraphicalTheme::unicode_nocolor()));
        }
        assert!(failures.is_empty());
    }

    #[test]
    fn a_failing_example_is_underlined_and_tells_what_the_rule_read() {
        let text = ENDED_IN_TIME.replace("slutdatum > slutdag\"", "slutdatum >= slutdag\"");
        let source = RuleSource::new("rules/ska-inte-rapporteras/SI002-avslutat-inom-tre-manader.toml", text);
        let failures = Catalogue::load(&[source], &[], &insatser()).unwrap().run_examples();
        assert_eq!(failures.len(), 1);
        let shown = failures[0].in_words(GraphicalTheme::unicode_nocolor());
        for part in [
            "Exemplet ”avslutat på slutdagen” i SI002 gav svaret godkand i stället för fynd.",
            "det här exemplet",
            "slutdag = 2023-11-11",
            "slutdatum = 2023-11-11",
            "krav: sant",
        ] {
            assert!(shown.contains(part), "{part}\n{shown}");
        }
    }
}
