//! `kvartal report`: what is counted, what is set aside, what is written, and that it is the same every time.

use serde_json::Value;

use crate::support::{FILING, Folder, HEADINGS, OPEN_CASE, ROUND, WRONG_CASE, command, kvartal, ran, report, round};

const OUTPUTS: [&str; 3] = ["report.json", "rapport.xlsx", "rapport.html"];

/// The report of a round, and the exit code it must give.
fn made(toml: &str, rows: &[&str], code: i32) -> (Folder, Value) {
    let folder = round(toml, rows);
    report(&folder).ends_with(code);
    let json = folder.json("ut/report.json");
    (folder, json)
}

fn with(more: &str) -> String {
    format!("{ROUND}{FILING}{more}")
}

#[test]
fn a_round_with_nothing_to_object_to_gives_every_output_and_ends_with_zero() {
    let folder = round(&with(""), &[OPEN_CASE]);
    let ran = report(&folder).ends_with(0);
    assert_eq!(ran.err, "", "progress is silent in a pipe");
    assert_ne!(ran.out.trim(), "");
    for file in OUTPUTS {
        assert!(folder.bytes(&format!("ut/{file}")).len() > 200, "{file}");
    }
    assert!(folder.bytes("ut/rapport.xlsx").starts_with(b"PK"));
    assert!(folder.bytes("ut/rapport.html").starts_with(b"<!"));
}

/// Every key that others build on, at every level.
#[test]
fn the_json_has_the_promised_shape() {
    let (_, json) = made(&with(""), &[OPEN_CASE, WRONG_CASE], 1);
    let counts = "reported executed closed open open_men open_women open_children open_adults open_interruptions";
    let insats = format!("insats name lagrum {counts} causes ongoing_men ongoing_women share_men share_women");
    let line = "nr kon beslutsdatum avbrottsdatum lag lagrum insats verkstalld delvis avslutad orsak days days_to utforare source";
    let shapes: &[(&str, &str)] = &[
        (
            "",
            "schema kvartal kommun namnd quarter_end rapportdag rule_set totals causes by_insats lines excluded missing quality findings corrections reconciliation history",
        ),
        ("/rule_set", "version sha256"),
        ("/totals", counts),
        ("/causes", "resursbrist_bostad resursbrist_personal tackat_nej annat_skal"),
        ("/by_insats/0", &insats),
        ("/by_insats/0/causes", "resursbrist_bostad resursbrist_personal tackat_nej annat_skal"),
        ("/lines/0", line),
        ("/lines/0/source", "file sha256 sheet row"),
        ("/excluded/0", "utforare source rules reason"),
        ("/quality/0", "utforare name insatser reported grade text late reminders reasons"),
        ("/findings/0", "utforare rule family severity file sheet row cell field shown expected message remedy"),
        ("/reconciliation/0", "insats opening corrections new of_which_late executed closed closing holds"),
    ];
    for (place, keys) in shapes {
        let value = json.pointer(place).unwrap_or_else(|| panic!("{place} is missing"));
        for key in keys.split(' ') {
            assert!(value.get(key).is_some(), "{place}/{key} is missing: {value:#}");
        }
    }
    assert_eq!(json["schema"], 1);
    assert_eq!(json["kvartal"], "2023-Q4");
    assert_eq!(json["quarter_end"], "2023-12-31");
}

#[test]
fn an_open_case_is_counted_and_leads_back_to_its_row() {
    let (_, json) = made(&with(""), &[OPEN_CASE], 0);
    assert_eq!(json["totals"]["reported"], 1);
    assert_eq!(json["totals"]["open"], 1);
    assert_eq!(json["totals"]["open_women"], 1);
    assert_eq!(json["causes"]["tackat_nej"], 1);
    let line = &json["lines"][0];
    // 10 May to 31 December, the first day not counted.
    assert_eq!((&line["days"], &line["days_to"]), (&Value::from(235), &Value::from("quarter_end")));
    assert_eq!((&line["source"]["file"], &line["source"]["row"]), (&Value::from("solsidan.csv"), &Value::from(2)));
    assert!(json["reconciliation"].as_array().expect("a list").iter().all(|it| it["holds"] == true));
}

