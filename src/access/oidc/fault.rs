//! Why somebody could not sign in through their identity provider.
//!
//! Goes in: what went wrong. Comes out: English for the log and one Swedish sentence for the person. Guaranteed: neither
//! holds a code, a token or a secret.

use super::super::NoRandomness;

/// A sign-in that did not happen.
#[derive(Debug, thiserror::Error)]
pub enum OidcError {
    #[error("the configuration of the identity provider cannot be used: {0}")]
    Config(String),
    #[error("the identity provider cannot be reached: {0}")]
    Unreachable(String),
    /// The person changed their mind, or the provider did not let them in.
    #[error("the identity provider refused: {0}")]
    Refused(String),
    #[error("the identity provider gave an answer that cannot be used: {0}")]
    Answer(String),
    /// Not the answer to a question of ours: an old page, a stolen link, a forged post.
    #[error("this is not an answer to our question: {0}")]
    NotOurs(&'static str),
    #[error("the id token does not hold: {0}")]
    Token(String),
    /// Signed in by weaker means than the nämnd accepts.
    #[error("the level of assurance is not one of those accepted")]
    TooWeak,
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

impl OidcError {
    /// What the person reads.
    pub fn swedish(&self) -> &'static str {
        match self {
            OidcError::Config(_) => "Inloggningen är fel inställd. Säg till den som sköter Kvartal hos er.",
            OidcError::Unreachable(_) => "Inloggningstjänsten svarar inte. Försök igen om en stund.",
            OidcError::Refused(it) if it == "access_denied" => "Inloggningen avbröts. Du kan försöka igen.",
            OidcError::Refused(_) | OidcError::Answer(_) => {
                "Inloggningstjänsten kunde inte logga in dig. Försök igen, och säg till om det inte går då heller."
            }
            OidcError::NotOurs(_) | OidcError::Token(_) => {
                "Inloggningen tog för lång tid eller påbörjades i ett annat fönster. Börja om från inloggningssidan."
            }
            OidcError::TooWeak => {
                "Du behöver logga in med en starkare e-legitimation, till exempel BankID, Freja eller SITHS."
            }
            OidcError::NoRandomness(_) => "Något är fel i systemet. Försök igen om en stund.",
        }
    }
}
