//! What changed against the version before, in Swedish: a sentence, and what changed in each row.
//!
//! Goes in: a [`Difference`] and the two versions it was made of. Comes out: [`Changes`]. Guaranteed: pure; every change
//! is said; texts are cleaned and masked; the same words on the page, in the API and in the receipt.

use serde::Serialize;

use crate::merge::version::Version;
use crate::merge::version::difference::{Difference, FieldChange};
use crate::model::{Field, Place, Severity};

use super::Voice;
use super::answer::{Item, item};
use super::print::{clean_line, counted, list};

/// One field of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChangedField {
    pub field: Field,
    pub heading: String,
    pub before: String,
    pub after: String,
    /// `Orsak: tomt → Annat skäl`
    pub words: String,
}

/// One row of either version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChangedRow {
    /// `Blad1, rad 12`, in the new version; in the old one for a row that is gone.
    pub place: String,
    /// The utförare's own number of the case.
    pub number: String,
    /// Empty for a row that is new or gone.
    pub fields: Vec<ChangedField>,
}

/// Everything that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Changes {
    /// `2 rader ändrade och 1 ny rad. 3 anmärkningar är borta och 1 har kommit till.`
    pub sentence: String,
    pub changed: Vec<ChangedRow>,
    pub added: Vec<ChangedRow>,
    pub removed: Vec<ChangedRow>,
    /// Findings of the version before that are gone.
    pub mended: Vec<Item>,
    /// Findings that were not there before.
    pub new: Vec<Item>,
}

/// Says what changed.
pub fn changes(difference: &Difference, old: Version<'_>, new: Version<'_>, voice: Voice<'_>) -> Changes {
    let changed = difference.changed.iter().map(|it| {
        let fields = it.fields.iter().map(|field| changed_field(new, it.new, field)).collect();
        ChangedRow { fields, ..row(new, it.new) }
    });
    Changes {
        sentence: sentence(difference, old, new),
        changed: changed.collect(),
        added: difference.added.iter().map(|it| row(new, *it)).collect(),
        removed: difference.removed.iter().map(|it| row(old, *it)).collect(),
        mended: difference.gone.iter().map(|it| item(old, voice, *it)).collect(),
        new: difference.new.iter().map(|it| item(new, voice, *it)).collect(),
    }
}

fn row(version: Version<'_>, case: usize) -> ChangedRow {
    let case = &version.review.cases[case];
    let place = Place::row(case.sheet, case.row);
    ChangedRow {
        place: place.in_words(&clean_line(version.workbook.sheet_name(place))),
        number: version.own_number(case),
        fields: Vec::new(),
    }
}

fn changed_field(version: Version<'_>, case: usize, change: &FieldChange) -> ChangedField {
    let case = &version.review.cases[case];
    let table = version.table(case.sheet, case.row);
    let own = table.and_then(|it| it.columns.iter().find(|it| it.1 == change.field));
    let heading = clean_line(own.map_or(change.field.swedish(), |it| it.2.as_str())).into_owned();
    let (before, after) = (clean_line(&change.before).into_owned(), clean_line(&change.after).into_owned());
    let said = |text: &str| if text.is_empty() { "tomt".to_owned() } else { format!("”{text}”") };
    let words = format!("{heading}: {} → {}", said(&before), said(&after));
    ChangedField { field: change.field, heading, before, after, words }
}

fn sentence(difference: &Difference, old: Version<'_>, new: Version<'_>) -> String {
    if difference.is_empty() {
        return "Inget har ändrats sedan förra versionen.".to_owned();
    }
    let said = |all: [(usize, &str, &str); 3]| -> Vec<String> {
        all.into_iter().filter(|it| it.0 > 0).map(|(count, one, many)| counted(count, one, many)).collect()
    };
    let join = |parts: &[String]| list(&parts.iter().map(String::as_str).collect::<Vec<_>>());
    let rows = said([
        (difference.changed.len(), "rad är ändrad", "rader är ändrade"),
        (difference.added.len(), "rad är ny", "rader är nya"),
        (difference.removed.len(), "rad är borta", "rader är borta"),
    ]);
    let hard = |version: Version<'_>, all: &[usize]| {
        all.iter().filter(|at| version.review.findings[**at].severity == Severity::Fel).count()
    };
    let (gone, come) = (hard(old, &difference.gone), hard(new, &difference.new));
    let others = difference.gone.len() - gone;
    let findings = said([
        (gone, "fel är rättat", "fel är rättade"),
        (others, "annan anmärkning är borta", "andra anmärkningar är borta"),
        (come, "nytt fel har kommit till", "nya fel har kommit till"),
    ]);
    let left = new.review.findings.iter().filter(|it| it.severity == Severity::Fel).count();
    let mut out = String::new();
    for parts in [rows, findings] {
        if !parts.is_empty() {
            out.push_str(&join(&parts));
            out.push_str(". ");
        }
    }
    out.push_str(&match left {
        0 => "Inga fel är kvar.".to_owned(),
        1 => "1 fel är kvar att rätta.".to_owned(),
        many => format!("{many} fel är kvar att rätta."),
    });
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::merge::version::difference::difference;
    use crate::merge::version::fixture;

    const HEAD: &str = "Löpnr|Kön|Beslutsdatum|Insats|Verkställt|Orsak";

    fn told(old: &[&str], new: &[&str]) -> Changes {
        let read = |rows: &[&str]| fixture::read(&format!("{HEAD}\n{}", rows.join("\n")));
        let (old, new) = (read(old), read(new));
        let found = difference(None, old.version(), new.version());
        let voice = Voice { insatser: fixture::insatser(), rules: fixture::catalogue() };
        changes(&found, old.version(), new.version(), voice)
    }

    const OPEN: &str = "1|Man|2023-05-04|9 § 3||Tackat nej";
    const NO_CAUSE: &str = "2|Kvinna|2023-06-05|9 § 4||";

    #[test]
    fn what_changed_is_said_in_a_sentence_and_row_by_row() {
        let told = told(
            &[OPEN, NO_CAUSE, "3|Man|2023-06-05|9 § 5||Annat skäl"],
            &[OPEN, "2|Kvinna|2023-06-05|9 § 4||Annat skäl", "4|Flicka|2023-01-05|9 § 3|x|"],
        );
        assert_eq!(
            told.sentence,
            "1 rad är ändrad, 1 rad är ny och 1 rad är borta. 1 fel är rättat och 1 nytt fel har kommit till. 1 fel är kvar att rätta."
        );
        assert_eq!(told.changed[0].place, "Blad1, rad 3");
        assert_eq!(told.changed[0].fields[0].words, "Orsak: tomt → ”Annat skäl”");
        assert_eq!((told.added[0].number.as_str(), told.removed[0].number.as_str()), ("4", "3"));
        assert_eq!(told.mended[0].rule, "EO001");
    }

    #[test]
    fn nothing_changed_is_said_too() {
        assert_eq!(told(&[OPEN], &[OPEN]).sentence, "Inget har ändrats sedan förra versionen.");
    }
}
