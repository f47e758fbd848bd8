//! What an utförare does in a quarter, over the real router: hands in, reads the answer, mends, replies, gets a receipt.

use axum::body::Body;
use axum::http::{Request, header};
use kvartal::access::role::Role;
use kvartal::model::{AttemptState, Outcome};
use kvartal::store::Actor;
use kvartal::store::attempt::Attempt;

use crate::desk::at;
use crate::service::{Answer, Service};
use crate::support::{OPEN_CASE, WRONG_CASE, list};

/// Open, but nobody says why it has not been executed.
const NO_CAUSE: &str = "2;Man;2023-04-11;;9 § 3;Ledsagarservice;;;\n";

/// Somebody of an utförare, at their pages.
struct Own<'a> {
    service: &'a Service,
    cookie: String,
    filing: String,
}

impl<'a> Own<'a> {
    async fn of(service: &'a Service, utforare: &str) -> Own<'a> {
        let cookie = service.signed_in(Role::Utforare, Some(utforare)).await;
        let filing = service.filing_of(utforare).await;
        Own { service, cookie, filing }
    }

    async fn get(&self, path: &str) -> Answer {
        self.service.get(path, &self.cookie).await
    }

    async fn text(&self, path: &str) -> String {
        self.get(path).await.is(200).text()
    }

    async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        self.service.post(path, &self.cookie, form).await
    }

    /// Posts what leads to a file being read, and reads it as the workers of a running service do.
    async fn post_and_read(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        tokio::join!(self.post(path, form), read(self.service)).0
    }

    async fn upload(&self, name: &str, bytes: &[u8]) -> Answer {
        let path = format!("/inlamning/{}/fil", self.filing);
        self.service.upload(&path, &[("cookie", &self.cookie)], (name, bytes)).await
    }

    /// Hands in and gives the address of the answer.
    async fn hand_in(&self, name: &str, bytes: &[u8]) -> String {
        self.upload(name, bytes).await.is(303).leads_to()
    }

    async fn attempts(&self) -> Vec<Attempt> {
        self.service.desk.store.attempts_of_filing(&self.filing).await.expect("store")
    }

    async fn newest(&self) -> Attempt {
        self.attempts().await.pop().expect("a version")
    }
}

fn csv(rows: &[&str]) -> Vec<u8> {
    list(rows).into_bytes()
}

fn has(page: &str, words: &[&str]) {
    for word in words {
        assert!(page.contains(word), "the page does not say ”{word}”: {page}");
    }
}

/// The name of the first field that ends so.
fn field(page: &str, end: &str) -> String {
    let mut names = page.split("name=\"").skip(1).filter_map(|it| it.split('"').next());
    names.find(|it| it.ends_with(end)).unwrap_or_else(|| panic!("no field …{end}: {page}")).to_owned()
}

#[tokio::test]
async fn an_utforare_meets_its_own_filings_and_no_others() {
    let service = Service::with_sample().await;
    let (own, other) = (Own::of(&service, "tallasen").await, Own::of(&service, "almvik").await);
    let page = own.text("/uppdrag").await;
    has(&page, &["Väntar på svar", "Du behöver göra något", "12 dagar för sent", "10 januari 2024"]);
    assert!(!page.contains("Almvik"), "{page}");
    let version = other.newest().await.id;
    for path in [
        format!("/inlamning/{}", other.filing),
        format!("/inlamning/{}/inget", other.filing),
        format!("/inlamning/{}/mall", other.filing),
        format!("/version/{version}"),
        format!("/version/{version}/ratta"),
        format!("/version/{version}/kvittens"),
        format!("/version/{version}/kvittens.txt"),
        format!("/version/{version}/original"),
        format!("/version/{version}/rattningskopia"),
        format!("/version/{version}/fynd.xlsx"),
    ] {
        own.get(&path).await.is(404);
        other.get(&path).await.is(200);
    }
    for path in [
        format!("/inlamning/{}/inget", other.filing),
        format!("/inlamning/{}/kommentar", other.filing),
        format!("/version/{version}/svar"),
        format!("/version/{version}/bekrafta"),
        format!("/version/{version}/flytta"),
        format!("/version/{version}/aterta"),
        format!("/version/{version}/ratta"),
    ] {
        own.post(&path, &[("intyg", "ja"), ("text", "x"), ("regel", "UP003"), ("till", &own.filing)]).await.is(404);
    }
    let path = format!("/inlamning/{}/fil", other.filing);
    service.upload(&path, &[("cookie", &own.cookie)], ("a.csv", &csv(&[OPEN_CASE]))).await.is(404);
    assert_eq!(other.attempts().await.len(), 1);
}

