//! Filings, attempts, originals and readings.

use kvartal::model::{AttemptState, FilingState, Outcome};
use kvartal::store::StoreError;
use kvartal::store::attempt::{Incoming, NewAttempt, ReadingRow};
use sha2::{Digest, Sha256};

use super::{Start, at, day, file, noon};
use crate::databases::on_both;

#[test]
fn a_filing_waits_until_something_comes_and_says_whose_it_is() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        let filing = store.filing(&start.filing).await.unwrap().unwrap();
        assert_eq!((filing.state(), filing.version, filing.changed_at), (FilingState::Waiting, 0, noon()));
        assert_eq!((filing.accepted_id, filing.extended_to, filing.extended_why), (None, None, None));
        let owner = store.owner_of_filing(&start.filing).await.unwrap().unwrap();
        assert_eq!(
            (owner.utforare_id, owner.namnd_id, owner.kvartal),
            (start.utforare.clone(), start.namnd, "2023-Q4".into())
        );
        assert_eq!(store.filings_of_utforare(&start.utforare).await.unwrap().len(), 1);
        let same = store.filing_of_uppdrag(&start.uppdrag, "2023-Q4").await.unwrap().unwrap();
        assert_eq!(same.id, start.filing);
        assert!(store.filing_of_uppdrag(&start.uppdrag, "2023-Q3").await.unwrap().is_none());
        assert!(store.filing("x").await.unwrap().is_none());
        assert!(store.owner_of_filing("x").await.unwrap().is_none());
    });
}

#[test]
fn an_uppdrag_has_one_filing_in_a_round() {
    on_both(async |db| {
        let start = Start::new(&db.store).await;
        let mut tx = db.store.begin().await.unwrap();
        tx.add_filing(&start.round, &start.uppdrag, noon()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(db.store.filings_of_round(&start.round).await.unwrap().len(), 1);
    });
}

#[test]
fn a_filing_is_moved_only_by_whoever_saw_its_newest_state() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        let attempt = start.attempt(store, b"a").await;
        let seen = store.filing(&start.filing).await.unwrap().unwrap();
        let mut tx = store.begin().await.unwrap();
        tx.move_filing(&seen, FilingState::Accepted, Some(&attempt), at("2024-01-09T08:00:00Z")).await.unwrap();
        tx.commit().await.unwrap();
        let moved = store.filing(&start.filing).await.unwrap().unwrap();
        assert_eq!((moved.state(), moved.version), (FilingState::Accepted, 1));
        assert_eq!((moved.accepted_id, moved.changed_at), (Some(attempt), at("2024-01-09T08:00:00Z")));

        let mut tx = store.begin().await.unwrap();
        let late = tx.move_filing(&seen, FilingState::ToMend, None, noon()).await;
        assert!(matches!(late, Err(StoreError::Conflict)), "{late:?}");
        drop(tx);
        assert_eq!(store.filing(&start.filing).await.unwrap().unwrap().state(), FilingState::Accepted);
    });
}

#[test]
fn a_filing_read_to_be_changed_makes_its_round_new() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        let before = store.round(&start.round).await.unwrap().unwrap().version;
        let mut tx = store.begin().await.unwrap();
        let filing = tx.filing(&start.filing).await.unwrap();
        tx.move_filing(&filing, FilingState::ToReview, None, noon()).await.unwrap();
        assert_eq!(tx.filing(&start.filing).await.unwrap().version, 1);
        tx.commit().await.unwrap();
        assert_eq!(store.round(&start.round).await.unwrap().unwrap().version, before + 1);
        assert!(matches!(store.begin().await.unwrap().filing("x").await, Err(StoreError::Unexpected(_))));
    });
}

#[test]
fn a_filing_gets_more_time_and_loses_it_again() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        for (to, why) in [(Some(day("2024-01-17")), "Sjukdom"), (None, "Ångrat")] {
            let mut tx = store.begin().await.unwrap();
            tx.extend_filing(&start.filing, to, why).await.unwrap();
            tx.commit().await.unwrap();
            let filing = store.filing(&start.filing).await.unwrap().unwrap();
            assert_eq!((filing.extended_to, filing.extended_why.as_deref()), (to, Some(why)));
        }
    });
}

