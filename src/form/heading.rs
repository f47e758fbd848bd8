//! Where the tables are: finds heading rows by their words, wherever on the sheet they stand.
//!
//! Goes in: a sheet. Comes out: its blocks – a heading of one or two rows and the rows below it.
//! Guaranteed: a table of counts is not taken for a list; a heading that comes again carries its table on.

use super::columns::{Columns, heading_key};
use super::{Fields, Purpose};
use crate::model::{Field, Lag, Lagrum};
use crate::sheet::{Cell, CellKind, Sheet, Workbook};

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    pub col: u16,
    /// `None` when the heading is not declared.
    pub field: Option<Field>,
    /// The heading as it stands.
    pub heading: String,
}

/// What stands under a heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BlockKind {
    /// A row a case.
    List,
    /// The same heading again: the rows belong to the block before.
    Repeated,
    /// A table of counts, which is not read as cases.
    Summary,
}

/// A heading and the rows below it.
#[derive(Debug, Clone)]
pub(super) struct Block {
    pub kind: BlockKind,
    /// Row numbers of the first and the last heading row.
    pub heading: (u32, u32),
    pub columns: Vec<Column>,
    /// Indexes of the sheet's rows with content: first heading row, first row below, first row of the next block.
    pub rows: (usize, usize, usize),
    /// First column of a second table that stands to the right.
    pub second_table: Option<u16>,
    /// The law all headings together name.
    pub law: Option<Lag>,
}

impl Block {
    pub(super) fn fields(&self) -> Fields {
        let mut fields = Fields::default();
        for field in self.columns.iter().filter_map(|it| it.field) {
            fields.insert(field);
        }
        fields
    }

    /// The same headings; our keys have theirs only over the first rows.
    fn has_columns_of(&self, other: &Self) -> bool {
        let peoples = |it: &&Column| it.field != Some(Field::Kopia);
        self.columns.iter().filter(peoples).eq(other.columns.iter().filter(peoples))
    }
}

const UNKNOWN: u8 = u8::MAX;
const NO_HEADING: u8 = u8::MAX - 1;

/// Finds the blocks of sheets of one workbook; remembers every text it has compared.
pub(super) struct Finder<'a> {
    columns: &'a Columns,
    workbook: &'a Workbook,
    purpose: Purpose,
    /// For each text of the workbook: the field it heads, [`NO_HEADING`] or [`UNKNOWN`].
    known: Vec<u8>,
}

impl<'a> Finder<'a> {
    pub(super) fn new(columns: &'a Columns, workbook: &'a Workbook, purpose: Purpose) -> Self {
        Self { columns, workbook, purpose, known: vec![UNKNOWN; workbook.text_count()] }
    }

    /// The blocks of a sheet, in order.
    pub(super) fn blocks(&mut self, sheet: &Sheet) -> Vec<Block> {
        let mut blocks: Vec<Block> = Vec::new();
        let mut at = 0;
        while let Some((_, cells)) = sheet.row_at(at) {
            if !self.is_heading(cells) {
                at += 1;
                continue;
            }
            let free = blocks.last().map_or(0, |it| it.rows.1);
            match self.block(sheet, at, free) {
                Some(mut block) => {
                    if let Some(last) = blocks.last_mut() {
                        last.rows.2 = block.rows.0;
                        let same = |a: &Block, b: &Block| a.has_columns_of(b) && a.kind != BlockKind::Summary;
                        if same(last, &block) {
                            block.kind = BlockKind::Repeated;
                        }
                    }
                    at = block.rows.1;
                    blocks.push(block);
                }
                None => at += 1,
            }
        }
        blocks
    }

    /// Two different declared headings, and nothing that only a row of data has.
    fn is_heading(&mut self, cells: &[Cell]) -> bool {
        let mut fields = Fields::default();
        let mut found = 0;
        let mut numbers = 0;
        let mut texts = 0;
        for cell in cells {
            match cell.kind {
                CellKind::Text => {
                    texts += 1;
                    if let Some(field) = self.heading(cell) {
                        if !fields.contains(field) {
                            found += 1;
                        }
                        fields.insert(field);
                    } else if texts > 3 && found == 0 {
                        return false;
                    }
                }
                CellKind::Number | CellKind::DateSerial | CellKind::DateIso => {
                    numbers += 1;
                    if numbers > 3 && found < 2 {
                        return false;
                    }
                }
                _ => {}
            }
        }
        found >= 2 && numbers < found && !cells.iter().any(|it| self.is_kon(it))
    }

