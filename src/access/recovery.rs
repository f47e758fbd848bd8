//! Recovery codes: ten ways in for those who have lost their telephone.
//!
//! Goes in: randomness, or what somebody typed. Comes out: codes to show once, and hashes to keep. Guaranteed: each has 75
//! random bits, so SHA-256 is enough – nobody guesses through 2^75, and a slow hash is for what people make up
//! themselves; letters that look alike are read as the one that is used; compared in the same time whatever differs.

use super::NoRandomness;
use super::key::hash;
use super::key::same;
use super::random;

/// How many are given out at a time.
pub const HOW_MANY: usize = 10;

/// Crockford's 32: no I, L, O or U.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const GROUPS: usize = 3;
const GROUP: usize = 5;

/// A code as its holder writes it down: `7K2QX-M3B9T-4WZ8H`.
#[derive(Clone)]
pub struct RecoveryCode(String);

impl std::fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RecoveryCode(…)")
    }
}

impl RecoveryCode {
    fn new() -> Result<Self, NoRandomness> {
        // 32 divides 256, so that every letter is as likely as the next.
        let letters = random::<{ GROUPS * GROUP }>()?.map(|it| char::from(LETTERS[usize::from(it % 32)]));
        let groups: Vec<String> = letters.chunks(GROUP).map(|it| it.iter().collect()).collect();
        Ok(Self(groups.join("-")))
    }

    /// A new set. Those from before are no longer good once these are kept.
    pub fn ten() -> Result<Vec<Self>, NoRandomness> {
        (0..HOW_MANY).map(|_| Self::new()).collect()
    }

    /// A code as somebody typed it: small letters, other gaps, O for 0. None when it cannot be a code.
    pub fn from_typed(typed: &str) -> Option<Self> {
        let mut letters = Vec::with_capacity(GROUPS * GROUP);
        for letter in typed.chars().filter(|it| !it.is_whitespace() && !matches!(it, '-' | '–' | '‐')) {
            let meant = match letter.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            LETTERS.iter().find(|it| char::from(**it) == meant)?;
            letters.push(meant);
        }
        if letters.len() != GROUPS * GROUP {
            return None;
        }
        Some(Self(letters.chunks(GROUP).map(|it| it.iter().collect::<String>()).collect::<Vec<_>>().join("-")))
    }

    /// The text to show, once.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// What is kept in its place.
    pub fn hash(&self) -> String {
        hash(self.0.as_bytes())
    }

    /// Which of the kept hashes this code belongs to. All are looked at, so that the time does not tell which.
    pub fn find<'a>(&self, kept: &'a [String]) -> Option<&'a str> {
        let own = self.hash();
        kept.iter().fold(None, |found, it| if same(&own, it) { Some(it.as_str()) } else { found })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_codes_are_ten_different_codes_of_75_bits() {
        let codes: std::collections::BTreeSet<String> =
            RecoveryCode::ten().unwrap().iter().map(|it| it.0.clone()).collect();
        assert_eq!(codes.len(), HOW_MANY);
        for code in codes {
            assert_eq!(code.len(), 17);
            assert_eq!(code.bytes().filter(|it| LETTERS.contains(it)).count(), 15, "{code}");
        }
    }

    #[test]
    fn a_code_is_read_as_people_type_it() {
        for typed in ["7K2QX-M3B9T-4WZ10", " 7k2qx m3b9t 4wzio ", "7K2QXM3B9T4WZLO", "7K2QX–M3B9T–4WZ10"] {
            assert_eq!(RecoveryCode::from_typed(typed).unwrap().text(), "7K2QX-M3B9T-4WZ10", "{typed}");
        }
        for odd in ["", "7K2QX", "7K2QX-M3B9T-4WZ8U", "7K2QX-M3B9T-4WZ8H-1", "åäöåäöåäöåäöåäö"] {
            assert!(RecoveryCode::from_typed(odd).is_none(), "{odd}");
        }
    }

    #[test]
    fn a_code_finds_its_own_hash_among_the_kept_ones() {
        let codes = RecoveryCode::ten().unwrap();
        let kept: Vec<String> = codes.iter().map(RecoveryCode::hash).collect();
        assert_eq!(codes[3].find(&kept), Some(kept[3].as_str()));
        assert_eq!(RecoveryCode::from_typed("7K2QX-M3B9T-4WZ8H").unwrap().find(&kept), None);
    }
}
