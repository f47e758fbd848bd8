//! SpreadsheetML 2003 (Excel 2003-XML) → grid.
//!
//! Goes in: the bytes of the file. Comes out: a workbook with values, formulas without value, merges, comments, what is
//! hidden or struck through, and the file's properties. Guaranteed: no entity is expanded; rows and columns never run
//! backwards; a file that is cut off or not well-formed is refused as a whole.

use rustc_hash::FxHashSet;

use quick_xml::events::BytesStart;

use crate::model::Observation;
use crate::model::Seen;

use super::encoding;
use super::fill::{self, Fill};
use super::grid::{Cell, CellKind, Visibility, Workbook};
use super::limits::Limits;
use super::texts::Met;
use super::xml::{self, Go, Node, Walked};

/// Reads a SpreadsheetML 2003 file. `None` when it cannot be used; then an observation says why.
pub fn read(bytes: &[u8], limits: &Limits, observations: &mut Vec<Observation>) -> Option<Workbook> {
    let mut seen = Vec::new();
    let text = encoding::decode(bytes, named_encoding(bytes).as_deref(), &mut seen);
    // What the declaration says of the encoding no longer holds.
    let body = text.find("?>").filter(|_| text.trim_start().starts_with("<?xml")).and_then(|it| text.get(it + 2..));
    let mut reading = Reading::new(limits);
    let walked = xml::walk(body.unwrap_or(&text).as_bytes(), |node| match reading.node(node) {
        Ok(()) => Go::On,
        Err(seen) => {
            reading.stopped = Some(seen);
            Go::Stop
        }
    });
    if let Some(seen) = reading.stopped {
        return fill::refused(seen, observations);
    }
    if walked != Walked::ToTheEnd {
        return fill::refused(Seen::FilTrasig, observations);
    }
    let workbook = reading.fill.finish(&mut seen);
    if workbook.sheets.is_empty() {
        return fill::foreign("en XML-fil utan kalkylblad", observations);
    }
    observations.append(&mut seen);
    Some(workbook)
}

/// The encoding of the XML declaration.
fn named_encoding(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(bytes.get(..bytes.len().min(256))?).into_owned();
    let (declaration, _) = head.split_once("?>")?;
    let (_, rest) = declaration.split_once("encoding=")?;
    let label = rest.trim_start_matches(['"', '\'']);
    label.split(['"', '\'']).next().map(str::to_owned)
}

/// Where text belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Into {
    #[default]
    Nowhere,
    Data,
    Comment,
    Property,
    Visible,
}

struct Reading<'a> {
    limits: &'a Limits,
    fill: Fill<'a>,
    stopped: Option<Seen>,
    /// Ids of styles that strike text through.
    struck: FxHashSet<String>,
    style: String,
    in_sheet: bool,
    in_properties: bool,
    /// The row and column that come next when nothing else is said.
    row: u32,
    col: u32,
    next_row: u32,
    next_col: u32,
    next_listed_col: u32,
    row_is_struck: bool,
    cell: Option<Open>,
    into: Into,
    text: String,
    /// How deep inside the element whose text is taken.
    depth: u32,
}

/// A cell whose end has not come.
struct Open {
    kind: CellKind,
    flags: u8,
    text: String,
    down: u32,
    across: u32,
}

impl<'a> Reading<'a> {
    fn new(limits: &'a Limits) -> Self {
        Self {
            limits,
            fill: Fill::new(limits),
            stopped: None,
            struck: FxHashSet::default(),
            style: String::new(),
            in_sheet: false,
            in_properties: false,
            row: 0,
            col: 0,
            next_row: 0,
            next_col: 0,
            next_listed_col: 0,
            row_is_struck: false,
            cell: None,
            into: Into::Nowhere,
            text: String::new(),
            depth: 0,
        }
    }

    fn node(&mut self, node: Node<'_>) -> Result<(), Seen> {
        match node {
            Node::Text(text) if self.into != Into::Nowhere => {
                // Characters are counted when the cell is stored; this only keeps memory within bounds before that.
                let most = self.limits.fil.cell_tecken.saturating_mul(8);
                if self.text.len().saturating_add(text.len()) > most {
                    return Err(Seen::FilUppackadForStor);
                }
                self.text.push_str(text);
                Ok(())
            }
            Node::Text(_) => Ok(()),
            Node::Start(_) if self.into != Into::Nowhere => {
                self.depth += 1;
                Ok(())
            }
            Node::Start(element) => self.start(element),
            Node::End(_) if self.into != Into::Nowhere && self.depth > 0 => {
                self.depth -= 1;
                Ok(())
            }
            Node::End(name) => self.end(name),
        }
    }

    fn take(&mut self, into: Into) {
        self.into = into;
        self.text.clear();
        self.depth = 0;
    }

