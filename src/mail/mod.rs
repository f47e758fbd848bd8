//! Letters: what they say, and how they leave.
//!
//! Goes in: a link and a few words. Comes out: a letter as text and as a page, laid in the outbox, and sent by
//! SMTP or into a folder.
//! Guaranteed: no letter holds anything about a case or a person the decisions are about; the same letter sent twice
//! carries the same Message-ID, so that the receiver can tell.

pub mod letter;
pub mod outbox;
pub mod send;

pub use letter::Letter;
pub use letter::LetterKind;
pub use send::Carrier;
pub use send::SendError;
