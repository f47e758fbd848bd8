//! What the operator sets in the environment: mail and an identity provider.
//!
//! Goes in: `KVARTAL_…`. Comes out: values handed down, or what is wrong in Swedish.
//! Guaranteed: a faulty setting stops the start and names the variable; a secret can lie in a file (`…_FILE`).

use crate::access::oidc::{MappedRole, Mapping, OidcConfig, Provider};
use crate::mail::Carrier;

use super::context::setting;
use super::failure::Failure;

fn faulty(name: &str, what: impl std::fmt::Display) -> Failure {
    Failure::Setting(format!("{name}: {what}"))
}

/// The way out for letters. None: they wait in the outbox until one is set.
pub fn carrier() -> Result<Option<Carrier>, Failure> {
    let Some(url) = setting("KVARTAL_MAIL") else { return Ok(None) };
    let from = setting("KVARTAL_MAIL_FROM");
    let from =
        from.ok_or_else(|| faulty("KVARTAL_MAIL_FROM", "ange avsändaren, till exempel Kvartal <kvartal@exempel.se>."))?;
    Carrier::new(&url, &from).map(Some).map_err(|it| faulty("KVARTAL_MAIL", it))
}

/// The identity provider. None: people have passwords of ours.
pub fn provider(public_url: &str) -> Result<Option<Provider>, Failure> {
    let Some(issuer) = setting("KVARTAL_OIDC_ISSUER") else { return Ok(None) };
    let name = "KVARTAL_OIDC_CLIENT_ID";
    let client_id =
        setting(name).ok_or_else(|| faulty(name, "ange det klient-id som ni har fått av inloggningstjänsten."))?;
    let words = |name: &str, usual: &str| -> Vec<String> {
        setting(name).unwrap_or_else(|| usual.to_owned()).split_whitespace().map(str::to_owned).collect()
    };
    let roles = MappedRole::list(&setting("KVARTAL_OIDC_ROLES").unwrap_or_default());
    let mapping = Mapping {
        mail_claim: setting("KVARTAL_OIDC_MAIL_CLAIM").unwrap_or_else(|| Mapping::default().mail_claim),
        role_claim: setting("KVARTAL_OIDC_ROLE_CLAIM"),
        roles: roles.map_err(|it| faulty("KVARTAL_OIDC_ROLES", it))?,
        trust_mail: setting("KVARTAL_OIDC_TRUST_MAIL").is_some_and(|it| it == "ja"),
    };
    let config = OidcConfig {
        issuer,
        client_id,
        client_secret: setting("KVARTAL_OIDC_CLIENT_SECRET"),
        redirect_url: format!("{public_url}/logga-in/oidc/svar"),
        scopes: words("KVARTAL_OIDC_SCOPES", "email profile"),
        acr: words("KVARTAL_OIDC_ACR", ""),
        mapping,
        extra_certificates: setting("KVARTAL_OIDC_CERTIFICATES").map(String::into_bytes),
        proxy: setting("KVARTAL_OIDC_PROXY"),
    };
    Provider::new(config).map(Some).map_err(|it| {
        tracing::error!(error = %it, "the settings of the identity provider cannot be used");
        faulty(
            "KVARTAL_OIDC_ISSUER",
            "inställningarna för inloggningstjänsten går inte att använda. Loggen säger varför.",
        )
    })
}
