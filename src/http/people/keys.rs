//! Keys of machines.
//!
//! Goes in: a name and an utförare. Comes out: the key, on the page that answers the post and nowhere else.
//! Guaranteed: a list shows only how a key begins.

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;

use super::{day_in_words, refused, with_faults};
use crate::access::role::Act;
use crate::desk::people::users::By;
use crate::http::App;
use crate::http::error::PageError;
use crate::http::frame::{Frame, Layout};
use crate::http::routes::{Route, get, post};
use crate::http::who::Who;

pub fn routes() -> Vec<Route> {
    vec![
        get("/nycklar", Act::ManageApiKeys, list),
        post("/nycklar", Act::ManageApiKeys, create),
        post("/nycklar/{id}/aterkalla", Act::ManageApiKeys, revoke),
    ]
}

#[derive(Template)]
#[template(path = "pages/people/keys.html")]
struct KeysPage {
    layout: Layout,
    errors: Vec<(&'static str, String)>,
    /// Shown once.
    new_key: String,
    keys: Vec<Row>,
    name: String,
    utforare: Vec<(String, String, bool)>,
}

struct Row {
    id: String,
    name: String,
    utforare: String,
    hint: String,
    created: String,
    created_iso: String,
    used: String,
    used_iso: String,
    revoked: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    namn: String,
    utforare: String,
}

async fn page(app: &App, frame: &Frame, who: &Who, typed: Typed) -> Result<KeysPage, PageError> {
    let keys = app.people.store.api_keys(&who.namnd_id).await?.into_iter().map(|it| Row {
        created: day_in_words(it.created_at),
        created_iso: it.created_at.to_rfc3339(),
        used: it.last_used_at.map(day_in_words).unwrap_or_default(),
        used_iso: it.last_used_at.map(|it| it.to_rfc3339()).unwrap_or_default(),
        revoked: it.revoked_at.map(day_in_words).unwrap_or_default(),
        id: it.id,
        name: it.name,
        utforare: it.utforare,
        hint: it.hint,
    });
    let mut utforare = vec![(String::new(), "Välj utförare".to_owned(), typed.utforare.is_empty())];
    for it in app.people.store.utforare(&who.namnd_id).await?.into_iter().filter(|it| it.closed_at.is_none()) {
        let chosen = it.id == typed.utforare;
        utforare.push((it.id, it.namn, chosen));
    }
    Ok(KeysPage {
        layout: frame.layout("API-nycklar"),
        errors: Vec::new(),
        new_key: String::new(),
        keys: keys.collect(),
        name: typed.namn,
        utforare,
    })
}

async fn list(State(app): State<App>, frame: Frame, who: Who) -> Result<Response, PageError> {
    Ok(frame.show(&page(&app, &frame, &who, Typed::default()).await?))
}

async fn create(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Form(typed): Form<Typed>,
) -> Result<Response, PageError> {
    let made = app.people.add_api_key(&By::from(&who), &typed.utforare, &typed.namn, app.now()).await;
    match refused(made)? {
        Ok(key) => {
            let shown = page(&app, &frame, &who, Typed::default()).await?;
            Ok(frame.show(&KeysPage { new_key: key.text().to_owned(), ..shown }))
        }
        Err(refusal) => {
            let field = if refusal.message.starts_with("Välj") { "utforare" } else { "namn" };
            let shown = page(&app, &frame, &who, typed).await?;
            Ok(with_faults(frame.show(&KeysPage { errors: vec![(field, refusal.message)], ..shown })))
        }
    }
}

async fn revoke(State(app): State<App>, frame: Frame, who: Who, Path(id): Path<String>) -> Result<Response, PageError> {
    app.people.revoke_api_key(&By::from(&who), &id, app.now()).await?;
    Ok(frame.go("/nycklar", "ok", "Nyckeln är återkallad."))
}
