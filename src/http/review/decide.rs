//! Decisions about rows, acceptance and its undoing.
//!
//! Goes in: what was chosen and typed in the review. Comes out: one transaction for all decisions and questions.
//! Guaranteed: nothing typed is lost; when a colleague decided one of the rows meanwhile nothing is saved, and the page says
//! who decided what.

use std::collections::{HashMap, HashSet};

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;

use super::rows::{RowCard, decided_in_words, place_of};
use super::{Asked, Names, by_and_when, show};
use crate::access::role::Act;
use crate::desk::DeskError;
use crate::desk::completions::{Ask, proposed_due};
use crate::desk::decide::{RowDecision, RowSeen, Verdict};
use crate::http::App;
use crate::http::error::PageError;
use crate::http::frame::Frame;
use crate::http::routes::{Route, post};
use crate::http::who::Who;
use crate::render::print::{clean_line, counted, list};
use crate::store::StoreError;
use crate::store::attempt::Attempt;
use crate::store::filing::Filing;
use crate::store::review::RowPlace;

pub fn routes() -> Vec<Route> {
    vec![
        post("/granska/{filing}/rader", Act::Decide, decide),
        post("/granska/{filing}/godkann", Act::Decide, accept),
        post("/granska/{filing}/angra", Act::Decide, undo),
    ]
}

/// The choice that asks the utförare instead of deciding.
const ASK: &str = "fraga";

/// What was typed in the review, and what was wrong with it.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    pub version: String,
    /// Back to the same part of the page.
    pub back: String,
    choices: HashMap<String, String>,
    reasons: HashMap<String, String>,
    ticked: HashSet<String>,
    /// The number of the decision each row showed, in the order of the page.
    seen: Vec<(String, i64)>,
    pub for_all: String,
    pub reason_for_all: String,
    /// (field, sentence)
    pub errors: Vec<(String, String)>,
    /// Who decided what meanwhile.
    pub conflicts: Vec<String>,
}

impl Typed {
    fn read(body: &[u8]) -> Self {
        let fields: Vec<(String, String)> = serde_html_form::from_bytes(body).unwrap_or_default();
        let mut this = Self::default();
        for (name, value) in fields {
            match name.split_once('-') {
                Some(("beslut", key)) => drop(this.choices.insert(key.to_owned(), value)),
                Some(("skal", key)) => drop(this.reasons.insert(key.to_owned(), value)),
                Some(("sett", key)) => this.seen.push((key.to_owned(), value.parse().unwrap_or(0))),
                _ => match name.as_str() {
                    "rad" => drop(this.ticked.insert(value)),
                    "version" => this.version = value,
                    "tillbaka" => this.back = value,
                    "allas_beslut" => this.for_all = value,
                    "allas_skal" => this.reason_for_all = value,
                    _ => {}
                },
            }
        }
        this
    }

    /// Puts what was typed back into a row.
    pub fn fill(&self, row: &mut RowCard) {
        row.typed = self.choices.get(&row.key).cloned().unwrap_or_default();
        row.reason = self.reasons.get(&row.key).cloned().unwrap_or_default();
        row.ticked = self.ticked.contains(&row.key);
        let own = |it: &&(String, String)| it.0 == format!("skal-{}", row.key) || it.0 == format!("beslut-{}", row.key);
        row.error = self.errors.iter().find(own).map(|it| it.1.clone()).unwrap_or_default();
    }

    /// For each row that something was chosen for: key, seen number, choice and reason. What is missing becomes errors.
    fn chosen(&mut self) -> Vec<(String, i64, String, String)> {
        let mut chosen = Vec::new();
        let mut errors = Vec::new();
        for (key, seen) in &self.seen {
            let Some((_, row)) = place_of(key) else { continue };
            let own = self.choices.get(key).filter(|it| !it.is_empty());
            let ticked = self.ticked.contains(key);
            let reason = self.reasons.get(key).map(|it| it.trim()).unwrap_or_default();
            let choice = match own {
                Some(own) => own.clone(),
                None if ticked && !self.for_all.is_empty() => self.for_all.clone(),
                None if !reason.is_empty() => {
                    errors
                        .push((format!("beslut-{key}"), format!("Rad {row}: välj ett beslut, eller ta bort skälet.")));
                    continue;
                }
                None => continue,
            };
            let reason = match (reason.is_empty(), ticked) {
                (true, true) => self.reason_for_all.trim(),
                _ => reason,
            };
            if reason.is_empty() {
                let what = if choice == ASK { "skriv din fråga" } else { "skriv ett skäl" };
                errors.push((format!("skal-{key}"), format!("Rad {row}: {what}.")));
            } else {
                chosen.push((key.clone(), *seen, choice, reason.to_owned()));
            }
        }
        if chosen.is_empty() && errors.is_empty() {
            let what = match (self.ticked.is_empty(), self.for_all.is_empty()) {
                (false, true) => ("allas_beslut", "Välj vad som ska gälla för de valda raderna."),
                (true, false) => ("allas_beslut", "Välj minst en rad som beslutet ska gälla."),
                _ => ("allas_beslut", "Välj ett beslut för minst en rad."),
            };
            errors.push((what.0.to_owned(), what.1.to_owned()));
        }
        self.errors = errors;
        chosen
    }
}

