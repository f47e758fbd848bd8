//! Rows × catalogue → findings: what is wrong, doubtful or worth knowing, and which rows may not count.
//!
//! Goes in: a reading, the rules in force, the last report and the register. Comes out: [`Review`].
//! Guaranteed: the same input gives the same review; a finding never becomes an error; pure.

pub mod known;
mod round;
mod rows;
mod values;

pub use known::{KnownCase, KnownCases, LastReport, Match};
pub use round::{ArendeFacts, Filing, judge_case, judge_filing, judge_twin};
pub use rows::{Case, Review, Setting, review};
pub use values::end_point;
