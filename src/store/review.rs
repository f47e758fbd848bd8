//! What people say about a filing: replies, decisions on rows, completions, grades, feedback, reminders.
//!
//! Goes in: what was decided, by whom and when. Comes out: rows as they stand.
//! Guaranteed: nothing said is overwritten: a newer decision or grade is a new row; two people deciding the same row at once
//! meet in a unique key, and the second is told.

use chrono::{DateTime, NaiveDate, Utc};

use super::{Actor, Store, StoreError, Tx, all, all_tx, clean, maybe, new_id, run, stored};

/// The utförare's answer to a question.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Reply {
    pub id: String,
    pub attempt_id: String,
    pub rule: String,
    /// `None`: all findings of the rule in the attempt.
    pub sheet: Option<String>,
    /// As Excel shows it, from 1.
    pub row: Option<i64>,
    pub text: String,
    pub person_id: String,
    pub at: DateTime<Utc>,
}

/// What a handläggare decided about a row.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct DecisionRow {
    pub id: String,
    pub attempt_id: String,
    pub sheet: String,
    pub row: i64,
    pub nr: i64,
    /// `medrakna`, `undanta` or `upphavd`.
    pub decision: String,
    pub reason: String,
    pub person_id: String,
    pub at: DateTime<Utc>,
}

/// A completion asked for.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct CompletionRow {
    pub id: String,
    pub filing_id: String,
    pub attempt_id: Option<String>,
    pub sheet: Option<String>,
    pub row: Option<i64>,
    pub missing_cases: i64,
    pub due: NaiveDate,
    pub asked_at: DateTime<Utc>,
    pub answered_at: Option<DateTime<Utc>>,
    pub closed_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Message {
    pub id: String,
    pub completion_id: String,
    pub person_id: String,
    pub person_name: String,
    /// `utforare` or `namnd`.
    pub side: String,
    pub text: String,
    pub at: DateTime<Utc>,
}

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ReminderRow {
    pub id: String,
    pub filing_id: String,
    pub nr: i64,
    pub sent_on: NaiveDate,
    pub sent_by: String,
    /// When its letters were written; none when somebody reminded in another way.
    pub laid_at: Option<DateTime<Utc>>,
    /// Since when it is known that no letter of it reached anybody.
    pub undelivered_at: Option<DateTime<Utc>>,
}

impl ReminderRow {
    /// Whether somebody has been reminded, as far as anybody knows.
    pub fn counts(&self) -> bool {
        self.undelivered_at.is_none()
    }
}

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct GradeRow {
    pub id: String,
    pub filing_id: String,
    /// `None`: back to the suggested one.
    pub grade: Option<String>,
    pub reason: String,
    pub person_id: String,
    pub at: DateTime<Utc>,
}

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct GradeComment {
    pub id: String,
    pub filing_id: String,
    pub text: String,
    pub person_id: String,
    pub at: DateTime<Utc>,
}

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct FeedbackRow {
    pub filing_id: String,
    /// As it is being written.
    pub text: String,
    pub person_id: String,
    pub changed_at: DateTime<Utc>,
    pub sent_at: Option<DateTime<Utc>>,
    /// As the utförare sees it.
    pub sent_text: Option<String>,
}

const REPLIES: &str = "SELECT * FROM reply WHERE attempt_id = $1 ORDER BY id";
pub(super) const REPLIES_OF_ROUND: &str = "SELECT p.* FROM reply p JOIN attempt a ON a.id = p.attempt_id
    JOIN filing f ON f.id = a.filing_id WHERE f.round_id = $1 ORDER BY p.id";
const ADD_REPLY: &str = "INSERT INTO reply (id, attempt_id, rule, sheet, row, text, person_id, at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
pub(super) const DECISIONS_OF_ROUND: &str = "SELECT d.* FROM decision d JOIN attempt a ON a.id = d.attempt_id
    JOIN filing f ON f.id = a.filing_id WHERE f.round_id = $1 ORDER BY d.attempt_id, d.sheet, d.row, d.nr";
