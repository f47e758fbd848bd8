//! The sample rounds against the published reference: every figure, every line, every grade, both ways of counting.

use serde_json::Value;

use crate::support::{Folder, kvartal};

const COUNTED: [&str; 7] = ["reported", "executed", "closed", "open", "open_men", "open_women", "open_interruptions"];

fn sample(path: &str) -> String {
    format!("{}/samples/{path}", env!("CARGO_MANIFEST_DIR"))
}

fn facit() -> toml::Table {
    std::fs::read_to_string(sample("2023-q4/facit.toml")).unwrap().parse().unwrap()
}

/// The report of a round folder, which may end with findings but not with a fault.
fn report(round: &str) -> Value {
    let folder = Folder::new();
    kvartal(&["report", round, "--out", &folder.path("ut"), "--format", "json"]).ends_with(1);
    folder.json("ut/report.json")
}

/// The Q4 round with its round file changed, beside a copy of the Q3 report.
fn changed(change: impl Fn(&str) -> String) -> Value {
    let folder = Folder::new();
    for name in ["2023-q3/report.json", "2023-q4"] {
        let path = sample(name);
        let files: Vec<_> = match std::fs::read_dir(&path) {
            Ok(entries) => entries.map(|it| it.unwrap().path()).filter(|it| it.is_file()).collect(),
            Err(_) => vec![path.into()],
        };
        for file in files {
            let to = format!("{}/{}", name.split('/').next().unwrap(), file.file_name().unwrap().to_str().unwrap());
            let bytes = std::fs::read(&file).unwrap();
            match file.ends_with("omgang.toml") {
                true => folder.write(&to, change(std::str::from_utf8(&bytes).unwrap())),
                false => folder.write(&to, bytes),
            };
        }
    }
    report(&folder.path("2023-q4"))
}

