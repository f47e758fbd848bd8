//! What the built-in catalogue answers, and what it refuses.

use super::*;

fn catalogue() -> Insatser {
    Insatser::from_toml(include_str!("../../../rules/insatser.toml"), None).unwrap()
}

fn key(insatser: &Insatser, found: Match) -> String {
    match found {
        Match::One(id) => insatser.get(id).key.clone(),
        Match::Several(ids) => ids.iter().map(|id| insatser.get(*id).key.as_str()).collect::<Vec<_>>().join("|"),
        Match::None { suggestion: None } => "-".to_owned(),
        Match::None { suggestion: Some(id) } => format!("?{}", insatser.get(id).key),
    }
}

#[test]
fn lss_comes_first_in_the_order_of_the_act_and_point_one_last() {
    let insatser = catalogue();
    let points: Vec<u8> = insatser.all().filter_map(|(_, it)| it.punkt).collect();
    assert_eq!(points, [2, 3, 4, 5, 6, 7, 8, 9, 10, 1]);
    let laws: Vec<Lag> = insatser.all().map(|(_, it)| it.lag).collect();
    assert!(laws.is_sorted_by_key(|it| *it == Lag::Sol));
}

#[test]
fn insatser_are_found_by_number_name_and_synonym() {
    let insatser = catalogue();
    let (lss, sol) = (Some(Lag::Lss), Some(Lag::Sol));
    for (text, law, expected) in [
        ("9 § 3", None, "ledsagarservice"),
        ("9§3", None, "ledsagarservice"),
        ("9:3", None, "ledsagarservice"),
        ("9 § 3 Ledsagarservice", lss, "ledsagarservice"),
        ("9 § 3 Ledsagarservice", None, "ledsagarservice"),
        ("LEDSAGARSERVICE ", None, "ledsagarservice"),
        ("9 § 9 SÄBO", None, "bostad_vuxna"),
        ("SÄBO", lss, "bostad_vuxna"),
        ("SÄBO", sol, "sarskilt_boende"),
        ("SÄBO", None, "bostad_vuxna|sarskilt_boende"),
        ("Korttidsboende", lss, "korttidsvistelse"),
        ("Korttidsboende", sol, "korttidsboende"),
        ("9 § 6 Korttidsboende", None, "korttidsvistelse"),
        ("Kontaktperson", lss, "kontaktperson"),
        ("Kontaktperson", sol, "sol_kontaktperson"),
        ("Kontaktperson SoL", None, "sol_kontaktperson"),
        ("Kontaktperson enligt LSS", None, "kontaktperson"),
        ("9 § 5 Kontaktperson", None, "kontaktperson"),
        ("Bostad med särskild service (vuxna)", lss, "bostad_vuxna"),
        ("Bostad med särskild service", sol, "bostad_sarskilt_stod"),
        ("Boendestöd", None, "boendestod"),
        ("Boendestöd", lss, "boendestod"),
        ("11 kap. 1 § SoL Hemtjänst", None, "hemtjanst"),
        ("9 § 3 Ledsagarservce", None, "ledsagarservice"),
        ("9 § 5 Kontaktprson", None, "?kontaktperson"),
        ("Ledsagarservce", lss, "?ledsagarservice"),
        ("4 kap. 1 § SoL Ungdomscoach", None, "-"),
        ("9 § 11", None, "-"),
        ("4 kap. 1 § SoL", None, "-"),
        ("övrigt", None, "-"),
        ("", None, "-"),
    ] {
        assert_eq!(key(&insatser, insatser.find(text, law)), expected, "{text}, {law:?}");
    }
}

