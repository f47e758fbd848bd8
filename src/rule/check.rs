//! Syntax tree → typed tree: every name, type and code is checked before any data is seen.
//!
//! Goes in: an [`Expr`], the scope's names, the `[lat]` names so far. Comes out: a [`Typed`] tree, or every fault of it.
//! Guaranteed: a tree that comes out cannot fail when it is evaluated; both sides of an operator are looked at even when
//! one is wrong.

use std::ops::Range;

use super::codes::words_of;
use super::error::Found;
use super::fault::{FaultKind, Hint};
use super::functions::{self, Argument, FUNCTIONS, Parameter};
use super::parse::{Expr, ExprKind, Operator};
use super::tree::{BoolExpr, Compare, DateExpr, NumExpr, TextExpr, TextKind, Typed};
use super::{Scope, Slot};
use crate::model::Insatser;

/// A name of `[lat]`.
#[derive(Debug, Clone)]
pub(super) struct Local {
    pub name: String,
    /// `None` when its own expression was faulty; then its uses are not faulty once more.
    pub value: Option<Typed>,
    pub used: bool,
}

/// What a condition may name.
pub(super) struct Checker<'a> {
    pub scope: Scope,
    pub insatser: &'a Insatser,
    pub locals: Vec<Local>,
    pub faults: Vec<Found>,
}

impl<'a> Checker<'a> {
    pub(super) fn new(scope: Scope, insatser: &'a Insatser) -> Self {
        Self { scope, insatser, locals: Vec::new(), faults: Vec::new() }
    }

    fn fault(&mut self, kind: FaultKind, at: &Range<usize>) {
        self.faults.push(Found::new(kind, at.clone()));
    }

    /// The tree of an expression of any type.
    pub(super) fn expr(&mut self, expr: &Expr) -> Option<Typed> {
        match &expr.kind {
            ExprKind::Bool(it) => Some(Typed::Bool(BoolExpr::Const(*it))),
            ExprKind::Number(it) => Some(Typed::Number(NumExpr::Const(*it))),
            ExprKind::Date(it) => Some(Typed::Date(DateExpr::Const(*it))),
            ExprKind::Text(it) => Some(Typed::Text(TextExpr::Const(it.as_str().into()), TextKind::Literal)),
            ExprKind::Name(name) => self.name(name, &expr.at),
            ExprKind::Not(it) => Some(Typed::Bool(self.bool(it)?.inverted())),
            ExprKind::Negative(it) => Some(Typed::Number(match self.number(it)? {
                NumExpr::Const(number) => NumExpr::Const(-number),
                other => NumExpr::Negative(Box::new(other)),
            })),
            ExprKind::Binary(operator, left, right) => self.binary(*operator, left, right, &expr.at),
            ExprKind::In(it, list) => self.one_of(it, list),
            ExprKind::Call { name, name_at, args } => self.call(name, name_at, args, &expr.at),
        }
    }

    fn name(&mut self, name: &str, at: &Range<usize>) -> Option<Typed> {
        if let Some(local) = self.locals.iter_mut().find(|it| it.name == name) {
            local.used = true;
            return local.value.clone();
        }
        let scope = self.scope;
        if let Some(slot) = Slot::from_name(name) {
            if slot.scopes().contains(&scope) {
                return Some(Typed::of_slot(slot));
            }
            self.fault(other_scope(slot, scope), at);
        } else {
            let locals = self.locals.iter().map(|it| it.name.as_str());
            let hint = Hint::of(name, names_of(scope).chain(locals));
            self.fault(FaultKind::UnknownName { name: name.to_owned(), scope: scope.swedish(), hint }, at);
        }
        None
    }

    fn wrong_type(&mut self, wanted: &'static str, got: &Typed, at: &Range<usize>) {
        let help = match (wanted, got) {
            ("sant eller falskt", _) => Some(
                "Ett villkor är en jämförelse, till exempel slutdatum > slutdag, eller en fråga som finns(slutdatum).",
            ),
            ("ett datum", Typed::Text(_, TextKind::Literal)) => Some("Skriv datum utan citattecken: 2023-10-01."),
            ("ett tal", Typed::Date(_)) => Some(
                "Räkna med datum så här: dagar_efter(datum, antal), manader_efter(datum, antal) eller dagar_mellan(fran, till).",
            ),
            _ => None,
        };
        self.fault(FaultKind::WrongType { wanted, got: got.in_words(), help }, at);
    }

