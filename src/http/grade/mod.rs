//! The grade of a filing and the feedback to its utförare.
//!
//! Goes in: a filing, the handläggare's own grade and why, and a text. Comes out: the page; grade and feedback saved together.
//! Guaranteed: suggested and own grade are both shown; one button saves all that was typed, and what is refused comes back as
//! it was typed.

mod reasons;

use askama::Template;
use axum::extract::{Form, Path, RawQuery, State};
use axum::response::Response;
use serde::Deserialize;

use super::App;
use super::board::graded_of;
use super::error::PageError;
use super::frame::{Frame, Layout, in_words};
use super::review::Names;
use super::routes::{Route, get, post};
use super::when::{iso, moment};
use super::who::Who;
use crate::access::role::{Act, allows};
use crate::desk::figures::Made;
use crate::desk::{DeskError, Which};
use crate::model::Grade;
use crate::render::feedback::{Grounds, draft};
use crate::render::print::{clean, clean_line};
use crate::store::filing::Filing;

use reasons::{MarkRow, ReasonRow, marks, points, reasons};

pub fn routes() -> Vec<Route> {
    vec![get("/betyg/{filing}", Act::SeeReview, grade), post("/betyg/{filing}", Act::Grade, save)]
}

/// The choice that goes back to the suggested grade.
const SUGGESTED: &str = "forslag";

#[derive(Template)]
#[template(path = "pages/grade.html")]
struct GradePage {
    layout: Layout,
    crumbs: Vec<(String, String)>,
    filing: String,
    lead: String,
    /// A unit that is counted but not rated has none.
    rated: Option<Rated>,
    options: Vec<(String, String, String, bool)>,
    skal: String,
    text: String,
    /// ”Skickad av … ”, or when the draft was saved.
    saved: String,
    sent: bool,
    /// (name, time in words, iso, text)
    comments: Vec<(String, String, String, String)>,
    /// (iso, time, what, who)
    history: Vec<(String, String, String, String)>,
    errors: Vec<(String, String)>,
    may_grade: bool,
    may_send: bool,
    fixed: bool,
}

struct Rated {
    suggested_key: &'static str,
    suggested: &'static str,
    /// The handläggare's own, with why.
    own: Option<(&'static str, &'static str, String)>,
    text: String,
    marks: Vec<MarkRow>,
    reasons: Vec<ReasonRow>,
}

/// What was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Typed {
    betyg: String,
    skal: String,
    text: String,
    /// `skicka`, or anything else to save.
    gor: String,
}

impl GradePage {
    fn error(&self, field: &str) -> String {
        self.errors.iter().find(|it| it.0 == field).map(|it| it.1.clone()).unwrap_or_default()
    }
}

/// The text that is proposed.
fn proposed(made: &Made, filing: &Filing) -> String {
    let Some(quality) = graded_of(made, filing) else { return String::new() };
    let contents = &made.context.contents;
    draft(&Grounds {
        quarter: &made.context.quarter.in_words(),
        rating: &quality.rating,
        points: &points(made, filing, quality),
        completions: contents.completions.iter().filter(|it| it.filing_id == filing.id).count(),
    })
}

/// The choice that stands now.
fn current(made: &Made, filing: &Filing) -> String {
    let row = made.context.contents.grade_of(filing);
    row.and_then(|it| it.grade.clone()).unwrap_or_else(|| SUGGESTED.to_owned())
}

fn options(chosen: &str, suggested: Option<Grade>) -> Vec<(String, String, String, bool)> {
    let first = suggested.map_or_else(|| "Förslaget".to_owned(), |it| format!("Förslaget: {}", it.swedish()));
    let own = [Grade::TydligOchBra, Grade::Bra, Grade::Ok, Grade::Bristande]
        .into_iter()
        .map(|it| (it.key().to_owned(), it.swedish().to_owned()));
    std::iter::once((SUGGESTED.to_owned(), first))
        .chain(own)
        .map(|(key, label)| (key.clone(), label, String::new(), chosen == key))
        .collect()
}