#[tokio::test]
async fn a_faulty_list_is_answered_mended_in_the_browser_and_in_the_returned_copy_and_acknowledged() {
    let service = Service::with_sample().await;
    let own = Own::of(&service, "tallasen").await;
    let to = own.hand_in("tallåsen.csv", &csv(&[OPEN_CASE, NO_CAUSE, WRONG_CASE])).await;
    let page = own.text(&to).await;
    has(&page, &["2 fel", "Rad 3", "Rad 4", "rättningskopia", "Rätta här", "Rader som inte räknas", "3</dd>"]);
    assert_eq!(own.newest().await.outcome(), Some(Outcome::Faults));

    let page = own.text(&format!("{to}/ratta")).await;
    let (cause, gone) = (field(&page, "-orsak"), field(&page, "bort-0-3"));
    own.post(&format!("{to}/ratta"), &[]).await.is(422);
    let refused = own.post(&format!("{to}/ratta"), &[(&cause, "regn")]).await.is(422).text();
    has(&refused, &["Välj något av alternativen."]);
    let mended = own.post_and_read(&format!("{to}/ratta"), &[(&cause, "annat_skal")]).await;
    let to = mended.is(303).leads_to();
    let page = own.text(&to).await;
    has(&page, &["1 fel", "Version 2", "Vad som har ändrats sedan version 1", "Annat skäl"]);
    assert_eq!(own.newest().await.nr, 2);

    let copy = own.get(&format!("{to}/rattningskopia")).await.is(200);
    has(copy.headers[header::CONTENT_DISPOSITION].to_str().unwrap(), &["attachment", "rattningskopia-2023-Q4"]);
    let back = own.hand_in("rättningskopia.xlsx", &copy.bytes).await;
    has(&own.text(&back).await, &["Version 3", "1 fel"]);
    let page = own.text(&format!("{back}/ratta")).await;
    assert!(gone.starts_with("bort-"), "{gone}");
    let gone = page.split("name=\"bort-").nth(1).and_then(|it| it.split('"').next()).expect("a row to take away");
    let gone = format!("bort-{gone}");
    let mended = own.post_and_read(&format!("{back}/ratta"), &[(&gone, "ja")]).await;
    let to = mended.is(303).leads_to();
    has(&own.text(&to).await, &["Version 4", "Ingenting att anmärka på"]);
    let sha256 = service
        .desk
        .store
        .contents(&service.round)
        .await
        .unwrap()
        .original_of(&own.newest().await)
        .unwrap()
        .sha256
        .clone();
    let (head, nr) = head(&service).await;
    has(&own.text(&format!("{to}/kvittens")).await, &[&sha256, "Test Person", "Utan anmärkning", &head, &nr]);
    let receipt = own.get(&format!("{to}/kvittens.txt")).await.is(200);
    has(&receipt.text(), &[&sha256, "Rader: 2", "Version: 4", "22 januari 2024"]);
    for (path, start) in [("fynd.xlsx", b"PK".as_slice()), ("original", b"PK")] {
        assert!(own.get(&format!("{to}/{path}")).await.is(200).bytes.starts_with(start), "{path}");
    }
}

/// Reads what has come in, as the workers of a running service do.
async fn read(service: &Service) {
    for _ in 0..200 {
        if service.desk.work_once(service.now() + chrono::TimeDelta::seconds(1)).await.expect("read") {
            return;
        }
        tokio::task::yield_now().await;
    }
}

/// Hash and number of the newest entry of the log.
async fn head(service: &Service) -> (String, String) {
    let newest = service.desk.store.events(&service.namnd, None, 1).await.expect("events").remove(0);
    (newest.hash, newest.nr.to_string())
}

