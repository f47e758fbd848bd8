//! Files that leave the service: originals, copies, lists, templates, receipts.
//!
//! Goes in: a name, a kind and bytes. Comes out: an answer the browser saves, or for a page of our own shows, noted in the log.
//! Guaranteed: a name from outside cannot steer the header; what was received is never rendered, whatever it holds.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::error::PageError;
use super::{App, who::Who};
use crate::render::print::percent_encoded;
use crate::store::event::{EventKind, Record};

pub const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
pub const ANYTHING: &str = "application/octet-stream";
pub const PLAIN: &str = "text/plain; charset=utf-8";

/// A file about to leave.
pub struct Leaving<'a> {
    pub name: &'a str,
    pub kind: &'static str,
    /// What it is, for the log: `original`, `mall`, …
    pub what: &'a str,
    /// The filing it belongs to.
    pub filing: &'a str,
    /// Which version of it, if it is of one.
    pub version: Option<i64>,
}

/// Sends it, once the log says so.
pub async fn send(app: &App, who: &Who, it: Leaving<'_>, bytes: Vec<u8>) -> Result<Response, PageError> {
    noted(app, who, &it, bytes.len()).await?;
    let headers = [
        (header::CONTENT_TYPE, it.kind.to_owned()),
        (header::CONTENT_DISPOSITION, disposition(it.name)),
        // Nothing in it runs even if a browser should open it as a page.
        (header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'".to_owned()),
    ];
    Ok((headers, bytes).into_response())
}

/// Shows a page that we have written ourselves, once the log says so. Its only style is `css`; nothing in it runs.
pub async fn show(app: &App, who: &Who, it: Leaving<'_>, css: &str, bytes: Vec<u8>) -> Result<Response, PageError> {
    noted(app, who, &it, bytes.len()).await?;
    let style = BASE64_STANDARD.encode(Sha256::digest(css));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    let named = disposition(it.name).replacen("attachment", "inline", 1);
    let headers = [
        (header::CONTENT_TYPE, it.kind.to_owned()),
        (header::CONTENT_DISPOSITION, named),
        (header::CONTENT_SECURITY_POLICY, policy),
    ];
    Ok((headers, bytes).into_response())
}

async fn noted(app: &App, who: &Who, it: &Leaving<'_>, bytes: usize) -> Result<(), PageError> {
    let data = json!({ "fil": it.what, "version": it.version, "byte": bytes });
    let (actor, kind) = (who.actor(), EventKind::Downloaded);
    let (chain, at, about) = (&who.namnd_id, app.now(), it.filing);
    app.desk.store.log(Record { chain, at, actor: &actor, kind, about, data }).await?;
    Ok(())
}

/// `attachment` with the name as RFC 6266 writes it: a plain one for the old, the whole one for the rest.
fn disposition(name: &str) -> String {
    let name: String =
        name.chars().filter(|it| !it.is_control()).map(|it| if "/\\".contains(it) { '-' } else { it }).collect();
    let name = if name.trim_matches(['.', ' ']).is_empty() { "fil".to_owned() } else { name };
    let plain: String =
        name.chars().map(|it| if it.is_ascii_alphanumeric() || ".-_ ()".contains(it) { it } else { '_' }).collect();
    let whole = percent_encoded(&name);
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{whole}")
}

/// Part of a file's name made of a person's or a unit's name.
pub fn slug(text: &str) -> String {
    let folded: String = text
        .to_lowercase()
        .chars()
        .map(|it| match it {
            'å' | 'ä' => 'a',
            'ö' => 'o',
            it if it.is_ascii_alphanumeric() => it,
            _ => '-',
        })
        .collect();
    let parts: Vec<&str> = folded.split('-').filter(|it| !it.is_empty()).collect();
    parts.join("-").chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_from_outside_cannot_steer_the_header() {
        for (name, wanted) in [
            ("rapport.xlsx", "attachment; filename=\"rapport.xlsx\"; filename*=UTF-8''rapport.xlsx"),
            ("a\"b\r\nX: y.csv", "attachment; filename=\"a_bX_ y.csv\"; filename*=UTF-8''a%22bX%3A%20y.csv"),
            ("../../etc/å", "attachment; filename=\"..-..-etc-_\"; filename*=UTF-8''..-..-etc-%C3%A5"),
            ("\u{0}", "attachment; filename=\"fil\"; filename*=UTF-8''fil"),
        ] {
            assert_eq!(disposition(name), wanted);
        }
    }

    #[test]
    fn a_slug_is_letters_and_dashes() {
        assert_eq!(slug("Almvik Omvårdnad AB"), "almvik-omvardnad-ab");
    }
}
