//! Who is told by letter about a filing, and that the letter tells nothing that is not everybody's to read.

use kvartal::access::role::Role;
use kvartal::desk::completions::{Ask, Side};
use kvartal::mail::LetterKind;
use kvartal::mail::outbox::send_due;
use kvartal::store::Actor;
use kvartal::store::letter::{LetterRow, NewLetter};

use crate::service::Service;
use crate::support::{OPEN_CASE, list};

const SECRET: &str = "Gäller pojken på Storgatan 1.";

async fn letters(service: &Service, kind: LetterKind) -> Vec<LetterRow> {
    let all = service.desk.store.letters().await.expect("letters");
    all.into_iter().filter(|it| it.kind == kind.key()).collect()
}

/// To whom, and the line that is a link.
fn to_and_link(letters: &[LetterRow]) -> Vec<(&str, &str)> {
    let link = |it: &str| it.starts_with("http://kvartal.example.org/");
    letters
        .iter()
        .map(|it| (it.recipient.as_str(), it.text_body.lines().find(|line| link(line)).expect("a link")))
        .collect()
}

fn asa() -> Actor {
    Actor::new("p1", "Åsa Handläggare")
}

async fn ask(service: &Service, filing: &str) -> String {
    let due = "2024-02-01".parse().expect("a day");
    let ask = Ask { text: SECRET.to_owned(), due, about: None, missing_cases: 1 };
    service.desk.ask(filing, &ask, &asa(), service.now()).await.expect("asked")
}

#[tokio::test]
async fn an_import_tells_nobody() {
    let service = Service::with_sample().await;
    assert!(service.desk.store.letters().await.expect("letters").is_empty());
}

#[tokio::test]
async fn the_contacts_are_told_what_bistandsenheten_asks_writes_sends_and_extends() {
    let service = Service::with_sample().await;
    let (desk, now, filing) = (&service.desk, service.now(), service.filing_of("almvik").await);
    let id = ask(&service, &filing).await;
    desk.answer(&id, Side::Utforare, SECRET, &asa(), now).await.expect("answered");
    desk.answer(&id, Side::Namnd, SECRET, &asa(), now).await.expect("written");
    desk.save_feedback(&filing, (SECRET, false), &asa(), now).await.expect("kept");
    desk.save_feedback(&filing, (SECRET, true), &asa(), now).await.expect("sent");
    let later = Some("2024-02-05".parse().expect("a day"));
    for _ in 0..2 {
        desk.extend(&filing, (later, SECRET), &asa(), now).await.expect("extended");
    }
    let mail = "rapport@almvik.example.org";
    let thread = format!("http://kvartal.example.org/komplettering/{id}");
    let own = format!("http://kvartal.example.org/inlamning/{filing}");
    for (kind, link, day) in [
        (LetterKind::CompletionAsked, &thread, "1 februari 2024"),
        (LetterKind::CompletionMessage, &thread, ""),
        (LetterKind::Feedback, &own, ""),
        (LetterKind::Extended, &own, "5 februari 2024"),
    ] {
        let found = letters(&service, kind).await;
        assert_eq!(to_and_link(&found), [(mail, link.as_str())], "{kind:?}");
        assert!(found[0].text_body.contains(day) && found[0].text_body.contains("kvartal 4 2023"), "{kind:?}");
        assert_eq!(found[0].namnd_id.as_ref(), Some(&service.namnd), "{kind:?}");
    }
    let all = service.desk.store.letters().await.expect("letters");
    assert_eq!(all.len(), 4, "an answer and a draft are told to nobody");
    for it in all {
        for never in ["Storgatan", "pojke", "Almvik", "Åsa"] {
            assert!(!format!("{}{}{}", it.subject, it.text_body, it.html_body).contains(never), "{never}: {it:?}");
        }
    }
}

