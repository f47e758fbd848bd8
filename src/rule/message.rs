//! The texts of a rule with their placeholders, and how values are written in Swedish.
//!
//! Goes in: a text with `{namn}` and `{antal:plural|ett ärende|{} ärenden}`. Comes out: a template that values are put into.
//! Guaranteed: placeholders are a closed vocabulary checked when the rule is loaded; filling a template never fails.

use std::fmt::Write;
use std::ops::Range;

use super::check::{names_of, other_scope};
use super::error::Found;
use super::fault::{FaultKind, Hint};
use super::vocabulary::Type;
use super::{Scope, Slot};
use crate::model::Param;

/// What a missing value is written as.
const MISSING: &str = "–";

/// A text to put values into.
#[derive(Debug, Clone, Default)]
pub(super) struct Template {
    parts: Vec<Part>,
}

#[derive(Debug, Clone)]
enum Part {
    Text(String),
    /// Index into the rule's list of placeholders.
    Value(usize, Slot),
    Plural {
        index: usize,
        one: String,
        many: String,
    },
}

impl Template {
    /// Reads a text; every slot it names is added once to `names`.
    pub(super) fn parse(text: &str, scope: Scope, names: &mut Vec<Slot>) -> Result<Self, Vec<Found>> {
        let mut reader = Reader { text, scope, names, parts: Vec::new(), plain: String::new(), faults: Vec::new() };
        reader.read();
        if reader.faults.is_empty() { Ok(Self { parts: reader.parts }) } else { Err(reader.faults) }
    }

    /// The text with the values in place.
    pub(super) fn fill(&self, params: &[Param]) -> String {
        let mut out = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Value(index, slot) => write_param(&mut out, params.get(*index), *slot),
                Part::Plural { index, one, many } => {
                    let (form, number) = match params.get(*index) {
                        Some(Param::Number(number)) => (if *number == 1.0 { one } else { many }, swedish(*number)),
                        _ => (many, MISSING.to_owned()),
                    };
                    out.push_str(&form.replace("{}", &number));
                }
            }
        }
        out
    }
}

fn write_param(out: &mut String, param: Option<&Param>, slot: Slot) {
    match param {
        None | Some(Param::Missing) => out.push_str(MISSING),
        Some(Param::Date(day)) => {
            let _ = write!(out, "{day}");
        }
        // A row is called by its number, as Excel shows it: no grouping.
        Some(Param::Number(number)) if slot == Slot::DubblettRad => {
            let _ = write!(out, "{number:.0}");
        }
        Some(Param::Number(number)) => out.push_str(&swedish(*number)),
        Some(Param::Bool(yes)) => out.push_str(if *yes { "ja" } else { "nej" }),
        Some(Param::Text(text)) => out.push_str(text),
    }
}

/// `1 234 567,5` with narrow no-break spaces, at most two decimals, and a real minus sign.
pub(super) fn swedish(number: f64) -> String {
    let rounded = format!("{:.2}", number.abs());
    let (whole, decimals) = rounded.split_once('.').unwrap_or((&rounded, ""));
    let decimals = decimals.trim_end_matches('0');
    let mut out = String::new();
    if number < 0.0 && (whole != "0" || !decimals.is_empty()) {
        out.push('−');
    }
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    if !decimals.is_empty() {
        out.push(',');
        out.push_str(decimals);
    }
    out
}

struct Reader<'t> {
    text: &'t str,
    scope: Scope,
    names: &'t mut Vec<Slot>,
    parts: Vec<Part>,
    plain: String,
    faults: Vec<Found>,
}

