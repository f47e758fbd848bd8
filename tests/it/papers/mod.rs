//! Papers as files for other programs to look into: `tests/docx/check` and `tests/pdf/check`.
//!
//! Goes in: the invented paper of the writers' tests. Comes out: files in the target folder's `tmp/docx/` and `tmp/pdf/`.
//! Guaranteed: the same paper has the same name in both, so that pages can be compared.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use kvartal::render::document::{Block, Document, Format, Paragraph, Section};

/// The fixture's way to the tree.
mod tree {
    pub(super) use kvartal::render::document::tree::*;
}

#[path = "../../../src/render/document/fixture.rs"]
mod fixture;

mod docx;
#[cfg(feature = "pdf")]
mod pdf;

/// The lengths that papers are looked at in.
const ROWS: [usize; 4] = [0, 1, 88, 2000];

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 1, 15).unwrap()
}

/// Keeps a file for the checks.
fn keep(folder: &str, name: &str, bytes: &[u8]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(folder);
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

/// The paper as JSON, which the checks compare the other formats with.
fn json(paper: &Document) -> Vec<u8> {
    Format::Json.write(paper, day(), None, None).unwrap()
}

fn paper(sections: Vec<Section>) -> Document {
    Document { sections, facts: Vec::new(), ..fixture::with_rows(0) }
}

fn section(level: u8, heading: &str, blocks: Vec<Block>) -> Section {
    Section { key: "a".to_owned(), heading: heading.to_owned(), level, blocks, ..Section::default() }
}

fn said(text: &str) -> Block {
    Block::Paragraph(Paragraph::text(text))
}
