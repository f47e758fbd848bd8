//! Who manages whom, and the keys of machines.

use kvartal::access::role::Role;
use kvartal::desk::DeskError;
use kvartal::desk::people::users::Guest;

use super::{PASSWORD, Town, at, refusal, visitor};
use crate::databases::on_both;

fn guest<'a>(mail: &'a str, role: Role, utforare: Option<&'a str>) -> Guest<'a> {
    Guest { mail, name: "Karin Ek", role, utforare }
}

#[test]
fn a_samordnare_manages_those_who_report_and_an_administrator_everybody() {
    on_both(async |db| {
        let town = Town::new(db).await;
        town.invite("han@example.org", Role::Handlaggare).await;
        let utforare = Some(town.utforare.as_str());
        let samordnare = town.by(Role::Samordnare);
        town.people.add_user(&samordnare, guest("uno@example.org", Role::Utforare, utforare), at(0)).await.unwrap();
        for role in [Role::Handlaggare, Role::Samordnare, Role::Lasare, Role::Administrator] {
            let said = refusal(town.people.add_user(&samordnare, guest("x@example.org", role, None), at(0)).await);
            assert!(said.starts_with("Din roll får bara bjuda in utförare"), "{said}");
        }
        let seen = |users: Vec<kvartal::desk::people::users::User>| {
            users.into_iter().map(|it| it.person.mail).collect::<Vec<_>>()
        };
        assert_eq!(seen(town.people.users(&samordnare).await.unwrap()), ["uno@example.org"]);
        let mut all = seen(town.people.users(&town.by(Role::Administrator)).await.unwrap());
        all.sort();
        assert_eq!(all, ["han@example.org", "uno@example.org"]);
        for role in [Role::Handlaggare, Role::Lasare, Role::Utforare] {
            assert!(town.people.users(&town.by(role)).await.unwrap().is_empty(), "{role}");
        }
    });
}

#[test]
fn what_is_wrong_with_an_invitation_is_said_before_anything_is_kept() {
    on_both(async |db| {
        let town = Town::new(db).await;
        let by = town.by(Role::Administrator);
        let own = town.utforare.clone();
        for (mail, name, role, utforare, named) in [
            ("karin", "Karin", Role::Lasare, None, "inte fullständig"),
            ("karin@example.org", "  ", Role::Lasare, None, "personens namn"),
            ("karin@example.org", "Karin", Role::Utforare, None, "Välj vilken utförare"),
            ("karin@example.org", "Karin", Role::Lasare, Some(own.as_str()), "Välj vilken utförare"),
            ("karin@example.org", "Karin", Role::Utforare, Some("en-annan"), "finns inte längre"),
        ] {
            let said = refusal(town.people.add_user(&by, Guest { mail, name, role, utforare }, at(0)).await);
            assert!(said.contains(named), "{named}: {said}");
        }
        assert!(town.people.store.person_with_mail("karin@example.org").await.unwrap().is_none());
        town.invite("karin@example.org", Role::Lasare).await;
        let again = town.people.add_user(&by, guest("KARIN@example.org ", Role::Lasare, None), at(0)).await;
        assert_eq!(refusal(again), "Personen har redan den behörigheten.");
    });
}

#[test]
fn whoever_has_an_account_gets_a_letter_without_a_link_that_opens_it() {
    on_both(async |db| {
        let town = Town::new(db).await;
        town.member("karin@example.org", Role::Handlaggare).await;
        town.invite("karin@example.org", Role::Lasare).await;
        let letter = town.people.store.letters().await.unwrap().pop().unwrap();
        assert_eq!(letter.kind, "ny_behorighet");
        assert!(!letter.text_body.contains("valj-losenord"), "{}", letter.text_body);
    });
}

#[test]
fn whoever_loses_a_membership_is_out_at_once() {
    on_both(async |db| {
        let town = Town::new(db).await;
        let (person, key) = town.member("karin@example.org", Role::Handlaggare).await;
        let session = town.signed_in("karin@example.org", &key, at(0), 1).await;
        let by = town.by(Role::Administrator);
        let membership = town.people.user(&by, &person).await.unwrap().memberships[0].id.clone();
        town.people.end_membership(&by, &membership, at(1)).await.unwrap();
        assert!(town.people.store.session(&session.key_hash).await.unwrap().is_none());
        let again = town.people.end_membership(&by, &membership, at(1)).await;
        assert!(matches!(again, Err(DeskError::NotFound)), "{again:?}");
        assert_eq!(town.events().await.0.last().map(String::as_str), Some("roll_andrad"));
    });
}

#[test]
fn a_namnd_always_has_an_administrator() {
    on_both(async |db| {
        let town = Town::new(db).await;
        let by = town.by(Role::Administrator);
        let mut memberships = Vec::new();
        for mail in ["a@example.org", "b@example.org"] {
            let person = town.invite(mail, Role::Administrator).await;
            memberships.push(town.people.user(&by, &person).await.unwrap().memberships[0].id.clone());
        }
        let (one, other) = tokio::join!(
            town.people.end_membership(&by, &memberships[0], at(1)),
            town.people.end_membership(&by, &memberships[1], at(1)),
        );
        assert_eq!(u8::from(one.is_ok()) + u8::from(other.is_ok()), 1, "{one:?} {other:?}");
    });
}

