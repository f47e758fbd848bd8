//! `kvartal rules` and `kvartal template`: the catalogue for people, and a nämnd's own rules on top.

use crate::support::{FILING, Folder, OPEN_CASE, ROUND, WRONG_CASE, kvartal, report, round};

/// A rule a nämnd could write: nothing decided before 2024. It finds [`OPEN_CASE`].
const OWN: &str = r#"
id     = "UP901"
namn   = "beslut-fore-2024"
rubrik = "Beslutet är från före 2024"
galler = "rad"
allvar = "fel"

[[kalla]]
text = "Nämndens rutin"
last = 2026-11-21

[villkor]
nar  = "finns(startdatum)"
krav = "startdatum >= 2024-01-01"

[text]
meddelande = "Ärendet började {startdatum}."
atgard     = "Hör av er till nämnden."
markera    = ["beslutsdatum"]

[[exempel]]
namn    = "dagen före"
kvartal = "2024-Q2"
fakta   = { beslutsdatum = 2023-12-31 }
svar    = "fynd"

[[exempel]]
namn    = "på dagen"
kvartal = "2024-Q2"
fakta   = { beslutsdatum = 2024-01-01 }
svar    = "godkand"

[[exempel]]
namn    = "utan datum"
kvartal = "2024-Q2"
fakta   = { kon = "man" }
svar    = "ej_tillamplig"
"#;

const OWN_PATH: &str = "omgang/regler/uppgifter/UP901-beslut-fore-2024.toml";

/// A round with that rule in the nämnd's folder, with `wrong` instead of `right`.
fn round_with_own(right: &str, wrong: &str) -> Folder {
    assert!(OWN.contains(right), "{right} is not in the rule");
    let text = format!("{ROUND}{FILING}").replace("[[utforare]]", "regler = \"regler/\"\n\n[[utforare]]");
    let folder = round(&text, &[OPEN_CASE]);
    folder.write(OWN_PATH, OWN.replacen(right, wrong, 1));
    folder
}

#[test]
fn the_catalogue_is_listed_shown_and_tested() {
    kvartal(&["rules", "list"]).ends_with(0).shows(&["SI002", "SR001", "FS001", "EO001"]);
    kvartal(&["rules", "show", "SI002"]).ends_with(0).shows(&["SI002", "28 f §", "slutdag"]);
    let tested = kvartal(&["rules", "test"]).ends_with(0);
    assert_eq!(tested.err, "");
}

#[test]
fn an_unknown_rule_is_a_usage_fault_with_a_suggestion() {
    kvartal(&["rules", "show", "SI002a"]).ends_with(2).says(&["SI002"]);
}

/// Built-in pages are generated, and the one in the repository is fresh.
#[test]
fn the_catalogue_page_is_what_the_program_writes() {
    let written = kvartal(&["rules", "docs"]).ends_with(0).out;
    let kept =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/README.md")).expect("the page exists");
    assert!(written == kept, "run: cargo run -- rules docs > rules/README.md");
}

#[test]
fn a_namnds_own_rule_finds_what_it_should() {
    let folder = round_with_own("id", "id");
    report(&folder).ends_with(1);
    let json = folder.json("ut/report.json");
    let found = json["findings"].as_array().expect("a list").iter().find(|it| it["rule"] == "UP901");
    assert_eq!(
        found.map(|it| (&it["cell"], &it["message"])),
        Some((&"C2".into(), &"Ärendet började 2023-05-10.".into()))
    );
    kvartal(&["rules", "test", &folder.path("omgang/regler")]).ends_with(0);
}

#[test]
fn a_faulty_rule_is_underlined_and_the_right_word_suggested() {
    for (right, wrong, suggestion) in [
        ("krav = \"startdatum", "krav = \"startdatm", "startdatum"),
        ("finns(", "fins(", "finns"),
        ("galler", "gäller_", "galler"),
        ("\"fel\"", "\"fell\"", "fel"),
        ("{startdatum}.", "{startdatun}.", "startdatum"),
        ("[\"beslutsdatum\"]", "[\"beslutsdag\"]", "beslutsdatum"),
        (">= 2024-01-01", ">= 'januari'", "2024"),
        (">= 2024-01-01", ">= ", ">="),
    ] {
        let wrong = wrong.replace("gäller_", "galer");
        let folder = round_with_own(right, &wrong);
        let ran = report(&folder).ends_with(4).says(&["UP901-beslut-fore-2024.toml", suggestion]);
        assert!(ran.err.contains('─'), "nothing is underlined:\n{}", ran.err);
        assert_eq!(ran.out, "");
        assert!(!folder.has("ut/report.json"));
        kvartal(&["rules", "test", &folder.path("omgang/regler")]).ends_with(4);
    }
}

