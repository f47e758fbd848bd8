//! What can be wrong with the database, in the few kinds that somebody can do something about.
//!
//! Goes in: an error of the driver. Comes out: [`StoreError`], whose text a person can read.
//! Guaranteed: SQLite and PostgreSQL give the same kind for the same trouble; wrong data from people never becomes one
//! of these.

/// The database could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("Databasens adress ska börja med sqlite: och en fil, eller med postgres:.")]
    Url,
    /// Locked by somebody else for longer than the patience, or out of connections. Comes right by itself.
    #[error("Databasen är upptagen.")]
    Busy,
    #[error("Disken är full.")]
    Full,
    /// Out of reach, taken away, or not open for writing.
    #[error("Databasen går inte att nå.")]
    Gone,
    /// What the page showed is no longer so: somebody else was first.
    #[error("Någon annan hann före.")]
    Conflict,
    /// A key points nowhere, a stored value cannot be read, or the file is damaged.
    #[error("Databasen innehåller något oväntat: {0}.")]
    Unexpected(String),
    #[error("Databasen svarade med ett fel: {0}.")]
    Sql(sqlx::Error),
    /// Opened by a command that must not change the tables.
    #[error("Databasens tabeller hör till en annan version av Kvartal. Starta tjänsten en gång, så uppdateras de.")]
    Version,
    #[error("Databasens tabeller kunde inte uppdateras: {0}.")]
    Migration(sqlx::migrate::MigrateError),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::PoolTimedOut => Self::Busy,
            sqlx::Error::PoolClosed | sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::WorkerCrashed => {
                Self::Gone
            }
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) | sqlx::Error::ColumnNotFound(_) => {
                Self::Unexpected(error.to_string())
            }
            sqlx::Error::Database(it) if it.is_unique_violation() => Self::Conflict,
            sqlx::Error::Database(it) if it.is_foreign_key_violation() => {
                Self::Unexpected("en nyckel pekar på något som inte finns".to_owned())
            }
            sqlx::Error::Database(it) => {
                let code = it.code().unwrap_or_default();
                let known = match code.parse::<u32>() {
                    // SQLite numbers its errors; PostgreSQL has five characters, all of them digits in some.
                    Ok(number) if code.len() < 5 => of_sqlite(number),
                    _ => of_postgres(&code),
                };
                known.unwrap_or(Self::Sql(error))
            }
            _ => Self::Sql(error),
        }
    }
}

impl From<sqlx::migrate::MigrateError> for StoreError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        use sqlx::migrate::MigrateError::{Execute, ExecuteMigration};
        match error {
            Execute(it) | ExecuteMigration(it, _) => match Self::from(it) {
                Self::Sql(it) => Self::Migration(Execute(it)),
                known => known,
            },
            other => Self::Migration(other),
        }
    }
}

/// The low byte is the kind, the rest of the number says more exactly where.
fn of_sqlite(number: u32) -> Option<StoreError> {
    const WRITE_FAILED: u32 = 778;
    match (number, number & 0xff) {
        // SQLITE_BUSY, SQLITE_LOCKED.
        (_, 5 | 6) => Some(StoreError::Busy),
        // SQLITE_FULL.
        (WRITE_FAILED, _) | (_, 13) => Some(StoreError::Full),
        // SQLITE_PERM, SQLITE_READONLY, SQLITE_IOERR, SQLITE_CANTOPEN.
        (_, 3 | 8 | 10 | 14) => Some(StoreError::Gone),
        // SQLITE_CORRUPT, SQLITE_NOTADB.
        (_, 11 | 26) => Some(StoreError::Unexpected("filen är skadad eller ingen databas".to_owned())),
        _ => None,
    }
}

fn of_postgres(state: &str) -> Option<StoreError> {
    match state {
        // lock_not_available, query_canceled, serialization_failure, deadlock_detected, out_of_memory,
        // too_many_connections.
        "55P03" | "57014" | "40001" | "40P01" | "53200" | "53300" => Some(StoreError::Busy),
        "53100" => Some(StoreError::Full),
        // read_only_sql_transaction (a stand-by), idle_in_transaction_session_timeout, io_error, invalid_catalog_name.
        "25006" | "25P03" | "58030" | "3D000" => Some(StoreError::Gone),
        // connection_exception; admin_shutdown and its kin; invalid_authorization.
        _ if state.starts_with("08") || state.starts_with("57P") || state.starts_with("28") => Some(StoreError::Gone),
        // character_not_in_repertoire: a text with a NUL, which is no key of anything.
        "22021" => Some(StoreError::Unexpected("en nyckel kan inte se ut så".to_owned())),
        // data_corrupted, index_corrupted.
        _ if state.starts_with("XX00") => Some(StoreError::Unexpected(format!("fel {state} från PostgreSQL"))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_trouble_of_sqlite_has_its_word() {
        type Is = fn(&Option<StoreError>) -> bool;
        let busy: Is = |it| matches!(it, Some(StoreError::Busy));
        let full: Is = |it| matches!(it, Some(StoreError::Full));
        let gone: Is = |it| matches!(it, Some(StoreError::Gone));
        let odd: Is = |it| matches!(it, Some(StoreError::Unexpected(_)));
        for (numbers, is) in [
            (&[5, 6, 261, 262, 517, 773][..], busy),
            (&[13, 778], full),
            (&[3, 8, 10, 14, 264, 266, 522, 526, 776, 1032, 1034, 1544], gone),
            (&[11, 26, 267, 779], odd),
            (&[1, 19, 20, 21], Option::is_none),
        ] {
            for number in numbers {
                assert!(is(&of_sqlite(*number)), "{number}: {:?}", of_sqlite(*number));
            }
        }
    }
}
