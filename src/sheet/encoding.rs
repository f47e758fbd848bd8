//! Bytes → text, whatever program and decade they come from.
//!
//! Goes in: the bytes of a text-like file, and the encoding the file itself names, if any. Comes out: its text without
//! byte order mark, and how it was read. Guaranteed: never fails; å, ä and ö that were encoded twice are put right
//! (`tecken_lagade`), those that were destroyed before the file came are reported (`tecken_trasiga`).

use std::borrow::Cow;

use encoding_rs::{Encoding, MACINTOSH, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::model::Observation;
use crate::model::Place;
use crate::model::Seen;

use super::code_page::{self, CodePage};
use super::mojibake;

/// The text of the bytes. `named` is the encoding that the file says it has; what the bytes show weighs more.
pub(super) fn decode<'a>(bytes: &'a [u8], named: Option<&str>, observations: &mut Vec<Observation>) -> Cow<'a, str> {
    let (text, read_as) = plain(bytes, named);
    let (text, repaired) = match mojibake::repaired(&text) {
        Some((better, count)) => (Cow::Owned(better), count),
        None => (text, 0),
    };
    if repaired > 0 {
        let read = format!("{read_as}, kodad två gånger");
        observations.push(Observation::new(Seen::TeckenLagade, Place::FILE).read(read).count(repaired));
    } else if matches!(read_as, CodePage::MAC_NAME | CodePage::DOS_NAME) {
        observations.push(Observation::new(Seen::TeckenLagade, Place::FILE).read(read_as));
    }
    if let Some((word, count)) = mojibake::destroyed(&text) {
        let seen = Observation::new(Seen::TeckenTrasiga, Place::FILE).shown(word).read(read_as).count(count);
        observations.push(seen);
    }
    text
}

/// The text and the name of the encoding, in words a person knows.
fn plain<'a>(bytes: &'a [u8], named: Option<&str>) -> (Cow<'a, str>, &'static str) {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let rest = bytes.get(mark..).unwrap_or(&[]);
        return (encoding.decode_without_bom_handling(rest).0, name(encoding));
    }
    if let Some(encoding) = utf_16_without_mark(bytes) {
        return (encoding.decode_without_bom_handling(bytes).0, name(encoding));
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (Cow::Borrowed(text), name(UTF_8));
    }
    if utf_8_sequences(bytes) {
        return (Cow::Owned(line_by_line(bytes)), "UTF-8 blandat med Windows-1252");
    }
    if let Some(page) = named.and_then(CodePage::named) {
        return (Cow::Owned(page.decode(bytes)), page.name);
    }
    let named = named.and_then(|it| Encoding::for_label(it.as_bytes()));
    if let Some(encoding) = named.filter(|it| *it != UTF_8 && *it != WINDOWS_1252 && it.is_single_byte()) {
        return (encoding.decode_without_bom_handling(bytes).0, name(encoding));
    }
    let page = code_page::likeliest(bytes);
    (Cow::Owned(page.decode(bytes)), page.name)
}

fn name(encoding: &'static Encoding) -> &'static str {
    if encoding == UTF_16LE || encoding == UTF_16BE {
        "UTF-16"
    } else if encoding == WINDOWS_1252 {
        CodePage::WINDOWS_NAME
    } else if encoding == MACINTOSH {
        CodePage::MAC_NAME
    } else {
        encoding.name()
    }
}

/// Every other byte is NUL: text in UTF-16 that lost its mark.
fn utf_16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..bytes.len().min(4096))?;
    let pairs = head.len() / 2;
    let (mut first, mut second) = (0, 0);
    for pair in head.chunks_exact(2) {
        first += usize::from(pair.first() == Some(&0));
        second += usize::from(pair.last() == Some(&0));
    }
    // Swedish text has a NUL in every pair; typographic marks and a few empty columns do not change the picture.
    let (many, few) = (pairs * 6 / 10, pairs / 20);
    match () {
        () if pairs < 2 => None,
        () if second > many && first <= few => Some(UTF_16LE),
        () if first > many && second <= few => Some(UTF_16BE),
        () => None,
    }
}

/// The bytes are not UTF-8 as a whole, but so much of them is that chance is ruled out: files glued together, or cut.
fn utf_8_sequences(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|it| !it.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    // One valid sequence can be an accident of windows-1252 (“Ã¶”); a cut file has one bad byte in all.
    good > 2 && good * 4 > bad || good > 0 && bad == 1 && good > 1
}

