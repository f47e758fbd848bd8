//! Cases known beforehand: from the last report and from the nämnd's register.
//!
//! Goes in: cases as values. Comes out: which row answers which case.
//! Guaranteed: a case is answered by at most one row and a row answers at most one case; the order of the rows decides
//! between equals, so the same input gives the same answer.
//!
//! # Why not by löpnr?
//!
//! Because it is local to a report (domain 4.1, defect 9). A case is known by utförare, insats, kön and start (D3), or by
//! the row key that our own template carries from quarter to quarter.

use chrono::NaiveDate;
use rustc_hash::FxHashMap;

use crate::form::Row;
use crate::model::{InsatsId, Kon, Lagrum, Orsak, Quarter, StartKind};

/// A case known before the quarter's sheets were opened.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownCase {
    /// Id of the utförare, when known.
    pub utforare: Option<String>,
    pub kon: Option<Kon>,
    pub insats: Option<InsatsId>,
    pub start_typ: StartKind,
    pub startdatum: Option<NaiveDate>,
    pub beslutsdatum: Option<NaiveDate>,
    /// Executed in full or closed, as far as the source knows.
    pub slutdatum: Option<NaiveDate>,
    pub verkstalld: bool,
    pub nyckel: Option<String>,
    pub lagrum: Option<Lagrum>,
    pub delvis: bool,
    pub orsak: Option<Orsak>,
    /// As written, when the insats was not recognised.
    pub insats_text: Option<String>,
    /// Where it is known from, for people: ”förra rapporten, nr 12”.
    pub origin: String,
}

impl KnownCase {
    /// Open on `day`: started on or before it and not ended on or before it.
    pub fn is_open_on(&self, day: NaiveDate) -> bool {
        self.startdatum.is_some_and(|it| it <= day) && self.slutdatum.is_none_or(|it| it > day)
    }
}

type Key = (InsatsId, bool, NaiveDate);

/// Known cases with their look-up.
#[derive(Debug, Clone, Default)]
pub struct KnownCases {
    cases: Vec<KnownCase>,
    by_key: FxHashMap<Key, Vec<u32>>,
    by_nyckel: FxHashMap<String, u32>,
    /// Insats and start only, for a kön that changed or is missing.
    by_start: FxHashMap<(InsatsId, NaiveDate), Vec<u32>>,
}

/// A row's answer to a known case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Match {
    pub case: u32,
    /// The same case, but with another kön than before.
    pub other_kon: bool,
    /// The case was known from another utförare.
    pub other_utforare: bool,
}

impl KnownCases {
    pub fn new(cases: Vec<KnownCase>) -> Self {
        let mut this = Self::default();
        for (at, case) in (0u32..).zip(&cases) {
            if let (Some(insats), Some(start)) = (case.insats, case.startdatum) {
                if let Some(kon) = case.kon {
                    this.by_key.entry((insats, kon.is_male(), start)).or_default().push(at);
                }
                this.by_start.entry((insats, start)).or_default().push(at);
            }
            if let Some(nyckel) = &case.nyckel {
                this.by_nyckel.insert(nyckel.clone(), at);
            }
        }
        this.cases = cases;
        this
    }

    pub fn cases(&self) -> &[KnownCase] {
        &self.cases
    }

    pub fn get(&self, at: u32) -> &KnownCase {
        &self.cases[at as usize]
    }

    /// Says for each row which case it answers: own utförare first, then a changed kön, then another utförare's case.
    pub fn answers(&self, rows: &[Row], utforare: Option<&str>) -> Vec<Option<Match>> {
        let mut found = vec![None; rows.len()];
        if self.cases.is_empty() {
            return found;
        }
        let mut taken = vec![false; self.cases.len()];
        type Pass = fn(&KnownCases, &Row, Option<&str>, &[bool]) -> Option<Match>;
        let passes: [Pass; 4] = [Self::by_row_key, Self::own, Self::own_with_other_kon, Self::of_another];
        for pass in passes {
            for (row, slot) in rows.iter().zip(&mut found) {
                if slot.is_none()
                    && let Some(hit) = pass(self, row, utforare, &taken)
                {
                    taken[hit.case as usize] = true;
                    *slot = Some(hit);
                }
            }
        }
        found
    }

    fn by_row_key(&self, row: &Row, utforare: Option<&str>, taken: &[bool]) -> Option<Match> {
        let case = *self.by_nyckel.get(row.nyckel.as_deref()?)?;
        let known = self.get(case);
        // A key survives a corrected date or kön, but not a row that was overwritten with somebody else's case.
        let same =
            known.insats == row.insats && (row.start().map(|it| it.1) == known.startdatum || known.kon == row.kon);
        (same && !taken[case as usize]).then_some(Match {
            case,
            other_kon: differs(known.kon, row.kon),
            other_utforare: utforare.is_some() && known.utforare.as_deref() != utforare,
        })
    }

