//! `kvartal check FILE…`: reads and validates files on their own, as the utförare would want before handing in.
//!
//! Goes in: files, perhaps a quarter, a day and the utförare's insatser. Comes out: findings as text or as one JSON document.
//! Guaranteed: nothing is stored; every file gets an answer.

use crate::desk::reading::judge;
use crate::form::{Hints, Purpose};
use crate::judge::{Review, Setting};
use crate::merge::lines_of;
use crate::model::{InsatsId, Quarter, Severity, Uppdrag, Utforare};
use crate::render::{self, Checked};

use super::arguments::Check;
use super::failure::{Failure, Outcome};
use super::library::{self, Library};
use super::reading;
use super::{context, note, say};

pub fn run(arguments: &Check) -> Result<Outcome, Failure> {
    let library = library::with_own(arguments.regler.as_deref())?;
    let day = arguments.received.unwrap_or_else(context::today);
    let utforare = utforare(arguments, &library)?;
    let cage = reading::cage(&library, 1)?;
    let mut outcome = Outcome::Clean;
    let mut checked = Vec::with_capacity(arguments.files.len());
    for path in &arguments.files {
        let hints =
            Hints { quarter: arguments.quarter, assumed_insats: only(utforare.as_ref()), purpose: Purpose::Report };
        let file = match reading::read_file(&library, &cage, path, &hints) {
            Ok(file) => file,
            // One file that is not there must not silence what can be said about the others.
            Err(Failure::File(text)) => {
                note(&text);
                outcome = Outcome::Unusable;
                continue;
            }
            Err(failure) => return Err(failure),
        };
        let stated = file.reading.stated_quarters.first().map(|it| it.0);
        let quarter = arguments.quarter.or(stated).unwrap_or_else(|| Quarter::containing(day).previous());
        let in_force = library.catalogue.in_force(quarter);
        let setting = Setting {
            catalogue: &library.catalogue,
            in_force: &in_force,
            insatser: &library.insatser,
            quarter,
            report_day: day,
            last_report: None,
            register: None,
            utforare: utforare.as_ref(),
        };
        let mut file = file;
        let Review { cases, findings, .. } = judge(&setting, &mut file);
        let info = file.info;
        outcome = outcome.max(if !info.readable {
            Outcome::Unusable
        } else if findings.iter().any(|it| it.severity == Severity::Fel) {
            Outcome::Findings
        } else {
            Outcome::Clean
        });
        checked.push(Checked { file: info, quarter: Some(quarter), lines: lines_of(quarter, &cases), findings });
    }
    if checked.is_empty() {
        return Ok(outcome);
    }
    let voice = render::Voice { insatser: &library.insatser, rules: &library.catalogue };
    if arguments.json {
        let mut out = Vec::new();
        render::check::write_json(&mut out, &checked, voice).map_err(|it| Failure::System(it.to_string()))?;
        say(&String::from_utf8_lossy(&out))?;
    } else {
        let mut out = Vec::new();
        render::text::check(&mut out, &checked, voice, render::text::Screen::default())
            .map_err(|it| Failure::System(it.to_string()))?;
        say(&String::from_utf8_lossy(&out))?;
    }
    Ok(outcome)
}

/// The utförare that `--insats` describes.
fn utforare(arguments: &Check, library: &Library) -> Result<Option<Utforare>, Failure> {
    if arguments.insats.is_empty() {
        return Ok(None);
    }
    let mut insatser = Vec::new();
    for key in &arguments.insats {
        match library.insatser.by_key(key.trim()) {
            Some(id) => insatser.push(id),
            None => {
                let near = crate::model::spelling::nearest(key, library.insatser.all().map(|it| it.1.key.as_str()));
                let hint = near.map_or_else(String::new, |it| format!(" Menade du {it}?"));
                return Err(Failure::Usage(format!("Insatsen ”{key}” finns inte.{hint}")));
            }
        }
    }
    Ok(Some(Utforare {
        id: String::new(),
        name: "Utföraren".into(),
        orgnr: None,
        aliases: Vec::new(),
        mail: Vec::new(),
        uppdrag: vec![Uppdrag { insatser }],
    }))
}

fn only(utforare: Option<&Utforare>) -> Option<InsatsId> {
    match utforare?.uppdrag.first()?.insatser.as_slice() {
        [only] => Some(*only),
        _ => None,
    }
}
