//! `kvartal audit verify`, `backup` and `export` on a database that somebody has worked in.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use kvartal::store::Store;
use kvartal::store::event::{Event, EventKind};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{Start, asa, file, noon, record};
use crate::databases::{on_both, on_postgres, on_sqlite};
use crate::support::{Folder, command, kvartal, ran};

/// A round with two uploads (one of them with a name that wants to be a path and a formula), a basis and a fixed report.
async fn worked_in(store: &Store) -> Start {
    let start = Start::new(store).await;
    start.attempt(store, b"the first").await;
    let mut tx = store.begin().await.unwrap();
    let hostile = kvartal::store::attempt::Incoming { name: "=../../../ut;ur.csv", ..file(b"a;b\n") };
    let original = tx.add_original(hostile).await.unwrap();
    tx.add_attempt(start.new_attempt(Some(&original))).await.unwrap();
    tx.log(record(&start.namnd, EventKind::Received, &original)).await.unwrap();
    let twice = tx.add_original(file(&vec![9; 3 << 20])).await.unwrap();
    tx.set_basis(&start.round, "register", &twice, "p1", noon()).await.unwrap();
    tx.fix(&start.round, &twice, "1.0", "p1", noon()).await.unwrap();
    tx.add_original(file("pekas inte ut av något".as_bytes())).await.unwrap();
    tx.log(record("system", EventKind::SignedIn, "p1")).await.unwrap();
    tx.commit().await.unwrap();
    start
}

/// The flags that an earlier run said to keep.
fn heads(text: &str) -> Vec<String> {
    let lines = text.lines().filter_map(|it| it.trim().strip_prefix("huvud "));
    lines.flat_map(|it| ["--huvud".to_owned(), it.to_owned()]).collect()
}

fn verify(url: &str, more: &[String]) -> crate::support::Ran {
    let mut arguments = vec!["audit", "verify", "--databas", url];
    arguments.extend(more.iter().map(String::as_str));
    kvartal(&arguments)
}

#[test]
fn a_whole_log_is_told_chain_by_chain_with_its_end() {
    on_both(async |db| {
        let start = worked_in(&db.store).await;
        let said = verify(&db.url, &["--filer".to_owned()]).ends_with(0);
        let head = db.store.verify_chain(&start.namnd).await.unwrap().unwrap().hash;
        let said = said.shows(&[
            "Nämnden för personer med funktionsnedsättning, Exempelstad\n  2 poster\n",
            &format!("huvud {}={head}", start.namnd),
            "Inloggningar och behörigheter\n  1 post\n",
            "Alla loggar är hela.",
            "Alla mottagna filer har samma innehåll",
        ]);
        assert_eq!(said.err, "");
        // What was written down then still holds when more has been logged.
        db.store.log(record(&start.namnd, EventKind::Downloaded, "x")).await.unwrap();
        verify(&db.url, &heads(&said.out)).ends_with(0);
    });
}

#[test]
fn a_broken_log_a_cut_log_and_a_changed_file_are_told_and_end_with_1() {
    on_both(async |db| {
        let start = worked_in(&db.store).await;
        let before = heads(&verify(&db.url, &[]).ends_with(0).out);
        let off: &[&str] = if db.is_sqlite() {
            &["DROP TRIGGER event_kept", "DROP TRIGGER event_not_removed", "DROP TRIGGER original_part_kept"]
        } else {
            &["ALTER TABLE event DISABLE TRIGGER ALL", "ALTER TABLE original_part DISABLE TRIGGER ALL"]
        };
        for sql in off {
            db.tries(sql).await.unwrap();
        }
        let first: Event = db.store.events_after(&start.namnd, 0, 1).await.unwrap().remove(0);
        // Cut off together with the head: it looks whole, but not to somebody who wrote the end down.
        db.tries(&format!("DELETE FROM event WHERE chain = '{}' AND nr = 2", start.namnd)).await.unwrap();
        db.tries(&format!("UPDATE event_head SET nr = 1, hash = '{}' WHERE nr = 2", first.hash)).await.unwrap();
        verify(&db.url, &[]).ends_with(0);
        verify(&db.url, &before).ends_with(1).shows(&["har ingen post med kontrollsumman", "En logg är inte hel."]);
        // Changed as well.
        db.tries("UPDATE event SET actor_name = 'Någon annan'").await.unwrap();
        verify(&db.url, &[]).ends_with(1).shows(&["Post 1 i loggen", "är ändrad", "2 loggar är inte hela."]);
        let other = if db.is_sqlite() { "x'00'" } else { "'\\x00'::bytea" };
        db.tries(&format!("UPDATE original_part SET bytes = {other} WHERE nr = 2")).await.unwrap();
        let ran = verify(&db.url, &["--filer".to_owned()]).ends_with(1);
        ran.shows(&["Filen ”Rapport åäö 📊.xlsx” (", "har inte samma innehåll som när den togs emot."]);
    });
}

