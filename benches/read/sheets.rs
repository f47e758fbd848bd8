//! Makes the workbooks that are measured: the same bytes every time, as utförare would have sent them.
//!
//! Goes in: how many rows, and a number that makes one file differ from the next. Comes out: an xlsx in memory.
//! Guaranteed: no clock and no random source; titles above, eleven columns, most cells text or dates, some blank.

use chrono::{Days, NaiveDate};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

const HEADINGS: [&str; 11] = [
    "Löpnr",
    "Kön",
    "Beslutsdatum",
    "Datum för avbrott i verkställighet",
    "Lagrum",
    "Typ av insats",
    "Beslutet verkställt",
    "Beslutet avslutat",
    "Orsak till ej verkställt beslut",
    "Kommentar",
    "Antal dagar",
];

const INSATSER: [(&str, &str); 5] = [
    ("9 § 3", "Ledsagarservice"),
    ("9 § 4", "Kontaktperson"),
    ("9 § 5", "Avlösarservice"),
    ("9 § 6", "Korttidsvistelse"),
    ("9 § 10", "Daglig verksamhet"),
];

const CAUSES: [&str; 3] = ["Resursbrist, personal", "Den enskilde tackat nej", "Annat skäl"];

const COMMENTS: [&str; 6] = [
    "Rekrytering av ny ledsagare pågår",
    "Matchningsmöte bokat men uteblivet",
    "Avbrott på grund av nedsatt mående",
    "Vårdnadshavare önskar byta korttidshem",
    "Inflyttning planerad till januari",
    "Familjen är bortrest under längre tid",
];

/// A small generator of numbers (Lehmer): good enough to vary rows, and the same everywhere.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0 * 48_271 % 2_147_483_647;
        self.0 % limit
    }

    fn one_of<T: Copy>(&mut self, list: &[T]) -> T {
        list[usize::try_from(self.below(list.len() as u64)).expect("a list has a length that fits")]
    }
}

/// One workbook of `rows` cases, each reportable in 2023-Q4.
pub(crate) fn workbook(rows: u32, file: u32) -> Result<Vec<u8>, XlsxError> {
    let mut numbers = Numbers(u64::from(file) + 20_231_231);
    let latest_start = NaiveDate::from_ymd_opt(2023, 9, 30).expect("a day that exists");
    let first_day = NaiveDate::from_ymd_opt(2023, 10, 1).expect("a day that exists");
    let date = Format::new().set_num_format("yyyy-mm-dd");
    let mut book = Workbook::new();
    book.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2024, 1, 8)?));
    let sheet = book.add_worksheet().set_name("Rapport")?;
    sheet.write_string(0, 0, "Ej verkställda beslut, kvartal 4 2023")?;
    sheet.write_string(1, 0, format!("Utförare {file}"))?;
    for (col, heading) in (0u16..).zip(HEADINGS) {
        sheet.write_string(3, col, heading)?;
    }
    for case in 0..rows {
        let row = 4 + case;
        let (lagrum, insats) = numbers.one_of(&INSATSER);
        let start = latest_start - Days::new(numbers.below(900));
        sheet.write_number(row, 0, f64::from(case + 1))?;
        sheet.write_string(row, 1, numbers.one_of(&["Kvinna", "Man", "Flicka", "Pojke"]))?;
        sheet.write_datetime_with_format(row, if numbers.below(10) < 6 { 3 } else { 2 }, start, &date)?;
        sheet.write_string(row, 4, lagrum)?;
        sheet.write_string(row, 5, insats)?;
        match numbers.below(10) {
            0 | 1 => {
                // Not before the slutdag of the latest start, so that no row is wrongly reported.
                let day = first_day + Days::new(90 + numbers.below(2));
                sheet.write_datetime_with_format(row, 6, day, &date)?;
            }
            2 => {
                sheet.write_string(row, 7, "2023-12-31")?;
            }
            _ => {
                sheet.write_string(row, 8, numbers.one_of(&CAUSES))?;
            }
        }
        sheet.write_string(row, 9, format!("{}. Ärende {file}-{case}", numbers.one_of(&COMMENTS)))?;
    }
    book.save_to_buffer()
}
