//! What of a version can be mended in the browser, and with which valid choices.
//!
//! Goes in: a version and the setting it was judged in. Comes out: for each finding what can be chosen. Guaranteed: pure;
//! only choices that are valid for the row as it stands are offered; what a form sends back is taken only when it was
//! offered; a field without a column of its own is not offered.

use chrono::NaiveDate;

use crate::judge::{Case, Setting};
use crate::model::insats::Alder;
use crate::model::words::CLOSING_REASONS;
use crate::model::{Family, Field, Finding, InsatsId, Kon, Lag, Lagrum, Orsak};

use super::Version;
use super::amend::{Change, MARKS, NewValue, has_cause, in_words, typed_day};

/// The earliest start anyone can mean.
fn earliest() -> NaiveDate {
    NaiveDate::from_ymd_opt(1980, 1, 1).unwrap_or(NaiveDate::MIN)
}

/// How a field is mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// One of these: key and Swedish label.
    Choice(Vec<(String, String)>),
    /// A day, both ends included.
    Date { min: NaiveDate, max: NaiveDate },
    /// Free text; these are offered first.
    Text { suggestions: Vec<&'static str> },
}

/// One field of one row that can be given another value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MendChoice {
    pub sheet: u16,
    /// Zero-based.
    pub row: u32,
    pub field: Field,
    /// The heading as the utförare wrote it.
    pub heading: String,
    /// What stands there now, masked.
    pub shown: String,
    pub kind: Kind,
    /// Leaving it empty is right too, and this is what that means.
    pub empty: Option<&'static str>,
}

/// What can be done about one finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mend {
    /// Index into the review's findings.
    pub finding: usize,
    pub choices: Vec<MendChoice>,
    /// The row should perhaps not have been reported and can be taken away.
    pub remove: Option<Change>,
    /// Personal data that can be hidden.
    pub hide: Option<Change>,
}

impl MendChoice {
    /// What was chosen in a form, as a change; `None` when it was not among what is offered.
    pub fn chosen(&self, text: &str, setting: &Setting<'_>) -> Option<Change> {
        let text = text.trim();
        let value = if text.is_empty() { self.empty.map(|_| NewValue::Empty)? } else { self.value(text, setting)? };
        Some(Change::Field { sheet: self.sheet, row: self.row, field: self.field, value })
    }

    fn value(&self, text: &str, setting: &Setting<'_>) -> Option<NewValue> {
        match &self.kind {
            Kind::Date { min, max } => typed_day(text).filter(|it| (*min..=*max).contains(it)).map(NewValue::Day),
            Kind::Text { .. } => Some(NewValue::Text(text.to_owned())),
            Kind::Choice(all) => {
                all.iter().find(|it| it.0 == text)?;
                match self.field {
                    Field::Kon => Kon::from_key(text).map(NewValue::Kon),
                    Field::Orsak => Orsak::from_key(text).map(NewValue::Cause),
                    Field::Insats => setting.insatser.by_key(text).map(NewValue::Insats),
                    Field::Lagrum => Lagrum::parse(text).map(NewValue::Lagrum),
                    Field::Delvis => Some(NewValue::Answer(text == "ja")),
                    _ => None,
                }
            }
        }
    }
}

/// Everything of a version that can be mended in the browser, in the order of its findings.
pub fn choices(version: Version<'_>, setting: &Setting<'_>) -> Vec<Mend> {
    let findings = version.review.findings.iter().enumerate();
    findings.filter_map(|(at, finding)| mend(version, setting, at, finding)).collect()
}

fn mend(version: Version<'_>, setting: &Setting<'_>, at: usize, finding: &Finding) -> Option<Mend> {
    let rule = setting.catalogue.rule(finding.rule)?;
    let (sheet, row) = (finding.place.sheet?, finding.place.row?);
    let hide = match (rule.family, finding.place.col) {
        (Family::Integritet, Some(col)) => Some(Change::Hide { sheet, row, col }),
        _ => None,
    };
    let mut choices = Vec::new();
    let mut remove = None;
    if let Some(index) = version.case_at(sheet, row) {
        let case = &version.review.cases[index];
        remove = (rule.family == Family::SkaInteRapporteras).then_some(Change::Remove { sheet, row });
        let marked = if rule.marks.is_empty() { finding.field.as_slice() } else { rule.marks.as_slice() };
        for field in marked {
            // The four columns of causes are one choice.
            let field = if MARKS.contains(field) { Field::Orsak } else { *field };
            if !choices.iter().any(|it: &MendChoice| it.field == field) {
                choices.extend(choice(version, setting, case, field));
            }
        }
    }
    let nothing = choices.is_empty() && remove.is_none() && hide.is_none();
    (!nothing).then_some(Mend { finding: at, choices, remove, hide })
}

