//! The catalogue of insatser: key, name, lagrum, synonyms, which causes and ages can apply.
//!
//! Goes in: the text of `rules/insatser.toml` and of a nämnd's own file on top. Comes out: a catalogue asked by key or by spelling.
//! Guaranteed: keys are unique, order is the order of the file, a synonym leads to exactly one insats per law;
//! a spelling nobody declared is never taken, only suggested.

use chrono::NaiveDate;
use rustc_hash::FxHashMap;

use super::spelling::fold;
use super::words::words;
use super::{DataError, Lag, Lagrum, Orsak};

mod file;

/// Index into [`Insatser`]; cheap to copy and to compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InsatsId(pub u16);

words! {
    /// Whom an insats is for (D33).
    Alder {
        Alla = "alla", "alla åldrar";
        Barn = "barn", "barn och unga";
        Vuxna = "vuxna", "vuxna";
    }
}

/// One insats of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Insats {
    /// Stable key, `ledsagarservice`.
    pub key: String,
    /// Swedish name, `Ledsagarservice`.
    pub name: String,
    pub lag: Lag,
    /// As reports print it for decisions of today, `9 § 3 LSS` or `11 kap. 1 § SoL`.
    pub lagrum: String,
    /// The point of 9 § LSS, when it is an insats of LSS.
    pub punkt: Option<u8>,
    pub alder: Alder,
    /// The area of SoL or LSS it is reported under: `aldre`, `fn`, `ifo`, `lss`.
    pub omrade: String,
    /// Causes that can apply (D27); ledig bostad only where a place to live or stay is what is granted.
    pub orsaker: Vec<Orsak>,
    pub synonyms: Vec<String>,
}

/// What a spelling leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Match {
    One(InsatsId),
    /// The same word under two laws, and nothing said which.
    Several(Vec<InsatsId>),
    /// Nobody declared it; the nearest declared one is worth suggesting.
    None {
        suggestion: Option<InsatsId>,
    },
}

/// The catalogue, in the order reports print it.
#[derive(Debug, Clone, Default)]
pub struct Insatser {
    list: Vec<Insats>,
    /// Folded spelling → the insatser it can mean.
    spellings: FxHashMap<String, Vec<InsatsId>>,
    /// The same in the order of the file, for suggestions.
    in_order: Vec<(String, InsatsId)>,
}

impl Insatser {
    /// The catalogue of the built-in file and, on top of it, a nämnd's own.
    pub fn from_toml(builtin: &str, own: Option<&str>) -> Result<Self, DataError> {
        let mut catalogue = Self::default();
        file::add(&mut catalogue, builtin)?;
        if let Some(own) = own {
            file::add(&mut catalogue, own)?;
        }
        Ok(catalogue)
    }

    pub fn get(&self, id: InsatsId) -> &Insats {
        &self.list[usize::from(id.0)]
    }

    pub fn by_key(&self, key: &str) -> Option<InsatsId> {
        let at = self.list.iter().position(|it| it.key == key)?;
        u16::try_from(at).ok().map(InsatsId)
    }

    pub fn all(&self) -> impl Iterator<Item = (InsatsId, &Insats)> {
        self.list.iter().enumerate().filter_map(|(at, it)| Some((InsatsId(u16::try_from(at).ok()?), it)))
    }

    /// The insats of a point of 9 § LSS.
    pub fn by_punkt(&self, punkt: u8) -> Option<InsatsId> {
        self.all().find(|(_, it)| it.lag == Lag::Lss && it.punkt == Some(punkt)).map(|(id, _)| id)
    }

    /// What a cell means: a number ("9 § 3", "9:3"), a name, a synonym, or number and name together.
    ///
    /// `law` is what other cells or headings say. Where number and name disagree the name decides, so that the
    /// disagreement can be shown; the number is the row's lagrum.
    pub fn find(&self, text: &str, law: Option<Lag>) -> Match {
        let (lagrum, name) = Lagrum::split(text);
        self.find_split(&lagrum, &name, law)
    }

    /// [`Self::find`] on a text that [`Lagrum::split`] has already taken apart.
    pub fn find_split(&self, lagrum: &Lagrum, name: &str, law: Option<Lag>) -> Match {
        let law = lagrum.law().or(law);
        let numbered = self.by_lagrum(lagrum, law);
        if name.is_empty() {
            return numbered.map_or(Match::None { suggestion: None }, Match::One);
        }
        // "Kontaktperson SoL" may be declared with its law; the name without it is tried after.
        let with_law = law.map(|it| format!("{name} {}", fold(it.key())));
        let known = with_law.and_then(|it| self.spellings.get(&it)).or_else(|| self.spellings.get(name));
        if let Some(ids) = known {
            return self.of_law(ids, law, numbered);
        }
        let suggestion = self.nearest(name, law);
        match numbered {
            // The number is plain and the name is only a misspelling of the same insats, or none at all.
            Some(id) if suggestion.is_none_or(|it| it == id) => Match::One(id),
            _ => Match::None { suggestion: suggestion.or(numbered) },
        }
    }

    fn by_lagrum(&self, lagrum: &Lagrum, law: Option<Lag>) -> Option<InsatsId> {
        match lagrum {
            Lagrum { kap: None, paragraf: Some(9), punkt: Some(punkt), .. } if law == Some(Lag::Lss) => {
                self.by_punkt(*punkt)
            }
            _ => None,
        }
    }

