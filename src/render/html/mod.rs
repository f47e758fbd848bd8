//! The report → one self-contained page: the same tables, no script, nothing fetched.
//!
//! Goes in: a [`View`]. Comes out: HTML, written while it is made. Guaranteed: every text is escaped; a list that is
//! shortened says how long it is and where the rest stands.

mod chart;
mod rows;

use std::io::Write;

use askama::Template;

use crate::model::{Orsak, Quarter};
use crate::rating::Mark;

use super::print::{clean_line, date, date_in_words, list, number};
use super::tables::{LeftOut, history_insatser, left_out, notes_below};
use super::{RenderError, View};

use rows::{CaseRow, FindingRow, FlowRow, InsatsRow, QualityRow};

/// A list longer than this is shown in part; a browser becomes slow with more, and the rest stands in the other files.
pub const SHOWN: usize = 2000;
/// A list longer than this is folded together.
const OPEN: usize = 60;

/// Writes `rapport.html`.
pub fn write<W: Write>(out: W, view: &View<'_>) -> Result<(), RenderError> {
    let mut out = std::io::BufWriter::new(out);
    Page::new(view).write_into(&mut out)?;
    out.flush()?;
    Ok(())
}

#[derive(Template)]
#[template(path = "rapport.html")]
struct Page<'a> {
    view: &'a View<'a>,
    css: &'static str,
    title: String,
    kommun: String,
    namnd: String,
    months: String,
    per_day: String,
    iso_day: String,
    report_day: String,
    failures: Vec<String>,
    notes: Vec<String>,
    left_out: Vec<LeftOut>,
    insatser: Vec<(String, String)>,
    severities: String,
    causes_chart: String,
    history_chart: String,
}

impl<'a> Page<'a> {
    fn new(view: &'a View<'a>) -> Self {
        let head = &view.report.head;
        let [fel, fragor, notiser] = view.severities();
        let severities = [
            super::print::counted(fel, "fel", "fel"),
            super::print::counted(fragor, "fråga", "frågor"),
            super::print::counted(notiser, "notis", "notiser"),
        ];
        let severities = list(&severities.iter().map(String::as_str).collect::<Vec<_>>());
        Self {
            view,
            css: include_str!("../../../web/rapport.css"),
            title: format!(
                "Ej verkställda beslut, {}",
                head.quarter.map_or_else(|| "okänt kvartal".to_owned(), Quarter::in_words)
            ),
            kommun: clean_line(&head.kommun).into_owned(),
            namnd: clean_line(&head.namnd).into_owned(),
            months: head.quarter.map(|it| upper_first(&it.in_months())).unwrap_or_default(),
            per_day: head.quarter.map(|it| date_in_words(it.last_day())).unwrap_or_default(),
            iso_day: view.quarter_end(),
            report_day: head.report_day.map(date_in_words).unwrap_or_default(),
            failures: view.failures(),
            notes: notes_below(view),
            left_out: left_out(view),
            insatser: history_insatser(view),
            severities,
            causes_chart: chart::causes(&view.report.totals),
            history_chart: chart::history(&view.report.history),
        }
    }

    /// Key figures: name, value and what it means.
    fn figures(&self) -> [(&'static str, String, String); 4] {
        let it = &self.view.report.totals;
        [
            ("Ej verkställda", number(it.open), format!("öppna den {}", self.per_day)),
            ("Rapporterade", number(it.reported), "under kvartalet".to_owned()),
            ("Verkställda", number(it.executed), "under kvartalet".to_owned()),
            ("Avslutade", number(it.closed), "utan att verkställas".to_owned()),
        ]
    }

    fn by_insats(&self) -> impl Iterator<Item = InsatsRow> + '_ {
        self.view.report.by_insats.iter().map(InsatsRow::of)
    }

    fn sum(&self) -> InsatsRow {
        InsatsRow::sum(self.view)
    }

