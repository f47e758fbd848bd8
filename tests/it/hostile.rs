//! Files made to hurt, through the real child: a result or a refusal, in time, and the next file is read as if nothing
//! had happened.

use std::time::Duration;

use kvartal::cage::Cage;
use kvartal::model::Seen;
use kvartal::sheet::{Cell, CellKind, Opened};

use crate::cage::{cage, limits, limits_with, now, seen};
use crate::make::{self, STRINGS, container, ods, package, sheet, sound_ods, sound_xls, sound_xlsx, xlsx, xlsx_and};

/// Opens a hostile file, and a sound one after it.
fn open(cage: &Cage, name: &str, bytes: &[u8]) -> Opened {
    let start = now();
    let opened = cage.open(name, bytes).unwrap();
    let took = start.elapsed();
    assert!(took < Duration::from_secs(10), "{name} took {took:?}");
    assert!(opened.workbook.is_some() || !opened.observations.is_empty(), "{name} was refused without a reason");
    let next = cage.open("sund.xlsx", &sound_xlsx()).unwrap();
    assert!(next.workbook.is_some(), "the file after {name} could not be read");
    opened
}

/// Replaces bytes with as many others, everywhere.
fn patched(mut bytes: Vec<u8>, from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let places: Vec<usize> = memchr::memmem::find_iter(&bytes, from).collect();
    assert!(!places.is_empty());
    for at in places {
        bytes[at..at + to.len()].copy_from_slice(to);
    }
    bytes
}

