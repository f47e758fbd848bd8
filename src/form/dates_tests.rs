//! Every spelling of a date that has been seen, and those that must not be read.

use super::*;

fn quarter() -> Option<Quarter> {
    Quarter::new(2023, 4)
}

fn written(dated: Dated) -> String {
    match dated {
        Dated::Blank => "tom".to_owned(),
        Dated::Read(DateReading { date, rest: None, .. }) => date.to_string(),
        Dated::Read(DateReading { date, rest: Some(rest), .. }) => format!("{date} | {rest}"),
        Dated::Ambiguous(a, b) => format!("{a} eller {b}"),
        Dated::Impossible => "omöjligt".to_owned(),
        Dated::Incomplete(None) => "ofullständigt".to_owned(),
        Dated::Incomplete(Some(date)) => format!("ofullständigt, {date}?"),
        Dated::Unreadable => "oläsligt".to_owned(),
        Dated::Words => "ord".to_owned(),
    }
}

#[test]
fn texts_are_read_as_people_mean_them() {
    for (text, expected) in [
        ("", "tom"),
        ("2023-10-01", "2023-10-01"),
        (" 2023-10-01 ", "2023-10-01"),
        ("2023-10-01 00:00:00", "2023-10-01"),
        ("2023-10-01T00:00:00Z", "2023-10-01"),
        ("2023-10-01T00:00:00.000+01:00", "2023-10-01"),
        ("2023-10-01 14:30", "2023-10-01"),
        ("2023\u{2013}10\u{2013}01", "2023-10-01"),
        ("2023/10/01", "2023-10-01"),
        ("2023.10.01", "2023-10-01"),
        ("231010", "2023-10-10"),
        ("20231010", "2023-10-10"),
        ("10102023", "2023-10-10"),
        ("301023", "2030-10-23 eller 2023-10-30"),
        ("45200", "2023-10-01"),
        ("10/10-23", "2023-10-10"),
        ("3/4-23", "2023-04-03"),
        ("3/4 -23", "2023-04-03"),
        ("3/4 2023", "2023-04-03"),
        ("1/10 2023", "2023-10-01"),
        ("1/10-2023", "2023-10-01"),
        ("10.10.2023", "2023-10-10"),
        ("3.4.2023", "2023-04-03"),
        ("3.4.23", "2023-04-03"),
        ("01-10-2023", "2023-10-01"),
        ("23-10-01", "2023-10-01"),
        ("01-10-23", "2001-10-23 eller 2023-10-01"),
        ("10 okt 2023", "2023-10-10"),
        ("10 okt. 2023", "2023-10-10"),
        ("1 okt 23", "2023-10-01"),
        ("1 okt -23", "2023-10-01"),
        ("10okt2023", "2023-10-10"),
        ("10-okt-2023", "2023-10-10"),
        ("den 1 oktober 2023", "2023-10-01"),
        ("den 1:a oktober 2023", "2023-10-01"),
        ("tisdag 10 oktober 2023", "2023-10-10"),
        ("03/04/2023", "2023-04-03 eller 2023-03-04"),
        ("3/4/23", "2023-04-03 eller 2023-03-04"),
        ("10/10/2023", "2023-10-10"),
        ("13/04/2023", "2023-04-13"),
        ("04/13/2023", "2023-04-13"),
        ("2023-06-31", "omöjligt"),
        ("20230631", "omöjligt"),
        ("230631", "omöjligt"),
        ("31.6.2023", "omöjligt"),
        ("32 maj 2023", "omöjligt"),
        ("10/10", "ofullständigt, 2023-10-10?"),
        ("20/11", "ofullständigt, 2023-11-20?"),
        ("10 okt", "ofullständigt, 2023-10-10?"),
        ("v. 42", "ofullständigt"),
        ("vecka 42", "ofullständigt"),
        ("okt-23", "ofullständigt"),
        ("oktober 2023", "ofullständigt"),
        ("våren 2023", "ofullständigt"),
        ("2023", "ofullständigt"),
        ("Ja, delvis 231010", "2023-10-10 | Ja, delvis"),
        ("2023-10-09 Avslutas då familjen fått annan insats.", "2023-10-09 | Avslutas då familjen fått annan insats."),
        ("230911 på den enskildes begäran.", "2023-09-11 | på den enskildes begäran."),
        ("Vid rapporteringsperiodens slut, 230930:96 dagar", "2023-09-30 | Vid rapporteringsperiodens slut, :96 dagar"),
        ("Verkställt den 3 maj 2023.", "2023-05-03 | Verkställt"),
        ("2 av 5 timmar från 231010", "2023-10-10 | 2 av 5 timmar från"),
        ("2/5 timmar", "oläsligt"),
        ("231010 och 231101", "2023-10-10 eller 2023-11-01"),
        ("19850709-9805", "oläsligt"),
        ("850709-9805", "oläsligt"),
        ("8507099805", "oläsligt"),
        ("198507099805", "oläsligt"),
        ("19850709-T123", "oläsligt"),
        ("701063-2391", "oläsligt"),
        ("2023x10", "oläsligt"),
        ("se journal", "ord"),
        ("Ja", "ord"),
        ("?", "ord"),
    ] {
        assert_eq!(written(read_text(text, false, quarter())), expected, "{text}");
    }
}

#[test]
fn numbers_and_date_cells_are_told_apart() {
    for (number, epoch_1904, as_number, as_date_cell) in [
        (45200.0, false, "2023-10-01", "2023-10-01"),
        (45200.5, false, "2023-10-01", "2023-10-01"),
        (45_049.999_999_999, false, "2023-05-04", "2023-05-04"),
        (43738.0, true, "2023-10-01", "2023-10-01"),
        (231_010.0, false, "2023-10-10", "2023-10-10"),
        (20_231_010.0, false, "2023-10-10", "2023-10-10"),
        (230_631.0, false, "omöjligt", "omöjligt"),
        (0.0, false, "tom", "tom"),
        (2023.0, false, "ofullständigt", "1905-07-15"),
        (12.0, false, "oläsligt", "1900-01-12"),
        (8_507_099_805.0, false, "oläsligt", "oläsligt"),
        (-1.0, false, "oläsligt", "oläsligt"),
        (f64::NAN, false, "oläsligt", "oläsligt"),
        (f64::INFINITY, false, "oläsligt", "oläsligt"),
    ] {
        assert_eq!(written(read_number(number, epoch_1904, quarter())), as_number, "{number}");
        assert_eq!(written(read_date_cell(number, epoch_1904, quarter())), as_date_cell, "{number} as date cell");
    }
}

mod any_text {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn reading_never_panics(text in "\\PC{0,40}", number in any::<f64>()) {
            let _ = read_text(&text, false, quarter());
            let _ = read_number(number, true, None);
            let _ = read_date_cell(number, false, None);
        }

        #[test]
        fn every_day_is_read_back_from_its_plain_spellings(n in 733_000..740_000i32) {
            let day = NaiveDate::from_num_days_from_ce_opt(n).unwrap();
            for form in ["%Y-%m-%d", "%Y%m%d", "%d.%m.%Y", "%-d/%-m-%y", "%-d/%-m %Y", "Ja, %Y-%m-%d"] {
                let text = day.format(form).to_string();
                let read = read_text(&text, false, None);
                prop_assert!(matches!(&read, Dated::Read(it) if it.date == day), "{text}: {read:?}");
            }
        }
    }
}
