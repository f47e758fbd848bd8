//! `report.json` as the pages read it: the same for a report that grows and for one that is fixed.
//!
//! Goes in: the text of the file. Comes out: [`ReportFile`], and for every figure the cases it counts.
//! Guaranteed: pages show nothing that does not stand in the file; a figure and its list are counted by one condition.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::merge::report::Status;
use crate::model::words::words;
use crate::model::{Grade, Kon, Orsak, StartKind};
use crate::rating::{Level, Mark};

/// The file.
#[derive(Debug, Clone, Deserialize)]
pub struct ReportFile {
    pub quarter_end: String,
    pub rule_set: RuleSet,
    pub totals: Counts,
    pub causes: BTreeMap<String, u32>,
    pub by_insats: Vec<InsatsRow>,
    pub lines: Vec<Line>,
    pub excluded: Vec<Excluded>,
    pub missing: Vec<Missing>,
    pub quality: Vec<Quality>,
    pub corrections: Vec<Correction>,
    pub reconciliation: Vec<Flow>,
    pub history: Vec<Past>,
    #[serde(default)]
    pub checks: Vec<Check>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct RuleSet {
    pub version: String,
}

#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Counts {
    pub reported: u32,
    pub executed: u32,
    pub closed: u32,
    pub open: u32,
    pub open_men: u32,
    pub open_women: u32,
    pub open_children: u32,
    pub open_adults: u32,
    pub open_interruptions: u32,
    #[serde(default)]
    pub open_kon_missing: u32,
    #[serde(default)]
    pub open_partial: u32,
    #[serde(default)]
    pub cause_missing: u32,
}

