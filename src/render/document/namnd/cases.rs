//! The list of cases, de-identified: kön, insats, dates, state and elapsed days with the day they are counted to.
//!
//! Goes in: a [`Paper`]. Comes out: the list, and apart from it what happened after the quarter. Guaranteed: no id, no name, no
//! utförare and no text from a cell; elapsed days always say their end point (D16).

use crate::merge::report::{Line, Status};
use crate::render::document::paper::{Paper, cell, day_cell};
use crate::render::document::tree::{Block, Cell, Column, Figure, Paragraph, Row, RowKind, Section, Table, Width};

pub(super) fn section(paper: &Paper<'_>) -> Section {
    let lines = &paper.view.report.lines;
    let table = Table {
        key: "arenden-tabell".into(),
        caption: "Rapporterade beslut och avbrott".into(),
        groups: Vec::new(),
        columns: vec![
            Column::new("Nr", Width::Figure),
            Column::new("Kön", Width::Short),
            Column::new("Insats", Width::Text),
            Column::new("Beslut", Width::Short),
            Column::new("Avbrott", Width::Short),
            Column::new("Verkställt", Width::Short),
            Column::new("Avslutat", Width::Short),
            Column::new("Orsak", Width::Text),
            Column::new("Dagar", Width::Figure),
            Column::new("Räknat till", Width::Text),
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
    Section::new("arenden", "Ärenden", 2).prose(prose).blocks(blocks).on_new_page()
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
    let table = Table {
        key: "efter-kvartalet-tabell".into(),
        caption: format!("Händelser efter den {}", paper.last_day_in_words()),
        groups: Vec::new(),
        columns: vec![
            Column::new("Nr", Width::Figure),
            Column::new("Insats", Width::Text),
            Column::new("Verkställt", Width::Short),
            Column::new("Avslutat", Width::Short),
        ],
        rows,
    };
    (!table.rows.is_empty()).then(|| {
        let lead = "Händelserna var kända när rapporten skrevs. De ändrar inte kvartalets antal.";
        Section::new("efter-kvartalet", "Efter periodens slut", 2)
            .prose(vec![Paragraph::text(lead)])
            .blocks(vec![Block::Table(table)])
    })
}
