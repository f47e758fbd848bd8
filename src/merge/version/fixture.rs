//! Small versions for tests: a text table, read and judged as the service does it.
//!
//! A cell is text, except `@1` a date cell and `#1` a number. Cells are parted by `|`, rows by line breaks.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use chrono::NaiveDate;

use super::Version;
use crate::form::{self, Columns, Hints};
use crate::judge::{Review, Setting, review};
use crate::model::{Insatser, Quarter};
use crate::rule::Catalogue;
use crate::sheet::{Cell, CellKind, Limits, Sheet, Workbook};

/// A version with all that it was judged by.
pub(crate) struct Read {
    pub workbook: Workbook,
    pub review: Review,
}

impl Read {
    pub(crate) fn version(&self) -> Version<'_> {
        Version { workbook: &self.workbook, review: &self.review }
    }

    /// Ids of the rules that spoke, with the cell or row: `EO001 F2`.
    pub(crate) fn findings(&self) -> Vec<String> {
        let catalogue = catalogue();
        let told = self.review.findings.iter().map(|it| {
            let place = it.place.address().or(it.place.row.map(|it| format!("rad {}", it + 1))).unwrap_or_default();
            format!("{} {place}", catalogue.rules()[usize::from(it.rule)].id)
        });
        told.collect()
    }
}

/// A workbook from its bytes, as the cage would give it.
pub(crate) fn opened(bytes: &[u8]) -> Workbook {
    let opened = crate::sheet::open("kopia.xlsx", bytes, &Limits::built_in().unwrap());
    assert_eq!(opened.observations, []);
    opened.workbook.unwrap()
}

/// Every row as it was read, all fields, but without the key of a correction copy.
pub(crate) fn rows(workbook: &Workbook) -> Vec<String> {
    let hints = Hints { quarter: Some(quarter()), ..Hints::default() };
    let mut rows = form::read(&RULES.0, insatser(), workbook, &hints).rows;
    rows.iter_mut().for_each(|it| it.kopia = None);
    rows.iter().map(|it| format!("{it:?}")).collect()
}

/// Loaded once: the rules take longer to load than a small workbook to judge.
static RULES: LazyLock<(Columns, Insatser, Catalogue)> = LazyLock::new(|| {
    let columns = Columns::from_toml(include_str!("../../../rules/kolumner.toml")).unwrap();
    let insatser = Insatser::from_toml(include_str!("../../../rules/insatser.toml"), None).unwrap();
    let catalogue = Catalogue::load(&Catalogue::builtin_sources(), &[], &insatser).unwrap();
    (columns, insatser, catalogue)
});

pub(crate) fn insatser() -> &'static Insatser {
    &RULES.1
}

pub(crate) fn catalogue() -> &'static Catalogue {
    &RULES.2
}

pub(crate) fn quarter() -> Quarter {
    Quarter::new(2023, 4).unwrap()
}

pub(crate) fn workbook(table: &str) -> Workbook {
    let mut workbook = Workbook::default();
    let mut sheet = Sheet::named("Blad1");
    for (row, line) in (0..).zip(table.lines()) {
        for (col, text) in (0..).zip(line.split('|')) {
            let cell = match text.split_at_checked(1) {
                None if text.is_empty() => continue,
                Some(("#", rest)) if rest.parse::<f64>().is_ok() => Cell::number(col, rest.parse().unwrap()),
                Some(("@", rest)) if rest.parse::<f64>().is_ok() => {
                    Cell { kind: CellKind::DateSerial, ..Cell::number(col, rest.parse().unwrap()) }
                }
                _ => Cell::text(col, workbook.add_text(text)),
            };
            sheet.push(row, cell);
        }
    }
    workbook.sheets.push(sheet);
    workbook
}

pub(crate) fn read(table: &str) -> Read {
    judged(workbook(table))
}

pub(crate) fn judged(workbook: Workbook) -> Read {
    let hints = Hints { quarter: Some(quarter()), ..Hints::default() };
    let reading = form::read(&RULES.0, insatser(), &workbook, &hints);
    let in_force = catalogue().in_force(quarter());
    let setting = Setting {
        catalogue: catalogue(),
        in_force: &in_force,
        insatser: insatser(),
        quarter: quarter(),
        report_day: NaiveDate::from_ymd_opt(2024, 1, 31).unwrap(),
        last_report: None,
        register: None,
        utforare: None,
    };
    let review = review(&setting, Some(&workbook), reading, &[]);
    Read { workbook, review }
}

/// Every file in `samples` that can be opened, read and judged.
pub(crate) fn samples() -> Vec<(PathBuf, Read)> {
    let mut files = Vec::new();
    sample_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("samples"), &mut files);
    let limits = Limits::built_in().unwrap();
    let read = |path: PathBuf| {
        let name = path.file_name()?.to_string_lossy().into_owned();
        let workbook = crate::sheet::open(&name, &std::fs::read(&path).unwrap(), &limits).workbook?;
        Some((path, judged(workbook)))
    };
    let read: Vec<_> = files.into_iter().filter_map(read).collect();
    assert!(read.len() > 200, "{}", read.len());
    read
}

/// Files in `samples` that are made to harm whoever opens them outside the cage.
const HOSTILE: &[&str] = &["013-zipbomb", "014-", "015-"];

fn sample_files(folder: &Path, all: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if HOSTILE.iter().any(|it| name.starts_with(it)) || name == "make" {
            continue;
        }
        if path.is_dir() {
            sample_files(&path, all);
        } else if !["md", "toml", "json", "svg", "py", "txt"].iter().any(|it| name.ends_with(&format!(".{it}"))) {
            all.push(path);
        }
    }
}
