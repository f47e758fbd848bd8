//! The file as it was received, for those who review it.
//!
//! Goes in: a filing and the number of a version. Comes out: the bytes, to be saved and never shown.
//! Guaranteed: the log says who fetched it before a byte has left.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::access::role::Act;
use crate::http::App;
use crate::http::error::PageError;
use crate::http::routes::{Route, get};
use crate::http::who::Who;
use crate::store::event::{EventKind, Record};

pub fn routes() -> Vec<Route> {
    vec![get("/granska/{filing}/original/{nr}", Act::SeeOriginal, original)]
}

async fn original(
    State(app): State<App>,
    who: Who,
    Path((filing, nr)): Path<(String, i64)>,
) -> Result<Response, PageError> {
    let filing = who.filing(&app, &filing).await?;
    let attempts = app.desk.store.attempts_of_filing(&filing.id).await?;
    let attempt = attempts.iter().find(|it| it.nr == nr).ok_or(PageError::NotFound)?;
    let id = attempt.original_id.as_deref().ok_or(PageError::NotFound)?;
    let original = app.desk.store.original(id).await?.ok_or(PageError::NotFound)?;
    let bytes = app.desk.store.original_bytes(id).await?;
    let actor = who.actor();
    let data = json!({ "fil": "original", "version": nr });
    let record = Record {
        chain: &who.namnd_id,
        at: app.now(),
        actor: &actor,
        kind: EventKind::Downloaded,
        about: &filing.id,
        data,
    };
    app.desk.store.log(record).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename*=UTF-8''{}", percent(&original.name))),
        (header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'".to_owned()),
    ];
    Ok((headers, bytes).into_response())
}

/// The name as RFC 8187 writes it, so that nothing in it steers the header.
fn percent(name: &str) -> String {
    let keep = |it: u8| it.is_ascii_alphanumeric() || b".-_".contains(&it);
    name.bytes().map(|it| if keep(it) { char::from(it).to_string() } else { format!("%{it:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn a_name_from_outside_cannot_steer_the_header() {
        assert_eq!(percent("å \"x\"\r\n.xlsx"), "%C3%A5%20%22x%22%0D%0A.xlsx");
    }
}
