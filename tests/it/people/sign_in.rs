//! Password, second factor, choice, and everything that must not let anybody in.

use kvartal::access::recovery::RecoveryCode;
use kvartal::access::role::Role;
use kvartal::access::totp::TotpKey;
use kvartal::desk::DeskError;
use kvartal::desk::people::sign_in::WRONG;
use kvartal::store::session::Step;

use super::{PASSWORD, Town, at, refusal, visitor};
use crate::databases::on_both;

const MAIL: &str = "karin@example.org";

#[test]
fn an_invited_person_chooses_a_password_sets_up_the_app_and_is_in() {
    on_both(async |db| {
        let town = Town::new(db).await;
        town.invite("Karin@Example.org", Role::Handlaggare).await;
        let link = town.link_to(MAIL).await;
        let linked = town.people.linked(&link, at(1)).await.unwrap();
        assert_eq!((linked.mail.as_str(), linked.name.as_str()), (MAIL, "Karin Ek"));
        let entered = town.people.choose_password(&link, PASSWORD, &visitor(1), at(1)).await.unwrap();
        assert_eq!(entered.step, Step::SetUp);
        let session = town.session(&entered).await;
        let key = TotpKey::new().unwrap();
        let done =
            town.people.set_up(&session, &key.base32(), &key.code(at(2)).unwrap(), &visitor(1), at(2)).await.unwrap();
        assert_eq!((done.entered.step, done.codes.len()), (Step::In, 10));
        let session = town.session(&done.entered).await;
        assert_eq!((session.role.as_deref(), session.namnd.as_deref()), (Some("handlaggare"), Some("Omsorgsnämnden")));
        let (of_namnd, of_system) = town.events().await;
        assert_eq!(of_namnd, ["lank_skickad", "person_inbjuden", "inloggad"]);
        assert_eq!(of_system, ["losenord_andrat", "andra_faktor_satt"]);
    });
}

#[test]
fn every_step_has_a_key_of_its_own_and_the_one_before_is_dead() {
    on_both(async |db| {
        let town = Town::new(db).await;
        let (_, key) = town.member(MAIL, Role::Handlaggare).await;
        let first = town.people.sign_in(MAIL, PASSWORD, &visitor(1), at(0)).await.unwrap();
        assert_eq!(first.step, Step::SecondFactor);
        let session = town.session(&first).await;
        assert_eq!(session.role, None, "a password alone opens nothing");
        let second = town.people.give_code(&session, &key.code(at(0)).unwrap(), &visitor(1), at(0)).await.unwrap();
        assert_ne!(first.key.text(), second.key.text());
        assert!(town.people.store.session(&first.key.hash()).await.unwrap().is_none());
    });
}

#[test]
fn unknown_wrong_and_locked_are_answered_alike() {
    on_both(async |db| {
        let town = Town::new(db).await;
        town.member(MAIL, Role::Handlaggare).await;
        town.invite("inbjuden@example.org", Role::Lasare).await;
        for (mail, password) in
            [("okand@example.org", PASSWORD), (MAIL, "fel lösenord här"), ("inbjuden@example.org", ""), ("", "")]
        {
            assert_eq!(refusal(town.people.sign_in(mail, password, &visitor(1), at(0)).await), WRONG, "{mail}");
        }
        for _ in 0..4 {
            refusal(town.people.sign_in(MAIL, "fel lösenord här", &visitor(2), at(0)).await);
        }
        assert_eq!(refusal(town.people.sign_in(MAIL, PASSWORD, &visitor(2), at(0)).await), WRONG, "locked");
    });
}

#[test]
fn five_wrong_passwords_lock_the_account_for_a_minute_and_success_forgets_them() {
    on_both(async |db| {
        let town = Town::new(db).await;
        let (person, key) = town.member(MAIL, Role::Handlaggare).await;
        for _ in 0..5 {
            refusal(town.people.sign_in(MAIL, "fel lösenord här", &visitor(1), at(0)).await);
        }
        let locked = town.people.store.person(&person).await.unwrap().unwrap();
        assert_eq!((locked.failed_tries, locked.locked_until), (5, Some(at(1))));
        // A try at a locked account does not make the wait longer.
        refusal(town.people.sign_in(MAIL, "fel lösenord här", &visitor(1), at(0)).await);
        assert_eq!(town.people.store.person(&person).await.unwrap().unwrap().locked_until, Some(at(1)));
        town.signed_in(MAIL, &key, at(1), 1).await;
        let open = town.people.store.person(&person).await.unwrap().unwrap();
        assert_eq!((open.failed_tries, open.locked_until, open.last_in_at), (0, None, Some(at(1))));
        let (_, of_system) = town.events().await;
        assert_eq!(of_system.iter().filter(|it| *it == "last_ute").count(), 1);
        assert_eq!(of_system.iter().filter(|it| *it == "inloggning_misslyckad").count(), 6);
    });
}

