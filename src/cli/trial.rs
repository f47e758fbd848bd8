//! `kvartal rules trial ROUND… --regler DIR`: replays earlier rounds under changed rules and says whom they would hit.
//!
//! Goes in: round folders and the folder with the changed rules. Comes out: per round, rule and utförare the difference.
//! Guaranteed: the rounds are only read; both runs see the same files on the same day.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::merge::QuarterReport;
use crate::rule::Catalogue;

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
        describe(&mut out, &old, &before.catalogue, &new, &after.catalogue);
    }
    say(&out)?;
    Ok(Outcome::Clean)
}

fn made(round: &Path, library: &Library) -> Result<QuarterReport, Failure> {
    let folder = report::open(round, library)?;
    report::make(&folder, library, context::threads())
}

type Hits = BTreeMap<(String, String), i64>;

/// Findings per utförare and rule, with their severity.
fn hits(report: &QuarterReport, catalogue: &Catalogue) -> Hits {
    let mut hits = Hits::new();
    for it in &report.findings {
        let utforare = it.utforare.map_or("(okänd utförare)", |at| report.utforare[at].name.as_str());
        let rule = &catalogue.rules()[usize::from(it.finding.rule)];
        *hits
            .entry((utforare.to_owned(), format!("{} ({}) {}", rule.id, rule.severity.key(), rule.title)))
            .or_default() += 1;
    }
    hits
}

fn describe(out: &mut String, old: &QuarterReport, old_rules: &Catalogue, new: &QuarterReport, new_rules: &Catalogue) {
    let (before, after) = (hits(old, old_rules), hits(new, new_rules));
    let mut keys: Vec<_> = before.keys().chain(after.keys()).collect();
    keys.sort();
    keys.dedup();
    let mut any = false;
    let mut shown = "";
    for key in keys {
        let (was, is) = (before.get(key).copied().unwrap_or(0), after.get(key).copied().unwrap_or(0));
        if was == is {
            continue;
        }
        any = true;
        if shown != key.0 {
            shown = &key.0;
            let _ = writeln!(out, "  {}", key.0);
        }
        let _ = writeln!(out, "    {}: {was} → {is} ({:+})", key.1, is - was);
    }
    let counts = [
        ("rapporterade", old.totals.reported, new.totals.reported),
        ("öppna", old.totals.open, new.totals.open),
        ("uteslutna rader", count(&old.excluded), count(&new.excluded)),
    ];
    for (what, was, is) in counts {
        if was != is {
            any = true;
            let _ = writeln!(out, "  Antal {what}: {was} → {is}");
        }
    }
    let grade = |report: &QuarterReport| -> BTreeMap<String, String> {
        report
            .quality
            .iter()
            .enumerate()
            .map(|(at, it)| {
                (format!("{at:03} {}", report.utforare[it.utforare].name), it.rating.grade.swedish().to_owned())
            })
            .collect()
    };
    let (before, after) = (grade(old), grade(new));
    for (who, was) in &before {
        if let Some(is) = after.get(who).filter(|is| *is != was) {
            any = true;
            let _ = writeln!(out, "  Betyg för {}: {was} → {is}", who.get(4..).unwrap_or(who));
        }
    }
    if !any {
        let _ = writeln!(out, "  Ingen skillnad.");
    }
}

fn count<T>(list: &[T]) -> u32 {
    u32::try_from(list.len()).unwrap_or(u32::MAX)
}
