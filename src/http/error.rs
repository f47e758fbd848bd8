//! What goes wrong on a page: one status, one sentence, one way out.
//!
//! Goes in: refusals and failures from the desk. Comes out: a page that says what happened and what to do.
//! Guaranteed: internals are logged and never shown; what one may not know of does not exist.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::desk::{DeskError, Refusal};
use crate::store::StoreError;

/// Why there is no ordinary page.
#[derive(Debug, Clone)]
pub enum PageError {
    /// Nobody is signed in.
    SignIn,
    /// The role may not do this.
    Forbidden,
    NotFound,
    /// It may not be done now; nothing was changed.
    Refused(Refusal),
    /// The form or the file cannot be understood.
    Bad(String),
    /// Somebody else was first.
    Conflict,
    TooLarge {
        most: usize,
    },
    TooMany,
    /// The database is locked, full or gone; it recovers by itself.
    Busy,
    Failed(String),
}

/// What an error page shows.
#[derive(Debug, Clone)]
pub struct Trouble {
    pub status: StatusCode,
    pub title: String,
    pub text: String,
    pub details: Vec<String>,
}

impl PageError {
    /// The page in words.
    pub fn trouble(&self) -> Trouble {
        let of = |status, title: &str, text: &str| Trouble {
            status,
            title: title.to_owned(),
            text: text.to_owned(),
            details: Vec::new(),
        };
        match self {
            Self::SignIn => of(StatusCode::UNAUTHORIZED, "Logga in", "Logga in för att fortsätta."),
            Self::Forbidden => of(
                StatusCode::FORBIDDEN,
                "Du har inte behörighet",
                "Din roll får inte öppna den här sidan. Be administratören om du behöver den.",
            ),
            Self::NotFound => of(
                StatusCode::NOT_FOUND,
                "Sidan finns inte",
                "Adressen kan vara felskriven, eller så hör sidan till någon annan.",
            ),
            Self::Refused(it) => Trouble {
                details: it.details.clone(),
                ..of(StatusCode::UNPROCESSABLE_ENTITY, "Det går inte nu", &it.message)
            },
            Self::Bad(it) => of(StatusCode::BAD_REQUEST, "Något fattas i det du skickade", it),
            Self::Conflict => of(
                StatusCode::CONFLICT,
                "Någon annan hann före",
                "Uppgiften har ändrats sedan sidan visades, så din ändring sparades inte. Gå tillbaka, ladda om sidan och se efter.",
            ),
            Self::TooLarge { most } => of(
                StatusCode::PAYLOAD_TOO_LARGE,
                "Filen är för stor",
                &format!(
                    "Den får vara högst {} MB. Ta bort bilder och blad som inte hör till listan, och lämna in den igen.",
                    most / 1_000_000
                ),
            ),
            Self::TooMany => {
                of(StatusCode::TOO_MANY_REQUESTS, "För många försök", "Vänta en minut och försök sedan igen.")
            }
            Self::Busy => of(
                StatusCode::SERVICE_UNAVAILABLE,
                "Tjänsten är upptagen",
                "Det gick inte att spara eller hämta just nu. Inget har sparats till hälften. Vänta en stund och försök igen.",
            ),
            Self::Failed(_) => of(
                StatusCode::INTERNAL_SERVER_ERROR,
                "Något gick fel hos oss",
                "Felet är antecknat. Försök igen om en stund. Det du redan har lämnat in finns kvar.",
            ),
        }
    }
}

impl From<StoreError> for PageError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict => Self::Conflict,
            StoreError::Busy | StoreError::Full | StoreError::Gone => {
                tracing::warn!(%error, "the database could not answer");
                Self::Busy
            }
            other => Self::Failed(other.to_string()),
        }
    }
}

impl From<DeskError> for PageError {
    fn from(error: DeskError) -> Self {
        match error {
            DeskError::Refused(it) => Self::Refused(it),
            DeskError::Store(it) => it.into(),
            DeskError::NotFound => Self::NotFound,
            DeskError::TooMany => Self::TooMany,
            DeskError::System(it) => Self::Failed(it),
        }
    }
}

impl From<Refusal> for PageError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<crate::access::NoRandomness> for PageError {
    fn from(error: crate::access::NoRandomness) -> Self {
        Self::Failed(error.to_string())
    }
}

impl IntoResponse for PageError {
    /// Says only what went wrong; [`super::guard::dress`] makes the page of it, since it knows who reads.
    fn into_response(self) -> Response {
        if let Self::Failed(it) = &self {
            tracing::error!(error = %it, "a page failed");
        }
        let trouble = self.trouble();
        let mut response = (trouble.status, trouble.text.clone()).into_response();
        response.extensions_mut().insert(trouble);
        response
    }
}
