//! What the public version says of a decision besides its insats: kön, age, what began the wait, how long, why.
//!
//! Goes in: a case that counts. Comes out: the finest value of each attribute, and how neighbours are named together.
//! Guaranteed: the values of an attribute stand in an order in which neighbours can be merged, so that a merged value
//! still says something true; no date is finer than a class of waiting time (D18, D56).

use serde::{Deserialize, Serialize};

use crate::merge::report::{Line, Status};
use crate::model::{Orsak, Quarter, StartKind, Wait};

/// One way to divide the open decisions, or, for [`Attribute::Avslut`], those that ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attribute {
    Kon,
    Alder,
    KonAlder,
    Start,
    Tid,
    /// Since the decision, also where the wait began with an interruption (D16).
    TidBeslut,
    Orsak,
    Avslut,
}

/// A value as files and people name it.
pub type Named = (&'static str, &'static str);

impl Attribute {
    pub const ALL: [Self; 8] =
        [Self::Kon, Self::Alder, Self::KonAlder, Self::Start, Self::Tid, Self::TidBeslut, Self::Orsak, Self::Avslut];

    pub fn key(self) -> &'static str {
        match self {
            Self::Kon => "kon",
            Self::Alder => "alder",
            Self::KonAlder => "kon_alder",
            Self::Start => "start",
            Self::Tid => "tid",
            Self::TidBeslut => "tid_beslut",
            Self::Orsak => "orsak",
            Self::Avslut => "avslut",
        }
    }

    /// What a table of it is called.
    pub fn swedish(self) -> &'static str {
        match self {
            Self::Kon => "Kön",
            Self::Alder => "Barn och vuxna",
            Self::KonAlder => "Kön och ålder",
            Self::Start => "Beslut och avbrott",
            Self::Tid => "Tid sedan beslutet eller avbrottet",
            Self::TidBeslut => "Tid sedan beslutet",
            Self::Orsak => "Skäl",
            Self::Avslut => "Verkställda och avslutade",
        }
    }

    /// The finest values, in the order they can be merged in.
    pub fn values(self) -> &'static [Named] {
        match self {
            Self::Kon => &[("kvinnor", "Kvinnor"), ("man", "Män"), ("okant", "Kön saknas")],
            Self::Alder => &[("barn", "Barn"), ("vuxna", "Vuxna"), ("okant", "Ålder saknas")],
            Self::KonAlder => &[
                ("flickor", "Flickor"),
                ("pojkar", "Pojkar"),
                ("kvinnor", "Vuxna kvinnor"),
                ("man", "Vuxna män"),
                ("okant", "Kön saknas"),
            ],
            Self::Start => {
                &[("beslut", "Beslut"), ("avbrott", "Avbrott i verkställigheten"), ("okant", "Startdatum saknas")]
            }
            Self::Tid | Self::TidBeslut => TID,
            Self::Orsak => &[
                ("resursbrist_bostad", "Resursbrist, ledig bostad"),
                ("resursbrist_personal", "Resursbrist, personal"),
                ("tackat_nej", "Den enskilde tackat nej"),
                ("annat_skal", "Annat skäl"),
                ("saknas", "Skäl saknas"),
            ],
            Self::Avslut => &[("avslut", "Verkställda eller avslutade")],
        }
    }

    /// Whether it tells what somebody who knows the person's insats, kön and age does not know yet.
    pub fn is_secret(self) -> bool {
        matches!(self, Self::Start | Self::Tid | Self::TidBeslut | Self::Orsak)
    }

    /// Whether it grows by itself from quarter to quarter.
    pub fn is_time(self) -> bool {
        matches!(self, Self::Tid | Self::TidBeslut)
    }

    /// The finest value of an open case.
    pub fn of(self, line: &Line, quarter: Quarter) -> usize {
        let last = self.values().len() - 1;
        match self {
            Self::Kon => line.kon.map_or(last, |it| usize::from(it.is_male())),
            Self::Alder => line.kon.map_or(last, |it| usize::from(!it.is_child())),
            Self::KonAlder => line.kon.map_or(last, |it| usize::from(it.is_male()) + 2 * usize::from(!it.is_child())),
            Self::Start => line.start_typ.map_or(last, |it| usize::from(it == StartKind::Avbrott)),
            Self::Tid | Self::TidBeslut => {
                let from = if self == Self::Tid { line.startdatum } else { line.beslutsdatum };
                from.map_or(last, |it| published(Wait::between(Some(it), quarter.last_day())))
            }
            Self::Orsak => line.orsak.and_then(|it| Orsak::ALL.iter().position(|known| *known == it)).unwrap_or(last),
            Self::Avslut => usize::from(line.status == Status::Open),
        }
    }

    /// Neighbours as one value: `Resursbrist, ledig bostad eller resursbrist, personal`, `3–12 månader`.
    pub fn merged(self, fine: std::ops::Range<usize>) -> (String, String) {
        let values = &self.values()[fine.clone()];
        let key = values.iter().map(|it| it.0).collect::<Vec<_>>().join("+");
        let name = match self {
            Self::Tid | Self::TidBeslut => months(&fine),
            Self::Orsak if fine == (0..2) => "Resursbrist, bostad eller personal".to_owned(),
            _ => values
                .iter()
                .enumerate()
                .map(|(at, it)| if at == 0 { it.1.to_owned() } else { it.1.to_lowercase() })
                .collect::<Vec<_>>()
                .join(" eller "),
        };
        (key, name)
    }
}

