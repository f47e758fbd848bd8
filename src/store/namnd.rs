//! Nämnder, their utförare with contacts and uppdrag, and the nämnd's own rules.
//!
//! Goes in: what samordnare and imports say. Comes out: rows as they stand.
//! Guaranteed: an uppdrag that has a filing never changes its insatser; it is ended and a new one takes over.

use chrono::{DateTime, NaiveDate, Utc};

use super::{Store, StoreError, Tx, all, clean, maybe, maybe_tx, new_id, run, stored};

/// A nämnd of a kommun.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Namnd {
    pub id: String,
    pub kommun: String,
    pub namn: String,
    /// Rises with every change of its own rules.
    pub rules_version: i64,
}

/// An utförare of a nämnd.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct UtforareRow {
    pub id: String,
    pub namnd_id: String,
    /// Stable key, as in `omgang.toml`.
    pub nyckel: String,
    pub namn: String,
    /// `NNNNNN-NNNN`; none for a unit in egen regi.
    pub orgnr: Option<String>,
    /// JSON list.
    pub alias: String,
    pub rated: bool,
    pub closed_at: Option<DateTime<Utc>>,
}

impl UtforareRow {
    pub fn aliases(&self) -> Vec<String> {
        serde_json::from_str(&self.alias).unwrap_or_default()
    }
}

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Kontakt {
    pub id: String,
    pub utforare_id: String,
    pub namn: String,
    pub epost: String,
}

/// A group of insatser that one utförare reports together, with the days of its contract.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct UppdragRow {
    pub id: String,
    pub utforare_id: String,
    /// JSON list of keys.
    pub insatser: String,
    pub fran: Option<NaiveDate>,
    pub till: Option<NaiveDate>,
}

impl UppdragRow {
    pub fn keys(&self) -> Vec<String> {
        serde_json::from_str(&self.insatser).unwrap_or_default()
    }

    /// Whether the contract covers any day of the span.
    pub fn covers(&self, first: NaiveDate, last: NaiveDate) -> bool {
        self.fran.is_none_or(|it| it <= last) && self.till.is_none_or(|it| it >= first)
    }
}

/// A file of the nämnd's own rules folder.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct OwnRule {
    pub path: String,
    pub text: String,
    pub changed_by: String,
    pub changed_at: DateTime<Utc>,
}

const INSERT_NAMND: &str = "INSERT INTO namnd (id, kommun, namn, created_at) VALUES ($1, $2, $3, $4)";
const NAMNDER: &str = "SELECT id, kommun, namn, rules_version FROM namnd ORDER BY kommun, namn";
pub(super) const NAMND: &str = "SELECT id, kommun, namn, rules_version FROM namnd WHERE id = $1";
pub(super) const UTFORARE: &str = "SELECT id, namnd_id, nyckel, namn, orgnr, alias, rated, closed_at FROM utforare
    WHERE namnd_id = $1 ORDER BY id";
const SAVE_UTFORARE: &str = "INSERT INTO utforare (id, namnd_id, nyckel, namn, orgnr, alias, rated, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    ON CONFLICT (namnd_id, nyckel) DO UPDATE SET namn = excluded.namn, orgnr = excluded.orgnr,
        alias = excluded.alias, rated = excluded.rated";
const CLOSE_UTFORARE: &str = "UPDATE utforare SET closed_at = $2 WHERE id = $1";
pub(super) const KONTAKTER: &str = "SELECT k.id, k.utforare_id, k.namn, k.epost FROM kontakt k
    JOIN utforare u ON u.id = k.utforare_id WHERE u.namnd_id = $1 ORDER BY k.id";
const CLEAR_KONTAKTER: &str = "DELETE FROM kontakt WHERE utforare_id = $1";
const INSERT_KONTAKT: &str = "INSERT INTO kontakt (id, utforare_id, namn, epost) VALUES ($1, $2, $3, $4)
    ON CONFLICT (utforare_id, epost) DO UPDATE SET namn = excluded.namn";
