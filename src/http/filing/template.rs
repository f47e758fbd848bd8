//! The pre-filled workbook of a filing.
//!
//! Goes in: a filing. Comes out: an .xlsx with last quarter's open cases. Guaranteed: nobody else's cases stand in it; the same
//! workbook as `kvartal template` writes.

use axum::extract::{Path, State};
use axum::response::Response;

use super::met;
use crate::desk::intake::last_day;
use crate::http::App;
use crate::http::download::{Leaving, WORKBOOK, send, slug};
use crate::http::error::PageError;
use crate::http::who::Who;
use crate::model::{Uppdrag, Utforare};
use crate::render::template::{Blank, OpenCase, write};

pub(super) async fn download(State(app): State<App>, who: Who, Path(id): Path<String>) -> Result<Response, PageError> {
    let (filing, context) = met(&app, &who, &id).await?;
    let contents = &context.contents;
    let row = contents.utforare_of(&filing).ok_or(PageError::NotFound)?;
    let insatser = app.desk.insatser_of(&context, &id);
    let utforare = Utforare {
        id: row.nyckel.clone(),
        name: row.namn.clone(),
        orgnr: row.orgnr.clone(),
        aliases: row.aliases(),
        mail: Vec::new(),
        uppdrag: vec![Uppdrag { insatser: insatser.clone() }],
    };
    let open: Vec<OpenCase> = context.open_before(&row.nyckel, &insatser).into_iter().map(OpenCase::from).collect();
    let blank = Blank {
        kommun: &contents.namnd.kommun,
        namnd: &contents.namnd.namn,
        quarter: context.quarter,
        last_day: Some(last_day(&contents.round, &filing)),
        utforare: &utforare,
        catalogue: &context.library.insatser,
        insatser: &insatser,
        open: &open,
    };
    let mut bytes = Vec::new();
    write(&mut bytes, &blank).map_err(|it| PageError::Failed(it.to_string()))?;
    let uppdrag = slug(&super::uppdrag_in_words(&context, &filing));
    let name = format!("mall-{}-{}-{uppdrag}.xlsx", contents.round.kvartal, slug(&row.namn));
    send(&app, &who, Leaving { name: &name, kind: WORKBOOK, what: "mall", filing: &id, version: None }, bytes).await
}