/// The classes of waiting time that are published. What is under three months counts as the first: it is reported because
/// somebody decided so, and a class of its own would point at it.
const CLASSES: [Wait; 5] = [Wait::M3, Wait::M7, Wait::M10, Wait::M13, Wait::M18];

const TID: &[Named] = &[
    named(Wait::M3),
    named(Wait::M7),
    named(Wait::M10),
    named(Wait::M13),
    named(Wait::M18),
    ("okand", "Datum saknas"),
];

const fn named(it: Wait) -> Named {
    (it.key(), it.swedish())
}

/// First and last whole month of a published class; `None` for those without a date.
pub fn bounds(class: usize) -> Option<(i32, i32)> {
    let (first, last) = CLASSES.get(class)?.months()?;
    let whole = |it| i32::try_from(it).unwrap_or(i32::MAX);
    Some((whole(first), whole(last)))
}

/// The published class of a number of whole months.
pub fn class_of(months: i32) -> usize {
    published(Wait::of_months(u32::try_from(months).unwrap_or(0)))
}

fn published(it: Wait) -> usize {
    CLASSES.iter().position(|known| *known == it).unwrap_or(0)
}

fn months(fine: &std::ops::Range<usize>) -> String {
    let end = fine.end.min(CLASSES.len());
    let (Some(first), Some(last)) = (bounds(fine.start), end.checked_sub(1).and_then(bounds)) else {
        return "Datum saknas".to_owned();
    };
    let mut out = if last.1 == i32::MAX {
        format!("{} månader eller mer", first.0)
    } else {
        format!("{}–{} månader", first.0, last.1)
    };
    if fine.end > CLASSES.len() {
        out.push_str(" eller datum saknas");
    }
    out
}

/// Every way to merge neighbours, the finest first; those of equally many values with the even ones first.
pub fn groupings(values: usize) -> Vec<Vec<std::ops::Range<usize>>> {
    let mut all: Vec<Vec<std::ops::Range<usize>>> = (0..1_u32 << values.saturating_sub(1))
        .map(|cuts| {
            let mut out: Vec<std::ops::Range<usize>> = Vec::new();
            let mut start = 0;
            for at in 1..=values {
                if at == values || cuts & (1 << (at - 1)) != 0 {
                    out.push(start..at);
                    start = at;
                }
            }
            out
        })
        .collect();
    let widest = |it: &Vec<std::ops::Range<usize>>| it.iter().map(ExactSizeIterator::len).max();
    all.sort_by_key(|it| (std::cmp::Reverse(it.len()), widest(it)));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_time_is_counted_in_whole_months_to_the_end_of_the_quarter() {
        let quarter: Quarter = "2023-Q4".parse().unwrap();
        for (from, expected) in [
            ("2023-09-30", "3-6"),
            ("2023-06-01", "3-6"),
            ("2023-05-31", "7-9"),
            ("2023-03-01", "7-9"),
            ("2023-02-28", "10-12"),
            ("2022-11-30", "13-17"),
            ("2022-07-01", "13-17"),
            ("2022-06-30", "18-"),
            ("2011-01-01", "18-"),
        ] {
            assert_eq!(
                Attribute::Tid.values()[published(Wait::between(from.parse().ok(), quarter.last_day()))].0,
                expected,
                "{from}"
            );
        }
    }

    #[test]
    fn merged_values_are_named_in_plain_words() {
        for (attribute, fine, key, name) in [
            (Attribute::Tid, 0..1, "3-6", "3–6 månader"),
            (Attribute::Tid, 0..3, "3-6+7-9+10-12", "3–12 månader"),
            (Attribute::Tid, 3..5, "13-17+18-", "13 månader eller mer"),
            (Attribute::Tid, 4..6, "18-+okand", "18 månader eller mer eller datum saknas"),
            (Attribute::Orsak, 0..2, "resursbrist_bostad+resursbrist_personal", "Resursbrist, bostad eller personal"),
            (Attribute::Orsak, 3..5, "annat_skal+saknas", "Annat skäl eller skäl saknas"),
            (Attribute::Kon, 1..3, "man+okant", "Män eller kön saknas"),
        ] {
            assert_eq!(attribute.merged(fine), (key.to_owned(), name.to_owned()));
        }
    }

    #[test]
    fn the_finest_grouping_comes_first_and_all_together_last() {
        let all = groupings(3);
        assert_eq!(all, [vec![0..1, 1..2, 2..3], vec![0..1, 1..3], vec![0..2, 2..3], std::iter::once(0..3).collect()]);
    }
}
