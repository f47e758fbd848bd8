//! What can be wrong with `betyg.toml`, as a diagnostic for the one who wrote it.
//!
//! Goes in: a sentence and where it applies. Comes out: [`ScaleError`] with the characters underlined.
//! Guaranteed: Swedish throughout; the place always lies inside the file.

use std::ops::Range;

use miette::{Diagnostic, NamedSource, SourceSpan};

use crate::model::spelling;

/// The first thing that is wrong with a rating scale.
#[derive(Debug, Clone, thiserror::Error, Diagnostic)]
#[error("{what}")]
#[diagnostic(code(betyg))]
pub struct ScaleError {
    pub what: String,
    #[source_code]
    file: NamedSource<String>,
    #[label("här")]
    at: SourceSpan,
    #[help]
    pub help: Option<String>,
}

/// A file and its name, to blame.
#[derive(Debug, Clone, Copy)]
pub struct Blamed<'a> {
    pub name: &'a str,
    pub text: &'a str,
}

impl Blamed<'_> {
    pub fn error(&self, what: impl Into<String>, at: Range<usize>, help: Option<String>) -> Box<ScaleError> {
        let end = self.text.len();
        let start = at.start.min(end);
        let at = SourceSpan::from(start..at.end.clamp(start, end));
        Box::new(ScaleError { what: what.into(), file: NamedSource::new(self.name, self.text.to_owned()), at, help })
    }

    /// A word that is not one of those known.
    pub fn unknown<'k>(
        &self,
        kind: &str,
        word: &str,
        at: Range<usize>,
        known: impl IntoIterator<Item = &'k str>,
    ) -> Box<ScaleError> {
        let known: Vec<&str> = known.into_iter().collect();
        let help = match spelling::nearest(word, known.iter().copied()) {
            Some(near) => format!("Menade du ”{near}”?"),
            None => format!("Det här finns: {}.", known.join(", ")),
        };
        self.error(format!("”{word}” är {kind}."), at, Some(help))
    }

    /// What the TOML reader says in English, told in Swedish.
    pub fn toml(&self, error: &toml::de::Error) -> Box<ScaleError> {
        let message = error.message();
        let quoted = message.split('`').nth(1).unwrap_or_default();
        let (what, help) = if message.starts_with("unknown field") {
            let known: Vec<&str> = message.split('`').skip(3).step_by(2).collect();
            let near = spelling::nearest(quoted, known.iter().copied());
            let help =
                near.map_or_else(|| format!("Det här finns: {}.", known.join(", ")), |it| format!("Menade du ”{it}”?"));
            (format!("Nyckeln ”{quoted}” finns inte här."), Some(help))
        } else if message.starts_with("missing field") {
            (format!("Nyckeln ”{quoted}” saknas."), None)
        } else if message.starts_with("invalid type") || message.starts_with("invalid value") {
            ("Värdet har fel form.".to_owned(), Some("Tal skrivs utan citattecken och text med.".to_owned()))
        } else if message.starts_with("duplicate") {
            ("Nyckeln står redan i samma tabell.".to_owned(), None)
        } else {
            ("Filen är inte giltig TOML.".to_owned(), Some("Rätta tecknen på det markerade stället.".to_owned()))
        };
        self.error(what, error.span().unwrap_or(0..0), help)
    }
}
