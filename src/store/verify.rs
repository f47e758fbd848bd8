//! Whether the log is whole, and whether what was received still has the bytes it came with.
//!
//! Goes in: the database as it lies there, whoever has been at it. Comes out: [`ChainState`] for each chain, and originals
//! whose bytes have changed.
//! Guaranteed: a changed, removed, added or reordered entry is found, and everything is judged as of one moment, also
//! while others write. A chain cut off together with its head is found by whoever wrote an earlier hash down.

use sha2::{Digest, Sha256};

use super::event::{Event, SYSTEM, hex};
use super::{Store, StoreError, all, all_tx, maybe_tx};

/// What is wrong with a chain, at the first entry where it shows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BrokenChain {
    #[error("Post {nr} i loggen {chain} är ändrad: innehållet stämmer inte med postens kontrollsumma.")]
    Changed { chain: String, nr: i64 },
    #[error("Post {nr} i loggen {chain} saknas eller står på fel plats.")]
    Missing { chain: String, nr: i64 },
    #[error("Post {nr} i loggen {chain} hänger inte ihop med posten före.")]
    Unlinked { chain: String, nr: i64 },
    #[error("Loggen {chain} slutar med post {found}, men ska sluta med post {wanted}.")]
    Short { chain: String, found: i64, wanted: i64 },
    #[error("Loggen {chain} finns inte.")]
    Absent { chain: String },
    #[error("Loggen {chain} har ingen post med kontrollsumman {hash}: den har skrivits om eller kapats.")]
    Rewritten { chain: String, hash: String },
}

/// A chain that is whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whole {
    pub entries: i64,
    /// Of the last entry; whoever keeps it elsewhere can tell later that nothing before it has changed.
    pub hash: String,
}

/// A chain and what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainState {
    pub chain: String,
    pub found: Result<Whole, BrokenChain>,
}

/// The nämnder too: each has its chain from its first day.
const CHAINS: &str = "SELECT chain FROM event_head UNION SELECT chain FROM event UNION SELECT id FROM namnd ORDER BY 1";
const HEAD: &str = "SELECT nr, hash FROM event_head WHERE chain = $1";
const FIRST_PAGE: &str = "SELECT * FROM event WHERE chain = $1 ORDER BY nr LIMIT $2";
const PAGE: &str = "SELECT * FROM event WHERE chain = $1 AND nr > $2 ORDER BY nr LIMIT $3";
const WITH_HASH: &str = "SELECT nr FROM event WHERE chain = $1 AND hash = $2";
const ORIGINALS: &str = "SELECT id, sha256, size FROM original ORDER BY id";
const PIECES: &str = "SELECT bytes FROM original_part WHERE original_id = $1 AND nr = $2";
const NO_MORE: &str = "SELECT COUNT(*) FROM original_part WHERE original_id = $1";

/// Entries looked at together.
const AT_ONCE: i64 = 1000;

impl Store {
    /// The names of all chains: those with a head, those with entries, and those there should be.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn chains(&self) -> Result<Vec<String>, StoreError> {
        let found: Vec<(String,)> = all!(self, CHAINS)?;
        Ok(found.into_iter().map(|it| it.0).collect())
    }

    /// Walks every chain.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn verify_log(&self) -> Result<Vec<ChainState>, StoreError> {
        let mut states = Vec::new();
        for chain in self.chains().await? {
            let found = self.verify_chain(&chain).await?;
            states.push(ChainState { chain, found });
        }
        Ok(states)
    }

    /// Walks a chain from its first entry to its last. `Ok(Err(…))` names the first entry that is wrong.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn verify_chain(&self, chain: &str) -> Result<Result<Whole, BrokenChain>, StoreError> {
        let mut at = self.db().snapshot().await?;
        let head: Option<(i64, String)> = maybe_tx!(at, HEAD, chain)?;
        let (mut nr, mut hash) = (0i64, String::new());
        let mut page: Vec<Event> = all_tx!(at, FIRST_PAGE, chain, AT_ONCE)?;
        while !page.is_empty() {
            for event in page {
                nr += 1;
                if let Err(broken) = follows(&event, nr, &hash) {
                    return Ok(Err(broken));
                }
                hash = event.hash;
            }
            page = all_tx!(at, PAGE, chain, nr, AT_ONCE)?;
        }
        let chain = chain.to_owned();
        Ok(match head {
            // The system's own log begins with the first sign-in.
            None if nr == 0 && chain == SYSTEM => Ok(Whole { entries: 0, hash }),
            None if nr == 0 => Err(BrokenChain::Absent { chain }),
            Some((wanted, last)) if wanted == nr && last == hash => Ok(Whole { entries: nr, hash }),
            head => Err(BrokenChain::Short { chain, found: nr, wanted: head.map_or(0, |it| it.0) }),
        })
    }

    /// Whether a chain still holds the entry whose hash somebody wrote down earlier.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn verify_head(&self, chain: &str, hash: &str) -> Result<Result<i64, BrokenChain>, StoreError> {
        let mut at = self.db().snapshot().await?;
        let found: Option<(i64,)> = maybe_tx!(at, WITH_HASH, chain, hash)?;
        let rewritten = || BrokenChain::Rewritten { chain: chain.to_owned(), hash: hash.to_owned() };
        Ok(found.map(|it| it.0).ok_or_else(rewritten))
    }

    /// The ids of originals whose bytes are no longer those that were received.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn verify_originals(&self) -> Result<Vec<String>, StoreError> {
        let mut at = self.db().snapshot().await?;
        let originals: Vec<(String, String, i64)> = all_tx!(at, ORIGINALS)?;
        let mut changed = Vec::new();
        for (id, sha256, size) in originals {
            let mut digest = Sha256::new();
            let (mut nr, mut length) = (0i64, 0usize);
            // Piece by piece: an original may be larger than what should lie in memory.
            loop {
                let piece: Option<(Vec<u8>,)> = maybe_tx!(at, PIECES, &id, nr)?;
                let Some((bytes,)) = piece else { break };
                digest.update(&bytes);
                length += bytes.len();
                nr += 1;
            }
            let pieces: Option<(i64,)> = maybe_tx!(at, NO_MORE, &id)?;
            let whole = i64::try_from(length) == Ok(size) && pieces == Some((nr,)) && hex(&digest.finalize()) == sha256;
            if !whole {
                changed.push(id);
            }
        }
        Ok(changed)
    }
}

fn follows(event: &Event, nr: i64, before: &str) -> Result<(), BrokenChain> {
    let chain = event.chain.clone();
    if event.nr != nr {
        return Err(BrokenChain::Missing { chain, nr });
    }
    if event.computed_hash() != event.hash {
        return Err(BrokenChain::Changed { chain, nr });
    }
    if event.before != before {
        return Err(BrokenChain::Unlinked { chain, nr });
    }
    Ok(())
}
