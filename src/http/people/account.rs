//! The own account.
//!
//! Goes in: what somebody who is in wants changed. Comes out: the account as it then is.
//! Guaranteed: codes are shown once, on the page that answers the post; nobody meets another's sessions.

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::cookie::CookieJar;
use serde::Deserialize;

use super::sign_in::{CodesPage, SetUpPage};
use super::{refused, with_faults};
use crate::access::role::Act;
use crate::desk::people::Visitor;
use crate::http::App;
use crate::http::error::PageError;
use crate::http::frame::{Frame, Layout};
use crate::http::routes::{Route, get, post};
use crate::http::when::moment;
use crate::http::who::{Entering, cookie};
use crate::store::session::Method;

pub fn routes() -> Vec<Route> {
    vec![
        get("/konto", Act::OwnAccount, show),
        get("/konto/losenord", Act::OwnAccount, password),
        post("/konto/losenord", Act::OwnAccount, change_password),
        get("/konto/tvasteg", Act::OwnAccount, second_factor),
        post("/konto/tvasteg", Act::OwnAccount, replace_second_factor),
        get("/konto/reservkoder", Act::OwnAccount, codes),
        post("/konto/reservkoder", Act::OwnAccount, new_codes),
        post("/konto/inloggningar/avsluta", Act::OwnAccount, end_others),
        post("/konto/inloggningar/{id}/avsluta", Act::OwnAccount, end_one),
    ]
}

type Errors = Vec<(&'static str, String)>;

#[derive(Template)]
#[template(path = "pages/people/account.html")]
struct AccountPage {
    layout: Layout,
    name: String,
    mail: String,
    demo: bool,
    /// Signs in through the organisation.
    outside: bool,
    codes_left: usize,
    sessions: Vec<Row>,
}

struct Row {
    id: String,
    agent: String,
    since: String,
    seen: String,
    own: bool,
}

#[derive(Template)]
#[template(path = "pages/people/change-password.html")]
struct PasswordPage {
    layout: Layout,
    errors: Errors,
    mail: String,
}

#[derive(Template)]
#[template(path = "pages/people/new-codes.html")]
struct NewCodesPage {
    layout: Layout,
    errors: Errors,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    nu: String,
    losenord: String,
    igen: String,
    nyckel: String,
    kod: String,
}

async fn show(State(app): State<App>, frame: Frame, Entering(session): Entering) -> Result<Response, PageError> {
    let account = app.people.account(&session).await?;
    let sessions = account.sessions.into_iter().map(|it| Row {
        own: it.key_hash == session.key_hash,
        agent: if it.agent.is_empty() { "Okänd webbläsare".to_owned() } else { it.agent },
        since: moment(it.created_at),
        seen: moment(it.seen_at),
        id: it.key_hash,
    });
    Ok(frame.show(&AccountPage {
        layout: frame.layout("Ditt konto"),
        name: account.name,
        mail: account.mail,
        demo: session.method() == Method::Demo,
        outside: session.method() == Method::Oidc || !account.has_password,
        codes_left: account.codes_left,
        sessions: sessions.collect(),
    }))
}

fn password_page(frame: &Frame, mail: &str, errors: Errors) -> Response {
    frame.show(&PasswordPage { layout: frame.layout("Byt lösenord"), errors, mail: mail.to_owned() })
}

async fn password(frame: Frame, Entering(session): Entering) -> Response {
    password_page(&frame, &session.mail, Vec::new())
}

async fn change_password(
    State(app): State<App>,
    frame: Frame,
    visitor: Visitor,
    Entering(session): Entering,
    jar: CookieJar,
    Form(typed): Form<Typed>,
) -> Result<Response, PageError> {
    let fault = if typed.losenord == typed.igen {
        let words = (typed.nu.as_str(), typed.losenord.as_str());
        match refused(app.people.change_password(&session, words, &visitor, app.now()).await)? {
            Ok(entered) => {
                let said = "Lösenordet är bytt. Du är utloggad på alla andra enheter.";
                return Ok((jar.add(cookie(&app, &entered.key)), frame.go("/konto", "ok", said)).into_response());
            }
            // Which of the two fields it is about.
            Err(it) if it.message.starts_with("Lösenordet du har nu") => ("nu", it.message),
            Err(it) => ("losenord", it.message),
        }
    } else {
        ("igen", "Lösenorden är inte lika. Skriv samma lösenord två gånger.".to_owned())
    };
    Ok(with_faults(password_page(&frame, &session.mail, vec![fault])))
}

async fn second_factor(frame: Frame, Entering(session): Entering) -> Result<Response, PageError> {
    Ok(frame.show(&SetUpPage::new(&frame, &session.mail, None, true, Vec::new())?))
}

async fn replace_second_factor(
    State(app): State<App>,
    frame: Frame,
    visitor: Visitor,
    Entering(session): Entering,
    Form(typed): Form<Typed>,
) -> Result<Response, PageError> {
    let (key, code) = (typed.nyckel.as_str(), typed.kod.as_str());
    let done = app.people.replace_second_factor(&session, &typed.losenord, (key, code), &visitor, app.now()).await;
    match refused(done)? {
        Ok(codes) => Ok(frame.show(&CodesPage::new(&frame, "Den nya telefonen är kopplad", &codes, "/konto"))),
        Err(refusal) => {
            let field = if refusal.message.starts_with("Koden") { "kod" } else { "losenord" };
            let page = SetUpPage::new(&frame, &session.mail, Some(key), true, vec![(field, refusal.message)])?;
            Ok(with_faults(frame.show(&page)))
        }
    }
}

async fn codes(frame: Frame) -> Response {
    frame.show(&NewCodesPage { layout: frame.layout("Nya reservkoder"), errors: Vec::new() })
}

async fn new_codes(
    State(app): State<App>,
    frame: Frame,
    visitor: Visitor,
    Entering(session): Entering,
    Form(typed): Form<Typed>,
) -> Result<Response, PageError> {
    match refused(app.people.new_recovery_codes(&session, &typed.losenord, &visitor, app.now()).await)? {
        Ok(codes) => Ok(frame.show(&CodesPage::new(&frame, "Du har tio nya reservkoder", &codes, "/konto"))),
        Err(refusal) => {
            let errors = vec![("losenord", refusal.message)];
            Ok(with_faults(frame.show(&NewCodesPage { layout: frame.layout("Nya reservkoder"), errors })))
        }
    }
}

async fn end_one(
    State(app): State<App>,
    frame: Frame,
    Entering(session): Entering,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    app.people.end_session(&session, &id, app.now()).await?;
    Ok(frame.go("/konto", "ok", "Inloggningen är avslutad."))
}

async fn end_others(State(app): State<App>, frame: Frame, Entering(session): Entering) -> Result<Response, PageError> {
    app.people.end_other_sessions(&session, app.now()).await?;
    Ok(frame.go("/konto", "ok", "Du är utloggad på alla andra enheter."))
}
