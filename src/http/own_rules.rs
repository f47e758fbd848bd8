//! The nämnd's own rules: written as text, checked, tried on real quarters, saved.
//!
//! Goes in: a file's place and text, or a changed severity. Comes out: faults underlined, whom the change would hit, or a saved file.
//! Guaranteed: nothing typed is lost; nothing is saved that has a fault; what the page did not show is not overwritten.

use askama::Template;
use axum::Form;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::App;
use super::error::PageError;
use super::frame::{Frame, Layout, in_words};
use super::routes::{Route, get, post};
use super::when;
use super::who::Who;
use crate::access::role::Act;
use crate::desk::rules::{RuleChange, Tried, change_of_builtin};
use crate::desk::{DeskError, Library};
use crate::model::Severity;

pub fn routes() -> Vec<Route> {
    vec![
        get("/regler/egna", Act::ManageRules, list),
        post("/regler/egna/inbyggd", Act::ManageRules, builtin),
        get("/regler/egna/fil", Act::ManageRules, edit),
        post("/regler/egna/fil", Act::ManageRules, write),
        post("/regler/egna/ta-bort", Act::ManageRules, remove),
    ]
}

/// A file of the nämnd.
struct File {
    path: String,
    href: String,
    at: String,
    by: String,
}

#[derive(Template)]
#[template(path = "pages/own-rules.html")]
struct ListPage {
    layout: Layout,
    back: Vec<(String, String)>,
    errors: Vec<(&'static str, String)>,
    files: Vec<File>,
    version: i64,
    rules: Vec<(String, String, bool)>,
    choices: Vec<(&'static str, String, &'static str, bool)>,
    reason: String,
}

impl ListPage {
    fn error(&self, field: &str) -> &str {
        self.errors.iter().find(|it| it.0 == field).map_or("", |it| it.1.as_str())
    }
}

/// A changed severity as it is sent.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Changed {
    regel: String,
    andring: String,
    skal: String,
}

async fn library(app: &App, who: &Who) -> Result<(i64, std::sync::Arc<Library>), PageError> {
    let namnd = app.desk.store.namnd(&who.namnd_id).await?.ok_or(PageError::NotFound)?;
    Ok((namnd.rules_version, app.desk.library(&namnd).await?))
}

async fn list_page(app: &App, frame: &Frame, who: &Who, typed: &Changed) -> Result<ListPage, PageError> {
    let (version, library) = library(app, who).await?;
    let mut files = Vec::new();
    for it in app.desk.store.own_rules(&who.namnd_id).await? {
        let by = super::report::name_of(app, &it.changed_by).await?;
        files.push(File { href: file_href(&it.path), at: when::moment(it.changed_at), by, path: it.path });
    }
    let rules = library.catalogue.rules().iter().filter(|it| !it.own);
    let off = ("av", "Avstängd".to_owned(), "Regeln prövas inte alls.", typed.andring == "av");
    let severities = Severity::ALL.iter().rev().map(|it| {
        let hint = match it {
            Severity::Fel => "Måste rättas.",
            Severity::Fraga => "Kan vara rätt, och behöver ett svar.",
            Severity::Notis => "Bra att veta.",
        };
        (it.key(), it.swedish().to_owned(), hint, typed.andring == it.key())
    });
    Ok(ListPage {
        layout: frame.layout("Nämndens egna regler"),
        back: vec![("/regler".to_owned(), "Regler".to_owned())],
        errors: Vec::new(),
        files,
        version,
        rules: rules.map(|it| (it.id.clone(), format!("{} – {}", it.id, it.title), it.id == typed.regel)).collect(),
        choices: severities.chain([off]).collect(),
        reason: typed.skal.clone(),
    })
}

fn file_href(path: &str) -> String {
    format!("/regler/egna/fil?{}", serde_html_form::to_string([("fil", path)]).unwrap_or_default())
}

async fn list(State(app): State<App>, frame: Frame, who: Who) -> Result<Response, PageError> {
    Ok(frame.show(&list_page(&app, &frame, &who, &Changed::default()).await?))
}

