//! What must never be in the repository: a person's number, a machine's paths, a package host, words about the making.
//!
//! Goes in: a [`Tree`]. Comes out: complaints with path and line. Workbooks are looked into part by part, because a
//! number in a cell of a sample is as bad as one in the text.

use std::io::{Cursor, Read};

use regex::Regex;

use super::tree::{File, Tree};

/// Numbers Skatteverket has published for tests: they look right and belong to nobody.
const PUBLISHED_TEST_NUMBERS: &[&str] = &["8507099805", "8507099813", "6411139808", "9001019802", "7010632391"];

/// Split in two so that this file does not contain them. Compared without regard to case.
const NEVER: &[(&str, &str)] = &[
    // Paths of somebody's machine.
    ("/ro", "ot/"),
    ("/ho", "me/"),
    ("/tm", "p/"),
    ("/wo", "rk/"),
    ("/Use", "rs/"),
    (r"C:\Us", "ers"),
    // Package hosts: packages are named, their hosts are configuration.
    ("registry.np", "mjs"),
    ("registry.ya", "rnpkg"),
    ("static.cra", "tes.io"),
    ("index.cra", "tes.io"),
    ("py", "pi.org"),
    ("pythonho", "sted"),
    ("deb.deb", "ian"),
    ("artifac", "tory"),
    // The tools something was written with are nobody's business.
    ("cla", "ude"),
    ("anthro", "pic"),
    ("open", "ai"),
    ("chat", "gpt"),
    ("co", "pilot"),
    ("language mo", "del"),
    ("ai-gene", "rated"),
    ("as an ", "ai "),
];

/// Files whose text comes from elsewhere as it is.
const FOREIGN: &[&str] = &["LICENSE"];

/// The texts inside a file: itself, or the parts of a package (xlsx, ods), or both readings of a binary file.
fn contents(file: &File) -> Vec<(String, String)> {
    if file.bytes.starts_with(b"PK\x03\x04") {
        return parts(file);
    }
    if let Ok(text) = std::str::from_utf8(&file.bytes) {
        return vec![(file.path.clone(), text.to_owned())];
    }
    // Old workbooks keep texts in one byte or two bytes a character, and UTF-16 may start on an odd byte.
    let narrow = file.bytes.iter().map(|it| char::from(*it)).collect();
    let wide = |skip: usize| {
        let units: Vec<u16> = file
            .bytes
            .get(skip..)
            .unwrap_or(&[])
            .chunks_exact(2)
            .map(|it| u16::from_le_bytes([it[0], it[1]]))
            .collect();
        String::from_utf16_lossy(&units)
    };
    vec![(file.path.clone(), narrow), (file.path.clone(), wide(0)), (file.path.clone(), wide(1))]
}

/// The parts of a package that can be unpacked. A sample may be broken on purpose; what nobody can unpack, nobody can read.
fn parts(file: &File) -> Vec<(String, String)> {
    let Ok(mut package) = zip::ZipArchive::new(Cursor::new(&file.bytes)) else { return Vec::new() };
    let mut found = Vec::new();
    for at in 0..package.len() {
        let Ok(part) = package.by_index(at) else { continue };
        let name = format!("{}!{}", file.path, part.name().unwrap_or_default());
        let mut bytes = Vec::new();
        // Some samples are bombs: enough is enough.
        if part.take(8 << 20).read_to_end(&mut bytes).is_ok() {
            found.push((name, String::from_utf8_lossy(&bytes).into_owned()));
        }
    }
    found
}

