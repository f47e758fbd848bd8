//! Sessions, one-time links, tries at a provider, drafts.

use kvartal::store::session::{Draft, Method, NewSession, OidcTry, Purpose, Step};
use kvartal::store::{Store, StoreError};

use super::{Start, at, noon, together};
use crate::databases::on_both;

/// A handläggare.
async fn somebody(store: &Store, start: &Start) -> (String, String) {
    let mut tx = store.begin().await.unwrap();
    let person = tx.add_person("a@example.org", "Åsa Öberg", noon()).await.unwrap();
    let membership = tx.add_membership(&person, (&start.namnd, "handlaggare", None), noon()).await.unwrap();
    tx.commit().await.unwrap();
    (person, membership)
}

async fn begin(store: &Store, key_hash: &str, person: &str, membership: Option<&str>, step: Step) {
    let (step, method) = (step.key(), Method::Password.key());
    let since = at("2024-01-08T08:00:00Z");
    let new = NewSession { key_hash, person, membership, step, method, agent: "Firefox på Windows", since };
    let mut tx = store.begin().await.unwrap();
    tx.add_session(new, noon()).await.unwrap();
    tx.commit().await.unwrap();
}

#[test]
fn a_session_says_who_it_is_and_as_what() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        let (person, membership) = somebody(store, &start).await;
        begin(store, "h1", &person, Some(&membership), Step::In).await;
        begin(store, "h2", &person, None, Step::SecondFactor).await;
        let found = store.session("h1").await.unwrap().unwrap();
        assert_eq!(
            (found.step(), found.method(), found.agent.as_str()),
            (Step::In, Method::Password, "Firefox på Windows")
        );
        assert_eq!((found.created_at, found.seen_at), (at("2024-01-08T08:00:00Z"), noon()));
        assert_eq!(
            (found.role.as_deref(), found.namnd_id.as_deref()),
            (Some("handlaggare"), Some(start.namnd.as_str()))
        );
        assert_eq!((found.memberships, found.actor().name.as_str()), (1, "Åsa Öberg"));
        let waiting = store.session("h2").await.unwrap().unwrap();
        assert_eq!((waiting.step(), waiting.role, waiting.namnd), (Step::SecondFactor, None, None));
        assert_eq!(store.whose_session("h1").await.unwrap(), Some(person.clone()));
        assert_eq!(store.whose_session("h2").await.unwrap(), None, "never was in");
        assert_eq!(store.sessions_of(&person).await.unwrap().len(), 2);
        assert!(store.session("x").await.unwrap().is_none());
        let nobody = NewSession {
            key_hash: "h3",
            person: "x",
            membership: None,
            step: "in",
            method: "losenord",
            agent: "",
            since: noon(),
        };
        let refused = store.begin().await.unwrap().add_session(nobody, noon()).await;
        assert!(matches!(refused, Err(StoreError::Unexpected(_))), "{refused:?}");
    });
}

#[test]
fn a_session_is_seen_later_never_earlier() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        let (person, _) = somebody(store, &start).await;
        begin(store, "h1", &person, None, Step::In).await;
        for (seen, then) in
            [("2024-01-08T12:00:00.2Z", "2024-01-08T12:00:00.2Z"), ("2024-01-08T12:00:00Z", "2024-01-08T12:00:00.2Z")]
        {
            let mut tx = store.begin().await.unwrap();
            tx.session_seen("h1", at(seen)).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(store.session("h1").await.unwrap().unwrap().seen_at, at(then));
        }
    });
}

#[test]
fn an_ended_session_never_comes_back() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        let (person, membership) = somebody(store, &start).await;
        for hash in ["h1", "h2", "h3", "h4"] {
            begin(store, hash, &person, (hash == "h4").then_some(membership.as_str()), Step::In).await;
        }
        let mut tx = store.begin().await.unwrap();
        assert!(tx.end_session("h1", noon()).await.unwrap());
        assert!(!tx.end_session("h1", noon()).await.unwrap());
        assert_eq!(tx.end_sessions_as(&membership, noon()).await.unwrap(), 1);
        assert_eq!(tx.end_other_sessions(&person, "h2", noon()).await.unwrap(), 1);
        tx.commit().await.unwrap();
        let open: Vec<_> = store.sessions_of(&person).await.unwrap().into_iter().map(|it| it.key_hash).collect();
        assert_eq!(open, ["h2"]);
        assert_eq!(store.whose_session("h1").await.unwrap(), Some(person.clone()), "known, but ended");
        let mut tx = store.begin().await.unwrap();
        assert_eq!(tx.end_sessions_of(&person, noon()).await.unwrap(), 1);
        tx.commit().await.unwrap();
        assert!(store.session("h2").await.unwrap().is_none());
    });
}

#[test]
fn a_session_whose_membership_has_ended_is_of_no_namnd() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        let (person, membership) = somebody(store, &start).await;
        begin(store, "h1", &person, Some(&membership), Step::In).await;
        let mut tx = store.begin().await.unwrap();
        tx.end_membership(&membership, noon()).await.unwrap();
        tx.commit().await.unwrap();
        let found = store.session("h1").await.unwrap().unwrap();
        assert_eq!((found.role, found.namnd_id, found.memberships), (None, None, 0));
    });
}

