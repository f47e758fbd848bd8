//! What may be said about an utförare and its uppdrag, and what is wrong with what was typed.
//!
//! Goes in: the fields of a form and what is known already. Comes out: every fault, with the field it is in.
//! Guaranteed: pure; pages show the same faults that the verbs refuse with.

use chrono::NaiveDate;

use crate::model::mail::is_address;
use crate::model::orgnr;
use crate::model::spelling::{fold, fold_name};
use crate::store::namnd::{UppdragRow, UtforareRow};

/// A field of the form and what is wrong with it.
pub type Fault = (&'static str, String);

/// What is said about an utförare, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Details {
    pub namn: String,
    /// Empty for egen regi.
    pub orgnr: String,
    pub alias: Vec<String>,
    /// In the quality table.
    pub rated: bool,
    /// Name and address.
    pub kontakter: Vec<(String, String)>,
}

/// What is wrong with the details; `own` is the utförare that is changed, none for a new one.
pub fn faults(details: &Details, all: &[UtforareRow], own: Option<&UtforareRow>) -> Vec<Fault> {
    let mut faults = Vec::new();
    let others = || all.iter().filter(|it| own.is_none_or(|own| own.id != it.id));
    let taken = |name: &str| {
        let same = |it: &str| fold_name(it) == fold_name(name);
        others().find(|it| same(&it.namn) || it.aliases().iter().any(|it| same(it)))
    };
    if fold_name(&details.namn).is_empty() {
        faults.push(("namn", "Skriv utförarens namn.".to_owned()));
    } else if let Some(other) = taken(&details.namn) {
        faults.push(("namn", format!("Namnet är för likt {}, som redan finns.", other.namn)));
    }
    for alias in &details.alias {
        if let Some(other) = taken(alias) {
            faults.push(("alias", format!("”{alias}” används redan för {}.", other.namn)));
        }
    }
    let typed = details.orgnr.trim();
    let unchanged = own.is_some_and(|it| it.orgnr.as_deref() == Some(typed));
    if !typed.is_empty() && !unchanged {
        match orgnr::checked(typed) {
            Err(fault) => faults.push(("orgnr", fault)),
            Ok(number) => {
                if let Some(other) = others().find(|it| it.orgnr.as_ref() == Some(&number)) {
                    faults.push(("orgnr", format!("Numret hör redan till {}.", other.namn)));
                }
            }
        }
    }
    contact_faults(&details.kontakter, &mut faults);
    faults
}

fn contact_faults(all: &[(String, String)], faults: &mut Vec<Fault>) {
    let fields = [
        ("kontakt-namn", "kontakt-epost"),
        ("kontakt-namn-2", "kontakt-epost-2"),
        ("kontakt-namn-3", "kontakt-epost-3"),
    ];
    for (at, (namn, epost)) in all.iter().enumerate() {
        let (name_field, mail_field) = fields.get(at).copied().unwrap_or(("kontakt-namn-3", "kontakt-epost-3"));
        if namn.trim().is_empty() {
            faults.push((name_field, "Skriv vem adressen går till.".to_owned()));
        }
        if !is_address(epost.trim()) {
            faults.push((mail_field, "Skriv en hel e-postadress, till exempel rapport@example.org.".to_owned()));
        } else if all[..at].iter().any(|it| fold(&it.1) == fold(epost)) {
            faults.push((mail_field, "Adressen står redan för en annan kontaktperson.".to_owned()));
        }
    }
}

/// What is wrong with an uppdrag; `others` are the utförare's own, without the one that is changed.
pub fn uppdrag_faults(
    keys: &[String],
    (fran, till): (Option<NaiveDate>, Option<NaiveDate>),
    others: &[&UppdragRow],
    name_of: impl Fn(&str) -> Option<String>,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    if keys.is_empty() {
        faults.push(("insatser", "Välj minst en insats.".to_owned()));
    }
    if keys.iter().any(|it| name_of(it).is_none()) {
        faults.push(("insatser", "En av insatserna finns inte längre. Välj igen.".to_owned()));
    }
    if fran.zip(till).is_some_and(|(fran, till)| till < fran) {
        faults.push(("till", "Avtalet slutar innan det börjar.".to_owned()));
    }
    let overlap = |it: &&&UppdragRow| it.covers(fran.unwrap_or(NaiveDate::MIN), till.unwrap_or(NaiveDate::MAX));
    for other in others.iter().filter(overlap) {
        let doubled: Vec<String> =
            other.keys().iter().filter(|it| keys.contains(it)).filter_map(|it| name_of(it)).collect();
        if let Some(first) = doubled.first() {
            let until = other.till.map_or_else(|| "löper vidare".to_owned(), |it| format!("gäller till och med {it}"));
            faults.push((
                "insatser",
                format!("{first} ingår redan i ett annat uppdrag under samma tid. Det {until}. Avsluta det först."),
            ));
        }
    }
    faults
}

