//! One report in every format: the same figures, and no format lets somebody's text out of its cell.

use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};

use crate::model::{Field, Finding, Place, Severity};

use super::fixture::{self, Round};
use super::text::Screen;

fn xlsx(round: &Round) -> Vec<u8> {
    let mut out = Vec::new();
    super::xlsx::write(&mut out, &round.view()).unwrap();
    out
}

fn html(round: &Round) -> String {
    let mut out = Vec::new();
    super::html::write(&mut out, &round.view()).unwrap();
    String::from_utf8(out).unwrap()
}

fn text(round: &Round) -> String {
    let mut out = Vec::new();
    super::text::report(&mut out, &round.view(), Screen::default()).unwrap();
    String::from_utf8(out).unwrap()
}

fn sheet(bytes: Vec<u8>, name: &str) -> Vec<Vec<Data>> {
    let mut book: Xlsx<_> = open_workbook_from_rs(std::io::Cursor::new(bytes)).unwrap();
    book.worksheet_range(name).unwrap().rows().map(<[Data]>::to_vec).collect()
}

fn row_of(rows: &[Vec<Data>], name: &str) -> Vec<Data> {
    rows.iter().find(|row| row.first() == Some(&Data::String(name.to_owned()))).cloned().unwrap_or_default()
}

fn numbers(row: &[Data]) -> Vec<f64> {
    use calamine::DataType;
    row.iter().filter_map(DataType::get_float).collect()
}

#[test]
fn the_sums_are_the_same_in_every_format() {
    let round = fixture::round();
    let it = round.report.totals;
    let json: serde_json::Value = serde_json::from_slice(&fixture::json(&round)).unwrap();
    assert_eq!(json["totals"]["open"], it.open);

    let sums = numbers(&row_of(&sheet(xlsx(&round), "Sammanställning"), "Summa"));
    let mut expected = vec![f64::from(it.open_men), f64::from(it.open_women)];
    expected.extend(it.causes.map(f64::from));
    expected.push(f64::from(it.open_interruptions));
    assert_eq!(sums, expected);

    let page = html(&round);
    let cells: Vec<String> = [it.open_men, it.open_women].iter().map(|it| format!("<td>{it}</td>")).collect();
    let causes: Vec<String> = it.causes.iter().map(|it| format!("<td>{it}</td>")).collect();
    let row = format!(
        "<th scope=\"row\">Summa</th>{}{}{}<td>{}</td>",
        cells.concat(),
        "<td>–</td>".repeat(4),
        causes.concat(),
        it.open_interruptions
    );
    assert!(page.contains(&row), "{row}");

    let text = text(&round);
    let line = text.lines().find(|it| it.trim_start().starts_with("Summa")).unwrap();
    let words: Vec<&str> = line.split_whitespace().collect();
    let mut expected = vec!["Summa".to_owned()];
    let counts = [it.reported, it.executed, it.closed, it.open, it.open_men, it.open_women, it.open_interruptions];
    expected.extend(counts.map(|it| it.to_string()));
    expected.extend(it.causes.map(|it| it.to_string()));
    assert_eq!(words, expected);
}

#[test]
fn the_sum_row_is_made_of_formulas() {
    let round = fixture::round();
    let mut book: Xlsx<_> = open_workbook_from_rs(std::io::Cursor::new(xlsx(&round))).unwrap();
    let formulas = book.worksheet_formula("Sammanställning").unwrap();
    let sums = formulas.used_cells().filter(|(_, _, it)| it.starts_with("SUM(")).count();
    assert_eq!(sums, 7);
    let flow = book.worksheet_formula("Avstämning").unwrap();
    assert_eq!(flow.used_cells().count(), round.report.reconciliation.len() * 3);
}

#[test]
fn every_line_and_finding_is_in_the_workbook() {
    let round = fixture::round();
    let bytes = xlsx(&round);
    let first_is_number = |row: &&Vec<Data>| matches!(row.first(), Some(Data::Float(_) | Data::Int(_)));
    assert_eq!(sheet(bytes.clone(), "Ärendelista").iter().filter(first_is_number).count(), round.report.lines.len());
    assert_eq!(sheet(bytes.clone(), "Avvikelser").len(), 4 + round.report.findings.len());
    let left_out = sheet(bytes, "Uteslutna och saknade");
    assert_eq!(left_out.len(), 4 + 3);
}

#[test]
fn sheets_stand_in_the_agreed_order() {
    let book: Xlsx<_> = open_workbook_from_rs(std::io::Cursor::new(xlsx(&fixture::round()))).unwrap();
    assert_eq!(
        book.sheet_names(),
        [
            "Sammanställning",
            "Ärendelista",
            "Kvalitet på rapportering",
            "Avvikelser",
            "Uteslutna och saknade",
            "Avstämning",
            "Utveckling"
        ]
    );
}

