//! Correction copies are written, opened again as the service does it, and judged once more.

use calamine::{Reader, SheetVisible, Xlsx, open_workbook_from_rs};
use proptest::prelude::*;

use crate::merge::version::fixture::{self, Read};
use crate::merge::version::invented;
use crate::merge::version::pairs::returned;
use crate::model::Quarter;
use crate::sheet::grid::{Area, Comment};
use crate::sheet::{Cell, CellKind, Sheet, Visibility, Workbook};

use super::*;

const TABLE: &str = "Rapport för kvartal 4 2023 från Solsidan, en lång titel som inte ska göra kolumnen bred
Löpnr|Kön|Beslutsdatum|Insats|Beslutet verkställt|Orsak|Skäl
007|Man|@45050|9 § 3|231o10|Tackat nej|=HYPERLINK(\"x\")
#2|Kvinna|2023-06-05|9 § 4|||+46 är inte ett tal
3|M/K|@45051|9 § 5|x|Sjukdom|@anna
12345678901234567|Flicka|@231010|9 § 3||Annat skäl|Ring 850709-9805";

fn copy_of() -> CopyOf {
    CopyOf {
        attempt: "0198f2c4-8507-7980-9805-0123456789ab".to_owned(),
        filing: "0198f2c4-0000-7000-8000-0123456789ab".to_owned(),
        version: 2,
        quarter: Quarter::new(2023, 4).unwrap(),
    }
}

fn bytes(read: &Read) -> Vec<u8> {
    let of = copy_of();
    let voice = Voice { insatser: fixture::insatser(), rules: fixture::catalogue() };
    let mut out = Vec::new();
    write(&mut out, &Correction { of: &of, version: read.version(), voice, utforare: "=Solsidan & Co" }).unwrap();
    out
}

/// The copy as it comes back when nobody has changed anything.
fn back(read: &Read) -> Read {
    fixture::judged(fixture::opened(&bytes(read)))
}

/// More than a table: hidden sheets, rows and columns, merged areas, comments, errors, a strike-through.
fn odd() -> Workbook {
    let mut workbook = fixture::workbook(TABLE);
    let error = workbook.add_text("#REF!");
    let insats = workbook.add_text("9 § 4");
    let sheet = &mut workbook.sheets[0];
    sheet.push(2, Cell { kind: CellKind::Error, ..Cell::text(5, error) });
    sheet.push(3, Cell { kind: CellKind::Empty, flags: Cell::FORMULA, ..Cell::number(2, 0.0) });
    sheet.push(3, Cell { flags: Cell::STRUCK, ..Cell::text(3, insats) });
    sheet.push(5, Cell { kind: CellKind::Bool, ..Cell::number(4, 0.0) });
    sheet.hidden_rows = vec![(5, 5), (100, 1_048_575)];
    sheet.push(0, Cell::number(8, 1.0));
    sheet.hidden_cols = vec![(6, 6), (8, 8)];
    sheet.merged = vec![
        Area { first_row: 0, first_col: 0, last_row: 0, last_col: 5 },
        Area { first_row: 3, first_col: 3, last_row: 4, last_col: 3 },
    ];
    sheet.comments = vec![
        Comment { row: 2, col: 4, text: "Se mejl från anna@example.org".to_owned() },
        Comment { row: 1, col: 1, text: "Juridiskt kön".to_owned() },
    ];
    let word = workbook.add_text("gammalt");
    for (name, visibility) in [("Gammalt/2022", Visibility::Hidden), ("Listor", Visibility::VeryHidden)] {
        let mut sheet = Sheet::named(name);
        sheet.visibility = visibility;
        sheet.push(0, Cell::text(0, word));
        workbook.sheets.push(sheet);
    }
    workbook
}

#[test]
fn a_copy_that_comes_back_unchanged_reads_and_is_judged_as_before() {
    let before = fixture::read(TABLE);
    let after = back(&before);
    assert_eq!(fixture::rows(&after.workbook), fixture::rows(&before.workbook));
    // Personal data was hidden on the way out; everything else is told again, and nothing about our own parts.
    let expected: Vec<String> = before.findings().into_iter().filter(|it| !it.starts_with("IN")).collect();
    assert_eq!(after.findings(), expected);
    assert!(expected.len() >= 6, "{expected:?}");
}

#[test]
fn an_odd_workbook_keeps_its_rows_and_what_is_hidden() {
    let before = fixture::judged(odd());
    let after = back(&before);
    assert_eq!(fixture::rows(&after.workbook), fixture::rows(&before.workbook));
    let states: Vec<_> = after.workbook.sheets.iter().map(|it| (it.name.as_str(), it.visibility)).collect();
    assert_eq!(
        states,
        [("Blad1", Visibility::Visible), ("Gammalt-2022", Visibility::Hidden), ("Listor", Visibility::VeryHidden)]
    );
    let sheet = &after.workbook.sheets[0];
    assert_eq!(sheet.merged, before.workbook.sheets[0].merged);
    assert!(sheet.col_is_hidden(8));
    assert!(sheet.row_is_hidden(5) && sheet.col_is_hidden(6));
    let comments: Vec<&str> = sheet.comments.iter().map(|it| it.text.as_str()).collect();
    assert_eq!(comments, ["Juridiskt kön", "Se mejl från •••@•••"]);
    assert_eq!(sheet.cell(2, 5).map(|it| it.kind), Some(CellKind::Error));
    assert_eq!(sheet.cell(3, 2).map(|it| it.kind), Some(CellKind::Error));
    assert!(sheet.cell(3, 3).is_some_and(|it| it.has(Cell::STRUCK)));
}

#[test]
fn rows_are_known_again_by_their_hidden_key() {
    let before = fixture::read(TABLE);
    let after = back(&before);
    let found = returned(&copy_of().attempt, before.version(), after.version()).unwrap();
    assert_eq!(found.copy, copy_of());
    assert_eq!(found.rows.matched, [(0, 0), (1, 1), (2, 2), (3, 3)]);
    assert!(after.review.cases.iter().all(|it| it.kopia.is_some_and(|it| it.is_of(&copy_of().attempt))));
    let sheet = &after.workbook.sheets[0];
    assert!(sheet.col_is_hidden(7), "{:?}", sheet.hidden_cols);
}

#[test]
fn a_copy_of_a_copy_has_only_the_new_keys() {
    let first = back(&fixture::read(TABLE));
    let second = back(&first);
    assert_eq!(second.workbook.sheets.len(), 1);
    assert_eq!(second.review.tables[0].columns.len(), 8);
    assert_eq!(second.findings(), first.findings());
}

#[test]
fn no_formula_comes_from_a_cell_and_the_marks_are_out_of_sight() {
    let mut book: Xlsx<_> = open_workbook_from_rs(std::io::Cursor::new(bytes(&fixture::judged(odd())))).unwrap();
    let mut formulas = Vec::new();
    for name in book.sheet_names() {
        let range = book.worksheet_formula(&name).unwrap();
        formulas.extend(range.used_cells().filter(|it| !it.2.is_empty()).map(|it| it.2.clone()));
    }
    assert_eq!(formulas, ["#REF!", "#N/A"]);
    let sheets: Vec<_> = book.sheets_metadata().iter().map(|it| (it.name.clone(), it.visible)).collect();
    assert_eq!(sheets[0], (FINDINGS_TAB.to_owned(), SheetVisible::Visible));
    assert_eq!(sheets[4], (MARKS_TAB.to_owned(), SheetVisible::VeryHidden));
}

#[test]
fn values_stay_what_they_were() {
    let mut book: Xlsx<_> = open_workbook_from_rs(std::io::Cursor::new(bytes(&fixture::read(TABLE)))).unwrap();
    let range = book.worksheet_range("Blad1").unwrap();
    let text = |row: u32, col: u32| range.get_value((row, col)).map(ToString::to_string).unwrap_or_default();
    assert_eq!(text(2, 0), "007");
    assert_eq!(text(5, 0), "12345678901234567");
    assert_eq!(text(2, 6), "=HYPERLINK(\"x\")");
    assert_eq!(text(3, 6), "+46 är inte ett tal");
    assert_eq!(text(5, 6), "Ring ••••••-••••");
    use calamine::DataType;
    assert!(range.get_value((2, 2)).is_some_and(|it| it.as_date().is_some()));
    assert_eq!(range.get_value((3, 2)).and_then(DataType::as_date), None, "a text stays a text");
}

#[test]
fn the_list_has_every_finding_the_hard_faults_first() {
    let read = fixture::read(TABLE);
    let mut book: Xlsx<_> = open_workbook_from_rs(std::io::Cursor::new(bytes(&read))).unwrap();
    let range = book.worksheet_range(FINDINGS_TAB).unwrap();
    let column = |col: u32| -> Vec<String> {
        (10..range.height() as u32)
            .map(|row| range.get_value((row, col)).map(ToString::to_string).unwrap_or_default())
            .collect()
    };
    let severities = column(0);
    assert_eq!(severities.len(), read.review.findings.len());
    let weight = |it: &String| ["Notis", "Fråga", "Fel"].iter().position(|word| word == it).unwrap();
    assert!(severities.is_sorted_by_key(|it| std::cmp::Reverse(weight(it))), "{severities:?}");
    assert!(column(1).contains(&"Blad1!E3".to_owned()), "{:?}", column(1));
    assert!(column(2).contains(&"007".to_owned()));
    assert!(column(4).contains(&"231o10".to_owned()));
    assert!(!column(4).iter().any(|it| it.contains("9805")));
}

#[test]
fn a_file_without_a_table_gives_a_copy_too() {
    let after = back(&fixture::read("Hej\nDet här är ingen tabell"));
    assert_eq!(after.findings(), ["LA015 "]);
}

#[test]
fn the_same_version_gives_the_same_bytes() {
    let read = fixture::judged(odd());
    assert_eq!(bytes(&read), bytes(&read));
}

/// What a copy mends by itself: personal data is hidden, a filter is not kept, and a formula without a value is told as
/// an error.
fn mends_itself(finding: &str) -> bool {
    ["IN", "LA024", "LA037", "LA038"].iter().any(|it| finding.starts_with(it))
}

#[test]
fn every_sample_is_judged_the_same_when_its_copy_comes_back() {
    for (path, before) in fixture::samples() {
        let after = back(&before);
        let found = |read: &Read| read.findings().into_iter().filter(|it| !mends_itself(it)).collect::<Vec<_>>();
        assert_eq!(found(&after), found(&before), "{}", path.display());
        let rows = |read: &Read| {
            let filtered = before.workbook.sheets.iter().any(|it| it.filtered);
            let rows = fixture::rows(&read.workbook).join("\n");
            if filtered { rows.replace("hidden: true", "hidden: false") } else { rows }
        };
        assert_eq!(rows(&after), rows(&before), "{}", path.display());
        let same: Vec<(usize, usize)> = (0..before.review.cases.len()).map(|it| (it, it)).collect();
        let found = returned(&copy_of().attempt, before.version(), after.version()).unwrap();
        assert_eq!(found.rows.matched, same, "{}", path.display());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_copy_comes_back_as_what_was_sent(workbook in invented::workbook()) {
        let before = fixture::judged(workbook);
        let after = back(&before);
        prop_assert_eq!(fixture::rows(&after.workbook), fixture::rows(&before.workbook));
        let found = returned(&copy_of().attempt, before.version(), after.version()).unwrap().rows;
        let same: Vec<(usize, usize)> = (0..before.review.cases.len()).map(|it| (it, it)).collect();
        prop_assert_eq!(found.matched, same);
    }
}
