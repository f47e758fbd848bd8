//! What the samordnare does, over the real router: the report and utförare; below, the calendar, own rules and the log.

mod rest;

use std::collections::BTreeSet;

use kvartal::access::role::Role;
use kvartal::model::FilingState;
use kvartal::store::Actor;

use crate::service::{Answer, Service};

pub(crate) const REPORT: &str = "/kvartal/2023-Q4/rapport";

/// A value of the first hidden field with that name.
pub(crate) fn hidden(page: &str, name: &str) -> String {
    let mark = format!("name=\"{name}\" value=\"");
    let at = page.find(&mark).unwrap_or_else(|| panic!("no field {name}: {page}")) + mark.len();
    page[at..].split('"').next().expect("a value").to_owned()
}

/// What a browser shows of an escaped text.
pub(crate) fn plain(text: &str) -> String {
    text.replace("&#38;", "&").replace("&amp;", "&").replace("&#34;", "\"").replace("&#39;", "'")
}

pub(crate) async fn accept_all(service: &Service) {
    let contents = service.desk.store.contents(&service.round).await.expect("contents");
    for filing in &contents.filings {
        if let Some(newest) = contents.attempts_of(filing).rev().find(|it| it.is_valid()) {
            let by = Actor::new("p1", "Anna Handläggare");
            service.desk.accept(&filing.id, &newest.id, &by, service.now()).await.expect("accepted");
        }
    }
}

/// Posts a form and follows it to the page with the message.
pub(crate) async fn done(service: &Service, path: &str, who: &str, form: &[(&str, &str)]) -> Answer {
    let answer = service.post(path, who, form).await;
    assert_eq!(answer.status.as_u16(), 303, "{path}: {}", answer.text());
    let message = answer.headers.get("set-cookie").and_then(|it| it.to_str().ok()).and_then(|it| it.split(';').next());
    let cookies = format!("{who}; {}", message.unwrap_or_default());
    service.get(answer.leads_to().split('#').next().expect("an address"), &cookies).await.is(200)
}

async fn filings(service: &Service) -> usize {
    service.desk.store.filings_of_round(&service.round).await.expect("store").len()
}

async fn fixed(service: &Service) -> bool {
    service.desk.store.round(&service.round).await.expect("store").expect("round").is_fixed()
}

// ------------------------------------------------------------------------------------------------ the report

/// Address and number of every figure that leads to cases.
fn figures(page: &str) -> BTreeSet<(String, usize)> {
    let links = page.split("<a href=\"").skip(1).filter(|it| it.starts_with("/kvartal/2023-Q4/rapport/arenden?"));
    links
        .filter_map(|it| {
            let (href, rest) = it.split_once("\">")?;
            let text: String = rest.split('<').next()?.chars().filter(char::is_ascii_digit).collect();
            // The large figures are linked by their words; their numbers stand in the tables too.
            Some((plain(href), text.parse().ok()?))
        })
        .collect()
}

#[tokio::test]
async fn every_figure_leads_to_as_many_cases_as_it_says() {
    let service = Service::with_sample().await;
    let who = service.signed_in(Role::Lasare, None).await;
    let page = service.get(&format!("{REPORT}?visa=mottaget"), &who).await.is(200).text();
    let figures = figures(&page);
    assert!(figures.len() > 60, "{} figures", figures.len());
    for (href, wanted) in figures {
        let cases = service.get(&href, &who).await.is(200).text();
        assert_eq!(cases.matches("<tr data-row").count(), wanted, "{href}");
    }
}

#[tokio::test]
async fn the_report_grows_when_an_answer_is_accepted() {
    let service = Service::with_sample().await;
    let who = service.signed_in(Role::Handlaggare, None).await;
    let json = format!("{REPORT}/report.json");
    assert_eq!(service.get(&json, &who).await.is(200).json()["totals"]["reported"], 0);
    let all = service.get(&format!("{json}?visa=mottaget"), &who).await.is(200).json();
    accept_all(&service).await;
    let accepted = service.get(&json, &who).await.is(200).json();
    assert_eq!(accepted["totals"], all["totals"]);
    assert_eq!(accepted["totals"]["open"], 57);
    let page = service.get(REPORT, &who).await.is(200).text();
    assert!(page.contains("Inte godkända än") && page.contains("Har inte inkommit"), "{page}");
}

