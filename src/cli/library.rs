//! The nämnd's own folder on disk → the library that a command works with.
//!
//! Goes in: nothing, or the path of the folder. Comes out: [`Library`].
//! Guaranteed: a faulty own file stops the command with all faults underlined.

use std::path::Path;
use std::sync::Arc;

pub use crate::desk::Library;
use crate::desk::LibraryFault;
use crate::desk::library::OwnFile;

use super::failure::{Failure, io_text};

impl From<LibraryFault> for Failure {
    fn from(fault: LibraryFault) -> Self {
        match fault {
            LibraryFault::Faulty(it) => Self::Faulty(it),
            LibraryFault::System(it) => Self::System(it),
        }
    }
}

/// Built-in data with a nämnd's own folder on top.
///
/// # Errors
///
/// [`Failure::Faulty`] with every fault of the folder, or [`Failure::File`] when it cannot be read.
pub fn with_own(folder: Option<&Path>) -> Result<Library, Failure> {
    let own = match folder {
        Some(folder) => own_files(folder)?,
        None => Vec::new(),
    };
    Ok(Library::with_own(&own)?)
}

/// The text files of a nämnd's own folder, sorted by path.
pub fn own_files(folder: &Path) -> Result<Vec<OwnFile>, Failure> {
    let fault = |at: &Path, it: std::io::Error| Failure::File(io_text("Det går inte att läsa regelmappen", at, &it));
    let mut folders = vec![folder.to_path_buf()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).map_err(|it| fault(&folder, it))? {
            let path = entry.map_err(|it| fault(&folder, it))?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "toml") {
                files.push(path);
            }
        }
    }
    files.sort();
    let mut own = Vec::with_capacity(files.len());
    for path in files {
        let text = std::fs::read_to_string(&path)
            .map_err(|it| Failure::File(io_text("Det går inte att läsa regelfilen", &path, &it)))?;
        own.push((path.strip_prefix(folder).unwrap_or(&path).display().to_string(), Arc::from(text)));
    }
    Ok(own)
}
