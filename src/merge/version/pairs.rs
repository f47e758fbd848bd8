//! Which row of the new version is which row of the old one.
//!
//! Goes in: two versions. Comes out: rows that are the same case, rows that are gone, rows that are new. Guaranteed: a
//! row is in one pair at most; the order of the rows decides between equals; the same input gives the same pairs.
//!
//! The hidden key of a correction copy is believed when the row still looks like the one it names. Somebody who sorts
//! only a part of the columns leaves the keys behind, so a row that is the same case by what it says goes first.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use crate::judge::Case;
use crate::model::{Field, InsatsId, Kon};
use crate::sheet::CopyOf;

use super::Version;

/// Rows of two versions beside each other, as indexes into their cases.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pairs {
    /// Old and new, in the order of the new.
    pub matched: Vec<(usize, usize)>,
    pub gone: Vec<usize>,
    pub added: Vec<usize>,
}

/// A correction copy that came back, beside the version it was made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returned {
    pub copy: CopyOf,
    pub rows: Pairs,
}

/// Reads a new version as the answer to the correction copy of `old`; `None` when it is no such copy.
pub fn returned(attempt: &str, old: Version<'_>, new: Version<'_>) -> Option<Returned> {
    let copy = CopyOf::of(new.workbook).filter(|it| it.attempt == attempt)?;
    Some(Returned { copy, rows: pairs(Some(attempt), old, new) })
}

/// What two rows are compared by.
struct Look {
    insats: Option<InsatsId>,
    kon: Option<Kon>,
    start: Option<chrono::NaiveDate>,
    number: String,
    text_hash: u64,
}

impl Look {
    fn of(version: Version<'_>, case: &Case) -> Self {
        Self {
            insats: case.insats,
            kon: case.kon,
            start: case.start.map(|it| it.1),
            number: version.said(case, Field::Lopnr),
            text_hash: case.text_hash,
        }
    }

    fn same_number(&self, other: &Self) -> bool {
        !self.number.is_empty() && self.number == other.number
    }

    /// The same case as far as anything tells.
    fn is_like(&self, other: &Self) -> bool {
        let both = |a: bool, known: bool| a && known;
        both(self.start == other.start, self.start.is_some())
            || both(self.text_hash == other.text_hash, self.text_hash != 0)
            || both(self.insats == other.insats && self.kon == other.kon, self.insats.is_some())
            || self.same_number(other)
            || self.says_nothing() && other.says_nothing()
    }

    /// A row of which nothing could be read that tells whose it is.
    fn says_nothing(&self) -> bool {
        self.start.is_none() && self.insats.is_none()
    }

    /// Nothing speaks against a key: only two whole identities that have nothing in common do.
    fn may_be(&self, other: &Self) -> bool {
        self.is_like(other) || self.identity().is_none() || other.identity().is_none()
    }

    fn identity(&self) -> Option<(InsatsId, Option<Kon>, chrono::NaiveDate)> {
        Some((self.insats?, self.kon, self.start?))
    }
}

/// Rows that share a key and do not fit are few, unless the key says nothing.
const TRIED_MOST: usize = 64;

struct Matching {
    old: Vec<Look>,
    new: Vec<Look>,
    /// For each old row its new one, and the other way round.
    new_of: Vec<Option<usize>>,
    old_of: Vec<Option<usize>>,
}

impl Matching {
    fn pair(&mut self, old: usize, new: usize) {
        if self.new_of[old].is_none() && self.old_of[new].is_none() {
            self.new_of[old] = Some(new);
            self.old_of[new] = Some(old);
        }
    }

