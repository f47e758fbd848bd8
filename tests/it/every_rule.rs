//! The round in which each rule speaks once, and the same round repaired.
//!
//! Goes in: `samples/varje-regel` and `samples/varje-regel-lagad`. Comes out: whether each rule is heard from the outside,
//! alone, in the file that is named after it.
//! Guaranteed: two rules need files that no repository should hold. The file of over 100 MB is made here; the one that
//! takes too long is a refusal made by hand, since the clock decides when it comes (`cage` and `hostile` test the clock).

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::support::{Folder, kvartal};
use kvartal::form::Reading;
use kvartal::judge::{Setting, review};
use kvartal::model::{Insatser, Quarter, Seen};
use kvartal::rule::Catalogue;
use kvartal::sheet::Opened;

const TOO_LARGE: &str = r#"
[[utforare]]
id = "la002"
namn = "Utförare LA002"
insatser = ["ledsagarservice"]

[[inlamning]]
utforare = "la002"
fil = "LA002.csv"
mottagen = 2024-01-08T10:00:00+01:00

[[inlamning]]
utforare = "la002"
inget_att_rapportera = true
mottagen = 2024-01-08T10:00:00+01:00
"#;

fn sample(name: &str) -> String {
    format!("{}/samples/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn catalogue() -> Catalogue {
    let insatser = Insatser::from_toml(include_str!("../../rules/insatser.toml"), None).unwrap();
    Catalogue::load(&Catalogue::builtin_sources(), &[], &insatser).unwrap()
}

/// What the report says of each rule: the file or utförare of every finding.
fn heard(report: &Value) -> BTreeMap<String, Vec<String>> {
    let mut heard: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for finding in report["findings"].as_array().unwrap() {
        let place = finding["file"].as_str().or_else(|| finding["utforare"].as_str()).unwrap_or_default();
        heard.entry(finding["rule"].as_str().unwrap().to_owned()).or_default().push(place.to_owned());
    }
    heard
}

#[test]
fn each_rule_speaks_once_about_what_is_named_after_it() {
    let folder = Folder::new();
    for entry in std::fs::read_dir(sample("varje-regel")).unwrap().flatten() {
        folder.write(&format!("omgang/{}", entry.file_name().to_str().unwrap()), std::fs::read(entry.path()).unwrap());
    }
    let toml = String::from_utf8(folder.bytes("omgang/omgang.toml")).unwrap();
    folder.write("omgang/omgang.toml", toml + TOO_LARGE);
    let large = folder.write("omgang/LA002.csv", "");
    std::fs::File::options().write(true).open(large).unwrap().set_len(110_000_000).unwrap();

    kvartal(&["report", &folder.path("omgang"), "--out", &folder.path("ut")]).ends_with(3);
    let heard = heard(&folder.json("ut/report.json"));
    for rule in catalogue().rules().iter().filter(|it| it.id != "LA008") {
        let places = heard.get(&rule.id).map_or(&[][..], Vec::as_slice);
        let [place] = places else { panic!("{} spoke about {places:?}", rule.id) };
        let named = place.trim_start_matches("~$").to_uppercase();
        assert!(named.starts_with(&rule.id), "{} spoke about {place}", rule.id);
    }
    assert_eq!(heard.len() + 1, catalogue().rules().len());
}

#[test]
fn the_repaired_round_has_nothing_to_object_to() {
    let folder = Folder::new();
    kvartal(&["report", &sample("varje-regel-lagad"), "--out", &folder.path("ut")]).ends_with(0);
    assert_eq!(heard(&folder.json("ut/report.json")), BTreeMap::new());
}

#[test]
fn a_file_that_takes_too_long_is_one_finding() {
    let (catalogue, quarter) = (catalogue(), Quarter::new(2023, 4).unwrap());
    let in_force = catalogue.in_force(quarter);
    let setting = Setting {
        catalogue: &catalogue,
        in_force: &in_force,
        insatser: catalogue.insatser(),
        quarter,
        report_day: quarter.last_day(),
        last_report: None,
        register: None,
        utforare: None,
    };
    for (seen, rule) in [(Seen::FilTidsgrans, "LA008"), (Seen::FilForStor, "LA002")] {
        let opened = Opened::refused(None, seen);
        let found = review(&setting, None, Reading::default(), &opened.observations).findings;
        let rules: Vec<_> = found.iter().filter_map(|it| catalogue.rule(it.rule)).map(|it| it.id.as_str()).collect();
        assert_eq!(rules, [rule]);
    }
}

#[test]
fn the_two_rounds_are_the_same_but_for_what_is_wrong() {
    let utforare = |name: &str| -> Vec<String> {
        let text = std::fs::read_to_string(Path::new(&sample(name)).join("omgang.toml")).unwrap();
        text.lines().filter(|it| it.starts_with("id = ")).map(str::to_owned).collect()
    };
    assert_eq!(utforare("varje-regel"), utforare("varje-regel-lagad"));
}
