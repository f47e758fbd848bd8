//! Dates in every spelling people use.
//!
//! Goes in: a number or a text, and the quarter asked for. Comes out: the day, how it was written and what stood beside it;
//! or why no day can be told.
//! Guaranteed: pure and total; a truly ambiguous date is never guessed; ten or twelve digits, and anything that looks like
//! a personnummer, are never a date.

use chrono::{Datelike, NaiveDate};

use super::date_text;
use crate::model::Quarter;

/// How a date was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum How {
    /// A real date cell, or ISO text: the forms asked for.
    Plain,
    /// A serial number in a cell that is not formatted as a date.
    Serial,
    /// `231010`
    Six,
    /// `20231010`
    Eight,
    /// `231010` typed into a date cell, which then shows 2532-06-24.
    SixInDateCell,
    /// `10/10-23`, `1/10 2023`
    Slash,
    /// `10.10.2023`
    Dotted,
    /// `01-10-2023`, `23-10-01`
    Dashed,
    /// `10 okt 2023`
    Words,
}

/// A day that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateReading {
    pub date: NaiveDate,
    pub how: How,
    /// What stood beside the date, without the punctuation that held them together.
    pub rest: Option<String>,
}

/// What a cell that may hold a date holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dated {
    /// Nothing, or a mark for nothing.
    Blank,
    Read(DateReading),
    /// Two readings, both possible.
    Ambiguous(NaiveDate, NaiveDate),
    /// A date that is in no calendar.
    Impossible,
    /// A day, month or year is missing; the proposal when the quarter makes one likely.
    Incomplete(Option<NaiveDate>),
    /// Digits, but no date.
    Unreadable,
    /// Words, but no date.
    Words,
}

/// Serial 1 of the 1904 calendar is this many days later than in the 1900 calendar.
const EPOCH_1904: f64 = 1462.0;

/// Serials that can be meant as dates in a cell that does not say so: 1950-01-01 to 2099-12-31.
const LIKELY_SERIALS: std::ops::RangeInclusive<f64> = 18_264.0..=73_050.0;

/// The last serial Excel has, 9999-12-31.
const LAST_SERIAL: f64 = 2_958_465.0;

/// The day of a serial number, or `None` when the program would not show one.
pub(super) fn from_serial(serial: f64, epoch_1904: bool) -> Option<NaiveDate> {
    let serial = if epoch_1904 { serial + EPOCH_1904 } else { serial };
    // A computed day carries noise: 45050.00000000001 and 45049.99999999999 are both 45050.
    let days = (serial + 1e-6).floor();
    // Serial 60 is 1900-02-29, a day that never was.
    if !(1.0..=LAST_SERIAL).contains(&days) || (!epoch_1904 && (60.0..61.0).contains(&days)) {
        return None;
    }
    let base = if days < 60.0 { NaiveDate::from_ymd_opt(1899, 12, 31) } else { NaiveDate::from_ymd_opt(1899, 12, 30) };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "1 to 2 958 465")]
    base?.checked_add_days(chrono::Days::new(days as u64))
}

/// A cell the file formats as a date.
pub fn read_date_cell(serial: f64, epoch_1904: bool, around: Option<Quarter>) -> Dated {
    if serial == 0.0 {
        // What a formula gives that points at a blank cell.
        return Dated::Blank;
    }
    if let Some(date) = whole(serial).filter(|it| *it >= 100_101).and_then(|it| six_or_eight(it, around)) {
        return match date {
            Dated::Read(it) => Dated::Read(DateReading { how: How::SixInDateCell, ..it }),
            other => other,
        };
    }
    match from_serial(serial, epoch_1904) {
        Some(date) => Dated::Read(DateReading { date, how: How::Plain, rest: None }),
        None => Dated::Unreadable,
    }
}

/// A number in a cell that is not formatted as a date.
pub fn read_number(number: f64, epoch_1904: bool, around: Option<Quarter>) -> Dated {
    let likely = if epoch_1904 { number + EPOCH_1904 } else { number };
    if LIKELY_SERIALS.contains(&likely) {
        return match from_serial(number, epoch_1904) {
            Some(date) => Dated::Read(DateReading { date, how: How::Serial, rest: None }),
            None => Dated::Unreadable,
        };
    }
    let Some(number) = whole(number) else { return Dated::Unreadable };
    if number == 0 {
        return Dated::Blank;
    }
    if (1900..2200).contains(&number) {
        return Dated::Incomplete(None);
    }
    six_or_eight(number, around).unwrap_or(Dated::Unreadable)
}

