//! Working days in Sweden: for last days and reminders, never for slutdag (D13).
//!
//! Goes in: a day. Comes out: whether people are at work, and the nearest day on which they are.
//! Guaranteed: total; Saturdays, Sundays and helgdagar by lag (1989:253), and the three eves that offices keep.

use chrono::{Datelike, Days, NaiveDate, Weekday};

/// Whether offices are open.
pub fn is_working_day(day: NaiveDate) -> bool {
    !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !is_holiday(day)
}

/// The day itself, or the first working day after it.
pub fn working_day_from(day: NaiveDate) -> NaiveDate {
    nearest(day, |it| it.succ_opt())
}

/// The day itself, or the last working day before it.
pub fn working_day_until(day: NaiveDate) -> NaiveDate {
    nearest(day, |it| it.pred_opt())
}

/// The so many-th working day after a day; that day itself does not count.
pub fn working_days_after(day: NaiveDate, count: u32) -> NaiveDate {
    let next = |at: NaiveDate| at.succ_opt().map_or(at, working_day_from);
    (0..count).fold(day, |at, _| next(at))
}

/// The so many-th working day before a day; that day itself does not count.
pub fn working_days_before(day: NaiveDate, count: u32) -> NaiveDate {
    let previous = |at: NaiveDate| at.pred_opt().map_or(at, working_day_until);
    (0..count).fold(day, |at, _| previous(at))
}

fn nearest(day: NaiveDate, step: impl Fn(NaiveDate) -> Option<NaiveDate>) -> NaiveDate {
    let mut at = day;
    // No run of days off is longer than ten.
    for _ in 0..10 {
        if is_working_day(at) {
            return at;
        }
        at = step(at).unwrap_or(at);
    }
    at
}

fn is_holiday(day: NaiveDate) -> bool {
    let fixed = matches!((day.month(), day.day()), (1, 1 | 6) | (5, 1) | (6, 6) | (12, 24 | 25 | 26 | 31));
    // Friday before midsummer day, which is the Saturday of 20–26 June.
    let midsummer_eve = day.month() == 6 && day.weekday() == Weekday::Fri && (19..=25).contains(&day.day());
    let since_easter = easter(day.year()).map(|it| (day - it).num_days());
    // Långfredagen, annandag påsk, Kristi himmelsfärdsdag.
    fixed || midsummer_eve || matches!(since_easter, Some(-2 | 1 | 39))
}

/// Easter Sunday in the Gregorian calendar (Butcher's rule).
fn easter(year: i32) -> Option<NaiveDate> {
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let d = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    let e = (32 + 2 * (b % 4) + 2 * (c / 4) - d - c % 4) % 7;
    let f = (a + 11 * d + 22 * e) / 451;
    let days = d + e - 7 * f + 114;
    let first = NaiveDate::from_ymd_opt(year, u32::try_from(days / 31).ok()?, 1)?;
    first.checked_add_days(Days::new(u64::try_from(days % 31).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn days_off_are_known() {
        for off in [
            "2024-01-01",
            "2024-01-06",
            "2024-03-29",
            "2024-04-01",
            "2024-05-01",
            "2024-05-09",
            "2024-06-06",
            "2024-06-21",
            "2024-12-24",
            "2024-12-31",
            "2025-04-18",
            "2025-04-21",
            "2025-05-29",
            "2024-07-13",
            "2024-07-14",
        ] {
            assert!(!is_working_day(day(off)), "{off}");
        }
        for on in ["2024-01-02", "2024-01-05", "2024-03-28", "2024-04-02", "2024-06-20", "2024-12-23", "2025-04-22"] {
            assert!(is_working_day(day(on)), "{on}");
        }
    }

    #[test]
    fn working_days_are_counted_past_weekends_and_helgdagar() {
        for (from, count, expected) in [
            ("2024-01-22", 5, "2024-01-29"),
            ("2024-01-26", 1, "2024-01-29"),
            ("2024-01-27", 5, "2024-02-02"),
            ("2023-12-21", 5, "2024-01-02"),
            ("2024-03-26", 5, "2024-04-04"),
            ("2024-01-22", 0, "2024-01-22"),
        ] {
            assert_eq!(working_days_after(day(from), count), day(expected), "{from}");
        }
    }

    #[test]
    fn the_nearest_working_day_is_found_both_ways() {
        assert_eq!(working_day_from(day("2026-01-10")), day("2026-01-12"));
        assert_eq!(working_day_until(day("2026-01-31")), day("2026-01-30"));
        assert_eq!(working_day_from(day("2024-12-24")), day("2024-12-27"));
        assert_eq!(working_day_until(day("2024-04-01")), day("2024-03-28"));
    }
}
