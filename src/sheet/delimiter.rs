//! Which character separates the fields of a text file.
//!
//! Goes in: the text. Comes out: the delimiter, and whether whole lines stand in quotation marks.
//! Guaranteed: what the file says in a `sep=` line goes first, then the delimiter that gives a line most headings of the
//! trade; evenness alone never wins over headings, because decimal commas are even too.

use std::collections::BTreeMap;

use crate::model::spelling::fold;

use super::records::Records;

/// How a text file is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Form {
    pub delimiter: u8,
    /// Most lines are one quoted field with the delimiters inside: a sheet that was opened as one column and saved again.
    pub wrapped: bool,
}

/// In order of how likely each is in Swedish files; the earlier one wins when nothing tells them apart.
const CANDIDATES: [u8; 4] = [b';', b'\t', b'|', b','];

/// How many lines with content are looked at.
const LINES: usize = 30;

/// How much text is looked at, so that a file of one line costs no more than another.
const HEAD: usize = 1 << 16;

/// A folded heading starts with one of these.
const STEMS: [&str; 24] = [
    "löpn",
    "kön",
    "datum",
    "beslut",
    "avbrott",
    "avbrut",
    "lagrum",
    "lag",
    "insats",
    "typ av",
    "verkst",
    "avslut",
    "orsak",
    "skäl",
    "resursbrist",
    "tackat nej",
    "antal",
    "utförare",
    "ålder",
    "kommentar",
    "åtgärd",
    "vidtagna",
    "tid från",
    "ärende",
];

/// The delimiter a `sep=` line names, and the text after that line.
pub fn said(text: &str) -> (Option<u8>, &str) {
    let end = text.find(['\n', '\r']).unwrap_or(text.len());
    let (line, rest) = text.split_at(end);
    let line = line.strip_prefix('"').unwrap_or(line);
    let named = match line.as_bytes() {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', named, tail @ ..]
            if named.is_ascii()
                && !named.is_ascii_alphanumeric()
                && *named != b'"'
                && tail.iter().all(|it| *it == *named || matches!(it, b'"' | b' ' | b';' | b',' | b'\t')) =>
        {
            *named
        }
        _ => return (None, text),
    };
    (Some(named), rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix(['\n', '\r'])).unwrap_or(rest))
}

/// How the text is built, given what its `sep=` line said.
pub fn form(text: &str, said: Option<u8>) -> Form {
    let head = text.get(..head_end(text)).unwrap_or(text);
    if let Some(delimiter) = said {
        return Form { delimiter, wrapped: score(head, delimiter).wrapped };
    }
    let scores = CANDIDATES.map(|it| (score(head, it), it));
    let headings = scores.iter().map(|it| it.0.headings).max().unwrap_or(0);
    let decimals = commas_are_decimal(head) && scores.iter().any(|it| it.1 != b',' && it.0.split * 2 > it.0.lines);
    let mut best: Option<&(Score, u8)> = None;
    for candidate in &scores {
        let fits = if headings >= 2 { candidate.0.headings == headings } else { candidate.1 != b',' || !decimals };
        if fits && candidate.0.fields >= 2 && best.is_none_or(|it| candidate.0.weight() > it.0.weight()) {
            best = Some(candidate);
        }
    }
    best.map_or(Form { delimiter: b';', wrapped: false }, |(score, delimiter)| Form {
        delimiter: *delimiter,
        wrapped: score.wrapped,
    })
}

fn head_end(text: &str) -> usize {
    (0..=HEAD.min(text.len())).rev().find(|it| text.is_char_boundary(*it)).unwrap_or(0)
}

/// What one delimiter makes of the first lines.
#[derive(Default)]
struct Score {
    /// Most headings in one line.
    headings: usize,
    /// The usual number of fields, when it is at least two.
    fields: usize,
    lines: usize,
    /// Lines that are split at all. Trailing blanks are not counted, so lines of one table differ in number.
    split: usize,
    wrapped: bool,
}

impl Score {
    /// Many lines split into many fields weigh most.
    fn weight(&self) -> usize {
        self.split * self.fields
    }
}

