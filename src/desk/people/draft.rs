//! What somebody had typed when their session ended.
//!
//! Goes in: a form posted without a session that is still good. Comes out: the same form, after the next sign-in.
//! Guaranteed: only the person whose session it was gets it back, in the same browser, within a day.

use chrono::{DateTime, Utc};

use crate::access::key::Key;
use crate::store::session::Draft;

use super::People;
use crate::desk::DeskError;

/// The longest form that is kept.
pub const LONGEST: usize = 200_000;

impl People {
    /// Keeps a form for the person whose session the old key was. None when it was nobody's, or the form is too long.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn keep_draft(
        &self,
        old: &Key,
        path: &str,
        body: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<Key>, DeskError> {
        let Some(person_id) = self.store.whose_session(&old.hash()).await? else { return Ok(None) };
        if body.len() > LONGEST || path.len() > 500 {
            return Ok(None);
        }
        let key = Key::new()?;
        let mut tx = self.store.begin().await?;
        let draft = Draft { person_id, path: path.to_owned(), body: body.to_owned(), created_at: now };
        tx.keep_draft(&key.hash(), &draft).await?;
        tx.commit().await?;
        Ok(Some(key))
    }

    /// What this person had typed.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn draft(&self, key: &Key, person: &str) -> Result<Option<Draft>, DeskError> {
        Ok(self.store.draft(&key.hash(), person).await?)
    }

    /// It has been sent, or is not wanted.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn drop_draft(&self, key: &Key) -> Result<(), DeskError> {
        let mut tx = self.store.begin().await?;
        tx.remove_draft(&key.hash()).await?;
        Ok(tx.commit().await?)
    }
}
