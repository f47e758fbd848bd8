//! Sentences that people write in a paper, in place of those that are generated.
//!
//! Goes in: a section, a text, and the number the page showed. Comes out: the text in the paper, and what has changed since.
//! Guaranteed: the figures of the draft are kept with the text, and each that has changed is pointed out; no text follows to
//! another quarter; nothing that looks like personal data is let in; a fixed paper is not written in.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde_json::json;

use super::Papers;
use crate::desk::{Desk, DeskError, Refusal};
use crate::model::mask::masked;
use crate::render::document::{Block, Cell, Document, Figure, Kind, Paragraph, Run, Section};
use crate::render::print::clean;
use crate::store::Actor;
use crate::store::event::{EventKind, Record};
use crate::store::paper::{NewText, SectionText};

/// Letters in a section; more than any section needs.
const LONGEST: usize = 20_000;

/// A figure that the text was written over, and what stands there now; `None` when nothing does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    pub was: String,
    pub now: Option<String>,
}

impl Moved {
    /// `57 är nu 58.`
    pub fn in_words(&self) -> String {
        match &self.now {
            Some(now) => format!("{} är nu {now}.", self.was),
            None => format!("{} finns inte längre i underlaget.", self.was),
        }
    }
}

/// Whether people may write in the sections of a paper. Feedback is written with the grade, and IVO's form is filled in.
pub fn is_open(kind: Kind) -> bool {
    matches!(kind, Kind::Namnd | Kind::Tjansteskrivelse | Kind::Fullmaktige | Kind::Revisorer)
}

/// The text of a section that stands, if somebody has written one.
pub fn of<'a>(texts: &'a [SectionText], paper: &str, section: &str) -> Option<&'a SectionText> {
    texts.iter().find(|it| it.paper == paper && it.section == section).filter(|it| !it.text.is_empty())
}

/// Puts what people have written in the place of what was generated.
pub fn put_in(document: &mut Document, texts: &[SectionText]) {
    let paper = document.kind.key();
    for section in &mut document.sections {
        if let Some(it) = of(texts, paper, &section.key) {
            section.prose = paragraphs(&it.text);
        }
    }
}

/// A blank line ends a paragraph.
fn paragraphs(text: &str) -> Vec<Paragraph> {
    // First, because a carriage return is cleaned away into a space and the blank line with it.
    let text = text.replace("\r\n", "\n");
    let text = clean(&text);
    let each = text.split("\n\n").map(|it| it.split_whitespace().collect::<Vec<_>>().join(" "));
    each.filter(|it| !it.is_empty()).map(Paragraph::text).collect()
}

/// The sentences of a section as they are edited.
pub fn plain(section: &Section) -> String {
    section.prose.iter().map(Paragraph::plain).collect::<Vec<_>>().join("\n\n")
}

/// The figures a text of a section rests on: those of the sentences it replaces, and those it quotes from what stands below.
fn figures(section: &Section, text: &str) -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = Vec::new();
    let mut keep = |it: &Figure| {
        let pair = (it.path.clone(), it.shown.clone());
        if !it.path.is_empty() && !out.contains(&pair) {
            out.push(pair);
        }
    };
    section.prose.iter().flat_map(|it| &it.0).filter_map(Run::figure).for_each(&mut keep);
    let below = below(section);
    let mut count: HashMap<&str, usize> = HashMap::new();
    below.iter().for_each(|it| *count.entry(&it.shown).or_default() += 1);
    // A figure that stands in several places below says nothing of which of them the text means.
    let quoted = |it: &&&Figure| count.get(it.shown.as_str()) == Some(&1) && stands_in(text, &it.shown);
    below.iter().filter(quoted).for_each(|it| keep(it));
    out
}

fn below(section: &Section) -> Vec<&Figure> {
    let tables = section.blocks.iter().filter_map(|it| if let Block::Table(it) = it { Some(it) } else { None });
    let cells = tables.flat_map(|it| &it.rows).flat_map(|it| &it.cells);
    cells.flat_map(|Cell(runs)| runs).filter_map(Run::figure).filter(|it| !it.path.is_empty()).collect()
}

/// Whether a figure stands in a text by itself and not as part of a longer one.
fn stands_in(text: &str, shown: &str) -> bool {
    text.match_indices(shown).any(|(at, _)| {
        let part = |it: Option<char>| it.is_some_and(char::is_alphanumeric);
        let before = text.get(..at).and_then(|it| it.chars().next_back());
        let after = text.get(at + shown.len()..).and_then(|it| it.chars().next());
        !part(before) && !part(after)
    })
}

/// Which figures have changed since a text was written. `generated` is the paper as its figures make it now.
pub fn moved(text: &SectionText, generated: &Document) -> Vec<Moved> {
    let kept: Vec<(String, String)> = serde_json::from_str(&text.figures).unwrap_or_default();
    let mut now: HashMap<&str, Vec<&str>> = HashMap::new();
    for it in generated.figures() {
        now.entry(&it.path).or_default().push(&it.shown);
    }
    let mut out: Vec<Moved> = Vec::new();
    for (path, was) in kept {
        let shown = now.get(path.as_str()).map(Vec::as_slice).unwrap_or_default();
        if shown.contains(&was.as_str()) {
            continue;
        }
        let it = Moved { was, now: shown.first().map(|it| (*it).to_owned()) };
        if !out.contains(&it) {
            out.push(it);
        }
    }
    out
}