#[test]
fn only_a_filing_nothing_was_done_with_is_taken_away() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        let other = Start::of(store, "En annan nämnd").await;
        start.attempt(store, b"a").await;
        let mut tx = store.begin().await.unwrap();
        assert!(!tx.remove_unused_filing(&start.filing).await.unwrap());
        assert!(tx.remove_unused_filing(&other.filing).await.unwrap());
        tx.commit().await.unwrap();
        assert!(store.filing(&start.filing).await.unwrap().is_some());
        assert!(store.filing(&other.filing).await.unwrap().is_none());
    });
}

#[test]
fn three_megabytes_come_back_byte_for_byte() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        let bytes: Vec<u8> = (0u32..3 << 18).flat_map(|it| it.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
        let attempt = start.attempt(store, &bytes).await;
        let attempt = store.attempt(&attempt).await.unwrap().unwrap();
        let id = attempt.original_id.unwrap();
        let original = store.original(&id).await.unwrap().unwrap();
        assert_eq!(original.sha256, kvartal::store::event::hex(&Sha256::digest(&bytes)));
        assert_eq!((original.size, original.name.as_str()), (3 << 20, "Rapport åäö 📊.xlsx"));
        assert_eq!((original.sender.as_str(), original.received_at), ("p1", noon()));
        assert!(store.original_bytes(&id).await.unwrap() == bytes, "the bytes differ");
        assert_eq!(db.number("SELECT COUNT(*) FROM original_part").await, 3);
        assert_eq!(store.originals_of_round(&start.round).await.unwrap().len(), 1);
        assert!(store.original("x").await.unwrap().is_none());
    });
}

#[test]
fn an_empty_file_and_every_byte_value_are_kept() {
    on_both(async |db| {
        let all: Vec<u8> = (0..=255).collect();
        for bytes in [&[][..], &all] {
            let mut tx = db.store.begin().await.unwrap();
            let id = tx.add_original(file(bytes)).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(db.store.original_bytes(&id).await.unwrap(), bytes);
        }
        assert_eq!(db.store.verify_originals().await.unwrap(), Vec::<String>::new());
    });
}

#[test]
fn attempts_are_numbered_and_a_nil_return_is_read_at_once() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        start.attempt(store, b"a").await;
        let mut tx = store.begin().await.unwrap();
        tx.add_attempt(start.new_attempt(None)).await.unwrap();
        tx.commit().await.unwrap();
        let attempts = store.attempts_of_filing(&start.filing).await.unwrap();
        assert_eq!(attempts.iter().map(|it| it.nr).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(
            (attempts[0].nil, attempts[0].state(), attempts[0].outcome()),
            (false, AttemptState::Received, None)
        );
        assert_eq!(
            (attempts[1].nil, attempts[1].state(), attempts[1].outcome()),
            (true, AttemptState::Read, Some(Outcome::Nil))
        );
        assert!(attempts[1].is_valid() && !attempts[0].is_valid());
        assert_eq!((attempts[1].sender.as_str(), attempts[1].sender_name.as_str()), ("p1", "Åsa Öberg"));
        assert_eq!((attempts[1].received_at, attempts[1].tries, &attempts[1].lease_until), (noon(), 0, &None));
        assert_eq!(store.attempts_of_round(&start.round).await.unwrap().len(), 2);
        assert!(store.attempt("x").await.unwrap().is_none());
    });
}

#[test]
fn an_attempt_of_a_filing_or_original_that_does_not_exist_is_refused() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        let nowhere = NewAttempt { filing: "x", ..start.new_attempt(None) };
        for new in [nowhere, start.new_attempt(Some("x"))] {
            let refused = store.begin().await.unwrap().add_attempt(new).await;
            assert!(matches!(refused, Err(StoreError::Unexpected(_))), "{refused:?}");
        }
    });
}