const ADD_DECISION: &str = "INSERT INTO decision (id, attempt_id, sheet, row, nr, decision, reason, person_id, at)
    SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9
    WHERE $5 = 1 + (SELECT COALESCE(MAX(nr), 0) FROM decision WHERE attempt_id = $2 AND sheet = $3 AND row = $4)";
pub(super) const COMPLETIONS_OF_ROUND: &str = "SELECT c.* FROM completion c JOIN filing f ON f.id = c.filing_id
    WHERE f.round_id = $1 ORDER BY c.id";
const COMPLETIONS: &str = "SELECT * FROM completion WHERE filing_id = $1 ORDER BY id";
const COMPLETION: &str = "SELECT * FROM completion WHERE id = $1";
const ADD_COMPLETION: &str = "INSERT INTO completion
    (id, filing_id, attempt_id, sheet, row, missing_cases, due, asked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const ANSWERED: &str = "UPDATE completion SET answered_at = COALESCE(answered_at, $2) WHERE id = $1";
const CLOSED: &str = "UPDATE completion SET closed_at = $2 WHERE id = $1 AND closed_at IS NULL";
const MESSAGES: &str = "SELECT * FROM completion_message WHERE completion_id = $1 ORDER BY id";
pub(super) const MESSAGES_OF_ROUND: &str =
    "SELECT m.* FROM completion_message m JOIN completion c ON c.id = m.completion_id
    JOIN filing f ON f.id = c.filing_id WHERE f.round_id = $1 ORDER BY m.id";
const ADD_MESSAGE: &str = "INSERT INTO completion_message (id, completion_id, person_id, person_name, side, text, at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
pub(super) const REMINDERS_OF_ROUND: &str = "SELECT m.* FROM reminder m JOIN filing f ON f.id = m.filing_id
    WHERE f.round_id = $1 ORDER BY m.filing_id, m.nr";
const ADD_REMINDER: &str = "INSERT INTO reminder (id, filing_id, nr, sent_on, sent_by, laid_at)
    VALUES ($1, $2, (SELECT COALESCE(MAX(nr), 0) + 1 FROM reminder WHERE filing_id = $2), $3, $4, $5)";
const REMINDERS: &str = "SELECT * FROM reminder WHERE filing_id = $1 ORDER BY nr";
pub(super) const GRADES_OF_ROUND: &str = "SELECT g.* FROM grade g JOIN filing f ON f.id = g.filing_id
    WHERE f.round_id = $1 ORDER BY g.id";
const ADD_GRADE: &str =
    "INSERT INTO grade (id, filing_id, grade, reason, person_id, at) VALUES ($1, $2, $3, $4, $5, $6)";
pub(super) const COMMENTS_OF_ROUND: &str = "SELECT c.* FROM grade_comment c JOIN filing f ON f.id = c.filing_id
    WHERE f.round_id = $1 ORDER BY c.id";
const ADD_COMMENT: &str = "INSERT INTO grade_comment (id, filing_id, text, person_id, at) VALUES ($1, $2, $3, $4, $5)";
pub(super) const FEEDBACK_OF_ROUND: &str = "SELECT b.* FROM feedback b JOIN filing f ON f.id = b.filing_id
    WHERE f.round_id = $1 ORDER BY b.filing_id";
const FEEDBACK: &str = "SELECT * FROM feedback WHERE filing_id = $1";
const SAVE_FEEDBACK: &str = "INSERT INTO feedback (filing_id, text, person_id, changed_at, sent_at, sent_text)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (filing_id) DO UPDATE SET text = excluded.text, person_id = excluded.person_id,
        changed_at = excluded.changed_at, sent_at = COALESCE(excluded.sent_at, feedback.sent_at),
        sent_text = COALESCE(excluded.sent_text, feedback.sent_text)";

/// A row of an attempt, as Excel shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowPlace {
    pub sheet: String,
    /// From 1.
    pub row: i64,
}

