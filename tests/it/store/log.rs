//! The event log: entries, chains, and everything that can be done to them behind the store's back.

use kvartal::store::event::{Event, EventKind, Record, Wanted};
use kvartal::store::verify::{BrokenChain, Whole};
use kvartal::store::{Actor, Store};

use super::{Start, asa, at, file, noon, record};
use crate::databases::{Database, on_both};

/// A chain of five entries after the one of the nämnd itself.
async fn six(store: &Store) -> String {
    let start = Start::new(store).await;
    for nr in 2..=6 {
        let about = format!("om {nr}");
        store.log(record(&start.namnd, EventKind::Downloaded, &about)).await.unwrap();
    }
    start.namnd
}

/// Does something the triggers refuse.
async fn behind(db: &Database, statements: &[&str]) {
    let off: &[&str] = if db.is_sqlite() {
        &["DROP TRIGGER event_kept", "DROP TRIGGER event_not_removed", "DROP TRIGGER event_not_replaced"]
    } else {
        &["ALTER TABLE event DISABLE TRIGGER ALL"]
    };
    for sql in off.iter().chain(statements) {
        db.tries(sql).await.unwrap_or_else(|it| panic!("{sql}: {it}"));
    }
}

#[test]
fn an_entry_is_read_as_it_was_written() {
    on_both(async |db| {
        let store = &db.store;
        let (asa, data) = (asa(), serde_json::json!({"fil": "åäö 📊", "antal": 3}));
        let record = Record { chain: "system", at: noon(), actor: &asa, kind: EventKind::Received, about: "f1", data };
        store.log(record.clone()).await.unwrap();
        store.log(Record { about: "f2", ..record }).await.unwrap();
        let events = store.events("system", None, 10).await.unwrap();
        assert_eq!(events.iter().map(|it| it.nr).collect::<Vec<_>>(), [2, 1], "newest first");
        let first = &events[1];
        assert_eq!(
            (first.actor.as_str(), first.actor_name.as_str(), first.kind()),
            ("p1", "Åsa Öberg", Some(EventKind::Received))
        );
        assert_eq!((first.at(), first.at.as_str()), (Some(noon()), "2024-01-08T12:00:00.123456Z"));
        assert_eq!(first.data, r#"{"antal":3,"fil":"åäö 📊"}"#);
        assert_eq!((first.before.as_str(), &events[0].before), ("", &first.hash));
        assert_eq!(store.events("system", Some(2), 10).await.unwrap().len(), 1);
        assert_eq!(store.events_after("system", 1, 10).await.unwrap()[0].nr, 2);
        assert_eq!(store.events_about("f2").await.unwrap().len(), 1);
        let whole = Whole { entries: 2, hash: events[0].hash.clone() };
        assert_eq!(store.verify_chain("system").await.unwrap(), Ok(whole));
    });
}

#[test]
fn the_log_is_searched_by_kind_person_and_time_and_counted_alike() {
    on_both(async |db| {
        let (store, bo) = (&db.store, Actor::new("p2", "Bo Ek"));
        for (minutes, kind) in [(0, EventKind::Received), (1, EventKind::Downloaded), (2, EventKind::Downloaded)] {
            let at = noon() + chrono::TimeDelta::minutes(minutes);
            store.log(Record { at, ..record("system", kind, "x") }).await.unwrap();
        }
        store.log(Record { actor: &bo, ..record("system", EventKind::Downloaded, "x") }).await.unwrap();
        let minute = |it: i64| Some(noon() + chrono::TimeDelta::minutes(it));
        let (kind, actor) = (EventKind::Downloaded.key().to_owned(), "p2".to_owned());
        for (wanted, expected) in [
            (Wanted::default(), vec![4, 3, 2, 1]),
            (Wanted { kind: kind.clone(), ..Wanted::default() }, vec![4, 3, 2]),
            (Wanted { kind, actor: actor.clone(), ..Wanted::default() }, vec![4]),
            (Wanted { actor: "x".to_owned(), ..Wanted::default() }, vec![]),
            (Wanted { from: minute(1), ..Wanted::default() }, vec![3, 2]),
            (Wanted { from: minute(1), until: minute(2), ..Wanted::default() }, vec![2]),
            (Wanted { until: minute(0), ..Wanted::default() }, vec![]),
        ] {
            let found = store.events_wanted("system", &wanted, None, 10).await.unwrap();
            assert_eq!(found.iter().map(|it| it.nr).collect::<Vec<_>>(), expected, "{wanted:?}");
            let count = store.events_count("system", &wanted).await.unwrap();
            assert_eq!(usize::try_from(count).unwrap(), expected.len(), "{wanted:?}");
        }
        let earlier = store.events_wanted("system", &Wanted::default(), Some(3), 1).await.unwrap();
        assert_eq!(earlier.iter().map(|it| it.nr).collect::<Vec<_>>(), [2], "a page before entry 3");
        let mut actors = store.event_actors("system").await.unwrap();
        actors.sort();
        assert_eq!(actors.iter().map(|it| it.1.as_str()).collect::<Vec<_>>(), ["Bo Ek", "Kvartal"]);
        assert!(store.event_actors("x").await.unwrap().is_empty());
    });
}

#[test]
fn entries_of_several_chains_in_one_transaction_stand_in_their_own_chains() {
    on_both(async |db| {
        let mut tx = db.store.begin().await.unwrap();
        for chain in ["b", "a", "b", "c", "a", "b"] {
            tx.log(record(chain, EventKind::Refused, "x")).await.unwrap();
        }
        tx.commit().await.unwrap();
        let states = db.store.verify_log().await.unwrap();
        let found: Vec<_> = states.into_iter().map(|it| (it.chain, it.found.unwrap().entries)).collect();
        assert_eq!(found, [("a".to_owned(), 2), ("b".to_owned(), 3), ("c".to_owned(), 1)]);
    });
}

#[test]
fn a_transaction_dropped_in_the_middle_leaves_nothing() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        let mut tx = store.begin().await.unwrap();
        let original = tx.add_original(file(b"a")).await.unwrap();
        tx.add_attempt(start.new_attempt(Some(&original))).await.unwrap();
        tx.log(record(&start.namnd, EventKind::Received, &original)).await.unwrap();
        drop(tx);
        assert!(store.original(&original).await.unwrap().is_none());
        assert!(store.attempts_of_filing(&start.filing).await.unwrap().is_empty());
        assert_eq!(db.number("SELECT COUNT(*) FROM original_part").await, 0);
        assert_eq!(store.verify_chain(&start.namnd).await.unwrap().unwrap().entries, 1);
    });
}

