//! Text → records of fields, forgiving where people and programs break the rules.
//!
//! Goes in: text and its delimiter. Comes out: one record at a time, blank lines as records without content.
//! Guaranteed: line ends may be CRLF, LF or CR; an opening quotation mark whose closing one is missing, malformed or
//! too far away is an ordinary character; time grows with the length of the text and nothing else.
//!
//! The crate `csv` skips blank lines, which would shift every row number after them, and lets one stray quotation mark
//! take the rest of the file; so the twenty lines of the format are our own.

use std::borrow::Cow;

use memchr::{memchr, memchr3};

/// A cell with more lines than this is a quotation mark gone astray.
const MOST_LINES: usize = 200;

/// Reads records one after another.
pub(super) struct Records<'a> {
    text: &'a str,
    at: usize,
    delimiter: u8,
    longest: usize,
}

impl<'a> Records<'a> {
    /// `delimiter` is an ASCII character; `longest` is how many characters a quoted field may have.
    pub(super) fn new(text: &'a str, delimiter: u8, longest: usize) -> Self {
        // A character takes at most four bytes, so no field within the limit is taken for a stray quotation mark.
        Self { text, at: 0, delimiter, longest: longest.saturating_mul(4) }
    }

    /// Gives each field of the next record with its column to `each`; `false` at the end of the text.
    pub(super) fn next<E>(&mut self, mut each: impl FnMut(u32, &str) -> Result<(), E>) -> Result<bool, E> {
        if self.at >= self.text.len() {
            return Ok(false);
        }
        let mut col = 0u32;
        loop {
            let (field, end) = self.field(self.at);
            if !field.is_empty() {
                each(col, &field)?;
            }
            self.at = end;
            if self.byte(end) != Some(self.delimiter) {
                self.skip_line_end();
                return Ok(true);
            }
            self.at += 1;
            col = col.saturating_add(1);
        }
    }

    /// The inside of the next record when the whole line stands in quotation marks and has delimiters inside; then the
    /// record is passed.
    pub(super) fn wrapped(&mut self) -> Option<String> {
        if self.byte(self.at) != Some(b'"') {
            return None;
        }
        let (field, end) = self.quoted(self.at)?;
        if self.byte(end) == Some(self.delimiter) || memchr(self.delimiter, field.as_bytes()).is_none() {
            return None;
        }
        self.at = end;
        self.skip_line_end();
        Some(field.into_owned())
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn slice(&self, from: usize, to: usize) -> &'a str {
        self.text.get(from..to).unwrap_or("")
    }

    fn skip_line_end(&mut self) {
        let length = match (self.byte(self.at), self.byte(self.at + 1)) {
            (Some(b'\r'), Some(b'\n')) => 2,
            (Some(_), _) => 1,
            (None, _) => 0,
        };
        self.at += length;
    }

    /// The field that starts at `from`, and where it ends: at a delimiter, a line end or the end of the text.
    fn field(&self, from: usize) -> (Cow<'a, str>, usize) {
        if self.byte(from) == Some(b'"')
            && let Some(quoted) = self.quoted(from)
        {
            return quoted;
        }
        let rest = self.text.as_bytes().get(from..).unwrap_or(&[]);
        let end = memchr3(self.delimiter, b'\n', b'\r', rest).map_or(self.text.len(), |it| from + it);
        let field = self.slice(from, end);
        // "Solsidan "Omsorg" AB" – quotation marks inside that were never doubled.
        match field.strip_prefix('"').and_then(|it| it.strip_suffix('"')) {
            Some(inner) => (Cow::Owned(inner.replace("\"\"", "\"")), end),
            None => (Cow::Borrowed(field), end),
        }
    }

    /// The quoted field whose opening mark stands at `from`, when it closes as it should.
    fn quoted(&self, from: usize) -> Option<(Cow<'a, str>, usize)> {
        let start = from + 1;
        let most = start.saturating_add(self.longest).min(self.text.len());
        let bytes = self.text.as_bytes().get(..most)?;
        let (mut at, mut doubled) = (start, false);
        let close = loop {
            let mark = at + memchr(b'"', bytes.get(at..)?)?;
            if self.byte(mark + 1) == Some(b'"') {
                doubled = true;
                at = mark + 2;
            } else {
                break mark;
            }
        };
        let after = self.text.as_bytes().get(close + 1..)?;
        let end = close + 1 + after.iter().take_while(|it| **it == b' ').count();
        if !matches!(self.byte(end), None | Some(b'\n' | b'\r')) && self.byte(end) != Some(self.delimiter) {
            return None;
        }
        let field = self.slice(start, close);
        if memchr::memchr2_iter(b'\n', b'\r', field.as_bytes()).take(MOST_LINES * 2).count() >= MOST_LINES * 2 {
            return None;
        }
        let returns = field.contains('\r');
        if !doubled && !returns {
            return Some((Cow::Borrowed(field), end));
        }
        let mut field = field.replace("\"\"", "\"");
        if returns {
            field = field.replace("\r\n", "\n").replace('\r', "\n");
        }
        Some((Cow::Owned(field), end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<Vec<String>> {
        let mut records = Records::new(text, b';', 1000);
        let mut all = Vec::new();
        loop {
            let mut fields = Vec::new();
            let more = records.next(|col, field| {
                fields.resize(col as usize, String::new());
                fields.push(field.to_owned());
                Ok::<(), ()>(())
            });
            if more != Ok(true) {
                return all;
            }
            all.push(fields);
        }
    }

    #[test]
    fn records_and_fields() {
        for (text, expected) in [
            ("a;b\nc;d", vec![vec!["a", "b"], vec!["c", "d"]]),
            ("a;b\r\nc;d\r\n", vec![vec!["a", "b"], vec!["c", "d"]]),
            ("a;b\rc;d\r", vec![vec!["a", "b"], vec!["c", "d"]]),
            ("a\n\n\nb", vec![vec!["a"], vec![], vec![], vec!["b"]]),
            (";;a;;", vec![vec!["", "", "a"]]),
            ("\"a;b\";\"c\nd\";\"e\"\"f\"", vec![vec!["a;b", "c\nd", "e\"f"]]),
            ("\"a\r\nb\";c", vec![vec!["a\nb", "c"]]),
            ("\"a\" ;b", vec![vec!["a", "b"]]),
            ("\"\";b", vec![vec!["", "b"]]),
            ("\"\"\"a\"\"\"", vec![vec!["\"a\""]]),
        ] {
            assert_eq!(all(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_stray_mark_stays_in_its_field() {
        for (text, expected) in [
            ("\"a;b\nc;d", vec![vec!["\"a", "b"], vec!["c", "d"]]),
            ("a\"b;c\nd", vec![vec!["a\"b", "c"], vec!["d"]]),
            ("\"a;b\n\"c\";d", vec![vec!["\"a", "b"], vec!["c", "d"]]),
            ("\"Omsorg \"Sol\" AB\";b", vec![vec!["Omsorg \"Sol\" AB", "b"]]),
            ("\"", vec![vec!["\""]]),
            ("\"\"\"", vec![vec!["\""]]),
        ] {
            assert_eq!(all(text), expected, "{text:?}");
        }
        let far = format!("\"a;b\n{}x\";y", "rad\n".repeat(1000));
        assert_eq!(all(&far).len(), 1002);
    }
}
