//! What every paper is built from: the report as renderers look at it, and what people have said about it.
//!
//! Goes in: a [`View`] and what the nämnd knows beside the figures. Comes out: [`Paper`], with the paths, names and days that
//! all papers share. Guaranteed: a path is made in one place, so that a figure always leads to the same place in report.json.

use chrono::NaiveDate;

use super::law::ACTS;
use super::say::Change;
use super::tree::{Cell, Figure, Paragraph};
use crate::merge::report::{Counts, InsatsCounts, PastQuarter};
use crate::model::words::words;
use crate::model::{Lag, Meetings, Quarter};
use crate::render::View;
use crate::render::print::{clean_line, date_in_words, list, number};

words! {
    /// What a nämnd does about insatser that are hard to carry out: the four types IVO's inspections ask for.
    MeasureKind {
        Kartlaggning = "kartlaggning", "Kartläggning";
        Behovsanalys = "behovsanalys", "Behovsanalys";
        Rekrytering = "rekrytering", "Rekrytering";
        Samverkan = "samverkan", "Samverkan";
    }
}

/// Something done so that decisions are carried out, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    /// Key of the insats; `None` when it is about all.
    pub insats: Option<String>,
    pub kind: MeasureKind,
    pub text: String,
    /// What came of it; `None` as long as nobody knows.
    pub outcome: Option<String>,
    /// The quarter it was decided in, `2023-Q4`.
    pub kvartal: String,
}

/// A list of cases longer than this is no paper any more; it stands in rapport.xlsx and report.json.
pub const LONGEST_LIST: usize = 5000;

/// What a paper is built from.
#[derive(Clone, Copy)]
pub struct Paper<'a> {
    pub view: &'a View<'a>,
    /// Diarienummer, as the nämnd writes it.
    pub dnr: Option<&'a str>,
    /// The day that stands on the paper.
    pub day: Option<NaiveDate>,
    /// Who has written it.
    pub author: Option<&'a str>,
    pub measures: &'a [Measure],
    /// Who shall have the report, and when they meet.
    pub meetings: Meetings,
}

impl<'a> Paper<'a> {
    /// A paper of which nothing is known beside the report. The day on it is the report's.
    pub fn of(view: &'a View<'a>) -> Self {
        Self {
            view,
            dnr: None,
            day: view.report.head.report_day,
            author: None,
            measures: &[],
            meetings: Meetings::default(),
        }
    }

    pub fn totals(&self) -> &'a Counts {
        &self.view.report.totals
    }

    pub fn namnd(&self) -> String {
        clean_line(&self.view.report.head.namnd).into_owned()
    }

    pub fn kommun(&self) -> String {
        clean_line(&self.view.report.head.kommun).into_owned()
    }

    pub fn quarter(&self) -> Option<Quarter> {
        self.view.report.head.quarter
    }

    /// `kvartal 4 2023`
    pub fn quarter_in_words(&self) -> String {
        self.quarter().map_or_else(|| "okänt kvartal".to_owned(), Quarter::in_words)
    }

    /// `kvartal 4 2023 (oktober–december 2023)`: D55 wants both.
    pub fn quarter_in_full(&self) -> String {
        self.quarter()
            .map_or_else(|| "okänt kvartal".to_owned(), |it| format!("{} ({})", it.in_words(), it.in_months()))
    }

    /// The quarter's last day, as in sentences.
    pub fn last_day(&self) -> Option<Figure> {
        self.quarter().map(|it| Figure::day_in_words("quarter_end", it.last_day()))
    }

    pub fn last_day_in_words(&self) -> String {
        self.quarter().map_or_else(|| "kvartalets slut".to_owned(), |it| date_in_words(it.last_day()))
    }

    /// The Acts of what the report is about; both when it says none.
    pub fn acts(&self) -> Vec<Lag> {
        let insatser = self.view.report.by_insats.iter().filter_map(|it| it.insats);
        let found: Vec<Lag> = insatser.filter_map(|it| self.view.insats(it)).map(|it| it.lag).collect();
        let acts: Vec<Lag> = ACTS.into_iter().filter(|it| found.contains(it)).collect();
        if acts.is_empty() { ACTS.to_vec() } else { acts }
    }

    /// `LSS`, `SoL` or `SoL och LSS`.
    pub fn laws(&self) -> String {
        list(&self.acts().iter().map(|it| it.key()).collect::<Vec<_>>())
    }

    /// What stands in the head of the first page.
    pub fn facts(&self) -> Vec<(String, String)> {
        let mut facts = vec![("Kommun".to_owned(), self.kommun()), ("Nämnd".to_owned(), self.namnd())];
        facts.push(("Kvartal".to_owned(), super::say::capital(&self.quarter_in_full())));
        if let Some(day) = self.day {
            facts.push(("Datum".to_owned(), date_in_words(day)));
        }
        if let Some(dnr) = self.dnr {
            facts.push(("Diarienummer".to_owned(), clean_line(dnr).into_owned()));
        }
        if let Some(author) = self.author {
            facts.push(("Handläggare".to_owned(), clean_line(author).into_owned()));
        }
        facts
    }

    /// What every page says at its foot.
    pub fn foot(&self) -> String {
        format!("{} · {} · {}", self.kommun(), self.namnd(), self.quarter_in_words())
    }

    /// The quarter before, when the history knows it.
    pub fn before(&self) -> Option<&'a PastQuarter> {
        let previous = self.quarter()?.previous().to_string();
        self.view.report.history.iter().find(|it| it.kvartal == previous)
    }

    /// How open cases of an insats have changed since the quarter before, when that is known.
    pub fn change(&self, it: &InsatsCounts) -> Option<Change> {
        let before = self.before()?;
        let key = key(it);
        let (_, open) = before.by_insats.iter().find(|(known, _)| known == key)?;
        Some(Change::new(format!("history.{}.by_insats.{key}", before.kvartal), it.counts.open, *open))
    }

    /// Why the cases are not listed one by one; `None` when they are.
    pub fn too_long(&self) -> Option<Paragraph> {
        let count = self.view.report.lines.len();
        (count > LONGEST_LIST).then(|| {
            let count = number(i64::try_from(count).unwrap_or(i64::MAX));
            Paragraph::text(format!(
                "Listan har {count} ärenden och är för lång för en handling. Alla ärenden finns i rapport.xlsx och report.json."
            ))
        })
    }

    /// Measures about an insats, or with `None` about all.
    pub fn measures_about(&self, insats: Option<&str>) -> impl Iterator<Item = &'a Measure> {
        let insats = insats.map(str::to_owned);
        self.measures.iter().filter(move |it| it.insats == insats)
    }
}

/// The key of an insats in paths; its text when it was not recognised.
pub fn key(it: &InsatsCounts) -> &str {
    it.key.as_deref().unwrap_or(&it.name)
}

/// Path of a figure of an insats.
pub fn at(it: &InsatsCounts, what: &str) -> String {
    format!("by_insats.{}.{what}", key(it))
}

/// `kvartal 3 2023` from `2023-Q3`; the text itself when it is no quarter.
pub fn quarter_of(text: &str) -> String {
    text.parse::<Quarter>().map_or_else(|_| clean_line(text).into_owned(), Quarter::in_words)
}

/// A count in a table.
pub fn cell(path: impl Into<String>, count: impl Into<i64>) -> Cell {
    Cell::figure(Figure::whole(path, count))
}

/// A day in a table, or nothing.
pub fn day_cell(path: impl Into<String>, day: Option<NaiveDate>) -> Cell {
    day.map_or_else(Cell::default, |it| Cell::figure(Figure::day(path, it)))
}
