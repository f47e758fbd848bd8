//! `kvartal report ROUND --out DIR`: one round folder → every output of the report. No server, no database.
//!
//! Goes in: the round folder. Comes out: report.json, rapport.xlsx and rapport.html in DIR, a summary on stdout.
//! Guaranteed: a file of the output is whole or absent; the same folder gives the same bytes.

use std::path::{Path, PathBuf};

use crate::form::{Hints, Purpose};
use crate::judge::{KnownCases, Setting};
use crate::merge::previous::Previous;
use crate::merge::round::{Content, Round, concerns};
use crate::merge::{Inputs, QuarterReport, merge};
use crate::model::{InsatsId, Severity, Utforare};
use crate::render::{self, View};
use crate::rule::InForce;

use super::arguments::{Format, Report};
use super::documents::Around;
use super::failure::{Failure, Outcome, io_text};
use super::library::{self, Library};
use super::reading::{self, Job, Ongoing};
use super::round::{self, Fault, Faults, RoundFile};
use super::{context, note, say};

/// Name of the round's own file.
const ROUND_FILE: &str = "omgang.toml";

/// A round folder, opened: its file, and what that file points at.
pub struct RoundFolder {
    pub folder: PathBuf,
    pub file: RoundFile,
    pub previous: Option<Previous>,
    pub register: Option<KnownCases>,
    pub ongoing: Ongoing,
}

pub fn run(arguments: &Report) -> Result<Outcome, Failure> {
    let library = library_of(&arguments.round)?;
    let folder = open(&arguments.round, &library)?;
    let threads = arguments.threads.unwrap_or_else(context::threads);
    for name in unnamed_files(&folder) {
        note(&format!("{name} ligger i mappen men nämns inte i {ROUND_FILE}; filen räknas inte."));
    }
    let report = make(&folder, &library, threads)?;
    let voice = render::Voice { insatser: &library.insatser, rules: &library.catalogue };
    let view = View::new(&report, voice);
    let around = Around::of(&folder.folder, folder.file.beside)?;
    write(&arguments.out, &view, &around, &arguments.format, threads)?;
    let mut summary = Vec::new();
    render::text::report(&mut summary, &view, render::text::Screen::default())
        .map_err(|it| Failure::System(it.to_string()))?;
    say(&String::from_utf8_lossy(&summary))?;
    Ok(outcome(&report))
}

/// What the report's findings mean for the exit code.
pub fn outcome(report: &QuarterReport) -> Outcome {
    if report.files.iter().any(|it| !it.readable) {
        Outcome::Unusable
    } else if report.findings.iter().any(|it| it.finding.severity == Severity::Fel) {
        Outcome::Findings
    } else {
        Outcome::Clean
    }
}

/// Loads the data a round is judged with: built-in, and the nämnd's folder that the round names.
pub fn library_of(folder: &Path) -> Result<Library, Failure> {
    let text = round_text(folder)?;
    match round::own_rules(&text) {
        Some(own) => {
            let path = folder.join(&own);
            if !path.is_dir() {
                return Err(names_what_is_not_there(&text, &own, "regelmappen finns inte"));
            }
            library::with_own(Some(&path))
        }
        None => Ok(Library::builtin()?),
    }
}

pub fn round_text(folder: &Path) -> Result<String, Failure> {
    let path = folder.join(ROUND_FILE);
    std::fs::read_to_string(&path).map_err(|it| Failure::File(io_text("Det går inte att läsa omgången", &path, &it)))
}

