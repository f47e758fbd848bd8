//! Bytes → reviews: opens files in the cage, several at once, and judges each.
//!
//! Goes in: files and what they are judged against. Comes out: for each file its [`InputFile`] and [`Review`], in the order given.
//! Guaranteed: one bad file never stops the others; the result does not depend on the number of threads.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use indicatif::{ProgressBar, ProgressStyle};

use crate::cage::Cage;
use crate::desk::reading::{ReadFile, judge, ongoing_of, read_bytes, register_cases};
use crate::form::{Hints, Purpose};
use crate::judge::{KnownCases, Review, Setting};
use crate::merge::report::InputFile;
use crate::model::Quarter;

pub use crate::desk::reading::Ongoing;

use super::context;
use super::failure::{Failure, io_text};
use super::library::Library;

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
    read_bytes(library, cage, &name, &bytes, hints)
        .map_err(|it| Failure::System(format!("Läsaren kunde inte startas: {}.", it.kind())))
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
                    let result = read_file(library, &cage, &job.path, &job.hints).map(|mut it| {
                        let review = judge(&job.setting, &mut it);
                        (it.info, review)
                    });
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
    register_cases(&file, known).ok_or_else(|| {
        Failure::File(format!(
            "Registret {} går inte att använda: ingen tabell med rubrikerna Insats, Kön och Beslutsdatum hittades.",
            path.display()
        ))
    })
}

/// Reads `pagaende`: either one row per insats with men and women, or one row per insats and kön.
pub fn ongoing(library: &Library, path: &Path, quarter: Quarter) -> Result<Ongoing, Failure> {
    let cage = cage(library, 1)?;
    let hints = Hints { quarter: Some(quarter), assumed_insats: None, purpose: Purpose::Ongoing };
    let file = read_file(library, &cage, path, &hints)?;
    ongoing_of(library, &file).ok_or_else(|| {
        Failure::File(format!(
            "Filen med pågående beslut {} går inte att använda: ingen tabell med rubriken Insats och antal män och kvinnor hittades.",
            path.display()
        ))
    })
}
