//! The rows of the page's tables, as texts ready to be escaped.
//!
//! Goes in: parts of the report. Comes out: one small struct per row, made when the row is written.
//! Guaranteed: a number is printed the Swedish way; what is not known is a dash, never zero.

use crate::merge::report::{Flow, InsatsCounts, Line, PlacedFinding, Quality};
use crate::model::Severity;
use crate::rating::{Level, Mark};
use crate::render::View;
use crate::render::print::{clean, clean_line, date, number, share};
use crate::render::tables::{marked, override_in_words};

const UNKNOWN: &str = "–";

fn if_known(value: Option<u32>) -> String {
    value.map_or_else(|| UNKNOWN.to_owned(), number)
}

fn share_if_known(value: Option<f64>) -> String {
    value.map_or_else(|| UNKNOWN.to_owned(), share)
}

pub(super) struct InsatsRow {
    pub name: String,
    pub cells: Vec<String>,
}

impl InsatsRow {
    pub(super) fn of(it: &InsatsCounts) -> Self {
        let counts = &it.counts;
        let mut cells = vec![
            number(counts.open_men),
            number(counts.open_women),
            if_known(it.ongoing_men),
            if_known(it.ongoing_women),
            share_if_known(it.share_men()),
            share_if_known(it.share_women()),
        ];
        cells.extend(counts.causes.map(number));
        cells.push(number(counts.open_interruptions));
        Self { name: clean_line(&it.name).into_owned(), cells }
    }

    pub(super) fn sum(view: &View<'_>) -> Self {
        let rows = &view.report.by_insats;
        // The whole is known only when every part is.
        let all = |of: fn(&InsatsCounts) -> Option<u32>| {
            (!rows.is_empty()).then(|| rows.iter().map(of).sum::<Option<u32>>()).flatten()
        };
        let mut sum = InsatsCounts { name: "Summa".to_owned(), counts: view.report.totals, ..InsatsCounts::default() };
        if let (Some(men), Some(women)) = (all(|it| it.ongoing_men), all(|it| it.ongoing_women)) {
            sum.ongoing_men = Some(men);
            sum.ongoing_women = Some(women);
        }
        Self::of(&sum)
    }
}

pub(super) struct QualityRow {
    pub utforare: String,
    pub insatser: String,
    pub reported: &'static str,
    pub text: String,
    pub grade: &'static str,
    /// Level and its key, per mark.
    pub marks: Vec<(&'static str, &'static str)>,
    pub reminders: String,
    pub changed: String,
}

impl QualityRow {
    pub(super) fn of(view: &View<'_>, it: &Quality) -> Self {
        let mark = |level: Level| if marked(it) { (level.swedish(), level.key()) } else { (UNKNOWN, "inget") };
        Self {
            utforare: view.utforare_name(it.utforare).to_owned(),
            insatser: view.insatser_in_words(&it.insatser),
            reported: if it.reported { "Ja" } else { "Nej" },
            text: clean(&it.rating.text).into_owned(),
            grade: it.rating.grade.swedish(),
            marks: Mark::ALL.iter().zip(it.rating.marks).map(|(_, level)| mark(level)).collect(),
            reminders: number(it.rating.reminders),
            changed: clean(&override_in_words(it)).into_owned(),
        }
    }
}

pub(super) struct FlowRow {
    pub name: String,
    pub cells: Vec<String>,
    pub holds: bool,
    pub total: bool,
}

impl FlowRow {
    pub(super) fn of(it: &Flow) -> Self {
        let counted = it.opening + it.corrections + it.new - it.executed - it.closed;
        let late = it.of_which_late.map_or_else(|| UNKNOWN.to_owned(), number);
        let cells = vec![
            number(it.opening),
            number(it.corrections),
            number(it.new),
            late,
            number(it.executed),
            number(it.closed),
            number(counted),
            number(it.closing),
            number(it.unanswered),
        ];
        Self { name: clean_line(&it.name).into_owned(), cells, holds: it.holds, total: it.insats == "total" }
    }
}

pub(super) struct CaseRow {
    pub nr: String,
    pub cells: Vec<String>,
}

impl CaseRow {
    pub(super) fn of(view: &View<'_>, line: &Line) -> Self {
        let (lag, lagrum) = view.lagrum(line);
        let insats = match lagrum {
            Some(lagrum) => format!("{lagrum} {}", view.line_insats(line)),
            None => view.line_insats(line),
        };
        let days = match line.days {
            Some(days) => format!("{} till {}", number(days), line.days_to.swedish()),
            None => UNKNOWN.to_owned(),
        };
        let cells = vec![
            line.kon.map_or(UNKNOWN, |it| it.swedish()).to_owned(),
            date(line.beslutsdatum),
            date(line.avbrottsdatum),
            lag.map_or("", |it| it.key()).to_owned(),
            insats,
            date(line.verkstalld),
            date(line.avslutad),
            line.status.swedish().to_owned(),
            line.orsak.map_or("", |it| it.swedish()).to_owned(),
            days,
            view.remarks(line),
            view.utforare_name(line.utforare).to_owned(),
            view.source_in_words(line.source),
        ];
        Self { nr: number(line.nr), cells }
    }
}

pub(super) struct FindingRow {
    pub utforare: String,
    pub file: String,
    pub place: String,
    pub severity: &'static str,
    pub severity_key: &'static str,
    pub rule: String,
    pub shown: String,
    pub expected: String,
    pub message: String,
    pub remedy: String,
}

impl FindingRow {
    pub(super) fn of<'a>(view: &View<'a>, it: &'a PlacedFinding) -> Self {
        let words = view.finding(it);
        let severity: Severity = words.severity;
        Self {
            utforare: it.utforare.map_or(UNKNOWN, |at| view.utforare_name(at)).to_owned(),
            file: it.file.map_or("", |at| view.file(at).0).to_owned(),
            place: view.place_in_words(it),
            severity: severity.swedish(),
            severity_key: severity.key(),
            rule: words.rule.to_owned(),
            shown: it.finding.shown.as_deref().map_or_else(String::new, |it| clean(it).into_owned()),
            expected: words.texts.expected.map_or_else(String::new, |it| clean(&it).into_owned()),
            message: clean(&words.texts.message).into_owned(),
            remedy: clean(&words.texts.remedy).into_owned(),
        }
    }
}
