//! The three one-byte encodings Swedish sheets come in, and which of them some bytes are.
//!
//! Goes in: bytes that are not UTF-8. Comes out: the code page whose reading has most Swedish words in it.
//! Guaranteed: decoding never fails; when nothing tells, it is windows-1252, what a Swedish Windows writes.

use std::sync::LazyLock;

use encoding_rs::{Encoding, MACINTOSH, WINDOWS_1252};

/// The upper half of a one-byte encoding.
pub struct CodePage {
    /// In words a person knows.
    pub name: &'static str,
    upper: [char; 128],
}

/// CP850, "DOS Latin 1", 0x80–0xFF.
const DOS_UPPER: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";

static PAGES: LazyLock<[CodePage; 3]> = LazyLock::new(|| {
    [
        CodePage { name: CodePage::WINDOWS_NAME, upper: upper_of(WINDOWS_1252) },
        CodePage { name: CodePage::MAC_NAME, upper: upper_of(MACINTOSH) },
        CodePage { name: CodePage::DOS_NAME, upper: filled(DOS_UPPER.chars()) },
    ]
});

fn upper_of(encoding: &'static Encoding) -> [char; 128] {
    let bytes: Vec<u8> = (0x80..=0xff).collect();
    filled(encoding.decode_without_bom_handling(&bytes).0.chars())
}

fn filled(chars: impl Iterator<Item = char>) -> [char; 128] {
    let mut upper = [char::REPLACEMENT_CHARACTER; 128];
    for (place, c) in upper.iter_mut().zip(chars) {
        *place = c;
    }
    upper
}

impl CodePage {
    pub const WINDOWS_NAME: &'static str = "Windows-1252";
    pub const MAC_NAME: &'static str = "Mac OS Roman (äldre Mac)";
    pub const DOS_NAME: &'static str = "CP850 (DOS)";

    /// All three, windows-1252 first.
    pub fn all() -> &'static [CodePage; 3] {
        &PAGES
    }

    /// The code page with that label in a file.
    pub fn named(label: &str) -> Option<&'static CodePage> {
        let label = label.trim().to_ascii_lowercase();
        let name = match label.as_str() {
            "macintosh" | "x-mac-roman" | "macroman" | "mac" => CodePage::MAC_NAME,
            "cp850" | "ibm850" | "850" | "cp-850" => CodePage::DOS_NAME,
            _ => return None,
        };
        PAGES.iter().find(|it| it.name == name)
    }

    fn char(&self, byte: u8) -> char {
        match byte.checked_sub(0x80) {
            None => char::from(byte),
            Some(at) => self.upper.get(usize::from(at)).copied().unwrap_or(char::REPLACEMENT_CHARACTER),
        }
    }

    pub fn decode(&self, bytes: &[u8]) -> String {
        let mut text = String::with_capacity(bytes.len() + bytes.len() / 16);
        text.extend(bytes.iter().map(|it| self.char(*it)));
        text
    }

    /// The byte of a character, `None` when the page lacks it. Control characters of Latin-1 are themselves.
    pub fn byte(&self, c: char) -> Option<u8> {
        match u32::from(c) {
            code @ 0..=0x7f => u8::try_from(code).ok(),
            code => match self.upper.iter().position(|it| *it == c) {
                Some(at) => u8::try_from(at + 0x80).ok(),
                None => u8::try_from(code).ok().filter(|it| (0x80..0xa0).contains(it)),
            },
        }
    }
}

/// The code page that gives the most Swedish letters inside words and the fewest signs there.
pub fn likeliest(bytes: &[u8]) -> &'static CodePage {
    let head = bytes.get(..bytes.len().min(1 << 18)).unwrap_or(bytes);
    let [windows, others @ ..] = &*PAGES;
    // Bytes that no page makes sense of are no reason to leave the usual one.
    let mut best = (score(windows, head).max(0), windows);
    for page in others {
        let score = score(page, head);
        if score > best.0 {
            best = (score, page);
        }
    }
    best.1
}

fn score(page: &CodePage, bytes: &[u8]) -> i64 {
    let letter = |byte: Option<&u8>| byte.is_some_and(|it| it.is_ascii_alphabetic() || page.char(*it).is_alphabetic());
    let mut score = 0;
    for (at, &byte) in bytes.iter().enumerate() {
        if byte < 0x80 {
            continue;
        }
        let before = at.checked_sub(1).and_then(|it| bytes.get(it));
        let after = bytes.get(at + 1);
        score += match page.char(byte) {
            'å' | 'ä' | 'ö' if letter(before) || letter(after) => 4,
            // A capital starts a word, or stands among capitals.
            'Å' | 'Ä' | 'Ö' if letter(after) && !before.is_some_and(u8::is_ascii_lowercase) => 4,
            'é' | 'É' | 'ü' if letter(before) => 2,
            // Typographic marks stand beside words, never in them.
            '”' | '“' | '’' | '–' | '…' | '\u{a0}' | '§' | '€' if !(letter(before) && letter(after)) => 1,
            c if c.is_alphabetic() => -1,
            _ if letter(before) && letter(after) => -4,
            _ => -2,
        };
    }
    score
}

#[cfg(test)]
impl CodePage {
    pub const MAC: Named = Named(1);
    pub const DOS: Named = Named(2);
}

/// A code page by its place in the list, to write test files in.
#[cfg(test)]
pub struct Named(usize);

#[cfg(test)]
impl Named {
    pub fn encode(&self, text: &str) -> Vec<u8> {
        text.chars().map(|it| PAGES[self.0].byte(it).unwrap()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_letters_stand_where_the_standards_put_them() {
        for (page, bytes) in
            PAGES.iter().zip([b"\xe5\xe4\xf6\xc5\xc4\xd6", b"\x8c\x8a\x9a\x81\x80\x85", b"\x86\x84\x94\x8f\x8e\x99"])
        {
            assert_eq!(page.decode(bytes), "åäöÅÄÖ", "{}", page.name);
        }
        assert_eq!(DOS_UPPER.chars().count(), 128);
    }

    #[test]
    fn every_byte_comes_back() {
        for page in &*PAGES {
            for byte in 0..=255 {
                assert_eq!(page.byte(page.char(byte)), Some(byte), "{} {byte:x}", page.name);
            }
        }
    }
}
