//! The quarter's report → everything that leaves: JSON, XLSX, one HTML page, text in a terminal, and the template sent out.
//!
//! Goes in: a [`QuarterReport`](crate::merge::QuarterReport) and a [`Voice`] that knows the words. Comes out: bytes.
//! Guaranteed: pure; the same input gives the same bytes; a figure is the same in every format; text that came from
//! outside is masked and can neither start a formula nor a tag nor steer a terminal.

pub mod amended;
pub mod answer;
pub mod check;
pub mod correction;
pub mod difference;
pub mod document;
pub mod explain;
pub mod feedback;
pub mod findings_xlsx;
pub mod html;
pub mod ical;
pub mod json;
pub mod print;
mod rewrite;
pub mod tables;
pub mod template;
pub mod text;
pub mod view;
pub mod xlsx;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod same_figures;

use crate::model::{Family, Finding, Insatser};

pub use check::Checked;
pub use view::View;

/// What people read about one finding.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Texts {
    pub message: String,
    /// What was expected in the cell; not every rule says.
    pub expected: Option<String>,
    pub remedy: String,
}

/// Whoever knows the rules' words; the catalogue in the program, a few sentences in a test.
pub trait Speaks {
    /// Stable id, `SI002`.
    fn rule_id(&self, rule: u16) -> &str;
    /// The problem as a short headline; empty when there is none.
    fn headline(&self, rule: u16) -> &str;
    fn family(&self, rule: u16) -> Family;
    fn texts(&self, finding: &Finding) -> Texts;
}

/// The words every renderer needs beside the report.
#[derive(Clone, Copy)]
pub struct Voice<'a> {
    pub insatser: &'a Insatser,
    pub rules: &'a dyn Speaks,
}

/// Why nothing could be rendered. Never the data's fault.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    #[error("Resultatet kunde inte skrivas: {0}")]
    Write(#[from] std::io::Error),
    #[error("Resultatet kunde inte skrivas som JSON: {0}")]
    Json(#[from] serde_json::Error),
    #[error("Arbetsboken kunde inte skapas: {0}")]
    Xlsx(#[from] rust_xlsxwriter::XlsxError),
    #[error("PDF-filen kunde inte skapas: {0}")]
    Pdf(String),
    #[error(transparent)]
    Template(#[from] document::docx::TemplateError),
}

impl Speaks for crate::rule::Catalogue {
    fn rule_id(&self, rule: u16) -> &str {
        self.rule(rule).map_or("", |it| it.id.as_str())
    }

    fn headline(&self, rule: u16) -> &str {
        self.rule(rule).map_or("", |it| it.title.as_str())
    }

    fn family(&self, rule: u16) -> Family {
        self.rule(rule).map_or(Family::Lasbarhet, |it| it.family)
    }

    fn texts(&self, finding: &Finding) -> Texts {
        let crate::rule::Texts { message, expected, remedy } = Self::texts(self, finding);
        Texts { message, expected, remedy }
    }
}
