//! `kvartal backup --out FIL`: a copy of the database while the service runs.
//!
//! Goes in: the database. Comes out: a SQLite file; for PostgreSQL the command that makes its copy.
//! Guaranteed: the file is whole, read through and on disk, or absent; no file is written over; only its owner can read it.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::store::copy::Copied;
use crate::store::event::{EventKind, Record, SYSTEM};
use crate::store::{Actor, Store};

use super::database::{Database, failed, shown};
use super::failure::{Failure, Outcome, io_text};
use super::{context, say};

#[derive(Debug, Args)]
pub struct Backup {
    /// Filen som kopian skrivs till; den får inte finnas
    #[arg(long, value_name = "FIL")]
    pub out: PathBuf,
    #[command(flatten)]
    pub database: Database,
}

pub fn run(arguments: &Backup) -> Result<Outcome, Failure> {
    let url = arguments.database.url()?;
    if url.starts_with("postgres") {
        return Err(Failure::Usage(with_pg_dump(&url, &arguments.out, arguments.database.url.is_none())));
    }
    if std::fs::symlink_metadata(&arguments.out).is_ok() {
        let path = arguments.out.display();
        return Err(Failure::Usage(format!(
            "{path} finns redan. En säkerhetskopia skrivs aldrig över; välj en annan fil."
        )));
    }
    let copied = arguments.database.with(async |store| copy(store, &arguments.out).await)?;
    let (path, count) = (arguments.out.display(), copied.originals);
    let files = if count == 1 { "mottagen fil" } else { "mottagna filer" };
    let heads: Vec<String> =
        copied.heads.iter().map(|(chain, hash)| format!(" \\\n    --huvud {chain}={hash}")).collect();
    say(&format!(
        "Säkerhetskopian ligger i {path}. Den har {count} {files} och är genomläst. Så prövas den när som helst:\n\n\
         kvartal audit verify --filer --databas {}{}\n",
        quoted(&address(&arguments.out)),
        heads.concat()
    ))?;
    Ok(Outcome::Clean)
}

async fn copy(store: &Store, out: &Path) -> Result<Copied, Failure> {
    let fault = |it: std::io::Error| Failure::System(io_text("Det går inte att skriva", out, &it));
    let mut unfinished = out.as_os_str().to_owned();
    unfinished.push(".del");
    let unfinished = PathBuf::from(unfinished);
    // One left over by a run that was ended half-way.
    let _ = std::fs::remove_file(&unfinished);
    // Made by us first: the database would make it readable for all.
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unfinished).map_err(fault)?;
    let copied = copied(store, &unfinished).await;
    let lasting = || {
        File::open(&unfinished).and_then(|it| it.sync_all())?;
        std::fs::rename(&unfinished, out)?;
        let folder = out.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder).and_then(|it| it.sync_all())
    };
    let kept = copied.and_then(|it| lasting().map_err(fault).map(|()| it));
    if kept.is_err() {
        let _ = std::fs::remove_file(&unfinished);
    }
    kept
}

async fn copied(store: &Store, file: &Path) -> Result<Copied, Failure> {
    let who = Actor::new("kommandorad", "Kommandoraden");
    let (at, data) = (context::now(), serde_json::json!({}));
    let record = Record { chain: SYSTEM, at, actor: &who, kind: EventKind::BackedUp, about: SYSTEM, data };
    store.log(record).await.map_err(failed)?;
    let copied = store.copy_to(file).await.map_err(failed)?;
    copied.ok_or_else(|| Failure::System("Databasen är ingen fil.".to_owned()))
}

/// A path as an address; three characters mean something else there.
fn address(file: &Path) -> String {
    let path = file.to_string_lossy().replace('%', "%25").replace('?', "%3F").replace('#', "%23");
    format!("sqlite:{path}")
}

/// One word for a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

fn with_pg_dump(url: &str, out: &Path, from_environment: bool) -> String {
    let url = if from_environment { "\"$KVARTAL_DATABASE_URL\"".to_owned() } else { quoted(&shown(url)) };
    let out = quoted(&out.to_string_lossy());
    format!(
        "Databasen är PostgreSQL, som har ett eget verktyg för säkerhetskopior. Kör i stället:\n\n    \
         pg_dump --format=custom --file={out} {url}\n\n\
         Kopian läses in i en tom databas med pg_restore --no-owner --dbname=ADRESS {out}."
    )
}
