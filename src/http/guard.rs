//! Stands before every handler: who asks, and may they?
//!
//! Goes in: a request and what its route asks for. Comes out: the request with its [`Who`], or the way to sign in, or a
//! refusal that is logged.
//! Guaranteed: no handler runs for somebody the table does not allow; an error of any kind becomes a page.

use axum::extract::{FromRequestParts, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::CookieJar;
use serde_json::json;

use super::App;
use super::api::caller::{Caller, brought};
use super::api::problem;
use super::error::{PageError, Trouble};
use super::frame::{ErrorPage, Frame};
use super::people::{self, visitor};
use super::who::{Entering, Who, session, who};
use crate::access::role::{Act, allows, key_allows};
use crate::store::event::{EventKind, Record};

/// Lets a request through to its handler, or not.
pub async fn guard(State((app, act)): State<(App, Act)>, mut request: Request, next: Next) -> Response {
    let api = request.uri().path().starts_with("/api/");
    if api && let Some(key) = brought(request.headers()) {
        let key = key.to_owned();
        let (parts, body) = request.into_parts();
        let visitor = visitor(&parts, &app);
        request = Request::from_parts(parts, body);
        return match app.people.key_holder(&key, &visitor, app.now()).await {
            Ok(Some(it)) if key_allows(act) => {
                request.extensions_mut().insert(Caller::Machine(it));
                next.run(request).await
            }
            Ok(Some(_)) => PageError::Forbidden.into_response(),
            Ok(None) => PageError::SignIn.into_response(),
            Err(error) => PageError::from(error).into_response(),
        };
    }
    let jar = CookieJar::from_headers(request.headers());
    let found = match session(&app, &jar).await {
        Ok(found) => found,
        Err(_) if act == Act::Public => None,
        Err(error) => return PageError::from(error).into_response(),
    };
    if let Some(found) = found {
        if let Some(who) = who(&found) {
            request.extensions_mut().insert(who);
        }
        request.extensions_mut().insert(Entering(found));
    }
    let is_in = request.extensions().get::<Who>().cloned();
    let entering = request.extensions().get::<Entering>().is_some();
    match (act, is_in) {
        (Act::Public, _) => next.run(request).await,
        (Act::SigningIn, _) if entering => next.run(request).await,
        (_, Some(who)) if allows(who.role, act) => next.run(request).await,
        (_, Some(who)) => {
            let (path, method) = (request.uri().path().to_owned(), request.method().clone());
            refused(&app, &who, (&path, &method), act).await;
            PageError::Forbidden.into_response()
        }
        (_, None) if api => PageError::SignIn.into_response(),
        (_, None) => to_sign_in(&app, request, act, entering).await,
    }
}

/// Somebody not in: to the sign-in, and back here afterwards. What was typed waits meanwhile.
async fn to_sign_in(app: &App, request: Request, act: Act, entering: bool) -> Response {
    let getting = request.method() == Method::GET;
    let back =
        if getting { request.uri().path_and_query().map_or("/", |it| it.as_str()).to_owned() } else { "/".to_owned() };
    let query = serde_html_form::to_string([("till", back.as_str())]).unwrap_or_default();
    let mut jar = CookieJar::new();
    if !getting && let Some(kept) = people::keep_draft(app, request, act).await {
        jar = jar.add(kept);
    }
    let to = if app.settings.demo {
        "/prova".to_owned()
    } else if entering {
        "/logga-in/fortsatt".to_owned()
    } else {
        format!("/logga-in?{query}")
    };
    (jar, Redirect::to(&to)).into_response()
}

async fn refused(app: &App, who: &Who, (path, method): (&str, &Method), act: Act) {
    let data = json!({ "sida": path, "metod": method.as_str(), "kraver": format!("{act:?}") });
    let record = Record {
        chain: &who.namnd_id,
        at: app.now(),
        actor: &who.actor(),
        kind: EventKind::Refused,
        about: &who.person,
        data,
    };
    if let Err(error) = app.desk.store.log(record).await {
        tracing::error!(%error, "a refused access could not be logged");
    }
}

/// Makes a page of an error, in the frame of whoever reads it.
pub async fn dress(State(app): State<App>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let jar = CookieJar::from_headers(&parts.headers);
    let api = parts.uri.path().starts_with("/api/");
    let response = next.run(Request::from_parts(parts.clone(), body)).await;
    let trouble = match response.extensions().get::<Trouble>() {
        Some(it) => it.clone(),
        // A form that is shown again with what was wrong is a page already.
        None if is_page(&response) => return response,
        None => match bare(response.status()) {
            Some(it) => it.trouble(),
            None => return response,
        },
    };
    if api {
        return later(problem(&trouble));
    }
    if let Ok(Some(found)) = session(&app, &jar).await
        && let Some(who) = who(&found)
    {
        parts.extensions.insert(who);
    }
    let frame = match Frame::from_request_parts(&mut parts, &app).await {
        Ok(frame) => frame,
        // The database is away: the same page without the frame's names.
        Err(_) => Frame::bare(&app),
    };
    let page = ErrorPage {
        layout: frame.layout(trouble.title.clone()),
        title: trouble.title,
        text: trouble.text,
        details: trouble.details,
    };
    let mut dressed = frame.show(&page);
    *dressed.status_mut() = trouble.status;
    later(dressed)
}

/// Says when to try again, where that can help.
fn later(mut response: Response) -> Response {
    if response.status() == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("10"));
    }
    response
}

fn is_page(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok());
    kind.is_some_and(|it| it.starts_with("text/html"))
}

/// Errors that come from the framework itself, as bare texts in English.
fn bare(status: StatusCode) -> Option<PageError> {
    match status {
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => Some(PageError::NotFound),
        StatusCode::FORBIDDEN => Some(PageError::Forbidden),
        StatusCode::PAYLOAD_TOO_LARGE => Some(PageError::TooLarge { most: 1_000_000 }),
        StatusCode::REQUEST_TIMEOUT | StatusCode::SERVICE_UNAVAILABLE => Some(PageError::Busy),
        StatusCode::INTERNAL_SERVER_ERROR => Some(PageError::Failed("an answer without a page".to_owned())),
        it if it.is_client_error() => {
            Some(PageError::Bad("Formuläret kunde inte läsas. Gå tillbaka, ladda om sidan och försök igen.".to_owned()))
        }
        _ => None,
    }
}