#[tokio::test]
async fn nothing_to_report_is_said_by_a_person_and_refused_while_cases_are_open() {
    let service = Service::with_sample().await;
    let almvik = Own::of(&service, "almvik").await;
    let path = format!("/inlamning/{}/inget", almvik.filing);
    has(&almvik.text(&path).await, &["Det går inte att svara så än", "stod öpp"]);
    let refused = almvik.post(&path, &[("intyg", "ja")]).await.is(422).text();
    has(&refused, &["Ledsagarservice", "Rapportera"]);
    let own = Own::of(&service, "tallasen").await;
    let path = format!("/inlamning/{}/inget", own.filing);
    has(&own.text(&path).await, &["Jag, Test Person, har kontrollerat"]);
    has(&own.post(&path, &[]).await.is(422).text(), &["Kryssa i rutan"]);
    assert!(own.attempts().await.is_empty());
    let to = own.post(&path, &[("intyg", "ja")]).await.is(303).leads_to();
    has(&own.text(&to).await, &["Inget att rapportera", "Test Person"]);
    has(&own.text("/uppdrag").await, &["Du svarade ”Inget att rapportera”", "Ska granskas"]);
}

#[tokio::test]
async fn the_same_file_again_is_recognised_and_an_empty_one_refused() {
    let service = Service::with_sample().await;
    let own = Own::of(&service, "tallasen").await;
    let first = own.hand_in("a.csv", &csv(&[OPEN_CASE])).await;
    let again = own.hand_in("annat namn.csv", &csv(&[OPEN_CASE])).await;
    assert_eq!((first, own.attempts().await.len()), (again, 1));
    has(&own.upload("tom.csv", b"").await.is(422).text(), &["Filen är tom"]);
    let path = format!("/inlamning/{}/fil", own.filing);
    has(&several(&own, &path, &[]).await.is(422).text(), &["Välj en fil först"]);
}

