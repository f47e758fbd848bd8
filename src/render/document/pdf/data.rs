//! A paper as the data that the template reads: the tree, with what only a page knows.
//!
//! Goes in: a [`Document`]. Comes out: values that serialize to the template's JSON.
//! Guaranteed: heading levels never skip one; sections without words have no heading; rows are as long as their table is
//! wide; no control character, and nothing that cannot be drawn.

use serde::Serialize;

use super::widths;
use crate::render::document::chart;
use crate::render::document::missing::Reasons;
use crate::render::document::tree;

/// What stands where a character has no picture in our fonts.
const BOX: char = '□';

#[derive(Serialize)]
pub(super) struct Paper {
    title: String,
    subtitle: String,
    facts: Vec<(String, String)>,
    foot: String,
    /// What stands in a table without rows.
    nothing: &'static str,
    /// Runs of sections on standing or on lying pages.
    parts: Vec<Part>,
}

#[derive(Serialize)]
struct Part {
    lying: bool,
    blocks: Vec<Block>,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Block {
    Break,
    Heading { level: usize, text: String },
    Paragraph { runs: Vec<Run> },
    Note { runs: Vec<Run> },
    List { items: Vec<Vec<Run>> },
    Terms { items: Vec<(String, Vec<Run>)> },
    Table(Table),
    Chart { svg: String, alt: String, caption: String },
    Signature { text: String },
}

#[derive(Serialize)]
struct Table {
    caption: String,
    /// In points, and whether figures stand in it. The width takes what is left where it is nothing.
    columns: Vec<Column>,
    /// Headings above the headings with their widths in columns; an empty one gives its place to those below.
    groups: Vec<Group>,
    rows: Vec<Row>,
}

#[derive(Serialize)]
struct Column {
    heading: String,
    width: u32,
    figure: bool,
    /// Its heading stands in both rows of headings.
    tall: bool,
}

#[derive(Serialize)]
struct Group {
    text: String,
    columns: usize,
}

#[derive(Serialize)]
struct Row {
    sum: bool,
    cells: Vec<Vec<Run>>,
}

#[derive(Serialize)]
struct Run {
    strong: bool,
    /// Kept on one line.
    whole: bool,
    text: String,
    /// Raised beside the text.
    mark: String,
}

/// Makes texts fit for the page.
struct Pen {
    drawable: fn(char) -> bool,
    level: usize,
    tables: usize,
    charts: usize,
}

impl Paper {
    pub(super) fn of(document: &tree::Document, drawable: fn(char) -> bool) -> Self {
        let mut pen = Pen { drawable, level: 0, tables: 0, charts: 0 };
        let mut parts: Vec<Part> = Vec::new();
        for section in &document.sections {
            let lying = section.blocks.iter().any(|it| matches!(it, tree::Block::Table(it) if widths::is_wide(it)));
            let blocks = pen.section(section);
            match parts.last_mut().filter(|it| it.lying == lying) {
                Some(part) => {
                    if section.new_page {
                        part.blocks.push(Block::Break);
                    }
                    part.blocks.extend(blocks);
                }
                // Pages that turn are new pages anyhow; only the first part stands below the title.
                None => {
                    let first = section.new_page && parts.is_empty() && !lying;
                    parts.push(Part {
                        lying,
                        blocks: first.then_some(Block::Break).into_iter().chain(blocks).collect(),
                    });
                }
            }
        }
        Self {
            // An archive file must have a title.
            title: pen.text(if document.title.trim().is_empty() { document.kind.swedish() } else { &document.title }),
            subtitle: pen.text(&document.subtitle),
            facts: document.facts.iter().map(|(name, value)| (pen.text(name), pen.text(value))).collect(),
            foot: pen.text(&document.foot),
            nothing: tree::NOTHING,
            parts,
        }
    }
}

impl Pen {
    fn text(&self, text: &str) -> String {
        text.chars()
            .filter_map(|c| match c {
                '\n' => Some('\n'),
                c if c.is_control() => Some(' '),
                // Joiners and direction marks have no picture and could turn the reading order.
                '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' => None,
                c if c < '\u{100}' || (self.drawable)(c) => Some(c),
                _ => Some(BOX),
            })
            .collect()
    }