    fn causes(&self) -> impl Iterator<Item = &'static str> {
        Orsak::ALL.iter().map(|it| it.swedish())
    }

    fn marks(&self) -> impl Iterator<Item = &'static str> {
        Mark::ALL.iter().map(|it| it.swedish())
    }

    fn quality(&self) -> impl Iterator<Item = QualityRow> + '_ {
        self.view.report.quality.iter().map(|it| QualityRow::of(self.view, it))
    }

    fn flows(&self) -> impl Iterator<Item = FlowRow> + '_ {
        self.view.report.reconciliation.iter().map(FlowRow::of)
    }

    fn history(&self) -> impl Iterator<Item = Vec<String>> + '_ {
        self.view.report.history.iter().map(|it| {
            let mut row =
                vec![clean_line(&it.kvartal).into_owned(), number(it.reported), number(it.ended), number(it.open)];
            row.extend(self.insatser.iter().map(|(key, _)| {
                let open = it.by_insats.iter().find(|(known, _)| known == key);
                open.map_or_else(|| "–".to_owned(), |(_, open)| number(*open))
            }));
            row
        })
    }

    fn cases(&self) -> impl Iterator<Item = CaseRow> + '_ {
        self.view.report.lines.iter().take(SHOWN).map(|it| CaseRow::of(self.view, it))
    }

    fn findings(&self) -> impl Iterator<Item = FindingRow> + '_ {
        self.view.findings_in_order().into_iter().take(SHOWN).map(|it| FindingRow::of(self.view, it))
    }

    fn shown_left_out(&self) -> impl Iterator<Item = &LeftOut> {
        self.left_out.iter().take(SHOWN)
    }

    /// Said above a list that is shown in part.
    fn cut(&self, count: usize, tab: &str) -> String {
        if count <= SHOWN {
            return String::new();
        }
        format!(
            "Här visas de första {} av {}. Hela listan står i rapport.xlsx, bladet {tab}, och i report.json.",
            number(i64::try_from(SHOWN).unwrap_or(0)),
            number(i64::try_from(count).unwrap_or(i64::MAX))
        )
    }

    /// Whether a list of that length stands open from the start.
    fn is_open(&self, count: usize) -> bool {
        count <= OPEN
    }

    fn count(&self, count: usize) -> String {
        number(i64::try_from(count).unwrap_or(i64::MAX))
    }

    fn clean(&self, text: &str) -> String {
        clean_line(text).into_owned()
    }

    fn files(&self) -> impl Iterator<Item = [String; 5]> + '_ {
        self.view.report.files.iter().map(|it| {
            let use_of_it = match (it.readable, it.superseded) {
                (false, _) => "Gick inte att läsa",
                (true, true) => "Ersatt av en nyare",
                (true, false) => "Räknas",
            };
            [
                clean_line(&it.name).into_owned(),
                it.utforare.map_or_else(|| "–".to_owned(), |at| self.view.utforare_name(at).to_owned()),
                it.received.map(|it| it.format("%Y-%m-%d %H:%M").to_string()).unwrap_or_default(),
                use_of_it.to_owned(),
                it.sha256.clone(),
            ]
        })
    }

    fn last_day(&self) -> String {
        date(self.view.report.head.last_day)
    }
}

fn upper_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::super::fixture;

    fn page(round: &fixture::Round) -> String {
        let mut out = Vec::new();
        super::write(&mut out, &round.view()).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_page_stands_on_its_own() {
        let page = page(&fixture::round());
        assert!(page.starts_with("<!doctype html>\n<html lang=\"sv\">"));
        for needle in ["http://", "https://", "<script", "@import", " src="] {
            assert!(!page.contains(needle), "{needle}");
        }
        assert_eq!(page.matches("url(").count(), page.matches("url(#").count());
    }

    #[test]
    fn every_table_has_a_caption_and_every_heading_a_scope() {
        let page = page(&fixture::round());
        let (_, page) = page.split_once("</style>").unwrap();
        assert_eq!(page.matches("<table").count(), page.matches("<caption").count());
        assert_eq!(page.matches("<th").count() - page.matches("<thead").count(), page.matches("scope=").count());
        for landmark in ["<header", "<main id=\"innehall\"", "<footer", "<nav", "href=\"#innehall\""] {
            assert!(page.contains(landmark), "{landmark}");
        }
    }

    #[test]
    fn a_failed_check_stands_before_the_figures() {
        let mut round = fixture::round();
        assert!(!page(&round).contains("class=\"alarm\""));
        round.report.reconciliation.last_mut().unwrap().holds = false;
        round.report.checks[0].holds = false;
        let page = page(&round);
        let alarm = page.find("class=\"alarm\"").expect("larmet");
        assert!(alarm < page.find("class=\"figures\"").expect("nyckeltalen"));
        assert!(page.contains("Orsakerna summerar till öppna ärenden: 7 = 7"));
    }

    #[test]
    fn a_long_list_says_how_much_is_shown_and_where_the_rest_is() {
        let page = page(&fixture::long(2500));
        assert!(page.contains("Här visas de första 2\u{a0}000 av 2\u{a0}500."), "texten saknas");
        assert!(page.contains("<td>2000</td>") || page.contains(">2\u{a0}000<"), "rad 2000 saknas");
        assert!(!page.contains(">2\u{a0}001<"));
    }

    #[test]
    fn the_same_report_gives_the_same_bytes() {
        let round = fixture::round();
        assert_eq!(page(&round), page(&round));
    }

    #[test]
    fn an_empty_report_is_still_a_page() {
        let page = page(&fixture::empty());
        assert!(page.contains("okänt kvartal") && page.ends_with("</html>\n"));
    }
}
