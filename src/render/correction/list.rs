//! The sheet ”Att rätta”: every finding with a link to its cell, the hard faults first.
//!
//! Goes in: a [`Correction`] and the names its sheets have in the copy. Comes out: the first sheet. Guaranteed: nothing
//! is left out; the severity stands as a word; the links stay right when rows are sorted in the list.

use rust_xlsxwriter::{Format, Url};

use crate::merge::version::Version;
use crate::model::place::column_letters;
use crate::model::{Place, Severity};
use crate::render::RenderError;
use crate::render::answer::item;
use crate::render::findings_xlsx::{COLUMNS, in_words, line};
use crate::render::print::clean;
use crate::render::rewrite::{is_inside, sample};
use crate::render::xlsx::Paper;
use crate::sheet::Visibility;
use crate::sheet::correction_copy::{FINDINGS_TAB, FINDINGS_TITLE};

use super::Correction;
use super::marks::{self, Marks};

/// More links than this on a sheet and Excel calls the workbook damaged.
const LINKS_MOST: u32 = 60_000;
/// Row of the headings, zero-based.
const HEADING: u32 = 9;

pub(super) fn fill(
    paper: &mut Paper<'_>,
    correction: &Correction<'_>,
    names: &[String],
    marks: &Marks,
) -> Result<(), RenderError> {
    head(paper, correction, marks)?;
    paper.columns(HEADING, COLUMNS, 2)?;
    let version = correction.version;
    let order = version.heaviest_first();
    for (row, at) in (HEADING + 1..).zip(&order) {
        let finding = &version.review.findings[*at];
        let spot = marks::spot(version, finding).filter(|it| is_inside(it.1, it.2));
        let mut place = place(names, finding.place);
        place.push_str(spot.map_or("", |it| out_of_sight(version, it)));
        line(paper, row, &item(version, correction.voice, *at), &place)?;
        if let Some(spot) = spot.filter(|_| row - HEADING <= LINKS_MOST) {
            link(paper, row, &place, spot, names)?;
        }
    }
    paper.filter(HEADING, order.len(), COLUMNS.len())
}

/// Title, how many of each, how one goes about it, and what the marks look like.
fn head(paper: &mut Paper<'_>, correction: &Correction<'_>, marks: &Marks) -> Result<(), RenderError> {
    let of = correction.of;
    let subtitle = format!("{} · {} · version {}", clean(correction.utforare), of.quarter.in_words(), of.version);
    paper.head(FINDINGS_TAB, FINDINGS_TITLE, &subtitle)?;
    let bold = Format::new().set_bold();
    paper.say(2, 0, &in_words(correction.version), &bold)?;
    let note = paper.looks.note.clone();
    let mut how = "Klicka på platsen för att komma till cellen. Rätta direkt i bladen, spara och lämna in filen igen. Det här bladet, färgerna och våra kommentarer tar vi bort själva.".to_owned();
    if marks.without_note > 0 {
        how.push_str(" Alla celler fick inte plats med en kommentar; läs då här vad som är fel.");
    }
    paper.say(3, 0, &how, &note)?;
    paper.say(4, 0, "Så här är cellerna märkta:", &note)?;
    for (row, severity, words) in [
        (5, Severity::Fel, "Måste rättas. Fet text och kraftig ram."),
        (6, Severity::Fraga, "Kan vara rätt. Rätta eller svara när ni lämnar in. Streckad ram."),
        (7, Severity::Notis, "Bra att veta. Prickad ram."),
    ] {
        paper.say(row, 0, severity.swedish(), &sample(severity))?;
        paper.say(row, 1, words, &note)?;
    }
    Ok(())
}

/// `Beslut!F12`, with the name the sheet has in the copy.
fn place(names: &[String], place: Place) -> String {
    place.in_words(place.sheet.and_then(|it| names.get(usize::from(it))).map_or("", String::as_str))
}

/// A link leads to a hidden cell without showing it.
fn out_of_sight(version: Version<'_>, (sheet, row, col): marks::Spot) -> &'static str {
    let Some(sheet) = version.workbook.sheets.get(usize::from(sheet)) else { return "" };
    match () {
        () if sheet.visibility != Visibility::Visible => " (dolt blad)",
        () if !sheet.filtered && sheet.row_is_hidden(row) => " (dold rad)",
        () if sheet.col_is_hidden(col) => " (dold kolumn)",
        () => "",
    }
}

fn link(
    paper: &mut Paper<'_>,
    row: u32,
    place: &str,
    (sheet, at, col): marks::Spot,
    names: &[String],
) -> Result<(), RenderError> {
    let Some(name) = names.get(usize::from(sheet)) else { return Ok(()) };
    // An apostrophe in a sheet's name is written twice.
    let target = format!("internal:'{}'!{}{}", name.replace('\'', "''"), column_letters(col), at + 1);
    let format =
        paper.looks.wrap.clone().set_font_color(0x1F_4E9F).set_underline(rust_xlsxwriter::FormatUnderline::Single);
    let url = Url::new(target).set_text(place).set_tip("Gå till cellen");
    paper.sheet.write_url_with_format(row, 1, url, &format)?;
    Ok(())
}
