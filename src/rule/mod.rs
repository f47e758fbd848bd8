//! `rules/` → the catalogue: the rule language, its loader and its documentation page.
//!
//! Goes in: rule files as text. Comes out: [`Catalogue`], or everything that is wrong with the files, underlined.
//! Guaranteed: names and types are checked when a rule is loaded; a condition is compiled once; pure.
//!
//! ```text
//! text ─file─▶ RuleFile ─lex─parse─▶ Expr ─check─▶ tree ─eval(Facts)─▶ Outcome ─message─▶ Texts
//! ```

pub mod catalogue;
mod check;
mod codes;
mod compiled;
mod derive;
pub mod docs;
pub mod error;
mod eval;
pub mod examples;
pub mod facts;
mod fault;
mod file;
#[cfg(test)]
mod fixtures;
pub mod functions;
mod lex;
#[cfg(test)]
mod load_tests;
mod message;
pub mod mutate;
#[cfg(test)]
mod oracle_tests;
mod parse;
mod quoted;
mod section;
mod tree;
pub mod vocabulary;

pub use catalogue::{Catalogue, InForce, ROUND_SLOTS, RuleSource, Texts};
pub use compiled::{Change, Example, Rule, Told};
pub use error::RuleErrors;
pub use examples::{ExampleFailure, ExampleFailures};
pub use facts::{Facts, Value};
pub use file::{Outcome, Period, Source};
pub use vocabulary::{Scope, Slot};
