//! A real identity provider for a test, and a person's browser at its pages.
//!
//! Goes in: nothing, or what kind of provider. Comes out: its address, and the answer it sends a person back with.
//! Guaranteed: the provider (tests/oidc/provider.mjs) lies on a free port of the own machine and ends with the test.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use kvartal::access::oidc::{Callback, MappedRole, Mapping, OidcConfig};
use openidconnect::reqwest::{Client, Response, header, redirect};
use openidconnect::url::Url;

/// Where the provider sends people back to.
pub(crate) const REDIRECT: &str = "http://127.0.0.1/logga-in/oidc/svar";

pub(crate) struct Idp {
    pub(crate) issuer: String,
    // Ends when its standard input is closed, which happens when this is dropped.
    child: Child,
}

impl Idp {
    /// A provider that puts all it knows into the id token.
    pub(crate) fn start() -> Self {
        Self::with(&[])
    }

    /// A provider that has to be asked for everything but who it is.
    pub(crate) fn lean() -> Self {
        Self::with(&["--lean"])
    }

    fn with(more: &[&str]) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oidc");
        assert!(
            folder.join("node_modules/oidc-provider").exists(),
            "the provider of tests/oidc is not installed; run ./tests/run once, or: npm ci --prefix tests/oidc"
        );
        let mut child = Command::new("node")
            .args(["provider.mjs", "--redirect", REDIRECT])
            .args(more)
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("node is installed");
        let mut said = String::new();
        let out = child.stdout.take().expect("the provider's output is ours");
        BufReader::new(out).read_line(&mut said).expect("the provider says something");
        let issuer = said.trim().strip_prefix("ready ").expect("the provider is ready").to_owned();
        Self { issuer, child }
    }

    /// As an operator would write it.
    pub(crate) fn config(&self) -> OidcConfig {
        OidcConfig {
            issuer: self.issuer.clone(),
            client_id: "kvartal".to_owned(),
            client_secret: Some("bara-for-prov".to_owned()),
            redirect_url: REDIRECT.to_owned(),
            scopes: ["email", "profile", "roller"].map(str::to_owned).to_vec(),
            acr: Vec::new(),
            mapping: Mapping {
                role_claim: Some("groups".to_owned()),
                roles: MappedRole::list("kvartal-granskare=handlaggare, kvartal-leder=samordnare").unwrap(),
                ..Mapping::default()
            },
            extra_certificates: None,
            proxy: None,
        }
    }
}

impl Drop for Idp {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// What the provider sends the person back with, who follows `url` and signs in there under that name.
pub(crate) async fn sign_in(url: &str, name: &str) -> Callback {
    let back = sign_in_by_hand(url, name).await;
    let values: BTreeMap<String, String> = back.query_pairs().into_owned().collect();
    let of = |key: &str| values.get(key).cloned();
    Callback { code: of("code"), state: of("state"), error: of("error"), iss: of("iss") }
}

/// The address that the provider sends the person back to.
pub(crate) async fn sign_in_by_hand(url: &str, name: &str) -> Url {
    let mut browser = Browser::new();
    let form = browser.follow(Url::parse(url).unwrap()).await.expect_err("the provider shows its form");
    let answer = browser.post(form, &format!("namn={name}")).await;
    let next = browser.location(&answer).expect("the form leads on");
    browser.follow(next).await.expect("the provider sends the person back")
}

/// Just enough of a browser: cookies, and one step at a time.
struct Browser {
    client: Client,
    cookies: BTreeMap<String, String>,
    at: Option<Url>,
}

impl Browser {
    fn new() -> Self {
        let client = Client::builder().redirect(redirect::Policy::none()).no_proxy().build().unwrap();
        Self { client, cookies: BTreeMap::new(), at: None }
    }

    /// Follows redirects. `Ok`: the address of ours it was sent to. `Err`: the page that was shown.
    async fn follow(&mut self, mut url: Url) -> Result<Url, Url> {
        for _ in 0..10 {
            if url.as_str().starts_with(REDIRECT) {
                return Ok(url);
            }
            let request = self.client.get(url.clone()).header(header::COOKIE, self.cookie());
            let answer = request.send().await.unwrap();
            self.note(&url, &answer);
            match self.location(&answer) {
                Some(next) => url = next,
                None => return Err(url),
            }
        }
        panic!("ten redirects and no end");
    }

    async fn post(&mut self, url: Url, body: &str) -> Response {
        let request = self.client.post(url.clone()).header(header::COOKIE, self.cookie());
        let form = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(body.to_owned());
        let answer = form.send().await.unwrap();
        self.note(&url, &answer);
        answer
    }

    fn cookie(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    fn note(&mut self, url: &Url, answer: &Response) {
        self.at = Some(url.clone());
        for cookie in answer.headers().get_all(header::SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }

    fn location(&self, answer: &Response) -> Option<Url> {
        let to = answer.headers().get(header::LOCATION)?.to_str().unwrap();
        Some(self.at.as_ref()?.join(to).unwrap())
    }
}
