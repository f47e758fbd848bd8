//! What is wrong with rule files, as diagnostics for those who write rules.
//!
//! Goes in: a [`FaultKind`] and the bytes it stands on. Comes out: [`RuleErrors`], every fault of every file at once,
//! because an author wants to mend them in one round.
//! Guaranteed: Swedish throughout; the place always lies inside the file. What is wrong with an *utförare's* sheet is
//! never an error, it is a `Finding`.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode, SourceSpan};

use super::RuleSource;
pub use super::fault::FaultKind;
use super::quoted::{Quoted, locate};

/// A fault and where it stands in the text at hand.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    pub kind: FaultKind,
    pub at: Range<usize>,
}

impl Found {
    pub fn new(kind: FaultKind, at: Range<usize>) -> Self {
        Self { kind, at }
    }
}

/// One fault of one file.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{kind}")]
pub struct Fault {
    pub kind: FaultKind,
    file: NamedSource<Arc<str>>,
    at: SourceSpan,
}

impl Fault {
    pub fn new(source: &RuleSource, kind: FaultKind, at: Range<usize>) -> Self {
        let len = source.text.len();
        let start = at.start.min(len);
        let at = SourceSpan::from(start..at.end.clamp(start, len));
        Self { kind, file: NamedSource::new(&source.path, Arc::clone(&source.text)), at }
    }

    pub fn path(&self) -> &str {
        self.file.name()
    }

    /// The bytes of the file that are underlined.
    pub fn at(&self) -> Range<usize> {
        self.at.offset()..self.at.offset() + self.at.len()
    }
}

impl Diagnostic for Fault {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(format!("regel::{}", self.kind.code())))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.kind.help().map(|it| Box::new(it) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.file)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(std::iter::once(LabeledSpan::new_with_span(Some(self.kind.label()), self.at))))
    }
}

/// Everything that is wrong, in the order of the files.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{}", self.headline())]
pub struct RuleErrors {
    pub faults: Vec<Fault>,
}

impl RuleErrors {
    /// Without a full stop: whoever prints it may go on with what is wrong.
    fn headline(&self) -> String {
        match self.faults.len() {
            1 => "Regelbiblioteket har ett fel".to_owned(),
            many => format!("Regelbiblioteket har {many} fel"),
        }
    }

    /// Every fault with its characters underlined, and the headline last, where a terminal stops scrolling.
    pub fn in_words(&self, theme: GraphicalTheme) -> String {
        let mut out = String::new();
        for fault in &self.faults {
            render(fault, theme.clone(), &mut out);
        }
        out + &self.headline() + ".\n"
    }
}

impl Diagnostic for RuleErrors {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new("regel::bibliotek"))
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        Some(Box::new(self.faults.iter().map(|it| it as &dyn Diagnostic)))
    }
}

/// One diagnostic by itself: miette's own way of printing related ones says "Error:" in English before each.
pub(super) fn render(diagnostic: &dyn Diagnostic, theme: GraphicalTheme, out: &mut String) {
    let handler = GraphicalReportHandler::new_themed(theme).with_width(120).with_links(false);
    if handler.render_report(out, diagnostic).is_err() {
        out.push_str(&diagnostic.to_string());
    }
    out.push('\n');
}

/// Collects the faults of one file.
#[derive(Debug)]
pub struct Faults<'s> {
    pub source: &'s RuleSource,
    pub list: Vec<Fault>,
}

impl<'s> Faults<'s> {
    pub fn of(source: &'s RuleSource) -> Self {
        Self { source, list: Vec::new() }
    }

    /// At bytes of the file.
    pub fn push(&mut self, kind: FaultKind, at: Range<usize>) {
        self.list.push(Fault::new(self.source, kind, at));
    }

    /// At bytes of a decoded string of the file.
    pub fn push_in(&mut self, quoted: &Quoted, found: Found) {
        let at = locate(&self.source.text, quoted, found.at);
        self.push(found.kind, at);
    }
}
