//! The papers of the quarter as files, beside the report: one folder, one file per paper and format.
//!
//! Goes in: a report as renderers look at it, and what is said beside it. Comes out: files in `handlingar/`.
//! Guaranteed: each file is whole or absent; all formats of a paper come from one content tree; what may be published lies in a
//! folder of its own.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::render::document::docx::Template;
use crate::render::document::listed::Papers;
use crate::render::document::paper::Paper;
use crate::render::document::public::{Public, Settings, open};
use crate::render::document::{Document, Format};
use crate::render::{RenderError, View};

use super::failure::{Failure, io_text};
use super::report::whole_file;
use super::round::Beside;

/// The folder in the report's folder.
const FOLDER: &str = "handlingar";
/// What anybody may read, inside it.
const OPEN: &str = "oppna-data";
/// The public version, to be named under `publicerat` next time.
const PUBLISHED: &str = "publicerat.json";

/// What the papers need beside the report, read from the round's folder.
#[derive(Default)]
pub struct Around {
    pub beside: Beside,
    template: Option<Template>,
    earlier: Vec<Public>,
}

impl Around {
    /// Opens the files that the round names.
    pub fn of(folder: &Path, beside: Beside) -> Result<Self, Failure> {
        let read = |name: &str, what: &str| {
            let path = folder.join(name);
            std::fs::read(&path)
                .map_err(|it| Failure::File(io_text(&format!("Det går inte att läsa {what}"), &path, &it)))
        };
        let template = match &beside.template {
            Some(name) => {
                let bytes = read(&name.value, "Word-mallen")?;
                Some(Template::open(&bytes).map_err(|it| Failure::File(format!("{}: {it}", name.value)))?)
            }
            None => None,
        };
        let mut earlier = Vec::new();
        for name in &beside.published {
            let json = String::from_utf8_lossy(&read(&name.value, "en publicerad version")?).into_owned();
            earlier.push(Public::read(&json).map_err(|it| Failure::File(format!("{}: {it}", name.value)))?);
        }
        Ok(Self { beside, template, earlier })
    }

    fn paper<'a>(&'a self, view: &'a View<'a>) -> Paper<'a> {
        Paper {
            dnr: self.beside.dnr.as_deref(),
            author: self.beside.author.as_deref(),
            measures: &self.beside.measures,
            meetings: self.beside.meetings,
            ..Paper::of(view)
        }
    }

    fn settings(&self) -> Settings {
        self.beside.threshold.map_or_else(Settings::default, Settings::new)
    }
}

/// Writes the papers, `threads` files at once.
pub fn write(out: &Path, view: &View<'_>, around: &Around, threads: usize) -> Result<(), Failure> {
    let folder = made(&out.join(FOLDER))?;
    let paper = around.paper(view);
    let public = Public::of(view, around.settings(), &around.earlier);
    let papers = Papers { paper, public: public.as_ref(), sent: &[] };
    let day = paper.day.unwrap_or_default();
    let listed = papers.listed();
    let documents: Vec<(&str, Document)> =
        listed.iter().filter_map(|it| Some((it.stem.as_str(), papers.built(it)?))).collect();
    let put = |stem: &str, document: &Document, format: Format| {
        let name = format!("{stem}.{format}");
        let bytes = format
            .write(document, day, around.template.as_ref(), None)
            .map_err(|it| Failure::System(format!("{name}: {it}")))?;
        whole_file(&folder.join(name), |file| Ok(file.write_all(&bytes)?))
    };
    // PDF is the dear format: begun first, so that no thread is left with one at the end.
    let mut formats: Vec<Format> = Format::offered().collect();
    formats.sort_by_key(|it| *it != Format::Pdf);
    let jobs: Vec<(&str, &Document, Format)> =
        formats.iter().flat_map(|format| documents.iter().map(|(stem, it)| (*stem, it, *format))).collect();
    all(&jobs, threads, |(stem, document, format)| put(stem, document, *format))?;
    if let Some(public) = public {
        let folder = made(&folder.join(OPEN))?;
        let failed = |it: RenderError| Failure::System(it.to_string());
        let publisher = open::Publisher { name: paper.kommun(), mail: None };
        for it in open::files(&public, &publisher).map_err(failed)? {
            whole_file(&folder.join(&it.name), |file| Ok(file.write_all(&it.bytes)?))?;
        }
        let json = public.json().map_err(|it| Failure::System(it.to_string()))?;
        whole_file(&folder.join(PUBLISHED), |file| Ok(file.write_all(&json)?))?;
    }
    Ok(())
}

/// Does every job, `threads` at once. Of several failures the first in the order given is told.
fn all<J: Sync>(jobs: &[J], threads: usize, each: impl Fn(&J) -> Result<(), Failure> + Sync) -> Result<(), Failure> {
    let next = AtomicUsize::new(0);
    let failed: Mutex<Option<(usize, Failure)>> = Mutex::new(None);
    std::thread::scope(|scope| {
        for _ in 0..threads.clamp(1, jobs.len().max(1)) {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(job) = jobs.get(at) else { break };
                    let Err(failure) = each(job) else { continue };
                    // Nobody begins a further one.
                    next.fetch_add(jobs.len(), Ordering::Relaxed);
                    if let Ok(mut failed) = failed.lock()
                        && failed.as_ref().is_none_or(|it| at < it.0)
                    {
                        *failed = Some((at, failure));
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().map_err(|_| Failure::System("En skrivning avbröts oväntat.".into()))?;
    failed.map_or(Ok(()), |it| Err(it.1))
}

fn made(folder: &Path) -> Result<PathBuf, Failure> {
    std::fs::create_dir_all(folder)
        .map_err(|it| Failure::System(io_text("Det går inte att skapa mappen", folder, &it)))?;
    Ok(folder.to_path_buf())
}
