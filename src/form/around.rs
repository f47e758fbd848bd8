//! What stands around the tables: titles, sheet names and file properties.
//!
//! Goes in: words outside the rows. Comes out: the quarter they name, the law and insats of the rows below them,
//! and whether they say that there is nothing to report.
//! Guaranteed: an instruction that mentions "inget att rapportera" is not an answer; two insatser in a title are none.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::Reading;
use super::row_reader::RowReader;
use crate::model::spelling::fold;
use crate::model::{InsatsId, Lag, Lagrum, Place, Quarter};
use crate::sheet::{CellKind, Sheet, Workbook};

/// What the words above a table say.
#[derive(Debug, Default)]
pub(super) struct Titles {
    sheet: u16,
    /// The only law they name.
    pub law: Option<Lag>,
    lines: Vec<String>,
    name: String,
}

impl Titles {
    pub(super) fn new(reading: &mut Reading, sheet: &Sheet, index: u16) -> Self {
        state_quarters(reading, &sheet.name, Place::sheet(index));
        let mut titles = Self { sheet: index, law: None, lines: Vec::new(), name: sheet.name.clone() };
        titles.law = titles.only_law();
        titles
    }

    /// Reads rows outside tables.
    pub(super) fn read_rows(
        &mut self,
        reader: &RowReader<'_>,
        reading: &mut Reading,
        sheet: &Sheet,
        rows: Range<usize>,
    ) {
        for at in rows {
            let Some((number, cells)) = sheet.row_at(at) else { continue };
            for cell in cells.iter().filter(|it| it.kind == CellKind::Text) {
                let text = reader.workbook.text(cell.text);
                self.line(reader, reading, text, Place::cell(self.sheet, number, cell.col));
            }
        }
        self.law = self.only_law();
    }

    /// The words under one table stand above the next.
    pub(super) fn next(&mut self, reader: &RowReader<'_>, reading: &mut Reading, notes: &[(u32, u16, String)]) {
        if !notes.is_empty() {
            self.lines.clear();
        }
        for (row, col, text) in notes {
            self.line(reader, reading, text, Place::cell(self.sheet, *row, *col));
        }
        self.law = self.only_law();
    }

    fn line(&mut self, reader: &RowReader<'_>, reading: &mut Reading, text: &str, place: Place) {
        // Long texts are explanations, not titles.
        if text.len() > 300 {
            return;
        }
        state_quarters(reading, text, place);
        if reading.nothing_to_report.is_none() && says_nothing_to_report(&reader.columns.words.nil, text) {
            reading.nothing_to_report = Some(place);
            reading.nil_text = Some(text.trim().to_owned());
        }
        if self.lines.len() < 40 {
            self.lines.push(text.to_owned());
        }
    }

    fn only_law(&self) -> Option<Lag> {
        let mut found = None;
        for text in std::iter::once(&self.name).chain(&self.lines) {
            for word in text.split(|c: char| !c.is_alphanumeric()) {
                let Some(lag) = Lag::from_word(&word.to_lowercase()).filter(|it| matches!(it, Lag::Lss | Lag::Sol))
                else {
                    continue;
                };
                if found.is_some_and(|it| it != lag) {
                    return None;
                }
                found = Some(lag);
            }
        }
        found
    }

    /// The insats of rows that have no column for it: from the sheet's name, a title, or the uppdrag.
    pub(super) fn insats(&self, reader: &RowReader<'_>, law: Option<Lag>) -> Option<InsatsId> {
        let named = reader.insatser.mentioned(&self.name, law);
        named
            .or_else(|| {
                let mut found = self.lines.iter().filter_map(|it| reader.insatser.mentioned(it, law));
                let first = found.next()?;
                found.all(|it| it == first).then_some(first)
            })
            .or(reader.hints.assumed_insats)
    }
}

fn says_nothing_to_report(phrases: &[String], text: &str) -> bool {
    let key = fold(text);
    let instruction = key.contains('?')
        || ["om ", "har ni ", "när ", "skriv ", "ange ", "markera "].iter().any(|it| key.starts_with(it));
    key.len() <= 120
        && !instruction
        && phrases.iter().any(|it| key.contains(it.as_str()))
        && Lagrum::parse(text).is_none()
}

