//! A paper as JSON, for other programs.
//!
//! Goes in: a [`Document`]. Comes out: JSON text. Guaranteed: the same order every time; a figure has its value, how it is
//! printed and its place in report.json; what is missing says why and has no value; no mark-up.

use chrono::NaiveDate;
use serde::Serialize;

use super::tree::{Block, Cell, Chart, ChartKind, Document, Figure, Paragraph, RowKind, Run, Section, Table, Value};
use crate::render::RenderError;

/// Writes the paper as one JSON object.
pub fn write(document: &Document) -> Result<Vec<u8>, RenderError> {
    Ok(serde_json::to_vec(&Paper::of(document))?)
}

#[derive(Serialize)]
struct Paper<'a> {
    kind: &'static str,
    title: &'a str,
    subtitle: &'a str,
    language: &'static str,
    facts: Vec<Fact<'a>>,
    foot: &'a str,
    sections: Vec<Part<'a>>,
}

#[derive(Serialize)]
struct Fact<'a> {
    name: &'a str,
    value: &'a str,
}

#[derive(Serialize)]
struct Part<'a> {
    key: &'a str,
    heading: &'a str,
    level: u8,
    prose: Vec<Vec<Piece<'a>>>,
    blocks: Vec<Item<'a>>,
}

/// A run: text, a figure, or what is missing and why.
#[derive(Serialize)]
#[serde(untagged)]
enum Piece<'a> {
    Text { text: &'a str },
    Strong { text: &'a str, strong: bool },
    Figure(Number<'a>),
    Missing { missing: &'a str },
}

#[derive(Serialize)]
struct Number<'a> {
    shown: &'a str,
    path: &'a str,
    value: Known,
}

/// What a figure is as a number or a day; null when it is only said in words.
#[derive(Serialize)]
#[serde(untagged)]
enum Known {
    Whole(i64),
    Share(f64),
    Day(NaiveDate),
    Words(()),
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
enum Item<'a> {
    Heading { level: u8, text: &'a str },
    Paragraph { runs: Vec<Piece<'a>> },
    Note { runs: Vec<Piece<'a>> },
    List { items: Vec<Vec<Piece<'a>>> },
    Terms { terms: Vec<Term<'a>> },
    Table(Grid<'a>),
    Chart(Drawn<'a>),
    Signature { who: &'a str },
}

#[derive(Serialize)]
struct Term<'a> {
    term: &'a str,
    runs: Vec<Piece<'a>>,
}

#[derive(Serialize)]
struct Grid<'a> {
    key: &'a str,
    caption: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    groups: Vec<Group<'a>>,
    columns: Vec<&'a str>,
    rows: Vec<Line<'a>>,
}

#[derive(Serialize)]
struct Group<'a> {
    text: &'a str,
    columns: usize,
}

#[derive(Serialize)]
struct Line<'a> {
    sum: bool,
    cells: Vec<Vec<Piece<'a>>>,
}

#[derive(Serialize)]
struct Drawn<'a> {
    key: &'a str,
    caption: &'a str,
    drawn_as: &'static str,
    categories: &'a [String],
    series: Vec<Values<'a>>,
}

#[derive(Serialize)]
struct Values<'a> {
    name: &'a str,
    values: Vec<Option<Number<'a>>>,
}

impl<'a> Paper<'a> {
    fn of(it: &'a Document) -> Self {
        Self {
            kind: it.kind.key(),
            title: &it.title,
            subtitle: &it.subtitle,
            language: "sv-SE",
            facts: it.facts.iter().map(|(name, value)| Fact { name, value }).collect(),
            foot: &it.foot,
            sections: it.sections.iter().map(Part::of).collect(),
        }
    }
}

impl<'a> Part<'a> {
    fn of(it: &'a Section) -> Self {
        Self {
            key: &it.key,
            heading: &it.heading,
            level: it.level,
            prose: it.prose.iter().map(pieces).collect(),
            blocks: it.blocks.iter().map(Item::of).collect(),
        }
    }
}

impl<'a> Item<'a> {
    fn of(it: &'a Block) -> Self {
        match it {
            Block::Heading { level, text } => Self::Heading { level: *level, text },
            Block::Paragraph(it) => Self::Paragraph { runs: pieces(it) },
            Block::Note(it) => Self::Note { runs: pieces(it) },
            Block::List(all) => Self::List { items: all.iter().map(pieces).collect() },
            Block::Terms(all) => {
                Self::Terms { terms: all.iter().map(|(term, it)| Term { term, runs: pieces(it) }).collect() }
            }
            Block::Table(it) => Self::Table(Grid::of(it)),
            Block::Chart(it) => Self::Chart(Drawn::of(it)),
            Block::Signature(who) => Self::Signature { who },
        }
    }
}

impl<'a> Grid<'a> {
    fn of(it: &'a Table) -> Self {
        let line = |it: &'a super::tree::Row| Line {
            sum: it.kind == RowKind::Sum,
            cells: it.cells.iter().map(|Cell(runs)| runs.iter().map(Piece::of).collect()).collect(),
        };
        Self {
            key: &it.key,
            caption: &it.caption,
            groups: it.groups.iter().map(|(text, columns)| Group { text, columns: *columns }).collect(),
            columns: it.columns.iter().map(|it| it.heading.as_str()).collect(),
            rows: it.rows.iter().map(line).collect(),
        }
    }
}

impl<'a> Drawn<'a> {
    fn of(it: &'a Chart) -> Self {
        Self {
            key: &it.key,
            caption: &it.caption,
            drawn_as: match it.kind {
                ChartKind::Columns => "columns",
                ChartKind::Bars => "bars",
                ChartKind::Lines => "lines",
            },
            categories: &it.categories,
            series: it
                .series
                .iter()
                .map(|it| Values {
                    name: &it.name,
                    values: it.values.iter().map(|it| it.as_ref().map(Number::of)).collect(),
                })
                .collect(),
        }
    }
}

fn pieces(it: &Paragraph) -> Vec<Piece<'_>> {
    it.0.iter().map(Piece::of).collect()
}

impl<'a> Piece<'a> {
    fn of(it: &'a Run) -> Self {
        match it {
            Run::Text(text) => Self::Text { text },
            Run::Strong(text) => Self::Strong { text, strong: true },
            Run::Figure(it) => Self::Figure(Number::of(it)),
            Run::Missing(missing) => Self::Missing { missing },
        }
    }
}

impl<'a> Number<'a> {
    fn of(it: &'a Figure) -> Self {
        let value = match it.value {
            Value::Whole(it) => Known::Whole(it),
            Value::Share(it) => Known::Share(it),
            Value::Day(it) => Known::Day(it),
            Value::Words => Known::Words(()),
        };
        Self { shown: &it.shown, path: &it.path, value }
    }
}
