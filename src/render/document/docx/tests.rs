//! Templates that are filled, and templates that are refused.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::package::Package;
use super::{MAIN, Template, TemplateError, write};
use crate::render::document::fixture;
use crate::render::document::same_figures::figures_of_docx;

const TYPES: &str = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default \
    Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default \
    Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/word/document.xml\" \
    ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml\"/></Types>";
const PAGES: &str = "<w:sectPr><w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:left=\"1400\" w:right=\"1400\" \
    w:top=\"1400\" w:bottom=\"1400\"/><w:titlePg/></w:sectPr>";

/// A paragraph whose runs are these texts.
fn paragraph(runs: &[&str]) -> String {
    let runs: String = runs.iter().map(|it| format!("<w:r><w:rPr><w:i/></w:rPr><w:t>{it}</w:t></w:r>")).collect();
    format!("<w:p>{runs}</w:p>")
}

fn template(body: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let mut package = Package::new();
    let document = format!("<w:document xmlns:w=\"{MAIN}\"><w:body>{body}{PAGES}</w:body></w:document>");
    let relations = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"/>";
    let styles = format!(
        "<w:styles xmlns:w=\"{MAIN}\"><w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Brdtext\"><w:name \
         w:val=\"Normal\"/></w:style><w:style w:type=\"paragraph\" w:styleId=\"Rubrik1\"><w:name w:val=\"heading \
         1\"/></w:style></w:styles>"
    );
    package.add("[Content_Types].xml", TYPES.as_bytes()).unwrap();
    package.add("word/document.xml", document.as_bytes()).unwrap();
    package.add("word/_rels/document.xml.rels", relations.as_bytes()).unwrap();
    package.add("word/styles.xml", styles.as_bytes()).unwrap();
    for (name, content) in more {
        package.add(name, content.as_bytes()).unwrap();
    }
    package.finish().unwrap()
}

