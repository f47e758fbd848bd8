//! Checked condition × facts → true, false or cannot tell.
//!
//! Goes in: a tree and [`Facts`]. Comes out: `Some(bool)`, or `None` when what it needs is not known.
//! Guaranteed: Kleene's three-valued logic (`false && ?` is false, `true || ?` is true); nothing allocates; total.

use chrono::{Datelike, Months, NaiveDate, TimeDelta};

use super::facts::{Facts, Value};
use super::tree::{BoolExpr, Compare, DateExpr, NumExpr, TextExpr};
use crate::model::calendar;

/// Numbers are counts and days; closer than this they are the same (0.1 + 0.2 is 0.3).
const SAME: f64 = 1e-9;

impl BoolExpr {
    pub fn eval(&self, facts: &Facts<'_>) -> Option<bool> {
        match self {
            BoolExpr::Const(it) => Some(*it),
            BoolExpr::Slot(slot) => facts.bool(*slot),
            BoolExpr::Present(slot) => match facts.get(*slot) {
                Value::Unreadable => None,
                other => Some(!matches!(other, Value::Missing)),
            },
            BoolExpr::Absent(slot) => match facts.get(*slot) {
                Value::Unreadable => None,
                other => Some(matches!(other, Value::Missing)),
            },
            BoolExpr::Unreadable(slot) => Some(matches!(facts.get(*slot), Value::Unreadable)),
            BoolExpr::Not(it) => it.eval(facts).map(|it| !it),
            BoolExpr::And(list) => fold(list, facts, false),
            BoolExpr::Or(list) => fold(list, facts, true),
            BoolExpr::Same(a, b) => Some(a.eval(facts)? == b.eval(facts)?),
            BoolExpr::Dates(compare, a, b) => Some(compare.holds(a.eval(facts)?.cmp(&b.eval(facts)?))),
            BoolExpr::Numbers(compare, a, b) => {
                let (a, b) = (a.eval(facts)?, b.eval(facts)?);
                let order = if (a - b).abs() <= SAME { std::cmp::Ordering::Equal } else { a.total_cmp(&b) };
                Some(compare.holds(order))
            }
            BoolExpr::Texts(a, b) => Some(a.eval(facts)? == b.eval(facts)?),
            BoolExpr::OneOf(it, list) => {
                let text = it.eval(facts)?;
                Some(list.iter().any(|it| **it == *text))
            }
            BoolExpr::Like(it, pattern) => Some(pattern.is_match(it.eval(facts)?)),
        }
    }
}

/// `&&` (decided by false) and `||` (decided by true).
fn fold(list: &[BoolExpr], facts: &Facts<'_>, decisive: bool) -> Option<bool> {
    let mut answer = Some(!decisive);
    for it in list {
        match it.eval(facts) {
            Some(found) if found == decisive => return Some(decisive),
            Some(_) => {}
            None => answer = None,
        }
    }
    answer
}

impl Compare {
    fn holds(self, order: std::cmp::Ordering) -> bool {
        match self {
            Compare::Equal => order.is_eq(),
            Compare::NotEqual => order.is_ne(),
            Compare::Less => order.is_lt(),
            Compare::LessEqual => order.is_le(),
            Compare::Greater => order.is_gt(),
            Compare::GreaterEqual => order.is_ge(),
        }
    }
}

impl DateExpr {
    pub fn eval(&self, facts: &Facts<'_>) -> Option<NaiveDate> {
        match self {
            DateExpr::Slot(slot) => facts.date(*slot),
            DateExpr::Const(day) => Some(*day),
            DateExpr::MonthsAfter(day, months) => {
                let day = day.eval(facts)?;
                let months = whole(months.eval(facts)?)?;
                match u32::try_from(months) {
                    Ok(months) => Some(calendar::months_after(day, months)),
                    Err(_) => day.checked_sub_months(Months::new(months.unsigned_abs())),
                }
            }
            DateExpr::DaysAfter(day, days) => {
                let day = day.eval(facts)?;
                day.checked_add_signed(TimeDelta::try_days(i64::from(whole(days.eval(facts)?)?))?)
            }
        }
    }
}

impl NumExpr {
    pub fn eval(&self, facts: &Facts<'_>) -> Option<f64> {
        match self {
            NumExpr::Slot(slot) => facts.number(*slot),
            NumExpr::Const(number) => Some(*number),
            NumExpr::Negative(it) => Some(-it.eval(facts)?),
            NumExpr::Plus(a, b) => Some(a.eval(facts)? + b.eval(facts)?),
            NumExpr::Minus(a, b) => Some(a.eval(facts)? - b.eval(facts)?),
            NumExpr::DaysBetween(a, b) => {
                i32::try_from(calendar::elapsed_days(a.eval(facts)?, b.eval(facts)?)).ok().map(f64::from)
            }
            NumExpr::Year(day) => Some(f64::from(day.eval(facts)?.year())),
        }
    }
}

impl TextExpr {
    pub fn eval<'f>(&'f self, facts: &'f Facts<'_>) -> Option<&'f str> {
        match self {
            TextExpr::Slot(slot) => facts.text(*slot),
            TextExpr::Const(text) => Some(text),
        }
    }
}

/// A number of days or months; parts of a day are not a thing.
fn whole(number: f64) -> Option<i32> {
    #[expect(clippy::cast_possible_truncation, reason = "inside ±100 000 and without fraction")]
    (number.fract() == 0.0 && number.abs() <= 100_000.0).then_some(number as i32)
}
