//! What the reader wants to see of the board, and in which order; kept in the address.
//!
//! Goes in: the query of the address. Comes out: [`Choice`], rows hidden and sorted by it, and the fields of the form.
//! Guaranteed: an unknown value shows everything; the address of a choice leads to the same rows for a colleague.

use serde::{Deserialize, Serialize};

use super::Chip;
use super::rows::{BoardRow, turn_in_words};
use crate::model::{FilingState, Turn};

/// Columns that can be sorted by: key and words.
const SORTS: [(&str, &str); 9] = [
    ("namn", "Utförare"),
    ("lage", "Läge"),
    ("sen", "Mest försenade"),
    ("kom", "När svaret kom"),
    ("paminnelser", "Flest påminnelser"),
    ("fel", "Flest fel"),
    ("fragor", "Flest frågor"),
    ("betyg", "Betyg"),
    ("andrad", "Senast ändrade"),
];

/// What is shown, and how.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Choice {
    /// Text in the name of the utförare.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub q: String,
    /// State of the filing.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub lage: String,
    /// Whose turn it is.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub tur: String,
    /// An insats.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub insats: String,
    /// `sen` or `tid`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub tid: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sortera: String,
}

impl Choice {
    pub fn from_query(query: &str) -> Self {
        let mut this: Self = serde_html_form::from_str(query).unwrap_or_default();
        if FilingState::from_key(&this.lage).is_none() {
            this.lage.clear();
        }
        if Turn::from_key(&this.tur).is_none() {
            this.tur.clear();
        }
        if !["sen", "tid"].contains(&this.tid.as_str()) {
            this.tid.clear();
        }
        this
    }

    /// The same choice but for one field; choosing what is chosen already takes it away.
    pub fn with(&self, field: &str, value: &str) -> Self {
        let mut it = self.clone();
        let slot = match field {
            "lage" => &mut it.lage,
            _ => &mut it.tur,
        };
        if slot == value {
            slot.clear();
        } else {
            value.clone_into(slot);
        }
        it
    }

    /// The address of the board with this choice.
    pub fn href(&self, kvartal: &str) -> String {
        match serde_html_form::to_string(self) {
            Ok(query) if !query.is_empty() => format!("/kvartal/{kvartal}?{query}"),
            _ => format!("/kvartal/{kvartal}"),
        }
    }

    fn fits(&self, row: &BoardRow) -> bool {
        let is = |wanted: &str, own: &str| wanted.is_empty() || wanted == own;
        let words = self.q.to_lowercase();
        is(&self.lage, row.state_key)
            && is(&self.tur, row.turn_key)
            && is(&self.tid, row.late_key)
            && (self.insats.is_empty() || row.insatser.contains(&self.insats))
            && words.split_whitespace().all(|word| row.sought.contains(word))
    }

    /// Hides the rows that do not fit and sorts all of them.
    pub fn arrange(&self, rows: &mut [BoardRow]) {
        for row in rows.iter_mut() {
            row.hidden = !self.fits(row);
        }
        // Rows come by name; a stable sort keeps that among equals.
        match self.sortera.as_str() {
            "lage" => rows.sort_by_key(|it| it.state),
            "sen" => rows.sort_by_key(|it| std::cmp::Reverse(it.late_days)),
            "kom" => rows.sort_by(|a, b| (a.came.is_empty(), &a.came).cmp(&(b.came.is_empty(), &b.came))),
            "paminnelser" => rows.sort_by_key(|it| std::cmp::Reverse(it.reminders)),
            "fel" => rows.sort_by_key(|it| std::cmp::Reverse(it.fel)),
            "fragor" => rows.sort_by_key(|it| std::cmp::Reverse(it.fragor)),
            "betyg" => rows.sort_by_key(|it| crate::model::Grade::from_key(it.grade_key)),
            "andrad" => rows.sort_by(|a, b| b.changed_iso.cmp(&a.changed_iso)),
            _ => {}
        }
    }
}

/// (value, label, chosen)
type Options = Vec<(String, String, bool)>;

