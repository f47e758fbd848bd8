//! The report insats by insats: how many came, ended and are left, why, for how long, and what is done about it.
//!
//! Goes in: a [`Paper`]. Comes out: a section for each insats with cases, and one sentence about the rest.
//! Guaranteed: a cause, a class or a change that is nothing is not spoken of; longest waits name no person and no date.

use crate::merge::report::{InsatsCounts, Line, Status};
use crate::model::{Orsak, Wait};
use crate::render::document::paper::{Measure, Paper, at, quarter_of};
use crate::render::document::say::{ARENDE, KVINNA, MAN, Say};
use crate::render::document::tree::{Block, Figure, Paragraph, Section};
use crate::render::print::{clean, clean_line};
use crate::render::view::{insatser_in_words, lower_first};

pub(super) fn sections(paper: &Paper<'_>) -> Vec<Section> {
    let all = &paper.view.report.by_insats;
    let (with, without): (Vec<_>, Vec<_>) = all.iter().partition(|it| it.counts.reported > 0);
    let mut first = Section::new("per-insats", "Redovisning per insats", 1);
    if !without.is_empty() {
        let names: Vec<&str> = without.iter().map(|it| it.name.as_str()).collect();
        first.prose.push(Paragraph::text(format!(
            "Inga ärenden rapporterades för {}.",
            lower_first(&insatser_in_words(&names))
        )));
    }
    first.blocks.extend(paper.measures_about(None).map(|it| measure(it, None)));
    // What is done about an insats without cases has no section of its own to stand in.
    for it in paper.measures {
        let Some(key) = it.insats.as_deref() else { continue };
        if !with.iter().any(|it| it.key.as_deref() == Some(key)) {
            first.blocks.push(measure(it, Some(paper.view.insats_of_key(key))));
        }
    }
    let mut out = vec![first];
    out.extend(with.into_iter().map(|it| section(paper, it)));
    out
}

fn section(paper: &Paper<'_>, it: &InsatsCounts) -> Section {
    let name = clean_line(&it.name).into_owned();
    let heading = if it.lagrum.is_empty() { name } else { format!("{name}, {}", it.lagrum) };
    let prose = vec![counts(paper, it), left(paper, it)];
    let blocks =
        paper.measures_about(it.key.as_deref()).filter(|_| it.key.is_some()).map(|it| measure(it, None)).collect();
    let key = format!("insats-{}", super::super::paper::key(it));
    Section::new(key, heading, 2).prose(prose.into_iter().flatten().collect()).blocks(blocks)
}

/// What came and what ended.
fn counts(_: &Paper<'_>, it: &InsatsCounts) -> Option<Paragraph> {
    let c = &it.counts;
    let say = Say::new().count(at(it, "reported"), c.reported, ARENDE).text(" rapporterades");
    let say = match c.reported_interruptions {
        0 => say,
        _ => say.text(", varav ").bare(at(it, "reported_interruptions"), c.reported_interruptions).text(" avbrott"),
    };
    let say = match (c.executed, c.closed) {
        (0, 0) => say.text(". Inget verkställdes eller avslutades under kvartalet."),
        (executed, 0) => say.text(". Under kvartalet verkställdes ").bare(at(it, "executed"), executed).text("."),
        (0, closed) => {
            say.text(". Under kvartalet avslutades ").bare(at(it, "closed"), closed).text(" utan att verkställas.")
        }
        (executed, closed) => say
            .text(". Under kvartalet verkställdes ")
            .bare(at(it, "executed"), executed)
            .text(" och avslutades ")
            .bare(at(it, "closed"), closed)
            .text("."),
    };
    Some(say.done())
}