#[test]
fn the_workbook_is_the_same_twice_and_for_an_empty_report() {
    let round = fixture::round();
    assert_eq!(xlsx(&round), xlsx(&round));
    assert_eq!(sheet(xlsx(&fixture::empty()), "Ärendelista").len(), 4);
}

const FORMULA: &str = "=cmd|' /C calc'!A0";
const TAG: &str = "<script>alert(1)</script>";
const PERSON: &str = "19850709-9805";

/// Every text that comes from outside says something hostile.
fn hostile(evil: &str) -> Round {
    let mut round = fixture::round();
    let report = &mut round.report;
    report.head.kommun = evil.to_owned();
    report.head.namnd = evil.to_owned();
    for it in &mut report.utforare {
        it.name = evil.to_owned();
    }
    for it in &mut report.files {
        it.name = format!("{evil}.xlsx");
        it.sheets = vec![evil.to_owned()];
    }
    report.lines[0].insats = None;
    report.lines[0].insats_text = Some(evil.into());
    report.by_insats[0].name = evil.to_owned();
    report.by_insats[0].key = None;
    report.reconciliation[0].name = evil.to_owned();
    report.excluded[0].reason = evil.to_owned();
    report.missing[0].reason = evil.to_owned();
    report.corrections[0].what = evil.to_owned();
    report.quality[0].rating.text = evil.to_owned();
    report.quality[0].rating.override_reason = Some(evil.to_owned());
    report.checks[0].detail = evil.to_owned();
    report.checks[0].holds = false;
    report.history[0].kvartal = evil.to_owned();
    report.history[0].by_insats.push((evil.to_owned(), 1));
    report.findings[0].finding = Finding {
        rule: 0,
        severity: Severity::Fel,
        place: Place::cell(0, 11, 5),
        field: Some(Field::Verkstalld),
        shown: Some(evil.into()),
        params: Box::new([]),
    };
    round
}

#[test]
fn a_text_cannot_start_a_formula() {
    for evil in [FORMULA, "+1+1", "-1", "@SUM(A1)", "\t=1+1"] {
        let round = hostile(evil);
        let mut book: Xlsx<_> = open_workbook_from_rs(std::io::Cursor::new(xlsx(&round))).unwrap();
        for name in book.sheet_names() {
            let formulas = book.worksheet_formula(&name).unwrap();
            for (row, col, formula) in formulas.used_cells() {
                let ours = ["SUM(", "B", "C", "I", "IF(J"].iter().any(|it| formula.starts_with(it));
                assert!(ours && !formula.contains("cmd"), "{name} {row},{col}: {formula}");
            }
        }
    }
}

#[test]
fn a_text_cannot_open_a_tag() {
    for evil in [TAG, "\"><img src=x onerror=alert(1)>", "</style><script>", "]]><x>"] {
        let page = html(&hostile(evil));
        assert!(!page.contains(evil), "{evil}");
        assert!(!page.contains("<script") && !page.contains("<img"));
    }
}

#[test]
fn a_text_cannot_steer_a_terminal_or_break_a_document() {
    let evil = "a\u{1b}[2J\u{7}\u{0}\u{9b}31m\u{202e}b\u{ffff}";
    let round = hostile(evil);
    for out in [text(&round), html(&round)] {
        assert!(!out.chars().any(|c| (c.is_control() && c != '\n') || c == '\u{202e}' || c == '\u{ffff}'));
    }
    let json: serde_json::Value = serde_json::from_slice(&fixture::json(&round)).unwrap();
    assert_eq!(json["lines"].as_array().map(Vec::len), Some(10));
    assert!(!sheet(xlsx(&round), "Avvikelser").is_empty());
}

#[test]
fn a_text_longer_than_a_cell_is_cut_in_the_workbook_and_whole_in_json() {
    let evil = "å".repeat(40_000);
    let round = hostile(&evil);
    let rows = sheet(xlsx(&round), "Avvikelser");
    let longest = rows.iter().flatten().map(|it| it.to_string().encode_utf16().count()).max();
    assert!(longest <= Some(32_000), "{longest:?}");
    let json: serde_json::Value = serde_json::from_slice(&fixture::json(&round)).unwrap();
    assert_eq!(json["findings"][0]["shown"].as_str().map(|it| it.chars().count()), Some(40_000));
}

#[test]
fn a_personnummer_is_masked_in_every_format() {
    let round = hostile(PERSON);
    let json = String::from_utf8(fixture::json(&round)).unwrap();
    let mut book: Xlsx<_> = open_workbook_from_rs(std::io::Cursor::new(xlsx(&round))).unwrap();
    let cells: String = book.worksheets().iter().flat_map(|(_, it)| it.cells().map(|it| it.2.to_string())).collect();
    for (what, out) in [("json", json), ("html", html(&round)), ("text", text(&round)), ("xlsx", cells)] {
        let left = out.find("850709").and_then(|at| out.get(at.saturating_sub(80)..at + 20));
        assert_eq!(left, None, "{what}");
    }
}
