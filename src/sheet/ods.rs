//! OpenDocument spreadsheets (.ods), read with our own pass over `content.xml`.
//!
//! Goes in: the looked-over package. Comes out: the workbook with hidden sheets, rows and columns, merged areas and
//! annotations. Guaranteed: repeats are counted before anything is stored for them.
//!
//! Why not calamine: it unfolds repeated cells and spaces before it looks at any limit (823 bytes took 6 GB), keeps every
//! sheet as a dense rectangle, tells errors as plain text, and leaves out hidden rows, merged areas and annotations. A
//! pass in front of it that guards against the first would see everything that is needed anyway.

use std::io::BufReader;

use quick_xml::events::BytesStart;
use rustc_hash::FxHashSet;

use crate::model::{Observation, Place, Seen};
use crate::sheet::extras;
use crate::sheet::extras::SMALL;
use crate::sheet::grid::{Area, Cell, Comment, Sheet, Visibility, Workbook};
use crate::sheet::limits::Limits;
use crate::sheet::ods_cell::{OpenCell, repeat};
use crate::sheet::package::Package;
use crate::sheet::texts::Filling;
use crate::sheet::xml::{self, Go, Node, Walked};

/// Reads the workbook.
pub(super) fn read(
    package: &Package<'_>,
    limits: &Limits,
    observations: &mut Vec<Observation>,
) -> Result<Workbook, Seen> {
    let part = package.part("content.xml").ok_or(Seen::FilTrasig)?;
    let mut filling = Filling::new(limits);
    if let Some(bytes) = package.read("meta.xml", SMALL) {
        extras::read_properties(&bytes, 3, &mut filling.workbook.properties);
    }
    let mut reading = Reading::new(limits, filling, observations);
    let mut refused = None;
    let walked = xml::walk(BufReader::with_capacity(1 << 16, part.unpack()), |node| match reading.node(node) {
        Ok(()) => Go::On,
        Err(seen) => {
            refused = Some(seen);
            Go::Stop
        }
    });
    if let Some(seen) = refused {
        return Err(seen);
    }
    if let Some(sheet) = reading.sheet.take() {
        reading.filling.close(sheet);
    }
    if reading.filling.workbook.sheets.is_empty() {
        return Err(Seen::FilTrasig);
    }
    if walked == Walked::Broken {
        reading.observations.push(Observation::new(Seen::FilTrasig, Place::FILE));
    }
    let Reading { filling, observations, .. } = reading;
    Ok(filling.finish(observations))
}

/// A cell with content in the row being read.
struct Kept {
    col: u32,
    cell: OpenCell,
}

struct Reading<'l, 'o> {
    limits: &'l Limits,
    filling: Filling<'l>,
    observations: &'o mut Vec<Observation>,
    /// Names of table styles that hide their sheet.
    hiding: FxHashSet<String>,
    /// Names of cell styles that strike through.
    striking: FxHashSet<String>,
    style: Option<String>,
    sheet: Option<Sheet>,
    row: u32,
    rows_repeated: u32,
    col: u32,
    kept: Vec<Kept>,
    cell: Option<OpenCell>,
    struck: bool,
    annotation: Option<String>,
    in_paragraph: bool,
    /// Depth within something whose text is not the cell's: a drawing, a nested table, the author of an annotation.
    skipping: u32,
    /// Columns declared so far.
    columns: u32,
    repeated_cells: usize,
}

impl<'l, 'o> Reading<'l, 'o> {
    fn new(limits: &'l Limits, filling: Filling<'l>, observations: &'o mut Vec<Observation>) -> Self {
        Self {
            limits,
            filling,
            observations,
            hiding: FxHashSet::default(),
            striking: FxHashSet::default(),
            style: None,
            sheet: None,
            row: 0,
            rows_repeated: 1,
            col: 0,
            kept: Vec::new(),
            cell: None,
            struck: false,
            annotation: None,
            in_paragraph: false,
            skipping: 0,
            columns: 0,
            repeated_cells: 0,
        }
    }

