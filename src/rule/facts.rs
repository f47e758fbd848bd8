//! What is known about one row, observation, answer or case: one value for each name of the rule language.
//!
//! Goes in: values by [`Slot`], as `judge` knows them. Comes out: typed reads that cost one comparison each.
//! Guaranteed: a buffer is reused without allocating; blank text is `Missing`; `Missing` and `Unreadable` stay apart,
//! because a blank cell is a fact and an unreadable one is not.

use std::borrow::Cow;

use chrono::NaiveDate;

use super::Slot;
use crate::model::InsatsId;
use crate::model::Insatser;
use crate::model::Lag;
use crate::model::Lagrum;
use crate::model::Param;
use crate::model::Quarter;
use crate::model::mask;

/// A value of one slot.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value<'a> {
    /// The cell is blank, or there is nothing to know.
    #[default]
    Missing,
    /// Something stands there that could not be understood: every comparison with it "cannot tell".
    Unreadable,
    Date(NaiveDate),
    Number(f64),
    Bool(bool),
    /// Free text, or the key of a code.
    Text(Cow<'a, str>),
}

impl From<NaiveDate> for Value<'_> {
    fn from(day: NaiveDate) -> Self {
        Value::Date(day)
    }
}

impl From<bool> for Value<'_> {
    fn from(yes: bool) -> Self {
        Value::Bool(yes)
    }
}

impl From<f64> for Value<'_> {
    fn from(number: f64) -> Self {
        Value::Number(number)
    }
}

impl From<u32> for Value<'_> {
    fn from(number: u32) -> Self {
        Value::Number(f64::from(number))
    }
}

impl From<i32> for Value<'_> {
    fn from(number: i32) -> Self {
        Value::Number(f64::from(number))
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        if text.trim().is_empty() { Value::Missing } else { Value::Text(Cow::Borrowed(text)) }
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        if text.trim().is_empty() { Value::Missing } else { Value::Text(Cow::Owned(text)) }
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Missing, Into::into)
    }
}

const COUNT: usize = Slot::ALL.len();
const _: () = assert!(COUNT <= 128, "the set of filled slots is a u128");

/// Slots that hold for the whole file; [`Facts::clear_row`] keeps them.
const OF_THE_ROUND: u128 = 1 << Slot::Kvartal as u32
    | 1 << Slot::KvartaletsForstaDag as u32
    | 1 << Slot::KvartaletsSistaDag as u32
    | 1 << Slot::Rapportdag as u32
    | 1 << Slot::UtforareNamn as u32;

/// The values of all slots, a buffer to fill, judge and clear again.
#[derive(Debug, Clone)]
pub struct Facts<'a> {
    values: [Value<'a>; COUNT],
    /// One bit for each slot that may hold something, so that clearing touches only those.
    filled: u128,
    /// The insats and the lagrum as values, so that a row need not look them up by their texts.
    pub(super) insats: Option<InsatsId>,
    pub(super) lagrum: Option<Lagrum>,
}

impl Default for Facts<'_> {
    fn default() -> Self {
        Self { values: [const { Value::Missing }; COUNT], filled: 0, insats: None, lagrum: None }
    }
}

impl<'a> Facts<'a> {
    pub fn new() -> Self {
        Self::default()
    }

    /// Facts that know their quarter.
    pub fn of(quarter: Quarter) -> Self {
        let mut facts = Self::default();
        facts.set_quarter(quarter);
        facts
    }

    /// Empties every slot.
    pub fn clear(&mut self) {
        self.clear_bits(self.filled);
    }

    /// Empties every slot but those that hold for the whole file: the quarter, the report day and the utförare.
    pub fn clear_row(&mut self) {
        self.clear_bits(self.filled & !OF_THE_ROUND);
    }

    fn clear_bits(&mut self, mut bits: u128) {
        (self.insats, self.lagrum) = (None, None);
        self.filled &= !bits;
        while bits != 0 {
            if let Some(value) = self.values.get_mut(bits.trailing_zeros() as usize) {
                *value = Value::Missing;
            }
            bits &= bits - 1;
        }
    }

