//! What the nämnd says beside the figures: the papers' diarienummer and author, the threshold of small figures, a Word template.
//!
//! Goes in: what the samordnare says, over the number the page showed. Comes out: [`Beside`], which papers are made with.
//! Guaranteed: each change is in the log; a template that cannot be filled is refused with its own sentence and replaces
//! nothing; what was published stays as it was published.

use chrono::{DateTime, Utc};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::desk::{Desk, DeskError, Refusal};
use crate::model::mask::masked;
use crate::render::document::docx::Template;
use crate::render::document::paper::Measure;
use crate::render::document::public::Settings;
use crate::store::attempt::Incoming;
use crate::store::beside::{MeasureRow, PaperForm, PaperHead};
use crate::store::event::{EventKind, Record, hex};
use crate::store::round::RoundRow;
use crate::store::{Actor, new_id};

/// Letters of a diarienummer or a name.
const LONGEST: usize = 100;
/// A larger threshold would hide nearly every figure of a nämnd.
pub const MOST: u32 = 50;

/// What papers are made with beside their figures.
#[derive(Debug, Clone, Default)]
pub struct Beside {
    /// None as long as nobody has said anything.
    pub head: Option<PaperHead>,
    pub form: Option<PaperForm>,
}

/// What a round's folder says beside the figures.
#[derive(Debug, Clone, Default)]
pub struct Said {
    pub dnr: Option<String>,
    pub author: Option<String>,
    pub threshold: Option<u32>,
    /// Name and bytes.
    pub template: Option<(String, Vec<u8>)>,
    pub measures: Vec<Measure>,
}

impl Beside {
    pub fn dnr(&self) -> Option<&str> {
        self.head.as_ref().map(|it| it.dnr.as_str()).filter(|it| !it.is_empty())
    }

    pub fn author(&self) -> Option<&str> {
        self.head.as_ref().map(|it| it.author.as_str()).filter(|it| !it.is_empty())
    }

    /// How small figures are protected.
    pub fn settings(&self) -> Settings {
        let said = self.form.as_ref().and_then(|it| u32::try_from(it.threshold).ok());
        said.map_or_else(Settings::default, Settings::new)
    }
}

