//! The report → `report.json`, the shape of the contract.
//!
//! Goes in: a [`View`]. Comes out: one JSON document, written as it is made: no tree is built for the lists.
//! Guaranteed: names and meaning of the contract's fields; what is added stands beside them; each row of a list is one
//! line of text, so two reports can be compared with any diff.

pub mod compare;
pub mod layout;
mod lines;
mod parts;

use std::io::Write;

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use crate::merge::report::Check;
use crate::model::Quarter;

use super::print::{clean, clean_line};
use super::{RenderError, View};

pub(super) use lines::{CheckedLine, ReportLine, Where};
pub(super) use parts::FindingJson;

/// The shape's number; raised only when a field changes meaning.
const SCHEMA: u32 = 1;

/// Writes `report.json`.
pub fn write<W: Write>(out: W, view: &View<'_>) -> Result<(), RenderError> {
    let mut out = std::io::BufWriter::new(out);
    let mut serializer = serde_json::Serializer::with_formatter(&mut out, layout::RowPerLine::default());
    Document(view).serialize(&mut serializer)?;
    out.write_all(b"\n")?;
    out.flush()?;
    Ok(())
}

struct Document<'a>(&'a View<'a>);

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let view = self.0;
        let report = view.report;
        let head = &report.head;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("schema", &SCHEMA)?;
        map.serialize_entry("kvartal", &head.quarter)?;
        map.serialize_entry("kommun", &clean_line(&head.kommun))?;
        map.serialize_entry("namnd", &clean_line(&head.namnd))?;
        map.serialize_entry("quarter_end", &lines::Day(head.quarter.map(Quarter::last_day)))?;
        map.serialize_entry("rapportdag", &lines::Day(head.report_day))?;
        map.serialize_entry("sista_dag", &lines::Day(head.last_day))?;
        map.serialize_entry("rule_set", &RuleSet { version: &head.rule_set_version, sha256: &head.rule_set_sha256 })?;
        map.serialize_entry("totals", &parts::Totals::of(&report.totals))?;
        map.serialize_entry("causes", &parts::Causes::of(&report.totals))?;
        map.serialize_entry("ages", &parts::Ages::of(&report.totals))?;
        map.serialize_entry("by_insats", &each(&report.by_insats, parts::InsatsJson::of))?;
        map.serialize_entry("lines", &each(&report.lines, |it| ReportLine::of(view, it)))?;
        map.serialize_entry("excluded", &each(&report.excluded, |it| parts::ExcludedJson::of(view, it)))?;
        map.serialize_entry("missing", &each(&report.missing, |it| parts::MissingJson::of(view, it)))?;
        map.serialize_entry("quality", &each(&report.quality, |it| parts::QualityJson::of(view, it)))?;
        let findings = view.findings_in_order();
        map.serialize_entry("findings", &each(findings.iter().copied(), |it| FindingJson::of(view, it)))?;
        map.serialize_entry("corrections", &each(&report.corrections, |it| parts::CorrectionJson::of(view, it)))?;
        map.serialize_entry("reconciliation", &each(&report.reconciliation, parts::FlowJson::of))?;
        map.serialize_entry("history", &each(&report.history, parts::HistoryJson))?;
        map.serialize_entry("checks", &each(&report.checks, CheckJson::of))?;
        map.serialize_entry("files", &each(&report.files, |it| parts::FileJson::of(view, it)))?;
        map.end()
    }
}

#[derive(serde::Serialize)]
struct RuleSet<'a> {
    version: &'a str,
    sha256: &'a str,
}

#[derive(serde::Serialize)]
struct CheckJson<'a> {
    what: std::borrow::Cow<'a, str>,
    holds: bool,
    detail: std::borrow::Cow<'a, str>,
}

impl<'a> CheckJson<'a> {
    fn of(it: &'a Check) -> Self {
        Self { what: clean(&it.what), holds: it.holds, detail: clean(&it.detail) }
    }
}

/// A list whose elements are made one at a time, while they are written.
pub(super) fn each<I, R, F>(items: I, make: F) -> Each<I, F>
where
    I: IntoIterator + Clone,
    R: Serialize,
    F: Fn(I::Item) -> R,
{
    Each(items, make)
}

pub(super) struct Each<I, F>(I, F);

