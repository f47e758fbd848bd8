//! What a single cell says, as the column it stands in would have it.
//!
//! Goes in: a text or number and the declared words. Comes out: a value, nothing, or that it cannot be told.
//! Guaranteed: pure; a word nobody declared is never taken for one that is.

use chrono::NaiveDate;

use super::columns::Words;
use super::dates::{DateReading, Dated, How};
use crate::model::spelling::fold;
use crate::model::{Kon, Orsak};

/// What a column of executed or closed says.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Status {
    Blank,
    No,
    /// It happened, but no day is told.
    Yes,
    Done(NaiveDate, How),
    /// It happened, with words beside the day.
    DoneWith(NaiveDate, String),
    /// Executed in part (D21); the words when they say more than that.
    Partial(Option<NaiveDate>),
    /// Words that say it has not happened: planned, offered, refused (D24, D25).
    NotYet,
    /// A date that cannot be told.
    Fault(Dated),
    /// Words that cannot be understood.
    Words,
}

/// Reads a cell of executed (`executed`) or closed.
pub(super) fn status(text: &str, dated: &Dated, words: &Words, executed: bool) -> Status {
    let key = fold(text);
    if key.is_empty() {
        return Status::Blank;
    }
    if words.no.contains(&key) {
        return Status::No;
    }
    // "x" answers yes in a column of marks; in a column of dates it is no date, which the caller says.
    if words.yes.contains(&key) {
        return Status::Yes;
    }
    let date = match dated {
        Dated::Read(it) => Some(it),
        _ => None,
    };
    if executed && key.contains("delvis") {
        return match dated {
            Dated::Read(it) => Status::Partial(Some(it.date)),
            Dated::Words | Dated::Unreadable | Dated::Blank => Status::Partial(None),
            fault => Status::Fault(fault.clone()),
        };
    }
    let denied = ["nej", "ej", "inte"]
        .iter()
        .any(|it| key == *it || key.starts_with(&format!("{it} ")) || key.starts_with(&format!("{it},")));
    let denied = denied || key.starts_with("nej.");
    let future = begins(&key, &words.not_yet) || (executed && begins(&key, &words.offered));
    if denied || future {
        // "Nej 231010" with nothing more contradicts itself.
        let contradiction =
            denied && date.is_some_and(|it| it.rest.as_ref().is_none_or(|rest| words.no.contains(&fold(rest))));
        return if contradiction { Status::Words } else { Status::NotYet };
    }
    match dated {
        Dated::Blank => Status::Blank,
        Dated::Read(DateReading { date, how, rest: None }) => Status::Done(*date, *how),
        Dated::Read(DateReading { date, how, rest: Some(rest) }) => {
            let rest_key = fold(rest);
            let only_yes = words.yes.contains(&rest_key)
                || matches!(rest_key.as_str(), "verkställt" | "verkställd" | "avslutat" | "avslutad");
            if only_yes { Status::Done(*date, *how) } else { Status::DoneWith(*date, rest.clone()) }
        }
        Dated::Words => Status::Words,
        fault => Status::Fault(fault.clone()),
    }
}

fn begins(key: &str, beginnings: &[String]) -> bool {
    beginnings
        .iter()
        .any(|it| key.match_indices(it.as_str()).any(|(at, _)| at == 0 || key.as_bytes().get(at - 1) == Some(&b' ')))
}

/// Kön of one person; `Err(true)` when the cell names several persons on several lines.
pub(super) fn kon(text: &str, words: &Words) -> Result<Option<Kon>, bool> {
    let key = fold(text);
    if key.is_empty() || matches!(key.as_str(), "-" | "?") {
        return if key == "?" { Err(false) } else { Ok(None) };
    }
    if let Some(kon) = words.kon.get(&key) {
        return Ok(Some(*kon));
    }
    let mut lines = text.lines().map(fold).filter(|it| !it.is_empty());
    Err(text.trim().contains('\n') && lines.all(|it| words.kon.contains_key(&it)))
}

/// The causes a cell names, each once; `None` when some part of it names none.
pub(super) fn causes(text: &str, words: &Words) -> Option<Vec<Orsak>> {
    let key = fold(text);
    if let Some(cause) = words.orsak.get(&key) {
        return Some(vec![*cause]);
    }
    // "1. Resursbrist, ledig bostad"
    if let Some((number, name)) = key.split_once(['.', ')', ':'])
        && let (Some(a), Some(b)) = (words.orsak.get(number.trim()), words.orsak.get(name.trim()))
    {
        return Some(if a == b { vec![*a] } else { vec![*a, *b] });
    }
    let spaced = text.replace(" och ", ";").replace(" samt ", ";").replace(" & ", ";");
    for marks in [&[';', '/', '+', '\n', '•'][..], &[';', '/', '+', '\n', '•', ','][..]] {
        let parts: Vec<String> = spaced.split(marks).map(fold).filter(|it| !it.is_empty()).collect();
        if parts.len() < 2 {
            continue;
        }
        let mut found: Vec<Orsak> = Vec::new();
        for part in &parts {
            match words.orsak.get(part) {
                Some(cause) if !found.contains(cause) => found.push(*cause),
                Some(_) => {}
                None => {
                    found.clear();
                    break;
                }
            }
        }
        if !found.is_empty() {
            return Some(found);
        }
    }
    None
}

