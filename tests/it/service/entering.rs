//! Signing in as people do it: by invitation, with code, through another organisation, after an interruption.

use axum::http::header;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use kvartal::access::oidc::{OidcConfig, Provider};
use kvartal::access::role::Role;

use super::Service;
use super::browser::{Browser, PASSWORD, hidden};
use crate::idp::{Idp, sign_in_by_hand};

const MAIL: &str = "karin@example.org";

#[tokio::test]
async fn somebody_invited_comes_in_from_the_letter_to_their_own_start() {
    let service = Service::with_sample().await;
    service.invite(MAIL, Role::Utforare, Some("almvik")).await;
    let mut browser = Browser::at(&service);
    let link = service.link_to(MAIL).await;
    let page = browser.get(&link).await.is(200).text();
    assert!(page.contains("Välkommen till Kvartal, Karin Ek") && page.contains(MAIL), "{page}");
    for (form, said) in [
        ([("losenord", PASSWORD), ("igen", "något annat")], "Lösenorden är inte lika."),
        ([("losenord", "kort"), ("igen", "kort")], "Lösenordet är för kort."),
    ] {
        let page = browser.post(&link, &form).await.is(422).text();
        assert!(page.contains(said) && !page.contains(PASSWORD), "{page}");
    }
    let (at, page) = browser.post_on(&link, &[("losenord", PASSWORD), ("igen", PASSWORD)]).await;
    assert_eq!(at, "/logga-in/tvasteg");
    assert!(page.contains("<svg") && !page.contains("style="), "{page}");
    let key = hidden(&page, "nyckel");
    let page = browser.post("/logga-in/tvasteg", &[("nyckel", &key), ("kod", "1")]).await.is(422).text();
    assert_eq!(hidden(&page, "nyckel"), key, "the app has read this key already");
    let code = kvartal::access::totp::TotpKey::from_base32(&key).unwrap().code(service.now()).unwrap();
    let page = browser.post("/logga-in/tvasteg", &[("nyckel", &key), ("kod", &code)]).await.is(200).text();
    assert_eq!(page.matches("<li><code>").count(), 10, "{page}");
    assert_eq!(browser.get("/logga-in/fortsatt").await.leads_to(), "/");
    assert_eq!(browser.get("/").await.leads_to(), "/uppdrag");
    assert!(browser.get(&link).await.is(303).leads_to() == "/glomt-losenord", "the link is used up");
}

#[tokio::test]
async fn whoever_signs_in_is_led_to_where_they_were_going() {
    let service = Service::with_sample().await;
    service.invite(MAIL, Role::Administrator, None).await;
    let key = Browser::at(&service).accept_invitation(MAIL).await;
    let mut browser = Browser::at(&service);
    let to = browser.get("/nycklar?a=b").await.is(303).leads_to();
    assert_eq!(to, "/logga-in?till=%2Fnycklar%3Fa%3Db");
    let page = browser.get(&to).await.is(200).text();
    let till = hidden(&page, "till");
    let form = [("epost", MAIL), ("losenord", PASSWORD), ("till", till.as_str())];
    let (at, _) = browser.post_on("/logga-in", &form).await;
    assert_eq!(at, "/logga-in/kod");
    let code = key.code(service.now()).unwrap();
    assert_eq!(browser.post("/logga-in/kod", &[("kod", &code)]).await.is(303).leads_to(), "/nycklar?a=b");
    assert!(!browser.cookies.contains_key("kvartal-till"));
}

#[tokio::test]
async fn nobody_learns_from_the_page_whether_an_address_has_an_account() {
    let service = Service::with_sample().await;
    service.invite(MAIL, Role::Handlaggare, None).await;
    Browser::at(&service).accept_invitation(MAIL).await;
    let mut pages = Vec::new();
    for mail in [MAIL, "annan@example.org"] {
        let mut browser = Browser::at(&service);
        let page = browser.post("/logga-in", &[("epost", mail), ("losenord", "fel lösenord här")]).await.is(422);
        assert!(page.text().contains("E-postadressen eller lösenordet stämmer inte."));
        let asked = browser.post("/glomt-losenord", &[("epost", mail)]).await.is(200);
        pages.push((page.text().replace(mail, ""), asked.text()));
        assert!(browser.cookies.is_empty(), "{:?}", browser.cookies);
    }
    assert_eq!(pages[0], pages[1]);
}

