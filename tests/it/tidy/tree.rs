//! The repository as a value: every file that is tracked or about to be, by path.
//!
//! Goes in: the working copy, or a few files made up by a test. Comes out: [`Tree`], which the house rules are asked about.
//! Guaranteed: paths are relative, use `/` and are sorted; what git ignores is not in it.

use std::path::Path;
use std::process::Command;

pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) bytes: Vec<u8>,
}

pub(crate) struct Tree {
    files: Vec<File>,
}

impl Tree {
    pub(crate) fn of_repository() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut paths = tracked(root).unwrap_or_else(|| walk(root));
        paths.sort();
        let files = paths
            .into_iter()
            // A file that was deleted but not yet committed is still listed.
            .filter_map(|path| Some(File { bytes: std::fs::read(root.join(&path)).ok()?, path }))
            .collect();
        Self { files }
    }

    /// A made-up repository, for the tests of the house rules themselves.
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        Self::of_bytes(files.iter().map(|(path, text)| (*path, text.as_bytes().to_vec())).collect())
    }

    pub(crate) fn of_bytes(files: Vec<(&str, Vec<u8>)>) -> Self {
        Self { files: files.into_iter().map(|(path, bytes)| File { path: path.to_owned(), bytes }).collect() }
    }

    pub(crate) fn files(&self) -> &[File] {
        &self.files
    }

    pub(crate) fn text(&self, path: &str) -> &str {
        let file = self.files.iter().find(|it| it.path == path);
        file.and_then(|it| std::str::from_utf8(&it.bytes).ok()).unwrap_or("")
    }

    /// Text files whose path begins and ends like this.
    pub(crate) fn texts<'a>(&'a self, begins: &'a str, ends: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.files
            .iter()
            .filter(move |it| it.path.starts_with(begins) && it.path.ends_with(ends))
            .filter_map(|it| Some((it.path.as_str(), std::str::from_utf8(&it.bytes).ok()?)))
    }

    /// Whether a file or a folder of that path exists.
    pub(crate) fn has(&self, path: &str) -> bool {
        let folder = format!("{}/", path.trim_end_matches('/'));
        self.files.iter().any(|it| it.path == path || it.path.starts_with(&folder))
    }

    /// Whether some file, wherever it lies, has that name.
    pub(crate) fn has_name(&self, name: &str) -> bool {
        self.files.iter().any(|it| it.path.rsplit('/').next() == Some(name))
    }
}

/// What git knows or would add; nothing when this is no git checkout, as in an unpacked archive.
fn tracked(root: &Path) -> Option<Vec<String>> {
    let listing = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .ok()
        .filter(|it| it.status.success())?;
    let names = String::from_utf8(listing.stdout).ok()?;
    let names: Vec<String> = names.split('\0').filter(|it| !it.is_empty()).map(str::to_owned).collect();
    if names.is_empty() { None } else { Some(names) }
}

fn walk(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![String::new()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(root.join(&folder)).expect("a folder of the repository can be listed") {
            let entry = entry.expect("an entry of the repository can be read");
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
            if [".git", "target", "out", "node_modules"].contains(&name.as_str()) {
                continue;
            }
            if entry.file_type().expect("an entry has a type").is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_is_found_with_and_without_git() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert!(walk(root).contains(&"Cargo.toml".to_owned()));
        assert!(Tree::of_repository().has("src/model"));
        assert!(Tree::of_repository().has_name("lib.rs"));
        assert!(!Tree::of_repository().has("target"));
    }
}
