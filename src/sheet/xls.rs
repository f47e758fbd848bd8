//! Stands in.

use crate::model::{Observation, Seen};
use crate::sheet::grid::Workbook;
use crate::sheet::limits::Limits;

pub fn read(_bytes: &[u8], _limits: &Limits, _observations: &mut Vec<Observation>) -> Result<Workbook, Seen> {
    Err(Seen::FilTrasig)
}
