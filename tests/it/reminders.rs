//! Reminders on the pages and the command line: what is shown, what people do with them, how the letters are made.

use kvartal::access::role::Role;
use kvartal::mail::LetterKind;
use kvartal::model::Ladder;
use kvartal::remind::remind;
use kvartal::remind::run::{Run, preview_of};
use kvartal::store::Actor;
use kvartal::store::letter::LetterRow;
use kvartal::store::notice::LetterAbout;

use crate::service::Service;
use crate::support::{Folder, kvartal};

const PLAN: &str = "/kvartal/2023-Q4/paminnelser";

async fn letters(service: &Service) -> Vec<LetterRow> {
    service.desk.store.letters().await.expect("letters")
}

/// Runs the reminders on the service's own day.
async fn run(service: &Service) -> usize {
    let now = service.now();
    let run = Run { today: now.date_naive(), now, dry: false, by_the_clock: true };
    let done = remind(&service.desk, run).await.expect("a run");
    assert!(done.failed.is_empty());
    done.letters
}

/// Tallåsens gets more time; its ladder begins anew on the day the clock then stands on.
async fn with_more_time(service: &Service) -> String {
    let filing = service.filing_of("tallasen").await;
    let later = Some("2024-01-26".parse().expect("a day"));
    service.desk.extend(&filing, (later, "Sjukdom."), &Actor::system(), service.now()).await.expect("extended");
    service.set_clock("2024-01-29T09:00:00Z");
    filing
}

async fn reminders_about(service: &Service, filing: &str) -> Vec<LetterAbout> {
    let all = service.desk.store.letters_about(filing).await.expect("letters");
    all.into_iter().filter(|it| it.kind == LetterKind::Reminder.key()).collect()
}

#[tokio::test]
async fn the_page_says_what_goes_to_whom_and_why_and_the_run_does_just_that() {
    let service = Service::with_sample().await;
    service.set_clock("2024-01-16T09:00:00Z");
    let who = service.signed_in(Role::Handlaggare, None).await;
    let page = service.get(PLAN, &who).await.is(200).text();
    assert!(page.contains("Svaret kom den"), "{page}");
    assert!(page.contains("Brev till handläggaren skickas den 25 januari 2024."), "{page}");
    let time = format!("/granska/{}/tid", service.filing_of("tallasen").await);
    let shown = service.get(&time, &who).await.is(200).text();
    assert!(shown.contains("Nästa brev") && shown.contains("rapport@tallasen.example.org"), "{shown}");
    service.set_clock("2024-01-25T05:30:00Z");
    assert_eq!(run(&service).await, 0, "it is half past six in Sweden");
    service.set_clock("2024-01-25T07:30:00Z");
    let sent = run(&service).await;
    assert!(sent > 0);
    assert_eq!(run(&service).await, 0, "a second run finds nothing to do");
    let handed: Vec<LetterRow> =
        letters(&service).await.into_iter().filter(|it| it.kind == LetterKind::HandedOver.key()).collect();
    let who = service.signed_in(Role::Handlaggare, None).await;
    assert!(handed[0].text_body.contains("Tallåsens"), "{}", handed[0].text_body);
    let page = service.get(PLAN, &who).await.is(200).text();
    assert!(page.contains("Att göra för hand") && page.contains("påminnelserna är slut"), "{page}");
    assert!(service.get("/kvartal/2023-Q4", &who).await.is(200).text().contains("att göra för hand"));
}

