//! The words of the trade: quarters, dates by law, kön, lagrum, insatser, causes, places and findings.
//!
//! Goes in: nothing. Comes out: plain values every other module speaks in.
//! Guaranteed: knows no other module of this crate, does no I/O and never asks the clock.

pub mod agenda;
pub mod calendar;
pub mod data;
pub mod filing;
pub mod finding;
mod identity_number;
pub mod insats;
pub mod ladder;
pub mod lagrum;
pub mod mail;
pub mod mask;
pub mod observation;
pub mod orgnr;
pub mod personal;
pub mod place;
pub mod quarter;
pub mod spelling;
mod telephone;
pub mod utforare;
pub mod wait;
pub mod words;
pub mod working_day;

pub use agenda::{Counting, Meetings};
pub use data::DataError;
pub use filing::{AttemptState, FilingState, Outcome, Turn, Window};
pub use finding::{Finding, Param};
pub use insats::{Insats, InsatsId, Insatser};
pub use ladder::{Ladder, Rung, Step};
pub use lagrum::{Lag, Lagrum};
pub use observation::{Observation, Seen};
pub use place::Place;
pub use quarter::Quarter;
pub use utforare::{Uppdrag, Utforare};
pub use wait::Wait;
pub use words::{Family, Field, Grade, Kon, Orsak, Severity, StartKind};
