//! Who is expected to report what: utförare with contacts and uppdrag.
//!
//! Goes in: what a samordnare types, checked by [`super::details`]. Comes out: stored rows and filings, or a refusal.
//! Guaranteed: an uppdrag that has been reported on never changes its insatser; the rounds that are open follow every change of
//! a contract, and no filing that anybody has touched goes away.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;

use crate::model::{Quarter, orgnr};
use crate::store::event::{EventKind, Record};
use crate::store::namnd::{Kontakt, UppdragRow, UtforareRow};
use crate::store::{Actor, Tx, new_id};

use super::details::{Details, Fault, faults, new_key, uppdrag_faults};
use super::{Desk, DeskError, Refusal};

/// Contacts so that reminders get through when somebody is away.
pub const WANTED_CONTACTS: usize = 2;

/// An utförare with all that belongs to it.
#[derive(Debug, Clone)]
pub struct Known {
    pub row: UtforareRow,
    pub kontakter: Vec<Kontakt>,
    pub uppdrag: Vec<UppdragRow>,
}

/// What a changed contract did to the open rounds: quarters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Followed {
    pub added: Vec<String>,
    pub removed: Vec<String>,
    /// Outside the contract, but already in use.
    pub kept: Vec<String>,
}

impl Followed {
    /// As sentences for whoever saved; empty when no round was touched.
    pub fn in_words(&self) -> String {
        let said = |all: &[String], before: &str| {
            let words: Vec<&str> = all.iter().map(String::as_str).collect();
            if words.is_empty() { String::new() } else { format!(" {before} {}.", crate::render::print::list(&words)) }
        };
        [
            said(&self.added, "En inlämning lades till i"),
            said(&self.removed, "Den oanvända inlämningen togs bort ur"),
            said(&self.kept, "Inlämningen finns kvar, eftersom den redan används, i"),
        ]
        .concat()
    }
}

fn refused(message: &str, faults: Vec<Fault>) -> Result<(), DeskError> {
    if faults.is_empty() {
        return Ok(());
    }
    Err(Refusal::with(message, faults.into_iter().map(|it| it.1).collect()).into())
}

impl Desk {
    /// An utförare of a nämnd, by its key.
    ///
    /// # Errors
    ///
    /// Not found, or the database failed.
    pub async fn known_utforare(&self, namnd: &str, nyckel: &str) -> Result<Known, DeskError> {
        let all = self.store.utforare(namnd).await?;
        let row = all.into_iter().find(|it| it.nyckel == nyckel).ok_or(DeskError::NotFound)?;
        let kontakter = self.store.kontakter(namnd).await?.into_iter().filter(|it| it.utforare_id == row.id).collect();
        let uppdrag = self.store.uppdrag(namnd).await?.into_iter().filter(|it| it.utforare_id == row.id).collect();
        Ok(Known { row, kontakter, uppdrag })
    }

    /// Adds an utförare, or changes the one with this key. Gives the key.
    ///
    /// # Errors
    ///
    /// A refusal with every fault; see [`faults`].
    pub async fn save_utforare(
        &self,
        (namnd, nyckel): (&str, Option<&str>),
        details: &Details,
        by: &Actor,
        now: DateTime<Utc>,
    ) -> Result<String, DeskError> {
        let all = self.store.utforare(namnd).await?;
        let own = match nyckel {
            Some(nyckel) => Some(all.iter().find(|it| it.nyckel == nyckel).ok_or(DeskError::NotFound)?),
            None => None,
        };
        refused("Utföraren kunde inte sparas.", faults(details, &all, own))?;
        let typed = details.orgnr.trim();
        let row = UtforareRow {
            id: own.map_or_else(new_id, |it| it.id.clone()),
            namnd_id: namnd.to_owned(),
            nyckel: own.map_or_else(|| new_key(&details.namn, &all), |it| it.nyckel.clone()),
            namn: details.namn.trim().to_owned(),
            orgnr: (!typed.is_empty()).then(|| orgnr::checked(typed).unwrap_or_else(|_| typed.to_owned())),
            alias: json!(details.alias).to_string(),
            rated: details.rated,
            closed_at: None,
        };
        let kontakter: Vec<(String, String)> = details
            .kontakter
            .iter()
            .map(|(namn, epost)| (namn.trim().to_owned(), epost.trim().to_lowercase()))
            .collect();
        let mut tx = self.store.begin().await?;
        let id = tx.save_utforare(&row, now).await?;
        tx.set_kontakter(&id, &kontakter).await?;
        let what = if own.is_some() { "andrad" } else { "tillagd" };
        let data = json!({ "vad": what, "namn": row.namn, "kontakter": kontakter.len() });
        told(&mut tx, (namnd, &id), data, by, now).await?;
        tx.commit().await?;
        Ok(row.nyckel)
    }

