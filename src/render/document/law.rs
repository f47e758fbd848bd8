//! Which paragraphs a quarter is reported under: the only place where the lagrum of the reporting duty are written.
//!
//! Goes in: a quarter. Comes out: [`Law`], texts ready to stand in a sentence.
//! Guaranteed: the law is the one in force on the quarter's last day (D52); the Acts' own numbers are always named, so
//! that a paper can be read after the next change.

use chrono::NaiveDate;

use crate::model::{Lag, Quarter};
use crate::render::print::list;

/// The reporting duty in the words of one period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Law {
    /// The duty as a whole: `34 kap. 1–3 §§ socialtjänstlagen (2025:400)`.
    pub sol: &'static str,
    /// The same under LSS: `28 f–h §§ lagen (1993:387) om stöd och service till vissa funktionshindrade`.
    pub lss: &'static str,
    /// With short names of the Acts: `34 kap. 1–3 §§ SoL`, `28 f–h §§ LSS`.
    pub sol_short: &'static str,
    pub lss_short: &'static str,
    pub sol_parts: Parts,
    pub lss_parts: Parts,
    /// The right to insatser the decisions were taken under: `4 kap. 1 § SoL`, `11 kap. 1 § och 12 kap. 1 § SoL`.
    pub sol_right: &'static str,
    pub lss_right: &'static str,
    /// `socialtjänstlagen (2025:400)`
    pub sol_act: &'static str,
    /// What a reader must know when the Act changed between the quarter and the report.
    pub note: Option<&'static str>,
}

/// One paragraph per duty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    /// Report to IVO and revisorerna.
    pub report: &'static str,
    /// Notice when a reported decision has been executed.
    pub executed: &'static str,
    /// Statistikrapport to kommunfullmäktige.
    pub statistics: &'static str,
    /// When another kommun executes the decision.
    pub visiting: &'static str,
    /// Särskild avgift.
    pub fee: &'static str,
}

impl Law {
    /// What is said of each of some Acts, in one list: `34 kap. 1 § SoL och 28 f § LSS`.
    pub fn of_all(&self, acts: &[Lag], pick: impl Fn(&Self, Lag) -> Option<&'static str>) -> String {
        list(&acts.iter().filter_map(|lag| pick(self, *lag)).collect::<Vec<_>>())
    }

    /// The duty under one Act, written out; `None` when decisions of that law are not reported.
    pub fn duty(&self, lag: Lag) -> Option<&'static str> {
        one(lag, self.sol, self.lss)
    }

    /// The same with the Act's short name.
    pub fn duty_in_short(&self, lag: Lag) -> Option<&'static str> {
        one(lag, self.sol_short, self.lss_short)
    }

    /// The paragraph about IVO and revisorerna.
    pub fn report(&self, lag: Lag) -> Option<&'static str> {
        one(lag, self.sol_parts.report, self.lss_parts.report)
    }

    /// The paragraph about kommunfullmäktige.
    pub fn statistics(&self, lag: Lag) -> Option<&'static str> {
        one(lag, self.sol_parts.statistics, self.lss_parts.statistics)
    }

    /// The Act's name without its number.
    pub fn act(&self, lag: Lag) -> Option<&'static str> {
        one(lag, "socialtjänstlagen", "lagen om stöd och service till vissa funktionshindrade")
    }
}

/// The Acts that decisions are reported under.
pub const ACTS: [Lag; 2] = [Lag::Sol, Lag::Lss];

fn one(lag: Lag, sol: &'static str, lss: &'static str) -> Option<&'static str> {
    match lag {
        Lag::Sol => Some(sol),
        Lag::Lss => Some(lss),
        Lag::Hsl | Lag::Lvu | Lag::Lvm | Lag::Annan => None,
    }
}

const LSS_PARTS: Parts = Parts {
    report: "28 f § LSS",
    executed: "28 g § LSS",
    statistics: "28 h § LSS",
    visiting: "28 i § LSS",
    fee: "28 a § LSS",
};

const OLD: Law = Law {
    sol: "16 kap. 6 f–h §§ socialtjänstlagen (2001:453)",
    lss: "28 f–h §§ lagen (1993:387) om stöd och service till vissa funktionshindrade",
    sol_short: "16 kap. 6 f–h §§ SoL",
    lss_short: "28 f–h §§ LSS",
    sol_parts: Parts {
        report: "16 kap. 6 f § SoL",
        executed: "16 kap. 6 g § SoL",
        statistics: "16 kap. 6 h § SoL",
        visiting: "16 kap. 6 i § SoL",
        fee: "16 kap. 6 a § SoL",
    },
    lss_parts: LSS_PARTS,
    sol_right: "4 kap. 1 § SoL",
    lss_right: "9 § LSS",
    sol_act: "socialtjänstlagen (2001:453)",
    note: None,
};

const NEW: Law = Law {
    sol: "34 kap. 1–3 §§ socialtjänstlagen (2025:400)",
    sol_short: "34 kap. 1–3 §§ SoL",
    sol_parts: Parts {
        report: "34 kap. 1 § SoL",
        executed: "34 kap. 2 § SoL",
        statistics: "34 kap. 3 § SoL",
        visiting: "34 kap. 4 § SoL",
        fee: "34 kap. 5 § SoL",
    },
    sol_right: "11 kap. 1 § och 12 kap. 1 § SoL",
    sol_act: "socialtjänstlagen (2025:400)",
    ..OLD
};

/// The law of the period. Quarter 2 2025 ended under the old Act and was reported under the new: it names the old
/// and says so.
pub fn law(quarter: Quarter) -> Law {
    let changed = NaiveDate::from_ymd_opt(2025, 7, 1).unwrap_or(NaiveDate::MAX);
    if quarter.last_day() >= changed {
        NEW
    } else if quarter.next().contains(changed) {
        let note = "Kvartalet tog slut före den 1 juli 2025. Sedan den dagen gäller 34 kap. 1–3 §§ socialtjänstlagen \
                    (2025:400), med samma innehåll.";
        Law { note: Some(note), ..OLD }
    } else {
        OLD
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_law_follows_the_quarter() {
        for (quarter, sol, statistics, note) in [
            ("2023-Q4", "16 kap. 6 f–h §§ SoL", "16 kap. 6 h § SoL", false),
            ("2025-Q1", "16 kap. 6 f–h §§ SoL", "16 kap. 6 h § SoL", false),
            ("2025-Q2", "16 kap. 6 f–h §§ SoL", "16 kap. 6 h § SoL", true),
            ("2025-Q3", "34 kap. 1–3 §§ SoL", "34 kap. 3 § SoL", false),
            ("2026-Q1", "34 kap. 1–3 §§ SoL", "34 kap. 3 § SoL", false),
        ] {
            let it = law(quarter.parse().unwrap());
            let found = (it.sol_short, it.statistics(Lag::Sol).unwrap(), it.note.is_some());
            assert_eq!(found, (sol, statistics, note), "{quarter}");
            assert_eq!(it.statistics(Lag::Lss), Some("28 h § LSS"), "{quarter}");
        }
    }

    #[test]
    fn the_whole_duty_and_its_parts_name_the_same_chapter() {
        for quarter in ["2023-Q4", "2025-Q3"] {
            let it = law(quarter.parse().unwrap());
            let chapter = it.sol_short.split_once("kap.").unwrap().0;
            for part in [it.sol_parts.report, it.sol_parts.executed, it.sol_parts.statistics, it.sol_parts.fee] {
                assert!(part.starts_with(chapter), "{part}");
            }
            assert!(it.sol.ends_with(it.sol_act), "{}", it.sol);
        }
    }
}
