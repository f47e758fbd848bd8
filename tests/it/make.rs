//! Files made in the tests themselves, sound and unsound.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// A zip file of these parts.
pub(crate) fn package(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options =
        SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).compression_level(Some(1));
    for (name, bytes) in parts {
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

const TYPES: &str = r#"<Types><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"#;
const ROOT: &str = r#"<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK: &str = r#"<workbook xmlns:r="r"><sheets><sheet name="Blad1" sheetId="1" r:id="r1"/></sheets></workbook>"#;
const BOOK_RELATIONS: &str = r#"<Relationships><Relationship Id="r1" Type="x/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="x/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>"#;

/// An xlsx with this sheet and these shared strings.
pub(crate) fn xlsx(sheet: &[u8], strings: &[u8]) -> Vec<u8> {
    xlsx_and(sheet, strings, &[])
}

/// The same, with more parts.
pub(crate) fn xlsx_and(sheet: &[u8], strings: &[u8], more: &[(&str, &[u8])]) -> Vec<u8> {
    let mut parts: Vec<(&str, &[u8])> = vec![
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("_rels/.rels", ROOT.as_bytes()),
        ("xl/workbook.xml", BOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", BOOK_RELATIONS.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet),
        ("xl/sharedStrings.xml", strings),
    ];
    parts.extend_from_slice(more);
    package(&parts)
}

/// Sheet XML around these rows.
pub(crate) fn sheet(rows: &str) -> Vec<u8> {
    format!(r#"<?xml version="1.0"?><worksheet><sheetData>{rows}</sheetData></worksheet>"#).into_bytes()
}

pub(crate) const STRINGS: &[u8] = br#"<sst count="2" uniqueCount="2"><si><t>Nej</t></si><si><t>Ja</t></si></sst>"#;

/// A sound small workbook.
pub(crate) fn sound_xlsx() -> Vec<u8> {
    let rows: String = (1..=40)
        .map(|row| {
            format!(r#"<row r="{row}"><c r="A{row}"><v>{row}</v></c><c r="B{row}" t="s"><v>{}</v></c></row>"#, row % 2)
        })
        .collect();
    xlsx(&sheet(&rows), STRINGS)
}

/// An ods with this inside its spreadsheet.
pub(crate) fn ods(tables: &str) -> Vec<u8> {
    let content = format!(
        "<office:document-content><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    );
    package(&[("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", content.as_bytes())])
}

pub(crate) fn sound_ods() -> Vec<u8> {
    let rows: String = (1..=40)
        .map(|row| {
            format!(
                r#"<table:table-row><table:table-cell office:value-type="float" office:value="{row}"/><table:table-cell office:value-type="string"><text:p>Nej</text:p></table:table-cell></table:table-row>"#
            )
        })
        .collect();
    ods(&format!(r#"<table:table table:name="Blad1">{rows}</table:table>"#))
}

fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    let mut all = kind.to_le_bytes().to_vec();
    all.extend(u16::try_from(data.len()).unwrap().to_le_bytes());
    all.extend(data);
    all
}

/// An OLE container with these streams.
pub(crate) fn container(streams: &[(&str, &[u8])]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    for (name, bytes) in streams {
        file.create_stream(name).unwrap().write_all(bytes).unwrap();
    }
    file.flush().unwrap();
    file.into_inner().into_inner()
}

/// A sound xls: numbers, a date, texts, a hidden row, a hidden column, a formula with a text, and a stray cell far away.
pub(crate) fn sound_xls() -> Vec<u8> {
    let mut strings = 1u32.to_le_bytes().to_vec();
    strings.extend(1u32.to_le_bytes());
    strings.extend(b"\x05\x00\x00L\xF6pnr");
    let mut sheet = record(0x0809, &[0x00, 0x06, 0x10, 0x00, 0, 0, 0, 0]);
    sheet.extend(record(0x007D, &[3, 0, 4, 0, 0, 0, 0, 0, 1, 0, 0, 0]));
    sheet.extend(record(0x0208, &[2, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0x20, 0, 0, 0]));
    sheet.extend(record(0x00FD, &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
    let mut number = vec![1, 0, 0, 0, 1, 0];
    number.extend(45_200f64.to_le_bytes());
    sheet.extend(record(0x0203, &number));
    sheet.extend(record(0x00BD, &[2, 0, 0, 0, 0, 0, 0x06, 0, 0, 0, 0, 0, 0x0A, 0, 0, 0, 1, 0]));
    let mut formula = vec![3, 0, 0, 0, 0, 0];
    formula.extend([0, 0, 0, 0, 0, 0, 0xFF, 0xFF]);
    formula.extend([0; 8]);
    sheet.extend(record(0x0006, &formula));
    sheet.extend(record(0x0207, b"\x03\x00\x00Nej"));
    sheet.extend(record(0x0205, &[4, 0, 0, 0, 0, 0, 0x17, 1]));
    sheet.extend(record(0x027E, &[0xFF, 0xFF, 0xFF, 0, 0, 0, 0x06, 0, 0, 0]));
    sheet.extend(record(0x00E5, &[1, 0, 5, 0, 7, 0, 1, 0, 1, 0]));
    sheet.extend(record(0x000A, &[]));

    let globals = |at: u32| {
        let mut all = record(0x0809, &[0x00, 0x06, 0x05, 0x00, 0, 0, 0, 0]);
        all.extend(record(0x00E0, &[0, 0, 0, 0]));
        all.extend(record(0x00E0, &[0, 0, 14, 0]));
        let mut bound = at.to_le_bytes().to_vec();
        bound.extend(b"\x00\x00\x05\x00Blad1");
        all.extend(record(0x0085, &bound));
        all.extend(record(0x00FC, &strings));
        all.extend(record(0x000A, &[]));
        all
    };
    let length = u32::try_from(globals(0).len()).unwrap();
    let mut stream = globals(length);
    stream.extend(sheet);
    // A short stream would lie in the mini stream; both kinds are read.
    stream.resize(stream.len().max(5_000), 0);
    container(&[("/Workbook", &stream)])
}

/// The same parts without compression, so that damage reaches the readers and not only the checksums.
fn stored(bytes: &[u8]) -> Vec<u8> {
    let mut from = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..from.len() {
        let mut part = from.by_index(index).unwrap();
        let name = part.name().unwrap().into_owned();
        writer.start_file(name, SimpleFileOptions::default().compression_method(CompressionMethod::Stored)).unwrap();
        std::io::copy(&mut part, &mut writer).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

pub(crate) fn stored_xlsx() -> Vec<u8> {
    stored(&sound_xlsx())
}

pub(crate) fn stored_ods() -> Vec<u8> {
    stored(&sound_ods())
}

fn brt(kind: u16, data: &[u8]) -> Vec<u8> {
    let mut all = Vec::new();
    match u8::try_from(kind) {
        Ok(kind) if kind < 0x80 => all.push(kind),
        _ => all.extend([(kind & 0x7F) as u8 | 0x80, (kind >> 7) as u8]),
    }
    assert!(data.len() < 0x80);
    all.push(u8::try_from(data.len()).unwrap());
    all.extend(data);
    all
}

fn wide(text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut all = u32::try_from(units.len()).unwrap().to_le_bytes().to_vec();
    all.extend(units.iter().flat_map(|it| it.to_le_bytes()));
    all
}

/// A sound xlsb: a shared text, a date, a formula that shows an error, a hidden row and column, and a merged area.
pub(crate) fn sound_xlsb() -> Vec<u8> {
    let mut bound = vec![0, 0, 0, 0, 1, 0, 0, 0];
    bound.extend(wide("r1"));
    bound.extend(wide("Blad1"));
    let book = brt(156, &bound);
    let relations = r#"<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.bin"/><Relationship Id="r2" Type="x/sharedStrings" Target="sharedStrings.bin"/><Relationship Id="r3" Type="x/styles" Target="styles.bin"/></Relationships>"#;
    let mut styles = brt(617, &[2, 0, 0, 0]);
    styles.extend(brt(47, &[0; 16]));
    styles.extend(brt(47, &[0, 0, 14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
    styles.extend(brt(618, &[]));
    let mut text = vec![0];
    text.extend(wide("Löpnr"));
    let strings = brt(19, &text);

    let mut sheet = brt(60, &[3, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0]);
    sheet.extend(brt(0, &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
    sheet.extend(brt(7, &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
    sheet.extend(brt(0, &[1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10, 0]));
    let mut date = vec![0, 0, 0, 0, 1, 0, 0, 0];
    date.extend(45_200.5f64.to_le_bytes());
    sheet.extend(brt(5, &date));
    sheet.extend(brt(11, &[1, 0, 0, 0, 0, 0, 0, 0, 0x17, 0, 0]));
    sheet.extend(brt(176, &[2, 0, 0, 0, 4, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]));
    sheet.extend(brt(130, &[]));
    package(&[
        (
            "_rels/.rels",
            br#"<Relationships><Relationship Id="a" Type="x/officeDocument" Target="xl/workbook.bin"/></Relationships>"#,
        ),
        ("xl/workbook.bin", &book),
        ("xl/_rels/workbook.bin.rels", relations.as_bytes()),
        ("xl/styles.bin", &styles),
        ("xl/sharedStrings.bin", &strings),
        ("xl/worksheets/sheet1.bin", &sheet),
    ])
}

pub(crate) fn stored_xlsb() -> Vec<u8> {
    stored(&sound_xlsb())
}
