//! The days around a quarter: how they are counted, when IVO takes the report, and when those meet who shall have it.
//!
//! Goes in: a quarter, a meeting, how many working days each thing takes. Comes out: the days the answers are asked for.
//! Guaranteed: pure and total; the last day and the report day are working days; nothing lies before the window opens.

use chrono::{Datelike, NaiveDate};

use super::Quarter;
use super::calendar::months_after;
use super::working_day::{working_day_from, working_day_until, working_days_after, working_days_before};

/// Who takes the report after biståndsenheten, and when.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Meetings {
    /// The nämnd's meeting.
    pub namnd: Option<NaiveDate>,
    /// Kommunfullmäktige's.
    pub fullmaktige: Option<NaiveDate>,
}

/// How many working days each thing takes in a nämnd; `[kalender]` in `rules/paminnelser.toml` and a nämnd's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counting {
    /// From the quarter's end to the last day to answer.
    pub answer: u32,
    /// From the last day to the report day, when the days are counted back from a meeting.
    pub review: u32,
    /// From the report day to the nämnd's meeting.
    pub sent_out: u32,
}

/// The days that answers are asked for: from when, until when, and when the report of them is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    pub opens: NaiveDate,
    pub last_day: NaiveDate,
    pub report_day: NaiveDate,
}

impl Counting {
    /// Forwards from the quarter's end; the report is done while IVO's window is open (D41). For the second quarter the days
    /// to answer are counted from the end of July, since many are away until then.
    pub fn forwards(self, quarter: Quarter) -> Asked {
        let opens = quarter.next().first_day();
        let end = opens.pred_opt().unwrap_or(opens);
        let from = if is_summer(quarter) { months_after(opens, 1).pred_opt().unwrap_or(end) } else { end };
        let last_day = working_days_after(from, self.answer);
        Asked { opens, last_day, report_day: working_day_until(ivo_window(quarter).1).max(last_day) }
    }

    /// Backwards from the nämnd's meeting. One that comes too early for all of it leaves what there is.
    pub fn backwards(self, quarter: Quarter, meeting: NaiveDate) -> Asked {
        let opens = quarter.next().first_day();
        let first = working_day_from(opens);
        let report_day = working_days_before(meeting, self.sent_out).max(first);
        let last_day = working_days_before(report_day, self.review).max(first);
        Asked { opens, last_day, report_day }
    }
}

/// When IVO takes the quarter's report unless it says otherwise: the month after it, for the second quarter July and August.
pub fn ivo_window(quarter: Quarter) -> (NaiveDate, NaiveDate) {
    let first = quarter.next().first_day();
    let months = if is_summer(quarter) { 2 } else { 1 };
    (first, months_after(first, months).pred_opt().unwrap_or(first))
}

fn is_summer(quarter: Quarter) -> bool {
    quarter.number() == 2
}

const WEEKDAYS: [&str; 7] = ["måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"];

