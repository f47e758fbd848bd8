//! The version of the quarter that anybody may read: kommunfullmäktige's statistikrapport and the open data.
//!
//! Goes in: a [`View`] of the report, a threshold, and what was published in earlier quarters. Comes out: [`Public`], and
//! from it a [`Document`](super::Document) and the files of open data.
//! Guaranteed (D56): no day, no number of a case, no text about anybody; the number of open decisions is always true and
//! always shown; whoever knows one person's insats, kön, age and quarter cannot work out the cause, how long it has taken
//! or whether it is a decision or an interruption, also with up to four earlier versions; figures are merged before
//! they are hidden, and what is hidden is counted.

mod attribute;
mod crossed;
mod earlier;
mod facts;
mod flow;
mod groups;
pub mod open;
mod protection;
mod shape;
pub mod statistik;
mod suppress;
mod time;
mod whole;

#[cfg(test)]
mod tests;

pub use attribute::Attribute;
pub use earlier::LOOKED_AT;
pub use shape::{Category, Group, Member, Past, Protection, Public, ReadFault, Row, SCHEMA, Table, Totals, Withheld};

use crate::merge::report::Status;
use crate::render::View;

use crossed::Crossing;
use facts::Facts;
use groups::Joint;

/// How strictly the public version is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    threshold: u32,
}

impl Settings {
    /// Under three nothing would be protected.
    pub const LEAST: u32 = 3;

    /// Figures from 1 up to one less than `threshold` are small.
    pub fn new(threshold: u32) -> Self {
        Self { threshold: threshold.max(Self::LEAST) }
    }

    pub fn threshold(self) -> u32 {
        self.threshold
    }
}

impl Default for Settings {
    /// Five, as is common for official statistics.
    fn default() -> Self {
        Self { threshold: 5 }
    }
}

impl Public {
    /// The public version. `earlier` are versions as they were published, in any order; those of other nämnder, of later
    /// quarters and older than [`LOOKED_AT`] are left aside. `None` when the report names no quarter.
    pub fn of(view: &View<'_>, settings: Settings, earlier: &[Self]) -> Option<Self> {
        let head = &view.report.head;
        let (kommun, namnd) =
            (crate::render::print::clean_line(&head.kommun), crate::render::print::clean_line(&head.namnd));
        let earlier = earlier::usable(earlier, &kommun, &namnd, head.quarter?);
        let latest = earlier.first().copied();
        let facts = Facts::of(view, latest)?;
        Some(protected(&facts, settings, &earlier))
    }
}

fn protected(facts: &Facts, settings: Settings, earlier: &[&Public]) -> Public {
    let threshold = settings.threshold;
    let totals = totals(facts, threshold);
    let (groups, group_of) = grouped(facts, threshold);
    let crossing = Crossing { facts, groups: &groups, group_of: &group_of, threshold, earlier };
    let mut tables = Vec::new();
    let mut protection = Protection { threshold, ..Protection::default() };
    protection.compared = earlier.iter().map(|it| it.kvartal).collect();
    protection.merged_insatser = groups.iter().map(|it| it.insatser.len()).filter(|it| *it > 1).map(count).sum();
    let ended = if totals.ended > 0 { crossing.ended() } else { None };
    if totals.ended > 0 && groups.len() > 1 {
        keep(&mut tables, &mut protection, (Attribute::Avslut, true), groups.len(), ended.clone());
    }
    for attribute in whole::SHOWN {
        let values = whole::values_in_use(attribute, facts);
        if totals.open == 0 || (attribute == Attribute::KonAlder && !both_apart(&tables)) {
            continue;
        }
        // Time since the decision stands beside the time since the interruption, never alone.
        let alone = attribute == Attribute::TidBeslut && !tables.iter().any(|it| it.attribute == Attribute::Tid);
        let grouping = if alone { None } else { whole::grouping(attribute, facts, threshold, earlier) };
        let table = grouping.as_ref().map(|it| whole::table(attribute, facts, it));
        if let Some(it) = &table {
            protection.merged_values +=
                count(it.categories.iter().filter(|it| it.values.len() > 1).map(|it| it.values.len()).sum());
        }
        keep(&mut tables, &mut protection, (attribute, false), values, table);
        if groups.len() > 1 && crossed::SHOWN.contains(&attribute) {
            let table = grouping.and_then(|it| crossing.table(attribute, &it, ended.as_ref()));
            keep(&mut tables, &mut protection, (attribute, true), groups.len() * values, table);
        }
    }
    tables.sort_by_key(|it: &Table| (it.per_group, it.attribute));
    let history = history(facts, earlier, totals.open);
    let used = |law: &&str| facts.kinds.iter().any(|it| it.lag == Some(*law));
    let lagar = ["SoL", "LSS"].into_iter().filter(used).map(str::to_owned).collect();
    Public {
        schema: SCHEMA,
        kommun: facts.kommun.clone(),
        namnd: facts.namnd.clone(),
        kvartal: facts.quarter,
        lagar,
        totals,
        groups,
        tables,
        history,
        protection,
    }
}

