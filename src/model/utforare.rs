//! Utförare and their uppdrag: who is expected to report what.
//!
//! Goes in: the round file's or the store's data. Comes out: values the rules and the merge ask.
//! Guaranteed: ids are stable keys; an uppdrag is one row of the quality table (D46).

use super::InsatsId;

/// A care provider, private or the kommun's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Utforare {
    pub id: String,
    pub name: String,
    /// `NNNNNN-NNNN`; none for a unit in egen regi.
    pub orgnr: Option<String>,
    pub aliases: Vec<String>,
    pub mail: Vec<String>,
    /// What it reports on; each is one row of the quality table.
    pub uppdrag: Vec<Uppdrag>,
}

/// A group of insatser that one utförare reports together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uppdrag {
    pub insatser: Vec<InsatsId>,
}

impl Utforare {
    /// Whether any uppdrag covers the insats.
    pub fn carries_out(&self, insats: InsatsId) -> bool {
        self.uppdrag.iter().any(|it| it.insatser.contains(&insats))
    }
}
