//! The sample of each pathology, opened as it was sent and read.

use super::builder::{columns, insatser, observations, short};
use crate::form::{Hints, read};
use crate::model::Quarter;
use crate::sheet::{self, Limits};

/// Every sample that opens: name, rows and what was noticed.
fn all() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/samples/patologier");
    let mut out = Vec::new();
    let mut names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    names.sort();
    let limits = Limits::built_in().unwrap();
    let (columns, insatser) = (columns(), insatser());
    let hints = Hints { quarter: Quarter::new(2023, 4), ..Hints::default() };
    for path in names.into_iter().filter(|it| it.is_dir()) {
        for file in std::fs::read_dir(&path).unwrap().map(|it| it.unwrap().path()).filter(|it| !it.ends_with("om.md")) {
            let bytes = std::fs::read(&file).unwrap();
            let opened = sheet::open(&file.file_name().unwrap().to_string_lossy(), &bytes, &limits);
            let Some(workbook) = opened.workbook else { continue };
            let reading = read(&columns, &insatser, &workbook, &hints);
            out.push(format!("== {}", path.file_name().unwrap().to_string_lossy()));
            out.extend(reading.rows.iter().map(|it| format!("   {}", short(it))));
            out.extend(observations(&reading).into_iter().map(|it| format!("   - {it}")));
        }
    }
    out
}

#[test]
#[ignore = "prints"]
fn print() {
    std::fs::write("/tmp/w/form-samples.txt", all().join("\n")).unwrap();
}
