//! Processor time of this process and of the caged children that work for it.
//!
//! Guaranteed: counts work, not waiting, so that a busy machine changes it little. Children are found where Linux lists
//! them; elsewhere only our own time is counted.

use std::fs::{read_dir, read_to_string};
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

pub(crate) fn processor_time() -> Duration {
    let own = clock_gettime(ClockId::ProcessCPUTime);
    let own = Duration::new(own.tv_sec.unsigned_abs(), u32::try_from(own.tv_nsec).unwrap_or(0));
    own + Duration::from_nanos(children().iter().map(|it| worked(it)).sum())
}

/// The numbers of the processes we have started and that are still there.
pub(crate) fn children() -> Vec<String> {
    let lists = threads("self").into_iter().filter_map(|it| read_to_string(format!("{it}/children")).ok());
    lists.flat_map(|it| it.split_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect()
}

/// Nanoseconds that a process has been on a processor.
fn worked(process: &str) -> u64 {
    let texts = threads(process).into_iter().filter_map(|it| read_to_string(format!("{it}/schedstat")).ok());
    texts.filter_map(|it| it.split_whitespace().next()?.parse::<u64>().ok()).sum()
}

fn threads(process: &str) -> Vec<String> {
    let folder = format!("/proc/{process}/task");
    let Ok(entries) = read_dir(&folder) else { return Vec::new() };
    entries.filter_map(|it| Some(format!("{folder}/{}", it.ok()?.file_name().to_string_lossy()))).collect()
}