#[test]
fn a_wrongly_reported_row_is_set_aside_and_listed() {
    let (_, json) = made(&with(""), &[OPEN_CASE, WRONG_CASE], 1);
    assert_eq!(json["totals"]["reported"], 1);
    let excluded = &json["excluded"][0];
    assert_eq!(excluded["source"]["row"], 3);
    assert!(excluded["rules"].as_array().expect("a list").contains(&"SI002".into()), "{excluded:#}");
}

#[test]
fn a_handlaggares_decision_counts_the_row_after_all() {
    let decision = "\n[[granskning]]\nutforare = \"solsidan\"\nfil = \"solsidan.csv\"\nrad = 3\nbeslut = \"medrakna\"\nskal = \"Efterrapporterad\"\n";
    let folder = round(&with(decision), &[OPEN_CASE, WRONG_CASE]);
    report(&folder);
    let json = folder.json("ut/report.json");
    assert_eq!(json["totals"]["reported"], 2);
    assert_eq!(json["totals"]["executed"], 1);
    assert_eq!(json["excluded"], Value::Array(Vec::new()));
}

#[test]
fn a_handlaggares_decision_can_leave_a_row_out() {
    let decision = "\n[[granskning]]\nutforare = \"solsidan\"\nfil = \"solsidan.csv\"\nrad = 2\nbeslut = \"undanta\"\nskal = \"Fel kommun\"\n";
    let folder = round(&with(decision), &[OPEN_CASE]);
    report(&folder);
    let json = folder.json("ut/report.json");
    assert_eq!(json["totals"]["reported"], 0);
    assert_eq!(json["excluded"][0]["source"]["row"], 2);
}

/// A row number that points at nothing is a slip of the pen, and a silent one would change the figures.
#[test]
fn a_decision_about_a_row_that_does_not_exist_is_not_silent() {
    let decision = "\n[[granskning]]\nutforare = \"solsidan\"\nfil = \"solsidan.csv\"\nrad = 77\nbeslut = \"medrakna\"\nskal = \"x\"\n";
    let folder = round(&with(decision), &[OPEN_CASE]);
    let ran = report(&folder);
    assert!(format!("{}{}", ran.out, ran.err).contains("77"), "{}{}", ran.out, ran.err);
}

#[test]
fn the_handlaggares_own_grade_stands() {
    let grade = "\n[[betyg]]\nutforare = \"solsidan\"\nbetyg = \"bristande\"\nskal = \"Svarar aldrig i telefon\"\n";
    let (_, json) = made(&with(grade), &[OPEN_CASE], 0);
    assert_eq!(json["quality"][0]["grade"], "bristande");
}

#[test]
fn nothing_to_report_is_an_answer() {
    let nil =
        "\n[[inlamning]]\nutforare = \"solsidan\"\ninget_att_rapportera = true\nmottagen = 2024-01-08T10:12:00+01:00\n";
    let folder = Folder::new();
    folder.write("omgang/omgang.toml", format!("{ROUND}{nil}"));
    report(&folder).ends_with(0);
    let json = folder.json("ut/report.json");
    assert_eq!(json["quality"][0]["grade"], "inget_att_rapportera");
    assert_eq!(json["quality"][0]["reported"], true);
    assert_eq!(json["totals"]["reported"], 0);
    assert_eq!(json["missing"], Value::Array(Vec::new()));
}

#[test]
fn silence_is_not_an_answer() {
    let folder = Folder::new();
    folder.write("omgang/omgang.toml", ROUND);
    report(&folder).ends_with(1);
    let json = folder.json("ut/report.json");
    assert_eq!(json["quality"][0]["grade"], "ej_inkommen");
    assert_eq!(json["quality"][0]["reported"], false);
    assert_eq!(json["missing"][0]["utforare"], "solsidan");
}

