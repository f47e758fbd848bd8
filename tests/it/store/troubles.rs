//! Locked, full, gone: the right word for it, nothing half-stored, and everything works again by itself.

use std::time::Duration;

use kvartal::store::event::EventKind;
use kvartal::store::{Settings, Store, StoreError};
use sqlx::{AssertSqlSafe, Connection, Executor};

use super::{Start, asa, file, noon, record};
use crate::databases::{Database, on_both, on_postgres, on_sqlite, running};
use crate::support::Folder;

/// Short enough for a test, long enough for a slow machine to take a free lock.
fn impatient() -> Settings {
    Settings { patience: Duration::from_millis(400), ..Settings::default() }
}

async fn log(store: &Store) -> Result<(), StoreError> {
    store.log(record("system", EventKind::Refused, "x")).await
}

async fn entries(store: &Store) -> i64 {
    store.verify_chain("system").await.unwrap().unwrap().entries
}

#[test]
fn an_address_that_is_no_database_is_refused() {
    for url in ["", "kvartal.db", "mysql://a/b", "sqlite:", "sqlite::memory:", "sqlite:a.db?mode=memory"] {
        let refused = running(Store::open(url));
        assert!(matches!(refused, Err(StoreError::Url)), "{url}: {refused:?}");
    }
}

#[test]
fn a_database_out_of_reach_is_gone() {
    let folder = Folder::new();
    folder.write("fil", "");
    for url in [
        format!("sqlite:{}", folder.path("ingen/mapp/kvartal.db")),
        format!("sqlite:{}", folder.path("fil/kvartal.db")),
        format!("postgres://kvartal@localhost/kvartal?host={}", folder.path("ingen")),
        "postgres://kvartal@127.0.0.1:1/kvartal".to_owned(),
    ] {
        let gone = running(Store::open(&url));
        assert!(matches!(gone, Err(StoreError::Gone)), "{url}: {gone:?}");
    }
}

#[test]
fn a_file_that_is_no_database_is_unexpected_and_left_alone() {
    let folder = Folder::new();
    let path = folder.write("kvartal.db", "Det här är ingen databas, utan en text som någon har lagt här i stället.");
    let before = folder.bytes("kvartal.db");
    let refused = running(Store::open(&format!("sqlite:{path}")));
    assert!(matches!(refused, Err(StoreError::Unexpected(_))), "{refused:?}");
    assert_eq!(folder.bytes("kvartal.db"), before);
}

#[test]
fn a_database_open_for_reading_only_is_gone() {
    on_sqlite(async |db| {
        log(&db.store).await.unwrap();
        let store = Store::open(&format!("{}?mode=ro", db.url)).await.unwrap();
        assert_eq!(entries(&store).await, 1, "reading is what it is open for");
        let refused = log(&store).await;
        assert!(matches!(refused, Err(StoreError::Gone)), "{refused:?}");
        store.close().await;
    });
    on_postgres(async |db| {
        let store = db.another(impatient()).await;
        let name: String = sqlx::query_scalar("SELECT current_database()").fetch_one(&mut db.pg().await).await.unwrap();
        let mut admin = sqlx::postgres::PgConnection::connect(&db.url.replace(&name, "postgres")).await.unwrap();
        for only in ["on", "off"] {
            let sql = format!("ALTER DATABASE {name} SET default_transaction_read_only = {only}");
            admin.execute(AssertSqlSafe(sql)).await.unwrap();
            db.tries(END_CONNECTIONS).await.unwrap();
            let written = log(&store).await;
            assert_eq!(matches!(written, Err(StoreError::Gone)), only == "on", "{written:?}");
        }
        assert_eq!(entries(&store).await, 1);
        store.close().await;
    });
}

#[test]
fn a_database_locked_by_another_program_is_busy_and_free_again_afterwards() {
    on_both(async |db| {
        let store = db.another(impatient()).await;
        log(&store).await.unwrap();
        let busy = if db.is_sqlite() {
            let mut other = db.lite().await;
            other.execute("BEGIN IMMEDIATE").await.unwrap();
            let busy = log(&store).await;
            assert_eq!(entries(&store).await, 1, "reading goes on");
            other.execute("ROLLBACK").await.unwrap();
            busy
        } else {
            let mut other = db.pg().await;
            let mut tx = other.begin().await.unwrap();
            tx.execute("LOCK TABLE event_head IN EXCLUSIVE MODE").await.unwrap();
            let busy = log(&store).await;
            assert_eq!(entries(&store).await, 1, "reading goes on");
            tx.rollback().await.unwrap();
            busy
        };
        assert!(matches!(busy, Err(StoreError::Busy)), "{busy:?}");
        log(&store).await.unwrap();
        assert_eq!(entries(&store).await, 2);
        store.close().await;
    });
}

