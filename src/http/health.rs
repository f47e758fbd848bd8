//! For the operator: is the process up, is the database reached, what are the figures?
//!
//! Goes in: requests from a monitor. Comes out: short texts. Guaranteed: nothing about people or cases.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::App;
use super::routes::{Route, get};
use crate::access::role::Act;

pub fn routes() -> Vec<Route> {
    vec![
        get("/healthz", Act::Public, async || "ok\n"),
        get("/readyz", Act::Public, ready),
        get("/metrics", Act::Public, metrics),
    ]
}

async fn ready(State(app): State<App>) -> Response {
    match app.desk.store.ping().await {
        Ok(()) => "ok\n".into_response(),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n").into_response()
        }
    }
}

async fn metrics(State(app): State<App>) -> Response {
    let text = app.metrics.as_ref().map(metrics_exporter_prometheus::PrometheusHandle::render).unwrap_or_default();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
}
