//! The formats a paper can be had in, and the one place that knows which writer makes which.
//!
//! Goes in: a [`Document`]. Comes out: the bytes of one file. Guaranteed: pure; all formats come from the same tree.

use chrono::NaiveDate;

use super::tree::Document;
use super::{book, docx, page, plain, value};
use crate::model::words::words;
use crate::render::RenderError;

words! {
    /// Ending of the file's name, and what people call it.
    Format {
        Html = "html", "Webbsida";
        Docx = "docx", "Word";
        Pdf = "pdf", "PDF";
        Xlsx = "xlsx", "Excel";
        Json = "json", "JSON";
        Txt = "txt", "Text";
    }
}

impl Format {
    /// Those that this program was built with.
    pub fn offered() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(|it| *it != Self::Pdf || cfg!(feature = "pdf"))
    }

    pub fn media_type(self) -> &'static str {
        match self {
            Self::Html => "text/html; charset=utf-8",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Pdf => "application/pdf",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Json => "application/json",
            Self::Txt => "text/plain; charset=utf-8",
        }
    }

    /// Writes the paper. `day` is what an archive file must say; `lineage` leads from figures in HTML to their cases.
    ///
    /// # Errors
    ///
    /// A writer failed, or the program was built without it.
    pub fn write(
        self,
        document: &Document,
        day: NaiveDate,
        template: Option<&docx::Template>,
        lineage: Option<&str>,
    ) -> Result<Vec<u8>, RenderError> {
        match self {
            Self::Html => page::write(document, lineage),
            Self::Docx => docx::write(document, template),
            Self::Pdf => pdf(document, day),
            Self::Xlsx => book::write(document),
            Self::Json => value::write(document),
            Self::Txt => Ok(plain::write(document).into_bytes()),
        }
    }
}

#[cfg(feature = "pdf")]
fn pdf(document: &Document, day: NaiveDate) -> Result<Vec<u8>, RenderError> {
    super::pdf::write(document, day)
}

#[cfg(not(feature = "pdf"))]
fn pdf(_: &Document, _: NaiveDate) -> Result<Vec<u8>, RenderError> {
    Err(RenderError::Pdf("programmet är byggt utan PDF".to_owned()))
}
