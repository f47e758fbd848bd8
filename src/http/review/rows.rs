//! What was read, row by row: findings, last quarter's row and the register's beside it, and what was decided.
//!
//! Goes in: a version with its report, and the round. Comes out: [`RowCard`]s in the order of the sheet, and the findings
//! that belong to no row. Guaranteed: pure; each finding stands in exactly one place; texts are cleaned and masked.

use std::collections::HashMap;

use crate::desk::earlier::{EarlierRow, decided};
use crate::desk::figures::{Made, Reviewed};
use crate::desk::work::told;
use crate::http::completion::{standing, title};
use crate::http::when::moment;
use crate::judge::{Case, KnownCase};
use crate::merge::report::PlacedFinding;
use crate::model::{Insatser, Severity, StartKind};
use crate::render::print::{clean, clean_line, date};
use crate::store::attempt::Attempt;
use crate::store::contents::Contents;
use crate::store::review::DecisionRow;

use super::Names;

/// One finding, short: the one who reviews wants to see what, not how it is mended.
#[derive(Debug, Clone, Default)]
pub struct Card {
    pub id: String,
    pub severity_key: &'static str,
    pub severity: &'static str,
    pub cell: String,
    pub sheet: String,
    pub field: String,
    pub shown: String,
    pub message: String,
    pub rule: String,
    pub href: String,
    /// What the utförare answered.
    pub replies: Vec<Said>,
    /// A case that should be in the sheet and is not.
    pub is_missing: bool,
}

/// Something somebody said.
#[derive(Debug, Clone)]
pub struct Said {
    pub who: String,
    pub when: String,
    pub text: String,
}

/// One field now, in the last report and in the register.
#[derive(Debug, Clone)]
pub struct Compared {
    pub label: &'static str,
    pub now: String,
    /// Text, and whether it differs from now; `None` when there is no such row.
    pub last: Option<(String, bool)>,
    pub registered: Option<(String, bool)>,
}

/// One row with all there is to say about it.
#[derive(Debug, Clone)]
pub struct RowCard {
    /// `0-12`: sheet from 0, row as Excel shows it.
    pub key: String,
    pub sheet_at: u16,
    pub sheet: String,
    pub row: u32,
    pub what: String,
    pub standing_key: &'static str,
    pub standing: &'static str,
    /// Why it does not count.
    pub why: String,
    /// ”Undantagen av Anna den …: skäl”; empty when nobody decided.
    pub decided: String,
    /// Number of the newest decision, taken back ones too.
    pub seen: i64,
    pub can_undo: bool,
    pub compared: Vec<Compared>,
    /// The row answers a case of the last report, or of the register.
    pub in_last: bool,
    pub in_register: bool,
    pub findings: Vec<Card>,
    /// (href, title, state)
    pub completions: Vec<(String, String, &'static str)>,
    /// Something here needs a look.
    pub wants: bool,
    // What was typed, when a form comes back.
    pub typed: String,
    pub reason: String,
    pub ticked: bool,
    pub error: String,
}

impl RowCard {
    pub fn chosen(&self, key: &str) -> bool {
        self.typed == key
    }

    pub fn options(&self) -> Vec<(String, String, String, bool)> {
        let mut all = vec![("", "Låt stå"), ("medrakna", "Medräkna"), ("undanta", "Undanta")];
        if self.can_undo {
            all.push(("upphavd", "Ångra beslutet"));
        }
        all.push(("fraga", "Fråga utföraren"));
        let option = |(key, label): (&str, &str)| (key.to_owned(), label.to_owned(), String::new(), self.chosen(key));
        all.into_iter().map(option).collect()
    }
}

/// Sheet and row of a key such as `0-12`.
pub fn place_of(key: &str) -> Option<(u16, u32)> {
    let (sheet, row) = key.split_once('-')?;
    Some((sheet.parse().ok()?, row.parse().ok()?))
}

/// Rows and the findings that belong to no row.
pub struct Rows {
    pub rows: Vec<RowCard>,
    pub whole: Vec<Card>,
}

/// What a version came to.
pub struct Shown<'a> {
    pub made: &'a Made,
    pub reviewed: &'a Reviewed,
    pub attempt: &'a Attempt,
    pub names: &'a Names,
    /// Rows of earlier versions that something was said about.
    pub earlier: &'a [EarlierRow],
}

