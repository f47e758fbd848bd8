//! The cells that choose: kön, cause, lagrum and insats, and plain counts.
//!
//! Goes in: a cell and the row read so far. Comes out: the row with its choices, or an observation.
//! Guaranteed: a choice nobody declared is unreadable, never the nearest one.

use super::super::cells::{self, Mark};
use super::super::dates::Dated;
use super::{Causes, Frame, Pair, RowRead, RowReader, Waiting};
use crate::model::insats::Match;
use crate::model::spelling::fold;
use crate::model::{Field, InsatsId, Lag, Lagrum, Orsak, Seen};
use crate::sheet::{Cell, CellKind, TextId};

impl RowReader<'_> {
    pub(super) fn kon(&mut self, read: &mut RowRead, cell: &Cell) {
        let words = &self.columns.words;
        let kon = match cell.kind {
            CellKind::Text => {
                *self.kon.entry(cell.text).or_insert_with(|| cells::kon(self.workbook.text(cell.text), words))
            }
            _ => cells::kon(&self.text(cell), words),
        };
        match kon {
            Ok(kon) => {
                read.row.kon = kon;
                read.keys += u32::from(kon.is_some());
            }
            Err(true) => self.several(read, Field::Kon, cell),
            Err(false) => self.unknown(read, Field::Kon, cell),
        }
    }

    pub(super) fn cause(&mut self, read_row: &mut RowRead, waiting: &mut Waiting<'_>, cell: &Cell) {
        let words = &self.columns.words;
        let read = |text: &str| cells::causes(text, words).map(|it| Causes::of(&it));
        let causes = match cell.kind {
            CellKind::Text => *self.causes.entry(cell.text).or_insert_with(|| read(self.workbook.text(cell.text))),
            _ => read(&self.text(cell)),
        };
        match causes {
            Some(causes) => {
                read_row.keys += 1;
                waiting.causes.add(causes);
            }
            None if words.no.contains(&fold(&self.text(cell))) => {}
            None => {
                self.unknown(read_row, Field::Orsak, cell);
                let text = self.text(cell).into_owned();
                self.add_text(&text);
            }
        }
    }

    pub(super) fn mark(&mut self, read: &mut RowRead, waiting: &mut Waiting<'_>, field: Field, at: usize, cell: &Cell) {
        let words = &self.columns.words;
        let mark = match cell.kind {
            CellKind::Text => {
                *self.marks.entry(cell.text).or_insert_with(|| cells::mark(self.workbook.text(cell.text), words))
            }
            _ => cells::mark(&self.text(cell), words),
        };
        match mark {
            Mark::No => {
                // A row with only zeros in these columns is not thereby a case.
                read.filled = read.filled.saturating_sub(1);
                return;
            }
            Mark::Yes => {}
            Mark::Words => {
                let text = self.text(cell).into_owned();
                if !text.chars().any(char::is_alphabetic) && !matches!(self.dated(cell), Dated::Read(_)) {
                    return self.unknown(read, field, cell);
                }
                self.add_text(&text);
            }
        }
        if let Some(slot) = read.marked.get_mut(at) {
            *slot = true;
        }
        waiting.causes.add(Causes::of(Orsak::ALL.get(at).copied().as_slice()));
    }

    pub(super) fn count(&mut self, read: &mut RowRead, field: Field, cell: &Cell) {
        let number = match cell.kind {
            CellKind::Text if self.columns.words.no.contains(&fold(self.workbook.text(cell.text))) => Some(0),
            CellKind::Text => {
                let text = self.workbook.text(cell.text);
                cells::whole_number(text.trim_end_matches(['.', ' ']).trim_end_matches("år").trim_end_matches("st"))
            }
            CellKind::DateIso => None,
            _ => cells::rounded(cell.number),
        };
        let Some(number) = number.and_then(|it| u32::try_from(it).ok()) else {
            return self.unreadable_number(read, field, cell);
        };
        match field {
            // A year of birth, or any other number no one lives to.
            Field::Alder if number > 130 => self.unreadable_number(read, field, cell),
            Field::Alder => read.row.alder = u16::try_from(number).ok(),
            Field::AntalMan => read.row.antal_man = Some(number),
            Field::AntalKvinnor => read.row.antal_kvinnor = Some(number),
            _ => read.row.antal = Some(number),
        }
    }

    /// Law first: the same word means different insatser under LSS and SoL.
    pub(super) fn lagrum_and_insats(&mut self, read: &mut RowRead, waiting: &Waiting<'_>, frame: &Frame) {
        let key = pair(waiting, frame);
        if let Some((insats, lagrum)) = key.and_then(|it| self.pairs.get(&it)) {
            read.keys += 1;
            read.row.insats = Some(*insats);
            read.row.lagrum = *lagrum;
            return;
        }
        let noticed = self.noticed.len();
        let mut lagrum = Lagrum::default();
        let mut named: Option<(Lagrum, Box<str>)> = None;
        if let Some(cell) = waiting.lagrum {
            let (own, rest) = self.split(cell);
            if own == Lagrum::default() && rest.is_empty() {
                // "-" and the like.
            } else if own == Lagrum::default() && !self.names_insats(&rest, frame.law) {
                let shown = self.text(cell).into_owned();
                let seen = self.noticed(Seen::LagrumOkant, read, Field::Lagrum, cell).shown(&shown);
                self.fault(read, Field::Lagrum, seen);
            } else {
                lagrum = own;
                named = Some((own, rest));
            }
        }
        let law = lagrum.law();
        let found = match waiting.insats {
            Some(cell) => {
                let (own, rest) = self.split(cell);
                lagrum = lagrum.with(own);
                let law = law.or(frame.law);
                let found = match cell.kind {
                    CellKind::Text => {
                        let key = (cell.text, law);
                        self.insats.entry(key).or_insert_with(|| self.insatser.find_split(&own, &rest, law)).clone()
                    }
                    _ => self.insatser.find_split(&own, &rest, law),
                };
                self.insats_found(read, cell, found)
            }
            None => {
                // A lagrum with a point names the insats by itself.
                let found = named.map(|(own, rest)| self.insatser.find_split(&own, &rest, law.or(frame.law)));
                match found {
                    Some(Match::One(id)) => Some(id),
                    _ => {
                        read.assumed = frame.assumed.is_some();
                        frame.assumed
                    }
                }
            }
        };
        read.keys += u32::from(found.is_some() && waiting.insats.is_some());
        read.row.insats = found;
        let lagrum = lagrum.with(Lagrum::default());
        read.row.lagrum = (lagrum != Lagrum::default()).then_some(lagrum);
        if let (Some(key), Some(insats), true) = (key, found, noticed == self.noticed.len()) {
            self.pairs.insert(key, (insats, read.row.lagrum));
        }
    }

    pub(super) fn names_insats(&self, name: &str, law: Option<Lag>) -> bool {
        !matches!(self.insatser.find_split(&Lagrum::default(), name, law), Match::None { .. })
    }

    pub(super) fn insats_found(&mut self, read: &mut RowRead, cell: &Cell, found: Match) -> Option<InsatsId> {
        let name = |id: InsatsId| {
            let insats = self.insatser.get(id);
            format!("{} ({})", insats.name.trim_end_matches(" (SoL)"), insats.lag)
        };
        let proposal = match found {
            Match::One(id) => return Some(id),
            Match::Several(ids) => {
                if let Some(assumed) = self.hints.assumed_insats.filter(|it| ids.contains(it)) {
                    return Some(assumed);
                }
                Some(ids.into_iter().map(name).collect::<Vec<_>>().join(" eller "))
            }
            Match::None { suggestion } => suggestion.map(|id| self.insatser.get(id).name.clone()),
        };
        let shown = self.text(cell).trim().to_owned();
        if shown.contains('\n') && shown.lines().all(|it| matches!(self.insatser.find(it, None), Match::One(_))) {
            self.several(read, Field::Insats, cell);
            return None;
        }
        let mut seen = self.noticed(Seen::InsatsOkand, read, Field::Insats, cell).shown(&shown);
        seen.proposal = proposal;
        self.fault(read, Field::Insats, seen);
        read.row.insats_text = Some(crate::model::mask::masked(&shown).into());
        None
    }

    pub(super) fn split(&mut self, cell: &Cell) -> (Lagrum, Box<str>) {
        match cell.kind {
            CellKind::Text => {
                let read = || {
                    let (lagrum, rest) = Lagrum::split(self.workbook.text(cell.text));
                    (lagrum, rest.into())
                };
                self.lagrum.entry(cell.text).or_insert_with(read).clone()
            }
            _ => {
                // "9:3" typed into a spreadsheet becomes a time of day, and is shown as one.
                let (lagrum, rest) = Lagrum::split(&self.text(cell));
                (lagrum, rest.into())
            }
        }
    }
}

/// What lagrum and insats are read out of, when nothing else has a say.
fn pair(waiting: &Waiting<'_>, frame: &Frame) -> Option<Pair> {
    let insats = waiting.insats.filter(|it| it.kind == CellKind::Text)?;
    let lagrum = match waiting.lagrum {
        Some(cell) if cell.kind == CellKind::Text => cell.text,
        Some(_) => return None,
        None => TextId::NONE,
    };
    Some((lagrum, insats.text, frame.law))
}
