//! The second factor: codes that an app shows, new every thirty seconds.
//!
//! Goes in: the kept key, the code somebody typed, the time, and the step of the last code that was used. Comes out: the
//! step to keep, or nothing. Guaranteed: a code works once; the code before and the one after are taken too, for clocks
//! that differ. SHA-1 and six digits because every app knows them and some silently ignore anything else.

use chrono::DateTime;
use chrono::Utc;
use qrcode::EcLevel;
use qrcode::QrCode;
use qrcode::render::svg;
use totp_rs::Algorithm;
use totp_rs::Builder;
use totp_rs::Secret;
use totp_rs::Totp;

use super::NoRandomness;
use super::random;

const STEP_SECONDS: u64 = 30;
const DIGITS: u8 = 6;
/// Steps before and after now that are taken.
const SKEW: u16 = 1;

/// RFC 4648, which authenticator apps read.
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The shared secret: 160 bits.
#[derive(Clone)]
pub struct TotpKey([u8; 20]);

impl std::fmt::Debug for TotpKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TotpKey(…)")
    }
}

impl TotpKey {
    pub fn new() -> Result<Self, NoRandomness> {
        Ok(Self(random()?))
    }

    /// The key as it is kept and as a person can type it into an app: 32 letters and digits.
    pub fn base32(&self) -> String {
        let (mut text, mut bits, mut held) = (String::with_capacity(32), 0_u32, 0_u32);
        for byte in self.0 {
            bits = (bits << 8) | u32::from(byte);
            held += 8;
            while held >= 5 {
                held -= 5;
                text.push(char::from(BASE32[((bits >> held) & 31) as usize]));
            }
        }
        text
    }

    /// [`TotpKey::base32`] in groups of four, for those who type it.
    pub fn readable(&self) -> String {
        let letters: Vec<char> = self.base32().chars().collect();
        letters.chunks(4).map(|it| it.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
    }

    /// The kept key read back.
    pub fn from_base32(text: &str) -> Option<Self> {
        let (mut bytes, mut bits, mut held) = (Vec::with_capacity(20), 0_u32, 0_u32);
        for letter in text.bytes() {
            let value = BASE32.iter().position(|it| *it == letter)?;
            bits = (bits << 5) | u32::try_from(value).ok()?;
            held += 5;
            if held >= 8 {
                held -= 8;
                bytes.push(u8::try_from((bits >> held) & 255).ok()?);
            }
        }
        bytes.try_into().ok().map(Self)
    }

    fn totp(&self) -> Option<Totp> {
        let builder = Builder::new().with_algorithm(Algorithm::SHA1).with_digits(DIGITS).with_skew(SKEW);
        builder.with_step_duration(STEP_SECONDS).with_secret(Secret::new_stack(self.0)).build().ok()
    }

    /// What the app reads out of the picture: the key, and the names it is shown under.
    pub fn uri(&self, service: &str, account: &str) -> String {
        let (service, account) = (percent_encoded(service), percent_encoded(account));
        format!(
            "otpauth://totp/{service}:{account}?secret={}&issuer={service}&algorithm=SHA1&digits={DIGITS}&period={STEP_SECONDS}",
            self.base32()
        )
    }

    /// [`TotpKey::uri`] as a picture to point a telephone at: SVG without style or script. None when the names are too
    /// long for a picture; the key can be typed.
    pub fn picture(&self, service: &str, account: &str) -> Option<String> {
        let code = QrCode::with_error_correction_level(self.uri(service, account), EcLevel::M).ok()?;
        let colours = (svg::Color("#000"), svg::Color("#fff"));
        let drawn = code.render().dark_color(colours.0).light_color(colours.1).min_dimensions(240, 240).build();
        // Inside a page there is no place for an XML declaration.
        let begins = drawn.find("<svg")?;
        drawn.get(begins..).map(str::to_owned)
    }

    /// The step of the code, when it is right and its step has not been used. Keep the step.
    pub fn check(&self, typed: &str, now: DateTime<Utc>, last_used: u64) -> Option<u64> {
        // People type the gap that the app shows.
        let digits: String = typed.chars().filter(|it| !it.is_whitespace()).collect();
        if digits.len() != usize::from(DIGITS) || !digits.bytes().all(|it| it.is_ascii_digit()) {
            return None;
        }
        let seconds = u64::try_from(now.timestamp()).ok()?;
        self.totp()?.check(&digits, seconds).filter(|step| *step > last_used)
    }

    /// The code an app shows at that time; what a test or the demo types.
    pub fn code(&self, at: DateTime<Utc>) -> Option<String> {
        let seconds = u64::try_from(at.timestamp()).ok()?;
        Some(self.totp()?.generate(seconds).to_string())
    }
}

fn percent_encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key of the examples in RFC 6238: ”12345678901234567890”.
    const PUBLISHED: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    fn published() -> TotpKey {
        TotpKey::from_base32(PUBLISHED).unwrap()
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn codes_are_those_of_the_standard() {
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924")] {
            assert_eq!(published().code(at(seconds)).as_deref(), Some(code));
        }
    }

