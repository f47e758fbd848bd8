//! `rules/` → the catalogue: the rule language, its loader and its documentation page.
//!
//! Goes in: rule files as text. Comes out: [`Catalogue`], or everything that is wrong with the files, underlined.
//! Guaranteed: names and types are checked when a rule is loaded; a condition is compiled once; pure.

pub mod vocabulary;

pub use vocabulary::{Scope, Slot};
