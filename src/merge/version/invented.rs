//! Invented sheets for laws that must hold of any: every kind of cell under every kind of heading.
//!
//! Left out is what cannot be kept by whoever writes a file from a grid: a formula without a value on a row that is no
//! case, and bare numbers of a workbook that counts from 1904 outside columns of dates.

use proptest::prelude::*;

use crate::sheet::grid::{Area, Comment};
use crate::sheet::{Cell, CellKind, Sheet, Workbook};

/// Which of the texts below is a bare day of 1904.
const FIVE_DIGITS: usize = 28;

/// What a cell of an invented sheet holds.
fn any_cell(workbook: &mut Workbook, col: u16, pick: usize, number: f64) -> Option<Cell> {
    let texts = [
        "Man",
        "K",
        "Pojke\nFlicka",
        "2023-05-04",
        "231o10",
        "230504",
        "2023-06-31",
        "Ja, delvis 231010",
        "9 § 3",
        "9:4",
        "Kontaktperson",
        "Ledsagarservice LSS",
        "Tackat nej",
        "x",
        "-",
        "Sjukdom",
        "=1+1",
        "@a",
        "  ",
        "0012",
        "a\u{30a}r x",
        "rad\nrad",
        "Summa",
        "Exempel",
        "'1",
        "_x000D_",
        "Besluts-\ndatum",
        "Inget att rapportera",
        "43588",
        "SANT",
        "12345678901234567890",
        "\u{1f600}",
        "106 dagar",
    ];
    let kind = |kind| Cell { kind, ..Cell::number(col, number) };
    Some(match pick {
        0..=3 => return None,
        4 => kind(CellKind::DateSerial),
        5 => kind(CellKind::Number),
        6 => Cell { kind: CellKind::Bool, ..Cell::number(col, f64::from(u8::from(number > 0.0))) },
        7 => Cell { kind: CellKind::Error, ..Cell::text(col, workbook.add_text("#N/A")) },
        9 => Cell { kind: CellKind::DateIso, ..Cell::text(col, workbook.add_text("2023-05-04T00:00:00")) },
        other => Cell::text(col, workbook.add_text(texts[other % texts.len()])),
    })
}

/// Headings of every kind of column.
const HEADINGS: [&str; 15] = [
    "Löpnr",
    "Kön",
    "Beslutsdatum",
    "Datum för avbrott",
    "Insats",
    "Lagrum",
    "Verkställt",
    "Verkställt datum",
    "Avslutat",
    "Orsak",
    "Ledig bostad",
    "Personalbrist",
    "Skäl",
    "Antal dagar",
    "Delvis",
];

type Spot = (u32, u16, usize, f64);

/// A workbook of one sheet.
pub(crate) fn workbook() -> impl Strategy<Value = Workbook> {
    let cells = proptest::collection::vec((0u32..9, 0u16..13, 0usize..48, -2.0..60_000.0f64), 0..70);
    let merged = proptest::option::of((0u32..12, 0u16..12, 0u32..4, 0u16..3));
    let headings = proptest::sample::subsequence(HEADINGS.to_vec(), 3..12);
    (headings, 0u32..3, cells, proptest::bool::weighted(0.2), merged).prop_map(made)
}

type Parts = (Vec<&'static str>, u32, Vec<Spot>, bool, Option<(u32, u16, u32, u16)>);

fn made((headings, above, cells, epoch_1904, merged): Parts) -> Workbook {
    let mut workbook = Workbook::default();
    workbook.epoch_1904 = epoch_1904;
    let mut sheet = Sheet::named("Blad/1");
    for (col, heading) in (0u16..).zip(&headings) {
        sheet.push(above, Cell::text(col, workbook.add_text(heading)));
    }
    for (row, col, pick, number) in cells.into_iter().filter(|it| usize::from(it.1) < headings.len()) {
        // Programs store days as ISO text only where they show days; so do we with days that count from 1904.
        let dates = headings[usize::from(col)].to_lowercase().contains("datum");
        if !dates && (pick == 9 || epoch_1904 && (pick < 10 || pick == FIVE_DIGITS)) {
            continue;
        }
        let number = if epoch_1904 { number.abs().round() + 1.0 } else { (number * 4.0).round() / 4.0 };
        if let Some(cell) = any_cell(&mut workbook, col, pick, number) {
            sheet.push(above + 1 + row, cell);
        }
    }
    if let Some((row, col, down, across)) = merged {
        sheet.merged.push(Area { first_row: row, first_col: col, last_row: row + down, last_col: col + across });
    }
    // No sheet has such a cell.
    sheet.comments = vec![Comment { row: u32::MAX, col: u16::MAX, text: "långt bort".to_owned() }];
    workbook.sheets.push(sheet);
    workbook
}