#[test]
fn an_answer_after_the_last_day_is_late_and_one_on_it_is_not() {
    for (received, late) in [
        ("2024-01-10T23:59:59+01:00", false),
        ("2024-01-11T00:00:00+01:00", true),
        // Still the tenth in Stockholm, and already the eleventh there, wherever the clock stood.
        ("2024-01-10T22:30:00Z", false),
        ("2024-01-10T23:30:00Z", true),
    ] {
        let folder = round(&with("").replace("2024-01-08T10:12:00+01:00", received), &[OPEN_CASE]);
        report(&folder);
        assert_eq!(folder.json("ut/report.json")["quality"][0]["late"], late, "{received}");
    }
}

/// A correction replaces what came before it, and does not make the utförare late.
#[test]
fn the_newest_valid_answer_counts_and_the_first_decides_timeliness() {
    let second = "\n[[inlamning]]\nutforare = \"solsidan\"\nfil = \"ny.csv\"\nmottagen = 2024-01-20T08:00:00+01:00\n";
    let folder = round(&with(second), &[OPEN_CASE]);
    folder
        .write("omgang/ny.csv", format!("{HEADINGS}{OPEN_CASE}2;Man;2023-06-01;;9 § 3;Ledsagarservice;;;Annat skäl\n"));
    report(&folder);
    let json = folder.json("ut/report.json");
    assert_eq!(json["totals"]["reported"], 2);
    assert_eq!(json["quality"][0]["late"], false);
    assert!(json["lines"].as_array().expect("a list").iter().all(|it| it["source"]["file"] == "ny.csv"));
}

#[test]
fn a_newer_file_that_cannot_be_used_leaves_the_older_one_standing() {
    let second = "\n[[inlamning]]\nutforare = \"solsidan\"\nfil = \"ny.xlsx\"\nmottagen = 2024-01-09T08:00:00+01:00\n";
    let folder = round(&with(second), &[OPEN_CASE]);
    folder.write("omgang/ny.xlsx", b"PK\x03\x04");
    let ran = report(&folder).ends_with(3);
    assert!(format!("{}{}", ran.out, ran.err).contains("ny.xlsx"), "{}{}", ran.out, ran.err);
    assert_eq!(folder.json("ut/report.json")["totals"]["reported"], 1);
}

/// Somebody forgot to write it down; nobody may believe that it was counted.
#[test]
fn a_workbook_that_the_round_does_not_name_is_mentioned() {
    let folder = round(&with(""), &[OPEN_CASE]);
    folder.write("omgang/glomd.csv", format!("{HEADINGS}{OPEN_CASE}"));
    report(&folder).ends_with(0).says(&["glomd.csv"]);
}

#[test]
fn the_same_round_gives_the_same_bytes_in_any_folder_zone_and_number_of_threads() {
    let make = |zone: &str, threads: &str| {
        let folder = round(&with(""), &[OPEN_CASE, WRONG_CASE]);
        let mut again = command(&["report", &folder.path("omgang"), "--out", &folder.path("ut"), "--threads", threads]);
        ran(again.env("TZ", zone).env("LANG", "tr_TR.UTF-8")).ends_with(1);
        OUTPUTS.map(|it| folder.bytes(&format!("ut/{it}")))
    };
    let (first, second) = (make("Pacific/Kiritimati", "1"), make("America/Los_Angeles", "4"));
    for (at, name) in OUTPUTS.iter().enumerate() {
        assert!(first[at] == second[at], "{name} differs");
    }
}