/// The version a form was made for, when it belongs to the filing.
async fn version_of(app: &App, filing: &Filing, id: &str) -> Result<Attempt, PageError> {
    let found = app.desk.store.attempt(id).await?.ok_or(PageError::NotFound)?;
    if found.filing_id == filing.id { Ok(found) } else { Err(PageError::NotFound) }
}

async fn decide(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(filing): Path<String>,
    body: Bytes,
) -> Result<Response, PageError> {
    let filing = who.filing(&app, &filing).await?;
    let mut typed = Typed::read(&body);
    let attempt = version_of(&app, &filing, &typed.version).await?;
    let asked = Asked { version: attempt.nr, ..Asked::from_query(&typed.back) };
    let chosen = typed.chosen();
    if !typed.errors.is_empty() {
        return show(&app, &frame, &who, &filing, (asked, typed)).await;
    }
    let context = app.desk.context(&filing.round_id).await?;
    let reviewed = app.desk.reviewed(&context, &attempt).await?;
    let mut verdicts = Vec::new();
    let mut questions = Vec::new();
    for (key, seen, choice, reason) in chosen {
        let (sheet, row) = place_of(&key).ok_or(PageError::NotFound)?;
        // A row that is no case cannot be decided about.
        let is_case = reviewed.review.cases.iter().any(|it| it.sheet == sheet && it.row + 1 == row);
        let name = reviewed.info.sheets.get(usize::from(sheet)).filter(|_| is_case).ok_or(PageError::NotFound)?;
        let place = RowPlace { sheet: name.clone(), row: i64::from(row) };
        match RowDecision::from_key(&choice) {
            Some(decision) => verdicts.push(Verdict { row: RowSeen { place, seen }, decision, reason }),
            None if choice == ASK => {
                let about = Some((attempt.id.clone(), place));
                questions.push(Ask { text: reason, due: proposed_due(app.today()), about, missing_cases: 0 });
            }
            None => return Err(PageError::Bad("Beslutet finns inte. Ladda om sidan och försök igen.".to_owned())),
        }
    }
    let (by, now) = (who.actor(), app.now());
    match app.desk.decide_each(&attempt.id, &verdicts, &questions, &by, now).await {
        Ok(()) => {}
        Err(DeskError::Refused(it)) => {
            typed.errors.push(("allas_beslut".to_owned(), it.message));
            return show(&app, &frame, &who, &filing, (asked, typed)).await;
        }
        Err(DeskError::Store(StoreError::Conflict)) => {
            typed.conflicts = meanwhile(&app, &filing, &attempt, &verdicts).await?;
            return show(&app, &frame, &who, &filing, (asked, typed)).await;
        }
        Err(other) => return Err(other.into()),
    }
    let mut told = Vec::new();
    if !verdicts.is_empty() {
        told.push(counted(verdicts.len(), "rad är avgjord", "rader är avgjorda"));
    }
    if !questions.is_empty() {
        told.push(counted(questions.len(), "fråga är ställd", "frågor är ställda"));
    }
    let told = list(&told.iter().map(String::as_str).collect::<Vec<_>>());
    Ok(frame.go(&asked.href(&filing.id), "ok", format!("{told}.")))
}

/// Who decided which of the rows since the page was shown.
async fn meanwhile(
    app: &App,
    filing: &Filing,
    attempt: &Attempt,
    verdicts: &[Verdict],
) -> Result<Vec<String>, PageError> {
    let context = app.desk.context(&filing.round_id).await?;
    let names = Names::of_filing(app, &context, filing).await?;
    let mut told = Vec::new();
    for it in verdicts {
        let place = &it.row.place;
        let newest = context
            .contents
            .decisions
            .iter()
            .rfind(|it| it.attempt_id == attempt.id && it.sheet == place.sheet && it.row == place.row);
        if let Some(newest) = newest.filter(|known| known.nr != it.row.seen) {
            let (what, by) = (decided_in_words(&newest.decision), by_and_when(&names.of(&newest.person_id), newest.at));
            told.push(format!("Rad {}: {what} av {by} – ”{}”.", place.row, clean_line(&newest.reason)));
        }
    }
    if told.is_empty() {
        told.push("Kvartalet ändrades medan du arbetade. Se efter vad som gäller och spara igen.".to_owned());
    }
    Ok(told)
}

async fn accept(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(filing): Path<String>,
    body: Bytes,
) -> Result<Response, PageError> {
    let filing = who.filing(&app, &filing).await?;
    let mut typed = Typed::read(&body);
    let attempt = version_of(&app, &filing, &typed.version).await?;
    match app.desk.accept(&filing.id, &attempt.id, &who.actor(), app.now()).await {
        Ok(()) => {
            let told = format!("Version {} är godkänd och räknas i rapporten.", attempt.nr);
            Ok(frame.go(&format!("/granska/{}", filing.id), "ok", told))
        }
        Err(DeskError::Refused(it)) => {
            typed.errors.push(("godkann".to_owned(), it.message));
            show(&app, &frame, &who, &filing, (Asked::default(), typed)).await
        }
        Err(other) => Err(other.into()),
    }
}

async fn undo(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(filing): Path<String>,
) -> Result<Response, PageError> {
    let filing = who.filing(&app, &filing).await?;
    app.desk.undo_accept(&filing.id, &who.actor(), app.now()).await?;
    Ok(frame.go(&format!("/granska/{}", filing.id), "ok", "Godkännandet är upphävt. Svaret väntar på granskning igen."))
}
