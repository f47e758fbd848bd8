//! The calendar: a quarter's round with the day it opens, the last day and the report day.
//!
//! Goes in: days, typed or proposed. Comes out: a round with a filing for every uppdrag in contract, or every fault.
//! Guaranteed: the days of a fixed quarter never change; no answer that came in time becomes late by a change of days.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde_json::{Value, json};

use crate::model::agenda::{Asked, ivo_window, weekday};
use crate::model::working_day::is_working_day;
use crate::model::{Counting, Meetings, Quarter};
use crate::render::print::date_in_words;
use crate::store::event::{EventKind, Record};
use crate::store::round::Days;
use crate::store::{Actor, StoreError};

use super::details::Fault;
use super::{Desk, DeskError, Refusal};

/// Days to begin with (D41): counted back from the nämnd's meeting when its day is known, else forwards from the quarter's end.
pub fn proposed(quarter: Quarter, counting: Counting, meetings: Meetings) -> Days {
    let asked = match meetings.namnd {
        Some(meeting) => counting.backwards(quarter, meeting),
        None => counting.forwards(quarter),
    };
    let Asked { opens, last_day, report_day } = asked;
    Days { opens, last_day, report_day, meetings, ivo: None }
}

/// When IVO takes the report of a round.
pub fn ivo_of(quarter: Quarter, days: &Days) -> (NaiveDate, NaiveDate) {
    days.ivo.unwrap_or_else(|| ivo_window(quarter))
}

/// What fits badly together and may still be so, for whoever sets the days.
pub fn remarks(quarter: Quarter, days: &Days) -> Vec<String> {
    let mut all = Vec::new();
    let (_, closes) = ivo_of(quarter, days);
    if days.report_day > closes {
        let said = "Rapportdagen ligger efter att IVO:s inrapportering har stängt den";
        all.push(format!("{said} {}.", date_in_words(closes)));
    }
    let meetings = [("Nämndens", days.meetings.namnd), ("Fullmäktiges", days.meetings.fullmaktige)];
    for (whose, day) in meetings.into_iter().filter_map(|it| Some((it.0, it.1?))) {
        if !is_working_day(day) {
            all.push(format!("{whose} sammanträde ligger på en {} eller en röd dag. Är dagen rätt?", weekday(day)));
        }
    }
    if !is_working_day(days.last_day) {
        all.push(format!("Sista dagen är en {} eller en röd dag.", weekday(days.last_day)));
    }
    all
}

/// What is wrong with the days of a quarter; `before` are the days that hold now, none for a new round.
pub fn faults(quarter: Quarter, days: Days, before: Option<Days>, today: NaiveDate) -> Vec<Fault> {
    let mut faults = Vec::new();
    let first = quarter.next().first_day();
    if days.opens < first {
        faults.push(("opens", format!("Insamlingen kan öppna tidigast {first}, dagen efter kvartalets slut.")));
    }
    if days.last_day < days.opens {
        faults.push(("last_day", "Sista dagen ligger före dagen då insamlingen öppnar.".to_owned()));
    }
    if days.report_day < days.last_day {
        faults.push(("report_day", "Rapportdagen ligger före sista dagen.".to_owned()));
    }
    if days.report_day.year() > quarter.year() + 2 {
        faults.push(("report_day", "Rapportdagen ligger mer än ett år efter kvartalet. Är årtalet rätt?".to_owned()));
    }
    let Meetings { namnd, fullmaktige } = days.meetings;
    if namnd.is_some_and(|it| it < days.report_day) {
        faults.push(("namnd", "Nämndens sammanträde ligger före rapportdagen.".to_owned()));
    }
    if fullmaktige.is_some_and(|it| it < namnd.unwrap_or(days.report_day)) {
        let what = if namnd.is_some() { "nämndens" } else { "rapportdagen" };
        faults.push(("fullmaktige", format!("Fullmäktiges sammanträde ligger före {what}.")));
    }
    for (field, day) in [("namnd", namnd), ("fullmaktige", fullmaktige)] {
        if day.is_some_and(|it| it.year() > quarter.year() + 2) {
            faults.push((field, "Sammanträdet ligger mer än ett år efter kvartalet. Är årtalet rätt?".to_owned()));
        }
    }
    if days.ivo.is_some_and(|it| it.1 < it.0) {
        faults.push(("ivo_to", "IVO:s inrapportering stänger före dagen då den öppnar.".to_owned()));
    }
    if days.ivo.is_some_and(|it| it.0 < first || it.1.year() > quarter.year() + 2) {
        faults.push(("ivo_from", format!("IVO:s inrapportering öppnar tidigast {first}. Är årtalet rätt?")));
    }
    if before.is_some_and(|it| days.last_day < it.last_day && days.last_day < today) {
        faults.push((
            "last_day",
            "Sista dagen kan inte flyttas till en tidigare dag som redan har varit. Svar som kom i tid skulle bli sena.".to_owned(),
        ));
    }
    faults
}

