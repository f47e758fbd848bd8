//! Rounds: calendar, basis, the fixed report, unlocking, corrections, and the version that rises.

use kvartal::model::Meetings;
use kvartal::store::StoreError;
use kvartal::store::round::Days;

use super::{Start, at, day, days, file, noon};
use crate::databases::on_both;

#[test]
fn a_round_keeps_its_days_and_its_history() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        let mut tx = store.begin().await.unwrap();
        let later = tx.add_round(&start.namnd, "2024-Q1", days(), r#"[{"år": 1}]"#, noon()).await.unwrap();
        tx.commit().await.unwrap();
        let rounds = store.rounds(&start.namnd).await.unwrap();
        assert_eq!(rounds.iter().map(|it| it.kvartal.as_str()).collect::<Vec<_>>(), ["2024-Q1", "2023-Q4"]);
        assert_eq!((rounds[0].id.as_str(), rounds[0].history.as_str()), (later.as_str(), r#"[{"år": 1}]"#));
        assert_eq!(rounds[0].days(), days());
        assert!(!rounds[0].is_fixed());
        assert_eq!(store.round_of(&start.namnd, "2024-Q1").await.unwrap().unwrap().id, later);
        assert!(store.round_of(&start.namnd, "2025-Q1").await.unwrap().is_none());
        assert_eq!(store.all_rounds().await.unwrap().len(), 2);
    });
}

#[test]
fn a_quarter_is_added_only_once() {
    on_both(async |db| {
        let start = Start::new(&db.store).await;
        let mut tx = db.store.begin().await.unwrap();
        let again = tx.add_round(&start.namnd, "2023-Q4", days(), "[]", noon()).await;
        assert!(matches!(again, Err(StoreError::Conflict)), "{again:?}");
    });
}

#[test]
fn the_calendar_can_be_moved_to_a_leap_day_with_its_meetings() {
    on_both(async |db| {
        let start = Start::new(&db.store).await;
        let moved = Days {
            opens: day("2024-02-01"),
            last_day: day("2024-02-29"),
            report_day: day("2024-03-31"),
            meetings: Meetings { namnd: Some(day("2024-04-11")), fullmaktige: Some(day("2024-04-29")) },
            ivo: Some((day("2024-02-01"), day("2024-04-15"))),
        };
        let mut tx = db.store.begin().await.unwrap();
        tx.set_calendar(&start.round, moved).await.unwrap();
        tx.commit().await.unwrap();
        let found = db.store.round(&start.round).await.unwrap().unwrap();
        assert_eq!(found.days(), moved);
        let mut tx = db.store.begin().await.unwrap();
        tx.set_calendar(&start.round, days()).await.unwrap();
        tx.commit().await.unwrap();
        let found = db.store.round(&start.round).await.unwrap().unwrap();
        assert_eq!(found.days(), days(), "a meeting can be unknown again");
    });
}

#[test]
fn holding_a_round_says_whether_it_is_fixed_and_makes_it_new_once() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        let before = store.round(&start.round).await.unwrap().unwrap().version;
        let mut tx = store.begin().await.unwrap();
        assert!(!tx.hold_round(&start.round).await.unwrap());
        assert_eq!(tx.round_version(&start.round).await.unwrap(), before + 1);
        assert!(!tx.hold_filing(&start.filing).await.unwrap());
        tx.touch_round(&start.round).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(store.round(&start.round).await.unwrap().unwrap().version, before + 1);
    });
}

#[test]
fn what_does_not_exist_cannot_be_held() {
    on_both(async |db| {
        let mut tx = db.store.begin().await.unwrap();
        for held in [
            tx.hold_round("x").await,
            tx.hold_filing("x").await,
            tx.hold_attempt("x").await,
            tx.hold_completion("x").await,
        ] {
            assert!(matches!(held, Err(StoreError::Unexpected(_))), "{held:?}");
        }
    });
}

#[test]
fn a_newer_basis_takes_the_place_of_the_older_and_both_files_are_kept() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        for (bytes, by) in [(b"forst", "p1"), (b"sedan", "p2")] {
            let mut tx = store.begin().await.unwrap();
            let original = tx.add_original(file(bytes)).await.unwrap();
            tx.set_basis(&start.round, "register", &original, by, noon()).await.unwrap();
            tx.commit().await.unwrap();
        }
        let bases = store.bases(&start.round).await.unwrap();
        assert_eq!(bases.len(), 1);
        assert_eq!(
            (bases[0].kind.as_str(), bases[0].loaded_by.as_str(), bases[0].loaded_at),
            ("register", "p2", noon())
        );
        assert_eq!(bases[0].name, "Rapport åäö 📊.xlsx");
        assert_eq!(store.original_bytes(&bases[0].original_id).await.unwrap(), b"sedan");
        assert_eq!(db.number("SELECT COUNT(*) FROM original").await, 2);
    });
}

#[test]
fn a_report_is_fixed_once_unlocked_once_and_every_version_is_kept() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        for nr in 1..=2 {
            let mut tx = store.begin().await.unwrap();
            let report = tx.add_original(file(b"{}")).await.unwrap();
            tx.fix(&start.round, &report, "1.0 abc", "p1", noon()).await.unwrap();
            assert!(tx.hold_round(&start.round).await.unwrap(), "seen in the same transaction");
            let again = tx.fix(&start.round, &report, "1.0 abc", "p1", noon()).await;
            assert!(matches!(again, Err(StoreError::Conflict)), "{again:?}");
            tx.commit().await.unwrap();
            assert!(store.round(&start.round).await.unwrap().unwrap().is_fixed());
            assert_eq!(store.contents(&start.round).await.unwrap().fixed_now().map(|it| it.nr), Some(nr));

            let mut tx = store.begin().await.unwrap();
            tx.unlock(&start.round, "Fel siffra", "p2", at("2024-02-01T10:00:00Z")).await.unwrap();
            let again = tx.unlock(&start.round, "Fel siffra", "p2", noon()).await;
            assert!(matches!(again, Err(StoreError::Conflict)), "{again:?}");
            tx.commit().await.unwrap();
            assert!(store.contents(&start.round).await.unwrap().fixed_now().is_none());
        }
        let fixed = store.fixed_reports(&start.round).await.unwrap();
        assert_eq!(fixed.iter().map(|it| it.nr).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(fixed[0].unlock_reason.as_deref(), Some("Fel siffra"));
        assert_eq!(fixed[0].unlocked_at, Some(at("2024-02-01T10:00:00Z")));
        assert_eq!((fixed[0].rules.as_str(), fixed[0].fixed_by.as_str(), fixed[0].fixed_at), ("1.0 abc", "p1", noon()));
    });
}

#[test]
fn corrections_are_added_in_order() {
    on_both(async |db| {
        let start = Start::new(&db.store).await;
        let mut tx = db.store.begin().await.unwrap();
        for text in ["Första", "Andra"] {
            tx.add_correction(&start.round, text, "p1", noon()).await.unwrap();
        }
        tx.commit().await.unwrap();
        let found = db.store.corrections(&start.round).await.unwrap();
        assert_eq!(found.iter().map(|it| it.text.as_str()).collect::<Vec<_>>(), ["Första", "Andra"]);
        assert_eq!((found[0].made_by.as_str(), found[0].made_at), ("p1", noon()));
    });
}

#[test]
fn the_contents_of_a_round_that_does_not_exist_are_unexpected() {
    on_both(async |db| {
        assert!(matches!(db.store.contents("x").await, Err(StoreError::Unexpected(_))));
    });
}
