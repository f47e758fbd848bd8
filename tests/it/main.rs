//! The program from outside.

mod cage;
mod hostile;
mod make;
