//! One paper in every format: the figures that come back out are those of the tree.

use std::io::{Cursor, Read};

use calamine::{Data, Reader as _, Xlsx, open_workbook_from_rs};
use quick_xml::events::Event;
use quick_xml::reader::Reader;
use zip::ZipArchive;

use super::missing::Reasons;
use super::tree::{Block, Cell, Document, Figure, Run, Value};
use super::{book, docx, fixture, page, plain, value};
use crate::render::print::{number, share};

fn printed(document: &Document) -> Vec<String> {
    sorted(document.figures().into_iter().map(|it| it.shown.clone()).collect())
}

fn sorted(mut all: Vec<String>) -> Vec<String> {
    all.sort();
    all
}

fn part(package: &[u8], name: &str) -> String {
    let mut archive = ZipArchive::new(Cursor::new(package)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

fn names(package: &[u8]) -> Vec<String> {
    let archive = ZipArchive::new(Cursor::new(package)).unwrap();
    archive.file_names().map(|it| it.unwrap().into_owned()).collect()
}

/// Each event of a part: name of the element that begins, ends, or text.
fn events(xml: &str, mut each: impl FnMut(&str, &str, &str)) {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().expand_empty_elements = true;
    loop {
        match reader.read_event().unwrap() {
            Event::Start(it) => each("start", it.name().as_ref(), it.attributes_raw()),
            Event::End(it) => each("end", it.name().as_ref(), ""),
            Event::Text(it) => each("text", "", &it),
            Event::GeneralRef(it) => each("text", "", &format!("&{};", &*it)),
            Event::Eof => break,
            _ => {}
        }
    }
}

/// Runs with the style of figures, and the values of the charts.
pub(super) fn figures_of_docx(package: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    let (mut run, mut is_figure, mut in_text) = (String::new(), false, false);
    events(&part(package, "word/document.xml"), |kind, name, more| match (kind, name) {
        ("start", "w:r") => (run, is_figure) = (String::new(), false),
        ("start", "w:rStyle") => is_figure = more.contains("KvartalSiffra"),
        ("start" | "end", "w:t") => in_text = kind == "start",
        ("text", _) if in_text => run.push_str(more),
        ("end", "w:r") if is_figure => found.push(std::mem::take(&mut run)),
        _ => {}
    });
    let charts: Vec<String> = names(package).into_iter().filter(|it| it.starts_with("word/charts/kvartal")).collect();
    for name in charts {
        let (mut in_values, mut in_value) = (false, false);
        events(&part(package, &name), |kind, name, more| match (kind, name) {
            ("start" | "end", "c:val") => in_values = kind == "start",
            ("start" | "end", "c:v") => in_value = kind == "start",
            ("text", _) if in_values && in_value => found.push(number(more.parse::<i64>().unwrap())),
            _ => {}
        });
    }
    sorted(found)
}

#[test]
fn the_word_document_says_the_figures_of_the_tree() {
    let document = fixture::document();
    assert_eq!(figures_of_docx(&docx::write(&document, None).unwrap()), printed(&document));
}

#[test]
fn the_page_says_the_figures_of_the_tree_and_where_they_stand_in_the_report() {
    let document = fixture::document();
    let text = String::from_utf8(page::write(&document, None).unwrap()).unwrap();
    let mut found: Vec<(String, String)> = text
        .split("<span class=\"figure\" data-path=\"")
        .skip(1)
        .map(|it| {
            let (path, rest) = it.split_once("\">").unwrap();
            (path.to_owned(), rest.split_once("</span>").unwrap().0.to_owned())
        })
        .collect();
    let mut expected: Vec<(String, String)> =
        document.figures().into_iter().map(|it| (it.path.clone(), it.shown.clone())).collect();
    // In reading order, as the tree.
    assert_eq!(found, expected);
    found.sort();
    expected.sort();
    let linked = String::from_utf8(page::write(&document, Some("/harkomst")).unwrap()).unwrap();
    assert_eq!(linked.matches("<a class=\"figure\" href=\"/harkomst?vag=").count(), expected.len());
    assert!(linked.contains("<a class=\"figure\" href=\"/harkomst?vag=totals.change\">4</a>"));
}

#[test]
fn the_json_says_the_figures_of_the_tree() {
    fn walk(it: &serde_json::Value, out: &mut Vec<String>) {
        match it {
            serde_json::Value::Object(all) => {
                if let Some(shown) = all.get("shown") {
                    out.push(shown.as_str().unwrap().to_owned());
                }
                all.values().for_each(|it| walk(it, out));
            }
            serde_json::Value::Array(all) => all.iter().for_each(|it| walk(it, out)),
            _ => {}
        }
    }
    let document = fixture::document();
    let json: serde_json::Value = serde_json::from_slice(&value::write(&document).unwrap()).unwrap();
    let mut found = Vec::new();
    walk(&json, &mut found);
    assert_eq!(sorted(found), printed(&document));
    let first = &json["sections"][0]["prose"][0];
    assert_eq!(first[3], serde_json::json!({"shown": "4", "path": "totals.change", "value": 4}));
    assert_eq!(first[7]["missing"], "Utföraren har inte lämnat uppgiften.");
}

fn cell(it: &Data) -> String {
    match it {
        Data::Float(it) if it.fract() == 0.0 => number(*it as i64),
        Data::Float(it) => share(*it),
        Data::DateTime(it) => it.as_datetime().unwrap().date().to_string(),
        Data::Empty => String::new(),
        other => other.to_string(),
    }
}

#[test]
fn the_workbook_says_the_figures_of_the_tree() {
    let document = fixture::document();
    let mut workbook: Xlsx<_> = open_workbook_from_rs(Cursor::new(book::write(&document).unwrap())).unwrap();
    let sheets: Vec<Vec<String>> =
        workbook.worksheets().iter().map(|(_, range)| range.cells().map(|(_, _, it)| cell(it)).collect()).collect();
    let said = &sheets[0];
    let mut at = 0;
    for section in &document.sections {
        for it in &section.prose {
            assert!(said.contains(&Reasons::Beside.plain(&it.0)), "{}", it.plain());
        }
        for block in &section.blocks {
            let expected: Vec<String> = match block {
                Block::Table(it) => {
                    let runs = it.rows.iter().flat_map(|it| &it.cells).flat_map(|it| &it.0);
                    runs.filter_map(Run::figure).map(|it| it.shown.clone()).collect()
                }
                Block::Chart(it) => {
                    let values = it.series.iter().flat_map(|it| &it.values).flatten();
                    values.map(|it| it.shown.clone()).collect()
                }
                Block::Terms(all) => {
                    assert!(all.iter().all(|it| said.contains(&it.1.plain())));
                    continue;
                }
                _ => continue,
            };
            at += 1;
            let mut left = sheets[at].clone();
            for it in expected {
                let place = left.iter().position(|cell| *cell == it);
                left.swap_remove(place.unwrap_or_else(|| panic!("{it} is not on sheet {at}: {left:?}")));
            }
        }
    }
    assert_eq!(at + 1, sheets.len());
}

#[test]
fn figures_in_cells_are_numbers_and_hostile_text_is_text() {
    let document = fixture::document();
    let mut workbook: Xlsx<_> = open_workbook_from_rs(Cursor::new(book::write(&document).unwrap())).unwrap();
    let name = workbook.sheet_names().into_iter().find(|it| it.starts_with("Tabell 4")).unwrap();
    let range = workbook.worksheet_range(&name).unwrap();
    assert!(matches!(range.get_value((3, 0)), Some(Data::Float(it)) if *it == 1.0));
    assert!(matches!(range.get_value((3, 2)), Some(Data::DateTime(_))));
    assert_eq!(range.get_value((5, 4)), Some(&Data::String(fixture::HOSTILE.to_owned())));
}

#[test]
fn every_format_says_why_a_figure_is_missing() {
    let document = fixture::document();
    let word = part(&docx::write(&document, None).unwrap(), "word/document.xml");
    let page = String::from_utf8(page::write(&document, None).unwrap()).unwrap();
    for said in [
        // Beside the dash in a sentence and in a term, below it in a table.
        "– (utföraren har inte lämnat uppgiften)",
        "– (beslutet är inte verkställt)",
        "Streck i tabellen: Utföraren har inte lämnat uppgiften.",
        "Streck i tabellen: Går inte att läsa.",
    ] {
        for (format, text) in [("docx", &word), ("html", &page), ("txt", &plain::write(&document))] {
            assert!(text.contains(said), "{format}: {said}");
        }
    }
}

#[test]
fn several_reasons_in_a_table_have_marks() {
    let mut document = fixture::document();
    let tables = document.sections.iter_mut().flat_map(|it| &mut it.blocks);
    let long = tables.filter_map(|it| if let Block::Table(it) = it { Some(it) } else { None }).last().unwrap();
    long.rows[0].cells[1] = Cell::missing("Insatsen är inte känd.");
    let word = part(&docx::write(&document, None).unwrap(), "word/document.xml");
    let note = "Streck med a: Insatsen är inte känd. Streck med b: Går inte att läsa.";
    assert!(word.contains(note) && plain::write(&document).contains(note));
    assert_eq!(word.matches("<w:vertAlign w:val=\"superscript\"/>").count(), 1 + 9);
    let page = String::from_utf8(page::write(&document, None).unwrap()).unwrap();
    assert_eq!((page.matches("<sup>a</sup>").count(), page.matches("<sup>b</sup>").count()), (1, 9));
}

#[test]
fn every_format_is_the_same_bytes_each_time() {
    let document = fixture::document();
    assert_eq!(docx::write(&document, None).unwrap(), docx::write(&document, None).unwrap());
    assert_eq!(book::write(&document).unwrap(), book::write(&document).unwrap());
    assert_eq!(page::write(&document, None).unwrap(), page::write(&document, None).unwrap());
    assert_eq!(value::write(&document).unwrap(), value::write(&document).unwrap());
}

#[test]
fn nothing_from_outside_becomes_mark_up() {
    let document = fixture::document();
    let text = String::from_utf8(page::write(&document, None).unwrap()).unwrap();
    assert!(!text.contains("<b>#pris"));
    let word = part(&docx::write(&document, None).unwrap(), "word/document.xml");
    assert!(!word.contains("<b>#pris") && word.contains("&lt;b&gt;#pris&lt;/b&gt;"));
}

#[test]
fn a_share_and_a_value_in_words_come_out_of_a_chart_too() {
    let mut document = fixture::document();
    for block in document.sections.iter_mut().flat_map(|it| &mut it.blocks) {
        let Block::Chart(chart) = block else { continue };
        for it in chart.series.iter_mut().flat_map(|it| &mut it.values).flatten() {
            *it = Figure { path: it.path.clone(), value: Value::Words, shown: "färre än 5".to_owned() };
        }
    }
    assert_eq!(figures_of_docx(&docx::write(&document, None).unwrap()), printed(&document));
}
