//! Rows and sentences that several formats print alike: what was left out, notes below the table, the history in words.
//!
//! Goes in: a [`View`]. Comes out: words in the order they are printed. Guaranteed: xlsx, html and text say the same.

use crate::merge::report::{PastQuarter, Quality};
use crate::model::{Grade, Quarter};

use super::View;
use super::print::{clean, clean_line, date_in_words, number};

/// One thing that is not in the counts.
pub struct LeftOut {
    pub what: &'static str,
    pub utforare: String,
    pub insats: String,
    pub source: String,
    pub rules: String,
    pub reason: String,
}

/// Everything that is not in the counts, in one order for every format.
pub fn left_out(view: &View<'_>) -> Vec<LeftOut> {
    let report = view.report;
    let name = |at: usize| view.utforare_name(at).to_owned();
    let missing = report.missing.iter().map(|it| LeftOut {
        what: "Saknas",
        utforare: it.utforare.map_or_else(|| "–".to_owned(), name),
        insats: view.insats_name(it.insats).to_owned(),
        source: String::new(),
        rules: it.rule.clone(),
        reason: clean(&it.reason).into_owned(),
    });
    let excluded = report.excluded.iter().map(|it| LeftOut {
        what: if it.rules.is_empty() { "Undantagen av handläggare" } else { "Utesluten rad" },
        utforare: name(it.utforare),
        insats: view.insats_name(it.insats).to_owned(),
        source: view.source_in_words(it.source),
        rules: it.rules.join(", "),
        reason: clean(&it.reason).into_owned(),
    });
    let corrections = report.corrections.iter().map(|it| LeftOut {
        what: "Rättelse",
        utforare: name(it.utforare),
        insats: view.insats_name(it.insats).to_owned(),
        source: view.source_in_words(it.source),
        rules: String::new(),
        reason: clean(&it.what).into_owned(),
    });
    let files = report.files.iter().filter(|it| it.superseded || !it.readable).map(|it| LeftOut {
        what: if it.readable { "Ersatt fil" } else { "Oläslig fil" },
        utforare: it.utforare.map(name).unwrap_or_default(),
        insats: String::new(),
        source: clean_line(&it.name).into_owned(),
        rules: String::new(),
        reason: if it.readable {
            "En nyare giltig inlämning har ersatt filen, så dess rader räknas inte.".to_owned()
        } else {
            "Filen gick inte att läsa. Se avvikelserna.".to_owned()
        },
    });
    missing.chain(excluded).chain(corrections).chain(files).collect()
}

/// Whether there was anything to mark: what never came has no structure.
pub fn marked(it: &Quality) -> bool {
    it.rating.grade != Grade::EjInkommen
}

/// Why the label is not the one the events gave; empty when it is.
pub fn override_in_words(it: &Quality) -> String {
    it.rating.override_reason.as_deref().map_or_else(String::new, |reason| {
        format!("Föreslaget: {}. Ändrat därför att: {reason}", it.rating.suggested.swedish())
    })
}

/// What a reader must know about the table. The same sentences stand below the table of the page.
pub fn notes_below(view: &View<'_>) -> Vec<String> {
    let report = view.report;
    let totals = &report.totals;
    let mut notes = vec!["Endast ett val ska fyllas i under orsak.".to_owned()];
    notes.push("Män omfattar pojkar och kvinnor omfattar flickor.".to_owned());
    if report.by_insats.iter().any(|it| it.ongoing_men.is_none() || it.ongoing_women.is_none()) {
        let day = view.quarter_end();
        notes.push(format!(
            "Antalet pågående beslut per {day} har inte lämnats för alla insatser. Där saknas antal och andel; de är inte noll."
        ));
    }
    if totals.open_kon_missing > 0 {
        notes.push(format!(
            "Kön är inte känt för {} av de öppna ärendena. De räknas bland de öppna men varken bland män eller kvinnor.",
            number(totals.open_kon_missing)
        ));
    }
    if totals.cause_missing > 0 {
        notes.push(format!("Exakt en vald orsak saknas för {} av de öppna ärendena.", number(totals.cause_missing)));
    }
    if totals.open_partial > 0 {
        notes.push(format!("Delvis verkställda bland de öppna ärendena: {}.", number(totals.open_partial)));
    }
    if let Some(day) = report.head.report_day {
        let end = report.head.quarter.map(Quarter::last_day).map(date_in_words).unwrap_or_default();
        notes.push(format!(
            "Händelser efter den {end} som var kända den {} visas i ärendelistan men ändrar inte antalen.",
            date_in_words(day)
        ));
    }
    notes
}

/// Insatser that any quarter says something about: key and name, in the order of the report.
pub fn history_insatser(view: &View<'_>) -> Vec<(String, String)> {
    let report = view.report;
    let mut out: Vec<(String, String)> = Vec::new();
    let known = |key: &str| report.history.iter().any(|it| it.by_insats.iter().any(|(it, _)| it == key));
    for it in &report.by_insats {
        let key = it.key.clone().unwrap_or_else(|| it.name.clone());
        if known(&key) && !out.iter().any(|(seen, _)| *seen == key) {
            out.push((key, clean_line(&it.name).into_owned()));
        }
    }
    for (key, _) in report.history.iter().flat_map(|it| &it.by_insats) {
        if !out.iter().any(|(seen, _)| seen == key) {
            out.push((key.clone(), clean_line(key).into_owned()));
        }
    }
    out
}

/// What the chart shows, as a sentence.
pub fn history_in_words(history: &[PastQuarter]) -> String {
    let each = history.iter().map(|it| format!("{}: {} rapporterade, {} öppna", it.kvartal, it.reported, it.open));
    format!("Stapeldiagram över rapporterade och öppna ärenden. {}.", each.collect::<Vec<_>>().join("; "))
}
