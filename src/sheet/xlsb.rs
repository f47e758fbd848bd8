//! Stands in.

use crate::model::{Observation, Seen};
use crate::sheet::grid::Workbook;
use crate::sheet::limits::Limits;
use crate::sheet::package::Package;

pub fn read(_package: &Package<'_>, _limits: &Limits, _observations: &mut Vec<Observation>) -> Result<Workbook, Seen> {
    Err(Seen::FilTrasig)
}
