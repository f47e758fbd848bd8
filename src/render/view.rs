//! The report as renderers look at it: names instead of indexes, places in words, findings in reading order.
//!
//! Goes in: a report and a voice. Comes out: [`View`], asked by every renderer so that all say the same.
//! Guaranteed: an index that points nowhere gives a dash, never a panic; names from outside are cleaned once.

use crate::merge::QuarterReport;
use crate::merge::report::{Line, PlacedFinding, Source, Status};
use crate::model::{Family, Field, Insats, InsatsId, Lag, Place, Quarter, Severity};

use super::print::{clean_line, date};
use super::{Speaks, Texts, Voice};

/// One report, ready to be read out.
pub struct View<'a> {
    pub report: &'a QuarterReport,
    voice: Voice<'a>,
    insatser: Vec<&'a Insats>,
    files: Vec<FileName<'a>>,
    utforare: Vec<String>,
}

struct FileName<'a> {
    name: String,
    sha256: &'a str,
    sheets: Vec<String>,
}

impl<'a> View<'a> {
    pub fn new(report: &'a QuarterReport, voice: Voice<'a>) -> Self {
        let files = report
            .files
            .iter()
            .map(|it| FileName {
                name: clean_line(&it.name).into_owned(),
                sha256: &it.sha256,
                sheets: it.sheets.iter().map(|it| clean_line(it).into_owned()).collect(),
            })
            .collect();
        let utforare = report.utforare.iter().map(|it| clean_line(&it.name).into_owned()).collect();
        Self { report, voice, insatser: voice.insatser.all().map(|(_, it)| it).collect(), files, utforare }
    }

