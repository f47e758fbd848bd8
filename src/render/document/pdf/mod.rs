//! A paper → PDF that is both an archive file (PDF/A-2a) and readable aloud (PDF/UA-1).
//!
//! Goes in: a [`Document`] and the day it was made, which an archive file must say. Comes out: the bytes of one file.
//! Guaranteed: pure; same paper and same day, same bytes; texts reach the typesetter as data, never as mark-up; no font,
//! file or clock of the machine is used; a character that no font of ours has becomes a box instead of a failed paper.

mod data;
mod widths;
mod world;

use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{Datelike, NaiveDate};
use typst::diag::SourceDiagnostic;
use typst::foundations::{Datetime, Smart};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use super::tree::Document;
use crate::render::RenderError;

/// How many are being written right now.
static WRITING: AtomicUsize = AtomicUsize::new(0);
/// How many papers what typst remembers outlives its last use, while others are being written.
const REMEMBERED: usize = 3;

/// The paper as a PDF.
pub fn write(document: &Document, made: NaiveDate) -> Result<Vec<u8>, RenderError> {
    WRITING.fetch_add(1, Ordering::SeqCst);
    let result = typeset(document, made, world::drawable)
        // A sequence of characters may lack a glyph though each of them has one. Then only what is sure is printed.
        .or_else(|_| typeset(document, made, |it| it < '\u{250}' || "–—−‘’‚“”„…•€".contains(it)));
    // Typst remembers every piece it has laid out. Another thread may need what it remembers of its own paper; when
    // nobody writes any more, all of it is let go.
    let others = WRITING.fetch_sub(1, Ordering::SeqCst) > 1;
    comemo::evict(if others { REMEMBERED } else { 0 });
    result
}

fn typeset(document: &Document, made: NaiveDate, drawable: fn(char) -> bool) -> Result<Vec<u8>, RenderError> {
    let failed = |why: &[SourceDiagnostic]| {
        let why: Vec<&str> = why.iter().map(|it| it.message.as_str()).collect();
        RenderError::Pdf(why.join("; "))
    };
    let data = serde_json::to_vec(&data::Paper::of(document, drawable))?;
    let world = world::Paper::new(data).ok_or_else(|| RenderError::Pdf("mallen saknas".to_owned()))?;
    let paper = typst::compile::<PagedDocument>(&world).output.map_err(|it| failed(&it))?;
    let options = PdfOptions {
        ident: Smart::Auto,
        creator: Smart::Custom(Some("Kvartal".to_owned())),
        timestamp: midnight(made).map(Timestamp::new_utc),
        standards: PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1])
            .map_err(|it| RenderError::Pdf(it.message().to_string()))?,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(&paper, &options).map_err(|it| failed(&it))
}

fn midnight(day: NaiveDate) -> Option<Datetime> {
    let (month, date) = (u8::try_from(day.month()).ok()?, u8::try_from(day.day()).ok()?);
    Datetime::from_ymd_hms(day.year(), month, date, 0, 0, 0)
}