    fn node(&mut self, node: Node<'_>) -> Result<(), Seen> {
        if self.skipping > 0 {
            match node {
                Node::Start(_) => self.skipping += 1,
                Node::End(_) => self.skipping -= 1,
                Node::Text(_) => {}
            }
            return Ok(());
        }
        match node {
            Node::Start(element) => self.start(element),
            Node::Text(text) => {
                if self.in_paragraph {
                    self.say(text);
                }
                Ok(())
            }
            Node::End(name) => self.end(name),
        }
    }

    fn start(&mut self, element: &BytesStart<'_>) -> Result<(), Seen> {
        match element.local_name().as_ref() {
            "style" => self.style = xml::value(element, "name"),
            "table-properties" if xml::raw(element, "display").is_some_and(|it| it == "false") => {
                self.hiding.extend(self.style.take());
            }
            "text-properties" if self.sheet.is_none() => {
                let line = xml::raw(element, "text-line-through-style").or(xml::raw(element, "text-line-through-type"));
                if line.is_some_and(|it| it != "none") {
                    self.striking.extend(self.style.clone());
                }
            }
            "table" if self.sheet.is_some() => self.skipping = 1,
            "table" => self.open_sheet(element)?,
            _ if self.sheet.is_none() => {}
            "table-column" => self.column(element),
            "table-row" => self.open_row(element),
            "table-cell" | "covered-table-cell" => self.open_cell(element),
            "annotation" => self.annotation = Some(String::new()),
            "creator" | "date" | "creator-initials" if self.annotation.is_some() => self.skipping = 1,
            "shapes" | "frame" | "custom-shape" | "g" | "control" | "forms" | "detective" => self.skipping = 1,
            "p" | "h" => self.open_paragraph(),
            "s" if self.in_paragraph => {
                let count: usize = xml::number(element, "c").unwrap_or(1);
                if count > self.limits.ods.mellanslag {
                    return Err(Seen::FilOsaker);
                }
                self.say(&" ".repeat(count));
            }
            "tab" if self.in_paragraph => self.say("\t"),
            "line-break" if self.in_paragraph => self.say("\n"),
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, name: &str) -> Result<(), Seen> {
        match name {
            "table" => {
                if let Some(sheet) = self.sheet.take() {
                    self.filling.close(sheet);
                }
            }
            "table-row" if self.sheet.is_some() => self.close_row()?,
            "table-cell" | "covered-table-cell" => self.close_cell(),
            "annotation" => self.close_annotation(),
            "p" | "h" => self.in_paragraph = false,
            _ => {}
        }
        Ok(())
    }

    fn open_sheet(&mut self, element: &BytesStart<'_>) -> Result<(), Seen> {
        if self.filling.workbook.sheets.len() >= self.limits.fil.blad {
            return Err(Seen::FilUppackadForStor);
        }
        let mut sheet = Sheet::named(xml::value(element, "name").unwrap_or_default());
        if xml::value(element, "style-name").is_some_and(|it| self.hiding.contains(&it)) {
            sheet.visibility = Visibility::Hidden;
        }
        self.sheet = Some(sheet);
        (self.row, self.columns) = (0, 0);
        Ok(())
    }

    fn column(&mut self, element: &BytesStart<'_>) {
        let first = self.columns;
        self.columns = first.saturating_add(repeat(element, "number-columns-repeated"));
        if let (Some(sheet), Some("collapse" | "filter")) =
            (self.sheet.as_mut(), xml::raw(element, "visibility").as_deref())
        {
            let last = self.columns.min(self.limits.fil.kolumner).saturating_sub(1);
            if let (Ok(first), Ok(last)) = (u16::try_from(first), u16::try_from(last))
                && first <= last
                && sheet.hidden_cols.len() < RANGES_MOST
            {
                sheet.hidden_cols.push((first, last));
            }
        }
    }

    fn open_row(&mut self, element: &BytesStart<'_>) {
        self.rows_repeated = repeat(element, "number-rows-repeated");
        self.col = 0;
        self.kept.clear();
        let visibility = xml::raw(element, "visibility");
        if let (Some(sheet), Some(kind @ ("collapse" | "filter"))) = (self.sheet.as_mut(), visibility.as_deref()) {
            sheet.filtered |= kind == "filter";
            let last = self.row.saturating_add(self.rows_repeated).min(self.limits.fil.rader).saturating_sub(1);
            if self.row <= last {
                let room = sheet.hidden_rows.len() < RANGES_MOST;
                match sheet.hidden_rows.last_mut() {
                    Some((_, before)) if before.checked_add(1) == Some(self.row) => *before = last,
                    _ if room => sheet.hidden_rows.push((self.row, last)),
                    _ => {}
                }
            }
        }
    }

    fn open_cell(&mut self, element: &BytesStart<'_>) {
        let (cell, across, down) = OpenCell::read(element);
        self.struck = !self.striking.is_empty()
            && xml::value(element, "style-name").is_some_and(|it| self.striking.contains(&it));
        if (across > 1 || down > 1) && self.row < self.limits.fil.rader && self.col < self.limits.fil.kolumner {
            self.merge(across, down);
        }
        self.cell = Some(cell);
    }

    fn merge(&mut self, across: u32, down: u32) {
        let last_row = self.row.saturating_add(down.max(1) - 1).min(self.limits.fil.rader.saturating_sub(1));
        let last_col = self.col.saturating_add(across.max(1) - 1).min(self.limits.fil.kolumner.saturating_sub(1));
        if let (Some(sheet), Ok(first_col), Ok(last_col)) =
            (self.sheet.as_mut(), u16::try_from(self.col), u16::try_from(last_col))
            && sheet.merged.len() < RANGES_MOST
        {
            sheet.merged.push(Area { first_row: self.row, first_col, last_row, last_col });
        }
    }

    fn close_cell(&mut self) {
        let Some(mut cell) = self.cell.take() else { return };
        let col = self.col;
        self.col = col.saturating_add(cell.repeated);
        if !cell.is_blank() {
            cell.flags |= if self.struck { Cell::STRUCK } else { 0 };
            self.kept.push(Kept { col, cell });
        }
    }

    fn close_row(&mut self) -> Result<(), Seen> {
        let rows = self.rows_repeated;
        for kept in &self.kept {
            let cells = (kept.cell.repeated as usize).saturating_mul(rows as usize);
            self.repeated_cells = self.repeated_cells.saturating_add(cells.saturating_sub(1));
        }
        if self.repeated_cells > self.limits.ods.upprepade_celler {
            return Err(Seen::FilUppackadForStor);
        }
        let Some(mut sheet) = self.sheet.take() else { return Ok(()) };
        if !self.kept.is_empty() {
            for row in self.row..self.row.saturating_add(rows) {
                for Kept { col, cell } in &self.kept {
                    for col in *col..col.saturating_add(cell.repeated) {
                        self.filling.put(&mut sheet, row, col, cell.met(), cell.flags, self.observations)?;
                    }
                }
            }
        }
        self.kept.clear();
        self.row = self.row.saturating_add(rows);
        self.sheet = Some(sheet);
        Ok(())
    }

    fn open_paragraph(&mut self) {
        self.in_paragraph = true;
        if let Some(annotation) = self.annotation.as_mut() {
            if !annotation.is_empty() {
                annotation.push('\n');
            }
        } else if let Some(cell) = self.cell.as_mut() {
            if cell.paragraphs > 0 {
                cell.shown.push('\n');
            }
            cell.paragraphs += 1;
        }
    }

    fn say(&mut self, text: &str) {
        if let Some(annotation) = self.annotation.as_mut() {
            annotation.push_str(text);
        } else if let Some(cell) = self.cell.as_mut() {
            cell.shown.push_str(text);
        }
    }

    fn close_annotation(&mut self) {
        self.in_paragraph = false;
        let (Some(text), Some(sheet)) = (self.annotation.take(), self.sheet.as_mut()) else { return };
        let text = text.trim();
        let inside = self.row < self.limits.fil.rader && self.col < self.limits.fil.kolumner;
        if let (true, false, Ok(col)) = (inside, text.is_empty(), u16::try_from(self.col))
            && sheet.comments.len() < self.limits.fil.kommentarer
        {
            let text = text.chars().take(self.limits.fil.cell_tecken).collect();
            sheet.comments.push(Comment { row: self.row, col, text });
        }
    }
}

const RANGES_MOST: usize = 50_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::grid::CellKind;

