//! Rows: cases, sums, notes, and rows that have gone wrong.

use super::builder::Builder;
use crate::sheet::Cell;

const NONE: [&str; 0] = [];
const HEAD: &str = "Löpnr|Kön|Beslutsdatum|Insats|Verkställt|Orsak";

fn table(rows: &str) -> Builder {
    Builder::sheet(&format!("{HEAD}\n{rows}"))
}

fn one(row: &str) -> (String, Vec<String>) {
    let sheet = table(row);
    (sheet.rows().join(" / "), sheet.seen())
}

#[test]
fn sums_notes_examples_and_blank_rows_are_not_cases() {
    let sheet = table(
        "Exempel|Man|2023-01-01|9 § 3||1\n1|Man|2023-05-04|9 § 3||3\n2|||||\n\n3|Man|2023-05-04|9 § 4||3\nSumma|#2||||\n\nNotering: Endast ett val ska fyllas i.\nx = ja",
    );
    assert_eq!(sheet.read().rows.iter().map(|it| it.row).collect::<Vec<_>>(), [2, 5]);
    assert_eq!(sheet.seen(), NONE);
}

#[test]
fn a_hidden_key_left_on_an_emptied_row_says_nothing() {
    let head = "Radnyckel|Kön|Beslutsdatum|Insats|Skäl|Rad i Kvartal";
    for empty in ["Kabcdef0123|||||", "|||||abcdef-1-3", "Kabcdef0123|||||abcdef-1-3"] {
        let rows = format!("{head}\nK0|Man|2023-05-04|9 § 3|Ingen sökande|abcdef-1-2\n{empty}");
        let sheet = Builder::sheet(&rows);
        assert_eq!(sheet.rows(), ["2 man b:2023-05-04 ledsagarservice 9 § 3 LSS ”Ingen sökande”"], "{empty}");
        assert_eq!(sheet.seen(), NONE);
    }
}

#[test]
fn a_sum_that_is_not_what_the_rows_give_is_told() {
    let head = "Kön|Beslutsdatum|Insats|Ledig bostad|Personalbrist|Tackat nej|Annat skäl";
    let rows = "Man|2023-05-04|9 § 9|x|||\nMan|2023-05-04|9 § 3||||x";
    let right = Builder::sheet(&format!("{head}\n{rows}\nSumma|#2||#1|#0|#0|#1"));
    assert_eq!(right.seen(), NONE);
    let wrong = Builder::sheet(&format!("{head}\n{rows}\nSumma: 3|||#1|#0|#2|#1"));
    assert_eq!(wrong.seen(), ["summa_avviker A4 kon: 3 → 2", "summa_avviker F4 orsak_tackat_nej: 2 → 0"]);
    let parts = Builder::sheet(&format!("{head}\n{rows}\nDelsumma|#2\n{rows}\nDelsumma|#2\nTotalt|#4"));
    assert_eq!(parts.seen(), NONE);
}

#[test]
fn rows_after_the_sum_are_read_and_told() {
    let sheet = table("1|Man|2023-05-04|9 § 3||3\nSumma|#1\n2|Kvinna|2023-05-04|9 § 3||3");
    assert_eq!(sheet.rows().len(), 2);
    assert_eq!(sheet.seen(), ["rader_efter_summa rad 4"]);
}

#[test]
fn words_between_rows_carry_on_the_row_above() {
    let sheet = Builder::sheet(
        "Kön|Beslutsdatum|Insats|Skäl\nMan|2023-05-04|9 § 3|Svårt att\n|||rekrytera\nMan|2023-05-04|9 § 3|",
    );
    assert_eq!(
        sheet.rows(),
        [
            "2 man b:2023-05-04 ledsagarservice 9 § 3 LSS förslag:resursbrist_personal ”Svårt att · rekrytera”",
            "4 man b:2023-05-04 ledsagarservice 9 § 3 LSS"
        ]
    );
}

#[test]
fn a_group_named_above_its_rows_gives_them_their_insats() {
    let sheet =
        Builder::sheet("Kön|Beslutsdatum\nLedsagarservice LSS\nMan|2023-05-04\n9 § 4 Kontaktperson\nMan|2023-05-04");
    let keys: Vec<String> = sheet.rows();
    assert!(keys[0].contains("ledsagarservice") && keys[1].contains("kontaktperson"), "{keys:?}");
}

#[test]
fn far_cells_are_told_and_not_read() {
    let sheet = table("1|Man|2023-05-04|9 § 3||3\n…\n|x");
    assert_eq!(sheet.seen(), ["avlagsen_cell B203: x"]);
    let mut sheet = table("1|Man|2023-05-04|9 § 3||3");
    let text = sheet.workbook.add_text("x");
    sheet = sheet.last(|it| it.push(1_048_575, Cell::text(16_383, text)));
    assert_eq!(sheet.seen(), ["avlagsen_cell XFD1048576: x"]);
    assert_eq!(sheet.rows().len(), 1);
}

