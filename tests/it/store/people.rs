//! People, memberships, passwords, second factors and recovery codes.

use kvartal::store::person::Source;
use kvartal::store::{Store, StoreError};

use super::{Start, at, noon, together};
use crate::databases::on_both;

async fn person(store: &Store, mail: &str) -> String {
    let mut tx = store.begin().await.unwrap();
    let id = tx.add_person(mail, "Åsa Öberg", noon()).await.unwrap();
    tx.commit().await.unwrap();
    id
}

#[test]
fn an_address_belongs_to_one_person_however_it_is_written() {
    on_both(async |db| {
        let store = &db.store;
        let id = person(store, " Åsa.Öberg@Example.ORG ").await;
        let found = store.person_with_mail("åsa.öberg@EXAMPLE.org").await.unwrap().unwrap();
        assert_eq!(
            (found.id.as_str(), found.mail.as_str(), found.name.as_str()),
            (id.as_str(), "åsa.öberg@example.org", "Åsa Öberg")
        );
        assert_eq!((found.created_at, found.closed_at, found.last_in_at), (noon(), None, None));
        assert!(!found.has_come());
        let again = store.begin().await.unwrap().add_person("ÅSA.ÖBERG@example.org", "B", noon()).await;
        assert!(matches!(again, Err(StoreError::Conflict)), "{again:?}");
        assert!(store.person("x").await.unwrap().is_none());
        let mut tx = store.begin().await.unwrap();
        tx.rename_person(&id, "Åsa Ö").await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(store.person(&id).await.unwrap().unwrap().name, "Åsa Ö");
    });
}

#[test]
fn an_account_at_the_provider_belongs_to_one_person() {
    on_both(async |db| {
        let store = &db.store;
        let (first, second) = (person(store, "a@example.org").await, person(store, "b@example.org").await);
        let mut tx = store.begin().await.unwrap();
        tx.set_subject(&first, "https://idp|1").await.unwrap();
        tx.commit().await.unwrap();
        let found = store.person_by_subject("https://idp|1").await.unwrap().unwrap();
        assert!(found.id == first && found.has_come());
        let taken = store.begin().await.unwrap().set_subject(&second, "https://idp|1").await;
        assert!(matches!(taken, Err(StoreError::Conflict)), "{taken:?}");
        assert!(store.person_by_subject("https://idp|2").await.unwrap().is_none());
    });
}

#[test]
fn a_membership_is_given_once_and_ended_once() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        let id = person(store, "a@example.org").await;
        let as_utforare = (start.namnd.as_str(), "utforare", Some(start.utforare.as_str()));
        let mut tx = store.begin().await.unwrap();
        let first = tx.add_membership(&id, as_utforare, noon()).await.unwrap();
        assert_eq!(tx.add_membership(&id, as_utforare, noon()).await.unwrap(), first, "just the same");
        let second =
            tx.add_membership_from(Source::Oidc, &id, (&start.namnd, "handlaggare", None), noon()).await.unwrap();
        tx.commit().await.unwrap();

        let found = store.memberships(&id).await.unwrap();
        assert_eq!(found.iter().map(|it| it.id.as_str()).collect::<Vec<_>>(), [first.as_str(), second.as_str()]);
        assert_eq!(found[0].in_words(), "Utförare, Solsidan Omsorg AB");
        assert_eq!((found[0].kommun.as_str(), found[0].is_from_provider()), ("Exempelstad", false));
        assert!(found[1].is_from_provider() && found[1].utforare.is_none());
        assert_eq!(store.memberships_of_namnd(&start.namnd).await.unwrap(), found);
        assert_eq!(store.membership(&first).await.unwrap().as_ref(), Some(&found[0]));
        assert_eq!(store.people_of(&start.namnd).await.unwrap().len(), 1, "one person, two memberships");

        let mut tx = store.begin().await.unwrap();
        assert_eq!(tx.count_members(&start.namnd, "handlaggare").await.unwrap(), 1);
        assert!(tx.end_membership(&second, noon()).await.unwrap());
        assert!(!tx.end_membership(&second, noon()).await.unwrap());
        assert_eq!(tx.count_members(&start.namnd, "handlaggare").await.unwrap(), 0);
        tx.close_utforare(&start.utforare, Some(noon())).await.unwrap();
        tx.commit().await.unwrap();
        assert!(store.memberships(&id).await.unwrap().is_empty(), "the utförare is closed");
        assert!(store.membership(&first).await.unwrap().is_none());
    });
}

#[test]
fn of_two_administrators_leaving_at_the_same_time_one_stays() {
    on_both(async |db| {
        let (store, start) = (db.store.clone(), Start::new(&db.store).await);
        let mut memberships = Vec::new();
        for mail in ["a@example.org", "b@example.org"] {
            let id = person(&store, mail).await;
            let mut tx = store.begin().await.unwrap();
            memberships.push(tx.add_membership(&id, (&start.namnd, "administrator", None), noon()).await.unwrap());
            tx.commit().await.unwrap();
        }
        let left = together::together(2, |nr| {
            let (store, namnd, membership) = (store.clone(), start.namnd.clone(), memberships[nr].clone());
            async move {
                let mut tx = store.begin().await.unwrap();
                let may = tx.count_members(&namnd, "administrator").await.unwrap() > 1;
                if may {
                    tx.end_membership(&membership, noon()).await.unwrap();
                }
                tx.commit().await.unwrap();
                may
            }
        })
        .await;
        assert_eq!(left.iter().filter(|it| **it).count(), 1);
    });
}

