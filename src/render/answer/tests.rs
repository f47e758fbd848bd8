//! The answer to small tables.

use crate::merge::version::fixture::{self, Read};

use super::*;

const HEAD: &str = "Löpnr|Kön|Beslutsdatum|Insats|Beslutet verkställt|Orsak";

fn table(rows: &[String]) -> Read {
    fixture::read(&format!("{HEAD}\n{}", rows.join("\n")))
}

fn answer(read: &Read) -> Summary {
    summary(read.version(), Voice { insatser: fixture::insatser(), rules: fixture::catalogue() })
}

fn rows(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|it| (*it).to_owned()).collect()
}

#[test]
fn each_row_has_one_card_with_what_it_is_about_the_heaviest_first() {
    let read = table(&rows(&[
        "A7|Kvinna|2023-05-04|9 § 3|231o10|Tackat nej",
        "A8|Man|2023-05-04|9 § 3||Tackat nej",
        "A9|M/K||9 § 3|i mars|Sjukdom",
    ]));
    let answer = answer(&read);
    let cards: Vec<String> = answer
        .cards
        .iter()
        .map(|it| {
            let items: Vec<String> = it.items.iter().map(|it| format!("{} {}", it.rule, it.place)).collect();
            format!("{} {} ({}) {}", it.row, it.number, it.about, items.join("; "))
        })
        .collect();
    assert_eq!(
        cards,
        [
            "2 A7 (Ledsagarservice, kvinna, beslut 2023-05-04) LA030 Blad1!E2",
            "4 A9 (Ledsagarservice) LA043 Blad1!B4; UP002 Blad1!C4; LA033 Blad1!E4; LA043 Blad1!F4"
        ]
        .map(str::to_owned)
        .to_vec(),
        "{:?}",
        read.findings()
    );
    assert_eq!((answer.rows, answer.clean_rows), (3, 1));
}

#[test]
fn a_column_that_fails_often_is_said_once_with_three_examples() {
    let many: Vec<String> = (1..=9).map(|it| format!("{it}|Kvinna|2023-05-0{it}|9 § 3||")).collect();
    let answer = answer(&table(&many));
    assert_eq!(answer.cards, []);
    let [repeated] = answer.repeated.as_slice() else { panic!("{:?}", answer.repeated) };
    assert_eq!((repeated.rule.as_str(), repeated.count, repeated.heading.as_str()), ("EO001", 9, "Orsak"));
    assert_eq!(repeated.examples.len(), 3);
    assert_eq!(repeated.places[8], "Blad1!F10");
    assert_eq!(answer.counts, Counts { fel: 9, ..Counts::default() });
}

#[test]
fn key_columns_come_first() {
    let read = table(&rows(&["A1|M/K|2023-05-04|Utflykter|x|Sjukdom"]));
    let columns: Vec<String> = answer(&read).columns.into_iter().map(|it| it.heading).collect();
    assert_eq!(columns, ["Insats", "Kön", "Beslutet verkställt", "Orsak"]);
}

#[test]
fn what_is_about_the_file_stands_apart_and_every_finding_is_somewhere() {
    for (path, read) in fixture::samples() {
        let answer = answer(&read);
        let in_cards: usize = answer.cards.iter().map(|it| it.items.len()).sum();
        let repeated: usize = answer.repeated.iter().map(|it| it.count).sum();
        assert_eq!(answer.whole.len() + in_cards + repeated, read.review.findings.len(), "{}", path.display());
        assert_eq!(answer.counts.all(), read.review.findings.len());
        let soft: usize = answer.soft.iter().map(|it| it.count).sum();
        assert_eq!(soft, answer.counts.fraga + answer.counts.notis);
    }
}

#[test]
fn the_same_values_leave_as_json() {
    let read = table(&rows(&["A7|Kvinna|2023-05-04|9 § 3|231o10|Tackat nej"]));
    let json = serde_json::to_value(answer(&read)).unwrap();
    assert_eq!(json["counts"]["fel"], 1);
    assert_eq!(json["cards"][0]["items"][0]["severity"], "fel");
    assert_eq!(json["cards"][0]["items"][0]["field"], "verkstalld");
    assert_eq!(json["cards"][0]["items"][0]["cell"], "E2");
    assert_eq!(json["columns"][0]["fel"], 1);
}
