//! Tables: with repeated headings and rows that stay whole, and plain ones of terms and what they are.
//!
//! Goes in: a [`Table`] and how broad it may be. Comes out: `w:tbl`. Guaranteed: the widths sum to the room or less; as many
//! cells in every row as columns; heading rows are marked as such.

use std::fmt::Write;

use super::super::missing::Reasons;
use super::super::tree::{Cell, Column, NOTHING, Paragraph, Row, RowKind, Table, Width};
use super::looks::Looks;
use super::xml::{Tone, escaped, open_paragraph, push_plain, push_runs};

/// What a cell's margins take.
const MARGINS: u32 = 170;

/// How broad a table wants to be: each column as its longest word, and room for sentences where there are sentences.
pub(super) fn wanted(table: &Table, looks: &Looks) -> Vec<u32> {
    let count = table.columns.len();
    let mut words = vec![0u32; count];
    for (word, column) in words.iter_mut().zip(&table.columns) {
        // Headings are bold.
        *word = longest_word(&column.heading).saturating_mul(11) / 10;
    }
    for row in &table.rows {
        for ((word, column), cell) in words.iter_mut().zip(&table.columns).zip(&row.cells) {
            let own = cell.0.iter().map(|it| longest_word(it.plain())).max().unwrap_or(0);
            // A strange long word in a sentence may break.
            let most = if column.width == Width::Figure { 40 } else { 18 };
            *word = (*word).max(own.min(most));
        }
    }
    let least = |width| match width {
        Width::Figure => 700,
        Width::Short => 1000,
        Width::Text => 1900,
        Width::Long => 3600,
    };
    words.iter().zip(&table.columns).map(|(word, it)| (word * looks.letter + MARGINS).max(least(it.width))).collect()
}

fn longest_word(text: &str) -> u32 {
    // A no-break space does not break.
    let longest = text.split([' ', '\n', '–', '/']).map(|it| it.chars().count()).max().unwrap_or(0);
    u32::try_from(longest).unwrap_or(u32::MAX)
}

/// The widths a table gets: room left over goes to the columns of text, want is shared by all.
fn fitted(table: &Table, looks: &Looks, room: u32) -> Vec<u32> {
    let mut widths = wanted(table, looks);
    let sum: u32 = widths.iter().sum();
    if sum > room {
        for it in &mut widths {
            *it = u32::try_from(u64::from(*it) * u64::from(room) / u64::from(sum.max(1))).unwrap_or(*it);
        }
        return widths;
    }
    let weight = |width| match width {
        Width::Figure => 0,
        Width::Short => 1,
        Width::Text => 3,
        Width::Long => 8,
    };
    let weights: u32 = table.columns.iter().map(|it| weight(it.width)).sum();
    for (it, column) in widths.iter_mut().zip(&table.columns) {
        *it += ((room - sum) * weight(column.width)).checked_div(weights).unwrap_or(0);
    }
    widths
}

/// The table; its caption says what it is for those who do not see it.
pub(super) fn push_table(out: &mut String, looks: &Looks, table: &Table, room: u32, reasons: &Reasons<'_>) {
    let widths = fitted(table, looks, room);
    // A table that had to give way is set smaller.
    let squeezed = wanted(table, looks).iter().sum::<u32>() > room;
    let tone = Tone { size: squeezed.then_some(15), ..Tone::default() };
    open_table(out, &looks.table, &widths, Some(&table.caption));
    if !table.groups.is_empty() {
        group_row(out, looks, table, &widths, tone);
    }
    open_row(out, true);
    for (column, width) in table.columns.iter().zip(&widths) {
        open_cell(out, *width, 1, &head_cell(looks));
        let right = if column.width == Width::Figure { "<w:jc w:val=\"right\"/>" } else { "" };
        open_paragraph(out, &looks.cell_head, right);
        push_plain(out, tone, &column.heading);
        out.push_str("</w:p></w:tc>");
    }
    out.push_str("</w:tr>");
    for row in &table.rows {
        body_row(out, looks, &table.columns, row, &widths, tone, reasons);
    }
    if table.rows.is_empty() {
        open_row(out, false);
        let count = u32::try_from(widths.len()).unwrap_or(1);
        open_cell(out, widths.iter().sum(), count, "");
        open_paragraph(out, &looks.cell, "");
        push_plain(out, tone, NOTHING);
        out.push_str("</w:p></w:tc></w:tr>");
    }
    out.push_str("</w:tbl>");
}

fn head_cell(looks: &Looks) -> String {
    let shade = if looks.own_table { "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"E6EEF1\"/>" } else { "" };
    format!("{shade}<w:vAlign w:val=\"bottom\"/>")
}

