//! `kvartal template`: the workbook one utförare gets, with last quarter's open cases already in it.
//!
//! Goes in: [`Blank`]: for whom, which quarter, which cases. Comes out: the bytes of an .xlsx. Guaranteed: its headings
//! are the names of our fields, so it is read back without a guess; the same input gives the same bytes; what people
//! fill in is unlocked, and the protection has no password.

mod guide;
mod lists;
mod table;

use std::io::Write;

use chrono::NaiveDate;
use rust_xlsxwriter::{DocProperties, Workbook};

use crate::judge::KnownCase;
use crate::merge::report::Line;
use crate::model::{InsatsId, Insatser, Kon, Lag, Lagrum, Orsak, Quarter, StartKind, Utforare};

use super::RenderError;
use super::print::{clean_line, date_in_words};

/// Raised when the sheets' layout changes.
pub const VERSION: &str = "1";

/// Everything a template is made from.
#[derive(Debug, Clone)]
pub struct Blank<'a> {
    pub kommun: &'a str,
    pub namnd: &'a str,
    pub quarter: Quarter,
    /// Last day for the utförare, inclusive.
    pub last_day: Option<NaiveDate>,
    pub utforare: &'a Utforare,
    pub catalogue: &'a Insatser,
    /// Insatser it reports on.
    pub insatser: &'a [InsatsId],
    /// Its cases that were open in the last report.
    pub open: &'a [OpenCase],
}

/// A case that was open in the last report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OpenCase {
    /// Comes back in the hidden column, so the case is known again.
    pub nyckel: Option<Box<str>>,
    pub kon: Option<Kon>,
    pub beslutsdatum: Option<NaiveDate>,
    pub avbrottsdatum: Option<NaiveDate>,
    pub lagrum: Option<Lagrum>,
    pub insats: Option<InsatsId>,
    pub delvis: bool,
    pub orsak: Option<Orsak>,
}

impl From<&Line> for OpenCase {
    fn from(line: &Line) -> Self {
        // A start of unknown kind is offered as the decision: that is the date every row should have.
        let unclear = if line.beslutsdatum.or(line.avbrottsdatum).is_none() { line.startdatum } else { None };
        Self {
            nyckel: line.nyckel.clone(),
            kon: line.kon,
            beslutsdatum: line.beslutsdatum.or(unclear),
            avbrottsdatum: line.avbrottsdatum,
            lagrum: line.lagrum,
            insats: line.insats,
            delvis: line.delvis,
            orsak: line.orsak,
        }
    }
}

impl From<&KnownCase> for OpenCase {
    fn from(case: &KnownCase) -> Self {
        Self {
            nyckel: case.nyckel.as_deref().map(Into::into),
            kon: case.kon,
            beslutsdatum: case.beslutsdatum,
            avbrottsdatum: case.startdatum.filter(|_| case.start_typ == StartKind::Avbrott),
            lagrum: case.lagrum,
            insats: case.insats,
            delvis: case.delvis,
            orsak: case.orsak,
        }
    }
}

impl Blank<'_> {
    fn names(&self) -> Vec<&str> {
        let all = self.catalogue.all().filter(|(id, _)| self.insatser.contains(id));
        all.map(|(_, it)| it.name.as_str()).collect()
    }

    fn name(&self, id: InsatsId) -> Option<&str> {
        self.catalogue.all().find(|(it, _)| *it == id).map(|(_, it)| it.name.as_str())
    }

    /// Whether the name of an insats alone does not tell the law, so that the sheet must ask.
    fn asks_for_law(&self) -> bool {
        let mut laws = self.catalogue.all().filter(|(id, _)| self.insatser.contains(id)).map(|(_, it)| it.lag);
        let first: Option<Lag> = laws.next();
        laws.any(|it| Some(it) != first)
    }

    /// Causes that can apply to any of its insatser.
    fn causes(&self) -> Vec<Orsak> {
        let can = |cause: &Orsak| {
            let mut its = self.catalogue.all().filter(|(id, _)| self.insatser.contains(id));
            its.any(|(_, it)| it.orsaker.contains(cause))
        };
        Orsak::ALL.iter().copied().filter(can).collect()
    }

    fn due(&self) -> String {
        self.last_day.map_or_else(String::new, |it| format!(" senast den {}", date_in_words(it)))
    }
}

/// Writes the workbook.
pub fn write<W: Write>(mut out: W, blank: &Blank<'_>) -> Result<(), RenderError> {
    let mut workbook = Workbook::new();
    workbook.set_properties(
        &DocProperties::new()
            .set_title(format!("Rapport om ej verkställda beslut, {}", blank.quarter.in_words()))
            .set_subject(clean_line(blank.namnd))
            .set_company(clean_line(blank.kommun))
            .set_author("Kvartal")
            .set_creation_datetime(&blank.quarter.last_day())
            .set_custom_property("mall_version", VERSION)
            .set_custom_property("utforare", blank.utforare.id.as_str())
            .set_custom_property("kvartal", blank.quarter.to_string())
            .set_custom_property("Språk", "sv-SE"),
    );
    table::fill(workbook.add_worksheet(), blank)?;
    guide::fill(workbook.add_worksheet(), blank)?;
    lists::fill(workbook.add_worksheet(), blank)?;
    out.write_all(&workbook.save_to_buffer()?)?;
    out.flush()?;
    Ok(())
}

#[cfg(test)]
pub(super) mod tests;
