//! Excel workbooks (.xlsx, .xlsm, .xltx) with calamine's cell reader.
//!
//! Goes in: the looked-over package. Comes out: the workbook with hidden rows and columns, filters, merged areas and
//! comments. Guaranteed: calamine sees a package made anew, with a plain list of sheets under names of ours, so an odd
//! state, an unknown sheet type or a doubled sheet name cannot fail the file; a shared-strings count that could not be
//! true is refused before memory is reserved for it; a sheet calamine gives up on is mended and read again.

use std::io::BufReader;

use calamine::{DataRef, Reader, Xlsx, XlsxError};
use rustc_hash::FxHashSet;

use crate::model::{Observation, Place, Seen};
use crate::sheet::extras::{self, Listed, Relation};
use crate::sheet::grid::{Cell, Sheet, Workbook};
use crate::sheet::limits::Limits;
use crate::sheet::mend::{self, Mended};
use crate::sheet::package::{Package, Part};
use crate::sheet::stored::{Making, Stored};
use crate::sheet::texts::{Filling, Met};
use crate::sheet::xml::{self, Go, Node};

/// A sheet of the workbook and the part it is read from; a chart sheet has none.
struct Source<'a> {
    listed: Listed,
    part: Option<Part<'a>>,
    relations: Vec<Relation>,
}

/// The workbook part of the package.
pub(super) fn main_part(package: &Package<'_>) -> Option<String> {
    extras::relations(package, "")
        .into_iter()
        .find(|it| it.kind == "officeDocument" && package.part(&it.target).is_some())
        .map(|it| it.target)
        .or_else(|| Some("xl/workbook.xml".to_owned()).filter(|it| package.part(it).is_some()))
}

/// Reads the workbook.
pub(super) fn read(
    package: &Package<'_>,
    limits: &Limits,
    observations: &mut Vec<Observation>,
) -> Result<Workbook, Seen> {
    let main = main_part(package).ok_or(Seen::FilTrasig)?;
    let main_bytes = package.read(&main, extras::SMALL).ok_or(Seen::FilTrasig)?;
    let relations = extras::relations(package, &main);
    let (listed, epoch_1904) = extras::sheets(&main_bytes);
    if listed.is_empty() {
        return Err(Seen::FilTrasig);
    }
    if listed.len() > limits.fil.blad {
        return Err(Seen::FilUppackadForStor);
    }
    let sources: Vec<Source<'_>> = listed.into_iter().map(|it| source(package, &relations, it)).collect();

    let strings = by_kind(package, &relations, "sharedStrings");
    if let Some(part) = strings {
        check_strings(part, limits)?;
    }
    let styles = by_kind(package, &relations, "styles");
    let stored = made(&sources, strings, styles, epoch_1904, None);
    let mut opened = Xlsx::new(stored.clone());
    if opened.is_err() && styles.is_some() {
        // Without styles dates come as plain numbers, which is better than nothing; form knows what to make of them.
        opened = Xlsx::new(made(&sources, strings, None, epoch_1904, None));
    }
    let mut reader = opened.map_err(|_| Seen::FilTrasig)?;

    let mut filling = Filling::new(limits);
    filling.workbook.epoch_1904 = epoch_1904;
    filling.workbook.properties = extras::properties(package);
    let formats = styles.filter(|it| it.size <= extras::SMALL).and_then(Part::read).unwrap_or_default();
    let struck_formats = extras::struck_formats(&formats);
    for (index, source) in sources.iter().enumerate() {
        let mut sheet = Sheet::named(source.listed.name.clone());
        sheet.visibility = source.listed.visibility;
        let Some(part) = source.part else {
            filling.close(sheet);
            continue;
        };
        let mut marks = Marks { struck: struck(&mut reader, &name_of(index), &struck_formats), mended: None };
        stored.watch();
        let mut whole = cells(&mut reader, &name_of(index), &marks, &mut sheet, &mut filling, observations)?;
        let (tap, sound) = stored.finish();
        if !whole {
            // The mended sheet is read into a fresh grid; what was stored of texts is met again.
            let mended =
                mend::mend(BufReader::new(part.unpack()), strings.map_or(0, count_strings), limits.text_bytes());
            let again = made(&sources, strings, styles, epoch_1904, Some((index, &mended)));
            let mut fresh = Sheet::named(source.listed.name.clone());
            fresh.visibility = source.listed.visibility;
            if let Ok(mut reader) = Xlsx::new(again) {
                marks.mended = Some(&mended);
                let read = cells(&mut reader, &name_of(index), &marks, &mut fresh, &mut filling, observations)?;
                whole = read && mended.whole;
            }
            sheet = fresh;
        }
        if !(whole && sound) {
            let place = u16::try_from(index).map_or(Place::FILE, Place::sheet);
            observations.push(Observation::new(Seen::FilTrasig, place));
        }
        sheet.filtered = tap.filtered || (!tap.hidden_rows.is_empty() && table_filter(package, &source.relations));
        sheet.hidden_rows = tap.hidden_rows;
        sheet.hidden_cols = tap.hidden_cols;
        sheet.merged = tap.merged;
        sheet.comments = extras::comments(package, &source.relations, limits);
        filling.close(sheet);
    }
    Ok(filling.finish(observations))
}

