//! The service as a browser or a program meets it, over the real router, without a network.

mod account;
mod api;
mod browser;
mod entering;
mod sessions;
mod trouble;
mod walk;

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use chrono::{DateTime, TimeDelta, Utc};
use kvartal::access::key::Key;
use kvartal::access::oidc::Provider;
use kvartal::access::role::Role;
use kvartal::desk::Desk;
use kvartal::http::{App, PATIENCE, Settings, router};
use kvartal::mail::Carrier;
use kvartal::store::session::NewSession;
use tower::ServiceExt;

use crate::desk::{at, desk, load};
use crate::support::Folder;

fn carrier(folder: &Folder) -> Carrier {
    let way = format!("mapp:{}", folder.path("brev"));
    Carrier::new(&way, "Kvartal <kvartal@exempelstad.example.org>").expect("a way")
}

/// A service on a database of its own, with a sample round and people, and a clock that the test sets.
pub(crate) struct Service {
    pub(crate) desk: Desk,
    pub(crate) namnd: String,
    pub(crate) round: String,
    router: Router,
    now: Arc<Mutex<DateTime<Utc>>>,
    folder: Folder,
}

/// What the service answered.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|it| panic!("{it}: {}", self.text()))
    }

    pub(crate) fn is(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        self
    }

    /// Where a redirect leads.
    pub(crate) fn leads_to(&self) -> String {
        let to = self.headers.get(header::LOCATION).unwrap_or_else(|| panic!("no redirect: {}", self.text()));
        to.to_str().expect("plain text").to_owned()
    }
}

impl Service {
    /// With the sample round 2023-Q4 loaded and read; the clock stands in the middle of its review.
    pub(crate) async fn with_sample() -> Self {
        Self::reached_at("http://kvartal.example.org", None).await
    }

    /// The same, with another limit to how large a file may be.
    pub(crate) async fn with_files_up_to(largest_file: usize) -> Self {
        Self::made("http://kvartal.example.org", None, largest_file).await
    }

    /// The same, as people reach it there, and with an identity provider if there is one.
    pub(crate) async fn reached_at(public_url: &str, provider: Option<Provider>) -> Self {
        Self::made(public_url, provider, 100_000_000).await
    }

    async fn made(public_url: &str, provider: Option<Provider>, largest_file: usize) -> Self {
        let folder = Folder::new();
        let desk = desk(&folder).await;
        load(&desk, "2023-q4").await;
        let settings = Settings {
            public_url: public_url.to_owned(),
            demo: false,
            behind_proxy: false,
            largest_file,
            patience: PATIENCE,
        };
        Self::around(folder, desk, settings, provider).await
    }

    /// A service on a desk with one round.
    async fn around(folder: Folder, desk: Desk, settings: Settings, provider: Option<Provider>) -> Self {
        let namnd = desk.store.namnder().await.expect("store").remove(0).id;
        let round = desk.store.rounds(&namnd).await.expect("store").remove(0).id;
        let now = Arc::new(Mutex::new(at("2024-01-22T09:00:00Z")));
        let clock = now.clone();
        let desk = desk.reached_at(&settings.public_url);
        let app = App::new(desk.clone(), Arc::new(move || *clock.lock().expect("a clock")), settings);
        let app = app.with_carrier(Some(carrier(&folder)));
        let app = match provider {
            Some(provider) => app.with_provider(provider),
            None => app,
        };
        Self { desk, namnd, round, router: router(app), now, folder }
    }

    /// Letters of the service become files.
    pub(crate) fn carrier(&self) -> Carrier {
        carrier(&self.folder)
    }

    pub(crate) fn set_clock(&self, now: &str) {
        *self.now.lock().expect("a clock") = at(now);
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        *self.now.lock().expect("a clock")
    }

    /// Signs somebody new in; gives the value of the cookie header. `utforare` is the key of theirs.
    pub(crate) async fn signed_in(&self, role: Role, utforare: Option<&str>) -> String {
        let key = Key::new().expect("a key");
        let all = self.desk.store.utforare(&self.namnd).await.expect("utförare");
        let of = utforare.map(|it| all.iter().find(|own| own.nyckel == it).expect("a known utförare").id.clone());
        let mut tx = self.desk.store.begin().await.expect("a transaction");
        let mail = format!("{}@example.org", key.hash());
        let person = tx.add_person(&mail, "Test Person", self.now()).await.expect("a person");
        let place = (self.namnd.as_str(), role.key(), of.as_deref());
        let membership = tx.add_membership(&person, place, self.now()).await.expect("a membership");
        let session = NewSession {
            key_hash: &key.hash(),
            person: &person,
            membership: Some(&membership),
            step: "in",
            method: "losenord",
            agent: "",
            since: self.now(),
        };
        tx.add_session(session, self.now()).await.expect("a session");
        tx.commit().await.expect("stored");
        format!("kvartal={}", key.text())
    }

    /// The first filing of an utförare.
    pub(crate) async fn filing_of(&self, utforare: &str) -> String {
        let contents = self.desk.store.contents(&self.round).await.expect("contents");
        let own =
            |it: &&kvartal::store::filing::Filing| contents.utforare_of(it).is_some_and(|it| it.nyckel == utforare);
        contents.filings.iter().find(own).expect("a filing").id.clone()
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let answer = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = answer.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.expect("a body").to_vec();
        Answer { status: parts.status, headers: parts.headers, bytes }
    }

    pub(crate) async fn get(&self, path: &str, cookie: &str) -> Answer {
        let request = Request::get(path).header(header::COOKIE, cookie).body(Body::empty());
        self.send(request.expect("a request")).await
    }

    /// Posts a form as a browser does from our own page.
    pub(crate) async fn post(&self, path: &str, cookie: &str, form: &[(&str, &str)]) -> Answer {
        let body = serde_html_form::to_string(form).expect("a form");
        let request = Request::post(path)
            .header(header::COOKIE, cookie)
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body));
        self.send(request.expect("a request")).await
    }

    /// Sends a file in a form, in the field `fil`, with further headers.
    pub(crate) async fn upload(&self, path: &str, headers: &[(&str, &str)], file: (&str, &[u8])) -> Answer {
        let mut body = format!(
            "--gräns\r\nContent-Disposition: form-data; name=\"fil\"; filename=\"{}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n",
            file.0
        )
        .replace("gräns", "grans")
        .into_bytes();
        body.extend_from_slice(file.1);
        body.extend_from_slice(b"\r\n--grans--\r\n");
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=grans");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body)).expect("a request");
        // What came in is read beside, as the workers of a running service do.
        let (answer, ()) = tokio::join!(self.send(request), self.read_what_comes());
        answer
    }

    async fn read_what_comes(&self) {
        let until = self.now() + TimeDelta::seconds(1);
        for _ in 0..200 {
            if self.desk.work_once(until).await.expect("read") {
                return;
            }
            tokio::task::yield_now().await;
        }
    }
}