#[tokio::test]
async fn those_who_sign_in_for_an_utforare_are_told_when_it_has_no_contacts() {
    let service = Service::with_sample().await;
    let filing = service.filing_of("almvik").await;
    let store = &service.desk.store;
    let all = store.utforare(&service.namnd).await.expect("utförare");
    let own = all.iter().find(|it| it.nyckel == "almvik").expect("almvik");
    service.signed_in(Role::Utforare, Some("almvik")).await;
    service.signed_in(Role::Utforare, Some("tallasen")).await;
    let mut tx = store.begin().await.expect("a transaction");
    tx.set_kontakter(&own.id, &[]).await.expect("no contacts");
    tx.commit().await.expect("committed");
    ask(&service, &filing).await;
    let members = store.memberships_of_namnd(&service.namnd).await.expect("memberships");
    let member = members.iter().find(|it| it.utforare_id.as_ref() == Some(&own.id)).expect("a member");
    let mail = store.person(&member.person_id).await.expect("store").expect("a person").mail;
    let told: Vec<String> =
        letters(&service, LetterKind::CompletionAsked).await.into_iter().map(|it| it.recipient).collect();
    assert_eq!(told, [mail]);
}

#[tokio::test]
async fn whoever_sent_a_file_that_names_another_quarter_is_told_once() {
    let service = Service::with_sample().await;
    let (filing, cookie) =
        (service.filing_of("tallasen").await, service.signed_in(Role::Utforare, Some("tallasen")).await);
    let file = format!("Rapport för kvartal 2 2022\n\n{}", list(&[OPEN_CASE]));
    let path = format!("/inlamning/{filing}/fil");
    let to =
        service.upload(&path, &[("cookie", &cookie)], ("fel kvartal.csv", file.as_bytes())).await.is(303).leads_to();
    let sender = &service.desk.store.attempts_of_filing(&filing).await.expect("store")[0].sender;
    let mail = service.desk.store.person(sender).await.expect("store").expect("a person").mail;
    let found = letters(&service, LetterKind::FileStopped).await;
    let link = format!("http://kvartal.example.org{to}");
    assert_eq!(to_and_link(&found), [(mail.as_str(), link.as_str())]);
}

#[tokio::test]
async fn what_is_refused_is_told_to_nobody() {
    let service = Service::with_sample().await;
    let filing = service.filing_of("almvik").await;
    let past =
        Ask { text: SECRET.to_owned(), due: "2024-01-01".parse().expect("a day"), about: None, missing_cases: 0 };
    service.desk.ask(&filing, &past, &asa(), service.now()).await.expect_err("the day has passed");
    assert!(service.desk.store.letters().await.expect("letters").is_empty());
}

async fn send_all(service: &Service) {
    while send_due(&service.desk.store, &service.carrier(), service.now()).await.expect("sent").was_full() {}
}

#[tokio::test]
async fn a_letter_that_has_left_can_be_read_again_by_those_who_see_the_filing() {
    let service = Service::with_sample().await;
    let filing = service.filing_of("almvik").await;
    let later = Some("2024-02-05".parse().expect("a day"));
    service.desk.extend(&filing, (later, SECRET), &asa(), service.now()).await.expect("extended");
    let id = letters(&service, LetterKind::Extended).await.remove(0).id;
    let own = format!("/granska/{filing}/brev/{id}");
    let who = service.signed_in(Role::Handlaggare, None).await;
    let page = service.get(&own, &who).await.is(200).text();
    assert!(page.contains("Väntar på att skickas") && !page.contains("brev.eml"), "{page}");
    send_all(&service).await;
    let page = service.get(&format!("/granska/{filing}/tid"), &who).await.is(200).text();
    assert!(page.contains(&format!("href=\"{own}\"")), "{page}");
    for role in [Role::Handlaggare, Role::Samordnare, Role::Lasare] {
        let who = service.signed_in(role, None).await;
        let page = service.get(&own, &who).await.is(200).text();
        for said in ["rapport@almvik.example.org", "Skickat 22 januari 2024", "Den är nu 5 februari 2024", "brev.eml"]
        {
            assert!(page.contains(said), "{role}: {said} is not in {page}");
        }
        assert!(page.contains(&format!("&#60;{id}@exempelstad.example.org&#62;")), "{page}");
        let html = service.get(&format!("{own}/brev"), &who).await.is(200);
        assert!(html.text().starts_with("<!doctype html>") && html.text().contains("Den är nu 5 februari 2024"));
        let policy = html.headers["content-security-policy"].to_str().expect("text").to_owned();
        assert!(policy.starts_with("default-src 'none'"), "{policy}");
        let file = service.get(&format!("{own}/brev.eml"), &who).await.is(200);
        assert_eq!(file.headers["content-type"], "message/rfc822");
        assert!(file.text().contains(&format!("Message-ID: <{id}@exempelstad.example.org>")), "{}", file.text());
    }
    // Not under another filing, and not for utförare.
    let other = service.filing_of("tallasen").await;
    for end in ["", "/brev", "/brev.eml"] {
        service.get(&format!("/granska/{other}/brev/{id}{end}"), &who).await.is(404);
        let theirs = service.signed_in(Role::Utforare, Some("almvik")).await;
        service.get(&format!("{own}{end}"), &theirs).await.is(403);
    }
}

