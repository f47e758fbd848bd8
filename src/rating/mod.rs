//! Findings and events → five marks apart, and a label with reasons (D43–D46).
//!
//! Goes in: what happened with one uppdrag in one quarter, as counts. Comes out: [`Rating`].
//! Guaranteed: never one opaque number; every reason names the rule or event and how many; pure. Thresholds and
//! phrases are data (`rules/betyg.toml`), so a nämnd can move them without a new build.

mod data;
mod error;
mod measure;
mod scale;
mod score;

use crate::model::Family;
use crate::model::Grade;
use crate::model::Severity;
use crate::model::words::words;

pub use error::ScaleError;
pub use measure::Measure;
pub use scale::Scale;

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

/// What happened with one uppdrag in one quarter. Counts only, so that no grade can rest on a name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Events {
    /// A valid answer came: a list that could be read, or Inget att rapportera.
    pub received: bool,
    /// The answer was Inget att rapportera.
    pub nil: bool,
    /// Something came but could not be read at all. Findings of the rules listed under `olasbar` say the same.
    pub unreadable: bool,
    /// Days from the last day to the first valid answer; 0 when it came in time.
    pub days_late: u32,
    /// Reminders sent before the first valid answer, or so far.
    pub reminders: u32,
    /// Rows of the attempt that counts.
    pub rows: u32,
    /// Distinct rows with a `fel` of ska-inte-rapporteras, whatever a handläggare then decided about them.
    pub wrong_rows: u32,
    /// Cases that should have been in the report (SR001–SR004, or found by a handläggare).
    pub missing_cases: u32,
    /// Distinct rows with a `fel` of uppgifter or en-orsak.
    pub faulty_rows: u32,
    /// Completions asked for; of them never answered; of them answered too late.
    pub completions: u32,
    pub unanswered: u32,
    pub late_answers: u32,
    /// How often each rule spoke, for the structure mark and for the reasons.
    pub rules: Vec<RuleCount>,
}

/// How often one rule spoke about one uppdrag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleCount {
    pub rule: String,
    pub family: Family,
    pub severity: Severity,
    pub count: u32,
}