    fn read_content(body: &str) -> (Result<Workbook, Seen>, Vec<Observation>) {
        let limits = Limits::built_in().unwrap();
        let mut observations = Vec::new();
        let mut reading = Reading::new(&limits, Filling::new(&limits), &mut observations);
        let mut refused = None;
        xml::walk(body.as_bytes(), |node| match reading.node(node) {
            Ok(()) => Go::On,
            Err(seen) => {
                refused = Some(seen);
                Go::Stop
            }
        });
        let Reading { filling, observations: seen, .. } = reading;
        let book = filling.finish(seen);
        (refused.map_or(Ok(book), Err), observations)
    }

    const BOOK: &str = concat!(
        r#"<office:document-content><office:automatic-styles><style:style style:name="ta2" style:family="table">"#,
        r#"<style:table-properties table:display="false"/></style:style></office:automatic-styles><office:body><office:spreadsheet>"#,
        r#"<table:table table:name="Blad1" table:style-name="ta1"><table:table-column table:number-columns-repeated="2"/>"#,
        r#"<table:table-column table:visibility="collapse"/>"#,
        r#"<table:table-row><table:table-cell office:value-type="string"><text:p>Kön<text:s text:c="2"/>&amp;</text:p><text:p>ålder</text:p>"#,
        r#"<office:annotation><dc:creator>Namn</dc:creator><text:p>Se <text:span>mejl</text:span></text:p></office:annotation></table:table-cell>"#,
        r#"<table:table-cell office:value-type="date" office:date-value="2023-10-01"><text:p>1 okt</text:p></table:table-cell>"#,
        r#"<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="" calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell></table:table-row>"#,
        r#"<table:table-row table:visibility="filter" table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="2" office:value-type="float" office:value="1.5"/>"#,
        r#"<table:table-cell table:formula="of:=A9"/></table:table-row>"#,
        r#"<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>"#,
        r#"<table:table table:name="Dolt" table:style-name="ta2"><table:table-row><table:table-cell table:number-columns-spanned="2" table:number-rows-spanned="3" office:value-type="boolean" office:boolean-value="true"/></table:table-row></table:table>"#,
        r#"</office:spreadsheet></office:body></office:document-content>"#
    );

