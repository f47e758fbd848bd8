//! Every path of a report, to find the one that somebody meant.
//!
//! Goes in: report.json. Comes out: paths in the order of the report. Guaranteed: each leads to a figure.

use serde_json::Value;

use super::lookup::{COUNTS, FLOW, HEAD, LISTS, insats_key, list, word};
use crate::model::{Grade, Orsak, Wait};

/// All paths of a report. Of the lines only the first hundred: they differ in nothing but their number.
pub fn all(report: &Value) -> Vec<String> {
    let mut out: Vec<String> = HEAD.iter().chain(&LISTS).map(|it| it.0.to_owned()).collect();
    let fields = || {
        let fixed = COUNTS.iter().map(|it| it.0.to_owned());
        let causes = Orsak::ALL.iter().map(|it| format!("causes.{}", it.key()));
        let ages = Wait::ALL.iter().map(|it| format!("ages.{}", it.key()));
        fixed.chain(causes).chain(ages).collect::<Vec<_>>()
    };
    out.extend(fields().into_iter().map(|it| if it.contains('.') { it } else { format!("totals.{it}") }));
    for key in list(report, "by_insats").iter().filter_map(insats_key) {
        out.extend(fields().into_iter().map(|it| format!("by_insats.{key}.{it}")));
        for it in ["ongoing_men", "ongoing_women", "share_men", "share_women"] {
            out.push(format!("by_insats.{key}.{it}"));
        }
    }
    for key in list(report, "reconciliation").iter().filter_map(|it| word(it, "insats")) {
        out.extend(FLOW.iter().map(|it| format!("reconciliation.{key}.{}", it.0)));
    }
    for entry in list(report, "history") {
        let Some(quarter) = word(entry, "kvartal") else { continue };
        out.extend(["reported", "ended", "open"].map(|it| format!("history.{quarter}.{it}")));
        let by_insats = entry.get("by_insats").and_then(Value::as_object);
        out.extend(by_insats.into_iter().flatten().map(|(key, _)| format!("history.{quarter}.by_insats.{key}")));
    }
    out.push("quality".to_owned());
    out.extend(["reported=true", "late=true", "reminders>0"].map(|it| format!("quality[{it}]")));
    out.extend(Grade::ALL.iter().map(|it| format!("quality[grade={}]", it.key())));
    out.extend((0..list(report, "quality").len()).map(|nr| format!("quality.{nr}.reminders")));
    for line in list(report, "lines").iter().take(100) {
        let (Some(nr), Some(fields)) = (line.get("nr").and_then(Value::as_u64), line.as_object()) else { continue };
        let simple = fields.iter().filter(|it| !it.1.is_object());
        out.extend(simple.map(|(field, _)| format!("lines.{nr}.{field}")));
    }
    out.retain(|it| super::lookup::find(report, it).is_some());
    out
}