impl<I: IntoIterator + Clone, R: Serialize, F: Fn(I::Item) -> R> Serialize for Each<I, F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(None)?;
        for it in self.0.clone() {
            seq.serialize_element(&(self.1)(it))?;
        }
        seq.end()
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use serde_json::Value;

    fn document() -> Value {
        let round = fixture::round();
        serde_json::from_slice(&fixture::json(&round)).unwrap()
    }

    fn keys(value: &Value) -> Vec<&str> {
        value.as_object().unwrap().keys().map(String::as_str).collect()
    }

    /// Every field the contract names, by path; a list is looked at in its first element.
    #[test]
    fn every_field_of_the_contract_is_there() {
        let doc = document();
        for (path, names) in [
            (
                "",
                "schema kvartal kommun namnd quarter_end rapportdag rule_set totals causes by_insats lines excluded missing \
                 quality findings corrections reconciliation history",
            ),
            ("/rule_set", "version sha256"),
            (
                "/totals",
                "reported executed closed open open_men open_women open_children open_adults open_interruptions",
            ),
            ("/causes", "resursbrist_bostad resursbrist_personal tackat_nej annat_skal"),
            (
                "/by_insats/0",
                "insats name lagrum reported executed closed open open_men open_women open_children open_adults \
                 open_interruptions causes ongoing_men ongoing_women share_men share_women",
            ),
            (
                "/lines/0",
                "nr kon beslutsdatum avbrottsdatum lag lagrum insats verkstalld delvis avslutad orsak days days_to utforare \
                 source",
            ),
            ("/lines/0/source", "file sha256 sheet row"),
            ("/excluded/0", "utforare source rules reason"),
            ("/missing/0", "utforare insats rule reason"),
            ("/quality/0", "utforare name insatser reported grade text late reminders reasons"),
            ("/quality/1/reasons/0", "kind rule count"),
            ("/findings/0", "utforare rule family severity file sheet row cell field shown expected message remedy"),
            ("/corrections/0", "utforare insats source what"),
            ("/reconciliation/0", "insats opening corrections new of_which_late executed closed closing holds"),
            ("/history/0", "kvartal reported ended open by_insats"),
        ] {
            let at = doc.pointer(path).unwrap_or_else(|| panic!("{path} saknas"));
            for name in names.split_whitespace() {
                assert!(at.get(name).is_some(), "{path}/{name} saknas");
            }
        }
    }

    #[test]
    fn causes_hold_exactly_the_four_and_sum_to_the_open_cases() {
        let doc = document();
        assert_eq!(keys(&doc["causes"]).len(), 4);
        let sum: u64 = doc["causes"].as_object().unwrap().values().filter_map(Value::as_u64).sum();
        assert_eq!(Some(sum + doc["totals"]["cause_missing"].as_u64().unwrap()), doc["totals"]["open"].as_u64());
    }

    #[test]
    fn rows_and_cells_are_written_as_excel_shows_them() {
        let doc = document();
        assert_eq!(doc["lines"][0]["source"]["row"], 12);
        let finding =
            doc["findings"].as_array().unwrap().iter().find(|it| it["field"] == "verkstalld").expect("fyndet");
        assert_eq!(finding["cell"], "F12");
        assert_eq!(finding["row"], 12);
        assert_eq!(finding["sheet"], "Blad1");
        assert_eq!(finding["family"], "uppgifter");
    }

    #[test]
    fn a_line_says_law_paragraph_and_days() {
        let doc = document();
        let line = &doc["lines"][0];
        assert_eq!(line["lag"], "LSS");
        assert_eq!(line["lagrum"], "9 § 3");
        assert_eq!(line["insats"], "ledsagarservice");
        assert_eq!(line["days"], 393);
        assert_eq!(line["days_to"], "quarter_end");
        assert_eq!(line["slutdag"], "2023-03-03");
        assert_eq!(line["orsak"], "tackat_nej");
    }

    #[test]
    fn each_row_of_a_list_is_one_line_of_text() {
        let round = fixture::round();
        let text = String::from_utf8(fixture::json(&round)).unwrap();
        let rows = text.lines().filter(|it| it.starts_with("  {\"nr\":")).count();
        assert_eq!(rows, round.report.lines.len());
    }

    #[test]
    fn the_same_report_gives_the_same_bytes() {
        let round = fixture::round();
        assert_eq!(fixture::json(&round), fixture::json(&round));
    }

    #[test]
    fn an_empty_report_is_still_a_whole_document() {
        let round = fixture::empty();
        let doc: Value = serde_json::from_slice(&fixture::json(&round)).unwrap();
        assert_eq!(doc["kvartal"], Value::Null);
        assert_eq!(doc["lines"], serde_json::json!([]));
    }
}
