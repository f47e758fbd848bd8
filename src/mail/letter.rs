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

impl LetterKind {
    /// Its link opens an account by itself: nobody may read it again once it has left.
    pub const fn opens_an_account(self) -> bool {
        match self {
            Self::Invitation | Self::Reset => true,
            Self::NewRole
            | Self::PasswordChanged
            | Self::SecondFactorRemoved
            | Self::Feedback
            | Self::CompletionAsked
            | Self::CompletionMessage
            | Self::CompletionAnswered
            | Self::FileStopped
            | Self::Extended
            | Self::Reminder
            | Self::Information
            | Self::HandedOver => false,
        }
    }

    /// It goes to whoever is the contact of an utförare, who may want somebody else to get it.
    pub const fn is_to_contacts(self) -> bool {
        match self {
            Self::Feedback
            | Self::CompletionAsked
            | Self::CompletionMessage
            | Self::Extended
            | Self::Reminder
            | Self::Information => true,
            Self::Invitation
            | Self::NewRole
            | Self::Reset
            | Self::PasswordChanged
            | Self::SecondFactorRemoved
            | Self::CompletionAnswered
            | Self::FileStopped
            | Self::HandedOver => false,
        }
    }
}

/// What stands where a link stood that nobody may use again.
const STRUCK: &str = "Länken visas inte: den öppnar ett konto.";

/// A letter ready to be laid in the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    pub kind: LetterKind,
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
}

impl Letter {
    /// As it may be read once it has been written: text and page, without links that open an account. A letter of a kind that
    /// is not known loses them too.
    pub fn as_kept(kind: Option<LetterKind>, text: &str, html: &str) -> (String, String) {
        if kind.is_some_and(|it| !it.opens_an_account()) {
            return (text.to_owned(), html.to_owned());
        }
        let is_link = |it: &str| it.contains("://");
        let lines = text.lines().map(|line| {
            let words = line.split(' ').map(|it| if is_link(it) { format!("[{STRUCK}]") } else { it.to_owned() });
            words.collect::<Vec<_>>().join(" ")
        });
        let mut page = String::with_capacity(html.len());
        let mut rest = html;
        while let Some((before, after)) = rest.split_once("<a ") {
            page.push_str(before);
            page.push_str("<em>");
            page.push_str(STRUCK);
            page.push_str("</em>");
            // A link that does not end takes the rest with it.
            rest = after.split_once("</a>").map_or("", |it| it.1);
        }
        page.push_str(rest);
        (lines.map(|it| it + "\n").collect(), page)
    }
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
            fn subject(&self) -> String {
                let subject: fn(&Self) -> String = $subject;
                subject(self)
            }

            pub fn to(&self, address: &str) -> Result<Letter, LetterError> {
                #[derive(Template)]
                #[template(path = $text)]
                struct Text<'a> { $($field: &'a str,)+ }
                Ok(Letter {
                    kind: LetterKind::$kind,
                    to: address.to_owned(),
                    subject: self.subject(),
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
    CompletionAnswered, |it| format!("Svar på komplettering för {}: {}", it.quarter, it.utforare)
);

/// How a letter of a kind reads, to nobody; none for those of the ladder, whose words are the nämnd's.
///
/// # Errors
///
/// A template could not be filled in.
pub fn example(
    kind: LetterKind,
    (namnd, kommun, quarter): (&str, &str, &str),
    url: &str,
) -> Result<Option<Letter>, LetterError> {
    let (to, link) = ("mottagare@example.org", &format!("{url}/uppdrag"));
    let (when, until, due) = ("10 januari 2024 kl. 10.12", "17 januari 2024 kl. 10.12", "15 januari 2024");
    let made = match kind {
        LetterKind::Invitation => Invitation { namnd, kommun, link, until }.to(to),
        LetterKind::NewRole => NewRole { namnd, kommun, link }.to(to),
        LetterKind::Reset => Reset { link, until }.to(to),
        LetterKind::PasswordChanged => PasswordChanged { when, link }.to(to),
        LetterKind::SecondFactorRemoved => SecondFactorRemoved { when, link }.to(to),
        LetterKind::Feedback => Feedback { namnd, quarter, link }.to(to),
        LetterKind::CompletionAsked => CompletionAsked { namnd, quarter, due, link }.to(to),
        LetterKind::CompletionMessage => CompletionMessage { namnd, quarter, link }.to(to),
        LetterKind::CompletionAnswered => CompletionAnswered { utforare: "Solsidan Omsorg AB", quarter, link }.to(to),
        LetterKind::FileStopped => FileStopped { namnd, quarter, link }.to(to),
        LetterKind::Extended => Extended { namnd, quarter, due, link }.to(to),
        LetterKind::Reminder | LetterKind::Information | LetterKind::HandedOver => return Ok(None),
    };
    made.map(Some)
}

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
    fn subject(&self) -> &str {
        self.subject
    }

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
#[path = "letter_tests.rs"]
mod tests;