#[test]
fn a_transaction_whose_log_cannot_be_written_leaves_nothing() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        db.tries("UPDATE event_head SET nr = 0").await.unwrap();
        let mut tx = store.begin().await.unwrap();
        let original = tx.add_original(file(b"a")).await.unwrap();
        tx.log(record(&start.namnd, EventKind::Received, &original)).await.unwrap();
        assert!(tx.commit().await.is_err());
        assert!(store.original(&original).await.unwrap().is_none());
    });
}

#[test]
fn nobody_can_change_or_remove_what_was_logged_or_received() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        start.attempt(store, b"a").await;
        let mut tries = vec![
            "UPDATE event SET data = '{}'",
            "DELETE FROM event",
            "UPDATE original SET name = 'x'",
            "UPDATE original_part SET nr = 7",
        ];
        tries.extend(if db.is_sqlite() {
            [
                "INSERT OR REPLACE INTO event SELECT chain, nr, at, 'x', actor_name, kind, about, data, before, hash FROM event",
                "INSERT OR REPLACE INTO original SELECT id, sha256, 'x', size, sender, received_at FROM original",
                "INSERT OR REPLACE INTO original_part SELECT original_id, nr, x'00' FROM original_part",
            ]
        } else {
            ["TRUNCATE event", "TRUNCATE original CASCADE", "TRUNCATE original_part"]
        });
        for sql in tries {
            let refused = db.tries(sql).await.unwrap_err();
            assert!(refused.contains("append-only") || refused.contains("never changed"), "{sql}: {refused}");
        }
        assert_eq!(store.verify_originals().await.unwrap(), Vec::<String>::new());
    });
}

