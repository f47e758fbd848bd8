//! What is done so that decisions are carried out, and what came of it, over quarters.
//!
//! Goes in: a measure as somebody notes it in an open quarter. Comes out: the measures of a nämnd, and those a paper tells of.
//! Guaranteed: what was noted before is kept; a quarter's report tells what was known in that quarter, however much has come
//! of it since; nothing that looks like personal data is let in.

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::desk::{Desk, DeskError, Refusal};
use crate::model::mask::masked;
use crate::render::document::paper::{Measure, MeasureKind};
use crate::store::beside::MeasureRow;
use crate::store::event::{EventKind, Record};
use crate::store::round::RoundRow;
use crate::store::{Actor, new_id};

/// Letters in a text; more than a paper has room for.
const LONGEST: usize = 2000;

/// A measure as somebody notes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Noted {
    /// The measure it is a new version of; empty for a new one.
    pub measure: String,
    /// Number of the version the page showed; 0 for a new one.
    pub seen: i64,
    /// Key of the insats; empty for all.
    pub insats: String,
    /// Key of a [`MeasureKind`].
    pub kind: String,
    pub text: String,
    pub outcome: String,
    /// It was noted by mistake.
    pub removed: bool,
}

/// The newest version of each measure decided in the quarter or before, newest quarter first. With `until`, as it stood then.
pub fn newest(all: &[MeasureRow], kvartal: &str, until: Option<DateTime<Utc>>) -> Vec<MeasureRow> {
    let mut out: Vec<MeasureRow> = Vec::new();
    let known = |it: &&MeasureRow| it.kvartal.as_str() <= kvartal && until.is_none_or(|until| it.written_at <= until);
    for it in all.iter().filter(known) {
        match out.last_mut() {
            Some(last) if last.measure == it.measure => last.clone_from(it),
            _ => out.push(it.clone()),
        }
    }
    out.retain(|it| !it.removed);
    out.sort_by(|a, b| b.kvartal.cmp(&a.kvartal).then_with(|| a.measure.cmp(&b.measure)));
    out
}

/// The measures that a quarter's report tells of: those of the quarter, those that nothing has come of yet, and those
/// that something came of in the quarter. Oldest first.
pub fn told(newest: &[MeasureRow], kvartal: &str) -> Vec<Measure> {
    let current =
        |it: &&MeasureRow| it.kvartal == kvartal || it.outcome_in.as_deref().is_none_or(|known| known >= kvartal);
    let each = newest.iter().rev().filter(current).filter_map(|it| {
        // What came of it later was not known in the quarter.
        let outcome = it.outcome_in.as_deref().is_some_and(|known| known <= kvartal).then(|| it.outcome.clone());
        Some(Measure {
            insats: it.insats.clone(),
            kind: MeasureKind::from_key(&it.kind)?,
            text: it.text.clone(),
            outcome,
            kvartal: it.kvartal.clone(),
        })
    });
    let mut all: Vec<Measure> = each.collect();
    all.sort_by(|a, b| a.kvartal.cmp(&b.kvartal));
    all
}