    /// Starts a new uppdrag. The rounds that are open and that the contract covers get a filing for it.
    ///
    /// # Errors
    ///
    /// A refusal with every fault; see [`uppdrag_faults`].
    pub async fn start_uppdrag(
        &self,
        (namnd, nyckel): (&str, &str),
        keys: &[String],
        days: (Option<NaiveDate>, Option<NaiveDate>),
        by: &Actor,
        now: DateTime<Utc>,
    ) -> Result<Followed, DeskError> {
        let known = self.known_utforare(namnd, nyckel).await?;
        if known.row.closed_at.is_some() {
            return Err(Refusal::new("Utföraren är avslutad. Öppna den igen först.").into());
        }
        let others: Vec<&UppdragRow> = known.uppdrag.iter().collect();
        refused("Uppdraget kunde inte sparas.", self.uppdrag_faults(namnd, keys, days, &others).await?)?;
        let mut tx = self.store.begin().await?;
        let id = tx.add_uppdrag(&known.row.id, keys, days).await?;
        let row = UppdragRow {
            id,
            utforare_id: known.row.id.clone(),
            insatser: json!(keys).to_string(),
            fran: days.0,
            till: days.1,
        };
        let followed = self.follow_contract(&mut tx, namnd, &row, now).await?;
        let data = json!({ "vad": "uppdrag_tillagt", "insatser": keys, "fran": days.0, "till": days.1 });
        told(&mut tx, (namnd, &known.row.id), data, by, now).await?;
        tx.commit().await?;
        Ok(followed)
    }

    /// Changes the days of an uppdrag's contract; its insatser stay.
    ///
    /// # Errors
    ///
    /// A refusal with every fault; see [`uppdrag_faults`].
    pub async fn change_contract(
        &self,
        (namnd, nyckel, uppdrag): (&str, &str, &str),
        days: (Option<NaiveDate>, Option<NaiveDate>),
        by: &Actor,
        now: DateTime<Utc>,
    ) -> Result<Followed, DeskError> {
        let known = self.known_utforare(namnd, nyckel).await?;
        let own = known.uppdrag.iter().find(|it| it.id == uppdrag).ok_or(DeskError::NotFound)?;
        let others: Vec<&UppdragRow> = known.uppdrag.iter().filter(|it| it.id != uppdrag).collect();
        refused("Avtalet kunde inte ändras.", self.uppdrag_faults(namnd, &own.keys(), days, &others).await?)?;
        let row = UppdragRow { fran: days.0, till: days.1, ..own.clone() };
        let mut tx = self.store.begin().await?;
        tx.set_uppdrag_days(uppdrag, days).await?;
        let followed = self.follow_contract(&mut tx, namnd, &row, now).await?;
        let data = json!({ "vad": "avtal_andrat", "insatser": own.keys(), "fran": days.0, "till": days.1 });
        told(&mut tx, (namnd, &known.row.id), data, by, now).await?;
        tx.commit().await?;
        Ok(followed)
    }

