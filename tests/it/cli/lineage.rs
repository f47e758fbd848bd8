//! From figures back to rows and originals: `kvartal explain` and `kvartal verify` on the samples.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::{Folder, kvartal};

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(name)
}

/// The sample's report and its papers.
fn made(name: &str) -> Folder {
    let folder = Folder::new();
    let out = folder.path("ut");
    kvartal(&["report", sample(name).to_str().unwrap(), "--out", &out, "--format", "json,handlingar"]).ends_with(1);
    folder
}

/// Every figure of a paper that has a place in the report: path, value if it is a whole number, day or share.
fn figures(paper: &Value, out: &mut Vec<(String, Value)>) {
    match paper {
        Value::Object(all) => {
            if let Some(path) = all.get("path").and_then(Value::as_str).filter(|it| !it.is_empty()) {
                out.push((path.to_owned(), all.get("value").cloned().unwrap_or_default()));
            }
            all.values().for_each(|it| figures(it, out));
        }
        Value::Array(all) => all.iter().for_each(|it| figures(it, out)),
        _ => {}
    }
}

#[test]
fn every_figure_of_every_paper_is_explained_as_the_same_figure() {
    let folder = made("2023-q4");
    let report = folder.json("ut/report.json");
    let mut count = 0;
    for stem in ["namndens-rapport", "tjansteskrivelse", "revisorerna", "ivo"] {
        let mut all = Vec::new();
        figures(&folder.json(&format!("ut/handlingar/{stem}.json")), &mut all);
        assert!(!all.is_empty(), "{stem}");
        count += all.len();
        all.sort_by(|a, b| a.0.cmp(&b.0));
        all.dedup();
        for (path, printed) in all {
            let it = kvartal::render::explain::explain(&report, &path).unwrap_or_else(|it| panic!("{stem}: {it}"));
            assert_eq!(it.value, printed, "{stem}: {path}");
            assert_ne!(it.agrees, Some(false), "{stem}: {path} says {} and counts {:?}", it.value, it.counted);
        }
    }
    assert!(count > 1000, "{count}");
}

#[test]
fn a_figure_is_explained_with_its_rows_and_a_mistyped_one_with_its_neighbour() {
    let folder = made("2023-q4");
    let report = folder.path("ut/report.json");
    let told = kvartal(&["explain", &report, "by_insats.ledsagarservice.open_women"]).ends_with(0);
    assert!(told.out.contains("raderna ovan ger 5. Det stämmer"), "{}", told.out);
    assert_eq!(told.out.matches("\nÄrende ").count(), 5, "{}", told.out);
    let told = kvartal(&["explain", &report, "totals.open", "--json"]).ends_with(0);
    let json: Value = serde_json::from_str(&told.out).unwrap();
    assert_eq!((json["value"].as_i64(), json["cases"].as_array().unwrap().len()), (Some(57), 57));
    let told = kvartal(&["explain", &report, "totals.opne"]).ends_with(2);
    assert!(told.out.is_empty() && told.err.contains("Menade du totals.open?"), "{}", told.err);
    kvartal(&["explain", &folder.write("fel.json", "{}"), "totals.open"]).ends_with(3);
}

#[test]
fn a_text_is_held_against_the_report() {
    let folder = made("2023-q4");
    let report = folder.path("ut/report.json");
    let right = folder.write("ratt.txt", "Vid kvartalets slut fanns 57 öppna ärenden.");
    assert_eq!(kvartal(&["lint", &report, &right]).ends_with(0).out, "Inga anmärkningar.\n");
    let wrong = folder.write("fel.txt", "Nämnden har 57 öppna ärenden. Avser läget den 31 januari 2023.");
    let told = kvartal(&["lint", &report, &wrong]).ends_with(1);
    assert!(told.out.starts_with("”Avser läget den 31 januari 2023.”\n  "), "{}", told.out);
    let told = kvartal(&["lint", &report, &wrong, "--json"]).ends_with(1);
    let json: Value = serde_json::from_str(&told.out).unwrap();
    assert_eq!(json[0]["sentence"], "Avser läget den 31 januari 2023.");
    kvartal(&["lint", &report, &folder.path("finns-inte.txt")]).ends_with(3);
}

#[test]
fn a_report_is_the_same_when_made_again_and_a_changed_figure_is_named() {
    let folder = made("2023-q4");
    let (report, round) = (folder.path("ut/report.json"), sample("2023-q4"));
    let round = round.to_str().unwrap();
    let told = kvartal(&["verify", &report, "--omgang", round]).ends_with(0);
    assert!(told.out.starts_with("Rapporten stämmer."), "{}", told.out);
    kvartal(&["verify", &report]).ends_with(2);
    let mut changed = folder.json("ut/report.json");
    changed["totals"]["open"] = Value::from(56);
    let changed = folder.write("annan.json", changed.to_string());
    let told = kvartal(&["verify", &changed, "--omgang", round]).ends_with(1);
    for part in ["Första skillnaden: totals.open\n", "i rapporten: 56\n", "omräknat:    57\n"] {
        assert!(told.out.contains(part), "{part}: {}", told.out);
    }
}

#[test]
fn another_original_is_named_before_what_follows_from_it() {
    let folder = made("2023-q4");
    let mut changed = folder.json("ut/report.json");
    changed["files"][0]["sha256"] = Value::from("0".repeat(64));
    changed["totals"]["open"] = Value::from(56);
    let name = changed["files"][0]["name"].as_str().unwrap().to_owned();
    let round = sample("2023-q4");
    let changed = folder.write("annan.json", changed.to_string());
    let told = kvartal(&["verify", &changed, "--omgang", round.to_str().unwrap()]).ends_with(1);
    assert!(told.out.contains(&format!("files.{name}.sha256")), "{}", told.out);
    assert!(told.out.contains("Originalet är ett annat"), "{}", told.out);
}
