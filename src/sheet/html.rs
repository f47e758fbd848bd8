//! Webpage saved as a spreadsheet → grid.
//!
//! Goes in: the bytes of an HTML file. Comes out: a workbook with one sheet: the tables one below the other with a blank
//! row between, and the text around them as rows of one cell, as a spreadsheet program lays them out.
//! Guaranteed: row and column spans hold their places and are kept as merged areas; a table inside a cell becomes a table
//! of its own; the reading stops at the limits; without a table with content there is no workbook.

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Tokenizer, TokenizerOpts};

use crate::model::Observation;
use crate::model::Seen;

use super::encoding;
use super::fill::{self, Fill};
use super::grid::Workbook;
use super::html_blocks::{Block, Blocks};
use super::limits::Limits;

/// Text is handed to the tokenizer in pieces of this many bytes, so that a file past the limits is left early.
const PIECE: usize = 1 << 16;

/// Reads an HTML file. `None` when it cannot be used; then an observation says why.
pub fn read(bytes: &[u8], limits: &Limits, observations: &mut Vec<Observation>) -> Option<Workbook> {
    let mut seen = Vec::new();
    let text = encoding::decode(bytes, charset(bytes).as_deref(), &mut seen);
    match filled(&text, limits) {
        Ok(fill) => {
            observations.append(&mut seen);
            Some(fill.finish(observations))
        }
        Err(Seen::FilFrammandeTyp) => fill::foreign("en webbsida utan tabell", observations),
        Err(seen) => fill::refused(seen, observations),
    }
}

/// The encoding that a `meta` element near the start names.
fn charset(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(bytes.get(..bytes.len().min(4096))?).to_ascii_lowercase();
    let (_, rest) = head.split_once("charset=")?;
    let label: String = rest
        .trim_start_matches(['"', '\'', ' '])
        .chars()
        .take_while(|it| it.is_ascii_alphanumeric() || matches!(it, '-' | '_'))
        .collect();
    (!label.is_empty()).then_some(label)
}

fn filled<'a>(text: &str, limits: &'a Limits) -> Result<Fill<'a>, Seen> {
    let blocks = tokenized(text, limits)?;
    if !blocks.iter().any(|it| matches!(it, Block::Table(_))) {
        return Err(Seen::FilFrammandeTyp);
    }
    let mut fill = Fill::new(limits);
    fill.sheet("Webbtabell")?;
    let mut row = 0u32;
    let mut after_table = false;
    for block in blocks {
        let is_table = matches!(block, Block::Table(_));
        row = row.saturating_add(u32::from(after_table));
        match block {
            Block::Text(text) => {
                fill.text(row, 0, &text)?;
                row = row.saturating_add(1);
            }
            Block::Table(table) => {
                for cell in &table.cells {
                    let at = row.saturating_add(cell.row);
                    fill.text(at, cell.col, &cell.text)?;
                    fill.merged(at, cell.col, cell.down, cell.across);
                }
                for hidden in &table.hidden_rows {
                    let at = row.saturating_add(*hidden);
                    let ranges = &mut fill.current().hidden_rows;
                    match ranges.last_mut().filter(|it| it.1.checked_add(1) == Some(at)) {
                        Some(range) => range.1 = at,
                        None => ranges.push((at, at)),
                    }
                }
                row = row.saturating_add(table.rows);
            }
        }
        after_table = is_table;
    }
    Ok(fill)
}

fn tokenized(text: &str, limits: &Limits) -> Result<Vec<Block>, Seen> {
    let tokenizer = Tokenizer::new(Blocks::new(limits), TokenizerOpts::default());
    let input = BufferQueue::default();
    let mut rest = text;
    while !rest.is_empty() {
        let end = (PIECE.min(rest.len())..=rest.len()).find(|it| rest.is_char_boundary(*it)).unwrap_or(rest.len());
        let (piece, later) = rest.split_at(end);
        rest = later;
        input.push_back(StrTendril::from_slice(piece));
        // A script ends the run; the rest of the input is still there.
        while !input.is_empty() {
            let _ = tokenizer.feed(&input);
        }
        if let Some(seen) = tokenizer.sink.stopped() {
            return Err(seen);
        }
    }
    tokenizer.end();
    let blocks = tokenizer.sink;
    match blocks.stopped() {
        Some(seen) => Err(seen),
        None => Ok(blocks.finish()),
    }
}

#[cfg(test)]
#[path = "html_tests.rs"]
mod tests;
