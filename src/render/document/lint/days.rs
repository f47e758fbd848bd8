//! Days and quarters in a sentence.
//!
//! Goes in: a sentence. Comes out: remarks on days that do not exist, that the report does not have, or that are not the day the
//! sentence is about. Guaranteed: a sentence that names an earlier quarter may name that quarter's days.

use std::sync::LazyLock;

use chrono::NaiveDate;

use super::{Known, Pattern, Remark};
use crate::model::Quarter;
use crate::render::print::{MONTHS, date_in_words};

static DAY: Pattern = LazyLock::new(|| {
    regex::Regex::new(concat!(
        r"(?i)\b(?:((?:19|20)\d\d)-(\d\d)-(\d\d)|(\d{1,2})\s+(januari|februari|mars|april|maj|juni|juli|augusti|",
        r"september|oktober|november|december)\s+((?:19|20)\d\d))\b"
    ))
    .ok()
});
/// What is counted on the quarter's last day.
static SNAPSHOT: Pattern =
    LazyLock::new(|| regex::Regex::new(r"(?i)\bper den\b|pågående beslut|kvarst[åo]|öppna ärenden|ej verkställ").ok());
static NUMBERED: Pattern = LazyLock::new(|| {
    regex::Regex::new(
        r"(?i)\b(?:kvartal(?:et)?\s+([1-4])\s*[,/]?\s*((?:19|20)\d\d)|((?:19|20)\d\d)-[qk]([1-4])|(första|andra|tredje|fjärde) kvartalet\s+((?:19|20)\d\d))\b",
    )
    .ok()
});
static IN_MONTHS: Pattern = LazyLock::new(|| {
    regex::Regex::new(r"(?i)\b(januari|april|juli|oktober)\s*[–-]\s*(mars|juni|september|december)\s+((?:19|20)\d\d)\b")
        .ok()
});

/// A quarter named in a text, and the words.
fn quarters(text: &str) -> Vec<(&str, Option<Quarter>)> {
    let mut out = Vec::new();
    for it in NUMBERED.iter().flat_map(|it| it.captures_iter(text)) {
        let part = |at: usize| it.get(at).map(|it| it.as_str());
        let year = part(2).or(part(3)).or(part(6)).and_then(|it| it.parse().ok());
        let number = match part(5).map(str::to_lowercase).as_deref() {
            Some("första") => Some(1),
            Some("andra") => Some(2),
            Some("tredje") => Some(3),
            Some("fjärde") => Some(4),
            _ => part(1).or(part(4)).and_then(|it| it.parse().ok()),
        };
        out.push((it.get(0).map_or("", |it| it.as_str()), year.zip(number).and_then(|it| Quarter::new(it.0, it.1))));
    }
    for it in IN_MONTHS.iter().flat_map(|it| it.captures_iter(text)) {
        let part = |at: usize| it.get(at).map(|it| it.as_str().to_lowercase()).unwrap_or_default();
        let begins = ["januari", "april", "juli", "oktober"].iter().position(|known| *known == part(1));
        let ends = ["mars", "juni", "september", "december"].iter().position(|known| *known == part(2));
        let number = begins.filter(|_| begins == ends).and_then(|it| u8::try_from(it + 1).ok());
        let quarter = number.zip(part(3).parse().ok()).and_then(|(number, year)| Quarter::new(year, number));
        out.push((it.get(0).map_or("", |it| it.as_str()), quarter));
    }
    out
}

pub(super) fn check(sentence: &str, known: &Known, out: &mut Vec<Remark>) {
    let named = quarters(sentence);
    for (words, quarter) in &named {
        match quarter {
            None => out.push(Remark::new(words, format!("”{words}” är inget kvartal."))),
            Some(it) if !known.quarters.contains(it) => {
                let own = known.quarter.map_or_else(String::new, |it| format!(" Rapporten gäller {}.", it.in_words()));
                out.push(Remark::new(words, format!("Rapporten vet inget om {}.{own}", it.in_words())));
            }
            Some(_) => {}
        }
    }
    if let [(words, Some(first)), (_, Some(second))] = named.as_slice()
        && first != second
        && sentence.contains(&format!("{words} ("))
    {
        out.push(Remark::new(words, format!("Meningen säger både {} och {}.", first.in_words(), second.in_months())));
    }
    let other =
        |day: NaiveDate| named.iter().filter_map(|it| it.1).any(|it| Some(it) != known.quarter && it.contains(day));
    let snapshot = SNAPSHOT.as_ref().is_some_and(|it| it.is_match(sentence));
    for it in DAY.iter().flat_map(|it| it.captures_iter(sentence)) {
        let words = it.get(0).map_or("", |it| it.as_str());
        let part = |at: usize| it.get(at).map(|it| it.as_str());
        let month = match part(5) {
            Some(name) => {
                MONTHS.iter().position(|it| *it == name.to_lowercase()).and_then(|it| u32::try_from(it + 1).ok())
            }
            None => part(2).and_then(|it| it.parse().ok()),
        };
        let year = part(1).or(part(6)).and_then(|it| it.parse().ok());
        let number = part(3).or(part(4)).and_then(|it| it.parse().ok());
        let day = year.zip(month).zip(number).and_then(|((y, m), d)| NaiveDate::from_ymd_opt(y, m, d));
        match (day, known.last_day) {
            (None, _) => out.push(Remark::new(words, format!("Dagen {words} finns inte i kalendern."))),
            (Some(day), Some(last)) if snapshot && day != last && !other(day) => out.push(Remark::new(
                words,
                format!(
                    "Siffrorna gäller kvartalets sista dag, den {}, men meningen säger {words}.",
                    date_in_words(last)
                ),
            )),
            (Some(day), _) if !known.days.contains(&day) && !other(day) => {
                out.push(Remark::new(words, format!("Dagen {words} finns inte i rapporten.")));
            }
            _ => {}
        }
    }
}
