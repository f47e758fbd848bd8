//! The one integration binary: each further one would link the whole library again.
#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test stops at its first surprise")]

mod cage;
mod hostile;
mod make;
mod tidy;
