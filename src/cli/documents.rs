//! The papers of the quarter as files, beside the report: one folder, one file per paper and format.
//!
//! Goes in: a report as renderers look at it, and what is said beside it. Comes out: files in `handlingar/`.
//! Guaranteed: each file is whole or absent; all formats of a paper come from one content tree; what may be published lies in a
//! folder of its own.

use std::io::Write;
use std::path::{Path, PathBuf};

use crate::render::document::Format;
use crate::render::document::docx::Template;
use crate::render::document::listed::Papers;
use crate::render::document::paper::Paper;
use crate::render::document::public::{Public, Settings, open};
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

/// Writes the papers.
pub fn write(out: &Path, view: &View<'_>, around: &Around) -> Result<(), Failure> {
    let folder = made(&out.join(FOLDER))?;
    let paper = around.paper(view);
    let public = Public::of(view, around.settings(), &around.earlier);
    let put = |name: String, bytes: Result<Vec<u8>, RenderError>| {
        let bytes = bytes.map_err(|it| Failure::System(format!("{name}: {it}")))?;
        whole_file(&folder.join(name), |file| Ok(file.write_all(&bytes)?))
    };
    let papers = Papers { paper, public: public.as_ref(), sent: &[] };
    let day = paper.day.unwrap_or_default();
    for it in papers.listed() {
        let Some(document) = papers.built(&it) else { continue };
        for format in Format::offered() {
            let bytes = format.write(&document, day, around.template.as_ref(), None);
            put(format!("{}.{format}", it.stem), bytes)?;
        }
    }
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

fn made(folder: &Path) -> Result<PathBuf, Failure> {
    std::fs::create_dir_all(folder)
        .map_err(|it| Failure::System(io_text("Det går inte att skapa mappen", folder, &it)))?;
    Ok(folder.to_path_buf())
}
