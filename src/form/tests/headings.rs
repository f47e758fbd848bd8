//! Where the tables are, and which column is which.

use super::builder::{Builder, observations, short};
use crate::form::{Hints, Purpose};
use crate::model::{Quarter, Seen};
use crate::sheet::Visibility;
use crate::sheet::grid::Area;

const NONE: [&str; 0] = [];
const ROW: &str = "Man|2023-05-04|9 § 3 Ledsagarservice";

fn with(heading: &str, rows: &str) -> Builder {
    Builder::sheet(&format!("{heading}\n{rows}"))
}

#[test]
fn titles_above_do_not_hide_the_heading() {
    let sheet = Builder::sheet(&format!("Rapport\n\nLämnad av: verksamhetschefen\n\n\nKön|Beslutsdatum|Insats\n{ROW}"));
    assert_eq!(sheet.rows(), ["7 man b:2023-05-04 ledsagarservice 9 § 3 LSS"]);
    assert_eq!(sheet.seen(), NONE);
}

#[test]
fn headings_of_two_levels_are_joined() {
    for table in [
        "Kön|Insats|Beslutsdatum|Orsak till ej verkställt beslut||\n|||Resursbrist ledig bostad|Resursbrist personal|Tackat nej\nMan|9 § 9|2023-05-04|x||",
        "|||Orsak||\nKön|Insats|Beslutsdatum|Ledig bostad|Personalbrist|Tackat nej\nMan|9 § 9|2023-05-04|x||",
        "Kön|Insats|Datum||Orsak\n||beslut|avbrott|\nMan|9 § 9|2023-05-04||1",
    ] {
        let sheet = Builder::sheet(table);
        assert_eq!(sheet.rows(), ["3 man b:2023-05-04 bostad_vuxna 9 § 9 LSS o:resursbrist_bostad"], "{table}");
        assert_eq!(sheet.seen(), NONE, "{table}");
    }
}

