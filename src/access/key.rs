//! Keys nobody can guess: of sessions, of links in letters, of machines.
//!
//! Goes in: randomness. Comes out: a key as text, to be handed out once, and its hash, to be kept. Guaranteed: 256 bits,
//! so that plain SHA-256 is enough – there is nothing to guess, and a slow hash would only slow down every page; what is
//! kept cannot be turned back into the key; a key never shows in a debug print.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::Digest;
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::NoRandomness;
use super::random;

/// How every API key begins, so that people and scanners of repositories know one when they see it.
pub const API_PREFIX: &str = "kv_";

/// How many characters of an API key may be kept in clear, so that people can tell keys apart: the prefix and 24 bits.
const HINT: usize = API_PREFIX.len() + 4;

/// The longest text that is looked at as a key. Ours have 43 characters, and a prefix.
const LONGEST: usize = 64;

/// A key as its holder has it.
#[derive(Clone)]
pub struct Key(String);

impl Key {
    /// For a cookie or a link.
    pub fn new() -> Result<Self, NoRandomness> {
        Ok(Self(URL_SAFE_NO_PAD.encode(random::<32>()?)))
    }

    /// For a machine.
    pub fn for_api() -> Result<Self, NoRandomness> {
        Ok(Self(format!("{API_PREFIX}{}", Self::new()?.0)))
    }

    /// A key as somebody brought it. None when it cannot be one of ours, so that nothing long is hashed or looked up.
    pub fn from_outside(text: &str) -> Option<Self> {
        let sound = text.len() <= LONGEST && text.bytes().all(|it| it.is_ascii_alphanumeric() || b"-_".contains(&it));
        (sound && !text.is_empty()).then(|| Self(text.to_owned()))
    }

    /// The text to hand out. Its only copies are with the holder.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// What is kept in the key's place.
    pub fn hash(&self) -> String {
        hash(self.0.as_bytes())
    }

    /// The first characters, to tell keys apart in a list.
    pub fn hint(&self) -> &str {
        self.0.get(..HINT).unwrap_or_default()
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

/// SHA-256 in hexadecimal.
pub(super) fn hash(bytes: &[u8]) -> String {
    use std::fmt::Write;
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Equal or not, in a time that does not tell where two texts of the same length differ.
pub fn same(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_keys_are_never_the_same_and_have_256_bits() {
        let keys: std::collections::BTreeSet<String> = (0..100).map(|_| Key::new().unwrap().0).collect();
        assert_eq!(keys.len(), 100);
        for key in keys {
            assert_eq!(URL_SAFE_NO_PAD.decode(key).unwrap().len(), 32);
        }
    }

    #[test]
    fn a_key_comes_back_from_a_cookie_as_it_went_out() {
        for key in [Key::new().unwrap(), Key::for_api().unwrap()] {
            assert_eq!(Key::from_outside(key.text()).unwrap().text(), key.text());
        }
    }

    #[test]
    fn what_cannot_be_a_key_is_not_looked_at() {
        for odd in ["", "a b", "å", "a=b", "../x", &"a".repeat(LONGEST + 1)] {
            assert!(Key::from_outside(odd).is_none(), "{odd}");
        }
    }

    #[test]
    fn the_hash_is_the_published_sha_256() {
        assert_eq!(hash(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn a_hint_tells_api_keys_apart_without_giving_them_away() {
        let key = Key::for_api().unwrap();
        assert!(key.text().starts_with(key.hint()) && key.hint().len() == 7);
        assert!(key.hint().starts_with(API_PREFIX));
    }

    #[test]
    fn a_debug_print_shows_no_key() {
        assert_eq!(format!("{:?}", Key::new().unwrap()), "Key(…)");
    }

    #[test]
    fn only_equal_texts_are_the_same() {
        for (one, other, expected) in
            [("abc", "abc", true), ("abc", "abd", false), ("abc", "ab", false), ("", "", true)]
        {
            assert_eq!(same(one, other), expected);
        }
    }
}
