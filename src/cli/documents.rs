//! The papers of the quarter as files, beside the report: one folder, one file per paper and format.
//!
//! Goes in: a report as renderers look at it, and what is said beside it. Comes out: files in `handlingar/`.
//! Guaranteed: each file is whole or absent; all formats of a paper come from one content tree.

use std::io::Write;
use std::path::Path;

use crate::render::View;
use crate::render::document::paper::Paper;
use crate::render::document::{Document, aterkoppling, ivo, namnd, plain, revisorer, tjansteskrivelse};

use super::failure::{Failure, io_text};
use super::report::whole_file;

/// The folder in the report's folder.
pub const FOLDER: &str = "handlingar";

/// Every paper with the stem of its files.
pub fn papers(paper: &Paper<'_>) -> Vec<(String, Document)> {
    let mut out: Vec<(String, Document)> = [
        namnd::document(paper),
        tjansteskrivelse::document(paper),
        revisorer::document(paper),
        ivo::document(paper, &[]),
    ]
    .into_iter()
    .map(|it| (it.kind.key().to_owned(), it))
    .collect();
    for utforare in aterkoppling::rated(paper) {
        let document = aterkoppling::document(paper, utforare);
        out.push((format!("{}-{}", document.kind.key(), paper.view.utforare_id(utforare)), document));
    }
    out
}

/// Writes the papers.
pub fn write(out: &Path, view: &View<'_>) -> Result<(), Failure> {
    let folder = out.join(FOLDER);
    std::fs::create_dir_all(&folder)
        .map_err(|it| Failure::System(io_text("Det går inte att skapa mappen", &folder, &it)))?;
    for (stem, document) in papers(&Paper::of(view)) {
        whole_file(
            &folder.join(format!("{stem}.txt")),
            |file| Ok(file.write_all(plain::write(&document).as_bytes())?),
        )?;
    }
    Ok(())
}
