//! What `kvartal check` says about files, as data: one object for one file, a list of objects for several.
//!
//! Goes in: [`Checked`] per file. Comes out: one JSON document. Guaranteed: a single FILE gives the object itself,
//! several give an array in the order asked for, each with the fields of the contract first.

use std::io::Write;

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::merge::QuarterReport;
use crate::merge::report::{InputFile, Line, PlacedFinding};
use crate::model::{Finding, Quarter};

use super::json::{CheckedLine, FindingJson, each, layout::RowPerLine};
use super::{RenderError, View, Voice};

/// One file that was read and judged on its own.
#[derive(Debug, Clone)]
pub struct Checked {
    pub file: InputFile,
    /// The quarter it was judged for.
    pub quarter: Option<Quarter>,
    /// What was read, row by row; `source.file` is 0.
    pub lines: Vec<Line>,
    pub findings: Vec<Finding>,
}

impl Checked {
    /// The file as a report of its own, so that the renderers of reports can speak about it.
    pub(super) fn as_report(&self) -> QuarterReport {
        let findings = self.findings.iter().cloned();
        QuarterReport {
            files: vec![self.file.clone()],
            findings: findings
                .map(|finding| PlacedFinding { utforare: None, file: Some(0), insatser: Vec::new(), finding })
                .collect(),
            ..QuarterReport::default()
        }
    }
}

/// Writes the document of `check --json`.
pub fn write_json<W: Write>(out: W, checked: &[Checked], voice: Voice<'_>) -> Result<(), RenderError> {
    let mut out = std::io::BufWriter::new(out);
    let mut serializer = serde_json::Serializer::with_formatter(&mut out, RowPerLine::default());
    match checked {
        [one] => Document { checked: one, voice }.serialize(&mut serializer)?,
        many => each(many, |checked| Document { checked, voice }).serialize(&mut serializer)?,
    }
    out.write_all(b"\n")?;
    out.flush()?;
    Ok(())
}

struct Document<'a> {
    checked: &'a Checked,
    voice: Voice<'a>,
}

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let report = self.checked.as_report();
        let view = View::new(&report, self.voice);
        let findings = view.findings_in_order();
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("file", view.file(0).0)?;
        map.serialize_entry("sha256", view.file(0).1)?;
        map.serialize_entry("readable", &self.checked.file.readable)?;
        map.serialize_entry("format", &self.checked.file.format)?;
        map.serialize_entry("rows", &self.checked.file.rows)?;
        map.serialize_entry(
            "findings",
            &each(findings.iter().copied(), |it| FindingJson::bare(&view, Some(0), &it.finding)),
        )?;
        map.serialize_entry("quarter", &self.checked.quarter)?;
        map.serialize_entry("lines", &each(&self.checked.lines, |it| CheckedLine::of(&view, it)))?;
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;
    use serde_json::Value;

    fn document(checked: &[Checked]) -> Value {
        let round = fixture::round();
        let mut out = Vec::new();
        write_json(&mut out, checked, round.voice()).unwrap();
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn one_file_is_an_object_and_several_are_a_list() {
        let one = fixture::checked();
        let doc = document(std::slice::from_ref(&one));
        for name in ["file", "sha256", "readable", "format", "rows", "findings", "quarter", "lines"] {
            assert!(doc.get(name).is_some(), "{name} saknas");
        }
        let doc = document(&[one.clone(), one]);
        assert_eq!(doc.as_array().map(Vec::len), Some(2));
    }

    #[test]
    fn a_checked_row_says_what_was_read() {
        let doc = document(&[fixture::checked()]);
        let line = &doc["lines"][0];
        assert_eq!(line["row"], 12);
        assert_eq!(line["days"], 393);
        assert_eq!(line["days_to"], "quarter_end");
        assert_eq!(doc["findings"][0]["cell"], "F12");
        assert_eq!(doc["findings"][0].get("utforare"), None);
    }
}
