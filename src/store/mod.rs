//! What is remembered: people, rounds, filings, originals, decisions and the log. The only SQL.
//!
//! Goes in: a database URL. Comes out: [`Store`], verbs in words of the domain.
//! Guaranteed: every change writes its event in the same transaction; originals and events are never changed; SQLite
//! and PostgreSQL answer alike, which one conformance suite proves (`tests/it/store/`).

pub mod api_key;
pub mod attempt;
pub mod beside;
pub mod contents;
pub mod copy;
mod db;
pub mod event;
mod fault;
pub mod filing;
pub mod idempotency;
pub mod letter;
mod migrate;
mod moved;
pub mod namnd;
pub mod notice;
pub mod paper;
pub mod person;
pub mod review;
pub mod round;
pub mod session;
mod tx;
pub mod verify;

use std::borrow::Cow;

use chrono::{DateTime, SubsecRound, Utc};

pub use db::{Db, Settings};
pub use fault::StoreError;
pub use tx::Tx;
pub(crate) use tx::{Conn, all, all_tx, maybe, maybe_tx, on, on_tx, run};

/// The database with its verbs. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    db: Db,
}

/// Who did something: a person, an API key, an import, or the system itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    pub id: String,
    pub name: String,
}

impl Actor {
    pub fn new(id: impl Into<String>, name: impl Into<String>) -> Self {
        Self { id: id.into(), name: name.into() }
    }

    /// The clock, a restart, a rebuild.
    pub fn system() -> Self {
        Self::new("system", "Kvartal")
    }

    /// Loaded from a round folder.
    pub fn import() -> Self {
        Self::new("import", "Import")
    }
}

impl Store {
    /// Opens the database and brings its tables up to date.
    ///
    /// # Errors
    ///
    /// See [`Db::open`].
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        Self::open_with(url, Settings::default()).await
    }

    /// The same with other settings than usual.
    ///
    /// # Errors
    ///
    /// See [`Db::open`].
    pub async fn open_with(url: &str, settings: Settings) -> Result<Self, StoreError> {
        Ok(Self { db: Db::open(url, settings).await? })
    }

    pub(crate) fn db(&self) -> &Db {
        &self.db
    }

    /// See [`Db::begin`].
    ///
    /// # Errors
    ///
    /// [`StoreError::Busy`] when the write lock or a connection was not free in time.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        self.db.begin().await
    }

    /// Answers when the database does.
    ///
    /// # Errors
    ///
    /// The database does not answer.
    pub async fn ping(&self) -> Result<(), StoreError> {
        on!(self, pool => sqlx::query("SELECT 1").execute(pool).await.map(|_| ())).map_err(|it| self.db.fault(it))
    }

    pub async fn close(&self) {
        self.db.close().await;
    }

    /// `sqlite` or `postgres`, for the operator.
    pub fn kind(&self) -> &'static str {
        match self.db {
            Db::Lite { .. } => "sqlite",
            Db::Pg(_) => "postgres",
        }
    }
}

/// A key for a new row; keys made later sort later.
pub fn new_id() -> String {
    uuid::Uuid::now_v7().to_string()
}

/// A text as both databases can keep it: PostgreSQL has no NUL character.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { Cow::Owned(text.replace('\0', "")) } else { Cow::Borrowed(text) }
}

/// Both databases keep microseconds.
pub fn stored(at: DateTime<Utc>) -> DateTime<Utc> {
    at.trunc_subsecs(6)
}
