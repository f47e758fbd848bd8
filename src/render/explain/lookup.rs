//! A path → the figure and its rows: the same rules of counting as the merge, read backwards.
//!
//! Goes in: report.json and a path. Comes out: [`Found`], or `None` when the report has no such figure.
//! Guaranteed: keys with a full stop in them are found too; a figure of an earlier quarter says where its cases stand.

use chrono::NaiveDate;
use serde_json::Value;

use super::picked::{Fit, Found, Picked};
use crate::model::{Grade, Orsak, Wait};
use crate::render::print::clean_line;

/// What is counted among the lines: key and what it is called.
pub(super) const COUNTS: [(&str, &str); 13] = [
    ("reported", "Rapporterade ärenden"),
    ("executed", "Ärenden som verkställdes i kvartalet"),
    ("closed", "Ärenden som avslutades i kvartalet utan att verkställas"),
    ("open", "Öppna ärenden vid kvartalets slut"),
    ("open_men", "Öppna ärenden som gäller män och pojkar"),
    ("open_women", "Öppna ärenden som gäller kvinnor och flickor"),
    ("open_children", "Öppna ärenden som gäller barn"),
    ("open_adults", "Öppna ärenden som gäller vuxna"),
    ("open_interruptions", "Öppna ärenden som är avbrott"),
    ("open_kon_missing", "Öppna ärenden där kön inte är känt"),
    ("open_partial", "Öppna ärenden som är delvis verkställda"),
    ("cause_missing", "Öppna ärenden utan exakt en orsak"),
    ("reported_interruptions", "Rapporterade ärenden som är avbrott"),
];

/// What is counted in the flow from the last report.
pub(super) const FLOW: [(&str, &str); 8] = [
    ("opening", "Ingående öppna ärenden"),
    ("corrections", "Rättelser av förra rapporten"),
    ("new", "Nya ärenden"),
    ("of_which_late", "Nya ärenden som borde ha rapporterats tidigare"),
    ("executed", "Ärenden som verkställdes i kvartalet"),
    ("closed", "Ärenden som avslutades i kvartalet utan att verkställas"),
    ("closing", "Utgående öppna ärenden"),
    ("unanswered", "Ärenden som var öppna i förra rapporten och som inget svar nämner"),
];

/// Whole lists of the report.
pub(super) const LISTS: [(&str, &str); 5] = [
    ("lines", "Rader som räknas"),
    ("excluded", "Rader som inte räknas"),
    ("corrections", "Rättelser av tidigare kvartal"),
    ("missing", "Svar och ärenden som saknas"),
    ("findings", "Anmärkningar"),
];

/// Facts of the report's head.
pub(super) const HEAD: [(&str, &str); 6] = [
    ("kvartal", "Kvartalet"),
    ("kommun", "Kommunen"),
    ("namnd", "Nämnden"),
    ("quarter_end", "Kvartalets sista dag"),
    ("rapportdag", "Rapportdagen"),
    ("sista_dag", "Utförarnas sista dag att svara"),
];

pub(super) fn list<'a>(report: &'a Value, name: &str) -> &'a [Value] {
    report.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

pub(super) fn word<'a>(it: &'a Value, key: &str) -> Option<&'a str> {
    it.get(key).and_then(Value::as_str)
}

fn swedish(all: &[(&str, &'static str)], key: &str) -> Option<&'static str> {
    all.iter().find(|it| it.0 == key).map(|it| it.1)
}

/// Finds a figure.
pub(super) fn find<'a>(report: &'a Value, path: &str) -> Option<Found<'a>> {
    if let Some(what) = swedish(&HEAD, path) {
        return report.get(path).map(|value| Found::stands(what, value, Vec::new()));
    }
    if let Some(what) = swedish(&LISTS, path) {
        return whole_list(report, path, what);
    }
    let everything = |_: &Value| true;
    if path == "quality" || path.starts_with("quality[") || path.starts_with("quality.") {
        return quality(report, path.strip_prefix("quality")?);
    }
    let (first, rest) = path.split_once('.')?;
    match first {
        "totals" => counts(report, report.get("totals")?, rest, "", &everything),
        "causes" | "ages" => counts(report, report, path, "", &everything),
        "by_insats" => by_insats(report, rest),
        "lines" => line(report, rest),
        "reconciliation" => flow(report, rest),
        "history" => history(report, rest),
        _ => None,
    }
}

fn whole_list<'a>(report: &'a Value, name: &str, what: &str) -> Option<Found<'a>> {
    let all = report.get(name)?.as_array()?;
    let rows = all.iter().map(|it| match name {
        "lines" => Picked::Line(it),
        "excluded" => Picked::Excluded(it),
        "corrections" => Picked::Correction(it),
        "missing" => Picked::Missing(it),
        _ => Picked::Finding(it),
    });
    Some(Found::count(what, &Value::from(all.len()), rows.collect()))
}

