//! What can be the address of a letter.
//!
//! Goes in: a text that somebody has typed. Comes out: whether a letter can be addressed to it.
//! Guaranteed: what passes holds no character that could end an address in a letter's head; whether somebody reads it shows
//! when a letter is sent.

/// Longest path of an address, in bytes (RFC 5321 4.5.3.1.3, without its brackets).
const LONGEST: usize = 254;

/// Whether a letter can be addressed to the text.
pub fn is_address(text: &str) -> bool {
    let Some((name, host)) = text.split_once('@') else { return false };
    let plain = |it: &str| {
        !it.is_empty() && !it.contains(|c: char| c.is_whitespace() || c.is_control() || "@,;<>\"".contains(c))
    };
    text.len() <= LONGEST
        && plain(name)
        && plain(host)
        && host.contains('.')
        && !host.starts_with('.')
        && !host.ends_with('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_letter_can_be_sent_to_is_no_address() {
        for (text, sound) in [
            ("karin@example.org", true),
            ("karin.ek+kvartal@post.example.org", true),
            ("åsa@exempel.se", true),
            ("", false),
            ("karin", false),
            ("karin@", false),
            ("@example.org", false),
            ("karin@example", false),
            ("karin@.org", false),
            ("karin@example.", false),
            ("karin@a@example.org", false),
            ("karin ek@example.org", false),
            ("karin@example.org,anna@example.org", false),
            ("<karin@example.org>", false),
            ("karin@exam\u{0}ple.org", false),
        ] {
            assert_eq!(is_address(text), sound, "{text}");
        }
        assert!(!is_address(&format!("{}@example.org", "a".repeat(250))));
    }
}
