//! The samples: two quarters that must give the published figures, five typed lines, and one file for each pathology.
//!
//! Goes in: samples/. Comes out: a failure that names the figure, the row or the folder.
//! Guaranteed: what is expected is read from facit.toml and svar.txt, which samples/make.py and people have written.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::{Folder, command, kvartal, ran};

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(name)
}

/// The report of a round that has something to object to.
fn report(round: &Path) -> Value {
    let folder = Folder::new();
    let out = folder.path("ut");
    kvartal(&["report", round.to_str().unwrap(), "--out", &out]).ends_with(1);
    folder.json("ut/report.json")
}

fn facit() -> toml::Table {
    std::fs::read_to_string(sample("2023-q4/facit.toml")).unwrap().parse().unwrap()
}

/// Copies both quarters, with the text of the later omgang.toml changed.
fn changed(folder: &Folder, change: impl Fn(&str) -> String) -> PathBuf {
    for round in ["2023-q3", "2023-q4"] {
        for entry in std::fs::read_dir(sample(round)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            folder.write(&format!("{round}/{name}"), std::fs::read(&path).unwrap());
        }
    }
    let text = std::fs::read_to_string(sample("2023-q4/omgang.toml")).unwrap();
    let file = folder.write("2023-q4/omgang.toml", change(&text));
    Path::new(&file).parent().unwrap().to_path_buf()
}