#[tokio::test]
async fn what_is_no_address_is_asked_for_again_with_what_was_typed() {
    let service = Service::with_sample().await;
    for typed in ["", "karin", "karin@exempelstad"] {
        let page = Browser::at(&service).post("/glomt-losenord", &[("epost", typed)]).await.is(422).text();
        assert!(page.contains("Skriv din e-postadress, till exempel"), "{page}");
        assert!(page.contains(&format!("value=\"{typed}\"")), "{page}");
    }
}

#[tokio::test]
async fn a_password_alone_opens_no_page() {
    let service = Service::with_sample().await;
    service.invite(MAIL, Role::Administrator, None).await;
    Browser::at(&service).accept_invitation(MAIL).await;
    let mut browser = Browser::at(&service);
    browser.post("/logga-in", &[("epost", MAIL), ("losenord", PASSWORD)]).await.is(303);
    for path in ["/", "/anvandare", "/konto", "/utkast", "/byt-uppdrag"] {
        assert_eq!(browser.get(path).await.is(303).leads_to(), "/logga-in/fortsatt", "{path}");
    }
    for path in ["/logga-in/tvasteg", "/logga-in/valj"] {
        assert_eq!(browser.get(path).await.is(303).leads_to(), "/logga-in/fortsatt", "{path}");
    }
    let (at, _) = browser.post_on("/logga-in/tvasteg", &[("nyckel", "A"), ("kod", "123456")]).await;
    assert_eq!(at, "/logga-in/kod");
    let (at, page) = browser.post_on("/logga-ut", &[]).await;
    assert_eq!(at, "/logga-in");
    assert!(page.contains("Inloggningen avbröts."), "{page}");
}

#[tokio::test]
async fn too_many_tries_are_a_page_that_says_to_wait() {
    let service = Service::with_sample().await;
    let mut browser = Browser::at(&service);
    for _ in 0..20 {
        browser.post("/logga-in", &[("epost", MAIL), ("losenord", "gissning")]).await.is(422);
    }
    let page = browser.post("/logga-in", &[("epost", MAIL), ("losenord", "gissning")]).await.is(429).text();
    assert!(page.contains("<h1>För många försök</h1>"), "{page}");
}

#[tokio::test]
async fn the_cookie_of_a_session_is_for_this_service_alone() {
    for (url, name, secure) in
        [("http://kvartal.example.org", "kvartal", false), ("https://kvartal.example.org", "__Host-kvartal", true)]
    {
        let service = Service::reached_at(url, None).await;
        service.invite_directly(MAIL).await;
        let link = service.link_to(MAIL).await;
        let answer = service.post(&link, "", &[("losenord", PASSWORD), ("igen", PASSWORD)]).await.is(303);
        let cookie = answer.headers.get(header::SET_COOKIE).unwrap().to_str().unwrap().to_owned();
        assert!(cookie.starts_with(&format!("{name}=")), "{cookie}");
        for flag in ["HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(cookie.contains(flag), "{cookie}");
        }
        assert_eq!(cookie.contains("Secure"), secure, "{cookie}");
        assert!(!cookie.contains("Domain"), "{cookie}");
    }
}

#[tokio::test]
async fn whoever_is_several_things_chooses_and_changes_in_the_menu() {
    let service = Service::with_sample().await;
    service.invite(MAIL, Role::Handlaggare, None).await;
    let key = Browser::at(&service).accept_invitation(MAIL).await;
    service.invite(MAIL, Role::Administrator, None).await;
    let mut browser = Browser::at(&service);
    assert_eq!(browser.sign_in(MAIL, &key).await, "/logga-in/fortsatt");
    let (at, page) = browser.follow("/logga-in/fortsatt").await;
    assert_eq!(at, "/logga-in/valj");
    assert!(page.contains("Handläggare") && page.contains("Administratör"), "{page}");
    let chosen = page.rsplit("name=\"behorighet\" value=\"").next().unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(browser.post("/logga-in/valj", &[("behorighet", &chosen)]).await.is(303).leads_to(), "/");
    assert_eq!(browser.get("/").await.leads_to(), "/anvandare");
    let page = browser.get("/byt-uppdrag").await.is(200).text();
    let other = hidden(&page, "behorighet");
    browser.post("/logga-in/valj", &[("behorighet", &other)]).await.is(303);
    assert_eq!(browser.get("/").await.leads_to(), "/kvartal/2023-Q4");
    browser.post("/logga-in/valj", &[("behorighet", "någon-annans")]).await.is(404);
}

