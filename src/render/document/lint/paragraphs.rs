//! Lagrum in a sentence: the paragraphs of the reporting duty, in the law of the quarter.
//!
//! Goes in: a sentence. Comes out: remarks on paragraphs that are not the duty's, or not those of the period (D52).
//! Guaranteed: only the chapters of the duty are judged; lagrum of insatser are not touched.

use std::sync::LazyLock;

use super::{Known, Pattern, Remark};

static SOL: Pattern = LazyLock::new(|| {
    regex::Regex::new(r"\b((?:16|34) kap\.\s*\d+(?:\s?[a-z](?:\s?[–-]\s?[a-z])?)?(?:\s?[–-]\s?\d+)?\s?§{1,2})").ok()
});
static LSS: Pattern = LazyLock::new(|| regex::Regex::new(r"\b(28(?:\s?[a-z](?:\s?[–-]\s?[a-z])?)?\s?§{1,2})").ok());

/// One way of writing: no blanks, one kind of dash, one paragraph sign.
fn folded(text: &str) -> String {
    text.replace(['–', '\u{a0}', ' '], "-").replace("§§", "§").replace('-', "").to_lowercase()
}

pub(super) fn check(sentence: &str, known: &Known, out: &mut Vec<Remark>) {
    let Some(law) = known.law else { return };
    if law.note.is_some_and(|it| it.contains(sentence.trim())) {
        return;
    }
    let parts = |all: &super::super::law::Parts| [all.report, all.executed, all.statistics, all.visiting, all.fee];
    let own = |words: &str, all: [&str; 5], whole: &str| {
        let words = folded(words);
        all.into_iter().chain([whole]).any(|it| folded(it).starts_with(&words))
    };
    for it in SOL.iter().flat_map(|it| it.captures_iter(sentence)).filter_map(|it| it.get(1)) {
        if !own(it.as_str(), parts(&law.sol_parts), law.sol_short) {
            let message = format!("{} är inte kvartalets lagrum. Skriv {}.", it.as_str(), law.sol_short);
            out.push(Remark::new(it.as_str(), message));
        }
    }
    for it in LSS.iter().flat_map(|it| it.captures_iter(sentence)).filter_map(|it| it.get(1)) {
        if !own(it.as_str(), parts(&law.lss_parts), law.lss_short) {
            let message = format!(
                "{} LSS handlar inte om rapporteringen. Skriv {} eller den paragraf som avses, till exempel {}.",
                it.as_str(),
                law.lss_short,
                law.lss_parts.report
            );
            out.push(Remark::new(it.as_str(), message));
        }
    }
}
