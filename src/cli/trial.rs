//! `kvartal rules trial ROUND… --regler DIR`: replays earlier rounds under changed rules and says whom they would hit.
//!
//! Goes in: round folders and the folder with the changed rules. Comes out: per round, rule and utförare the difference.
//! Guaranteed: the rounds are only read; both runs see the same files on the same day.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::desk::compare::{Difference, difference};
use crate::merge::QuarterReport;

use super::failure::{Failure, Outcome};
use super::library::{self, Library};
use super::{context, report, say};

pub fn run(rounds: &[PathBuf], rules: &Path) -> Result<Outcome, Failure> {
    let mut out = String::new();
    for round in rounds {
        let before = report::library_of(round)?;
        let after = library::with_own(Some(rules))?;
        let old = made(round, &before)?;
        let new = made(round, &after)?;
        let _ =
            writeln!(out, "{} ({})", round.display(), old.head.quarter.map_or_else(String::new, |it| it.to_string()));
        describe(&mut out, &difference((&old, &before.catalogue), (&new, &after.catalogue)));
    }
    say(&out)?;
    Ok(Outcome::Clean)
}

fn made(round: &Path, library: &Library) -> Result<QuarterReport, Failure> {
    let folder = report::open(round, library)?;
    report::make(&folder, library, context::threads())
}

fn describe(out: &mut String, it: &Difference) {
    let mut shown = "";
    for hit in &it.hits {
        if shown != hit.utforare {
            shown = &hit.utforare;
            let _ = writeln!(out, "  {}", hit.utforare);
        }
        let _ = writeln!(out, "    {}: {} → {} ({:+})", hit.rule, hit.was, hit.is, hit.is - hit.was);
    }
    for figure in &it.figures {
        let _ = writeln!(out, "  Antal {}: {} → {}", figure.what, figure.was, figure.is);
    }
    for grade in &it.grades {
        let _ = writeln!(out, "  Betyg för {}: {} → {}", grade.utforare, grade.was, grade.is);
    }
    if it.is_empty() {
        let _ = writeln!(out, "  Ingen skillnad.");
    }
}