#[test]
fn cells_that_cannot_be_read_are_one_observation_and_one_bit() {
    for (row, expected, seen) in [
        ("1|vuxen|2023-05-04|9 § 3||3", "!kon", "varde_okant B2 kon: vuxen"),
        ("1|M/K|2023-05-04|9 § 3||3", "!kon", "varde_okant B2 kon: M/K"),
        ("1|Man|2023-06-31|9 § 3||3", "!beslutsdatum", "datum_omojligt C2 beslutsdatum: 2023-06-31"),
        (
            "1|Man|03/04/2023|9 § 3||3",
            "!beslutsdatum",
            "datum_tvetydigt C2 beslutsdatum: 03/04/2023 → 2023-04-03 ? 2023-03-04",
        ),
        ("1|Man|10/10|9 § 3||3", "!beslutsdatum", "datum_ofullstandigt C2 beslutsdatum: 10/10 ? 2023-10-10"),
        ("1|Man|v. 18|9 § 3||3", "!beslutsdatum", "datum_ofullstandigt C2 beslutsdatum: v. 18"),
        ("1|Man|se journal|9 § 3||3", "!beslutsdatum", "text_i_datumcell C2 beslutsdatum: se journal"),
        ("1|Man|2023x10|9 § 3||3", "!beslutsdatum", "datum_olasligt C2 beslutsdatum: 2023x10"),
        ("1|Man|!#REF!|9 § 3||3", "!beslutsdatum", "formel_fel C2 beslutsdatum: #REF!"),
        ("1|Man|=|9 § 3||3", "!beslutsdatum", "formel_utan_varde C2 beslutsdatum"),
        ("1|Man|2023-05-04|9 § 3|Ja|3", "!verkstalld", "datum_ofullstandigt E2 verkstalld: Ja"),
        ("1|Man|2023-05-04|Ledsgarservis||3", "!insats", "insats_okand D2 insats: Ledsgarservis ? Ledsagarservice"),
        (
            "1|Man|2023-05-04|SÄBO||3",
            "!insats",
            "insats_okand D2 insats: SÄBO ? Bostad med särskild service (vuxna) (LSS) eller Särskilt boende (SoL)",
        ),
        ("1|Man|2023-05-04|9 § 3||Semester", "!orsak", "varde_okant F2 orsak: Semester"),
        ("1|Pojke⏎Flicka|2023-06-01⏎2023-06-12|9 § 3||3", "!kon,beslutsdatum", "flera_varden B2 kon: Pojke\nFlicka"),
    ] {
        let (rows, observations) = one(row);
        assert_eq!(observations, [seen], "{row}");
        assert!(rows.contains(expected), "{row}: {rows}");
    }
}

#[test]
fn a_shifted_row_is_one_fault() {
    let (rows, seen) = one("1||Man|2023-05-04|9 § 3||3");
    assert_eq!(seen, ["forskjuten_rad rad 2"]);
    assert_eq!(rows, "2 !allt");
}

#[test]
fn a_struck_row_is_read_and_asked_about() {
    let sheet = table("1|Man|2023-05-04|9 § 3||3");
    let row: Vec<Cell> = sheet.workbook.sheets[0].row(1).to_vec();
    let sheet = sheet.last(|it| row.into_iter().for_each(|cell| it.push(1, Cell { flags: Cell::STRUCK, ..cell })));
    assert_eq!(sheet.seen(), ["overstruken_rad rad 2"]);
    assert_eq!(sheet.rows().len(), 1);
}

#[test]
fn law_decides_what_a_word_means_and_number_and_name_may_disagree() {
    for (lagrum, insats, expected) in [
        ("LSS", "SÄBO", "bostad_vuxna LSS"),
        ("SoL", "SÄBO", "sarskilt_boende SoL"),
        ("4 kap. 1 § SoL", "SÄBO", "sarskilt_boende 4 kap. 1 § SoL"),
        ("", "9 § 5 Kontaktperson", "kontaktperson 9 § 5 LSS"),
        ("LSS", "9 § 5 Kontaktperson", "kontaktperson 9 § 5 LSS"),
        ("9 § 4 LSS", "Ledsagarservice", "ledsagarservice 9 § 4 LSS"),
        ("9 § 3 LSS", "", "ledsagarservice 9 § 3 LSS"),
        ("@0.377083333", "", "ledsagarservice 9 § 3 LSS"),
    ] {
        let heading = if insats.is_empty() { "Kön|Beslutsdatum|Lagrum" } else { "Kön|Beslutsdatum|Lagrum|Insats" };
        let rows = Builder::sheet(&format!("{heading}\nMan|2023-05-04|{lagrum}|{insats}")).rows();
        assert_eq!(rows, [format!("2 man b:2023-05-04 {expected}")], "{lagrum} + {insats}");
    }
    let rows = Builder::sheet("Kön|Beslutsdatum|Typ av insats LSS\nMan|2023-05-04|SÄBO").rows();
    assert_eq!(rows, ["2 man b:2023-05-04 bostad_vuxna"]);
}

#[test]
fn causes_in_four_columns_are_counted() {
    let head = "Kön|Beslutsdatum|Insats|Ledig bostad|Personalbrist|Tackat nej|Annat skäl";
    for (marks, expected) in [
        ("x||||", " o:resursbrist_bostad"),
        ("#0|-|#1|#0", " o:tackat_nej"),
        ("|X|ja|", " orsaker:2"),
        ("|||sjukdom", " o:annat_skal förslag:annat_skal ”sjukdom”"),
        ("|||", ""),
    ] {
        let sheet = Builder::sheet(&format!("{head}\nMan|2023-05-04|9 § 9|{marks}"));
        assert_eq!(sheet.rows(), [format!("2 man b:2023-05-04 bostad_vuxna 9 § 9 LSS{expected}")], "{marks}");
        assert_eq!(sheet.seen(), NONE, "{marks}");
    }
}

#[test]
fn personal_data_is_found_wherever_it_stands() {
    let sheet = Builder::named(
        "19850709-9805",
        "Löpnr|Kön|Beslutsdatum|Insats|Skäl\n1|Man|2023-05-04|9 § 3|Ring 19850709-9805\n#8507099805|Man|2023-05-04|9 § 3|Ring 19850709-9805",
    );
    let seen = sheet.read().observations;
    assert_eq!(seen.len(), 4, "{seen:?}");
    assert!(
        seen.iter().all(|it| it.seen.key() == "personnummer" && !it.shown.as_deref().unwrap_or("").contains("9805")),
        "{seen:?}"
    );
}