/// Reads each line as UTF-8, or as windows-1252 where it is not: what is right in a glued file stays right.
fn line_by_line(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
    for line in bytes.split_inclusive(|it| matches!(it, b'\n' | b'\r')) {
        match std::str::from_utf8(line) {
            Ok(line) => text.push_str(line),
            Err(_) if utf_8_sequences(line) => text.push_str(&String::from_utf8_lossy(line)),
            Err(_) => text.push_str(&WINDOWS_1252.decode_without_bom_handling(line).0),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Löpnr;Kön;Datum för avbrott;Åtgärd\n1;Kvinna;2023-10-01;Väntar på ÖSTRA é\n";

    fn utf_16(text: &str, big: bool) -> Vec<u8> {
        text.encode_utf16().flat_map(|it| if big { it.to_be_bytes() } else { it.to_le_bytes() }).collect()
    }

    fn read(bytes: &[u8]) -> (String, Vec<(Seen, String)>) {
        let mut seen = Vec::new();
        let text = decode(bytes, None, &mut seen).into_owned();
        (text, seen.into_iter().map(|it| (it.seen, it.read.unwrap_or_default())).collect())
    }

    #[test]
    fn every_encoding_gives_the_same_text() {
        let windows = WINDOWS_1252.encode(TEXT).0.into_owned();
        for (case, bytes) in [
            ("UTF-8", TEXT.as_bytes().to_vec()),
            ("UTF-8 with mark", [b"\xef\xbb\xbf", TEXT.as_bytes()].concat()),
            ("UTF-16 LE with mark", [b"\xff\xfe".to_vec(), utf_16(TEXT, false)].concat()),
            ("UTF-16 BE with mark", [b"\xfe\xff".to_vec(), utf_16(TEXT, true)].concat()),
            ("UTF-16 LE", utf_16(TEXT, false)),
            ("UTF-16 BE", utf_16(TEXT, true)),
            ("windows-1252", windows.clone()),
        ] {
            assert_eq!(read(&bytes), (TEXT.to_owned(), vec![]), "{case}");
        }
        for (bytes, name) in [
            (CodePage::MAC.encode(TEXT), "Mac OS Roman (äldre Mac)"),
            (CodePage::DOS.encode(TEXT), "CP850 (DOS)"),
            (windows_twice(TEXT), "UTF-8, kodad två gånger"),
        ] {
            assert_eq!(read(&bytes), (TEXT.to_owned(), vec![(Seen::TeckenLagade, name.to_owned())]), "{name}");
        }
    }

    fn windows_twice(text: &str) -> Vec<u8> {
        WINDOWS_1252.decode_without_bom_handling(text.as_bytes()).0.into_owned().into_bytes()
    }

    #[test]
    fn one_letter_is_enough() {
        for bytes in [b"K\xf6n;Insats\n".to_vec(), b"K\x9an;Insats\n".to_vec(), b"K\x94n;Insats\n".to_vec()] {
            assert_eq!(read(&bytes).0, "Kön;Insats\n", "{bytes:x?}");
        }
        assert_eq!(read(b"Besked \x93ja\x94 \x96 sedan nej").0, "Besked “ja” – sedan nej");
    }

    #[test]
    fn what_the_file_says_is_believed_unless_the_bytes_say_otherwise() {
        let mut none = Vec::new();
        for (bytes, named, expected) in [
            (&b"K\xf6n"[..], "utf-8", "Kön"),
            ("Kön".as_bytes(), "windows-1252", "Kön"),
            (b"\x9a", "macintosh", "ö"),
            (b"\x94", "cp850", "ö"),
            (b"\xb1", "iso-8859-2", "ą"),
            (b"K\xf6n", "nonsense", "Kön"),
        ] {
            assert_eq!(decode(bytes, Some(named), &mut none), expected, "{named}");
        }
    }

    #[test]
    fn glued_and_cut_files_keep_what_is_right() {
        let glued = ["Kön;Åtgärd;Löpnr\n".as_bytes(), b"Pojke;V\xe4ntar\n"].concat();
        assert_eq!(read(&glued).0, "Kön;Åtgärd;Löpnr\nPojke;Väntar\n");
        let (text, seen) = read("Kön;Åtgärd;Löpnr\nå".as_bytes().split_last().unwrap().1);
        assert!(text.starts_with("Kön;Åtgärd;Löpnr\n"), "{text}");
        assert!(seen.len() <= 1);
    }

    #[test]
    fn destroyed_letters_are_reported() {
        for bytes in ["K?n;L?pnr", "K\u{fffd}n"] {
            assert_eq!(read(bytes.as_bytes()).1, [(Seen::TeckenTrasiga, "UTF-8".to_owned())], "{bytes}");
        }
        for text in ["Vad händer? Nej?", "http://x.se/a?b=c", "Kön"] {
            assert_eq!(read(text.as_bytes()).1, [], "{text}");
        }
    }

    #[test]
    fn strange_bytes_are_text_of_some_kind() {
        for bytes in
            [&b""[..], b"\0", b"\0\0\0", b"\xff", b"\xff\xfe", b"\xef\xbb\xbf", b"\x80\x81\x8d\x8f\x90\x9d", b"a\0b"]
        {
            read(bytes);
        }
    }
}
