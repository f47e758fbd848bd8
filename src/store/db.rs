//! The two databases behind one set of verbs: SQLite in a file, or PostgreSQL.
//!
//! Goes in: a URL (`sqlite:…` or `postgres:…`). Comes out: [`Db`], an open pool with its tables up to date.
//! Guaranteed: an acknowledged change survives a power cut (`synchronous=FULL`); nobody waits longer than the patience for
//! a lock; migrations run once, also when several nodes start together; a SQLite file that was taken away is noticed, and
//! found again when it is put back.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection};
use tokio::sync::Mutex;

use super::moved::Moved;
use super::{StoreError, migrate};

/// What is decided when the database is opened.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// How long a connection or a lock is waited for before the user is told that the database is busy.
    pub patience: Duration,
    /// SQLite: the file grows no further than this; then it behaves as on a full disk.
    pub most_pages: Option<u32>,
    /// For commands that look at a database: it must be there, with the tables of this version. A mistyped path makes no
    /// new, empty database.
    pub existing: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { patience: Duration::from_secs(10), most_pages: None, existing: false }
    }
}

/// A pool of connections to one of the two.
#[derive(Debug, Clone)]
pub enum Db {
    /// One writer at a time: the gate is fairer than SQLite's own polling.
    Lite {
        pool: SqlitePool,
        gate: Arc<Mutex<()>>,
        patience: Duration,
    },
    Pg(PgPool),
}

/// The first connection to a file. Turning on the write-ahead log is "busy" at once, without SQLite's own waiting, while
/// another node does the same on an empty file.
async fn connected(options: &SqliteConnectOptions, patience: Duration) -> Result<SqliteConnection, StoreError> {
    let trying = async {
        loop {
            match options.connect().await.map_err(StoreError::from) {
                Err(StoreError::Busy) => tokio::time::sleep(Duration::from_millis(20)).await,
                done => return done,
            }
        }
    };
    tokio::time::timeout(patience, trying).await.unwrap_or(Err(StoreError::Busy))
}

impl Db {
    /// Connects and brings the tables up to date.
    ///
    /// # Errors
    ///
    /// The URL cannot be read, the database cannot be reached, or a migration failed.
    pub async fn open(url: &str, settings: Settings) -> Result<Self, StoreError> {
        if url.starts_with("sqlite:") {
            return Self::open_sqlite(url, settings).await;
        }
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            return Self::open_postgres(url, settings).await;
        }
        Err(StoreError::Url)
    }

    async fn open_sqlite(url: &str, settings: Settings) -> Result<Self, StoreError> {
        let patience = settings.patience;
        let mut options = SqliteConnectOptions::from_str(url)
            .map_err(|_| StoreError::Url)?
            .create_if_missing(!settings.existing)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(patience)
            .row_buffer_size(500);
        // Whoever only looks at a file (a backup, say) leaves it as it is.
        if !settings.existing {
            options = options.journal_mode(SqliteJournalMode::Wal);
        }
        if let Some(pages) = settings.most_pages {
            options = options.pragma("max_page_count", pages.to_string());
        }
        // Without a file each connection would have a database of its own.
        let file = options.get_filename().to_owned();
        if url.contains(":memory:") || url.contains("mode=memory") || file.as_os_str().is_empty() {
            return Err(StoreError::Url);
        }
        let mut first = connected(&options, patience).await?;
        if settings.existing {
            migrate::is_done_sqlite(&mut first).await?;
        } else {
            migrate::sqlite(&mut first).await?;
        }
        first.close().await?;
        // A file that is missing from here on has been taken away; a new empty one in its place would hide that.
        let moved = Moved::watch(file);
        let pool = SqlitePoolOptions::new()
            .max_connections(8)
            .acquire_timeout(patience)
            .before_acquire(move |_, it| {
                let same = moved.is_same(it.age);
                Box::pin(async move { Ok(same) })
            })
            .connect_with(options.create_if_missing(false))
            .await?;
        Ok(Self::Lite { pool, gate: Arc::default(), patience })
    }

    async fn open_postgres(url: &str, settings: Settings) -> Result<Self, StoreError> {
        let patience = settings.patience;
        let options = PgConnectOptions::from_str(url).map_err(|_| StoreError::Url)?.application_name("kvartal");
        // Another node may be migrating for longer than anybody would wait for a lock.
        let mut first: PgConnection = options.connect().await?;
        if settings.existing {
            migrate::is_done_postgres(&mut first).await?;
        } else {
            migrate::postgres(&mut first).await?;
        }
        first.close().await?;
        let options = options.options([
            ("lock_timeout", patience.as_millis().to_string()),
            // A node that hangs must not keep its locks.
            ("idle_in_transaction_session_timeout", (patience * 6).as_millis().to_string()),
        ]);
        let pool = PgPoolOptions::new().max_connections(16).acquire_timeout(patience).connect_with(options).await?;
        Ok(Self::Pg(pool))
    }

    /// The kind of an error. Out of connections is not the same as no connection at all.
    pub(crate) fn fault(&self, error: sqlx::Error) -> StoreError {
        match self {
            Self::Pg(pool) if matches!(error, sqlx::Error::PoolTimedOut) && pool.size() == 0 => StoreError::Gone,
            _ => error.into(),
        }
    }

    /// The same, for a search: nothing is found with a text that cannot be stored. An address in a browser may hold
    /// a NUL character, which SQLite takes for a character among others and PostgreSQL for a fault.
    pub(crate) fn nothing_or<T: Default>(&self, error: sqlx::Error) -> Result<T, StoreError> {
        const NOT_IN_ENCODING: &str = "22021";
        match &error {
            sqlx::Error::Database(it) if it.code().as_deref() == Some(NOT_IN_ENCODING) => Ok(T::default()),
            _ => Err(self.fault(error)),
        }
    }

    pub async fn close(&self) {
        match self {
            Self::Lite { pool, .. } => pool.close().await,
            Self::Pg(pool) => pool.close().await,
        }
    }
}
