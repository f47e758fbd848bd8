//! `kvartal serve` and the web of `kvartal demo`.
//!
//! Goes in: arguments and environment. Comes out: the service, until it is told to stop.
//! Guaranteed: when it stops, answers under way are finished and readings under way are left to be taken up again.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{TimeZone, Utc};
use tokio::net::TcpListener;

use crate::access::role::Role;
use crate::cage::Cage;
use crate::desk::work::Clock;
use crate::desk::{Desk, DeskError};
use crate::http::{self, App, PATIENCE, Settings};
use crate::mail::{Carrier, outbox};
use crate::model::Meetings;
use crate::model::working_day::working_days_after;
use crate::remind::run as remind;
use crate::store::round::Days;
use crate::store::{Actor, Store, StoreError};

use super::arguments::{Demo, Serve};
use super::failure::{Failure, Outcome, io_text};
use super::library::Library;
use super::{context, import, note, say, settings};

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::System(error.to_string())
    }
}

impl From<DeskError> for Failure {
    fn from(error: DeskError) -> Self {
        match error {
            // What was asked for may not be done; nothing is broken.
            DeskError::Refused(it) => Self::Usage(it.message),
            other => Self::System(other.to_string()),
        }
    }
}

/// The database that arguments or environment name.
pub fn database(given: Option<&str>) -> String {
    given
        .map(str::to_owned)
        .or_else(|| context::setting("KVARTAL_DATABASE_URL"))
        .unwrap_or_else(|| "sqlite:kvartal.db".to_owned())
}

/// Opens the desk on a database.
pub async fn desk(database: &str) -> Result<Desk, Failure> {
    let limits = Library::builtin()?.limits;
    let program = context::own_program()
        .map_err(|it| Failure::System(format!("Programmet hittar inte sig självt: {}.", it.kind())))?;
    let store = Store::open(database).await?;
    Ok(Desk::new(store, Cage::new(program, context::threads(), limits))?)
}

pub fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    context::runtime().map_err(|it| Failure::System(format!("Programmet kunde inte starta: {}.", it.kind())))
}

/// Runs the service.
pub fn run(arguments: &Serve) -> Result<Outcome, Failure> {
    log();
    let carrier = settings::carrier()?;
    let database = database(arguments.databas.as_deref());
    runtime()?.block_on(async {
        let listener = listen(arguments.listen).await?;
        // Port 0 means any that is free; people are told which.
        let address = listener.local_addr().map_err(|it| Failure::System(it.to_string()))?;
        let public_url = public_url(arguments.url.as_deref(), &address.to_string());
        let provider = settings::provider(&public_url)?;
        let desk = desk(&database).await?;
        let settings = Settings {
            public_url: public_url.clone(),
            demo: false,
            behind_proxy: arguments.bakom_proxy,
            largest_file: largest_file()?,
            patience: PATIENCE,
        };
        say(&format!("Kvartal svarar på {public_url} (databas: {}).\n", desk.store.kind()))?;
        if carrier.is_none() {
            note("KVARTAL_MAIL är inte satt: brev ligger kvar i utkorgen tills det finns en väg ut.");
        }
        let app = App::new(desk, context::clock(), settings);
        let app = match provider {
            Some(provider) => app.with_provider(provider),
            None => app,
        };
        until_stopped(app, carrier, listener).await
    })
}

/// As people reach the service: what arguments or environment say, or where it listens.
pub fn public_url(given: Option<&str>, listen: &str) -> String {
    let url = given.map(str::to_owned).or_else(|| context::setting("KVARTAL_URL"));
    url.unwrap_or_else(|| format!("http://{listen}")).trim_end_matches('/').to_owned()
}

