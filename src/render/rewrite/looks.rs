//! How cells of a rewritten workbook look: the kind of value, whether it is marked, struck or a heading.
//!
//! Goes in: [`Look`]. Comes out: a format. Guaranteed: a mark is never colour alone – each severity has its own border,
//! and hard faults are bold; text that looks like a number keeps its zeros when it is edited.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};

use crate::model::Severity;
use crate::render::xlsx::{ACCENT, LINE};

/// What a format depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Look {
    pub kind: Kind,
    pub mark: Option<Severity>,
    pub struck: bool,
    pub heading: bool,
    /// A line below, as in the rest of the table.
    pub ruled: bool,
    pub wrap: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Kind {
    #[default]
    Plain,
    /// Stays a text also when somebody edits it: leading zeros, long digits.
    Text,
    Date,
    Time,
    /// All digits, never 1,23E+12.
    Digits,
}

/// Formats, made as they are asked for.
pub(in crate::render) struct Looks {
    pub(super) plain: Format,
    /// A handful; each is made once and looked up by walking through them.
    made: Vec<(Look, Format)>,
}

/// Fill, text and border of each severity; the words stand in the note.
fn mark(format: Format, severity: Severity) -> Format {
    let (fill, ink, border) = match severity {
        Severity::Fel => (0xF8_D7D7, 0x7A_1212, FormatBorder::Medium),
        Severity::Fraga => (0xFF_F1CF, 0x5C_4300, FormatBorder::Dashed),
        Severity::Notis => (0xE2_EEF7, 0x17_3F5F, FormatBorder::Dotted),
    };
    let format = format
        .set_background_color(Color::RGB(fill))
        .set_font_color(Color::RGB(ink))
        .set_border(border)
        .set_border_color(Color::RGB(ink));
    if severity == Severity::Fel { format.set_bold() } else { format }
}

/// The format of a cell that is marked so, for whoever explains the marks.
pub(in crate::render) fn sample(severity: Severity) -> Format {
    mark(Format::new().set_align(FormatAlign::Top).set_align(FormatAlign::Left).set_indent(1), severity)
}

impl Looks {
    pub(in crate::render) fn new() -> Self {
        Self { plain: Format::new().set_align(FormatAlign::Top), made: Vec::new() }
    }

    pub(super) fn format(&mut self, look: Look) -> &Format {
        let at = match self.made.iter().position(|it| it.0 == look) {
            Some(at) => at,
            None => {
                self.made.push((look, self.make(look)));
                self.made.len() - 1
            }
        };
        self.made.get(at).map_or(&self.plain, |it| &it.1)
    }

    fn make(&self, look: Look) -> Format {
        let mut format = self.plain.clone();
        format = match look.kind {
            Kind::Plain => format,
            Kind::Text => format.set_num_format("@"),
            Kind::Date => format.set_num_format("yyyy-mm-dd").set_align(FormatAlign::Left),
            Kind::Time => format.set_num_format("h:mm").set_align(FormatAlign::Left),
            Kind::Digits => format.set_num_format("0"),
        };
        if look.heading {
            format = format
                .set_bold()
                .set_font_color(Color::White)
                .set_background_color(Color::RGB(ACCENT))
                .set_align(FormatAlign::VerticalCenter);
        }
        if look.ruled {
            format = format.set_border_bottom(FormatBorder::Thin).set_border_bottom_color(Color::RGB(LINE));
        }
        if look.struck {
            format = format.set_font_strikethrough();
        }
        if look.wrap || look.heading {
            format = format.set_text_wrap();
        }
        match look.mark {
            Some(severity) => mark(format, severity),
            None => format,
        }
    }
}