#[test]
fn a_repeated_heading_carries_the_table_on_and_another_opens_a_new_one() {
    let heading = "Kön|Beslutsdatum|Insats";
    let sheet = Builder::sheet(&format!(
        "{heading}\n{ROW}\n{heading}\n{ROW}\n\nKön|Insats|Datum för avbrott\nKvinna|9 § 4|2023-02-01"
    ));
    let reading = sheet.read();
    assert_eq!(reading.tables.iter().map(|it| it.rows).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(reading.rows.iter().map(|it| it.row).collect::<Vec<_>>(), [1, 3, 6]);
    assert_eq!(observations(&reading), NONE);
}

#[test]
fn a_table_of_counts_is_not_a_list() {
    let summary = "LSS-insats|Ej verkställda män|Ej verkställda kvinnor|Pågående män|Pågående kvinnor|Resursbrist ledig bostad|Resursbrist personal|Den enskilde tackat nej|Annat skäl|Avbrott i verkställighet\nLedsagarservice|#5|#5|||||#8|#2|#9\nSumma|#33|#24";
    let both = Builder::sheet(&format!("{summary}\n\nKön|Beslutsdatum|Insats\n{ROW}"));
    assert_eq!(both.rows(), ["6 man b:2023-05-04 ledsagarservice 9 § 3 LSS"]);
    assert_eq!(both.seen(), NONE);
    assert_eq!(Builder::sheet(summary).seen(), ["ingen_rubrik"]);
    assert_eq!(Builder::sheet("Insats|Antal män|Antal kvinnor\nLedsagarservice|#10|#4").rows(), NONE);
}

#[test]
fn ongoing_decisions_are_counts_per_insats() {
    let reading = Builder::sheet("Insats|Antal män|Antal kvinnor\nLedsagarservice LSS|#10|#4\nSumma|#10|#4")
        .read_for(Purpose::Ongoing);
    assert_eq!(reading.rows.iter().map(short).collect::<Vec<_>>(), ["2 ledsagarservice LSS män:10 kvinnor:4"]);
    assert_eq!(observations(&reading), NONE);
}

#[test]
fn what_the_heading_lacks_or_has_too_much_of_is_told_once() {
    for (heading, row, expected) in [
        ("Kön|Beslutsdatum|Insats|Handläggare", "Man|2023-05-04|9 § 3|EL", "kolumn_olast D1: Handläggare"),
        ("Kön|Beslutsdatum|Insats|", "Man|2023-05-04|9 § 3|ringt", "kolumn_olast D2: kolumn D"),
        (
            "Kön|Beslutsdatum|Insats|Beslutet vekrställt",
            "Man|2023-05-04|9 § 3|2023-10-01",
            "kolumn_liknar D1 verkstalld: Beslutet vekrställt ? Beslutet verkställt",
        ),
        (
            "Kön|Beslutsdatum|Insats|Beslutsdag",
            "Man|2023-05-04|9 § 3|2023-05-04",
            "kolumn_dubbel D1 beslutsdatum: Beslutsdag",
        ),
        ("Kön|Beslutsdatum|Verkställt", "Man|2023-05-04|2023-10-01", "kolumn_saknas rad 1 insats"),
        ("Kön|Insats|Verkställt", "Man|9 § 3|2023-10-01", "kolumn_saknas rad 1 beslutsdatum"),
        ("Beslutsdatum|Insats|Verkställt", "2023-05-04|9 § 3|2023-10-01", "kolumn_saknas rad 1 kon"),
    ] {
        let sheet = with(heading, row);
        assert_eq!(sheet.seen(), [expected], "{heading}");
        assert_eq!(sheet.rows().len(), 1, "{heading}");
    }
}

#[test]
fn of_two_like_columns_the_one_with_data_is_read() {
    let sheet = with("Kön|Beslutsdatum|Insats|Beslutsdag", "Man||9 § 3|2023-05-04");
    assert_eq!(sheet.rows(), ["2 man b:2023-05-04 ledsagarservice 9 § 3 LSS"]);
    assert_eq!(sheet.seen(), NONE);
}

#[test]
fn a_yes_and_its_date_may_stand_in_two_columns() {
    let sheet = with(
        "Kön|Beslutsdatum|Insats|Verkställt|Verkställt datum",
        "Man|2023-05-04|9 § 3|Ja|2023-10-01\nMan|2023-05-04|9 § 3|Nej|",
    );
    assert_eq!(
        sheet.rows(),
        ["2 man b:2023-05-04 ledsagarservice 9 § 3 LSS v:2023-10-01", "3 man b:2023-05-04 ledsagarservice 9 § 3 LSS"]
    );
    assert_eq!(sheet.seen(), NONE);
}

#[test]
fn a_missing_column_is_one_fault_not_one_a_row() {
    let rows = with("Kön|Beslutsdatum|Verkställt", "Man|2023-05-04|2023-10-01").rows();
    assert_eq!(rows, ["2 man b:2023-05-04 v:2023-10-01 !lagrum,insats"]);
}

#[test]
fn tables_side_by_side_are_told_and_the_first_is_read() {
    let heading = "Kön|Beslutsdatum|Insats";
    let sheet = Builder::sheet(&format!("Löpnr|{heading}||Löpnr|{heading}\n1|{ROW}||1|{ROW}"));
    assert_eq!(sheet.seen(), ["tva_tabeller F1"]);
    assert_eq!(sheet.rows().len(), 1);
}

#[test]
fn no_heading_and_no_rows_are_two_different_things() {
    for (table, expected) in [
        ("Man|2023-05-04|9 § 3", "ingen_rubrik"),
        ("Kön|Man\nBeslutsdatum|2023-05-04\nInsats|9 § 3", "ingen_rubrik"),
        ("", "ingen_rubrik"),
        ("Kön|Beslutsdatum|Insats", "tom_mall rad 1"),
        ("Kön|Beslutsdatum|Insats\nInget att rapportera", "noll_text A2: Inget att rapportera"),
        ("Vi har inget att rapportera", "noll_text A1: Vi har inget att rapportera"),
    ] {
        assert_eq!(Builder::sheet(table).seen(), [expected], "{table}");
    }
}

#[test]
fn sheets_are_read_together_and_hidden_ones_are_told() {
    let table = format!("Kön|Beslutsdatum|Insats\n{ROW}");
    let months = Builder::named("Oktober", &table).and("November", &table);
    assert_eq!(months.read().rows.iter().map(|it| it.sheet).collect::<Vec<_>>(), [0, 1]);
    assert_eq!(months.seen(), NONE);
    let hidden = Builder::sheet(&table).and("Gammal", &table).last(|it| it.visibility = Visibility::Hidden);
    assert_eq!(hidden.rows().len(), 1);
    assert_eq!(hidden.seen(), ["dolt_blad: Gammal ×2"]);
    let lists = Builder::sheet(&table).and("Listor", "Kvinna\nMan").last(|it| it.visibility = Visibility::VeryHidden);
    assert_eq!(lists.seen(), NONE);
}

#[test]
fn the_only_insats_can_stand_in_the_title_the_sheet_or_the_uppdrag() {
    let table = "Kön|Beslutsdatum\nMan|2023-05-04";
    for builder in [
        Builder::sheet(&format!("Ledsagarservice enligt LSS\n{table}")),
        Builder::named("Ledsagarservice", &table.replace("Kön|", "Lagrum|Kön|").replace("Man|", "LSS|Man|")),
    ] {
        let reading = builder.read();
        let insats = reading.rows[0].insats;
        assert_eq!(insats, super::builder::insatser().by_key("ledsagarservice"));
        assert!(
            observations(&reading).iter().any(|it| it.ends_with("→ Ledsagarservice")),
            "{:?}",
            observations(&reading)
        );
    }
    let assumed = super::builder::insatser().by_key("kontaktperson");
    let hints = Hints { quarter: Quarter::new(2023, 4), assumed_insats: assumed, purpose: Purpose::Report };
    assert_eq!(Builder::sheet(table).read_as(&hints).rows[0].insats, assumed);
}

#[test]
fn a_quarter_in_the_title_that_is_not_the_one_asked_for_is_told() {
    let sheet = Builder::named("Q3 2023", &format!("Rapport kvartal 4 2023\nKön|Beslutsdatum|Insats\n{ROW}"));
    assert_eq!(sheet.seen(), ["fel_kvartal: kvartal 3 2023 → 2023-Q3"]);
    assert_eq!(sheet.read().stated_quarters.len(), 2);
}

#[test]
fn merged_cells_count_for_each_row_in_columns_of_kind_only() {
    let merged = |first_col| Area { first_row: 1, first_col, last_row: 2, last_col: first_col };
    let insats =
        with("Kön|Beslutsdatum|Insats", "Man|2023-05-04|9 § 3\nMan|2023-05-04|").last(|it| it.merged.push(merged(2)));
    assert_eq!(insats.rows()[1], "3 man b:2023-05-04 ledsagarservice 9 § 3 LSS");
    assert_eq!(insats.seen(), ["sammanfogade_celler C2 insats: 9 § 3 ×2"]);
    let date = with("Kön|Beslutsdatum|Insats", "Man|2023-05-04|9 § 3\nMan||9 § 3").last(|it| it.merged.push(merged(1)));
    assert_eq!(date.rows()[1], "3 man ledsagarservice 9 § 3 LSS");
}

#[test]
fn nothing_hides() {
    let table = format!("Kön|Beslutsdatum|Insats\n{ROW}\n{ROW}");
    let rows = Builder::sheet(&table).last(|it| it.hidden_rows.push((2, 2)));
    assert_eq!(rows.seen(), ["dolda_rader rad 3 → rad 3–3"]);
    assert!(rows.read().rows[1].hidden);
    let filtered = Builder::sheet(&table).last(|it| {
        it.hidden_rows.push((1, 2));
        it.filtered = true;
    });
    assert_eq!(filtered.seen(), ["filtrerade_rader rad 2 → rad 2–3 ×2"]);
    let column = Builder::sheet(&table).last(|it| it.hidden_cols.push((2, 2)));
    assert_eq!(column.seen(), ["dold_kolumn C1 insats: Insats"]);
    let comment = Builder::sheet(&table).last(|it| {
        it.comments.push(crate::sheet::grid::Comment { row: 1, col: 1, text: "Mejla a@example.org".to_owned() });
    });
    let seen = comment.read().observations;
    assert_eq!(seen.iter().map(|it| it.seen).collect::<Vec<_>>(), [Seen::CellKommentar, Seen::Epost]);
    assert!(seen.iter().all(|it| it.shown.as_deref() == Some("Mejla •••@•••")));
}
