//! The list of utförare.
//!
//! Goes in: the nämnd. Comes out: one row per utförare with uppdrag, contacts and where this quarter stands.
//! Guaranteed: who is closed is there too, last.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::in_words;
use crate::access::role::{Act, allows};
use crate::desk::expected::WANTED_CONTACTS;
use crate::http::App;
use crate::http::error::PageError;
use crate::http::frame::{Frame, Layout};
use crate::http::who::Who;

struct Row {
    nyckel: String,
    namn: String,
    alias: String,
    orgnr: String,
    uppdrag: Vec<String>,
    contacts: usize,
    few_contacts: bool,
    /// `pagar`, `avslutad`
    state: &'static str,
    rated: bool,
}

#[derive(Template)]
#[template(path = "pages/utforare-list.html")]
struct ListPage {
    layout: Layout,
    may_change: bool,
    rows: Vec<Row>,
    few_contacts: usize,
    states: Vec<(&'static str, &'static str, bool)>,
}

pub async fn page(State(app): State<App>, frame: Frame, who: Who) -> Result<Response, PageError> {
    let store = &app.desk.store;
    let namnd = store.namnd(&who.namnd_id).await?.ok_or(PageError::NotFound)?;
    let library = app.desk.library(&namnd).await?;
    let (kontakter, uppdrag) = (store.kontakter(&namnd.id).await?, store.uppdrag(&namnd.id).await?);
    let today = app.today();
    let mut rows: Vec<Row> = store
        .utforare(&namnd.id)
        .await?
        .into_iter()
        .map(|it| {
            let contacts = kontakter.iter().filter(|own| own.utforare_id == it.id).count();
            let own =
                uppdrag.iter().filter(|own| own.utforare_id == it.id && own.till.is_none_or(|till| till >= today));
            Row {
                alias: it.aliases().join(", "),
                orgnr: it.orgnr.clone().unwrap_or_default(),
                uppdrag: own.map(|own| in_words(&library, &own.keys())).collect(),
                contacts,
                few_contacts: contacts < WANTED_CONTACTS && it.closed_at.is_none(),
                state: if it.closed_at.is_some() { "avslutad" } else { "pagar" },
                rated: it.rated,
                nyckel: it.nyckel,
                namn: it.namn,
            }
        })
        .collect();
    rows.sort_by_key(|it| (it.state == "avslutad", crate::model::spelling::fold(&it.namn)));
    let page = ListPage {
        layout: frame.layout("Utförare"),
        may_change: allows(who.role, Act::ManageUtforare),
        few_contacts: rows.iter().filter(|it| it.few_contacts).count(),
        states: vec![("", "Alla", true), ("pagar", "Pågår", false), ("avslutad", "Avslutade", false)],
        rows,
    };
    Ok(frame.show(&page))
}