#[test]
fn every_way_to_tamper_with_a_chain_is_found() {
    type Found = fn(String) -> BrokenChain;
    let ways: &[(&str, &[&str], Found)] = &[
        ("an entry in the middle was changed", &["UPDATE event SET actor = 'någon annan' WHERE nr = 3"], |chain| {
            BrokenChain::Changed { chain, nr: 3 }
        }),
        ("the first entry was removed", &["DELETE FROM event WHERE nr = 1"], |chain| BrokenChain::Missing {
            chain,
            nr: 1,
        }),
        ("one in the middle was removed", &["DELETE FROM event WHERE nr = 4"], |chain| BrokenChain::Missing {
            chain,
            nr: 4,
        }),
        ("the last was removed", &["DELETE FROM event WHERE nr = 6"], |chain| BrokenChain::Short {
            chain,
            found: 5,
            wanted: 6,
        }),
        ("all were removed", &["DELETE FROM event"], |chain| BrokenChain::Short { chain, found: 0, wanted: 6 }),
        ("all were removed with the head", &["DELETE FROM event", "DELETE FROM event_head"], |chain| {
            BrokenChain::Absent { chain }
        }),
        ("the head was removed", &["DELETE FROM event_head"], |chain| BrokenChain::Short {
            chain,
            found: 6,
            wanted: 0,
        }),
        (
            "two changed places",
            &[
                "UPDATE event SET nr = 99 WHERE nr = 3",
                "UPDATE event SET nr = 3 WHERE nr = 4",
                "UPDATE event SET nr = 4 WHERE nr = 99",
            ],
            |chain| BrokenChain::Changed { chain, nr: 3 },
        ),
        (
            "one was removed and the rest moved up",
            &["DELETE FROM event WHERE nr = 3", "UPDATE event SET nr = 3 WHERE nr = 4"],
            |chain| BrokenChain::Changed { chain, nr: 3 },
        ),
        (
            "one was put in front",
            &[
                "INSERT INTO event SELECT chain, 0, at, actor, actor_name, kind, about, data, before, hash FROM event WHERE nr = 1",
            ],
            |chain| BrokenChain::Missing { chain, nr: 1 },
        ),
        ("the head tells another end", &["UPDATE event_head SET nr = 7"], |chain| BrokenChain::Short {
            chain,
            found: 6,
            wanted: 7,
        }),
    ];
    on_both(async |db| {
        // One database for all: each is mended before the next.
        let store = &db.store;
        let chain = six(store).await;
        behind(db, &["CREATE TABLE copy AS SELECT * FROM event", "CREATE TABLE head_copy AS SELECT * FROM event_head"])
            .await;
        for (name, statements, found) in ways {
            for sql in *statements {
                db.tries(sql).await.unwrap_or_else(|it| panic!("{sql}: {it}"));
            }
            assert_eq!(store.verify_chain(&chain).await.unwrap(), Err(found(chain.clone())), "{name}");
            let states = store.verify_log().await.unwrap();
            assert!(states.iter().any(|it| it.chain == chain && it.found.is_err()), "{name}: not found by verify_log");
            for sql in [
                "DELETE FROM event",
                "DELETE FROM event_head",
                "INSERT INTO event SELECT * FROM copy",
                "INSERT INTO event_head SELECT * FROM head_copy",
            ] {
                db.tries(sql).await.unwrap();
            }
            assert_eq!(store.verify_chain(&chain).await.unwrap().unwrap().entries, 6, "mended after: {name}");
        }
    });
}

