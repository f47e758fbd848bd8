//! The router with what every answer needs, and the server around it.
//!
//! Goes in: [`App`] and a listener. Comes out: answers, until it is told to stop; then those under way are finished.
//! Guaranteed: cross-site posts are refused; every answer carries its security headers; a panic is a page; slow and
//! oversized requests end.

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::MethodRouter;
use tokio::net::TcpListener;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::{TimeoutBody, TimeoutLayer};

use super::error::PageError;
use super::{App, guard, routes};

/// Forms are short; only a route that takes files allows more.
const FORM_MOST: usize = 1_000_000;

/// How many times longer a request with files may take in all.
const LONGER: u32 = 20;

/// No inline style or script, nothing from elsewhere, no frames.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The whole service.
pub fn router(app: App) -> Router {
    let mut router = Router::new();
    for route in routes::all() {
        let gate = middleware::from_fn_with_state((app.clone(), route.act), guard::guard);
        let most = app.settings.patience * if route.takes_files { LONGER } else { 1 };
        let end = TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, most);
        let handler: MethodRouter<App> = route.handler.layer(gate);
        router = router.route(route.path, handler.layer(end));
    }
    let csrf = CsrfLayer::new();
    let csrf = match csrf.add_trusted_origin(&app.settings.public_url) {
        Ok(it) => it,
        // Without it posts are judged by the browser's own word alone, which is stricter.
        Err(_) => CsrfLayer::new(),
    };
    router
        .merge(super::api::page())
        .fallback(async || PageError::NotFound)
        .layer(DefaultBodyLimit::max(FORM_MOST))
        .layer(csrf)
        .layer(CatchPanicLayer::new())
        .layer(middleware::from_fn_with_state(app.clone(), heard))
        // Around them: what they refuse is a page too.
        .layer(middleware::from_fn_with_state(app.clone(), guard::dress))
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn_with_state(app.clone(), watched))
        .layer(always(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(always(header::REFERRER_POLICY, "same-origin"))
        .layer(always(header::X_FRAME_OPTIONS, "DENY"))
        .layer(always(HeaderName::from_static("cross-origin-opener-policy"), "same-origin"))
        .layer(always(HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(POLICY),
        ))
        // What stands on a page is for its reader alone; files that are the same for all say otherwise themselves.
        .layer(SetResponseHeaderLayer::if_not_present(header::CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .with_state(app)
}

fn always(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
}

/// Ends a request that falls silent on its way. A large file over a thin line may take its time, as long as it comes.
async fn heard(State(app): State<App>, request: Request, next: Next) -> Response {
    next.run(request.map(|it| Body::new(TimeoutBody::new(app.settings.patience, it)))).await
}

/// Logs and measures each request: the pattern of its address, never the address, since keys stand in addresses.
async fn watched(State(app): State<App>, request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>().map_or_else(|| "?".to_owned(), |it| it.as_str().to_owned());
    let method = request.method().clone();
    let started = std::time::Instant::now();
    let mut response = next.run(request).await;
    let seconds = started.elapsed().as_secs_f64();
    let status = response.status().as_u16();
    tracing::info!(%method, path, status, seconds, "request");
    metrics::counter!("kvartal_requests_total", "status" => status.to_string()).increment(1);
    metrics::histogram!("kvartal_request_seconds").record(seconds);
    if app.is_secure() {
        let value = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, value);
    }
    response
}

/// Serves until `stop` changes; requests under way are then finished.
///
/// # Errors
///
/// The listener failed.
pub async fn serve(
    app: App,
    listener: TcpListener,
    mut stop: tokio::sync::watch::Receiver<bool>,
) -> std::io::Result<()> {
    let service = router(app).into_make_service_with_connect_info::<std::net::SocketAddr>();
    axum::serve(listener, service)
        .with_graceful_shutdown(async move {
            let _ = stop.wait_for(|it| *it).await;
        })
        .await
}
