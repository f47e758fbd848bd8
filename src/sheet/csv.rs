//! Text with delimiters → grid.
//!
//! Goes in: the bytes of a text file. Comes out: a workbook with one sheet, every cell a text as it stands.
//! Guaranteed: row numbers are those a spreadsheet program would show – blank lines count, a `sep=` line does not;
//! a stray quotation mark never swallows what follows; never more than the limits allow.

use crate::model::Observation;
use crate::model::Seen;

use super::delimiter;
use super::encoding;
use super::fill::{self, Fill};
use super::grid::Workbook;
use super::limits::Limits;
use super::records::Records;

/// Reads a text file. `None` when it cannot be used; then an observation says why.
pub fn read(bytes: &[u8], limits: &Limits, observations: &mut Vec<Observation>) -> Option<Workbook> {
    let mut seen = Vec::new();
    let text = encoding::decode(bytes, None, &mut seen);
    let text = if text.contains('\0') { text.replace('\0', "").into() } else { text };
    if text.trim().is_empty() {
        return fill::refused(Seen::FilTom, observations);
    }
    if is_binary(&text) {
        return fill::foreign("en fil av okänt slag", observations);
    }
    if let Some(what) = other_text(&text) {
        return fill::foreign(what, observations);
    }
    observations.append(&mut seen);
    match filled(&text, limits) {
        Ok(fill) => Some(fill.finish(observations)),
        Err(seen) => fill::refused(seen, observations),
    }
}

/// Control characters that no text has, beyond the odd one.
fn is_binary(text: &str) -> bool {
    let (mut all, mut strange) = (0, 0);
    for c in text.chars().take(8192) {
        all += 1;
        strange += usize::from(c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1a}'));
        strange += usize::from(c == char::REPLACEMENT_CHARACTER);
    }
    strange * 20 > all
}

/// Text that a program wrote for another program.
fn other_text(text: &str) -> Option<&'static str> {
    let text = text.trim();
    let between = |open, close| text.starts_with(open) && text.ends_with(close);
    match () {
        () if between('<', '>') => Some("en XML-fil"),
        () if between('{', '}') && text.contains("\":") || between('[', ']') && text.contains('{') => {
            Some("en JSON-fil")
        }
        () => None,
    }
}

fn filled<'a>(text: &str, limits: &'a Limits) -> Result<Fill<'a>, Seen> {
    let (said, text) = delimiter::said(text);
    let form = delimiter::form(text, said);
    let mut fill = Fill::new(limits);
    fill.sheet("CSV")?;
    let mut records = Records::new(text, form.delimiter, limits.fil.cell_tecken);
    let mut row = 0;
    loop {
        if form.wrapped
            && let Some(inner) = records.wrapped()
        {
            let mut fields = Records::new(&inner, form.delimiter, limits.fil.cell_tecken);
            fields.next(|col, field| fill.text(row, col, shown(field)))?;
        } else if !records.next(|col, field| fill.text(row, col, shown(field)))? {
            break;
        }
        row = row.saturating_add(1);
    }
    Ok(fill)
}

/// `="0012"` is how a program asks the spreadsheet to keep the zeros; what a person sees is `0012`.
fn shown(field: &str) -> &str {
    field.strip_prefix("=\"").and_then(|it| it.strip_suffix('"')).filter(|it| !it.contains('"')).unwrap_or(field)
}

#[cfg(test)]
#[path = "csv_tests.rs"]
mod tests;