/// The check digit of personnummer and samordningsnummer: ten digits, every other one doubled.
fn has_check_digit(ten: &[u8]) -> bool {
    let sum: u32 = ten
        .iter()
        .enumerate()
        .map(|(at, digit)| {
            let value = u32::from(digit - b'0') * if at % 2 == 0 { 2 } else { 1 };
            value / 10 + value % 10
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Everything in a text that is shaped like a personnummer or samordningsnummer and has the right check digit.
fn personal_numbers(shape: &Regex, text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(hit) = shape.find_at(text, from) {
        from = hit.start() + 1;
        let before = text[..hit.start()].chars().next_back();
        let after = text[hit.end()..].chars().next();
        let inside = |it: Option<char>| it.is_some_and(|it| it.is_alphanumeric() || it == '_');
        if inside(before) || before == Some('.') || inside(after) {
            continue;
        }
        let digits: Vec<u8> = hit.as_str().bytes().filter(u8::is_ascii_digit).collect();
        let ten = &digits[digits.len() - 10..];
        if has_check_digit(ten) {
            let line = text[..hit.start()].matches('\n').count() + 1;
            found.push((line, String::from_utf8_lossy(ten).into_owned()));
        }
    }
    found
}

pub(crate) fn no_personal_numbers(tree: &Tree) -> Vec<String> {
    let shape =
        Regex::new(r"(?:1[89]|20)?[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01]|[678][0-9]|9[01])[-+–]?[0-9]{4}")
            .unwrap();
    let mut complaints = Vec::new();
    for (place, text) in tree.files().iter().flat_map(contents) {
        for (line, ten) in personal_numbers(&shape, &text) {
            if !PUBLISHED_TEST_NUMBERS.contains(&ten.as_str()) {
                // The number itself is not repeated: this text may end up in a log.
                complaints.push(format!("{place}:{line}: a number that could belong to a person; use a published one"));
            }
        }
    }
    complaints
}

pub(crate) fn nothing_of_the_making(tree: &Tree) -> Vec<String> {
    let never: Vec<String> = NEVER.iter().map(|(a, b)| format!("{a}{b}").to_lowercase()).collect();
    let mut complaints = Vec::new();
    for (place, text) in tree.files().iter().filter(|it| !FOREIGN.contains(&it.path.as_str())).flat_map(contents) {
        for (at, line) in text.to_lowercase().lines().enumerate() {
            for word in never.iter().filter(|it| line.contains(it.as_str())) {
                complaints.push(format!("{place}:{}: `{word}` does not belong in the repository", at + 1));
            }
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// A number nobody has published, put together so that this file does not contain it. Day 31 of February: nobody's.
    fn planted() -> String {
        ["640231", "3230"].join("-")
    }

    fn package(name: &str, content: &str) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
        zip.finish().unwrap().into_inner()
    }

    #[test]
    fn a_number_is_found_however_it_is_written_and_wherever_it_stands() {
        let number = planted();
        let bare = number.replace('-', "");
        for text in [
            number.clone(),
            bare.clone(),
            format!("19{number}"),
            format!("x;19{bare};y"),
            format!("a\t{}", number.replace('-', "+")),
            format!("20231010,{bare}"),
        ] {
            let tree = Tree::of(&[("samples/a.csv", &text)]);
            assert_eq!(no_personal_numbers(&tree).len(), 1, "{}", text.replace(&bare[..6], "……"));
        }
        let sheet = package("xl/worksheets/sheet1.xml", &format!("<c><v>{bare}</v></c>"));
        let wide: Vec<u8> = std::iter::once(0xFF).chain(number.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        for bytes in [sheet, wide] {
            assert_eq!(no_personal_numbers(&Tree::of_bytes(vec![("samples/a.bin", bytes)])).len(), 1);
        }
    }

    #[test]
    fn what_is_no_persons_number_passes() {
        let bare = planted().replace('-', "");
        let around =
            [format!("0.{bare}"), format!("a{bare}"), format!("{bare}0"), format!("7{bare}"), format!("{bare}e")];
        let other =
            ["19850709-9805", "701063-2391", "640231-3238", "556000-0000", "2023-12-31 1234"].map(str::to_owned);
        for text in around.into_iter().chain(other) {
            assert_eq!(no_personal_numbers(&Tree::of(&[("a.md", &text)])), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn every_forbidden_word_is_found_in_text_and_in_packages() {
        for (a, b) in NEVER {
            let text = format!("see {}{} for more", a.to_uppercase(), b);
            assert_ne!(nothing_of_the_making(&Tree::of(&[("a.md", &text)])), Vec::<String>::new(), "{a}|{b}");
            let inside = Tree::of_bytes(vec![("samples/a.xlsx", package("docProps/app.xml", &text))]);
            assert_ne!(nothing_of_the_making(&inside), Vec::<String>::new(), "{a}|{b}");
        }
        assert!(nothing_of_the_making(&Tree::of(&[("a.md", "work, home and roots")])).is_empty());
    }
}
