//! One way to compare what people write: headings, insatser, names of utförare.
//!
//! Goes in: text as typed. Comes out: a folded form in which spelling differences that carry no meaning are gone.
//! Guaranteed: å, ä and ö stay themselves; folding twice gives the same as folding once.

use unicode_normalization::UnicodeNormalization;

/// Lower case, NFC, single spaces; without soft hyphens, line-break hyphens, zero-width characters, footnote marks
/// and a final colon, full stop or asterisk. `"Besluts-\ndatum¹"` → `"beslutsdatum"`.
pub fn fold(text: &str) -> String {
    let text: String = text.nfc().collect::<String>().to_lowercase();
    let mut out = String::with_capacity(text.len());
    let mut space = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{2060}' => {}
            '¹' | '²' | '³' | '*' | '†' => {}
            '-' | '‐' | '‑' if matches!(chars.peek(), Some('\n' | '\r')) && !space && !out.is_empty() => {
                while matches!(chars.peek(), Some(c) if c.is_whitespace()) {
                    chars.next();
                }
            }
            '‐' | '‑' | '–' | '—' => push(&mut out, '-', &mut space),
            c if c.is_whitespace() || c == '_' || c.is_control() => space = true,
            c => push(&mut out, c, &mut space),
        }
    }
    while out.ends_with([':', '.', ',', ';', ' ']) {
        out.pop();
    }
    out
}

fn push(out: &mut String, c: char, space: &mut bool) {
    if *space && !out.is_empty() {
        out.push(' ');
    }
    *space = false;
    out.push(c);
}

/// [`fold`] for names of utförare: also without "AB", "&"/"och" and punctuation, so that spelling drift meets (D6).
pub fn fold_name(text: &str) -> String {
    fold(text)
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !matches!(*word, "" | "ab" | "och" | "hb" | "kb" | "ek" | "för" | "i"))
        .collect::<Vec<_>>()
        .join(" ")
}

/// The known word nearest to `word`, if it is near enough to be worth suggesting (never to be taken).
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = fold(word);
    known
        .into_iter()
        .map(|it| (strsim::normalized_damerau_levenshtein(&folded, &fold(it)), it))
        .filter(|(likeness, _)| *likeness >= 0.6)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, it)| it)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_meet() {
        for text in ["Besluts-\ndatum¹", "BESLUTSDATUM", " beslutsdatum: ", "Beslutsda\u{ad}tum", "beslutsdatum\u{a0}"]
        {
            assert_eq!(fold(text), "beslutsdatum", "{text:?}");
        }
        assert_eq!(fold("Ko\u{308}n"), "kön");
        assert_eq!(fold("Typ  av\ninsats"), "typ av insats");
        assert_eq!(fold("vård – och omsorg"), "vård - och omsorg");
    }

    #[test]
    fn names_meet() {
        assert_eq!(fold_name("Nordisk hem och LSS assistans AB"), fold_name("Nordisk Hem & LSS Assistans"));
        assert_ne!(fold_name("Solsidan"), fold_name("Solgläntan"));
    }

    #[test]
    fn near_is_suggested_far_is_not() {
        assert_eq!(nearest("beslutsdatm", ["beslutsdatum", "kön"]), Some("beslutsdatum"));
        assert_eq!(nearest("handläggare", ["beslutsdatum", "kön"]), None);
    }
}
