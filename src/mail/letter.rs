//! What the letters say.
//!
//! Goes in: the nämnd's name, a link, a day. Comes out: a [`Letter`] with subject, text and page in Swedish.
//! Guaranteed: both forms say the same and hold the same link; nothing in them tells about a case. The words stand in
//! `web/letters/`.

use askama::Template;

use crate::model::words::words;

words! {
    /// Why a letter is sent.
    LetterKind {
        Invitation = "inbjudan", "Inbjudan";
        NewRole = "ny_behorighet", "Ny behörighet";
        Reset = "aterstallning", "Nytt lösenord";
        PasswordChanged = "losenord_andrat", "Lösenordet har ändrats";
        SecondFactorRemoved = "tvasteg_borttaget", "Tvåstegsinloggningen har tagits bort";
        Feedback = "aterkoppling", "Återkoppling";
        CompletionAsked = "komplettering", "Komplettering begärd";
        CompletionMessage = "komplettering_meddelande", "Meddelande i en komplettering";
        CompletionAnswered = "komplettering_besvarad", "Komplettering besvarad";
        FileStopped = "fil_stoppad", "En fil stoppades";
        Extended = "forlangd", "Sista dagen flyttades";
        Reminder = "paminnelse", "Påminnelse";
        Information = "information", "Information om insamlingen";
        HandedOver = "till_handlaggare", "Påminnelserna är slut";
    }
}

/// A letter ready to be laid in the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    pub kind: LetterKind,
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// A template could not be filled in, which only a full memory can bring about.
#[derive(Debug, thiserror::Error)]
#[error("the letter could not be written: {0}")]
pub struct LetterError(#[from] askama::Error);

/// Declares what a letter needs; its two templates see the same fields.
macro_rules! letter {
    ($(#[$doc:meta])* $name:ident, $text:literal, $html:literal, { $($(#[$fdoc:meta])* $field:ident,)+ },
     $kind:ident, $subject:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Template)]
        #[template(path = $html)]
        pub struct $name<'a> { $($(#[$fdoc])* pub $field: &'a str,)+ }

        impl $name<'_> {
            pub fn to(&self, address: &str) -> Result<Letter, LetterError> {
                #[derive(Template)]
                #[template(path = $text)]
                struct Text<'a> { $($field: &'a str,)+ }
                let subject: fn(&Self) -> String = $subject;
                Ok(Letter {
                    kind: LetterKind::$kind,
                    to: address.to_owned(),
                    subject: subject(self),
                    text: Text { $($field: self.$field,)+ }.render()?,
                    html: self.render()?,
                })
            }
        }
    };
}

letter!(
    /// An account has been made for somebody.
    Invitation, "letters/inbjudan.txt", "letters/inbjudan.html",
    { namnd, kommun, link, /** Last day and time, in words. */ until, },
    Invitation, |it| format!("Inbjudan till Kvartal för {}", it.namnd)
);

letter!(
    /// Somebody who has an account already has become something more.
    NewRole, "letters/ny-behorighet.txt", "letters/ny-behorighet.html",
    { namnd, kommun, link, },
    NewRole, |it| format!("Ny behörighet i Kvartal för {}", it.namnd)
);

letter!(
    /// Somebody has asked for a new password.
    Reset, "letters/aterstallning.txt", "letters/aterstallning.html",
    { link, until, },
    Reset, |_| "Välj nytt lösenord i Kvartal".to_owned()
);

letter!(
    /// So that a person notices what they have not done themselves.
    PasswordChanged, "letters/losenord-andrat.txt", "letters/losenord-andrat.html",
    { when, /** Where to choose a new one. */ link, },
    PasswordChanged, |_| "Ditt lösenord i Kvartal har ändrats".to_owned()
);

letter!(
    /// The same for the second factor.
    SecondFactorRemoved, "letters/tvasteg-borttaget.txt", "letters/tvasteg-borttaget.html",
    { when, link, },
    SecondFactorRemoved, |_| "Din tvåstegsinloggning i Kvartal har tagits bort".to_owned()
);

letter!(
    /// Feedback on a quarter's reporting lies ready.
    Feedback, "letters/aterkoppling.txt", "letters/aterkoppling.html",
    { namnd, /** `kvartal 4 2023` */ quarter, link, },
    Feedback, |it| format!("Återkoppling på er rapportering för {}", it.quarter)
);

letter!(
    /// A completion is asked for.
    CompletionAsked, "letters/komplettering.txt", "letters/komplettering.html",
    { namnd, quarter, /** Last day to answer, in words. */ due, link, },
    CompletionAsked, |it| format!("Komplettera er rapportering för {}, senast {}", it.quarter, it.due)
);

letter!(
    /// Biståndsenheten has written once more in a thread.
    CompletionMessage, "letters/komplettering-meddelande.txt", "letters/komplettering-meddelande.html",
    { namnd, quarter, link, },
    CompletionMessage, |it| format!("Nytt meddelande om er rapportering för {}", it.quarter)
);

letter!(
    /// A file seems to be about another quarter or another utförare, and counts for nothing until its sender has said more.
    FileStopped, "letters/fil-stoppad.txt", "letters/fil-stoppad.html",
    { namnd, quarter, link, },
    FileStopped, |it| format!("En fil för {} behöver ett svar", it.quarter)
);

letter!(
    /// The last day was moved for one utförare.
    Extended, "letters/forlangd.txt", "letters/forlangd.html",
    { namnd, quarter, /** The new last day, in words. */ due, link, },
    Extended, |it| format!("Ny sista dag för {}: {}", it.quarter, it.due)
);

letter!(
    /// A completion was answered.
    CompletionAnswered, "letters/komplettering-besvarad.txt", "letters/komplettering-besvarad.html",
    { utforare, quarter, link, },
    CompletionAnswered, |it| format!("{} har svarat på en komplettering för {}", it.utforare, it.quarter)
);

/// A letter of the ladder. Its words are data (`rules/paminnelser.toml`); what it is about and the link are added here.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "letters/paminnelse.html")]
pub struct Notice<'a> {
    pub kind: LetterKind,
    pub subject: &'a str,
    pub paragraphs: &'a [String],
    /// Uppdrag, or for the nämnd's own people utförare.
    pub concerns: &'a [String],
    pub link: &'a str,
    /// To an utförare.
    pub outward: bool,
}

impl Notice<'_> {
    pub fn to(&self, address: &str) -> Result<Letter, LetterError> {
        #[derive(Template)]
        #[template(path = "letters/paminnelse.txt")]
        struct Text<'a> {
            paragraphs: &'a [String],
            concerns: &'a [String],
            link: &'a str,
            outward: bool,
        }
        let Self { kind, subject, paragraphs, concerns, link, outward } = *self;
        let text = Text { paragraphs, concerns, link, outward }.render()?;
        Ok(Letter { kind, to: address.to_owned(), subject: subject.to_owned(), text, html: self.render()? })
    }
}

#[cfg(test)]
mod tests {
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
}
