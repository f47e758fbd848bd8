//! The table of contents of the service: every address, what one must be allowed to do there, and who answers.
//!
//! Goes in: – . Comes out: [`all`]. Guaranteed: a route without an act cannot be written; a test walks this table with
//! every role and compares with the table of acts.

use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::http::Method;
use axum::routing::{self, MethodRouter};

use super::App;
use crate::access::role::Act;

/// Room for the largest file that `rules/granser.toml` lets in, several at once, and the form around them. The reader
/// refuses a larger file with a sentence; this only ends what would never end.
const LARGEST: usize = 320_000_000;

/// One address and method.
pub struct Route {
    pub method: Method,
    pub path: &'static str,
    pub act: Act,
    /// Its bodies may be large, and slow.
    pub(super) takes_files: bool,
    pub(super) handler: MethodRouter<App>,
}

/// A page or a file to read. Changes nothing.
pub fn get<H: Handler<T, App>, T: 'static>(path: &'static str, act: Act, handler: H) -> Route {
    Route { method: Method::GET, path, act, takes_files: false, handler: routing::get(handler) }
}

/// Something that changes.
pub fn post<H: Handler<T, App>, T: 'static>(path: &'static str, act: Act, handler: H) -> Route {
    Route { method: Method::POST, path, act, takes_files: false, handler: routing::post(handler) }
}

/// Something that takes files: its bodies may be as large as a file may be.
pub fn upload<H: Handler<T, App>, T: 'static>(path: &'static str, act: Act, handler: H) -> Route {
    let handler = routing::post(handler).layer(DefaultBodyLimit::max(LARGEST));
    Route { method: Method::POST, path, act, takes_files: true, handler }
}

/// Every route of the service.
pub fn all() -> Vec<Route> {
    let parts = [
        super::assets::routes(),
        super::api::routes(),
        super::health::routes(),
        super::demo::routes(),
        super::start::routes(),
        super::people::routes(),
        super::board::routes(),
        super::review::routes(),
        super::completion::routes(),
        super::grade::routes(),
        super::filing::routes(),
        super::version::routes(),
        super::report::routes(),
        super::papers::routes(),
        super::utforare::routes(),
        super::calendar::routes(),
        super::reminders::routes(),
        super::post::routes(),
        super::days::routes(),
        super::rules::routes(),
        super::own_rules::routes(),
        super::events::routes(),
        super::operation::routes(),
        super::about::routes(),
    ];
    parts.into_iter().flatten().collect()
}
