//! A paper as one page of its own: no script, nothing fetched, readable on a phone, on paper and aloud.
//!
//! Goes in: a [`Document`], and the address of the page of lineage or none. Comes out: HTML. Guaranteed: every text is
//! escaped; every figure says its place in report.json and, with an address, leads there; every chart has its figures as a
//! table beside it.

use std::borrow::{Borrow, Cow};
use std::io::Write;

use askama::Template;

use super::chart::svg;
use super::missing::Reasons;
use super::tree::{Block, Chart, Document, NOTHING, RowKind, Run, Section, Table, Width};
use crate::render::RenderError;
use crate::render::print::{harmless, percent_encoded};

/// The one style of the page, which a policy of a server can name by its hash.
pub const CSS: &str = include_str!("../../../web/dokument.css");

/// Writes the page. `lineage` is the address of the page that explains figures by their path.
pub fn write(document: &Document, lineage: Option<&str>) -> Result<Vec<u8>, RenderError> {
    let mut out = Vec::new();
    Page::new(document, lineage).write_into(&mut out)?;
    out.flush()?;
    Ok(out)
}

#[derive(Template)]
#[template(path = "dokument.html")]
struct Page<'a> {
    document: &'a Document,
    lineage: Option<&'a str>,
    css: &'static str,
    parts: Vec<Part<'a>>,
}

/// A section and what stands in it, tables and charts with their numbers.
struct Part<'a> {
    section: &'a Section,
    blocks: Vec<(usize, &'a Block)>,
}

impl<'a> Page<'a> {
    fn new(document: &'a Document, lineage: Option<&'a str>) -> Self {
        let (mut tables, mut charts) = (0, 0);
        let mut numbered = |block: &'a Block| {
            let number = match block {
                Block::Table(_) => &mut tables,
                Block::Chart(_) => &mut charts,
                _ => return (0, block),
            };
            *number += 1;
            (*number, block)
        };
        let mut part =
            |section: &'a Section| Part { section, blocks: section.blocks.iter().map(&mut numbered).collect() };
        let parts = document.sections.iter().map(&mut part).collect();
        Self { document, lineage, css: CSS, parts }
    }

    fn say<'t>(&self, text: &'t str) -> Cow<'t, str> {
        harmless(text)
    }

    /// Why something is missing in running text.
    fn beside(&self, reasons: &Reasons<'_>, why: &str) -> String {
        harmless(&reasons.beside(why)).into_owned()
    }

    /// Where a figure leads; nowhere when it is not in report.json.
    fn leads(&self, path: &str) -> Option<String> {
        self.lineage.filter(|_| !path.is_empty()).map(|base| format!("{base}?vag={}", percent_encoded(path)))
    }

    fn picture(&self, chart: &Chart) -> String {
        svg(chart)
    }

    fn is_figure(&self, table: &Table, at: impl Borrow<usize>) -> bool {
        table.columns.get(*at.borrow()).is_some_and(|it| it.width == Width::Figure)
    }

    fn is_long(&self, table: &Table, at: impl Borrow<usize>) -> bool {
        table.columns.get(*at.borrow()).is_some_and(|it| it.width == Width::Long)
    }

    /// The title stands above all sections. The template hands over a level or a reference to one.
    fn level(&self, level: impl Borrow<u8>) -> u8 {
        (*level.borrow()).clamp(1, 5) + 1
    }
}
