//! What can be wrong with a round file, as a person mends it: underlined, with a suggestion.
//!
//! Goes in: a span of the file and a Swedish sentence. Comes out: a miette diagnostic holding all faults of the file at once.
//! Guaranteed: never about an utförare's data; that is a finding.

use std::sync::Arc;

use miette::{Diagnostic, LabeledSpan, NamedSource, SourceCode};

/// One fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub message: String,
    pub label: String,
    pub help: Option<String>,
    pub span: std::ops::Range<usize>,
}

/// A fault together with the file it stands in.
#[derive(Debug)]
pub struct FaultIn {
    fault: Fault,
    source: NamedSource<Arc<str>>,
}

/// All faults of a file.
#[derive(Debug)]
pub struct Faults {
    pub file: String,
    pub list: Vec<FaultIn>,
}

impl Faults {
    pub fn new(file: &str, text: &str, list: Vec<Fault>) -> Self {
        let text: Arc<str> = text.into();
        let with_source = |fault| FaultIn { fault, source: NamedSource::new(file, text.clone()) };
        Self { file: file.to_owned(), list: list.into_iter().map(with_source).collect() }
    }
}

impl std::fmt::Display for Faults {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.list.len() {
            1 => write!(f, "{} har ett fel", self.file),
            n => write!(f, "{} har {n} fel", self.file),
        }
    }
}

impl std::error::Error for Faults {}

impl Diagnostic for Faults {
    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        Some(Box::new(self.list.iter().map(|it| it as &dyn Diagnostic)))
    }
}

impl std::fmt::Display for FaultIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.fault.message)
    }
}

impl std::error::Error for FaultIn {}

impl Diagnostic for FaultIn {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(std::iter::once(LabeledSpan::new_with_span(
            Some(self.fault.label.clone()),
            self.fault.span.clone(),
        ))))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        self.fault.help.as_ref().map(|it| Box::new(it) as Box<dyn std::fmt::Display>)
    }
}
