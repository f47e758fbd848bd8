//! What rule authors read when a file is wrong, and what a nämnd's own folder can do.

use miette::GraphicalTheme;
use proptest::prelude::*;

use super::file::Outcome;
use super::fixtures::{ENDED_IN_TIME, catalogue, insatser, sources};
use super::{Catalogue, Facts, RuleErrors, RuleSource, Scope, Slot};
use crate::model::Finding;
use crate::model::Place;
use crate::model::Quarter;
use crate::model::Severity;

const PATH: &str = "rules/ska-inte-rapporteras/SI002-avslutat-inom-tre-manader.toml";

fn faults(text: &str) -> RuleErrors {
    *Catalogue::load(&[RuleSource::new(PATH, text)], &[], &insatser()).unwrap_err()
}

/// The rule with one part replaced; the part must be there.
fn changed(from: &str, to: &str) -> String {
    assert!(ENDED_IN_TIME.contains(from), "{from}");
    ENDED_IN_TIME.replacen(from, to, 1)
}

fn shown(text: &str) -> String {
    let rendered = faults(text).in_words(GraphicalTheme::unicode_nocolor());
    rendered.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_misspelt_name_is_underlined_and_the_right_one_suggested() {
    assert_eq!(
        shown(&changed("slutdatum > slutdag", "slutdatun > slutdag")),
        r#"regel::okant-namn

  × Namnet ”slutdatun” finns inte för regler som gäller en rad.
    ╭─[rules/ska-inte-rapporteras/SI002-avslutat-inom-tre-manader.toml:26:9]
 25 │ nar  = "finns(slutdatum)"
 26 │ krav = "slutdatun > slutdag"
    ·         ────┬────
    ·             ╰── okänt namn
 27 │
    ╰────
  help: Menade du ”slutdatum”?

Regelbiblioteket har ett fel."#
    );
}

#[test]
fn the_mark_falls_right_behind_escapes_and_in_long_strings() {
    let text =
        changed("krav = \"slutdatum > slutdag\"", "krav = '''\n  finns(beviljat)\n  && slutdatum > 'i går'\n'''");
    assert_eq!(
        shown(&text),
        r#"regel::jamforelse

  × Det går inte att jämföra ett datum med en text.
    ╭─[rules/ska-inte-rapporteras/SI002-avslutat-inom-tre-manader.toml:28:6]
 27 │   finns(beviljat)
 28 │   && slutdatum > 'i går'
    ·      ─────────┬─────────
    ·               ╰── ett datum mot en text
 29 │ '''
    ╰────
  help: Skriv datum utan citattecken: 2023-10-01.

Regelbiblioteket har ett fel."#
    );
}

/// (what to change, into what, code of the fault, the marked bytes)
#[test]
fn every_kind_of_fault_is_found_at_its_place() {
    let mut wrong = Vec::new();
    for (from, to, code, marked) in [
        ("allvar  = \"fel\"", "alvar  = \"fel\"", "nyckel", "alvar"),
        ("galler  = \"rad\"", "galler = \"rader\"", "ord", "\"rader\""),
        ("allvar  = \"fel\"", "allvar = 3", "form", "3"),
        ("rubrik  = \"Ärendet avslutades senast på slutdagen\"", "", "saknas", "id      = \"SI002\""),
        ("rubrik  = \"Ärendet avslutades senast på slutdagen\"", "rubrik = \" \"", "tom", "\" \""),
        ("fran = \"2006-Q3\"", "fran = \"2006 tredje\"", "kvartal", "\"2006 tredje\""),
        ("fran = \"2006-Q3\"", "fran = \"2006-Q3\"\ntill = \"2005-Q4\"", "period", "period"),
        ("id      = \"SI002\"", "id = \"SI2\"", "nummer", "\"SI2\""),
        ("id      = \"SI002\"", "id = \"EO002\"", "mapp", "\"EO002\""),
        ("id      = \"SI002\"", "id = \"SI003\"", "filnamn", "\"avslutat-inom-tre-manader\""),
        ("\"avslutat-inom-tre-manader\"", "\"Avslutat inom tre månader\"", "namn", "\"Avslutat inom tre månader\""),
        ("last = 2026-11-21", "last = \"2026-11-21\"", "form", "\"2026-11-21\""),
        ("slutdatum > slutdag", "slutdatum > ", "ovantat", ""),
        ("slutdatum > slutdag", "slutdatum = slutdag", "tecken", "="),
        ("slutdatum > slutdag", "slutdatum och slutdag", "operator", "och"),
        ("slutdatum > slutdag", "slutdatum", "typ", "slutdatum"),
        ("slutdatum > slutdag", "slutdatum > dagar", "jamforelse", "slutdatum > dagar"),
        ("slutdatum > slutdag", "fritext > lagrum", "ordning", "fritext > lagrum"),
        ("slutdatum > slutdag", "slutdatum + 3 > slutdag", "typ", "slutdatum"),
        ("slutdatum > slutdag", "kon == 'herre'", "kod", "'herre'"),
        ("slutdatum > slutdag", "kon in ['man', 'herre']", "kod", "'herre'"),
        ("slutdatum > slutdag", "insats != 'ledsagning'", "kod", "'ledsagning'"),
        ("slutdatum > slutdag", "kon == fritext", "kod-mot-text", "kon == fritext"),
        ("slutdatum > slutdag", "slag == 'fil_tom'", "annan-rackvidd", "slag"),
        ("slutdatum > slutdag", "fins(slutdatum)", "okand-funktion", "fins"),
        ("slutdatum > slutdag", "finns(slutdatum, slutdag)", "antal-argument", "finns(slutdatum, slutdag)"),
        ("slutdatum > slutdag", "finns(dagar + 1)", "uppgift", "dagar + 1"),
        ("slutdatum > slutdag", "liknar(fritext, '(sjuk')", "monster", "'(sjuk'"),
        ("slutdatum > slutdag", "liknar(fritext, fritext)", "monster-text", "fritext"),
        ("slutdatum > slutdag", "liknar(fritext, '(a{1000}){1000}')", "monster", "'(a{1000}){1000}'"),
        ("[villkor]", "[lat]\nsent = \"slutdatum > slutdag\"\n[villkor]", "lat-oanvant", "sent"),
        ("[villkor]", "[lat]\nslutdag = \"slutdatum\"\n[villkor]", "lat-upptaget", "slutdag"),
        ("[villkor]", "[lat]\nx = 3\n[villkor]", "form", "3"),
        ("{startdatum}", "{startdatun}", "okant-namn", "startdatun"),
        (
            "{startdatum}",
            "{startdatum",
            "oppen-klammer",
            "{startdatum och avslutades {slutdatum}, senast på slutdagen {slutdag}.",
        ),
        ("\"verkstalld\", ", "\"verkställd\", ", "ord", "\"verkställd\""),
        ("svar    = \"fynd\"", "svar = \"fel\"", "ord", "\"fel\""),
        ("verkstalld = 2023-11-11", "verkstalld = \"2023-11-11\"", "fakta-typ", "\"2023-11-11\""),
        ("verkstalld = 2023-11-11", "verkstallt = 2023-11-11", "okant-namn", "verkstallt"),
        ("verkstalld = 2023-11-11", "kon = \"herre\"", "kod", "\"herre\""),
        ("[\"verkstalld\"]\nsvar", "[\"verkstalld\", \"startdatum\"]\nsvar", "fakta-dubbelt", "\"startdatum\""),
        (
            "namn    = \"inte avslutat\"",
            "namn = \"avslutat på slutdagen\"",
            "samma-exempel",
            "\"avslutat på slutdagen\"",
        ),
        ("allvar  = \"fel\"", "allvar = \"fel", "toml", ""),
    ] {
        let text = changed(from, to);
        let found = faults(&text);
        let first = &found.faults[0];
        let got = (first.kind.code(), &text[first.at()]);
        if got.0 != code || code != "toml" && got.1 != marked {
            wrong.push(format!("{to}: {got:?} but wanted {:?}", (code, marked)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn all_faults_of_all_files_are_told_at_once() {
    let one = changed("slutdatum > slutdag", "slutdatun > slutdagg").replace("{startdatum}", "{start}");
    let mut files = sources();
    files[0] = RuleSource::new(PATH, one);
    files[2] = RuleSource::new(&files[2].path, files[2].text.replace("allvar = \"notis\"", "allvar = \"not\""));
    let found = Catalogue::load(&files, &[], &insatser()).unwrap_err();
    let codes: Vec<_> = found.faults.iter().map(|it| (it.path().contains("SI002"), it.kind.code())).collect();
    assert_eq!(codes, [(false, "ord"), (true, "okant-namn"), (true, "okant-namn"), (true, "okant-namn")]);
    assert!(found.to_string().contains("4 fel"));
}

#[test]
fn no_message_is_in_english() {
    let rendered = shown(&changed("[period]", "[[period"));
    assert!(rendered.contains("Filen är inte giltig TOML: "), "{rendered}");
    for english in ["expected", "invalid", "missing", "Error", "unknown"] {
        assert!(!rendered.contains(english), "{rendered}");
    }
}

#[test]
fn what_the_toml_reader_objects_to_is_told_in_swedish() {
    for (to, told) in [
        ("allvar = fel", "text ska stå inom citattecken"),
        ("allvar = ", "värdet saknas"),
        ("allvar \"fel\"", "ett likhetstecken saknas eller står för mycket"),
        ("allvar = \"fel\"\nallvar = \"fel\"", "nyckeln står redan i samma tabell"),
        ("allvar = 2026-13-01", "datumet finns inte"),
        ("allvar = [\"fel\"", "ett kommatecken eller en avslutande hake saknas"),
    ] {
        let found = faults(&changed("allvar  = \"fel\"", to));
        assert_eq!(found.faults.len(), 1, "{to}");
        assert_eq!(found.faults[0].to_string(), format!("Filen är inte giltig TOML: {told}."), "{to}");
    }
}

#[test]
fn three_examples_are_asked_for_and_one_must_find() {
    let start = ENDED_IN_TIME.find("[[exempel]]").unwrap();
    let bare = &ENDED_IN_TIME[..start];
    assert_eq!(faults(bare).faults[0].kind.code(), "fa-exempel");
    let example =
        |i: u8, answer: &str| format!("[[exempel]]\nnamn = \"{i}\"\nkvartal = \"2023-Q4\"\nsvar = \"{answer}\"\n");
    let with = |answer: &str| (1..=3).fold(bare.to_owned(), |text, i| text + &example(i, answer));
    assert_eq!(faults(&with("godkand")).faults[0].kind.code(), "inget-fynd");
    assert_eq!(faults(&with("fynd")).faults[0].kind.code(), "bara-fynd");
}

#[test]
fn names_under_lat_that_double_do_not_grow_without_end() {
    let lines: String = (1..40).map(|i| format!("a{i} = \"a{} && a{}\"\n", i - 1, i - 1)).collect();
    let text = changed("[villkor]", &format!("[lat]\na0 = \"finns(slutdatum)\"\n{lines}[villkor]"));
    let found = faults(&text.replace("slutdatum > slutdag", "a39"));
    assert_eq!(found.faults.iter().map(|it| it.kind.code()).collect::<Vec<_>>(), ["for-djupt"]);
}

#[test]
fn rules_stand_in_the_order_of_family_and_id_and_are_judged_in_their_phase() {
    let catalogue = catalogue();
    let ids: Vec<&str> = catalogue.rules().iter().map(|it| it.id.as_str()).collect();
    assert_eq!(ids, ["SI002", "SI006", "FS001", "EO001", "EO003", "LA010"]);
    let quarter = Quarter::new(2023, 4).unwrap();
    let facts = |mut facts: Facts<'static>| {
        facts.set(Slot::Startdatum, super::fixtures::day("2023-08-11"));
        facts.set(Slot::DubblettHos, "Solsidan");
        facts.set(Slot::AntalOrsaker, 0_u32);
        facts
    };
    let facts = facts(Facts::of(quarter));
    for (round_phase, expected) in [(false, vec!["EO001"]), (true, vec!["SI006"])] {
        let mut found = Vec::new();
        catalogue.judge(Scope::Rad, round_phase, quarter, &facts, |it| found.push(ids[usize::from(it)]));
        assert_eq!(found, expected);
    }
}

#[test]
fn a_finding_has_its_texts_and_hides_personal_numbers_only_by_masking() {
    let catalogue = catalogue();
    let rule = catalogue.rule_index("LA010").unwrap();
    let facts = Facts::new().with(Slot::Slag, "datum_olasligt").with(Slot::Visat, "i våras");
    assert_eq!(catalogue.rule(rule).unwrap().outcome(&facts), Outcome::Fynd);
    let params = catalogue.params(rule, &facts);
    let finding = Finding { rule, severity: Severity::Fel, place: Place::FILE, field: None, shown: None, params };
    let texts = catalogue.texts(&finding);
    assert_eq!(texts.message, "”i våras” är inget datum som finns.");
    assert_eq!(texts.expected.as_deref(), Some("ett datum som 2023-10-01"));
    assert_eq!(texts.remedy, "Skriv datumet som ÅÅÅÅ-MM-DD.");
}

fn own(path: &str, text: &str) -> Result<Catalogue, Box<RuleErrors>> {
    Catalogue::load(&sources(), &[RuleSource::new(path, text)], &insatser())
}

#[test]
fn a_namnd_changes_a_severity_or_switches_a_rule_off() {
    let milder =
        own("regler/mildare.toml", "andrar = \"SI002\"\nallvar = \"notis\"\nskal = \"Beslut i nämnden\"\n").unwrap();
    let rule = &milder.rules()[0];
    assert_eq!((rule.severity, rule.is_off()), (Severity::Notis, false));
    let change = rule.change.as_ref().unwrap();
    assert_eq!((change.severity_was, change.reason.as_str()), (Some(Severity::Fel), "Beslut i nämnden"));

    let off = own("regler/av.toml", "andrar = \"EO001\"\navstangd = true\nskal = \"Provas\"\n").unwrap();
    let quarter = Quarter::new(2023, 4).unwrap();
    assert!(off.rules().iter().any(|it| it.is_off()), "stays listed, so that indexes and ids keep their meaning");
    let index = off.rule_index("EO001").unwrap();
    assert!(!off.in_force(quarter).rules(Scope::Rad, false).contains(&index));
    assert_ne!(off.sha256(), catalogue().sha256());
}

#[test]
fn a_namnd_adds_a_rule_of_its_own_but_takes_no_number() {
    let text = ENDED_IN_TIME.replace("SI002", "SI902");
    let catalogue = own("regler/SI902-avslutat-inom-tre-manader.toml", &text).unwrap();
    assert!(catalogue.rules().iter().any(|it| it.id == "SI902" && it.own));
    let taken = own("regler/SI002-avslutat-inom-tre-manader.toml", ENDED_IN_TIME).unwrap_err();
    assert_eq!(taken.faults[0].kind.code(), "dubbelt-nummer");
}

#[test]
fn faulty_changes_are_refused() {
    for (text, code) in [
        ("andrar = \"SI020\"\navstangd = true\nskal = \"x\"\n", "okand-regel"),
        ("andrar = \"SI002\"\nskal = \"x\"\n", "tom-andring"),
        ("andrar = \"SI002\"\navstangd = true\n", "saknas"),
        ("andrar = \"SI002\"\navstangd = \"ja\"\nskal = \"x\"\n", "form"),
        ("andrar = \"SI002\"\nkrav = \"true\"\navstangd = true\nskal = \"x\"\n", "nyckel"),
    ] {
        let wrong = own("regler/a.toml", text).unwrap_err();
        assert_eq!(wrong.faults[0].kind.code(), code, "{text}");
    }
    let change = |path: &str| RuleSource::new(path, "andrar = \"SI002\"\navstangd = true\nskal = \"x\"\n");
    let twice = Catalogue::load(&sources(), &[change("a.toml"), change("b.toml")], &insatser()).unwrap_err();
    assert_eq!((twice.faults.len(), twice.faults[0].kind.code()), (1, "dubbel-andring"));
}

#[test]
fn sources_are_those_of_the_quarter() {
    let catalogue = catalogue();
    let rule = &catalogue.rules()[0];
    let texts = |year, number| -> Vec<&str> {
        rule.sources_in(Quarter::new(year, number).unwrap()).map(|it| it.text.as_str()).collect()
    };
    assert_eq!(texts(2023, 4), ["SoL (2001:453) 16 kap. 6 f §", "LSS (1993:387) 28 f §"]);
    assert_eq!(texts(2025, 3), ["SoL (2025:400) 34 kap. 1 §", "LSS (1993:387) 28 f §"]);
}

#[test]
fn the_hash_knows_every_file_and_no_line_endings() {
    let catalogue = catalogue();
    assert_eq!(catalogue.sha256().len(), 64);
    assert!(catalogue.version().starts_with(concat!(env!("CARGO_PKG_VERSION"), "+")));
    let mut windows: Vec<RuleSource> =
        sources().iter().map(|it| RuleSource::new(&it.path, it.text.replace('\n', "\r\n"))).collect();
    windows.reverse();
    let same = Catalogue::load(&windows, &[], &insatser()).unwrap();
    assert_eq!(same.sha256(), catalogue.sha256());
    windows.pop();
    assert_ne!(Catalogue::load(&windows, &[], &insatser()).unwrap().sha256(), catalogue.sha256());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever an author's slip makes of a file, it is a rule or a list of faults that can be shown.
    #[test]
    fn no_slip_of_the_keyboard_is_worse_than_a_fault(
        slips in prop::collection::vec((0..ENDED_IN_TIME.len(), 0..6_usize, "[a-zåäö'\"\\\\{}()\\[\\]=<>&|.,#\n0-9 -]{0,3}"), 1..4),
    ) {
        let mut text = ENDED_IN_TIME.to_owned();
        for (at, cut, put) in slips {
            let at = text.floor_char_boundary(at);
            let end = text.ceil_char_boundary((at + cut).min(text.len()));
            text.replace_range(at..end, &put);
        }
        if let Err(wrong) = Catalogue::load(&[RuleSource::new(PATH, text.as_str())], &[], &insatser()) {
            prop_assert!(!wrong.faults.is_empty());
            prop_assert!(wrong.faults.iter().all(|it| text.get(it.at()).is_some()), "{text}");
            wrong.in_words(GraphicalTheme::unicode_nocolor());
        }
    }
}
