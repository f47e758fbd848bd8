//! Notices that the SQLite file was taken away or replaced while connections to it are open.
//!
//! Goes in: the path, and the age of a connection. Comes out: whether that connection still writes into the file of that name.
//! Guaranteed: without this an open connection would go on writing into a file that no longer has a name, and what was
//! acknowledged would be gone at the next start.

use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Which file a path led to, and since when.
#[derive(Debug)]
pub(super) struct Moved {
    path: PathBuf,
    seen: Mutex<(Option<Identity>, Instant)>,
}

type Identity = (u64, u64);

impl Moved {
    pub(super) fn watch(path: PathBuf) -> Self {
        let now = (identity(&path), Instant::now());
        Self { path, seen: Mutex::new(now) }
    }

    /// Whether a connection of that age was opened on the file that the path leads to today.
    pub(super) fn is_same(&self, age: Duration) -> bool {
        let found = identity(&self.path);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.0 != found {
            *seen = (found, Instant::now());
        }
        found.is_some() && age <= seen.1.elapsed()
    }
}

fn identity(path: &PathBuf) -> Option<Identity> {
    std::fs::metadata(path).ok().map(|it| (it.dev(), it.ino()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_older_than_the_file_of_that_name_is_not_used() {
        let folder = std::env::temp_dir().join(format!("kvartal-moved-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("a.db");
        std::fs::write(&path, "a").unwrap();
        let moved = Moved::watch(path.clone());
        let long = Duration::from_secs(3600);
        assert!(moved.is_same(Duration::ZERO));
        std::fs::rename(&path, folder.join("b.db")).unwrap();
        assert!(!moved.is_same(Duration::ZERO), "taken away");
        std::fs::write(&path, "c").unwrap();
        assert!(!moved.is_same(long), "opened on the old file");
        assert!(moved.is_same(Duration::ZERO), "opened on the new file");
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
