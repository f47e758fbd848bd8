//! The functions of the rule language: one table, read by the checker, the suggestions and the documentation.
//!
//! Goes in: checked arguments. Comes out: a typed tree.
//! Guaranteed: fewer than fifteen; every function is total and three-valued like the operators.

use std::sync::Arc;

use regex::RegexBuilder;

use super::Slot;
use super::fault::FaultKind;
use super::tree::{BoolExpr, Compare, DateExpr, NumExpr, TextExpr, Typed};

/// What an argument must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parameter {
    /// The name of a slot, not an expression: only a cell can be blank.
    Slot,
    Date,
    Number,
    Text,
    /// A literal regular expression.
    Pattern,
}

/// An argument that has been checked.
#[derive(Debug, Clone)]
pub enum Argument {
    Slot(Slot),
    Date(DateExpr),
    Number(NumExpr),
    Text(TextExpr),
    Pattern(String),
}

/// One function.
pub struct Function {
    pub name: &'static str,
    /// As the documentation and the help of a fault write it.
    pub signature: &'static str,
    pub parameters: &'static [Parameter],
    /// What it answers, in Swedish, for rule authors.
    pub doc: &'static str,
    build: fn(&[Argument]) -> Option<Typed>,
}

impl Function {
    /// The tree of a call. Arguments of the wrong kind cannot come here; a pattern can still be faulty.
    pub fn call(&self, arguments: &[Argument]) -> Result<Typed, FaultKind> {
        (self.build)(arguments).ok_or(FaultKind::BadPattern)
    }
}

pub const FUNCTIONS: &[Function] = &[
    Function {
        name: "finns",
        signature: "finns(uppgift)",
        parameters: &[Parameter::Slot],
        doc: "sant när uppgiften finns, falskt när den är tom; en oläslig uppgift kan inte avgöras",
        build: |args| match args {
            [Argument::Slot(slot)] => Some(Typed::Bool(BoolExpr::Present(*slot))),
            _ => None,
        },
    },
    Function {
        name: "saknas",
        signature: "saknas(uppgift)",
        parameters: &[Parameter::Slot],
        doc: "sant när uppgiften är tom, falskt när den finns; en oläslig uppgift kan inte avgöras",
        build: |args| match args {
            [Argument::Slot(slot)] => Some(Typed::Bool(BoolExpr::Absent(*slot))),
            _ => None,
        },
    },
    Function {
        name: "olaslig",
        signature: "olaslig(uppgift)",
        parameters: &[Parameter::Slot],
        doc: "sant när något står som inte går att läsa; för en regel som gäller vad det än skulle vara",
        build: |args| match args {
            [Argument::Slot(slot)] => Some(Typed::Bool(BoolExpr::Unreadable(*slot))),
            _ => None,
        },
    },
    Function {
        name: "manader_efter",
        signature: "manader_efter(datum, antal)",
        parameters: &[Parameter::Date, Parameter::Number],
        doc: "samma dag så många månader senare, annars månadens sista dag (lag 1930:173); negativa tal räknar bakåt",
        build: |args| match args {
            [Argument::Date(day), Argument::Number(number)] => {
                Some(Typed::Date(DateExpr::MonthsAfter(Box::new(day.clone()), Box::new(number.clone()))))
            }
            _ => None,
        },
    },
    Function {
        name: "dagar_efter",
        signature: "dagar_efter(datum, antal)",
        parameters: &[Parameter::Date, Parameter::Number],
        doc: "datumet så många dagar senare; negativa tal räknar bakåt",
        build: |args| match args {
            [Argument::Date(day), Argument::Number(number)] => {
                Some(Typed::Date(DateExpr::DaysAfter(Box::new(day.clone()), Box::new(number.clone()))))
            }
            _ => None,
        },
    },
    Function {
        name: "dagar_mellan",
        signature: "dagar_mellan(fran, till)",
        parameters: &[Parameter::Date, Parameter::Date],
        doc: "antal dagar från det första datumet till det andra, startdagen oräknad",
        build: |args| match args {
            [Argument::Date(from), Argument::Date(to)] => {
                Some(Typed::Number(NumExpr::DaysBetween(Box::new(from.clone()), Box::new(to.clone()))))
            }
            _ => None,
        },
    },
    Function {
        name: "ar",
        signature: "ar(datum)",
        parameters: &[Parameter::Date],
        doc: "datumets årtal",
        build: |args| match args {
            [Argument::Date(day)] => Some(Typed::Number(NumExpr::Year(Box::new(day.clone())))),
            _ => None,
        },
    },
    Function {
        name: "fore_kvartalet",
        signature: "fore_kvartalet(datum)",
        parameters: &[Parameter::Date],
        doc: "sant när datumet ligger före kvartalets första dag",
        build: |args| match args {
            [Argument::Date(day)] => Some(Typed::Bool(beside(Compare::Less, day, Slot::KvartaletsForstaDag))),
            _ => None,
        },
    },
    Function {
        name: "i_kvartalet",
        signature: "i_kvartalet(datum)",
        parameters: &[Parameter::Date],
        doc: "sant när datumet ligger i kvartalet, första och sista dagen inräknade",
        build: |args| match args {
            [Argument::Date(day)] => {
                Some(Typed::Bool(beside(Compare::GreaterEqual, day, Slot::KvartaletsForstaDag).and(beside(
                    Compare::LessEqual,
                    day,
                    Slot::KvartaletsSistaDag,
                ))))
            }
            _ => None,
        },
    },
    Function {
        name: "efter_kvartalet",
        signature: "efter_kvartalet(datum)",
        parameters: &[Parameter::Date],
        doc: "sant när datumet ligger efter kvartalets sista dag",
        build: |args| match args {
            [Argument::Date(day)] => Some(Typed::Bool(beside(Compare::Greater, day, Slot::KvartaletsSistaDag))),
            _ => None,
        },
    },
    Function {
        name: "liknar",
        signature: "liknar(text, 'mönster')",
        parameters: &[Parameter::Text, Parameter::Pattern],
        doc: "sant när det reguljära uttrycket finns någonstans i texten; stora och små bokstäver är lika",
        build: |args| match args {
            [Argument::Text(text), Argument::Pattern(pattern)] => {
                let pattern = RegexBuilder::new(pattern)
                    .case_insensitive(true)
                    .size_limit(1 << 18)
                    .dfa_size_limit(1 << 20)
                    .nest_limit(30)
                    .build()
                    .ok()?;
                Some(Typed::Bool(BoolExpr::Like(text.clone(), Arc::new(pattern))))
            }
            _ => None,
        },
    },
];

/// A day against one end of the quarter.
fn beside(compare: Compare, day: &DateExpr, end: Slot) -> BoolExpr {
    BoolExpr::Dates(compare, day.clone(), DateExpr::Slot(end))
}

pub fn by_name(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().find(|it| it.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_stays_small_and_its_signatures_tell_the_truth() {
        assert!(FUNCTIONS.len() < 15);
        for it in FUNCTIONS {
            assert!(it.signature.starts_with(&format!("{}(", it.name)), "{}", it.name);
            assert_eq!(it.signature.matches(',').count() + 1, it.parameters.len(), "{}", it.name);
            assert!(Slot::from_name(it.name).is_none(), "{}", it.name);
        }
    }
}
