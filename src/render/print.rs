//! How values are written for people: numbers, shares and dates the Swedish way, and text from outside made harmless.
//!
//! Goes in: numbers, dates, texts as they came. Comes out: text.
//! Guaranteed: no control character and no unmasked personal number comes out; JSON keeps ISO dates and plain numbers.

use std::borrow::Cow;
use std::fmt::Write;

use chrono::{Datelike, NaiveDate};

use crate::model::mask::masked;

/// No-break space between thousands: `12 345`.
const NBSP: char = '\u{a0}';

/// The months as sentences write them.
pub const MONTHS: [&str; 12] = [
    "januari",
    "februari",
    "mars",
    "april",
    "maj",
    "juni",
    "juli",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
];

/// `12 345`
pub fn number(value: impl Into<i64>) -> String {
    let value: i64 = value.into();
    let digits = value.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + 4);
    if value < 0 {
        out.push('−');
    }
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(NBSP);
        }
        out.push(digit);
    }
    out
}

/// `34,8 %`
pub fn share(value: f64) -> String {
    format!("{:.1}{NBSP}%", value * 100.0).replace('.', ",")
}

/// `2023-12-31`, or nothing.
pub fn date(day: Option<NaiveDate>) -> String {
    day.map(|it| it.to_string()).unwrap_or_default()
}

/// `31 december 2023`
pub fn date_in_words(day: NaiveDate) -> String {
    let month = MONTHS.get(day.month0() as usize).copied().unwrap_or_default();
    format!("{} {month} {}", day.day(), day.year())
}

/// `1 ärende`, `12 ärenden`
pub fn counted(count: usize, one: &str, many: &str) -> String {
    let mut out = number(i64::try_from(count).unwrap_or(i64::MAX));
    let _ = write!(out, " {}", if count == 1 { one } else { many });
    out
}

/// `a, b och c`
pub fn list(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [head @ .., last] => format!("{} och {last}", head.join(", ")),
    }
}

/// Text from outside as it may be shown: personal data masked, control characters and characters that turn the
/// reading direction made visible blanks, line breaks kept.
pub fn clean(text: &str) -> Cow<'_, str> {
    match masked(text) {
        Cow::Borrowed(text) => harmless(text),
        Cow::Owned(text) => Cow::Owned(harmless(&text).into_owned()),
    }
}

/// Text that has been masked already, or that a person of the nämnd has written: only what steers is made blanks.
pub fn harmless(text: &str) -> Cow<'_, str> {
    if !text.chars().any(unwanted) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|c| if unwanted(c) { ' ' } else { c }).collect())
}

/// [`clean`] on one line.
pub fn clean_line(text: &str) -> Cow<'_, str> {
    let text = clean(text);
    if !text.contains(['\n', '\r', '\t']) {
        return text;
    }
    Cow::Owned(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn unwanted(c: char) -> bool {
    match c {
        '\n' | '\t' => false,
        c if c.is_control() => true,
        // Direction marks can make a text read as something it is not; the last two are no characters at all.
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fffe}' | '\u{ffff}' => true,
        _ => false,
    }
}

/// A text as a part of an address or of a header: everything but letters, digits and `.-_` as `%C3%A5`.
pub fn percent_encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b".-_".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// A text from outside as text or attribute of SVG and XML: one line, masked, escaped.
pub fn escaped(text: &str) -> String {
    quick_xml::escape::escape(clean_line(text)).into_owned()
}

/// The text, cut at `limit` UTF-16 units (what spreadsheets count in), saying so.
pub fn fitted(text: Cow<'_, str>, limit: usize) -> Cow<'_, str> {
    const NOTE: &str = " … [texten är avkortad]";
    if text.len() <= limit || text.encode_utf16().count() <= limit {
        return text;
    }
    let room = limit.saturating_sub(NOTE.encode_utf16().count());
    let mut used = 0;
    let mut out: String = text
        .chars()
        .take_while(|c| {
            used += c.len_utf16();
            used <= room
        })
        .collect();
    out.push_str(NOTE);
    Cow::Owned(out)
}

/// Breaks text at blanks so that no line is wider than `width`; a longer word is cut into pieces.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let width = width.max(8);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for word in text.split(' ').filter(|it| !it.is_empty()) {
        let mut word: &str = word;
        let mut len = word.chars().count();
        if used > 0 && used + 1 + len > width {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        while len > width {
            let cut = word.char_indices().nth(width).map_or(word.len(), |(at, _)| at);
            let (head, tail) = word.split_at(cut);
            lines.push(head.to_owned());
            word = tail;
            len = word.chars().count();
        }
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        line.push_str(word);
        used += len;
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_swedish() {
        assert_eq!(number(0), "0");
        assert_eq!(number(999), "999");
        assert_eq!(number(1000), "1\u{a0}000");
        assert_eq!(number(-1_234_567), "−1\u{a0}234\u{a0}567");
        assert_eq!(share(0.3478), "34,8\u{a0}%");
        assert_eq!(counted(1, "ärende", "ärenden"), "1 ärende");
        assert_eq!(list(&["a", "b", "c"]), "a, b och c");
    }

    #[test]
    fn text_from_outside_cannot_steer() {
        assert_eq!(clean("a\u{1b}[31mb\u{202e}c\0"), "a [31mb c ");
        assert_eq!(clean("rad 1\nrad 2"), "rad 1\nrad 2");
        assert_eq!(clean_line("rad 1\r\n\trad 2"), "rad 1 rad 2");
    }

    #[test]
    fn long_text_is_cut_and_says_so() {
        let long = "å".repeat(40_000);
        let cut = fitted(Cow::Borrowed(&long), 32_000);
        assert!(cut.encode_utf16().count() <= 32_000);
        assert!(cut.ends_with("[texten är avkortad]"));
        assert_eq!(fitted(Cow::Borrowed("kort"), 32_000), "kort");
    }

    #[test]
    fn text_is_broken_at_blanks() {
        assert_eq!(wrapped("ett två tre fyra", 8), ["ett två", "tre fyra"]);
        assert_eq!(wrapped("", 10), [""]);
        assert_eq!(wrapped("abcdefghijkl", 8), ["abcdefgh", "ijkl"]);
    }
}
