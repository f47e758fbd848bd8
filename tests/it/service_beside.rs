//! What people say beside the figures of the papers, over the real router: heads, template, threshold, measures, remarks.

use kvartal::access::role::Role;
use kvartal::desk::rules::change_of_builtin;
use kvartal::store::Actor;

use crate::make::package;
use crate::service::Service;
use crate::service_admin::{accept_all, done, hidden};

const PAPERS: &str = "/kvartal/2023-Q4/handlingar";
const BESIDE: &str = "/kvartal/2023-Q4/handlingar/uppgifter";
const MEASURES: &str = "/kvartal/2023-Q4/handlingar/atgarder";
const REPORT: &str = "/kvartal/2023-Q4/rapport";

/// A Word template with these paragraphs.
fn template(paragraphs: &[&str]) -> Vec<u8> {
    let body: String = paragraphs.iter().map(|it| format!("<w:p><w:r><w:t>{it}</w:t></w:r></w:p>")).collect();
    let types = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default \
        Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/word/document.xml\" \
        ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>";
    let main = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
    let document = format!("<w:document xmlns:w=\"{main}\"><w:body>{body}<w:sectPr/></w:body></w:document>");
    let relations = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"/>";
    package(&[
        ("[Content_Types].xml", types.as_bytes()),
        ("word/document.xml", document.as_bytes()),
        ("word/_rels/document.xml.rels", relations.as_bytes()),
    ])
}

async fn newest(service: &Service) -> String {
    service.desk.store.events(&service.namnd, None, 1).await.expect("events").remove(0).kind
}

async fn text_of(service: &Service, stem: &str, who: &str) -> String {
    service.get(&format!("{PAPERS}/{stem}.txt"), who).await.is(200).text()
}

#[tokio::test]
async fn the_number_and_the_author_stand_on_the_papers_also_when_they_are_said_after_the_fixing() {
    let service = Service::with_sample().await;
    let who = service.signed_in(Role::Samordnare, None).await;
    assert!(!text_of(&service, "tjansteskrivelse", &who).await.contains("Diarienummer"));
    let form = |seen, dnr, author| [("sett", seen), ("diarienummer", dnr), ("handlaggare", author)];
    done(&service, BESIDE, &who, &form("0", " FN 2024/57 ", "Samira Lindgren")).await;
    assert_eq!(newest(&service).await, "handlingar_beskrivna");
    let paper = text_of(&service, "tjansteskrivelse", &who).await;
    assert!(paper.contains("FN 2024/57") && paper.contains("Samira Lindgren"), "{paper}");
    let late = service.post(BESIDE, &who, &form("0", "FN 2024/58", "")).await.is(422).text();
    assert!(late.contains("En kollega har ändrat") && late.contains("value=\"FN 2024/58\""), "{late}");
    let hidden_away = service.post(BESIDE, &who, &form("1", "", "anna@example.org")).await.is(422).text();
    assert!(hidden_away.contains("Namnet ser ut som") && hidden_away.contains("#handlaggare"), "{hidden_away}");

    accept_all(&service).await;
    let seen = hidden(&service.get(REPORT, &who).await.text(), "version");
    done(&service, &format!("{REPORT}/faststall"), &who, &[("version", &seen)]).await;
    done(&service, BESIDE, &who, &form("1", "FN 2024/59", "")).await;
    let paper = text_of(&service, "namndens-rapport", &who).await;
    assert!(paper.contains("FN 2024/59") && !paper.contains("Samira Lindgren"), "{paper}");
}

#[tokio::test]
async fn only_the_samordnare_changes_what_stands_beside_the_figures() {
    let service = Service::with_sample().await;
    for role in [Role::Handlaggare, Role::Lasare] {
        let who = service.signed_in(role, None).await;
        let page = service.get(BESIDE, &who).await.is(200).text();
        assert!(
            page.contains("Samordnaren ändrar uppgifterna.") && !page.contains("<form method=\"post\" action=\"/kv")
        );
        for path in ["", "/troskel", "/wordmall"] {
            service.post(&format!("{BESIDE}{path}"), &who, &[("sett", "0")]).await.is(403);
        }
    }
}