    fn is_kon(&self, cell: &Cell) -> bool {
        if cell.kind != CellKind::Text {
            return false;
        }
        let text = self.workbook.text(cell.text);
        text.len() <= 12 && self.columns.words.kon.contains_key(&crate::model::spelling::fold(text))
    }

    /// The field a single cell heads.
    fn heading(&mut self, cell: &Cell) -> Option<Field> {
        if cell.kind != CellKind::Text {
            return None;
        }
        let at = usize::try_from(cell.text.0).ok()?;
        let known = *self.known.get(at)?;
        if known != UNKNOWN {
            return Field::ALL.get(usize::from(known)).copied();
        }
        let text = self.workbook.text(cell.text);
        // No heading is this long or has this many digits; most free text and ids are passed over without folding.
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        let field = if text.len() > 80 || digits > 2 { None } else { self.columns.field(text) };
        let index = field.and_then(|it| Field::ALL.iter().position(|other| *other == it));
        if let Some(slot) = self.known.get_mut(at) {
            *slot = index.and_then(|it| u8::try_from(it).ok()).unwrap_or(NO_HEADING);
        }
        field
    }

    /// The block whose heading stands on the row at `at`; rows before `free` belong to another heading.
    fn block(&mut self, sheet: &Sheet, at: usize, free: usize) -> Option<Block> {
        let (row, cells) = sheet.row_at(at)?;
        let above = at.checked_sub(1).filter(|it| *it >= free).and_then(|it| sheet.row_at(it));
        let below = sheet.row_at(at + 1).filter(|it| it.0 == row + 1 && self.is_lower_heading(cells, it.1));
        let parents = above.filter(|it| it.0 + 1 == row && below.is_none() && self.is_upper_heading(it.1, cells));
        let (first, columns, last, next) = match (parents, below) {
            (_, Some((lower, lower_cells))) => (row, self.joined(cells, lower_cells), lower, at + 2),
            (Some((upper, upper_cells)), None) => (upper, self.joined(upper_cells, cells), row, at + 1),
            (None, None) => (row, self.single(cells), row, at + 1),
        };
        let start = if first == row { at } else { at - 1 };
        let mut block = Block {
            kind: BlockKind::List,
            heading: (first, last),
            law: law(&columns),
            columns,
            rows: (start, next, sheet.row_count()),
            second_table: None,
        };
        split_second_table(&mut block);
        block.kind = self.kind(&block)?;
        Some(block)
    }

    fn single(&mut self, cells: &[Cell]) -> Vec<Column> {
        let mut out = Vec::new();
        for cell in cells {
            let heading = self.text(cell);
            if !heading.is_empty() {
                out.push(Column { col: cell.col, field: self.columns.field(heading), heading: heading.to_owned() });
            }
        }
        out
    }

    /// Joins a parent to each of its children: "Antal" over "män" and "kvinnor".
    fn joined(&self, upper: &[Cell], lower: &[Cell]) -> Vec<Column> {
        let mut cols: Vec<u16> = upper.iter().chain(lower).map(|it| it.col).collect();
        cols.sort_unstable();
        cols.dedup();
        let mut out = Vec::new();
        for col in cols {
            let own = |cells: &[Cell]| {
                let found = cells.iter().find(|it| it.col == col);
                found.map(|it| self.text(it).to_owned()).filter(|it| !it.is_empty())
            };
            let parent = upper.iter().rfind(|it| it.col <= col && !self.text(it).is_empty());
            let parent = parent.map(|it| self.text(it));
            let (field, heading) = match (own(lower), own(upper), parent) {
                (Some(child), _, Some(parent)) => {
                    let both = format!("{parent} {child}");
                    // A child that is declared with its parent means that; else it speaks for itself.
                    let field = self.columns.field(&both).or_else(|| self.columns.field(&child));
                    (field, format!("{parent} – {child}"))
                }
                (Some(child), _, None) => (self.columns.field(&child), child),
                (None, Some(parent), _) => (self.columns.field(&parent), parent),
                (None, None, _) => continue,
            };
            out.push(Column { col, field, heading });
        }
        out
    }

