//! What happens as a whole: a writing transaction, and a reading one that sees a single moment.
//!
//! Goes in: verbs of the other files of this folder. Comes out: everything, or nothing.
//! Guaranteed: writers on SQLite queue up instead of failing with "database is locked"; the log is written last and in
//! one order, so that writers of several chains cannot wait for each other in a ring.

use sqlx::{Postgres, Sqlite, Transaction};
use tokio::sync::OwnedMutexGuard;

use super::event::Draft;
use super::{Db, StoreError};

/// A transaction on one of the two.
pub(crate) enum Conn {
    Lite(Transaction<'static, Sqlite>),
    Pg(Transaction<'static, Postgres>),
}

/// A transaction that may write. Dropped without [`Tx::commit`] it leaves nothing behind.
///
/// Whoever changes something in a round holds that round ([`Tx::hold_round`]); the verbs see to it.
pub struct Tx {
    conn: Conn,
    /// Written when everything else has been.
    pub(super) log: Vec<Draft>,
    /// The rounds held, and whether each is fixed.
    pub(super) held: Vec<(String, bool)>,
    _gate: Option<OwnedMutexGuard<()>>,
}

/// Reads that all see the same moment.
pub(crate) struct Snapshot {
    conn: Conn,
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

/// The same inside a [`Tx`] or a [`Snapshot`]: `on_tx!(tx, c => sqlx::query(SQL).execute(c).await)`.
macro_rules! on_tx {
    ($tx:expr, $conn:ident => $body:expr) => {
        match $tx.conn() {
            $crate::store::Conn::Lite(tx) => {
                let $conn = &mut **tx;
                $body
            }
            $crate::store::Conn::Pg(tx) => {
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
            .or_else(|it| $store.db().nothing_or(it))
    };
}
pub(crate) use all;

/// The row of a query, if there is one.
macro_rules! maybe {
    ($store:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::store::on!($store, pool => sqlx::query_as($sql)$(.bind($bind))*.fetch_optional(pool).await)
            .or_else(|it| $store.db().nothing_or(it))
    };
}
pub(crate) use maybe;

/// All rows of a query inside a transaction.
macro_rules! all_tx {
    ($tx:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::store::on_tx!($tx, c => sqlx::query_as($sql)$(.bind($bind))*.fetch_all(c).await)
            .map_err($crate::store::StoreError::from)
    };
}
pub(crate) use all_tx;

/// The row of a query inside a transaction, if there is one.
macro_rules! maybe_tx {
    ($tx:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::store::on_tx!($tx, c => sqlx::query_as($sql)$(.bind($bind))*.fetch_optional(c).await)
            .map_err($crate::store::StoreError::from)
    };
}
pub(crate) use maybe_tx;

/// Runs a statement inside a transaction; gives the number of rows it touched.
macro_rules! run {
    ($tx:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::store::on_tx!($tx, c => sqlx::query($sql)$(.bind($bind))*
            .execute(c)
            .await
            .map(|it| it.rows_affected()))
        .map_err($crate::store::StoreError::from)
    };
}
pub(crate) use run;

impl Db {
    /// Begins a transaction that may write. On SQLite it holds the write lock from the start, so that what has been read
    /// in it is still so when it is written.
    ///
    /// # Errors
    ///
    /// [`StoreError::Busy`] when the lock or a connection was not free in time.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        let (conn, gate) = match self {
            Self::Lite { pool, gate, patience } => {
                let waited = tokio::time::timeout(*patience, gate.clone().lock_owned()).await;
                let gate = waited.map_err(|_| StoreError::Busy)?;
                (pool.begin_with("BEGIN IMMEDIATE").await.map(Conn::Lite), Some(gate))
            }
            Self::Pg(pool) => {
                let pool = pool.clone();
                (to_its_end(async move { pool.begin().await }).await.map(Conn::Pg), None)
            }
        };
        let conn = conn.map_err(|it| self.fault(it))?;
        Ok(Tx { conn, log: Vec::new(), held: Vec::new(), _gate: gate })
    }

    /// Begins reading at one moment: what others write meanwhile is not seen.
    ///
    /// # Errors
    ///
    /// [`StoreError::Busy`] when no connection was free in time.
    pub(crate) async fn snapshot(&self) -> Result<Snapshot, StoreError> {
        let conn = match self {
            Self::Lite { pool, .. } => pool.begin().await.map(Conn::Lite),
            Self::Pg(pool) => {
                let pool = pool.clone();
                let begun = async move { pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await };
                to_its_end(begun).await.map(Conn::Pg)
            }
        };
        Ok(Snapshot { conn: conn.map_err(|it| self.fault(it))? })
    }
}

/// Begins even when whoever asked has gone (a browser that hung up, a request that took too long). Left half begun, a
/// connection to PostgreSQL goes back to the pool inside a transaction that nobody ends, and the next one there finds it.
async fn to_its_end<T: Send + 'static>(
    begun: impl Future<Output = Result<T, sqlx::Error>> + Send + 'static,
) -> Result<T, sqlx::Error> {
    tokio::spawn(begun).await.unwrap_or(Err(sqlx::Error::WorkerCrashed))
}

impl Snapshot {
    pub(crate) fn conn(&mut self) -> &mut Conn {
        &mut self.conn
    }
}

impl Tx {
    pub(crate) fn conn(&mut self) -> &mut Conn {
        &mut self.conn
    }

    /// Makes everything in the transaction lasting, with its entries in the log, or nothing of it.
    ///
    /// # Errors
    ///
    /// Whatever the database says; nothing is stored then, unless the connection broke just as the answer was on its way.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        self.write_log().await?;
        match self.conn {
            Conn::Lite(tx) => tx.commit().await?,
            Conn::Pg(tx) => tx.commit().await?,
        }
        Ok(())
    }
}
