//! The sheet Så här fyller ni i: the whole instruction on one page, with a worked example.
//!
//! Goes in: a [`Blank`]. Comes out: the second sheet. Guaranteed: no row of it looks like a heading row of a report,
//! so the example is never read as a case.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Worksheet};

use crate::model::words::CLOSING_REASONS;
use crate::model::{Field, Kon};
use crate::render::RenderError;
use crate::render::print::{clean_line, date_in_words, wrapped};

use super::Blank;
use super::table::columns;

pub(super) fn fill(sheet: &mut Worksheet, blank: &Blank<'_>) -> Result<(), RenderError> {
    sheet.set_name("Så här fyller ni i")?;
    sheet.set_column_width(0, 34)?.set_column_width(1, 78)?.set_column_width(2, 30)?;
    sheet.set_screen_gridlines(false);
    sheet.set_paper_size(9).set_landscape().set_print_fit_to_pages(1, 1);
    let title = Format::new().set_bold().set_font_size(16).set_font_color(Color::RGB(0x1F_4E5F));
    let head = Format::new().set_bold().set_font_size(12).set_font_color(Color::RGB(0x1F_4E5F));
    let top = Format::new().set_align(FormatAlign::Top);
    let mut row = 0;
    sheet.write_string_with_format(row, 0, "Så här fyller ni i", &title)?;
    sheet.set_row_height(row, 24)?;
    row += 2;
    for (name, sentences) in sections(blank) {
        sheet.write_string_with_format(row, 0, name, &head)?;
        row += 1;
        for sentence in sentences {
            sheet.write_string_with_format(row, 0, sentence, &top)?;
            row += 1;
        }
        row += 1;
    }
    sheet.write_string_with_format(row, 0, "Kolumn för kolumn, med ett exempel", &head)?;
    let labels = Format::new()
        .set_bold()
        .set_font_color(Color::White)
        .set_background_color(Color::RGB(0x1F_4E5F))
        .set_border_bottom(FormatBorder::Thin);
    let line = Format::new()
        .set_text_wrap()
        .set_align(FormatAlign::Top)
        .set_border_bottom(FormatBorder::Thin)
        .set_border_bottom_color(Color::RGB(0xC3_CDD2));
    row += 1;
    for (col, name) in (0u16..).zip(["Det här ska stå", "Så här gör ni", "Exempel"]) {
        sheet.write_string_with_format(row, col, name, &labels)?;
    }
    for column in columns(blank).iter().filter(|it| it.field != Field::Nyckel) {
        row += 1;
        sheet.write_string_with_format(row, 0, column.field.swedish(), &line.clone().set_bold())?;
        sheet.write_string_with_format(row, 1, column.help(), &line)?;
        let example = example(column.field, blank).unwrap_or_else(|| "(tomt)".to_owned());
        let lines = wrapped(column.help(), 76).len().max(wrapped(&example, 28).len());
        sheet.write_string_with_format(row, 2, example, &line)?;
        sheet.set_row_height(row, f64::from(u32::try_from(lines).unwrap_or(1)) * 15.0 + 3.0)?;
    }
    Ok(())
}

fn sections(blank: &Blank<'_>) -> Vec<(&'static str, Vec<String>)> {
    let quarter = blank.quarter;
    let end = date_in_words(quarter.last_day());
    vec![
        (
            "Vad ska rapporteras?",
            vec![
                format!("Beslut som inte har verkställts inom tre månader, räknat till och med den {end}."),
                "Insatser som har avbrutits och inte kommit igång igen inom tre månader.".to_owned(),
                "Ärenden som ni rapporterade som öppna förra kvartalet, ända tills de är verkställda eller avslutade."
                    .to_owned(),
                "Ett beslut som verkställdes inom tre månader ska inte vara med.".to_owned(),
            ],
        ),
        (
            "Så här gör ni",
            vec![
                "1. Gå igenom raderna som redan är ifyllda. Skriv datum om beslutet har verkställts eller avslutats."
                    .to_owned(),
                "2. Lägg till nya ärenden på de tomma raderna. En rad per beslut eller avbrott.".to_owned(),
                "3. Välj exakt en orsak för varje ärende som fortfarande är öppet.".to_owned(),
                "4. Ta inte bort rader från förra kvartalet. Är något fel, skriv det under Skäl.".to_owned(),
                "5. En cell som blir röd kan inte stämma. En gul cell saknar något som behövs.".to_owned(),
                format!(
                    "6. Spara och skicka filen till {}, {}{}.",
                    clean_line(blank.namnd),
                    clean_line(blank.kommun),
                    blank.due()
                ),
            ],
        ),
        (
            "Tänk på",
            vec![
                "Skriv aldrig namn, personnummer, telefonnummer eller diagnoser.".to_owned(),
                "Att den enskilde tackar nej avslutar inte beslutet. Rapportera det så länge beslutet gäller."
                    .to_owned(),
                "Är bara en del av insatsen igång är ärendet fortfarande öppet. Välj Ja under Delvis verkställt."
                    .to_owned(),
                "Har ni inga ärenden alls, lämna tabellen tom och säg det när ni skickar filen.".to_owned(),
                "Bladet är skyddat utan lösenord. Skyddet tas bort under Granska i Excel om ni behöver det.".to_owned(),
            ],
        ),
    ]
}

/// One worked case: a woman whose insats was granted in spring and who waits for staff.
fn example(field: Field, blank: &Blank<'_>) -> Option<String> {
    let start = blank.quarter.previous().previous().first_day();
    match field {
        Field::Kon => Some(Kon::Kvinna.swedish().to_owned()),
        Field::Insats => blank.names().first().map(|it| (*it).to_owned()),
        Field::Lagrum => Some("LSS".to_owned()),
        Field::Beslutsdatum => Some(start.to_string()),
        Field::Delvis => Some("Nej".to_owned()),
        Field::Orsak => {
            blank.causes().iter().rev().nth(2).or(blank.causes().first()).map(|it| format!("”{}”", it.swedish()))
        }
        Field::Skal => Some("Ingen sökande har passat ännu.".to_owned()),
        Field::Atgarder => Some("Annonserat två gånger, nytt försök i januari.".to_owned()),
        Field::Avslutsorsak => Some(format!("(tomt – annars till exempel {})", CLOSING_REASONS[1])),
        _ => None,
    }
}