impl Shown<'_> {
    fn contents(&self) -> &Contents {
        &self.made.context.contents
    }

    /// Everything said and read about the version.
    pub fn rows(&self) -> Rows {
        let mut of_row: HashMap<(u16, u32), Vec<Card>> = HashMap::new();
        let mut whole = Vec::new();
        let cases = &self.reviewed.review.cases;
        let is_case = |at: (u16, u32)| cases.binary_search_by_key(&at, |it| (it.sheet, it.row)).is_ok();
        let mut findings: Vec<&PlacedFinding> = told(self.made).collect();
        findings.sort_by_key(|it| (it.finding.place, std::cmp::Reverse(it.finding.severity), it.finding.rule));
        for (at, it) in findings.into_iter().enumerate() {
            let card = self.card(it, at + 1);
            match it.finding.place.sheet.zip(it.finding.place.row) {
                Some(place) if it.file.is_some() && is_case(place) => of_row.entry(place).or_default().push(card),
                _ => whole.push(card),
            }
        }
        let standings = Standings::of(self.made);
        let before: HashMap<usize, _> =
            decided(self.earlier, &self.made.context).into_iter().map(|it| (it.0.case, it)).collect();
        let rows = cases.iter().enumerate().map(|(at, it)| {
            let cards = of_row.remove(&(it.sheet, it.row)).unwrap_or_default();
            self.row(&standings, (at, it), before.get(&at).copied(), cards)
        });
        Rows { rows: rows.collect(), whole }
    }

    fn sheet(&self, at: u16) -> String {
        self.reviewed.info.sheets.get(usize::from(at)).map_or_else(String::new, |it| clean_line(it).into_owned())
    }

    fn card(&self, it: &PlacedFinding, nr: usize) -> Card {
        let place = it.finding.place;
        let words = self.made.voice().rules.texts(&it.finding);
        let rules = self.made.voice().rules;
        let in_file = it.file.is_some();
        let field = match it.finding.field {
            Some(field) => field.swedish().to_owned(),
            None => rules.headline(it.finding.rule).to_owned(),
        };
        let raw_sheet = place.sheet.and_then(|at| self.reviewed.info.sheets.get(usize::from(at)));
        let row = place.row.map(|it| i64::from(it) + 1);
        let replies = self.contents().replies.iter().filter(|said| {
            said.attempt_id == self.attempt.id
                && said.rule == rules.rule_id(it.finding.rule)
                && (said.sheet.is_none() || (said.sheet.as_ref() == raw_sheet && said.row == row))
        });
        Card {
            id: format!("a{nr}"),
            severity_key: it.finding.severity.key(),
            severity: it.finding.severity.swedish(),
            cell: place.address().filter(|_| in_file).unwrap_or_default(),
            sheet: place
                .sheet
                .filter(|_| in_file && self.reviewed.info.sheets.len() > 1)
                .map(|it| self.sheet(it))
                .unwrap_or_default(),
            field,
            shown: it.finding.shown.as_deref().map(|it| clean_line(it).into_owned()).unwrap_or_default(),
            message: clean(&words.message).into_owned(),
            rule: rules.rule_id(it.finding.rule).to_owned(),
            href: match (place.sheet, place.row, place.col) {
                (Some(sheet), Some(row), Some(col)) if in_file => format!("#c-{sheet}-{}-{col}", row + 1),
                _ => String::new(),
            },
            replies: replies
                .map(|it| Said {
                    who: self.names.of(&it.person_id),
                    when: moment(it.at),
                    text: clean(&it.text).into_owned(),
                })
                .collect(),
            is_missing: !in_file && it.finding.severity != Severity::Notis,
        }
    }

    fn row(
        &self,
        standings: &Standings,
        (at, case): (usize, &Case),
        before: Option<(&EarlierRow, &DecisionRow)>,
        findings: Vec<Card>,
    ) -> RowCard {
        let contents = self.contents();
        let insatser = &self.made.context.library.insatser;
        let basis = &self.made.context.basis;
        let nr = i64::from(case.row) + 1;
        let raw_sheet = self.reviewed.info.sheets.get(usize::from(case.sheet)).cloned().unwrap_or_default();
        let of_row = |sheet: &str, row: i64| sheet == raw_sheet && row == nr;
        let newest =
            contents.decisions.iter().rfind(|it| it.attempt_id == self.attempt.id && of_row(&it.sheet, it.row));
        let standing_now = standings.of_row(case);
        let asked = contents.completions.iter().filter(|it| {
            let here = it.attempt_id.as_ref() == Some(&self.attempt.id)
                && it.sheet.as_deref() == Some(raw_sheet.as_str())
                && it.row == Some(nr);
            here || self.earlier.iter().any(|row| row.case == at && row.is_asked_in(it))
        });
        let completions: Vec<_> =
            asked.map(|it| (format!("/komplettering/{}", it.id), title(contents, it), standing(it).1)).collect();
        let last = case.last.and_then(|hit| Some(basis.previous.as_ref()?.report.known.get(hit.case)));
        let registered = case.registered.and_then(|hit| Some(basis.register.as_ref()?.get(hit.case)));
        let stands = newest.filter(|it| it.decision != "upphavd");
        let serious = |it: &Card| it.severity_key != Severity::Notis.key();
        RowCard {
            key: format!("{}-{nr}", case.sheet),
            sheet_at: case.sheet,
            sheet: if self.reviewed.info.sheets.len() > 1 { self.sheet(case.sheet) } else { String::new() },
            row: case.row + 1,
            what: about(case, insatser),
            standing_key: standing_now.0,
            standing: standing_now.1,
            why: standing_now.2,
            decided: self.decided(newest, before),
            seen: newest.map_or(0, |it| it.nr),
            can_undo: stands.is_some(),
            in_last: last.is_some(),
            in_register: registered.is_some(),
            compared: compared(case, last, registered, insatser),
            wants: findings.iter().any(serious)
                || stands.is_some()
                || newest.is_none() && before.is_some()
                || standing_now.0 != "medrakna"
                || !completions.is_empty(),
            findings,
            completions,
            typed: String::new(),
            reason: String::new(),
            ticked: false,
            error: String::new(),
        }
    }
}

