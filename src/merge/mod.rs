//! Accepted reviews → the quarter's report: which attempt counts, which cases are new, whether the sums hold.
//!
//! Goes in: the round and its reviews. Comes out: [`QuarterReport`].
//! Guaranteed: nothing is dropped silently; the same inputs give the same report; pure.

pub mod report;

pub use report::QuarterReport;