#[tokio::test]
async fn a_template_is_used_when_it_can_be_filled_and_says_what_is_wrong_when_it_cannot() {
    let service = Service::with_sample().await;
    let who = service.signed_in(Role::Samordnare, None).await;
    let address = format!("{BESIDE}/wordmall");
    let sent = async |name: &str, bytes: &[u8]| service.upload(&address, &[("cookie", &who)], (name, bytes)).await;
    for (paragraphs, why) in [
        (["{{titl}}", "{{innehall}}"], "menade du {{titel}}?"),
        (["Kommunens mall", "{{titel}}"], "Mallen säger inte var innehållet ska stå."),
    ] {
        let refused = sent("mall.docx", &template(&paragraphs)).await.is(422).text();
        assert!(refused.contains(why) && refused.contains("href=\"#wordmall\""), "{refused}");
    }
    sent("mall.docx", b"inget dokument").await.is(422);
    assert!(service.desk.store.paper_form(&service.namnd).await.expect("store").is_none());

    let bytes = template(&["Exempelstads egen mall", "{{innehall}}"]);
    sent("nämndens mall.docx", &bytes).await.is(303);
    assert_eq!(newest(&service).await, "handlingar_form");
    let page = service.get(BESIDE, &who).await.is(200).text();
    assert!(page.contains("nämndens mall.docx"), "{page}");
    let back = service.get(&format!("{address}.docx"), &who).await.is(200);
    assert_eq!(back.bytes, bytes);
    let paper = service.get(&format!("{PAPERS}/tjansteskrivelse.docx"), &who).await.is(200);
    let mut package = zip::ZipArchive::new(std::io::Cursor::new(paper.bytes.as_slice())).expect("a package");
    let mut text = String::new();
    let mut part = package.by_name("word/document.xml").expect("a document");
    std::io::Read::read_to_string(&mut part, &mut text).expect("text");
    assert!(text.contains("Exempelstads egen mall") && text.contains("Förslag till beslut"), "{text}");
}

#[tokio::test]
async fn the_threshold_has_a_floor_and_what_was_published_stays_as_it_was() {
    let service = Service::with_sample().await;
    let who = service.signed_in(Role::Samordnare, None).await;
    let address = format!("{BESIDE}/troskel");
    for wrong in ["2", "0", "fem", "", "1000"] {
        let refused = service.post(&address, &who, &[("sett", "0"), ("troskel", wrong)]).await.is(422).text();
        assert!(refused.contains("Tröskeln ska vara ett tal från 3 till 50."), "{wrong}: {refused}");
    }
    accept_all(&service).await;
    let drafted = text_of(&service, "statistikrapport", &who).await;
    done(&service, &address, &who, &[("sett", "0"), ("troskel", "10")]).await;
    let stricter = text_of(&service, "statistikrapport", &who).await;
    assert_ne!(drafted, stricter);
    assert!(stricter.contains("10"), "{stricter}");
    let seen = hidden(&service.get(REPORT, &who).await.text(), "version");
    done(&service, &format!("{REPORT}/faststall"), &who, &[("version", &seen)]).await;
    done(&service, &address, &who, &[("sett", "1"), ("troskel", "3")]).await;
    assert_eq!(text_of(&service, "statistikrapport", &who).await, stricter);
}

