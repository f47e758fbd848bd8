//! A faulty `omgang.toml`: underlined, with a suggestion, code 4, and no report.

use crate::support::{FILING, Folder, OPEN_CASE, ROUND, Ran, list, report, round};

/// Runs a round in which `wrong` stands instead of `right`, and checks that it is refused and that nothing was written.
#[track_caller]
fn refused(right: &str, wrong: &str) -> Ran {
    let sound = format!("{ROUND}{FILING}");
    assert!(sound.contains(right), "{right} is not in the sound round");
    let folder = round(&sound.replacen(right, wrong, 1), &[OPEN_CASE]);
    let ran = report(&folder).ends_with(4).says(&["omgang.toml"]);
    assert_eq!(ran.out, "", "results are for rounds that can be read");
    assert!(!folder.has("ut/report.json"), "a report was written all the same");
    ran
}

/// What is marked in the underlined source: miette draws a line under the characters.
#[track_caller]
fn underlined(ran: &Ran, text: &str) {
    let lines: Vec<&str> = ran.err.lines().collect();
    let marked = lines.windows(2).any(|it| it[0].contains(text) && it[1].contains(['─', '▲', '┬']));
    assert!(marked, "”{text}” is not underlined:\n{}", ran.err);
}

#[test]
fn the_sound_round_is_sound() {
    report(&round(&format!("{ROUND}{FILING}"), &[OPEN_CASE])).ends_with(0);
}

#[test]
fn a_misspelled_word_is_underlined_and_the_right_one_suggested() {
    for (right, wrong, marked, suggestion) in [
        ("kvartal    =", "kvartl     =", "kvartl", "kvartal"),
        ("sista_dag  =", "sistadag   =", "sistadag", "sista_dag"),
        ("[[inlamning]]", "[[inlämning]]", "inlämning", "inlamning"),
        ("[\"ledsagarservice\"]", "[\"ledsagarservise\"]", "ledsagarservise", "ledsagarservice"),
        ("utforare = \"solsidan\"", "utforare = \"solsida\"", "solsida", "solsidan"),
        ("mottagen =", "motagen  =", "motagen", "mottagen"),
    ] {
        let wrong = if wrong == "[[inlämning]]" { "[[\"inlämning\"]]" } else { wrong };
        let ran = refused(right, wrong);
        underlined(&ran, marked);
        assert!(ran.err.contains(suggestion), "{suggestion} is not suggested:\n{}", ran.err);
    }
}

#[test]
fn a_value_of_the_wrong_kind_is_underlined() {
    for (right, wrong) in [
        ("\"2023-Q4\"", "\"2023-Q5\""),
        ("\"2023-Q4\"", "\"våren 2023\""),
        ("\"2023-Q4\"", "20234"),
        ("2024-01-10", "\"tionde januari\""),
        ("[\"ledsagarservice\"]", "17"),
        ("[\"ledsagarservice\"]", "[]"),
        ("2024-01-08T10:12:00+01:00", "\"i måndags\""),
        ("\"Solsidan Omsorg AB\"", "17"),
    ] {
        let ran = refused(right, wrong);
        underlined(&ran, wrong);
    }
}

#[test]
fn what_is_not_toml_is_refused_with_its_place() {
    for (right, wrong) in [
        ("\"2023-Q4\"", "\"2023-Q4"),
        ("[[inlamning]]", "[inlamning"),
        ("2024-01-10", "2024-02-30"),
        ("kommun     =", "kommun"),
    ] {
        let ran = refused(right, wrong);
        assert!(ran.err.contains('─'), "nothing is underlined:\n{}", ran.err);
    }
}

#[test]
fn every_fault_is_told_at_once() {
    let text = format!("{ROUND}{FILING}")
        .replace("kommun ", "komun ")
        .replace("\"2023-Q4\"", "\"2023-Q9\"")
        .replace("utforare = \"solsidan\"", "utforare = \"x\"");
    let ran = report(&round(&text, &[OPEN_CASE])).ends_with(4);
    ran.says(&["komun", "2023-Q9", "\"x\""]);
}

#[test]
fn a_filing_says_which_file_or_nothing_to_report_and_not_both() {
    refused("fil      = \"solsidan.csv\"\n", "").says(&["fil"]);
    refused("fil      = \"solsidan.csv\"\n", "fil = \"solsidan.csv\"\ninget_att_rapportera = true\n")
        .says(&["inget_att_rapportera"]);
}

