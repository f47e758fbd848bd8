//! A plan → the letters that go today: one for each utförare, and one for the nämnd's own people on each matter.
//!
//! Goes in: the plan, the situation it was made from, addresses and words. Comes out: [`Draft`]s.
//! Guaranteed: pure; an utförare with several uppdrag gets one letter about all of them; nothing about a case stands in it.

use chrono::NaiveDate;

use crate::desk::DeskError;
use crate::mail::Letter;
use crate::mail::LetterKind;
use crate::mail::letter::Notice;
use crate::model::{Ladder, Meetings, Step};

use super::plan::{Planned, Situation};
use super::situation::Addresses;

pub use crate::render::print::date_in_words;

/// What the letters of a round need to know beside the plan.
#[derive(Debug, Clone)]
pub struct Voice<'a> {
    pub namnd: &'a str,
    /// `kvartal 4 2023`
    pub quarter: &'a str,
    /// `2023-Q4`
    pub kvartal: &'a str,
    /// As people reach the service.
    pub url: &'a str,
    /// The nämnd's own people who are told, and the named escalation.
    pub handlaggare: &'a [String],
    pub meetings: Meetings,
}

/// One letter to one address, with what it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Indexes into the plan.
    pub planned: Vec<usize>,
    pub step: Step,
    /// One for each address, word for word the same.
    pub letters: Vec<Letter>,
}

/// The letters of a plan, in its order.
///
/// # Errors
///
/// A template could not be filled in.
pub fn drafts(
    plan: &[Planned],
    situation: &Situation,
    (ladder, addresses): (&Ladder, &Addresses),
    voice: &Voice<'_>,
) -> Result<Vec<Draft>, DeskError> {
    let mut groups: Vec<((&str, bool), Vec<usize>)> = Vec::new();
    for (at, it) in plan.iter().enumerate() {
        let (Some(step), Some(task)) = (it.sends, situation.tasks.get(it.task)) else { continue };
        let key = if step.is_internal() { inward(step) } else { (task.utforare.as_str(), it.thread.is_some()) };
        match groups.iter_mut().find(|known| known.0 == key) {
            Some(known) => known.1.push(at),
            None => groups.push((key, vec![at])),
        }
    }
    let mut all = Vec::with_capacity(groups.len());
    for ((utforare, _), planned) in groups {
        let Some((step, first)) = hardest(plan, &planned) else { continue };
        let own;
        let to: &[String] = if step.is_internal() {
            own = told(ladder, step, voice);
            &own
        } else {
            addresses.get(utforare).map(Vec::as_slice).unwrap_or_default()
        };
        let content = content(plan, situation, ladder, voice, (step, first, &planned));
        let letters = to.iter().map(|it| content.notice().to(it)).collect::<Result<Vec<_>, _>>();
        let letters = letters.map_err(|it| DeskError::System(it.to_string()))?;
        all.push(Draft { planned, step, letters });
    }
    Ok(all)
}

/// Groups of letters to the nämnd's own people have no utförare; no id looks like these.
fn inward(step: Step) -> (&'static str, bool) {
    match step {
        Step::NoContact => ("*utan_kontakt", false),
        Step::ThreadEscalation => ("*handlaggare", true),
        _ => ("*handlaggare", false),
    }
}

/// Who is told of what utförare have not done: the handläggare, and when it is the end, whom the nämnd has named.
fn told(ladder: &Ladder, step: Step, voice: &Voice<'_>) -> Vec<String> {
    let named: &[String] = if step == Step::Escalation { &ladder.named } else { &[] };
    let mut all: Vec<String> = Vec::new();
    for it in voice.handlaggare.iter().chain(named) {
        if !all.iter().any(|known| known.eq_ignore_ascii_case(it)) {
            all.push(it.clone());
        }
    }
    all
}

/// The rung that decides the words of a letter about several things, and one of those it is about.
fn hardest<'a>(plan: &'a [Planned], planned: &[usize]) -> Option<(Step, &'a Planned)> {
    let all = planned.iter().filter_map(|at| plan.get(*at));
    all.filter_map(|it| Some((it.sends?, it))).max_by_key(|it| it.0)
}

/// What a letter says, owned.
struct Content {
    kind: LetterKind,
    subject: String,
    paragraphs: Vec<String>,
    concerns: Vec<String>,
    link: String,
    outward: bool,
}

impl Content {
    fn notice(&self) -> Notice<'_> {
        Notice {
            kind: self.kind,
            subject: &self.subject,
            paragraphs: &self.paragraphs,
            concerns: &self.concerns,
            link: &self.link,
            outward: self.outward,
        }
    }
}

