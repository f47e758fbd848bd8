//! The content tree: sections of paragraphs, lists, tables and charts, built of runs that know where their figures come from.
//!
//! Goes in: nothing; these are values that the papers build. Comes out: the same values to the writers.
//! Guaranteed: there is no mark-up in a text and no style in the tree; a missing figure is a [`Run::Missing`] with its
//! reason, never a zero; headings begin at level 1 and the title stands above them. The papers of fixed reports are kept as
//! these values in JSON: what is added later has a default, and nothing changes its name.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::render::print::{date_in_words, number, share};

/// Which paper it is. One per reader (D53).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// The nämnd's report.
    Namnd,
    /// Kommunfullmäktige's statistikrapport: public, protected.
    Fullmaktige,
    /// Revisorerna, per decision.
    Revisorer,
    /// Individrapporter in the order of IVO's form.
    Ivo,
    /// The official's letter to the nämnd with a proposal for decision.
    Tjansteskrivelse,
    /// Feedback to one utförare.
    Aterkoppling,
}

impl Kind {
    /// Every kind, in the order they are listed to people.
    pub const ALL: [Self; 6] =
        [Self::Namnd, Self::Tjansteskrivelse, Self::Fullmaktige, Self::Revisorer, Self::Ivo, Self::Aterkoppling];

    /// Stem of file names and word in addresses.
    pub fn key(self) -> &'static str {
        match self {
            Self::Namnd => "namndens-rapport",
            Self::Fullmaktige => "statistikrapport",
            Self::Revisorer => "revisorerna",
            Self::Ivo => "ivo",
            Self::Tjansteskrivelse => "tjansteskrivelse",
            Self::Aterkoppling => "aterkoppling",
        }
    }

    pub fn swedish(self) -> &'static str {
        match self {
            Self::Namnd => "Nämndens rapport",
            Self::Fullmaktige => "Statistikrapport till kommunfullmäktige",
            Self::Revisorer => "Rapport till revisorerna",
            Self::Ivo => "Individrapporter till IVO",
            Self::Tjansteskrivelse => "Tjänsteskrivelse",
            Self::Aterkoppling => "Återkoppling till utföraren",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.key() == key)
    }

    /// Whether anybody may read it (OSL 26 kap. 1 §: the rest is not public as it stands).
    pub fn is_public(self) -> bool {
        self == Self::Fullmaktige
    }
}

/// One paper.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Document {
    pub kind: Kind,
    /// `Ej verkställda beslut enligt LSS`
    pub title: String,
    /// `Kvartal 4 2023 (oktober–december)`
    pub subtitle: String,
    /// What stands in the head of the first page: `Nämnd`, `Kvartal`, `Diarienummer`, `Regelverk` …
    pub facts: Vec<(String, String)>,
    /// What every page says at its foot, besides its number: kommun, nämnd and quarter.
    pub foot: String,
    pub sections: Vec<Section>,
}

/// One part of a paper that a person can edit or add to.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Section {
    /// Stable word in the database and in addresses: `inledning`, `insats-ledsagarservice`.
    pub key: String,
    pub heading: String,
    /// 1–3.
    pub level: u8,
    /// Sentences generated from figures, or what a person has put in their place.
    pub prose: Vec<Paragraph>,
    /// What stands below the sentences.
    pub blocks: Vec<Block>,
    /// Begins on a page of its own.
    pub new_page: bool,
}

/// A paragraph: text and figures in reading order.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Paragraph(pub Vec<Run>);

/// A piece of a paragraph or of a cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Run {
    Text(String),
    /// Something to notice; bold.
    Strong(String),
    Figure(Figure),
    /// A figure that nobody has given; says why. Shown as a dash with its reason beside or below ([`super::missing`]).
    Missing(String),
}

