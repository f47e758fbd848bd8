//! The caged child: our own binary, reading files from its standard input and answering on its standard output.
//!
//! Goes in: requests, each followed by the bytes of a file. Comes out: frames. Guaranteed: after the start it can open
//! neither file nor socket nor start a process; memory and processor time are capped for each file; a panic is an answer.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use rustix::process::{DumpableBehavior, Resource, Rlimit, setrlimit};
use rustix::time::{ClockId, clock_gettime};

use crate::cage::frame::{self, Request};
use crate::model::Seen;
use crate::sheet::{self, Limits, Opened};

/// Runs the child until its standard input ends.
pub fn child_main() -> ExitCode {
    // What a hostile file makes a reader say is for nobody's eyes, and the standard error is nowhere.
    std::panic::set_hook(Box::new(|_| {}));
    if confine().is_err() {
        return ExitCode::FAILURE;
    }
    match write_all(&frame::READY).and_then(|()| serve()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Gives up everything that reading a spreadsheet does not need.
fn confine() -> rustix::io::Result<()> {
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    setrlimit(Resource::Core, none)?;
    setrlimit(Resource::Fsize, none)?;
    setrlimit(Resource::Nproc, none)?;
    // Standard input, output and error are there already; there is room for no more.
    setrlimit(Resource::Nofile, Rlimit { current: Some(3), maximum: Some(3) })?;
    // More than is needed, so a system that refuses it does not stop us.
    rustix::thread::set_no_new_privs(true).ok();
    rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable).ok();
    // And no death signal for when the parent is gone: it comes when the thread that started the child ends, though
    // the process lives on.
    Ok(())
}

/// Caps memory and processor time for a file of `size` bytes.
fn cap(limits: &Limits, size: u64) -> rustix::io::Result<()> {
    setrlimit(Resource::As, Rlimit { current: Some(limits.memory(size)), maximum: None })?;
    let used = u64::try_from(clock_gettime(ClockId::ProcessCPUTime).tv_sec).unwrap_or(0);
    let allowed = limits.cpu(size).as_secs().saturating_add(1);
    setrlimit(Resource::Cpu, Rlimit { current: Some(used.saturating_add(allowed)), maximum: None })
}

fn serve() -> io::Result<()> {
    loop {
        let mut length = [0; 4];
        if !read_exact(&mut length)? {
            return Ok(());
        }
        let mut body = vec![0; frame::length(length)?];
        read_exact(&mut body)?;
        let Request { name, size, limits } = frame::read_request(&body)?;
        cap(&limits, size)?;
        if size > limits.file_bytes() {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let mut bytes = vec![0; usize::try_from(size).map_err(io::Error::other)?];
        read_exact(&mut bytes)?;
        let opened = catch_unwind(AssertUnwindSafe(|| sheet::open(name, &bytes, &limits)));
        let opened = opened.unwrap_or_else(|_| Opened::refused(None, Seen::FilOsaker));
        drop(bytes);
        frame::send(&opened, write_all)?;
    }
}

/// False when the input has ended before the first byte.
fn read_exact(into: &mut [u8]) -> io::Result<bool> {
    let mut read = 0;
    while let Some(rest) = into.get_mut(read..).filter(|it| !it.is_empty()) {
        match rustix::io::read(io::stdin(), rest) {
            Ok(0) if read == 0 => return Ok(false),
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(more) => read += more,
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(true)
}

fn write_all(bytes: &[u8]) -> io::Result<()> {
    let mut rest = bytes;
    while !rest.is_empty() {
        match rustix::io::write(io::stdout(), rest) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => rest = rest.get(written..).unwrap_or(&[]),
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
