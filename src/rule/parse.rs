//! Tokens → a syntax tree that remembers where every part stands.
//!
//! Goes in: the text of one condition. Comes out: [`Expr`], or the first place that cannot be understood.
//! Guaranteed: depth and length are bounded, so no text can exhaust the stack; comparisons are never chained silently.

use std::ops::Range;

use chrono::NaiveDate;

use super::error::{FaultKind, Found};
use super::lex::{Spanned, Token, tokens};

/// A part of a condition and the bytes it stands on.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Expr {
    pub kind: ExprKind,
    pub at: Range<usize>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum ExprKind {
    Bool(bool),
    Number(f64),
    Date(NaiveDate),
    Text(String),
    Name(String),
    Not(Box<Expr>),
    Negative(Box<Expr>),
    Binary(Operator, Box<Expr>, Box<Expr>),
    In(Box<Expr>, Vec<Expr>),
    Call { name: String, name_at: Range<usize>, args: Vec<Expr> },
}

/// What stands between two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Plus,
    Minus,
}

impl Operator {
    fn comparison(token: &Token) -> Option<Self> {
        Some(match token {
            Token::Equal => Operator::Equal,
            Token::NotEqual => Operator::NotEqual,
            Token::Less => Operator::Less,
            Token::LessEqual => Operator::LessEqual,
            Token::Greater => Operator::Greater,
            Token::GreaterEqual => Operator::GreaterEqual,
            _ => return None,
        })
    }
}

/// Conditions are read by people; one that does not fit here should be split with `[lat]`.
const MAX_LENGTH: usize = 2000;
const MAX_DEPTH: u32 = 40;
/// `a && b && …` builds a tree as deep as it is long, and the tree is walked by recursion.
const MAX_TERMS: u32 = 100;

/// The tree of one condition.
pub(super) fn parse(text: &str) -> Result<Expr, Found> {
    if text.trim().is_empty() {
        return Err(Found::new(FaultKind::EmptyCondition, 0..text.len()));
    }
    if text.len() > MAX_LENGTH {
        return Err(Found::new(FaultKind::TooLong, 0..text.len()));
    }
    let mut parser = Parser { tokens: tokens(text)?, next: 0, depth: 0 };
    let expr = parser.or()?;
    match parser.peek() {
        Token::End => Ok(expr),
        _ => Err(parser.unexpected("en operator eller slutet")),
    }
}

struct Parser {
    tokens: Vec<Spanned>,
    next: usize,
    depth: u32,
}

type Parsed = Result<Expr, Found>;

impl Parser {
    fn peek(&self) -> &Token {
        self.tokens.get(self.next).map_or(&Token::End, |it| &it.0)
    }

    fn at(&self) -> Range<usize> {
        self.tokens.get(self.next).or(self.tokens.last()).map_or(0..0, |it| it.1.clone())
    }

    fn advance(&mut self) -> Range<usize> {
        let at = self.at();
        self.next += 1;
        at
    }

    fn take(&mut self, wanted: &Token) -> bool {
        let same = self.peek() == wanted;
        if same {
            self.next += 1;
        }
        same
    }

    fn unexpected(&self, wanted: &'static str) -> Found {
        let kind = match self.peek() {
            Token::Name(word) => match word.to_lowercase().as_str() {
                "och" | "and" => FaultKind::WordOperator { word: word.clone(), write: "&&" },
                "eller" | "or" => FaultKind::WordOperator { word: word.clone(), write: "||" },
                "inte" | "not" => FaultKind::WordOperator { word: word.clone(), write: "!" },
                _ => FaultKind::Unexpected { wanted, found: self.peek().in_words() },
            },
            other => FaultKind::Unexpected { wanted, found: other.in_words() },
        };
        Found::new(kind, self.at())
    }

    /// Left-associative chain of one operator.
    fn chain(&mut self, sign: &Token, operator: Operator, part: fn(&mut Self) -> Parsed) -> Parsed {
        let mut left = part(self)?;
        let mut terms = 0;
        while self.take(sign) {
            terms += 1;
            if terms > MAX_TERMS {
                return Err(Found::new(FaultKind::TooDeep, left.at));
            }
            let right = part(self)?;
            left = binary(operator, left, right);
        }
        Ok(left)
    }

