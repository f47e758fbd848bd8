//! The zip package of xlsx, xlsb and ods, looked over before anything in it is unpacked.
//!
//! Goes in: the bytes of the file. Comes out: its parts, each a slice of the file with its declared size and checksum.
//! Guaranteed: few entries, no doubles, no encrypted entries, no overlaps, no `..`, declared sizes within the limits;
//! a part that unpacks to more than it declared is an error, so declared sizes bound the memory.

use std::io::{self, Read};

use flate2::read::DeflateDecoder;
use memchr::memmem;
use rustc_hash::FxHashMap;
use zip::{CompressionMethod, ZipArchive};

use crate::model::{Observation, Place, Seen};
use crate::sheet::limits::Limits;

/// One file inside the package.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part<'a> {
    packed: &'a [u8],
    deflated: bool,
    pub size: u64,
    pub crc: u32,
}

/// The parts of a package by name, lower case and without a leading slash.
#[derive(Debug)]
pub(super) struct Package<'a> {
    parts: FxHashMap<String, Part<'a>>,
}

const END_OF_DIRECTORY: &[u8] = b"PK\x05\x06";
/// The end record is 22 bytes and a comment of at most 65 535.
const END_REACH: usize = 22 + 65_535;

impl<'a> Package<'a> {
    /// Looks the package over. What makes it unusable is answered instead.
    pub(super) fn open(bytes: &'a [u8], limits: &Limits) -> Result<Self, Seen> {
        let tail = bytes.get(bytes.len().saturating_sub(END_REACH)..).unwrap_or(bytes);
        let end = memmem::rfind(tail, END_OF_DIRECTORY).ok_or(Seen::FilTrasig)?;
        // Counted before the directory is parsed: parsing 65 000 entries takes half a second.
        let claimed = tail.get(end + 10..end + 12).and_then(|it| it.try_into().ok()).map_or(0, u16::from_le_bytes);
        if usize::from(claimed) > limits.fil.poster {
            return Err(Seen::FilUppackadForStor);
        }
        let mut archive = ZipArchive::new(io::Cursor::new(bytes)).map_err(|_| Seen::FilTrasig)?;
        if archive.len() > limits.fil.poster {
            return Err(Seen::FilUppackadForStor);
        }
        if archive.has_duplicate_names() || archive.has_overlapping_files().map_err(|_| Seen::FilTrasig)? {
            return Err(Seen::FilOsaker);
        }
        let mut parts = FxHashMap::default();
        let mut total = 0u64;
        for index in 0..archive.len() {
            let entry = archive.by_index_raw(index).map_err(|_| Seen::FilTrasig)?;
            let name = part_name(&entry.name().map_err(|_| Seen::FilTrasig)?).ok_or(Seen::FilOsaker)?;
            if entry.encrypted() {
                return Err(Seen::FilLosenord);
            }
            if entry.is_dir() {
                continue;
            }
            total = total.saturating_add(entry.size());
            if entry.size() > limits.part_bytes() || total > limits.total_bytes() {
                return Err(Seen::FilUppackadForStor);
            }
            let deflated = match entry.compression() {
                CompressionMethod::Stored => false,
                CompressionMethod::Deflated => true,
                // No program that makes spreadsheets packs in another way.
                _ => return Err(Seen::FilTrasig),
            };
            let packed = packed_slice(bytes, entry.header_start(), entry.compressed_size()).ok_or(Seen::FilTrasig)?;
            let part = Part { packed, deflated, size: entry.size(), crc: entry.crc32() };
            // Two names that differ only in case are one name to Excel.
            if parts.insert(name, part).is_some() {
                return Err(Seen::FilOsaker);
            }
        }
        Ok(Self { parts })
    }

