//! One utförare over the quarters: five marks, grades, filings, feedback, contacts.
//!
//! Goes in: a key. Comes out: the page. Guaranteed: every drawing has its table.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use super::past::{self, Trend};
use super::{contract_in_words, in_words};
use crate::access::role::{Act, allows};
use crate::desk::expected::WANTED_CONTACTS;
use crate::http::App;
use crate::http::error::PageError;
use crate::http::frame::{self, Frame, Layout};
use crate::http::when;
use crate::http::who::Who;
use crate::rating::Mark;

/// One mark of one uppdrag, drawn.
struct Drawn {
    id: String,
    mark: &'static str,
    /// Quarter, key, level as read.
    points: Vec<(String, &'static str, &'static str)>,
}

/// A quarter of one uppdrag, as a row.
struct QuarterRow {
    quarter: String,
    grade_key: &'static str,
    grade: &'static str,
    text: String,
    late: bool,
    reminders: u32,
    open: usize,
    fixed: bool,
    /// Mark, key, level.
    marks: Vec<(&'static str, &'static str, &'static str)>,
}

struct UppdragPart {
    insatser: String,
    drawn: Vec<Drawn>,
    rows: Vec<QuarterRow>,
}

struct FilingRow {
    quarter: String,
    insatser: String,
    href: String,
    state_key: &'static str,
    state: &'static str,
    versions: usize,
    feedback: String,
    sent: String,
}

#[derive(Template)]
#[template(path = "pages/utforare-one.html")]
struct OnePage {
    layout: Layout,
    back: Vec<(String, String)>,
    nyckel: String,
    lead: String,
    closed: bool,
    rated: bool,
    may_change: bool,
    few_contacts: bool,
    parts: Vec<UppdragPart>,
    filings: Vec<FilingRow>,
    uppdrag: Vec<(String, String)>,
    contacts: Vec<(String, String)>,
    alias: String,
}

pub async fn page(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(nyckel): Path<String>,
) -> Result<Response, PageError> {
    let store = &app.desk.store;
    let known = app.desk.known_utforare(&who.namnd_id, &nyckel).await?;
    let namnd = store.namnd(&who.namnd_id).await?.ok_or(PageError::NotFound)?;
    let library = app.desk.library(&namnd).await?;
    let trends = past::trends(&app, frame.rounds(), &nyckel).await?;
    let mut filings = Vec::new();
    for filing in store.filings_of_utforare(&known.row.id).await? {
        let Some(round) = frame.rounds().iter().find(|it| it.id == filing.round_id) else { continue };
        let keys = known.uppdrag.iter().find(|it| it.id == filing.uppdrag_id).map(|it| it.keys()).unwrap_or_default();
        let feedback = store.feedback(&filing.id).await?;
        filings.push(FilingRow {
            quarter: frame::in_words(&round.kvartal),
            insatser: in_words(&library, &keys),
            href: format!("/granska/{}", filing.id),
            state_key: filing.state().key(),
            state: filing.state().swedish(),
            versions: store.attempts_of_filing(&filing.id).await?.len(),
            sent: feedback.as_ref().and_then(|it| it.sent_at).map(when::moment).unwrap_or_default(),
            feedback: feedback.map(|it| it.text).unwrap_or_default(),
        });
    }
    let orgnr =
        known.row.orgnr.as_ref().map_or_else(|| "Egen regi.".to_owned(), |it| format!("Organisationsnummer {it}."));
    let page = OnePage {
        layout: frame.layout(known.row.namn.clone()),
        back: vec![("/utforare".to_owned(), "Utförare".to_owned())],
        lead: orgnr,
        closed: known.row.closed_at.is_some(),
        rated: known.row.rated,
        may_change: allows(who.role, Act::ManageUtforare),
        few_contacts: known.kontakter.len() < WANTED_CONTACTS && known.row.closed_at.is_none(),
        parts: trends.iter().enumerate().map(|(at, it)| part(at, it, &library)).collect(),
        filings,
        uppdrag: known
            .uppdrag
            .iter()
            .map(|it| (in_words(&library, &it.keys()), contract_in_words(it.fran, it.till)))
            .collect(),
        contacts: known.kontakter.iter().map(|it| (it.namn.clone(), it.epost.clone())).collect(),
        alias: known.row.aliases().join(", "),
        nyckel,
    };
    Ok(frame.show(&page))
}

fn part(at: usize, trend: &Trend, library: &crate::desk::Library) -> UppdragPart {
    let missing = ("saknas", "Ingen rapport");
    let drawn = Mark::ALL.iter().enumerate().map(|(nr, mark)| Drawn {
        id: format!("m{at}-{nr}"),
        mark: mark.swedish(),
        points: trend
            .quarters
            .iter()
            .map(|(kvartal, it)| {
                let (key, level) = it.as_ref().and_then(|it| it.marks.get(nr).copied()).unwrap_or(missing);
                (past::short(kvartal), key, level)
            })
            .collect(),
    });
    let rows = trend.quarters.iter().rev().filter_map(|(kvartal, it)| {
        let it = it.as_ref()?;
        Some(QuarterRow {
            quarter: frame::in_words(kvartal),
            grade_key: it.grade.key(),
            grade: it.grade.swedish(),
            text: it.text.clone(),
            late: it.late,
            reminders: it.reminders,
            open: it.open,
            fixed: it.fixed,
            marks: Mark::ALL.iter().zip(&it.marks).map(|(mark, (key, level))| (mark.swedish(), *key, *level)).collect(),
        })
    });
    UppdragPart { insatser: in_words(library, &trend.insatser), drawn: drawn.collect(), rows: rows.collect() }
}

impl OnePage {
    fn own(&self, below: &str) -> String {
        format!("/utforare/{}/{below}", self.nyckel)
    }

    fn table(&self, at: &usize) -> String {
        format!("kvartal-{at}")
    }
}
