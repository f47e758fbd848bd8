//! Everything of `report.json` beside the lines: counts, what was left out, quality, findings, flow, history, files.
//!
//! Goes in: the parts of a report. Comes out: values serde writes, in the contract's order.
//! Guaranteed: ids and keys are stable; sentences are made from the catalogue here and now.

use std::borrow::Cow;

use serde::ser::{Serialize, SerializeMap, SerializeStruct, Serializer};

use crate::merge::report::{
    Correction, Counts, Excluded, Flow, InputFile, InsatsCounts, MissingAnswer, PastQuarter, PlacedFinding, Quality,
};
use crate::model::{Family, Field, Finding, Grade, InsatsId, Orsak, Place, Severity, Wait};
use crate::rating::{Mark, Reason};
use crate::render::View;
use crate::render::print::{clean, clean_line};
use crate::sheet::Format;

use super::{Where, each};

/// Open cases per cause, by key.
pub(super) struct Causes<'a>(&'a Counts);

impl<'a> Causes<'a> {
    pub(super) fn of(counts: &'a Counts) -> Self {
        Self(counts)
    }
}

impl Serialize for Causes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(Orsak::ALL.iter().map(|it| it.key()).zip(self.0.causes))
    }
}

/// Open cases per class of waiting time, by key.
pub(super) struct Ages<'a>(&'a Counts);

impl<'a> Ages<'a> {
    pub(super) fn of(counts: &'a Counts) -> Self {
        Self(counts)
    }
}

impl Serialize for Ages<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(Wait::ALL.iter().map(|it| it.key()).zip(self.0.ages))
    }
}

#[derive(serde::Serialize)]
pub(super) struct Totals {
    reported: u32,
    executed: u32,
    closed: u32,
    open: u32,
    open_men: u32,
    open_women: u32,
    open_children: u32,
    open_adults: u32,
    open_interruptions: u32,
    open_kon_missing: u32,
    open_partial: u32,
    cause_missing: u32,
    reported_interruptions: u32,
}

impl Totals {
    pub(super) fn of(it: &Counts) -> Self {
        Self {
            reported: it.reported,
            executed: it.executed,
            closed: it.closed,
            open: it.open,
            open_men: it.open_men,
            open_women: it.open_women,
            open_children: it.open_children,
            open_adults: it.open_adults,
            open_interruptions: it.open_interruptions,
            open_kon_missing: it.open_kon_missing,
            open_partial: it.open_partial,
            cause_missing: it.cause_missing,
            reported_interruptions: it.reported_interruptions,
        }
    }
}

#[derive(serde::Serialize)]
pub(super) struct InsatsJson<'a> {
    insats: Option<&'a str>,
    name: Cow<'a, str>,
    lagrum: &'a str,
    #[serde(flatten)]
    totals: Totals,
    causes: Causes<'a>,
    ages: Ages<'a>,
    ongoing_men: Option<u32>,
    ongoing_women: Option<u32>,
    share_men: Option<f64>,
    share_women: Option<f64>,
}

impl<'a> InsatsJson<'a> {
    pub(super) fn of(it: &'a InsatsCounts) -> Self {
        Self {
            insats: it.key.as_deref(),
            name: clean_line(&it.name),
            lagrum: &it.lagrum,
            totals: Totals::of(&it.counts),
            causes: Causes::of(&it.counts),
            ages: Ages::of(&it.counts),
            ongoing_men: it.ongoing_men,
            ongoing_women: it.ongoing_women,
            share_men: it.share_men(),
            share_women: it.share_women(),
        }
    }
}

fn key<'a>(view: &View<'a>, insats: Option<InsatsId>) -> Option<&'a str> {
    insats.and_then(|it| view.insats(it)).map(|it| it.key.as_str())
}

#[derive(serde::Serialize)]
pub(super) struct ExcludedJson<'a> {
    utforare: &'a str,
    source: Where<'a>,
    rules: &'a [String],
    reason: Cow<'a, str>,
    insats: Option<&'a str>,
}

impl<'a> ExcludedJson<'a> {
    pub(super) fn of(view: &'a View<'_>, it: &'a Excluded) -> Self {
        Self {
            utforare: view.utforare_id(it.utforare),
            source: Where::of(view, it.source),
            rules: &it.rules,
            reason: clean(&it.reason),
            insats: key(view, it.insats),
        }
    }
}

#[derive(serde::Serialize)]
pub(super) struct MissingJson<'a> {
    utforare: Option<&'a str>,
    insats: Option<&'a str>,
    rule: &'a str,
    reason: Cow<'a, str>,
}

impl<'a> MissingJson<'a> {
    pub(super) fn of(view: &'a View<'_>, it: &'a MissingAnswer) -> Self {
        Self {
            utforare: it.utforare.map(|at| view.utforare_id(at)),
            insats: key(view, it.insats),
            rule: &it.rule,
            reason: clean(&it.reason),
        }
    }
}

#[derive(serde::Serialize)]
pub(super) struct CorrectionJson<'a> {
    utforare: &'a str,
    insats: Option<&'a str>,
    source: Where<'a>,
    what: Cow<'a, str>,
}

impl<'a> CorrectionJson<'a> {
    pub(super) fn of(view: &'a View<'_>, it: &'a Correction) -> Self {
        Self {
            utforare: view.utforare_id(it.utforare),
            insats: key(view, it.insats),
            source: Where::of(view, it.source),
            what: clean(&it.what),
        }
    }
}

#[derive(serde::Serialize)]
struct ReasonJson<'a> {
    kind: &'a str,
    rule: Option<&'a str>,
    count: u32,
    mark: Mark,
    text: Cow<'a, str>,
}