    #[test]
    fn a_key_is_kept_and_read_back_unchanged() {
        assert_eq!(published().base32(), PUBLISHED);
        assert_eq!(published().0, *b"12345678901234567890");
        let new = TotpKey::new().unwrap();
        assert_eq!(TotpKey::from_base32(&new.base32()).unwrap().0, new.0);
        for odd in ["", "GEZDG", "gezdgnbvgy3tqojqgezdgnbvgy3tqojq", &"A".repeat(40)] {
            assert!(TotpKey::from_base32(odd).is_none(), "{odd}");
        }
    }

    #[test]
    fn a_code_works_now_and_one_step_to_each_side_and_only_once() {
        let now = at(1_700_000_000);
        let step = 1_700_000_000 / STEP_SECONDS;
        let of = |offset: i64| published().code(at(1_700_000_000 + 30 * offset)).unwrap();
        for (offset, last_used, expected) in [
            (0, 0, Some(step)),
            (-1, 0, Some(step - 1)),
            (1, 0, Some(step + 1)),
            (-2, 0, None),
            (2, 0, None),
            (0, step, None),
            (-1, step, None),
            (1, step, Some(step + 1)),
        ] {
            assert_eq!(published().check(&of(offset), now, last_used), expected, "{offset} after {last_used}");
        }
    }

    #[test]
    fn a_code_may_be_typed_with_the_gap_the_app_shows() {
        assert!(published().check("287 082", at(59), 0).is_some());
        for odd in ["", "28708", "2870820", "28708a", "２８７０８２", "000000"] {
            assert!(published().check(odd, at(59), 0).is_none(), "{odd}");
        }
    }

    #[test]
    fn the_uri_names_service_and_account_safely() {
        let uri = published().uri("Kvartal Exempelstad", "åsa&co@example.org");
        let expected = format!(
            "otpauth://totp/Kvartal%20Exempelstad:%C3%A5sa%26co%40example.org?secret={PUBLISHED}\
             &issuer=Kvartal%20Exempelstad&algorithm=SHA1&digits=6&period=30"
        );
        assert_eq!(uri, expected);
    }

    #[test]
    fn the_picture_is_drawn_without_style_or_script() {
        let picture = published().picture("Kvartal", "karin@example.org").unwrap();
        assert!(picture.starts_with("<svg") && picture.trim_end().ends_with("</svg>"));
        for never in ["style", "script", "<?xml", "href"] {
            assert!(!picture.contains(never), "{never}");
        }
        assert!(published().picture("Kvartal", &"a".repeat(4000)).is_none());
    }

    #[test]
    fn the_key_can_be_typed_in_groups_of_four() {
        assert_eq!(published().readable(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
    }
}