#[tokio::test]
async fn a_measure_and_what_came_of_it_stand_in_the_report() {
    let service = Service::with_sample().await;
    let who = service.signed_in(Role::Handlaggare, None).await;
    accept_all(&service).await;
    let form = |id: &str, seen: &str, text: &str, outcome: &str| {
        [
            ("atgard", id),
            ("sett", seen),
            ("slag", "rekrytering"),
            ("insats", "ledsagarservice"),
            ("text", text),
            ("utfall", outcome),
        ]
        .map(|it| (it.0, it.1.to_owned()))
    };
    let post = async |form: [(&'static str, String); 6]| {
        let form: Vec<(&str, &str)> = form.iter().map(|it| (it.0, it.1.as_str())).collect();
        service.post(MEASURES, &who, &form).await
    };
    for (text, why) in [("", "Skriv vad som görs."), ("Ring 070-123 45 67.", "ser ut som ett personnummer")] {
        let refused = post(form("", "0", text, "")).await.is(422).text();
        assert!(refused.contains(why) && refused.contains("href=\"#text-ny\""), "{refused}");
    }
    post(form("", "0", "Två nya ledsagare anställs.", "")).await.is(303);
    assert_eq!(newest(&service).await, "atgard_antecknad");
    let paper = text_of(&service, "namndens-rapport", &who).await;
    assert!(paper.contains("Rekrytering: Två nya ledsagare anställs. (kvartal 4 2023)"), "{paper}");
    let page = service.get(MEASURES, &who).await.is(200).text();
    assert!(page.contains("Rekrytering: ledsagarservice") && page.contains("Inget utfall än"), "{page}");
    let id = service.desk.store.measures(&service.namnd).await.expect("store")[0].measure.clone();
    post(form(&id, "1", "Två nya ledsagare anställs.", "Båda har börjat.")).await.is(303);
    post(form(&id, "1", "Samtidigt.", "")).await.is(422);
    let paper = text_of(&service, "namndens-rapport", &who).await;
    assert!(paper.contains("anställs. Utfall: Båda har börjat. (kvartal 4 2023)"), "{paper}");
    let other = [("slag", "samverkan"), ("insats", "radgivning"), ("text", "Samtal med regionen.")];
    service.post(MEASURES, &who, &other).await.is(303);
    let paper = text_of(&service, "namndens-rapport", &who).await;
    assert!(paper.contains("Samverkan, ") && paper.contains("Samtal med regionen."), "without cases too: {paper}");

    let leader = service.signed_in(Role::Samordnare, None).await;
    let seen = hidden(&service.get(REPORT, &leader).await.text(), "version");
    done(&service, &format!("{REPORT}/faststall"), &leader, &[("version", &seen)]).await;
    let refused = post(form("", "0", "Efteråt.", "")).await.is(422).text();
    assert!(refused.contains("Rapporten är fastställd."), "{refused}");
}

#[tokio::test]
async fn papers_of_a_fixed_quarter_are_those_that_were_kept_when_the_rules_have_changed() {
    let service = Service::with_sample().await;
    let who = service.signed_in(Role::Samordnare, None).await;
    accept_all(&service).await;
    let texts = format!("{PAPERS}/texter/namndens-rapport");
    let section = hidden(&service.get(&texts, &who).await.text(), "avsnitt");
    let form = [("avsnitt", section.as_str()), ("sett", "0"), ("text", "Nämndens egna ord.")];
    service.post(&texts, &who, &form).await.is(303);
    let seen = hidden(&service.get(REPORT, &who).await.text(), "version");
    done(&service, &format!("{REPORT}/faststall"), &who, &[("version", &seen)]).await;
    let page = service.get(PAPERS, &who).await.is(200).text();
    assert!(!page.contains("Handlingarna som de sparades"), "{page}");
    let mut before = Vec::new();
    for stem in ["namndens-rapport", "statistikrapport", "aterkoppling-almvik"] {
        before.push((stem, text_of(&service, stem, &who).await));
    }
    // Another severity is another rule set, so the report no longer comes out to the byte.
    let off = change_of_builtin("SI002", None, true, "Prövas inte.");
    let by = Actor::new("p1", "Anna");
    let version = service.desk.store.namnd(&service.namnd).await.expect("store").expect("a nämnd").rules_version;
    service.desk.change_rules(&service.namnd, (version, &off), &by, service.now()).await.expect("changed");
    let page = service.get(PAPERS, &who).await.is(200).text();
    assert!(page.contains("Handlingarna som de sparades") && page.contains("säger det de sa då"), "{page}");
    for (stem, then) in before {
        assert_eq!(text_of(&service, stem, &who).await, then, "{stem}");
    }
    for ending in ["html", "docx", "xlsx", "json"] {
        service.get(&format!("{PAPERS}/namndens-rapport.{ending}"), &who).await.is(200);
    }
}

#[tokio::test]
async fn what_the_report_does_not_bear_out_is_pointed_out_and_saved_all_the_same() {
    let service = Service::with_sample().await;
    let who = service.signed_in(Role::Handlaggare, None).await;
    accept_all(&service).await;
    let texts = format!("{PAPERS}/texter/tjansteskrivelse");
    let page = service.get(&texts, &who).await.text();
    assert!(!page.contains("Stämmer det här?"), "{page}");
    let section = hidden(&page, "avsnitt");
    let words = "Kvartalet slutade den 31 januari 2023. Nämnden har 57 öppna ärenden.";
    let form = [("avsnitt", section.as_str()), ("sett", "0"), ("text", words)];
    let page = done(&service, &texts, &who, &form).await.text();
    assert!(page.contains("Texten är sparad. Läs anmärkningarna vid avsnittet."), "{page}");
    assert!(
        page.contains("Stämmer det här?") && page.contains("”Kvartalet slutade den 31 januari 2023.” – "),
        "{page}"
    );
    assert!(!page.contains("”Nämnden har 57 öppna ärenden.” – "), "{page}");
}
