//! How wide a table and each of its columns want to be.
//!
//! Goes in: a [`Table`]. Comes out: points per column, and whether the page must lie down.
//! Guaranteed: counted from the letters alone, so that it is the same everywhere; no word of a heading is divided while
//! there is room for it whole.

use crate::render::document::tree::{Column, Table, Width};

/// An average letter at the size of tables, in points.
const LETTER: u32 = 5;
/// Blank on both sides of a cell.
const INSET: u32 = 10;
/// Between the margins of a standing and of a lying page.
const STANDING: u32 = 467;
const LYING: u32 = 714;

/// Whether it needs a lying page.
pub(super) fn is_wide(table: &Table) -> bool {
    table.columns.len() > 9 || (0..table.columns.len()).map(|at| least(table, at)).sum::<u32>() > STANDING
}

/// Points per column; together at most the page. Columns of 0 share what is left.
pub(super) fn of(table: &Table) -> Vec<u32> {
    let room = if is_wide(table) { LYING } else { STANDING };
    let all: Vec<u32> = (0..table.columns.len()).map(|at| wanted(table, at)).collect();
    let open = |it: &Column| matches!(it.width, Width::Text | Width::Long);
    let fixed: u32 = table.columns.iter().zip(&all).filter(|(it, _)| !open(it)).map(|(_, wide)| wide).sum();
    let wanted: u32 = all.iter().sum();
    if wanted <= room {
        // Room enough: the widest column of text takes what is left, so that figures stand close to each other.
        let widest = (0..all.len()).filter(|at| table.columns.get(*at).is_some_and(open)).max_by_key(|at| all[*at]);
        return all.iter().enumerate().map(|(at, wide)| if Some(at) == widest { 0 } else { *wide }).collect();
    }
    // Too little: texts share what figures leave, by how much they want, but no less than their longest word.
    let least: Vec<u32> = (0..all.len()).map(|at| least(table, at)).collect();
    let texts = wanted - fixed;
    let left = room.saturating_sub(fixed);
    let shares: Vec<u32> = (0..all.len())
        .map(|at| {
            let share = if table.columns.get(at).is_some_and(open) { all[at] * left / texts.max(1) } else { all[at] };
            share.max(least[at].min(room / 3))
        })
        .collect();
    // Very many columns are pressed together; words are divided then.
    let sum = shares.iter().sum::<u32>().max(room);
    shares.into_iter().map(|it| it * room / sum).collect()
}

/// What a column wants: its longest cell, up to what is pleasant to read.
fn wanted(table: &Table, at: usize) -> u32 {
    let most = match table.columns.get(at).map(|it| it.width) {
        Some(Width::Figure | Width::Short) => 16,
        Some(Width::Text) | None => 40,
        Some(Width::Long) => 70,
    };
    let longest = cells(table, at).map(|it| letters(&it)).max().unwrap_or(0).min(most);
    (longest * LETTER + INSET).max(least(table, at))
}

/// What it cannot do without: its longest word.
fn least(table: &Table, at: usize) -> u32 {
    let heading = table.columns.get(at).map(|it| it.heading.clone());
    let most = match table.columns.get(at).map(|it| it.width) {
        Some(Width::Figure | Width::Short) => 16,
        _ => 18,
    };
    let texts = cells(table, at).chain(heading);
    let words = texts.map(|it| it.split(' ').map(letters).max().unwrap_or(0));
    // The average holds for words, not for `4–6`: a heading that is broader than its column lies over its neighbour.
    words.max().unwrap_or(0).clamp(4, most) * LETTER + INSET
}

fn cells(table: &Table, at: usize) -> impl Iterator<Item = String> {
    table.rows.iter().filter_map(move |it| it.cells.get(at)).map(|it| it.plain())
}

fn letters(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX / 64)
}
