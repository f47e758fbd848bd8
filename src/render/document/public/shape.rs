//! The public version as a value, and as the JSON it is published and read back as.
//!
//! Goes in: JSON of an earlier quarter. Comes out: [`Public`], or which fault it has.
//! Guaranteed: nothing in it is about one person: no day, no number of a case, no text that somebody wrote about one;
//! the same value gives the same bytes; what another schema wrote is refused, never half understood.

use serde::{Deserialize, Serialize};

use crate::model::Quarter;

use super::Attribute;

/// Which shape the JSON has. Raised when a field changes meaning.
pub const SCHEMA: u32 = 1;

/// What anybody may read about one quarter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Public {
    pub schema: u32,
    pub kommun: String,
    pub namnd: String,
    pub kvartal: Quarter,
    /// Laws that the insatser of the report are decided under: `SoL`, `LSS`.
    pub lagar: Vec<String>,
    pub totals: Totals,
    /// Every open decision stands in exactly one.
    pub groups: Vec<Group>,
    pub tables: Vec<Table>,
    /// Open decisions in earlier quarters, oldest first, this quarter last.
    pub history: Vec<Past>,
    pub protection: Protection,
}

/// True sums, whatever else is protected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Totals {
    pub reported: u32,
    pub open: u32,
    /// Executed or closed in the quarter.
    pub ended: u32,
    /// The two apart, when neither is small.
    pub executed: Option<u32>,
    pub closed: Option<u32>,
}

/// An insats, or several that are too small to be shown apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    pub key: String,
    pub name: String,
    /// `LSS`, `SoL`; none when it holds both.
    pub lag: Option<String>,
    /// The insatser in it, also those that nobody waits for: the list must not tell who they are.
    pub insatser: Vec<Member>,
    pub open: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    pub key: String,
    pub name: String,
}

/// The open decisions divided by one attribute; all together or per group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    pub attribute: Attribute,
    pub per_group: bool,
    pub categories: Vec<Category>,
    pub rows: Vec<Row>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    pub key: String,
    pub name: String,
    /// The finest values it holds.
    pub values: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Key of the group; none in a table of all.
    pub group: Option<String>,
    /// `None` is protected. Why a cell is protected is never said: it would tell how large it is.
    pub cells: Vec<Option<u32>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Past {
    pub kvartal: Quarter,
    pub open: u32,
}

/// How much was protected and against what.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Protection {
    /// Figures from 1 up to one less are small.
    pub threshold: u32,
    /// Cells of all tables, those that are not shown at all included.
    pub cells: u32,
    pub hidden: u32,
    /// Insatser that stand in a group with others.
    pub merged_insatser: u32,
    /// Finest values of the attributes that stand in a value with others.
    pub merged_values: u32,
    /// Tables that would have told too much in any form.
    pub withheld: Vec<Withheld>,
    /// Earlier versions this one was compared with.
    pub compared: Vec<Quarter>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withheld {
    pub attribute: Attribute,
    pub per_group: bool,
}

/// Why an earlier version cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ReadFault {
    #[error("Den publicerade versionen går inte att läsa: {0}")]
    Json(#[from] serde_json::Error),
    #[error("Den publicerade versionen har schema {0}, men bara schema {SCHEMA} kan läsas.")]
    Schema(u32),
    #[error("Den publicerade versionen hänger inte ihop: {0}")]
    Inconsistent(String),
}

#[derive(Deserialize)]
struct Head {
    schema: u32,
}

impl Public {
    /// Reads what was published. The schema is looked at first, so that a newer file is refused with the right reason.
    pub fn read(json: &str) -> Result<Self, ReadFault> {
        let head: Head = serde_json::from_str(json)?;
        if head.schema != SCHEMA {
            return Err(ReadFault::Schema(head.schema));
        }
        let it: Self = serde_json::from_str(json)?;
        it.check()?;
        Ok(it)
    }

    /// The bytes that are published.
    pub fn json(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut out = Vec::new();
        let format = crate::render::json::layout::RowPerLine::default();
        self.serialize(&mut serde_json::Serializer::with_formatter(&mut out, format))?;
        out.push(b'\n');
        Ok(out)
    }

    pub fn table(&self, attribute: Attribute, per_group: bool) -> Option<&Table> {
        self.tables.iter().find(|it| it.attribute == attribute && it.per_group == per_group)
    }

    pub fn group(&self, key: &str) -> Option<&Group> {
        self.groups.iter().find(|it| it.key == key)
    }

    /// What a program would otherwise stumble on.
    fn check(&self) -> Result<(), ReadFault> {
        let fault = |what: String| Err(ReadFault::Inconsistent(what));
        if self.groups.iter().map(|it| u64::from(it.open)).sum::<u64>() != u64::from(self.totals.open) {
            return fault("insatserna summerar inte till det öppna antalet.".to_owned());
        }
        for table in &self.tables {
            let known = |it: &Row| it.group.as_deref().map_or(!table.per_group, |key| self.group(key).is_some());
            if !table.rows.iter().all(|it| it.cells.len() == table.categories.len() && known(it)) {
                return fault(format!("tabellen ”{}” har rader som inte passar.", table.attribute.key()));
            }
            let values = table.attribute.values();
            let named = |key: &String| values.iter().any(|it| it.0 == key);
            if !table.categories.iter().all(|it| it.values.iter().all(named)) {
                return fault(format!("tabellen ”{}” har okända värden.", table.attribute.key()));
            }
        }
        Ok(())
    }
}

impl Table {
    /// `tid`, `tid-per-insats`
    pub fn key(&self) -> String {
        table_key(self.attribute, self.per_group)
    }
}

pub fn table_key(attribute: Attribute, per_group: bool) -> String {
    format!("{}{}", attribute.key(), if per_group { "-per-insats" } else { "" })
}

impl Protection {
    /// Hidden cells as a share of all, 0–1; none when there were no cells.
    pub fn share(&self) -> Option<f64> {
        (self.cells > 0).then(|| f64::from(self.hidden) / f64::from(self.cells))
    }
}
