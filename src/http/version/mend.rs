//! Small faults mended in the browser: a table where only valid choices can be made.
//!
//! Goes in: the newest version, then what was chosen. Comes out: a table of its faulty rows; a new version with the changes.
//! Guaranteed: what was not touched is not changed; a value that was not offered is refused, and what was typed stands there
//! again; the new version is a file like any other.

use std::collections::{BTreeMap, HashMap};

use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::Datelike;

use super::{Met, met};
use crate::desk::DeskError;
use crate::desk::answer::Answer;
use crate::http::App;
use crate::http::error::PageError;
use crate::http::filing::upload::answered;
use crate::http::frame::{Frame, Layout};
use crate::http::who::Who;
use crate::http::words::file_name;
use crate::merge::version::amend::Change;
use crate::merge::version::choices::{Kind, MendChoice};
use crate::model::{Field, Place, Severity};
use crate::render::answer::item;
use crate::render::print::{clean_line, counted};

/// So many rows stand in the table at once.
const MOST_ROWS: usize = 60;
/// What the form sends when nothing is to stand in a cell.
const NOTHING: &str = "-";

#[derive(Template)]
#[template(path = "pages/mend.html")]
struct MendPage {
    layout: Layout,
    crumbs: Vec<(String, String)>,
    id: String,
    next: i64,
    lead: String,
    /// Not every row has room.
    rest: usize,
    headings: Vec<String>,
    rows: Vec<Row>,
    errors: Vec<(String, String)>,
}

struct Row {
    id: String,
    place: String,
    about: String,
    /// One for each heading; none where nothing can be changed.
    cells: Vec<Option<Cell>>,
    /// Name of the box, whether it is ticked.
    remove: Option<(String, bool)>,
    /// Name of the box, the cell, whether it is ticked.
    hide: Vec<(String, String, bool)>,
    /// What is wrong with the row as a whole.
    said: Vec<String>,
}

