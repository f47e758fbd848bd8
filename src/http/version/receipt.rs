//! The receipt of a version: what came in, when, from whom, and how it was judged.
//!
//! Goes in: a version. Comes out: a page and a text file with the same facts.
//! Guaranteed: the file can be checked: the hash is that of the bytes as received, and the head of the event log pins what was
//! logged until then.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use super::{Met, met};
use crate::desk::intake::last_day;
use crate::http::App;
use crate::http::download::{Leaving, PLAIN, send, slug};
use crate::http::error::PageError;
use crate::http::frame::{Frame, Layout, in_words};
use crate::http::when::{exact_moment, iso, moment};
use crate::http::who::Who;
use crate::http::words::{counts_in_words, file_name, size_in_words};
use crate::model::AttemptState;
use crate::model::calendar::swedish_day;
use crate::render::print::{clean_line, date_in_words};

#[derive(Template)]
#[template(path = "pages/receipt.html")]
struct ReceiptPage {
    layout: Layout,
    crumbs: Vec<(String, String)>,
    id: String,
    /// ok or varning, heading, sentence.
    kind: &'static str,
    headline: String,
    sentence: String,
    facts: Vec<(&'static str, String)>,
    sha256: String,
    being_read: bool,
}

struct Receipt {
    kind: &'static str,
    headline: String,
    sentence: String,
    facts: Vec<(&'static str, String)>,
    sha256: String,
}

async fn receipt(app: &App, it: &Met) -> Result<Receipt, PageError> {
    let contents = &it.context.contents;
    let (round, attempt) = (&contents.round, &it.attempt);
    let original = contents.original_of(attempt);
    let last = last_day(round, &it.filing);
    let in_time = swedish_day(attempt.received_at.fixed_offset()) <= last;
    let time = exact_moment(attempt.received_at);
    let first = contents.attempts_of(&it.filing).find(|own| own.is_valid());
    let corrects = first.filter(|own| own.nr < attempt.nr && attempt.is_valid());
    let (kind, headline) =
        if in_time { ("ok", "Svaret kom in i tid") } else { ("varning", "Svaret kom in efter sista dagen") };
    let sentence = format!("Version {} kom in {time}. Sista dagen var {}.", attempt.nr, date_in_words(last));
    // Lateness counts from the first valid answer; a correction is not lateness.
    let (kind, headline, sentence) = match corrects.filter(|_| !in_time) {
        Some(own) => {
            let was = moment(own.received_at);
            let text =
                format!("Version {} kom in {time}. Det första svaret, version {}, kom in {was}.", attempt.nr, own.nr);
            ("ok", "Den nya versionen är mottagen", text)
        }
        None => (kind, headline, sentence),
    };
    let (kind, headline, sentence) = match attempt.state() {
        AttemptState::Stopped => {
            ("varning", "Filen är mottagen men stoppad", "Den räknas först när du har sagt vad den gäller.".to_owned())
        }
        AttemptState::Withdrawn => ("varning", "Versionen är återtagen", "Den räknas inte.".to_owned()),
        _ => (kind, headline, sentence),
    };
    let counts = contents.counts_of(attempt);
    let mut facts = vec![
        ("Kommun", contents.namnd.kommun.clone()),
        ("Nämnd", contents.namnd.namn.clone()),
        ("Utförare", it.utforare()),
        ("Uppdrag", it.uppdrag()),
        ("Kvartal", in_words(&round.kvartal)),
        ("Version", attempt.nr.to_string()),
        ("Inlämnad av", attempt.sender_name.clone()),
        ("Tid", format!("{time} ({})", iso(attempt.received_at))),
    ];
    match original {
        Some(file) => facts.push(("Fil", format!("{}, {}", file_name(&file.name), size_in_words(file.size)))),
        None => facts.push(("Svar", "Inget att rapportera".to_owned())),
    }
    if let Some(outcome) = attempt.outcome() {
        facts.push(("Utfall", outcome.swedish().to_owned()));
    }
    if let Some(counts) = counts {
        facts.push(("Rader", counts.rows.to_string()));
        let said = counts_in_words(counts.fel, counts.fraga, counts.notis);
        facts.push(("Anmärkningar", if said.is_empty() { "Inga".to_owned() } else { said }));
        facts.push(("Regler", counts.rules.clone()));
    }
    if let Some(file) = original {
        facts.push(("Filens kontrollsumma (SHA-256)", file.sha256.clone()));
    }
    if let Some(last) = app.desk.store.events(&contents.namnd.id, None, 1).await?.first() {
        facts.push(("Händelseloggens senaste post", format!("{}, {}", last.nr, last.hash)));
    }
    for fact in &mut facts {
        fact.1 = clean_line(&fact.1).into_owned();
    }
    let sha256 = original.map(|it| it.sha256.clone()).unwrap_or_default();
    Ok(Receipt { kind, headline: headline.to_owned(), sentence, facts, sha256 })
}

pub(super) async fn page(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let it = met(&app, &who, &id).await?;
    let Receipt { kind, headline, sentence, facts, sha256 } = receipt(&app, &it).await?;
    let mut crumbs = it.crumbs(&who);
    crumbs.push((format!("/version/{id}"), format!("Version {}", it.attempt.nr)));
    let layout = frame.layout(format!("Kvittens för version {}", it.attempt.nr));
    let being_read = it.is_being_read();
    Ok(frame.show(&ReceiptPage { layout, crumbs, id, kind, headline, sentence, facts, sha256, being_read }))
}

pub(super) async fn file(State(app): State<App>, who: Who, Path(id): Path<String>) -> Result<Response, PageError> {
    let it = met(&app, &who, &id).await?;
    let receipt = receipt(&app, &it).await?;
    let mut text = format!("Kvittens från Kvartal\n\n{}\n{}\n\n", receipt.headline, receipt.sentence);
    for (name, value) in &receipt.facts {
        text.push_str(&format!("{name}: {value}\n"));
    }
    text.push_str(&format!("\nKvittensen hämtades {}.\n", exact_moment(app.now())));
    let (kvartal, nr) = (&it.context.contents.round.kvartal, it.attempt.nr);
    let name = format!("kvittens-{kvartal}-{}-version-{nr}.txt", slug(&it.utforare()));
    send(
        &app,
        &who,
        Leaving { name: &name, kind: PLAIN, what: "kvittens", filing: &it.filing.id, version: Some(it.attempt.nr) },
        text.into_bytes(),
    )
    .await
}