impl Shown<'_> {
    /// What was decided about a row, and where a decision comes from that was made about an earlier version.
    fn decided(&self, newest: Option<&DecisionRow>, before: Option<(&EarlierRow, &DecisionRow)>) -> String {
        let said = |it: &DecisionRow| {
            let (what, who) = (decided_in_words(&it.decision), self.names.of(&it.person_id));
            format!("{what} av {who} {}: {}", moment(it.at), clean_line(&it.reason))
        };
        match (newest, before) {
            (None, None) => String::new(),
            (Some(own), Some((row, it))) if own.at == it.at && own.person_id == it.person_id => {
                format!("{} (följde med från version {})", said(own), row.nr)
            }
            (Some(own), _) => said(own),
            (None, Some((row, it))) => {
                let why = if row.same { "" } else { "Raden har ändrats. " };
                format!("Gällde version {}: {}. {why}Avgör raden på nytt.", row.nr, said(it).trim_end_matches('.'))
            }
        }
    }
}

/// ”Medräknad”, ”Undantagen”, ”Beslutet ångrat”.
pub fn decided_in_words(key: &str) -> &'static str {
    match key {
        "medrakna" => "Medräknad",
        "undanta" => "Undantagen",
        _ => "Beslutet ångrat",
    }
}

/// Which rows count, and why others do not.
struct Standings {
    counts: std::collections::HashSet<(u16, u32)>,
    left_out: HashMap<(u16, u32), String>,
    corrections: std::collections::HashSet<(u16, u32)>,
}

impl Standings {
    fn of(made: &Made) -> Self {
        let report = &made.report;
        Self {
            counts: report.lines.iter().map(|it| (it.source.sheet, it.source.row)).collect(),
            left_out: report
                .excluded
                .iter()
                .map(|it| ((it.source.sheet, it.source.row), clean(&it.reason).into_owned()))
                .collect(),
            corrections: report.corrections.iter().map(|it| (it.source.sheet, it.source.row)).collect(),
        }
    }

