//! Tables of all decisions together: values are merged with their neighbours until nothing small is left.
//!
//! Goes in: [`Facts`] and earlier versions. Comes out: one table per attribute, or none when no form of it is safe.
//! Guaranteed: no cell is hidden here, every cell is 0 or at least the threshold, sums are true; an attribute that
//! tells something secret always leaves two values open, also beside the earlier quarters.
//!
//! A zero is shown when it tells nothing about anybody: kön and age are known to whoever knows the person; among causes
//! and times a zero is shown because at least two other values of the same table have the threshold or more.

use std::ops::Range;

use super::Attribute;
use super::attribute::groupings;
use super::earlier::layers;
use super::facts::Facts;
use super::shape::{Category, Public, Row, Table};
use super::time::{Held, Layer, is_safe};

/// The attributes that are shown for all together, in the order of the paper.
pub const SHOWN: [Attribute; 7] = [
    Attribute::Tid,
    Attribute::TidBeslut,
    Attribute::Start,
    Attribute::Kon,
    Attribute::Alder,
    Attribute::KonAlder,
    Attribute::Orsak,
];

/// How an attribute is divided: finest values per category.
pub type Grouping = Vec<Range<usize>>;

/// Finest values that can be shown; ”missing” is left out when nothing is missing.
pub fn values_in_use(attribute: Attribute, facts: &Facts) -> usize {
    let all = attribute.values().len();
    if facts.open().any(|it| it.value(attribute) + 1 == all) { all } else { all - 1 }
}

/// The finest division that tells too much about nobody.
pub fn grouping(attribute: Attribute, facts: &Facts, threshold: u32, earlier: &[&Public]) -> Option<Grouping> {
    let counts = fine_counts(attribute, facts);
    let before = layers(earlier, facts.quarter, attribute, None);
    let mut all = groupings(values_in_use(attribute, facts));
    if attribute == Attribute::KonAlder {
        // Neighbours in this order have no common name; kön and age alone are shown anyway.
        all.truncate(1);
    }
    all.into_iter().filter(|it| it.len() > 1).find(|grouping| {
        let sums = sums(&counts, grouping);
        let large = sums.iter().filter(|it| **it >= threshold).count();
        sums.iter().all(|it| *it == 0 || *it >= threshold)
            && (!attribute.is_secret() || large >= 2)
            && (attribute != Attribute::Orsak || causes_are_safe(facts, grouping, &sums, threshold))
            && (!attribute.is_secret() || is_safe(attribute, &[with_newest(&before, facts, grouping, &sums)]))
    })
}

/// The table of a division.
pub fn table(attribute: Attribute, facts: &Facts, grouping: &Grouping) -> Table {
    let cells = sums(&fine_counts(attribute, facts), grouping).into_iter().map(Some).collect();
    Table {
        attribute,
        per_group: false,
        categories: categories(attribute, grouping),
        rows: vec![Row { group: None, cells }],
    }
}

pub fn categories(attribute: Attribute, grouping: &Grouping) -> Vec<Category> {
    let category = |fine: &Range<usize>| {
        let (key, name) = attribute.merged(fine.clone());
        let values = attribute.values()[fine.clone()].iter().map(|it| it.0.to_owned()).collect();
        Category { key, name, values }
    };
    grouping.iter().map(category).collect()
}

fn fine_counts(attribute: Attribute, facts: &Facts) -> Vec<u32> {
    let mut counts = vec![0; attribute.values().len()];
    facts.open().for_each(|it| counts[it.value(attribute)] += 1);
    counts
}

fn sums(counts: &[u32], grouping: &Grouping) -> Vec<u32> {
    grouping.iter().map(|it| counts[it.clone()].iter().sum()).collect()
}

/// What a reader sees of all together, quarter by quarter, with this division in the newest.
pub fn seen(attribute: Attribute, facts: &Facts, grouping: &Grouping, earlier: &[&Public]) -> Vec<Layer> {
    let before = layers(earlier, facts.quarter, attribute, None);
    with_newest(&before, facts, grouping, &sums(&fine_counts(attribute, facts), grouping))
}

fn with_newest(before: &[Layer], facts: &Facts, grouping: &Grouping, sums: &[u32]) -> Vec<Layer> {
    let held =
        grouping.iter().zip(sums).map(|(fine, sum)| Held { fine: fine.clone().collect(), low: *sum, high: *sum });
    let open = u32::try_from(facts.open().count()).unwrap_or(u32::MAX);
    let ended = u32::try_from(facts.cases.len()).unwrap_or(u32::MAX) - open;
    let newest = Layer { ago: 0, held: held.collect(), open, ended: Some(ended) };
    std::iter::once(newest).chain(before.iter().cloned()).collect()
}

/// A lack of homes can only be the cause where a home is what was granted (D27), and everybody can read which
/// insatser those are. So that must neither be nearly all of them, nor leave the others one single cause.
fn causes_are_safe(facts: &Facts, grouping: &Grouping, sums: &[u32], threshold: u32) -> bool {
    let only_housing = |fine: &Range<usize>| *fine == (0..1);
    let Some(homes) = grouping.iter().position(only_housing).map(|at| sums[at]).filter(|it| *it > 0) else {
        return true;
    };
    let could: u32 = u32::try_from(facts.open().filter(|it| facts.housing[it.kind]).count()).unwrap_or(u32::MAX);
    let others = grouping.iter().zip(sums).filter(|(fine, sum)| !only_housing(fine) && **sum > 0).count();
    could >= homes + threshold && others >= 2
}
