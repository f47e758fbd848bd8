//! The papers of a quarter: which there are, what stands in them, and their bytes in every format.
//!
//! Goes in: a round. Comes out: [`Papers`], of the fixed report or of what is accepted so far.
//! Guaranteed: the papers of a fixed quarter say what they said when it was fixed, also when rules have changed since; the
//! public version of a fixed quarter is the one that was published then; a section that somebody has written in says what
//! they wrote.

pub mod beside;
mod kept;
pub mod measures;
pub mod notices;
pub mod texts;

use std::sync::Arc;

use crate::render::document::docx::Template;
use crate::render::document::ivo::Sent;
use crate::render::document::lint::{self, Known, Remark};
use crate::render::document::listed::{self, Kept, Listed};
use crate::render::document::paper::{Measure, Paper};
use crate::render::document::public::Public;
use crate::render::document::public::open::{self, OpenFile, Publisher};
use crate::render::document::{Document, Format, Kind};
use crate::render::{RenderError, json};
use crate::store::paper::SectionText;
use crate::store::round::{FixedReport, RoundRow};

use super::assemble::Which;
use super::figures::{Context, Made};
use super::{Desk, DeskError, Refusal};
use beside::Beside;

/// The papers of a quarter.
pub struct Papers {
    pub made: Arc<Made>,
    /// The fixed version they are of; none while they are drafts.
    pub fixed: Option<FixedReport>,
    /// The newest of each section.
    pub texts: Vec<SectionText>,
    /// What is said beside the figures.
    pub beside: Beside,
    /// The papers as they were kept, when the report no longer comes out as it was fixed. Then these are all there are.
    pub kept: Option<Vec<Kept>>,
    measures: Vec<Measure>,
    public: Option<Public>,
    sent: Vec<Sent>,
}

impl Papers {
    /// Every paper there is.
    pub fn listed(&self) -> Vec<Listed> {
        match &self.kept {
            Some(kept) => kept.iter().map(Kept::listed).collect(),
            None => self.all(|it| it.listed()),
        }
    }

    /// A paper as its figures make it, before anybody has written in it.
    pub fn generated(&self, stem: &str) -> Option<Document> {
        match &self.kept {
            Some(kept) => kept.iter().find(|it| it.stem == stem).map(|it| it.document.clone()),
            None => self.all(|it| it.document(stem)),
        }
    }

