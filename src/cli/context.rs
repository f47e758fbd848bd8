//! The only reader of the clock, the environment and the machine: the time, threads, where our own program and the database lie.
//!
//! Goes in: the environment. Comes out: plain values handed down to everything else.
//! Guaranteed: nothing to the left of `cage` asks for any of this.

use std::path::PathBuf;

use chrono::{DateTime, NaiveDate, Utc};

use crate::model::calendar::swedish_day;

/// Today in Sweden.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
pub fn today() -> NaiveDate {
    swedish_day(chrono::Utc::now().fixed_offset())
}

/// This moment.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
pub fn now() -> DateTime<Utc> {
    Utc::now()
}

/// The database of the service, when nothing else is said.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
pub fn database_url() -> Option<String> {
    std::env::var("KVARTAL_DATABASE_URL").ok().filter(|it| !it.is_empty())
}

/// What everything that waits runs on: the database, the service.
pub fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()
}

/// How many files are read at once, unless the user says otherwise: one per core.
pub fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// Our own program, which the cage starts again as its child.
pub fn own_program() -> std::io::Result<PathBuf> {
    std::env::current_exe()
}

/// Whether a person is watching stderr; progress is shown only then.
pub fn watched() -> bool {
    std::io::IsTerminal::is_terminal(&std::io::stderr())
}