/// Whether a line is counted under a name.
fn counts_under(line: &Value, name: &str, last: Option<NaiveDate>) -> bool {
    let status = word(line, "status");
    let open = status == Some("open");
    let interruption = word(line, "start_typ") == Some("avbrott");
    let kon = word(line, "kon");
    if let Some(cause) = name.strip_prefix("causes.") {
        return open && word(line, "orsak") == Some(cause);
    }
    if let Some(class) = name.strip_prefix("ages.") {
        let start = word(line, "startdatum").and_then(|it| it.parse().ok());
        let wait = last.map_or(Wait::Unknown, |last| Wait::between(start, last));
        return open && wait.key() == class;
    }
    match name {
        "reported" => true,
        "reported_interruptions" => interruption,
        "executed" | "closed" => status == Some(name),
        "open" => open,
        "open_men" => open && matches!(kon, Some("man" | "pojke")),
        "open_women" => open && matches!(kon, Some("kvinna" | "flicka")),
        "open_children" => open && matches!(kon, Some("pojke" | "flicka")),
        "open_adults" => open && matches!(kon, Some("man" | "kvinna")),
        "open_kon_missing" => open && kon.is_none(),
        "open_interruptions" => open && interruption,
        "open_partial" => open && line.get("delvis") == Some(&Value::Bool(true)),
        "cause_missing" => open && word(line, "orsak").is_none(),
        _ => false,
    }
}

/// The lines that are counted under a name.
fn lines<'a>(report: &'a Value, name: &str, of: &dyn Fn(&Value) -> bool) -> Vec<Picked<'a>> {
    let last = word(report, "quarter_end").and_then(|it| it.parse().ok());
    let all = list(report, "lines").iter();
    all.filter(|it| of(it) && counts_under(it, name, last)).map(Picked::Line).collect()
}

fn counts<'a>(
    report: &'a Value,
    at: &'a Value,
    name: &str,
    about: &str,
    of: &dyn Fn(&Value) -> bool,
) -> Option<Found<'a>> {
    let value = name.split('.').try_fold(at, |it, key| it.get(key))?;
    let what = match name.split_once('.') {
        Some(("causes", key)) => format!("Öppna ärenden med orsaken ”{}”", Orsak::from_key(key)?.swedish()),
        Some(("ages", key)) => format!("Öppna ärenden som har väntat: {}", Wait::from_key(key)?.swedish()),
        Some(_) => return None,
        None => swedish(&COUNTS, name)?.to_owned(),
    };
    Some(Found::count(format!("{what}{about}"), value, lines(report, name, of)))
}

