//! How well each utförare reported: a summary and the quality table, one row per utförare and uppdrag (D46).
//!
//! Goes in: a [`Paper`]. Comes out: one section. Guaranteed: the table is public, so it speaks of reports and not of persons;
//! Inget att rapportera is a statement and not a grade, and can be late.

use crate::merge::report::Quality;
use crate::model::Grade;
use crate::render::document::paper::{Paper, cell};
use crate::render::document::say::Say;
use crate::render::document::tree::{
    Block, Cell, Column, Figure, Paragraph, Row, RowKind, Section, Table, Value, Width,
};
use crate::render::print::{clean, counted};
use crate::render::view::lower_first;

pub(super) fn section(paper: &Paper<'_>) -> Section {
    let all = &paper.view.report.quality;
    let tables = if all.is_empty() { Vec::new() } else { vec![Block::Table(table(paper))] };
    Section::new("kvalitet", "Kvalitet på rapporteringen", 1).prose(summary(all)).blocks(tables)
}

fn summary(all: &[Quality]) -> Vec<Paragraph> {
    if all.is_empty() {
        return vec![Paragraph::text("Inga uppdrag skulle rapportera.")];
    }
    let count = |which: &dyn Fn(&&Quality) -> bool| all.iter().filter(which).count();
    // The rows that are counted, so that the figure leads to them.
    let figure = |name: &str, count: usize| Figure {
        path: format!("quality{name}"),
        value: Value::Whole(i64::try_from(count).unwrap_or(i64::MAX)),
        shown: crate::render::print::number(i64::try_from(count).unwrap_or(i64::MAX)),
    };
    let reported = count(&|it| it.reported);
    let say = Say::new()
        .figure(figure("[reported=true]", reported))
        .text(" av ")
        .figure(figure("", all.len()))
        .text(" uppdrag har rapporterat. Ett uppdrag är en utförares insatser av samma slag.");
    let late = count(&|it| it.rating.late && it.reported);
    let reminded = count(&|it| it.rating.reminders > 0 && it.reported);
    let say = match late {
        0 => say.text(" Alla svar kom i tid."),
        _ => say
            .text(" För sent kom ")
            .figure(figure("[reported=true,late=true]", late))
            .text(" svar")
            .when(reminded > 0, |say| {
                say.text("; ").figure(figure("[reported=true,reminders>0]", reminded)).text(" kom efter påminnelse")
            })
            .text("."),
    };
    let mut say = say.text(" Betyg: ");
    let mut first = true;
    for grade in Grade::ALL {
        let with = count(&|it| it.rating.grade == *grade);
        if with > 0 {
            say = say.text(if first { "" } else { ", " }).text(format!("{} ", lower_first(grade.swedish())));
            say = say.figure(figure(&format!("[grade={}]", grade.key()), with));
            first = false;
        }
    }
    vec![say.text(".").done()]
}

fn table(paper: &Paper<'_>) -> Table {
    let view = paper.view;
    let rows = (0..).zip(&view.report.quality).map(|(nr, it): (usize, &Quality)| Row {
        kind: RowKind::Body,
        cells: vec![
            Cell::text(view.utforare_name(it.utforare)),
            Cell::text(view.insatser_in_words(&it.insatser)),
            Cell::text(if it.reported { "Ja" } else { "Nej" }),
            cell(format!("quality.{nr}.reminders"), it.rating.reminders),
            Cell::text(it.rating.grade.swedish()),
            Cell::text(clean(&said(it))),
        ],
    });
    Table {
        key: "kvalitet-tabell".into(),
        caption: format!("Kvalitet på rapporteringen ({})", counted(view.report.quality.len(), "uppdrag", "uppdrag")),
        groups: Vec::new(),
        columns: vec![
            Column::new("Utförare", Width::Text),
            Column::new("Insats", Width::Text),
            Column::new("Rapporterat", Width::Short),
            Column::new("Påminnelser", Width::Figure),
            Column::new("Betyg", Width::Text),
            Column::new("Kvalitet på rapport", Width::Long),
        ],
        rows: rows.collect(),
    }
}

/// The text of the table without the grade it begins with, which has a column of its own.
fn said(it: &Quality) -> String {
    let text = it.rating.text.trim();
    let grade = it.rating.grade.swedish();
    match text.strip_prefix(grade) {
        Some(rest) if rest.is_empty() || rest.starts_with('.') => rest.trim_start_matches(['.', ' ']).to_owned(),
        _ => text.to_owned(),
    }
}
