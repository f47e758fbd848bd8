//! Pages of people: signing in, the own account, who may sign in, keys of machines.
//!
//! Goes in: forms. Comes out: pages and sessions. Guaranteed: everything is decided in `desk::people`; what was typed is
//! shown again when something was wrong with it, but never a password.

mod account;
mod draft;
mod keys;
mod links;
mod sign_in;
mod users;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::StatusCode;
use axum::http::header::USER_AGENT;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use chrono::{DateTime, Utc};

use super::App;
use super::error::PageError;
use super::routes::Route;
use super::who::Who;
use crate::access::key::Key;
use crate::desk::people::Visitor;
use crate::desk::people::users::By;
use crate::desk::{DeskError, Refusal};
use crate::model::calendar::in_sweden;
use crate::render::print::date_in_words;

pub use draft::keep as keep_draft;

pub fn routes() -> Vec<Route> {
    let parts =
        [sign_in::routes(), links::routes(), account::routes(), users::routes(), keys::routes(), draft::routes()];
    parts.into_iter().flatten().collect()
}

/// Where to go when signed in.
const BACK_TO: &str = "kvartal-till";
/// What was typed when the session ended.
const DRAFT: &str = "kvartal-utkast";
/// Ties an answer of the identity provider to this browser.
const OUTSIDE: &str = "kvartal-extern";

/// A cookie of ours beside the session's.
fn small(app: &App, name: &'static str, value: &str) -> Cookie<'static> {
    let cookie = Cookie::build((name, value.to_owned())).path("/").http_only(true);
    cookie.secure(app.is_secure()).same_site(SameSite::Lax).build()
}

/// The same taken away.
fn gone(app: &App, name: &'static str) -> Cookie<'static> {
    // A name with the prefix of the host is only taken away over TLS too.
    let mut cookie = small(app, name, "");
    cookie.make_removal();
    cookie
}

/// The key in one of these cookies.
fn key_in(jar: &CookieJar, name: &str) -> Option<Key> {
    jar.get(name).and_then(|it| Key::from_outside(it.value()))
}

/// A page that says what was wrong with what was sent: not an ordinary one.
fn with_faults(mut page: Response) -> Response {
    *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    page
}

/// What is wrong with a field, for the page; empty when nothing is.
pub fn fault<'a>(errors: &'a [(&'static str, String)], field: &str) -> &'a str {
    errors.iter().find(|it| it.0 == field).map_or("", |it| it.1.as_str())
}

/// What was refused, to be shown on the page of the form; everything else is an error page.
fn refused<T>(outcome: Result<T, DeskError>) -> Result<Result<T, Refusal>, PageError> {
    match outcome {
        Ok(it) => Ok(Ok(it)),
        Err(DeskError::Refused(it)) => Ok(Err(it)),
        Err(other) => Err(other.into()),
    }
}

/// `10 januari 2024`
fn day_in_words(at: DateTime<Utc>) -> String {
    date_in_words(in_sweden(at).date_naive())
}

impl From<&Who> for By {
    fn from(who: &Who) -> Self {
        Self { actor: who.actor(), role: who.role, namnd: who.namnd_id.clone() }
    }
}

impl FromRequestParts<App> for Visitor {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        Ok(visitor(parts, app))
    }
}

/// Who asks, as far as the connection and the browser tell.
pub fn visitor(parts: &Parts, app: &App) -> Visitor {
    // The proxy puts the address it sees last; what stands before it anybody can have written.
    let forwarded = parts.headers.get_all("x-forwarded-for").iter().next_back();
    let told = forwarded.and_then(|it| it.to_str().ok()?.rsplit(',').next()?.trim().parse::<IpAddr>().ok());
    let seen = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|it| it.0.ip());
    let address = told.filter(|_| app.settings.behind_proxy).or(seen).unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
    let agent = parts.headers.get(USER_AGENT).and_then(|it| it.to_str().ok()).unwrap_or_default();
    Visitor { address, agent: agent_in_words(agent) }
}

/// ”Firefox på Windows”: enough to know one's own devices apart, and too little to know people apart.
fn agent_in_words(agent: &str) -> String {
    let first = |all: &[(&str, &'static str)]| all.iter().find(|it| agent.contains(it.0)).map(|it| it.1);
    // The order matters: most browsers also say that they are the others.
    let browser = first(&[
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("CriOS/", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = first(&[
        ("Windows", "Windows"),
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Mac OS", "Mac"),
        ("CrOS", "Chromebook"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} på {system}"),
        (Some(only), None) | (None, Some(only)) => only.to_owned(),
        (None, None) => "Okänd webbläsare".to_owned(),
    }
}

/// Only an address of our own is gone back to.
fn own_path(text: &str) -> Option<&str> {
    let plain = text.starts_with('/') && !text.starts_with("//") && !text.contains(['\\', '\n', '\r']);
    // Signing in again and again leads nowhere.
    let further = !text.starts_with("/logga-") && text != "/";
    (plain && further && text.len() <= 500 && text.is_ascii()).then_some(text)
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        PageError::Refused(self).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_named_as_its_owner_names_it() {
        for (agent, expected) in [
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox på Windows"),
            (
                "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0",
                "Edge på Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile Safari/604.1",
                "Safari på iPhone",
            ),
            (
                "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36",
                "Chrome på Android",
            ),
            ("curl/8.5.0", "Okänd webbläsare"),
            ("", "Okänd webbläsare"),
        ] {
            assert_eq!(agent_in_words(agent), expected, "{agent}");
        }
    }

    #[test]
    fn nobody_is_led_to_another_site_after_signing_in() {
        for (text, own) in [
            ("/kvartal/2023-Q4?lage=vantar", true),
            ("/inlamning/1#rad-3", true),
            ("/", false),
            ("/logga-in", false),
            ("/logga-ut", false),
            ("//ond.example", false),
            ("/\\ond.example", false),
            ("https://ond.example", false),
            ("javascript:alert(1)", false),
            ("/a\r\nSet-Cookie: a=b", false),
            ("", false),
        ] {
            assert_eq!(own_path(text).is_some(), own, "{text}");
        }
    }
}
