//! What the paper, the open data and the published file say; on the published reference quarter and on small ones.

use crate::merge::QuarterReport;
use crate::merge::report::{Line, Status};
use crate::model::{InsatsId, Kon, Orsak, Quarter, StartKind};
use crate::render::document::public::open::{self, Publisher};
use crate::render::document::public::{Public, ReadFault, Settings, statistik};
use crate::render::document::{Block, Document, Table};

use super::{rounds, with_view};

/// The 88 published lines; causes in the published numbers, which stand per insats and not per line.
fn reference() -> QuarterReport {
    let insatser = rounds::insatser();
    let text = include_str!("../../../../../samples/make/lines.csv");
    let mut causes = [(Orsak::ResursbristBostad, 10), (Orsak::TackatNej, 37), (Orsak::AnnatSkal, 10)]
        .into_iter()
        .flat_map(|(it, count)| std::iter::repeat_n(it, count));
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let lines: Vec<Line> = reader
        .records()
        .map(|row| {
            let row = row.unwrap();
            let cell = |at: usize| row.get(at).filter(|it| !it.is_empty());
            let mut line = rounds::line();
            line.kon = cell(1).and_then(|it| Kon::from_key(&it.to_lowercase()));
            line.beslutsdatum = cell(2).map(|it| it.parse().unwrap());
            line.avbrottsdatum = cell(3).map(|it| it.parse().unwrap());
            line.startdatum = line.avbrottsdatum.or(line.beslutsdatum);
            line.start_typ = Some(if line.avbrottsdatum.is_some() { StartKind::Avbrott } else { StartKind::Beslut });
            let punkt = cell(5).unwrap().chars().filter(char::is_ascii_digit).nth(1).unwrap();
            let id = if cell(5).unwrap().starts_with("9 § 10") {
                10
            } else {
                u8::try_from(punkt.to_digit(10).unwrap()).unwrap()
            };
            line.insats = insatser.by_punkt(id);
            line.status = match (cell(6), cell(7)) {
                (Some(_), _) => Status::Executed,
                (_, Some(_)) => Status::Closed,
                _ => Status::Open,
            };
            line.orsak = if line.status == Status::Open { causes.next() } else { None };
            line
        })
        .collect();
    // LSS 9 § 2–10, as the nämnd expects.
    rounds::report("2023-Q4".parse().unwrap(), lines, 9)
}

fn public(report: &QuarterReport, earlier: &[Public]) -> Public {
    let insatser = rounds::insatser();
    with_view(report, &insatser, |view| Public::of(view, Settings::default(), earlier)).unwrap()
}

fn few(quarter: &str, insatser: &[u16]) -> QuarterReport {
    let quarter: Quarter = quarter.parse().unwrap();
    let line = |insats: &u16| {
        let start = quarter.previous().first_day();
        Line { insats: Some(InsatsId(*insats)), kon: Some(Kon::Man), startdatum: Some(start), ..rounds::line() }
    };
    rounds::report(quarter, insatser.iter().map(line).collect(), 9)
}

fn drawn(table: &Table) -> String {
    let rows = table.rows.iter().map(|row| row.cells.iter().map(|it| it.plain()).collect::<Vec<_>>().join(" | "));
    rows.collect::<Vec<_>>().join("\n")
}

fn table<'a>(document: &'a Document, key: &str) -> &'a Table {
    let blocks = document.sections.iter().flat_map(|it| &it.blocks);
    let tables = blocks.filter_map(|it| if let Block::Table(it) = it { Some(it) } else { None });
    tables.into_iter().find(|it| it.key == key).unwrap()
}

