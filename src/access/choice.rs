//! Which passwords may be chosen.
//!
//! Goes in: the password, and the person's name and mail address. Comes out: nothing to object to, or the refusal with
//! its Swedish sentence. Guaranteed: length is what counts; no rule asks for capitals or digits, because such rules give
//! ”Sommar2024!”. The list is short because most of what leaks is shorter than twelve characters.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;

use super::password::LONGEST_BYTES;

/// Fewer characters than this are guessed when a table of hashes leaks.
pub const FEWEST: usize = 12;

/// A password of few different characters is long only to the eye.
const FEWEST_DIFFERENT: usize = 5;

/// Parts of a name shorter than this stand in too many words to be forbidden.
const SHORTEST_NAME_PART: usize = 4;

/// What is left of common passwords when digits and marks around and between the words are taken away.
const COMMON: &[&str] = &[
    "abcabcabc",
    "administrator",
    "administratör",
    "adminadmin",
    "changeme",
    "changemenow",
    "correcthorsebatterystaple",
    "dragondragon",
    "fotboll",
    "fotbollfotboll",
    "football",
    "glömtlösenord",
    "hammarby",
    "handläggare",
    "hejhej",
    "hejhejhej",
    "hejhejhejhej",
    "hejsan",
    "hejsanhejsan",
    "hemlig",
    "hemlighet",
    "hemligt",
    "höst",
    "hösten",
    "ifkgöteborg",
    "iloveyou",
    "iloveyouforever",
    "inloggning",
    "jagälskardig",
    "kommun",
    "kommunen",
    "kvartal",
    "kvartalet",
    "kvartalsrapport",
    "letmein",
    "letmeinplease",
    "login",
    "losenord",
    "lösen",
    "lösenord",
    "lösenordet",
    "lösenordlösenord",
    "masterpassword",
    "mittlösenord",
    "monkeymonkey",
    "mypassword",
    "newpassword",
    "nyttlösenord",
    "pass",
    "password",
    "passwordpassword",
    "princess",
    "qazwsx",
    "qazwsxedc",
    "qwerty",
    "qwertyqwerty",
    "rapport",
    "rapportering",
    "samordnare",
    "secret",
    "sekretess",
    "sommar",
    "sommaren",
    "starwars",
    "summer",
    "sunshine",
    "supersecret",
    "superman",
    "sverige",
    "sverigesverige",
    "test",
    "testtest",
    "testtesttest",
    "trustno",
    "utförare",
    "vinter",
    "vintern",
    "vår",
    "våren",
    "välkommen",
    "välkommenhit",
    "welcome",
    "winter",
    "administration",
];

/// What lies side by side on a keyboard or in the alphabet, to be followed in either direction.
const RUNS: &[&str] = &[
    "abcdefghijklmnopqrstuvwxyzåäö",
    "qwertyuiopåasdfghjklöäzxcvbnm",
    "1234567890",
    "01234567890",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "1q2w3e4r5t6y7u8i9o0p",
];

/// Why a password cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    TooShort,
    TooLong,
    Common,
    Repeats,
    Personal,
}

impl Refusal {
    /// What is wrong and how to mend it.
    pub const fn swedish(self) -> &'static str {
        match self {
            Refusal::TooShort => {
                "Lösenordet är för kort. Välj minst 12 tecken, till exempel fyra ord som inte hör ihop."
            }
            Refusal::TooLong => "Lösenordet är för långt. Välj högst 500 tecken.",
            Refusal::Common => {
                "Lösenordet är lätt att gissa, för många har valt ett liknande. Välj till exempel fyra ord som inte hör ihop."
            }
            Refusal::Repeats => {
                "Lösenordet upprepar för få tecken, eller följer tangentbordet. Välj till exempel fyra ord som inte hör ihop."
            }
            Refusal::Personal => {
                "Lösenordet innehåller ditt namn eller din e-postadress. Välj något som inte har med dig att göra."
            }
        }
    }
}

fn folded(text: &str) -> String {
    text.nfc().flat_map(char::to_lowercase).collect()
}

/// Only the letters, so that ”Sommar-2024!!” is ”sommar”.
fn letters(text: &str) -> String {
    text.chars().filter(|it| it.is_alphabetic()).collect()
}

