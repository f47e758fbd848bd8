//! Measures: what is done so that decisions are carried out, and what came of it, over quarters.
//!
//! Goes in: a form for a new measure or one that is known. Comes out: the page, or what was wrong and what was typed.
//! Guaranteed: all measures up to the quarter stand there, newest first; nothing typed is lost.

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;

use super::{back_to_papers, back_to_report};
use crate::access::role::{Act, allows};
use crate::desk::DeskError;
use crate::desk::papers::measures::{Noted, newest};
use crate::http::App;
use crate::http::error::PageError;
use crate::http::frame::{Frame, Layout, in_words};
use crate::http::report::name_of;
use crate::http::when;
use crate::http::who::Who;
use crate::render::document::paper::MeasureKind;
use crate::store::StoreError;
use crate::store::beside::MeasureRow;

/// (key, name, chosen)
type Options = Vec<(String, String, bool)>;

/// A form for a measure, as it is shown.
struct MeasureForm {
    /// Of the measure; empty for a new one.
    id: String,
    seen: i64,
    insatser: Options,
    kinds: Options,
    text: String,
    outcome: String,
    error: String,
    /// Noted in this quarter, so it can be taken away again.
    own: bool,
}

/// A measure in the list.
struct MeasureCard {
    id: String,
    kind: &'static str,
    insats: String,
    text: String,
    outcome: String,
    /// ”Kvartal 1 2024”
    outcome_in: String,
    by: String,
    form: MeasureForm,
}

#[derive(Template)]
#[template(path = "pages/papers-measures.html")]
struct MeasuresPage {
    layout: Layout,
    back: Vec<(String, String)>,
    errors: Vec<(String, String)>,
    address: String,
    fixed: bool,
    may: bool,
    /// Quarter, and its measures.
    quarters: Vec<(String, Vec<MeasureCard>)>,
    new: MeasureForm,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    atgard: String,
    sett: i64,
    insats: String,
    slag: String,
    text: String,
    utfall: String,
    /// `ta-bort` takes it away.
    gor: String,
}

fn address(kvartal: &str) -> String {
    format!("/kvartal/{kvartal}/handlingar/atgarder")
}

pub async fn page(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(kvartal): Path<String>,
) -> Result<Response, PageError> {
    Ok(frame.show(&made(&app, &frame, &who, &kvartal).await?))
}

async fn made(app: &App, frame: &Frame, who: &Who, kvartal: &str) -> Result<MeasuresPage, PageError> {
    let round = frame.round(kvartal)?;
    let namnd = app.desk.store.namnd(&who.namnd_id).await?.ok_or(PageError::NotFound)?;
    let library = app.desk.library(&namnd).await?;
    let insatser: Vec<(String, String)> =
        library.insatser.all().map(|(_, it)| (it.key.clone(), it.name.clone())).collect();
    let form = |it: Option<&MeasureRow>| {
        let chosen = it.and_then(|it| it.insats.as_deref()).unwrap_or_default();
        let kind = it.map_or("", |it| it.kind.as_str());
        let all = std::iter::once((String::new(), "Alla insatser".to_owned()));
        MeasureForm {
            id: it.map_or_else(String::new, |it| it.measure.clone()),
            seen: it.map_or(0, |it| it.nr),
            insatser: all.chain(insatser.iter().cloned()).map(|it| (it.0.clone(), it.1, it.0 == chosen)).collect(),
            kinds: MeasureKind::ALL
                .iter()
                .map(|it| (it.key().to_owned(), it.swedish().to_owned(), it.key() == kind))
                .collect(),
            text: it.map_or_else(String::new, |it| it.text.clone()),
            outcome: it.map_or_else(String::new, |it| it.outcome.clone()),
            error: String::new(),
            own: it.is_some_and(|it| it.kvartal == kvartal),
        }
    };
    let mut quarters: Vec<(String, Vec<MeasureCard>)> = Vec::new();
    for it in newest(&app.desk.store.measures(&who.namnd_id).await?, kvartal, None) {
        let insats = it.insats.as_deref();
        let name = insatser.iter().find(|known| Some(known.0.as_str()) == insats).map(|it| it.1.clone());
        let card = MeasureCard {
            id: it.measure.clone(),
            kind: MeasureKind::from_key(&it.kind).map_or("", MeasureKind::swedish),
            insats: name.or_else(|| it.insats.clone()).unwrap_or_else(|| "Alla insatser".to_owned()),
            text: it.text.clone(),
            outcome: it.outcome.clone(),
            outcome_in: it.outcome_in.as_deref().map(in_words).unwrap_or_default(),
            by: format!("{}, {}", name_of(app, &it.written_by).await?, when::moment(it.written_at)),
            form: form(Some(&it)),
        };
        let quarter = in_words(&it.kvartal);
        match quarters.last_mut() {
            Some(last) if last.0 == quarter => last.1.push(card),
            _ => quarters.push((quarter, vec![card])),
        }
    }
    Ok(MeasuresPage {
        layout: frame.layout(format!("Åtgärder, {}", in_words(kvartal).to_lowercase())),
        back: vec![back_to_report(kvartal), back_to_papers(kvartal)],
        errors: Vec::new(),
        address: address(kvartal),
        fixed: round.is_fixed(),
        may: allows(who.role, Act::WritePapers) && !round.is_fixed(),
        quarters,
        new: form(None),
    })
}

pub async fn note(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(kvartal): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, PageError> {
    let round = frame.round(&kvartal)?;
    let noted = Noted {
        measure: typed.atgard.clone(),
        seen: typed.sett,
        insats: typed.insats.clone(),
        kind: typed.slag.clone(),
        text: typed.text.clone(),
        outcome: typed.utfall.clone(),
        removed: typed.gor == "ta-bort",
    };
    let refused = match app.desk.note_measure(round, &noted, &who.actor(), app.now()).await {
        Ok(()) if noted.removed => return Ok(frame.go(&address(&kvartal), "ok", "Åtgärden är borttagen.")),
        Ok(()) => return Ok(frame.go(&address(&kvartal), "ok", "Åtgärden är sparad.")),
        Err(DeskError::Refused(it)) => it.message,
        Err(DeskError::Store(StoreError::Conflict)) => {
            "En kollega har ändrat i kvartalet sedan sidan visades. Läs det som står nu och spara igen.".to_owned()
        }
        Err(error) => return Err(error.into()),
    };
    let mut page = made(&app, &frame, &who, &kvartal).await?;
    let known = page.quarters.iter_mut().flat_map(|it| &mut it.1).map(|it| &mut it.form);
    let form = known.into_iter().find(|it| it.id == typed.atgard);
    let form = match form {
        Some(it) => it,
        None => &mut page.new,
    };
    let chosen = |options: &mut Options, key: &str| options.iter_mut().for_each(|it| it.2 = it.0 == key);
    chosen(&mut form.insatser, &typed.insats);
    chosen(&mut form.kinds, &typed.slag);
    (form.text, form.outcome) = (typed.text, typed.utfall);
    form.error.clone_from(&refused);
    let field = form.field("text");
    page.errors.push((field, refused));
    Ok(frame.show_form(&page, true))
}

impl MeasureForm {
    /// Id of a field: there are as many forms as measures.
    fn field(&self, name: &str) -> String {
        if self.id.is_empty() { format!("{name}-ny") } else { format!("{name}-{}", self.id) }
    }

    fn is_new(&self) -> bool {
        self.id.is_empty()
    }

    fn is_open(&self) -> bool {
        !self.error.is_empty()
    }
}