/// A text, which may hold more than a date.
pub fn read_text(text: &str, epoch_1904: bool, around: Option<Quarter>) -> Dated {
    if let Some(date) = iso(text.as_bytes()) {
        return Dated::Read(DateReading { date, how: How::Plain, rest: None });
    }
    let trimmed = text.trim();
    if trimmed.len() == 5 && trimmed.bytes().all(|it| it.is_ascii_digit()) {
        return read_number(trimmed.parse().unwrap_or(0.0), epoch_1904, around);
    }
    date_text::read(trimmed, around)
}

/// The plain form, without looking further: `2023-10-01`.
fn iso(text: &[u8]) -> Option<NaiveDate> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text else { return None };
    let digit = |it: &u8| it.is_ascii_digit().then(|| u32::from(it - b'0'));
    let year = digit(y1)? * 1000 + digit(y2)? * 100 + digit(y3)? * 10 + digit(y4)?;
    day(year, digit(m1)? * 10 + digit(m2)?, digit(d1)? * 10 + digit(d2)?)
}

/// A valid day of a year that can be meant.
pub(super) fn day(year: u32, month: u32, day: u32) -> Option<NaiveDate> {
    if !(1900..2200).contains(&year) {
        return None;
    }
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
}

/// `23` → 2023, `85` → 1985.
pub(super) fn full_year(two_digits: u32) -> u32 {
    if two_digits < 50 { 2000 + two_digits } else { 1900 + two_digits }
}

fn whole(number: f64) -> Option<u32> {
    let rounded = number.round();
    if (number - rounded).abs() > 1e-6 || !(0.0..1e9).contains(&rounded) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number under 10^9")]
    Some(rounded as u32)
}

fn six_or_eight(number: u32, around: Option<Quarter>) -> Option<Dated> {
    match number {
        // 50 101 to 99 999 would be ÅÅMMDD of 2005–2009 without its zero; too near the serials to be told apart.
        100_101..=991_231 => Some(six(number, around)),
        10_101_900..=99_999_999 => Some(eight(number)),
        _ => None,
    }
}

/// `231010`: year, month, day. Day, month, year only when the other order gives no day near the quarter.
pub(super) fn six(number: u32, around: Option<Quarter>) -> Dated {
    let (a, b, c) = (number / 10_000, number / 100 % 100, number % 100);
    let swedish = day(full_year(a), b, c);
    let reversed = day(full_year(c), b, a);
    let near = |it: NaiveDate| {
        around.is_none_or(|quarter| (quarter.year() - 20..=quarter.year() + 1).contains(&it.year()))
            && (2000..2036).contains(&it.year())
    };
    match (swedish, reversed) {
        (Some(date), _) if near(date) => read(date, How::Six),
        (Some(date), Some(other)) if near(other) => Dated::Ambiguous(date, other),
        (Some(date), _) => read(date, How::Six),
        (None, Some(other)) if near(other) => read(other, How::Six),
        (None, _) => Dated::Impossible,
    }
}

/// `20231010`, or `10102023` when only that is a day.
pub(super) fn eight(number: u32) -> Dated {
    let swedish = day(number / 10_000, number / 100 % 100, number % 100);
    let reversed = day(number % 10_000, number / 10_000 % 100, number / 1_000_000);
    match swedish.or(reversed) {
        Some(date) => read(date, How::Eight),
        None if (1900..2200).contains(&(number / 10_000)) || (1900..2200).contains(&(number % 10_000)) => {
            Dated::Impossible
        }
        None => Dated::Unreadable,
    }
}

pub(super) fn read(date: NaiveDate, how: How) -> Dated {
    Dated::Read(DateReading { date, how, rest: None })
}

/// The day of a month that lies last before the quarter's end: what `10/10` most likely means.
pub(super) fn proposal(month: u32, number: u32, around: Option<Quarter>) -> Option<NaiveDate> {
    let last = around?.last_day();
    (0..2).find_map(|back| NaiveDate::from_ymd_opt(last.year() - back, month, number).filter(|it| *it <= last))
}

#[cfg(test)]
#[path = "dates_tests.rs"]
mod tests;