#[tokio::test]
async fn the_report_is_fixed_as_it_was_shown_and_unlocked_with_a_reason() {
    let service = Service::with_sample().await;
    let who = service.signed_in(Role::Samordnare, None).await;
    let page = service.get(REPORT, &who).await.is(200).text();
    assert!(page.contains("kan inte fastställas än") && page.contains("href=\"/granska/"), "obstacles lead on");
    let version = service.desk.store.round(&service.round).await.expect("store").expect("round").version.to_string();
    let fix = format!("{REPORT}/faststall");
    let refused = service.post(&fix, &who, &[("version", &version)]).await.is(200).text();
    assert!(refused.contains("Rapporten kan inte fastställas än"), "{refused}");
    assert!(!fixed(&service).await);

    accept_all(&service).await;
    let page = service.get(REPORT, &who).await.is(200).text();
    let seen = hidden(&page, "version");
    service.post(&fix, &who, &[("version", &version)]).await.is(409);
    let page = done(&service, &fix, &who, &[("version", &seen)]).await.text();
    assert!(fixed(&service).await);
    assert!(page.contains("Version 1 fastställdes") && !page.contains("Fastställ kvartal"), "{page}");
    let json = service.get(&format!("{REPORT}/report.json"), &who).await.is(200).bytes;
    let kept = service.desk.store.fixed_reports(&service.round).await.expect("store").remove(0);
    assert_eq!(json, service.desk.store.original_bytes(&kept.original_id).await.expect("bytes"), "the original itself");
    for name in ["rapport.xlsx", "rapport.html"] {
        let file = service.get(&format!("{REPORT}/{name}"), &who).await.is(200);
        assert!(file.headers["content-disposition"].to_str().expect("text").starts_with("attachment"), "{name}");
    }

    let unlock = format!("{REPORT}/las-upp");
    let again = service.post(&unlock, &who, &[("skal", "  ")]).await.is(200).text();
    assert!(again.contains("Skriv varför rapporten låses upp") && fixed(&service).await, "{again}");
    let page = done(&service, &unlock, &who, &[("skal", "Ett ärende räknades två gånger.")]).await.text();
    assert!(!fixed(&service).await);
    assert!(page.contains("räknades två gånger") && page.contains("version/1/report.json"), "{page}");
    assert_eq!(service.get(&format!("{REPORT}/version/1/report.json"), &who).await.is(200).bytes, json);
}

#[tokio::test]
async fn a_correction_is_recorded_only_for_a_fixed_report_and_nothing_typed_is_lost() {
    let service = Service::with_sample().await;
    let who = service.signed_in(Role::Samordnare, None).await;
    let correct = format!("{REPORT}/rattelse");
    let text = "Ärende 12 verkställdes i december.";
    let refused = service.post(&correct, &who, &[("rattelse", text)]).await.is(200).text();
    assert!(refused.contains("rättas direkt i granskningen"), "{refused}");
    accept_all(&service).await;
    let seen = hidden(&service.get(REPORT, &who).await.text(), "version");
    done(&service, &format!("{REPORT}/faststall"), &who, &[("version", &seen)]).await;
    let page = done(&service, &correct, &who, &[("rattelse", text)]).await.text();
    assert!(page.contains(text) && page.contains("Rättelsen är antecknad"), "{page}");
    let reader = service.signed_in(Role::Handlaggare, None).await;
    service.post(&correct, &reader, &[("rattelse", text)]).await.is(403);
}