#[test]
fn codes_are_guessed_no_more_often_than_passwords() {
    on_both(async |db| {
        let town = Town::new(db).await;
        let (_, key) = town.member(MAIL, Role::Handlaggare).await;
        let entered = town.people.sign_in(MAIL, PASSWORD, &visitor(1), at(0)).await.unwrap();
        let session = town.session(&entered).await;
        for wrong in ["1", "12345", "abc", ""] {
            let said = refusal(town.people.give_code(&session, wrong, &visitor(1), at(0)).await);
            assert!(said.starts_with("Koden stämmer inte"), "{said}");
        }
        let said = refusal(town.people.give_recovery_code(&session, "7K2QX-M3B9T-4WZ8H", &visitor(1), at(0)).await);
        assert!(said.starts_with("Reservkoden stämmer inte"), "{said}");
        let right = key.code(at(0)).unwrap();
        let said = refusal(town.people.give_code(&session, &right, &visitor(1), at(0)).await);
        assert_eq!(said, "Kontot är låst efter för många försök, till 10 januari 2024 kl. 10.13.");
    });
}

#[test]
fn a_code_opens_one_session_and_no_other() {
    on_both(async |db| {
        let town = Town::new(db).await;
        let (_, key) = town.member(MAIL, Role::Handlaggare).await;
        let code = key.code(at(0)).unwrap();
        let mut sessions = Vec::new();
        for _ in 0..2 {
            let entered = town.people.sign_in(MAIL, PASSWORD, &visitor(1), at(0)).await.unwrap();
            sessions.push(town.session(&entered).await);
        }
        let visitor = visitor(1);
        let (one, other) = tokio::join!(
            town.people.give_code(&sessions[0], &code, &visitor, at(0)),
            town.people.give_code(&sessions[1], &code, &visitor, at(0)),
        );
        assert_eq!(u8::from(one.is_ok()) + u8::from(other.is_ok()), 1, "{one:?} {other:?}");
    });
}

#[test]
fn a_recovery_code_lets_in_once_and_says_how_many_are_left() {
    on_both(async |db| {
        let town = Town::new(db).await;
        let (person, _) = town.member(MAIL, Role::Handlaggare).await;
        let codes = RecoveryCode::ten().unwrap();
        let hashes: Vec<String> = codes.iter().map(RecoveryCode::hash).collect();
        let mut tx = town.people.store.begin().await.unwrap();
        tx.set_recovery_codes(&person, &hashes).await.unwrap();
        tx.commit().await.unwrap();
        let entered = town.people.sign_in(MAIL, PASSWORD, &visitor(1), at(0)).await.unwrap();
        let session = town.session(&entered).await;
        let typed = codes[4].text().to_lowercase().replace('-', " ");
        let (entered, left) = town.people.give_recovery_code(&session, &typed, &visitor(1), at(0)).await.unwrap();
        assert_eq!((entered.step, left), (Step::In, 9));
        let entered = town.people.sign_in(MAIL, PASSWORD, &visitor(1), at(0)).await.unwrap();
        let session = town.session(&entered).await;
        refusal(town.people.give_recovery_code(&session, &typed, &visitor(1), at(0)).await);
    });
}

