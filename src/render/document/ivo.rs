//! To IVO: one individrapport per period, ready to be copied field by field, and the notices of what has ended.
//!
//! Goes in: a [`Paper`]. Comes out: its [`Document`]: a checklist first, then the reports in the order of IVO's form.
//! Guaranteed: a notice of execution or closing only for what was reported before (D54); identity is never in it, it is
//! fetched from the case system when the form is filled in; a field nobody knows says so.

use super::paper::Paper;
use super::say::{Say, capital};
use super::tree::{Block, Cell, Column, Document, Figure, Kind, Paragraph, Row, RowKind, Run, Section, Table, Width};
use crate::merge::report::{Line, Status};
use crate::model::{Kon, StartKind};
use crate::render::print::clean_line;

/// What is sent about a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Notice {
    NewDecision,
    NewInterruption,
    Again,
    Executed,
    Closed,
}

impl Notice {
    /// What is sent about a line. Without a last report nobody knows what was sent, and everything is new.
    pub fn of(line: &Line) -> Self {
        match (line.new, line.status) {
            (Some(false), Status::Executed) => Self::Executed,
            (Some(false), Status::Closed) => Self::Closed,
            (Some(false), Status::Open) => Self::Again,
            _ if line.start_typ == Some(StartKind::Avbrott) => Self::NewInterruption,
            _ => Self::NewDecision,
        }
    }

    pub fn swedish(self) -> &'static str {
        match self {
            Self::NewDecision => "Nytt ej verkställt beslut",
            Self::NewInterruption => "Nytt avbrott",
            Self::Again => "Återrapport",
            Self::Executed => "Verkställt",
            Self::Closed => "Avslutat av annan anledning",
        }
    }
}

/// When a notice was sent, and what IVO answered. Kept by the service; nothing in a paper made from files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    pub nr: u32,
    pub day: chrono::NaiveDate,
    pub answer: String,
}

/// Builds the reports.
pub fn document(paper: &Paper<'_>, sent: &[Sent]) -> Document {
    let lines = &paper.view.report.lines;
    let mut first = Section::new("checklista", "Checklista", 1);
    if lines.is_empty() {
        first.prose.push(Paragraph::text(format!(
            "Det finns inget att rapportera till IVO för {}. Ingenting ska skickas.",
            paper.quarter_in_words()
        )));
    } else if let Some(why) = paper.too_long() {
        first.prose.push(why);
    } else {
        let lead = "En rapport för varje period. Fälten står i samma ordning som i IVO:s e-tjänst. Personnummer och namn hämtas ur \
                    verksamhetssystemet när rapporten fylls i; de finns inte här.";
        first.prose.push(Paragraph::text(lead));
        first.blocks.push(Block::Table(checklist(paper, sent)));
    }
    let mut sections = vec![first];
    if paper.too_long().is_none() {
        sections.extend(lines.iter().map(|it| report(paper, it)));
    }
    Document {
        kind: Kind::Ivo,
        title: "Individrapporter till Inspektionen för vård och omsorg".into(),
        subtitle: capital(&paper.quarter_in_full()),
        facts: paper.facts(),
        foot: paper.foot(),
        sections,
    }
}

fn checklist(paper: &Paper<'_>, sent: &[Sent]) -> Table {
    let rows = paper.view.report.lines.iter().map(|it| {
        let sent = sent.iter().find(|known| known.nr == it.nr);
        Row {
            kind: RowKind::Body,
            cells: vec![
                Cell::figure(Figure::whole(format!("lines.{}.nr", it.nr), it.nr)),
                Cell::text(Notice::of(it).swedish()),
                Cell::text(paper.view.line_insats(it)),
                Cell::text(key(it)),
                sent.map_or_else(Cell::default, |it| Cell::text(it.day.to_string())),
                sent.map_or_else(Cell::default, |it| Cell::text(clean_line(&it.answer))),
            ],
        }
    });
    Table {
        key: "checklista-tabell".into(),
        caption: "Rapporter att skicka".into(),
        groups: Vec::new(),
        columns: vec![
            Column::new("Nr", Width::Figure),
            Column::new("Rapport", Width::Text),
            Column::new("Insats", Width::Text),
            Column::new("Ärende", Width::Text),
            Column::new("Skickad", Width::Short),
            Column::new("IVO:s svar", Width::Text),
        ],
        rows: rows.collect(),
    }
}

