//! What has changed, and how the open cases are made up: against the quarter before, over quarters, by cause and by wait.
//!
//! Goes in: a [`Paper`]. Comes out: a section with subsections, tables and charts. Guaranteed: what changed most is said
//! first; a quarter nobody knows is a gap, not a zero; at most eight quarters are drawn, and the table has the same ones.

use crate::merge::report::PastQuarter;
use crate::model::{Orsak, Wait};
use crate::render::document::paper::{Paper, cell, quarter_of};
use crate::render::document::say::{Change, Say};
use crate::render::document::tree::{
    Block, Cell, Chart, ChartKind, Column, Figure, Paragraph, Row, RowKind, Section, Series, Table, Width,
};
use crate::render::print::clean_line;
use crate::render::tables::history_insatser;
use crate::render::view::lower_first;

/// So many quarters are shown (D49: four to eight).
const QUARTERS: usize = 8;
/// So many insatser are drawn over time; more lines cannot be told apart. The table has all.
const LINES: usize = 5;
/// So many changes are said in words.
const SAID: usize = 6;

pub(super) fn sections(paper: &Paper<'_>) -> Vec<Section> {
    let mut out = vec![
        Section::new("analys", "Analys", 1).prose(changes(paper)),
        Section::new("over-tid", "Utveckling över tid", 2).blocks(over_time(paper)),
    ];
    if paper.totals().open > 0 {
        out.push(Section::new("orsaker", "Orsaker", 2).prose(causes_said(paper)).blocks(causes(paper)));
        out.push(Section::new("vantetid", "Väntetid", 2).prose(waits_said(paper)).blocks(waits(paper)));
    }
    out.retain(|it| it.level == 1 || !it.prose.is_empty() || !it.blocks.is_empty());
    out
}

/// Against the quarter before, largest change first.
fn changes(paper: &Paper<'_>) -> Vec<Paragraph> {
    let Some(before) = paper.before() else {
        return vec![Paragraph::text("Uppgifter om kvartalet före saknas, så ingen jämförelse görs.")];
    };
    let (it, since) = (paper.totals(), quarter_of(&before.kvartal));
    let path = |what: &str| format!("history.{}.{what}", before.kvartal);
    let mut prose = Vec::new();
    let say = Say::new().text("Antalet rapporterade ärenden är ");
    let say = Change::new(path("reported"), it.reported, before.reported).say(say, &since);
    let say = say.text(". Antalet som verkställdes eller avslutades är ");
    let ended = it.executed + it.closed;
    prose.push(Change::new(path("ended"), ended, before.ended).say(say, &since).text(".").done());

    let mut all: Vec<(Change, &str)> =
        paper.view.report.by_insats.iter().filter_map(|it| Some((paper.change(it)?, it.name.as_str()))).collect();
    all.sort_by_key(|(change, _)| std::cmp::Reverse(change.difference().abs()));
    let (moved, still): (Vec<_>, Vec<_>) = all.into_iter().partition(|(change, _)| change.difference() != 0);
    let many = moved.len();
    for (nr, (change, name)) in moved.into_iter().take(SAID).enumerate() {
        let lead = if nr == 0 && many > 1 { "Mest har öppna ärenden ändrats för " } else { "" };
        let name = clean_line(name);
        let name = if lead.is_empty() { name.into_owned() } else { lower_first(&name) };
        prose.push(change.say(Say::new().text(format!("{lead}{name}: ")), &since).text(".").done());
    }
    if many > SAID {
        prose.push(Paragraph::text(format!(
            "{} insatser till har ändrats; se tabellen över öppna ärenden per insats.",
            many - SAID
        )));
    }
    if !still.is_empty() && many > 0 {
        let names: Vec<&str> = still.iter().map(|it| it.1).collect();
        prose.push(Paragraph::text(format!(
            "Oförändrat: {}.",
            lower_first(&crate::render::view::insatser_in_words(&names))
        )));
    }
    prose
}

fn shown<'a>(paper: &Paper<'a>) -> &'a [PastQuarter] {
    let history = &paper.view.report.history;
    history.get(history.len().saturating_sub(QUARTERS)..).unwrap_or_default()
}

