//! The sheet that charts are drawn on.
//!
//! Goes in: shapes and texts with whole-number places. Comes out: one `<svg>` element as high as what was drawn.
//! Guaranteed: everything from outside is masked and escaped; no style, no class, no script, no link.

use std::fmt::Write;

use crate::render::print::{clean_line, escaped};

/// Colour of text, axes and outlines: dark enough on white for small text.
pub(super) const INK: &str = "#1d2b36";
/// Size of text.
const TEXT: i64 = 13;
/// Room between the lines of a text.
pub(super) const LINE: i64 = 16;
/// As wide as a page wants it, when nothing needs more.
const WIDTH: i64 = 640;

/// Which point of a text stands at its place.
#[derive(Clone, Copy)]
pub(super) enum Anchor {
    Start,
    Middle,
}

pub(super) struct Canvas {
    body: String,
    width: i64,
    height: i64,
}

impl Canvas {
    pub(super) fn new() -> Self {
        Self { body: String::new(), width: WIDTH, height: 0 }
    }

    pub(super) fn width(&self) -> i64 {
        self.width
    }

    pub(super) fn height(&self) -> i64 {
        self.height
    }

    /// Makes room for at least this much.
    pub(super) fn grow(&mut self, width: i64, height: i64) {
        self.width = self.width.max(width);
        self.height = self.height.max(height);
    }

    /// A shape with the given attributes, which are our own words and numbers.
    pub(super) fn shape(&mut self, element: &str) {
        self.body.push_str(element);
    }

    pub(super) fn text(&mut self, anchor: Anchor, x: i64, y: i64, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
        };
        let _ = write!(self.body, "<text x=\"{x}\" y=\"{y}\"{anchor}>{}</text>", escaped(text));
    }

    /// Lines of text below each other; the first at `y`.
    pub(super) fn texts(&mut self, anchor: Anchor, x: i64, y: i64, lines: &[String]) {
        let mut y = y;
        for line in lines {
            self.text(anchor, x, y, line);
            y += LINE;
        }
    }

    /// The finished picture. Its title and description are tied to it by the chart's key.
    pub(super) fn close(self, key: &str, title: &str, description: &str) -> String {
        let Self { body, width, height } = self;
        let (key, title, description) = (escaped(key), escaped(title), escaped(description));
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" aria-labelledby=\"{key}-titel {key}-text\" font-family=\"sans-serif\" \
             font-size=\"{TEXT}\" fill=\"{INK}\"><title id=\"{key}-titel\">{title}</title>\
             <desc id=\"{key}-text\">{description}</desc>\
             <rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>{body}</svg>"
        )
    }
}

/// About how wide a text is; a little more than most fonts need.
pub(super) fn width_of(text: &str) -> i64 {
    i64::try_from(text.chars().count()).unwrap_or(i64::MAX / 16) * 7
}

/// A text in lines of at most this width. A word that is too long is divided.
pub(super) fn wrapped(text: &str, width: i64) -> Vec<String> {
    let fits = usize::try_from(width / 7).unwrap_or(0).max(4);
    let mut lines: Vec<String> = Vec::new();
    for word in clean_line(text).split(' ').filter(|it| !it.is_empty()) {
        let letters: Vec<char> = word.chars().collect();
        if let Some(last) = lines.last_mut().filter(|it| it.chars().count() + 1 + letters.len() <= fits) {
            last.push(' ');
            last.push_str(word);
            continue;
        }
        let mut rest = letters.as_slice();
        while rest.len() > fits {
            let (head, tail) = rest.split_at(fits - 1);
            lines.push(head.iter().chain(['-'].iter()).collect());
            rest = tail;
        }
        lines.push(rest.iter().collect());
    }
    lines
}
