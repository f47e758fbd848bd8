//! What was found, as the answer's cards, groups and questions show it.
//!
//! Goes in: the summary of an answer and the replies. Comes out: plain values for the template.
//! Guaranteed: every finding of the answer is in exactly one place; a question that has been answered shows its answer.

use crate::desk::questions::{Question, is_answered};
use crate::http::when::{iso, moment};
use crate::model::Severity;
use crate::render::answer::{Card, Item, Repeated, SoftKind, Summary};
use crate::render::print::clean;
use crate::store::review::Reply;

/// One finding; the fields are those of `parts/finding.html`.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    pub id: String,
    pub severity_key: &'static str,
    pub severity: &'static str,
    pub cell: String,
    pub sheet: String,
    pub field: String,
    pub shown: String,
    pub expected: String,
    pub message: String,
    pub remedy: String,
    pub rule: String,
    pub href: String,
    /// As Excel shows it; empty when no row is meant.
    pub row: String,
    /// It is a question.
    pub asks: bool,
    /// What was answered: text, ISO time, time.
    pub answered: Option<(String, String, String)>,
}

/// A row with what was said about it.
#[derive(Debug, Clone)]
pub(super) struct RowCard {
    pub id: String,
    pub title: String,
    pub about: String,
    pub items: Vec<Shown>,
}

/// A column that fails often with one fault.
#[derive(Debug, Clone)]
pub(super) struct Often {
    pub id: String,
    pub severity_key: &'static str,
    pub severity: &'static str,
    pub title: String,
    pub rule: String,
    pub message: String,
    pub remedy: String,
    pub examples: Vec<(String, String)>,
    pub places: String,
    pub answered: Option<(String, String, String)>,
}

/// A kind of question that several rows have, so that one answer does for all.
#[derive(Debug, Clone)]
pub(super) struct Kind {
    pub rule: String,
    pub headline: String,
    /// Those without an answer.
    pub open: usize,
    pub count: usize,
}

/// The parts of the page that a filter chooses among.
#[derive(Debug, Clone, Default)]
pub(super) struct Parts {
    pub whole: Vec<Shown>,
    pub often: Vec<Often>,
    pub cards: Vec<RowCard>,
    pub kinds: Vec<Kind>,
    /// Questions without an answer.
    pub open_questions: usize,
}

/// What of an answer is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Choice {
    /// What asks for something: faults and questions; notices when there is nothing else.
    ToDo,
    One(Severity),
    All,
}

impl Choice {
    pub fn of(key: &str) -> Self {
        match Severity::from_key(key) {
            Some(it) => Self::One(it),
            None if key == "alla" => Self::All,
            None => Self::ToDo,
        }
    }

    /// As it stands in an address; empty for what is shown unasked.
    pub fn key(self) -> &'static str {
        match self {
            Self::ToDo => "",
            Self::One(it) => it.key(),
            Self::All => "alla",
        }
    }
}

pub(super) fn parts(summary: &Summary, replies: &[Reply], choice: Choice) -> Parts {
    let nothing_to_do = summary.counts.fel + summary.counts.fraga == 0;
    let wanted = |it: Severity| match choice {
        Choice::All => true,
        Choice::One(only) => only == it,
        Choice::ToDo => nothing_to_do || it != Severity::Notis,
    };
    let shown = |it: &Item| shown(it, replies);
    let items = |its: &[Item]| its.iter().filter(|it| wanted(it.severity)).map(shown).collect::<Vec<_>>();
    let card = |(at, it): (usize, &Card)| RowCard {
        id: format!("rad-{}", at + 1),
        title: format!("Rad {}", it.row),
        about: if it.number.is_empty() { it.about.clone() } else { format!("{} (ert nr {})", it.about, it.number) },
        items: items(&it.items),
    };
    Parts {
        whole: items(&summary.whole),
        often: summary
            .repeated
            .iter()
            .enumerate()
            .filter(|it| wanted(it.1.severity))
            .map(|it| often(it, replies))
            .collect(),
        cards: summary.cards.iter().enumerate().map(card).filter(|it| !it.items.is_empty()).collect(),
        kinds: summary
            .soft
            .iter()
            .filter(|it| it.severity == Severity::Fraga)
            .map(|it| kind(it, summary, replies))
            .collect(),
        open_questions: questions(summary).filter(|it| !is_answered(it, replies)).count(),
    }
}

fn question(it: &Item) -> Question {
    Question {
        rule: it.rule.clone(),
        severity: it.severity.key().to_owned(),
        sheet: it.sheet.clone(),
        row: it.row.map(i64::from),
    }
}

/// The questions that are shown one by one; those said together are answered together.
fn questions(summary: &Summary) -> impl Iterator<Item = Question> {
    let of_cards = summary.cards.iter().flat_map(|it| &it.items);
    let often = summary.repeated.iter().flat_map(|it| it.examples.iter().take(1));
    summary.whole.iter().chain(of_cards).chain(often).filter(|it| it.severity == Severity::Fraga).map(question)
}

fn kind(it: &SoftKind, summary: &Summary, replies: &[Reply]) -> Kind {
    let all_at_once = replies.iter().any(|reply| reply.rule == it.rule && reply.sheet.is_none());
    let answered = questions(summary).filter(|own| own.rule == it.rule && is_answered(own, replies)).count();
    Kind {
        rule: it.rule.clone(),
        headline: it.headline.clone(),
        open: if all_at_once { 0 } else { it.count.saturating_sub(answered) },
        count: it.count,
    }
}

fn answer(rule: &str, sheet: Option<&String>, row: Option<i64>, replies: &[Reply]) -> Option<(String, String, String)> {
    let fits = |it: &&Reply| it.rule == rule && (it.sheet.is_none() || (it.sheet.as_ref() == sheet && it.row == row));
    replies.iter().rfind(fits).map(|it| (clean(&it.text).into_owned(), iso(it.at), moment(it.at)))
}

fn shown(it: &Item, replies: &[Reply]) -> Shown {
    let asks = it.severity == Severity::Fraga;
    let row = it.row.map(i64::from);
    Shown {
        id: format!("a{}", it.index),
        severity_key: it.severity.key(),
        severity: it.severity.swedish(),
        cell: it.cell.clone().unwrap_or_default(),
        sheet: it.sheet.clone().unwrap_or_default(),
        field: if it.heading.is_empty() { it.headline.clone() } else { it.heading.clone() },
        shown: it.shown.clone(),
        expected: it.expected.clone().unwrap_or_default(),
        message: it.message.clone(),
        remedy: it.remedy.clone(),
        rule: it.rule.clone(),
        href: String::new(),
        row: it.row.map(|it| it.to_string()).unwrap_or_default(),
        asks,
        answered: answer(&it.rule, it.sheet.as_ref(), row, replies).filter(|_| asks),
    }
}

fn often((at, it): (usize, &Repeated), replies: &[Reply]) -> Often {
    let first = it.examples.first();
    let asks = it.severity == Severity::Fraga;
    Often {
        id: format!("ofta-{}", at + 1),
        severity_key: it.severity.key(),
        severity: it.severity.swedish(),
        title: format!("{}: {} på {} rader", it.heading, lower_first(&it.headline), it.count),
        rule: it.rule.clone(),
        message: first.map(|it| it.message.clone()).unwrap_or_default(),
        remedy: first.map(|it| it.remedy.clone()).unwrap_or_default(),
        examples: it.examples.iter().map(|it| (it.place.clone(), it.shown.clone())).collect(),
        places: it.places.join(", "),
        answered: answer(&it.rule, None, None, replies).filter(|_| asks),
    }
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
