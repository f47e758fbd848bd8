//! The tables of the report: per insats, kön, age and cause; the reconciliation; what was left out and what was corrected.
//!
//! Goes in: a [`Paper`]. Comes out: sections, each with its table. Guaranteed: sums stand below what they sum; an unknown
//! number of ongoing decisions is missing, never zero (D50).

use crate::merge::report::{Counts, Flow, InsatsCounts};
use crate::model::Orsak;
use crate::render::document::paper::{Paper, at, cell};
use crate::render::document::tree::{Block, Cell, Column, Figure, Paragraph, Row, RowKind, Run, Section, Table, Width};
use crate::render::print::clean_line;
use crate::render::tables::{left_out, notes_below};

pub(super) fn sections(paper: &Paper<'_>) -> Vec<Section> {
    let mut out = vec![Section::new("bilaga", "Bilaga 1. Tabeller", 1).blocks(tables(paper)).on_new_page()];
    out.push(super::cases::section(paper));
    out.extend(super::cases::afterwards(paper));
    out.push(reconciliation(paper));
    out.extend(beside(paper));
    out
}

/// The path of a figure in one row, or in the sum.
type At<'a> = Box<dyn Fn(&str) -> String + 'a>;

/// One row per insats and, last, the sum.
fn rows(paper: &Paper<'_>, cells: impl Fn(&Counts, &dyn Fn(&str) -> String) -> Vec<Cell>) -> Vec<Row> {
    let mut out: Vec<Row> = Vec::new();
    for it in &paper.view.report.by_insats {
        let path: At<'_> = Box::new(|what: &str| at(it, what));
        let mut row = vec![Cell::text(clean_line(&it.name))];
        row.extend(cells(&it.counts, &path));
        out.push(Row { kind: RowKind::Body, cells: row });
    }
    let mut row = vec![Cell::text("Summa")];
    let path = |what: &str| if what.starts_with("causes.") { what.to_owned() } else { format!("totals.{what}") };
    row.extend(cells(paper.totals(), &path));
    out.push(Row { kind: RowKind::Sum, cells: row });
    out
}

fn tables(paper: &Paper<'_>) -> Vec<Block> {
    let figure = Width::Figure;
    let reported = Table {
        key: "rapporterade".into(),
        caption: "Rapporterade, verkställda, avslutade och öppna ärenden per insats".into(),
        groups: Vec::new(),
        columns: Column::all(&[
            ("Insats", Width::Text),
            ("Rapporterade", figure),
            ("Verkställda", figure),
            ("Avslutade", figure),
            ("Öppna", figure),
            ("varav avbrott", figure),
            ("varav delvis verkställda", figure),
        ]),
        rows: rows(paper, |it, at| {
            vec![
                cell(at("reported"), it.reported),
                cell(at("executed"), it.executed),
                cell(at("closed"), it.closed),
                cell(at("open"), it.open),
                cell(at("open_interruptions"), it.open_interruptions),
                cell(at("open_partial"), it.open_partial),
            ]
        }),
    };
    let causes = Table {
        key: "oppna-per-insats".into(),
        caption: format!(
            "Ej verkställda beslut och avbrott den {} efter kön, ålder och orsak",
            paper.last_day_in_words()
        ),
        groups: vec![(String::new(), 1), ("Öppna".into(), 5), ("Orsak".into(), 4)],
        columns: Column::all(&[
            ("Insats", Width::Text),
            ("Alla", figure),
            ("Män", figure),
            ("Kvinnor", figure),
            ("Barn", figure),
            ("Vuxna", figure),
            ("Ledig bostad", figure),
            ("Personal", figure),
            ("Tackat nej", figure),
            ("Annat skäl", figure),
        ]),
        rows: rows(paper, |it, at| {
            let mut out = vec![
                cell(at("open"), it.open),
                cell(at("open_men"), it.open_men),
                cell(at("open_women"), it.open_women),
                cell(at("open_children"), it.open_children),
                cell(at("open_adults"), it.open_adults),
            ];
            let causes = Orsak::ALL.iter().zip(it.causes);
            out.extend(causes.map(|(orsak, count)| cell(at(&format!("causes.{}", orsak.key())), count)));
            out
        }),
    };
    let ongoing = Table {
        key: "pagaende".into(),
        caption: format!("Andel ej verkställda av pågående beslut den {}", paper.last_day_in_words()),
        groups: vec![
            (String::new(), 1),
            ("Ej verkställda".into(), 2),
            ("Pågående beslut".into(), 2),
            ("Andel".into(), 2),
        ],
        columns: Column::all(&[
            ("Insats", Width::Text),
            ("Män", figure),
            ("Kvinnor", figure),
            ("Män", figure),
            ("Kvinnor", figure),
            ("Män", figure),
            ("Kvinnor", figure),
        ]),
        rows: paper.view.report.by_insats.iter().map(share).collect(),
    };
    let mut out = vec![Block::Table(reported), Block::Table(causes)];
    if paper.view.report.by_insats.iter().any(|it| it.ongoing_men.is_some() || it.ongoing_women.is_some()) {
        out.push(Block::Table(ongoing));
    }
    out.extend(notes_below(paper.view).into_iter().map(|it| Block::Note(Paragraph::text(it))));
    out
}

