//! Personal data in text: found and named.
//!
//! Goes in: any text, or a number cell. Comes out: what kinds of personal data it holds and where.
//! Guaranteed: text without eight digits or an `@` costs one pass over its bytes and no memory; dates, datetimes,
//! organisation numbers and numbers with a wrong check digit are not found; ranges lie on character borders, in order
//! of their start. A number inside an e-mail address overlaps it.

use std::ops::Range;

use super::identity_number;
use super::observation::Seen;
use super::telephone;

/// The kinds of personal data that are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    Personnummer,
    Samordningsnummer,
    /// A T- or TF-number, given to people without the other two.
    TNummer,
    Epost,
    Telefon,
}

impl Kind {
    /// What an observation of it is called.
    pub const fn seen(self) -> Seen {
        match self {
            Kind::Personnummer => Seen::Personnummer,
            Kind::Samordningsnummer => Seen::Samordningsnummer,
            Kind::TNummer => Seen::TNummer,
            Kind::Epost => Seen::Epost,
            Kind::Telefon => Seen::Telefon,
        }
    }

    /// What stands in its place once it is hidden.
    pub const fn mask(self) -> &'static str {
        match self {
            Kind::Personnummer | Kind::Samordningsnummer | Kind::TNummer => "••••••-••••",
            Kind::Epost => "•••@•••",
            Kind::Telefon => "•••",
        }
    }
}

/// One find.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub kind: Kind,
    /// Byte range in the text.
    pub range: Range<usize>,
}

/// Everything personal in the text, in order of where it starts.
pub fn found(text: &str) -> Vec<Found> {
    let mut all = Vec::new();
    let (digits, at_sign) = prefilter(text.as_bytes());
    if digits >= 8 {
        numbers(text, &mut all);
    }
    if at_sign {
        addresses(text, &mut all);
        all.sort_by_key(|it| it.range.start);
    }
    all
}

/// The personnummer or samordningsnummer that a number cell holds, if it does.
///
/// Ten and twelve digits, and nine: a spreadsheet drops the first zero of a person born 2001–2009.
pub fn find_in_number(number: f64) -> Option<Kind> {
    if !(1e8..1e12).contains(&number) || number.fract() != 0.0 {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number under 10^12")]
    let mut rest = number as u64;
    let mut digits = [0u8; 12];
    for digit in digits.iter_mut().rev() {
        *digit = u8::try_from(rest % 10).unwrap_or(0);
        rest /= 10;
    }
    let short = digits.get(2..)?;
    if number < 1e10 { identity_number::kind_of(short) } else { identity_number::kind_of(&digits) }
}

/// How many digits there are, counted no further than needed, and whether there is an `@`.
fn prefilter(bytes: &[u8]) -> (u32, bool) {
    let mut digits = 0u32;
    let mut at_sign = false;
    for &byte in bytes {
        digits += u32::from(byte.is_ascii_digit());
        at_sign |= byte == b'@';
    }
    (digits, at_sign)
}

fn numbers(text: &str, all: &mut Vec<Found>) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(gap) = bytes.get(at..).and_then(|it| it.iter().position(u8::is_ascii_digit)) {
        let start = at + gap;
        let identity = identity_number::at(text, start).map(|(kind, end)| Found { kind, range: start..end });
        let hit = identity.or_else(|| telephone::at(text, start).map(|range| Found { kind: Kind::Telefon, range }));
        at = match &hit {
            Some(hit) => hit.range.end,
            None => start + run_of_digits(bytes, start),
        };
        all.extend(hit);
    }
}

/// The number of digits from `at` on.
pub(super) fn run_of_digits(bytes: &[u8], at: usize) -> usize {
    bytes.get(at..).unwrap_or(&[]).iter().take_while(|it| it.is_ascii_digit()).count()
}

fn addresses(text: &str, all: &mut Vec<Found>) {
    let local = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '+' | '%' | '\'');
    for (at, _) in text.match_indices('@') {
        let (before, after) = (text.get(..at).unwrap_or(""), text.get(at + 1..).unwrap_or(""));
        let name =
            before.rfind(|c| !local(c)).map_or(0, |it| it + before[it..].chars().next().map_or(1, char::len_utf8));
        let name = name + before.get(name..).map_or(0, |it| it.len() - it.trim_start_matches(['.', '-', '\'']).len());
        let host = after.find(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '-'))).unwrap_or(after.len());
        let host = after.get(..host).unwrap_or("").trim_end_matches(['.', '-']);
        let top = host.rsplit_once('.').filter(|(rest, _)| !rest.is_empty()).map_or("", |(_, top)| top);
        if name < at && top.chars().count() >= 2 && top.chars().all(char::is_alphabetic) {
            all.push(Found { kind: Kind::Epost, range: name..at + 1 + host.len() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<Kind> {
        found(text).into_iter().map(|it| it.kind).collect()
    }

    #[test]
    fn addresses_are_found_whole() {
        for (text, expected) in [
            ("anna.svensson@example.org", "anna.svensson@example.org"),
            ("<Åsa.Öst+lss@vård.example.se>,", "Åsa.Öst+lss@vård.example.se"),
            ("mejl:x@y.se.", "x@y.se"),
            ("’anna@example.org’", "anna@example.org"),
        ] {
            let all = found(text);
            assert_eq!(all.iter().map(|it| &text[it.range.clone()]).collect::<Vec<_>>(), [expected], "{text}");
        }
        for text in ["@", "a@", "@b.se", "a@b", "a@b.", "3 @ 4.50", "a@.se", "ett @-tecken", "•••@•••", "a@1.23"]
        {
            assert_eq!(kinds(text), [], "{text}");
        }
    }

    #[test]
    fn a_number_inside_an_address_is_reported_beside_it() {
        assert_eq!(kinds("8507099805@example.org"), [Kind::Personnummer, Kind::Epost]);
    }

    #[test]
    fn number_cells_are_looked_at() {
        for (number, expected) in [
            (8_507_099_805.0, Some(Kind::Personnummer)),
            (198_507_099_805.0, Some(Kind::Personnummer)),
            (7_010_632_391.0, Some(Kind::Samordningsnummer)),
            (197_010_632_391.0, Some(Kind::Samordningsnummer)),
            (8_507_099_806.0, None),
            (20_231_010.0, None),
            (231_010.0, None),
            (45_200.0, None),
            (5_560_000_000.0, None),
            (8_507_099_805.5, None),
            (-8_507_099_805.0, None),
            (f64::NAN, None),
            (f64::INFINITY, None),
            (1e300, None),
        ] {
            assert_eq!(find_in_number(number), expected, "{number}");
        }
    }

    #[test]
    fn many_at_signs_take_no_time() {
        let text = "a@".repeat(200_000);
        assert_eq!(found(&text).len(), 0);
    }
}