    pub fn set(&mut self, slot: Slot, value: impl Into<Value<'a>>) {
        self.values[slot as usize] = value.into();
        self.filled |= 1 << slot as u32;
    }

    pub fn set_insats(&mut self, id: InsatsId, insatser: &'a Insatser) {
        self.set(Slot::Insats, insatser.get(id).key.as_str());
        self.insats = Some(id);
    }

    /// The law goes to its own slot; the paragraph is text only when one was told.
    pub fn set_lagrum(&mut self, lagrum: Lagrum) {
        self.set(Slot::Lag, lagrum.law().map(Lag::key));
        if lagrum.paragraf.is_some() {
            self.set(Slot::Lagrum, lagrum.to_string());
        }
        self.lagrum = Some(lagrum);
    }

    /// The same facts, one more told; for tests and examples.
    #[must_use]
    pub fn with(mut self, slot: Slot, value: impl Into<Value<'a>>) -> Self {
        self.set(slot, value);
        self
    }

    pub fn set_quarter(&mut self, quarter: Quarter) {
        self.set(Slot::Kvartal, quarter.to_string());
        self.set(Slot::KvartaletsForstaDag, quarter.first_day());
        self.set(Slot::KvartaletsSistaDag, quarter.last_day());
    }

    #[inline]
    pub fn get(&self, slot: Slot) -> &Value<'a> {
        &self.values[slot as usize]
    }

    #[inline]
    pub fn is_missing(&self, slot: Slot) -> bool {
        matches!(self.get(slot), Value::Missing)
    }

    #[inline]
    pub fn is_unreadable(&self, slot: Slot) -> bool {
        matches!(self.get(slot), Value::Unreadable)
    }

    #[inline]
    pub fn date(&self, slot: Slot) -> Option<NaiveDate> {
        if let Value::Date(day) = self.get(slot) { Some(*day) } else { None }
    }

    #[inline]
    pub fn number(&self, slot: Slot) -> Option<f64> {
        if let Value::Number(number) = self.get(slot) { Some(*number) } else { None }
    }

    #[inline]
    pub fn bool(&self, slot: Slot) -> Option<bool> {
        if let Value::Bool(yes) = self.get(slot) { Some(*yes) } else { None }
    }

    #[inline]
    pub fn text(&self, slot: Slot) -> Option<&str> {
        if let Value::Text(text) = self.get(slot) { Some(text) } else { None }
    }

    /// The value as a finding keeps it: text masked, what is not known as missing.
    pub fn param(&self, slot: Slot) -> Param {
        match self.get(slot) {
            Value::Missing | Value::Unreadable => Param::Missing,
            Value::Date(day) => Param::Date(*day),
            Value::Number(number) => Param::Number(*number),
            Value::Bool(yes) => Param::Bool(*yes),
            Value::Text(text) => Param::Text(mask::masked(text).into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clearing_forgets_and_a_row_keeps_its_quarter() {
        let mut facts = Facts::of(Quarter::new(2023, 4).unwrap()).with(Slot::Kon, "man").with(Slot::Dagar, 3_u32);
        facts.clear_row();
        assert!(facts.is_missing(Slot::Kon) && facts.is_missing(Slot::Dagar));
        assert_eq!(facts.text(Slot::Kvartal), Some("2023-Q4"));
        facts.clear();
        assert!(Slot::ALL.iter().all(|it| facts.is_missing(*it)));
    }

    #[test]
    fn blank_text_is_missing_and_unreadable_is_not() {
        let facts = Facts::new().with(Slot::Fritext, " \u{a0}\t").with(Slot::Lagrum, Value::Unreadable);
        assert!(facts.is_missing(Slot::Fritext));
        assert!(facts.is_unreadable(Slot::Lagrum) && !facts.is_missing(Slot::Lagrum));
    }
}