/// Opens a round folder.
pub fn open(folder: &Path, library: &Library) -> Result<RoundFolder, Failure> {
    let text = round_text(folder)?;
    let file = round::read(ROUND_FILE, &text, &library.insatser).map_err(|it| Failure::Faulty(it as Box<_>))?;
    let missing: Vec<Fault> = file
        .round
        .filings
        .iter()
        .zip(&file.file_spans)
        .filter_map(|(attempt, span)| match &attempt.content {
            Content::File(name) if !folder.join(name).is_file() => Some(Fault {
                message: format!("filen {name} finns inte i mappen"),
                label: "nämns här".into(),
                help: Some("Lägg filen i omgångens mapp, eller rätta namnet.".into()),
                span: span.clone().unwrap_or(0..0),
            }),
            _ => None,
        })
        .collect();
    if !missing.is_empty() {
        return Err(Failure::Faulty(Box::new(Faults::new(ROUND_FILE, &text, missing))));
    }
    let quarter = file.round.quarter;
    let pointed_at = |name: &Option<round::At<String>>, what: &str| -> Result<Option<PathBuf>, Failure> {
        let Some(name) = name else { return Ok(None) };
        let path = folder.join(&name.value);
        if path.is_file() {
            return Ok(Some(path));
        }
        let fault = Fault {
            message: format!("{what} finns inte"),
            label: "nämns här".into(),
            help: None,
            span: name.span.clone(),
        };
        Err(Failure::Faulty(Box::new(Faults::new(ROUND_FILE, &text, vec![fault]))))
    };
    let previous = match pointed_at(&file.previous, "förra rapporten")? {
        None => None,
        Some(path) => {
            let json = std::fs::read_to_string(&path)
                .map_err(|it| Failure::File(io_text("Det går inte att läsa förra rapporten", &path, &it)))?;
            let previous = crate::merge::previous::read(&json, &library.insatser).map_err(|it| {
                Failure::File(format!("Förra rapporten {} går inte att använda. {it}", path.display()))
            })?;
            if previous.report.quarter >= quarter {
                return Err(Failure::File(format!(
                    "Förra rapporten {} gäller {}, men den ska vara från ett kvartal före {quarter}.",
                    path.display(),
                    previous.report.quarter
                )));
            }
            Some(previous)
        }
    };
    let utforare: Vec<Utforare> = file.round.utforare.iter().map(|it| it.utforare.clone()).collect();
    let register = match pointed_at(&file.register, "registret")? {
        Some(path) => Some(reading::register(library, &path, quarter, &utforare)?),
        None => None,
    };
    let ongoing = match pointed_at(&file.ongoing, "filen med pågående beslut")? {
        Some(path) => reading::ongoing(library, &path, quarter)?,
        None => Ongoing::new(),
    };
    Ok(RoundFolder { folder: folder.to_path_buf(), file, previous, register, ongoing })
}

fn names_what_is_not_there(text: &str, name: &str, message: &str) -> Failure {
    let at = text.find(name).unwrap_or(0);
    let fault = Fault { message: message.into(), label: "nämns här".into(), help: None, span: at..at + name.len() };
    Failure::Faulty(Box::new(Faults::new(ROUND_FILE, text, vec![fault])))
}

/// Spreadsheets in the folder that no inlamning names.
fn unnamed_files(folder: &RoundFolder) -> Vec<String> {
    let pointers = [&folder.file.previous, &folder.file.register, &folder.file.ongoing];
    let named = |name: &str| {
        folder.file.round.filings.iter().any(|it| it.content == Content::File(name.to_owned()))
            || pointers.iter().any(|it| it.as_ref().is_some_and(|it| it.value == name))
    };
    let Ok(entries) = std::fs::read_dir(&folder.folder) else { return Vec::new() };
    let mut names: Vec<String> = entries
        .filter_map(|it| it.ok().filter(|it| it.path().is_file())?.file_name().into_string().ok())
        .filter(|it| {
            let ending = it.rsplit('.').next().unwrap_or("").to_lowercase();
            ["xlsx", "xlsm", "xls", "xlsb", "ods", "csv", "tsv", "txt"].contains(&ending.as_str()) && !named(it)
        })
        .collect();
    names.sort();
    names
}