/// Whether every character follows the one before it in a run, forwards or backwards, with a few breaks allowed.
fn follows_a_run(folded: &str) -> bool {
    let beside = |one: char, other: char| {
        RUNS.iter().any(|run| {
            let pair: String = [one, other].iter().collect();
            let back: String = [other, one].iter().collect();
            run.contains(&pair) || run.contains(&back)
        })
    };
    let steps: Vec<(char, char)> = folded.chars().zip(folded.chars().skip(1)).collect();
    let along = steps.iter().filter(|(one, other)| one == other || beside(*one, *other)).count();
    // One break in six: ”qwertyuiop12” and ”abcdef123456” each have one.
    along * 6 >= steps.len() * 5
}

/// The words of a name and of a mail address.
fn personal_parts(name: &str, mail: &str) -> BTreeSet<String> {
    let all = format!("{name} {mail}");
    let parts = folded(&all);
    let words = parts.split(|it: char| !it.is_alphanumeric()).filter(|it| it.chars().count() >= SHORTEST_NAME_PART);
    words.map(str::to_owned).collect()
}

/// Whether the password may be chosen by the person with this name and mail address.
pub fn judge(password: &str, name: &str, mail: &str) -> Result<(), Refusal> {
    if password.len() > LONGEST_BYTES {
        return Err(Refusal::TooLong);
    }
    let folded = folded(password);
    if folded.chars().count() < FEWEST {
        return Err(Refusal::TooShort);
    }
    if personal_parts(name, mail).iter().any(|it| folded.contains(it.as_str())) {
        return Err(Refusal::Personal);
    }
    let different: BTreeSet<char> = folded.chars().collect();
    if different.len() < FEWEST_DIFFERENT || follows_a_run(&folded) {
        return Err(Refusal::Repeats);
    }
    let letters = letters(&folded);
    // Digits and marks alone: a telephone number, a date, a personnummer.
    if letters.is_empty() || COMMON.contains(&letters.as_str()) {
        return Err(Refusal::Common);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_refusal_names_what_is_wrong() {
        let cases = [
            ("kortare", Err(Refusal::TooShort)),
            ("elva tecken", Err(Refusal::TooShort)),
            ("åäöåäöåäöåäö", Err(Refusal::Repeats)),
            ("aaaaaaaaaaaaaaaa", Err(Refusal::Repeats)),
            ("qwertyuiop12", Err(Refusal::Repeats)),
            ("123456789012", Err(Refusal::Repeats)),
            ("abcdefghijkl", Err(Refusal::Repeats)),
            ("lkjihgfedcba", Err(Refusal::Repeats)),
            ("1q2w3e4r5t6y", Err(Refusal::Repeats)),
            ("Sommaren2024!", Err(Refusal::Common)),
            ("Lösenord1234", Err(Refusal::Common)),
            ("Lo\u{0308}senord1234", Err(Refusal::Common)),
            ("Password2024!", Err(Refusal::Common)),
            ("2024-03-31 1200", Err(Refusal::Common)),
            ("Välkommen 2025", Err(Refusal::Common)),
            ("karinbergström12", Err(Refusal::Personal)),
            ("min solsidan-kod", Err(Refusal::Personal)),
            ("korrekt häst batteri klammer", Ok(())),
            ("vädret blir grönt", Ok(())),
            ("7hT-kpq9Lmz2", Ok(())),
        ];
        for (password, expected) in cases {
            let judged = judge(password, "Karin Bergström", "karin@solsidan.example.org");
            assert_eq!(judged, expected, "{password}");
        }
    }

    #[test]
    fn a_short_part_of_a_name_forbids_no_words() {
        assert_eq!(judge("bolag och annat", "Bo Ek", "bo@ek.example.org"), Ok(()));
    }

    #[test]
    fn length_is_looked_at_before_anything_else() {
        assert_eq!(judge(&"å".repeat(501), "", ""), Err(Refusal::TooLong));
        assert_eq!(judge(&"ö".repeat(500), "", ""), Err(Refusal::Repeats));
    }

    #[test]
    fn every_refusal_says_what_to_choose_instead() {
        for it in [Refusal::TooShort, Refusal::TooLong, Refusal::Common, Refusal::Repeats, Refusal::Personal] {
            assert!(it.swedish().contains("Välj"), "{it:?}");
        }
    }
}