fn words(document: &Document) -> String {
    let prose = document.sections.iter().flat_map(|it| &it.prose).map(|it| it.plain());
    prose.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_reference_quarter_is_grouped_before_anything_is_hidden() {
    let it = public(&reference(), &[]);
    assert_eq!((it.totals.open, it.totals.ended, it.totals.executed, it.totals.closed), (57, 31, Some(18), Some(13)));
    let paper = statistik::document(&it);
    assert_eq!(
        drawn(table(&paper, "per-insats")),
        "Ledsagarservice | 10 | 7\n\
         Avlösarservice | 7 | skyddat\n\
         Bostad med särskild service (vuxna) | 14 | skyddat\n\
         Daglig verksamhet | 18 | 8\n\
         Övriga insatser enligt LSS | 8 | 8\n\
         Summa | 57 | 31"
    );
    assert_eq!(drawn(table(&paper, "kon")), "Kvinnor | 24\nMän | 33\nSumma | 57");
    assert_eq!(drawn(table(&paper, "start")), "Beslut | 21\nAvbrott i verkställigheten | 36\nSumma | 57");
    let share = it.protection.share().unwrap();
    assert!(share < 0.5, "{:#?}", it.protection);
}

#[test]
fn the_law_of_the_period_leads_and_no_person_is_in_the_paper() {
    let report = reference();
    let paper = statistik::document(&public(&report, &[]));
    assert_eq!(paper.title, "Statistikrapport: ej verkställda beslut enligt LSS");
    assert_eq!(paper.subtitle, "Kvartal 4 2023 (oktober–december)");
    let words = words(&paper);
    assert!(words.contains("Det följer av 28 h § LSS."), "{words}");
    assert!(words.contains("57 beslut som inte var verkställda"), "{words}");
    let all = format!("{paper:?}");
    for line in &report.lines {
        let day = line.startdatum.unwrap().to_string();
        assert!(!all.contains(&day), "{day}");
    }
}

#[test]
fn nothing_open_is_a_zero_report() {
    let paper = statistik::document(&public(&few("2025-Q3", &[]), &[]));
    let words = words(&paper);
    assert!(words.contains("Det finns inga ej verkställda beslut att rapportera för kvartalet."), "{words}");
    assert!(paper.sections.iter().all(|it| it.blocks.is_empty()));
}

#[test]
fn two_decisions_are_counted_and_nothing_more_is_told() {
    let it = public(&few("2023-Q4", &[1, 2]), &[]);
    assert_eq!((it.totals.open, it.groups.len()), (2, 1));
    assert_eq!(it.groups[0].name, "Alla insatser");
    assert_eq!(it.groups[0].insatser.len(), 9);
    let shown: Vec<String> = it.tables.iter().map(super::super::shape::Table::key).collect();
    assert!(shown.is_empty(), "{shown:?}");
}

#[test]
fn what_is_published_is_read_back_and_other_shapes_are_refused() {
    let it = public(&reference(), &[]);
    let json = String::from_utf8(it.json().unwrap()).unwrap();
    assert_eq!(Public::read(&json).unwrap(), it);
    let newer = json.replacen("\"schema\": 1", "\"schema\": 2", 1).replacen("\"schema\":1", "\"schema\":2", 1);
    assert!(matches!(Public::read(&newer), Err(ReadFault::Schema(2))));
    let mut broken = it;
    broken.totals.open += 1;
    let json = String::from_utf8(broken.json().unwrap()).unwrap();
    assert!(matches!(Public::read(&json), Err(ReadFault::Inconsistent(_))));
    assert!(matches!(Public::read("{"), Err(ReadFault::Json(_))));
}

#[test]
fn open_data_has_one_row_per_cell_and_a_dictionary_of_its_columns() {
    let it = public(&reference(), &[]);
    let publisher = Publisher { name: "Exempelstads kommun".to_owned(), mail: None };
    let files = open::files(&it, &publisher).unwrap();
    assert_eq!(files, open::files(&it, &publisher).unwrap());
    let names: Vec<&str> = files.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "ej-verkstallda-beslut-2023-q4.csv",
            "ej-verkstallda-beslut-2023-q4.json",
            "ej-verkstallda-beslut-2023-q4-datalexikon.csv",
            "ej-verkstallda-beslut-2023-q4-metadata.json"
        ]
    );
    let mut data = csv::Reader::from_reader(files[0].bytes.as_slice());
    let columns: Vec<String> = data.headers().unwrap().iter().map(str::to_owned).collect();
    let cells: usize = it.tables.iter().flat_map(|it| &it.rows).map(|it| it.cells.len()).sum();
    let rows: Vec<csv::StringRecord> = data.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 5 + it.groups.len() + cells);
    for row in &rows {
        assert_eq!(row[10].is_empty(), &row[11] == "ja", "{row:?}");
    }
    let dictionary = String::from_utf8(files[2].bytes.clone()).unwrap();
    for column in columns {
        assert!(dictionary.contains(&format!("kolumn,{column},")), "{column}");
    }
    let about: serde_json::Value = serde_json::from_slice(&files[3].bytes).unwrap();
    assert_eq!(about["dcterms:temporal"]["dcat:endDate"]["@value"], "2023-12-31");
    assert_eq!(about["dcat:distribution"].as_array().map(Vec::len), Some(3));
}

#[test]
fn versions_of_others_and_of_later_quarters_are_left_aside() {
    let before = public(&few("2023-Q3", &[1, 1, 1, 1, 1, 2]), &[]);
    let mut other = before.clone();
    other.namnd = "En annan nämnd".to_owned();
    let later = public(&few("2024-Q1", &[1]), &[]);
    let it = public(&few("2023-Q4", &[1, 1, 1, 1, 1, 2]), &[later, other, before]);
    assert_eq!(it.protection.compared, ["2023-Q3".parse().unwrap()]);
    assert_eq!(it.history.iter().map(|it| it.kvartal.to_string()).collect::<Vec<_>>(), ["2023-Q3", "2023-Q4"]);
}
