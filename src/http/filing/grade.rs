//! The grade, its reasons, the feedback, and the utförare's comment on it.
//!
//! Goes in: a filing with its round's report. Comes out: [`Graded`] for the pages.
//! Guaranteed: nothing is shown before the nämnd has said it – a grade of its own, feedback sent, or a fixed quarter; drafts
//! never are.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::page;
use crate::desk::figures::Made;
use crate::desk::{DeskError, Which};
use crate::http::App;
use crate::http::error::PageError;
use crate::http::frame::Frame;
use crate::http::when::{iso, moment};
use crate::http::who::Who;
use crate::rating::Mark;
use crate::render::print::{clean, clean_line};
use crate::store::contents::Contents;
use crate::store::filing::Filing;

/// How a filing was graded, in words.
#[derive(Debug, Clone, Default)]
pub(super) struct Graded {
    /// Something may be shown.
    pub shown: bool,
    pub key: &'static str,
    pub grade: &'static str,
    pub text: String,
    /// Why the handläggare chose another grade than the suggested one.
    pub motive: String,
    pub suggested: &'static str,
    /// Name, key, level, the reasons in one text.
    pub marks: Vec<(&'static str, &'static str, &'static str, String)>,
    pub feedback: String,
    pub feedback_time: String,
    pub feedback_iso: String,
    /// ISO time, time in words, text.
    pub comments: Vec<(String, String, String)>,
    pub may_comment: bool,
}

/// Whether the nämnd has said anything about how the filing reported.
pub(super) fn is_said(contents: &Contents, filing: &Filing) -> bool {
    let sent = contents.feedback.iter().any(|it| it.filing_id == filing.id && it.sent_at.is_some());
    contents.round.is_fixed() || contents.grade_of(filing).is_some() || sent
}

/// The report that grades are read from.
pub(super) fn which(contents: &Contents) -> Which {
    if contents.round.is_fixed() { Which::Accepted } else { Which::Received }
}

pub(super) fn graded(made: &Made, filing: &Filing) -> Graded {
    let contents = &made.context.contents;
    if !is_said(contents, filing) {
        return Graded::default();
    }
    let mut out = Graded { shown: true, may_comment: !contents.round.is_fixed(), ..Graded::default() };
    if let Some(it) = contents.feedback.iter().find(|it| it.filing_id == filing.id)
        && let Some(sent) = it.sent_at
    {
        out.feedback = clean(&it.text).into_owned();
        (out.feedback_time, out.feedback_iso) = (moment(sent), iso(sent));
    }
    let comments = contents.grade_comments.iter().filter(|it| it.filing_id == filing.id);
    out.comments = comments.map(|it| (iso(it.at), moment(it.at), clean(&it.text).into_owned())).collect();
    let Some((at, insatser)) = made.assembled.filings.get(&filing.id) else { return out };
    let row = made.report.quality.iter().find(|it| it.utforare == *at && it.insatser == *insatser);
    let Some(rating) = row.map(|it| &it.rating) else { return out };
    (out.key, out.grade) = (rating.grade.key(), rating.grade.swedish());
    out.text = clean(&rating.text).into_owned();
    out.suggested = rating.suggested.swedish();
    out.motive = rating.override_reason.as_deref().map(|it| clean_line(it).into_owned()).unwrap_or_default();
    out.marks = Mark::ALL
        .iter()
        .zip(rating.marks)
        .map(|(mark, level)| {
            let reasons: Vec<String> = rating
                .reasons
                .iter()
                .filter(|it| it.mark == *mark)
                .map(|it| clean_line(&it.text).into_owned())
                .collect();
            (mark.swedish(), level.key(), level.swedish(), reasons.join(" "))
        })
        .collect();
    out
}

#[derive(Deserialize)]
pub(super) struct Written {
    #[serde(default)]
    text: String,
}

pub(super) async fn comment(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(id): Path<String>,
    axum::Form(written): axum::Form<Written>,
) -> Result<Response, PageError> {
    let filing = who.filing(&app, &id).await?;
    let contents = app.desk.store.contents(&filing.round_id).await?;
    if !is_said(&contents, &filing) {
        return Err(PageError::NotFound);
    }
    match app.desk.comment_grade(&id, &written.text, &who.actor(), app.now()).await {
        Ok(()) => {
            Ok(frame.go(&format!("/inlamning/{id}#betyg"), "ok", "Kommentaren är sparad. Biståndsenheten ser den."))
        }
        Err(DeskError::Refused(it)) => {
            let typed = page::Typed { comment: &it.message, commented: &written.text, ..page::Typed::default() };
            let page = page::made(&app, &frame, &who, &id, typed).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, frame.show(&page)).into_response())
        }
        Err(error) => Err(error.into()),
    }
}
