//! Fills the names that follow from others: start, slutdag, end, elapsed days, what the insats says.
//!
//! Goes in: [`Facts`] as read. Comes out: the same facts with every derived slot that was missing filled in.
//! Guaranteed: a value that was given is never replaced; what rests only on an unreadable cell is itself unreadable,
//! so that one bad cell gives one finding and not five.

use chrono::NaiveDate;

use super::Slot;
use super::facts::{Facts, Value};
use crate::model::Insats;
use crate::model::Insatser;
use crate::model::Lag;
use crate::model::Lagrum;
use crate::model::Orsak;
use crate::model::Quarter;
use crate::model::StartKind;
use crate::model::calendar;

impl<'a> Facts<'a> {
    /// Fills what follows from the given values and the catalogue of insatser.
    pub fn derive(&mut self, insatser: &'a Insatser) {
        self.derive_quarter();
        self.derive_start();
        self.derive_end();
        self.derive_insats(insatser);
        self.derive_cause();
        self.derive_days();
    }

    fn fill(&mut self, slot: Slot, value: impl Into<Value<'a>>) {
        if self.is_missing(slot) {
            self.set(slot, value);
        }
    }

    fn derive_quarter(&mut self) {
        let known = [Slot::Kvartal, Slot::KvartaletsForstaDag, Slot::KvartaletsSistaDag];
        if known.iter().all(|it| !self.is_missing(*it)) {
            return;
        }
        let by_name = self.text(Slot::Kvartal).and_then(|it| it.parse::<Quarter>().ok());
        let by_day = || self.date(Slot::KvartaletsSistaDag).or_else(|| self.date(Slot::KvartaletsForstaDag));
        if let Some(quarter) = by_name.or_else(|| by_day().map(Quarter::containing)) {
            self.fill(Slot::Kvartal, quarter.to_string());
            self.fill(Slot::KvartaletsForstaDag, quarter.first_day());
            self.fill(Slot::KvartaletsSistaDag, quarter.last_day());
        }
    }

    /// The interruption if there is one, else the decision (D1–D2); an unreadable cell counts only when nothing else says.
    fn derive_start(&mut self) {
        let avbrott = self.date(Slot::Avbrottsdatum);
        let beslut = self.date(Slot::Beslutsdatum);
        if self.is_missing(Slot::Startdatum) {
            if let Some(day) = avbrott.or(beslut) {
                self.set(Slot::Startdatum, day);
            } else if self.is_unreadable(Slot::Avbrottsdatum) || self.is_unreadable(Slot::Beslutsdatum) {
                self.set(Slot::Startdatum, Value::Unreadable);
            }
        }
        if self.is_missing(Slot::StartTyp) {
            let kind = if avbrott.is_some() {
                Some(StartKind::Avbrott)
            } else if beslut.is_some() {
                Some(StartKind::Beslut)
            } else {
                self.date(Slot::Startdatum).map(|_| StartKind::Oklart)
            };
            self.fill(Slot::StartTyp, kind.map(StartKind::key));
        }
        if let Some(day) = self.date(Slot::Startdatum) {
            self.fill(Slot::Slutdag, calendar::slutdag(day));
        } else if self.is_unreadable(Slot::Startdatum) {
            self.fill(Slot::Slutdag, Value::Unreadable);
        }
    }

    fn derive_end(&mut self) {
        if !self.is_missing(Slot::Slutdatum) {
            return;
        }
        let end = calendar::ended_on(self.date(Slot::Verkstalld), self.date(Slot::Avslutad));
        if let Some(day) = end {
            self.set(Slot::Slutdatum, day);
        } else if self.is_unreadable(Slot::Verkstalld) || self.is_unreadable(Slot::Avslutad) {
            self.set(Slot::Slutdatum, Value::Unreadable);
        }
    }

