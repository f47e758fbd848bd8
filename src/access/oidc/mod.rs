//! Signing in with somebody else's identity provider: a kommun's own, or BankID, Freja and SITHS through a broker.
//!
//! Goes in: what the operator configured, the answer the browser brought back, the time. Comes out: an [`Identity`], or
//! why not, with a Swedish sentence. Guaranteed: authorization code with PKCE, state and nonce; the id token's
//! signature, issuer, audience, time and nonce are verified before a claim is believed; the provider's keys are fetched
//! again when it has changed them; no redirect is followed, and nobody waits longer than ten seconds.

mod claims;
mod fault;

use std::sync::Arc;
use std::time::Duration;

use chrono::DateTime;
use chrono::TimeDelta;
use chrono::Utc;
use openidconnect::AuthenticationContextClass;
use openidconnect::AuthenticationFlow;
use openidconnect::AuthorizationCode;
use openidconnect::ClaimsVerificationError;
use openidconnect::ClientId;
use openidconnect::ClientSecret;
use openidconnect::CsrfToken;
use openidconnect::EndpointMaybeSet;
use openidconnect::EndpointNotSet;
use openidconnect::EndpointSet;
use openidconnect::IssuerUrl;
use openidconnect::LanguageTag;
use openidconnect::Nonce;
use openidconnect::OAuth2TokenResponse;
use openidconnect::PkceCodeChallenge;
use openidconnect::PkceCodeVerifier;
use openidconnect::RedirectUrl;
use openidconnect::RequestTokenError;
use openidconnect::Scope;
use openidconnect::TokenResponse;
use openidconnect::core::CoreClient;
use openidconnect::core::CoreIdToken;
use openidconnect::core::CoreProviderMetadata;
use openidconnect::core::CoreResponseType;
use openidconnect::reqwest;
use tokio::sync::Mutex;

use super::key::Key;
use super::key::same;
pub use claims::Identity;
pub use claims::MappedRole;
pub use claims::Mapping;
pub use fault::OidcError;

use claims::Claims;

/// Nobody waits longer than this for the provider.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long the provider's description and keys are believed.
const FRESH: TimeDelta = TimeDelta::hours(1);
/// A token signed with an unknown key makes us fetch the keys anew, but not more often than this.
const CALM: TimeDelta = TimeDelta::minutes(1);
/// Clocks of two machines differ by this much at most.
const LEEWAY: TimeDelta = TimeDelta::seconds(60);

type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// What the operator says about the provider.
#[derive(Clone)]
pub struct OidcConfig {
    /// As the provider names itself; its description is found under it.
    pub issuer: String,
    pub client_id: String,
    pub client_secret: Option<String>,
    /// Our own page that the provider sends people back to.
    pub redirect_url: String,
    /// Besides `openid`.
    pub scopes: Vec<String>,
    /// Accepted values of `acr`, for instance the one for tillitsnivå 3. Empty: any.
    pub acr: Vec<String>,
    pub mapping: Mapping,
    /// Certificates (PEM) that are trusted beside the usual ones, for a provider inside the kommun's own network.
    pub extra_certificates: Option<Vec<u8>>,
    /// The way out of a closed network.
    pub proxy: Option<String>,
}

/// What is kept while the person is with the provider, and asked for when they are back.
#[derive(Clone)]
pub struct Kept {
    pub state: String,
    pub nonce: String,
    pub verifier: String,
}

/// What the browser brings back.
#[derive(Debug, Clone, Default, serde::Deserialize)]
pub struct Callback {
    pub code: Option<String>,
    pub state: Option<String>,
    pub error: Option<String>,
    /// Which provider this is the answer of (RFC 9207), when it says so.
    pub iss: Option<String>,
}

struct Known {
    metadata: Arc<CoreProviderMetadata>,
    fetched_at: DateTime<Utc>,
}

/// The provider, as seen by us. One for the whole service; shared.
pub struct Provider {
    config: OidcConfig,
    issuer: IssuerUrl,
    redirect: RedirectUrl,
    http: reqwest::Client,
    known: Mutex<Option<Known>>,
}

