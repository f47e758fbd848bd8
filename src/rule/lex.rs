//! The text of a condition → tokens, each with the bytes it stands on.
//!
//! Goes in: one expression. Comes out: its tokens, or the first character that cannot be one.
//! Guaranteed: spans lie on character boundaries of the text given; never fails on any input but with a [`Found`].

use std::ops::Range;

use chrono::NaiveDate;

use super::error::{FaultKind, Found};

/// A token of the language.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Name(String),
    Number(f64),
    Date(NaiveDate),
    /// Raw: a backslash is a backslash, so that patterns read as they are written; `''` is one `'`.
    Text(String),
    True,
    False,
    In,
    Not,
    And,
    Or,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Plus,
    Minus,
    Open,
    Close,
    OpenList,
    CloseList,
    Comma,
    End,
}

impl Token {
    /// As it stands in a sentence: ”&&”, ett datum, slutet av villkoret.
    pub(super) fn in_words(&self) -> String {
        let sign = match self {
            Token::Name(name) => return format!("”{name}”"),
            Token::Number(_) => return "ett tal".to_owned(),
            Token::Date(_) => return "ett datum".to_owned(),
            Token::Text(_) => return "en text".to_owned(),
            Token::End => return "slutet".to_owned(),
            Token::True => "true",
            Token::False => "false",
            Token::In => "in",
            Token::Not => "!",
            Token::And => "&&",
            Token::Or => "||",
            Token::Equal => "==",
            Token::NotEqual => "!=",
            Token::Less => "<",
            Token::LessEqual => "<=",
            Token::Greater => ">",
            Token::GreaterEqual => ">=",
            Token::Plus => "+",
            Token::Minus => "-",
            Token::Open => "(",
            Token::Close => ")",
            Token::OpenList => "[",
            Token::CloseList => "]",
            Token::Comma => ",",
        };
        format!("”{sign}”")
    }
}

/// A token and where it stands.
pub(super) type Spanned = (Token, Range<usize>);

/// All tokens of `text`, closed by [`Token::End`].
pub(super) fn tokens(text: &str) -> Result<Vec<Spanned>, Found> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let (token, len) = if first.is_alphabetic() || first == '_' {
            word(rest)
        } else if first.is_ascii_digit() {
            number(rest, at)?
        } else if first == '\'' {
            quoted(rest, at)?
        } else {
            sign(rest, first, at)?
        };
        found.push((token, at..at + len));
        at += len;
    }
    found.push((Token::End, at..at));
    Ok(found)
}

fn word(rest: &str) -> (Token, usize) {
    let len = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    let token = match &rest[..len] {
        "true" => Token::True,
        "false" => Token::False,
        "in" => Token::In,
        name => Token::Name(name.to_owned()),
    };
    (token, len)
}

/// `12`, `3.5` or `2023-10-01`. Four digits, a hyphen and a digit are always meant as a date.
fn number(rest: &str, at: usize) -> Result<(Token, usize), Found> {
    let bytes = rest.as_bytes();
    let digits = |from: usize| bytes.iter().skip(from).take_while(|it| it.is_ascii_digit()).count();
    let whole = digits(0);
    if whole == 4 && bytes.get(4) == Some(&b'-') && bytes.get(5).is_some_and(u8::is_ascii_digit) {
        let len = rest.find(|c: char| !c.is_ascii_digit() && c != '-').unwrap_or(rest.len());
        let text = &rest[..len];
        let day = (len == 10).then(|| text.parse().ok()).flatten();
        return day
            .map(|day| (Token::Date(day), len))
            .ok_or_else(|| Found::new(FaultKind::BadDate { text: text.to_owned() }, at..at + len));
    }
    let mut len = whole;
    if bytes.get(len) == Some(&b'.') && digits(len + 1) > 0 {
        len += 1 + digits(len + 1);
    }
    let stuck = rest[len..].find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len() - len);
    if stuck > 0 {
        let text = rest[..len + stuck].to_owned();
        return Err(Found::new(FaultKind::BadNumber { text }, at..at + len + stuck));
    }
    let number = rest[..len].parse::<f64>().ok().filter(|it| it.is_finite() && *it < 1e15);
    number
        .map(|it| (Token::Number(it), len))
        .ok_or_else(|| Found::new(FaultKind::BadNumber { text: rest[..len].to_owned() }, at..at + len))
}

