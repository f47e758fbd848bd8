//! Reminders: who gets which letter today, and why the others get none.
//!
//! Goes in: rounds from the database, the ladder of the nämnd, a day. Comes out: a plan, and its letters in the outbox.
//! Guaranteed: the plan is pure and says a reason for every filing; letters and what is noted about them are one
//! transaction, so each letter goes once, however many nodes run and wherever one of them dies.

pub mod by_hand;
pub mod letters;
pub mod plan;
pub mod run;
pub mod situation;

pub use plan::{Planned, Situation, Task, plan};
pub use run::{Outcome, RoundPlan, remind};
