//! The own account, and what somebody had typed when their session ended.

use kvartal::access::key::Key;
use kvartal::access::role::Role;
use kvartal::access::totp::TotpKey;
use kvartal::desk::DeskError;

use super::{PASSWORD, Town, at, refusal, visitor};
use crate::databases::on_both;

const MAIL: &str = "karin@example.org";

#[test]
fn a_changed_password_ends_other_sessions_and_this_one_goes_on_under_a_new_key() {
    on_both(async |db| {
        let town = Town::new(db).await;
        let (_, key) = town.member(MAIL, Role::Handlaggare).await;
        let (own, other) = (town.signed_in(MAIL, &key, at(0), 1).await, town.signed_in(MAIL, &key, at(1), 2).await);
        let new = "vädret blir grönt";
        let said = refusal(town.people.change_password(&own, ("fel lösenord här", new), &visitor(3), at(2)).await);
        assert_eq!(said, "Lösenordet du har nu stämmer inte. Skriv det igen.");
        let said = refusal(town.people.change_password(&own, (PASSWORD, "kort"), &visitor(3), at(2)).await);
        assert!(said.contains("för kort"), "{said}");
        let entered = town.people.change_password(&own, (PASSWORD, new), &visitor(3), at(2)).await.unwrap();
        for ended in [&own, &other] {
            assert!(town.people.store.session(&ended.key_hash).await.unwrap().is_none());
        }
        let session = town.session(&entered).await;
        assert_eq!((session.role.as_deref(), session.created_at), (Some("handlaggare"), own.created_at));
        assert_eq!(town.people.store.letters().await.unwrap().pop().unwrap().kind, "losenord_andrat");
    });
}

#[test]
fn an_open_session_is_not_enough_to_take_the_account_over() {
    on_both(async |db| {
        let town = Town::new(db).await;
        let (_, key) = town.member(MAIL, Role::Handlaggare).await;
        let own = town.signed_in(MAIL, &key, at(0), 1).await;
        let (new, wrong) = (TotpKey::new().unwrap(), "fel lösenord här");
        let (base32, code) = (new.base32(), new.code(at(1)).unwrap());
        refusal(town.people.replace_second_factor(&own, wrong, (&base32, &code), &visitor(2), at(1)).await);
        refusal(town.people.new_recovery_codes(&own, wrong, &visitor(2), at(1)).await);
        for _ in 0..3 {
            refusal(town.people.change_password(&own, (wrong, PASSWORD), &visitor(2), at(1)).await);
        }
        let said = refusal(town.people.new_recovery_codes(&own, PASSWORD, &visitor(2), at(1)).await);
        assert!(said.starts_with("Kontot är låst"), "{said}");
    });
}

#[test]
fn a_new_telephone_replaces_the_old_one_and_its_codes() {
    on_both(async |db| {
        let town = Town::new(db).await;
        let (person, old) = town.member(MAIL, Role::Handlaggare).await;
        let own = town.signed_in(MAIL, &old, at(0), 1).await;
        let before = town.people.store.recovery_codes(&person).await.unwrap();
        let new = TotpKey::new().unwrap();
        let (base32, code) = (new.base32(), new.code(at(1)).unwrap());
        let codes =
            town.people.replace_second_factor(&own, PASSWORD, (&base32, &code), &visitor(2), at(1)).await.unwrap();
        let after = town.people.store.recovery_codes(&person).await.unwrap();
        assert!(before.iter().all(|it| !after.contains(it)) && after.len() == 10);
        assert!(codes.iter().all(|it| it.find(&after).is_some()));
        town.signed_in(MAIL, &new, at(2), 3).await;
        let entered = town.people.sign_in(MAIL, PASSWORD, &visitor(4), at(3)).await.unwrap();
        let session = town.session(&entered).await;
        refusal(town.people.give_code(&session, &old.code(at(3)).unwrap(), &visitor(4), at(3)).await);
    });
}

#[test]
fn new_recovery_codes_make_the_old_ones_worthless() {
    on_both(async |db| {
        let town = Town::new(db).await;
        let (person, key) = town.member(MAIL, Role::Handlaggare).await;
        let own = town.signed_in(MAIL, &key, at(0), 1).await;
        let one = town.people.new_recovery_codes(&own, PASSWORD, &visitor(2), at(1)).await.unwrap();
        let other = town.people.new_recovery_codes(&own, PASSWORD, &visitor(2), at(1)).await.unwrap();
        let kept = town.people.store.recovery_codes(&person).await.unwrap();
        assert!(one.iter().all(|it| it.find(&kept).is_none()));
        assert!(other.iter().all(|it| it.find(&kept).is_some()));
    });
}

