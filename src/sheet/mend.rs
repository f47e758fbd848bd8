//! Makes a sheet part that calamine gives up on into one that it reads.
//!
//! Goes in: the sheet XML: an error name calamine does not know (`#SPILL!`, `Err:502`), an unknown cell type, a string
//! index past the end, a part that is cut off. Comes out: the same cells in plain XML, and which of them show errors.
//! Guaranteed: no cell that could be read is lost; what is wrong with one cell costs that cell only.

use std::io::BufRead;

use quick_xml::escape::escape;
use rustc_hash::FxHashSet;

use crate::sheet::tap::corner;
use crate::sheet::xml::{self, Go, Node, Walked};

/// The sheet made plain.
#[derive(Debug)]
pub(super) struct Mended {
    pub xml: Vec<u8>,
    /// Cells whose text is the name of an error.
    pub errors: FxHashSet<(u32, u32)>,
    /// The part was well-formed to its end.
    pub whole: bool,
}

#[derive(Default)]
struct OpenCell {
    at: (u32, u32),
    style: Option<u32>,
    kind: String,
    formula: bool,
    value: Option<String>,
}

/// Mends a sheet of a workbook with `strings` shared strings; stops when the result reaches `most` bytes.
pub(super) fn mend(source: impl BufRead, strings: usize, most: usize) -> Mended {
    let mut out = String::from("<worksheet><sheetData>");
    let mut errors = FxHashSet::default();
    let (mut row, mut col) = (0u32, 0u32);
    let mut in_data = false;
    let mut cell: Option<OpenCell> = None;
    let mut in_value = false;
    let mut stopped = false;
    let walked = xml::walk(source, |node| {
        match node {
            Node::Start(element) => match element.local_name().as_ref() {
                "sheetData" => in_data = true,
                "row" if in_data => {
                    if let Some(number) = xml::number::<u32>(element, "r").and_then(|it| it.checked_sub(1)) {
                        row = number;
                    }
                    col = 0;
                }
                "c" if in_data => {
                    if let Some(at) = xml::raw(element, "r").and_then(|it| corner(&it)) {
                        (row, col) = (at.0, u32::from(at.1));
                    }
                    cell = Some(OpenCell {
                        at: (row, col),
                        style: xml::number(element, "s"),
                        kind: xml::raw(element, "t").map(|it| it.into_owned()).unwrap_or_default(),
                        ..OpenCell::default()
                    });
                    col = col.saturating_add(1);
                }
                "f" => {
                    if let Some(cell) = cell.as_mut() {
                        cell.formula = true;
                    }
                }
                "v" | "t" => in_value = true,
                "rPh" => in_value = false,
                _ => {}
            },
            Node::Text(text) => {
                if let (true, Some(cell)) = (in_value, cell.as_mut()) {
                    cell.value.get_or_insert_default().push_str(text);
                }
            }
            Node::End("v" | "t") => in_value = false,
            Node::End("c") => {
                if let Some(cell) = cell.take() {
                    write(&cell, strings, &mut out, &mut errors);
                    stopped |= out.len() > most;
                }
            }
            Node::End("row") => row = row.saturating_add(1),
            Node::End("sheetData") => in_data = false,
            Node::End(_) => {}
        }
        if stopped { Go::Stop } else { Go::On }
    });
    out.push_str("</sheetData></worksheet>");
    Mended { xml: out.into_bytes(), errors, whole: walked == Walked::ToTheEnd }
}

/// Each cell gets a row of its own, since only its own address counts.
fn write(cell: &OpenCell, strings: usize, out: &mut String, errors: &mut FxHashSet<(u32, u32)>) {
    let address =
        format!("{}{}", crate::model::place::column_letters(cell.at.1.try_into().unwrap_or(0)), cell.at.0 + 1);
    let style = cell.style.map(|it| format!(r#" s="{it}""#)).unwrap_or_default();
    let value = cell.value.as_deref().unwrap_or_default();
    let trimmed = value.trim();
    let kind = match cell.kind.as_str() {
        "s" if trimmed.parse::<usize>().is_ok_and(|it| it < strings) => "s",
        // A string that is not there is a blank cell.
        "s" => return,
        "" | "n" if trimmed.parse::<f64>().is_ok() => "n",
        "" | "n" if trimmed.is_empty() => "n",
        "b" if matches!(trimmed, "0" | "1" | "true" | "false") => "b",
        "d" => "d",
        "e" => {
            errors.insert(cell.at);
            "str"
        }
        _ => "str",
    };
    out.push_str(&format!(r#"<row><c r="{address}"{style} t="{kind}">"#));
    if cell.formula {
        out.push_str("<f/>");
    }
    if cell.value.is_some() {
        out.push_str("<v>");
        out.push_str(&escape(if kind == "str" { value } else { trimmed }));
        out.push_str("</v>");
    }
    out.push_str("</c></row>");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_with_an_unknown_error_keeps_its_other_cells() {
        let sheet = concat!(
            r#"<x:worksheet xmlns:x="m"><x:sheetData><x:row r="3"><x:c r="B3" t="e"><x:f>A1#</x:f><x:v>#SPILL!</x:v></x:c>"#,
            r#"<x:c t="zz"><x:v>a &amp; b</x:v></x:c><x:c t="s"><x:v>7</x:v></x:c><x:c s="4"><x:v>12.5</x:v></x:c></x:row>"#,
        );
        let mended = mend(sheet.as_bytes(), 3, 1_000_000);
        assert!(!mended.whole, "the part is cut off");
        assert!(mended.errors.contains(&(2, 1)));
        let xml = String::from_utf8(mended.xml).unwrap();
        assert_eq!(
            xml,
            concat!(
                r#"<worksheet><sheetData><row><c r="B3" t="str"><f/><v>#SPILL!</v></c></row>"#,
                r#"<row><c r="C3" t="str"><v>a &amp; b</v></c></row><row><c r="E3" s="4" t="n"><v>12.5</v></c></row></sheetData></worksheet>"#
            )
        );
    }
}