/// The whole job: reads, judges and merges.
pub fn make(folder: &RoundFolder, library: &Library, threads: usize) -> Result<QuarterReport, Failure> {
    let round = &folder.file.round;
    let in_force = library.catalogue.in_force(round.quarter);
    let setting = |utforare: usize| setting(folder, library, &in_force, Some(&round.utforare[utforare].utforare));
    let mut jobs = Vec::new();
    for attempt in &round.filings {
        if let Content::File(name) = &attempt.content {
            let hints = Hints {
                quarter: Some(round.quarter),
                assumed_insats: only_insats(round, attempt.utforare, attempt.insatser.as_deref()),
                purpose: Purpose::Report,
            };
            jobs.push(Job { path: folder.folder.join(name), hints, setting: setting(attempt.utforare) });
        }
    }
    let mut reviewed = reading::review_all(library, &jobs, threads)?.into_iter();
    let files = round
        .filings
        .iter()
        .map(|attempt| match &attempt.content {
            Content::Nil => None,
            Content::File(name) => reviewed.next().map(|(mut info, review)| {
                info.name.clone_from(name);
                info.utforare = Some(attempt.utforare);
                info.received = Some(attempt.received);
                (info, review)
            }),
        })
        .collect();
    Ok(merge(Inputs {
        catalogue: &library.catalogue,
        in_force: &in_force,
        insatser: &library.insatser,
        scale: &library.scale,
        round,
        last_report: folder.previous.as_ref().map(|it| &it.report),
        past: folder.previous.as_ref().map(|it| it.past.clone()).unwrap_or_default(),
        register: folder.register.as_ref(),
        ongoing: &folder.ongoing,
        files,
    }))
}

fn setting<'a>(
    folder: &'a RoundFolder,
    library: &'a Library,
    in_force: &'a InForce,
    utforare: Option<&'a Utforare>,
) -> Setting<'a> {
    Setting {
        catalogue: &library.catalogue,
        in_force,
        insatser: &library.insatser,
        quarter: folder.file.round.quarter,
        report_day: folder.file.round.report_day,
        last_report: folder.previous.as_ref().map(|it| &it.report),
        register: folder.register.as_ref(),
        utforare,
    }
}

/// The insats a sheet without such a column must be about: when the attempt can only concern one.
fn only_insats(round: &Round, utforare: usize, named: Option<&[InsatsId]>) -> Option<InsatsId> {
    let uppdrag = &round.utforare[utforare].utforare.uppdrag;
    let mut all = uppdrag.iter().filter(|it| concerns(named, &it.insatser)).flat_map(|it| &it.insatser);
    let mut possible = all.by_ref().filter(|it| named.is_none_or(|named| named.contains(it)));
    match (possible.next(), possible.next()) {
        (Some(only), None) => Some(*only),
        _ => None,
    }
}

/// Writes the outputs. Each is written beside its place and moved there when whole.
pub fn write(out: &Path, view: &View<'_>, around: &Around, formats: &[Format], threads: usize) -> Result<(), Failure> {
    std::fs::create_dir_all(out).map_err(|it| Failure::System(io_text("Det går inte att skapa mappen", out, &it)))?;
    let wanted = |format| formats.is_empty() || formats.contains(&format);
    type Writer = fn(&mut std::io::BufWriter<std::fs::File>, &View<'_>) -> Result<(), render::RenderError>;
    let outputs: [(Format, &str, Writer); 3] = [
        (Format::Json, "report.json", |out, view| render::json::write(out, view)),
        (Format::Xlsx, "rapport.xlsx", |out, view| render::xlsx::write(out, view)),
        (Format::Html, "rapport.html", |out, view| render::html::write(out, view)),
    ];
    for (format, name, writer) in outputs {
        if wanted(format) {
            whole_file(&out.join(name), |file| writer(file, view))?;
        }
    }
    if wanted(Format::Handlingar) {
        super::documents::write(out, view, around, threads)?;
    }
    Ok(())
}

/// Writes a file so that it is there whole or not at all.
pub fn whole_file(
    path: &Path,
    write: impl FnOnce(&mut std::io::BufWriter<std::fs::File>) -> Result<(), render::RenderError>,
) -> Result<(), Failure> {
    use std::io::Write;
    let fault = |it: std::io::Error| Failure::System(io_text("Det går inte att skriva", path, &it));
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(".del");
    let unfinished = PathBuf::from(unfinished);
    let mut file = std::io::BufWriter::new(std::fs::File::create(&unfinished).map_err(fault)?);
    let written =
        write(&mut file).map_err(|it| Failure::System(it.to_string())).and_then(|()| file.flush().map_err(fault));
    drop(file);
    if let Err(failure) = written.and_then(|()| std::fs::rename(&unfinished, path).map_err(fault)) {
        // Half a file helps nobody; whether it can be removed does not change what went wrong.
        let _ = std::fs::remove_file(&unfinished);
        return Err(failure);
    }
    Ok(())
}