pub(super) const UPPDRAG: &str = "SELECT p.id, p.utforare_id, p.insatser, p.fran, p.till FROM uppdrag p
    JOIN utforare u ON u.id = p.utforare_id WHERE u.namnd_id = $1 ORDER BY p.id";
const INSERT_UPPDRAG: &str = "INSERT INTO uppdrag (id, utforare_id, insatser, fran, till) VALUES ($1, $2, $3, $4, $5)";
const UPPDRAG_DAYS: &str = "UPDATE uppdrag SET fran = $2, till = $3 WHERE id = $1";
/// Only what was never reported on: an uppdrag with a filing is ended, not removed.
const REMOVE_UNUSED_UPPDRAG: &str = "DELETE FROM uppdrag WHERE id = $1
    AND NOT EXISTS (SELECT 1 FROM filing WHERE uppdrag_id = $1)";
/// Whoever changes the rules takes this first; see `LOCK` of rounds.
const LOCK_RULES: &str = "UPDATE namnd SET rules_version = rules_version WHERE id = $1";
const RULES_VERSION: &str = "SELECT rules_version FROM namnd WHERE id = $1";
const OWN_RULES: &str = "SELECT path, text, changed_by, changed_at FROM own_rule WHERE namnd_id = $1 ORDER BY path";
const SAVE_RULE: &str =
    "INSERT INTO own_rule (namnd_id, path, text, changed_by, changed_at) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (namnd_id, path) DO UPDATE SET text = excluded.text, changed_by = excluded.changed_by,
        changed_at = excluded.changed_at";
const REMOVE_RULE: &str = "DELETE FROM own_rule WHERE namnd_id = $1 AND path = $2";
const RULES_CHANGED: &str = "UPDATE namnd SET rules_version = rules_version + 1 WHERE id = $1";
const UTFORARE_ID: &str = "SELECT id FROM utforare WHERE namnd_id = $1 AND nyckel = $2";
const NAMND_OF_UTFORARE: &str = "SELECT namnd_id FROM utforare WHERE id = $1";
const NAMND_OF_UPPDRAG: &str =
    "SELECT u.namnd_id FROM uppdrag p JOIN utforare u ON u.id = p.utforare_id WHERE p.id = $1";

impl Store {
    pub async fn namnder(&self) -> Result<Vec<Namnd>, StoreError> {
        all!(self, NAMNDER)
    }

    pub async fn namnd(&self, id: &str) -> Result<Option<Namnd>, StoreError> {
        maybe!(self, NAMND, id)
    }

    /// All utförare of a nämnd, those closed too, in the order they were added.
    pub async fn utforare(&self, namnd: &str) -> Result<Vec<UtforareRow>, StoreError> {
        all!(self, UTFORARE, namnd)
    }

    pub async fn kontakter(&self, namnd: &str) -> Result<Vec<Kontakt>, StoreError> {
        all!(self, KONTAKTER, namnd)
    }

    pub async fn uppdrag(&self, namnd: &str) -> Result<Vec<UppdragRow>, StoreError> {
        all!(self, UPPDRAG, namnd)
    }

    pub async fn own_rules(&self, namnd: &str) -> Result<Vec<OwnRule>, StoreError> {
        all!(self, OWN_RULES, namnd)
    }
}

impl Tx {
    /// Adds a nämnd; gives its id.
    pub async fn add_namnd(&mut self, kommun: &str, namn: &str, now: DateTime<Utc>) -> Result<String, StoreError> {
        let id = new_id();
        run!(self, INSERT_NAMND, &id, clean(kommun), clean(namn), stored(now))?;
        Ok(id)
    }

    /// Adds an utförare, or changes the one with the same key; its id stays. Gives the id.
    pub async fn save_utforare(&mut self, it: &UtforareRow, now: DateTime<Utc>) -> Result<String, StoreError> {
        self.hold_namnd(&it.namnd_id).await?;
        run!(
            self,
            SAVE_UTFORARE,
            &it.id,
            &it.namnd_id,
            &it.nyckel,
            clean(&it.namn),
            &it.orgnr,
            &it.alias,
            it.rated,
            stored(now)
        )?;
        let found: Option<(String,)> = maybe_tx!(self, UTFORARE_ID, &it.namnd_id, &it.nyckel)?;
        found.map(|it| it.0).ok_or_else(|| StoreError::Unexpected(format!("utföraren {} sparades inte", it.nyckel)))
    }