#[test]
fn the_same_bytes_are_recognised_within_the_filing_unless_taken_back() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        let other = Start::of(store, "En annan nämnd").await;
        let sha = kvartal::store::event::hex(&Sha256::digest(b"samma"));
        assert!(store.same_bytes(&start.filing, &sha).await.unwrap().is_none());
        start.attempt(store, b"samma").await;
        start.attempt(store, b"annan").await;
        let newest = start.attempt(store, b"samma").await;
        assert_eq!(store.same_bytes(&start.filing, &sha).await.unwrap().unwrap().id, newest);
        assert!(store.same_bytes(&other.filing, &sha).await.unwrap().is_none());
        let mut tx = store.begin().await.unwrap();
        tx.settle_attempt(&newest, AttemptState::Withdrawn, None, None).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(store.same_bytes(&start.filing, &sha).await.unwrap().unwrap().nr, 1);
    });
}

#[test]
fn the_oldest_waiting_attempt_is_taken_first_also_by_fractions_of_a_second() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        let times = ["10:00:00.5", "10:00:00", "10:00:00.123456", "10:00:00.123", "09:59:59.999999", "10:00:00.50001"];
        for time in times {
            let received_at = at(&format!("2024-01-08T{time}Z"));
            let mut tx = store.begin().await.unwrap();
            let original = tx.add_original(Incoming { received_at, ..file(b"a") }).await.unwrap();
            tx.add_attempt(NewAttempt { received_at, ..start.new_attempt(Some(&original)) }).await.unwrap();
            tx.commit().await.unwrap();
        }
        let mut taken = Vec::new();
        while let Some(it) = store.claim_attempt(noon(), at("2024-01-08T13:00:00Z")).await.unwrap() {
            assert_eq!(
                (it.state(), it.tries, it.lease_until),
                (AttemptState::Reading, 1, Some(at("2024-01-08T13:00:00Z")))
            );
            taken.push(it.received_at);
        }
        assert_eq!(taken.len(), times.len());
        assert!(taken.is_sorted(), "{taken:?}");
    });
}

#[test]
fn a_reader_that_died_is_followed_by_another_and_its_late_answer_is_refused() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        let attempt = start.attempt(store, b"a").await;
        let (ten, eleven, noon) = (at("2024-01-08T10:00:00Z"), at("2024-01-08T11:00:00Z"), at("2024-01-08T12:00:00Z"));
        let first = store.claim_attempt(ten, eleven).await.unwrap().unwrap();
        assert_eq!(first.id, attempt);
        assert!(store.claim_attempt(eleven, noon).await.unwrap().is_none(), "the lease runs to its last moment");
        let second = store.claim_attempt(at("2024-01-08T11:00:00.000001Z"), noon).await.unwrap().unwrap();
        assert_eq!((second.id.as_str(), second.tries), (attempt.as_str(), 2));

        let late = store.begin().await.unwrap().still_reading(&first).await;
        assert!(matches!(late, Err(StoreError::Conflict)), "{late:?}");
        let mut tx = store.begin().await.unwrap();
        tx.still_reading(&second).await.unwrap();
        tx.settle_attempt(&attempt, AttemptState::Read, Some(Outcome::Clean), None).await.unwrap();
        tx.commit().await.unwrap();
        let late = store.begin().await.unwrap().still_reading(&second).await;
        assert!(matches!(late, Err(StoreError::Conflict)), "{late:?}");
        let settled = store.attempt(&attempt).await.unwrap().unwrap();
        assert_eq!(
            (settled.state(), settled.outcome(), settled.lease_until),
            (AttemptState::Read, Some(Outcome::Clean), None)
        );
        assert!(store.claim_attempt(at("2030-01-01T00:00:00Z"), at("2030-01-02T00:00:00Z")).await.unwrap().is_none());
    });
}

#[test]
fn a_stopped_attempt_says_why() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        let attempt = start.attempt(store, b"a").await;
        let mut tx = store.begin().await.unwrap();
        assert_eq!(tx.attempt(&attempt).await.unwrap().nr, 1);
        let stop = r#"{"kvartal":"2023-Q3"}"#;
        tx.settle_attempt(&attempt, AttemptState::Stopped, Some(Outcome::WrongPlace), Some(stop)).await.unwrap();
        tx.commit().await.unwrap();
        let found = store.attempt(&attempt).await.unwrap().unwrap();
        assert_eq!((found.state(), found.stop.as_deref()), (AttemptState::Stopped, Some(stop)));
        assert!(matches!(store.begin().await.unwrap().attempt("x").await, Err(StoreError::Unexpected(_))));
    });
}