    /// A part by its name; case and a leading slash do not matter.
    pub(super) fn part(&self, name: &str) -> Option<Part<'a>> {
        self.parts.get(&name.trim_start_matches('/').to_lowercase()).copied()
    }

    /// Names of all parts, lower case.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.parts.keys().map(String::as_str)
    }

    /// A small part unpacked whole; `None` when it is missing, broken or larger than `most`.
    pub(super) fn read(&self, name: &str, most: u64) -> Option<Vec<u8>> {
        self.part(name).filter(|it| it.size <= most)?.read()
    }

    /// Notes macros, and links, images and embedded objects with their number.
    pub(super) fn observe(&self, observations: &mut Vec<Observation>) {
        let mut linked = 0u32;
        let mut macros = false;
        for name in self.names() {
            let inside = |folder: &str| {
                name.strip_prefix(folder).is_some_and(|it| !it.contains("_rels/") && !it.is_empty())
                    || name.contains(&format!("/{folder}")) && !name.contains("_rels/")
            };
            macros |= name.ends_with("vbaproject.bin")
                || name.starts_with("xl/macrosheets/")
                || name.starts_with("basic/")
                || name.starts_with("scripts/");
            if ["externallinks/", "media/", "embeddings/", "pictures/", "activex/"].iter().any(|it| inside(it))
                || name == "xl/connections.xml"
            {
                linked = linked.saturating_add(1);
            }
        }
        if macros {
            observations.push(Observation::new(Seen::FilMakro, Place::FILE));
        }
        if linked > 0 {
            observations.push(Observation::new(Seen::FilLankar, Place::FILE).count(linked));
        }
    }
}

impl<'a> Part<'a> {
    /// The unpacked bytes, whole; `None` when they are broken.
    pub(super) fn read(self) -> Option<Vec<u8>> {
        let mut all = Vec::with_capacity(usize::try_from(self.size).ok()?.min(1 << 20));
        self.unpack().read_to_end(&mut all).ok()?;
        Some(all)
    }

    /// The unpacked bytes. An error when there are more than declared.
    pub(super) fn unpack(self) -> Unpacked<'a> {
        let source = if self.deflated {
            Source::Deflated(DeflateDecoder::new(self.packed))
        } else {
            Source::Stored(self.packed)
        };
        Unpacked { source, left: self.size, over: false }
    }
}

#[derive(Debug)]
enum Source<'a> {
    Stored(&'a [u8]),
    Deflated(DeflateDecoder<&'a [u8]>),
}

/// A part being unpacked, counted against what it declared.
#[derive(Debug)]
pub(super) struct Unpacked<'a> {
    source: Source<'a>,
    left: u64,
    over: bool,
}

impl Read for Unpacked<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.over {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let read = match &mut self.source {
            Source::Stored(rest) => rest.read(into)?,
            Source::Deflated(decoder) => decoder.read(into)?,
        };
        match self.left.checked_sub(read as u64) {
            Some(left) => self.left = left,
            None => {
                self.over = true;
                return Err(io::ErrorKind::InvalidData.into());
            }
        }
        Ok(read)
    }
}

/// The name as it is looked up, or `None` when it points out of the package.
fn part_name(name: &str) -> Option<String> {
    let name = name.replace('\\', "/");
    if name.split('/').any(|it| it == "..") || name.contains('\0') {
        return None;
    }
    Some(name.trim_start_matches('/').to_lowercase())
}

/// Where an entry's packed bytes lie: after its own header, whose name and extra field may differ from the directory's.
fn packed_slice(bytes: &[u8], header: u64, packed: u64) -> Option<&[u8]> {
    let header = usize::try_from(header).ok()?;
    let local = bytes.get(header..header.checked_add(30)?)?;
    if !local.starts_with(b"PK\x03\x04") {
        return None;
    }
    let two = |at: usize| local.get(at..at + 2).and_then(|it| it.try_into().ok()).map(u16::from_le_bytes);
    let start = header + 30 + usize::from(two(26)?) + usize::from(two(28)?);
    bytes.get(start..start.checked_add(usize::try_from(packed).ok()?)?)
}