impl Desk {
    /// Notes a measure, or what came of one, in an open quarter.
    ///
    /// # Errors
    ///
    /// A refusal when the quarter is fixed, something is missing, or a text holds personal data;
    /// [`StoreError::Conflict`](crate::store::StoreError::Conflict) when somebody else wrote meanwhile.
    pub async fn note_measure(
        &self,
        round: &RoundRow,
        it: &Noted,
        by: &Actor,
        now: DateTime<Utc>,
    ) -> Result<(), DeskError> {
        if round.is_fixed() {
            let why = "Rapporten är fastställd. Anteckna åtgärden i ett öppet kvartal, eller be samordnaren låsa upp.";
            return Err(Refusal::new(why).into());
        }
        let all = self.store.measures(&round.namnd_id).await?;
        let before = newest(&all, &round.kvartal, None).into_iter().find(|own| own.measure == it.measure);
        if !it.measure.is_empty() && before.is_none() {
            return Err(DeskError::NotFound);
        }
        let row = self.row_of(round, it, before.as_ref(), by, now).await?;
        let mut tx = self.on_round(round).await?;
        tx.add_measure((&round.id, &round.namnd_id), &row).await?;
        let data = json!({
            "atgard": row.measure, "kvartal": row.kvartal, "slag": row.kind, "insats": row.insats,
            "utfall": row.outcome_in.is_some(), "borttagen": row.removed,
        });
        let (chain, kind) = (&round.namnd_id, EventKind::MeasureNoted);
        tx.log(Record { chain, at: now, actor: by, kind, about: &round.id, data }).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn row_of(
        &self,
        round: &RoundRow,
        it: &Noted,
        before: Option<&MeasureRow>,
        by: &Actor,
        now: DateTime<Utc>,
    ) -> Result<MeasureRow, DeskError> {
        let (text, outcome) = (it.text.trim(), it.outcome.trim());
        let kind = MeasureKind::from_key(&it.kind).ok_or_else(|| Refusal::new("Välj vilket slag av åtgärd det är."))?;
        if text.is_empty() {
            return Err(Refusal::new("Skriv vad som görs.").into());
        }
        for said in [text, outcome] {
            if said.chars().count() > LONGEST {
                return Err(Refusal::new(format!("Texten är för lång. Den får vara högst {LONGEST} tecken.")).into());
            }
            if masked(said) != said {
                let why = "Texten innehåller något som ser ut som ett personnummer, ett telefonnummer eller en e-postadress. Ta bort det.";
                return Err(Refusal::new(why).into());
            }
        }
        if it.removed && before.is_none_or(|it| it.kvartal != round.kvartal) {
            let why = "En åtgärd från ett tidigare kvartal kan inte tas bort. Skriv i stället vad det blev av den.";
            return Err(Refusal::new(why).into());
        }
        if !it.insats.is_empty() {
            let namnd = self.store.namnd(&round.namnd_id).await?.ok_or(DeskError::NotFound)?;
            let library = self.library(&namnd).await?;
            library.insatser.by_key(&it.insats).ok_or_else(|| Refusal::new("Välj en insats i listan."))?;
        }
        let same = before.filter(|it| it.outcome == outcome).and_then(|it| it.outcome_in.clone());
        Ok(MeasureRow {
            measure: before.map_or_else(new_id, |it| it.measure.clone()),
            nr: it.seen + 1,
            kvartal: before.map_or_else(|| round.kvartal.clone(), |it| it.kvartal.clone()),
            insats: Some(it.insats.clone()).filter(|it| !it.is_empty()),
            kind: kind.key().to_owned(),
            text: text.to_owned(),
            outcome: outcome.to_owned(),
            outcome_in: (!outcome.is_empty()).then(|| same.unwrap_or_else(|| round.kvartal.clone())),
            removed: it.removed,
            written_by: by.id.clone(),
            written_at: now,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(measure: &str, nr: i64, kvartal: &str, outcome: Option<(&str, &str)>) -> MeasureRow {
        MeasureRow {
            measure: measure.into(),
            nr,
            kvartal: kvartal.into(),
            insats: None,
            kind: "rekrytering".into(),
            text: format!("{measure} {nr}"),
            outcome: outcome.map_or_else(String::new, |it| it.0.into()),
            outcome_in: outcome.map(|it| it.1.into()),
            removed: false,
            written_by: "p1".into(),
            written_at: DateTime::UNIX_EPOCH + chrono::TimeDelta::days(nr),
        }
    }

    #[test]
    fn the_newest_version_of_a_measure_counts_and_one_that_was_removed_is_gone() {
        let removed = MeasureRow { removed: true, ..row("b", 2, "2023-Q4", None) };
        let all = [row("a", 1, "2023-Q3", None), row("a", 2, "2023-Q3", None), row("b", 1, "2023-Q4", None), removed];
        let texts =
            |kvartal, until| -> Vec<String> { newest(&all, kvartal, until).into_iter().map(|it| it.text).collect() };
        assert_eq!(texts("2023-Q4", None), ["a 2"]);
        let then = DateTime::UNIX_EPOCH + chrono::TimeDelta::days(1);
        assert_eq!(texts("2023-Q4", Some(then)), ["b 1", "a 1"]);
        assert_eq!(texts("2023-Q2", None), Vec::<String>::new());
    }

    #[test]
    fn a_report_tells_what_was_known_in_its_quarter() {
        let all = newest(&[row("a", 1, "2023-Q3", Some(("Fyra anställda.", "2023-Q4")))], "2024-Q1", None);
        for (kvartal, wanted) in
            [("2023-Q3", Some(None)), ("2023-Q4", Some(Some("Fyra anställda."))), ("2024-Q1", None)]
        {
            let told = told(&all, kvartal);
            let outcome = told.first().map(|it| it.outcome.as_deref());
            assert_eq!(outcome, wanted, "{kvartal}");
        }
    }
}
