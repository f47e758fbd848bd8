//! The ladder of reminders: which letter goes when, and with which words; `rules/paminnelser.toml` and a nämnd's own.
//!
//! Goes in: the text of the two files. Comes out: [`Ladder`], or where a file is wrong.
//! Guaranteed: the days of the overdue rungs rise; a text holds no placeholder that nobody fills in; what the nämnd's file
//! does not say is as built in.

use std::fmt;
use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

use super::DataError;
use super::agenda::Counting;
use super::mail::is_address;

/// A rung of the ladder: what a letter is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// The window has opened.
    Opens,
    /// The last day comes near.
    Before,
    /// The last day has passed; 1, 2, 3 …
    Overdue(u8),
    /// The reminders are used up: to the handläggare.
    Escalation,
    /// Nobody to write to: to the handläggare.
    NoContact,
    /// A completion is not answered; 1, 2 …
    Thread(u8),
    /// … and the reminders are used up.
    ThreadEscalation,
}

impl Step {
    /// As it is stored.
    pub fn key(self) -> String {
        match self {
            Self::Opens => "oppnar".to_owned(),
            Self::Before => "fore".to_owned(),
            Self::Overdue(nr) => format!("paminnelse_{nr}"),
            Self::Escalation => "handlaggare".to_owned(),
            Self::NoContact => "utan_kontakt".to_owned(),
            Self::Thread(nr) => format!("komplettering_{nr}"),
            Self::ThreadEscalation => "komplettering_handlaggare".to_owned(),
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        let number = |it: &str| it.parse().ok().filter(|it| *it > 0);
        match key {
            "oppnar" => Some(Self::Opens),
            "fore" => Some(Self::Before),
            "handlaggare" => Some(Self::Escalation),
            "utan_kontakt" => Some(Self::NoContact),
            "komplettering_handlaggare" => Some(Self::ThreadEscalation),
            _ => match key.split_once('_')? {
                ("paminnelse", nr) => number(nr).map(Self::Overdue),
                ("komplettering", nr) => number(nr).map(Self::Thread),
                _ => None,
            },
        }
    }

    /// Whether it goes to the nämnd's own people and not to the utförare.
    pub fn is_internal(self) -> bool {
        matches!(self, Self::Escalation | Self::NoContact | Self::ThreadEscalation)
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Opens => f.write_str("Information om insamlingen"),
            Self::Before => f.write_str("Påminnelse före sista dagen"),
            Self::Overdue(nr) => write!(f, "Påminnelse {nr}"),
            Self::Escalation => f.write_str("Brev till handläggaren"),
            Self::NoContact => f.write_str("Brev om att kontakt saknas"),
            Self::Thread(nr) => write!(f, "Påminnelse {nr} om komplettering"),
            Self::ThreadEscalation => f.write_str("Brev till handläggaren om komplettering"),
        }
    }
}

/// One rung: when its letter goes, and what it says before what Kvartal adds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rung {
    pub step: Step,
    /// Working days from (or, for [`Step::Before`], before) the day it is counted from.
    pub days: u32,
    pub subject: String,
    pub text: String,
}

/// The whole ladder of a nämnd. A rung that is switched off is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ladder {
    /// No letter leaves before this hour, Swedish time.
    pub hour: u32,
    /// Working days between two reminders to the same utförare.
    pub between: u32,
    /// How the days of a quarter are counted.
    pub counting: Counting,
    pub opens: Option<Rung>,
    pub before: Option<Rung>,
    pub overdue: Vec<Rung>,
    pub escalation: Option<Rung>,
    /// Who is told beside the handläggare.
    pub named: Vec<String>,
    pub threads: Vec<Rung>,
    pub thread_escalation: Option<Rung>,
    pub no_contact: Option<Rung>,
}

/// What a text may hold.
const PLACEHOLDERS: [&str; 8] =
    ["namnd", "kvartal", "oppnar", "sista_dag", "nr", "antal", "sammantrade", "fullmaktige"];
