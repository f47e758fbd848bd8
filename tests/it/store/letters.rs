//! The outbox, keys of machines, and uploads sent twice.

use kvartal::store::StoreError;
use kvartal::store::api_key::NewApiKey;
use kvartal::store::letter::NewLetter;

use super::{Start, at, noon, together};
use crate::databases::on_both;

const LETTER: NewLetter<'_> = NewLetter {
    namnd: Some("n1"),
    kind: "inbjudan",
    recipient: "a@example.org",
    subject: "Välkommen åäö 📮",
    text: "Hej!",
    html: "<p>Hej!</p>",
};

#[test]
fn a_letter_that_is_due_is_leased_sent_and_keeps_of_its_text_what_may_be_read_again() {
    on_both(async |db| {
        let store = &db.store;
        let (now, until) = (at("2024-01-08T13:00:00Z"), at("2024-01-08T13:05:00Z"));
        let mut tx = store.begin().await.unwrap();
        let id = tx.post(LETTER, noon()).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = store.begin().await.unwrap();
        assert!(tx.lease_letters(at("2024-01-08T11:00:00Z"), until, 9).await.unwrap().is_empty(), "not due");
        let leased = tx.lease_letters(now, until, 9).await.unwrap();
        assert_eq!(
            (leased[0].subject.as_str(), leased[0].tries, leased[0].created_at),
            ("Välkommen åäö 📮", 1, noon())
        );
        assert!(tx.lease_letters(now, until, 9).await.unwrap().is_empty(), "somebody has it");
        assert_eq!(
            tx.lease_letters(at("2024-01-08T13:05:01Z"), at("2024-01-08T14:00:00Z"), 9).await.unwrap()[0].tries,
            2
        );
        tx.letter_sent(&id, ("Hej", "<p>Hej"), now).await.unwrap();
        tx.commit().await.unwrap();
        let sent = &store.letters().await.unwrap()[0];
        assert_eq!((sent.sent_at, sent.text_body.as_str(), sent.html_body.as_str()), (Some(now), "Hej", "<p>Hej"));
        assert_eq!((sent.recipient.as_str(), sent.namnd_id.as_deref()), ("a@example.org", Some("n1")));
    });
}

#[test]
fn a_letter_is_put_off_and_given_up() {
    on_both(async |db| {
        let store = &db.store;
        let mut tx = store.begin().await.unwrap();
        let id = tx.post(LETTER, noon()).await.unwrap();
        let other = tx.post(NewLetter { namnd: None, ..LETTER }, noon()).await.unwrap();
        tx.letter_put_off(&id, at("2024-01-08T14:00:00Z"), "451 senare").await.unwrap();
        tx.commit().await.unwrap();
        let later = at("2024-01-08T13:00:00Z");
        assert_eq!(store.letters_waiting_since(later).await.unwrap().len(), 2);
        let mut tx = store.begin().await.unwrap();
        let due: Vec<_> = tx.lease_letters(later, later, 9).await.unwrap().into_iter().map(|it| it.id).collect();
        assert_eq!(due, [other.as_str()]);
        tx.letter_given_up(&id, ("kvar", "<p>kvar"), (later, "550 finns inte")).await.unwrap();
        tx.letter_given_up(&other, ("", ""), (later, "x")).await.unwrap();
        tx.commit().await.unwrap();
        let given_up = store.letters_given_up(Some("n1")).await.unwrap();
        assert_eq!(
            (given_up.len(), given_up[0].fault.as_deref(), given_up[0].failed_at),
            (1, Some("550 finns inte"), Some(later))
        );
        assert_eq!(store.letters_given_up(None).await.unwrap()[0].id, other);
        let kept = store.letter(&id).await.unwrap().unwrap();
        assert_eq!((kept.text_body.as_str(), kept.html_body.as_str()), ("kvar", "<p>kvar"));
        assert!(store.letter("finns-inte").await.unwrap().is_none());
        assert!(store.letters_waiting_since(later).await.unwrap().is_empty());
    });
}

