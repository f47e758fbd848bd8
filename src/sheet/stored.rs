//! A package made anew for calamine: only the parts it needs, under the names it expects, unpacked while it reads.
//!
//! Goes in: parts of the received package and a few small parts of our own. Comes out: something that reads like a zip
//! file without compression. Guaranteed: each part is inflated once, in a stream, and the bytes of a watched part pass a
//! [`Tap`] on the way; images, drawings, tables, pivots and macros never reach the reader.

use std::cell::RefCell;
use std::io::{self, Read, Seek, SeekFrom};
use std::rc::Rc;

use flate2::Crc;

use crate::sheet::package::{Part, Unpacked};
use crate::sheet::tap::Tap;

/// What one stretch of the made file holds.
enum Stretch<'a> {
    Bytes(Vec<u8>),
    Part { part: Part<'a>, watched: bool },
}

struct Entry {
    name: String,
    crc: u32,
    size: u32,
    header_at: u32,
}

/// Puts the package together.
#[derive(Default)]
pub(super) struct Making<'a> {
    /// Where each stretch starts.
    stretches: Vec<(u64, Stretch<'a>)>,
    entries: Vec<Entry>,
    length: u64,
}

impl<'a> Making<'a> {
    /// A part of our own.
    pub(super) fn bytes(&mut self, name: &str, bytes: Vec<u8>) {
        let mut crc = Crc::new();
        crc.update(&bytes);
        let size = bytes.len() as u64;
        self.entry(name, crc.sum(), size, Stretch::Bytes(bytes));
    }

    /// A part of the received package; a watched one passes the tap.
    pub(super) fn part(&mut self, name: &str, part: Part<'a>, watched: bool) {
        self.entry(name, part.crc, part.size, Stretch::Part { part, watched });
    }

    fn entry(&mut self, name: &str, crc: u32, size: u64, stretch: Stretch<'a>) {
        // The package as a whole is held under 4 GB by the limits.
        let size = u32::try_from(size).unwrap_or(u32::MAX);
        let entry = Entry { name: name.to_owned(), crc, size, header_at: self.at() };
        let mut header = b"PK\x03\x04".to_vec();
        header.extend(fields(&entry));
        header.extend([0; 2]);
        header.extend(entry.name.as_bytes());
        self.push(header.len() as u64, Stretch::Bytes(header));
        self.push(u64::from(size), stretch);
        self.entries.push(entry);
    }

    fn push(&mut self, length: u64, stretch: Stretch<'a>) {
        self.stretches.push((self.length, stretch));
        self.length += length;
    }

    fn at(&self) -> u32 {
        u32::try_from(self.length).unwrap_or(u32::MAX)
    }

    /// Closes the package with its directory.
    pub(super) fn finish(mut self) -> Stored<'a> {
        let start = self.at();
        let mut directory = Vec::new();
        for entry in &self.entries {
            directory.extend(b"PK\x01\x02\x14\x00");
            directory.extend(fields(entry));
            // Extra, comment, disk and attributes: nothing.
            directory.extend([0; 12]);
            directory.extend(entry.header_at.to_le_bytes());
            directory.extend(entry.name.as_bytes());
        }
        let size = u32::try_from(directory.len()).unwrap_or(u32::MAX);
        let count = u16::try_from(self.entries.len()).unwrap_or(u16::MAX).to_le_bytes();
        directory.extend(b"PK\x05\x06\0\0\0\0");
        directory.extend(count);
        directory.extend(count);
        directory.extend(size.to_le_bytes());
        directory.extend(start.to_le_bytes());
        directory.extend([0; 2]);
        self.push(directory.len() as u64, Stretch::Bytes(directory));
        let inner = Inner { stretches: self.stretches, length: self.length, open: None, tap: None };
        Stored { inner: Rc::new(RefCell::new(inner)), at: 0 }
    }
}

