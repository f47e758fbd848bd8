//! What an utförare reports: uppdrag with insatser and contract, and the end of it.
//!
//! Goes in: what a samordnare chooses. Comes out: started, ended or removed uppdrag, and what happened in the open quarters.
//! Guaranteed: nothing typed is lost; insatser of an uppdrag are never changed, it is ended and a new one is started.

use askama::Template;
use axum::Form;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use chrono::NaiveDate;
use serde::Deserialize;

use super::{contract_in_words, in_words};
use crate::desk::details::Fault;
use crate::desk::expected::Known;
use crate::desk::{DeskError, Library};
use crate::http::App;
use crate::http::error::PageError;
use crate::http::frame::{Frame, Layout};
use crate::http::when::typed_day;
use crate::http::who::Who;
use crate::store::namnd::UppdragRow;

/// A new uppdrag as it is sent.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Started {
    insatser: Vec<String>,
    fran: String,
    till: String,
}

/// Days as they are sent; the fields carry the key of the uppdrag, since several such forms stand on the page.
struct Days {
    fran: String,
    till: String,
}

impl Days {
    fn of(fields: &[(String, String)]) -> Self {
        let field = |name: &str| {
            let found = fields.iter().find(|it| it.0.split('-').next() == Some(name));
            found.map(|it| it.1.clone()).unwrap_or_default()
        };
        Self { fran: field("fran"), till: field("till") }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Close {
    slut: String,
}

/// An uppdrag that can be changed.
struct Own {
    id: String,
    insatser: String,
    contract: String,
    ended: bool,
    fran_name: String,
    till_name: String,
    fran: String,
    till: String,
    error: String,
}

/// Insatser of one area to choose among: key, name, lagrum, chosen.
struct Area {
    name: &'static str,
    insatser: Vec<(String, String, String, bool)>,
}

#[derive(Template)]
#[template(path = "pages/utforare-uppdrag.html")]
struct UppdragPage {
    layout: Layout,
    back: Vec<(String, String)>,
    nyckel: String,
    namn: String,
    closed: bool,
    errors: Vec<(String, String)>,
    own: Vec<Own>,
    areas: Vec<Area>,
    fran: String,
    till: String,
    slut: String,
}

impl UppdragPage {
    fn error(&self, field: &str) -> &str {
        self.errors.iter().find(|it| it.0 == field).map_or("", |it| it.1.as_str())
    }

    fn own_page(&self, below: &str) -> String {
        format!("/utforare/{}/{below}", self.nyckel)
    }
}

const AREAS: &[(&str, &str)] =
    &[("lss", "LSS"), ("fn", "SoL, funktionsnedsättning"), ("aldre", "SoL, äldre"), ("ifo", "SoL, individ och familj")];

async fn made(app: &App, frame: &Frame, who: &Who, known: &Known) -> Result<UppdragPage, PageError> {
    let library = library(app, who).await?;
    let today = app.today();
    let day = |it: Option<NaiveDate>| it.map(|it| it.to_string()).unwrap_or_default();
    let own = known.uppdrag.iter().map(|it| Own {
        id: it.id.clone(),
        insatser: in_words(&library, &it.keys()),
        contract: contract_in_words(it.fran, it.till),
        ended: it.till.is_some_and(|it| it < today),
        fran_name: format!("fran-{}", it.id),
        till_name: format!("till-{}", it.id),
        fran: day(it.fran),
        till: day(it.till),
        error: String::new(),
    });
    Ok(UppdragPage {
        layout: frame.layout(format!("Uppdrag, {}", known.row.namn)),
        back: vec![
            ("/utforare".to_owned(), "Utförare".to_owned()),
            (format!("/utforare/{}", known.row.nyckel), known.row.namn.clone()),
        ],
        nyckel: known.row.nyckel.clone(),
        namn: known.row.namn.clone(),
        closed: known.row.closed_at.is_some(),
        errors: Vec::new(),
        own: own.collect(),
        areas: areas(&library, &[]),
        fran: String::new(),
        till: String::new(),
        slut: String::new(),
    })
}

async fn library(app: &App, who: &Who) -> Result<std::sync::Arc<Library>, PageError> {
    let namnd = app.desk.store.namnd(&who.namnd_id).await?.ok_or(PageError::NotFound)?;
    Ok(app.desk.library(&namnd).await?)
}

fn areas(library: &Library, chosen: &[String]) -> Vec<Area> {
    let of = |key: &str| {
        let all = library.insatser.all().filter(|(_, it)| it.omrade == key);
        all.map(|(_, it)| (it.key.clone(), it.name.clone(), it.lagrum.clone(), chosen.contains(&it.key)))
            .collect::<Vec<_>>()
    };
    let known = AREAS.iter().map(|(key, name)| Area { name, insatser: of(key) });
    let known_keys: Vec<&str> = AREAS.iter().map(|it| it.0).collect();
    let rest = library.insatser.all().filter(|(_, it)| !known_keys.contains(&it.omrade.as_str()));
    let rest: Vec<_> =
        rest.map(|(_, it)| (it.key.clone(), it.name.clone(), it.lagrum.clone(), chosen.contains(&it.key))).collect();
    known.chain([Area { name: "Övriga områden", insatser: rest }]).filter(|it| !it.insatser.is_empty()).collect()
}

/// A day that may be left out. The fault names its field.
fn day(text: &str, field: &'static str, faults: &mut Vec<Fault>) -> Option<NaiveDate> {
    if text.trim().is_empty() {
        return None;
    }
    let found = typed_day(text);
    if found.is_none() {
        faults.push((field, format!("”{}” är ingen dag. Skriv till exempel 2024-01-31.", text.trim())));
    }
    found
}

fn said(faults: &[Fault], suffix: &str) -> Vec<(String, String)> {
    faults.iter().map(|it| (format!("{}{suffix}", it.0), it.1.clone())).collect()
}

pub async fn page(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(nyckel): Path<String>,
) -> Result<Response, PageError> {
    let known = app.desk.known_utforare(&who.namnd_id, &nyckel).await?;
    Ok(frame.show(&made(&app, &frame, &who, &known).await?))
}

pub async fn start(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(nyckel): Path<String>,
    body: Bytes,
) -> Result<Response, PageError> {
    let unread = |_| PageError::Bad("Formuläret kunde inte läsas. Gå tillbaka och försök igen.".to_owned());
    let typed: Started = serde_html_form::from_bytes(&body).map_err(unread)?;
    let known = app.desk.known_utforare(&who.namnd_id, &nyckel).await?;
    let mut faults = Vec::new();
    let days = (day(&typed.fran, "fran", &mut faults), day(&typed.till, "till", &mut faults));
    let others: Vec<&UppdragRow> = known.uppdrag.iter().collect();
    if faults.is_empty() {
        faults = app.desk.uppdrag_faults(&who.namnd_id, &typed.insatser, days, &others).await?;
    }
    if faults.is_empty() {
        let done =
            app.desk.start_uppdrag((&who.namnd_id, &nyckel), &typed.insatser, days, &who.actor(), app.now()).await;
        match done {
            Ok(followed) => {
                let text = format!("Uppdraget är tillagt.{}", followed.in_words());
                return Ok(frame.go(&format!("/utforare/{nyckel}/uppdrag"), "ok", text));
            }
            Err(DeskError::Refused(it)) => faults.push(("insatser", it.message)),
            Err(error) => return Err(error.into()),
        }
    }
    let mut page = made(&app, &frame, &who, &known).await?;
    page.errors = said(&faults, "");
    page.areas = areas(&*library(&app, &who).await?, &typed.insatser);
    (page.fran, page.till) = (typed.fran, typed.till);
    Ok(frame.show(&page))
}

pub async fn contract(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path((nyckel, uppdrag)): Path<(String, String)>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let typed = Days::of(&fields);
    let known = app.desk.known_utforare(&who.namnd_id, &nyckel).await?;
    let own = known.uppdrag.iter().find(|it| it.id == uppdrag).ok_or(PageError::NotFound)?;
    let mut faults = Vec::new();
    let days = (day(&typed.fran, "fran", &mut faults), day(&typed.till, "till", &mut faults));
    let others: Vec<&UppdragRow> = known.uppdrag.iter().filter(|it| it.id != uppdrag).collect();
    if faults.is_empty() {
        faults = app.desk.uppdrag_faults(&who.namnd_id, &own.keys(), days, &others).await?;
    }
    if faults.is_empty() {
        let done = app.desk.change_contract((&who.namnd_id, &nyckel, &uppdrag), days, &who.actor(), app.now()).await;
        match done {
            Ok(followed) => {
                let kind = if followed.kept.is_empty() { "ok" } else { "varning" };
                let text = format!("Avtalet är sparat.{}", followed.in_words());
                return Ok(frame.go(&format!("/utforare/{nyckel}/uppdrag"), kind, text));
            }
            Err(DeskError::Refused(it)) => faults.push(("till", it.message)),
            Err(error) => return Err(error.into()),
        }
    }
    let mut page = made(&app, &frame, &who, &known).await?;
    page.errors = said(&faults, &format!("-{uppdrag}"));
    for it in &mut page.errors {
        // What is wrong with the insatser shows beside the days, which are all that can be changed.
        it.0 = it.0.replace("insatser-", "till-");
    }
    if let Some(it) = page.own.iter_mut().find(|it| it.id == uppdrag) {
        (it.fran, it.till) = (typed.fran, typed.till);
        it.error = faults.iter().map(|it| it.1.as_str()).collect::<Vec<_>>().join(" ");
    }
    Ok(frame.show(&page))
}

pub async fn remove(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path((nyckel, uppdrag)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let to = format!("/utforare/{nyckel}/uppdrag");
    match app.desk.remove_uppdrag((&who.namnd_id, &nyckel, &uppdrag), &who.actor(), app.now()).await {
        Ok(()) => Ok(frame.go(&to, "ok", "Uppdraget är borttaget.")),
        Err(DeskError::Refused(it)) => Ok(frame.go(&to, "fel", it.message)),
        Err(error) => Err(error.into()),
    }
}

pub async fn close(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(nyckel): Path<String>,
    Form(typed): Form<Close>,
) -> Result<Response, PageError> {
    let wrong = match typed_day(&typed.slut) {
        None => "Skriv vilken dag det sista avtalet slutar, till exempel 2024-01-31.".to_owned(),
        Some(last) => match app.desk.close_utforare((&who.namnd_id, &nyckel), last, &who.actor(), app.now()).await {
            Ok(followed) => {
                let text = format!("Utföraren är avslutad från och med dagen efter {last}.{}", followed.in_words());
                return Ok(frame.go(&format!("/utforare/{nyckel}"), "ok", text));
            }
            Err(DeskError::Refused(it)) => it.message,
            Err(error) => return Err(error.into()),
        },
    };
    let known = app.desk.known_utforare(&who.namnd_id, &nyckel).await?;
    let mut page = made(&app, &frame, &who, &known).await?;
    page.errors = vec![("slut".to_owned(), wrong)];
    page.slut = typed.slut;
    Ok(frame.show(&page))
}

pub async fn reopen(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(nyckel): Path<String>,
) -> Result<Response, PageError> {
    let to = format!("/utforare/{nyckel}/uppdrag");
    match app.desk.reopen_utforare((&who.namnd_id, &nyckel), &who.actor(), app.now()).await {
        Ok(()) => Ok(frame.go(&to, "ok", "Utföraren är öppen igen. Lägg till de uppdrag som gäller nu.")),
        Err(DeskError::Refused(it)) => Ok(frame.go(&to, "fel", it.message)),
        Err(error) => Err(error.into()),
    }
}