#[tokio::test]
async fn what_was_typed_when_the_session_ended_is_shown_to_its_person_and_sent_when_they_say_so() {
    let service = Service::with_sample().await;
    for mail in [MAIL, "bo@example.org"] {
        service.invite(mail, Role::Administrator, None).await;
    }
    let (mut browser, mut another) = (Browser::at(&service), Browser::at(&service));
    let key = browser.accept_invitation(MAIL).await;
    let bos = another.accept_invitation("bo@example.org").await;
    service.set_clock("2024-01-22T09:40:00Z");
    let typed = [("epost", "ny@example.org"), ("namn", "Nya <Personen>"), ("roll", "lasare"), ("utforare", "")];
    assert!(browser.post("/anvandare/ny", &typed).await.is(303).leads_to().starts_with("/logga-in"));
    // Somebody else at the same computer does not meet it.
    let draft = browser.cookies["kvartal-utkast"].clone();
    another.cookies.insert("kvartal-utkast".to_owned(), draft.clone());
    assert_eq!(another.sign_in("bo@example.org", &bos).await, "/");
    another.cookies.insert("kvartal-utkast".to_owned(), draft);
    assert_eq!(another.get("/utkast").await.is(303).leads_to(), "/");
    // Its person does.
    assert_eq!(browser.sign_in(MAIL, &key).await, "/utkast");
    let page = browser.get("/utkast").await.is(200).text();
    assert!(page.contains("<blockquote>Nya &#60;Personen&#62;</blockquote>"), "{page}");
    assert_eq!(hidden(&page, "epost"), "ny@example.org");
    let sent = browser.post("/utkast/skicka", &typed).await.is(307);
    assert_eq!(sent.leads_to(), "/anvandare/ny");
    let (_, page) = browser.post_on("/anvandare/ny", &typed).await;
    assert!(page.contains("Inbjudan till ny@example.org är på väg."), "{page}");
    assert_eq!(browser.get("/utkast").await.is(303).leads_to(), "/", "it is gone once it is sent");
}

#[tokio::test]
async fn a_form_with_a_password_is_never_kept() {
    let service = Service::with_sample().await;
    service.invite(MAIL, Role::Administrator, None).await;
    let mut browser = Browser::at(&service);
    browser.accept_invitation(MAIL).await;
    service.set_clock("2024-01-22T09:40:00Z");
    browser.post("/konto/losenord", &[("nu", PASSWORD), ("losenord", "ett nytt"), ("igen", "ett nytt")]).await.is(303);
    assert!(!browser.cookies.contains_key("kvartal-utkast"), "{:?}", browser.cookies);
}

#[tokio::test]
async fn somebody_comes_in_through_their_organisation_and_back_to_where_they_were_going() {
    let idp = Idp::start();
    let config = OidcConfig { ..idp.config() };
    let service = Service::reached_at("http://127.0.0.1", Some(Provider::new(config).unwrap())).await;
    service.set_clock(&real_now().to_rfc3339_opts(SecondsFormat::Secs, true));
    let mut browser = Browser::at(&service);
    let page = browser.get("/logga-in?till=%2Fkonto").await.is(200).text();
    assert!(page.contains("href=\"/logga-in/extern?till=%2Fkonto\""), "{page}");
    let url = browser.get("/logga-in/extern?till=%2Fkonto").await.is(303).leads_to();
    let back = sign_in_by_hand(&url, "hanna").await;
    let answer = format!("{}?{}", back.path(), back.query().unwrap());
    // Another browser with the same address gets nowhere.
    let page = Browser::at(&service).get(&answer).await.is(422).text();
    assert!(page.contains("påbörjades i ett annat fönster"), "{page}");
    assert_eq!(browser.get(&answer).await.is(303).leads_to(), "/konto");
    let page = browser.get("/konto").await.is(200).text();
    assert!(page.contains("Du loggar in genom din organisation."), "{page}");
    assert!(page.contains("Handläggare"), "{page}");
}

#[expect(clippy::disallowed_methods, reason = "the provider is another process with a clock of its own")]
fn real_now() -> DateTime<Utc> {
    Utc::now()
}

impl Service {
    /// Without the pages, whose cookies have other names under TLS.
    async fn invite_directly(&self, mail: &str) {
        let people = kvartal::desk::people::People::new(self.desk.store.clone(), "https://kvartal.example.org", None);
        let namnd = self.desk.store.namnd(&self.namnd).await.unwrap().unwrap();
        let guest = kvartal::desk::people::users::Guest { mail, name: "Karin Ek", role: Role::Lasare, utforare: None };
        people.add_from_outside(&namnd, guest, self.now() - TimeDelta::minutes(1)).await.unwrap();
    }
}