#[test]
fn a_log_that_somebody_remembers_and_nobody_has_is_told() {
    on_sqlite(async |db| {
        let head = format!("borta={}", "ab".repeat(32));
        let ran = verify(&db.url, &["--huvud".to_owned(), head]).ends_with(1);
        ran.shows(&["borta\n  Loggen finns inte i den här databasen.", "En logg är inte hel."]);
    });
}

#[test]
fn the_database_is_named_by_a_flag_or_by_the_environment() {
    on_both(async |db| {
        worked_in(&db.store).await;
        ran(command(&["audit", "verify"]).env("KVARTAL_DATABASE_URL", &db.url))
            .ends_with(0)
            .shows(&["Alla loggar är hela."]);
    });
    kvartal(&["audit", "verify"]).ends_with(2).says(&["--databas", "KVARTAL_DATABASE_URL"]);
}

#[test]
fn a_mistyped_head_or_address_is_a_usage_fault() {
    for arguments in [
        &["audit"][..],
        &["audit", "verify", "--databas", "mysql://a/b"],
        &["audit", "verify", "--databas", "sqlite:a.db", "--huvud", "system"],
        &["audit", "verify", "--databas", "sqlite:a.db", "--huvud", "system=abc"],
        &["backup", "--databas", "sqlite:a.db"],
        &["export", "--databas", "sqlite:a.db"],
    ] {
        assert_eq!(kvartal(arguments).ends_with(2).out, "", "{arguments:?}");
    }
}

#[test]
fn a_database_that_is_not_there_ends_with_5_and_is_not_made() {
    let folder = Folder::new();
    let url = format!("sqlite:{}", folder.path("felskriven.db"));
    for arguments in [
        vec!["audit", "verify"],
        vec!["backup", "--out", &folder.path("kopia.db")],
        vec!["export", "--out", &folder.path("export")],
    ] {
        let arguments = [arguments, vec!["--databas", &url]].concat();
        kvartal(&arguments).ends_with(5).says(&["Databasen går inte att nå."]);
    }
    for name in ["felskriven.db", "kopia.db", "kopia.db.del", "export", "export.del"] {
        assert!(!folder.has(name), "{name}");
    }
    let ran = kvartal(&["audit", "verify", "--databas", "postgres://a:hemligt@127.0.0.1:1/kvartal"]).ends_with(5);
    assert!(!ran.err.contains("hemligt"), "{}", ran.err);
}

#[test]
fn a_database_of_another_version_is_not_touched() {
    on_both(async |db| {
        let newest = "SELECT MAX(version) FROM _sqlx_migrations";
        let before = db.number(newest).await;
        db.tries(&format!("DELETE FROM _sqlx_migrations WHERE version = {before}")).await.unwrap();
        verify(&db.url, &[]).ends_with(5).says(&["en annan version av Kvartal"]);
        assert_eq!(db.number(newest).await, before - 1);
    });
}