struct Cell {
    name: String,
    label: String,
    heading: String,
    kind: Show,
    said: Vec<(&'static str, String)>,
    error: String,
}

enum Show {
    /// Key, label, chosen.
    Choice(Vec<(String, String, bool)>),
    Day {
        value: String,
        hint: String,
    },
    Text {
        value: String,
        suggestions: Vec<&'static str>,
    },
}

/// Everything a form can change: by the name of its field.
struct Offered {
    fields: BTreeMap<(u16, u32, Field), (MendChoice, Vec<usize>)>,
    removes: BTreeMap<(u16, u32), Change>,
    hides: BTreeMap<(u16, u32, u16), Change>,
    /// Findings of a row that no field of it answers.
    others: BTreeMap<(u16, u32), Vec<usize>>,
}

type Filled = HashMap<String, String>;

fn offered(it: &Met, answer: &Answer) -> Offered {
    let mut out =
        Offered { fields: BTreeMap::new(), removes: BTreeMap::new(), hides: BTreeMap::new(), others: BTreeMap::new() };
    for mend in answer.mends(&it.attempt) {
        let place = answer.review.findings.get(mend.finding).map(|it| it.place).unwrap_or(Place::FILE);
        let (Some(sheet), Some(row)) = (place.sheet, place.row) else { continue };
        // A notice asks for nothing; only personal data is worth hiding all the same.
        let notice = answer.review.findings.get(mend.finding).is_some_and(|it| it.severity == Severity::Notis);
        if notice && mend.hide.is_none() {
            continue;
        }
        if mend.choices.is_empty() {
            out.others.entry((sheet, row)).or_default().push(mend.finding);
        }
        for (at, choice) in mend.choices.into_iter().enumerate() {
            let own = out.fields.entry((choice.sheet, choice.row, choice.field)).or_insert((choice, Vec::new()));
            // Said once, at the first field that can mend it.
            if at == 0 {
                own.1.push(mend.finding);
            }
        }
        if let Some(it) = mend.remove {
            out.removes.insert((sheet, row), it);
        }
        if let (Some(it), Some(col)) = (mend.hide, place.col) {
            out.hides.insert((sheet, row, col), it);
        }
    }
    out
}

fn field_name((sheet, row, field): (u16, u32, Field)) -> String {
    format!("rad-{sheet}-{row}-{}", field.key())
}

impl Offered {
    fn rows(&self) -> Vec<(u16, u32)> {
        let fields = self.fields.keys().map(|it| (it.0, it.1));
        let hides = self.hides.keys().map(|it| (it.0, it.1));
        let all: std::collections::BTreeSet<_> = fields.chain(hides).chain(self.removes.keys().copied()).collect();
        all.into_iter().collect()
    }
}

/// What stands in the field when nobody has touched it.
fn untouched(choice: &MendChoice) -> String {
    match &choice.kind {
        Kind::Choice(all) => {
            let same =
                |it: &&(String, String)| it.0 == choice.shown || it.1.to_lowercase() == choice.shown.to_lowercase();
            all.iter().find(same).map(|it| it.0.clone()).unwrap_or_default()
        }
        Kind::Date { .. } | Kind::Text { .. } => choice.shown.clone(),
    }
}

fn show(choice: &MendChoice, value: &str) -> Show {
    match &choice.kind {
        Kind::Choice(all) => {
            let mut options = Vec::with_capacity(all.len() + 2);
            if untouched(choice).is_empty() {
                let stands =
                    if choice.shown.is_empty() { "Välj".to_owned() } else { format!("Står: {}", choice.shown) };
                options.push((String::new(), stands, value.is_empty()));
            }
            options.extend(all.iter().map(|it| (it.0.clone(), it.1.clone(), it.0 == value)));
            if let Some(empty) = choice.empty {
                options.push((NOTHING.to_owned(), empty.to_owned(), value == NOTHING));
            }
            Show::Choice(options)
        }
        Kind::Date { min, max } => {
            let mut hint = if min.year() > 1980 { format!("{min} till {max}") } else { format!("Senast {max}") };
            if let Some(empty) = choice.empty {
                hint.push_str(&format!(", eller tomt ({})", empty.to_lowercase()));
            }
            Show::Day { value: value.to_owned(), hint }
        }
        Kind::Text { suggestions } => Show::Text { value: value.to_owned(), suggestions: suggestions.clone() },
    }
}

/// What was asked for, and what was wrong with it.
fn changes(it: &Met, answer: &Answer, offered: &Offered, filled: &Filled) -> (Vec<Change>, HashMap<String, String>) {
    let (mut out, mut wrong) = (Vec::new(), HashMap::new());
    let removed: Vec<(u16, u32)> = offered
        .removes
        .keys()
        .copied()
        .filter(|(sheet, row)| filled.contains_key(&format!("bort-{sheet}-{row}")))
        .collect();
    for (key, (choice, _)) in &offered.fields {
        let name = field_name(*key);
        let Some(typed) = filled.get(&name).map(|it| it.trim()) else { continue };
        // A row that goes away needs nothing else.
        if typed == untouched(choice).trim() || removed.contains(&(key.0, key.1)) {
            continue;
        }
        let text = if typed == NOTHING { "" } else { typed };
        match answer.chosen(&it.attempt, choice, text) {
            Some(change) => out.push(change),
            None => {
                wrong.insert(name, fault(choice, typed));
            }
        }
    }
    out.extend(removed.iter().filter_map(|it| offered.removes.get(it).cloned()));
    for ((sheet, row, col), change) in &offered.hides {
        if filled.contains_key(&format!("dolj-{sheet}-{row}-{col}")) && !removed.contains(&(*sheet, *row)) {
            out.push(change.clone());
        }
    }
    (out, wrong)
}

fn fault(choice: &MendChoice, typed: &str) -> String {
    match &choice.kind {
        _ if typed.is_empty() => "Fältet får inte vara tomt.".to_owned(),
        Kind::Date { min, max } => format!("Skriv en dag från {min} till {max}, så här: 2024-01-31."),
        Kind::Choice(_) => "Välj något av alternativen.".to_owned(),
        Kind::Text { .. } => "Texten kan inte stå här.".to_owned(),
    }
}

fn page_of(
    frame: &Frame,
    who: &Who,
    it: &Met,
    answer: &Answer,
    (filled, wrong): (Option<&Filled>, &HashMap<String, String>),
) -> MendPage {
    let offered = offered(it, answer);
    let all = offered.rows();
    let shown = &all[..all.len().min(MOST_ROWS)];
    let mut fields: Vec<Field> =
        offered.fields.keys().filter(|it| shown.contains(&(it.0, it.1))).map(|it| it.2).collect();
    fields.sort_unstable();
    fields.dedup();
    let mut errors = Vec::new();
    let rows: Vec<Row> =
        shown.iter().map(|at| row(answer, &offered, &fields, *at, (filled, wrong), &mut errors)).collect();
    let mut crumbs = it.crumbs(who);
    crumbs.push((format!("/version/{}", it.attempt.id), format!("Version {}", it.attempt.nr)));
    let file = it.context.contents.original_of(&it.attempt).map(|it| file_name(&it.name)).unwrap_or_default();
    MendPage {
        layout: frame.layout("Rätta i webbläsaren"),
        crumbs,
        id: it.attempt.id.clone(),
        next: it.attempt.nr + 1,
        lead: format!("{} att se över i {file}. Resten av filen ändras inte.", counted(all.len(), "rad", "rader")),
        rest: all.len() - shown.len(),
        headings: fields.iter().map(|it| it.swedish().to_owned()).collect(),
        rows,
        errors,
    }
}

fn row(
    answer: &Answer,
    offered: &Offered,
    fields: &[Field],
    (sheet, row): (u16, u32),
    (filled, wrong): (Option<&Filled>, &HashMap<String, String>),
    errors: &mut Vec<(String, String)>,
) -> Row {
    let version = answer.version();
    let words = |at: usize| {
        let it = item(version, answer.voice(), at);
        let key = if it.severity == Severity::Fel { "wrong" } else { "hint" };
        (key, it.message)
    };
    let nr = row + 1;
    let ticked = |name: &str| filled.is_some_and(|it| it.contains_key(name));
    let cells = fields.iter().map(|field| {
        let (choice, findings) = offered.fields.get(&(sheet, row, *field))?;
        let name = field_name((sheet, row, *field));
        let value = filled.and_then(|it| it.get(&name)).cloned().unwrap_or_else(|| untouched(choice));
        let error = wrong.get(&name).cloned().unwrap_or_default();
        if !error.is_empty() {
            errors.push((name.clone(), format!("Rad {nr}, {}: {error}", field.swedish().to_lowercase())));
        }
        Some(Cell {
            label: format!("{}, rad {nr}", field.swedish()),
            heading: field.swedish().to_owned(),
            kind: show(choice, &value),
            said: findings.iter().map(|it| words(*it)).collect(),
            error,
            name,
        })
    });
    let about = version.case_at(sheet, row).map(|at| {
        let case = &answer.review.cases[at];
        let number = version.own_number(case);
        let insats = case.insats.map(|id| answer.voice().insatser.get(id).name.clone()).unwrap_or_default();
        let number = if number.is_empty() { String::new() } else { format!("ert nr {number}") };
        [insats, number].into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join(", ")
    });
    let remove = offered.removes.contains_key(&(sheet, row)).then(|| format!("bort-{sheet}-{row}"));
    let hides = offered.hides.keys().filter(|it| (it.0, it.1) == (sheet, row));
    let name = clean_line(version.workbook.sheet_name(Place::sheet(sheet))).into_owned();
    Row {
        id: format!("rad-{sheet}-{row}"),
        place: if version.workbook.sheets.len() > 1 { format!("{name}, rad {nr}") } else { format!("Rad {nr}") },
        about: about.unwrap_or_default(),
        cells: cells.collect(),
        remove: remove.map(|it| (it.clone(), ticked(&it))),
        hide: hides
            .map(|it| {
                let box_name = format!("dolj-{}-{}-{}", it.0, it.1, it.2);
                let on = ticked(&box_name);
                (box_name, Place::cell(it.0, it.1, it.2).address().unwrap_or_default(), on)
            })
            .collect(),
        said: offered.others.get(&(sheet, row)).into_iter().flatten().map(|it| words(*it).1).collect(),
    }
}

pub(super) async fn page(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let it = met(&app, &who, &id).await?;
    if !it.is_in_hand(&who) {
        return Ok(frame.go(&format!("/version/{id}"), "varning", "Bara den senaste versionen kan rättas."));
    }
    let answer = app.desk.answer_to(&it.context, &it.attempt).await?;
    if !answer.has_workbook() {
        return Err(PageError::NotFound);
    }
    Ok(frame.show(&page_of(&frame, &who, &it, &answer, (None, &HashMap::new()))))
}

pub(super) async fn save(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, PageError> {
    let it = met(&app, &who, &id).await?;
    if !it.is_in_hand(&who) {
        let text =
            "En nyare version har kommit sedan sidan visades, så dina ändringar sparades inte. Rätta i den nyaste.";
        return Ok(frame.go(&format!("/inlamning/{}", it.filing.id), "varning", text));
    }
    let fields: Vec<(String, String)> = serde_html_form::from_bytes(&body)
        .map_err(|_| PageError::Bad("Formuläret kunde inte läsas. Ladda om sidan och försök igen.".to_owned()))?;
    let filled: Filled = fields.into_iter().collect();
    let answer = app.desk.answer_to(&it.context, &it.attempt).await?;
    let (changed, wrong) = changes(&it, &answer, &offered(&it, &answer), &filled);
    let again = |errors: Vec<(String, String)>| {
        let mut page = page_of(&frame, &who, &it, &answer, (Some(&filled), &wrong));
        page.errors.extend(errors);
        Ok((StatusCode::UNPROCESSABLE_ENTITY, frame.show(&page)).into_response())
    };
    if !wrong.is_empty() {
        return again(Vec::new());
    }
    match app.desk.mend(&it.attempt, &changed, &who.actor(), app.now()).await {
        Ok(received) => answered(&app, &frame, &received).await,
        Err(DeskError::Refused(why)) => again(vec![("ratta".to_owned(), why.message)]),
        Err(error) => Err(error.into()),
    }
}
