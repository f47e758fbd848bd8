//! Days → an iCalendar file (RFC 5545) that people subscribe to or open in their calendar.
//!
//! Goes in: whole days with words, and the moment the file was made. Comes out: the text, lines ended and folded as the
//! standard says.
//! Guaranteed: a text with commas, line breaks or backslashes begins no line of its own; the same days have the same UIDs,
//! so that a calendar that reads the file again moves them instead of adding them.

use chrono::{DateTime, Days, NaiveDate, Utc};

/// One or several whole days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What stays the same when the day is moved.
    pub key: String,
    pub first: NaiveDate,
    /// Inclusive.
    pub last: NaiveDate,
    pub title: String,
    pub text: String,
}

/// The longest a line may be, in bytes, its break not counted.
const LONGEST: usize = 75;

/// The whole file.
pub fn write(name: &str, host: &str, entries: &[Entry], now: DateTime<Utc>) -> String {
    let mut out = String::new();
    line(&mut out, "BEGIN:VCALENDAR");
    line(&mut out, "VERSION:2.0");
    line(&mut out, "PRODID:-//Kvartal//Kalender//SV");
    line(&mut out, &format!("X-WR-CALNAME:{}", escaped(name)));
    for it in entries {
        line(&mut out, "BEGIN:VEVENT");
        line(&mut out, &format!("UID:{}@{host}", it.key));
        line(&mut out, &format!("DTSTAMP:{}", now.format("%Y%m%dT%H%M%SZ")));
        line(&mut out, &format!("DTSTART;VALUE=DATE:{}", it.first.format("%Y%m%d")));
        // The end is the first day after.
        let after = it.last.checked_add_days(Days::new(1)).unwrap_or(it.last);
        line(&mut out, &format!("DTEND;VALUE=DATE:{}", after.format("%Y%m%d")));
        line(&mut out, &format!("SUMMARY:{}", escaped(&it.title)));
        line(&mut out, &format!("DESCRIPTION:{}", escaped(&it.text)));
        line(&mut out, "TRANSP:TRANSPARENT");
        line(&mut out, "END:VEVENT");
    }
    line(&mut out, "END:VCALENDAR");
    out
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for it in text.chars() {
        match it {
            '\\' | ';' | ',' => out.extend(['\\', it]),
            '\n' => out.push_str("\\n"),
            it if it.is_control() => {}
            it => out.push(it),
        }
    }
    out
}

/// Adds a line; a long one goes on in lines that begin with a blank, and no letter is cut in two.
fn line(out: &mut String, text: &str) {
    let mut room = LONGEST;
    for it in text.chars() {
        if it.len_utf8() > room {
            out.push_str("\r\n ");
            room = LONGEST - 1;
        }
        room -= it.len_utf8();
        out.push(it);
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(text: &str) -> Entry {
        let last: NaiveDate = "2024-02-29".parse().unwrap();
        Entry { key: "2023-Q4-sista".into(), first: last, last, title: "Sista dagen".into(), text: text.into() }
    }

    fn file(text: &str) -> String {
        write("Nämnden, Exempelstad", "kvartal.example", &[entry(text)], "2024-01-08T09:12:00Z".parse().unwrap())
    }

    #[test]
    fn a_day_is_a_whole_day_and_ends_the_day_after() {
        let text = file("");
        for wanted in [
            "DTSTART;VALUE=DATE:20240229",
            "DTEND;VALUE=DATE:20240301",
            "DTSTAMP:20240108T091200Z",
            "UID:2023-Q4-sista@kvartal.example",
            "X-WR-CALNAME:Nämnden\\, Exempelstad",
        ] {
            assert!(text.split("\r\n").any(|it| it == wanted), "{wanted} is not in\n{text}");
        }
    }

    #[test]
    fn no_text_begins_a_line_of_its_own_and_none_is_longer_than_it_may() {
        let text = file(&format!("Rad\nEND:VCALENDAR; och, sist\\ {}\r", "å".repeat(200)));
        assert_eq!(text.split("\r\n").filter(|it| it.starts_with("END:VCALENDAR")).count(), 1, "{text}");
        assert!(text.split("\r\n").all(|it| it.len() <= LONGEST), "{text}");
        assert!(!text.replace("\r\n", "").contains(['\r', '\n']), "{text}");
        let whole = text.replace("\r\n ", "");
        assert!(whole.contains("DESCRIPTION:Rad\\nEND:VCALENDAR\\; och\\, sist\\\\ åå"), "{whole}");
    }
}