#[test]
fn a_backup_is_a_whole_database_that_can_be_proved() {
    on_sqlite(async |db| {
        let start = worked_in(&db.store).await;
        let folder = Folder::new();
        // Characters that mean something in an address and in a shell.
        let out = folder.path("kopia 100% åäö#1?.db");
        let ran = kvartal(&["backup", "--out", &out, "--databas", &db.url]).ends_with(0);
        let ran = ran.shows(&["4 mottagna filer och är genomläst", "kvartal audit verify --filer --databas 'sqlite:"]);
        let mode = std::fs::metadata(&out).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "only the owner reads it");
        assert!(!Path::new(&format!("{out}.del")).exists());

        // The printed command, run as it stands.
        let line = ran.out.split_once("kvartal audit").unwrap().1.replace("\\\n", " ");
        let words: Vec<String> = line.split_whitespace().map(|it| it.to_owned()).collect();
        let address = line.split('\'').nth(1).unwrap().to_owned();
        let heads = words.windows(2).filter(|it| it[0] == "--huvud").flat_map(|it| it.to_vec());
        let more: Vec<String> = heads.chain(["--filer".to_owned()]).collect();
        assert_eq!(more.len(), 5, "two chains: {line}");
        verify(&address, &more).ends_with(0).shows(&["Alla loggar är hela.", "Alla mottagna filer har samma innehåll"]);

        let copy = Store::open(&address).await.unwrap();
        let contents = copy.contents(&start.round).await.unwrap();
        assert_eq!(contents.attempts.len(), 2);
        assert_eq!(copy.original_bytes(&contents.bases[0].original_id).await.unwrap(), vec![9; 3 << 20]);
        copy.close().await;
        // That it was taken stands in the log.
        assert_eq!(db.store.events("system", None, 1).await.unwrap()[0].kind(), Some(EventKind::BackedUp));
    });
}

#[test]
fn a_backup_never_takes_the_place_of_a_file() {
    on_sqlite(async |db| {
        worked_in(&db.store).await;
        let folder = Folder::new();
        let out = folder.write("kopia.db", "den förra");
        kvartal(&["backup", "--out", &out, "--databas", &db.url])
            .ends_with(2)
            .says(&["finns redan", "skrivs aldrig över"]);
        assert_eq!(folder.bytes("kopia.db"), "den förra".as_bytes());
        let nowhere = folder.path("ingen/mapp/kopia.db");
        kvartal(&["backup", "--out", &nowhere, "--databas", &db.url]).ends_with(5).says(&["Det går inte att skriva"]);
    });
}

#[test]
fn a_backup_of_postgresql_is_the_business_of_pg_dump() {
    on_postgres(async |db| {
        let folder = Folder::new();
        let out = folder.path("kopia.dump");
        let said = kvartal(&["backup", "--out", &out, "--databas", &db.url]).ends_with(2);
        let command = format!("pg_dump --format=custom --file='{out}' '{}'", db.url);
        said.says(&[&command, "pg_restore"]);
        let secret = "postgres://a:hemligt@db/kvartal";
        let said = kvartal(&["backup", "--out", &out, "--databas", secret]).ends_with(2);
        assert!(said.err.contains("'postgres://a@db/kvartal'") && !said.err.contains("hemligt"), "{}", said.err);
        let said = ran(command_with(&["backup", "--out", &out], secret)).ends_with(2);
        assert!(said.err.contains("\"$KVARTAL_DATABASE_URL\"") && !said.err.contains("hemligt"), "{}", said.err);
    });
}

fn command_with(arguments: &[&str], url: &str) -> &'static mut std::process::Command {
    let mut it = command(arguments);
    it.env("KVARTAL_DATABASE_URL", url);
    Box::leak(Box::new(it))
}