fn source<'a>(package: &Package<'a>, relations: &[Relation], listed: Listed) -> Source<'a> {
    let relation = relations.iter().find(|it| it.id == listed.relation);
    let relation = relation.filter(|it| !matches!(it.kind.as_str(), "chartsheet" | "dialogsheet" | "xlMacrosheet"));
    let part = relation.and_then(|it| package.part(&it.target));
    let own = relation.map(|it| extras::relations(package, &it.target)).unwrap_or_default();
    Source { listed, part, relations: own }
}

fn by_kind<'a>(package: &Package<'a>, relations: &[Relation], kind: &str) -> Option<Part<'a>> {
    relations.iter().find(|it| it.kind == kind).and_then(|it| package.part(&it.target))
}

/// What calamine calls a sheet of the made package.
fn name_of(index: usize) -> String {
    format!("s{index}")
}

/// A package with nothing but sheets, strings and styles; `mended` stands in for one sheet.
fn made<'a>(
    sources: &[Source<'a>],
    strings: Option<Part<'a>>,
    styles: Option<Part<'a>>,
    epoch_1904: bool,
    mended: Option<(usize, &Mended)>,
) -> Stored<'a> {
    let mut making = Making::default();
    let mut list = String::new();
    let mut relations = String::new();
    for (index, source) in sources.iter().enumerate() {
        let Some(part) = source.part else { continue };
        let name = name_of(index);
        match mended {
            Some((it, mended)) if it == index => making.bytes(&format!("xl/{name}.xml"), mended.xml.clone()),
            Some(_) => continue,
            None => making.part(&format!("xl/{name}.xml"), part, true),
        }
        list.push_str(&format!(r#"<sheet name="{name}" r:id="{name}"/>"#));
        relations.push_str(&format!(r#"<Relationship Id="{name}" Type="x/worksheet" Target="{name}.xml"/>"#));
    }
    if let Some(part) = strings {
        making.part("xl/sharedStrings.xml", part, false);
    }
    if let Some(part) = styles {
        making.part("xl/styles.xml", part, false);
    }
    let epoch = u8::from(epoch_1904);
    let workbook =
        format!(r#"<workbook xmlns:r="r"><workbookPr date1904="{epoch}"/><sheets>{list}</sheets></workbook>"#);
    making.bytes("xl/workbook.xml", workbook.into_bytes());
    making.bytes("xl/_rels/workbook.xml.rels", format!("<Relationships>{relations}</Relationships>").into_bytes());
    let root = r#"<Relationships><Relationship Id="w" Type="x/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
    making.bytes("_rels/.rels", root.as_bytes().to_vec());
    making.finish()
}

/// calamine reserves 24 bytes for each string the part says it has, before it reads one. An empty string takes five
/// bytes of XML, so a part cannot hold more than a fifth of its size.
fn check_strings(part: Part<'_>, limits: &Limits) -> Result<(), Seen> {
    let most = (part.size / 5).min(limits.fil.delade_texter as u64);
    let mut answer = Ok(());
    xml::walk(BufReader::new(part.unpack()), |node| {
        if let Node::Start(element) = node
            && element.local_name().as_ref() == "sst"
        {
            for attribute in element.attributes().with_checks(false).filter_map(Result::ok) {
                let claimed = attribute.value.trim().parse::<u64>().unwrap_or(0);
                if attribute.key.as_ref() == "uniqueCount" && claimed > most {
                    answer = Err(Seen::FilOsaker);
                }
            }
            return Go::Stop;
        }
        Go::On
    });
    answer
}

/// The number of shared strings, counted.
fn count_strings(part: Part<'_>) -> usize {
    let mut count = 0;
    xml::walk(BufReader::new(part.unpack()), |node| {
        if let Node::Start(element) = node
            && element.local_name().as_ref() == "si"
        {
            count += 1;
        }
        Go::On
    });
    count
}

/// What is known of cells beside what calamine tells.
struct Marks<'a> {
    /// Cells that are struck through.
    struck: FxHashSet<(u32, u32)>,
    /// The sheet was mended, and some texts are names of errors.
    mended: Option<&'a Mended>,
}

/// More struck cells than this and the strike means nothing.
const STRUCK_MOST: usize = 200_000;

/// The struck-through cells of a sheet. A pass of its own, made only for a workbook that has such a format.
fn struck(reader: &mut Xlsx<Stored<'_>>, name: &str, formats: &FxHashSet<usize>) -> FxHashSet<(u32, u32)> {
    let mut all = FxHashSet::default();
    if formats.is_empty() {
        return all;
    }
    if let Ok(mut cells) = reader.worksheet_cells_reader(name) {
        while let Ok(Some((row, col, format))) = cells.next_style_id() {
            if formats.contains(&format) && all.len() < STRUCK_MOST {
                all.insert((row, col));
            }
        }
    }
    all
}

/// Reads the cells of one sheet; false when calamine gave up before its end.
fn cells(
    reader: &mut Xlsx<Stored<'_>>,
    name: &str,
    marks: &Marks<'_>,
    sheet: &mut Sheet,
    filling: &mut Filling<'_>,
    observations: &mut Vec<Observation>,
) -> Result<bool, Seen> {
    let mut cells = match reader.worksheet_cells_reader(name) {
        Ok(cells) => cells,
        // A chart sheet that is listed as a worksheet has no cells; anything else has lost them.
        Err(XlsxError::NotAWorksheet(kind)) => return Ok(kind != "worksheet" && kind.ends_with("sheet")),
        Err(_) => return Ok(false),
    };
    loop {
        // Also tells formulas, without expanding shared ones: a shared index of a thousand million is harmless here.
        let record = match cells.next_cell_with_formula_metadata() {
            Ok(Some(record)) => record,
            Ok(None) => return Ok(true),
            Err(_) => return Ok(false),
        };
        let (row, col) = record.pos;
        let formula = if record.formula.is_some() { Cell::FORMULA } else { 0 };
        let struck = !marks.struck.is_empty() && marks.struck.contains(&record.pos);
        let flags = formula | if struck && record.value != DataRef::Empty { Cell::STRUCK } else { 0 };
        let error = marks.mended.is_some_and(|it| it.errors.contains(&record.pos));
        put(&record.value, error, (row, col), flags, sheet, filling, observations)?;
    }
}

/// Puts a value of calamine's into the grid; `error` says that a text is the name of an error.
fn put(
    value: &DataRef<'_>,
    error: bool,
    (row, col): (u32, u32),
    flags: u8,
    sheet: &mut Sheet,
    filling: &mut Filling<'_>,
    observations: &mut Vec<Observation>,
) -> Result<(), Seen> {
    let shown;
    let met = match value {
        DataRef::String(it) if error => Met::Error(it),
        DataRef::String(it) | DataRef::DurationIso(it) => Met::Text(it),
        DataRef::SharedString(it) => Met::Shared(it),
        DataRef::Int(it) => Met::Number(*it as f64),
        DataRef::Float(it) => Met::Number(*it),
        DataRef::Bool(it) => Met::Bool(*it),
        // A length of time is a number of days, not a day.
        DataRef::DateTime(it) if it.is_duration() => Met::Number(it.as_f64()),
        DataRef::DateTime(it) => Met::DateSerial(it.as_f64()),
        DataRef::DateTimeIso(it) => Met::DateIso(it),
        DataRef::Error(it) => {
            shown = it.to_string();
            Met::Error(&shown)
        }
        DataRef::Empty => Met::Nothing,
    };
    filling.put(sheet, row, col, met, flags, observations)
}

/// A table's own filter stands in the table part, not in the sheet.
fn table_filter(package: &Package<'_>, relations: &[Relation]) -> bool {
    relations
        .iter()
        .filter(|it| it.kind == "table")
        .filter_map(|it| package.read(&it.target, extras::SMALL))
        .any(|bytes| memchr::memmem::find(&bytes, b"filterColumn").is_some())
}

#[cfg(test)]
mod tests {
    use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Formula, Note, Workbook as Written};

    use super::*;
    use crate::sheet::grid::{Area, CellKind, Visibility};

    fn made_workbook() -> Vec<u8> {
        let mut written = Written::new();
        written.set_properties(&DocProperties::new().set_title("Rapport").set_custom_property("mall_id", "K1"));
        let date = Format::new().set_num_format("yyyy-mm-dd");
        let sheet = written.add_worksheet().set_name("Beslut & avbrott").unwrap();
        sheet.write(0, 0, "Löpnr").unwrap();
        sheet.write(1, 0, 1).unwrap();
        sheet.write_with_format(1, 1, ExcelDateTime::from_ymd(2023, 10, 1).unwrap(), &date).unwrap();
        sheet.write(1, 2, "Nej").unwrap();
        sheet.write(2, 2, "Nej").unwrap();
        sheet.write_formula(2, 0, Formula::new("A2+1").set_result("2")).unwrap();
        sheet.write(2, 3, true).unwrap();
        sheet.write_with_format(3, 0, "struken", &Format::new().set_font_strikethrough()).unwrap();
        sheet.write(1_048_575, 16_383, "långt bort").unwrap();
        sheet.merge_range(4, 1, 6, 1, "Ledsagarservice", &Format::new()).unwrap();
        sheet.set_row_hidden(2).unwrap();
        sheet.set_column_hidden(3).unwrap();
        sheet.insert_note(1, 2, &Note::new("Flyttar i mars")).unwrap();
        written.add_worksheet().set_name("Gammalt").unwrap().set_hidden(true).write(0, 0, "x").unwrap();
        written.save_to_buffer().unwrap()
    }

    fn opened(bytes: &[u8]) -> (Workbook, Vec<Observation>) {
        let limits = Limits::built_in().unwrap();
        let package = Package::open(bytes, &limits).unwrap();
        let mut observations = Vec::new();
        let workbook = read(&package, &limits, &mut observations).unwrap();
        (workbook, observations)
    }

    #[test]
    fn a_workbook_comes_with_all_a_person_saw_and_could_not_see() {
        let (book, observations) = opened(&made_workbook());
        assert_eq!(observations, vec![]);
        let sheet = &book.sheets[0];
        assert_eq!(sheet.name, "Beslut & avbrott");
        let cell = |row, col| sheet.cell(row, col).copied().unwrap();
        assert_eq!(book.text(cell(0, 0).text), "Löpnr");
        assert_eq!((cell(1, 0).kind, cell(1, 0).number), (CellKind::Number, 1.0));
        assert_eq!((cell(1, 1).kind, cell(1, 1).number), (CellKind::DateSerial, 45_200.0));
        assert_eq!(cell(1, 2).text, cell(2, 2).text, "a text is stored once");
        assert!(cell(2, 0).has(Cell::FORMULA));
        assert_eq!(cell(2, 3).kind, CellKind::Bool);
        assert!(cell(3, 0).has(Cell::STRUCK) && !cell(1, 0).has(Cell::STRUCK));
        assert_eq!(book.text(cell(1_048_575, 16_383).text), "långt bort");
        assert_eq!(sheet.merged, vec![Area { first_row: 4, first_col: 1, last_row: 6, last_col: 1 }]);
        assert_eq!(sheet.hidden_rows, vec![(2, 2)]);
        assert_eq!(sheet.hidden_cols, vec![(3, 3)]);
        assert_eq!(sheet.comments.len(), 1);
        assert_eq!((sheet.comments[0].row, sheet.comments[0].col), (1, 2));
        assert!(sheet.comments[0].text.contains("Flyttar i mars"));
        assert_eq!(book.sheets[1].visibility, Visibility::Hidden);
        assert!(book.properties.contains(&("mall_id".to_owned(), "K1".to_owned())));
        assert!(book.properties.contains(&("title".to_owned(), "Rapport".to_owned())));
    }
}