#[tokio::test]
async fn a_reminder_is_sent_now_skipped_or_put_off_and_each_time_it_is_noted_why() {
    let service = Service::with_sample().await;
    let filing = with_more_time(&service).await;
    let who = service.signed_in(Role::Handlaggare, None).await;
    let path = |what: &str| format!("/granska/{filing}/{what}");
    let refused = service.post(&path("hoppa-over"), &who, &[("steg", "paminnelse_1"), ("hoppa", " ")]).await.is(422);
    assert!(refused.text().contains("Skriv varför"), "{}", refused.text());
    let paused = [("paus", "2024-01-30"), ("paus_skal", "Har ringt och lovat.")];
    service.post(&path("pausa"), &who, &paused).await.is(303);
    let shown = service.get(&path("tid"), &who).await.is(200).text();
    assert!(shown.contains("Har ringt och lovat."), "{shown}");
    service.post(&path("fortsatt"), &who, &[]).await.is(303);
    service.post(&path("skicka"), &who, &[]).await.is(303);
    let mine = reminders_about(&service, &filing).await;
    assert_eq!(mine.iter().map(|it| it.recipient.as_str()).collect::<Vec<_>>(), ["rapport@tallasen.example.org"]);
    let again = service.post(&path("skicka"), &who, &[]).await.is(303);
    let told = service.get(&again.leads_to(), &who).await.is(200).text();
    assert!(told.contains("Påminnelse: svaret för kvartal 4 2023"), "the letter is shown: {told}");
    assert_eq!(reminders_about(&service, &filing).await.len(), 1, "once a day");
    let contents = service.desk.store.contents(&service.round).await.expect("contents");
    assert_eq!(contents.reminders.iter().filter(|it| it.filing_id == filing).count(), 4);
    let lasare = service.signed_in(Role::Lasare, None).await;
    service.post(&path("skicka"), &lasare, &[]).await.is(403);
}

#[tokio::test]
async fn a_letter_that_bounces_is_work_for_the_handlaggare_and_all_letters_are_listed() {
    let service = Service::with_sample().await;
    let filing = with_more_time(&service).await;
    let who = service.signed_in(Role::Handlaggare, None).await;
    service.post(&format!("/granska/{filing}/skicka"), &who, &[]).await.is(303);
    let id = reminders_about(&service, &filing).await.remove(0).letter_id;
    let mut tx = service.desk.store.begin().await.expect("a transaction");
    tx.letter_given_up(&id, ("", ""), (service.now(), "550 finns inte")).await.expect("given up");
    tx.commit().await.expect("stored");
    let page = service.get(PLAN, &who).await.is(200).text();
    assert!(page.contains("kom inte fram till rapport@tallasen.example.org") && page.contains("550"), "{page}");
    let samordnare = service.signed_in(Role::Samordnare, None).await;
    let page = service.get("/post", &samordnare).await.is(200).text();
    assert!(page.contains("Kom inte fram. 550 finns inte"), "{page}");
}

