//! Tags and text, as they come → tables and the text around them.
//!
//! Goes in: tokens of an HTML file. Comes out: [`Block`]s in the order they start.
//! Guaranteed: end tags may be missing; memory grows with the text that is kept, never with what a span claims.

use std::cell::{Cell, RefCell};

use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult};

use crate::model::Seen;

use super::limits::Limits;

/// A piece of the page.
#[derive(Debug)]
pub enum Block {
    /// A line of text outside tables.
    Text(String),
    Table(Table),
}

/// A table with content.
#[derive(Debug, Default)]
pub struct Table {
    pub cells: Vec<TableCell>,
    /// How many rows it takes.
    pub rows: u32,
    /// Rows that are not displayed, in order.
    pub hidden_rows: Vec<u32>,
}

/// A cell with text, where it stands in its table.
#[derive(Debug)]
pub struct TableCell {
    pub row: u32,
    pub col: u32,
    /// How many more rows and columns it takes.
    pub down: u32,
    pub across: u32,
    pub text: String,
}

/// Tables nested deeper than this flow into the cell they stand in.
const DEEPEST: usize = 16;

/// No hand-made sheet has a cell over more rows; HTML itself allows 65 534.
const MOST_ROWS_SPANNED: u32 = 1000;

/// Takes the tokens.
pub struct Blocks<'a> {
    limits: &'a Limits,
    state: RefCell<State>,
    stopped: Cell<Option<Seen>>,
}

#[derive(Default)]
struct State {
    /// Finished blocks with the place where they started.
    done: Vec<(usize, Block)>,
    /// Tables that are open, the innermost last.
    open: Vec<OpenTable>,
    /// `table` tags too deep to open.
    too_deep: usize,
    /// Text outside tables.
    outside: Text,
    outside_started: usize,
    started: usize,
    kept: usize,
    cells: usize,
    /// Inside an element whose text is not for people.
    unread: Option<html5ever::LocalName>,
}

#[derive(Default)]
struct OpenTable {
    started: usize,
    table: Table,
    /// The row being filled; `None` before the first.
    row: Option<u32>,
    next_col: u32,
    cell: Option<OpenCell>,
    /// Cells that reach down: first and last column, and the last row.
    reaching: Vec<(u32, u32, u32)>,
    /// Ends of the rows counted, so that a trailing empty row counts too.
    rows: u32,
}

struct OpenCell {
    row: u32,
    col: u32,
    down: u32,
    across: u32,
    text: Text,
}

/// Text as a browser shows it: spaces run together, line breaks only where the page makes them.
#[derive(Default)]
struct Text {
    text: String,
    space: bool,
    lines: usize,
}

impl Text {
    fn push(&mut self, text: &str) {
        for c in text.chars() {
            if c.is_ascii_whitespace() {
                self.space = true;
                continue;
            }
            if !self.text.is_empty() {
                match (self.lines, self.space) {
                    (0, true) => self.text.push(' '),
                    (0, false) => {}
                    (lines, _) => self.text.extend(std::iter::repeat_n('\n', lines.min(2))),
                }
            }
            self.space = false;
            self.lines = 0;
            self.text.push(c);
        }
    }

    fn line_break(&mut self) {
        self.lines += 1;
    }

    /// A block begins or ends: what follows stands on a line of its own.
    fn new_line(&mut self) {
        self.lines = self.lines.max(1);
    }
}

impl<'a> Blocks<'a> {
    pub fn new(limits: &'a Limits) -> Self {
        Self { limits, state: RefCell::default(), stopped: Cell::new(None) }
    }

    /// The limit that was passed, if one was.
    pub fn stopped(&self) -> Option<Seen> {
        self.stopped.get()
    }

    /// All blocks in the order they start.
    pub fn finish(self) -> Vec<Block> {
        let mut state = self.state.into_inner();
        while state.end_table() {}
        state.end_outside();
        state.done.sort_by_key(|it| it.0);
        state.done.into_iter().map(|it| it.1).collect()
    }

    fn text(&self, text: &str) {
        let mut state = self.state.borrow_mut();
        if state.unread.is_some() {
            return;
        }
        state.kept += text.len();
        if state.kept > self.limits.text_bytes() {
            self.stopped.set(Some(Seen::FilUppackadForStor));
            return;
        }
        match state.open.last_mut() {
            None => {
                let State { outside, outside_started, started, .. } = &mut *state;
                if outside.text.is_empty() {
                    *outside_started = *started;
                }
                outside.push(text);
            }
            Some(OpenTable { cell: Some(cell), .. }) => cell.text.push(text),
            // Between rows: a browser moves it out of the table; it is white space in every export seen.
            Some(_) => {}
        }
    }

    fn start(&self, tag: &Tag) {
        let mut state = self.state.borrow_mut();
        match &*tag.name {
            "table" => state.start_table(),
            "tr" => state.start_row(is_hidden(tag)),
            "td" | "th" => {
                state.cells += 1;
                if state.cells > self.limits.fil.celler.saturating_mul(2) {
                    self.stopped.set(Some(Seen::FilUppackadForStor));
                    return;
                }
                let span = |name| number(tag, name).unwrap_or(1).clamp(1, self.limits.fil.kolumner) - 1;
                let down = span("rowspan").min(MOST_ROWS_SPANNED);
                state.start_cell(down, span("colspan"));
            }
            "br" => state.with_text(Text::line_break),
            "p" | "div" | "li" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "caption" | "hr" | "body" | "center" => {
                state.block_edge();
            }
            _ => {}
        }
    }

