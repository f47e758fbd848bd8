//! How large and how heavy a file may be.
//!
//! Goes in: `rules/granser.toml`, embedded in the program. Comes out: [`Limits`], plain numbers.
//! Guaranteed: readers compare against these before they spend memory; the cage takes its caps from the same values.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The limits that come with the program.
pub const BUILT_IN: &str = include_str!("../../rules/granser.toml");

const MB: u64 = 1_000_000;

/// Everything that bounds the reading of one file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    pub fil: FileLimits,
    pub ods: OdsLimits,
    pub bur: CageLimits,
}

/// What may stand in a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileLimits {
    storlek_mb: u64,
    pub poster: usize,
    del_mb: u64,
    uppackad_mb: u64,
    pub blad: usize,
    pub celler: usize,
    pub delade_texter: usize,
    text_mb: u64,
    pub cell_tecken: usize,
    pub rader: u32,
    pub kolumner: u32,
    pub kommentarer: usize,
}

/// What an ods file may ask to have repeated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OdsLimits {
    pub mellanslag: usize,
    pub upprepade_celler: usize,
}

/// What the reading process may use.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CageLimits {
    minne_mb: u64,
    minne_per_mb: u64,
    cpu_s: f64,
    cpu_s_per_mb: f64,
    vanta_s: f64,
    vanta_s_per_mb: f64,
    pub filer_per_process: u32,
}

impl Limits {
    /// The limits embedded in the program; an `Err` is a faulty build.
    pub fn built_in() -> Result<Self, toml::de::Error> {
        toml::from_str(BUILT_IN)
    }

    /// Bytes of the file as it comes.
    pub fn file_bytes(&self) -> u64 {
        self.fil.storlek_mb.saturating_mul(MB)
    }

    /// Bytes of one part of a package, unpacked.
    pub fn part_bytes(&self) -> u64 {
        self.fil.del_mb.saturating_mul(MB)
    }

    /// Bytes of all parts of a package, unpacked.
    pub fn total_bytes(&self) -> u64 {
        self.fil.uppackad_mb.saturating_mul(MB)
    }

    /// Bytes of all texts of a workbook. Never more than the workbook's text offsets can address.
    pub fn text_bytes(&self) -> usize {
        usize::try_from(self.fil.text_mb.saturating_mul(MB)).unwrap_or(usize::MAX).min(u32::MAX as usize)
    }

    /// Address space for reading a file of `size` bytes.
    pub fn memory(&self, size: u64) -> u64 {
        self.bur.minne_mb.saturating_mul(MB).saturating_add(self.bur.minne_per_mb.saturating_mul(size))
    }

    /// Processor time for reading a file of `size` bytes.
    pub fn cpu(&self, size: u64) -> Duration {
        grown(self.bur.cpu_s, self.bur.cpu_s_per_mb, size)
    }

    /// Time on the wall for reading a file of `size` bytes.
    pub fn wall(&self, size: u64) -> Duration {
        grown(self.bur.vanta_s, self.bur.vanta_s_per_mb, size)
    }
}

fn grown(base: f64, per_mb: f64, size: u64) -> Duration {
    let megabytes = size as f64 / MB as f64;
    Duration::try_from_secs_f64(base + per_mb * megabytes).unwrap_or(Duration::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_hostile_file_never_takes_ten_seconds() {
        let limits = Limits::built_in().unwrap();
        assert!(limits.wall(200_000) < Duration::from_secs(10));
        assert!(limits.cpu(200_000) < Duration::from_secs(9));
    }

    #[test]
    fn memory_grows_with_the_file() {
        let limits = Limits::built_in().unwrap();
        assert_eq!(limits.memory(0), 448_000_000);
        assert_eq!(limits.memory(10_000_000), 568_000_000);
    }
}
