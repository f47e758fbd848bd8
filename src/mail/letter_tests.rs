//! Letters as they are written: both forms, what may be read again, and what never stands in them.

use super::*;

const LINK: &str = "https://kvartal.example/lank?nyckel=AbC-d_e&till=a";

fn all() -> Vec<Letter> {
    let (namnd, kommun, quarter, link) = ("Nämnden för <stöd> & vård", "Exempelstad", "kvartal 4 2023", LINK);
    let (until, when, due) = ("17 januari 2024 kl. 10.12", "10 januari 2024 kl. 10.12", "15 januari 2024");
    let to = "karin@example.org";
    vec![
        Invitation { namnd, kommun, link, until }.to(to).unwrap(),
        NewRole { namnd, kommun, link }.to(to).unwrap(),
        Reset { link, until }.to(to).unwrap(),
        PasswordChanged { when, link }.to(to).unwrap(),
        SecondFactorRemoved { when, link }.to(to).unwrap(),
        Feedback { namnd, quarter, link }.to(to).unwrap(),
        CompletionAsked { namnd, quarter, due, link }.to(to).unwrap(),
        CompletionMessage { namnd, quarter, link }.to(to).unwrap(),
        FileStopped { namnd, quarter, link }.to(to).unwrap(),
        Extended { namnd, quarter, due, link }.to(to).unwrap(),
        CompletionAnswered { utforare: "Solsidan Omsorg AB", quarter, link }.to(to).unwrap(),
        notice(true).to(to).unwrap(),
        notice(false).to(to).unwrap(),
    ]
}

fn notice(outward: bool) -> Notice<'static> {
    static SAID: std::sync::LazyLock<[String; 2]> =
        std::sync::LazyLock::new(|| ["Svara senast <nu> & inte sedan.".to_owned(), "Tack.".to_owned()]);
    let (kind, subject) = (LetterKind::Reminder, "Påminnelse: svaret för kvartal 4 2023 har inte kommit");
    let concerns: &[String] = if outward { &*SAID } else { &[] };
    Notice { kind, subject, paragraphs: &*SAID, concerns, link: LINK, outward }
}

#[test]
fn both_forms_of_a_letter_hold_the_link_and_the_page_escapes_it() {
    for it in all() {
        assert!(it.text.contains(LINK), "{}", it.text);
        let escaped = LINK.replace('&', "&#38;");
        assert_eq!(it.html.matches(&format!("href=\"{escaped}\"")).count(), 1, "{}", it.html);
    }
}

#[test]
fn the_page_says_what_the_text_says() {
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let tag = regex::Regex::new("(?s)<(style|title)>.*?</(style|title)>|<[^>]*>").unwrap();
    for it in all() {
        let page = tag.replace_all(&it.html, " ").replace("&#38;", "&").replace("&#60;", "<").replace("&#62;", ">");
        assert_eq!(words(&page), words(&it.text), "{:?}", it.kind);
    }
}

#[test]
fn a_letter_is_a_page_in_swedish_that_fetches_nothing() {
    for it in all() {
        assert!(it.html.starts_with("<!doctype html>\n<html lang=\"sv\">"), "{}", it.html);
        for never in ["<img", "src=", "<script", "<link", "@import", "url("] {
            assert!(!it.html.contains(never), "{:?}: {never}", it.kind);
        }
    }
}

#[test]
fn no_line_of_a_text_breaks_inside_a_link_or_begins_with_blanks() {
    for it in all() {
        assert!(it.text.lines().any(|line| line == LINK), "{}", it.text);
        assert!(it.text.lines().all(|line| line.trim() == line), "{}", it.text);
        assert!(it.text.ends_with('\n') && !it.text.contains("\n\n\n"), "{}", it.text);
    }
}

#[test]
fn a_subject_is_one_line() {
    for it in all() {
        assert!(!it.subject.contains(['\n', '\r']) && it.subject.len() < 120, "{}", it.subject);
    }
}

#[test]
fn a_letter_that_opens_an_account_is_kept_without_its_link_and_every_other_as_it_is() {
    for it in all() {
        let (text, html) = Letter::as_kept(Some(it.kind), &it.text, &it.html);
        if it.kind.opens_an_account() {
            for kept in [&text, &html] {
                assert!(!kept.contains("://") && !kept.contains("AbC-d_e"), "{kept}");
                assert!(kept.contains(STRUCK) && kept.contains("Hälsningar"), "{kept}");
            }
            assert!(html.ends_with("</html>") || html.ends_with("</html>\n"), "{html}");
        } else {
            assert_eq!((text, html), (it.text, it.html), "{:?}", it.kind);
        }
    }
}

#[test]
fn what_is_not_known_to_be_harmless_loses_its_links() {
    let (text, html) = Letter::as_kept(
        None,
        "Se https://a.example/x nu\n",
        "<p><a href=\"https://a.example/x\">https://a.example/x</p>",
    );
    assert!(text.starts_with("Se [Länken") && text.ends_with("] nu\n"), "{text}");
    assert!(!html.contains("a.example"), "{html}");
}

#[test]
fn only_letters_about_an_account_open_one() {
    let opening: Vec<LetterKind> = LetterKind::ALL.iter().copied().filter(|it| it.opens_an_account()).collect();
    assert_eq!(opening, [LetterKind::Invitation, LetterKind::Reset]);
    assert!(LetterKind::ALL.iter().all(|it| !(it.opens_an_account() && it.is_to_contacts())));
}
