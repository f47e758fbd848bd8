//! The calendar: a quarter's round with the day it opens, the last day and the report day.
//!
//! Goes in: days, typed or proposed. Comes out: a round with a filing for every uppdrag in contract, or every fault.
//! Guaranteed: the days of a fixed quarter never change; no answer that came in time becomes late by a change of days.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde_json::json;

use crate::model::Quarter;
use crate::model::working_day::{working_day_from, working_day_until, working_days_before};
use crate::store::event::{EventKind, Record};
use crate::store::round::{Days, RoundRow};
use crate::store::{Actor, StoreError};

use super::details::Fault;
use super::{Desk, DeskError, Refusal};

/// Days that suit most nämnder (D41): the quarter's answers are asked for from the day after it ends to the tenth, and are
/// reported to the nämnd while IVO's window is open: the month after the quarter, for the second quarter July and August.
pub fn proposed(quarter: Quarter) -> Days {
    let opens = quarter.next().first_day();
    let summer = quarter.number() == 2;
    let last = opens.with_day(10).unwrap_or(opens);
    let end = ivo_window(quarter).1;
    // Many are away in July.
    let last = if summer { crate::model::calendar::months_after(last, 1) } else { last };
    Days { opens, last_day: working_day_from(last), report_day: working_day_until(end) }
}

/// Working days that the report lies with the members before their meeting, and that biståndsenheten reviews before that.
const BEFORE_MEETING: u32 = 5;
const TO_REVIEW: u32 = 10;

/// Days counted backwards from the nämnd's meeting: the report is done a week before it, and two weeks are left to review.
/// A meeting that comes too early for that leaves what there is.
pub fn counted_back(quarter: Quarter, meeting: NaiveDate) -> Days {
    let opens = quarter.next().first_day();
    let report_day = working_days_before(meeting, BEFORE_MEETING).max(working_day_from(opens));
    let last_day = working_days_before(report_day, TO_REVIEW).max(working_day_from(opens));
    Days { opens, last_day, report_day }
}

/// When IVO takes the quarter's report: the month after it, for the second quarter July and August (D41).
pub fn ivo_window(quarter: Quarter) -> (NaiveDate, NaiveDate) {
    let first = quarter.next().first_day();
    let months = if quarter.number() == 2 { 2 } else { 1 };
    (first, crate::model::calendar::months_after(first, months).pred_opt().unwrap_or(first))
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

/// The days of a stored round.
pub fn days_of(round: &RoundRow) -> Days {
    Days { opens: round.opens, last_day: round.last_day, report_day: round.report_day }
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
        let data = json!({
            "kvartal": kvartal,
            "inlamningar": filings,
            "oppnar": days.opens,
            "sista_dag": days.last_day,
            "rapportdag": days.report_day,
        });
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
        let before = days_of(&row);
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
        let data = json!({
            "oppnar": days.opens,
            "sista_dag": days.last_day,
            "rapportdag": days.report_day,
            "forut": { "oppnar": before.opens, "sista_dag": before.last_day, "rapportdag": before.report_day },
        });
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
        Days { opens: day(opens), last_day: day(last_day), report_day: day(report_day) }
    }

    fn quarter(text: &str) -> Quarter {
        text.parse().unwrap()
    }

    #[test]
    fn proposed_days_are_working_days_inside_the_window() {
        for (kvartal, wanted) in [
            ("2023-Q4", days("2024-01-01", "2024-01-10", "2024-01-31")),
            ("2025-Q4", days("2026-01-01", "2026-01-12", "2026-01-30")),
            ("2026-Q1", days("2026-04-01", "2026-04-10", "2026-04-30")),
            ("2026-Q2", days("2026-07-01", "2026-08-10", "2026-08-31")),
            ("2026-Q3", days("2026-10-01", "2026-10-12", "2026-10-30")),
        ] {
            let found = proposed(quarter(kvartal));
            assert_eq!(found, wanted, "{kvartal}");
            assert_eq!(faults(quarter(kvartal), found, None, wanted.opens), Vec::new(), "{kvartal}");
        }
    }

    #[test]
    fn days_are_counted_back_from_the_meeting_past_holidays() {
        for (kvartal, meeting, wanted) in [
            ("2023-Q4", "2024-02-15", days("2024-01-01", "2024-01-25", "2024-02-08")),
            // Over Easter.
            ("2026-Q1", "2026-05-21", days("2026-04-01", "2026-04-28", "2026-05-13")),
            // Too early: nothing lies before the window.
            ("2023-Q4", "2024-01-10", days("2024-01-01", "2024-01-02", "2024-01-03")),
        ] {
            let found = counted_back(quarter(kvartal), day(meeting));
            assert_eq!(found, wanted, "{kvartal} {meeting}");
            assert_eq!(faults(quarter(kvartal), found, None, wanted.opens), Vec::new(), "{kvartal}");
        }
    }

    #[test]
    fn days_stand_in_order_and_no_answer_becomes_late() {
        let q4 = quarter("2023-Q4");
        let now = Some(days("2024-01-01", "2024-01-10", "2024-01-31"));
        for (new, before, fields) in [
            (days("2023-12-31", "2024-01-10", "2024-01-31"), None, vec!["opens"]),
            (days("2024-01-05", "2024-01-04", "2024-01-03"), None, vec!["last_day", "report_day"]),
            (days("2024-01-01", "2024-01-10", "2027-01-31"), None, vec!["report_day"]),
            (days("2024-01-01", "2024-01-05", "2024-01-31"), now, vec!["last_day"]),
            (days("2024-01-01", "2024-01-09", "2024-01-31"), now, vec![]),
            (days("2024-01-01", "2024-01-15", "2024-01-31"), now, vec![]),
        ] {
            let found: Vec<&str> = faults(q4, new, before, day("2024-01-09")).iter().map(|it| it.0).collect();
            assert_eq!(found, fields, "{new:?}");
        }
    }
}