    /// The row below a heading belongs to it when it has only words and names columns the heading leaves open.
    fn is_lower_heading(&mut self, upper: &[Cell], lower: &[Cell]) -> bool {
        let words = lower.iter().all(|it| matches!(it.kind, CellKind::Text | CellKind::Empty));
        if !words || lower.iter().any(|it| self.is_kon(it)) {
            return false;
        }
        let before: Vec<Column> = self.single(upper);
        let fields = |columns: &[Column]| columns.iter().filter(|it| it.field.is_some()).count();
        let both = self.joined(upper, lower);
        // The same heading twice in a row is a repetition, not a second level.
        let repeated = lower.iter().filter(|it| self.heading_below(upper, it)).count();
        fields(&both) > fields(&before) && repeated == 0
    }

    fn heading_below(&self, upper: &[Cell], cell: &Cell) -> bool {
        upper.iter().any(|it| it.col == cell.col && heading_key(self.text(it)) == heading_key(self.text(cell)))
    }

    /// The row above belongs to the heading when a parent in it changes what a child means, or heads a column itself.
    fn is_upper_heading(&mut self, upper: &[Cell], lower: &[Cell]) -> bool {
        let words = upper.iter().all(|it| matches!(it.kind, CellKind::Text | CellKind::Empty));
        words && upper.len() > 1 && {
            let alone = self.single(lower);
            let both = self.joined(upper, lower);
            both.iter().filter(|it| it.field.is_some()).count() > alone.iter().filter(|it| it.field.is_some()).count()
        }
    }

    fn text(&self, cell: &Cell) -> &'a str {
        if cell.kind == CellKind::Text { self.workbook.text(cell.text).trim() } else { "" }
    }

    /// What kind of table a heading makes; `None` when it makes none.
    fn kind(&self, block: &Block) -> Option<BlockKind> {
        let fields = block.fields();
        let any = |list: &[Field]| list.iter().any(|it| fields.contains(*it));
        let start = any(&[Field::Beslutsdatum, Field::Avbrottsdatum, Field::Startdatum]);
        let insats = any(&[Field::Insats, Field::Lagrum]);
        let kon = fields.contains(Field::Kon);
        let counts = any(&[Field::Antal, Field::AntalMan, Field::AntalKvinnor]);
        if self.purpose == Purpose::Ongoing {
            return (insats && counts).then_some(BlockKind::List);
        }
        let summary = |it: &Column| {
            let key = heading_key(&it.heading);
            ["antal", "andel", "totalt", "pågående", "ej verkställda", "summa"].iter().any(|word| key.starts_with(word))
        };
        let counted = counts || block.columns.iter().any(|it| it.field != Some(Field::Dagar) && summary(it));
        if !kon && (counted || !start) && !any(&[Field::Verkstalld, Field::Avslutad, Field::Orsak, Field::Skal]) {
            // Causes, insatser and counts without a person or a date: a table of sums.
            let marks = any(&[Field::OrsakBostad, Field::OrsakPersonal, Field::OrsakTackatNej, Field::OrsakAnnat]);
            return (insats && (counted || marks)).then_some(BlockKind::Summary);
        }
        (kon || start || insats).then_some(BlockKind::List)
    }
}

/// Two tables side by side repeat their headings; the first one is read.
fn split_second_table(block: &mut Block) {
    let mut seen = Fields::default();
    let mut again: Option<usize> = None;
    let mut repeated = Fields::default();
    let mut count = 0;
    for (at, column) in block.columns.iter().enumerate() {
        let Some(field) = column.field else { continue };
        if seen.contains(field) && is_anchor(field) {
            again.get_or_insert(at);
            if !repeated.contains(field) {
                count += 1;
            }
            repeated.insert(field);
        }
        seen.insert(field);
    }
    let Some(at) = again.filter(|_| count >= 2) else { return };
    // The second table may open with a column of its own kind, such as Löpnr, just before.
    let mut at = at;
    while let [.., before, here] = &block.columns[..=at] {
        let told = before.field.is_some_and(|it| block.columns[..at - 1].iter().any(|other| other.field == Some(it)));
        if before.col + 1 != here.col || !told {
            break;
        }
        at -= 1;
    }
    block.second_table = block.columns.get(at).map(|it| it.col);
    block.columns.truncate(at);
}

fn is_anchor(field: Field) -> bool {
    matches!(
        field,
        Field::Kon | Field::Beslutsdatum | Field::Avbrottsdatum | Field::Startdatum | Field::Insats | Field::Lagrum
    )
}

/// "Typ av insats LSS" says the law for the whole column.
fn law(columns: &[Column]) -> Option<Lag> {
    let mut laws = columns.iter().filter_map(|it| Lagrum::split(&it.heading).0.lag);
    let first = laws.next()?;
    laws.all(|it| it == first).then_some(first)
}