#[test]
fn a_title_or_sheet_name_can_name_the_only_insats() {
    let insatser = catalogue();
    for (text, expected) in [
        ("Ej verkställda beslut LSS Ledsagarservice kvartal 4 2023", Some("ledsagarservice")),
        ("Daglig verksamhet", Some("daglig_verksamhet")),
        ("Ej verkställda beslut 9 § 7 LSS", Some("korttidstillsyn")),
        ("Bostad med särskild service för barn, kvartal 4", Some("bostad_barn")),
        ("Ledsagarservice och avlösarservice LSS", None),
        ("Kontaktperson kvartal 4", None),
        ("Rapport kvartal 4 2023", None),
    ] {
        let found = insatser.mentioned(text, None).map(|id| insatser.get(id).key.as_str());
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn lagrum_fits_what_it_can_stand_for() {
    let insatser = catalogue();
    let before = NaiveDate::from_ymd_opt(2025, 6, 30);
    let after = NaiveDate::from_ymd_opt(2025, 7, 1);
    for (key, lagrum, decided, expected) in [
        ("ledsagarservice", "9 § 3 LSS", None, Some(true)),
        ("ledsagarservice", "LSS", None, Some(true)),
        ("kontaktperson", "9 § 5 LSS", None, Some(false)),
        ("kontaktperson", "4 kap. 1 § SoL", None, Some(false)),
        ("hemtjanst", "4 kap. 1 § SoL", None, Some(true)),
        ("hemtjanst", "4 kap. 1 § SoL", before, Some(true)),
        ("hemtjanst", "4 kap. 1 § SoL", after, Some(false)),
        ("hemtjanst", "11 kap. 1 § SoL", after, Some(true)),
        ("hemtjanst", "11 kap. 1 § SoL", before, Some(true)),
        ("hemtjanst", "16 kap. 6 f § SoL", None, Some(false)),
        ("hemtjanst", "9 § 3 LSS", None, Some(false)),
        ("hemtjanst", "HSL", None, None),
    ] {
        let id = insatser.by_key(key).unwrap();
        let lagrum = Lagrum::parse(lagrum).unwrap();
        assert_eq!(insatser.lagrum_fits(id, &lagrum, decided), expected, "{key} {lagrum} {decided:?}");
    }
}

#[test]
fn ledig_bostad_applies_only_where_a_place_is_granted() {
    let insatser = catalogue();
    let places: Vec<&str> = insatser
        .all()
        .filter(|(_, it)| it.orsaker.contains(&Orsak::ResursbristBostad))
        .map(|(_, it)| it.key.as_str())
        .collect();
    assert_eq!(
        places,
        [
            "korttidsvistelse",
            "bostad_barn",
            "bostad_vuxna",
            "sarskilt_boende",
            "parboende",
            "korttidsboende",
            "bostad_sarskilt_stod",
            "familjehem",
            "stodboende",
            "hvb",
            "traningslagenhet"
        ]
    );
}

#[test]
fn a_namnd_adds_spellings_and_insatser() {
    let own = r#"
        [[insats]]
        nyckel = "ungdomscoach"
        namn = "Ungdomscoach"
        lag = "SoL"
        lagrum = "11 kap. 1 § SoL"
        alder = "alla"
        omrade = "ifo"
        orsaker = ["resursbrist_personal", "tackat_nej", "annat_skal"]

        [[synonym]]
        skrivs = "Hemtjänst natt"
        insats = "hemtjanst"
    "#;
    let insatser = Insatser::from_toml(include_str!("../../../rules/insatser.toml"), Some(own)).unwrap();
    assert_eq!(key(&insatser, insatser.find("4 kap. 1 § SoL Ungdomscoach", None)), "ungdomscoach");
    assert_eq!(key(&insatser, insatser.find("hemtjänst natt", None)), "hemtjanst");
}

#[test]
fn a_fault_in_the_file_is_shown_where_it_stands() {
    let builtin = include_str!("../../../rules/insatser.toml");
    for (own, message, help) in [
        (
            "[[synonym]]\nskrivs = \"X\"\ninsats = \"hemtjast\"",
            "Insatsen ”hemtjast” finns inte.",
            "Menade du ”hemtjanst”?",
        ),
        (
            "[[synonym]]\nskrivs = \"Hemtjänst\"\ninsats = \"boendestod\"",
            "”Hemtjänst” betyder redan Hemtjänst.",
            "Ett skrivsätt kan bara leda till en insats inom SoL. Ta bort det på ett av ställena.",
        ),
        (
            "[[synonym]]\nskrivs = \"X\"\nlag = \"LSS\"\ninsats = \"hemtjanst\"",
            "”hemtjanst” är en insats enligt SoL, inte LSS.",
            "Rätta lagen eller välj en insats som hör till den.",
        ),
    ] {
        let error = Insatser::from_toml(builtin, Some(own)).unwrap_err();
        assert_eq!((error.message.as_str(), error.help.as_deref()), (message, Some(help)));
        assert!(!own[error.span.unwrap()].is_empty());
    }
}
