//! One sheet with our looks: the same headings, widths, print set-up and ways to write a value everywhere.
//!
//! Goes in: values and where they go. Comes out: a filled worksheet. Guaranteed: texts are cleaned, fitted to what a
//! cell can hold and written as text; dates and numbers are real dates and numbers.

use chrono::NaiveDate;
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Formula, Worksheet};

use crate::render::RenderError;
use crate::render::print::{clean, fitted};

/// Room in one cell, in UTF-16 units; Excel itself stops at 32 767.
const CELL_TEXT: usize = 32_000;

pub(crate) const ACCENT: u32 = 0x1F_4E5F;
const PALE: u32 = 0xE6_EEF1;
pub(crate) const LINE: u32 = 0xC3_CDD2;
const MUTED: u32 = 0x52_5F66;
const ALARM: u32 = 0x9C_1C1C;

/// Every format of the workbook, made once so that each is stored once.
#[derive(Clone)]
pub(crate) struct Looks {
    pub title: Format,
    pub subtitle: Format,
    pub note: Format,
    pub alarm: Format,
    pub head: Format,
    pub head_mid: Format,
    pub head_right: Format,
    pub text: Format,
    pub wrap: Format,
    pub number: Format,
    pub date: Format,
    pub share: Format,
    pub sum_text: Format,
    pub sum_number: Format,
    pub sum_share: Format,
}

impl Looks {
    pub(crate) fn new() -> Self {
        let plain = Format::new().set_align(FormatAlign::Top).set_align(FormatAlign::Left).set_indent(1);
        let ruled = plain.clone().set_border_bottom(FormatBorder::Thin).set_border_bottom_color(Color::RGB(LINE));
        let head = Format::new()
            .set_bold()
            .set_font_color(Color::White)
            .set_background_color(Color::RGB(ACCENT))
            .set_text_wrap()
            .set_align(FormatAlign::VerticalCenter)
            .set_align(FormatAlign::Left)
            .set_indent(1)
            .set_border(FormatBorder::Thin)
            .set_border_color(Color::RGB(LINE));
        let sum = Format::new()
            .set_bold()
            .set_align(FormatAlign::Top)
            .set_align(FormatAlign::Left)
            .set_indent(1)
            .set_background_color(Color::RGB(PALE))
            .set_border_top(FormatBorder::Thin)
            .set_border_top_color(Color::RGB(ACCENT));
        let note = Format::new().set_font_color(Color::RGB(MUTED)).set_align(FormatAlign::Top);
        Self {
            title: Format::new().set_bold().set_font_size(16).set_font_color(Color::RGB(ACCENT)),
            subtitle: note.clone(),
            note,
            alarm: Format::new().set_bold().set_font_color(Color::RGB(ALARM)).set_align(FormatAlign::Top),
            head_mid: head.clone().set_indent(0).set_align(FormatAlign::Center),
            head_right: head.clone().set_indent(0).set_align(FormatAlign::Right),
            head,
            wrap: ruled.clone().set_text_wrap(),
            // Excel prints the separator of the reader's own language: ”1 234” in a Swedish one.
            number: ruled.clone().set_indent(0).set_num_format("#,##0").set_align(FormatAlign::Right),
            date: ruled.clone().set_num_format("yyyy-mm-dd").set_align(FormatAlign::Left),
            share: ruled.clone().set_indent(0).set_num_format("0.0%").set_align(FormatAlign::Right),
            text: ruled,
            sum_number: sum.clone().set_indent(0).set_num_format("#,##0").set_align(FormatAlign::Right),
            sum_share: sum.clone().set_indent(0).set_num_format("0.0%").set_align(FormatAlign::Right),
            sum_text: sum,
        }
    }
}

/// A worksheet being filled. Rows and columns are zero-based here.
pub(crate) struct Paper<'a> {
    pub sheet: &'a mut Worksheet,
    pub looks: &'a Looks,
    widths: Vec<f64>,
    /// Lines the highest cell of the current row needs.
    lines: usize,
}

/// Name, width in characters, and which side the values lean to.
pub(crate) type Heading<'a> = (&'a str, f64, Side);

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Left,
    Right,
}

type Done = Result<(), RenderError>;

impl<'a> Paper<'a> {
    pub(crate) fn new(sheet: &'a mut Worksheet, looks: &'a Looks) -> Result<Self, RenderError> {
        // A4 across, as many pages down as needed, one page wide.
        sheet.set_paper_size(9).set_landscape().set_print_fit_to_pages(1, 0);
        sheet.set_margins(0.5, 0.5, 0.6, 0.6, 0.3, 0.3);
        sheet.set_screen_gridlines(false);
        sheet.set_footer("&L&8&F&C&8&A&R&8Sida &P av &N");
        Ok(Self { sheet, looks, widths: Vec::new(), lines: 1 })
    }

