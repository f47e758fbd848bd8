//! The built-in rules, as those who write and read them see them.
//!
//! Goes in: the rule files in the binary. Comes out: whether they hold together: examples, sources, language, the page.
//! Guaranteed: one faulty rule is named; the loader's own faults are tested beside the loader.

use kvartal::model::{Insatser, Quarter, Seen};
use kvartal::rule::{Catalogue, Outcome, Scope, Slot, Value, docs, mutate};

fn catalogue() -> Catalogue {
    let insatser = Insatser::from_toml(include_str!("../../rules/insatser.toml"), None).unwrap();
    match Catalogue::load(&Catalogue::builtin_sources(), &[], &insatser) {
        Ok(catalogue) => catalogue,
        Err(errors) => panic!("{}", errors.in_words(miette::GraphicalTheme::none())),
    }
}

/// Every text a person reads: rule, key and text.
fn texts() -> Vec<(String, String, String)> {
    let mut texts = Vec::new();
    for source in Catalogue::builtin_sources() {
        let table: toml::Table = source.text.parse().unwrap();
        let id = table["id"].as_str().unwrap().to_owned();
        texts.push((id.clone(), "rubrik".to_owned(), table["rubrik"].as_str().unwrap().to_owned()));
        for (key, value) in table["text"].as_table().unwrap() {
            texts.extend(value.as_str().map(|it| (id.clone(), key.clone(), it.to_owned())));
        }
    }
    texts
}

#[test]
fn every_example_answers_as_its_file_says() {
    let failures: Vec<_> =
        catalogue().run_examples().iter().map(|it| it.in_words(miette::GraphicalTheme::none())).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn no_rule_can_lose_or_turn_its_condition_unseen() {
    let tried = mutate::run(&catalogue());
    assert!(tried.tried > 300, "{}", tried.tried);
    assert_eq!(tried.survivors, []);
    assert_eq!(tried.limits, []);
}

#[test]
fn every_kind_of_observation_has_a_rule_that_speaks_about_it() {
    let catalogue = catalogue();
    let finds = |seen: Seen| {
        let rules = catalogue.rules().iter().filter(|it| it.scope == Scope::Iakttagelse);
        let mut examples = rules.flat_map(|it| &it.examples).filter(|it| it.answer == Outcome::Fynd);
        examples.any(|it| it.facts.iter().any(|fact| *fact == (Slot::Slag, Value::from(seen.key()))))
    };
    let silent: Vec<_> = Seen::ALL.iter().filter(|it| !finds(**it)).collect();
    assert!(silent.is_empty(), "{silent:?}");
}

#[test]
fn every_rule_has_a_source_in_every_quarter_it_is_in_force() {
    for rule in catalogue().rules() {
        let mut quarter = Quarter::new(2008, 3).unwrap();
        while quarter < Quarter::new(2030, 1).unwrap() {
            let sources = rule.sources_in(quarter).count();
            assert!(!rule.period.contains(quarter) || sources > 0, "{} has no source in {quarter}", rule.id);
            quarter = quarter.next();
        }
    }
}

#[test]
fn the_old_act_is_cited_until_it_was_repealed_and_the_new_one_from_then() {
    let (before, after) = (Quarter::new(2025, 2).unwrap(), Quarter::new(2025, 3).unwrap());
    for rule in catalogue().rules() {
        let cites = |quarter, act| rule.sources_in(quarter).any(|it| it.text.contains(act));
        assert!(!cites(after, "2001:453"), "{}", rule.id);
        assert!(!cites(before, "2025:400"), "{}", rule.id);
        assert_eq!(cites(before, "2001:453"), cites(after, "2025:400"), "{}", rule.id);
    }
}

#[test]
fn what_people_read_is_whole_sentences_in_swedish_typography() {
    for (id, key, text) in texts() {
        let sentence = matches!(key.as_str(), "meddelande" | "atgard");
        assert!(!sentence || text.ends_with('.') || text.ends_with('?'), "{id} {key}: {text}");
        assert!(sentence || !text.ends_with('.'), "{id} {key}: {text}");
        assert!(!text.contains(['!', '"', '\'', '…']), "{id} {key}: {text}");
        assert!(!text.contains(" - ") && !text.contains("  "), "{id} {key}: {text}");
        assert_eq!(text.matches('”').count() % 2, 0, "{id} {key}: {text}");
        let lower = text.to_lowercase();
        for word in ["ogiltig", "valider", "parsa", "null", "error", "felaktig"] {
            assert!(!lower.contains(word), "{id} {key}: ”{word}” in {text}");
        }
        assert!(text.chars().count() <= 260, "{id} {key} is long: {text}");
    }
}

#[test]
fn the_page_of_the_rules_is_fresh() {
    let page = docs::page(&catalogue());
    let stored = include_str!("../../rules/README.md");
    assert!(page == stored, "run: cargo run -- rules docs > rules/README.md");
}
