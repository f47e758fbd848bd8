//! A whole round at once: what the board, the review and the report are made from.
//!
//! Goes in: the id of a round. Comes out: [`Contents`], every row that belongs to it.
//! Guaranteed: the version stands beside the rows and was read first; whoever keeps what was computed from them keeps it under
//! that version, so that at worst something newer is shown under an older version and computed again.

use super::attempt::{Attempt, Original, ReadingCounts};
use super::filing::Filing;
use super::namnd::{Kontakt, Namnd, UppdragRow, UtforareRow};
use super::review::{CompletionRow, DecisionRow, FeedbackRow, GradeComment, GradeRow, Message, ReminderRow, Reply};
use super::round::{Basis, CorrectionRow, FixedReport, RoundRow};
use super::{Store, StoreError};

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
        let row = self.round(round).await?.ok_or_else(missing)?;
        let namnd = self.namnd(&row.namnd_id).await?.ok_or_else(missing)?;
        Ok(Contents {
            utforare: self.utforare(&namnd.id).await?,
            kontakter: self.kontakter(&namnd.id).await?,
            uppdrag: self.uppdrag(&namnd.id).await?,
            filings: self.filings_of_round(round).await?,
            attempts: self.attempts_of_round(round).await?,
            originals: self.originals_of_round(round).await?,
            counts: self.counts_of_round(round).await?,
            replies: self.replies_of_round(round).await?,
            decisions: self.decisions_of_round(round).await?,
            completions: self.completions_of_round(round).await?,
            messages: self.messages_of_round(round).await?,
            reminders: self.reminders_of_round(round).await?,
            grades: self.grades_of_round(round).await?,
            grade_comments: self.grade_comments_of_round(round).await?,
            feedback: self.feedback_of_round(round).await?,
            bases: self.bases(round).await?,
            fixed: self.fixed_reports(round).await?,
            corrections: self.corrections(round).await?,
            round: row,
            namnd,
        })
    }
}

impl Contents {
    pub fn uppdrag_of(&self, filing: &Filing) -> Option<&UppdragRow> {
        self.uppdrag.iter().find(|it| it.id == filing.uppdrag_id)
    }

    pub fn utforare_of(&self, filing: &Filing) -> Option<&UtforareRow> {
        let uppdrag = self.uppdrag_of(filing)?;
        self.utforare.iter().find(|it| it.id == uppdrag.utforare_id)
    }

    pub fn filing(&self, id: &str) -> Option<&Filing> {
        self.filings.iter().find(|it| it.id == id)
    }

    /// Oldest first.
    pub fn attempts_of(&self, filing: &Filing) -> impl DoubleEndedIterator<Item = &Attempt> {
        self.attempts.iter().filter(|it| it.filing_id == filing.id)
    }

    pub fn attempt(&self, id: &str) -> Option<&Attempt> {
        self.attempts.iter().find(|it| it.id == id)
    }

    pub fn original_of(&self, attempt: &Attempt) -> Option<&Original> {
        let id = attempt.original_id.as_deref()?;
        self.originals.iter().find(|it| it.id == id)
    }

    pub fn counts_of(&self, attempt: &Attempt) -> Option<&ReadingCounts> {
        self.counts.iter().find(|it| it.attempt_id == attempt.id)
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