    fn own(&self, row: &Row, utforare: Option<&str>, taken: &[bool]) -> Option<Match> {
        let at = self.free(row, taken, |it| utforare.is_none() || it.utforare.as_deref() == utforare)?;
        Some(Match { case: at, other_kon: false, other_utforare: false })
    }

    fn own_with_other_kon(&self, row: &Row, utforare: Option<&str>, taken: &[bool]) -> Option<Match> {
        let (insats, (_, start)) = (row.insats?, row.start()?);
        let case =
            *self.by_start.get(&(insats, start))?.iter().find(|at| {
                !taken[**at as usize] && utforare.is_some() && self.get(**at).utforare.as_deref() == utforare
            })?;
        Some(Match { case, other_kon: true, other_utforare: false })
    }

    fn of_another(&self, row: &Row, utforare: Option<&str>, taken: &[bool]) -> Option<Match> {
        utforare?;
        let at = self.free(row, taken, |it| it.utforare.as_deref() != utforare)?;
        Some(Match { case: at, other_kon: false, other_utforare: true })
    }

    fn free(&self, row: &Row, taken: &[bool], fits: impl Fn(&KnownCase) -> bool) -> Option<u32> {
        let key = (row.insats?, row.kon?.is_male(), row.start()?.1);
        self.by_key.get(&key)?.iter().copied().find(|at| !taken[*at as usize] && fits(self.get(*at)))
    }
}

fn differs(before: Option<Kon>, now: Option<Kon>) -> bool {
    matches!((before, now), (Some(a), Some(b)) if a.is_male() != b.is_male())
}

/// The last report: every case it printed, and where it ended.
#[derive(Debug, Clone)]
pub struct LastReport {
    pub quarter: Quarter,
    pub known: KnownCases,
}

impl LastReport {
    /// Whether the case stood open at the end of the last report's quarter.
    pub fn was_open(&self, at: u32) -> bool {
        self.known.get(at).is_open_on(self.quarter.last_day())
    }

    /// Cases that stood open, by index.
    pub fn open_cases(&self) -> impl Iterator<Item = u32> {
        (0u32..).zip(self.known.cases()).filter(|(at, _)| self.was_open(*at)).map(|(at, _)| at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(utforare: &str, kon: Kon, start: &str) -> KnownCase {
        KnownCase {
            utforare: Some(utforare.into()),
            kon: Some(kon),
            insats: Some(InsatsId(3)),
            start_typ: StartKind::Avbrott,
            startdatum: start.parse().ok(),
            beslutsdatum: None,
            slutdatum: None,
            verkstalld: false,
            nyckel: None,
            lagrum: None,
            delvis: false,
            orsak: None,
            insats_text: None,
            origin: "förra rapporten".into(),
        }
    }

    fn row(kon: Kon, start: &str) -> Row {
        Row { kon: Some(kon), insats: Some(InsatsId(3)), avbrottsdatum: start.parse().ok(), ..Row::default() }
    }

    #[test]
    fn twins_answer_one_each() {
        let known = KnownCases::new(vec![case("a", Kon::Man, "2023-06-19"), case("a", Kon::Man, "2023-06-19")]);
        let rows = [row(Kon::Man, "2023-06-19"), row(Kon::Man, "2023-06-19"), row(Kon::Man, "2023-06-19")];
        let found: Vec<_> = known.answers(&rows, Some("a")).iter().map(|it| it.map(|it| it.case)).collect();
        assert_eq!(found, [Some(0), Some(1), None]);
    }

    #[test]
    fn a_boy_who_came_of_age_is_the_same_case() {
        let known = KnownCases::new(vec![case("a", Kon::Pojke, "2023-06-19")]);
        let found = known.answers(&[row(Kon::Man, "2023-06-19")], Some("a"));
        assert_eq!(found[0], Some(Match { case: 0, other_kon: false, other_utforare: false }));
    }

    #[test]
    fn the_own_case_goes_before_a_strangers() {
        let known = KnownCases::new(vec![case("b", Kon::Man, "2023-06-19"), case("a", Kon::Man, "2023-06-19")]);
        let rows = [row(Kon::Man, "2023-06-19"), row(Kon::Man, "2023-06-19")];
        let found = known.answers(&rows, Some("a"));
        assert_eq!(found[0].map(|it| (it.case, it.other_utforare)), Some((1, false)));
        assert_eq!(found[1].map(|it| (it.case, it.other_utforare)), Some((0, true)));
    }

    #[test]
    fn another_kon_is_told() {
        let known = KnownCases::new(vec![case("a", Kon::Kvinna, "2023-06-19")]);
        let found = known.answers(&[row(Kon::Man, "2023-06-19")], Some("a"));
        assert_eq!(found[0].map(|it| it.other_kon), Some(true));
    }
}
