//! Lagrum: the paragraph a decision was taken under.
//!
//! Goes in: text as typed ("9 § 3 LSS", "4 kap. 1 § SoL", "LSS 9:3", "11:1"). Comes out: law, chapter, paragraph, point.
//! Guaranteed: what cannot be read is `None`, never a guess; printing gives the form used in reports ("9 § 3").

use std::fmt;

use super::spelling::fold;
use super::words::words;

words! {
    /// The laws that turn up in reports. Only `Sol` and `Lss` carry the reporting duty (domain 1.2).
    Lag {
        Sol = "SoL", "Socialtjänstlagen";
        Lss = "LSS", "Lagen om stöd och service till vissa funktionshindrade";
        Hsl = "HSL", "Hälso- och sjukvårdslagen";
        Lvu = "LVU", "Lagen med särskilda bestämmelser om vård av unga";
        Lvm = "LVM", "Lagen om vård av missbrukare i vissa fall";
        Annan = "annan", "Annan lag";
    }
}

impl Lag {
    /// The law a word names; one word, folded.
    pub fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "sol" | "socialtjänstlagen" | "socialtjänstlag" => Lag::Sol,
            "lss" => Lag::Lss,
            "hsl" => Lag::Hsl,
            "lvu" => Lag::Lvu,
            "lvm" => Lag::Lvm,
            "sfb" | "socialförsäkringsbalken" | "bab" | "färdtjänstlagen" | "lpt" | "lrv" => Lag::Annan,
            _ => return None,
        })
    }
}

/// A paragraph; each part only when the text said it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Lagrum {
    pub lag: Option<Lag>,
    pub kap: Option<u8>,
    pub paragraf: Option<u8>,
    pub punkt: Option<u8>,
}

impl Lagrum {
    /// Reads a cell that should hold nothing but a lagrum; `None` when any word is left over.
    pub fn parse(text: &str) -> Option<Self> {
        let (lagrum, rest) = Self::split(text);
        (rest.is_empty() && lagrum != Self::default()).then_some(lagrum)
    }

    /// Takes the lagrum out of a text that may hold more: `"9 § 3 Ledsagarservice"` → 9 § 3 and `"ledsagarservice"`.
    ///
    /// The rest is folded. A number counts only beside `§`, `kap` or a colon, so "över 12 år" is left alone.
    pub fn split(text: &str) -> (Self, String) {
        let folded = fold(text);
        let mut parts = Vec::with_capacity(8);
        tokens(&folded, &mut parts);
        let mut found = Self::default();
        let mut rest: Vec<&str> = Vec::new();
        let mut at = 0;
        while at < parts.len() {
            let step = found.take(&parts[at..]);
            if step == 0 {
                match parts[at] {
                    Part::Word(word) | Part::Number(_, word) => rest.push(word),
                    Part::Mark(mark) if !matches!(mark, "§" | ":" | "." | "," | ";" | "(" | ")" | "-" | "/") => {
                        rest.push(mark);
                    }
                    // A slash or a hyphen between words belongs to the name: "och/eller", "HVB-hem".
                    Part::Mark(mark @ ("-" | "/" | "," | "(" | ")")) if !rest.is_empty() => rest.push(mark),
                    Part::Mark(_) => {}
                }
                at += 1;
            } else {
                at += step;
            }
        }
        found.settle();
        (found, tidy(&rest))
    }

