//! Filings over the API: list, look, hand in, nothing to report.
//!
//! Goes in: calls with a key or a session. Comes out: the same states and refusals as on the pages.
//! Guaranteed: an upload is acknowledged when it is durably stored; the same idempotency key gives the same version.

use std::time::Duration;

use axum::Json;
use axum::extract::{Multipart, Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use utoipa::IntoParams;

use super::shapes::{Counts, Filing, Version};
use super::{Caller, IDEMPOTENCY_KEY};
use crate::desk::Refusal;
use crate::desk::intake::{Received, Upload, last_day, what_happens_next, window};
use crate::http::App;
use crate::http::error::PageError;
use crate::model::AttemptState;
use crate::store::event::hex;
use crate::store::filing::Filing as Row;

/// How long a call waits for the answer before it is told to come back.
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Deserialize, IntoParams)]
pub struct Wanted {
    /// Bara detta kvartal: `2023-Q4`
    kvartal: Option<String>,
}

/// Listar utförarens inlämningar
#[utoipa::path(get, path = "/api/v1/inlamningar", params(Wanted), tag = "Inlämningar",
    responses((status = 200, body = Vec<Filing>), (status = 401, body = super::shapes::Problem)))]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Vec<Filing>>, PageError> {
    let mut rows = Vec::new();
    match caller.utforare_id() {
        Some(own) => rows.extend(app.desk.store.filings_of_utforare(own).await?),
        None => {
            for round in app.desk.store.rounds(caller.namnd_id()).await? {
                if wanted.kvartal.as_ref().is_none_or(|it| *it == round.kvartal) {
                    rows.extend(app.desk.store.filings_of_round(&round.id).await?);
                }
            }
        }
    }
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        let shape = shape(&app, &row).await?;
        if wanted.kvartal.as_ref().is_none_or(|it| *it == shape.kvartal) {
            all.push(shape);
        }
    }
    Ok(Json(all))
}

/// Visar en inlämning med dess versioner
#[utoipa::path(get, path = "/api/v1/inlamningar/{id}", params(("id" = String, Path)), tag = "Inlämningar",
    responses((status = 200, body = Filing), (status = 404, body = super::shapes::Problem)))]
pub async fn one(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Result<Json<Filing>, PageError> {
    let row = caller.filing(&app, &id).await?;
    Ok(Json(shape(&app, &row).await?))
}

async fn shape(app: &App, row: &Row) -> Result<Filing, PageError> {
    let store = &app.desk.store;
    let round = store.round(&row.round_id).await?.ok_or(PageError::NotFound)?;
    let uppdrag = store.uppdrag(&round.namnd_id).await?.into_iter().find(|it| it.id == row.uppdrag_id);
    let uppdrag = uppdrag.ok_or(PageError::NotFound)?;
    let utforare = store.utforare(&round.namnd_id).await?.into_iter().find(|it| it.id == uppdrag.utforare_id);
    let utforare = utforare.ok_or(PageError::NotFound)?;
    let mut versions = Vec::new();
    for attempt in store.attempts_of_filing(&row.id).await? {
        let original = match &attempt.original_id {
            Some(id) => store.original(id).await?,
            None => None,
        };
        let counts = store.reading(&attempt.id).await?.as_ref().map(Counts::from);
        versions.push(Version::of(&attempt, original.as_ref(), counts));
    }
    let window = window(&round, row, app.today());
    Ok(Filing {
        id: row.id.clone(),
        kvartal: round.kvartal.clone(),
        utforare: utforare.nyckel,
        name: utforare.namn,
        insatser: uppdrag.keys(),
        state: row.state.clone(),
        turn: row.state().turn().key().to_owned(),
        next: what_happens_next(row.state(), window).to_owned(),
        window: window.key().to_owned(),
        last_day: last_day(&round, row),
        accepted: row.accepted_id.clone(),
        versions,
    })
}

/// Lämnar in en fil
///
/// Filen är mottagen när svaret kommer, och då också lagrad. Svaret är 201 när filen har lästs och 202 när läsningen
/// fortfarande pågår; fråga då på adressen i `Location`. Med rubriken `Idempotency-Key` ger samma anrop samma version.
#[utoipa::path(post, path = "/api/v1/inlamningar/{id}/versioner", tag = "Inlämningar",
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header, description = "Väljs av programmet, högst 200 tecken")),
    request_body(content_type = "multipart/form-data", content = Vec<u8>, description = "Fältet `fil`"),
    responses((status = 201, body = Version), (status = 202, body = Version),
        (status = 200, body = Version, description = "Samma fil eller samma nyckel som förut"),
        (status = 409, body = super::shapes::Problem), (status = 422, body = super::shapes::Problem)))]
