//! Times as people read them, in Swedish time.
//!
//! Goes in: instants and days. Comes out: words. Guaranteed: the same words for the same time on every page.

use chrono::{DateTime, NaiveDate, Utc};

use crate::desk::people::time_in_words;
use crate::model::calendar::in_sweden;
use crate::render::print::counted;

/// ”8 januari 2024 kl. 10.12”
pub fn moment(at: DateTime<Utc>) -> String {
    time_in_words(at)
}

/// ”8 januari 2024 kl. 10.12.05”
pub fn exact_moment(at: DateTime<Utc>) -> String {
    format!("{}{}", moment(at), in_sweden(at).format(".%S"))
}

/// The same for machines: `2024-01-08T10:12:00+01:00`.
pub fn iso(at: DateTime<Utc>) -> String {
    in_sweden(at).to_rfc3339_opts(chrono::SecondsFormat::Secs, false)
}

/// ”2024-01-08”, the Swedish day.
pub fn day(at: DateTime<Utc>) -> String {
    in_sweden(at).date_naive().to_string()
}

/// ”om 3 dagar”, ”i dag”, ”för 3 dagar sedan”.
pub fn from_now(day: NaiveDate, today: NaiveDate) -> String {
    let days = (day - today).num_days();
    let count = counted(usize::try_from(days.abs()).unwrap_or(usize::MAX), "dag", "dagar");
    match days {
        0 => "i dag".to_owned(),
        1.. => format!("om {count}"),
        _ => format!("för {count} sedan"),
    }
}

/// How long ago something came: ”12 minuter”, ”3 timmar”, ”2 dagar”.
pub fn age(since: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let minutes = usize::try_from((now - since).num_minutes().max(0)).unwrap_or(usize::MAX);
    match minutes {
        0..120 => counted(minutes, "minut", "minuter"),
        120..2880 => counted(minutes / 60, "timme", "timmar"),
        _ => counted(minutes / 1440, "dag", "dagar"),
    }
}

/// The day somebody typed, `2024-01-31`.
pub fn typed_day(text: &str) -> Option<NaiveDate> {
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_swedish_time() {
        let at: DateTime<Utc> = "2024-01-08T09:12:00Z".parse().unwrap();
        assert_eq!(moment(at), "8 januari 2024 kl. 10.12");
        assert_eq!(iso(at), "2024-01-08T10:12:00+01:00");
        assert_eq!(exact_moment("2024-07-01T22:30:05Z".parse().unwrap()), "2 juli 2024 kl. 00.30.05");
        assert_eq!(day("2024-01-08T23:30:00Z".parse().unwrap()), "2024-01-09");
    }

    #[test]
    fn distances_and_ages_are_said_in_the_unit_that_fits() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let today = day("2024-01-10");
        let told = ["2024-01-10", "2024-01-11", "2024-01-07"].map(|it| from_now(day(it), today));
        assert_eq!(told, ["i dag", "om 1 dag", "för 3 dagar sedan"]);
        let now: DateTime<Utc> = "2024-01-10T12:00:00Z".parse().unwrap();
        let ages = ["2024-01-10T11:59:00Z", "2024-01-10T09:30:00Z", "2024-01-07T12:00:00Z"];
        assert_eq!(ages.map(|it| age(it.parse().unwrap(), now)), ["1 minut", "2 timmar", "3 dagar"]);
    }
}
