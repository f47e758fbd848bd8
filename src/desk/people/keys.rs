//! Keys of machines that hand in for an utförare.
//!
//! Goes in: a name and an utförare. Comes out: the key, once. Guaranteed: only its hash is kept; a revoked key opens
//! nothing from that moment.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use crate::access::key::Key;
use crate::store::api_key::{ApiKey, NewApiKey};
use crate::store::event::EventKind;

use super::users::By;
use super::{People, Visitor, log, refused};
use crate::desk::DeskError;

/// Used is written at most this often.
const USED_EVERY: TimeDelta = TimeDelta::minutes(1);

impl People {
    /// Makes a key. It is shown once and is nowhere afterwards.
    ///
    /// # Errors
    ///
    /// Refused, or the database failed.
    pub async fn add_api_key(&self, by: &By, utforare: &str, name: &str, now: DateTime<Utc>) -> Result<Key, DeskError> {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > 100 {
            return refused("Skriv vad nyckeln ska användas till, högst 100 tecken.");
        }
        let all = self.store.utforare(&by.namnd).await?;
        if !all.iter().any(|it| it.id == utforare && it.closed_at.is_none()) {
            return refused("Välj vilken utförare nyckeln gäller.");
        }
        let key = Key::for_api()?;
        let mut tx = self.store.begin().await?;
        let (key_hash, hint, by_id) = (key.hash(), key.hint(), by.actor.id.as_str());
        let new = NewApiKey { namnd: &by.namnd, utforare, name, key_hash: &key_hash, hint, by: by_id };
        let id = tx.add_api_key(new, now).await?;
        let data = json!({ "utforare": utforare, "borjar": hint });
        log(&mut tx, (&by.namnd, now), &by.actor, EventKind::KeyCreated, &id, data).await?;
        tx.commit().await?;
        Ok(key)
    }

    /// Revokes a key.
    ///
    /// # Errors
    ///
    /// There is no such key, or the database failed.
    pub async fn revoke_api_key(&self, by: &By, id: &str, now: DateTime<Utc>) -> Result<(), DeskError> {
        let mut tx = self.store.begin().await?;
        if !tx.revoke_api_key(id, &by.namnd, now).await? {
            return Err(DeskError::NotFound);
        }
        log(&mut tx, (&by.namnd, now), &by.actor, EventKind::KeyRevoked, id, json!({})).await?;
        Ok(tx.commit().await?)
    }

    /// Whose key this is. None when it opens nothing. Wrong keys count as tries from the address.
    ///
    /// # Errors
    ///
    /// Too many tries, or the database failed.
    pub async fn key_holder(
        &self,
        typed: &str,
        visitor: &Visitor,
        now: DateTime<Utc>,
    ) -> Result<Option<ApiKey>, DeskError> {
        let found = match Key::from_outside(typed) {
            Some(key) => self.store.api_key(&key.hash()).await?,
            None => None,
        };
        let Some(found) = found else {
            self.count_try(visitor, now)?;
            return Ok(None);
        };
        if found.last_used_at.is_none_or(|it| now - it > USED_EVERY) {
            let mut tx = self.store.begin().await?;
            tx.api_key_used(&found.id, now).await?;
            tx.commit().await?;
        }
        Ok(Some(found))
    }
}
