//! What somebody had typed when their session ended: kept, shown after the next sign-in, sent or thrown away.
//!
//! Goes in: a form that came without a session that is still good. Comes out: the same form, to be sent again.
//! Guaranteed: nothing is sent without its person looking at it; forms with passwords are not kept.

use askama::Template;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::{Cookie, CookieJar};

use super::{DRAFT, gone, key_in, small};
use crate::access::role::Act;
use crate::desk::people::draft::LONGEST;
use crate::http::App;
use crate::http::error::PageError;
use crate::http::frame::{Frame, Layout};
use crate::http::routes::{Route, get, post};
use crate::http::who::{Who, cookie_name};
use crate::store::session::Draft;

pub fn routes() -> Vec<Route> {
    vec![
        get("/utkast", Act::OwnAccount, show),
        post("/utkast/skicka", Act::OwnAccount, send),
        post("/utkast/bort", Act::OwnAccount, discard),
    ]
}

#[derive(Template)]
#[template(path = "pages/people/draft.html")]
struct DraftPage {
    layout: Layout,
    /// What a person wrote, without the form's own values.
    shown: Vec<String>,
    fields: Vec<(String, String)>,
}

/// Keeps the form of a request that came too late, if there is one worth keeping. Gives the cookie that finds it again.
pub async fn keep(app: &App, request: Request, act: Act) -> Option<Cookie<'static>> {
    // Forms of the account hold passwords; a file is still on the sender's own computer.
    let worth = !matches!(act, Act::Public | Act::SigningIn | Act::OwnAccount | Act::ManageApiKeys);
    let form =
        request.headers().get(header::CONTENT_TYPE)?.to_str().ok()?.starts_with("application/x-www-form-urlencoded");
    if !worth || !form {
        return None;
    }
    let old = key_in(&CookieJar::from_headers(request.headers()), cookie_name(app))?;
    let path = request.uri().path_and_query()?.as_str().to_owned();
    let body = to_bytes(request.into_body(), LONGEST).await.ok()?;
    let body = String::from_utf8(body.to_vec()).ok()?;
    match app.people.keep_draft(&old, &path, &body, app.now()).await {
        Ok(key) => Some(small(app, DRAFT, key?.text())),
        Err(error) => {
            tracing::warn!(%error, "what somebody had typed could not be kept");
            None
        }
    }
}

async fn found(app: &App, jar: &CookieJar, who: &Who) -> Result<Option<Draft>, PageError> {
    match key_in(jar, DRAFT) {
        Some(key) => Ok(app.people.draft(&key, &who.person).await?),
        None => Ok(None),
    }
}

async fn show(State(app): State<App>, frame: Frame, who: Who, jar: CookieJar) -> Result<Response, PageError> {
    let Some(draft) = found(&app, &jar, &who).await? else {
        return Ok((jar.add(gone(&app, DRAFT)), Redirect::to("/")).into_response());
    };
    let fields: Vec<(String, String)> = serde_html_form::from_str(&draft.body).unwrap_or_default();
    // Values of buttons, boxes and hidden fields are single words.
    let written = |it: &&(String, String)| it.1.split_whitespace().nth(1).is_some();
    let shown = fields.iter().filter(written).map(|it| it.1.clone()).collect();
    Ok(frame.show(&DraftPage { layout: frame.layout("Det du skrev finns kvar"), shown, fields }))
}

async fn drop_it(app: &App, jar: CookieJar) -> Result<CookieJar, PageError> {
    if let Some(key) = key_in(&jar, DRAFT) {
        app.people.drop_draft(&key).await?;
    }
    Ok(jar.add(gone(app, DRAFT)))
}

/// The browser sends the same form on to where it was going (307 keeps method and body).
async fn send(State(app): State<App>, who: Who, jar: CookieJar) -> Result<Response, PageError> {
    let Some(draft) = found(&app, &jar, &who).await? else { return Err(PageError::NotFound) };
    let jar = drop_it(&app, jar).await?;
    Ok((StatusCode::TEMPORARY_REDIRECT, jar, [(header::LOCATION, draft.path)]).into_response())
}

async fn discard(State(app): State<App>, frame: Frame, jar: CookieJar) -> Result<Response, PageError> {
    Ok((drop_it(&app, jar).await?, frame.go("/", "ok", "Det du skrev är borttaget.")).into_response())
}