/// Loads the sample rounds into a new database and serves them.
pub fn demo(arguments: &Demo, rounds: &[PathBuf]) -> Result<Outcome, Failure> {
    log();
    let file = arguments.out.join("exempel.db");
    for ending in ["", "-wal", "-shm"] {
        let mut name = file.clone().into_os_string();
        name.push(ending);
        match std::fs::remove_file(&name) {
            Err(it) if it.kind() != std::io::ErrorKind::NotFound => {
                return Err(Failure::System(io_text("Det går inte att ta bort den gamla databasen", &file, &it)));
            }
            _ => {}
        }
    }
    // Exempelstad lives in its own time: the quarter's last day has passed, and the review is under way.
    let started = std::time::Instant::now();
    let then = Utc.with_ymd_and_hms(2024, 1, 22, 8, 0, 0).single().unwrap_or_default();
    let clock: Clock = Arc::new(move || then + started.elapsed());
    runtime()?.block_on(async {
        let desk = desk(&format!("sqlite:{}", file.display())).await?;
        for round in rounds {
            load(&desk, round, &clock).await?;
        }
        people(&desk, &clock).await?;
        let listener = listen(SocketAddr::from(([127, 0, 0, 1], arguments.port))).await?;
        let address = listener.local_addr().map_err(|it| Failure::System(it.to_string()))?;
        let settings = Settings {
            public_url: format!("http://{address}"),
            demo: true,
            behind_proxy: false,
            largest_file: largest_file()?,
            patience: PATIENCE,
        };
        say(&format!("\nExempelstads tjänst svarar på http://{address}. Avsluta med Ctrl+C.\n"))?;
        let letters = format!("mapp:{}", arguments.out.join("brev").display());
        let carrier = Carrier::new(&letters, "Kvartal <kvartal@exempelstad.example.org>").ok();
        until_stopped(App::new(desk, clock, settings), carrier, listener).await
    })
}

fn largest_file() -> Result<usize, Failure> {
    Ok(usize::try_from(Library::builtin()?.limits.file_bytes()).unwrap_or(usize::MAX))
}

async fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|it| {
        let why = match it.kind() {
            std::io::ErrorKind::AddrInUse => "porten är upptagen av ett annat program".to_owned(),
            std::io::ErrorKind::PermissionDenied => "du saknar behörighet".to_owned(),
            kind => kind.to_string(),
        };
        Failure::System(format!("Det går inte att svara på {address}: {why}."))
    })
}

/// Serves, reads what comes in and sends what goes out, until a signal comes.
async fn until_stopped(app: App, carrier: Option<Carrier>, listener: TcpListener) -> Result<Outcome, Failure> {
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let mut workers = Vec::new();
    for _ in 0..context::threads() {
        let (desk, stopped) = (app.desk.clone(), stopped.clone());
        let clock: Clock = {
            let app = app.clone();
            Arc::new(move || app.now())
        };
        workers.push(tokio::spawn(async move { desk.work(clock, stopped).await }));
    }
    let (people, swept) = (app.people.clone(), stopped.clone());
    let clock: Clock = {
        let app = app.clone();
        Arc::new(move || app.now())
    };
    workers.push(tokio::spawn(async move { people.sweep(clock, swept).await }));
    let carrier = carrier.map(|it| it.reached_at(&app.settings.public_url));
    let app = app.with_carrier(carrier.clone());
    if let Some(carrier) = carrier {
        let (store, stopped, app) = (app.desk.store.clone(), stopped.clone(), app.clone());
        let clock: Clock = Arc::new(move || app.now());
        workers.push(tokio::spawn(outbox::work(store, carrier, clock, stopped)));
    }
    let (desk, chased) = (app.desk.clone(), stopped.clone());
    let clock: Clock = {
        let app = app.clone();
        Arc::new(move || app.now())
    };
    workers.push(tokio::spawn(remind::work(desk, clock, chased)));
    tokio::spawn(async move {
        signal().await;
        note("Avslutar: svar på väg görs klara.");
        let _ = stop.send(true);
    });
    let store = app.desk.store.clone();
    let served = http::serve(app, listener, stopped).await;
    for worker in workers {
        let _ = worker.await;
    }
    store.close().await;
    served.map_err(|it| Failure::System(format!("Tjänsten stannade: {}.", it.kind())))?;
    Ok(Outcome::Clean)
}

