//! Many at once: readers of files, people at the same row, writers of the log, nodes.

use std::collections::BTreeSet;

use chrono::Duration;
use kvartal::model::FilingState;
use kvartal::store::event::EventKind;
use kvartal::store::review::{NewDecision, RowPlace};
use kvartal::store::{Settings, Store, StoreError};

use super::{Start, asa, day, file, noon, record};
use crate::databases::on_both;

/// Starts so many tasks and gives what each came to.
pub(super) async fn together<T: Send + 'static, F>(tasks: usize, task: impl Fn(usize) -> F) -> Vec<T>
where
    F: Future<Output = T> + Send + 'static,
{
    let running: Vec<_> = (0..tasks).map(|it| tokio::spawn(task(it))).collect();
    let mut ended = Vec::new();
    for it in running {
        ended.push(it.await.unwrap());
    }
    ended
}

#[test]
fn eight_readers_take_each_of_two_hundred_attempts_once() {
    on_both(async |db| {
        let (store, start) = (db.store.clone(), Start::new(&db.store).await);
        let mut tx = store.begin().await.unwrap();
        let original = tx.add_original(file(b"a")).await.unwrap();
        for _ in 0..200 {
            tx.add_attempt(start.new_attempt(Some(&original))).await.unwrap();
        }
        tx.commit().await.unwrap();
        let taken = together(8, |_| {
            let store = store.clone();
            async move {
                let mut taken = Vec::new();
                while let Some(it) = store.claim_attempt(noon(), noon() + Duration::hours(1)).await.unwrap() {
                    taken.push(it.id);
                }
                taken
            }
        })
        .await;
        let all: Vec<&String> = taken.iter().flatten().collect();
        assert_eq!(all.len(), 200);
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 200, "one was taken twice");
        assert_eq!(db.number("SELECT COUNT(*) FROM attempt WHERE tries = 1 AND state = 'lases'").await, 200);
    });
}

#[test]
fn ten_writers_leave_three_whole_chains() {
    on_both(async |db| {
        // Two nodes, each with its own gate and pool.
        let nodes = [db.store.clone(), db.another(Settings::default()).await];
        together(10, |writer| {
            let store = nodes[writer % 2].clone();
            async move {
                for nr in 0..25 {
                    let mut tx = store.begin().await.unwrap();
                    // Two chains in a transaction, in every order: writers must not wait for each other in a ring.
                    for chain in [writer + nr, writer + 2 * nr + 1] {
                        let chain = ["a", "b", "system"][chain % 3];
                        tx.log(record(chain, EventKind::Downloaded, "x")).await.unwrap();
                    }
                    tx.commit().await.unwrap();
                }
            }
        })
        .await;
        let states = db.store.verify_log().await.unwrap();
        let entries: i64 = states.into_iter().map(|it| it.found.unwrap().entries).sum();
        assert_eq!(entries, 500);
        nodes[1].close().await;
    });
}

#[test]
fn a_chain_is_whole_at_every_moment_while_others_write_to_it() {
    on_both(async |db| {
        let store = db.store.clone();
        let writer = tokio::spawn({
            let store = store.clone();
            async move {
                for _ in 0..150 {
                    store.log(record("system", EventKind::Refused, "x")).await.unwrap();
                }
            }
        });
        while !writer.is_finished() {
            store.verify_chain("system").await.unwrap().unwrap();
        }
        writer.await.unwrap();
        assert_eq!(store.verify_chain("system").await.unwrap().unwrap().entries, 150);
    });
}

/// One of them gets through, the others are told that somebody was first.
#[track_caller]
fn one_was_first(ends: Vec<Result<(), StoreError>>) {
    let won = ends.iter().filter(|it| it.is_ok()).count();
    assert_eq!(won, 1, "{ends:?}");
    for lost in ends.into_iter().filter_map(Result::err) {
        assert!(matches!(lost, StoreError::Conflict), "{lost:?}");
    }
}

#[test]
fn of_six_people_at_the_same_row_one_is_first() {
    on_both(async |db| {
        let (store, start) = (db.store.clone(), Start::new(&db.store).await);
        let attempt = start.attempt(&store, b"a").await;
        let ends = together(6, |_| {
            let (store, attempt) = (store.clone(), attempt.clone());
            async move {
                let place = RowPlace { sheet: "Blad1".to_owned(), row: 4 };
                let it = NewDecision { attempt: &attempt, place: &place, seen: 0, decision: "undanta", reason: "x" };
                let mut tx = store.begin().await?;
                tx.add_decision(it, &asa(), noon()).await?;
                tx.commit().await
            }
        })
        .await;
        one_was_first(ends);
    });
}

#[test]
fn of_six_people_moving_the_same_filing_one_is_first() {
    on_both(async |db| {
        let (store, start) = (db.store.clone(), Start::new(&db.store).await);
        let seen = store.filing(&start.filing).await.unwrap().unwrap();
        let ends = together(6, |_| {
            let (store, seen) = (store.clone(), seen.clone());
            async move {
                let mut tx = store.begin().await?;
                tx.move_filing(&seen, FilingState::ToReview, None, noon()).await?;
                tx.commit().await
            }
        })
        .await;
        one_was_first(ends);
    });
}

