//! Papers as PDF: what the file says of itself, its structure, and that every kind of paper becomes a file.
//!
//! The files are kept in the target folder's `pdf/`, where `tests/pdf/check` looks into them with another reader.

use kvartal::render::document::{self, Block, Document, Paragraph};
use regex::Regex;

use super::{ROWS, day, fixture, json, keep, paper, said, section};

/// A finished file: its bytes, and the same as text. What it says of itself and its structure is not packed.
struct Pdf {
    bytes: Vec<u8>,
    text: String,
}

fn written(name: &str, paper: &Document) -> Pdf {
    let bytes = document::pdf::write(paper, day()).unwrap();
    keep("pdf", &format!("{name}.pdf"), &bytes);
    let text = String::from_utf8_lossy(&bytes).into_owned();
    Pdf { bytes, text }
}

impl Pdf {
    fn count(&self, pattern: &str) -> usize {
        Regex::new(pattern).unwrap().find_iter(&self.text).count()
    }

    fn pages(&self) -> usize {
        self.count(r"/Type\s*/Page\b")
    }
}

#[test]
fn a_paper_claims_archive_and_accessibility_in_swedish_with_its_title_and_day() {
    let pdf = written("alla-slags-block", &fixture::document());
    for claim in [
        "<pdfaid:part>2</pdfaid:part>",
        "<pdfaid:conformance>A</pdfaid:conformance>",
        "<pdfuaid:part>1</pdfuaid:part>",
        "Ej verkställda beslut enligt LSS",
        "2024-01-15",
    ] {
        assert!(pdf.text.contains(claim), "{claim}");
    }
    assert_eq!(pdf.count(r"/Lang\s*\(sv-SE\)"), 1);
    assert_eq!(pdf.count(r"/DisplayDocTitle true"), 1);
}

#[test]
fn headings_tables_and_charts_are_tagged() {
    let pdf = written("alla-slags-block", &fixture::document());
    for (tag, count) in [("H1", 4), ("H2", 3), ("H3", 1), ("Table", 4), ("Figure", 3), ("Caption", 7)] {
        assert_eq!(pdf.count(&format!(r"/S\s*/{tag}\b")), count, "{tag}");
    }
    // Eight, three and sixty rows are headed by their first cell; an empty table says so in one cell.
    assert_eq!(pdf.count(r"/Scope\s*/Row"), 8 + 3 + 60);
    assert_eq!(pdf.count(r"/Alt\s*[(<]"), 3);
    assert!(pdf.count(r"/S\s*/L\b") >= 3);
}

#[test]
fn the_same_paper_gives_the_same_bytes() {
    let paper = fixture::with_rows(3);
    assert!(written("samma", &paper).bytes == written("samma", &paper).bytes);
}

#[test]
fn papers_of_every_length_are_written() {
    for (rows, pages) in ROWS.into_iter().zip([4..=5, 4..=5, 6..=9, 60..=90]) {
        let paper = fixture::with_rows(rows);
        let pdf = written(&format!("rader-{rows}"), &paper);
        keep("pdf", &format!("rader-{rows}.json"), &json(&paper));
        assert!(pages.contains(&pdf.pages()), "{rows} rows on {} pages", pdf.pages());
    }
}

#[test]
fn a_paper_without_headings_still_has_a_bookmark() {
    let text = || vec![said("Text.")];
    assert_eq!(written("tomt", &paper(Vec::new())).count(r"/S\s*/H1\b"), 1);
    assert_eq!(written("utan-rubriker", &paper(vec![section(1, "", text())])).count(r"/S\s*/H1\b"), 1);
}

#[test]
fn headings_that_skip_a_level_are_drawn_up() {
    let heading = |level| Block::Heading { level, text: "Rubrik".to_owned() };
    let pdf =
        written("nivaer", &paper(vec![section(3, "Djup", vec![heading(4)]), section(1, "Ett", vec![heading(4)])]));
    assert_eq!((pdf.count(r"/S\s*/H1\b"), pdf.count(r"/S\s*/H2\b"), pdf.count(r"/S\s*/H3\b")), (2, 2, 0));
}

#[test]
fn characters_without_a_picture_do_not_stop_a_paper() {
    for (at, text) in [
        "Emoji 🦀, kinesiska 中文, arabiska العربية, privat \u{e000}",
        "styrtecken \u{0}\u{7}\u{1b} och \u{202e}riktning\u{200b}\u{feff}",
        "sammansatt e\u{301}\u{327}\u{20dd} och \u{ffff}\u{fffe}",
        "Łódź, Ωμέγα, Кириллица, ½ ≤ → ✓",
        "rad ett\nrad två\r\nrad tre\ttabb",
        "",
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("tecken-{at}");
        let terms = Block::Terms(vec![(text.to_owned(), Paragraph::text(text))]);
        let mut it = paper(vec![section(1, text, vec![said(text), terms, Block::Signature(text.to_owned())])]);
        it.title = format!("Titel {text}");
        it.foot = text.to_owned();
        assert_eq!(written(&name, &it).pages(), 1, "{text:?}");
    }
}

#[test]
fn marks_of_the_typesetter_mean_nothing_in_a_text() {
    let pdf = written("markup", &paper(vec![section(1, fixture::HOSTILE, vec![])]));
    // The heading stands as it was written among the bookmarks: `$x_1$` in UTF-16.
    assert!(pdf.count("(?i)00240078005F00310024") > 0);
}