#[test]
fn a_link_is_used_once_within_its_time_even_when_two_requests_meet() {
    on_both(async |db| {
        let (store, start) = (db.store.clone(), Start::new(&db.store).await);
        let (person, _) = somebody(&store, &start).await;
        let (until, late) = (at("2024-01-09T12:00:00Z"), at("2024-01-09T12:00:00.000001Z"));
        let mut tx = store.begin().await.unwrap();
        tx.add_link("l1", &person, Purpose::Invitation, noon(), until).await.unwrap();
        tx.add_link("l2", &person, Purpose::Reset, noon(), until).await.unwrap();
        tx.commit().await.unwrap();
        let link = store.link("l1", noon()).await.unwrap().unwrap();
        assert_eq!(
            (link.person_id.as_str(), link.purpose(), link.expires_at),
            (person.as_str(), Purpose::Invitation, until)
        );
        assert!(store.link("l1", late).await.unwrap().is_none() && store.link("x", noon()).await.unwrap().is_none());
        assert_eq!(store.links_since(&person, Purpose::Reset, at("2024-01-08T11:00:00Z")).await.unwrap(), 1);
        assert_eq!(store.links_since(&person, Purpose::Reset, noon()).await.unwrap(), 0);
        assert!(store.begin().await.unwrap().use_link("l1", late).await.unwrap().is_none());
        let used = together::together(4, |_| {
            let store = store.clone();
            async move {
                let mut tx = store.begin().await.unwrap();
                let used = tx.use_link("l1", noon()).await.unwrap().is_some();
                tx.commit().await.unwrap();
                used
            }
        })
        .await;
        assert_eq!(used.iter().filter(|it| **it).count(), 1);
        let mut tx = store.begin().await.unwrap();
        tx.end_links_of(&person, noon()).await.unwrap();
        assert!(tx.use_link("l2", noon()).await.unwrap().is_none());
    });
}

#[test]
fn a_try_at_the_provider_is_taken_once() {
    on_both(async |db| {
        let text = |it: &str| it.to_owned();
        let given = OidcTry { state: text("s"), nonce: text("n"), verifier: text("v"), created_at: noon() };
        let mut tx = db.store.begin().await.unwrap();
        tx.add_oidc_try("t", &given).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = db.store.begin().await.unwrap();
        let taken = tx.take_oidc_try("t").await.unwrap().unwrap();
        assert_eq!((taken.state.as_str(), taken.nonce.as_str(), taken.verifier.as_str()), ("s", "n", "v"));
        assert_eq!(taken.created_at, noon());
        assert!(tx.take_oidc_try("t").await.unwrap().is_none());
        tx.commit().await.unwrap();
    });
}

#[test]
fn what_was_typed_waits_for_its_person_only() {
    on_both(async |db| {
        let store = &db.store;
        let mut draft = Draft {
            person_id: "p1".into(),
            path: "/komplettering/1".into(),
            body: "text=å\0ä".into(),
            created_at: noon(),
        };
        for path in ["/komplettering/1", "/komplettering/2"] {
            draft.path = path.to_owned();
            let mut tx = store.begin().await.unwrap();
            tx.keep_draft("d", &draft).await.unwrap();
            tx.commit().await.unwrap();
        }
        let found = store.draft("d", "p1").await.unwrap().unwrap();
        assert_eq!(
            (found.path.as_str(), found.body.as_str(), found.created_at),
            ("/komplettering/2", "text=åä", noon())
        );
        assert!(store.draft("d", "p2").await.unwrap().is_none());
        let mut tx = store.begin().await.unwrap();
        tx.remove_draft("d").await.unwrap();
        tx.commit().await.unwrap();
        assert!(store.draft("d", "p1").await.unwrap().is_none());
    });
}

#[test]
fn what_nobody_can_use_any_more_is_swept_away_and_the_rest_is_left() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        let (person, _) = somebody(store, &start).await;
        begin(store, "h1", &person, None, Step::In).await;
        let mut tx = store.begin().await.unwrap();
        tx.add_link("l1", &person, Purpose::Reset, noon(), noon()).await.unwrap();
        tx.add_oidc_try(
            "t",
            &OidcTry { state: "s".into(), nonce: "n".into(), verifier: "v".into(), created_at: noon() },
        )
        .await
        .unwrap();
        let draft = Draft { person_id: "p1".into(), path: "/".into(), body: String::new(), created_at: noon() };
        tx.keep_draft("d", &draft).await.unwrap();
        tx.commit().await.unwrap();
        for (now, left) in [
            ("2024-01-08T12:10:00Z", 4),
            ("2024-01-08T12:20:00Z", 3),
            ("2024-01-10T00:00:00Z", 2),
            ("2024-02-10T00:00:00Z", 0),
        ] {
            let mut tx = store.begin().await.unwrap();
            tx.sweep(at(now)).await.unwrap();
            tx.commit().await.unwrap();
            let mut rows = 0;
            for table in ["session", "one_time_link", "oidc_try", "draft"] {
                rows += db.number(&format!("SELECT COUNT(*) FROM {table}")).await;
            }
            assert_eq!(rows, left, "{now}");
        }
    });
}