/// A subject cannot hold what may not be known.
const IN_A_SUBJECT: usize = 6;
/// A longer wait than this is a slip of the hand.
const MOST_DAYS: u32 = 60;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    klockan: Option<Spanned<u32>>,
    mellan: Option<Spanned<u32>>,
    kalender: Option<Calendar>,
    oppnar: Option<Part>,
    fore: Option<Part>,
    paminnelse: Option<Vec<Part>>,
    handlaggare: Option<Part>,
    komplettering: Option<Vec<Part>>,
    komplettering_handlaggare: Option<Part>,
    utan_kontakt: Option<Part>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Calendar {
    svar: Option<Spanned<u32>>,
    granskning: Option<Spanned<u32>>,
    utskick: Option<Spanned<u32>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    #[serde(default)]
    av: bool,
    dagar: Option<Spanned<u32>>,
    amne: Option<Spanned<String>>,
    text: Option<Spanned<String>>,
    epost: Option<Vec<Spanned<String>>>,
}

impl Ladder {
    /// The built-in ladder with the nämnd's own file on top.
    ///
    /// # Errors
    ///
    /// The first fault of either file.
    pub fn from_toml(builtin: &str, own: Option<&str>) -> Result<Self, DataError> {
        let empty = Self {
            hour: 0,
            between: 1,
            counting: Counting { answer: 1, review: 1, sent_out: 1 },
            opens: None,
            before: None,
            overdue: Vec::new(),
            escalation: None,
            named: Vec::new(),
            threads: Vec::new(),
            thread_escalation: None,
            no_contact: None,
        };
        let built_in = empty.with(builtin)?;
        own.map_or(Ok(built_in.clone()), |it| built_in.with(it))
    }

    /// The rung of a step.
    pub fn rung(&self, step: Step) -> Option<&Rung> {
        let nth = |all: &'_ [Rung], nr: u8| usize::from(nr).checked_sub(1).filter(|it| *it < all.len());
        match step {
            Step::Opens => self.opens.as_ref(),
            Step::Before => self.before.as_ref(),
            Step::Overdue(nr) => nth(&self.overdue, nr).and_then(|it| self.overdue.get(it)),
            Step::Escalation => self.escalation.as_ref(),
            Step::NoContact => self.no_contact.as_ref(),
            Step::Thread(nr) => nth(&self.threads, nr).and_then(|it| self.threads.get(it)),
            Step::ThreadEscalation => self.thread_escalation.as_ref(),
        }
    }

    /// All rungs, as they follow each other.
    pub fn rungs(&self) -> impl Iterator<Item = &Rung> {
        let missing = self.opens.iter().chain(&self.before).chain(&self.overdue).chain(&self.escalation);
        missing.chain(&self.no_contact).chain(&self.threads).chain(&self.thread_escalation)
    }

    fn with(self, text: &str) -> Result<Self, DataError> {
        let file: File = toml::from_str(text).map_err(|it| DataError::toml(&it))?;
        let hour = file.klockan.as_ref().map_or(self.hour, |it| *it.get_ref());
        if let Some(it) = file.klockan.as_ref().filter(|it| *it.get_ref() > 23) {
            return Err(DataError::new("Klockslaget finns inte.", "Skriv en timme mellan 0 och 23.", it.span()));
        }
        if let Some(it) = file.mellan.as_ref().filter(|it| !(1..=MOST_DAYS).contains(it.get_ref())) {
            return Err(days_fault(it.span()));
        }
        let between = file.mellan.as_ref().map_or(self.between, |it| *it.get_ref());
        let counting = counting(file.kalender.unwrap_or_default(), self.counting)?;
        let mut named = self.named;
        if let Some(all) = file.handlaggare.as_ref().and_then(|it| it.epost.as_ref()) {
            if let Some(odd) = all.iter().find(|it| !is_address(it.get_ref())) {
                let help = "Skriv till exempel avtal@kommun.example.";
                return Err(DataError::new("Det är ingen e-postadress.", help, odd.span()));
            }
            named = all.iter().map(|it| it.get_ref().clone()).collect();
        }
        Ok(Self {
            hour,
            between,
            counting,
            named,
            opens: rung(Step::Opens, file.oppnar, self.opens)?,
            before: rung(Step::Before, file.fore, self.before)?,
            overdue: rungs(Step::Overdue, file.paminnelse, self.overdue)?,
            escalation: rung(Step::Escalation, file.handlaggare, self.escalation)?,
            threads: rungs(Step::Thread, file.komplettering, self.threads)?,
            thread_escalation: rung(Step::ThreadEscalation, file.komplettering_handlaggare, self.thread_escalation)?,
            no_contact: rung(Step::NoContact, file.utan_kontakt, self.no_contact)?,
        })
    }
}

