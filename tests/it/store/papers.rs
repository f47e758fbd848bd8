//! What people add to the papers: texts, what was published, what IVO was sent.

use kvartal::store::StoreError;
use kvartal::store::paper::{NewNotice, NewText};

use super::{Start, day, days, noon};
use crate::databases::on_both;

#[test]
fn the_newest_text_of_a_section_counts_and_two_do_not_write_over_each_other() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        let round = start.round.as_str();
        let text = |section, seen, text| NewText { round, paper: "ivo", section, seen, text, figures: "[]" };
        for (section, seen, said) in [("b", 0, "Först"), ("b", 1, "Sedan å\0"), ("a", 0, "")] {
            let mut tx = store.begin().await.unwrap();
            tx.add_section_text(text(section, seen, said), "p1", noon()).await.unwrap();
            tx.commit().await.unwrap();
        }
        let mut tx = store.begin().await.unwrap();
        let late = tx.add_section_text(text("b", 1, "Samtidigt"), "p2", noon()).await;
        assert!(matches!(late, Err(StoreError::Conflict)), "{late:?}");
        drop(tx);
        let found = store.section_texts(round).await.unwrap();
        let found: Vec<_> = found.iter().map(|it| (it.section.as_str(), it.nr, it.text.as_str())).collect();
        assert_eq!(found, [("a", 1, ""), ("b", 2, "Sedan å")]);
        let newest = store.section_texts(round).await.unwrap().remove(1);
        assert_eq!((newest.paper.as_str(), newest.figures.as_str()), ("ivo", "[]"));
        assert_eq!((newest.written_by.as_str(), newest.written_at), ("p1", noon()));
        assert_eq!(db.number("SELECT COUNT(*) FROM section_text").await, 3, "nothing is written over");
    });
}

#[test]
fn what_was_published_comes_oldest_first() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        let mut tx = store.begin().await.unwrap();
        let later = tx.add_round(&start.namnd, "2024-Q1", days(), "[]", noon()).await.unwrap();
        tx.add_published(&later, "{3}", noon()).await.unwrap();
        tx.add_published(&start.round, "{1}", noon()).await.unwrap();
        tx.add_published(&start.round, "{2}", noon()).await.unwrap();
        tx.commit().await.unwrap();
        let found = store.published(&start.namnd).await.unwrap();
        let found: Vec<_> = found.iter().map(|it| (it.kvartal.as_str(), it.json.as_str())).collect();
        assert_eq!(found, [("2023-Q4", "{1}"), ("2023-Q4", "{2}"), ("2024-Q1", "{3}")]);
        assert!(store.published("x").await.unwrap().is_empty());
    });
}

#[test]
fn the_newest_note_about_a_case_counts_and_two_do_not_note_over_each_other() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        let round = start.round.as_str();
        let note = |seen, sent_on, answer| NewNotice { round, line_key: "a", seen, sent_on, answer };
        let mut tx = store.begin().await.unwrap();
        tx.add_ivo_notice(note(0, Some(day("2024-01-31")), ""), "p1", noon()).await.unwrap();
        tx.add_ivo_notice(note(1, Some(day("2024-02-01")), "Mottaget"), "p2", noon()).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = store.begin().await.unwrap();
        let late = tx.add_ivo_notice(note(1, None, ""), "p3", noon()).await;
        assert!(matches!(late, Err(StoreError::Conflict)), "{late:?}");
        drop(tx);
        let found = store.ivo_notices(round).await.unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].nr, found[0].sent_on, found[0].answer.as_str()), (2, Some(day("2024-02-01")), "Mottaget"));
        assert_eq!((found[0].noted_by.as_str(), found[0].noted_at), ("p2", noon()));
    });
}
