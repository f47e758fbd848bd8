//! The list of cases, de-identified: kön, insats, dates, state and elapsed days with the day they are counted to.
//!
//! Goes in: a [`Paper`]. Comes out: the list, and apart from it what happened after the quarter. Guaranteed: no id, no name, no
//! utförare and no text from a cell; elapsed days always say their end point (D16).

use crate::merge::report::{Line, Status};
use crate::render::document::paper::{Paper, cell, day_cell};
use crate::render::document::tree::{Block, Cell, Column, Figure, Paragraph, Row, RowKind, Section, Table, Width};

pub(super) fn section(paper: &Paper<'_>) -> Section {
    let lines = &paper.view.report.lines;
    let column = |heading: &str, width| Column { heading: heading.into(), width };
    let table = Table {
        key: "arenden-tabell".into(),
        caption: "Rapporterade beslut och avbrott".into(),
        groups: Vec::new(),
        columns: vec![
            column("Nr", Width::Figure),
            column("Kön", Width::Short),
            column("Insats", Width::Text),
            column("Beslut", Width::Short),
            column("Avbrott", Width::Short),
            column("Verkställt", Width::Short),
            column("Avslutat", Width::Short),
            column("Orsak", Width::Text),
            column("Dagar", Width::Figure),
            column("Räknat till", Width::Text),
        ],
        rows: lines.iter().map(|it| row(paper, it)).collect(),
    };
    let (prose, blocks) = if let Some(why) = paper.too_long() {
        (vec![why], Vec::new())
    } else if lines.is_empty() {
        (vec![Paragraph::text("Inga ärenden rapporterades.")], Vec::new())
    } else {
        let lead = "Dagarna räknas från beslutet eller avbrottet, utan startdagen, till den dag som står bredvid. Numret gäller \
                    bara i den här rapporten.";
        (vec![Paragraph::text(lead)], vec![Block::Table(table)])
    };
    Section { key: "arenden".into(), heading: "Ärenden".into(), level: 2, prose, blocks, new_page: true }
}

fn row(paper: &Paper<'_>, it: &Line) -> Row {
    let at = |what: &str| format!("lines.{}.{what}", it.nr);
    let days = it.days.map_or_else(|| Cell::missing("Startdatum saknas."), |days| cell(at("days"), days));
    let ended = |day| if it.status == Status::Open { None } else { day };
    Row {
        kind: RowKind::Body,
        cells: vec![
            Cell::figure(Figure::whole(at("nr"), it.nr)),
            it.kon.map_or_else(|| Cell::missing("Kön är inte känt."), |kon| Cell::text(kon.swedish())),
            Cell::text(paper.view.line_insats(it)),
            day_cell(at("beslutsdatum"), it.beslutsdatum),
            day_cell(at("avbrottsdatum"), it.avbrottsdatum),
            day_cell(at("verkstalld"), ended(it.verkstalld)),
            day_cell(at("avslutad"), ended(it.avslutad)),
            Cell::text(it.orsak.map_or("", |it| it.swedish())),
            days,
            Cell::text(it.days_to.swedish()),
        ],
    }
}

/// What is known to have happened after the quarter (D17); it changes no count.
pub(super) fn afterwards(paper: &Paper<'_>) -> Option<Section> {
    let lines = paper.view.report.lines.iter();
    let rows: Vec<Row> = lines
        .filter(|it| it.status == Status::Open && (it.verkstalld.is_some() || it.avslutad.is_some()))
        .map(|it| {
            let at = |what: &str| format!("lines.{}.{what}", it.nr);
            Row {
                kind: RowKind::Body,
                cells: vec![
                    Cell::figure(Figure::whole(at("nr"), it.nr)),
                    Cell::text(paper.view.line_insats(it)),
                    day_cell(at("verkstalld"), it.verkstalld),
                    day_cell(at("avslutad"), it.avslutad),
                ],
            }
        })
        .collect();
    let column = |heading: &str, width| Column { heading: heading.into(), width };
    let table = Table {
        key: "efter-kvartalet-tabell".into(),
        caption: format!("Händelser efter den {}", paper.last_day_in_words()),
        groups: Vec::new(),
        columns: vec![
            column("Nr", Width::Figure),
            column("Insats", Width::Text),
            column("Verkställt", Width::Short),
            column("Avslutat", Width::Short),
        ],
        rows,
    };
    (!table.rows.is_empty()).then(|| Section {
        key: "efter-kvartalet".into(),
        heading: "Efter periodens slut".into(),
        level: 2,
        prose: vec![Paragraph::text("Händelserna var kända när rapporten skrevs. De ändrar inte kvartalets antal.")],
        blocks: vec![Block::Table(table)],
        new_page: false,
    })
}