    fn or(&mut self) -> Parsed {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Found::new(FaultKind::TooDeep, self.at()));
        }
        let expr = self.chain(&Token::Or, Operator::Or, Self::and);
        self.depth -= 1;
        expr
    }

    fn and(&mut self) -> Parsed {
        self.chain(&Token::And, Operator::And, Self::comparison)
    }

    fn comparison(&mut self) -> Parsed {
        let left = self.sum()?;
        let expr = if let Some(operator) = Operator::comparison(self.peek()) {
            self.next += 1;
            let right = self.sum()?;
            binary(operator, left, right)
        } else if self.take(&Token::In) {
            self.list(left)?
        } else {
            return Ok(left);
        };
        if Operator::comparison(self.peek()).is_some() || *self.peek() == Token::In {
            return Err(Found::new(FaultKind::Chained, self.at()));
        }
        Ok(expr)
    }

    fn list(&mut self, left: Expr) -> Parsed {
        if !self.take(&Token::OpenList) {
            return Err(self.unexpected("en lista, till exempel ['kvinna', 'man']"));
        }
        let mut items = Vec::new();
        loop {
            items.push(self.sum()?);
            if *self.peek() == Token::CloseList {
                let at = left.at.start..self.advance().end;
                return Ok(Expr { kind: ExprKind::In(Box::new(left), items), at });
            }
            if !self.take(&Token::Comma) {
                return Err(self.unexpected("”,” eller ”]”"));
            }
        }
    }

    fn sum(&mut self) -> Parsed {
        let mut left = self.unary()?;
        let mut terms = 0;
        loop {
            let operator = match self.peek() {
                Token::Plus => Operator::Plus,
                Token::Minus => Operator::Minus,
                _ => return Ok(left),
            };
            terms += 1;
            if terms > MAX_TERMS {
                return Err(Found::new(FaultKind::TooDeep, left.at));
            }
            self.next += 1;
            let right = self.unary()?;
            left = binary(operator, left, right);
        }
    }

    fn unary(&mut self) -> Parsed {
        let wrap: fn(Box<Expr>) -> ExprKind = match self.peek() {
            Token::Not => ExprKind::Not,
            Token::Minus => ExprKind::Negative,
            _ => return self.primary(),
        };
        let start = self.advance().start;
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Found::new(FaultKind::TooDeep, self.at()));
        }
        let inner = self.unary()?;
        self.depth -= 1;
        let at = start..inner.at.end;
        Ok(Expr { kind: wrap(Box::new(inner)), at })
    }

    fn primary(&mut self) -> Parsed {
        let kind = match self.peek().clone() {
            Token::True => ExprKind::Bool(true),
            Token::False => ExprKind::Bool(false),
            Token::Number(number) => ExprKind::Number(number),
            Token::Date(day) => ExprKind::Date(day),
            Token::Text(text) => ExprKind::Text(text),
            Token::Name(name) => return self.name(name),
            Token::Open => {
                let start = self.advance().start;
                let inner = self.or()?;
                if *self.peek() != Token::Close {
                    return Err(self.unexpected("en operator eller ”)”"));
                }
                return Ok(Expr { at: start..self.advance().end, ..inner });
            }
            _ => return Err(self.unexpected("ett värde")),
        };
        let at = self.advance();
        Ok(Expr { kind, at })
    }

    fn name(&mut self, name: String) -> Parsed {
        if matches!(name.as_str(), "not" | "inte") && !matches!(self.tokens.get(self.next + 1), Some((Token::Open, _)))
        {
            return Err(self.unexpected("ett värde"));
        }
        let name_at = self.advance();
        if !self.take(&Token::Open) {
            return Ok(Expr { kind: ExprKind::Name(name), at: name_at });
        }
        let mut args = Vec::new();
        while *self.peek() != Token::Close {
            args.push(self.or()?);
            if *self.peek() != Token::Close && !self.take(&Token::Comma) {
                return Err(self.unexpected("”,” eller ”)”"));
            }
        }
        let at = name_at.start..self.advance().end;
        Ok(Expr { kind: ExprKind::Call { name, name_at, args }, at })
    }
}

