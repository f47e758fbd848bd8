//! Sammanställning: one row per insats and a sum row, with the two-level heading reports have always had.
//!
//! Goes in: counts per insats. Comes out: the first sheet. Guaranteed: what is not known is blank and explained, never
//! zero; a sum that does not agree is said in red above the table.

use crate::merge::report::InsatsCounts;
use crate::model::Orsak;
use crate::render::print::{clean_line, date_in_words, number};
use crate::render::tables::notes_below;
use crate::render::{RenderError, View};

use super::Paper;
use super::paper::rows_from;

/// Columns of the reference, in its order; what cannot be placed by kön or cause gets columns after them.
const COLUMNS: u16 = 12;

pub(super) fn fill(paper: &mut Paper<'_>, view: &View<'_>) -> Result<(), RenderError> {
    let looks = paper.looks;
    let report = view.report;
    let head = &report.head;
    let quarter = head.quarter.map(|it| format!("{} ({})", it.in_words(), it.in_months())).unwrap_or_default();
    let per_day = head.quarter.map(|it| date_in_words(it.last_day())).unwrap_or_default();
    paper.head(
        "Sammanställning",
        &format!("Ej verkställda beslut, {quarter}"),
        &format!("{}, {}. Uppgifterna avser den {per_day}.", clean_line(&head.namnd), clean_line(&head.kommun)),
    )?;
    let totals = &report.totals;
    let counted = format!(
        "Rapporterade: {}   Verkställda: {}   Avslutade: {}   Ej verkställda: {}",
        number(totals.reported),
        number(totals.executed),
        number(totals.closed),
        number(totals.open)
    );
    paper.say(2, 0, &counted, &looks.sum_text)?;
    for col in 1..COLUMNS {
        paper.say(2, col, "", &looks.sum_text)?;
    }
    let mut row = 3;
    for failure in view.failures() {
        let text = format!("Stämmer inte: {failure}");
        paper.say(row, 0, &text, &looks.alarm)?;
        row += 1;
    }
    let heading = row + 1;
    headings(paper, view, heading)?;
    let first = heading + 2;
    let extra = extra_columns(view);
    for (row, it) in rows_from(first).zip(&report.by_insats) {
        line(paper, row, it, &extra)?;
        paper.end_row(row)?;
    }
    let sum = first + u32::try_from(report.by_insats.len()).unwrap_or(0);
    sums(paper, view, first, sum, &extra)?;
    notes(paper, view, sum + 2)?;
    paper.sheet.set_freeze_panes(first, 1)?;
    paper.sheet.set_repeat_rows(heading, heading + 1)?;
    paper.sheet.set_column_width(0, 38)?;
    paper.sheet.set_column_range_width(1, COLUMNS + 1, 12)?;
    paper.sheet.set_column_width(11, 15)?;
    Ok(())
}

/// One column after the reference's twelve, shown only when it has something to say.
struct Extra {
    name: &'static str,
    of: fn(&InsatsCounts) -> u32,
}

fn extra_columns(view: &View<'_>) -> Vec<Extra> {
    let all = [
        Extra { name: "Kön saknas", of: |it| it.counts.open_kon_missing },
        Extra { name: "Orsak saknas", of: |it| it.counts.cause_missing },
    ];
    all.into_iter().filter(|extra| view.report.by_insats.iter().any(|it| (extra.of)(it) > 0)).collect()
}

fn headings(paper: &mut Paper<'_>, view: &View<'_>, row: u32) -> Result<(), RenderError> {
    let looks = paper.looks;
    let (head, mid) = (&looks.head, &looks.head_mid);
    let day = view.quarter_end();
    let laws = view.report.by_insats.iter().all(|it| it.lagrum.ends_with("LSS"));
    paper.sheet.merge_range(row, 0, row + 1, 0, if laws { "LSS-insats" } else { "Insats" }, head)?;
    for (first, last, name) in [
        (1, 2, "Antal ej verkställda beslut".to_owned()),
        (3, 4, format!("Totalt antal pågående beslut {day}")),
        (5, 6, "Andel ej verkställda".to_owned()),
        (7, 10, "Orsak till ej verkställt beslut".to_owned()),
    ] {
        paper.sheet.merge_range(row, first, row, last, &name, mid)?;
    }
    for col in [1, 3, 5] {
        paper.say(row + 1, col, "män", mid)?;
        paper.say(row + 1, col + 1, "kvinnor", mid)?;
    }
    for (col, cause) in (7u16..).zip(Orsak::ALL) {
        paper.say(row + 1, col, cause.swedish(), mid)?;
    }
    paper.sheet.merge_range(row, 11, row + 1, 11, "Avbrott i verkställighet", mid)?;
    for (col, extra) in (COLUMNS..).zip(extra_columns(view)) {
        paper.sheet.merge_range(row, col, row + 1, col, extra.name, mid)?;
    }
    paper.sheet.set_row_height(row, 32)?;
    paper.sheet.set_row_height(row + 1, 48)?;
    Ok(())
}

