//! Taking everything out of the house: a copy of the SQLite file, and the list of all originals with what they were for.
//!
//! Goes in: where to. Comes out: a whole file, or rows to write elsewhere.
//! Guaranteed: the copy is one moment of the database, taken while the service runs, and has been read through; the list
//! names every original, also those that nothing points at.

use std::path::Path;

use chrono::{DateTime, Utc};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};

use super::{Db, Store, StoreError, all, maybe};

/// An original and what it was received as.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Kept {
    pub id: String,
    pub name: String,
    pub sha256: String,
    pub size: i64,
    pub sender: String,
    pub received_at: DateTime<Utc>,
    /// `inlamning`, `underlag`, `rapport`, `handlingar`, `wordmall`, or `annat` when nothing points at it.
    pub used_as: String,
    pub kommun: Option<String>,
    pub namnd: Option<String>,
    pub kvartal: Option<String>,
    pub utforare: Option<String>,
    /// JSON list of keys.
    pub insatser: Option<String>,
    /// Number of the version or of the fixed report; the kind of a basis.
    pub which: Option<String>,
}

/// What a copy holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    pub originals: i64,
    /// Each chain with the hash of its last entry.
    pub heads: Vec<(String, String)>,
}

const KEPT: &str = "SELECT o.id, o.name, o.sha256, o.size, o.sender, o.received_at, 'inlamning' AS used_as,
        n.kommun, n.namn AS namnd, r.kvartal, u.namn AS utforare, p.insatser, CAST(a.nr AS TEXT) AS which
    FROM original o JOIN attempt a ON a.original_id = o.id JOIN filing f ON f.id = a.filing_id
        JOIN uppdrag p ON p.id = f.uppdrag_id JOIN utforare u ON u.id = p.utforare_id
        JOIN round r ON r.id = f.round_id JOIN namnd n ON n.id = r.namnd_id
    UNION ALL
    SELECT o.id, o.name, o.sha256, o.size, o.sender, o.received_at, 'underlag',
        n.kommun, n.namn, r.kvartal, NULL, NULL, b.kind
    FROM original o JOIN basis b ON b.original_id = o.id
        JOIN round r ON r.id = b.round_id JOIN namnd n ON n.id = r.namnd_id
    UNION ALL
    SELECT o.id, o.name, o.sha256, o.size, o.sender, o.received_at, 'rapport',
        n.kommun, n.namn, r.kvartal, NULL, NULL, CAST(x.nr AS TEXT)
    FROM original o JOIN fixed_report x ON x.original_id = o.id
        JOIN round r ON r.id = x.round_id JOIN namnd n ON n.id = r.namnd_id
    UNION ALL
    SELECT o.id, o.name, o.sha256, o.size, o.sender, o.received_at, 'handlingar',
        n.kommun, n.namn, r.kvartal, NULL, NULL, CAST(x.nr AS TEXT)
    FROM original o JOIN fixed_paper k ON k.original_id = o.id JOIN fixed_report x ON x.id = k.fixed_id
        JOIN round r ON r.id = x.round_id JOIN namnd n ON n.id = r.namnd_id
    UNION ALL
    SELECT o.id, o.name, o.sha256, o.size, o.sender, o.received_at, 'wordmall',
        n.kommun, n.namn, NULL, NULL, NULL, CAST(w.nr AS TEXT)
    FROM original o JOIN paper_form w ON w.template_id = o.id JOIN namnd n ON n.id = w.namnd_id
    UNION ALL
    SELECT o.id, o.name, o.sha256, o.size, o.sender, o.received_at, 'annat', NULL, NULL, NULL, NULL, NULL, NULL
    FROM original o
    WHERE o.id NOT IN (SELECT original_id FROM attempt WHERE original_id IS NOT NULL)
        AND o.id NOT IN (SELECT original_id FROM basis) AND o.id NOT IN (SELECT original_id FROM fixed_report)
        AND o.id NOT IN (SELECT original_id FROM fixed_paper)
        AND o.id NOT IN (SELECT template_id FROM paper_form WHERE template_id IS NOT NULL)
    ORDER BY 1, 7, 13";
const PIECE: &str = "SELECT bytes FROM original_part WHERE original_id = $1 AND nr = $2";
const HOW_MANY: &str = "SELECT COUNT(*) FROM original";
const HEADS: &str = "SELECT chain, hash FROM event_head ORDER BY chain";
const COPY: &str = "VACUUM INTO $1";
const SOUND: &str = "PRAGMA integrity_check";

impl Store {
    /// Every original with what it was received as; one that was used twice stands twice.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn kept(&self) -> Result<Vec<Kept>, StoreError> {
        all!(self, KEPT)
    }

    /// One piece of an original, from 0; `None` after the last. For those who do not want the whole in memory.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn original_piece(&self, id: &str, nr: i64) -> Result<Option<Vec<u8>>, StoreError> {
        let piece: Option<(Vec<u8>,)> = maybe!(self, PIECE, id, nr)?;
        Ok(piece.map(|it| it.0))
    }

    /// Copies a SQLite database to a file that does not exist yet or is empty, and reads the copy through. PostgreSQL has
    /// its own tools for that: `None`.
    ///
    /// # Errors
    ///
    /// The database failed, the file could not be written, or the copy is not sound.
    pub async fn copy_to(&self, file: &Path) -> Result<Option<Copied>, StoreError> {
        let Db::Lite { pool, .. } = self.db() else { return Ok(None) };
        let name = file.to_str().ok_or_else(|| StoreError::Unexpected("filens namn är inte UTF-8".to_owned()))?;
        sqlx::query(COPY).bind(name).execute(pool).await.map_err(|it| self.db().fault(it))?;
        let mut copy: SqliteConnection =
            SqliteConnectOptions::new().filename(file).create_if_missing(false).read_only(true).connect().await?;
        let said: String = sqlx::query_scalar(SOUND).fetch_one(&mut copy).await?;
        if said != "ok" {
            return Err(StoreError::Unexpected(format!("kopian är inte hel: {said}")));
        }
        let originals: i64 = sqlx::query_scalar(HOW_MANY).fetch_one(&mut copy).await?;
        let heads: Vec<(String, String)> = sqlx::query_as(HEADS).fetch_all(&mut copy).await?;
        copy.close().await?;
        Ok(Some(Copied { originals, heads }))
    }
}