#[test]
fn an_export_holds_every_file_byte_for_byte_its_list_and_the_log() {
    on_both(async |db| {
        let start = worked_in(&db.store).await;
        let folder = Folder::new();
        let out = folder.path("export");
        let ran = kvartal(&["export", "--out", &out, "--databas", &db.url]).ends_with(0);
        ran.shows(&["4 filer och 4 händelser ligger i", "personuppgifter"]);
        assert_eq!(std::fs::metadata(&out).unwrap().permissions().mode() & 0o777, 0o700);
        assert!(!folder.has("export.del"));

        let list = folder.json("export/lista.json");
        let list = list.as_array().unwrap();
        let used: Vec<_> = list.iter().map(|it| it["anvand_som"].as_str().unwrap()).collect();
        assert_eq!(used, ["inlamning", "inlamning", "rapport", "underlag", "annat"]);
        assert_eq!(list[2]["fil"], list[3]["fil"], "the same file, used twice");
        for it in list {
            let bytes = folder.bytes(&format!("export/{}", it["fil"].as_str().unwrap()));
            assert_eq!(it["sha256"], kvartal::store::event::hex(&Sha256::digest(&bytes)).as_str());
            assert_eq!(it["storlek"], bytes.len());
        }
        assert_eq!(list[0]["fil"], "filer/00001-Rapport åäö _.xlsx");
        assert_eq!(list[0]["namn"], "Rapport åäö 📊.xlsx");
        assert_eq!(
            (list[0]["utforare"].as_str(), list[0]["kvartal"].as_str()),
            (Some("Solsidan Omsorg AB"), Some("2023-Q4"))
        );
        assert_eq!(list[0]["insatser"], serde_json::json!(["ledsagarservice", "avlosarservice"]));
        assert_eq!(list[1]["fil"], "filer/00002-=.._.._.._ut_ur.csv".replace('=', "_"));
        assert_eq!(std::fs::read_dir(folder.path("export/filer")).unwrap().count(), 4);

        let csv = String::from_utf8(folder.bytes("export/lista.csv")).unwrap();
        assert!(csv.starts_with("\u{feff}fil;namn;sha256;"), "{csv}");
        assert!(csv.contains(";\"'=../../../ut;ur.csv\";"), "{csv}");
        assert_eq!(csv.lines().count(), 6);

        let events = String::from_utf8(folder.bytes("export/handelser.jsonl")).unwrap();
        let events: Vec<Value> = events.lines().map(|it| serde_json::from_str(it).unwrap()).collect();
        assert_eq!(events.iter().filter(|it| it["chain"] == start.namnd.as_str()).count(), 2);
        assert_eq!(events.last().unwrap()["kind"], "exporterad", "that it was taken stands in the log");
        for it in &events {
            assert_eq!(it["hash"], hash_as_the_readme_says(it).as_str());
        }
        assert!(folder.has("export/LÄS MIG.txt"));
        kvartal(&["export", "--out", &out, "--databas", &db.url]).ends_with(2).says(&["finns redan"]);
    });
}

/// Whoever has only the export can check the log.
fn hash_as_the_readme_says(event: &Value) -> String {
    let mut digest = Sha256::new();
    for field in ["before", "chain", "nr", "at", "actor", "actor_name", "kind", "about", "data"] {
        let text = event[field].as_str().map_or_else(|| event[field].to_string(), str::to_owned);
        digest.update((text.len() as u64).to_be_bytes());
        digest.update(text.as_bytes());
    }
    kvartal::store::event::hex(&digest.finalize())
}

#[test]
fn an_empty_database_gives_an_export_with_nothing_in_it() {
    on_both(async |db| {
        let folder = Folder::new();
        verify(&db.url, &[]).ends_with(0).shows(&["Loggen är tom."]);
        kvartal(&["export", "--out", &folder.path("export"), "--databas", &db.url]).ends_with(0);
        assert_eq!(folder.json("export/lista.json"), serde_json::json!([]));
    });
}

#[test]
fn the_commands_work_while_the_service_writes() {
    on_both(async |db| {
        let start = Start::new(&db.store).await;
        let folder = Folder::new();
        let writer = tokio::spawn({
            let (store, namnd) = (db.store.clone(), start.namnd.clone());
            async move {
                let stop = asa();
                for _ in 0..200 {
                    let record =
                        kvartal::store::event::Record { actor: &stop, ..record(&namnd, EventKind::Downloaded, "x") };
                    store.log(record).await.unwrap();
                }
            }
        });
        verify(&db.url, &[]).ends_with(0);
        kvartal(&["export", "--out", &folder.path("export"), "--databas", &db.url]).ends_with(0);
        if db.is_sqlite() {
            kvartal(&["backup", "--out", &folder.path("kopia.db"), "--databas", &db.url]).ends_with(0);
        }
        writer.await.unwrap();
    });
}