#[test]
fn people_see_and_end_their_own_sessions_and_nobody_elses() {
    on_both(async |db| {
        let town = Town::new(db).await;
        let (_, key) = town.member(MAIL, Role::Handlaggare).await;
        let (_, another) = town.member("bo@example.org", Role::Lasare).await;
        let own = town.signed_in(MAIL, &key, at(0), 1).await;
        let elsewhere = town.signed_in(MAIL, &key, at(1), 2).await;
        let third = town.signed_in(MAIL, &key, at(2), 3).await;
        let foreign = town.signed_in("bo@example.org", &another, at(2), 4).await;
        let account = town.people.account(&own).await.unwrap();
        let shown: Vec<&str> = account.sessions.iter().map(|it| it.key_hash.as_str()).collect();
        assert_eq!(shown, [&own.key_hash, &third.key_hash, &elsewhere.key_hash]);
        assert_eq!((account.codes_left, account.has_second_factor), (10, true));
        town.people.end_session(&own, &elsewhere.key_hash, at(3)).await.unwrap();
        let not_own = town.people.end_session(&own, &foreign.key_hash, at(3)).await;
        assert!(matches!(not_own, Err(DeskError::NotFound)), "{not_own:?}");
        assert_eq!(town.people.end_other_sessions(&own, at(4)).await.unwrap(), 1);
        assert!(town.people.store.session(&own.key_hash).await.unwrap().is_some());
        assert!(town.people.store.session(&foreign.key_hash).await.unwrap().is_some());
    });
}

#[test]
fn what_was_typed_waits_for_its_person_and_for_no_other() {
    on_both(async |db| {
        let town = Town::new(db).await;
        let (karin, key) = town.member(MAIL, Role::Handlaggare).await;
        let (bo, _) = town.member("bo@example.org", Role::Lasare).await;
        let cookie = Key::new().unwrap();
        let own = town.signed_in(MAIL, &key, at(0), 1).await;
        let mut tx = town.people.store.begin().await.unwrap();
        let new = kvartal::store::session::NewSession {
            key_hash: &cookie.hash(),
            person: &karin,
            membership: own.membership_id.as_deref(),
            step: "in",
            method: "losenord",
            agent: "",
            since: at(0),
        };
        tx.add_session(new, at(0)).await.unwrap();
        tx.end_session(&cookie.hash(), at(1)).await.unwrap();
        tx.commit().await.unwrap();
        let (path, body) = ("/komplettering/1", "text=Svaret+%C3%A4r+l%C3%A5ngt");
        let draft = town.people.keep_draft(&cookie, path, body, at(2)).await.unwrap().expect("it was Karin's session");
        assert!(town.people.draft(&draft, &bo).await.unwrap().is_none());
        let found = town.people.draft(&draft, &karin).await.unwrap().expect("Karin gets it back");
        assert_eq!((found.path.as_str(), found.body.as_str()), (path, body));
        town.people.drop_draft(&draft).await.unwrap();
        assert!(town.people.draft(&draft, &karin).await.unwrap().is_none());
        let nobodys = town.people.keep_draft(&Key::new().unwrap(), path, body, at(2)).await.unwrap();
        assert!(nobodys.is_none(), "what strangers post is not kept");
        let long = town.people.keep_draft(&cookie, path, &"a".repeat(300_000), at(2)).await.unwrap();
        assert!(long.is_none());
    });
}

#[test]
fn what_nobody_can_use_is_swept_away() {
    on_both(async |db| {
        let town = Town::new(db).await;
        let (karin, key) = town.member(MAIL, Role::Handlaggare).await;
        let own = town.signed_in(MAIL, &key, at(0), 1).await;
        let cookie = Key::new().unwrap();
        let mut tx = town.people.store.begin().await.unwrap();
        let body = "a=b".to_owned();
        let draft =
            kvartal::store::session::Draft { person_id: karin.clone(), path: "/".to_owned(), body, created_at: at(0) };
        tx.keep_draft(&cookie.hash(), &draft).await.unwrap();
        tx.sweep(at(60)).await.unwrap();
        tx.commit().await.unwrap();
        assert!(town.people.draft(&cookie, &karin).await.unwrap().is_some());
        let mut tx = town.people.store.begin().await.unwrap();
        tx.sweep(at(60 * 24 * 31)).await.unwrap();
        tx.commit().await.unwrap();
        assert!(town.people.draft(&cookie, &karin).await.unwrap().is_none());
        assert!(town.people.store.session(&own.key_hash).await.unwrap().is_none());
    });
}
