//! `kvartal rules list | show | test | docs`: the rule catalogue for people.
//!
//! Goes in: the catalogue, perhaps with a nämnd's folder on top. Comes out: text on stdout.
//! Guaranteed: `test` fails when one example does not behave as its file says.

use std::fmt::Write as _;
use std::path::Path;

use crate::rule::{Catalogue, Rule};

use super::arguments::{Rules, RulesCommand};
use super::failure::{Failure, Outcome};
use super::library::{self, Library};
use super::{say, trial};

pub fn run(arguments: &Rules) -> Result<Outcome, Failure> {
    match &arguments.command {
        RulesCommand::List { regler } => list(&load(regler.as_deref())?),
        RulesCommand::Show { id, regler } => show(&load(regler.as_deref())?, id),
        RulesCommand::Test { folder, mutera } => test(&load(folder.as_deref())?, *mutera),
        RulesCommand::Docs { regler } => {
            let library = load(regler.as_deref())?;
            say(&crate::rule::docs::page(&library.catalogue))?;
            Ok(Outcome::Clean)
        }
        RulesCommand::Trial { rounds, regler } => trial::run(rounds, regler),
    }
}

fn load(folder: Option<&Path>) -> Result<Library, Failure> {
    library::with_own(folder)
}

fn list(library: &Library) -> Result<Outcome, Failure> {
    let rules = library.catalogue.rules();
    let mut out = format!("{} regler, version {}\n", rules.len(), library.catalogue.version());
    let mut family = None;
    for rule in rules {
        if family != Some(rule.family) {
            family = Some(rule.family);
            let _ = write!(out, "\n{}\n", rule.family.swedish());
        }
        let _ = writeln!(out, "  {}  {:<5}  {}", rule.id, rule.severity.key(), rule.title);
    }
    say(&out)?;
    Ok(Outcome::Clean)
}

fn show(library: &Library, id: &str) -> Result<Outcome, Failure> {
    let catalogue = &library.catalogue;
    let wanted = id.to_uppercase();
    let Some(rule) = catalogue.rules().iter().find(|it| it.id == wanted) else {
        return Err(Failure::Usage(unknown(catalogue, id)));
    };
    say(&crate::rule::docs::rule(catalogue, rule))?;
    Ok(Outcome::Clean)
}

fn unknown(catalogue: &Catalogue, id: &str) -> String {
    let near = crate::model::spelling::nearest(id, catalogue.rules().iter().map(|it: &Rule| it.id.as_str()));
    let hint =
        near.map_or_else(|| " Skriv kvartal rules list för att se alla.".to_owned(), |it| format!(" Menade du {it}?"));
    format!("Regeln {id} finns inte.{hint}")
}

fn test(library: &Library, mutate: bool) -> Result<Outcome, Failure> {
    let catalogue = &library.catalogue;
    let failures = catalogue.run_examples();
    if !failures.is_empty() {
        return Err(Failure::Faulty(crate::rule::examples::as_errors(failures)));
    }
    let examples: usize = catalogue.rules().iter().map(|it| it.examples.len()).sum();
    let mut out = format!("{} regler, {examples} exempel: alla svarar som filen säger.\n", catalogue.rules().len());
    if mutate {
        let tried = crate::rule::mutate::run(catalogue);
        let _ = writeln!(
            out,
            "{} ändrade villkor prövade: {} märktes av exemplen.",
            tried.tried,
            tried.tried - tried.survivors.len()
        );
        for survivor in &tried.survivors {
            let _ = writeln!(out, "  {}: ”{}” märks inte av något exempel.", survivor.rule, survivor.change);
        }
        say(&out)?;
        return Ok(if tried.survivors.is_empty() { Outcome::Clean } else { Outcome::Findings });
    }
    say(&out)?;
    Ok(Outcome::Clean)
}
