//! Passwords: hashed with argon2id, and checked against the rule when they are chosen.
//!
//! Goes in: what somebody typed, and the hash that is kept. Comes out: a hash to keep, or whether it matches. Guaranteed:
//! an unknown user takes the same time as a known one; the same letters typed in another Unicode form are the same
//! password; nothing long is hashed; at most a few hashes are counted at once, away from the threads that answer.

use std::sync::Arc;
use std::sync::LazyLock;

use argon2::Algorithm;
use argon2::Argon2;
use argon2::Params;
use argon2::Version;
use argon2::password_hash::PasswordHasher;
use argon2::password_hash::PasswordVerifier;
use argon2::password_hash::phc::PasswordHash;
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;

use super::NoRandomness;
use super::random;

/// The first of the settings OWASP recommends for argon2id that asks no more than 19 MiB: a small server must bear
/// several at once, and twice over the memory costs a guesser as much as once over the double.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// How many hashes are counted at the same time: each takes its memory and a processor.
const AT_ONCE: usize = 2;

/// Longer is not typed by a person. Looked at before anything is normalised or hashed.
pub const LONGEST_BYTES: usize = 1000;

/// Why no answer was possible: not the person's fault.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    #[error("the password could not be hashed: {0}")]
    Hash(#[from] argon2::password_hash::Error),
    #[error("the parameters of argon2 are out of bounds: {0}")]
    Parameters(#[from] argon2::Error),
    #[error("the thread that counted a password's hash is gone")]
    Gone,
}

/// What a typed password turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Wrong,
    Right,
    /// Right, but kept under older parameters: hash it anew now that it is known.
    RightButOld,
}

fn hasher() -> Result<Argon2<'static>, PasswordError> {
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(MEMORY_KIB, PASSES, LANES, None)?))
}

/// å from one keyboard and å from another are the same letter.
fn normal(password: &str) -> String {
    password.nfc().collect()
}

/// The hash to keep, as a PHC string.
pub fn hash(password: &str) -> Result<String, PasswordError> {
    let salt = random::<16>()?;
    Ok(hasher()?.hash_password_with_salt(normal(password).as_bytes(), &salt)?.to_string())
}

/// A hash that no password is known for, so that an unknown user is answered no sooner than a known one.
/// Empty, and so an error in [`verify`], where the system is too broken to make one.
static NOBODY: LazyLock<String> = LazyLock::new(|| {
    let unknown = random::<32>().map(|it| super::key::hash(&it));
    unknown.map_err(PasswordError::from).and_then(|it| hash(&it)).unwrap_or_default()
});

/// Whether the password is the one that is kept. No kept hash (unknown user, invitation not used) is always wrong, and
/// takes as long.
pub fn verify(password: &str, kept: Option<&str>) -> Result<Verdict, PasswordError> {
    let against = kept.unwrap_or(&NOBODY);
    let parsed = PasswordHash::new(against).map_err(argon2::password_hash::Error::from)?;
    let typed = if password.len() > LONGEST_BYTES { String::new() } else { normal(password) };
    let matches = match hasher()?.verify_password(typed.as_bytes(), &parsed) {
        Ok(()) => true,
        Err(argon2::password_hash::Error::PasswordInvalid) => false,
        Err(other) => return Err(other.into()),
    };
    Ok(match matches && kept.is_some() && password.len() <= LONGEST_BYTES {
        false => Verdict::Wrong,
        true if is_old(&parsed) => Verdict::RightButOld,
        true => Verdict::Right,
    })
}

fn is_old(kept: &PasswordHash) -> bool {
    let now = (MEMORY_KIB, PASSES, LANES);
    let then = Params::try_from(kept).map(|it| (it.m_cost(), it.t_cost(), it.p_cost()));
    kept.algorithm.as_str() != Algorithm::Argon2id.as_str() || then != Ok(now)
}

/// Counts hashes away from the threads that answer, a few at a time. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Counter {
    permits: Arc<Semaphore>,
}

impl Default for Counter {
    fn default() -> Self {
        Self { permits: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

impl Counter {
    /// [`hash`], in the background.
    pub async fn hash(&self, password: String) -> Result<String, PasswordError> {
        self.away(move || hash(&password)).await
    }

    /// [`verify`], in the background.
    pub async fn verify(&self, password: String, kept: Option<String>) -> Result<Verdict, PasswordError> {
        self.away(move || verify(&password, kept.as_deref())).await
    }

    async fn away<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, PasswordError> + Send + 'static,
    ) -> Result<T, PasswordError> {
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_| PasswordError::Gone)?;
        // The permit goes along: a person who leaves does not let the next one in while the work is still done.
        let counted = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work()
        });
        counted.await.map_err(|_| PasswordError::Gone)?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_right_password_is_right_and_no_other() {
        let kept = hash("korrekt häst batteri").unwrap();
        for (typed, expected) in [
            ("korrekt häst batteri", Verdict::Right),
            ("korrekt ha\u{0308}st batteri", Verdict::Right),
            ("korrekt hast batteri", Verdict::Wrong),
            ("Korrekt häst batteri", Verdict::Wrong),
            ("", Verdict::Wrong),
        ] {
            assert_eq!(verify(typed, Some(&kept)).unwrap(), expected, "{typed}");
        }
    }

    #[test]
    fn what_is_kept_is_argon2id_with_a_salt_of_its_own() {
        let (one, other) = (hash("korrekt häst batteri").unwrap(), hash("korrekt häst batteri").unwrap());
        assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{one}");
        assert_ne!(one, other);
    }

    #[test]
    fn nobody_gets_in_where_no_hash_is_kept() {
        for typed in ["", "korrekt häst batteri"] {
            assert_eq!(verify(typed, None).unwrap(), Verdict::Wrong);
        }
    }

    #[test]
    fn an_unknown_user_is_checked_as_dearly_as_a_known_one() {
        assert!(!is_old(&PasswordHash::new(&NOBODY).unwrap()));
    }

    #[test]
    fn a_hash_of_older_parameters_is_right_but_to_be_renewed() {
        let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(1024, 1, 1, None).unwrap());
        let kept = weak.hash_password_with_salt("gammalt men rätt".as_bytes(), &[7; 16]).unwrap().to_string();
        assert_eq!(verify("gammalt men rätt", Some(&kept)).unwrap(), Verdict::RightButOld);
        assert_eq!(verify("gammalt och fel", Some(&kept)).unwrap(), Verdict::Wrong);
    }

    #[test]
    fn what_is_too_long_to_be_typed_is_wrong_even_if_it_was_once_kept() {
        let long = "å".repeat(LONGEST_BYTES);
        let kept = hash(&long).unwrap();
        assert_eq!(verify(&long, Some(&kept)).unwrap(), Verdict::Wrong);
    }

    #[test]
    fn a_kept_text_that_is_no_hash_is_a_broken_system() {
        assert!(verify("korrekt häst batteri", Some("klartext")).is_err());
    }

    #[tokio::test]
    async fn hashes_are_counted_in_the_background() {
        let counter = Counter::default();
        let kept = counter.hash("korrekt häst batteri".to_owned()).await.unwrap();
        let verdict = counter.verify("korrekt häst batteri".to_owned(), Some(kept)).await.unwrap();
        assert_eq!(verdict, Verdict::Right);
    }
}
