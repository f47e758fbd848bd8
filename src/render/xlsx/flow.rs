//! Avstämning: opening cases, what happened, closing cases – with formulas that anyone can follow.
//!
//! Goes in: the flows and checks. Comes out: one sheet. Guaranteed: the calculated closing and the counted one stand
//! side by side, and a difference is red.

use rust_xlsxwriter::{Color, ConditionalFormatFormula, Format};

use crate::merge::report::Flow;
use crate::render::{RenderError, View};

use super::Paper;
use super::paper::rows_from;

const COLUMNS: &[(&str, f64)] = &[
    ("Insats", 36.0),
    ("Ingående öppna", 11.0),
    ("Rättelser", 11.0),
    ("Nya", 11.0),
    ("varav sent rapporterade", 12.0),
    ("Verkställda", 12.0),
    ("Avslutade", 11.0),
    ("Utgående, räknat", 12.0),
    ("Öppna i ärendelistan", 12.0),
    ("Skillnad", 11.0),
    ("Stämmer", 11.0),
    ("Öppna i förra rapporten utan svar", 16.0),
];

pub fn fill(paper: &mut Paper<'_>, view: &View<'_>) -> Result<(), RenderError> {
    let flows = &view.report.reconciliation;
    paper.head(
        "Avstämning",
        "Avstämning",
        "Ingående öppna + rättelser + nya − verkställda − avslutade = utgående öppna.",
    )?;
    paper.columns(3, COLUMNS, 1)?;
    for (row, it) in rows_from(4).zip(flows) {
        line(paper, row, it, it.insats == "total")?;
    }
    let after = 4 + u32::try_from(flows.len()).unwrap_or(0);
    if after > 4 {
        let alarm = Format::new().set_bold().set_font_color(Color::White).set_background_color(Color::RGB(0x9C_1C1C));
        let rule = ConditionalFormatFormula::new().set_rule("=$J5<>0").set_format(alarm);
        paper.sheet.add_conditional_format(4, 9, after - 1, 10, &rule)?;
    }
    let heading = after + 2;
    paper.say(heading, 0, "Kontroll", &paper.looks.head.clone())?;
    paper.say(heading, 1, "Stämmer", &paper.looks.head.clone())?;
    paper.say(heading, 2, "Siffror", &paper.looks.head.clone())?;
    for (row, it) in rows_from(heading + 1).zip(&view.report.checks) {
        let format = if it.holds { paper.looks.text.clone() } else { paper.looks.alarm.clone() };
        paper.say(row, 0, &it.what, &paper.looks.wrap.clone())?;
        paper.say(row, 1, if it.holds { "Ja" } else { "NEJ" }, &format)?;
        paper.say(row, 2, &it.detail, &format)?;
    }
    Ok(())
}

fn line(paper: &mut Paper<'_>, row: u32, it: &Flow, total: bool) -> Result<(), RenderError> {
    let (text, format) = if total {
        (paper.looks.sum_text.clone(), paper.looks.sum_number.clone())
    } else {
        (paper.looks.text.clone(), paper.looks.number.clone())
    };
    paper.say(row, 0, &it.name, &text)?;
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
                paper.sheet.write_number_with_format(row, col, f64::from(value), &format)?;
            }
            None => paper.say(row, col, "", &format)?,
        }
    }
    let excel = row + 1;
    let counted = it.opening + it.corrections + it.new - it.executed - it.closed;
    paper.formula(row, 7, &format!("=B{excel}+C{excel}+D{excel}-F{excel}-G{excel}"), counted, &format)?;
    paper.formula(row, 9, &format!("=I{excel}-H{excel}"), it.closing - counted, &format)?;
    let holds = if counted == it.closing { "Ja" } else { "NEJ" };
    paper.formula(row, 10, &format!("=IF(J{excel}=0,\"Ja\",\"NEJ\")"), holds, &text)?;
    Ok(())
}