/// A figure and where it stands in report.json.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// `totals.open`, `by_insats.ledsagarservice.open`, `lines.12.days`. Empty for what is not in report.json.
    pub path: String,
    pub value: Value,
    /// As printed: `57`, `1 388`, `34,8 %`, `2023-08-11`, `färre än 5`.
    pub shown: String,
}

/// What a figure is, for formats that keep numbers as numbers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Value {
    Whole(i64),
    /// 0–1.
    Share(f64),
    Day(NaiveDate),
    /// Not shown as it is: protected, or said in words.
    Words,
}

impl Figure {
    /// A count.
    pub fn whole(path: impl Into<String>, value: impl Into<i64>) -> Self {
        let value = value.into();
        Self { path: path.into(), value: Value::Whole(value), shown: number(value) }
    }

    /// A share of 0–1, printed with one decimal.
    pub fn share(path: impl Into<String>, value: f64) -> Self {
        Self { path: path.into(), value: Value::Share(value), shown: share(value) }
    }

    /// A day as in tables, ISO.
    pub fn day(path: impl Into<String>, day: NaiveDate) -> Self {
        Self { path: path.into(), value: Value::Day(day), shown: day.to_string() }
    }

    /// A day as in sentences: `31 december 2023`.
    pub fn day_in_words(path: impl Into<String>, day: NaiveDate) -> Self {
        Self { path: path.into(), value: Value::Day(day), shown: date_in_words(day) }
    }

    /// A figure that is said in words: a class, a protected cell.
    pub fn words(path: impl Into<String>, shown: impl Into<String>) -> Self {
        Self { path: path.into(), value: Value::Words, shown: shown.into() }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Block {
    /// A heading inside a section; level 2–4, always deeper than the section's.
    Heading {
        level: u8,
        text: String,
    },
    Paragraph(Paragraph),
    /// Small print below a table or a chart.
    Note(Paragraph),
    List(Vec<Paragraph>),
    /// Terms and what they are: `Insats: Ledsagarservice`. IVO's form, a receipt.
    Terms(Vec<(String, Paragraph)>),
    Table(Table),
    Chart(Chart),
    /// Room for a signature above a name or a title.
    Signature(String),
}

/// What stands in a table without rows.
pub const NOTHING: &str = "Inget att redovisa.";

/// A table with a caption. Its headings are repeated on every page.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// Stable, unique in the paper: `per-insats`.
    pub key: String,
    pub caption: String,
    /// Headings above the headings: text and how many columns; empty text where there is none. Empty, or sums to the columns.
    pub groups: Vec<(String, usize)>,
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Column {
    pub heading: String,
    pub width: Width,
}

/// What a column holds decides its width and how it is aligned.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Width {
    /// A few figures, to the right.
    Figure,
    /// A day or a short word.
    Short,
    #[default]
    Text,
    /// A sentence or more.
    Long,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    pub kind: RowKind,
    /// As many as the columns. The first heads the row.
    pub cells: Vec<Cell>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum RowKind {
    #[default]
    Body,
    /// A sum of those above.
    Sum,
}

/// What stands in a cell: nothing, or runs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Cell(pub Vec<Run>);

/// A chart: the same vector picture in all formats, with its figures as text and as a table behind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Chart {
    /// Stable, unique in the paper: `oppna-per-kvartal`.
    pub key: String,
    pub caption: String,
    pub kind: ChartKind,
    /// What the axis of things says below each group: quarters, causes, classes of age.
    pub categories: Vec<String>,
    /// `None` where nobody knows; never drawn as zero.
    pub series: Vec<Series>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChartKind {
    /// Standing bars, one group per category.
    Columns,
    /// Lying bars, for few categories with long names.
    Bars,
    /// One line per series, categories in time.
    Lines,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Series {
    pub name: String,
    /// As many as the categories.
    pub values: Vec<Option<Figure>>,
}

impl Document {
    /// Every figure in the paper, in reading order: prose, tables, charts.
    pub fn figures(&self) -> Vec<&Figure> {
        let mut out = Vec::new();
        for section in &self.sections {
            section.prose.iter().for_each(|it| it.figures(&mut out));
            section.blocks.iter().for_each(|it| it.figures(&mut out));
        }
        out
    }
}

impl Section {
    /// A section that says nothing yet.
    pub fn new(key: impl Into<String>, heading: impl Into<String>, level: u8) -> Self {
        Self { key: key.into(), heading: heading.into(), level, ..Self::default() }
    }

    pub fn prose(self, prose: Vec<Paragraph>) -> Self {
        Self { prose, ..self }
    }

    pub fn blocks(self, blocks: Vec<Block>) -> Self {
        Self { blocks, ..self }
    }

    pub fn on_new_page(self) -> Self {
        Self { new_page: true, ..self }
    }
}

impl Column {
    pub fn new(heading: impl Into<String>, width: Width) -> Self {
        Self { heading: heading.into(), width }
    }

    pub fn all(columns: &[(&str, Width)]) -> Vec<Self> {
        columns.iter().map(|(heading, width)| Self::new(*heading, *width)).collect()
    }
}

impl Block {
    fn figures<'a>(&'a self, out: &mut Vec<&'a Figure>) {
        match self {
            Self::Heading { .. } | Self::Signature(_) => {}
            Self::Paragraph(it) | Self::Note(it) => it.figures(out),
            Self::List(all) => all.iter().for_each(|it| it.figures(out)),
            Self::Terms(all) => all.iter().for_each(|it| it.1.figures(out)),
            Self::Table(it) => {
                for cell in it.rows.iter().flat_map(|it| &it.cells) {
                    out.extend(cell.0.iter().filter_map(Run::figure));
                }
            }
            Self::Chart(it) => out.extend(it.series.iter().flat_map(|it| &it.values).flatten()),
        }
    }
}

impl Paragraph {
    /// A paragraph of one plain text.
    pub fn text(text: impl Into<String>) -> Self {
        Self(vec![Run::Text(text.into())])
    }

    /// What it says, without marks.
    pub fn plain(&self) -> String {
        self.0.iter().map(Run::plain).collect()
    }

    fn figures<'a>(&'a self, out: &mut Vec<&'a Figure>) {
        out.extend(self.0.iter().filter_map(Run::figure));
    }
}

impl Run {
    pub fn figure(&self) -> Option<&Figure> {
        match self {
            Self::Figure(it) => Some(it),
            Self::Text(_) | Self::Strong(_) | Self::Missing(_) => None,
        }
    }