/// The entry whose key begins the text, and what comes after; keys may have a full stop in them.
fn keyed<'a, 'p>(
    all: &'a [Value],
    text: &'p str,
    key: impl Fn(&'a Value) -> Option<&'a str>,
) -> Option<(&'a Value, &'p str)> {
    let found = all.iter().filter_map(|it| {
        let name = key(it)?;
        let rest = text.strip_prefix(name)?.strip_prefix('.')?;
        Some((name.len(), it, rest))
    });
    found.max_by_key(|it| it.0).map(|it| (it.1, it.2))
}

/// Key of an insats in a path; its name when it was not recognised.
pub(super) fn insats_key(it: &Value) -> Option<&str> {
    word(it, "insats").or_else(|| word(it, "name"))
}

/// Whether a line belongs to an entry of `by_insats` or of the flow.
fn belongs(line: &Value, key: &str) -> bool {
    match word(line, "insats") {
        Some(known) => known == key,
        None => {
            let text = word(line, "insats_text").unwrap_or_default();
            let name = if text.is_empty() { "Insats saknas".to_owned() } else { format!("{text} (okänd insats)") };
            text == key || name == key
        }
    }
}

fn by_insats<'a>(report: &'a Value, path: &str) -> Option<Found<'a>> {
    let (entry, field) = keyed(list(report, "by_insats"), path, insats_key)?;
    let key = insats_key(entry)?;
    let about = format!(", {}", clean_line(word(entry, "name").unwrap_or(key)));
    let of = |line: &Value| belongs(line, key);
    if field == "ongoing_men" || field == "ongoing_women" {
        let value = entry.get(field)?;
        return Some(
            Found::stands(format!("Pågående beslut vid kvartalets slut{about}"), value, Vec::new())
                .note("Siffran kommer från omgångens fil med pågående beslut. Den är inte en räkning av rader."),
        );
    }
    if let Some(kon) = field.strip_prefix("share_") {
        let value = entry.get(field)?;
        let base = entry.get(format!("ongoing_{kon}")).and_then(Value::as_f64);
        let rows = lines(report, &format!("open_{kon}"), &of);
        let fit = base.map_or(Fit::None, Fit::Part);
        let what = format!("Öppna ärenden som andel av pågående beslut{about}");
        return Some(Found { fit, ..Found::count(what, value, rows) });
    }
    counts(report, entry, field, &about, &of)
}

fn line<'a>(report: &'a Value, path: &str) -> Option<Found<'a>> {
    let (nr, field) = path.split_once('.')?;
    let nr: u64 = nr.parse().ok()?;
    let line = list(report, "lines").iter().find(|it| it.get("nr").and_then(Value::as_u64) == Some(nr))?;
    let value = line.get(field).filter(|it| !it.is_object())?;
    let found = Found::stands(format!("Ärende {nr}: {}", super::case::heading(field)), value, vec![Picked::Line(line)]);
    Some(match field {
        "days" => found
            .note("Dagarna räknas från dagen efter den som står vid Räknas från, till det som står vid Räknat till."),
        _ => found,
    })
}

fn flow<'a>(report: &'a Value, path: &str) -> Option<Found<'a>> {
    let all = list(report, "reconciliation");
    let (entry, field) = keyed(all, path, |it| word(it, "insats"))?;
    let what = swedish(&FLOW, field)?;
    let value = entry.get(field)?;
    let key = word(entry, "insats")?;
    let total = key == "total";
    let of = |it: &Value| total || belongs(it, key);
    let pick = |which: &dyn Fn(&Value) -> bool| -> Vec<Picked<'a>> {
        list(report, "lines").iter().filter(|it| of(it) && which(it)).map(Picked::Line).collect()
    };
    let new = |it: &Value| it.get("new").and_then(Value::as_bool);
    let late = |it: &Value| it.get("late") == Some(&Value::Bool(true));
    let beside = |list_name: &str, make: fn(&'a Value) -> Picked<'a>| -> Vec<Picked<'a>> {
        list(report, list_name).iter().filter(|it| of(it)).map(make).collect()
    };
    let about = if total { String::new() } else { format!(", {}", clean_line(word(entry, "name").unwrap_or(key))) };
    let rows = match field {
        "executed" | "closed" => lines(report, field, &of),
        "closing" => lines(report, "open", &of),
        "new" => pick(&|it| new(it) == Some(true) || (new(it).is_none() && !late(it))),
        "of_which_late" => pick(&|it| new(it) == Some(true) && late(it)),
        "corrections" => beside("corrections", Picked::Correction),
        "unanswered" => beside("missing", Picked::Missing),
        _ => {
            let mut rows = pick(&|it| new(it) == Some(false) || (new(it).is_none() && late(it)));
            rows.extend(beside("corrections", Picked::Correction));
            rows
        }
    };
    let found = Found::count(format!("{what}{about}"), value, rows);
    Some(match field {
        "corrections" => Found { fit: Fit::Minus, ..found },
        "opening" => found.note(
            "Ingående ärenden står i förra rapporten. Här listas de rader som svarar mot dem, med rättelserna sist.",
        ),
        "unanswered" => Found { fit: Fit::None, ..found }
            .note("Här listas allt som saknas för samma insatser, även svar som aldrig kom."),
        _ => found,
    })
}

