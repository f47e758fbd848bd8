//! A reporting quarter: `2023-Q4`.
//!
//! Goes in: a year and a number, a date, or text. Comes out: an ordered value that knows its days and its Swedish names.
//! Guaranteed: the number is 1–4 and every day of the quarter is a valid date.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};

/// A quarter of a calendar year, the unit of the reporting duty (SoL 34 kap. 1 §, LSS 28 f §: "en gång per kvartal").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quarter {
    year: i32,
    number: u8,
}

impl Quarter {
    /// The quarter `number` (1–4) of `year` (1900–2199), or `None` outside those bounds.
    pub fn new(year: i32, number: u8) -> Option<Self> {
        ((1..=4).contains(&number) && (1900..2200).contains(&year)).then_some(Self { year, number })
    }

    /// The quarter a day lies in. Days outside 1900–2199 are moved to the nearest bound.
    pub fn containing(day: NaiveDate) -> Self {
        let number = u8::try_from(day.month0() / 3 + 1).unwrap_or(1);
        Self { year: day.year().clamp(1900, 2199), number }
    }

    pub fn year(self) -> i32 {
        self.year
    }

    /// 1–4.
    pub fn number(self) -> u8 {
        self.number
    }

    pub fn first_day(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.year, u32::from(self.number) * 3 - 2, 1).unwrap_or(NaiveDate::MIN)
    }

    pub fn last_day(self) -> NaiveDate {
        self.next().first_day().pred_opt().unwrap_or(NaiveDate::MAX)
    }

    pub fn previous(self) -> Self {
        if self.number == 1 {
            Self { year: self.year - 1, number: 4 }
        } else {
            Self { year: self.year, number: self.number - 1 }
        }
    }

    pub fn next(self) -> Self {
        if self.number == 4 {
            Self { year: self.year + 1, number: 1 }
        } else {
            Self { year: self.year, number: self.number + 1 }
        }
    }

    pub fn contains(self, day: NaiveDate) -> bool {
        (self.first_day()..=self.last_day()).contains(&day)
    }

    /// `kvartal 4 2023`
    pub fn in_words(self) -> String {
        format!("kvartal {} {}", self.number, self.year)
    }

    /// `oktober–december 2023`
    pub fn in_months(self) -> String {
        let months = ["januari–mars", "april–juni", "juli–september", "oktober–december"];
        format!("{} {}", months[usize::from(self.number) - 1], self.year)
    }
}

impl fmt::Display for Quarter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-Q{}", self.year, self.number)
    }
}

impl FromStr for Quarter {
    type Err = String;

    /// Reads `2023-Q4` (also `2023-q4`, `2023Q4` and `2023-K4`).
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("”{text}” är inget kvartal. Skriv till exempel 2023-Q4.");
        let text = text.trim();
        let (year, rest) = text.split_at_checked(4).ok_or_else(wrong)?;
        let year: i32 = year.parse().map_err(|_| wrong())?;
        let rest = rest.strip_prefix('-').unwrap_or(rest);
        let number = rest.strip_prefix(['Q', 'q', 'K', 'k']).ok_or_else(wrong)?;
        let number: u8 = number.parse().map_err(|_| wrong())?;
        Self::new(year, number).ok_or_else(wrong)
    }
}

impl serde::Serialize for Quarter {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Quarter {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_neighbours() {
        let q4 = Quarter::new(2023, 4).unwrap();
        assert_eq!(q4.first_day().to_string(), "2023-10-01");
        assert_eq!(q4.last_day().to_string(), "2023-12-31");
        assert_eq!(q4.next().to_string(), "2024-Q1");
        assert_eq!(q4.previous().to_string(), "2023-Q3");
        assert_eq!(q4.next().previous(), q4);
        assert_eq!(Quarter::containing(q4.last_day()), q4);
        assert_eq!(q4.in_months(), "oktober–december 2023");
    }

    #[test]
    fn text_forms() {
        for good in ["2023-Q4", "2023-q4", "2023Q4", " 2023-K4 "] {
            assert_eq!(good.parse::<Quarter>().unwrap().to_string(), "2023-Q4", "{good}");
        }
        for bad in ["", "2023", "2023-Q5", "2023-Q0", "23-Q4", "Q4", "åäö-Q1"] {
            assert!(bad.parse::<Quarter>().is_err(), "{bad}");
        }
    }
}