/// Sends several files in one form.
async fn several(own: &Own<'_>, path: &str, files: &[(&str, &[u8])]) -> Answer {
    let mut body = Vec::new();
    for (name, bytes) in files {
        let head = format!("--grans\r\nContent-Disposition: form-data; name=\"fil\"; filename=\"{name}\"\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--grans--\r\n");
    let request = Request::post(path)
        .header(header::COOKIE, &own.cookie)
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=grans")
        .body(Body::from(body));
    own.service.send(request.expect("a request")).await
}

const OTHER_QUARTER: &str = "Ej verkställda beslut kvartal 3 2023\n\n";

#[tokio::test]
async fn a_file_for_another_quarter_is_stopped_and_read_once_its_sender_has_confirmed() {
    let service = Service::with_sample().await;
    let own = Own::of(&service, "tallasen").await;
    let bytes = format!("{OTHER_QUARTER}{}", list(&[OPEN_CASE]));
    let to = own.hand_in("q3.csv", bytes.as_bytes()).await;
    has(&own.text(&to).await, &["Filen säger kvartal 3 2023", "lämnades in för kvartal 4 2023", "Filen är rätt ändå"]);
    assert_eq!(own.newest().await.state(), AttemptState::Stopped);
    has(&own.text("/uppdrag").await, &["Väntar på svar"]);
    own.post_and_read(&format!("{to}/bekrafta"), &[]).await.is(303);
    assert_eq!(own.newest().await.state(), AttemptState::Read);
    let page = own.text(&to).await;
    has(&page, &["Kontrollera att uppgifterna gäller 2023-Q4", "Filen är avsedd för det här kvartalet."]);
    has(&page, &["Alla frågor är besvarade"]);
    has(&own.text("/uppdrag").await, &["Ska granskas"]);
}

#[tokio::test]
async fn a_stopped_file_moves_to_another_own_filing_or_is_taken_back() {
    let service = Service::with_sample().await;
    let own = Own::of(&service, "vard-och-omsorg").await;
    let contents = service.desk.store.contents(&service.round).await.unwrap();
    let is_own = |it: &&kvartal::store::filing::Filing| contents.utforare_of(it).unwrap().nyckel == "vard-och-omsorg";
    let other = contents.filings.iter().filter(is_own).find(|it| it.id != own.filing).expect("two uppdrag").id.clone();
    let foreign = service.filing_of("almvik").await;
    let bytes = format!("{OTHER_QUARTER}{}", list(&[OPEN_CASE]));
    let to = own.hand_in("q3.csv", bytes.as_bytes()).await;
    let page = own.text(&to).await;
    assert!(page.contains(&other) && !page.contains(&foreign), "{page}");
    has(&own.post(&format!("{to}/flytta"), &[]).await.is(422).text(), &["Välj vart filen ska flyttas"]);
    own.post(&format!("{to}/flytta"), &[("till", &foreign)]).await.is(404);
    let moved = own.post_and_read(&format!("{to}/flytta"), &[("till", &other)]).await;
    assert_ne!(moved.is(303).leads_to(), to);
    assert_eq!(own.newest().await.state(), AttemptState::Withdrawn);
    let moved = service.desk.store.attempts_of_filing(&other).await.unwrap().pop().unwrap();
    assert_eq!(moved.original_id, own.newest().await.original_id, "the bytes are not sent again");
    own.post(&format!("/version/{}/aterta", moved.id), &[]).await.is(303);
    let taken_back = service.desk.store.attempt(&moved.id).await.unwrap().unwrap();
    assert_eq!(taken_back.state(), AttemptState::Withdrawn);
}

#[tokio::test]
async fn the_last_second_of_the_last_day_in_stockholm_is_in_time_and_the_next_is_late() {
    let service = Service::with_sample().await;
    service.set_clock("2024-01-10T22:59:59Z");
    let own = Own::of(&service, "tallasen").await;
    has(&own.text("/uppdrag").await, &["Sista dagen är i dag"]);
    let to = own.hand_in("a.csv", &csv(&[OPEN_CASE])).await;
    has(&own.text(&format!("{to}/kvittens")).await, &["Svaret kom in i tid", "23.59.59"]);
    own.post(&format!("{to}/aterta"), &[]).await.is(303);
    service.set_clock("2024-01-10T23:00:00Z");
    let to = own.hand_in("b.csv", &csv(&[NO_CAUSE])).await;
    has(
        &own.text(&format!("{to}/kvittens")).await,
        &["Svaret kom in efter sista dagen", "11 januari 2024 kl. 00.00.00"],
    );
    service.set_clock("2024-01-12T09:00:00Z");
    // The session has ended meanwhile.
    let own = Own::of(&service, "tallasen").await;
    let to = own.hand_in("c.csv", &csv(&[OPEN_CASE, NO_CAUSE])).await;
    let page = own.text(&format!("{to}/kvittens")).await;
    has(&page, &["Den nya versionen är mottagen", "Det första svaret, version 2"]);
}

#[tokio::test]
async fn a_hostile_name_is_shown_as_text_and_steers_nothing() {
    let service = Service::with_sample().await;
    let own = Own::of(&service, "tallasen").await;
    for (at, name) in
        ["../../etc/<script>alert(1)</script>.csv", "C:\\\\x\\\\'=cmd|.csv", "a\u{202e}vsc.exe", "850709-9805.csv", "…"]
            .into_iter()
            .enumerate()
    {
        let rows: Vec<&str> = std::iter::repeat_n(OPEN_CASE, at + 1).collect();
        let to = own.hand_in(name, &csv(&rows)).await;
        for path in [to.clone(), format!("{to}/kvittens"), format!("/inlamning/{}", own.filing)] {
            let page = own.text(&path).await;
            assert!(
                !page.contains("<script>alert") && !page.contains('\u{202e}') && !page.contains("850709"),
                "{page}"
            );
        }
        let original = own.get(&format!("{to}/original")).await.is(200);
        let disposition = original.headers[header::CONTENT_DISPOSITION].to_str().unwrap().to_owned();
        assert!(disposition.starts_with("attachment; ") && !disposition.contains('/'), "{disposition}");
        assert_eq!(original.headers[header::CONTENT_TYPE], "application/octet-stream");
        assert_eq!(original.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert_eq!(original.bytes, csv(&rows), "as it came");
    }
}

#[tokio::test]
async fn a_file_that_is_too_large_is_refused_on_the_page_it_was_sent_from() {
    let service = Service::with_files_up_to(1_000_000).await;
    let own = Own::of(&service, "tallasen").await;
    let page = own.upload("stor.xlsx", &vec![b'x'; 1_000_001]).await.is(413).text();
    has(&page, &["Filen stor.xlsx är för stor", "högst 1 MB", "Lämna in"]);
    assert!(own.attempts().await.is_empty());
    own.upload("lagom.csv", &vec![b'x'; 1_000_000]).await.is(303);
}

#[tokio::test]
async fn two_files_at_the_same_time_become_two_versions() {
    let service = Service::with_sample().await;
    let own = Own::of(&service, "tallasen").await;
    let (one, other) = (csv(&[OPEN_CASE]), csv(&[OPEN_CASE, NO_CAUSE]));
    let (a, b) = tokio::join!(own.upload("a.csv", &one), own.upload("b.csv", &other));
    assert_ne!(a.is(303).leads_to(), b.is(303).leads_to());
    while service.desk.work_once(service.now()).await.unwrap() {}
    let attempts = own.attempts().await;
    assert_eq!(attempts.iter().map(|it| it.nr).collect::<Vec<_>>(), [1, 2]);
    assert!(attempts.iter().all(|it| it.state() == AttemptState::Read), "{attempts:?}");
}

#[tokio::test]
async fn several_files_wait_until_their_sender_has_said_where_each_belongs() {
    let service = Service::with_sample().await;
    let own = Own::of(&service, "vard-och-omsorg").await;
    let contents = service.desk.store.contents(&service.round).await.unwrap();
    let is_own = |it: &&kvartal::store::filing::Filing| contents.utforare_of(it).unwrap().nyckel == "vard-och-omsorg";
    let other = contents.filings.iter().filter(is_own).find(|it| it.id != own.filing).expect("two uppdrag").id.clone();
    let short_stay = OPEN_CASE.replace("9 § 3", "9 § 6").replace("Ledsagarservice", "Korttidsvistelse");
    let (one, two) = (csv(&[OPEN_CASE]), csv(&[&short_stay]));
    let sent = several(&own, "/uppdrag/filer", &[("led.csv", &one), ("kort.csv", &two)]).await.is(303);
    assert_eq!(sent.leads_to(), "/uppdrag/fordela");
    let before = own.attempts().await.len();
    has(&own.text("/uppdrag").await, &["Filer som väntar på att få ett uppdrag", "led.csv"]);
    let page = own.text("/uppdrag/fordela").await;
    for filing in [&own.filing, &other] {
        assert!(page.contains(&format!("<option value=\"{filing}\" selected>")), "each is proposed once: {page}");
    }
    let files: Vec<String> =
        page.split("name=\"fil-").skip(1).filter_map(|it| it.split('"').next()).map(|it| format!("fil-{it}")).collect();
    let [first, second] = files.as_slice() else { panic!("two files wait: {files:?}") };
    let stranger = Own::of(&service, "almvik").await;
    stranger.post("/uppdrag/fordela", &[(first, &stranger.filing)]).await.is(404);
    let same = own.post("/uppdrag/fordela", &[(first, &own.filing), (second, &own.filing)]).await.is(422).text();
    has(&same, &["Två filer kan inte gälla samma uppdrag"]);
    let id = second.strip_prefix("fil-").unwrap();
    stranger.post(&format!("/uppdrag/slang/{id}"), &[]).await.is(404);
    own.post(&format!("/uppdrag/slang/{id}"), &[]).await.is(303);
    own.post_and_read("/uppdrag/fordela", &[(first, &own.filing)]).await.is(303);
    assert_eq!(own.attempts().await.len(), before + 1);
    assert!(!own.text("/uppdrag").await.contains("Filer som väntar"));
}

#[tokio::test]
async fn a_question_is_answered_in_place_or_for_all_of_its_kind_and_what_was_typed_is_kept() {
    let service = Service::with_sample().await;
    let own = Own::of(&service, "bistandsenheten").await;
    let version = own.newest().await.id;
    let to = format!("/version/{version}");
    let page = own.text(&to).await;
    has(&page, &["Frågor av samma slag", "Bekräfta"]);
    let rule = page.split("name=\"regel\" value=\"").nth(1).and_then(|it| it.split('"').next()).expect("a question");
    let path = format!("{to}/svar");
    has(&own.post(&path, &[("regel", rule), ("alla", "ja"), ("text", "  ")]).await.is(422).text(), &["Skriv ett svar"]);
    own.post(&path, &[("regel", "XX999"), ("alla", "ja"), ("text", "Ja")]).await.is(400);
    own.post(&path, &[("regel", rule), ("alla", "ja"), ("text", "Vi <har> frågat.")]).await.is(303);
    let page = own.text(&to).await;
    has(&page, &["”Vi &#60;har&#62; frågat.”"]);
    for rule in page.split("name=\"regel\" value=\"").skip(1).filter_map(|it| it.split('"').next()) {
        own.post(&path, &[("regel", rule), ("alla", "ja"), ("bekrafta", "ja")]).await.is(303);
    }
    has(&own.text(&to).await, &["Alla frågor är besvarade", "Uppgiften stämmer."]);
    has(&own.text("/uppdrag").await, &["Ska granskas"]);
}

#[tokio::test]
async fn a_completion_is_read_and_answered_and_the_grade_commented_before_the_quarter_is_fixed() {
    let service = Service::with_sample().await;
    let own = Own::of(&service, "almvik").await;
    let (by, now) = (Actor::new("p1", "Hanna Ek"), at("2024-01-22T08:00:00Z"));
    let ask = kvartal::desk::completions::Ask {
        text: "Vilken dag upphörde insatsen?".to_owned(),
        due: "2024-01-29".parse().unwrap(),
        about: None,
        missing_cases: 0,
    };
    let id = service.desk.ask(&own.filing, &ask, &by, now).await.unwrap();
    has(&own.text("/uppdrag").await, &["Vilken dag upphörde insatsen?", "29 januari 2024"]);
    has(&own.text(&format!("/komplettering/{id}")).await, &["Hanna Ek", "Vilken dag"]);
    let other = Own::of(&service, "tallasen").await;
    other.get(&format!("/komplettering/{id}")).await.is(404);
    let path = format!("/inlamning/{}", own.filing);
    assert!(!own.text(&path).await.contains("Så gick rapporteringen"), "nothing is said before the nämnd has said it");
    own.post(&format!("{path}/kommentar"), &[("text", "Vi håller inte med.")]).await.is(404);
    service.desk.grade(&own.filing, (Some(kvartal::model::Grade::Ok), "Snabba svar."), &by, now).await.unwrap();
    has(&own.text(&path).await, &["Så gick rapporteringen", "OK rapportering", "Snabba svar."]);
    has(&own.post(&format!("{path}/kommentar"), &[("text", " ")]).await.is(422).text(), &["Skriv din kommentar."]);
    own.post(&format!("{path}/kommentar"), &[("text", "Vi håller inte med.")]).await.is(303);
    has(&own.text(&path).await, &["Vi håller inte med."]);
}

#[tokio::test]
async fn the_template_holds_the_open_cases_of_its_own_filing_and_comes_back_without_a_fault() {
    let service = Service::with_sample().await;
    let own = Own::of(&service, "almvik").await;
    let template = own.get(&format!("/inlamning/{}/mall", own.filing)).await.is(200);
    has(template.headers[header::CONTENT_DISPOSITION].to_str().unwrap(), &["attachment", "mall-2023-Q4-almvik"]);
    let open = service.desk.open_before(&own.filing).await.unwrap().len();
    let to = own.hand_in("mall.xlsx", &template.bytes).await;
    has(&own.text(&to).await, &[&format!("<dd>{open}</dd>"), "rader lästa"]);
}

#[tokio::test]
async fn earlier_quarters_are_shown_to_the_one_they_belong_to() {
    let service = Service::with_sample().await;
    crate::desk::load(&service.desk, "2023-q3").await;
    let own = Own::of(&service, "almvik").await;
    let page = own.text("/tidigare").await;
    assert!(page.contains("Kvartal 3 2023") && !page.contains("Kvartal 4 2023"), "{page}");
}
