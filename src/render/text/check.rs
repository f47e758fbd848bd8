//! What `kvartal check` says in the terminal: per finding the place, what stands there, what was expected, the remedy.
//!
//! Goes in: checked files. Comes out: text. Guaranteed: a rule that speaks more than five times about one file is said
//! once, with every place listed.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use crate::merge::report::PlacedFinding;
use crate::model::Severity;
use crate::render::check::Checked;
use crate::render::print::{clean_line, counted, list, number};
use crate::render::{RenderError, View, Voice};

use super::columns::places;
use super::report::tone_of;
use super::{Screen, Tone};

/// More than this many of one rule are listed together.
const ALONE: usize = 5;

/// Writes what was found in each file.
pub fn check<W: Write>(mut out: W, checked: &[Checked], voice: Voice<'_>, screen: Screen) -> Result<(), RenderError> {
    let out: &mut dyn Write = &mut out;
    for (at, one) in checked.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        file(out, one, voice, screen)?;
    }
    Ok(())
}

fn file(out: &mut dyn Write, one: &Checked, voice: Voice<'_>, screen: Screen) -> std::io::Result<()> {
    let report = one.as_report();
    let view = View::new(&report, voice);
    let format = one.file.format.map_or("okänt format", |it| it.swedish());
    let rows = usize::try_from(one.file.rows).unwrap_or(usize::MAX);
    let quarter = one.quarter.map(|it| format!(", {}", it.in_words())).unwrap_or_default();
    writeln!(out, "{}", screen.tone(view.file(0).0, Tone::Strong))?;
    screen.paragraph(out, 2, &format!("{format}, {}{quarter}", counted(rows, "rad", "rader")))?;
    let [fel, fragor, notiser] = view.severities();
    if fel + fragor + notiser == 0 {
        return screen.paragraph(out, 2, "Inget att anmärka på.");
    }
    let found = [counted(fel, "fel", "fel"), counted(fragor, "fråga", "frågor"), counted(notiser, "notis", "notiser")];
    screen.paragraph(out, 2, &list(&found.iter().map(String::as_str).collect::<Vec<_>>()))?;
    let all = view.findings_in_order();
    let mut by_rule: BTreeMap<u16, Vec<&PlacedFinding>> = BTreeMap::new();
    for it in &all {
        by_rule.entry(it.finding.rule).or_default().push(it);
    }
    let mut done: BTreeSet<u16> = BTreeSet::new();
    // Heaviest first; within the same weight in the order of the sheet.
    for severity in [Severity::Fel, Severity::Fraga, Severity::Notis] {
        for it in all.iter().filter(|it| it.finding.severity == severity) {
            let rule = it.finding.rule;
            let same = by_rule.get(&rule).map_or(&[][..], Vec::as_slice);
            if same.len() <= ALONE {
                alone(out, &view, it, screen)?;
            } else if done.insert(rule) {
                together(out, &view, same, screen)?;
            }
        }
    }
    Ok(())
}

fn alone(out: &mut dyn Write, view: &View<'_>, it: &PlacedFinding, screen: Screen) -> std::io::Result<()> {
    let words = view.finding(it);
    let place = match view.place_in_words(it) {
        place if place.is_empty() => "Hela filen".to_owned(),
        place => place,
    };
    let field = words.field.map(|it| format!(" · {}", it.swedish())).unwrap_or_default();
    let severity = screen.tone(words.severity.swedish(), tone_of(words.severity));
    writeln!(out, "\n  {}  {severity} {}{field}", screen.tone(&place, Tone::Strong), words.rule)?;
    screen.paragraph(out, 4, &words.texts.message)?;
    if let Some(shown) = it.finding.shown.as_deref() {
        screen.paragraph(out, 4, &format!("Det står: {}", clean_line(shown)))?;
    }
    if let Some(expected) = &words.texts.expected {
        screen.paragraph(out, 4, &format!("Väntat: {expected}"))?;
    }
    screen.paragraph(out, 4, &format!("Gör så här: {}", words.texts.remedy))
}

fn together(out: &mut dyn Write, view: &View<'_>, same: &[&PlacedFinding], screen: Screen) -> std::io::Result<()> {
    let Some(first) = same.first() else { return Ok(()) };
    let words = view.finding(first);
    let severity = screen.tone(words.severity.swedish(), tone_of(words.severity));
    let headline = clean_line(view.rules().headline(first.finding.rule)).into_owned();
    let count = number(i64::try_from(same.len()).unwrap_or(i64::MAX));
    writeln!(out, "\n  {severity} {} · {headline} ({count} ställen)", words.rule)?;
    let spots: Vec<_> = same
        .iter()
        .map(|it| (it.finding.place.sheet.map_or("", |sheet| view.sheet(0, sheet)), it.finding.place))
        .collect();
    screen.paragraph(out, 4, &places(&spots))?;
    screen.paragraph(out, 4, &format!("Till exempel {}: {}", view.place_in_words(first), words.texts.message))?;
    if let Some(expected) = &words.texts.expected {
        screen.paragraph(out, 4, &format!("Väntat: {expected}"))?;
    }
    screen.paragraph(out, 4, &format!("Gör så här: {}", words.texts.remedy))
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture;
    use super::*;
    use crate::model::Place;

    fn text(checked: &Checked) -> String {
        let round = fixture::round();
        let mut out = Vec::new();
        check(&mut out, std::slice::from_ref(checked), round.voice(), Screen { width: 80, colour: false }).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn each_finding_says_place_content_expectation_and_remedy() {
        let text = text(&fixture::checked());
        for part in
            ["Blad1!F12  Fel UP001 · Beslutet verkställt", "Det står: 231o10", "Väntat: ett datum", "Gör så här: Skriv"]
        {
            assert!(text.contains(part), "{part} saknas i\n{text}");
        }
    }

    #[test]
    fn more_than_five_of_one_rule_are_said_once_with_every_place() {
        let mut checked = fixture::checked();
        let one = checked.findings[0].clone();
        checked.findings =
            (0..7).map(|row| crate::model::Finding { place: Place::cell(0, row, 5), ..one.clone() }).collect();
        let text = text(&checked);
        assert!(text.contains("Blad1!F1, F2, F3, F4, F5, F6, F7"), "{text}");
        assert_eq!(text.matches("Gör så här").count(), 1);
    }

    #[test]
    fn a_clean_file_says_so() {
        let mut checked = fixture::checked();
        checked.findings.clear();
        assert!(text(&checked).contains("Inget att anmärka på."));
    }
}
