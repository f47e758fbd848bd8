//! The sections of a paper, with what is generated, what somebody has written instead, and what has changed since.
//!
//! Goes in: a paper; a text of one section. Comes out: the page, or what was wrong and what was typed.
//! Guaranteed: the text of the quarter before stands there to be read and never in the field; nothing typed is lost.

use std::sync::Arc;

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;

use super::{back_to_papers, back_to_report, papers_of};
use crate::access::role::{Act, allows};
use crate::desk::DeskError;
use crate::desk::papers::Papers;
use crate::desk::papers::texts::{is_open, moved, of, plain};
use crate::http::App;
use crate::http::error::PageError;
use crate::http::frame::{Frame, Layout, in_words};
use crate::http::report::name_of;
use crate::http::when;
use crate::http::who::Who;
use crate::render::document::Kind;
use crate::store::StoreError;
use crate::store::paper::SectionText;

/// A section as it is shown.
struct SectionRow {
    key: String,
    heading: String,
    /// As generated, paragraph by paragraph.
    generated: Vec<String>,
    /// As somebody wrote it; empty when nobody has.
    own: Vec<String>,
    by: String,
    moved: Vec<String>,
    /// Sentences that the report does not bear out, and why.
    remarks: Vec<(String, String)>,
    /// The same section the quarter before, as somebody wrote it then.
    before: Vec<String>,
    /// What stands in the field, and the number it is written over.
    field: String,
    seen: i64,
    error: String,
}

impl SectionRow {
    fn is_open(&self) -> bool {
        !self.error.is_empty()
    }
}

#[derive(Template)]
#[template(path = "pages/papers-texts.html")]
struct TextsPage {
    layout: Layout,
    back: Vec<(String, String)>,
    errors: Vec<(String, String)>,
    address: String,
    public: bool,
    fixed: bool,
    may_write: bool,
    before: String,
    sections: Vec<SectionRow>,
}

#[derive(Deserialize)]
pub struct Written {
    #[serde(default)]
    avsnitt: String,
    #[serde(default)]
    sett: i64,
    #[serde(default)]
    text: String,
    /// `ta-bort` takes the generated sentences back.
    #[serde(default)]
    gor: String,
}

pub async fn page(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path((kvartal, stem)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let papers = papers_of(&app, &frame, &kvartal).await?;
    Ok(frame.show(&made(&app, &frame, &who, &papers, &stem).await?))
}

async fn made(app: &App, frame: &Frame, who: &Who, papers: &Arc<Papers>, stem: &str) -> Result<TextsPage, PageError> {
    let kind = Kind::from_key(stem).filter(|it| is_open(*it)).ok_or(PageError::NotFound)?;
    let generated = papers.generated(stem).ok_or(PageError::NotFound)?;
    let kvartal = papers.made.context.contents.round.kvartal.clone();
    let before = app.desk.texts_before(papers).await?;
    let remarks = app.desk.remarks(papers, stem).await?;
    let mut sections = Vec::new();
    for section in &generated.sections {
        let own = of(&papers.texts, stem, &section.key);
        let newest = papers.texts.iter().find(|it| it.paper == stem && it.section == section.key);
        let by = match own {
            Some(it) => format!("{}, {}", name_of(app, &it.written_by).await?, when::moment(it.written_at)),
            None => String::new(),
        };
        sections.push(SectionRow {
            key: section.key.clone(),
            heading: section.heading.clone(),
            generated: section.prose.iter().map(|it| it.plain()).collect(),
            own: lines(own),
            by,
            moved: own.map(|it| moved(it, &generated)).unwrap_or_default().iter().map(|it| it.in_words()).collect(),
            remarks: remarks
                .iter()
                .filter(|it| it.0 == section.key)
                .map(|(_, it)| (it.sentence.clone(), it.message.clone()))
                .collect(),
            before: lines(of(&before, stem, &section.key)),
            field: own.map_or_else(|| plain(section), |it| it.text.clone()),
            seen: newest.map_or(0, |it| it.nr),
            error: String::new(),
        });
    }
    let fixed = papers.fixed.is_some();
    Ok(TextsPage {
        layout: frame.layout(format!("Texten i {}", name_in_sentence(kind))),
        back: vec![back_to_report(&kvartal), back_to_papers(&kvartal)],
        errors: Vec::new(),
        address: format!("/kvartal/{kvartal}/handlingar/texter/{stem}"),
        public: kind.is_public(),
        fixed,
        may_write: allows(who.role, Act::WritePapers) && !fixed,
        before: in_words(&papers.made.context.quarter.previous().to_string()).to_lowercase(),
        sections,
    })
}

fn name_in_sentence(kind: Kind) -> String {
    crate::render::view::lower_first(kind.swedish())
}

fn lines(text: Option<&SectionText>) -> Vec<String> {
    let text = text.map(|it| it.text.as_str()).unwrap_or_default();
    text.split("\n\n").map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned).collect()
}

pub async fn write(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path((kvartal, stem)): Path<(String, String)>,
    Form(form): Form<Written>,
) -> Result<Response, PageError> {
    let papers = papers_of(&app, &frame, &kvartal).await?;
    let text = if form.gor == "ta-bort" { "" } else { form.text.as_str() };
    let about = (stem.as_str(), form.avsnitt.as_str(), form.sett);
    let refused = match app.desk.write_text(&papers, about, text, &who.actor(), app.now()).await {
        Ok(()) => {
            let to = format!("/kvartal/{kvartal}/handlingar/texter/{stem}#{}", form.avsnitt);
            // A remark never stops anybody; it only says where to look once more.
            let remarks = app.desk.remarks(&papers_of(&app, &frame, &kvartal).await?, &stem).await?;
            let (kind, text) = match remarks.iter().any(|it| it.0 == form.avsnitt) {
                true => ("varning", "Texten är sparad. Läs anmärkningarna vid avsnittet."),
                false => ("ok", "Texten är sparad."),
            };
            return Ok(frame.go(&to, kind, text));
        }
        Err(DeskError::Refused(it)) => it.message,
        Err(DeskError::Store(StoreError::Conflict)) => {
            "En kollega har ändrat i kvartalet sedan sidan visades. Läs det som står nu och spara igen.".to_owned()
        }
        Err(error) => return Err(error.into()),
    };
    let papers = papers_of(&app, &frame, &kvartal).await?;
    let mut page = made(&app, &frame, &who, &papers, &stem).await?;
    page.errors.push((format!("text-{}", form.avsnitt), refused.clone()));
    if let Some(it) = page.sections.iter_mut().find(|it| it.key == form.avsnitt) {
        it.error = refused;
        it.field = form.text;
    }
    Ok(frame.show_form(&page, true))
}
