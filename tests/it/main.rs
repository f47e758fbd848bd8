//! The one integration binary: each further one would link the whole library again.
#![expect(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test stops at its first surprise")]

mod cage;
mod cli;
mod hostile;
mod make;
mod rules;
mod support;
mod tidy;
