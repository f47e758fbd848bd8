//! An explained figure as text for a terminal or a file.
//!
//! Goes in: [`Explained`]. Comes out: UTF-8 text. Guaranteed: the check of the count stands last, also when it fails.

use std::fmt::Write;

use serde_json::Value;

use super::{Case, Explained};
use crate::render::print::{clean_line, number, share};

impl Explained {
    /// The figure as people read it.
    pub fn value_in_words(&self) -> String {
        match &self.value {
            Value::String(text) => clean_line(text).into_owned(),
            Value::Null => "–".to_owned(),
            Value::Bool(it) => if *it { "ja" } else { "nej" }.to_owned(),
            Value::Array(all) => all.iter().filter_map(Value::as_str).map(clean_line).collect::<Vec<_>>().join(", "),
            Value::Number(it) => match (it.as_i64(), it.as_f64()) {
                (Some(whole), _) => number(whole),
                (None, Some(part)) => share(part),
                (None, None) => it.to_string(),
            },
            Value::Object(_) => String::new(),
        }
    }

    /// `57. Det stämmer med siffran.`, of what the cases amount to; `None` when they are not what the figure counts.
    pub fn check_in_words(&self) -> Option<String> {
        let counted = self.counted?;
        let not = if self.agrees == Some(true) { "" } else { "inte " };
        Some(format!("{counted}. Det stämmer {not}med siffran."))
    }
}

/// Writes it.
pub fn write(it: &Explained) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{}\n{}: {}", clean_line(&it.path), it.what, it.value_in_words());
    if let Some(note) = &it.note {
        let _ = writeln!(out, "{note}");
    }
    for case in &it.cases {
        out.push('\n');
        write_case(&mut out, case);
    }
    if let Some(check) = it.check_in_words() {
        let _ = writeln!(out, "\nKontroll: raderna ovan ger {check}");
    }
    out
}

fn write_case(out: &mut String, case: &Case) {
    let nr = case.nr.map(|nr| format!(" {nr}")).unwrap_or_default();
    let mut head = format!("{}{nr}", case.kind);
    for part in [&case.utforare, &case.file, &case.sheet].into_iter().flatten().filter(|it| !it.is_empty()) {
        let _ = write!(head, " · {part}");
    }
    if let Some(row) = case.row {
        let _ = write!(head, " · rad {row}");
    }
    let _ = writeln!(out, "{head}");
    if !case.values.is_empty() {
        let values: Vec<String> = case.values.iter().map(|(name, value)| format!("{name} {value}")).collect();
        let _ = writeln!(out, "  {}", values.join(" · "));
    }
    for it in &case.findings {
        let cell = it.cell.as_deref().map(|it| format!(" {it}")).unwrap_or_default();
        let _ = writeln!(out, "  {} {}{cell}: {}", it.severity, it.rule, it.message);
    }
    if let Some(decision) = &case.decision {
        let _ = writeln!(out, "  Handläggaren: {decision}");
    }
}
