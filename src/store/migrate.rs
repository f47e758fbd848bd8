//! The tables, brought up to date when the database is opened.
//!
//! Goes in: a connection. Comes out: nothing; the tables are those of this version.
//! Guaranteed: each migration runs once and as a whole, also when several nodes start together; both databases have
//! the same list, and a test compares the tables that come out.

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::postgres::PgConnection;
use sqlx::sqlite::SqliteConnection;
use sqlx::{Connection, SqlSafeStr};

use super::StoreError;

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

/// The same list for both.
macro_rules! all_migrations {
    ($folder:literal) => {
        migrations!($folder, 1 "0001-start", 2 "0002-log-and-originals-are-kept", 3 "0003-indexes-and-one-order", 4 "0004-people", 5 "0005-files-waiting-for-an-uppdrag", 6 "0006-reminders", 7 "0007-papers", 8 "0008-beside-the-figures", 9 "0009-meetings-and-delivery")
    };
}

/// sqlx takes no lock on SQLite: one writing transaction around everything makes a second process wait.
pub(super) async fn sqlite(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let mut tx = connection.begin_with("BEGIN IMMEDIATE").await?;
    Migrator::with_migrations(all_migrations!("sqlite")).run_direct(None, &mut *tx, false).await?;
    Ok(tx.commit().await?)
}

/// sqlx takes an advisory lock, which goes with the connection when a migration fails.
pub(super) async fn postgres(connection: &mut PgConnection) -> Result<(), StoreError> {
    Ok(Migrator::with_migrations(all_migrations!("postgres")).run_direct(None, connection, false).await?)
}

const DONE: &str = "SELECT version FROM _sqlx_migrations WHERE success ORDER BY version";

/// Whether the tables are those of this version, without changing anything.
pub(super) async fn is_done_sqlite(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    is_done(all_migrations!("sqlite"), sqlx::query_scalar(DONE).fetch_all(connection).await)
}

/// The same on PostgreSQL.
pub(super) async fn is_done_postgres(connection: &mut PgConnection) -> Result<(), StoreError> {
    is_done(all_migrations!("postgres"), sqlx::query_scalar(DONE).fetch_all(connection).await)
}

fn is_done(wanted: Vec<Migration>, done: Result<Vec<i64>, sqlx::Error>) -> Result<(), StoreError> {
    let wanted: Vec<i64> = wanted.into_iter().map(|it| it.version).collect();
    match done.map_err(StoreError::from) {
        Ok(done) if wanted == done => Ok(()),
        // Without the table there is nothing of ours in it.
        Ok(_) | Err(StoreError::Sql(_)) => Err(StoreError::Version),
        Err(other) => Err(other),
    }
}
