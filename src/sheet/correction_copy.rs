//! The marks of a correction copy: how our own workbook is known again when it comes back.
//!
//! Goes in: a workbook as it was read. Comes out: the same without what we had put in it (the list of findings, our
//! notes, the sheet of marks), and whose copy it is. Guaranteed: a workbook without our marks is not touched; the marks
//! are letters only, so no id is ever taken for a person's number.
//!
//! The key of each row stays in its hidden column and is read by `form` as [`crate::model::Field::Kopia`], because that
//! is all that is left when somebody saves the copy as text.

use std::fmt;
use std::str::FromStr;

use crate::model::{Observation, Quarter};

use super::grid::{Sheet, Visibility, Workbook};

/// Tab of the list of findings.
pub const FINDINGS_TAB: &str = "Att rätta";
/// What stands in its first cell; the tab may have been renamed.
pub const FINDINGS_TITLE: &str = "Att rätta i filen";
/// Tab of the marks, very hidden; some programs make it merely hidden.
pub const MARKS_TAB: &str = "_Kvartal";
/// Heading of the hidden column of keys, as `rules/kolumner.toml` declares it.
pub const KEY_HEADING: &str = "Rad i Kvartal";
/// How every note of ours begins.
pub const NOTE_MARK: &str = "Kvartal · ";
/// What parts our note from a comment that stood on the cell before.
pub const OWN_COMMENT: &str = "Er egen kommentar: ";

const ATTEMPT: &str = "rattningskopia_av";
const FILING: &str = "rattningskopia_inlamning";
const VERSION: &str = "rattningskopia_version";
const QUARTER: &str = "kvartal";

/// Whose copy a workbook is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyOf {
    /// Id of the version it was made from.
    pub attempt: String,
    /// Id of the filing that version belongs to.
    pub filing: String,
    /// Number of that version.
    pub version: u32,
    pub quarter: Quarter,
}

impl CopyOf {
    /// The marks as names and values: file properties, and the same once more on the hidden sheet, because some
    /// programs drop properties when they save.
    pub fn marks(&self) -> [(&'static str, String); 4] {
        [
            (ATTEMPT, letters(self.attempt.as_bytes())),
            (FILING, letters(self.filing.as_bytes())),
            (VERSION, self.version.to_string()),
            (QUARTER, self.quarter.to_string()),
        ]
    }

    /// Whose copy the workbook is, if it is one.
    pub fn of(workbook: &Workbook) -> Option<Self> {
        let value = |name: &str| workbook.properties.iter().find(|it| it.0 == name).map(|it| it.1.as_str());
        Some(Self {
            attempt: from_letters(value(ATTEMPT)?)?,
            filing: from_letters(value(FILING)?)?,
            version: value(VERSION)?.parse().ok()?,
            quarter: value(QUARTER)?.parse().ok()?,
        })
    }

    /// The key of a row of the version the copy is made from.
    pub fn key(&self, sheet: u16, row: u32) -> RowKey {
        RowKey { tag: tag_of(&self.attempt), sheet, row }
    }
}

/// Which row of which version a row of a correction copy is: `kfmbpa-1-12`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RowKey {
    tag: [u8; 6],
    /// Place in the version the copy was made from, zero-based.
    pub sheet: u16,
    pub row: u32,
}

impl RowKey {
    /// Whether the key was made from that version.
    pub fn is_of(&self, attempt: &str) -> bool {
        self.tag == tag_of(attempt)
    }
}

impl fmt::Display for RowKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tag = std::str::from_utf8(&self.tag).unwrap_or("");
        write!(f, "{tag}-{}-{}", u32::from(self.sheet) + 1, u64::from(self.row) + 1)
    }
}

impl FromStr for RowKey {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.split('-');
        let (Some(tag), Some(sheet), Some(row), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
            return Err(());
        };
        let tag: [u8; 6] = tag.as_bytes().try_into().map_err(|_| ())?;
        if !tag.iter().all(u8::is_ascii_lowercase) {
            return Err(());
        }
        let sheet = sheet.parse::<u16>().ok().and_then(|it| it.checked_sub(1)).ok_or(())?;
        let row = row.parse::<u32>().ok().and_then(|it| it.checked_sub(1)).ok_or(())?;
        Ok(Self { tag, sheet, row })
    }
}

