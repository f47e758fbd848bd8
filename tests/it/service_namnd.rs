//! What biståndsenheten does with a quarter's answers, over the real router: the board, the review, questions, grades.

use axum::http::StatusCode;
use kvartal::access::role::Role;
use kvartal::store::Actor;
use kvartal::store::filing::Filing;

use crate::desk::at;
use crate::service::Service;

const BOARD: &str = "/kvartal/2023-Q4";

/// A value of the first hidden field with that name.
fn hidden(page: &str, name: &str) -> String {
    let mark = format!("name=\"{name}\" value=\"");
    let at = page.find(&mark).unwrap_or_else(|| panic!("no field {name}: {page}")) + mark.len();
    page[at..].split('"').next().expect("a value").to_owned()
}

/// Keys of the rows that can be decided about.
fn row_keys(page: &str) -> Vec<String> {
    page.split("name=\"sett-").skip(1).filter_map(|it| it.split('"').next()).map(str::to_owned).collect()
}

/// A number that stands after some words of a page.
fn number_after(page: &str, words: &str) -> usize {
    let at = page.find(words).unwrap_or_else(|| panic!("no ”{words}”: {page}")) + words.len();
    let digits: String =
        page[at..].chars().skip_while(|it| !it.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    digits.parse().expect("a number")
}

async fn filing(service: &Service, utforare: &str) -> Filing {
    let id = service.filing_of(utforare).await;
    service.desk.store.filing(&id).await.expect("store").expect("a filing")
}

async fn decisions(service: &Service) -> usize {
    service.desk.store.decisions_of_round(&service.round).await.expect("store").len()
}

#[tokio::test]
async fn the_numbers_of_the_board_add_up() {
    let service = Service::with_sample().await;
    let who = service.signed_in(Role::Handlaggare, None).await;
    let page = service.get(BOARD, &who).await.is(200).text();
    let total = page.matches("<tr data-row").count();
    let states = ["Godkänd", "Ska granskas", "Komplettering begärd", "Ska rättas", "Läses", "Väntar på svar"];
    let of_states: usize = states.iter().map(|it| number_after(&page, &format!(">{it} ("))).sum();
    let turns = ["Biståndsenheten", "Utföraren", "Kvartal", "Klart"];
    let of_turns: usize = turns.iter().map(|it| number_after(&page, &format!(">{it} <b>"))).sum();
    assert_eq!((of_states, of_turns, number_after(&page, ">Alla <b>")), (total, total, total));
}

#[tokio::test]
async fn the_board_is_filtered_and_sorted_without_a_script() {
    let service = Service::with_sample().await;
    let who = service.signed_in(Role::Lasare, None).await;
    let page = service.get(&format!("{BOARD}?q=almvik"), &who).await.is(200).text();
    let shown: Vec<&str> = page.split("<tr data-row").skip(1).filter(|it| !it.starts_with_hidden()).collect();
    assert_eq!(shown.len(), 1, "one row is shown");
    assert!(shown[0].contains("Almvik"), "{}", shown[0]);
    let sorted = service.get(&format!("{BOARD}?sortera=sen"), &who).await.is(200).text();
    let first = sorted.split("<tr data-row").nth(1).expect("a row");
    assert!(first.contains("försenad") || first.contains(" sen"), "the latest comes first: {first}");
}

trait Hidden {
    fn starts_with_hidden(&self) -> bool;
}

impl Hidden for &str {
    fn starts_with_hidden(&self) -> bool {
        self.split('>').next().is_some_and(|it| it.ends_with(" hidden"))
    }
}

#[tokio::test]
async fn a_lasare_sees_the_board_and_the_review_without_anything_to_press() {
    let service = Service::with_sample().await;
    let who = service.signed_in(Role::Lasare, None).await;
    let filing = filing(&service, "almvik").await;
    for path in [BOARD.to_owned(), format!("/granska/{}", filing.id), format!("/betyg/{}", filing.id)] {
        let page = service.get(&path, &who).await.is(200).text();
        let forms = page.split("<form method=\"post\"").skip(1).filter(|it| !it.contains("data-leave")).count();
        assert_eq!(forms, 0, "{path}");
    }
}

#[tokio::test]
async fn a_row_is_decided_with_a_reason_and_the_report_follows() {
    let service = Service::with_sample().await;
    let who = service.signed_in(Role::Handlaggare, None).await;
    let filing = filing(&service, "almvik").await;
    let path = format!("/granska/{}", filing.id);
    let page = service.get(&path, &who).await.is(200).text();
    let key = row_keys(&page).first().expect("a row").clone();
    let before = decisions(&service).await;
    let (seen, choice, reason) = (format!("sett-{key}"), format!("beslut-{key}"), format!("skal-{key}"));
    let version = hidden(&page, "version");
    let form = [("version", version.as_str()), (&seen, "0"), (&choice, "undanta"), (&reason, "")];
    let refused = service.post(&format!("{path}/rader"), &who, &form).await.is(422).text();
    assert!(refused.contains("skriv ett skäl"), "{refused}");
    assert!(refused.contains("value=\"undanta\" checked"), "what was chosen is still there");
    assert_eq!(decisions(&service).await, before);
    let form =
        [("version", version.as_str()), (&seen, "0"), (&choice, "undanta"), (&reason, "Hör till en annan nämnd.")];
    service.post(&format!("{path}/rader"), &who, &form).await.is(303);
    assert_eq!(decisions(&service).await, before + 1);
    let page = service.get(&path, &who).await.is(200).text();
    assert!(page.contains("Undantagen av Test Person") && page.contains("Hör till en annan nämnd."), "{page}");
}

#[tokio::test]
async fn many_rows_are_decided_at_once() {
    let service = Service::with_sample().await;
    let who = service.signed_in(Role::Handlaggare, None).await;
    let filing = filing(&service, "almvik").await;
    let path = format!("/granska/{}", filing.id);
    let page = service.get(&format!("{path}?visa=alla"), &who).await.is(200).text();
    let keys = row_keys(&page);
    let version = hidden(&page, "version");
    let seen: Vec<String> = keys.iter().map(|it| format!("sett-{it}")).collect();
    let mut form = vec![("version", version.as_str()), ("allas_beslut", "medrakna"), ("allas_skal", "Stämt av.")];
    for (key, seen) in keys.iter().zip(&seen) {
        form.push((seen, "0"));
        form.push(("rad", key));
    }
    let before = decisions(&service).await;
    service.post(&format!("{path}/rader"), &who, &form).await.is(303);
    assert_eq!(decisions(&service).await, before + keys.len());
}

#[tokio::test]
async fn the_second_of_two_who_decide_the_same_row_is_told_who_and_what_and_loses_nothing() {
    let service = Service::with_sample().await;
    let first = service.signed_in(Role::Handlaggare, None).await;
    let second = service.signed_in(Role::Handlaggare, None).await;
    let filing = filing(&service, "almvik").await;
    let path = format!("/granska/{}", filing.id);
    let page = service.get(&path, &second).await.is(200).text();
    let key = row_keys(&page).first().expect("a row").clone();
    let version = hidden(&page, "version");
    let (seen, choice, reason) = (format!("sett-{key}"), format!("beslut-{key}"), format!("skal-{key}"));
    let of = |decision: &'static str, why: &'static str, nr: &'static str| {
        vec![("version", version.as_str()), (seen.as_str(), nr), (choice.as_str(), decision), (reason.as_str(), why)]
    };
    service.post(&format!("{path}/rader"), &first, &of("undanta", "Dubblett.", "0")).await.is(303);
    let before = decisions(&service).await;
    let told =
        service.post(&format!("{path}/rader"), &second, &of("medrakna", "Ingen dubblett.", "0")).await.is(409).text();
    assert!(told.contains("En kollega hann före"), "{told}");
    assert!(told.contains("Undantagen av Test Person") && told.contains("Dubblett."), "{told}");
    assert!(told.contains("value=\"Ingen dubblett.\""), "what was typed is still there");
    assert_eq!(decisions(&service).await, before, "nothing was saved");
    assert_eq!(hidden(&told, &seen), "1", "the page now shows the colleague's decision");
    service.post(&format!("{path}/rader"), &second, &of("medrakna", "Ingen dubblett.", "1")).await.is(303);
}

