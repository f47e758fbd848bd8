//! Reads TOML tables key by key, with spans, collecting every fault in Swedish.
//!
//! Goes in: a parsed table. Comes out: typed values, or `None` with a fault added.
//! Guaranteed: an unknown key is a fault with the nearest known key as suggestion; reading goes on after a fault.

use std::cell::RefCell;
use std::ops::Range;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime};
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use crate::model::calendar::swedish_time;
use crate::model::spelling::nearest;

use crate::desk::fault::Fault;

/// The faults found so far; shared by all tables of a file.
#[derive(Default)]
pub struct Found(RefCell<Vec<Fault>>);

impl Found {
    pub fn add(&self, span: Range<usize>, message: impl Into<String>, label: impl Into<String>, help: Option<String>) {
        self.0.borrow_mut().push(Fault { message: message.into(), label: label.into(), help, span });
    }

    pub fn into_list(self) -> Vec<Fault> {
        self.0.into_inner()
    }
}

/// A value with where it stands.
#[derive(Debug, Clone)]
pub struct At<T> {
    pub value: T,
    pub span: Range<usize>,
}

/// One table of the file.
pub struct Table<'a> {
    table: &'a DeTable<'a>,
    /// Where the table stands, for a key that is missing.
    pub span: Range<usize>,
    /// How people know the table: `[[utforare]]`.
    name: &'static str,
    found: &'a Found,
    asked: RefCell<Vec<&'static str>>,
}

impl<'a> Table<'a> {
    pub fn new(table: &'a DeTable<'a>, span: Range<usize>, name: &'static str, found: &'a Found) -> Self {
        Self { table, span, name, found, asked: RefCell::default() }
    }

    fn get(&self, key: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.asked.borrow_mut().push(key);
        self.table.get(key)
    }

    fn wrong(&self, key: &str, value: &Spanned<DeValue<'_>>, wanted: &str) {
        let label = format!("ska vara {wanted}");
        self.found.add(value.span(), format!("`{key}` har fel sorts värde"), label, None);
    }

    /// Adds a fault for a value that is of the right kind but cannot be meant.
    pub fn refuse(&self, key: &'static str, wanted: &str) {
        if let Some(value) = self.table.get(key) {
            self.wrong(key, value, wanted);
        }
    }

    /// Adds a fault for a key that must be there.
    pub fn required<T>(&self, key: &'static str, value: Option<T>, example: &str) -> Option<T> {
        if value.is_none() && !self.table.contains_key(key) {
            let message = format!("`{key}` saknas i {}", self.name);
            self.found.add(
                self.span.clone(),
                message,
                "här",
                Some(format!("Lägg till, till exempel: {key} = {example}")),
            );
        }
        value
    }

