//! Ways to die: a future that is dropped after so many steps, and the program itself, killed.

use std::future::Future;
use std::pin::pin;
use std::process::{Child, Command, Stdio};
use std::task::Poll;
use std::time::{Duration, Instant};

/// Numbers that look random and are the same in every run.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// 0 up to, but not including, the number of faces.
    pub(super) fn throw(&mut self, faces: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("fits") % faces
    }
}

/// Lets a future take so many steps; then it is gone, wherever it was.
pub(super) async fn dies_after<F: Future>(steps: usize, future: F) -> Option<F::Output> {
    let mut left = steps;
    let mut future = pin!(future);
    std::future::poll_fn(move |context| {
        let Some(less) = left.checked_sub(1) else { return Poll::Ready(None) };
        left = less;
        future.as_mut().poll(context).map(Some)
    })
    .await
}

/// `kvartal remind` for a day.
pub(super) fn program(url: &str, as_of: &str) -> Child {
    Command::new(env!("CARGO_BIN_EXE_kvartal"))
        .args(["remind", "--as-of", as_of, "--databas", url, "--url", "https://kvartal.example"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts")
}

/// Kills the program after so many milliseconds, unless it was quicker.
pub(super) fn after_a_while(child: &mut Child, milliseconds: usize) {
    let until = Instant::now() + Duration::from_millis(u64::try_from(milliseconds).expect("few"));
    while Instant::now() < until && child.try_wait().expect("a child").is_none() {
        std::thread::yield_now();
    }
    let _ = child.kill();
    child.wait().expect("gone");
}
