//! The own account, users and keys, on their pages.

use kvartal::access::role::Role;

use super::Service;
use super::browser::{Browser, PASSWORD};

const MAIL: &str = "karin@example.org";

#[tokio::test]
async fn somebody_changes_password_and_is_out_everywhere_else() {
    let service = Service::with_sample().await;
    service.invite(MAIL, Role::Handlaggare, None).await;
    let (mut own, mut elsewhere) = (Browser::at(&service), Browser::at(&service));
    let key = own.accept_invitation(MAIL).await;
    elsewhere.sign_in(MAIL, &key).await;
    let page = own.get("/konto").await.is(200).text();
    assert_eq!(page.matches("<tr data-row>").count(), 2, "{page}");
    assert!(page.contains("Du har 10 reservkoder kvar."), "{page}");
    let new = "vädret blir grönt";
    for (form, said) in [
        ([("nu", "fel"), ("losenord", new), ("igen", new)], "Lösenordet du har nu stämmer inte."),
        ([("nu", PASSWORD), ("losenord", new), ("igen", "annat")], "Lösenorden är inte lika."),
        ([("nu", PASSWORD), ("losenord", "kort"), ("igen", "kort")], "Lösenordet är för kort."),
    ] {
        let page = own.post("/konto/losenord", &form).await.is(422).text();
        assert!(page.contains(said), "{page}");
    }
    let (at, page) = own.post_on("/konto/losenord", &[("nu", PASSWORD), ("losenord", new), ("igen", new)]).await;
    assert_eq!(at, "/konto");
    assert!(page.contains("Lösenordet är bytt.") && page.matches("<tr data-row>").count() == 1, "{page}");
    assert!(elsewhere.get("/konto").await.leads_to().starts_with("/logga-in"));
}

#[tokio::test]
async fn somebody_ends_a_session_they_do_not_know() {
    let service = Service::with_sample().await;
    service.invite(MAIL, Role::Handlaggare, None).await;
    let (mut own, mut elsewhere) = (Browser::at(&service), Browser::at(&service));
    let key = own.accept_invitation(MAIL).await;
    elsewhere.sign_in(MAIL, &key).await;
    let page = own.get("/konto").await.text();
    let path = page
        .split("action=\"")
        .find(|it| it.starts_with("/konto/inloggningar/") && !it.starts_with("/konto/inloggningar/avsluta"));
    let path = path.unwrap_or_else(|| panic!("{page}")).split('"').next().unwrap();
    let (_, page) = own.post_on(path, &[]).await;
    assert!(page.contains("Inloggningen är avslutad."), "{page}");
    assert!(elsewhere.get("/konto").await.leads_to().starts_with("/logga-in"));
    own.post("/konto/inloggningar/finns-inte/avsluta", &[]).await.is(404);
}

#[tokio::test]
async fn new_codes_and_a_new_telephone_want_the_password_once_more() {
    let service = Service::with_sample().await;
    service.invite(MAIL, Role::Handlaggare, None).await;
    let mut own = Browser::at(&service);
    own.accept_invitation(MAIL).await;
    own.post("/konto/reservkoder", &[("losenord", "fel")]).await.is(422);
    let page = own.post("/konto/reservkoder", &[("losenord", PASSWORD)]).await.is(200).text();
    assert_eq!(page.matches("<li><code>").count(), 10, "{page}");
    let page = own.get("/konto/tvasteg").await.is(200).text();
    let key = super::browser::hidden(&page, "nyckel");
    let code = kvartal::access::totp::TotpKey::from_base32(&key).unwrap().code(service.now()).unwrap();
    let page = own.post("/konto/tvasteg", &[("nyckel", &key), ("kod", &code), ("losenord", "fel")]).await.is(422);
    assert_eq!(super::browser::hidden(&page.text(), "nyckel"), key);
    let page = own.post("/konto/tvasteg", &[("nyckel", &key), ("kod", &code), ("losenord", PASSWORD)]).await.is(200);
    assert!(page.text().contains("Den nya telefonen är kopplad"));
}

