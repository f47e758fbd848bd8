//! Every letter the service can send, as a mail program meets it: headers, both parts, sizes, links and colours.
//!
//! The letters are read back from the files they become, with a reader of these few lines and not with the one that wrote them.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use kvartal::mail::letter::{
    CompletionAnswered, CompletionAsked, CompletionMessage, Extended, Feedback, FileStopped, Invitation, NewRole,
    PasswordChanged, Reset, SecondFactorRemoved,
};
use kvartal::mail::{Carrier, Letter, LetterKind};
use kvartal::model::mask::masked;
use kvartal::remind::run::preview_of;
use regex::Regex;

use crate::service::Service;
use crate::support::Folder;

const TO: &str = "karin@solsidan.example.org";
const URL: &str = "https://kvartal.exempelstad.example.org";
/// Mail programs cut what is longer out of sight.
const LONGEST_SUBJECT: usize = 78;
/// Gmail cuts a longer letter off.
const LARGEST: usize = 102 * 1024;

/// One of each, with the longest names of the sample kommun.
async fn every_letter(service: &Service) -> Vec<Letter> {
    let (namnd, kommun) = ("Nämnden för personer med funktionsnedsättning", "Exempelstad");
    let (quarter, utforare) = ("kvartal 4 2023", "Åbrinkens Omsorg och Behandling AB");
    let link = &format!("{URL}/komplettering/0190d2a4-7e5b-7cc3-9d1f-6c0a1b2c3d4e");
    let key = &format!("{URL}/valj-losenord/k0Zp3hQx9tV7mB2cR5yW8aLd4fGj6sNe");
    let (until, when, due) = ("17 januari 2024 kl. 10.12", "10 januari 2024 kl. 10.12", "29 september 2024");
    let written = [
        Invitation { namnd, kommun, link: key, until }.to(TO),
        NewRole { namnd, kommun, link }.to(TO),
        Reset { link: key, until }.to(TO),
        PasswordChanged { when, link }.to(TO),
        SecondFactorRemoved { when, link }.to(TO),
        Feedback { namnd, quarter, link }.to(TO),
        CompletionAsked { namnd, quarter, due, link }.to(TO),
        CompletionMessage { namnd, quarter, link }.to(TO),
        FileStopped { namnd, quarter, link }.to(TO),
        Extended { namnd, quarter, due, link }.to(TO),
        CompletionAnswered { utforare, quarter, link }.to(TO),
    ];
    let mut all: Vec<Letter> = written.into_iter().map(|it| it.expect("a letter")).collect();
    let ladder = &service.desk.builtin().ladder;
    for it in ladder.rungs() {
        let letter = preview_of(&service.desk, &service.round, it.step).await.expect("a letter").expect("a rung");
        all.push(Letter { to: TO.to_owned(), ..letter });
    }
    let kinds: BTreeSet<&str> = all.iter().map(|it| it.kind.key()).collect();
    assert_eq!(kinds.len(), LetterKind::ALL.len(), "a kind of letter is not among these: {kinds:?}");
    all
}

/// A letter as it arrived.
struct Arrived {
    letter: Letter,
    /// Names as written, values unfolded.
    headers: Vec<(String, String)>,
    text: String,
    html: String,
    size: usize,
}

impl Arrived {
    fn all(&self, name: &str) -> Vec<&str> {
        self.headers.iter().filter(|it| it.0.eq_ignore_ascii_case(name)).map(|it| it.1.as_str()).collect()
    }

    fn one(&self, name: &str) -> &str {
        let all = self.all(name);
        assert_eq!(all.len(), 1, "{name} stands once in {:?}", self.headers);
        all[0]
    }
}

async fn arrived() -> Vec<Arrived> {
    let (service, folder) = (Service::with_sample().await, Folder::new());
    let from = "Kvartal, Exempelstad <kvartal@exempelstad.example.org>";
    let from = from.replace("Kvartal, Exempelstad", "\"Kvartal, Exempelstad\"");
    let carrier = Carrier::new(&format!("mapp:{}", folder.path("brev")), &from).expect("a way").reached_at(URL);
    let now: DateTime<Utc> = "2024-01-10T09:12:00Z".parse().expect("a time");
    let mut all = Vec::new();
    for (nr, letter) in every_letter(&service).await.into_iter().enumerate() {
        let id = format!("brev-{nr}");
        carrier.send(&letter, &id, now).await.expect("sent");
        let bytes = carrier.file(&id).await.expect("a file");
        all.push(read(letter, &bytes));
    }
    all
}

