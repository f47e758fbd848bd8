//! `kvartal check`: what is wrong with these files?

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::support::{Folder, OPEN_CASE, WRONG_CASE, kvartal, list};

/// The answers of `--json`, one per file, whether they stand alone or in a list.
fn answers(json: &Value) -> Vec<Value> {
    match json {
        Value::Array(list) => list.clone(),
        Value::Object(one) if one.contains_key("file") => vec![json.clone()],
        other => panic!("neither an answer nor a list of answers: {other}"),
    }
}

fn findings(answer: &Value) -> &Vec<Value> {
    answer["findings"].as_array().expect("findings is a list")
}

#[test]
fn a_list_with_nothing_to_object_to_ends_with_zero() {
    let folder = Folder::new();
    let file = folder.write("a.csv", list(&[OPEN_CASE]));
    let ran = kvartal(&["check", &file, "--quarter", "2023-Q4"]).ends_with(0);
    assert_eq!(ran.err, "", "progress is silent in a pipe");
}

#[test]
fn a_wrongly_reported_row_ends_with_one_and_names_the_cell_the_rule_and_the_remedy() {
    let folder = Folder::new();
    let file = folder.write("a.csv", list(&[OPEN_CASE, WRONG_CASE]));
    let ran = kvartal(&["check", &file, "--quarter", "2023-Q4"]).ends_with(1);
    // Row 3 as a spreadsheet program counts; the seventh column is when it was executed.
    ran.shows(&["G3", "SI002", "2023-11-11", "Ta bort raden"]);
}

