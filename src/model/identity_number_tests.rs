//! Which numbers are found, and which look alike but are not. Numbers here are Skatteverket's own examples and test
//! numbers; generated ones have a birth number of the test series 980–999, which no person has.

use chrono::{Datelike, Duration, NaiveDate};
use proptest::prelude::*;

use super::super::personal::{Kind, found};
use super::*;

fn only(text: &str) -> Option<(Kind, String)> {
    let all = found(text);
    assert!(all.len() < 2, "{text}: {all:?}");
    all.first().map(|it| (it.kind, text[it.range.clone()].to_owned()))
}

#[test]
fn every_notation_is_found_whole() {
    for text in [
        "19850709-9805",
        "198507099805",
        "850709-9805",
        "8507099805",
        "850709+9805",
        "19850709 9805",
        "850709 9805",
        "850709 - 9805",
        "850709–9805",
        "850709\u{2011}9805",
        "850709\u{a0}9805",
        "850709-\n9805",
        "850709/9805",
        "1985-07-09-9805",
        "1985.07.09-9805",
        "85-07-09-9805",
        "85 07 09-9805",
        "1985-07-09 9805",
        "19850709-9813",
        "19641113-9808",
        "18900101-9802",
    ] {
        for whole in [text.to_owned(), format!("pnr {text}, Solsidan"), format!("({text})"), format!("Anna{text}.")] {
            assert_eq!(only(&whole), Some((Kind::Personnummer, text.to_owned())), "{whole}");
        }
    }
}

#[test]
fn samordningsnummer_and_t_numbers_have_their_own_kind() {
    for text in ["701063-2391", "19701063-2391", "7010632391", "197010632391", "1970-10-63-2391"] {
        assert_eq!(only(text), Some((Kind::Samordningsnummer, text.to_owned())), "{text}");
    }
    for text in ["19850709-T123", "850709-T123", "19850709-TF10", "19850709T123", "19850709 tf10", "1985-07-09-T123"] {
        assert_eq!(only(text), Some((Kind::TNummer, text.to_owned())), "{text}");
    }
}

#[test]
fn several_in_one_cell_are_all_found() {
    assert_eq!(found("850709-9805 850709-9813, 19641113-9808\n701063-2391").len(), 4);
    assert_eq!(found("8507099805,8507099813").len(), 2);
}

#[test]
fn look_alikes_are_not_found() {
    for text in [
        // Wrong check digit, day, month or century.
        "850709-9806",
        "8507099815",
        "851309-9805",
        "850732-9805",
        "850229-9805",
        "16850709-9805",
        "850709-0000",
        // Organisation numbers and invoices.
        "556000-0000",
        "16556000-0000",
        "5560000000",
        "1234567890",
        // Runs of other lengths, fractions.
        "85070998051",
        "0,8507099805",
        "12.8507099805",
        // Dates and times.
        "2023-10-10",
        "20231010",
        "2023-10-10T12:30:00",
        "20231010T123000",
        "2023-10-10 12:30",
        "2023-10-10 2023-10-11",
        "2023-10-10–2023-12-31",
        "2023-10-10-2023-12-31",
        "2023 10 10 2024",
        "20231010-20231231",
        "231010-231231",
        "Ja, delvis 231010",
        "230930:96 dagar",
        // Löpnr, lagrum.
        "1 2 3 4 5 6 7 8 9 10",
        "2023-0012",
        "9 § 3 LSS (1993:387), 4 kap. 1 § SoL (2001:453)",
        "20231010-T12",
        "20231010-T1234",
        "20231010-T123A",
        "20231010-T12:30",
    ] {
        assert_eq!(found(text), [], "{text}");
    }
}

fn check_digit(nine: &[u8]) -> u8 {
    (0..10).find(|it| check_digit_is_right(&[nine, &[*it]].concat())).unwrap()
}

/// A valid number of the test series, as `YYYYMMDD` and the last four.
fn number() -> impl Strategy<Value = (NaiveDate, bool, String)> {
    (0..47_000i64, 980..1000u32, any::<bool>()).prop_map(|(days, birth, coordination)| {
        let born = NaiveDate::from_ymd_opt(1900, 1, 1).unwrap() + Duration::days(days);
        let day = born.day() + if coordination { 60 } else { 0 };
        let nine: Vec<u8> =
            format!("{:02}{:02}{day:02}{birth}", born.year() % 100, born.month()).bytes().map(|it| it - b'0').collect();
        (born, coordination, format!("{birth}{}", check_digit(&nine)))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_valid_number_is_found_and_hidden(
        (born, coordination, four) in number(),
        long in any::<bool>(),
        split in prop::sample::select(vec!["", "-", ".", "/"]),
        gap in prop::sample::select(vec!["-", "+", " ", "", " - ", "\u{2011}", "\u{a0}"]),
        before in prop::sample::select(vec!["", "pnr ", "Anna ", "(", "2023-10-10 ", "nr:"]),
        after in prop::sample::select(vec!["", ".", ", Solsidan", ")", " 2023-10-10", "\n"]),
    ) {
        prop_assume!(split.is_empty() || gap == "-" || gap == "+");
        let day = born.day() + if coordination { 60 } else { 0 };
        let year = if long { format!("{:04}", born.year()) } else { format!("{:02}", born.year() % 100) };
        let text = format!("{before}{year}{split}{:02}{split}{day:02}{gap}{four}{after}", born.month());
        let kind = if coordination { Kind::Samordningsnummer } else { Kind::Personnummer };
        let all = found(&text);
        prop_assert_eq!(all.len(), 1, "{}", text);
        prop_assert_eq!(all[0].kind, kind);
        let masked = super::super::mask::masked(&text);
        prop_assert_eq!(masked.as_ref(), format!("{before}••••••-••••{after}"));
    }

    #[test]
    fn nothing_is_found_in_dates(
        a in 0..60_000i64,
        b in 0..60_000i64,
        form in prop::sample::select(vec!["%Y-%m-%d", "%Y%m%d", "%y%m%d", "%d.%m.%Y", "%d/%m %Y", "%-d/%-m-%y", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]),
        between in prop::sample::select(vec![" ", "-", " - ", "–", " – ", "/", "\n", ", ", " till "]),
    ) {
        let day = |it| (NaiveDate::from_ymd_opt(1900, 1, 1).unwrap() + Duration::days(it)).and_hms_opt(12, 30, 15).unwrap();
        let text = format!("{}{between}{}", day(a).format(form), day(b).format(form));
        prop_assert_eq!(found(&text), vec![], "{}", text);
        prop_assert_eq!(found(&day(a).format(form).to_string()), vec![]);
    }
}