fn refused(faults: Vec<Fault>) -> Result<(), DeskError> {
    if faults.is_empty() {
        return Ok(());
    }
    Err(Refusal::with("Dagarna kunde inte sparas.", faults.into_iter().map(|it| it.1).collect()).into())
}

/// As the log keeps them.
fn logged(days: &Days) -> Value {
    json!({
        "oppnar": days.opens,
        "sista_dag": days.last_day,
        "rapportdag": days.report_day,
        "namndens_sammantrade": days.meetings.namnd,
        "fullmaktiges_sammantrade": days.meetings.fullmaktige,
        "ivo": days.ivo.map(|it| [it.0, it.1]),
    })
}

impl Desk {
    /// The quarter to add next: after the newest, or the last one that has ended.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn next_quarter(&self, namnd: &str, today: NaiveDate) -> Result<Quarter, DeskError> {
        let rounds = self.store.rounds(namnd).await?;
        let newest = rounds.first().and_then(|it| it.kvartal.parse::<Quarter>().ok());
        Ok(newest.map_or_else(|| Quarter::containing(today).previous(), Quarter::next))
    }

    /// Adds a quarter. Every uppdrag whose contract covers a day of it gets a filing; gives how many.
    ///
    /// # Errors
    ///
    /// A refusal with every fault, or when the quarter is there already.
    pub async fn add_round(
        &self,
        namnd: &str,
        (quarter, days): (Quarter, Days),
        by: &Actor,
        now: DateTime<Utc>,
    ) -> Result<usize, DeskError> {
        let kvartal = quarter.to_string();
        if self.store.round_of(namnd, &kvartal).await?.is_some() {
            return Err(Refusal::new(format!("{kvartal} finns redan.")).into());
        }
        let today = super::assemble::day(now);
        refused(faults(quarter, days, None, today))?;
        let closed: Vec<String> =
            self.store.utforare(namnd).await?.into_iter().filter(|it| it.closed_at.is_some()).map(|it| it.id).collect();
        let (first, last) = (quarter.first_day(), quarter.last_day());
        let covered = self.store.uppdrag(namnd).await?.into_iter().filter(|it| {
            // A closed utförare answers for as long as its contract says; without an end it never came to be.
            it.covers(first, last) && (it.till.is_some() || !closed.contains(&it.utforare_id))
        });
        let mut tx = self.store.begin().await?;
        let round = tx.add_round(namnd, &kvartal, days, "[]", now).await?;
        let mut filings = 0;
        for uppdrag in covered {
            tx.add_filing(&round, &uppdrag.id, now).await?;
            filings += 1;
        }
        let mut data = logged(&days);
        data["kvartal"] = json!(kvartal);
        data["inlamningar"] = json!(filings);
        let kind = EventKind::RoundCreated;
        tx.log(Record { chain: namnd, at: now, actor: by, kind, about: &round, data }).await?;
        tx.commit().await?;
        Ok(filings)
    }

    /// Changes the days of a quarter as the page showed them (`seen`).
    ///
    /// # Errors
    ///
    /// A refusal with every fault, or when the report is fixed; [`StoreError::Conflict`] when somebody else was first.
    pub async fn change_days(
        &self,
        round: &str,
        (seen, days): (Days, Days),
        by: &Actor,
        now: DateTime<Utc>,
    ) -> Result<(), DeskError> {
        let row = self.store.round(round).await?.ok_or(DeskError::NotFound)?;
        if row.is_fixed() {
            return Err(
                Refusal::new("Kvartalets rapport är fastställd. Lås upp den först, om dagarna måste ändras.").into()
            );
        }
        let before = row.days();
        if before != seen {
            return Err(StoreError::Conflict.into());
        }
        let quarter: Quarter = row.kvartal.parse().map_err(|_| DeskError::NotFound)?;
        refused(faults(quarter, days, Some(before), super::assemble::day(now)))?;
        if before == days {
            return Ok(());
        }
        let mut tx = self.on_round(&row).await?;
        tx.set_calendar(round, days).await?;
        let mut data = logged(&days);
        data["forut"] = logged(&before);
        let kind = EventKind::CalendarChanged;
        tx.log(Record { chain: &row.namnd_id, at: now, actor: by, kind, about: round, data }).await?;
        tx.commit().await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn days(opens: &str, last_day: &str, report_day: &str) -> Days {
        let (opens, last_day, report_day) = (day(opens), day(last_day), day(report_day));
        Days { opens, last_day, report_day, meetings: Meetings::default(), ivo: None }
    }

    fn quarter(text: &str) -> Quarter {
        text.parse().unwrap()
    }

    fn meetings(namnd: &str, fullmaktige: &str) -> Meetings {
        Meetings { namnd: namnd.parse().ok(), fullmaktige: fullmaktige.parse().ok() }
    }

    const USUAL: Counting = Counting { answer: 7, review: 10, sent_out: 5 };

    #[test]
    fn proposed_days_can_be_kept_whether_the_meeting_is_known_or_not() {
        for kvartal in ["2023-Q4", "2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3"] {
            let own = quarter(kvartal);
            let meeting = own.last_day() + chrono::Days::new(50);
            for known in [Meetings::default(), Meetings { namnd: Some(meeting), fullmaktige: Some(meeting) }] {
                let found = proposed(own, USUAL, known);
                assert_eq!(faults(own, found, None, found.opens), Vec::new(), "{kvartal} {found:?}");
                assert_eq!((found.meetings, ivo_of(own, &found)), (known, ivo_window(own)), "{kvartal}");
            }
        }
    }

    #[test]
    fn what_fits_badly_is_said_and_allowed() {
        let q4 = quarter("2023-Q4");
        let usual = days("2024-01-01", "2024-01-10", "2024-01-31");
        for (days, said) in [
            (usual, vec![]),
            (days("2024-01-01", "2024-01-13", "2024-01-31"), vec!["Sista dagen är en lördag"]),
            (days("2024-01-01", "2024-01-10", "2024-02-01"), vec!["stängt den 31 januari 2024"]),
            (
                Days { meetings: meetings("2024-02-10", "2024-03-29"), ..usual },
                vec!["Nämndens sammanträde ligger på en lördag", "Fullmäktiges sammanträde ligger på en fredag"],
            ),
            (Days { ivo: Some((day("2024-01-01"), day("2024-01-15"))), ..usual }, vec!["stängt den 15 januari 2024"]),
        ] {
            let found = remarks(q4, &days);
            assert_eq!(found.len(), said.len(), "{found:?}");
            assert!(found.iter().zip(&said).all(|it| it.0.contains(it.1)), "{found:?}");
            assert_eq!(faults(q4, days, None, days.opens), Vec::new());
        }
    }

    #[test]
    fn days_stand_in_order_and_no_answer_becomes_late() {
        let q4 = quarter("2023-Q4");
        let usual = days("2024-01-01", "2024-01-10", "2024-01-31");
        let now = Some(usual);
        let meets = |namnd: &str, fullmaktige: &str| Days { meetings: meetings(namnd, fullmaktige), ..usual };
        let ivo = |from: &str, to: &str| Days { ivo: Some((day(from), day(to))), ..usual };
        for (new, before, fields) in [
            (days("2023-12-31", "2024-01-10", "2024-01-31"), None, vec!["opens"]),
            (days("2024-01-05", "2024-01-04", "2024-01-03"), None, vec!["last_day", "report_day"]),
            (days("2024-01-01", "2024-01-10", "2027-01-31"), None, vec!["report_day"]),
            (days("2024-01-01", "2024-01-05", "2024-01-31"), now, vec!["last_day"]),
            (days("2024-01-01", "2024-01-09", "2024-01-31"), now, vec![]),
            (days("2024-01-01", "2024-01-15", "2024-01-31"), now, vec![]),
            (meets("2024-01-31", "2024-01-31"), now, vec![]),
            (meets("2024-01-30", ""), now, vec!["namnd"]),
            (meets("2024-02-07", "2024-02-06"), now, vec!["fullmaktige"]),
            (meets("", "2024-01-30"), now, vec!["fullmaktige"]),
            (meets("2042-02-07", "2042-02-26"), now, vec!["namnd", "fullmaktige"]),
            (ivo("2024-01-01", "2024-02-15"), now, vec![]),
            (ivo("2024-01-10", "2024-01-09"), now, vec!["ivo_to"]),
            (ivo("2023-01-01", "2024-01-31"), now, vec!["ivo_from"]),
        ] {
            let found: Vec<&str> = faults(q4, new, before, day("2024-01-09")).iter().map(|it| it.0).collect();
            assert_eq!(found, fields, "{new:?}");
        }
    }
}
