//! How series are told apart: patterns of bars, dashes and markers of lines.
//!
//! Goes in: which series, and where. Comes out: shapes on the canvas.
//! Guaranteed: six patterns that stay apart in grey. Patterns are drawn as lines of their own, because not every reader of
//! SVG knows its pattern fills.

use std::fmt::Write;

use super::canvas::{Canvas, INK};

const FILLS: [&str; 6] = ["#1f5673", "#ffffff", "#b9c7d0", "#ffffff", "#e4eaee", "#ffffff"];
const STROKES: [&str; 6] = ["#1f5673", "#a34a16", "#1d2b36", "#4f6d1f", "#6a3d7c", "#7a6000"];
const DASHES: [&str; 6] = ["", "7 4", "2 3", "10 3 2 3", "14 5", "5 2"];

fn of<'a>(all: &[&'a str; 6], series: usize) -> &'a str {
    all.get(series % all.len()).copied().unwrap_or(INK)
}

/// A bar in the series' pattern.
pub(super) fn fill(canvas: &mut Canvas, series: usize, x: i64, y: i64, width: i64, height: i64) {
    if height <= 0 || width <= 0 {
        return;
    }
    let fill = of(&FILLS, series);
    canvas.shape(&format!(
        "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"{fill}\" stroke=\"{INK}\"/>"
    ));
    let lines = match series % FILLS.len() {
        1 => rising(x, y, width, height),
        3 => level(x, y, width, height),
        4 => falling(x, y, width, height),
        5 => rising(x, y, width, height) + &falling(x, y, width, height),
        _ => return,
    };
    if !lines.is_empty() {
        canvas.shape(&format!("<path d=\"{lines}\" fill=\"none\" stroke=\"{INK}\"/>"));
    }
}

const STEP: usize = 6;

/// Lines at 45 degrees upwards: where they leave a bar with whole sides they do so at whole numbers.
fn rising(x: i64, y: i64, width: i64, height: i64) -> String {
    diagonals(width, height, |across, down| (x + across, y + down))
}

fn falling(x: i64, y: i64, width: i64, height: i64) -> String {
    diagonals(width, height, |across, down| (x + width - across, y + down))
}

fn diagonals(width: i64, height: i64, place: impl Fn(i64, i64) -> (i64, i64)) -> String {
    let mut out = String::new();
    for sum in (STEP as i64..width + height).step_by(STEP) {
        let down = sum.min(height);
        let (x1, y1) = place(sum - down, down);
        let across = sum.min(width);
        let (x2, y2) = place(across, sum - across);
        let _ = write!(out, "M{x1} {y1}L{x2} {y2}");
    }
    out
}

fn level(x: i64, y: i64, width: i64, height: i64) -> String {
    let mut out = String::new();
    for down in (4..height).step_by(4) {
        let _ = write!(out, "M{x} {}h{width}", y + down);
    }
    out
}

/// A line through the places, in the series' dash.
pub(super) fn line(canvas: &mut Canvas, series: usize, places: &[(i64, i64)]) {
    if places.len() < 2 {
        return;
    }
    let mut path = String::new();
    for (at, (x, y)) in places.iter().enumerate() {
        let _ = write!(path, "{}{x} {y}", if at == 0 { 'M' } else { 'L' });
    }
    let dash = match of(&DASHES, series) {
        "" => String::new(),
        it => format!(" stroke-dasharray=\"{it}\""),
    };
    let stroke = of(&STROKES, series);
    canvas.shape(&format!("<path d=\"{path}\" fill=\"none\" stroke=\"{stroke}\" stroke-width=\"2\"{dash}/>"));
}

/// The series' marker: filled and hollow circles, squares, triangles.
pub(super) fn marker(canvas: &mut Canvas, series: usize, x: i64, y: i64) {
    let stroke = of(&STROKES, series);
    let fill = if series.is_multiple_of(2) { stroke } else { "#ffffff" };
    let look = format!("fill=\"{fill}\" stroke=\"{stroke}\" stroke-width=\"2\"");
    canvas.shape(&match series % 6 {
        0 => format!("<circle cx=\"{x}\" cy=\"{y}\" r=\"4\" {look}/>"),
        1 => format!("<rect x=\"{}\" y=\"{}\" width=\"8\" height=\"8\" {look}/>", x - 4, y - 4),
        2 => format!("<path d=\"M{} {}h10l-5 -9z\" {look}/>", x - 5, y + 4),
        3 => format!("<path d=\"M{x} {}l5 5l-5 5l-5 -5z\" {look}/>", y - 5),
        4 => format!("<rect x=\"{}\" y=\"{}\" width=\"8\" height=\"8\" {look}/>", x - 4, y - 4),
        _ => format!("<circle cx=\"{x}\" cy=\"{y}\" r=\"4\" {look}/>"),
    });
}
