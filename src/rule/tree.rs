//! A checked condition: trees whose types are right by construction and whose leaves read slots directly.
//!
//! Goes in: nothing; [`super::check`] builds them. Comes out: trees to evaluate, to ask what they read, and to mutate.
//! Guaranteed: nothing is looked up by name any more and nothing can fail; `[lat]` names are already in place.

use std::sync::Arc;

use chrono::NaiveDate;
use regex::Regex;

use super::Slot;
use super::vocabulary::{Codes, Type};

#[derive(Debug, Clone)]
pub enum BoolExpr {
    Const(bool),
    Slot(Slot),
    /// `finns`
    Present(Slot),
    /// `saknas`
    Absent(Slot),
    /// `olaslig`
    Unreadable(Slot),
    Not(Box<BoolExpr>),
    And(Vec<BoolExpr>),
    Or(Vec<BoolExpr>),
    Same(Box<BoolExpr>, Box<BoolExpr>),
    Dates(Compare, DateExpr, DateExpr),
    Numbers(Compare, NumExpr, NumExpr),
    Texts(TextExpr, TextExpr),
    OneOf(TextExpr, Vec<Box<str>>),
    Like(TextExpr, Arc<Regex>),
}

#[derive(Debug, Clone)]
pub enum DateExpr {
    Slot(Slot),
    Const(NaiveDate),
    MonthsAfter(Box<DateExpr>, Box<NumExpr>),
    DaysAfter(Box<DateExpr>, Box<NumExpr>),
}

#[derive(Debug, Clone)]
pub enum NumExpr {
    Slot(Slot),
    Const(f64),
    Negative(Box<NumExpr>),
    Plus(Box<NumExpr>, Box<NumExpr>),
    Minus(Box<NumExpr>, Box<NumExpr>),
    DaysBetween(Box<DateExpr>, Box<DateExpr>),
    Year(Box<DateExpr>),
}

#[derive(Debug, Clone)]
pub enum TextExpr {
    Slot(Slot),
    Const(Box<str>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compare {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

impl Compare {
    /// The comparison an author who is wrong about the limit would have written.
    pub const fn off_by_one(self) -> Option<Self> {
        match self {
            Compare::Less => Some(Compare::LessEqual),
            Compare::LessEqual => Some(Compare::Less),
            Compare::Greater => Some(Compare::GreaterEqual),
            Compare::GreaterEqual => Some(Compare::Greater),
            Compare::Equal | Compare::NotEqual => None,
        }
    }
}

/// An expression of any type.
#[derive(Debug, Clone)]
pub enum Typed {
    Bool(BoolExpr),
    Date(DateExpr),
    Number(NumExpr),
    Text(TextExpr, TextKind),
}

/// What a text may be compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextKind {
    Free,
    Code(Codes),
    Literal,
}

impl Typed {
    pub fn of_slot(slot: Slot) -> Self {
        match slot.ty() {
            Type::Date => Typed::Date(DateExpr::Slot(slot)),
            Type::Number => Typed::Number(NumExpr::Slot(slot)),
            Type::Bool => Typed::Bool(BoolExpr::Slot(slot)),
            Type::Text => Typed::Text(TextExpr::Slot(slot), TextKind::Free),
            Type::Code(codes) => Typed::Text(TextExpr::Slot(slot), TextKind::Code(codes)),
        }
    }

    /// The slot, when this is nothing but a slot.
    pub fn as_slot(&self) -> Option<Slot> {
        match self {
            Typed::Bool(BoolExpr::Slot(slot))
            | Typed::Date(DateExpr::Slot(slot))
            | Typed::Number(NumExpr::Slot(slot))
            | Typed::Text(TextExpr::Slot(slot), _) => Some(*slot),
            _ => None,
        }
    }

    /// For sentences: ”ett datum”.
    pub const fn in_words(&self) -> &'static str {
        match self {
            Typed::Bool(_) => "sant eller falskt",
            Typed::Date(_) => "ett datum",
            Typed::Number(_) => "ett tal",
            Typed::Text(_, TextKind::Code(_)) => "ett ord ur en lista",
            Typed::Text(..) => "en text",
        }
    }

    /// Number of nodes; `[lat]` names are copied in place, so a few lines could otherwise grow without bound.
    pub fn size(&self) -> usize {
        let mut size = 0;
        self.visit(&mut |_| size += 1);
        size
    }

    /// Calls `seen` for every node, with the slot when it is one.
    pub fn visit(&self, seen: &mut impl FnMut(Option<Slot>)) {
        match self {
            Typed::Bool(it) => it.visit(seen),
            Typed::Date(it) => it.visit(seen),
            Typed::Number(it) => it.visit(seen),
            Typed::Text(it, _) => it.visit(seen),
        }
    }
}

impl BoolExpr {
    pub fn visit(&self, seen: &mut impl FnMut(Option<Slot>)) {
        match self {
            BoolExpr::Slot(slot) | BoolExpr::Present(slot) | BoolExpr::Absent(slot) | BoolExpr::Unreadable(slot) => {
                return seen(Some(*slot));
            }
            BoolExpr::Const(_) => {}
            BoolExpr::Not(it) => it.visit(seen),
            BoolExpr::And(list) | BoolExpr::Or(list) => list.iter().for_each(|it| it.visit(seen)),
            BoolExpr::Same(a, b) => {
                a.visit(seen);
                b.visit(seen);
            }
            BoolExpr::Dates(_, a, b) => {
                a.visit(seen);
                b.visit(seen);
            }
            BoolExpr::Numbers(_, a, b) => {
                a.visit(seen);
                b.visit(seen);
            }
            BoolExpr::Texts(a, b) => {
                a.visit(seen);
                b.visit(seen);
            }
            BoolExpr::OneOf(it, _) | BoolExpr::Like(it, _) => it.visit(seen),
        }
        seen(None);
    }

