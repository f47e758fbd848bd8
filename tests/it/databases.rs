//! A database of its own for each test: SQLite in a temporary file, PostgreSQL as a copy of a migrated one.
//!
//! Goes in: a test. Comes out: the same test, run on both.
//! Guaranteed: tests never see each other's rows; nothing is skipped when there is no PostgreSQL – it is started, or the
//! test fails and says how to. Under `tests/run` all tests share one server, named by `KVARTAL_TEST_POSTGRES`.

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use kvartal::store::{Settings, Store};
use sha2::{Digest, Sha256};
use sqlx::postgres::PgConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor};

use crate::support::Folder;

/// An open store, and the way to it behind its back.
pub(crate) struct Database {
    pub(crate) store: Store,
    pub(crate) url: String,
    folder: Folder,
}

/// Runs a test on both databases.
#[track_caller]
pub(crate) fn on_both(test: impl AsyncFn(&Database)) {
    on_sqlite(&test);
    on_postgres(&test);
}

#[track_caller]
pub(crate) fn on_sqlite(test: impl AsyncFn(&Database)) {
    running(async {
        let folder = Folder::new();
        let url = format!("sqlite:{}", folder.path("kvartal.db"));
        on("SQLite", folder, url, &test).await;
    });
}

#[track_caller]
pub(crate) fn on_postgres(test: impl AsyncFn(&Database)) {
    running(async {
        let mut admin = connected(server()).await;
        let template = template(&mut admin).await;
        let name = format!("t_{}", kvartal::store::new_id().replace('-', ""));
        execute(&mut admin, format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
        on("PostgreSQL", Folder::new(), named(server(), &name), &test).await;
        execute(&mut admin, format!("DROP DATABASE {name} WITH (FORCE)")).await;
    });
}

async fn on(kind: &'static str, folder: Folder, url: String, test: &impl AsyncFn(&Database)) {
    /// Says on which database a test failed.
    struct Here(&'static str);
    #[expect(clippy::print_stderr, reason = "it belongs to what the test said when it failed")]
    impl Drop for Here {
        fn drop(&mut self) {
            if std::thread::panicking() {
                eprintln!("(on {})", self.0);
            }
        }
    }
    let _here = Here(kind);
    let store = Store::open(&url).await.unwrap();
    let database = Database { store, url, folder };
    test(&database).await;
    database.store.close().await;
}

pub(crate) fn running<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime can be made").block_on(future)
}

impl Database {
    pub(crate) fn is_sqlite(&self) -> bool {
        self.store.kind() == "sqlite"
    }

    /// The file of a SQLite database.
    pub(crate) fn file(&self) -> String {
        self.folder.path("kvartal.db")
    }

    /// A second node on the same database.
    pub(crate) async fn another(&self, settings: Settings) -> Store {
        Store::open_with(&self.url, settings).await.unwrap()
    }

    /// A connection that knows nothing of the store's rules.
    pub(crate) async fn lite(&self) -> SqliteConnection {
        let options = SqliteConnectOptions::new().filename(self.file()).foreign_keys(false);
        options.connect().await.unwrap()
    }

    /// A connection that knows nothing of the store's rules.
    pub(crate) async fn pg(&self) -> PgConnection {
        connected(&self.url).await
    }

    /// Runs one statement behind the store's back; gives what the database says.
    pub(crate) async fn tries(&self, sql: &str) -> Result<(), String> {
        let sql = AssertSqlSafe(sql.to_owned());
        if self.is_sqlite() {
            self.lite().await.execute(sql).await.map(|_| ()).map_err(|it| it.to_string())
        } else {
            self.pg().await.execute(sql).await.map(|_| ()).map_err(|it| it.to_string())
        }
    }

    /// The number that a query gives.
    pub(crate) async fn number(&self, sql: &str) -> i64 {
        let sql = AssertSqlSafe(sql.to_owned());
        if self.is_sqlite() {
            sqlx::query_scalar(sql).fetch_one(&mut self.lite().await).await.unwrap()
        } else {
            sqlx::query_scalar(sql).fetch_one(&mut self.pg().await).await.unwrap()
        }
    }
}

async fn connected(url: &str) -> PgConnection {
    PgConnection::connect(url).await.unwrap_or_else(|it| panic!("no PostgreSQL at {url}: {it}; {HOW}"))
}

async fn execute(connection: &mut PgConnection, sql: String) {
    connection.execute(AssertSqlSafe(sql)).await.unwrap();
}

/// The same server, another database.
fn named(url: &str, name: &str) -> String {
    let (path, query) = url.split_once('?').map_or((url, String::new()), |(path, query)| (path, format!("?{query}")));
    let (server, _) = path.rsplit_once('/').expect("the URL names a database");
    format!("{server}/{name}{query}")
}

/// An empty database with all tables, made once for each state of the migrations.
async fn template(admin: &mut PgConnection) -> String {
    let mut digest = Sha256::new();
    for path in migrations("postgres") {
        digest.update(std::fs::read(path).unwrap());
    }
    let name = format!("mall_{}", &kvartal::store::event::hex(&digest.finalize())[..16]);
    // One test makes it; the others wait.
    execute(admin, "SELECT pg_advisory_lock(20231231)".to_owned()).await;
    let made: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)")
        .bind(&name)
        .fetch_one(&mut *admin)
        .await
        .unwrap();
    if !made {
        let draft = format!("{name}_utkast");
        execute(admin, format!("DROP DATABASE IF EXISTS {draft} WITH (FORCE)")).await;
        execute(admin, format!("CREATE DATABASE {draft}")).await;
        Store::open(&named(server(), &draft)).await.unwrap().close().await;
        execute(admin, format!("ALTER DATABASE {draft} RENAME TO {name}")).await;
    }
    execute(admin, "SELECT pg_advisory_unlock(20231231)".to_owned()).await;
    name
}

/// The migrations of one database in their order.
pub(crate) fn migrations(kind: &str) -> Vec<std::path::PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/migrations").join(kind);
    let mut found: Vec<_> = std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    found.sort();
    found
}

const HOW: &str = "run ./tests/run, or start one with ./tests/postgres start and name it in KVARTAL_TEST_POSTGRES";

/// The server that all tests of this run share.
fn server() -> &'static str {
    static URL: OnceLock<String> = OnceLock::new();
    #[expect(clippy::disallowed_methods, reason = "how tests/run hands the server to the tests")]
    URL.get_or_init(|| std::env::var("KVARTAL_TEST_POSTGRES").unwrap_or_else(|_| started()))
}

/// Without `tests/run`: a server that goes away with cargo (or nextest, which starts a process for each test).
fn started() -> String {
    let runner = std::os::unix::process::parent_id();
    let note = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("postgres-{runner}"));
    let lock = std::fs::File::create(note.with_extension("lock")).unwrap();
    lock.lock().unwrap();
    let alive = |url: &str| url.split_once("host=").is_some_and(|(_, folder)| Path::new(folder.trim()).is_dir());
    if let Some(url) = std::fs::read_to_string(&note).ok().filter(|it| alive(it)) {
        return url;
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/postgres");
    let run = Command::new(script).args(["start", "--while", &runner.to_string()]).output().unwrap();
    assert!(run.status.success(), "{}\n{HOW}", String::from_utf8_lossy(&run.stderr));
    let url = String::from_utf8(run.stdout).unwrap().trim().to_owned();
    std::fs::write(&note, &url).unwrap();
    url
}
