//! The shape of `betyg.toml`: text → parts with every word looked up, or where the file is wrong.
//!
//! Goes in: the text of one file. Comes out: [`Parts`], what that file says and nothing more.
//! Guaranteed: measures, marks, levels, grades and families are known words; a placeholder names a measure; a step
//! never rests on a mark, since the steps decide the marks.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::Level;
use super::Mark;
use super::Measure;
use super::ScaleError;
use super::error::Blamed;
use super::measure::Measures;
use crate::model::Family;
use crate::model::Grade;

/// What must hold: bounds on measures, both ends included.
#[derive(Debug, Clone, Default)]
pub struct Condition {
    pub least: Vec<(Measure, u32)>,
    pub most: Vec<(Measure, u32)>,
}

impl Condition {
    pub fn holds(&self, measures: &Measures) -> bool {
        self.least.iter().all(|(it, bound)| measures.get(*it) >= *bound)
            && self.most.iter().all(|(it, bound)| measures.get(*it) <= *bound)
    }

    pub fn is_always(&self) -> bool {
        self.least.is_empty() && self.most.is_empty()
    }
}

/// A level a mark reaches.
#[derive(Debug, Clone)]
pub struct Step {
    pub mark: Mark,
    pub level: Level,
    pub when: Condition,
}

/// A grade, and its sentence when that is not the grade's usual one.
#[derive(Debug, Clone)]
pub struct Label {
    pub grade: Grade,
    pub when: Condition,
    pub text: Option<String>,
}

/// A reason and its sentences.
#[derive(Debug, Clone)]
pub struct Phrase {
    pub kind: String,
    pub mark: Mark,
    pub counts: Measure,
    pub families: Vec<Family>,
    pub when: Condition,
    /// The grade's own sentence says it already.
    pub silent: bool,
    pub none: Option<String>,
    pub one: String,
    pub many: String,
}

/// Rules whose findings weigh in the structure mark; a list is `None` when the file does not have it.
#[derive(Debug, Clone, Default)]
pub struct Weights {
    pub unreadable: Option<Vec<String>>,
    pub faults: Option<Vec<String>>,
    pub questions: Option<Vec<String>>,
    pub notices: Option<Vec<String>>,
}

/// What one file says.
#[derive(Debug, Clone)]
pub struct Parts {
    pub weights: Weights,
    pub steps: Vec<Step>,
    pub labels: Vec<Label>,
    pub sentences: Vec<(Grade, String)>,
    pub phrases: Vec<Phrase>,
}

