//! Who asks: the session behind the cookie, with person, role and nämnd.
//!
//! Goes in: a request's cookies. Comes out: [`Who`] for somebody who is in, [`Entering`] for somebody on the way in.
//! Guaranteed: handlers get these only from the guard, which has asked the table; a session that has been idle too long or
//! lives too long is over.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use chrono::{DateTime, TimeDelta, Utc};

use super::error::PageError;
use super::{App, app};
use crate::access::key::Key;
use crate::access::role::{Reach, Role};
use crate::store::filing::Filing;
use crate::store::session::Session;
use crate::store::{Actor, StoreError};

/// The cookie of the session. With TLS it carries the prefix that browsers hold to the host.
pub fn cookie_name(app: &App) -> &'static str {
    if app.is_secure() { "__Host-kvartal" } else { "kvartal" }
}

/// Nobody works on for longer than this without signing in again.
const LONGEST: TimeDelta = TimeDelta::hours(12);
/// The session is written as seen at most this often.
const SEEN_EVERY: TimeDelta = TimeDelta::minutes(1);

/// How long a session may be left alone. An utförare fills in a sheet beside; the nämnd's people see many persons' cases.
const fn idle(role: Option<Role>) -> TimeDelta {
    match role {
        Some(Role::Utforare) => TimeDelta::minutes(60),
        _ => TimeDelta::minutes(30),
    }
}

/// Somebody signed in, with the membership they act under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    pub person: String,
    pub name: String,
    pub mail: String,
    pub role: Role,
    pub membership: String,
    pub namnd_id: String,
    pub kommun: String,
    pub namnd: String,
    /// Set when and only when the role is utförare.
    pub utforare: Option<(String, String)>,
    /// More than one membership to choose from.
    pub several: bool,
    /// Hash of the session's key.
    pub session: String,
}

impl Who {
    pub fn actor(&self) -> Actor {
        Actor::new(&self.person, &self.name)
    }

    /// ”Handläggare”, or ”Utförare, Almvik Omvårdnad AB”.
    pub fn role_in_words(&self) -> String {
        match &self.utforare {
            Some((_, name)) => format!("{}, {name}", self.role.swedish()),
            None => self.role.swedish().to_owned(),
        }
    }

    /// The filing, when this person may meet it; otherwise it does not exist.
    ///
    /// # Errors
    ///
    /// [`PageError`] not found, or the database failed.
    pub async fn filing(&self, app: &App, id: &str) -> Result<Filing, PageError> {
        let owner = app.desk.store.owner_of_filing(id).await?.ok_or(PageError::NotFound)?;
        let reaches = match self.role.reach() {
            Reach::OwnUtforare => self.utforare.as_ref().is_some_and(|it| it.0 == owner.utforare_id),
            Reach::Namnd => true,
            Reach::None => false,
        };
        if owner.namnd_id != self.namnd_id || !reaches {
            return Err(PageError::NotFound);
        }
        app.desk.store.filing(id).await?.ok_or(PageError::NotFound)
    }
}

/// Somebody whose password or IdP has been accepted, but who is not in yet.
#[derive(Debug, Clone)]
pub struct Entering(pub Session);

/// The session of a request, if it has one that is still good.
///
/// # Errors
///
/// The database failed.
pub async fn session(app: &App, jar: &CookieJar) -> Result<Option<Session>, StoreError> {
    let Some(key) = jar.get(cookie_name(app)).and_then(|it| Key::from_outside(it.value())) else { return Ok(None) };
    let Some(found) = app.desk.store.session(&key.hash()).await? else { return Ok(None) };
    let now = app.now();
    let role = found.role.as_deref().and_then(Role::from_key);
    if is_over(&found, role, now) {
        let mut tx = app.desk.store.begin().await?;
        tx.end_session(&found.key_hash, now).await?;
        tx.commit().await?;
        return Ok(None);
    }
    if now - found.seen_at > SEEN_EVERY {
        let mut tx = app.desk.store.begin().await?;
        tx.session_seen(&found.key_hash, now).await?;
        tx.commit().await?;
    }
    Ok(Some(found))
}

fn is_over(session: &Session, role: Option<Role>, now: DateTime<Utc>) -> bool {
    now - session.created_at > LONGEST || now - session.seen_at > idle(role)
}

/// Somebody who is in.
pub fn who(session: &Session) -> Option<Who> {
    let role = Role::from_key(session.role.as_deref()?)?;
    let utforare = session.utforare_id.clone().zip(session.utforare.clone());
    if session.step != "in" || (role == Role::Utforare) != utforare.is_some() {
        return None;
    }
    Some(Who {
        person: session.person_id.clone(),
        name: session.name.clone(),
        mail: session.mail.clone(),
        role,
        membership: session.membership_id.clone()?,
        namnd_id: session.namnd_id.clone()?,
        kommun: session.kommun.clone()?,
        namnd: session.namnd.clone()?,
        utforare,
        several: session.memberships > 1,
        session: session.key_hash.clone(),
    })
}

/// The cookie that carries a session.
pub fn cookie(app: &app::App, key: &Key) -> Cookie<'static> {
    Cookie::build((cookie_name(app), key.text().to_owned()))
        .path("/")
        .http_only(true)
        .secure(app.is_secure())
        .same_site(SameSite::Lax)
        .build()
}

impl<S: Send + Sync> FromRequestParts<S> for Who {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, PageError> {
        parts.extensions.get::<Who>().cloned().ok_or(PageError::SignIn)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Entering {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, PageError> {
        parts.extensions.get::<Entering>().cloned().ok_or(PageError::SignIn)
    }
}
