//! What a quarter is judged and merged with: the last report, the register, ongoing decisions.
//!
//! Goes in: files from the samordnare. Comes out: the page with what is loaded and what is wrong with it.
//! Guaranteed: a file that cannot be used replaces nothing.

use askama::Template;
use axum::extract::{Multipart, Path, State};
use axum::response::Response;

use super::name_of;
use crate::access::role::{Act, allows};
use crate::desk::DeskError;
use crate::http::App;
use crate::http::error::PageError;
use crate::http::frame::{Frame, Layout, in_words};
use crate::http::when;
use crate::http::who::Who;
use crate::store::contents::Contents;

/// Kind as stored, heading, what the file holds, what it is for, and what the browser offers to choose.
const KINDS: &[(&str, &str, &str, &str, &str)] = &[
    (
        "foregaende",
        "Förra rapporten",
        "En report.json från ett tidigare kvartal.",
        "Ingående öppna ärenden, och vad som saknas nu. Är förra kvartalet fastställt här används den rapporten av sig själv.",
        ".json",
    ),
    (
        "register",
        "Registret",
        "En tabell ur verksamhetssystemet med rubrikerna Insats, Kön och Beslutsdatum.",
        "Visar beslut som ingen har rapporterat fast tre månader har gått.",
        ".xlsx,.xls,.xlsb,.xlsm,.ods,.csv,.txt",
    ),
    (
        "pagaende",
        "Pågående beslut",
        "En tabell med rubriken Insats och antal män och kvinnor på kvartalets sista dag.",
        "Andelen ej verkställda beslut räknas på antalet pågående.",
        ".xlsx,.xls,.xlsb,.xlsm,.ods,.csv,.txt",
    ),
];

/// One kind of basis.
struct Loaded {
    kind: &'static str,
    heading: &'static str,
    holds: &'static str,
    purpose: &'static str,
    accept: &'static str,
    /// File, when, by whom, hash; empty when nothing is loaded.
    file: String,
    at: String,
    by: String,
    sha256: String,
    /// Used without having been loaded here.
    instead: String,
    error: String,
}

impl Loaded {
    fn choose(&self) -> &'static str {
        if self.file.is_empty() { "Välj fil" } else { "Byt fil" }
    }
}

#[derive(Template)]
#[template(path = "pages/report-basis.html")]
struct BasisPage {
    layout: Layout,
    back: Vec<(String, String)>,
    kvartal: String,
    fixed: bool,
    may_load: bool,
    faults: Vec<String>,
    errors: Vec<(&'static str, String)>,
    all: Vec<Loaded>,
}

pub async fn page(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(kvartal): Path<String>,
) -> Result<Response, PageError> {
    Ok(frame.show(&made(&app, &frame, &who, &kvartal).await?))
}

async fn made(app: &App, frame: &Frame, who: &Who, kvartal: &str) -> Result<BasisPage, PageError> {
    let round = frame.round(kvartal)?;
    let context = app.desk.context(&round.id).await?;
    let mut all = Vec::new();
    for &(kind, heading, holds, purpose, accept) in KINDS {
        let it = context.contents.bases.iter().find(|it| it.kind == kind);
        all.push(Loaded {
            kind,
            heading,
            holds,
            purpose,
            accept,
            file: it.map(|it| it.name.clone()).unwrap_or_default(),
            at: it.map(|it| when::moment(it.loaded_at)).unwrap_or_default(),
            by: match it {
                Some(it) => name_of(app, &it.loaded_by).await?,
                None => String::new(),
            },
            sha256: it.map(|it| it.sha256.clone()).unwrap_or_default(),
            instead: if it.is_none() && kind == "foregaende" { instead(&context) } else { String::new() },
            error: String::new(),
        });
    }
    let quarter = in_words(kvartal);
    Ok(BasisPage {
        layout: frame.layout(format!("Underlag för {}", quarter.to_lowercase())),
        back: vec![(format!("/kvartal/{kvartal}/rapport"), format!("Rapporten för {}", quarter.to_lowercase()))],
        kvartal: kvartal.to_owned(),
        fixed: round.is_fixed(),
        may_load: allows(who.role, Act::LoadBasis) && !round.is_fixed(),
        faults: context.basis.faults.clone(),
        errors: Vec::new(),
        all,
    })
}

/// The last fixed report that is used when none is loaded.
fn instead(context: &crate::desk::figures::Context) -> String {
    let Contents { round, .. } = &context.contents;
    let used = context.basis.previous.as_ref().map(|it| it.report.quarter.in_words());
    used.map_or_else(
        || format!("Inget är inläst. De ingående ärendena i {} räknas ur slutdagarna.", round.kvartal),
        |quarter| format!("Den fastställda rapporten för {quarter} används."),
    )
}

pub async fn load(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(kvartal): Path<String>,
    mut form: Multipart,
) -> Result<Response, PageError> {
    let round = frame.round(&kvartal)?.id.clone();
    let unread = |_| PageError::Bad("Filen kom inte fram hel. Försök igen.".to_owned());
    let (mut kind, mut name, mut bytes) = (String::new(), String::new(), Vec::new());
    while let Some(field) = form.next_field().await.map_err(unread)? {
        match field.name() {
            Some("sort") => kind = field.text().await.map_err(unread)?,
            Some(_) => {
                name = field.file_name().unwrap_or_default().to_owned();
                bytes = field.bytes().await.map_err(unread)?.to_vec();
            }
            None => {}
        }
    }
    let (kind, heading) = KINDS.iter().find(|it| it.0 == kind).map(|it| (it.0, it.1)).ok_or(PageError::NotFound)?;
    let most = app.settings.largest_file;
    let refused = if bytes.is_empty() {
        Some("Välj en fil.".to_owned())
    } else if bytes.len() > most {
        return Err(PageError::TooLarge { most });
    } else {
        match app.desk.load_basis(&round, (kind, name, bytes), &who.actor(), app.now()).await {
            Ok(()) => None,
            Err(DeskError::Refused(it)) => Some(it.message),
            Err(error) => return Err(error.into()),
        }
    };
    let Some(refused) = refused else {
        return Ok(frame.go(&format!("/kvartal/{kvartal}/underlag"), "ok", format!("{heading}: filen är inläst.")));
    };
    let mut page = made(&app, &frame, &who, &kvartal).await?;
    page.errors.push((kind, refused.clone()));
    if let Some(it) = page.all.iter_mut().find(|it| it.kind == kind) {
        it.error = refused;
    }
    Ok(frame.show(&page))
}