fn without(table: &str, text: &str) -> String {
    let mut kept = String::new();
    let mut skip = false;
    for line in text.lines() {
        if line.starts_with("[[") {
            skip = line == format!("[[{table}]]");
        }
        if !skip {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

fn without_last_report(text: &str) -> String {
    text.lines().filter(|it| !it.starts_with("foregaende")).map(|it| format!("{it}\n")).collect()
}

#[track_caller]
fn has_counts(counts: &Value, expected: &toml::Value) {
    for key in COUNTED {
        assert_eq!(counts[key].as_i64(), expected[key].as_integer(), "{key}");
    }
}

#[track_caller]
fn has_causes(causes: &Value, expected: &toml::Value) {
    for (cause, count) in expected["causes"].as_table().unwrap() {
        assert_eq!(causes[cause].as_i64(), count.as_integer(), "{cause}");
    }
}

#[track_caller]
fn has_flow(report: &Value, expected: &toml::Value) {
    let flow = report["reconciliation"].as_array().unwrap().last().unwrap();
    for (key, value) in expected.as_table().unwrap() {
        assert_eq!(flow[key].as_i64(), value.as_integer(), "{key}");
    }
    assert_eq!(flow["holds"], true);
}

fn rows(list: &Value) -> Vec<(String, i64)> {
    let source =
        |it: &Value| (it["source"]["file"].as_str().unwrap().to_owned(), it["source"]["row"].as_i64().unwrap());
    list.as_array().unwrap().iter().map(source).collect()
}

#[test]
fn the_round_gives_the_published_figures() {
    let (report, facit) = (report(&sample("2023-q4")), facit());
    has_counts(&report["totals"], &facit["med_beslut"]);
    has_causes(&report["causes"], &facit["med_beslut"]);
    has_flow(&report, &facit["flode"]["publicerat"]);
    for expected in facit["insats"].as_array().unwrap() {
        let by_insats = report["by_insats"].as_array().unwrap();
        let counts = by_insats.iter().find(|it| it["insats"].as_str() == expected["insats"].as_str()).unwrap();
        has_counts(counts, expected);
        has_causes(&counts["causes"], expected);
    }
    assert!(report["checks"].as_array().unwrap().iter().all(|it| it["holds"] == true));
}

#[test]
fn every_line_of_the_reference_is_counted_from_its_own_cell() {
    let (report, facit) = (report(&sample("2023-q4")), facit());
    let mut reference = csv::Reader::from_path(sample("make/lines.csv")).unwrap();
    let lines = report["lines"].as_array().unwrap();
    for (published, place) in reference.records().zip(facit["linje"].as_array().unwrap()) {
        let published = published.unwrap();
        let mine = |it: &&Value| {
            it["source"]["file"].as_str() == place["fil"].as_str()
                && it["source"]["sheet"].as_str() == place["blad"].as_str()
                && it["source"]["row"].as_i64() == place["rad"].as_integer()
        };
        let line = lines.iter().find(mine).unwrap_or_else(|| panic!("line {} is not counted", &published[0]));
        let shown = |key: &str| line[key].as_str().unwrap_or_default().to_owned();
        assert_eq!(shown("kon"), published[1].to_lowercase(), "line {}", &published[0]);
        for (key, at) in [("beslutsdatum", 2), ("avbrottsdatum", 3), ("verkstalld", 6), ("avslutad", 7)] {
            assert_eq!(shown(key), published[at], "line {}, {key}", &published[0]);
        }
        assert!(published[5].starts_with(&shown("lagrum")), "line {}", &published[0]);
    }
    assert_eq!(lines.len(), 88);
}

#[test]
fn the_quality_table_has_the_wording_class_of_all_21_rows() {
    let (report, facit) = (report(&sample("2023-q4")), facit());
    let table = report["quality"].as_array().unwrap();
    assert_eq!(table.len(), 21);
    for expected in facit["kvalitet"].as_array().unwrap() {
        let insatser: Vec<&str> =
            expected["insatser"].as_array().unwrap().iter().filter_map(|it| it.as_str()).collect();
        let mine = |it: &&Value| {
            let own: Vec<&str> = it["insatser"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
            it["utforare"].as_str() == expected["utforare"].as_str() && own == insatser
        };
        let row = table.iter().find(mine).unwrap();
        let number = &expected["rad"];
        assert_eq!(row["grade"].as_str(), expected["betyg"].as_str(), "row {number}: {}", row["text"]);
        assert_eq!(row["reported"].as_bool(), expected["rapporterat"].as_bool(), "row {number}");
        assert_eq!(row["late"].as_bool(), expected["sen"].as_bool(), "row {number}");
        assert_ne!(row["text"], "", "row {number}");
    }
}

#[test]
fn without_the_decisions_the_rules_alone_give_the_second_set() {
    let (report, facit) = (changed(|it| without("granskning", it)), facit());
    has_counts(&report["totals"], &facit["utan_beslut"]);
    has_causes(&report["causes"], &facit["utan_beslut"]);
    has_flow(&report, &facit["flode"]["enligt_reglerna"]);
    let places = facit["linje"].as_array().unwrap();
    let place = |nr: usize| (places[nr - 1]["fil"].as_str().unwrap(), places[nr - 1]["rad"].as_integer().unwrap());
    let (excluded, corrections) = (rows(&report["excluded"]), rows(&report["corrections"]));
    for late in [2, 9, 41] {
        let (file, row) = place(late);
        assert!(corrections.contains(&(file.to_owned(), row)), "line {late} is no correction");
        assert!(!excluded.contains(&(file.to_owned(), row)), "line {late} is excluded");
    }
    let (file, row) = place(13);
    assert!(excluded.contains(&(file.to_owned(), row)), "line 13 counts");
}

#[test]
fn without_the_last_report_late_notices_are_wrong_reports() {
    let report = changed(|it| without_last_report(&without("granskning", it)));
    let facit = facit();
    let places = facit["linje"].as_array().unwrap();
    for nr in [2, 9, 13, 41] {
        let (file, row) = (places[nr - 1]["fil"].as_str().unwrap(), places[nr - 1]["rad"].as_integer().unwrap());
        assert!(rows(&report["excluded"]).contains(&(file.to_owned(), row)), "line {nr} counts");
        let wrong = |it: &&Value| {
            it["file"] == file && it["row"] == row && it["severity"] == "fel" && it["family"] == "ska-inte-rapporteras"
        };
        assert_eq!(report["findings"].as_array().unwrap().iter().filter(wrong).count(), 1, "line {nr}");
    }
    assert_eq!(report["corrections"].as_array().unwrap().len(), 0);
    assert_eq!(report["totals"]["reported"], 84);
}

#[test]
fn what_the_reference_is_known_for_is_found_in_the_right_cells() {
    let (report, facit) = (report(&sample("2023-q4")), facit());
    for expected in facit["fynd"].as_array().unwrap() {
        let rule = match expected["slag"].as_str().unwrap() {
            "efterrapporterat" => "SI004",
            "avslutat_inom_tre_manader" => "SI002",
            "dubblett" => "SI006",
            "orsak_kan_inte_galla" => "EO003",
            other => panic!("{other} has no rule here"),
        };
        let (file, cell) = (expected["fil"].as_str().unwrap(), expected["cell"].as_str().unwrap());
        let mine = |it: &&Value| it["file"] == file && it["cell"] == cell && it["rule"] == rule;
        assert_eq!(report["findings"].as_array().unwrap().iter().filter(mine).count(), 1, "{rule} in {file} {cell}");
    }
}

/// The next quarter stands on it, so it must be what the program gives today.
#[test]
fn the_report_of_the_third_quarter_is_fresh() {
    let folder = Folder::new();
    kvartal(&["report", &sample("2023-q3"), "--out", &folder.path("ut"), "--format", "json"]);
    let stored = std::fs::read(sample("2023-q3/report.json")).unwrap();
    assert!(stored == folder.bytes("ut/report.json"), "run: kvartal report samples/2023-q3 and store its report.json");
    let report = folder.json("ut/report.json");
    assert_eq!(report["totals"]["reported"], 88);
    assert_eq!(report["totals"]["open"], 64);
    let history = report["history"].as_array().unwrap();
    let open: Vec<i64> = history.iter().map(|it| it["open"].as_i64().unwrap()).collect();
    assert_eq!(open, [42, 56, 64]);
}

#[test]
fn the_five_typed_lines_read_as_they_were_meant() {
    let report = report(&sample("socialnamnden-2023-q3"));
    let lines = report["lines"].as_array().unwrap();
    let days: Vec<i64> = lines.iter().map(|it| it["days"].as_i64().unwrap()).collect();
    assert_eq!(days, [106, 96, 159, 112, 131]);
    let to: Vec<&str> = lines.iter().map(|it| it["days_to"].as_str().unwrap()).collect();
    assert_eq!(to, ["partial_execution", "quarter_end", "closing", "execution", "closing"]);
    let partial: Vec<bool> = lines.iter().map(|it| it["delvis"].as_bool().unwrap()).collect();
    assert_eq!(partial, [true, false, false, false, false]);
    assert_eq!(report["totals"]["open"], 3);
    assert_eq!(report["totals"]["executed"], 1);
    assert_eq!(report["totals"]["closed"], 1);
    let other_quarter = |it: &&Value| it["rule"] == "UP020" && it["shown"] == "kvartal 2 2023";
    assert_eq!(report["findings"].as_array().unwrap().iter().filter(other_quarter).count(), 1);
}

#[test]
fn the_same_round_gives_the_same_bytes_whatever_the_number_of_threads() {
    let folder = Folder::new();
    for (name, threads) in [("a", "1"), ("b", "2"), ("c", "7")] {
        kvartal(&["report", &sample("2023-q4"), "--out", &folder.path(name), "--threads", threads]).ends_with(1);
    }
    for file in ["report.json", "rapport.xlsx", "rapport.html"] {
        let first = folder.bytes(&format!("a/{file}"));
        for other in ["b", "c"] {
            assert!(first == folder.bytes(&format!("{other}/{file}")), "{file} differs");
        }
    }
}
