//! What people say of the papers beside their figures: number and author, threshold and template, measures; and the papers kept.
//!
//! Goes in: what they said, over which number they saw. Comes out: rows.
//! Guaranteed: rows are only added; two who write over the same number do not both succeed.

use chrono::{DateTime, Utc};

use super::{Store, StoreError, Tx, all, clean, maybe, new_id, run, stored};

/// What a quarter's papers say in their heads.
#[derive(Debug, Clone, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct PaperHead {
    pub nr: i64,
    /// Empty when there is none.
    pub dnr: String,
    pub author: String,
    pub changed_by: String,
    pub changed_at: DateTime<Utc>,
}

/// How a nämnd wants its papers.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct PaperForm {
    pub nr: i64,
    pub threshold: i64,
    /// An original; none for the program's own look.
    pub template_id: Option<String>,
    pub template_name: Option<String>,
    pub changed_by: String,
    pub changed_at: DateTime<Utc>,
}

/// A version of a measure.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct MeasureRow {
    /// The same in all versions.
    pub measure: String,
    pub nr: i64,
    /// The quarter it was decided in.
    pub kvartal: String,
    /// Key of the insats; none for all.
    pub insats: Option<String>,
    pub kind: String,
    pub text: String,
    pub outcome: String,
    /// The quarter the outcome was noted in; none as long as there is no outcome.
    pub outcome_in: Option<String>,
    /// It was noted by mistake.
    pub removed: bool,
    pub written_by: String,
    pub written_at: DateTime<Utc>,
}

const HEAD: &str = "SELECT nr, dnr, author, changed_by, changed_at FROM paper_head WHERE round_id = $1
    ORDER BY nr DESC LIMIT 1";
const ADD_HEAD: &str = "INSERT INTO paper_head (id, round_id, nr, dnr, author, changed_by, changed_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
const FORM: &str = "SELECT f.nr, f.threshold, f.template_id, o.name AS template_name, f.changed_by, f.changed_at
    FROM paper_form f LEFT JOIN original o ON o.id = f.template_id WHERE f.namnd_id = $1 ORDER BY f.nr DESC LIMIT 1";
const ADD_FORM: &str = "INSERT INTO paper_form (id, namnd_id, nr, threshold, template_id, changed_by, changed_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
const MEASURES: &str =
    "SELECT measure, nr, kvartal, insats, kind, text, outcome, outcome_in, removed, written_by, written_at
    FROM measure WHERE namnd_id = $1 ORDER BY measure, nr";
const ADD_MEASURE: &str = "INSERT INTO measure
    (id, namnd_id, measure, nr, kvartal, insats, kind, text, outcome, outcome_in, removed, written_by, written_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
const KEPT: &str = "SELECT original_id FROM fixed_paper WHERE fixed_id = $1";
const KEEP: &str = "INSERT INTO fixed_paper (fixed_id, original_id)
    SELECT id, $2 FROM fixed_report WHERE round_id = $1 ORDER BY nr DESC LIMIT 1";

impl Store {
    /// What stands in the heads of a round's papers; none when nobody has said anything.
    pub async fn paper_head(&self, round: &str) -> Result<Option<PaperHead>, StoreError> {
        maybe!(self, HEAD, round)
    }

    /// How a nämnd wants its papers; none when nobody has said anything.
    pub async fn paper_form(&self, namnd: &str) -> Result<Option<PaperForm>, StoreError> {
        maybe!(self, FORM, namnd)
    }

    /// Every version of every measure of a nämnd, in the order they were begun.
    pub async fn measures(&self, namnd: &str) -> Result<Vec<MeasureRow>, StoreError> {
        all!(self, MEASURES, namnd)
    }

    /// The original that keeps what the papers of a fixed report said.
    pub async fn fixed_paper(&self, fixed: &str) -> Result<Option<String>, StoreError> {
        let found: Option<(String,)> = maybe!(self, KEPT, fixed)?;
        Ok(found.map(|it| it.0))
    }
}

impl Tx {
    /// Writes the heads of a round's papers over the number `seen`; 0 when nobody had said anything.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] when somebody else wrote meanwhile.
    pub async fn add_paper_head(
        &mut self,
        (round, seen): (&str, i64),
        (dnr, author): (&str, &str),
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.hold_round(round).await?;
        run!(self, ADD_HEAD, new_id(), round, seen + 1, clean(dnr), clean(author), by, stored(now))?;
        Ok(())
    }

    /// Says how a nämnd wants its papers, over the number `seen`.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] when somebody else said so meanwhile.
    pub async fn add_paper_form(
        &mut self,
        (namnd, seen): (&str, i64),
        (threshold, template): (i64, Option<&str>),
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        run!(self, ADD_FORM, new_id(), namnd, seen + 1, threshold, template, by, stored(now))?;
        Ok(())
    }

    /// Adds a version of a measure of the nämnd; its number says which one it follows.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] when somebody else wrote meanwhile.
    pub async fn add_measure(&mut self, (round, namnd): (&str, &str), it: &MeasureRow) -> Result<(), StoreError> {
        self.hold_round(round).await?;
        let (text, outcome) = (clean(&it.text), clean(&it.outcome));
        run!(
            self,
            ADD_MEASURE,
            new_id(),
            namnd,
            &it.measure,
            it.nr,
            &it.kvartal,
            &it.insats,
            &it.kind,
            text,
            outcome,
            &it.outcome_in,
            it.removed,
            &it.written_by,
            stored(it.written_at)
        )?;
        Ok(())
    }

    /// Keeps what the papers said with the report that was fixed last.
    pub async fn keep_papers(&mut self, round: &str, original: &str) -> Result<(), StoreError> {
        self.hold_round(round).await?;
        run!(self, KEEP, round, original)?;
        Ok(())
    }
}
