//! Bytes → a reading → a review: the way every file goes, from a folder or from an upload.
//!
//! Goes in: name and bytes of a file, and what it is judged against. Comes out: [`ReadFile`], then info and [`Review`].
//! Guaranteed: an `Err` means that the caged reader could not be started, never that the file was bad.

use sha2::{Digest, Sha256};

use super::library::Library;
use crate::cage::Cage;
use crate::form::{Hints, Reading};
use crate::judge::{KnownCase, KnownCases, Review, Setting, review};
use crate::merge::report::InputFile;
use crate::model::spelling::fold_name;
use crate::model::{InsatsId, StartKind, Utforare};
use crate::sheet::{Opened, Workbook};
use crate::store::event::hex;

/// A file after reading, before judging.
#[derive(Debug, Clone)]
pub struct ReadFile {
    pub info: InputFile,
    pub opened: Opened,
    pub reading: Reading,
}

impl ReadFile {
    pub fn workbook(&self) -> Option<&Workbook> {
        self.opened.workbook.as_ref()
    }

    /// Name of a sheet; empty when there is none.
    fn sheet_name(&self, sheet: u16) -> &str {
        self.workbook().and_then(|it| it.sheets.get(usize::from(sheet))).map_or("", |it| it.name.as_str())
    }
}

/// Opens a file in the cage and reads it.
pub fn read_bytes(
    library: &Library,
    cage: &Cage,
    name: &str,
    bytes: &[u8],
    hints: &Hints,
) -> std::io::Result<ReadFile> {
    let sha256 = hex(&Sha256::digest(bytes));
    let mut opened = cage.open(name, bytes)?;
    let reading = match &opened.workbook {
        Some(workbook) => crate::form::read(&library.columns, &library.insatser, workbook, hints),
        None => Reading::default(),
    };
    let sheets = opened.workbook.iter().flat_map(|it| &it.sheets).map(|it| it.name.clone()).collect();
    let info = InputFile {
        name: name.to_owned(),
        sha256,
        format: opened.format,
        readable: opened.workbook.is_some(),
        sheets,
        utforare: None,
        received: None,
        superseded: false,
        rows: 0,
    };
    opened.observations.sort_by_key(|it| it.place);
    Ok(ReadFile { info, opened, reading })
}

/// Judges a file that has been read. The reading is used up; the workbook stays.
pub fn judge(setting: &Setting<'_>, file: &mut ReadFile) -> Review {
    let reading = std::mem::take(&mut file.reading);
    let review = review(setting, file.opened.workbook.as_ref(), reading, &file.opened.observations);
    // A file without a single table is of no more use than one that cannot be opened.
    file.info.readable &= review.usable;
    file.info.rows = u32::try_from(review.cases.len()).unwrap_or(u32::MAX);
    review
}

/// The nämnd's register as known cases; `None` when the file has no table of decisions.
pub fn register_cases(file: &ReadFile, known: &[Utforare]) -> Option<KnownCases> {
    if file.reading.tables.is_empty() {
        return None;
    }
    let cases = file.reading.rows.iter().map(|row| {
        let start = row.start();
        KnownCase {
            utforare: row.utforare.as_deref().and_then(|name| utforare_id(name, known)),
            kon: row.kon,
            insats: row.insats,
            start_typ: start.map_or(StartKind::Oklart, |it| it.0),
            startdatum: start.map(|it| it.1),
            beslutsdatum: row.beslutsdatum,
            slutdatum: row.end(),
            verkstalld: row.verkstalld.is_some(),
            nyckel: row.nyckel.as_deref().map(str::to_owned),
            lagrum: row.lagrum,
            delvis: row.delvis,
            orsak: row.orsak,
            insats_text: row.insats_text.as_deref().map(str::to_owned),
            origin: format!("registret, {} rad {}", file.sheet_name(row.sheet), row.row + 1),
        }
    });
    Some(KnownCases::new(cases.collect()))
}

/// The id of the utförare a cell names: by id, name or alias, however it is spelled.
pub fn utforare_id(name: &str, known: &[Utforare]) -> Option<String> {
    let folded = fold_name(name);
    let fits = |it: &&Utforare| {
        it.id == name.trim() || std::iter::once(&it.name).chain(&it.aliases).any(|it| fold_name(it) == folded)
    };
    known.iter().find(fits).map(|it| it.id.clone())
}

/// Ongoing decisions per insats on the quarter's last day: men and women.
pub type Ongoing = Vec<(InsatsId, Option<u32>, Option<u32>)>;

/// Ongoing decisions: either one row per insats with men and women, or one row per insats and kön. `None` when the file
/// has no such table.
pub fn ongoing_of(library: &Library, file: &ReadFile) -> Option<Ongoing> {
    if file.reading.tables.is_empty() {
        return None;
    }
    let mut found: Ongoing = library.insatser.all().map(|(id, _)| (id, None, None)).collect();
    for row in &file.reading.rows {
        let Some(entry) = row.insats.and_then(|id| found.get_mut(usize::from(id.0))) else { continue };
        let add = |slot: &mut Option<u32>, more: Option<u32>| {
            if let Some(more) = more {
                *slot = Some(slot.unwrap_or(0).saturating_add(more));
            }
        };
        add(&mut entry.1, row.antal_man);
        add(&mut entry.2, row.antal_kvinnor);
        match row.kon {
            Some(kon) if kon.is_male() => add(&mut entry.1, row.antal),
            Some(_) => add(&mut entry.2, row.antal),
            None => {}
        }
    }
    found.retain(|it| it.1.is_some() || it.2.is_some());
    Some(found)
}
