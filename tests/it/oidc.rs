//! Signing in through a real identity provider: who comes in with which roles, and everything that must not work.

use chrono::{DateTime, TimeDelta, Utc};
use kvartal::access::oidc::{Callback, Identity, Kept, OidcConfig, OidcError, Provider};
use kvartal::access::role::Role;

use crate::idp::{Idp, sign_in};

#[expect(clippy::disallowed_methods, reason = "the provider is another process with a clock of its own")]
fn now() -> DateTime<Utc> {
    Utc::now()
}

/// Signs in under that name, with what happens on the way back changed.
async fn changed(
    config: OidcConfig,
    name: &str,
    change: impl FnOnce(&mut Callback, &mut Kept),
) -> Result<Identity, OidcError> {
    let provider = Provider::new(config)?;
    let (url, mut kept) = provider.start(now()).await?;
    let mut callback = sign_in(&url, name).await;
    change(&mut callback, &mut kept);
    provider.finish(callback, &kept, now()).await
}

async fn unchanged(config: OidcConfig, name: &str) -> Result<Identity, OidcError> {
    changed(config, name, |_, _| {}).await
}

#[tokio::test]
async fn a_person_comes_in_with_name_verified_mail_and_the_roles_of_their_groups() {
    for idp in [Idp::start(), Idp::lean()] {
        let hanna = unchanged(idp.config(), "hanna").await.unwrap();
        assert_eq!(hanna.subject, format!("{}|hanna", idp.issuer));
        assert_eq!((hanna.mail.as_deref(), hanna.mail_verified), (Some("hanna@exempelstad.example"), true));
        assert_eq!(hanna.name.as_deref(), Some("Hanna Handläggare"));
        assert_eq!(hanna.roles.iter().map(|it| it.role).collect::<Vec<_>>(), [Role::Handlaggare]);
        let uno = unchanged(idp.config(), "uno").await.unwrap();
        assert_eq!(uno.roles, []);
    }
}

#[tokio::test]
async fn an_address_the_provider_has_not_verified_is_said_to_be_so() {
    let idp = Idp::start();
    let falsk = unchanged(idp.config(), "falsk").await.unwrap();
    assert_eq!((falsk.mail.as_deref(), falsk.mail_verified), (Some("hanna@exempelstad.example"), false));
}

#[tokio::test]
async fn a_person_who_goes_back_is_told_that_they_did() {
    let idp = Idp::start();
    let fault = unchanged(idp.config(), "ingen").await.unwrap_err();
    assert!(matches!(&fault, OidcError::Refused(it) if it == "access_denied"), "{fault}");
    assert_eq!(fault.swedish(), "Inloggningen avbröts. Du kan försöka igen.");
}

#[tokio::test]
async fn an_answer_to_another_question_lets_nobody_in() {
    let idp = Idp::start();
    let other = || Some("en-annan".to_owned());
    let not_ours = |fault: &OidcError| matches!(fault, OidcError::NotOurs(_));
    let refused = |fault: &OidcError| matches!(fault, OidcError::Refused(it) if it == "invalid_grant");
    let bad_token = |fault: &OidcError| matches!(fault, OidcError::Token(_));
    type Change = Box<dyn FnOnce(&mut Callback, &mut Kept)>;
    type Expected<'a> = &'a dyn Fn(&OidcError) -> bool;
    let cases: Vec<(&str, Change, Expected<'_>)> = vec![
        ("another state", Box::new(move |it, _| it.state = other()), &not_ours),
        ("no state", Box::new(|it, _| it.state = None), &not_ours),
        ("another provider", Box::new(move |it, _| it.iss = other()), &not_ours),
        ("no code", Box::new(|it, _| it.code = None), &not_ours),
        ("a made-up code", Box::new(move |it, _| it.code = other()), &refused),
        ("another verifier", Box::new(|_, kept| kept.verifier = "v".repeat(43)), &refused),
        ("another nonce", Box::new(|_, kept| kept.nonce = "n".to_owned()), &bad_token),
    ];
    for (what, change, expected) in cases {
        let fault = changed(idp.config(), "hanna", change).await.unwrap_err();
        assert!(expected(&fault), "{what}: {fault}");
    }
}

