//! The papers of a quarter: the list of them, their files, what people write in them and say beside them, what was sent to IVO.
//!
//! Goes in: a quarter. Comes out: the page that lists every paper with its reader and its formats.
//! Guaranteed: what is listed can be had; whether a paper is a draft is always said, and whether anybody may read it.

mod beside;
mod files;
mod measures;
mod notices;
mod texts;

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use super::App;
use super::error::PageError;
use super::frame::{Frame, Layout, in_words};
use super::report::name_of;
use super::routes::{Route, get, post, upload};
use super::when;
use super::who::Who;
use crate::access::role::{Act, allows};
use crate::desk::papers::{Papers, texts as written};
use crate::render::document::listed::Listed;
use crate::render::document::{Format, Kind};

pub fn routes() -> Vec<Route> {
    vec![
        get("/kvartal/{kvartal}/handlingar", Act::SeeReport, page),
        get("/kvartal/{kvartal}/handlingar/{fil}", Act::SeeReport, files::paper),
        get("/kvartal/{kvartal}/handlingar/oppna-data/{fil}", Act::SeeReport, files::open_data),
        get("/kvartal/{kvartal}/handlingar/uppgifter", Act::SeeReport, beside::page),
        post("/kvartal/{kvartal}/handlingar/uppgifter", Act::DescribePapers, beside::describe),
        post("/kvartal/{kvartal}/handlingar/uppgifter/troskel", Act::DescribePapers, beside::threshold),
        upload("/kvartal/{kvartal}/handlingar/uppgifter/wordmall", Act::DescribePapers, beside::template),
        get("/kvartal/{kvartal}/handlingar/uppgifter/wordmall.docx", Act::SeeReport, beside::original),
        get("/kvartal/{kvartal}/handlingar/atgarder", Act::SeeReport, measures::page),
        post("/kvartal/{kvartal}/handlingar/atgarder", Act::WritePapers, measures::note),
        get("/kvartal/{kvartal}/handlingar/texter/{handling}", Act::SeeReport, texts::page),
        post("/kvartal/{kvartal}/handlingar/texter/{handling}", Act::WritePapers, texts::write),
        get("/kvartal/{kvartal}/handlingar/ivo/skickat", Act::SeeReport, notices::page),
        post("/kvartal/{kvartal}/handlingar/ivo/skickat", Act::WritePapers, notices::note),
    ]
}

/// A paper in the list.
struct PaperRow {
    name: &'static str,
    reader: String,
    public: bool,
    /// Word of the format and address.
    files: Vec<(&'static str, String)>,
    /// Where people write in it; empty when they do not.
    texts: String,
    /// How many sections somebody has written in, and how many of their figures have changed since.
    written: usize,
    moved: usize,
}

#[derive(Template)]
#[template(path = "pages/papers.html")]
struct PapersPage {
    layout: Layout,
    back: Vec<(String, String)>,
    status_key: &'static str,
    status: &'static str,
    fixed: bool,
    /// The papers are those that were kept, since rules have changed; what is said of that.
    kept: String,
    kvartal: String,
    lead: String,
    papers: Vec<PaperRow>,
    letters: Vec<PaperRow>,
    open: Vec<(String, String)>,
    may_write: bool,
}

async fn page(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(kvartal): Path<String>,
) -> Result<Response, PageError> {
    let papers = papers_of(&app, &frame, &kvartal).await?;
    let open = app.desk.open_data(&papers).await?;
    let row = |it: Listed| {
        let address = |format: Format| format!("/kvartal/{kvartal}/handlingar/{}.{}", it.stem, format.key());
        let own = papers.texts.iter().filter(|own| own.paper == it.stem && !own.text.is_empty());
        let generated = papers.generated(&it.stem);
        let moved = |own| generated.as_ref().map_or(0, |now| written::moved(own, now).len());
        PaperRow {
            name: it.kind.swedish(),
            public: it.kind.is_public(),
            files: Format::offered().map(|it| (it.swedish(), address(it))).collect(),
            texts: match it.kind {
                Kind::Ivo => format!("/kvartal/{kvartal}/handlingar/ivo/skickat"),
                kind if written::is_open(kind) => format!("/kvartal/{kvartal}/handlingar/texter/{}", it.stem),
                _ => String::new(),
            },
            written: own.clone().count(),
            moved: own.map(moved).sum(),
            reader: it.reader,
        }
    };
    let (letters, others): (Vec<_>, Vec<_>) = papers.listed().into_iter().partition(|it| it.kind == Kind::Aterkoppling);
    let quarter = in_words(&kvartal).to_lowercase();
    let (status_key, status) = if papers.fixed.is_some() { ("klar", "Fastställd") } else { ("plain", "Utkast") };
    let lead = match &papers.fixed {
        Some(it) => {
            let by = name_of(&app, &it.fixed_by).await?;
            format!("Rapporten är fastställd {} av {by}. Handlingarna är gjorda ur den.", when::moment(it.fixed_at))
        }
        None => "Handlingarna är utkast. De följer de godkända svaren tills rapporten är fastställd.".to_owned(),
    };
    let names = open.into_iter().map(|it| (format!("/kvartal/{kvartal}/handlingar/oppna-data/{}", it.name), it.name));
    Ok(frame.show(&PapersPage {
        layout: frame.layout(format!("Handlingar för {quarter}")),
        back: vec![back_to_report(&kvartal)],
        status_key,
        status,
        fixed: papers.fixed.is_some(),
        kept: papers.kept.as_ref().map_or_else(String::new, |it| kept_in_words(it.len())),
        lead,
        papers: others.into_iter().map(row).collect(),
        letters: letters.into_iter().map(row).collect(),
        open: names.collect(),
        may_write: allows(who.role, Act::WritePapers),
        kvartal,
    }))
}

/// Why the papers are those that were kept, and what there is. One alone is the public one, of a quarter from before papers were
/// kept.
fn kept_in_words(count: usize) -> String {
    let why = "Regler, underlag eller program har ändrats sedan rapporten fastställdes.";
    match count {
        0 => format!(
            "{why} Handlingarna sparades inte då. report.json är den fastställda versionen och kan hämtas på rapportens sida."
        ),
        1 => format!(
            "{why} Bara den publicerade statistikrapporten och öppna data sparades då. report.json är den fastställda versionen och kan hämtas på rapportens sida."
        ),
        _ => format!(
            "{why} Handlingarna nedan säger det de sa då. Det som har antecknats om IVO sedan dess står inte i dem."
        ),
    }
}

/// The papers of the quarter an address names.
async fn papers_of(app: &App, frame: &Frame, kvartal: &str) -> Result<Arc<Papers>, PageError> {
    let round = &frame.round(kvartal)?.id;
    Ok(Arc::new(app.desk.papers(round).await?))
}

fn back_to_report(kvartal: &str) -> (String, String) {
    (format!("/kvartal/{kvartal}/rapport"), format!("Rapporten för {}", in_words(kvartal).to_lowercase()))
}

fn back_to_papers(kvartal: &str) -> (String, String) {
    (format!("/kvartal/{kvartal}/handlingar"), "Handlingar".to_owned())
}

impl PaperRow {
    fn is_ivo(&self) -> bool {
        self.texts.ends_with("/ivo/skickat")
    }
}
