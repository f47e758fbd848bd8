//! The one function: a reading becomes a review.
//!
//! Goes in: [`Setting`] (what a review is made against) and a [`Reading`]. Comes out: [`Review`]: the rows as cases, the findings,
//! and for each case why it may not count.
//! Guaranteed: every row becomes a case; nothing is counted here; findings stand in the order of the sheet.

use std::hash::{Hash, Hasher};

use chrono::NaiveDate;
use rustc_hash::FxHashMap;
use rustc_hash::FxHasher;

use crate::form::{Reading, Row, Table, shown_cell};
use crate::model::{
    Family, Field, Finding, InsatsId, Insatser, Kon, Lagrum, Observation, Orsak, Place, Quarter, Severity, StartKind,
    Utforare,
};
use crate::rule::{Catalogue, Facts, InForce, Scope, Slot, Value};
use crate::sheet::{CellKind, RowKey, Workbook};

use super::known::{KnownCases, LastReport, Match};
use super::values::{difference, set_round, set_row};

/// What a review is made against.
#[derive(Clone, Copy)]
pub struct Setting<'a> {
    pub catalogue: &'a Catalogue,
    pub in_force: &'a InForce,
    pub insatser: &'a Insatser,
    pub quarter: Quarter,
    /// What is known on this day may be shown; a later date is a future date.
    pub report_day: NaiveDate,
    pub last_report: Option<&'a LastReport>,
    pub register: Option<&'a KnownCases>,
    /// Whose sheet it is; `None` when `check` reads a sheet nobody named.
    pub utforare: Option<&'a Utforare>,
}

/// A row after judging: what the merge counts.
#[derive(Debug, Clone)]
pub struct Case {
    pub sheet: u16,
    /// Zero-based.
    pub row: u32,
    pub kon: Option<Kon>,
    pub beslutsdatum: Option<NaiveDate>,
    pub avbrottsdatum: Option<NaiveDate>,
    pub start: Option<(StartKind, NaiveDate)>,
    pub insats: Option<InsatsId>,
    pub insats_text: Option<Box<str>>,
    pub lagrum: Option<Lagrum>,
    pub verkstalld: Option<NaiveDate>,
    pub delvis: bool,
    pub delvis_datum: Option<NaiveDate>,
    pub avslutad: Option<NaiveDate>,
    pub orsak: Option<Orsak>,
    pub nyckel: Option<Box<str>>,
    /// The row of the version before, when the workbook is a correction copy that came back.
    pub kopia: Option<RowKey>,
    /// The case of the last report that this row answers.
    pub last: Option<Match>,
    /// The decision of the register that this row answers.
    pub registered: Option<Match>,
    /// Rules that leave the row out: severity `fel`, family `ska-inte-rapporteras`.
    pub excluded_by: Vec<u16>,
    /// A finding of severity `fel` in `uppgifter` or `en-orsak` stands on the row.
    pub flawed: bool,
    /// Hash of the free text, to tell twins from two persons.
    pub text_hash: u64,
}

impl Case {
    /// The first day the period was executed in full or closed.
    pub fn end(&self) -> Option<NaiveDate> {
        crate::model::calendar::ended_on(self.verkstalld, self.avslutad)
    }
}

/// What one workbook came to.
#[derive(Debug, Clone, Default)]
pub struct Review {
    pub cases: Vec<Case>,
    pub findings: Vec<Finding>,
    pub tables: Vec<Table>,
    /// The workbook says that there is nothing to report, and has no rows.
    pub nil: bool,
    /// Something could be read: a table was found, or a nil statement.
    pub usable: bool,
}