    /// The tree of a condition, which must be true or false.
    pub(super) fn bool(&mut self, expr: &Expr) -> Option<BoolExpr> {
        match self.expr(expr)? {
            Typed::Bool(it) => Some(it),
            other => {
                self.wrong_type("sant eller falskt", &other, &expr.at);
                None
            }
        }
    }

    fn number(&mut self, expr: &Expr) -> Option<NumExpr> {
        match self.expr(expr)? {
            Typed::Number(it) => Some(it),
            other => {
                self.wrong_type("ett tal", &other, &expr.at);
                None
            }
        }
    }

    fn binary(&mut self, operator: Operator, left: &Expr, right: &Expr, at: &Range<usize>) -> Option<Typed> {
        let compare = match operator {
            Operator::And | Operator::Or => {
                let (a, b) = (self.bool(left), self.bool(right));
                let (a, b) = a.zip(b)?;
                return Some(Typed::Bool(if operator == Operator::And { a.and(b) } else { a.or(b) }));
            }
            Operator::Plus | Operator::Minus => {
                let (a, b) = (self.number(left), self.number(right));
                let (a, b) = a.zip(b)?;
                let (a, b) = (Box::new(a), Box::new(b));
                return Some(Typed::Number(match operator {
                    Operator::Plus => NumExpr::Plus(a, b),
                    _ => NumExpr::Minus(a, b),
                }));
            }
            Operator::Equal => Compare::Equal,
            Operator::NotEqual => Compare::NotEqual,
            Operator::Less => Compare::Less,
            Operator::LessEqual => Compare::LessEqual,
            Operator::Greater => Compare::Greater,
            Operator::GreaterEqual => Compare::GreaterEqual,
        };
        let (a, b) = (self.expr(left), self.expr(right));
        let (a, b) = a.zip(b)?;
        match (a, b) {
            (Typed::Date(a), Typed::Date(b)) => Some(Typed::Bool(BoolExpr::Dates(compare, a, b))),
            (Typed::Number(a), Typed::Number(b)) => Some(Typed::Bool(BoolExpr::Numbers(compare, a, b))),
            (a @ (Typed::Bool(_) | Typed::Text(..)), b) if std::mem::discriminant(&a) == std::mem::discriminant(&b) => {
                let equal = match compare {
                    Compare::Equal => true,
                    Compare::NotEqual => false,
                    _ => {
                        self.fault(FaultKind::NoOrder { what: a.in_words() }, at);
                        return None;
                    }
                };
                let same = self.same((a, &left.at), (b, &right.at), at)?;
                Some(Typed::Bool(if equal { same } else { same.inverted() }))
            }
            (a, b) => {
                let help = match (&a, &b) {
                    (Typed::Date(_), Typed::Text(_, TextKind::Literal))
                    | (Typed::Text(_, TextKind::Literal), Typed::Date(_)) => {
                        Some("Skriv datum utan citattecken: 2023-10-01.")
                    }
                    (Typed::Number(_), Typed::Text(_, TextKind::Literal))
                    | (Typed::Text(_, TextKind::Literal), Typed::Number(_)) => Some("Skriv tal utan citattecken."),
                    _ => None,
                };
                self.fault(FaultKind::Incomparable { left: a.in_words(), right: b.in_words(), help }, at);
                None
            }
        }
    }

    /// `==` between truths or between texts.
    fn same(
        &mut self,
        (a, a_at): (Typed, &Range<usize>),
        (b, b_at): (Typed, &Range<usize>),
        at: &Range<usize>,
    ) -> Option<BoolExpr> {
        match (a, b) {
            (Typed::Bool(a), Typed::Bool(b)) => Some(BoolExpr::Same(Box::new(a), Box::new(b))),
            (Typed::Text(a, a_kind), Typed::Text(b, b_kind)) => {
                match (a_kind, b_kind) {
                    (TextKind::Code(codes), TextKind::Literal) => self.code(codes, &b, b_at)?,
                    (TextKind::Literal, TextKind::Code(codes)) => self.code(codes, &a, a_at)?,
                    (TextKind::Code(a), TextKind::Code(b)) if a == b => {}
                    (TextKind::Code(_), _) | (_, TextKind::Code(_)) => {
                        self.fault(FaultKind::CodeAgainstText, at);
                        return None;
                    }
                    _ => {}
                }
                Some(BoolExpr::Texts(a, b))
            }
            _ => None,
        }
    }

