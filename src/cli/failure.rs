//! How a command can end, and what is printed when it ends badly.
//!
//! Goes in: an outcome or a failure. Comes out: an exit code of contract.md and, for failures, Swedish text on stderr.
//! Guaranteed: findings are never failures; internals are never shown as they are.

use std::process::ExitCode;

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme};

/// How a command that did its work ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Nothing to object to.
    Clean,
    /// Findings of severity `fel`.
    Findings,
    /// A file cannot be used at all.
    Unusable,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Clean => ExitCode::from(0),
            Outcome::Findings => ExitCode::from(1),
            Outcome::Unusable => ExitCode::from(3),
        }
    }
}

/// Why a command could not do its work.
#[derive(Debug)]
pub enum Failure {
    /// The command line asks for something that cannot be meant (exit 2).
    Usage(String),
    /// A named file cannot be read (exit 3).
    File(String),
    /// Rules or configuration are faulty; all faults, underlined (exit 4).
    Faulty(Box<dyn Diagnostic + Send + Sync>),
    /// A setting cannot be used (exit 4).
    Setting(String),
    /// The system failed (exit 5).
    System(String),
}

impl Failure {
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Failure::Usage(_) => 2,
            Failure::File(_) => 3,
            Failure::Faulty(_) | Failure::Setting(_) => 4,
            Failure::System(_) => 5,
        })
    }

    /// The text for stderr.
    pub fn text(&self) -> String {
        match self {
            Failure::Usage(text) | Failure::File(text) | Failure::Setting(text) | Failure::System(text) => {
                format!("{text}\n")
            }
            Failure::Faulty(diagnostic) => rendered(diagnostic.as_ref()),
        }
    }
}

/// Prints each fault of a file as its own report; miette's own joining word for related faults is English.
fn rendered(diagnostic: &dyn Diagnostic) -> String {
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor()).with_width(100);
    let mut out = format!("{diagnostic}.\n");
    let mut any = false;
    if let Some(related) = diagnostic.related() {
        for one in related {
            any = true;
            out.push('\n');
            // Writing to a String cannot fail.
            let _ = handler.render_report(&mut out, one);
        }
    }
    if !any {
        let _ = handler.render_report(&mut out, diagnostic);
    }
    // The one word of miette's own that a reader would meet.
    out.replace("\n  help: ", "\n  hjälp: ")
}

/// A sentence for an error of the file system.
pub fn io_text(what: &str, path: &std::path::Path, error: &std::io::Error) -> String {
    let why = match error.kind() {
        std::io::ErrorKind::NotFound => "den finns inte".to_owned(),
        std::io::ErrorKind::PermissionDenied => "du saknar behörighet".to_owned(),
        std::io::ErrorKind::IsADirectory => "det är en mapp".to_owned(),
        std::io::ErrorKind::NotADirectory => "en del av sökvägen är ingen mapp".to_owned(),
        std::io::ErrorKind::InvalidData => {
            "den är inte sparad som UTF-8; spara om den med teckenkodningen UTF-8".to_owned()
        }
        std::io::ErrorKind::StorageFull => "disken är full".to_owned(),
        kind => format!("fel från systemet: {kind}"),
    };
    format!("{what} {}: {why}.", path.display())
}
