//! What headings and cells are called: `rules/kolumner.toml`, folded and ready to be asked.
//!
//! Goes in: the text of the file. Comes out: [`Columns`], or the first fault with its bytes.
//! Guaranteed: a spelling leads to one field or one answer; nothing matches that is not declared.

use regex::Regex;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;
use toml::Spanned;

use super::Purpose;
use crate::model::spelling::fold;
use crate::model::{DataError, Field, Kon, Orsak, StartKind};

/// The column definitions.
#[derive(Debug, Clone)]
pub struct Columns {
    headings: FxHashMap<String, Field>,
    /// The same in the order of the file, with the heading as declared, for suggestions.
    in_order: Vec<(String, Field)>,
    /// The same, folded for comparing.
    keys: Vec<(String, Field)>,
    required: [Vec<Vec<Field>>; 3],
    pub(super) words: Words,
}

/// What stands in cells.
#[derive(Debug, Clone)]
pub(super) struct Words {
    pub kon: FxHashMap<String, Kon>,
    pub start: FxHashMap<String, StartKind>,
    pub orsak: FxHashMap<String, Orsak>,
    pub yes: FxHashSet<String>,
    pub no: FxHashSet<String>,
    /// Beginnings of words that speak of the future.
    pub not_yet: Vec<String>,
    /// Beginnings of words that speak of an offer.
    pub offered: Vec<String>,
    pub sum: FxHashSet<String>,
    pub nil: Vec<String>,
    pub example: FxHashSet<String>,
    cause_words: Regex,
    cause_of_word: Vec<(String, Orsak)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    krav: Required,
    kolumn: Vec<Column>,
    kon: FxHashMap<Spanned<String>, Vec<String>>,
    start_typ: FxHashMap<Spanned<String>, Vec<String>>,
    orsak: FxHashMap<Spanned<String>, Vec<String>>,
    orsak_i_text: FxHashMap<Spanned<String>, Vec<String>>,
    svar: Answers,
    fraser: Phrases,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Required {
    rapport: Vec<Vec<Spanned<String>>>,
    register: Vec<Vec<Spanned<String>>>,
    pagaende: Vec<Vec<Spanned<String>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Column {
    uppgift: Spanned<String>,
    rubriker: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answers {
    ja: Vec<String>,
    nej: Vec<String>,
    inte_an: Vec<String>,
    erbjudet: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Phrases {
    summa: Vec<String>,
    inget_att_rapportera: Vec<String>,
    exempel: Vec<String>,
}

impl Columns {
    /// Reads the file of columns.
    ///
    /// # Errors
    ///
    /// The first fault: an unknown field, a heading that would mean two things, a word outside a closed list.
    pub fn from_toml(text: &str) -> Result<Self, DataError> {
        let file: File = toml::from_str(text).map_err(|error| DataError::toml(&error))?;
        let mut headings = FxHashMap::default();
        let mut in_order = Vec::new();
        for column in &file.kolumn {
            let field = field(&column.uppgift)?;
            for heading in &column.rubriker {
                match headings.insert(heading_key(heading.get_ref()), field) {
                    Some(other) if other != field => {
                        let message = format!("Rubriken ”{}” står redan under {other}.", heading.get_ref());
                        return Err(DataError::new(message, "Ta bort den på ett av ställena.", heading.span()));
                    }
                    _ => in_order.push((heading.get_ref().clone(), field)),
                }
            }
        }
        let groups = |groups: &[Vec<Spanned<String>>]| {
            groups.iter().map(|it| it.iter().map(field).collect()).collect::<Result<Vec<Vec<Field>>, _>>()
        };
        let required = [groups(&file.krav.rapport)?, groups(&file.krav.register)?, groups(&file.krav.pagaende)?];
        let keys = in_order.iter().map(|(it, field): &(String, Field)| (heading_key(it), *field)).collect();
        Ok(Self { headings, in_order, keys, required, words: Words::new(&file)? })
    }

    /// The field a heading means, if it is a declared one.
    pub fn field(&self, heading: &str) -> Option<Field> {
        self.headings.get(&heading_key(heading)).copied()
    }

    /// The headings of a field, the usual one first.
    pub fn headings(&self, field: Field) -> impl Iterator<Item = &str> {
        self.in_order.iter().filter(move |it| it.1 == field).map(|it| it.0.as_str())
    }

    /// The field whose heading is so like this one that it is worth asking about.
    pub(super) fn near(&self, heading: &str) -> Option<Field> {
        let key = heading_key(heading);
        if key.chars().count() < 4 {
            return None;
        }
        let mut best: Option<(f64, Field)> = None;
        let length = key.chars().count();
        for (declared, field) in &self.keys {
            let other = declared.chars().count();
            // Two texts are never more alike than their lengths; most headings fall away without being compared.
            if length.min(other) * 100 < length.max(other) * 78 {
                continue;
            }
            let likeness = strsim::normalized_damerau_levenshtein(&key, declared);
            if likeness >= 0.78 && best.is_none_or(|(top, _)| likeness > top) {
                best = Some((likeness, *field));
            }
        }
        best.map(|it| it.1)
    }

    /// Groups of fields of which a table must have one each.
    pub(super) fn required(&self, purpose: Purpose) -> &[Vec<Field>] {
        match purpose {
            Purpose::Report => &self.required[0],
            Purpose::Register => &self.required[1],
            Purpose::Ongoing => &self.required[2],
        }
    }
}

impl Words {
    fn new(file: &File) -> Result<Self, DataError> {
        let mut cause_of_word = Vec::new();
        for &orsak in Orsak::ALL {
            let (_, words) = file.orsak_i_text.iter().find(|it| it.0.get_ref() == orsak.key()).unzip();
            cause_of_word.extend(words.into_iter().flatten().map(|it| (fold(it), orsak)));
        }
        let any = cause_of_word.iter().map(|it| regex::escape(&it.0)).collect::<Vec<_>>().join("|");
        let cause_words = Regex::new(&format!("(?i:{any})")).map_err(|it| DataError {
            message: format!("Orden för orsaker går inte att använda: {it}."),
            help: None,
            span: None,
        })?;
        Ok(Self {
            kon: closed("Könet", &file.kon, Kon::ALL, Kon::key)?,
            start: closed("Starten", &file.start_typ, StartKind::ALL, StartKind::key)?,
            orsak: closed("Orsaken", &file.orsak, Orsak::ALL, Orsak::key)?,
            yes: folded(&file.svar.ja),
            no: folded(&file.svar.nej),
            not_yet: file.svar.inte_an.iter().map(|it| fold(it)).collect(),
            offered: file.svar.erbjudet.iter().map(|it| fold(it)).collect(),
            sum: folded(&file.fraser.summa),
            nil: file.fraser.inget_att_rapportera.iter().map(|it| fold(it)).collect(),
            example: folded(&file.fraser.exempel),
            cause_words,
            cause_of_word,
        })
    }

    /// The only cause the words of a free text speak for.
    pub(super) fn cause_in(&self, text: &str) -> Option<Orsak> {
        let mut found = None;
        for hit in self.cause_words.find_iter(text) {
            let word = fold(hit.as_str());
            let cause = self.cause_of_word.iter().find(|it| it.0 == word).map(|it| it.1);
            match (found, cause) {
                (None, _) => found = cause,
                (Some(a), Some(b)) if a != b => return None,
                _ => {}
            }
        }
        found
    }
}

/// A heading as it is compared: folded, without space around slashes and without a hint about the form of dates.
pub(super) fn heading_key(heading: &str) -> String {
    let mut key = fold(heading);
    if key.contains('/') {
        key = key.replace(" /", "/").replace("/ ", "/");
    }
    if let Some(at) = key.find('(')
        && ["åååå", "yyyy", "ååmm", "yymm"].iter().any(|it| key.get(at..).is_some_and(|rest| rest.contains(it)))
    {
        key.truncate(at);
        key.truncate(key.trim_end().len());
    }
    key
}

fn field(name: &Spanned<String>) -> Result<Field, DataError> {
    Field::from_key(name.get_ref()).ok_or_else(|| {
        let known: Vec<&str> = Field::ALL.iter().map(|it| it.key()).collect();
        DataError::unknown("Uppgiften", name.get_ref(), &known, name.span())
    })
}

fn folded(words: &[String]) -> FxHashSet<String> {
    words.iter().map(|it| fold(it)).collect()
}

/// Spelling → one of a closed list.
fn closed<T: Copy>(
    what: &str,
    file: &FxHashMap<Spanned<String>, Vec<String>>,
    all: &[T],
    key: fn(T) -> &'static str,
) -> Result<FxHashMap<String, T>, DataError> {
    let keys: Vec<&str> = all.iter().map(|it| key(*it)).collect();
    let mut wrong: Vec<&Spanned<String>> = file.keys().filter(|it| !keys.contains(&it.get_ref().as_str())).collect();
    wrong.sort_by_key(|it| it.span().start);
    if let Some(word) = wrong.first() {
        return Err(DataError::unknown(what, word.get_ref(), &keys, word.span()));
    }
    let mut out = FxHashMap::default();
    for &it in all {
        out.insert(fold(key(it)), it);
        let (_, words) = file.iter().find(|entry| entry.0.get_ref() == key(it)).unzip();
        out.extend(words.into_iter().flatten().map(|word| (fold(word), it)));
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn builtin() -> Columns {
        Columns::from_toml(include_str!("../../rules/kolumner.toml")).unwrap()
    }

    #[test]
    fn only_declared_headings_match_and_near_ones_are_suggested() {
        let columns = builtin();
        for (heading, exact, near) in [
            ("Besluts-\ndatum¹", Some(Field::Beslutsdatum), Some(Field::Beslutsdatum)),
            ("Beslut / Avbrott", Some(Field::Startdatum), Some(Field::Startdatum)),
            ("Verkställt (ÅÅÅÅ-MM-DD)", Some(Field::Verkstalld), Some(Field::Verkstalld)),
            ("Vidtagna åtgärder, i väntan på, övrigt", Some(Field::Atgarder), Some(Field::Atgarder)),
            ("Tid från beslut/avbrott", Some(Field::Dagar), Some(Field::Dagar)),
            ("Beslutet vekrställt", None, Some(Field::Verkstalld)),
            ("Verkstält", None, Some(Field::Verkstalld)),
            ("Handläggare", None, None),
            ("Avbrott i verkställighet", None, None),
        ] {
            assert_eq!(columns.field(heading), exact, "{heading}");
            if exact.is_none() {
                assert_eq!(columns.near(heading), near, "near {heading}");
            }
        }
    }

    #[test]
    fn every_field_has_a_heading() {
        let columns = builtin();
        for &field in Field::ALL {
            assert!(columns.headings(field).next().is_some(), "{field}");
        }
    }

    #[test]
    fn free_text_speaks_for_a_cause_only_when_it_speaks_for_one() {
        let columns = builtin();
        for (text, expected) in [
            ("Personalrelaterade skäl, därefter svårt att rekrytera.", Some(Orsak::ResursbristPersonal)),
            ("Har TACKAT NEJ till två förslag", Some(Orsak::TackatNej)),
            ("Svårt att rekrytera, sedan tackat nej", None),
            ("Två försök till matchningar.", None),
        ] {
            assert_eq!(columns.words.cause_in(text), expected, "{text}");
        }
    }

    #[test]
    fn a_fault_in_the_file_is_shown_where_it_stands() {
        let text = include_str!("../../rules/kolumner.toml");
        let wrong = text.replace("uppgift  = \"kon\"", "uppgift  = \"konn\"");
        let error = Columns::from_toml(&wrong).unwrap_err();
        assert_eq!(error.message, "Uppgiften ”konn” finns inte.");
        assert_eq!(error.help.as_deref(), Some("Menade du ”kon”?"));
        assert_eq!(&wrong[error.span.unwrap()], "\"konn\"");
    }
}
