//! Dates inside text: finds the one that is meant and keeps the words beside it.
//!
//! Goes in: a text. Comes out: [`Dated`].
//! Guaranteed: two different dates in one text are a question; digits that belong to a personnummer are passed over.

use chrono::{Datelike, NaiveDate};

use super::dates::{self, DateReading, Dated, How, day, full_year};
use crate::model::Quarter;

/// A run of digits, a word, or one other character.
#[derive(Debug, Clone, Copy)]
struct Token<'a> {
    text: &'a str,
    start: usize,
    /// The number of a run of digits; the month of a word that is one.
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Value and number of digits.
    Number(u32, usize),
    Month(u32),
    Word,
    Mark(char),
}

/// What starts at a token: how many tokens it takes, and what it is.
type Hit = (usize, Dated);

pub(super) fn read(text: &str, around: Option<Quarter>) -> Dated {
    if text.is_empty() {
        return Dated::Blank;
    }
    let tokens = tokens(text);
    let mut date: Option<(NaiveDate, How)> = None;
    let mut spans: Vec<(usize, usize)> = Vec::new();
    let mut other: Option<NaiveDate> = None;
    let mut fault: Option<Dated> = None;
    let mut at = 0;
    while at < tokens.len() {
        if let Some(skip) = identity_number(&tokens[at..]) {
            fault.get_or_insert(Dated::Unreadable);
            at += skip;
            continue;
        }
        let Some((taken, what)) = starting(&tokens, at, around) else {
            at += 1;
            continue;
        };
        match what {
            Dated::Read(it) => {
                match date {
                    None => date = Some((it.date, it.how)),
                    Some((first, _)) if first != it.date => other = other.or(Some(it.date)),
                    Some(_) => {}
                }
                spans.push(span(text, &tokens, at, taken));
            }
            worse => {
                if fault.as_ref().is_none_or(|it| weight(it) < weight(&worse)) {
                    fault = Some(worse);
                }
            }
        }
        at += taken;
    }
    match (date, other, fault) {
        (Some((first, _)), Some(second), _) => Dated::Ambiguous(first, second),
        // A good date beside a doubtful one: the doubtful one decides, or a question would be lost.
        (Some(_), None, Some(Dated::Ambiguous(a, b))) => Dated::Ambiguous(a, b),
        (Some((date, how)), None, _) => Dated::Read(DateReading { date, how, rest: rest(text, &spans) }),
        (None, _, Some(fault)) => fault,
        (None, _, None) if text.bytes().any(|it| it.is_ascii_digit()) => Dated::Unreadable,
        (None, ..) => Dated::Words,
    }
}

/// When several things are wrong in a text, the one that says most is told.
fn weight(what: &Dated) -> u8 {
    match what {
        Dated::Ambiguous(..) => 3,
        Dated::Impossible => 2,
        Dated::Incomplete(_) => 1,
        _ => 0,
    }
}

