//! `kvartal audit verify`: whether the log is whole, and whether what was received still has its bytes.
//!
//! Goes in: the database, perhaps with hashes somebody wrote down earlier. Comes out: one block of lines for each chain.
//! Guaranteed: nothing in the database changes; exit code 1 when one entry, one hash or one file is not as it was.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::str::FromStr;

use clap::{Args, Subcommand};

use crate::store::Store;
use crate::store::event::SYSTEM;
use crate::store::verify::ChainState;

use super::database::{Database, failed};
use super::failure::{Failure, Outcome};
use super::say;

#[derive(Debug, Args)]
pub struct Audit {
    #[command(subcommand)]
    command: AuditCommand,
}

#[derive(Debug, Subcommand)]
enum AuditCommand {
    /// Prövar att ingen post i loggen har ändrats, tagits bort eller bytt plats
    Verify(Verify),
}

#[derive(Debug, Args)]
struct Verify {
    #[command(flatten)]
    database: Database,
    /// Ett huvud från en tidigare körning; loggen ska fortfarande ha den posten (går att ange flera gånger)
    #[arg(long = "huvud", value_name = "LOGG=KONTROLLSUMMA")]
    heads: Vec<Head>,
    /// Räknar också om kontrollsumman på varje mottagen fil
    #[arg(long = "filer")]
    files: bool,
}

/// The end of a chain as it was when somebody wrote it down.
#[derive(Debug, Clone)]
struct Head {
    chain: String,
    hash: String,
}

impl FromStr for Head {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (chain, hash) = text.split_once('=').ok_or("=")?;
        let hash = hash.trim().to_lowercase();
        if chain.is_empty() || hash.len() != 64 || !hash.bytes().all(|it| it.is_ascii_hexdigit()) {
            return Err("64");
        }
        Ok(Self { chain: chain.to_owned(), hash })
    }
}

pub fn run(arguments: &Audit) -> Result<Outcome, Failure> {
    let AuditCommand::Verify(arguments) = &arguments.command;
    let (text, sound) = arguments.database.with(async |store| report(store, arguments).await)?;
    say(&text)?;
    Ok(if sound { Outcome::Clean } else { Outcome::Findings })
}

async fn report(store: &Store, arguments: &Verify) -> Result<(String, bool), Failure> {
    let states = store.verify_log().await.map_err(failed)?;
    let names = names(store).await?;
    let mut out = String::new();
    let mut broken = 0;
    for state in &states {
        let mut faults = faults(store, state, &arguments.heads).await?;
        faults.extend(state.found.as_ref().err().map(ToString::to_string));
        let name = names.get(&state.chain).unwrap_or(&state.chain);
        let _ = writeln!(out, "{name}");
        if let Ok(whole) = &state.found {
            let posts = if whole.entries == 1 { "post" } else { "poster" };
            let _ = writeln!(out, "  {} {posts}", whole.entries);
            let _ = writeln!(out, "  huvud {}={}", state.chain, whole.hash);
        }
        for fault in &faults {
            let _ = writeln!(out, "  {fault}");
        }
        broken += usize::from(!faults.is_empty());
    }
    for head in arguments.heads.iter().filter(|it| states.iter().all(|state| state.chain != it.chain)) {
        let _ = writeln!(out, "{}\n  Loggen finns inte i den här databasen.", head.chain);
        broken += 1;
    }
    let _ = match (states.len(), broken) {
        (0, 0) => writeln!(out, "Loggen är tom."),
        (_, 0) => writeln!(out, "Alla loggar är hela."),
        (_, 1) => writeln!(out, "En logg är inte hel."),
        (_, many) => writeln!(out, "{many} loggar är inte hela."),
    };
    let changed = if arguments.files { store.verify_originals().await.map_err(failed)? } else { Vec::new() };
    for id in &changed {
        let name = store.original(id).await.map_err(failed)?.map(|it| it.name).unwrap_or_default();
        let _ = writeln!(out, "Filen ”{name}” ({id}) har inte samma innehåll som när den togs emot.");
    }
    if arguments.files && changed.is_empty() {
        out.push_str("Alla mottagna filer har samma innehåll som när de togs emot.\n");
    }
    Ok((out, broken == 0 && changed.is_empty()))
}

/// Those of the earlier heads that the chain no longer holds.
async fn faults(store: &Store, state: &ChainState, heads: &[Head]) -> Result<Vec<String>, Failure> {
    let mut faults = Vec::new();
    for head in heads.iter().filter(|it| it.chain == state.chain) {
        let held = store.verify_head(&head.chain, &head.hash).await.map_err(failed)?;
        faults.extend(held.err().map(|it| it.to_string()));
    }
    Ok(faults)
}

/// What people call the chains.
async fn names(store: &Store) -> Result<BTreeMap<String, String>, Failure> {
    let namnder = store.namnder().await.map_err(failed)?;
    let namnder = namnder.into_iter().map(|it| (it.id, format!("{}, {}", it.namn, it.kommun)));
    Ok(namnder.chain([(SYSTEM.to_owned(), "Inloggningar och behörigheter".to_owned())]).collect())
}
