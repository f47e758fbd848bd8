//! A paper as a workbook: what is said on the first sheet, then a sheet for each table and each chart.
//!
//! Goes in: a [`Document`]. Comes out: the bytes of an .xlsx. Guaranteed: the same bytes for the same paper; a figure that
//! stands alone in a cell is a number or a day, with the printed look; text is always text; what is missing says why.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};
use rust_xlsxwriter::{DocProperties, Format, FormatAlign, Note, Url, Workbook, Worksheet};

use super::missing::Reasons;
use super::tree::{Block, Cell, Chart, Document, Figure, NOTHING, RowKind, Run, Table, Value, Width};
use crate::render::RenderError;
use crate::render::print::{fitted, harmless, wrapped};
use crate::render::xlsx::Looks;

mod picture;

/// Room in one cell, in UTF-16 units; Excel itself stops at 32 767.
const CELL_TEXT: usize = 32_000;
/// Characters a line of the first sheet holds.
const LINE: u16 = 100;

type Done = Result<(), RenderError>;

/// Writes the workbook.
pub fn write(document: &Document) -> Result<Vec<u8>, RenderError> {
    let mut book = Workbook::new();
    book.set_properties(
        &DocProperties::new()
            .set_title(harmless(&document.title))
            .set_subject(harmless(&document.subtitle))
            .set_author("Kvartal")
            .set_custom_property("Språk", "sv-SE")
            // No clock: the same paper gives the same bytes.
            .set_creation_datetime(&NaiveDate::default()),
    );
    let looks = Looks::new();
    let names = tabs(document);
    let first = book.add_worksheet();
    set_up(first, document, false)?;
    first.set_name(names.first().map_or("Innehåll", String::as_str))?;
    Saying { sheet: first, looks: &looks, row: 0 }.fill(document, &names)?;
    for (block, name) in sheets(document).zip(names.iter().skip(1)) {
        let sheet = book.add_worksheet();
        set_up(sheet, document, true)?;
        sheet.set_name(name)?;
        match block {
            Block::Table(it) => table(sheet, &looks, it)?,
            Block::Chart(it) => picture::fill(sheet, &looks, it, name)?,
            _ => {}
        }
    }
    Ok(book.save_to_buffer()?)
}

/// The blocks with a sheet of their own.
fn sheets(document: &Document) -> impl Iterator<Item = &Block> {
    let all = document.sections.iter().flat_map(|it| &it.blocks);
    all.filter(|it| matches!(it, Block::Table(_) | Block::Chart(_)))
}

/// Names of all tabs, the first sheet's first. A name has 31 characters, not all, and none twice.
fn tabs(document: &Document) -> Vec<String> {
    let mut used = BTreeSet::from(["innehåll".to_owned()]);
    let mut out = vec!["Innehåll".to_owned()];
    let (mut tables, mut charts) = (0, 0);
    for block in sheets(document) {
        let (kind, number, caption) = match block {
            Block::Table(it) => ("Tabell", &mut tables, &it.caption),
            Block::Chart(it) => ("Diagram", &mut charts, &it.caption),
            _ => continue,
        };
        *number += 1;
        let start = format!("{kind} {number} ");
        let caption: String = harmless(caption)
            .chars()
            .filter(|it| !"[]:*?/\\'".contains(*it))
            .scan(start.len(), |used, it| {
                *used += it.len_utf16();
                (*used <= 31).then_some(it)
            })
            .collect();
        let name = format!("{start}{}", caption.trim_end());
        let name = if used.insert(name.to_lowercase()) { name } else { format!("{kind} {number}") };
        out.push(name);
    }
    out
}

fn set_up(sheet: &mut Worksheet, document: &Document, lying: bool) -> Done {
    sheet.set_paper_size(9).set_print_fit_to_pages(1, 0).set_screen_gridlines(false);
    if lying {
        sheet.set_landscape();
    }
    sheet.set_margins(0.5, 0.5, 0.6, 0.7, 0.3, 0.3);
    // & begins a command in a foot, and a foot has 255 characters.
    let foot: String = harmless(&document.foot).replace('&', "&&").chars().take(200).collect();
    sheet.set_footer(format!("&L&8{foot}&R&8Sida &P av &N"));
    Ok(())
}

