//! From a figure in a paper to the cells it rests on, over the real router.

use std::collections::BTreeSet;

use kvartal::access::role::Role;
use kvartal::desk::decide::{RowDecision, RowSeen};
use kvartal::store::Actor;
use kvartal::store::review::RowPlace;
use serde_json::Value;

use crate::service::Service;
use crate::service_admin::{accept_all, hidden, plain};

const PAPERS: &str = "/kvartal/2023-Q4/handlingar";
const REPORT: &str = "/kvartal/2023-Q4/rapport";
const FIGURE: &str = "/kvartal/2023-Q4/rapport/siffra";

/// Address and figure of every link to lineage in a paper.
fn links(paper: &str) -> BTreeSet<(String, String)> {
    let each = paper.split("<a class=\"figure\" href=\"").skip(1);
    each.filter_map(|it| {
        let (href, rest) = it.split_once("\">")?;
        Some((plain(href), rest.split_once("</a>")?.0.to_owned()))
    })
    .collect()
}

async fn report(service: &Service, who: &str) -> Value {
    service.get(&format!("{REPORT}/report.json"), who).await.is(200).json()
}

#[tokio::test]
async fn a_figure_of_a_paper_leads_to_its_cases_and_says_the_same() {
    let service = Service::with_sample().await;
    accept_all(&service).await;
    let who = service.signed_in(Role::Lasare, None).await;
    let paper = service.get(&format!("{PAPERS}/namndens-rapport.html"), &who).await.is(200).text();
    let links = links(&paper);
    assert!(links.len() > 500, "{}", links.len());
    assert!(!paper.contains("data-path=\"totals"), "every figure with a path is a link");
    for (href, shown) in links.iter().step_by(23) {
        let page = service.get(href, &who).await.is(200).text();
        assert!(href.starts_with(&format!("{FIGURE}?vag=")) && !page.contains("Stämmer inte"), "{href}");
        // Days in words and counts in words are the same figure in other signs.
        if shown.chars().all(|it| it.is_ascii_digit()) {
            assert!(page.contains(&format!("<dd>{shown}</dd>")), "{href} is {shown}: {page}");
        }
    }
}

#[tokio::test]
async fn what_leaves_the_house_leads_nowhere() {
    let service = Service::with_sample().await;
    accept_all(&service).await;
    let who = service.signed_in(Role::Samordnare, None).await;
    for (stem, leads) in [
        ("namndens-rapport", true),
        ("tjansteskrivelse", true),
        ("revisorerna", true),
        ("ivo", true),
        ("statistikrapport", false),
        ("aterkoppling-almvik", false),
    ] {
        let paper = service.get(&format!("{PAPERS}/{stem}.html"), &who).await.is(200).text();
        assert_eq!(paper.contains("/rapport/siffra"), leads, "{stem}");
    }
}

#[tokio::test]
async fn a_case_is_shown_cell_for_cell_as_it_came_and_as_it_was_read() {
    let service = Service::with_sample().await;
    accept_all(&service).await;
    let who = service.signed_in(Role::Handlaggare, None).await;
    let report = report(&service, &who).await;
    let all = report["lines"].as_array().expect("lines");
    let of_almvik = |it: &&Value| it["utforare"] == "almvik" && it["avbrottsdatum"] == "2023-01-18";
    let line = all.iter().find(of_almvik).expect("the first row of the sheet");
    let page = service.get(&format!("{FIGURE}?vag=lines.{}.days", line["nr"]), &who).await.is(200).text();
    for heading in ["Som det kom", "Som det lästes", "Tre månader gick den", "Räknat till", "Version 1, kom"] {
        assert!(page.contains(heading), "{heading}: {page}");
    }
    for (received, read) in
        [("230118", "2023-01-18"), ("231213", "2023-12-13"), ("9§3 ledsagarservice", "Ledsagarservice")]
    {
        let cells = format!("<td>{received}</td><td>{read}</td>");
        assert!(page.contains(&cells), "{cells}: {page}");
    }
    assert!(page.contains(&format!("<dd>{}</dd>", line["days"])), "{page}");
    let place = format!("rad={}\"", line["source"]["row"]);
    assert!(page.contains("/granska/") && page.contains(&place), "it leads on to the review: {page}");
}

