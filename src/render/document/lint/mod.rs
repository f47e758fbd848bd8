//! Finished text against the report: every day, quarter, lagrum and number that a paper says is looked up.
//!
//! Goes in: a text or a [`Document`], and report.json. Comes out: [`Remark`]s, each a sentence to the person who wrote.
//! Guaranteed: pure; nothing is changed; what our own papers say gives no remark, so each one is worth reading. The faults
//! it looks for are those of published reports (domain.md 4.1).

mod days;
mod known;
mod numbers;
mod paragraphs;
mod sense;

use std::sync::LazyLock;

use regex::Regex;
use serde::Serialize;

use super::tree::{Block, Document};

pub use known::Known;

/// Something in a text that the report does not bear out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Remark {
    /// The sentence it stands in.
    pub sentence: String,
    /// The words it is about, as written.
    pub quote: String,
    /// What is wrong and what to write instead.
    pub message: String,
}

impl Remark {
    fn new(quote: &str, message: impl Into<String>) -> Self {
        Self { sentence: String::new(), quote: quote.to_owned(), message: message.into() }
    }
}

/// A pattern that is made once. The tests run every one of them, so a faulty one is found there.
type Pattern = LazyLock<Option<Regex>>;

/// Remarks on a text.
pub fn text(text: &str, known: &Known) -> Vec<Remark> {
    let mut out = Vec::new();
    for sentence in sentences(text) {
        let first = out.len();
        days::check(sentence, known, &mut out);
        paragraphs::check(sentence, known, &mut out);
        numbers::check(sentence, known, &mut out);
        sense::check(sentence, known, &mut out);
        out.iter_mut().skip(first).for_each(|it| sentence.trim().clone_into(&mut it.sentence));
    }
    out
}

/// Remarks on a paper: title, headings, sentences, captions and column headings. Cells are figures of the report itself.
pub fn document(it: &Document, known: &Known) -> Vec<(String, Remark)> {
    let mut out = Vec::new();
    let mut say =
        |place: &str, words: &str| out.extend(text(words, known).into_iter().map(|it| (place.to_owned(), it)));
    say("", &it.title);
    say("", &it.subtitle);
    for section in &it.sections {
        let place = section.key.as_str();
        say(place, &section.heading);
        section.prose.iter().for_each(|it| say(place, &it.plain()));
        for block in &section.blocks {
            match block {
                Block::Heading { text, .. } => say(place, text),
                Block::Paragraph(it) | Block::Note(it) => say(place, &it.plain()),
                Block::List(all) => all.iter().for_each(|it| say(place, &it.plain())),
                Block::Table(it) => {
                    say(place, &it.caption);
                    it.groups.iter().for_each(|it| say(place, &it.0));
                    it.columns.iter().for_each(|it| say(place, &it.heading));
                }
                Block::Chart(it) => say(place, &it.caption),
                Block::Terms(_) | Block::Signature(_) => {}
            }
        }
    }
    out
}

/// A text in sentences: a full stop ends one when a capital follows.
fn sentences(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices() {
        let rest = text.get(at + c.len_utf8()..).unwrap_or_default();
        let next = rest.trim_start();
        let ends = c == '\n'
            || (matches!(c, '.' | '!' | '?') && next.len() < rest.len() && next.starts_with(char::is_uppercase));
        if ends {
            out.extend(text.get(start..at + c.len_utf8()));
            start = at + c.len_utf8();
        }
    }
    out.extend(text.get(start..));
    out.retain(|it| !it.trim().is_empty());
    out
}

#[cfg(test)]
mod tests;