    fn start(&mut self, element: &BytesStart<'_>) -> Result<(), Seen> {
        match element.local_name().as_ref() {
            "Worksheet" => {
                self.fill.sheet(&xml::value(element, "Name").unwrap_or_default())?;
                (self.in_sheet, self.next_row, self.next_listed_col) = (true, 0, 0);
            }
            "Style" => self.style = xml::value(element, "ID").unwrap_or_default(),
            "Font" if !self.in_sheet && xml::truth(element, "StrikeThrough") == Some(true) => {
                self.struck.insert(self.style.clone());
            }
            "Column" if self.in_sheet => self.column(element),
            "Row" if self.in_sheet => self.row(element),
            "Cell" if self.in_sheet => self.cell(element),
            "Data" => {
                if let Some(cell) = &mut self.cell {
                    cell.kind = match xml::raw(element, "Type").as_deref() {
                        Some("Number") => CellKind::Number,
                        Some("DateTime") => CellKind::DateIso,
                        Some("Boolean") => CellKind::Bool,
                        Some("Error") => CellKind::Error,
                        _ => CellKind::Text,
                    };
                    self.take(Into::Data);
                }
            }
            "Comment" if self.cell.is_some() => self.take(Into::Comment),
            "AutoFilterColumn" if self.in_sheet => self.fill.current().filtered = true,
            "Visible" if self.in_sheet => self.take(Into::Visible),
            "Date1904" => self.fill.workbook().epoch_1904 = true,
            "DocumentProperties" | "CustomDocumentProperties" => self.in_properties = true,
            _ if self.in_properties => self.take(Into::Property),
            _ => {}
        }
        Ok(())
    }

    /// `Column`: where it stands, how many more it speaks for, and whether they are hidden.
    fn column(&mut self, element: &BytesStart<'_>) {
        let col = self.index(element).unwrap_or(0).max(self.next_listed_col);
        let last = col.saturating_add(xml::number(element, "Span").unwrap_or(0));
        self.next_listed_col = last.saturating_add(1);
        let last = last.min(self.limits.fil.kolumner.saturating_sub(1));
        if xml::truth(element, "Hidden") == Some(true)
            && let (Ok(first), Ok(last)) = (u16::try_from(col), u16::try_from(last))
            && first <= last
        {
            self.fill.current().hidden_cols.push((first, last));
        }
    }

    fn row(&mut self, element: &BytesStart<'_>) {
        self.row = self.index(element).unwrap_or(0).max(self.next_row);
        let last = self.row.saturating_add(xml::number(element, "Span").unwrap_or(0));
        self.next_row = last.saturating_add(1);
        self.next_col = 0;
        self.row_is_struck = self.is_struck(element);
        if xml::truth(element, "Hidden") == Some(true) {
            let ranges = &mut self.fill.current().hidden_rows;
            match ranges.last_mut().filter(|it| it.1.checked_add(1) == Some(self.row)) {
                Some(range) => range.1 = last,
                None => ranges.push((self.row, last)),
            }
        }
    }

    fn cell(&mut self, element: &BytesStart<'_>) {
        self.col = self.index(element).unwrap_or(0).max(self.next_col);
        let across: u32 = xml::number(element, "MergeAcross").unwrap_or(0);
        let down = xml::number(element, "MergeDown").unwrap_or(0);
        self.next_col = self.col.saturating_add(across).saturating_add(1);
        let mut flags = 0;
        if xml::raw(element, "Formula").is_some() {
            flags |= Cell::FORMULA;
        }
        if self.is_struck(element) || self.row_is_struck && xml::raw(element, "StyleID").is_none() {
            flags |= Cell::STRUCK;
        }
        self.cell = Some(Open { kind: CellKind::Empty, flags, text: String::new(), down, across });
    }

    /// `Index` counts from one.
    fn index(&self, element: &BytesStart<'_>) -> Option<u32> {
        xml::number::<u32>(element, "Index")?.checked_sub(1)
    }

    fn is_struck(&self, element: &BytesStart<'_>) -> bool {
        !self.struck.is_empty() && xml::value(element, "StyleID").is_some_and(|it| self.struck.contains(&it))
    }

    fn end(&mut self, name: &str) -> Result<(), Seen> {
        match self.into {
            Into::Nowhere => {}
            Into::Data => {
                if let Some(cell) = &mut self.cell {
                    cell.text = std::mem::take(&mut self.text);
                }
            }
            Into::Comment => self.fill.comment(self.row, self.col, &self.text)?,
            Into::Property => {
                let property = (name.to_owned(), self.text.trim().to_owned());
                let properties = &mut self.fill.workbook().properties;
                if !property.1.is_empty() && properties.len() < 1000 {
                    properties.push(property);
                }
            }
            Into::Visible => {
                self.fill.current().visibility = match self.text.trim() {
                    "SheetHidden" => Visibility::Hidden,
                    "SheetVeryHidden" => Visibility::VeryHidden,
                    _ => Visibility::Visible,
                };
            }
        }
        self.into = Into::Nowhere;
        match name {
            "Worksheet" => self.in_sheet = false,
            "DocumentProperties" | "CustomDocumentProperties" => self.in_properties = false,
            "Cell" => {
                if let Some(cell) = self.cell.take() {
                    self.store(&cell)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn store(&mut self, cell: &Open) -> Result<(), Seen> {
        let (row, col) = (self.row, self.col);
        let text = cell.text.as_str();
        let trimmed = text.trim();
        let number = trimmed.parse::<f64>().ok().filter(|it| it.is_finite());
        let met = match (cell.kind, number) {
            _ if trimmed.is_empty() && cell.flags == 0 => return Ok(()),
            _ if trimmed.is_empty() => Met::Nothing,
            (CellKind::Number, Some(number)) => Met::Number(number),
            (CellKind::Bool, Some(number)) => Met::Bool(number != 0.0),
            (CellKind::DateIso, _) => Met::DateIso(trimmed),
            (CellKind::Error, _) => Met::Error(trimmed),
            _ => Met::Text(text),
        };
        self.fill.cell(row, col, met, cell.flags)?;
        self.fill.merged(row, col, cell.down, cell.across);
        Ok(())
    }
}

#[cfg(test)]
#[path = "xml2003_tests.rs"]
mod tests;