#[tokio::test]
async fn who_decided_what_about_a_row_stands_at_its_case() {
    let service = Service::with_sample().await;
    let who = service.signed_in(Role::Samordnare, None).await;
    let contents = service.desk.store.contents(&service.round).await.expect("contents");
    let filing = service.filing_of("almvik").await;
    let filing = contents.filing(&filing).expect("a filing");
    let attempt = contents.attempts_of(filing).next_back().expect("a version");
    let received: Value = service.get(&format!("{REPORT}/report.json?visa=mottaget"), &who).await.is(200).json();
    let lines = received["lines"].as_array().expect("lines");
    let line = lines.iter().find(|it| it["utforare"] == "almvik" && it["status"] == "open").expect("an open case");
    let place = RowPlace {
        sheet: line["source"]["sheet"].as_str().expect("a sheet").to_owned(),
        row: line["source"]["row"].as_i64().expect("a row"),
    };
    let (by, reason) = (Actor::new("system", "Kvartal"), "Avbrottet gäller samma beslut.");
    let (rows, decision) = ([RowSeen { place, seen: 0 }], (RowDecision::Count, reason));
    service.desk.decide_rows(&attempt.id, &rows, decision, &by, service.now()).await.expect("decided");
    let page = service.get(&format!("{FIGURE}?visa=mottaget&vag=lines.{}.days", line["nr"]), &who).await.is(200).text();
    assert!(page.contains("Medräknad: Avbrottet gäller samma beslut."), "{page}");
    assert!(page.contains("22 januari 2024"), "{page}");
}

#[tokio::test]
async fn a_figure_of_a_fixed_report_is_that_of_the_fixed_version() {
    let service = Service::with_sample().await;
    accept_all(&service).await;
    let who = service.signed_in(Role::Samordnare, None).await;
    let seen = hidden(&service.get(REPORT, &who).await.text(), "version");
    service.post(&format!("{REPORT}/faststall"), &who, &[("version", &seen)]).await.is(303);
    let form = [("rattelse", "Ett ärende hade verkställts i december.")];
    service.post(&format!("{REPORT}/rattelse"), &who, &form).await.is(303);
    let page = service.get(&format!("{FIGURE}?vag=totals.open&visa=mottaget"), &who).await.is(200).text();
    assert!(page.contains("I den fastställda rapporten, version 1.") && page.contains("<dd>57</dd>"), "{page}");
    assert!(page.contains("Raderna nedan ger 57. Det stämmer"), "{page}");
    assert!(page.contains("Ett ärende hade verkställts i december."), "{page}");
    let second = service.get(&format!("{FIGURE}?vag=totals.open&sida=2"), &who).await.is(200).text();
    assert_eq!((page.matches("id=\"fall-").count(), second.matches("id=\"fall-").count()), (50, 7));
}

#[tokio::test]
async fn a_figure_that_is_not_there_is_a_page_that_names_the_nearest() {
    let service = Service::with_sample().await;
    let who = service.signed_in(Role::Lasare, None).await;
    let page = service.get(&format!("{FIGURE}?vag=totals.opne"), &who).await.is(404).text();
    assert!(page.contains("Rapporten har ingen siffra som heter ”totals.opne”. Menade du totals.open?"), "{page}");
    assert!(page.contains("href=\"/kvartal/2023-Q4/rapport/siffra?vag=totals.open\""), "{page}");
    let page = service.get(&format!("{FIGURE}?vag=%3Cscript%3E%00"), &who).await.is(404).text();
    assert!(!page.contains("<script>") && page.contains("Kvartalets siffror"), "{page}");
    let page = service.get(FIGURE, &who).await.is(200).text();
    assert!(page.contains("?vag=totals.open\"") && page.contains("?vag=causes.tackat_nej\""), "{page}");
}

#[tokio::test]
async fn the_list_of_cases_and_the_report_lead_to_how_a_figure_was_counted() {
    let service = Service::with_sample().await;
    accept_all(&service).await;
    let who = service.signed_in(Role::Lasare, None).await;
    for (asked, path) in [
        ("figur=oppna", "totals.open"),
        ("figur=tackat_nej&insats=ledsagarservice", "by_insats.ledsagarservice.causes.tackat_nej"),
        ("figur=annat_skal", "causes.annat_skal"),
        ("figur=nya", "reconciliation.total.new"),
        ("figur=ingaende&insats=ledsagarservice", "reconciliation.ledsagarservice.opening"),
    ] {
        let page = service.get(&format!("{REPORT}/arenden?{asked}"), &who).await.is(200).text();
        let href = format!("{FIGURE}?vag={path}");
        assert!(page.contains(&format!("href=\"{href}\"")), "{asked}: {page}");
        service.get(&href, &who).await.is(200);
    }
}
