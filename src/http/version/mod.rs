//! One version and its answer: read, replied to, mended, acknowledged.
//!
//! Goes in: the id of a version. Comes out: pages and files. Guaranteed: a version is met only through its filing, so what is
//! not one's own does not exist.

mod answer;
mod cards;
mod files;
mod mend;
mod receipt;
mod reply;
mod stopped;

use std::sync::Arc;

use super::App;
use super::error::PageError;
use super::routes::{Route, get, post};
use super::who::Who;
use super::words::uppdrag_in_words;
use crate::access::role::{Act, Role};
use crate::desk::figures::Context;
use crate::model::AttemptState;
use crate::store::attempt::Attempt;
use crate::store::filing::Filing;

pub fn routes() -> Vec<Route> {
    vec![
        get("/version/{id}", Act::SeeFiling, answer::page),
        post("/version/{id}/svar", Act::AnswerQuestion, reply::one),
        post("/version/{id}/bekrafta", Act::HandIn, stopped::confirm),
        post("/version/{id}/flytta", Act::HandIn, stopped::redirect),
        post("/version/{id}/aterta", Act::HandIn, stopped::withdraw),
        get("/version/{id}/ratta", Act::HandIn, mend::page),
        post("/version/{id}/ratta", Act::HandIn, mend::save),
        get("/version/{id}/kvittens", Act::SeeFiling, receipt::page),
        get("/version/{id}/kvittens.txt", Act::SeeFiling, receipt::file),
        get("/version/{id}/original", Act::SeeOriginal, files::original),
        get("/version/{id}/rattningskopia", Act::SeeOriginal, files::copy),
        get("/version/{id}/fynd.xlsx", Act::SeeOriginal, files::list),
    ]
}

/// A version that somebody may meet, with its filing and round.
struct Met {
    attempt: Attempt,
    filing: Filing,
    context: Arc<Context>,
}

async fn met(app: &App, who: &Who, id: &str) -> Result<Met, PageError> {
    let attempt = app.desk.store.attempt(id).await?.ok_or(PageError::NotFound)?;
    let filing = who.filing(app, &attempt.filing_id).await?;
    let context = app.desk.context(&filing.round_id).await?;
    // As the context has it: so that what is computed from it and what is shown are the same.
    let attempt = context.contents.attempt(id).cloned().unwrap_or(attempt);
    Ok(Met { attempt, filing, context })
}

impl Met {
    fn is_being_read(&self) -> bool {
        matches!(self.attempt.state(), AttemptState::Received | AttemptState::Reading)
    }

    /// The newest version that has been read: the one questions are asked about.
    fn is_newest(&self) -> bool {
        let mut newer = self.context.contents.attempts_of(&self.filing).filter(|it| it.nr > self.attempt.nr);
        !newer.any(|it| it.state() != AttemptState::Withdrawn && it.state() != AttemptState::Stopped)
    }

    /// Whether the sender can still do something about it.
    fn is_in_hand(&self, who: &Who) -> bool {
        who.role == Role::Utforare
            && !self.context.contents.round.is_fixed()
            && self.attempt.state() == AttemptState::Read
            && self.is_newest()
    }

    fn uppdrag(&self) -> String {
        uppdrag_in_words(&self.context, &self.filing)
    }

    fn utforare(&self) -> String {
        self.context.contents.utforare_of(&self.filing).map(|it| it.namn.clone()).unwrap_or_default()
    }

    fn crumbs(&self, who: &Who) -> Vec<(String, String)> {
        let filing = format!("/inlamning/{}", self.filing.id);
        if who.role == Role::Utforare {
            return vec![("/uppdrag".to_owned(), "Era uppdrag".to_owned()), (filing, self.uppdrag())];
        }
        let kvartal = &self.context.contents.round.kvartal;
        let quarter = super::frame::in_words(kvartal);
        vec![(format!("/kvartal/{kvartal}"), quarter), (filing, format!("{}, {}", self.utforare(), self.uppdrag()))]
    }
}
