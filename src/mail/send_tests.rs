//! Letters leave: into a folder, and to a mail server of a few lines that listens on the own machine.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::mail::LetterKind;

const ID: &str = "0190d2a4-7e5b-7cc3-9d1f-6c0a1b2c3d4e";

fn letter(to: &str) -> Letter {
    Letter {
        kind: LetterKind::Reset,
        to: to.to_owned(),
        subject: "Välj nytt lösenord".to_owned(),
        text: "Hej!\n\nhttps://kvartal.example/länk\n.\nsist\n".to_owned(),
        html: "<!doctype html>\n<p>Hej!</p>\n".to_owned(),
    }
}

fn now() -> DateTime<Utc> {
    "2024-01-10T09:12:00Z".parse().unwrap()
}

fn carrier(url: &str) -> Carrier {
    Carrier::new(url, "Kvartal <kvartal@exempelstad.example>").unwrap()
}

/// What a server that answers as told was told.
#[derive(Default, Clone)]
struct Heard(Arc<Mutex<Vec<String>>>);

/// A mail server that takes one letter after another, and answers some commands otherwise than yes.
async fn server(answers: &[(&'static str, &'static str)]) -> (String, Heard) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    let (heard, answers) = (Heard::default(), answers.iter().copied().collect::<BTreeMap<_, _>>());
    let ears = heard.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let _ = converse(stream, &answers, &ears).await;
        }
    });
    (url, heard)
}

async fn converse(stream: TcpStream, answers: &BTreeMap<&str, &str>, heard: &Heard) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 prov\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        heard.0.lock().unwrap().push(line.clone());
        let word = line.split([' ', ':']).next().unwrap_or_default().to_owned();
        let usual = match word.as_str() {
            "EHLO" => "250 prov",
            "DATA" => "354 ja",
            "QUIT" => "221 adjö",
            _ => "250 ja",
        };
        let answer = answers.get(word.as_str()).copied().unwrap_or(usual);
        write.write_all(format!("{answer}\r\n").as_bytes()).await?;
        if word == "DATA" && answer.starts_with('3') {
            while let Some(line) = lines.next_line().await?.filter(|it| it != ".") {
                heard.0.lock().unwrap().push(line);
            }
            write.write_all(answers.get(".").copied().unwrap_or("250 mottaget").as_bytes()).await?;
            write.write_all(b"\r\n").await?;
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_letter_leaves_by_smtp_with_sender_recipient_and_the_id_of_its_row() {
    let (url, heard) = server(&[]).await;
    carrier(&url).send(&letter("karin@example.org"), ID, now()).await.unwrap();
    let heard = heard.0.lock().unwrap().join("\n");
    for expected in [
        "MAIL FROM:<kvartal@exempelstad.example>",
        "RCPT TO:<karin@example.org>",
        "From: Kvartal <kvartal@exempelstad.example>",
        "To: karin@example.org",
        "Message-ID: <0190d2a4-7e5b-7cc3-9d1f-6c0a1b2c3d4e@exempelstad.example>",
        "Date: Wed, 10 Jan 2024 09:12:00 +0000",
        "Auto-Submitted: auto-generated",
        "X-Auto-Response-Suppress: All",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Type: text/html; charset=utf-8",
    ] {
        assert!(heard.lines().any(|it| it == expected), "{expected} is not in\n{heard}");
    }
}

#[tokio::test]
async fn whether_a_new_try_can_help_follows_from_the_answer() {
    let cases: &[(&[(&str, &str)], bool)] = &[
        (&[("RCPT", "550 finns inte")], true),
        (&[("MAIL", "553 fel avsändare")], true),
        (&[(".", "554 vill inte ha")], true),
        (&[("RCPT", "450 vänta")], false),
        (&[("RCPT", "452 full")], false),
        (&[("MAIL", "530 logga in först")], false),
        (&[("MAIL", "535 fel lösenord")], false),
        (&[("EHLO", "421 stänger")], false),
    ];
    for (answers, permanent) in cases {
        let (url, _) = server(answers).await;
        let fault = carrier(&url).send(&letter("karin@example.org"), ID, now()).await.unwrap_err();
        assert_eq!(matches!(fault, SendError::Permanent(_)), *permanent, "{answers:?}: {fault}");
    }
}

#[tokio::test]
async fn a_user_name_and_a_password_are_given_before_the_letter() {
    let (url, heard) = server(&[("EHLO", "250-prov\r\n250 AUTH PLAIN LOGIN"), ("AUTH", "235 välkommen")]).await;
    let url = url.replace("smtp://", "smtp://kvartal:hemligt@");
    carrier(&url).send(&letter("karin@example.org"), ID, now()).await.unwrap();
    let heard = heard.0.lock().unwrap().clone();
    let at =
        |word: &str| heard.iter().position(|it| it.starts_with(word)).unwrap_or_else(|| panic!("{word}: {heard:?}"));
    assert!(at("AUTH PLAIN") < at("MAIL FROM"), "{heard:?}");
    let (url, heard) = server(&[("EHLO", "250-prov\r\n250 AUTH PLAIN"), ("AUTH", "535 fel lösenord")]).await;
    let url = url.replace("smtp://", "smtp://kvartal:fel@");
    let fault = carrier(&url).send(&letter("karin@example.org"), ID, now()).await.unwrap_err();
    assert!(matches!(fault, SendError::Temporary(_)), "ours to mend, not the receiver's: {fault}");
    assert!(!heard.0.lock().unwrap().iter().any(|it| it.starts_with("MAIL")), "no letter without sign-in");
}

#[tokio::test]
async fn where_encryption_is_asked_for_nothing_is_said_to_a_server_that_has_none() {
    for greeting in ["250 prov", "250-prov\r\n250 STARTTLS"] {
        // The second promises it and goes on in the open.
        let (url, heard) = server(&[("EHLO", greeting), ("STARTTLS", "220 nu")]).await;
        let url = format!("{}?tls=required", url.replace("smtp://", "smtp://kvartal:hemligt@"));
        let fault = carrier(&url).send(&letter("karin@example.org"), ID, now()).await.unwrap_err();
        assert!(matches!(fault, SendError::Temporary(_)), "{greeting}: {fault}");
        let heard = heard.0.lock().unwrap().clone();
        let told = |it: &String| ["AUTH", "MAIL", "RCPT", "DATA"].iter().any(|word| it.starts_with(word));
        assert!(!heard.iter().any(told), "{greeting}: {heard:?}");
    }
}

#[tokio::test]
async fn a_server_that_is_away_is_worth_another_try() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let carrier = carrier(&format!("smtp://127.0.0.1:{port}"));
    let fault = carrier.send(&letter("karin@example.org"), ID, now()).await.unwrap_err();
    assert!(matches!(fault, SendError::Temporary(_)), "{fault}");
}