pub async fn hand_in(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    form: Multipart,
) -> Result<Response, PageError> {
    let filing = caller.filing(&app, &id).await?;
    let upload = file_of(form).await?;
    let key = idempotency_key(&headers)?;
    let request_hash =
        hex(&Sha256::digest([id.as_bytes(), b"\0", upload.name.as_bytes(), b"\0", &upload.bytes].concat()));
    let owner = match &caller {
        Caller::Machine(it) => Some(it.id.clone()),
        Caller::Person(_) => None,
    };
    let idempotent = owner.zip(key);
    if let Some((owner, key)) = &idempotent
        && let Some((hash, attempt)) = app.desk.store.idempotent(owner, key).await?
    {
        if hash != request_hash {
            return Err(PageError::Refused(Refusal::new(
                "Samma Idempotency-Key har använts för en annan fil. Välj en ny nyckel.",
            )));
        }
        return answer(&app, &attempt, StatusCode::OK, false).await;
    }
    let now = app.now();
    let received = app.desk.receive(&filing.id, upload, &caller.actor(), now).await?;
    if let Some((owner, key)) = &idempotent {
        let mut tx = app.desk.store.begin().await?;
        tx.keep_idempotent((owner, key), &request_hash, received.attempt(), now).await?;
        tx.commit().await?;
    }
    match &received {
        Received::Same { attempt } => answer(&app, attempt, StatusCode::OK, true).await,
        Received::New { attempt } => {
            app.desk.wait_for(attempt, PATIENCE).await?;
            answer(&app, attempt, StatusCode::CREATED, false).await
        }
    }
}

async fn answer(app: &App, attempt: &str, status: StatusCode, same: bool) -> Result<Response, PageError> {
    let version = super::versions::shape(app, attempt).await?;
    let reading = [AttemptState::Received.key(), AttemptState::Reading.key()].contains(&version.state.as_str());
    let status = if reading { StatusCode::ACCEPTED } else { status };
    let location = [(header::LOCATION, format!("/api/v1/versioner/{attempt}"))];
    Ok((status, location, Json(Version { same, ..version })).into_response())
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, PageError> {
    let Some(value) = headers.get(IDEMPOTENCY_KEY) else { return Ok(None) };
    let text = value.to_str().ok().filter(|it| !it.is_empty() && it.len() <= 200);
    let text = text.ok_or_else(|| PageError::Bad("Idempotency-Key ska vara 1–200 vanliga tecken.".to_owned()))?;
    Ok(Some(text.to_owned()))
}

/// The first file of a form.
async fn file_of(mut form: Multipart) -> Result<Upload, PageError> {
    let unreadable = |error: axum::extract::multipart::MultipartError| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => PageError::TooLarge { most: 100_000_000 },
        _ => PageError::Bad("Överföringen bröts eller är fel uppbyggd. Skicka filen i fältet ”fil”.".to_owned()),
    };
    while let Some(field) = form.next_field().await.map_err(unreadable)? {
        if field.name() == Some("fil") {
            let name = field.file_name().unwrap_or("fil").to_owned();
            let bytes = field.bytes().await.map_err(unreadable)?.to_vec();
            return Ok(Upload { name, bytes });
        }
    }
    Err(PageError::Bad("Ingen fil kom med. Skicka den i fältet ”fil”.".to_owned()))
}

/// Svarar att det inte finns något att rapportera
#[utoipa::path(post, path = "/api/v1/inlamningar/{id}/inget-att-rapportera", params(("id" = String, Path)),
    tag = "Inlämningar", responses((status = 201, body = Version),
        (status = 422, body = super::shapes::Problem, description = "Ärenden från förra kvartalet är öppna")))]
pub async fn nil(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Result<Response, PageError> {
    let filing = caller.filing(&app, &id).await?;
    let attempt = app.desk.nil(&filing.id, &caller.actor(), app.now()).await?;
    answer(&app, &attempt, StatusCode::CREATED, false).await
}
