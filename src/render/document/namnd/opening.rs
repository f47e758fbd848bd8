//! How the report begins: what the law asks, and the quarter in five sentences.
//!
//! Goes in: a [`Paper`]. Comes out: two sections. Guaranteed: the law is that of the quarter, never of another one.

use crate::render::document::law::{Law, law};
use crate::render::document::paper::Paper;
use crate::render::document::say::{ARENDE, Change, KVINNA, MAN, Say};
use crate::render::document::tree::{Paragraph, Section};

/// What the law asks and what the report is about.
pub(super) fn opening(paper: &Paper<'_>) -> Section {
    let mut prose = Vec::new();
    if let Some(quarter) = paper.quarter() {
        let law = law(quarter);
        let (laws, paragraphs) = (law.of_all(&paper.acts(), Law::act), law.of_all(&paper.acts(), Law::duty));
        prose.push(Paragraph::text(format!(
            "Nämnden ska varje kvartal rapportera de beslut enligt {laws} som inte har verkställts inom tre månader från \
             beslutet, och de insatser som har varit avbrutna och inte har verkställts på nytt inom tre månader. Skyldigheten \
             står i {paragraphs}. Rapporten lämnas till Inspektionen för vård och omsorg (IVO), till kommunens revisorer och \
             som statistik till kommunfullmäktige."
        )));
    }
    let mut say = Say::new().text("Rapporten omfattar ").text(paper.quarter_in_full());
    if let Some(last) = paper.last_day() {
        say = say.text(". Öppna ärenden är de som inte var verkställda eller avslutade den ").figure(last);
    }
    prose.push(say.text(". Ett ärende är ett beslut eller ett avbrott; samma person kan ha flera.").done());
    Section::new("inledning", "Inledning", 1).prose(prose)
}

/// The quarter in a few sentences.
pub(super) fn summary(paper: &Paper<'_>) -> Section {
    let it = paper.totals();
    let mut prose = Vec::new();
    if it.reported == 0 {
        prose.push(Paragraph::text(format!(
            "Inga ärenden rapporterades för {}. Nämnden har inga ej verkställda beslut att rapportera.",
            paper.quarter_in_words()
        )));
    } else {
        let say = Say::new()
            .text(format!("Under {} rapporterades ", paper.quarter_in_words()))
            .count("totals.reported", it.reported, ARENDE)
            .text(". Av dem verkställdes ")
            .bare("totals.executed", it.executed)
            .text(" och ")
            .bare("totals.closed", it.closed)
            .text(" avslutades utan att verkställas.");
        prose.push(say.done());
        prose.push(open(paper).done());
    }
    if let Some(before) = paper.before() {
        let since = super::super::paper::quarter_of(&before.kvartal);
        let change = Change::new(format!("history.{}.open", before.kvartal), it.open, before.open);
        let say = Say::new().text("Antalet öppna ärenden är ");
        prose.push(change.say(say, &since).text(".").done());
    }
    let failures = paper.view.failures();
    if !failures.is_empty() {
        prose.push(Say::new().strong("Rapporten går inte ihop. ").text(failures.join(" ")).done());
    }
    Section::new("sammanfattning", "Sammanfattning", 1).prose(prose)
}

fn open(paper: &Paper<'_>) -> Say {
    let it = paper.totals();
    let say = Say::new().text("Den ");
    let say = match paper.last_day() {
        Some(last) => say.figure(last),
        None => say.text("sista dagen i kvartalet"),
    };
    let say = say.text(" kvarstod ").count("totals.open", it.open, ARENDE);
    if it.open == 0 {
        return say.text(".");
    }
    say.text(" som ej verkställda: ")
        .count("totals.open_men", it.open_men, MAN)
        .text(" och ")
        .count("totals.open_women", it.open_women, KVINNA)
        .when(it.open_kon_missing > 0, |say| {
            say.text(" (för ").bare("totals.open_kon_missing", it.open_kon_missing).text(" är kön inte känt)")
        })
        .text(". Av dem är ")
        .bare("totals.open_interruptions", it.open_interruptions)
        .text(" avbrott")
        .when(it.open_partial > 0, |say| {
            say.text(" och ").bare("totals.open_partial", it.open_partial).text(" delvis verkställda")
        })
        .text(".")
}
