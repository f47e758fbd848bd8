//! The service without its pages: a round that goes through the database comes out as it does on the command line.

use std::path::Path;

use chrono::{DateTime, Utc};
use kvartal::cage::Cage;
use kvartal::cli::import;
use kvartal::desk::{Desk, Which};
use kvartal::sheet::Limits;
use kvartal::store::{Actor, Store};
use serde_json::Value;

use crate::support::{Folder, kvartal};

pub(crate) fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

pub(crate) fn cage() -> Cage {
    Cage::new(env!("CARGO_BIN_EXE_kvartal").into(), 2, Limits::built_in().expect("limits"))
}

pub(crate) async fn desk(folder: &Folder) -> Desk {
    let store = Store::open(&format!("sqlite:{}", folder.path("kvartal.db"))).await.expect("a database");
    Desk::new(store, cage()).expect("built-in rules")
}

fn samples(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(name)
}

pub(crate) async fn load(desk: &Desk, name: &str) -> String {
    let folder = import::folder(&samples(name)).unwrap_or_else(|it| panic!("{}", it.text()));
    desk.load_round(folder, at("2024-01-20T09:00:00Z")).await.expect("the round is loaded")
}

async fn accept_all(desk: &Desk, round: &str) {
    let contents = desk.store.contents(round).await.expect("contents");
    let by = Actor::new("p1", "Anna Handläggare");
    for filing in &contents.filings {
        if let Some(newest) = contents.attempts_of(filing).rev().find(|it| it.is_valid()) {
            desk.accept(&filing.id, &newest.id, &by, at("2024-01-25T09:00:00Z")).await.expect("accepted");
        }
    }
}

fn json_of(made: &kvartal::desk::figures::Made) -> Value {
    let mut out = Vec::new();
    kvartal::render::json::write(&mut out, &made.view()).expect("json");
    serde_json::from_slice(&out).expect("json")
}

#[tokio::test]
async fn a_round_that_goes_through_the_database_comes_out_as_on_the_command_line() {
    for name in ["2023-q4", "2023-q3", "socialnamnden-2023-q3"] {
        let folder = Folder::new();
        kvartal(&["report", samples(name).to_str().expect("path"), "--out", &folder.path("ut"), "--format", "json"]);
        let wanted = folder.json("ut/report.json");
        let desk = desk(&folder).await;
        let round = load(&desk, name).await;
        accept_all(&desk, &round).await;
        let made = desk.report(&round, Which::Accepted).await.expect("a report");
        let got = json_of(&made);
        for part in wanted.as_object().expect("an object").keys() {
            assert_eq!(got[part], wanted[part], "{name}: {part}");
        }
    }
}

#[tokio::test]
async fn a_fixed_quarter_takes_no_more_and_can_be_unlocked_with_a_reason() {
    let folder = Folder::new();
    let desk = desk(&folder).await;
    let round = load(&desk, "2023-q4").await;
    let by = Actor::new("p1", "Anna Samordnare");
    let now = at("2024-02-01T09:00:00Z");
    let version = desk.store.round(&round).await.expect("store").expect("round").version;
    let refused = desk.fix(&round, version, &by, now).await.expect_err("not everything is reviewed");
    assert!(refused.to_string().contains("kan inte fastställas än"), "{refused}");
    accept_all(&desk, &round).await;
    let version = desk.store.round(&round).await.expect("store").expect("round").version;
    desk.fix(&round, version, &by, now).await.expect("fixed");
    let contents = desk.store.contents(&round).await.expect("contents");
    let filing = &contents.filings[0];
    let late = kvartal::desk::intake::Upload { name: "sen.csv".into(), bytes: b"Insats;K\xc3\xb6n\n".to_vec() };
    assert!(desk.receive(&filing.id, late, &by, now).await.is_err(), "a fixed quarter takes no files");
    desk.unlock(&round, "Ett ärende räknades två gånger.", &by, now).await.expect("unlocked");
    assert!(!desk.store.round(&round).await.expect("store").expect("round").is_fixed());
    for chain in desk.store.chains().await.expect("chains") {
        assert!(desk.store.verify_chain(&chain).await.expect("store").is_ok(), "{chain} is whole");
    }
}

#[tokio::test]
async fn readings_made_again_from_the_originals_are_the_same() {
    let folder = Folder::new();
    let desk = desk(&folder).await;
    load(&desk, "2023-q4").await;
    let (readings, different) = desk.rebuild(false, at("2024-03-01T09:00:00Z")).await.expect("rebuilt");
    assert!(readings > 10, "{readings} readings");
    assert_eq!(different, Vec::<String>::new());
}
