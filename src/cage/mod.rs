//! Bytes from outside are opened in a caged child process, and only there.
//!
//! Goes in: the name and bytes of a file. Comes out: [`Opened`], whatever the file tried. Guaranteed: a file that makes
//! its reader crash, ask for gigabytes or never finish is one refused file; the next one is unaffected. The child may
//! open no file and no socket, has caps on memory and time, and what it answers is checked like any other input.
//!
//! A crafted file of a few kilobytes can make a spreadsheet reader ask for hundreds of gigabytes, and an aborted
//! allocation cannot be caught; hence a process and not a thread.

mod cells;
mod child;
mod frame;
mod worker;

use std::io;
use std::path::PathBuf;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

pub use child::child_main;

use crate::cage::worker::{Failure, Worker};
use crate::model::Seen;
use crate::sheet::{Limits, Opened};

/// The argument that makes our own binary a caged child.
pub const CHILD_ARGUMENT: &str = "__bur";

/// A child that has read a large file is not used again, so that its heap cannot count against the next file.
const LARGE: usize = 8_000_000;

/// A small pool of caged children. Files may be opened from several threads at once.
#[derive(Debug)]
pub struct Cage {
    program: PathBuf,
    limits: Limits,
    workers: usize,
    pool: Mutex<Pool>,
    returned: Condvar,
}

#[derive(Debug, Default)]
struct Pool {
    idle: Vec<Worker>,
    /// Children that are alive, idle or not.
    live: usize,
}

impl Cage {
    /// A pool of at most `workers` children of `program`, our own binary. Children start when they are needed.
    pub fn new(program: PathBuf, workers: usize, limits: Limits) -> Self {
        Self { program, limits, workers: workers.max(1), pool: Mutex::default(), returned: Condvar::new() }
    }

    /// Opens a file in a child. An `Err` means that no child could be started, never that the file was bad.
    pub fn open(&self, name: &str, bytes: &[u8]) -> io::Result<Opened> {
        let size = bytes.len() as u64;
        if size > self.limits.file_bytes() {
            return Ok(Opened::refused(None, Seen::FilForStor));
        }
        loop {
            let mut lease = self.lease()?;
            let Some(worker) = lease.worker.as_mut() else { continue };
            let fresh = worker.served == 0;
            return match worker.ask(name, bytes, &self.limits) {
                Ok(opened) => {
                    lease.keep = bytes.len() <= LARGE && worker.served < self.limits.bur.filer_per_process;
                    Ok(opened)
                }
                // An idle child may have been ended from outside; the file has done nothing yet.
                Err(Failure::BeforeReading) if !fresh => continue,
                Err(Failure::Time) => Ok(Opened::refused(None, Seen::FilTidsgrans)),
                Err(Failure::BeforeReading | Failure::Died | Failure::Nonsense) => {
                    Ok(Opened::refused(None, Seen::FilOsaker))
                }
            };
        }
    }

    fn pool(&self) -> MutexGuard<'_, Pool> {
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A child for one file; waits when all are busy.
    fn lease(&self) -> io::Result<Lease<'_>> {
        let mut pool = self.pool();
        loop {
            if let Some(worker) = pool.idle.pop() {
                return Ok(Lease { cage: self, worker: Some(worker), keep: false });
            }
            if pool.live < self.workers {
                pool.live += 1;
                drop(pool);
                // The lease gives the place back if the start fails.
                let mut lease = Lease { cage: self, worker: None, keep: false };
                lease.worker = Some(Worker::start(&self.program)?);
                return Ok(lease);
            }
            pool = self.returned.wait(pool).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// A child in use. Unless it is marked to be kept it is ended when the lease is.
struct Lease<'a> {
    cage: &'a Cage,
    worker: Option<Worker>,
    keep: bool,
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        let worker = self.worker.take();
        let kept = worker.filter(|_| self.keep);
        let mut pool = self.cage.pool();
        match kept {
            Some(worker) => pool.idle.push(worker),
            None => pool.live = pool.live.saturating_sub(1),
        }
        drop(pool);
        self.cage.returned.notify_one();
    }
}
