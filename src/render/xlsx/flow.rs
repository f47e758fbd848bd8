//! Avstämning: opening cases, what happened, closing cases – with formulas that anyone can follow.
//!
//! Goes in: the flows and checks. Comes out: one sheet. Guaranteed: the calculated closing and the counted one stand
//! side by side, and a difference is red.

use rust_xlsxwriter::{Color, ConditionalFormatFormula, Format};

use crate::merge::report::Flow;
use crate::render::{RenderError, View};

use super::Paper;
use super::paper::Side::{Left, Right};
use super::paper::{Heading, rows_from};

const COLUMNS: &[Heading<'_>] = &[
    ("Insats", 36.0, Left),
    ("Ingående öppna", 13.0, Right),
    ("Rättelser", 13.0, Right),
    ("Nya", 13.0, Right),
    ("varav sent rapporterade", 14.0, Right),
    ("Verkställda", 14.0, Right),
    ("Avslutade", 13.0, Right),
    ("Utgående, räknat", 14.0, Right),
    ("Öppna i ärendelistan", 14.0, Right),
    ("Skillnad", 13.0, Right),
    ("Stämmer", 13.0, Left),
    ("Öppna i förra rapporten utan svar", 18.0, Right),
];

pub(super) fn fill(paper: &mut Paper<'_>, view: &View<'_>) -> Result<(), RenderError> {
    let looks = paper.looks;
    let flows = &view.report.reconciliation;
    paper.head(
        "Avstämning",
        "Avstämning",
        "Ingående öppna + rättelser + nya − verkställda − avslutade = utgående öppna.",
    )?;
    paper.columns(3, COLUMNS, 1)?;
    for (row, it) in rows_from(4).zip(flows) {
        line(paper, row, it, it.insats == "total")?;
        paper.end_row(row)?;
    }
    let after = 4 + u32::try_from(flows.len()).unwrap_or(0);
    if after > 4 {
        let alarm = Format::new().set_bold().set_font_color(Color::White).set_background_color(Color::RGB(0x9C_1C1C));
        let rule = ConditionalFormatFormula::new().set_rule("=$J5<>0").set_format(alarm);
        paper.sheet.add_conditional_format(4, 9, after - 1, 10, &rule)?;
    }
    let heading = after + 2;
    paper.say(heading, 0, "Kontroll", &looks.head)?;
    paper.say(heading, 1, "Stämmer", &looks.head)?;
    paper.say(heading, 2, "Siffror", &looks.head)?;
    for (row, it) in rows_from(heading + 1).zip(&view.report.checks) {
        let format = if it.holds { &looks.text } else { &looks.alarm };
        paper.wrap(row, 0, &it.what)?;
        paper.say(row, 1, if it.holds { "Ja" } else { "NEJ" }, format)?;
        paper.say(row, 2, &it.detail, format)?;
        paper.end_row(row)?;
    }
    Ok(())
}

fn line(paper: &mut Paper<'_>, row: u32, it: &Flow, total: bool) -> Result<(), RenderError> {
    let looks = paper.looks;
    let (text, format) = if total { (&looks.sum_text, &looks.sum_number) } else { (&looks.text, &looks.number) };
    paper.say(row, 0, &it.name, text)?;
    let values = [
        (1, Some(it.opening)),
        (2, Some(it.corrections)),
        (3, Some(it.new)),
        (4, it.of_which_late),
        (5, Some(it.executed)),
        (6, Some(it.closed)),
        (8, Some(it.closing)),
        (11, Some(it.unanswered)),
    ];
    for (col, value) in values {
        match value.and_then(|it| i32::try_from(it).ok()) {
            Some(value) => {
                paper.sheet.write_number_with_format(row, col, f64::from(value), format)?;
            }
            None => paper.say(row, col, "", format)?,
        }
    }
    let excel = row + 1;
    let counted = it.opening + it.corrections + it.new - it.executed - it.closed;
    paper.formula(row, 7, &format!("=B{excel}+C{excel}+D{excel}-F{excel}-G{excel}"), counted, format)?;
    paper.formula(row, 9, &format!("=I{excel}-H{excel}"), it.closing - counted, format)?;
    let holds = if counted == it.closing { "Ja" } else { "NEJ" };
    paper.formula(row, 10, &format!("=IF(J{excel}=0,\"Ja\",\"NEJ\")"), holds, text)?;
    Ok(())
}
