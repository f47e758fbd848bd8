//! What the nämnd says beside the figures: diarienummer and author for the quarter, Word template and threshold for the nämnd.
//!
//! Goes in: one of three forms. Comes out: the page, or what was wrong and what was typed.
//! Guaranteed: a template that cannot be filled replaces nothing and says why in its own words; who may not change anything
//! sees what holds.

use askama::Template;
use axum::Form;
use axum::extract::{Multipart, Path, State};
use axum::response::Response;
use serde::Deserialize;

use super::{back_to_papers, back_to_report};
use crate::access::role::{Act, allows};
use crate::desk::papers::beside::MOST;
use crate::desk::{DeskError, Refusal};
use crate::http::App;
use crate::http::download::{Leaving, send};
use crate::http::error::PageError;
use crate::http::frame::{Frame, Layout, in_words};
use crate::http::report::name_of;
use crate::http::when;
use crate::http::who::Who;
use crate::render::document::Format;
use crate::render::document::docx::placeholders;
use crate::render::document::public::Settings;
use crate::store::StoreError;

#[derive(Template)]
#[template(path = "pages/papers-beside.html")]
struct BesidePage {
    layout: Layout,
    back: Vec<(String, String)>,
    errors: Vec<(&'static str, String)>,
    address: String,
    may: bool,
    fixed: bool,
    dnr: String,
    author: String,
    /// When and by whom; empty when nobody has said anything.
    head_by: String,
    head_seen: i64,
    template: String,
    threshold: String,
    form_by: String,
    form_seen: i64,
    least: u32,
    most: u32,
    placeholders: String,
}

impl BesidePage {
    fn error(&self, field: &str) -> &str {
        self.errors.iter().find(|it| it.0 == field).map_or("", |it| it.1.as_str())
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Head {
    sett: i64,
    diarienummer: String,
    handlaggare: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Threshold {
    sett: i64,
    troskel: String,
}

fn address(kvartal: &str) -> String {
    format!("/kvartal/{kvartal}/handlingar/uppgifter")
}

pub async fn page(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(kvartal): Path<String>,
) -> Result<Response, PageError> {
    Ok(frame.show(&made(&app, &frame, &who, &kvartal).await?))
}

async fn made(app: &App, frame: &Frame, who: &Who, kvartal: &str) -> Result<BesidePage, PageError> {
    let round = frame.round(kvartal)?;
    let it = app.desk.beside(round).await?;
    let head_by = match &it.head {
        Some(it) => format!("{}, {}", name_of(app, &it.changed_by).await?, when::moment(it.changed_at)),
        None => String::new(),
    };
    let form_by = match &it.form {
        Some(it) => format!("{}, {}", name_of(app, &it.changed_by).await?, when::moment(it.changed_at)),
        None => String::new(),
    };
    Ok(BesidePage {
        layout: frame.layout(format!("Uppgifter i handlingarna för {}", in_words(kvartal).to_lowercase())),
        back: vec![back_to_report(kvartal), back_to_papers(kvartal)],
        errors: Vec::new(),
        address: address(kvartal),
        may: allows(who.role, Act::DescribePapers),
        fixed: round.is_fixed(),
        dnr: it.dnr().unwrap_or_default().to_owned(),
        author: it.author().unwrap_or_default().to_owned(),
        head_by,
        head_seen: it.head.as_ref().map_or(0, |it| it.nr),
        template: it.form.as_ref().and_then(|it| it.template_name.clone()).unwrap_or_default(),
        threshold: it.settings().threshold().to_string(),
        form_by,
        form_seen: it.form.as_ref().map_or(0, |it| it.nr),
        least: Settings::LEAST,
        most: MOST,
        placeholders: placeholders(),
    })
}

/// What a form was refused for; anything else is an error of its own.
fn refused(error: DeskError) -> Result<String, PageError> {
    match error {
        DeskError::Refused(it) => Ok(it.message),
        DeskError::Store(StoreError::Conflict) => {
            Ok("En kollega har ändrat uppgifterna sedan sidan visades. Läs det som står nu och spara igen.".to_owned())
        }
        other => Err(other.into()),
    }
}

pub async fn describe(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(kvartal): Path<String>,
    Form(form): Form<Head>,
) -> Result<Response, PageError> {
    let round = frame.round(&kvartal)?;
    let said = (form.diarienummer.as_str(), form.handlaggare.as_str());
    let error = match app.desk.describe_papers((round, form.sett), said, &who.actor(), app.now()).await {
        Ok(()) => return Ok(frame.go(&address(&kvartal), "ok", "Uppgifterna är sparade.")),
        Err(error) => refused(error)?,
    };
    let mut page = made(&app, &frame, &who, &kvartal).await?;
    let field = if error.starts_with("Namnet") { "handlaggare" } else { "diarienummer" };
    page.errors.push((field, error));
    (page.dnr, page.author) = (form.diarienummer, form.handlaggare);
    Ok(frame.show_form(&page, true))
}

pub async fn threshold(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(kvartal): Path<String>,
    Form(form): Form<Threshold>,
) -> Result<Response, PageError> {
    frame.round(&kvartal)?;
    // What is no number is as far from the range as a number can be.
    let number = form.troskel.trim().parse().unwrap_or(0);
    let about = (who.namnd_id.as_str(), form.sett);
    let error = match app.desk.set_threshold(about, number, &who.actor(), app.now()).await {
        Ok(()) => return Ok(frame.go(&address(&kvartal), "ok", "Tröskeln är sparad.")),
        Err(error) => refused(error)?,
    };
    let mut page = made(&app, &frame, &who, &kvartal).await?;
    page.errors.push(("troskel", error));
    page.threshold = form.troskel;
    Ok(frame.show_form(&page, true))
}

/// A new template in a field of its own, or `gor` = `ta-bort`.
pub async fn template(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(kvartal): Path<String>,
    mut form: Multipart,
) -> Result<Response, PageError> {
    frame.round(&kvartal)?;
    let unread = |_| PageError::Bad("Filen kom inte fram hel. Försök igen.".to_owned());
    let (mut seen, mut removed, mut name, mut bytes) = (0, false, String::new(), Vec::new());
    while let Some(field) = form.next_field().await.map_err(unread)? {
        match field.name() {
            Some("sett") => seen = field.text().await.map_err(unread)?.parse().unwrap_or_default(),
            Some("gor") => removed = field.text().await.map_err(unread)? == "ta-bort",
            Some(_) => {
                name = field.file_name().unwrap_or_default().to_owned();
                bytes = field.bytes().await.map_err(unread)?.to_vec();
            }
            None => {}
        }
    }
    let result = if removed {
        app.desk.set_word_template((&who.namnd_id, seen), None, &who.actor(), app.now()).await
    } else if bytes.is_empty() {
        Err(Refusal::new("Välj en fil.").into())
    } else {
        app.desk.set_word_template((&who.namnd_id, seen), Some((name, bytes)), &who.actor(), app.now()).await
    };
    let error = match result {
        Ok(_) if removed => return Ok(frame.go(&address(&kvartal), "ok", "Mallen används inte längre.")),
        Ok(notes) => {
            let text = format!("Mallen är sparad. {}", notes.join(" "));
            return Ok(frame.go(&address(&kvartal), "ok", text.trim_end()));
        }
        Err(error) => refused(error)?,
    };
    let mut page = made(&app, &frame, &who, &kvartal).await?;
    page.errors.push(("wordmall", error));
    Ok(frame.show_form(&page, true))
}

/// The template as it came.
pub async fn original(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(kvartal): Path<String>,
) -> Result<Response, PageError> {
    let round = frame.round(&kvartal)?;
    let form = app.desk.beside(round).await?.form.ok_or(PageError::NotFound)?;
    let (id, name) = form.template_id.zip(form.template_name).ok_or(PageError::NotFound)?;
    let bytes = app.desk.store.original_bytes(&id).await?;
    let kind = Format::Docx.media_type();
    send(&app, &who, Leaving { name: &name, kind, what: "wordmall", filing: &round.id, version: None }, bytes).await
}