    fn end(&self, name: &str) {
        let mut state = self.state.borrow_mut();
        match name {
            "table" if state.too_deep > 0 => state.too_deep -= 1,
            "table" => {
                state.end_table();
            }
            "tr" => state.end_row(),
            "td" | "th" => state.end_cell(),
            "p" | "div" | "li" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "caption" | "body" | "center" => {
                state.block_edge();
            }
            _ => {}
        }
    }
}

impl State {
    fn with_text(&mut self, act: impl FnOnce(&mut Text)) {
        match self.open.last_mut() {
            None => act(&mut self.outside),
            Some(table) => {
                if let Some(cell) = &mut table.cell {
                    act(&mut cell.text);
                }
            }
        }
    }

    fn block_edge(&mut self) {
        if self.open.is_empty() { self.end_outside() } else { self.with_text(Text::new_line) }
    }

    fn end_outside(&mut self) {
        let text = std::mem::take(&mut self.outside).text;
        if !text.trim().is_empty() {
            self.done.push((self.outside_started, Block::Text(text)));
            self.started += 1;
        }
    }

    fn start_table(&mut self) {
        if self.open.len() >= DEEPEST {
            self.too_deep += 1;
            return;
        }
        if self.open.is_empty() {
            self.end_outside();
        }
        self.started += 1;
        self.open.push(OpenTable { started: self.started, ..OpenTable::default() });
        self.started += 1;
    }

    /// Ends the innermost table; `false` when none is open.
    fn end_table(&mut self) -> bool {
        self.end_cell();
        let Some(mut open) = self.open.pop() else { return false };
        open.table.rows = open.rows;
        if !open.table.cells.is_empty() {
            self.done.push((open.started, Block::Table(open.table)));
        }
        true
    }

    fn start_row(&mut self, hidden: bool) {
        self.end_cell();
        if let Some(open) = self.open.last_mut() {
            let row = open.row.map_or(0, |it| it.saturating_add(1));
            open.begin_row(row);
            if hidden {
                open.table.hidden_rows.push(row);
            }
        }
    }

    fn end_row(&mut self) {
        self.end_cell();
    }

    fn start_cell(&mut self, down: u32, across: u32) {
        self.end_cell();
        if let Some(open) = self.open.last_mut() {
            if open.row.is_none() {
                open.begin_row(0);
            }
            open.begin_cell(down, across);
        }
    }

    fn end_cell(&mut self) {
        let Some(open) = self.open.last_mut() else { return };
        let Some(cell) = open.cell.take() else { return };
        let OpenCell { row, col, down, across, text: Text { text, .. } } = cell;
        if !text.trim().is_empty() {
            open.table.cells.push(TableCell { row, col, down, across, text });
        }
    }
}

impl OpenTable {
    fn begin_row(&mut self, row: u32) {
        self.row = Some(row);
        self.rows = self.rows.max(row.saturating_add(1));
        self.next_col = 0;
        self.reaching.retain(|it| it.2 >= row);
        self.reaching.sort_unstable();
    }

    fn begin_cell(&mut self, down: u32, across: u32) {
        let row = self.row.unwrap_or(0);
        let mut col = self.next_col;
        // Cells that reach down from rows above, in order of column; those of this row start below it.
        for (first, last, _) in self.reaching.iter().filter(|it| it.2 >= row) {
            if (*first..=*last).contains(&col) {
                col = last.saturating_add(1);
            }
        }
        let last = col.saturating_add(across);
        self.next_col = last.saturating_add(1);
        if down > 0 {
            self.reaching.push((col, last, row.saturating_add(down)));
        }
        self.cell = Some(OpenCell { row, col, down, across, text: Text::default() });
    }
}

fn number(tag: &Tag, name: &str) -> Option<u32> {
    let value = &tag.attrs.iter().find(|it| &*it.name.local == name)?.value;
    value.trim().parse().ok()
}

/// `style="display:none"`, as spreadsheet programs write hidden rows.
fn is_hidden(tag: &Tag) -> bool {
    tag.attrs.iter().any(|it| {
        let name = &*it.name.local;
        name == "hidden"
            || name == "style" && {
                let style: String = it.value.chars().filter(|c| !c.is_whitespace()).collect();
                style.to_ascii_lowercase().contains("display:none")
            }
    })
}

impl TokenSink for Blocks<'_> {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        if self.stopped().is_some() {
            return TokenSinkResult::Continue;
        }
        match token {
            Token::CharacterTokens(text) => self.text(&text),
            Token::TagToken(tag) if tag.kind == TagKind::EndTag => {
                let mut state = self.state.borrow_mut();
                if state.unread.as_ref() == Some(&tag.name) {
                    state.unread = None;
                }
                drop(state);
                self.end(&tag.name);
            }
            Token::TagToken(tag) => {
                let raw = match &*tag.name {
                    "script" => RawKind::ScriptData,
                    "style" | "noframes" | "noembed" | "xmp" | "iframe" => RawKind::Rawtext,
                    "title" | "textarea" => RawKind::Rcdata,
                    _ => {
                        self.start(&tag);
                        return TokenSinkResult::Continue;
                    }
                };
                if &*tag.name != "textarea" && &*tag.name != "xmp" {
                    self.state.borrow_mut().unread = Some(tag.name);
                }
                return TokenSinkResult::RawData(raw);
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}
