//! One-time links: invitations and new passwords.

use kvartal::access::role::Role;
use kvartal::store::session::{Purpose, Step};

use super::{PASSWORD, Town, at, refusal, visitor};
use crate::databases::on_both;

const MAIL: &str = "karin@example.org";
const WORN_OUT: &str = "Länken har redan använts eller har slutat gälla. Be om en ny.";

#[test]
fn asking_for_a_new_password_is_answered_alike_whoever_it_is() {
    on_both(async |db| {
        let town = Town::new(db).await;
        town.member(MAIL, Role::Handlaggare).await;
        let before = town.people.store.letters().await.unwrap().len();
        for mail in [MAIL, "okand@example.org", "", "ingen adress"] {
            town.people.ask_reset(mail, &visitor(1), at(1)).await.unwrap();
        }
        let letters = town.people.store.letters().await.unwrap();
        let new: Vec<&str> = letters[before..].iter().map(|it| it.recipient.as_str()).collect();
        assert_eq!(new, [MAIL]);
        let (_, of_system) = town.events().await;
        assert_eq!(of_system.iter().filter(|it| *it == "lank_skickad").count(), 4, "each leaves the same trace");
    });
}

#[test]
fn nobody_can_be_flooded_with_letters() {
    on_both(async |db| {
        let town = Town::new(db).await;
        town.member(MAIL, Role::Handlaggare).await;
        let before = town.people.store.letters().await.unwrap().len();
        for _ in 0..5 {
            town.people.ask_reset(MAIL, &visitor(1), at(1)).await.unwrap();
        }
        assert_eq!(town.people.store.letters().await.unwrap().len() - before, 3);
    });
}

#[test]
fn a_new_password_ends_every_session_opens_the_lock_and_is_told_by_letter() {
    on_both(async |db| {
        let town = Town::new(db).await;
        let (person, key) = town.member(MAIL, Role::Handlaggare).await;
        let session = town.signed_in(MAIL, &key, at(0), 1).await;
        for _ in 0..5 {
            refusal(town.people.sign_in(MAIL, "fel lösenord här", &visitor(2), at(1)).await);
        }
        town.people.ask_reset(MAIL, &visitor(3), at(1)).await.unwrap();
        let link = town.link_to(MAIL).await;
        assert_eq!(town.people.linked(&link, at(1)).await.unwrap().purpose, Purpose::Reset);
        let new = "vädret blir grönt";
        let entered = town.people.choose_password(&link, new, &visitor(3), at(2)).await.unwrap();
        assert_eq!(entered.step, Step::SecondFactor, "the mail alone is not enough");
        assert!(town.people.store.session(&session.key_hash).await.unwrap().is_none());
        assert_eq!(town.people.store.person(&person).await.unwrap().unwrap().locked_until, None);
        refusal(town.people.sign_in(MAIL, PASSWORD, &visitor(4), at(2)).await);
        town.people.sign_in(MAIL, new, &visitor(4), at(2)).await.unwrap();
        let told = town.people.store.letters().await.unwrap().pop().unwrap();
        assert_eq!((told.recipient.as_str(), told.kind.as_str()), (MAIL, "losenord_andrat"));
        assert!(told.text_body.contains("10 januari 2024 kl. 10.14"), "{}", told.text_body);
    });
}

#[test]
fn a_link_works_once_until_its_time_and_not_when_a_newer_password_was_chosen() {
    on_both(async |db| {
        let town = Town::new(db).await;
        town.member(MAIL, Role::Handlaggare).await;
        let ask = async || {
            town.people.ask_reset(MAIL, &visitor(1), at(0)).await.unwrap();
            town.link_to(MAIL).await
        };
        let (one, other) = (ask().await, ask().await);
        assert_eq!(refusal(town.people.linked(&one, at(60)).await), WORN_OUT, "an hour has passed");
        town.people.choose_password(&one, "vädret blir grönt", &visitor(2), at(59)).await.unwrap();
        for link in [&one, &other] {
            let again = town.people.choose_password(link, "vädret blir blått", &visitor(2), at(59)).await;
            assert_eq!(refusal(again), WORN_OUT);
        }
        for odd in ["", "a", "../x", "åäö"] {
            assert_eq!(refusal(town.people.linked(odd, at(0)).await), WORN_OUT, "{odd}");
        }
    });
}

#[test]
fn two_who_use_the_same_link_at_once_get_one_password_between_them() {
    on_both(async |db| {
        let town = Town::new(db).await;
        town.invite(MAIL, Role::Handlaggare).await;
        let (link, visitor) = (town.link_to(MAIL).await, visitor(1));
        let (one, other) = tokio::join!(
            town.people.choose_password(&link, "vädret blir grönt", &visitor, at(0)),
            town.people.choose_password(&link, "vädret blir blått", &visitor, at(0)),
        );
        assert_eq!(u8::from(one.is_ok()) + u8::from(other.is_ok()), 1, "{one:?} {other:?}");
    });
}

#[test]
fn a_password_that_may_not_be_chosen_does_not_use_the_link_up() {
    on_both(async |db| {
        let town = Town::new(db).await;
        town.invite(MAIL, Role::Handlaggare).await;
        let link = town.link_to(MAIL).await;
        for (password, named) in
            [("kort", "för kort"), ("Sommaren2024!", "lätt att gissa"), ("karinkarin12", "ditt namn")]
        {
            let said = refusal(town.people.choose_password(&link, password, &visitor(1), at(0)).await);
            assert!(said.contains(named), "{password}: {said}");
        }
        town.people.choose_password(&link, PASSWORD, &visitor(1), at(0)).await.unwrap();
    });
}

#[test]
fn an_invitation_lasts_a_week_and_a_new_one_makes_the_old_worthless() {
    on_both(async |db| {
        let town = Town::new(db).await;
        let person = town.invite(MAIL, Role::Handlaggare).await;
        let first = town.link_to(MAIL).await;
        let week = 7 * 24 * 60;
        assert!(town.people.linked(&first, at(week - 1)).await.is_ok());
        assert_eq!(refusal(town.people.linked(&first, at(week)).await), WORN_OUT);
        let by = town.by(Role::Administrator);
        town.people.invite_again(&by, &person, at(1)).await.unwrap();
        assert_eq!(refusal(town.people.linked(&first, at(2)).await), WORN_OUT);
        let second = town.link_to(MAIL).await;
        town.people.choose_password(&second, PASSWORD, &visitor(1), at(2)).await.unwrap();
        let said = refusal(town.people.invite_again(&by, &person, at(3)).await);
        assert_eq!(said, "Personen har redan skapat sitt konto.");
    });
}
