//! Personal data in text, hidden.
//!
//! Goes in: any text from outside. Comes out: the same text with what [`super::personal`] finds replaced by dots.
//! Guaranteed: masking twice changes nothing; text without eight digits or an `@` costs one pass over its bytes and no memory.

use std::borrow::Cow;

use super::personal::{Found, found};

/// The text with personnummer, samordningsnummer, T/TF-numbers, e-mail addresses and phone numbers hidden.
pub fn masked(text: &str) -> Cow<'_, str> {
    let first = found(text);
    if first.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = hidden(text, &first);
    // What stood before a number can have kept the next one from being seen; hiding the first uncovers it. Every pass
    // takes digits or an `@` away, so this ends.
    loop {
        let more = found(&out);
        if more.is_empty() {
            return Cow::Owned(out);
        }
        out = hidden(&out, &more);
    }
}

fn hidden(text: &str, all: &[Found]) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut at = 0;
    let mut rest = all;
    while let [first, later @ ..] = rest {
        // A number inside an address overlaps it; together they are hidden once, as the longest of them.
        let mut end = first.range.end;
        let mut longest = first;
        let mut next = later;
        while let [other, others @ ..] = next
            && other.range.start < end
        {
            end = end.max(other.range.end);
            if other.range.len() > longest.range.len() {
                longest = other;
            }
            next = others;
        }
        out.push_str(text.get(at..first.range.start).unwrap_or(""));
        out.push_str(longest.kind.mask());
        at = end;
        rest = next;
    }
    out.push_str(text.get(at..).unwrap_or(""));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_kind_has_its_own_dots() {
        for (text, expected) in [
            ("Anna 850709-9805 ringde", "Anna ••••••-•••• ringde"),
            ("19850709-9805,701063-2391", "••••••-••••,••••••-••••"),
            ("8507099805.8507099813", "••••••-••••.••••••-••••"),
            ("19850709-T123", "••••••-••••"),
            ("skriv till rapport@example.org.", "skriv till •••@•••."),
            ("8507099805@example.org", "•••@•••"),
            ("tel 070-123 45 67, kväll", "tel •••, kväll"),
            ("beslut 2023-10-10", "beslut 2023-10-10"),
        ] {
            assert_eq!(masked(text), expected, "{text}");
        }
    }

    #[test]
    fn clean_text_is_borrowed() {
        for text in ["", "Ledsagarservice", "2023-10-10", "20231010", "9 § 3 LSS", "12345678"] {
            assert!(matches!(masked(text), Cow::Borrowed(_)), "{text}");
        }
    }

    proptest! {
        #[test]
        fn masking_twice_is_masking_once(text in "([0-9+@.,/ åT•-]|8507099805|070-1234567|@example\\.org){0,40}") {
            let once = masked(&text).into_owned();
            prop_assert_eq!(masked(&once), once.as_str());
        }

        #[test]
        fn any_text_can_be_masked(text in "\\PC{0,60}") {
            prop_assert!(found(&masked(&text)).is_empty());
        }
    }
}
