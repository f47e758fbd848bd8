//! The attacker reads the two waiting times and what began the wait together: they hang together in each person.
//!
//! Goes in: one published version, a person's insats, and a value. Comes out: whether the value is possible.
//! Guaranteed: shares no code with the protection. Whoever waits for a first time has waited as long as the decision is
//! old; whoever has been interrupted has a decision at least as old as the interruption, or one that nobody has dated.

use super::simplex::System;
use crate::render::document::public::{Attribute, Group, Public, Table};

const TOGETHER: [Attribute; 3] = [Attribute::Tid, Attribute::TidBeslut, Attribute::Start];

/// Finest values of the three, in the order of [`TOGETHER`], that one person can have.
fn persons() -> Vec<[usize; 3]> {
    let [since, decided, begun] = TOGETHER.map(|it| it.values().len());
    let mut out = Vec::new();
    for tid in 0..since {
        for beslut in 0..decided {
            for start in 0..begun {
                let can = match start {
                    0 => tid == beslut,
                    1 => beslut >= tid,
                    _ => true,
                };
                if can {
                    out.push([tid, beslut, start]);
                }
            }
        }
    }
    out
}

/// Whether somebody of that insats can have the value.
pub fn fits(version: &Public, attribute: Attribute, insats: &str, value: &str) -> bool {
    let Some(asked) = TOGETHER.iter().position(|it| *it == attribute) else { return true };
    let is_mine = |it: &Group| it.insatser.iter().any(|it| it.key == insats);
    let mine = version.groups.iter().find(|it| is_mine(it)).unwrap();
    let persons = persons();
    let mut system = System::default();
    // Of my group, and of all others.
    let counts: Vec<Vec<usize>> = (0..2).map(|_| persons.iter().map(|_| system.unknown()).collect()).collect();
    let sum = |groups: &[usize], wanted: &dyn Fn(&[usize; 3]) -> bool| -> Vec<(usize, f64)> {
        let of = |group: &usize| counts[*group].iter().zip(&persons).filter(|it| wanted(it.1)).map(|it| (*it.0, 1.0));
        groups.iter().flat_map(|it| of(it).collect::<Vec<_>>()).collect()
    };
    system.equal(sum(&[0], &|_| true), f64::from(mine.open));
    system.equal(sum(&[1], &|_| true), f64::from(version.totals.open - mine.open));
    let tables: Vec<(usize, &Table)> = version
        .tables
        .iter()
        .filter_map(|table| Some((TOGETHER.iter().position(|it| *it == table.attribute)?, table)))
        .collect();
    for (at, table) in tables {
        let groups: &[usize] = if table.per_group { &[0] } else { &[0, 1] };
        let rows = table.rows.iter().filter(|it| it.group.as_ref().is_none_or(|key| *key == mine.key));
        for (category, shown) in rows.flat_map(|row| table.categories.iter().zip(&row.cells)) {
            let Some(shown) = shown else { continue };
            let named = |fine: usize| category.values.iter().any(|it| it == table.attribute.values()[fine].0);
            system.equal(sum(groups, &|it| named(it[at])), f64::from(*shown));
        }
    }
    let that = attribute.values().iter().position(|it| it.0 == value).unwrap();
    system.at_least(sum(&[0], &|it| it[asked] == that), 1.0);
    system.has_solution()
}
