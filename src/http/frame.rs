//! The frame around every page: who reads, where they can go, what just happened.
//!
//! Goes in: a request. Comes out: [`Frame`], which turns a template into an answer.
//! Guaranteed: a message that was shown once is not shown again; every page has the same head, menu and foot.

use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use super::App;
use super::error::PageError;
use super::who::Who;
use crate::access::role::{Act, allows};
use crate::model::Quarter;
use crate::store::round::RoundRow;

/// Carries one message over a redirect.
const FLASH: &str = "kvartal-besked";

/// What the base template shows; `web/pages/base.html` says what each field is.
#[derive(Debug, Clone, Default)]
pub struct Layout {
    pub title: String,
    pub kommun: String,
    pub namnd: String,
    pub quarter: String,
    pub quarters: Vec<Link>,
    pub nav: Vec<Link>,
    pub person: String,
    pub role: String,
    pub several: bool,
    pub flash: Vec<Flash>,
    pub version: &'static str,
}

/// A link of a menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub href: String,
    pub label: String,
    pub current: bool,
}

/// A message: `ok`, `info`, `varning` or `fel`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flash {
    pub kind: String,
    pub text: String,
}

/// Everything a page needs to know about its reader.
pub struct Frame {
    pub app: App,
    /// `None` on pages for those who are not in.
    pub who: Option<Who>,
    path: String,
    flash: Option<Flash>,
    rounds: Vec<RoundRow>,
}

impl Frame {
    /// A frame that knows nobody, for when the database is away.
    pub fn bare(app: &App) -> Self {
        Self { app: app.clone(), who: None, path: String::new(), flash: None, rounds: Vec::new() }
    }

    /// The rounds of the nämnd, newest first.
    pub fn rounds(&self) -> &[RoundRow] {
        &self.rounds
    }

    /// The quarter to show when the address names none: the newest that has opened, else the newest.
    pub fn quarter_now(&self) -> Option<&RoundRow> {
        let today = self.app.today();
        self.rounds.iter().find(|it| it.opens <= today).or(self.rounds.first())
    }

    /// The round an address names.
    ///
    /// # Errors
    ///
    /// Not found.
    pub fn round(&self, kvartal: &str) -> Result<&RoundRow, PageError> {
        self.rounds.iter().find(|it| it.kvartal == kvartal).ok_or(PageError::NotFound)
    }

    /// The layout of a page. Pages of a quarter have addresses under `/kvartal/…`.
    pub fn layout(&self, title: impl Into<String>) -> Layout {
        let mut layout = Layout { title: title.into(), version: env!("CARGO_PKG_VERSION"), ..Layout::default() };
        layout.flash.extend(self.flash.clone());
        let Some(who) = &self.who else { return layout };
        layout.kommun.clone_from(&who.kommun);
        layout.namnd.clone_from(&who.namnd);
        layout.person.clone_from(&who.name);
        layout.role = who.role_in_words();
        layout.several = who.several;
        let named = self.path.strip_prefix("/kvartal/").and_then(|it| it.split('/').next());
        let shown = self.rounds.iter().find(|it| Some(it.kvartal.as_str()) == named).or(self.quarter_now());
        layout.nav = self.nav(who, shown);
        if allows(who.role, Act::SeeBoard)
            && let Some(shown) = shown
        {
            layout.quarter = in_words(&shown.kvartal);
            let rest = self.path.strip_prefix(&format!("/kvartal/{}", shown.kvartal)).unwrap_or_default();
            layout.quarters = self
                .rounds
                .iter()
                .map(|it| Link {
                    href: format!("/kvartal/{}{rest}", it.kvartal),
                    label: in_words(&it.kvartal),
                    current: it.kvartal == shown.kvartal,
                })
                .collect();
        }
        layout
    }

