//! The findings of one version as a workbook of its own: one row per finding, to sort, filter and print.
//!
//! Goes in: a version, the rules' words and what it is called. Comes out: the bytes of an .xlsx. Guaranteed: nothing is
//! left out; no text from outside is a formula; the same version gives the same bytes.

use std::io::Write;

use rust_xlsxwriter::{DocProperties, Workbook as Written};

use crate::merge::version::Version;
use crate::model::{Quarter, Severity};

use super::answer::{Item, item};
use super::print::{clean_line, counted, list};
use super::rewrite::sample;
use super::xlsx::{Heading, Looks, Paper, Side};
use super::{RenderError, Voice};

const HEADING: u32 = 3;

/// The columns of a list of findings.
pub(super) const COLUMNS: &[Heading<'_>] = &[
    ("Allvar", 10.0, Side::Left),
    ("Var", 18.0, Side::Left),
    ("Ert nr", 9.0, Side::Left),
    ("Kolumn", 20.0, Side::Left),
    ("Det står", 20.0, Side::Left),
    ("Vad som är fel", 42.0, Side::Left),
    ("Väntat", 26.0, Side::Left),
    ("Gör så här", 46.0, Side::Left),
    ("Regel", 9.0, Side::Left),
];

/// What the list is about.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    pub utforare: &'a str,
    pub quarter: Quarter,
    /// Number of the version.
    pub version: u32,
}

/// Writes the workbook.
pub fn write<W: Write>(
    mut out: W,
    version: Version<'_>,
    voice: Voice<'_>,
    about: About<'_>,
) -> Result<(), RenderError> {
    let mut written = Written::new();
    let title = format!("Avvikelser, version {}, {}", about.version, about.quarter.in_words());
    written.set_properties(
        &DocProperties::new()
            .set_title(&title)
            .set_subject(clean_line(about.utforare))
            .set_author("Kvartal")
            .set_creation_datetime(&about.quarter.last_day())
            .set_custom_property("Språk", "sv-SE"),
    );
    let looks = Looks::new();
    let mut paper = Paper::new(written.add_worksheet(), &looks)?;
    let subtitle = format!("{} · {}", clean_line(about.utforare), in_words(version));
    paper.head("Avvikelser", &title, &subtitle)?;
    paper.columns(HEADING, COLUMNS, 2)?;
    let order = version.heaviest_first();
    for (row, at) in (HEADING + 1..).zip(&order) {
        let it = item(version, voice, *at);
        line(&mut paper, row, &it, &it.place)?;
    }
    paper.filter(HEADING, order.len(), COLUMNS.len())?;
    out.write_all(&written.save_to_buffer()?)?;
    out.flush()?;
    Ok(())
}

/// Writes one finding in [`COLUMNS`]; `place` is what its cell is called where the list is read.
pub(super) fn line(paper: &mut Paper<'_>, row: u32, it: &Item, place: &str) -> Result<(), RenderError> {
    paper.say(row, 0, it.severity.swedish(), &sample(it.severity))?;
    paper.wrap(row, 1, if place.is_empty() { "Hela filen" } else { place })?;
    paper.text(row, 2, &it.number)?;
    paper.wrap(row, 3, &it.heading)?;
    paper.wrap(row, 4, &it.shown)?;
    paper.wrap(row, 5, &it.message)?;
    paper.wrap(row, 6, it.expected.as_deref().unwrap_or(""))?;
    paper.wrap(row, 7, &it.remedy)?;
    paper.text(row, 8, &it.rule)?;
    paper.end_row(row)
}

/// `2 fel att rätta, 1 fråga att svara på och 3 notiser.`
pub(super) fn in_words(version: Version<'_>) -> String {
    let findings = &version.review.findings;
    let count = |severity| findings.iter().filter(|it| it.severity == severity).count();
    let parts: Vec<String> = [
        (Severity::Fel, "fel att rätta", "fel att rätta"),
        (Severity::Fraga, "fråga att svara på", "frågor att svara på"),
        (Severity::Notis, "notis", "notiser"),
    ]
    .into_iter()
    .filter(|it| count(it.0) > 0)
    .map(|(severity, one, many)| counted(count(severity), one, many))
    .collect();
    if parts.is_empty() {
        return "Inget att anmärka på.".to_owned();
    }
    format!("{}.", list(&parts.iter().map(String::as_str).collect::<Vec<_>>()))
}

#[cfg(test)]
mod tests {
    use calamine::{Reader, Xlsx, open_workbook_from_rs};

    use super::*;
    use crate::merge::version::fixture;

    fn bytes(table: &str) -> Vec<u8> {
        let read = fixture::read(table);
        let voice = Voice { insatser: fixture::insatser(), rules: fixture::catalogue() };
        let about = About { utforare: "=Solsidan", quarter: fixture::quarter(), version: 3 };
        let mut out = Vec::new();
        write(&mut out, read.version(), voice, about).unwrap();
        out
    }

    const TABLE: &str = "Löpnr|Kön|Beslutsdatum|Insats|Beslutet verkställt|Orsak\n017|Man|2023-05-04|9 § 3|=1+1|Tackat nej\n8507099805|Man|2023-05-04|9 § 3||Tackat nej";

    #[test]
    fn one_row_per_finding_with_everything_that_is_needed_to_mend_it() {
        let mut book: Xlsx<_> = open_workbook_from_rs(std::io::Cursor::new(bytes(TABLE))).unwrap();
        let range = book.worksheet_range("Avvikelser").unwrap();
        let rows: Vec<Vec<String>> =
            range.rows().skip(4).map(|it| it.iter().map(ToString::to_string).collect()).collect();
        assert_eq!(rows.len(), 3);
        assert!(rows.iter().any(|it| it[2] == "017" && it[1] == "Blad1!E2" && it[4] == "=1+1" && it[8] == "LA030"));
        assert!(rows.iter().any(|it| it[8] == "IN001" && it[4] == "••••••-••••"), "{rows:?}");
        assert!(!rows.iter().flatten().any(|it| it.contains("9805")));
        assert_eq!(book.worksheet_formula("Avvikelser").unwrap().used_cells().count(), 0);
    }

    #[test]
    fn a_version_without_findings_says_so() {
        let mut book: Xlsx<_> = open_workbook_from_rs(std::io::Cursor::new(bytes(
            "Löpnr|Kön|Beslutsdatum|Insats|Orsak\n1|Man|2023-05-04|9 § 3|Tackat nej",
        )))
        .unwrap();
        let range = book.worksheet_range("Avvikelser").unwrap();
        assert!(range.get_value((1, 0)).is_some_and(|it| it.to_string().ends_with("Inget att anmärka på.")));
    }

    #[test]
    fn the_same_version_gives_the_same_bytes() {
        assert_eq!(bytes(TABLE), bytes(TABLE));
    }
}