#[test]
fn a_file_that_cannot_be_used_ends_with_three_and_says_what_to_do() {
    let folder = Folder::new();
    for (name, bytes) in [
        ("tom.csv", &b""[..]),
        ("tom.xlsx", b""),
        ("trasig.xlsx", b"PK\x03\x04\x00\x00 och sedan inget"),
        ("bild.xlsx", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
        ("brev.xls", b"%PDF-1.7\n1 0 obj\n"),
    ] {
        let file = folder.write(name, bytes);
        let ran = kvartal(&["check", &file]).ends_with(3);
        let said = format!("{}{}", ran.out, ran.err);
        assert!(said.contains(name), "{said}");
    }
}

#[test]
fn a_file_that_does_not_exist_cannot_be_used() {
    let ran = kvartal(&["check", "finns-inte.xlsx"]).ends_with(3).says(&["finns-inte.xlsx"]);
    assert_eq!(ran.out, "");
}

#[test]
fn a_folder_is_not_a_file() {
    let folder = Folder::new();
    folder.write("mapp/a.csv", list(&[OPEN_CASE]));
    kvartal(&["check", &folder.path("mapp")]).ends_with(3).says(&["mapp"]);
}

/// One bad file does not take the answer to the good ones away.
#[test]
fn the_gravest_file_decides_and_every_file_is_answered() {
    let folder = Folder::new();
    let good = folder.write("bra.csv", list(&[OPEN_CASE]));
    let wrong = folder.write("fel.csv", list(&[WRONG_CASE]));
    let broken = folder.write("trasig.xlsx", b"PK\x03\x04");
    kvartal(&["check", &good, &wrong, "--quarter", "2023-Q4"]).ends_with(1).shows(&["fel.csv"]);
    let all = kvartal(&["check", &broken, &good, &wrong, "--quarter", "2023-Q4", "--json"]).ends_with(3).json();
    let answers = answers(&all);
    let names: Vec<&str> = answers.iter().filter_map(|it| it["file"].as_str()?.rsplit('/').next()).collect();
    assert_eq!(names, ["trasig.xlsx", "bra.csv", "fel.csv"], "in the order they were named");
    let readable: Vec<&Value> = answers.iter().map(|it| &it["readable"]).collect();
    assert_eq!(readable, [&Value::Bool(false), &Value::Bool(true), &Value::Bool(true)]);
}

#[test]
fn a_missing_file_does_not_silence_the_others() {
    let folder = Folder::new();
    let wrong = folder.write("fel.csv", list(&[WRONG_CASE]));
    let ran =
        kvartal(&["check", &folder.path("borta.csv"), &wrong, "--quarter", "2023-Q4"]).ends_with(3).shows(&["SI002"]);
    assert!(format!("{}{}", ran.out, ran.err).contains("borta.csv"), "{}{}", ran.out, ran.err);
}

#[test]
fn json_is_one_document_with_the_promised_keys() {
    let folder = Folder::new();
    let content = list(&[OPEN_CASE, WRONG_CASE]);
    let file = folder.write("a.csv", &content);
    let json = kvartal(&["check", &file, "--quarter", "2023-Q4", "--json"]).ends_with(1).json();
    let [answer] = answers(&json).try_into().expect("one answer");
    assert_eq!(answer["sha256"], format!("{:x}", Sha256::digest(content.as_bytes())));
    assert_eq!(answer["format"], "csv");
    assert_eq!(answer["rows"], 2);
    let found: Vec<&Value> = findings(&answer).iter().filter(|it| it["rule"] == "SI002").collect();
    let [finding] = found.as_slice() else { panic!("one finding of SI002: {answer:#}") };
    assert_eq!(finding["family"], "ska-inte-rapporteras");
    assert_eq!(finding["severity"], "fel");
    assert_eq!(finding["row"], 3);
    assert_eq!(finding["cell"], "G3");
    assert_eq!(finding["field"], "verkstalld");
    assert_eq!(finding["shown"], "2023-10-29");
    for key in ["file", "sheet", "expected", "message", "remedy"] {
        assert!(finding.get(key).is_some(), "{key} is missing: {finding:#}");
    }
}

#[test]
fn json_of_an_unreadable_file_says_so_and_why() {
    let folder = Folder::new();
    let file = folder.write("trasig.xlsx", b"PK\x03\x04");
    let json = kvartal(&["check", &file, "--json"]).ends_with(3).json();
    let [answer] = answers(&json).try_into().expect("one answer");
    assert_eq!(answer["readable"], false);
    assert_eq!(answer["rows"], 0);
    assert!(findings(&answer).iter().any(|it| it["family"] == "lasbarhet" && it["remedy"] != ""), "{answer:#}");
}

/// A title that names another quarter than the one asked for is said, because it may be last quarter's file.
#[test]
fn a_sheet_of_another_quarter_is_noticed() {
    let folder = Folder::new();
    let text = format!("Ej verkställda beslut, kvartal 3 2023;;;;;;;;\n{}", list(&[OPEN_CASE]));
    let file = folder.write("a.csv", text);
    let ran = kvartal(&["check", &file, "--quarter", "2023-Q4", "--json"]);
    let answers = answers(&ran.json());
    let about_quarter = |it: &Value| it["rule"] == "UP020";
    assert!(findings(&answers[0]).iter().any(about_quarter), "{}", ran.out);
    let right = kvartal(&["check", &file, "--quarter", "2023-Q3", "--json"]).json();
    assert!(!findings(&self::answers(&right)[0]).iter().any(about_quarter), "{right:#}");
}

/// A published test number, an address and a phone number, in places people put them.
#[test]
fn personal_data_is_found_and_never_repeated() {
    let folder = Folder::new();
    let comment = "1;Kvinna;2023-05-10;;9 § 3;Ledsagarservice;;;Den enskilde tackat nej;19850709-9805 ring 070-174 06 35 eller anna@example.org\n";
    let text = format!("{};Kommentar\n{comment}", crate::support::HEADINGS.trim_end());
    let file = folder.write("a.csv", text);
    for arguments in [&["--quarter", "2023-Q4"][..], &["--quarter", "2023-Q4", "--json"]] {
        let ran = kvartal(&[&["check", &file][..], arguments].concat());
        let said = format!("{}{}", ran.out, ran.err);
        for secret in ["850709", "9805", "070-174", "0635", "06 35", "anna@", "anna"] {
            assert!(!said.contains(secret), "{secret} is repeated:\n{said}");
        }
        assert!(said.contains("IN001"), "{said}");
    }
}

/// Text from a cell may hold anything, also what a terminal would obey.
#[test]
fn a_cell_cannot_command_the_terminal() {
    let folder = Folder::new();
    let row = "1;Kvinna;2023-05-10;;9 § 3;Ledsagar\u{1b}[2J\u{1b}]0;x\u{7}\u{202e}servise;;;Den enskilde tackat nej\n";
    let file = folder.write("a.csv", list(&[row]));
    let ran = kvartal(&["check", &file, "--quarter", "2023-Q4"]);
    let said = format!("{}{}", ran.out, ran.err);
    let obeyed = said.chars().find(|it| (it.is_control() && *it != '\n') || ('\u{202a}'..='\u{202e}').contains(it));
    assert_eq!(obeyed, None, "{said:?}");
}

#[test]
fn file_names_may_hold_spaces_and_swedish_letters() {
    let folder = Folder::new();
    let file = folder.write("Åsgården – kvartal 4 (ny).csv", list(&[OPEN_CASE]));
    kvartal(&["check", &file, "--quarter", "2023-Q4"]).ends_with(0);
}

/// Received after the quarter's report is due is said only when a day is given.
#[test]
fn the_same_file_gives_the_same_answer_wherever_and_whenever_it_is_read() {
    let folder = Folder::new();
    let file = folder.write("a.csv", list(&[OPEN_CASE, WRONG_CASE]));
    let arguments = ["check", &file, "--quarter", "2023-Q4", "--received", "2024-01-08", "--json"];
    let here = kvartal(&arguments).out;
    for zone in ["Pacific/Kiritimati", "America/Los_Angeles"] {
        let mut there = crate::support::command(&arguments);
        there.env("TZ", zone).env("LANG", "C").env("HOME", "/nonexistent");
        assert_eq!(crate::support::ran(&mut there).out, here, "{zone}");
    }
}
