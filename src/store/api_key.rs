//! Keys of machines that hand in for one utförare.
//!
//! Goes in: the hash of a key. Comes out: whom it belongs to. Guaranteed: a revoked key, and one of an utförare that has
//! been closed, is never found.

use chrono::{DateTime, Utc};

use super::{Store, StoreError, Tx, all, clean, maybe, new_id, run, stored};

/// A key, without the key.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ApiKey {
    pub id: String,
    pub namnd_id: String,
    pub utforare_id: String,
    pub utforare: String,
    pub name: String,
    /// The first characters.
    pub hint: String,
    pub created_at: DateTime<Utc>,
    pub last_used_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
}

/// A key to be.
#[derive(Debug, Clone, Copy)]
pub struct NewApiKey<'a> {
    pub namnd: &'a str,
    pub utforare: &'a str,
    pub name: &'a str,
    pub key_hash: &'a str,
    pub hint: &'a str,
    pub by: &'a str,
}

const USABLE: &str = "SELECT k.id, k.namnd_id, k.utforare_id, u.namn AS utforare, k.name, k.hint, k.created_at,
    k.last_used_at, k.revoked_at FROM api_key k JOIN utforare u ON u.id = k.utforare_id
    WHERE k.key_hash = $1 AND k.revoked_at IS NULL AND u.closed_at IS NULL";
const OF_NAMND: &str = "SELECT k.id, k.namnd_id, k.utforare_id, u.namn AS utforare, k.name, k.hint, k.created_at,
    k.last_used_at, k.revoked_at FROM api_key k JOIN utforare u ON u.id = k.utforare_id
    WHERE k.namnd_id = $1 ORDER BY k.id DESC";
const ADD: &str = "INSERT INTO api_key (id, namnd_id, utforare_id, name, key_hash, hint, created_by, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const REVOKE: &str = "UPDATE api_key SET revoked_at = $3 WHERE id = $1 AND namnd_id = $2 AND revoked_at IS NULL";
const USED: &str = "UPDATE api_key SET last_used_at = $2 WHERE id = $1";

impl Store {
    /// The key with that hash, when it may be used.
    pub async fn api_key(&self, key_hash: &str) -> Result<Option<ApiKey>, StoreError> {
        maybe!(self, USABLE, key_hash)
    }

    /// All keys of a nämnd, revoked ones too, newest first.
    pub async fn api_keys(&self, namnd: &str) -> Result<Vec<ApiKey>, StoreError> {
        all!(self, OF_NAMND, namnd)
    }
}

impl Tx {
    pub async fn add_api_key(&mut self, it: NewApiKey<'_>, now: DateTime<Utc>) -> Result<String, StoreError> {
        let id = new_id();
        run!(self, ADD, &id, it.namnd, it.utforare, clean(it.name), it.key_hash, it.hint, it.by, stored(now))?;
        Ok(id)
    }

    /// False when there is no such key in the nämnd, or it was revoked before.
    pub async fn revoke_api_key(&mut self, id: &str, namnd: &str, now: DateTime<Utc>) -> Result<bool, StoreError> {
        Ok(run!(self, REVOKE, id, namnd, stored(now))? == 1)
    }

    pub async fn api_key_used(&mut self, id: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        run!(self, USED, id, stored(now)).map(|_| ())
    }
}