    /// Takes away an uppdrag that nobody has reported on: it was started by mistake.
    ///
    /// # Errors
    ///
    /// A refusal when a filing of it is in use or belongs to a fixed quarter.
    pub async fn remove_uppdrag(
        &self,
        (namnd, nyckel, uppdrag): (&str, &str, &str),
        by: &Actor,
        now: DateTime<Utc>,
    ) -> Result<(), DeskError> {
        let known = self.known_utforare(namnd, nyckel).await?;
        let own = known.uppdrag.iter().find(|it| it.id == uppdrag).ok_or(DeskError::NotFound)?;
        let mut tx = self.store.begin().await?;
        for round in self.store.rounds(namnd).await? {
            if !round.is_fixed()
                && let Some(filing) = self.store.filing_of_uppdrag(uppdrag, &round.kvartal).await?
            {
                tx.hold_round(&round.id).await?;
                tx.remove_unused_filing(&filing.id).await?;
                tx.touch_round(&round.id).await?;
            }
        }
        if !tx.remove_unused_uppdrag(uppdrag).await? {
            return Err(Refusal::new(
                "Uppdraget har redan rapporterats och kan inte tas bort. Skriv i stället vilken dag avtalet slutar.",
            )
            .into());
        }
        let data = json!({ "vad": "uppdrag_borttaget", "insatser": own.keys() });
        told(&mut tx, (namnd, &known.row.id), data, by, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Closes an utförare: its contracts end on `last`, and nothing more is expected after that.
    ///
    /// # Errors
    ///
    /// A refusal when the utförare is closed already.
    pub async fn close_utforare(
        &self,
        (namnd, nyckel): (&str, &str),
        last: NaiveDate,
        by: &Actor,
        now: DateTime<Utc>,
    ) -> Result<Followed, DeskError> {
        let known = self.known_utforare(namnd, nyckel).await?;
        if known.row.closed_at.is_some() {
            return Err(Refusal::new("Utföraren är redan avslutad.").into());
        }
        let mut tx = self.store.begin().await?;
        let mut all = Followed::default();
        for own in known.uppdrag.iter().filter(|it| it.till.is_none_or(|it| it > last)) {
            let days = (own.fran.map(|it| it.min(last)), Some(last));
            tx.set_uppdrag_days(&own.id, days).await?;
            let row = UppdragRow { fran: days.0, till: days.1, ..own.clone() };
            let followed = self.follow_contract(&mut tx, namnd, &row, now).await?;
            all.removed.extend(followed.removed);
            all.kept.extend(followed.kept);
        }
        for list in [&mut all.removed, &mut all.kept] {
            list.sort_unstable();
            list.dedup();
        }
        tx.close_utforare(&known.row.id, Some(now)).await?;
        told(&mut tx, (namnd, &known.row.id), json!({ "vad": "avslutad", "till": last }), by, now).await?;
        tx.commit().await?;
        Ok(all)
    }

    /// Opens a closed utförare again; its uppdrag stay ended until new ones are started.
    ///
    /// # Errors
    ///
    /// A refusal when the utförare is not closed.
    pub async fn reopen_utforare(
        &self,
        (namnd, nyckel): (&str, &str),
        by: &Actor,
        now: DateTime<Utc>,
    ) -> Result<(), DeskError> {
        let known = self.known_utforare(namnd, nyckel).await?;
        if known.row.closed_at.is_none() {
            return Err(Refusal::new("Utföraren är inte avslutad.").into());
        }
        let mut tx = self.store.begin().await?;
        tx.close_utforare(&known.row.id, None).await?;
        told(&mut tx, (namnd, &known.row.id), json!({ "vad": "oppnad" }), by, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// [`uppdrag_faults`] with the nämnd's own names of insatser.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn uppdrag_faults(
        &self,
        namnd: &str,
        keys: &[String],
        days: (Option<NaiveDate>, Option<NaiveDate>),
        others: &[&UppdragRow],
    ) -> Result<Vec<Fault>, DeskError> {
        let namnd = self.store.namnd(namnd).await?.ok_or(DeskError::NotFound)?;
        let library = self.library(&namnd).await?;
        let name_of = |key: &str| library.insatser.by_key(key).map(|it| library.insatser.get(it).name.clone());
        Ok(uppdrag_faults(keys, days, others, name_of))
    }

    /// Adds the filings that the contract asks for in open rounds and takes away unused ones it no longer does.
    async fn follow_contract(
        &self,
        tx: &mut Tx,
        namnd: &str,
        uppdrag: &UppdragRow,
        now: DateTime<Utc>,
    ) -> Result<Followed, DeskError> {
        let mut followed = Followed::default();
        for round in self.store.rounds(namnd).await? {
            let Ok(quarter) = round.kvartal.parse::<Quarter>() else { continue };
            if tx.hold_round(&round.id).await? {
                continue;
            }
            let covered = uppdrag.covers(quarter.first_day(), quarter.last_day());
            let list = match self.store.filing_of_uppdrag(&uppdrag.id, &round.kvartal).await? {
                None if covered => {
                    tx.add_filing(&round.id, &uppdrag.id, now).await?;
                    &mut followed.added
                }
                Some(filing) if !covered => match tx.remove_unused_filing(&filing.id).await? {
                    true => &mut followed.removed,
                    false => &mut followed.kept,
                },
                _ => continue,
            };
            list.push(quarter.in_words());
            tx.touch_round(&round.id).await?;
        }
        Ok(followed)
    }
}

async fn told(
    tx: &mut Tx,
    (namnd, utforare): (&str, &str),
    data: serde_json::Value,
    by: &Actor,
    now: DateTime<Utc>,
) -> Result<(), DeskError> {
    let record = Record { chain: namnd, at: now, actor: by, kind: EventKind::UtforareSaved, about: utforare, data };
    tx.log(record).await?;
    Ok(())
}