    /// Name of the tab, and the title and what it is about in the two first rows.
    pub(crate) fn head(&mut self, tab: &str, title: &str, subtitle: &str) -> Done {
        self.sheet.set_name(tab)?;
        self.say(0, 0, title, &self.looks.title)?;
        self.sheet.set_row_height(0, 24)?;
        self.say(1, 0, subtitle, &self.looks.subtitle)
    }

    pub(crate) fn say(&mut self, row: u32, col: u16, text: &str, format: &Format) -> Done {
        if text.is_empty() {
            self.sheet.write_blank(row, col, format)?;
        } else {
            self.sheet.write_string_with_format(row, col, fitted(clean(text), CELL_TEXT), format)?;
        }
        Ok(())
    }

    pub(crate) fn text(&mut self, row: u32, col: u16, text: &str) -> Done {
        self.say(row, col, text, &self.looks.text)
    }

    /// A text that may need several lines; [`Paper::end_row`] gives the row the height it needs.
    pub(crate) fn wrap(&mut self, row: u32, col: u16, text: &str) -> Done {
        let width = self.widths.get(usize::from(col)).copied().unwrap_or(40.0);
        // One character less for the indent; letters are on average narrower than the digits widths are counted in.
        let room = (width - 1.0).max(4.0);
        if text.len() as f64 > room {
            let lines = text.lines().map(|it| crate::render::print::wrapped(it, room as usize).len()).sum::<usize>();
            self.lines = self.lines.max(lines);
        }
        self.say(row, col, text, &self.looks.wrap)
    }

    /// Not every program makes room for wrapped text by itself when it opens a file.
    pub(crate) fn end_row(&mut self, row: u32) -> Done {
        let lines = std::mem::replace(&mut self.lines, 1);
        // Excel's highest row is 409 points.
        self.sheet.set_row_height(row, f64::from(u32::try_from(lines.min(27)).unwrap_or(27)) * 15.0 + 3.0)?;
        Ok(())
    }

    pub(crate) fn number(&mut self, row: u32, col: u16, value: impl Into<f64>) -> Done {
        self.sheet.write_number_with_format(row, col, value.into(), &self.looks.number)?;
        Ok(())
    }

    /// A number, or an empty cell: nobody said is not zero.
    pub(crate) fn number_if(&mut self, row: u32, col: u16, value: Option<impl Into<f64>>) -> Done {
        match value {
            Some(value) => self.number(row, col, value),
            None => self.text(row, col, ""),
        }
    }

    pub(crate) fn date(&mut self, row: u32, col: u16, day: Option<NaiveDate>) -> Done {
        match day {
            // Excel has no days before 1900; such a date is written as it reads.
            Some(day) if day.format("%Y").to_string().as_str() < "1900" => self.text(row, col, &day.to_string()),
            Some(day) => {
                self.sheet.write_datetime_with_format(row, col, day, &self.looks.date)?;
                Ok(())
            }
            None => self.text(row, col, ""),
        }
    }

    /// A formula of our own making, with its value stored for readers that do not calculate.
    pub(crate) fn formula(&mut self, row: u32, col: u16, formula: &str, value: impl ToString, format: &Format) -> Done {
        let formula = Formula::new(formula).set_result(value.to_string());
        self.sheet.write_formula_with_format(row, col, formula, format)?;
        Ok(())
    }

    /// A heading row with column widths, frozen and repeated on each printed page.
    pub(crate) fn columns(&mut self, row: u32, columns: &[Heading<'_>], frozen_columns: u16) -> Done {
        let looks = self.looks;
        let mut lines = 2;
        for (col, (name, width, side)) in (0u16..).zip(columns) {
            self.say(row, col, name, if *side == Side::Right { &looks.head_right } else { &looks.head })?;
            self.sheet.set_column_width(col, *width)?;
            // Bold letters and the filter button take their part.
            lines = lines.max(crate::render::print::wrapped(name, (width - 3.0).max(4.0) as usize).len());
        }
        self.widths = columns.iter().map(|it| it.1).collect();
        self.sheet.set_row_height(row, f64::from(u32::try_from(lines).unwrap_or(2)) * 16.0)?;
        self.sheet.set_freeze_panes(row + 1, frozen_columns)?;
        self.sheet.set_repeat_rows(row, row)?;
        Ok(())
    }

    /// Filter buttons on the heading row of a list; `rows` data rows stand below it.
    pub(crate) fn filter(&mut self, heading: u32, rows: usize, columns: usize) -> Done {
        let last = heading + u32::try_from(rows.max(1)).unwrap_or(0);
        let last_col = u16::try_from(columns.saturating_sub(1)).unwrap_or(0);
        self.sheet.autofilter(heading, 0, last, last_col)?;
        Ok(())
    }
}

/// Row numbers for the elements of a list that starts at `first`.
pub(super) fn rows_from(first: u32) -> std::ops::RangeFrom<u32> {
    first..
}