fn say(sheet: &mut Worksheet, row: u32, col: u16, text: &str, format: &Format) -> Done {
    if text.is_empty() {
        sheet.write_blank(row, col, format)?;
    } else {
        sheet.write_string_with_format(row, col, fitted(harmless(text), CELL_TEXT), format)?;
    }
    Ok(())
}

/// The first sheet while it is filled.
struct Saying<'a> {
    sheet: &'a mut Worksheet,
    looks: &'a Looks,
    row: u32,
}

impl Saying<'_> {
    fn fill(mut self, document: &Document, names: &[String]) -> Done {
        self.sheet.set_column_width(0, 28)?.set_column_width(1, LINE - 28)?;
        self.line(&document.title, &self.looks.title)?;
        self.line(&document.subtitle, &self.looks.subtitle)?;
        self.row += 1;
        let strong = Format::new().set_bold().set_align(FormatAlign::Top);
        for (name, value) in &document.facts {
            say(self.sheet, self.row, 0, name, &strong)?;
            say(self.sheet, self.row, 1, value, &Format::new().set_text_wrap().set_align(FormatAlign::Top))?;
            self.row += 1;
        }
        self.row += 1;
        let heading = Format::new().set_bold().set_font_size(13).set_font_color(crate::render::xlsx::ACCENT);
        let mut names = names.iter().skip(1);
        for section in &document.sections {
            self.row += 1;
            self.line(&section.heading, &heading)?;
            for it in &section.prose {
                self.paragraph(&Reasons::Beside.plain(&it.0))?;
            }
            for block in &section.blocks {
                self.block(block, &mut names)?;
            }
        }
        Ok(())
    }

    fn block<'n>(&mut self, block: &Block, names: &mut impl Iterator<Item = &'n String>) -> Done {
        let strong = Format::new().set_bold().set_align(FormatAlign::Top);
        match block {
            Block::Heading { text, .. } => self.line(text, &strong)?,
            Block::Paragraph(it) | Block::Note(it) => self.paragraph(&Reasons::Beside.plain(&it.0))?,
            Block::List(all) => {
                for it in all {
                    self.paragraph(&format!("• {}", Reasons::Beside.plain(&it.0)))?;
                }
            }
            Block::Terms(all) => {
                for (term, it) in all {
                    say(self.sheet, self.row, 0, term, &strong)?;
                    runs(self.sheet, self.looks, self.row, 1, &it.0, Look::plain())?;
                    self.row += 1;
                }
            }
            Block::Table(Table { caption, .. }) | Block::Chart(Chart { caption, .. }) => {
                if let Some(name) = names.next() {
                    let link = Url::new(format!("internal:'{name}'!A1")).set_text(fitted(harmless(caption), 250));
                    self.sheet.write_url(self.row, 0, link)?;
                    self.row += 1;
                }
            }
            Block::Signature(who) => self.paragraph(who)?,
        }
        Ok(())
    }

    fn line(&mut self, text: &str, format: &Format) -> Done {
        say(self.sheet, self.row, 0, text, format)?;
        self.row += 1;
        Ok(())
    }

    /// Over both columns, in as many lines as it needs: programs do not make room for merged cells by themselves.
    fn paragraph(&mut self, text: &str) -> Done {
        let format = Format::new().set_text_wrap().set_align(FormatAlign::Top);
        let lines: usize = text.lines().map(|it| wrapped(it, usize::from(LINE) - 6).len()).sum();
        self.sheet.merge_range(self.row, 0, self.row, 1, "", &format)?;
        say(self.sheet, self.row, 0, text, &format)?;
        self.sheet.set_row_height(self.row, f64::from(u32::try_from(lines.clamp(1, 26)).unwrap_or(1)) * 15.0 + 2.0)?;
        self.row += 1;
        Ok(())
    }
}

