//! What people add to the papers of a quarter: sentences of their own, what was published, what IVO was sent and answered.
//!
//! Goes in: what they wrote, over which number they saw. Comes out: rows, the newest of each.
//! Guaranteed: rows are only added; two who write over the same number do not both succeed.

use chrono::{DateTime, NaiveDate, Utc};

use super::{Store, StoreError, Tx, all, clean, new_id, run, stored};

/// What somebody has written in a section.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct SectionText {
    pub paper: String,
    pub section: String,
    pub nr: i64,
    /// Empty when the generated sentences were taken back.
    pub text: String,
    /// JSON: pairs of path and what the draft showed there.
    pub figures: String,
    pub written_by: String,
    pub written_at: DateTime<Utc>,
}

/// A section about to be written over the number `seen`; 0 when nobody had written in it.
#[derive(Debug, Clone, Copy)]
pub struct NewText<'a> {
    pub round: &'a str,
    pub paper: &'a str,
    pub section: &'a str,
    pub seen: i64,
    pub text: &'a str,
    pub figures: &'a str,
}

/// The public version of a quarter, as it was when the report was fixed.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Published {
    pub round_id: String,
    pub kvartal: String,
    pub json: String,
}

/// When the report about a case was sent to IVO, and the answer.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct IvoNotice {
    pub line_key: String,
    pub nr: i64,
    pub sent_on: Option<NaiveDate>,
    pub answer: String,
    pub noted_by: String,
    pub noted_at: DateTime<Utc>,
}

/// A note about a case, made over the number `seen`; 0 when there was none.
#[derive(Debug, Clone, Copy)]
pub struct NewNotice<'a> {
    pub round: &'a str,
    pub line_key: &'a str,
    pub seen: i64,
    pub sent_on: Option<NaiveDate>,
    pub answer: &'a str,
}

const TEXTS: &str = "SELECT t.paper, t.section, t.nr, t.text, t.figures, t.written_by, t.written_at FROM section_text t
    WHERE t.round_id = $1 AND t.nr = (SELECT MAX(o.nr) FROM section_text o
        WHERE o.round_id = t.round_id AND o.paper = t.paper AND o.section = t.section)
    ORDER BY t.paper, t.section";
const ADD_TEXT: &str =
    "INSERT INTO section_text (id, round_id, paper, section, nr, text, figures, written_by, written_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const PUBLISHED: &str = "SELECT p.round_id, r.kvartal, p.json FROM published p JOIN round r ON r.id = p.round_id
    WHERE r.namnd_id = $1 ORDER BY r.kvartal, p.id";
const ADD_PUBLISHED: &str = "INSERT INTO published (id, round_id, json, published_at) VALUES ($1, $2, $3, $4)";
const NOTICES: &str = "SELECT t.line_key, t.nr, t.sent_on, t.answer, t.noted_by, t.noted_at FROM ivo_notice t
    WHERE t.round_id = $1 AND t.nr = (SELECT MAX(o.nr) FROM ivo_notice o
        WHERE o.round_id = t.round_id AND o.line_key = t.line_key)
    ORDER BY t.line_key";
const ADD_NOTICE: &str = "INSERT INTO ivo_notice (id, round_id, line_key, nr, sent_on, answer, noted_by, noted_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

impl Store {
    /// What has been written in the papers of a round: the newest of each section, also where it was taken back.
    pub async fn section_texts(&self, round: &str) -> Result<Vec<SectionText>, StoreError> {
        all!(self, TEXTS, round)
    }

    /// Everything a nämnd has published, oldest first.
    pub async fn published(&self, namnd: &str) -> Result<Vec<Published>, StoreError> {
        all!(self, PUBLISHED, namnd)
    }

    /// What is noted about sending to IVO: the newest of each case.
    pub async fn ivo_notices(&self, round: &str) -> Result<Vec<IvoNotice>, StoreError> {
        all!(self, NOTICES, round)
    }
}

impl Tx {
    /// # Errors
    ///
    /// [`StoreError::Conflict`] when somebody else wrote in the section meanwhile.
    pub async fn add_section_text(&mut self, it: NewText<'_>, by: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.hold_round(it.round).await?;
        let (nr, text) = (it.seen + 1, clean(it.text));
        run!(self, ADD_TEXT, new_id(), it.round, it.paper, it.section, nr, text, it.figures, by, stored(now))?;
        Ok(())
    }

    pub async fn add_published(&mut self, round: &str, json: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.hold_round(round).await?;
        run!(self, ADD_PUBLISHED, new_id(), round, json, stored(now))?;
        Ok(())
    }

    /// # Errors
    ///
    /// [`StoreError::Conflict`] when somebody else noted something about the case meanwhile.
    pub async fn add_ivo_notice(&mut self, it: NewNotice<'_>, by: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.hold_round(it.round).await?;
        let (nr, answer) = (it.seen + 1, clean(it.answer));
        run!(self, ADD_NOTICE, new_id(), it.round, it.line_key, nr, it.sent_on, answer, by, stored(now))?;
        Ok(())
    }
}