#[test]
fn who_waits_too_long_for_a_colleague_is_told_that_the_database_is_busy() {
    on_both(async |db| {
        let (store, start) = (db.another(impatient()).await, Start::new(&db.store).await);
        let mut first = store.begin().await.unwrap();
        first.hold_round(&start.round).await.unwrap();
        let second = async {
            let mut tx = store.begin().await?;
            tx.add_grade(&start.filing, None, "x", &asa(), noon()).await
        };
        let busy = second.await;
        assert!(matches!(busy, Err(StoreError::Busy)), "{busy:?}");
        first.commit().await.unwrap();
        let mut tx = store.begin().await.unwrap();
        tx.add_grade(&start.filing, None, "x", &asa(), noon()).await.unwrap();
        tx.commit().await.unwrap();
        store.close().await;
    });
}

#[test]
fn when_all_connections_are_taken_the_database_is_busy() {
    on_postgres(async |db| {
        let store = db.another(impatient()).await;
        let mut taken = Vec::new();
        for _ in 0..16 {
            taken.push(store.begin().await.unwrap());
        }
        let busy = log(&store).await;
        assert!(matches!(busy, Err(StoreError::Busy)), "{busy:?}");
        drop(taken);
        log(&store).await.unwrap();
        store.close().await;
    });
}

#[test]
fn on_a_full_disk_nothing_is_half_stored_and_there_is_room_again_when_there_is_room() {
    on_sqlite(async |db| {
        let start = Start::new(&db.store).await;
        let pages = u32::try_from(db.number("PRAGMA page_count").await).unwrap() + 40;
        let store = db.another(Settings { most_pages: Some(pages), ..impatient() }).await;
        let bytes = vec![7; 3 << 20];
        let mut tx = store.begin().await.unwrap();
        let full = tx.add_original(file(&bytes)).await;
        assert!(matches!(full, Err(StoreError::Full)), "{full:?}");
        drop(tx);
        assert_eq!(db.number("SELECT COUNT(*) FROM original").await, 0);
        assert_eq!(db.number("SELECT COUNT(*) FROM original_part").await, 0);
        // A small file has room.
        start.attempt(&store, b"liten").await;
        assert_eq!(db.number("SELECT COUNT(*) FROM original").await, 1);
        assert_eq!(db.number("SELECT COUNT(*) FROM attempt").await, 1);
        store.close().await;
    });
}

#[test]
fn a_sqlite_file_that_is_taken_away_is_missed_and_found_when_it_is_put_back() {
    on_sqlite(async |db| {
        let store = db.another(impatient()).await;
        log(&store).await.unwrap();
        let (file, away) = (db.file(), format!("{}-undan", db.file()));
        // As somebody would who moves the files of a service that he takes to be stopped.
        for end in ["", "-wal", "-shm"] {
            let _ = std::fs::rename(format!("{file}{end}"), format!("{away}{end}"));
        }
        for _ in 0..2 {
            let gone = log(&store).await;
            assert!(matches!(gone, Err(StoreError::Gone)), "{gone:?}");
            let gone = store.ping().await;
            assert!(matches!(gone, Err(StoreError::Gone)), "{gone:?}");
        }
        assert!(!std::path::Path::new(&file).exists(), "an empty database in its place would hide the loss");
        for end in ["", "-wal", "-shm"] {
            let _ = std::fs::rename(format!("{away}{end}"), format!("{file}{end}"));
        }
        log(&store).await.unwrap();
        assert_eq!(entries(&store).await, 2);
        store.close().await;
    });
}

#[test]
fn a_backup_put_in_the_place_of_a_sqlite_file_is_the_one_that_is_written_to() {
    on_sqlite(async |db| {
        let store = db.another(impatient()).await;
        log(&store).await.unwrap();
        let copy = format!("{}-kopia", db.file());
        db.tries(&format!("VACUUM INTO '{copy}'")).await.unwrap();
        log(&store).await.unwrap();
        for end in ["-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{end}", db.file()));
        }
        std::fs::rename(copy, db.file()).unwrap();
        assert_eq!(entries(&store).await, 1);
        log(&store).await.unwrap();
        assert_eq!(entries(&db.another(impatient()).await).await, 2);
        store.close().await;
    });
}

