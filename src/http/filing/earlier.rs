//! Earlier quarters: what the utförare sent, how it was graded and why.
//!
//! Goes in: who asks. Comes out: the filings of all quarters but the one that is reported now, newest first.
//! Guaranteed: grades, reasons and feedback only as far as the nämnd has said them.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::grade::{Graded, graded, is_said, which};
use super::{Newest, own, standing};
use crate::http::App;
use crate::http::error::PageError;
use crate::http::frame::{Frame, Layout, in_words};
use crate::http::who::Who;

#[derive(Template)]
#[template(path = "pages/earlier.html")]
struct EarlierPage {
    layout: Layout,
    utforare: String,
    quarters: Vec<Past>,
}

struct Past {
    quarter: String,
    filings: Vec<PastFiling>,
}

struct PastFiling {
    id: String,
    uppdrag: String,
    state_key: &'static str,
    state: &'static str,
    newest: Option<Newest>,
    graded: Graded,
}

pub(super) async fn page(State(app): State<App>, frame: Frame, who: Who) -> Result<Response, PageError> {
    let now = frame.quarter_now().map(|it| it.id.clone());
    let mut quarters = Vec::new();
    for round in frame.rounds().iter().filter(|it| Some(&it.id) != now.as_ref() && it.opens <= app.today()) {
        let context = app.desk.context(&round.id).await?;
        let mut filings = Vec::new();
        for filing in own(&who, &context) {
            let graded = if is_said(&context.contents, filing) {
                graded(&*app.desk.report_of(&context, which(&context.contents)).await?, filing)
            } else {
                Graded::default()
            };
            let it = standing(&app, &context, filing);
            filings.push(PastFiling {
                id: it.id,
                uppdrag: it.uppdrag,
                state_key: it.state_key,
                state: it.state,
                newest: it.newest,
                graded,
            });
        }
        if !filings.is_empty() {
            quarters.push(Past { quarter: in_words(&round.kvartal), filings });
        }
    }
    let utforare = who.utforare.as_ref().map(|it| it.1.clone()).unwrap_or_default();
    Ok(frame.show(&EarlierPage { layout: frame.layout("Tidigare kvartal"), utforare, quarters }))
}