/// A few letters that tell one version from another.
fn tag_of(attempt: &str) -> [u8; 6] {
    use sha2::{Digest, Sha256};
    let digest = Sha256::digest(attempt.as_bytes());
    let mut tag = [b'a'; 6];
    for (letter, byte) in tag.iter_mut().zip(digest) {
        *letter = b'a' + byte % 26;
    }
    tag
}

/// Each half of a byte as a letter from a to p.
fn letters(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|it| [it >> 4, it & 15]).map(|it| char::from(b'a' + it)).collect()
}

fn from_letters(text: &str) -> Option<String> {
    let half = |it: u8| it.checked_sub(b'a').filter(|it| *it < 16);
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let bytes: Option<Vec<u8>> = pairs.iter().map(|[a, b]| Some(half(*a)? << 4 | half(*b)?)).collect();
    String::from_utf8(bytes?).ok().filter(|_| rest.is_empty())
}

/// Takes what is ours out of a correction copy that came back, so that it is read as what the utförare sent.
pub(super) fn take_off(workbook: &mut Workbook, observations: &mut Vec<Observation>) {
    restore_marks(workbook);
    if CopyOf::of(workbook).is_none() {
        return;
    }
    let ours: Vec<bool> = workbook.sheets.iter().map(|it| is_ours(workbook, it)).collect();
    let mut next = 0;
    let places: Vec<Option<u16>> = ours
        .iter()
        .map(|ours| {
            (!ours).then(|| {
                next += 1;
                next - 1
            })
        })
        .collect();
    let mut at = 0;
    workbook.sheets.retain(|_| {
        at += 1;
        !ours[at - 1]
    });
    for sheet in &mut workbook.sheets {
        own_comments(sheet);
    }
    observations.retain_mut(|it| {
        let Some(sheet) = it.place.sheet else { return true };
        // A sheet that is not there any more has nothing to say.
        let place = places.get(usize::from(sheet)).copied().flatten();
        it.place.sheet = place;
        place.is_some()
    });
}

/// Marks that the file's properties have lost are taken from the hidden sheet.
fn restore_marks(workbook: &mut Workbook) {
    if workbook.properties.iter().any(|it| it.0 == ATTEMPT) {
        return;
    }
    let Some(sheet) = workbook.sheets.iter().find(|it| is_marks(workbook, it)) else { return };
    let text = |row, col| sheet.cell(row, col).map(|it| workbook.text(it.text).to_owned());
    let marks: Vec<(String, String)> = (0..4).filter_map(|row| Some((text(row, 0)?, text(row, 1)?))).collect();
    for (name, value) in marks {
        if [ATTEMPT, FILING, VERSION, QUARTER].contains(&name.as_str()) {
            workbook.properties.push((name, value));
        }
    }
}

fn first_cell<'a>(workbook: &'a Workbook, sheet: &Sheet) -> &'a str {
    sheet.cell(0, 0).map_or("", |it| workbook.text(it.text))
}

fn is_marks(workbook: &Workbook, sheet: &Sheet) -> bool {
    sheet.visibility != Visibility::Visible && first_cell(workbook, sheet) == ATTEMPT
}

fn is_ours(workbook: &Workbook, sheet: &Sheet) -> bool {
    is_marks(workbook, sheet) || first_cell(workbook, sheet) == FINDINGS_TITLE
}

/// Our notes go; a comment that the utförare had on the same cell stays.
fn own_comments(sheet: &mut Sheet) {
    sheet.comments.retain_mut(|it| {
        let Some(at) = it.text.find(NOTE_MARK).filter(|at| *at < 40) else { return true };
        match it.text.get(at..).and_then(|text| text.split_once(OWN_COMMENT)) {
            Some((_, own)) => {
                it.text = own.trim().to_owned();
                !it.text.is_empty()
            }
            None => false,
        }
    });
}

