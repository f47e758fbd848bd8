//! Answers come in: files and nil returns.
//!
//! Goes in: a filing, bytes and who sent them. Comes out: the new attempt, or a refusal.
//! Guaranteed: an acknowledged file is durably stored; a file that is there already is recognised; a file that seems to be
//! about something else replaces nothing until its sender has said what it is.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::model::{AttemptState, FilingState, Outcome, Window};
use crate::store::attempt::{Attempt, Incoming, NewAttempt};
use crate::store::event::{EventKind, Record, hex};
use crate::store::filing::Filing;
use crate::store::round::RoundRow;
use crate::store::{Actor, StoreError};

use super::assemble::day;
use super::questions::{is_answered, questions};
use super::transitions::{Facts, Step, next};
use super::{Desk, DeskError, Refusal};

/// How often something is tried again that somebody else's change stood in the way of.
const TRIES: usize = 8;

/// A file on its way in.
pub struct Upload {
    /// As the sender named it.
    pub name: String,
    pub bytes: Vec<u8>,
}

/// Where the bytes of a new attempt are.
#[derive(Clone, Copy)]
pub(super) enum Source<'a> {
    /// On their way in.
    Bytes(Incoming<'a>),
    /// Stored already, as this original.
    Stored(&'a str),
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Received {
    /// It is stored and will be read.
    New { attempt: String },
    /// Exactly these bytes are there already, as this attempt.
    Same { attempt: String },
}

impl Received {
    pub fn attempt(&self) -> &str {
        match self {
            Self::New { attempt } | Self::Same { attempt } => attempt,
        }
    }
}

/// Why an attempt was stopped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    /// The quarter the file says, when that is another one.
    pub kvartal: Option<String>,
    /// Key of the utförare the file says, when that is another one.
    pub utforare: Option<String>,
    /// The sender has said that the file is right all the same.
    #[serde(default)]
    pub bekraftad: bool,
}

impl Attempt {
    /// Why it was stopped, if it was.
    pub fn why_stopped(&self) -> Option<Stop> {
        serde_json::from_str(self.stop.as_deref()?).ok()
    }
}

/// The last day for a filing, its extension counted.
pub fn last_day(round: &RoundRow, filing: &Filing) -> NaiveDate {
    filing.extended_to.map_or(round.last_day, |it| it.max(round.last_day))
}

/// Whether a filing can be answered on a day.
pub fn window(round: &RoundRow, filing: &Filing, today: NaiveDate) -> Window {
    if round.is_fixed() {
        Window::Closed
    } else if today < round.opens {
        Window::NotOpen
    } else if today <= last_day(round, filing) {
        Window::Open
    } else {
        Window::Late
    }
}

impl Desk {
    /// A filing with its round.
    pub(super) async fn filing_and_round(&self, filing: &str) -> Result<(Filing, RoundRow), DeskError> {
        let filing = self.store.filing(filing).await?.ok_or(DeskError::NotFound)?;
        let round = self.store.round(&filing.round_id).await?.ok_or(DeskError::NotFound)?;
        Ok((filing, round))
    }

    /// What is known about a filing now.
    pub(super) async fn facts(&self, filing: &Filing, fixed: bool) -> Result<Facts, DeskError> {
        let attempts = self.store.attempts_of_filing(&filing.id).await?;
        let completions = self.store.completions(&filing.id).await?;
        let newest_valid = attempts.iter().rev().find(|it| it.is_valid());
        let newest = attempts.iter().rev().find(|it| it.state() == AttemptState::Read);
        let mut open_questions = false;
        if let Some(attempt) = newest_valid
            && attempt.outcome() == Some(Outcome::Questions)
            && let Some(reading) = self.store.reading(&attempt.id).await?
        {
            let replies = self.store.replies(&attempt.id).await?;
            open_questions = questions(&reading.answer).iter().any(|it| !is_answered(it, &replies));
        }
        let accepted = filing.accepted_id.as_deref();
        Ok(Facts {
            fixed,
            reading: attempts.iter().any(|it| matches!(it.state(), AttemptState::Received | AttemptState::Reading)),
            newest: newest.and_then(Attempt::outcome),
            newest_is_accepted: accepted.is_some() && newest_valid.map(|it| it.id.as_str()) == accepted,
            accepted: accepted.is_some(),
            valid: newest_valid.is_some(),
            open_questions,
            open_completions: completions.iter().any(|it| it.closed_at.is_none() && it.answered_at.is_none()),
        })
    }

    /// Receives a file. When this has returned, the bytes are durably stored.
    ///
    /// # Errors
    ///
    /// A refusal when the quarter is not open; [`StoreError`] when nothing could be stored.
    pub async fn receive(
        &self,
        filing: &str,
        upload: Upload,
        by: &Actor,
        now: DateTime<Utc>,
    ) -> Result<Received, DeskError> {
        use sha2::{Digest, Sha256};
        let (row, round) = self.filing_and_round(filing).await?;
        self.must_be_open(&round, &row, by, now)?;
        if upload.bytes.is_empty() {
            return Err(
                Refusal::new("Filen är tom. Välj filen igen, eller spara den på nytt och lämna in den sedan.").into()
            );
        }
        let sha256 = hex(&Sha256::digest(&upload.bytes));
        if let Some(same) = self.same_file(&row, &round, &sha256, by, now).await? {
            return Ok(same);
        }
        let file = Incoming { name: &upload.name, bytes: &upload.bytes, sender: &by.id, received_at: now };
        let received =
            self.store_attempt(filing, Some(Source::Bytes(file)), (EventKind::Received, &sha256), by, now).await?;
        self.inner.waiting.notify_one();
        Ok(received)
    }

    /// Recognises bytes that are there already.
    async fn same_file(
        &self,
        filing: &Filing,
        round: &RoundRow,
        sha256: &str,
        by: &Actor,
        now: DateTime<Utc>,
    ) -> Result<Option<Received>, DeskError> {
        let Some(same) = self.store.same_bytes(&filing.id, sha256).await? else { return Ok(None) };
        let data = json!({ "version": same.nr, "sha256": sha256 });
        let (kind, about) = (EventKind::SameFile, filing.id.as_str());
        self.store.log(Record { chain: &round.namnd_id, at: now, actor: by, kind, about, data }).await?;
        Ok(Some(Received::Same { attempt: same.id }))
    }

    /// Receives a file that is stored already: one that waited for its filing, or one that lay in another.
    pub(super) async fn receive_stored(
        &self,
        filing: &str,
        original: &str,
        by: &Actor,
        now: DateTime<Utc>,
    ) -> Result<Received, DeskError> {
        let (row, round) = self.filing_and_round(filing).await?;
        self.must_be_open(&round, &row, by, now)?;
        let sha256 = self.store.original(original).await?.ok_or(DeskError::NotFound)?.sha256;
        if let Some(same) = self.same_file(&row, &round, &sha256, by, now).await? {
            return Ok(same);
        }
        let what = (EventKind::Received, sha256.as_str());
        let received = self.store_attempt(filing, Some(Source::Stored(original)), what, by, now).await?;
        self.inner.waiting.notify_one();
        Ok(received)
    }

    /// ”Inget att rapportera”, said by a named person.
    ///
    /// # Errors
    ///
    /// A refusal with the list of cases that are still open, or when the quarter is not open.
    pub async fn nil(&self, filing: &str, by: &Actor, now: DateTime<Utc>) -> Result<String, DeskError> {
        let (row, round) = self.filing_and_round(filing).await?;
        self.must_be_open(&round, &row, by, now)?;
        let open = self.open_before(filing).await?;
        if !open.is_empty() {
            let message = match open.len() {
                1 => "Ett ärende stod öppet i förra rapporten. Rapportera det, också om det har avslutats sedan dess."
                    .to_owned(),
                n => format!(
                    "{n} ärenden stod öppna i förra rapporten. Rapportera dem, också de som har avslutats sedan dess."
                ),
            };
            return Err(Refusal::with(message, open).into());
        }
        let stored = self.store_attempt(filing, None, (EventKind::NilReturned, ""), by, now).await?;
        Ok(stored.attempt().to_owned())
    }

    /// A nil return from a round file, which the rules may object to.
    pub(super) async fn nil_all_the_same(&self, filing: &str, by: &Actor, now: DateTime<Utc>) -> Result<(), DeskError> {
        self.store_attempt(filing, None, (EventKind::NilReturned, ""), by, now).await.map(|_| ())
    }

    /// The cases of the last report that a filing must answer, in words.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn open_before(&self, filing: &str) -> Result<Vec<String>, DeskError> {
        let (row, _) = self.filing_and_round(filing).await?;
        let context = self.context(&row.round_id).await?;
        let utforare = context.contents.utforare_of(&row).ok_or(DeskError::NotFound)?;
        let keys = context.contents.uppdrag_of(&row).map(|it| it.keys()).unwrap_or_default();
        let insatser = super::assemble::insats_ids(&keys, &context.library.insatser);
        let cases = context.open_before(&utforare.nyckel, &insatser);
        Ok(cases
            .into_iter()
            .map(|it| {
                let insats = it.insats.map_or("okänd insats", |id| context.library.insatser.get(id).name.as_str());
                let kon = it.kon.map_or("kön saknas", |it| it.swedish()).to_lowercase();
                let start = it.startdatum.map_or_else(|| "utan datum".to_owned(), |it| it.to_string());
                format!("{insats}, {kon}, {} {start}", it.start_typ.swedish().to_lowercase())
            })
            .collect())
    }

    fn must_be_open(&self, round: &RoundRow, filing: &Filing, by: &Actor, now: DateTime<Utc>) -> Result<(), DeskError> {
        match window(round, filing, day(now)) {
            Window::NotOpen if *by != Actor::import() => Err(Refusal::new(format!(
                "Kvartalet öppnar för svar den {}. Då kan du lämna in.",
                round.opens
            ))
            .into()),
            Window::Closed => Err(Refusal::new(
                "Kvartalets rapport är fastställd, så det går inte att lämna in mer. Hör av dig till biståndsenheten om något behöver ändras.",
            )
            .into()),
            _ => Ok(()),
        }
    }

    /// Somebody else may be changing the same filing: what was refused for that reason is tried again.
    async fn store_attempt(
        &self,
        filing: &str,
        file: Option<Source<'_>>,
        what: (EventKind, &str),
        by: &Actor,
        now: DateTime<Utc>,
    ) -> Result<Received, DeskError> {
        for _ in 0..TRIES {
            match self.store_attempt_once(filing, file, what, by, now).await {
                Err(DeskError::Store(StoreError::Conflict)) => {}
                done => return done,
            }
        }
        Err(StoreError::Busy.into())
    }

    async fn store_attempt_once(
        &self,
        filing: &str,
        file: Option<Source<'_>>,
        (kind, sha256): (EventKind, &str),
        by: &Actor,
        now: DateTime<Utc>,
    ) -> Result<Received, DeskError> {
        let (row, round) = self.filing_and_round(filing).await?;
        let mut facts = self.facts(&row, round.is_fixed()).await?;
        let nil = file.is_none();
        let step = if nil { Step::Nil } else { Step::Receive };
        if nil {
            (facts.newest, facts.valid, facts.newest_is_accepted) = (Some(Outcome::Nil), true, false);
        } else {
            facts.reading = true;
        }
        let state = next(row.state(), step, &facts)?;
        let mut tx = self.store.begin().await?;
        let original = match file {
            Some(Source::Bytes(file)) => Some(tx.add_original(file).await?),
            Some(Source::Stored(id)) => Some(id.to_owned()),
            None => None,
        };
        if tx.hold_round(&round.id).await? {
            return Err(next(row.state(), step, &Facts { fixed: true, ..facts })
                .err()
                .map_or_else(|| StoreError::Conflict.into(), Into::into));
        }
        // Sent twice at once, neither was there when the other was looked for.
        if !nil && let Some(same) = tx.same_bytes(filing, sha256).await? {
            drop(tx);
            let known = self.same_file(&row, &round, sha256, by, now).await?;
            return Ok(known.unwrap_or(Received::Same { attempt: same.id }));
        }
        let attempt = tx
            .add_attempt(NewAttempt {
                filing,
                original: original.as_deref(),
                sender: &by.id,
                sender_name: &by.name,
                received_at: now,
            })
            .await?;
        tx.move_filing(&row, state, row.accepted_id.as_deref(), now).await?;
        tx.touch_round(&round.id).await?;
        let data = if nil { json!({}) } else { json!({ "sha256": sha256 }) };
        tx.log(Record { chain: &round.namnd_id, at: now, actor: by, kind, about: filing, data }).await?;
        tx.commit().await?;
        Ok(Received::New { attempt })
    }

    /// Lets a filing's state follow what is known about it. Whoever comes second finds it done.
    pub(super) async fn follow(&self, filing: &str, now: DateTime<Utc>) -> Result<(), DeskError> {
        for _ in 0..TRIES {
            let (row, round) = self.filing_and_round(filing).await?;
            let facts = self.facts(&row, round.is_fixed()).await?;
            let state = super::transitions::rest(&facts);
            if state == row.state() {
                return Ok(());
            }
            let mut tx = self.store.begin().await?;
            match tx.move_filing(&row, state, row.accepted_id.as_deref(), now).await {
                Ok(()) => return Ok(tx.commit().await?),
                Err(StoreError::Conflict) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(StoreError::Busy.into())
    }
}

/// Whose turn it is and what happens next, in one sentence.
pub fn what_happens_next(state: FilingState, window: Window) -> &'static str {
    match (state, window) {
        (_, Window::Closed) => "Kvartalet är fastställt. Du behöver inte göra något.",
        (FilingState::Waiting, Window::NotOpen) => "Kvartalet har inte öppnat än. Du får ett brev när det är dags.",
        (FilingState::Waiting, _) => "Lämna in en fil, eller svara att det inte finns något att rapportera.",
        (FilingState::Reading, _) => "Filen läses. Svaret kommer om en liten stund.",
        (FilingState::ToMend, _) => "Läs svaret och rätta det som är fel, eller svara på frågorna.",
        (FilingState::Asked, _) => "Biståndsenheten har frågat om något. Svara i tråden nedan.",
        (FilingState::ToReview, _) => "Du är klar. Biståndsenheten granskar nu det du har lämnat in.",
        (FilingState::Accepted, _) => "Du är klar. Biståndsenheten har godkänt det du har lämnat in.",
    }
}