async fn page(
    app: &App,
    frame: &Frame,
    who: &Who,
    filing: &Filing,
    (typed, errors): (Option<Typed>, Vec<(String, String)>),
) -> Result<Response, PageError> {
    let made = app.desk.report(&filing.round_id, Which::Received).await?;
    let context = &made.context;
    let contents = &context.contents;
    let names = Names::of_filing(app, context, filing).await?;
    let quality = graded_of(&made, filing);
    let rated = quality.map(|it| {
        let reasons = reasons(&made, filing, it);
        let own = it
            .rating
            .override_reason
            .as_ref()
            .map(|why| (it.rating.grade.key(), it.rating.grade.swedish(), clean_line(why).into_owned()));
        Rated {
            suggested_key: it.rating.suggested.key(),
            suggested: it.rating.suggested.swedish(),
            own,
            text: it.rating.text.clone(),
            marks: marks(&made, it, &reasons),
            reasons,
        }
    });
    let feedback = contents.feedback.iter().find(|it| it.filing_id == filing.id);
    let typed = typed.unwrap_or_else(|| Typed {
        betyg: current(&made, filing),
        text: feedback.map_or_else(|| proposed(&made, filing), |it| it.text.clone()),
        ..Typed::default()
    });
    let name = contents.utforare_of(filing).map_or_else(String::new, |it| clean_line(&it.namn).into_owned());
    let kvartal = &contents.round.kvartal;
    let refused = !errors.is_empty();
    let ids = made.assembled.filings.get(&filing.id).map(|it| it.1.clone()).unwrap_or_default();
    let fixed = contents.round.is_fixed();
    let page = GradePage {
        layout: frame.layout(format!("Betyg för {name}")),
        crumbs: vec![
            (format!("/kvartal/{kvartal}"), in_words(kvartal)),
            (format!("/granska/{}", filing.id), name.clone()),
        ],
        filing: filing.id.clone(),
        lead: format!("{name}. {}, {}.", made.view().insatser_in_words(&ids), in_words(kvartal).to_lowercase()),
        options: options(&typed.betyg, quality.map(|it| it.rating.suggested)),
        skal: typed.skal,
        text: typed.text,
        saved: feedback.map_or_else(String::new, |it| match it.sent_at {
            Some(at) => format!("Skickad av {} {}.", names.of(&it.person_id), moment(at)),
            None => format!("Utkast, sparat av {} {}.", names.of(&it.person_id), moment(it.changed_at)),
        }),
        sent: feedback.is_some_and(|it| it.sent_at.is_some()),
        comments: contents
            .grade_comments
            .iter()
            .filter(|it| it.filing_id == filing.id)
            .map(|it| (names.of(&it.person_id), moment(it.at), iso(it.at), clean(&it.text).into_owned()))
            .collect(),
        history: contents
            .grades
            .iter()
            .rev()
            .filter(|it| it.filing_id == filing.id)
            .map(|it| {
                let grade =
                    it.grade.as_deref().and_then(Grade::from_key).map_or("Tillbaka till förslaget", Grade::swedish);
                (iso(it.at), moment(it.at), format!("{grade}: {}", clean_line(&it.reason)), names.of(&it.person_id))
            })
            .collect(),
        may_grade: allows(who.role, Act::Grade) && !fixed && rated.is_some(),
        may_send: allows(who.role, Act::SendFeedback),
        fixed,
        errors,
        rated,
    };
    Ok(frame.show_form(&page, refused))
}

async fn grade(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(filing): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, PageError> {
    let filing = who.filing(&app, &filing).await?;
    let mut typed = None;
    if query.as_deref() == Some("utkast=nytt") {
        let made = app.desk.report(&filing.round_id, Which::Received).await?;
        let text = proposed(&made, &filing);
        typed = Some(Typed { betyg: current(&made, &filing), text, ..Typed::default() });
    }
    page(&app, &frame, &who, &filing, (typed, Vec::new())).await
}

async fn save(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(filing): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, PageError> {
    let filing = who.filing(&app, &filing).await?;
    let made = app.desk.report(&filing.round_id, Which::Received).await?;
    let (by, now) = (who.actor(), app.now());
    let send = typed.gor == "skicka" && allows(who.role, Act::SendFeedback);
    let text = typed.text.replace("\r\n", "\n");
    let new_grade = !typed.betyg.is_empty() && typed.betyg != current(&made, &filing);
    let grade = Grade::from_key(&typed.betyg);
    let mut errors = Vec::new();
    if new_grade && grade.is_none() && typed.betyg != SUGGESTED {
        return Err(PageError::Bad("Betyget finns inte. Ladda om sidan och försök igen.".to_owned()));
    }
    if new_grade && typed.skal.trim().is_empty() {
        errors.push(("skal".to_owned(), "Skriv varför du väljer det här betyget.".to_owned()));
    }
    if !new_grade && !typed.skal.trim().is_empty() {
        errors.push(("betyg".to_owned(), "Välj ett annat betyg, eller ta bort skälet.".to_owned()));
    }
    if send && text.trim().is_empty() {
        errors.push(("text".to_owned(), "Skriv återkopplingen innan du skickar den.".to_owned()));
    }
    if !errors.is_empty() {
        return page(&app, &frame, &who, &filing, (Some(typed), errors)).await;
    }
    let mut told = Vec::new();
    if new_grade {
        match app.desk.grade(&filing.id, (grade, &typed.skal), &by, now).await {
            Ok(()) => told.push("Betyget är sparat."),
            Err(DeskError::Refused(it)) => {
                let errors = vec![("betyg".to_owned(), it.message)];
                return page(&app, &frame, &who, &filing, (Some(typed), errors)).await;
            }
            Err(other) => return Err(other.into()),
        }
    }
    let feedback = app.desk.store.feedback(&filing.id).await?;
    let unchanged = match &feedback {
        Some(it) => it.text.replace("\r\n", "\n") == text.trim(),
        None => text.trim() == proposed(&made, &filing).trim(),
    };
    if send || (!unchanged && !text.trim().is_empty()) {
        app.desk.save_feedback(&filing.id, (&text, send), &by, now).await?;
        told.push(if send { "Återkopplingen är skickad." } else { "Utkastet är sparat." });
    }
    let (kind, told) = if told.is_empty() { ("info", "Inget var ändrat.".to_owned()) } else { ("ok", told.join(" ")) };
    Ok(frame.go(&format!("/betyg/{}", filing.id), kind, told))
}
