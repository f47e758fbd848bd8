//! Whether what was decided about a row still holds in a newer version.
//!
//! Goes in: two versions. Comes out: the rows that are in both, and whether each still reads as it did when it was decided
//! about. Guaranteed: pure; a value written in another way is the same value; what cannot be read is the same only when the
//! same words stand there; any word of free text counts, since the decision may rest on it.

use crate::judge::Case;
use crate::model::Field;

use super::Version;
use super::difference::row_change;
use super::pairs::pairs;

/// A row that is in both versions, as indexes into their cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    pub old: usize,
    pub new: usize,
    /// It reads as it did.
    pub same: bool,
}

/// The rows in both; `attempt` is the id of the old version, when its correction copy may have come back.
pub fn kept(attempt: &str, old: Version<'_>, new: Version<'_>) -> Vec<Kept> {
    let matched = pairs(Some(attempt), old, new).matched;
    matched.into_iter().map(|(a, b)| Kept { old: a, new: b, same: reads_the_same(old, new, a, b) }).collect()
}

fn reads_the_same(old: Version<'_>, new: Version<'_>, a: usize, b: usize) -> bool {
    let Some(change) = row_change(old, new, a, b) else { return true };
    let (was, is) = (&old.review.cases[a], &new.review.cases[b]);
    change.fields.iter().all(|it| same_value(it.field, was, is))
}

/// Whether a field that is written differently was read, and as the same.
fn same_value(field: Field, was: &Case, is: &Case) -> bool {
    fn same<T: PartialEq>(was: Option<T>, is: Option<T>) -> bool {
        was.is_some() && was == is
    }
    let ended = |it: &Case| (it.verkstalld, it.delvis, it.delvis_datum);
    match field {
        Field::Kon => same(was.kon, is.kon),
        Field::Beslutsdatum => same(was.beslutsdatum, is.beslutsdatum),
        Field::Avbrottsdatum => same(was.avbrottsdatum, is.avbrottsdatum),
        Field::Startdatum | Field::StartTyp => same(was.start, is.start),
        Field::Lagrum => same(was.lagrum, is.lagrum),
        Field::Insats => same(was.insats, is.insats),
        Field::Verkstalld | Field::Delvis => {
            ended(was) == ended(is) && (is.delvis || is.verkstalld.is_some() || is.delvis_datum.is_some())
        }
        Field::Avslutad => same(was.avslutad, is.avslutad),
        Field::Orsak | Field::OrsakBostad | Field::OrsakPersonal | Field::OrsakTackatNej | Field::OrsakAnnat => {
            same(was.orsak, is.orsak)
        }
        // Counted by the utförare for control; it says nothing of its own.
        Field::Dagar => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::read;
    use super::*;

    const HEAD: &str = "Löpnr|Kön|Beslutsdatum|Insats|Verkställd|Orsak till ej verkställt beslut|Kommentar";
    const ROW: &str = "1|Man|2023-05-04|9 § 3||Den enskilde tackat nej|a";

    /// Whether the row is known again, and whether it reads as before.
    fn told(old: &str, new: &str) -> Option<bool> {
        let (old, new) = (read(&format!("{HEAD}\n{old}")), read(&format!("{HEAD}\n{new}")));
        kept("v1", old.version(), new.version()).first().map(|it| it.same)
    }

    #[test]
    fn a_row_reads_the_same_as_long_as_its_values_do() {
        for (new, expected) in [
            (ROW, Some(true)),
            ("7|man|4 maj 2023|9 § 3||tackat  nej|a", Some(true)),
            ("1|Kvinna|2023-05-04|9 § 3||Den enskilde tackat nej|a", Some(false)),
            ("1|Man|2023-05-05|9 § 3||Den enskilde tackat nej|a", Some(false)),
            ("1|Man|2023-05-04|9 § 4||Den enskilde tackat nej|a", Some(false)),
            ("1|Man|2023-05-04|9 § 3|2023-11-01|Den enskilde tackat nej|a", Some(false)),
            ("1|Man|2023-05-04|9 § 3||Annat skäl|a", Some(false)),
            ("1|Man|2023-05-04|9 § 3||Den enskilde tackat nej|b", Some(false)),
            ("9|Flicka|2022-01-01|9 § 5||Annat skäl|z", None),
        ] {
            assert_eq!(told(ROW, new), expected, "{new}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_the_same_only_in_the_same_words() {
        let row = "1|Man|i våras|9 § 3||Den enskilde tackat nej|a";
        assert_eq!(told(row, row), Some(true));
        assert_eq!(told(row, "1|Man|i somras|9 § 3||Den enskilde tackat nej|a"), Some(false));
    }
}