#[test]
fn files_that_lie_are_refused_with_the_reason() {
    let one = sheet(r#"<row r="1"><c r="A1"><v>1</v></c></row>"#);
    let laughs =
        br#"<?xml version="1.0"?><!DOCTYPE s [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><sst><si><t>&b;</t></si></sst>"#;
    let many_names: Vec<String> = (0..65_000).map(|it| format!("xl/{it}")).collect();
    let many: Vec<(&str, &[u8])> = many_names.iter().map(|it| (it.as_str(), &b""[..])).collect();
    let million = "<a>".repeat(1_000_000).into_bytes();
    let manifest = b"<manifest:manifest><manifest:encryption-data/></manifest:manifest>";
    let encrypted_ods = package(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", manifest),
        ("content.xml", b"\x12\x34"),
    ]);
    let row_repeat = r#"<table:table><table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="95" office:value-type="float" office:value="1"/></table:table-row></table:table>"#;
    let late_repeat = format!(
        "<table:table>{}</table:table>",
        r#"<table:table-row><table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="1"/></table:table-row>"#.repeat(20_000)
    );
    let spaces = r#"<table:table><table:table-row><table:table-cell><text:p><text:s text:c="2147483647"/></text:p></table:table-cell></table:table-row></table:table>"#;
    let sized = xlsx(&sheet(&"<row/>".repeat(200_000)), STRINGS);
    let cases: Vec<(&str, Vec<u8>, Seen)> = vec![
        ("sst-1e9.xlsx", xlsx(&one, br#"<sst uniqueCount="1000000000"><si><t>a</t></si></sst>"#), Seen::FilOsaker),
        ("sst-2e60.xlsx", xlsx(&one, br#"<x:sst uniqueCount="1152921504606846976"/>"#), Seen::FilOsaker),
        ("laughs.xlsx", xlsx(&one, laughs), Seen::FilTrasig),
        ("65000.xlsx", package(&many), Seen::FilUppackadForStor),
        (
            "twice.xlsx",
            patched(xlsx_and(&one, STRINGS, &[("xl/a1.xml", b"1"), ("xl/a2.xml", b"2")]), b"xl/a2.xml", b"xl/a1.xml"),
            Seen::FilOsaker,
        ),
        ("case.xlsx", xlsx_and(&one, STRINGS, &[("xl/A1.xml", b"1"), ("xl/a1.xml", b"2")]), Seen::FilOsaker),
        ("out.xlsx", xlsx_and(&one, STRINGS, &[("xl/../../a.xml", b"1")]), Seen::FilOsaker),
        ("nested.xlsx", xlsx(&million, STRINGS), Seen::FilTrasig),
        ("password.xlsx", container(&[("/EncryptedPackage", b"x"), ("/EncryptionInfo", b"x")]), Seen::FilLosenord),
        ("password.ods", encrypted_ods, Seen::FilLosenord),
        ("rows.ods", ods(row_repeat), Seen::FilUppackadForStor),
        ("columns.ods", ods(&late_repeat), Seen::FilUppackadForStor),
        ("spaces.ods", ods(spaces), Seen::FilOsaker),
        (
            "entity.ods",
            package(&[("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", laughs)]),
            Seen::FilTrasig,
        ),
        ("word.xlsx", package(&[("word/document.xml", b"<w/>")]), Seen::FilFrammandeTyp),
        ("cut.xlsx", sized[..sized.len() / 2].to_vec(), Seen::FilTrasig),
    ];
    let cage = cage(limits());
    for (name, bytes, expected) in cases {
        let opened = open(&cage, name, &bytes);
        assert!(seen(&opened).contains(&expected.key()), "{name}: {:?}", seen(&opened));
    }
}

#[test]
fn odd_files_are_read_as_far_as_they_go() {
    let far = sheet(r#"<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>"#);
    let beyond = sheet(
        r#"<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>1</v></c></row><row r="4294967295"><c r="A4294967295"><v>2</v></c></row>"#,
    );
    let shared = sheet(
        r#"<row r="1"><c r="A1"><f t="shared" si="1000000000" ref="A1:B1">1+1</f><v>2</v></c><c r="B1"><f t="shared" si="18446744073709551615"/><v>2</v></c></row>"#,
    );
    let errors =
        sheet(r##"<row r="1"><c r="A1" t="e"><f>B1#</f><v>#SPILL!</v></c><c r="B1" t="s"><v>1</v></c></row>"##);
    let index = sheet(
        r#"<row r="1"><c r="A1" t="s"><v>99</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="konstig"><v>x</v></c></row>"#,
    );
    let mut unfinished = sheet(r#"<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>"#);
    unfinished.truncate(unfinished.len() - 22);
    let cage = cage(limits());
    for (name, bytes, cells, also) in [
        ("far.xlsx", xlsx(&far, STRINGS), 2, None),
        ("beyond.xlsx", xlsx(&beyond, STRINGS), 2, Some(Seen::FilTrasig)),
        ("shared.xlsx", xlsx(&shared, STRINGS), 2, None),
        ("spill.xlsx", xlsx(&errors, STRINGS), 2, None),
        ("index.xlsx", xlsx(&index, STRINGS), 2, None),
        ("unfinished.xlsx", xlsx(&unfinished, STRINGS), 2, Some(Seen::FilTrasig)),
        ("sound.xls", sound_xls(), 7, None),
        ("sound.ods", sound_ods(), 80, None),
    ] {
        let opened = open(&cage, name, &bytes);
        assert_eq!(seen(&opened), also.iter().map(|it| it.key()).collect::<Vec<_>>(), "{name}");
        let workbook = opened.workbook.unwrap();
        assert_eq!(workbook.sheets[0].cell_count(), cells, "{name}");
    }
    let opened = open(&cage, "spill.xlsx", &xlsx(&errors, STRINGS));
    let workbook = opened.workbook.unwrap();
    let cell = workbook.sheets[0].cell(0, 0).unwrap();
    assert_eq!((cell.kind, workbook.text(cell.text)), (CellKind::Error, "#SPILL!"));
}

#[test]
fn an_xls_comes_with_dates_formulas_and_what_is_hidden() {
    let opened = open(&cage(limits()), "a.xls", &sound_xls());
    let book = opened.workbook.unwrap();
    let sheet = &book.sheets[0];
    assert_eq!(book.text(sheet.cell(0, 0).unwrap().text), "Löpnr");
    assert_eq!((sheet.cell(1, 0).unwrap().kind, sheet.cell(1, 0).unwrap().number), (CellKind::DateSerial, 45_200.0));
    assert_eq!(sheet.cell(2, 1).unwrap().number, 2.0);
    assert_eq!(book.text(sheet.cell(3, 0).unwrap().text), "Nej");
    assert_eq!(book.text(sheet.cell(4, 0).unwrap().text), "#REF!");
    assert!(sheet.cell(65_535, 255).is_some());
    assert_eq!(sheet.hidden_rows, [(2, 2)]);
    assert_eq!(sheet.hidden_cols, [(3, 4)]);
    assert_eq!(sheet.merged.len(), 1);
}

#[test]
fn an_xlsb_comes_with_dates_errors_and_what_is_hidden() {
    let opened = open(&cage(limits()), "a.xlsb", &make::sound_xlsb());
    assert_eq!(seen(&opened), [""; 0]);
    let book = opened.workbook.unwrap();
    let sheet = &book.sheets[0];
    assert_eq!(sheet.name, "Blad1");
    assert_eq!(book.text(sheet.cell(0, 0).unwrap().text), "Löpnr");
    assert_eq!((sheet.cell(1, 0).unwrap().kind, sheet.cell(1, 0).unwrap().number), (CellKind::DateSerial, 45_200.5));
    let error = sheet.cell(1, 1).unwrap();
    assert_eq!((error.kind, book.text(error.text), error.has(Cell::FORMULA)), (CellKind::Error, "#REF!", true));
    assert_eq!(sheet.hidden_rows, [(1, 1)]);
    assert_eq!(sheet.hidden_cols, [(3, 4)]);
    assert_eq!(sheet.merged.len(), 1);
}

#[test]
fn bombs_are_stopped_by_memory_time_and_declared_size() {
    let text = "x".repeat(150_000_000);
    let long = format!("<sst><si><t>{text}</t></si></sst>").into_bytes();
    let one = sheet(r#"<row r="1"><c r="A1" t="s"><v>0</v></c></row>"#);
    let cells = sheet(&format!("<row>{}</row>", "<c><v>1</v></c>".repeat(6_000_000)));
    let memory = xlsx(&one, &long);
    let time = xlsx(&cells, STRINGS);
    for (name, bytes, changes, expected) in [
        ("memory.xlsx", &memory, [("minne_mb", "200"), ("uppackad_mb", "1_000")], Seen::FilOsaker),
        ("size.xlsx", &memory, [("minne_mb", "448"), ("uppackad_mb", "100")], Seen::FilUppackadForStor),
        ("part.xlsx", &memory, [("minne_mb", "448"), ("del_mb", "100")], Seen::FilUppackadForStor),
        ("time.xlsx", &time, [("cpu_s", "0.0"), ("vanta_s", "9.0")], Seen::FilTidsgrans),
        ("wall.xlsx", &time, [("cpu_s", "8.0"), ("vanta_s", "0.2")], Seen::FilTidsgrans),
        ("cells.xlsx", &time, [("cpu_s", "8.0"), ("celler", "1_000")], Seen::FilUppackadForStor),
    ] {
        let cage = cage(limits_with(&changes));
        let opened = open(&cage, name, bytes);
        assert!(seen(&opened).contains(&expected.key()), "{name}: {:?}", seen(&opened));
        assert!(opened.workbook.is_none(), "{name}");
    }
}

/// A part that unpacks to more than it says.
#[test]
fn a_declared_size_that_lies_is_found_out() {
    let rows = "<row/>".repeat(100_000);
    let real = sheet(&rows);
    let bytes = xlsx(&real, STRINGS);
    let size = u32::try_from(real.len()).unwrap().to_le_bytes();
    let lying = patched(bytes, &size, &1_000u32.to_le_bytes());
    let opened = open(&cage(limits()), "lying.xlsx", &lying);
    assert!(seen(&opened).contains(&Seen::FilTrasig.key()), "{:?}", seen(&opened));
}

/// Small, the same every time, good enough to hit everything once.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }
}

#[test]
fn damaged_files_never_hurt() {
    let cage = cage(limits_with(&[("vanta_s", "5.0")]));
    let mut dice = Dice(20_231_231);
    for (name, sound) in [
        ("a.xlsx", sound_xlsx()),
        ("a.ods", sound_ods()),
        ("a.xls", sound_xls()),
        ("uppackad.xlsx", make::stored_xlsx()),
        ("uppackad.ods", make::stored_ods()),
        ("uppackad.xlsb", make::stored_xlsb()),
    ] {
        for _ in 0..150 {
            let mut bytes = sound.clone();
            for _ in 0..=dice.roll(6) {
                let at = dice.roll(bytes.len());
                match dice.roll(4) {
                    0 => bytes[at] ^= 1 << dice.roll(8),
                    1 => bytes[at] = [0, 0xFF, 0x7F, 0x80][dice.roll(4)],
                    2 => bytes.truncate(at.max(1)),
                    _ => {
                        let from = dice.roll(bytes.len());
                        let length = dice.roll(40).min(bytes.len() - at).min(bytes.len() - from);
                        bytes.copy_within(from..from + length, at);
                    }
                }
            }
            let start = now();
            let opened = cage.open(name, &bytes).unwrap();
            assert!(start.elapsed() < Duration::from_secs(6), "{name}");
            assert!(opened.workbook.is_some() || !opened.observations.is_empty(), "{name}");
        }
        assert!(cage.open(name, &sound).unwrap().workbook.is_some(), "{name}");
    }
}