fn history<'a>(report: &'a Value, path: &str) -> Option<Found<'a>> {
    let (entry, field) = keyed(list(report, "history"), path, |it| word(it, "kvartal"))?;
    let quarter = word(entry, "kvartal")?;
    let own = word(report, "kvartal") == Some(quarter);
    let by_insats = field.strip_prefix("by_insats.");
    let (value, name) = match by_insats {
        Some(key) => (entry.get("by_insats")?.get(key)?, "open"),
        None => (entry.get(field)?, field),
    };
    let of = |it: &Value| by_insats.is_none_or(|key| belongs(it, key));
    let what = match name {
        "ended" => "Verkställda och avslutade ärenden",
        other => swedish(&COUNTS, other)?,
    };
    let what = format!("{what}, {}", crate::render::document::paper::quarter_of(quarter));
    if !own {
        let note = "Siffran kommer från den rapport som gjordes för det kvartalet. Dess ärenden står inte i den här.";
        return Some(Found::stands(what, value, Vec::new()).note(note));
    }
    let rows = match name {
        "ended" => [lines(report, "executed", &of), lines(report, "closed", &of)].concat(),
        _ => lines(report, name, &of),
    };
    Some(Found::count(what, value, rows))
}

/// `""`, `[reported=true]`, `[reported=true,late=true]`, `[reminders>0]`, `.3.reminders`.
fn quality<'a>(report: &'a Value, path: &str) -> Option<Found<'a>> {
    let all = report.get("quality")?.as_array()?;
    if let Some(rest) = path.strip_prefix('.') {
        let (nr, field) = rest.split_once('.')?;
        let row = all.get(nr.parse::<usize>().ok()?)?;
        let value = row.get(field)?;
        let name = clean_line(word(row, "name").unwrap_or_default());
        return Some(Found::stands(
            format!("{}, {name}", super::case::heading(field)),
            value,
            vec![Picked::Uppdrag(row)],
        ));
    }
    let mut rows: Vec<&Value> = all.iter().collect();
    let mut what = "Uppdrag som ska rapportera".to_owned();
    if !path.is_empty() {
        let conditions = path.strip_prefix('[')?.strip_suffix(']')?;
        let mut said = Vec::new();
        for condition in conditions.split(',') {
            let at = condition.find(['=', '>'])?;
            let (field, wanted) = (&condition[..at], &condition[at + 1..]);
            let first = all.first()?;
            first.get(field)?;
            let more = condition[at..].starts_with('>');
            let limit: i64 = if more { wanted.parse().ok()? } else { 0 };
            rows.retain(|it| match it.get(field) {
                Some(value) if more => value.as_i64().is_some_and(|it| it > limit),
                Some(Value::String(text)) => text == wanted,
                Some(value) => serde_json::from_str::<Value>(wanted).is_ok_and(|it| it == *value),
                None => false,
            });
            said.push(in_words(field, wanted, more)?);
        }
        what = format!("Uppdrag: {}", said.join(", "));
    }
    let value = Value::from(rows.len());
    // The figure is the count of the rows, so it cannot disagree with them; the papers are compared with it elsewhere.
    Some(Found::count(what, &value, rows.into_iter().map(Picked::Uppdrag).collect()))
}

fn in_words(field: &str, wanted: &str, more: bool) -> Option<String> {
    Some(match (field, wanted) {
        ("reported", "true") => "har rapporterat".to_owned(),
        ("reported", "false") => "har inte rapporterat".to_owned(),
        ("late", "true") => "kom för sent".to_owned(),
        ("late", "false") => "kom i tid".to_owned(),
        ("reminders", count) if more => format!("fler än {} påminnelser", count.parse::<u32>().ok()?),
        ("grade" | "suggested_grade", key) => format!("betyget {}", Grade::from_key(key)?.swedish()),
        _ if more => format!("{} över {}", super::case::heading(field), clean_line(wanted)),
        _ => format!("{} {}", super::case::heading(field), clean_line(wanted)),
    })
}
