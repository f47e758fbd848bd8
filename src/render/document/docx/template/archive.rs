//! The package of a template, looked over before anything is done with it.
//!
//! Goes in: the bytes of a file. Comes out: its parts in order. Guaranteed: bounded memory whatever the file claims; no
//! macros, nothing that is loaded from elsewhere, nothing embedded that could run.

use std::collections::BTreeSet;
use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::TemplateError;
use super::tree::parse;

const FILE: usize = 20 << 20;
const UNPACKED: u64 = 100 << 20;
const ENTRIES: usize = 1000;

/// Name without leading slash, and content.
pub(super) type Parts = Vec<(String, Vec<u8>)>;

pub(super) fn open(bytes: &[u8]) -> Result<Parts, TemplateError> {
    if bytes.len() > FILE {
        return Err(TemplateError::TooLarge);
    }
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Err(TemplateError::Old);
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| TemplateError::NotWord)?;
    if archive.len() > ENTRIES {
        return Err(TemplateError::TooLarge);
    }
    let mut left = UNPACKED;
    let mut names = BTreeSet::new();
    let mut parts = Vec::new();
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).map_err(|_| TemplateError::NotWord)?;
        let name = entry.name().map_err(|_| TemplateError::NotWord)?.trim_start_matches('/').to_owned();
        if entry.is_dir() {
            continue;
        }
        if name.contains('\\') || name.split('/').any(|it| it == "..") || !names.insert(name.to_lowercase()) {
            return Err(TemplateError::NotWord);
        }
        // What an entry says of its size may be a lie.
        let mut content = Vec::new();
        let read = entry.by_ref().take(left + 1).read_to_end(&mut content).map_err(|_| TemplateError::NotWord)?;
        left = left.checked_sub(read as u64).ok_or(TemplateError::TooLarge)?;
        parts.push((name, content));
    }
    for (name, content) in &parts {
        look_over(name, content)?;
    }
    Ok(parts)
}

fn look_over(name: &str, content: &[u8]) -> Result<(), TemplateError> {
    let name = name.to_lowercase();
    if name.ends_with("vbaproject.bin") || name.ends_with("vbadata.xml") || name.contains("activex/") {
        return Err(TemplateError::Macros);
    }
    if name == "[content_types].xml" && memchr::memmem::find(content, b"macroEnabled").is_some() {
        return Err(TemplateError::Macros);
    }
    if !name.ends_with(".rels") {
        return Ok(());
    }
    let root = parse(content).ok_or(TemplateError::NotWord)?;
    for it in root.elements() {
        let kind = it.attribute("Type").unwrap_or_default();
        let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
        let outside = it.attribute("TargetMode").is_some_and(|it| it.eq_ignore_ascii_case("external"));
        let what = match kind.as_str() {
            "hyperlink" => continue,
            "attachedTemplate" => "en annan dokumentmall",
            "image" => "en länkad bild",
            "oleObject" | "control" | "aFChunk" | "subDocument" | "frame" => "ett inbäddat objekt",
            _ => "en fil",
        };
        if matches!(kind.as_str(), "oleObject" | "control" | "aFChunk" | "subDocument" | "frame") || outside {
            return Err(TemplateError::Loads(what));
        }
    }
    Ok(())
}