#[tokio::test]
async fn a_fixed_report_whose_rules_have_changed_is_never_made_again_in_silence() {
    let service = Service::with_sample().await;
    let who = service.signed_in(Role::Samordnare, None).await;
    accept_all(&service).await;
    let seen = hidden(&service.get(REPORT, &who).await.text(), "version");
    done(&service, &format!("{REPORT}/faststall"), &who, &[("version", &seen)]).await;
    let change = kvartal::desk::rules::change_of_builtin("SI001", Some("notis"), false, "Prov");
    let by = Actor::new("p1", "Anna");
    service.desk.change_rules(&service.namnd, (0, &change), &by, service.now()).await.expect("changed");
    service.get(&format!("{REPORT}/rapport.xlsx"), &who).await.is(422);
    service.get(&format!("{REPORT}/report.json"), &who).await.is(200);
    let page = service.get(REPORT, &who).await.is(200).text();
    assert!(page.contains("Version 1 fastställdes"), "the fixed version is shown");
}

// ------------------------------------------------------------------------------------------------- utförare

#[tokio::test]
async fn an_utforare_is_added_with_every_fault_said_at_once() {
    let service = Service::with_sample().await;
    let who = service.signed_in(Role::Samordnare, None).await;
    let faulty =
        [("namn", "Almvik Omvårdnad"), ("orgnr", "202100-5447"), ("alias", "Nya huset"), ("kontakt-namn", "Ann")];
    let page = service.post("/utforare/ny", &who, &faulty).await.is(200).text();
    for said in ["för likt Almvik", "den sista siffran ska vara 8", "hel e-postadress", "Nya huset", "202100-5447"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    let good = [
        ("namn", "Ängens Omsorg AB"),
        ("orgnr", "2021005448"),
        ("alias", "Ängen\r\n"),
        ("betygsatts", "ja"),
        ("kontakt-namn", "Ann Ek"),
        ("kontakt-epost", "Ann@example.org"),
    ];
    let answer = service.post("/utforare/ny", &who, &good).await.is(303);
    assert_eq!(answer.leads_to(), "/utforare/angens-omsorg-ab/uppdrag");
    let page = service.get("/utforare/angens-omsorg-ab", &who).await.is(200).text();
    assert!(page.contains("202100-5448") && page.contains("Färre än två kontaktpersoner"), "{page}");
    let reader = service.signed_in(Role::Handlaggare, None).await;
    service.post("/utforare/ny", &reader, &good).await.is(403);
    service.get("/utforare/finns-inte", &who).await.is(404);
}

#[tokio::test]
async fn a_contract_that_changes_hands_in_the_quarter_gives_both_a_filing() {
    let service = Service::with_sample().await;
    let who = service.signed_in(Role::Samordnare, None).await;
    let before = filings(&service).await;
    let old = service.desk.known_utforare(&service.namnd, "almvik").await.expect("almvik").uppdrag.remove(0);
    let contract = format!("/utforare/almvik/uppdrag/{}/avtal", old.id);
    let (fran, till) = (format!("fran-{}", old.id), format!("till-{}", old.id));
    let page = service.post(&contract, &who, &[(&fran, ""), (&till, "i november")]).await.is(200).text();
    assert!(page.contains("är ingen dag") && page.contains("value=\"i november\""), "what was typed stays: {page}");
    done(&service, &contract, &who, &[(&fran, ""), (&till, "2023-11-15")]).await;
    assert_eq!(filings(&service).await, before, "whoever had the contract reports to its last day");

    let keys = old.keys();
    let mut form: Vec<(&str, &str)> = keys.iter().map(|it| ("insatser", it.as_str())).collect();
    form.extend([("fran", "2023-11-10"), ("till", "")]);
    let start = "/utforare/almvik/uppdrag";
    let page = service.post(start, &who, &form).await.is(200).text();
    assert!(page.contains("ingår redan i ett annat uppdrag"), "{page}");
    form.retain(|it| it.0 != "fran");
    form.push(("fran", "2023-11-16"));
    let page = done(&service, "/utforare/lyktan/uppdrag", &who, &form).await.text();
    assert!(page.contains("En inlämning lades till i kvartal 4 2023"), "{page}");
    assert_eq!(filings(&service).await, before + 1);

    // The contract never came to be in the quarter: the unused filing goes away, a used one stays.
    let new = service.desk.known_utforare(&service.namnd, "lyktan").await.expect("lyktan").uppdrag.pop().expect("new");
    let move_on = format!("/utforare/lyktan/uppdrag/{}/avtal", new.id);
    let page = done(&service, &move_on, &who, &[("fran", "2024-02-01"), ("till", "")]).await.text();
    assert!(page.contains("togs bort ur kvartal 4 2023"), "{page}");
    assert_eq!(filings(&service).await, before);
    let page = done(&service, &contract, &who, &[(&fran, ""), (&till, "2023-09-30")]).await.text();
    assert!(page.contains("finns kvar, eftersom den redan används, i kvartal 4 2023"), "{page}");
    assert_eq!(filings(&service).await, before);
}

#[tokio::test]
async fn a_fixed_quarter_gets_no_filing_and_only_what_is_unused_is_removed() {
    let service = Service::with_sample().await;
    let who = service.signed_in(Role::Samordnare, None).await;
    let used = service.desk.known_utforare(&service.namnd, "almvik").await.expect("almvik").uppdrag.remove(0);
    let page = done(&service, &format!("/utforare/almvik/uppdrag/{}/ta-bort", used.id), &who, &[]).await.text();
    assert!(page.contains("har redan rapporterats"), "{page}");
    accept_all(&service).await;
    let seen = hidden(&service.get(REPORT, &who).await.text(), "version");
    done(&service, &format!("{REPORT}/faststall"), &who, &[("version", &seen)]).await;
    let before = filings(&service).await;
    done(&service, "/utforare/almvik/uppdrag", &who, &[("insatser", "daglig_verksamhet"), ("fran", ""), ("till", "")])
        .await;
    assert_eq!(filings(&service).await, before);
    let new = service.desk.known_utforare(&service.namnd, "almvik").await.expect("almvik").uppdrag.pop().expect("new");
    done(&service, &format!("/utforare/almvik/uppdrag/{}/ta-bort", new.id), &who, &[]).await;
    assert!(
        service
            .desk
            .known_utforare(&service.namnd, "almvik")
            .await
            .expect("almvik")
            .uppdrag
            .iter()
            .all(|it| it.id != new.id)
    );
}

#[tokio::test]
async fn an_utforare_is_closed_on_a_day_and_can_be_opened_again() {
    let service = Service::with_sample().await;
    let who = service.signed_in(Role::Samordnare, None).await;
    let page = service.post("/utforare/almvik/avsluta", &who, &[("slut", "snart")]).await.is(200).text();
    assert!(page.contains("Skriv vilken dag") && page.contains("value=\"snart\""), "{page}");
    let page = done(&service, "/utforare/almvik/avsluta", &who, &[("slut", "2023-12-31")]).await.text();
    assert!(page.contains("Avslutad"), "{page}");
    // The next quarter asks nothing of it.
    let add =
        [("kvartal", "2024-Q1"), ("opens", "2024-04-01"), ("last_day", "2024-04-10"), ("report_day", "2024-04-30")];
    done(&service, "/kalender", &who, &add).await;
    let round = service.desk.store.round_of(&service.namnd, "2024-Q1").await.expect("store").expect("a round");
    let contents = service.desk.store.contents(&round.id).await.expect("contents");
    assert!(contents.filings.len() > 10);
    assert!(contents.filings.iter().all(|it| contents.utforare_of(it).is_some_and(|it| it.nyckel != "almvik")));
    assert!(contents.filings.iter().all(|it| it.state() == FilingState::Waiting));
    done(&service, "/utforare/almvik/oppna", &who, &[]).await;
    service.get("/utforare/almvik/uppdrag", &who).await.is(200);
}
