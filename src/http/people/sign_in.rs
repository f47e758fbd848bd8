//! Signing in, step by step, and out.
//!
//! Goes in: what was typed. Comes out: the next step, or the same with what was wrong.
//! Guaranteed: the step of the session decides which page is shown; in the end people are where they wanted to be, or at
//! what they had typed.

use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::CookieJar;
use serde::Deserialize;

use super::{BACK_TO, DRAFT, OUTSIDE, gone, key_in, own_path, refused, small, with_faults};
use crate::access::oidc::Callback;
use crate::access::recovery::RecoveryCode;
use crate::access::role::Act;
use crate::access::totp::TotpKey;
use crate::desk::people::{Entered, Visitor};
use crate::http::App;
use crate::http::error::PageError;
use crate::http::frame::{Frame, Layout};
use crate::http::routes::{Route, get, post};
use crate::http::who::{Entering, cookie, cookie_name};
use crate::store::session::Step;

pub fn routes() -> Vec<Route> {
    vec![
        get("/logga-in", Act::Public, show),
        post("/logga-in", Act::Public, sign_in),
        get("/logga-in/fortsatt", Act::SigningIn, go_on),
        get("/logga-in/kod", Act::SigningIn, code),
        post("/logga-in/kod", Act::SigningIn, give_code),
        post("/logga-in/reservkod", Act::SigningIn, give_recovery_code),
        get("/logga-in/tvasteg", Act::SigningIn, second_factor),
        post("/logga-in/tvasteg", Act::SigningIn, set_up),
        get("/logga-in/valj", Act::SigningIn, choices),
        post("/logga-in/valj", Act::SigningIn, choose),
        get("/byt-uppdrag", Act::OwnAccount, choices),
        get("/logga-in/extern", Act::Public, go_outside),
        get("/logga-in/oidc/svar", Act::Public, back_from_outside),
        post("/logga-ut", Act::SigningIn, sign_out),
    ]
}