/// Puts a table in and counts its cells; a table that is not shown counts with the cells it would have had.
fn keep(
    tables: &mut Vec<Table>,
    protection: &mut Protection,
    (attribute, per_group): (Attribute, bool),
    cells: usize,
    table: Option<Table>,
) {
    match table {
        Some(it) => {
            protection.cells += count(it.rows.iter().map(|it| it.cells.len()).sum());
            protection.hidden += count(crossed::hidden(&it));
            tables.push(it);
        }
        None => {
            protection.cells += count(cells);
            protection.hidden += count(cells);
            protection.withheld.push(Withheld { attribute, per_group });
        }
    }
}

/// Whether kön and age stand each for itself with no value merged; only then can they be crossed.
fn both_apart(tables: &[Table]) -> bool {
    let apart = |wanted| {
        let table = tables.iter().find(|it| it.attribute == wanted && !it.per_group);
        table.is_some_and(|it| it.categories.iter().all(|it| it.values.len() == 1))
    };
    apart(Attribute::Kon) && apart(Attribute::Alder)
}

/// The groups, and which of them each insats is in. None when nothing is open.
fn grouped(facts: &Facts, threshold: u32) -> (Vec<Group>, Vec<usize>) {
    if facts.open().next().is_none() {
        return (Vec::new(), vec![0; facts.kinds.len()]);
    }
    let joints = groups::joined(&facts.kinds, threshold);
    let mut group_of = vec![0; facts.kinds.len()];
    for (at, joint) in joints.iter().enumerate() {
        joint.members().iter().for_each(|it| group_of[*it] = at);
    }
    let alone = |law: &str| {
        let of_law = |it: &Joint| matches!(it, Joint::Alone(at) if facts.kinds[*at].lag == Some(law));
        joints.iter().any(of_law)
    };
    let group = |joint: &Joint| {
        let members = joint.members();
        let kind = |at: &usize| &facts.kinds[*at];
        let (key, name, lag) = match joint {
            Joint::Alone(at) => (kind(at).key.clone(), kind(at).name.clone(), kind(at).lag.map(str::to_owned)),
            Joint::Law(law, _) => {
                let (word, named) = if alone(law) { ("ovriga", "Övriga insatser") } else { ("alla", "Alla insatser") };
                (format!("{word}-{}", law.to_lowercase()), format!("{named} enligt {law}"), Some((*law).to_owned()))
            }
            Joint::Mixed(_) if joints.len() == 1 => ("alla".to_owned(), "Alla insatser".to_owned(), None),
            Joint::Mixed(_) => ("ovriga".to_owned(), "Övriga insatser".to_owned(), None),
        };
        let insatser = members.iter().map(kind).map(|it| Member { key: it.key.clone(), name: it.name.clone() });
        Group { key, name, lag, insatser: insatser.collect(), open: members.iter().map(|it| kind(it).open).sum() }
    };
    (joints.iter().map(group).collect(), group_of)
}

/// Open decisions per quarter, at most eight: what was published, and before that what the report remembers.
fn history(facts: &Facts, earlier: &[&Public], open: u32) -> Vec<Past> {
    let known = facts.history.iter().map(|(kvartal, open)| Past { kvartal: *kvartal, open: *open });
    let published = earlier.iter().map(|it| Past { kvartal: it.kvartal, open: it.totals.open });
    let mut out: Vec<Past> = Vec::new();
    for it in std::iter::once(Past { kvartal: facts.quarter, open }).chain(published).chain(known) {
        if it.kvartal <= facts.quarter && !out.iter().any(|seen| seen.kvartal == it.kvartal) {
            out.push(it);
        }
    }
    out.sort_by_key(|it| it.kvartal);
    let spare = out.len().saturating_sub(8);
    out.drain(..spare);
    out
}

fn count(it: usize) -> u32 {
    u32::try_from(it).unwrap_or(u32::MAX)
}

fn totals(facts: &Facts, threshold: u32) -> Totals {
    let [open, executed, closed] = [Status::Open, Status::Executed, Status::Closed].map(|it| facts.with_status(it));
    let apart = (executed >= threshold && closed >= threshold) || executed + closed == 0;
    Totals {
        reported: open + executed + closed,
        open,
        ended: executed + closed,
        executed: apart.then_some(executed),
        closed: apart.then_some(closed),
    }
}
