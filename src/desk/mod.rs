//! The service in verbs of the domain: receive, read, judge, accept, ask, grade, fix.
//!
//! Goes in: what a person or a program asks for, and the time. Comes out: the new state, or a refusal in Swedish.
//! Guaranteed: pages and API do nothing but call here, so both say the same; every change is one transaction with its
//! event; what is computed is computed by the same functions as on the command line.

pub mod answer;
mod assemble;
mod basis;
pub mod behind;
mod cache;
pub mod calendar;
pub mod compare;
pub mod completions;
pub mod decide;
pub mod details;
pub mod earlier;
pub mod expected;
pub mod fault;
pub mod figures;
pub mod fix;
pub mod held;
pub mod intake;
pub mod library;
pub mod load;
pub mod papers;
pub mod people;
pub mod questions;
pub mod reading;
pub mod rules;
mod stopped;
mod tell;
pub mod transitions;
pub mod work;

use std::sync::Arc;

use tokio::sync::Notify;

use crate::cage::Cage;
use crate::store::{Store, StoreError};

pub use assemble::Which;
pub use library::{Library, LibraryFault};

/// Why something was not done, for whoever asked: one sentence, and all unmet conditions at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub message: String,
    pub details: Vec<String>,
}

impl Refusal {
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), details: Vec::new() }
    }

    pub fn with(message: impl Into<String>, details: Vec<String>) -> Self {
        Self { message: message.into(), details }
    }
}

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// It may not be done now; nothing was changed.
    #[error("{}", .0.message)]
    Refused(Refusal),
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no such thing, or it is not for this person to know that there is.
    #[error("Sidan finns inte.")]
    NotFound,
    /// Too many tries from one address.
    #[error("Det har kommit för många försök. Vänta en minut.")]
    TooMany,
    #[error("{0}")]
    System(String),
}

impl From<Refusal> for DeskError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<LibraryFault> for DeskError {
    fn from(fault: LibraryFault) -> Self {
        match fault {
            LibraryFault::Faulty(it) => Self::System(format!("Nämndens egna regler går inte att läsa: {it}.")),
            LibraryFault::System(it) => Self::System(it),
        }
    }
}

/// The service without its pages. Cheap to clone.
#[derive(Clone)]
pub struct Desk {
    pub store: Store,
    inner: Arc<Inner>,
    /// As people reach the service.
    public_url: Arc<str>,
}

struct Inner {
    cage: Cage,
    builtin: Arc<Library>,
    libraries: cache::Kept<String, Arc<Library>>,
    bases: cache::Kept<String, Arc<basis::BasisData>>,
    reviews: cache::Kept<String, Arc<figures::Reviewed>>,
    reports: cache::Kept<String, Arc<figures::Made>>,
    /// A file waits to be read.
    waiting: Notify,
    /// A file has been read; the number rises each time.
    settled: tokio::sync::watch::Sender<u64>,
}

/// Rows of reviews kept in memory; a row is about half a kilobyte.
const REVIEW_ROWS: usize = 300_000;
/// Lines of reports kept in memory.
const REPORT_LINES: usize = 200_000;

impl Desk {
    /// The service on a database, with the cage that reads files.
    ///
    /// # Errors
    ///
    /// Only when the program was built with faulty data.
    pub fn new(store: Store, cage: Cage) -> Result<Self, DeskError> {
        let builtin = Arc::new(Library::builtin()?);
        let inner = Inner {
            cage,
            builtin,
            libraries: cache::Kept::new(64),
            bases: cache::Kept::new(64),
            reviews: cache::Kept::new(REVIEW_ROWS),
            reports: cache::Kept::new(REPORT_LINES),
            waiting: Notify::new(),
            settled: tokio::sync::watch::channel(0).0,
        };
        Ok(Self { store, inner: Arc::new(inner), public_url: Arc::from("") })
    }

    /// The built-in rules, for pages that belong to no nämnd.
    pub fn builtin(&self) -> &Arc<Library> {
        &self.inner.builtin
    }

    /// The rules of a nämnd, its own on top.
    ///
    /// # Errors
    ///
    /// The database failed, or the nämnd's own rules cannot be read (they are checked before they are saved).
    pub async fn library(&self, namnd: &crate::store::namnd::Namnd) -> Result<Arc<Library>, DeskError> {
        if namnd.rules_version == 0 {
            return Ok(self.inner.builtin.clone());
        }
        let key = format!("{}#{}", namnd.id, namnd.rules_version);
        if let Some(found) = self.inner.libraries.get(&key) {
            return Ok(found);
        }
        let own = self.store.own_rules(&namnd.id).await?;
        let own: Vec<library::OwnFile> = own.into_iter().map(|it| (it.path, Arc::from(it.text))).collect();
        let library = Arc::new(Library::with_own(&own)?);
        self.inner.libraries.put(key, library.clone(), 1);
        Ok(library)
    }

    /// Runs something that computes or reads files, away from the threads that answer requests.
    async fn away<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, DeskError> {
        tokio::task::spawn_blocking(work).await.map_err(|_| DeskError::System("En beräkning avbröts oväntat.".into()))
    }
}
