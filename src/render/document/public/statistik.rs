//! The paper that kommunfullmäktige receives: the public version in words, tables and charts.
//!
//! Goes in: a [`Public`]. Comes out: a [`Document`]. Guaranteed: knows nothing but the public version, so it cannot say
//! more; a protected figure is said to be protected and never looks like a zero.

use crate::model::Lag;
use crate::render::document::law::{ACTS, Law, law};
use crate::render::document::{
    Block, Cell, Chart, ChartKind, Column, Document, Figure, Kind, Paragraph, Row, RowKind, Run, Section, Series,
    Table, Width,
};
use crate::render::print::{counted, date_in_words, list};

use super::{Attribute, Group, Public, protection};

/// Heading of the section about waiting time.
const TID: &str = "Hur lång tid som har gått";
/// What stands in a protected cell.
pub const PROTECTED: &str = "skyddat";

/// The paper. With nothing open it says so, and nothing more than the law and the quarters before.
pub fn document(public: &Public) -> Document {
    let quarter = public.kvartal;
    let months = quarter.in_months();
    let months = months.split(' ').next().unwrap_or_default();
    let short = format!("Kvartal {} {}", quarter.number(), quarter.year());
    let mut sections = vec![introduction(public), numbers(public)];
    if public.totals.open > 0 {
        sections.extend([waiting(public), people(public), beginnings(public), causes(public)].into_iter().flatten());
    }
    sections.extend(development(public));
    sections.push(protection::section(public));
    let end = date_in_words(quarter.last_day());
    Document {
        kind: Kind::Fullmaktige,
        title: format!("Statistikrapport: ej verkställda beslut enligt {}", laws(public)),
        subtitle: format!("{short} ({months})"),
        facts: [("Kommun", &public.kommun), ("Nämnd", &public.namnd), ("Ställningen per", &end)]
            .into_iter()
            .filter(|it| !it.1.is_empty())
            .map(|(name, it)| (name.to_owned(), it.clone()))
            .collect(),
        foot: [public.kommun.as_str(), public.namnd.as_str(), short.as_str()]
            .into_iter()
            .filter(|it| !it.is_empty())
            .collect::<Vec<_>>()
            .join(" · "),
        sections,
    }
}

fn laws(public: &Public) -> String {
    let names: Vec<&str> = public.lagar.iter().map(String::as_str).collect();
    if names.is_empty() { "SoL och LSS".to_owned() } else { list(&names) }
}

fn per_law(public: &Public, pick: impl Fn(&Law, Lag) -> Option<&'static str>) -> String {
    let named = |lag: &Lag| public.lagar.is_empty() || public.lagar.iter().any(|name| name == lag.key());
    law(public.kvartal).of_all(&ACTS.into_iter().filter(named).collect::<Vec<_>>(), pick)
}

fn introduction(public: &Public) -> Section {
    let statistics = per_law(public, Law::statistics);
    let duty = per_law(public, Law::duty);
    let mut prose = vec![
        Paragraph::text(format!(
            "Nämnden ska en gång per kvartal lämna en statistikrapport till kommunfullmäktige. Den ska säga hur många \
             gynnande beslut som inte har verkställts inom tre månader från dagen för beslutet, och hur många som inte \
             har verkställts på nytt inom tre månader från den dag då verkställigheten avbröts. Den ska också säga \
             vilka typer av insatser besluten gäller och hur lång tid som har gått. Det följer av {statistics}."
        )),
        Paragraph::text(format!("Hela rapporteringsskyldigheten finns i {duty}.")),
    ];
    prose.extend(law(public.kvartal).note.map(Paragraph::text));
    Section::new("inledning", "Om rapporten", 1).prose(prose)
}

fn numbers(public: &Public) -> Section {
    let totals = public.totals;
    let end = date_in_words(public.kvartal.last_day());
    let ended = Figure::whole("", totals.ended);
    let mut prose = Vec::new();
    if totals.open == 0 {
        prose.push(Paragraph::text("Det finns inga ej verkställda beslut att rapportera för kvartalet."));
    } else {
        let one = totals.open == 1;
        prose.push(Paragraph(vec![
            Run::Text(format!("Den {end} fanns ")),
            Run::Figure(Figure::whole("totals.open", totals.open)),
            Run::Text(
                if one { " beslut som inte var verkställt." } else { " beslut som inte var verkställda." }.to_owned(),
            ),
        ]));
    }
    let mut line = match totals.ended {
        0 => vec![Run::Text("Inget rapporterat beslut verkställdes eller avslutades under kvartalet".to_owned())],
        _ => vec![
            Run::Text("Under kvartalet verkställdes eller avslutades ".to_owned()),
            Run::Figure(ended),
            Run::Text(" beslut som skulle rapporteras".to_owned()),
        ],
    };
    if let (Some(executed), Some(closed), true) = (totals.executed, totals.closed, totals.ended > 0) {
        line.extend([
            Run::Text(": ".to_owned()),
            Run::Figure(Figure::whole("totals.executed", executed)),
            Run::Text(" verkställdes och ".to_owned()),
            Run::Figure(Figure::whole("totals.closed", closed)),
            Run::Text(" avslutades av andra skäl".to_owned()),
        ]);
    }
    line.push(Run::Text(".".to_owned()));
    prose.push(Paragraph(line));
    let mut blocks = Vec::new();
    if !public.groups.is_empty() {
        blocks.push(Block::Table(per_insats(public)));
        let members = public.groups.iter().filter(|it| it.insatser.len() > 1).map(members);
        blocks.extend(members.map(Block::Note));
    }
    Section::new("antal", "Antal beslut och typer av insatser", 1).prose(prose).blocks(blocks)
}

