//! Lines over time: one per series, its number beside each point.
//!
//! Goes in: a chart whose categories are in time. Comes out: shapes on the canvas.
//! Guaranteed: a line is broken where a figure is unknown; numbers of the same time do not overlap.

use super::super::tree::Chart;
use super::canvas::{Anchor, Canvas, INK, LINE, width_of, wrapped};
use super::{count, ink, scaled, shown, size};

const ROOM: i64 = 210;
/// Where the highest point is.
const TOP: i64 = 26;
/// Between numbers of the same time.
const APART: i64 = 14;

pub(super) fn draw(chart: &Chart, most: f64, canvas: &mut Canvas) {
    let floor = TOP + ROOM;
    let known = chart.series.iter().flat_map(|it| &it.values).flatten();
    let widest = known.map(|it| width_of(&it.shown)).max().unwrap_or(0);
    canvas.grow(count(&chart.categories) * (widest + 24) + 16, 0);
    let slot = (canvas.width() - 16) / count(&chart.categories);
    let middle = |at: usize| 8 + i64::try_from(at).unwrap_or(0) * slot + slot / 2;

    let mut below = 0;
    for (at, name) in chart.categories.iter().enumerate() {
        let names = wrapped(name, slot - 6);
        below = below.max(count(&names));
        canvas.texts(Anchor::Middle, middle(at), floor + 19, &names);
    }
    let end = canvas.width() - 8;
    canvas.shape(&format!("<path d=\"M8 {floor}H{end}\" stroke=\"{INK}\"/>"));

    let mut places: Vec<Vec<Option<i64>>> = Vec::new();
    for (series, line) in chart.series.iter().enumerate() {
        let heights: Vec<Option<i64>> = (0..chart.categories.len())
            .map(|at| size(line.values.get(at)?.as_ref()).map(|it| floor - scaled(it, most, ROOM)))
            .collect();
        let points: Vec<Option<(i64, i64)>> =
            heights.iter().enumerate().map(|(at, y)| y.map(|y| (middle(at), y))).collect();
        for part in points.split(Option::is_none) {
            ink::line(canvas, series, &part.iter().flatten().copied().collect::<Vec<_>>());
        }
        places.push(heights);
    }
    let numbers: Vec<(i64, i64, &str)> =
        (0..chart.categories.len()).flat_map(|at| numbers(chart, at, &places, middle(at), floor)).collect();
    // Blank behind the numbers, so that a line does not cross them; markers and numbers stand on top.
    for (x, y, text) in &numbers {
        let (left, wide) = (x - width_of(text) / 2, width_of(text));
        let top = y - 11;
        canvas.shape(&format!("<rect x=\"{left}\" y=\"{top}\" width=\"{wide}\" height=\"13\" fill=\"#ffffff\"/>"));
    }
    for (series, heights) in places.iter().enumerate() {
        for (at, y) in heights.iter().enumerate() {
            if let Some(y) = y {
                ink::marker(canvas, series, middle(at), *y);
            }
        }
    }
    for (x, y, text) in numbers {
        canvas.text(Anchor::Middle, x, y, text);
    }
    canvas.grow(0, floor + 10 + below * LINE);
}

/// The numbers of one time with their places: above their points, moved apart where points are close.
fn numbers<'a>(
    chart: &'a Chart,
    at: usize,
    places: &[Vec<Option<i64>>],
    x: i64,
    floor: i64,
) -> Vec<(i64, i64, &'a str)> {
    let mut all: Vec<(i64, &str)> = Vec::new();
    for (series, heights) in chart.series.iter().zip(places) {
        let figure = series.values.get(at).and_then(Option::as_ref);
        match heights.get(at).copied().flatten() {
            Some(y) => all.push((y - 9, shown(figure))),
            // Said in words: no point to stand beside, so it stands on the floor. The unknown is a gap in its line.
            None if figure.is_some() => all.push((floor - 4, shown(figure))),
            None => {}
        }
    }
    // Two series may say the same at the same place; once is enough.
    all.sort_unstable();
    all.dedup();
    let mut free = i64::MIN;
    for (y, _) in &mut all {
        *y = (*y).max(free);
        free = *y + APART;
    }
    let mut free = floor - 4;
    for (y, _) in all.iter_mut().rev() {
        *y = (*y).min(free);
        free = *y - APART;
    }
    all.into_iter().map(|(y, text)| (x, y, text)).collect()
}
