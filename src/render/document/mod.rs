//! One content tree for every paper of the quarter: what is said is decided once, how it looks is decided by the writers.
//!
//! Goes in: a [`View`](super::View) of the report and what people have written. Comes out: [`Document`], which the writers
//! of docx, pdf, html, xlsx and json print. Guaranteed: pure; every figure in a sentence, a table or a chart is a
//! [`Figure`] that names its place in report.json, so that no format and no sentence can say another thing.

pub mod aterkoppling;
pub mod book;
pub mod chart;
pub mod docx;
pub mod format;
pub mod ivo;
pub mod law;
pub mod lint;
pub mod listed;
pub mod missing;
pub mod namnd;
pub mod page;
pub mod paper;
#[cfg(feature = "pdf")]
pub mod pdf;
pub mod plain;
pub mod public;
pub mod revisorer;
pub mod say;
pub mod tjansteskrivelse;
pub mod tree;
pub mod value;

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod same_figures;

pub use format::Format;
pub use law::{Law, law};
pub use tree::{
    Block, Cell, Chart, ChartKind, Column, Document, Figure, Kind, Paragraph, Row, RowKind, Run, Section, Series,
    Table, Value, Width,
};
