//! Counting time as the law does (lag 1930:173 om beräkning av lagstadgad tid).
//!
//! Goes in: dates. Comes out: slutdag, elapsed days and months.
//! Guaranteed: never 90 days, never moved for a helgdag (D13); all functions are total.

use chrono::{DateTime, Datelike, Duration, FixedOffset, Months, NaiveDate, NaiveDateTime, NaiveTime, Utc, Weekday};

/// The number of months a decision may wait before it is reportable (SoL 34 kap. 1 §, LSS 28 f §).
pub const REPORTING_MONTHS: u32 = 3;

/// The day `months` months after `start`: the same day number, else the month's last day (1930:173, 1 §).
pub fn months_after(start: NaiveDate, months: u32) -> NaiveDate {
    start.checked_add_months(Months::new(months)).unwrap_or(NaiveDate::MAX)
}

/// The last day on which a decision or an interruption can be carried out in time (D11).
///
/// 2023-11-30 → 2024-02-29, 2026-03-31 → 2026-06-30. Ended *on* this day is in time.
pub fn slutdag(start: NaiveDate) -> NaiveDate {
    months_after(start, REPORTING_MONTHS)
}

/// Days from `start` to `end`, the start day not counted (D16). Negative when `end` lies before `start`.
pub fn elapsed_days(start: NaiveDate, end: NaiveDate) -> i64 {
    (end - start).num_days()
}

/// Whole months from `start` to `end`; 0 when `end` lies before `start`.
pub fn whole_months(start: NaiveDate, end: NaiveDate) -> u32 {
    let months = (end.year() - start.year()) * 12 + end.month0() as i32 - start.month0() as i32;
    let months = u32::try_from(months).unwrap_or(0);
    if months > 0 && months_after(start, months) > end { months - 1 } else { months }
}

/// The day a case ended: executed in full or closed, whichever came first; `None` while it is open.
pub fn ended_on(verkstalld: Option<NaiveDate>, avslutad: Option<NaiveDate>) -> Option<NaiveDate> {
    match (verkstalld, avslutad) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

/// The calendar day in Sweden at an instant: the last day of a quarter's collection ends at 24:00 Europe/Stockholm.
///
/// Summer time by the rule of directive 2000/84/EC: from the last Sunday of March to the last Sunday of October, 01:00 UTC.
pub fn swedish_day(instant: DateTime<FixedOffset>) -> NaiveDate {
    let utc = instant.naive_utc();
    utc.checked_add_signed(swedish_offset(utc)).unwrap_or(utc).date()
}

/// A Swedish wall-clock time as an instant. An hour that summer time skips or repeats is read as winter time.
pub fn swedish_time(local: NaiveDateTime) -> DateTime<FixedOffset> {
    let winter = local.checked_sub_signed(Duration::hours(1)).unwrap_or(local);
    let summer = local.checked_sub_signed(Duration::hours(2)).unwrap_or(local);
    let (utc, hours) = if swedish_offset(summer) == Duration::hours(2) && swedish_offset(winter) == Duration::hours(2) {
        (summer, 2)
    } else {
        (winter, 1)
    };
    let offset = FixedOffset::east_opt(hours * 3600).unwrap_or_else(|| chrono::Offset::fix(&chrono::Utc));
    DateTime::from_naive_utc_and_offset(utc, offset)
}

/// An instant as a clock in Sweden shows it.
pub fn in_sweden(instant: DateTime<Utc>) -> DateTime<FixedOffset> {
    let hours = swedish_offset(instant.naive_utc()).num_hours();
    let seconds = i32::try_from(hours * 3600).unwrap_or_default();
    let offset = FixedOffset::east_opt(seconds).unwrap_or_else(|| chrono::Offset::fix(&Utc));
    instant.with_timezone(&offset)
}

fn swedish_offset(utc: NaiveDateTime) -> Duration {
    let turn = |month| {
        let last = months_after(NaiveDate::from_ymd_opt(utc.year(), month, 1)?, 1).pred_opt()?;
        let sunday = last.week(Weekday::Sun).checked_first_day()?;
        Some(sunday.and_time(NaiveTime::from_hms_opt(1, 0, 0)?))
    };
    match (turn(3), turn(10)) {
        (Some(spring), Some(autumn)) if spring <= utc && utc < autumn => Duration::hours(2),
        _ => Duration::hours(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// Month ends of D64, leap year and not.
    #[test]
    fn slutdag_follows_the_act() {
        for (start, end) in [
            ("2022-11-28", "2023-02-28"),
            ("2022-11-29", "2023-02-28"),
            ("2022-11-30", "2023-02-28"),
            ("2023-11-28", "2024-02-28"),
            ("2023-11-29", "2024-02-29"),
            ("2023-11-30", "2024-02-29"),
            ("2023-08-31", "2023-11-30"),
            ("2025-10-31", "2026-01-31"),
            ("2025-12-31", "2026-03-31"),
            ("2026-03-31", "2026-06-30"),
            ("2026-04-01", "2026-07-01"),
        ] {
            assert_eq!(slutdag(day(start)), day(end), "{start}");
        }
    }

    #[test]
    fn the_swedish_day_turns_at_swedish_midnight() {
        for (instant, expected) in [
            ("2024-01-10T23:59:59+01:00", "2024-01-10"),
            ("2024-01-10T22:59:59Z", "2024-01-10"),
            ("2024-01-10T23:00:00Z", "2024-01-11"),
            ("2024-07-10T21:59:59Z", "2024-07-10"),
            ("2024-07-10T22:00:00Z", "2024-07-11"),
            ("2024-03-31T00:59:59Z", "2024-03-31"),
            ("2024-10-27T23:00:00Z", "2024-10-28"),
            ("2024-10-26T22:00:00Z", "2024-10-27"),
        ] {
            assert_eq!(swedish_day(instant.parse().unwrap()), day(expected), "{instant}");
        }
        let local = |text: &str| swedish_time(text.parse().unwrap()).to_rfc3339();
        assert_eq!(local("2024-01-10T23:59:59"), "2024-01-10T23:59:59+01:00");
        assert_eq!(local("2024-07-10T23:59:59"), "2024-07-10T23:59:59+02:00");
    }

    #[test]
    fn elapsed_days_leave_out_the_start_day() {
        assert_eq!(elapsed_days(day("2023-06-26"), day("2023-09-30")), 96);
        assert_eq!(elapsed_days(day("2022-12-03"), day("2023-12-31")), 393);
    }

    proptest! {
        #[test]
        fn three_months_are_89_to_92_days(n in 700_000..760_000i32) {
            let start = NaiveDate::from_num_days_from_ce_opt(n).unwrap();
            let days = elapsed_days(start, slutdag(start));
            prop_assert!((89..=92).contains(&days), "{start}: {days}");
            prop_assert!(slutdag(start).day() == start.day() || slutdag(start).succ_opt().unwrap().day() == 1);
        }

        #[test]
        fn slutdag_never_runs_backwards(n in 700_000..760_000i32) {
            let start = NaiveDate::from_num_days_from_ce_opt(n).unwrap();
            prop_assert!(slutdag(start) <= slutdag(start.succ_opt().unwrap()));
            prop_assert!(whole_months(start, slutdag(start)) <= 3);
        }
    }
}