/// What a mark in one of the four columns of causes says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    No,
    Yes,
    /// Something else stands there; it still marks the column.
    Words,
}

pub(super) fn mark(text: &str, words: &Words) -> Mark {
    let key = fold(text);
    if key.is_empty() || words.no.contains(&key) {
        Mark::No
    } else if words.yes.contains(&key) {
        Mark::Yes
    } else {
        Mark::Words
    }
}

/// A whole number with an optional unit: `106 dagar`, `1 388`, `131 dagar.`, `Vid periodens slut, 230930:96 dagar`.
///
/// An interval, an estimate ("ca 10", ">5") or several units ("1 år 28 dagar") cannot be told.
pub(super) fn whole_number(text: &str) -> Option<i32> {
    let key = fold(text);
    let before_days = key.find("dag").map(|at| key.get(..at).unwrap_or("")).unwrap_or(&key);
    let mut digits: Vec<char> = Vec::new();
    let mut chars = before_days.trim_end().chars().rev().peekable();
    while let Some(&c) = chars.peek() {
        let space = c == ' ' || c == '\u{a0}' || c == '\u{202f}';
        if c.is_ascii_digit() || (space && !digits.is_empty()) {
            digits.push(c);
            chars.next();
        } else {
            break;
        }
    }
    let before: String = chars.collect::<Vec<_>>().into_iter().rev().collect();
    let number: String = digits.iter().rev().collect();
    let groups: Vec<&str> = number.split([' ', '\u{a0}', '\u{202f}']).filter(|it| !it.is_empty()).collect();
    // A space parts thousands only: "1 388", not "2 14".
    let thousands = groups.iter().skip(1).all(|it| it.len() == 3) && groups.first().is_some_and(|it| it.len() <= 3);
    if groups.is_empty() || (groups.len() > 1 && !thousands) {
        return None;
    }
    let before = before.trim_end();
    let unsure = before.ends_with(['-', '–', '<', '>', '~', ',', '.', '±'])
        || ["ca", "cirka", "c:a", "omkring", "runt", "över", "minst", "år", "mån", "månader", "veckor", "v"]
            .iter()
            .any(|it| before == *it || before.ends_with(&format!(" {it}")));
    let after = key.get(before_days.len()..).unwrap_or("");
    let tail = after.trim_start_matches(|c: char| c.is_alphabetic() || c == '.' || c == ' ');
    if unsure || !tail.is_empty() {
        return None;
    }
    groups.concat().parse().ok()
}

/// The number a cell holds, without the noise of computed cells.
pub(super) fn rounded(number: f64) -> Option<i32> {
    let near = number.round();
    if (number - near).abs() > 1e-6 || near.abs() > 1e9 {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "a whole number under 10^9")]
    Some(near as i32)
}

/// A number as a Swedish spreadsheet shows it: `1388`, `12,5`.
pub fn shown_number(number: f64) -> String {
    if let Some(whole) = rounded(number).filter(|it| f64::from(*it) == number) {
        return whole.to_string();
    }
    let noise = (number * 1e10).round() / 1e10;
    let text = if noise.abs() < 1e15 { format!("{noise}") } else { format!("{number}") };
    text.replace('.', ",")
}

#[cfg(test)]
mod tests {
    use super::super::columns::Columns;
    use super::super::dates;
    use super::*;

    fn words() -> Words {
        Columns::from_toml(include_str!("../../rules/kolumner.toml")).unwrap().words
    }

