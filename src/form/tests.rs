//! Whole tables as people write them, and what is read out of them.

mod builder;
mod dates;
mod headings;
mod reference;
mod rows;