/// A decision about to be written.
#[derive(Debug, Clone, Copy)]
pub struct NewDecision<'a> {
    pub attempt: &'a str,
    pub place: &'a RowPlace,
    /// The number of the decision the page showed; 0 when there was none.
    pub seen: i64,
    /// `medrakna`, `undanta` or `upphavd`.
    pub decision: &'a str,
    pub reason: &'a str,
}

/// A completion about to be asked for.
#[derive(Debug, Clone, Copy)]
pub struct NewCompletion<'a> {
    pub filing: &'a str,
    pub attempt: Option<&'a str>,
    pub place: Option<&'a RowPlace>,
    pub missing_cases: i64,
    pub due: NaiveDate,
}

impl Store {
    pub async fn replies(&self, attempt: &str) -> Result<Vec<Reply>, StoreError> {
        all!(self, REPLIES, attempt)
    }

    pub async fn replies_of_round(&self, round: &str) -> Result<Vec<Reply>, StoreError> {
        all!(self, REPLIES_OF_ROUND, round)
    }

    /// All decisions, older ones too, by row and number.
    pub async fn decisions_of_round(&self, round: &str) -> Result<Vec<DecisionRow>, StoreError> {
        all!(self, DECISIONS_OF_ROUND, round)
    }

    pub async fn completions_of_round(&self, round: &str) -> Result<Vec<CompletionRow>, StoreError> {
        all!(self, COMPLETIONS_OF_ROUND, round)
    }

    pub async fn completions(&self, filing: &str) -> Result<Vec<CompletionRow>, StoreError> {
        all!(self, COMPLETIONS, filing)
    }

    pub async fn completion(&self, id: &str) -> Result<Option<CompletionRow>, StoreError> {
        maybe!(self, COMPLETION, id)
    }

    pub async fn messages(&self, completion: &str) -> Result<Vec<Message>, StoreError> {
        all!(self, MESSAGES, completion)
    }

    pub async fn messages_of_round(&self, round: &str) -> Result<Vec<Message>, StoreError> {
        all!(self, MESSAGES_OF_ROUND, round)
    }

    pub async fn reminders_of_round(&self, round: &str) -> Result<Vec<ReminderRow>, StoreError> {
        all!(self, REMINDERS_OF_ROUND, round)
    }

    /// All grades, older ones too.
    pub async fn grades_of_round(&self, round: &str) -> Result<Vec<GradeRow>, StoreError> {
        all!(self, GRADES_OF_ROUND, round)
    }

    pub async fn grade_comments_of_round(&self, round: &str) -> Result<Vec<GradeComment>, StoreError> {
        all!(self, COMMENTS_OF_ROUND, round)
    }

    pub async fn feedback_of_round(&self, round: &str) -> Result<Vec<FeedbackRow>, StoreError> {
        all!(self, FEEDBACK_OF_ROUND, round)
    }

    pub async fn feedback(&self, filing: &str) -> Result<Option<FeedbackRow>, StoreError> {
        maybe!(self, FEEDBACK, filing)
    }
}

impl Tx {
    pub async fn add_reply(
        &mut self,
        attempt: &str,
        (rule, place): (&str, Option<&RowPlace>),
        text: &str,
        by: &Actor,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let (sheet, row) = (place.map(|it| it.sheet.as_str()), place.map(|it| it.row));
        let sheet = sheet.map(clean);
        self.hold_attempt(attempt).await?;
        run!(self, ADD_REPLY, new_id(), attempt, rule, sheet, row, clean(text), &by.id, stored(now))?;
        Ok(())
    }

    /// # Errors
    ///
    /// [`StoreError::Conflict`] when somebody decided the row after the page was shown.
    pub async fn add_decision(
        &mut self,
        it: NewDecision<'_>,
        by: &Actor,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let NewDecision { attempt, place, seen, decision, reason } = it;
        let (sheet, row, reason) = (clean(&place.sheet), place.row, clean(reason));
        self.hold_attempt(attempt).await?;
        let added =
            run!(self, ADD_DECISION, new_id(), attempt, sheet, row, seen + 1, decision, reason, &by.id, stored(now))?;
        if added == 0 {
            return Err(StoreError::Conflict);
        }
        Ok(())
    }