/// A changed severity becomes the text of a file, shown before it is tried or saved.
async fn builtin(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Form(typed): Form<Changed>,
) -> Result<Response, PageError> {
    let mut errors = Vec::new();
    if typed.andring.is_empty() {
        errors.push(("andring", "Välj vad som ska gälla.".to_owned()));
    }
    if typed.skal.trim().is_empty() {
        errors.push(("skal", "Skriv varför nämnden ändrar regeln. Det visas för utförarna.".to_owned()));
    }
    let (_, library) = library(&app, &who).await?;
    if !library.catalogue.rules().iter().any(|it| it.id == typed.regel && !it.own) {
        errors.push(("regel", "Välj en regel.".to_owned()));
    }
    if !errors.is_empty() {
        let mut page = list_page(&app, &frame, &who, &typed).await?;
        page.errors = errors;
        return Ok(frame.show(&page));
    }
    let severity = Some(typed.andring.as_str()).filter(|it| *it != "av");
    let change = change_of_builtin(&typed.regel, severity, severity.is_none(), &typed.skal);
    let mut page = file_page(&app, &frame, &who, &change.path).await?;
    page.text = change.text.unwrap_or_default();
    Ok(frame.show(&page))
}

/// Whom a change would hit in one quarter.
struct TriedPart {
    quarter: String,
    utforare: usize,
    hits: Vec<(String, String, i64, i64)>,
    figures: Vec<(&'static str, u32, u32)>,
    grades: Vec<(String, &'static str, &'static str)>,
    nothing: bool,
}

#[derive(Template)]
#[template(path = "pages/own-rule.html")]
struct FilePage {
    layout: Layout,
    back: Vec<(String, String)>,
    errors: Vec<(&'static str, String)>,
    faults: Vec<String>,
    /// The check found nothing wrong.
    fine: bool,
    tried: Vec<TriedPart>,
    version: i64,
    path: String,
    text: String,
    is_saved: bool,
    rounds: Vec<(String, String, bool)>,
}

impl FilePage {
    fn error(&self, field: &str) -> &str {
        self.errors.iter().find(|it| it.0 == field).map_or("", |it| it.1.as_str())
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    fil: String,
}

/// The form of a file: what to do with it is in `gor`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Typed {
    fil: String,
    text: String,
    version: i64,
    gor: String,
    kvartal: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Removed {
    fil: String,
    version: i64,
}

/// A new rule begins with something to change.
const TEMPLATE: &str = r#"id      = "UP900"
namn    = "avslutat-utan-dag"
rubrik  = "Ärendet är avslutat utan dag"
galler  = "rad"
allvar  = "fraga"

[[kalla]]
text = "Nämndens rutin"
last = 2026-01-01

[villkor]
nar  = "finns(avslutad)"
krav = "avslutad <= kvartalsslut"

[text]
meddelande = "Ärendet är avslutat {avslutad}, efter kvartalets slut {kvartalsslut}."
atgard     = "Kontrollera dagen."
markera    = ["avslutad"]

[[exempel]]
namn    = "avslutat efter kvartalet"
kvartal = "2023-Q4"
fakta   = { avslutad = 2024-01-02 }
svar    = "fynd"

[[exempel]]
namn    = "avslutat på kvartalets sista dag"
kvartal = "2023-Q4"
fakta   = { avslutad = 2023-12-31 }
svar    = "godkand"

[[exempel]]
namn    = "inte avslutat"
kvartal = "2023-Q4"
fakta   = {}
svar    = "ej_tillamplig"
"#;

const NEW_PATH: &str = "uppgifter/UP900-avslutat-utan-dag.toml";

async fn file_page(app: &App, frame: &Frame, who: &Who, path: &str) -> Result<FilePage, PageError> {
    let (version, _) = library(app, who).await?;
    let saved = app.desk.own_rule(&who.namnd_id, path).await?;
    let is_saved = saved.is_some();
    Ok(FilePage {
        layout: frame.layout(if path.is_empty() { "Ny regel".to_owned() } else { format!("Regelfilen {path}") }),
        back: vec![
            ("/regler".to_owned(), "Regler".to_owned()),
            ("/regler/egna".to_owned(), "Nämndens egna regler".to_owned()),
        ],
        errors: Vec::new(),
        faults: Vec::new(),
        fine: false,
        tried: Vec::new(),
        version,
        path: if path.is_empty() { NEW_PATH.to_owned() } else { path.to_owned() },
        text: saved.map_or_else(|| if path.is_empty() { TEMPLATE.to_owned() } else { String::new() }, |it| it.text),
        is_saved,
        rounds: rounds(frame, &[]),
    })
}

/// Quarters to try on; the two newest that have opened when none is chosen.
fn rounds(frame: &Frame, chosen: &[String]) -> Vec<(String, String, bool)> {
    let today = frame.app.today();
    let opened: Vec<&str> =
        frame.rounds().iter().filter(|it| it.opens <= today).take(2).map(|it| it.kvartal.as_str()).collect();
    let is_chosen = |kvartal: &str| match chosen {
        [] => opened.contains(&kvartal),
        some => some.iter().any(|it| it == kvartal),
    };
    let each = frame.rounds().iter().take(8);
    each.map(|it| (it.kvartal.clone(), in_words(&it.kvartal), is_chosen(&it.kvartal))).collect()
}

async fn edit(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let page = file_page(&app, &frame, &who, asked.fil.trim()).await?;
    if !asked.fil.trim().is_empty() && !page.is_saved {
        return Err(PageError::NotFound);
    }
    Ok(frame.show(&page))
}

async fn write(State(app): State<App>, frame: Frame, who: Who, body: Bytes) -> Result<Response, PageError> {
    let unread = |_| PageError::Bad("Formuläret kunde inte läsas. Gå tillbaka och försök igen.".to_owned());
    let typed: Typed = serde_html_form::from_bytes(&body).map_err(unread)?;
    // Browsers send line breaks as two characters.
    let text = typed.text.replace("\r\n", "\n");
    let change = RuleChange { path: typed.fil.trim().to_owned(), text: Some(text.clone()) };
    let mut page = file_page(&app, &frame, &who, &change.path).await?;
    (page.path, page.text, page.version) = (change.path.clone(), text, typed.version);
    page.rounds = rounds(&frame, &typed.kvartal);
    if change.path.is_empty() {
        page.errors.push(("fil", "Skriv vad filen ska heta.".to_owned()));
        return Ok(frame.show(&page));
    }
    page.faults = app.desk.rule_faults(&who.namnd_id, &change).await?;
    if !page.faults.is_empty() {
        page.errors.push(("text", "Regeln har fel. De är understrukna nedanför.".to_owned()));
        return Ok(frame.show(&page));
    }
    match typed.gor.as_str() {
        "spara" => match app.desk.change_rules(&who.namnd_id, (typed.version, &change), &who.actor(), app.now()).await {
            Ok(()) => return Ok(frame.go("/regler/egna", "ok", "Regeln är sparad. Rapporten och granskningen följer den från och med nu. Svar som utförare redan har fått ändras inte.")),
            Err(DeskError::Refused(it)) => page.errors.push(("text", it.message)),
            Err(DeskError::Store(crate::store::StoreError::Conflict)) => page.errors.push((
                "text",
                "Någon annan har ändrat reglerna sedan sidan visades. Det du skrev står kvar, men är inte sparat. Läs listan och försök igen."
                    .to_owned(),
            )),
            Err(error) => return Err(error.into()),
        },
        "prova" => {
            let chosen: Vec<String> =
                frame.rounds().iter().filter(|it| typed.kvartal.contains(&it.kvartal)).map(|it| it.id.clone()).collect();
            if chosen.is_empty() {
                page.errors.push(("kvartal", "Välj minst ett kvartal att prova på.".to_owned()));
            } else {
                let tried = app.desk.try_rules(&who.namnd_id, &change, &chosen).await?;
                page.tried = tried.into_iter().map(tried_part).collect();
                page.fine = true;
            }
        }
        _ => page.fine = true,
    }
    Ok(frame.show(&page))
}

fn tried_part(it: Tried) -> TriedPart {
    let nothing = it.difference.is_empty();
    let utforare = it.difference.utforare().len();
    TriedPart {
        quarter: in_words(&it.kvartal),
        utforare,
        hits: it.difference.hits.into_iter().map(|it| (it.utforare, it.rule, it.was, it.is)).collect(),
        figures: it.difference.figures.into_iter().map(|it| (it.what, it.was, it.is)).collect(),
        grades: it.difference.grades.into_iter().map(|it| (it.utforare, it.was, it.is)).collect(),
        nothing,
    }
}

async fn remove(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Form(typed): Form<Removed>,
) -> Result<Response, PageError> {
    let change = RuleChange { path: typed.fil, text: None };
    match app.desk.change_rules(&who.namnd_id, (typed.version, &change), &who.actor(), app.now()).await {
        Ok(()) => Ok(frame.go("/regler/egna", "ok", "Filen är borttagen.")),
        Err(DeskError::Refused(it)) => Ok(frame.go("/regler/egna", "fel", it.message)),
        Err(error) => Err(error.into()),
    }
}
