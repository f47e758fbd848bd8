//! A text inside a TOML file, and the way back from its characters to the bytes of the file.
//!
//! Goes in: a decoded string, the bytes its literal stands on, and a range of the decoded string. Comes out: the bytes
//! an editor would mark.
//! Guaranteed: right for basic and literal strings, with or without escapes and line continuations; whatever does not
//! add up gives the whole literal instead of a wrong mark.

use std::ops::Range;

/// A string value or key of a TOML file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Quoted {
    /// As TOML reads it.
    pub text: String,
    /// The bytes of the literal, quotes included.
    pub at: Range<usize>,
}

impl Quoted {
    /// Whether there is anything but blanks.
    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}

/// The bytes of `file` on which the bytes `part` of the decoded text stand.
pub(super) fn locate(file: &str, quoted: &Quoted, part: Range<usize>) -> Range<usize> {
    let whole = quoted.at.clone();
    let Some(literal) = file.get(whole.clone()) else { return whole };
    let Some(starts) = starts(literal, &quoted.text) else { return whole };
    match (starts.get(part.start), starts.get(part.end)) {
        (Some(from), Some(to)) if from <= to => whole.start + from..whole.start + to,
        _ => whole,
    }
}

/// For each byte of `decoded`, and one past it, where in `literal` it begins; `None` when the two do not agree.
fn starts(literal: &str, decoded: &str) -> Option<Vec<usize>> {
    let (quotes, escapes) = ["\"\"\"", "'''", "\"", "'"]
        .into_iter()
        .find(|it| literal.starts_with(it))
        .map_or((0, false), |it| (it.len(), it.starts_with('"')));
    let mut at = quotes;
    if quotes == 3 {
        // A newline right after the opening quotes is not part of the text.
        at += ["\r\n", "\n"].into_iter().find(|it| literal[at..].starts_with(it)).map_or(0, str::len);
    }
    let mut starts = Vec::with_capacity(decoded.len() + 1);
    for c in decoded.chars() {
        if escapes {
            at = skip_continuations(literal, at);
        }
        let rest = literal.get(at..)?;
        let mut len = c.len_utf8();
        if escapes && rest.starts_with('\\') {
            len = escape_len(rest)?;
        } else if c == '\n' && rest.starts_with("\r\n") {
            len = 2;
        } else if !rest.starts_with(c) {
            return None;
        }
        starts.resize(starts.len() + c.len_utf8(), at);
        at += len;
    }
    starts.push(at);
    Some(starts)
}

/// Past every backslash that swallows the line break and the blanks after it.
fn skip_continuations(literal: &str, mut at: usize) -> usize {
    while let Some(rest) = literal.get(at..).and_then(|it| it.strip_prefix('\\')) {
        let after = rest.trim_start_matches([' ', '\t']);
        if !after.starts_with(['\n', '\r']) {
            break;
        }
        at = literal.len() - after.trim_start_matches([' ', '\t', '\n', '\r']).len();
    }
    at
}

fn escape_len(rest: &str) -> Option<usize> {
    Some(match rest.as_bytes().get(1)? {
        b'x' => 4,
        b'u' => 6,
        b'U' => 10,
        _ => 2,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Decodes with the real reader, so that the two can never drift apart.
    fn quoted(file: &str) -> Quoted {
        let table = toml::de::DeTable::parse(file).unwrap();
        let (_, value) = table.get_ref().iter().next().unwrap();
        Quoted { text: value.get_ref().as_str().unwrap().to_owned(), at: value.span() }
    }

    #[test]
    fn marks_fall_on_the_right_characters_in_every_kind_of_string() {
        for file in [
            r#"k = "a < felet && ö""#,
            r#"k = 'a < felet && ö'"#,
            r#"k = "\"å\" == felet \\b \u00e5 \U0001F600""#,
            "k = \"\"\"\n  å\n  felet \"x\" y\"\"\"",
            "k = \"\"\"\r\n  å\r\n  felet\"\"\"",
            "k = '''\n  å \\\n  felet\n'''",
            "k = \"\"\"\\\n   a && \\\n\n   felet \\\n  \"\"\"",
        ] {
            let quoted = quoted(file);
            let start = quoted.text.find("felet").unwrap();
            let marked = locate(file, &quoted, start..start + 5);
            assert_eq!(&file[marked], "felet", "{file}");
        }
    }

    #[test]
    fn an_escape_is_marked_as_written() {
        let file = r#"k = "a\u00e5b""#;
        assert_eq!(&file[locate(file, &quoted(file), 1..3)], r"\u00e5");
    }

    #[test]
    fn what_does_not_add_up_marks_the_whole_literal() {
        let file = r#"k = "abc""#;
        let wrong = Quoted { text: "xyz".into(), at: 4..9 };
        assert_eq!(locate(file, &wrong, 0..1), 4..9);
        assert_eq!(locate(file, &quoted(file), 2..99), 4..9);
    }
}