#[derive(Debug, Clone, Deserialize)]
pub struct InsatsRow {
    pub insats: Option<String>,
    pub name: String,
    pub lagrum: String,
    #[serde(flatten)]
    pub counts: Counts,
    pub causes: BTreeMap<String, u32>,
    pub share_men: Option<f64>,
    pub share_women: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Source {
    pub file: String,
    pub sha256: String,
    pub sheet: String,
    pub row: u32,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Line {
    pub nr: u32,
    pub kon: Option<Kon>,
    pub beslutsdatum: Option<String>,
    pub avbrottsdatum: Option<String>,
    pub insats: Option<String>,
    pub verkstalld: Option<String>,
    pub delvis: bool,
    pub avslutad: Option<String>,
    pub orsak: Option<Orsak>,
    pub days: Option<i32>,
    pub utforare: String,
    pub source: Source,
    pub status: Status,
    pub start_typ: Option<StartKind>,
    pub insats_text: Option<String>,
    pub new: Option<bool>,
    pub late: bool,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Excluded {
    pub utforare: String,
    pub source: Source,
    pub rules: Vec<String>,
    pub reason: String,
    pub insats: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Missing {
    pub utforare: Option<String>,
    pub insats: Option<String>,
    pub rule: String,
    pub reason: String,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Correction {
    pub utforare: String,
    pub insats: Option<String>,
    pub source: Source,
    pub what: String,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Quality {
    pub utforare: String,
    pub name: String,
    pub insatser: Vec<String>,
    pub grade: Grade,
    pub text: String,
    pub late: bool,
    pub reminders: u32,
    #[serde(default)]
    pub override_reason: Option<String>,
    #[serde(default)]
    pub marks: BTreeMap<Mark, Level>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Flow {
    pub insats: String,
    pub name: String,
    pub opening: i64,
    pub corrections: i64,
    pub new: i64,
    pub of_which_late: Option<i64>,
    pub executed: i64,
    pub closed: i64,
    pub closing: i64,
    pub holds: bool,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Past {
    pub kvartal: String,
    pub open: u32,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Check {
    pub what: String,
    pub holds: bool,
    pub detail: String,
}

words! {
    /// A figure that is a count of lines.
    Figure {
        Reported = "rapporterade", "Rapporterade ärenden";
        Executed = "verkstallda", "Verkställda ärenden";
        Closed = "avslutade", "Avslutade ärenden";
        Open = "oppna", "Öppna ärenden";
        Men = "man", "Öppna ärenden, män och pojkar";
        Women = "kvinnor", "Öppna ärenden, kvinnor och flickor";
        Children = "barn", "Öppna ärenden, barn";
        Adults = "vuxna", "Öppna ärenden, vuxna";
        KonMissing = "utan_kon", "Öppna ärenden där kön inte är känt";
        Interruptions = "avbrott", "Öppna ärenden med avbrott";
        Partial = "delvis", "Öppna ärenden som är delvis verkställda";
        Bostad = "resursbrist_bostad", "Öppna ärenden, resursbrist, ledig bostad";
        Personal = "resursbrist_personal", "Öppna ärenden, resursbrist, personal";
        No = "tackat_nej", "Öppna ärenden, den enskilde tackat nej";
        Other = "annat_skal", "Öppna ärenden, annat skäl";
        CauseMissing = "utan_orsak", "Öppna ärenden utan exakt en orsak";
        New = "nya", "Nya ärenden";
        Late = "sena", "Nya ärenden som skulle ha rapporterats tidigare";
        /// Without a last report: open before the quarter, as slutdag tells.
        Opening = "ingaende", "Ingående öppna ärenden";
    }
}

impl Figure {
    /// Whether the figure counts this line; the same conditions as in `merge::count`, which a test holds together.
    pub fn counts(self, line: &Line) -> bool {
        let open = line.status == Status::Open;
        let cause = |it| open && line.orsak == Some(it);
        match self {
            Self::Reported => true,
            Self::Executed => line.status == Status::Executed,
            Self::Closed => line.status == Status::Closed,
            Self::Open => open,
            Self::Men => open && line.kon.is_some_and(Kon::is_male),
            Self::Women => open && line.kon.is_some_and(|it| !it.is_male()),
            Self::Children => open && line.kon.is_some_and(Kon::is_child),
            Self::Adults => open && line.kon.is_some_and(|it| !it.is_child()),
            Self::KonMissing => open && line.kon.is_none(),
            Self::Interruptions => open && line.start_typ == Some(StartKind::Avbrott),
            Self::Partial => open && line.delvis,
            Self::Bostad => cause(Orsak::ResursbristBostad),
            Self::Personal => cause(Orsak::ResursbristPersonal),
            Self::No => cause(Orsak::TackatNej),
            Self::Other => cause(Orsak::AnnatSkal),
            Self::CauseMissing => open && line.orsak.is_none(),
            Self::New => line.new.unwrap_or(!line.late),
            Self::Late => line.late && line.new == Some(true),
            Self::Opening => line.new.is_none() && line.late,
        }
    }

    /// Where report.json has the figure, within the totals or an insats; for the flow, within its part of the reconciliation.
    fn field(self) -> &'static str {
        match self {
            Self::Reported => "reported",
            Self::Executed => "executed",
            Self::Closed => "closed",
            Self::Open => "open",
            Self::Men => "open_men",
            Self::Women => "open_women",
            Self::Children => "open_children",
            Self::Adults => "open_adults",
            Self::KonMissing => "open_kon_missing",
            Self::Interruptions => "open_interruptions",
            Self::Partial => "open_partial",
            Self::Bostad => "causes.resursbrist_bostad",
            Self::Personal => "causes.resursbrist_personal",
            Self::No => "causes.tackat_nej",
            Self::Other => "causes.annat_skal",
            Self::CauseMissing => "cause_missing",
            Self::New => "new",
            Self::Late => "of_which_late",
            Self::Opening => "opening",
        }
    }

    /// The figure in the row of an insats.
    pub fn of(self, counts: &Counts, causes: &BTreeMap<String, u32>) -> u32 {
        match self {
            Self::Reported => counts.reported,
            Self::Executed => counts.executed,
            Self::Closed => counts.closed,
            Self::Open => counts.open,
            Self::Men => counts.open_men,
            Self::Women => counts.open_women,
            Self::Children => counts.open_children,
            Self::Adults => counts.open_adults,
            Self::KonMissing => counts.open_kon_missing,
            Self::Interruptions => counts.open_interruptions,
            Self::Partial => counts.open_partial,
            Self::CauseMissing => counts.cause_missing,
            cause => causes.get(cause.key()).copied().unwrap_or_default(),
        }
    }
}

/// Stands in an address for an insats that was left empty.
pub const NO_INSATS: &str = "-";

impl Line {
    /// The insats as addresses name it: the key, or the text that was not recognised.
    pub fn insats_in_address(&self) -> &str {
        let text = self.insats.as_deref().or(self.insats_text.as_deref()).unwrap_or_default();
        if text.is_empty() { NO_INSATS } else { text }
    }

    pub fn insats_as_written(&self) -> &str {
        self.insats_text.as_deref().unwrap_or("–")
    }
}

impl InsatsRow {
    /// The insats as paths of report.json name it.
    pub fn in_path(&self) -> &str {
        self.insats.as_deref().unwrap_or(&self.name)
    }

    /// As [`Line::insats_in_address`]. A row of unknown insats has its name made of the text.
    pub fn insats_in_address(&self) -> &str {
        match &self.insats {
            Some(key) => key,
            None => self.name.strip_suffix(" (okänd insats)").unwrap_or(NO_INSATS),
        }
    }
}

impl Flow {
    pub fn insats_in_address(&self) -> &str {
        if self.insats.is_empty() { NO_INSATS } else { &self.insats }
    }

    pub fn is_total(&self) -> bool {
        self.insats == "total"
    }
}

impl ReportFile {
    /// # Errors
    ///
    /// The text is no report; only a report of our own making comes here, so that is a fault of the system.
    pub fn read(json: &[u8]) -> Result<Self, String> {
        serde_json::from_slice(json).map_err(|it| format!("report.json går inte att läsa: {it}"))
    }

    /// The path of a figure, all insatser or one as addresses name it; `None` when the file has no such figure.
    pub fn path(&self, figure: Figure, insats: Option<&str>) -> Option<String> {
        let field = figure.field();
        if matches!(figure, Figure::New | Figure::Late | Figure::Opening) {
            let wanted = |it: &&Flow| insats.map_or_else(|| it.is_total(), |key| it.insats_in_address() == key);
            return Some(format!("reconciliation.{}.{field}", self.reconciliation.iter().find(wanted)?.insats));
        }
        match insats {
            Some(key) => {
                let row = self.by_insats.iter().find(|it| it.insats_in_address() == key)?;
                Some(format!("by_insats.{}.{field}", row.in_path()))
            }
            None if field.contains('.') => Some(field.to_owned()),
            None => Some(format!("totals.{field}")),
        }
    }

    /// The cases a figure counts, all insatser or one.
    pub fn cases(&self, figure: Figure, insats: Option<&str>) -> Vec<&Line> {
        let wanted = |it: &&Line| figure.counts(it) && insats.is_none_or(|key| it.insats_in_address() == key);
        self.lines.iter().filter(wanted).collect()
    }
}
