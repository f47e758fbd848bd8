//! States, counts and names as the pages say them; times are in [`super::when`].
//!
//! Goes in: days, states, numbers. Comes out: Swedish words. Guaranteed: a countdown is in words, never in colour alone.

use chrono::NaiveDate;

use crate::desk::figures::Context;
use crate::model::{FilingState, Turn, Window};
use crate::render::print::{clean_line, counted};
use crate::render::view::insatser_in_words;
use crate::store::filing::Filing;

/// How far it is to a last day: words and tone (”” · near · over).
pub fn countdown(last_day: NaiveDate, today: NaiveDate) -> (String, &'static str) {
    let days = (last_day - today).num_days();
    let many = |days: i64| counted(usize::try_from(days).unwrap_or(usize::MAX), "dag", "dagar");
    match days {
        0 => ("Sista dagen är i dag".to_owned(), "near"),
        1..=3 => (format!("{} kvar", many(days)), "near"),
        4.. => (format!("{} kvar", many(days)), ""),
        _ => (format!("{} för sent", many(-days)), "over"),
    }
}

/// The insatser of a filing: ”Ledsagarservice och avlösarservice”.
pub fn uppdrag_in_words(context: &Context, filing: &Filing) -> String {
    let keys = context.contents.uppdrag_of(filing).map(|it| it.keys()).unwrap_or_default();
    let insatser = &context.library.insatser;
    let names: Vec<&str> =
        keys.iter().map(|key| insatser.by_key(key).map_or(key.as_str(), |id| insatser.get(id).name.as_str())).collect();
    insatser_in_words(&names)
}

/// Who must act now, to the utförare: ”Du”, ”Biståndsenheten”, ”Ingen”.
pub fn who_must_act(state: FilingState, window: Window) -> &'static str {
    match (state.turn(), window) {
        (_, Window::Closed) => "Ingen behöver göra något",
        (Turn::Utforare, Window::NotOpen) => "Ingen behöver göra något än",
        (Turn::Utforare, _) => "Du behöver göra något",
        (Turn::Namnd, _) => "Biståndsenheten är på tur",
        (Turn::Kvartal, _) => "Filen läses just nu",
        (Turn::Nobody, _) => "Ingen behöver göra något mer",
    }
}

/// ”3 fel, 6 frågor och 1 notis”; empty when there is nothing.
pub fn counts_in_words(fel: i64, fraga: i64, notis: i64) -> String {
    let of = |count: i64, one: &str, many: &str| {
        (count > 0).then(|| counted(usize::try_from(count).unwrap_or(usize::MAX), one, many))
    };
    let all = [of(fel, "fel", "fel"), of(fraga, "fråga", "frågor"), of(notis, "notis", "notiser")];
    let all: Vec<String> = all.into_iter().flatten().collect();
    crate::render::print::list(&all.iter().map(String::as_str).collect::<Vec<_>>())
}

/// ”12 kB”, ”3,4 MB”
pub fn size_in_words(bytes: i64) -> String {
    if bytes < 1_000_000 {
        return format!("{} kB", (bytes / 1000).max(1));
    }
    let tenths = bytes / 100_000;
    format!("{},{} MB", tenths / 10, tenths % 10)
}

/// A file's name as it may be shown: no control characters, no personal data, not endless.
pub fn file_name(name: &str) -> String {
    let name = crate::model::mask::masked(name);
    crate::render::print::fitted(clean_line(&name), 120).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_day_is_counted_down_in_words() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        for (today, words, tone) in [
            ("2024-01-01", "9 dagar kvar", ""),
            ("2024-01-07", "3 dagar kvar", "near"),
            ("2024-01-09", "1 dag kvar", "near"),
            ("2024-01-10", "Sista dagen är i dag", "near"),
            ("2024-01-11", "1 dag för sent", "over"),
            ("2024-01-12", "2 dagar för sent", "over"),
        ] {
            assert_eq!(countdown(day("2024-01-10"), day(today)), (words.to_owned(), tone), "{today}");
        }
    }

    #[test]
    fn counts_leave_out_what_is_none() {
        assert_eq!(counts_in_words(0, 0, 0), "");
        assert_eq!(counts_in_words(1, 0, 2), "1 fel och 2 notiser");
        assert_eq!(counts_in_words(3, 1, 1), "3 fel, 1 fråga och 1 notis");
    }

    #[test]
    fn sizes_are_short() {
        assert_eq!((size_in_words(10), size_in_words(3_449_000)), ("1 kB".to_owned(), "3,4 MB".to_owned()));
    }
}
