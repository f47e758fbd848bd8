//! Replies, decisions, completions, reminders, grades, feedback.

use kvartal::store::StoreError;
use kvartal::store::review::{NewCompletion, NewDecision, RowPlace};

use super::{Start, asa, at, day, noon};
use crate::databases::on_both;

fn place(row: i64) -> RowPlace {
    RowPlace { sheet: "Blad å".to_owned(), row }
}

fn decision<'a>(attempt: &'a str, place: &'a RowPlace, seen: i64, decision: &'a str) -> NewDecision<'a> {
    NewDecision { attempt, place, seen, decision, reason: "Efterrapporterad" }
}

#[test]
fn a_question_is_answered_for_a_row_or_for_all_of_a_kind() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        let attempt = start.attempt(store, b"a").await;
        let mut tx = store.begin().await.unwrap();
        tx.add_reply(&attempt, ("UP004", Some(&place(12))), "Ja, det stämmer", &asa(), noon()).await.unwrap();
        tx.add_reply(&attempt, ("UP005", None), "Alla stämmer", &asa(), noon()).await.unwrap();
        tx.commit().await.unwrap();
        let replies = store.replies(&attempt).await.unwrap();
        assert_eq!((replies[0].sheet.as_deref(), replies[0].row), (Some("Blad å"), Some(12)));
        assert_eq!((replies[1].sheet.as_deref(), replies[1].row, replies[1].rule.as_str()), (None, None, "UP005"));
        assert_eq!(
            (replies[0].text.as_str(), replies[0].person_id.as_str(), replies[0].at),
            ("Ja, det stämmer", "p1", noon())
        );
        assert_eq!(store.replies_of_round(&start.round).await.unwrap().len(), 2);
    });
}

#[test]
fn of_two_people_deciding_the_same_row_the_second_is_told() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        let attempt = start.attempt(store, b"a").await;
        let (row, other) = (place(12), place(13));
        let mut tx = store.begin().await.unwrap();
        tx.add_decision(decision(&attempt, &row, 0, "medrakna"), &asa(), noon()).await.unwrap();
        tx.commit().await.unwrap();
        for seen in [0, 2, -1] {
            let mut tx = store.begin().await.unwrap();
            let second = tx.add_decision(decision(&attempt, &row, seen, "undanta"), &asa(), noon()).await;
            assert!(matches!(second, Err(StoreError::Conflict)), "seen {seen}: {second:?}");
            // The others of the same form can still be decided.
            tx.add_decision(decision(&attempt, &other, 0, "undanta"), &asa(), noon()).await.unwrap();
        }
        let mut tx = store.begin().await.unwrap();
        tx.add_decision(decision(&attempt, &row, 1, "upphavd"), &asa(), noon()).await.unwrap();
        tx.add_decision(decision(&attempt, &other, 0, "undanta"), &asa(), noon()).await.unwrap();
        tx.commit().await.unwrap();
        let all = store.decisions_of_round(&start.round).await.unwrap();
        let kept: Vec<_> = all.iter().map(|it| (it.row, it.nr, it.decision.as_str())).collect();
        assert_eq!(kept, [(12, 1, "medrakna"), (12, 2, "upphavd"), (13, 1, "undanta")]);
        let contents = store.contents(&start.round).await.unwrap();
        let standing: Vec<_> = contents.decisions_of(&attempt).iter().map(|it| it.row).collect();
        assert_eq!(standing, [13]);
    });
}

#[test]
fn a_completion_is_asked_answered_and_closed_once() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        let attempt = start.attempt(store, b"a").await;
        let row = place(9);
        let mut tx = store.begin().await.unwrap();
        let new = NewCompletion {
            filing: &start.filing,
            attempt: Some(&attempt),
            place: Some(&row),
            missing_cases: 2,
            due: day("2024-01-15"),
        };
        let id = tx.add_completion(new, noon()).await.unwrap();
        let general = NewCompletion { attempt: None, place: None, missing_cases: 0, ..new };
        tx.add_completion(general, noon()).await.unwrap();
        tx.add_message(&id, "namnd", "Datum saknas på rad 9.", &asa(), noon()).await.unwrap();
        tx.add_message(&id, "utforare", "Nu är det ifyllt.", &asa(), noon()).await.unwrap();
        tx.completion_answered(&id, at("2024-01-14T09:00:00Z")).await.unwrap();
        tx.completion_answered(&id, at("2024-01-16T09:00:00Z")).await.unwrap();
        tx.commit().await.unwrap();

        let found = store.completion(&id).await.unwrap().unwrap();
        assert_eq!((found.due, found.missing_cases, found.asked_at), (day("2024-01-15"), 2, noon()));
        assert_eq!((found.sheet.as_deref(), found.row, found.attempt_id), (Some("Blad å"), Some(9), Some(attempt)));
        assert_eq!(
            (found.answered_at, found.closed_at),
            (Some(at("2024-01-14T09:00:00Z")), None),
            "the first answer counts"
        );
        let messages = store.messages(&id).await.unwrap();
        assert_eq!(messages.iter().map(|it| it.side.as_str()).collect::<Vec<_>>(), ["namnd", "utforare"]);
        assert_eq!(
            (messages[0].text.as_str(), messages[0].person_name.as_str()),
            ("Datum saknas på rad 9.", "Åsa Öberg")
        );
        assert_eq!(store.messages_of_round(&start.round).await.unwrap().len(), 2);
        assert_eq!(store.completions(&start.filing).await.unwrap().len(), 2);
        assert_eq!(store.completions_of_round(&start.round).await.unwrap()[1].attempt_id, None);
        assert!(store.completion("x").await.unwrap().is_none());

        let mut tx = store.begin().await.unwrap();
        tx.close_completion(&id, noon()).await.unwrap();
        let again = tx.close_completion(&id, noon()).await;
        assert!(matches!(again, Err(StoreError::Conflict)), "{again:?}");
    });
}

