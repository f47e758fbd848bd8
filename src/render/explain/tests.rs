//! Paths of an invented round: each figure leads to as many rows, and a mistyped one to its neighbour.

use serde_json::{Value, json};

use super::{all_paths, explain, write};
use crate::render::fixture;

fn report() -> Value {
    serde_json::from_slice(&fixture::json(&fixture::round())).unwrap()
}

#[test]
fn every_path_of_a_report_is_explained() {
    let report = report();
    let paths = all_paths(&report);
    assert!(paths.len() > 100, "{}", paths.len());
    for path in paths {
        let it = explain(&report, &path).unwrap();
        assert!(!it.what.is_empty() && !write(&it).is_empty(), "{path}");
    }
}

#[test]
fn totals_causes_and_ages_are_the_count_of_their_cases() {
    let report = report();
    for path in all_paths(&report).iter().filter(|it| ["totals", "causes", "ages"].iter().any(|at| it.starts_with(at)))
    {
        let it = explain(&report, path).unwrap();
        assert_eq!(it.agrees, Some(true), "{path}: {} and {:?}", it.value, it.counted);
    }
}

#[test]
fn a_case_says_whose_it_is_where_it_stands_and_what_was_said_about_it() {
    let report = report();
    let it = explain(&report, "lines.1.days").unwrap();
    assert_eq!((it.value, it.cases.len(), it.counted), (json!(393), 1, None));
    let case = &it.cases[0];
    assert_eq!((case.row, case.sheet.as_deref()), (Some(12), Some("Blad1")));
    assert!(case.findings.iter().any(|it| it.cell.as_deref() == Some("F12")), "{:?}", case.findings);
    assert!(case.values.contains(&("Orsak".to_owned(), "Den enskilde tackat nej".to_owned())), "{:?}", case.values);
}

#[test]
fn a_count_that_is_not_that_of_its_cases_is_said() {
    let mut report = report();
    report["totals"]["open"] = json!(99);
    let it = explain(&report, "totals.open").unwrap();
    assert_eq!(it.agrees, Some(false));
    assert!(write(&it).contains("stämmer inte med siffran"), "{}", write(&it));
}

#[test]
fn a_mistyped_path_names_the_nearest() {
    let report = report();
    for (path, near) in [
        ("totals.opn", Some("totals.open")),
        ("causes.tackatnej", Some("causes.tackat_nej")),
        ("quality[grade=bara]", Some("quality[grade=bra]")),
        ("lines.1.dagar", None),
        ("åäö", None),
        ("", None),
        ("quality[", None),
    ] {
        let unknown = explain(&report, path).unwrap_err();
        if near.is_some() {
            assert_eq!(unknown.nearest.as_deref(), near, "{path}");
        }
        assert!(unknown.to_string().starts_with("Rapporten har ingen siffra"), "{unknown}");
    }
}

#[test]
fn an_insats_with_a_full_stop_in_its_name_is_found() {
    let report = json!({
        "by_insats": [{"insats": null, "name": "Stöd m.m. (okänd insats)", "open": 1}],
        "lines": [{"nr": 1, "insats": null, "insats_text": "Stöd m.m.", "status": "open"}],
    });
    let it = explain(&report, "by_insats.Stöd m.m. (okänd insats).open").unwrap();
    assert_eq!((it.agrees, it.cases.len()), (Some(true), 1));
}

#[test]
fn a_report_that_is_none_has_no_figures() {
    for report in [json!(null), json!([]), json!({"lines": 3, "quality": {}}), json!({"quality": []})] {
        assert!(explain(&report, "totals.open").is_err());
        assert!(explain(&report, "quality[grade=ok]").is_err());
    }
}