    pub fn rules(&self) -> &'a dyn Speaks {
        self.voice.rules
    }

    pub fn insats(&self, id: InsatsId) -> Option<&'a Insats> {
        self.insatser.get(usize::from(id.0)).copied()
    }

    /// Name of the insats with a key; the key itself when the catalogue has it no more.
    pub fn insats_of_key<'k>(&self, key: &'k str) -> &'k str
    where
        'a: 'k,
    {
        self.insatser.iter().find(|it| it.key == key).map_or(key, |it| it.name.as_str())
    }

    /// Name of an insats, or a dash.
    pub fn insats_name(&self, id: Option<InsatsId>) -> &'a str {
        id.and_then(|it| self.insats(it)).map_or("–", |it| &it.name)
    }

    /// Names of an uppdrag's insatser: `Ledsagarservice och avlösarservice`.
    pub fn insatser_in_words(&self, ids: &[InsatsId]) -> String {
        insatser_in_words(&ids.iter().map(|it| self.insats_name(Some(*it))).collect::<Vec<_>>())
    }

    pub fn utforare_id(&self, at: usize) -> &'a str {
        self.report.utforare.get(at).map_or("", |it| &it.id)
    }

    pub fn utforare_name(&self, at: usize) -> &str {
        self.utforare.get(at).map_or("–", String::as_str)
    }

    /// Name of a file, its hash and the name of one of its sheets.
    pub fn file(&self, file: u32) -> (&str, &'a str) {
        self.files.get(file as usize).map_or(("", ""), |it| (it.name.as_str(), it.sha256))
    }

    pub fn sheet(&self, file: u32, sheet: u16) -> &str {
        let file = self.files.get(file as usize);
        file.and_then(|it| it.sheets.get(usize::from(sheet))).map_or("", String::as_str)
    }

    /// `solsidan.xlsx · Blad1, rad 12`
    pub fn source_in_words(&self, source: Source) -> String {
        let (name, _) = self.file(source.file);
        let place = Place::row(source.sheet, source.row).in_words(self.sheet(source.file, source.sheet));
        format!("{name} · {place}")
    }

    /// `Blad1!F12`; empty when the finding is about a whole file or about no file.
    pub fn place_in_words(&self, it: &PlacedFinding) -> String {
        let sheet = it.file.zip(it.finding.place.sheet).map_or("", |(file, sheet)| self.sheet(file, sheet));
        if it.file.is_none() { String::new() } else { it.finding.place.in_words(sheet) }
    }

    pub fn finding(&self, it: &'a PlacedFinding) -> FindingWords<'a> {
        let rule = it.finding.rule;
        FindingWords {
            rule: self.voice.rules.rule_id(rule),
            family: self.voice.rules.family(rule),
            severity: it.finding.severity,
            field: it.finding.field,
            texts: self.voice.rules.texts(&it.finding),
        }
    }

    /// Findings by utförare, file, sheet, row and column; those about nobody last.
    pub fn findings_in_order(&self) -> Vec<&'a PlacedFinding> {
        let mut all: Vec<_> = self.report.findings.iter().collect();
        all.sort_by(|a, b| self.finding_key(a).cmp(&self.finding_key(b)));
        all
    }

    #[expect(clippy::type_complexity, reason = "a sort key, used once")]
    fn finding_key(
        &self,
        it: &PlacedFinding,
    ) -> (bool, &str, bool, Option<u32>, Option<u16>, Option<u32>, Option<u16>, u16) {
        let Place { sheet, row, col } = it.finding.place;
        let name = it.utforare.map_or("", |it| self.utforare_name(it));
        (it.utforare.is_none(), name, it.file.is_none(), it.file, sheet, row, col, it.finding.rule)
    }

    /// How many findings of each severity: fel, frågor, notiser.
    pub fn severities(&self) -> [usize; 3] {
        let count = |wanted| self.report.findings.iter().filter(|it| it.finding.severity == wanted).count();
        [count(Severity::Fel), count(Severity::Fraga), count(Severity::Notis)]
    }

    /// Law and paragraph of a line. What the sheet said; for LSS, whose paragraph follows from the insats, otherwise
    /// what the catalogue says. For SoL the paragraph depends on the day of the decision and is never filled in.
    pub fn lagrum(&self, line: &Line) -> (Option<Lag>, Option<String>) {
        let insats = line.insats.and_then(|it| self.insats(it));
        let said = line.lagrum.unwrap_or_default();
        let lag = said.lag.or(insats.map(|it| it.lag));
        let text = said.to_string();
        if !text.is_empty() {
            return (lag, Some(text));
        }
        let point = insats.filter(|it| it.lag == Lag::Lss && lag == Some(Lag::Lss)).and_then(|it| it.punkt);
        (lag, point.map(|it| format!("9 § {it}")))
    }

    /// Name of a line's insats, as written when it was not recognised.
    pub fn line_insats(&self, line: &Line) -> String {
        match (line.insats, &line.insats_text) {
            (Some(id), _) => self.insats_name(Some(id)).to_owned(),
            (None, Some(text)) => clean_line(text).into_owned(),
            (None, None) => "–".to_owned(),
        }
    }

    /// What else is worth knowing about a line, in one short sentence or none.
    pub fn remarks(&self, line: &Line) -> String {
        let mut out: Vec<String> = Vec::new();
        if line.delvis {
            match line.delvis_datum {
                Some(day) => out.push(format!("Delvis verkställt {day}.")),
                None => out.push("Delvis verkställt.".to_owned()),
            }
        }
        if line.status == Status::Open {
            if let Some(day) = line.verkstalld {
                out.push(format!("Verkställt {day}, efter kvartalets slut."));
            }
            if let Some(day) = line.avslutad {
                out.push(format!("Avslutat {day}, efter kvartalets slut."));
            }
        }
        if line.late {
            out.push("Skulle ha rapporterats ett tidigare kvartal.".to_owned());
        }
        if line.decision.is_some() {
            out.push("Medräknat efter granskning.".to_owned());
        }
        out.join(" ")
    }

    /// The quarter's last day, ISO; empty when the report names no quarter.
    pub fn quarter_end(&self) -> String {
        date(self.report.head.quarter.map(Quarter::last_day))
    }

    /// Every sum that does not agree, in words. Empty when the report hangs together.
    pub fn failures(&self) -> Vec<String> {
        let flows = self.report.reconciliation.iter().filter(|it| !it.holds).map(|it| {
            let counted = it.opening + it.corrections + it.new - it.executed - it.closed;
            format!(
                "Avstämning, {}: {} ingående + {} rättelser + {} nya − {} verkställda − {} avslutade = {}, men {} är öppna i listan.",
                clean_line(&it.name),
                super::print::number(it.opening),
                super::print::number(it.corrections),
                super::print::number(it.new),
                super::print::number(it.executed),
                super::print::number(it.closed),
                super::print::number(counted),
                super::print::number(it.closing),
            )
        });
        let checks = self
            .report
            .checks
            .iter()
            .filter(|it| !it.holds)
            .map(|it| format!("{}: {}", clean_line(&it.what), clean_line(&it.detail)));
        flows.chain(checks).collect()
    }
}

/// One finding with its words.
pub struct FindingWords<'a> {
    pub rule: &'a str,
    pub family: Family,
    pub severity: Severity,
    pub field: Option<Field>,
    pub texts: Texts,
}

/// Names of insatser in one phrase: `Ledsagarservice och avlösarservice`.
pub fn insatser_in_words(names: &[&str]) -> String {
    let names: Vec<String> =
        (0..).zip(names).map(|(at, name)| if at == 0 { (*name).to_owned() } else { lower_first(name) }).collect();
    super::print::list(&names.iter().map(String::as_str).collect::<Vec<_>>())
}

/// `Avlösarservice` → `avlösarservice`; `HVB` stays.
pub fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    if text.chars().nth(1).is_some_and(char::is_uppercase) {
        return text.to_owned();
    }
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}
