//! Feedback to one utförare: the grade of each uppdrag with its reasons, what was good and what to mend.
//!
//! Goes in: a [`Paper`] and which utförare. Comes out: its [`Document`]. Guaranteed: about reports, never about persons; no
//! cell's content; the text is the same draft as in the service.

use super::paper::Paper;
use super::say::capital;
use super::tree::{Block, Cell, Column, Document, Kind, Paragraph, Row, RowKind, Section, Table, Width};
use crate::merge::report::{PlacedFinding, Quality, QuarterReport};
use crate::rating::Mark;
use crate::render::feedback::{Grounds, draft, gathered};
use crate::render::print::clean;
use crate::render::tables::{marked, override_in_words};

/// Which utförare are rated, as indexes into the report's.
pub fn rated(paper: &Paper<'_>) -> Vec<usize> {
    let mut all: Vec<usize> = paper.view.report.quality.iter().map(|it| it.utforare).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Builds the letter to one of them.
pub fn document(paper: &Paper<'_>, utforare: usize) -> Document {
    let rated = paper.view.report.quality.iter().filter(|it| it.utforare == utforare);
    let mut facts = vec![("Till".to_owned(), paper.view.utforare_name(utforare).to_owned())];
    facts.extend(paper.facts());
    Document {
        kind: Kind::Aterkoppling,
        title: "Återkoppling på rapporteringen av ej verkställda beslut".into(),
        subtitle: capital(&paper.quarter_in_full()),
        facts,
        foot: paper.foot(),
        sections: rated.enumerate().map(|(nr, it)| section(paper, nr, it)).collect(),
    }
}

fn section(paper: &Paper<'_>, nr: usize, it: &Quality) -> Section {
    let view = paper.view;
    let about = about(view.report, it);
    let points = gathered(view.rules(), view.report.findings.iter().filter(about).map(|it| &it.finding));
    let quarter = paper.quarter_in_words();
    let grounds = Grounds { quarter: &quarter, rating: &it.rating, points: &points, completions: 0 };
    let mut prose = vec![Paragraph(vec![
        super::tree::Run::Text("Betyg: ".into()),
        super::tree::Run::Strong(it.rating.grade.swedish().into()),
        super::tree::Run::Text(".".into()),
    ])];
    let changed = override_in_words(it);
    if !changed.is_empty() {
        prose.push(Paragraph::text(clean(&changed)));
    }
    let mut blocks = Vec::new();
    if marked(it) {
        blocks.push(Block::Table(marks(nr, it)));
    }
    let mut items: Vec<Paragraph> = Vec::new();
    for line in draft(&grounds).lines().filter(|it| !it.is_empty()) {
        if let Some(item) = line.strip_prefix("– ") {
            items.push(Paragraph::text(item));
            continue;
        }
        if !items.is_empty() {
            blocks.push(Block::List(std::mem::take(&mut items)));
        }
        blocks.push(Block::Paragraph(Paragraph::text(line)));
    }
    if !items.is_empty() {
        blocks.push(Block::List(items));
    }
    let heading = view.insatser_in_words(&it.insatser);
    Section::new(format!("uppdrag-{}", nr + 1), heading, 1).prose(prose).blocks(blocks)
}

/// Whether a finding is about what came in for the uppdrag: its own file, and of a file that several uppdrag share only
/// the rows of its own insatser and what is about the file as a whole.
fn about<'a>(report: &'a QuarterReport, it: &'a Quality) -> impl Fn(&&PlacedFinding) -> bool + 'a {
    let shared = report.quality.iter().filter(|other| other.file == it.file && other.utforare == it.utforare).nth(1);
    let mut others: Vec<(u16, u32)> = Vec::new();
    if let Some(file) = it.file.filter(|_| shared.is_some()) {
        let counted = report.lines.iter().map(|it| (it.source, it.insats));
        let all = counted.chain(report.excluded.iter().map(|it| (it.source, it.insats)));
        let foreign = all.filter(|(source, insats)| {
            source.file == file && insats.is_some_and(|insats| !it.insatser.contains(&insats))
        });
        others.extend(foreign.map(|(source, _)| (source.sheet, source.row)));
        others.sort_unstable();
    }
    move |finding| {
        let place = &finding.finding.place;
        let row = place.sheet.zip(place.row);
        finding.file.is_some() && finding.file == it.file && row.is_none_or(|row| others.binary_search(&row).is_err())
    }
}

fn marks(nr: usize, it: &Quality) -> Table {
    let rows = Mark::ALL.iter().zip(it.rating.marks).map(|(mark, level)| {
        let why: Vec<&str> =
            it.rating.reasons.iter().filter(|it| it.mark == *mark).map(|it| it.text.as_str()).collect();
        Row {
            kind: RowKind::Body,
            cells: vec![Cell::text(mark.swedish()), Cell::text(level.swedish()), Cell::text(clean(&why.join(" ")))],
        }
    });
    Table {
        key: format!("delbetyg-{}", nr + 1),
        caption: "Delbetyg".into(),
        groups: Vec::new(),
        columns: vec![
            Column::new("Område", Width::Text),
            Column::new("Omdöme", Width::Short),
            Column::new("Varför", Width::Long),
        ],
        rows: rows.collect(),
    }
}
