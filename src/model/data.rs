//! Faults in the data files that come with the program or from a nämnd (catalogues, columns).
//!
//! Goes in: what is wrong, how to mend it and which bytes of the file are meant. Comes out: one value for every loader.
//! Guaranteed: the message and the help are whole Swedish sentences.

use std::ops::Range;

use super::spelling;

/// A fault in a data file: shown with the characters underlined.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct DataError {
    /// What is wrong, in Swedish.
    pub message: String,
    /// How to mend it.
    pub help: Option<String>,
    /// The bytes of the file that are meant.
    pub span: Option<Range<usize>>,
}

impl DataError {
    pub fn new(message: impl Into<String>, help: impl Into<String>, span: Range<usize>) -> Self {
        Self { message: message.into(), help: Some(help.into()), span: Some(span) }
    }

    /// The TOML reader's own complaint, with its place.
    pub fn toml(error: &toml::de::Error) -> Self {
        let help = "Se filen med samma namn i rules/ för hur den ska se ut.";
        let message = format!("Filen går inte att läsa: {}", error.message());
        Self { message, help: Some(help.to_owned()), span: error.span() }
    }

    /// A word that is not in a closed list, with the nearest one as help.
    pub fn unknown(what: &str, word: &str, known: &[&str], span: Range<usize>) -> Self {
        let help = match spelling::nearest(word, known.iter().copied()) {
            Some(near) => format!("Menade du ”{near}”?"),
            None => format!("Välj något av: {}.", known.join(", ")),
        };
        Self::new(format!("{what} ”{word}” finns inte."), help, span)
    }
}