fn read(letter: Letter, bytes: &[u8]) -> Arrived {
    let whole = std::str::from_utf8(bytes).expect("a letter travels as ASCII");
    assert!(whole.is_ascii(), "a letter travels as ASCII");
    for line in whole.split("\r\n") {
        assert!(line.len() <= 998 && !line.contains(['\r', '\n']), "{line}");
    }
    let (headers, body) = part(whole);
    let boundary = headers.iter().find(|it| it.0 == "Content-Type").map(|it| it.1.clone()).expect("a kind");
    let boundary = boundary.split("boundary=\"").nth(1).and_then(|it| it.split('"').next()).expect("a boundary");
    let mut parts = Vec::new();
    for it in body.split(&format!("--{boundary}")).skip(1).filter(|it| !it.starts_with("--")) {
        let (headers, body) = part(it.trim_start_matches("\r\n"));
        let of = |name: &str| headers.iter().find(|it| it.0 == name).map_or("", |it| it.1.as_str()).to_owned();
        parts.push((of("Content-Type"), decoded(&of("Content-Transfer-Encoding"), body)));
    }
    let kinds: Vec<&str> = parts.iter().map(|it| it.0.as_str()).collect();
    // The last is the one that is liked best (RFC 2046).
    assert_eq!(kinds, ["text/plain; charset=utf-8", "text/html; charset=utf-8"]);
    let (html, text) = (parts.remove(1).1, parts.remove(0).1);
    Arrived { letter, headers, text, html, size: bytes.len() }
}

type Headers = Vec<(String, String)>;

fn part(text: &str) -> (Headers, &str) {
    let (head, body) = text.split_once("\r\n\r\n").expect("headers end with an empty line");
    let unfolded = head.replace("\r\n ", " ").replace("\r\n\t", " ");
    let headers = unfolded.split("\r\n").map(|line| {
        let (name, value) = line.split_once(": ").unwrap_or_else(|| panic!("no header: {line}"));
        (name.to_owned(), value.to_owned())
    });
    (headers.collect(), body)
}

fn decoded(how: &str, body: &str) -> String {
    let bytes = match how {
        "quoted-printable" => quoted(&body.replace("=\r\n", "")),
        "base64" => base64(body),
        "7bit" => body.as_bytes().to_vec(),
        other => panic!("unknown encoding {other}"),
    };
    String::from_utf8(bytes).expect("UTF-8").replace("\r\n", "\n").trim_end().to_owned()
}

fn quoted(text: &str) -> Vec<u8> {
    let (mut out, mut rest) = (Vec::new(), text.as_bytes());
    while let Some((first, after)) = rest.split_first() {
        if *first == b'=' {
            let hex = std::str::from_utf8(&after[..2]).expect("two digits");
            out.push(u8::from_str_radix(hex, 16).expect("a number"));
            rest = &after[2..];
        } else {
            out.push(*first);
            rest = after;
        }
    }
    out
}

fn base64(text: &str) -> Vec<u8> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = text.bytes().filter_map(|it| DIGITS.iter().position(|known| *known == it));
    let (mut out, mut held, mut bits) = (Vec::new(), 0_usize, 0);
    for digit in digits {
        held = held << 6 | digit;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push(u8::try_from(held >> bits & 0xff).expect("a byte"));
        }
    }
    out
}

/// A header's words as they are read (RFC 2047).
fn words(value: &str) -> String {
    let encoded = Regex::new(r"=\?utf-8\?b\?([^?]*)\?=(?: (=\?))?").expect("a pattern");
    let mut value = value.to_owned();
    while let Some(it) = encoded.captures(&value) {
        let word = String::from_utf8(base64(&it[1])).expect("UTF-8");
        let next = it.get(2).map_or("", |it| it.as_str());
        value = value.replacen(&it[0], &format!("{word}{next}"), 1);
    }
    value
}

#[tokio::test]
async fn the_headers_of_every_letter_are_those_of_an_honest_machine() {
    for it in arrived().await {
        let what = format!("{:?} {}", it.letter.kind, it.letter.subject);
        for (name, value) in [
            ("To", TO),
            ("Date", "Wed, 10 Jan 2024 09:12:00 +0000"),
            ("MIME-Version", "1.0"),
            ("Auto-Submitted", "auto-generated"),
            ("X-Auto-Response-Suppress", "All"),
            ("Content-Language", "sv"),
        ] {
            assert_eq!(it.one(name), value, "{what}");
        }
        // A name with a comma must not become two senders.
        assert_eq!(words(it.one("From")), "Kvartal, Exempelstad <kvartal@exempelstad.example.org>", "{what}");
        assert!(it.one("Content-Type").starts_with("multipart/alternative;"), "{what}");
        let id = it.one("Message-ID");
        assert!(id.starts_with("<brev-") && id.ends_with("@exempelstad.example.org>"), "{what}: {id}");
        assert_eq!(words(it.one("Subject")), it.letter.subject, "{what}");
        for never in ["Bcc", "Cc", "Sender", "Precedence", "List-Unsubscribe-Post", "X-Priority"] {
            assert!(it.all(never).is_empty(), "{what}: {never}");
        }
    }
}

#[tokio::test]
async fn contacts_find_the_way_to_have_another_get_the_letters_and_nobody_else_is_offered_it() {
    let service = Service::with_sample().await;
    let page = service.get("/om-breven", "").await.is(200).text();
    assert!(page.contains("Ska någon annan ha breven?") && page.contains("Är brevet äkta?"), "{page}");
    let mut offered = 0;
    for it in arrived().await {
        // A page and not a click (RFC 8058): a mail program must not end an official letter by itself.
        let wanted = it.letter.kind.is_to_contacts().then(|| format!("<{URL}/om-breven>"));
        assert_eq!(
            it.all("List-Unsubscribe"),
            wanted.iter().map(String::as_str).collect::<Vec<_>>(),
            "{:?}",
            it.letter.kind
        );
        offered += usize::from(wanted.is_some());
    }
    assert!(offered >= 8, "{offered}");
}