/// omgang.toml without its tables of one kind.
fn without_tables(text: &str, name: &str) -> String {
    let mut keep = true;
    let lines = text.lines().filter(|line| {
        if line.starts_with("[[") {
            keep = *line != format!("[[{name}]]");
        }
        keep
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Every number of `wanted` stands in `got` under the same key.
#[track_caller]
fn same_figures(what: &str, got: &Value, wanted: &toml::Table) {
    for (key, wanted) in wanted {
        match wanted {
            toml::Value::Integer(number) => assert_eq!(got[key].as_i64(), Some(*number), "{what}: {key}"),
            // The causes of the totals stand beside them in the report, and are compared on their own.
            toml::Value::Table(inner) if got[key].is_object() => {
                same_figures(&format!("{what}: {key}"), &got[key], inner)
            }
            toml::Value::Table(_) if what == "totals" => {}
            toml::Value::Table(_) => panic!("{what}: {key} is missing"),
            _ => {}
        }
    }
}

/// Totals and causes, which the report keeps apart and the answer file together.
#[track_caller]
fn same_totals(report: &Value, wanted: &toml::Value) {
    let mut wanted = wanted.as_table().unwrap().clone();
    let causes = wanted.remove("causes").unwrap();
    same_figures("totals", &report["totals"], &wanted);
    same_figures("causes", &report["causes"], causes.as_table().unwrap());
}

fn total(report: &Value) -> &Value {
    report["reconciliation"].as_array().unwrap().last().unwrap()
}

/// Rule and severity of every finding at a cell.
fn at<'a>(report: &'a Value, file: &str, cell: &str) -> Vec<(&'a str, &'a str)> {
    let all = report["findings"].as_array().unwrap().iter();
    let here = all.filter(|it| it["file"] == file && it["cell"] == cell);
    here.map(|it| (it["rule"].as_str().unwrap(), it["severity"].as_str().unwrap())).collect()
}

/// Where the reference's lines with a fault of their own stand: number, what it is, file, cell.
fn told(facit: &toml::Table) -> Vec<(i64, &str, &str, &str)> {
    let all = facit["fynd"].as_array().unwrap().iter();
    all.map(|it| {
        let word = |key: &str| it[key].as_str().unwrap();
        (it["nr"].as_integer().unwrap(), word("slag"), word("fil"), word("cell"))
    })
    .collect()
}

#[test]
fn the_round_gives_the_published_figures() {
    let (report, facit) = (report(&sample("2023-q4")), facit());
    same_totals(&report, &facit["med_beslut"]);
    same_figures("flow", total(&report), facit["flode"]["publicerat"].as_table().unwrap());
    for wanted in facit["insats"].as_array().unwrap() {
        let key = wanted["insats"].as_str().unwrap();
        let got = report["by_insats"].as_array().unwrap().iter().find(|it| it["insats"] == key).unwrap();
        same_figures(key, got, wanted.as_table().unwrap());
    }
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
fn each_row_of_the_quality_table_gets_the_published_grade() {
    let (report, facit) = (report(&sample("2023-q4")), facit());
    let quality = report["quality"].as_array().unwrap();
    let wanted = facit["kvalitet"].as_array().unwrap();
    assert_eq!(quality.len(), wanted.len());
    for row in wanted {
        let words = |list: &toml::Value| -> BTreeSet<String> {
            list.as_array().unwrap().iter().map(|it| it.as_str().unwrap().to_owned()).collect()
        };
        let insatser = words(&row["insatser"]);
        let same = |it: &&Value| {
            let own = it["insatser"].as_array().unwrap().iter().map(|it| it.as_str().unwrap().to_owned());
            it["utforare"].as_str() == row["utforare"].as_str() && own.collect::<BTreeSet<_>>() == insatser
        };
        let got = quality.iter().find(same).unwrap_or_else(|| panic!("row {} is missing", row["rad"]));
        let found = (got["grade"].as_str(), got["reported"].as_bool(), got["late"].as_bool());
        let expected = (row["betyg"].as_str(), row["rapporterat"].as_bool(), row["sen"].as_bool());
        assert_eq!(found, expected, "row {}: {}", row["rad"], got["text"]);
    }
}

#[test]
fn the_doubtful_lines_are_told_at_their_own_cells() {
    let (report, facit) = (report(&sample("2023-q4")), facit());
    for (nr, what, file, cell) in told(&facit) {
        let rule = match what {
            "efterrapporterat" => ("SI004", "notis"),
            "avslutat_inom_tre_manader" => ("SI002", "fel"),
            "dubblett" => ("SI006", "fraga"),
            "orsak_kan_inte_galla" => ("EO003", "fel"),
            other => panic!("{other}"),
        };
        let found = at(&report, file, cell);
        assert!(found.contains(&rule), "line {nr}, {file} {cell}: {found:?}");
    }
}

/// By the book: three late notices are corrections, and one row should never have been sent.
#[test]
fn without_the_decisions_the_rules_decide() {
    let folder = Folder::new();
    let report = report(&changed(&folder, |text| without_tables(text, "granskning")));
    let facit = facit();
    same_totals(&report, &facit["utan_beslut"]);
    same_figures("flow", total(&report), facit["flode"]["enligt_reglerna"].as_table().unwrap());
    assert_eq!(report["corrections"].as_array().unwrap().len(), 3);
}

/// Nobody can know that a case was open before when there is no last report.
#[test]
fn without_the_last_report_a_late_notice_is_a_wrong_report() {
    let folder = Folder::new();
    let report = report(&changed(&folder, |text| {
        without_tables(text, "granskning")
            .lines()
            .filter(|it| !it.starts_with("foregaende"))
            .collect::<Vec<_>>()
            .join("\n")
    }));
    for (nr, what, file, cell) in told(&facit()) {
        let rule = match what {
            "efterrapporterat" => "SI003",
            "avslutat_inom_tre_manader" => "SI002",
            _ => continue,
        };
        assert!(at(&report, file, cell).contains(&(rule, "fel")), "line {nr}, {file} {cell}");
    }
    same_totals(&report, &facit()["utan_beslut"]);
}

/// The next quarter builds on the file, so it must be what the program writes today.
#[test]
fn the_report_of_the_third_quarter_is_fresh() {
    let folder = Folder::new();
    let out = folder.path("ut");
    kvartal(&["report", sample("2023-q3").to_str().unwrap(), "--out", &out]);
    let committed = std::fs::read(sample("2023-q3/report.json")).unwrap();
    // The rule set's hash changes with every word of a rule; what was found must not.
    let without_hash = |text: &[u8]| {
        let mut report: Value = serde_json::from_slice(text).unwrap();
        report.as_object_mut().unwrap().remove("rule_set");
        report
    };
    let report = without_hash(&committed);
    assert!(
        without_hash(&folder.bytes("ut/report.json")) == report,
        "write samples/2023-q3/report.json anew with kvartal report"
    );
    let totals = &report["totals"];
    assert_eq!((totals["reported"].as_i64(), totals["open"].as_i64()), (Some(88), Some(64)));
    let flow = total(&report);
    assert_eq!((flow["opening"].as_i64(), flow["new"].as_i64()), (Some(56), Some(32)));
}

#[test]
fn the_five_typed_lines_are_read_as_they_were_meant() {
    let report = report(&sample("socialnamnden-2023-q3"));
    let mut lines: Vec<&Value> = report["lines"].as_array().unwrap().iter().collect();
    lines.sort_by_key(|it| it["source"]["row"].as_i64());
    let found: Vec<_> =
        lines.iter().map(|it| (it["days"].as_i64().unwrap(), it["days_to"].as_str().unwrap())).collect();
    let wanted =
        [(106, "partial_execution"), (96, "quarter_end"), (159, "closing"), (112, "execution"), (131, "closing")];
    assert_eq!(found, wanted);
    let partial: Vec<bool> = lines.iter().map(|it| it["delvis"].as_bool().unwrap()).collect();
    assert_eq!(partial, [true, false, false, false, false]);
    assert_eq!(report["totals"]["open"], 3);
    assert!(at(&report, "ej-verkstallda-beslut.xlsx", "A1").iter().any(|it| it.0 == "UP020"), "the title's quarter");
}

/// `svar.txt` is written by `samples/make.py --answers` and read by people before it is kept.
#[test]
fn each_pathology_gets_the_answer_beside_it() {
    let mut wrong = Vec::new();
    let mut folders: Vec<PathBuf> =
        std::fs::read_dir(sample("patologier")).unwrap().map(|it| it.unwrap().path()).collect();
    folders.sort();
    assert!(folders.len() > 100);
    for folder in folders {
        let names = std::fs::read_dir(&folder).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap());
        let sent: Vec<String> = names.filter(|it| it != "om.md" && it != "svar.txt").collect();
        let [sent] = sent.as_slice() else { panic!("{}: one file was sent", folder.display()) };
        let arguments = ["check", "--quarter", "2023-Q4", "--received", "2024-01-08", sent];
        let ran = ran(command(&arguments).current_dir(&folder));
        let answer = format!("{}{}\nsvarskod {}\n", ran.out, ran.err, ran.code);
        let kept = std::fs::read_to_string(folder.join("svar.txt")).unwrap_or_default();
        if answer != kept {
            wrong.push(format!("{}:\n{answer}", folder.file_name().unwrap().display()));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} answers are others than those kept (samples/make.py --answers writes them):\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn the_same_round_gives_the_same_bytes_whatever_the_number_of_threads() {
    let folder = Folder::new();
    for (name, threads) in [("a", "1"), ("b", "2"), ("c", "7")] {
        kvartal(&["report", sample("2023-q4").to_str().unwrap(), "--out", &folder.path(name), "--threads", threads])
            .ends_with(1);
    }
    for file in ["report.json", "rapport.xlsx", "rapport.html"] {
        let first = folder.bytes(&format!("a/{file}"));
        for other in ["b", "c"] {
            assert!(first == folder.bytes(&format!("{other}/{file}")), "{file} differs");
        }
    }
}
