//! Avvikelser: every finding with its cell and remedy. Uteslutna och saknade: what is not in the counts, and why.
//!
//! Goes in: findings, rows left out, answers missing, corrections and files not used. Comes out: two sheets.
//! Guaranteed: nothing is cut; findings come by utförare, file and row.

use crate::render::tables::left_out;
use crate::render::{RenderError, View};

use super::Paper;
use super::paper::Side::{Left, Right};
use super::paper::{Heading, rows_from};

const FINDINGS: &[Heading<'_>] = &[
    ("Utförare", 20.0, Left),
    ("Fil", 20.0, Left),
    ("Plats", 15.0, Left),
    ("Rad", 8.0, Right),
    ("Allvar", 10.0, Left),
    ("Regel", 9.0, Left),
    ("Område", 16.0, Left),
    ("Uppgift", 17.0, Left),
    ("Det står", 17.0, Left),
    ("Väntat", 22.0, Left),
    ("Vad som är fel", 38.0, Left),
    ("Gör så här", 38.0, Left),
];

pub(super) fn fill(paper: &mut Paper<'_>, view: &View<'_>) -> Result<(), RenderError> {
    let findings = view.findings_in_order();
    paper.head(
        "Avvikelser",
        "Avvikelser",
        "Fel hindrar att raden räknas rätt, en fråga kan vara riktig men behöver svar, en notis är bra att veta.",
    )?;
    paper.columns(3, FINDINGS, 1)?;
    for (row, it) in rows_from(4).zip(&findings) {
        let words = view.finding(it);
        paper.wrap(row, 0, it.utforare.map_or("–", |at| view.utforare_name(at)))?;
        paper.wrap(row, 1, it.file.map_or("", |at| view.file(at).0))?;
        paper.wrap(row, 2, &view.place_in_words(it))?;
        paper.number_if(row, 3, it.finding.place.row.map(|it| it.saturating_add(1)))?;
        paper.text(row, 4, words.severity.swedish())?;
        paper.text(row, 5, words.rule)?;
        paper.wrap(row, 6, words.family.swedish())?;
        paper.wrap(row, 7, words.field.map_or("", |it| it.swedish()))?;
        paper.wrap(row, 8, it.finding.shown.as_deref().unwrap_or(""))?;
        paper.wrap(row, 9, words.texts.expected.as_deref().unwrap_or(""))?;
        paper.wrap(row, 10, &words.texts.message)?;
        paper.wrap(row, 11, &words.texts.remedy)?;
        paper.end_row(row)?;
    }
    paper.filter(3, findings.len(), FINDINGS.len())
}

const LEFT_OUT: &[Heading<'_>] = &[
    ("Vad", 20.0, Left),
    ("Utförare", 26.0, Left),
    ("Insats", 28.0, Left),
    ("Källa", 30.0, Left),
    ("Regel", 12.0, Left),
    ("Varför", 54.0, Left),
];

pub(super) fn fill_left_out(paper: &mut Paper<'_>, view: &View<'_>) -> Result<(), RenderError> {
    let rows = left_out(view);
    paper.head(
        "Uteslutna och saknade",
        "Uteslutna och saknade",
        "Rader som inte räknas, rättelser av förra rapporten, svar och ärenden som saknas, och filer som inte användes.",
    )?;
    paper.columns(3, LEFT_OUT, 1)?;
    for (row, it) in rows_from(4).zip(&rows) {
        paper.text(row, 0, it.what)?;
        paper.wrap(row, 1, &it.utforare)?;
        paper.wrap(row, 2, &it.insats)?;
        paper.wrap(row, 3, &it.source)?;
        paper.wrap(row, 4, &it.rules)?;
        paper.wrap(row, 5, &it.reason)?;
        paper.end_row(row)?;
    }
    paper.filter(3, rows.len(), LEFT_OUT.len())
}
