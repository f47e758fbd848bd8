//! The parent's end of one caged child.
//!
//! Goes in: a file. Comes out: what the child answered, or how it failed. Guaranteed: never waits longer than the limits
//! allow, whatever the child does; a child that fails is killed and waited for, so no zombie is left.

use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::Signal;

use crate::cage::CHILD_ARGUMENT;
use crate::cage::frame::{self, READY, Receiving, Request};
use crate::sheet::{Limits, Opened};

/// How long a child may take to start, also on a machine that has much else to do.
const START_PATIENCE: Duration = Duration::from_secs(20);

/// How a child failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
    /// It was gone when the file came.
    BeforeReading,
    /// It used up its time, on the processor or on the wall.
    Time,
    /// It crashed or asked for too much memory.
    Died,
    /// It answered something that no child of ours would.
    Nonsense,
}

/// A running child.
#[derive(Debug)]
pub(super) struct Worker {
    child: Child,
    stdin: ChildStdin,
    stdout: ChildStdout,
    /// Files it has answered for.
    pub served: u32,
}

impl Worker {
    /// Starts a child with nothing in its environment.
    pub(super) fn start(program: &Path) -> io::Result<Self> {
        let mut child = Command::new(program)
            .arg(CHILD_ARGUMENT)
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        let mut worker = Self { child, stdin, stdout, served: 0 };
        // Only our ends: the child reads and writes as usual.
        rustix::io::ioctl_fionbio(&worker.stdin, true)?;
        rustix::io::ioctl_fionbio(&worker.stdout, true)?;
        worker.wait_until_ready()?;
        Ok(worker)
    }

    /// A child that cannot even start is a broken system, and no fault of the file it would have read.
    fn wait_until_ready(&mut self) -> io::Result<()> {
        let deadline = now() + START_PATIENCE;
        let mut word = [0xFF; READY.len()];
        let mut got = 0;
        while let Some(rest) = word.get_mut(got..).filter(|it| !it.is_empty()) {
            match self.stdout.read(rest) {
                Ok(0) => return Err(io::Error::other("the reading process ended as it started")),
                Ok(read) => got += read,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    wait(&self.stdout, PollFlags::IN, deadline)
                        .map_err(|_| io::Error::other("the reading process did not start in time"))?;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        if word == READY { Ok(()) } else { Err(io::Error::other("the reading process is another program")) }
    }

    /// Has the child open a file.
    pub(super) fn ask(&mut self, name: &str, bytes: &[u8], limits: &Limits) -> Result<Opened, Failure> {
        let deadline = now() + limits.wall(bytes.len() as u64);
        let request = frame::request(&Request { name, size: bytes.len() as u64, limits: limits.clone() });
        match self.send(&request, deadline) {
            Err(Failure::Died) => return Err(Failure::BeforeReading),
            other => other?,
        }
        let answer = self.send(bytes, deadline).and_then(|()| self.receive(limits, deadline));
        match answer {
            Ok(opened) => {
                self.served += 1;
                Ok(opened)
            }
            Err(Failure::Died) => Err(self.cause_of_death()),
            Err(other) => Err(other),
        }
    }

    fn send(&mut self, bytes: &[u8], deadline: Instant) -> Result<(), Failure> {
        let mut rest = bytes;
        while !rest.is_empty() {
            match self.stdin.write(rest) {
                Ok(0) => return Err(Failure::Died),
                Ok(written) => rest = rest.get(written..).unwrap_or(&[]),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    wait(&self.stdin, PollFlags::OUT, deadline)?;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return Err(Failure::Died),
            }
        }
        Ok(())
    }

    fn receive(&mut self, limits: &Limits, deadline: Instant) -> Result<Opened, Failure> {
        let mut receiving = Receiving::new(limits);
        let mut held: Vec<u8> = Vec::new();
        let mut piece = vec![0; 1 << 16];
        loop {
            let read = match self.stdout.read(&mut piece) {
                Ok(0) => return Err(Failure::Died),
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    wait(&self.stdout, PollFlags::IN, deadline)?;
                    continue;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(_) => return Err(Failure::Died),
            };
            held.extend_from_slice(piece.get(..read).unwrap_or(&[]));
            let mut rest = held.as_slice();
            while let Some((body, after)) = frame::split(rest).map_err(|_| Failure::Nonsense)? {
                rest = after;
                if let Some(opened) = receiving.take(body).map_err(|_| Failure::Nonsense)? {
                    // Nothing may follow the last frame: the next file's answer would begin with it.
                    return if rest.is_empty() { Ok(opened) } else { Err(Failure::Nonsense) };
                }
            }
            let taken = held.len() - rest.len();
            held.drain(..taken);
            // A child that always has more to say is stopped here, not in wait.
            if now() >= deadline {
                return Err(Failure::Time);
            }
        }
    }

    /// The child has closed its pipes: it died, and the signal tells of what.
    fn cause_of_death(&mut self) -> Failure {
        // It may still be on its way out; a child that closed its pipes but lives is killed.
        let patience = now() + Duration::from_millis(500);
        let status = loop {
            match self.child.try_wait() {
                Ok(Some(status)) => break Some(status),
                Ok(None) if now() < patience => std::thread::sleep(Duration::from_millis(2)),
                _ => break None,
            }
        };
        match status.and_then(|it| it.signal()) {
            Some(signal) if signal == Signal::XCPU.as_raw() => Failure::Time,
            _ => Failure::Died,
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // Already gone is as good.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// The clock of the caps; nothing that is read depends on it.
fn now() -> Instant {
    Instant::now()
}

/// Waits until the pipe can be used, at most until the deadline.
fn wait(pipe: &impl AsFd, flags: PollFlags, deadline: Instant) -> Result<(), Failure> {
    loop {
        let left = deadline.saturating_duration_since(now());
        if left.is_zero() {
            return Err(Failure::Time);
        }
        let left = Timespec {
            tv_sec: i64::try_from(left.as_secs()).unwrap_or(i64::MAX),
            tv_nsec: i64::from(left.subsec_nanos()),
        };
        match poll(&mut [PollFd::new(pipe, flags)], Some(&left)) {
            Ok(0) => return Err(Failure::Time),
            Ok(_) => return Ok(()),
            Err(rustix::io::Errno::INTR) => {}
            Err(_) => return Err(Failure::Died),
        }
    }
}
