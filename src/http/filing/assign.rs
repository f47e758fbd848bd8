//! Several files at once: each waits until its sender has said which uppdrag it belongs to.
//!
//! Goes in: files from the start page. Comes out: a page with a proposal for each, then versions.
//! Guaranteed: nothing becomes an answer before somebody has chosen; a file that cannot be handed in waits on.

use askama::Template;
use axum::body::Bytes;
use axum::extract::{Multipart, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::upload::{PATIENCE, Sent, answered, next_file, same, too_large};
use super::{own, start, uppdrag_in_words};
use crate::desk::DeskError;
use crate::desk::intake::{Received, window};
use crate::http::App;
use crate::http::error::PageError;
use crate::http::frame::{Frame, Layout, in_words};
use crate::http::who::Who;
use crate::http::words::{file_name, size_in_words};
use crate::model::Window;
use crate::store::attempt::Original;

/// No more files than this are taken in one post.
pub(super) const MOST_FILES: usize = 20;

#[derive(Template)]
#[template(path = "pages/assign.html")]
struct AssignPage {
    layout: Layout,
    quarter: String,
    files: Vec<Waiting>,
    errors: Vec<(String, String)>,
}

struct Waiting {
    /// Name of the field.
    field: String,
    id: String,
    name: String,
    size: String,
    why: String,
    /// Key, label, chosen.
    options: Vec<(String, String, bool)>,
    error: String,
}

/// Files of this person that wait.
pub(super) async fn held_of(app: &App, who: &Who) -> Result<Vec<Original>, PageError> {
    Ok(app.desk.store.held_originals(&who.person).await?)
}

pub(super) async fn receive(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    mut form: Multipart,
) -> Result<Response, PageError> {
    let most = app.settings.largest_file;
    let mut sent = Vec::new();
    while let Some(it) = next_file(&mut form, most).await? {
        if it.too_large {
            let page = start::made(&app, &frame, &who, &too_large(&it.upload.name, most)).await?;
            return Ok((StatusCode::PAYLOAD_TOO_LARGE, frame.show(&page)).into_response());
        }
        sent.push(it);
        if sent.len() > MOST_FILES {
            break;
        }
    }
    hold_all(&app, &frame, &who, sent).await
}

/// Keeps the files. One file for one single uppdrag needs no question.
pub(super) async fn hold_all(app: &App, frame: &Frame, who: &Who, mut sent: Vec<Sent>) -> Result<Response, PageError> {
    let wrong = |why: String| async move {
        let page = start::made(app, frame, who, &why).await?;
        Ok((StatusCode::UNPROCESSABLE_ENTITY, frame.show(&page)).into_response())
    };
    if sent.is_empty() {
        return wrong("Välj en eller flera filer först.".to_owned()).await;
    }
    if sent.len() > MOST_FILES {
        return wrong(format!("Välj högst {MOST_FILES} filer åt gången.")).await;
    }
    let round = frame.quarter_now().ok_or(PageError::NotFound)?;
    let context = app.desk.context(&round.id).await?;
    let filings: Vec<_> = own(who, &context).collect();
    if let ([filing], [_]) = (filings.as_slice(), sent.as_slice())
        && let Some(one) = sent.pop()
    {
        return match app.desk.receive(&filing.id, one.upload, &who.actor(), app.now()).await {
            Ok(received) => answered(app, frame, &received).await,
            Err(DeskError::Refused(it)) => wrong(it.message).await,
            Err(error) => Err(error.into()),
        };
    }
    for it in sent {
        match app.desk.hold(&who.namnd_id, &it.upload, &who.actor(), app.now()).await {
            Ok(_) => {}
            Err(DeskError::Refused(it)) => return wrong(it.message).await,
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Redirect::to("/uppdrag/fordela").into_response())
}

/// What was chosen in the form: file and filing.
type Chosen = Vec<(String, String)>;

async fn made(
    app: &App,
    frame: &Frame,
    who: &Who,
    chosen: &Chosen,
    faults: &[(String, String)],
) -> Result<AssignPage, PageError> {
    let mut page = AssignPage {
        layout: frame.layout("Välj uppdrag för filerna"),
        quarter: String::new(),
        files: Vec::new(),
        errors: Vec::new(),
    };
    let Some(round) = frame.quarter_now() else { return Ok(page) };
    page.quarter = in_words(&round.kvartal);
    let context = app.desk.context(&round.id).await?;
    let open = |it: &&crate::store::filing::Filing| {
        matches!(window(&context.contents.round, it, app.today()), Window::Open | Window::Late)
    };
    let filings: Vec<_> = own(who, &context).filter(open).collect();
    let insatser: Vec<_> = filings.iter().map(|it| (it.id.clone(), app.desk.insatser_of(&context, &it.id))).collect();
    for original in held_of(app, who).await? {
        let typed = chosen.iter().find(|it| it.0 == original.id).map(|it| it.1.clone());
        let (best, why) = match typed {
            Some(filing) => (Some(filing), String::new()),
            None => {
                let found = app.desk.proposal(&context, &insatser, &original).await?;
                (found.filing, found.why)
            }
        };
        let field = format!("fil-{}", original.id);
        let error = faults.iter().find(|it| it.0 == original.id).map(|it| it.1.clone()).unwrap_or_default();
        if !error.is_empty() {
            page.errors.push((field.clone(), format!("{}: {error}", file_name(&original.name))));
        }
        let mut options = vec![(String::new(), "Välj uppdrag".to_owned(), best.is_none())];
        options.extend(
            filings.iter().map(|it| (it.id.clone(), uppdrag_in_words(&context, it), best.as_ref() == Some(&it.id))),
        );
        page.files.push(Waiting {
            field,
            name: file_name(&original.name),
            size: size_in_words(original.size),
            id: original.id,
            why,
            options,
            error,
        });
    }
    Ok(page)
}

pub(super) async fn page(State(app): State<App>, frame: Frame, who: Who) -> Result<Response, PageError> {
    let page = made(&app, &frame, &who, &Vec::new(), &[]).await?;
    if page.files.is_empty() {
        return Ok(Redirect::to("/uppdrag").into_response());
    }
    Ok(frame.show(&page))
}

pub(super) async fn assign(State(app): State<App>, frame: Frame, who: Who, body: Bytes) -> Result<Response, PageError> {
    let fields: Vec<(String, String)> = serde_html_form::from_bytes(&body)
        .map_err(|_| PageError::Bad("Formuläret kunde inte läsas. Ladda om sidan och försök igen.".to_owned()))?;
    let chosen: Chosen =
        fields.into_iter().filter_map(|it| it.0.strip_prefix("fil-").map(|id| (id.to_owned(), it.1))).collect();
    let mut faults = Vec::new();
    for (at, (file, filing)) in chosen.iter().enumerate() {
        if filing.is_empty() {
            faults.push((file.clone(), "Välj ett uppdrag.".to_owned()));
        } else if chosen[..at].iter().any(|it| it.1 == *filing) {
            let why =
                "Två filer kan inte gälla samma uppdrag: den sista skulle ersätta den första. Lägg ihop dem i en fil.";
            faults.push((file.clone(), why.to_owned()));
        }
    }
    let mut received = Vec::new();
    if faults.is_empty() {
        for (file, filing) in &chosen {
            who.filing(&app, filing).await?;
            match app.desk.assign(file, filing, &who.actor(), app.now()).await {
                Ok(it) => received.push(it),
                Err(DeskError::Refused(it)) => faults.push((file.clone(), it.message)),
                Err(error) => return Err(error.into()),
            }
        }
    }
    if !faults.is_empty() {
        let page = made(&app, &frame, &who, &chosen, &faults).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, frame.show(&page)).into_response());
    }
    match received.as_slice() {
        [] => Ok(Redirect::to("/uppdrag").into_response()),
        [one] => answered(&app, &frame, one).await,
        several => told(&app, &frame, several).await,
    }
}

async fn told(app: &App, frame: &Frame, several: &[Received]) -> Result<Response, PageError> {
    let mut words = vec![format!("{} filer är inlämnade.", several.len())];
    for it in several {
        let attempt = app.desk.wait_for(it.attempt(), PATIENCE).await?;
        if matches!(it, Received::Same { .. }) {
            words.push(same(&attempt));
        }
    }
    Ok(frame.go("/uppdrag", "ok", words.join(" ")))
}

pub(super) async fn discard(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    app.desk.discard(&who.namnd_id, &id, &who.actor(), app.now()).await?;
    Ok(frame.go("/uppdrag/fordela", "ok", "Filen är borttagen. Den lämnades aldrig in."))
}
