//! Swedish phone numbers as people write them.
//!
//! Goes in: a text and where a run of digits starts. Comes out: the range of the phone number that starts there.
//! Guaranteed: only real area codes and mobile prefixes count, and an unbroken run of digits only when it is a mobile
//! number or the text says that it is a phone; dates and case numbers are not found.

use std::ops::Range;

use super::personal::run_of_digits;

/// Area codes of three digits (with the zero), 010 and 020 among them; 08 is the only one of two, the rest have four.
const THREE: [&str; 27] = [
    "010", "011", "013", "016", "018", "019", "020", "021", "023", "026", "031", "033", "035", "036", "040", "042",
    "044", "046", "054", "060", "063", "070", "072", "073", "076", "079", "090",
];

/// The phone number whose first run of digits starts at `start`.
pub(super) fn at(text: &str, start: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let before = start.checked_sub(1).and_then(|it| bytes.get(it));
    if before == Some(&b'+') {
        let rest = text.get(start..)?.strip_prefix("46")?;
        return abroad(text, text.len() - rest.len()).map(|end| start - 1..end);
    }
    if let Some(rest) = text.get(start..)?.strip_prefix("0046") {
        return abroad(text, text.len() - rest.len()).map(|end| start..end);
    }
    if continues_a_number(bytes, start) {
        return None;
    }
    let end = at_home(text, start)?;
    let closed = !bytes.get(end).is_some_and(u8::is_ascii_alphanumeric);
    let start = if before == Some(&b'(') { start - 1 } else { start };
    closed.then_some(start..end)
}

/// After `+46`: an optional `(0)` and seven to nine digits.
fn abroad(text: &str, from: usize) -> Option<usize> {
    let rest = text.get(from..)?;
    let rest = rest.trim_start_matches([' ', '-', '\u{a0}']);
    let rest = rest.strip_prefix("(0)").or_else(|| rest.strip_prefix('0')).unwrap_or(rest);
    let from = text.len() - rest.trim_start_matches([' ', '-', '\u{a0}']).len();
    let (end, digits) = groups(text, from, 1..=9, 9)?;
    (7..=9).contains(&digits).then_some(end)
}

/// `070-123 45 67`, `(08) 123 456 78`, `0701234567`, `tel. 08123456`
fn at_home(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let run = run_of_digits(bytes, start);
    let code = text.get(start..start + run)?;
    if !code.starts_with('0') || code.starts_with("00") {
        return None;
    }
    if run > 4 {
        let mobile = run == 10 && matches!(code.get(..3), Some("070" | "072" | "073" | "076" | "079"));
        return (mobile || (8..=10).contains(&run) && says_phone(text, start)).then_some(start + run);
    }
    let known = match run {
        2 => code == "08",
        3 => THREE.contains(&code),
        4 => !code.starts_with("08") && !THREE.iter().any(|it| code.starts_with(it)),
        _ => false,
    };
    let rest = text.get(start + run..)?;
    let from = rest.trim_start_matches(['-', '/', ')', ' ', '\u{a0}', '\u{2013}', '\u{2011}']);
    let gap = rest.get(..rest.len() - from.len())?;
    if !known || gap.is_empty() || gap.chars().count() > 3 {
        return None;
    }
    let (end, digits) = groups(text, text.len() - from.len(), 2..=3, 10 - run)
        .or_else(|| groups(text, text.len() - from.len(), 5..=8, 10 - run))?;
    // Without a mark after the area code it takes a whole number to be sure.
    let least = if gap.trim().is_empty() || run == 2 { 9 } else { 8 };
    (run + digits >= least).then_some(end)
}

/// Groups of digits with single spaces or hyphens between, as many as fit in `most`; where they end and how many digits.
fn groups(text: &str, from: usize, size: std::ops::RangeInclusive<usize>, most: usize) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let (mut at, mut digits, mut end) = (from, 0, None);
    loop {
        let run = run_of_digits(bytes, at);
        if !size.contains(&run) || digits + run > most {
            return end;
        }
        digits += run;
        end = Some((at + run, digits));
        let gap = text.get(at + run..)?.chars().next().filter(|c| matches!(c, ' ' | '-' | '\u{a0}'));
        let Some(gap) = gap else { return end };
        at += run + gap.len_utf8();
    }
}

/// The run is the later part of a number, a date or a code.
fn continues_a_number(bytes: &[u8], start: usize) -> bool {
    let mut before = bytes.get(..start).unwrap_or(&[]).iter().rev();
    match before.next() {
        Some(b'-' | b'/' | b'_') => before.next().is_some_and(u8::is_ascii_alphanumeric),
        Some(b'.' | b',' | b':') => before.next().is_some_and(u8::is_ascii_digit),
        Some(byte) => byte.is_ascii_alphanumeric(),
        None => false,
    }
}

/// The words before the number say that it is one to ring.
fn says_phone(text: &str, start: usize) -> bool {
    let before = text.get(..start).unwrap_or("").trim_end_matches([' ', ':', '.', '\u{a0}', '(']);
    let word: String = before.chars().rev().take_while(|it| it.is_alphabetic()).take(20).collect();
    let word: String = word.chars().rev().collect::<String>().to_lowercase();
    ["tel", "tfn", "telefon", "mobil", "telnr", "mobilnr", "telefonnummer", "mobilnummer", "ring", "nås på", "sms"]
        .contains(&word.as_str())
}

#[cfg(test)]
mod tests {
    use super::super::personal::{Kind, found};

    #[test]
    fn phone_numbers_are_found_whole() {
        for text in [
            "070-123 45 67",
            "070-1234567",
            "0701234567",
            "070 123 45 67",
            "070/123 45 67",
            "070-123-45-67",
            "(070) 123 45 67",
            "08-123 456 78",
            "08-12345678",
            "08 123 456 78",
            "0521-123 45",
            "031-123 45 67",
            "+46 70 123 45 67",
            "+46701234567",
            "+46 (0)70-123 45 67",
            "0046 8 123 456 78",
        ] {
            for whole in [text.to_owned(), format!("ring {text} på kvällen"), format!("Anna,{text};")] {
                let all = found(&whole);
                assert_eq!(
                    all.iter().map(|it| (it.kind, &whole[it.range.clone()])).collect::<Vec<_>>(),
                    [(Kind::Telefon, text)],
                    "{whole}"
                );
            }
        }
        assert_eq!(found("tfn: 0521-12345 tel 08123456").len(), 2);
    }

    #[test]
    fn what_is_no_phone_number_is_left() {
        for text in [
            "01-02-2023",
            "08-10-2023",
            "08-10 2023-10-11",
            "2023-08-10 08:15-10:30",
            "08.00-16.30 2023",
            "012345678",
            "0123456789",
            "SN 2023-01234-5",
            "2023/08-123456",
            "05 10 12 14 16",
            "001 002 003 004",
            "00123456",
            "4 kap. 1 § SoL (2001:453), 9 § 3 LSS (1993:387)",
            "+46",
            "0046",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }
}