    /// Gives the id.
    pub async fn add_completion(&mut self, it: NewCompletion<'_>, now: DateTime<Utc>) -> Result<String, StoreError> {
        let id = new_id();
        let (sheet, row) = (it.place.map(|it| it.sheet.as_str()), it.place.map(|it| it.row));
        let sheet = sheet.map(clean);
        self.hold_filing(it.filing).await?;
        run!(self, ADD_COMPLETION, &id, it.filing, it.attempt, sheet, row, it.missing_cases, it.due, stored(now))?;
        Ok(id)
    }

    /// `side` is `utforare` or `namnd`.
    pub async fn add_message(
        &mut self,
        completion: &str,
        side: &str,
        text: &str,
        by: &Actor,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.hold_completion(completion).await?;
        run!(self, ADD_MESSAGE, new_id(), completion, &by.id, clean(&by.name), side, clean(text), stored(now))?;
        Ok(())
    }

    /// The first answer counts.
    pub async fn completion_answered(&mut self, id: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.hold_completion(id).await?;
        run!(self, ANSWERED, id, stored(now))?;
        Ok(())
    }

    /// # Errors
    ///
    /// [`StoreError::Conflict`] when it was closed already.
    pub async fn close_completion(&mut self, id: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.hold_completion(id).await?;
        if run!(self, CLOSED, id, stored(now))? == 0 {
            return Err(StoreError::Conflict);
        }
        Ok(())
    }

    /// The reminders sent so far; its round is held, so no other run adds one meanwhile.
    pub async fn reminders(&mut self, filing: &str) -> Result<Vec<ReminderRow>, StoreError> {
        self.hold_filing(filing).await?;
        all_tx!(self, REMINDERS, filing)
    }

    /// A reminder in another way than by letter.
    pub async fn add_reminder(&mut self, filing: &str, sent_on: NaiveDate, by: &Actor) -> Result<(), StoreError> {
        self.hold_filing(filing).await?;
        let no_letters: Option<DateTime<Utc>> = None;
        run!(self, ADD_REMINDER, new_id(), filing, sent_on, &by.id, no_letters).map(|_| ())
    }

    /// A reminder by letters that were written at that time.
    pub async fn add_reminder_by_letter(
        &mut self,
        filing: &str,
        (sent_on, laid_at): (NaiveDate, DateTime<Utc>),
        by: &Actor,
    ) -> Result<(), StoreError> {
        self.hold_filing(filing).await?;
        run!(self, ADD_REMINDER, new_id(), filing, sent_on, &by.id, Some(stored(laid_at))).map(|_| ())
    }

    /// `None` as grade goes back to the suggested one.
    pub async fn add_grade(
        &mut self,
        filing: &str,
        grade: Option<&str>,
        reason: &str,
        by: &Actor,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.hold_filing(filing).await?;
        run!(self, ADD_GRADE, new_id(), filing, grade, clean(reason), &by.id, stored(now))?;
        Ok(())
    }

    pub async fn add_grade_comment(
        &mut self,
        filing: &str,
        text: &str,
        by: &Actor,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.hold_filing(filing).await?;
        run!(self, ADD_COMMENT, new_id(), filing, clean(text), &by.id, stored(now))?;
        Ok(())
    }

    /// Writes the text; `sent` says that it goes out now. What was sent before stays as it was sent.
    pub async fn save_feedback(
        &mut self,
        filing: &str,
        text: &str,
        sent: bool,
        by: &Actor,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let now = stored(now);
        let text = clean(text);
        self.hold_filing(filing).await?;
        run!(self, SAVE_FEEDBACK, filing, &*text, &by.id, now, sent.then_some(now), sent.then_some(&*text))?;
        Ok(())
    }
}