#[test]
fn nobody_manages_people_of_another_namnd() {
    on_both(async |db| {
        let town = Town::new(db).await;
        let person = town.invite("karin@example.org", Role::Lasare).await;
        let mut tx = town.people.store.begin().await.unwrap();
        let namnd = tx.add_namnd("Exempelstad", "En annan nämnd", at(0)).await.unwrap();
        tx.commit().await.unwrap();
        let own = town.people.user(&town.by(Role::Administrator), &person).await.unwrap();
        let stranger = kvartal::desk::people::users::By { namnd, ..town.by(Role::Administrator) };
        assert!(town.people.users(&stranger).await.unwrap().is_empty());
        for outcome in [
            town.people.invite_again(&stranger, &person, at(1)).await,
            town.people.reset_second_factor(&stranger, &person, at(1)).await,
            town.people.end_membership(&stranger, &own.memberships[0].id, at(1)).await,
        ] {
            assert!(matches!(outcome, Err(DeskError::NotFound)), "{outcome:?}");
        }
    });
}

#[test]
fn a_samordnare_does_not_mend_the_account_of_somebody_who_is_more() {
    on_both(async |db| {
        let town = Town::new(db).await;
        let person = town.invite("karin@example.org", Role::Administrator).await;
        town.invite("karin@example.org", Role::Utforare).await;
        let outcome = town.people.reset_second_factor(&town.by(Role::Samordnare), &person, at(1)).await;
        assert!(matches!(outcome, Err(DeskError::NotFound)), "{outcome:?}");
    });
}

#[test]
fn a_lost_telephone_is_mended_by_somebody_else_and_told_by_letter() {
    on_both(async |db| {
        let town = Town::new(db).await;
        let (person, key) = town.member("karin@example.org", Role::Handlaggare).await;
        let session = town.signed_in("karin@example.org", &key, at(0), 1).await;
        town.people.reset_second_factor(&town.by(Role::Administrator), &person, at(1)).await.unwrap();
        assert!(town.people.store.session(&session.key_hash).await.unwrap().is_none());
        assert!(town.people.store.recovery_codes(&person).await.unwrap().is_empty());
        assert_eq!(town.people.store.letters().await.unwrap().pop().unwrap().kind, "tvasteg_borttaget");
        let entered = town.people.sign_in("karin@example.org", PASSWORD, &visitor(2), at(2)).await.unwrap();
        assert_eq!(entered.step.key(), "set_up");
        let mut own = town.by(Role::Administrator);
        own.actor.id = person.clone();
        let said = refusal(town.people.reset_second_factor(&own, &person, at(3)).await);
        assert!(said.contains("Ditt konto"), "{said}");
    });
}

#[test]
fn a_key_of_a_machine_is_shown_once_and_opens_nothing_once_revoked() {
    on_both(async |db| {
        let town = Town::new(db).await;
        let by = town.by(Role::Administrator);
        for (utforare, name, named) in
            [("", "Journalen", "Välj vilken utförare"), (town.utforare.as_str(), " ", "användas till")]
        {
            let said = refusal(town.people.add_api_key(&by, utforare, name, at(0)).await);
            assert!(said.contains(named), "{said}");
        }
        let key = town.people.add_api_key(&by, &town.utforare, "Journalen", at(0)).await.unwrap();
        let kept = town.people.store.api_keys(&town.namnd).await.unwrap();
        assert_eq!(
            (kept.len(), kept[0].name.as_str(), kept[0].utforare.as_str()),
            (1, "Journalen", "Solsidan Omsorg AB")
        );
        assert!(key.text().starts_with(&kept[0].hint));
        let holder = town.people.key_holder(key.text(), &visitor(1), at(1)).await.unwrap().expect("it opens");
        assert_eq!(holder.utforare_id, town.utforare);
        assert_eq!(town.people.store.api_keys(&town.namnd).await.unwrap()[0].last_used_at, Some(at(1)));
        town.people.revoke_api_key(&by, &kept[0].id, at(2)).await.unwrap();
        assert!(town.people.key_holder(key.text(), &visitor(1), at(3)).await.unwrap().is_none());
        let again = town.people.revoke_api_key(&by, &kept[0].id, at(3)).await;
        assert!(matches!(again, Err(DeskError::NotFound)), "{again:?}");
        assert_eq!(town.events().await.0, ["nyckel_skapad", "nyckel_aterkallad"]);
    });
}

#[test]
fn whoever_guesses_keys_has_to_wait() {
    on_both(async |db| {
        let town = Town::new(db).await;
        for _ in 0..20 {
            assert!(town.people.key_holder("kv_gissning", &visitor(1), at(0)).await.unwrap().is_none());
        }
        let too_many = town.people.key_holder("kv_gissning", &visitor(1), at(0)).await;
        assert!(matches!(too_many, Err(DeskError::TooMany)), "{too_many:?}");
    });
}
