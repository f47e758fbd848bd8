//! Tables per group of insatser: cells are hidden where they are small, or where a row would tell one value of all in it.
//!
//! Goes in: [`Facts`], the groups, how the attribute is divided for all together, earlier versions. Comes out: one table
//! per attribute, or none when it would be all dots.
//! Guaranteed: the sums of rows and columns are published elsewhere and true; every hidden cell can still vary by the
//! width (computed with all sums known); no row leaves a secret attribute one single value, also beside earlier quarters.
//!
//! Tables of different attributes share only the groups, whose numbers are published. Given those, any row of one table
//! can be combined with any row of another, so nothing more can be worked out from two tables than from each alone.

use super::Attribute;
use super::earlier::{self, layers};
use super::facts::Facts;
use super::shape::{Group, Public, Row, Table};
use super::suppress::{hide, hide_in_column, range};
use super::time::{Held, Layer, is_safe};
use super::whole::{Grouping, categories, seen};

/// What every table per group needs.
pub struct Crossing<'a> {
    pub facts: &'a Facts,
    pub groups: &'a [Group],
    /// Which group each insats is in.
    pub group_of: &'a [usize],
    pub threshold: u32,
    pub earlier: &'a [&'a Public],
}

/// The attributes that are shown per group.
pub const SHOWN: [Attribute; 3] = [Attribute::Kon, Attribute::Start, Attribute::Tid];