#[tokio::test]
async fn every_letter_can_be_read_beforehand_and_is_fit_for_a_mail_program() {
    let service = Service::with_sample().await;
    let who = service.signed_in(Role::Handlaggare, None).await;
    let builtin =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/paminnelser.toml")).expect("a file");
    let ladder = Ladder::from_toml(&builtin, None).expect("the ladder");
    let mut subjects = Vec::new();
    for rung in ladder.rungs() {
        let it = preview_of(&service.desk, &service.round, rung.step).await.expect("a letter").expect("the rung");
        assert!(
            !it.subject.contains(['\n', '{', '}']) && (10..=70).contains(&it.subject.chars().count()),
            "{}",
            it.subject
        );
        assert!(it.subject.contains("kvartal 4 2023"), "{}", it.subject);
        assert!(!it.text.contains(['{', '}', '<']), "{}", it.text);
        assert!(it.html.contains("<html lang=\"sv\">") && it.html.contains("<meta charset=\"utf-8\">"), "{}", it.html);
        // No colour but the reader's own, no picture to describe, nothing fetched, nothing that tells who has read it.
        for never in ["color:", "background", "<img", "src=", "http-equiv", "display: none", "font-size: 0"] {
            assert!(!it.html.contains(never), "{never}: {}", it.html);
        }
        assert!(it.html.len() < 10_000 && it.text.lines().count() > 5);
        let path = format!("{PLAN}/{}", rung.step.key());
        let page = service.get(&path, &who).await.is(200).text();
        assert!(page.contains("Logga in här:"), "{page}");
        let letter = service.get(&format!("{path}/brev"), &who).await.is(200);
        assert!(letter.text().starts_with("<!doctype html>"));
        subjects.push(it.subject);
    }
    subjects.sort();
    subjects.dedup();
    assert_eq!(subjects.len(), ladder.rungs().count(), "no two letters look alike in the inbox");
    service.get(&format!("{PLAN}/paminnelse_9"), &who).await.is(404);
    // So do those that go when something happens; the kinds of the ladder have no words of their own.
    let list = service.get(PLAN, &who).await.is(200).text();
    for kind in LetterKind::ALL {
        let of_the_ladder = matches!(kind, LetterKind::Reminder | LetterKind::Information | LetterKind::HandedOver);
        let path = format!("{PLAN}/{}", kind.key());
        assert_eq!(list.contains(&format!("href=\"{path}\"")), !of_the_ladder, "{kind}");
        let page = service.get(&path, &who).await.is(if of_the_ladder { 404 } else { 200 }).text();
        if !of_the_ladder {
            assert!(page.contains("Hälsningar") && page.contains(kind.swedish()), "{kind}: {page}");
            service.get(&format!("{path}/brev"), &who).await.is(200);
        }
    }
}

#[tokio::test]
async fn the_days_of_a_quarter_go_into_a_calendar() {
    let service = Service::with_sample().await;
    let who = service.signed_in(Role::Lasare, None).await;
    let answer = service.get("/kvartal/2023-Q4/kalender.ics", &who).await.is(200);
    let text = answer.text();
    for wanted in ["DTSTART;VALUE=DATE:20240110", "SUMMARY:Sista dagen för kvartal 4 2023", "DTEND;VALUE=DATE:20240201"]
    {
        assert!(text.contains(wanted), "{wanted} is not in\n{text}");
    }
    assert_eq!(text.matches("BEGIN:VEVENT").count(), 4, "opens, last day, report day, IVO");
}

#[tokio::test]
async fn an_utforare_takes_its_own_last_days_and_nothing_else_into_its_calendar() {
    let service = Service::with_sample().await;
    with_more_time(&service).await;
    for (utforare, last) in [("tallasen", "20240126"), ("almvik", "20240110")] {
        let who = service.signed_in(Role::Utforare, Some(utforare)).await;
        let text = service.get("/uppdrag/kalender.ics", &who).await.is(200).text().replace("\r\n ", "");
        assert_eq!(text.matches("BEGIN:VEVENT").count(), 1, "{text}");
        assert!(text.contains(&format!("DTSTART;VALUE=DATE:{last}")), "{utforare}: {text}");
        assert!(text.contains("SUMMARY:Sista dagen för kvartal 4 2023: "), "{text}");
        assert!(text.contains("DESCRIPTION:http://kvartal.example.org/inlamning/"), "{text}");
        let page = service.get("/uppdrag", &who).await.is(200).text();
        assert!(page.contains("href=\"/uppdrag/kalender.ics\""), "{page}");
    }
    let who = service.signed_in(Role::Handlaggare, None).await;
    service.get("/uppdrag/kalender.ics", &who).await.is(403);
}

