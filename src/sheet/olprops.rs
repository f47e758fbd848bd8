//! File properties of an OLE container: author, title, company and people's own.
//!
//! Goes in: a property-set stream of an .xls file. Comes out: names and values, named as in the newer formats.
//! Guaranteed: every offset is checked; what cannot be read is left out.

use encoding_rs::Encoding;

use crate::sheet::biff::Texts;
use crate::sheet::binary::{bytes, u16_at, u32_at, utf16};

/// Names of numbered properties: of the file as a whole, and of the document.
const SUMMARY: &[(u32, &str)] = &[
    (2, "title"),
    (3, "subject"),
    (4, "creator"),
    (5, "keywords"),
    (6, "description"),
    (8, "lastModifiedBy"),
    (18, "Application"),
];
const DOCUMENT: &[(u32, &str)] = &[(2, "category"), (14, "Manager"), (15, "Company")];

const DOCUMENT_SET: [u8; 4] = [0x02, 0xD5, 0xCD, 0xD5];
const OWN_SET: [u8; 4] = [0x05, 0xD5, 0xCD, 0xD5];
const PROPERTIES_MOST: usize = 500;
const LONGEST: usize = 4_000;
const WIDE: u16 = 1_200;

/// Reads all sets of a stream.
pub(super) fn read(stream: &[u8], into: &mut Vec<(String, String)>) {
    let sets = u32_at(stream, 24).unwrap_or(0).min(2) as usize;
    for set in 0..sets {
        let at = 28 + set * 20;
        let (Some(kind), Some(offset)) = (bytes::<4>(stream, at), u32_at(stream, at + 16)) else { return };
        let Some(section) = stream.get(offset as usize..) else { continue };
        read_set(section, kind, into);
    }
}

/// One set: a list of ids and offsets, then the values.
fn read_set(section: &[u8], kind: [u8; 4], into: &mut Vec<(String, String)>) {
    let count = u32_at(section, 4).unwrap_or(0) as usize;
    let listed: Vec<(u32, usize)> = (0..count.min(PROPERTIES_MOST))
        .map_while(|it| Some((u32_at(section, 8 + it * 8)?, u32_at(section, 12 + it * 8)? as usize)))
        .collect();
    let offset_of = |id: u32| listed.iter().find(|it| it.0 == id).map(|it| it.1);
    let code_page = offset_of(1).and_then(|at| u16_at(section, at.checked_add(4)?)).unwrap_or(WIDE);
    let own = if kind == OWN_SET { offset_of(0).map(|at| names(section, at, code_page)) } else { None };
    let known = if kind == DOCUMENT_SET { DOCUMENT } else { SUMMARY };
    for (id, at) in listed {
        let name = match &own {
            Some(own) => own.iter().find(|it| it.0 == id).map(|it| it.1.clone()),
            None => known.iter().find(|it| it.0 == id).map(|it| it.1.to_owned()),
        };
        if let (Some(name), Some(value)) = (name, value(section, at, code_page))
            && into.len() < PROPERTIES_MOST
        {
            into.push((name, value));
        }
    }
}

/// The dictionary of people's own names.
fn names(section: &[u8], at: usize, code_page: u16) -> Vec<(u32, String)> {
    let count = u32_at(section, at).unwrap_or(0) as usize;
    let mut all = Vec::new();
    let mut at = at.saturating_add(4);
    for _ in 0..count.min(PROPERTIES_MOST) {
        let (Some(id), Some(length)) = (u32_at(section, at), u32_at(section, at + 4)) else { break };
        let size = (length as usize).saturating_mul(if code_page == WIDE { 2 } else { 1 });
        let Some(raw) = section.get(at + 8..(at + 8).saturating_add(size)) else { break };
        all.push((id, decoded(raw, code_page)));
        // Wide names are padded to four bytes.
        at = at + 8 + if code_page == WIDE { size.next_multiple_of(4) } else { size };
    }
    all
}

/// A text value; numbers and dates say nothing anybody needs.
fn value(section: &[u8], at: usize, code_page: u16) -> Option<String> {
    let length = u32_at(section, at.checked_add(4)?)? as usize;
    let start = at + 8;
    let text = match u32_at(section, at)? {
        0x1E => decoded(section.get(start..start.checked_add(length)?)?, code_page),
        0x1F => utf16(section.get(start..start.checked_add(length.checked_mul(2)?)?)?),
        _ => return None,
    };
    let text: String = text.trim_matches(['\0', ' ']).chars().take(LONGEST).collect();
    (!text.is_empty()).then_some(text)
}

fn decoded(raw: &[u8], code_page: u16) -> String {
    let text = match code_page {
        WIDE => utf16(raw),
        65_001 => String::from_utf8_lossy(raw).into_owned(),
        other => {
            let encoding: &'static Encoding = Texts::code_page(other);
            encoding.decode_without_bom_handling(raw).0.into_owned()
        }
    };
    text.trim_matches('\0').to_owned()
}