/// What is left: who, why and for how long.
fn left(paper: &Paper<'_>, it: &InsatsCounts) -> Option<Paragraph> {
    let c = &it.counts;
    let change = paper.change(it);
    if c.open == 0 {
        let say = Say::new()
            .figure(Figure { shown: "Inget ärende".into(), ..Figure::whole(at(it, "open"), 0) })
            .text(" kvarstår");
        return Some(changed(say, paper, change.as_ref()).text(".").done());
    }
    let say = Say::new().count(at(it, "open"), c.open, ARENDE).text(" kvarstår");
    let say = changed(say, paper, change.as_ref());
    let say = match (c.open_men, c.open_women) {
        (0, 0) => say,
        (men, 0) => say.text(": ").count(at(it, "open_men"), men, MAN),
        (0, women) => say.text(": ").count(at(it, "open_women"), women, KVINNA),
        (men, women) => {
            say.text(": ").count(at(it, "open_men"), men, MAN).text(" och ").count(at(it, "open_women"), women, KVINNA)
        }
    };
    let say = match c.open_interruptions {
        0 => say.text("."),
        all if all == c.open && all > 1 => say.text(". Alla är avbrott."),
        some => say.text(". ").bare(at(it, "open_interruptions"), some).text(" av dem är avbrott."),
    };
    let say = match c.open_partial {
        0 => say,
        some => say.text(" ").bare(at(it, "open_partial"), some).text(" är delvis verkställda."),
    };
    Some(waits(causes(say, it), paper, it).done())
}

fn changed(say: Say, paper: &Paper<'_>, change: Option<&super::super::say::Change>) -> Say {
    match (change, paper.before()) {
        (Some(change), Some(before)) => change.say(say.text(", "), &quarter_of(&before.kvartal)),
        _ => say,
    }
}

/// Why, most common first; causes of nobody are not spoken of.
fn causes(say: Say, it: &InsatsCounts) -> Say {
    let mut all: Vec<(u32, &Orsak)> = it.counts.causes.into_iter().zip(Orsak::ALL).filter(|it| it.0 > 0).collect();
    all.sort_by_key(|it| std::cmp::Reverse(it.0));
    if all.is_empty() && it.counts.cause_missing == 0 {
        return say;
    }
    let mut say = say.text(" Orsak: ");
    let last = all.len().saturating_sub(1);
    for (nr, (count, orsak)) in all.into_iter().enumerate() {
        say = say.text(match nr {
            0 => "",
            nr if nr == last && it.counts.cause_missing == 0 => " och ",
            _ => ", ",
        });
        say = say
            .text(format!("{} ", lower_first(orsak.swedish()).replace(", ", " – ")))
            .figure(Figure::whole(at(it, &format!("causes.{}", orsak.key())), count));
    }
    if it.counts.cause_missing > 0 {
        let join = if it.counts.causes.iter().all(|it| *it == 0) { "" } else { " och " };
        say = say
            .text(join)
            .text("inte angiven ")
            .figure(Figure::whole(at(it, "cause_missing"), it.counts.cause_missing));
    }
    say.text(".")
}

/// For how long: those over a year, and the longest.
fn waits(say: Say, paper: &Paper<'_>, it: &InsatsCounts) -> Say {
    let open = |line: &&Line| {
        line.insats == it.insats && line.insats_text.as_deref() == unknown(it) && line.status == Status::Open
    };
    let longest = paper.view.report.lines.iter().filter(open).filter_map(|line| Some((line.days?, line.nr))).max();
    let say = match longest {
        Some((days, nr)) if days > 0 => say
            .text(if it.counts.open == 1 { " Väntetiden är " } else { " Den längsta väntetiden är " })
            .figure(Figure::whole(format!("lines.{nr}.days"), days))
            .text(" dagar."),
        _ => say,
    };
    let long = it.counts.age(Wait::M18);
    say.when(long > 0 && it.counts.open > 1, |say| {
        say.text(" ")
            .bare(at(it, &format!("ages.{}", Wait::M18.key())), long)
            .text(" har väntat i 18 månader eller mer.")
    })
}

/// The text of an insats that was not recognised, as its lines have it.
fn unknown(it: &InsatsCounts) -> Option<&str> {
    if it.insats.is_some() { None } else { it.name.strip_suffix(" (okänd insats)") }
}

fn measure(it: &Measure, insats: Option<&str>) -> Block {
    let text = clean(&it.text);
    let outcome = it.outcome.as_deref().map(|it| format!(" Utfall: {}", clean(it))).unwrap_or_default();
    let head = match insats {
        Some(name) => format!("{}, {}: ", it.kind.swedish(), name.to_lowercase()),
        None => format!("{}: ", it.kind.swedish()),
    };
    Block::Paragraph(Say::new().strong(head).text(format!("{text}{outcome} ({})", quarter_of(&it.kvartal))).done())
}