/// Ctrl+C, or the signal of a service manager.
async fn signal() {
    let mut terminate = match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(it) => it,
        Err(_) => return std::future::pending().await,
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

/// The log goes to stderr: lines for a terminal, JSON elsewhere. `KVARTAL_LOG` says how much.
fn log() {
    let filter = context::setting("KVARTAL_LOG").unwrap_or_else(|| "warn,kvartal=info".to_owned());
    let filter = tracing_subscriber::EnvFilter::new(filter);
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A log that is set up already (a test) stays as it is.
    let _ = if context::watched() { builder.try_init() } else { builder.json().try_init() };
}

/// Loads a sample round; the older one is accepted and fixed, the newer is left in the middle of its review.
async fn load(desk: &Desk, folder: &Path, clock: &Clock) -> Result<(), Failure> {
    let loaded = import::folder(folder)?;
    let (quarter, report_day) = (loaded.round.quarter, loaded.round.report_day);
    let round = desk.load_round(loaded, clock()).await?;
    meetings(desk, &round, clock).await?;
    let contents = desk.store.contents(&round).await?;
    let past = report_day < crate::model::calendar::swedish_day(clock().fixed_offset());
    let by = Actor::import();
    for (at, filing) in contents.filings.iter().enumerate() {
        let newest = contents.attempts_of(filing).rev().find(|it| it.is_valid());
        if let Some(newest) = newest.filter(|_| past || at % 3 != 0) {
            desk.accept(&filing.id, &newest.id, &by, clock()).await?;
        }
    }
    if past {
        let version = desk.store.round(&round).await?.map_or(0, |it| it.version);
        if let Err(error) = desk.fix(&round, version, &by, clock()).await {
            tracing::warn!(%quarter, %error, "the sample quarter was not fixed");
        }
    }
    Ok(())
}

/// The nämnd meets when its members have had the report for as long as they should; fullmäktige two weeks later.
async fn meetings(desk: &Desk, round: &str, clock: &Clock) -> Result<(), Failure> {
    let Some(row) = desk.store.round(round).await? else { return Ok(()) };
    let namnd = working_days_after(row.report_day, desk.builtin().ladder.counting.sent_out);
    let meetings = Meetings { namnd: Some(namnd), fullmaktige: Some(working_days_after(namnd, 10)) };
    let days = (row.days(), Days { meetings, ..row.days() });
    Ok(desk.change_days(round, days, &Actor::import(), clock()).await?)
}

/// Invented people: one of each role, and one for every utförare.
async fn people(desk: &Desk, clock: &Clock) -> Result<(), Failure> {
    let now = clock();
    for namnd in desk.store.namnder().await? {
        let utforare = desk.store.utforare(&namnd.id).await?;
        let mut tx = desk.store.begin().await?;
        for (name, role) in [
            ("Samira Lindgren", Role::Samordnare),
            ("Hanna Ek", Role::Handlaggare),
            ("Jonas Berg", Role::Handlaggare),
            ("Rut Nyman", Role::Lasare),
            ("Adam Sand", Role::Administrator),
        ] {
            let mail = format!("{}@exempelstad.example.org", role_mail(name));
            let person = tx.add_person(&mail, name, now).await?;
            tx.add_membership(&person, (&namnd.id, role.key(), None), now).await?;
        }
        for it in &utforare {
            let mail = format!("rapport@{}.example.org", it.nyckel);
            let person = tx.add_person(&mail, &format!("Rapportör, {}", it.namn), now).await?;
            tx.add_membership(&person, (&namnd.id, Role::Utforare.key(), Some(&it.id)), now).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

fn role_mail(name: &str) -> String {
    name.to_lowercase().replace(' ', ".")
}