#[test]
fn reminders_are_numbered() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        for (nr, sent) in [(1, "2024-01-11"), (2, "2024-01-18")] {
            let mut tx = store.begin().await.unwrap();
            assert_eq!(tx.reminders(&start.filing).await.unwrap().len() + 1, nr);
            tx.add_reminder(&start.filing, day(sent), &asa()).await.unwrap();
            tx.commit().await.unwrap();
        }
        let found = store.reminders_of_round(&start.round).await.unwrap();
        assert_eq!(found.iter().map(|it| it.nr).collect::<Vec<_>>(), [1, 2]);
        assert_eq!((found[1].sent_on, found[1].sent_by.as_str()), (day("2024-01-18"), "p1"));
    });
}

#[test]
fn the_newest_grade_counts_and_the_older_ones_are_kept() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        let grade = async || {
            let contents = store.contents(&start.round).await.unwrap();
            contents.grade_of(contents.filing(&start.filing).unwrap()).and_then(|it| it.grade.clone())
        };
        assert_eq!(grade().await, None);
        for given in [Some("bra"), Some("bristande"), None] {
            let mut tx = store.begin().await.unwrap();
            tx.add_grade(&start.filing, given, "Skäl", &asa(), noon()).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(grade().await.as_deref(), given);
        }
        assert_eq!(store.grades_of_round(&start.round).await.unwrap().len(), 3);
        let mut tx = store.begin().await.unwrap();
        tx.add_grade_comment(&start.filing, "Vi håller inte med.", &asa(), noon()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(store.grade_comments_of_round(&start.round).await.unwrap()[0].text, "Vi håller inte med.");
    });
}

#[test]
fn feedback_that_was_sent_stays_as_sent_while_a_new_text_is_written() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        let steps = [
            ("Utkast", false, "2024-02-01T08:00:00Z", None, None),
            ("Tack!", true, "2024-02-02T08:00:00Z", Some("Tack!"), Some("2024-02-02T08:00:00Z")),
            ("Tack igen", false, "2024-02-03T08:00:00Z", Some("Tack!"), Some("2024-02-02T08:00:00Z")),
            ("Tack igen!", true, "2024-02-04T08:00:00Z", Some("Tack igen!"), Some("2024-02-04T08:00:00Z")),
        ];
        for (text, sent, now, sent_text, sent_at) in steps {
            let mut tx = store.begin().await.unwrap();
            tx.save_feedback(&start.filing, text, sent, &asa(), at(now)).await.unwrap();
            tx.commit().await.unwrap();
            let found = store.feedback(&start.filing).await.unwrap().unwrap();
            assert_eq!((found.text.as_str(), found.changed_at), (text, at(now)));
            assert_eq!((found.sent_text.as_deref(), found.sent_at), (sent_text, sent_at.map(at)), "{text}");
        }
        assert_eq!(store.feedback_of_round(&start.round).await.unwrap().len(), 1);
        assert!(store.feedback("x").await.unwrap().is_none());
    });
}

#[test]
fn whatever_is_said_about_a_filing_makes_its_round_new() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        let attempt = start.attempt(store, b"a").await;
        let (who, row) = (asa(), place(1));
        let mut tx = store.begin().await.unwrap();
        let new = NewCompletion {
            filing: &start.filing,
            attempt: None,
            place: None,
            missing_cases: 0,
            due: day("2024-01-15"),
        };
        let completion = tx.add_completion(new, noon()).await.unwrap();
        tx.commit().await.unwrap();
        for change in 0..9 {
            let before = store.contents(&start.round).await.unwrap().round.version;
            let mut tx = store.begin().await.unwrap();
            match change {
                0 => tx.add_reply(&attempt, ("R", None), "x", &who, noon()).await,
                1 => tx.add_decision(decision(&attempt, &row, 0, "undanta"), &who, noon()).await,
                2 => tx.add_message(&completion, "namnd", "x", &who, noon()).await,
                3 => tx.completion_answered(&completion, noon()).await,
                4 => tx.close_completion(&completion, noon()).await,
                5 => tx.add_reminder(&start.filing, day("2024-01-11"), &who).await,
                6 => tx.add_grade(&start.filing, None, "x", &who, noon()).await,
                7 => tx.add_grade_comment(&start.filing, "x", &who, noon()).await,
                _ => tx.save_feedback(&start.filing, "x", true, &who, noon()).await,
            }
            .unwrap();
            tx.commit().await.unwrap();
            let after = store.contents(&start.round).await.unwrap().round.version;
            assert_eq!(after, before + 1, "change {change}");
        }
    });
}
