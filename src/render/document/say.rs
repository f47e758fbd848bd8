//! Sentences built from figures: the words around a number follow the number.
//!
//! Goes in: texts and figures in reading order. Comes out: a [`Paragraph`]. Guaranteed: a count and its noun always agree;
//! a change never has a percentage on a base under five (D51), and the base always stands beside it.

use super::tree::{Figure, Paragraph, Run, Value};
use crate::render::print::{number, share};

/// A noun in the forms a count asks for.
#[derive(Debug, Clone, Copy)]
pub struct Noun {
    /// `inget ärende`
    pub none: &'static str,
    pub one: &'static str,
    pub many: &'static str,
}

pub const ARENDE: Noun = Noun { none: "inget ärende", one: "ärende", many: "ärenden" };
pub const AVBROTT: Noun = Noun { none: "inget avbrott", one: "avbrott", many: "avbrott" };
pub const MAN: Noun = Noun { none: "ingen man", one: "man", many: "män" };
pub const KVINNA: Noun = Noun { none: "ingen kvinna", one: "kvinna", many: "kvinnor" };

/// A paragraph being said.
#[derive(Debug, Default)]
pub struct Say(Vec<Run>);

impl Say {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn text(mut self, text: impl AsRef<str>) -> Self {
        match self.0.last_mut() {
            Some(Run::Text(before)) => before.push_str(text.as_ref()),
            _ => self.0.push(Run::Text(text.as_ref().to_owned())),
        }
        self
    }

    pub fn strong(mut self, text: impl Into<String>) -> Self {
        self.0.push(Run::Strong(text.into()));
        self
    }

    pub fn figure(mut self, it: Figure) -> Self {
        self.0.push(Run::Figure(it));
        self
    }

    /// `57 ärenden`, `1 ärende`, `inget ärende`.
    pub fn count(self, path: impl Into<String>, count: u32, noun: Noun) -> Self {
        match count {
            0 => self.figure(Figure { path: path.into(), value: Value::Whole(0), shown: noun.none.to_owned() }),
            1 => self.figure(Figure::whole(path, 1)).text(format!(" {}", noun.one)),
            _ => self.figure(Figure::whole(path, count)).text(format!(" {}", noun.many)),
        }
    }

    /// `57`, and `inga` when there are none.
    pub fn bare(self, path: impl Into<String>, count: u32) -> Self {
        match count {
            0 => self.figure(Figure { path: path.into(), value: Value::Whole(0), shown: "inga".to_owned() }),
            _ => self.figure(Figure::whole(path, count)),
        }
    }

    pub fn when(self, condition: bool, then: impl FnOnce(Self) -> Self) -> Self {
        if condition { then(self) } else { self }
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Every sentence begins with a capital, also one that begins with ”inga”.
    pub fn done(mut self) -> Paragraph {
        let mut begins = true;
        for run in &mut self.0 {
            match run {
                Run::Text(it) | Run::Strong(it) => {
                    if begins {
                        *it = capital(it);
                    }
                    begins = it.ends_with(". ");
                }
                Run::Figure(it) => {
                    if begins && it.value == Value::Whole(0) {
                        it.shown = capital(&it.shown);
                    }
                    begins = false;
                }
                Run::Missing(_) => begins = false,
            }
        }
        Paragraph(self.0)
    }
}

/// How one figure has changed since another.
#[derive(Debug, Clone)]
pub struct Change {
    /// Where the earlier figure stands.
    pub path: String,
    pub now: i64,
    pub before: i64,
}

impl Change {
    pub fn new(path: impl Into<String>, now: u32, before: u32) -> Self {
        Self { path: path.into(), now: i64::from(now), before: i64::from(before) }
    }

    pub fn difference(&self) -> i64 {
        self.now - self.before
    }

    /// `7 färre än i kvartal 3 2023 (64; −10,9 %)`, `oförändrat sedan kvartal 3 2023 (64)`.
    pub fn say(&self, say: Say, since: &str) -> Say {
        let base = Figure::whole(self.path.clone(), self.before);
        let difference = self.difference();
        let say = match difference {
            0 => say.text(format!("oförändrat sedan {since} (")),
            it => {
                let word = if it > 0 { "fler" } else { "färre" };
                say.text(format!("{} {word} än i {since} (", number(it.abs())))
            }
        };
        let say = say.figure(base);
        match self.percent() {
            Some(percent) if difference != 0 => say.text(format!("; {percent})")),
            _ => say.text(")"),
        }
    }

    /// `+34,8 %`; none on a base under five.
    pub fn percent(&self) -> Option<String> {
        if self.before < 5 {
            return None;
        }
        #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
        let part = self.difference().abs() as f64 / self.before as f64;
        let sign = if self.difference() < 0 { '−' } else { '+' };
        Some(format!("{sign}{}", share(part)))
    }
}

/// First letter large.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_noun_follows_its_count() {
        for (count, expected) in [(0, "inget ärende"), (1, "1 ärende"), (2, "2 ärenden"), (1388, "1\u{a0}388 ärenden")]
        {
            assert_eq!(Say::new().count("totals.open", count, ARENDE).text(".").done().plain().to_lowercase(), {
                let mut it = expected.to_owned();
                it.push('.');
                it
            });
        }
        assert_eq!(Say::new().bare("x", 0).text(" kvarstår").done().plain(), "Inga kvarstår");
    }

    #[test]
    fn a_change_names_its_base_and_a_percentage_only_on_five_or_more() {
        for (now, before, expected) in [
            (57, 64, "7 färre än i kvartal 3 (64; −10,9\u{a0}%)"),
            (31, 23, "8 fler än i kvartal 3 (23; +34,8\u{a0}%)"),
            (64, 64, "oförändrat sedan kvartal 3 (64)"),
            (8, 4, "4 fler än i kvartal 3 (4)"),
            (5, 5, "oförändrat sedan kvartal 3 (5)"),
            (0, 5, "5 färre än i kvartal 3 (5; −100,0\u{a0}%)"),
            (3, 0, "3 fler än i kvartal 3 (0)"),
        ] {
            let said = Change::new("history.2023-Q3.open", now, before).say(Say::new(), "kvartal 3").0;
            assert_eq!(Paragraph(said).plain(), expected);
        }
    }
}