#[tokio::test]
async fn a_version_is_accepted_and_the_acceptance_taken_back() {
    let service = Service::with_sample().await;
    let who = service.signed_in(Role::Handlaggare, None).await;
    let before = filing(&service, "almvik").await;
    let path = format!("/granska/{}", before.id);
    let page = service.get(&path, &who).await.is(200).text();
    let version = hidden(&page, "version");
    service.post(&format!("{path}/godkann"), &who, &[("version", version.as_str())]).await.is(303);
    assert_eq!(filing(&service, "almvik").await.accepted_id.as_deref(), Some(version.as_str()));
    let again = service.post(&format!("{path}/godkann"), &who, &[("version", version.as_str())]).await.is(422).text();
    assert!(again.contains("redan godkänd"), "{again}");
    service.post(&format!("{path}/angra"), &who, &[]).await.is(303);
    assert_eq!(filing(&service, "almvik").await.accepted_id, None);
}

#[tokio::test]
async fn a_completion_is_asked_for_answered_and_closed_in_one_thread() {
    let service = Service::with_sample().await;
    let own = service.signed_in(Role::Utforare, Some("almvik")).await;
    let stranger = service.signed_in(Role::Utforare, Some("karnhuset")).await;
    let filing = filing(&service, "almvik").await;
    let path = format!("/granska/{}/fraga", filing.id);
    // A session does not live for days, so each day begins with signing in.
    service.set_clock("2024-01-26T09:00:00Z");
    let namnd = service.signed_in(Role::Handlaggare, None).await;
    let page = service.get(&path, &namnd).await.is(200).text();
    assert!(page.contains("value=\"2024-02-02\""), "five working days from a Friday: {page}");
    service.set_clock("2024-03-26T09:00:00Z");
    let namnd = service.signed_in(Role::Handlaggare, None).await;
    let page = service.get(&path, &namnd).await.is(200).text();
    assert!(page.contains("value=\"2024-04-04\""), "five working days with påsk between: {page}");
    service.set_clock("2024-01-22T09:00:00Z");
    let namnd = service.signed_in(Role::Handlaggare, None).await;
    let form = [
        ("text", "Vilken dag upphörde insatsen?"),
        ("senast", "i morgon"),
        ("rad", ""),
        ("version", "0"),
        ("saknas", ""),
    ];
    let refused = service.post(&path, &namnd, &form).await.is(422).text();
    assert!(refused.contains("Vilken dag upphörde insatsen?"), "what was typed is still there");
    let form = [
        ("text", "Vilken dag upphörde insatsen?"),
        ("senast", "2024-01-26"),
        ("rad", "0-9"),
        ("version", "0"),
        ("saknas", ""),
    ];
    let thread = service.post(&path, &namnd, &form).await.is(303).leads_to();
    assert!(service.get(&thread, &namnd).await.is(200).text().contains("Väntar på svar"));
    service.get(&thread, &stranger).await.is(404);
    service.post(&format!("{thread}/svara"), &own, &[("text", "")]).await.is(422);
    service.post(&format!("{thread}/svara"), &own, &[("text", "Den 3 november.")]).await.is(303);
    let page = service.get(&thread, &namnd).await.is(200).text();
    assert!(page.contains("Den 3 november.") && page.contains("Besvarad"), "{page}");
    service.post(&format!("{thread}/avsluta"), &namnd, &[]).await.is(303);
    service.post(&format!("{thread}/skriv"), &namnd, &[("text", "Tack!")]).await.is(422);
}

