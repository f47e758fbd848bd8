//! The versions of a filing: what each came to, what changed between two of them, and everything that happened.
//!
//! Goes in: a filing and its round. Comes out: lists in words.
//! Guaranteed: a version is compared with the accepted one, or else with the file before it.

use std::sync::Arc;

use crate::desk::figures::Context;
use crate::http::App;
use crate::http::error::PageError;
use crate::http::when::{iso, moment};
use crate::http::words::size_in_words;
use crate::merge::version::Version;
use crate::merge::version::difference::difference;
use crate::render::difference::{Changes, changes as in_words};
use crate::render::print::clean_line;
use crate::store::attempt::Attempt;
use crate::store::filing::Filing;

/// One version with its receipt.
#[derive(Debug, Clone)]
pub struct VersionRow {
    pub id: String,
    pub nr: i64,
    pub came_iso: String,
    pub came: String,
    pub sender: String,
    pub file: String,
    pub sha256: String,
    pub size: String,
    pub nil: bool,
    pub outcome_key: &'static str,
    pub outcome: &'static str,
    pub rader: i64,
    pub fel: i64,
    pub fragor: i64,
    pub notiser: i64,
    pub rules: String,
    pub accepted: bool,
}

/// What changed, and between which.
#[derive(Debug, Clone)]
pub struct ChangesView {
    pub title: String,
    pub changes: Changes,
}

/// Newest first.
pub fn versions(context: &Context, filing: &Filing) -> Vec<VersionRow> {
    let contents = &context.contents;
    let row = |it: &Attempt| {
        let counts = contents.counts_of(it);
        let original = contents.original_of(it);
        let state = it.state();
        let (outcome_key, outcome) = match it.outcome() {
            Some(outcome) => (outcome.key(), outcome.swedish()),
            None => ("lases", state.swedish()),
        };
        VersionRow {
            id: it.id.clone(),
            nr: it.nr,
            came_iso: iso(it.received_at),
            came: moment(it.received_at),
            sender: it.sender_name.clone(),
            file: original.map_or_else(String::new, |it| clean_line(&it.name).into_owned()),
            sha256: original.map_or_else(String::new, |it| it.sha256.clone()),
            size: original.map_or_else(String::new, |it| size_in_words(it.size)),
            nil: it.nil,
            outcome_key,
            outcome,
            rader: counts.map_or(0, |it| it.rows),
            fel: counts.map_or(0, |it| it.fel),
            fragor: counts.map_or(0, |it| it.fraga),
            notiser: counts.map_or(0, |it| it.notis),
            rules: counts.map_or_else(String::new, |it| it.rules.chars().take(24).collect()),
            accepted: filing.accepted_id.as_ref() == Some(&it.id),
        }
    };
    contents.attempts_of(filing).rev().map(row).collect()
}

/// What changed against the accepted version, or against the file before.
pub async fn changes(
    app: &App,
    context: &Arc<Context>,
    filing: &Filing,
    shown: &Attempt,
) -> Result<Option<ChangesView>, PageError> {
    let accepted = filing.accepted_id.as_deref().and_then(|it| context.contents.attempt(it));
    let readable = |it: &&Attempt| it.is_valid() && !it.nil && it.id != shown.id;
    let before = context.contents.attempts_of(filing).rev().find(|it| it.nr < shown.nr && readable(it));
    let Some(against) = accepted.filter(readable).or(before) else { return Ok(None) };
    let old = app.desk.reviewed(context, against).await?;
    let new = app.desk.reviewed(context, shown).await?;
    let (Some(old_book), Some(new_book)) = (&old.opened.workbook, &new.opened.workbook) else { return Ok(None) };
    let old = Version { workbook: old_book, review: &old.review };
    let new = Version { workbook: new_book, review: &new.review };
    let found = difference(Some(&against.id), old, new);
    let voice = crate::render::Voice { insatser: &context.library.insatser, rules: &context.library.catalogue };
    let changes = in_words(&found, old, new, voice);
    let which = if accepted.is_some_and(|it| it.id == against.id) { ", den godkända" } else { "" };
    Ok(Some(ChangesView { title: format!("Ändrat mot version {}{which}", against.nr), changes }))
}

/// Everything that happened with the filing, newest first: (iso, time, what, who).
pub async fn events(app: &App, filing: &Filing) -> Result<Vec<(String, String, String, String)>, PageError> {
    let events = app.desk.store.events_about(&filing.id).await?;
    let told = events.iter().rev().filter_map(|it| {
        let at = it.at()?;
        let what = it.kind().map_or(it.kind.as_str(), |known| known.swedish());
        let data: serde_json::Value = serde_json::from_str(&it.data).unwrap_or_default();
        let mut what = what.to_owned();
        if let Some(nr) = data.get("version").and_then(serde_json::Value::as_i64) {
            what = format!("{what} (version {nr})");
        }
        if let Some(why) = data.get("skal").and_then(serde_json::Value::as_str) {
            what = format!("{what}: {}", clean_line(why));
        }
        Some((iso(at), moment(at), what, it.actor_name.clone()))
    });
    let told = told.collect();
    Ok(told)
}
