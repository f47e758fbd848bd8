//! Letters that have been written: the list of the nämnd's, and each one as it can be read again.
//!
//! Goes in: a letter's id, and for a handläggare the filing it is about. Comes out: pages, the letter as mail programs show it,
//! and its file where letters become files.
//! Guaranteed: a link that opens an account is never shown, whether the letter has left or waits; nobody reads the letters of
//! another nämnd.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};

use super::App;
use super::error::PageError;
use super::frame::{Frame, Layout};
use super::routes::{Route, get};
use super::when::{iso, moment};
use super::who::Who;
use crate::access::role::Act;
use crate::mail::{Letter, LetterKind};
use crate::store::letter::LetterRow;

pub fn routes() -> Vec<Route> {
    vec![
        get("/post", Act::SeeHealth, list),
        get("/post/{id}", Act::SeeHealth, letter),
        get("/post/{id}/brev", Act::SeeHealth, html),
        get("/post/{id}/brev.eml", Act::SeeHealth, file),
        get("/granska/{filing}/brev/{id}", Act::SeeReview, letter_about),
        get("/granska/{filing}/brev/{id}/brev", Act::SeeReview, html_about),
        get("/granska/{filing}/brev/{id}/brev.eml", Act::SeeReview, file_about),
    ]
}

struct Sent {
    href: String,
    iso: String,
    at: String,
    kind: &'static str,
    subject: String,
    to: String,
    /// `skickad`, `info` or `fel`, for the sign.
    state_key: &'static str,
    state: String,
}

impl Sent {
    fn of(it: LetterRow) -> Self {
        let (state_key, state) = match (it.sent_at, it.failed_at) {
            (Some(at), _) => ("skickad", format!("Skickat {}", moment(at))),
            (None, Some(_)) => ("fel", format!("Kom inte fram. {}", it.fault.unwrap_or_default())),
            (None, None) if it.tries > 0 => ("info", format!("Försöks igen. {}", it.fault.unwrap_or_default())),
            (None, None) => ("info", "Väntar på att skickas".to_owned()),
        };
        Self {
            href: format!("/post/{}", it.id),
            iso: iso(it.created_at),
            at: moment(it.created_at),
            kind: LetterKind::from_key(&it.kind).map_or("", LetterKind::swedish),
            subject: it.subject,
            to: it.recipient,
            state_key,
            state,
        }
    }
}

#[derive(Template)]
#[template(path = "pages/post.html")]
struct PostPage {
    layout: Layout,
    letters: Vec<Sent>,
    /// How many older ones are not shown.
    left_out: usize,
}

/// Letters on the page; whoever wants the rest reads the log.
const MOST: usize = 500;

async fn list(State(app): State<App>, frame: Frame, who: Who) -> Result<Response, PageError> {
    let all = app.desk.store.letters_of_namnd(&who.namnd_id).await?;
    let left_out = all.len().saturating_sub(MOST);
    let letters = all.into_iter().take(MOST).map(Sent::of).collect();
    Ok(frame.show(&PostPage { layout: frame.layout("Brev"), letters, left_out }))
}

/// One letter.
#[derive(Template)]
#[template(path = "pages/letter.html")]
struct LetterPage {
    layout: Layout,
    crumbs: Vec<(String, String)>,
    letter: Sent,
    tries: i64,
    /// What mail servers call it; empty where letters do not leave from here.
    message_id: String,
    text: String,
    /// Its link is not shown.
    struck: bool,
    /// Where the page of it is; the file beside it, where there is one.
    html: String,
    file: String,
}

/// A letter of the own nämnd.
async fn own(app: &App, who: &Who, id: &str) -> Result<LetterRow, PageError> {
    let found = app.desk.store.letter(id).await?;
    found.filter(|it| it.namnd_id.as_ref() == Some(&who.namnd_id)).ok_or(PageError::NotFound)
}