fn binary(operator: Operator, left: Expr, right: Expr) -> Expr {
    let at = left.at.start..right.at.end;
    Expr { kind: ExprKind::Binary(operator, Box::new(left), Box::new(right)), at }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const fn sign(it: Operator) -> &'static str {
        match it {
            Operator::Or => "||",
            Operator::And => "&&",
            Operator::Equal => "==",
            Operator::NotEqual => "!=",
            Operator::Less => "<",
            Operator::LessEqual => "<=",
            Operator::Greater => ">",
            Operator::GreaterEqual => ">=",
            Operator::Plus => "+",
            Operator::Minus => "-",
        }
    }

    /// The tree with every grouping written out.
    fn shape(expr: &Expr) -> String {
        match &expr.kind {
            ExprKind::Bool(it) => it.to_string(),
            ExprKind::Number(it) => it.to_string(),
            ExprKind::Date(it) => it.to_string(),
            ExprKind::Text(it) => format!("'{it}'"),
            ExprKind::Name(it) => it.clone(),
            ExprKind::Not(it) => format!("!{}", shape(it)),
            ExprKind::Negative(it) => format!("-{}", shape(it)),
            ExprKind::Binary(operator, a, b) => format!("({} {} {})", shape(a), sign(*operator), shape(b)),
            ExprKind::In(it, list) => {
                format!("({} in [{}])", shape(it), list.iter().map(shape).collect::<Vec<_>>().join(", "))
            }
            ExprKind::Call { name, args, .. } => {
                format!("{name}({})", args.iter().map(shape).collect::<Vec<_>>().join(", "))
            }
        }
    }

    #[test]
    fn operators_bind_as_in_cel() {
        for (text, expected) in [
            ("a || b && c", "(a || (b && c))"),
            ("a && b || c && d", "((a && b) || (c && d))"),
            ("(a || b) && c", "((a || b) && c)"),
            ("!a && b", "(!a && b)"),
            ("a + 1 - b < c + 2", "(((a + 1) - b) < (c + 2))"),
            ("x in ['a', 'b'] && y", "((x in ['a', 'b']) && y)"),
            ("f(a, g(b)) == -3", "(f(a, g(b)) == -3)"),
            ("!finns(a)", "!finns(a)"),
            ("a - -1 == 2", "((a - -1) == 2)"),
        ] {
            assert_eq!(shape(&parse(text).unwrap()), expected, "{text}");
        }
    }

    #[test]
    fn the_first_place_that_cannot_be_understood_is_named() {
        for (text, code, at) in [
            ("", "tomt-villkor", 0..0),
            ("a &&", "ovantat", 4..4),
            ("a b", "ovantat", 2..3),
            ("a och b", "operator", 2..5),
            ("inte a", "operator", 0..4),
            ("a < b < c", "kedja", 6..7),
            ("f(a b)", "ovantat", 4..5),
            ("(a", "ovantat", 2..2),
            ("x in 'a'", "ovantat", 5..8),
            ("x in []", "ovantat", 6..7),
        ] {
            let found = parse(text).unwrap_err();
            assert_eq!((found.kind.code(), found.at), (code, at), "{text}");
        }
    }

    #[test]
    fn no_text_is_deep_enough_to_break_the_stack() {
        for text in ["(".repeat(1900), "!".repeat(1900), "-".repeat(1900), "f(".repeat(900), "a&&".repeat(600)] {
            assert!(parse(&text).is_err());
        }
        assert_eq!(parse(&"a".repeat(3000)).unwrap_err().kind.code(), "for-langt");
    }

    proptest! {
        #[test]
        fn any_text_is_parsed_or_refused_with_a_place(text in "[a-c1-3 ()\\[\\]<>=!&|+,'-]{0,40}") {
            if let Err(found) = parse(&text) {
                prop_assert!(text.get(found.at).is_some());
            }
        }
    }
}
