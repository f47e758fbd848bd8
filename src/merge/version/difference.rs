//! What changed against the version before: rows, fields in them, and findings.
//!
//! Goes in: two versions judged by the same catalogue. Comes out: [`Difference`], indexes into both. Guaranteed: pure;
//! every row of both stands in exactly one place; a finding that is in both is neither gone nor new.

use rustc_hash::FxHashMap;

use crate::form::Fields;
use crate::judge::Case;
use crate::model::{Field, Finding};

use super::Version;
use super::pairs::{Pairs, pairs};

/// One field that reads differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    pub field: Field,
    /// As it was written, masked; empty when nothing stood there.
    pub before: String,
    pub after: String,
}

/// One row that is in both versions and reads differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowChange {
    /// Index into the old and the new version's cases.
    pub old: usize,
    pub new: usize,
    pub fields: Vec<FieldChange>,
}

/// What changed from one version to the next. Numbers are indexes into cases and findings of the two reviews.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    pub added: Vec<usize>,
    pub removed: Vec<usize>,
    pub changed: Vec<RowChange>,
    pub unchanged: usize,
    /// Findings of the old version that the new one does not have.
    pub gone: Vec<usize>,
    /// Findings of the new version that the old one did not have.
    pub new: Vec<usize>,
    /// How many findings are in both.
    pub left: usize,
}

impl Difference {
    /// Whether nothing that matters changed.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty()
            && self.removed.is_empty()
            && self.changed.is_empty()
            && self.gone.is_empty()
            && self.new.is_empty()
    }
}

/// Compares two versions; `attempt` is the id of the old one, when its correction copy may have come back.
pub fn difference(attempt: Option<&str>, old: Version<'_>, new: Version<'_>) -> Difference {
    let Pairs { matched, gone, added } = pairs(attempt, old, new);
    let changed: Vec<RowChange> = matched.iter().filter_map(|(a, b)| row_change(old, new, *a, *b)).collect();
    let (lost, found, left) = findings(old, new, &matched);
    Difference { unchanged: matched.len() - changed.len(), added, removed: gone, changed, gone: lost, new: found, left }
}

pub(super) fn row_change(old: Version<'_>, new: Version<'_>, a: usize, b: usize) -> Option<RowChange> {
    let (was, is) = (&old.review.cases[a], &new.review.cases[b]);
    // Numbers shift when a row is put in between, and the keys are ours.
    let ours = |it: &Field| matches!(it, Field::Lopnr | Field::Nyckel | Field::Kopia);
    let columns = |version: Version<'_>, case: &Case| {
        let mut fields = Fields::default();
        for (_, field, _) in version.table(case.sheet, case.row).iter().flat_map(|it| &it.columns) {
            fields.insert(*field);
        }
        fields
    };
    let mut there = columns(old, was);
    there.add(columns(new, is));
    let compared = Field::ALL.iter().filter(|it| there.contains(**it) && !ours(it));
    let fields: Vec<FieldChange> = compared
        .filter_map(|field| {
            if same_words(&old.written(was, *field), &new.written(is, *field)) {
                return None;
            }
            Some(FieldChange { field: *field, before: old.said(was, *field), after: new.said(is, *field) })
        })
        .collect();
    (!fields.is_empty()).then_some(RowChange { old: a, new: b, fields })
}

/// The same but for blanks and line breaks.
fn same_words(a: &str, b: &str) -> bool {
    a == b || a.split_whitespace().eq(b.split_whitespace())
}

/// What makes two findings the same: the rule, the field, and the case or what stood there.
type Same<'f> = (u16, Option<Field>, Result<usize, &'f str>);

/// Findings only in the old version, only in the new one, and how many are in both.
fn findings(old: Version<'_>, new: Version<'_>, matched: &[(usize, usize)]) -> (Vec<usize>, Vec<usize>, usize) {
    let mut new_of = vec![None; old.review.cases.len()];
    for (a, b) in matched {
        new_of[*a] = Some(*b);
    }
    let mut waiting: FxHashMap<Same<'_>, Vec<usize>> = FxHashMap::default();
    let mut gone = Vec::new();
    for (at, finding) in old.review.findings.iter().enumerate() {
        match old.case_of(finding) {
            None => waiting.entry(about(finding, None)).or_default().push(at),
            Some(case) => match new_of[case] {
                Some(case) => waiting.entry(about(finding, Some(case))).or_default().push(at),
                None => gone.push(at),
            },
        }
    }
    let mut added = Vec::new();
    let mut left = 0;
    for (at, finding) in new.review.findings.iter().enumerate() {
        match waiting.get_mut(&about(finding, new.case_of(finding))).and_then(Vec::pop) {
            Some(_) => left += 1,
            None => added.push(at),
        }
    }
    gone.extend(waiting.into_values().flatten());
    gone.sort_unstable();
    (gone, added, left)
}

