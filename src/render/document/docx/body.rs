//! The content tree → stretches of WordprocessingML, each for standing or for lying pages.
//!
//! Goes in: sections, styles and the room on a page. Comes out: [`Stretch`]es in reading order and the charts they show.
//! Guaranteed: a table too broad for a standing page comes on a lying one, together with its heading and its notes;
//! tables and charts are numbered in reading order across everything one [`Writing`] writes.

use super::super::missing::Reasons;
use super::super::tree::{Block, Chart, Document, Paragraph, Run, Section};
use super::chart::{self, ChartPart};
use super::looks::{Looks, Room};
use super::table::{push_table, push_terms, wanted};
use super::xml::{Tone, open_paragraph, push_field, push_line, push_paragraph, push_plain};
use crate::render::RenderError;

/// Body content that has pages of one kind.
#[derive(Debug, Default)]
pub(super) struct Stretch {
    pub lying: bool,
    pub xml: String,
}

/// What is counted while a paper is written.
pub(super) struct Writing<'a> {
    pub looks: &'a Looks,
    /// Put before the number of a chart's relation, so that it does not meet those of a template.
    pub relation: &'static str,
    /// Further properties of a paragraph in a list.
    pub list: String,
    pub charts: Vec<ChartPart>,
    pub tables: u32,
}

