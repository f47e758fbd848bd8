//! The parts of the report page: figures, flows, rows and lists, each with the way to its cases.
//!
//! Goes in: [`Shown`]. Comes out: what the template prints. Guaranteed: numbers are printed as everywhere else.

use super::file::{Figure, Flow, InsatsRow, NO_INSATS};
use super::lineage;
use super::shown::{Shown, Sources, place};
use crate::model::Orsak;
use crate::rating::{Level, Mark};
use crate::render::print::{clean_line, number, share};

/// A figure that leads to its cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linked {
    pub value: String,
    /// Empty when there is nothing to lead to.
    pub href: String,
    /// For those who hear the link out of its table.
    pub what: String,
}

/// A row of the table per insats.
pub struct Row {
    pub name: String,
    pub lagrum: String,
    pub cells: Vec<Linked>,
    /// Shares of ongoing decisions, men and women; dashes when not known.
    pub shares: [Linked; 2],
}

/// A reconciliation: as `parts/figures.html` wants it.
pub struct Equation {
    pub name: String,
    pub opening: String,
    pub corrections: String,
    pub new: String,
    pub late: String,
    pub executed: String,
    pub closed: String,
    pub closing: String,
    pub holds: bool,
    pub cells: Vec<Linked>,
}

/// Something that is not among the counts.
pub struct Aside {
    pub utforare: String,
    pub insats: String,
    pub place: String,
    pub file: String,
    pub href: String,
    pub rules: Vec<String>,
    pub reason: String,
}

