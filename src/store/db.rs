//! The two databases behind one set of verbs: SQLite in a file, or PostgreSQL.
//!
//! Goes in: a URL (`sqlite:…` or `postgres:…`). Comes out: [`Db`], and [`Tx`] for what must happen as a whole.
//! Guaranteed: an acknowledged change survives a power cut (`synchronous=FULL`); writers on SQLite queue up instead of
//! failing with "database is locked"; migrations run once, also when several nodes start together.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Postgres, Sqlite, Transaction};
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::StoreError;

/// How long a connection or a lock is waited for before the user is told that the database is busy.
const PATIENCE: Duration = Duration::from_secs(10);

/// A pool of connections to one of the two.
#[derive(Debug, Clone)]
pub enum Db {
    /// One writer at a time: the gate is fairer than SQLite's own polling.
    Lite {
        pool: SqlitePool,
        gate: Arc<Mutex<()>>,
    },
    Pg(PgPool),
}

/// A transaction that may write. Dropped without [`Tx::commit`] it leaves nothing behind.
pub enum Tx {
    Lite { tx: Transaction<'static, Sqlite>, _gate: OwnedMutexGuard<()> },
    Pg(Transaction<'static, Postgres>),
}

/// Runs one query text on whichever database is behind: `on!(self, pool => sqlx::query(SQL).execute(pool).await)`.
macro_rules! on {
    ($store:expr, $pool:ident => $body:expr) => {
        match $store.db() {
            $crate::store::Db::Lite { pool: $pool, .. } => $body,
            $crate::store::Db::Pg($pool) => $body,
        }
    };
}
pub(crate) use on;

/// The same inside a transaction: `on_tx!(tx, c => sqlx::query(SQL).execute(c).await)`.
macro_rules! on_tx {
    ($tx:expr, $conn:ident => $body:expr) => {
        match $tx {
            $crate::store::Tx::Lite { tx, .. } => {
                let $conn = &mut **tx;
                $body
            }
            $crate::store::Tx::Pg(tx) => {
                let $conn = &mut **tx;
                $body
            }
        }
    };
}
pub(crate) use on_tx;

/// All rows of a query: `all!(self, SQL, bind, …)`.
macro_rules! all {
    ($store:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::store::on!($store, pool => sqlx::query_as($sql)$(.bind($bind))*.fetch_all(pool).await)
            .map_err($crate::store::StoreError::from)
    };
}
pub(crate) use all;

/// The row of a query, if there is one.
macro_rules! maybe {
    ($store:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::store::on!($store, pool => sqlx::query_as($sql)$(.bind($bind))*.fetch_optional(pool).await)
            .map_err($crate::store::StoreError::from)
    };
}
pub(crate) use maybe;

/// The row of a query inside a transaction, if there is one.
macro_rules! maybe_tx {
    ($tx:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::store::on_tx!(&mut *$tx, c => sqlx::query_as($sql)$(.bind($bind))*.fetch_optional(c).await)
            .map_err($crate::store::StoreError::from)
    };
}
pub(crate) use maybe_tx;

/// All rows of a query inside a transaction.
macro_rules! all_tx {
    ($tx:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::store::on_tx!(&mut *$tx, c => sqlx::query_as($sql)$(.bind($bind))*.fetch_all(c).await)
            .map_err($crate::store::StoreError::from)
    };
}
pub(crate) use all_tx;

/// Runs a statement inside a transaction; gives the number of rows it touched.
macro_rules! run {
    ($tx:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::store::on_tx!(&mut *$tx, c => sqlx::query($sql)$(.bind($bind))*
            .execute(c)
            .await
            .map(|it| it.rows_affected()))
        .map_err($crate::store::StoreError::from)
    };
}
pub(crate) use run;

macro_rules! migrations {
    ($folder:literal, $($version:literal $name:literal),+ $(,)?) => {
        vec![$(Migration::new(
            $version,
            $name.into(),
            MigrationType::Simple,
            include_str!(concat!("migrations/", $folder, "/", $name, ".sql")).into_sql_str(),
            false,
        )),+]
    };
}

/// The same list for both; a test compares the tables that come out.
macro_rules! all_migrations {
    ($folder:literal) => {
        migrations!($folder, 1 "0001-start", 2 "0002-log-and-originals-are-kept", 3 "0003-people")
    };
}

impl Db {
    /// Connects and brings the schema up to date.
    ///
    /// # Errors
    ///
    /// The URL cannot be read, the database cannot be reached, or a migration failed.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        if let Some(rest) = url.strip_prefix("sqlite:") {
            let options = SqliteConnectOptions::from_str(&format!("sqlite:{rest}"))?
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true)
                .busy_timeout(PATIENCE);
            let pool =
                SqlitePoolOptions::new().max_connections(8).acquire_timeout(PATIENCE).connect_with(options).await?;
            Migrator::with_migrations(all_migrations!("sqlite")).run(&pool).await?;
            return Ok(Self::Lite { pool, gate: Arc::default() });
        }
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let options = PgConnectOptions::from_str(url)?.application_name("kvartal");
            let pool = PgPoolOptions::new().max_connections(16).acquire_timeout(PATIENCE).connect_with(options).await?;
            Migrator::with_migrations(all_migrations!("postgres")).run(&pool).await?;
            return Ok(Self::Pg(pool));
        }
        Err(StoreError::Url)
    }

    /// Begins a transaction that may write. On SQLite it holds the write lock from the start, so that what has been read
    /// in it is still so when it is written.
    ///
    /// # Errors
    ///
    /// [`StoreError::Busy`] when the lock or a connection was not free in time.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        match self {
            Self::Lite { pool, gate } => {
                let gate =
                    tokio::time::timeout(PATIENCE, gate.clone().lock_owned()).await.map_err(|_| StoreError::Busy)?;
                Ok(Tx::Lite { tx: pool.begin_with("BEGIN IMMEDIATE").await?, _gate: gate })
            }
            Self::Pg(pool) => Ok(Tx::Pg(pool.begin().await?)),
        }
    }

    pub async fn close(&self) {
        match self {
            Self::Lite { pool, .. } => pool.close().await,
            Self::Pg(pool) => pool.close().await,
        }
    }
}

impl Tx {
    /// Makes everything in the transaction lasting, or nothing of it.
    ///
    /// # Errors
    ///
    /// Whatever the database says; nothing is stored then.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::Lite { tx, .. } => tx.commit().await?,
            Self::Pg(tx) => tx.commit().await?,
        }
        Ok(())
    }
}