fn over_time(paper: &Paper<'_>) -> Vec<Block> {
    let quarters = shown(paper);
    if quarters.len() < 2 {
        return Vec::new();
    }
    let path = |it: &PastQuarter, what: &str| format!("history.{}.{what}", it.kvartal);
    let categories: Vec<String> = quarters.iter().map(|it| clean_line(&it.kvartal).into_owned()).collect();
    let mut out = vec![Block::Chart(Chart {
        key: "rapporterade-och-oppna".into(),
        caption: "Rapporterade och öppna ärenden per kvartal".into(),
        kind: ChartKind::Columns,
        categories: categories.clone(),
        series: vec![
            Series {
                name: "Rapporterade".into(),
                values: quarters.iter().map(|it| Some(Figure::whole(path(it, "reported"), it.reported))).collect(),
            },
            Series {
                name: "Öppna".into(),
                values: quarters.iter().map(|it| Some(Figure::whole(path(it, "open"), it.open))).collect(),
            },
        ],
    })];
    out.push(Block::Table(Table {
        key: "kvartal".into(),
        caption: "Ärenden per kvartal".into(),
        groups: Vec::new(),
        columns: std::iter::once(Column::new("Kvartal", Width::Short))
            .chain(["Rapporterade", "Verkställda och avslutade", "Öppna"].map(|it| Column::new(it, Width::Figure)))
            .collect(),
        rows: quarters
            .iter()
            .map(|it| Row {
                kind: RowKind::Body,
                cells: vec![
                    Cell::text(clean_line(&it.kvartal)),
                    cell(path(it, "reported"), it.reported),
                    cell(path(it, "ended"), it.ended),
                    cell(path(it, "open"), it.open),
                ],
            })
            .collect(),
    }));
    out.extend(insatser_over_time(paper, quarters, &categories));
    out
}

/// Open cases per insats and quarter, as table and, for the largest, as lines.
fn insatser_over_time(paper: &Paper<'_>, quarters: &[PastQuarter], categories: &[String]) -> Vec<Block> {
    let open = |it: &PastQuarter, key: &str| {
        let (_, open) = it.by_insats.iter().find(|(known, _)| known == key)?;
        Some(Figure::whole(format!("history.{}.by_insats.{key}", it.kvartal), *open))
    };
    let insatser = history_insatser(paper.view);
    if insatser.is_empty() {
        return Vec::new();
    }
    let mut columns = vec![Column::new("Insats", Width::Text)];
    columns.extend(categories.iter().map(|it| Column::new(it, Width::Figure)));
    let missing = || Cell::missing("Uppgiften saknas för kvartalet.");
    let rows = insatser.iter().map(|(key, name)| {
        let cells = quarters.iter().map(|it| open(it, key).map_or_else(missing, Cell::figure));
        Row { kind: RowKind::Body, cells: std::iter::once(Cell::text(name)).chain(cells).collect() }
    });
    let table = Table {
        key: "insats-over-kvartal".into(),
        caption: "Öppna ärenden per insats vid kvartalets slut".into(),
        groups: Vec::new(),
        columns,
        rows: rows.collect(),
    };
    let mut series: Vec<Series> = insatser
        .iter()
        .map(|(key, name)| Series { name: name.clone(), values: quarters.iter().map(|it| open(it, key)).collect() })
        .filter(|it| it.values.iter().flatten().count() > 1)
        .collect();
    let most = |it: &Series| {
        let values = it
            .values
            .iter()
            .flatten()
            .map(|it| if let crate::render::document::Value::Whole(n) = it.value { n } else { 0 });
        std::cmp::Reverse(values.max().unwrap_or(0))
    };
    series.sort_by_key(most);
    series.truncate(LINES);
    let mut out = Vec::new();
    if !series.is_empty() {
        out.push(Block::Chart(Chart {
            key: "oppna-per-insats-over-tid".into(),
            caption: "Öppna ärenden per insats över tid, de största insatserna".into(),
            kind: ChartKind::Lines,
            categories: categories.to_vec(),
            series,
        }));
    }
    out.push(Block::Table(table));
    out
}

