//! `kvartal verify REPORT.json`: the report made again from the originals, and compared with what it says.
//!
//! Goes in: report.json and the round's folder. Comes out: that they are the same, or the first thing that differs.
//! Guaranteed: nothing is written; the originals are compared by SHA-256 and the rules by theirs before any figure is.

use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::render::json::compare::{Difference, differences};
use crate::render::print::clean_line;
use crate::render::{self, View, Voice};

use super::arguments::Verify;
use super::failure::{Failure, Outcome, io_text};
use super::{context, explain, report, say};

/// More differences than this help nobody.
const MOST: usize = 1000;

/// What was compared and how it went.
#[derive(Serialize)]
struct Answer {
    same: bool,
    /// Originals whose bytes were compared.
    files: usize,
    rule_set: Value,
    differences: Vec<Difference>,
}

/// Runs the command.
///
/// # Errors
///
/// The report, the round or an original cannot be read.
pub fn run(arguments: &Verify) -> Result<Outcome, Failure> {
    let stored = explain::read(&arguments.report)?;
    let folder = folder(arguments)?;
    let (files, mut found) = originals(&stored, &folder)?;
    let library = report::library_of(&folder)?;
    let round = report::open(&folder, &library)?;
    let made = report::make(&round, &library, context::threads())?;
    let view = View::new(&made, Voice { insatser: &library.insatser, rules: &library.catalogue });
    let mut json = Vec::new();
    render::json::write(&mut json, &view).map_err(|it| Failure::System(it.to_string()))?;
    let recomputed: Value = serde_json::from_slice(&json).map_err(|it| Failure::System(it.to_string()))?;
    let rule_set = recomputed.get("rule_set").cloned().unwrap_or_default();
    let rest = differences(&stored, &recomputed, MOST);
    // The cause before the effect: other files or other rules explain other figures.
    let (rules, figures): (Vec<_>, Vec<_>) = rest.into_iter().partition(|it| it.path.starts_with("rule_set"));
    found.extend(rules);
    found.extend(figures);
    let answer = Answer { same: found.is_empty(), files, rule_set, differences: found };
    if arguments.json {
        let text = serde_json::to_string_pretty(&answer).map_err(|it| Failure::System(it.to_string()))?;
        say(&format!("{text}\n"))?;
    } else {
        say(&in_words(&answer))?;
    }
    Ok(if answer.same { Outcome::Clean } else { Outcome::Findings })
}

/// The round's folder: the named one, else where the report lies.
fn folder(arguments: &Verify) -> Result<PathBuf, Failure> {
    if let Some(named) = &arguments.omgang {
        return Ok(named.clone());
    }
    let beside = arguments.report.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if beside.join("omgang.toml").is_file() {
        return Ok(beside.to_path_buf());
    }
    Err(Failure::Usage(
        "Ange omgångens mapp med --omgang MAPP. Originalen behövs för att räkna om rapporten.".to_owned(),
    ))
}

/// Compares each original with the hash in the report.
fn originals(stored: &Value, folder: &Path) -> Result<(usize, Vec<Difference>), Failure> {
    let mut found = Vec::new();
    let files = stored.get("files").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    for file in files {
        let (Some(name), Some(wanted)) =
            (file.get("name").and_then(Value::as_str), file.get("sha256").and_then(Value::as_str))
        else {
            continue;
        };
        let safe = Path::new(name).components().all(|it| matches!(it, std::path::Component::Normal(_)));
        let path = folder.join(name);
        if !safe || !path.is_file() {
            return Err(Failure::File(format!(
                "Originalet {} finns inte i {}. Utan det går rapporten inte att räkna om.",
                clean_line(name),
                folder.display()
            )));
        }
        let bytes = std::fs::read(&path)
            .map_err(|it| Failure::File(io_text("Det går inte att läsa originalet", &path, &it)))?;
        let sha256: String = Sha256::digest(&bytes).iter().map(|it| format!("{it:02x}")).collect();
        if sha256 != wanted {
            found.push(Difference {
                path: format!("files.{}.sha256", clean_line(name)),
                stored: Value::from(wanted),
                recomputed: Value::from(sha256),
            });
        }
    }
    Ok((files.len(), found))
}

fn in_words(answer: &Answer) -> String {
    let version = answer.rule_set.get("version").and_then(Value::as_str).unwrap_or("okänt");
    let Some(first) = answer.differences.first() else {
        return format!("Rapporten stämmer. {} original och regelverk {version} ger samma rapport.\n", answer.files);
    };
    let why = if first.path.starts_with("files.") {
        "Originalet är ett annat än det som rapporten gjordes av."
    } else if first.path.starts_with("rule_set") {
        "Regelverket är ett annat än det som rapporten gjordes med."
    } else {
        "Siffran eller texten blir en annan när rapporten räknas om."
    };
    let more = match answer.differences.len() - 1 {
        0 => String::new(),
        1 => "\n1 skillnad till. Visa den med --json.".to_owned(),
        many => format!("\n{many} skillnader till. Visa dem med --json."),
    };
    format!(
        "Rapporten stämmer inte. Första skillnaden: {}\n  i rapporten: {}\n  omräknat:    {}\n{why}{more}\n",
        clean_line(&first.path),
        clean_line(&first.stored.to_string()),
        clean_line(&first.recomputed.to_string()),
    )
}
