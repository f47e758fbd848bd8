//! The rules that are built in: each right in itself, and the page about them fresh.

use std::path::Path;

use kvartal::model::{Insatser, Quarter, Seen};
use kvartal::rule::{Catalogue, Facts, Scope, Slot, docs, mutate};
use miette::GraphicalTheme;

fn file(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

fn catalogue() -> Catalogue {
    let insatser = Insatser::from_toml(&file("rules/insatser.toml"), None).unwrap();
    let loaded = Catalogue::load(&Catalogue::builtin_sources(), &[], &insatser);
    let wrong = loaded.as_ref().err().map(|it| it.in_words(GraphicalTheme::unicode_nocolor())).unwrap_or_default();
    assert!(wrong.is_empty(), "\n{wrong}");
    loaded.unwrap()
}

#[test]
fn every_example_in_every_rule_file_holds() {
    let failures = catalogue().run_examples();
    let shown: String = failures.iter().map(|it| it.in_words(GraphicalTheme::unicode_nocolor())).collect();
    assert!(failures.is_empty(), "\n{shown}");
}

#[test]
fn no_condition_can_be_dropped_or_turned_around_unseen() {
    let tried = mutate::run(&catalogue());
    assert!(tried.tried > 0);
    assert_eq!(tried.survivors, []);
}

/// An observation nobody speaks about would be lost between reading and report.
#[test]
fn everything_that_can_be_noticed_has_a_rule_that_speaks_about_it() {
    let catalogue = catalogue();
    let quarter = Quarter::new(2023, 4).unwrap();
    let silent: Vec<&str> = Seen::ALL
        .iter()
        .map(|it| it.key())
        .filter(|key| {
            // With and without a proposal: some things have a rule for each.
            [None, Some("ett förslag")].into_iter().all(|proposal| {
                let facts = Facts::of(quarter).with(Slot::Slag, *key).with(Slot::Forslag, proposal);
                let mut found = 0;
                catalogue.judge(Scope::Iakttagelse, false, quarter, &facts, |_| found += 1);
                found == 0
            })
        })
        .collect();
    assert_eq!(silent, [""; 0]);
}

#[test]
fn the_page_about_the_rules_is_fresh() {
    let fresh = file("rules/README.md") == docs::page(&catalogue());
    assert!(fresh, "write it again: kvartal rules docs > rules/README.md");
}
