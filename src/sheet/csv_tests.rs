//! Text files as they come, and as nobody should send them.

use std::time::{Duration, Instant};

use super::*;
use crate::sheet::CellKind;

fn limits() -> Limits {
    Limits::built_in().unwrap()
}

fn rows(bytes: &[u8]) -> Vec<(u32, Vec<(u16, String)>)> {
    let book = read(bytes, &limits(), &mut Vec::new()).unwrap();
    let sheet = &book.sheets[0];
    sheet
        .rows()
        .map(|(row, cells)| (row, cells.iter().map(|it| (it.col, book.text(it.text).to_owned())).collect()))
        .collect()
}

fn why_not(bytes: &[u8], limits: &Limits) -> Seen {
    let mut seen = Vec::new();
    assert_eq!(read(bytes, limits, &mut seen), None);
    assert_eq!(seen.len(), 1, "{seen:?}");
    seen[0].seen
}

fn table(all: &[(u32, &[(u16, &str)])]) -> Vec<(u32, Vec<(u16, String)>)> {
    all.iter().map(|(row, cells)| (*row, cells.iter().map(|it| (it.0, it.1.to_owned())).collect())).collect()
}

#[test]
fn rows_have_the_numbers_a_spreadsheet_shows() {
    let expected = table(&[(0, &[(0, "Kön"), (1, "Insats")]), (2, &[(0, "Man"), (1, "a\nb")]), (3, &[(1, "x")])]);
    for text in [
        "Kön;Insats\n\nMan;\"a\nb\"\n;x\n",
        "Kön;Insats\r\n;;;\r\nMan;\"a\r\nb\";;\r\n;x",
        "Kön;Insats\r\rMan;\"a\rb\"\r;x\r",
        "sep=,\nKön,Insats\n\nMan,\"a\nb\"\n,x",
        "\u{feff}sep=|\r\nKön|Insats\r\n\r\nMan|\"a\nb\"\r\n|x",
    ] {
        assert_eq!(rows(text.as_bytes()), expected, "{text:?}");
    }
}

#[test]
fn values_stay_as_they_stand() {
    let text = "Löpnr;Kön;Datum;Antal\n0012;=\"007\"; 231010 ;1 234,50\n";
    let row = rows(text.as_bytes()).remove(1).1;
    assert_eq!(row.into_iter().map(|it| it.1).collect::<Vec<_>>(), ["0012", "007", " 231010 ", "1 234,50"]);
    let book = read(text.as_bytes(), &limits(), &mut Vec::new()).unwrap();
    assert!(book.sheets[0].rows().flat_map(|it| it.1).all(|it| it.kind == CellKind::Text));
}

#[test]
fn lines_that_were_quoted_whole_are_opened() {
    let text = "Löpnr,Kön,Insats\r\n\"1,Man,\"\"a, b\"\"\"\r\n\"2,Kvinna,\"\"c, d\"\"\"\r\n";
    let expected = table(&[
        (0, &[(0, "Löpnr"), (1, "Kön"), (2, "Insats")]),
        (1, &[(0, "1"), (1, "Man"), (2, "a, b")]),
        (2, &[(0, "2"), (1, "Kvinna"), (2, "c, d")]),
    ]);
    assert_eq!(rows(text.as_bytes()), expected);
}

#[test]
fn what_is_no_table_is_refused_with_a_reason() {
    for (bytes, seen) in [
        (&b""[..], Seen::FilTom),
        (b" \r\n\t\n", Seen::FilTom),
        (b"\0\0\0\0", Seen::FilTom),
        (b"\xef\xbb\xbf", Seen::FilTom),
        (b"<!DOCTYPE x><a>b</a>\n", Seen::FilFrammandeTyp),
        (b"[{\"a\": 1},\n{\"a\": 2}]", Seen::FilFrammandeTyp),
        (b"\x7fELF\x02\x01\x01\x03\x04\x05\x06\x08\x0e\x0f\x10\x11\x12", Seen::FilFrammandeTyp),
    ] {
        assert_eq!(why_not(bytes, &limits()), seen, "{bytes:?}");
    }
}

#[test]
fn hostile_files_cost_little() {
    let mut small = limits();
    small.fil.celler = 1000;
    let wide = "a;".repeat(300_000);
    let long = "a\n".repeat(300_000);
    let marks = "\"a;".repeat(100_000);
    let open = format!("Kön;Insats\n\"{}", "x;y\n".repeat(100_000));
    let doubled = "\"\"\"a\n".repeat(100_000);
    let one = "x".repeat(1_000_000);
    let double = "Ã".repeat(200_000);
    let start = Instant::now();
    for text in [&wide, &long, &marks, &open, &doubled] {
        assert_eq!(why_not(text.as_bytes(), &small), Seen::FilUppackadForStor, "{}", &text[..10]);
    }
    let mut seen = Vec::new();
    assert!(read(one.as_bytes(), &small, &mut seen).is_some());
    assert_eq!(seen.iter().map(|it| it.seen).collect::<Vec<_>>(), [Seen::FilTrasig]);
    let _ = read(double.as_bytes(), &limits(), &mut Vec::new());
    let _ = read(&"\u{fffd}?".repeat(100_000).into_bytes(), &limits(), &mut Vec::new());
    let blank = ";".repeat(1_000_000);
    assert!(read(blank.as_bytes(), &limits(), &mut Vec::new()).is_some_and(|it| it.sheets[0].is_empty()));
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
        let mut seen = Vec::new();
        let book = read(&bytes, &limits(), &mut seen);
        proptest::prop_assert!(book.is_some() || !seen.is_empty());
    }

    #[test]
    fn what_is_written_is_read(
        cells in proptest::collection::vec(proptest::collection::vec("[a-zåäö;,\" \n]{0,6}", 2..5), 1..8),
    ) {
        let line = |row: &Vec<String>| {
            row.iter().map(|it| format!("\"{}\"", it.replace('"', "\"\""))).collect::<Vec<_>>().join(";")
        };
        let text = format!("Kön;Insats;Datum\n{}\n", cells.iter().map(line).collect::<Vec<_>>().join("\n"));
        let read = rows(text.as_bytes());
        for (at, row) in cells.iter().enumerate() {
            let found = read.iter().find(|it| it.0 as usize == at + 1).map(|it| it.1.clone()).unwrap_or_default();
            let expected: Vec<_> = row
                .iter()
                .enumerate()
                .filter(|it| !it.1.trim().is_empty())
                .map(|(col, it)| (u16::try_from(col).unwrap(), it.clone()))
                .collect();
            proptest::prop_assert_eq!(found, expected);
        }
    }
}
