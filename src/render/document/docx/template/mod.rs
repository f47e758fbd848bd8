//! A kommun's own .docx that a paper is poured into.
//!
//! Goes in: the bytes of the file. Comes out: a [`Template`], or what is wrong with it in a sentence for who made it.
//! Guaranteed: nothing in it runs or loads; every placeholder is known and stands where it can be filled.

mod archive;
mod fill;
mod marks;
mod styles;
mod tree;

pub(super) use fill::write;
use marks::{Mark, TEXTS};
use tree::{Element, parse};

use super::super::tree::Document;

/// A template that can be filled.
#[derive(Debug, Clone)]
pub struct Template {
    parts: archive::Parts,
    notes: Vec<String>,
}

/// What is wrong with a template, and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    #[error("Mallen är för stor. Den får vara högst 20 MB, och 100 MB uppackad. Gör bilderna mindre.")]
    TooLarge,
    #[error(
        "Filen är ett äldre Word-dokument (.doc) eller skyddad med lösenord. Spara den som Word-dokument (.docx) utan lösenord."
    )]
    Old,
    #[error("Filen går inte att läsa som Word-dokument. Öppna den i Word och spara den som Word-dokument (.docx).")]
    NotWord,
    #[error("Mallen innehåller makron. Spara den som Word-dokument utan makron (.docx).")]
    Macros,
    #[error(
        "Mallen hämtar {0}, och det tillåts inte: innehållet ska finnas i själva filen. Ta bort kopplingen och spara mallen igen."
    )]
    Loads(&'static str),
    #[error("Mallen har ett fält som hämtar något utifrån ({0}). Ta bort fältet och spara mallen igen.")]
    Field(String),
    #[error("Mallen har platshållare som inte finns: {0}. De som finns är {known}.", known = known())]
    Unknown(String),
    #[error("Mallen har klamrar utan motstycke i stycket ”{0}”. En platshållare skrivs {{{{titel}}}}.")]
    Unfinished(String),
    #[error(
        "Platshållaren {0} ska stå ensam i ett eget stycke i brödtexten, inte i löpande text, sidhuvud eller sidfot."
    )]
    NotAlone(String),
    #[error("Mallen säger inte var innehållet ska stå. Skriv {{{{innehall}}}} i ett eget stycke.")]
    NoContent,
    #[error("Platshållaren {0} finns två gånger i mallen. Ta bort den ena.")]
    Twice(String),
    #[error(
        "Mallen har platser för avsnitt som rapporten inte har: {0}. Rätta namnet, eller skriv ett frågetecken efter det om avsnittet får saknas."
    )]
    NoSection(String),
}

/// The placeholders there are, as a person reads them.
pub fn known() -> String {
    let mut all: Vec<String> = TEXTS.iter().map(|it| format!("{{{{{it}}}}}")).collect();
    all.push("{{innehall}}".to_owned());
    format!("{} och {{{{avsnitt:NAMN}}}}", all.join(", "))
}

impl Template {
    /// Reads and checks a template.
    pub fn open(bytes: &[u8]) -> Result<Self, TemplateError> {
        let parts = archive::open(bytes)?;
        let mut it = Self { parts, notes: Vec::new() };
        let types = it.part("[Content_Types].xml").ok_or(TemplateError::NotWord)?;
        if memchr::memmem::find(types, b"wordprocessingml").is_none() {
            return Err(TemplateError::NotWord);
        }
        it.check()?;
        it.notes = styles::notes(it.part("word/styles.xml"));
        Ok(it)
    }

    /// What is done in another way than the template may have wanted: sentences for who made it.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Placeholders that this paper has nothing for: sentences for who fills the template.
    pub fn unfilled(&self, document: &Document) -> Vec<String> {
        fill::unfilled(self, document)
    }

    fn part(&self, name: &str) -> Option<&[u8]> {
        self.parts.iter().find(|it| it.0 == name).map(|it| it.1.as_slice())
    }