    fn of_law(&self, ids: &[InsatsId], law: Option<Lag>, numbered: Option<InsatsId>) -> Match {
        let mut fitting: Vec<InsatsId> =
            ids.iter().copied().filter(|id| law.is_none_or(|law| self.get(*id).lag == law)).collect();
        if fitting.is_empty() {
            // "9 § 9 Bostad med särskild service": the name alone is SoL's, but law and number agree on another insats.
            if let Some(id) = numbered.filter(|id| law.is_some_and(|law| self.get(*id).lag == law)) {
                return Match::One(id);
            }
            // The name belongs to another law than the row says: still that insats, and a rule will object.
            fitting.extend_from_slice(ids);
        }
        match fitting.as_slice() {
            [one] => Match::One(*one),
            several => match numbered.filter(|it| several.contains(it)) {
                Some(it) => Match::One(it),
                None => Match::Several(fitting),
            },
        }
    }

    fn nearest(&self, name: &str, law: Option<Lag>) -> Option<InsatsId> {
        let mut best: Option<(f64, InsatsId)> = None;
        let of_law = |id: InsatsId| law.is_none_or(|law| self.get(id).lag == law);
        let length = name.chars().count();
        // Two texts are never more alike than their lengths; most spellings fall away without being compared.
        let possible = |spelling: &str| {
            let other = spelling.chars().count();
            length.min(other) * 10 >= length.max(other) * 7
        };
        for (spelling, id) in self.in_order.iter().filter(|(it, id)| of_law(*id) && possible(it)) {
            let likeness = strsim::normalized_damerau_levenshtein(name, spelling);
            if likeness >= 0.7 && best.is_none_or(|(top, _)| likeness > top) {
                best = Some((likeness, *id));
            }
        }
        best.map(|(_, id)| id)
    }

    /// The only insats a longer text names (a title, a sheet's name), or `None` when it names none or several.
    pub fn mentioned(&self, text: &str, law: Option<Lag>) -> Option<InsatsId> {
        let (lagrum, rest) = Lagrum::split(text);
        let law = lagrum.law().or(law);
        if let Match::One(id) = self.find_split(&lagrum, &rest, law) {
            return Some(id);
        }
        let words: Vec<&str> = rest.split(|c: char| !c.is_alphanumeric()).filter(|it| !it.is_empty()).collect();
        let mut found: Option<InsatsId> = None;
        let mut at = 0;
        while at < words.len() {
            // The longest spelling that starts here, so that "bostad med särskild service barn" is not "bostad".
            let longest = (1..=(words.len() - at).min(8)).rev().find_map(|len| {
                let ids = self.spellings.get(&words.get(at..at + len)?.join(" "))?;
                // Two-letter abbreviations mean too many other things in running text.
                (len > 1 || words.get(at).is_some_and(|it| it.chars().count() > 3)).then_some((len, ids))
            });
            let Some((len, ids)) = longest else {
                at += 1;
                continue;
            };
            match self.of_law(ids, law, None) {
                Match::One(id) if found.is_none_or(|it| it == id) => found = Some(id),
                _ => return None,
            }
            at += len;
        }
        found.or_else(|| self.by_lagrum(&lagrum, law))
    }

    /// Whether a decision on this insats can stand under this lagrum; `None` when the lagrum says too little
    /// or is of a law that carries no insats ([`Lagrum::in_duty`] speaks of those).
    ///
    /// Decisions keep the lagrum they were taken under, so 4 kap. 1 § SoL (2001:453) and 11 or 12 kap. 1 § SoL (2025:400)
    /// both fit – but no decision was taken under the old Act from 2025-07-01.
    pub fn lagrum_fits(&self, id: InsatsId, lagrum: &Lagrum, decided: Option<NaiveDate>) -> Option<bool> {
        let insats = self.get(id);
        let law = lagrum.law()?;
        match (law, insats.lag) {
            (Lag::Lss, Lag::Lss) => match (lagrum.kap, lagrum.paragraf, lagrum.punkt) {
                (None, None, _) | (None, Some(9), None) => Some(true),
                (None, Some(9), Some(punkt)) => Some(insats.punkt == Some(punkt)),
                _ => Some(false),
            },
            (Lag::Sol, Lag::Sol) => match lagrum.kap {
                None => Some(lagrum.paragraf.is_none()),
                Some(4) => Some(decided.is_none_or(|day| day < new_sol())),
                // 8 and 13 kap. hold the same insatser as offers; whether they are in the duty is another question.
                Some(kap) => Some(matches!(kap, 8 | 11 | 12 | 13)),
            },
            (Lag::Lss, Lag::Sol) | (Lag::Sol, Lag::Lss) => Some(false),
            _ => None,
        }
    }
}

impl FromIterator<Insats> for Insatser {
    /// In the order given; for callers that already hold checked insatser.
    fn from_iter<T: IntoIterator<Item = Insats>>(list: T) -> Self {
        let mut insatser = Self::default();
        insatser.list.extend(list);
        insatser
    }
}

/// The day SoL (2025:400) came into force.
fn new_sol() -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, 7, 1).unwrap_or(NaiveDate::MIN)
}

#[cfg(test)]
mod tests;