/// A letter about a filing that somebody may meet.
async fn about(app: &App, who: &Who, filing: &str, id: &str) -> Result<LetterRow, PageError> {
    let filing = who.filing(app, filing).await?;
    let letters = app.desk.store.letters_about(&filing.id).await?;
    if !letters.iter().any(|it| it.letter_id == id) {
        return Err(PageError::NotFound);
    }
    own(app, who, id).await
}

/// Text and page as they may be read.
fn as_kept(row: &LetterRow) -> (String, String) {
    Letter::as_kept(LetterKind::from_key(&row.kind), &row.text_body, &row.html_body)
}

fn opens_an_account(row: &LetterRow) -> bool {
    LetterKind::from_key(&row.kind).is_none_or(LetterKind::opens_an_account)
}

/// The file it became, if it holds nothing that is not shown.
async fn laid(app: &App, row: &LetterRow) -> Option<Vec<u8>> {
    let carrier = app.carrier.as_ref().filter(|_| !opens_an_account(row))?;
    carrier.file(&row.id).await
}

async fn page(
    app: &App,
    frame: &Frame,
    row: LetterRow,
    (at, crumbs): (String, Vec<(String, String)>),
) -> Result<Response, PageError> {
    let (text, _) = as_kept(&row);
    let file = laid(app, &row).await.map_or_else(String::new, |_| format!("{at}/brev.eml"));
    let page = LetterPage {
        layout: frame.layout(row.subject.clone()),
        crumbs,
        tries: row.tries,
        message_id: app.carrier.as_ref().map_or_else(String::new, |it| it.message_id(&row.id)),
        text,
        struck: opens_an_account(&row),
        html: format!("{at}/brev"),
        file,
        letter: Sent::of(row),
    };
    Ok(frame.show(&page))
}

/// A letter carries its own style, since mail programs fetch nothing; nothing else in it does anything.
pub(super) fn as_in_a_mail_program(html: String) -> Response {
    let policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
    ([(header::CONTENT_SECURITY_POLICY, policy)], Html(html)).into_response()
}

fn shown(row: &LetterRow) -> Result<Response, PageError> {
    if row.html_body.is_empty() {
        return Err(PageError::NotFound);
    }
    Ok(as_in_a_mail_program(as_kept(row).1))
}

async fn saved(app: &App, row: &LetterRow) -> Result<Response, PageError> {
    let bytes = laid(app, row).await.ok_or(PageError::NotFound)?;
    let name = format!("attachment; filename=\"{}.eml\"", row.id);
    let kind = "message/rfc822".to_owned();
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)], bytes).into_response())
}

async fn letter(State(app): State<App>, frame: Frame, who: Who, Path(id): Path<String>) -> Result<Response, PageError> {
    let row = own(&app, &who, &id).await?;
    let crumbs = vec![("/drift".to_owned(), "Drift".to_owned()), ("/post".to_owned(), "Brev".to_owned())];
    page(&app, &frame, row, (format!("/post/{id}"), crumbs)).await
}

async fn html(State(app): State<App>, who: Who, Path(id): Path<String>) -> Result<Response, PageError> {
    shown(&own(&app, &who, &id).await?)
}

async fn file(State(app): State<App>, who: Who, Path(id): Path<String>) -> Result<Response, PageError> {
    saved(&app, &own(&app, &who, &id).await?).await
}

async fn letter_about(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path((filing, id)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let row = about(&app, &who, &filing, &id).await?;
    let back = vec![
        (format!("/granska/{filing}"), "Granskning".to_owned()),
        (format!("/granska/{filing}/tid"), "Påminnelser och sista dag".to_owned()),
    ];
    page(&app, &frame, row, (format!("/granska/{filing}/brev/{id}"), back)).await
}

async fn html_about(
    State(app): State<App>,
    who: Who,
    Path((filing, id)): Path<(String, String)>,
) -> Result<Response, PageError> {
    shown(&about(&app, &who, &filing, &id).await?)
}

async fn file_about(
    State(app): State<App>,
    who: Who,
    Path((filing, id)): Path<(String, String)>,
) -> Result<Response, PageError> {
    saved(&app, &about(&app, &who, &filing, &id).await?).await
}
