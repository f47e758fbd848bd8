//! Classes of waiting time, the same in every table and chart (D18).
//!
//! Goes in: the day a wait began and the day it is measured on. Comes out: [`Wait`].
//! Guaranteed: counted in calendar months as slutdag is, never in days of thirty; every pair of days has exactly one class.

use chrono::NaiveDate;

use super::calendar::whole_months;
use super::words::words;

words! {
    /// How long an open case has waited, in whole calendar months. From seven months on IVO's classes.
    Wait {
        /// Counted because a handläggare said so; three months have not passed.
        Under3 = "0-2", "Under 3 månader";
        M3 = "3-6", "3–6 månader";
        M7 = "7-9", "7–9 månader";
        M10 = "10-12", "10–12 månader";
        M13 = "13-17", "13–17 månader";
        M18 = "18-", "18 månader eller mer";
        /// The day it began is not known.
        Unknown = "okant", "Okänt";
    }
}

impl Wait {
    /// The class of a wait from `start` to `day`.
    pub fn between(start: Option<NaiveDate>, day: NaiveDate) -> Self {
        start.map_or(Self::Unknown, |start| Self::of_months(whole_months(start, day)))
    }

    /// The class of a number of whole months.
    pub fn of_months(months: u32) -> Self {
        let holds = |it: &&Self| it.months().is_some_and(|(first, last)| (first..=last).contains(&months));
        Self::ALL.iter().find(holds).copied().unwrap_or(Self::Unknown)
    }

    /// First and last whole month of the class. The longest has no end; the unknown has neither.
    pub const fn months(self) -> Option<(u32, u32)> {
        match self {
            Self::Under3 => Some((0, 2)),
            Self::M3 => Some((3, 6)),
            Self::M7 => Some((7, 9)),
            Self::M10 => Some((10, 12)),
            Self::M13 => Some((13, 17)),
            Self::M18 => Some((18, u32::MAX)),
            Self::Unknown => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_begins_on_the_day_so_many_months_on() {
        for (start, day, expected) in [
            ("2023-09-30", "2023-12-30", Wait::M3),
            ("2023-10-01", "2023-12-31", Wait::Under3),
            ("2023-05-31", "2023-12-31", Wait::M7),
            ("2023-06-01", "2023-12-31", Wait::M3),
            ("2023-03-31", "2023-12-31", Wait::M7),
            ("2023-02-28", "2023-12-31", Wait::M10),
            ("2022-12-01", "2023-12-31", Wait::M10),
            ("2022-11-30", "2023-12-31", Wait::M13),
            ("2022-06-30", "2023-12-31", Wait::M18),
            ("2022-07-01", "2023-12-31", Wait::M13),
            ("2023-11-30", "2024-02-29", Wait::M3),
            ("2024-01-01", "2023-12-31", Wait::Under3),
        ] {
            assert_eq!(Wait::between(start.parse().ok(), day.parse().unwrap()), expected, "{start} till {day}");
        }
        assert_eq!(Wait::between(None, "2023-12-31".parse().unwrap()), Wait::Unknown);
    }
}
