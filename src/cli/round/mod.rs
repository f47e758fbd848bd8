//! `omgang.toml` → a round: the only reader of the round folder's own file (contract.md).
//!
//! Goes in: the text of the file. Comes out: [`RoundFile`], or every fault at once, underlined.
//! Guaranteed: every reference is looked up; unknown keys are faults with a suggestion; nothing is guessed.

mod beside;
mod table;

use chrono::NaiveDate;
use rustc_hash::FxHashMap;
use toml::de::DeTable;

pub use crate::desk::fault::{Fault, Faults};
pub use beside::Beside;
pub use table::At;
use table::{Found, Table};

use crate::merge::report::PastQuarter;
use crate::merge::round::{Attempt, Completion, Content, Decision, Expected, OwnGrade, Reminder, Round};
use crate::model::calendar::swedish_day;
use crate::model::spelling::nearest;
use crate::model::{Grade, InsatsId, Insatser, Quarter, Uppdrag, Utforare};

/// The round and the files it points at, as written.
#[derive(Debug)]
pub struct RoundFile {
    pub round: Round,
    pub previous: Option<At<String>>,
    pub register: Option<At<String>>,
    pub ongoing: Option<At<String>>,
    /// What only the papers print.
    pub beside: Beside,
    /// For each attempt with a file, where its name stands in the text.
    pub file_spans: Vec<Option<std::ops::Range<usize>>>,
}

/// The folder with the nämnd's own rules, if the file names one. Read before the rest, since it decides which insatser exist.
pub fn own_rules(text: &str) -> Option<String> {
    let document = DeTable::parse(text).ok()?;
    document.get_ref().get("regler")?.get_ref().as_str().map(str::to_owned)
}

/// Reads the round file.
///
/// # Errors
///
/// All faults of the file, each underlined.
pub fn read(name: &str, text: &str, insatser: &Insatser) -> Result<RoundFile, Box<Faults>> {
    let document = match DeTable::parse(text) {
        Ok(document) => document,
        Err(fault) => {
            let span = fault.span().unwrap_or(0..0);
            let help = "Kontrollera citattecken, klamrar och att varje rad har formen nyckel = värde.".to_owned();
            let fault = Fault {
                message: "filen är inte giltig TOML".into(),
                label: "här går det inte att läsa".into(),
                help: Some(help),
                span,
            };
            return Err(Box::new(Faults::new(name, text, vec![fault])));
        }
    };
    let found = Found::default();
    let file = {
        let top = Table::new(document.get_ref(), 0..0, "omgången", &found);
        let reader = Reader { insatser, found: &found, by_id: FxHashMap::default() };
        reader.round(&top)
    };
    let faults = found.into_list();
    match file {
        Some(file) if faults.is_empty() => Ok(file),
        _ => Err(Box::new(Faults::new(name, text, faults))),
    }
}

struct Reader<'a> {
    insatser: &'a Insatser,
    found: &'a Found,
    by_id: FxHashMap<String, usize>,
}