/// What stands on a page, before it is known which kind of page.
#[derive(Clone, Copy)]
enum Piece<'a> {
    Heading { level: u8, text: &'a str, new_page: bool },
    Block(&'a Block),
    Prose(&'a Paragraph),
}

impl Piece<'_> {
    fn is_broad(&self, looks: &Looks, room: Room) -> bool {
        match *self {
            Piece::Block(Block::Table(it)) => {
                room.lying.is_some() && wanted(it, looks).iter().sum::<u32>() > room.standing
            }
            _ => false,
        }
    }

    /// Belongs to the table or the chart above it.
    fn trails(&self) -> bool {
        matches!(self, Piece::Block(Block::Note(_)))
    }

    /// May stand on a lying page without looking odd.
    fn is_short(&self) -> bool {
        match *self {
            Piece::Heading { .. } => true,
            Piece::Prose(it) | Piece::Block(Block::Paragraph(it) | Block::Note(it)) => it.plain().len() < 600,
            Piece::Block(Block::Table(it)) => it.rows.len() < 4,
            Piece::Block(Block::List(_) | Block::Heading { .. }) => true,
            Piece::Block(Block::Terms(_) | Block::Chart(_) | Block::Signature(_)) => false,
        }
    }

    fn is_heading(&self) -> bool {
        matches!(self, Piece::Heading { .. } | Piece::Block(Block::Heading { .. }))
    }

    /// What comes after it could not begin here: a section of its own.
    fn begins_section(&self) -> bool {
        matches!(self, Piece::Heading { .. })
    }
}

/// How many short pieces a broad table takes along onto its page.
const ALONG: usize = 4;

/// Which pieces go on lying pages.
fn turned(pieces: &[Piece<'_>], looks: &Looks, room: Room) -> Vec<bool> {
    let mut lying: Vec<bool> = pieces.iter().map(|it| it.is_broad(looks, room)).collect();
    for at in 0..pieces.len() {
        if !pieces.get(at).is_some_and(|it| it.is_broad(looks, room)) {
            continue;
        }
        // Back to the heading or to the lying page before, unless it is far.
        let mut first = at;
        for back in (at.saturating_sub(ALONG)..at).rev() {
            let (Some(piece), Some(before)) = (pieces.get(back), lying.get(back)) else { break };
            if *before || !piece.is_short() {
                first = if *before { back } else { first };
                break;
            }
            if piece.is_heading() {
                first = back;
                // A section's heading and the subheading under it stay together.
                if piece.begins_section() {
                    break;
                }
            }
        }
        // What little is left of the section stays on the page; a long rest has standing pages again.
        let after = || pieces.iter().skip(at + 1);
        let rest = after().take_while(|it| !it.begins_section()).take(ALONG + 1);
        let along = if rest.clone().count() <= ALONG && rest.clone().all(|it| it.is_short() || it.is_broad(looks, room))
        {
            rest.count()
        } else {
            after().take_while(|it| it.trails()).count()
        };
        lying.iter_mut().take(at + 1 + along).skip(first).for_each(|it| *it = true);
    }
    lying
}

impl<'a> Writing<'a> {
    pub(super) fn new(looks: &'a Looks, relation: &'static str) -> Self {
        Self { looks, relation, list: String::new(), charts: Vec::new(), tables: 0 }
    }

    /// Title, subtitle and the facts of the first page.
    pub(super) fn head(&self, document: &Document, room: Room) -> String {
        let mut out = String::new();
        push_line(&mut out, "Title", "", &document.title);
        if !document.subtitle.is_empty() {
            push_line(&mut out, "Subtitle", "", &document.subtitle);
        }
        if !document.facts.is_empty() {
            let facts: Vec<(&str, Paragraph)> =
                document.facts.iter().map(|(name, what)| (name.as_str(), Paragraph::text(what))).collect();
            push_terms(&mut out, self.looks, facts.iter().map(|it| (it.0, &it.1)), room.standing);
            push_line(&mut out, "", "<w:spacing w:after=\"0\"/>", "");
        }
        out
    }

    pub(super) fn sections<'b>(
        &mut self,
        sections: impl Iterator<Item = &'b Section>,
        room: Room,
    ) -> Result<Vec<Stretch>, RenderError> {
        let mut pieces = Vec::new();
        for it in sections {
            pieces.push(Piece::Heading { level: it.level.clamp(1, 4), text: &it.heading, new_page: it.new_page });
            pieces.extend(it.prose.iter().map(Piece::Prose));
            pieces.extend(it.blocks.iter().map(Piece::Block));
        }
        let lying = turned(&pieces, self.looks, room);
        let mut out: Vec<Stretch> = vec![Stretch::default()];
        for (piece, lying) in pieces.iter().zip(lying) {
            if out.last().is_none_or(|it| it.lying != lying) {
                // A paper may begin with a lying page.
                if out.last().is_some_and(|it| it.xml.is_empty()) {
                    out.pop();
                }
                out.push(Stretch { lying, xml: String::new() });
            }
            let first_of_turned = out.len() > 1 && out.last().is_some_and(|it| it.xml.is_empty());
            if let Some(stretch) = out.last_mut() {
                self.piece(&mut stretch.xml, *piece, room.of(lying), first_of_turned)?;
            }
        }
        Ok(out)
    }

    fn piece(&mut self, out: &mut String, piece: Piece<'_>, room: u32, at_top: bool) -> Result<(), RenderError> {
        let looks = self.looks;
        match piece {
            Piece::Heading { level, text, new_page } => {
                let more = if new_page && !at_top { "<w:pageBreakBefore/>" } else { "" };
                push_line(out, looks.heading(level), more, text);
            }
            Piece::Prose(it) | Piece::Block(Block::Paragraph(it)) => push_paragraph(out, looks, "", "", it),
            Piece::Block(Block::Heading { level, text }) => push_line(out, looks.heading(*level), "", text),
            Piece::Block(Block::Note(it)) => push_paragraph(out, looks, &looks.note, "", it),
            Piece::Block(Block::List(all)) => {
                for it in all {
                    push_paragraph(out, looks, &looks.list, &self.list, it);
                }
            }
            Piece::Block(Block::Terms(all)) => {
                push_terms(out, looks, all.iter().map(|it| (it.0.as_str(), &it.1)), room);
                // Two tables after each other would become one.
                push_line(out, "", "<w:spacing w:after=\"0\" w:line=\"120\" w:lineRule=\"exact\"/>", "");
            }
            Piece::Block(Block::Table(it)) => {
                self.tables += 1;
                self.caption(out, "Tabell", self.tables, &it.caption);
                let reasons = Reasons::of(it);
                push_table(out, looks, it, room, &reasons);
                match reasons.note() {
                    Some(note) => push_paragraph(out, looks, &looks.note, "", &note),
                    None => push_line(out, "", "<w:spacing w:after=\"0\" w:line=\"120\" w:lineRule=\"exact\"/>", ""),
                }
            }
            Piece::Block(Block::Chart(it)) => self.chart(out, it, room)?,
            Piece::Block(Block::Signature(who)) => push_line(out, &looks.signature, "", who),
        }
        Ok(())
    }

    /// Above what it names, and on the same page.
    fn caption(&self, out: &mut String, kind: &str, number: u32, text: &str) {
        open_paragraph(out, &self.looks.caption, "<w:keepNext/>");
        push_plain(out, Tone::default(), &format!("{kind} "));
        push_field(out, &format!("SEQ {kind} \\* ARABIC"), &number.to_string());
        push_plain(out, Tone::default(), &format!(". {text}"));
        out.push_str("</w:p>");
    }

    fn chart(&mut self, out: &mut String, it: &Chart, room: u32) -> Result<(), RenderError> {
        let number = u32::try_from(self.charts.len() + 1).unwrap_or(u32::MAX);
        self.caption(out, "Diagram", number, &it.caption);
        // What is said of the chart stays below it.
        let together = chart::in_words_only(it).next().map_or("", |_| "<w:keepNext/>");
        open_paragraph(out, &self.looks.chart, together);
        // High numbers: a template has drawings of its own.
        chart::push_drawing(out, it, &format!("{}{number}", self.relation), 9000 + number, room);
        out.push_str("</w:p>");
        self.charts.push(ChartPart::of(it, number)?);
        let mut words = vec![Run::Text("Visas inte som stapel: ".to_owned())];
        for (name, figure) in chart::in_words_only(it) {
            let before = if words.len() > 1 { "; " } else { "" };
            words.push(Run::Text(format!("{before}{name} – ")));
            words.push(Run::Figure(figure.clone()));
        }
        if words.len() > 1 {
            words.push(Run::Text(".".to_owned()));
            push_paragraph(out, self.looks, &self.looks.note, "", &Paragraph(words));
        }
        Ok(())
    }
}
