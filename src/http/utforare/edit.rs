//! The forms of an utförare: name, number, other names, contacts.
//!
//! Goes in: what a samordnare types. Comes out: a saved utförare, or the form again with what was typed and what is wrong.
//! Guaranteed: nothing typed is lost; fewer than two contacts is said, not refused.

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;

use crate::desk::DeskError;
use crate::desk::details::{Details, Fault, faults};
use crate::desk::expected::{Known, WANTED_CONTACTS};
use crate::http::App;
use crate::http::error::PageError;
use crate::http::frame::{Frame, Layout};
use crate::http::who::Who;

/// The form as it is sent.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    namn: String,
    orgnr: String,
    alias: String,
    /// `ja` when it is in the quality table.
    betygsatts: String,
    #[serde(rename = "kontakt-namn")]
    namn_1: String,
    #[serde(rename = "kontakt-epost")]
    epost_1: String,
    #[serde(rename = "kontakt-namn-2")]
    namn_2: String,
    #[serde(rename = "kontakt-epost-2")]
    epost_2: String,
    #[serde(rename = "kontakt-namn-3")]
    namn_3: String,
    #[serde(rename = "kontakt-epost-3")]
    epost_3: String,
}

impl Typed {
    fn of(known: &Known) -> Self {
        let contact =
            |at: usize| known.kontakter.get(at).map(|it| (it.namn.clone(), it.epost.clone())).unwrap_or_default();
        let [(namn_1, epost_1), (namn_2, epost_2), (namn_3, epost_3)] = [0, 1, 2].map(contact);
        Self {
            namn: known.row.namn.clone(),
            orgnr: known.row.orgnr.clone().unwrap_or_default(),
            alias: known.row.aliases().join("\n"),
            betygsatts: if known.row.rated { "ja".to_owned() } else { String::new() },
            namn_1,
            epost_1,
            namn_2,
            epost_2,
            namn_3,
            epost_3,
        }
    }

    /// What was typed. Contacts beyond the three of the form are those stored; the form does not show them.
    fn details(&self, known: Option<&Known>) -> Details {
        let typed = [(&self.namn_1, &self.epost_1), (&self.namn_2, &self.epost_2), (&self.namn_3, &self.epost_3)];
        let mut kontakter: Vec<(String, String)> = typed
            .into_iter()
            .filter(|it| !it.0.trim().is_empty() || !it.1.trim().is_empty())
            .map(|it| (it.0.clone(), it.1.clone()))
            .collect();
        let more = known.map(|it| it.kontakter.as_slice()).unwrap_or_default().iter().skip(3);
        kontakter.extend(more.map(|it| (it.namn.clone(), it.epost.clone())));
        Details {
            namn: self.namn.clone(),
            orgnr: self.orgnr.clone(),
            alias: self.alias.lines().map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned).collect(),
            rated: self.betygsatts == "ja",
            kontakter,
        }
    }
}

#[derive(Template)]
#[template(path = "pages/utforare-edit.html")]
struct EditPage {
    layout: Layout,
    back: Vec<(String, String)>,
    action: String,
    cancel: String,
    keep: String,
    errors: Vec<Fault>,
    typed: Typed,
    /// How many contacts are kept that the form does not show.
    more_contacts: usize,
}

impl EditPage {
    fn error(&self, field: &str) -> &str {
        self.errors.iter().find(|it| it.0 == field).map_or("", |it| it.1.as_str())
    }
}

fn page(frame: &Frame, known: Option<&Known>, typed: Typed, errors: Vec<Fault>) -> EditPage {
    let list = ("/utforare".to_owned(), "Utförare".to_owned());
    let (title, back, action, cancel, keep) = match known {
        None => (
            "Ny utförare".to_owned(),
            vec![list],
            "/utforare/ny".to_owned(),
            "/utforare".to_owned(),
            "ny-utforare".to_owned(),
        ),
        Some(it) => {
            let own = format!("/utforare/{}", it.row.nyckel);
            let back = vec![list, (own.clone(), it.row.namn.clone())];
            (format!("Ändra {}", it.row.namn), back, format!("{own}/andra"), own, format!("utforare-{}", it.row.nyckel))
        }
    };
    let more_contacts = known.map_or(0, |it| it.kontakter.len().saturating_sub(3));
    EditPage { layout: frame.layout(title), back, action, cancel, keep, errors, typed, more_contacts }
}

pub async fn new(frame: Frame) -> Result<Response, PageError> {
    let typed = Typed { betygsatts: "ja".to_owned(), ..Typed::default() };
    Ok(frame.show(&page(&frame, None, typed, Vec::new())))
}

pub async fn add(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Form(typed): Form<Typed>,
) -> Result<Response, PageError> {
    let all = app.desk.store.utforare(&who.namnd_id).await?;
    let details = typed.details(None);
    let wrong = faults(&details, &all, None);
    if !wrong.is_empty() {
        return Ok(frame.show(&page(&frame, None, typed, wrong)));
    }
    match app.desk.save_utforare((&who.namnd_id, None), &details, &who.actor(), app.now()).await {
        Ok(nyckel) => {
            let text = format!("{} är tillagd. Lägg nu till vad som ska rapporteras.", details.namn.trim());
            Ok(frame.go(&format!("/utforare/{nyckel}/uppdrag"), "ok", text))
        }
        Err(DeskError::Refused(it)) => Ok(frame.show(&page(&frame, None, typed, vec![("namn", it.message)]))),
        Err(error) => Err(error.into()),
    }
}

pub async fn change(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(nyckel): Path<String>,
) -> Result<Response, PageError> {
    let known = app.desk.known_utforare(&who.namnd_id, &nyckel).await?;
    let typed = Typed::of(&known);
    Ok(frame.show(&page(&frame, Some(&known), typed, Vec::new())))
}

pub async fn save(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(nyckel): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, PageError> {
    let known = app.desk.known_utforare(&who.namnd_id, &nyckel).await?;
    let all = app.desk.store.utforare(&who.namnd_id).await?;
    let details = typed.details(Some(&known));
    let wrong = faults(&details, &all, Some(&known.row));
    if !wrong.is_empty() {
        return Ok(frame.show(&page(&frame, Some(&known), typed, wrong)));
    }
    match app.desk.save_utforare((&who.namnd_id, Some(&nyckel)), &details, &who.actor(), app.now()).await {
        Ok(_) if details.kontakter.len() < WANTED_CONTACTS => Ok(frame.go(
            &format!("/utforare/{nyckel}"),
            "varning",
            "Sparat. Lägg gärna till en kontaktperson till, så att påminnelser kommer fram när någon är borta.",
        )),
        Ok(_) => Ok(frame.go(&format!("/utforare/{nyckel}"), "ok", "Sparat.")),
        Err(DeskError::Refused(it)) => Ok(frame.show(&page(&frame, Some(&known), typed, vec![("namn", it.message)]))),
        Err(error) => Err(error.into()),
    }
}
