//! A whole round at once: what the board, the review and the report are made from.
//!
//! Goes in: the id of a round. Comes out: [`Contents`], every row that belongs to it.
//! Guaranteed: everything is as of one moment. The version stands beside the rows; whoever keeps what was computed from
//! them keeps it under that version, which rises with every change in the round.

use super::attempt::{self, Attempt, Original, ReadingCounts};
use super::filing::{self, Filing};
use super::namnd::{self, Kontakt, Namnd, UppdragRow, UtforareRow};
use super::review::{
    self, CompletionRow, DecisionRow, FeedbackRow, GradeComment, GradeRow, Message, ReminderRow, Reply,
};
use super::round::{self, Basis, CorrectionRow, FixedReport, RoundRow};
use super::{Store, StoreError, all_tx, maybe_tx};

/// Everything stored about one round.
#[derive(Debug, Clone)]
pub struct Contents {
    pub round: RoundRow,
    pub namnd: Namnd,
    pub utforare: Vec<UtforareRow>,
    pub kontakter: Vec<Kontakt>,
    pub uppdrag: Vec<UppdragRow>,
    pub filings: Vec<Filing>,
    pub attempts: Vec<Attempt>,
    pub originals: Vec<Original>,
    pub counts: Vec<ReadingCounts>,
    pub replies: Vec<Reply>,
    pub decisions: Vec<DecisionRow>,
    pub completions: Vec<CompletionRow>,
    pub messages: Vec<Message>,
    pub reminders: Vec<ReminderRow>,
    pub grades: Vec<GradeRow>,
    pub grade_comments: Vec<GradeComment>,
    pub feedback: Vec<FeedbackRow>,
    pub bases: Vec<Basis>,
    pub fixed: Vec<FixedReport>,
    pub corrections: Vec<CorrectionRow>,
}

impl Store {
    /// Reads a round with all that belongs to it.
    ///
    /// # Errors
    ///
    /// The database failed, or the round does not exist.
    pub async fn contents(&self, round: &str) -> Result<Contents, StoreError> {
        let missing = || StoreError::Unexpected(format!("omgången {round} finns inte"));
        let mut at = self.db().snapshot().await?;
        let row: Option<RoundRow> = maybe_tx!(at, round::ROUND, round)?;
        let row = row.ok_or_else(missing)?;
        let namnd: Option<Namnd> = maybe_tx!(at, namnd::NAMND, &row.namnd_id)?;
        let namnd = namnd.ok_or_else(missing)?;
        Ok(Contents {
            utforare: all_tx!(at, namnd::UTFORARE, &namnd.id)?,
            kontakter: all_tx!(at, namnd::KONTAKTER, &namnd.id)?,
            uppdrag: all_tx!(at, namnd::UPPDRAG, &namnd.id)?,
            filings: all_tx!(at, filing::OF_ROUND, round)?,
            attempts: all_tx!(at, attempt::OF_ROUND, round)?,
            originals: all_tx!(at, attempt::ORIGINALS_OF_ROUND, round)?,
            counts: all_tx!(at, attempt::COUNTS_OF_ROUND, round)?,
            replies: all_tx!(at, review::REPLIES_OF_ROUND, round)?,
            decisions: all_tx!(at, review::DECISIONS_OF_ROUND, round)?,
            completions: all_tx!(at, review::COMPLETIONS_OF_ROUND, round)?,
            messages: all_tx!(at, review::MESSAGES_OF_ROUND, round)?,
            reminders: all_tx!(at, review::REMINDERS_OF_ROUND, round)?,
            grades: all_tx!(at, review::GRADES_OF_ROUND, round)?,
            grade_comments: all_tx!(at, review::COMMENTS_OF_ROUND, round)?,
            feedback: all_tx!(at, review::FEEDBACK_OF_ROUND, round)?,
            bases: all_tx!(at, round::BASES, round)?,
            fixed: all_tx!(at, round::FIXED, round)?,
            corrections: all_tx!(at, round::CORRECTIONS, round)?,
            round: row,
            namnd,
        })
    }
}

/// Rows come sorted by key: a board of thousands asks for each of them.
fn found<'a, T>(rows: &'a [T], id: &str, key: impl Fn(&T) -> &String) -> Option<&'a T> {
    rows.binary_search_by(|it| key(it).as_str().cmp(id)).ok().and_then(|at| rows.get(at))
}

impl Contents {
    pub fn uppdrag_of(&self, filing: &Filing) -> Option<&UppdragRow> {
        found(&self.uppdrag, &filing.uppdrag_id, |it| &it.id)
    }

    pub fn utforare_of(&self, filing: &Filing) -> Option<&UtforareRow> {
        let uppdrag = self.uppdrag_of(filing)?;
        self.utforare.iter().find(|it| it.id == uppdrag.utforare_id)
    }

    pub fn filing(&self, id: &str) -> Option<&Filing> {
        found(&self.filings, id, |it| &it.id)
    }

    /// Oldest first.
    pub fn attempts_of(&self, filing: &Filing) -> impl DoubleEndedIterator<Item = &Attempt> {
        let first = self.attempts.partition_point(|it| it.filing_id < filing.id);
        let of_filing = self.attempts.get(first..).unwrap_or_default();
        let count = of_filing.partition_point(|it| it.filing_id == filing.id);
        of_filing.get(..count).unwrap_or_default().iter()
    }

    pub fn attempt(&self, id: &str) -> Option<&Attempt> {
        self.attempts.iter().find(|it| it.id == id)
    }

    pub fn original_of(&self, attempt: &Attempt) -> Option<&Original> {
        let id = attempt.original_id.as_deref()?;
        found(&self.originals, id, |it| &it.id)
    }

    pub fn counts_of(&self, attempt: &Attempt) -> Option<&ReadingCounts> {
        found(&self.counts, &attempt.id, |it| &it.attempt_id)
    }

    /// The newest decision on each row of an attempt, those taken back left out.
    pub fn decisions_of(&self, attempt: &str) -> Vec<&DecisionRow> {
        let mut newest: Vec<&DecisionRow> = Vec::new();
        for it in self.decisions.iter().filter(|it| it.attempt_id == attempt) {
            match newest.last_mut() {
                Some(last) if last.sheet == it.sheet && last.row == it.row => *last = it,
                _ => newest.push(it),
            }
        }
        newest.retain(|it| it.decision != "upphavd");
        newest
    }

    pub fn grade_of(&self, filing: &Filing) -> Option<&GradeRow> {
        self.grades.iter().rfind(|it| it.filing_id == filing.id).filter(|it| it.grade.is_some())
    }

    /// The fixed report that counts, if the quarter is fixed.
    pub fn fixed_now(&self) -> Option<&FixedReport> {
        self.fixed.last().filter(|it| it.unlocked_at.is_none())
    }
}