impl Provider {
    /// Checks the configuration; asks nobody yet, so that the service starts while the provider is away.
    pub fn new(config: OidcConfig) -> Result<Self, OidcError> {
        let issuer = IssuerUrl::new(config.issuer.clone()).map_err(|it| OidcError::Config(it.to_string()))?;
        let host = issuer.url().host_str().unwrap_or_default();
        if issuer.url().scheme() != "https" && !["127.0.0.1", "[::1]", "localhost"].contains(&host) {
            return Err(OidcError::Config(format!("the issuer {} must be https", config.issuer)));
        }
        let redirect = RedirectUrl::new(config.redirect_url.clone()).map_err(|it| OidcError::Config(it.to_string()))?;
        // A redirect could lead the server to an address of somebody else's choice.
        let mut http =
            reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).timeout(PATIENCE).no_proxy();
        if let Some(pem) = &config.extra_certificates {
            let certificates =
                reqwest::Certificate::from_pem_bundle(pem).map_err(|it| OidcError::Config(it.to_string()))?;
            http = certificates.into_iter().fold(http, reqwest::ClientBuilder::add_root_certificate);
        }
        if let Some(proxy) = &config.proxy {
            http = http.proxy(reqwest::Proxy::all(proxy).map_err(|it| OidcError::Config(it.to_string()))?);
        }
        let http = http.build().map_err(|it| OidcError::Config(it.to_string()))?;
        Ok(Self { config, issuer, redirect, http, known: Mutex::new(None) })
    }

    /// Where to send the person, and what to keep until they are back.
    pub async fn start(&self, now: DateTime<Utc>) -> Result<(String, Kept), OidcError> {
        let kept = Kept {
            state: Key::new()?.text().to_owned(),
            nonce: Key::new()?.text().to_owned(),
            verifier: Key::new()?.text().to_owned(),
        };
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(kept.verifier.clone()));
        let (state, nonce) = (CsrfToken::new(kept.state.clone()), Nonce::new(kept.nonce.clone()));
        let client = self.client(now, FRESH).await?;
        let flow = AuthenticationFlow::<CoreResponseType>::AuthorizationCode;
        let mut request = client
            .authorize_url(flow, move || state, move || nonce)
            .add_scopes(self.config.scopes.iter().cloned().map(Scope::new))
            .add_ui_locale(LanguageTag::new("sv".to_owned()))
            .set_pkce_challenge(challenge);
        for acr in &self.config.acr {
            request = request.add_auth_context_value(AuthenticationContextClass::new(acr.clone()));
        }
        Ok((request.url().0.to_string(), kept))
    }

    /// Who the person is, when the provider's answer holds.
    pub async fn finish(&self, callback: Callback, kept: &Kept, now: DateTime<Utc>) -> Result<Identity, OidcError> {
        if !callback.state.is_some_and(|it| same(&it, &kept.state)) {
            return Err(OidcError::NotOurs("the state is another one"));
        }
        if callback.iss.is_some_and(|it| it != *self.issuer.as_str()) {
            return Err(OidcError::NotOurs("another provider answered"));
        }
        if let Some(error) = callback.error {
            return Err(OidcError::Refused(error.chars().take(100).collect()));
        }
        let code = callback.code.ok_or(OidcError::NotOurs("the code is missing"))?;
        let client = self.client(now, FRESH).await?;
        let request =
            client.exchange_code(AuthorizationCode::new(code)).map_err(|it| OidcError::Config(it.to_string()))?;
        let verifier = PkceCodeVerifier::new(kept.verifier.clone());
        let answer = request.set_pkce_verifier(verifier).request_async(&self.http).await.map_err(|it| match it {
            RequestTokenError::ServerResponse(refusal) => OidcError::Refused(refusal.error().to_string()),
            RequestTokenError::Request(fault) => OidcError::Unreachable(fault.to_string()),
            other => OidcError::Answer(other.to_string()),
        })?;
        let token = answer.id_token().ok_or_else(|| OidcError::Answer("there is no id token".to_owned()))?;
        let subject = self.verify(token, &kept.nonce, client, now).await?;
        let mut claims =
            Claims::of_verified_token(&token.to_string()).ok_or(OidcError::NotOurs("the token has no claims"))?;
        if !claims.suffice(&self.config.mapping) {
            claims.add(self.ask_more(&subject, answer.access_token().clone(), now).await?);
        }
        Ok(claims.identity(self.issuer.as_str(), &subject, &self.config.mapping))
    }

    /// The subject of a token that holds. A signature by an unknown key may mean that the provider has new keys.
    async fn verify(
        &self,
        token: &CoreIdToken,
        nonce: &str,
        client: Client,
        now: DateTime<Utc>,
    ) -> Result<String, OidcError> {
        match self.verify_with(token, nonce, &client, now) {
            Err(ClaimsVerificationError::SignatureVerification(_)) => {
                let renewed = self.client(now, CALM).await?;
                self.verify_with(token, nonce, &renewed, now)
            }
            other => other,
        }
        .map_err(|fault| match fault {
            ClaimsVerificationError::InvalidAuthContext(_) => OidcError::TooWeak,
            other => OidcError::Token(other.to_string()),
        })
    }

    fn verify_with(
        &self,
        token: &CoreIdToken,
        nonce: &str,
        client: &Client,
        now: DateTime<Utc>,
    ) -> Result<String, ClaimsVerificationError> {
        let accepted = self.config.acr.clone();
        let verifier = client.id_token_verifier().set_time_fn(move || now - LEEWAY).set_auth_context_verifier_fn(
            move |acr: Option<&AuthenticationContextClass>| {
                let strong = accepted.is_empty() || acr.is_some_and(|it| accepted.contains(it));
                if strong { Ok(()) } else { Err("not one of the accepted levels".to_owned()) }
            },
        );
        Ok(token.claims(&verifier, &Nonce::new(nonce.to_owned()))?.subject().as_str().to_owned())
    }

    /// Claims that the provider gives only on asking.
    async fn ask_more(
        &self,
        subject: &str,
        token: openidconnect::AccessToken,
        now: DateTime<Utc>,
    ) -> Result<Claims, OidcError> {
        let client = self.client(now, FRESH).await?;
        // A provider without that page has said everything in the token.
        let Ok(request) = client.user_info(token, Some(openidconnect::SubjectIdentifier::new(subject.to_owned())))
        else {
            return Ok(Claims::default());
        };
        let told = request.request_async(&self.http).await;
        told.map_err(|it| OidcError::Answer(it.to_string())).map(|it| Claims::of_user_info(&it))
    }

    /// The client over what the provider said of itself, asked anew when that is older than this.
    async fn client(&self, now: DateTime<Utc>, at_most: TimeDelta) -> Result<Client, OidcError> {
        let mut known = self.known.lock().await;
        let fresh = known.as_ref().filter(|it| now - it.fetched_at < at_most).map(|it| Arc::clone(&it.metadata));
        let metadata = match fresh {
            Some(metadata) => metadata,
            None => match CoreProviderMetadata::discover_async(self.issuer.clone(), &self.http).await {
                Ok(metadata) => {
                    Arc::clone(&known.insert(Known { metadata: Arc::new(metadata), fetched_at: now }).metadata)
                }
                // What was true an hour ago is most often true still.
                Err(fault) => match known.as_ref() {
                    Some(old) => {
                        tracing::warn!(%fault, "the identity provider could not be asked again; going on with what it said before");
                        Arc::clone(&old.metadata)
                    }
                    None => return Err(OidcError::Unreachable(fault.to_string())),
                },
            },
        };
        let (id, secret) = (self.config.client_id.clone(), self.config.client_secret.clone());
        let client =
            CoreClient::from_provider_metadata((*metadata).clone(), ClientId::new(id), secret.map(ClientSecret::new));
        Ok(client.set_redirect_uri(self.redirect.clone()))
    }
}