#[test]
fn work_that_is_stuck_is_found_by_its_age() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        let attempt = start.attempt(store, b"a").await;
        assert!(store.stuck_attempts(noon()).await.unwrap().is_empty());
        let later = at("2024-01-08T12:00:00.123457Z");
        assert_eq!(store.stuck_attempts(later).await.unwrap().len(), 1);
        store.claim_attempt(noon(), later).await.unwrap();
        assert_eq!(store.stuck_attempts(later).await.unwrap().len(), 1, "being read is not read");
        let mut tx = store.begin().await.unwrap();
        tx.settle_attempt(&attempt, AttemptState::Read, Some(Outcome::Clean), None).await.unwrap();
        tx.commit().await.unwrap();
        assert!(store.stuck_attempts(later).await.unwrap().is_empty());
    });
}

#[test]
fn a_reading_can_be_made_again_and_removed() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        let attempt = start.attempt(store, b"a").await;
        let mut reading = ReadingRow {
            attempt_id: attempt.clone(),
            rows: 3,
            fel: 1,
            fraga: 2,
            notis: 0,
            rules: "1.0 abc".to_owned(),
            answer: r#"{"rader":["åäö 🙂"]}"#.to_owned(),
            made_at: noon(),
        };
        for rows in [3, 4] {
            reading.rows = rows;
            let mut tx = store.begin().await.unwrap();
            tx.save_reading(&reading).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(store.reading(&attempt).await.unwrap().as_ref(), Some(&reading));
        }
        let counts = &store.counts_of_round(&start.round).await.unwrap()[0];
        assert_eq!((counts.rows, counts.fel, counts.fraga, counts.notis), (4, 1, 2, 0));
        assert_eq!(store.attempts_with_reading().await.unwrap(), [attempt.as_str()]);
        let mut tx = store.begin().await.unwrap();
        tx.remove_reading(&attempt).await.unwrap();
        tx.commit().await.unwrap();
        assert!(store.reading(&attempt).await.unwrap().is_none());
    });
}

#[test]
fn a_file_waits_for_its_sender_until_it_is_an_answer_and_can_be_taken_away_before() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        start.attempt(store, b"svar").await;
        let mut tx = store.begin().await.unwrap();
        let first = tx.add_original(file(b"a")).await.unwrap();
        let second = tx.add_original(file(b"b")).await.unwrap();
        tx.add_original(Incoming { sender: "p2", ..file(b"c") }).await.unwrap();
        tx.commit().await.unwrap();
        let held =
            async || -> Vec<String> { store.held_originals("p1").await.unwrap().into_iter().map(|it| it.id).collect() };
        assert_eq!(held().await, [first.as_str(), second.as_str()]);
        let mut tx = store.begin().await.unwrap();
        tx.add_attempt(start.new_attempt(Some(&first))).await.unwrap();
        tx.remove_held_original(&second).await.unwrap();
        tx.commit().await.unwrap();
        assert!(held().await.is_empty());
        assert!(store.original(&second).await.unwrap().is_none());
        let answer = store.begin().await.unwrap().remove_held_original(&first).await;
        assert!(matches!(answer, Err(StoreError::Unexpected(_))), "{answer:?}");
        assert_eq!(store.original_bytes(&first).await.unwrap(), b"a");
    });
}

#[test]
fn an_answer_that_holds_a_nul_keeps_its_text() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        let mut tx = store.begin().await.unwrap();
        let original = tx.add_original(Incoming { name: "a\0b.csv", ..file(b"a") }).await.unwrap();
        let attempt =
            tx.add_attempt(NewAttempt { sender_name: "\0Bo", ..start.new_attempt(Some(&original)) }).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(store.original(&original).await.unwrap().unwrap().name, "ab.csv");
        assert_eq!(store.attempt(&attempt).await.unwrap().unwrap().sender_name, "Bo");
    });
}