    fn check(&self) -> Result<(), TemplateError> {
        let document = self.part("word/document.xml").and_then(parse).ok_or(TemplateError::NotWord)?;
        if document.name != "w:document" || !document.attributes.contains(super::MAIN) {
            return Err(TemplateError::NotWord);
        }
        let mut blocks = Vec::new();
        let mut unknown = Vec::new();
        check_part(&document, true, &mut blocks, &mut unknown)?;
        for (_, content) in self.parts.iter().filter(|it| is_text_part(&it.0)) {
            check_part(&parse(content).ok_or(TemplateError::NotWord)?, false, &mut blocks, &mut unknown)?;
        }
        if !unknown.is_empty() {
            return Err(TemplateError::Unknown(unknown.join(", ")));
        }
        if blocks.is_empty() {
            return Err(TemplateError::NoContent);
        }
        for (at, it) in blocks.iter().enumerate() {
            if blocks.iter().take(at).any(|before| before == it) {
                return Err(TemplateError::Twice(written(it)));
            }
        }
        Ok(())
    }
}

/// Heads, feet and notes: text that may have placeholders, beside the document itself.
fn is_text_part(name: &str) -> bool {
    ["word/header", "word/footer", "word/footnotes", "word/endnotes"].iter().any(|it| name.starts_with(it))
        && name.ends_with(".xml")
}

fn written(mark: &Mark) -> String {
    match mark {
        Mark::Text(at) => format!("{{{{{}}}}}", TEXTS.get(*at).copied().unwrap_or_default()),
        Mark::Content => "{{innehall}}".to_owned(),
        Mark::Section { key, .. } => format!("{{{{avsnitt:{key}}}}}"),
        Mark::Unknown(it) => format!("{{{{{it}}}}}"),
    }
}

fn check_part(
    root: &Element,
    is_body: bool,
    blocks: &mut Vec<Mark>,
    unknown: &mut Vec<String>,
) -> Result<(), TemplateError> {
    let mut wrong = None;
    root.walk(&mut |it| {
        if wrong.is_some() {
            return;
        }
        let instruction = match it.name.as_str() {
            "w:instrText" => it.text(),
            "w:fldSimple" => it.attribute("w:instr").unwrap_or_default(),
            "w:p" => {
                let text = marks::plain(it);
                wrong = check_paragraph(&text, is_body, blocks, unknown).err();
                return;
            }
            _ => return,
        };
        let first = instruction.split_whitespace().next().unwrap_or_default().to_uppercase();
        let loads = ["DDE", "DDEAUTO", "INCLUDEPICTURE", "INCLUDETEXT", "LINK", "IMPORT", "DATABASE", "INCLUDE", "RD"];
        if loads.contains(&first.as_str()) {
            wrong = Some(TemplateError::Field(first));
        }
    });
    wrong.map_or(Ok(()), Err)
}

fn check_paragraph(
    text: &str,
    is_body: bool,
    blocks: &mut Vec<Mark>,
    unknown: &mut Vec<String>,
) -> Result<(), TemplateError> {
    let (found, unfinished) = marks::found(text);
    if unfinished {
        return Err(TemplateError::Unfinished(text.chars().take(60).collect()));
    }
    for it in found {
        match it {
            Mark::Unknown(name) => unknown.push(suggested(&name)),
            Mark::Content | Mark::Section { .. } if !is_body || marks::alone(text).is_none() => {
                return Err(TemplateError::NotAlone(written(&it)));
            }
            Mark::Content | Mark::Section { .. } => blocks.push(it),
            Mark::Text(_) => {}
        }
    }
    Ok(())
}

/// `{{titl}} (menade du {{titel}}?)`
fn suggested(name: &str) -> String {
    let all = TEXTS.iter().copied().chain(["innehall"]);
    let near = all.map(|it| (strsim::jaro_winkler(&name.to_lowercase(), it), it)).max_by(|a, b| a.0.total_cmp(&b.0));
    match near.filter(|it| it.0 > 0.8) {
        Some((_, it)) => format!("{{{{{name}}}}} (menade du {{{{{it}}}}}?)"),
        None => format!("{{{{{name}}}}}"),
    }
}
