//! Bytes → reviews: opens files in the cage, several at once, and judges each.
//!
//! Goes in: files and what they are judged against. Comes out: for each file its [`InputFile`] and [`Review`], in the order given.
//! Guaranteed: one bad file never stops the others; the result does not depend on the number of threads.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use indicatif::{ProgressBar, ProgressStyle};
use sha2::{Digest, Sha256};

use crate::cage::Cage;
use crate::form::{Hints, Purpose, Reading};
use crate::judge::{KnownCase, KnownCases, Review, Setting, review};
use crate::merge::report::InputFile;
use crate::model::{Insatser, Quarter, StartKind};
use crate::sheet::{Opened, Workbook};

use super::context;
use super::failure::{Failure, io_text};
use super::library::Library;

/// A file after reading, before judging.
pub struct ReadFile {
    pub info: InputFile,
    pub opened: Opened,
    pub reading: Reading,
}

impl ReadFile {
    pub fn workbook(&self) -> Option<&Workbook> {
        self.opened.workbook.as_ref()
    }
}

/// Starts the cage.
pub fn cage(library: &Library, threads: usize) -> Result<Cage, Failure> {
    let program = context::own_program()
        .map_err(|it| Failure::System(format!("Programmet hittar inte sig självt: {}.", it.kind())))?;
    Ok(Cage::new(program, threads, library.limits.clone()))
}

/// Reads one file.
pub fn read_file(library: &Library, cage: &Cage, path: &Path, hints: &Hints) -> Result<ReadFile, Failure> {
    let name = path.file_name().map_or_else(|| path.display().to_string(), |it| it.to_string_lossy().into_owned());
    let bytes = bytes_of(path, library)?;
    let sha256 = hex(&Sha256::digest(&bytes));
    let mut opened = cage
        .open(&name, &bytes)
        .map_err(|it| Failure::System(format!("Läsaren kunde inte startas: {}.", it.kind())))?;
    drop(bytes);
    let reading = match &opened.workbook {
        Some(workbook) => crate::form::read(&library.columns, &library.insatser, workbook, hints),
        None => Reading::default(),
    };
    let sheets = opened.workbook.iter().flat_map(|it| &it.sheets).map(|it| it.name.clone()).collect();
    let info = InputFile {
        name,
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

/// The bytes, but never more than the limit allows: a larger file is refused by `sheet` on the first byte too many.
fn bytes_of(path: &Path, library: &Library) -> Result<Vec<u8>, Failure> {
    use std::io::Read;
    let fault = |it: std::io::Error| Failure::File(io_text("Det går inte att läsa filen", path, &it));
    let file = std::fs::File::open(path).map_err(fault)?;
    if file.metadata().map_err(fault)?.is_dir() {
        return Err(Failure::File(format!("Det går inte att läsa filen {}: det är en mapp.", path.display())));
    }
    let mut bytes = Vec::new();
    file.take(library.limits.file_bytes() + 1).read_to_end(&mut bytes).map_err(fault)?;
    Ok(bytes)
}

pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// A file to judge and against what.
pub struct Job<'a> {
    pub path: PathBuf,
    pub hints: Hints,
    pub setting: Setting<'a>,
}

type Judged = Result<(InputFile, Review), Failure>;

/// Reads and judges all files, `threads` at once.
pub fn review_all(library: &Library, jobs: &[Job<'_>], threads: usize) -> Result<Vec<(InputFile, Review)>, Failure> {
    let threads = threads.clamp(1, jobs.len().max(1));
    let cage = cage(library, threads)?;
    let progress = progress(jobs.len());
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<Option<Judged>>> = Mutex::new((0..jobs.len()).map(|_| None).collect());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(job) = jobs.get(at) else { break };
                    let result = read_file(library, &cage, &job.path, &job.hints).map(|it| judge(job, it));
                    if let Ok(mut done) = done.lock() {
                        done[at] = Some(result);
                    }
                    progress.inc(1);
                }
            });
        }
    });
    progress.finish_and_clear();
    let done = done.into_inner().map_err(|_| Failure::System("En läsning avbröts oväntat.".into()))?;
    done.into_iter()
        .map(|it| it.unwrap_or_else(|| Err(Failure::System("En läsning avbröts oväntat.".into()))))
        .collect()
}

fn judge(job: &Job<'_>, file: ReadFile) -> (InputFile, Review) {
    let ReadFile { mut info, opened, reading } = file;
    let review = review(&job.setting, opened.workbook.as_ref(), reading, &opened.observations);
    // A file without a single table is of no more use than one that cannot be opened.
    info.readable &= review.usable;
    (info, review)
}

fn progress(files: usize) -> ProgressBar {
    if !context::watched() || files < 2 {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("Läser filer {bar:30} {pos} av {len}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(u64::try_from(files).unwrap_or(u64::MAX)).with_style(style)
}

/// Reads the nämnd's register: its own decisions, in any sheet our readers know.
pub fn register(
    library: &Library,
    path: &Path,
    quarter: Quarter,
    known: &[crate::model::Utforare],
) -> Result<KnownCases, Failure> {
    let cage = cage(library, 1)?;
    let hints = Hints { quarter: Some(quarter), assumed_insats: None, purpose: Purpose::Register };
    let file = read_file(library, &cage, path, &hints)?;
    if file.reading.tables.is_empty() {
        return Err(Failure::File(format!(
            "Registret {} går inte att använda: ingen tabell med rubrikerna Insats, Kön och Beslutsdatum hittades.",
            path.display()
        )));
    }
    let sheet_name =
        |sheet: u16| file.workbook().and_then(|it| it.sheets.get(usize::from(sheet))).map_or("", |it| it.name.as_str());
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
            origin: format!("registret, {} rad {}", sheet_name(row.sheet), row.row + 1),
        }
    });
    Ok(KnownCases::new(cases.collect()))
}

/// The id of the utförare a cell names: by id, name or alias, however it is spelled.
fn utforare_id(name: &str, known: &[crate::model::Utforare]) -> Option<String> {
    let folded = crate::model::spelling::fold_name(name);
    let fits = |it: &&crate::model::Utforare| {
        it.id == name.trim()
            || std::iter::once(&it.name).chain(&it.aliases).any(|it| crate::model::spelling::fold_name(it) == folded)
    };
    known.iter().find(fits).map(|it| it.id.clone())
}

/// Ongoing decisions per insats on the quarter's last day: men and women.
pub type Ongoing = Vec<(crate::model::InsatsId, Option<u32>, Option<u32>)>;

/// Reads `pagaende`: either one row per insats with men and women, or one row per insats and kön.
pub fn ongoing(library: &Library, path: &Path, quarter: Quarter) -> Result<Ongoing, Failure> {
    let cage = cage(library, 1)?;
    let hints = Hints { quarter: Some(quarter), assumed_insats: None, purpose: Purpose::Ongoing };
    let file = read_file(library, &cage, path, &hints)?;
    if file.reading.tables.is_empty() {
        return Err(Failure::File(format!(
            "Filen med pågående beslut {} går inte att använda: ingen tabell med rubriken Insats och antal män och kvinnor hittades.",
            path.display()
        )));
    }
    let insatser: &Insatser = &library.insatser;
    let mut found: Ongoing = insatser.all().map(|(id, _)| (id, None, None)).collect();
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
    Ok(found)
}
