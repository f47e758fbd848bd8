//! A paper → a Word document that people can go on writing in.
//!
//! Goes in: a [`Document`], and a kommun's own template or none. Comes out: the bytes of a .docx.
//! Guaranteed: the same bytes for the same paper; real headings, captions with numbers that count themselves, headings of
//! tables repeated on every page, charts with their figures behind, alt texts, Swedish throughout.

mod body;
mod chart;
mod looks;
mod package;
mod table;
mod template;
mod xml;

#[cfg(test)]
mod tests;

use std::fmt::Write;

use super::Document;
use crate::render::RenderError;
use body::Writing;
use looks::{Looks, PAGE, Room, SIDES};
use package::Package;
pub use template::{Template, TemplateError, known as placeholders};
use xml::{Tone, escaped, open_paragraph, push_field, push_plain};

pub(super) const MAIN: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/// Writes the paper, in the kommun's own template when there is one.
pub fn write(document: &Document, template: Option<&Template>) -> Result<Vec<u8>, RenderError> {
    match template {
        Some(it) => template::write(it, document),
        None => plain(document),
    }
}

fn plain(document: &Document) -> Result<Vec<u8>, RenderError> {
    let looks = Looks::own();
    let room = Room::own();
    let mut writing = Writing::new(&looks, "rIdDiagram");
    let head = writing.head(document, room);
    let stretches = writing.sections(document.sections.iter(), room)?;
    let mut text = format!("{HEAD}<w:document xmlns:w=\"{MAIN}\" xmlns:r=\"{RELATIONS}\"><w:body>{head}");
    let count = stretches.len();
    for (at, it) in stretches.iter().enumerate() {
        text.push_str(&it.xml);
        if at + 1 == count {
            text.push_str(&section(it.lying));
        } else {
            push_break(&mut text, &section(it.lying));
        }
    }
    text.push_str("</w:body></w:document>");

    let mut types = String::new();
    let mut relations = String::new();
    for it in &writing.charts {
        types.push_str(&package::chart_type(it.number));
        relations.push_str(&package::chart_relation("rIdDiagram", it.number));
    }
    let mut package = Package::new();
    package.add("[Content_Types].xml", content_types(&types).as_bytes())?;
    package.add("_rels/.rels", include_bytes!("parts/root.rels"))?;
    package.add("docProps/app.xml", include_bytes!("parts/app.xml"))?;
    package.add("docProps/core.xml", core(document).as_bytes())?;
    package.add("word/document.xml", text.as_bytes())?;
    package.add("word/_rels/document.xml.rels", document_relations(&relations).as_bytes())?;
    package.add("word/styles.xml", include_bytes!("parts/styles.xml"))?;
    package.add("word/numbering.xml", include_bytes!("parts/numbering.xml"))?;
    package.add("word/settings.xml", include_bytes!("parts/settings.xml"))?;
    package.add("word/footer1.xml", footer(document, room.of(false)).as_bytes())?;
    package.add("word/footer2.xml", footer(document, room.of(true)).as_bytes())?;
    for it in &writing.charts {
        package.add_chart(it)?;
    }
    package.finish()
}

/// Ends a stretch: the properties of its pages stand in its last paragraph, which is too low to be seen.
fn push_break(out: &mut String, section: &str) {
    let low = "<w:spacing w:before=\"0\" w:after=\"0\" w:line=\"20\" w:lineRule=\"exact\"/>";
    open_paragraph(out, "", &format!("{low}{section}"));
    out.push_str("</w:p>");
}

fn section(lying: bool) -> String {
    let (width, height) = if lying { (PAGE.1, PAGE.0) } else { PAGE };
    let turned = if lying { " w:orient=\"landscape\"" } else { "" };
    format!(
        "<w:sectPr><w:footerReference w:type=\"default\" r:id=\"rIdFot{}\"/><w:pgSz w:w=\"{width}\" \
         w:h=\"{height}\"{turned}/><w:pgMar w:top=\"1247\" w:right=\"{SIDES}\" w:bottom=\"1134\" w:left=\"{SIDES}\" \
         w:header=\"624\" w:footer=\"567\" w:gutter=\"0\"/></w:sectPr>",
        if lying { 2 } else { 1 }
    )
}

/// What every page says at its foot, and its number at the right edge.
fn footer(document: &Document, room: u32) -> String {
    let mut out = format!("{HEAD}<w:ftr xmlns:w=\"{MAIN}\" xmlns:r=\"{RELATIONS}\">");
    let stop = format!("<w:tabs><w:tab w:val=\"right\" w:pos=\"{room}\"/></w:tabs>");
    open_paragraph(&mut out, "Footer", &stop);
    push_plain(&mut out, Tone::default(), &document.foot);
    out.push_str("<w:r><w:tab/></w:r>");
    push_plain(&mut out, Tone::default(), "Sida ");
    push_field(&mut out, "PAGE", "1");
    push_plain(&mut out, Tone::default(), " av ");
    push_field(&mut out, "NUMPAGES", "1");
    out.push_str("</w:p></w:ftr>");
    out
}

fn core(document: &Document) -> String {
    format!(
        "{HEAD}<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>{}</dc:title><dc:subject>{}</dc:subject>\
         <dc:creator>{}</dc:creator><dc:language>sv-SE</dc:language></cp:coreProperties>",
        escaped(&document.title),
        escaped(&document.subtitle),
        escaped(&document.foot)
    )
}

fn content_types(charts: &str) -> String {
    let word = "application/vnd.openxmlformats-officedocument.wordprocessingml";
    let mut out = format!(
        "{HEAD}<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" \
         ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" \
         ContentType=\"application/xml\"/><Default Extension=\"xlsx\" \
         ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet\"/>"
    );
    for (part, kind) in [
        ("document", "document.main"),
        ("styles", "styles"),
        ("numbering", "numbering"),
        ("settings", "settings"),
        ("footer1", "footer"),
        ("footer2", "footer"),
    ] {
        let _ = write!(out, "<Override PartName=\"/word/{part}.xml\" ContentType=\"{word}.{kind}+xml\"/>");
    }
    out.push_str(
        "<Override PartName=\"/docProps/core.xml\" \
         ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/><Override \
         PartName=\"/docProps/app.xml\" \
         ContentType=\"application/vnd.openxmlformats-officedocument.extended-properties+xml\"/>",
    );
    out.push_str(charts);
    out.push_str("</Types>");
    out
}

fn document_relations(charts: &str) -> String {
    let mut out =
        format!("{HEAD}<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">");
    for (id, kind, target) in [
        ("rIdFormat", "styles", "styles"),
        ("rIdNumrering", "numbering", "numbering"),
        ("rIdInstallningar", "settings", "settings"),
        ("rIdFot1", "footer", "footer1"),
        ("rIdFot2", "footer", "footer2"),
    ] {
        let _ = write!(out, "<Relationship Id=\"{id}\" Type=\"{RELATIONS}/{kind}\" Target=\"{target}.xml\"/>");
    }
    out.push_str(charts);
    out.push_str("</Relationships>");
    out
}
