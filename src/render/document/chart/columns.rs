//! Standing bars: one group per category, its number above each bar.
//!
//! Goes in: a chart. Comes out: shapes on the canvas. Guaranteed: no two numbers overlap; the picture grows wider instead.

use super::super::tree::Chart;
use super::canvas::{Anchor, Canvas, INK, LINE, width_of, wrapped};
use super::{count, ink, scaled, shown, size};

/// How high the highest bar is.
const ROOM: i64 = 190;
/// Between groups.
const GAP: i64 = 20;

pub(super) fn draw(chart: &Chart, most: f64, canvas: &mut Canvas) {
    let (groups, bars) = (count(&chart.categories), count(&chart.series));
    let each = chart.series.iter().flat_map(|it| &it.values);
    // Words instead of a number are folded to the width of the bar.
    let numbers = each.clone().flatten().filter(|it| size(Some(it)).is_some());
    let widest = numbers.map(|it| width_of(&it.shown)).max().unwrap_or(0);
    let pitch = (widest + 4).max(28);
    canvas.grow(groups * (bars * pitch + GAP) + 16, 0);

    let slot = (canvas.width() - 16) / groups;
    let pitch = ((slot - GAP) / bars).clamp(pitch, pitch.max(52));
    let lines = each.map(|it| wrapped(shown(it.as_ref()), pitch).len()).max().unwrap_or(1);
    let floor = ROOM + 8 + LINE * i64::try_from(lines).unwrap_or(1);

    let mut below = 0;
    for (at, name) in (0..).zip(&chart.categories) {
        let middle = 8 + at * slot + slot / 2;
        let start = middle - bars * pitch / 2;
        for (series, place) in chart.series.iter().zip(0..) {
            let figure = series.values.get(usize::try_from(at).unwrap_or(usize::MAX)).and_then(Option::as_ref);
            let (x, style) = (start + place * pitch, usize::try_from(place).unwrap_or(0));
            let height = size(figure).map_or(0, |it| scaled(it, most, ROOM));
            ink::fill(canvas, style, x + 2, floor - height, pitch - 4, height);
            let words =
                if size(figure).is_some() { vec![shown(figure).to_owned()] } else { wrapped(shown(figure), pitch) };
            let first = floor - height - 6 - LINE * (count(&words) - 1);
            canvas.texts(Anchor::Middle, x + pitch / 2, first, &words);
        }
        let names = wrapped(name, slot - 6);
        below = below.max(count(&names));
        canvas.texts(Anchor::Middle, middle, floor + 19, &names);
    }
    let end = canvas.width() - 8;
    canvas.shape(&format!("<path d=\"M8 {floor}H{end}\" stroke=\"{INK}\"/>"));
    canvas.grow(0, floor + 10 + below * LINE);
}
