//! A paper as plain text: for the terminal, for e-mail and for whoever wants to read it aloud.
//!
//! Goes in: a [`Document`]. Comes out: UTF-8 text, tables as lines of `a · b · c`. Guaranteed: everything that is said in
//! the other formats is said here, in the same order.

use std::fmt::Write;

use super::missing::Reasons;
use super::tree::{Block, Document, NOTHING, Paragraph, Section};

/// Writes the paper.
pub fn write(document: &Document) -> String {
    let mut out = format!("{}\n{}\n", document.title, document.subtitle);
    for (name, value) in &document.facts {
        let _ = writeln!(out, "{name}: {value}");
    }
    for section in &document.sections {
        write_section(&mut out, section);
    }
    out
}

fn write_section(out: &mut String, section: &Section) {
    let _ = writeln!(out, "\n{} {}", "#".repeat(usize::from(section.level)), section.heading);
    section.prose.iter().for_each(|it| paragraph(out, it));
    for block in &section.blocks {
        match block {
            Block::Heading { level, text } => {
                let _ = writeln!(out, "\n{} {text}", "#".repeat(usize::from(*level)));
            }
            Block::Paragraph(it) | Block::Note(it) => paragraph(out, it),
            Block::List(all) => {
                for it in all {
                    let _ = writeln!(out, "– {}", Reasons::Beside.plain(&it.0));
                }
            }
            Block::Terms(all) => {
                for (name, value) in all {
                    let _ = writeln!(out, "{name}: {}", Reasons::Beside.plain(&value.0));
                }
            }
            Block::Table(it) => {
                let _ = writeln!(out, "\n{}", it.caption);
                let heads: Vec<&str> = it.columns.iter().map(|it| it.heading.as_str()).collect();
                let _ = writeln!(out, "{}", heads.join(" · "));
                let reasons = Reasons::of(it);
                for row in &it.rows {
                    let cells: Vec<String> = row.cells.iter().map(|it| reasons.plain(&it.0)).collect();
                    let _ = writeln!(out, "{}", cells.join(" · "));
                }
                if it.rows.is_empty() {
                    let _ = writeln!(out, "{NOTHING}");
                }
                if let Some(note) = reasons.note() {
                    paragraph(out, &note);
                }
            }
            Block::Chart(it) => {
                let _ = writeln!(out, "\n{}", it.in_words());
            }
            Block::Signature(name) => {
                let _ = writeln!(out, "\n{name}");
            }
        }
    }
}

fn paragraph(out: &mut String, it: &Paragraph) {
    let _ = writeln!(out, "{}", Reasons::Beside.plain(&it.0));
}