/// The fields a local header and the directory have in common: version, flags, method, time, checksum, sizes, name length.
fn fields(entry: &Entry) -> Vec<u8> {
    let mut all = vec![20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0];
    all.extend(entry.crc.to_le_bytes());
    all.extend(entry.size.to_le_bytes());
    all.extend(entry.size.to_le_bytes());
    all.extend(u16::try_from(entry.name.len()).unwrap_or(u16::MAX).to_le_bytes());
    all
}

/// The part being unpacked.
struct Open<'a> {
    stretch: usize,
    at: u64,
    unpacked: Unpacked<'a>,
    crc: Crc,
    expected: u32,
    /// The tap follows this stream; a second reading of the same part is not watched again.
    watched: bool,
}

struct Inner<'a> {
    stretches: Vec<(u64, Stretch<'a>)>,
    length: u64,
    open: Option<Open<'a>>,
    tap: Option<Tap>,
}

/// The made package. Clones share the stream, so the caller can finish a part that calamine stopped reading.
#[derive(Clone)]
pub(super) struct Stored<'a> {
    inner: Rc<RefCell<Inner<'a>>>,
    at: u64,
}

impl Stored<'_> {
    /// Lays a fresh tap on the next watched part that is read from its start.
    pub(super) fn watch(&self) {
        let mut inner = self.inner.borrow_mut();
        inner.open = None;
        inner.tap = Some(Tap::default());
    }

    /// Reads the watched part to its end, past where calamine stopped, and gives what the tap saw.
    /// The second value says that the part was whole: all of it could be unpacked and its checksum was right.
    pub(super) fn finish(&self) -> (Tap, bool) {
        let mut inner = self.inner.borrow_mut();
        let tap = inner.tap.take();
        let Some(mut tap) = tap else { return (Tap::default(), false) };
        let Some(mut open) = inner.open.take().filter(|it| it.watched) else { return (tap, false) };
        let mut buffer = vec![0; 1 << 16];
        loop {
            match open.unpacked.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => {
                    let piece = buffer.get(..read).unwrap_or(&[]);
                    open.crc.update(piece);
                    tap.see(piece);
                }
                Err(_) => return (tap, false),
            }
        }
        tap.end();
        (tap, open.crc.sum() == open.expected)
    }
}

impl Inner<'_> {
    fn read(&mut self, at: u64, into: &mut [u8]) -> io::Result<usize> {
        let index = self.stretches.partition_point(|(start, _)| *start <= at).checked_sub(1);
        let Some((index, (start, stretch))) = index.and_then(|it| Some((it, self.stretches.get(it)?))) else {
            return Ok(0);
        };
        let within = at - start;
        match stretch {
            Stretch::Bytes(bytes) => {
                let mut rest = usize::try_from(within).ok().and_then(|it| bytes.get(it..)).unwrap_or(&[]);
                rest.read(into)
            }
            Stretch::Part { part, watched } => {
                let same = self.open.as_ref().is_some_and(|it| it.stretch == index && it.at == within);
                if !same {
                    let mut unpacked = part.unpack();
                    io::copy(&mut (&mut unpacked).take(within), &mut io::sink())?;
                    let watched = *watched && within == 0 && self.tap.is_some();
                    let (crc, expected) = (Crc::new(), part.crc);
                    self.open = Some(Open { stretch: index, at: within, unpacked, crc, expected, watched });
                }
                let Some(open) = self.open.as_mut() else { return Ok(0) };
                let read = open.unpacked.read(into)?;
                open.at += read as u64;
                if open.watched {
                    let piece = into.get(..read).unwrap_or(&[]);
                    open.crc.update(piece);
                    if let Some(tap) = self.tap.as_mut() {
                        tap.see(piece);
                    }
                }
                Ok(read)
            }
        }
    }
}

impl Read for Stored<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.borrow_mut().read(self.at, into)?;
        self.at += read as u64;
        Ok(read)
    }
}

impl Seek for Stored<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let length = self.inner.borrow().length;
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => length.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}