#[cfg(test)]
mod tests {
    use super::super::grid::{Cell, Comment};
    use super::*;
    use crate::model::{Place, Seen};

    fn copy() -> CopyOf {
        CopyOf {
            attempt: "0198f2c4-8507-7980-9805-0123456789ab".to_owned(),
            filing: "inlämning 7".to_owned(),
            version: 2,
            quarter: Quarter::new(2023, 4).unwrap(),
        }
    }

    fn sheet(workbook: &mut Workbook, name: &str, first: &str) -> Sheet {
        let mut sheet = Sheet::named(name);
        let text = workbook.add_text(first);
        sheet.push(0, Cell::text(0, text));
        sheet
    }

    fn returned() -> Workbook {
        let mut workbook = Workbook::default();
        let mut own = sheet(&mut workbook, "Beslut", "Kön");
        for (row, text) in [
            (1, "Kvartal · Fel\nDatumet går inte att läsa."),
            (2, "Flyttar i mars"),
            (3, "Kvartal · Fråga\nStämmer det?\n\nEr egen kommentar: ring först"),
        ] {
            own.comments.push(Comment { row, col: 2, text: text.to_owned() });
        }
        let mut marks = sheet(&mut workbook, MARKS_TAB, ATTEMPT);
        marks.visibility = Visibility::Hidden;
        for (row, (name, value)) in (0..).zip(copy().marks()) {
            let (name, value) = (workbook.add_text(name), workbook.add_text(&value));
            marks.push(row, Cell::text(0, name));
            marks.push(row, Cell::text(1, value));
        }
        let list = sheet(&mut workbook, "Att rätta (gammal)", FINDINGS_TITLE);
        workbook.sheets = vec![list, own, marks];
        workbook
    }

    #[test]
    fn what_is_ours_is_taken_off_and_the_rest_stays() {
        let mut workbook = returned();
        let mut observations = vec![
            Observation::new(Seen::FilTrasig, Place::sheet(0)),
            Observation::new(Seen::CellKommentar, Place::cell(1, 1, 1)),
            Observation::new(Seen::FilMakro, Place::FILE),
        ];
        take_off(&mut workbook, &mut observations);
        assert_eq!(workbook.sheets.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["Beslut"]);
        let comments: Vec<&str> = workbook.sheets[0].comments.iter().map(|it| it.text.as_str()).collect();
        assert_eq!(comments, ["Flyttar i mars", "ring först"]);
        assert_eq!(observations.iter().map(|it| it.place).collect::<Vec<_>>(), [Place::cell(0, 1, 1), Place::FILE]);
        assert_eq!(CopyOf::of(&workbook), Some(copy()));
    }

    #[test]
    fn a_workbook_without_our_marks_is_not_touched() {
        let mut workbook = returned();
        workbook.sheets.pop();
        let before = workbook.clone();
        take_off(&mut workbook, &mut Vec::new());
        assert_eq!(workbook, before);
        assert_eq!(CopyOf::of(&workbook), None);
    }

    #[test]
    fn no_mark_looks_like_a_persons_number() {
        for (_, value) in copy().marks() {
            assert!(crate::model::personal::found(&value).is_empty(), "{value}");
        }
        assert!(crate::model::personal::found(&copy().key(0, 19_850_708).to_string()).is_empty());
    }

    #[test]
    fn keys_are_read_as_they_were_written_and_nothing_else_is_a_key() {
        let key = copy().key(2, 11);
        assert_eq!(key.to_string().parse(), Ok(key));
        assert!(key.is_of(&copy().attempt) && !key.is_of("annan"));
        for text in ["", "12", "abcdef-0-1", "abcdef-1-0", "abcde-1-1", "ABCDEF-1-1", "abcdef-1-1-1", "abcdef-1-x"] {
            assert_eq!(text.parse::<RowKey>(), Err(()), "{text}");
        }
    }
}