    /// Closes an utförare, or opens it again with `None`.
    pub async fn close_utforare(&mut self, id: &str, at: Option<DateTime<Utc>>) -> Result<(), StoreError> {
        self.hold_namnd_of(NAMND_OF_UTFORARE, id).await?;
        run!(self, CLOSE_UTFORARE, id, at.map(stored))?;
        Ok(())
    }

    /// Replaces the contacts of an utförare: name and address.
    pub async fn set_kontakter(&mut self, utforare: &str, all: &[(String, String)]) -> Result<(), StoreError> {
        self.hold_namnd_of(NAMND_OF_UTFORARE, utforare).await?;
        run!(self, CLEAR_KONTAKTER, utforare)?;
        for (namn, epost) in all {
            run!(self, INSERT_KONTAKT, new_id(), utforare, clean(namn), clean(epost))?;
        }
        Ok(())
    }

    /// Adds an uppdrag; gives its id.
    pub async fn add_uppdrag(
        &mut self,
        utforare: &str,
        insatser: &[String],
        (fran, till): (Option<NaiveDate>, Option<NaiveDate>),
    ) -> Result<String, StoreError> {
        let id = new_id();
        let keys = serde_json::Value::from(insatser.to_vec()).to_string();
        self.hold_namnd_of(NAMND_OF_UTFORARE, utforare).await?;
        run!(self, INSERT_UPPDRAG, &id, utforare, keys, fran, till)?;
        Ok(id)
    }

    pub async fn set_uppdrag_days(
        &mut self,
        id: &str,
        (fran, till): (Option<NaiveDate>, Option<NaiveDate>),
    ) -> Result<(), StoreError> {
        self.hold_namnd_of(NAMND_OF_UPPDRAG, id).await?;
        run!(self, UPPDRAG_DAYS, id, fran, till)?;
        Ok(())
    }

    /// Takes away an uppdrag that has no filing; leaves any other.
    pub async fn remove_unused_uppdrag(&mut self, id: &str) -> Result<bool, StoreError> {
        Ok(run!(self, REMOVE_UNUSED_UPPDRAG, id)? > 0)
    }

    /// Takes the nämnd's rules for this transaction and gives their version.
    pub async fn hold_rules(&mut self, namnd: &str) -> Result<i64, StoreError> {
        run!(self, LOCK_RULES, namnd)?;
        let found: Option<(i64,)> = super::maybe_tx!(self, RULES_VERSION, namnd)?;
        found.map(|it| it.0).ok_or_else(|| StoreError::Unexpected(format!("nämnden {namnd} finns inte")))
    }

    /// Writes one of the nämnd's own rule files. What has been computed with the old rules is stale from now on.
    pub async fn save_own_rule(
        &mut self,
        namnd: &str,
        (path, text): (&str, &str),
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.rules_changed(namnd).await?;
        run!(self, SAVE_RULE, namnd, clean(path), clean(text), by, stored(now))?;
        Ok(())
    }

    pub async fn remove_own_rule(&mut self, namnd: &str, path: &str) -> Result<(), StoreError> {
        self.rules_changed(namnd).await?;
        run!(self, REMOVE_RULE, namnd, path)?;
        Ok(())
    }

    async fn rules_changed(&mut self, namnd: &str) -> Result<(), StoreError> {
        run!(self, RULES_CHANGED, namnd)?;
        self.hold_namnd(namnd).await
    }

    /// What is said about an utförare stands on every board of its nämnd.
    async fn hold_namnd_of(&mut self, sql: &'static str, id: &str) -> Result<(), StoreError> {
        let found: Option<(String,)> = maybe_tx!(self, sql, id)?;
        let namnd = found.ok_or_else(|| StoreError::Unexpected(format!("{id} hör inte till någon nämnd")))?.0;
        self.hold_namnd(&namnd).await
    }
}
