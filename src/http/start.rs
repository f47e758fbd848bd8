//! The first page: everybody is led to where their work is.
//!
//! Goes in: who asks. Comes out: the utförare's own start page, or the way to the board or to the administration.
//! Guaranteed: nobody meets a page their role cannot use.

use axum::response::{IntoResponse, Redirect, Response};

use super::error::PageError;
use super::frame::Frame;
use super::routes::{Route, get};
use super::who::Who;
use crate::access::role::{Act, Role};

pub fn routes() -> Vec<Route> {
    vec![get("/", Act::OwnAccount, start)]
}

async fn start(frame: Frame, who: Who) -> Result<Response, PageError> {
    let to = match who.role {
        Role::Utforare => "/uppdrag".to_owned(),
        Role::Administrator => "/anvandare".to_owned(),
        _ => match frame.quarter_now() {
            Some(it) => format!("/kvartal/{}", it.kvartal),
            None => "/utforare".to_owned(),
        },
    };
    Ok(Redirect::to(&to).into_response())
}
