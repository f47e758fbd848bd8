//! Findings and events → five marks apart, and a label with reasons (D43–D46).
//!
//! Goes in: what happened with one uppdrag in one quarter, as counts. Comes out: [`Rating`].
//! Guaranteed: never one opaque number; every reason names the rule or event and how many; pure.

use crate::model::Grade;
use crate::model::words::words;

words! {
    /// What is judged apart.
    Mark {
        Timeliness = "punktlighet", "I tid";
        Completeness = "fullstandighet", "Fullständighet";
        Correctness = "riktighet", "Riktighet";
        Structure = "struktur", "Struktur";
        Response = "svar", "Svar på frågor";
    }
}

words! {
    /// How it went, best first.
    Level {
        Good = "bra", "Bra";
        Remark = "anmarkning", "Anmärkning";
        Flaw = "brist", "Brist";
        Serious = "allvarlig_brist", "Allvarlig brist";
    }
}

/// One generated reason.
#[derive(Debug, Clone, PartialEq)]
pub struct Reason {
    pub mark: Mark,
    /// Stable key of the phrase in `rules/betyg.toml`.
    pub kind: String,
    /// Rule id, when a rule's findings are the reason.
    pub rule: Option<String>,
    pub count: u32,
    /// The sentence people read.
    pub text: String,
}

/// How one uppdrag reported this quarter.
#[derive(Debug, Clone, PartialEq)]
pub struct Rating {
    /// In the order of [`Mark::ALL`].
    pub marks: [Level; 5],
    /// What the events say.
    pub suggested: Grade,
    /// What stands: the handläggare's own label when there is one (D44: both are kept).
    pub grade: Grade,
    /// Why the handläggare chose another label.
    pub override_reason: Option<String>,
    /// The text of the quality table.
    pub text: String,
    pub late: bool,
    /// Reminders sent before the first valid answer.
    pub reminders: u32,
    pub reasons: Vec<Reason>,
}