    #[test]
    fn a_workbook_comes_with_all_a_person_saw_and_could_not_see() {
        let (book, observations) = read_content(BOOK);
        let book = book.unwrap();
        assert_eq!(observations, vec![]);
        let sheet = &book.sheets[0];
        assert_eq!(book.text(sheet.cell(0, 0).unwrap().text), "Kön  &\nålder");
        assert_eq!(sheet.comments, vec![Comment { row: 0, col: 0, text: "Se mejl".to_owned() }]);
        assert_eq!(book.text(sheet.cell(0, 1).unwrap().text), "2023-10-01");
        assert_eq!(sheet.cell(0, 2).unwrap().kind, CellKind::Error);
        assert_eq!(sheet.hidden_cols, vec![(2, 2)]);
        assert_eq!(sheet.hidden_rows, vec![(1, 2)]);
        assert!(sheet.filtered);
        assert_eq!(sheet.cell(2, 1).unwrap().number, 1.5);
        let unsaved = sheet.cell(1, 2).unwrap();
        assert_eq!((unsaved.kind, unsaved.has(Cell::FORMULA)), (CellKind::Empty, true));
        assert_eq!(sheet.row_count(), 3);
        assert_eq!(book.sheets[1].visibility, Visibility::Hidden);
        assert_eq!(book.sheets[1].merged, vec![Area { first_row: 0, first_col: 0, last_row: 2, last_col: 1 }]);
    }

    #[test]
    fn repeats_are_refused_before_they_are_unfolded() {
        for (cell, rows, expected) in [
            (
                r#"<table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="1"/>"#,
                1_000,
                Seen::FilUppackadForStor,
            ),
            (
                r#"<table:table-cell office:value-type="float" office:value="1"/>"#,
                4_294_967_295_u32,
                Seen::FilUppackadForStor,
            ),
            (
                r#"<table:table-cell><text:p><text:s text:c="2147483647"/></text:p></table:table-cell>"#,
                1,
                Seen::FilOsaker,
            ),
        ] {
            let body = format!(
                r#"<table:table><table:table-row table:number-rows-repeated="{rows}">{cell}</table:table-row></table:table>"#
            );
            assert_eq!(read_content(&body).0.unwrap_err(), expected, "{cell}");
        }
    }
}
