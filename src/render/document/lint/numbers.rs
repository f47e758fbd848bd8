//! Counts and percentages in a sentence.
//!
//! Goes in: a sentence. Comes out: remarks on counts that the report does not have, and on percentages that do not follow from it.
//! Guaranteed: a number is judged only when the word after it says that it counts something of the report.

use std::sync::LazyLock;

use super::{Known, Pattern, Remark};
use crate::render::print::share;

static COUNT: Pattern = LazyLock::new(|| {
    regex::Regex::new(concat!(
        r"(?i)(?:^|[^\d,.–§/-])(\d{1,3}(?:[\u{a0} ]\d{3})+|\d+)[\u{a0} ]+(?:(?:öppna|nya|rapporterade|verkställda|avslutade|ej|",
        r"inte|delvis|fler|färre)[\u{a0} ]+)*(ärenden?|beslut|avbrott|män|man|kvinnor|kvinna|barn|vuxna|uppdrag|svar|",
        r"påminnelser|påminnelse|verkställda|avslutade|dagar|dygn)\b"
    ))
    .ok()
});
static PERCENT: Pattern =
    LazyLock::new(|| regex::Regex::new(r"([+−–-]?\s?(\d+(?:,\d+)?)[\u{a0} ]?(?:%|procent\b))").ok());

pub(super) fn check(sentence: &str, known: &Known, out: &mut Vec<Remark>) {
    for it in COUNT.iter().flat_map(|it| it.captures_iter(sentence)) {
        let (Some(digits), Some(noun)) = (it.get(1), it.get(2)) else { continue };
        let Ok(number) = digits.as_str().replace(['\u{a0}', ' '], "").parse::<i64>() else { continue };
        let noun = noun.as_str().to_lowercase();
        let waits = matches!(noun.as_str(), "dagar" | "dygn");
        if !(if waits { &known.waits } else { &known.counts }).contains(&number) {
            let quote = format!("{} {noun}", digits.as_str());
            out.push(Remark::new(&quote, format!("Talet {} ({noun}) finns inte i rapporten.", digits.as_str())));
        }
    }
    for it in PERCENT.iter().flat_map(|it| it.captures_iter(sentence)) {
        let (Some(words), Some(number)) = (it.get(1), it.get(2)) else { continue };
        if !known.percents.contains(number.as_str()) && !is_share_of_two(sentence, number.as_str()) {
            out.push(Remark::new(
                words.as_str().trim(),
                format!(
                    "{} följer inte av rapporten. Skriv de två tal som jämförs; ingen procent när det äldre är under fem.",
                    words.as_str().trim()
                ),
            ));
        }
    }
}

/// Whether two counts of the same sentence give the percentage: `21 av 53 (39,6 %)`. No percentage on a base under five.
fn is_share_of_two(sentence: &str, percent: &str) -> bool {
    let counts: Vec<f64> = sentence
        .split(|it: char| !it.is_ascii_digit())
        .filter_map(|it| it.parse::<u32>().ok())
        .map(f64::from)
        .collect();
    let gives = |part: f64, whole: f64| {
        whole >= 5.0 && part <= whole && share(part / whole).trim_end_matches(['%', '\u{a0}']) == percent
    };
    counts.iter().any(|whole| counts.iter().any(|part| gives(*part, *whole)))
}
