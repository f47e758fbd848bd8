//! Kvartal: sheets in, the nämnd's report out.
//!
//! Bytes become a sparse grid of cells (`sheet`, in a caged child process). The grid becomes rows (`form`).
//! Rules (`rule`) judge the rows against the last report and the register (`judge`) and give findings.
//! Findings and events give each uppdrag five marks and a label (`rating`). What counts is merged into the
//! quarter's report (`merge`), and the report is rendered as xlsx, html, json and text (`render`).
//! Everything up to here is pure; `cage` and `cli` do the I/O.
//! The service stands on these: who may do what (`access`), letters (`mail`), who is reminded (`remind`).

pub mod model;

pub mod sheet;

pub mod form;

pub mod rule;

pub mod judge;

pub mod rating;

pub mod merge;

pub mod render;

pub mod cage;

pub mod access;

pub mod store;

pub mod mail;

pub mod desk;

pub mod remind;

pub mod http;

pub mod cli;