/// Most commas stand between two digits, as in 1,5.
fn commas_are_decimal(head: &str) -> bool {
    let bytes = head.as_bytes();
    let digit = |at: Option<usize>| at.and_then(|it| bytes.get(it)).is_some_and(u8::is_ascii_digit);
    let (mut all, mut decimal) = (0, 0);
    for at in memchr::memchr_iter(b',', bytes) {
        all += 1;
        decimal += usize::from(digit(at.checked_sub(1)) && digit(Some(at + 1)));
    }
    decimal * 2 > all
}

fn score(head: &str, delimiter: u8) -> Score {
    let mut score = Score::default();
    let mut records = Records::new(head, delimiter, HEAD);
    let mut counts = BTreeMap::<usize, usize>::new();
    let mut wrapped = 0;
    while score.lines < LINES {
        let (mut fields, mut headings) = (0, 0);
        let mut look = |col: u32, field: &str| {
            fields = col as usize + 1;
            headings += usize::from(is_heading(field));
            Ok::<(), ()>(())
        };
        if let Some(inner) = records.wrapped() {
            wrapped += 1;
            let _ = Records::new(&inner, delimiter, HEAD).next(&mut look);
        } else if records.next(&mut look) != Ok(true) {
            break;
        }
        if fields > 0 {
            score.lines += 1;
            score.headings = score.headings.max(headings);
            *counts.entry(fields).or_default() += 1;
        }
    }
    score.split = counts.iter().filter(|it| *it.0 >= 2).map(|it| it.1).sum();
    score.fields = counts.iter().filter(|it| *it.0 >= 2).max_by_key(|it| it.1).map_or(0, |it| *it.0);
    score.wrapped = wrapped * 2 > score.lines;
    score
}

fn is_heading(field: &str) -> bool {
    if field.len() > 80 {
        return false;
    }
    let field = fold(field);
    STEMS.iter().any(|it| field.starts_with(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delimiter_follows_the_headings() {
        for (text, delimiter) in [
            ("Löpnr;Kön;Insats\n1;Man;x", b';'),
            ("Löpnr,Kön,Insats\n1,Man,x", b','),
            ("Löpnr\tKön\tInsats\n1\tMan\tx", b'\t'),
            ("Löpnr|Kön|Insats\n1|Man|x", b'|'),
            // Titles above, decimal commas below.
            ("Rapport, kvartal 4, 2023\nSolsidan, Exempelstad\n\nKön;Insats;Timmar\nMan;x;1,5\nMan;y;2,5\n", b';'),
            ("Kön;Resursbrist, ledig bostad;Resursbrist, personal;Annat\nMan;1,0;2,0;3,0", b';'),
            ("\"Kön\",\"Insats; typ\",\"Datum\"\nMan,\"a;b\",2023", b','),
            // No headings at all.
            ("1;2,5;3,5\n2;3,5;4,5", b';'),
            ("a,b\nc,d", b','),
            ("a,b,c\nd,\"e; f\",g\nh,i; j,k\n", b','),
            ("1,5;2,5;3,5\n1,0;2,0;3,0", b';'),
            ("a\nb\nc", b';'),
            ("", b';'),
        ] {
            assert_eq!(form(text, None), Form { delimiter, wrapped: false }, "{text:?}");
        }
        assert_eq!(form("\"Kön,\"\"Insats\"\",Datum\"\n\"Man,x,2023\"", None), Form { delimiter: b',', wrapped: true });
    }

    #[test]
    fn a_sep_line_is_taken_at_its_word() {
        for (text, expected) in [
            ("sep=;\nKön,Insats", (Some(b';'), "Kön,Insats")),
            ("SEP=,\r\nKön", (Some(b','), "Kön")),
            ("sep=\t\rKön", (Some(b'\t'), "Kön")),
            ("\"sep=;\"\nKön", (Some(b';'), "Kön")),
            ("sep=;;;\nKön", (Some(b';'), "Kön")),
            ("separator;Kön\n", (None, "separator;Kön\n")),
            ("sep=a\n", (None, "sep=a\n")),
            ("sep=", (None, "sep=")),
            ("", (None, "")),
        ] {
            assert_eq!(said(text), expected, "{text:?}");
        }
    }
}
