//! A round folder on disk → what the service loads.
//!
//! Goes in: the path of the folder. Comes out: [`RoundFolder`] with every file's bytes.
//! Guaranteed: the folder is read by the same reader as `kvartal report`, with the same faults.

use std::path::Path;

use crate::desk::load::RoundFolder;
use crate::desk::papers::beside::Said;
use crate::merge::round::Content;

use super::arguments::Import;
use super::failure::{Failure, Outcome, io_text};
use super::{context, library, report, round, say, serve};

/// `kvartal import OMGÅNG`: from a folder to the service.
///
/// # Errors
///
/// The folder is faulty, the quarter is there already, or the database failed.
pub fn run(arguments: &Import) -> Result<Outcome, Failure> {
    let folder = folder(&arguments.round)?;
    let (quarter, expected) = (folder.round.quarter, folder.round.utforare.len());
    let database = serve::database(arguments.databas.as_deref());
    serve::runtime()?.block_on(async {
        let desk = serve::desk(&database).await?;
        let loaded = desk.load_round(folder, context::now()).await;
        desk.store.close().await;
        loaded?;
        say(&format!("{quarter} är inläst: {expected} utförare.\n"))?;
        Ok(Outcome::Clean)
    })
}

/// Reads the folder.
///
/// # Errors
///
/// What `kvartal report` would say about the same folder.
pub fn folder(path: &Path) -> Result<RoundFolder, Failure> {
    let own = round::own_rules(&report::round_text(path)?);
    let own_rules = match own {
        Some(own) => library::own_files(&path.join(own))?,
        None => Vec::new(),
    };
    let opened = report::open(path, &report::library_of(path)?)?;
    let bytes = |name: &str| {
        let at = path.join(name);
        std::fs::read(&at).map_err(|it| Failure::File(io_text("Det går inte att läsa filen", &at, &it)))
    };
    let files = opened
        .file
        .round
        .filings
        .iter()
        .map(|it| match &it.content {
            Content::File(name) => bytes(name),
            Content::Nil => Ok(Vec::new()),
        })
        .collect::<Result<_, _>>()?;
    let mut bases = Vec::new();
    let named = [
        ("foregaende", &opened.file.previous),
        ("register", &opened.file.register),
        ("pagaende", &opened.file.ongoing),
    ];
    for (kind, name) in named {
        if let Some(name) = name {
            let short =
                Path::new(&name.value).file_name().map_or_else(String::new, |it| it.to_string_lossy().into_owned());
            bases.push((kind, short, bytes(&name.value)?));
        }
    }
    let beside = opened.file.beside;
    let template = match &beside.template {
        Some(name) => Some((name.value.clone(), bytes(&name.value)?)),
        None => None,
    };
    let said = Said {
        dnr: beside.dnr,
        author: beside.author,
        threshold: beside.threshold,
        template,
        measures: beside.measures,
    };
    Ok(RoundFolder { round: opened.file.round, files, bases, own_rules, meetings: beside.meetings, said })
}