fn content(
    plan: &[Planned],
    situation: &Situation,
    ladder: &Ladder,
    voice: &Voice<'_>,
    (step, first, planned): (Step, &Planned, &[usize]),
) -> Content {
    let (subject, text) = ladder.rung(step).map_or(("", ""), |it| (it.subject.as_str(), it.text.as_str()));
    let (nr, of) = match step {
        Step::Overdue(nr) => (nr, ladder.overdue.len()),
        Step::Thread(nr) => (nr, ladder.threads.len()),
        _ => (0, 0),
    };
    let last_day = |it: &Planned| match it.thread {
        Some(_) => it.counted_from,
        None => situation.tasks.get(it.task).map_or(it.counted_from, |it| it.last_day),
    };
    let words = Words {
        namnd: voice.namnd,
        kvartal: voice.quarter,
        oppnar: date_in_words(situation.opens),
        sista_dag: date_in_words(last_day(first)),
        nr: nr.to_string(),
        antal: of.to_string(),
        sammantrade: voice.meetings.namnd.map(date_in_words),
        fullmaktige: voice.meetings.fullmaktige.map(date_in_words),
    };
    let own: Vec<&Planned> = planned.iter().filter_map(|at| plan.get(*at)).collect();
    let several_days = own.iter().any(|it| last_day(it) != last_day(first));
    let mut concerns: Vec<String> = Vec::new();
    for it in &own {
        let Some(task) = situation.tasks.get(it.task) else { continue };
        let about = match step.is_internal() {
            true => format!("{}, {}", task.name, crate::render::view::lower_first(&task.uppdrag)),
            false => task.uppdrag.clone(),
        };
        let about = match several_days && !step.is_internal() {
            true => format!("{about} (sista dag {})", date_in_words(last_day(it))),
            false => about,
        };
        if !concerns.contains(&about) {
            concerns.push(about);
        }
    }
    Content {
        kind: match step {
            Step::Opens => LetterKind::Information,
            it if it.is_internal() => LetterKind::HandedOver,
            _ => LetterKind::Reminder,
        },
        subject: words.fill(subject),
        paragraphs: words.paragraphs(text),
        concerns,
        link: format!("{}{}", voice.url, path(situation, voice, step, &own)),
        outward: !step.is_internal(),
    }
}

/// Where a letter leads: to the one thing it is about, or to the list of them.
fn path(situation: &Situation, voice: &Voice<'_>, step: Step, own: &[&Planned]) -> String {
    if step.is_internal() {
        return format!("/kvartal/{}", voice.kvartal);
    }
    let &[only] = own else { return "/uppdrag".to_owned() };
    let Some(task) = situation.tasks.get(only.task) else { return "/uppdrag".to_owned() };
    match only.thread.and_then(|it| task.threads.get(it)) {
        Some(thread) => format!("/komplettering/{}", thread.id),
        None => format!("/inlamning/{}", task.filing),
    }
}

/// What stands for the placeholders.
struct Words<'a> {
    namnd: &'a str,
    kvartal: &'a str,
    oppnar: String,
    sista_dag: String,
    nr: String,
    antal: String,
    /// None as long as nobody knows the day.
    sammantrade: Option<String>,
    fullmaktige: Option<String>,
}

impl Words<'_> {
    /// A text as its paragraphs; one about a meeting whose day is not known is left out.
    fn paragraphs(&self, text: &str) -> Vec<String> {
        let unknown = |it: &str| {
            it.contains("{sammantrade}") && self.sammantrade.is_none()
                || it.contains("{fullmaktige}") && self.fullmaktige.is_none()
        };
        let all = text.split("\n\n").filter(|it| !unknown(it));
        all.map(|it| self.fill(it.trim()).replace('\n', " ")).filter(|it| !it.is_empty()).collect()
    }

    /// In one pass, so that nothing filled in is taken for a placeholder.
    fn fill(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len() + 64);
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let Some((name, after)) = after.split_once('}') else { break };
            out.push_str(before);
            out.push_str(match name {
                "namnd" => self.namnd,
                "kvartal" => self.kvartal,
                "oppnar" => &self.oppnar,
                "sista_dag" => &self.sista_dag,
                "nr" => &self.nr,
                "antal" => &self.antal,
                "sammantrade" => self.sammantrade.as_deref().unwrap_or_default(),
                "fullmaktige" => self.fullmaktige.as_deref().unwrap_or_default(),
                _ => "",
            });
            rest = after;
        }
        out.push_str(rest);
        out
    }
}

/// How a letter looks, for the preview of a rung: invented, and to nobody.
///
/// # Errors
///
/// A template could not be filled in.
pub fn preview(
    ladder: &Ladder,
    step: Step,
    (opens, last_day): (NaiveDate, NaiveDate),
    voice: &Voice<'_>,
) -> Result<Option<Letter>, DeskError> {
    let task = super::plan::Task {
        filing: "exempel".to_owned(),
        utforare: "exempel".to_owned(),
        name: "Solsidan Omsorg AB".to_owned(),
        uppdrag: "Ledsagarservice och avlösarservice i hemmet".to_owned(),
        last_day,
        extended: false,
        answered: None,
        reading: false,
        paused: None,
        done: Vec::new(),
        reminded: Vec::new(),
        threads: vec![super::plan::Thread { id: "exempel".to_owned(), due: last_day, done: Vec::new() }],
        unreachable: false,
    };
    let thread = matches!(step, Step::Thread(_) | Step::ThreadEscalation).then_some(0);
    let situation = Situation { opens, report_day: last_day, fixed: false, tasks: vec![task] };
    let planned = Planned {
        task: 0,
        thread,
        sends: Some(step),
        counted_from: last_day,
        next: None,
        why: String::new(),
        work: None,
    };
    if ladder.rung(step).is_none() {
        return Ok(None);
    }
    let content = content(std::slice::from_ref(&planned), &situation, ladder, voice, (step, &planned, &[0]));
    content.notice().to("utforare@example.org").map(Some).map_err(|it| DeskError::System(it.to_string()))
}