    /// How many parts a lagrum takes here; 0 when none starts here.
    fn take(&mut self, parts: &[Part<'_>]) -> usize {
        use Part::{Mark, Number, Word};
        let small = |n: u32| u8::try_from(n).ok().filter(|it| *it > 0);
        match parts {
            [Number(a, _), Mark(":"), Number(b, _), ..] if *a >= 1900 && *b < 2000 => 3, // SFS number, 2001:453
            [Number(a, _), Mark(":"), Number(b, _), ..] => {
                let (Some(a), Some(b)) = (small(*a), small(*b)) else { return 0 };
                self.kap = Some(a);
                self.paragraf = Some(b);
                self.punkt = None;
                3 + usize::from(matches!(parts.get(3), Some(Mark("§"))))
            }
            [Number(a, _), Word("kap" | "kapitlet" | "k"), tail @ ..] => {
                let Some(a) = small(*a) else { return 0 };
                self.kap = Some(a);
                let skipped = usize::from(matches!(tail.first(), Some(Mark("."))));
                match tail.get(skipped..) {
                    Some([Number(b, _), Mark("§"), ..]) => {
                        self.paragraf = small(*b);
                        2 + skipped + 2
                    }
                    Some([Mark("§"), Number(b, _), ..]) => {
                        self.paragraf = small(*b);
                        2 + skipped + 2
                    }
                    Some([Number(b, _), Word(letter), Mark("§"), ..]) if letter.len() == 1 => {
                        self.paragraf = small(*b);
                        2 + skipped + 3
                    }
                    _ => 2 + skipped,
                }
            }
            [Number(a, _), Mark("§"), tail @ ..] => {
                let Some(a) = small(*a) else { return 0 };
                self.paragraf = Some(a);
                let mut used = 2;
                let mut tail = tail;
                while let [Mark("§" | "." | ",") | Word("p" | "punkt" | "pkt" | "punkten"), more @ ..] = tail {
                    if !matches!(more.first(), Some(Number(..) | Mark(".") | Word("p" | "punkt" | "pkt"))) {
                        break;
                    }
                    tail = more;
                    used += 1;
                }
                if let [Number(b, _), after @ ..] = tail
                    && !matches!(after.first(), Some(Word("kap" | "år" | "st" | "tim" | "timmar" | "h")))
                    && *b <= 20
                {
                    self.punkt = small(*b);
                    used += 1;
                }
                used
            }
            [Mark("§"), Number(a, _), tail @ ..] => {
                let Some(a) = small(*a) else { return 0 };
                if let [Mark(":"), Number(b, _), ..] | [Word("p" | "punkt"), Number(b, _), ..] = tail {
                    self.paragraf = Some(a);
                    self.punkt = small(*b);
                    return 4;
                }
                self.paragraf = Some(a);
                2
            }
            [Word(word), ..] => match Lag::from_word(word) {
                Some(lag) => {
                    if self.lag.is_none() {
                        self.lag = Some(lag);
                    }
                    1
                }
                None => 0,
            },
            _ => 0,
        }
    }

    /// "9:3" and "9 kap. 3 §" are the same marks: in LSS, which has no chapters, they mean 9 § 3.
    fn settle(&mut self) {
        let lss = matches!(self.lag, Some(Lag::Lss)) || (self.lag.is_none() && self.kap == Some(9));
        if lss && let (Some(kap), Some(paragraf), None) = (self.kap, self.paragraf, self.punkt) {
            *self = Self { kap: None, paragraf: Some(kap), punkt: Some(paragraf), ..*self };
        }
    }

    /// The law, also when only the numbers tell: 9 § with a point is LSS, chapter 4, 11 and 12 are SoL.
    pub fn law(&self) -> Option<Lag> {
        self.lag.or(match self {
            Self { kap: None, paragraf: Some(9), punkt: Some(1..=10), .. } => Some(Lag::Lss),
            Self { kap: Some(4 | 11 | 12), paragraf: Some(_), .. } => Some(Lag::Sol),
            _ => None,
        })
    }

    /// Whether a decision under this lagrum must be reported when it waits (SoL 34 kap. 1 §, LSS 28 f §).
    ///
    /// `None` when the text does not tell: only "LSS", only "SoL", a paragraph that holds several kinds.
    pub fn in_duty(&self) -> Option<bool> {
        match (self.law()?, self.kap, self.paragraf, self.punkt) {
            (Lag::Lss, _, Some(9), Some(punkt @ 1..=10)) => Some(punkt != 1),
            (Lag::Sol, Some(4), Some(1), _) | (Lag::Sol, Some(11 | 12), Some(1), _) => Some(true),
            (Lag::Sol, Some(4 | 12), Some(2), _) | (Lag::Sol, Some(11), Some(4 | 5), _) => Some(false),
            (Lag::Lss | Lag::Sol, ..) => None,
            (Lag::Hsl | Lag::Lvu | Lag::Lvm | Lag::Annan, ..) => Some(false),
        }
    }

    /// What two cells of one row say together: this one wins, `other` fills what it does not say.
    pub fn with(self, other: Self) -> Self {
        let contradicts = matches!((self.law(), other.law()), (Some(a), Some(b)) if a != b);
        let mut both = self;
        if !contradicts {
            if self.paragraf.is_none() {
                both = Self { lag: self.lag, ..other };
            } else if self.kap == other.kap && self.paragraf == other.paragraf {
                both.punkt = self.punkt.or(other.punkt);
            }
            both.lag = self.lag.or(other.lag);
        }
        both.lag = both.law();
        both
    }
}

#[derive(Debug, Clone, Copy)]
enum Part<'a> {
    Number(u32, &'a str),
    Word(&'a str),
    Mark(&'a str),
}

fn tokens<'a>(text: &'a str, out: &mut Vec<Part<'a>>) {
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let same = |it: char| match first {
            c if c.is_ascii_digit() => it.is_ascii_digit(),
            c if c.is_alphabetic() => it.is_alphabetic(),
            _ => false,
        };
        let end = rest.find(|it| !same(it)).unwrap_or(rest.len()).max(first.len_utf8());
        let (word, after) = rest.split_at(end);
        rest = after;
        if first.is_whitespace() {
            continue;
        }
        out.push(if first.is_ascii_digit() {
            Part::Number(word.parse().unwrap_or(u32::MAX), word)
        } else if first.is_alphabetic() {
            Part::Word(word)
        } else {
            Part::Mark(word)
        });
    }
}

/// Joins what was left, without the words that only tied the lagrum to it.
fn tidy(rest: &[&str]) -> String {
    let loose = |it: &&&str| matches!(**it, "enligt" | "enl" | "jml" | "i" | "-" | "/" | "," | "(" | ")" | "och" | ".");
    let first = rest.iter().take_while(loose).count();
    let rest = &rest[first..];
    let last = rest.iter().rev().take_while(|it| loose(it) && **it != ")").count();
    let mut out = String::new();
    for part in &rest[..rest.len() - last] {
        let tight = matches!(*part, ")" | "," | "-" | "/") || out.ends_with(['(', '-', '/']);
        if !out.is_empty() && !tight {
            out.push(' ');
        }
        out.push_str(part);
    }
    // "(" and ")" that held nothing but a lagrum.
    out.replace("()", "").trim().to_owned()
}

impl fmt::Display for Lagrum {
    /// `9 § 3`, `4 kap. 1 §`, or nothing; the law is printed beside it, not here.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(kap) = self.kap {
            write!(f, "{kap} kap. ")?;
        }
        if let Some(paragraf) = self.paragraf {
            write!(f, "{paragraf} §")?;
        }
        if let Some(punkt) = self.punkt {
            write!(f, " {punkt}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> String {
        match Lagrum::parse(text) {
            Some(it) => format!("{}|{it}", it.lag.map_or("", Lag::key)),
            None => "-".to_owned(),
        }
    }

    #[test]
    fn lagrum_is_read_in_the_spellings_people_use() {
        for (text, expected) in [
            ("9 § 3 LSS", "LSS|9 § 3"),
            ("LSS 9 § 3", "LSS|9 § 3"),
            ("9§3", "|9 § 3"),
            ("9:3", "|9 § 3"),
            ("LSS 9:10", "LSS|9 § 10"),
            ("9 § p 3 LSS", "LSS|9 § 3"),
            ("9 § p. 3", "|9 § 3"),
            ("9 § punkt 3 LSS", "LSS|9 § 3"),
            ("§ 9:3 LSS", "LSS|9 § 3"),
            ("9 §, 3 LSS", "LSS|9 § 3"),
            ("LSS", "LSS|"),
            ("SoL", "SoL|"),
            ("lss (1993:387) 9 § 4", "LSS|9 § 4"),
            ("4 kap. 1 § SoL", "SoL|4 kap. 1 §"),
            ("4 kap 1§ sol", "SoL|4 kap. 1 §"),
            ("4:1 SoL", "SoL|4 kap. 1 §"),
            ("SoL 11 kap 1 §", "SoL|11 kap. 1 §"),
            ("SoL (2025:400) 12 kap. 1 §", "SoL|12 kap. 1 §"),
            ("SoL 9:3", "SoL|9 kap. 3 §"),
            ("LVU 3 §", "LVU|3 §"),
            ("HSL", "HSL|"),
            ("16 kap. 6 f § SoL", "SoL|16 kap. 6 §"),
            ("Ledsagarservice", "-"),
            ("9 § 3 Ledsagarservice", "-"),
            ("9", "-"),
            ("", "-"),
        ] {
            assert_eq!(written(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_not_lagrum_is_left_as_it_was() {
        for (text, expected) in [
            ("9 § 3 Ledsagarservice", "ledsagarservice"),
            ("4 kap. 1 § SoL Ungdomscoach", "ungdomscoach"),
            ("Ledsagarservice enligt LSS", "ledsagarservice"),
            ("Ledsagarservice (LSS 9 § 3)", "ledsagarservice"),
            ("Ledsagarservice, 9 § 3 LSS", "ledsagarservice"),
            ("9 § 7 korttidstillsyn över 12 år", "korttidstillsyn över 12 år"),
            ("Bostad med särskild service (vuxna)", "bostad med särskild service (vuxna)"),
            ("9 § 3 LSS", ""),
            ("HVB-hem", "hvb-hem"),
        ] {
            assert_eq!(Lagrum::split(text).1, expected, "{text}");
        }
    }

    #[test]
    fn the_duty_covers_what_the_acts_say() {
        for (text, expected) in [
            ("9 § 2 LSS", Some(true)),
            ("9 § 10", Some(true)),
            ("9 § 1 LSS", Some(false)),
            ("LSS", None),
            ("SoL", None),
            ("LSS 9 §", None),
            ("4 kap. 1 § SoL", Some(true)),
            ("11:1", Some(true)),
            ("12:1 SoL", Some(true)),
            ("11:4 SoL", Some(false)),
            ("11 kap. 5 §", Some(false)),
            ("12 kap 2 § SoL", Some(false)),
            ("LVU 3 §", Some(false)),
            ("LVM", Some(false)),
            ("HSL", Some(false)),
        ] {
            assert_eq!(Lagrum::parse(text).and_then(|it| it.in_duty()), expected, "{text}");
        }
    }

    #[test]
    fn two_cells_of_a_row_say_it_together() {
        let read = |text| Lagrum::split(text).0;
        for (own, other, expected) in [
            ("LSS", "9 § 3 Ledsagarservice", "LSS|9 § 3"),
            ("9 § 4", "9 § 3 Ledsagarservice", "LSS|9 § 4"),
            ("SoL", "9 § 3 Ledsagarservice", "SoL|"),
            ("", "9 § 5 Kontaktperson", "LSS|9 § 5"),
            ("9 § LSS", "9 § 5", "LSS|9 § 5"),
            ("SoL", "4 kap. 1 §", "SoL|4 kap. 1 §"),
        ] {
            let both = read(own).with(read(other));
            assert_eq!(format!("{}|{both}", both.lag.map_or("", Lag::key)), expected, "{own} + {other}");
        }
    }
}
