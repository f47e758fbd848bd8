//! A browser of a few lines: it keeps cookies and follows the way a person goes.

use std::collections::BTreeMap;

use axum::http::header;
use chrono::TimeDelta;
use kvartal::access::role::Role;
use kvartal::access::totp::TotpKey;

use super::{Answer, Service};

pub(crate) const PASSWORD: &str = "korrekt häst batteri";

/// Somebody's browser.
pub(crate) struct Browser<'a> {
    pub(crate) service: &'a Service,
    pub(crate) cookies: BTreeMap<String, String>,
}

impl<'a> Browser<'a> {
    pub(crate) fn at(service: &'a Service) -> Self {
        Self { service, cookies: BTreeMap::new() }
    }

    fn cookie(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    fn note(&mut self, answer: &Answer) {
        for cookie in answer.headers.get_all(header::SET_COOKIE) {
            let text = cookie.to_str().expect("plain text");
            let (name, value) = text.split(';').next().and_then(|it| it.split_once('=')).expect("a cookie");
            if text.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        let answer = self.service.get(path, &self.cookie()).await;
        self.note(&answer);
        answer
    }

    pub(crate) async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Answer {
        let answer = self.service.post(path, &self.cookie(), form).await;
        self.note(&answer);
        answer
    }

    /// Posts, and follows where it leads until a page is shown. Gives its address and text.
    pub(crate) async fn post_on(&mut self, path: &str, form: &[(&str, &str)]) -> (String, String) {
        let to = self.post(path, form).await.is(303).leads_to();
        self.follow(&to).await
    }

    pub(crate) async fn follow(&mut self, path: &str) -> (String, String) {
        let mut at = path.to_owned();
        for _ in 0..5 {
            let answer = self.get(&at).await;
            match answer.headers.get(header::LOCATION) {
                Some(to) => at = to.to_str().expect("plain text").to_owned(),
                None => return (at, answer.text()),
            }
        }
        panic!("five redirects and no page: {at}");
    }

    /// Chooses a password by the newest invitation, and sets up the app. Gives its key.
    pub(crate) async fn accept_invitation(&mut self, mail: &str) -> TotpKey {
        let path = self.service.link_to(mail).await;
        let (at, page) = self.post_on(&path, &[("losenord", PASSWORD), ("igen", PASSWORD)]).await;
        assert_eq!(at, "/logga-in/tvasteg", "{page}");
        let key = hidden(&page, "nyckel");
        let totp = TotpKey::from_base32(&key).expect("a key");
        // A code of the last half minute, so that the present one is unused.
        let code = totp.code(self.service.now() - TimeDelta::seconds(30)).expect("a code");
        self.post("/logga-in/tvasteg", &[("nyckel", &key), ("kod", &code)]).await.is(200);
        totp
    }

    /// Signs in with password and code. Gives where that led.
    pub(crate) async fn sign_in(&mut self, mail: &str, key: &TotpKey) -> String {
        let (at, page) = self.post_on("/logga-in", &[("epost", mail), ("losenord", PASSWORD)]).await;
        assert_eq!(at, "/logga-in/kod", "{page}");
        let code = key.code(self.service.now()).expect("a code");
        self.post("/logga-in/kod", &[("kod", &code)]).await.is(303).leads_to()
    }
}

impl Service {
    /// Invites somebody as an administratör does.
    pub(crate) async fn invite(&self, mail: &str, role: Role, utforare: Option<&str>) {
        let all = self.desk.store.utforare(&self.namnd).await.expect("utförare");
        let of = utforare.map(|it| all.iter().find(|own| own.nyckel == it).expect("a known utförare").id.clone());
        let cookie = self.signed_in(Role::Administrator, None).await;
        let form =
            [("epost", mail), ("namn", "Karin Ek"), ("roll", role.key()), ("utforare", of.as_deref().unwrap_or(""))];
        assert_eq!(self.post("/anvandare/ny", &cookie, &form).await.is(303).leads_to(), "/anvandare");
    }

    /// The path of the newest link in a letter to this address.
    pub(crate) async fn link_to(&self, mail: &str) -> String {
        let letters = self.desk.store.letters().await.expect("letters");
        let newest = letters.iter().rev().find(|it| it.recipient == mail && it.text_body.contains("/valj-losenord/"));
        let text = &newest.expect("a letter with a link").text_body;
        let line = text.lines().find(|it| it.contains("/valj-losenord/")).expect("a link");
        line.get(line.find("/valj-losenord/").expect("a path")..).expect("a path").to_owned()
    }
}

/// The value of a hidden field.
pub(crate) fn hidden(page: &str, name: &str) -> String {
    let begins = format!("<input type=\"hidden\" name=\"{name}\" value=\"");
    let rest = page.split(&begins).nth(1).unwrap_or_else(|| panic!("no hidden {name}: {page}"));
    rest.split('"').next().expect("a value").to_owned()
}
