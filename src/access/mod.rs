//! Who a person is and what they may do: roles, passwords, second factor, keys, lock-out, sign-in with an outside IdP.
//!
//! Goes in: what somebody typed or brought, and the time. Comes out: yes or no, hashes to keep, keys to hand out.
//! Guaranteed: nothing here knows the database or a page; what is kept is never enough to sign in with; secrets are
//! compared in the same time whatever differs. The only place that draws random numbers.

pub mod choice;
pub mod key;
pub mod lock;
pub mod oidc;
pub mod password;
pub mod recovery;
pub mod role;
pub mod totp;

/// The system gave no random bytes. Nothing that needs a key can go on.
#[derive(Debug, thiserror::Error)]
#[error("the operating system gives no random numbers")]
pub struct NoRandomness;

/// Fills an array with bytes nobody can guess.
fn random<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(bytes)
}
