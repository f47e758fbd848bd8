//! Nämnder, utförare, contacts, uppdrag and own rules.

use kvartal::store::StoreError;

use super::{Start, at, day, noon, utforare};
use crate::databases::on_both;

#[test]
fn a_namnd_is_kept_as_it_was_written() {
    on_both(async |db| {
        let store = &db.store;
        let mut tx = store.begin().await.unwrap();
        let id = tx.add_namnd("Örnköldsvik", "Ä’ldre – & 🧓-nämnden", noon()).await.unwrap();
        tx.commit().await.unwrap();
        let namnd = store.namnd(&id).await.unwrap().unwrap();
        assert_eq!((namnd.kommun.as_str(), namnd.namn.as_str()), ("Örnköldsvik", "Ä’ldre – & 🧓-nämnden"));
        assert_eq!(namnd.rules_version, 0);
        assert!(store.namnd("finns inte").await.unwrap().is_none());
    });
}

#[test]
fn a_namnd_is_added_only_once() {
    on_both(async |db| {
        let mut tx = db.store.begin().await.unwrap();
        tx.add_namnd("A", "B", noon()).await.unwrap();
        assert!(matches!(tx.add_namnd("A", "B", noon()).await, Err(StoreError::Conflict)));
        drop(tx);
        assert!(db.store.namnder().await.unwrap().is_empty());
    });
}

#[test]
fn namnder_come_in_the_order_of_their_bytes_on_both() {
    on_both(async |db| {
        let mut tx = db.store.begin().await.unwrap();
        for kommun in ["Örebro", "Ale", "ale", "Åre", "Ängelholm", "A-stad", "A stad", "Zinkgruvan"] {
            tx.add_namnd(kommun, "Nämnden", noon()).await.unwrap();
        }
        tx.commit().await.unwrap();
        let found: Vec<String> = db.store.namnder().await.unwrap().into_iter().map(|it| it.kommun).collect();
        let mut sorted = found.clone();
        sorted.sort();
        assert_eq!(found, sorted);
    });
}

#[test]
fn an_utforare_keeps_its_id_when_it_is_saved_again() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        let mut changed = utforare(&start.namnd, "solsidan");
        changed.namn = "Solsidan i Väst".to_owned();
        changed.orgnr = None;
        changed.rated = false;
        let mut tx = store.begin().await.unwrap();
        let id = tx.save_utforare(&changed, noon()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(id, start.utforare);
        let found = store.utforare(&start.namnd).await.unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].namn.as_str(), found[0].orgnr.as_deref(), found[0].rated),
            ("Solsidan i Väst", None, false)
        );
        assert_eq!(found[0].aliases(), ["Solsidan"]);
    });
}

#[test]
fn an_utforare_of_a_namnd_that_does_not_exist_is_refused() {
    on_both(async |db| {
        let mut tx = db.store.begin().await.unwrap();
        let refused = tx.save_utforare(&utforare("ingen", "solsidan"), noon()).await;
        assert!(matches!(refused, Err(StoreError::Unexpected(_))), "{refused:?}");
    });
}

#[test]
fn an_utforare_is_closed_and_opened_again() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        for closed in [Some(at("2024-02-01T00:00:00.000001Z")), None] {
            let mut tx = store.begin().await.unwrap();
            tx.close_utforare(&start.utforare, closed).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(store.utforare(&start.namnd).await.unwrap()[0].closed_at, closed);
        }
    });
}

#[test]
fn contacts_are_replaced_and_one_address_stands_once() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        let contact = |namn: &str, epost: &str| (namn.to_owned(), epost.to_owned());
        for wanted in [
            vec![contact("Åsa", "a@example.org"), contact("Bo", "b@example.org")],
            vec![contact("Bo", "b@example.org"), contact("Bosse", "b@example.org")],
        ] {
            let mut tx = store.begin().await.unwrap();
            tx.set_kontakter(&start.utforare, &wanted).await.unwrap();
            tx.commit().await.unwrap();
        }
        let found = store.kontakter(&start.namnd).await.unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].namn.as_str(), found[0].epost.as_str()), ("Bosse", "b@example.org"));
    });
}

#[test]
fn the_days_of_an_uppdrag_may_be_open_at_either_end() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        for days in [(None, Some(day("2024-02-29"))), (Some(day("1999-12-31")), None), (None, None)] {
            let mut tx = store.begin().await.unwrap();
            tx.set_uppdrag_days(&start.uppdrag, days).await.unwrap();
            tx.commit().await.unwrap();
            let found = &store.uppdrag(&start.namnd).await.unwrap()[0];
            assert_eq!((found.fran, found.till), days);
            assert_eq!(found.keys(), ["ledsagarservice", "avlosarservice"]);
        }
    });
}

