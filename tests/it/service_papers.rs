//! The papers of a quarter, over the real router: every file, what people write in them, what IVO was sent.

use std::io::{Cursor, Read};

use kvartal::access::role::Role;

use crate::desk::load;
use crate::service::Service;
use crate::service_admin::{accept_all, done, hidden};

const PAPERS: &str = "/kvartal/2023-Q4/handlingar";
const REPORT: &str = "/kvartal/2023-Q4/rapport";

/// Everything that is said in a file of a package, without its marks.
fn unpacked(bytes: &[u8]) -> String {
    let mut package = zip::ZipArchive::new(Cursor::new(bytes)).expect("a package");
    let mut out = String::new();
    for at in 0..package.len() {
        let mut part = package.by_index(at).expect("a part");
        if part.name().expect("a name").ends_with(".xml") {
            part.read_to_string(&mut out).expect("text");
        }
    }
    out
}

async fn fix(service: &Service, who: &str) {
    accept_all(service).await;
    let seen = hidden(&service.get(REPORT, who).await.text(), "version");
    done(service, &format!("{REPORT}/faststall"), who, &[("version", &seen)]).await;
}

/// Addresses of files that the page leads to.
fn files(page: &str) -> Vec<String> {
    let links = page.split("href=\"").skip(1).filter_map(|it| it.split('"').next());
    links.filter(|it| it.starts_with(&format!("{PAPERS}/")) && it.contains('.')).map(str::to_owned).collect()
}

#[tokio::test]
async fn every_paper_can_be_had_in_every_format_and_says_the_figure_of_the_quarter() {
    let service = Service::with_sample().await;
    let who = service.signed_in(Role::Samordnare, None).await;
    accept_all(&service).await;
    let reader = service.signed_in(Role::Lasare, None).await;
    let page = service.get(PAPERS, &reader).await.is(200).text();
    assert!(page.contains("Utkast") && !page.contains("Skriv i texten"), "{page}");
    let all = files(&page);
    for stem in ["namndens-rapport", "tjansteskrivelse", "statistikrapport", "revisorerna", "ivo"] {
        for ending in ["html", "docx", "xlsx", "json", "txt"] {
            let address = format!("{PAPERS}/{stem}.{ending}");
            assert!(all.contains(&address), "{address} is listed");
            let file = service.get(&address, &who).await.is(200);
            let said = if matches!(ending, "docx" | "xlsx") { unpacked(&file.bytes) } else { file.text() };
            let wanted = if stem == "ivo" { "Ledsagarservice" } else { "57" };
            assert!(said.contains(wanted), "{address} says {wanted}");
        }
    }
    for address in all.iter().filter(|it| it.contains("/oppna-data/") || it.contains("aterkoppling-almvik.html")) {
        service.get(address, &who).await.is(200);
    }
    assert!(all.iter().filter(|it| it.contains("/oppna-data/")).count() == 4, "{all:?}");
    let newest = &service.desk.store.events(&service.namnd, None, 1).await.expect("events")[0];
    assert_eq!(newest.kind, "hamtad");
    for missing in ["finns-inte.html", "ivo.exe", "aterkoppling.html", "oppna-data/finns-inte.csv"] {
        service.get(&format!("{PAPERS}/{missing}"), &who).await.is(404);
    }
}

#[cfg(feature = "pdf")]
#[tokio::test]
async fn a_paper_is_saved_as_a_pdf() {
    let service = Service::with_sample().await;
    let who = service.signed_in(Role::Handlaggare, None).await;
    let file = service.get(&format!("{PAPERS}/tjansteskrivelse.pdf"), &who).await.is(200);
    assert!(file.bytes.starts_with(b"%PDF-"));
    let named = file.headers["content-disposition"].to_str().expect("text");
    assert!(named.starts_with("attachment") && named.contains("2023-Q4-utkast-tjansteskrivelse.pdf"), "{named}");
}

#[tokio::test]
async fn a_paper_is_read_in_the_browser_with_its_own_style_and_nothing_else() {
    let service = Service::with_sample().await;
    let who = service.signed_in(Role::Lasare, None).await;
    let file = service.get(&format!("{PAPERS}/namndens-rapport.html"), &who).await.is(200);
    let policy = file.headers["content-security-policy"].to_str().expect("text");
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-") && !policy.contains("unsafe"), "{policy}");
    assert!(file.headers["content-disposition"].to_str().expect("text").starts_with("inline"));
}

#[tokio::test]
async fn the_papers_of_a_fixed_quarter_are_those_of_the_fixed_report_and_what_was_published_is_kept() {
    let service = Service::with_sample().await;
    let who = service.signed_in(Role::Samordnare, None).await;
    let texts = format!("{PAPERS}/texter/namndens-rapport");
    let section = hidden(&service.get(&texts, &who).await.is(200).text(), "avsnitt");
    fix(&service, &who).await;
    let page = service.get(PAPERS, &who).await.is(200).text();
    assert!(page.contains("Fastställd") && page.contains("Handlingarna är gjorda ur den"), "{page}");
    let published = service.desk.store.published(&service.namnd).await.expect("store");
    assert_eq!(published.len(), 1);
    let open = service.get(&format!("{PAPERS}/oppna-data/ej-verkstallda-beslut-2023-q4.json"), &who).await.is(200);
    assert_eq!(open.text(), published[0].json);
    let form = [("avsnitt", section.as_str()), ("sett", "0"), ("text", "Ny text.")];
    let refused = service.post(&texts, &who, &form).await.is(422).text();
    assert!(refused.contains("fastställd"), "{refused}");
}