/// A nämnd's own counts on top of those before.
fn counting(own: Calendar, before: Counting) -> Result<Counting, DataError> {
    let days = |it: Option<Spanned<u32>>, known: u32| match it {
        None => Ok(known),
        Some(it) if (1..=MOST_DAYS).contains(it.get_ref()) => Ok(it.into_inner()),
        Some(it) => Err(days_fault(it.span())),
    };
    Ok(Counting {
        answer: days(own.svar, before.answer)?,
        review: days(own.granskning, before.review)?,
        sent_out: days(own.utskick, before.sent_out)?,
    })
}

fn days_fault(span: Range<usize>) -> DataError {
    DataError::new("Så många dagar går inte.", format!("Skriv ett antal arbetsdagar, högst {MOST_DAYS}."), span)
}

fn rung(step: Step, part: Option<Part>, before: Option<Rung>) -> Result<Option<Rung>, DataError> {
    let Some(part) = part else { return Ok(before) };
    if part.av {
        return Ok(None);
    }
    if let Some(it) = part.dagar.as_ref().filter(|it| *it.get_ref() > MOST_DAYS) {
        return Err(days_fault(it.span()));
    }
    for (it, may_hold) in [(&part.amne, IN_A_SUBJECT), (&part.text, PLACEHOLDERS.len())] {
        it.as_ref().map_or(Ok(()), |it| checked(it, may_hold))?;
    }
    if let Some(it) = part.amne.as_ref().filter(|it| it.get_ref().contains(['\n', '\r'])) {
        return Err(DataError::new("Ett ämne är en enda rad.", "Ta bort radbrytningen.", it.span()));
    }
    let known = before.unwrap_or_else(|| Rung { step, days: 0, subject: String::new(), text: String::new() });
    let said = |it: Option<Spanned<String>>, known: String| it.map_or(known, |it| it.into_inner().trim().to_owned());
    Ok(Some(Rung {
        step,
        days: part.dagar.map_or(known.days, Spanned::into_inner),
        subject: said(part.amne, known.subject),
        text: said(part.text, known.text),
    }))
}

/// The rungs of a list. One that says no words of its own has those of the built-in rung in its place, or of the last.
fn rungs(step: fn(u8) -> Step, parts: Option<Vec<Part>>, before: Vec<Rung>) -> Result<Vec<Rung>, DataError> {
    let Some(parts) = parts else { return Ok(before) };
    let mut all: Vec<Rung> = Vec::new();
    for part in parts.into_iter().filter(|it| !it.av) {
        let nr = step(u8::try_from(all.len() + 1).unwrap_or(u8::MAX));
        let span = part.dagar.as_ref().map(Spanned::span).unwrap_or_default();
        let words = before.get(all.len()).or(before.last()).cloned();
        let Some(found) = rung(nr, Some(part), words)? else { continue };
        let found = Rung { step: nr, ..found };
        if found.days == 0 || all.last().is_some_and(|it| it.days >= found.days) {
            let help = "Varje påminnelse ska komma minst en arbetsdag efter den förra.";
            return Err(DataError::new("Påminnelserna står inte i ordning.", help, span));
        }
        all.push(found);
    }
    Ok(all)
}

