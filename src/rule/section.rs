//! One table of a rule file, asked key by key.
//!
//! Goes in: a table of the parsed TOML. Comes out: values of the wanted shape, with their place.
//! Guaranteed: a key nobody knows is a fault with a suggestion, never ignored; every question that fails leaves a fault
//! and `None`, so that reading goes on and finds the next one.
//!
//! Walks the spanned tree instead of deriving `Deserialize`: serde stops at the first fault and speaks English.

use std::ops::Range;

use chrono::NaiveDate;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::Faults;
use super::fault::{FaultKind, Hint};
use super::quoted::Quoted;
use crate::model::Quarter;

/// A table and what to call it in a sentence.
pub(super) struct Section<'a> {
    table: &'a DeTable<'a>,
    place: &'static str,
    /// Where to point when something is missing.
    at: Range<usize>,
}

impl<'a> Section<'a> {
    /// Refuses keys outside `known`.
    pub(super) fn of(
        table: &'a DeTable<'a>,
        place: &'static str,
        at: Range<usize>,
        known: &[&str],
        faults: &mut Faults<'_>,
    ) -> Self {
        for key in table.keys() {
            let name = key.get_ref().as_ref();
            if !known.contains(&name) {
                let hint = Hint::of(name, known.iter().copied());
                faults.push(FaultKind::UnknownKey { key: name.to_owned(), place, hint }, key.span());
            }
        }
        Self { table, place, at }
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    pub(super) fn missing(&self, key: &'static str, faults: &mut Faults<'_>) {
        faults.push(FaultKind::MissingKey { key, place: self.place }, self.at.clone());
    }

    fn ask<T>(
        &self,
        key: &str,
        wanted: &'static str,
        faults: &mut Faults<'_>,
        read: impl FnOnce(&'a DeValue<'a>) -> Option<T>,
    ) -> Option<(T, Range<usize>)> {
        let value = self.table.get(key)?;
        let found = read(value.get_ref());
        if found.is_none() {
            faults.push(FaultKind::WrongShape { key: key.to_owned(), wanted }, value.span());
        }
        found.map(|it| (it, value.span()))
    }

    /// A text that may be left out but not left blank.
    pub(super) fn text(&self, key: &'static str, faults: &mut Faults<'_>) -> Option<Quoted> {
        let (text, at) = self.ask(key, "en text", faults, DeValue::as_str)?;
        if text.trim().is_empty() {
            faults.push(FaultKind::EmptyText { key }, at);
            return None;
        }
        Some(Quoted { text: text.to_owned(), at })
    }

    /// A text that must be there.
    pub(super) fn need(&self, key: &'static str, faults: &mut Faults<'_>) -> Option<Quoted> {
        if !self.has(key) {
            self.missing(key, faults);
        }
        self.text(key, faults)
    }

    /// One word of a closed list.
    pub(super) fn word<T: Copy>(
        &self,
        key: &'static str,
        what: &'static str,
        words: &[T],
        name: impl Fn(T) -> &'static str,
        faults: &mut Faults<'_>,
    ) -> Option<T> {
        let quoted = self.text(key, faults)?;
        let found = words.iter().copied().find(|it| name(*it) == quoted.text);
        if found.is_none() {
            let hint = Hint::of(&quoted.text, words.iter().map(|it| name(*it)));
            faults.push(FaultKind::UnknownWord { what, word: quoted.text, hint }, quoted.at);
        }
        found
    }

    pub(super) fn bool(&self, key: &str, faults: &mut Faults<'_>) -> Option<bool> {
        self.ask(key, "true eller false", faults, |it| it.as_bool()).map(|it| it.0)
    }

    pub(super) fn date(&self, key: &str, faults: &mut Faults<'_>) -> Option<NaiveDate> {
        self.ask(key, "ett datum", faults, date).map(|it| it.0)
    }

    pub(super) fn quarter(&self, key: &'static str, faults: &mut Faults<'_>) -> Option<Quarter> {
        let quoted = self.text(key, faults)?;
        let quarter = quoted.text.parse().ok();
        if quarter.is_none() {
            faults.push(FaultKind::BadQuarter { text: quoted.text }, quoted.at);
        }
        quarter
    }

    /// `["a", "b"]`
    pub(super) fn list(&self, key: &str, faults: &mut Faults<'_>) -> Vec<Quoted> {
        let wanted = "en lista med texter, till exempel [\"verkstalld\"]";
        let read = |it: &'a DeValue<'a>| {
            it.as_array()?
                .iter()
                .map(|it| Some(Quoted { text: it.get_ref().as_str()?.to_owned(), at: it.span() }))
                .collect()
        };
        self.ask(key, wanted, faults, read).map(|it| it.0).unwrap_or_default()
    }

    /// The table under `key`, its keys in the order of the file.
    pub(super) fn entries(&self, key: &str, faults: &mut Faults<'_>) -> Vec<(Quoted, &'a Spanned<DeValue<'a>>)> {
        let Some((table, _)) = self.ask(key, "en tabell", faults, DeValue::as_table) else { return Vec::new() };
        let mut entries: Vec<_> = table
            .iter()
            .map(|(key, value)| (Quoted { text: key.get_ref().clone().into_owned(), at: key.span() }, value))
            .collect();
        entries.sort_by_key(|it| it.0.at.start);
        entries
    }

    /// `[key]`
    pub(super) fn section(
        &self,
        key: &'static str,
        place: &'static str,
        known: &[&str],
        faults: &mut Faults<'_>,
    ) -> Option<Section<'a>> {
        let (table, _) = self.ask(key, "en tabell", faults, DeValue::as_table)?;
        let at = self.table.get_key_value(key).map_or(self.at.clone(), |it| it.0.span());
        Some(Section::of(table, place, at, known, faults))
    }

    /// `[[key]]`
    pub(super) fn sections(
        &self,
        key: &'static str,
        place: &'static str,
        known: &[&str],
        faults: &mut Faults<'_>,
    ) -> Vec<Section<'a>> {
        let wanted = "en eller flera tabeller med dubbla hakar, [[…]]";
        let read = |it: &'a DeValue<'a>| {
            it.as_array()?.iter().map(|it| Some((it.get_ref().as_table()?, it.span()))).collect::<Option<Vec<_>>>()
        };
        let found = self.ask(key, wanted, faults, read).map(|it| it.0).unwrap_or_default();
        found.into_iter().map(|(table, at)| Section::of(table, place, at, known, faults)).collect()
    }

    pub(super) fn at(&self) -> Range<usize> {
        self.at.clone()
    }
}

/// A plain day; a time of day or an offset is something else.
pub(super) fn date(value: &DeValue<'_>) -> Option<NaiveDate> {
    let whole = value.as_datetime()?;
    let day = whole.date.filter(|_| whole.time.is_none() && whole.offset.is_none())?;
    NaiveDate::from_ymd_opt(i32::from(day.year), u32::from(day.month), u32::from(day.day))
}

pub(super) fn number(value: &DeValue<'_>) -> Option<f64> {
    let text = match value {
        DeValue::Integer(it) if it.radix() == 10 => it.as_str(),
        DeValue::Float(it) => it.as_str(),
        _ => return None,
    };
    text.parse::<f64>().ok().filter(|it| it.is_finite())
}