    /// Whether the literal is a word of the list.
    fn code(&mut self, codes: super::vocabulary::Codes, literal: &TextExpr, at: &Range<usize>) -> Option<()> {
        let TextExpr::Const(word) = literal else { return Some(()) };
        let words = words_of(codes, self.insatser);
        if words.contains(&word.as_ref()) {
            return Some(());
        }
        let hint = Hint::of(word, words);
        self.fault(FaultKind::UnknownCode { word: word.to_string(), hint }, at);
        None
    }

    fn one_of(&mut self, expr: &Expr, list: &[Expr]) -> Option<Typed> {
        let (it, kind) = match self.expr(expr)? {
            Typed::Text(it, kind) => (it, kind),
            other => {
                self.wrong_type("en text", &other, &expr.at);
                return None;
            }
        };
        let mut words = Some(Vec::new());
        for item in list {
            let word = match &item.kind {
                ExprKind::Text(word) => match kind {
                    TextKind::Code(codes) => self
                        .code(codes, &TextExpr::Const(word.as_str().into()), &item.at)
                        .map(|()| word.as_str().into()),
                    _ => Some(word.as_str().into()),
                },
                _ => {
                    self.fault(
                        FaultKind::WrongType {
                            wanted: "en text inom enkla citattecken",
                            got: "något annat",
                            help: None,
                        },
                        &item.at,
                    );
                    None
                }
            };
            words = words.zip(word).map(|(mut words, word): (Vec<Box<str>>, Box<str>)| {
                words.push(word);
                words
            });
        }
        Some(Typed::Bool(BoolExpr::OneOf(it, words?)))
    }

    fn call(&mut self, name: &str, name_at: &Range<usize>, args: &[Expr], at: &Range<usize>) -> Option<Typed> {
        let Some(function) = functions::by_name(name) else {
            let hint = Hint::of(name, FUNCTIONS.iter().map(|it| it.name));
            self.fault(FaultKind::UnknownFunction { name: name.to_owned(), hint }, name_at);
            return None;
        };
        if args.len() != function.parameters.len() {
            let (wanted, got) = (function.parameters.len(), args.len());
            self.fault(FaultKind::ArgumentCount { signature: function.signature, wanted, got }, at);
            return None;
        }
        let checked: Vec<Option<Argument>> = args
            .iter()
            .zip(function.parameters)
            .map(|(arg, parameter)| self.argument(arg, *parameter, function.name))
            .collect();
        let checked: Option<Vec<Argument>> = checked.into_iter().collect();
        match function.call(&checked?) {
            Ok(typed) => Some(typed),
            Err(kind) => {
                let at = args.last().map_or(at, |it| &it.at).clone();
                self.fault(kind, &at);
                None
            }
        }
    }

    fn argument(&mut self, arg: &Expr, parameter: Parameter, function: &'static str) -> Option<Argument> {
        if parameter == Parameter::Pattern {
            if let ExprKind::Text(pattern) = &arg.kind {
                return Some(Argument::Pattern(pattern.clone()));
            }
            self.fault(FaultKind::NeedsPattern, &arg.at);
            return None;
        }
        let typed = self.expr(arg)?;
        let wanted = match (parameter, typed) {
            (Parameter::Slot, typed) => {
                if let Some(slot) = typed.as_slot() {
                    return Some(Argument::Slot(slot));
                }
                self.fault(FaultKind::NeedsSlot { function }, &arg.at);
                return None;
            }
            (Parameter::Date, Typed::Date(it)) => return Some(Argument::Date(it)),
            (Parameter::Number, Typed::Number(it)) => return Some(Argument::Number(it)),
            (Parameter::Text, Typed::Text(it, _)) => return Some(Argument::Text(it)),
            (Parameter::Date, other) => ("ett datum", other),
            (Parameter::Number, other) => ("ett tal", other),
            (_, other) => ("en text", other),
        };
        self.wrong_type(wanted.0, &wanted.1, &arg.at);
        None
    }
}

/// The names a scope has.
pub(super) fn names_of<'a>(scope: Scope) -> impl Iterator<Item = &'a str> {
    Slot::ALL.iter().filter(move |it| it.scopes().contains(&scope)).map(|it| -> &'a str { it.name() })
}

/// A name that exists, but not here.
pub(super) fn other_scope(slot: Slot, scope: Scope) -> FaultKind {
    let has: Vec<&str> = slot.scopes().iter().map(|it| it.swedish()).collect();
    FaultKind::OtherScope { name: slot.name().to_owned(), scope: scope.swedish(), has: has.join(" och ") }
}