/// Judges what was noticed and every row.
pub fn review(setting: &Setting<'_>, workbook: Option<&Workbook>, reading: Reading, opened: &[Observation]) -> Review {
    let mut judge = Judge { setting, workbook, tables: &reading.tables, findings: Vec::new() };
    for observation in opened.iter().chain(&reading.observations) {
        judge.observation(observation);
    }
    let utforare = setting.utforare.map(|it| it.id.as_str());
    let last = setting.last_report.map(|it| it.known.answers(&reading.rows, utforare));
    let registered = setting.register.map(|it| it.answers(&reading.rows, utforare));
    let mut twins: FxHashMap<u64, (u32, u64)> = FxHashMap::default();
    let mut verdicts = Vec::with_capacity(reading.rows.len());
    let mut facts = judge.common();
    for (at, row) in reading.rows.iter().enumerate() {
        let last = last.as_ref().and_then(|it| it[at]);
        let registered = registered.as_ref().and_then(|it| it[at]);
        let text_hash = row.fritext.as_deref().map_or(0, |it| hash_of(&it));
        let twin = earlier_twin(&mut twins, row, text_hash);
        let (excluded_by, flawed) = judge.row(&mut facts, row, last, registered, twin);
        verdicts.push((last, registered, excluded_by, flawed, text_hash));
    }
    drop(facts);
    let findings = judge.findings;
    let cases: Vec<Case> = reading
        .rows
        .into_iter()
        .zip(verdicts)
        .map(|(row, (last, registered, excluded_by, flawed, text_hash))| {
            case_of(row, last, registered, excluded_by, flawed, text_hash)
        })
        .collect();
    let nil = cases.is_empty() && reading.nothing_to_report.is_some();
    Review { usable: nil || !reading.tables.is_empty(), nil, cases, findings, tables: reading.tables }
}

fn case_of(
    row: Row,
    last: Option<Match>,
    registered: Option<Match>,
    excluded_by: Vec<u16>,
    flawed: bool,
    text_hash: u64,
) -> Case {
    Case {
        sheet: row.sheet,
        row: row.row,
        kon: row.kon,
        beslutsdatum: row.beslutsdatum,
        avbrottsdatum: row.avbrottsdatum,
        start: row.start(),
        insats: row.insats,
        insats_text: row.insats_text,
        lagrum: row.lagrum,
        verkstalld: row.verkstalld,
        delvis: row.delvis,
        delvis_datum: row.delvis_datum,
        avslutad: row.avslutad,
        orsak: row.orsak,
        nyckel: row.nyckel,
        kopia: row.kopia,
        last,
        registered,
        excluded_by,
        flawed,
        text_hash,
    }
}

/// The Excel row number of an earlier row that says the same in every published field.
///
/// Two rows whose free texts are both there and differ are two persons, so they are not asked about.
fn earlier_twin(twins: &mut FxHashMap<u64, (u32, u64)>, row: &Row, text_hash: u64) -> Option<u32> {
    row.start()?;
    row.insats?;
    let key = hash_of(&(
        row.kon,
        row.insats,
        row.beslutsdatum,
        row.avbrottsdatum,
        row.startdatum,
        row.verkstalld,
        row.avslutad,
    ));
    match twins.get(&key) {
        Some((first, text)) if *text == 0 || text_hash == 0 || *text == text_hash => Some(first + 1),
        Some(_) => None,
        None => {
            twins.insert(key, (row.row, text_hash));
            None
        }
    }
}

fn hash_of(value: &impl Hash) -> u64 {
    let mut hasher = FxHasher::default();
    value.hash(&mut hasher);
    hasher.finish()
}

struct Judge<'a> {
    setting: &'a Setting<'a>,
    workbook: Option<&'a Workbook>,
    tables: &'a [Table],
    findings: Vec<Finding>,
}

impl<'a> Judge<'a> {
    /// Facts that hold for the whole file.
    fn common<'f>(&self) -> Facts<'f>
    where
        'a: 'f,
    {
        let mut facts = Facts::new();
        set_round(&mut facts, self.setting.quarter, self.setting.report_day);
        if let Some(utforare) = self.setting.utforare {
            facts.set(Slot::UtforareNamn, utforare.name.as_str());
        }
        facts
    }

    fn observation(&mut self, observation: &Observation) {
        let mut own = self.common();
        own.set(Slot::Slag, observation.seen.key());
        own.set(Slot::Falt, observation.field.map(|it| self.heading(observation.place, it)));
        own.set(Slot::Visat, observation.shown.as_deref());
        own.set(Slot::Tolkat, observation.read.as_deref());
        own.set(Slot::Forslag, observation.proposal.as_deref());
        own.set(Slot::Antal, observation.count);
        own.derive(self.setting.insatser);
        let (catalogue, in_force) = (self.setting.catalogue, self.setting.in_force);
        in_force.judge(catalogue, Scope::Iakttagelse, false, &own, |rule| {
            self.findings.push(Finding {
                rule,
                severity: catalogue.rules()[usize::from(rule)].severity,
                place: observation.place,
                field: observation.field,
                shown: observation.shown.as_deref().map(Into::into),
                params: catalogue.params(rule, &own),
            });
        });
    }

