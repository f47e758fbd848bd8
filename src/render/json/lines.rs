//! A case that counts, as JSON: in the report with its number and utförare, in a check with what was read.
//!
//! Goes in: a [`Line`] and the view or file it belongs to. Comes out: a value serde writes. Guaranteed: no allocation
//! for a line whose insats and lagrum are known, so a hundred thousand of them are cheap.

use std::borrow::Cow;

use chrono::{Datelike, NaiveDate};
use serde::{Serialize, Serializer};

use crate::merge::report::{DaysTo, Line, Source, Status};
use crate::model::calendar::slutdag;
use crate::model::{Kon, Lag, Orsak, StartKind};
use crate::render::View;
use crate::render::print::clean_line;

/// A date as `2023-12-31` or `null`, without a text being made first.
pub(super) struct Day(pub Option<NaiveDate>);

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Some(day) = self.0 else { return serializer.serialize_none() };
        let Ok(year) = u16::try_from(day.year()) else { return serializer.collect_str(&day) };
        if year > 9999 {
            return serializer.collect_str(&day);
        }
        let digit = |value: u32| b'0' + u8::try_from(value % 10).unwrap_or(0);
        let (year, month, day) = (u32::from(year), day.month(), day.day());
        let text = [
            digit(year / 1000),
            digit(year / 100),
            digit(year / 10),
            digit(year),
            b'-',
            digit(month / 10),
            digit(month),
            b'-',
            digit(day / 10),
            digit(day),
        ];
        serializer.serialize_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

/// Where a row stands: file, its hash, sheet, and the row number Excel shows.
#[derive(Serialize)]
pub(in crate::render) struct Where<'a> {
    file: &'a str,
    sha256: &'a str,
    sheet: &'a str,
    row: u32,
}

impl<'a> Where<'a> {
    pub(crate) fn of(view: &'a View<'_>, source: Source) -> Self {
        let (file, sha256) = view.file(source.file);
        Self { file, sha256, sheet: view.sheet(source.file, source.sheet), row: source.row.saturating_add(1) }
    }
}

/// What is said of a case wherever it is written.
#[derive(Serialize)]
struct Case<'a> {
    kon: Option<Kon>,
    beslutsdatum: Day,
    avbrottsdatum: Day,
    lag: Option<Lag>,
    lagrum: Option<Cow<'a, str>>,
    insats: Option<&'a str>,
    verkstalld: Day,
    delvis: bool,
    avslutad: Day,
    orsak: Option<Orsak>,
    days: Option<i32>,
    days_to: DaysTo,
}

impl<'a> Case<'a> {
    fn of(view: &'a View<'_>, line: &'a Line) -> Self {
        let (lag, lagrum) = view.lagrum(line);
        Self {
            kon: line.kon,
            beslutsdatum: Day(line.beslutsdatum),
            avbrottsdatum: Day(line.avbrottsdatum),
            lag,
            lagrum: lagrum.map(Cow::Owned),
            insats: line.insats.and_then(|it| view.insats(it)).map(|it| it.key.as_str()),
            verkstalld: Day(line.verkstalld),
            delvis: line.delvis,
            avslutad: Day(line.avslutad),
            orsak: line.orsak,
            days: line.days,
            days_to: line.days_to,
        }
    }
}

/// What stands after the contract's fields.
#[derive(Serialize)]
struct More<'a> {
    status: Status,
    start_typ: Option<StartKind>,
    startdatum: Day,
    slutdag: Day,
    delvis_datum: Day,
    insats_text: Option<Cow<'a, str>>,
}

impl<'a> More<'a> {
    fn of(line: &'a Line) -> Self {
        Self {
            status: line.status,
            start_typ: line.start_typ,
            startdatum: Day(line.startdatum),
            slutdag: Day(line.startdatum.map(slutdag)),
            delvis_datum: Day(line.delvis_datum),
            insats_text: line.insats_text.as_deref().map(clean_line),
        }
    }
}

/// A line of `report.json`.
#[derive(Serialize)]
pub(in crate::render) struct ReportLine<'a> {
    nr: u32,
    #[serde(flatten)]
    case: Case<'a>,
    utforare: &'a str,
    source: Where<'a>,
    #[serde(flatten)]
    more: More<'a>,
    new: Option<bool>,
    late: bool,
    decision: Option<u32>,
    nyckel: Option<Cow<'a, str>>,
}

impl<'a> ReportLine<'a> {
    pub(crate) fn of(view: &'a View<'_>, line: &'a Line) -> Self {
        Self {
            nr: line.nr,
            case: Case::of(view, line),
            utforare: view.utforare_id(line.utforare),
            source: Where::of(view, line.source),
            more: More::of(line),
            new: line.new,
            late: line.late,
            decision: line.decision,
            nyckel: line.nyckel.as_deref().map(clean_line),
        }
    }
}

/// A line of `check --json`: where it stands and what was read.
#[derive(Serialize)]
pub(in crate::render) struct CheckedLine<'a> {
    sheet: &'a str,
    row: u32,
    #[serde(flatten)]
    case: Case<'a>,
    #[serde(flatten)]
    more: More<'a>,
}

impl<'a> CheckedLine<'a> {
    pub(crate) fn of(view: &'a View<'_>, line: &'a Line) -> Self {
        Self {
            sheet: view.sheet(line.source.file, line.source.sheet),
            row: line.source.row.saturating_add(1),
            case: Case::of(view, line),
            more: More::of(line),
        }
    }
}
