//! The one integration binary: each further one would link the whole library again.
#![expect(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test stops at its first surprise")]

mod cage;
mod cli;
mod databases;
mod desk;
mod every_rule;
mod followed;
mod hostile;
mod idp;
mod kill;
mod letters;
mod mail_client;
mod make;
mod oidc;
mod papers;
mod people;
mod reminders;
mod rules;
mod samples;
mod service;
mod service_admin;
mod service_beside;
mod service_lineage;
mod service_namnd;
mod service_papers;
mod service_utforare;
mod store;
mod support;
mod tidy;
mod year;