type Bounds = BTreeMap<Spanned<String>, u32>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    struktur: WeightsTable,
    #[serde(default)]
    steg: Vec<StepTable>,
    #[serde(default)]
    etikett: Vec<LabelTable>,
    #[serde(default)]
    meningar: BTreeMap<Spanned<String>, String>,
    #[serde(default)]
    skal: Vec<PhraseTable>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct WeightsTable {
    olasbar: Option<Vec<String>>,
    fel: Option<Vec<String>>,
    fragor: Option<Vec<String>>,
    notiser: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StepTable {
    marke: Spanned<String>,
    niva: Spanned<String>,
    #[serde(default)]
    minst: Bounds,
    #[serde(default)]
    hogst: Bounds,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LabelTable {
    betyg: Spanned<String>,
    #[serde(default)]
    minst: Bounds,
    #[serde(default)]
    hogst: Bounds,
    text: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PhraseTable {
    sort: String,
    marke: Spanned<String>,
    antal: Spanned<String>,
    #[serde(default)]
    familj: Vec<Spanned<String>>,
    #[serde(default)]
    minst: Bounds,
    #[serde(default)]
    hogst: Bounds,
    #[serde(default)]
    tyst: bool,
    inga: Option<Spanned<String>>,
    en: Spanned<String>,
    flera: Spanned<String>,
}

/// Reads one file.
pub fn read(file: Blamed<'_>) -> Result<Parts, Box<ScaleError>> {
    let raw: File = toml::from_str(file.text).map_err(|it| file.toml(&it))?;
    let steps = raw.steg.iter().map(|it| step(file, it)).collect::<Result<_, _>>()?;
    let labels = raw.etikett.iter().map(|it| label(file, it)).collect::<Result<_, _>>()?;
    let phrases = raw.skal.iter().map(|it| phrase(file, it)).collect::<Result<_, _>>()?;
    let mut sentences = Vec::new();
    for (key, text) in raw.meningar {
        sentences.push((grade(file, &key)?, text));
    }
    let WeightsTable { olasbar, fel, fragor, notiser } = raw.struktur;
    let weights = Weights { unreadable: olasbar, faults: fel, questions: fragor, notices: notiser };
    Ok(Parts { weights, steps, labels, sentences, phrases })
}

fn step(file: Blamed<'_>, raw: &StepTable) -> Result<Step, Box<ScaleError>> {
    let when = condition(file, &raw.minst, &raw.hogst)?;
    for (key, _) in raw.minst.iter().chain(&raw.hogst) {
        if measure(file, key)?.rests_on_marks() {
            let what = format!("Ett steg kan inte vila på ”{}”: stegen avgör nivåerna.", key.get_ref());
            return Err(file.error(what, key.span(), None));
        }
    }
    Ok(Step { mark: mark(file, &raw.marke)?, level: level(file, &raw.niva)?, when })
}

fn label(file: Blamed<'_>, raw: &LabelTable) -> Result<Label, Box<ScaleError>> {
    let text = raw.text.as_ref().map(|it| sentence(file, it, false)).transpose()?;
    Ok(Label { grade: grade(file, &raw.betyg)?, when: condition(file, &raw.minst, &raw.hogst)?, text })
}

fn phrase(file: Blamed<'_>, raw: &PhraseTable) -> Result<Phrase, Box<ScaleError>> {
    let counts = measure(file, &raw.antal)?;
    let mut when = condition(file, &raw.minst, &raw.hogst)?;
    if when.is_always() {
        // Without conditions of its own a reason is given when there is something to count.
        when.least.push((counts, 1));
    }
    let families =
        raw.familj.iter().map(|it| word(file, it, "ingen regelfamilj", Family::ALL, Family::from_key, Family::key));
    Ok(Phrase {
        kind: raw.sort.clone(),
        mark: mark(file, &raw.marke)?,
        counts,
        families: families.collect::<Result<_, _>>()?,
        when,
        silent: raw.tyst,
        none: raw.inga.as_ref().map(|it| sentence(file, it, true)).transpose()?,
        one: sentence(file, &raw.en, true)?,
        many: sentence(file, &raw.flera, true)?,
    })
}

fn condition(file: Blamed<'_>, least: &Bounds, most: &Bounds) -> Result<Condition, Box<ScaleError>> {
    let read = |bounds: &Bounds| -> Result<Vec<(Measure, u32)>, Box<ScaleError>> {
        bounds.iter().map(|(key, bound)| Ok((measure(file, key)?, *bound))).collect()
    };
    Ok(Condition { least: read(least)?, most: read(most)? })
}

/// Looks at every placeholder: `{antal}` in a reason, or the name of a measure.
fn sentence(file: Blamed<'_>, text: &Spanned<String>, counted: bool) -> Result<String, Box<ScaleError>> {
    let mut rest = text.get_ref().as_str();
    while let Some((_, tail)) = rest.split_once('{') {
        let Some((name, tail)) = tail.split_once('}') else {
            return Err(file.error("Klammern avslutas inte.", text.span(), None));
        };
        if !(counted && name == "antal") && Measure::from_key(name).is_none() {
            return Err(file.unknown("inget mått", name, text.span(), Measure::ALL.iter().map(|it| it.key())));
        }
        rest = tail;
    }
    Ok(text.get_ref().clone())
}

fn measure(file: Blamed<'_>, it: &Spanned<String>) -> Result<Measure, Box<ScaleError>> {
    word(file, it, "inget mått", Measure::ALL, Measure::from_key, Measure::key)
}

fn mark(file: Blamed<'_>, it: &Spanned<String>) -> Result<Mark, Box<ScaleError>> {
    word(file, it, "inget av de fem märkena", Mark::ALL, Mark::from_key, Mark::key)
}

fn level(file: Blamed<'_>, it: &Spanned<String>) -> Result<Level, Box<ScaleError>> {
    word(file, it, "ingen nivå", Level::ALL, Level::from_key, Level::key)
}

fn grade(file: Blamed<'_>, it: &Spanned<String>) -> Result<Grade, Box<ScaleError>> {
    word(file, it, "inget betyg", Grade::ALL, Grade::from_key, Grade::key)
}

fn word<T: Copy>(
    file: Blamed<'_>,
    it: &Spanned<String>,
    what: &str,
    all: &[T],
    from: impl Fn(&str) -> Option<T>,
    key: impl Fn(T) -> &'static str,
) -> Result<T, Box<ScaleError>> {
    from(it.get_ref()).ok_or_else(|| file.unknown(what, it.get_ref(), it.span(), all.iter().map(|it| key(*it))))
}
