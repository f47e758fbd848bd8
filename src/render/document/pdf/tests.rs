//! Every kind of paper becomes a file; what stands in it is looked at in tests/it/.

use chrono::NaiveDate;

use super::*;
use crate::render::document::fixture;

fn pdf(document: &Document) -> Vec<u8> {
    write(document, NaiveDate::from_ymd_opt(2024, 1, 15).unwrap()).unwrap()
}

#[test]
fn try_it() {
    let rows: usize = std::env::var("ROWS").unwrap().parse().unwrap();
    let start = std::time::Instant::now();
    let bytes = pdf(&fixture::with_rows(rows));
    eprintln!("{:?} {}", start.elapsed(), bytes.len());
    std::fs::write(std::env::var("OUT").unwrap(), bytes).unwrap();
}