fn quoted(rest: &str, at: usize) -> Result<(Token, usize), Found> {
    let mut text = String::new();
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((i, c)) = chars.next() {
        if c != '\'' {
            text.push(c);
        } else if chars.next_if(|it| it.1 == '\'').is_some() {
            text.push('\'');
        } else {
            return Ok((Token::Text(text), i + 1));
        }
    }
    Err(Found::new(FaultKind::OpenText, at..at + rest.len()))
}

fn sign(rest: &str, first: char, at: usize) -> Result<(Token, usize), Found> {
    const SIGNS: &[(&str, Token)] = &[
        ("&&", Token::And),
        ("||", Token::Or),
        ("==", Token::Equal),
        ("!=", Token::NotEqual),
        ("<=", Token::LessEqual),
        (">=", Token::GreaterEqual),
        ("<", Token::Less),
        (">", Token::Greater),
        ("!", Token::Not),
        ("+", Token::Plus),
        ("-", Token::Minus),
        ("(", Token::Open),
        (")", Token::Close),
        ("[", Token::OpenList),
        ("]", Token::CloseList),
        (",", Token::Comma),
    ];
    SIGNS
        .iter()
        .find(|it| rest.starts_with(it.0))
        .map(|it| (it.1.clone(), it.0.len()))
        .ok_or_else(|| Found::new(FaultKind::BadCharacter { found: first }, at..at + first.len_utf8()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn kinds(text: &str) -> Vec<Token> {
        tokens(text).unwrap().into_iter().map(|it| it.0).collect()
    }

    #[test]
    fn every_kind_of_token_is_told_apart() {
        let day = |text: &str| Token::Date(text.parse().unwrap());
        assert_eq!(
            kinds("a_1 >= 2023-10-01 && !b || c in ['x', 'it''s'] + 3.5-12"),
            [
                Token::Name("a_1".into()),
                Token::GreaterEqual,
                day("2023-10-01"),
                Token::And,
                Token::Not,
                Token::Name("b".into()),
                Token::Or,
                Token::Name("c".into()),
                Token::In,
                Token::OpenList,
                Token::Text("x".into()),
                Token::Comma,
                Token::Text("it's".into()),
                Token::CloseList,
                Token::Plus,
                Token::Number(3.5),
                Token::Minus,
                Token::Number(12.0),
                Token::End,
            ]
        );
        assert_eq!(kinds(r"'\bsjuk'"), [Token::Text(r"\bsjuk".into()), Token::End]);
    }

    #[test]
    fn what_is_no_token_is_named_with_its_place() {
        for (text, code, at) in [
            ("a = b", "tecken", 2..3),
            ("a & b", "tecken", 2..3),
            ("kön == \"man\"", "tecken", 8..9),
            ("a == 'öppen", "oppen-text", 5..12),
            ("d > 2023-02-30", "datum", 4..14),
            ("d > 2023-2-3", "datum", 4..12),
            ("12abc", "tal", 0..5),
            ("a > 5 §", "tecken", 6..8),
        ] {
            let found = tokens(text).unwrap_err();
            assert_eq!((found.kind.code(), found.at), (code, at), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_gives_tokens_or_a_place_inside_it(text in "\\PC{0,60}") {
            match tokens(&text) {
                Ok(found) => prop_assert!(found.iter().all(|it| text.get(it.1.clone()).is_some())),
                Err(found) => prop_assert!(text.get(found.at).is_some()),
            }
        }
    }
}