#[test]
fn of_six_people_fixing_the_same_round_one_is_first() {
    on_both(async |db| {
        let (store, start) = (db.store.clone(), Start::new(&db.store).await);
        let ends = together(6, |_| {
            let (store, round) = (store.clone(), start.round.clone());
            async move {
                let mut tx = store.begin().await?;
                let report = tx.add_original(file(b"{}")).await?;
                tx.fix(&round, &report, "1", "p1", noon()).await?;
                tx.commit().await
            }
        })
        .await;
        one_was_first(ends);
    });
}

#[test]
fn uploads_to_the_same_filing_at_the_same_time_are_all_kept_and_numbered() {
    on_both(async |db| {
        let (store, start) = (db.store.clone(), Start::new(&db.store).await);
        let before = store.round(&start.round).await.unwrap().unwrap().version;
        together(12, |nr| {
            let (store, filing) = (store.clone(), start.filing.clone());
            async move {
                let bytes = [nr as u8; 1000];
                let mut tx = store.begin().await.unwrap();
                let original = tx.add_original(file(&bytes)).await.unwrap();
                let new = kvartal::store::attempt::NewAttempt {
                    filing: &filing,
                    original: Some(&original),
                    sender: "p1",
                    sender_name: "Åsa",
                    received_at: noon(),
                };
                tx.add_attempt(new).await.unwrap();
                tx.log(record("system", EventKind::Received, &original)).await.unwrap();
                tx.commit().await.unwrap();
            }
        })
        .await;
        let numbers: Vec<i64> =
            store.attempts_of_filing(&start.filing).await.unwrap().into_iter().map(|it| it.nr).collect();
        assert_eq!(numbers, (1..=12).collect::<Vec<_>>());
        assert_eq!(store.round(&start.round).await.unwrap().unwrap().version, before + 12);
        assert_eq!(store.verify_chain("system").await.unwrap().unwrap().entries, 12);
    });
}

#[test]
fn two_reminder_runs_at_the_same_time_remind_once() {
    on_both(async |db| {
        let (store, start) = (db.store.clone(), Start::new(&db.store).await);
        let today = day("2024-01-11");
        together(4, |_| {
            let (store, filing) = (store.clone(), start.filing.clone());
            async move {
                let mut tx = store.begin().await.unwrap();
                if tx.reminders(&filing).await.unwrap().iter().all(|it| it.sent_on != today) {
                    tx.add_reminder(&filing, today, &asa()).await.unwrap();
                }
                tx.commit().await.unwrap();
            }
        })
        .await;
        assert_eq!(store.reminders_of_round(&start.round).await.unwrap().len(), 1);
    });
}

#[test]
fn a_nil_that_was_stopped_by_a_fixed_round_cannot_slip_in_beside_it() {
    on_both(async |db| {
        let (store, start) = (db.store.clone(), Start::new(&db.store).await);
        together(8, |nr| {
            let (store, round, filing) = (store.clone(), start.round.clone(), start.filing.clone());
            async move {
                let mut tx = store.begin().await.unwrap();
                if nr == 4 {
                    let report = tx.add_original(file(b"{}")).await.unwrap();
                    tx.fix(&round, &report, "1", "p1", noon()).await.unwrap();
                    tx.log(record("system", EventKind::Fixed, &round)).await.unwrap();
                } else if !tx.hold_round(&round).await.unwrap() {
                    tx.add_grade(&filing, Some("bra"), "x", &asa(), noon()).await.unwrap();
                    tx.log(record("system", EventKind::Graded, &filing)).await.unwrap();
                }
                tx.commit().await.unwrap();
            }
        })
        .await;
        let kinds: Vec<_> =
            store.events_after("system", 0, 100).await.unwrap().into_iter().filter_map(|it| it.kind()).collect();
        assert_eq!(kinds.last(), Some(&EventKind::Fixed), "graded after the round was fixed: {kinds:?}");
    });
}

/// Everything about one upload comes in one transaction; a reader sees all of it or nothing.
#[test]
fn a_board_is_seen_as_of_one_moment() {
    on_both(async |db| {
        let (store, start) = (db.store.clone(), Start::new(&db.store).await);
        let first = store.contents(&start.round).await.unwrap().round.version;
        let writer = tokio::spawn({
            let (store, filing) = (store.clone(), start.filing.clone());
            async move {
                for _ in 0..60 {
                    upload(&store, &filing).await;
                }
            }
        });
        while !writer.is_finished() {
            let seen = store.contents(&start.round).await.unwrap();
            let uploads = seen.round.version - first;
            let filing = seen.filing(&start.filing).unwrap();
            assert_eq!(
                (seen.attempts.len() as i64, seen.originals.len() as i64, filing.version),
                (uploads, uploads, uploads)
            );
            assert!(seen.attempts_of(filing).all(|it| seen.original_of(it).is_some()));
        }
        writer.await.unwrap();
    });
}

async fn upload(store: &Store, filing: &str) {
    let mut tx = store.begin().await.unwrap();
    let original = tx.add_original(file(b"a")).await.unwrap();
    let filing = tx.filing(filing).await.unwrap();
    let new = kvartal::store::attempt::NewAttempt {
        filing: &filing.id,
        original: Some(&original),
        sender: "p1",
        sender_name: "Åsa",
        received_at: noon(),
    };
    tx.add_attempt(new).await.unwrap();
    tx.move_filing(&filing, FilingState::Reading, None, noon()).await.unwrap();
    tx.commit().await.unwrap();
}
