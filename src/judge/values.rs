//! A row's values as facts that rules can ask for.
//!
//! Goes in: a row, and the register's case it answers. Comes out: filled slots.
//! Guaranteed: a blank cell is missing, a cell that could not be read is unreadable; the two never mix.

use chrono::NaiveDate;

use crate::form::Row;
use crate::model::calendar::elapsed_days;
use crate::model::words::DaysTo;
use crate::model::{Field, Insatser, Kon, Orsak, Quarter};
use crate::rule::{Facts, Slot, Value};

/// The day elapsed days are counted to (D16): the event if there is one, else the quarter's last day; a partial execution
/// is an event too, though the case stays open.
pub fn end_point(
    quarter_end: NaiveDate,
    verkstalld: Option<NaiveDate>,
    avslutad: Option<NaiveDate>,
    delvis: Option<NaiveDate>,
) -> (NaiveDate, DaysTo) {
    match (verkstalld, avslutad, delvis) {
        (Some(executed), closed, _) if closed.is_none_or(|it| executed <= it) => (executed, DaysTo::Execution),
        (_, Some(closed), _) => (closed, DaysTo::Closing),
        (_, None, Some(day)) => (day, DaysTo::PartialExecution),
        _ => (quarter_end, DaysTo::QuarterEnd),
    }
}

/// What the register says that the row does not.
pub(super) fn difference(known: &super::KnownCase, row: &Row) -> Option<String> {
    if let (Some(kon), Some(now)) = (known.kon, row.kon)
        && kon.is_male() != now.is_male()
    {
        return Some(format!("kön {}", kon.swedish().to_lowercase()));
    }
    if known.slutdatum == row.end() {
        return None;
    }
    Some(match known.slutdatum {
        Some(day) if known.verkstalld => format!("verkställt {day}"),
        Some(day) => format!("avslutat {day}"),
        None => "inte verkställt".to_owned(),
    })
}

/// The slots every scope has.
pub(super) fn set_round(facts: &mut Facts<'_>, quarter: Quarter, report_day: NaiveDate) {
    facts.set(Slot::Kvartal, Value::from(quarter.to_string()));
    facts.set(Slot::KvartaletsForstaDag, quarter.first_day());
    facts.set(Slot::KvartaletsSistaDag, quarter.last_day());
    facts.set(Slot::Rapportdag, report_day);
}

pub(super) fn set_row<'f>(facts: &mut Facts<'f>, row: &'f Row, insatser: &'f Insatser, quarter: Quarter) {
    let dates = [
        (Slot::Beslutsdatum, Field::Beslutsdatum, row.beslutsdatum),
        (Slot::Avbrottsdatum, Field::Avbrottsdatum, row.avbrottsdatum),
        (Slot::Verkstalld, Field::Verkstalld, row.verkstalld),
        (Slot::Avslutad, Field::Avslutad, row.avslutad),
    ];
    for (slot, field, day) in dates {
        match day {
            Some(day) => facts.set(slot, Value::Date(day)),
            None if row.unreadable.contains(field) => facts.set(slot, Value::Unreadable),
            None => {}
        }
    }
    match row.start() {
        Some((kind, day)) => {
            facts.set(Slot::StartTyp, Value::from(kind.key()));
            facts.set(Slot::Startdatum, day);
        }
        None if row.unreadable.contains(Field::Startdatum) => facts.set(Slot::Startdatum, Value::Unreadable),
        None => {}
    }
    facts.set(Slot::Delvis, row.delvis);
    if let Some(day) = row.delvis_datum {
        facts.set(Slot::DelvisDatum, day);
    }
    if let Some(lagrum) = row.lagrum {
        if let Some(lag) = lagrum.lag {
            facts.set(Slot::Lag, Value::from(lag.key()));
        }
        facts.set_lagrum(lagrum);
    }
    let codes =
        [(Slot::Kon, Field::Kon, row.kon.map(Kon::key)), (Slot::Orsak, Field::Orsak, row.orsak.map(Orsak::key))];
    for (slot, field, key) in codes {
        match key {
            Some(key) => facts.set(slot, Value::from(key)),
            None if row.unreadable.contains(field) => facts.set(slot, Value::Unreadable),
            None => {}
        }
    }
    match row.insats {
        Some(id) => facts.set_insats(id, insatser),
        None if row.unreadable.contains(Field::Insats) => facts.set(Slot::Insats, Value::Unreadable),
        None => {}
    }
    if row.orsak.is_some() || !row.unreadable.contains(Field::Orsak) {
        facts.set(Slot::AntalOrsaker, f64::from(row.orsaker));
    } else {
        facts.set(Slot::AntalOrsaker, Value::Unreadable);
    }
    let texts = [
        (Slot::Beviljat, row.beviljat.as_deref()),
        (Slot::Utfort, row.utfort.as_deref()),
        (Slot::Avslutsorsak, row.avslutsorsak.as_deref()),
        (Slot::Fritext, row.fritext.as_deref()),
        (Slot::InsatsText, row.insats_text.as_deref()),
        (Slot::OrsakForslag, row.orsak_forslag.map(Orsak::swedish)),
    ];
    for (slot, text) in texts {
        if let Some(text) = text {
            facts.set(slot, Value::from(text));
        }
    }
    if let Some((_, start)) = row.start()
        && !row.unreadable.contains(Field::Verkstalld)
        && !row.unreadable.contains(Field::Avslutad)
    {
        let (end, _) = end_point(quarter.last_day(), row.verkstalld, row.avslutad, row.delvis_datum);
        facts.set(Slot::Dagar, i32::try_from(elapsed_days(start, end)).ok());
    }
    if let Some(days) = row.angivna_dagar {
        facts.set(Slot::AngivnaDagar, f64::from(days));
    }
    if let Some(age) = row.alder {
        facts.set(Slot::Alder, f64::from(age));
    }
}
