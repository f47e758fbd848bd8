//! Placeholders in the paragraphs of a template: found across runs, checked, and replaced.
//!
//! Goes in: the tree of a part. Comes out: marks, complaints, or the tree with values in their places.
//! Guaranteed: what a word processor splits into several runs is read as one text; a run keeps its look.

use std::sync::LazyLock;

use regex::Regex;

use super::tree::{Element, Node};

/// What can stand between the braces, as people write it.
pub(super) const TEXTS: [&str; 7] = ["titel", "underrubrik", "namnd", "kommun", "kvartal", "datum", "diarienummer"];

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mark {
    /// Index into [`TEXTS`].
    Text(usize),
    /// Every section that has no place of its own.
    Content,
    Section {
        key: String,
        may_be_absent: bool,
    },
    Unknown(String),
}

fn pattern() -> Option<&'static Regex> {
    static PATTERN: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\{\{([^{}]*)\}\}").ok());
    PATTERN.as_ref()
}

/// Case and the dots of å, ä and ö do not matter.
fn folded(name: &str) -> String {
    let plain = |it| match it {
        'å' | 'ä' => 'a',
        'ö' => 'o',
        it => it,
    };
    name.trim().to_lowercase().chars().map(plain).collect()
}

impl Mark {
    pub(super) fn read(inside: &str) -> Self {
        let name = folded(inside);
        if let Some(at) = TEXTS.iter().position(|it| **it == name) {
            return Self::Text(at);
        }
        if name == "innehall" {
            return Self::Content;
        }
        match name.strip_prefix("avsnitt:").map(str::trim) {
            Some(key) if !key.trim_end_matches('?').is_empty() => {
                Self::Section { key: key.trim_end_matches('?').trim().to_owned(), may_be_absent: key.ends_with('?') }
            }
            _ => Self::Unknown(inside.trim().to_owned()),
        }
    }

    pub(super) fn is_block(&self) -> bool {
        matches!(self, Self::Content | Self::Section { .. })
    }
}

/// The texts of a paragraph, without those of paragraphs inside it (text boxes).
fn texts<'a>(paragraph: &'a Element, out: &mut Vec<&'a Element>) {
    for it in paragraph.elements() {
        match it.name.as_str() {
            "w:t" => out.push(it),
            "w:p" => {}
            _ => texts(it, out),
        }
    }
}

fn texts_mut<'a>(paragraph: &'a mut Element, out: &mut Vec<&'a mut Element>) {
    for it in paragraph.children.iter_mut().filter_map(Node::element_mut) {
        match it.name.as_str() {
            "w:t" => out.push(it),
            "w:p" => {}
            _ => texts_mut(it, out),
        }
    }
}

/// What a paragraph says.
pub(super) fn plain(paragraph: &Element) -> String {
    let mut all = Vec::new();
    texts(paragraph, &mut all);
    all.iter().map(|it| it.text()).collect()
}

/// The marks of a text, and whether braces are left that belong to none.
pub(super) fn found(text: &str) -> (Vec<Mark>, bool) {
    let Some(pattern) = pattern() else { return (Vec::new(), false) };
    let marks = pattern.captures_iter(text).filter_map(|it| Some(Mark::read(it.get(1)?.as_str()))).collect();
    let rest = pattern.replace_all(text, "");
    (marks, rest.contains("{{") || rest.contains("}}"))
}

/// The mark of a paragraph that says nothing else.
pub(super) fn alone(text: &str) -> Option<Mark> {
    let it = pattern()?.captures(text.trim())?;
    (it.get(0)?.len() == text.trim().len()).then(|| Mark::read(it.get(1).map_or("", |it| it.as_str())))
}

/// Puts values in the places of the text marks in every paragraph below an element.
pub(super) fn replace(element: &mut Element, value: &impl Fn(usize) -> String) {
    if element.name == "w:p" {
        replace_in(element, value);
    }
    for it in element.children.iter_mut().filter_map(Node::element_mut) {
        replace(it, value);
    }
}

fn replace_in(paragraph: &mut Element, value: &impl Fn(usize) -> String) {
    let text = plain(paragraph);
    let Some(pattern) = pattern().filter(|it| it.is_match(&text)) else { return };
    // What is put where: start and end in the joined text, and the value.
    let places: Vec<(usize, usize, String)> = pattern
        .captures_iter(&text)
        .filter_map(|it| match Mark::read(it.get(1)?.as_str()) {
            Mark::Text(at) => it.get(0).map(|whole| (whole.start(), whole.end(), value(at))),
            _ => None,
        })
        .collect();
    let mut all = Vec::new();
    texts_mut(paragraph, &mut all);
    let mut start = 0;
    for it in all {
        let own = it.text();
        let end = start + own.len();
        let mut kept = String::new();
        let mut at = start;
        for (from, to, value) in places.iter().filter(|it| it.0 < end && it.1 > start) {
            kept.push_str(text.get(at..(*from).max(at)).unwrap_or_default());
            // The value stands in the run where the mark begins.
            if *from >= start {
                kept.push_str(value);
            }
            at = (*to).min(end);
        }
        kept.push_str(text.get(at..end).unwrap_or_default());
        if kept != own {
            it.set_text(&kept);
        }
        start = end;
    }
}
