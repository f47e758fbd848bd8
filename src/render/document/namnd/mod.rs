//! The nämnd's report: what is open, what has changed, how well each utförare reported, and the tables behind.
//!
//! Goes in: a [`Paper`]. Comes out: its [`Document`], in the order of the reports kommuner publish (D49).
//! Guaranteed: every number in a sentence is the one in the table; an insats without a case is named, not given a section;
//! the case list has no id, no utförare's file and no name.

mod analysis;
mod annex;
mod cases;
mod insats;
mod opening;
mod quality;

use super::paper::Paper;
use super::tree::{Document, Kind};

/// Builds the report.
pub fn document(paper: &Paper<'_>) -> Document {
    let mut sections = vec![opening::opening(paper), opening::summary(paper)];
    sections.extend(insats::sections(paper));
    sections.extend(analysis::sections(paper));
    sections.push(quality::section(paper));
    sections.extend(annex::sections(paper));
    Document {
        kind: Kind::Namnd,
        title: format!("Ej verkställda beslut enligt {}", paper.laws()),
        subtitle: super::say::capital(&paper.quarter_in_full()),
        facts: paper.facts(),
        foot: paper.foot(),
        sections,
    }
}

#[cfg(test)]
mod tests {
    use crate::render::document::paper::Paper;
    use crate::render::document::{Block, Document, Kind};
    use crate::render::{View, fixture};

    fn built() -> Document {
        let round = fixture::round();
        super::document(&Paper::of(&View::new(&round.report, round.voice())))
    }

    fn prose(document: &Document, key: &str) -> String {
        let section = document.sections.iter().find(|it| it.key == key).unwrap_or_else(|| panic!("{key} saknas"));
        section.prose.iter().map(|it| it.plain()).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn it_has_the_parts_of_a_published_report_in_their_order() {
        let document = built();
        assert_eq!(document.kind, Kind::Namnd);
        let keys: Vec<_> = document.sections.iter().map(|it| it.key.as_str()).collect();
        let parts =
            ["inledning", "sammanfattning", "per-insats", "analys", "kvalitet", "bilaga", "arenden", "avstamning"];
        let mut at = 0;
        for part in parts {
            at += keys[at..].iter().position(|it| *it == part).unwrap_or_else(|| panic!("{part} i {keys:?}"));
        }
    }

    #[test]
    fn keys_are_unique_and_rows_as_wide_as_their_table() {
        let document = built();
        let mut keys: Vec<_> = document.sections.iter().map(|it| it.key.clone()).collect();
        for block in document.sections.iter().flat_map(|it| &it.blocks) {
            match block {
                Block::Table(it) => {
                    keys.push(it.key.clone());
                    assert!(it.rows.iter().all(|row| row.cells.len() == it.columns.len()), "{}", it.key);
                    let grouped: usize = it.groups.iter().map(|it| it.1).sum();
                    assert!(it.groups.is_empty() || grouped == it.columns.len(), "{}", it.key);
                }
                Block::Chart(it) => {
                    keys.push(it.key.clone());
                    assert!(it.series.iter().all(|series| series.values.len() == it.categories.len()), "{}", it.key);
                }
                _ => {}
            }
        }
        let all = keys.len();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), all);
    }

    #[test]
    fn an_empty_quarter_says_so_in_a_sentence() {
        let round = fixture::empty();
        let document = super::document(&Paper::of(&View::new(&round.report, round.voice())));
        assert!(
            prose(&document, "sammanfattning").contains("Inga ärenden rapporterades"),
            "{}",
            prose(&document, "sammanfattning")
        );
    }
}
