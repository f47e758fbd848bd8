//! The pages and the API: requests → verbs of the desk → answers.
//!
//! Goes in: HTTP. Comes out: pages in Swedish that work without scripts, files, and JSON under `/api/v1`.
//! Guaranteed: every route stands in one table with what one must be allowed to do ([`routes`]); a post leads to a page;
//! no answer tells more than its reader may know; nothing is decided here that `desk` does not decide.

mod about;
pub mod api;
pub mod app;
pub mod assets;
mod board;
mod calendar;
mod completion;
mod days;
mod demo;
mod download;
pub mod error;
mod events;
mod filing;
pub mod frame;
mod grade;
pub mod guard;
pub mod health;
mod operation;
mod own_rules;
mod papers;
mod people;
mod post;
mod reminders;
mod report;
mod review;
pub mod routes;
mod rules;
pub mod server;
mod start;
mod utforare;
mod version;
mod when;
pub mod who;
mod words;

pub use app::{App, PATIENCE, Settings};
pub use server::{router, serve};