    fn section(&mut self, section: &tree::Section) -> Vec<Block> {
        let mut out: Vec<Block> = self.heading(section.level, &section.heading).into_iter().collect();
        out.extend(section.prose.iter().map(|it| Block::Paragraph { runs: self.runs(&it.0, &Reasons::Beside) }));
        for block in &section.blocks {
            out.extend(self.block(block));
            if let tree::Block::Table(it) = block {
                let why = Reasons::of(it).note();
                out.extend(why.map(|it| Block::Note { runs: self.runs(&it.0, &Reasons::Beside) }));
            }
        }
        out
    }

    /// A heading at most one level below the one before: readers aloud would miss the one between.
    fn heading(&mut self, level: u8, text: &str) -> Option<Block> {
        let text = self.text(text);
        if text.trim().is_empty() {
            return None;
        }
        self.level = usize::from(level).clamp(1, self.level + 1);
        Some(Block::Heading { level: self.level, text })
    }

    fn block(&mut self, block: &tree::Block) -> Option<Block> {
        match block {
            tree::Block::Table(_) => self.tables += 1,
            tree::Block::Chart(_) => self.charts += 1,
            _ => {}
        }
        let runs = |it: &tree::Paragraph| self.runs(&it.0, &Reasons::Beside);
        Some(match block {
            tree::Block::Heading { level, text } => return self.heading(*level, text),
            tree::Block::Paragraph(it) => Block::Paragraph { runs: runs(it) },
            tree::Block::Note(it) => Block::Note { runs: runs(it) },
            tree::Block::List(all) if all.is_empty() => return None,
            tree::Block::List(all) => Block::List { items: all.iter().map(runs).collect() },
            tree::Block::Terms(all) if all.is_empty() => return None,
            tree::Block::Terms(all) => {
                Block::Terms { items: all.iter().map(|(name, it)| (self.text(name), runs(it))).collect() }
            }
            tree::Block::Table(it) => Block::Table(self.table(it)?),
            tree::Block::Chart(it) => Block::Chart {
                svg: self.text(&chart::svg(it)),
                alt: self.text(&it.in_words()),
                caption: self.text(&format!("Diagram {}. {}", self.charts, it.caption)),
            },
            tree::Block::Signature(it) => Block::Signature { text: self.text(it) },
        })
    }

    fn table(&self, table: &tree::Table) -> Option<Table> {
        let count = table.columns.len();
        let widths = widths::of(table);
        let reasons = Reasons::of(table);
        // A column below no heading takes the room of both.
        let grouped: Vec<bool> =
            table.groups.iter().flat_map(|(text, wide)| std::iter::repeat_n(!text.trim().is_empty(), *wide)).collect();
        let groups = table.groups.iter().map(|(text, columns)| Group { text: self.text(text), columns: *columns });
        let columns = table.columns.iter().zip(widths).enumerate();
        (count > 0).then(|| Table {
            caption: self.text(&format!("Tabell {}. {}", self.tables, table.caption)),
            groups: if grouped.len() == count && grouped.contains(&true) { groups.collect() } else { Vec::new() },
            columns: columns
                .map(|(at, (it, width))| Column {
                    heading: self.text(&it.heading),
                    width,
                    figure: it.width == tree::Width::Figure,
                    tall: !grouped.get(at).copied().unwrap_or(false),
                })
                .collect(),
            rows: table
                .rows
                .iter()
                .map(|row| Row {
                    sum: row.kind == tree::RowKind::Sum,
                    cells: (0..count)
                        .map(|at| row.cells.get(at).map_or(Vec::new(), |it| self.runs(&it.0, &reasons)))
                        .collect(),
                })
                .collect(),
        })
    }

    fn runs(&self, runs: &[tree::Run], reasons: &Reasons<'_>) -> Vec<Run> {
        runs.iter()
            .map(|it| Run {
                strong: matches!(it, tree::Run::Strong(_)),
                whole: matches!(it, tree::Run::Figure(_)),
                text: match it {
                    tree::Run::Missing(why) => self.text(&format!("{}{}", it.plain(), reasons.beside(why))),
                    _ => self.text(it.plain()),
                },
                mark: if let tree::Run::Missing(why) = it { reasons.mark(why) } else { String::new() },
            })
            .collect()
    }
}