    /// Pairs the rows that are still alone, one pass: each new row with the first old row of the same key that fits.
    fn pass<K: std::hash::Hash + Eq>(
        &mut self,
        old: impl Fn(&Look, usize) -> Option<K>,
        new: impl Fn(&Look, usize) -> Option<K>,
        fits: impl Fn(&Look, &Look) -> bool,
    ) {
        let mut by_key: FxHashMap<K, VecDeque<usize>> = FxHashMap::default();
        for (at, look) in self.old.iter().enumerate().filter(|it| self.new_of[it.0].is_none()) {
            if let Some(key) = old(look, at) {
                by_key.entry(key).or_default().push_back(at);
            }
        }
        for at in 0..self.new.len() {
            if self.old_of[at].is_some() {
                continue;
            }
            let look = &self.new[at];
            let Some(candidates) = new(look, at).and_then(|it| by_key.get_mut(&it)) else { continue };
            let found = candidates.iter().take(TRIED_MOST).position(|it| fits(&self.old[*it], look));
            if let Some(found) = found.and_then(|it| candidates.remove(it)) {
                self.pair(found, at);
            }
        }
    }
}

/// Matches the rows of two versions; `attempt` is the id of the old one, when keys of its correction copy may be met.
pub fn pairs(attempt: Option<&str>, old: Version<'_>, new: Version<'_>) -> Pairs {
    let (was, is) = (&old.review.cases, &new.review.cases);
    let mut matching = Matching {
        old: was.iter().map(|it| Look::of(old, it)).collect(),
        new: is.iter().map(|it| Look::of(new, it)).collect(),
        new_of: vec![None; was.len()],
        old_of: vec![None; is.len()],
    };
    let key_of_old = |_: &Look, at: usize| Some((was[at].sheet, was[at].row));
    let key_of_new = |_: &Look, at: usize| {
        let key = is[at].kopia.filter(|it| attempt.is_some_and(|attempt| it.is_of(attempt)))?;
        Some((key.sheet, key.row))
    };
    let identity = |it: &Look, _: usize| it.identity();
    let numbered = |it: &Look, _: usize| it.identity().map(|key| (key, it.number.clone()));
    let always = |_: &Look, _: &Look| true;
    matching.pass(key_of_old, key_of_new, |a, b| a.identity().is_some() && a.identity() == b.identity());
    matching.pass(|_, at| was[at].nyckel.clone(), |_, at| is[at].nyckel.clone(), |a, b| a.identity() == b.identity());
    matching.pass(numbered, numbered, always);
    matching.pass(identity, identity, always);
    matching.pass(key_of_old, key_of_new, Look::may_be);
    matching.pass(|_, at| was[at].nyckel.clone(), |_, at| is[at].nyckel.clone(), Look::may_be);
    let number = |it: &Look, _: usize| Some(it.number.clone()).filter(|it| !it.is_empty());
    matching.pass(number, number, |a, b| a.start == b.start || a.insats == b.insats && a.kon == b.kon);
    let place = |version: Version<'_>, case: &Case| {
        let name = version.workbook.sheets.get(usize::from(case.sheet)).map(|it| it.name.clone())?;
        Some((name, case.row))
    };
    matching.pass(|_, at| place(old, &was[at]), |_, at| place(new, &is[at]), Look::is_like);
    let matched = matching.old_of.iter().enumerate().filter_map(|(new, old)| Some(((*old)?, new))).collect();
    let alone = |of: &[Option<usize>]| (0..of.len()).filter(|at| of[*at].is_none()).collect();
    Pairs { matched, gone: alone(&matching.new_of), added: alone(&matching.old_of) }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{Read, read};
    use super::*;

    const HEAD: &str = "Löpnr|Kön|Beslutsdatum|Insats|Skäl|Rad i Kvartal";

    fn table(rows: &[&str]) -> Read {
        read(&format!("{HEAD}\n{}", rows.join("\n")))
    }

    /// `old row=new row` with row numbers as Excel shows them, then `−` gone and `+` added.
    fn told(attempt: Option<&str>, old: &Read, new: &Read) -> String {
        let found = pairs(attempt, old.version(), new.version());
        let row = |read: &Read, at: usize| read.review.cases[at].row + 1;
        let mut out: Vec<String> =
            found.matched.iter().map(|(a, b)| format!("{}={}", row(old, *a), row(new, *b))).collect();
        out.extend(found.gone.iter().map(|it| format!("−{}", row(old, *it))));
        out.extend(found.added.iter().map(|it| format!("+{}", row(new, *it))));
        out.join(" ")
    }

    fn keyed(rows: &[(&str, u32)]) -> Read {
        let of = CopyOf {
            attempt: "v1".to_owned(),
            filing: "i1".to_owned(),
            version: 1,
            quarter: crate::model::Quarter::new(2023, 4).unwrap(),
        };
        let lines: Vec<String> = rows.iter().map(|(text, row)| format!("{text}|{}", of.key(0, *row - 1))).collect();
        table(&lines.iter().map(String::as_str).collect::<Vec<_>>())
    }

    const A: &str = "1|Man|2023-05-04|9 § 3|a";
    const B: &str = "2|Kvinna|2023-05-04|9 § 3|b";
    const C: &str = "3|Man|2023-05-04|9 § 3|c";

    #[test]
    fn rows_are_followed_by_key_when_they_are_moved_inserted_and_removed() {
        let old = table(&[A, B, C]);
        for (new, expected) in [
            (keyed(&[(A, 2), (B, 3), (C, 4)]), "2=2 3=3 4=4"),
            (keyed(&[(C, 4), (A, 2), (B, 3)]), "4=2 2=3 3=4"),
            (keyed(&[(A, 2), (C, 4)]), "2=2 4=3 −3"),
            // A corrected date and a corrected insats.
            (keyed(&[("1|Man|2023-06-05|9 § 3|a", 2), (B, 3), ("3|Man|2023-05-04|9 § 4|c", 4)]), "2=2 3=3 4=4"),
            // A row copied with its key: the first is the old one.
            (keyed(&[(A, 2), ("9|Flicka|2022-01-01|9 § 5|z", 2), (B, 3), (C, 4)]), "2=2 3=4 4=5 +3"),
            // Somebody else's case written over a row.
            (keyed(&[("7|Flicka|2022-01-01|9 § 5|z", 2), (B, 3), (C, 4)]), "3=3 4=4 −2 +2"),
        ] {
            assert_eq!(told(Some("v1"), &old, &new), expected);
        }
    }

    #[test]
    fn keys_that_a_sort_left_behind_do_not_mix_cases_up() {
        let old = table(&[A, B, "3|Man|2023-02-01|9 § 3|c"]);
        let new = keyed(&[("3|Man|2023-02-01|9 § 3|c", 2), (B, 3), (A, 4)]);
        assert_eq!(told(Some("v1"), &old, &new), "4=2 3=3 2=4");
    }

    #[test]
    fn keys_of_another_version_are_not_believed() {
        let old = table(&["1|Man||9 § 3|a", "2|Kvinna||9 § 4|b"]);
        let new = keyed(&[("2|Kvinna||9 § 4|b", 2), ("1|Man||9 § 3|a", 3)]);
        assert_eq!(told(Some("v2"), &old, &new), "3=2 2=3");
    }

    #[test]
    fn without_keys_what_the_row_says_decides_and_then_its_place() {
        let old = table(&[A, B, "|Man|i våras|9 § 3|"]);
        for (new, expected) in [
            (table(&[B, A, "|Man|2023-04-01|9 § 3|"]), "3=2 2=3 4=4"),
            (table(&["0|Pojke|2023-01-01|9 § 5|ny", A, B, "|Man|i våras|9 § 3|"]), "2=3 3=4 −4 +2 +5"),
            (table(&[]), "−2 −3 −4"),
        ] {
            assert_eq!(told(None, &old, &new), expected);
        }
    }

    #[test]
    fn a_copy_of_another_version_is_no_answer() {
        let (old, mut new) = (table(&[A]), table(&[A]));
        assert_eq!(returned("v1", old.version(), new.version()), None);
        let copy = CopyOf {
            attempt: "v1".to_owned(),
            filing: "i1".to_owned(),
            version: 1,
            quarter: crate::model::Quarter::new(2023, 4).unwrap(),
        };
        new.workbook.properties = copy.marks().map(|(name, value)| (name.to_owned(), value)).to_vec();
        let found = returned("v1", old.version(), new.version()).unwrap();
        assert_eq!((found.copy, found.rows.matched), (copy, vec![(0, 0)]));
        assert_eq!(returned("v2", old.version(), new.version()), None);
    }
}