fn part(package: &[u8], name: &str) -> String {
    let mut archive = ZipArchive::new(Cursor::new(package)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

fn filled(body: &str, more: &[(&str, &str)]) -> Vec<u8> {
    write(&fixture::document(), Some(&Template::open(&template(body, more)).unwrap())).unwrap()
}

fn complaint(body: &str, more: &[(&str, &str)]) -> String {
    Template::open(&template(body, more)).unwrap_err().to_string()
}

#[test]
fn a_placeholder_in_pieces_is_filled_and_keeps_the_look_of_its_run() {
    let body =
        paragraph(&["Om {", "{ti", "tel}", "} hos {{nämnd}}, dnr {{Diarienummer}}."]) + &paragraph(&["{{innehåll}}"]);
    let foot = format!("<w:ftr xmlns:w=\"{MAIN}\">{}</w:ftr>", paragraph(&["{{underrubrik}}"]));
    let word = filled(&body, &[("word/footer1.xml", &foot), ("word/media/logo.txt", "{{titel}}")]);
    let text = part(&word, "word/document.xml");
    assert!(
        text.contains("<w:rPr><w:i/></w:rPr><w:t xml:space=\"preserve\">Om Ej verkställda beslut enligt LSS</w:t>")
    );
    assert!(text.contains(" hos Funktionsrättsnämnden, dnr FRN 2024/17."));
    assert!(part(&word, "word/footer1.xml").contains(">Kvartal 4 2023 (oktober–december)<"));
    assert_eq!(part(&word, "word/media/logo.txt"), "{{titel}}");
    assert!(part(&word, "[Content_Types].xml").contains("document.main+xml"));
}

#[test]
fn the_figures_of_the_paper_are_all_in_a_filled_template() {
    let body =
        paragraph(&["{{avsnitt:arenden}}"]) + &paragraph(&["{{innehall}}"]) + &paragraph(&["{{avsnitt:saknas?}}"]);
    let word = filled(&body, &[]);
    let plain = write(&fixture::document(), None).unwrap();
    assert_eq!(figures_of_docx(&word), figures_of_docx(&plain));
    let text = part(&word, "word/document.xml");
    assert!(text.find(">Ärenden<").unwrap() < text.find(">Sammanfattning<").unwrap());
    // The template's own style under its own id; ours where it has none.
    assert!(text.contains("<w:pStyle w:val=\"Rubrik1\"/>") && text.contains("<w:pStyle w:val=\"Heading2\"/>"));
    assert!(part(&word, "word/styles.xml").contains("<w:basedOn w:val=\"Brdtext\"/>"));
    assert!(part(&word, "word/numbering.xml").contains("9001"));
    assert!(text.contains("w:orient=\"landscape\""));
}

#[test]
fn content_can_stand_in_a_cell_of_the_template() {
    let body = format!("<w:tbl><w:tr><w:tc>{}</w:tc></w:tr></w:tbl>", paragraph(&["{{innehall}}"]));
    let word = filled(&body, &[]);
    assert!(part(&word, "word/document.xml").contains(">Sammanfattning<"));
    assert!(!part(&word, "word/document.xml").contains("landscape"));
}

#[test]
fn a_template_says_which_styles_it_lacks() {
    let template = Template::open(&template(&paragraph(&["{{innehall}}"]), &[])).unwrap();
    assert!(template.notes().iter().any(|it| it.contains("”Rubrik 2”")));
    assert!(!template.notes().iter().any(|it| it.contains("”Rubrik 1”")));
}

#[test]
fn a_placeholder_that_the_paper_has_nothing_for_is_told() {
    let body = paragraph(&["{{titel}} {{datum}}"]) + &paragraph(&["{{innehall}}"]);
    let told = Template::open(&template(&body, &[])).unwrap().unfilled(&fixture::document());
    assert_eq!(told, ["Mallen har {{datum}}, men rapporten har ingen sådan uppgift. Platsen lämnas tom."]);
}

#[test]
fn what_is_wrong_with_the_placeholders_is_said_in_a_sentence() {
    let content = paragraph(&["{{innehall}}"]);
    for (body, said) in [
        (paragraph(&["{{titl}} {{pris}}"]) + &content, "{{titl}} (menade du {{titel}}?), {{pris}}"),
        (paragraph(&["{{titel"]) + &content, "utan motstycke i stycket ”{{titel”"),
        (paragraph(&["Här: {{innehall}}"]), "{{innehall}} ska stå ensam"),
        (paragraph(&["{{titel}}"]), "var innehållet ska stå"),
        (content.clone() + &content, "{{innehall}} finns två gånger"),
        ("<w:p><w:r><w:instrText> INCLUDETEXT x </w:instrText></w:r></w:p>".to_owned() + &content, "INCLUDETEXT"),
    ] {
        assert!(complaint(&body, &[]).contains(said), "{said}: {}", complaint(&body, &[]));
    }
    let unknown = Template::open(&template(&paragraph(&["{{avsnitt:arende}}"]), &[])).unwrap();
    let said = write(&fixture::document(), Some(&unknown)).unwrap_err().to_string();
    assert!(said.contains("{{avsnitt:arende}} (menade du arenden?)"), "{said}");
}

#[test]
fn what_could_run_or_load_is_refused() {
    let content = paragraph(&["{{innehall}}"]);
    let relation = |kind: &str, mode: &str| {
        format!(
            "<Relationships><Relationship Id=\"a\" Type=\"x/{kind}\" Target=\"http://exempel.se/\" {mode}/></Relationships>"
        )
    };
    let outside = "TargetMode=\"External\"";
    for (name, text, said) in [
        ("word/vbaProject.bin", String::new(), "makron"),
        ("word/_rels/settings.xml.rels", relation("attachedTemplate", outside), "en annan dokumentmall"),
        ("word/_rels/header1.xml.rels", relation("image", outside), "en länkad bild"),
        ("word/_rels/header2.xml.rels", relation("oleObject", ""), "ett inbäddat objekt"),
        ("word/_rels/header3.xml.rels", "<!DOCTYPE a [<!ENTITY b \"c\">]><a/>".to_owned(), "går inte att läsa"),
    ] {
        assert!(complaint(&content, &[(name, &text)]).contains(said), "{name}");
    }
    let link = relation("hyperlink", outside);
    assert!(Template::open(&template(&content, &[("word/_rels/footer1.xml.rels", &link)])).is_ok());
}

#[test]
fn what_is_no_word_document_or_too_large_is_refused() {
    assert_eq!(Template::open(b"hej").unwrap_err(), TemplateError::NotWord);
    assert_eq!(Template::open(&[0xd0, 0xcf, 0x11, 0xe0, 0, 0]).unwrap_err(), TemplateError::Old);
    let zeros = "0".repeat(101 << 20);
    let bomb = template(&paragraph(&["{{innehall}}"]), &[("word/media/bild.png", &zeros)]);
    assert!(bomb.len() < 1 << 20);
    assert_eq!(Template::open(&bomb).unwrap_err(), TemplateError::TooLarge);
}