const END_CONNECTIONS: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()";

#[test]
fn connections_that_the_server_has_ended_are_made_again() {
    on_postgres(async |db| {
        let store = &db.store;
        log(store).await.unwrap();
        db.tries(END_CONNECTIONS).await.unwrap();
        log(store).await.unwrap();
        // In the middle of something: that is lost as a whole, and said.
        let mut tx = store.begin().await.unwrap();
        tx.add_original(file(b"a")).await.unwrap();
        db.tries(END_CONNECTIONS).await.unwrap();
        let gone = tx.add_original(file(b"b")).await;
        assert!(matches!(gone, Err(StoreError::Gone)), "{gone:?}");
        drop(tx);
        let mut tx = store.begin().await.unwrap();
        tx.log(record("system", EventKind::Refused, "x")).await.unwrap();
        db.tries(END_CONNECTIONS).await.unwrap();
        let gone = tx.commit().await;
        assert!(matches!(gone, Err(StoreError::Gone)), "{gone:?}");
        assert_eq!(entries(store).await, 2);
        assert_eq!(db.number("SELECT COUNT(*) FROM original").await, 0);
    });
}

#[test]
fn a_server_that_goes_away_is_missed_and_found_again() {
    on_postgres(async |db| {
        let store = db.another(impatient()).await;
        log(&store).await.unwrap();
        let name: String = sqlx::query_scalar("SELECT current_database()").fetch_one(&mut db.pg().await).await.unwrap();
        let mut admin = sqlx::postgres::PgConnection::connect(&db.url.replace(&name, "postgres")).await.unwrap();
        db.store.close().await;
        let mut rename = async |from: &str, to: &str| {
            let end = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{from}'");
            admin.execute(AssertSqlSafe(end)).await.unwrap();
            admin.execute(AssertSqlSafe(format!("ALTER DATABASE {from} RENAME TO {to}"))).await.unwrap();
        };
        rename(&name, &format!("{name}_undan")).await;
        for _ in 0..2 {
            let gone = log(&store).await;
            assert!(matches!(gone, Err(StoreError::Gone)), "{gone:?}");
        }
        rename(&format!("{name}_undan"), &name).await;
        log(&store).await.unwrap();
        assert_eq!(entries(&store).await, 2);
        store.close().await;
    });
}

/// What PostgreSQL says when it is in trouble, raised by a trigger, and the word the user gets.
#[test]
fn every_trouble_of_postgresql_has_its_word() {
    type Is = fn(&StoreError) -> bool;
    let busy: Is = |it| matches!(it, StoreError::Busy);
    let full: Is = |it| matches!(it, StoreError::Full);
    let gone: Is = |it| matches!(it, StoreError::Gone);
    let other: Is = |it| matches!(it, StoreError::Sql(_));
    let odd: Is = |it| matches!(it, StoreError::Unexpected(_));
    let states: &[(&str, Is)] = &[
        ("55P03", busy),
        ("57014", busy),
        ("40001", busy),
        ("40P01", busy),
        ("53200", busy),
        ("53300", busy),
        ("53100", full),
        ("25006", gone),
        ("57P01", gone),
        ("58030", gone),
        ("08006", gone),
        ("XX001", odd),
        ("23503", odd),
        ("42P01", other),
    ];
    on_postgres(async |db: &Database| {
        for (state, is) in states {
            let function = format!(
                "CREATE OR REPLACE FUNCTION trouble() RETURNS trigger LANGUAGE plpgsql AS
                 $$ BEGIN RAISE EXCEPTION 'trouble' USING ERRCODE = '{state}'; END $$"
            );
            db.tries(&function).await.unwrap();
            if *state == states[0].0 {
                db.tries("CREATE TRIGGER trouble BEFORE INSERT ON original FOR EACH ROW EXECUTE FUNCTION trouble()")
                    .await
                    .unwrap();
            }
            let said = db.store.begin().await.unwrap().add_original(file(b"a")).await.unwrap_err();
            assert!(is(&said), "{state}: {said:?}");
        }
    });
}