/// Meetings that are set on the calendar page are said everywhere else.
#[tokio::test]
async fn a_meeting_set_in_the_calendar_stands_on_every_page_in_the_letters_and_in_the_calendar_file() {
    let service = Service::with_sample().await;
    let who = service.signed_in(Role::Samordnare, None).await;
    let own = service.signed_in(Role::Utforare, Some("almvik")).await;
    let letter = format!("{PLAN}/oppnar");
    let said = async |where_: &str, who: &str, words: &str| {
        let page = service.get(where_, who).await.is(200).text();
        page.replace("\r\n ", "").contains(words)
    };
    let places = [
        ("/kvartal/2023-Q4", &who, "Nämnden möts den 15 februari 2024. Fullmäktige möts den 29 februari 2024."),
        ("/uppdrag", &own, "Nämnden behandlar rapporten den 15 februari 2024."),
        (letter.as_str(), &who, "Nämnden behandlar rapporten den 15 februari 2024."),
        ("/kvartal/2023-Q4/kalender.ics", &who, "SUMMARY:Nämndens sammanträde: kvartal 4 2023"),
        ("/kvartal/2023-Q4/kalender.ics", &who, "DTSTART;VALUE=DATE:20240229"),
        ("/kvartal/2023-Q4/kalender.ics", &who, "DTEND;VALUE=DATE:20240206"),
        ("/kvartal/2023-Q4/handlingar/tjansteskrivelse.html", &who, "15 februari 2024"),
    ];
    for (place, who, words) in places {
        assert!(!said(place, who, words).await, "{place} before");
    }
    let page = service.get("/kalender", &who).await.is(200).text();
    let seen = page.split("name=\"seen\" value=\"").nth(1).and_then(|it| it.split('"').next()).expect("the days shown");
    let days = [
        ("seen", seen),
        ("opens-2023-Q4", "2024-01-01"),
        ("last_day-2023-Q4", "2024-01-26"),
        ("report_day-2023-Q4", "2024-01-31"),
        ("namnd-2023-Q4", "2024-02-15"),
        ("fullmaktige-2023-Q4", "2024-02-29"),
        ("ivo_from-2023-Q4", "2024-01-01"),
        ("ivo_to-2023-Q4", "2024-02-05"),
    ];
    service.post("/kalender/2023-Q4", &who, &days).await.is(303);
    for (place, who, words) in places {
        assert!(said(place, who, words).await, "{place} after: {words}");
    }
    let page = service.get("/kalender", &who).await.is(200).text();
    for words in ["2024-02-15, torsdag", "2024-02-29, torsdag", "2024-01-01 – 2024-02-05"] {
        assert!(page.contains(words), "{words} is not in {page}");
    }
}

#[test]
fn a_dry_run_shows_who_would_get_what_and_why_and_sends_nothing() {
    let folder = Folder::new();
    let url = format!("sqlite:{}", folder.path("kvartal.db"));
    let round = concat!(env!("CARGO_MANIFEST_DIR"), "/samples/2023-q4");
    kvartal(&["import", round, "--databas", &url]);
    let database = url.as_str();
    let dry = ["remind", "--as-of", "2024-01-24", "--databas", database, "--dry-run"];
    let said = kvartal(&dry).out;
    assert!(said.contains("Svaret kom den") && said.contains("Inget är skickat."), "{said}");
    let json = kvartal(&[dry.as_slice(), &["--json"]].concat());
    let json: serde_json::Value = serde_json::from_str(&json.out).expect("json");
    assert_eq!((json["prov"].as_bool(), json["dag"].as_str()), (Some(true), Some("2024-01-24")));
    assert!(json["omgangar"][0]["plan"].as_array().is_some_and(|it| it.iter().all(|it| it["skal"].is_string())));
    for (given, said) in
        [(None, "KVARTAL_URL saknas"), (Some("kvartal.example"), "”kvartal.example” är ingen webbadress")]
    {
        let mut all = vec!["remind", "--as-of", "2024-01-29", "--databas", database];
        all.extend(given.iter().flat_map(|it| ["--url", *it]));
        let done = kvartal(&all);
        assert_eq!(done.code, 4, "links must lead somewhere");
        assert!(done.err.contains(said) && done.err.contains("https://kvartal.kommun.example"), "{}", done.err);
    }
    let help = kvartal(&["remind", "--help"]).out;
    assert!(help.contains("KVARTAL_URL") && help.contains("så den behövs, utom med --dry-run"), "{help}");
}