#[test]
fn a_file_that_is_named_but_not_there_is_a_fault_of_the_round() {
    let ran = refused("solsidan.csv", "solsidam.csv");
    underlined(&ran, "solsidam.csv");
}

/// A round file reads its own folder and no other.
#[test]
fn a_file_outside_the_folder_is_a_fault_of_the_round() {
    for name in ["/etc/hostname", "../solsidan.csv", "a/../../solsidan.csv"] {
        let ran = refused("solsidan.csv", name);
        underlined(&ran, name);
        assert!(ran.err.contains("omgångens mapp"), "{}", ran.err);
    }
}

/// With two uppdrag nobody can know which one a file answers.
#[test]
fn which_uppdrag_a_filing_answers_must_be_said_when_there_are_several() {
    let second =
        "\n[[utforare]]\nid = \"solsidan\"\nnamn = \"Solsidan Omsorg AB\"\ninsatser = [\"daglig_verksamhet\"]\n";
    let folder = round(&format!("{ROUND}{second}{FILING}"), &[OPEN_CASE]);
    report(&folder).ends_with(4).says(&["insatser"]);
    let told = FILING.replace("fil ", "insatser = [\"ledsagarservice\"]\nfil ");
    let folder = round(&format!("{ROUND}{second}{told}"), &[OPEN_CASE]);
    // The other uppdrag has not answered, which is a finding and no fault of the round.
    report(&folder).ends_with(1);
    assert_eq!(folder.json("ut/report.json")["totals"]["reported"], 1);
}

#[test]
fn what_the_round_points_at_must_be_there_and_be_what_it_is_said_to_be() {
    for (line, file, content) in [
        ("foregaende = \"forra.json\"\n", "", ""),
        ("foregaende = \"forra.json\"\n", "forra.json", "{\"schema\": 1"),
        ("foregaende = \"forra.json\"\n", "forra.json", "{\"schema\": 99}"),
        ("foregaende = \"forra.json\"\n", "forra.json", "[]"),
        ("register = \"register.csv\"\n", "", ""),
        ("pagaende = \"pagaende.csv\"\n", "", ""),
        ("regler = \"regler/\"\n", "", ""),
    ] {
        let text = format!("{ROUND}{FILING}").replace("[[utforare]]", &format!("{line}\n[[utforare]]"));
        let folder = round(&text, &[OPEN_CASE]);
        if !file.is_empty() {
            folder.write(&format!("omgang/{file}"), content);
        }
        let ran = report(&folder);
        assert!([3, 4].contains(&ran.code), "{line}{content}: {}\n{}", ran.code, ran.err);
        assert!(!folder.has("ut/report.json"), "{line}: a report was written all the same");
        let name = line.split('"').nth(1).unwrap_or_default().trim_end_matches('/');
        assert!(ran.err.contains(name), "{name} is not named:\n{}", ran.err);
    }
}

/// Somebody's editor: a byte-order mark, CR LF, Windows-1252.
#[test]
fn what_editors_do_to_a_file_is_endured_or_explained() {
    let sound = format!("{ROUND}{FILING}");
    for text in [format!("\u{feff}{sound}"), sound.replace('\n', "\r\n")] {
        report(&round(&text, &[OPEN_CASE])).ends_with(0);
    }
    let folder = Folder::new();
    // ä in one byte, as an old editor saves it.
    folder.write("omgang/omgang.toml", sound.chars().map(|it| u8::try_from(it).unwrap_or(b'?')).collect::<Vec<u8>>());
    folder.write("omgang/solsidan.csv", list(&[OPEN_CASE]));
    let ran = report(&folder);
    assert!([3, 4].contains(&ran.code), "{}", ran.code);
    ran.says(&["omgang.toml", "UTF-8"]);
}

#[test]
fn a_folder_without_a_round_is_refused_in_a_sentence() {
    let folder = Folder::new();
    folder.write("omgang/solsidan.csv", list(&[OPEN_CASE]));
    let ran = report(&folder);
    assert!([3, 4].contains(&ran.code), "{}", ran.code);
    ran.says(&["omgang.toml"]);
    let nothing = report(&Folder::new());
    assert!([3, 4].contains(&nothing.code), "{}", nothing.code);
}