    fn derive_insats(&mut self, insatser: &'a Insatser) {
        if self.is_unreadable(Slot::Insats) {
            for slot in
                [Slot::InsatsNamn, Slot::InsatsLagrum, Slot::InsatsAlder, Slot::OrsakMojlig, Slot::LagrumStammer]
            {
                self.fill(slot, Value::Unreadable);
            }
        }
        let id = self.insats.or_else(|| self.text(Slot::Insats).and_then(|it| insatser.by_key(it)));
        let insats = id.map(|it| insatser.get(it));
        if let Some(insats) = insats {
            self.fill(Slot::InsatsNamn, insats.name.as_str());
            self.fill(Slot::InsatsLagrum, insats.lagrum.as_str());
            self.fill(Slot::InsatsAlder, insats.alder.key());
            if let Some(orsak) = self.text(Slot::Orsak).and_then(Orsak::from_key) {
                self.fill(Slot::OrsakMojlig, insats.orsaker.contains(&orsak));
            }
        }
        if self.is_unreadable(Slot::Lagrum) || self.is_unreadable(Slot::Lag) {
            self.fill(Slot::LagrumIPlikten, Value::Unreadable);
            self.fill(Slot::LagrumStammer, Value::Unreadable);
        } else {
            let lagrum = self.told_lagrum();
            let decided = self.date(Slot::Beslutsdatum);
            let by_insats = || in_duty_by_insats(insats?, lagrum);
            self.fill(Slot::LagrumIPlikten, lagrum.and_then(|it| it.in_duty()).or_else(by_insats));
            self.fill(Slot::LagrumStammer, id.zip(lagrum).and_then(|(id, it)| insatser.lagrum_fits(id, &it, decided)));
        }
    }

    /// The lagrum as read, or as the slots tell it in an example.
    fn told_lagrum(&self) -> Option<Lagrum> {
        if self.lagrum.is_some() {
            return self.lagrum;
        }
        let lag = self.text(Slot::Lag).and_then(Lag::from_key);
        let mut lagrum = self.text(Slot::Lagrum).and_then(Lagrum::parse).or(lag.map(|_| Lagrum::default()))?;
        lagrum.lag = lag.or(lagrum.lag);
        Some(lagrum)
    }

    fn derive_cause(&mut self) {
        if self.is_unreadable(Slot::Orsak) {
            self.fill(Slot::OrsakMojlig, Value::Unreadable);
            self.fill(Slot::OrsakNamn, Value::Unreadable);
        }
        let orsak = self.text(Slot::Orsak).and_then(Orsak::from_key);
        self.fill(Slot::OrsakNamn, orsak.map(Orsak::swedish));
    }

    /// To the event if it came within the quarter, else to the quarter's last day (D16).
    fn derive_days(&mut self) {
        if !self.is_missing(Slot::Dagar) {
            return;
        }
        if self.is_unreadable(Slot::Startdatum) || self.is_unreadable(Slot::Slutdatum) {
            self.set(Slot::Dagar, Value::Unreadable);
        } else if let Some(start) = self.date(Slot::Startdatum) {
            let days = |end: NaiveDate| i32::try_from(calendar::elapsed_days(start, end)).ok();
            let last = self.date(Slot::KvartaletsSistaDag);
            let end = match (self.date(Slot::Slutdatum), last) {
                (Some(end), Some(last)) => Some(end.min(last)),
                (end, last) => end.or(last),
            };
            self.fill(Slot::Dagar, end.and_then(days));
        }
    }
}