fn share(it: &InsatsCounts) -> Row {
    let count = |what: &str, count: Option<u32>| match count {
        Some(count) => cell(at(it, what), count),
        None => Cell::missing("Antalet pågående beslut har inte lämnats."),
    };
    let part = |what: &str, open: u32, share: Option<f64>| match share {
        // A percentage on a base under five says nothing (D51).
        Some(_) if open < 5 => Cell::missing("Andelen visas inte när antalet är under fem."),
        Some(share) => Cell::figure(Figure::share(at(it, what), share)),
        None => Cell::missing("Andelen kan inte räknas."),
    };
    Row {
        kind: RowKind::Body,
        cells: vec![
            Cell::text(clean_line(&it.name)),
            cell(at(it, "open_men"), it.counts.open_men),
            cell(at(it, "open_women"), it.counts.open_women),
            count("ongoing_men", it.ongoing_men),
            count("ongoing_women", it.ongoing_women),
            part("share_men", it.ongoing_men.unwrap_or_default(), it.share_men()),
            part("share_women", it.ongoing_women.unwrap_or_default(), it.share_women()),
        ],
    }
}

fn reconciliation(paper: &Paper<'_>) -> Section {
    let table = Table {
        key: "avstamning-tabell".into(),
        caption: "Ingående + rättelser + nya − verkställda − avslutade = utgående".into(),
        groups: Vec::new(),
        columns: Column::all(&[
            ("Insats", Width::Text),
            ("Ingående", Width::Figure),
            ("Rättelser", Width::Figure),
            ("Nya", Width::Figure),
            ("varav sena", Width::Figure),
            ("Verkställda", Width::Figure),
            ("Avslutade", Width::Figure),
            ("Utgående", Width::Figure),
        ]),
        rows: paper.view.report.reconciliation.iter().map(flow).collect(),
    };
    let failures = paper.view.failures();
    let prose = if failures.is_empty() {
        vec![Paragraph::text("Avstämningen går ihop för varje insats och totalt.")]
    } else {
        failures.into_iter().map(|it| Paragraph(vec![Run::Strong("Går inte ihop. ".into()), Run::Text(it)])).collect()
    };
    Section::new("avstamning", "Avstämning mot förra kvartalet", 2).prose(prose).blocks(vec![Block::Table(table)])
}

fn flow(it: &Flow) -> Row {
    let at = |what: &str| format!("reconciliation.{}.{what}", it.insats);
    let late = it
        .of_which_late
        .map_or_else(|| Cell::missing("Förra rapporten saknas."), |late| cell(at("of_which_late"), late));
    Row {
        kind: if it.insats == "total" { RowKind::Sum } else { RowKind::Body },
        cells: vec![
            Cell::text(clean_line(&it.name)),
            cell(at("opening"), it.opening),
            cell(at("corrections"), it.corrections),
            cell(at("new"), it.new),
            late,
            cell(at("executed"), it.executed),
            cell(at("closed"), it.closed),
            cell(at("closing"), it.closing),
        ],
    }
}

/// What is not in the counts: corrections of earlier quarters, rows set aside, what is missing.
fn beside(paper: &Paper<'_>) -> Vec<Section> {
    let all = left_out(paper.view);
    let part = |key: &str, heading: &str, lead: &str, which: &dyn Fn(&str) -> bool| {
        let rows: Vec<Row> = all
            .iter()
            .filter(|it| which(it.what))
            .map(|it| Row {
                kind: RowKind::Body,
                cells: vec![Cell::text(&it.utforare), Cell::text(&it.insats), Cell::text(&it.reason)],
            })
            .collect();
        let table = Table {
            key: format!("{key}-tabell"),
            caption: heading.to_owned(),
            groups: Vec::new(),
            columns: Column::all(&[("Utförare", Width::Text), ("Insats", Width::Text), ("Vad", Width::Long)]),
            rows,
        };
        (!table.rows.is_empty())
            .then(|| Section::new(key, heading, 2).prose(vec![Paragraph::text(lead)]).blocks(vec![Block::Table(table)]))
    };
    [
        part(
            "rattelser",
            "Rättelser av tidigare kvartal",
            "Ärenden som stod öppna i förra rapporten men hade slutat före kvartalet. De räknas inte som verkställda eller avslutade i kvartalet.",
            &|what| what == "Rättelse",
        ),
        part(
            "undantagna",
            "Rader som inte räknas",
            "Rader som utförare har lämnat men som inte ska rapporteras.",
            &|what| matches!(what, "Utesluten rad" | "Undantagen av handläggare"),
        ),
        part("saknas", "Uppgifter som saknas", "Ärenden och svar som borde ha kommit in.", &|what| what == "Saknas"),
    ]
    .into_iter()
    .flatten()
    .collect()
}
