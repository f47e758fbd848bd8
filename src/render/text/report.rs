//! The summary of a report: counts, flow, quality, and the findings rule by rule.
//!
//! Goes in: a [`View`]. Comes out: text. Guaranteed: a check that fails stands before everything but the title; what is
//! shortened says how much and where the rest is.

use std::collections::BTreeMap;
use std::io::Write;

use crate::merge::report::{Flow, PlacedFinding};
use crate::model::{Quarter, Severity};
use crate::render::print::{clean_line, counted, list, number};
use crate::render::{RenderError, View};

use super::columns::{Lean, places, table};
use super::{Screen, Tone};

/// Rules and places shown; the rest stands in the files.
const RULES: usize = 12;
const PLACES: usize = 10;
/// Columns the table per insats needs when the causes stand in it.
const WHOLE_TABLE: usize = 100;

/// Writes the summary.
pub fn report<W: Write>(mut out: W, view: &View<'_>, screen: Screen) -> Result<(), RenderError> {
    let out: &mut dyn Write = &mut out;
    let head = &view.report.head;
    let quarter = head.quarter.map_or_else(|| "okänt kvartal".to_owned(), Quarter::in_words);
    writeln!(out, "{}", screen.tone(&format!("Ej verkställda beslut, {quarter}"), Tone::Strong))?;
    screen.paragraph(out, 0, &format!("{}, {}", clean_line(&head.kommun), clean_line(&head.namnd)))?;
    failures(out, view, screen)?;
    counts(out, view, screen)?;
    flow(out, view, screen)?;
    by_insats(out, view, screen)?;
    quality(out, view, screen)?;
    left_out(out, view, screen)?;
    findings(out, view, screen)?;
    Ok(())
}

fn failures(out: &mut dyn Write, view: &View<'_>, screen: Screen) -> std::io::Result<()> {
    let failures = view.failures();
    if failures.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}", screen.tone("RAPPORTEN STÄMMER INTE", Tone::Alarm))?;
    for it in failures {
        screen.paragraph(out, 2, &it)?;
    }
    Ok(())
}