#[test]
fn own_rules_are_written_changed_and_removed_and_each_change_is_counted() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        let path = "for-sent/FS900-egen.toml";
        let mut tx = store.begin().await.unwrap();
        tx.save_own_rule(&start.namnd, (path, "id = 'FS900'"), "p1", noon()).await.unwrap();
        tx.save_own_rule(&start.namnd, (path, "id = 'FS900' # ändrad"), "p2", noon()).await.unwrap();
        tx.commit().await.unwrap();
        let rules = store.own_rules(&start.namnd).await.unwrap();
        assert_eq!(rules.len(), 1);
        assert_eq!((rules[0].text.as_str(), rules[0].changed_by.as_str()), ("id = 'FS900' # ändrad", "p2"));
        assert_eq!(rules[0].changed_at, noon());
        let mut tx = store.begin().await.unwrap();
        tx.remove_own_rule(&start.namnd, path).await.unwrap();
        tx.commit().await.unwrap();
        assert!(store.own_rules(&start.namnd).await.unwrap().is_empty());
        assert_eq!(store.namnd(&start.namnd).await.unwrap().unwrap().rules_version, 3);
    });
}

#[test]
fn whatever_changes_in_the_registers_makes_every_round_of_the_namnd_new() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        let other = Start::of(store, "En annan nämnd").await;
        let still = store.round(&other.round).await.unwrap().unwrap().version;
        for change in 0..7 {
            let before = store.round(&start.round).await.unwrap().unwrap().version;
            let mut tx = store.begin().await.unwrap();
            match change {
                0 => tx.save_utforare(&utforare(&start.namnd, "ny"), noon()).await.map(|_| ()),
                1 => tx.close_utforare(&start.utforare, Some(noon())).await,
                2 => tx.set_kontakter(&start.utforare, &[]).await,
                3 => tx.add_uppdrag(&start.utforare, &[], (None, None)).await.map(|_| ()),
                4 => tx.set_uppdrag_days(&start.uppdrag, (None, None)).await,
                5 => tx.save_own_rule(&start.namnd, ("a", "b"), "p1", noon()).await,
                _ => tx.remove_own_rule(&start.namnd, "a").await,
            }
            .unwrap();
            tx.commit().await.unwrap();
            let after = store.round(&start.round).await.unwrap().unwrap().version;
            assert_eq!(after, before + 1, "change {change}");
        }
        assert_eq!(store.round(&other.round).await.unwrap().unwrap().version, still);
    });
}

#[test]
fn a_nul_character_is_left_out_because_postgresql_has_none() {
    on_both(async |db| {
        let mut tx = db.store.begin().await.unwrap();
        let id = tx.add_namnd("A\0le", "\0", noon()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(db.store.namnd(&id).await.unwrap().unwrap().kommun, "Ale");
    });
}

#[test]
fn only_an_uppdrag_nothing_was_expected_of_is_taken_away() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        let mut tx = store.begin().await.unwrap();
        let unused = tx.add_uppdrag(&start.utforare, &[], (None, None)).await.unwrap();
        assert!(!tx.remove_unused_uppdrag(&start.uppdrag).await.unwrap());
        assert!(tx.remove_unused_uppdrag(&unused).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(store.uppdrag(&start.namnd).await.unwrap().len(), 1);
    });
}

#[test]
fn of_two_people_changing_the_rules_the_second_sees_the_version_of_the_first() {
    on_both(async |db| {
        let (store, start) = (db.store.clone(), Start::new(&db.store).await);
        let mut seen = super::together::together(5, |nr| {
            let (store, namnd) = (store.clone(), start.namnd.clone());
            async move {
                let mut tx = store.begin().await.unwrap();
                let version = tx.hold_rules(&namnd).await.unwrap();
                tx.save_own_rule(&namnd, ("a", &nr.to_string()), "p1", noon()).await.unwrap();
                tx.commit().await.unwrap();
                version
            }
        })
        .await;
        seen.sort_unstable();
        assert_eq!(seen, [0, 1, 2, 3, 4]);
        assert!(matches!(store.begin().await.unwrap().hold_rules("x").await, Err(StoreError::Unexpected(_))));
    });
}

#[test]
fn rules_and_utforare_changed_at_the_same_time_do_not_wait_for_each_other_in_a_ring() {
    on_both(async |db| {
        let (store, start) = (db.store.clone(), Start::new(&db.store).await);
        super::together::together(8, |nr| {
            let (store, namnd, id) = (store.clone(), start.namnd.clone(), start.utforare.clone());
            async move {
                for _ in 0..5 {
                    let mut tx = store.begin().await.unwrap();
                    match nr % 4 {
                        0 => tx.hold_rules(&namnd).await.map(|_| ()).unwrap(),
                        1 => tx.close_utforare(&id, None).await.unwrap(),
                        2 => tx.set_kontakter(&id, &[]).await.unwrap(),
                        _ => {}
                    }
                    tx.save_own_rule(&namnd, ("a", "b"), "p1", noon()).await.unwrap();
                    tx.commit().await.unwrap();
                }
            }
        })
        .await;
        assert_eq!(store.namnd(&start.namnd).await.unwrap().unwrap().rules_version, 40);
    });
}