fn group_row(out: &mut String, looks: &Looks, table: &Table, widths: &[u32], tone: Tone) {
    open_row(out, true);
    let mut widths = widths.iter();
    for (text, count) in &table.groups {
        let width = widths.by_ref().take(*count).sum();
        open_cell(out, width, u32::try_from(*count).unwrap_or(1), &head_cell(looks));
        open_paragraph(out, &looks.cell_head, "<w:jc w:val=\"center\"/>");
        if !text.is_empty() {
            push_plain(out, tone, text);
        }
        out.push_str("</w:p></w:tc>");
    }
    out.push_str("</w:tr>");
}

fn body_row(
    out: &mut String,
    looks: &Looks,
    columns: &[Column],
    row: &Row,
    widths: &[u32],
    tone: Tone,
    reasons: &Reasons<'_>,
) {
    let sum = row.kind == RowKind::Sum;
    let tone = Tone { bold: sum, ..tone };
    let more = match (sum, looks.own_table) {
        (true, true) => {
            "<w:tcBorders><w:top w:val=\"single\" w:sz=\"8\" w:space=\"0\" w:color=\"1F4E5F\"/></w:tcBorders>\
                         <w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"F3F6F7\"/>"
        }
        _ => "",
    };
    let nothing = Cell::default();
    open_row(out, false);
    for (at, (column, width)) in columns.iter().zip(widths).enumerate() {
        let cell = row.cells.get(at).unwrap_or(&nothing);
        open_cell(out, *width, 1, more);
        let style = if column.width == Width::Figure { &looks.cell_right } else { &looks.cell };
        open_paragraph(out, style, "");
        push_runs(out, looks, tone, &cell.0, reasons);
        out.push_str("</w:p></w:tc>");
    }
    out.push_str("</w:tr>");
}

/// Terms and what they are, without lines.
pub(super) fn push_terms<'a>(
    out: &mut String,
    looks: &Looks,
    terms: impl Iterator<Item = (&'a str, &'a Paragraph)>,
    room: u32,
) {
    let first = (room * 3 / 10).min(3000);
    let widths = [first, room.saturating_sub(first)];
    open_table(out, &looks.facts, &widths, None);
    for (term, what) in terms {
        open_row(out, false);
        open_cell(out, first, 1, "");
        open_paragraph(out, &looks.fact, "");
        push_plain(out, Tone { bold: true, ..Tone::default() }, term);
        out.push_str("</w:p></w:tc>");
        open_cell(out, widths[1], 1, "");
        open_paragraph(out, &looks.fact, "");
        push_runs(out, looks, Tone::default(), &what.0, &Reasons::Beside);
        out.push_str("</w:p></w:tc></w:tr>");
    }
    out.push_str("</w:tbl>");
}

fn open_table(out: &mut String, style: &str, widths: &[u32], caption: Option<&str>) {
    let sum: u32 = widths.iter().sum();
    let _ = write!(
        out,
        "<w:tbl><w:tblPr><w:tblStyle w:val=\"{}\"/><w:tblW w:w=\"{sum}\" w:type=\"dxa\"/><w:tblLayout \
         w:type=\"fixed\"/><w:tblLook w:val=\"{}\" w:firstRow=\"{}\" w:lastRow=\"0\" w:firstColumn=\"1\" \
         w:lastColumn=\"0\" w:noHBand=\"1\" w:noVBand=\"1\"/>",
        escaped(style),
        if caption.is_some() { "06A0" } else { "0680" },
        u8::from(caption.is_some()),
    );
    if let Some(caption) = caption {
        let _ = write!(out, "<w:tblCaption w:val=\"{}\"/>", escaped(caption));
    }
    out.push_str("</w:tblPr><w:tblGrid>");
    for it in widths {
        let _ = write!(out, "<w:gridCol w:w=\"{it}\"/>");
    }
    out.push_str("</w:tblGrid>");
}

fn open_row(out: &mut String, head: bool) {
    out.push_str("<w:tr><w:trPr><w:cantSplit/>");
    if head {
        out.push_str("<w:tblHeader/>");
    }
    out.push_str("</w:trPr>");
}

/// `more` is further properties in the order of the schema: borders, shading, where the text stands.
fn open_cell(out: &mut String, width: u32, span: u32, more: &str) {
    let _ = write!(out, "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/>");
    if span > 1 {
        let _ = write!(out, "<w:gridSpan w:val=\"{span}\"/>");
    }
    out.push_str(more);
    out.push_str("</w:tcPr>");
}