#[test]
fn failed_tries_are_counted_locked_and_forgotten() {
    on_both(async |db| {
        let store = &db.store;
        let id = person(store, "a@example.org").await;
        let until = at("2024-01-08T12:15:00.5Z");
        let mut tx = store.begin().await.unwrap();
        assert_eq!(tx.count_failure(&id).await.unwrap(), 1);
        assert_eq!(tx.count_failure(&id).await.unwrap(), 2);
        assert_eq!(tx.count_failure("x").await.unwrap(), 0);
        tx.lock_person(&id, until).await.unwrap();
        tx.commit().await.unwrap();
        let found = store.person(&id).await.unwrap().unwrap();
        assert_eq!((found.failed_tries, found.locked_until), (2, Some(until)));
        assert!(found.is_locked(noon()) && !found.is_locked(until));
        for came_in in [false, true] {
            let mut tx = store.begin().await.unwrap();
            tx.count_failure(&id).await.unwrap();
            tx.lock_person(&id, until).await.unwrap();
            if came_in {
                tx.came_in(&id, noon()).await.unwrap()
            } else {
                tx.open_lock(&id).await.unwrap()
            }
            tx.commit().await.unwrap();
            let found = store.person(&id).await.unwrap().unwrap();
            assert_eq!((found.failed_tries, found.locked_until), (0, None));
            assert_eq!(found.last_in_at, came_in.then(noon));
        }
    });
}

#[test]
fn ten_tries_at_the_same_time_are_ten_tries() {
    on_both(async |db| {
        let store = db.store.clone();
        let id = person(&store, "a@example.org").await;
        let mut counts = together::together(10, |_| {
            let (store, id) = (store.clone(), id.clone());
            async move {
                let mut tx = store.begin().await.unwrap();
                let count = tx.count_failure(&id).await.unwrap();
                tx.commit().await.unwrap();
                count
            }
        })
        .await;
        counts.sort_unstable();
        assert_eq!(counts, (1..=10).collect::<Vec<_>>());
    });
}

#[test]
fn a_step_of_the_second_factor_is_used_once_even_when_two_tries_meet() {
    on_both(async |db| {
        let store = db.store.clone();
        let id = person(&store, "a@example.org").await;
        let mut tx = store.begin().await.unwrap();
        tx.set_password(&id, "$argon2id$…").await.unwrap();
        tx.set_totp(&id, Some("NYCKEL"), 7).await.unwrap();
        assert!(!tx.use_step(&id, 7).await.unwrap() && tx.use_step(&id, 8).await.unwrap());
        tx.commit().await.unwrap();
        let found = store.person(&id).await.unwrap().unwrap();
        assert_eq!(
            (found.password_hash.as_deref(), found.totp_key.as_deref(), found.totp_step),
            (Some("$argon2id$…"), Some("NYCKEL"), 8)
        );
        let used = together::together(4, |_| {
            let (store, id) = (store.clone(), id.clone());
            async move {
                let mut tx = store.begin().await.unwrap();
                let used = tx.use_step(&id, 9).await.unwrap();
                tx.commit().await.unwrap();
                used
            }
        })
        .await;
        assert_eq!(used.iter().filter(|it| **it).count(), 1);
        let mut tx = store.begin().await.unwrap();
        tx.set_totp(&id, None, 0).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(store.person(&id).await.unwrap().unwrap().totp_key, None);
    });
}

#[test]
fn a_recovery_code_is_used_once_and_new_ones_take_the_place_of_the_old() {
    on_both(async |db| {
        let store = &db.store;
        let id = person(store, "a@example.org").await;
        let codes = |it: &[&str]| it.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        let mut tx = store.begin().await.unwrap();
        tx.set_recovery_codes(&id, &codes(&["b", "a"])).await.unwrap();
        assert!(tx.use_recovery_code(&id, "a", noon()).await.unwrap());
        assert!(!tx.use_recovery_code(&id, "a", noon()).await.unwrap());
        assert!(!tx.use_recovery_code(&id, "c", noon()).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(store.recovery_codes(&id).await.unwrap(), ["b"]);
        let mut tx = store.begin().await.unwrap();
        tx.set_recovery_codes(&id, &codes(&["a", "d"])).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(store.recovery_codes(&id).await.unwrap(), ["a", "d"]);
    });
}

#[test]
fn nothing_is_found_with_a_key_that_holds_a_nul_character() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        person(store, "a@example.org").await;
        let nul = "a\0";
        assert!(store.person("\0").await.unwrap().is_none());
        assert!(store.person_by_subject(nul).await.unwrap().is_none());
        assert!(store.filing(nul).await.unwrap().is_none());
        assert!(store.attempt(nul).await.unwrap().is_none());
        assert!(store.round_of(&start.namnd, "2023-Q4\0").await.unwrap().is_none());
        assert!(store.session(nul).await.unwrap().is_none());
        assert!(store.utforare(nul).await.unwrap().is_empty());
        assert!(matches!(store.contents(nul).await, Err(StoreError::Unexpected(_))));
        assert!(matches!(store.begin().await.unwrap().filing(nul).await, Err(StoreError::Unexpected(_))));
        // An address is folded, and what nobody can see is not part of it.
        assert!(store.person_with_mail("a@example.org\0").await.unwrap().is_some());
    });
}