    pub fn text(&self, key: &'static str) -> Option<At<String>> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::String(text) => Some(At { value: text.to_string(), span: value.span() }),
            _ => {
                self.wrong(key, value, "text inom citattecken");
                None
            }
        }
    }

    pub fn flag(&self, key: &'static str) -> Option<bool> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::Boolean(flag) => Some(*flag),
            _ => {
                self.wrong(key, value, "true eller false");
                None
            }
        }
    }

    pub fn count(&self, key: &'static str) -> Option<At<u32>> {
        let value = self.get(key)?;
        let number = match value.get_ref() {
            DeValue::Integer(it) => u32::from_str_radix(&it.as_str().replace('_', ""), it.radix()).ok(),
            _ => None,
        };
        if number.is_none() {
            self.wrong(key, value, "ett heltal, noll eller större");
        }
        Some(At { value: number?, span: value.span() })
    }

    pub fn day(&self, key: &'static str) -> Option<At<NaiveDate>> {
        let value = self.get(key)?;
        let day = match value.get_ref() {
            DeValue::Datetime(it) => it.date.and_then(|it| day_of(&it)),
            DeValue::String(text) => text.parse().ok(),
            _ => None,
        };
        if day.is_none() {
            self.wrong(key, value, "ett datum som 2024-01-10");
        }
        Some(At { value: day?, span: value.span() })
    }

    /// A point in time; without an offset it is Swedish time, without a time of day it is the start of that day.
    pub fn instant(&self, key: &'static str) -> Option<At<DateTime<FixedOffset>>> {
        let value = self.get(key)?;
        let instant = match value.get_ref() {
            DeValue::Datetime(it) => instant_of(it),
            DeValue::String(text) => DateTime::parse_from_rfc3339(text)
                .ok()
                .or_else(|| Some(swedish_time(text.parse::<NaiveDate>().ok()?.and_time(NaiveTime::MIN)))),
            _ => None,
        };
        if instant.is_none() {
            self.wrong(key, value, "en tidpunkt som 2024-01-08T10:12:00+01:00");
        }
        Some(At { value: instant?, span: value.span() })
    }

    /// A list of texts; a single text is a list of one. Lists within the list are handed out one by one.
    pub fn groups(&self, key: &'static str) -> Option<Vec<Vec<At<String>>>> {
        let value = self.get(key)?;
        let text = |it: &Spanned<DeValue<'_>>| match it.get_ref() {
            DeValue::String(text) => Some(At { value: text.to_string(), span: it.span() }),
            _ => {
                self.wrong(key, it, "text inom citattecken");
                None
            }
        };
        match value.get_ref() {
            DeValue::String(_) => Some(vec![text(value).into_iter().collect()]),
            DeValue::Array(array) if array.iter().any(|it| matches!(it.get_ref(), DeValue::Array(_))) => Some(
                array
                    .iter()
                    .map(|it| match it.get_ref() {
                        DeValue::Array(inner) => inner.iter().filter_map(text).collect(),
                        _ => text(it).into_iter().collect(),
                    })
                    .collect(),
            ),
            DeValue::Array(array) => Some(vec![array.iter().filter_map(text).collect()]),
            _ => {
                self.wrong(key, value, "en lista som [\"ledsagarservice\"]");
                None
            }
        }
    }

    pub fn texts(&self, key: &'static str) -> Option<Vec<At<String>>> {
        self.groups(key).map(|it| it.into_iter().flatten().collect())
    }

    /// The tables of `[[key]]`, in order.
    pub fn tables(&self, key: &'static str, name: &'static str) -> Vec<Table<'a>> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let one = |table: &'a DeTable<'a>, span| Table::new(table, span, name, self.found);
        match value.get_ref() {
            DeValue::Array(array) => {
                tables_of(array, |it| self.wrong(key, it, "en tabell")).map(|(t, s)| one(t, s)).collect()
            }
            DeValue::Table(table) => vec![one(table, value.span())],
            _ => {
                self.wrong(key, value, "en tabell");
                Vec::new()
            }
        }
    }

    /// A table of numbers by key: `by_insats = { ledsagarservice = 5 }`.
    pub fn counts_by_key(&self, key: &'static str) -> Vec<(At<String>, u32)> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let DeValue::Table(table) = value.get_ref() else {
            self.wrong(key, value, "en tabell som { ledsagarservice = 5 }");
            return Vec::new();
        };
        let mut found = Vec::new();
        for (name, value) in table.iter() {
            match value.get_ref() {
                DeValue::Integer(it) if it.as_str().parse::<u32>().is_ok() => {
                    found.push((
                        At { value: name.get_ref().to_string(), span: name.span() },
                        it.as_str().parse().unwrap_or(0),
                    ));
                }
                _ => self.wrong(key, value, "ett heltal"),
            }
        }
        found
    }

    /// Complains about every key nobody asked for.
    pub fn finish(&self) {
        let asked = self.asked.borrow();
        for (key, _) in self.table.iter() {
            let name: &str = key.get_ref();
            if !asked.contains(&name) {
                let help = match nearest(name, asked.iter().copied()) {
                    Some(near) => format!("Menade du `{near}`?"),
                    None => format!("{} kan ha: {}.", self.name, asked.join(", ")),
                };
                self.found.add(
                    key.span(),
                    format!("okänd nyckel `{name}` i {}", self.name),
                    "känns inte igen",
                    Some(help),
                );
            }
        }
    }
}

fn tables_of<'a>(
    array: &'a DeArray<'a>,
    wrong: impl Fn(&Spanned<DeValue<'_>>),
) -> impl Iterator<Item = (&'a DeTable<'a>, Range<usize>)> {
    array.iter().filter_map(move |it| match it.get_ref() {
        DeValue::Table(table) => Some((table, it.span())),
        _ => {
            wrong(it);
            None
        }
    })
}

fn day_of(it: &toml::value::Date) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(it.year.into(), it.month.into(), it.day.into())
}

fn instant_of(it: &toml::value::Datetime) -> Option<DateTime<FixedOffset>> {
    let day = day_of(it.date.as_ref()?)?;
    let time = match &it.time {
        Some(time) => NaiveTime::from_hms_opt(time.hour.into(), time.minute.into(), time.second.unwrap_or(0).into())?,
        None => NaiveTime::MIN,
    };
    let local: NaiveDateTime = day.and_time(time);
    match it.offset {
        None => Some(swedish_time(local)),
        Some(toml::value::Offset::Z) => local.and_local_timezone(FixedOffset::east_opt(0)?).single(),
        Some(toml::value::Offset::Custom { minutes }) => {
            local.and_local_timezone(FixedOffset::east_opt(i32::from(minutes) * 60)?).single()
        }
    }
}