#[tokio::test]
async fn a_code_is_good_once() {
    let idp = Idp::start();
    let provider = Provider::new(idp.config()).unwrap();
    let (url, kept) = provider.start(now()).await.unwrap();
    let callback = sign_in(&url, "hanna").await;
    provider.finish(callback.clone(), &kept, now()).await.unwrap();
    let again = provider.finish(callback, &kept, now()).await.unwrap_err();
    assert!(matches!(&again, OidcError::Refused(it) if it == "invalid_grant"), "{again}");
}

#[tokio::test]
async fn a_token_that_has_run_out_lets_nobody_in() {
    let idp = Idp::start();
    let provider = Provider::new(idp.config()).unwrap();
    let (url, kept) = provider.start(now()).await.unwrap();
    let callback = sign_in(&url, "hanna").await;
    let late = provider.finish(callback, &kept, now() + TimeDelta::hours(3)).await.unwrap_err();
    assert!(matches!(&late, OidcError::Token(it) if it.contains("Expired")), "{late}");
}

#[tokio::test]
async fn a_level_that_is_asked_for_must_be_reached() {
    let idp = Idp::start();
    let config = || OidcConfig { acr: vec!["loa3".to_owned()], ..idp.config() };
    unchanged(config(), "hanna").await.unwrap();
    let weak = unchanged(config(), "svag").await.unwrap_err();
    assert!(matches!(weak, OidcError::TooWeak), "{weak}");
    unchanged(idp.config(), "svag").await.unwrap();
}

#[tokio::test]
async fn a_wrong_client_secret_is_said_in_the_log_and_gives_no_secret_away() {
    let idp = Idp::start();
    let config = OidcConfig { client_secret: Some("fel".to_owned()), ..idp.config() };
    let fault = unchanged(config, "hanna").await.unwrap_err();
    assert!(matches!(&fault, OidcError::Refused(it) if it == "invalid_client"), "{fault}");
}

#[tokio::test]
async fn a_provider_that_is_away_does_not_keep_the_service_from_starting() {
    // The port was free a moment ago and nobody listens there.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let idp = Idp::start();
    let provider = Provider::new(OidcConfig { issuer: format!("http://127.0.0.1:{port}"), ..idp.config() }).unwrap();
    let Err(fault) = provider.start(now()).await else { panic!("nobody answers there") };
    assert!(matches!(fault, OidcError::Unreachable(_)), "{fault}");
}

#[tokio::test]
async fn a_provider_that_goes_away_is_still_known_from_before() {
    let idp = Idp::start();
    let provider = Provider::new(idp.config()).unwrap();
    provider.start(now()).await.unwrap();
    drop(idp);
    provider.start(now() + TimeDelta::hours(2)).await.unwrap();
}

#[tokio::test]
async fn what_cannot_work_is_said_before_anybody_is_asked() {
    let idp = Idp::start();
    for (what, config) in [
        ("no address", OidcConfig { issuer: "inloggning".to_owned(), ..idp.config() }),
        ("in the clear", OidcConfig { issuer: "http://idp.example".to_owned(), ..idp.config() }),
        ("no way back", OidcConfig { redirect_url: "svar".to_owned(), ..idp.config() }),
        ("no proxy", OidcConfig { proxy: Some("::".to_owned()), ..idp.config() }),
        (
            "no certificate",
            OidcConfig { extra_certificates: Some(b"-----BEGIN CERTIFICATE-----\nx".to_vec()), ..idp.config() },
        ),
    ] {
        assert!(matches!(Provider::new(config), Err(OidcError::Config(_))), "{what}");
    }
}
