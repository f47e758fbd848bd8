//! Personnummer, samordningsnummer and T/TF-numbers in any notation people use.
//!
//! Goes in: a text and where a run of digits starts. Comes out: the kind of number that starts there and where it ends.
//! Guaranteed: the day exists, the check digit is right where there is one, and two dates beside each other are no number.

use chrono::NaiveDate;

use super::personal::{Kind, run_of_digits};

/// The number that starts at `start`, which is the first of a run of digits.
pub(super) fn at(text: &str, start: usize) -> Option<(Kind, usize)> {
    let bytes = text.as_bytes();
    let run = run_of_digits(bytes, start);
    let mut digits = Digits::default();
    digits.push(bytes.get(start..start + run)?);
    let end = start + run;
    match run {
        10 | 12 => (!is_fraction(bytes, start)).then(|| kind_of(digits.all())).flatten().map(|it| (it, end)),
        6 | 8 => suffix(text, end, digits, false),
        2 | 4 => {
            // 85-07-09-9805, 1985.07.09-9805
            let (month, first_gap) = split(text, end)?;
            let (day, second_gap) = split(text, month + 2)?;
            if first_gap != second_gap {
                return None;
            }
            digits.push(bytes.get(month..month + 2)?);
            digits.push(bytes.get(day..day + 2)?);
            suffix(text, day + 2, digits, true)
        }
        _ => None,
    }
}

/// The kind of number that ten or twelve digits (values, not characters) are.
pub(super) fn kind_of(digits: &[u8]) -> Option<Kind> {
    let (date, number) = digits.split_at_checked(digits.len().checked_sub(4)?)?;
    let kind = born(date)?;
    let short = digits.get(digits.len().checked_sub(10)?..)?;
    (number != [0, 0, 0, 0] && number.get(..3)? != [0, 0, 0] && check_digit_is_right(short)).then_some(kind)
}

/// Whether six or eight digits are a day of birth, and of which kind of number.
fn born(date: &[u8]) -> Option<Kind> {
    let two = |at: usize| Some(i32::from(*date.get(at)?) * 10 + i32::from(*date.get(at + 1)?));
    let (year, rest) = match date.len() {
        // 2000 stands for every century: it is a leap year, as a year that ends in 00 may be.
        6 => (2000 + two(0)?, 2),
        8 => (two(0)? * 100 + two(2)?, 4),
        _ => return None,
    };
    let (month, day) = (two(rest)?, two(rest + 2)?);
    let (kind, day) = if day > 60 { (Kind::Samordningsnummer, day - 60) } else { (Kind::Personnummer, day) };
    let date = NaiveDate::from_ymd_opt(year, u32::try_from(month).ok()?, u32::try_from(day).ok()?);
    (date.is_some() && (1840..2100).contains(&year)).then_some(kind)
}

/// Modulus 10 with weights 2 and 1 over the first nine digits (Luhn).
fn check_digit_is_right(ten: &[u8]) -> bool {
    let sum: u32 = ten
        .iter()
        .enumerate()
        .map(|(at, &digit)| {
            let product = u32::from(digit) * if at % 2 == 0 { 2 } else { 1 };
            product / 10 + product % 10
        })
        .sum();
    sum.is_multiple_of(10)
}

/// The last four digits, or a T- or TF-number, after a date that ends at `end`.
fn suffix(text: &str, end: usize, mut digits: Digits, date_is_split: bool) -> Option<(Kind, usize)> {
    let bytes = text.as_bytes();
    let (start, gap) = Gap::after(text, end);
    if let Some(end) = t_number(bytes, start) {
        return born(digits.all()).map(|_| (Kind::TNummer, end));
    }
    if start == end || run_of_digits(bytes, start) != 4 {
        return None;
    }
    let four = bytes.get(start..start + 4)?;
    let end = start + 4;
    let year_like = matches!(four, [b'1', b'9', ..] | [b'2', b'0', ..]);
    if year_like && (is_date_from(bytes, end) || date_is_split && gap != Gap::Narrow) {
        return None;
    }
    digits.push(four);
    kind_of(digits.all()).map(|it| (it, end))
}

