//! Answers to questions, where they are asked.
//!
//! Goes in: a rule, a place or all of the kind, and a text or a confirmation. Comes out: the same page with the answer on it.
//! Guaranteed: what was typed and not taken stands in its field again.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::answer::{Shown, Typed, made};
use super::met;
use crate::desk::DeskError;
use crate::desk::questions::questions;
use crate::http::App;
use crate::http::error::PageError;
use crate::http::frame::Frame;
use crate::http::who::Who;
use crate::store::review::RowPlace;

/// What a confirmation says.
const CONFIRMED: &str = "Uppgiften stämmer.";

#[derive(Deserialize)]
pub(super) struct Said {
    regel: String,
    #[serde(default)]
    blad: String,
    #[serde(default)]
    rad: String,
    #[serde(default)]
    text: String,
    /// The button that confirms.
    bekrafta: Option<String>,
    /// All of the kind.
    alla: Option<String>,
    /// Where on the page it was asked.
    #[serde(default)]
    plats: String,
}

pub(super) async fn one(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(id): Path<String>,
    axum::Form(said): axum::Form<Said>,
) -> Result<Response, PageError> {
    let it = met(&app, &who, &id).await?;
    if !it.is_in_hand(&who) {
        return Ok(frame.go(
            &format!("/version/{id}"),
            "varning",
            "Svara på den senaste versionen. Den här gäller inte längre.",
        ));
    }
    let stored = app.desk.store.reading(&id).await?.ok_or(PageError::NotFound)?;
    let row = said.rad.parse::<i64>().ok();
    let place = row.map(|row| RowPlace { sheet: said.blad.clone(), row });
    let place = place.filter(|_| said.alla.is_none());
    // Only what was asked can be answered.
    let asked = questions(&stored.answer).into_iter().any(|it| {
        it.rule == said.regel
            && place
                .as_ref()
                .is_none_or(|own| it.row == Some(own.row) && it.sheet.as_deref() == Some(own.sheet.as_str()))
    });
    if !asked {
        return Err(PageError::Bad("Frågan finns inte i den här versionen. Ladda om sidan.".to_owned()));
    }
    let text = match (said.text.trim(), &said.bekrafta) {
        ("", Some(_)) => CONFIRMED,
        (typed, _) => typed,
    };
    let rule = said.regel.as_str();
    match app.desk.reply(&id, (rule, place.as_ref()), text, &who.actor(), app.now()).await {
        Ok(()) => {
            let anchor: String = said.plats.chars().filter(|it| it.is_ascii_alphanumeric() || *it == '-').collect();
            let to = format!("/version/{id}#{}", if anchor.is_empty() { "fragor" } else { &anchor });
            Ok(frame.go(&to, "ok", "Svaret är sparat."))
        }
        Err(DeskError::Refused(refusal)) => {
            let all = said.alla.is_some();
            let typed = Typed {
                rule: said.regel.clone(),
                sheet: if all { String::new() } else { said.blad.clone() },
                row: if all { "alla".to_owned() } else { said.rad.clone() },
                text: said.text.clone(),
                error: refusal.message,
            };
            let page = made(&app, &frame, &who, &it, &Shown::default(), typed).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, frame.show(&page)).into_response())
        }
        Err(error) => Err(error.into()),
    }
}
