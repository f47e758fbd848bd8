//! The nämnd's papers of the sample rounds: the printed tables are the reference's, and the sentences are borne out.

use std::path::{Path, PathBuf};

use kvartal::model::Grade;
use kvartal::render::document::lint::{self, Known};
use serde_json::Value;

use crate::support::{Folder, kvartal};

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(name)
}

fn made(name: &str) -> Folder {
    let folder = Folder::new();
    let out = folder.path("ut");
    let ran = kvartal(&["report", sample(name).to_str().unwrap(), "--out", &out, "--format", "json,handlingar"]);
    assert!(Path::new(&folder.path("ut/handlingar")).is_dir(), "{}", ran.err);
    folder
}

/// What runs say.
fn plain(runs: &Value) -> String {
    let all = runs.as_array().map_or(&[][..], Vec::as_slice);
    all.iter().map(|it| it["text"].as_str().or(it["shown"].as_str()).unwrap_or("–")).collect()
}

fn blocks(paper: &Value) -> impl Iterator<Item = &Value> {
    paper["sections"].as_array().unwrap().iter().flat_map(|it| it["blocks"].as_array().unwrap())
}

fn table<'a>(paper: &'a Value, key: &str) -> &'a [Value] {
    let found = blocks(paper).find(|it| it["kind"] == "table" && it["key"] == key);
    found.unwrap_or_else(|| panic!("the table {key} is missing"))["rows"].as_array().unwrap()
}

fn cells(row: &Value) -> Vec<String> {
    row["cells"].as_array().unwrap().iter().map(plain).collect()
}

/// Every sentence, heading and caption of a paper.
fn said(paper: &Value) -> Vec<String> {
    let own = |it: &Value| it.as_str().unwrap_or_default().to_owned();
    let mut out = vec![own(&paper["title"]), own(&paper["subtitle"])];
    for section in paper["sections"].as_array().unwrap() {
        out.push(own(&section["heading"]));
        out.extend(section["prose"].as_array().unwrap().iter().map(plain));
    }
    for block in blocks(paper) {
        match block["kind"].as_str() {
            Some("heading") => out.push(own(&block["text"])),
            Some("paragraph" | "note") => out.push(plain(&block["runs"])),
            Some("list") => out.extend(block["items"].as_array().unwrap().iter().map(plain)),
            Some("table" | "chart") => out.push(own(&block["caption"])),
            _ => {}
        }
    }
    out
}

#[test]
fn no_sentence_of_our_papers_says_what_the_report_does_not() {
    for round in ["2023-q3", "2023-q4", "socialnamnden-2023-q3", "varje-regel"] {
        let folder = made(round);
        let known = Known::of(&folder.json("ut/report.json"));
        for stem in ["namndens-rapport", "tjansteskrivelse", "revisorerna", "ivo", "statistikrapport"] {
            let name = format!("ut/handlingar/{stem}.json");
            if !Path::new(&folder.path(&name)).is_file() {
                continue;
            }
            for text in said(&folder.json(&name)) {
                assert_eq!(lint::text(&text, &known), [], "{round}, {stem}: {text}");
            }
        }
    }
}

#[test]
fn feedback_on_an_uppdrag_is_about_its_own_answer() {
    let folder = made("2023-q4");
    // Two uppdrag: a list for the first, "inget att rapportera" for the second.
    let letter = folder.json("ut/handlingar/aterkoppling-stodlinjen.json");
    let parts = letter["sections"].as_array().unwrap();
    let cells = |part: &Value| {
        let lists = part["blocks"].as_array().unwrap().iter().filter(|it| it["kind"] == "list");
        lists.flat_map(|it| it["items"].as_array().unwrap()).map(plain).filter(|it| it.contains("(cell ")).count()
    };
    assert_eq!(parts.iter().map(cells).collect::<Vec<_>>(), [2, 0]);
}

#[test]
fn every_printed_figure_of_the_tables_is_the_references() {
    let folder = made("2023-q4");
    let paper = folder.json("ut/handlingar/namndens-rapport.json");
    let (open, reported) = (table(&paper, "oppna-per-insats"), table(&paper, "rapporterade"));
    let mut reference = csv::Reader::from_path(sample("make/summary.csv")).unwrap();
    let mut count = 0;
    for row in reference.records() {
        let row = row.unwrap();
        let name = row[0].to_lowercase();
        // The reference leaves a nought empty.
        let number = |at: usize| if row[at].is_empty() { "0".to_owned() } else { row[at].to_owned() };
        let own = |rows: &[Value]| {
            let all = rows.iter().map(cells);
            let found = all.into_iter().find(|it| it[0].to_lowercase() == name);
            found.unwrap_or_else(|| panic!("{name} is not printed: {:?}", rows.iter().map(cells).collect::<Vec<_>>()))
        };
        let (open, reported) = (own(open), own(reported));
        assert_eq!(open[2..4], [number(1), number(2)], "{name}: men and women");
        assert_eq!(open[6..10], [number(7), number(8), number(9), number(10)], "{name}: causes");
        assert_eq!(reported[5], number(11), "{name}: interruptions");
        let whole: u32 = open[2..4].iter().map(|it| it.parse::<u32>().unwrap()).sum();
        assert_eq!((&open[1], &reported[4]), (&whole.to_string(), &whole.to_string()), "{name}: open");
        count += 1;
    }
    assert_eq!(count, 9);
    let sum = cells(reported.last().unwrap());
    assert_eq!(sum[1..5], ["88", "18", "13", "57"]);
}

#[test]
fn every_row_of_the_quality_table_is_the_references() {
    let folder = made("2023-q4");
    let paper = folder.json("ut/handlingar/namndens-rapport.json");
    let report = folder.json("ut/report.json");
    let facit: toml::Table = std::fs::read_to_string(sample("2023-q4/facit.toml")).unwrap().parse().unwrap();
    let printed = table(&paper, "kvalitet-tabell");
    let rated = report["quality"].as_array().unwrap();
    let wanted = facit["kvalitet"].as_array().unwrap();
    assert_eq!((printed.len(), rated.len(), wanted.len()), (21, 21, 21));
    for wanted in wanted {
        let word = |key: &str| wanted[key].as_str().unwrap();
        let insatser: Vec<&str> =
            wanted["insatser"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
        let at = rated.iter().position(|it| {
            let own: Vec<&str> = it["insatser"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
            it["utforare"] == word("utforare") && own == insatser
        });
        let at = at.unwrap_or_else(|| panic!("{wanted} is not rated"));
        let row = cells(&printed[at]);
        assert_eq!(row[0], rated[at]["name"].as_str().unwrap());
        assert_eq!(row[2] == "Ja", wanted["rapporterat"].as_bool().unwrap(), "{wanted}");
        assert_eq!(row[4], Grade::from_key(word("betyg")).unwrap().swedish(), "{wanted}");
    }
}