/// Whether what follows a four-digit group makes it the year of a date: `-10-11`.
fn is_date_from(bytes: &[u8], at: usize) -> bool {
    let part = |at: usize| {
        let separated = matches!(bytes.get(at), Some(b'-' | b'.' | b'/'));
        let run = run_of_digits(bytes, at + 1);
        (separated && (1..=2).contains(&run)).then_some(at + 1 + run)
    };
    part(at).and_then(part).is_some()
}

/// `T` and three digits, or `TF` and two; where it ends.
fn t_number(bytes: &[u8], at: usize) -> Option<usize> {
    if !matches!(bytes.get(at)?, b'T' | b't') {
        return None;
    }
    let letters = if matches!(bytes.get(at + 1)?, b'F' | b'f') { 2 } else { 1 };
    let end = at + 4;
    let whole = run_of_digits(bytes, at + letters) == 4 - letters;
    // A letter or a colon after it: a time or a code of another kind.
    let closed = !bytes.get(end).is_some_and(|it| it.is_ascii_alphanumeric() || *it == b':');
    (whole && closed).then_some(end)
}

/// Two digits after one separator: where they start, and the separator.
fn split(text: &str, end: usize) -> Option<(usize, char)> {
    let gap = text.get(end..)?.chars().next().filter(|c| is_dash(*c) || is_space(*c) || matches!(c, '.' | '/'))?;
    let start = end + gap.len_utf8();
    (run_of_digits(text.as_bytes(), start) == 2).then_some((start, gap))
}

/// The run of digits stands after a decimal comma or point: `0,8507099805`.
fn is_fraction(bytes: &[u8], start: usize) -> bool {
    let Some((before, [b',' | b'.'])) = bytes.get(..start).and_then(|it| it.split_at_checked(it.len().checked_sub(1)?))
    else {
        return false;
    };
    (1..=6).contains(&before.iter().rev().take_while(|it| it.is_ascii_digit()).count())
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ad}')
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\u{a0}' | '\u{2000}'..='\u{200b}' | '\u{202f}' | '\u{2060}' | '\u{feff}')
}

/// What stands between the date and the last four.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gap {
    /// Nothing but one `-` or `+` (with its typographic kin, but not the dash of an interval).
    Narrow,
    /// Spaces, a dash with spaces, a slash.
    Wide,
}

impl Gap {
    /// The gap that starts at `end`, at most four characters with at most one mark among them; where it ends.
    fn after(text: &str, end: usize) -> (usize, Gap) {
        let (mut at, mut marks, mut narrow) = (end, 0, true);
        for c in text.get(end..).unwrap_or("").chars().take(4) {
            let mark = is_dash(c) || matches!(c, '+' | '/' | '_');
            let line_break = matches!(c, '\n' | '\r') && marks > 0;
            if !(mark && marks == 0 || is_space(c) || line_break) {
                break;
            }
            marks += usize::from(mark);
            narrow &= mark && !matches!(c, '/' | '\u{2013}' | '\u{2014}');
            at += c.len_utf8();
        }
        (at, if narrow && marks == 1 { Gap::Narrow } else { Gap::Wide })
    }
}

/// Up to twelve digits.
#[derive(Debug, Clone, Copy, Default)]
struct Digits {
    values: [u8; 12],
    len: usize,
}

impl Digits {
    fn push(&mut self, ascii: &[u8]) {
        for byte in ascii {
            if let Some(place) = self.values.get_mut(self.len) {
                *place = byte.wrapping_sub(b'0');
                self.len += 1;
            }
        }
    }

    fn all(&self) -> &[u8] {
        self.values.get(..self.len).unwrap_or(&[])
    }
}

#[cfg(test)]
#[path = "identity_number_tests.rs"]
mod tests;
