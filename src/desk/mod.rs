//! The service in verbs of the domain: receive, read, judge, accept, ask, grade, fix.
//!
//! Goes in: what a person or a program asks for, and the time. Comes out: the new state, or a refusal in Swedish.
//! Guaranteed: pages and API do nothing but call here, so both say the same; every change is one transaction with its
//! event; what is computed is computed by the same functions as on the command line.

pub mod fault;
pub mod library;
pub mod reading;

pub use library::{Library, LibraryFault};
