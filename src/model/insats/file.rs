//! The file of insatser: checked when it is read, so that a fault is shown where it stands.
//!
//! Goes in: TOML, and the catalogue read so far. Comes out: a longer catalogue, or the first fault with its bytes.
//! Guaranteed: nothing that is read earlier changes meaning; a word outside a closed list is never accepted.

use serde::Deserialize;
use toml::Spanned;

use super::{Alder, Insats, InsatsId, Insatser};
use crate::model::spelling::fold;
use crate::model::{DataError, Lag, Lagrum, Orsak};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    insats: Vec<Entry>,
    #[serde(default)]
    synonym: Vec<Synonym>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    nyckel: Spanned<String>,
    namn: Spanned<String>,
    lag: Spanned<String>,
    punkt: Option<u8>,
    lagrum: Spanned<String>,
    alder: Spanned<String>,
    omrade: Spanned<String>,
    orsaker: Vec<Spanned<String>>,
    #[serde(default)]
    synonymer: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Synonym {
    skrivs: Spanned<String>,
    lag: Option<Spanned<String>>,
    insats: Spanned<String>,
}

const AREAS: [&str; 4] = ["aldre", "fn", "ifo", "lss"];

pub(super) fn add(catalogue: &mut Insatser, text: &str) -> Result<(), DataError> {
    let file: File = toml::from_str(text).map_err(|error| DataError::toml(&error))?;
    for entry in file.insats {
        add_insats(catalogue, &entry)?;
    }
    for synonym in file.synonym {
        add_synonym(catalogue, &synonym)?;
    }
    Ok(())
}

fn add_insats(catalogue: &mut Insatser, entry: &Entry) -> Result<(), DataError> {
    let key = entry.nyckel.get_ref();
    if key.is_empty() || !key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_') {
        let help = "En nyckel skrivs med små bokstäver a–z, siffror och understreck, till exempel ”boendestod”.";
        return Err(DataError::new(format!("Nyckeln ”{key}” kan inte användas."), help, entry.nyckel.span()));
    }
    if catalogue.by_key(key).is_some() {
        let help =
            "Nycklar ändrar aldrig betydelse. Välj en annan nyckel, eller lägg till ett skrivsätt under [[synonym]].";
        return Err(DataError::new(format!("Insatsen ”{key}” finns redan."), help, entry.nyckel.span()));
    }
    let lag = law(&entry.lag)?;
    if Lagrum::parse(entry.lagrum.get_ref()).is_none_or(|it| it.law() != Some(lag)) {
        let message = format!("Lagrummet ”{}” hör inte till {lag}.", entry.lagrum.get_ref());
        return Err(DataError::new(
            message,
            "Skriv till exempel ”9 § 3 LSS” eller ”11 kap. 1 § SoL”.",
            entry.lagrum.span(),
        ));
    }
    let id = u16::try_from(catalogue.list.len()).map(InsatsId).map_err(|_| {
        DataError::new("Katalogen har för många insatser.", "Ta bort insatser som inte används.", entry.nyckel.span())
    })?;
    catalogue.list.push(Insats {
        key: key.clone(),
        name: entry.namn.get_ref().clone(),
        lag,
        lagrum: entry.lagrum.get_ref().clone(),
        punkt: entry.punkt,
        alder: one_of("Åldern", &entry.alder, Alder::ALL, Alder::key)?,
        omrade: area(&entry.omrade)?,
        orsaker: entry
            .orsaker
            .iter()
            .map(|it| one_of("Orsaken", it, Orsak::ALL, Orsak::key))
            .collect::<Result<_, _>>()?,
        synonyms: entry.synonymer.iter().map(|it| it.get_ref().clone()).collect(),
    });
    spell(catalogue, &entry.namn, id, lag)?;
    for synonym in &entry.synonymer {
        spell(catalogue, synonym, id, lag)?;
    }
    Ok(())
}

fn add_synonym(catalogue: &mut Insatser, synonym: &Synonym) -> Result<(), DataError> {
    let key = synonym.insats.get_ref();
    let Some(id) = catalogue.by_key(key) else {
        let known: Vec<&str> = catalogue.list.iter().map(|it| it.key.as_str()).collect();
        return Err(DataError::unknown("Insatsen", key, &known, synonym.insats.span()));
    };
    let lag = catalogue.get(id).lag;
    if let Some(stated) = &synonym.lag
        && law(stated)? != lag
    {
        let message = format!("”{key}” är en insats enligt {lag}, inte {}.", stated.get_ref());
        return Err(DataError::new(message, "Rätta lagen eller välj en insats som hör till den.", stated.span()));
    }
    spell(catalogue, &synonym.skrivs, id, lag)?;
    if let Some(insats) = catalogue.list.get_mut(usize::from(id.0)) {
        insats.synonyms.push(synonym.skrivs.get_ref().clone());
    }
    Ok(())
}

/// A spelling may lead to several insatser, but only to one per law.
fn spell(catalogue: &mut Insatser, spelling: &Spanned<String>, id: InsatsId, lag: Lag) -> Result<(), DataError> {
    let plain = fold(spelling.get_ref());
    // As [`Lagrum::split`] leaves it, so that what people write meets it.
    let split = Lagrum::split(spelling.get_ref()).1;
    let bare: String =
        plain.split(|c: char| !c.is_alphanumeric()).filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" ");
    if plain.is_empty() {
        return Err(DataError::new("Ett skrivsätt är tomt.", "Ta bort det eller skriv ett namn.", spelling.span()));
    }
    let with_law = plain != split && !split.is_empty();
    let mut forms = vec![plain];
    if !with_law {
        forms.push(split);
    }
    forms.push(bare);
    forms.dedup();
    for form in forms {
        let taken = catalogue
            .spellings
            .get(&form)
            .and_then(|ids| ids.iter().copied().find(|it| *it != id && catalogue.get(*it).lag == lag));
        if let Some(other) = taken {
            let message = format!("”{}” betyder redan {}.", spelling.get_ref(), catalogue.get(other).name);
            let help =
                format!("Ett skrivsätt kan bara leda till en insats inom {lag}. Ta bort det på ett av ställena.");
            return Err(DataError::new(message, help, spelling.span()));
        }
        catalogue.in_order.push((form.clone(), id));
        let ids = catalogue.spellings.entry(form).or_default();
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(())
}

fn law(word: &Spanned<String>) -> Result<Lag, DataError> {
    one_of("Lagen", word, &[Lag::Lss, Lag::Sol], Lag::key)
}

fn area(word: &Spanned<String>) -> Result<String, DataError> {
    if AREAS.contains(&word.get_ref().as_str()) {
        return Ok(word.get_ref().clone());
    }
    Err(DataError::unknown("Området", word.get_ref(), &AREAS, word.span()))
}

fn one_of<T: Copy>(what: &str, word: &Spanned<String>, all: &[T], key: fn(T) -> &'static str) -> Result<T, DataError> {
    all.iter().copied().find(|it| key(*it) == word.get_ref()).ok_or_else(|| {
        let known: Vec<&str> = all.iter().map(|it| key(*it)).collect();
        DataError::unknown(what, word.get_ref(), &known, word.span())
    })
}