#[test]
fn an_example_that_does_not_hold_fails_the_test_of_rules() {
    let folder = round_with_own("svar    = \"godkand\"", "svar    = \"ej_tillamplig\"");
    kvartal(&["rules", "test", &folder.path("omgang/regler")]).ends_with(4).says(&["på dagen"]);
}

/// What a nämnd may do to a built-in rule: switch it off, or change how grave it is, with a reason.
#[test]
fn a_namnd_can_switch_a_rule_off_or_change_its_severity() {
    for (change, code, reported) in
        [("", 1, 1), ("avstangd = true", 0, 2), ("allvar = \"notis\"", 0, 2), ("allvar = \"fel\"", 1, 1)]
    {
        let text = format!("{ROUND}{FILING}").replace("[[utforare]]", "regler = \"regler\"\n\n[[utforare]]");
        let folder = round(&text, &[OPEN_CASE, WRONG_CASE]);
        folder.write("omgang/regler/las-mig.txt", "inget");
        if !change.is_empty() {
            folder.write(
                "omgang/regler/SI002.toml",
                format!("andrar = \"SI002\"\nskal = \"Nämndens beslut § 12\"\n{change}\n"),
            );
        }
        report(&folder).ends_with(code);
        assert_eq!(folder.json("ut/report.json")["totals"]["reported"], reported, "{change}");
    }
}

/// The rules a report was made with are part of it.
#[test]
fn own_rules_change_the_version_of_the_rule_set() {
    let set = |folder: &Folder| {
        report(folder);
        folder.json("ut/report.json")["rule_set"]["sha256"].clone()
    };
    let without = set(&round(&format!("{ROUND}{FILING}"), &[OPEN_CASE]));
    let with = set(&round_with_own("id", "id"));
    let other = set(&round_with_own("2024-01-01\"", "2024-01-01 \""));
    assert_ne!(without, with);
    assert_ne!(with, other);
}

#[test]
fn a_change_of_nothing_is_a_fault() {
    for change in [
        "andrar = \"SI02\"\nskal = \"x\"\navstangd = true\n",
        "andrar = \"SI002\"\nskal = \"x\"\n",
        "andrar = \"SI002\"\navstangd = true\n",
    ] {
        let text = format!("{ROUND}{FILING}").replace("[[utforare]]", "regler = \"regler\"\n\n[[utforare]]");
        let folder = round(&text, &[OPEN_CASE]);
        folder.write("omgang/regler/a.toml", change);
        report(&folder).ends_with(4).says(&["a.toml"]);
    }
}

#[test]
fn an_id_is_never_used_twice() {
    let folder = round_with_own("id", "id");
    folder.write("omgang/regler/uppgifter/UP901-samma-igen.toml", OWN.replace("beslut-fore-2024", "samma-igen"));
    report(&folder).ends_with(4).says(&["UP901"]);
}

#[test]
fn a_template_is_a_workbook_with_a_column_for_every_fact() {
    let folder = round(&format!("{ROUND}{FILING}"), &[OPEN_CASE]);
    let out = folder.path("mall.xlsx");
    kvartal(&["template", &folder.path("omgang"), "--utforare", "solsidan", "--out", &out]).ends_with(0);
    assert!(folder.bytes("mall.xlsx").starts_with(b"PK"));
    // Our own template is understood by ourselves: no column is unknown, and nothing in it is a fault of the utförare.
    let answer = kvartal(&["check", &out, "--quarter", "2023-Q4", "--insats", "ledsagarservice", "--json"]);
    assert!(!answer.out.contains("LA015") && !answer.out.contains("LA018"), "{}", answer.out);
}

#[test]
fn a_template_for_somebody_unknown_is_refused_with_a_suggestion() {
    let folder = round(&format!("{ROUND}{FILING}"), &[OPEN_CASE]);
    let ran =
        kvartal(&["template", &folder.path("omgang"), "--utforare", "solsida", "--out", &folder.path("mall.xlsx")]);
    ran.ends_with(2).says(&["solsidan"]);
    assert!(!folder.has("mall.xlsx"));
}
