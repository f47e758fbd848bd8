//! People: signing in, staying in, and who manages whom.
//!
//! Goes in: what somebody typed, from where, and the time. Comes out: keys to hand out, or a refusal in Swedish.
//! Guaranteed: a refusal never tells whether an address has an account; every sign-in, failure, lock, link and change of
//! rights is an event; after each step of a sign-in the key is a new one; a letter is laid in the outbox together with
//! what it tells about.

pub mod account;
pub mod draft;
pub mod keys;
pub mod links;
pub mod provider;
pub mod sign_in;
pub mod users;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::Value;
use tokio::sync::watch;

use crate::access::key::Key;
use crate::access::lock::PerAddress;
use crate::access::oidc::{OidcError, Provider};
use crate::access::password::{Counter, PasswordError};
use crate::mail::letter::LetterError;
use crate::model::calendar::in_sweden;
use crate::render::print::date_in_words;
use crate::store::event::{EventKind, Record};
use crate::store::person::Person;
use crate::store::session::{Method, NewSession, Session, Step};
use crate::store::{Actor, Store, StoreError, Tx};

use super::work::Clock;
use super::{DeskError, Refusal};

const SWEPT_EVERY: Duration = Duration::from_secs(3600);

/// Where somebody comes from, as far as we know.
#[derive(Debug, Clone)]
pub struct Visitor {
    pub address: IpAddr,
    /// ”Firefox på Windows”.
    pub agent: String,
}

/// A step of signing in that went well: the key to hand out, and where it led.
#[derive(Debug)]
pub struct Entered {
    pub key: Key,
    pub step: Step,
}

/// The people's side of the service. Cheap to clone.
#[derive(Clone)]
pub struct People {
    pub store: Store,
    inner: Arc<Inner>,
}

struct Inner {
    /// As people reach the service; links in letters begin with it.
    public_url: String,
    passwords: Counter,
    provider: Option<Provider>,
    tries: PerAddress,
}

impl People {
    pub fn new(store: Store, public_url: &str, provider: Option<Provider>) -> Self {
        let inner = Inner {
            public_url: public_url.trim_end_matches('/').to_owned(),
            passwords: Counter::default(),
            provider,
            tries: PerAddress::for_sign_in(),
        };
        Self { store, inner: Arc::new(inner) }
    }

    /// Whether people can sign in somewhere else.
    pub fn has_provider(&self) -> bool {
        self.inner.provider.is_some()
    }

    /// An address of ours, for a letter.
    fn link(&self, path: &str) -> String {
        format!("{}{path}", self.inner.public_url)
    }

    /// Counts a try from an address.
    ///
    /// # Errors
    ///
    /// [`DeskError::TooMany`] when there have been too many.
    pub fn count_try(&self, visitor: &Visitor, now: DateTime<Utc>) -> Result<(), DeskError> {
        self.inner.tries.count(visitor.address, now).map_err(|_| DeskError::TooMany)
    }

    /// Removes now and then what nobody can use any more: old sessions, links, drafts and tries.
    pub async fn sweep(&self, clock: Clock, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            if let Err(error) = self.sweep_once(clock()).await {
                tracing::warn!(%error, "what is out of date could not be removed");
            }
            tokio::select! {
                () = tokio::time::sleep(SWEPT_EVERY) => {}
                _ = stop.changed() => {}
            }
        }
    }

    async fn sweep_once(&self, now: DateTime<Utc>) -> Result<(), StoreError> {
        let mut tx = self.store.begin().await?;
        tx.sweep(now).await?;
        tx.commit().await
    }

    async fn known(&self, id: &str) -> Result<Person, DeskError> {
        self.store.person(id).await?.filter(|it| it.closed_at.is_none()).ok_or(DeskError::NotFound)
    }
}

/// Ends a session and begins its next step under a new key, so that a key seen earlier opens nothing later.
async fn go_on(
    tx: &mut Tx,
    old: &Session,
    (step, membership): (Step, Option<&str>),
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Entered, DeskError> {
    let key = Key::new()?;
    tx.end_session(&old.key_hash, now).await?;
    let new = NewSession {
        key_hash: &key.hash(),
        person: &old.person_id,
        membership,
        step: step.key(),
        method: &old.method,
        agent: &old.agent,
        since,
    };
    tx.add_session(new, now).await?;
    Ok(Entered { key, step })
}

/// A session for somebody who had none.
async fn begin(
    tx: &mut Tx,
    person: &str,
    (step, membership): (Step, Option<&str>),
    method: Method,
    visitor: &Visitor,
    now: DateTime<Utc>,
) -> Result<Entered, DeskError> {
    let key = Key::new()?;
    let new = NewSession {
        key_hash: &key.hash(),
        person,
        membership,
        step: step.key(),
        method: method.key(),
        agent: &visitor.agent,
        since: now,
    };
    tx.add_session(new, now).await?;
    Ok(Entered { key, step })
}

/// Somebody who has not shown who they are.
fn stranger() -> Actor {
    Actor::new("okand", "Okänd")
}

async fn log(
    tx: &mut Tx,
    (chain, at): (&str, DateTime<Utc>),
    actor: &Actor,
    kind: EventKind,
    about: &str,
    data: Value,
) -> Result<(), StoreError> {
    tx.log(Record { chain, at, actor, kind, about, data }).await
}

/// `10 januari 2024 kl. 10.12`
pub fn time_in_words(at: DateTime<Utc>) -> String {
    let local = in_sweden(at);
    format!("{} kl. {}", date_in_words(local.date_naive()), local.format("%H.%M"))
}

fn refused<T>(message: impl Into<String>) -> Result<T, DeskError> {
    Err(Refusal::new(message).into())
}

impl From<crate::access::NoRandomness> for DeskError {
    fn from(error: crate::access::NoRandomness) -> Self {
        Self::System(error.to_string())
    }
}

impl From<PasswordError> for DeskError {
    fn from(error: PasswordError) -> Self {
        Self::System(error.to_string())
    }
}

impl From<LetterError> for DeskError {
    fn from(error: LetterError) -> Self {
        Self::System(error.to_string())
    }
}

impl From<OidcError> for DeskError {
    fn from(error: OidcError) -> Self {
        match error {
            OidcError::NoRandomness(it) => it.into(),
            other => {
                tracing::warn!(error = %other, "a sign-in through the identity provider failed");
                Refusal::new(other.swedish()).into()
            }
        }
    }
}