#[tokio::test]
async fn a_samordnare_sees_those_who_report_and_no_others() {
    let service = Service::with_sample().await;
    service.invite("uno@example.org", Role::Utforare, Some("almvik")).await;
    service.invite("han@example.org", Role::Handlaggare, None).await;
    let samordnare = service.signed_in(Role::Samordnare, None).await;
    let page = service.get("/anvandare", &samordnare).await.is(200).text();
    assert!(page.contains("uno@example.org") && !page.contains("han@example.org"), "{page}");
    let page = service.get("/anvandare/ny", &samordnare).await.is(200).text();
    assert!(page.contains("value=\"utforare\"") && !page.contains("value=\"administrator\""), "{page}");
    let form = [("epost", "x@example.org"), ("namn", "X"), ("roll", "administrator"), ("utforare", "")];
    let page = service.post("/anvandare/ny", &samordnare, &form).await.is(422).text();
    assert!(page.contains("Din roll får bara bjuda in utförare."), "{page}");
    let administrator = service.signed_in(Role::Administrator, None).await;
    let han = service.desk.store.person_with_mail("han@example.org").await.unwrap().unwrap().id;
    service.get(&format!("/anvandare/{han}"), &samordnare).await.is(404);
    service.get(&format!("/anvandare/{han}"), &administrator).await.is(200);
    service.post(&format!("/anvandare/{han}/tvasteg"), &samordnare, &[]).await.is(404);
}

#[tokio::test]
async fn a_search_hides_those_who_do_not_match_also_without_script() {
    let service = Service::with_sample().await;
    service.invite("uno@example.org", Role::Utforare, Some("almvik")).await;
    service.invite("han@example.org", Role::Handlaggare, None).await;
    let administrator = service.signed_in(Role::Administrator, None).await;
    let page = service.get("/anvandare?q=almvik", &administrator).await.is(200).text();
    let row = |mail: &str| page.split("<tr data-row").find(|it| it.contains(mail)).expect("a row").to_owned();
    assert!(!row("uno@example.org").starts_with(" hidden") && row("han@example.org").starts_with(" hidden"), "{page}");
}

#[tokio::test]
async fn whoever_is_invited_can_be_invited_again_helped_and_shown_out() {
    let service = Service::with_sample().await;
    service.invite(MAIL, Role::Handlaggare, None).await;
    let first = service.link_to(MAIL).await;
    let person = service.desk.store.person_with_mail(MAIL).await.unwrap().unwrap().id;
    let mut admin = Browser::at(&service);
    admin
        .cookies
        .insert("kvartal".to_owned(), service.signed_in(Role::Administrator, None).await.replace("kvartal=", ""));
    let (_, page) = admin.post_on(&format!("/anvandare/{person}/bjud"), &[]).await;
    assert!(page.contains("En ny inbjudan är på väg."), "{page}");
    assert_ne!(service.link_to(MAIL).await, first);
    let mut karin = Browser::at(&service);
    karin.accept_invitation(MAIL).await;
    karin.get("/konto").await.is(200);
    let (_, page) = admin.post_on(&format!("/anvandare/{person}/tvasteg"), &[]).await;
    assert!(page.contains("Tvåstegsinloggningen är borttagen."), "{page}");
    assert!(karin.get("/konto").await.leads_to().starts_with("/logga-in"));
    let page = admin.get(&format!("/anvandare/{person}")).await.text();
    let path = page.split("action=\"").find(|it| it.starts_with("/behorighet/")).unwrap().split('"').next().unwrap();
    let (_, page) = admin.post_on(path, &[]).await;
    assert!(page.contains("Behörigheten är borttagen.") && !page.contains(MAIL), "{page}");
}

#[tokio::test]
async fn a_key_is_shown_once_and_opens_the_api_until_it_is_revoked() {
    let service = Service::with_sample().await;
    let mut admin = Browser::at(&service);
    admin
        .cookies
        .insert("kvartal".to_owned(), service.signed_in(Role::Administrator, None).await.replace("kvartal=", ""));
    let almvik = service.desk.store.utforare(&service.namnd).await.unwrap();
    let almvik = almvik.iter().find(|it| it.nyckel == "almvik").unwrap().id.clone();
    let page = admin.post("/nycklar", &[("namn", ""), ("utforare", &almvik)]).await.is(422).text();
    assert!(page.contains("Skriv vad nyckeln ska användas till"), "{page}");
    let page = admin.post("/nycklar", &[("namn", "Journalen"), ("utforare", &almvik)]).await.is(200).text();
    let key = page.split("<code id=\"nyckel\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert!(key.starts_with("kv_"), "{key}");
    assert!(!admin.get("/nycklar").await.text().contains(&key));
    let ask = async || {
        let request = axum::http::Request::get("/api/v1/inlamningar").header("authorization", format!("Bearer {key}"));
        service.send(request.body(axum::body::Body::empty()).unwrap()).await
    };
    ask().await.is(200);
    let page = admin.get("/nycklar").await.text();
    let path = page.split("action=\"").find(|it| it.contains("/aterkalla")).unwrap().split('"').next().unwrap();
    admin.post_on(path, &[]).await;
    ask().await.is(401);
}
