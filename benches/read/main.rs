//! What reading costs, beside a bare calamine cell read of the same files in the same run.
//!
//! `cargo bench --bench read` measures each stage with criterion and then prints ratios of processor time, taken turn by
//! turn. Machines are shared and noisy, so only ratios within one run mean anything.
#![expect(clippy::expect_used, clippy::print_stdout, reason = "a measuring program: it stops at surprises and prints")]

mod clock;
mod library;
mod sheets;

use std::hint::black_box;
use std::io::Cursor;
use std::time::Duration;

use calamine::{DataRef, Reader, Xlsx};
use criterion::{Criterion, Throughput};

use clock::processor_time;
use library::Library;

/// One way through the files, from bytes; gives the number of cells or rows it saw, so that nothing is optimised away.
type Stage = fn(&Library, &[Vec<u8>]) -> u64;

/// The first is what the others are compared with.
const STAGES: &[(&str, Stage)] = &[
    ("bare cell read", |_, files| bare(files)),
    ("sheet", Library::sheet),
    ("sheet, form", Library::form),
    ("sheet, form, judge", Library::review),
    ("the same in the cage", Library::caged),
];

/// Files and rows per file: many small ones, as in a quarter, and one large.
const SIZES: &[(u32, u32)] = &[(50, 100), (1, 10_000)];

/// Every cell of every sheet, one at a time, nothing kept: the least a reader can do.
fn bare(files: &[Vec<u8>]) -> u64 {
    let mut cells = 0;
    for bytes in files {
        let mut book = Xlsx::new(Cursor::new(bytes.as_slice())).expect("a workbook we wrote");
        for name in book.sheet_names() {
            let mut reader = book.worksheet_cells_reader(&name).expect("a sheet we wrote");
            while let Some(cell) = reader.next_cell().expect("a cell we wrote") {
                cells += u64::from(!matches!(black_box(cell.get_value()), DataRef::Empty));
            }
        }
    }
    cells
}

fn files(count: u32, rows: u32) -> Vec<Vec<u8>> {
    (0..count).map(|file| sheets::workbook(rows, file).expect("the writer writes to memory")).collect()
}

/// The least processor time of each stage over some turns, in which every stage has its go.
fn least(library: &Library, files: &[Vec<u8>], turns: u32) -> Vec<Duration> {
    let mut least = vec![Duration::MAX; STAGES.len()];
    for _ in 0..turns {
        for ((_, stage), best) in STAGES.iter().zip(&mut least) {
            let (before, children) = (processor_time(), clock::children());
            black_box(stage(library, files));
            // A child that was replaced on the way took its time with it; such a turn says nothing.
            if children == clock::children() {
                *best = (*best).min(processor_time().saturating_sub(before));
            }
        }
    }
    least
}

fn main() {
    let library = Library::load();
    let mut criterion = Criterion::default().configure_from_args();
    for (count, rows) in SIZES {
        let files = files(*count, *rows);
        let mut group = criterion.benchmark_group(format!("{count} files of {rows} rows"));
        group.throughput(Throughput::Elements(bare(&files))).sample_size(10);
        for (name, stage) in STAGES {
            group.bench_function(*name, |it| it.iter(|| stage(&library, black_box(&files))));
        }
        group.finish();
    }
    criterion.final_summary();

    // Without `--bench`, as from `cargo test --benches`, somebody only wants to know that everything runs.
    let turns = if std::env::args().any(|it| it == "--bench") { 9 } else { 1 };
    println!("\nprocessor time, least of {turns} turns, and its ratio to the first line");
    for (count, rows) in SIZES {
        let files = files(*count, *rows);
        let times = least(&library, &files, turns);
        let floor = times[0].as_secs_f64();
        for ((name, _), time) in STAGES.iter().zip(&times) {
            let time = time.as_secs_f64();
            println!("{count:>4} × {rows:<6} {name:<24} {:>9.2} ms  {:>5.2}", time * 1e3, time / floor);
        }
    }
}