#[tokio::test]
async fn what_is_no_address_never_leaves() {
    let carrier = carrier("smtp://127.0.0.1:1");
    for odd in ["", "karin", "karin@", "karin@example.org\r\nBcc: alla@example.org", "a@b.se, c@d.se"] {
        let fault = carrier.send(&letter(odd), ID, now()).await.unwrap_err();
        assert!(matches!(fault, SendError::Permanent(_)), "{odd}: {fault}");
    }
}

#[tokio::test]
async fn a_line_break_in_a_subject_begins_no_header() {
    let odd = Letter { subject: "Hej\r\nBcc: alla@example.org".to_owned(), ..letter("karin@example.org") };
    let sent = String::from_utf8(carrier("mapp:x").message(&odd, ID, now()).unwrap().formatted()).unwrap();
    assert!(!sent.lines().any(|it| it.starts_with("Bcc:")), "{sent}");
}

#[tokio::test]
async fn a_folder_gets_one_file_a_letter_and_the_same_letter_is_the_same_file() {
    let name = format!("kvartal-letters-{}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    let carrier = carrier(&format!("mapp:{}", folder.display()));
    for _ in 0..2 {
        carrier.send(&letter("karin@example.org"), ID, now()).await.unwrap();
    }
    let names: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|it| it.unwrap().file_name()).collect();
    let text = std::fs::read_to_string(folder.join(format!("{ID}.eml"))).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(names, [format!("{ID}.eml").as_str()]);
    assert!(text.contains("To: karin@example.org"), "{text}");
}

#[test]
fn an_open_line_is_used_only_to_this_machine_or_when_somebody_says_so() {
    for (url, expected) in [
        ("smtp://relay.example", Some("smtp://relay.example?tls=required")),
        ("smtp://u:p@relay.example:587", Some("smtp://u:p@relay.example:587?tls=required")),
        ("smtp://relay.example:25?tls=none", Some("smtp://relay.example:25")),
        ("smtp://relay.example?tls=opportunistic", Some("smtp://relay.example?tls=required")),
        ("smtp://localhost:1025", Some("smtp://localhost:1025")),
        ("smtp://127.0.0.1:25", Some("smtp://127.0.0.1:25")),
        ("smtp://[::1]:25", Some("smtp://[::1]:25")),
        ("smtp://localhost.example", Some("smtp://localhost.example?tls=required")),
        ("smtps://u:p@relay.example", Some("smtps://u:p@relay.example")),
        ("smtp://u:p@relay.example?tls=none", None),
        ("https://relay.example", None),
        ("", None),
    ] {
        assert_eq!(with_encryption(url).ok().as_deref(), expected, "{url}");
    }
}

// The pool of connections looks after itself in the background, so it needs a runtime.
#[tokio::test]
async fn an_encrypted_way_can_be_set_up() {
    for url in ["smtps://u:p@relay.example", "smtp://u:p@relay.example:587"] {
        assert!(Carrier::new(url, "kvartal@a.example").is_ok(), "{url}");
    }
}

#[test]
fn settings_that_cannot_work_are_said_in_swedish() {
    for (url, from, named) in [
        ("relay", "kvartal@a.example", "smtp://"),
        ("smtp://", "kvartal@a.example", "går inte att använda"),
        ("mapp:brev", "kvartal", "ingen e-postadress"),
    ] {
        let fault = Carrier::new(url, from).unwrap_err().to_string();
        assert!(fault.contains(named), "{url}: {fault}");
    }
}
