//! A whole round from a folder → the database, as if everything had happened in the service.
//!
//! Goes in: a [`Round`] with its files. Comes out: the id of the stored round, every file read.
//! Guaranteed: times are those of the round file; what the handläggare decided there is decided here; nothing is
//! accepted that was not asked for.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::merge::report::PastQuarter;
use crate::merge::round::{Content, Round};
use crate::model::{InsatsId, Meetings};
use crate::store::attempt::Incoming;
use crate::store::event::{EventKind, Record};
use crate::store::namnd::UtforareRow;
use crate::store::review::{NewCompletion, NewDecision, RowPlace};
use crate::store::round::Days;
use crate::store::{Actor, new_id};

use super::intake::Upload;
use super::library::OwnFile;
use super::papers::beside::Said;
use super::{Desk, DeskError};

/// A round folder, read into memory.
pub struct RoundFolder {
    pub round: Round,
    /// For each attempt of the round its bytes; empty for a nil return.
    pub files: Vec<Vec<u8>>,
    /// Kind (`foregaende`, `register`, `pagaende`), name and bytes.
    pub bases: Vec<(&'static str, String, Vec<u8>)>,
    pub own_rules: Vec<OwnFile>,
    pub meetings: Meetings,
    /// What is said beside the figures.
    pub said: Said,
}

/// Figures of a quarter from before Kvartal, as stored.
#[derive(Serialize, Deserialize)]
struct Past {
    kvartal: String,
    reported: u32,
    ended: u32,
    open: u32,
    by_insats: Vec<(String, u32)>,
}

pub(super) fn history_from_json(text: &str) -> Vec<PastQuarter> {
    let all: Vec<Past> = serde_json::from_str(text).unwrap_or_default();
    all.into_iter()
        .map(|it| PastQuarter {
            kvartal: it.kvartal,
            reported: it.reported,
            ended: it.ended,
            open: it.open,
            by_insats: it.by_insats,
        })
        .collect()
}

fn history_to_json(all: &[PastQuarter]) -> String {
    let all: Vec<Past> = all
        .iter()
        .map(|it| Past {
            kvartal: it.kvartal.clone(),
            reported: it.reported,
            ended: it.ended,
            open: it.open,
            by_insats: it.by_insats.clone(),
        })
        .collect();
    serde_json::to_string(&all).unwrap_or_else(|_| "[]".to_owned())
}

/// The instant at which a Swedish day was at noon: for what the round file gives only a day.
fn noon(day: NaiveDate) -> DateTime<Utc> {
    let noon = chrono::NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default();
    crate::model::calendar::swedish_time(day.and_time(noon)).to_utc()
}

impl Desk {
    /// The nämnd with this name, added when it is not there.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn namnd_named(
        &self,
        (kommun, namn): (&str, &str),
        by: &Actor,
        now: DateTime<Utc>,
    ) -> Result<String, DeskError> {
        if let Some(found) = self.store.namnder().await?.into_iter().find(|it| it.kommun == kommun && it.namn == namn) {
            return Ok(found.id);
        }
        let mut tx = self.store.begin().await?;
        let id = tx.add_namnd(kommun, namn, now).await?;
        let (kind, data) = (EventKind::NamndCreated, json!({ "kommun": kommun, "namn": namn }));
        tx.log(Record { chain: &id, at: now, actor: by, kind, about: &id, data }).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Loads a round folder. Everything in it is read when this returns.
    ///
    /// # Errors
    ///
    /// The database failed, the caged reader could not be started, or the quarter is there already.
    pub async fn load_round(&self, folder: RoundFolder, now: DateTime<Utc>) -> Result<String, DeskError> {
        let by = Actor::import();
        let round = &folder.round;
        let namnd = self.namnd_named((&round.kommun, &round.namnd), &by, now).await?;
        if self.store.round_of(&namnd, &round.quarter.to_string()).await?.is_some() {
            return Err(super::Refusal::new(format!("Kvartalet {} finns redan.", round.quarter)).into());
        }
        let filings = self.load_expected(&namnd, &folder, &by, now).await?;
        for (attempt, bytes) in round.filings.iter().zip(&folder.files) {
            for filing in concerned(&filings, attempt.utforare, attempt.insatser.as_deref()) {
                let received = attempt.received.to_utc();
                match &attempt.content {
                    Content::Nil => {
                        // Said in the round file; a nil return that the rules object to is for the handläggare to see.
                        self.load_nil(&filing.id, &by, received).await?;
                    }
                    Content::File(name) => {
                        let upload = Upload { name: name.clone(), bytes: bytes.clone() };
                        self.receive(&filing.id, upload, &by, received).await?;
                    }
                }
            }
        }
        while self.work_once(now).await? {}
        self.load_what_was_said(round, &filings, &by).await?;
        let id = filings
            .first()
            .map(|it| it.round.clone())
            .ok_or_else(|| DeskError::System("Omgången har inga utförare.".into()))?;
        self.load_said(&id, folder.said, &by, now).await?;
        Ok(id)
    }

    async fn load_expected(
        &self,
        namnd: &str,
        folder: &RoundFolder,
        by: &Actor,
        now: DateTime<Utc>,
    ) -> Result<Vec<Loaded>, DeskError> {
        let round = &folder.round;
        let library = match self.store.namnd(namnd).await? {
            Some(it) => self.library(&it).await?,
            None => self.builtin().clone(),
        };
        let known = self.store.utforare(namnd).await?;
        let uppdrag = self.store.uppdrag(namnd).await?;
        let mut tx = self.store.begin().await?;
        for (path, text) in &folder.own_rules {
            tx.save_own_rule(namnd, (path, text), &by.id, now).await?;
        }
        let kvartal = round.quarter.to_string();
        let opens = round.quarter.last_day().succ_opt().unwrap_or(round.last_day).min(round.last_day);
        let days = Days {
            opens,
            last_day: round.last_day,
            report_day: round.report_day,
            meetings: folder.meetings,
            ivo: None,
        };
        let id = tx.add_round(namnd, &kvartal, days, &history_to_json(&round.history), now).await?;
        let mut filings = Vec::new();
        for (at, expected) in round.utforare.iter().enumerate() {
            let it = &expected.utforare;
            let row = UtforareRow {
                id: new_id(),
                namnd_id: namnd.to_owned(),
                nyckel: it.id.clone(),
                namn: it.name.clone(),
                orgnr: it.orgnr.clone(),
                alias: serde_json::to_string(&it.aliases).unwrap_or_else(|_| "[]".to_owned()),
                rated: expected.rated,
                closed_at: None,
            };
            let utforare = tx.save_utforare(&row, now).await?;
            let contacts: Vec<(String, String)> = it.mail.iter().map(|mail| (it.name.clone(), mail.clone())).collect();
            tx.set_kontakter(&utforare, &contacts).await?;
            for own in &it.uppdrag {
                let keys: Vec<String> = own.insatser.iter().map(|id| library.insatser.get(*id).key.clone()).collect();
                let old = known.iter().find(|old| old.nyckel == it.id);
                let same =
                    uppdrag.iter().find(|it| old.is_some_and(|old| it.utforare_id == old.id) && it.keys() == keys);
                let uppdrag = match same {
                    Some(it) => it.id.clone(),
                    None => tx.add_uppdrag(&utforare, &keys, (None, None)).await?,
                };
                let filing = tx.add_filing(&id, &uppdrag, now).await?;
                filings.push(Loaded { id: filing, round: id.clone(), utforare: at, insatser: own.insatser.clone() });
            }
        }
        for (kind, name, bytes) in &folder.bases {
            let original = tx.add_original(Incoming { name, bytes, sender: &by.id, received_at: now }).await?;
            tx.set_basis(&id, kind, &original, &by.id, now).await?;
        }
        let (kind, data) = (EventKind::RoundCreated, json!({ "kvartal": kvartal }));
        tx.log(Record { chain: namnd, at: now, actor: by, kind, about: &id, data }).await?;
        tx.commit().await?;
        Ok(filings)
    }

    async fn load_nil(&self, filing: &str, by: &Actor, received: DateTime<Utc>) -> Result<(), DeskError> {
        match self.nil(filing, by, received).await {
            Ok(_) => Ok(()),
            // The round file says so; the rules will object in the report, as they do on the command line.
            Err(DeskError::Refused(_)) => self.nil_all_the_same(filing, by, received).await,
            Err(error) => Err(error),
        }
    }

    async fn load_what_was_said(&self, round: &Round, filings: &[Loaded], by: &Actor) -> Result<(), DeskError> {
        let Some(first) = filings.first() else { return Ok(()) };
        for it in &round.reminders {
            for filing in concerned(filings, it.utforare, it.insatser.as_deref()) {
                let mut tx = self.store.begin().await?;
                tx.add_reminder(&filing.id, it.sent, by).await?;
                tx.commit().await?;
            }
        }
        for it in &round.completions {
            for filing in concerned(filings, it.utforare, it.insatser.as_deref()) {
                let missing_cases = i64::from(it.missing_cases);
                let due = it.due.or(it.answered).unwrap_or(round.report_day);
                let mut tx = self.store.begin().await?;
                let new = NewCompletion { filing: &filing.id, attempt: None, place: None, missing_cases, due };
                let id = tx.add_completion(new, noon(it.asked)).await?;
                let text = if it.text.is_empty() { "Komplettering begärd." } else { &it.text };
                tx.add_message(&id, "namnd", text, by, noon(it.asked)).await?;
                if let Some(answered) = it.answered {
                    tx.completion_answered(&id, noon(answered)).await?;
                }
                tx.close_completion(&id, noon(it.answered.unwrap_or(round.report_day))).await?;
                tx.commit().await?;
            }
        }
        for it in &round.grades {
            for filing in concerned(filings, it.utforare, it.insatser.as_deref()) {
                let mut tx = self.store.begin().await?;
                tx.add_grade(&filing.id, Some(it.grade.key()), &it.reason, by, noon(round.report_day)).await?;
                tx.commit().await?;
            }
        }
        self.load_decisions(round, filings, by).await?;
        let mut tx = self.store.begin().await?;
        tx.touch_round(&first.round).await?;
        tx.commit().await?;
        Ok(())
    }

    /// A decision names a file and a row; here it needs the attempt and the name of the sheet.
    async fn load_decisions(&self, round: &Round, filings: &[Loaded], by: &Actor) -> Result<(), DeskError> {
        let Some(first) = filings.first() else { return Ok(()) };
        let context = self.context(&first.round).await?;
        for it in &round.decisions {
            for filing in filings.iter().filter(|own| own.utforare == it.utforare) {
                let Some(row) = context.contents.filing(&filing.id) else { continue };
                for attempt in context.contents.attempts_of(row) {
                    let named = context.contents.original_of(attempt).is_some_and(|own| own.name == it.file);
                    if !named {
                        continue;
                    }
                    let reviewed = self.reviewed(&context, attempt).await?;
                    let here = |case: &&crate::judge::Case| {
                        let name = reviewed.info.sheets.get(usize::from(case.sheet));
                        case.row + 1 == it.row && it.sheet.as_ref().is_none_or(|sheet| Some(sheet) == name)
                    };
                    let Some(case) = reviewed.review.cases.iter().find(here) else { continue };
                    let sheet = reviewed.info.sheets.get(usize::from(case.sheet)).cloned().unwrap_or_default();
                    let place = RowPlace { sheet, row: i64::from(it.row) };
                    let decision = if it.count { "medrakna" } else { "undanta" };
                    let new =
                        NewDecision { attempt: &attempt.id, place: &place, seen: 0, decision, reason: &it.reason };
                    let mut tx = self.store.begin().await?;
                    tx.add_decision(new, by, noon(round.report_day)).await?;
                    tx.commit().await?;
                }
            }
        }
        Ok(())
    }
}

/// A filing that was loaded.
struct Loaded {
    id: String,
    round: String,
    utforare: usize,
    insatser: Vec<InsatsId>,
}

fn concerned<'a>(
    filings: &'a [Loaded],
    utforare: usize,
    insatser: Option<&'a [InsatsId]>,
) -> impl Iterator<Item = &'a Loaded> {
    filings.iter().filter(move |it| it.utforare == utforare && crate::merge::round::concerns(insatser, &it.insatser))
}
