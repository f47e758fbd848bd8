//! Our stages: from bytes to a workbook, to rows, to findings, and the same through the cage.
//!
//! Goes in: files in memory and the data that comes with the program. Comes out: the number of rows or findings of each stage.
//! Guaranteed: one thread; rules are compiled before anything is measured.

use std::path::PathBuf;

use kvartal::cage::Cage;
use kvartal::form::{self, Columns, Hints, Purpose, Reading};
use kvartal::judge::{Setting, review};
use kvartal::model::{Insatser, Quarter};
use kvartal::rule::Catalogue;
use kvartal::sheet::{self, Limits, Opened};

/// Everything that is loaded once.
pub(crate) struct Library {
    catalogue: Catalogue,
    columns: Columns,
    insatser: Insatser,
    limits: Limits,
    quarter: Quarter,
    cage: Cage,
}

impl Library {
    pub(crate) fn load() -> Self {
        let insatser = Insatser::from_toml(include_str!("../../rules/insatser.toml"), None).expect("our own insatser");
        let limits = Limits::built_in().expect("our own limits");
        Self {
            catalogue: Catalogue::load(&Catalogue::builtin_sources(), &[], &insatser).expect("our own rules"),
            columns: Columns::from_toml(include_str!("../../rules/kolumner.toml")).expect("our own columns"),
            quarter: "2023-Q4".parse().expect("a quarter"),
            cage: Cage::new(PathBuf::from(env!("CARGO_BIN_EXE_kvartal")), 1, limits.clone()),
            insatser,
            limits,
        }
    }

    fn opened(&self, bytes: &[u8]) -> Opened {
        sheet::open("rapport.xlsx", bytes, &self.limits)
    }

    fn reading(&self, opened: &Opened) -> Reading {
        let hints = Hints { quarter: Some(self.quarter), assumed_insats: None, purpose: Purpose::Report };
        let workbook = opened.workbook.as_ref().expect("a workbook we wrote");
        form::read(&self.columns, &self.insatser, workbook, &hints)
    }

    fn findings(&self, opened: &Opened) -> u64 {
        let in_force = self.catalogue.in_force(self.quarter);
        let setting = Setting {
            catalogue: &self.catalogue,
            in_force: &in_force,
            insatser: &self.insatser,
            quarter: self.quarter,
            report_day: self.quarter.last_day(),
            last_report: None,
            register: None,
            utforare: None,
        };
        let review = review(&setting, opened.workbook.as_ref(), self.reading(opened), &opened.observations);
        (review.cases.len() + review.findings.len()) as u64
    }

    /// Bytes to cells.
    pub(crate) fn sheet(&self, files: &[Vec<u8>]) -> u64 {
        let cells =
            |it: &Opened| it.workbook.iter().flat_map(|it| &it.sheets).map(|it| it.cell_count() as u64).sum::<u64>();
        files.iter().map(|it| cells(&self.opened(it))).sum()
    }

    /// Bytes to rows.
    pub(crate) fn form(&self, files: &[Vec<u8>]) -> u64 {
        files.iter().map(|it| self.reading(&self.opened(it)).rows.len() as u64).sum()
    }

    /// Bytes to findings.
    pub(crate) fn review(&self, files: &[Vec<u8>]) -> u64 {
        files.iter().map(|it| self.findings(&self.opened(it))).sum()
    }

    /// Bytes to findings, the files opened in the child process.
    pub(crate) fn caged(&self, files: &[Vec<u8>]) -> u64 {
        files.iter().map(|it| self.findings(&self.cage.open("rapport.xlsx", it).expect("a child starts"))).sum()
    }
}