/// Somebody's text in a cell must not become a formula for whoever opens the report, nor a tag on the page.
#[test]
fn text_from_a_cell_stays_text() {
    let attack = "=HYPERLINK(\"http://x\")<script>alert(1)</script>";
    let row = format!("1;Kvinna;2023-05-10;;9 § 3;\"{}\";;;Den enskilde tackat nej\n", attack.replace('"', "\"\""));
    let folder = round(&with(""), &[&row]);
    report(&folder);
    let page = String::from_utf8(folder.bytes("ut/rapport.html")).expect("UTF-8");
    assert!(!page.contains("<script>alert"), "the page runs somebody's script");
    let mut book = zip::ZipArchive::new(std::io::Cursor::new(folder.bytes("ut/rapport.xlsx"))).expect("a package");
    for at in 0..book.len() {
        let mut part = String::new();
        let mut entry = book.by_index(at).expect("a part");
        // Pictures are no text; nothing of ours is one.
        if std::io::Read::read_to_string(&mut entry, &mut part).is_ok() {
            assert!(!part.contains("<f>HYPERLINK") && !part.contains("<f>=HYPERLINK"), "a formula of somebody's text");
        }
    }
}

/// A report that cannot be written leaves nothing half-written behind.
#[test]
fn an_output_folder_that_cannot_be_made_is_a_failure_of_the_system() {
    let folder = round(&with(""), &[OPEN_CASE]);
    folder.write("upptagen", "här ligger en fil");
    let ran = kvartal(&["report", &folder.path("omgang"), "--out", &folder.path("upptagen")])
        .ends_with(5)
        .says(&["upptagen"]);
    assert_eq!(ran.out, "");
}

#[test]
fn a_report_is_written_over_an_older_one() {
    let folder = round(&with(""), &[OPEN_CASE]);
    folder.write("ut/report.json", "gammal");
    report(&folder).ends_with(0);
    assert_eq!(folder.json("ut/report.json")["schema"], 1);
}

/// The report of one quarter is the carry-over of the next.
#[test]
fn an_open_case_that_is_not_reported_again_is_missed() {
    let folder = round(&with(""), &[OPEN_CASE]);
    report(&folder).ends_with(0);
    let next =
        ROUND.replace("2023-Q4", "2024-Q1").replace("2024-01-10", "2024-04-10").replace("2024-01-31", "2024-04-30");
    let next = next.replace("[[utforare]]", "foregaende = \"../ut/report.json\"\n\n[[utforare]]");
    folder.write(
        "nasta/omgang.toml",
        format!("{next}{}", FILING.replace("2024-01-08T10:12:00+01:00", "2024-04-08T10:12:00+02:00")),
    );
    folder.write("nasta/solsidan.csv", format!("{HEADINGS}7;Man;2023-12-01;;9 § 3;Ledsagarservice;;;Annat skäl\n"));
    kvartal(&["report", &folder.path("nasta"), "--out", &folder.path("ut2")]).ends_with(1);
    let json = folder.json("ut2/report.json");
    assert!(
        json["findings"].as_array().expect("a list").iter().any(|it| it["rule"] == "SR001"),
        "{:#}",
        json["findings"]
    );
    let total =
        json["reconciliation"].as_array().expect("a list").iter().find(|it| it["insats"] == "total").expect("a total");
    assert_eq!((&total["opening"], &total["new"]), (&Value::from(1), &Value::from(1)));
}

/// What the register knows to be open cannot be answered with nothing to report; the case is named among what is missing.
#[test]
fn nothing_to_report_while_a_case_is_open_is_missed_by_name() {
    let nil = "\n[[inlamning]]\nutforare = \"solsidan\"\ninget_att_rapportera = true\nmottagen = 2024-01-08\n";
    let toml = format!("{ROUND}{nil}").replace("[[utforare]]", "register = \"register.csv\"\n\n[[utforare]]");
    let folder = round(&toml, &[]);
    let register = "Insats;Kön;Beslutsdatum;Datum för avbrott;Utförare\nLedsagarservice;Man;2023-02-01;;solsidan\n";
    folder.write("omgang/register.csv", register);
    report(&folder).ends_with(1);
    let json = folder.json("ut/report.json");
    let missing = json["missing"].as_array().expect("a list");
    assert_eq!(missing.len(), 1, "{missing:?}");
    assert_eq!(missing[0]["rule"], "SR004");
    assert_eq!(missing[0]["insats"], "ledsagarservice");
    assert!(missing[0]["reason"].as_str().is_some_and(|it| it.contains("2023-02-01")), "{}", missing[0]);
}