impl Desk {
    /// Writes a text in a section over the number `seen`; an empty one takes the generated sentences back.
    ///
    /// # Errors
    ///
    /// A refusal when the quarter is fixed or the text holds personal data;
    /// [`StoreError::Conflict`](crate::store::StoreError::Conflict) when somebody else wrote meanwhile.
    pub async fn write_text(
        &self,
        papers: &Papers,
        (stem, section, seen): (&str, &str, i64),
        text: &str,
        by: &Actor,
        now: DateTime<Utc>,
    ) -> Result<(), DeskError> {
        let row = &papers.made.context.contents.round;
        let kind = Kind::from_key(stem).filter(|it| is_open(*it)).ok_or(DeskError::NotFound)?;
        let generated = papers.generated(stem).ok_or(DeskError::NotFound)?;
        let about = generated.sections.iter().find(|it| it.key == section).ok_or(DeskError::NotFound)?;
        if row.is_fixed() {
            return Err(Refusal::new(
                "Rapporten är fastställd, så texten kan inte ändras. Samordnaren kan låsa upp den.",
            )
            .into());
        }
        let text = text.trim().replace("\r\n", "\n");
        if text.chars().count() > LONGEST {
            return Err(Refusal::new(format!("Texten är för lång. Den får vara högst {LONGEST} tecken.")).into());
        }
        if masked(&text) != text.as_str() {
            let why = "Texten innehåller något som ser ut som ett personnummer, ett telefonnummer eller en e-postadress. Ta bort det.";
            return Err(Refusal::new(why).into());
        }
        // What is as it was generated is no text of one's own, and goes on following the figures.
        let text = if text == plain(about).trim() { String::new() } else { text };
        let kept = serde_json::to_string(&figures(about, &text)).map_err(|it| DeskError::System(it.to_string()))?;
        let mut tx = self.on_round(row).await?;
        let new = NewText { round: &row.id, paper: kind.key(), section, seen, text: &text, figures: &kept };
        tx.add_section_text(new, &by.id, now).await?;
        let data = json!({ "handling": kind.key(), "avsnitt": section, "tecken": text.chars().count() });
        let (chain, kind) = (&row.namnd_id, EventKind::TextWritten);
        tx.log(Record { chain, at: now, actor: by, kind, about: &row.id, data }).await?;
        tx.commit().await?;
        Ok(())
    }

    /// What was written in the papers of the quarter before, to read beside; never put in.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn texts_before(&self, papers: &Papers) -> Result<Vec<SectionText>, DeskError> {
        let row = &papers.made.context.contents.round;
        let before = papers.made.context.quarter.previous().to_string();
        match self.store.round_of(&row.namnd_id, &before).await? {
            Some(it) => Ok(self.store.section_texts(&it.id).await?),
            None => Ok(Vec::new()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_stands_in_a_text_only_by_itself() {
        for (text, shown, wanted) in [
            ("57 ärenden är öppna.", "57", true),
            ("I 157 ärenden.", "57", false),
            ("Öppna: 57.", "57", true),
            ("2023-10-10", "5", false),
            ("", "5", false),
        ] {
            assert_eq!(stands_in(text, shown), wanted, "{text}");
        }
    }

    #[test]
    fn a_blank_line_ends_a_paragraph_and_other_lines_run_on() {
        let all: Vec<String> = paragraphs("Ett\r\ntvå.\r\n\r\n\r\nTre.\n").iter().map(Paragraph::plain).collect();
        assert_eq!(all, ["Ett två.", "Tre."]);
    }

    fn document(shown: i64) -> Document {
        let prose =
            vec![Paragraph(vec![Run::Figure(Figure::whole("totals.open", shown)), Run::Text(" är öppna.".into())])];
        Document {
            kind: Kind::Namnd,
            title: String::new(),
            subtitle: String::new(),
            facts: Vec::new(),
            foot: String::new(),
            sections: vec![Section { key: "inledning".into(), prose, ..Section::default() }],
        }
    }

    fn text(figures: &str) -> SectionText {
        SectionText {
            paper: Kind::Namnd.key().into(),
            section: "inledning".into(),
            nr: 1,
            text: "Hela 57 är öppna.".into(),
            figures: figures.into(),
            written_by: "p1".into(),
            written_at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_figure_that_has_changed_since_the_text_was_written_is_pointed_out() {
        let kept = serde_json::to_string(&figures(&document(57).sections[0], "Hela 57 är öppna.")).unwrap();
        assert_eq!(moved(&text(&kept), &document(57)), []);
        let moved: Vec<String> = moved(&text(&kept), &document(58)).iter().map(Moved::in_words).collect();
        assert_eq!(moved, ["57 är nu 58."]);
    }

    #[test]
    fn what_somebody_has_written_stands_in_place_of_what_was_generated() {
        let mut document = document(57);
        put_in(&mut document, &[text("[]")]);
        assert_eq!(plain(&document.sections[0]), "Hela 57 är öppna.");
    }
}