impl Reader<'_> {
    fn fault(&mut self, kind: FaultKind, at: Range<usize>) {
        self.faults.push(Found::new(kind, at));
    }

    fn read(&mut self) {
        let mut at = 0;
        while let Some(rest) = self.text.get(at..).filter(|it| !it.is_empty()) {
            if rest.starts_with("{{") || rest.starts_with("}}") {
                self.plain.push_str(&rest[..1]);
                at += 2;
            } else if rest.starts_with('}') {
                self.fault(FaultKind::StrayBrace, at..at + 1);
                at += 1;
            } else if rest.starts_with('{') {
                let Some(len) = closing(rest) else {
                    return self.fault(FaultKind::OpenPlaceholder, at..self.text.len());
                };
                self.placeholder(at + 1..at + len);
                at += len + 1;
            } else {
                let len = rest.find(['{', '}']).unwrap_or(rest.len());
                self.plain.push_str(&rest[..len]);
                at += len;
            }
        }
        self.end_plain();
    }

    fn end_plain(&mut self) {
        if !self.plain.is_empty() {
            self.parts.push(Part::Text(std::mem::take(&mut self.plain)));
        }
    }

    fn placeholder(&mut self, at: Range<usize>) {
        let inside = &self.text[at.clone()];
        let name = inside.split(':').next().unwrap_or_default();
        let name_at = at.start..at.start + name.len();
        let Some(slot) = Slot::from_name(name) else {
            let hint = Hint::of(name, names_of(self.scope));
            let scope = self.scope.swedish();
            return self.fault(FaultKind::UnknownName { name: name.to_owned(), scope, hint }, name_at);
        };
        if !slot.scopes().contains(&self.scope) {
            return self.fault(other_scope(slot, self.scope), name_at);
        }
        self.end_plain();
        let index = self.names.iter().position(|it| *it == slot).unwrap_or_else(|| {
            self.names.push(slot);
            self.names.len() - 1
        });
        if name.len() == inside.len() {
            return self.parts.push(Part::Value(index, slot));
        }
        let forms = inside[name.len() + 1..].strip_prefix("plural|").and_then(|it| it.split_once('|'));
        let Some((one, many)) = forms.filter(|it| !it.1.contains('|') && !it.0.is_empty() && !it.1.is_empty()) else {
            return self.fault(FaultKind::BadPlural, at);
        };
        if slot.ty() != Type::Number {
            return self.fault(FaultKind::PluralOfWhat { name: name.to_owned() }, name_at);
        }
        self.parts.push(Part::Plural { index, one: one.to_owned(), many: many.to_owned() });
    }
}

/// Where the brace that `rest` begins with is closed, braces inside counted.
fn closing(rest: &str) -> Option<usize> {
    let mut depth = 0_u32;
    for (i, c) in rest.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 1 => return Some(i),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(text: &str, params: &[Param]) -> String {
        let mut names = Vec::new();
        Template::parse(text, Scope::Inlamning, &mut names).unwrap().fill(params)
    }

    #[test]
    fn values_are_written_as_swedes_write_them() {
        let day = "2023-11-11".parse().unwrap();
        assert_eq!(filled("Senast {sista_dag}.", &[Param::Date(day)]), "Senast 2023-11-11.");
        assert_eq!(filled("{utforare_namn} kom {sista_dag}", &[Param::Text("Solsidan".into())]), "Solsidan kom –");
        assert_eq!(filled("{noll}/{noll} {{x}}", &[Param::Bool(true)]), "ja/ja {x}");
        for (number, expected) in [
            (0.0, "0"),
            (-0.001, "0"),
            (7.0, "7"),
            (1234.0, "1\u{202f}234"),
            (1_234_567.5, "1\u{202f}234\u{202f}567,5"),
            (-12.345, "−12,35"),
            (0.1 + 0.2, "0,3"),
        ] {
            assert_eq!(swedish(number), expected);
        }
    }

    #[test]
    fn counts_are_inflected() {
        let text = "Det finns {antal:plural|ett ärende|{} ärenden} kvar.";
        assert_eq!(filled(text, &[Param::Number(1.0)]), "Det finns ett ärende kvar.");
        assert_eq!(filled(text, &[Param::Number(1200.0)]), "Det finns 1\u{202f}200 ärenden kvar.");
        assert_eq!(filled(text, &[Param::Number(0.0)]), "Det finns 0 ärenden kvar.");
        assert_eq!(filled(text, &[Param::Missing]), "Det finns – ärenden kvar.");
    }

    #[test]
    fn every_faulty_placeholder_is_found() {
        for (text, code, marked) in [
            ("Hej {antall}!", "okant-namn", "antall"),
            ("Hej {orsak}!", "annan-rackvidd", "orsak"),
            ("Hej {antal!", "oppen-klammer", "{antal!"),
            ("Hej }", "los-klammer", "}"),
            ("{antal:plural|ett}", "plural", "antal:plural|ett"),
            ("{antal:stort}", "plural", "antal:stort"),
            ("{noll:plural|a|b}", "plural-tal", "noll"),
        ] {
            let found = Template::parse(text, Scope::Inlamning, &mut Vec::new()).unwrap_err();
            assert_eq!((found[0].kind.code(), &text[found[0].at.clone()]), (code, marked), "{text}");
        }
        let both = Template::parse("{a_a} {b_b}", Scope::Inlamning, &mut Vec::new()).unwrap_err();
        assert_eq!(both.len(), 2);
    }
}