fn key(it: &Line) -> String {
    it.nyckel.as_deref().map(|it| clean_line(it).into_owned()).unwrap_or_default()
}

fn report(paper: &Paper<'_>, it: &Line) -> Section {
    let at = |what: &str| format!("lines.{}.{what}", it.nr);
    let text = |value: String, missing: &str| {
        let run = if value.is_empty() { Run::Missing(missing.to_owned()) } else { Run::Text(value) };
        Paragraph(vec![run])
    };
    let day = |what: &str, day| match day {
        Some(day) => Say::new().figure(Figure::day(at(what), day)).done(),
        None => Paragraph::default(),
    };
    let (lag, lagrum) = paper.view.lagrum(it);
    let kon = it.kon.map_or("", |kon| match kon {
        Kon::Flicka | Kon::Kvinna => "Kvinna",
        Kon::Pojke | Kon::Man => "Man",
    });
    let state = match (it.status, it.delvis) {
        (Status::Open, true) => "Delvis verkställt",
        (Status::Open, false) => "Ej verkställt",
        (status, _) => status.swedish(),
    };
    let mut terms = vec![
        ("Kommun".to_owned(), text(paper.kommun(), "Okänd.")),
        ("Nämnd".to_owned(), text(paper.namnd(), "Okänd.")),
        ("Kvartal".to_owned(), Paragraph::text(paper.quarter_in_words())),
        ("Slag".to_owned(), Paragraph::text(Notice::of(it).swedish())),
        ("Personnummer och namn".to_owned(), Paragraph::text("Hämtas ur verksamhetssystemet.")),
        ("Ärende".to_owned(), text(key(it), "Utföraren har inte angett något ärendenummer.")),
        ("Kön".to_owned(), text(kon.to_owned(), "Kön är inte känt.")),
        ("Lag".to_owned(), text(lag.map_or_else(String::new, |it| it.key().to_owned()), "Lagen är inte känd.")),
        ("Lagrum".to_owned(), text(lagrum.unwrap_or_default(), "Lagrummet är inte angivet.")),
        ("Insats".to_owned(), Paragraph::text(paper.view.line_insats(it))),
        ("Beslutsdatum".to_owned(), day("beslutsdatum", it.beslutsdatum)),
    ];
    if it.start_typ == Some(StartKind::Avbrott) || it.avbrottsdatum.is_some() {
        terms.push(("Avbrottsdatum".to_owned(), day("avbrottsdatum", it.avbrottsdatum)));
    }
    terms.push(("Läge".to_owned(), Paragraph::text(state)));
    if it.status == Status::Open {
        let cause = it.orsak.map_or_else(String::new, |it| it.swedish().to_owned());
        terms.push(("Orsak".to_owned(), text(cause, "Exakt en orsak ska anges.")));
    }
    if it.verkstalld.is_some() {
        terms.push(("Verkställighetsdatum".to_owned(), day("verkstalld", it.verkstalld)));
    }
    if it.avslutad.is_some() {
        terms.push(("Avslutsdatum".to_owned(), day("avslutad", it.avslutad)));
    }
    for (_, value) in &mut terms {
        if value.0.is_empty() {
            value.0.push(Run::Missing("Datum saknas.".to_owned()));
        }
    }
    let heading = format!("Rapport {}: {}", it.nr, paper.view.line_insats(it));
    Section::new(format!("rapport-{}", it.nr), heading, 2).blocks(vec![Block::Terms(terms)])
}
