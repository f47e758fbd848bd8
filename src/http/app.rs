//! What every handler can reach: the desk, the clock, the settings.
//!
//! Goes in: a desk and settings read from arguments and environment by `cli`. Comes out: [`App`], cheap to clone.
//! Guaranteed: the time is asked for here and nowhere else in `http`.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};

use crate::access::oidc::Provider;
use crate::desk::Desk;
use crate::desk::people::People;
use crate::desk::work::Clock;
use crate::mail::Carrier;
use crate::model::calendar::swedish_day;
use crate::store::stored;

/// How the service is run.
#[derive(Debug, Clone)]
pub struct Settings {
    /// As people reach it, without a slash at the end: `https://kvartal.exempelstad.se`.
    pub public_url: String,
    /// The sample kommun: anybody may sign in as any of its people. Never on a real database.
    pub demo: bool,
    /// The address of whoever asks is taken from the proxy's header.
    pub behind_proxy: bool,
    /// The largest file anybody may hand in, in bytes.
    pub largest_file: usize,
    /// Nobody waits longer for an answer, and no request may be silent longer on its way; [`PATIENCE`] but in tests.
    pub patience: Duration,
}

/// How long an answer may take, and how long a request may fall silent.
pub const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Clone)]
pub struct App {
    pub desk: Desk,
    pub people: People,
    pub settings: Arc<Settings>,
    clock: Clock,
    /// The way letters take; none when they wait.
    pub carrier: Option<Carrier>,
    /// Says the figures of the operator; none in tests.
    pub metrics: Option<metrics_exporter_prometheus::PrometheusHandle>,
}

impl App {
    pub fn new(desk: Desk, clock: Clock, settings: Settings) -> Self {
        let people = People::new(desk.store.clone(), &settings.public_url, None);
        let desk = desk.reached_at(&settings.public_url);
        Self { desk, people, settings: Arc::new(settings), clock, carrier: None, metrics: None }
    }

    /// People can also sign in at an identity provider.
    pub fn with_provider(self, provider: Provider) -> Self {
        let people = People::new(self.desk.store.clone(), &self.settings.public_url, Some(provider));
        Self { people, ..self }
    }

    /// Letters leave this way.
    pub fn with_carrier(self, carrier: Option<Carrier>) -> Self {
        Self { carrier, ..self }
    }

    /// Now, as precisely as the databases keep it.
    pub fn now(&self) -> DateTime<Utc> {
        stored((self.clock)())
    }

    /// Today in Sweden.
    pub fn today(&self) -> NaiveDate {
        swedish_day(self.now().fixed_offset())
    }

    /// Whether people reach the service over TLS: cookies are then for TLS only.
    pub fn is_secure(&self) -> bool {
        self.settings.public_url.starts_with("https:")
    }
}
