//! To revisorerna: every decision and interruption with its date, insats, cause and, when it has been carried out, the day.
//!
//! Goes in: a [`Paper`]. Comes out: its [`Document`]. Guaranteed: per decision as both Acts ask, pseudonymised (D53): a
//! number of this report, no name, no identity number and no free text.

use super::law::{Law, law};
use super::paper::{Paper, cell, day_cell};
use super::say::{ARENDE, Say, capital};
use super::tree::{Block, Cell, Column, Document, Figure, Kind, Paragraph, Row, RowKind, Section, Table, Width};
use crate::merge::report::Line;
use crate::model::StartKind;

/// Builds the report.
pub fn document(paper: &Paper<'_>) -> Document {
    let lines = &paper.view.report.lines;
    let mut prose = Vec::new();
    if let Some(quarter) = paper.quarter() {
        let duty = law(quarter).of_all(&paper.acts(), Law::report);
        prose.push(Paragraph::text(format!(
            "Enligt {duty} ska nämnden till kommunens revisorer rapportera varje beslut som inte har verkställts inom tre månader, \
             när beslutet fattades, vilken insats det gäller, skälen till dröjsmålet och när det verkställdes."
        )));
    }
    let say = match lines.len() {
        0 => Say::new().text(format!("Det finns inga beslut att rapportera för {}", paper.quarter_in_words())),
        _ => Say::new()
            .text(format!("För {} rapporteras ", paper.quarter_in_words()))
            .count("totals.reported", paper.totals().reported, ARENDE)
            .text(". Numret gäller bara i den här rapporten; nämnden kan på begäran visa vilket ärende det är"),
    };
    prose.push(say.text(".").done());
    let list = match paper.too_long() {
        Some(why) => vec![Block::Paragraph(why)],
        None if lines.is_empty() => Vec::new(),
        None => vec![Block::Table(table(paper))],
    };
    let mut sections = vec![Section::new("om-rapporten", "Om rapporten", 1).prose(prose)];
    if !list.is_empty() {
        sections.push(Section::new("beslut", "Beslut och avbrott", 1).blocks(list));
    }
    Document {
        kind: Kind::Revisorer,
        title: format!("Ej verkställda beslut enligt {} – till kommunens revisorer", paper.laws()),
        subtitle: capital(&paper.quarter_in_full()),
        facts: paper.facts(),
        foot: paper.foot(),
        sections,
    }
}

fn table(paper: &Paper<'_>) -> Table {
    Table {
        key: "beslut-tabell".into(),
        caption: "Rapporterade beslut och avbrott".into(),
        groups: Vec::new(),
        columns: vec![
            Column::new("Nr", Width::Figure),
            Column::new("Gäller", Width::Short),
            Column::new("Beslut", Width::Short),
            Column::new("Avbrott", Width::Short),
            Column::new("Insats", Width::Text),
            Column::new("Lagrum", Width::Short),
            Column::new("Skäl till dröjsmål", Width::Text),
            Column::new("Verkställt", Width::Short),
            Column::new("Avslutat", Width::Short),
            Column::new("Dagar", Width::Figure),
        ],
        rows: paper.view.report.lines.iter().map(|it| Row { kind: RowKind::Body, cells: cells(paper, it) }).collect(),
    }
}

fn cells(paper: &Paper<'_>, it: &Line) -> Vec<Cell> {
    let at = |what: &str| format!("lines.{}.{what}", it.nr);
    let (lag, lagrum) = paper.view.lagrum(it);
    let lagrum = [lagrum, lag.map(|it| it.key().to_owned())].into_iter().flatten().collect::<Vec<_>>().join(" ");
    vec![
        Cell::figure(Figure::whole(at("nr"), it.nr)),
        Cell::text(if it.start_typ == Some(StartKind::Avbrott) { "Avbrott" } else { "Beslut" }),
        day_cell(at("beslutsdatum"), it.beslutsdatum),
        day_cell(at("avbrottsdatum"), it.avbrottsdatum),
        Cell::text(paper.view.line_insats(it)),
        Cell::text(lagrum),
        Cell::text(it.orsak.map_or("", |it| it.swedish())),
        day_cell(at("verkstalld"), it.verkstalld),
        day_cell(at("avslutad"), it.avslutad),
        it.days.map_or_else(|| Cell::missing("Startdatum saknas."), |days| cell(at("days"), days)),
    ]
}
