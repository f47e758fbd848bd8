//! Builds small workbooks from text tables, and prints what was read in a form that is easy to compare.
//!
//! A cell is text, except `#1` a number, `@1` a date cell, `=` a formula without a value, `!#REF!` an error.

use crate::form::{Columns, Hints, Purpose, Reading, Row, read};
use crate::model::{Field, Insatser, Observation, Quarter, Seen};
use crate::sheet::{Cell, CellKind, Sheet, Workbook};

pub(super) struct Builder {
    pub workbook: Workbook,
}

impl Builder {
    /// One sheet; cells are parted by `|`, rows by line breaks. A line of `…` is 200 blank rows.
    pub(super) fn sheet(table: &str) -> Self {
        Self { workbook: Workbook::default() }.and("Blad1", table)
    }

    pub(super) fn named(name: &str, table: &str) -> Self {
        Self { workbook: Workbook::default() }.and(name, table)
    }

    pub(super) fn and(mut self, name: &str, table: &str) -> Self {
        let mut sheet = Sheet::named(name);
        let mut row = 0;
        for line in table.trim_matches('\n').lines() {
            if line.trim() == "…" {
                row += 200;
                continue;
            }
            for (col, text) in line.split('|').enumerate() {
                if let Some(cell) = self.cell(u16::try_from(col).unwrap(), text.trim()) {
                    sheet.push(row, cell);
                }
            }
            row += 1;
        }
        self.workbook.sheets.push(sheet);
        self
    }

    fn cell(&mut self, col: u16, text: &str) -> Option<Cell> {
        let number = |it: &str| it.parse::<f64>().unwrap();
        Some(match text.split_at_checked(1) {
            None if text.is_empty() => return None,
            Some(("#", rest)) if rest.parse::<f64>().is_ok() => Cell::number(col, number(rest)),
            Some(("@", rest)) => Cell { kind: CellKind::DateSerial, ..Cell::number(col, number(rest)) },
            Some(("=", "")) => Cell { kind: CellKind::Empty, flags: Cell::FORMULA, ..Cell::number(col, 0.0) },
            Some(("!", rest)) => Cell { kind: CellKind::Error, ..Cell::text(col, self.workbook.add_text(rest)) },
            _ => Cell::text(col, self.workbook.add_text(&text.replace('⏎', "\n"))),
        })
    }

    pub(super) fn last(mut self, change: impl FnOnce(&mut Sheet)) -> Self {
        change(self.workbook.sheets.last_mut().unwrap());
        self
    }

    pub(super) fn read(&self) -> Reading {
        self.read_as(&Hints { quarter: Quarter::new(2023, 4), ..Hints::default() })
    }

    pub(super) fn read_for(&self, purpose: Purpose) -> Reading {
        self.read_as(&Hints { quarter: Quarter::new(2023, 4), purpose, ..Hints::default() })
    }

    pub(super) fn read_as(&self, hints: &Hints) -> Reading {
        read(&columns(), &insatser(), &self.workbook, hints)
    }

    /// `seen@A1: shown → read / proposal ×count` for all observations but those of kinds nobody asked about.
    pub(super) fn seen(&self) -> Vec<String> {
        observations(&self.read())
    }

    /// The rows in short.
    pub(super) fn rows(&self) -> Vec<String> {
        self.read().rows.iter().map(short).collect()
    }
}

pub(super) fn columns() -> Columns {
    Columns::from_toml(include_str!("../../../rules/kolumner.toml")).unwrap()
}

pub(super) fn insatser() -> Insatser {
    Insatser::from_toml(include_str!("../../../rules/insatser.toml"), None).unwrap()
}

pub(super) fn observations(reading: &Reading) -> Vec<String> {
    reading.observations.iter().map(observation).collect()
}

fn observation(it: &Observation) -> String {
    let mut out = it.seen.key().to_owned();
    match (it.place.address(), it.place.row) {
        (Some(address), _) => out += &format!(" {address}"),
        (None, Some(row)) => out += &format!(" rad {}", row + 1),
        _ => {}
    }
    if let Some(field) = it.field.filter(|_| !matches!(it.seen, Seen::DatumTolkat | Seen::DatumMedText)) {
        out += &format!(" {field}");
    }
    for (mark, text) in [(": ", &it.shown), (" → ", &it.read), (" ? ", &it.proposal)] {
        if let Some(text) = text {
            out += mark;
            out += text;
        }
    }
    if it.count != 1 {
        out += &format!(" ×{}", it.count);
    }
    out
}

/// What a row says, only what it says.
pub(super) fn short(row: &Row) -> String {
    let insatser = insatser();
    let mut out: Vec<String> = vec![(row.row + 1).to_string()];
    let mut add = |name: &str, value: Option<String>| out.extend(value.map(|it| format!("{name}{it}")));
    add("", row.kon.map(|it| it.key().to_owned()));
    add("b:", row.beslutsdatum.map(|it| it.to_string()));
    add("a:", row.avbrottsdatum.map(|it| it.to_string()));
    add("s:", row.startdatum.map(|it| it.to_string()));
    add("typ:", row.start_typ.map(|it| it.key().to_owned()));
    add("", row.insats.map(|it| insatser.get(it).key.clone()));
    add("insats?", row.insats_text.as_deref().map(str::to_owned));
    add("", row.lagrum.map(|it| format!("{it} {}", it.lag.map_or("", crate::model::Lag::key)).trim().to_owned()));
    add("v:", row.verkstalld.map(|it| it.to_string()));
    add("delvis", row.delvis.then(|| row.delvis_datum.map_or(String::new(), |it| format!(":{it}"))));
    add("x:", row.avslutad.map(|it| it.to_string()));
    add("därför:", row.avslutsorsak.as_deref().map(str::to_owned));
    add("o:", row.orsak.map(|it| it.key().to_owned()));
    add("orsaker:", (row.orsaker > 1).then(|| row.orsaker.to_string()));
    add("förslag:", row.orsak_forslag.map(|it| it.key().to_owned()));
    add("dagar:", row.angivna_dagar.map(|it| it.to_string()));
    add("ålder:", row.alder.map(|it| it.to_string()));
    add("antal:", row.antal.map(|it| it.to_string()));
    add("män:", row.antal_man.map(|it| it.to_string()));
    add("kvinnor:", row.antal_kvinnor.map(|it| it.to_string()));
    add("", row.hidden.then(|| "dold".to_owned()));
    let unreadable: Vec<&str> =
        Field::ALL.iter().filter(|it| row.unreadable.contains(**it)).map(|it| it.key()).collect();
    add(
        "!",
        (!unreadable.is_empty()).then(|| if unreadable.len() > 9 { "allt".to_owned() } else { unreadable.join(",") }),
    );
    add("”", row.fritext.as_deref().map(|it| format!("{it}”")));
    out.join(" ")
}