    /// What it says, without marks.
    pub fn plain(&self) -> &str {
        match self {
            Self::Text(it) | Self::Strong(it) => it,
            Self::Figure(it) => &it.shown,
            Self::Missing(_) => "–",
        }
    }
}

impl Cell {
    pub fn text(text: impl Into<String>) -> Self {
        Self(vec![Run::Text(text.into())])
    }

    pub fn figure(it: Figure) -> Self {
        Self(vec![Run::Figure(it)])
    }

    pub fn missing(why: impl Into<String>) -> Self {
        Self(vec![Run::Missing(why.into())])
    }

    /// What it says, without marks.
    pub fn plain(&self) -> String {
        self.0.iter().map(Run::plain).collect()
    }
}

impl Chart {
    /// The chart as a sentence, for those who do not see it.
    pub fn in_words(&self) -> String {
        let each = self.series.iter().map(|series| {
            let values = self.categories.iter().zip(&series.values).map(|(name, value)| {
                let shown = value.as_ref().map_or("okänt", |it| it.shown.as_str());
                format!("{name} {shown}")
            });
            format!("{}: {}.", series.name, values.collect::<Vec<_>>().join(", "))
        });
        format!("Diagram. {}. {}", self.caption.trim_end_matches('.'), each.collect::<Vec<_>>().join(" "))
    }
}