impl Crossing<'_> {
    /// How far a hidden cell must be able to vary.
    fn width(&self) -> u32 {
        width(self.threshold)
    }

    /// The table that shows most: the finest division of which at most a third is hidden, otherwise the one with the
    /// least hidden. `None` when nothing but dots would be left.
    pub fn table(&self, attribute: Attribute, whole: &Grouping, ended: Option<&Table>) -> Option<Table> {
        let mut best: Option<(Table, usize)> = None;
        for grouping in coarser(whole) {
            let Some(it) = self.divided((attribute, whole), &grouping, ended) else { continue };
            let cells = it.rows.iter().map(|it| it.cells.len()).sum::<usize>();
            let dots = hidden(&it);
            if dots * 3 <= cells {
                return Some(it);
            }
            let share = dots * 1000 / cells.max(1);
            if dots < cells && best.as_ref().is_none_or(|it| share < it.1) {
                best = Some((it, share));
            }
        }
        best.map(|it| it.0)
    }

    fn divided(
        &self,
        (attribute, whole): (Attribute, &Grouping),
        grouping: &Grouping,
        ended: Option<&Table>,
    ) -> Option<Table> {
        // A group that nobody waits for says so by its number; it has no row.
        let rows: Vec<usize> = (0..self.groups.len()).filter(|it| self.groups[*it].open > 0).collect();
        if rows.len() < 2 {
            return None;
        }
        let values: Vec<Vec<u32>> = rows.iter().map(|row| self.counts(attribute, grouping, *row)).collect();
        let mut wanted: Vec<Vec<bool>> = values.iter().map(|it| self.wanted(attribute, it)).collect();
        loop {
            let dots = hide(&values, &wanted, self.width())?;
            let told = (0..rows.len()).find(|at| {
                let row = (*at, &self.groups[rows[*at]]);
                !self.row_is_safe((attribute, whole), grouping, row, &values, &dots, ended)
            });
            match told {
                None => return Some(self.shown(attribute, grouping, &rows, &values, &dots)),
                Some(at) if wanted[at].iter().all(|it| *it) => return None,
                Some(at) => wanted[at].fill(true),
            }
        }
    }

    fn counts(&self, attribute: Attribute, grouping: &Grouping, group: usize) -> Vec<u32> {
        let mut counts = vec![0; grouping.len()];
        for case in self.facts.open().filter(|it| self.group_of[it.kind] == group) {
            let fine = case.value(attribute);
            if let Some(at) = grouping.iter().position(|it| it.contains(&fine)) {
                counts[at] += 1;
            }
        }
        counts
    }

    /// Small cells; and the whole row when all in it have the same secret.
    fn wanted(&self, attribute: Attribute, row: &[u32]) -> Vec<bool> {
        let small = |it: &u32| (1..self.threshold).contains(it);
        let alone = attribute.is_secret() && row.iter().filter(|it| **it > 0).count() < 2;
        row.iter().map(|it| alone || small(it)).collect()
    }

    fn row_is_safe(
        &self,
        (attribute, whole): (Attribute, &Grouping),
        grouping: &Grouping,
        (at, group): (usize, &Group),
        values: &[Vec<u32>],
        dots: &[Vec<bool>],
        ended: Option<&Table>,
    ) -> bool {
        if !attribute.is_secret() {
            return true;
        }
        let held = |col: usize| {
            let it = values[at][col];
            let seen = if dots[at][col] {
                range(values, dots, (at, col))
            } else {
                super::suppress::Range { low: it, high: it }
            };
            Held { fine: grouping[col].clone().collect(), low: seen.low, high: seen.high.min(group.open) }
        };
        let held: Vec<Held> = (0..grouping.len()).map(held).collect();
        if held.iter().filter(|it| it.high > 0).count() < 2 {
            return false;
        }
        let now = ended.and_then(|it| it.rows.iter().find(|it| it.group.as_deref() == Some(&group.key)));
        let now = now.and_then(|it| it.cells.first().copied().flatten());
        let newest = Layer { ago: 0, held, open: group.open, ended: now };
        let mut all = layers(self.earlier, self.facts.quarter, attribute, Some(group));
        all.push(newest);
        let whole = seen(attribute, self.facts, whole, self.earlier);
        is_safe(attribute, &[all, whole])
    }

    fn shown(
        &self,
        attribute: Attribute,
        grouping: &Grouping,
        rows: &[usize],
        values: &[Vec<u32>],
        dots: &[Vec<bool>],
    ) -> Table {
        let row = |(at, group): (usize, &usize)| Row {
            group: Some(self.groups[*group].key.clone()),
            cells: values[at].iter().zip(&dots[at]).map(|(it, dot)| (!dot).then_some(*it)).collect(),
        };
        let rows = rows.iter().enumerate().map(row).collect();
        Table { attribute, per_group: true, categories: categories(attribute, grouping), rows }
    }

    /// How many of each group were executed or closed. With the number of open decisions now and a quarter ago a
    /// reader can count out how many are new, so that must not be small either.
    pub fn ended(&self) -> Option<Table> {
        if self.groups.len() < 2 {
            return None;
        }
        let grouping: Vec<_> = std::iter::once(0..1).collect();
        let rows: Vec<usize> = (0..self.groups.len()).collect();
        let count = |group: &usize| {
            let mine = self.facts.cases.iter().filter(|it| self.group_of[it.kind] == *group);
            u32::try_from(mine.count()).unwrap_or(u32::MAX) - self.groups[*group].open
        };
        let values: Vec<u32> = rows.iter().map(count).collect();
        let small = |it: u32| (1..self.threshold).contains(&it);
        let previous = self.earlier.first().filter(|it| it.kvartal.next() == self.facts.quarter);
        let wanted = |(group, ended): (&Group, &u32)| {
            let before = previous.and_then(|it| earlier::same(it, group)).map(|it| it.open);
            let came = before.map(|it| (group.open + ended).saturating_sub(it));
            let all_gone = group.open == 0 && *ended > 0;
            small(*ended) || all_gone || came.is_some_and(small)
        };
        let wanted: Vec<bool> = self.groups.iter().zip(&values).map(wanted).collect();
        let dots = hide_in_column(&values, &wanted, self.threshold)?;
        let (values, dots): (Vec<_>, Vec<_>) =
            (values.iter().map(|it| vec![*it]).collect(), dots.iter().map(|it| vec![*it]).collect());
        Some(self.shown(Attribute::Avslut, &grouping, &rows, &values, &dots))
    }
}

/// How far a hidden cell must be able to vary, for a threshold.
pub fn width(threshold: u32) -> u32 {
    threshold.saturating_sub(2).max(2)
}

pub fn hidden(table: &Table) -> usize {
    table.rows.iter().flat_map(|it| &it.cells).filter(|it| it.is_none()).count()
}

/// The division itself and everything that merges its neighbours, down to two values.
fn coarser(whole: &Grouping) -> Vec<Grouping> {
    let merge =
        |it: &Grouping| -> Grouping { it.iter().map(|it| whole[it.start].start..whole[it.end - 1].end).collect() };
    super::attribute::groupings(whole.len()).iter().map(merge).filter(|it| it.len() > 1).collect()
}
