//! Hiding cells of a table whose sums are shown, so that no hidden cell can be counted back.
//!
//! Goes in: the true cells and those that must not be seen. Comes out: which cells are hidden in the end.
//! Guaranteed: given every sum and every shown cell, each cell that had to be hidden can still be several numbers, and so
//! far apart as was asked; this is computed exactly (a table with its sums is a network), not estimated.

use super::flow::{MANY, greatest};

/// What a reader can work out about a hidden cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    pub low: u32,
    pub high: u32,
}

/// Hides more cells than the `wanted` until each of those can vary by `width`; dearest cells (the largest) last.
/// `None` when the table is too small for that: then it cannot be shown at all.
pub fn hide(values: &[Vec<u32>], wanted: &[Vec<bool>], width: u32) -> Option<Vec<Vec<bool>>> {
    let mut hidden = wanted.to_vec();
    let cells: Vec<(usize, usize)> = places(values).filter(|(row, col)| wanted[*row][*col]).collect();
    while let Some((row, col)) = cells.iter().copied().find(|it| narrow(values, &hidden, *it, width)) {
        let (other_row, other_col) = cheapest(values, &hidden, (row, col), width)?;
        for at in [(row, other_col), (other_row, col), (other_row, other_col)] {
            hidden[at.0][at.1] = true;
        }
    }
    Some(hidden)
}

/// The range of a hidden cell to somebody who knows all sums and all shown cells.
pub fn range(values: &[Vec<u32>], hidden: &[Vec<bool>], (row, col): (usize, usize)) -> Range {
    let true_value = values[row][col];
    let rows = values.len();
    let nodes = rows + values.first().map_or(0, Vec::len);
    let mut room = vec![vec![0; nodes]; nodes];
    for (r, c) in places(values).filter(|(r, c)| hidden[*r][*c] && (*r, *c) != (row, col)) {
        room[r][rows + c] = MANY;
        room[rows + c][r] = values[r][c];
    }
    let more = greatest(room.clone(), rows + col, row);
    let less = greatest(room, row, rows + col).min(true_value);
    Range { low: true_value - less, high: true_value.saturating_add(more) }
}

fn narrow(values: &[Vec<u32>], hidden: &[Vec<bool>], at: (usize, usize), width: u32) -> bool {
    let it = range(values, hidden, at);
    it.high - it.low < width
}

/// The row and the column that close a square with the cell at the least cost: in a square one corner can grow by what
/// its neighbours hold, and shrink by what it and the far corner hold.
fn cheapest(
    values: &[Vec<u32>],
    hidden: &[Vec<bool>],
    (row, col): (usize, usize),
    width: u32,
) -> Option<(usize, usize)> {
    let cost = |r: usize, c: usize| if hidden[r][c] { 0 } else { u64::from(values[r][c]) + 1 };
    let corners = places(values).filter(|(r, c)| *r != row && *c != col);
    let useful = corners.filter(|(r, c)| {
        let grows = values[row][*c].min(values[*r][col]);
        let shrinks = values[row][col].min(values[*r][*c]);
        let fresh = cost(row, *c) + cost(*r, col) + cost(*r, *c) > 0;
        fresh && grows + shrinks >= width
    });
    // What cannot be protected by one square may be by several: any square that hides more is tried at last.
    let fresh = || {
        let all = places(values).filter(|(r, c)| *r != row && *c != col);
        all.filter(|(r, c)| cost(row, *c) + cost(*r, col) + cost(*r, *c) > 0)
    };
    let price = |(r, c): &(usize, usize)| cost(row, *c) + cost(*r, col) + cost(*r, *c);
    useful.min_by_key(price).or_else(|| fresh().min_by_key(price))
}

fn places(values: &[Vec<u32>]) -> impl Iterator<Item = (usize, usize)> {
    values.iter().enumerate().flat_map(|(row, cells)| (0..cells.len()).map(move |col| (row, col)))
}

/// Hides more of a single column whose sum is shown, until what is hidden is at least `least` together and nobody in it
/// stands alone. `None` when nothing would be left to see.
pub fn hide_in_column(values: &[u32], wanted: &[bool], least: u32) -> Option<Vec<bool>> {
    let mut hidden = wanted.to_vec();
    if !wanted.contains(&true) {
        return Some(hidden);
    }
    let mut rest: Vec<usize> = (0..values.len()).filter(|it| !wanted[*it]).collect();
    rest.sort_by_key(|it| std::cmp::Reverse(values[*it]));
    loop {
        let inside: Vec<u32> = (0..values.len()).filter(|it| hidden[*it]).map(|it| values[it]).collect();
        if inside.len() > 1 && inside.iter().sum::<u32>() >= least {
            return (inside.len() < values.len()).then_some(hidden);
        }
        hidden[rest.pop()?] = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(values: &[Vec<u32>], hidden: &[Vec<bool>]) -> String {
        let row = |row: usize| {
            let cell = |col: usize| if hidden[row][col] { "·".to_owned() } else { values[row][col].to_string() };
            (0..values[row].len()).map(cell).collect::<Vec<_>>().join(" ")
        };
        (0..values.len()).map(row).collect::<Vec<_>>().join(" | ")
    }

    fn small(values: &[Vec<u32>]) -> Vec<Vec<bool>> {
        values.iter().map(|row| row.iter().map(|it| (1..5).contains(it)).collect()).collect()
    }

    #[test]
    fn what_is_hidden_cannot_be_counted_back() {
        for (values, expected) in [
            (vec![vec![8, 9], vec![7, 6]], "8 9 | 7 6"),
            // One small cell takes the cheapest square with it.
            (vec![vec![3, 20], vec![6, 7], vec![30, 40]], "· · | · · | 30 40"),
            (vec![vec![3, 20, 9], vec![6, 7, 8], vec![30, 40, 50]], "· 20 · | · 7 · | 30 40 50"),
            // Two small cells that protect each other need only one more row.
            (vec![vec![3, 9, 3], vec![6, 7, 6]], "· 9 · | · 7 ·"),
        ] {
            let hidden = hide(&values, &small(&values), 3).unwrap();
            assert_eq!(drawn(&values, &hidden), expected);
        }
    }

    #[test]
    fn the_range_is_what_the_sums_leave_open() {
        let values = vec![vec![3, 20], vec![6, 7]];
        let all = vec![vec![true; 2]; 2];
        assert_eq!(range(&values, &all, (0, 0)), Range { low: 0, high: 9 });
        let one = vec![vec![true, false], vec![false, false]];
        assert_eq!(range(&values, &one, (0, 0)), Range { low: 3, high: 3 });
    }

    #[test]
    fn a_table_that_cannot_hide_a_cell_is_not_shown() {
        assert_eq!(hide(&[vec![3, 0]], &[vec![true, false]], 3), None);
        assert_eq!(hide(&[vec![1, 0], vec![0, 1]], &[vec![true, false], vec![false, true]], 3), None);
    }

    #[test]
    fn a_column_hides_two_or_nothing() {
        for (values, expected) in [
            (vec![7, 8, 5], Some("")),
            (vec![7, 3, 5], Some("1 2")),
            (vec![7, 3, 0, 9], Some("0 1 2")),
            (vec![1, 1], None),
        ] {
            let wanted: Vec<bool> = values.iter().map(|it| (1..5).contains(it)).collect();
            let hidden = hide_in_column(&values, &wanted, 5).map(|it| {
                let at = (0..it.len()).filter(|at| it[*at]).map(|it| it.to_string());
                at.collect::<Vec<_>>().join(" ")
            });
            assert_eq!(hidden.as_deref(), expected, "{values:?}");
        }
    }
}