#[test]
fn a_rewritten_chain_that_fits_together_is_found_by_an_earlier_hash() {
    on_both(async |db| {
        let store = &db.store;
        let chain = six(store).await;
        let kept = store.events_after(&chain, 4, 1).await.unwrap().remove(0).hash;
        assert_eq!(store.verify_head(&chain, &kept).await.unwrap(), Ok(5));
        // Cut off after the third entry and written on, with the store's own means.
        let third: Event = store.events_after(&chain, 2, 1).await.unwrap().remove(0);
        let head = format!("UPDATE event_head SET nr = 3, hash = '{}'", third.hash);
        behind(db, &["DELETE FROM event WHERE nr > 3", &head]).await;
        for _ in 0..3 {
            store.log(record(&chain, EventKind::Downloaded, "annat")).await.unwrap();
        }
        assert_eq!(store.verify_chain(&chain).await.unwrap().unwrap().entries, 6, "it looks whole");
        let rewritten = BrokenChain::Rewritten { chain: chain.clone(), hash: kept.clone() };
        assert_eq!(store.verify_head(&chain, &kept).await.unwrap(), Err(rewritten));
    });
}

#[test]
fn an_entry_added_by_hand_is_found() {
    on_both(async |db| {
        let store = &db.store;
        let chain = six(store).await;
        db.tries("INSERT INTO event SELECT chain, 7, at, actor, actor_name, kind, about, data, hash, hash FROM event WHERE nr = 6")
            .await
            .unwrap();
        assert_eq!(store.verify_chain(&chain).await.unwrap(), Err(BrokenChain::Changed { chain, nr: 7 }));
    });
}

#[test]
fn a_long_chain_is_read_in_pages() {
    on_both(async |db| {
        let mut tx = db.store.begin().await.unwrap();
        for _ in 0..2100 {
            tx.log(record("system", EventKind::Refused, "x")).await.unwrap();
        }
        tx.commit().await.unwrap();
        assert_eq!(db.store.verify_chain("system").await.unwrap().unwrap().entries, 2100);
    });
}

#[test]
fn a_chain_that_does_not_exist_is_absent_but_the_systems_own_may_be_empty() {
    on_both(async |db| {
        let absent = BrokenChain::Absent { chain: "x".to_owned() };
        assert_eq!(db.store.verify_chain("x").await.unwrap(), Err(absent));
        assert_eq!(db.store.verify_chain("system").await.unwrap().unwrap().entries, 0);
        assert!(db.store.verify_log().await.unwrap().is_empty());
    });
}

#[test]
fn bytes_changed_behind_the_triggers_are_found() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        start.attempt(store, b"sound").await;
        let changed = start.attempt(store, b"changed").await;
        let longer = start.attempt(store, b"longer").await;
        let original = async |id: &str| store.attempt(id).await.unwrap().unwrap().original_id.unwrap();
        let (changed, longer) = (original(&changed).await, original(&longer).await);
        let (off, zero) = if db.is_sqlite() {
            ("DROP TRIGGER original_part_kept", "x'00'")
        } else {
            ("ALTER TABLE original_part DISABLE TRIGGER ALL", "'\\x00'::bytea")
        };
        for sql in [
            off.to_owned(),
            format!("UPDATE original_part SET bytes = {zero} WHERE original_id = '{changed}'"),
            format!("INSERT INTO original_part VALUES ('{longer}', 5, {zero})"),
        ] {
            db.tries(&sql).await.unwrap();
        }
        assert_eq!(store.verify_originals().await.unwrap(), [changed, longer]);
    });
}

#[test]
fn an_actor_with_a_nul_character_is_logged_without_it() {
    on_both(async |db| {
        let odd = Actor::new("p\0a", "\0Åsa");
        let data = serde_json::json!({"text": "a\0b"});
        let kind = EventKind::Refused;
        let record = Record { chain: "system", at: at("2024-01-01T00:00:00Z"), actor: &odd, kind, about: "x", data };
        db.store.log(record).await.unwrap();
        assert_eq!(db.store.events("system", None, 1).await.unwrap()[0].actor_name, "Åsa");
        assert!(db.store.verify_chain("system").await.unwrap().is_ok());
    });
}