impl Reader<'_> {
    fn round(mut self, top: &Table<'_>) -> Option<RoundFile> {
        let quarter = top.required("kvartal", top.text("kvartal"), "\"2023-Q4\"").and_then(|it| self.quarter(&it));
        let kommun = top.required("kommun", top.text("kommun"), "\"Exempelstad\"");
        let namnd = top.required("namnd", top.text("namnd"), "\"Socialnämnden\"");
        let last_day = top.required("sista_dag", top.day("sista_dag"), "2024-01-10");
        let report_day = top.required("rapportdag", top.day("rapportdag"), "2024-01-31");
        let previous = top.text("foregaende");
        let register = top.text("register");
        let ongoing = top.text("pagaende");
        let _ = top.text("regler");
        let utforare = self.utforare(top);
        let mut file_spans = Vec::new();
        let filings = self.filings(top, &utforare, &mut file_spans);
        let reminders = self.reminders(top);
        let completions = self.completions(top);
        let decisions = self.decisions(top);
        let grades = self.grades(top);
        let history = self.history(top);
        let beside = self.beside(top);
        top.finish();
        let round = Round {
            quarter: quarter?,
            kommun: kommun?.value,
            namnd: namnd?.value,
            last_day: last_day?.value,
            report_day: report_day?.value,
            utforare,
            extensions: Vec::new(),
            filings,
            reminders,
            completions,
            decisions,
            grades,
            history,
        };
        Some(RoundFile { round, previous, register, ongoing, beside, file_spans })
    }

    fn quarter(&self, at: &At<String>) -> Option<Quarter> {
        match at.value.parse() {
            Ok(quarter) => Some(quarter),
            Err(message) => {
                self.found.add(at.span.clone(), message, "här", None);
                None
            }
        }
    }

    fn insats(&self, at: &At<String>) -> Option<InsatsId> {
        let id = self.insatser.by_key(&at.value);
        if id.is_none() {
            let keys = self.insatser.all().map(|it| it.1.key.as_str());
            let help = match nearest(&at.value, keys) {
                Some(near) => format!("Menade du `{near}`?"),
                None => "Nycklarna står i rules/insatser.toml.".to_owned(),
            };
            self.found.add(
                at.span.clone(),
                format!("okänd insats `{}`", at.value),
                "finns inte bland insatserna",
                Some(help),
            );
        }
        id
    }

    fn insatser(&self, table: &Table<'_>) -> Option<Vec<InsatsId>> {
        let list = table.texts("insatser")?;
        Some(list.iter().filter_map(|it| self.insats(it)).collect())
    }

    fn utforare(&mut self, top: &Table<'_>) -> Vec<Expected> {
        let mut all: Vec<Expected> = Vec::new();
        for table in top.tables("utforare", "[[utforare]]") {
            let id = table.required("id", table.text("id"), "\"solsidan\"");
            let namn = table.text("namn");
            let orgnr = table.text("orgnr").map(|it| it.value);
            let aliases = table.texts("alias").unwrap_or_default().into_iter().map(|it| it.value).collect();
            let mail = table.texts("epost").unwrap_or_default().into_iter().map(|it| it.value).collect();
            let rated = table.flag("kvalitet").unwrap_or(true);
            let groups =
                table.required("insatser", table.groups("insatser"), "[\"ledsagarservice\"]").unwrap_or_default();
            if groups.iter().any(Vec::is_empty) {
                table.refuse("insatser", "en lista med minst en insats");
            }
            table.finish();
            let Some(id) = id else { continue };
            let uppdrag =
                groups.iter().map(|it| Uppdrag { insatser: it.iter().filter_map(|it| self.insats(it)).collect() });
            let uppdrag: Vec<Uppdrag> = uppdrag.filter(|it| !it.insatser.is_empty()).collect();
            // The same id again is another uppdrag of the same utförare.
            if let Some(known) = self.by_id.get(&id.value) {
                all[*known].utforare.uppdrag.extend(uppdrag);
                continue;
            }
            let name =
                table.required("namn", namn, "\"Solsidan Omsorg AB\"").map_or_else(|| id.value.clone(), |it| it.value);
            self.by_id.insert(id.value.clone(), all.len());
            all.push(Expected { utforare: Utforare { id: id.value, name, orgnr, aliases, mail, uppdrag }, rated });
        }
        all
    }

    /// The utförare a table is about.
    fn whose(&self, table: &Table<'_>) -> Option<usize> {
        let id = table.required("utforare", table.text("utforare"), "\"solsidan\"")?;
        let found = self.by_id.get(&id.value).copied();
        if found.is_none() {
            let help = nearest(&id.value, self.by_id.keys().map(String::as_str)).map(|it| format!("Menade du `{it}`?"));
            self.found.add(
                id.span,
                format!("ingen utförare har id `{}`", id.value),
                "finns inte bland [[utforare]]",
                help,
            );
        }
        found
    }

    fn filings(
        &self,
        top: &Table<'_>,
        expected: &[Expected],
        spans: &mut Vec<Option<std::ops::Range<usize>>>,
    ) -> Vec<Attempt> {
        let mut all = Vec::new();
        for table in top.tables("inlamning", "[[inlamning]]") {
            let utforare = self.whose(&table);
            let insatser = self.insatser(&table);
            let file = table.text("fil");
            let nil = table.flag("inget_att_rapportera").unwrap_or(false);
            if let (Some(at), None) = (utforare, &insatser)
                && expected.get(at).is_some_and(|it| it.utforare.uppdrag.len() > 1)
            {
                let help =
                    "Skriv till exempel insatser = [\"ledsagarservice\"]. Utan flera uppdrag kan raden utelämnas."
                        .to_owned();
                let message = "inlämningen säger inte vilka insatser den gäller, och utföraren har flera uppdrag";
                self.found.add(table.span.clone(), message, "insatser saknas här", Some(help));
            }
            let received = table.required("mottagen", table.instant("mottagen"), "2024-01-08T10:12:00+01:00");
            table.finish();
            let (content, span) = match (file, nil) {
                (Some(file), false) if lies_outside(&file.value) => {
                    let help = Some("Lägg filen i omgångens mapp och skriv bara dess namn.".to_owned());
                    self.found.add(file.span, "filen ska ligga i omgångens mapp", "pekar utanför mappen", help);
                    continue;
                }
                (Some(file), false) => (Content::File(file.value), Some(file.span)),
                (None, true) => (Content::Nil, None),
                (Some(file), true) => {
                    self.found.add(
                        file.span,
                        "inlämningen har både fil och inget_att_rapportera",
                        "välj det ena",
                        None,
                    );
                    continue;
                }
                (None, false) => {
                    let help = "Skriv fil = \"namn.xlsx\" eller inget_att_rapportera = true.".to_owned();
                    self.found.add(
                        table.span.clone(),
                        "inlämningen har varken fil eller inget_att_rapportera",
                        "här",
                        Some(help),
                    );
                    continue;
                }
            };
            if let (Some(utforare), Some(received)) = (utforare, received) {
                spans.push(span);
                all.push(Attempt { utforare, insatser, content, received: received.value });
            }
        }
        all
    }

    fn reminders(&self, top: &Table<'_>) -> Vec<Reminder> {
        let mut all = Vec::new();
        for table in top.tables("paminnelse", "[[paminnelse]]") {
            let utforare = self.whose(&table);
            let insatser = self.insatser(&table);
            let sent = table.required("skickad", self.day_of(&table, "skickad"), "2024-01-11");
            let _ = table.count("nr");
            table.finish();
            if let (Some(utforare), Some(sent)) = (utforare, sent) {
                all.push(Reminder { utforare, insatser, sent });
            }
        }
        all
    }

    /// A day that may also be written as a point in time.
    fn day_of(&self, table: &Table<'_>, key: &'static str) -> Option<NaiveDate> {
        table.instant(key).map(|it| swedish_day(it.value))
    }

    fn completions(&self, top: &Table<'_>) -> Vec<Completion> {
        let mut all = Vec::new();
        for table in top.tables("komplettering", "[[komplettering]]") {
            let utforare = self.whose(&table);
            let insatser = self.insatser(&table);
            let asked = table.required("begard", self.day_of(&table, "begard"), "2024-01-12");
            let answered = self.day_of(&table, "besvarad");
            let text = table.text("text").map(|it| it.value).unwrap_or_default();
            let due = self.day_of(&table, "senast");
            let about = table.text("avser");
            let count = table.count("antal").map(|it| it.value);
            table.finish();
            let missing_cases = match about {
                Some(it) if it.value == "uteblivna" => count.unwrap_or(1),
                Some(it) => {
                    let help = Some("Skriv avser = \"uteblivna\" eller utelämna raden.".to_owned());
                    self.found.add(it.span, format!("`avser` kan inte vara ”{}”", it.value), "känns inte igen", help);
                    0
                }
                None => 0,
            };
            if let (Some(utforare), Some(asked)) = (utforare, asked) {
                all.push(Completion { utforare, insatser, asked, answered, text, missing_cases, due });
            }
        }
        all
    }

    fn decisions(&self, top: &Table<'_>) -> Vec<Decision> {
        let mut all = Vec::new();
        for table in top.tables("granskning", "[[granskning]]") {
            let utforare = self.whose(&table);
            let file = table.required("fil", table.text("fil"), "\"solsidan.xlsx\"");
            let sheet = table.text("blad").map(|it| it.value);
            let row = table.required("rad", table.count("rad"), "12");
            let decision = table.required("beslut", table.text("beslut"), "\"medrakna\"");
            let reason = table.required("skal", table.text("skal"), "\"Efterrapporterad verkställighet\"");
            table.finish();
            let count = match decision.as_ref().map(|it| it.value.as_str()) {
                Some("medrakna") => Some(true),
                Some("undanta") => Some(false),
                Some(other) => {
                    let span = decision.as_ref().map_or(0..0, |it| it.span.clone());
                    let help = nearest(other, ["medrakna", "undanta"]).map(|it| format!("Menade du `{it}`?"));
                    self.found.add(
                        span,
                        format!("`beslut` kan inte vara ”{other}”"),
                        "ska vara medrakna eller undanta",
                        help,
                    );
                    None
                }
                None => None,
            };
            if let (Some(utforare), Some(file), Some(row), Some(count), Some(reason)) =
                (utforare, file, row, count, reason)
            {
                all.push(Decision { utforare, file: file.value, sheet, row: row.value, count, reason: reason.value });
            }
        }
        all
    }

    fn grades(&self, top: &Table<'_>) -> Vec<OwnGrade> {
        let mut all = Vec::new();
        for table in top.tables("betyg", "[[betyg]]") {
            let utforare = self.whose(&table);
            let insatser = self.insatser(&table);
            let grade = table.required("betyg", table.text("betyg"), "\"ok\"");
            let reason = table.required("skal", table.text("skal"), "\"…\"");
            table.finish();
            let grade = grade.and_then(|it| {
                let grade = Grade::from_key(&it.value);
                if grade.is_none() {
                    let keys: Vec<_> = Grade::ALL.iter().map(|it| it.key()).collect();
                    let help = match nearest(&it.value, keys.iter().copied()) {
                        Some(near) => format!("Menade du `{near}`?"),
                        None => format!("Betygen är: {}.", keys.join(", ")),
                    };
                    self.found.add(it.span, format!("okänt betyg `{}`", it.value), "finns inte på skalan", Some(help));
                }
                grade
            });
            if let (Some(utforare), Some(grade), Some(reason)) = (utforare, grade, reason) {
                all.push(OwnGrade { utforare, insatser, grade, reason: reason.value });
            }
        }
        all
    }

    fn history(&self, top: &Table<'_>) -> Vec<PastQuarter> {
        let mut all = Vec::new();
        for table in top.tables("historik", "[[historik]]") {
            let quarter =
                table.required("kvartal", table.text("kvartal"), "\"2023-Q1\"").and_then(|it| self.quarter(&it));
            let reported = table.required("reported", table.count("reported"), "76");
            let ended = table.count("ended");
            let open = table.required("open", table.count("open"), "42");
            let by_insats = table.counts_by_key("by_insats");
            table.finish();
            let by_insats = by_insats.into_iter().filter_map(|(key, open)| {
                self.insats(&key)?;
                Some((key.value, open))
            });
            let by_insats: Vec<_> = by_insats.collect();
            if let (Some(quarter), Some(reported), Some(open)) = (quarter, reported, open) {
                let (reported, open) = (reported.value, open.value);
                let ended = ended.map_or(reported.saturating_sub(open), |it| it.value);
                all.push(PastQuarter { kvartal: quarter.to_string(), reported, ended, open, by_insats });
            }
        }
        all
    }
}

/// What was received lies in the round's own folder; a path that leads out of it is a mistake at best.
fn lies_outside(name: &str) -> bool {
    use std::path::Component;
    !std::path::Path::new(name).components().all(|it| matches!(it, Component::Normal(_) | Component::CurDir))
}
