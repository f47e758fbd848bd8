//! How an utförare has reported over the quarters.
//!
//! Goes in: the rounds of a nämnd and an utförare. Comes out: for each uppdrag its grade and five marks, oldest first.
//! Guaranteed: a fixed quarter says what its fixed report says, whatever rules hold now.

use crate::desk::Which;
use crate::http::App;
use crate::http::error::PageError;
use crate::http::report::file::{Quality, ReportFile};
use crate::http::report::shown::json_of;
use crate::model::Grade;
use crate::rating::Mark;
use crate::store::round::RoundRow;

/// Quarters that fit beside each other on a phone.
const MOST: usize = 8;

/// One uppdrag over the quarters.
pub struct Trend {
    pub insatser: Vec<String>,
    /// Oldest first; none where the uppdrag had no row.
    pub quarters: Vec<(String, Option<Judged>)>,
}

/// What one quarter's table says.
#[derive(Clone)]
pub struct Judged {
    pub grade: Grade,
    pub text: String,
    pub late: bool,
    pub reminders: u32,
    /// Key and level as read; in the order of [`Mark::ALL`].
    pub marks: Vec<(&'static str, &'static str)>,
    pub fixed: bool,
    /// Open cases of the utförare in the insatser.
    pub open: usize,
}

/// The trends of an utförare, one for each group of insatser it has reported.
///
/// # Errors
///
/// The database failed, or the caged reader could not be started.
pub async fn trends(app: &App, rounds: &[RoundRow], nyckel: &str) -> Result<Vec<Trend>, PageError> {
    let mut trends: Vec<Trend> = Vec::new();
    let shown: Vec<&RoundRow> = rounds.iter().take(MOST).rev().collect();
    for (at, round) in shown.iter().enumerate() {
        let (file, fixed) = report(app, round).await?;
        for row in file.quality.iter().filter(|it| it.utforare == nyckel) {
            let mut insatser = row.insatser.clone();
            insatser.sort();
            let trend = match trends.iter().position(|it| it.insatser == insatser) {
                Some(found) => &mut trends[found],
                None => {
                    let quarters = shown.iter().map(|it| (it.kvartal.clone(), None)).collect();
                    trends.push(Trend { insatser, quarters });
                    let last = trends.len() - 1;
                    &mut trends[last]
                }
            };
            if let Some(place) = trend.quarters.get_mut(at) {
                place.1 = Some(judged(&file, row, fixed));
            }
        }
    }
    Ok(trends)
}

async fn report(app: &App, round: &RoundRow) -> Result<(ReportFile, bool), PageError> {
    let store = &app.desk.store;
    if round.is_fixed()
        && let Some(fixed) = store.fixed_reports(&round.id).await?.pop()
    {
        let json = store.original_bytes(&fixed.original_id).await?;
        return Ok((ReportFile::read(&json).map_err(PageError::Failed)?, true));
    }
    let made = app.desk.report(&round.id, Which::Received).await?;
    Ok((ReportFile::read(&json_of(&made)?).map_err(PageError::Failed)?, false))
}

fn judged(file: &ReportFile, row: &Quality, fixed: bool) -> Judged {
    let came = row.grade != Grade::EjInkommen;
    let marks = Mark::ALL.iter().map(|mark| match row.marks.get(mark).filter(|_| came) {
        Some(level) => (level.key(), level.swedish()),
        None => ("saknas", "Ingen rapport"),
    });
    let own = |it: &&crate::http::report::file::Line| {
        it.utforare == row.utforare
            && it.status == crate::merge::report::Status::Open
            && it.insats.as_ref().is_some_and(|it| row.insatser.contains(it))
    };
    Judged {
        grade: row.grade,
        text: row.text.clone(),
        late: row.late,
        reminders: row.reminders,
        marks: marks.collect(),
        fixed,
        open: file.lines.iter().filter(own).count(),
    }
}

/// `2023-Q4` → `Q4 23`
pub fn short(kvartal: &str) -> String {
    match kvartal.split_once("-Q") {
        Some((year, nr)) => format!("Q{nr} {}", year.get(2..).unwrap_or(year)),
        None => kvartal.to_owned(),
    }
}
