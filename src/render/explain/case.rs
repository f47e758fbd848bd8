//! One row behind a figure: whose it is, where it stands, what was read there and what was said about it.
//!
//! Goes in: rows of report.json's lists. Comes out: [`Case`]s in the report's order. Guaranteed: texts are cleaned and masked
//! anew, because a file may have been changed by hand; every finding on the same row is there.

use serde::Serialize;
use serde_json::Value;

use super::lookup::{list, word};
use super::picked::Picked;
use crate::merge::report::{DaysTo, Status};
use crate::model::{Field, Grade, Kon, Orsak, Severity, StartKind};
use crate::render::print::{clean, clean_line};

/// One row.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Case {
    /// `Ärende`, `Rättelse`, `Rad som inte räknas`, `Saknas`, `Uppdrag`, `Anmärkning`.
    pub kind: &'static str,
    pub nr: Option<u64>,
    pub utforare: Option<String>,
    pub file: Option<String>,
    /// Of the file's bytes: two files may have one name.
    pub sha256: Option<String>,
    pub sheet: Option<String>,
    /// As the spreadsheet shows it.
    pub row: Option<u64>,
    /// Key of the insats, when it was recognised.
    pub insats: Option<String>,
    /// Heading and value, as read.
    pub values: Vec<(String, String)>,
    pub findings: Vec<Spoke>,
    /// What a handläggare has decided about it.
    pub decision: Option<String>,
}

/// A finding that spoke about the row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Spoke {
    pub rule: String,
    pub severity: String,
    pub cell: Option<String>,
    pub message: String,
}

/// What a field is called.
pub(super) fn heading(field: &str) -> &str {
    match field {
        "nr" => "Nummer",
        "kon" => "Kön",
        "beslutsdatum" => "Beslutsdatum",
        "avbrottsdatum" => "Avbrottsdatum",
        "lag" => "Lag",
        "lagrum" => "Lagrum",
        "insats" | "insatser" => "Insats",
        "insats_text" => "Insats som den skrevs",
        "verkstalld" => "Verkställt",
        "delvis" => "Delvis verkställt",
        "delvis_datum" => "Delvis verkställt den",
        "avslutad" => "Avslutat",
        "orsak" => "Orsak",
        "days" => "Dagar",
        "days_to" => "Räknat till",
        "status" => "Läge",
        "start_typ" => "Gäller",
        "startdatum" => "Räknas från",
        "slutdag" => "Tre månader gick den",
        "new" => "Nytt",
        "late" => "Sent",
        "utforare" => "Utförare",
        "reported" => "Rapporterat",
        "grade" => "Betyg",
        "suggested_grade" => "Föreslaget betyg",
        "text" => "Kvalitet på rapport",
        "reminders" => "Påminnelser",
        "reason" | "what" => "Vad",
        "rules" => "Regler",
        "expected" => "Väntat",
        "shown" => "Står",
        other => other,
    }
}

/// Under which keys of a line that stands which a column was read as. What is not here is text that no figure rests on.
fn read_from(field: Field) -> &'static [&'static str] {
    match field {
        Field::Kon => &["kon"],
        Field::Beslutsdatum => &["beslutsdatum"],
        Field::Avbrottsdatum => &["avbrottsdatum"],
        Field::Startdatum => &["startdatum"],
        Field::StartTyp => &["start_typ"],
        Field::Lagrum => &["lagrum"],
        Field::Insats => &["insats", "insats_text"],
        Field::Verkstalld => &["verkstalld", "delvis_datum"],
        Field::Delvis => &["delvis_datum"],
        Field::Avslutad => &["avslutad"],
        Field::Orsak | Field::OrsakBostad | Field::OrsakPersonal | Field::OrsakTackatNej | Field::OrsakAnnat => {
            &["orsak"]
        }
        Field::Dagar => &["days"],
        _ => &[],
    }
}

impl Case {
    /// Heading and value of what a column was read as.
    pub fn read(&self, field: Field) -> impl Iterator<Item = &(String, String)> {
        let keys = read_from(field);
        self.values.iter().filter(move |it| keys.iter().any(|key| heading(key) == it.0))
    }
}

/// A value as people read it; `None` when there is nothing.
fn shown(field: &str, value: &Value) -> Option<String> {
    let text = match value {
        Value::Null => return None,
        Value::Bool(it) => return Some(if *it { "ja" } else { "nej" }.to_owned()),
        Value::Number(it) => return Some(it.to_string()),
        Value::Array(all) => {
            let all: Vec<String> = all.iter().filter_map(|it| shown(field, it)).collect();
            return (!all.is_empty()).then(|| all.join(", "));
        }
        Value::Object(_) => return None,
        Value::String(it) => it,
    };
    let known = match field {
        "kon" => Kon::from_key(text).map(Kon::swedish),
        "orsak" => Orsak::from_key(text).map(Orsak::swedish),
        "status" => Status::from_key(text).map(Status::swedish),
        "days_to" => DaysTo::from_key(text).map(DaysTo::swedish),
        "start_typ" => StartKind::from_key(text).map(StartKind::swedish),
        "grade" | "suggested_grade" => Grade::from_key(text).map(Grade::swedish),
        _ => None,
    };
    Some(known.map_or_else(|| clean(text).into_owned(), str::to_owned))
}