/// Whether every placeholder of a text is known.
fn checked(text: &Spanned<String>, may_hold: usize) -> Result<(), DataError> {
    let may_hold = PLACEHOLDERS.get(..may_hold).unwrap_or_default();
    let inner = text.get_ref();
    if inner.trim().is_empty() {
        return Err(DataError::new("Texten är tom.", "Skriv något, eller ta bort raden.", text.span()));
    }
    for part in inner.split('{').skip(1) {
        let name = part.split('}').next().unwrap_or_default();
        if !may_hold.contains(&name) {
            return Err(DataError::unknown("Platshållaren", name, may_hold, text.span()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUILTIN: &str = include_str!("../../rules/paminnelser.toml");

    #[test]
    fn the_built_in_ladder_has_every_rung_and_rises() {
        let ladder = Ladder::from_toml(BUILTIN, None).unwrap();
        let days: Vec<u32> = ladder.overdue.iter().map(|it| it.days).collect();
        assert_eq!((days, ladder.threads.len(), ladder.rungs().count()), (vec![1, 4, 9], 2, 10));
        assert!(ladder.rungs().all(|it| !it.subject.is_empty() && !it.text.is_empty()));
        assert!(ladder.escalation.as_ref().is_some_and(|it| it.days > 9));
        for it in ladder.rungs() {
            assert_eq!(ladder.rung(it.step), Some(it), "{}", it.step);
            assert_eq!(Step::from_key(&it.step.key()), Some(it.step));
        }
    }

    #[test]
    fn a_namnds_file_changes_what_it_says_and_leaves_the_rest() {
        let own = "klockan = 7\n[kalender]\ngranskning = 15\n[fore]\ndagar = 5\n[handlaggare]\nepost = [\"avtal@a.example\"]\n[oppnar]\nav = true\n\
                   [[paminnelse]]\ndagar = 2\n[[paminnelse]]\ndagar = 6\namne = \"Nu är det bråttom\"\n";
        let (known, ladder) =
            (Ladder::from_toml(BUILTIN, None).unwrap(), Ladder::from_toml(BUILTIN, Some(own)).unwrap());
        assert_eq!((ladder.hour, ladder.between, &ladder.opens), (7, known.between, &None));
        assert_eq!(ladder.named, ["avtal@a.example"]);
        assert_eq!(ladder.counting, Counting { review: 15, ..known.counting });
        let before = ladder.before.unwrap();
        assert_eq!((before.days, &before.subject), (5, &known.before.as_ref().unwrap().subject));
        let overdue: Vec<(u32, &str)> = ladder.overdue.iter().map(|it| (it.days, it.subject.as_str())).collect();
        assert_eq!(overdue, [(2, known.overdue[0].subject.as_str()), (6, "Nu är det bråttom")]);
        assert_eq!(ladder.escalation, known.escalation);
    }

    #[test]
    fn faults_are_said_with_their_place() {
        for (own, named) in [
            ("klockan = 24", "Klockslaget"),
            ("mellan = 0", "dagar"),
            ("[kalender]\nsvar = 0", "dagar"),
            ("[kalender]\ngranskning = 61", "dagar"),
            ("[kalender]\nmote = 5", "går inte att läsa"),
            ("[fore]\namne = \"Före {sammantrade}\"", "Platshållaren"),
            ("[fore]\ndagar = 61", "dagar"),
            ("[fore]\ndagar = -1", "går inte att läsa"),
            ("[fore]\ntext = \"{personnummer}\"", "Platshållaren"),
            ("[fore]\ntext = \" \"", "tom"),
            ("[fore]\namne = \"a\\nBcc: b\"", "en enda rad"),
            ("[handlaggare]\nepost = [\"avtal\"]", "e-postadress"),
            ("[[paminnelse]]\ndagar = 3\n[[paminnelse]]\ndagar = 3", "ordning"),
            ("[[paminnelse]]\ndagar = 0", "ordning"),
            ("[efter]\ndagar = 3", "går inte att läsa"),
        ] {
            let fault = Ladder::from_toml(BUILTIN, Some(own)).unwrap_err();
            assert!(fault.message.contains(named), "{own}: {}", fault.message);
            assert!(fault.span.is_some(), "{own}");
        }
    }
}