fn causes_said(paper: &Paper<'_>) -> Vec<Paragraph> {
    let it = paper.totals();
    let mut all: Vec<(u32, &Orsak)> = it.causes.into_iter().zip(Orsak::ALL).filter(|it| it.0 > 0).collect();
    all.sort_by_key(|it| std::cmp::Reverse(it.0));
    let Some((count, most)) = all.first() else { return Vec::new() };
    let say = Say::new()
        .text(format!("Vanligaste orsaken är {}: ", lower_first(most.swedish())))
        .figure(Figure::whole(format!("causes.{}", most.key()), *count))
        .text(" av ")
        .figure(Figure::whole("totals.open", it.open))
        .text(" öppna ärenden.");
    vec![say.done()]
}

fn causes(paper: &Paper<'_>) -> Vec<Block> {
    let it = paper.totals();
    let values = Orsak::ALL.iter().zip(it.causes);
    let values = values.map(|(orsak, count)| Some(Figure::whole(format!("causes.{}", orsak.key()), count)));
    vec![Block::Chart(Chart {
        key: "orsaker-diagram".into(),
        caption: "Öppna ärenden per orsak".into(),
        kind: ChartKind::Bars,
        categories: Orsak::ALL.iter().map(|it| it.swedish().to_owned()).collect(),
        series: vec![Series { name: "Öppna ärenden".into(), values: values.collect() }],
    })]
}

/// Classes that are shown: the five of the scale, and the two others only when somebody is in them.
fn classes(paper: &Paper<'_>) -> impl Iterator<Item = &'static Wait> {
    let totals = paper.totals();
    Wait::ALL.iter().filter(move |it| !matches!(it, Wait::Under3 | Wait::Unknown) || totals.age(**it) > 0)
}

fn waits_said(paper: &Paper<'_>) -> Vec<Paragraph> {
    let it = paper.totals();
    let year = [Wait::M13, Wait::M18].map(|wait| it.age(wait));
    let say = Say::new()
        .text("Väntetiden räknas från beslutet, eller från avbrottet när ärendet är ett avbrott, till den ")
        .text(paper.last_day_in_words())
        .text(". ");
    let say = say
        .bare(format!("ages.{}", Wait::M18.key()), year[1])
        .text(" av de öppna ärendena har väntat i 18 månader eller mer och ")
        .bare(format!("ages.{}", Wait::M13.key()), year[0])
        .text(" i 13–17 månader.");
    vec![say.done()]
}

fn waits(paper: &Paper<'_>) -> Vec<Block> {
    let it = paper.totals();
    let categories: Vec<String> = classes(paper).map(|it| it.swedish().to_owned()).collect();
    let values =
        classes(paper).map(|wait| Some(Figure::whole(format!("ages.{}", wait.key()), it.age(*wait)))).collect();
    let chart = Chart {
        key: "vantetid-diagram".into(),
        caption: format!("Öppna ärenden efter väntetid den {}", paper.last_day_in_words()),
        kind: ChartKind::Bars,
        categories: categories.clone(),
        series: vec![Series { name: "Öppna ärenden".into(), values }],
    };
    let mut columns = vec![Column::new("Insats", Width::Text)];
    columns.extend(categories.into_iter().map(|heading| Column::new(heading, Width::Figure)));
    columns.push(Column::new("Öppna", Width::Figure));
    let open = paper.view.report.by_insats.iter().filter(|it| it.counts.open > 0);
    let mut rows: Vec<Row> = open
        .map(|it| {
            let at = |what: &str| super::super::paper::at(it, what);
            let ages = classes(paper).map(|wait| cell(at(&format!("ages.{}", wait.key())), it.counts.age(*wait)));
            let mut cells: Vec<Cell> = std::iter::once(Cell::text(clean_line(&it.name))).chain(ages).collect();
            cells.push(cell(at("open"), it.counts.open));
            Row { kind: RowKind::Body, cells }
        })
        .collect();
    let mut sum = vec![Cell::text("Summa")];
    sum.extend(classes(paper).map(|wait| cell(format!("ages.{}", wait.key()), it.age(*wait))));
    sum.push(cell("totals.open", it.open));
    rows.push(Row { kind: RowKind::Sum, cells: sum });
    let table = Table {
        key: "vantetid-tabell".into(),
        caption: "Öppna ärenden per insats och väntetid".into(),
        groups: Vec::new(),
        columns,
        rows,
    };
    vec![Block::Chart(chart), Block::Table(table)]
}