#[tokio::test]
async fn an_own_grade_needs_a_motivation_and_the_suggested_one_stays_beside_it() {
    let service = Service::with_sample().await;
    let who = service.signed_in(Role::Handlaggare, None).await;
    let filing = filing(&service, "almvik").await;
    let path = format!("/betyg/{}", filing.id);
    let page = service.get(&path, &who).await.is(200).text();
    assert!(page.contains("Tack för er rapport för kvartal 4 2023."), "the feedback is drafted: {page}");
    let chosen = [("betyg", "tydlig_och_bra"), ("skal", ""), ("text", "Tack!"), ("gor", "spara")];
    let refused = service.post(&path, &who, &chosen).await.is(422).text();
    assert!(refused.contains("Tack!") && refused.contains("Skriv varför"), "{refused}");
    let chosen = [("betyg", "tydlig_och_bra"), ("skal", "De rättade samma dag."), ("text", "Tack!"), ("gor", "skicka")];
    service.post(&path, &who, &chosen).await.is(303);
    let page = service.get(&path, &who).await.is(200).text();
    assert!(page.contains("De rättade samma dag.") && page.contains("Skickad av Test Person"), "{page}");
    assert!(page.contains("Förslag"), "{page}");
    let sent = service.desk.store.feedback(&filing.id).await.expect("store").expect("feedback");
    assert_eq!((sent.text.as_str(), sent.sent_at.is_some()), ("Tack!", true));
}

#[tokio::test]
async fn the_links_of_a_reason_lead_to_cells_that_are_on_the_page() {
    let service = Service::with_sample().await;
    let who = service.signed_in(Role::Handlaggare, None).await;
    let contents = service.desk.store.contents(&service.round).await.expect("contents");
    let mut followed = 0;
    for filing in &contents.filings {
        let page = service.get(&format!("/betyg/{}", filing.id), &who).await.is(200).text();
        let links = page.split("href=\"/granska/").skip(1).filter_map(|it| it.split('"').next());
        for link in links.filter(|it| it.contains('#')).take(3) {
            let link = link.replace("&amp;", "&").replace("&#38;", "&");
            let (path, anchor) = link.split_once('#').expect("an anchor");
            let review = service.get(&format!("/granska/{path}"), &who).await.is(200).text();
            assert!(review.contains(&format!("id=\"{anchor}\"")), "{link}");
            followed += 1;
        }
    }
    assert!(followed > 3, "{followed} links");
}