    fn of_row(&self, case: &Case) -> (&'static str, &'static str, String) {
        let at = (case.sheet, case.row);
        if self.counts.contains(&at) {
            ("medrakna", "Räknas", String::new())
        } else if let Some(why) = self.left_out.get(&at) {
            ("undanta", "Räknas inte", why.clone())
        } else if self.corrections.contains(&at) {
            let why = "Ärendet slutade före kvartalet och stod öppet i förra rapporten. Det blir en rättelse.";
            ("info", "Rättelse", why.to_owned())
        } else {
            ("plain", "Räknas i ett annat uppdrag", String::new())
        }
    }
}

/// `Ledsagarservice, kvinna, avbrott 2023-06-19`, as much of it as was understood.
fn about(case: &Case, insatser: &Insatser) -> String {
    let insats = match (case.insats, &case.insats_text) {
        (Some(id), _) => Some(insatser.get(id).name.clone()),
        (None, Some(text)) => Some(format!("”{}”", clean_line(text))),
        (None, None) => None,
    };
    let start = case.start.map(|(kind, day)| format!("{} {day}", kind.swedish().to_lowercase()));
    let kon = case.kon.map(|it| it.swedish().to_lowercase());
    let parts: Vec<String> = [insats, kon, start].into_iter().flatten().collect();
    if parts.is_empty() { "raden går inte att tyda".to_owned() } else { parts.join(", ") }
}

fn start_in_words(start: Option<(StartKind, chrono::NaiveDate)>) -> String {
    start.map_or_else(String::new, |(kind, day)| format!("{day} {}", kind.swedish().to_lowercase()))
}

fn compared(
    case: &Case,
    last: Option<&KnownCase>,
    registered: Option<&KnownCase>,
    insatser: &Insatser,
) -> Vec<Compared> {
    let name = |id| insatser.get(id).name.clone();
    let known_end = |it: &KnownCase| match (it.slutdatum, it.verkstalld) {
        (Some(day), true) => format!("{day} verkställt"),
        (Some(day), false) => format!("{day} avslutat"),
        (None, _) if it.delvis => "Öppet, delvis verkställt".to_owned(),
        (None, _) => "Öppet".to_owned(),
    };
    let end_now = match (case.verkstalld.filter(|_| !case.delvis), case.avslutad) {
        (Some(day), _) => format!("{day} verkställt"),
        (None, Some(day)) => format!("{day} avslutat"),
        (None, None) if case.delvis => "Öppet, delvis verkställt".to_owned(),
        (None, None) => "Öppet".to_owned(),
    };
    type Read<'a> = Box<dyn Fn(&KnownCase) -> String + 'a>;
    let fields: Vec<(&'static str, String, Read<'_>)> = vec![
        (
            "Kön",
            case.kon.map_or_else(String::new, |it| it.swedish().to_owned()),
            Box::new(|it| it.kon.map_or_else(String::new, |it| it.swedish().to_owned())),
        ),
        (
            "Start",
            start_in_words(case.start),
            Box::new(|it| start_in_words(it.startdatum.map(|day| (it.start_typ, day)))),
        ),
        ("Slut", end_now, Box::new(known_end)),
        (
            "Orsak",
            case.orsak.map_or_else(String::new, |it| it.swedish().to_owned()),
            Box::new(|it| it.orsak.map_or_else(String::new, |it| it.swedish().to_owned())),
        ),
        (
            "Insats",
            case.insats
                .map(name)
                .or_else(|| case.insats_text.as_deref().map(|it| clean_line(it).into_owned()))
                .unwrap_or_default(),
            Box::new(move |it| it.insats.map(name).or_else(|| it.insats_text.clone()).unwrap_or_default()),
        ),
        ("Beslutsdatum", date(case.beslutsdatum), Box::new(|it| date(it.beslutsdatum))),
    ];
    fields
        .into_iter()
        .map(|(label, now, read)| {
            let beside = |it: Option<&KnownCase>| {
                it.map(|it| {
                    let text = read(it);
                    let differs = !text.is_empty() && text != now;
                    (text, differs)
                })
            };
            Compared { label, last: beside(last), registered: beside(registered), now }
        })
        .collect()
}
