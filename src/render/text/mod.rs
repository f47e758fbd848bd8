//! The report and the findings of a check as plain text in a terminal.
//!
//! Goes in: a [`View`] or checked files, and a [`Screen`]. Comes out: lines of text. Guaranteed: no line is wider than
//! the screen unless one word is; nothing from outside can steer the terminal; colour only says again what a word says.

mod check;
mod columns;
mod report;

use std::io::Write;

pub use check::check;
pub use report::report;

use super::print::{clean_line, wrapped};

/// What the text is written for.
#[derive(Debug, Clone, Copy)]
pub struct Screen {
    /// Columns; text is broken at this width.
    pub width: usize,
    pub colour: bool,
}

impl Default for Screen {
    fn default() -> Self {
        Self { width: 100, colour: false }
    }
}

/// How a word stands out when colour is asked for.
#[derive(Clone, Copy)]
enum Tone {
    Strong,
    Alarm,
    Warn,
    Quiet,
}

impl Screen {
    /// At least forty columns: narrower than that nothing can be read anyway.
    fn wide(self) -> usize {
        self.width.clamp(40, 200)
    }

    fn tone(self, text: &str, tone: Tone) -> String {
        if !self.colour {
            return text.to_owned();
        }
        let code = match tone {
            Tone::Strong => "1",
            Tone::Alarm => "1;31",
            Tone::Warn => "33",
            Tone::Quiet => "2",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }

    /// Writes a paragraph, every line indented by `indent`, following lines by two more.
    fn paragraph(self, out: &mut dyn Write, indent: usize, text: &str) -> std::io::Result<()> {
        for (at, line) in wrapped(&clean_line(text), self.wide().saturating_sub(indent + 2)).iter().enumerate() {
            let more = if at == 0 { 0 } else { 2 };
            writeln!(out, "{:1$}{line}", "", indent + more)?;
        }
        Ok(())
    }

    fn heading(self, out: &mut dyn Write, text: &str) -> std::io::Result<()> {
        writeln!(out, "\n{}", self.tone(text, Tone::Strong))
    }
}