type Errors = Vec<(&'static str, String)>;

#[derive(Template)]
#[template(path = "pages/people/sign-in.html")]
struct SignInPage {
    layout: Layout,
    errors: Errors,
    mail: String,
    till: String,
    outside: bool,
    outside_href: String,
}

#[derive(Template)]
#[template(path = "pages/people/code.html")]
struct CodePage {
    layout: Layout,
    errors: Errors,
    recovery: bool,
}

/// The page where the second factor is set up.
#[derive(Template)]
#[template(path = "pages/people/set-up.html")]
pub struct SetUpPage {
    layout: Layout,
    errors: Errors,
    /// For a new telephone, with the password once more.
    again: bool,
    picture: String,
    readable: String,
    key: String,
}

/// The page of recovery codes, shown once.
#[derive(Template)]
#[template(path = "pages/people/codes.html")]
pub struct CodesPage {
    layout: Layout,
    done: &'static str,
    codes: Vec<String>,
    next: &'static str,
}

#[derive(Template)]
#[template(path = "pages/people/choose.html")]
struct ChoosePage {
    layout: Layout,
    choices: Vec<Choice>,
}

struct Choice {
    id: String,
    role: String,
    namnd: String,
}

impl SetUpPage {
    /// With the key it already had, or a new one.
    pub fn new(frame: &Frame, mail: &str, kept: Option<&str>, again: bool, errors: Errors) -> Result<Self, PageError> {
        let key = match kept.and_then(TotpKey::from_base32) {
            Some(key) => key,
            None => TotpKey::new()?,
        };
        let title = if again { "Byt telefon" } else { "Sätt upp tvåstegsinloggning" };
        Ok(Self {
            layout: frame.layout(title),
            errors,
            again,
            picture: key.picture("Kvartal", mail).unwrap_or_default(),
            readable: key.readable(),
            key: key.base32(),
        })
    }
}

impl CodesPage {
    pub fn new(frame: &Frame, done: &'static str, codes: &[RecoveryCode], next: &'static str) -> Self {
        let codes = codes.iter().map(|it| it.text().to_owned()).collect();
        Self { layout: frame.layout("Spara dina reservkoder"), done, codes, next }
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    till: String,
}

async fn show(State(app): State<App>, frame: Frame, Query(asked): Query<Asked>) -> Result<Response, PageError> {
    if frame.who.is_some() {
        return Ok(Redirect::to(own_path(&asked.till).unwrap_or("/")).into_response());
    }
    Ok(frame.show(&page(&app, &frame, (String::new(), asked.till), Vec::new())))
}

fn page(app: &App, frame: &Frame, (mail, till): (String, String), errors: Errors) -> SignInPage {
    let till = own_path(&till).unwrap_or_default().to_owned();
    let query = serde_html_form::to_string([("till", till.as_str())]).unwrap_or_default();
    SignInPage {
        layout: frame.layout("Logga in"),
        errors,
        mail,
        till,
        outside: app.people.has_provider(),
        outside_href: format!("/logga-in/extern?{query}"),
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    epost: String,
    losenord: String,
    till: String,
}

async fn sign_in(
    State(app): State<App>,
    frame: Frame,
    visitor: Visitor,
    jar: CookieJar,
    Form(typed): Form<Typed>,
) -> Result<Response, PageError> {
    match refused(app.people.sign_in(&typed.epost, &typed.losenord, &visitor, app.now()).await)? {
        Ok(entered) => {
            let jar = jar.add(small(&app, BACK_TO, own_path(&typed.till).unwrap_or_default()));
            lead(&app, jar, &entered).await
        }
        Err(refusal) => {
            let errors = vec![("epost", refusal.message)];
            Ok(with_faults(frame.show(&page(&app, &frame, (typed.epost, typed.till), errors))))
        }
    }
}

/// Hands out the key of a step and leads to the next.
async fn lead(app: &App, jar: CookieJar, entered: &Entered) -> Result<Response, PageError> {
    let jar = jar.add(cookie(app, &entered.key));
    if entered.step != Step::In {
        return Ok((jar, Redirect::to("/logga-in/fortsatt")).into_response());
    }
    let session = app.people.store.session(&entered.key.hash()).await?;
    let person = session.map(|it| it.person_id).unwrap_or_default();
    land(app, jar, &person).await
}

/// Somebody is in: to what they had typed, to where they were going, or to the start.
async fn land(app: &App, jar: CookieJar, person: &str) -> Result<Response, PageError> {
    let typed = match key_in(&jar, DRAFT) {
        Some(key) => app.people.draft(&key, person).await?.is_some(),
        None => false,
    };
    let wanted = jar.get(BACK_TO).and_then(|it| own_path(it.value())).unwrap_or("/").to_owned();
    let jar = jar.add(gone(app, BACK_TO));
    if typed {
        return Ok((jar, Redirect::to("/utkast")).into_response());
    }
    Ok((jar, Redirect::to(&wanted)).into_response())
}

async fn go_on(State(app): State<App>, jar: CookieJar, Entering(session): Entering) -> Result<Response, PageError> {
    let to = match session.step() {
        Step::SecondFactor => "/logga-in/kod",
        Step::SetUp => "/logga-in/tvasteg",
        Step::Choose => "/logga-in/valj",
        Step::In if session.role.is_some() => return land(&app, jar, &session.person_id).await,
        Step::In => {
            // What this session was has ended: begin anew.
            app.people.sign_out(&session, app.now()).await?;
            return Ok((jar.add(gone(&app, cookie_name(&app))), Redirect::to("/logga-in")).into_response());
        }
    };
    Ok(Redirect::to(to).into_response())
}

/// A page of another step than the session's.
fn astray() -> Response {
    Redirect::to("/logga-in/fortsatt").into_response()
}

fn code_page(frame: &Frame, errors: Errors, recovery: bool) -> Response {
    frame.show(&CodePage { layout: frame.layout("Skriv koden"), errors, recovery })
}

async fn code(frame: Frame, Entering(session): Entering) -> Response {
    if session.step() == Step::SecondFactor { code_page(&frame, Vec::new(), false) } else { astray() }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Codes {
    kod: String,
    reservkod: String,
    nyckel: String,
    behorighet: String,
}

async fn give_code(
    State(app): State<App>,
    frame: Frame,
    visitor: Visitor,
    Entering(session): Entering,
    jar: CookieJar,
    Form(typed): Form<Codes>,
) -> Result<Response, PageError> {
    if session.step() != Step::SecondFactor {
        return Ok(astray());
    }
    match refused(app.people.give_code(&session, &typed.kod, &visitor, app.now()).await)? {
        Ok(entered) => lead(&app, jar, &entered).await,
        Err(refusal) => Ok(with_faults(code_page(&frame, vec![("kod", refusal.message)], false))),
    }
}

async fn give_recovery_code(
    State(app): State<App>,
    frame: Frame,
    visitor: Visitor,
    Entering(session): Entering,
    jar: CookieJar,
    Form(typed): Form<Codes>,
) -> Result<Response, PageError> {
    if session.step() != Step::SecondFactor {
        return Ok(astray());
    }
    match refused(app.people.give_recovery_code(&session, &typed.reservkod, &visitor, app.now()).await)? {
        Ok((entered, _)) => lead(&app, jar, &entered).await,
        Err(refusal) => Ok(with_faults(code_page(&frame, vec![("reservkod", refusal.message)], true))),
    }
}

async fn second_factor(frame: Frame, Entering(session): Entering) -> Result<Response, PageError> {
    if session.step() != Step::SetUp {
        return Ok(astray());
    }
    Ok(frame.show(&SetUpPage::new(&frame, &session.mail, None, false, Vec::new())?))
}

async fn set_up(
    State(app): State<App>,
    frame: Frame,
    visitor: Visitor,
    Entering(session): Entering,
    jar: CookieJar,
    Form(typed): Form<Codes>,
) -> Result<Response, PageError> {
    if session.step() != Step::SetUp {
        return Ok(astray());
    }
    match refused(app.people.set_up(&session, &typed.nyckel, &typed.kod, &visitor, app.now()).await)? {
        Ok(done) => {
            let jar = jar.add(cookie(&app, &done.entered.key));
            let page = CodesPage::new(&frame, "Tvåstegsinloggningen är på", &done.codes, "/logga-in/fortsatt");
            Ok((jar, frame.show(&page)).into_response())
        }
        Err(refusal) => {
            let errors = vec![("kod", refusal.message)];
            // The same key again: the app has it already.
            let page = SetUpPage::new(&frame, &session.mail, Some(&typed.nyckel), false, errors)?;
            Ok(with_faults(frame.show(&page)))
        }
    }
}

async fn choices(State(app): State<App>, frame: Frame, Entering(session): Entering) -> Result<Response, PageError> {
    if !matches!(session.step(), Step::Choose | Step::In) {
        return Ok(astray());
    }
    let all = app.people.choices(&session).await?;
    let choices = all.into_iter().map(|it| Choice {
        role: it.in_words(),
        namnd: format!("{}, {}", it.namnd, it.kommun),
        id: it.id,
    });
    Ok(frame.show(&ChoosePage { layout: frame.layout("Välj uppdrag"), choices: choices.collect() }))
}

async fn choose(
    State(app): State<App>,
    Entering(session): Entering,
    jar: CookieJar,
    Form(typed): Form<Codes>,
) -> Result<Response, PageError> {
    let entered = app.people.choose(&session, &typed.behorighet, app.now()).await?;
    lead(&app, jar, &entered).await
}

async fn go_outside(
    State(app): State<App>,
    frame: Frame,
    visitor: Visitor,
    jar: CookieJar,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    match refused(app.people.go_to_provider(&visitor, app.now()).await)? {
        Ok((url, key)) => {
            let jar = jar.add(small(&app, OUTSIDE, key.text()));
            let jar = jar.add(small(&app, BACK_TO, own_path(&asked.till).unwrap_or_default()));
            Ok((jar, Redirect::to(&url)).into_response())
        }
        Err(refusal) => {
            let errors = vec![("epost", refusal.message)];
            Ok(with_faults(frame.show(&page(&app, &frame, (String::new(), asked.till), errors))))
        }
    }
}

async fn back_from_outside(
    State(app): State<App>,
    frame: Frame,
    visitor: Visitor,
    jar: CookieJar,
    Query(callback): Query<Callback>,
) -> Result<Response, PageError> {
    let key = key_in(&jar, OUTSIDE);
    let jar = jar.add(gone(&app, OUTSIDE));
    match refused(app.people.back_from_provider(key.as_ref(), callback, &visitor, app.now()).await)? {
        Ok(entered) => lead(&app, jar, &entered).await,
        Err(refusal) => {
            let errors = vec![("epost", refusal.message)];
            let shown = frame.show(&page(&app, &frame, (String::new(), String::new()), errors));
            Ok((jar, with_faults(shown)).into_response())
        }
    }
}

async fn sign_out(
    State(app): State<App>,
    frame: Frame,
    Entering(session): Entering,
    jar: CookieJar,
) -> Result<Response, PageError> {
    app.people.sign_out(&session, app.now()).await?;
    let jar = jar.add(gone(&app, cookie_name(&app))).add(gone(&app, BACK_TO)).add(gone(&app, DRAFT));
    let to = if app.settings.demo { "/prova" } else { "/logga-in" };
    let said = if frame.who.is_some() { "Du är utloggad." } else { "Inloggningen avbröts." };
    Ok((jar, frame.go(to, "ok", said)).into_response())
}