fn counts(out: &mut dyn Write, view: &View<'_>, screen: Screen) -> std::io::Result<()> {
    let it = &view.report.totals;
    writeln!(out)?;
    for (name, value, more) in [
        ("Rapporterade", it.reported, String::new()),
        ("Verkställda", it.executed, String::new()),
        ("Avslutade", it.closed, String::new()),
        ("Ej verkställda", it.open, format!("den {}", view.quarter_end())),
    ] {
        let value = format!("{:>8}", number(value));
        let line = format!("  {name:<16}{}  {more}", screen.tone(&value, Tone::Strong));
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

fn flow(out: &mut dyn Write, view: &View<'_>, screen: Screen) -> std::io::Result<()> {
    let Some(total) = view.report.reconciliation.iter().rfind(|it| it.insats == "total") else { return Ok(()) };
    screen.heading(out, "Avstämning")?;
    screen.paragraph(out, 2, &flow_in_words(total))?;
    if total.unanswered > 0 {
        let cases = usize::try_from(total.unanswered).unwrap_or(0);
        let text = format!("{} från förra rapporten har ingen rad svarat på.", counted(cases, "ärende", "ärenden"));
        screen.paragraph(out, 2, &text)?;
    }
    Ok(())
}

/// `64 ingående + 0 rättelser + 24 nya − 18 verkställda − 13 avslutade = 57 utgående. Stämmer.`
fn flow_in_words(it: &Flow) -> String {
    let late = match it.of_which_late {
        Some(late) if late > 0 => format!(" (varav {} sent rapporterade)", number(late)),
        _ => String::new(),
    };
    let sign = if it.corrections < 0 { "−" } else { "+" };
    format!(
        "{} ingående {sign} {} rättelser + {} nya{late} − {} verkställda − {} avslutade = {} utgående. {}",
        number(it.opening),
        number(it.corrections.abs()),
        number(it.new),
        number(it.executed),
        number(it.closed),
        number(it.closing),
        if it.holds { "Stämmer." } else { "STÄMMER INTE." }
    )
}

fn by_insats(out: &mut dyn Write, view: &View<'_>, screen: Screen) -> std::io::Result<()> {
    let used: Vec<_> = view.report.by_insats.iter().filter(|it| it.counts.reported > 0).collect();
    if used.is_empty() {
        return Ok(());
    }
    // Side by side when there is room, otherwise the causes in a table of their own.
    let whole = screen.wide() >= WHOLE_TABLE;
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut causes: Vec<Vec<String>> = Vec::new();
    let totals = ("Summa".to_owned(), &view.report.totals);
    for (name, it) in used.iter().map(|it| (clean_line(&it.name).into_owned(), &it.counts)).chain([totals]) {
        let values = [it.reported, it.executed, it.closed, it.open, it.open_men, it.open_women, it.open_interruptions];
        let mut row: Vec<String> = std::iter::once(name.clone()).chain(values.map(number)).collect();
        let cause = it.causes.map(number);
        if whole {
            row.extend(cause);
        } else {
            causes.push(std::iter::once(name).chain(cause).collect());
        }
        rows.push(row);
    }
    let count = |name| (name, Lean::Right);
    let mut heads = vec![("Insats", Lean::Left)];
    heads.extend(["Rapp.", "Verkst.", "Avsl.", "Öppna", "Män", "Kv.", "Avbrott"].map(count));
    let short = ["Bostad", "Pers.", "Nej", "Annat"].map(count);
    screen.heading(out, "Per insats")?;
    if whole {
        heads.extend(short);
    }
    for line in table(&heads, &rows, 0, screen.wide().saturating_sub(2)) {
        writeln!(out, "  {line}")?;
    }
    if !whole {
        screen.heading(out, "Orsaker")?;
        let heads: Vec<_> = std::iter::once(("Insats", Lean::Left)).chain(short).collect();
        for line in table(&heads, &causes, 0, screen.wide().saturating_sub(2)) {
            writeln!(out, "  {line}")?;
        }
    }
    let unused = view.report.by_insats.len() - used.len();
    if unused > 0 {
        let what = counted(unused, "insats utan ärenden visas inte här.", "insatser utan ärenden visas inte här.");
        screen.paragraph(out, 2, &what)?;
    }
    Ok(())
}

fn quality(out: &mut dyn Write, view: &View<'_>, screen: Screen) -> std::io::Result<()> {
    if view.report.quality.is_empty() {
        return Ok(());
    }
    screen.heading(out, "Kvalitet på rapportering")?;
    for it in &view.report.quality {
        let who = format!("{} – {}", view.utforare_name(it.utforare), view.insatser_in_words(&it.insatser));
        screen.paragraph(out, 2, &who)?;
        screen.paragraph(out, 4, &it.rating.text)?;
    }
    Ok(())
}

fn left_out(out: &mut dyn Write, view: &View<'_>, screen: Screen) -> std::io::Result<()> {
    let report = view.report;
    let parts = [
        (report.excluded.len(), "utesluten rad", "uteslutna rader"),
        (report.corrections.len(), "rättelse av förra rapporten", "rättelser av förra rapporten"),
        (report.missing.len(), "svar eller ärende som saknas", "svar eller ärenden som saknas"),
    ];
    let parts: Vec<String> =
        parts.into_iter().filter(|it| it.0 > 0).map(|(count, one, many)| counted(count, one, many)).collect();
    if parts.is_empty() {
        return Ok(());
    }
    screen.heading(out, "Räknas inte")?;
    let text = list(&parts.iter().map(String::as_str).collect::<Vec<_>>());
    screen.paragraph(out, 2, &format!("{text}. Se bladet Uteslutna och saknade i rapport.xlsx."))
}

fn findings(out: &mut dyn Write, view: &View<'_>, screen: Screen) -> std::io::Result<()> {
    let [fel, fragor, notiser] = view.severities();
    screen.heading(
        out,
        &format!(
            "Avvikelser: {}, {} och {}",
            counted(fel, "fel", "fel"),
            counted(fragor, "fråga", "frågor"),
            counted(notiser, "notis", "notiser")
        ),
    )?;
    let mut by_rule: BTreeMap<(std::cmp::Reverse<Severity>, u16), Vec<&PlacedFinding>> = BTreeMap::new();
    for it in view.findings_in_order() {
        by_rule.entry((std::cmp::Reverse(it.finding.severity), it.finding.rule)).or_default().push(it);
    }
    let rules = by_rule.len();
    // The heaviest first, and among them those met most often.
    let mut groups: Vec<_> = by_rule.into_iter().collect();
    groups.sort_by_key(|((severity, rule), all)| (*severity, std::cmp::Reverse(all.len()), *rule));
    for ((std::cmp::Reverse(severity), rule), all) in groups.into_iter().take(RULES) {
        let id = view.rules().rule_id(rule);
        let what = clean_line(view.rules().headline(rule)).into_owned();
        let tone = tone_of(severity);
        writeln!(out, "  {} {id}  {what} ({})", screen.tone(severity.swedish(), tone), count(all.len()))?;
        where_they_are(out, view, screen, &all)?;
    }
    if rules > RULES {
        let text =
            format!("{} till. Allt står i rapport.xlsx och report.json.", counted(rules - RULES, "regel", "regler"));
        screen.paragraph(out, 2, &text)?;
    }
    Ok(())
}

fn where_they_are(out: &mut dyn Write, view: &View<'_>, screen: Screen, all: &[&PlacedFinding]) -> std::io::Result<()> {
    let mut shown = 0;
    for same_file in all.chunk_by(|a, b| a.file == b.file && a.utforare == b.utforare) {
        let room = PLACES.saturating_sub(shown);
        if room == 0 {
            break;
        }
        let taken = &same_file[..same_file.len().min(room)];
        shown += taken.len();
        let who = taken.first().and_then(|it| it.utforare).map_or("", |at| view.utforare_name(at));
        let text = match taken.first().and_then(|it| it.file) {
            Some(file) => {
                let spots: Vec<_> = taken
                    .iter()
                    .map(|it| (it.finding.place.sheet.map_or("", |sheet| view.sheet(file, sheet)), it.finding.place))
                    .collect();
                format!("{} · {}", view.file(file).0, places(&spots))
            }
            None => who.to_owned(),
        };
        if !text.is_empty() {
            screen.paragraph(out, 6, &text)?;
        }
    }
    if all.len() > shown {
        screen.paragraph(out, 6, &format!("… och {} till", count(all.len() - shown)))?;
    }
    Ok(())
}

fn count(value: usize) -> String {
    number(i64::try_from(value).unwrap_or(i64::MAX))
}

pub(super) fn tone_of(severity: Severity) -> Tone {
    match severity {
        Severity::Fel => Tone::Alarm,
        Severity::Fraga => Tone::Warn,
        Severity::Notis => Tone::Quiet,
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture;
    use super::*;

    fn text(round: &fixture::Round, screen: Screen) -> String {
        let mut out = Vec::new();
        report(&mut out, &round.view(), screen).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_summary_keeps_to_the_width() {
        let text = text(&fixture::round(), Screen { width: 80, colour: false });
        assert!(text.lines().all(|it| it.chars().count() <= 80), "{text}");
        assert!(!text.contains('\u{1b}'));
    }

    #[test]
    fn a_finding_names_its_cell() {
        let text = text(&fixture::round(), Screen::default());
        assert!(text.contains("Fel UP001  Datumet går inte att läsa (1)\n      solsidan.xlsx · Blad1!F12"), "{text}");
    }

    #[test]
    fn a_failed_check_stands_before_the_counts() {
        let mut round = fixture::round();
        round.report.checks[0].holds = false;
        let text = text(&round, Screen::default());
        assert!(text.find("STÄMMER INTE").unwrap() < text.find("Rapporterade").unwrap());
    }

    #[test]
    fn colour_only_when_asked_for() {
        let round = fixture::round();
        assert!(text(&round, Screen { width: 80, colour: true }).contains("\u{1b}[1;31mFel"));
    }
}