    /// The heading as the utförare wrote it, else our own name of the field.
    fn heading(&self, place: Place, field: Field) -> String {
        place
            .sheet
            .and_then(|sheet| self.tables.iter().find(|it| it.sheet == sheet && it.column(field).is_some()))
            .and_then(|it| it.columns.iter().find(|it| it.1 == field))
            .map_or_else(|| field.swedish().to_owned(), |it| it.2.clone())
    }

    fn row<'f>(
        &mut self,
        own: &mut Facts<'f>,
        row: &'f Row,
        last: Option<Match>,
        registered: Option<Match>,
        twin: Option<u32>,
    ) -> (Vec<u16>, bool)
    where
        'a: 'f,
    {
        own.clear_row();
        set_row(own, row, self.setting.insatser, self.setting.quarter);
        self.set_surroundings(own, row, last, registered, twin);
        own.derive(self.setting.insatser);
        let own = &*own;
        let (catalogue, in_force) = (self.setting.catalogue, self.setting.in_force);
        let (mut excluded_by, mut flawed) = (Vec::new(), false);
        in_force.judge(catalogue, Scope::Rad, false, own, |index| {
            let rule = &catalogue.rules()[usize::from(index)];
            if rule.severity == Severity::Fel {
                match rule.family {
                    Family::SkaInteRapporteras => excluded_by.push(index),
                    Family::Uppgifter | Family::EnOrsak => flawed = true,
                    _ => {}
                }
            }
            let (place, field) = self.marked(row, &rule.marks);
            let shown = self.shown(place);
            self.findings.push(Finding {
                rule: index,
                severity: rule.severity,
                place,
                field,
                shown,
                params: catalogue.params(index, own),
            });
        });
        (excluded_by, flawed)
    }

    /// The cell a rule's finding points at: the first marked field that has a cell with content, else that has a column.
    fn marked(&self, row: &Row, marks: &[Field]) -> (Place, Option<Field>) {
        let Some(table) = self.tables.get(usize::from(row.table)) else {
            return (Place::row(row.sheet, row.row), marks.first().copied());
        };
        let columns = || marks.iter().filter_map(|field| Some((*field, table.column(*field)?)));
        let sheet = self.workbook.and_then(|it| it.sheets.get(usize::from(row.sheet)));
        let filled = columns().find(|(_, col)| sheet.is_some_and(|it| it.cell(row.row, *col).is_some()));
        match filled.or_else(|| columns().next()) {
            Some((field, col)) => (Place::cell(row.sheet, row.row, col), Some(field)),
            None => (Place::row(row.sheet, row.row), marks.first().copied()),
        }
    }

    fn shown(&self, place: Place) -> Option<Box<str>> {
        let workbook = self.workbook?;
        let sheet = workbook.sheets.get(usize::from(place.sheet?))?;
        let cell = sheet.cell(place.row?, place.col?)?;
        if cell.kind == CellKind::Empty {
            return None;
        }
        Some(crate::model::mask::masked(&shown_cell(workbook, cell)).into())
    }

    fn set_surroundings<'f>(
        &self,
        facts: &mut Facts<'f>,
        row: &Row,
        last: Option<Match>,
        registered: Option<Match>,
        twin: Option<u32>,
    ) where
        'a: 'f,
    {
        let setting = self.setting;
        if let (Some(utforare), Some(insats)) = (setting.utforare, row.insats) {
            facts.set(Slot::InsatsIUppdraget, utforare.carries_out(insats));
        }
        if let Some(twin) = twin {
            facts.set(Slot::DubblettRad, f64::from(twin));
        }
        let forra = match (setting.last_report, last) {
            (None, _) => "ingen_rapport",
            (Some(_), None) => "saknas",
            (Some(report), Some(hit)) => {
                let known = report.known.get(hit.case);
                if let Some(day) = known.slutdatum {
                    facts.set(Slot::ForraSlutdatum, day);
                }
                if hit.other_kon
                    && let Some(kon) = known.kon
                {
                    facts.set(Slot::ForraKon, Value::from(kon.swedish()));
                }
                if report.was_open(hit.case) { "oppen" } else { "avslutad" }
            }
        };
        facts.set(Slot::Forra, Value::from(forra));
        let register = match (setting.register, registered) {
            (None, _) => "inget_register",
            (Some(_), None) => "saknas",
            (Some(register), Some(hit)) => match difference(register.get(hit.case), row) {
                None => "samma",
                Some(text) => {
                    facts.set(Slot::RegisterSkillnad, Value::from(text));
                    "avviker"
                }
            },
        };
        facts.set(Slot::Register, Value::from(register));
    }
}
