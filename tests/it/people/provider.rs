//! Signing in through an identity provider: who is let in as what.

use chrono::{DateTime, Utc};
use kvartal::access::oidc::{OidcConfig, Provider};
use kvartal::access::role::Role;
use kvartal::desk::DeskError;
use kvartal::desk::people::Entered;
use kvartal::store::session::{Method, Session};

use super::{Town, at, refusal, visitor};
use crate::databases::{Database, on_both};
use crate::idp::{Idp, sign_in};

#[expect(clippy::disallowed_methods, reason = "the provider is another process with a clock of its own")]
fn now() -> DateTime<Utc> {
    Utc::now()
}

async fn town(db: &Database, idp: &Idp) -> Town {
    Town::with(db, Some(Provider::new(idp.config()).unwrap())).await
}

async fn come(town: &Town, name: &str) -> Result<Entered, DeskError> {
    let (url, key) = town.people.go_to_provider(&visitor(1), now()).await?;
    let callback = sign_in(&url, name).await;
    town.people.back_from_provider(Some(&key), callback, &visitor(1), now()).await
}

async fn come_in(town: &Town, name: &str) -> Session {
    let entered = come(town, name).await.expect("let in");
    town.session(&entered).await
}

#[test]
fn somebody_invited_comes_in_by_verified_address_without_a_code_and_is_known_by_subject_then() {
    on_both(async |db| {
        let idp = Idp::start();
        let town = town(db, &idp).await;
        let person = town.invite("uno@solsidan.example", Role::Utforare).await;
        let session = come_in(&town, "uno").await;
        assert_eq!((session.person_id.as_str(), session.method()), (person.as_str(), Method::Oidc));
        assert_eq!(session.utforare.as_deref(), Some("Solsidan Omsorg AB"));
        let known = town.people.store.person(&person).await.unwrap().unwrap();
        assert_eq!(known.oidc_subject, Some(format!("{}|uno", idp.issuer)));
        assert_eq!(come_in(&town, "uno").await.person_id, person);
    });
}

#[test]
fn groups_give_roles_and_take_back_only_what_they_gave() {
    on_both(async |db| {
        let idp = Idp::start();
        let town = town(db, &idp).await;
        let session = come_in(&town, "hanna").await;
        assert_eq!((session.name.as_str(), session.role.as_deref()), ("Hanna Handläggare", Some("handlaggare")));
        let person = session.person_id.clone();
        town.invite("hanna@exempelstad.example", Role::Lasare).await;
        let by = town.by(Role::Administrator);
        let held = town.people.user(&by, &person).await.unwrap().memberships;
        let from_group = held.iter().find(|it| it.is_from_provider()).expect("a group gave one");
        let said = refusal(town.people.end_membership(&by, &from_group.id, at(0)).await);
        assert!(said.contains("grupp i er inloggningstjänst"), "{said}");
        // The group means nothing any more.
        let mut config = idp.config();
        config.mapping.roles.clear();
        let later = Town { people: with_provider(&town, config), ..town };
        assert_eq!(come_in(&later, "hanna").await.role.as_deref(), Some("lasare"));
    });
}

fn with_provider(town: &Town, config: OidcConfig) -> kvartal::desk::people::People {
    let provider = Provider::new(config).unwrap();
    kvartal::desk::people::People::new(town.people.store.clone(), "https://kvartal.example", Some(provider))
}

#[test]
fn strangers_and_unverified_addresses_are_not_let_in() {
    on_both(async |db| {
        let idp = Idp::start();
        let town = town(db, &idp).await;
        town.invite("hanna@exempelstad.example", Role::Handlaggare).await;
        for name in ["uno", "falsk"] {
            let said = refusal(come(&town, name).await);
            assert!(said.contains("har inget konto i Kvartal"), "{name}: {said}");
        }
        assert!(town.people.store.person_with_mail("uno@solsidan.example").await.unwrap().is_none());
        let (_, of_system) = town.events().await;
        assert_eq!(of_system, ["inloggning_misslyckad", "inloggning_misslyckad"]);
    });
}

#[test]
fn an_account_that_is_tied_is_not_taken_over_by_its_address() {
    on_both(async |db| {
        let idp = Idp::start();
        let town = town(db, &idp).await;
        let person = town.invite("uno@solsidan.example", Role::Utforare).await;
        let mut tx = town.people.store.begin().await.unwrap();
        tx.set_subject(&person, "https://annan.example|uno").await.unwrap();
        tx.commit().await.unwrap();
        let said = refusal(come(&town, "uno").await);
        assert!(said.contains("har inget konto i Kvartal"), "{said}");
    });
}

#[test]
fn an_answer_is_taken_once_in_the_browser_that_asked() {
    on_both(async |db| {
        let idp = Idp::start();
        let town = town(db, &idp).await;
        town.invite("uno@solsidan.example", Role::Utforare).await;
        let (url, key) = town.people.go_to_provider(&visitor(1), now()).await.unwrap();
        let callback = sign_in(&url, "uno").await;
        let said = refusal(town.people.back_from_provider(None, callback.clone(), &visitor(1), now()).await);
        assert!(said.starts_with("Inloggningen tog för lång tid"), "{said}");
        town.people.back_from_provider(Some(&key), callback.clone(), &visitor(1), now()).await.unwrap();
        refusal(town.people.back_from_provider(Some(&key), callback, &visitor(1), now()).await);
    });
}

#[test]
fn somebody_who_comes_from_elsewhere_changes_no_password_here() {
    on_both(async |db| {
        let idp = Idp::start();
        let town = town(db, &idp).await;
        town.invite("uno@solsidan.example", Role::Utforare).await;
        let session = come_in(&town, "uno").await;
        let said = refusal(town.people.change_password(&session, ("", "vädret blir grönt"), &visitor(2), now()).await);
        assert!(said.starts_with("Du loggar in genom din organisation"), "{said}");
    });
}
