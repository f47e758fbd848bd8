//! The records of the Workbook stream of an .xls file, and the texts in them.
//!
//! Goes in: the stream. Comes out: records with their continuations, and texts read across them.
//! Guaranteed: nothing outside of a record is read; a text that promises more than there is ends where the data does.

use encoding_rs::Encoding;

use crate::sheet::binary::{u16_at, utf16};

const CONTINUE: u16 = 0x003C;

/// A record and the continuations that follow it.
#[derive(Debug)]
pub(super) struct Record<'a> {
    pub kind: u16,
    pub data: &'a [u8],
    pub more: Vec<&'a [u8]>,
}

/// The records of a stream from some offset on.
#[derive(Debug)]
pub(super) struct Records<'a> {
    rest: &'a [u8],
}

impl<'a> Records<'a> {
    pub(super) fn of(stream: &'a [u8]) -> Self {
        Self { rest: stream }
    }

    fn one(&mut self) -> Option<(u16, &'a [u8])> {
        let kind = u16_at(self.rest, 0)?;
        let length = usize::from(u16_at(self.rest, 2)?);
        let (data, rest) = self.rest.get(4..)?.split_at_checked(length)?;
        self.rest = rest;
        Some((kind, data))
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        let (kind, data) = self.one()?;
        let mut more = Vec::new();
        while u16_at(self.rest, 0) == Some(CONTINUE) {
            let Some((_, data)) = self.one() else { break };
            more.push(data);
        }
        Some(Record { kind, data, more })
    }
}

/// How texts are stored: by version and code page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Texts {
    /// Excel 97 and later: texts say themselves whether they are wide.
    pub self_describing: bool,
    pub code_page: &'static Encoding,
}

impl Texts {
    /// The encoding of a code page number; what is not known is taken for western Windows.
    pub(super) fn code_page(number: u16) -> &'static Encoding {
        match number {
            10_000 => encoding_rs::MACINTOSH,
            1_250 => encoding_rs::WINDOWS_1250,
            1_251 => encoding_rs::WINDOWS_1251,
            1_253 => encoding_rs::WINDOWS_1253,
            1_254 => encoding_rs::WINDOWS_1254,
            1_257 => encoding_rs::WINDOWS_1257,
            _ => encoding_rs::WINDOWS_1252,
        }
    }

    /// A text whose length stands before it in one or two bytes.
    pub(super) fn read(self, bytes: &mut Across<'_>, length_bytes: usize) -> Option<String> {
        let length = match length_bytes {
            1 => usize::from(bytes.u8()?),
            _ => usize::from(bytes.u16()?),
        };
        if !self.self_describing {
            let raw = bytes.take(length);
            return Some(self.code_page.decode_without_bom_handling(&raw).0.into_owned());
        }
        let flags = bytes.u8()?;
        let runs = if flags & 8 != 0 { usize::from(bytes.u16()?) } else { 0 };
        let extra = if flags & 4 != 0 { bytes.u32()? as usize } else { 0 };
        let text = bytes.letters(length, flags & 1 != 0);
        bytes.skip(runs.saturating_mul(4).saturating_add(extra));
        Some(text)
    }
}

/// Reads across a record and its continuations.
#[derive(Debug)]
pub(super) struct Across<'a> {
    now: &'a [u8],
    more: std::slice::Iter<'a, &'a [u8]>,
}

impl<'a> Across<'a> {
    pub(super) fn new(data: &'a [u8], more: &'a [&'a [u8]]) -> Self {
        Self { now: data, more: more.iter() }
    }

    /// Goes on to the next continuation when this one is used up; false at the end.
    fn refill(&mut self) -> bool {
        while self.now.is_empty() {
            match self.more.next() {
                Some(next) => self.now = next,
                None => return false,
            }
        }
        true
    }

    pub(super) fn u8(&mut self) -> Option<u8> {
        self.refill();
        let (first, rest) = self.now.split_first()?;
        self.now = rest;
        Some(*first)
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.u8()?, self.u8()?]))
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes([self.u8()?, self.u8()?, self.u8()?, self.u8()?]))
    }

    fn take(&mut self, length: usize) -> Vec<u8> {
        let mut all = Vec::new();
        while all.len() < length && self.refill() {
            let (piece, rest) = self.now.split_at(self.now.len().min(length - all.len()));
            all.extend_from_slice(piece);
            self.now = rest;
        }
        all
    }

    fn skip(&mut self, length: usize) {
        let mut left = length;
        while left > 0 && self.refill() {
            let step = left.min(self.now.len());
            self.now = self.now.get(step..).unwrap_or(&[]);
            left -= step;
        }
    }

    /// Letters of a text. Where it goes on in a continuation, a new flag says whether the rest is wide.
    pub(super) fn letters(&mut self, length: usize, mut wide: bool) -> String {
        let mut text = String::new();
        let mut left = length;
        while left > 0 {
            if self.now.is_empty() {
                if !self.refill() {
                    break;
                }
                let Some(flags) = self.u8() else { break };
                wide = flags & 1 != 0;
                continue;
            }
            let width = if wide { 2 } else { 1 };
            let here = (self.now.len() / width).min(left);
            if here == 0 {
                // Half a letter at the end of a record: nothing writes that.
                self.now = &[];
                continue;
            }
            let (piece, rest) = self.now.split_at(here * width);
            if wide {
                text.push_str(&utf16(piece));
            } else {
                text.extend(piece.iter().map(|it| char::from(*it)));
            }
            self.now = rest;
            left -= here;
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_goes_on_in_a_continuation_in_another_width() {
        let more: &[&[u8]] = &[&[1, b'n', 0, b'r', 0], &[0, b'!']];
        let texts = Texts { self_describing: true, code_page: encoding_rs::WINDOWS_1252 };
        let mut bytes = Across::new(&[6, 0, 0, b'L', 0xF6, b'p'], more);
        assert_eq!(texts.read(&mut bytes, 2).as_deref(), Some("Löpnr!"));
    }

    #[test]
    fn a_text_that_promises_more_than_there_is_ends_with_the_data() {
        let texts = Texts { self_describing: true, code_page: encoding_rs::WINDOWS_1252 };
        assert_eq!(texts.read(&mut Across::new(&[0xFF, 0xFF, 0, b'a'], &[]), 2).as_deref(), Some("a"));
        assert_eq!(texts.read(&mut Across::new(&[5], &[]), 2), None);
    }
}
