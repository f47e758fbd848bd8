//! `kvartal template ROUND --utforare ID --out FILE`: the workbook an utförare fills in, with last quarter's open cases in it.
//!
//! Goes in: the round folder and an id. Comes out: an xlsx file.
//! Guaranteed: the file is whole or absent; it holds nobody else's cases.

use crate::judge::KnownCase;
use crate::model::InsatsId;
use crate::model::spelling::nearest;
use crate::render::template::{self as blank_template, Blank, OpenCase};

use super::arguments::Template;
use super::failure::{Failure, Outcome};
use super::{report, say};

pub fn run(arguments: &Template) -> Result<Outcome, Failure> {
    let library = report::library_of(&arguments.round)?;
    let folder = report::open(&arguments.round, &library)?;
    let round = &folder.file.round;
    let Some(expected) = round.utforare.iter().find(|it| it.utforare.id == arguments.utforare) else {
        let near = nearest(&arguments.utforare, round.utforare.iter().map(|it| it.utforare.id.as_str()));
        let hint = near.map_or_else(String::new, |it| format!(" Menade du {it}?"));
        return Err(Failure::Usage(format!("Ingen utförare i omgången har id {}.{hint}", arguments.utforare)));
    };
    let utforare = &expected.utforare;
    let open: Vec<&KnownCase> = folder
        .previous
        .iter()
        .flat_map(|it| it.report.open_cases().map(|at| it.report.known.get(at)))
        .filter(|it| it.utforare.as_deref() == Some(utforare.id.as_str()))
        .collect();
    let count = open.len();
    let open: Vec<OpenCase> = open.into_iter().map(OpenCase::from).collect();
    let insatser: Vec<InsatsId> = utforare.uppdrag.iter().flat_map(|it| it.insatser.iter().copied()).collect();
    let blank = Blank {
        kommun: &round.kommun,
        namnd: &round.namnd,
        quarter: round.quarter,
        last_day: Some(round.last_day),
        utforare,
        catalogue: &library.insatser,
        insatser: &insatser,
        open: &open,
    };
    report::whole_file(&arguments.out, |file| blank_template::write(file, &blank))?;
    say(&format!(
        "Mallen för {} ligger i {}. Den har {count} öppna ärenden från förra kvartalet.\n",
        utforare.name,
        arguments.out.display()
    ))?;
    Ok(Outcome::Clean)
}
