//! `kvartal rebuild`: every reading made again from its original, and compared with what is stored.
//!
//! Goes in: a database. Comes out: what differs, on stdout; exit code 1 when something does.
//! Guaranteed: without `--skriv` nothing is changed; with it each replaced reading is in the log.

use super::arguments::Rebuild;
use super::failure::{Failure, Outcome};
use super::{context, say, serve};

/// Runs the command.
///
/// # Errors
///
/// The database failed, or the caged reader could not be started.
pub fn run(arguments: &Rebuild) -> Result<Outcome, Failure> {
    let database = serve::database(arguments.databas.as_deref());
    serve::runtime()?.block_on(async {
        let desk = serve::desk(&database).await?;
        let done = desk.rebuild(arguments.skriv, context::now()).await;
        desk.store.close().await;
        let (readings, different) = done?;
        for line in &different {
            say(&format!("{line}\n"))?;
        }
        let did = if arguments.skriv { "ersattes" } else { "skiljer sig" };
        say(&format!("{readings} läsningar gjordes om; {} {did}.\n", different.len()))?;
        Ok(if different.is_empty() { Outcome::Clean } else { Outcome::Findings })
    })
}
