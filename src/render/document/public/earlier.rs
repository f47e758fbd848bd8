//! Earlier published versions as the comparison needs them: the same group, quarter by quarter.
//!
//! Goes in: versions as they were published. Comes out: [`Layer`]s.
//! Guaranteed: only what was published is used; a group is the same only when it holds the same insatser.

use crate::model::Quarter;

use super::Attribute;
use super::shape::{Group, Public, Table};
use super::time::{Held, Layer};

/// How many quarters back are compared.
pub const LOOKED_AT: usize = 4;

/// Versions of the same nämnd before `quarter`, newest first, each quarter once (the last given counts).
pub fn usable<'a>(versions: &'a [Public], kommun: &str, namnd: &str, quarter: Quarter) -> Vec<&'a Public> {
    let mut out: Vec<&Public> = Vec::new();
    for it in versions.iter().rev().filter(|it| it.kommun == kommun && it.namnd == namnd && it.kvartal < quarter) {
        if !out.iter().any(|known| known.kvartal == it.kvartal) {
            out.push(it);
        }
    }
    out.sort_by_key(|it| std::cmp::Reverse(it.kvartal));
    out.truncate(LOOKED_AT);
    out.retain(|it| ago(it.kvartal, quarter) <= i32::try_from(LOOKED_AT).unwrap_or(0));
    out
}

fn ago(then: Quarter, now: Quarter) -> i32 {
    let at = |it: Quarter| it.year() * 4 + i32::from(it.number());
    at(now) - at(then)
}

/// What the earlier versions told about all, or about a group of the same insatser.
pub fn layers(versions: &[&Public], quarter: Quarter, attribute: Attribute, group: Option<&Group>) -> Vec<Layer> {
    let one = |version: &&Public| {
        let ago = ago(version.kvartal, quarter);
        let table = version.table(attribute, group.is_some());
        match group {
            None => {
                let (open, ended) = (version.totals.open, Some(version.totals.ended));
                Some(Layer { ago, held: held(table, None, open), open, ended })
            }
            Some(group) => {
                let then = same(version, group)?;
                let ended = ended(version, &then.key);
                Some(Layer { ago, held: held(table, Some(&then.key), then.open), open: then.open, ended })
            }
        }
    };
    versions.iter().filter_map(one).collect()
}

/// The group of the same insatser in an earlier version.
pub fn same<'a>(version: &'a Public, group: &Group) -> Option<&'a Group> {
    let keys = |it: &Group| it.insatser.iter().map(|it| it.key.clone()).collect::<Vec<_>>();
    version.groups.iter().find(|it| keys(it) == keys(group))
}

/// How many of the group ended, when that was shown.
pub fn ended(version: &Public, key: &str) -> Option<u32> {
    let table = version.table(Attribute::Avslut, true)?;
    table.rows.iter().find(|it| it.group.as_deref() == Some(key))?.cells.first().copied()?
}

fn held(table: Option<&Table>, group: Option<&str>, open: u32) -> Vec<Held> {
    let Some(table) = table else { return Vec::new() };
    let Some(row) = table.rows.iter().find(|it| it.group.as_deref() == group) else { return Vec::new() };
    let values = table.attribute.values();
    let fine = |keys: &[String]| keys.iter().filter_map(|key| values.iter().position(|it| it.0 == key)).collect();
    let each = table.categories.iter().zip(&row.cells);
    each.map(|(category, cell)| Held {
        fine: fine(&category.values),
        low: cell.unwrap_or(0),
        high: cell.unwrap_or(open),
    })
    .collect()
}
