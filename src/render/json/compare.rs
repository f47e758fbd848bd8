//! Two reports as JSON → the first place where they say different things.
//!
//! Goes in: two values of report.json. Comes out: [`Difference`] with the path that `kvartal explain` understands.
//! Guaranteed: everything is compared; figures come before lists, so that the first difference is one a reader cares about.

use serde::Serialize;
use serde_json::Value;

/// A place that differs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    pub path: String,
    /// `null` when it is not there.
    pub stored: Value,
    pub recomputed: Value,
}

/// What is compared first; the rest follows in the order of the report.
const FIRST: [&str; 5] = ["schema", "kvartal", "totals", "causes", "by_insats"];

/// All differences, at most `most` of them.
pub fn differences(stored: &Value, recomputed: &Value, most: usize) -> Vec<Difference> {
    let mut out = Vec::new();
    if let (Some(a), Some(b)) = (stored.as_object(), recomputed.as_object()) {
        let rest = a.keys().chain(b.keys().filter(|it| !a.contains_key(*it))).map(String::as_str);
        let rest: Vec<&str> = rest.filter(|it| !FIRST.contains(it)).collect();
        for key in FIRST.into_iter().chain(rest) {
            compare(key, a.get(key), b.get(key), most, &mut out);
        }
    } else {
        compare("", Some(stored), Some(recomputed), most, &mut out);
    }
    out
}

fn compare(path: &str, a: Option<&Value>, b: Option<&Value>, most: usize, out: &mut Vec<Difference>) {
    if out.len() >= most || a == b {
        return;
    }
    match (a, b) {
        (Some(Value::Object(a)), Some(Value::Object(b))) => {
            let keys = a.keys().chain(b.keys().filter(|it| !a.contains_key(*it)));
            for key in keys {
                compare(&format!("{path}.{key}"), a.get(key), b.get(key), most, out);
            }
        }
        (Some(Value::Array(a)), Some(Value::Array(b))) => {
            for at in 0..a.len().max(b.len()) {
                let (a, b) = (a.get(at), b.get(at));
                compare(&format!("{path}.{}", name(path, at, a.or(b))), a, b, most, out);
            }
        }
        _ => {
            let own = |it: Option<&Value>| it.cloned().unwrap_or_default();
            out.push(Difference { path: path.to_owned(), stored: own(a), recomputed: own(b) });
        }
    }
}

/// What an element of a list is called in paths.
fn name(path: &str, at: usize, it: Option<&Value>) -> String {
    let keys: &[&str] = match path {
        "lines" => &["nr"],
        "by_insats" => &["insats", "name"],
        "reconciliation" => &["insats"],
        "history" => &["kvartal"],
        _ => &[],
    };
    let found = keys.iter().find_map(|key| match it?.get(*key)? {
        Value::String(it) => Some(it.clone()),
        Value::Number(it) => Some(it.to_string()),
        _ => None,
    });
    found.unwrap_or_else(|| at.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_difference_is_named_by_the_path_of_its_figure() {
        let stored = json!({
            "findings": [{"rule": "A"}], "totals": {"open": 57},
            "by_insats": [{"insats": "kontaktperson", "open": 3}], "lines": [{"nr": 7, "days": 10}], "late": 1,
        });
        for (place, path) in [
            ("/totals/open", "totals.open"),
            ("/by_insats/0/open", "by_insats.kontaktperson.open"),
            ("/lines/0/days", "lines.7.days"),
            ("/findings/0/rule", "findings.0.rule"),
        ] {
            let mut made = stored.clone();
            *made.pointer_mut(place).unwrap() = json!(99);
            let found = differences(&stored, &made, 9);
            assert_eq!(found.iter().map(|it| it.path.as_str()).collect::<Vec<_>>(), [path]);
            assert_eq!(found[0].recomputed, json!(99));
        }
        assert_eq!(differences(&stored, &stored, 9), []);
    }

    #[test]
    fn figures_come_first_and_what_is_not_there_is_null() {
        let stored = json!({"findings": [1], "totals": {"open": 1}});
        let made = json!({"findings": [1, 2], "totals": {"open": 2}, "checks": []});
        let found = differences(&stored, &made, 9);
        let paths: Vec<&str> = found.iter().map(|it| it.path.as_str()).collect();
        assert_eq!(paths, ["totals.open", "findings.1", "checks"]);
        assert_eq!((&found[1].stored, &found[1].recomputed), (&Value::Null, &json!(2)));
        assert_eq!(differences(&stored, &made, 1).len(), 1);
    }
}
