//! Why a grade is what it is, down to the cells.
//!
//! Goes in: the round's report as received and a filing. Comes out: the five marks, each reason with links to its cells, and
//! the points the feedback is drafted from.
//! Guaranteed: pure; every link leads to the version that was rated.

use crate::desk::figures::Made;
use crate::merge::report::{PlacedFinding, Quality};
use crate::rating::{Mark, Reason};
use crate::render::feedback::{Point, gathered};
use crate::render::print::{clean, counted};
use crate::store::filing::Filing;
use crate::store::review::CompletionRow;

/// One of the five marks.
#[derive(Debug, Clone)]
pub struct MarkRow {
    pub name: &'static str,
    pub key: &'static str,
    pub level: &'static str,
    pub text: String,
    /// To the first of its reasons; empty when there is none.
    pub href: String,
}

/// One reason with what it rests on.
#[derive(Debug, Clone)]
pub struct ReasonRow {
    pub id: String,
    pub title: String,
    /// (href, where, what)
    pub places: Vec<(String, String, String)>,
}

/// The findings of the file that was rated, and those about what is missing.
fn own<'a>(made: &'a Made, filing: &Filing, quality: &'a Quality) -> Vec<(&'a PlacedFinding, Option<i64>)> {
    let contents = &made.context.contents;
    let version = |file: u32| {
        let file = made.report.files.get(file as usize).filter(|it| !it.superseded)?;
        let mut own = contents.attempts_of(filing).rev();
        own.find(|it| contents.original_of(it).is_some_and(|it| it.sha256 == file.sha256)).map(|it| it.nr)
    };
    let mut found = Vec::new();
    for it in made.report.findings.iter().filter(|it| it.utforare == Some(quality.utforare)) {
        match it.file {
            Some(file) => found.extend(version(file).map(|nr| (it, Some(nr)))),
            None if it.insatser.is_empty() || it.insatser.iter().any(|id| quality.insatser.contains(id)) => {
                found.push((it, None));
            }
            None => {}
        }
    }
    found
}

/// Where a finding stands in the review.
fn href(filing: &Filing, it: &PlacedFinding, version: Option<i64>) -> String {
    let place = it.finding.place;
    match (version, place.sheet, place.row) {
        (Some(nr), Some(sheet), Some(row)) => {
            let anchor = match place.col {
                Some(col) => format!("c-{sheet}-{}-{col}", row + 1),
                None => format!("rad-{sheet}-{}", row + 1),
            };
            format!("/granska/{}?version={nr}&rad={sheet}-{}#{anchor}", filing.id, row + 1)
        }
        (Some(nr), ..) => format!("/granska/{}?version={nr}", filing.id),
        (None, ..) => format!("/granska/{}", filing.id),
    }
}

/// Every reason, in the order of the marks.
pub fn reasons(made: &Made, filing: &Filing, quality: &Quality) -> Vec<ReasonRow> {
    let view = made.view();
    let rules = made.voice().rules;
    let findings = own(made, filing, quality);
    let mut rows: Vec<(Mark, ReasonRow)> = Vec::new();
    for (at, reason) in quality.rating.reasons.iter().enumerate() {
        let of_rule = reason
            .rule
            .as_deref()
            .map(|rule| findings.iter().filter(move |it| rules.rule_id(it.0.finding.rule) == rule).collect::<Vec<_>>());
        let title = format!("{}: {}", reason.mark.swedish(), told(made, reason));
        let mut places: Vec<(String, String, String)> = of_rule
            .unwrap_or_default()
            .into_iter()
            .map(|(it, version)| {
                let mut place = view.place_in_words(it);
                if place.is_empty() {
                    place = "Hela svaret".to_owned();
                }
                (href(filing, it, *version), place, clean(&rules.texts(&it.finding).message).into_owned())
            })
            .collect();
        if places.is_empty() && reason.mark == Mark::Timeliness {
            let text = "Se när svaret kom och vilka påminnelser som är skickade.".to_owned();
            places.push((format!("/granska/{}/tid", filing.id), "Tid".to_owned(), text));
        }
        if reason.mark == Mark::Response {
            places.extend(threads(made, filing, |_| true));
        }
        // Cases that a handläggare found missing stand in the question about them.
        if reason.mark == Mark::Completeness {
            places.extend(threads(made, filing, |it| it.missing_cases > 0));
        }
        rows.push((reason.mark, ReasonRow { id: format!("skal-{}", at + 1), title, places }));
    }
    rows.sort_by_key(|it| it.0);
    rows.into_iter().map(|it| it.1).collect()
}

/// What a reason says: the headline of its rule and how often, or its own sentence when it is an event.
fn told(made: &Made, reason: &Reason) -> String {
    let of_cells = matches!(reason.mark, Mark::Correctness | Mark::Structure | Mark::Completeness);
    let rules = made.context.library.catalogue.rules();
    let rule = reason.rule.as_deref().filter(|_| of_cells).and_then(|id| rules.iter().find(|it| it.id == id));
    match rule {
        Some(rule) => {
            let often = counted(usize::try_from(reason.count).unwrap_or(usize::MAX), "gång", "gånger");
            format!("{} ({}), {often}", rule.title.trim_end_matches('.'), rule.id)
        }
        None => reason.text.clone(),
    }
}

fn threads(made: &Made, filing: &Filing, fits: impl Fn(&CompletionRow) -> bool) -> Vec<(String, String, String)> {
    let contents = &made.context.contents;
    let of = contents.completions.iter().filter(|it| it.filing_id == filing.id && fits(it));
    of.map(|it| {
        let title = crate::http::completion::title(contents, it);
        (format!("/komplettering/{}", it.id), title, crate::http::completion::standing(it).1.to_owned())
    })
    .collect()
}

/// The five marks, each with its sentences.
pub fn marks(made: &Made, quality: &Quality, reasons: &[ReasonRow]) -> Vec<MarkRow> {
    let rating = &quality.rating;
    Mark::ALL
        .iter()
        .zip(rating.marks)
        .map(|(mark, level)| {
            let mut text: Vec<String> = Vec::new();
            for it in rating.reasons.iter().filter(|it| it.mark == *mark) {
                let sentence = told(made, it);
                let sentence = if sentence.ends_with('.') { sentence } else { format!("{sentence}.") };
                if !text.contains(&sentence) {
                    text.push(sentence);
                }
            }
            let first = rating.reasons.iter().position(|it| it.mark == *mark);
            let id = first.map(|it| format!("skal-{}", it + 1)).filter(|id| reasons.iter().any(|it| it.id == *id));
            MarkRow {
                name: mark.swedish(),
                key: level.key(),
                level: level.swedish(),
                text: text.join(" "),
                href: id.map_or_else(String::new, |it| format!("#{it}")),
            }
        })
        .collect()
}

/// What each rule said about the rated file, for the feedback.
pub fn points(made: &Made, filing: &Filing, quality: &Quality) -> Vec<Point> {
    // What is missing and what came late is told by the rating itself.
    let about = own(made, filing, quality).into_iter().filter(|(_, version)| version.is_some());
    gathered(made.voice().rules, about.map(|(it, _)| &it.finding))
}
