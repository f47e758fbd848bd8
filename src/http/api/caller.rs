//! Who calls the API: a machine with a key, or a person who is signed in.
//!
//! Goes in: a request that the guard has let through. Comes out: [`Caller`].
//! Guaranteed: a machine meets the filings of its one utförare and nothing else.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;

use super::super::App;
use super::super::error::PageError;
use super::super::who::Who;
use crate::store::Actor;
use crate::store::api_key::ApiKey;
use crate::store::filing::Filing;

/// Who calls.
#[derive(Debug, Clone)]
pub enum Caller {
    Person(Who),
    Machine(ApiKey),
}

impl Caller {
    pub fn actor(&self) -> Actor {
        match self {
            Self::Person(it) => it.actor(),
            Self::Machine(it) => Actor::new(&it.id, format!("API-nyckeln {}", it.name)),
        }
    }

    pub fn namnd_id(&self) -> &str {
        match self {
            Self::Person(it) => &it.namnd_id,
            Self::Machine(it) => &it.namnd_id,
        }
    }

    /// The utförare whose filings the caller is confined to, if it is.
    pub fn utforare_id(&self) -> Option<&str> {
        match self {
            Self::Person(it) => it.utforare.as_ref().map(|it| it.0.as_str()),
            Self::Machine(it) => Some(&it.utforare_id),
        }
    }

    /// The filing, when the caller may meet it; otherwise it does not exist.
    ///
    /// # Errors
    ///
    /// [`PageError`] not found, or the database failed.
    pub async fn filing(&self, app: &App, id: &str) -> Result<Filing, PageError> {
        match self {
            Self::Person(it) => it.filing(app, id).await,
            Self::Machine(it) => {
                let owner = app.desk.store.owner_of_filing(id).await?.ok_or(PageError::NotFound)?;
                if owner.namnd_id != it.namnd_id || owner.utforare_id != it.utforare_id {
                    return Err(PageError::NotFound);
                }
                app.desk.store.filing(id).await?.ok_or(PageError::NotFound)
            }
        }
    }
}

/// The key a request brings, if it brings one: `Authorization: Bearer kv_…`.
pub fn brought(parts: &axum::http::HeaderMap) -> Option<&str> {
    parts.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ").map(str::trim)
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, PageError> {
        if let Some(it) = parts.extensions.get::<Caller>() {
            return Ok(it.clone());
        }
        parts.extensions.get::<Who>().cloned().map(Self::Person).ok_or(PageError::SignIn)
    }
}