    fn all<T>(&self, with: impl FnOnce(listed::Papers<'_>) -> T) -> T {
        let view = self.made.view();
        let paper = Paper {
            dnr: self.beside.dnr(),
            author: self.beside.author(),
            measures: &self.measures,
            meetings: self.made.context.contents.round.meetings(),
            ..Paper::of(&view)
        };
        with(listed::Papers { paper, public: self.public.as_ref(), sent: &self.sent })
    }

    /// A paper as it leaves.
    pub fn document(&self, stem: &str) -> Option<Document> {
        let mut document = self.generated(stem)?;
        texts::put_in(&mut document, &self.texts);
        Some(document)
    }

    /// `lineage` is the address that explains figures. What leaves the house leads nowhere.
    fn bytes(
        &self,
        (stem, format): (&str, Format),
        template: Option<&Template>,
        lineage: &str,
    ) -> Result<Vec<u8>, DeskError> {
        let document = self.document(stem).ok_or(DeskError::NotFound)?;
        let day = self.made.context.contents.round.report_day;
        let inside = !document.kind.is_public() && document.kind != Kind::Aterkoppling;
        format.write(&document, day, template, inside.then_some(lineage)).map_err(|it| match it {
            // A template may ask for a section that this paper does not have.
            RenderError::Template(it) => Refusal::new(it.to_string()).into(),
            other => failed(other),
        })
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

impl Desk {
    /// The papers of a round: of the fixed report, or drafts of what is accepted so far.
    ///
    /// # Errors
    ///
    /// The database failed, or something kept cannot be read.
    pub async fn papers(&self, round: &str) -> Result<Papers, DeskError> {
        let context = self.context(round).await?;
        let row = &context.contents.round;
        let fixed = context.contents.fixed_now().filter(|_| row.is_fixed()).cloned();
        let made = self.report_of(&context, Which::Accepted).await?;
        let beside = self.beside(row).await?;
        let (published, earlier) = self.published(row).await?;
        let (shared, settings) = (made.clone(), beside.settings());
        let public = match published.filter(|_| fixed.is_some()) {
            Some(it) => Some(it),
            None => self.away(move || Public::of(&shared.view(), settings, &earlier)).await?,
        };
        let kept = match &fixed {
            Some(it) if !self.is_as_fixed(&made, it).await? => Some(self.kept_papers(it, public.as_ref()).await?),
            _ => None,
        };
        // A measure that was noted after the fixing belongs to no paper of it.
        let until = fixed.as_ref().map(|it| it.fixed_at);
        let measures = self.store.measures(&row.namnd_id).await?;
        let measures = measures::told(&measures::newest(&measures, &row.kvartal, until), &row.kvartal);
        let texts = self.store.section_texts(round).await?;
        let noted = self.store.ivo_notices(round).await?;
        let sent = notices::sent(&made.view(), &noted);
        Ok(Papers { made, fixed, texts, beside, kept, measures, public, sent })
    }

    /// Whether the report comes out to the byte as it was fixed.
    async fn is_as_fixed(&self, made: &Made, fixed: &FixedReport) -> Result<bool, DeskError> {
        let mut now = Vec::new();
        json::write(&mut now, &made.view()).map_err(failed)?;
        Ok(now == self.store.original_bytes(&fixed.original_id).await?)
    }

    /// The fixed report, made again from what it was made from.
    ///
    /// # Errors
    ///
    /// A refusal when it does not come out to the byte as it was fixed.
    pub async fn fixed_again(&self, context: &Arc<Context>, fixed: &FixedReport) -> Result<Arc<Made>, DeskError> {
        let made = self.report_of(context, Which::Accepted).await?;
        if self.is_as_fixed(&made, fixed).await? {
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

    /// The bytes of a paper. In the one that is read in the browser figures lead to `lineage`, where they are explained.
    ///
    /// # Errors
    ///
    /// Not found when there is no such paper; a refusal when it does not fit in the nämnd's Word template.
    pub async fn written(
        &self,
        papers: &Arc<Papers>,
        (stem, format): (&str, Format),
        lineage: &str,
    ) -> Result<Vec<u8>, DeskError> {
        let template = match format {
            Format::Docx => self.word_template(&papers.beside).await?,
            _ => None,
        };
        let (papers, stem, lineage) = (papers.clone(), stem.to_owned(), lineage.to_owned());
        self.away(move || papers.bytes((&stem, format), template.as_ref(), &lineage)).await?
    }

    /// What the report does not bear out in a paper as it leaves, each remark with the key of its section. What our own
    /// sentences say gives none, and neither does a kept paper: nobody can write in it.
    ///
    /// # Errors
    ///
    /// The report could not be written.
    pub async fn remarks(&self, papers: &Arc<Papers>, stem: &str) -> Result<Vec<(String, Remark)>, DeskError> {
        let (papers, stem) = (papers.clone(), stem.to_owned());
        self.away(move || {
            let written = papers.texts.iter().any(|it| it.paper == stem && !it.text.is_empty());
            let Some(document) = papers.document(&stem).filter(|_| written && papers.kept.is_none()) else {
                return Ok(Vec::new());
            };
            let mut report = Vec::new();
            json::write(&mut report, &papers.made.view()).map_err(failed)?;
            let report = serde_json::from_slice(&report).map_err(|it| DeskError::System(it.to_string()))?;
            Ok(lint::document(&document, &Known::of(&report)))
        })
        .await?
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
