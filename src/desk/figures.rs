//! What is computed from a round: the review of one file, the answer to its sender, the report.
//!
//! Goes in: ids. Comes out: reviews and reports, kept under what they were made from.
//! Guaranteed: the report is [`merge`] over the stored round, the same function as `kvartal report`; a changed row gives
//! a new key, so nothing stale is ever shown.

use std::sync::Arc;

use crate::form::{Hints, Purpose};
use crate::judge::{Review, Setting};
use crate::merge::report::InputFile;
use crate::merge::round::Content;
use crate::merge::{Inputs, QuarterReport, merge};
use crate::model::{InsatsId, Quarter, Utforare};
use crate::render::{View, Voice};
use crate::rule::InForce;
use crate::sheet::Opened;
use crate::store::attempt::Attempt;
use crate::store::contents::Contents;

use super::assemble::{Assembled, Which, assemble};
use super::basis::BasisData;
use super::library::Library;
use super::reading::{ReadFile, judge, read_bytes, utforare_id};
use super::{Desk, DeskError};

/// The property in which our own template says whose it is.
const UTFORARE_PROPERTY: &str = "utforare";

/// A round with everything it is judged by.
pub struct Context {
    pub contents: Contents,
    pub library: Arc<Library>,
    pub in_force: InForce,
    pub basis: Arc<BasisData>,
    pub quarter: Quarter,
}

/// One file, read and judged.
pub struct Reviewed {
    pub info: InputFile,
    /// The workbook as it was received, cell by cell.
    pub opened: Opened,
    pub review: Review,
    /// Quarters that a title, a sheet's name or a property names.
    pub stated_quarters: Vec<Quarter>,
    /// Key of the utförare that the template's property or every row names.
    pub stated_utforare: Option<String>,
}

/// A report and what it was made from.
pub struct Made {
    pub report: QuarterReport,
    pub assembled: Assembled,
    pub context: Arc<Context>,
}

impl Made {
    /// The report in words.
    pub fn view(&self) -> View<'_> {
        View::new(&self.report, self.voice())
    }

    pub fn voice(&self) -> Voice<'_> {
        Voice { insatser: &self.context.library.insatser, rules: &self.context.library.catalogue }
    }
}

impl Context {
    /// Says everything a review in this round rests on, beside the file.
    fn key(&self) -> String {
        let round = &self.contents.round;
        format!("{}#{}#{}#{}", round.kvartal, round.report_day, self.library.catalogue.sha256(), self.basis.key)
    }

    /// What a file of this round is judged against.
    pub(super) fn setting<'a>(&'a self, utforare: Option<&'a Utforare>) -> Setting<'a> {
        Setting {
            catalogue: &self.library.catalogue,
            in_force: &self.in_force,
            insatser: &self.library.insatser,
            quarter: self.quarter,
            report_day: self.contents.round.report_day,
            last_report: self.basis.previous.as_ref().map(|it| &it.report),
            register: self.basis.register.as_ref(),
            utforare,
        }
    }

    /// Cases that stood open in the last report and belong to the filing's insatser.
    pub fn open_before(&self, utforare: &str, insatser: &[InsatsId]) -> Vec<&crate::judge::KnownCase> {
        let Some(previous) = &self.basis.previous else { return Vec::new() };
        let last = &previous.report;
        last.open_cases()
            .map(|at| last.known.get(at))
            .filter(|it| it.utforare.as_deref() == Some(utforare))
            .filter(|it| it.insats.is_none_or(|it| insatser.contains(&it)))
            .collect()
    }
}

impl Desk {
    /// Reads a round and everything it is judged by.
    ///
    /// # Errors
    ///
    /// The database failed, or the round does not exist.
    pub async fn context(&self, round: &str) -> Result<Arc<Context>, DeskError> {
        let contents = self.store.contents(round).await?;
        let library = self.library(&contents.namnd).await?;
        self.context_with(contents, library).await
    }

    /// A round as it would be judged under other rules, for a trial.
    pub(super) async fn context_with(
        &self,
        contents: Contents,
        library: Arc<Library>,
    ) -> Result<Arc<Context>, DeskError> {
        let known = assemble(&contents, &library.insatser, &Which::Received)?;
        let quarter = known.round.quarter;
        let known = known.round.utforare.into_iter().map(|it| it.utforare).collect();
        let basis = self.basis(&contents, &library, known).await?;
        let in_force = library.catalogue.in_force(quarter);
        Ok(Arc::new(Context { contents, library, in_force, basis, quarter }))
    }