/// `torsdag`
pub fn weekday(day: NaiveDate) -> &'static str {
    let at = usize::try_from(day.weekday().num_days_from_monday()).unwrap_or(0);
    WEEKDAYS.get(at).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::working_day::is_working_day;
    use super::*;
    use proptest::prelude::*;

    const USUAL: Counting = Counting { answer: 7, review: 10, sent_out: 5 };

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn quarter(text: &str) -> Quarter {
        text.parse().unwrap()
    }

    fn asked(opens: &str, last_day: &str, report_day: &str) -> Asked {
        Asked { opens: day(opens), last_day: day(last_day), report_day: day(report_day) }
    }

    #[test]
    fn days_are_counted_forwards_from_the_end_of_the_quarter() {
        for (kvartal, wanted) in [
            // New year's day and trettondagen are off; in 2024 the latter is a Saturday.
            ("2023-Q4", asked("2024-01-01", "2024-01-10", "2024-01-31")),
            ("2025-Q4", asked("2026-01-01", "2026-01-13", "2026-01-30")),
            // Annandag påsk 2024 is the first of April, long before it in 2026 is the third.
            ("2024-Q1", asked("2024-04-01", "2024-04-10", "2024-04-30")),
            ("2026-Q1", asked("2026-04-01", "2026-04-13", "2026-04-30")),
            // The summer: counted from the last of July, and IVO's window ends in August; the 31st of 2024 is a Saturday.
            ("2024-Q2", asked("2024-07-01", "2024-08-09", "2024-08-30")),
            ("2026-Q2", asked("2026-07-01", "2026-08-11", "2026-08-31")),
            ("2026-Q3", asked("2026-10-01", "2026-10-09", "2026-10-30")),
        ] {
            assert_eq!(USUAL.forwards(quarter(kvartal)), wanted, "{kvartal}");
        }
    }

    #[test]
    fn days_are_counted_backwards_from_the_meeting_past_every_day_off() {
        for (kvartal, meeting, wanted) in [
            ("2023-Q4", "2024-02-15", asked("2024-01-01", "2024-01-25", "2024-02-08")),
            // 29 February is a working day of its own in 2024 …
            ("2023-Q4", "2024-03-07", asked("2024-01-01", "2024-02-15", "2024-02-29")),
            // … and is not there in 2025.
            ("2024-Q4", "2025-03-07", asked("2025-01-01", "2025-02-14", "2025-02-28")),
            // Over Easter: långfredag 3 and annandag 6 April, and the first of May.
            ("2026-Q1", "2026-05-12", asked("2026-04-01", "2026-04-20", "2026-05-05")),
            ("2026-Q1", "2026-04-21", asked("2026-04-01", "2026-04-01", "2026-04-14")),
            // Over Kristi himmelsfärd, nationaldagen and midsommarafton.
            ("2024-Q1", "2024-06-27", asked("2024-04-01", "2024-06-04", "2024-06-19")),
            // Over Christmas and the turn of the year.
            ("2024-Q3", "2025-01-08", asked("2024-10-01", "2024-12-10", "2024-12-27")),
            // On a Saturday, by a slip of the hand: five working days before it are still five.
            ("2023-Q4", "2024-02-17", asked("2024-01-01", "2024-01-29", "2024-02-12")),
            // Too early: nothing lies before the window.
            ("2023-Q4", "2024-01-10", asked("2024-01-01", "2024-01-02", "2024-01-03")),
        ] {
            assert_eq!(USUAL.backwards(quarter(kvartal), day(meeting)), wanted, "{kvartal} {meeting}");
        }
    }

    #[test]
    fn ivo_takes_a_quarter_in_the_month_after_it_and_the_second_one_in_two() {
        for (kvartal, first, last) in [
            ("2023-Q4", "2024-01-01", "2024-01-31"),
            ("2024-Q1", "2024-04-01", "2024-04-30"),
            ("2024-Q2", "2024-07-01", "2024-08-31"),
            ("2024-Q3", "2024-10-01", "2024-10-31"),
        ] {
            assert_eq!(ivo_window(quarter(kvartal)), (day(first), day(last)), "{kvartal}");
        }
    }

    #[test]
    fn weekdays_have_their_names() {
        assert_eq!(weekday(day("2024-01-01")), "måndag");
        assert_eq!(weekday(day("2024-02-29")), "torsdag");
        assert_eq!(weekday(day("2024-03-31")), "söndag");
    }

    proptest! {
        #[test]
        fn counted_days_stand_in_order_and_are_working_days(
            year in 2000..2100i32, number in 1..=4u8, wait in 0..150u64,
            answer in 1..40u32, review in 1..40u32, sent_out in 1..40u32,
        ) {
            let quarter = quarter(&format!("{year}-Q{number}"));
            let counting = Counting { answer, review, sent_out };
            let meeting = quarter.last_day() + chrono::Days::new(wait);
            for it in [counting.forwards(quarter), counting.backwards(quarter, meeting)] {
                prop_assert!(it.opens <= it.last_day && it.last_day <= it.report_day, "{it:?}");
                prop_assert!(is_working_day(it.last_day) && is_working_day(it.report_day), "{it:?}");
            }
        }
    }
}