/// A table from its caption down; headings are frozen and repeated on every printed page.
fn table(sheet: &mut Worksheet, looks: &Looks, it: &Table) -> Done {
    say(sheet, 0, 0, &it.caption, &looks.title)?;
    let mut row = 2;
    let first = row;
    if !it.groups.is_empty() {
        let mut col = 0u16;
        for (text, count) in &it.groups {
            let last = col + u16::try_from(count.saturating_sub(1)).unwrap_or(0);
            if last > col {
                sheet.merge_range(row, col, row, last, &fitted(harmless(text), CELL_TEXT), &looks.head_mid)?;
            } else {
                say(sheet, row, col, text, &looks.head)?;
            }
            col = last + 1;
        }
        row += 1;
    }
    let mut lines = 1;
    for (col, column) in (0u16..).zip(&it.columns) {
        let right = column.width == Width::Figure;
        say(sheet, row, col, &column.heading, if right { &looks.head_right } else { &looks.head })?;
        let width = letters(column.width);
        lines = lines.max(wrapped(&column.heading, width - 2).len());
        sheet.set_column_width(col, u16::try_from(width).unwrap_or(12))?;
    }
    sheet.set_row_height(row, f64::from(u32::try_from(lines).unwrap_or(1)) * 15.0 + 4.0)?;
    sheet.set_repeat_rows(first, row)?;
    row += 1;
    sheet.set_freeze_panes(row, 1)?;
    for line in &it.rows {
        let mut lines = 1;
        for ((col, column), Cell(all)) in (0u16..).zip(&it.columns).zip(&line.cells) {
            let look = Look { sum: line.kind == RowKind::Sum, width: column.width };
            runs(sheet, looks, row, col, all, look)?;
            lines = lines.max(lines_in(all, column.width));
        }
        // Not every program makes room for wrapped text by itself; Excel's highest row is 409 points.
        if lines > 1 {
            sheet.set_row_height(row, f64::from(u32::try_from(lines.min(26)).unwrap_or(26)) * 15.0 + 2.0)?;
        }
        row += 1;
    }
    if it.rows.is_empty() {
        say(sheet, row, 0, NOTHING, &looks.text)?;
    }
    Ok(())
}

/// How many letters a column holds.
fn letters(width: Width) -> usize {
    match width {
        Width::Figure => 12,
        Width::Short => 15,
        Width::Text => 34,
        Width::Long => 70,
    }
}

fn lines_in(all: &[Run], width: Width) -> usize {
    let room = letters(width) - 4;
    if !matches!(width, Width::Text | Width::Long) || all.iter().map(|it| it.plain().len()).sum::<usize>() <= room {
        return 1;
    }
    let text: String = all.iter().map(Run::plain).collect();
    text.lines().map(|it| wrapped(it, room).len()).sum()
}

#[derive(Debug, Clone, Copy)]
struct Look {
    sum: bool,
    width: Width,
}

impl Look {
    fn plain() -> Self {
        Self { sum: false, width: Width::Text }
    }
}

/// A cell: one figure by itself keeps its kind, everything else is text.
fn runs(sheet: &mut Worksheet, looks: &Looks, row: u32, col: u16, all: &[Run], look: Look) -> Done {
    let text = match (look.sum, look.width) {
        (true, Width::Figure) => &looks.sum_number,
        (true, _) => &looks.sum_text,
        (false, Width::Figure) => &looks.number,
        (false, Width::Long | Width::Text) => &looks.wrap,
        (false, Width::Short) => &looks.text,
    };
    match all {
        [Run::Figure(it)] => figure(sheet, looks, row, col, it, look, text)?,
        [Run::Missing(why)] => {
            say(sheet, row, col, "–", text)?;
            let why: String = harmless(why).chars().take(2000).collect();
            sheet.insert_note(row, col, &Note::new(why).set_author("Kvartal").add_author_prefix(false))?;
        }
        _ => say(sheet, row, col, &all.iter().map(Run::plain).collect::<String>(), text)?,
    }
    Ok(())
}

fn figure(sheet: &mut Worksheet, looks: &Looks, row: u32, col: u16, it: &Figure, look: Look, text: &Format) -> Done {
    // Beyond 15 digits a cell would round.
    const MOST: i64 = 999_999_999_999_999;
    match it.value {
        Value::Whole(value) if value.abs() <= MOST => {
            let format = if look.sum { &looks.sum_number } else { &looks.number };
            sheet.write_number_with_format(row, col, value as f64, format)?;
        }
        Value::Share(value) if value.is_finite() => {
            let format = if look.sum { &looks.sum_share } else { &looks.share };
            sheet.write_number_with_format(row, col, value, format)?;
        }
        // A day that is said in words stays so; Excel has no days before 1900.
        Value::Day(day) if it.shown == day.to_string() && (1900..=9999).contains(&day.year()) => {
            sheet.write_datetime_with_format(row, col, day, &looks.date)?;
        }
        _ => say(sheet, row, col, &it.shown, text)?,
    }
    Ok(())
}
