//! The catalogue of insatser: key, name, lagrum, synonyms, which causes and ages can apply.
//!
//! Goes in: the text of `rules/insatser.toml` and of a nämnd's own file on top. Comes out: a catalogue asked by key or by spelling.
//! Guaranteed: keys are unique, order is the order of the file, a synonym leads to exactly one insats per law.

use super::words::words;
use super::{Lag, Orsak};

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
    /// Causes that can apply (D27); ledig bostad only where a dwelling is what is granted.
    pub orsaker: Vec<Orsak>,
    pub synonyms: Vec<String>,
}

/// The catalogue, in the order reports print it.
#[derive(Debug, Clone, Default)]
pub struct Insatser {
    list: Vec<Insats>,
}

impl Insatser {
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
}

impl FromIterator<Insats> for Insatser {
    fn from_iter<I: IntoIterator<Item = Insats>>(insatser: I) -> Self {
        Self { list: insatser.into_iter().collect() }
    }
}
