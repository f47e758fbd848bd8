//! The papers of a quarter: which there are, what stands in them, and their bytes in every format.
//!
//! Goes in: a round. Comes out: [`Papers`], of the fixed report or of what is accepted so far.
//! Guaranteed: the papers of a fixed quarter are made only while the report comes out to the byte as it was fixed; the public
//! version of a fixed quarter is the one that was published then; a section that somebody has written in says what they wrote.

pub mod notices;
pub mod texts;

use std::sync::Arc;

use crate::render::document::ivo::Sent;
use crate::render::document::listed::{self, Listed};
use crate::render::document::paper::Paper;
use crate::render::document::public::open::{self, OpenFile, Publisher};
use crate::render::document::public::{Public, Settings};
use crate::render::document::{Document, Format};
use crate::render::{RenderError, View, json};
use crate::store::paper::SectionText;
use crate::store::round::{FixedReport, RoundRow};

use super::assemble::Which;
use super::figures::{Context, Made};
use super::{Desk, DeskError, Refusal};

/// The papers of a quarter.
pub struct Papers {
    pub made: Arc<Made>,
    /// The fixed version they are of; none while they are drafts.
    pub fixed: Option<FixedReport>,
    /// The newest of each section.
    pub texts: Vec<SectionText>,
    public: Option<Public>,
    sent: Vec<Sent>,
}

impl Papers {
    /// Every paper there is.
    pub fn listed(&self) -> Vec<Listed> {
        self.all(|it| it.listed())
    }

    /// A paper as its figures make it, before anybody has written in it.
    pub fn generated(&self, stem: &str) -> Option<Document> {
        self.all(|it| it.document(stem))
    }

    fn all<T>(&self, with: impl FnOnce(listed::Papers<'_>) -> T) -> T {
        let view = self.made.view();
        let paper = Paper { meetings: self.made.context.contents.round.meetings(), ..Paper::of(&view) };
        with(listed::Papers { paper, public: self.public.as_ref(), sent: &self.sent })
    }

    /// A paper as it leaves.
    pub fn document(&self, stem: &str) -> Option<Document> {
        let mut document = self.generated(stem)?;
        texts::put_in(&mut document, &self.texts);
        Some(document)
    }

    fn bytes(&self, stem: &str, format: Format) -> Result<Vec<u8>, DeskError> {
        let document = self.document(stem).ok_or(DeskError::NotFound)?;
        let day = self.made.context.contents.round.report_day;
        format.write(&document, day, None, None).map_err(failed)
    }

    fn open_files(&self) -> Result<Vec<OpenFile>, DeskError> {
        let Some(public) = &self.public else { return Ok(Vec::new()) };
        let view = self.made.view();
        let publisher = Publisher { name: Paper::of(&view).kommun(), mail: None };
        open::files(public, &publisher).map_err(failed)
    }
}

fn failed(it: RenderError) -> DeskError {
    DeskError::System(it.to_string())
}

/// The public version of a report, protected with regard to what was published before.
fn public_of(view: &View<'_>, earlier: &[Public]) -> Option<Public> {
    Public::of(view, Settings::default(), earlier)
}

impl Desk {
    /// The papers of a round: of the fixed report, or drafts of what is accepted so far.
    ///
    /// # Errors
    ///
    /// A refusal when a fixed report no longer comes out as it was fixed.
    pub async fn papers(&self, round: &str) -> Result<Papers, DeskError> {
        let context = self.context(round).await?;
        let row = &context.contents.round;
        let fixed = context.contents.fixed_now().filter(|_| row.is_fixed()).cloned();
        let made = match &fixed {
            Some(it) => self.fixed_again(&context, it).await?,
            None => self.report_of(&context, Which::Accepted).await?,
        };
        let texts = self.store.section_texts(round).await?;
        let notices = self.store.ivo_notices(round).await?;
        let (published, earlier) = self.published(row).await?;
        let shared = made.clone();
        let public = match published.filter(|_| fixed.is_some()) {
            Some(it) => Some(it),
            None => self.away(move || public_of(&shared.view(), &earlier)).await?,
        };
        let sent = notices::sent(&made.view(), &notices);
        Ok(Papers { made, fixed, texts, public, sent })
    }

    /// The fixed report, made again from what it was made from.
    ///
    /// # Errors
    ///
    /// A refusal when it does not come out to the byte as it was fixed.
    pub async fn fixed_again(&self, context: &Arc<Context>, fixed: &FixedReport) -> Result<Arc<Made>, DeskError> {
        let made = self.report_of(context, Which::Accepted).await?;
        let mut now = Vec::new();
        json::write(&mut now, &made.view()).map_err(failed)?;
        if now == self.store.original_bytes(&fixed.original_id).await? {
            return Ok(made);
        }
        Err(Refusal::new(
            "Regler eller underlag har ändrats sedan rapporten fastställdes, så den kan inte göras om till den här filen. report.json är den fastställda versionen och kan alltid hämtas.",
        )
        .into())
    }

    /// What was published of this quarter, newest, and of the quarters before it, oldest first.
    async fn published(&self, row: &RoundRow) -> Result<(Option<Public>, Vec<Public>), DeskError> {
        let (mut own, mut earlier) = (None, Vec::new());
        for it in self.store.published(&row.namnd_id).await? {
            let unread = |why| DeskError::System(format!("{}: det publicerade går inte att läsa: {why}", it.kvartal));
            if it.round_id == row.id {
                own = Some(Public::read(&it.json).map_err(|it| unread(it.to_string()))?);
            } else if it.kvartal < row.kvartal {
                earlier.push(Public::read(&it.json).map_err(|it| unread(it.to_string()))?);
            }
        }
        Ok((own, earlier))
    }

    /// The public version of a report about to be fixed, as it is kept.
    pub(super) async fn to_publish(&self, made: &Arc<Made>) -> Result<Option<String>, DeskError> {
        let (_, earlier) = self.published(&made.context.contents.round).await?;
        let shared = made.clone();
        let json = self.away(move || public_of(&shared.view(), &earlier).map(|it| it.json())).await?;
        let Some(json) = json else { return Ok(None) };
        let json = json.map_err(|it| DeskError::System(it.to_string()))?;
        Ok(Some(String::from_utf8_lossy(&json).into_owned()))
    }

    /// The bytes of a paper.
    ///
    /// # Errors
    ///
    /// Not found when there is no such paper.
    pub async fn written(&self, papers: &Arc<Papers>, stem: &str, format: Format) -> Result<Vec<u8>, DeskError> {
        let (papers, stem) = (papers.clone(), stem.to_owned());
        self.away(move || papers.bytes(&stem, format)).await?
    }

    /// What is published as open data; nothing when the report names no quarter.
    ///
    /// # Errors
    ///
    /// A writer failed.
    pub async fn open_data(&self, papers: &Arc<Papers>) -> Result<Vec<OpenFile>, DeskError> {
        let papers = papers.clone();
        self.away(move || papers.open_files()).await?
    }
}