#[tokio::test]
async fn a_link_that_opens_an_account_is_never_shown_again_and_other_letters_are_those_of_the_own_namnd() {
    let service = Service::with_sample().await;
    let (admin, samordnare) =
        (service.signed_in(Role::Administrator, None).await, service.signed_in(Role::Samordnare, None).await);
    let invited =
        [("epost", "vera@kommun.example.org"), ("namn", "Vera Blom"), ("roll", "handlaggare"), ("utforare", "")];
    service.post("/anvandare/ny", &admin, &invited).await.is(303);
    let row = letters(&service, LetterKind::Invitation).await.remove(0);
    let key = row.text_body.split("/valj-losenord/").nth(1).and_then(|it| it.lines().next()).expect("a key").to_owned();
    assert!(key.len() > 20, "{key}");
    for sent in [false, true] {
        if sent {
            send_all(&service).await;
            let kept = service.desk.store.letter(&row.id).await.expect("store").expect("the letter");
            assert!(kept.sent_at.is_some() && kept.text_body.contains("Välj ditt lösenord"), "{kept:?}");
            assert!(!format!("{kept:?}").contains(&key), "the database forgets it: {kept:?}");
        }
        for who in [&admin, &samordnare] {
            let page = service.get(&format!("/post/{}", row.id), who).await.is(200).text();
            assert!(page.contains("Länken i brevet visas inte") && page.contains("Välj ditt lösenord"), "{page}");
            let html = service.get(&format!("/post/{}/brev", row.id), who).await.is(200).text();
            assert!(html.contains("Länken visas inte"), "{html}");
            for text in [page, html] {
                assert!(!text.contains(&key) && !text.contains("valj-losenord"), "{text}");
            }
            service.get(&format!("/post/{}/brev.eml", row.id), who).await.is(404);
        }
    }
    let listed = service.get("/post", &samordnare).await.is(200).text();
    assert!(listed.contains(&format!("href=\"/post/{}\"", row.id)), "{listed}");
    let mut tx = service.desk.store.begin().await.expect("a transaction");
    for namnd in [None, Some("en-annan")] {
        let new = NewLetter { namnd, kind: "paminnelse", recipient: "a@b.example", subject: "A", text: "B", html: "C" };
        let id = tx.post(new, service.now()).await.expect("posted");
        tx.commit().await.expect("stored");
        tx = service.desk.store.begin().await.expect("a transaction");
        for end in ["", "/brev", "/brev.eml"] {
            service.get(&format!("/post/{id}{end}"), &samordnare).await.is(404);
        }
    }
}

/// What an older version sent has no text; the page says so.
#[tokio::test]
async fn a_letter_without_text_says_that_it_is_gone() {
    let service = Service::with_sample().await;
    let new = NewLetter {
        namnd: Some(&service.namnd),
        kind: "paminnelse",
        recipient: "a@b.example",
        subject: "Gammalt",
        text: "",
        html: "",
    };
    let mut tx = service.desk.store.begin().await.expect("a transaction");
    let id = tx.post(new, service.now()).await.expect("posted");
    tx.commit().await.expect("stored");
    let who = service.signed_in(Role::Samordnare, None).await;
    let page = service.get(&format!("/post/{id}"), &who).await.is(200).text();
    assert!(page.contains("Texten finns inte kvar"), "{page}");
    service.get(&format!("/post/{id}/brev"), &who).await.is(404);
}
