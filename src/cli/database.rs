//! What the commands that use the database share: which one, opened, and what is said when that does not work.
//!
//! Goes in: `--databas`, or the environment. Comes out: a [`Store`] that is closed again, or a [`Failure`] in Swedish.
//! Guaranteed: a password in the address is never shown; a command that looks at a database never makes one.

use clap::Args;

use crate::store::{Settings, Store, StoreError};

use super::context;
use super::failure::Failure;

/// Which database.
#[derive(Debug, Args)]
pub struct Database {
    /// Databasens adress, sqlite:FIL eller postgres://… (annars den i KVARTAL_DATABASE_URL)
    #[arg(long = "databas", value_name = "ADRESS")]
    pub url: Option<String>,
}

impl Database {
    /// The address as it was given.
    ///
    /// # Errors
    ///
    /// [`Failure::Usage`] when none was.
    pub fn url(&self) -> Result<String, Failure> {
        let missing = || {
            let how = "Skriv --databas sqlite:kvartal.db eller sätt KVARTAL_DATABASE_URL.";
            Failure::Usage(format!("Det saknas: vilken databas. {how}"))
        };
        self.url.clone().or_else(|| context::setting("KVARTAL_DATABASE_URL")).ok_or_else(missing)
    }

    /// Opens the database, which must exist, and closes it when the work is done.
    ///
    /// # Errors
    ///
    /// It could not be opened, or the work failed.
    pub fn with<T>(&self, work: impl AsyncFnOnce(&Store) -> Result<T, Failure>) -> Result<T, Failure> {
        let url = self.url()?;
        let runtime = context::runtime().map_err(|it| Failure::System(format!("Kvartal kunde inte starta: {it}.")))?;
        runtime.block_on(async {
            let settings = Settings { existing: true, ..Settings::default() };
            let opened = Store::open_with(&url, settings).await;
            let store = opened.map_err(|it| match it {
                StoreError::Url => Failure::Usage(it.to_string()),
                other => Failure::System(format!("{other} ({})", shown(&url))),
            })?;
            let done = work(&store).await;
            store.close().await;
            done
        })
    }
}

/// The database failed in the middle of the work.
pub fn failed(error: StoreError) -> Failure {
    Failure::System(error.to_string())
}

/// The address without its password.
pub fn shown(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let (rest, query) = rest.split_once('?').map_or((rest, None), |(rest, query)| (rest, Some(query)));
    // A password may hold an @ itself; the host cannot.
    let rest = match rest.rsplit_once('@') {
        Some((who, host)) => format!("{}@{host}", who.split(':').next().unwrap_or_default()),
        None => rest.to_owned(),
    };
    let kept = query.map(|it| it.split('&').filter(|it| !it.starts_with("password=")).collect::<Vec<_>>().join("&"));
    match kept.filter(|it| !it.is_empty()) {
        Some(query) => format!("{scheme}://{rest}?{query}"),
        None => format!("{scheme}://{rest}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        for (url, wanted) in [
            ("sqlite:kvartal.db", "sqlite:kvartal.db"),
            ("sqlite://kvartal.db?mode=ro", "sqlite://kvartal.db?mode=ro"),
            ("postgres://db/kvartal", "postgres://db/kvartal"),
            ("postgres://a:hemligt@db/kvartal", "postgres://a@db/kvartal"),
            ("postgres://a:hem:l@igt@db:5432/kvartal?sslmode=require", "postgres://a@db:5432/kvartal?sslmode=require"),
            ("postgres://a@db/kvartal?password=hemligt", "postgres://a@db/kvartal"),
            ("postgres:///kvartal?host=x&password=hemligt&user=a", "postgres:///kvartal?host=x&user=a"),
        ] {
            assert_eq!(shown(url), wanted);
        }
    }
}
