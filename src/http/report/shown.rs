//! Which version of the report a page shows: what is accepted, everything received, or the fixed one.
//!
//! Goes in: a quarter and what the reader asks for. Comes out: [`Shown`].
//! Guaranteed: a fixed quarter shows its fixed version and nothing else; what grows is the same merge as everywhere.

use std::collections::HashMap;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::file::{Line, ReportFile, Source};
use crate::desk::Which;
use crate::desk::figures::{Context, Made};
use crate::http::App;
use crate::http::error::PageError;
use crate::render::json;
use crate::store::event::hex;
use crate::store::round::FixedReport;

/// The report a page shows.
pub struct Shown {
    pub context: Arc<Context>,
    pub file: ReportFile,
    /// The bytes of `report.json`.
    pub json: Vec<u8>,
    /// The version it is, when the quarter is fixed.
    pub fixed: Option<FixedReport>,
    /// Everything received is shown, not only what is accepted.
    pub received: bool,
    /// What grows; none when the quarter is fixed.
    pub made: Option<Arc<Made>>,
}

/// `report.json` of a report that grows.
pub fn json_of(made: &Made) -> Result<Vec<u8>, PageError> {
    let mut out = Vec::new();
    json::write(&mut out, &made.view()).map_err(|it| PageError::Failed(it.to_string()))?;
    Ok(out)
}

/// The SHA-256 of a file in words for people: lower-case hex.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

impl Shown {
    /// The report of a round as it is shown now.
    ///
    /// # Errors
    ///
    /// The database failed, or the caged reader could not be started.
    pub async fn of(app: &App, round: &str, received: bool) -> Result<Self, PageError> {
        let context = app.desk.context(round).await?;
        if let Some(fixed) = context.contents.fixed_now().filter(|_| context.contents.round.is_fixed()).cloned() {
            let json = app.desk.store.original_bytes(&fixed.original_id).await?;
            let file = ReportFile::read(&json).map_err(PageError::Failed)?;
            return Ok(Self { context, file, json, fixed: Some(fixed), received: false, made: None });
        }
        let which = if received { Which::Received } else { Which::Accepted };
        let made = app.desk.report_of(&context, which).await?;
        let json = json_of(&made)?;
        let file = ReportFile::read(&json).map_err(PageError::Failed)?;
        Ok(Self { context, file, json, fixed: None, received, made: Some(made) })
    }

    pub fn kvartal(&self) -> &str {
        &self.context.contents.round.kvartal
    }

    /// Name of an utförare by its key.
    pub fn utforare<'a>(&'a self, nyckel: &'a str) -> &'a str {
        let found = self.context.contents.utforare.iter().find(|it| it.nyckel == nyckel);
        found.map_or(nyckel, |it| it.namn.as_str())
    }

    /// Name of an insats by its key; a dash for none.
    pub fn insats<'a>(&'a self, key: Option<&'a str>) -> &'a str {
        let Some(key) = key else { return "–" };
        let insatser = &self.context.library.insatser;
        insatser.by_key(key).map_or(key, |it| insatser.get(it).name.as_str())
    }

    pub fn line_insats<'a>(&'a self, line: &'a Line) -> &'a str {
        if line.insats.is_some() { self.insats(line.insats.as_deref()) } else { line.insats_as_written() }
    }
}

/// From a row of a file to the review of the filing it came with.
pub struct Sources<'a> {
    context: &'a Context,
    /// Utförare and hash → filing and number of the version that brought the file.
    filings: HashMap<(&'a str, &'a str), Vec<(&'a str, i64)>>,
}

impl<'a> Sources<'a> {
    pub fn of(context: &'a Context) -> Self {
        let contents = &context.contents;
        let mut filings: HashMap<(&str, &str), Vec<(&str, i64)>> = HashMap::new();
        for filing in &contents.filings {
            let Some(utforare) = contents.utforare_of(filing) else { continue };
            for attempt in contents.attempts_of(filing) {
                let Some(original) = contents.original_of(attempt) else { continue };
                filings.entry((&utforare.nyckel, &original.sha256)).or_default().push((&filing.id, attempt.nr));
            }
        }
        Self { context, filings }
    }

    /// Filing and number of the version that brought a file. The same file may have come for several uppdrag; the insats tells
    /// which.
    pub fn version(&self, utforare: &str, source: &Source, insats: Option<&str>) -> Option<(&'a str, i64)> {
        let all = self.filings.get(&(utforare, source.sha256.as_str()))?;
        let contents = &self.context.contents;
        let concerns = |it: &&(&str, i64)| {
            let uppdrag = contents.filing(it.0).and_then(|it| contents.uppdrag_of(it));
            uppdrag.is_some_and(|it| insats.is_some_and(|insats| it.keys().iter().any(|own| own == insats)))
        };
        all.iter().find(concerns).or(all.first()).copied()
    }

    /// Address of the row in its review.
    pub fn href(&self, utforare: &str, source: &Source, insats: Option<&str>) -> String {
        let Some((filing, nr)) = self.version(utforare, source, insats) else { return String::new() };
        let (nr, row) = (nr.to_string(), source.row.to_string());
        let query = [("version", nr.as_str()), ("blad", &source.sheet), ("rad", &row)];
        format!("/granska/{filing}?{}", serde_html_form::to_string(query).unwrap_or_default())
    }
}

/// `Blad1, rad 12`
pub fn place(source: &Source) -> String {
    if source.sheet.is_empty() {
        format!("rad {}", source.row)
    } else {
        format!("{}, rad {}", source.sheet, source.row)
    }
}