fn values(it: &Value, fields: &[&str]) -> Vec<(String, String)> {
    let one = |field: &&str| Some((heading(field).to_owned(), shown(field, it.get(field)?)?));
    fields.iter().filter_map(one).collect()
}

fn text(it: &Value, key: &str) -> Option<String> {
    word(it, key).map(|it| clean_line(it).into_owned())
}

fn spoke(it: &Value) -> Spoke {
    let severity = word(it, "severity").and_then(Severity::from_key).map_or("", Severity::swedish);
    Spoke {
        rule: text(it, "rule").unwrap_or_default(),
        severity: severity.to_owned(),
        cell: text(it, "cell"),
        message: word(it, "message").map(|it| clean(it).into_owned()).unwrap_or_default(),
    }
}

/// The findings on a row, or on the row of one cell.
fn about(report: &Value, source: &Value) -> Vec<Spoke> {
    let same = |it: &&Value| ["file", "sheet", "row"].iter().all(|key| it.get(key) == source.get(key));
    if source.get("row").is_none_or(Value::is_null) {
        return Vec::new();
    }
    list(report, "findings").iter().filter(same).map(spoke).collect()
}

/// What a row was by its sheet: the same for a case that counts and one that does not.
fn placed(report: &Value, it: &Value, kind: &'static str, fields: &[&str]) -> Case {
    let source = it.get("source").unwrap_or(it);
    Case {
        kind,
        nr: it.get("nr").and_then(Value::as_u64),
        utforare: text(it, "utforare"),
        file: text(source, "file"),
        sha256: text(source, "sha256"),
        sheet: text(source, "sheet"),
        row: source.get("row").and_then(Value::as_u64),
        insats: text(it, "insats"),
        values: values(it, fields),
        findings: about(report, source),
        decision: None,
    }
}

const LINE: [&str; 17] = [
    "kon",
    "beslutsdatum",
    "avbrottsdatum",
    "lagrum",
    "lag",
    "insats",
    "insats_text",
    "verkstalld",
    "delvis_datum",
    "avslutad",
    "orsak",
    "status",
    "start_typ",
    "startdatum",
    "slutdag",
    "days",
    "days_to",
];

/// The cases behind the rows.
pub(super) fn all(report: &Value, rows: &[Picked<'_>]) -> Vec<Case> {
    rows.iter().map(|it| one(report, *it)).collect()
}

fn one(report: &Value, row: Picked<'_>) -> Case {
    match row {
        Picked::Line(it) => {
            let decision = it.get("decision").and_then(Value::as_u64);
            let decision = decision.map(|nr| format!("Räknas enligt granskning {} i omgången.", nr.saturating_add(1)));
            Case { decision, ..placed(report, it, "Ärende", &LINE) }
        }
        Picked::Correction(it) => placed(report, it, "Rättelse", &["insats", "what"]),
        Picked::Missing(it) => Case { findings: Vec::new(), ..placed(report, it, "Saknas", &["insats", "reason"]) },
        Picked::Excluded(it) => {
            let by_hand = it.get("rules").and_then(Value::as_array).is_some_and(Vec::is_empty);
            let decision = by_hand.then(|| word(it, "reason").map(|it| clean(it).into_owned())).flatten();
            Case { decision, ..placed(report, it, "Rad som inte räknas", &["insats", "rules", "reason"]) }
        }
        Picked::Finding(it) => {
            let fields = ["shown", "expected"];
            Case { findings: vec![spoke(it)], ..placed(report, it, "Anmärkning", &fields) }
        }
        Picked::Uppdrag(it) => {
            let mut values = values(it, &["insatser", "reported", "grade", "late", "reminders", "text"]);
            let reasons = it.get("reasons").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            let because: Vec<String> = reasons.iter().filter_map(|it| text(it, "text")).collect();
            if !because.is_empty() {
                values.push(("Skäl".to_owned(), because.join(" ")));
            }
            Case {
                kind: "Uppdrag",
                utforare: text(it, "name").or_else(|| text(it, "utforare")),
                values,
                decision: word(it, "override_reason").map(|it| clean(it).into_owned()),
                ..Case::default()
            }
        }
    }
}