#[tokio::test]
async fn a_text_of_ones_own_stands_in_the_paper_and_figures_that_change_are_pointed_out() {
    let service = Service::with_sample().await;
    let who = service.signed_in(Role::Handlaggare, None).await;
    let texts = format!("{PAPERS}/texter/tjansteskrivelse");
    let page = service.get(&texts, &who).await.is(200).text();
    let sections: Vec<String> = page
        .split("name=\"avsnitt\" value=\"")
        .skip(1)
        .filter_map(|it| it.split('"').next())
        .map(str::to_owned)
        .collect();
    for section in &sections {
        let text = format!("Handläggarens egna ord om {section}.");
        let form = [("avsnitt", section.as_str()), ("sett", "0"), ("text", &text)];
        service.post(&texts, &who, &form).await.is(303);
    }
    let paper = service.get(&format!("{PAPERS}/tjansteskrivelse.txt"), &who).await.is(200).text();
    for section in &sections {
        assert!(paper.contains(&format!("Handläggarens egna ord om {section}.")), "{paper}");
    }
    let page = service.get(&texts, &who).await.is(200).text();
    assert!(page.contains("Egen text") && !page.contains("Siffror har ändrats"), "{page}");
    accept_all(&service).await;
    let page = service.get(&texts, &who).await.is(200).text();
    assert!(page.contains("Siffror har ändrats") && page.contains("är nu 57."), "{page}");
    let list = service.get(PAPERS, &who).await.is(200).text();
    assert!(list.contains("Siffror har ändrats") && list.contains("Egen text i"), "{list}");

    let first = sections[0].as_str();
    let late = [("avsnitt", first), ("sett", "0"), ("text", "Samtidigt.")];
    let late = service.post(&texts, &who, &late).await.is(422).text();
    assert!(late.contains("En kollega har ändrat") && late.contains("Samtidigt."), "{late}");
    let personal = [("avsnitt", first), ("sett", "1"), ("text", "Ring 070-123 45 67.")];
    let personal = service.post(&texts, &who, &personal).await.is(422).text();
    assert!(personal.contains("ser ut som ett personnummer"), "{personal}");
    let back = [("avsnitt", first), ("sett", "1"), ("text", "x"), ("gor", "ta-bort")];
    service.post(&texts, &who, &back).await.is(303);
    let paper = service.get(&format!("{PAPERS}/tjansteskrivelse.txt"), &who).await.is(200).text();
    assert!(!paper.contains(&format!("Handläggarens egna ord om {first}.")), "{paper}");
}

#[tokio::test]
async fn the_text_of_the_quarter_before_is_there_to_read_and_never_put_in() {
    let service = Service::with_sample().await;
    load(&service.desk, "2023-q3").await;
    let who = service.signed_in(Role::Samordnare, None).await;
    let before = "/kvartal/2023-Q3/handlingar/texter/tjansteskrivelse";
    let section = hidden(&service.get(before, &who).await.is(200).text(), "avsnitt");
    let form = [("avsnitt", section.as_str()), ("sett", "0"), ("text", "Så var det då.")];
    service.post(before, &who, &form).await.is(303);
    let page = service.get(&format!("{PAPERS}/texter/tjansteskrivelse"), &who).await.is(200).text();
    assert!(page.contains("Så skrev ni för kvartal 3 2023"), "{page}");
    assert_eq!(page.matches("Så var det då.").count(), 1, "only as a quotation");
    let paper = service.get(&format!("{PAPERS}/tjansteskrivelse.txt"), &who).await.is(200).text();
    assert!(!paper.contains("Så var det då."), "{paper}");
}

#[tokio::test]
async fn what_was_sent_to_ivo_is_noted_case_by_case_also_when_the_quarter_is_fixed() {
    let service = Service::with_sample().await;
    let who = service.signed_in(Role::Samordnare, None).await;
    fix(&service, &who).await;
    let path = format!("{PAPERS}/ivo/skickat");
    let page = service.get(&path, &who).await.is(200).text();
    assert!(page.contains("0 av 88 är skickade."), "{page}");
    let mark = "name=\"skickad-";
    let keys: Vec<String> = page.split(mark).skip(1).filter_map(|it| it.split('"').next()).map(str::to_owned).collect();
    assert_eq!(keys.iter().collect::<std::collections::HashSet<_>>().len(), 88, "each case has a key of its own");
    let (day, answer, seen) =
        (format!("skickad-{}", keys[0]), format!("svar-{}", keys[0]), format!("sett-{}", keys[0]));
    let typed = |sent: &'static str, said: &'static str, nr: &'static str| {
        vec![(seen.clone(), nr.to_owned()), (day.clone(), sent.to_owned()), (answer.clone(), said.to_owned())]
    };
    let post = async |form: Vec<(String, String)>| {
        let form: Vec<(&str, &str)> = form.iter().map(|it| (it.0.as_str(), it.1.as_str())).collect();
        service.post(&path, &who, &form).await
    };
    for (sent, said, why) in [
        ("i går", "Mottaget", "dagen går inte att läsa"),
        ("", "Mottaget", "Ett svar saknar dag"),
        ("2030-01-01", "Mottaget", "framåt i tiden"),
    ] {
        let refused = post(typed(sent, said, "0")).await.is(422).text();
        assert!(refused.contains(why) && refused.contains("value=\"Mottaget\""), "{refused}");
    }
    post(typed("2024-01-19", "Mottaget", "0")).await.is(303);
    let page = service.get(&path, &who).await.is(200).text();
    assert!(page.contains("1 av 88 är skickade.") && page.contains("value=\"2024-01-19\""), "{page}");
    let paper = service.get(&format!("{PAPERS}/ivo.txt"), &who).await.is(200).text();
    assert!(paper.contains("2024-01-19") && paper.contains("Mottaget"), "{paper}");
    post(typed("2024-01-20", "Mottaget", "0")).await.is(422);
}
