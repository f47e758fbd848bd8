//! What leaves the database whole: every original, and a copy of the file itself.

use kvartal::store::event::EventKind;

use super::{Start, file, record};
use crate::databases::on_both;

#[test]
fn every_original_is_told_with_what_it_was_received_as() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        start.attempt(store, b"handed in").await;
        let mut tx = store.begin().await.unwrap();
        let lone = tx.add_original(file(b"lone")).await.unwrap();
        tx.commit().await.unwrap();
        let kept = store.kept().await.unwrap();
        assert_eq!(kept.len(), 2);
        let (alone, filed): (Vec<_>, Vec<_>) = kept.iter().partition(|it| it.id == lone);
        assert_eq!((alone[0].used_as.as_str(), &alone[0].kvartal), ("annat", &None));
        let filed = filed[0];
        assert_eq!((filed.used_as.as_str(), filed.kvartal.as_deref()), ("inlamning", Some("2023-Q4")));
        assert_eq!((filed.utforare.as_deref(), filed.which.as_deref()), (Some("Solsidan Omsorg AB"), Some("1")));
        assert_eq!(store.original_piece(&lone, 0).await.unwrap().unwrap(), b"lone");
        assert_eq!(store.original_piece(&lone, 1).await.unwrap(), None, "after the last piece");
        assert_eq!(store.original_piece("x", 0).await.unwrap(), None);
    });
}

#[test]
fn a_copy_has_every_original_and_the_heads_of_every_chain() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        start.attempt(store, b"a").await;
        store.log(record("system", EventKind::Downloaded, "x")).await.unwrap();
        let folder = crate::support::Folder::new();
        let copied = store.copy_to(folder.path("kopia.db").as_ref()).await.unwrap();
        let chains = store.chains().await.unwrap();
        assert!(chains.contains(&start.namnd) && chains.contains(&"system".to_owned()), "{chains:?}");
        let Some(copied) = copied else { return assert!(!db.is_sqlite(), "PostgreSQL has tools of its own for this") };
        assert_eq!(copied.originals, 1);
        assert_eq!(copied.heads.iter().map(|it| &it.0).collect::<Vec<_>>(), chains.iter().collect::<Vec<_>>());
        let again = store.copy_to(folder.path("kopia.db").as_ref()).await;
        assert!(again.is_err(), "a copy never replaces one that is there");
    });
}
