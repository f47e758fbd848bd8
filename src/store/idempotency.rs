//! Keys with which a machine may send the same upload twice and be answered once.
//!
//! Goes in: the key a machine chose, and a hash of what it sent. Comes out: the attempt that was made for it.
//! Guaranteed: a key stands for one request only; kept as long as the API key.

use chrono::{DateTime, Utc};

use super::{Store, StoreError, Tx, maybe, run, stored};

const FIND: &str = "SELECT request_hash, attempt_id FROM idempotency WHERE api_key_id = $1 AND key = $2";
const KEEP: &str = "INSERT INTO idempotency (api_key_id, key, request_hash, attempt_id, created_at)
    VALUES ($1, $2, $3, $4, $5) ON CONFLICT (api_key_id, key) DO NOTHING";

impl Store {
    /// The hash of the request and the attempt it led to.
    pub async fn idempotent(&self, api_key: &str, key: &str) -> Result<Option<(String, String)>, StoreError> {
        maybe!(self, FIND, api_key, key)
    }
}

impl Tx {
    pub async fn keep_idempotent(
        &mut self,
        (api_key, key): (&str, &str),
        request_hash: &str,
        attempt: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        run!(self, KEEP, api_key, key, request_hash, attempt, stored(now))?;
        Ok(())
    }
}
