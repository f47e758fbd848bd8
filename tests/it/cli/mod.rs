//! The command line as others build on it: exit codes, what goes where, and what stands in the JSON.

mod check;
mod lineage;
mod papers;
mod report;
mod round;
mod rules;
mod user;

use std::io::Read;
use std::process::Stdio;

use crate::support::{Folder, command, kvartal};

/// What is mistyped is answered with code 2, on stderr, and with nothing on stdout.
#[test]
fn a_mistyped_command_is_a_usage_fault() {
    for arguments in [
        &[][..],
        &["rapport"],
        &["report"],
        &["report", "omgang"],
        &["report", "--out", "ut"],
        &["report", "a", "b", "--out", "ut"],
        &["check"],
        &["check", "a.csv", "--quarter", "2023-Q5"],
        &["check", "a.csv", "--quarter", "i våras"],
        &["check", "a.csv", "--received", "2024-02-30"],
        &["check", "a.csv", "--insats", "ledsagarservis"],
        &["check", "a.csv", "--okänd"],
        &["template", "omgang", "--out", "mall.xlsx"],
        &["rules"],
        &["rules", "visa"],
        &["rules", "show"],
        &["rules", "trial"],
    ] {
        let ran = kvartal(arguments).ends_with(2);
        assert_eq!(ran.out, "", "{arguments:?}");
        assert_ne!(ran.err.trim(), "", "{arguments:?}");
    }
}

#[test]
fn a_misspelled_insats_is_answered_with_the_right_spelling() {
    kvartal(&["check", "a.csv", "--insats", "ledsagarservis"]).ends_with(2).says(&["ledsagarservice"]);
}

#[test]
fn help_and_version_are_results() {
    for arguments in
        [&["--help"][..], &["-h"], &["report", "--help"], &["check", "--help"], &["rules", "--help"], &["--version"]]
    {
        let ran = kvartal(arguments).ends_with(0);
        assert_eq!(ran.err, "", "{arguments:?}");
        assert_ne!(ran.out.trim(), "", "{arguments:?}");
    }
    kvartal(&["--version"]).shows(&[env!("CARGO_PKG_VERSION")]);
    kvartal(&["--help"]).shows(&["report", "check", "template", "rules", "demo"]);
}

/// The parts of the help that the argument parser writes by itself are English; ours are not.
#[test]
fn everything_the_command_line_says_is_swedish() {
    let english = [
        "Usage",
        "Options",
        "Commands",
        "Arguments",
        "Print help",
        "Print version",
        "error:",
        "tip:",
        "For more information",
        "default:",
        "possible values",
        "required",
        "unexpected",
        "invalid",
        "help:",
        "Error",
        "No such file",
        "OPTIONS",
        "COMMAND",
        "not found",
    ];
    for arguments in [
        &["--help"][..],
        &["report", "--help"],
        &["check", "--help"],
        &["template", "--help"],
        &["rules", "--help"],
        &["rules", "test", "--help"],
        &["rapport"],
        &["report"],
        &["report", "finns-inte", "--out", "ut"],
        &["report", "a", "--ut", "b"],
        &["check", "finns-inte.csv"],
        &["check", "a.csv", "--quarter", "2023-Q5"],
        &["check", "a.csv", "--received", "snart"],
        &["rules", "show", "XX999"],
    ] {
        let ran = kvartal(arguments);
        for word in english {
            let shown = format!("{}{}", ran.out, ran.err);
            assert!(!shown.contains(word), "{arguments:?} says ”{word}”:\n{shown}");
        }
    }
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let mut child =
        command(&["rules", "list"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    drop(child.stdout.take());
    let mut said = String::new();
    child.stderr.take().expect("piped").read_to_string(&mut said).expect("UTF-8");
    assert_eq!(child.wait().expect("it ends").code(), Some(0), "{said}");
    assert_eq!(said, "");
}

#[test]
fn the_demo_writes_the_report_of_the_sample_round() {
    let folder = Folder::new();
    kvartal(&["demo", "--utan-webb", "--out", &folder.path("ut")]).ends_with(0).shows(&["88", "18", "13", "57"]);
    for file in ["report.json", "rapport.xlsx", "rapport.html"] {
        assert!(folder.has(&format!("ut/{file}")), "{file}");
    }
}

/// The sample is inside the program, so it can be started from anywhere; the default folder is `out` there.
#[test]
fn the_demo_needs_no_arguments() {
    let folder = Folder::new();
    let mut demo = command(&["demo", "--utan-webb"]);
    demo.current_dir(folder.path(""));
    crate::support::ran(&mut demo).ends_with(0);
    assert!(folder.has("out/report.json"));
}