fn starting(tokens: &[Token<'_>], at: usize, around: Option<Quarter>) -> Option<Hit> {
    let here = tokens.get(at..)?;
    let first = here.first()?;
    match first.kind {
        Kind::Number(value, digits) => number_first(value, digits, here, around),
        Kind::Month(month) => month_first(month, here),
        Kind::Word => week_or_season(first.text, here),
        Kind::Mark(_) => None,
    }
}

fn number_first(value: u32, digits: usize, here: &[Token<'_>], around: Option<Quarter>) -> Option<Hit> {
    // Year first: 2023-10-01, 2023/10/01, 2023.10.01, 2023 10 01.
    if digits == 4
        && let [_, Token { kind: Kind::Mark(a), .. }, month, Token { kind: Kind::Mark(b), .. }, last, ..] = here
        && a == b
        && matches!(a, '-' | '/' | '.')
        && let (Some((m, 1..=2)), Some((d, 1..=2))) = (number(month), number(last))
    {
        let what = day(value, m, d).map_or(Dated::Impossible, |date| dates::read(date, How::Plain));
        return (1900..2200).contains(&value).then(|| (5 + time(&here[5..]), what));
    }
    if digits <= 2
        && let Some(hit) = day_first(value, digits, here, around)
    {
        return Some(hit);
    }
    let alone = !matches!(here.get(1), Some(Token { kind: Kind::Mark('§' | '%'), .. }));
    match digits {
        6 if alone => Some((1, dates::six(value, around))),
        8 if alone => Some((1, dates::eight(value))),
        4 if here.len() == 1 && (1900..2200).contains(&value) => Some((1, Dated::Incomplete(None))),
        _ => None,
    }
}

/// Day first: `10/10-23`, `10.10.2023`, `01-10-2023`, `10 okt 2023`, `10/10`.
fn day_first(value: u32, digits: usize, here: &[Token<'_>], around: Option<Quarter>) -> Option<Hit> {
    if let Some(hit) = day_and_month(value, here, around) {
        return Some(hit);
    }
    let (Kind::Mark(mark @ ('/' | '-' | '.')), (month, 1..=2)) = (here.get(1)?.kind, number(here.get(2)?)?) else {
        return None;
    };
    let (used, year) = year_after(&here[3..], mark);
    let Some((year, year_digits, between)) = year else {
        // "2/5" is a fraction as often as a date; in a text only a slash can be meant as one.
        let amount = here.get(3).is_some_and(|it| is_unit(it.text) || it.kind == Kind::Mark('%'));
        let likely = mark == '/' && !amount && (1..=31).contains(&value) && (1..=12).contains(&month);
        let whole = here.len() == 3 && mark == '-';
        return (likely || whole).then(|| (3, Dated::Incomplete(dates::proposal(month, value, around))));
    };
    let full = if year_digits == 2 { full_year(year) } else { year };
    let swedish = day(full, month, value);
    let american = day(full, value, month);
    let year_first = if digits == 2 && year_digits == 2 { day(full_year(value), month, year) } else { None };
    let taken = 3 + used;
    let what = match mark {
        // The same mark twice with a two-digit year: 23-10-01 is year first, 01-10-23 may be either.
        '-' | '.' if year_digits == 2 && between == Some(mark) => match (year_first, swedish) {
            (Some(a), Some(b)) if mark == '.' || b.year() - a.year() > 5 => {
                if mark == '.' {
                    dates::read(b, How::Dotted)
                } else {
                    Dated::Ambiguous(a, b)
                }
            }
            (Some(a), _) => dates::read(a, How::Dashed),
            (None, Some(b)) => dates::read(b, if mark == '.' { How::Dotted } else { How::Dashed }),
            (None, None) => Dated::Impossible,
        },
        '/' if between == Some('/') => match (swedish, american) {
            (Some(a), Some(b)) if a != b => Dated::Ambiguous(a, b),
            (Some(a), _) => dates::read(a, How::Slash),
            (None, Some(b)) => dates::read(b, How::Slash),
            (None, None) => match year_first {
                Some(date) => dates::read(date, How::Slash),
                None => Dated::Impossible,
            },
        },
        _ => match swedish {
            Some(date) => dates::read(
                date,
                if mark == '/' {
                    How::Slash
                } else if mark == '.' {
                    How::Dotted
                } else {
                    How::Dashed
                },
            ),
            None => Dated::Impossible,
        },
    };
    Some((taken, what))
}

/// `10 okt 2023`, `1:a oktober -23`, `10 okt`, `10 oktober, 2023`.
fn day_and_month(value: u32, here: &[Token<'_>], around: Option<Quarter>) -> Option<Hit> {
    let mut at = 1;
    if matches!(here.get(at).map(|it| it.kind), Some(Kind::Mark(':' | '.' | '-'))) {
        at += 1;
    }
    if matches!(here.get(at).map(|it| it.text), Some("a" | "e" | "A" | "E")) {
        at += 1;
    }
    let Kind::Month(month) = here.get(at)?.kind else { return None };
    at += 1;
    if matches!(here.get(at).map(|it| it.kind), Some(Kind::Mark('.' | ','))) {
        at += 1;
    }
    let apostrophe = usize::from(matches!(here.get(at).map(|it| it.kind), Some(Kind::Mark('-' | '\'' | '’' | '/'))));
    match here.get(at + apostrophe).and_then(number) {
        Some((year, digits @ (2 | 4))) => {
            let full = if digits == 2 { full_year(year) } else { year };
            let what = day(full, month, value).map_or(Dated::Impossible, |date| dates::read(date, How::Words));
            Some((at + apostrophe + 1, what))
        }
        _ if (1..=31).contains(&value) => Some((at, Dated::Incomplete(dates::proposal(month, value, around)))),
        _ => None,
    }
}

/// The year after day and month: how many tokens it takes, its value, its digits and the mark before it.
fn year_after(here: &[Token<'_>], mark: char) -> (usize, Option<(u32, usize, Option<char>)>) {
    let (skip, between) = match here.first().map(|it| it.kind) {
        Some(Kind::Mark(it @ ('-' | '/' | '.' | '\'' | '’'))) => (1, Some(it)),
        _ => (0, None),
    };
    // "3/4 -23", and in dotted dates a dot must stand before the year.
    let allowed = match mark {
        '/' => true,
        _ => between == Some(mark),
    };
    match here.get(skip).and_then(number) {
        Some((year, digits @ (2 | 4))) if allowed && (digits == 2 || (1900..2200).contains(&year)) => {
            let unit = here.get(skip + 1).is_some_and(|it| is_unit(it.text));
            if between.is_none() && (digits == 2 || unit) {
                (0, None)
            } else {
                (skip + 1, Some((year, digits, between)))
            }
        }
        _ => (0, None),
    }
}

/// `okt-23`, `oktober 2023`: no day. A month's name alone says too little to be meant as a date.
fn month_first(_month: u32, here: &[Token<'_>]) -> Option<Hit> {
    let skip = usize::from(matches!(here.get(1).map(|it| it.kind), Some(Kind::Mark('-' | '.' | '\'' | '’' | '/'))));
    match here.get(1 + skip).and_then(number) {
        Some((_, 2 | 4)) => Some((2 + skip, Dated::Incomplete(None))),
        _ => (here.len() == 1).then_some((1, Dated::Incomplete(None))),
    }
}

/// `v. 42`, `vecka 42`, `våren 2023`, `kvartal 3`.
fn week_or_season(word: &str, here: &[Token<'_>]) -> Option<Hit> {
    let word = word.to_lowercase();
    let skip = usize::from(matches!(here.get(1).map(|it| it.kind), Some(Kind::Mark('.' | '-'))));
    let next = here.get(1 + skip).and_then(number);
    let digits = match word.as_str() {
        "v" | "vecka" | "veckan" | "w" => 1..=2,
        "våren" | "sommaren" | "hösten" | "vintern" | "vt" | "ht" | "vår" | "höst" => 2..=4,
        "kvartal" | "kv" | "q" => 1..=1,
        _ => return None,
    };
    next.filter(|it| digits.contains(&it.1)).map(|_| (2 + skip, Dated::Incomplete(None)))
}

/// Digits that are a personnummer or longer than any date; never read as one.
fn identity_number(here: &[Token<'_>]) -> Option<usize> {
    let (_, digits) = number(here.first()?)?;
    if digits == 10 || digits >= 12 {
        return Some(1);
    }
    if !matches!(digits, 6 | 8) {
        return None;
    }
    match here {
        [_, Token { kind: Kind::Mark('-' | '+' | '–'), .. }, next, ..] => match (next.kind, number(next)) {
            (_, Some((_, 4))) => Some(3),
            // T-numbers: 19850709-T123.
            (Kind::Word, _) if next.text.starts_with(['T', 't']) && next.text.len() <= 2 => Some(3),
            _ => None,
        },
        _ => None,
    }
}

/// The time of day after a date, and a time zone: passed over.
fn time(here: &[Token<'_>]) -> usize {
    let skip = usize::from(here.first().is_some_and(|it| matches!(it.text, "T" | "t" | "kl")));
    let two = |it: Option<&Token<'_>>| it.and_then(number).is_some_and(|(_, digits)| digits <= 2);
    let colon = |it: Option<&Token<'_>>| it.is_some_and(|it| it.kind == Kind::Mark(':'));
    if !(two(here.get(skip)) && colon(here.get(skip + 1)) && two(here.get(skip + 2))) {
        return 0;
    }
    let mut at = skip + 3;
    if colon(here.get(at)) && two(here.get(at + 1)) {
        at += 2;
    }
    if here.get(at).is_some_and(|it| it.kind == Kind::Mark('.')) && here.get(at + 1).and_then(number).is_some() {
        at += 2;
    }
    if here.get(at).is_some_and(|it| matches!(it.text, "Z" | "z")) {
        return at + 1;
    }
    if here.get(at).is_some_and(|it| it.text == "+")
        && two(here.get(at + 1))
        && colon(here.get(at + 2))
        && two(here.get(at + 3))
    {
        return at + 4;
    }
    at
}

/// The bytes of a date with the words that only lead it in: "den", a weekday.
fn span(text: &str, tokens: &[Token<'_>], at: usize, taken: usize) -> (usize, usize) {
    let mut first = at;
    while first > 0 && tokens.get(first - 1).is_some_and(|it| it.kind == Kind::Word && leads_in(it.text)) {
        first -= 1;
    }
    let start = tokens.get(first).map_or(0, |it| it.start);
    let end = tokens.get(at + taken - 1).map_or(text.len(), |it| it.start + it.text.len());
    (start, end)
}

fn leads_in(word: &str) -> bool {
    let word = word.to_lowercase();
    matches!(
        word.as_str(),
        "den"
            | "d"
            | "måndag"
            | "tisdag"
            | "onsdag"
            | "torsdag"
            | "fredag"
            | "lördag"
            | "söndag"
            | "mån"
            | "tis"
            | "ons"
            | "tors"
            | "fre"
            | "lör"
            | "sön"
    )
}

fn is_unit(word: &str) -> bool {
    let word = word.to_lowercase();
    ["tim", "dag", "dyg", "vecko", "mån", "min", "gång", "ggr"].iter().any(|it| word.starts_with(it))
        || matches!(word.as_str(), "h" | "st" | "kr" | "år")
}

fn rest(text: &str, spans: &[(usize, usize)]) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for &(start, end) in spans {
        out.push_str(text.get(from..start).unwrap_or(""));
        out.push(' ');
        from = end;
    }
    out.push_str(text.get(from..).unwrap_or(""));
    let joined = out.split_whitespace().collect::<Vec<_>>().join(" ");
    let trimmed = joined.trim_matches(|c: char| matches!(c, ',' | ';' | ':' | '-' | '–' | '(' | ')' | ' ' | '/'));
    let trimmed = if trimmed.chars().any(char::is_alphanumeric) {
        trimmed.trim_start_matches(['.', ' ']).trim_end_matches(" .")
    } else {
        ""
    };
    (!trimmed.is_empty()).then(|| trimmed.to_owned())
}

fn number(token: &Token<'_>) -> Option<(u32, usize)> {
    match token.kind {
        Kind::Number(value, digits) => Some((value, digits)),
        _ => None,
    }
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut out = Vec::with_capacity(8);
    let mut at = 0;
    while let Some(first) = text.get(at..).and_then(|it| it.chars().next()) {
        let here = text.get(at..).unwrap_or("");
        let same = |c: char| {
            if first.is_ascii_digit() { c.is_ascii_digit() } else { first.is_alphabetic() && c.is_alphabetic() }
        };
        let len = here.find(|c| !same(c)).unwrap_or(here.len()).max(first.len_utf8());
        let word = here.get(..len).unwrap_or("");
        if !first.is_whitespace() && !matches!(first, '\u{200b}' | '\u{ad}' | '\u{feff}') {
            let kind = if first.is_ascii_digit() {
                Kind::Number(word.parse().unwrap_or(u32::MAX), word.len())
            } else if first.is_alphabetic() {
                month(word).map_or(Kind::Word, Kind::Month)
            } else {
                Kind::Mark(if matches!(first, '–' | '‐' | '‑' | '−') { '-' } else { first })
            };
            out.push(Token { text: word, start: at, kind });
        }
        at += len;
    }
    out
}

/// The number of a month named in Swedish or, where it differs, in English.
fn month(word: &str) -> Option<u32> {
    if word.len() < 3 || word.len() > 10 {
        return None;
    }
    Some(match word.to_lowercase().as_str() {
        "jan" | "januari" | "january" => 1,
        "feb" | "febr" | "februari" | "february" => 2,
        "mar" | "mars" | "march" => 3,
        "apr" | "april" => 4,
        "maj" | "may" => 5,
        "jun" | "juni" | "june" => 6,
        "jul" | "juli" | "july" => 7,
        "aug" | "augusti" | "august" => 8,
        "sep" | "sept" | "september" => 9,
        "okt" | "oktober" | "oct" | "october" => 10,
        "nov" | "november" => 11,
        "dec" | "december" => 12,
        _ => return None,
    })
}
