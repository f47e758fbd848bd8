//! Sentences that say the reverse because a word has fallen out.
//!
//! Goes in: a sentence. Comes out: a remark when ”ej” or ”inte” is likely to be missing. Guaranteed: asks, never claims.

use std::sync::LazyLock;

use super::{Known, Pattern, Remark};
use crate::render::print::number;

static DUTY: Pattern = LazyLock::new(|| regex::Regex::new(r"(?i)\bverkställ\w*\s+inom\s+tre\s+månader").ok());
static NOT: Pattern = LazyLock::new(|| {
    regex::Regex::new(r"(?i)\b(?:inte|ej|icke|aldrig|utan|avbrutn?a?|delvis|icke-verkställda)\b").ok()
});
static EXECUTED: Pattern = LazyLock::new(|| {
    regex::Regex::new(
        r"(?i)(?:^|[^\d,.])(\d+)\s+(?:(?:beslut|ärenden?|insatser)\s+)?(?:som\s+)?(?:är\s+|var\s+)?verkställda\b",
    )
    .ok()
});
static REPORTED: Pattern = LazyLock::new(|| {
    regex::Regex::new(
        r"(?i)\brapporter\w*\b[^.]*?\b(verkställda\s+(?:beslut|gynnande)|beslut\s+som\s+(?:är\s+|har\s+)?verkställ\w+)",
    )
    .ok()
});

pub(super) fn check(sentence: &str, known: &Known, out: &mut Vec<Remark>) {
    if NOT.as_ref().is_some_and(|it| it.is_match(sentence)) {
        return;
    }
    if let Some(it) = DUTY.as_ref().and_then(|it| it.find(sentence)) {
        let message = "Meningen säger att besluten har verkställts inom tre månader. Saknas ”inte” eller ”ej”?";
        out.push(Remark::new(it.as_str(), message));
    } else if let Some(it) = REPORTED.as_ref().and_then(|it| it.captures(sentence)).and_then(|it| it.get(1))
        && !sentence.contains("IVO:s")
        && !sentence.chars().any(|it| it.is_ascii_digit())
    {
        out.push(Remark::new(it.as_str(), "Det är ej verkställda beslut som rapporteras. Saknas ”ej”?"));
    }
    for it in EXECUTED.iter().flat_map(|it| it.captures_iter(sentence)).filter_map(|it| it.get(1)) {
        let count = it.as_str().parse::<i64>().ok();
        if count.is_some() && count == known.open && count != known.executed {
            let shown = number(count.unwrap_or_default());
            let executed = known.executed.map_or_else(|| "okänt".to_owned(), number);
            let message =
                format!("{shown} är antalet öppna ärenden; verkställda är {executed}. Saknas ”ej” före ”verkställda”?");
            out.push(Remark::new(it.as_str(), message));
        }
    }
}
