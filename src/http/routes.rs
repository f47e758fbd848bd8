//! The table of contents of the service: every address, what one must be allowed to do there, and who answers.
//!
//! Goes in: – . Comes out: [`all`]. Guaranteed: a route without an act cannot be written; a test walks this table with
//! every role and compares with the table of acts.

use axum::handler::Handler;
use axum::http::Method;
use axum::routing::{self, MethodRouter};

use super::App;
use crate::access::role::Act;

/// One address and method.
pub struct Route {
    pub method: Method,
    pub path: &'static str,
    pub act: Act,
    pub(super) handler: MethodRouter<App>,
}

/// A page or a file to read. Changes nothing.
pub fn get<H: Handler<T, App>, T: 'static>(path: &'static str, act: Act, handler: H) -> Route {
    Route { method: Method::GET, path, act, handler: routing::get(handler) }
}

/// Something that changes.
pub fn post<H: Handler<T, App>, T: 'static>(path: &'static str, act: Act, handler: H) -> Route {
    Route { method: Method::POST, path, act, handler: routing::post(handler) }
}

/// Every route of the service.
pub fn all() -> Vec<Route> {
    let parts = [
        super::assets::routes(),
        super::health::routes(),
        super::demo::routes(),
        super::start::routes(),
        super::board::routes(),
        super::review::routes(),
        super::completion::routes(),
        super::grade::routes(),
    ];
    parts.into_iter().flatten().collect()
}