#[test]
fn whoever_is_several_things_chooses_and_can_change() {
    on_both(async |db| {
        let town = Town::new(db).await;
        let (_, key) = town.member(MAIL, Role::Handlaggare).await;
        town.invite(MAIL, Role::Utforare).await;
        let session = town.signed_in(MAIL, &key, at(0), 1).await;
        assert_eq!((session.step(), session.role.as_deref()), (Step::Choose, None));
        let choices = town.people.choices(&session).await.unwrap();
        let words: Vec<String> = choices.iter().map(|it| it.in_words()).collect();
        assert_eq!(words, ["Handläggare", "Utförare, Solsidan Omsorg AB"]);
        let entered = town.people.choose(&session, &choices[1].id, at(1)).await.unwrap();
        let as_utforare = town.session(&entered).await;
        assert_eq!(as_utforare.utforare.as_deref(), Some("Solsidan Omsorg AB"));
        let entered = town.people.choose(&as_utforare, &choices[0].id, at(5)).await.unwrap();
        let as_handlaggare = town.session(&entered).await;
        assert_eq!(as_handlaggare.role.as_deref(), Some("handlaggare"));
        assert_eq!(as_handlaggare.created_at, as_utforare.created_at, "changing does not make a session last longer");
        let stranger = town.people.choose(&as_handlaggare, "någon-annans", at(6)).await;
        assert!(matches!(stranger, Err(DeskError::NotFound)), "{stranger:?}");
    });
}

#[test]
fn whoever_is_nothing_any_more_is_told_so() {
    on_both(async |db| {
        let town = Town::new(db).await;
        let (_, key) = town.member(MAIL, Role::Handlaggare).await;
        let membership = town.people.users(&town.by(Role::Administrator)).await.unwrap()[0].memberships[0].id.clone();
        town.people.end_membership(&town.by(Role::Administrator), &membership, at(0)).await.unwrap();
        let entered = town.people.sign_in(MAIL, PASSWORD, &visitor(1), at(0)).await.unwrap();
        let session = town.session(&entered).await;
        let code = key.code(at(0)).unwrap();
        let said = refusal(town.people.give_code(&session, &code, &visitor(1), at(0)).await);
        assert!(said.starts_with("Ditt konto har ingen behörighet"), "{said}");
    });
}

#[test]
fn an_address_that_tries_too_often_has_to_wait_whoever_it_asks_for() {
    on_both(async |db| {
        let town = Town::new(db).await;
        for number in 0..20 {
            refusal(town.people.sign_in(&format!("p{number}@example.org"), "gissning", &visitor(1), at(0)).await);
        }
        let too_many = town.people.sign_in(MAIL, "gissning", &visitor(1), at(0)).await;
        assert!(matches!(too_many, Err(DeskError::TooMany)), "{too_many:?}");
        refusal(town.people.sign_in(MAIL, "gissning", &visitor(2), at(0)).await);
        refusal(town.people.sign_in(MAIL, "gissning", &visitor(1), at(1)).await);
    });
}

#[test]
fn a_second_factor_that_is_set_up_is_not_replaced_from_an_old_page() {
    on_both(async |db| {
        let town = Town::new(db).await;
        town.invite(MAIL, Role::Handlaggare).await;
        let entered =
            town.people.choose_password(&town.link_to(MAIL).await, PASSWORD, &visitor(1), at(0)).await.unwrap();
        let session = town.session(&entered).await;
        let (one, other) = (TotpKey::new().unwrap(), TotpKey::new().unwrap());
        let said = refusal(town.people.set_up(&session, &one.base32(), "abcdef", &visitor(1), at(0)).await);
        assert!(said.starts_with("Koden stämmer inte"), "{said}");
        town.people.set_up(&session, &one.base32(), &one.code(at(0)).unwrap(), &visitor(1), at(0)).await.unwrap();
        let again =
            town.people.set_up(&session, &other.base32(), &other.code(at(0)).unwrap(), &visitor(1), at(0)).await;
        assert_eq!(refusal(again), "Tvåstegsinloggningen är redan påslagen. Logga in igen.");
    });
}

#[test]
fn signing_out_ends_the_session_and_no_other() {
    on_both(async |db| {
        let town = Town::new(db).await;
        let (_, key) = town.member(MAIL, Role::Handlaggare).await;
        let (one, other) = (town.signed_in(MAIL, &key, at(0), 1).await, town.signed_in(MAIL, &key, at(1), 2).await);
        town.people.sign_out(&one, at(2)).await.unwrap();
        assert!(town.people.store.session(&one.key_hash).await.unwrap().is_none());
        assert!(town.people.store.session(&other.key_hash).await.unwrap().is_some());
        assert_eq!(town.events().await.0.last().map(String::as_str), Some("utloggad"));
    });
}
