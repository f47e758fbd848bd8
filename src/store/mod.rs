//! What is remembered: people, rounds, filings, originals, decisions and the log. The only SQL.
//!
//! Goes in: a database URL. Comes out: [`Store`], verbs in words of the domain.
//! Guaranteed: every change writes its event in the same transaction; originals and events are never changed; SQLite
//! and PostgreSQL answer alike, which one conformance suite proves (`tests/it/store/`).

pub mod api_key;
pub mod attempt;
pub mod contents;
mod db;
pub mod event;
pub mod filing;
pub mod idempotency;
pub mod letter;
pub mod namnd;
pub mod person;
pub mod review;
pub mod round;
pub mod session;

use chrono::{DateTime, SubsecRound, Utc};

pub use db::{Db, Tx};
pub(crate) use db::{all, all_tx, maybe, maybe_tx, on, on_tx, run};

/// The database with its verbs. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    db: Db,
}

/// The database could not do what was asked. Wrong data from people never becomes one of these.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("Databasens adress ska börja med sqlite: eller postgres:.")]
    Url,
    #[error("Databasen är upptagen.")]
    Busy,
    #[error("Disken är full.")]
    Full,
    #[error("Databasen går inte att nå.")]
    Gone,
    /// What the page showed is no longer so: somebody else was first.
    #[error("Någon annan hann före.")]
    Conflict,
    /// A key in the database points nowhere, or a stored value cannot be read.
    #[error("Databasen innehåller något oväntat: {0}.")]
    Unexpected(String),
    #[error("Databasen svarade med ett fel: {0}.")]
    Sql(sqlx::Error),
    #[error("Databasens tabeller kunde inte uppdateras: {0}.")]
    Migration(#[from] sqlx::migrate::MigrateError),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::PoolTimedOut => Self::Busy,
            sqlx::Error::PoolClosed | sqlx::Error::Io(_) | sqlx::Error::WorkerCrashed => Self::Gone,
            sqlx::Error::Database(it) => match it.code().as_deref() {
                // SQLITE_BUSY and its kinds, SQLITE_LOCKED; lock_not_available, serialization_failure, deadlock.
                Some("5" | "6" | "261" | "517" | "773" | "55P03" | "40001" | "40P01") => Self::Busy,
                // SQLITE_FULL, SQLITE_IOERR_WRITE; disk_full.
                Some("13" | "778" | "53100") => Self::Full,
                // SQLITE_CANTOPEN, SQLITE_IOERR; admin_shutdown, cannot_connect_now, too_many_connections.
                Some("14" | "10" | "57P01" | "57P03" | "53300") => Self::Gone,
                _ if it.is_unique_violation() => Self::Conflict,
                _ => Self::Sql(error),
            },
            _ => Self::Sql(error),
        }
    }
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
        Ok(Self { db: Db::open(url).await? })
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
        on!(self, pool => sqlx::query("SELECT 1").execute(pool).await.map(|_| ()))?;
        Ok(())
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

/// Both databases keep microseconds.
pub fn stored(at: DateTime<Utc>) -> DateTime<Utc> {
    at.trunc_subsecs(6)
}