impl<'a> ReasonJson<'a> {
    fn of(it: &'a Reason) -> Self {
        Self { kind: &it.kind, rule: it.rule.as_deref(), count: it.count, mark: it.mark, text: clean(&it.text) }
    }
}

pub(super) struct QualityJson<'a> {
    view: &'a View<'a>,
    it: &'a Quality,
}

impl<'a> QualityJson<'a> {
    pub(super) fn of(view: &'a View<'a>, it: &'a Quality) -> Self {
        Self { view, it }
    }
}

impl Serialize for QualityJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { view, it } = self;
        let rating = &it.rating;
        let grade: Grade = rating.grade;
        let keys: Vec<&str> = it.insatser.iter().filter_map(|id| key(view, Some(*id))).collect();
        let mut out = serializer.serialize_struct("Quality", 12)?;
        out.serialize_field("utforare", view.utforare_id(it.utforare))?;
        out.serialize_field("name", view.utforare_name(it.utforare))?;
        out.serialize_field("insatser", &keys)?;
        out.serialize_field("reported", &it.reported)?;
        out.serialize_field("grade", &grade)?;
        out.serialize_field("text", &clean(&rating.text))?;
        out.serialize_field("late", &rating.late)?;
        out.serialize_field("reminders", &rating.reminders)?;
        out.serialize_field("reasons", &each(&rating.reasons, ReasonJson::of))?;
        out.serialize_field("suggested_grade", &rating.suggested)?;
        out.serialize_field("override_reason", &rating.override_reason.as_deref().map(clean))?;
        out.serialize_field("marks", &Marks(it))?;
        out.end()
    }
}

struct Marks<'a>(&'a Quality);

impl Serialize for Marks<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(Mark::ALL.iter().map(|it| it.key()).zip(self.0.rating.marks.iter()))
    }
}

/// One finding, its sentences included.
#[derive(serde::Serialize)]
pub(in crate::render) struct FindingJson<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    utforare: Option<Option<&'a str>>,
    rule: &'a str,
    family: Family,
    severity: Severity,
    file: Option<&'a str>,
    sheet: Option<&'a str>,
    row: Option<u32>,
    cell: Option<String>,
    field: Option<Field>,
    shown: Option<Cow<'a, str>>,
    expected: Option<String>,
    message: String,
    remedy: String,
}

impl<'a> FindingJson<'a> {
    pub(crate) fn of(view: &'a View<'_>, it: &'a PlacedFinding) -> Self {
        Self { utforare: Some(it.utforare.map(|at| view.utforare_id(at))), ..Self::bare(view, it.file, &it.finding) }
    }

    /// Without utförare, as a check of single files has it.
    pub(crate) fn bare(view: &'a View<'_>, file: Option<u32>, it: &'a Finding) -> Self {
        let Place { sheet, row, .. } = it.place;
        let texts = view.rules().texts(it);
        Self {
            utforare: None,
            rule: view.rules().rule_id(it.rule),
            family: view.rules().family(it.rule),
            severity: it.severity,
            file: file.map(|file| view.file(file).0),
            sheet: file.zip(sheet).map(|(file, sheet)| view.sheet(file, sheet)),
            row: row.map(|row| row.saturating_add(1)),
            cell: it.place.address(),
            field: it.field,
            shown: it.shown.as_deref().map(clean),
            expected: texts.expected.map(|it| clean(&it).into_owned()),
            message: clean(&texts.message).into_owned(),
            remedy: clean(&texts.remedy).into_owned(),
        }
    }
}

#[derive(serde::Serialize)]
pub(super) struct FlowJson<'a> {
    insats: Cow<'a, str>,
    opening: i64,
    corrections: i64,
    new: i64,
    of_which_late: Option<i64>,
    executed: i64,
    closed: i64,
    closing: i64,
    holds: bool,
    name: Cow<'a, str>,
    unanswered: i64,
}

impl<'a> FlowJson<'a> {
    pub(super) fn of(it: &'a Flow) -> Self {
        Self {
            insats: clean_line(&it.insats),
            opening: it.opening,
            corrections: it.corrections,
            new: it.new,
            of_which_late: it.of_which_late,
            executed: it.executed,
            closed: it.closed,
            closing: it.closing,
            holds: it.holds,
            name: clean_line(&it.name),
            unanswered: it.unanswered,
        }
    }
}

pub(super) struct HistoryJson<'a>(pub &'a PastQuarter);

impl Serialize for HistoryJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_map(Some(5))?;
        out.serialize_entry("kvartal", &clean_line(&self.0.kvartal))?;
        out.serialize_entry("reported", &self.0.reported)?;
        out.serialize_entry("ended", &self.0.ended)?;
        out.serialize_entry("open", &self.0.open)?;
        out.serialize_entry("by_insats", &ByInsats(&self.0.by_insats))?;
        out.end()
    }
}

struct ByInsats<'a>(&'a [(String, u32)]);

impl Serialize for ByInsats<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, open)| (clean_line(key), open)))
    }
}

#[derive(serde::Serialize)]
pub(super) struct FileJson<'a> {
    name: Cow<'a, str>,
    sha256: &'a str,
    format: Option<Format>,
    readable: bool,
    rows: u32,
    utforare: Option<&'a str>,
    received: Option<String>,
    superseded: bool,
    sheets: Vec<Cow<'a, str>>,
}

impl<'a> FileJson<'a> {
    pub(super) fn of(view: &'a View<'_>, it: &'a InputFile) -> Self {
        Self {
            name: clean_line(&it.name),
            sha256: &it.sha256,
            format: it.format,
            readable: it.readable,
            rows: it.rows,
            utforare: it.utforare.map(|at| view.utforare_id(at)),
            received: it.received.map(|it| it.to_rfc3339()),
            superseded: it.superseded,
            sheets: it.sheets.iter().map(|it| clean_line(it)).collect(),
        }
    }
}
