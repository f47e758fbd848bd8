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

/// The clock of the service.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
pub fn clock() -> crate::desk::work::Clock {
    std::sync::Arc::new(chrono::Utc::now)
}

/// A setting from the environment. A secret may lie in a file instead, named by the same variable with `_FILE` at the end.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
pub fn setting(name: &str) -> Option<String> {
    let given = std::env::var(name).ok().filter(|it| !it.is_empty());
    given.or_else(|| {
        let file = std::env::var(format!("{name}_FILE")).ok()?;
        std::fs::read_to_string(file).ok().map(|it| it.trim_end().to_owned())
    })
}

/// This moment.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
pub fn now() -> DateTime<Utc> {
    Utc::now()
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
