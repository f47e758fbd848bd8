//! The template is opened again with another library and looked at.

use calamine::{Data, DataType, Reader, SheetVisible, Xlsx, open_workbook_from_rs};

use crate::model::Field;

use super::super::fixture;
use super::*;

fn blank_of<'a>(round: &'a fixture::Round, open: &'a [OpenCase], insatser: &'a [InsatsId]) -> Blank<'a> {
    Blank {
        kommun: "Exempelstad",
        namnd: "Omsorgsnämnden",
        quarter: Quarter::new(2023, 4).unwrap(),
        last_day: NaiveDate::from_ymd_opt(2024, 1, 10),
        utforare: &round.report.utforare[0],
        catalogue: &round.insatser,
        insatser,
        open,
    }
}

fn bytes(open: &[OpenCase]) -> Vec<u8> {
    let round = fixture::round();
    let mut out = Vec::new();
    write(&mut out, &blank_of(&round, open, &[InsatsId(1), InsatsId(2)])).unwrap();
    out
}

fn open_cases() -> Vec<OpenCase> {
    let mut cases: Vec<OpenCase> = fixture::round().report.lines.iter().take(3).map(OpenCase::from).collect();
    cases[0].nyckel = Some("K-17".into());
    cases
}

#[test]
fn headings_are_the_names_of_our_fields() {
    let mut book: Xlsx<_> = open_workbook_from_rs(std::io::Cursor::new(bytes(&open_cases()))).unwrap();
    let range = book.worksheet_range("Rapport").unwrap();
    let row: Vec<String> = range.rows().nth(table::HEADING as usize).unwrap().iter().map(ToString::to_string).collect();
    let round = fixture::round();
    let blank = blank_of(&round, &[], &[InsatsId(1)]);
    let expected: Vec<&str> = table::columns(&blank).iter().map(|it| it.field.swedish()).collect();
    assert_eq!(row, expected);
}

#[test]
fn open_cases_stand_filled_in_with_real_dates_and_their_key() {
    let mut book: Xlsx<_> = open_workbook_from_rs(std::io::Cursor::new(bytes(&open_cases()))).unwrap();
    let range = book.worksheet_range("Rapport").unwrap();
    let at = |row: u32, col: u32| range.get_value((row, col)).cloned().unwrap_or_default();
    assert_eq!(at(6, 0), Data::String("K-17".to_owned()));
    assert_eq!(at(6, 1), Data::String("Flicka".to_owned()));
    assert_eq!(at(6, 4).as_date(), NaiveDate::from_ymd_opt(2022, 12, 3));
    assert_eq!(at(9, 1), Data::Empty);
}

#[test]
fn the_lists_are_very_hidden_and_say_what_the_workbook_is() {
    let mut book: Xlsx<_> = open_workbook_from_rs(std::io::Cursor::new(bytes(&[]))).unwrap();
    let lists = book.sheets_metadata().iter().find(|it| it.name == "Listor").unwrap();
    assert_eq!(lists.visible, SheetVisible::VeryHidden);
    let range = book.worksheet_range("Listor").unwrap();
    assert_eq!(range.get_value((1, 1)), Some(&Data::String("solsidan".to_owned())));
    assert_eq!(range.get_value((2, 1)), Some(&Data::String("2023-Q4".to_owned())));
    let all: Vec<String> = range.cells().map(|(_, _, it)| it.to_string()).collect();
    assert!(all.iter().any(|it| it == "Ledsagarservice"));
    // Only their own insatser, and no cause that cannot apply to them.
    assert!(!all.iter().any(|it| it == "Personlig assistans" || it == "Resursbrist, ledig bostad"));
}

#[test]
fn nothing_in_the_guide_reads_as_a_heading_row_or_as_nothing_to_report() {
    let mut book: Xlsx<_> = open_workbook_from_rs(std::io::Cursor::new(bytes(&open_cases()))).unwrap();
    let names: Vec<&str> = Field::ALL.iter().map(|it| it.swedish()).collect();
    let range = book.worksheet_range("Så här fyller ni i").unwrap();
    for row in range.rows() {
        let hits = row.iter().filter(|it| names.contains(&it.to_string().as_str())).count();
        assert!(hits <= 1, "{row:?}");
        assert!(!row.iter().any(|it| it.to_string().to_lowercase().contains("inget att rapportera")));
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    assert_eq!(bytes(&open_cases()), bytes(&open_cases()));
}

#[test]
fn law_is_asked_for_only_when_both_laws_are_possible() {
    let mut round = fixture::round();
    let mut all: Vec<_> = round.insatser.all().map(|(_, it)| it.clone()).collect();
    all[2].lag = Lag::Sol;
    round.insatser = all.into_iter().collect();
    let has_law = |insatser: &[InsatsId]| {
        table::columns(&blank_of(&round, &[], insatser)).iter().any(|it| it.field == Field::Lagrum)
    };
    assert!(has_law(&[InsatsId(1), InsatsId(2)]));
    assert!(!has_law(&[InsatsId(1)]));
}

#[test]
fn somebodys_name_cannot_become_a_formula() {
    let mut round = fixture::round();
    round.report.utforare[0].name = "=cmd|'/c calc'!A1".to_owned();
    let mut out = Vec::new();
    write(&mut out, &blank_of(&round, &[], &[InsatsId(1)])).unwrap();
    let mut book: Xlsx<_> = open_workbook_from_rs(std::io::Cursor::new(out)).unwrap();
    for name in book.sheet_names() {
        assert!(book.worksheet_formula(&name).unwrap().is_empty(), "{name}");
    }
}
