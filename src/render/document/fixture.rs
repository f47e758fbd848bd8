//! An invented paper with every kind of block, for the tests of the writers.
//!
//! Goes in: how many rows its long table shall have. Comes out: a [`Document`].
//! Guaranteed: the same every time; its long words, marks and blanks are those that break writers.

use chrono::{Days, NaiveDate};

use super::tree::{
    Block, Cell, Chart, ChartKind, Column, Document, Figure, Kind, Paragraph, Row, RowKind, Run, Section, Series,
    Table, Width,
};

/// What no writer may let through as mark-up, a formula or a path.
pub(crate) const HOSTILE: &str = "<b>#pris</b> & $x_1$ \\n @ref *fet* _kursiv_ =1+1 `kod` [länk](x) \"citat\"";

/// The paper with a long table of 60 rows.
pub(crate) fn document() -> Document {
    with_rows(60)
}

/// The same with another number of rows in its long table.
pub(crate) fn with_rows(rows: usize) -> Document {
    Document {
        kind: Kind::Namnd,
        title: "Ej verkställda beslut enligt LSS".to_owned(),
        subtitle: "Kvartal 4 2023 (oktober–december)".to_owned(),
        facts: [
            ("Nämnd", "Funktionsrättsnämnden"),
            ("Kvartal", "2023 kvartal 4"),
            ("Diarienummer", "FRN 2024/17"),
            ("Regelverk", "2023-10-01, 59 regler"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec(),
        foot: "Exempelkommun, funktionsrättsnämnden, kvartal 4 2023".to_owned(),
        sections: vec![summary(), insatser(), wide(), lines(rows), receipt()],
    }
}

fn text(text: &str) -> Run {
    Run::Text(text.to_owned())
}

fn whole(path: &str, value: i64) -> Run {
    Run::Figure(Figure::whole(path, value))
}

fn summary() -> Section {
    let quarters = ["2022 kv 4", "2023 kv 1", "2023 kv 2", "2023 kv 3", "2023 kv 4"];
    let values = |path: &str, all: [Option<i64>; 5]| {
        all.into_iter().enumerate().map(|(at, it)| it.map(|n| Figure::whole(format!("{path}.{at}"), n))).collect()
    };
    Section {
        key: "sammanfattning".to_owned(),
        heading: "Sammanfattning".to_owned(),
        level: 1,
        prose: vec![
            Paragraph(vec![
                text("Vid kvartalets slut var "),
                Run::Strong("57 beslut".to_owned()),
                text(" ej verkställda. Det är "),
                whole("totals.change", 4),
                text(" fler än förra kvartalet. Det äldsta beslutet är från den "),
                Run::Figure(Figure::day_in_words("lines.12.decided", day(0))),
                text(". Antalet pågående beslut om boendestöd är "),
                Run::Missing("Utföraren har inte lämnat uppgiften.".to_owned()),
                text(", därför att utföraren inte har lämnat uppgiften."),
            ]),
            Paragraph(vec![
                text("Av de rapporterade besluten har "),
                Run::Figure(Figure::share("totals.share", 0.348)),
                text(" verkställts under kvartalet. Resursbrist i form av ledig bostad är den vanligaste orsaken."),
            ]),
        ],
        blocks: vec![
            Block::Heading { level: 2, text: "Utveckling över tid".to_owned() },
            Block::Chart(Chart {
                key: "oppna-per-kvartal".to_owned(),
                caption: "Rapporterade och öppna ärenden per kvartal".to_owned(),
                kind: ChartKind::Columns,
                categories: quarters.map(str::to_owned).to_vec(),
                series: vec![
                    Series {
                        name: "Rapporterade".to_owned(),
                        values: values("history.reported", [Some(71), Some(1388), Some(0), None, Some(88)]),
                    },
                    Series {
                        name: "Öppna".to_owned(),
                        values: values("history.open", [Some(49), Some(960), Some(51), Some(53), Some(57)]),
                    },
                ],
            }),
            Block::Note(Paragraph::text("Uppgift saknas för antalet rapporterade ärenden kvartal 3 2023.")),
            Block::Chart(Chart {
                key: "dygn-per-kvartal".to_owned(),
                caption: "Väntetid i dygn, median per kvartal och grupp av insatser".to_owned(),
                kind: ChartKind::Lines,
                categories: quarters.map(str::to_owned).to_vec(),
                series: vec![
                    Series {
                        name: "Bostad med särskild service".to_owned(),
                        values: values("history.days.bostad", [Some(412), Some(398), None, Some(455), Some(471)]),
                    },
                    Series {
                        name: "Kontaktperson".to_owned(),
                        values: values("history.days.kontakt", [Some(160), Some(171), Some(171), Some(149), Some(0)]),
                    },
                    Series {
                        name: "Ledsagarservice".to_owned(),
                        values: values("history.days.ledsagare", [Some(98), Some(171), Some(120), None, None]),
                    },
                ],
            }),
        ],
        new_page: false,
    }
}

/// A table with headings above the headings, a blank figure and a sum; lying bars with long names.
fn insatser() -> Section {
    let insatser = [
        ("Boende, vuxna", [12, 3, 2, 13]),
        ("Daglig verksamhet", [4, 1, 0, 5]),
        ("Korttidstillsyn för skolungdom över 12 år", [2, 0, 1, 1]),
        ("Korttidsvistelse", [7, 2, 3, 6]),
        ("Kontaktperson", [19, 6, 4, 21]),
        ("Ledsagarservice", [8, 2, 1, 9]),
        ("Personlig assistans", [1, 1, 0, 2]),
    ];
    let mut rows: Vec<Row> = (0..)
        .zip(insatser)
        .map(|(at, (name, figures))| {
            let mut cells = vec![Cell::text(name)];
            cells.extend(figures.map(|it| Cell::figure(Figure::whole(format!("by_insats.{at}"), it))));
            if at == 2 {
                cells[3] = Cell::missing("Utföraren har inte lämnat uppgiften.");
            }
            Row { kind: RowKind::Body, cells }
        })
        .collect();
    let sums = [53, 15, 11, 57].map(|it| Cell(vec![whole("totals", it)]));
    rows.push(Row { kind: RowKind::Sum, cells: std::iter::once(Cell::text("Summa")).chain(sums).collect() });
    let causes = ["Resursbrist, ledig bostad saknas", "Resursbrist, personal eller uppdragstagare saknas", "Annan"];
    Section {
        key: "per-insats".to_owned(),
        heading: "Beslut per insats".to_owned(),
        level: 1,
        prose: vec![Paragraph::text(
            "Tabellen visar hur antalet ej verkställda beslut har förändrats under kvartalet för varje insats.",
        )],
        blocks: vec![
            Block::Table(Table {
                key: "per-insats".to_owned(),
                caption: "Ej verkställda beslut per insats".to_owned(),
                groups: vec![(String::new(), 1), ("Under kvartalet".to_owned(), 3), (String::new(), 1)],
                columns: Column::all(&[
                    ("Insats", Width::Text),
                    ("Ingående", Width::Figure),
                    ("Verkställda", Width::Figure),
                    ("Avslutade av annat skäl", Width::Figure),
                    ("Utgående", Width::Figure),
                ]),
                rows,
            }),
            Block::Note(Paragraph::text("Ett beslut räknas en gång för varje insats.")),
            Block::Heading { level: 2, text: "Orsaker".to_owned() },
            Block::Chart(Chart {
                key: "orsaker".to_owned(),
                caption: "Öppna ärenden per orsak".to_owned(),
                kind: ChartKind::Bars,
                categories: causes.map(str::to_owned).to_vec(),
                series: vec![Series {
                    name: "Öppna".to_owned(),
                    values: vec![
                        Some(Figure::whole("causes.0", 31)),
                        Some(Figure::words("causes.1", "färre än 5")),
                        None,
                    ],
                }],
            }),
        ],
        new_page: false,
    }
}

/// A table too wide for a standing page, and one without rows.
fn wide() -> Section {
    let headings = ["Flickor", "Pojkar", "Kvinnor", "Män", "Totalt", "0–3 mån", "4–6 mån", "7–12 mån", "Över 12 mån"];
    let mut shape = vec![("Utförare", Width::Text), ("Lagrum", Width::Short)];
    shape.extend(headings.map(|it| (it, Width::Figure)));
    let rows = ["Egen regi, boende", "Omsorgsbolaget i Exempelstad AB", "Stiftelsen Bron"].map(|name| {
        let mut cells = vec![Cell::text(name), Cell::text("9 § 9 LSS")];
        cells.extend((0..9).map(|it| Cell::figure(Figure::whole("by_utforare", it * 7))));
        Row { kind: RowKind::Body, cells }
    });
    Section {
        key: "per-utforare".to_owned(),
        heading: "Beslut per utförare".to_owned(),
        level: 1,
        prose: Vec::new(),
        blocks: vec![
            Block::Table(Table {
                key: "per-utforare".to_owned(),
                caption: "Beslut per utförare, kön och väntetid".to_owned(),
                groups: vec![(String::new(), 2), ("Kön".to_owned(), 5), ("Väntetid".to_owned(), 4)],
                columns: Column::all(&shape),
                rows: rows.to_vec(),
            }),
            Block::Table(Table {
                key: "rattelser".to_owned(),
                caption: "Rättelser av tidigare kvartal".to_owned(),
                groups: Vec::new(),
                columns: Column::all(&[("Ärende", Width::Short), ("Rättelse", Width::Long)]),
                rows: Vec::new(),
            }),
        ],
        new_page: true,
    }
}

fn lines(count: usize) -> Section {
    let reasons = [
        "Den enskilde har tackat nej till erbjuden lägenhet i servicebostad och väntar på ett nytt erbjudande.",
        "Ingen ledig plats.",
        HOSTILE,
        "Rekrytering av kontaktperson pågår; funktionsrättsorganisationssamverkansgruppen har tillfrågats.",
    ];
    let rows = (0..count).map(|at| Row {
        kind: RowKind::Body,
        cells: vec![
            Cell::figure(Figure::whole(format!("lines.{at}.number"), i64::try_from(at + 1).unwrap())),
            Cell::text(["Kontaktperson", "Boende, vuxna", "Ledsagarservice"][at % 3]),
            Cell::figure(Figure::day(format!("lines.{at}.decided"), day(at))),
            if at % 7 == 3 {
                Cell::missing("Går inte att läsa.")
            } else {
                Cell::figure(Figure::whole(format!("lines.{at}.days"), i64::try_from(at * 37 % 1500).unwrap()))
            },
            Cell::text(reasons[at % reasons.len()]),
        ],
    });
    Section {
        key: "arenden".to_owned(),
        heading: "Ärenden".to_owned(),
        level: 1,
        prose: vec![Paragraph::text("Varje rad är ett beslut eller ett avbrott.")],
        blocks: vec![Block::Table(Table {
            key: "arenden".to_owned(),
            caption: "Ärenden som är ej verkställda vid kvartalets slut".to_owned(),
            groups: Vec::new(),
            columns: Column::all(&[
                ("Nr", Width::Figure),
                ("Insats", Width::Text),
                ("Beslutsdatum", Width::Short),
                ("Dygn", Width::Figure),
                ("Vad utföraren skriver", Width::Long),
            ]),
            rows: rows.collect(),
        })],
        new_page: true,
    }
}

fn receipt() -> Section {
    Section {
        key: "underlag".to_owned(),
        heading: "Underlag och ”underskrift”".to_owned(),
        level: 2,
        prose: vec![Paragraph::text(HOSTILE)],
        blocks: vec![
            Block::Heading { level: 3, text: "Filer".to_owned() },
            Block::Paragraph(Paragraph::text("Rapporten bygger på dessa filer:")),
            Block::List(vec![
                Paragraph::text("kontaktperson.xlsx, version 2"),
                Paragraph(vec![text("boende.ods, version 1, "), whole("files.1.rows", 1388), text(" rader")]),
            ]),
            Block::Terms(vec![
                ("Insats".to_owned(), Paragraph::text("Kontaktperson (9 § 4 LSS)")),
                ("Beslutsdatum".to_owned(), Paragraph(vec![Run::Figure(Figure::day("lines.0.decided", day(0)))])),
                ("Slutdatum".to_owned(), Paragraph(vec![Run::Missing("Beslutet är inte verkställt.".to_owned())])),
            ]),
            Block::Signature("Maria Exempelsson, förvaltningschef".to_owned()),
        ],
        new_page: false,
    }
}

fn day(at: usize) -> NaiveDate {
    NaiveDate::from_ymd_opt(2021, 3, 1).unwrap() + Days::new(u64::try_from(at).unwrap() * 5 % 900)
}
