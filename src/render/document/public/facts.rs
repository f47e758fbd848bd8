//! The cases of the report with everything taken away that the public version never says.
//!
//! Goes in: a [`View`]. Comes out: [`Facts`]: per case its insats and the finest value of each attribute.
//! Guaranteed: no utförare, no day, no number of a case, no text from a sheet gets past this file.

use crate::merge::report::Status;
use crate::model::{InsatsId, Lag, Orsak, Quarter};
use crate::render::View;
use crate::render::print::clean_line;

use super::groups::Kind;
use super::{Attribute, Public};

/// What protection works on.
#[derive(Debug, Clone)]
pub struct Facts {
    pub kommun: String,
    pub namnd: String,
    pub quarter: Quarter,
    /// Insatser in the order of the report; texts that were not recognised are one, last.
    pub kinds: Vec<Kind>,
    /// Per insats, whether a lack of homes can be the cause.
    pub housing: Vec<bool>,
    pub cases: Vec<Case>,
    pub history: Vec<(Quarter, u32)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Case {
    /// Index into [`Facts::kinds`].
    pub kind: usize,
    pub status: Status,
    /// Finest values in the order of [`Attribute::ALL`].
    pub fine: [usize; Attribute::ALL.len()],
}

/// The key of everything that is not in the catalogue.
const UNKNOWN: &str = "okand-insats";

impl Facts {
    /// `None` when the report names no quarter.
    pub fn of(view: &View<'_>, latest: Option<&Public>) -> Option<Self> {
        let report = view.report;
        let quarter = report.head.quarter?;
        let mut ids: Vec<InsatsId> = Vec::new();
        let listed = report.by_insats.iter().filter_map(|it| it.insats);
        for id in listed.chain(report.lines.iter().filter_map(|it| it.insats)) {
            if view.insats(id).is_some() && !ids.contains(&id) {
                ids.push(id);
            }
        }
        let place = |id: Option<InsatsId>| id.and_then(|id| ids.iter().position(|it| *it == id)).unwrap_or(ids.len());
        let cases: Vec<Case> = report
            .lines
            .iter()
            .map(|line| Case {
                kind: place(line.insats),
                status: line.status,
                fine: Attribute::ALL.map(|it| it.of(line, quarter)),
            })
            .collect();
        let mut kinds: Vec<Kind> = ids.iter().filter_map(|id| view.insats(*id)).map(kind).collect();
        let mut housing: Vec<bool> = ids
            .iter()
            .filter_map(|id| view.insats(*id))
            .map(|it| it.orsaker.contains(&Orsak::ResursbristBostad))
            .collect();
        if cases.iter().any(|it| it.kind == ids.len()) {
            let name = "Insatser som inte finns i katalogen".to_owned();
            kinds.push(Kind { key: UNKNOWN.to_owned(), name, lag: None, open: 0, telling: false });
            housing.push(true);
        }
        for (at, kind) in kinds.iter_mut().enumerate() {
            let mine = || cases.iter().filter(|it| it.kind == at);
            kind.open = count(mine().filter(|it| it.status == Status::Open));
            let before = latest.and_then(|it| it.group(&kind.key)).is_some_and(|it| it.open > 0);
            kind.telling = kind.open == 0 && (before || mine().next().is_some());
        }
        let history = report.history.iter().filter_map(|it| Some((it.kvartal.parse().ok()?, it.open))).collect();
        Some(Self {
            kommun: clean_line(&report.head.kommun).into_owned(),
            namnd: clean_line(&report.head.namnd).into_owned(),
            quarter,
            kinds,
            housing,
            cases,
            history,
        })
    }

    pub fn open(&self) -> impl Iterator<Item = &Case> {
        self.cases.iter().filter(|it| it.status == Status::Open)
    }

    pub fn with_status(&self, status: Status) -> u32 {
        count(self.cases.iter().filter(|it| it.status == status))
    }
}

fn kind(it: &crate::model::Insats) -> Kind {
    let lag = matches!(it.lag, Lag::Lss | Lag::Sol).then(|| it.lag.key());
    Kind { key: it.key.clone(), name: clean_line(&it.name).into_owned(), lag, open: 0, telling: false }
}

fn count<'a>(cases: impl Iterator<Item = &'a Case>) -> u32 {
    u32::try_from(cases.count()).unwrap_or(u32::MAX)
}

impl Case {
    pub fn value(&self, attribute: Attribute) -> usize {
        let at = Attribute::ALL.iter().position(|it| *it == attribute).unwrap_or(0);
        self.fine[at]
    }
}