/// The fields of the form above the table.
#[derive(Debug, Clone, Default)]
pub struct Choices {
    pub q: String,
    pub lage: Options,
    pub tur: Options,
    pub insats: Options,
    pub tid: Options,
    pub sortera: Options,
    /// Some field but the order is set.
    pub filtered: bool,
    /// In which order the rows stand.
    pub note: String,
}

impl Choices {
    pub fn of(rows: &[BoardRow], choice: &Choice, name: impl Fn(&str) -> String) -> Self {
        let numbered = |label: &str, count: usize| format!("{label} ({count})");
        let lage = FilingState::ALL.iter().map(|it| {
            let count = rows.iter().filter(|row| row.state == *it).count();
            (it.key().to_owned(), numbered(it.swedish(), count), choice.lage == it.key())
        });
        let tur = Turn::ALL.iter().map(|it| {
            let count = rows.iter().filter(|row| row.turn_key == it.key()).count();
            (it.key().to_owned(), numbered(turn_in_words(*it), count), choice.tur == it.key())
        });
        let tid = [("sen", "Försenade"), ("tid", "I tid")].into_iter().map(|(key, label)| {
            let count = rows.iter().filter(|row| row.late_key == key).count();
            (key.to_owned(), numbered(label, count), choice.tid == key)
        });
        let mut insats: Options = Vec::new();
        for key in rows.iter().flat_map(|it| &it.insatser) {
            if !insats.iter().any(|it| it.0 == *key) {
                insats.push((key.clone(), name(key), choice.insats == *key));
            }
        }
        insats.sort_by(|a, b| a.1.cmp(&b.1));
        let sortera = SORTS.iter().map(|(key, label)| {
            let chosen = choice.sortera == *key || (choice.sortera.is_empty() && *key == "namn");
            ((*key).to_owned(), (*label).to_owned(), chosen)
        });
        let all = || std::iter::once((String::new(), format!("Alla ({})", rows.len()), false));
        let sorted = SORTS.iter().find(|it| it.0 == choice.sortera && it.0 != "namn");
        Self {
            q: choice.q.clone(),
            lage: all().chain(lage).collect(),
            tur: all().chain(tur).collect(),
            insats: std::iter::once((String::new(), "Alla".to_owned(), false)).chain(insats).collect(),
            tid: all().chain(tid).collect(),
            sortera: sortera.collect(),
            filtered: Choice { sortera: String::new(), ..choice.clone() } != Choice::default(),
            note: sorted
                .map_or_else(|| "En rad per utförare och uppdrag".to_owned(), |it| format!("Ordning: {}", it.1)),
        }
    }
}

/// Whose turn it is, each with its number; all, first, is their sum.
pub fn turns(rows: &[BoardRow], choice: &Choice, kvartal: &str) -> Vec<Chip> {
    let all = Chip {
        label: "Alla".to_owned(),
        count: rows.len(),
        href: Choice { tur: String::new(), ..choice.clone() }.href(kvartal),
        current: choice.tur.is_empty(),
    };
    let each = [Turn::Namnd, Turn::Utforare, Turn::Kvartal, Turn::Nobody].into_iter().map(|it| Chip {
        label: turn_in_words(it).to_owned(),
        count: rows.iter().filter(|row| row.turn_key == it.key()).count(),
        href: choice.with("tur", it.key()).href(kvartal),
        current: choice.tur == it.key(),
    });
    std::iter::once(all).chain(each).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_values_show_everything_and_known_ones_come_back_in_the_address() {
        let choice = Choice::from_query("lage=hittepa&tur=namnd&q=almvik&okand=1");
        assert_eq!((choice.lage.as_str(), choice.tur.as_str(), choice.q.as_str()), ("", "namnd", "almvik"));
        assert_eq!(choice.href("2023-Q4"), "/kvartal/2023-Q4?q=almvik&tur=namnd");
    }

    #[test]
    fn choosing_what_is_chosen_takes_it_away() {
        let choice = Choice::from_query("lage=vantar");
        assert_eq!(choice.with("lage", "vantar").href("2023-Q4"), "/kvartal/2023-Q4");
        assert_eq!(choice.with("tur", "namnd").href("2023-Q4"), "/kvartal/2023-Q4?lage=vantar&tur=namnd");
    }
}
