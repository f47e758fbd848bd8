//! A forgotten password, and choosing one by a link.
//!
//! Goes in: an address, or the key of a link. Comes out: the same page whoever asked; or the next step of signing in.
//! Guaranteed: looking at a link does not use it up.

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::CookieJar;
use serde::Deserialize;

use super::{refused, with_faults};
use crate::access::role::Act;
use crate::desk::people::Visitor;
use crate::desk::people::links::Linked;
use crate::http::App;
use crate::http::error::PageError;
use crate::http::frame::{Frame, Layout};
use crate::http::routes::{Route, get, post};
use crate::http::who::cookie;
use crate::model::mail::is_address;
use crate::store::session::Purpose;

pub fn routes() -> Vec<Route> {
    vec![
        get("/glomt-losenord", Act::Public, forgotten),
        post("/glomt-losenord", Act::Public, ask),
        get("/valj-losenord/{nyckel}", Act::Public, show),
        post("/valj-losenord/{nyckel}", Act::Public, choose),
    ]
}

#[derive(Template)]
#[template(path = "pages/people/forgotten.html")]
struct ForgottenPage {
    layout: Layout,
    errors: Vec<(&'static str, String)>,
    typed: String,
    sent: bool,
}

#[derive(Template)]
#[template(path = "pages/people/choose-password.html")]
struct ChoosePage {
    layout: Layout,
    errors: Vec<(&'static str, String)>,
    invited: bool,
    mail: String,
    name: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    epost: String,
    losenord: String,
    igen: String,
}

async fn forgotten(frame: Frame) -> Response {
    forgotten_page(&frame, String::new(), Vec::new())
}

async fn ask(
    State(app): State<App>,
    frame: Frame,
    visitor: Visitor,
    Form(typed): Form<Typed>,
) -> Result<Response, PageError> {
    // Says nothing about whether there is an account: only what cannot be an address is refused.
    if !is_address(typed.epost.trim()) {
        let error = ("epost", "Skriv din e-postadress, till exempel namn@exempel.se.".to_owned());
        return Ok(with_faults(forgotten_page(&frame, typed.epost, vec![error])));
    }
    app.people.ask_reset(&typed.epost, &visitor, app.now()).await?;
    let layout = frame.layout("Titta i din e-post");
    Ok(frame.show(&ForgottenPage { layout, errors: Vec::new(), typed: String::new(), sent: true }))
}

fn forgotten_page(frame: &Frame, typed: String, errors: Vec<(&'static str, String)>) -> Response {
    frame.show(&ForgottenPage { layout: frame.layout("Glömt lösenordet"), errors, typed, sent: false })
}

fn page(frame: &Frame, linked: Linked, errors: Vec<(&'static str, String)>) -> ChoosePage {
    ChoosePage {
        layout: frame.layout("Välj lösenord"),
        errors,
        invited: linked.purpose == Purpose::Invitation,
        mail: linked.mail,
        name: linked.name,
    }
}

async fn show(State(app): State<App>, frame: Frame, Path(key): Path<String>) -> Result<Response, PageError> {
    match refused(app.people.linked(&key, app.now()).await)? {
        Ok(linked) => Ok(frame.show(&page(&frame, linked, Vec::new()))),
        Err(refusal) => Ok(frame.go("/glomt-losenord", "fel", refusal.message)),
    }
}

async fn choose(
    State(app): State<App>,
    frame: Frame,
    visitor: Visitor,
    Path(key): Path<String>,
    jar: CookieJar,
    Form(typed): Form<Typed>,
) -> Result<Response, PageError> {
    let now = app.now();
    let linked = match refused(app.people.linked(&key, now).await)? {
        Ok(linked) => linked,
        Err(refusal) => return Ok(frame.go("/glomt-losenord", "fel", refusal.message)),
    };
    let errors = if typed.losenord == typed.igen {
        match refused(app.people.choose_password(&key, &typed.losenord, &visitor, now).await)? {
            Ok(entered) => {
                let jar = jar.add(cookie(&app, &entered.key));
                return Ok((jar, Redirect::to("/logga-in/fortsatt")).into_response());
            }
            Err(refusal) => vec![("losenord", refusal.message)],
        }
    } else {
        vec![("igen", "Lösenorden är inte lika. Skriv samma lösenord två gånger.".to_owned())]
    };
    Ok(with_faults(frame.show(&page(&frame, linked, errors))))
}