/// What can be chosen for one field of a row.
pub fn choice(version: Version<'_>, setting: &Setting<'_>, case: &Case, field: Field) -> Option<MendChoice> {
    let columns = &version.table(case.sheet, case.row)?.columns;
    let its = |it: Field| it == field || field == Field::Orsak && MARKS.contains(&it);
    let heading = columns.iter().find(|it| its(it.1)).map(|it| crate::model::mask::masked(&it.2).into_owned())?;
    let (kind, empty) = match field {
        Field::Kon => (kon(setting, case), None),
        Field::Insats => (insatser(setting, case), None),
        Field::Lagrum => (lagrum(setting, case), None),
        Field::Orsak => causes(version, setting, case),
        Field::Beslutsdatum | Field::Avbrottsdatum | Field::Startdatum => {
            let other = case.avbrottsdatum.is_some() && field == Field::Beslutsdatum
                || case.beslutsdatum.is_some() && field == Field::Avbrottsdatum;
            (start(setting, case, field), other.then_some("Inget datum"))
        }
        Field::Verkstalld | Field::Avslutad => {
            // A case ends in one way.
            let other = if field == Field::Verkstalld { case.avslutad } else { case.verkstalld };
            if other.is_some() && version.said(case, field).is_empty() {
                return None;
            }
            let min = case.start.map_or_else(earliest, |it| it.1);
            (Kind::Date { min, max: setting.report_day }, Some("Nej, inte än"))
        }
        Field::Delvis => (Kind::Choice(pairs([("ja", "Ja"), ("nej", "Nej")])), Some("Nej")),
        Field::Avslutsorsak => (Kind::Text { suggestions: CLOSING_REASONS.to_vec() }, None),
        Field::Beviljat | Field::Utfort => (Kind::Text { suggestions: Vec::new() }, None),
        _ => return None,
    };
    let possible = match &kind {
        Kind::Choice(all) => !all.is_empty() || empty.is_some(),
        Kind::Date { min, max } => min <= max,
        Kind::Text { .. } => true,
    };
    let shown = if field == Field::Orsak { said_causes(version, case) } else { version.said(case, field) };
    possible.then_some(MendChoice { sheet: case.sheet, row: case.row, field, heading, shown, kind, empty })
}

fn pairs<const N: usize>(all: [(&str, &str); N]) -> Vec<(String, String)> {
    all.map(|(key, label)| (key.to_owned(), label.to_owned())).to_vec()
}

fn kon(setting: &Setting<'_>, case: &Case) -> Kind {
    let alder = case.insats.map_or(Alder::Alla, |it| setting.insatser.get(it).alder);
    let fits = |it: &&Kon| match alder {
        Alder::Alla => true,
        Alder::Barn => it.is_child(),
        Alder::Vuxna => !it.is_child(),
    };
    Kind::Choice(Kon::ALL.iter().filter(fits).map(|it| (it.key().to_owned(), it.swedish().to_owned())).collect())
}

/// The insatser of the utförare, those of the row's law when it names one.
fn insatser(setting: &Setting<'_>, case: &Case) -> Kind {
    let law = case.lagrum.and_then(|it| it.lag).filter(|it| matches!(it, Lag::Lss | Lag::Sol));
    let own = |id: InsatsId| setting.utforare.is_none_or(|it| it.uppdrag.is_empty() || it.carries_out(id));
    let all: Vec<_> = setting.insatser.all().filter(|(id, _)| own(*id)).collect();
    let mut fitting: Vec<_> = all.iter().filter(|(_, it)| law.is_none_or(|law| it.lag == law)).collect();
    if fitting.is_empty() {
        fitting = all.iter().collect();
    }
    // The same name under two laws says which law.
    let label = |name: &str, lag: Lag| {
        let twins = fitting.iter().filter(|(_, it)| it.name == name).count();
        if twins > 1 { format!("{name} ({lag})") } else { name.to_owned() }
    };
    Kind::Choice(fitting.iter().map(|(_, it)| (it.key.clone(), label(&it.name, it.lag))).collect())
}

fn lagrum(setting: &Setting<'_>, case: &Case) -> Kind {
    let law = |lag| Lagrum { lag: Some(lag), ..Lagrum::default() };
    let all = match case.insats.map(|it| setting.insatser.get(it)) {
        // Under SoL the paragraph depends on the day of the decision, so only the law is offered.
        Some(it) if it.lag == Lag::Lss => vec![Lagrum { paragraf: Some(9), punkt: it.punkt, ..law(Lag::Lss) }],
        Some(it) => vec![law(it.lag)],
        None => vec![law(Lag::Lss), law(Lag::Sol)],
    };
    Kind::Choice(all.into_iter().map(|it| (in_words(it), in_words(it))).collect())
}

/// Causes that can apply to the insats and have a column; none when the case has ended.
fn causes(version: Version<'_>, setting: &Setting<'_>, case: &Case) -> (Kind, Option<&'static str>) {
    if case.end().is_some_and(|it| it <= setting.quarter.last_day()) {
        return (Kind::Choice(Vec::new()), Some("Ingen orsak – ärendet är inte öppet"));
    }
    let possible = |cause: &&Orsak| {
        case.insats.is_none_or(|it| setting.insatser.get(it).orsaker.contains(cause))
            && has_cause(version, (case.sheet, case.row), **cause)
    };
    let all = Orsak::ALL.iter().filter(possible).map(|it| (it.key().to_owned(), it.swedish().to_owned()));
    (Kind::Choice(all.collect()), None)
}

fn said_causes(version: Version<'_>, case: &Case) -> String {
    let own = version.said(case, Field::Orsak);
    let marked = Orsak::ALL.iter().zip(MARKS).filter(|(_, field)| !version.said(case, *field).is_empty());
    let names: Vec<&str> = marked.map(|it| it.0.swedish()).collect();
    if own.is_empty() { names.join(" · ") } else { own }
}

/// A start lies in or before the quarter and not after what followed it.
fn start(setting: &Setting<'_>, case: &Case, field: Field) -> Kind {
    let mut max = setting.quarter.last_day();
    for day in [case.verkstalld, case.avslutad].into_iter().flatten() {
        max = max.min(day);
    }
    let mut min = earliest();
    match field {
        Field::Beslutsdatum => max = case.avbrottsdatum.map_or(max, |it| max.min(it)),
        Field::Avbrottsdatum => min = case.beslutsdatum.map_or(min, |it| min.max(it)),
        _ => {}
    }
    // Other dates of the row may be what is wrong; then they cannot say what is valid.
    if min > max { Kind::Date { min: earliest(), max: setting.quarter.last_day() } } else { Kind::Date { min, max } }
}