fn about(finding: &Finding, case: Option<usize>) -> Same<'_> {
    (finding.rule, finding.field, case.ok_or(finding.shown.as_deref().unwrap_or("")))
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{Read, catalogue, read};
    use super::*;

    const HEAD: &str = "Löpnr|Kön|Beslutsdatum|Insats|Beslutet verkställt|Orsak";

    fn table(rows: &[&str]) -> Read {
        read(&format!("{HEAD}\n{}", rows.join("\n")))
    }

    /// Everything that changed, in short.
    fn told(old: &[&str], new: &[&str]) -> Vec<String> {
        let (old, new) = (table(old), table(new));
        let found = difference(None, old.version(), new.version());
        let rules = catalogue();
        let rule = |read: &Read, at: usize| rules.rules()[usize::from(read.review.findings[at].rule)].id.clone();
        let mut out = Vec::new();
        for it in &found.changed {
            let row = new.review.cases[it.new].row + 1;
            out.extend(it.fields.iter().map(|it| format!("{row} {}: {} → {}", it.field, it.before, it.after)));
        }
        out.extend(found.removed.iter().map(|it| format!("−{}", old.review.cases[*it].row + 1)));
        out.extend(found.added.iter().map(|it| format!("+{}", new.review.cases[*it].row + 1)));
        out.extend(found.gone.iter().map(|it| format!("borta {}", rule(&old, *it))));
        out.extend(found.new.iter().map(|it| format!("ny {}", rule(&new, *it))));
        out.push(format!("{} lika, {} kvar", found.unchanged, found.left));
        out
    }

    const OPEN: &str = "1|Man|2023-05-04|9 § 3||Tackat nej";
    const NO_CAUSE: &str = "2|Kvinna|2023-06-05|9 § 4||";

    #[test]
    fn a_mended_cell_is_one_change_and_its_finding_is_gone() {
        assert_eq!(
            told(&[OPEN, NO_CAUSE], &[OPEN, "2|Kvinna|2023-06-05|9 § 4||Annat skäl"]),
            ["3 orsak:  → Annat skäl", "borta EO001", "1 lika, 0 kvar"]
        );
    }

    #[test]
    fn a_moved_row_is_no_change() {
        assert_eq!(told(&[OPEN, NO_CAUSE], &[NO_CAUSE, OPEN]), ["2 lika, 1 kvar"]);
        assert_eq!(
            told(&[OPEN, NO_CAUSE], &["9|Flicka|2023-01-01|9 § 5||Annat skäl", OPEN, NO_CAUSE]),
            ["+2", "2 lika, 1 kvar"]
        );
    }

    #[test]
    fn a_row_that_is_taken_away_takes_its_findings_along() {
        assert_eq!(told(&[OPEN, NO_CAUSE], &[OPEN]), ["−3", "borta EO001", "1 lika, 0 kvar"]);
        assert_eq!(told(&[OPEN], &[OPEN, NO_CAUSE]), ["+3", "ny EO001", "1 lika, 0 kvar"]);
    }

    #[test]
    fn the_same_rule_on_another_row_is_another_finding() {
        let other = "1|Man|2023-05-04|9 § 3||";
        let mended = "2|Kvinna|2023-06-05|9 § 4||Annat skäl";
        assert_eq!(
            told(&[OPEN, NO_CAUSE], &[other, mended]),
            ["2 orsak: Tackat nej → ", "3 orsak:  → Annat skäl", "borta EO001", "ny EO001", "0 lika, 0 kvar"]
        );
    }

    #[test]
    fn the_same_version_twice_is_no_difference() {
        let (a, b) = (table(&[OPEN, NO_CAUSE]), table(&[OPEN, NO_CAUSE]));
        assert!(difference(None, a.version(), b.version()).is_empty());
    }
}