fn line(paper: &mut Paper<'_>, row: u32, it: &InsatsCounts, extra: &[Extra]) -> Result<(), RenderError> {
    let looks = paper.looks;
    paper.text(row, 0, &it.name)?;
    paper.number(row, 1, it.counts.open_men)?;
    paper.number(row, 2, it.counts.open_women)?;
    paper.number_if(row, 3, it.ongoing_men)?;
    paper.number_if(row, 4, it.ongoing_women)?;
    let excel = row + 1;
    for (col, share, formula) in
        [(5, it.share_men(), format!("=B{excel}/D{excel}")), (6, it.share_women(), format!("=C{excel}/E{excel}"))]
    {
        match share {
            Some(value) => paper.formula(row, col, &formula, value, &looks.share)?,
            None => paper.text(row, col, "")?,
        }
    }
    for (col, value) in (7u16..).zip(it.counts.causes) {
        paper.number(row, col, value)?;
    }
    paper.number(row, 11, it.counts.open_interruptions)?;
    for (col, extra) in (COLUMNS..).zip(extra) {
        paper.number(row, col, (extra.of)(it))?;
    }
    Ok(())
}

fn sums(paper: &mut Paper<'_>, view: &View<'_>, first: u32, sum: u32, extra: &[Extra]) -> Result<(), RenderError> {
    let rows = &view.report.by_insats;
    let totals = &view.report.totals;
    let looks = paper.looks;
    let format = &looks.sum_number;
    paper.say(sum, 0, "Summa", &looks.sum_text)?;
    let add = |of: fn(&InsatsCounts) -> u32| rows.iter().map(of).map(u64::from).sum::<u64>();
    let mut values: Vec<(u16, Option<u64>)> =
        vec![(1, Some(totals.open_men.into())), (2, Some(totals.open_women.into()))];
    // A sum over insatser of which some are unknown would look like the whole; it stays blank.
    let known: fn(&InsatsCounts) -> bool = |it| it.ongoing_men.is_some() && it.ongoing_women.is_some();
    let all_known = !rows.is_empty() && rows.iter().all(known);
    values.push((3, all_known.then(|| add(|it| it.ongoing_men.unwrap_or(0)))));
    values.push((4, all_known.then(|| add(|it| it.ongoing_women.unwrap_or(0)))));
    values.extend((7u16..).zip(totals.causes.map(|it| Some(u64::from(it)))));
    values.push((11, Some(totals.open_interruptions.into())));
    values.extend((COLUMNS..).zip(extra.iter().map(|it| Some(add(it.of)))));
    for (col, value) in values {
        match value.filter(|_| sum > first) {
            Some(value) => {
                let letter = crate::model::place::column_letters(col);
                let formula = format!("=SUM({letter}{}:{letter}{sum})", first + 1);
                paper.formula(sum, col, &formula, value, format)?;
            }
            None => paper.say(sum, col, "", format)?,
        }
    }
    let share = &looks.sum_share;
    let excel = sum + 1;
    for (col, open, ongoing, formula) in [
        (5, totals.open_men, add(|it| it.ongoing_men.unwrap_or(0)), format!("=B{excel}/D{excel}")),
        (6, totals.open_women, add(|it| it.ongoing_women.unwrap_or(0)), format!("=C{excel}/E{excel}")),
    ] {
        if all_known && ongoing > 0 {
            let whole = f64::from(u32::try_from(ongoing).unwrap_or(u32::MAX));
            paper.formula(sum, col, &formula, f64::from(open) / whole, share)?;
        } else {
            paper.say(sum, col, "", share)?;
        }
    }
    Ok(())
}

fn notes(paper: &mut Paper<'_>, view: &View<'_>, first: u32) -> Result<(), RenderError> {
    let looks = paper.looks;
    for (row, note) in rows_from(first).zip(notes_below(view)) {
        paper.say(row, 0, &note, &looks.note)?;
    }
    Ok(())
}