fn members(group: &Group) -> Paragraph {
    let names: Vec<&str> = group.insatser.iter().map(|it| it.name.as_str()).collect();
    Paragraph::text(format!(
        "{} är här: {}. Insatserna visas tillsammans, även de som ingen väntar på, för att små antal inte ska kunna utläsas.",
        group.name,
        list(&names)
    ))
}

fn per_insats(public: &Public) -> Table {
    let ended = public.table(Attribute::Avslut, true);
    let mut columns = vec![Column::new("Insats", Width::Text), Column::new("Ej verkställda", Width::Figure)];
    columns.extend(ended.map(|_| Column::new("Verkställda eller avslutade", Width::Figure)));
    let mut rows: Vec<Row> = public
        .groups
        .iter()
        .map(|it| {
            let mut cells = vec![Cell::text(&it.name), Cell::figure(Figure::whole(open_path(it), it.open))];
            cells.extend(ended.map(|table| cell(row_of(table, &it.key).first().copied().flatten(), "")));
            Row { kind: RowKind::Body, cells }
        })
        .collect();
    let mut sum = vec![Cell::text("Summa"), Cell::figure(Figure::whole("totals.open", public.totals.open))];
    sum.extend(ended.map(|_| Cell::figure(Figure::whole("", public.totals.ended))));
    rows.push(Row { kind: RowKind::Sum, cells: sum });
    Table { key: "per-insats".to_owned(), caption: "Beslut per insats".to_owned(), groups: Vec::new(), columns, rows }
}

/// Where the figure stands in report.json: only an insats that stands alone does.
fn open_path(group: &Group) -> String {
    match group.insatser.as_slice() {
        [one] => format!("by_insats.{}.open", one.key),
        _ => String::new(),
    }
}

fn waiting(public: &Public) -> Option<Section> {
    let Some(table) = public.table(Attribute::Tid, false) else {
        let text = "Alla beslut har väntat mer än tre månader, räknat från beslutet eller från avbrottet. Besluten är så få \
                    eller så lika att en närmare indelning skulle kunna röja enskildas förhållanden.";
        return Some(Section::new("tid", TID, 1).prose(vec![Paragraph::text(text)]));
    };
    let end = date_in_words(public.kvartal.last_day());
    let prose = vec![Paragraph::text(format!(
        "Tiden räknas i hela månader från beslutet, eller från avbrottet när verkställigheten har avbrutits, till den {end}."
    ))];
    let mut blocks = divided(public, Attribute::Tid);
    let values = table.rows.iter().flat_map(|it| &it.cells).map(|it| it.map(|it| Figure::whole("", it))).collect();
    blocks.insert(
        1,
        Block::Chart(Chart {
            key: "tid-diagram".to_owned(),
            caption: "Ej verkställda beslut efter hur lång tid som har gått.".to_owned(),
            kind: ChartKind::Columns,
            categories: table.categories.iter().map(|it| it.name.clone()).collect(),
            series: vec![Series { name: "Ej verkställda beslut".to_owned(), values }],
        }),
    );
    if let Some(table) = public.table(Attribute::TidBeslut, false) {
        let text = "När verkställigheten har avbrutits är beslutet äldre än avbrottet. Tabellen räknar därför också tiden från \
                    dagen för varje beslut, även när det gäller ett avbrott.";
        blocks.extend([Block::Paragraph(Paragraph::text(text)), Block::Table(whole(public, table))]);
    }
    Some(Section::new("tid", TID, 1).prose(prose).blocks(blocks))
}

fn people(public: &Public) -> Option<Section> {
    let blocks: Vec<Block> = [Attribute::Kon, Attribute::Alder, Attribute::KonAlder]
        .into_iter()
        .flat_map(|it| divided(public, it))
        .collect();
    let text = "Män omfattar pojkar och kvinnor omfattar flickor. Barn är den som är under 18 år.";
    (!blocks.is_empty())
        .then(|| Section::new("kon-och-alder", "Kön och ålder", 1).prose(vec![Paragraph::text(text)]).blocks(blocks))
}

fn beginnings(public: &Public) -> Option<Section> {
    let blocks = divided(public, Attribute::Start);
    let text = "Ett beslut kan vänta på att verkställas för första gången, eller på nytt efter ett avbrott.";
    (!blocks.is_empty()).then(|| {
        Section::new("beslut-och-avbrott", "Beslut och avbrott", 1).prose(vec![Paragraph::text(text)]).blocks(blocks)
    })
}

