//! Papers as Word documents, kept for `tests/docx/check`: of every length, and poured into a kommun's template.

use kvartal::render::document::docx::{Template, write};
use kvartal::render::document::{Document, Paragraph};

use super::{ROWS, fixture, keep, paper, said, section};

fn kept(name: &str, paper: &Document, template: Option<&Template>) {
    let bytes = write(paper, template).unwrap();
    assert!(bytes == write(paper, template).unwrap(), "{name} is not the same twice");
    keep("docx", &format!("{name}.docx"), &bytes);
}

#[test]
fn papers_of_every_length_are_written() {
    kept("alla-slags-block", &fixture::document(), None);
    for rows in ROWS {
        kept(&format!("rader-{rows}"), &fixture::with_rows(rows), None);
    }
}

#[test]
fn a_paper_of_one_paragraph_is_written() {
    kept("kort", &paper(vec![section(1, "Rubrik", vec![said("Text.")])]), None);
}

#[test]
fn a_template_that_a_program_wrote_is_filled() {
    let mut page = section(1, "Kommunens egen sida", vec![said("Diarienummer: {{diarienummer}}.")]);
    page.prose = vec![Paragraph::text("{{titel}}, {{kvartal}}. {{nämnd}}")];
    let content = section(1, "Innehåll", vec![said("{{innehall}}"), said("Slut.")]);
    let it = Document { foot: "{{underrubrik}}".to_owned(), ..paper(vec![page, content]) };
    let template = Template::open(&write(&it, None).unwrap()).unwrap();
    kept("i-kommunens-mall", &fixture::with_rows(8), Some(&template));
}