    #[test]
    fn executed_is_never_read_out_of_a_plan_an_offer_or_a_part() {
        let words = words();
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        for (text, expected) in [
            ("", Status::Blank),
            ("Nej.", Status::No),
            ("nej", Status::No),
            ("NEJ ", Status::No),
            ("-", Status::No),
            ("–", Status::No),
            ("Ja", Status::Yes),
            ("x", Status::Yes),
            ("2023-10-10", Status::Done(day("2023-10-10"), How::Plain)),
            ("230823", Status::Done(day("2023-08-23"), How::Six)),
            ("Ja 230823", Status::Done(day("2023-08-23"), How::Six)),
            ("Ja, delvis 231010", Status::Partial(Some(day("2023-10-10")))),
            ("Delvis", Status::Partial(None)),
            ("2 av 5 timmar, delvis", Status::Partial(None)),
            ("Planerad inflytt 2024-01-15", Status::NotYet),
            ("Erbjuden plats 231010, tackat nej", Status::NotYet),
            ("Nej, påbörjas 240110", Status::NotYet),
            ("Ej påbörjad", Status::NotYet),
            ("Nej 231010", Status::Words),
            ("se journal", Status::Words),
            ("231010 med ny utförare", Status::DoneWith(day("2023-10-10"), "med ny utförare".to_owned())),
            ("2023-06-31", Status::Fault(Dated::Impossible)),
        ] {
            let dated = dates::read_text(text, false, None);
            assert_eq!(status(text, &dated, &words, true), expected, "{text}");
        }
    }

    #[test]
    fn a_closing_keeps_its_reason() {
        let words = words();
        for (text, date, reason) in [
            ("230911 på den enskildes begäran.", "2023-09-11", "på den enskildes begäran."),
            (
                "2023-10-09 Avslutas då familjen ansökt om annan insats.",
                "2023-10-09",
                "Avslutas då familjen ansökt om annan insats.",
            ),
            ("231001 tackat nej till erbjuden plats", "2023-10-01", "tackat nej till erbjuden plats"),
        ] {
            let dated = dates::read_text(text, false, None);
            let expected = Status::DoneWith(date.parse().unwrap(), reason.to_owned());
            assert_eq!(status(text, &dated, &words, false), expected, "{text}");
        }
    }

    #[test]
    fn kon_is_one_of_four_or_asked_about() {
        let words = words();
        for (text, expected) in [
            ("Kvinna", Ok(Some(Kon::Kvinna))),
            ("k", Ok(Some(Kon::Kvinna))),
            ("M", Ok(Some(Kon::Man))),
            ("1", Ok(Some(Kon::Man))),
            ("kille", Ok(Some(Kon::Pojke))),
            ("Tjej", Ok(Some(Kon::Flicka))),
            ("", Ok(None)),
            ("M/K", Err(false)),
            ("F", Err(false)),
            ("vuxen", Err(false)),
            ("Pojke\nFlicka", Err(true)),
        ] {
            assert_eq!(kon(text, &words), expected, "{text}");
        }
    }

    #[test]
    fn causes_are_counted_not_chosen() {
        use Orsak::{AnnatSkal, ResursbristBostad, ResursbristPersonal, TackatNej};
        let words = words();
        for (text, expected) in [
            ("Resursbrist, ledig bostad", Some(vec![ResursbristBostad])),
            ("Den enskilde tackat nej", Some(vec![TackatNej])),
            ("resursbrist_personal", Some(vec![ResursbristPersonal])),
            ("2", Some(vec![ResursbristPersonal])),
            ("3. Tackat nej", Some(vec![TackatNej])),
            ("Resursbrist personal; tackat nej", Some(vec![ResursbristPersonal, TackatNej])),
            ("Tackat nej / Annat skäl", Some(vec![TackatNej, AnnatSkal])),
            ("Personalbrist och tackat nej", Some(vec![ResursbristPersonal, TackatNej])),
            ("1+3", Some(vec![ResursbristBostad, TackatNej])),
            ("1, 3", Some(vec![ResursbristBostad, TackatNej])),
            ("Tackat nej; tackar nej", Some(vec![TackatNej])),
            ("Sjukdom", None),
            ("Tackat nej, men ångrade sig", None),
        ] {
            assert_eq!(causes(text, &words), expected, "{text}");
        }
    }

    #[test]
    fn numbers_carry_units_but_not_doubt() {
        for (text, expected) in [
            ("106 dagar", Some(106)),
            ("131 dagar.", Some(131)),
            ("Vid rapporteringsperiodens slut, 230930:96 dagar", Some(96)),
            ("Vid periodens slut, 231231: 241 dagar", Some(241)),
            ("1\u{a0}388", Some(1388)),
            ("1 388 dagar", Some(1388)),
            ("12", Some(12)),
            ("12 dgr", None),
            ("ca 240", None),
            (">5", None),
            ("200-215", None),
            ("1 år 28 dagar", None),
            ("12,5", None),
            ("", None),
        ] {
            assert_eq!(whole_number(text), expected, "{text}");
        }
        assert_eq!(rounded(241.000_000_000_000_03), Some(241));
        assert_eq!(rounded(12.5), None);
        assert_eq!(shown_number(12.5), "12,5");
        assert_eq!(shown_number(241.000_000_000_000_03), "241");
    }
}