impl Desk {
    /// What is said beside the figures of a round.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn beside(&self, round: &RoundRow) -> Result<Beside, DeskError> {
        Ok(Beside {
            head: self.store.paper_head(&round.id).await?,
            form: self.store.paper_form(&round.namnd_id).await?,
        })
    }

    /// The nämnd's Word template; none when papers have the program's own look.
    ///
    /// # Errors
    ///
    /// A refusal when the stored template no longer can be filled.
    pub async fn word_template(&self, beside: &Beside) -> Result<Option<Template>, DeskError> {
        let Some(id) = beside.form.as_ref().and_then(|it| it.template_id.as_deref()) else { return Ok(None) };
        let bytes = self.store.original_bytes(id).await?;
        let opened = self.away(move || Template::open(&bytes)).await?;
        Ok(Some(opened.map_err(|it| Refusal::new(format!("Word-mallen går inte att använda. {it}")))?))
    }

    /// Says which number and author stand on a quarter's papers; also when it is fixed, since that is when a case is registered.
    ///
    /// # Errors
    ///
    /// A refusal when a text is too long or would be hidden as personal data;
    /// [`StoreError::Conflict`](crate::store::StoreError::Conflict) when somebody else wrote meanwhile.
    pub async fn describe_papers(
        &self,
        (round, seen): (&RoundRow, i64),
        (dnr, author): (&str, &str),
        by: &Actor,
        now: DateTime<Utc>,
    ) -> Result<(), DeskError> {
        let (dnr, author) = (dnr.trim(), author.trim());
        for (what, text) in [("Diarienumret", dnr), ("Namnet", author)] {
            if text.chars().count() > LONGEST {
                return Err(Refusal::new(format!("{what} är för långt. Det får vara högst {LONGEST} tecken.")).into());
            }
            if masked(text) != text {
                let why = format!(
                    "{what} ser ut som ett personnummer, ett telefonnummer eller en e-postadress och skulle döljas i handlingen. Skriv det på ett annat sätt."
                );
                return Err(Refusal::new(why).into());
            }
        }
        let mut tx = self.store.begin().await?;
        tx.hold_round(&round.id).await?;
        tx.add_paper_head((&round.id, seen), (dnr, author), &by.id, now).await?;
        let data = json!({ "diarienummer": dnr, "handlaggare": author });
        let (chain, kind, about) = (&round.namnd_id, EventKind::PapersDescribed, &round.id);
        tx.log(Record { chain, at: now, actor: by, kind, about, data }).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Says from which figure on the public version is not protected.
    ///
    /// # Errors
    ///
    /// A refusal when the number is too small or too large;
    /// [`StoreError::Conflict`](crate::store::StoreError::Conflict) when somebody else changed it meanwhile.
    pub async fn set_threshold(
        &self,
        (namnd, seen): (&str, i64),
        threshold: u32,
        by: &Actor,
        now: DateTime<Utc>,
    ) -> Result<(), DeskError> {
        if !(Settings::LEAST..=MOST).contains(&threshold) {
            let why = format!(
                "Tröskeln ska vara ett tal från {} till {MOST}. Under {} skyddas ingenting.",
                Settings::LEAST,
                Settings::LEAST
            );
            return Err(Refusal::new(why).into());
        }
        let template = self.store.paper_form(namnd).await?.and_then(|it| it.template_id);
        let mut tx = self.store.begin().await?;
        tx.add_paper_form((namnd, seen), (i64::from(threshold), template.as_deref()), &by.id, now).await?;
        let (kind, data) = (EventKind::PaperFormChanged, json!({ "troskel": threshold }));
        tx.log(Record { chain: namnd, at: now, actor: by, kind, about: namnd, data }).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Takes a Word template into use, or with `None` the program's own look. Gives what the template's maker should know.
    ///
    /// # Errors
    ///
    /// A refusal with what is wrong with the template;
    /// [`StoreError::Conflict`](crate::store::StoreError::Conflict) when somebody else changed it meanwhile.
    pub async fn set_word_template(
        &self,
        (namnd, seen): (&str, i64),
        template: Option<(String, Vec<u8>)>,
        by: &Actor,
        now: DateTime<Utc>,
    ) -> Result<Vec<String>, DeskError> {
        let form = self.store.paper_form(namnd).await?;
        let threshold = form.map_or_else(|| i64::from(Settings::default().threshold()), |it| it.threshold);
        let mut notes = Vec::new();
        let bytes = match &template {
            Some((_, bytes)) => {
                let shared = bytes.clone();
                let opened = self.away(move || Template::open(&shared)).await?;
                let opened = opened.map_err(|it| Refusal::new(it.to_string()))?;
                notes.extend(opened.notes().iter().cloned());
                bytes.as_slice()
            }
            None => &[],
        };
        let mut tx = self.store.begin().await?;
        let (id, data) = match &template {
            Some((name, _)) => {
                let id = tx.add_original(Incoming { name, bytes, sender: &by.id, received_at: now }).await?;
                (Some(id), json!({ "wordmall": name, "sha256": hex(&Sha256::digest(bytes)) }))
            }
            None => (None, json!({ "wordmall": null })),
        };
        tx.add_paper_form((namnd, seen), (threshold, id.as_deref()), &by.id, now).await?;
        let kind = EventKind::PaperFormChanged;
        tx.log(Record { chain: namnd, at: now, actor: by, kind, about: namnd, data }).await?;
        tx.commit().await?;
        Ok(notes)
    }

    /// Takes over what a round's folder says.
    ///
    /// # Errors
    ///
    /// As the verbs above.
    pub(in crate::desk) async fn load_said(
        &self,
        round: &str,
        said: Said,
        by: &Actor,
        now: DateTime<Utc>,
    ) -> Result<(), DeskError> {
        let row = self.store.round(round).await?.ok_or(DeskError::NotFound)?;
        if said.dnr.is_some() || said.author.is_some() {
            let texts = (said.dnr.as_deref().unwrap_or_default(), said.author.as_deref().unwrap_or_default());
            self.describe_papers((&row, 0), texts, by, now).await?;
        }
        let seen = async || Ok::<i64, DeskError>(self.store.paper_form(&row.namnd_id).await?.map_or(0, |it| it.nr));
        if let Some(threshold) = said.threshold {
            let threshold = threshold.clamp(Settings::LEAST, MOST);
            self.set_threshold((&row.namnd_id, seen().await?), threshold, by, now).await?;
        }
        if said.template.is_some() {
            self.set_word_template((&row.namnd_id, seen().await?), said.template, by, now).await?;
        }
        if said.measures.is_empty() {
            return Ok(());
        }
        let mut tx = self.store.begin().await?;
        for it in said.measures {
            let row_of = MeasureRow {
                measure: new_id(),
                nr: 1,
                outcome_in: it.outcome.is_some().then(|| row.kvartal.clone()),
                outcome: it.outcome.unwrap_or_default(),
                kvartal: it.kvartal,
                insats: it.insats,
                kind: it.kind.key().to_owned(),
                text: it.text,
                removed: false,
                written_by: by.id.clone(),
                written_at: now,
            };
            tx.add_measure((round, &row.namnd_id), &row_of).await?;
            let (chain, kind, data) = (&row.namnd_id, EventKind::MeasureNoted, json!({ "atgard": row_of.measure }));
            tx.log(Record { chain, at: now, actor: by, kind, about: round, data }).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}
