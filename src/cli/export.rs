//! `kvartal export --out MAPP`: everything that was received, with its list, and the whole log, in forms that outlive Kvartal.
//!
//! Goes in: the database. Comes out: a folder with the original files, the list as CSV and JSON, and the events as JSON lines.
//! Guaranteed: the folder is whole or absent; only its owner can read it; a name from outside never becomes a path, and a
//! text never becomes a formula; files are written piece by piece.

use std::fs::{DirBuilder, File};
use std::io::{BufWriter, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use crate::store::copy::Kept;
use crate::store::event::{EventKind, Record, SYSTEM};
use crate::store::{Actor, Store};

use super::database::{Database, failed};
use super::failure::{Failure, Outcome, io_text};
use super::{context, say};

#[derive(Debug, Args)]
pub struct Export {
    /// Mappen som allt skrivs i; den får inte finnas
    #[arg(long, value_name = "MAPP")]
    pub out: PathBuf,
    #[command(flatten)]
    pub database: Database,
}

const READ_ME: &str = "Exporten från Kvartal

filer/             varje fil som har tagits emot, byte för byte
lista.csv          filerna med avsändare, tid, kontrollsumma (SHA-256) och vad de gällde
lista.json         detsamma för program
handelser.jsonl    händelseloggen, en händelse på varje rad

Varje händelse har kontrollsumman av händelsen före i samma logg (before) och sin egen (hash). Den egna är
SHA-256 över before, chain, nr, at, actor, actor_name, kind, about och data, i den ordningen; före varje
text står dess längd i byte som ett tal på åtta byte, störst först.

Filerna kan innehålla personuppgifter. Ta bort exporten när den inte behövs längre.
";

/// Events read together.
const AT_ONCE: i64 = 1000;

pub fn run(arguments: &Export) -> Result<Outcome, Failure> {
    let out = &arguments.out;
    if std::fs::symlink_metadata(out).is_ok() {
        return Err(Failure::Usage(format!("{} finns redan. Välj en mapp som inte finns.", out.display())));
    }
    let (files, events) = arguments.database.with(async |store| {
        let mut unfinished = out.as_os_str().to_owned();
        unfinished.push(".del");
        let unfinished = PathBuf::from(unfinished);
        // One left over by a run that was ended half-way.
        let _ = std::fs::remove_dir_all(&unfinished);
        let written = write(store, &unfinished).await;
        let named = written.and_then(|counts| {
            let fault = |it: std::io::Error| Failure::System(io_text("Det går inte att skriva", out, &it));
            std::fs::rename(&unfinished, out).map_err(fault)?;
            Ok(counts)
        });
        if named.is_err() {
            let _ = std::fs::remove_dir_all(&unfinished);
        }
        named
    })?;
    let (f, h) = (if files == 1 { "fil" } else { "filer" }, if events == 1 { "händelse" } else { "händelser" });
    say(&format!("{files} {f} och {events} {h} ligger i {}. Filerna kan innehålla personuppgifter.\n", out.display()))?;
    Ok(Outcome::Clean)
}

async fn write(store: &Store, folder: &Path) -> Result<(usize, usize), Failure> {
    let who = Actor::new("kommandorad", "Kommandoraden");
    let at = context::now();
    let record = Record { chain: SYSTEM, at, actor: &who, kind: EventKind::Exported, about: SYSTEM, data: json!({}) };
    store.log(record).await.map_err(failed)?;
    let mut private = DirBuilder::new();
    private.mode(0o700).recursive(true);
    let fault = |it: std::io::Error| Failure::System(io_text("Det går inte att skriva i mappen", folder, &it));
    private.create(folder.join("filer")).map_err(fault)?;
    std::fs::write(folder.join("LÄS MIG.txt"), READ_ME).map_err(fault)?;

    let kept = store.kept().await.map_err(failed)?;
    let mut rows = Vec::new();
    let mut files = 0;
    let mut last: Option<(&str, String)> = None;
    for it in &kept {
        // A file that was used twice stands twice in the list and once in the folder.
        let path = match &last {
            Some((id, path)) if *id == it.id => path.clone(),
            _ => {
                files += 1;
                let path = format!("filer/{files:05}-{}", safe(&it.name));
                write_original(store, it, &folder.join(&path)).await?;
                path
            }
        };
        rows.push((path.clone(), it));
        last = Some((&it.id, path));
    }
    std::fs::write(folder.join("lista.csv"), csv(&rows)).map_err(fault)?;
    std::fs::write(folder.join("lista.json"), list(&rows)).map_err(fault)?;
    let events = write_events(store, &folder.join("handelser.jsonl")).await?;
    Ok((files, events))
}

async fn write_original(store: &Store, it: &Kept, path: &Path) -> Result<(), Failure> {
    let fault = |it: std::io::Error| Failure::System(io_text("Det går inte att skriva", path, &it));
    let mut file = BufWriter::new(File::create_new(path).map_err(fault)?);
    let mut nr = 0;
    while let Some(piece) = store.original_piece(&it.id, nr).await.map_err(failed)? {
        file.write_all(&piece).map_err(fault)?;
        nr += 1;
    }
    file.flush().map_err(fault)
}

async fn write_events(store: &Store, path: &Path) -> Result<usize, Failure> {
    let fault = |it: std::io::Error| Failure::System(io_text("Det går inte att skriva", path, &it));
    let mut file = BufWriter::new(File::create_new(path).map_err(fault)?);
    let mut count = 0;
    for chain in store.chains().await.map_err(failed)? {
        let mut nr = 0;
        loop {
            let page = store.events_after(&chain, nr, AT_ONCE).await.map_err(failed)?;
            let Some(end) = page.last() else { break };
            nr = end.nr;
            for it in &page {
                let line = json!({
                    "chain": it.chain, "nr": it.nr, "at": it.at, "actor": it.actor, "actor_name": it.actor_name,
                    "kind": it.kind, "about": it.about, "data": it.data, "before": it.before, "hash": it.hash,
                });
                writeln!(file, "{line}").map_err(fault)?;
                count += 1;
            }
        }
    }
    file.flush().map_err(fault)?;
    Ok(count)
}

/// A name that is one part of a path on any system: letters, digits and a few marks, not too long.
fn safe(name: &str) -> String {
    let letters = |it: char| if it.is_alphanumeric() || matches!(it, '.' | '-' | '_' | ' ') { it } else { '_' };
    let all: Vec<char> = name.trim().chars().map(letters).collect();
    // The end says what kind of file it is.
    let name: String = all.iter().skip(all.len().saturating_sub(60)).collect();
    let name = name.trim_matches([' ', '.']).to_owned();
    if name.is_empty() { "fil".to_owned() } else { name }
}

const COLUMNS: [&str; 13] = [
    "fil",
    "namn",
    "sha256",
    "storlek",
    "avsandare",
    "mottagen",
    "anvand_som",
    "kommun",
    "namnd",
    "kvartal",
    "utforare",
    "insatser",
    "vilken",
];

fn cells(path: &str, it: &Kept) -> [String; 13] {
    let or_none = |it: &Option<String>| it.clone().unwrap_or_default();
    [
        path.to_owned(),
        it.name.clone(),
        it.sha256.clone(),
        it.size.to_string(),
        it.sender.clone(),
        it.received_at.to_rfc3339(),
        it.used_as.clone(),
        or_none(&it.kommun),
        or_none(&it.namnd),
        or_none(&it.kvartal),
        or_none(&it.utforare),
        insatser(it).join(", "),
        or_none(&it.which),
    ]
}

fn insatser(it: &Kept) -> Vec<String> {
    it.insatser.as_deref().and_then(|it| serde_json::from_str(it).ok()).unwrap_or_default()
}

/// As a Swedish spreadsheet program opens it: semicolons, and a mark that it is UTF-8.
fn csv(rows: &[(String, &Kept)]) -> String {
    let mut out = format!("\u{feff}{}\r\n", COLUMNS.join(";"));
    for (path, it) in rows {
        let line: Vec<String> = cells(path, it).iter().map(|it| csv_cell(it)).collect();
        out.push_str(&line.join(";"));
        out.push_str("\r\n");
    }
    out
}

fn csv_cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([';', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

fn list(rows: &[(String, &Kept)]) -> String {
    let rows: Vec<_> = rows
        .iter()
        .map(|(path, it)| {
            json!({
                "fil": path, "namn": it.name, "sha256": it.sha256, "storlek": it.size, "avsandare": it.sender,
                "mottagen": it.received_at, "anvand_som": it.used_as, "kommun": it.kommun, "namnd": it.namnd,
                "kvartal": it.kvartal, "utforare": it.utforare, "insatser": insatser(it), "vilken": it.which,
            })
        })
        .collect();
    format!("{:#}\n", serde_json::Value::from(rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_from_outside_is_one_part_of_a_path() {
        for (name, wanted) in [
            ("Rapport åäö.xlsx", "Rapport åäö.xlsx"),
            ("../../etc/passwd", "_.._etc_passwd"),
            ("C:\\a\\b.xls", "C__a_b.xls"),
            ("..", "fil"),
            (" . ", "fil"),
            ("a\0\n\u{202e}b.csv", "a___b.csv"),
        ] {
            assert_eq!(safe(name), wanted, "{name:?}");
        }
        assert_eq!(safe(&format!("{}.xlsx", "å".repeat(300))).chars().count(), 60);
        assert!(safe(&format!("{}.xlsx", "å".repeat(300))).ends_with(".xlsx"));
    }

    #[test]
    fn a_text_never_becomes_a_formula_or_a_second_cell() {
        for (text, wanted) in [
            ("plain", "plain"),
            ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
            ("@a", "'@a"),
            ("a;b", "\"a;b\""),
            ("a\"b", "\"a\"\"b\""),
            ("-1;\n", "\"'-1;\n\""),
        ] {
            assert_eq!(csv_cell(text), wanted);
        }
    }
}