#[test]
fn several_senders_send_each_letter_once() {
    on_both(async |db| {
        let store = db.store.clone();
        let mut tx = store.begin().await.unwrap();
        for _ in 0..60 {
            tx.post(LETTER, noon()).await.unwrap();
        }
        tx.commit().await.unwrap();
        let taken = together::together(5, |_| {
            let store = store.clone();
            async move {
                let mut taken = Vec::new();
                loop {
                    let mut tx = store.begin().await.unwrap();
                    let leased = tx.lease_letters(noon(), at("2024-01-08T13:00:00Z"), 7).await.unwrap();
                    tx.commit().await.unwrap();
                    if leased.is_empty() {
                        return taken;
                    }
                    assert!(leased.len() <= 7);
                    taken.extend(leased.into_iter().map(|it| it.id));
                }
            }
        })
        .await;
        let mut all: Vec<String> = taken.into_iter().flatten().collect();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 60);
        assert_eq!(db.number("SELECT COUNT(*) FROM letter WHERE tries = 1").await, 60);
    });
}

#[test]
fn a_key_is_found_until_it_is_revoked_or_its_utforare_closed() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        let new = NewApiKey {
            namnd: &start.namnd,
            utforare: &start.utforare,
            name: "Journalsystemet",
            key_hash: "h1",
            hint: "kv_1",
            by: "p1",
        };
        let mut tx = store.begin().await.unwrap();
        let id = tx.add_api_key(new, noon()).await.unwrap();
        tx.add_api_key(NewApiKey { key_hash: "h2", ..new }, noon()).await.unwrap();
        tx.commit().await.unwrap();
        let again = store.begin().await.unwrap().add_api_key(new, noon()).await;
        assert!(matches!(again, Err(StoreError::Conflict)), "{again:?}");
        let found = store.api_key("h1").await.unwrap().unwrap();
        assert_eq!(
            (found.id.as_str(), found.utforare.as_str(), found.hint.as_str()),
            (id.as_str(), "Solsidan Omsorg AB", "kv_1")
        );
        let mut tx = store.begin().await.unwrap();
        tx.api_key_used(&id, at("2024-01-09T00:00:00Z")).await.unwrap();
        assert!(!tx.revoke_api_key(&id, "en annan nämnd", noon()).await.unwrap());
        assert!(tx.revoke_api_key(&id, &start.namnd, noon()).await.unwrap());
        assert!(!tx.revoke_api_key(&id, &start.namnd, noon()).await.unwrap());
        tx.commit().await.unwrap();
        assert!(store.api_key("h1").await.unwrap().is_none());
        let keys = store.api_keys(&start.namnd).await.unwrap();
        assert_eq!(
            (keys.len(), keys[1].revoked_at, keys[1].last_used_at),
            (2, Some(noon()), Some(at("2024-01-09T00:00:00Z")))
        );
        assert!(store.api_key("h2").await.unwrap().is_some());
        let mut tx = store.begin().await.unwrap();
        tx.close_utforare(&start.utforare, Some(noon())).await.unwrap();
        tx.commit().await.unwrap();
        assert!(store.api_key("h2").await.unwrap().is_none(), "its utförare is closed");
    });
}

#[test]
fn an_upload_sent_twice_keeps_its_first_answer() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        let new = NewApiKey {
            namnd: &start.namnd,
            utforare: &start.utforare,
            name: "A",
            key_hash: "h",
            hint: "kv",
            by: "p1",
        };
        let mut tx = store.begin().await.unwrap();
        let key = tx.add_api_key(new, noon()).await.unwrap();
        for (request, attempt) in [("r1", "a1"), ("r2", "a2")] {
            tx.keep_idempotent((&key, "samma"), request, attempt, noon()).await.unwrap();
        }
        tx.commit().await.unwrap();
        assert_eq!(store.idempotent(&key, "samma").await.unwrap(), Some(("r1".to_owned(), "a1".to_owned())));
        assert_eq!(store.idempotent(&key, "annan").await.unwrap(), None);
    });
}
