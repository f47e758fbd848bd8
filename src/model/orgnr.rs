//! Organisationsnummer of companies, föreningar and kommuner.
//!
//! Goes in: text as typed. Comes out: `NNNNNN-NNNN`, or the Swedish sentence that says what is wrong with it.
//! Guaranteed: the check digit is right, and what comes out is never a personnummer: the third digit is at least 2.

/// The number as it is kept.
///
/// # Errors
///
/// What is wrong, for whoever typed it. The number itself is not repeated.
pub fn checked(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.chars().any(|c| !c.is_ascii_digit() && !matches!(c, '-' | '–' | ' ')) {
        return Err("Skriv organisationsnumret med siffror, till exempel 556000-0000.".to_owned());
    }
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_digit).map(|it| it - b'0').collect();
    // Registers write 16 before the ten digits.
    let ten = match digits.as_slice() {
        [1, 6, ten @ ..] if ten.len() == 10 => ten,
        ten if ten.len() == 10 => ten,
        other => return Err(format!("Organisationsnumret ska ha tio siffror, men har {}.", other.len())),
    };
    if ten[2] < 2 {
        return Err(
            "Det är inget organisationsnummer: den tredje siffran ska vara minst 2. Ett personnummer får inte stå här. Lämna fältet tomt för en enskild firma."
                .to_owned(),
        );
    }
    let right = check_digit(&ten[..9]);
    if ten[9] != right {
        return Err(format!(
            "Organisationsnumret stämmer inte: den sista siffran ska vara {right}, om de andra är rätt. Jämför med avtalet."
        ));
    }
    let text: String = ten.iter().map(|it| char::from(b'0' + it)).collect();
    let (first, last) = text.split_at(6);
    Ok(format!("{first}-{last}"))
}

/// The last digit that belongs to the nine before it: every other one doubled, the digits of the products summed.
fn check_digit(nine: &[u8]) -> u8 {
    let sum: u8 = nine
        .iter()
        .enumerate()
        .map(|(at, digit)| {
            let product = if at % 2 == 0 { digit * 2 } else { *digit };
            product / 10 + product % 10
        })
        .sum();
    (10 - sum % 10) % 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_kept_in_one_form_however_it_is_written() {
        // Skatteverket, Sveriges Kommuner och Regioner, Inspektionen för vård och omsorg.
        for (typed, kept) in [
            ("202100-5448", "202100-5448"),
            ("2021005448", "202100-5448"),
            (" 16 202100–5448 ", "202100-5448"),
            ("222000-0315", "222000-0315"),
            ("202100-6537", "202100-6537"),
        ] {
            assert_eq!(checked(typed).as_deref(), Ok(kept), "{typed}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (typed, said) in [
            ("202100-5447", "den sista siffran ska vara 8"),
            ("202100-544", "har 9"),
            ("", "har 0"),
            ("101100-5448", "personnummer"),
            ("SE202100", "med siffror"),
        ] {
            let error = checked(typed).unwrap_err();
            assert!(error.contains(said), "{typed}: {error}");
        }
    }
}
