//! What a round is judged and merged with: the last report, the register, ongoing decisions.
//!
//! Goes in: the round's basis files, or the newest report fixed before it. Comes out: [`BasisData`].
//! Guaranteed: a basis file that cannot be used is said, never silently left out; it is read once and kept under the hashes of
//! its files.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::form::{Hints, Purpose};
use crate::judge::KnownCases;
use crate::merge::previous::{self, Previous};
use crate::model::{Quarter, Utforare};
use crate::store::Actor;
use crate::store::attempt::Incoming;
use crate::store::contents::Contents;
use crate::store::event::{EventKind, Record};

use super::library::Library;
use super::reading::{Ongoing, ongoing_of, read_bytes, register_cases};
use super::{Desk, DeskError, Refusal};

/// What is known beside the quarter's answers.
#[derive(Debug, Default)]
pub struct BasisData {
    pub previous: Option<Previous>,
    pub register: Option<KnownCases>,
    pub ongoing: Ongoing,
    /// Files that could not be used, in Swedish.
    pub faults: Vec<String>,
    /// Says what it was made from.
    pub key: String,
}

/// The kinds of basis, as stored.
pub const PREVIOUS: &str = "foregaende";
pub const REGISTER: &str = "register";
pub const ONGOING: &str = "pagaende";

/// A basis file on its way in.
struct Source {
    kind: &'static str,
    name: String,
    bytes: Vec<u8>,
}

impl Desk {
    /// The basis of a round.
    pub(super) async fn basis(
        &self,
        contents: &Contents,
        library: &Arc<Library>,
        known: Vec<Utforare>,
    ) -> Result<Arc<BasisData>, DeskError> {
        let mut wanted: Vec<(&'static str, String, String)> = Vec::new();
        for kind in [PREVIOUS, REGISTER, ONGOING] {
            if let Some(it) = contents.bases.iter().find(|it| it.kind == kind) {
                wanted.push((kind, it.original_id.clone(), it.name.clone()));
            }
        }
        if !wanted.iter().any(|it| it.0 == PREVIOUS)
            && let Some(original) = self.last_fixed(contents).await?
        {
            wanted.push((PREVIOUS, original, "den förra fastställda rapporten".to_owned()));
        }
        let names: Vec<String> =
            known.iter().map(|it| format!("{}|{}|{}", it.id, it.name, it.aliases.join("|"))).collect();
        let key = format!(
            "{}#{}#{:?}#{}",
            contents.round.kvartal,
            library.catalogue.sha256(),
            wanted.iter().map(|it| &it.1).collect::<Vec<_>>(),
            // Names decide only whose decision a row of the register is.
            if wanted.iter().any(|it| it.0 == REGISTER) { names.join("\n") } else { String::new() },
        );
        if let Some(found) = self.inner.bases.get(&key) {
            return Ok(found);
        }
        let mut sources = Vec::new();
        for (kind, original, name) in wanted {
            sources.push(Source { kind, name, bytes: self.store.original_bytes(&original).await? });
        }
        let (desk, library) = (self.clone(), library.clone());
        let (kvartal, kept) = (contents.round.kvartal.clone(), key.clone());
        let data = self.away(move || desk.read_basis(&library, &kvartal, sources, &known, kept)).await?;
        let data = Arc::new(data);
        self.inner.bases.put(key, data.clone(), 1);
        Ok(data)
    }

    /// The newest report that was fixed for an earlier quarter.
    async fn last_fixed(&self, contents: &Contents) -> Result<Option<String>, DeskError> {
        // Newest first; a quarter that is not fixed says nothing.
        for round in self.store.rounds(&contents.namnd.id).await? {
            if round.kvartal < contents.round.kvartal && round.is_fixed() {
                let fixed = self.store.fixed_reports(&round.id).await?;
                return Ok(fixed.into_iter().next_back().map(|it| it.original_id));
            }
        }
        Ok(None)
    }

    fn read_basis(
        &self,
        library: &Library,
        kvartal: &str,
        sources: Vec<Source>,
        known: &[Utforare],
        key: String,
    ) -> BasisData {
        let mut data = BasisData { key, ..BasisData::default() };
        let quarter: Option<Quarter> = kvartal.parse().ok();
        for Source { kind, name, bytes } in sources {
            let read = |purpose| {
                let hints = Hints { quarter, assumed_insats: None, purpose };
                read_bytes(library, &self.inner.cage, &name, &bytes, &hints).ok()
            };
            let understood = match kind {
                PREVIOUS => {
                    let text = String::from_utf8_lossy(&bytes);
                    let found = previous::read(&text, &library.insatser).ok();
                    data.previous = found.filter(|it| quarter.is_some_and(|now| it.report.quarter < now));
                    data.previous.is_some()
                }
                REGISTER => {
                    data.register = read(Purpose::Register).and_then(|it| register_cases(&it, known));
                    data.register.is_some()
                }
                _ => {
                    let found = read(Purpose::Ongoing).and_then(|it| ongoing_of(library, &it));
                    let understood = found.is_some();
                    data.ongoing = found.unwrap_or_default();
                    understood
                }
            };
            if !understood {
                data.faults.push(format!("Underlaget {name} går inte att använda. {}", remedy(kind)));
            }
        }
        data
    }

    /// Loads a file as basis of a round.
    ///
    /// # Errors
    ///
    /// A refusal that says what the file should hold; the basis is then as it was.
    pub async fn load_basis(
        &self,
        round: &str,
        (kind, name, bytes): (&'static str, String, Vec<u8>),
        by: &Actor,
        now: DateTime<Utc>,
    ) -> Result<(), DeskError> {
        let context = self.context(round).await?;
        let row = &context.contents.round;
        let (desk, library, kvartal) = (self.clone(), context.library.clone(), row.kvartal.clone());
        let sources = vec![Source { kind, name: name.clone(), bytes: bytes.clone() }];
        let data = self.away(move || desk.read_basis(&library, &kvartal, sources, &[], String::new())).await?;
        if let Some(fault) = data.faults.into_iter().next() {
            return Err(Refusal::new(fault).into());
        }
        let mut tx = self.on_round(row).await?;
        let file = Incoming { name: &name, bytes: &bytes, sender: &by.id, received_at: now };
        let original = tx.add_original(file).await?;
        tx.set_basis(round, kind, &original, &by.id, now).await?;
        let record = EventKind::BasisLoaded;
        let data = json!({ "sort": kind, "fil": name });
        tx.log(Record { chain: &row.namnd_id, at: now, actor: by, kind: record, about: round, data }).await?;
        tx.commit().await?;
        Ok(())
    }
}

fn remedy(kind: &str) -> &'static str {
    match kind {
        PREVIOUS => "Förra rapporten ska vara en report.json från ett tidigare kvartal.",
        REGISTER => "Registret ska ha en tabell med rubrikerna Insats, Kön och Beslutsdatum.",
        _ => "Filen ska ha en tabell med rubriken Insats och antal män och kvinnor.",
    }
}
