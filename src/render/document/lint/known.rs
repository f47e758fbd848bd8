//! What a report knows: the days, quarters, counts and changes that a text may name.
//!
//! Goes in: report.json. Comes out: [`Known`]. Guaranteed: a count is known only if it stands in a sum, a group, the flow, the
//! history or the quality table, or is the difference between two quarters; row numbers and the like are not counts.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde_json::Value;

use crate::model::Quarter;
use crate::render::document::law::{Law, law};
use crate::render::print::share;

/// The facts of one report.
#[derive(Debug, Clone, Default)]
pub struct Known {
    pub(super) quarter: Option<Quarter>,
    pub(super) last_day: Option<NaiveDate>,
    pub(super) law: Option<Law>,
    pub(super) quarters: BTreeSet<Quarter>,
    pub(super) days: BTreeSet<NaiveDate>,
    /// Counts of cases, uppdrag and reminders.
    pub(super) counts: BTreeSet<i64>,
    /// Days that cases have waited.
    pub(super) waits: BTreeSet<i64>,
    /// Shares and changes as they are printed, without sign: `34,8`.
    pub(super) percents: BTreeSet<String>,
    pub(super) executed: Option<i64>,
    pub(super) open: Option<i64>,
}

impl Known {
    /// What a report.json knows.
    pub fn of(report: &Value) -> Self {
        let quarter: Option<Quarter> = word(report, "kvartal").and_then(|it| it.parse().ok());
        let count = |path: &str| report.pointer(path).and_then(Value::as_i64);
        let mut it = Self {
            quarter,
            last_day: quarter.map(Quarter::last_day),
            law: quarter.map(law),
            executed: count("/totals/executed"),
            open: count("/totals/open"),
            ..Self::default()
        };
        it.quarters.extend(quarter.into_iter().flat_map(|it| [it, it.previous(), it.next()]));
        it.days.extend(NaiveDate::from_ymd_opt(2025, 7, 1));
        days(report, &mut it.days);
        for part in ["totals", "causes", "ages", "by_insats", "reconciliation", "history"] {
            report.get(part).into_iter().for_each(|part| whole(part, &mut it.counts));
        }
        it.past(report);
        it.groups(report);
        it.quality(report);
        let lines = report.get("lines").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        it.waits.extend(lines.iter().filter_map(|it| it.get("days")?.as_i64()));
        for list in ["lines", "excluded", "corrections", "missing", "by_insats", "files"] {
            it.counts.extend(report.get(list).and_then(Value::as_array).and_then(|it| i64::try_from(it.len()).ok()));
        }
        for quarter in it.quarters.clone() {
            it.days.extend([quarter.first_day(), quarter.last_day()]);
        }
        it
    }

    /// Earlier quarters, and what has changed since them.
    fn past(&mut self, report: &Value) {
        let past = report.get("history").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        self.quarters.extend(past.iter().filter_map(|it| word(it, "kvartal")?.parse::<Quarter>().ok()));
        for (at, now) in past.iter().enumerate() {
            for before in past.get(..at).unwrap_or_default() {
                for field in ["reported", "ended", "open"] {
                    self.change(now.get(field), before.get(field));
                }
                let groups =
                    |it: &'_ Value| it.get("by_insats").and_then(Value::as_object).cloned().unwrap_or_default();
                for (key, open) in groups(now) {
                    self.change(Some(&open), groups(before).get(&key));
                }
            }
        }
    }

    fn change(&mut self, now: Option<&Value>, before: Option<&Value>) {
        let (Some(now), Some(before)) = (now.and_then(Value::as_i64), before.and_then(Value::as_i64)) else { return };
        self.counts.insert((now - before).abs());
        // None on a base under five (D51).
        if before >= 5 {
            #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
            self.percent((now - before).abs() as f64 / before as f64);
        }
    }

    fn percent(&mut self, part: f64) {
        let shown = share(part);
        self.percents.insert(shown.trim_end_matches(['%', '\u{a0}', ' ']).to_owned());
        self.percents.insert(format!("{:.0}", part * 100.0));
    }

    /// Shares of ongoing decisions, and what several classes of waiting time come to together.
    fn groups(&mut self, report: &Value) {
        let all = report.get("by_insats").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        for entry in all {
            for key in ["share_men", "share_women"] {
                if let Some(part) = entry.get(key).and_then(Value::as_f64) {
                    self.percent(part);
                }
            }
        }
        for entry in all.iter().chain([report]) {
            let class = |key: &str| entry.get("ages").and_then(|it| it.get(key)).and_then(Value::as_i64).unwrap_or(0);
            let (old, older) = (class("13-17"), class("18-"));
            self.counts.extend([
                old + older,
                class("10-12") + old + older,
                class("7-9") + class("10-12") + old + older,
            ]);
        }
        let total = |key: &str| report.get("totals").and_then(|it| it.get(key)).and_then(Value::as_i64).unwrap_or(0);
        self.counts.insert(total("executed") + total("closed"));
        // Cases that began with a decision, as the interruptions are the rest.
        self.counts.insert(total("open") - total("open_interruptions"));
        self.counts.insert(total("reported") - total("reported_interruptions"));
        let empty = |it: &&Value| it.get("reported").and_then(Value::as_i64) == Some(0);
        self.counts.extend(i64::try_from(all.iter().filter(empty).count()));
    }

    fn quality(&mut self, report: &Value) {
        let all = report.get("quality").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let mut count = |which: &dyn Fn(&&Value) -> bool| {
            self.counts.extend(i64::try_from(all.iter().filter(which).count()));
        };
        count(&|_| true);
        for reported in [true, false] {
            let is = move |it: &Value| it.get("reported") == Some(&Value::Bool(reported));
            count(&|it| is(it));
            count(&|it| is(it) && it.get("late") == Some(&Value::Bool(true)));
            count(&|it| is(it) && it.get("late") == Some(&Value::Bool(false)));
            count(&|it| is(it) && it.get("reminders").and_then(Value::as_i64).unwrap_or(0) > 0);
        }
        for grade in crate::model::Grade::ALL {
            count(&|it| word(it, "grade") == Some(grade.key()));
        }
        self.counts.extend(all.iter().filter_map(|it| it.get("reminders")?.as_i64()));
    }
}

fn word<'a>(it: &'a Value, key: &str) -> Option<&'a str> {
    it.get(key).and_then(Value::as_str)
}

/// Every day that stands in the report.
fn days(it: &Value, out: &mut BTreeSet<NaiveDate>) {
    match it {
        Value::String(text) if text.len() >= 10 => {
            out.extend(text.get(..10).and_then(|it| it.parse::<NaiveDate>().ok()));
        }
        Value::Array(all) => all.iter().for_each(|it| days(it, out)),
        Value::Object(all) => all.values().for_each(|it| days(it, out)),
        _ => {}
    }
}

/// Every whole number below a part.
fn whole(it: &Value, out: &mut BTreeSet<i64>) {
    match it {
        Value::Number(number) => out.extend(number.as_i64().map(i64::abs)),
        Value::Array(all) => all.iter().for_each(|it| whole(it, out)),
        Value::Object(all) => all.values().for_each(|it| whole(it, out)),
        _ => {}
    }
}
