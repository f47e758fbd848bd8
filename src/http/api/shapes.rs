//! The shapes of the API's JSON.
//!
//! Goes in: stored rows. Comes out: values that serde writes and the OpenAPI document describes.
//! Guaranteed: a field keeps its meaning; more may be added.

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::Serialize;
use utoipa::ToSchema;

use crate::model::calendar::in_sweden;
use crate::store::attempt::{Attempt, Original, ReadingRow};

/// En inlämning: en utförares uppdrag under ett kvartal.
#[derive(Serialize, ToSchema)]
pub struct Filing {
    pub id: String,
    /// `2023-Q4`
    pub kvartal: String,
    /// Utförarens nyckel.
    pub utforare: String,
    pub name: String,
    pub insatser: Vec<String>,
    /// `vantar`, `lases`, `att_ratta`, `att_granska`, `fragad` eller `godkand`
    pub state: String,
    /// Vem som ska göra något: `utforare`, `namnd`, `kvartal` eller `ingen`
    pub turn: String,
    /// Vad som händer nu, i en mening.
    pub next: String,
    /// Fönstret: `inte_oppen`, `oppen`, `oppen_sent` eller `stangd`
    pub window: String,
    pub last_day: NaiveDate,
    /// Den version som är godkänd.
    pub accepted: Option<String>,
    pub versions: Vec<Version>,
}

/// En version av en inlämning.
#[derive(Serialize, ToSchema)]
pub struct Version {
    pub id: String,
    pub nr: i64,
    pub received_at: DateTime<FixedOffset>,
    pub sender: String,
    /// Filens namn; saknas när svaret är att det inte finns något att rapportera.
    pub file: Option<String>,
    pub sha256: Option<String>,
    /// `mottagen`, `lases`, `stoppad`, `last` eller `atertagen`
    pub state: String,
    /// `noll`, `utan_anmarkning`, `fragor`, `fel`, `olasbar` eller `fel_mottagare`; saknas tills filen är läst
    pub outcome: Option<String>,
    /// Varför filen stoppades.
    pub stop: Option<Stop>,
    pub counts: Option<Counts>,
    /// Samma fil fanns redan; inget nytt har registrerats.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub same: bool,
}

/// Filen verkar gälla något annat än inlämningen.
#[derive(Serialize, ToSchema)]
pub struct Stop {
    /// Kvartalet som filen anger.
    pub kvartal: Option<String>,
    /// Utföraren som filen anger.
    pub utforare: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct Counts {
    pub rows: i64,
    pub fel: i64,
    pub fraga: i64,
    pub notis: i64,
}

/// Kvittens på en mottagen version.
#[derive(Serialize, ToSchema)]
pub struct Receipt {
    pub version: String,
    pub nr: i64,
    pub received_at: DateTime<FixedOffset>,
    pub sender: String,
    pub file: Option<String>,
    pub sha256: Option<String>,
    /// Regelverkets version och kontrollsumma.
    pub rules: Option<String>,
    pub rows: Option<i64>,
}

/// Ett fel enligt RFC 9457.
#[derive(Serialize, ToSchema)]
pub struct Problem {
    #[serde(rename = "type")]
    pub kind: String,
    pub title: String,
    pub status: u16,
    pub detail: String,
    /// Alla villkor som inte är uppfyllda.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<String>,
}

impl Version {
    pub fn of(attempt: &Attempt, original: Option<&Original>, counts: Option<Counts>) -> Self {
        Self {
            id: attempt.id.clone(),
            nr: attempt.nr,
            received_at: in_sweden(attempt.received_at),
            sender: attempt.sender_name.clone(),
            file: original.map(|it| it.name.clone()),
            sha256: original.map(|it| it.sha256.clone()),
            state: attempt.state.clone(),
            outcome: attempt.outcome.clone(),
            stop: attempt.why_stopped().map(|it| Stop { kvartal: it.kvartal, utforare: it.utforare }),
            counts,
            same: false,
        }
    }
}

impl From<&ReadingRow> for Counts {
    fn from(it: &ReadingRow) -> Self {
        Self { rows: it.rows, fel: it.fel, fraga: it.fraga, notis: it.notis }
    }
}
