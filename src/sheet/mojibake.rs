//! Letters that went wrong before the file came: encoded twice, or lost.
//!
//! Goes in: text. Comes out: the text put right, when that can be done without guessing; or the first destroyed word.
//! Guaranteed: text without the marks of double encoding is never changed; every change is counted.

use super::code_page::CodePage;

/// The text with doubly encoded letters put right (`LÃ¶pnr` → `Löpnr`), and how many; `None` when there are none.
pub(super) fn repaired(text: &str) -> Option<(String, u32)> {
    let mut best = once(text)?;
    // Sent through two faulty exports: repaired, it still shows the marks.
    if let Some((twice, count)) = once(&best.0) {
        best = (twice, best.1.max(count));
    }
    Some(best)
}

fn once(text: &str) -> Option<(String, u32)> {
    // 0xC3, the first byte of å, ä and ö in UTF-8, as each page shows it.
    let first = |page: &CodePage| page.decode(&[0xc3]);
    let page = CodePage::all().iter().filter(|it| text.contains(&first(it))).max_by_key(|it| marks(text, it))?;
    if marks(text, page) == 0 {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let (mut count, mut rest) = (0, text);
    while let Some(c) = rest.chars().next() {
        match sequence(rest, page) {
            Some((right, length)) => {
                out.push(right);
                count += 1;
                rest = rest.get(length..).unwrap_or("");
            }
            None => {
                out.push(c);
                rest = rest.get(c.len_utf8()..).unwrap_or("");
            }
        }
    }
    Some((out, count))
}

/// How many Swedish letters the text would gain, or signs that it was encoded three times.
fn marks(text: &str, page: &CodePage) -> usize {
    let lead = page.decode(&[0xc3]);
    text.match_indices(&lead)
        .filter_map(|(at, _)| sequence(text.get(at..)?, page))
        .filter(|(c, _)| matches!(c, 'å' | 'ä' | 'ö' | 'Å' | 'Ä' | 'Ö' | 'é' | 'Ã'))
        .count()
}

/// The character that the first two or three characters are the UTF-8 bytes of, and how many bytes of text they take.
fn sequence(text: &str, page: &CodePage) -> Option<(char, usize)> {
    let mut chars = text.chars();
    let first = chars.next()?;
    if first.is_ascii() {
        return None;
    }
    let lead = page.byte(first)?;
    let more = match lead {
        0xc2 | 0xc3 => 1,
        0xe2 => 2,
        _ => return None,
    };
    let mut bytes = [lead, 0, 0];
    let mut length = first.len_utf8();
    for place in bytes.iter_mut().skip(1).take(more) {
        let c = chars.next()?;
        *place = page.byte(c)?;
        length += c.len_utf8();
    }
    let right = std::str::from_utf8(bytes.get(..=more)?).ok()?.chars().next()?;
    Some((right, length))
}

/// Stems of the words of the trade with å, ä or ö in them; a destroyed one has `?` there.
const STEMS: [&str; 21] = [
    "kön",
    "löpn",
    "utförar",
    "verkställ",
    "skäl",
    "åtgärd",
    "avlösar",
    "särskil",
    "vård",
    "rådgiv",
    "för",
    "öppen",
    "älder",
    "ålder",
    "månad",
    "tvång",
    "ärende",
    "nämnd",
    "östra",
    "hjälp",
    "väntar",
];

/// The first word that lost a letter, and how many letters are lost; `None` when no trace is seen.
pub(super) fn destroyed(text: &str) -> Option<(&str, u32)> {
    let lost = text.matches(char::REPLACEMENT_CHARACTER).count();
    let asked = if text.contains('?') { asked_words(text) } else { Vec::new() };
    let count = u32::try_from(lost + asked.len()).unwrap_or(u32::MAX);
    if lost == 0 {
        return asked.first().map(|it| (*it, count));
    }
    let word = text.split(char::is_whitespace).find(|it| it.contains(char::REPLACEMENT_CHARACTER))?;
    let at = word.find(char::REPLACEMENT_CHARACTER)?;
    let word = word.get(..).filter(|it| it.len() <= 60).or_else(|| {
        // A long line without spaces: the letters next to the loss will do.
        let end = word.get(at..)?.char_indices().nth(20).map_or(word.len(), |(it, _)| at + it);
        word.get(at..end)
    });
    Some((word.unwrap_or(""), count))
}

fn asked_words(text: &str) -> Vec<&str> {
    text.split(|c: char| !(c.is_alphabetic() || c == '?'))
        .filter(|word| {
            (3..=60).contains(&word.len()) && word.contains('?') && STEMS.iter().any(|stem| starts_like(word, stem))
        })
        .collect()
}

/// The word starts as the stem, with a `?` for at least one of its å, ä, ö.
fn starts_like(word: &str, stem: &str) -> bool {
    let mut chars = word.chars().flat_map(char::to_lowercase);
    let mut lost = false;
    for right in stem.chars() {
        match chars.next() {
            Some(c) if c == right => {}
            Some('?') if matches!(right, 'å' | 'ä' | 'ö') => lost = true,
            _ => return false,
        }
    }
    lost
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubly_encoded_letters_are_put_right() {
        for (wrong, right, count) in [
            ("LÃ¶pnr", "Löpnr", 1),
            ("Ã…tgÃ¤rd â€“ â€\u{9d}vÃ¤ntarâ€\u{9d}", "Åtgärd – ”väntar”", 6),
            ("Ã\u{85}tgÃ¤rd", "Åtgärd", 2),
            ("9Â§3 K\u{c3}\u{b6}n", "9§3 Kön", 2),
            ("KÃƒÂ¶n", "Kön", 2),
            ("K√∂n; √Ötg√§rd", "Kön; Åtgärd", 3),
            ("K├Ân", "Kön", 1),
        ] {
            let (text, n) = repaired(wrong).unwrap();
            assert_eq!((text.as_str(), n >= count), (right, true), "{wrong} {n}");
        }
    }

    #[test]
    fn right_text_is_left_alone() {
        for text in ["", "Löpnr", "Kön – ”ja”", "São Paulo", "Ã", "√2", "Â§", "Ñandú", "Ã ö"] {
            assert_eq!(repaired(text), None, "{text}");
        }
    }

    #[test]
    fn lost_letters_are_seen_in_words_of_the_trade() {
        assert_eq!(destroyed("Id;K?n;L?pnr;?tg?rd;Verkst?llt"), Some(("K?n", 4)));
        assert_eq!(destroyed("Insats;K\u{fffd}n x"), Some(("Insats;K\u{fffd}n", 1)));
        assert_eq!(destroyed("Är det så? Kanske?Ja"), None);
    }

    #[test]
    fn a_long_line_of_losses_is_shown_in_part() {
        let text = format!("{}{}", "a".repeat(100_000), "\u{fffd}".repeat(100_000));
        assert!(destroyed(&text).unwrap().0.len() <= 60);
    }
}
