//! The compiled trees against a slow interpreter that follows the description of the language word by word.
//!
//! Goes in: random conditions and random facts. Comes out: nothing, unless the two disagree.
//! Guaranteed: the interpreter shares no code with the lexer, the parser, the checker or the trees.

use chrono::{Datelike, NaiveDate};
use proptest::prelude::*;

use super::check::Checker;
use super::compiled::Condition;
use super::facts::{Facts, Value};
use super::file::Outcome;
use super::fixtures::insatser;
use super::parse::parse;
use super::tree::BoolExpr;
use super::{Scope, Slot};
use crate::model::Quarter;
use crate::model::calendar;

/// A condition as data, printed to text for the one side and interpreted for the other.
#[derive(Debug, Clone)]
enum Node {
    Leaf(String, Known),
    Slot(Slot),
    Asks(&'static str, Slot),
    Not(Box<Node>),
    Infix(&'static str, Box<Node>, Box<Node>),
    OneOf(Slot, Vec<&'static str>),
    Call(&'static str, Vec<Node>),
}

/// A value of the interpreter; `Unknown` is "cannot tell".
#[derive(Debug, Clone, PartialEq)]
enum Known {
    Unknown,
    Bool(bool),
    Number(f64),
    Date(NaiveDate),
    Text(String),
}

impl Node {
    fn strength(&self) -> u8 {
        match self {
            Node::Infix("||", ..) => 1,
            Node::Infix("&&", ..) => 2,
            Node::Infix("+" | "-", ..) => 4,
            Node::Infix(..) | Node::OneOf(..) => 3,
            _ => 5,
        }
    }

    /// With no more parentheses than the precedence asks for, so that the parser has something to get wrong.
    fn text(&self) -> String {
        let inside = |it: &Node, least: u8| if it.strength() < least { format!("({})", it.text()) } else { it.text() };
        match self {
            Node::Leaf(text, _) => text.clone(),
            Node::Slot(slot) => slot.name().to_owned(),
            Node::Asks(function, slot) => format!("{function}({})", slot.name()),
            Node::Not(it) => format!("!{}", inside(it, 5)),
            Node::Infix(sign, a, b) => {
                let own = self.strength();
                let left = if own == 3 { 4 } else { own };
                format!("{} {sign} {}", inside(a, left), inside(b, own + 1))
            }
            Node::OneOf(slot, words) => format!("{} in ['{}']", slot.name(), words.join("', '")),
            Node::Call(name, args) => {
                format!("{name}({})", args.iter().map(Node::text).collect::<Vec<_>>().join(", "))
            }
        }
    }

    fn value(&self, facts: &Facts<'_>) -> Known {
        match self {
            Node::Leaf(_, known) => known.clone(),
            Node::Slot(slot) => of(facts.get(*slot)),
            Node::Asks(function, slot) => match facts.get(*slot) {
                value if *function == "olaslig" => Known::Bool(*value == Value::Unreadable),
                Value::Unreadable => Known::Unknown,
                Value::Missing => Known::Bool(*function == "saknas"),
                _ => Known::Bool(*function == "finns"),
            },
            Node::Not(it) => match it.value(facts) {
                Known::Bool(yes) => Known::Bool(!yes),
                _ => Known::Unknown,
            },
            Node::Infix(sign, a, b) => infix(sign, &a.value(facts), &b.value(facts)),
            Node::OneOf(slot, words) => match of(facts.get(*slot)) {
                Known::Text(text) => Known::Bool(words.contains(&text.as_str())),
                _ => Known::Unknown,
            },
            Node::Call(name, args) => {
                let args: Vec<Known> = args.iter().map(|it| it.value(facts)).collect();
                if args.contains(&Known::Unknown) { Known::Unknown } else { call(name, &args, facts) }
            }
        }
    }
}

fn of(value: &Value<'_>) -> Known {
    match value {
        Value::Missing | Value::Unreadable => Known::Unknown,
        Value::Date(day) => Known::Date(*day),
        Value::Number(number) => Known::Number(*number),
        Value::Bool(yes) => Known::Bool(*yes),
        Value::Text(text) => Known::Text(text.to_string()),
    }
}

fn infix(sign: &str, a: &Known, b: &Known) -> Known {
    use Known::{Bool, Date, Number, Text, Unknown};
    match (sign, a, b) {
        ("&&", Bool(false), _) | ("&&", _, Bool(false)) => Bool(false),
        ("||", Bool(true), _) | ("||", _, Bool(true)) => Bool(true),
        (_, Unknown, _) | (_, _, Unknown) => Unknown,
        ("&&", ..) => Bool(true),
        ("||", ..) => Bool(false),
        ("+", Number(a), Number(b)) => Number(a + b),
        ("-", Number(a), Number(b)) => Number(a - b),
        ("==", Text(a), Text(b)) => Bool(a == b),
        ("!=", Text(a), Text(b)) => Bool(a != b),
        ("==", Bool(a), Bool(b)) => Bool(a == b),
        ("!=", Bool(a), Bool(b)) => Bool(a != b),
        (_, Date(a), Date(b)) => Bool(ordered(sign, a, b)),
        (_, Number(a), Number(b)) => Bool(ordered(sign, a, b)),
        _ => panic!("{sign} {a:?} {b:?}"),
    }
}

fn ordered<T: PartialOrd>(sign: &str, a: &T, b: &T) -> bool {
    match sign {
        "==" => a == b,
        "!=" => a != b,
        "<" => a < b,
        "<=" => a <= b,
        ">" => a > b,
        ">=" => a >= b,
        _ => panic!("{sign}"),
    }
}

fn call(name: &str, args: &[Known], facts: &Facts<'_>) -> Known {
    let first = facts.date(Slot::KvartaletsForstaDag).unwrap();
    let last = facts.date(Slot::KvartaletsSistaDag).unwrap();
    match (name, args) {
        ("fore_kvartalet", [Known::Date(day)]) => Known::Bool(*day < first),
        ("i_kvartalet", [Known::Date(day)]) => Known::Bool((first..=last).contains(day)),
        ("efter_kvartalet", [Known::Date(day)]) => Known::Bool(*day > last),
        ("ar", [Known::Date(day)]) => Known::Number(f64::from(day.year())),
        ("dagar_mellan", [Known::Date(a), Known::Date(b)]) => Known::Number((*b - *a).num_days() as f64),
        ("manader_efter", [Known::Date(day), Known::Number(months)]) => {
            Known::Date(calendar::months_after(*day, *months as u32))
        }
        ("dagar_efter", [Known::Date(day), Known::Number(days)]) => Known::Date(*day + chrono::Days::new(*days as u64)),
        ("liknar", [Known::Text(text), Known::Text(pattern)]) => {
            Known::Bool(text.to_lowercase().contains(&pattern.to_lowercase()))
        }
        _ => panic!("{name} {args:?}"),
    }
}

const BOOLS: &[Slot] = &[Slot::Delvis, Slot::OrsakMojlig];
const DATES: &[Slot] = &[Slot::Startdatum, Slot::Slutdatum, Slot::Verkstalld];
const NUMBERS: &[Slot] = &[Slot::Dagar, Slot::AntalOrsaker];
const TEXTS: &[Slot] = &[Slot::Fritext, Slot::Avslutsorsak];
const WORDS: &[&str] = &["tackat nej", "Sjuk", "ålder"];
const KON: &[&str] = &["flicka", "pojke", "kvinna", "man"];

fn day() -> impl Strategy<Value = NaiveDate> {
    (0..400_u64).prop_map(|days| NaiveDate::from_ymd_opt(2023, 1, 1).unwrap() + chrono::Days::new(days))
}

fn dates() -> impl Strategy<Value = Node> {
    let plain = prop_oneof![
        2 => prop::sample::select(DATES).prop_map(Node::Slot),
        1 => day().prop_map(|it| Node::Leaf(it.to_string(), Known::Date(it))),
    ];
    let small = || (0..30_u32).prop_map(|it| Node::Leaf(it.to_string(), Known::Number(f64::from(it))));
    plain.prop_recursive(2, 4, 2, move |inner| {
        prop_oneof![
            (inner.clone(), small()).prop_map(|(day, n)| Node::Call("manader_efter", vec![day, n])),
            (inner, small()).prop_map(|(day, n)| Node::Call("dagar_efter", vec![day, n])),
        ]
    })
}

fn numbers() -> impl Strategy<Value = Node> {
    let plain = prop_oneof![
        prop::sample::select(NUMBERS).prop_map(Node::Slot),
        (0..5_u32).prop_map(|it| Node::Leaf(it.to_string(), Known::Number(f64::from(it)))),
        (-5..0_i32).prop_map(|it| Node::Leaf(it.to_string(), Known::Number(f64::from(it)))),
        dates().prop_map(|it| Node::Call("ar", vec![it])),
        (dates(), dates()).prop_map(|(a, b)| Node::Call("dagar_mellan", vec![a, b])),
    ];
    plain.prop_recursive(2, 6, 2, |inner| {
        (prop::sample::select(vec!["+", "-"]), inner.clone(), inner)
            .prop_map(|(sign, a, b)| Node::Infix(sign, Box::new(a), Box::new(b)))
    })
}

fn word(words: &'static [&'static str]) -> impl Strategy<Value = Node> {
    prop::sample::select(words).prop_map(|it| Node::Leaf(format!("'{it}'"), Known::Text(it.to_owned())))
}

fn conditions() -> impl Strategy<Value = Node> {
    let signs = || prop::sample::select(vec!["==", "!=", "<", "<=", ">", ">="]);
    let equal = || prop::sample::select(vec!["==", "!="]);
    let pair = |(sign, a, b): (&'static str, Node, Node)| Node::Infix(sign, Box::new(a), Box::new(b));
    let every: Vec<Slot> = [BOOLS, DATES, NUMBERS, TEXTS, &[Slot::Kon]].concat();
    let plain = prop_oneof![
        prop::sample::select(BOOLS).prop_map(Node::Slot),
        any::<bool>().prop_map(|it| Node::Leaf(it.to_string(), Known::Bool(it))),
        (prop::sample::select(vec!["finns", "saknas", "olaslig"]), prop::sample::select(every))
            .prop_map(|(function, slot)| Node::Asks(function, slot)),
        (signs(), dates(), dates()).prop_map(pair),
        (signs(), numbers(), numbers()).prop_map(pair),
        (equal(), prop::sample::select(TEXTS).prop_map(Node::Slot), word(WORDS)).prop_map(pair),
        (equal(), word(KON), Just(Node::Slot(Slot::Kon))).prop_map(pair),
        prop::sample::subsequence(KON, 1..=3).prop_map(|words| Node::OneOf(Slot::Kon, words)),
        (prop::sample::select(TEXTS).prop_map(Node::Slot), word(WORDS))
            .prop_map(|(text, word)| Node::Call("liknar", vec![text, word])),
        (prop::sample::select(vec!["fore_kvartalet", "i_kvartalet", "efter_kvartalet"]), dates())
            .prop_map(|(name, day)| Node::Call(name, vec![day])),
    ];
    plain.prop_recursive(4, 24, 3, move |inner| {
        prop_oneof![
            inner.clone().prop_map(|it| Node::Not(Box::new(it))),
            (prop::sample::select(vec!["&&", "||"]), inner.clone(), inner.clone()).prop_map(pair),
            (equal(), inner.clone(), inner).prop_map(pair),
        ]
    })
}

fn facts() -> impl Strategy<Value = Facts<'static>> {
    let bools = prop::collection::vec(maybe(any::<bool>().prop_map(Value::Bool)), BOOLS.len());
    let dates = prop::collection::vec(maybe(day().prop_map(Value::Date)), DATES.len());
    let numbers = prop::collection::vec(maybe((-3..6_i32).prop_map(Value::from)), NUMBERS.len());
    let texts = prop::collection::vec(
        maybe(prop::sample::select(&["TACKAT NEJ", "sjuk", "ålder", "annat"][..]).prop_map(Value::from)),
        TEXTS.len(),
    );
    let kon = maybe(prop::sample::select(KON).prop_map(Value::from));
    (bools, dates, numbers, texts, kon).prop_map(|(bools, dates, numbers, texts, kon)| {
        let mut facts = Facts::of(Quarter::new(2023, 3).unwrap());
        let lists = [(BOOLS, bools), (DATES, dates), (NUMBERS, numbers), (TEXTS, texts), (&[Slot::Kon], vec![kon])];
        for (slots, values) in lists {
            for (slot, value) in slots.iter().zip(values) {
                facts.set(*slot, value);
            }
        }
        facts
    })
}

fn maybe(value: impl Strategy<Value = Value<'static>>) -> impl Strategy<Value = Value<'static>> {
    prop_oneof![1 => Just(Value::Missing), 1 => Just(Value::Unreadable), 4 => value]
}

fn compiled(node: &Node) -> BoolExpr {
    let insatser = insatser();
    let mut checker = Checker::new(Scope::Rad, &insatser);
    let text = node.text();
    let expr = parse(&text).unwrap_or_else(|wrong| panic!("{text}: {wrong:?}"));
    let tree = checker.bool(&expr);
    tree.unwrap_or_else(|| panic!("{text}: {:?}", checker.faults))
}

fn truth(known: Known) -> Option<bool> {
    if let Known::Bool(yes) = known { Some(yes) } else { None }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn compiled_conditions_answer_as_the_description_says(node in conditions(), facts in facts()) {
        prop_assert_eq!(compiled(&node).eval(&facts), truth(node.value(&facts)), "{}", node.text());
    }

    #[test]
    fn the_quick_question_and_the_full_answer_agree(nar in conditions(), krav in conditions(), facts in facts()) {
        let condition = Condition::new(Some(compiled(&nar)), compiled(&krav));
        prop_assert_eq!(condition.finds(&facts), condition.outcome(&facts) == Outcome::Fynd);
    }
}