fn causes(public: &Public) -> Option<Section> {
    let blocks = divided(public, Attribute::Orsak);
    let text = "Skälen visas bara för alla beslut tillsammans, aldrig per insats, kön eller ålder.";
    (!blocks.is_empty()).then(|| Section::new("skal", "Skäl", 1).prose(vec![Paragraph::text(text)]).blocks(blocks))
}

/// The table of all together and the table per insats, as far as they are shown.
fn divided(public: &Public, attribute: Attribute) -> Vec<Block> {
    let whole = public.table(attribute, false).map(|it| whole(public, it));
    let per_group = public.table(attribute, true).map(|it| per_group(public, it));
    whole.into_iter().chain(per_group).map(Block::Table).collect()
}

fn whole(public: &Public, table: &super::Table) -> Table {
    let cells = table.rows.first().map(|it| it.cells.as_slice()).unwrap_or_default();
    let mut rows: Vec<Row> = table
        .categories
        .iter()
        .zip(cells)
        .map(|(category, it)| Row {
            kind: RowKind::Body,
            cells: vec![Cell::text(&category.name), cell(*it, path(table.attribute, &category.key))],
        })
        .collect();
    let sum = Cell::figure(Figure::whole("totals.open", public.totals.open));
    rows.push(Row { kind: RowKind::Sum, cells: vec![Cell::text("Summa"), sum] });
    Table {
        key: table.key().replace('_', "-"),
        caption: table.attribute.swedish().to_owned(),
        groups: Vec::new(),
        columns: vec![
            Column::new(table.attribute.swedish(), Width::Text),
            Column::new("Ej verkställda", Width::Figure),
        ],
        rows,
    }
}

fn per_group(public: &Public, table: &super::Table) -> Table {
    let mut columns = vec![Column::new("Insats", Width::Text)];
    columns.extend(table.categories.iter().map(|it| Column::new(&it.name, Width::Figure)));
    columns.push(Column::new("Summa", Width::Figure));
    let rows = table.rows.iter().filter_map(|row| {
        let group = public.group(row.group.as_deref()?)?;
        let mut cells = vec![Cell::text(&group.name)];
        cells.extend(row.cells.iter().map(|it| cell(*it, "")));
        cells.push(Cell::figure(Figure::whole(open_path(group), group.open)));
        Some(Row { kind: RowKind::Body, cells })
    });
    Table {
        key: table.key().replace('_', "-"),
        caption: format!("{} per insats", table.attribute.swedish()),
        groups: Vec::new(),
        rows: rows.collect(),
        columns,
    }
}

fn development(public: &Public) -> Option<Section> {
    if public.history.len() < 2 {
        return None;
    }
    let figure = |at: usize, open: u32| {
        let path = if at + 1 == public.history.len() { "totals.open" } else { "" };
        Some(Figure::whole(path, open))
    };
    let chart = Chart {
        key: "oppna-per-kvartal".to_owned(),
        caption: "Ej verkställda beslut vid varje kvartals slut.".to_owned(),
        kind: ChartKind::Columns,
        categories: public.history.iter().map(|it| it.kvartal.to_string()).collect(),
        series: vec![Series {
            name: "Ej verkställda beslut".to_owned(),
            values: public.history.iter().enumerate().map(|(at, it)| figure(at, it.open)).collect(),
        }],
    };
    let before = public.history.iter().rev().nth(1).map_or(0, |it| it.open);
    let now = public.totals.open;
    let words = |it: u32| counted(it as usize, "beslut", "beslut");
    let text = match now.cmp(&before) {
        std::cmp::Ordering::Equal => format!("Antalet är oförändrat sedan kvartalet före: {}.", words(now)),
        std::cmp::Ordering::Greater => format!("Antalet har ökat från {before} till {}.", words(now)),
        std::cmp::Ordering::Less => format!("Antalet har minskat från {before} till {}.", words(now)),
    };
    Some(
        Section::new("utveckling", "Utveckling över tid", 1)
            .prose(vec![Paragraph::text(text)])
            .blocks(vec![Block::Chart(chart)]),
    )
}

/// Where a value of all together stands in report.json.
fn path(attribute: Attribute, key: &str) -> &'static str {
    match (attribute, key) {
        (Attribute::Kon, "man") => "totals.open_men",
        (Attribute::Kon, "kvinnor") => "totals.open_women",
        (Attribute::Alder, "barn") => "totals.open_children",
        (Attribute::Alder, "vuxna") => "totals.open_adults",
        (Attribute::Start, "avbrott") => "totals.open_interruptions",
        _ => "",
    }
}

fn cell(value: Option<u32>, path: &str) -> Cell {
    Cell::figure(value.map_or_else(|| Figure::words("", PROTECTED), |it| Figure::whole(path, it)))
}

fn row_of<'a>(table: &'a super::Table, key: &str) -> &'a [Option<u32>] {
    let row = table.rows.iter().find(|it| it.group.as_deref() == Some(key));
    row.map(|it| it.cells.as_slice()).unwrap_or_default()
}
