//! `/api/v1`: the same verbs and answers as the pages, for programs.
//!
//! Goes in: JSON and files, with an API key or a session. Comes out: JSON, and errors as problem+json (RFC 9457).
//! Guaranteed: the OpenAPI document is made from these handlers; an upload with an idempotency key is made once.

pub mod caller;
mod filings;
mod shapes;
mod versions;

use axum::Json;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use tower_http::set_header::SetResponseHeaderLayer;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

use super::App;
use super::error::Trouble;
use super::routes::{Route, get, post, upload};
use crate::access::role::Act;

pub use caller::Caller;

pub fn routes() -> Vec<Route> {
    vec![
        get("/api/v1/inlamningar", Act::SeeFiling, filings::list),
        get("/api/v1/inlamningar/{id}", Act::SeeFiling, filings::one),
        upload("/api/v1/inlamningar/{id}/versioner", Act::HandIn, filings::hand_in),
        post("/api/v1/inlamningar/{id}/inget-att-rapportera", Act::HandIn, filings::nil),
        get("/api/v1/versioner/{id}", Act::SeeFiling, versions::one),
        get("/api/v1/versioner/{id}/svar", Act::SeeFiling, versions::answer),
        get("/api/v1/versioner/{id}/kvittens", Act::SeeFiling, versions::receipt),
        get("/api/openapi.json", Act::Public, async || Json(Document::openapi())),
    ]
}

/// The interactive page, from files inside the program. Its script writes styles, so it has a policy of its own.
pub fn page() -> axum::Router<App> {
    let page =
        utoipa_swagger_ui::SwaggerUi::new("/api/v1/prova").config(utoipa_swagger_ui::Config::from("/api/openapi.json"));
    axum::Router::from(page).layer(SetResponseHeaderLayer::overriding(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self'; img-src 'self' data:; \
             connect-src 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
    ))
}

/// What the header is called with which a program may send the same upload twice.
pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Kvartal",
        description = "Lämna in rapporter om ej verkställda beslut från ett verksamhetssystem. Samma regler och samma svar som på webbsidorna. Nyckeln skapas av kommunens administratör och gäller en utförare.",
    ),
    paths(
        filings::list,
        filings::one,
        filings::hand_in,
        filings::nil,
        versions::one,
        versions::answer,
        versions::receipt,
    ),
    components(schemas(shapes::Filing, shapes::Version, shapes::Counts, shapes::Stop, shapes::Receipt, shapes::Problem)),
    modifiers(&Keys),
    security(("nyckel" = [])),
)]
pub struct Document;

struct Keys;

impl Modify for Keys {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("kv_…")).build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("nyckel", SecurityScheme::Http(scheme));
    }
}

/// An error as programs read it.
pub fn problem(trouble: &Trouble) -> Response {
    let body = shapes::Problem {
        kind: "about:blank".to_owned(),
        title: trouble.title.clone(),
        status: trouble.status.as_u16(),
        detail: trouble.text.clone(),
        errors: trouble.details.clone(),
    };
    let mut response = (trouble.status, Json(body)).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    response
}