/// `Solsidan Omsorg AB` → `solsidan-omsorg-ab`, and no key that is taken or that is the address of a page.
pub fn new_key(name: &str, all: &[UtforareRow]) -> String {
    let plain: String = fold(name)
        .chars()
        .map(|c| match c {
            'å' | 'ä' | 'á' | 'à' => 'a',
            'ö' | 'ø' | 'ó' => 'o',
            'é' | 'è' | 'ë' => 'e',
            'ü' | 'ú' => 'u',
            c if c.is_ascii_alphanumeric() => c,
            _ => ' ',
        })
        .collect();
    let key = plain.split_whitespace().collect::<Vec<_>>().join("-");
    let key = if key.is_empty() { "utforare".to_owned() } else { key };
    let taken = |key: &str| key == "ny" || all.iter().any(|it| it.nyckel == key);
    let mut tried = key.clone();
    let mut nr = 2;
    while taken(&tried) {
        tried = format!("{key}-{nr}");
        nr += 1;
    }
    tried
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(nyckel: &str, namn: &str, orgnr: Option<&str>) -> UtforareRow {
        UtforareRow {
            id: nyckel.to_owned(),
            namnd_id: "n".to_owned(),
            nyckel: nyckel.to_owned(),
            namn: namn.to_owned(),
            orgnr: orgnr.map(str::to_owned),
            alias: r#"["Solsidan"]"#.to_owned(),
            rated: true,
            closed_at: None,
        }
    }

    fn details(namn: &str, orgnr: &str) -> Details {
        Details { namn: namn.to_owned(), orgnr: orgnr.to_owned(), ..Details::default() }
    }

    #[test]
    fn every_fault_names_its_field() {
        let known = [row("solsidan", "Solsidan Omsorg AB", Some("202100-5448"))];
        for (typed, fields) in [
            (details("Almvik AB", "222000-0315"), vec![]),
            (details("Almvik AB", ""), vec![]),
            (details("", ""), vec!["namn"]),
            (details("SOLSIDAN OMSORG", ""), vec!["namn"]),
            (details("solsidan", "202100-5448"), vec!["namn", "orgnr"]),
            (details("Almvik AB", "222000-0316"), vec!["orgnr"]),
            (Details { alias: vec!["Solsidan".into()], ..details("Almvik AB", "") }, vec!["alias"]),
            (
                Details {
                    kontakter: vec![("".into(), "a@b".into()), ("B".into(), "b@example.org".into())],
                    ..details("A", "")
                },
                vec!["kontakt-namn", "kontakt-epost"],
            ),
            (
                Details {
                    kontakter: vec![("A".into(), "a@example.org".into()), ("B".into(), "A@example.org".into())],
                    ..details("A", "")
                },
                vec!["kontakt-epost-2"],
            ),
        ] {
            let found: Vec<&str> = faults(&typed, &known, None).iter().map(|it| it.0).collect();
            assert_eq!(found, fields, "{typed:?}");
        }
    }

    #[test]
    fn what_stood_before_may_stay() {
        let own = row("solsidan", "Solsidan Omsorg AB", Some("559900-0101"));
        let typed = Details { alias: vec!["Solsidan".into()], ..details("Solsidan Omsorg AB", "559900-0101") };
        assert_eq!(faults(&typed, std::slice::from_ref(&own), Some(&own)), Vec::new());
    }

    #[test]
    fn the_same_insats_is_not_in_two_uppdrag_at_once() {
        let day = |text: &str| Some(text.parse::<NaiveDate>().unwrap());
        let other = UppdragRow {
            id: "u".into(),
            utforare_id: "s".into(),
            insatser: r#"["ledsagarservice"]"#.into(),
            fran: None,
            till: day("2023-11-15"),
        };
        let name = |key: &str| Some(key.to_owned());
        let faults = |days, key: &str| uppdrag_faults(&[key.to_owned()], days, &[&other], name).len();
        assert_eq!(faults((day("2023-11-15"), None), "ledsagarservice"), 1);
        assert_eq!(faults((day("2023-11-16"), None), "ledsagarservice"), 0);
        assert_eq!(faults((None, None), "avlosarservice"), 0);
        assert_eq!(faults((day("2023-12-02"), day("2023-12-01")), "avlosarservice"), 1);
    }

    #[test]
    fn a_key_is_plain_and_nobody_elses() {
        let known = [row("omsorg-i-ostra-ab", "x", None)];
        assert_eq!(new_key("Åbrinkens Omsorg & Behandling AB", &known), "abrinkens-omsorg-behandling-ab");
        assert_eq!(new_key("Omsorg i Östra AB", &known), "omsorg-i-ostra-ab-2");
        assert_eq!(new_key("Ny", &known), "ny-2");
        assert_eq!(new_key("…", &known), "utforare");
    }
}
