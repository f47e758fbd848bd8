//! Names of sheets that every program accepts.
//!
//! Goes in: the names as they were read. Comes out: as many names, in the same order. Guaranteed: at most 31 characters,
//! none that is forbidden, no two alike whatever the case, none of those that are taken; a sound name stays as it is.

use crate::render::print::clean_line;
use crate::sheet::Workbook;

/// Excel's limit, in UTF-16 units.
const MOST: usize = 31;

pub(in crate::render) fn of(workbook: &Workbook, taken: &[&str]) -> Vec<String> {
    let mut used: Vec<String> = taken.iter().map(|it| it.to_lowercase()).collect();
    let mut names = Vec::with_capacity(workbook.sheets.len());
    for (at, sheet) in workbook.sheets.iter().enumerate() {
        let sound = sound(&sheet.name).unwrap_or_else(|| format!("Blad{}", at + 1));
        let mut name = sound.clone();
        let mut nr = 2;
        while used.contains(&name.to_lowercase()) {
            let tail = format!(" ({nr})");
            name = format!("{}{tail}", cut(&sound, MOST - tail.len()));
            nr += 1;
        }
        used.push(name.to_lowercase());
        names.push(name);
    }
    names
}

fn sound(name: &str) -> Option<String> {
    let allowed: String = clean_line(name).chars().map(|c| if "[]:*?/\\".contains(c) { '-' } else { c }).collect();
    let name = cut(allowed.trim().trim_matches('\''), MOST).trim_matches('\'').trim().to_owned();
    (!name.is_empty()).then_some(name)
}

/// As much of a text as fits in so many UTF-16 units.
fn cut(text: &str, most: usize) -> &str {
    let mut used = 0;
    let end = text.char_indices().find(|(_, c)| {
        used += c.len_utf16();
        used > most
    });
    end.map_or(text, |(at, _)| &text[..at])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::Sheet;

    #[test]
    fn odd_names_are_made_sound_and_sound_ones_stay() {
        let names = [
            "Beslut & avbrott",
            "2023/Q4 [utkast]",
            "",
            "'",
            "att rätta",
            "Ett mycket långt namn på ett blad i en fil",
            "Ett mycket långt namn på ett blad i en annan fil",
            "BESLUT & AVBROTT",
        ];
        let mut workbook = Workbook::default();
        workbook.sheets = names.map(Sheet::named).to_vec();
        let made = of(&workbook, &["Att rätta"]);
        assert_eq!(
            made,
            [
                "Beslut & avbrott",
                "2023-Q4 -utkast-",
                "Blad3",
                "Blad4",
                "att rätta (2)",
                "Ett mycket långt namn på ett bl",
                "Ett mycket långt namn på et (2)",
                "BESLUT & AVBROTT (2)",
            ]
        );
        let mut written = rust_xlsxwriter::Workbook::new();
        for name in &made {
            written.add_worksheet().set_name(name).unwrap();
        }
        assert!(written.save_to_buffer().is_ok());
    }
}
