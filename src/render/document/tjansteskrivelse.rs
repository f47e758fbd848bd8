//! The official's letter to the nämnd: the matter, the figures in short, and a proposal for decision.
//!
//! Goes in: a [`Paper`]. Comes out: its [`Document`], in the order such letters have: proposal, summary, the matter,
//! assessment, who is to be told. Guaranteed: it stands on the same figures as the report it comes with.

use super::law::{Law, law};
use super::paper::{Paper, quarter_of};
use super::say::{ARENDE, Change, Say};
use super::tree::{Block, Document, Kind, Paragraph, Section};
use crate::render::print::date_in_words;

/// Builds the letter.
pub fn document(paper: &Paper<'_>) -> Document {
    let quarter = paper.quarter_in_words();
    let proposal = vec![Block::List(vec![
        Paragraph::text(format!("Nämnden godkänner rapporten om ej verkställda beslut för {quarter}.")),
        Paragraph::text("Nämnden överlämnar statistikrapporten till kommunfullmäktige."),
        Paragraph::text("Nämnden överlämnar rapporten per beslut till kommunens revisorer."),
    ])];
    let author = paper.author.map_or_else(|| "Handläggare".to_owned(), str::to_owned);
    let mut told = vec![Paragraph::text("Kommunfullmäktige"), Paragraph::text("Kommunens revisorer")];
    if paper.totals().reported > 0 {
        told.push(Paragraph::text("Inspektionen för vård och omsorg (individrapporter i e-tjänsten)"));
    }
    Document {
        kind: Kind::Tjansteskrivelse,
        title: format!("Rapportering av ej verkställda beslut enligt {}", paper.laws()),
        subtitle: format!("Tjänsteskrivelse – {}", paper.quarter_in_full()),
        facts: facts(paper),
        foot: paper.foot(),
        sections: vec![
            Section::new("forslag", "Förslag till beslut", 1).blocks(proposal),
            Section::new("sammanfattning", "Sammanfattning", 1).prose(summary(paper)),
            Section::new("arendet", "Ärendet", 1).prose(matter(paper)),
            Section::new("beredning", "Beredning", 1).prose(basis(paper)),
            Section::new("skickas-till", "Beslutet skickas till", 1)
                .blocks(vec![Block::List(told), Block::Signature(author)]),
        ],
    }
}

/// The head of the first page, with the meetings the letter is written for.
fn facts(paper: &Paper<'_>) -> Vec<(String, String)> {
    let mut facts = paper.facts();
    let meetings =
        [("Nämndens sammanträde", paper.meetings.namnd), ("Fullmäktiges sammanträde", paper.meetings.fullmaktige)];
    facts.extend(meetings.into_iter().filter_map(|(name, day)| Some((name.to_owned(), date_in_words(day?)))));
    facts
}

fn summary(paper: &Paper<'_>) -> Vec<Paragraph> {
    let it = paper.totals();
    let say = Say::new()
        .text(format!("För {} rapporteras ", paper.quarter_in_words()))
        .count("totals.reported", it.reported, ARENDE)
        .text(". ")
        .bare("totals.executed", it.executed)
        .text(" har verkställts och ")
        .bare("totals.closed", it.closed)
        .text(" har avslutats. ")
        .count("totals.open", it.open, ARENDE)
        .text(format!(" var öppna den {}", paper.last_day_in_words()));
    let say = match paper.before() {
        Some(before) => {
            let change = Change::new(format!("history.{}.open", before.kvartal), it.open, before.open);
            change.say(say.text(", "), &quarter_of(&before.kvartal))
        }
        None => say,
    };
    vec![say.text(".").done()]
}

fn matter(paper: &Paper<'_>) -> Vec<Paragraph> {
    let Some(quarter) = paper.quarter() else { return Vec::new() };
    let duty = law(quarter).of_all(&paper.acts(), Law::duty_in_short);
    vec![Paragraph::text(format!(
        "Nämnden ska varje kvartal rapportera beslut som inte har verkställts inom tre månader och insatser som har varit avbrutna \
         i mer än tre månader ({duty}). Rapporten lämnas till Inspektionen för vård och omsorg och till kommunens revisorer. Till \
         kommunfullmäktige lämnas en statistikrapport utan uppgifter som kan röja enskilda. Kommunen kan få betala en särskild \
         avgift om ett beslut inte verkställs inom skälig tid."
    ))]
}

fn basis(paper: &Paper<'_>) -> Vec<Paragraph> {
    let rated = &paper.view.report.quality;
    let answered = rated.iter().filter(|it| it.reported).count();
    let figure = |path: &str, count: usize| super::tree::Figure::whole(path, i64::try_from(count).unwrap_or(i64::MAX));
    let say =
        Say::new().text("Rapporten bygger på utförarnas svar. ").figure(figure("quality[reported=true]", answered));
    let say = say.text(" av ").figure(figure("quality", rated.len())).text(" uppdrag har svarat.");
    let said = if paper.view.failures().is_empty() {
        "Avstämningen mot förra kvartalet går ihop."
    } else {
        "Avstämningen mot förra kvartalet går inte ihop; se rapporten."
    };
    vec![say.done(), Paragraph::text(said)]
}