    /// Whether a pattern is matched anywhere in it; that costs a hundred times what a comparison does.
    pub fn matches_patterns(&self) -> bool {
        match self {
            BoolExpr::Like(..) => true,
            BoolExpr::Not(it) => it.matches_patterns(),
            BoolExpr::And(list) | BoolExpr::Or(list) => list.iter().any(BoolExpr::matches_patterns),
            BoolExpr::Same(a, b) => a.matches_patterns() || b.matches_patterns(),
            _ => false,
        }
    }

    /// `a && b`, flat.
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (BoolExpr::And(mut list), BoolExpr::And(more)) => {
                list.extend(more);
                BoolExpr::And(list)
            }
            (BoolExpr::And(mut list), other) => {
                list.push(other);
                BoolExpr::And(list)
            }
            (first, other) => BoolExpr::And(vec![first, other]),
        }
    }

    /// `a || b`, flat.
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (BoolExpr::Or(mut list), BoolExpr::Or(more)) => {
                list.extend(more);
                BoolExpr::Or(list)
            }
            (BoolExpr::Or(mut list), other) => {
                list.push(other);
                BoolExpr::Or(list)
            }
            (first, other) => BoolExpr::Or(vec![first, other]),
        }
    }

    #[must_use]
    pub fn inverted(self) -> Self {
        BoolExpr::Not(Box::new(self))
    }

    /// The same condition with its `n`th `<`, `<=`, `>` or `>=` moved over its limit; `None` when there are fewer.
    pub fn off_by_one(&self, n: usize) -> Option<Self> {
        let mut copy = self.clone();
        let mut left = n;
        copy.shift_limit(&mut left).then_some(copy)
    }

    fn shift_limit(&mut self, left: &mut usize) -> bool {
        match self {
            BoolExpr::Dates(compare, ..) | BoolExpr::Numbers(compare, ..) => {
                let Some(other) = compare.off_by_one() else { return false };
                if *left == 0 {
                    *compare = other;
                    return true;
                }
                *left -= 1;
                false
            }
            BoolExpr::Not(it) => it.shift_limit(left),
            BoolExpr::And(list) | BoolExpr::Or(list) => list.iter_mut().any(|it| it.shift_limit(left)),
            BoolExpr::Same(a, b) => a.shift_limit(left) || b.shift_limit(left),
            _ => false,
        }
    }
}

impl DateExpr {
    fn visit(&self, seen: &mut impl FnMut(Option<Slot>)) {
        match self {
            DateExpr::Slot(slot) => return seen(Some(*slot)),
            DateExpr::Const(_) => {}
            DateExpr::MonthsAfter(day, number) | DateExpr::DaysAfter(day, number) => {
                day.visit(seen);
                number.visit(seen);
            }
        }
        seen(None);
    }
}

impl NumExpr {
    fn visit(&self, seen: &mut impl FnMut(Option<Slot>)) {
        match self {
            NumExpr::Slot(slot) => return seen(Some(*slot)),
            NumExpr::Const(_) => {}
            NumExpr::Negative(it) => it.visit(seen),
            NumExpr::Plus(a, b) | NumExpr::Minus(a, b) => {
                a.visit(seen);
                b.visit(seen);
            }
            NumExpr::DaysBetween(a, b) => {
                a.visit(seen);
                b.visit(seen);
            }
            NumExpr::Year(day) => day.visit(seen),
        }
        seen(None);
    }
}

impl TextExpr {
    fn visit(&self, seen: &mut impl FnMut(Option<Slot>)) {
        match self {
            TextExpr::Slot(slot) => seen(Some(*slot)),
            TextExpr::Const(_) => seen(None),
        }
    }
}
