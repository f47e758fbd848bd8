//! `kvartal user`: the first administratör gets in, and whoever is locked out gets a link.

use crate::support::{Folder, Ran, command, kvartal, ran};

fn user(folder: &Folder, words: &[&str]) -> Ran {
    let database = format!("sqlite:{}", folder.path("kvartal.db"));
    let mut all = vec!["user", "--databas", &database, "--url", "https://kvartal.example.org"];
    all.extend(words);
    kvartal(&all)
}

fn is_link(text: &str) -> bool {
    text.starts_with("https://kvartal.example.org/valj-losenord/") && text.lines().count() == 1
}

#[test]
fn the_first_administrator_of_a_new_namnd_gets_a_link() {
    let folder = Folder::new();
    let namnd = ["--kommun", "Exempelstad", "--namnd", "Omsorgsnämnden"];
    let ran = user(&folder, &[&["add", "anna@example.org", "--namn", "Anna Ek"], &namnd[..]].concat());
    assert!(ran.code == 0 && is_link(&ran.out), "{} {}", ran.out, ran.err);
    assert!(ran.err.contains("anna@example.org är inbjuden som administratör för Omsorgsnämnden."), "{}", ran.err);
    // With one nämnd there is nothing to choose.
    let ran = user(&folder, &["add", "bo@example.org", "--namn", "Bo Ek", "--roll", "handlaggare"]);
    assert!(ran.code == 0 && is_link(&ran.out), "{} {}", ran.out, ran.err);
    for (words, said) in [
        (&["add", "anna@example.org", "--namn", "Anna Ek"][..], "har redan den behörigheten"),
        (&["add", "anna", "--namn", "Anna Ek"], "inte fullständig"),
        (&["add", "c@example.org", "--namn", "C", "--roll", "chef"], "”chef” är ingen roll"),
        (&["add", "c@example.org", "--namn", "C", "--roll", "utforare"], "Välj vilken utförare"),
        (
            &["add", "c@example.org", "--namn", "C", "--roll", "utforare", "--utforare", "x"],
            "ingen utförare med nyckeln x",
        ),
        (&["add", "c@example.org", "--namn", "C", "--namnd", "En annan"], "Nämnden finns inte."),
        (&["invite", "okand@example.org"], "inget konto med adressen okand@example.org"),
    ] {
        let ran = user(&folder, words);
        assert!(ran.code == 2 && ran.err.contains(said) && ran.out.is_empty(), "{words:?}: {} {}", ran.code, ran.err);
    }
}

#[test]
fn whoever_is_locked_out_gets_a_new_link() {
    let folder = Folder::new();
    let namnd = ["--kommun", "Exempelstad", "--namnd", "Omsorgsnämnden"];
    let first = user(&folder, &[&["add", "anna@example.org", "--namn", "Anna Ek"], &namnd[..]].concat());
    for command in ["invite", "reset"] {
        let ran = user(&folder, &[command, "Anna@example.org"]);
        assert!(ran.code == 0 && is_link(&ran.out) && ran.out != first.out, "{command}: {} {}", ran.out, ran.err);
    }
}

#[test]
fn settings_that_cannot_work_stop_the_start_and_are_named() {
    let folder = Folder::new();
    let database = format!("sqlite:{}", folder.path("kvartal.db"));
    for (settings, said) in [
        (&[("KVARTAL_MAIL", "smtp://relay.example")][..], "KVARTAL_MAIL_FROM: ange avsändaren"),
        (
            &[("KVARTAL_MAIL", "relay"), ("KVARTAL_MAIL_FROM", "a@b.example")],
            "KVARTAL_MAIL: E-postens adress ska börja med",
        ),
        (&[("KVARTAL_OIDC_ISSUER", "https://idp.example")], "KVARTAL_OIDC_CLIENT_ID: ange det klient-id"),
        (
            &[
                ("KVARTAL_OIDC_ISSUER", "https://idp.example"),
                ("KVARTAL_OIDC_CLIENT_ID", "a"),
                ("KVARTAL_OIDC_ROLES", "a=chef"),
            ],
            "KVARTAL_OIDC_ROLES: ”chef” är ingen roll",
        ),
        (
            &[("KVARTAL_OIDC_ISSUER", "http://idp.example"), ("KVARTAL_OIDC_CLIENT_ID", "a")],
            "KVARTAL_OIDC_ISSUER: inställningarna",
        ),
    ] {
        let mut serve = command(&["serve", "--listen", "127.0.0.1:0", "--databas", &database]);
        ran(serve.envs(settings.iter().copied())).ends_with(4).says(&[said]);
    }
}