#[tokio::test]
async fn a_reminder_is_noted_and_the_last_day_moved_with_a_reason() {
    let service = Service::with_sample().await;
    let who = service.signed_in(Role::Samordnare, None).await;
    let before = filing(&service, "tallasen").await;
    let reminders =
        |all: Vec<kvartal::store::review::ReminderRow>| all.iter().filter(|it| it.filing_id == before.id).count();
    let count = reminders(service.desk.store.reminders_of_round(&service.round).await.expect("store"));
    service.post(&format!("{BOARD}/paminn"), &who, &[("inlamning", before.id.as_str())]).await.is(303);
    let now = reminders(service.desk.store.reminders_of_round(&service.round).await.expect("store"));
    assert_eq!(now, count + 1);
    let path = format!("/granska/{}/tid", before.id);
    let refused = service.post(&path, &who, &[("till", "2024-01-01"), ("skal", "Sjukdom.")]).await.is(422).text();
    assert!(refused.contains("Sjukdom."), "what was typed is still there");
    service.post(&path, &who, &[("till", "2024-01-26"), ("skal", "Sjukdom.")]).await.is(303);
    assert_eq!(filing(&service, "tallasen").await.extended_to, "2024-01-26".parse().ok());
}

#[tokio::test]
async fn every_review_and_grade_of_the_sample_is_shown_without_personal_numbers() {
    let service = Service::with_sample().await;
    let who = service.signed_in(Role::Handlaggare, None).await;
    let contents = service.desk.store.contents(&service.round).await.expect("contents");
    for filing in &contents.filings {
        for path in ["granska", "betyg"] {
            service.get(&format!("/{path}/{}", filing.id), &who).await.is(200);
        }
        for attempt in contents.attempts_of(filing) {
            let page = service.get(&format!("/granska/{}?version={}&visa=alla", filing.id, attempt.nr), &who).await;
            let page = page.is(200).text();
            assert!(!page.contains("Något gick fel"), "{page}");
        }
    }
}

#[tokio::test]
async fn the_original_comes_as_it_was_received_and_the_log_says_who_fetched_it() {
    let service = Service::with_sample().await;
    let who = service.signed_in(Role::Handlaggare, None).await;
    let filing = filing(&service, "almvik").await;
    let answer = service.get(&format!("/granska/{}/original/1", filing.id), &who).await.is(200);
    let attempts = service.desk.store.attempts_of_filing(&filing.id).await.expect("store");
    let id = attempts[0].original_id.as_deref().expect("a file");
    assert_eq!(answer.bytes, service.desk.store.original_bytes(id).await.expect("bytes"));
    let events = service.desk.store.events_about(&filing.id).await.expect("events");
    assert_eq!(events.last().map(|it| it.kind.as_str()), Some("hamtad"));
}

#[tokio::test]
async fn a_fixed_quarter_is_shown_without_anything_to_decide() {
    let service = Service::with_sample().await;
    let who = service.signed_in(Role::Samordnare, None).await;
    let by = Actor::new("p1", "Anna Samordnare");
    let now = at("2024-02-01T09:00:00Z");
    for filing in service.desk.store.filings_of_round(&service.round).await.expect("filings") {
        for it in service.desk.store.completions(&filing.id).await.expect("store") {
            if it.closed_at.is_none() {
                service.desk.close_completion(&it.id, &by, now).await.expect("closed");
            }
        }
        let attempts = service.desk.store.attempts_of_filing(&filing.id).await.expect("store");
        if let Some(newest) = attempts.iter().rev().find(|it| it.is_valid())
            && filing.accepted_id.as_ref() != Some(&newest.id)
        {
            service.desk.accept(&filing.id, &newest.id, &by, now).await.expect("accepted");
        }
    }
    let version = service.desk.store.round(&service.round).await.expect("store").expect("round").version;
    service.desk.fix(&service.round, version, &by, now).await.expect("fixed");
    let filing = filing(&service, "almvik").await;
    let page = service.get(&format!("/granska/{}", filing.id), &who).await.is(200).text();
    assert!(!page.contains("Spara besluten"), "{page}");
    let form = [("betyg", "bra"), ("skal", "x"), ("text", ""), ("gor", "spara")];
    let refused = service.post(&format!("/betyg/{}", filing.id), &who, &form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
}