#[tokio::test]
async fn a_subject_is_short_says_what_it_is_about_and_names_nobody() {
    let mut seen = BTreeSet::new();
    for it in arrived().await {
        let subject = it.letter.subject;
        assert!((10..=LONGEST_SUBJECT).contains(&subject.chars().count()), "{subject}");
        assert_eq!(masked(&subject), subject, "no number and no address of a person");
        assert!(!subject.contains(['!', '{', '}', '@']) && subject.to_uppercase() != subject, "{subject}");
        assert!(!subject.ends_with('.') && subject.trim() == subject && !subject.contains("  "), "{subject}");
        assert!(seen.insert(subject.clone()), "two letters look alike in the inbox: {subject}");
    }
}

#[tokio::test]
async fn the_page_of_a_letter_is_swedish_fetches_nothing_and_says_what_the_text_says() {
    let tag = Regex::new("(?s)<(style|title)>.*?</(style|title)>|<[^>]*>").expect("a pattern");
    let links = Regex::new(r#"<a href="([^"]+)">([^<]+)</a>"#).expect("a pattern");
    let unescaped =
        |it: &str| it.replace("&#60;", "<").replace("&#62;", ">").replace("&#34;", "\"").replace("&#38;", "&");
    for it in arrived().await {
        let what = format!("{:?}", it.letter.kind);
        assert!(it.html.starts_with("<!doctype html>\n<html lang=\"sv\">"), "{what}: {}", it.html);
        assert!(unescaped(&it.html).contains(&format!("<title>{}</title>", it.letter.subject)), "{what}: {}", it.html);
        for needed in ["<meta charset=\"utf-8\">", "name=\"viewport\"", "content=\"light dark\""] {
            assert!(it.html.contains(needed), "{what}: {needed}");
        }
        for never in [
            "<img", "src=", "srcset", "<script", "<link", "<form", "<iframe", "@import", "url(", "style=\"", "<table",
            "<font",
        ] {
            assert!(!it.html.contains(never), "{what}: {never}");
        }
        let said = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(said(&unescaped(&tag.replace_all(&it.html, " "))), said(&it.text), "{what}");
        let in_page: Vec<(String, String)> =
            links.captures_iter(&it.html).map(|it| (unescaped(&it[1]), unescaped(&it[2]))).collect();
        let in_text: Vec<&str> = it.text.split_whitespace().filter(|it| it.contains("://")).collect();
        assert_eq!(in_page.iter().map(|it| it.0.as_str()).collect::<Vec<_>>(), in_text, "{what}");
        assert_eq!(in_page.len(), 1, "{what}: one thing to do");
        assert!(in_page.iter().all(|it| it.0 == it.1), "{what}: a link says where it leads");
        assert_eq!(it.html.matches("<a ").count(), in_page.len(), "{what}");
        assert!(it.size <= LARGEST, "{what}: {} bytes", it.size);
    }
}

#[tokio::test]
async fn a_letter_about_everything_an_utforare_does_is_still_small_enough() {
    let (folder, now) = (Folder::new(), "2024-01-10T09:12:00Z".parse().expect("a time"));
    let concerns: Vec<String> = (0..200)
        .map(|it| format!("Ledsagarservice och avlösarservice i hemmet, område {it} (sista dag 10 januari 2024)"))
        .collect();
    let notice = kvartal::mail::letter::Notice {
        kind: LetterKind::Reminder,
        subject: "Påminnelse: svaret för kvartal 4 2023 har inte kommit",
        paragraphs: &["Svara så snart ni kan.".to_owned()],
        concerns: &concerns,
        link: URL,
        outward: true,
    };
    let carrier =
        Carrier::new(&format!("mapp:{}", folder.path("brev")), "kvartal@exempelstad.example.org").expect("a way");
    carrier.send(&notice.to(TO).expect("a letter"), "brev", now).await.expect("sent");
    let size = carrier.file("brev").await.expect("a file").len();
    assert!(size <= LARGEST, "{size}");
}

/// Mail programs drop some styles and keep others, and turn colours round in the dark: a colour of ours could end on a ground
/// of theirs. Without any, the reader's own hold; `tests/browser/letters.test.mjs` counts the contrast in both themes.
#[tokio::test]
async fn the_colours_of_every_letter_are_the_readers_own_in_light_and_in_dark() {
    for it in arrived().await {
        let what = format!("{:?}", it.letter.kind);
        assert!(it.html.contains("color-scheme: light dark;"), "{what}: {}", it.html);
        for never in ["color:", "background", "bgcolor", "#", "rgb", "hsl", "opacity", "font-size", "display:"] {
            let text = it.html.replace("&#", "");
            assert!(!text.contains(never), "{what}: {never} in {}", it.html);
        }
    }
}
