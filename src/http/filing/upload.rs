//! Files come in: to one filing, or several at once.
//!
//! Goes in: a multipart form, read piece by piece. Comes out: a version, and its answer if it comes within two seconds.
//! Guaranteed: a file that is too large is refused with a page, not with a broken connection; what was sent is acknowledged
//! only when it is stored.

use std::time::Duration;

use axum::extract::{Multipart, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::{assign, met, page};
use crate::desk::DeskError;
use crate::desk::intake::{Received, Upload};
use crate::http::App;
use crate::http::error::PageError;
use crate::http::frame::Frame;
use crate::http::when::moment;
use crate::http::who::Who;
use crate::http::words::file_name;
use crate::store::attempt::Attempt;

/// So long somebody waits for the answer before the page says that the file is being read.
pub const PATIENCE: Duration = Duration::from_millis(2000);

/// One file of a form.
pub struct Sent {
    pub upload: Upload,
    /// Larger than may be handed in; the bytes are not kept.
    pub too_large: bool,
}

/// The next file that was really chosen.
pub async fn next_file(form: &mut Multipart, most: usize) -> Result<Option<Sent>, PageError> {
    while let Some(mut field) = form.next_field().await.map_err(|it| broken(&it, most))? {
        if field.name() != Some("fil") {
            continue;
        }
        let name = field.file_name().unwrap_or_default().to_owned();
        let (mut bytes, mut too_large) = (Vec::new(), false);
        while let Some(piece) = field.chunk().await.map_err(|it| broken(&it, most))? {
            too_large |= bytes.len() + piece.len() > most;
            if too_large {
                // Read to its end all the same: a browser that still sends would never see the page that says so.
                bytes = Vec::new();
            } else {
                bytes.extend_from_slice(&piece);
            }
        }
        if name.is_empty() && bytes.is_empty() && !too_large {
            continue;
        }
        return Ok(Some(Sent { upload: Upload { name: kept_name(&name), bytes }, too_large }));
    }
    Ok(None)
}

fn broken(error: &axum::extract::multipart::MultipartError, most: usize) -> PageError {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => PageError::TooLarge { most },
        _ => PageError::Bad("Filen kom inte fram hel. Gå tillbaka och lämna in den igen.".to_owned()),
    }
}

/// A name as it is kept: without the folders some browsers send along, and not endless.
fn kept_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let short: String = last.chars().filter(|it| !it.is_control()).take(200).collect();
    if short.trim().is_empty() { "fil utan namn".to_owned() } else { short }
}

pub(super) async fn receive(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(id): Path<String>,
    mut form: Multipart,
) -> Result<Response, PageError> {
    let (filing, context) = met(&app, &who, &id).await?;
    let most = app.settings.largest_file;
    let mut sent = Vec::new();
    while let Some(it) = next_file(&mut form, most).await? {
        sent.push(it);
        if sent.len() > assign::MOST_FILES {
            break;
        }
    }
    let wrong = |status: StatusCode, why: String| {
        let (app, frame, who, id) = (&app, &frame, &who, &id);
        async move {
            let page = page::made(app, frame, who, id, page::Typed { file: &why, ..page::Typed::default() }).await?;
            Ok((status, frame.show(&page)).into_response())
        }
    };
    if let Some(large) = sent.iter().find(|it| it.too_large) {
        return wrong(StatusCode::PAYLOAD_TOO_LARGE, too_large(&large.upload.name, most)).await;
    }
    if sent.len() > 1 {
        if super::own(&who, &context).count() > 1 {
            return assign::hold_all(&app, &frame, &who, sent).await;
        }
        let why = "Välj en fil i taget. Alla ärenden för uppdraget ska stå i samma fil, gärna på flera blad: \
                   den fil som kommer sist ersätter den förra.";
        return wrong(StatusCode::UNPROCESSABLE_ENTITY, why.to_owned()).await;
    }
    let Some(one) = sent.pop() else {
        return wrong(StatusCode::UNPROCESSABLE_ENTITY, "Välj en fil först.".to_owned()).await;
    };
    match app.desk.receive(&filing.id, one.upload, &who.actor(), app.now()).await {
        Ok(received) => answered(&app, &frame, &received).await,
        Err(DeskError::Refused(it)) => wrong(StatusCode::UNPROCESSABLE_ENTITY, it.message).await,
        Err(error) => Err(error.into()),
    }
}

pub(super) fn too_large(name: &str, most: usize) -> String {
    format!(
        "Filen {} är för stor. Den får vara högst {} MB. Ta bort bilder och blad som inte hör till listan, och lämna in den igen.",
        file_name(name),
        most / 1_000_000
    )
}

/// Leads to the answer, or to the page that says that the file is being read.
pub async fn answered(app: &App, frame: &Frame, received: &Received) -> Result<Response, PageError> {
    let attempt = app.desk.wait_for(received.attempt(), PATIENCE).await?;
    let to = format!("/version/{}", attempt.id);
    Ok(match received {
        Received::New { .. } => frame.go(&to, "ok", format!("Filen är mottagen som version {}.", attempt.nr)),
        Received::Same { .. } => frame.go(&to, "info", same(&attempt)),
    })
}

/// ”Samma fil som version 2, som kom in 8 januari 2024 kl. 10.12. Ingenting nytt lämnades in.”
pub fn same(attempt: &Attempt) -> String {
    let time = moment(attempt.received_at);
    format!("Samma fil som version {}, som kom in {time}. Ingenting nytt lämnades in.", attempt.nr)
}
