//! Lying bars: the category's name above its bars, so that it may be long.
//!
//! Goes in: a chart. Comes out: shapes on the canvas. Guaranteed: a name of any length is whole.

use super::super::tree::Chart;
use super::canvas::{Anchor, Canvas, INK, LINE, width_of, wrapped};
use super::{count, ink, scaled, shown, size};

const THICK: i64 = 16;

pub(super) fn draw(chart: &Chart, most: f64, canvas: &mut Canvas) {
    let each = chart.series.iter().flat_map(|it| &it.values);
    let widest = each.map(|it| width_of(shown(it.as_ref()))).max().unwrap_or(0);
    let room = (canvas.width() - 16 - widest - 12).max(200);
    canvas.grow(room + widest + 28, 0);
    let mut y = 4;
    for (at, name) in chart.categories.iter().enumerate() {
        let names = wrapped(name, canvas.width() - 16);
        canvas.texts(Anchor::Start, 8, y + 13, &names);
        y += count(&names) * LINE + 5;
        let top = y;
        for (place, series) in chart.series.iter().enumerate() {
            let figure = series.values.get(at).and_then(Option::as_ref);
            let length = size(figure).map_or(0, |it| scaled(it, most, room));
            ink::fill(canvas, place, 8, y, length, THICK);
            canvas.text(Anchor::Start, 8 + length + 7, y + 13, shown(figure));
            y += THICK + 4;
        }
        canvas.shape(&format!("<path d=\"M8 {}V{}\" stroke=\"{INK}\"/>", top - 3, y - 1));
        y += 9;
    }
    canvas.grow(0, y);
}