/// 9 § 1 LSS is the region's duty also where the row only says ”LSS” and the insats by name.
fn in_duty_by_insats(insats: &Insats, lagrum: Option<Lagrum>) -> Option<bool> {
    let same_law = lagrum.is_none_or(|it| it.law().is_none_or(|law| law == Lag::Lss));
    (insats.lag == Lag::Lss && insats.punkt == Some(1) && same_law).then_some(false)
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{day, insatser};
    use super::*;

    fn derived<'a>(facts: Facts<'a>, insatser: &'a Insatser) -> Facts<'a> {
        let mut facts = facts;
        facts.derive(insatser);
        facts
    }

    fn q4<'a>() -> Facts<'a> {
        Facts::of(Quarter::new(2023, 4).unwrap())
    }

    #[test]
    fn an_interruption_starts_the_period_and_the_decision_does_otherwise() {
        let insatser = insatser();
        let both = q4().with(Slot::Beslutsdatum, day("2020-01-01")).with(Slot::Avbrottsdatum, day("2023-08-11"));
        let facts = derived(both, &insatser);
        assert_eq!(facts.date(Slot::Startdatum), Some(day("2023-08-11")));
        assert_eq!(facts.text(Slot::StartTyp), Some("avbrott"));
        assert_eq!(facts.date(Slot::Slutdag), Some(day("2023-11-11")));
        assert_eq!(facts.number(Slot::Dagar), Some(142.0));
        let facts = derived(q4().with(Slot::Beslutsdatum, day("2023-08-11")), &insatser);
        assert_eq!(facts.text(Slot::StartTyp), Some("beslut"));
        let facts = derived(q4().with(Slot::Startdatum, day("2023-08-11")), &insatser);
        assert_eq!(facts.text(Slot::StartTyp), Some("oklart"));
    }

    #[test]
    fn what_rests_only_on_an_unreadable_cell_is_unreadable() {
        let insatser = insatser();
        let facts = derived(q4().with(Slot::Beslutsdatum, Value::Unreadable), &insatser);
        for slot in [Slot::Startdatum, Slot::Slutdag, Slot::Dagar] {
            assert!(facts.is_unreadable(slot), "{slot:?}");
        }
        let other = q4().with(Slot::Beslutsdatum, Value::Unreadable).with(Slot::Avbrottsdatum, day("2023-08-11"));
        assert_eq!(derived(other, &insatser).date(Slot::Startdatum), Some(day("2023-08-11")));
        let facts = derived(q4().with(Slot::Verkstalld, Value::Unreadable), &insatser);
        assert!(facts.is_unreadable(Slot::Slutdatum));
        let facts =
            derived(q4().with(Slot::Verkstalld, Value::Unreadable).with(Slot::Avslutad, day("2023-11-11")), &insatser);
        assert_eq!(facts.date(Slot::Slutdatum), Some(day("2023-11-11")));
    }

    #[test]
    fn given_values_stand() {
        let insatser = insatser();
        let given = q4().with(Slot::Beslutsdatum, day("2023-01-01")).with(Slot::Slutdag, day("2023-02-02"));
        assert_eq!(derived(given, &insatser).date(Slot::Slutdag), Some(day("2023-02-02")));
    }

    #[test]
    fn days_run_to_the_event_or_to_the_end_of_the_quarter() {
        let insatser = insatser();
        for (end, days) in [(None, 142.0), (Some("2023-11-20"), 101.0), (Some("2024-01-15"), 142.0)] {
            let mut facts = q4().with(Slot::Startdatum, day("2023-08-11"));
            if let Some(end) = end {
                facts.set(Slot::Verkstalld, day(end));
            }
            assert_eq!(derived(facts, &insatser).number(Slot::Dagar), Some(days), "{end:?}");
        }
    }

    #[test]
    fn the_insats_tells_its_name_its_ages_and_its_causes() {
        let insatser = insatser();
        let facts = q4().with(Slot::Insats, "ledsagarservice").with(Slot::Orsak, "resursbrist_bostad");
        let facts = derived(facts, &insatser);
        assert_eq!(facts.text(Slot::InsatsNamn), Some("Ledsagarservice"));
        assert_eq!(facts.bool(Slot::OrsakMojlig), Some(false));
        assert_eq!(facts.text(Slot::OrsakNamn), Some("Resursbrist, ledig bostad"));
        let facts = derived(q4().with(Slot::Insats, Value::Unreadable), &insatser);
        assert!(facts.is_unreadable(Slot::InsatsNamn) && facts.is_unreadable(Slot::LagrumStammer));
    }

    #[test]
    fn lagrum_in_and_outside_the_duty() {
        let insatser = insatser();
        for (lag, lagrum, expected) in [
            ("SoL", "11 kap. 1 §", Some(true)),
            ("SoL", "4 kap. 1 §", Some(true)),
            ("SoL", "11 kap. 4 §", Some(false)),
            ("LSS", "9 § 3", Some(true)),
            ("LSS", "9 § 1", Some(false)),
            ("HSL", "", Some(false)),
            ("LVU", "2 §", Some(false)),
            ("SoL", "", None),
        ] {
            let facts = q4().with(Slot::Lag, lag).with(Slot::Lagrum, lagrum);
            assert_eq!(derived(facts, &insatser).bool(Slot::LagrumIPlikten), expected, "{lag} {lagrum}");
        }
    }

    #[test]
    fn lagrum_fits_its_insats_or_not() {
        let insatser = insatser();
        for (insats, lag, lagrum, expected) in [
            ("ledsagarservice", "LSS", "9 § 3", Some(true)),
            ("ledsagarservice", "LSS", "9 § 5", Some(false)),
            ("ledsagarservice", "", "9 § 3", Some(true)),
            ("ledsagarservice", "LSS", "9 §", Some(true)),
            ("ledsagarservice", "SoL", "11 kap. 1 §", Some(false)),
            ("hemtjanst", "SoL", "4 kap. 1 §", Some(true)),
            ("hemtjanst", "LSS", "9 § 3", Some(false)),
            ("hemtjanst", "SoL", "", Some(true)),
        ] {
            let facts = q4().with(Slot::Insats, insats).with(Slot::Lag, lag).with(Slot::Lagrum, lagrum);
            assert_eq!(derived(facts, &insatser).bool(Slot::LagrumStammer), expected, "{insats} {lag} {lagrum}");
        }
    }
}
