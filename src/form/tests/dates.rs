//! Dates in tables: what was read is told once for each column and notation.

use super::builder::Builder;
use crate::sheet::{Cell, CellKind};

#[test]
fn unusual_notations_are_told_once_per_column_and_notation() {
    let sheet = Builder::sheet(
        "Kön|Beslutsdatum|Insats\nMan|#230504|9 § 3\nMan|230505|9 § 3\nMan|4/5-23|9 § 3\nMan|#45050|9 § 3\nMan|@45050|9 § 3\nMan|@230504|9 § 3",
    );
    let days: Vec<String> =
        sheet.read().rows.iter().filter_map(|it| it.beslutsdatum).map(|it| it.to_string()).collect();
    assert_eq!(days, ["2023-05-04", "2023-05-05", "2023-05-04", "2023-05-04", "2023-05-04", "2023-05-04"]);
    assert_eq!(
        sheet.seen(),
        [
            "datum_tolkat B2: 230504 → 2023-05-04 ×2",
            "datum_tolkat B4: 4/5-23 → 2023-05-04",
            "datum_tolkat B5: 45050 → 2023-05-04",
            "datum_tolkat B7: 2531-02-04 → 2023-05-04",
        ]
    );
}

#[test]
fn a_workbook_of_1904_counts_from_1904() {
    let mut sheet = Builder::sheet("Kön|Beslutsdatum|Insats\nMan|@43588|9 § 3");
    sheet.workbook.epoch_1904 = true;
    assert_eq!(sheet.rows(), ["2 man b:2023-05-04 ledsagarservice 9 § 3 LSS"]);
}

#[test]
fn days_that_name_their_own_end_are_compared_at_once() {
    let head = "Kön|Beslut/Avbrott|Insats|Tid från beslut/avbrott";
    for (days, dagar, seen) in [
        ("241 dagar", " dagar:241", vec![]),
        ("Vid periodens slut, 231231: 241 dagar", " dagar:241", vec![]),
        ("231231: 240 dagar", "", vec!["dagar_avviker D2 dagar: 231231: 240 dagar → 241"]),
        ("231101: 181 dagar", "", vec![]),
        ("ca 240", " !dagar", vec!["tal_olasligt D2 dagar: ca 240"]),
    ] {
        let sheet = Builder::sheet(&format!("{head}\nMan|2023-05-04|9 § 3|{days}"));
        assert_eq!(sheet.rows(), [format!("2 man s:2023-05-04 ledsagarservice 9 § 3 LSS{dagar}")], "{days}");
        assert_eq!(sheet.seen(), seen, "{days}");
    }
}

#[test]
fn a_day_is_no_number_of_days() {
    let mut sheet =
        Builder::sheet("Kön|Beslutsdatum|Insats|Antal dagar|Ålder\nMan|2023-05-04|9 § 3|2023-08-18|2023-08-18");
    for col in [3, 4] {
        let cell = *sheet.workbook.sheets[0].cell(1, col).unwrap();
        sheet.workbook.sheets[0].push(1, Cell { kind: CellKind::DateIso, ..cell });
    }
    assert_eq!(sheet.seen(), ["tal_olasligt D2 dagar: 2023-08-18", "tal_olasligt E2 alder: 2023-08-18"]);
}

#[test]
fn a_kind_of_start_beside_the_date_is_kept() {
    let sheet = Builder::sheet("Kön|Beslut/Avbrott|Insats\nMan|Avbrott 230504|9 § 3\nMan|Beslut 2023-05-04|9 § 3");
    assert_eq!(
        sheet.rows(),
        [
            "2 man s:2023-05-04 typ:avbrott ledsagarservice 9 § 3 LSS",
            "3 man s:2023-05-04 typ:beslut ledsagarservice 9 § 3 LSS"
        ]
    );
}