/// Keeps every quarter a text names.
pub(super) fn state_quarters(reading: &mut Reading, text: &str, place: Place) {
    for quarter in quarters(text) {
        reading.stated_quarters.push((quarter, place));
    }
}

/// File properties can name the quarter: the template's own, or a title.
pub(super) fn properties(reading: &mut Reading, workbook: &Workbook) {
    for (_, value) in &workbook.properties {
        state_quarters(reading, value, Place::FILE);
    }
}

static NUMBER_FIRST: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:kvartal(?:et)?|kv\.?|q|k)\s*([1-4])\s*[,/\-–.]?\s*(?:år\s*)?((?:19|20)\d\d)\b").ok()
});
static YEAR_FIRST: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)\b((?:19|20)\d\d)\s*[-–/,. ]?\s*(?:kvartal|kv\.?|q|k)\s*([1-4])\b").ok());
static IN_WORDS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)\b(första|andra|tredje|fjärde)\s+kvartalet,?\s+((?:19|20)\d\d)\b").ok());
static MONTHS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(jan|apr|jul|okt)[a-z]*\.?\s*(?:-|–|—|till|t\.?o\.?m\.?)\s*(mar|jun|sep|dec)[a-z]*\.?\s+((?:19|20)\d\d)\b").ok()
});

/// The quarters a text names: "kvartal 2 2023", "2023-Q3", "tredje kvartalet 2023", "juli–september 2023".
pub(super) fn quarters(text: &str) -> Vec<Quarter> {
    let mut found: Vec<Quarter> = Vec::new();
    if !text.contains("19") && !text.contains("20") {
        return found;
    }
    let mut add = |year: &str, number: Option<u8>| {
        let quarter = number.and_then(|number| Quarter::new(year.parse().ok()?, number));
        found.extend(quarter.filter(|it| !found.contains(it)));
    };
    for hit in NUMBER_FIRST.iter().flat_map(|it| it.captures_iter(text)) {
        add(&hit[2], hit[1].parse().ok());
    }
    for hit in YEAR_FIRST.iter().flat_map(|it| it.captures_iter(text)) {
        add(&hit[1], hit[2].parse().ok());
    }
    for hit in IN_WORDS.iter().flat_map(|it| it.captures_iter(text)) {
        let names = ["första", "andra", "tredje", "fjärde"];
        let word = hit[1].to_lowercase();
        add(&hit[2], names.iter().position(|it| *it == word).and_then(|it| u8::try_from(it + 1).ok()));
    }
    for hit in MONTHS.iter().flat_map(|it| it.captures_iter(text)) {
        let number = match (hit[1].to_lowercase().as_str(), hit[2].to_lowercase().as_str()) {
            ("jan", "mar") => Some(1),
            ("apr", "jun") => Some(2),
            ("jul", "sep") => Some(3),
            ("okt", "dec") => Some(4),
            _ => None,
        };
        add(&hit[3], number);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quarters_are_found_in_titles() {
        for (text, expected) in [
            ("Ej verkställda beslut kvartal 2 2023", "2023-Q2"),
            ("Kvartal 2, 2023", "2023-Q2"),
            ("Q3 2023", "2023-Q3"),
            ("2023-Q3", "2023-Q3"),
            ("2023 kvartal 4", "2023-Q4"),
            ("Tredje kvartalet 2023", "2023-Q3"),
            ("Rapport juli–september 2023", "2023-Q3"),
            ("okt - dec 2023", "2023-Q4"),
            ("kvartal 2 2023 och kvartal 3 2023", "2023-Q2 2023-Q3"),
            ("per den 31 januari 2023", ""),
            ("Kvartal 5 2023", ""),
            ("Vecka 4 2023", ""),
        ] {
            let found: Vec<String> = quarters(text).iter().map(ToString::to_string).collect();
            assert_eq!(found.join(" "), expected, "{text}");
        }
    }

    #[test]
    fn an_instruction_is_no_answer() {
        let phrases = vec!["inget att rapportera".to_owned()];
        for (text, expected) in [
            ("Inget att rapportera", true),
            ("Vi har inget att rapportera kvartal 4.", true),
            ("Har ni inget att rapportera? Svara det.", false),
            ("Om ni har inget att rapportera skriver ni det här.", false),
            ("Inget", false),
        ] {
            assert_eq!(says_nothing_to_report(&phrases, text), expected, "{text}");
        }
    }
}
