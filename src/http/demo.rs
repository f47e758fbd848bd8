//! The sample kommun: sign in as any of its people with one click.
//!
//! Goes in: a membership of the sample database. Comes out: a session. Guaranteed: none of this exists unless the program
//! was started with `kvartal demo`.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::CookieJar;

use super::App;
use super::error::PageError;
use super::frame::{Frame, Layout};
use super::routes::{Route, get, post};
use super::who::cookie;
use crate::access::key::Key;
use crate::access::role::{Act, Role};
use crate::store::session::{Method, NewSession, Step};

pub fn routes() -> Vec<Route> {
    vec![get("/prova", Act::Public, choose), post("/prova/{membership}", Act::Public, enter)]
}

#[derive(Template)]
#[template(path = "pages/try.html")]
struct TryPage {
    layout: Layout,
    groups: Vec<(String, Vec<Choice>)>,
}

struct Choice {
    membership: String,
    name: String,
    role: String,
}

async fn choose(State(app): State<App>, frame: Frame) -> Result<Response, PageError> {
    if !app.settings.demo {
        return Err(PageError::NotFound);
    }
    let mut groups = Vec::new();
    for namnd in app.desk.store.namnder().await? {
        let utforare = app.desk.store.utforare(&namnd.id).await?;
        let mut choices = Vec::new();
        for it in app.desk.store.memberships_of_namnd(&namnd.id).await? {
            let Some(person) = app.desk.store.person(&it.person_id).await? else { continue };
            let role = Role::from_key(&it.role).map_or("", Role::swedish);
            let of = utforare.iter().find(|own| Some(&own.id) == it.utforare_id.as_ref());
            let role = of.map_or_else(|| role.to_owned(), |of| format!("{role}, {}", of.namn));
            choices.push(Choice { membership: it.id, name: person.name, role });
        }
        groups.push((format!("{}, {}", namnd.namn, namnd.kommun), choices));
    }
    Ok(frame.show(&TryPage { layout: frame.layout("Prova Kvartal"), groups }))
}

async fn enter(State(app): State<App>, Path(membership): Path<String>) -> Result<Response, PageError> {
    if !app.settings.demo {
        return Err(PageError::NotFound);
    }
    let found = app.desk.store.membership(&membership).await?.ok_or(PageError::NotFound)?;
    let key = Key::new()?;
    let mut tx = app.desk.store.begin().await?;
    let new = NewSession {
        key_hash: &key.hash(),
        person: &found.person_id,
        membership: Some(&membership),
        step: Step::In.key(),
        method: Method::Demo.key(),
        agent: "",
        since: app.now(),
    };
    tx.add_session(new, app.now()).await?;
    tx.commit().await?;
    Ok((CookieJar::new().add(cookie(&app, &key)), Redirect::to("/")).into_response())
}