/// A row of the quality table.
pub struct QualityRow {
    pub name: String,
    pub nyckel: String,
    pub insatser: String,
    pub grade_key: &'static str,
    pub grade: &'static str,
    pub text: String,
    pub override_reason: String,
    pub late: bool,
    pub reminders: u32,
    /// Key and level of each mark; empty when nothing came.
    pub marks: Vec<(&'static str, &'static str, &'static str)>,
}

/// The figures of the table per insats, in its order, with short headings.
pub const COLUMNS: &[(Figure, &str)] = &[
    (Figure::Reported, "Rapporte\u{ad}rade"),
    (Figure::Executed, "Verk\u{ad}ställda"),
    (Figure::Closed, "Avslu\u{ad}tade"),
    (Figure::Open, "Öppna"),
    (Figure::Men, "Män"),
    (Figure::Women, "Kvinnor"),
    (Figure::Children, "Barn"),
    (Figure::Adults, "Vuxna"),
    (Figure::Interruptions, "Avbrott"),
];

/// The columns of the table of causes.
pub const CAUSES: &[(Figure, &str)] = &[
    (Figure::Open, "Öppna"),
    (Figure::Bostad, "Ledig bostad"),
    (Figure::Personal, "Personal"),
    (Figure::No, "Tackat nej"),
    (Figure::Other, "Annat skäl"),
    (Figure::CauseMissing, "Saknas"),
];

/// The address of the cases behind a figure.
pub fn cases_href(shown: &Shown, figure: Figure, insats: Option<&str>) -> String {
    let mut query = vec![("figur", figure.key())];
    query.extend(insats.map(|it| ("insats", it)));
    if shown.received {
        query.push(("visa", "mottaget"));
    }
    let query = serde_html_form::to_string(query).unwrap_or_default();
    format!("/kvartal/{}/rapport/arenden?{query}", shown.kvartal())
}

fn linked(shown: &Shown, count: i64, figure: Figure, insats: Option<(&str, &str)>) -> Linked {
    let what = figure.swedish().to_lowercase();
    let what = insats.map_or_else(|| what.clone(), |(_, name)| format!("{what}, {}", name.to_lowercase()));
    let href = if count == 0 { String::new() } else { cases_href(shown, figure, insats.map(|it| it.0)) };
    Linked { value: number(count), href, what }
}

fn row(shown: &Shown, it: &InsatsRow, columns: &[(Figure, &str)]) -> Row {
    let key = it.insats_in_address();
    let cells = columns
        .iter()
        .map(|(figure, _)| linked(shown, figure.of(&it.counts, &it.causes).into(), *figure, Some((key, &it.name))))
        .collect();
    let shared = |part: Option<f64>, kon: &str, what: &str| Linked {
        value: part.map_or_else(|| "–".to_owned(), share),
        href: part.map_or_else(String::new, |_| {
            let path = format!("by_insats.{}.share_{kon}", it.in_path());
            lineage::href(shown.kvartal(), &path, shown.received)
        }),
        what: format!("andel {what}, {}", it.name.to_lowercase()),
    };
    Row {
        name: it.name.clone(),
        lagrum: it.lagrum.clone(),
        cells,
        shares: [shared(it.share_men, "men", "män"), shared(it.share_women, "women", "kvinnor")],
    }
}

/// The table per insats and its sum.
pub fn rows(shown: &Shown, columns: &[(Figure, &str)]) -> (Vec<Row>, Vec<Linked>) {
    let file = &shown.file;
    let sum = columns
        .iter()
        .map(|(figure, _)| linked(shown, figure.of(&file.totals, &file.causes).into(), *figure, None))
        .collect();
    (file.by_insats.iter().map(|it| row(shown, it, columns)).collect(), sum)
}

/// The large figures at the top.
pub fn figures(shown: &Shown) -> Vec<(Linked, &'static str, String)> {
    let totals = &shown.file.totals;
    let end = format!("den {}", shown.file.quarter_end);
    [
        (Figure::Reported, "rapporterade", String::new()),
        (Figure::Executed, "verkställda", String::new()),
        (Figure::Closed, "avslutade", String::new()),
        (Figure::Open, "öppna", end),
        (Figure::Interruptions, "av dem avbrott", String::new()),
    ]
    .into_iter()
    .map(|(figure, what, note)| (linked(shown, figure.of(totals, &shown.file.causes).into(), figure, None), what, note))
    .collect()
}

/// `−3`, `0`: corrections carry their own sign.
pub fn equation(shown: &Shown, it: &Flow) -> Equation {
    let insats = (!it.is_total()).then(|| (it.insats_in_address(), it.name.as_str()));
    let cell = |count: i64, figure| linked(shown, count, figure, insats);
    let corrections = Linked {
        value: number(it.corrections),
        href: if it.corrections == 0 { String::new() } else { "#utanfor".to_owned() },
        what: "rättelser".to_owned(),
    };
    let cells = vec![
        cell(it.opening, Figure::Opening),
        corrections,
        cell(it.new, Figure::New),
        cell(it.of_which_late.unwrap_or_default(), Figure::Late),
        cell(it.executed, Figure::Executed),
        cell(it.closed, Figure::Closed),
        cell(it.closing, Figure::Open),
    ];
    let late = it.of_which_late.filter(|it| *it > 0).map(number).unwrap_or_default();
    Equation {
        name: it.name.clone(),
        opening: number(it.opening),
        corrections: number(it.corrections),
        new: number(it.new),
        late,
        executed: number(it.executed),
        closed: number(it.closed),
        closing: number(it.closing),
        holds: it.holds,
        cells,
    }
}

pub fn excluded(shown: &Shown, sources: &Sources<'_>) -> Vec<Aside> {
    let each = shown.file.excluded.iter().map(|it| Aside {
        utforare: shown.utforare(&it.utforare).to_owned(),
        insats: shown.insats(it.insats.as_deref()).to_owned(),
        place: place(&it.source),
        file: it.source.file.clone(),
        href: sources.href(&it.utforare, &it.source, it.insats.as_deref()),
        rules: it.rules.clone(),
        reason: it.reason.clone(),
    });
    each.collect()
}

pub fn corrections(shown: &Shown, sources: &Sources<'_>) -> Vec<Aside> {
    let each = shown.file.corrections.iter().map(|it| Aside {
        utforare: shown.utforare(&it.utforare).to_owned(),
        insats: shown.insats(it.insats.as_deref()).to_owned(),
        place: place(&it.source),
        file: it.source.file.clone(),
        href: sources.href(&it.utforare, &it.source, it.insats.as_deref()),
        rules: Vec::new(),
        reason: it.what.clone(),
    });
    each.collect()
}

pub fn missing(shown: &Shown) -> Vec<Aside> {
    let each = shown.file.missing.iter().map(|it| Aside {
        utforare: it.utforare.as_deref().map_or("Okänd utförare", |key| shown.utforare(key)).to_owned(),
        insats: shown.insats(it.insats.as_deref()).to_owned(),
        place: String::new(),
        file: String::new(),
        href: it.utforare.as_deref().map(|key| format!("/utforare/{key}")).unwrap_or_default(),
        rules: vec![it.rule.clone()],
        reason: it.reason.clone(),
    });
    each.collect()
}

pub fn quality(shown: &Shown) -> Vec<QualityRow> {
    let each = shown.file.quality.iter().map(|it| {
        let names: Vec<&str> = it.insatser.iter().map(|key| shown.insats(Some(key))).collect();
        let level = |mark: &Mark| it.marks.get(mark).copied().unwrap_or(Level::Good);
        let marks = if it.grade == crate::model::Grade::EjInkommen {
            Vec::new()
        } else {
            Mark::ALL.iter().map(|mark| (mark.swedish(), level(mark).key(), level(mark).swedish())).collect()
        };
        QualityRow {
            name: it.name.clone(),
            nyckel: it.utforare.clone(),
            insatser: crate::render::view::insatser_in_words(&names),
            grade_key: it.grade.key(),
            grade: it.grade.swedish(),
            text: it.text.clone(),
            override_reason: it.override_reason.clone().unwrap_or_default(),
            late: it.late,
            reminders: it.reminders,
            marks,
        }
    });
    each.collect()
}

/// Open cases per quarter: label, value, share of the largest.
pub fn history(shown: &Shown) -> Vec<(String, String, u32)> {
    let all = &shown.file.history;
    let all = &all[all.len().saturating_sub(8)..];
    let most = all.iter().map(|it| it.open).max().unwrap_or_default().max(1);
    let label = |kvartal: &str| match kvartal.split_once("-Q") {
        Some((year, nr)) => format!("Q{nr} {year}"),
        None => clean_line(kvartal).into_owned(),
    };
    all.iter().map(|it| (label(&it.kvartal), number(i64::from(it.open)), it.open * 100 / most)).collect()
}

/// Open cases per cause, those without one last: label, value, share.
pub fn causes(shown: &Shown) -> Vec<(String, String, u32)> {
    let count = |key: &str| shown.file.causes.get(key).copied().unwrap_or_default();
    let mut all: Vec<(String, u32)> = Orsak::ALL.iter().map(|it| (it.swedish().to_owned(), count(it.key()))).collect();
    if shown.file.totals.cause_missing > 0 {
        all.push(("Orsak saknas".to_owned(), shown.file.totals.cause_missing));
    }
    let most = all.iter().map(|it| it.1).max().unwrap_or_default().max(1);
    all.into_iter().map(|(label, count)| (label, number(i64::from(count)), count * 100 / most)).collect()
}

/// Insatser to choose among: key in addresses and name.
pub fn insatser(shown: &Shown) -> Vec<(String, String)> {
    let each = shown.file.by_insats.iter().map(|it| (it.insats_in_address().to_owned(), it.name.clone()));
    each.filter(|it| !it.0.is_empty()).collect()
}

/// Whether an address names an insats that was left empty.
pub fn is_no_insats(key: &str) -> bool {
    key == NO_INSATS
}