    /// One attempt's file, read and judged.
    ///
    /// # Errors
    ///
    /// The database failed, or the caged reader could not be started.
    pub async fn reviewed(&self, context: &Arc<Context>, attempt: &Attempt) -> Result<Arc<Reviewed>, DeskError> {
        let filing = context.contents.filing(&attempt.filing_id).ok_or(DeskError::NotFound)?;
        let assembled = assemble(&context.contents, &context.library.insatser, &Which::Only(attempt.id.clone()))?;
        let (at, insatser) = assembled.filings.get(&filing.id).cloned().ok_or(DeskError::NotFound)?;
        let utforare = assembled.round.utforare[at].utforare.clone();
        let known: Vec<Utforare> = assembled.round.utforare.iter().map(|it| it.utforare.clone()).collect();
        let original = context.contents.original_of(attempt).ok_or(DeskError::NotFound)?.clone();
        let who = format!("{}|{}|{:?}|{:?}", utforare.id, utforare.name, utforare.aliases, utforare.uppdrag);
        let key = format!("{}#{}#{who}#{insatser:?}", attempt.id, context.key());
        if let Some(found) = self.inner.reviews.get(&key) {
            return Ok(found);
        }
        let bytes = self.store.original_bytes(&original.id).await?;
        let (desk, shared) = (self.clone(), context.clone());
        let assumed_insats = if let [only] = insatser.as_slice() { Some(*only) } else { None };
        let read = self
            .away(move || {
                let hints = Hints { quarter: Some(shared.quarter), assumed_insats, purpose: Purpose::Report };
                let read = read_bytes(&shared.library, &desk.inner.cage, &original.name, &bytes, &hints);
                read.map(|mut file| {
                    let stated_quarters = file.reading.stated_quarters.iter().map(|it| it.0).collect();
                    let stated_utforare = stated_utforare(&file, &known);
                    let review = judge(&shared.setting(Some(&utforare)), &mut file);
                    Reviewed { info: file.info, opened: file.opened, review, stated_quarters, stated_utforare }
                })
            })
            .await?;
        let read = read.map_err(|it| DeskError::System(format!("Läsaren kunde inte startas: {}.", it.kind())))?;
        let weight = read.review.cases.len() + read.review.findings.len() + 10;
        let read = Arc::new(read);
        self.inner.reviews.put(key, read.clone(), weight);
        Ok(read)
    }

    /// The report of a round.
    ///
    /// # Errors
    ///
    /// The database failed, or the caged reader could not be started.
    pub async fn report(&self, round: &str, which: Which) -> Result<Arc<Made>, DeskError> {
        let context = self.context(round).await?;
        self.report_of(&context, which).await
    }

    /// The report of a round whose context is at hand.
    ///
    /// # Errors
    ///
    /// As [`Desk::report`].
    pub async fn report_of(&self, context: &Arc<Context>, which: Which) -> Result<Arc<Made>, DeskError> {
        let round = &context.contents.round;
        let key = format!("{}#{}#{which:?}#{}", round.id, round.version, context.key());
        if let Some(found) = self.inner.reports.get(&key) {
            return Ok(found);
        }
        let assembled = assemble(&context.contents, &context.library.insatser, &which)?;
        let mut files = Vec::with_capacity(assembled.attempts.len());
        for (id, attempt) in assembled.attempts.iter().zip(&assembled.round.filings) {
            let Content::File(name) = &attempt.content else {
                files.push(None);
                continue;
            };
            let stored = context.contents.attempt(id).ok_or(DeskError::NotFound)?;
            let reviewed = self.reviewed(context, stored).await?;
            let mut info = reviewed.info.clone();
            info.name.clone_from(name);
            info.utforare = Some(attempt.utforare);
            info.received = Some(attempt.received);
            files.push(Some((info, reviewed.review.clone())));
        }
        let shared = context.clone();
        let only = match &which {
            Which::Only(id) => context.contents.attempt(id).map(|it| it.filing_id.clone()),
            _ => None,
        };
        let (report, assembled) = self
            .away(move || {
                let mut report = merge(Inputs {
                    catalogue: &shared.library.catalogue,
                    in_force: &shared.in_force,
                    insatser: &shared.library.insatser,
                    scale: &shared.library.scale,
                    round: &assembled.round,
                    last_report: shared.basis.previous.as_ref().map(|it| &it.report),
                    past: shared.basis.previous.as_ref().map(|it| it.past.clone()).unwrap_or_default(),
                    register: shared.basis.register.as_ref(),
                    ongoing: &shared.basis.ongoing,
                    files,
                });
                if let Some((utforare, insatser)) = only.and_then(|it| assembled.filings.get(&it)) {
                    keep_only(&mut report, *utforare, insatser);
                }
                (report, assembled)
            })
            .await?;
        let weight = report.lines.len() + report.findings.len() + 100;
        let made = Arc::new(Made { report, assembled, context: context.clone() });
        self.inner.reports.put(key, made.clone(), weight);
        Ok(made)
    }
}

/// The utförare a file says it is from: by our template's property, or by a column that names one and the same in every row.
fn stated_utforare(file: &ReadFile, known: &[Utforare]) -> Option<String> {
    let properties = file.workbook().map(|it| it.properties.as_slice()).unwrap_or_default();
    let property = properties.iter().find(|it| it.0 == UTFORARE_PROPERTY).map(|it| it.1.as_str());
    if let Some(key) = property {
        return known.iter().find(|it| it.id == key).map(|it| it.id.clone());
    }
    let mut named = file.reading.rows.iter().map(|it| it.utforare.as_deref().and_then(|it| utforare_id(it, known)));
    let first = named.next()??;
    named.all(|it| it.as_ref() == Some(&first)).then_some(first)
}

/// Takes away what concerns others: an answer is about its sender alone.
fn keep_only(report: &mut QuarterReport, utforare: usize, insatser: &[InsatsId]) {
    let concerns = |own: &[InsatsId]| own.is_empty() || own.iter().any(|it| insatser.contains(it));
    report.findings.retain(|it| it.utforare == Some(utforare) && (it.file.is_some() || concerns(&it.insatser)));
    report
        .missing
        .retain(|it| it.utforare == Some(utforare) && it.insats.is_none_or(|insats| insatser.contains(&insats)));
    report.quality.retain(|it| it.utforare == utforare && concerns(&it.insatser));
}