    fn nav(&self, who: &Who, shown: Option<&RoundRow>) -> Vec<Link> {
        let kvartal = shown.map_or_else(String::new, |it| it.kvartal.clone());
        let own_work = if who.utforare.is_some() { "Era uppdrag" } else { "" };
        let all = [
            (Act::HandIn, "/uppdrag".to_owned(), own_work),
            (Act::HandIn, "/tidigare".to_owned(), "Tidigare kvartal"),
            (Act::SeeBoard, format!("/kvartal/{kvartal}"), "Översikt"),
            (Act::SeeReport, format!("/kvartal/{kvartal}/rapport"), "Rapport"),
            (Act::SeeReport, format!("/kvartal/{kvartal}/handlingar"), "Handlingar"),
            (Act::SeeBoard, "/utforare".to_owned(), "Utförare"),
            (Act::SeeRules, "/regler".to_owned(), "Regler"),
            (Act::ManageCalendar, "/kalender".to_owned(), "Kalender"),
            (Act::ManageUtforareUsers, "/anvandare".to_owned(), "Användare"),
            (Act::ManageApiKeys, "/nycklar".to_owned(), "API-nycklar"),
            (Act::SeeEvents, "/handelser".to_owned(), "Händelselogg"),
            (Act::SeeHealth, "/drift".to_owned(), "Drift"),
        ];
        // The longest address that the path begins with is the current one: the report lies below the board.
        let mut links: Vec<Link> = all
            .into_iter()
            .filter(|(act, href, label)| {
                allows(who.role, *act) && !label.is_empty() && (!kvartal.is_empty() || !href.starts_with("/kvartal"))
            })
            .map(|(_, href, label)| Link { href, label: label.to_owned(), current: false })
            .collect();
        let below = |href: &str| self.path == href || (href != "/" && self.path.starts_with(&format!("{href}/")));
        if let Some(best) = links.iter_mut().filter(|it| below(&it.href)).max_by_key(|it| it.href.len()) {
            best.current = true;
        }
        links
    }

    /// The page.
    pub fn show(&self, page: &impl Template) -> Response {
        match page.render() {
            Ok(html) => {
                if self.flash.is_none() {
                    return Html(html).into_response();
                }
                let mut shown = Cookie::build((FLASH, "")).path("/").build();
                shown.make_removal();
                (CookieJar::new().add(shown), Html(html)).into_response()
            }
            Err(error) => PageError::Failed(error.to_string()).into_response(),
        }
    }

    /// A page with a form on it: as it was asked for, or with what was refused.
    pub fn show_form(&self, page: &impl Template, refused: bool) -> Response {
        let mut response = self.show(page);
        if refused {
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        }
        response
    }

    /// Leads to another page, with a message there.
    pub fn go(&self, to: &str, kind: &str, text: impl Into<String>) -> Response {
        let text = BASE64_URL_SAFE_NO_PAD.encode(format!("{kind}|{}", text.into()));
        let flash = Cookie::build((FLASH, text))
            .path("/")
            .http_only(true)
            .secure(self.app.is_secure())
            .same_site(SameSite::Lax)
            .build();
        (CookieJar::new().add(flash), Redirect::to(to)).into_response()
    }
}

/// ”Kvartal 4 2023”
pub fn in_words(kvartal: &str) -> String {
    let quarter: Option<Quarter> = kvartal.parse().ok();
    quarter.map_or_else(|| kvartal.to_owned(), |it| upper_first(&it.in_words()))
}

fn upper_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn flash_of(jar: &CookieJar) -> Option<Flash> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(jar.get(FLASH)?.value()).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (kind, text) = text.split_once('|')?;
    let known = ["ok", "info", "varning", "fel"].contains(&kind);
    known.then(|| Flash { kind: kind.to_owned(), text: text.to_owned() })
}

impl FromRequestParts<App> for Frame {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, PageError> {
        let who = parts.extensions.get::<Who>().cloned();
        let rounds = match &who {
            Some(who) => app.desk.store.rounds(&who.namnd_id).await?,
            None => Vec::new(),
        };
        let flash = flash_of(&CookieJar::from_headers(&parts.headers));
        Ok(Self { app: app.clone(), who, path: parts.uri.path().to_owned(), flash, rounds })
    }
}

/// The page of an error.
#[derive(Template)]
#[template(path = "pages/error.html")]
pub struct ErrorPage {
    pub layout: Layout,
    pub title: String,
    pub text: String,
    pub details: Vec<String>,
}
