//! A chart → a vector picture: standing bars, lying bars or lines, the same in every format.
//!
//! Goes in: a [`Chart`]. Comes out: SVG text with a title, and a description that says every figure.
//! Guaranteed: pure; whole-number coordinates, so that the text is the same everywhere; series differ by pattern, dash and
//! marker as well as colour; every number stands beside what it says; what is unknown is a dash, never a bar of nothing;
//! looks by attributes only, so that a page that forbids inline style, a PDF and a word processor draw the same.

mod bars;
mod canvas;
mod columns;
mod ink;
mod lines;

#[cfg(test)]
mod tests;

use canvas::Canvas;

use super::tree::{Chart, ChartKind, Figure, Value};

/// What stands where a figure is unknown.
const UNKNOWN: &str = "–";

/// The chart as one `<svg>` element.
pub fn svg(chart: &Chart) -> String {
    let most = most(chart);
    let mut canvas = Canvas::new();
    if chart.categories.is_empty() || chart.series.is_empty() {
        canvas.text(canvas::Anchor::Start, 8, 24, "Det finns inga uppgifter att visa.");
        canvas.grow(0, 40);
    } else {
        match chart.kind {
            ChartKind::Columns => columns::draw(chart, most, &mut canvas),
            ChartKind::Bars => bars::draw(chart, most, &mut canvas),
            ChartKind::Lines => lines::draw(chart, most, &mut canvas),
        }
        legend(chart, &mut canvas);
    }
    canvas.close(&chart.key, &chart.caption, &chart.in_words())
}

/// How long a figure is drawn; nothing for what is said in words or is a day.
fn size(figure: Option<&Figure>) -> Option<f64> {
    match figure?.value {
        #[expect(clippy::cast_precision_loss, reason = "a drawing of some hundred units needs no more than 52 bits")]
        Value::Whole(it) => Some(it as f64),
        Value::Share(it) => Some(it),
        Value::Day(_) | Value::Words => None,
    }
    .filter(|it| it.is_finite())
    .map(|it| it.max(0.0))
}

fn shown(figure: Option<&Figure>) -> &str {
    figure.map_or(UNKNOWN, |it| it.shown.as_str())
}

/// The largest figure, the one that fills the room.
fn most(chart: &Chart) -> f64 {
    chart.series.iter().flat_map(|it| &it.values).filter_map(|it| size(it.as_ref())).fold(0.0, f64::max)
}

/// The part of the room that a figure takes; at least one unit when it is not nothing.
fn scaled(value: f64, most: f64, room: i64) -> i64 {
    if value <= 0.0 || most <= 0.0 {
        return 0;
    }
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "the room is some hundred units")]
    let part = (value / most * room as f64).round() as i64;
    part.clamp(1, room)
}

/// How many there are, as a coordinate.
fn count<T>(all: &[T]) -> i64 {
    i64::try_from(all.len()).unwrap_or(i64::MAX)
}

/// Which pattern is whose, below the picture. One series is named by the caption.
fn legend(chart: &Chart, canvas: &mut Canvas) {
    let top = canvas.height() + 8;
    let (mut x, mut y) = (8, top);
    let several = chart.series.len() > 1;
    let unknown = chart.series.iter().any(|it| it.values.iter().any(Option::is_none));
    let names = chart.series.iter().map(|it| it.name.as_str()).filter(|_| several);
    let mut end = canvas.height();
    let note = match chart.kind {
        ChartKind::Columns | ChartKind::Bars => "– betyder att uppgiften saknas",
        ChartKind::Lines => "En lucka i en linje betyder att uppgiften saknas",
    };
    for (at, name) in names.map(Some).chain(unknown.then_some(None)).enumerate() {
        let text = name.unwrap_or(note);
        let sample = if name.is_some() { 30 } else { 0 };
        let wide = sample + canvas::width_of(text) + 24;
        if x > 8 && x + wide > canvas.width() {
            (x, y) = (8, y + 22);
        }
        if name.is_some() {
            match chart.kind {
                ChartKind::Columns | ChartKind::Bars => ink::fill(canvas, at, x, y, 22, 14),
                ChartKind::Lines => {
                    ink::line(canvas, at, &[(x, y + 7), (x + 22, y + 7)]);
                    ink::marker(canvas, at, x + 11, y + 7);
                }
            }
        }
        canvas.text(canvas::Anchor::Start, x + sample, y + 12, text);
        x += wide;
        end = y + 22;
    }
    canvas.grow(0, end);
}
