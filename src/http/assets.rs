//! Style, script and mark: files of `web/` inside the program.
//!
//! Goes in: a name. Comes out: the file with a tag that changes with its content.
//! Guaranteed: nothing comes from another host; a browser that has the file is told so without sending it again.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use super::routes::{Route, get};
use crate::access::role::Act;
use crate::store::event::hex;

const STYLE: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

pub fn routes() -> Vec<Route> {
    vec![
        get("/kvartal.css", Act::Public, async |it: HeaderMap| file(&it, STYLE, include_str!("../../web/kvartal.css"))),
        get("/board.css", Act::Public, async |it: HeaderMap| file(&it, STYLE, include_str!("../../web/board.css"))),
        get("/kvartal.js", Act::Public, async |it: HeaderMap| file(&it, SCRIPT, include_str!("../../web/kvartal.js"))),
        get("/kvartal.svg", Act::Public, async |it: HeaderMap| {
            file(&it, "image/svg+xml", include_str!("../../web/kvartal.svg"))
        }),
        get("/robots.txt", Act::Public, async |it: HeaderMap| {
            file(&it, "text/plain; charset=utf-8", "User-agent: *\nDisallow: /\n")
        }),
    ]
}

fn file(asked: &HeaderMap, kind: &'static str, text: &'static str) -> Response {
    let tag = format!("\"{}\"", hex(&Sha256::digest(text)[..8]));
    let cached = [(header::ETAG, tag.clone()), (header::CACHE_CONTROL, "public, max-age=300".to_owned())];
    if asked.get(header::IF_NONE_MATCH).is_some_and(|it| it.as_bytes() == tag.as_bytes()) {
        return (StatusCode::NOT_MODIFIED, cached).into_response();
    }
    (cached, [(header::CONTENT_TYPE, kind)], text).into_response()
}
